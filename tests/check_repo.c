#include <stdio.h>
#include <unistd.h>

#include "../src/store/git/refs.h"
#include "git_aid.h"
#include "holdfast/fs.h"
#include "holdfast/time.h"
#include "test.h"

#define ZERO "0000000000000000000000000000000000000000"

/* A fetch sweeps what an earlier one left at its own reference; somebody may be moving the branch at that moment. */
START_TEST(one_sweep_leaves_another_alone)
{
	aid_put("a", "1");
	aid_must(NULL, "echo busy >r/holdfast.new && ln r/holdfast.new r/refs/heads/main.lock");
	ck_ok(hf_ref_sweep(aid_path("r"), "refs/holdfast/incoming/main", 0, &e));
	aid_must(NULL, "test -e r/holdfast.new && test -e r/refs/heads/main.lock");
	ck_ok(hf_ref_sweep(aid_path("r"), "refs/heads/main", 0, &e));
	aid_must(NULL, "test ! -e r/holdfast.new && test ! -e r/refs/heads/main.lock");
}
END_TEST

START_TEST(init_makes_what_git_takes)
{
	struct hf_oid oid;
	char          line[256];

	ck_fails(HF_NOTFOUND, "refs/heads/main", hf_repo_head(&oid, aid_repo, &e));
	ck_assert_str_eq(hf_repo_path(aid_repo), aid_path("r"));
	aid_must(line, "git -C r rev-parse --is-bare-repository");
	ck_assert_str_eq(line, "true");
	aid_must(line, "git -C r symbolic-ref HEAD");
	ck_assert_str_eq(line, "refs/heads/main");
	aid_must(line, "find r -type d ! -perm 700 -o -type f ! -perm 600 | wc -l");
	ck_assert_str_eq(line, "0");
	aid_must(line, "find r -type f | sort | tr '\\n' ' '");
	ck_assert_str_eq(line, "r/HEAD r/config ");
	aid_must(line, "ls -A | tr '\\n' ' '");
	ck_assert_str_eq(line, "r ");
	aid_must(NULL,
	    "git clone -q r w && cd w && echo a >a && git add a && git commit -qm a && git push -q origin HEAD:refs/heads/other");
	aid_fsck();
}
END_TEST

START_TEST(init_refuses_what_is_there)
{
	struct hf_repo *r;

	ck_fails(HF_EXISTS, "already", hf_repo_init(&r, aid_path("r"), &e));
	ck_assert_ptr_null(r);
	aid_must(NULL, "touch file && mkdir full empty && touch full/x && ln -s empty link");
	ck_fails(HF_EXISTS, "already", hf_repo_init(&r, aid_path("file"), &e));
	ck_fails(HF_EXISTS, "already", hf_repo_init(&r, aid_path("full"), &e));
	ck_fails(HF_EXISTS, "already", hf_repo_init(&r, aid_path("link"), &e));
	ck_ok(hf_repo_init(&r, aid_path("empty"), &e));
	hf_repo_close(r);
	ck_ok(hf_repo_init(&r, aid_path("new/folders/here/"), &e));
	hf_repo_close(r);
	ck_ok(hf_repo_open(&r, aid_path("new/folders/here"), &e));
	hf_repo_close(r);
	aid_must(NULL, "test -z \"$(find . -name '.holdfast*')\"");
}
END_TEST

/* What is done to a good repository r, and what opening it says. */
static const struct {
	const char  *command;
	enum hf_code code;
	const char  *words;
} refused[] = {
	{ "rm -r r", HF_NOTFOUND, "r" },
	{ "rm -r r; touch r", HF_BAD, "not a folder" },
	{ "rm -r r; mkdir r", HF_BAD, "not a register" },
	{ "rm -r r; git init -q r", HF_BAD, "work tree" },
	{ "rm -r r; git init -q -b main w; cp -r w/.git r", HF_BAD, "core.bare" },
	{ "rm r/HEAD", HF_BAD, "not a register" },
	{ "rm r/HEAD; mkdir r/HEAD", HF_BAD, "HEAD" },
	{ "echo 'ref: refs/heads/master' >r/HEAD", HF_BAD, "refs/heads/main" },
	{ "echo " ZERO " >r/HEAD", HF_BAD, "refs/heads/main" },
	{ "printf 'ref: refs/heads/main' >r/HEAD", HF_BAD, "refs/heads/main" },
	{ "printf 'ref: refs/heads/main\\n\\n' >r/HEAD", HF_BAD, "refs/heads/main" },
	{ "printf 'ref: refs/heads/main\\n\\0' >r/HEAD", HF_BAD, "refs/heads/main" },
	{ "echo /elsewhere >r/objects/info/alternates", HF_BAD, "alternates" },
	{ "echo http://x.invalid >r/objects/info/http-alternates", HF_BAD, "http-alternates" },
	{ "mkdir r/info; echo >r/info/grafts", HF_BAD, "grafts" },
	{ "echo >r/shallow", HF_BAD, "shallow" },
	{ "ln -s nowhere r/shallow", HF_BAD, "shallow" },
	{ "echo ../w >r/commondir", HF_BAD, "commondir" },
	{ "touch r/config.worktree", HF_BAD, "config.worktree" },
	{ "mkdir r/worktrees", HF_BAD, "worktrees" },
	{ "mkdir r/remotes", HF_BAD, "remotes" },
	{ "mkdir r/branches; echo /elsewhere >r/branches/server:r.git", HF_BAD, "branches/server:r.git" },
	{ "mv r/objects o; ln -s ../o r/objects", HF_BAD, "objects" },
	{ "mv r/objects/pack o; ln -s ../../o r/objects/pack", HF_BAD, "objects/pack" },
	{ "mv r/refs o; ln -s ../o r/refs", HF_BAD, "refs" },
	{ "mv r/refs/heads o; ln -s ../../o r/refs/heads", HF_BAD, "refs/heads" },
	{ "rm -r r/refs; touch r/refs", HF_BAD, "refs" },
	{ "rm r/config", HF_BAD, "configuration" },
	{ ": >r/config", HF_BAD, "bare" },
	{ "git -C r config core.bare false", HF_BAD, "core.bare" },
	{ "git -C r config core.worktree /victim", HF_BAD, "core.worktree has no place" },
	{ "git -C r config core.fsmonitor 'touch INJ'", HF_BAD, "core.fsmonitor" },
	{ "git -C r config core.hooksPath /tmp", HF_BAD, "core.hooksPath" },
	{ "git -C r config core.sshCommand 'touch INJ'", HF_BAD, "core.sshCommand" },
	{ "git -C r config core.attributesFile /tmp/x", HF_BAD, "core.attributesFile" },
	{ "git -C r config core.logAllRefUpdates true", HF_BAD, "line 5" },
	{ "git -C r config core.repositoryformatversion 1", HF_BAD, "repositoryformatversion" },
	{ "git -C r config extensions.objectFormat sha256", HF_BAD, "extensions." },
	{ "git -C r config url.ext::x.insteadOf https://", HF_BAD, "url *.insteadOf" },
	{ "git -C r config include.path ../x", HF_BAD, "include.path" },
	{ "git -C r config includeIf.gitdir:/.path ../x", HF_BAD, "includeIf *.path" },
	{ "git -C r config credential.helper '!touch INJ'", HF_BAD, "credential.helper" },
	{ "git -C r config gpg.program ./x", HF_BAD, "gpg.program" },
	{ "git -C r config filter.x.smudge ./x", HF_BAD, "filter *.smudge" },
	{ "git -C r config remote.origin.uploadpack ./x", HF_BAD, "remote *.uploadpack" },
	{ "git -C r config remote.origin.vcs x", HF_BAD, "remote *.vcs" },
	{ "git -C r config remote.origin.pushurl x", HF_BAD, "remote *.pushurl" },
	{ "git -C r config remote.origin.mirror true", HF_BAD, "remote *.mirror" },
	{ "git -C r config alias.fsck '!touch INJ'", HF_BAD, "alias.fsck" },
	{ "git -C r config user.name x", HF_BAD, "user.name" },
	{ "echo worktree = /victim >>r/config", HF_BAD, "core.worktree" },
	{ "printf '[core]bare = true\\n' >>r/config", HF_BAD, "section" },
	{ "printf '[core\\n' >>r/config", HF_BAD, "section" },
	{ "printf '[]\\n' >>r/config", HF_BAD, "section" },
	{ "printf '[remote \"a\\\\\"b\"]\\n' >>r/config", HF_BAD, "section" },
	{ "printf '[remote.a]\\n\\turl = x\\n' >>r/config", HF_BAD, "section" },
	{ "printf '\\tbare\\n' >>r/config", HF_BAD, "core.bare" },
	{ "printf '\\tfilemode = true \\\\\\n\\tworktree = /victim\\n' >>r/config", HF_BAD, "core.filemode" },
	{ "printf '[remote \"a\"]\\n\\turl = \"x\"\\n' >>r/config", HF_BAD, "remote *.url" },
	{ "printf '[remote \"a\"]\\n\\turl =\\n' >>r/config", HF_BAD, "remote *.url" },
	{ "printf '\\0' >>r/config", HF_BAD, "no text" },
	{ "printf '\\r\\n' >>r/config", HF_BAD, "no text" },
	{ "head -c 70000 /dev/zero >r/config", HF_BAD, "config" },
};

START_TEST(open_refuses)
{
	struct hf_repo *r;

	aid_run(NULL, "%s", refused[_i].command);
	ck_fails(refused[_i].code, refused[_i].words, hf_repo_open(&r, aid_path("r"), &e));
	ck_assert_ptr_null(r);
}
END_TEST

static const char *const allowed[] = {
	"true",
	"git -C r config core.fileMode false",
	"git -C r config gc.auto 0",
	"git -C r config fetch.fsckObjects true",
	"git -C r remote add origin ssh://git@example.org/a%20b.git",
	"git -C r remote add origin.two '/a path/with blanks'",
	"printf '# a remark\\n; another [\\n\\n' >>r/config",
	"printf '[CORE]\\n\\tBare = true' >>r/config",
	"rm -r r && git init -q --bare -b main r",
	"rm -r r && git init -q --bare -b main s && git clone -q --bare s r",
	"git -C r gc -q",
	"mkdir r/branches",
	"rm -r r/objects/info r/objects/pack r/refs/heads",
};

START_TEST(open_allows)
{
	struct hf_repo *r;

	aid_must(NULL, "%s", allowed[_i]);
	ck_ok(hf_repo_open(&r, aid_path("r"), &e));
	hf_repo_close(r);
}
END_TEST

START_TEST(open_refuses_another_owner)
{
	struct hf_repo *r;

	if (geteuid() != 0)
		return;
	aid_must(NULL, "chown 65534 r");
	ck_fails(HF_DENIED, "another user", hf_repo_open(&r, aid_path("r"), &e));
}
END_TEST

START_TEST(head_loose_and_packed)
{
	struct hf_oid first = aid_put("a", "1"), second, head;

	ck_ok(hf_repo_head(&head, aid_repo, &e));
	ck_assert_str_eq(head.hex, first.hex);
	aid_must(NULL,
	    "git -C r tag -a -m t t && git -C r update-ref refs/heads/main2 HEAD && git -C r pack-refs --all && "
	    "test ! -e r/refs/heads/main");
	ck_ok(hf_repo_head(&head, aid_repo, &e));
	ck_assert_str_eq(head.hex, first.hex);
	second = aid_put("a", "2"); /* on top of a packed one */
	ck_ok(hf_repo_head(&head, aid_repo, &e));
	ck_assert_str_eq(head.hex, second.hex);
	ck_ok(hf_repo_ref(&head, aid_repo, "refs/heads/main2", &e));
	ck_assert_str_eq(head.hex, first.hex);
	ck_fails(HF_NOTFOUND, "refs/heads/ma", hf_repo_ref(&head, aid_repo, "refs/heads/ma", &e));
	ck_assert_str_eq(head.hex, "");
	aid_must(NULL, "git -C r update-ref refs/holdfast/incoming/main HEAD");
	ck_ok(hf_repo_ref(&head, aid_repo, "refs/holdfast/incoming/main", &e));
	ck_assert_str_eq(head.hex, second.hex);
	aid_fsck();
}
END_TEST

START_TEST(ref_names)
{
	static const char *const names[] = { "", "HEAD", "main", "refs/", "refs/../HEAD", "refs/heads/../../config",
		"refs/heads//main", "refs/heads/.main", "refs/heads/main.lock", "refs/heads/ma in", "refs/heads/ma\nin",
		"refs/heads/m\303\244in" };
	struct hf_oid            oid;

	for (int i = 0; i < N_OF(names); i++)
		ck_fails(HF_BAD, "no name", hf_repo_ref(&oid, aid_repo, names[i], &e));
}
END_TEST

static const char *const damaged_heads[] = {
	": >r/refs/heads/main",
	"head -c 41 /dev/zero >r/refs/heads/main",
	"echo 4b825dc642cb6eb9a060e54bf8d69288fbee490 >r/refs/heads/main",
	"echo 4B825DC642CB6EB9A060E54BF8D69288FBEE4904 >r/refs/heads/main",
	"echo 4b825dc642cb6eb9a060e54bf8d69288fbee49040 >r/refs/heads/main",
	"printf 4b825dc642cb6eb9a060e54bf8d69288fbee4904 >r/refs/heads/main",
	"printf '4b825dc642cb6eb9a060e54bf8d69288fbee4904\\r\\n' >r/refs/heads/main",
	"echo 'ref: refs/heads/other' >r/refs/heads/main",
	"head -c 100000 /dev/zero >r/refs/heads/main",
	"ln -s ../../config r/refs/heads/main",
	"mkdir r/refs/heads/main",
	"mkfifo r/refs/heads/main",
	"printf 4b825dc642cb6eb9a060e54bf8d69288fbee4904 >r/packed-refs",
	"echo 4b825dc642cb6eb9a060e54bf8d69288fbee4904 >r/packed-refs",
	"echo 4b825dc642cb6eb9a060e54bf8d69288fbee490x refs/heads/main >r/packed-refs",
	"printf '4b825dc642cb6eb9a060e54bf8d69288fbee4904 refs/heads/main\\0\\n' >r/packed-refs",
	"echo junk >r/packed-refs",
};

START_TEST(head_damaged)
{
	struct hf_oid head;

	aid_must(NULL, "%s", damaged_heads[_i]);
	ck_fails(HF_DAMAGED, "r/", hf_repo_head(&head, aid_repo, &e));
	ck_assert_str_eq(head.hex, "");
}
END_TEST

START_TEST(move)
{
	struct hf_oid one = aid_put("a", "1"), two = aid_put("a", "2"), head;

	ck_fails(HF_LOCKED, "moved", hf_repo_move(aid_repo, &one, &two, &e));
	ck_fails(HF_LOCKED, "moved", hf_repo_move(aid_repo, NULL, &one, &e));
	ck_ok(hf_repo_move(aid_repo, &two, &one, &e));
	ck_ok(hf_repo_head(&head, aid_repo, &e));
	ck_assert_str_eq(head.hex, one.hex);
	aid_must(NULL, "touch r/refs/heads/main.lock");
	ck_fails(HF_LOCKED, "main.lock", hf_repo_move(aid_repo, &one, &two, &e));
	aid_must(NULL, "rm r/refs/heads/main.lock && test ! -e r/holdfast.new && git -C r update-ref -d refs/heads/main");
	ck_fails(HF_LOCKED, "moved", hf_repo_move(aid_repo, &one, &two, &e));
	ck_ok(hf_repo_move(aid_repo, NULL, &two, &e));
	aid_must(NULL, "test ! -e r/logs && test ! -e r/holdfast.new && test ! -e r/refs/heads/main.lock");
}
END_TEST

START_TEST(lock_excludes)
{
	struct hf_repo       *other;
	struct hf_oid         head = aid_put("a", "1"), oid;
	struct hf_edit        x = aid_edit("a", "2");
	struct hf_commit_spec spec = aid_spec(&head);

	ck_ok(hf_repo_open(&other, aid_path("r"), &e));
	ck_ok(hf_repo_lock(aid_repo, 0, &e));
	ck_fails(HF_INTERNAL, "twice", hf_repo_lock(aid_repo, 0, &e));
	ck_fails(HF_LOCKED, "holdfast.lock", hf_repo_lock(other, 50, &e));
	ck_ok(hf_repo_commit(&oid, aid_repo, &spec, &x, 1, &e));
	hf_repo_unlock(aid_repo);
	hf_repo_unlock(aid_repo);
	ck_ok(hf_repo_lock(other, 0, &e));
	hf_repo_close(other); /* lets go */
	ck_ok(hf_repo_lock(aid_repo, 0, &e));
}
END_TEST

START_TEST(lock_sweeps)
{
	struct hf_oid head = aid_put("a", "1");
	int64_t       before;
	char          line[256];

	/* What our own killed writers leave: at once. */
	aid_must(NULL,
	    "cd r && echo %s >holdfast.new && ln holdfast.new refs/heads/main.lock && cd objects && touch tmp_obj_holdfast_1 "
	    "tmp_object_git2_abc tmp_obj_XYZ pack/tmp_pack_1",
	    head.hex);
	before = hf_time_mono();
	ck_ok(hf_repo_lock(aid_repo, 0, &e));
	ck_assert(hf_time_mono() - before < 500);
	hf_repo_unlock(aid_repo);
	aid_must(
	    line, "cd r && find . -name '*.lock' ! -name holdfast.lock -o -name '*tmp_*' -o -name '*.new' | sort | tr '\\n' ' '");
	ck_assert_str_eq(line, "./objects/pack/tmp_pack_1 ./objects/tmp_obj_XYZ ");
	/* Another git's: after a second of nobody there. */
	aid_must(NULL, "touch r/refs/heads/main.lock");
	before = hf_time_mono();
	ck_ok(hf_repo_lock(aid_repo, 0, &e));
	ck_assert(hf_time_mono() - before >= 900);
	hf_repo_unlock(aid_repo);
	aid_put("a", "2");
	aid_fsck();
}
END_TEST

START_TEST(lock_waits_for_git)
{
	struct hf_oid head;

	aid_put("a", "1");
	/* It changes: somebody is at work. */
	aid_must(NULL,
	    "(for i in $(seq 30); do echo $i >r/refs/heads/main.lock; sleep 0.1; done; rm r/refs/heads/main.lock) >/dev/null 2>&1 & sleep 0.2");
	ck_fails(HF_LOCKED, "at work", hf_repo_lock(aid_repo, 0, &e));
	aid_must(NULL, "while test -e r/refs/heads/main.lock; do sleep 0.1; done");
	ck_ok(hf_repo_lock(aid_repo, 0, &e));
	ck_ok(hf_repo_head(&head, aid_repo, &e));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("repo");
	TCase *t = tcase_create("repo");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, aid_repo_begin, aid_repo_end);
	tcase_add_test(t, init_makes_what_git_takes);
	tcase_add_test(t, init_refuses_what_is_there);
	tcase_add_loop_test(t, open_refuses, 0, N_OF(refused));
	tcase_add_loop_test(t, open_allows, 0, N_OF(allowed));
	tcase_add_test(t, open_refuses_another_owner);
	tcase_add_test(t, head_loose_and_packed);
	tcase_add_test(t, ref_names);
	tcase_add_loop_test(t, head_damaged, 0, N_OF(damaged_heads));
	tcase_add_test(t, move);
	tcase_add_test(t, lock_excludes);
	tcase_add_test(t, lock_sweeps);
	tcase_add_test(t, one_sweep_leaves_another_alone);
	tcase_add_test(t, lock_waits_for_git);
	suite_add_tcase(s, t);
	return run_suite(s);
}
