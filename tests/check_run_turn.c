/* Runs on a real register. Gates passed with a reason, drills, claims, handing over, corrections, opening again; books beside, figures, clocks. */
#include <stdio.h>

#include "holdfast/brief.h"
#include "holdfast/figures.h"
#include "holdfast/time.h"
#include "run_one.h"
#include "test.h"

/* ---- gates, drills ---- */

START_TEST(through_a_closed_gate)
{
	struct hf_act   act = on("after", NULL);
	struct hf_json *figures;

	book("incident/gate", PHASE "### First `first`\n\n### After `after`\n\n- **Needs:** `first`\n- **If yes:** go on.\n");
	run = begin("incident/gate");
	act.anyway = "  ";
	ck_fails(HF_NO, "closed gate", hf_run_done(run, &act, &e));
	act.anyway = "the captures follow";
	ck_ok(hf_run_done(run, &act, &e));
	assert_state(run, "after", HF_DONE);
	ck_assert_str_eq(at(run, "after")->anyway, "the captures follow");
	ck_assert_str_eq(hf_json_str(hf_json_at(hf_json_get(last_entry(), "without"), 0)), "first");
	ck_ok(hf_figures_make(&figures, run, &e));
	ck_assert_uint_eq(hf_json_len(hf_json_get(figures, "anyway")), 1);
	hf_json_free(figures);
}
END_TEST

START_TEST(a_drill_changes_nothing)
{
	book("incident/drill",
	    PHASE
	    "### Do `do-it`\n\n- **Updates:** `{account} state=closed`\n- **Adds:** `share account={account} person={account.owner} shared_on={today}`\n- **Confirm:** `account.purpose`\n");
	run = begin_drill("incident/drill");
	value(run, "do-it", "account.purpose", "a rehearsal");
	ck_assert(!hf_json_true(hf_json_get(last_entry(), "applied")));
	done(run, "do-it");
	ck_assert_uint_eq(hf_json_len(hf_json_get(last_entry(), "not_applied")), 2);
	ck_assert(hf_json_true(hf_json_get(last_entry(), "drill")));
	ck_assert_str_ne(state_of(world.account), "closed");
	assert_state(run, "do-it", HF_DONE);
}
END_TEST

/* ---- claims, handover, corrections, opening again ---- */

START_TEST(claims)
{
	struct hf_act act = on("do-it", NULL);

	book("incident/claim", PHASE "### Do `do-it`\n\n### Then `then`\n");
	run = begin("incident/claim");
	ck_ok(hf_run_claim(run, &act, false, &e));
	ck_fails(HF_NO, "already", hf_run_claim(run, &act, false, &e));
	run = as(world.second, run);
	ck_assert_str_eq(at(run, "do-it")->claimed_by, world.fpr);
	ck_fails(HF_NO, "Ann Lee does it", hf_run_claim(run, &act, false, &e));
	act.text = "agreed by telephone";
	ck_ok(hf_run_claim(run, &act, false, &e));
	ck_assert_str_eq(at(run, "do-it")->claimed_by, world.second);
	ck_ok(hf_run_claim(run, &act, true, &e));
	ck_assert_str_eq(at(run, "do-it")->claimed_by, "");
	ck_fails(HF_NO, "nobody", hf_run_claim(run, &act, true, &e));
	ck_ok(hf_run_claim(run, &act, false, &e));
	done(run, "do-it");
	ck_assert_str_eq(at(run, "do-it")->claimed_by, "");
}
END_TEST

START_TEST(hands_over)
{
	struct hf_act   act = on("then", NULL), plain = on(NULL, "the night shift");
	struct hf_json *where, *people;

	book("incident/hand", PHASE "### Do `do-it`\n\n### Then `then`\n\n### Wait `wait-it`\n\n- **Wait:** until they write\n");
	run = begin("incident/hand");
	done(run, "do-it");
	ck_ok(hf_run_claim(run, &act, false, &e));
	ck_ok(hf_run_ticket(run, &plain, "0429-118", "the police", &e));
	ck_fails(HF_BAD, "leed", hf_run_handover(&where, run, &plain, "leed", world.max, &e));
	ck_ok(hf_run_handover(&where, run, &plain, "lead", world.max, &e));
	ck_assert_uint_eq(hf_json_len(hf_json_get(where, "done")), 1);
	ck_assert_uint_eq(hf_json_len(hf_json_get(where, "open")), 2);
	ck_assert_uint_eq(hf_json_len(hf_json_get(where, "promised")), 2);
	hf_json_free(where);
	ck_assert_str_eq(at(run, "then")->claimed_by, "");
	ck_ok(hf_run_people(&people, run, NULL, "lead", &e));
	ck_assert_str_eq(hf_json_get_str(hf_json_at(people, 0), "name"), "Max Stone");
	hf_json_free(people);
}
END_TEST

START_TEST(corrections_stand_beside)
{
	struct hf_act act = on(NULL, "it was 22:14");
	char          id[HF_ID_SIZE];

	book("incident/correct", PHASE "### Do `do-it`\n");
	run = begin("incident/correct");
	done(run, "do-it");
	snprintf(id, sizeof(id), "%s", hf_json_get_str(last_entry(), "id"));
	ck_ok(hf_run_correct(run, &act, id + HF_ID_SIZE - 1 - 8, &e)); /* its last characters */
	ck_assert_str_eq(hf_json_get_str(last_entry(), "corrects"), id);
	ck_fails(HF_NOTFOUND, "no such entry", hf_run_correct(run, &act, "ZZZZZZZZ", &e));
	ck_fails(HF_NOTFOUND, "", hf_run_correct(run, &act, "", &e));
	act.text = " ";
	ck_fails(HF_USAGE, "empty", hf_run_correct(run, &act, id, &e));
	act = on(NULL, NULL);
	ck_ok(hf_run_end(run, &act, &e));
	act.text = "also when it is closed";
	ck_ok(hf_run_correct(run, &act, id, &e));
}
END_TEST

START_TEST(opens_again)
{
	struct hf_act act = on("first", NULL), all = on(NULL, "it came back");

	book("incident/again", PHASE "### First `first`\n\n### After `after`\n\n- **Needs:** `first`\n");
	run = begin("incident/again");
	act.text = "x";
	ck_fails(HF_NO, "open", hf_run_reopen(run, &act, &e));
	done(run, "first");
	done(run, "after");
	act.text = NULL;
	ck_fails(HF_USAGE, "reason", hf_run_reopen(run, &act, &e));
	act.text = "a session nobody knows";
	ck_ok(hf_run_reopen(run, &act, &e));
	assert_state(run, "first", HF_OPEN);
	assert_state(run, "after", HF_OPEN); /* it depends on it */
	ck_fails(HF_NO, "it is open", hf_run_reopen(run, &all, &e));
	done(run, "first");
	done(run, "after");
	ck_ok(hf_run_end(run, &(struct hf_act){ 0 }, &e));
	ck_fails(HF_NO, "closed", hf_run_reopen(run, &act, &e));
	ck_ok(hf_run_reopen(run, &all, &e));
	ck_assert(hf_run_is_open(run));
	assert_state(run, "first", HF_DONE);
}
END_TEST

/* ---- books beside, evidence, figures, clocks ---- */

START_TEST(children_inherit)
{
	struct hf_json *list, *brief;
	struct hf_run  *child;

	book("incident/kid", PHASE "### Use `use`\n\n- **Keep:** `shot` a shot\n");
	book("incident/parent",
	    PHASE
	    "### Save `save`\n\n- **Keep:** `shot` a shot\n- **Write down:** `seen` (text) x\n\n### Ask `ask`\n\n- **If bad:** run `incident/kid`.\n");
	run = begin("incident/parent");
	keep(run, "save", "shot", "pixels");
	value(run, "save", "seen", "a post");
	done(run, "save");
	answer(run, "ask", "bad");
	ck_ok(hf_run_children(&list, run, &e));
	ck_assert_uint_eq(hf_json_len(list), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "playbook"), "incident/kid");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "step"), "ask");
	ck_assert(!hf_json_true(hf_json_get(hf_json_at(list, 0), "instead")));
	ck_ok(hf_run_open(&child, world.r, world.shelf, hf_json_get_str(hf_json_at(list, 0), "run"), &e));
	ck_ok(hf_brief_make(&brief, child, at(child, "use"), &e));
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(brief, "inherited"), 0), "kept_as"), "shot");
	hf_json_free(brief);
	hf_json_free(list);
	hf_run_close(child);
}
END_TEST

START_TEST(figures_of_a_run)
{
	struct hf_json *f;
	struct hf_act   act = on(NULL, NULL);

	book("incident/figures",
	    "\n## Contain `contain`\n\n### Cut `cut`\n\n- **By:** 10 min after start\n\n## Tell `tell-all`\n\n### Report `report-it`\n\n- **Report:** `provider/x`\n\n"
	    "### Back `back`\n\n- **Updates:** `{account} state=live`\n\n### Rest `rest`\n");
	run = begin_at("incident/figures", 3 * HF_HOUR);
	ck_ok(hf_figures_make(&f, run, &e));
	ck_assert(hf_json_is(hf_json_get(f, "contained"), HF_JSON_NULL));
	hf_json_free(f);
	done_at(run, "cut", 2 * HF_HOUR);
	done_at(run, "report-it", HF_HOUR);
	done_at(run, "back", 30 * HF_MINUTE);
	skip(run, "rest");
	ck_ok(hf_run_reported(run, &act, "internal/siro-first", "aa", NULL, &e));
	ck_ok(hf_figures_make(&f, run, &e));
	ck_assert_str_eq(hf_json_get_str(hf_json_get(f, "contained"), "words"), "1 h");
	ck_assert_str_eq(hf_json_get_str(hf_json_get(f, "reported"), "words"), "2 h");
	ck_assert_str_eq(hf_json_get_str(hf_json_get(f, "regained"), "words"), "2 h 30 min");
	ck_assert_str_eq(hf_json_get_str(hf_json_get(f, "first_notice"), "words"), "3 h");
	ck_assert_uint_eq(hf_json_len(hf_json_get(f, "late")), 1);
	ck_assert_uint_eq(hf_json_len(hf_json_get(f, "skipped")), 1);
	hf_json_free(f);
}
END_TEST

START_TEST(clocks)
{
	struct hf_json *list;
	struct hf_act   act = on(NULL, "on paper");

	book("incident/clock", "- **Ask first:** `aware_at` (time) when\n" PHASE "### Do `do-it`\n");
	run = begin_at("incident/clock", HF_HOUR);
	act.at = hf_run_started(run) - HF_HOUR;
	ck_ok(hf_run_note(run, &act, &e));
	ck_ok(hf_run_odd_clocks(&list, run, &e));
	ck_assert_uint_eq(hf_json_len(list), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "flag"), "before_start");
	hf_json_free(list);
	ck_ok(hf_run_windows(&list, run, &e));
	ck_assert_uint_eq(hf_json_len(list), 1);
	ck_assert_int_gt(hf_json_num(hf_json_get(hf_json_at(list, 0), "left")), 70 * HF_HOUR);
	hf_json_free(list);
}
END_TEST

START_TEST(side_by_side)
{
	struct hf_json *ids = hf_json_array(), *o;

	book("incident/side", PHASE "### Do `do-it`\n\n- **By:** 10 min after start\n");
	run = begin_drill("incident/side");
	done(run, "do-it");
	hf_run_close(run);
	run = begin_drill("incident/side");
	hf_json_push(ids, hf_json_string(hf_run_id(run)));
	ck_ok(hf_figures_compare(&o, world.r, world.shelf, ids, 3, &e));
	ck_assert_uint_eq(hf_json_len(hf_json_get(o, "runs")), 2);
	ck_assert_int_eq(
	    hf_json_num(hf_json_get(hf_json_at(hf_json_get(hf_json_at(hf_json_get(o, "steps"), 0), "runs"), 0), "target")),
	    10 * HF_MINUTE);
	hf_json_free(o);
	hf_json_free(ids);
}
END_TEST

START_TEST(heads_of_runs)
{
	struct hf_json *heads, *all;

	book("incident/heads", PHASE "### Do `do-it`\n");
	run = begin("incident/heads");
	done(run, "do-it");
	ck_ok(hf_run_end(run, &(struct hf_act){ 0 }, &e));
	ck_ok(hf_run_list_heads(&heads, world.r, &e));
	ck_ok(hf_run_list(&all, world.r, world.shelf, &e));
	ck_assert_uint_eq(hf_json_len(heads), hf_json_len(all));
	for (size_t k = 0; k < hf_json_len(all); k++)
		for (size_t n = 0; n < 2; n++)
			ck_assert_str_eq(hf_json_get_str(hf_json_at(heads, k), n == 0 ? "run" : "state"),
			    hf_json_get_str(hf_json_at(all, k), n == 0 ? "run" : "state"));
	hf_json_free(heads);
	hf_json_free(all);
}

int
main(void)
{
	Suite *s = suite_create("run_turn");
	TCase *t = tcase_create("run_turn");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, run_world_open, down);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, through_a_closed_gate);
	tcase_add_test(t, a_drill_changes_nothing);
	tcase_add_test(t, claims);
	tcase_add_test(t, hands_over);
	tcase_add_test(t, corrections_stand_beside);
	tcase_add_test(t, opens_again);
	tcase_add_test(t, children_inherit);
	tcase_add_test(t, figures_of_a_run);
	tcase_add_test(t, clocks);
	tcase_add_test(t, side_by_side);
	tcase_add_test(t, heads_of_runs);
	suite_add_tcase(s, t);
	return run_suite(s);
}
