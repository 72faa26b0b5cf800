/* The walk on the terminals that people have: without colour, without UTF-8, dumb, low, of another size in the middle; and any keys at all. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "walk_aid.h"

/* ---- terminals ---- */

static bool
shows(const struct pty *p, const char *bytes)
{
	return strstr(pty_screen(p, NULL), bytes) != NULL;
}

/* Colours where they are wanted, and none where they are not; the words are the same. */
START_TEST(colors)
{
	struct pty *p;
	int         n = 0;

	if (_i == 1)
		unsetenv("NO_COLOR");
	p = resume();
	type(p, "Enter: begin", "");
	type(p, "x:agency", "v");
	type(p, "who saw it", "");
	type(p, "(a number)", "many");
	EXPECT(p, "NOT recorded");
	pty_send(p, PTY_INT);
	pty_wait(p);
	for (const char *s = pty_screen(p, NULL); (s = strstr(s, "\033[")) != NULL; s++)
		n += s[2 + strspn(s + 2, "0123456789;")] == 'm';
	ck_assert_int_eq(n > 0, _i == 1);
	pty_free(p);
}
END_TEST

START_TEST(plain)
{
	struct pty *p = resume_in(24, 80, "--plain");

	type(p, "Enter: begin", "");
	type(p, "x:agency > ", "l");
	type(p, "Enter goes back > ", "");
	EXPECT(p, "x:agency > ");
	pty_size(p, 30, 100); /* and not for another size either */
	pty_pause(p, 300);
	pty_send(p, "n still here" PTY_ENTER);
	EXPECT(p, "recorded: a note");
	leave(p);
	ck_assert_int_eq(entries(), 2);
}
END_TEST

START_TEST(no_redrawing_when_plain)
{
	struct pty *p;

	if (_i == 1)
		setenv("TERM", "dumb", 1);
	p = resume_in(10, 80, _i == 0 ? "--plain" : NULL);
	type(p, "Enter: begin", "");
	EXPECT(p, "Use the telephone");
	type(p, "x:agency > ", "q"); /* and nothing waits for reading, however low the screen */
	EXPECT(p, "Everything that was recorded is kept");
	pty_wait(p);
	ck_assert(!shows(p, "\033[2J"));
	ck_assert(!shows(p, "read on"));
	ck_assert(!shows(p, "░")); /* a picture, read aloud sign by sign */
	ck_assert(shows(p, "Phase 1 of 2: Triage"));
	ck_assert(shows(p, "Step 1 of 6, 0 finished, "));
	if (_i == 1)
		ck_assert_msg(!shows(p, "\033"), "an escape on a dumb terminal");
	pty_free(p);
}
END_TEST

START_TEST(ascii_where_there_is_no_utf8)
{
	struct pty *p;

	setenv("LC_ALL", "C", 1);
	p = resume();
	type(p, "Enter: begin", "");
	EXPECT(p, "> Triage  - Later");
	EXPECT(p, "----------------");
	EXPECT(p, "Enter fill in | f fail");
	leave(p);
}
END_TEST

/* A low screen: nothing scrolls away unread, and what is typed while reading counts. */
START_TEST(a_low_screen_waits)
{
	struct pty *p = resume_in(10, 60, NULL);

	type(p, "Enter: begin", "");
	type(p, "read on > ", "");
	EXPECT(p, "Enter fill in");
	type(p, "x:agency > ", "j still-in");
	type(p, "read on > ", "n typed while reading");
	EXPECT(p, "recorded: a note");
	type(p, "read on > ", "q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
}
END_TEST

START_TEST(help_fits_on_one_screen)
{
	struct pty *p = resume_in(24, _i == 0 ? 60 : 80, NULL);

	type(p, "Enter: begin", "?");
	EXPECT(p, "Enter: back > ");
	ck_assert(!shows(p, "read on"));
	pty_send(p, PTY_ENTER);
	type(p, "Enter: begin", "");
	leave(p);
}
END_TEST

/* A step whose list is printed, and much that comes after it. */
static const char later[] =
    "# Later `later-book`\n\n- **In short:** ask, then wait.\n- **Subject:** account\n- **Role:** `lead` incident lead: {account.responder}\n"
    "- **Reviewed:** 2026-11-20\n\n## One `one`\n\n"
    "### Ask `ask`\n\nAsk.\n\n- **Who:** lead\n- **Report:** `internal/siro-final`\n- **Write down:** `helper` (person) who helps\n"
    "- **If it is bad:** go on.\n\n"
    "## Two `two`\n\n"
    "### One of six `s1`\n\nAct.\n\n- **Who:** lead\n- **Needs:** `ask`\n\n### Two of six `s2`\n\nAct.\n\n- **Who:** lead\n- **Needs:** `ask`\n\n### Three of six `s3`\n\nAct.\n\n- **Who:** lead\n- **Needs:** `ask`\n\n"
    "### Four of six `s4`\n\nAct.\n\n- **Who:** lead\n- **Needs:** `ask`\n\n### Five of six `s5`\n\nAct.\n\n- **Who:** lead\n- **Needs:** `ask`\n\n### Six of six `s6`\n\nAct.\n\n- **Who:** lead\n- **Needs:** `ask`\n";

START_TEST(what_matters_is_on_the_screen)
{
	struct pty *p;

	write_book("incident/later-book", later);
	begin_run("respond x:agency --new --playbook incident/later-book");
	p = resume_in(24, 80, NULL);
	type(p, "Enter: begin", "");
	EXPECT(p, "r report"); /* though the line is full */
	type(p, "x:agency > ", "");
	type(p, "who helps (person): ", "q");
	EXPECT(p, "NOT recorded");
	EXPECT(p, ":q leaves");
	type(p, "who helps (person): ", "");
	type(p, "x:agency > ", "w 1 h");
	EXPECT(p, "Nothing can be done right now.");
	EXPECT(p, "Four of six");
	EXPECT(p, "and 2 more that cannot be done yet; l lists them");
	type(p, "q quit > ", "q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
}
END_TEST

/* The screen follows the window, at every prompt that shows one; but what is being typed stays. */
START_TEST(another_size)
{
	struct pty *p = resume_in(24, 80, NULL);

	EXPECT(p, "Enter: begin");
	pty_size(p, 30, 70);
	type(p, "Enter: begin", "");
	EXPECT(p, "x:agency > ");
	pty_size(p, 40, 132);
	EXPECT(p, "Use the telephone");
	EXPECT(p, "x:agency > ");
	pty_send(p, "l");
	pty_size(p, 40, 100);
	pty_pause(p, 200);
	pty_send(p, PTY_ENTER);
	EXPECT(p, "Read the answer");
	EXPECT(p, "Enter goes back > ");
	pty_size(p, 40, 90);
	EXPECT(p, "Read the answer");
	type(p, "Enter goes back > ", "j save");
	EXPECT(p, "I have read it > ");
	pty_size(p, 40, 80);
	EXPECT(p, "CAUTION: use a clean device.");
	type(p, "I have read it > ", "");
	leave(p);
	ck_assert_int_eq(entries(), 1);
}
END_TEST

/* ---- any keys at all ---- */

static unsigned long long seed;

static unsigned
roll(unsigned n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(seed >> 33) % n;
}

static int
count(const char *s, const char *what)
{
	int n = 0;

	for (; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}

static const char *const lines[] = { "", "", "", "d", "f", "s", "n", "n a note", ":n aside", "v", "a", "a /nowhere", "t 5", "l",
	"j 2", "j", "b", "?", "o", "o again", "w", "w tomorrow", "c", "h", "h lead", "g", "y", "x", "1", "2", "y", "n", "yes", "x",
	"words that are long enough", "red", "12", "Ann Lee", "-", "\001\013", "\033[A\033[D", "::", ":?", "r nothing",
	"99999999999999999999", "\303\251" };

/* Each act is said when it happens, and once more at the top of the next screen: it is in the log. */
static void
all_are_there(int *acknowledged)
{
	ck_assert_msg(2 * (entries() - 1) >= *acknowledged, "%d times recorded, but %d entries", *acknowledged, entries());
	*acknowledged = 0;
}

/* Keys until there are none left, or the walk ends; what was acknowledged is added. */
static void
press(int *left, int *acknowledged)
{
	struct pty *p = resume_in(20 + (int)roll(20), 40 + (int)roll(120), NULL);

	EXPECT(p, "> ");
	for (; *left > 0 && kill(pty_pid(p), 0) == 0; (*left)--) {
		pty_send(p, lines[roll(sizeof(lines) / sizeof(lines[0]))]);
		pty_send(p, roll(40) == 0 ? PTY_EOF : PTY_ENTER);
		if (roll(50) == 0)
			pty_size(p, 20 + (int)roll(20), 40 + (int)roll(120));
		pty_pause(p, 30);
	}
	pty_pause(p, 1000);
	pty_send(p, PTY_INT);
	if (pty_wait(p) > 255)
		ck_abort_msg("it crashed:\n%s", pty_screen(p, NULL));
	ck_assert(pty_is_cooked(p));
	*acknowledged += count(pty_screen(p, NULL), "\nrecorded") + count(pty_screen(p, NULL), "mrecorded");
	pty_free(p);
}

/*
 * Nothing crashes, the terminal is left as it was, and every act that was acknowledged is in the log. CK_RUN_CASE=keys WALK_KEYS=2500 for the long
 * campaign.
 */
START_TEST(random_keys)
{
	const char *keys = getenv("WALK_KEYS");
	int         left = keys == NULL ? 60 : atoi(keys), acknowledged = 0;

	seed = (unsigned long long)_i * 104729 + 11;
	while (left > 0) {
		press(&left, &acknowledged);
		if (strcmp(of_run("$d->{state}"), "open") == 0)
			continue;
		all_are_there(&acknowledged);
		up();
	}
	all_are_there(&acknowledged);
	sh("\"$HOLDFAST\" verify >/dev/null 2>&1");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("walk_screen");
	TCase *t = tcase_create("walk");

	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_add_checked_fixture(t, up, NULL);
	tcase_set_timeout(t, 240);
	tcase_add_loop_test(t, colors, 0, 2);
	tcase_add_test(t, plain);
	tcase_add_loop_test(t, no_redrawing_when_plain, 0, 2);
	tcase_add_test(t, ascii_where_there_is_no_utf8);
	tcase_add_test(t, a_low_screen_waits);
	tcase_add_loop_test(t, help_fits_on_one_screen, 0, 2);
	tcase_add_test(t, another_size);
	tcase_add_test(t, what_matters_is_on_the_screen);
	suite_add_tcase(s, t);
	t = tcase_create("keys");
	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_add_checked_fixture(t, up, NULL);
	tcase_set_timeout(t, 900);
	tcase_add_loop_test(t, random_keys, 0, 4);
	suite_add_tcase(s, t);
	return run_suite(s);
}
