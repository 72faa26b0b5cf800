#include <stdio.h>
#include <time.h>
#include <zlib.h>

#include "../src/store/git/object.h"
#include "git_aid.h"
#include "holdfast/fs.h"
#include "holdfast/hash.h"
#include "test.h"

#define MAX   (1024 * 1024)
#define HELLO "ce013625030ba8dba906f756967f9e9ca394464a" /* "hello\n" */

static double
seconds(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

/* A zlib stream of these bytes. */
static void
zip(struct hf_buf *out, const void *data, size_t len)
{
	uLongf n = compressBound((uLong)len);
	size_t at = out->len;

	hf_buf_pad(out, '\0', n);
	ck_assert_int_eq(compress2((Bytef *)out->data + at, &n, data, (uLong)len, 9), Z_OK);
	hf_buf_cut(out, at + n);
}

static enum hf_code
check(const char *oid, const void *zipped, size_t len, size_t max, struct hf_err *e)
{
	enum hf_object_type type = HF_OBJECT_TAG;
	struct hf_oid       name;
	enum hf_code        rc;
	size_t              size;
	char               *copy = malloc(len + (len == 0)); /* a block of its own, so that a byte too far is seen */

	ck_assert(hf_oid_set(&name, oid));
	memcpy(copy, zipped, len);
	rc = hf_object_check(&type, &size, &name, copy, len, max, e);
	if (rc != HF_OK)
		ck_assert_uint_eq(size, 0);
	free(copy);
	return rc;
}

START_TEST(names)
{
	static const char *const wrong[] = { "", "ce01", HELLO "0", "CE013625030BA8DBA906F756967F9E9CA394464A",
		"ce013625030ba8dba906f756967f9e9ca394464g", " e013625030ba8dba906f756967f9e9ca394464a",
		"-e013625030ba8dba906f756967f9e9ca394464a" };
	unsigned char            id[HF_OID_BYTES];
	struct hf_oid            a, b;

	for (int i = 0; i < N_OF(wrong); i++) {
		ck_assert_msg(!hf_oid_set(&a, wrong[i]), "%s", wrong[i]);
		ck_assert_str_eq(a.hex, "");
	}
	ck_assert(hf_oid_set(&a, HELLO));
	ck_assert(hf_oid_to_bytes(id, &a));
	hf_oid_from_bytes(&b, id);
	ck_assert(hf_oid_equal(&a, &b));
	ck_assert_uint_eq(id[0], 0xce);
	hf_object_id(&b, HF_OBJECT_BLOB, "hello\n", 6);
	ck_assert_str_eq(b.hex, HELLO);
	b.hex[0] = '\0';
	ck_assert(!hf_oid_to_bytes(id, &b));
	ck_assert(!hf_oid_equal(&a, &b));
}
END_TEST

/* Sizes around what is read at once. */
static const size_t sizes[] = { 0, 1, 100, 16383, 16384, 16385, 100000, MAX };

START_TEST(zip_and_unzip)
{
	enum hf_object_type type;
	struct hf_buf       zipped = HF_BUF_INIT, back = HF_BUF_INIT;
	struct hf_oid       oid;
	unsigned char      *data = malloc(sizes[_i] + 1);
	uint32_t            random = 1;
	size_t              size;

	for (size_t i = 0; i < sizes[_i]; i++) {
		random = random * 1664525 + 1013904223;
		data[i] = (unsigned char)(random >> 24);
	}
	hf_object_id(&oid, HF_OBJECT_BLOB, data, sizes[_i]);
	ck_ok(hf_object_zip(&zipped, HF_OBJECT_BLOB, data, sizes[_i], &e));
	ck_ok(hf_object_check(&type, &size, &oid, hf_buf_str(&zipped), zipped.len, MAX, &e));
	ck_assert_uint_eq(size, sizes[_i]);
	ck_assert_int_eq(type, HF_OBJECT_BLOB);
	if (size > 0)
		ck_fails(HF_DAMAGED, "too large", hf_object_check(&type, &size, &oid, zipped.data, zipped.len, sizes[_i] - 1, &e));
	const struct hf_zipped from = { .mem = zipped.data, .len = zipped.len, .fd = -1 };
	hf_buf_adds(&back, "kept");
	struct hf_get get = { .oid = &oid, .max = MAX, .out = &back };
	ck_ok(hf_object_unzip(&get, &from, &e));
	ck_assert_uint_eq(back.len, 4 + sizes[_i]);
	ck_assert_mem_eq(back.data + 4, data, sizes[_i]);
	hf_buf_clear(&back);
	hf_buf_clear(&zipped);
	free(data);
}
END_TEST

/* What is in the stream, against the name of "hello\n". */
static const struct {
	const char *what, *data;
	size_t      len;
} hostile[] = {
#define ROW(what, text)                      \
	{                                    \
		what, text, sizeof(text) - 1 \
	}
	ROW("nothing", ""),
	ROW("no head", "hello\n"),
	ROW("no NUL", "blob 6"),
	ROW("no type", " 6\0hello\n"),
	ROW("unknown type", "blub 6\0hello\n"),
	ROW("another type", "tree 6\0hello\n"),
	ROW("type in capitals", "BLOB 6\0hello\n"),
	ROW("no size", "blob \0hello\n"),
	ROW("no blank", "blob6\0hello\n"),
	ROW("two blanks", "blob  6\0hello\n"),
	ROW("blank after", "blob 6 \0hello\n"),
	ROW("leading zero", "blob 06\0hello\n"),
	ROW("plus", "blob +6\0hello\n"),
	ROW("minus", "blob -6\0hello\n"),
	ROW("hexadecimal", "blob 0x6\0hello\n"),
	ROW("too short", "blob 6\0hell"),
	ROW("too long", "blob 6\0hello\nworld\n"),
	ROW("size too small", "blob 5\0hello\n"),
	ROW("size too large", "blob 7\0hello\n"),
	ROW("size of 2^64 + 6", "blob 18446744073709551622\0hello\n"),
	ROW("size of 2^63", "blob 9223372036854775808\0hello\n"),
	ROW("size of a terabyte", "blob 1099511627776\0hello\n"),
	ROW("a very long head", "blob 000000000000000000000000000000000000000000000006\0hello\n"),
	ROW("other content", "blob 6\0hellO\n"),
	ROW("empty content", "blob 0\0"),
#undef ROW
};

START_TEST(refuses)
{
	struct hf_buf b = HF_BUF_INIT;

	zip(&b, hostile[_i].data, hostile[_i].len);
	ck_fails(HF_DAMAGED, "object " HELLO ": ", check(HELLO, b.data, b.len, MAX, &e));
	hf_buf_clear(&b);
}
END_TEST

START_TEST(refuses_streams)
{
	static const char head[] = "blob 6\0hello\n";
	struct hf_buf     b = HF_BUF_INIT;

	ck_fails(HF_DAMAGED, "cut off", check(HELLO, "", 0, MAX, &e));
	ck_fails(HF_DAMAGED, "broken", check(HELLO, head, sizeof(head) - 1, MAX, &e)); /* not compressed */
	zip(&b, head, sizeof(head) - 1);
	ck_ok(check(HELLO, b.data, b.len, MAX, &e));
	hf_buf_addc(&b, '\0');
	ck_fails(HF_DAMAGED, "after its end", check(HELLO, b.data, b.len, MAX, &e));
	hf_buf_cut(&b, b.len - 1);
	zip(&b, head, sizeof(head) - 1);
	ck_fails(HF_DAMAGED, "after its end", check(HELLO, b.data, b.len, MAX, &e));
	hf_buf_clear(&b);
}
END_TEST

/* A gigabyte in a megabyte, with an honest head and with a lying one. */
START_TEST(bombs)
{
	static const char *const heads[] = { "blob 1073741824", "blob 6" };
	static char              zeros[1 << 20];
	double                   before;

	for (int h = 0; h < N_OF(heads); h++) {
		struct hf_buf b = HF_BUF_INIT;
		z_stream      z = { 0 };
		int           i;

		hf_buf_pad(&b, '\0', 2 << 20);
		ck_assert_int_eq(deflateInit(&z, 1), Z_OK);
		z.next_out = (Bytef *)b.data;
		z.avail_out = (uInt)b.len;
		z.next_in = (Bytef *)(uintptr_t)heads[h];
		z.avail_in = (uInt)strlen(heads[h]) + 1;
		deflate(&z, Z_NO_FLUSH);
		for (i = 0; i < 128 && z.avail_out > 0; i++) { /* an eighth of it will do */
			z.next_in = (Bytef *)zeros;
			z.avail_in = sizeof(zeros);
			deflate(&z, Z_SYNC_FLUSH);
		}
		before = seconds();
		ck_fails(HF_DAMAGED, "", check(HELLO, b.data, b.len - z.avail_out, HF_REPO_BLOB_MAX, &e));
		ck_assert(seconds() - before < 0.5);
		deflateEnd(&z);
		hf_buf_clear(&b);
	}
}
END_TEST

static void
read_file(struct hf_buf *out, const char *path)
{
	hf_buf_cut(out, 0);
	ck_ok(hf_fs_read(out, path, 0, &e));
}

/* A file of the store that git made, with each bit changed in turn: refused, or the change is one of no meaning. */
static void
flip_object(const char *oid, const struct hf_buf *b)
{
	size_t i;
	int    harmless = 0;

	ck_ok(check(oid, b->data, b->len, MAX, &e));
	for (i = 0; i < 8 * b->len; i++) {
		b->data[i / 8] ^= (char)(1 << i % 8);
		harmless += check(oid, b->data, b->len, MAX, NULL) == HF_OK;
		b->data[i / 8] ^= (char)(1 << i % 8);
	}
	ck_assert_int_le(harmless, 8); /* the unused bits before the checksum */
	for (i = 0; i < b->len; i++)
		ck_fails(HF_DAMAGED, "", check(oid, b->data, i, MAX, &e));
}

static void
flip_file(const struct hf_buf *b, enum hf_code (*fn)(const void *data, size_t len, struct hf_err *e))
{
	size_t i;
	char  *copy;

	ck_ok(fn(b->data, b->len, &e));
	for (i = 0; i < b->len; i++) {
		b->data[i] ^= (char)(1 << i % 8);
		ck_fails(HF_DAMAGED, "pack", fn(b->data, b->len, &e));
		b->data[i] ^= (char)(1 << i % 8);
	}
	for (i = 0; i < b->len; i += i < 64 ? 1 : 7) {
		copy = malloc(i + 1);
		memcpy(copy, b->data, i);
		ck_fails(HF_DAMAGED, "pack", fn(copy, i, &e));
		free(copy);
	}
}

START_TEST(git_loose)
{
	struct hf_buf            b = HF_BUF_INIT;
	char                     oid[256], path[512];
	static const char *const specs[] = { "HEAD", "HEAD:", "HEAD:dir", "HEAD:a" };

	aid_must(NULL, "git init -q w && cd w && mkdir dir && echo hello >a && seq 300 >dir/b && git add . && git commit -qm one");
	for (int i = 0; i < N_OF(specs); i++) {
		aid_must(oid, "git -C w rev-parse %s", specs[i]);
		snprintf(path, sizeof(path), "%s/w/.git/objects/%.2s/%s", aid_folder(), oid, oid + 2);
		read_file(&b, path);
		flip_object(oid, &b);
	}
	hf_buf_clear(&b);
}
END_TEST

START_TEST(git_packed)
{
	struct hf_buf b = HF_BUF_INIT;
	char          line[256];

	aid_must(
	    NULL, "git init -q p && cd p && for i in 1 2 3 4 5; do echo $i >>a; seq 40 >>b; git add . && git commit -qm $i; done");
	aid_must(line, "git -C p repack -qad && cd p/.git/objects/pack && mv *.idx ../i && mv *.pack ../p && pwd");
	read_file(&b, aid_path("p/.git/objects/i"));
	flip_file(&b, hf_idx_check);
	read_file(&b, aid_path("p/.git/objects/p"));
	/* Far places, as in a pack over 2 GiB; and the old format, which we do not read. */
	aid_must(NULL,
	    "cd p/.git/objects && cp p p.pack && git index-pack --index-version=2,0x40 -o far.idx p.pack && git index-pack "
	    "--index-version=1 -o old.idx p.pack");
	read_file(&b, aid_path("p/.git/objects/far.idx"));
	flip_file(&b, hf_idx_check);
	read_file(&b, aid_path("p/.git/objects/old.idx"));
	ck_fails(HF_DAMAGED, "version 2", hf_idx_check(b.data, b.len, &e));
	hf_buf_clear(&b);
}
END_TEST

/* Wrong inside, right trailer: what flips cannot show. */
START_TEST(idx_consistency)
{
	static const struct {
		size_t at; /* from the beginning, or, when far, from the table of places */
		bool   places;
		char   bytes[4];
	} wrong[] = {
		{ 7, false, { 3 } },                                      /* version */
		{ 8, false, { 0x7f, 0x7f, 0x7f, 0x7f } },                 /* counts go back */
		{ 8 + 255 * 4, false, { 0x7f, 0x7f, 0x7f, 0x7f } },       /* far more than there are */
		{ 8 + 254 * 4, false, { 0, 0, 0, 0 } },                   /* counts go back */
		{ 8 + 1024, false, { (char)0xff, (char)0xff, 0, 0 } },    /* names not in order */
		{ 0, true, { (char)0xff, (char)0xff, (char)0xff, 0x7f } } /* a far place that is none */
	};
	struct hf_buf b = HF_BUF_INIT;
	unsigned char id[HF_OID_BYTES];
	struct hf_oid sum;
	size_t        n, at;

	aid_must(NULL,
	    "git init -q c && cd c && for i in 1 2 3; do echo $i >a; git add . && git commit -qm $i; done; git repack -qad && "
	    "mv .git/objects/pack/*.idx ../c.idx");
	for (int i = 0; i < N_OF(wrong); i++) {
		read_file(&b, aid_path("c.idx"));
		n = (b.len - 8 - 1024 - 40) / 28;
		at = wrong[i].at + (wrong[i].places ? 8 + 1024 + n * 24 : 0);
		memcpy(b.data + at, wrong[i].bytes, i == 0 ? 1 : 4);
		hf_sha1(sum.hex, b.data, b.len - 20);
		hf_oid_to_bytes(id, &sum);
		memcpy(b.data + b.len - 20, id, 20);
		ck_fails(HF_DAMAGED, "pack index: ", hf_idx_check(b.data, b.len, &e));
	}
	hf_buf_clear(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("object");
	TCase *t = tcase_create("zip");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, names);
	tcase_add_loop_test(t, zip_and_unzip, 0, N_OF(sizes));
	tcase_add_loop_test(t, refuses, 0, N_OF(hostile));
	tcase_add_test(t, refuses_streams);
	tcase_add_test(t, bombs);
	suite_add_tcase(s, t);
	t = tcase_create("git");
	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, aid_begin, aid_end);
	tcase_add_test(t, git_loose);
	tcase_add_test(t, git_packed);
	tcase_add_test(t, idx_consistency);
	suite_add_tcase(s, t);
	return run_suite(s);
}
