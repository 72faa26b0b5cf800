#include <stdio.h>

#include "git_aid.h"
#include "holdfast/fs.h"
#include "test.h"

START_TEST(commit_is_gits)
{
	const struct hf_edit edits[] = { aid_edit("holdfast.json", "{}\n"), aid_edit("records/7/01ABC.gpg", "\1\2\3"),
		aid_edit("records/8/01ABD.gpg", ""), aid_edit("members/AA.json", "aa"), aid_edit("members/AA.asc", "bb"),
		aid_edit("runs/01R/01E.gpg", "run"), aid_edit("records-x", "between") };
	struct hf_oid        oid;
	char                 line[256];

	ck_ok(aid_commit(&oid, aid_repo, edits, N_OF(edits), &e));
	aid_fsck();
	aid_must(line, "git -C r rev-parse main");
	ck_assert_str_eq(line, oid.hex);
	aid_must(line, "git -C r log -1 --format='%%an %%ae %%cn %%ce %%at %%ct %%s' main");
	ck_assert_str_eq(
	    line, "holdfast " AID_FPR "@holdfast.invalid holdfast " AID_FPR "@holdfast.invalid 1790000000 1790000000 record");
	aid_must(line, "git -C r ls-tree -r --name-only main | tr '\\n' ' '");
	ck_assert_str_eq(line,
	    "holdfast.json members/AA.asc members/AA.json records-x records/7/01ABC.gpg records/8/01ABD.gpg runs/01R/01E.gpg ");
	aid_must(line, "git -C r cat-file blob main:records/7/01ABC.gpg | od -An -tx1");
	ck_assert_str_eq(line, " 01 02 03");
	aid_must(
	    NULL, "cd r && export GIT_INDEX_FILE=../i && git read-tree main && test $(git write-tree) = $(git rev-parse main:)");
	aid_must(line, "find r/objects -name 'tmp*' | wc -l");
	ck_assert_str_eq(line, "0");
	aid_must(line, "find r -type d ! -perm 700 -o -type f -perm /077 | wc -l");
	ck_assert_str_eq(line, "0");
}
END_TEST

START_TEST(commit_changes_and_removes)
{
	const struct hf_edit first[] = { aid_edit("a/b/one", "1"), aid_edit("a/b/two", "2"), aid_edit("a/c/three", "3"),
		aid_edit("d/four", "4"), aid_edit("top", "5") };
	const struct hf_edit second[] = { aid_edit("a/b/two", "22"), aid_edit("a/c/three", NULL), aid_edit("d/four", NULL),
		aid_edit("d/five", "6") };
	const struct hf_edit rest[] = { aid_edit("a/b/one", NULL), aid_edit("a/b/two", NULL), aid_edit("d/five", NULL),
		aid_edit("top", NULL) };
	struct hf_oid        one, two, three, x, y;
	char                 line[256];

	ck_ok(aid_commit(&one, aid_repo, first, N_OF(first), &e));
	ck_ok(aid_commit(&two, aid_repo, second, N_OF(second), &e));
	aid_must(line, "git -C r ls-tree -r --name-only main | tr '\\n' ' '");
	ck_assert_str_eq(line, "a/b/one a/b/two d/five top ");
	aid_must(line, "git -C r cat-file blob main:a/b/two");
	ck_assert_str_eq(line, "22");
	aid_must(
	    NULL, "cd r && export GIT_INDEX_FILE=../i && git read-tree main && test $(git write-tree) = $(git rev-parse main:)");
	ck_ok(aid_commit(&three, aid_repo, rest, N_OF(rest), &e));
	x = aid_tree(&three);
	ck_assert_str_eq(x.hex, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
	three = aid_put("a/b/one", "1");
	x = aid_tree(&one);
	y = aid_tree(&three);
	ck_ok(hf_repo_lookup(&x, aid_repo, &x, "a/b/one", &e));
	ck_ok(hf_repo_lookup(&y, aid_repo, &y, "a/b/one", &e));
	ck_assert_str_eq(x.hex, y.hex);
	aid_fsck();
}
END_TEST

START_TEST(commit_writes_only_what_changed)
{
	const struct hf_edit first[] = { aid_edit("a/b/one", "1"), aid_edit("c/d/two", "2"), aid_edit("e", "3") };
	char                 line[256];
	struct hf_oid        oid;

	ck_ok(aid_commit(&oid, aid_repo, first, N_OF(first), &e));
	aid_must(line, "find r/objects -type f | wc -l");
	ck_assert_str_eq(line, "9"); /* 3 blobs, a, a/b, c, c/d, root, commit */
	aid_put("a/b/one", "11");
	aid_must(line, "find r/objects -type f | wc -l");
	ck_assert_str_eq(line, "14"); /* blob, a/b, a, root, commit */
	ck_ok(aid_commit(&oid, aid_repo, NULL, 0, &e));
	aid_must(line, "find r/objects -type f | wc -l");
	ck_assert_str_eq(line, "15"); /* the commit */
}
END_TEST

START_TEST(commit_of_a_merge)
{
	struct hf_oid         base = aid_put("a", "1"), ours = aid_put("b", "2"), theirs, oid;
	struct hf_commit_spec spec = aid_spec(&ours);
	struct hf_edit        x = aid_edit("c", "3");
	char                  line[256];

	ck_ok(hf_repo_move(aid_repo, &ours, &base, &e));
	theirs = aid_put("c", "3");
	ck_ok(hf_repo_move(aid_repo, &theirs, &ours, &e));
	spec.other = &theirs;
	spec.message = "merge";
	ck_ok(hf_repo_commit(&oid, aid_repo, &spec, &x, 1, &e));
	aid_must(line, "git -C r log -1 --format=%%P main");
	ck_assert_str_eq(strtok(line, " "), ours.hex);
	ck_assert_str_eq(strtok(NULL, " "), theirs.hex);
	aid_must(line, "git -C r ls-tree -r --name-only main | tr '\\n' ' '");
	ck_assert_str_eq(line, "a b c ");
	aid_fsck();
}
END_TEST

static enum hf_code
sign_fails(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *e)
{
	(void)arg;
	(void)sig;
	(void)data;
	(void)len;
	return hf_fail(e, HF_CANCELLED, "the prompt was cancelled");
}

static enum hf_code
sign_as_told(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *e)
{
	(void)data;
	(void)len;
	(void)e;
	hf_buf_adds(sig, arg);
	return HF_OK;
}

START_TEST(commit_refuses)
{
	static char nonsense[] = "signed, honestly\n", twice[] = AID_SIG AID_SIG, empty[] = "";
	struct hf_oid            base = aid_put("a/b", "1"), other = aid_put("a/c", "2"), oid, head;
	struct hf_commit_spec    spec = aid_spec(&other), bad;
	struct hf_edit           one = aid_edit("d", "1"), two[2] = { aid_edit("d", "1"), aid_edit("d", "2") };
	static const char *const paths[] = { "", "/", "a/", "/a", "a//b", ".", "..", "../x", ".git", "a/.git/b", "a/b/c/d/e",
		"\303\244", "a b", "a\n", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a/b/c", "a" };
	char                     line[256];

	aid_must(NULL, "find r -type f | sort >before");
	bad = aid_spec(&base);
	ck_fails(HF_LOCKED, "moved", hf_repo_commit(&oid, aid_repo, &bad, &one, 1, &e));
	ck_assert_str_eq(oid.hex, "");
	bad = aid_spec(NULL);
	ck_fails(HF_LOCKED, "moved", hf_repo_commit(&oid, aid_repo, &bad, &one, 1, &e));
	for (int i = 0; i < N_OF(paths); i++) {
		struct hf_edit x = aid_edit(paths[i], "x");

		ck_fails(HF_INTERNAL, "", hf_repo_commit(&oid, aid_repo, &spec, &x, 1, &e));
	}
	ck_fails(HF_INTERNAL, "twice", hf_repo_commit(&oid, aid_repo, &spec, two, 2, &e));
	one = aid_edit("nothing/here", NULL);
	ck_fails(HF_NOTFOUND, "nothing/here", hf_repo_commit(&oid, aid_repo, &spec, &one, 1, &e));
	one = aid_edit("a/x", NULL);
	ck_fails(HF_NOTFOUND, "a/x", hf_repo_commit(&oid, aid_repo, &spec, &one, 1, &e));
	one = aid_edit("d", "1");
	bad = spec;
	bad.fpr = "0123";
	ck_fails(HF_INTERNAL, "commit", hf_repo_commit(&oid, aid_repo, &bad, &one, 1, &e));
	bad = spec;
	bad.message = "two words";
	ck_fails(HF_INTERNAL, "commit", hf_repo_commit(&oid, aid_repo, &bad, &one, 1, &e));
	bad = spec;
	bad.at = -1;
	ck_fails(HF_INTERNAL, "commit", hf_repo_commit(&oid, aid_repo, &bad, &one, 1, &e));
	bad = spec;
	bad.sign = sign_fails;
	ck_fails(HF_CANCELLED, "cancelled", hf_repo_commit(&oid, aid_repo, &bad, &one, 1, &e));
	bad.sign = sign_as_told;
	for (int i = 0; i < 3; i++) {
		bad.arg = i == 0 ? nonsense : i == 1 ? twice : empty;
		ck_fails(HF_INTERNAL, "signature", hf_repo_commit(&oid, aid_repo, &bad, &one, 1, &e));
	}
	bad = spec;
	bad.other = &other;
	ck_fails(HF_INTERNAL, "", hf_repo_commit(&oid, aid_repo, &bad, &one, 1, &e));
	ck_ok(hf_repo_head(&head, aid_repo, &e));
	ck_assert_str_eq(head.hex, other.hex);
	aid_must(line, "find r -type f | sort | diff before - | grep -v holdfast.lock | grep -c '^[<>]'; true");
	ck_assert_str_eq(line, "0");
}
END_TEST

/* Many at once take another way to the disk. */
START_TEST(commit_of_many)
{
	static char    paths[1000][32];
	struct hf_edit edits[1000];
	struct hf_oid  oid;
	char           line[256];

	for (int i = 0; i < N_OF(edits); i++) {
		snprintf(paths[i], sizeof(paths[i]), "records/%d/r%d", i % 32, i);
		edits[i] = aid_edit(paths[i], i % 10 == 0 ? "the same" : paths[i]);
	}
	ck_ok(aid_commit(&oid, aid_repo, edits, N_OF(edits), &e));
	aid_must(line, "git -C r ls-tree -r main | wc -l");
	ck_assert_str_eq(line, "1000");
	aid_must(line, "git -C r ls-tree -r main | cut -c13-52 | sort -u | wc -l");
	ck_assert_str_eq(line, "901");
	aid_must(
	    NULL, "cd r && export GIT_INDEX_FILE=../i && git read-tree main && test $(git write-tree) = $(git rev-parse main:)");
	aid_fsck();
}
END_TEST

/* An object that is there already may be damaged: it is written again. */
START_TEST(commit_heals)
{
	struct hf_oid one = aid_put("a/b", "text");
	char          line[256];

	aid_put("a/b", "other");
	aid_must(line, "git -C r rev-parse %s:a/b %s:a | tr '\\n' ' '", one.hex, one.hex);
	aid_must(NULL, "cd r/objects && for o in %s; do f=$(echo $o | cut -c1-2)/$(echo $o | cut -c3-); chmod 600 $f; : >$f; done",
	    line);
	aid_put("a/b", "text");
	aid_fsck();
}
END_TEST

static enum hf_code
gpg_sign(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *e)
{
	enum hf_code rc;

	(void)arg;
	if ((rc = hf_fs_write(aid_path("tosign"), data, len, e)) != HF_OK)
		return rc;
	if (aid_run(NULL, "rm -f tosign.asc && gpg --homedir gnupg --batch --quiet -ab tosign") != 0)
		return hf_fail(e, HF_NOKEY, "gpg");
	return hf_fs_read(sig, aid_path("tosign.asc"), 10000, e);
}

START_TEST(commit_signed_by_gpg)
{
	struct hf_oid         one, two;
	struct hf_commit_spec spec = aid_spec(NULL);
	struct hf_edit        x = aid_edit("records/0/a", "text");
	struct hf_buf         said = HF_BUF_INIT, raw = HF_BUF_INIT;
	struct hf_commit      c;
	char                  fpr[256];

	aid_must(NULL,
	    "mkdir -m 700 gnupg && gpg --homedir gnupg --batch --quiet --passphrase '' --quick-gen-key 'A <a@x.invalid>' ed25519 sign never");
	aid_must(
	    fpr, "gpg --homedir gnupg --batch --with-colons --list-keys 2>/dev/null | sed -n 's/^fpr:*\\([0-9A-F]*\\):$/\\1/p'");
	spec.fpr = fpr;
	spec.sign = gpg_sign;
	ck_ok(hf_repo_commit(&one, aid_repo, &spec, &x, 1, &e));
	spec.base = &one;
	ck_ok(hf_repo_commit(&two, aid_repo, &spec, &x, 1, &e));
	ck_assert_msg(
	    aid_run(&said, "GNUPGHOME=$PWD/gnupg git -C r verify-commit -v %s %s", one.hex, two.hex) == 0, "%s", hf_buf_str(&said));
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&said), "Good signature"));
	hf_buf_cut(&said, 0);
	aid_run(&said, "GNUPGHOME=$PWD/gnupg git -C r log --format='%%G? %%GF' main");
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&said), fpr));
	aid_fsck();
	ck_ok(hf_repo_commit_raw(&raw, aid_repo, &two, &e));
	ck_ok(hf_commit_read(&c, raw.data, raw.len, &e));
	ck_ok(hf_fs_write(aid_path("payload"), c.payload, c.payload_len, &e));
	ck_ok(hf_fs_write(aid_path("payload.asc"), c.signature, c.signature_len, &e));
	aid_must(NULL,
	    "gpg --homedir gnupg --batch --quiet --verify payload.asc payload; r=$?; gpgconf --homedir gnupg --kill all; exit $r");
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
	hf_buf_clear(&said);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("repo_write");
	TCase *t = tcase_create("repo_write");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, aid_repo_begin, aid_repo_end);
	tcase_add_test(t, commit_is_gits);
	tcase_add_test(t, commit_changes_and_removes);
	tcase_add_test(t, commit_writes_only_what_changed);
	tcase_add_test(t, commit_of_a_merge);
	tcase_add_test(t, commit_refuses);
	tcase_add_test(t, commit_of_many);
	tcase_add_test(t, commit_heals);
	tcase_add_test(t, commit_signed_by_gpg);
	suite_add_tcase(s, t);
	return run_suite(s);
}
