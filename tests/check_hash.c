#include "holdfast/hash.h"
#include "test.h"

/* FIPS 180-4 examples, and what git says of the same bytes. */
static const struct {
	const char *data, *sha256, *sha1, *blob;
} rows[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
	    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "a9993e364706816aba3e25717850c26c9cd0d89d",
	    "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
	    "199f24ed041a6af4d09fa175444712eb1849af8d" },
};

START_TEST(known_digests)
{
	char   h256[HF_SHA256_SIZE], h1[HF_SHA1_SIZE], git[HF_SHA1_SIZE];
	size_t len = strlen(rows[_i].data);

	hf_sha256(h256, rows[_i].data, len);
	hf_sha1(h1, rows[_i].data, len);
	hf_sha1_git(git, "blob", rows[_i].data, len);
	ck_assert_str_eq(h256, rows[_i].sha256);
	ck_assert_str_eq(h1, rows[_i].sha1);
	ck_assert_str_eq(git, rows[_i].blob);
}
END_TEST

START_TEST(empty_tree_is_gits)
{
	char git[HF_SHA1_SIZE];

	hf_sha1_git(git, "tree", "", 0);
	ck_assert_str_eq(git, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}
END_TEST

START_TEST(nul_bytes_count)
{
	char a[HF_SHA256_SIZE], b[HF_SHA256_SIZE];

	hf_sha256(a, "a\0b", 3);
	hf_sha256(b, "a\0c", 3);
	ck_assert_str_ne(a, b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hash");
	TCase *t = tcase_create("hash");

	tcase_add_loop_test(t, known_digests, 0, N_OF(rows));
	tcase_add_test(t, empty_tree_is_gits);
	tcase_add_test(t, nul_bytes_count);
	suite_add_tcase(s, t);
	return run_suite(s);
}
