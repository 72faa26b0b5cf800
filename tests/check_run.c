/* Runs on a real register: order, conditions, gates, answers, loops, books beside, the end; and that the state is a fold over the log. */
#include <stdio.h>
#include <stdlib.h>

#include "holdfast/brief.h"
#include "holdfast/time.h"
#include "run_aid.h"
#include "test.h"

#define PHASE "\n## Phase `phase`\n\n"

static struct hf_run *run;

static void
down(void)
{
	hf_run_close(run);
	run = NULL;
	run_world_close();
}

/* ---- order and deadlines ---- */

START_TEST(nearest_deadline_first)
{
	book("incident/order", PHASE "### Late `late`\n\n- **By:** 1 h after start\n\n### Soon `soon`\n\n- **By:** 5 min after start\n\n"
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

#define EVERY_BY                                                                                                              \
	PHASE "### First `first`\n\n- **By:** at start\n- **Write down:** `meeting` (time) when\n- **Write down:** `day` (date) which\n\n"   \
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
	ck_assert_int_ge(at(run, "worked")->deadline, at(run, "first")->at + 6 * HF_DAY); /* begun on a Saturday: Friday */
	ck_assert_int_le(at(run, "worked")->deadline, at(run, "first")->at + 7 * HF_DAY);
}
END_TEST

START_TEST(by_of_what_never_happens)
{
	book("incident/never", PHASE "### Gone `gone`\n\n- **By:** 1 h after start\n\n### Then `then`\n\n- **By:** 1 h after `gone`\n\n"
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
	book("incident/late", PHASE "### Now `now`\n\n- **By:** at start\n\n### Soon `soon`\n\n- **By:** 5 min after start\n\n"
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

/* ---- Only if ---- */

#define ASK                                                                                                     \
	PHASE "### Ask `ask`\n\n- **Write down:** `how` (one of mail, call) how\n- **If yes:** go on.\n- **If no, or not sure:** go on.\n\n"

START_TEST(only_if_answer)
{
	book("incident/only", ASK "### When yes `when-yes`\n\n- **Only if:** `ask = yes`\n\n### When no `when-no`\n\n- **Only if:** `ask = no`\n\n"
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
	book("incident/states", PHASE "### Try `try`\n\n### After failing `after-failing`\n\n- **Only if:** `try = failed`\n\n"
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
	book("incident/chain", PHASE "### A `aa`\n\n- **Only if:** `bb = excluded`\n\n### B `bb`\n\n- **Only if:** `cc = excluded`\n\n"
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
	book("incident/query", ASK "### It is live `live`\n\n- **Only if:** the account is live\n  ```sql\n  SELECT 1 FROM account WHERE id = :account AND state = 'live'\n  ```\n\n"
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

#define GATES                                                                                                                       \
	PHASE "### Save `save`\n\n- **Keep:** `picture` a picture\n- **Write down:** `number` (text) the number\n\n"                \
	      "\n## Second `second-phase`\n\n### By step `by-step`\n\n- **Needs:** `save`\n\n### By keep `by-keep`\n\n- **Needs:** `picture`\n\n" \
	      "### By value `by-value`\n\n- **Needs:** `number`\n\n### By phase `by-phase`\n\n- **Needs:** `phase`\n\n"                \
	      "### By query `by-query`\n\n- **Needs:** the account is closed\n  ```sql\n  SELECT 1 FROM account WHERE id = :account AND state = 'closed'\n  ```\n"

static const struct {
	const char *gate, *needs;
} gates[] = { { "by-step", "save" }, { "by-keep", "picture" }, { "by-value", "number" }, { "by-phase", "phase" }, { "by-query", "the account is closed" } };

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
	book("incident/failing", PHASE "### Bare `bare`\n\n### Told `told`\n\n- **If it fails:** write it down and go on.\n\n"
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

/* ---- values ---- */

#define VALUES                                                                                                                                  \
	PHASE "### Write `write`\n\n- **Write down:** `words` (text) w\n- **Write down:** `amount` (number) n\n- **Write down:** `on_day` (date) d\n" \
	      "- **Write down:** `at_time` (time) t\n- **Write down:** `flag` (yes or no) b\n- **Write down:** `mail` (email) e\n"                  \
	      "- **Write down:** `ring` (phone) p\n- **Write down:** `pick` (one of red, green) c\n- **Write down:** `whom` (person) r\n"

static const struct {
	const char *name, *typed, *json; /* json NULL: the id of Jo Park */
} right[] = {
	{ "words", "two\nlines", "\"two\\nlines\"" },
	{ "amount", "250", "250" },
	{ "on_day", "2026-11-20", "\"2026-11-20\"" },
	{ "at_time", "2026-11-20 22:41", "\"2026-11-20T22:41:00Z\"" },
	{ "flag", "no", "false" },
	{ "mail", "a@b.example", "\"a@b.example\"" },
	{ "ring", "+44 20 7946 0001", "\"+442079460001\"" },
	{ "pick", "RED", "\"red\"" },
	{ "whom", "jo@agency.example", NULL },
};

START_TEST(right_value)
{
	struct hf_buf b = HF_BUF_INIT;
	char          jo[64];

	book("incident/values", VALUES);
	run = begin("incident/values");
	value(run, "write", right[_i].name, right[_i].typed);
	hf_json_dump(&b, hf_json_get(at(run, "write")->values, right[_i].name), HF_JSON_COMPACT);
	snprintf(jo, sizeof(jo), "\"%s\"", world.jo);
	ck_assert_str_eq(hf_buf_str(&b), right[_i].json != NULL ? right[_i].json : jo);
	ck_assert(hf_json_equal(hf_json_get(hf_run_values(run), right[_i].name), hf_json_get(at(run, "write")->values, right[_i].name)));
	hf_buf_clear(&b);
}
END_TEST

static const struct {
	const char  *name, *typed, *words;
	enum hf_code code;
} wrong[] = {
	{ "words", "  ", "empty", HF_BAD },
	{ "words", "the password is hunter2hunter2!", "secret", HF_BAD },
	{ "words", "\033[2J", "words", HF_BAD },
	{ "amount", "some", "amount", HF_BAD },
	{ "on_day", "2026-02-30", "on_day", HF_BAD },
	{ "at_time", "25:00", "at_time", HF_BAD },
	{ "flag", "perhaps", "flag", HF_BAD },
	{ "mail", "nobody", "mail", HF_BAD },
	{ "ring", "12", "ring", HF_BAD },
	{ "pick", "blue", "red, green", HF_BAD },
	{ "whom", "Nobody Known", "whom", HF_NOTFOUND },
	{ "word", "x", "word", HF_BAD },
};

START_TEST(wrong_value)
{
	book("incident/values", VALUES);
	run = begin("incident/values");
	if (strcmp(wrong[_i].words, "secret") == 0)
		ck_fails(HF_BAD, "", try_value(run, "write", wrong[_i].name, wrong[_i].typed, &e));
	else
		ck_fails(wrong[_i].code, wrong[_i].words, try_value(run, "write", wrong[_i].name, wrong[_i].typed, &e));
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), 1);
}
END_TEST

START_TEST(missing_values_keep_it_open)
{
	struct hf_json *missing = NULL;

	book("incident/missing", PHASE "### Do `do-it`\n\n- **Write down:** `one_thing` (text) a\n- **Keep:** `shot` a shot\n- **If yes:** go on.\n\n"
	                               "### After `after`\n\n- **Only if:** `do-it = yes`\n");
	run = begin("incident/missing");
	ck_ok(hf_run_missing(&missing, run, at(run, "do-it"), &e));
	ck_assert_uint_eq(hf_json_len(missing), 3);
	hf_json_free(missing);
	ck_fails(HF_NO, "one_thing, shot, answer", try_done(run, "do-it", &e));
	value(run, "do-it", "one_thing", "x");
	ck_fails(HF_NO, "shot, answer", try_done(run, "do-it", &e));
	answer(run, "do-it", "yes"); /* logged, but there is still something to keep */
	assert_state(run, "do-it", HF_OPEN);
	ck_assert_str_eq(at(run, "do-it")->answer, "yes");
	keep(run, "do-it", "shot", "pixels");
	done(run, "do-it");
	assert_state(run, "do-it", HF_DONE);
}
END_TEST

START_TEST(asked_first)
{
	struct hf_start s = { .playbook = "incident/first", .subject = world.account };
	struct hf_json *values = hf_json_object();

	book("incident/first", "- **Ask first:** `noticed_at` (time) when\n- **Ask first:** `who_saw` (text) who\n- **Severity:** `1` bad\n- **Severity:** `2` worse\n" PHASE
	                       "### After `after`\n\n- **By:** 1 h after `noticed_at`\n");
	s.at = hf_register_now(world.r) - HF_HOUR;
	s.severity = "2";
	hf_json_set(values, "who_saw", hf_json_string("Jo"));
	s.values = values;
	ck_ok(hf_run_start(&run, world.r, world.shelf, &s, &e));
	ck_assert_str_eq(hf_json_get_str(hf_run_values(run), "who_saw"), "Jo");
	ck_assert_ptr_nonnull(hf_json_get_str(hf_run_values(run), "noticed_at")); /* at stands in for it */
	ck_assert_str_eq(hf_run_severity(run), "2");
	value(run, NULL, "who_saw", "Max");
	ck_assert_str_eq(hf_json_get_str(hf_run_values(run), "who_saw"), "Max");
	hf_json_set(values, "who_sawe", hf_json_string("x"));
	hf_run_close(run);
	run = NULL;
	ck_fails(HF_BAD, "who_sawe", hf_run_start(&run, world.r, world.shelf, &s, &e));
	hf_json_unset(values, "who_sawe");
	s.severity = "9";
	ck_fails(HF_BAD, "severity", hf_run_start(&run, world.r, world.shelf, &s, &e));
	hf_json_free(values);
}
END_TEST

START_TEST(what_cannot_begin)
{
	struct hf_start s = { .playbook = "incident/none", .subject = world.account };

	ck_fails(HF_NOTFOUND, "incident/none", hf_run_start(&run, world.r, world.shelf, &s, &e));
	s.playbook = "provider/x";
	ck_fails(HF_BAD, "not a playbook", hf_run_start(&run, world.r, world.shelf, &s, &e));
	lay("incident/broken", "# Broken `broken`\n\n- **Whom:** lead\n\n## P `pp`\n\n### S `ss`\n");
	s.playbook = "incident/broken";
	ck_fails(HF_BAD, "Whom", hf_run_start(&run, world.r, world.shelf, &s, &e));
	book("incident/fine", PHASE "### S `ss`\n");
	s.playbook = "incident/fine";
	s.subject = world.jo;
	ck_fails(HF_BAD, "not a person", hf_run_start(&run, world.r, world.shelf, &s, &e));
}
END_TEST

/* ---- evidence ---- */

START_TEST(evidence_is_kept)
{
	struct hf_act        act = { .step = "save" };
	const struct hf_json *entry;
	struct hf_buf         b = HF_BUF_INIT;

	book("incident/save", PHASE "### Save `save`\n\n- **Keep:** `picture` a picture\n- **Keep:** `copy` a copy\n");
	run = begin("incident/save");
	ck_fails(HF_BAD, "pictures", hf_run_keep(run, &act, "pictures", "a.txt", "x", 1, &e));
	ck_fails(HF_BAD, "empty", hf_run_keep(run, &act, "picture", "a.txt", "", 0, &e));
	ck_fails(HF_BAD, "not a name", hf_run_keep(run, &act, "picture", "../a.txt", "x", 1, &e));
	keep(run, "save", "picture", "the bytes");
	entry = hf_json_at(hf_json_get(at(run, "save")->kept, "picture"), 0);
	ck_assert_str_eq(hf_json_get_str(entry, "file_name"), "page.txt");
	ck_assert_int_eq(hf_json_num(hf_json_get(entry, "size")), 9);
	ck_ok(hf_register_blob(&b, world.r, hf_json_get_str(entry, "evidence"), hf_json_get_str(entry, "sha256"), &e));
	ck_assert_str_eq(hf_buf_str(&b), "the bytes");
	hf_buf_clear(&b);
	act.step = NULL;
	ck_ok(hf_run_keep(run, &act, "a letter", "b.txt", "y", 1, &e));
}
END_TEST

/* ---- answers and where they lead ---- */

START_TEST(unknown_answers)
{
	struct hf_act act = { .step = "ask" };

	book("incident/asks", ASK "### Quiet `quiet`\n");
	run = begin("incident/asks");
	ck_fails(HF_BAD, "maybe", hf_run_answer(run, &act, "maybe", NULL, &e));
	ck_fails(HF_BAD, "it-fails", hf_run_answer(run, &act, "it-fails", NULL, &e));
	act.step = "quiet";
	ck_fails(HF_BAD, "yes", hf_run_answer(run, &act, "yes", NULL, &e));
	act.step = "quie";
	ck_fails(HF_NOTFOUND, "quie", hf_run_answer(run, &act, "yes", NULL, &e));
}
END_TEST

#define BACK                                                                                                                    \
	PHASE "### Look `look`\n\n- **By:** 1 min after start\n- **Write down:** `seen` (text) s\n- **If yes:** go on.\n- **If no:** go on.\n\n"         \
	      "### Act `act`\n\n- **Only if:** `look = yes`\n- **By:** 2 min after start\n\n### Uses `uses`\n\n- **Needs:** `seen`\n- **By:** 3 min after start\n\n"   \
	      "### Apart `apart`\n\n- **By:** 4 min after start\n\n### Check `check`\n\n- **By:** 5 min after start\n- **If strange:** go to `look`.\n- **If fine:** go on.\n"

START_TEST(going_back_opens_again)
{
	book("incident/back", BACK);
	run = begin("incident/back");
	value(run, "look", "seen", "a");
	answer(run, "look", "yes");
	done(run, "act");
	done(run, "uses");
	done(run, "apart");
	answer(run, "check", "strange");
	assert_state(run, "check", HF_DONE);
	assert_state(run, "look", HF_OPEN);
	assert_state(run, "act", HF_OPEN);
	assert_state(run, "uses", HF_OPEN);
	assert_state(run, "apart", HF_DONE); /* it hangs on nothing of that */
	assert_next(run, "look");
	ck_assert(at(run, "look")->called);
	ck_assert_uint_eq(at(run, "look")->visit, 2);
	ck_assert_ptr_null(at(run, "look")->values);
	ck_assert(!at(run, "uses")->ready); /* what was seen then is not known now */
	value(run, "look", "seen", "b");
	answer(run, "look", "no");
	assert_state(run, "act", HF_EXCLUDED);
	ck_assert(at(run, "uses")->ready);
	run = again(run);
	ck_assert_uint_eq(at(run, "look")->visit, 2);
	ck_assert_str_eq(hf_json_get_str(hf_run_values(run), "seen"), "b");
}
END_TEST

START_TEST(a_route_forward_goes_first)
{
	book("incident/forward", PHASE "### Decide `decide`\n\n- **If lost:** go to `last-step`.\n- **If not:** go on.\n\n### Middle `middle`\n\n"
	                               "### Last `last-step`\n\n- **Wait:** until it is over\n- **By:** 5 days after `middle`\n");
	run = begin("incident/forward");
	answer(run, "decide", "lost");
	assert_next(run, "last-step");
	done(run, "last-step");
	assert_next(run, "middle");
}
END_TEST

START_TEST(looking_again_later_does_not_push)
{
	book("incident/repeat", PHASE "### Judge `judge`\n\n- **By:** 1 h after start\n- **If sure:** go on.\n- **If not known yet:** go to `judge`.\n\n"
	                              "### Other `other`\n\n- **By:** 5 min after start\n");
	run = begin("incident/repeat");
	answer(run, "judge", "not-known-yet");
	assert_state(run, "judge", HF_OPEN);
	ck_assert_uint_eq(at(run, "judge")->visit, 2);
	assert_next(run, "other");
}
END_TEST

START_TEST(stop_ends_the_run)
{
	struct hf_act act = { .step = "more", .text = "after" };

	book("incident/stops", PHASE "### Mistake `mistake`\n\n- **If yes:** `stop`.\n- **If no:** go on.\n\n### More `more`\n");
	run = begin("incident/stops");
	answer(run, "mistake", "yes");
	ck_assert(!hf_run_is_open(run));
	ck_assert_int_ne(hf_run_ended(run), 0);
	assert_next(run, NULL);
	ck_fails(HF_NO, "closed", hf_run_done(run, &act, &e));
	ck_ok(hf_run_note(run, &act, &e)); /* a note can still be added */
}
END_TEST

START_TEST(failing_has_its_own_route)
{
	book("incident/fails", PHASE "### File `file-it`\n\n- **If it fails:** go to `other-way`.\n\n### Middle `middle`\n\n### Other way `other-way`\n");
	run = begin("incident/fails");
	fails(run, "file-it");
	assert_state(run, "file-it", HF_FAILED);
	assert_next(run, "other-way");
}
END_TEST

/* ---- loops ---- */

#define LOOP                                                                                                          \
	PHASE "### Ask {holder} `ask`\n\n- **For each:** person with access\n  ```sql\n"                              \
	      "  SELECT p.id AS whom, p.name AS holder FROM live_grant g JOIN person p ON p.id = g.person WHERE g.account = :account ORDER BY p.name\n  ```\n" \
	      "- **Write down:** `said` (text) what they said\n- **If it was them:** `next`.\n\n### After `after`\n\n- **Needs:** `ask`\n\n"                  \
	      "### Other loop `other`\n\n- **For each:** mailbox\n  ```sql\n  SELECT l.depends_on AS box FROM link l WHERE l.account = :account\n  ```\n- **If done:** `next`.\n"

START_TEST(a_looped_step)
{
	struct hf_buf b = HF_BUF_INIT;

	book("incident/loop", LOOP);
	run = begin("incident/loop");
	ck_assert_uint_eq(hf_run_count(run), 4);
	assert_next(run, "ask@1");
	ck_ok(hf_run_fill(&b, run, at(run, "ask@2"), "{holder} {whom.email}", &e));
	ck_assert_str_eq(hf_buf_str(&b), "Max Stone max@agency.example");
	value(run, "ask@1", "said", "not me");
	done(run, "ask@1");
	assert_state(run, "ask@1", HF_DONE);
	assert_state(run, "ask@2", HF_OPEN);
	ck_assert_str_eq(at(run, "ask")->address, "ask@2"); /* the first that is not finished */
	ck_assert(!at(run, "after")->ready);
	value(run, "ask@2", "said", "me");
	answer(run, "ask@2", "it-was-them"); /* ends its row, and leaves other loops of the phase alone */
	assert_state(run, "ask@2", HF_DONE);
	assert_state(run, "other@1", HF_OPEN);
	ck_assert(at(run, "after")->ready);
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@1")->values, "said"), "not me");
	hf_buf_clear(&b);
}
END_TEST

static void
change_name(const char *id, const char *name)
{
	struct hf_batch *b;

	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_set(b, id, "name", '=', name, &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
}

/* Rows that somebody has logged stay what they were, whatever the register says later; new ones come after them. */
START_TEST(rows_keep_their_places)
{
	book("incident/loop", LOOP);
	run = begin("incident/loop");
	value(run, "ask@2", "said", "me");
	change_name(world.jo, "Aaron Park");
	run = again(run);
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@1")->row, "holder"), "Jo Park");
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@2")->row, "holder"), "Max Stone");
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@2")->values, "said"), "me");
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@3")->row, "holder"), "Aaron Park");
	change_name(world.jo, "Jo Park");
}
END_TEST

#define PHASES                                                                                                                                    \
	"\n## Each {holder} `each`\n\n- **For each:** person with access\n  ```sql\n"                                                                \
	"  SELECT p.id AS whom, p.name AS holder FROM live_grant g JOIN person p ON p.id = g.person WHERE g.account = :account ORDER BY p.name\n  ```\n\n"    \
	"### Ring `ring`\n\n- **Write down:** `mood` (one of good, bad) m\n- **If gone:** `next`.\n- **If there:** go on.\n\n"                            \
	"### Listen `listen`\n\n- **Needs:** `ring`\n- **Only if:** `mood = bad`\n\n### Thank `thank`\n\n- **By:** 1 h after `ring`\n\n"               \
	"## End `end-phase`\n\n### Sum up `sum-up`\n\n- **Needs:** `each`\n"

START_TEST(a_looped_phase)
{
	book("incident/phases", PHASES);
	run = begin("incident/phases");
	ck_assert_uint_eq(hf_run_count(run), 7);
	value(run, "ring@1", "mood", "good");
	value(run, "ring@2", "mood", "bad");
	/* Each row has its own values. */
	answer(run, "ring@1", "there");
	assert_state(run, "listen@1", HF_EXCLUDED);
	ck_assert(at(run, "thank@1")->ready && !at(run, "thank@2")->ready);
	ck_assert(!at(run, "listen@2")->ready);
	answer(run, "ring@2", "gone");
	assert_state(run, "ring@2", HF_DONE);
	assert_state(run, "listen@2", HF_EXCLUDED); /* the rest of that row is left out */
	assert_state(run, "thank@2", HF_EXCLUDED);
	ck_assert(!at(run, "sum-up")->ready);
	answer(run, "ring@2", "there"); /* they came back: the rest is there again */
	ck_assert(at(run, "listen@2")->ready);
	done(run, "listen@2");
	done(run, "thank@1");
	done(run, "thank@2");
	ck_assert(at(run, "sum-up")->ready);
}
END_TEST

START_TEST(a_loop_of_no_rows)
{
	book("incident/norows", PHASE "### None `none`\n\n- **For each:** nothing\n  ```sql\n  SELECT id AS x FROM device\n  ```\n- **Keep:** `shot` s\n\n"
	                              "### After `after`\n\n- **Needs:** `none`, `shot`\n\n### Then `then`\n\n- **By:** 1 h after `none`\n");
	run = begin("incident/norows");
	ck_assert_uint_eq(hf_run_count(run), 2);
	ck_assert(at(run, "after")->ready);
	ck_assert(at(run, "then")->ready);
	ck_fails(HF_NO, "nothing to do it on", try_done(run, "none", &e));
}
END_TEST

/* ---- books beside and instead ---- */

START_TEST(a_book_beside)
{
	struct hf_act   act = { .step = "box" };
	struct hf_json *started = NULL, *v = NULL;
	struct hf_run  *child = NULL;
	struct hf_buf   b = HF_BUF_INIT;

	book("incident/child", "- **Ask first:** `noticed_at` (time) when\n" PHASE "### Uses `uses`\n\n- **By:** 1 h after `noticed_at`\n");
	book("incident/parent", "- **Ask first:** `noticed_at` (time) when\n" PHASE
	                        "### Box `box`\n\n- **For each:** mailbox\n  ```sql\n  SELECT l.depends_on AS box FROM link l WHERE l.account = :account\n  ```\n"
	                        "- **Write down:** `amount` (number) n\n- **If bad:** run `incident/child` on {box}.\n");
	run = begin("incident/parent");
	value(run, NULL, "noticed_at", "2026-11-20 22:41");
	value(run, "box", "amount", "7");
	act.step = "box@1";
	ck_ok(hf_run_answer(run, &act, "bad", &started, &e));
	ck_assert_uint_eq(hf_json_len(started), 1);
	ck_assert(hf_run_is_open(run));
	ck_ok(hf_run_open(&child, world.r, world.shelf, hf_json_str(hf_json_at(started, 0)), &e));
	ck_assert_str_eq(hf_run_subject(child), world.mailbox);
	ck_assert_str_eq(hf_json_get_str(hf_run_start_entry(child), "parent"), hf_run_id(run));
	ck_ok(hf_run_path(&v, child, NULL, "noticed_at", &e)); /* it takes over what is known */
	ck_assert_str_eq(hf_json_str(v), "2026-11-20T22:41:00Z");
	ck_assert(at(child, "uses")->ready);
	ck_ok(hf_run_fill(&b, child, NULL, "{amount}", &e));
	ck_assert_str_eq(hf_buf_str(&b), "7");
	hf_buf_clear(&b);
	hf_json_free(v);
	hf_json_free(started);
	hf_run_close(child);
}
END_TEST

START_TEST(a_book_instead)
{
	struct hf_act   act = { .step = "ask" };
	struct hf_json *started = NULL;

	book("incident/child", PHASE "### One `one`\n");
	book("incident/parent", PHASE "### Ask `ask`\n\n- **If a mistake:** run `incident/child` and `stop`.\n- **If no:** go on.\n");
	run = begin("incident/parent");
	ck_ok(hf_run_answer(run, &act, "a-mistake", &started, &e));
	ck_assert_uint_eq(hf_json_len(started), 1);
	ck_assert(!hf_run_is_open(run));
	hf_json_free(started);
}
END_TEST

/* An answer is not lost because a book is missing; but nothing takes the place of a run that would then be closed. */
START_TEST(a_book_that_is_not_there)
{
	struct hf_act         act = { .step = "ask" };
	struct hf_json       *started = NULL;
	const struct hf_json *last;

	book("incident/parent", PHASE "### Ask `ask`\n\n- **If beside:** run `incident/missing`.\n- **If instead:** run `incident/missing` and `stop`.\n");
	run = begin("incident/parent");
	ck_fails(HF_NOTFOUND, "incident/missing", hf_run_answer(run, &act, "instead", &started, &e));
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), 1);
	ck_ok(hf_run_answer(run, &act, "beside", &started, &e));
	ck_assert_uint_eq(hf_json_len(started), 0);
	last = hf_json_at(hf_run_entries(run), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(last, "not_started"), 0), "book"), "incident/missing");
	assert_state(run, "ask", HF_DONE);
	hf_json_free(started);
}
END_TEST

/* ---- what changes in the register ---- */

static char *
state_of(const char *id)
{
	struct hf_json *record = NULL;
	char           *s;

	ck_ok(hf_register_get(&record, world.r, id, &e));
	s = strdup(hf_json_get_str(record, "state") == NULL ? "" : hf_json_get_str(record, "state"));
	hf_json_free(record);
	return s;
}

START_TEST(updates_in_the_same_commit)
{
	char  *state;
	size_t before;

	book("incident/updates", PHASE "### File `file-it`\n\n- **Updates:** `{account} state=hijacked`\n\n### Wrong `wrong`\n\n- **Updates:** `{account.deputy} note=x`\n\n"
	                               "### Back `back`\n\n- **Updates:** `{account} state=live`\n");
	run = begin("incident/updates");
	done(run, "file-it");
	ck_assert_str_eq(state = state_of(world.account), "hijacked");
	free(state);
	before = hf_json_len(hf_run_entries(run));
	ck_fails(HF_BAD, "no record is known", try_done(run, "wrong", &e));
	run = again(run);
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), before);
	assert_state(run, "wrong", HF_OPEN);
	done(run, "back");
	ck_assert_str_eq(state = state_of(world.account), "live");
	free(state);
}
END_TEST

START_TEST(adds_a_record)
{
	struct hf_json *found = NULL;
	const char     *words[] = { "incident-note-77" };

	book("incident/adds", PHASE "### Lend `lend`\n\n- **Write down:** `why` (text) w\n- **Adds:** `share account={account} person={account.owner} method={why}`\n");
	run = begin("incident/adds");
	value(run, "lend", "why", "incident-note-77");
	done(run, "lend");
	ck_ok(hf_register_find(&found, world.r, words, 1, &e));
	ck_assert_uint_eq(hf_json_len(found), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(found, 0), "kind"), "share");
	hf_json_free(found);
}
END_TEST

/* ---- when, by whom, and twice ---- */

START_TEST(moments)
{
	struct hf_act         act = { .step = "one", .about = true, .offset = 60 };
	const struct hf_json *entry;

	book("incident/two", PHASE "### One `one`\n\n### Two `two`\n");
	run = begin("incident/two");
	act.at = hf_register_now(world.r) + HF_HOUR;
	ck_fails(HF_BAD, "not come yet", hf_run_done(run, &act, &e));
	act.at = hf_register_now(world.r) - 2 * HF_HOUR;
	act.acting_as = "leed";
	ck_fails(HF_BAD, "leed", hf_run_done(run, &act, &e));
	act.acting_as = "lead";
	act.on_behalf = world.jo;
	ck_ok(hf_run_done(run, &act, &e));
	entry = hf_json_at(hf_run_entries(run), 1);
	ck_assert_str_eq(hf_json_get_str(entry, "precision"), "about");
	ck_assert_int_eq(hf_json_num(hf_json_get(entry, "offset")), 60);
	ck_assert_str_eq(hf_json_get_str(entry, "acting_as"), "lead");
	ck_assert_str_eq(hf_json_get_str(entry, "on_behalf_of"), world.jo);
	ck_assert_str_eq(hf_json_get_str(entry, "actor"), world.fpr);
	ck_assert_int_eq(at(run, "one")->at, act.at);
}
END_TEST

START_TEST(not_twice)
{
	struct hf_act act = { .step = "one", .text = "again" };

	book("incident/two", PHASE "### One `one`\n\n- **If yes:** go on.\n- **If no:** go on.\n\n### Two `two`\n");
	run = begin("incident/two");
	answer(run, "one", "yes");
	ck_fails(HF_NO, "done already", hf_run_done(run, &act, &e));
	ck_fails(HF_NO, "done already", hf_run_skip(run, &act, &e));
	ck_fails(HF_NO, "done already", hf_run_fail(run, &act, &e));
	ck_fails(HF_NO, "already", hf_run_answer(run, &act, "yes", NULL, &e));
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), 2);
	act.step = "two";
	act.text = " ";
	ck_fails(HF_USAGE, "reason", hf_run_skip(run, &act, &e));
	skip(run, "two");
	done(run, "two"); /* it was done after all */
	assert_state(run, "two", HF_DONE);
}
END_TEST

START_TEST(notes_and_tickets)
{
	struct hf_act act = { .text = "" };

	book("incident/two", PHASE "### One `one`\n");
	run = begin("incident/two");
	ck_fails(HF_USAGE, "empty", hf_run_note(run, &act, &e));
	act.text = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
	ck_fails(HF_BAD, "", hf_run_note(run, &act, &e));
	act.text = "the press rang";
	ck_ok(hf_run_note(run, &act, &e));
	act.text = NULL;
	ck_fails(HF_USAGE, "empty", hf_run_ticket(run, &act, " ", NULL, &e));
	ck_ok(hf_run_ticket(run, &act, "0429-118", "the police", &e));
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), 3);
}
END_TEST

/* ---- people and paths ---- */

START_TEST(people_of_a_role)
{
	struct hf_act   act = { .step = NULL };
	struct hf_json *list = NULL;

	book("incident/two", PHASE "### One `one`\n");
	run = begin("incident/two");
	ck_ok(hf_run_people(&list, run, NULL, "owner", &e));
	ck_assert_uint_eq(hf_json_len(list), 2);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "name"), "Jo Park");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "phone"), "+447700900103");
	hf_json_free(list);
	ck_ok(hf_run_assign(run, &act, "owner", world.ann, &e));
	ck_fails(HF_BAD, "ownr", hf_run_assign(run, &act, "ownr", world.ann, &e));
	ck_ok(hf_run_people(&list, run, NULL, "owner", &e));
	ck_assert_uint_eq(hf_json_len(list), 2); /* each once */
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "name"), "Ann Lee");
	hf_json_free(list);
}
END_TEST

static const struct {
	const char *text, *filled;
} fills[] = {
	{ "{account.handle} of {account.owner.name}", "@agency of Jo Park" },
	{ "{account.owner}", "Jo Park" },
	{ "{account.unit.director.email}", "max@agency.example" },
	{ "{org.name} {account.provider} {provider}", "Test Agency x x" },
	{ "{account.deputy.name} {nothing} {account.handle.name}", "not recorded not recorded not recorded" },
	{ "{seen_at}", "2026-07-01 11:00 BST" },
	{ "no path {} { account } {Account}", "no path {} { account } {Account}" },
};

START_TEST(paths_are_filled)
{
	struct hf_buf b = HF_BUF_INIT;

	book("incident/two", "- **Ask first:** `seen_at` (time) when\n" PHASE "### One `one`\n");
	run = begin("incident/two");
	value(run, NULL, "seen_at", "2026-07-01 11:00");
	ck_ok(hf_run_fill(&b, run, NULL, fills[_i].text, &e));
	ck_assert_str_eq(hf_buf_str(&b), fills[_i].filled);
	hf_buf_clear(&b);
}
END_TEST

START_TEST(a_brief)
{
	struct hf_json *b = NULL;

	lay("provider/x", "# X `x`\n\n- **Also called:** Twitter\n\n## Contain `contain`\n\n### Sign out `sessions`\n\n> CAUTION: save first.\n\n1. Open the settings.\n");
	book("incident/brief", PHASE "### Ask {account.owner.name} `ask`\n\n> WARNING: gently.\n\nRing {account.owner.phone}.\n\n1. One\n2. Two\n\n- **Who:** lead and owner; both\n"
	                             "- **By:** 5 min after start\n- **Only if:** it is so\n- **Sheet:** `sessions`\n- **On x:** mind the gap.\n- **On youtube instead:** else.\n"
	                             "- **Write down:** `pick` (one of a, b) which\n- **Write down:** `whom` (person) who\n  ```sql\n  SELECT id, post FROM person ORDER BY name\n  ```\n"
	                             "- **If yes:** go to `ask`.\n- **If it fails:** cry.\n- **Why:** because.\n");
	run = begin("incident/brief");
	ck_ok(hf_brief_make(&b, run, hf_run_next(run), &e));
	ck_assert_str_eq(hf_json_get_str(b, "title"), "Ask Jo Park");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "cautions"), 0), "text"), "gently.");
	ck_assert(hf_json_true(hf_json_get(hf_json_at(hf_json_get(b, "cautions"), 0), "warning")));
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "text"), 0), "text"), "Ring +447700900103.");
	ck_assert_uint_eq(hf_json_len(hf_json_get(b, "text")), 4);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "text"), 3), "text"), "mind the gap.");
	ck_assert_uint_eq(hf_json_len(hf_json_get(hf_json_at(hf_json_get(b, "sheets"), 0), "cautions")), 1);
	ck_assert_uint_eq(hf_json_len(hf_json_get(b, "who")), 2);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(hf_json_at(hf_json_get(b, "write"), 1), "choices"), 1), "value"), "Jo Park");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "answers"), 0), "text"), "go to \"Ask Jo Park\".");
	ck_assert_str_eq(hf_json_get_str(b, "if_it_fails"), "cry.");
	ck_assert_ptr_nonnull(hf_json_get_str(b, "by"));
	ck_assert_int_eq(hf_json_num(hf_json_get(b, "number")), 1);
	hf_json_free(b);
}
END_TEST

START_TEST(instead_replaces_the_text)
{
	struct hf_json *b = NULL;

	book("incident/instead", PHASE "### Do `do-it`\n\n> CAUTION: slowly.\n\nThe usual.\n\n- **On youtube, x instead:** the other.\n");
	run = begin("incident/instead");
	ck_ok(hf_brief_make(&b, run, hf_run_next(run), &e));
	ck_assert_uint_eq(hf_json_len(hf_json_get(b, "text")), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "text"), 0), "text"), "the other.");
	ck_assert_uint_eq(hf_json_len(hf_json_get(b, "cautions")), 1);
	hf_json_free(b);
}
END_TEST

/* ---- the end ---- */

START_TEST(closing)
{
	struct hf_act act = { .text = NULL };

	book("incident/two", PHASE "### One `one`\n\n### Two `two`\n");
	run = begin("incident/two");
	done(run, "one");
	ck_fails(HF_NO, "two", hf_run_end(run, &act, &e));
	done(run, "two");
	ck_ok(hf_run_end(run, &act, &e));
	ck_assert(!hf_run_is_open(run));
	ck_fails(HF_NO, "closed", hf_run_end(run, &act, &e));
}
END_TEST

START_TEST(closing_early)
{
	struct hf_act act = { .text = "false alarm" };

	book("incident/two", PHASE "### One `one`\n\n### Two `two`\n");
	book("routine/two", PHASE "### One `one`\n\n### Two `two`\n");
	run = begin("incident/two");
	done(run, "one");
	ck_ok(hf_run_end(run, &act, &e));
	assert_state(run, "two", HF_SKIPPED);
	ck_assert_str_eq(at(run, "two")->text, "false alarm");
	ck_assert(!hf_run_is_open(run));
	hf_run_close(run);
	run = begin("routine/two");
	ck_fails(HF_NO, "one, two", hf_run_end(run, &act, &e)); /* a routine is not ended early */
}
END_TEST

/* ---- names of runs ---- */

START_TEST(resolving)
{
	struct hf_json *several = NULL, *list = NULL;
	struct hf_act   act = { .text = "over" };
	char            id[HF_ID_SIZE], lower[HF_ID_SIZE];
	struct hf_run  *other;

	book("incident/names", PHASE "### One `one`\n");
	ck_ok(hf_run_list(&list, world.r, world.shelf, &e));
	for (size_t i = 0; i < hf_json_len(list); i++) { /* other tests left theirs open */
		if (strcmp(hf_json_get_str(hf_json_at(list, i), "state"), "open") != 0)
			continue;
		ck_ok(hf_run_open(&other, world.r, world.shelf, hf_json_get_str(hf_json_at(list, i), "run"), &e));
		if (strncmp(hf_run_book(other), "incident/", 9) == 0)
			ck_ok(hf_run_end(other, &act, &e));
		else
			for (size_t k = 0; k < hf_run_count(other); k++)
				skip(other, hf_run_at(other, k)->address);
		if (hf_run_is_open(other))
			ck_ok(hf_run_end(other, &act, &e));
		hf_run_close(other);
	}
	hf_json_free(list);
	run = begin("incident/names");
	ck_ok(hf_run_resolve(id, NULL, world.r, "x:agency", &e));
	ck_assert_str_eq(id, hf_run_id(run));
	ck_ok(hf_run_resolve(id, NULL, world.r, "last", &e));
	ck_assert_str_eq(id, hf_run_id(run));
	for (int i = 0; i < HF_ID_SIZE; i++)
		lower[i] = (char)(hf_run_id(run)[i] >= 'A' && hf_run_id(run)[i] <= 'Z' ? hf_run_id(run)[i] + 32 : hf_run_id(run)[i]);
	ck_ok(hf_run_resolve(id, NULL, world.r, lower, &e));
	ck_assert_str_eq(id, hf_run_id(run));
	lower[25] = '\0';
	ck_ok(hf_run_resolve(id, NULL, world.r, lower, &e));
	other = begin("incident/names");
	ck_fails(HF_AMBIGUOUS, "2 runs", hf_run_resolve(id, &several, world.r, "x:agency", &e));
	ck_assert_uint_eq(hf_json_len(several), 2);
	hf_json_free(several);
	ck_fails(HF_NOTFOUND, "nobody", hf_run_resolve(id, NULL, world.r, "nobody", &e));
	ck_fails(HF_NOTFOUND, "youtube", hf_run_resolve(id, NULL, world.r, "youtube:agency", &e));
	ck_fails(HF_AMBIGUOUS, "@agency", hf_run_resolve(id, NULL, world.r, "@agency", &e));
	hf_run_close(other);
}
END_TEST

START_TEST(listing)
{
	struct hf_json       *list = NULL;
	const struct hf_json *row;

	book("incident/two", PHASE "### One `one`\n\n### Two `two`\n");
	run = begin("incident/two");
	done(run, "one");
	ck_ok(hf_run_list(&list, world.r, world.shelf, &e));
	row = hf_json_at(list, 0);
	ck_assert_str_eq(hf_json_get_str(row, "run"), hf_run_id(run));
	ck_assert_str_eq(hf_json_get_str(row, "ref"), "x:agency");
	ck_assert_str_eq(hf_json_get_str(row, "state"), "open");
	ck_assert_int_eq(hf_json_num(hf_json_get(row, "steps")), 2);
	ck_assert_int_eq(hf_json_num(hf_json_get(row, "finished")), 1);
	hf_json_free(list);
}
END_TEST

/* ---- the state is a fold ---- */

/* A run pins its book: another edition on the shelf changes nothing in it. */
START_TEST(the_book_is_pinned)
{
	book("incident/pin", PHASE "### One `one`\n");
	run = begin("incident/pin");
	book("incident/pin", PHASE "### Other `other`\n\n### More `more`\n");
	run = again(run);
	ck_assert_uint_eq(hf_run_count(run), 1);
	assert_next(run, "one");
}
END_TEST

static unsigned long long seed;

static unsigned
roll(unsigned n)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(seed >> 33) % n;
}

/* A playbook of so many steps with conditions, gates and ways back, all to names that are there. */
static void
random_book(struct hf_buf *b, unsigned n)
{
	hf_buf_adds(b, "\n## One `phase-one`\n\n");
	for (unsigned k = 0; k < n; k++) {
		if (k == n / 2)
			hf_buf_adds(b, "## Two `phase-two`\n\n");
		hf_buf_addf(b, "### Step {account.handle} `step-%u`\n\nDo it.\n\n", k);
		if (roll(2) == 0)
			hf_buf_addf(b, "- **By:** %u min after start\n", roll(60));
		else if (k > 0 && roll(3) == 0)
			hf_buf_addf(b, "- **By:** %u min after `step-%u`\n", 1 + roll(60), roll(k));
		if (k > 0 && roll(3) == 0)
			hf_buf_addf(b, "- **Needs:** `step-%u`\n", roll(k));
		if (k > 0 && roll(3) == 0)
			hf_buf_addf(b, "- **Only if:** `step-%u = yes`\n", roll(k));
		if (roll(3) == 0)
			hf_buf_addf(b, "- **Write down:** `value_%u` (text) v\n", k);
		if (roll(8) == 0)
			hf_buf_adds(b, "- **Wait:** until it comes\n");
		hf_buf_addf(b, "- **If yes:** go on.\n- **If no:** %s\n\n", k > 0 && roll(5) == 0 ? "go to `step-0`." : "go on.");
	}
}

static void
random_act(void)
{
	const struct hf_instance *i = hf_run_at(run, roll((unsigned)hf_run_count(run)));
	struct hf_json           *blocked = NULL;
	struct hf_err             why = HF_ERR_INIT;
	struct hf_act             act = { .text = "because" };
	char                      address[HF_ADDRESS_SIZE], name[80];
	enum hf_state             before = i->state;
	enum hf_code              rc;
	bool                      gate;

	snprintf(address, sizeof(address), "%s", i->address);
	act.step = address;
	ck_ok(hf_run_blocked(&blocked, run, i, &e));
	gate = hf_json_len(blocked) > 0;
	hf_json_free(blocked);
	switch (roll(5)) {
	case 0:
		rc = hf_run_done(run, &act, &why);
		break;
	case 1:
		rc = hf_run_answer(run, &act, roll(3) == 0 ? "no" : "yes", NULL, &why);
		break;
	case 2:
		snprintf(name, sizeof(name), "value_%s", address + strlen("step-"));
		rc = try_value(run, address, name, "x", &why);
		gate = false;
		break;
	case 3:
		rc = roll(4) == 0 ? hf_run_fail(run, &act, &why) : hf_run_note(run, &act, &why);
		break;
	default:
		rc = roll(4) == 0 ? hf_run_skip(run, &act, &why) : HF_NO;
		gate = false;
		break;
	}
	ck_assert_msg(rc == HF_OK || rc == HF_NO || rc == HF_BAD, "%s: %s", address, why.msg);
	if (gate && before != HF_DONE && rc == HF_OK)
		ck_assert_msg(at(run, address)->state != HF_DONE, "%s went through a closed gate", address);
}

/* Whatever people do: what the run thinks after each act is what the log says, and it can be brought to an end. */
START_TEST(random_runs)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_act act = { .text = NULL };
	char         *live, *folded;

	seed = (unsigned long long)_i * 7919 + 17;
	random_book(&b, 6 + roll(8));
	book("routine/random", hf_buf_str(&b));
	run = begin("routine/random");
	for (int k = 0; k < 40; k++) {
		random_act();
		live = portrait(run);
		run = again(run);
		folded = portrait(run);
		ck_assert_str_eq(live, folded);
		free(live);
		free(folded);
	}
	for (int k = 0; k < 200 && hf_run_next(run) != NULL; k++)
		skip(run, hf_run_next(run)->address);
	for (size_t k = 0; k < hf_run_count(run); k++)
		if (hf_run_at(run, k)->state == HF_OPEN || hf_run_at(run, k)->state == HF_WAITING || hf_run_at(run, k)->state == HF_FAILED)
			skip(run, hf_run_at(run, k)->address);
	ck_ok(hf_run_end(run, &act, &e));
	hf_buf_clear(&b);
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
	tcase_add_test(t, by_of_what_never_happens);
	tcase_add_test(t, late_in_every_way);
	tcase_add_test(t, waiting_is_passed_over);
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
	tcase_add_loop_test(t, right_value, 0, N_OF(right));
	tcase_add_loop_test(t, wrong_value, 0, N_OF(wrong));
	tcase_add_test(t, missing_values_keep_it_open);
	tcase_add_test(t, asked_first);
	tcase_add_test(t, what_cannot_begin);
	tcase_add_test(t, evidence_is_kept);
	tcase_add_test(t, unknown_answers);
	tcase_add_test(t, going_back_opens_again);
	tcase_add_test(t, a_route_forward_goes_first);
	tcase_add_test(t, looking_again_later_does_not_push);
	tcase_add_test(t, stop_ends_the_run);
	tcase_add_test(t, failing_has_its_own_route);
	tcase_add_test(t, a_looped_step);
	tcase_add_test(t, rows_keep_their_places);
	tcase_add_test(t, a_looped_phase);
	tcase_add_test(t, a_loop_of_no_rows);
	tcase_add_test(t, a_book_beside);
	tcase_add_test(t, a_book_instead);
	tcase_add_test(t, a_book_that_is_not_there);
	tcase_add_test(t, updates_in_the_same_commit);
	tcase_add_test(t, adds_a_record);
	tcase_add_test(t, moments);
	tcase_add_test(t, not_twice);
	tcase_add_test(t, notes_and_tickets);
	tcase_add_test(t, people_of_a_role);
	tcase_add_loop_test(t, paths_are_filled, 0, N_OF(fills));
	tcase_add_test(t, a_brief);
	tcase_add_test(t, instead_replaces_the_text);
	tcase_add_test(t, closing);
	tcase_add_test(t, closing_early);
	tcase_add_test(t, resolving);
	tcase_add_test(t, listing);
	tcase_add_test(t, the_book_is_pinned);
	tcase_add_loop_test(t, random_runs, 0, 5);
	suite_add_tcase(s, t);
	return run_suite(s);
}
