/* The walk of a register that others have, too: it syncs beside the person, and never makes them wait. HOLDFAST is the program. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "holdfast/time.h"
#include "test.h"
#include "walk_aid.h"

static const char book[] = "# Book `book`\n\n- **In short:** be quick.\n- **Subject:** account\n- **Reviewed:** 2026-11-20\n\n"
			   "## Triage `triage`\n\n### Ring `ring`\n\nUse the telephone.\n\n### Save it `save`\n\nSave it all.\n\n"
			   "### Tell them `tell`\n\nTell everybody.\n";

static void
shared_once_up(void)
{
	once_up();
	write_book("incident/book", book);
	sh("\"$HOLDFAST\" add person name='Kim Moss' 2>&1 && \"$HOLDFAST\" add account provider=x handle=lone state=live owner='Kim Moss' 2>&1");
}

/* A run, and another copy that has it. */
static void
shared_up(void)
{
	begin_run("respond x:agency --new --playbook incident/book");
	sh("test -d '%s/srv.git' || git init -q --bare '%s/srv.git'; \"$HOLDFAST\" sync --to '%s/srv.git' 2>&1 && rm -rf '%s/two'",
	    dir, dir, dir, dir);
	sh("\"$HOLDFAST\" --register '%s/two' clone '%s/srv.git' --root $(gpg --list-keys --with-colons | awk -F: '/^fpr/ { print $10; exit }') 2>&1",
	    dir, dir);
}

/* Within ten seconds. */
static void
comes_true(const char *test)
{
	struct timespec nap = { 0, 100000000 };
	int             i;

	for (i = 0; i < 100 && system(test) != 0; i++)
		nanosleep(&nap, NULL);
	ck_assert_msg(i < 100, "never: %s", test);
}

/* It begins with a sync, which brings what the other did; the next prompt shows it. */
START_TEST(others_work_comes)
{
	struct pty *p;

	sh("\"$HOLDFAST\" --register '%s/two' run done %s ring 2>&1 && \"$HOLDFAST\" --register '%s/two' sync 2>&1", dir, run, dir);
	p = resume();
	EXPECT(p, "Enter: ");
	comes_true("grep -q $(cat $HOME/srv.git/refs/heads/main) $HOME/.local/share/holdfast/default.git/refs/heads/main");
	pty_pause(p, 300); /* the child ends after it has moved the branch */
	pty_send(p, PTY_ENTER);
	EXPECT(p, "synced ");
	EXPECT(p, "Save it");
	type(p, "x:agency >", "q");
	ck_assert_int_eq(pty_wait(p), 0);
	pty_free(p);
}
END_TEST

/* What the other wrote leaves an account without its owner: whoever walks is told at once, and what to type. */
START_TEST(lost_is_told)
{
	struct pty *p;

	sh("\"$HOLDFAST\" --register '%s/two' set 'Kim Moss' last_day=\"$(date -u -d -2days +%%F)\" 2>&1 && \"$HOLDFAST\" --register '%s/two' sync 2>&1",
	    dir, dir);
	p = resume();
	EXPECT(p, "Enter: ");
	comes_true("grep -q $(cat $HOME/srv.git/refs/heads/main) $HOME/.local/share/holdfast/default.git/refs/heads/main");
	pty_pause(p, 300);
	pty_send(p, PTY_ENTER);
	EXPECT(p, "x:lone has no owner who stays (Kim Moss leaves) now: holdfast set x:lone owner=PERSON");
	type(p, "x:agency >", "q");
	ck_assert_int_eq(pty_wait(p), 0);
	pty_free(p);
}
END_TEST

/* What was done here is sent when the walk is next begun, whatever killed the last. */
START_TEST(ours_goes)
{
	struct pty *p = resume();

	type(p, "Enter: ", "");
	type(p, "x:agency >", "d");
	EXPECT(p, "recorded");
	pty_signal(p, SIGKILL);
	pty_wait(p);
	pty_free(p);
	p = resume();
	EXPECT(p, "Going on with Book, on x:agency: 1 of 3 steps are finished.");
	EXPECT(p, "x:agency >");
	comes_true("grep -q $(cat $HOME/.local/share/holdfast/default.git/refs/heads/main) $HOME/srv.git/refs/heads/main");
	pty_send(p, "q" PTY_ENTER);
	ck_assert_int_eq(pty_wait(p), 0);
	pty_free(p);
}
END_TEST

/* A server that lets one in and says nothing: the person notices nothing but a line. */
START_TEST(nobody_waits)
{
	struct pty *p;
	int64_t     began;

	sh("printf '#!/bin/sh\\nexec sleep 2\\n' >'%s/mute' && chmod +x '%s/mute'", dir, dir);
	sh("cd '%s' && sed -i 's|\"url\": .*|\"url\": \"ssh://host/x\"|' .local/state/holdfast/*/pin-*.json", dir);
	setenv("GIT_SSH_COMMAND", sh("echo '%s/mute'", dir), 1);
	began = hf_time_mono();
	p = resume();
	type(p, "Enter: ", "");
	type(p, "x:agency >", "d");
	EXPECT(p, "recorded");
	EXPECT(p, "Save it");
	ck_assert_int_lt(hf_time_mono() - began, 5000);
	pty_pause(p, 6000);
	type(p, "x:agency >", "d");
	EXPECT(p, "not synced: ssh://host/x: ");
	type(p, "x:agency >", "q");
	ck_assert_int_eq(pty_wait(p), 0);
	pty_free(p);
	unsetenv("GIT_SSH_COMMAND");
}
END_TEST

/* Without /proc nobody knows which program this is: the walk goes on, and says that it does not sync. */
START_TEST(without_proc)
{
	static char shell[] = "/bin/sh", option[] = "-c";
	static char script[] = "exec unshare -m sh -c 'mount -t tmpfs none /proc && exec \"$HOLDFAST\" run resume \"$0\"' \"$0\"";
	char       *argv[] = { shell, option, script, run, NULL };
	struct pty *p;
	int         status;

	if (system("unshare -m sh -c 'mount -t tmpfs none /proc' 2>/dev/null") != 0) {
		puts("skipped: a walk without /proc: only root can take it away");
		return;
	}
	p = pty_run(argv, 50, 100);
	type(p, "Enter: ", "");
	EXPECT(p, "not synced: there is no /proc here");
	EXPECT(p, "holdfast sync");
	type(p, "x:agency >", "d");
	EXPECT(p, "recorded");
	type(p, "x:agency >", "q");
	status = pty_wait(p);
#ifdef __SANITIZE_ADDRESS__
	status = 0; /* it looks for leaks at the end, in /proc */
#endif
	ck_assert_int_eq(status, 0);
	pty_free(p);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("walk_sync");
	TCase *t = tcase_create("walk_sync");

	tcase_add_unchecked_fixture(t, shared_once_up, once_down);
	tcase_add_checked_fixture(t, shared_up, NULL);
	tcase_set_timeout(t, 240);
	tcase_add_test(t, others_work_comes);
	tcase_add_test(t, lost_is_told);
	tcase_add_test(t, ours_goes);
	tcase_add_test(t, nobody_waits);
	tcase_add_test(t, without_proc);
	suite_add_tcase(s, t);
	return run_suite(s);
}
