/* The vault: keys. */
#include <stdlib.h>
#include <string.h>

#include "holdfast/time.h"
#include "vault_world.h"

#define PLAIN     WORLD_PLAIN
#define PLAIN_LEN WORLD_PLAIN_LEN

/* ---- what is known of a key ---- */

static const struct {
	enum who who;
	bool     encrypts, signs, expired, revoked;
} keys[] = {
	{ ANN, true, true, false, false },
	{ RSA, true, true, false, false },
	{ SUB, true, true, false, false },
	{ TWO, true, true, false, false },
	{ SIGNS, false, true, false, false },
	{ EXPIRED, false, false, true, false },
	{ REVOKED, false, false, false, true },
	{ FUTURE, true, true, false, false }, /* that the clock is wrong is said when it is used */
	{ PAT, true, true, false, false },
};

static void
check_key(const struct hf_key *key, int i, bool secret)
{
	ck_assert_str_eq(key->fpr, w.fpr[keys[i].who]);
	ck_assert_int_eq(key->can_encrypt, keys[i].encrypts);
	ck_assert_int_eq(key->can_sign, keys[i].signs);
	ck_assert_int_eq(key->expired, keys[i].expired);
	ck_assert_int_eq(key->revoked, keys[i].revoked);
	ck_assert_int_eq(key->secret, secret);
	ck_assert(!key->disabled && strstr(key->uid, "@example.org>") != NULL);
	ck_assert(key->created > 1577836000 * HF_SECOND && key->expires == (keys[i].expired ? 1580558400 * HF_SECOND : 0));
}

START_TEST(keys_are_described)
{
	struct hf_vault     *v = open_vault(w.ann);
	const struct hf_buf *file = &w.key[keys[_i].who];
	struct hf_buf        binary = HF_BUF_INIT;
	struct hf_key        key;

	ck_ok(hf_vault_inspect(&key, v, file->data, file->len, &e));
	check_key(&key, _i, false);
	ck_ok(hf_vault_member(&key, v, w.fpr[keys[_i].who], &e));
	check_key(&key, _i, false);
	gpg(&binary, home_of(keys[_i].who), NULL, 0, "--export %s", w.fpr[keys[_i].who]);
	ck_ok(hf_vault_inspect(&key, v, binary.data, binary.len, &e));
	check_key(&key, _i, false);
	hf_vault_close(v);
	hf_buf_clear(&binary);
}
END_TEST

START_TEST(inspecting_needs_no_members)
{
	struct hf_vault *v = open_empty(w.ann, "fresh");
	struct hf_key    key;

	ck_ok(hf_vault_inspect(&key, v, w.key[ANN].data, w.key[ANN].len, &e));
	ck_assert_str_eq(key.fpr, w.fpr[ANN]);
	ck_assert_str_eq(hf_vault_stamp(v), "");
	ck_fails(HF_INTERNAL, "not loaded", hf_vault_member(&key, v, w.fpr[ANN], &e));
	members(v, "ann", (const enum who[]){ ANN }, 1);
	ck_ok(hf_vault_inspect(&key, v, w.key[BOB].data, w.key[BOB].len, &e));
	ck_fails(HF_NOTFOUND, "no member has this key", hf_vault_member(&key, v, w.fpr[BOB], &e)); /* it was not imported */
	ck_assert(!can_encrypt_to(v, BOB));
	hf_vault_close(v);
}
END_TEST

static void
make_secret(struct hf_buf *out)
{
	gpg(out, w.ann, NULL, 0, "--armor --export-secret-keys %s", w.fpr[ANN]);
}

static void
make_secret_binary(struct hf_buf *out)
{
	gpg(out, w.ann, NULL, 0, "--export-secret-keys %s", w.fpr[ANN]);
}

static void
make_two(struct hf_buf *out)
{
	gpg(out, w.ann, NULL, 0, "--armor --export %s %s", w.fpr[ANN], w.fpr[SUB]);
}

static void
make_two_binary(struct hf_buf *out)
{
	gpg(out, w.ann, NULL, 0, "--export %s %s", w.fpr[ANN], w.fpr[SUB]);
}

static void
make_two_blocks(struct hf_buf *out)
{
	hf_buf_adds(out, w.key[ANN].data);
	hf_buf_adds(out, w.key[BOB].data);
}

static void
make_nothing(struct hf_buf *out)
{
	(void)out;
}

static void
make_text(struct hf_buf *out)
{
	hf_buf_adds(out, "ann@example.org\n");
}

static void
make_message(struct hf_buf *out)
{
	gpg(out, w.ann, PLAIN, PLAIN_LEN, "-r %s --encrypt", w.fpr[ANN]);
}

static void
make_cut(struct hf_buf *out)
{
	hf_buf_add(out, w.key[ANN].data, w.key[ANN].len / 2);
}

/* A primary key alone: gpg takes none without a user id. */
static void
make_bare(struct hf_buf *out)
{
	struct hf_buf whole = HF_BUF_INIT;

	gpg(&whole, w.ann, NULL, 0, "--export %s", w.fpr[ANN]);
	hf_buf_add(out, whole.data, 2 + (size_t)(unsigned char)whole.data[1]);
	hf_buf_clear(&whole);
}

static void
make_version_5(struct hf_buf *out)
{
	hf_buf_add(out, "\x98\x08\x05\x00\x00\x00\x00\x16\x00\x00", 10);
}

static const struct {
	void (*make)(struct hf_buf *out);
	const char *words;
} no_keys[] = {
	{ make_secret, "secret key" },
	{ make_secret_binary, "secret key" },
	{ make_two, "more than one" },
	{ make_two_binary, "more than one" },
	{ make_two_blocks, "something follows" },
	{ make_nothing, "does not begin" },
	{ make_text, "does not begin" },
	{ make_message, "not a key" },
	{ make_cut, "cut short" },
	{ make_bare, "no key in it" },
	{ make_version_5, "version 5" },
};

START_TEST(anything_but_one_public_key_is_refused)
{
	struct hf_vault  *v = open_vault(w.ann);
	struct hf_buf     file = HF_BUF_INIT;
	struct hf_keyfile member = { w.fpr[ANN], NULL, 0 };
	struct hf_key     key;

	no_keys[_i].make(&file);
	ck_fails(HF_BAD, no_keys[_i].words, hf_vault_inspect(&key, v, hf_buf_str(&file), file.len, &e));
	member.armor = hf_buf_str(&file);
	member.len = file.len;
	ck_fails(HF_BAD, w.fpr[ANN], hf_vault_members(v, "new", &member, 1, &e));
	ck_assert_str_eq(hf_vault_stamp(v), "all");
	ck_assert(can_encrypt_to(v, ANN));
	hf_vault_close(v);
	hf_buf_clear(&file);
}
END_TEST

START_TEST(secret_keys_are_listed)
{
	struct hf_vault *v = open_vault(w.ann), *mal = open_vault(w.mallory);
	struct hf_key   *list;
	size_t           n;

	ck_ok(hf_vault_secret_keys(&list, &n, v, &e));
	ck_assert_uint_eq(n, 8);
	for (int i = 0; i < 7; i++)
		for (size_t j = 0; j < n; j++)
			if (strcmp(list[j].fpr, w.fpr[keys[i].who]) == 0)
				check_key(&list[j], i, true);
	free(list);
	ck_ok(hf_vault_secret_keys(&list, &n, mal, &e));
	ck_assert(n == 1 && strcmp(list[0].fpr, w.fpr[MALLORY]) == 0);
	free(list);
	hf_vault_close(v);
	hf_vault_close(mal);
}
END_TEST

START_TEST(exports_are_one_minimal_key)
{
	static const char *const confs[] = { "", "comment x\nexport-options export-attributes", "no-armor", "output /dev/null",
		"dry-run", "keyid-format short\nwith-fingerprint", "default-key rosa@example.org" };
	struct hf_vault         *v = open_vault(w.ann);
	struct hf_buf            out = HF_BUF_INIT;
	struct hf_key            key;
	enum hf_code             rc;

	hf_fixture_file(w.ann, "gpg.conf", confs[_i]);
	hf_buf_adds(&out, "before\n");
	rc = hf_vault_export(&out, v, w.fpr[ANN], NULL);
	hf_fixture_file(w.ann, "gpg.conf", "");
	if (rc == HF_OK) {
		ck_ok(hf_vault_inspect(&key, v, out.data + 7, out.len - 7, &e));
		ck_assert_str_eq(key.fpr, w.fpr[ANN]);
		ck_assert(strncmp(out.data, "before\n-----BEGIN PGP PUBLIC", 28) == 0);
	} else {
		ck_assert(_i == 3 && rc == HF_NOTFOUND); /* output: gpg wrote it elsewhere */
		ck_assert_str_eq(out.data, "before\n");
	}
	ck_fails(HF_NOTFOUND, "no such key", hf_vault_export(&out, v, w.fpr[BOB], &e));
	ck_fails(HF_BAD, "full fingerprint", hf_vault_export(&out, v, "ann@example.org", &e));
	hf_vault_close(v);
	hf_buf_clear(&out);
}
END_TEST

START_TEST(fingerprints_have_a_form)
{
	ck_assert(hf_fpr_valid("0123456789ABCDEF0123456789ABCDEF01234567"));
	ck_assert(!hf_fpr_valid("0123456789abcdef0123456789abcdef01234567"));
	ck_assert(!hf_fpr_valid("0123456789ABCDEF0123456789ABCDEF0123456"));
	ck_assert(!hf_fpr_valid("0123456789ABCDEF0123456789ABCDEF012345678"));
	ck_assert(!hf_fpr_valid("0123456789ABCDEF0123456789ABCDEF0123456G"));
	ck_assert(!hf_fpr_valid("0x23456789ABCDEF0123456789ABCDEF01234567"));
	ck_assert(!hf_fpr_valid(""));
	ck_assert(!hf_fpr_valid(NULL));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("vault: keys");
	TCase *t = tcase_create("keys");

	tcase_add_unchecked_fixture(t, make_world, remove_world);
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, keys_are_described, 0, N_OF(keys));
	tcase_add_test(t, inspecting_needs_no_members);
	tcase_add_loop_test(t, anything_but_one_public_key_is_refused, 0, N_OF(no_keys));
	tcase_add_test(t, secret_keys_are_listed);
	tcase_add_loop_test(t, exports_are_one_minimal_key, 0, 7);
	tcase_add_test(t, fingerprints_have_a_form);
	suite_add_tcase(s, t);
	return run_suite(s);
}
