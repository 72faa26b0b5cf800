/*
 * A review that is left while something is typed: the new value of a field, a person, one of two who are called the same, a note, a reason, a time, a
 * file. At each, in each way that there is to go away. The register is as it was before, to the byte; the step is asked for again, and what is then
 * answered stands there once.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "review_aid.h"
#include "test.h"

#define STEP "x:one > "

/* The step, what is typed there one after the other with what is waited for before each, and the prompt at which it is left. */
static const struct inside {
	const char *step, *typed[6], *prompt;
} insides[] = {
	{ "Open one on x", { STEP, "1", STEP, "1" }, "registered email, what is right now [press@agency.example]: " },
	{ "Open one on x", { STEP, "1", STEP, "1", "[press@agency.example]: ", "no address" },
	    "registered email, what is right now [press@agency.example]: " },
	{ "Open one on x", { STEP, "n" }, "Note" },
	{ "Open one on x", { STEP, "1", STEP, "s" }, "Why is it left out" },
	{ "Open one on x", { STEP, "1", STEP, "w" }, "Until when, or for what" },
	{ "Open one on x", { STEP, "1", STEP, "t" }, "The number they gave" },
	{ "Open one on x", { STEP, "1", STEP, "a letter.txt" }, "What is it (a word or two)" },
	{ "Open one on x", { STEP, "h" }, "Which role" },
	{ "Try the recovery contact", { STEP, "2" }, STEP },
	{ "Try the recovery contact", { STEP, "1", STEP, "1" }, "contact value, what is right now [rescue@agency.example]: " },
	{ "Keep the right of Max Stone, or end it: admin", { STEP, "1", STEP, "1" }, "what is right now" },
	{ "Check that a second person", { STEP, "1", STEP, "1" }, "deputy, what is right now [Max Stone]: " },
	{ "Check that a second person", { STEP, "1", STEP, "1", "[Max Stone]: ", "Sam Twin" }, "2 records are called Sam Twin" },
	{ "Get the proof that is missing", { STEP, "" }, "who gets it and by when" },
};

enum way { QUIT, INTERRUPT, TERMINATE, HANG_UP, KILL, N_WAYS };

static const char *
head(void)
{
	return sh("git -C %s/.local/share/holdfast/default.git rev-parse main", dir);
}

static const char *
state(void)
{
	return of_run("join \" \", (map { \"$_->{id}=$_->{state}.$_->{visit}\" } @{$d->{steps}}), scalar @{$d->{entries}}");
}

/* All steps before this one are done by commands, as often as there are rows. */
static void
advance(const char *to)
{
	for (int k = 0; k < 20; k++) {
		char title[256];

		snprintf(title, sizeof(title), "%s",
		    sh("\"$HOLDFAST\" --json run next %s 2>&1 | perl -MJSON::PP -0777 -ne 'my $d = decode_json($_)->{data}; print $d->{title}'",
			run));
		if (strncmp(title, to, strlen(to)) == 0 || (strncmp(to, "Try the", 7) == 0 && strncmp(title, "Try the", 7) == 0) ||
		    (strncmp(to, "Keep", 4) == 0 && strncmp(title, "Keep", 4) == 0))
			return;
		sh("\"$HOLDFAST\" run done %s $(\"$HOLDFAST\" --json run next %s | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}{step}') 2>&1",
		    run, run);
	}
	ck_abort_msg("no step is called %s", to);
}

/* Keys go to the step, and from there to the prompt. */
static struct pty *
arrive(const struct inside *in)
{
	struct pty *p = review("x:one");

	if (strcmp(of_run("scalar(grep { $_->{type} ne \"start\" } @{$d->{entries}})"), "0") == 0)
		type(p, "Enter: ", "");
	EXPECT(p, in->step);
	for (int k = 0; k + 1 < N_OF(in->typed) && in->typed[k] != NULL; k += 2)
		type(p, in->typed[k], in->typed[k + 1]);
	EXPECT(p, in->prompt);
	return p;
}

static void
go_away(struct pty *p, enum way way, const char *prompt)
{
	static const int statuses[] = { [QUIT] = 0, [INTERRUPT] = 130, [TERMINATE] = 143, [HANG_UP] = 129, [KILL] = 256 + SIGKILL };

	if (strstr(prompt, "are called") !=
	    NULL) /* the words above a list: what comes before its question ends the program at once */
		EXPECT(p, "s2@agency.example");
	if (strstr(prompt, "are called") != NULL && way != QUIT)
		EXPECT(p, "Which one: ");
	else if (strstr(prompt, "are called") != NULL) { /* from a list to the question before it */
		type(p, "Which one: ", ":q");
		EXPECT(p, "[Max Stone]: ");
	}
	if (way == QUIT)
		pty_send(p, ":q" PTY_ENTER);
	else if (way == INTERRUPT)
		pty_send(p, PTY_INT);
	else if (way == HANG_UP)
		pty_hang_up(p);
	else
		pty_signal(p, way == KILL ? SIGKILL : SIGTERM);
	if (way == QUIT || way == INTERRUPT) {
		EXPECT(p, "0 of 1 reviewed. Everything that was recorded is kept");
		ends_with(p, statuses[way]);
		return;
	}
	ck_assert_int_eq(pty_wait(p), statuses[way]);
	pty_free(p);
}

START_TEST(left_inside)
{
	const struct inside *in = &insides[_i];
	char                 before[64], how[2048];

	begin_run("review x:one");
	advance(in->step);
	snprintf(before, sizeof(before), "%s", head());
	snprintf(how, sizeof(how), "%s", state());
	for (enum way way = QUIT; way < N_WAYS; way++) {
		go_away(arrive(in), way, in->prompt);
		ck_assert_msg(strcmp(head(), before) == 0, "left in way %d at \"%s\": something was written", way, in->prompt);
		ck_assert_str_eq(state(), how);
	}
	ck_assert_str_eq(
	    sh("\"$HOLDFAST\" verify >/dev/null 2>&1 && \"$HOLDFAST\" --json show x:one | sed -n 's/.*\"recovery_reviewed_on\": \"\\(.*\\)\".*/\\1/p'"),
	    "2026-01-01");
}
END_TEST

static void
world(void)
{
	review_world();
	sh("\"$HOLDFAST\" add person name='Sam Twin' email=s1@agency.example 2>&1 && \"$HOLDFAST\" add person name='Sam Twin' email=s2@agency.example 2>&1");
	ck_assert_int_eq(chdir(dir), 0);
}

int
main(void)
{
	Suite *s = suite_create("review inside");
	TCase *t = tcase_create("inside");

	tcase_add_unchecked_fixture(t, world, once_down);
	tcase_set_timeout(t, 480);
	tcase_add_loop_test(t, left_inside, 0, N_OF(insides));
	suite_add_tcase(s, t);
	return run_suite(s);
}
