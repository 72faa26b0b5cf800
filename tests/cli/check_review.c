/* A review as its owner meets it: one account with one of everything, left in each way at every prompt, and two in a row, by the number of their keys. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "review_aid.h"
#include "test.h"

/* What is waited for on each screen, what is typed, and what is recorded by that. */
static const struct stage {
	const char *screen, *typed;
	int         done; /* steps */
} stages[] = {
	{ "Enter all 10 still right", "", 10 }, /* all of the account that Enter alone finishes */
	{ "Get the proof that is missing", "", 0 },
	{ "who gets it and by when", "Jo, by Friday", 1 },
	{ "Sign for one", "", 1 },
};

static const char changed[] = "+44 20 7946 0006";

static const char *
stamp(const char *account)
{
	return sh("\"$HOLDFAST\" --json show x:%s 2>&1 | sed -n 's/.*\"recovery_reviewed_on\": \"\\(.*\\)\".*/\\1/p'", account);
}

/* Steps that are done, and how often the one that was done most often was. */
static int
done(void)
{
	return atoi(of_run("scalar grep { $_->{type} eq \"done\" } @{$d->{entries}}"));
}

static int
most(void)
{
	return atoi(of_run(
	    "my %n; $n{$_->{step} . JSON::PP->new->canonical->encode($_->{row} // {})}++ for grep { $_->{type} eq \"done\" } @{$d->{entries}}; "
	    "(sort { $b <=> $a } values %n)[0] // 0"));
}

/* A step's screen, and what is typed at its prompt. */
static void
at(struct pty *p, const char *screen, const char *keys)
{
	EXPECT(p, screen);
	type(p, "x:one > ", keys);
}

/* ---- left at every prompt ---- */

enum way { QUIT, INTERRUPT, KILL, N_WAYS };

static void
go_away(struct pty *p, enum way way, bool question)
{
	if (way == KILL) {
		pty_signal(p, SIGKILL);
		ck_assert_int_eq(pty_wait(p), 256 + SIGKILL);
		pty_free(p);
		return;
	}
	if (way == QUIT)
		pty_send(p, question ? ":q" PTY_ENTER : "q" PTY_ENTER);
	else
		pty_send(p, PTY_INT);
	EXPECT(p, "0 of 1 reviewed. Everything that was recorded is kept");
	ends_with(p, way == QUIT ? 0 : 130);
}

/* To the prompt of a stage, all before it being answered. */
static struct pty *
arrive(size_t k)
{
	struct pty *p = review("x:one");
	bool        question = stages[k].typed[0] != '\0';

	if (strcmp(of_run("scalar(grep { $_->{type} ne \"start\" } @{$d->{entries}})"), "0") == 0)
		type(p, "Enter: ", ""); /* what is read first is not shown to who has begun */
	if (question)                   /* what is typed at a question is kept when it is answered, not before */
		at(p, stages[k - 1].screen, "");
	EXPECT(p, stages[k].screen);
	if (!question)
		EXPECT(p, "x:one > ");
	return p;
}

START_TEST(left_at_every_prompt)
{
	int expected = 0;

	begin_run("review x:one");
	for (size_t k = 0; k < N_OF(stages); k++) {
		struct pty *p;

		for (enum way way = QUIT; way < N_WAYS; way++) {
			go_away(arrive(k), way, stages[k].typed[0] != '\0');
			ck_assert_int_eq(done(), expected);
			ck_assert_str_eq(stamp("one"), "2026-01-01");
		}
		p = arrive(k);
		pty_send(p, stages[k].typed);
		pty_send(p, PTY_ENTER);
		if (k + 1 < N_OF(stages)) {
			EXPECT(p, stages[k + 1].screen);
			pty_signal(p, SIGKILL);
			pty_wait(p);
			pty_free(p);
		} else {
			EXPECT(p, "1 of 1 reviewed.");
			ends_with(p, 0);
		}
		expected += stages[k].done;
		ck_assert_int_eq(done(), expected);
	}
	ck_assert_int_eq(most(), 1);
	ck_assert_str_eq(stamp("one"), sh("date -u +%%F"));
	ck_assert_str_eq(of_run("$d->{state}"), "closed");
}
END_TEST

/* ---- one after the other ---- */

START_TEST(keys_for_a_row_of_accounts)
{
	struct pty *p = review(NULL);
	int         enters = 1;

	EXPECT(p, "Quarterly recovery review, on x:one"); /* on one screen with it, which is not cleared before it is read */
	EXPECT(p, "2 accounts to review: x:one, x:two.");
	type(p, "Enter: begin", "");
	for (int account = 0; account < 2; account++) {
		EXPECT(p, account == 0 ? "x:one, 1 of 2" : "x:two, 2 of 2"); /* what is read first is not shown again */
		for (size_t k = 0; k < N_OF(stages); k++) {
			/* One call is enough for all accounts of the same person, and what was written down for one is offered for the next. */
			if (k == 0) /* one call is enough for all accounts with the same contact */
				EXPECT(p,
				    account == 0 ? "3  Try the recovery contact +44 20 7946 0005" :
						   "3  Find +44 20 7946 0005 on file; it answered today");
			EXPECT(p,
			    k == 0                   ? account == 0 ? "Enter all 10 still right" : "Enter all 9 still right" :
				k + 1 < N_OF(stages) ? stages[k].screen :
				account == 0         ? "Sign for one" :
						       "Sign for two");
			if (account == 1 && stages[k].typed[0] != '\0')
				EXPECT(p, "[Jo, by Friday]");
			else if (stages[k].typed[0] == '\0')
				EXPECT(p, account == 0 ? "x:one > " : "x:two > ");
			pty_send(p, account == 0 ? stages[k].typed : "");
			pty_send(p, PTY_ENTER);
			enters++;
		}
	}
	EXPECT(p, "2 of 2 reviewed.");
	ends_with(p, 0);
	ck_assert_int_eq(enters, 9);
	ck_assert_str_eq(sh("\"$HOLDFAST\" --json list contact | grep -c \"\\\"verified_on\\\": \\\"$(date -u +%%F)\""), "4");
	ck_assert_str_eq(stamp("one"), sh("date -u +%%F"));
	ck_assert_str_eq(stamp("two"), sh("date -u +%%F"));
	ck_assert_str_eq(
	    sh("\"$HOLDFAST\" review 2>&1"), "Nothing is due for review. holdfast review --mine goes through all of yours.");
}
END_TEST

/* What to do is shown with the first account. The next one fits on a small screen, and a number shows it in full. */
START_TEST(the_next_one_fits)
{
	char       *argv[] = { getenv("HOLDFAST"), (char *)(uintptr_t) "review", NULL };
	struct pty *p = pty_run(argv, 24, 80);

	type(p, "Enter: begin", "");
	EXPECT(p, "Count them in the vault.");
	type(p, "more lines. Enter: read on > ", "");
	type(p, "x:one > ", "");
	type(p, "x:one > ", "");
	type(p, "has it: ", "Jo, by Friday");
	EXPECT(p, "Sign for one");
	type(p, "x:one > ", "");
	EXPECT(p, "x:two, 2 of 2");
	EXPECT(p, "Enter all 9 still right");
	EXPECT(p, "x:two > ");
	ck_assert_ptr_null(strstr(strstr(pty_screen(p, NULL), "x:two, 2 of 2"), "read on"));
	ck_assert_ptr_null(strstr(strstr(pty_screen(p, NULL), "x:two, 2 of 2"), "Count them in the vault"));
	pty_send(p, "\f"); /* shown again it is the same */
	EXPECT(p, "Look at the backup codes");
	type(p, "x:two > ", "8");
	EXPECT(p, "Count them in the vault.");
	type(p, "x:two > ", "q");
	EXPECT(p, "1 of 2 reviewed.");
	ends_with(p, 0);
}
END_TEST

/* One of several is looked at alone, and changed; the others are still asked for together. */
START_TEST(one_of_several_rows)
{
	struct pty *p = review("x:one");

	type(p, "Enter: begin", "");
	at(p, "3  Try the recovery contact +44 20 7946 0005", "3");
	EXPECT(p, "Try the recovery contact");
	at(p, "Enter all still right", "1");
	type(p, "contact value, what is right now [+44 20 7946 0005]: ", "2"); /* that was for the screen before */
	EXPECT(p, "\"2\" is not written down");
	type(p, "contact value, what is right now [+44 20 7946 0005]: ", "the new one");
	EXPECT(p, "not a telephone number");
	type(p, "contact value, what is right now [+44 20 7946 0005]: ", changed);
	EXPECT(p, "is changed in the register");
	at(p, "Enter all still right", "");
	EXPECT(p, "recorded: done, Try the recovery contact");
	at(p, "Enter all 9 still right", "s");
	EXPECT(p, "there is no step on the screen");
	type(p, "x:one > ", "n a word");
	EXPECT(p, "recorded: a note");
	type(p, "x:one > ", "99");
	EXPECT(p, "not understood");
	type(p, "x:one > ", "=");
	EXPECT(p, "not understood"); /* nothing is to be taken from another */
	type(p, "x:one > ", "q");
	EXPECT(p, "0 of 1 reviewed.");
	ends_with(p, 0);
	ck_assert_str_eq(
	    sh("\"$HOLDFAST\" --json list contact account=x:one type=phone | sed -n 's/.*\"value\": \"\\(.*\\)\".*/\\1/p'"),
	    changed);
}
END_TEST

/* What is not recorded here, and is on the one reviewed before, is offered; taken, it is in the register, and Enter says that it is right. */
START_TEST(as_on_the_one_before)
{
	struct pty *p;

	sh("for f in registered_email= backup_codes_ref=; do \"$HOLDFAST\" set x:two $f 2>&1; done; "
	   "\"$HOLDFAST\" set x:one vault_ref='Team/one login' mfa_holders='Ann Lee,Max Stone' 2>&1");
	p = review("x:two");
	type(p, "Enter: begin", "");
	EXPECT(p, "registered email: not recorded (= press@agency.example)");
	EXPECT(p, "(= Ann Lee, Max");
	EXPECT(p, "backup codes ref: not recorded (= Team/codes)");
	EXPECT(p, "vault ref: not recorded\r"); /* with the name of the other in it, it is about the other alone */
	EXPECT(p, "= as on x:one");
	type(p, "x:two > ", "=");
	EXPECT(p, "recorded: 3 as on x:one. Look at them, then Enter");
	EXPECT(p, "registered email: press@agency.example");
	EXPECT(p, "Enter all 10 still right");
	type(p, "x:two > ", "");
	EXPECT(p, "recorded: done, 10:");
	type(p, "x:two > ", "q");
	EXPECT(p, "0 of 1 reviewed.");
	ends_with(p, 0);
	ck_assert_str_eq(
	    sh("\"$HOLDFAST\" --json show x:two | sed -n 's/.*\"\\(registered_email\\|backup_codes_ref\\|vault_ref\\)\": \"\\(.*\\)\".*/\\2/p' | tr '\\n' ' '"),
	    "Team/codes press@agency.example ");
	ck_assert_str_eq(stamp("two"), "2026-01-02");
}
END_TEST

/* Several proofs that are missing are one question. */
START_TEST(one_answer_for_several)
{
	static const char *const late[] = { "q", "2", "done", "=", "j 2" };
	struct pty              *p;

	sh("\"$HOLDFAST\" set x:one display_name= 2>&1");
	begin_run("review x:one");
	p = review("x:one");
	type(p, "Enter: begin", "");
	at(p, "Enter all 10 still right", "");
	EXPECT(p, "1  Get the proof that is missing: ");
	EXPECT(p, "Enter one answer for all 2");
	type(p, "x:one > ", "");
	EXPECT(p, "For all 2: who gets it and by when");
	for (size_t k = 0; k < N_OF(late); k++) { /* a key, or a number that stood on the screen before */
		type(p, "has it: ", late[k]);
		EXPECT(p, "is not written down. Type it again if you mean it");
	}
	type(p, "has it: ", "Jo, by Friday");
	EXPECT(p, "recorded: done, 2: Get the proof that is missing");
	type(p, "x:one > ", "q");
	EXPECT(p, "0 of 1 reviewed.");
	ends_with(p, 0);
	ck_assert_int_eq(done(), 12);
	ck_assert_int_eq(most(), 1);
}
END_TEST

/* A deputy who has left is told as such wherever they stand, and Enter does not confirm them; somebody else does. */
START_TEST(second_person_has_left)
{
	struct pty *p;

	sh("\"$HOLDFAST\" add person name='Kay Roe' 2>&1 && \"$HOLDFAST\" set 'Max Stone' last_day=2026-02-28 2>&1");
	begin_run("review x:one");
	p = review("x:one");
	type(p, "Enter: begin", "");
	EXPECT(p, "Keep the right of Max Stone, who left on 2026-02-28, or end it: admin");
	EXPECT(p, "deputy: Max Stone (left on 2026-02-28)");
	type(p, "x:one > ", "");
	EXPECT(p, "it cannot be right, Max Stone left on 2026-02-28");
	EXPECT(p, "recorded: 6 before it");
	ck_assert_int_eq(done(), 6);
	at(p, "Enter all 4 still right", "1");
	at(p, "Enter all still right", "1");
	type(p, "deputy, what is right now [Max Stone]: ", "Kay Roe");
	EXPECT(p, "is changed in the register");
	at(p, "deputy: Kay Roe (changed just now)", "");
	EXPECT(p, "Enter all 3 still right");
	type(p, "x:one > ", "q");
	EXPECT(p, "0 of 1 reviewed.");
	ends_with(p, 0);
	ck_assert_int_eq(done(), 7);
}
END_TEST

/* Each in a world of its own. */
static void
add(Suite *s, const char *name, const TTest *test)
{
	TCase *t = tcase_create(name);

	tcase_add_unchecked_fixture(t, review_world, once_down);
	tcase_set_timeout(t, 480);
	tcase_add_test(t, test);
	suite_add_tcase(s, t);
}

int
main(void)
{
	Suite *s = suite_create("review");

	add(s, "left", left_at_every_prompt);
	add(s, "row", keys_for_a_row_of_accounts);
	add(s, "fits", the_next_one_fits);
	add(s, "rows", one_of_several_rows);
	add(s, "like", as_on_the_one_before);
	add(s, "answer", one_answer_for_several);
	add(s, "gone", second_person_has_left);
	return run_suite(s);
}
