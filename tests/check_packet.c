#include <stdio.h>

#include "holdfast/buf.h"
#include "holdfast/packet.h"
#include "test.h"

#define KEYID_A UINT64_C(0x0123456789abcdef)
#define KEYID_B UINT64_C(0xfedcba9876543210)

#define SESSION_LEN 14
#define SESSION_A   "\xc1\x0c\x03\x01\x23\x45\x67\x89\xab\xcd\xef\x12pq" /* tag 1, 12 bytes: version 3, key id, algorithm, two more */
#define SESSION_B   "\x84\x0c\x03\xfe\xdc\xba\x98\x76\x54\x32\x10\x12xy" /* the same in the old format */
#define DATA        "\xd2\x05\x01what"

struct text {
	const char *p;
	size_t      len;
};

#define T(s)                     \
	{                        \
		s, sizeof(s) - 1 \
	}

static const struct {
	struct text message;
	size_t      keys;
} good[] = {
	{ T(SESSION_A DATA), 1 },                               /* one recipient */
	{ T(SESSION_A SESSION_B DATA), 2 },                     /* two recipients */
	{ T(SESSION_A "\xd4\x05\x01\x09\x02\x10x"), 1 },        /* AEAD */
	{ T(SESSION_A "\xd2\xff\x00\x00\x00\x05\x01what"), 1 }, /* five-octet length */
	{ T("\xc1\xff\x00\x00\x00\x0c\x03\x01\x23\x45\x67\x89\xab\xcd\xef\x12pq" DATA),
	    1 },                                             /* session key with a longer length field */
	{ T("\xc1\x0c\x03\0\0\0\0\0\0\0\0\x12pq" DATA), 1 }, /* hidden recipient */
};

START_TEST(messages_are_read)
{
	struct hf_packets p;

	ck_ok(hf_packets_read(&p, good[_i].message.p, good[_i].message.len, &e));
	ck_assert_uint_eq(p.n, good[_i].keys);
	ck_assert(p.keyid[0] == KEYID_A || p.keyid[0] == 0);
	ck_assert(p.n == 1 || p.keyid[1] == KEYID_B);
}
END_TEST

static const struct {
	const char *words;
	struct text message;
} bad[] = {
	{ "empty", T("") },
	{ "armored text", T("-----BEGIN PGP MESSAGE-----\n\nhF4D\n") },
	{ "none begins here", T("{\"id\": 1}") },
	{ "none begins here", T("\0\0\0\0") },
	{ "in the clear",
	    T("\xcb\x08"
	      "b\0\0\0\0\0hi") },
	{ "in the clear",
	    T("\xac\x08"
	      "b\0\0\0\0\0hi") },
	{ "compressed", T("\xc8\x03\x01\x03\0") },
	{ "does not say how long", T("\xa3\x01\x03\0") }, /* as gpg writes compressed data */
	{ "signed", T("\xc4\x0d\x03\0\x08\x16\x01\x23\x45\x67\x89\xab\xcd\xef\x01") },
	{ "signed", T("\xc2\x05\x04what") },
	{ "a key, not", T("\xc6\x05\x04what") },
	{ "a key, not", T("\x98\x05\x04what") },
	{ "without integrity", T("\xc9\x05\x01what") },
	{ "without integrity", T(SESSION_A "\xc9\x05\x01what") },
	{ "without a recipient", T(DATA) },
	{ "before the encrypted", T(SESSION_A) },
	{ "before the encrypted", T(SESSION_A SESSION_B) },
	{ "password",
	    T("\xc3\x0d\x04\x09\x03\x08"
	      "12345678\x60" DATA) },
	{ "password",
	    T(SESSION_A "\xc3\x0d\x04\x09\x03\x08"
			"12345678\x60" DATA) },
	{ "marker", T("\xca\x03PGP" SESSION_A DATA) },
	{ "type 60", T("\xfc\x03PGP" SESSION_A DATA) },
	{ "type 0", T("\xc0\x01x" SESSION_A DATA) },
	{ "version 2", T("\xc1\x0c\x02\x01\x23\x45\x67\x89\xab\xcd\xef\x12pq" DATA) },
	{ "version 6", T("\xc1\x0c\x06\x01\x23\x45\x67\x89\xab\xcd\xef\x12pq" DATA) },
	{ "wrong length", T("\xc1\x0a\x03\x01\x23\x45\x67\x89\xab\xcd\xef\x12" DATA) },
	{ "wrong length", T("\xc1\x00" DATA) },
	{ "unknown version", T(SESSION_A "\xd2\x05\x02what") },
	{ "unknown version", T(SESSION_A "\xd2\x00") },
	{ "unknown version", T(SESSION_A "\xd4\x05\x02what") },
	{ "a second one", T(SESSION_A DATA SESSION_A DATA) },
	{ "a second one", T(SESSION_A DATA SESSION_B) },
	{ "after its end", T(SESSION_A DATA "\n") },
	{ "after its end", T(SESSION_A DATA "\xc1\x0c\x03") },
	{ "after its end", T(SESSION_A DATA DATA) },
	{ "cut short", T(SESSION_A "\xd2") },
	{ "cut short", T(SESSION_A "\xd2\x06\x01what") },
	{ "cut short", T(SESSION_A "\xd2\xff\xff\xff\xff\xff\x01what") },
	{ "cut short", T(SESSION_A "\xd2\xff\x00\x00\x00") },
	{ "cut short", T(SESSION_A "\xd2\xc1") },
	{ "cut short", T("\x86\xff\xff\xff\xff\x03") },
	{ "cut short", T(SESSION_A "\xd2\xe9\x01what") },
	{ "first part", T(SESSION_A "\xd2\xe2\x01wha\x00") },
	{ "does not say how long", T("\x87\x03\x01\x23\x45\x67\x89\xab\xcd\xef\x12pq") },
};

START_TEST(others_are_refused_with_the_reason)
{
	struct hf_packets p;

	ck_fails(HF_DAMAGED, bad[_i].words, hf_packets_read(&p, bad[_i].message.p, bad[_i].message.len, &e));
	ck_fails(HF_DAMAGED, "message: ", hf_packets_read(&p, bad[_i].message.p, bad[_i].message.len, &e));
}
END_TEST

/* A message whose data is in parts: of each length, then a last one. */
static void
put_parts(struct hf_buf *b, const int *log2, size_t n, size_t last)
{
	hf_buf_add(b, SESSION_A, SESSION_LEN);
	hf_buf_addc(b, '\xd2');
	for (size_t i = 0; i < n; i++) {
		hf_buf_addc(b, (char)(224 + log2[i]));
		hf_buf_pad(b, '\1', (size_t)1 << log2[i]);
	}
	if (last < 192)
		hf_buf_addc(b, (char)last);
	else {
		hf_buf_addc(b, (char)(((last - 192) >> 8) + 192));
		hf_buf_addc(b, (char)((last - 192) & 0xff));
	}
	hf_buf_pad(b, '\1', last);
}

static const struct {
	int    log2[4];
	size_t n, last;
	bool   fine;
} parts[] = {
	{ { 9 }, 1, 0, true },
	{ { 9 }, 1, 1, true },
	{ { 13, 13, 9 }, 3, 191, true },
	{ { 13, 0, 1, 2 }, 4, 192, true }, /* only the first has a lower limit */
	{ { 9, 9 }, 2, 8383, true },
	{ { 16 }, 1, 5000, true },
	{ { 8 }, 1, 100, false },
	{ { 0 }, 1, 100, false },
};

START_TEST(parts_are_followed)
{
	struct hf_buf     b = HF_BUF_INIT;
	struct hf_packets p;

	put_parts(&b, parts[_i].log2, parts[_i].n, parts[_i].last);
	if (!parts[_i].fine)
		ck_fails(HF_DAMAGED, "first part", hf_packets_read(&p, b.data, b.len, &e));
	else {
		ck_ok(hf_packets_read(&p, b.data, b.len, &e));
		for (size_t len = 1; len < b.len; len += len < 600 ? 1 : 97)
			ck_fails(HF_DAMAGED, "cut short", hf_packets_read(&p, b.data, len, &e));
		hf_buf_addc(&b, 'x');
		ck_fails(HF_DAMAGED, "after its end", hf_packets_read(&p, b.data, b.len, &e));
	}
	hf_buf_clear(&b);
}
END_TEST

/* A session key in parts would hide its key id from a reader that does not put them together. */
START_TEST(session_keys_are_in_one_part)
{
	struct hf_buf     b = HF_BUF_INIT;
	struct hf_packets p;

	hf_buf_adds(&b, "\xc1\xe9\x03\x01\x23\x45\x67\x89\xab\xcd\xef\x12");
	hf_buf_pad(&b, 'k', 513 - 11);
	hf_buf_addc(&b, '\1');
	hf_buf_addc(&b, 'k');
	hf_buf_adds(&b, DATA);
	ck_fails(HF_DAMAGED, "wrong length", hf_packets_read(&p, b.data, b.len, &e));
	hf_buf_clear(&b);
}
END_TEST

START_TEST(recipients_have_a_limit)
{
	struct hf_buf     b = HF_BUF_INIT;
	struct hf_packets p;

	for (int i = 0; i < HF_PACKET_KEYS_MAX + _i; i++)
		hf_buf_add(&b, SESSION_A, SESSION_LEN);
	hf_buf_adds(&b, DATA);
	if (_i == 0) {
		ck_ok(hf_packets_read(&p, b.data, b.len, &e));
		ck_assert_uint_eq(p.n, HF_PACKET_KEYS_MAX);
	} else
		ck_fails(HF_DAMAGED, "over 256 recipients", hf_packets_read(&p, b.data, b.len, &e));
	hf_buf_clear(&b);
}
END_TEST

/* What a flipped bit at this place of SESSION_A SESSION_B DATA may do: nothing but change a key id, or be found. */
static bool
may_pass(size_t at)
{
	size_t in = at % SESSION_LEN;

	return at >= 2 * SESSION_LEN ? at > 2 * SESSION_LEN + 2 : in > 2;
}

/* In a copy of its own, so that a read past the end is seen. */
static enum hf_code
read_copy(struct hf_packets *p, const char *message, size_t len)
{
	char        *copy = malloc(len == 0 ? 1 : len);
	enum hf_code rc;

	memcpy(copy, message, len);
	rc = hf_packets_read(p, copy, len, NULL);
	free(copy);
	return rc;
}

START_TEST(every_flipped_bit)
{
	char message[] = SESSION_A SESSION_B DATA;
	struct hf_packets                    p;
	size_t                               at;
	enum hf_code                         rc;

	for (at = 0; at < sizeof(message) - 1; at++)
		for (int bit = 0; bit < 8; bit++) {
			message[at] = (char)(message[at] ^ 1 << bit);
			rc = read_copy(&p, message, sizeof(message) - 1);
			ck_assert_msg(may_pass(at) ? rc == HF_OK && p.n == 2 : rc == HF_DAMAGED, "byte %zu bit %d: HF_%s", at, bit,
			    hf_code_name(rc));
			if (rc == HF_OK && at >= 2 * SESSION_LEN)
				ck_assert(p.keyid[0] == KEYID_A && p.keyid[1] == KEYID_B);
			message[at] = (char)(message[at] ^ 1 << bit);
		}
}
END_TEST

START_TEST(every_truncation)
{
	static const char message[] = SESSION_A SESSION_B DATA;
	struct hf_packets                                 p;

	for (size_t len = 0; len < sizeof(message) - 1; len++)
		ck_assert_int_eq(read_copy(&p, message, len), HF_DAMAGED);
	ck_assert_int_eq(read_copy(&p, message, sizeof(message) - 1), HF_OK);
}
END_TEST

START_TEST(packets_are_taken_one_by_one)
{
	static const unsigned char chain[] = "\x98\x03key\xcd\x00\xb4\x02id\xc2\x01s";
	static const struct {
		unsigned    tag;
		const char *body;
	} want[] = { { HF_TAG_PUBLIC_KEY, "key" }, { HF_TAG_USER_ID, "" }, { HF_TAG_USER_ID, "id" }, { HF_TAG_SIGNATURE, "s" } };
	const unsigned char *at = chain;
	size_t               left = sizeof(chain) - 1;
	struct hf_packet     p;

	for (int i = 0; i < N_OF(want); i++) {
		ck_ok(hf_packet_next(&p, &at, &left, &e));
		ck_assert_uint_eq(p.tag, want[i].tag);
		ck_assert_uint_eq(p.len, strlen(want[i].body));
		ck_assert(memcmp(p.body, want[i].body, p.len) == 0 && !p.parts);
	}
	ck_assert_uint_eq(left, 0);
	ck_fails(HF_DAMAGED, "cut short", hf_packet_next(&p, &at, &left, &e));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("packet");
	TCase *t = tcase_create("packet");

	tcase_add_loop_test(t, messages_are_read, 0, N_OF(good));
	tcase_add_loop_test(t, others_are_refused_with_the_reason, 0, N_OF(bad));
	tcase_add_loop_test(t, parts_are_followed, 0, N_OF(parts));
	tcase_add_test(t, session_keys_are_in_one_part);
	tcase_add_loop_test(t, recipients_have_a_limit, 0, 2);
	tcase_add_test(t, every_flipped_bit);
	tcase_add_test(t, every_truncation);
	tcase_add_test(t, packets_are_taken_one_by_one);
	suite_add_tcase(s, t);
	return run_suite(s);
}
