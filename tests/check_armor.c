#include <stdio.h>

#include "../src/store/vault/armor.h"
#include "../src/store/vault/vault_ring.h"
#include "test.h"

/* ---- armor ---- */

static const struct {
	const char *text, *bytes; /* bytes NULL: refused */
} armors[] = {
	{ "-----BEGIN PGP X-----\n\naGVsbG8=\n-----END PGP X-----\n", "hello" },
	{ "-----BEGIN PGP X-----\n\naGVsbG8=\n=DkcM\n-----END PGP X-----", NULL },
	{ "-----BEGIN PGP X-----\n\naGVsbG8=\n=R/WK\n-----END PGP X-----", "hello" },
	{ "-----BEGIN PGP X-----\nVersion: 1\nComment: a: b\n\naGVsbG8=\n-----END PGP X-----", "hello" },
	{ "\r\n  \n-----BEGIN PGP X-----\r\n\r\naGVsbG8=\r\n-----END PGP X-----\r\n\r\n", "hello" },
	{ "-----BEGIN PGP X-----\n\naGVs\nbG8=\n-----END PGP X-----\n", "hello" },
	{ "-----BEGIN PGP X-----\n\naG\nVsbG\n8=\n-----END PGP X-----\n", "hello" },
	{ "-----BEGIN PGP X-----\n\naGVsbA==\n-----END PGP X-----\n", "hell" },
	{ "-----BEGIN PGP X-----\n\naGVs\n-----END PGP X-----\n", "hel" },
	{ "-----BEGIN PGP X-----\n \naGVs\n-----END PGP X-----\n", "hel" },
	{ "-----BEGIN PGP X-----\naGVs\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\naGVs\n-----END PGP Y-----\n", NULL },
	{ "-----BEGIN PGP Y-----\n\naGVs\n-----END PGP Y-----\n", NULL },
	{ "-----BEGIN PGP X----\n\naGVs\n-----END PGP X----\n", NULL },
	{ "x\n-----BEGIN PGP X-----\n\naGVs\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\naGVs\n-----END PGP X-----\nx", NULL },
	{ "-----BEGIN PGP X-----\n\naGVs\n-----END PGP X-----\n-----BEGIN PGP X-----\n\naGVs\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\naGVs\n", NULL },
	{ "-----BEGIN PGP X-----\n\naGVs", NULL },
	{ "-----BEGIN PGP X-----\n\naGV\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\naGVs=\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\naG=s\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\naA==aGVs\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\na===\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\naG Vs\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\naG-s\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----\n\naGVs\n=AAAA\naGVs\n-----END PGP X-----\n", NULL },
	{ "-----BEGIN PGP X-----", NULL },
	{ "", NULL },
};

START_TEST(armor_is_read)
{
	struct hf_buf out = HF_BUF_INIT;

	hf_buf_adds(&out, "before ");
	if (armors[_i].bytes != NULL) {
		ck_ok(armor_decode(&out, "X", armors[_i].text, strlen(armors[_i].text), &e));
		ck_assert_str_eq(out.data + 7, armors[_i].bytes);
	} else {
		ck_fails(HF_DAMAGED, "", armor_decode(&out, "X", armors[_i].text, strlen(armors[_i].text), &e));
		ck_assert_str_eq(out.data, "before ");
	}
	hf_buf_clear(&out);
}
END_TEST

START_TEST(armor_with_a_nul_in_it)
{
	static const char text[] = "-----BEGIN PGP X-----\n\naG\0Vs\n-----END PGP X-----\n";
	static const char tail[] = "-----BEGIN PGP X-----\n\naGVs\n-----END PGP X-----\n\0";
	struct hf_buf     out = HF_BUF_INIT;

	ck_fails(HF_DAMAGED, "", armor_decode(&out, "X", text, sizeof(text) - 1, &e));
	ck_fails(HF_DAMAGED, "", armor_decode(&out, "X", tail, sizeof(tail) - 1, &e));
	hf_buf_clear(&out);
}
END_TEST

/* ---- signatures ---- */

static void
put_armored(struct hf_buf *out, const char *title, const char *data, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned          group;

	hf_buf_addf(out, "-----BEGIN PGP %s-----\n\n", title);
	for (size_t i = 0; i < len; i += 3) {
		group = (unsigned)(unsigned char)data[i] << 16;
		group |= i + 1 < len ? (unsigned)(unsigned char)data[i + 1] << 8 : 0;
		group |= i + 2 < len ? (unsigned)(unsigned char)data[i + 2] : 0;
		hf_buf_addc(out, digits[group >> 18]);
		hf_buf_addc(out, digits[group >> 12 & 63]);
		hf_buf_addc(out, i + 1 < len ? digits[group >> 6 & 63] : '=');
		hf_buf_addc(out, i + 2 < len ? digits[group & 63] : '=');
		if (i % 48 == 45)
			hf_buf_addc(out, '\n');
	}
	hf_buf_addf(out, "\n-----END PGP %s-----\n", title);
}

/* A signature packet of version 4: type, algorithms, the covered subpackets, none uncovered, and some rest. */
static enum hf_code
read_made(struct armor_sig *sig, const char *head, const char *covered, size_t len)
{
	struct hf_buf packet = HF_BUF_INIT, text = HF_BUF_INIT;
	enum hf_code  rc;

	hf_buf_addc(&packet, '\xc2');
	hf_buf_addc(&packet, (char)(6 + len + 6));
	hf_buf_add(&packet, head, 4);
	hf_buf_addc(&packet, '\0');
	hf_buf_addc(&packet, (char)len);
	hf_buf_add(&packet, covered, len);
	hf_buf_add(&packet, "\0\0\x12\x34zz", 6);
	put_armored(&text, "SIGNATURE", packet.data, packet.len);
	rc = armor_read_sig(sig, text.data, text.len, NULL);
	hf_buf_clear(&packet);
	hf_buf_clear(&text);
	return rc;
}

#define HEAD "\4\0\x16\x08"
#define MADE "\5\2\x5e\x0b\xe1\0"

static const struct {
	const char  *head, *covered;
	size_t       len;
	enum hf_code code;
	bool         expires, strange;
} sigs[] = {
	{ HEAD, MADE, 6, HF_OK, false, false },
	{ HEAD, MADE "\5\3\0\0\0\0", 12, HF_OK, false, false },
	{ HEAD, MADE "\5\3\0\0\0\1", 12, HF_OK, true, false },
	{ HEAD, MADE "\5\x83\0\0\0\1", 12, HF_OK, true, false },
	{ HEAD,
	    MADE "\x09\x10"
		 "12345678",
	    16, HF_OK, false, false },
	{ HEAD,
	    MADE "\x09\x90"
		 "12345678",
	    16, HF_OK, false, false },
	{ HEAD, MADE "\2\x64x", 9, HF_OK, false, false },
	{ HEAD, MADE "\2\xe4x", 9, HF_OK, false, true },
	{ HEAD, MADE "\xff\0\0\0\2\x64x", 13, HF_OK, false, false },
	{ HEAD, "", 0, HF_OK, false, false },
	{ HEAD, MADE "\0", 7, HF_DAMAGED, false, false },
	{ HEAD, MADE "\5\3\0\0", 10, HF_DAMAGED, false, false },
	{ HEAD, MADE "\xff\0\0", 9, HF_DAMAGED, false, false },
	{ HEAD, MADE "\xff\xff\xff\xff\xff\x64", 12, HF_DAMAGED, false, false },
	{ HEAD, MADE "\xc0", 7, HF_DAMAGED, false, false },
	{ "\3\0\x16\x08", MADE, 6, HF_DAMAGED, false, false },
	{ "\5\0\x16\x08", MADE, 6, HF_DAMAGED, false, false },
	{ "\6\0\x16\x08", MADE, 6, HF_DAMAGED, false, false },
};

START_TEST(signatures_are_read)
{
	struct armor_sig sig;
	enum hf_code     rc = read_made(&sig, sigs[_i].head, sigs[_i].covered, sigs[_i].len);

	ck_assert_int_eq(rc, sigs[_i].code);
	if (rc != HF_OK)
		return;
	ck_assert(sig.type == 0 && sig.hash == 8 && sig.expires == sigs[_i].expires && sig.strange == sigs[_i].strange);
	ck_assert_int_eq(sig.made_at, sigs[_i].len == 0 ? 0 : INT64_C(0x5e0be100) * 1000);
}
END_TEST

START_TEST(the_issuer_is_read)
{
	static const char issuer[] =
	    MADE "\x16\x21\4\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67";
	struct armor_sig sig;

	ck_assert_int_eq(read_made(&sig, "\4\1\x16\x0a", issuer, sizeof(issuer) - 1), HF_OK);
	ck_assert_str_eq(sig.issuer, "0123456789ABCDEF0123456789ABCDEF01234567");
	ck_assert(sig.type == 1 && sig.hash == 10 && armor_hash_strong(sig.hash) && !armor_hash_strong(2) && !armor_hash_strong(3));
}
END_TEST

/* ---- what is known of keys, as text ---- */

#define FPR_A "0123456789ABCDEF0123456789ABCDEF01234567"
#define FPR_B "0123456789ABCDEF0123456789ABCDEF01234568"
#define FPR_C "FFFFFFFFFFFFFFFFFFFFFFFF89ABCDEF01234568"

static const char ring_text[] = "key " FPR_A " --- Ann Oh <ann@example.org>\n"
				"sub " FPR_A " -s- 1000 0\n"
				"sub " FPR_B " --e 2000 9000\n"
				"key " FPR_C " rds  \n"
				"sub " FPR_C " rse 1 -1\n";

static bool
read_ring(struct ring *r, const char *text)
{
	char copy[1024], *rest = copy, *line;
	bool fine = true;

	memset(r, 0, sizeof(*r));
	snprintf(copy, sizeof(copy), "%s", text);
	for (line = strtok_r(copy, "\n", &rest); fine && line != NULL; line = strtok_r(NULL, "\n", &rest))
		fine = ring_read_line(r, line);
	return fine;
}

START_TEST(rings_come_back)
{
	struct ring   r, copy;
	struct hf_buf text = HF_BUF_INIT;

	ck_assert(read_ring(&r, ring_text));
	ck_ok(ring_copy(&copy, &r, &e));
	ring_write(&text, &copy);
	ck_assert_str_eq(text.data, ring_text);
	ck_assert(ring_find(&r, FPR_A) == &r.keys[0] && ring_find(&r, FPR_B) == NULL && ring_find_sub(&r, FPR_B) == &r.subs[1]);
	ck_assert(ring_find_keyid(&r, UINT64_C(0x89ABCDEF01234567)) == &r.subs[0]);
	ck_assert_int_eq(ring_expiry(&r, &r.subs[1]), 9000);
	ck_fails(HF_BAD, FPR_A, ring_check_ids(&r, &e)); /* B and C share their last 16 digits */
	ring_clear(&r);
	ring_clear(&copy);
	hf_buf_clear(&text);
}
END_TEST

START_TEST(lines_that_are_not_from_a_ring)
{
	static const char *const lines[] = { "key", "key ", "key " FPR_A, "key " FPR_A " ---", "key " FPR_A " -- x",
		"key " FPR_A "0 --- x", "key 0123 --- x", "sub " FPR_A " --- 1 2", "sub " FPR_A " ---", "other", "" };
	struct ring              r = { 0 };

	ck_assert(!ring_read_line(&r, lines[_i]));
	ring_clear(&r);
}
END_TEST

#define N_LINES 11

/* can it encrypt, can it sign, has it expired, when does it expire: at the moment 5000 */
static const struct {
	const char *subs;
	bool        encrypts, signs, expired;
	int64_t     expires;
} judged[] = {
	{ "sub " FPR_A " -s- 1 0\nsub " FPR_B " --e 1 0", true, true, false, 0 },
	{ "sub " FPR_A " -s- 1 0\nsub " FPR_B " --e 1 6000", true, true, false, 6000 },
	{ "sub " FPR_A " -s- 1 7000\nsub " FPR_B " --e 1 8000", true, true, false, 7000 },
	{ "sub " FPR_A " -s- 1 0\nsub " FPR_B " --e 1 5000", false, true, true, 5000 },
	{ "sub " FPR_A " -s- 1 4999\nsub " FPR_B " --e 1 0", false, false, true, 4999 },
	{ "sub " FPR_A " -s- 1 0\nsub " FPR_B " r-e 1 0", false, true, false, 0 },
	{ "sub " FPR_A " -s- 1 0\nsub " FPR_B " --e 1 6000\nsub " FPR_C " --e 2 7000", true, true, false, 7000 },
	{ "sub " FPR_A " -s- 1 0\nsub " FPR_B " --e 1 6000\nsub " FPR_C " --e 2 4000", true, true, false, 6000 },
	{ "sub " FPR_A " -s- 1 0\nsub " FPR_B " --e 1 3000\nsub " FPR_C " --e 2 2000", false, true, true, 3000 },
	{ "sub " FPR_A " --- 1 0\nsub " FPR_B " -s- 1 0", false, true, false, 0 },
	{ "sub " FPR_A " --- 1 0\nsub " FPR_B " rs- 1 0", false, false, false, 0 },
	{ "sub " FPR_A " -se 1 0", true, true, false, 0 },
};

START_TEST(keys_are_judged)
{
	struct ring   r;
	struct hf_key key;
	char          text[512];

	for (int revoked = 0; revoked < 2; revoked++) {
		snprintf(text, sizeof(text), "key " FPR_A " %s x\n%s", revoked ? "r--" : "---", judged[_i].subs);
		ck_assert(read_ring(&r, text));
		ring_judge(&key, &r, &r.keys[0], 5000);
		ck_assert_int_eq(key.can_encrypt, judged[_i].encrypts && !revoked);
		ck_assert_int_eq(key.can_sign, judged[_i].signs && !revoked);
		ck_assert_int_eq(key.expired, judged[_i].expired);
		ck_assert_int_eq(key.expires, judged[_i].expires);
		ck_assert_int_eq(key.revoked, revoked);
		ring_clear(&r);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("armor");
	TCase *t = tcase_create("armor");

	tcase_add_loop_test(t, armor_is_read, 0, N_OF(armors));
	tcase_add_test(t, armor_with_a_nul_in_it);
	tcase_add_loop_test(t, signatures_are_read, 0, N_OF(sigs));
	tcase_add_test(t, the_issuer_is_read);
	tcase_add_test(t, rings_come_back);
	tcase_add_loop_test(t, lines_that_are_not_from_a_ring, 0, N_LINES);
	tcase_add_loop_test(t, keys_are_judged, 0, N_OF(judged));
	suite_add_tcase(s, t);
	return run_suite(s);
}
