/* The walk as a person meets it: on a terminal of three sizes, left and taken up again at every prompt, killed at every prompt. HOLDFAST is the program. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "test.h"
#include "walk_aid.h"

/* ---- the whole way ---- */

static const struct {
	int rows, columns;
} sizes[] = { { 24, 60 }, { 24, 80 }, { 60, 200 } };

/* Prompts and what is typed behind them may be of any width. */
static void
fits_line(struct hf_buf *line, int columns)
{
	const char *s = hf_buf_str(line);

	ck_assert_msg(strstr(s, " > ") != NULL || strchr(s, ':') != NULL || (int)hf_text_width(s) <= columns, "wider than %d: %s",
	    columns, s);
	hf_buf_cut(line, 0);
}

/* No line that the program put is wider than the screen. Escapes have no width. */
static void
fits(const struct pty *p, int columns)
{
	size_t        len;
	const char   *s = pty_screen(p, &len);
	struct hf_buf line = HF_BUF_INIT;

	for (; *s != '\0'; s++) {
		if (*s == '\n' || *s == '\r') {
			fits_line(&line, columns);
		} else if (*s != '\033') {
			hf_buf_addc(&line, *s);
		} else if (*(s += strcspn(s, "ABCDEFGHJKmhlrPX@")) == '\0') {
			break;
		}
	}
	hf_buf_clear(&line);
}

/* The first step: four values, one of them wrong first, one that several records are called. */
static void
fill_in_the_first(struct pty *p)
{
	EXPECT(p, "Ring Ann Lee");
	EXPECT(p, "incident lead: Ann Lee, +447700900105");
	type(p, "x:agency > ", "");
	type(p, "who saw it: ", "Jo");
	EXPECT(p, "recorded: seen_by");
	type(p, "(a number): ", "many");
	EXPECT(p, "NOT recorded");
	type(p, "(a number): ", "1200");
	EXPECT(p, "1   red");
	type(p, "(one of red, green): ", "2");
	EXPECT(p, "recorded: colour");
	type(p, "(person): ", "Max One");
	EXPECT(p, "2 records are called Max One");
	type(p, "Which one: ", "1");
	EXPECT(p, "recorded: helper");
	EXPECT(p, "recorded: done, Ring Ann Lee");
}

START_TEST(from_first_screen_to_close)
{
	struct pty *p = resume_in(sizes[_i].rows, sizes[_i].columns, NULL);

	EXPECT(p, "In short: be quick, be calm.");
	EXPECT(p, "delete anything before it is saved.");
	type(p, "Enter: begin", "");
	EXPECT(p, "Triage");
	EXPECT(p, "Step 1 of");
	fill_in_the_first(p);
	EXPECT(p, "CAUTION: use a clean device.");
	type(p, "I have read it > ", "");
	EXPECT(p, "Save the page as it is.");
	type(p, "x:agency > ", "");
	EXPECT(p, "Enter: later): ");
	pty_send(p, dir);
	pty_send(p, "/screensh" PTY_TAB);
	pty_pause(p, 500); /* the line may break within the name */
	pty_send(p, PTY_ENTER);
	EXPECT(p, "recorded: screenshot.png, kept as page");
	EXPECT(p, "Ask everybody.");
	type(p, "x:agency > ", "2");
	EXPECT(p, "recorded: answered no");
	type(p, "which device: ", "none");
	EXPECT(p, "recorded: done, Still in?");
	EXPECT(p, "it is serious");
	type(p, "Does this apply? (y or n) > ", "n");
	EXPECT(p, "recorded: left out, Tell the board");
	EXPECT(p, "Nothing can be done right now.");
	EXPECT(p, "waits until they write");
	type(p, "q quit > ", "5");
	type(p, "x:agency > ", ""); /* what waits is not done by Enter */
	type(p, "q quit > ", "5");
	type(p, "x:agency > ", "d");
	EXPECT(p, "recorded: done, Read the answer");
	type(p, "Close the run [yes]: ", "");
	EXPECT(p, "recorded: the run is closed");
	EXPECT(p, "holdfast timeline");
	fits(p, sizes[_i].columns);
	ends_with(p, 0);
	is_state("ring", "done");
	is_state("throw-out", "excluded");
	is_state("board", "skipped");
	ck_assert_str_eq(
	    of_run("$d->{values}{colour} . \" \" . $d->{values}{followers} . \" \" . $d->{state}"), "green 1200 closed");
	ck_assert_str_eq(of_run("(map { $_->{text} } grep { $_->{type} eq \"skip\" } @{$d->{entries}})[0]"),
	    "does not apply: it is not so that it is serious");
}
END_TEST

/* What is typed in another window meanwhile is there at the next prompt. */
START_TEST(another_window)
{
	struct pty *p = resume();

	type(p, "Enter: begin", "");
	EXPECT(p, "0 finished");
	sh("\"$HOLDFAST\" run skip %s save --why 'no need' 2>&1", run);
	type(p, "x:agency > ", "zz");
	EXPECT(p, "1 finished");
	leave(p);
}
END_TEST

/* A caution stands alone: the text of the step comes after it was acknowledged. */
START_TEST(caution_alone)
{
	struct pty *p = resume();
	const char *screen, *caution;

	type(p, "Enter: begin", "j save");
	EXPECT(p, "CAUTION: use a clean device.");
	EXPECT(p, "I have read it > ");
	screen = pty_screen(p, NULL);
	caution = strstr(screen, "CAUTION: use a clean device.");
	ck_assert_ptr_null(strstr(screen, "Save the page as it is."));
	while (caution > screen && strncmp(caution, "\033[2J", 4) != 0)
		caution--;
	ck_assert_msg(caution > screen, "the screen was not cleared before it");
	pty_send(p, PTY_ENTER);
	EXPECT(p, "Save the page as it is.");
	type(p, "x:agency > ", "j ring");
	type(p, "x:agency > ", "b"); /* once is enough in one sitting */
	EXPECT(p, "Save the page as it is.");
	leave(p);
	p = resume();
	type(p, "Enter: begin", "j save"); /* another one sees it again */
	EXPECT(p, "CAUTION: use a clean device.");
	type(p, "I have read it > ", "q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
}
END_TEST

START_TEST(keys_of_the_walk)
{
	struct pty *p = resume();

	type(p, "Enter: begin", "?");
	EXPECT(p, "an answer or a field, by its number");
	EXPECT(p, "leave; nothing recorded is lost");
	type(p, "Enter: back > ", "");
	type(p, "Enter: begin", "");
	type(p, "x:agency > ", "l");
	EXPECT(p, "Tell the board");
	EXPECT(p, "waiting");
	type(p, "Enter goes back > ", "3");
	EXPECT(p, "Ask everybody.");
	type(p, "x:agency > ", "b");
	EXPECT(p, "Use the telephone");
	type(p, "x:agency > ", "jump still-in");
	EXPECT(p, "Ask everybody.");
	type(p, "x:agency > ", "j nowhere");
	EXPECT(p, "has no such step");
	type(p, "x:agency > ", "what on earth is this");
	EXPECT(p, "not recorded. To write it into the log, type n before it");
	EXPECT(p, "x:agency > ");
	pty_send(p, "\f");
	EXPECT(p, "Ask everybody."); /* Ctrl-L shows the step again */
	type(p, "x:agency > ", "n the press rang");
	EXPECT(p, "recorded: a note");
	type(p, "x:agency > ", "t 0429-118");
	EXPECT(p, "recorded: a ticket");
	type(p, "x:agency > ", "f");
	type(p, "What went wrong", "nobody answers");
	EXPECT(p, "recorded: failed, Still in?");
	type(p, "x:agency > ", "s");
	type(p, "Why is it left out: ", "");
	EXPECT(p, "that needs a reason");
	type(p, "x:agency > ", "skip she knows already");
	EXPECT(p, "recorded: left out, Ring Ann Lee");
	type(p, "I have read it > ", "");
	type(p, "x:agency > ", "r");
	type(p, "Which report [provider]: ", "");
	EXPECT(p, "Handle: @agency");
	EXPECT(p, "recorded: report made, provider/x");
	EXPECT(p, "Write it to a file");
	pty_send(p, dir);
	pty_send(p, "/out.html" PTY_ENTER);
	EXPECT(p, "written: ");
	type(p, "x:agency > ", "a");
	EXPECT(p, "File for page");
	pty_send(p, "-" PTY_ENTER);
	type(p, "> ", "pasted text");
	type(p, "> ", "");
	EXPECT(p, "recorded: page.txt, kept as page");
	leave(p);
	sh("grep -q '<!DOCTYPE html>' '%s/out.html' && rm '%s/out.html'", dir, dir);
	is_state("still-in", "failed");
	is_state("ring", "skipped");
	ck_assert_str_eq(
	    of_run("join \" \", map { $_->{type} } @{$d->{entries}}"), "start note ticket fail skip report report evidence");
}
END_TEST

START_TEST(a_note_at_any_question)
{
	struct pty *p = resume();

	type(p, "Enter: begin", ":n at the first screen");
	EXPECT(p, "recorded: a note");
	type(p, "Enter: begin", "v"); /* there is no step yet */
	type(p, "x:agency > ", "v");
	type(p, "who saw it: ", ":n at a value");
	EXPECT(p, "recorded: a note");
	type(p, "who saw it: ", "q"); /* hardly what was meant */
	EXPECT(p, "is not written down");
	type(p, "who saw it: ", "j 2");
	EXPECT(p, "is not written down");
	type(p, "who saw it: ", ":?");
	EXPECT(p, "leave; nothing that was recorded is lost");
	type(p, "who saw it: ", "the password is hunter2hunter2!");
	EXPECT(p, "NOT recorded");
	EXPECT(p, "who saw it: ");
	pty_send(p, PTY_EOF); /* back to the step */
	type(p, "x:agency > ", "v");
	type(p, "who saw it: ", ":q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
	ck_assert_int_eq(entries(), 3);
}
END_TEST

/* In an incident Enter asks for what is missing, and finishes nothing to which nothing was given. */
START_TEST(enter_alone_in_an_incident)
{
	struct pty *p;

	sh("\"$HOLDFAST\" run value %s still-in device=telephone 2>&1 && \"$HOLDFAST\" run answer %s still-in yes 2>&1", run, run);
	p = resume();
	EXPECT(p, "Going on with Walk, on x:agency: 1 of "); /* whoever did something in it has read how it begins */
	type(p, "x:agency > ", "");
	for (int k = 0; k < 4; k++)
		type(p, k == 0 ? "who saw it: " : k == 1 ? "(a number): " : k == 2 ? "(one of red, green): " : "(person): ", "");
	EXPECT(p, "still open: it needs seen_by, followers, colour, helper");
	type(p, "x:agency > ", "j throw-out");
	EXPECT(p, "d done");
	type(p, "x:agency > ", "");
	EXPECT(p, "still open. Type d, then Enter, when it is done");
	type(p, "x:agency > ", "");
	EXPECT(p, "still open. Type d, then Enter, when it is done");
	type(p, "x:agency > ", "d");
	EXPECT(p, "recorded: done, Throw out");
	type(p, "x:agency > ", "j throw-out");
	type(p, "x:agency > ", "o");
	type(p, "Why is it opened again: ", "pressed by mistake");
	EXPECT(p, "recorded: open again");
	leave(p);
	is_state("ring", "open");
	is_state("throw-out", "open");
}
END_TEST

/* ---- leaving, being killed, and going on ---- */

/* The questions of the first step in their order: what is shown, what is typed, what is then in the log. */
static const struct {
	const char *question, *typed, *recorded;
} questions[] = {
	{ "Enter: begin", "", NULL },
	{ "x:agency > ", "", NULL },
	{ "who saw it: ", "Jo", "recorded: seen_by" },
	{ "(a number): ", "7", "recorded: followers" },
	{ "(one of red, green): ", "red", "recorded: colour" },
	{ "(person): ", "Ann Lee", "recorded: done" },
	{ "I have read it > ", "", NULL },
	{ "x:agency > ", "", NULL },
	{ "later): ", "", NULL },
};

/* Answer the first n questions and wait for the next; returns how many entries were acknowledged. */
static int
answer_some(struct pty *p, int n)
{
	int acknowledged = 0;

	for (int k = 0; k < n; k++) {
		type(p, questions[k].question, questions[k].typed);
		if (questions[k].recorded == NULL)
			continue;
		EXPECT(p, questions[k].recorded);
		acknowledged += 1 + (strcmp(questions[k].recorded, "recorded: done") == 0);
	}
	EXPECT(p, questions[n].question);
	return acknowledged;
}

START_TEST(interrupted_at_every_question)
{
	struct pty *p = resume();
	int         acknowledged = answer_some(p, _i);

	pty_send(p, PTY_INT);
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 130);
	ck_assert_int_eq(entries(), 1 + acknowledged);
}
END_TEST

START_TEST(killed_at_every_question)
{
	struct pty *p = resume();
	int         acknowledged = answer_some(p, _i);

	pty_signal(p, SIGKILL);
	ck_assert_int_eq(pty_wait(p), 256 + SIGKILL);
	pty_free(p);
	ck_assert_int_eq(entries(), 1 + acknowledged);
	/* It goes on with the first question that was not answered. */
	p = resume();
	if (acknowledged == 0)
		type(p, "Enter: ", "");
	if (_i >= 6) {
		EXPECT(p, "I have read it > ");
		pty_send(p, "q" PTY_ENTER);
		ends_with(p, 0);
		return;
	}
	type(p, "x:agency > ", "");
	EXPECT(p, _i <= 2 ? "who saw it: " : questions[_i].question);
	pty_send(p, ":q" PTY_ENTER);
	ends_with(p, 0);
}
END_TEST

START_TEST(end_of_input_leaves)
{
	struct pty *p = resume();

	EXPECT(p, "Enter: begin");
	pty_send(p, PTY_EOF);
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
}
END_TEST

static const int signals[] = { SIGTERM, SIGHUP };

START_TEST(signals_leave)
{
	struct pty *p = resume();

	type(p, "Enter: begin", "");
	EXPECT(p, "x:agency > ");
	pty_signal(p, signals[_i]);
	ends_with(p, 128 + signals[_i]);
	ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(a_run_is_offered_again)
{
	char       *argv[] = { getenv("HOLDFAST"), (char *)(uintptr_t) "respond", (char *)(uintptr_t) "x:agency",
		      (char *)(uintptr_t) "--playbook", (char *)(uintptr_t) "incident/walk-book", NULL };
	struct pty *p = pty_run(argv, 50, 100);

	type(p, "Go on with that run [yes]: ", "");
	EXPECT(p, "In short");
	type(p, "Enter: begin", "q");
	ends_with(p, 0);
	ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(asked_for_what_is_missing)
{
	char       *argv[] = { getenv("HOLDFAST"), (char *)(uintptr_t) "respond", (char *)(uintptr_t) "--playbook",
		      (char *)(uintptr_t) "incident/walk-book", (char *)(uintptr_t) "--new", NULL };
	struct pty *p = pty_run(argv, 50, 100);

	EXPECT(p, "Which account was taken: ");
	pty_send(p, "x:ag" PTY_TAB);
	EXPECT(p, "ency");
	pty_send(p, PTY_ENTER);
	type(p, "Enter: begin", "");
	type(p, "when did it begin? (a time: 22:41, 10 min ago): ", "sometime");
	EXPECT(p, "NOT recorded");
	type(p, "when did it begin? (a time: 22:41, 10 min ago): ", "10 min ago");
	EXPECT(p, "recorded: noticed_at");
	leave(p);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("walk");
	TCase *t = tcase_create("walk");

	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_add_checked_fixture(t, up, NULL);
	tcase_set_timeout(t, 240);
	tcase_add_loop_test(t, from_first_screen_to_close, 0, N_OF(sizes));
	tcase_add_test(t, another_window);
	tcase_add_test(t, caution_alone);
	tcase_add_test(t, keys_of_the_walk);
	tcase_add_test(t, a_note_at_any_question);
	tcase_add_test(t, enter_alone_in_an_incident);
	tcase_add_loop_test(t, interrupted_at_every_question, 0, N_OF(questions));
	tcase_add_loop_test(t, killed_at_every_question, 0, N_OF(questions));
	tcase_add_test(t, end_of_input_leaves);
	tcase_add_loop_test(t, signals_leave, 0, N_OF(signals));
	tcase_add_test(t, a_run_is_offered_again);
	tcase_add_test(t, asked_for_what_is_missing);
	suite_add_tcase(s, t);
	return run_suite(s);
}
