/* The walk beside others and in quiet times: runs beside each other, closed gates, roles handed over, reviews by Enter. HOLDFAST is the program. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "test.h"
#include "walk_aid.h"

static const char beside[] =
    "# Beside `beside-book`\n\n- **In short:** look, then act.\n- **Subject:** account\n- **Role:** `lead` incident lead: {account.responder}\n"
    "- **Role:** `sponsor` senior sponsor: {account.unit.director}\n- **Reviewed:** 2026-11-20\n\n## One `one`\n\n"
    "### Look around `look`\n\nLook well.\n\n- **Who:** lead and sponsor\n- **If it is worse:** run `incident/walk-book` on {account}.\n\n"
    "### After the look `after`\n\nDo it.\n\n- **Who:** lead\n- **Needs:** `look`\n";

static const char agree[] =
    "# Agree `agree-book`\n\n- **In short:** two people.\n- **Subject:** account\n- **Role:** `lead` incident lead: {account.responder}\n"
    "- **Role:** `owner` account owner: {account.owner}\n- **Reviewed:** 2026-11-20\n\n## One `one`\n\n"
    "### Park it `park`\n\nPark.\n\n- **Who:** lead\n- **Second person:** owner\n\n"
    "### Cut it `cut`\n\nCut.\n\n- **Who:** lead\n- **Second person:** owner, before\n\n"
    "### Tell them `tell`\n\nTell.\n\n- **Who:** lead\n";

static char first[64], other[64]; /* keys: of Ann; of another member, tied to nobody at first */

static char shown[1 << 16]; /* what the one who left had on the screen */

static void
leave_second(struct pty *p)
{
	type(p, "x:second > ", "q");
	EXPECT(p, "Everything that was recorded is kept");
	snprintf(shown, sizeof(shown), "%s", pty_screen(p, NULL));
	ends_with(p, 0);
}

/* "run resume" with another key. */
static struct pty *
resume_as(const char *key)
{
	struct pty *p;

	setenv("HOLDFAST_KEY", key, 1);
	p = resume();
	setenv("HOLDFAST_KEY", first, 1);
	return p;
}

static void
tie(const char *person, const char *key)
{
	sh("\"$HOLDFAST\" member role %s --person '%s' 2>&1", key, person);
}

static void
agree_up(void)
{
	tie("Ann Lee", first);
	begin_run("respond x:second --new --playbook incident/agree-book");
}

static void
books_up(void)
{
	once_up();
	write_book("incident/agree-book", agree);
	snprintf(other, sizeof(other), "%s",
	    sh("bash -c '. \"$HOLDFAST_TOP/tests/join.sh\"; dir=$HOME register=$HOME/.local/share/holdfast/default.git; join_member bob@agency.example responder Bob'"));
	snprintf(first, sizeof(first), "%s",
	    sh("gpg --list-keys --with-colons ann@agency.example | awk -F: '/^fpr/ { print $10; exit }'"));
	setenv("HOLDFAST_KEY", first, 1);
	write_book("incident/beside-book", beside);
	sh("\"$HOLDFAST\" add person name='Jo Park' phone='+44 7700 900103' 2>&1");
	sh("\"$HOLDFAST\" add person name='Max Stone' 2>&1");
	for (int k = 0; k < 2; k++) /* two rows on one screen, in a review */
		sh("\"$HOLDFAST\" add contact account=x:agency type=email value=press%d@agency.example holder='Ann Lee' 2>&1", k);
	sh("\"$HOLDFAST\" add account provider=x handle=second state=live owner='Jo Park' responder='Ann Lee' "
	   "registered_email=social@agency.example registered_phone='+44 20 7946 0101' 2>&1");
}

static void
beside_up(void)
{
	begin_run("respond x:agency --new --playbook incident/beside-book");
}

/* ---- in an incident ---- */

START_TEST(a_run_beside)
{
	struct pty *p = resume();

	type(p, "Enter: begin", "");
	EXPECT(p, "senior sponsor: nobody is recorded");
	type(p, "x:agency > ", "g");
	EXPECT(p, "no other run belongs to this one");
	type(p, "x:agency > ", "1");
	EXPECT(p, "began beside this: Walk, on x:agency; g goes there");
	type(p, "x:agency > ", "j look");
	EXPECT(p, "Began       Walk, on x:agency: open, since ");
	EXPECT(p, "g go");
	type(p, "x:agency > ", "l");
	EXPECT(p, "Runs beside this one: g goes there");
	type(p, "Enter goes back > ", "g");
	EXPECT(p, "Walk, on x:agency");
	type(p, "Enter: begin", "");
	type(p, "when did it begin? (a time: 22:41, 10 min ago): ", "now");
	EXPECT(p, "Use the telephone");
	type(p, "x:agency > ", "g");
	EXPECT(p, "After the look"); /* where it stands there */
	type(p, "x:agency > ", "d");
	type(p, "Close the run [yes]: ", "");
	EXPECT(p, "recorded: the run is closed");
	EXPECT(p, "holdfast timeline");
	EXPECT(p, "Still open beside it: Walk, on x:agency");
	EXPECT(p, "holdfast run resume");
	ends_with(p, 0);
}
END_TEST

START_TEST(back_to_the_run_that_began_it)
{
	struct pty *p;
	char        parent[32];

	snprintf(parent, sizeof(parent), "%s", run);
	sh("\"$HOLDFAST\" run answer %s look it-is-worse 2>&1", run);
	snprintf(run, sizeof(run), "%s", of_run("(map { ref $_->{started} ? @{$_->{started}} : () } @{$d->{entries}})[0]"));
	p = resume();
	EXPECT(p, "Walk, on x:agency");
	sh("\"$HOLDFAST\" run close --why 'it was nothing' %s 2>&1", run);
	type(p, "Enter: begin", "n too late");
	EXPECT(p, "Back to Beside, on x:agency [yes]: ");
	pty_send(p, PTY_ENTER);
	EXPECT(p, "Going on with Beside, on x:agency: 1 of 2 steps are finished.");
	EXPECT(p, "After the look");
	leave(p);
	snprintf(run, sizeof(run), "%s", parent);
}
END_TEST

START_TEST(a_closed_gate)
{
	struct pty *p = resume();

	type(p, "Enter: begin", "j after");
	EXPECT(p, "Needs first");
	type(p, "x:agency > ", "");
	EXPECT(p, "not yet: something stands before it");
	type(p, "x:agency > ", "d");
	type(p, "(Enter: not now): ", "");
	EXPECT(p, "still open");
	type(p, "x:agency > ", "d");
	type(p, "(Enter: not now): ", "nobody can look tonight");
	EXPECT(p, "recorded: done, After the look");
	type(p, "x:agency > ", "j after");
	EXPECT(p, "Passed      without what it needs: nobody can look tonight");
	leave(p);
	is_state("after", "done");
	is_state("look", "open");
}
END_TEST

START_TEST(a_role_handed_over)
{
	struct pty *p = resume();

	type(p, "Enter: begin", "c");
	EXPECT(p, "there is no step on the screen");
	type(p, "x:agency > ", "c");
	EXPECT(p, "recorded: you do this one");
	EXPECT(p, "Claimed     you do it");
	type(p, "x:agency > ", "c");
	EXPECT(p, "recorded: it is free again");
	type(p, "x:agency > ", "h");
	type(p, "Which role [lead]: ", "nobody");
	type(p, "Who takes over: ", "Ann Lee");
	EXPECT(p, "NOT recorded");
	type(p, "x:agency > ", "h lead");
	type(p, "Who takes over: ", "Nobody At All");
	EXPECT(p, "NOT recorded");
	type(p, "x:agency > ", "h");
	type(p, "Which role [lead]: ", "");
	EXPECT(p, "Who takes over: ");
	pty_send(p, "An" PTY_TAB PTY_ENTER);
	EXPECT(p, "recorded: Ann Lee is now lead");
	EXPECT(p, "Look around");
	type(p, "Read it out to them", "");
	leave(p);
	ck_assert_str_eq(of_run("join \" \", map { $_->{type} } @{$d->{entries}}"), "start assign assign handover");
}
END_TEST

/* ---- a second person ---- */

/* Who did it is told who has to approve it, and how; the approval is offered to whoever has the role, and to nobody else. */
START_TEST(a_second_person)
{
	struct pty *p;

	agree_up();
	p = resume();
	type(p, "Enter: begin", "");
	type(p, "x:second > ", "j cut");
	type(p, "x:second > ", "d");
	EXPECT(p, "not yet: account owner has to agree before it begins: Jo Park, +447700900103");
	type(p, "x:second > ", "j park");
	type(p, "x:second > ", "d");
	EXPECT(p, "recorded: done, Park it");
	EXPECT(p, "It is not finished yet: account owner has to agree: Jo Park, +447700900103");
	EXPECT(p, "Nobody named for it has a key here, so anybody else may, and the log says so; they type, ");
	EXPECT(p, "Tell them");
	type(p, "x:second > ", "j park");
	EXPECT(p, "you cannot approve it: it is your own work");
	EXPECT(p, "Enter next");
	EXPECT(p, "x:second > ");
	ck_assert_ptr_null(strstr(pty_screen(p, NULL), "· y approve"));
	pty_send(p, "y" PTY_ENTER);
	EXPECT(p, "NOT recorded");
	leave_second(p);
	p = resume_as(other);
	type(p, "Enter: ", "");
	type(p, "x:second > ", "j park");
	EXPECT(p, "your key is tied to no person; you may approve in their place");
	leave_second(p);
	tie("Max Stone", other);
	p = resume_as(other);
	type(p, "Enter: ", "");
	type(p, "x:second > ", "j park");
	EXPECT(p, "you do not have this role; you may approve in their place");
	leave_second(p);
	ck_assert_ptr_null(strstr(shown, "· y approve"));
	ck_assert_ptr_null(strstr(shown, "Your approval"));
	tie("Jo Park", other);
	p = resume_as(other);
	type(p, "Enter: ", "");
	EXPECT(p, "Your approval: 1 Park it (j 1)");
	EXPECT(p, "Your approval: 2 Cut it (j 2)");
	type(p, "x:second > ", "j park");
	EXPECT(p, "· y approve");
	type(p, "x:second > ", "y");
	EXPECT(p, "recorded: approved");
	leave_second(p);
	is_state("park", "done");
}
END_TEST

/* ---- in quiet times ---- */

/* What is shown once the program asks again, or has ended; what stood there before is the first `before` bytes. */
static const char *
next_question(struct pty *p, size_t before)
{
	const char *screen = pty_screen(p, NULL);

	for (int ms = 0; ms < PTY_WAIT; ms += 50) {
		size_t len, later;

		pty_pause(p, 50);
		screen = pty_screen(p, &len);
		if (strstr(screen, "recorded: the run is closed") != NULL)
			break;
		if (len <= before + 2 || !(hf_text_suffix(screen, "> ") || hf_text_suffix(screen, ": ")))
			continue;
		pty_pause(p, 50); /* it stays so */
		screen = pty_screen(p, &later);
		if (later == len)
			break;
	}
	return screen;
}

/* Enter alone, from the first screen to the end: one for each step, three for the way in and out, two for what a person has to say or read; and a word for
 * each proof that is missing. */
START_TEST(a_review_by_enter)
{
	struct pty *p;
	size_t      before = 0;
	int         enters = 0, words = 0, steps;

	begin_run("review x:second");
	p = resume();
	for (;; enters++) {
		const char *screen = next_question(p, before);

		if (strstr(screen, "recorded: the run is closed") != NULL || enters > 60)
			break;
		before = strlen(screen);
		if (hf_text_suffix(screen, "has it: ")) {
			pty_send(p, "Ann, by Friday");
			words++;
		}
		pty_send(p, hf_text_suffix(screen, "Which answer: ") ? "1" PTY_ENTER : PTY_ENTER);
	}
	ends_with(p, 0);
	steps = atoi(of_run("scalar grep { $_->{state} eq \"done\" } @{$d->{steps}}"));
	ck_assert_str_eq(of_run("$d->{state}"), "closed");
	ck_assert_int_gt(steps, 4);
	ck_assert_msg(enters - words <= steps + 5, "%d times Enter and %d words for %d steps", enters, words, steps);
}
END_TEST

/* What is typed before a screen is there is no answer to it: neither to the first one, nor to one that Enter alone would finish. */
START_TEST(typed_too_early)
{
	struct pty *p;

	begin_run("review x:agency");
	p = resume();
	pty_send(p, PTY_ENTER PTY_ENTER PTY_ENTER PTY_ENTER); /* while the register is opened */
	EXPECT(p, "Enter: begin");
	pty_pause(p, 1000);
	ck_assert_ptr_null(strstr(pty_screen(p, NULL), "Still right"));
	pty_send(p, PTY_ENTER);
	EXPECT(p, "Enter leave it as it is");
	EXPECT(p, "x:agency > ");
	pty_send(p,
	    PTY_ENTER PTY_ENTER PTY_ENTER PTY_ENTER PTY_ENTER); /* the first is recorded, the others come while that is written */
	EXPECT(p, "recorded: done, Open @agency on x");
	EXPECT(p, "Enter all 2 still right");
	EXPECT(p, "x:agency > ");
	pty_pause(p, 1000);
	ck_assert_int_eq(entries(), 2);
	pty_send(p, PTY_ENTER PTY_ENTER PTY_ENTER PTY_ENTER);
	EXPECT(p, "recorded: done, 2: Try the recovery contact press0@agency.example");
	EXPECT(p, "Look for anybody");
	EXPECT(p, "x:agency > ");
	pty_pause(p, 1000);
	pty_send(p, "q" PTY_ENTER);
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
	ck_assert_int_eq(entries(), 4);
}
END_TEST

/* When all steps hang on what was asked first and not answered, it can still be answered. */
START_TEST(asked_first_later)
{
	struct pty *p;

	write_book("incident/meet",
	    "# Meet `meet`\n\n- **In short:** meet.\n- **Use when:** always.\n- **Subject:** account\n- **Role:** `lead` lead\n"
	    "- **Ask first:** `starts_at` (time) when does it start?\n- **Reviewed:** 2026-11-20\n\n## Go `go`\n\n### Come in `come`\n\n"
	    "Be there.\n\n- **Who:** lead\n- **By:** 5 min after `starts_at`\n");
	begin_run("respond x:second --new --playbook incident/meet");
	p = resume();
	type(p, "Enter: begin", "");
	type(p, "when does it start? ", "");
	EXPECT(p, "Nothing can be done right now.");
	EXPECT(p, "nobody has said yet: when does it start?");
	type(p, "v answer what was asked first", "v");
	type(p, "when does it start? ", "now");
	EXPECT(p, "Be there.");
	type(p, "x:second > ", "q");
	ends_with(p, 0);
}
END_TEST

/* What should be over and is to come is asked for again: Enter keeps it. What a step counts back from is to come, and taken. */
START_TEST(still_to_come)
{
	struct pty *p;

	write_book("incident/tell",
	    "# Tell `tell`\n\n- **In short:** tell.\n- **Use when:** always.\n- **Subject:** account\n- **Role:** `lead` lead\n"
	    "- **Reviewed:** 2026-11-20\n\n## Go `go`\n\n### Say when `say`\n\nSay it.\n\n- **Who:** lead\n"
	    "- **Write down:** `shut_at` (time) when was it shut\n- **Write down:** `opens_at` (time) when does it open\n\n"
	    "### Be there `be`\n\nBe there.\n\n- **Who:** lead\n- **By:** 5 min before `opens_at`\n");
	begin_run("respond x:second --new --playbook incident/tell");
	p = resume();
	type(p, "Enter: begin", "");
	type(p, "x:second > ", "");
	type(p, "when was it shut (a time: 22:41, 10 min ago): ", "in 3 hours");
	EXPECT(p, "That is still to come: shut_at, ");
	type(p, "]: ", "10 min ago");
	EXPECT(p, "recorded: shut_at");
	type(p, "when does it open (a time: 22:41, 10 min ago): ", "in 3 hours");
	EXPECT(p, "recorded: done, Say when");
	type(p, "x:second > ", "q");
	ends_with(p, 0);
}
END_TEST

/* Nobody confirms what was never written down without being told; and what may be said is said before it is asked. */
START_TEST(nothing_known_to_confirm)
{
	struct pty *p;

	write_book("incident/doors",
	    "# Doors `doors`\n\n- **In short:** shut them.\n- **Use when:** always.\n- **Subject:** account\n- **Role:** `lead` lead\n"
	    "- **Reviewed:** 2026-11-20\n\n## Set `set`\n\n### Set the lobby `lobby`\n\nShut it.\n\n- **Who:** lead\n"
	    "- **Confirm:** `account.lobby`, `account.anonymous_start`\n");
	begin_run("respond x:second --new --playbook incident/doors");
	p = resume();
	type(p, "Enter: begin", "");
	EXPECT(p, "Enter leave it as it is");
	type(p, "x:second > ", "1");
	EXPECT(p, "lobby (on, off), what is right now: ");
	pty_send(p, "on" PTY_ENTER);
	EXPECT(p, "Enter all still right");
	type(p, "x:second > ", "2");
	EXPECT(p, "anonymous start (yes or no), what is right now: ");
	pty_send(p, "no" PTY_ENTER);
	EXPECT(p, "recorded: anonymous start is changed in the register");
	type(p, "x:second > ", "q");
	ends_with(p, 0);
}
END_TEST

START_TEST(one_field_changed)
{
	struct pty *p;

	begin_run("review x:second");
	p = resume();
	type(p, "Enter: begin", "");
	EXPECT(p, "Still right 1 registered email: ");
	EXPECT(p, "Enter all still right");
	EXPECT(p, "1-2 change");
	EXPECT(p, "3 answer");
	type(p, "x:second > ", "1");
	EXPECT(p, "registered email, what is right now");
	pty_send(p, "not an address" PTY_ENTER);
	EXPECT(p, "NOT recorded");
	EXPECT(p, "registered email, what is right now");
	pty_send(p, "new@agency.example" PTY_ENTER);
	EXPECT(p, "recorded: registered email is changed in the register");
	EXPECT(p, "new@agency.example (changed just now)");
	type(p, "x:second > ", "2");
	EXPECT(p, "registered phone, what is right now");
	pty_send(p, PTY_ENTER); /* as it is */
	type(p, "x:second > ", "");
	EXPECT(p, "recorded: done, Open second on x");
	type(p, "x:second > ", "j second-person");
	type(p, "x:second > ", "1");
	EXPECT(p, "deputy, what is right now");
	pty_send(p, "An" PTY_TAB PTY_ENTER); /* a reference is completed */
	EXPECT(p, "recorded: deputy is changed in the register");
	type(p, "x:second > ", "q");
	EXPECT(p, "Everything that was recorded is kept");
	ends_with(p, 0);
	ck_assert_str_eq(
	    sh("\"$HOLDFAST\" --json show x:second | perl -MJSON::PP -0777 -ne 'print decode_json($_)->{data}{registered_email}'"),
	    "new@agency.example");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("walk_turn");
	TCase *t = tcase_create("walk_turn");

	tcase_add_unchecked_fixture(t, books_up, once_down);
	tcase_add_checked_fixture(t, beside_up, NULL);
	tcase_set_timeout(t, 240);
	tcase_add_test(t, a_run_beside);
	tcase_add_test(t, back_to_the_run_that_began_it);
	tcase_add_test(t, a_closed_gate);
	tcase_add_test(t, a_role_handed_over);
	tcase_add_test(t, a_second_person);
	tcase_add_test(t, a_review_by_enter);
	tcase_add_test(t, typed_too_early);
	tcase_add_test(t, asked_first_later);
	tcase_add_test(t, still_to_come);
	tcase_add_test(t, nothing_known_to_confirm);
	tcase_add_test(t, one_field_changed);
	suite_add_tcase(s, t);
	return run_suite(s);
}
