/* Other programs: bounded, killable, without a shell of ours. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gpg_fixture.h"
#include "holdfast/child.h"
#include "holdfast/time.h"
#include "test.h"

static char          path_word[] = "PATH=/usr/bin:/bin", word[] = "WORD=hold", no_path[] = "PATH=", relative_path[] = "PATH=.:bin";
static char *const   env[] = { path_word, word, NULL };
static struct hf_buf out, err;

static void
up(void)
{
	memset(&out, 0, sizeof(out));
	memset(&err, 0, sizeof(err));
}

static void
down(void)
{
	hf_buf_clear(&out);
	hf_buf_clear(&err);
}

static struct hf_child_end
sh(const char *script, unsigned silent, unsigned whole, uint64_t file_max)
{
	const char         *argv[] = { "/bin/sh", "-c", script, NULL };
	struct hf_child     c = { .argv = argv, .env = env, .silent = silent, .whole = whole, .file_max = file_max };
	struct hf_child_end end;

	ck_ok(hf_child_run(&end, &out, &err, &c, &e));
	return end;
}

START_TEST(says_what_it_says)
{
	struct hf_child_end end = sh("echo $WORD; echo fast >&2; read x || echo none; exit 7", 0, 0, 0);

	ck_assert_int_eq(end.status, 7);
	ck_assert(!end.timed_out);
	ck_assert_str_eq(hf_buf_str(&out), "hold\nnone\n");
	ck_assert_str_eq(hf_buf_str(&err), "fast\n");
}
END_TEST

START_TEST(a_signal_is_told)
{
	ck_assert_int_eq(sh("kill -9 $$", 0, 0, 0).status, 128 + SIGKILL);
}
END_TEST

START_TEST(too_much_is_thrown_away)
{
	out.max = 1000;
	ck_assert_int_eq(sh("head -c 3000000 /dev/zero; echo end >&2", 0, 0, 0).status, 0);
	ck_assert_uint_eq(out.len, 1000);
	ck_assert(!out.failed);
	ck_assert_str_eq(hf_buf_str(&err), "end\n");
}
END_TEST

/* Also where the place of one is taken by another that it gets, or by one of our own pipes. */
START_TEST(it_is_handed_descriptors)
{
	const char         *argv[] = { "/bin/sh", "-c", "cat <&3; cat <&4; cat <&5; cat <&6 || echo none", NULL };
	int                 fds[3];
	struct hf_child     c = { .argv = argv, .env = env, .fds = fds, .n_fds = 3 };
	struct hf_child_end end;

	for (int i = 0; i < 3; i++) {
		int both[2];

		ck_assert_int_eq(pipe(both), 0);
		ck_assert_int_eq(write(both[1], &"CBA"[i], 1), 1);
		close(both[1]);
		ck_assert_int_ge(fds[2 - i] = fcntl(both[0], F_DUPFD_CLOEXEC, HF_CHILD_FD), 0);
		close(both[0]);
	}
	ck_ok(hf_child_run(&end, &out, &err, &c, &e));
	for (int i = 0; i < 3; i++)
		close(fds[i]);
	ck_assert_str_eq(hf_buf_str(&out), "ABCnone\n");
	c.n_fds = HF_CHILD_FDS + 1;
	ck_fails(HF_INTERNAL, "65 descriptors", hf_child_run(&end, &out, &err, &c, &e));
}
END_TEST

/* Told to end, and what it started with it; also when it does not listen, and when it never stops talking. */
static const struct {
	const char *script;
	unsigned    silent, whole;
} slow[] = {
	{ "sleep 60", 1, 0 },
	{ "sleep 61 & wait", 1, 0 },
	{ "trap '' TERM; sleep 62; sleep 62", 1, 0 },
	{ "while :; do echo y; done", 5, 1 },
	{ "while :; do echo y >&2; sleep 0.1; done", 5, 1 },
};

START_TEST(it_is_ended)
{
	int64_t             began = hf_time_mono();
	struct hf_child_end end = sh(slow[_i].script, slow[_i].silent, slow[_i].whole, 0);

	ck_assert(end.timed_out);
	ck_assert_int_ge(end.status, 128);
	ck_assert_int_lt(hf_time_mono() - began, 8000);
}
END_TEST

START_TEST(talking_is_not_silence)
{
	struct hf_child_end end = sh("for i in 1 2 3 4 5; do echo $i; sleep 0.4; done", 1, 0, 0);

	ck_assert(!end.timed_out);
	ck_assert_str_eq(hf_buf_str(&out), "1\n2\n3\n4\n5\n");
}
END_TEST

/* ssh leaves one for later connections, with our pipe in its hands. */
START_TEST(one_that_stays_is_not_waited_for)
{
	int64_t             began = hf_time_mono();
	struct hf_child_end end = sh("setsid sleep 5 & echo done", 0, 0, 0);

	ck_assert_int_eq(end.status, 0);
	ck_assert_str_eq(hf_buf_str(&out), "done\n");
	ck_assert_int_lt(hf_time_mono() - began, 3000);
}
END_TEST

START_TEST(what_it_started_ends_with_it)
{
	struct timespec nap = { 0, 200000000 };

	sh("sleep 63.217 >/dev/null 2>&1 & echo", 0, 0, 0);
	nanosleep(&nap, NULL);
	ck_assert_int_eq(hf_fixture_running("63.217"), 0);
}
END_TEST

START_TEST(files_have_a_limit)
{
	char path[64], script[200];

	snprintf(path, sizeof(path), "/tmp/hf-child-%ld", (long)getpid());
	snprintf(script, sizeof(script), "head -c 5000 /dev/zero >%s", path);
	ck_assert_int_ne(sh(script, 0, 0, 1024).status, 0);
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&err), "File too large"));
	unlink(path);
}
END_TEST

START_TEST(no_such_program)
{
	const char         *argv[] = { "/nowhere/git", NULL };
	struct hf_child     c = { .argv = argv, .env = env };
	struct hf_child_end end;

	ck_fails(HF_NOTFOUND, "/nowhere/git", hf_child_run(&end, &out, &err, &c, &e));
	argv[0] = "/etc/passwd";
	ck_fails(HF_SYSTEM, "/etc/passwd", hf_child_run(&end, &out, &err, &c, &e));
}
END_TEST

START_TEST(found_in_the_path)
{
	char *relative[] = { relative_path, NULL }, *empty[] = { no_path, NULL };
	char *sh_path = hf_child_find("sh", env), *usual = hf_child_find("sh", NULL);

	ck_assert_ptr_nonnull(sh_path);
	ck_assert_ptr_nonnull(usual);
	ck_assert_ptr_null(hf_child_find("sh", relative));
	ck_assert_ptr_null(hf_child_find("sh", empty));
	ck_assert_ptr_null(hf_child_find("no-such-program", env));
	free(sh_path);
	free(usual);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("child");
	TCase *t = tcase_create("child");

	tcase_add_checked_fixture(t, up, down);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, says_what_it_says);
	tcase_add_test(t, a_signal_is_told);
	tcase_add_test(t, too_much_is_thrown_away);
	tcase_add_test(t, it_is_handed_descriptors);
	tcase_add_loop_test(t, it_is_ended, 0, N_OF(slow));
	tcase_add_test(t, talking_is_not_silence);
	tcase_add_test(t, one_that_stays_is_not_waited_for);
	tcase_add_test(t, what_it_started_ends_with_it);
	tcase_add_test(t, files_have_a_limit);
	tcase_add_test(t, no_such_program);
	tcase_add_test(t, found_in_the_path);
	suite_add_tcase(s, t);
	return run_suite(s);
}
