/* Runs on a real register: what comes next. Order, deadlines, conditions and gates. */
#include <stdlib.h>

#include "holdfast/time.h"
#include "run_one.h"
#include "test.h"

/* ---- order and deadlines ---- */

START_TEST(nearest_deadline_first)
{
	book("incident/order",
	    PHASE "### Late `late`\n\n- **By:** 1 h after start\n\n### Soon `soon`\n\n- **By:** 5 min after start\n\n"
		  "### Twin `twin`\n\n- **By:** 5 min after start\n\n### Heir `heir`\n\n");
	run = begin("incident/order");
	assert_next(run, "soon");
	done(run, "soon");
	assert_next(run, "twin");
	done(run, "twin");
	/* Without By it has the deadline of the step before it: sooner than an hour. */
	assert_next(run, "heir");
	ck_assert_int_eq(at(run, "heir")->deadline, at(run, "twin")->deadline);
	ck_assert(!at(run, "heir")->due);
	done(run, "heir");
	assert_next(run, "late");
	done(run, "late");
	assert_next(run, NULL);
}
END_TEST

START_TEST(text_order_without_deadlines)
{
	book("incident/plain", PHASE "### One `one`\n\n### Two `two`\n\n### Three `three`\n\n- **By:** 1 min after start\n");
	run = begin_at("incident/plain", HF_HOUR);
	assert_next(run, "one");
	ck_assert_int_eq(at(run, "one")->deadline, 0);
	ck_assert(!at(run, "one")->late);
	done(run, "one");
	assert_next(run, "two");
	ck_assert(!at(run, "two")->late);
	ck_assert(at(run, "three")->late);
}
END_TEST

#define EVERY_BY                                                                                                                       \
	PHASE                                                                                                                          \
	"### First `first`\n\n- **By:** at start\n- **Write down:** `meeting` (time) when\n- **Write down:** `day` (date) which\n\n"   \
	"### After it `after-it`\n\n- **By:** 4 h after `first`\n\n### Before it `before-it`\n\n- **By:** 2 days before `meeting`\n\n" \
	"### On it `on-it`\n\n- **By:** on `day`\n\n### Worked `worked`\n\n- **By:** 5 working days after `first`\n"

START_TEST(every_form_of_by)
{
	int64_t then;

	book("incident/every-by", EVERY_BY);
	run = begin("incident/every-by");
	ck_assert_int_eq(at(run, "first")->deadline, hf_run_started(run));
	ck_assert(!at(run, "after-it")->ready);
	ck_assert(!at(run, "before-it")->ready);
	ck_assert(!at(run, "on-it")->ready);
	value(run, "first", "meeting", "2036-12-01 10:00");
	ck_assert(at(run, "before-it")->ready);
	hf_time_parse(&then, NULL, "2036-11-29T10:00:00Z", NULL);
	ck_assert_int_eq(at(run, "before-it")->deadline, then);
	value(run, "first", "day", "2036-12-02");
	hf_time_parse(&then, NULL, "2036-12-02T23:59:59.999Z", NULL);
	ck_assert_int_eq(at(run, "on-it")->deadline, then);
	done_at(run, "first", 10 * HF_MINUTE);
	ck_assert(at(run, "after-it")->ready);
	ck_assert_int_eq(at(run, "after-it")->deadline, at(run, "first")->at + 4 * HF_HOUR);
	/* Begun on a Monday a week later, on a Saturday or a Sunday on Friday; the clocks may change on the way. */
	then = hf_span_add(
	    at(run, "first")->at, (struct hf_span){ 5, HF_UNIT_WORKDAY }, false, hf_register_zone(hf_run_register(run)));
	ck_assert_int_eq(at(run, "worked")->deadline, then);
	ck_assert_int_ge(then, at(run, "first")->at + 5 * HF_DAY - HF_HOUR);
	ck_assert_int_le(then, at(run, "first")->at + 7 * HF_DAY + HF_HOUR);
}
END_TEST

/* Nobody can be late for what was over when the run began: a day remains, but never beyond what it is counted from. */
START_TEST(counted_back_past_the_beginning)
{
	static const struct {
		int64_t from, deadline; /* after the start */
		bool    late;
	} rows[] = {
		{ 5 * HF_DAY, HF_DAY, false },
		{ 10 * HF_HOUR, 10 * HF_HOUR, false },
		{ -HF_HOUR, -HF_HOUR, true },
		{ 30 * HF_DAY, 20 * HF_DAY, false },
	};
	char when[HF_TIME_SIZE];

	book("incident/back",
	    PHASE "### Ask `ask`\n\n- **Write down:** `meeting` (time) when\n\n### Soon `soon`\n\n- **By:** 4 h after start\n\n"
		  "### Back `back`\n\n- **By:** 10 days before `meeting`\n\n### Heir `heir`\n\n");
	for (int k = 0; k < N_OF(rows); k++) {
		run = begin("incident/back");
		hf_time_rfc3339(when, hf_run_started(run) + rows[k].from, true);
		value(run, "ask", "meeting", when);
		ck_assert_msg(at(run, "back")->deadline == hf_run_started(run) + rows[k].deadline, "row %d", k);
		ck_assert_msg(at(run, "back")->late == rows[k].late, "row %d", k);
		ck_assert(at(run, "back")->due);
		done(run, "ask");
		/* What should have been done before comes first all the same, and so does what follows it. */
		assert_next(run, k == 3 ? "soon" : "back");
		done(run, k == 3 ? "soon" : "back");
		assert_next(run, k == 3 ? "back" : "heir");
		hf_run_close(run);
		run = NULL;
	}
}
END_TEST

START_TEST(by_of_what_never_happens)
{
	book("incident/never",
	    PHASE
	    "### Gone `gone`\n\n- **By:** 1 h after start\n\n### Then `then`\n\n- **By:** 1 h after `gone`\n\n"
	    "### Not here `not-here`\n\n- **On x:** `skip`, no such thing.\n\n### Hangs `hangs`\n\n- **By:** 1 h after `not-here`\n");
	run = begin("incident/never");
	ck_assert(!at(run, "then")->ready);
	assert_state(run, "not-here", HF_EXCLUDED);
	ck_assert(at(run, "hangs")->ready);
	ck_assert(!at(run, "hangs")->due);
	skip(run, "gone");
	ck_assert(at(run, "then")->ready);
	ck_assert_int_eq(at(run, "then")->deadline, at(run, "gone")->at + HF_HOUR);
}
END_TEST

START_TEST(late_in_every_way)
{
	book("incident/late",
	    PHASE "### Now `now`\n\n- **By:** at start\n\n### Soon `soon`\n\n- **By:** 5 min after start\n\n"
		  "### Passed `passed`\n\n- **By:** 5 min after start\n\n### Later `later`\n\n- **By:** 2 h after start\n");
	run = begin("incident/late");
	ck_assert(!at(run, "now")->late); /* a minute's grace */
	hf_run_close(run);
	run = begin_at("incident/late", HF_HOUR);
	ck_assert(at(run, "now")->late);
	ck_assert(at(run, "soon")->late);
	ck_assert(!at(run, "later")->late);
	done_at(run, "soon", 57 * HF_MINUTE);
	ck_assert(!at(run, "soon")->late);
	done(run, "now");
	ck_assert(at(run, "now")->late);
	skip(run, "passed");
	ck_assert(!at(run, "passed")->late);
}
END_TEST

START_TEST(waiting_is_passed_over)
{
	const struct hf_instance *i;

	book("incident/wait", PHASE "### Write `write`\n\n### Answer `answer`\n\n- **Wait:** until they write\n\n### On `on`\n\n");
	run = begin("incident/wait");
	assert_state(run, "answer", HF_WAITING);
	i = at(run, "answer");
	ck_assert(i->ready && !i->late);
	done(run, "write");
	assert_next(run, "on");
	done(run, "on");
	assert_next(run, NULL);
	done(run, "answer");
	assert_state(run, "answer", HF_DONE);
}
END_TEST

START_TEST(a_length_of_time_passes)
{
	book("incident/days",
	    PHASE
	    "### Ask `ask`\n\n### Look `look`\n\n- **Wait:** 2 days\n\n### After `after`\n\n- **Needs:** `ask`\n- **Wait:** 1 h\n");
	run = begin("incident/days");
	assert_state(run, "look", HF_WAITING);
	hf_run_close(run);
	run = begin_at("incident/days", 3 * HF_DAY);
	assert_state(run, "look", HF_OPEN);
	done_at(run, "ask", HF_MINUTE);
	assert_state(run, "after", HF_WAITING);
	hf_run_close(run);
	run = begin_at("incident/days", 3 * HF_DAY);
	done_at(run, "ask", 2 * HF_HOUR);
	assert_state(run, "after", HF_OPEN);
	assert_next(run, "look");
}
END_TEST

/* ---- Only if ---- */

#define ASK   \
	PHASE \
	"### Ask `ask`\n\n- **Write down:** `how` (one of mail, call) how\n- **If yes:** go on.\n- **If no, or not sure:** go on.\n\n"

START_TEST(only_if_answer)
{
	book("incident/only",
	    ASK
	    "### When yes `when-yes`\n\n- **Only if:** `ask = yes`\n\n### When no `when-no`\n\n- **Only if:** `ask = no`\n\n"
	    "### When by mail `by-mail`\n\n- **Only if:** `how = mail`\n\n### When both `both`\n\n- **Only if:** `ask = yes`\n- **Only if:** `how = mail`\n");
	run = begin("incident/only");
	ck_assert(!at(run, "when-yes")->ready && !at(run, "when-no")->ready && !at(run, "by-mail")->ready);
	assert_state(run, "when-yes", HF_OPEN);
	value(run, "ask", "how", "mail");
	ck_assert(at(run, "by-mail")->ready);
	ck_assert(!at(run, "both")->ready);
	answer(run, "ask", "no");
	assert_state(run, "ask", HF_DONE);
	assert_state(run, "when-yes", HF_EXCLUDED);
	assert_state(run, "both", HF_EXCLUDED);
	ck_assert(at(run, "when-no")->ready);
	/* The answer may change: they found a telephone that is still signed in. */
	answer(run, "ask", "yes");
	ck_assert(at(run, "when-yes")->ready && at(run, "both")->ready);
	assert_state(run, "when-no", HF_EXCLUDED);
}
END_TEST

START_TEST(only_if_state)
{
	book("incident/states",
	    PHASE "### Try `try`\n\n### After failing `after-failing`\n\n- **Only if:** `try = failed`\n\n"
		  "### After skipping `after-skipping`\n\n- **Only if:** `try = skipped`\n");
	run = begin("incident/states");
	ck_assert(!at(run, "after-failing")->ready);
	assert_state(run, "after-failing", HF_OPEN);
	fails(run, "try");
	ck_assert(at(run, "after-failing")->ready);
	assert_state(run, "after-skipping", HF_EXCLUDED);
	skip(run, "try");
	assert_state(run, "after-failing", HF_EXCLUDED);
	ck_assert(at(run, "after-skipping")->ready);
}
END_TEST

/* A chain of conditions that runs against the text: one look from top to bottom does not find it. */
START_TEST(only_if_runs_backwards)
{
	book("incident/chain",
	    PHASE "### A `aa`\n\n- **Only if:** `bb = excluded`\n\n### B `bb`\n\n- **Only if:** `cc = excluded`\n\n"
		  "### C `cc`\n\n- **Only if:** `dd = excluded`\n\n### D `dd`\n\n- **On x:** `skip`, none here.\n");
	run = begin("incident/chain");
	assert_state(run, "dd", HF_EXCLUDED);
	ck_assert(at(run, "cc")->ready);
	assert_state(run, "cc", HF_OPEN);
	done(run, "cc");
	assert_state(run, "bb", HF_EXCLUDED);
	ck_assert(at(run, "aa")->ready);
}
END_TEST

START_TEST(only_if_query)
{
	book("incident/query",
	    ASK
	    "### It is live `live`\n\n- **Only if:** the account is live\n  ```sql\n  SELECT 1 FROM account WHERE id = :account AND state = 'live'\n  ```\n\n"
	    "### Never `never`\n\n- **Only if:** it is closed\n  ```sql\n  SELECT 1 FROM account WHERE id = :subject AND state = 'closed'\n  ```\n\n"
	    "### Known `known`\n\n- **Only if:** we know how\n  ```sql\n  SELECT 1 WHERE :how = 'call'\n  ```\n");
	run = begin("incident/query");
	ck_assert(at(run, "live")->ready);
	assert_state(run, "never", HF_EXCLUDED);
	assert_state(run, "known", HF_OPEN);
	ck_assert(!at(run, "known")->ready);
	value(run, "ask", "how", "call");
	ck_assert(at(run, "known")->ready);
}
END_TEST

START_TEST(only_if_words_is_offered)
{
	book("incident/words", PHASE "### Maybe `maybe`\n\n- **Only if:** it is serious\n");
	run = begin("incident/words");
	assert_next(run, "maybe");
}
END_TEST

/* A value that never comes answers its question: no. */
START_TEST(only_if_value_never_comes)
{
	book("incident/nothing", ASK "### When by mail `by-mail`\n\n- **Only if:** `how = mail`\n");
	run = begin("incident/nothing");
	skip(run, "ask");
	assert_state(run, "by-mail", HF_EXCLUDED);
}
END_TEST

/* ---- Needs ---- */

#define GATES                                                                                                                               \
	PHASE                                                                                                                               \
	"### Save `save`\n\n- **Keep:** `picture` a picture\n- **Write down:** `number` (text) the number\n\n"                              \
	"\n## Second `second-phase`\n\n### By step `by-step`\n\n- **Needs:** `save`\n\n### By keep `by-keep`\n\n- **Needs:** `picture`\n\n" \
	"### By value `by-value`\n\n- **Needs:** `number`\n\n### By phase `by-phase`\n\n- **Needs:** `phase`\n\n"                           \
	"### By query `by-query`\n\n- **Needs:** the account is closed\n  ```sql\n  SELECT 1 FROM account WHERE id = :account AND state = 'closed'\n  ```\n"

static const struct {
	const char *gate, *needs;
} gates[] = { { "by-step", "save" }, { "by-keep", "picture" }, { "by-value", "number" }, { "by-phase", "phase" },
	{ "by-query", "the account is closed" } };

START_TEST(closed_gates)
{
	book("incident/gates", GATES);
	run = begin("incident/gates");
	ck_assert(!at(run, gates[_i].gate)->ready);
	ck_fails(HF_NO, gates[_i].needs, try_done(run, gates[_i].gate, &e));
	assert_state(run, gates[_i].gate, HF_OPEN);
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), 1);
}
END_TEST

START_TEST(open_gates)
{
	book("incident/gates", GATES);
	run = begin("incident/gates");
	value(run, "save", "number", "7");
	ck_assert(at(run, "by-value")->ready && !at(run, "by-keep")->ready && !at(run, "by-step")->ready);
	keep(run, "save", "picture", "pixels");
	ck_assert(at(run, "by-keep")->ready && !at(run, "by-step")->ready);
	done(run, "save");
	ck_assert(at(run, "by-step")->ready && at(run, "by-phase")->ready);
	done(run, "by-step");
}
END_TEST

START_TEST(skipping_opens_a_gate)
{
	book("incident/gates", GATES);
	run = begin("incident/gates");
	skip(run, "save");
	for (int k = 0; k < 4; k++)
		ck_assert_msg(at(run, gates[k].gate)->ready, "%s", gates[k].gate);
}
END_TEST

START_TEST(failing_opens_a_gate_with_a_way_out_only)
{
	book("incident/failing",
	    PHASE "### Bare `bare`\n\n### Told `told`\n\n- **If it fails:** write it down and go on.\n\n"
		  "### After bare `after-bare`\n\n- **Needs:** `bare`\n\n### After told `after-told`\n\n- **Needs:** `told`\n");
	run = begin("incident/failing");
	fails(run, "bare");
	fails(run, "told");
	ck_assert(!at(run, "after-bare")->ready);
	ck_assert(at(run, "after-told")->ready);
	done(run, "bare"); /* tried again */
	ck_assert(at(run, "after-bare")->ready);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("run");
	TCase *t = tcase_create("run");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, run_world_open, down);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, nearest_deadline_first);
	tcase_add_test(t, text_order_without_deadlines);
	tcase_add_test(t, every_form_of_by);
	tcase_add_test(t, counted_back_past_the_beginning);
	tcase_add_test(t, by_of_what_never_happens);
	tcase_add_test(t, late_in_every_way);
	tcase_add_test(t, waiting_is_passed_over);
	tcase_add_test(t, a_length_of_time_passes);
	tcase_add_test(t, only_if_answer);
	tcase_add_test(t, only_if_state);
	tcase_add_test(t, only_if_runs_backwards);
	tcase_add_test(t, only_if_query);
	tcase_add_test(t, only_if_words_is_offered);
	tcase_add_test(t, only_if_value_never_comes);
	tcase_add_loop_test(t, closed_gates, 0, N_OF(gates));
	tcase_add_test(t, open_gates);
	tcase_add_test(t, skipping_opens_a_gate);
	tcase_add_test(t, failing_opens_a_gate_with_a_way_out_only);
	suite_add_tcase(s, t);
	return run_suite(s);
}
