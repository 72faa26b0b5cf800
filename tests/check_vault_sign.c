/* The vault: signatures. */
#include <stdio.h>

#include "holdfast/text.h"
#include "holdfast/time.h"
#include "vault_world.h"

#define TEXT     WORLD_TEXT
#define TEXT_LEN (sizeof(TEXT) - 1)

/* A detached signature by the real gpg. */
static void
sig_by(struct hf_buf *out, enum who who, const char *options)
{
	gpg(out, home_of(who), TEXT, TEXT_LEN, "--armor -u %s %s --detach-sign", w.fpr[who], options);
}

static void
judge(struct hf_signature *out, const struct hf_buf *sig, const void *data, size_t len)
{
	struct hf_vault *v = open_vault(w.ann);

	ck_ok(hf_vault_verify(out, v, sig->data, sig->len, data, len, &e));
	hf_vault_close(v);
}

/* ---- sign ---- */

static const enum who signers[] = { ANN, RSA, SUB, TWO, SIGNS };

START_TEST(what_is_signed_is_good)
{
	struct hf_vault    *v = open_vault(w.ann), *none = open_empty(w.ann, "none");
	struct hf_buf       sig = HF_BUF_INIT, again = HF_BUF_INIT;
	struct hf_signature s;
	const char         *fpr = w.fpr[signers[_i]];
	char                sig_path[HF_FIXTURE_PATH], text_path[HF_FIXTURE_PATH];

	ck_ok(hf_vault_sign(&sig, v, fpr, TEXT, TEXT_LEN, &e));
	ck_assert(strncmp(sig.data, "-----BEGIN PGP SIGNATURE-----\n", 30) == 0);
	judge(&s, &sig, TEXT, TEXT_LEN);
	ck_assert_int_eq(s.status, HF_SIG_GOOD);
	ck_assert_str_eq(s.fpr, fpr);
	ck_assert_int_lt(llabs(s.made_at - hf_time_now()), HF_MINUTE);
	ck_assert_int_eq(s.key_expires, 0);

	hf_fixture_file(w.dir, "sig.asc", sig.data);
	hf_fixture_file(w.dir, "text", TEXT);
	snprintf(sig_path, sizeof(sig_path), "%.200s/sig.asc", w.dir);
	snprintf(text_path, sizeof(text_path), "%.200s/text", w.dir);
	gpg(NULL, w.ann, NULL, 0, "--verify %s %s", sig_path, text_path);

	ck_ok(hf_vault_sign(&again, none, fpr, TEXT, TEXT_LEN, &e)); /* before there are members */
	hf_vault_close(v);
	hf_vault_close(none);
	hf_buf_clear(&sig);
	hf_buf_clear(&again);
}
END_TEST

START_TEST(any_bytes_are_signed)
{
	static const size_t sizes[] = { 0, 1, 100, 70000 };
	struct hf_vault    *v = open_vault(w.ann);
	struct hf_buf       data = HF_BUF_INIT, sig = HF_BUF_INIT;
	struct hf_signature s;

	for (size_t i = 0; i < sizes[_i]; i++)
		hf_buf_addc(&data, "\r\n \0\xff- x"[i % 8]);
	ck_ok(hf_vault_sign(&sig, v, w.fpr[ANN], hf_buf_str(&data), data.len, &e));
	judge(&s, &sig, hf_buf_str(&data), data.len);
	ck_assert_int_eq(s.status, HF_SIG_GOOD);
	hf_buf_addc(&data, '\n');
	judge(&s, &sig, data.data, data.len);
	ck_assert_int_eq(s.status, HF_SIG_BAD);
	hf_vault_close(v);
	hf_buf_clear(&data);
	hf_buf_clear(&sig);
}
END_TEST

static const struct {
	enum who     who;
	enum hf_code code;
	const char  *words;
} unable[] = {
	{ EXPIRED, HF_NOKEY, "expired on 2020-02-01" },
	{ REVOKED, HF_NOKEY, "revoked" },
	{ FUTURE, HF_NOKEY, "your clock says 20" },
	{ BOB, HF_NOKEY, "no secret key on this computer" },
	{ MALLORY, HF_NOKEY, "no secret key on this computer" },
};

START_TEST(a_key_that_cannot_sign_says_why)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    sig = HF_BUF_INIT;

	hf_buf_adds(&sig, "before");
	ck_fails(unable[_i].code, unable[_i].words, hf_vault_sign(&sig, v, w.fpr[unable[_i].who], TEXT, TEXT_LEN, &e));
	ck_assert_str_eq(sig.data, "before");
	hf_vault_close(v);
	hf_buf_clear(&sig);
}
END_TEST

START_TEST(only_full_fingerprints_sign)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    sig = HF_BUF_INIT;
	char             lower[HF_FPR_SIZE];

	for (size_t i = 0; i < sizeof(lower); i++)
		lower[i] = (char)(w.fpr[ANN][i] >= 'A' ? w.fpr[ANN][i] + 32 : w.fpr[ANN][i]);
	ck_fails(HF_BAD, "not a full fingerprint", hf_vault_sign(&sig, v, "ann@example.org", TEXT, TEXT_LEN, &e));
	ck_fails(HF_BAD, "not a full fingerprint", hf_vault_sign(&sig, v, w.fpr[ANN] + 24, TEXT, TEXT_LEN, &e));
	ck_fails(HF_BAD, "not a full fingerprint", hf_vault_sign(&sig, v, lower, TEXT, TEXT_LEN, &e));
	ck_fails(HF_BAD, "not a full fingerprint", hf_vault_sign(&sig, v, "", TEXT, TEXT_LEN, &e));
	hf_vault_close(v);
}
END_TEST

static const struct {
	const char  *line; /* @: a key of Ann's home that is not the asked one */
	enum hf_code code;
	const char  *words, *hint;
} lines[] = {
	{ "dry-run", HF_OK, "", "" },
	{ "no-armor", HF_OK, "", "" },
	{ "default-key rosa@example.org", HF_OK, "", "" },
	{ "local-user ann@example.org", HF_OK, "", "" },
	{ "encrypt-to mal@example.org", HF_OK, "", "" },
	{ "rfc2440", HF_OK, "", "" },
	{ "comment -----BEGIN PGP SIGNATURE-----", HF_OK, "", "" },
	{ "comment hello\nemit-version", HF_OK, "", "" },
	{ "verbose", HF_OK, "", "" },
	{ "trust-model tofu", HF_OK, "", "" },
	{ "status-file /dev/null", HF_OK, "", "" },
	{ "sig-notation a@example.org=b", HF_OK, "", "" },
	{ "sig-notation !a@example.org=b", HF_SYSTEM, "not accept", "sig-notation" },
	{ "local-user rosa@example.org", HF_SYSTEM, "another key, too", "local-user" },
	{ "output /dev/null", HF_SYSTEM, "no signature", "output" },
	{ "textmode", HF_SYSTEM, "not accept", "textmode" },
	{ "digest-algo SHA1", HF_SYSTEM, "not accept", "digest-algo" },
	{ "default-sig-expire 1d", HF_SYSTEM, "not accept", "default-sig-expire" },
	{ "faked-system-time 20150101T000000!\nignore-time-conflict\nignore-valid-from", HF_NOKEY, "your clock", "set the clock" },
	{ "list-keys", HF_SYSTEM, "", "" },
	{ "clear-sign", HF_SYSTEM, "", "" },
	{ "encrypt\nrecipient mal@example.org", HF_SYSTEM, "", "" },
};

START_TEST(signatures_whatever_gpg_conf_says)
{
	struct hf_vault    *v = open_vault(w.ann);
	struct hf_buf       sig = HF_BUF_INIT;
	struct hf_err       e = HF_ERR_INIT;
	struct hf_signature s;
	enum hf_code        rc;

	with_conf(w.ann, lines[_i].line);
	rc = hf_vault_sign(&sig, v, w.fpr[ANN], TEXT, TEXT_LEN, &e);
	with_conf(w.ann, "");
	ck_assert_msg(rc == lines[_i].code && strstr(e.msg, lines[_i].words) != NULL && strstr(e.hint, lines[_i].hint) != NULL,
	    "%s: HF_%s: %s (%s)", lines[_i].line, hf_code_name(rc), e.msg, e.hint);
	if (rc == HF_OK) {
		judge(&s, &sig, TEXT, TEXT_LEN);
		ck_assert_int_eq(s.status, HF_SIG_GOOD);
		ck_assert_str_eq(s.fpr, w.fpr[ANN]);
		ck_assert_msg(hf_text_prefix(hf_buf_str(&sig), "-----BEGIN PGP SIGNATURE-----\n\n"), "%s", hf_buf_str(&sig));
	} else
		ck_assert_uint_eq(sig.len, 0);
	hf_vault_close(v);
	hf_buf_clear(&sig);
}
END_TEST

/* ---- verify ---- */

static const struct {
	enum who           who;
	const char        *options;
	enum hf_sig_status status;
} signatures[] = {
	{ ANN, "", HF_SIG_GOOD },
	{ BOB, "", HF_SIG_GOOD },
	{ RSA, "", HF_SIG_GOOD },
	{ SUB, "", HF_SIG_GOOD },
	{ ANN, "--digest-algo SHA512", HF_SIG_GOOD },
	{ ANN, "--faked-system-time 20350101T000000", HF_SIG_GOOD }, /* what it claims is the caller's to judge */
	{ ANN, "--set-filename x --comment y", HF_SIG_GOOD },
	{ FUTURE, "--faked-system-time 20900601T000000",
	    HF_SIG_GOOD }, /* with a clock that is wrong everything can still be read */
	{ EXPIRED, "--faked-system-time 20200115T000000", HF_SIG_EXPIRED_KEY },
	{ REVOKED, "", HF_SIG_REVOKED_KEY },
	{ MALLORY, "", HF_SIG_UNKNOWN_KEY },
	{ ANN, "--textmode", HF_SIG_BAD },
	{ ANN, "--digest-algo SHA1", HF_SIG_BAD },
	{ RSA, "--digest-algo RIPEMD160", HF_SIG_BAD },
	{ ANN, "--default-sig-expire 1d", HF_SIG_BAD },
	{ ANN, "--faked-system-time 20350101T000000 --default-sig-expire 1d", HF_SIG_BAD },
	{ ANN, "--faked-system-time 20200101T000000 --ignore-time-conflict", HF_SIG_BAD },
	{ EXPIRED, "--faked-system-time 20190101T000000 --ignore-time-conflict", HF_SIG_BAD },
};

START_TEST(signatures_are_judged)
{
	struct hf_buf       sig = HF_BUF_INIT;
	struct hf_signature s;
	enum who            who = signatures[_i].who;

	if (who == REVOKED)
		hf_buf_adds(&sig, w.revoked_sig.data);
	else
		sig_by(&sig, who, signatures[_i].options);
	judge(&s, &sig, TEXT, TEXT_LEN);
	ck_assert_int_eq(s.status, signatures[_i].status);
	ck_assert_str_eq(s.fpr, s.status == HF_SIG_BAD || s.status == HF_SIG_UNKNOWN_KEY ? "" : w.fpr[who]);
	ck_assert_int_eq(s.key_expires != 0, s.status == HF_SIG_EXPIRED_KEY);
	hf_buf_clear(&sig);
}
END_TEST

START_TEST(changed_bytes_are_noticed)
{
	struct hf_buf       sig = HF_BUF_INIT;
	struct hf_signature s;
	char                text[] = TEXT;

	sig_by(&sig, ANN, "");
	for (size_t i = 0; i < TEXT_LEN; i += 7) {
		text[i] = (char)(text[i] ^ 1);
		judge(&s, &sig, text, TEXT_LEN);
		ck_assert_int_eq(s.status, HF_SIG_BAD);
		ck_assert_str_eq(s.fpr, "");
		text[i] = (char)(text[i] ^ 1);
	}
	judge(&s, &sig, text, TEXT_LEN - 1);
	ck_assert_int_eq(s.status, HF_SIG_BAD);
	judge(&s, &sig, text, TEXT_LEN + 1); /* a NUL at the end */
	ck_assert_int_eq(s.status, HF_SIG_BAD);
	hf_buf_clear(&sig);
}
END_TEST

static void
make_two(struct hf_buf *out)
{
	gpg(out, w.ann, TEXT, TEXT_LEN, "--armor -u %s -u %s --detach-sign", w.fpr[ANN], w.fpr[RSA]);
}

static void
make_two_blocks(struct hf_buf *out)
{
	sig_by(out, ANN, "");
	sig_by(out, BOB, "");
}

static void
make_binary(struct hf_buf *out)
{
	sig_by(out, ANN, "--no-armor");
}

static void
make_whole_message(struct hf_buf *out)
{
	gpg(out, w.ann, TEXT, TEXT_LEN, "--compress-algo none --armor -u %s --sign", w.fpr[ANN]);
}

static void
make_clear_signed(struct hf_buf *out)
{
	gpg(out, w.ann, TEXT, TEXT_LEN, "-u %s --clear-sign", w.fpr[ANN]);
}

/* A signed message, dressed up as a signature. */
static void
make_disguised(struct hf_buf *out)
{
	struct hf_buf message = HF_BUF_INIT;
	const char   *body;

	make_whole_message(&message);
	ck_assert((body = strstr(message.data, "\n\n")) != NULL);
	hf_buf_adds(out, "-----BEGIN PGP SIGNATURE-----");
	hf_buf_add(out, body, (size_t)(strstr(body, "-----END") - body));
	hf_buf_adds(out, "-----END PGP SIGNATURE-----\n");
	hf_buf_clear(&message);
}

static void
make_cut(struct hf_buf *out)
{
	sig_by(out, ANN, "");
	hf_buf_cut(out, out->len / 2);
}

static void
make_text_before(struct hf_buf *out)
{
	hf_buf_adds(out, "hello\n");
	sig_by(out, ANN, "");
}

static void
make_text_after(struct hf_buf *out)
{
	sig_by(out, ANN, "");
	hf_buf_adds(out, "hello\n");
}

static void
make_wrong_sum(struct hf_buf *out)
{
	char *sum;

	sig_by(out, ANN, "");
	ck_assert((sum = strstr(out->data, "\n=")) != NULL);
	sum[2] = sum[2] == 'A' ? 'B' : 'A';
}

static void
make_key(struct hf_buf *out)
{
	hf_buf_adds(out, w.key[ANN].data);
}

static void
make_nothing(struct hf_buf *out)
{
	(void)out;
}

static const struct {
	void (*make)(struct hf_buf *out);
	const char *words;
} not_one[] = {
	{ make_two, "more than one" },
	{ make_two_blocks, "something follows" },
	{ make_binary, "does not begin" },
	{ make_whole_message, "does not begin" },
	{ make_clear_signed, "does not begin" },
	{ make_disguised, "something else" },
	{ make_cut, "cut short" },
	{ make_text_before, "does not begin" },
	{ make_text_after, "something follows" },
	{ make_wrong_sum, "not what was written" },
	{ make_key, "does not begin" },
	{ make_nothing, "does not begin" },
};

START_TEST(anything_but_one_signature_is_refused)
{
	struct hf_vault    *v = open_vault(w.ann);
	struct hf_buf       sig = HF_BUF_INIT;
	struct hf_signature s;

	not_one[_i].make(&sig);
	ck_fails(HF_DAMAGED, not_one[_i].words, hf_vault_verify(&s, v, hf_buf_str(&sig), sig.len, TEXT, TEXT_LEN, &e));
	ck_assert_int_ne(s.status, HF_SIG_GOOD);
	ck_assert_str_eq(s.fpr, "");
	hf_vault_close(v);
	hf_buf_clear(&sig);
}
END_TEST

/* As a commit carries it, and as mail may have left it. */
START_TEST(white_space_does_not_matter)
{
	struct hf_buf       sig = HF_BUF_INIT, other = HF_BUF_INIT;
	struct hf_signature s;

	sig_by(&sig, ANN, "--comment x");
	hf_buf_adds(&other, "\n");
	for (size_t i = 0; i < sig.len; i++) {
		if (sig.data[i] == '\n')
			hf_buf_adds(&other, " \r");
		hf_buf_addc(&other, sig.data[i]);
	}
	hf_buf_adds(&other, "\n\n");
	judge(&s, &other, TEXT, TEXT_LEN);
	ck_assert_int_eq(s.status, HF_SIG_GOOD);
	hf_buf_clear(&sig);
	hf_buf_clear(&other);
}
END_TEST

/* Every character of the armor, one after the other: never good for other bytes, never a crash. */
START_TEST(flipped_signatures)
{
	struct hf_vault    *v = open_vault(w.ann);
	struct hf_buf       sig = HF_BUF_INIT;
	struct hf_signature s;
	enum hf_code        rc;

	sig_by(&sig, ANN, "");
	for (size_t i = 0; i < sig.len; i += 3) {
		sig.data[i] = (char)(sig.data[i] ^ 1);
		rc = hf_vault_verify(&s, v, sig.data, sig.len, TEXT, TEXT_LEN, NULL);
		ck_assert_msg(rc == HF_DAMAGED, "byte %zu: HF_%s, status %d", i, hf_code_name(rc), s.status);
		sig.data[i] = (char)(sig.data[i] ^ 1);
	}
	hf_vault_close(v);
	hf_buf_clear(&sig);
}
END_TEST

START_TEST(without_members_nothing_is_judged)
{
	struct hf_vault    *v = open_empty(w.ann, "nobody");
	struct hf_buf       sig = HF_BUF_INIT;
	struct hf_signature s;

	sig_by(&sig, ANN, "");
	ck_fails(HF_INTERNAL, "not loaded", hf_vault_verify(&s, v, sig.data, sig.len, TEXT, TEXT_LEN, &e));
	hf_vault_close(v);
	hf_buf_clear(&sig);
}
END_TEST

/* The user's gpg.conf has no say in it. */
START_TEST(verification_whatever_gpg_conf_says)
{
	static const char *const confs[] = { "ignore-time-conflict", "trust-model always", "weak-digest SHA256", "dry-run",
		"list-only", "textmode", "always-trust\nauto-key-retrieve" };
	struct hf_buf            good = HF_BUF_INIT, unknown = HF_BUF_INIT;
	struct hf_signature      s;

	sig_by(&good, ANN, "");
	sig_by(&unknown, MALLORY, "");
	gpg(NULL, w.ann, w.key[MALLORY].data, w.key[MALLORY].len, "--import"); /* no member, but in the user's keyring */
	with_conf(w.ann, confs[_i]);
	judge(&s, &good, TEXT, TEXT_LEN);
	ck_assert_int_eq(s.status, HF_SIG_GOOD);
	judge(&s, &unknown, TEXT, TEXT_LEN);
	ck_assert_int_eq(s.status, HF_SIG_UNKNOWN_KEY);
	with_conf(w.ann, "");
	hf_buf_clear(&good);
	hf_buf_clear(&unknown);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("vault: signatures");
	TCase *t = tcase_create("signatures");

	tcase_add_unchecked_fixture(t, make_world, remove_world);
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, what_is_signed_is_good, 0, N_OF(signers));
	tcase_add_loop_test(t, any_bytes_are_signed, 0, 4);
	tcase_add_loop_test(t, a_key_that_cannot_sign_says_why, 0, N_OF(unable));
	tcase_add_test(t, only_full_fingerprints_sign);
	tcase_add_loop_test(t, signatures_whatever_gpg_conf_says, 0, N_OF(lines));
	tcase_add_loop_test(t, signatures_are_judged, 0, N_OF(signatures));
	tcase_add_test(t, changed_bytes_are_noticed);
	tcase_add_loop_test(t, anything_but_one_signature_is_refused, 0, N_OF(not_one));
	tcase_add_test(t, white_space_does_not_matter);
	tcase_add_test(t, flipped_signatures);
	tcase_add_test(t, without_members_nothing_is_judged);
	tcase_add_loop_test(t, verification_whatever_gpg_conf_says, 0, 7);
	suite_add_tcase(s, t);
	return run_suite(s);
}
