#include <stdio.h>

#include "git_aid.h"
#include "holdfast/commit.h"
#include "test.h"

#define OID_A  "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
#define OID_B  "1111111111111111111111111111111111111111"
#define OID_C  "2222222222222222222222222222222222222222"
#define OID_D  "3333333333333333333333333333333333333333"
#define WHO    "holdfast <" AID_FPR "@holdfast.invalid>"
#define TREE   "tree " OID_A "\n"
#define PARENT "parent " OID_B "\n"
#define AUTHOR "author " WHO " 1790000000 +0000\n"
#define COMMIT "committer " WHO " 1790000000 +0000\n"
#define BEGIN  "gpgsig -----BEGIN PGP SIGNATURE-----\n"
#define BODY   " \n iHUEABYKAB0WIQTNotReallyASignature\n =abcd\n"
#define END    " -----END PGP SIGNATURE-----\n"
#define SIG    BEGIN BODY END
#define BLANK  "\n"
#define WORD   "record\n"
#define GOOD   TREE PARENT AUTHOR COMMIT SIG BLANK WORD

/* A literal with its length, so that it may hold a NUL. */
struct raw {
	const char *what, *data;
	size_t      len;
};
#define RAW(what, text)                      \
	{                                    \
		what, text, sizeof(text) - 1 \
	}

static const struct raw good[] = {
	RAW("one parent", GOOD),
	RAW("the first", TREE AUTHOR COMMIT SIG BLANK WORD),
	RAW("a merge", TREE PARENT "parent " OID_C "\n" AUTHOR COMMIT SIG BLANK "merge\n"),
	RAW("time zero", TREE PARENT "author " WHO " 0 +0000\n" COMMIT SIG BLANK WORD),
	RAW("author and committer differ",
	    TREE                                                                                                     PARENT
	    "author holdfast <ABCDEF0123ABCDEF0123ABCDEF0123ABCDEF0123@holdfast.invalid> 5 +0000\n" COMMIT SIG BLANK WORD),
};

static const struct raw hostile[] = {
	RAW("nothing", ""),
	RAW("not a commit", "blob"),
	RAW("NUL tail", GOOD "\0hidden"),
	RAW("NUL within", TREE PARENT AUTHOR COMMIT SIG BLANK "rec\0rd\n"),
	RAW("NUL in the author", TREE PARENT "author holdfast <" AID_FPR "@holdfast.invalid>\0 1 +0000\n" COMMIT SIG BLANK WORD),
	RAW("two trees", TREE TREE PARENT AUTHOR COMMIT SIG BLANK WORD),
	RAW("tree after the parent", PARENT TREE AUTHOR COMMIT SIG BLANK WORD),
	RAW("no tree", PARENT AUTHOR COMMIT SIG BLANK WORD),
	RAW("short tree", "tree 4b825dc642cb6eb9a060e54bf8d69288fbee490\n" PARENT AUTHOR COMMIT SIG BLANK WORD),
	RAW("long tree", "tree " OID_A "0\n" PARENT AUTHOR COMMIT SIG BLANK WORD),
	RAW("sha256 tree", "tree " OID_A "4b825dc642cb6eb9a060e54b\n" PARENT AUTHOR COMMIT SIG BLANK WORD),
	RAW("upper-case tree", "tree 4B825DC642CB6EB9A060E54BF8D69288FBEE4904\n" PARENT AUTHOR COMMIT SIG BLANK WORD),
	RAW("two blanks after tree", "tree  " OID_A "\n" PARENT AUTHOR COMMIT SIG BLANK WORD),
	RAW("carriage return", "tree " OID_A "\r\n" PARENT AUTHOR COMMIT SIG BLANK WORD),
	RAW("three parents", TREE PARENT "parent " OID_C "\nparent " OID_D "\n" AUTHOR COMMIT SIG BLANK WORD),
	RAW("one parent twice", TREE PARENT PARENT AUTHOR COMMIT SIG BLANK WORD),
	RAW("parent after the author", TREE AUTHOR PARENT COMMIT SIG BLANK WORD),
	RAW("bad parent", TREE "parent zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\n" AUTHOR COMMIT SIG BLANK WORD),
	RAW("two authors", TREE PARENT AUTHOR AUTHOR COMMIT SIG BLANK WORD),
	RAW("no author", TREE PARENT COMMIT SIG BLANK WORD),
	RAW("no committer", TREE PARENT AUTHOR SIG BLANK WORD),
	RAW("two committers", TREE PARENT AUTHOR COMMIT COMMIT SIG BLANK WORD),
	RAW("committer first", TREE PARENT COMMIT AUTHOR SIG BLANK WORD),
	RAW("another name", TREE PARENT "author Alice <" AID_FPR "@holdfast.invalid> 1790000000 +0000\n" COMMIT SIG BLANK WORD),
	RAW("another domain", TREE PARENT "author holdfast <" AID_FPR "@example.org> 1790000000 +0000\n" COMMIT SIG BLANK WORD),
	RAW("short fingerprint",
	    TREE PARENT "author holdfast <0123456789ABCDEF@holdfast.invalid> 1790000000 +0000\n" COMMIT SIG BLANK WORD),
	RAW("lower-case fingerprint",
	    TREE                                                                                                              PARENT
	    "author holdfast <0123456789abcdef0123456789abcdef01234567@holdfast.invalid> 1790000000 +0000\n" COMMIT SIG BLANK WORD),
	RAW("fingerprint and more",
	    TREE PARENT "author holdfast <" AID_FPR "0@holdfast.invalid> 1790000000 +0000\n" COMMIT SIG BLANK WORD),
	RAW("two addresses", TREE PARENT "author " WHO "<b@x.invalid> 1790000000 +0000\n" COMMIT SIG BLANK WORD),
	RAW("zone +0100", TREE PARENT "author " WHO " 1790000000 +0100\n" COMMIT SIG BLANK WORD),
	RAW("zone -0000", TREE PARENT "author " WHO " 1790000000 -0000\n" COMMIT SIG BLANK WORD),
	RAW("zone +00000", TREE PARENT "author " WHO " 1790000000 +00000\n" COMMIT SIG BLANK WORD),
	RAW("zone of nonsense", TREE PARENT "author " WHO " 1790000000 +9999\n" COMMIT SIG BLANK WORD),
	RAW("no zone", TREE PARENT "author " WHO " 1790000000\n" COMMIT SIG BLANK WORD),
	RAW("no time", TREE PARENT "author " WHO " +0000\n" COMMIT SIG BLANK WORD),
	RAW("negative time", TREE PARENT "author " WHO " -1 +0000\n" COMMIT SIG BLANK WORD),
	RAW("leading zero", TREE PARENT "author " WHO " 01790000000 +0000\n" COMMIT SIG BLANK WORD),
	RAW("time over 64 bits", TREE PARENT "author " WHO " 99999999999999999999999 +0000\n" COMMIT SIG BLANK WORD),
	RAW("year 10000", TREE PARENT "author " WHO " 253402300800 +0000\n" COMMIT SIG BLANK WORD),
	RAW("time with a point", TREE PARENT "author " WHO " 1790000000.5 +0000\n" COMMIT SIG BLANK WORD),
	RAW("unsigned", TREE PARENT AUTHOR COMMIT BLANK WORD),
	RAW("two gpgsig", TREE PARENT AUTHOR COMMIT SIG SIG BLANK WORD),
	RAW("gpgsig first", SIG TREE PARENT AUTHOR COMMIT BLANK WORD),
	RAW("gpgsig before the committer", TREE PARENT AUTHOR SIG COMMIT BLANK WORD),
	RAW("gpgsig-sha256", TREE PARENT AUTHOR COMMIT "gpgsig-sha256 -----BEGIN PGP SIGNATURE-----\n" BODY END BLANK WORD),
	RAW("both gpgsig", TREE PARENT AUTHOR COMMIT SIG "gpgsig-sha256 -----BEGIN PGP SIGNATURE-----\n" BODY END BLANK WORD),
	RAW("encoding", TREE PARENT AUTHOR COMMIT "encoding ISO-8859-1\n" SIG BLANK WORD),
	RAW("encoding after", TREE PARENT AUTHOR COMMIT SIG "encoding ISO-8859-1\n" BLANK WORD),
	RAW("mergetag", TREE PARENT AUTHOR COMMIT "mergetag object " OID_B "\n type commit\n" SIG BLANK WORD),
	RAW("HG:extra", TREE PARENT AUTHOR COMMIT "HG:extra a\n" SIG BLANK WORD),
	RAW("unknown header", TREE PARENT AUTHOR COMMIT SIG "x y\n" BLANK WORD),
	RAW("header without a value", TREE PARENT AUTHOR COMMIT SIG "gpgsig\n" BLANK WORD),
	RAW("empty gpgsig", TREE PARENT AUTHOR COMMIT "gpgsig \n" BLANK WORD),
	RAW("ssh signature",
	    TREE PARENT AUTHOR COMMIT "gpgsig -----BEGIN SSH SIGNATURE-----\n" BODY " -----END SSH SIGNATURE-----\n" BLANK WORD),
	RAW("a PGP message",
	    TREE PARENT AUTHOR COMMIT "gpgsig -----BEGIN PGP MESSAGE-----\n" BODY " -----END PGP MESSAGE-----\n" BLANK WORD),
	RAW("only a beginning", TREE PARENT AUTHOR COMMIT BEGIN BLANK WORD),
	RAW("no end", TREE PARENT AUTHOR COMMIT BEGIN BODY BLANK WORD),
	RAW("text before", TREE PARENT AUTHOR COMMIT "gpgsig text\n -----BEGIN PGP SIGNATURE-----\n" BODY END BLANK WORD),
	RAW("text after", TREE PARENT AUTHOR COMMIT SIG " text\n" BLANK WORD),
	RAW("blank after", TREE PARENT AUTHOR COMMIT SIG " \n" BLANK WORD),
	RAW("second block", TREE PARENT AUTHOR COMMIT SIG " -----BEGIN PGP SIGNATURE-----\n" BODY END BLANK WORD),
	RAW("block in the block", TREE PARENT AUTHOR COMMIT BEGIN BODY " -----BEGIN PGP SIGNATURE-----\n" BODY END BLANK WORD),
	RAW("trailing blank at the end", TREE PARENT AUTHOR COMMIT BEGIN BODY " -----END PGP SIGNATURE----- \n" BLANK WORD),
	RAW("a comment in the signature", TREE PARENT AUTHOR COMMIT BEGIN " Comment: hello\n" BODY END BLANK WORD),
	RAW("a version in the signature", TREE PARENT AUTHOR COMMIT BEGIN " Version: GnuPG v2\n" BODY END BLANK WORD),
	RAW("a header without a name", TREE PARENT AUTHOR COMMIT BEGIN " hello\n" BODY END BLANK WORD),
	RAW("no blank line in the signature", TREE PARENT AUTHOR COMMIT BEGIN " iHUEABYKAB0WIQTNot\n =abcd\n" END BLANK WORD),
	RAW("two blank lines in the signature", TREE PARENT AUTHOR COMMIT BEGIN " \n" BODY END BLANK WORD),
	RAW("a blank line before the end", TREE PARENT AUTHOR COMMIT BEGIN BODY " \n" END BLANK WORD),
	RAW("a blank in the signature", TREE PARENT AUTHOR COMMIT BEGIN " \n iHUEABYKAB0W QTN\n =abcd\n" END BLANK WORD),
	RAW("a blank at the end of a line", TREE PARENT AUTHOR COMMIT BEGIN " \n iHUEABYKAB0WIQTN \n =abcd\n" END BLANK WORD),
	RAW("short lines in the signature", TREE PARENT AUTHOR COMMIT BEGIN " \n iHUEABYK\n AB0WIQTN\n =abcd\n" END BLANK WORD),
	RAW("a long line in the signature",
	    TREE PARENT AUTHOR COMMIT                                                                      BEGIN
	    " \n iHUEABYKAB0WIQTNiHUEABYKAB0WIQTNiHUEABYKAB0WIQTNiHUEABYKAB0WIQTNiHUE\n =abcd\n" END BLANK WORD),
	RAW("no checksum in the signature", TREE PARENT AUTHOR COMMIT BEGIN " \n iHUEABYKAB0WIQTN\n" END BLANK WORD),
	RAW("two checksums", TREE PARENT AUTHOR COMMIT BEGIN BODY " =abcd\n" END BLANK WORD),
	RAW("a checksum alone", TREE PARENT AUTHOR COMMIT BEGIN " \n =abcd\n" END BLANK WORD),
	RAW("text after the checksum", TREE PARENT AUTHOR COMMIT BEGIN BODY " hello\n" END BLANK WORD),
	RAW("a dash in the signature", TREE PARENT AUTHOR COMMIT BEGIN " \n iHUEABYKAB0WIQT-\n =abcd\n" END BLANK WORD),
	RAW("tab in the signature", TREE PARENT AUTHOR COMMIT BEGIN " \ta\n" END BLANK WORD),
	RAW("escape in the signature", TREE PARENT AUTHOR COMMIT BEGIN " Comment: \033]0;x\n" BODY END BLANK WORD),
	RAW("UTF-8 in the signature", TREE PARENT AUTHOR COMMIT BEGIN " Comment: \303\244\n" BODY END BLANK WORD),
	RAW("carriage returns in the signature",
	    TREE PARENT AUTHOR COMMIT "gpgsig -----BEGIN PGP SIGNATURE-----\r\n" BODY END BLANK WORD),
	RAW("not folded",
	    TREE PARENT AUTHOR COMMIT                                                          BEGIN
	    "\niHUEABYKAB0WIQTNotReallyASignature\n=abcd\n-----END PGP SIGNATURE-----\n" BLANK WORD),
	RAW("no blank line", TREE PARENT AUTHOR COMMIT SIG WORD),
	RAW("two blank lines", TREE PARENT AUTHOR COMMIT SIG BLANK BLANK WORD),
	RAW("no message", TREE PARENT AUTHOR COMMIT SIG BLANK),
	RAW("no message nor blank line", TREE PARENT AUTHOR COMMIT SIG),
	RAW("two words", TREE PARENT AUTHOR COMMIT SIG BLANK "record two\n"),
	RAW("two lines", TREE PARENT AUTHOR COMMIT SIG BLANK "record\nmore\n"),
	RAW("capital", TREE PARENT AUTHOR COMMIT SIG BLANK "Record\n"),
	RAW("no newline", TREE PARENT AUTHOR COMMIT SIG BLANK "record"),
	RAW("two newlines", TREE PARENT AUTHOR COMMIT SIG BLANK "record\n\n"),
	RAW("escape in the message", TREE PARENT AUTHOR COMMIT SIG BLANK "re\033c\n"),
	RAW("long word",
	    TREE PARENT AUTHOR COMMIT SIG BLANK "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"),
};

/* Header, signature folded again, message: nothing of the raw bytes may be anywhere else. */
static void
assert_all_accounted(const struct hf_commit *c, const char *raw, size_t len)
{
	struct hf_buf again = HF_BUF_INIT;
	const char   *p, *nl;
	size_t        headers = c->payload_len - c->message_len - 1;

	hf_buf_add(&again, c->payload, headers);
	hf_buf_adds(&again, "gpgsig");
	for (p = c->signature; *p != '\0'; p = nl + 1) {
		nl = strchr(p, '\n');
		ck_assert_ptr_nonnull(nl);
		hf_buf_addc(&again, ' ');
		hf_buf_add(&again, p, (size_t)(nl - p) + 1);
	}
	hf_buf_add(&again, c->payload + headers, c->payload_len - headers);
	ck_assert_uint_eq(again.len, len);
	ck_assert_mem_eq(again.data, raw, len);
	hf_buf_clear(&again);
}

START_TEST(accepts)
{
	struct hf_commit c;

	ck_ok(hf_commit_read(&c, good[_i].data, good[_i].len, &e));
	ck_assert_str_eq(c.tree.hex, OID_A);
	ck_assert_uint_eq(c.signature_len, strlen(c.signature));
	ck_assert_uint_eq(c.payload_len, strlen(c.payload));
	assert_all_accounted(&c, good[_i].data, good[_i].len);
	hf_commit_clear(&c);
}
END_TEST

START_TEST(fields)
{
	struct hf_commit c;

	ck_ok(hf_commit_read(&c, GOOD, strlen(GOOD), &e));
	ck_assert_uint_eq(c.n_parents, 1);
	ck_assert_str_eq(c.parent[0].hex, OID_B);
	ck_assert_str_eq(c.author, AID_FPR);
	ck_assert_str_eq(c.committer, AID_FPR);
	ck_assert_int_eq(c.author_time, 1790000000);
	ck_assert_int_eq(c.committer_time, 1790000000);
	ck_assert_uint_eq(c.message_len, 7);
	ck_assert_mem_eq(c.message, WORD, 7);
	ck_assert_str_eq(c.signature, AID_SIG);
	ck_assert_str_eq(c.payload, TREE PARENT AUTHOR COMMIT BLANK WORD);
	hf_commit_clear(&c);
	ck_ok(hf_commit_read(&c, good[2].data, good[2].len, &e));
	ck_assert_uint_eq(c.n_parents, 2);
	ck_assert_str_eq(c.parent[1].hex, OID_C);
	hf_commit_clear(&c);
	hf_commit_clear(&c);
}
END_TEST

START_TEST(refuses)
{
	struct hf_commit c;

	ck_fails(HF_DAMAGED, "commit: ", hf_commit_read(&c, hostile[_i].data, hostile[_i].len, &e));
	ck_assert_ptr_null(c.signature);
	ck_assert_ptr_null(c.payload);
	hf_commit_clear(&c);
}
END_TEST

START_TEST(refuses_every_beginning)
{
	struct hf_commit c;
	size_t           len;

	for (len = 0; len < strlen(GOOD); len++) {
		char *cut = malloc(len + 1); /* its own block, so that a byte too far is seen */

		memcpy(cut, GOOD, len);
		ck_fails(HF_DAMAGED, "", hf_commit_read(&c, cut, len, &e));
		free(cut);
	}
}
END_TEST

/* Whatever is accepted, the bytes signed and the signature are all there is. */
START_TEST(every_byte_changed)
{
	static const unsigned char with[] = { 0, 1, '\n', ' ', '\t', '0', 'a', 'A', '-', 0x7f, 0x80, 0xff };
	struct hf_commit           c;
	char                       raw[sizeof(GOOD)];
	size_t                     i, k;
	int                        accepted = 0;

	for (i = 0; i < strlen(GOOD); i++)
		for (k = 0; k < sizeof(with); k++) {
			memcpy(raw, GOOD, sizeof(raw));
			raw[i] = (char)with[k];
			if (hf_commit_read(&c, raw, strlen(GOOD), NULL) != HF_OK)
				continue;
			accepted++;
			assert_all_accounted(&c, raw, strlen(GOOD));
			hf_commit_clear(&c);
		}
	ck_assert_int_gt(accepted, 100); /* other digits in ids and times, other letters in the signature */
}
END_TEST

START_TEST(refuses_too_large)
{
	struct hf_commit c;
	struct hf_buf    b = HF_BUF_INIT;

	hf_buf_adds(&b, TREE PARENT AUTHOR COMMIT BEGIN " \n");
	while (b.len < HF_COMMIT_MAX - 200)
		hf_buf_adds(&b, " iHUEABYKAB0WIQTNotReallyASignatureiHUEABYKAB0WIQTNotReallyASigna\n");
	hf_buf_adds(&b, " =abcd\n" END BLANK WORD);
	ck_ok(hf_commit_read(&c, b.data, b.len, &e));
	hf_commit_clear(&c);
	hf_buf_cut(&b, b.len - strlen(" =abcd\n" END BLANK WORD));
	while (b.len <= HF_COMMIT_MAX)
		hf_buf_adds(&b, " iHUEABYKAB0WIQTNotReallyASignatureiHUEABYKAB0WIQTNotReallyASigna\n");
	hf_buf_adds(&b, " =abcd\n" END BLANK WORD);
	ck_fails(HF_DAMAGED, "too large", hf_commit_read(&c, b.data, b.len, &e));
	hf_buf_clear(&b);
}
END_TEST

/* What we accept git accepts. (The other way round is not so, nor meant to be.) */
START_TEST(git_agrees)
{
	struct hf_oid    oid;
	struct hf_commit c;
	int              git_took = 0;

	aid_must(NULL, "git init -q --bare r");
	for (int i = 0; i < N_OF(good); i++)
		ck_assert_msg(aid_hash(&oid, "r", "commit", good[i].data, good[i].len), "%s", good[i].what);
	for (int i = 0; i < N_OF(hostile); i++) {
		git_took += aid_hash(&oid, "r", "commit", hostile[i].data, hostile[i].len);
		ck_assert_int_eq(hf_commit_read(&c, hostile[i].data, hostile[i].len, NULL), HF_DAMAGED);
	}
	ck_assert_int_gt(git_took, 20); /* so these rows are not merely nonsense */
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("commit");
	TCase *t = tcase_create("reader");

	tcase_add_loop_test(t, accepts, 0, N_OF(good));
	tcase_add_test(t, fields);
	tcase_add_loop_test(t, refuses, 0, N_OF(hostile));
	tcase_add_test(t, refuses_every_beginning);
	tcase_add_test(t, every_byte_changed);
	tcase_add_test(t, refuses_too_large);
	suite_add_tcase(s, t);
	t = tcase_create("git");
	tcase_set_timeout(t, 60);
	tcase_add_unchecked_fixture(t, aid_begin, aid_end);
	tcase_add_test(t, git_agrees);
	suite_add_tcase(s, t);
	return run_suite(s);
}
