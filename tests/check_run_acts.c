/* Runs on a real register: what people do. Values, evidence, answers and where they lead, what changes in the register, the end. */
#include <stdio.h>
#include <stdlib.h>

#include "holdfast/time.h"
#include "run_one.h"
#include "test.h"

#define ASK   \
	PHASE \
	"### Ask `ask`\n\n- **Write down:** `how` (one of mail, call) how\n- **If yes:** go on.\n- **If no, or not sure:** go on.\n\n"

/* ---- values ---- */

#define VALUES                                                                                                                                  \
	PHASE                                                                                                                                   \
	"### Write `write`\n\n- **Write down:** `words` (text) w\n- **Write down:** `amount` (number) n\n- **Write down:** `on_day` (date) d\n" \
	"- **Write down:** `at_time` (time) t\n- **Write down:** `flag` (yes or no) b\n- **Write down:** `mail` (email) e\n"                    \
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
	ck_assert(
	    hf_json_equal(hf_json_get(hf_run_values(run), right[_i].name), hf_json_get(at(run, "write")->values, right[_i].name)));
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

	book("incident/missing",
	    PHASE "### Do `do-it`\n\n- **Write down:** `one_thing` (text) a\n- **Keep:** `shot` a shot\n- **If yes:** go on.\n\n"
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

	book("incident/first",
	    "- **Ask first:** `noticed_at` (time) when\n- **Ask first:** `who_saw` (text) who\n- **Severity:** `1` bad\n- **Severity:** `2` worse\n" PHASE
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
	struct hf_act         act = { .step = "save" };
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

#define BACK                                                                                                                                                   \
	PHASE                                                                                                                                                  \
	"### Look `look`\n\n- **By:** 1 min after start\n- **Write down:** `seen` (text) s\n- **If yes:** go on.\n- **If no:** go on.\n\n"                     \
	"### Act `act`\n\n- **Only if:** `look = yes`\n- **By:** 2 min after start\n\n### Uses `uses`\n\n- **Needs:** `seen`\n- **By:** 3 min after start\n\n" \
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
	book("incident/forward",
	    PHASE "### Decide `decide`\n\n- **If lost:** go to `last-step`.\n- **If not:** go on.\n\n### Middle `middle`\n\n"
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
	book("incident/repeat",
	    PHASE
	    "### Judge `judge`\n\n- **By:** 1 h after start\n- **If sure:** go on.\n- **If not known yet:** go to `judge`.\n\n"
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
	book("incident/fails",
	    PHASE
	    "### File `file-it`\n\n- **If it fails:** go to `other-way`.\n\n### Middle `middle`\n\n### Other way `other-way`\n");
	run = begin("incident/fails");
	fails(run, "file-it");
	assert_state(run, "file-it", HF_FAILED);
	assert_next(run, "other-way");
}
END_TEST

/* ---- what changes in the register ---- */

START_TEST(updates_in_the_same_commit)
{
	size_t before;

	book("incident/updates",
	    PHASE
	    "### File `file-it`\n\n- **Updates:** `{account} state=hijacked`\n\n### Wrong `wrong`\n\n- **Updates:** `{account.deputy} note=x`\n\n"
	    "### Back `back`\n\n- **Updates:** `{account} state=live`\n");
	run = begin("incident/updates");
	done(run, "file-it");
	ck_assert_str_eq(state_of(world.account), "hijacked");
	before = hf_json_len(hf_run_entries(run));
	ck_fails(HF_BAD, "no record is known", try_done(run, "wrong", &e));
	run = again(run);
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), before);
	assert_state(run, "wrong", HF_OPEN);
	done(run, "back");
	ck_assert_str_eq(state_of(world.account), "live");
}
END_TEST

static enum hf_code
found_share(void *arg, const struct hf_found *found, struct hf_err *why)
{
	size_t *n = arg;

	(void)why;
	ck_assert_str_eq(found->kind, "share");
	++*n;
	return HF_OK;
}

START_TEST(adds_a_record)
{
	size_t      found = 0;
	const char *words[] = { "incident-note-77" };

	book("incident/adds",
	    PHASE
	    "### Lend `lend`\n\n- **Write down:** `why` (text) w\n- **Adds:** `share account={account} person={account.owner} method={why}`\n");
	run = begin("incident/adds");
	value(run, "lend", "why", "incident-note-77");
	done(run, "lend");
	ck_ok(hf_register_find(found_share, &found, world.r, words, 1, &e));
	ck_assert_uint_eq(found, 1);
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

int
main(void)
{
	Suite *s = suite_create("run acts");
	TCase *t = tcase_create("run acts");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, run_world_open, down);
	tcase_set_timeout(t, 120);
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
	tcase_add_test(t, updates_in_the_same_commit);
	tcase_add_test(t, adds_a_record);
	tcase_add_test(t, moments);
	tcase_add_test(t, not_twice);
	tcase_add_test(t, notes_and_tickets);
	tcase_add_test(t, closing);
	tcase_add_test(t, closing_early);
	suite_add_tcase(s, t);
	return run_suite(s);
}
