/* The vault: many signatures judged by one gpg, as each would be judged alone. */
#include <stdio.h>

#include "holdfast/time.h"
#include "vault_world.h"

#define TEXT     WORLD_TEXT
#define TEXT_LEN (sizeof(TEXT) - 1)

/* By the real gpg, over TEXT; what its options make of it is for the vault to judge. */
static const struct {
	enum who    who;
	const char *options;
} kinds[] = {
	{ ANN, "--detach-sign" },
	{ BOB, "--detach-sign" },
	{ RSA, "--detach-sign" },
	{ SUB, "--detach-sign" },
	{ ANN, "--digest-algo SHA512 --detach-sign" },
	{ ANN, "--faked-system-time 20350101T000000 --detach-sign" },
	{ EXPIRED, "--faked-system-time 20200115T000000 --detach-sign" },
	{ MALLORY, "--detach-sign" },
	{ ANN, "--textmode --detach-sign" },
	{ ANN, "--digest-algo SHA1 --detach-sign" },
	{ ANN, "--default-sig-expire 1d --detach-sign" },
	{ ANN, "--sig-notation a@example.org=b --detach-sign" },
	{ ANN, "--faked-system-time 20200101T000000 --ignore-time-conflict --detach-sign" },
	{ ANN, "--no-armor --detach-sign" },
	{ ANN, "--compress-algo none --sign" },
	{ ANN, "--clear-sign" },
	{ ANN, "-u rosa@example.org --detach-sign" },
	{ ANN, "--detach-sign" },
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))
#define N_ALL   (N_KINDS + 5)

static void
sig_by(struct hf_buf *out, enum who who, const char *options, const char *text, size_t len)
{
	gpg(out, home_of(who), text, len, "--armor -u %s %s", w.fpr[who], options);
}

static void
put_signed(struct hf_signed *list, size_t *n, const struct hf_buf *sig, const void *data, size_t len)
{
	list[(*n)++] = (struct hf_signed){ hf_buf_str(sig), data, sig->len, len, .rc = HF_OK };
}

/* The same of all kinds in one heap, good ones between bad ones. */
START_TEST(many_are_judged_as_each_alone)
{
	struct hf_vault    *v = open_vault(w.ann);
	struct hf_buf       sigs[N_ALL] = { HF_BUF_INIT }, large = HF_BUF_INIT;
	struct hf_signed    list[N_ALL];
	struct hf_signature s;
	size_t              n = 0, good = 0;

	for (; n < N_KINDS;) {
		sig_by(&sigs[n], kinds[n].who, kinds[n].options, TEXT, TEXT_LEN);
		put_signed(list, &n, &sigs[n], TEXT, TEXT_LEN);
	}
	put_signed(list, &n, &sigs[0], TEXT, TEXT_LEN - 1);
	put_signed(list, &n, &sigs[n], TEXT, TEXT_LEN); /* nothing where the signature should be */
	hf_buf_adds(&sigs[n], w.revoked_sig.data);
	put_signed(list, &n, &sigs[n], TEXT, TEXT_LEN);
	hf_buf_pad(&large, 'x', 300000); /* more than a pipe holds */
	sig_by(&sigs[n], ANN, "--detach-sign", large.data, large.len);
	put_signed(list, &n, &sigs[n], large.data, large.len);
	sig_by(&sigs[n], ANN, "--detach-sign", "", 0);
	put_signed(list, &n, &sigs[n], "", 0);

	ck_ok(hf_vault_verify_many(v, list, n, &e));
	for (size_t i = 0; i < n; i++) {
		enum hf_code rc = hf_vault_verify(&s, v, list[i].sig, list[i].sig_len, list[i].data, list[i].len, NULL);

		ck_assert_msg(list[i].rc == rc && list[i].is.status == s.status && strcmp(list[i].is.fpr, s.fpr) == 0 &&
			list[i].is.made_at == s.made_at && list[i].is.key_expires == s.key_expires,
		    "%zu: HF_%s and %d, alone HF_%s and %d", i, hf_code_name(list[i].rc), list[i].is.status, hf_code_name(rc),
		    s.status);
		good += rc == HF_OK && s.status == HF_SIG_GOOD;
	}
	ck_assert_uint_gt(good, 8);
	ck_assert_uint_lt(good, n - 8);
	hf_vault_close(v);
	for (size_t i = 0; i < n; i++)
		hf_buf_clear(&sigs[i]);
	hf_buf_clear(&large);
}
END_TEST

/* What gpg says of a signature is told by what stands in the others' texts as little as by its own. */
START_TEST(texts_that_speak_as_gpg_does)
{
	static const char text[] = "\n[GNUPG:] FILE_DONE\n[GNUPG:] FILE_START 1 -&9\n[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 1 x\n";
	struct hf_vault  *v = open_vault(w.ann);
	struct hf_buf     sigs[3] = { HF_BUF_INIT };
	struct hf_signed  list[3];
	size_t            n = 0;

	for (size_t i = 0; i < 3; i++) {
		sig_by(&sigs[i], i == 1 ? MALLORY : ANN, "--detach-sign", text, sizeof(text) - 1);
		put_signed(list, &n, &sigs[i], text, sizeof(text) - 1);
	}
	ck_ok(hf_vault_verify_many(v, list, n, &e));
	ck_assert_int_eq(list[0].is.status, HF_SIG_GOOD);
	ck_assert_int_eq(list[1].is.status, HF_SIG_UNKNOWN_KEY);
	ck_assert_int_eq(list[2].is.status, HF_SIG_GOOD);
	hf_vault_close(v);
	for (size_t i = 0; i < n; i++)
		hf_buf_clear(&sigs[i]);
}
END_TEST

/* One gpg for all of them: that is what it is for. */
START_TEST(many_cost_one_gpg)
{
	struct hf_vault *v;
	struct hf_buf    sig = HF_BUF_INIT;
	struct hf_signed list[HF_VERIFY_MANY];
	size_t           n = 0;
	char             file[HF_FIXTURE_PATH];
	int              before;

	counting_gpg(file);
	v = open_vault(w.ann);

	sig_by(&sig, ANN, "--detach-sign", TEXT, TEXT_LEN);
	while (n < HF_VERIFY_MANY)
		put_signed(list, &n, &sig, TEXT, TEXT_LEN);
	ck_ok(hf_vault_verify_many(v, list, 1, &e));
	before = count_gpgs(file);
	ck_assert_int_gt(before, 0);
	ck_ok(hf_vault_verify_many(v, list, n, &e));
	ck_assert_int_eq(count_gpgs(file), before + 1);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(list[i].is.status, HF_SIG_GOOD);
	ck_fails(HF_INTERNAL, "at once", hf_vault_verify_many(v, list, HF_VERIFY_MANY + 1, &e));
	hf_vault_close(v);
	hf_buf_clear(&sig);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("vault: many signatures");
	TCase *t = tcase_create("many signatures");

	tcase_add_unchecked_fixture(t, make_world, remove_world);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, many_are_judged_as_each_alone);
	tcase_add_test(t, texts_that_speak_as_gpg_does);
	tcase_add_test(t, many_cost_one_gpg);
	suite_add_tcase(s, t);
	return run_suite(s);
}
