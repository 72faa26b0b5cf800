#include "whois_normal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "holdfast/text.h"

#define HOST_MAX 253

static const struct {
	const char *host, *provider;
} known[] = {
	{ "x.com", "x" },
	{ "twitter.com", "x" },
	{ "facebook.com", "facebook" },
	{ "fb.com", "facebook" },
	{ "instagram.com", "instagram" },
	{ "instagr.am", "instagram" },
	{ "threads.net", "threads" },
	{ "threads.com", "threads" },
	{ "linkedin.com", "linkedin" },
	{ "youtube.com", "youtube" },
	{ "tiktok.com", "tiktok" },
	{ "snapchat.com", "snapchat" },
	{ "t.me", "telegram" },
	{ "telegram.me", "telegram" },
	{ "bsky.app", "bluesky" },
	{ "pinterest.com", "pinterest" },
	{ "reddit.com", "reddit" },
	{ "github.com", "github" },
};

/* Ways to one's page that mean the same as the page itself. */
static const struct {
	const char *provider, *prefix;
} ways[] = { { "linkedin", "company/" }, { "telegram", "s/" }, { "bluesky", "profile/" }, { "snapchat", "add/" },
	{ "facebook", "pg/" } };

struct hf_json *
hosts_known(void)
{
	struct hf_json *o = hf_json_object();

	for (size_t i = 0; o != NULL && i < sizeof(known) / sizeof(known[0]); i++)
		if (hf_json_set(o, known[i].host, hf_json_string(known[i].provider)) != 0) {
			hf_json_free(o);
			return NULL;
		}
	return o;
}

/* ---- hosts ---- */

static bool
is_language(const char *label, size_t n)
{
	return (n == 2 || (n == 5 && label[2] == '-')) && isalpha((unsigned char)label[0]) && isalpha((unsigned char)label[1]);
}

/* "m.", "www.": the same site dressed for another screen. Of a provider also "en-gb.", "uk.". */
static const char *
without_dress(const char *host, const struct hf_json *hosts)
{
	static const char *const dress[] = { "www.", "m.", "mobile.", "web.", "touch." };
	const char              *dot;

	for (size_t i = 0; i < sizeof(dress) / sizeof(dress[0]); i++)
		if (hf_text_prefix(host, dress[i]) && strchr(host + strlen(dress[i]), '.') != NULL)
			host += strlen(dress[i]);
	dot = strchr(host, '.');
	if (dot != NULL && is_language(host, (size_t)(dot - host)) && hf_json_get(hosts, dot + 1) != NULL)
		host = dot + 1;
	return host;
}

/* The host as browsers read it: what stands before the last @ is no part of it. False when there is none, or it is odd. */
static bool
read_host(char host[HOST_MAX + 1], const char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (p[i] == '@') {
			p += i + 1;
			len -= i + 1;
			i = (size_t)-1;
		}
	for (; n < len && p[n] != ':'; n++) {
		if (n == HOST_MAX || (!isalnum((unsigned char)p[n]) && (unsigned char)p[n] < 0x80 && strchr("-._", p[n]) == NULL))
			return false;
		host[n] = p[n] >= 'A' && p[n] <= 'Z' ? (char)(p[n] - 'A' + 'a') : p[n];
	}
	while (n > 0 && host[n - 1] == '.')
		n--;
	host[n] = '\0';
	return n > 0 && strchr(host, '.') != NULL;
}

/* ---- paths ---- */

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent signs read, slashes single, none at the ends. */
static void
read_path(struct hf_buf *out, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = p[i] == '\\' ? '/' : p[i];
		int  hi, lo;

		if (c == '%' && i + 2 < len && (hi = hex_digit(p[i + 1])) >= 0 && (lo = hex_digit(p[i + 2])) >= 0 &&
		    hi * 16 + lo > 0x20) {
			c = (char)(hi * 16 + lo);
			i += 2;
		}
		if (c != '/' || (out->len > 0 && out->data[out->len - 1] != '/'))
			hf_buf_addc(out, c);
	}
	while (out->len > 0 && out->data[out->len - 1] == '/')
		hf_buf_cut(out, out->len - 1);
}

/* facebook.com/profile.php?id=123 is facebook.com/123: there the query is the name. */
static void
profile_id(struct hf_buf *path, const char *query)
{
	const char *id = query == NULL ? NULL : strstr(query, "id=");

	if (!hf_text_equal_nocase(hf_buf_str(path), "profile.php") || id == NULL || (id > query + 1 && id[-1] != '&'))
		return;
	hf_buf_cut(path, 0);
	hf_buf_add(path, id + 3, strspn(id + 3, "0123456789"));
}

static void
add_at_provider(struct hf_buf *out, const char *provider, const char *path)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(ways[i].provider, provider) == 0 && strncasecmp(path, ways[i].prefix, strlen(ways[i].prefix)) == 0)
			path += strlen(ways[i].prefix);
	if (path[0] == '@')
		path++;
	hf_buf_addf(out, "@%s/", provider);
	hf_text_fold(out, path);
}

void
normal_handle(struct hf_buf *out, const char *provider, const char *handle)
{
	add_at_provider(out, provider, handle);
}

/* ---- all of it ---- */

/* Behind "https://"; NULL when it is another scheme. Without any, what has a dot before the first slash. */
static const char *
behind_scheme(const char *url)
{
	const char *p = strstr(url, "://");

	if (p != NULL && p < url + strcspn(url, "/?#"))
		return strncasecmp(url, "https://", 8) == 0 ? url + 8 : strncasecmp(url, "http://", 7) == 0 ? url + 7 : NULL;
	return strcspn(url, ".") < strcspn(url, "/?#\\: @") ? url : NULL;
}

bool
normal_url(struct hf_buf *out, const struct hf_json *hosts, const char *url)
{
	const char   *p = behind_scheme(url + strspn(url, " \t")), *host, *provider, *query;
	size_t        n, end;
	char          name[HOST_MAX + 1];
	struct hf_buf path = HF_BUF_INIT;

	if (p == NULL)
		return false;
	n = strcspn(p, "/?#\\");
	if (!read_host(name, p, n))
		return false;
	end = n + strcspn(p + n, "?# ");
	query = p[end] == '?' ? p + end : NULL;
	read_path(&path, p + n, end - n);
	host = without_dress(name, hosts);
	if ((provider = hf_json_get_str(hosts, host)) != NULL) {
		if (strcmp(provider, "facebook") == 0)
			profile_id(&path, query);
		add_at_provider(out, provider, hf_buf_str(&path));
	} else {
		hf_text_fold(out, host);
		hf_buf_addc(out, '/');
		hf_text_fold(out, hf_buf_str(&path));
	}
	hf_buf_clear(&path);
	return true;
}
