/* Being asked: init, add, set and remove at a terminal, on a real register. HOLDFAST is the program. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "home_aid.h"
#include "pty.h"
#include "test.h"

static void
once_up(void)
{
	home_up();
	sh("\"$HOLDFAST\" init --name Agency 2>&1");
	sh("\"$HOLDFAST\" add person name='Jo Park' email=jo@agency.example 2>&1");
	sh("\"$HOLDFAST\" add person name='Max One' post=Clerk 2>&1");
	sh("\"$HOLDFAST\" add person name='Max One' post=Head 2>&1");
	sh("\"$HOLDFAST\" add unit name=Press 2>&1");
	sh("\"$HOLDFAST\" add account provider=x handle=@agency state=live owner='Jo Park' 2>&1");
}

/* holdfast WORD... on a terminal; NULL ends the words. */
static struct pty *
on_terminal(const char *word, ...)
{
	char   *argv[16] = { getenv("HOLDFAST"), (char *)(uintptr_t)word };
	size_t  n = 2;
	va_list ap;

	va_start(ap, word);
	while (n < 15 && (argv[n] = va_arg(ap, char *)) != NULL)
		n++;
	va_end(ap);
	argv[n] = NULL;
	return pty_run(argv, 50, 120);
}

#define EXPECT(p, text) ck_assert_msg(pty_expect(p, text), "no \"%s\" on the screen:\n%s", text, pty_screen(p, NULL))

static void
answer(struct pty *p, const char *question, const char *keys)
{
	EXPECT(p, question);
	pty_send(p, keys);
	pty_send(p, PTY_ENTER);
}

static void
ends_with(struct pty *p, int status)
{
	int got = pty_wait(p);

	ck_assert_msg(got == status, "ended with %d, not %d:\n%s", got, status, pty_screen(p, NULL));
	ck_assert_msg(pty_is_cooked(p), "the terminal is not as it was");
	pty_free(p);
}

static void
holds(const char *ref, const char *field, const char *want)
{
	const char *got = sh("\"$HOLDFAST\" --json show '%s' | perl -MJSON::PP -0777 -ne 'my $v = decode_json($_)->{data}{%s}; "
			     "print ref $v ? join(\"|\", @$v) : $v // \"\"'",
	    ref, field);

	ck_assert_msg(strcmp(got, want) == 0, "%s of %s is \"%s\", not \"%s\"", field, ref, got, want);
}

static int
commits(void)
{
	return atoi(sh("git --git-dir=\"$HOME/.local/share/holdfast/default.git\" rev-list --count main"));
}

/* ---- tests ---- */

/* Nobody answers questions about a register that cannot be made. */
START_TEST(init_looks_before_it_asks)
{
	struct pty *p;

	p = on_terminal("init", NULL);
	EXPECT(p, "something is there already");
	ck_assert_ptr_null(strstr(pty_screen(p, NULL), "Name of the organisation"));
	ends_with(p, 65);
	setenv("HOLDFAST_REGISTER", "second", 1);
	p = on_terminal("init", "--key", "0123456789012345678901234567890123456789", NULL);
	EXPECT(p, "you do not hold that secret key");
	ck_assert_ptr_null(strstr(pty_screen(p, NULL), "Name of the organisation"));
	ends_with(p, 77);
	ck_assert_str_eq(sh("ls \"$HOME/.local/state/holdfast\" | wc -l"), "1");
	unsetenv("HOLDFAST_REGISTER");
}
END_TEST

/* Nor about a second one of what there is only once. */
START_TEST(add_looks_before_it_asks)
{
	struct pty *p = on_terminal("add", "org", NULL);

	EXPECT(p, "there is one already");
	ck_assert_ptr_null(strstr(pty_screen(p, NULL), "name:"));
	ends_with(p, 65);
}
END_TEST

START_TEST(init_asks)
{
	struct pty *p;

	setenv("HOLDFAST_REGISTER", "second", 1);
	p = on_terminal("init", NULL);
	answer(p, "Name of the organisation: ", "Second Agency");
	answer(p, "Its domains, with commas (agency.example): ", "not a domain");
	EXPECT(p, "is not a domain");
	answer(p, "Its domains", "Second.Example, web.example");
	answer(p, "Time zone of the office [", "Europe/Londn");
	EXPECT(p, "is not a time zone");
	answer(p, "Time zone of the office [", "Europe/London");
	answer(p, "Your own name [", "");
	EXPECT(p, "made the register");
	ends_with(p, 0);
	holds("ann", "name", "Ann");
	holds("ann", "email", "ann@agency.example");
	holds("org", "domains", "second.example|web.example");
	holds("org", "timezone", "Europe/London");
	unsetenv("HOLDFAST_REGISTER");
}
END_TEST

START_TEST(every_field_is_asked_for)
{
	struct pty *p = on_terminal("add", "unit", NULL);

	EXPECT(p, "Enter leaves a field empty");
	answer(p, "name: ", "");
	EXPECT(p, "an answer is needed");
	answer(p, "name: ", "?");
	EXPECT(p, "name of the division: text");
	answer(p, "name: ", "Web Team");
	answer(p, "parent: ", "Pres"); /* a beginning that only one has */
	answer(p, "director: ", "Nobody");
	EXPECT(p, "Nobody: no person has that name");
	answer(p, "director: ", "Jo" PTY_TAB);
	answer(p, "deputy director: ", "");
	EXPECT(p, "added unit Web Team");
	ends_with(p, 0);
	holds("Web Team", "director",
	    sh("\"$HOLDFAST\" --json show 'Jo Park' | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}{id}'"));
	holds("Web Team", "deputy_director", "");
}
END_TEST

START_TEST(choices_days_and_an_early_end)
{
	struct pty *p = on_terminal("add", "account", NULL);

	answer(p, "provider: ", "Not a word");
	EXPECT(p, "is not a name in small letters");
	answer(p, "provider: ", "YouTube");
	answer(p, "handle: ", "@agency-films");
	answer(p, "url: ", "youtube.com/agency");
	EXPECT(p, "is not an address that starts with https://");
	answer(p, "url: ", "");
	answer(p, "display name: ", "");
	answer(p, "class (social, messaging, ", "so" PTY_TAB);
	answer(p, "state (proposed, live, ", "livee");
	EXPECT(p, "did you mean live?");
	answer(p, "state (proposed, live, ", "live");
	EXPECT(p, "criticality (");
	pty_send(p, PTY_EOF);
	EXPECT(p, "added account youtube:agency-films");
	ends_with(p, 0);
	holds("youtube:agency-films", "class", "social");
	holds("youtube:agency-films", "provider", "youtube");
}
END_TEST

START_TEST(only_what_is_missing)
{
	struct pty *p = on_terminal("add", "account", "created_on=2026-01-02", NULL);

	answer(p, "provider: ", "zo" PTY_TAB); /* the names of the sheets */
	answer(p, "handle: ", "agency-room");
	EXPECT(p, "added account zoom:agency-room");
	ends_with(p, 0);
	holds("zoom:agency-room", "created_on", "2026-01-02");
}
END_TEST

START_TEST(cancelled_writes_nothing)
{
	struct pty *p;
	int         before = commits();

	p = on_terminal("add", "account", NULL);
	answer(p, "provider: ", "bluesky");
	answer(p, "handle: ", "agency");
	EXPECT(p, "url: ");
	pty_send(p, PTY_INT);
	ends_with(p, 130);
	p = on_terminal("add", "account", NULL);
	EXPECT(p, "provider: ");
	pty_send(p, PTY_EOF); /* what is required cannot be left out */
	EXPECT(p, "cancelled");
	ends_with(p, 77);
	ck_assert_int_eq(commits(), before);
}
END_TEST

START_TEST(an_ambiguous_name_is_a_menu)
{
	struct pty *p = on_terminal("set", "x:agency", "responder=Max One", NULL);

	EXPECT(p, "2 records are called Max One:");
	EXPECT(p, " 1  person Max One, Clerk  0");
	EXPECT(p, " 2  person Max One, Head  0");
	answer(p, "Which one: ", "3");
	EXPECT(p, "not one of the 2");
	answer(p, "Which one: ", "2");
	EXPECT(p, "changed account x:agency");
	ends_with(p, 0);
	p = on_terminal("show", "max one", NULL);
	answer(p, "Which one: ", "1");
	EXPECT(p, "Clerk");
	ends_with(p, 0);
}
END_TEST

START_TEST(set_asks)
{
	struct pty *p = on_terminal("set", "x:agency", NULL);

	answer(p, "Field to change (Enter: done): ", "stat");
	EXPECT(p, "did you mean state?");
	answer(p, "Field to change", "sta" PTY_TAB);
	answer(p, "state (proposed, live, parked, hijacked, closed) [live]: ", "parked");
	answer(p, "Field to change", "owner");
	answer(p, "owner [Jo Park]: ", ""); /* as it is */
	answer(p, "Field to change", "recovery_tested_on");
	answer(p, "recovery tested on: ", "2026-02-31");
	EXPECT(p, "is not a date");
	answer(p, "recovery tested on: ", "1 Feb 2026");
	answer(p, "Field to change", "");
	EXPECT(p, "changed account x:agency");
	EXPECT(p, "state, recovery_tested_on");
	ends_with(p, 0);
	holds("x:agency", "state", "parked");
	holds("x:agency", "recovery_tested_on", "2026-02-01");
}
END_TEST

START_TEST(remove_asks)
{
	struct pty *p;
	int         before;

	sh("\"$HOLDFAST\" add device tag=PH-%d 2>&1", (int)getpid());
	before = commits();
	p = on_terminal("remove", "PH-", NULL);
	EXPECT(p, "will be removed");
	answer(p, "To go on, type PH-", "yes");
	EXPECT(p, "nothing was done");
	ends_with(p, 1);
	ck_assert_int_eq(commits(), before);
}
END_TEST

/* Asked first, then on to the decision: no notice to somebody who has declared. */
START_TEST(declare_asks)
{
	struct pty *p;

	setenv("HOLDFAST_BOOKS", getenv("HOLDFAST_TOP"), 1);
	sh("\"$HOLDFAST\" member role \"$(gpg --list-keys --with-colons | awk -F: '/^fpr/ { print $10; exit }')\" --person 'Jo Park' 2>&1");
	p = on_terminal("declare", NULL);
	answer(p, "provider: ", "");
	answer(p, "provider: ", "mastodon");
	answer(p, "handle: ", "jo");
	pty_send(p, PTY_INT);
	ends_with(p, 130);
	ck_assert_str_eq(
	    sh("\"$HOLDFAST\" --json list declaration >\"$HOME/list\" && { grep -c handle \"$HOME/list\" || test $? = 1; }"), "0");
	p = on_terminal("declare", NULL);
	answer(p, "provider: ", "mastodon");
	answer(p, "handle: ", "jo");
	answer(p, "purpose: ", "news of the office");
	answer(p, "devices: ", "");
	answer(p, "mfa state", "on");
	answer(p, "Enter: begin", "");
	EXPECT(p, "Ask who wanted jo on mastodon to be used");
	EXPECT(p, "Jo Park > ");
	pty_send(p, "q" PTY_ENTER);
	ends_with(p, 0);
	holds("mastodon:jo", "purpose", "news of the office");
	unsetenv("HOLDFAST_BOOKS");
}
END_TEST

/* Ctrl-C takes back what was typed, also when the program has just been told that something was: it must not wait for that. */
START_TEST(taken_back_before_it_was_read)
{
	static char shell[] = "/bin/sh", c[] = "-c",
		    line[] =
			"exec strace -qq -o /dev/null -e trace=pselect6 -e inject=pselect6:delay_exit=1s \"$HOLDFAST\" add unit";
	char       *argv[] = { shell, c, line, NULL };
	struct pty *p;

	if (strcmp(sh("strace -qq -o /dev/null true 2>&1 && echo works"), "works") != 0)
		return;                              /* where nobody may trace */
	setenv("ASAN_OPTIONS", "detect_leaks=0", 1); /* a sanitizer looks for leaks with what strace uses */
	p = pty_run(argv, 50, 120);
	EXPECT(p, "name: ");
	pty_send(p, "n");
	pty_pause(p, 300);
	pty_send(p, PTY_INT);
	ends_with(p, 130);
	unsetenv("ASAN_OPTIONS");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("add");
	TCase *t = tcase_create("add");

	tcase_set_timeout(t, 240);
	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_add_test(t, init_looks_before_it_asks);
	tcase_add_test(t, add_looks_before_it_asks);
	tcase_add_test(t, init_asks);
	tcase_add_test(t, every_field_is_asked_for);
	tcase_add_test(t, choices_days_and_an_early_end);
	tcase_add_test(t, only_what_is_missing);
	tcase_add_test(t, cancelled_writes_nothing);
	tcase_add_test(t, an_ambiguous_name_is_a_menu);
	tcase_add_test(t, set_asks);
	tcase_add_test(t, remove_asks);
	tcase_add_test(t, declare_asks);
	tcase_add_test(t, taken_back_before_it_was_read);
	suite_add_tcase(s, t);
	return run_suite(s);
}
