/* One form for all the ways to write an address, and none for what only looks like it. */
#include "holdfast/whois.h"
#include "test.h"

static const struct {
	const char *url, *normal; /* NULL: no web address */
} rows[] = {
	{ "https://x.com/agency", "@x/agency" },
	{ "http://x.com/agency", "@x/agency" },
	{ "HTTPS://X.COM/AGENCY", "@x/agency" },
	{ "x.com/agency", "@x/agency" },
	{ "  https://x.com/agency", "@x/agency" },
	{ "https://www.x.com/agency/", "@x/agency" },
	{ "https://twitter.com/Agency", "@x/agency" },
	{ "https://mobile.twitter.com/agency?lang=en", "@x/agency" },
	{ "https://x.com/agency?s=20&t=abc#top", "@x/agency" },
	{ "https://x.com/@agency", "@x/agency" },
	{ "https://x.com/%40agency", "@x/agency" },
	{ "https://x.com//agency//", "@x/agency" },
	{ "https://x.com:443/agency", "@x/agency" },
	{ "https://x.com./agency", "@x/agency" },
	{ "https://x.com/agency/status/1", "@x/agency/status/1" },
	{ "https://www.facebook.com/Agency", "@facebook/agency" },
	{ "https://m.facebook.com/Agency/?ref=x", "@facebook/agency" },
	{ "https://en-gb.facebook.com/Agency", "@facebook/agency" },
	{ "https://fb.com/agency", "@facebook/agency" },
	{ "https://www.facebook.com/profile.php?id=8037068318", "@facebook/8037068318" },
	{ "https://www.facebook.com/profile.php?x=1&id=8037068318&y=2", "@facebook/8037068318" },
	{ "https://www.facebook.com/8037068318", "@facebook/8037068318" },
	{ "https://business.facebook.com/agency", "business.facebook.com/agency" }, /* another place */
	{ "https://www.instagram.com/agency/", "@instagram/agency" },
	{ "https://www.youtube.com/channel/UCGdrLQbt1PYDTPsampx4t1A", "@youtube/channel/ucgdrlqbt1pydtpsampx4t1a" },
	{ "https://m.youtube.com/@agency/videos", "@youtube/agency/videos" },
	{ "https://uk.linkedin.com/company/agency", "@linkedin/agency" },
	{ "https://www.linkedin.com/in/agency", "@linkedin/in/agency" }, /* a person */
	{ "https://t.me/s/agency", "@telegram/agency" },
	{ "https://telegram.me/agency", "@telegram/agency" },
	{ "https://bsky.app/profile/agency.example", "@bluesky/agency.example" },
	{ "https://www.threads.net/@agency", "@threads/agency" },
	{ "https://agency.example", "agency.example/" },
	{ "agency.example", "agency.example/" },
	{ "https://www.agency.example/Press/", "agency.example/press" },
	{ "https://uk.agency.example/", "uk.agency.example/" },
	/* what is meant to deceive */
	{ "https://x.com@evil.example/agency", "evil.example/agency" },
	{ "https://x.com:x@evil.example/agency", "evil.example/agency" },
	{ "https://a@b@evil.example/agency", "evil.example/agency" },
	{ "https://evil.example\\@x.com/agency", "evil.example/@x.com/agency" },
	{ "https://evil.example/x.com/agency", "evil.example/x.com/agency" },
	{ "https://x.com.evil.example/agency", "x.com.evil.example/agency" },
	{ "https://evilx.com/agency", "evilx.com/agency" },
	{ "https://\321\205.com/agency", "\321\205.com/agency" }, /* a Cyrillic letter */
	{ "https://x.com/agency%2Fstatus", "@x/agency/status" },
	{ "https://x.com/%00agency", "@x/%00agency" },
	/* what is none */
	{ "javascript:alert(1)", NULL },
	{ "ftp://x.com/agency", NULL },
	{ "x:agency", NULL },
	{ "@agency", NULL },
	{ "agency", NULL },
	{ "press@agency.example", NULL },
	{ "https://", NULL },
	{ "https:///agency", NULL },
	{ "https://x com/agency", NULL },
	{ "", NULL },
};

START_TEST(normal)
{
	struct hf_buf b = HF_BUF_INIT;
	bool          yes = hf_whois_normal(&b, NULL, rows[_i].url);

	if (rows[_i].normal == NULL)
		ck_assert_msg(!yes, "%s is %s", rows[_i].url, hf_buf_str(&b));
	else
		ck_assert_msg(
		    yes && strcmp(hf_buf_str(&b), rows[_i].normal) == 0, "%s is %s", rows[_i].url, yes ? hf_buf_str(&b) : "none");
	hf_buf_clear(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("whois");
	TCase *t = tcase_create("whois");

	tcase_add_loop_test(t, normal, 0, N_OF(rows));
	suite_add_tcase(s, t);
	return run_suite(s);
}
