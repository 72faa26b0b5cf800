/* Runs on a real register. The second person: another one than who asks, never the subject, and with a key of their own. */
#include <stdio.h>

#include "holdfast/brief.h"
#include "run_one.h"
#include "test.h"

static enum hf_code
try_skip(const char *step, struct hf_err *e)
{
	struct hf_act act = on(step, "not tonight");

	return hf_run_skip(run, &act, e);
}

static enum hf_code
try_reject(const char *step, const char *text, struct hf_err *e)
{
	struct hf_act act = on(step, text);

	return hf_run_reject(run, &act, e);
}

static void
approve(const char *step)
{
	ck_ok(try_approve(run, step, &e));
}

/* ---- the second person ---- */

#define SECOND                                                                                                     \
	PHASE                                                                                                      \
	"### Do `do-it`\n\n- **Who:** lead\n- **Second person:** owner\n- **Updates:** `{account} state=parked`\n" \
	"- **If it is over:** `stop`.\n- **If it goes on:** go to `again`.\n\n"                                    \
	"### After `after`\n\n- **Needs:** `do-it`\n\n### Again `again`\n\n- **Only if:** `do-it = it-goes-on`\n"

#define PLAIN                                                                                                        \
	PHASE                                                                                                        \
	"### Do `do-it`\n\n- **Who:** lead\n- **Second person:** owner\n- **Updates:** `{account} state=parked`\n\n" \
	"### After `after`\n\n- **Needs:** `do-it`\n"

static void
assert_text(const struct hf_json *o, const char *key, const char *want)
{
	const char *got = hf_json_get_str(o, key);

	ck_assert_msg((got == NULL) == (want == NULL) && (want == NULL || strcmp(got, want) == 0), "%s: %s, not %s", key,
	    got == NULL ? "nothing" : got, want == NULL ? "nothing" : want);
}

/* What the brief of "do-it" says to the reader. */
static void
assert_turn(bool mine, const char *role, const char *bar, const char *no_role)
{
	struct hf_json       *brief;
	const struct hf_json *a;

	ck_ok(hf_brief_make(&brief, run, at(run, "do-it"), &e));
	a = hf_json_get(brief, "approval");
	ck_assert_int_eq(hf_json_true(hf_json_get(a, "mine")), mine);
	assert_text(a, "my_role", role);
	assert_text(a, "not_mine", bar);
	if (no_role != NULL)
		assert_text(a, "no_role", no_role);
	hf_json_free(brief);
}

START_TEST(second_done)
{
	book("incident/plain", PLAIN);
	run = begin("incident/plain");
	done(run, "do-it");
	assert_state(run, "do-it", HF_WAITING);
	ck_assert_int_eq(at(run, "do-it")->pending, HF_PENDING_DONE);
	ck_fails(HF_NO, "closed gate", try_done(run, "after", &e));
	ck_fails(HF_NO, "approval", try_done(run, "do-it", &e));
	ck_fails(HF_DENIED, "second person", try_approve(run, "do-it", &e));
	ck_assert_str_ne(state_of(world.account), "parked"); /* nothing changes before somebody agrees */
	run = as(world.second, run);
	approve("do-it");
	assert_state(run, "do-it", HF_DONE);
	ck_assert_str_eq(at(run, "do-it")->approved_by, world.second);
	ck_assert_str_eq(at(run, "do-it")->by, world.fpr);
	ck_assert_str_eq(state_of(world.account), "parked");
	ck_fails(HF_NO, "nothing waits", try_approve(run, "do-it", &e));
	done(run, "after");
	run = as(world.fpr, run);
	assert_state(run, "do-it", HF_DONE);
}
END_TEST

START_TEST(second_answer_leads_on_only_then)
{
	book("incident/second", SECOND);
	run = begin("incident/second");
	answer(run, "do-it", "it-goes-on");
	assert_state(run, "do-it", HF_WAITING);
	ck_assert(!at(run, "again")->ready);
	ck_fails(HF_NO, "approval", try_done(run, "do-it", &e));
	run = as(world.second, run);
	approve("do-it");
	ck_assert(at(run, "again")->called);
	assert_next(run, "again");
}
END_TEST

START_TEST(second_answer_that_stops)
{
	book("incident/second", SECOND);
	run = begin("incident/second");
	answer(run, "do-it", "it-is-over");
	ck_assert(hf_run_is_open(run));
	run = as(world.second, run);
	approve("do-it");
	ck_assert(!hf_run_is_open(run));
}
END_TEST

START_TEST(second_rejects)
{
	book("incident/plain", PLAIN);
	run = begin("incident/plain");
	ck_fails(HF_NO, "nothing waits", try_reject("do-it", "no", &e));
	done(run, "do-it");
	ck_fails(HF_DENIED, "", try_reject("do-it", "no", &e));
	run = as(world.second, run);
	ck_ok(try_reject("do-it", "the list is short", &e));
	assert_state(run, "do-it", HF_OPEN);
	ck_assert_str_eq(at(run, "do-it")->rejected, "the list is short");
	ck_assert_uint_eq(at(run, "do-it")->visit, 2);
}
END_TEST

/* ---- keys that are tied to nobody ---- */

static void
log_entry(const char *type, const char *step)
{
	struct hf_batch *b;
	struct hf_json  *j = hf_json_object();
	char             id[HF_ID_SIZE];

	hf_json_set(j, "type", hf_json_string(type));
	hf_json_set(j, "step", hf_json_string(step));
	hf_json_set(j, "visit", hf_json_int(1));
	hf_json_set(j, "occurred_at", hf_json_time(hf_register_now(world.r)));
	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_entry(id, b, hf_run_id(run), j, &e));
	ck_ok(hf_batch_commit(b, "run", &e));
	hf_batch_free(b);
	run = again(run);
}

/* A run about Max, to whom any key without a person may belong. */
#define ABOUT                                                                                                         \
	"# Who `who`\n\n- **Subject:** person\n- **Role:** `lead` lead: {person}\n- **Reviewed:** 2026-11-20\n" PHASE \
	"### Do `do-it`\n\n- **Second person:** lead\n\n### Cut `cut`\n\n- **Second person:** lead, before\n\n"       \
	"### After `after`\n\n- **Needs:** `do-it`\n"

static void
begin_about_max(void)
{
	struct hf_start s = { .playbook = "incident/who", .subject = world.max };

	lay("incident/who", ABOUT);
	ck_ok(hf_run_start(&run, world.r, world.shelf, &s, &e));
}

/* A key that is tied to nobody stands for itself: neither end of an approval needs a name, and the log shows whose was missing. */
START_TEST(second_without_a_name)
{
	book("incident/plain", PLAIN);
	run = begin("incident/plain");
	done(run, "do-it");
	run = as(world.third, run);
	approve("do-it");
	assert_state(run, "do-it", HF_DONE);
	hf_run_close(run);
	run = begin("incident/plain");
	run = as(world.third, run);
	done(run, "do-it");
	ck_fails(HF_DENIED, "your own work", try_approve(run, "do-it", &e));
	run = as(world.second, run);
	approve("do-it");
	assert_state(run, "do-it", HF_DONE);
}
END_TEST

START_TEST(second_may_be_the_subject)
{
	struct hf_err why = HF_ERR_INIT;

	begin_about_max();
	done(run, "do-it");
	run = as(world.third, run);
	ck_assert_int_eq(try_approve(run, "do-it", &why), HF_DENIED);
	ck_assert_ptr_nonnull(strstr(why.msg, "your key is tied to no person"));
	ck_assert_ptr_nonnull(strstr(why.hint, "holdfast member role "));
	ck_assert_ptr_nonnull(strstr(why.hint, world.third));
	ck_fails(HF_DENIED, "tied to no person", try_reject("do-it", "no", &e));
	log_entry("approve", "do-it"); /* as plain git would: it stands in the log, and nothing follows from it */
	assert_state(run, "do-it", HF_WAITING);
	log_entry("reject", "do-it");
	assert_state(run, "do-it", HF_WAITING);
	ck_assert_int_eq(at(run, "do-it")->pending, HF_PENDING_DONE);
	run = as(world.second, run);
	approve("do-it");
	assert_state(run, "do-it", HF_DONE);
}
END_TEST

START_TEST(second_of_whom_may_be_the_subject)
{
	struct hf_err why = HF_ERR_INIT;

	begin_about_max();
	run = as(world.third, run);
	done(run, "do-it");
	run = as(world.second, run);
	ck_assert_int_eq(try_approve(run, "do-it", &why), HF_DENIED);
	ck_assert_ptr_nonnull(strstr(why.msg, "the key that asks is tied to no person"));
	ck_assert_ptr_nonnull(strstr(why.hint, world.third));
	log_entry("approve", "do-it");
	assert_state(run, "do-it", HF_WAITING);
	tie(world.max, world.third);
	run = again(run);
	assert_state(run, "do-it", HF_DONE); /* now it is known that they were two */
	tie(world.max, NULL);
}
END_TEST

START_TEST(second_before_by_whom_may_be_the_subject)
{
	begin_about_max();
	run = as(world.second, run);
	approve("cut");
	run = as(world.third, run);
	ck_fails(HF_DENIED, "tied to no person", try_done(run, "cut", &e));
	log_entry("done", "cut");
	assert_state(run, "cut", HF_OPEN);
	run = as(world.fpr, run);
	done(run, "cut");
	assert_state(run, "cut", HF_DONE);
}
END_TEST

/* What was agreed stays so when who agreed has left, and their key is nobody's. */
START_TEST(second_who_left)
{
	book("incident/plain", PLAIN);
	run = begin("incident/plain");
	done(run, "do-it");
	run = as(world.second, run);
	approve("do-it");
	tie(world.jo, NULL);
	tie(world.ann, NULL);
	run = as(world.fpr, run);
	assert_state(run, "do-it", HF_DONE);
	tie(world.jo, world.second);
	tie(world.ann, world.fpr);
}
END_TEST

/* Where nobody can approve it, it is said what can be done. */
START_TEST(second_where_there_is_none)
{
	struct hf_err why = HF_ERR_INIT;
	struct hf_act act = on("after", NULL);

	tie(world.jo, NULL);
	begin_about_max();
	done(run, "do-it");
	ck_assert_int_eq(try_done(run, "do-it", &why), HF_NO);
	ck_assert_ptr_nonnull(strstr(why.hint, "holdfast member add KEYFILE"));
	ck_assert_ptr_nonnull(strstr(why.hint, "--anyway REASON"));
	ck_assert_ptr_nonnull(strstr(why.hint, "ends the run"));
	ck_assert_int_eq(try_done(run, "after", &why), HF_NO);
	ck_assert_ptr_nonnull(strstr(why.hint, "holdfast member add KEYFILE"));
	act.anyway = "there is one of us";
	ck_ok(hf_run_done(run, &act, &e));
	assert_state(run, "after", HF_DONE);
	tie(world.jo, world.second);
}
END_TEST

/* Another key of the same person is the same person; a scribe's word is that of whom it is for. */
START_TEST(second_is_another_person)
{
	struct hf_act act = on("do-it", NULL);

	book("incident/plain", PLAIN);
	run = begin("incident/plain");
	done(run, "do-it");
	tie(world.ann, world.third);
	tie(world.max, world.fpr);
	run = as(world.third, run);
	ck_fails(HF_DENIED, "", try_approve(run, "do-it", &e)); /* Ann had the first key when she asked */
	tie(world.ann, world.fpr);
	tie(world.max, world.third);
	act.on_behalf = world.jo;
	run = as(world.third, run);
	ck_fails(HF_BAD, "own key", hf_run_approve(run, &act, NULL, &e));
	approve("do-it");
	tie(world.max, NULL);
}
END_TEST

START_TEST(second_not_by_whom_a_scribe_wrote_for)
{
	struct hf_act act = on("do-it", NULL);

	book("incident/plain", PLAIN);
	run = begin("incident/plain");
	act.on_behalf = world.jo;
	ck_ok(hf_run_done(run, &act, &e));
	run = as(world.second, run);
	ck_fails(HF_DENIED, "", try_approve(run, "do-it", &e));
	tie(world.max, world.third);
	run = as(world.third, run);
	approve("do-it");
	tie(world.max, NULL);
}
END_TEST

START_TEST(second_never_the_subject)
{
	struct hf_start s = { .playbook = "incident/who", .subject = world.jo };

	lay("incident/who",
	    "# Who `who`\n\n- **Subject:** person\n- **Role:** `lead` lead: {person}\n- **Reviewed:** 2026-11-20\n" PHASE
	    "### Do `do-it`\n\n- **Second person:** lead\n");
	ck_ok(hf_run_start(&run, world.r, world.shelf, &s, &e));
	done(run, "do-it");
	run = as(world.second, run);
	ck_fails(HF_DENIED, "", try_approve(run, "do-it", &e));
	tie(world.max, world.third);
	run = as(world.third, run);
	approve("do-it");
	assert_state(run, "do-it", HF_DONE);
	tie(world.max, NULL);
}
END_TEST

START_TEST(second_before)
{
	book("incident/before", PHASE "### Cut `cut`\n\n- **Second person:** owner, before\n\n### Talk `talk`\n");
	run = begin("incident/before");
	assert_state(run, "cut", HF_WAITING);
	assert_next(run, "talk");
	ck_fails(HF_NO, "before it begins", try_done(run, "cut", &e));
	run = as(world.second, run);
	approve("cut");
	assert_state(run, "cut", HF_OPEN);
	ck_fails(HF_DENIED, "somebody else", try_done(run, "cut", &e)); /* who agreed does not act */
	run = as(world.fpr, run);
	assert_next(run, "cut");
	done(run, "cut");
	assert_state(run, "cut", HF_DONE);
}
END_TEST

/* What is not done is told before who has not agreed; then both have to be so. */
START_TEST(second_before_a_gate)
{
	book(
	    "incident/gate", PHASE "### Look `look`\n\n### Cut `cut`\n\n- **Needs:** `look`\n- **Second person:** owner, before\n");
	run = begin("incident/gate");
	ck_fails(HF_NO, "closed gate: it needs look first", try_done(run, "cut", &e));
	done(run, "look");
	ck_fails(HF_NO, "before it begins it needs the approval", try_done(run, "cut", &e));
	run = as(world.second, run);
	approve("cut");
	run = as(world.fpr, run);
	done(run, "cut");
}
END_TEST

/* Who may approve it, in which role, and who may not and why: as the walk tells it. */
START_TEST(second_told_to_the_reader)
{
	book("incident/plain", PLAIN);
	run = begin("incident/plain");
	done(run, "do-it");
	assert_turn(false, NULL, "it is your own work", NULL);
	run = as(world.second, run);
	assert_turn(true, "owner", NULL, NULL);
	run = as(world.third, run);
	assert_turn(true, NULL, NULL, "your key is tied to no person");
	tie(world.max, world.third);
	run = as(world.third, run);
	assert_turn(true, NULL, NULL, "you do not have this role");
	tie(world.max, NULL);
}
END_TEST

START_TEST(second_to_skip)
{
	book("incident/skip",
	    PHASE
	    "### Keep `keep-it`\n\n- **Second person:** owner, to skip\n\n### Tell `tell`\n\n- **Second person:** owner, to skip\n");
	run = begin("incident/skip");
	done(run, "tell");
	assert_state(run, "tell", HF_DONE);
	ck_ok(try_skip("keep-it", &e));
	assert_state(run, "keep-it", HF_WAITING);
	ck_fails(HF_NO, "approval", try_skip("keep-it", &e));
	ck_fails(HF_DENIED, "", try_approve(run, "keep-it", &e));
	run = as(world.second, run);
	approve("keep-it");
	assert_state(run, "keep-it", HF_SKIPPED);
}
END_TEST

START_TEST(second_of_a_phase)
{
	book("incident/rows",
	    "\n## Each `each`\n\n- **For each:** grant\n  ```sql\n  SELECT person FROM main.grant WHERE account = :account ORDER BY person\n  ```\n"
	    "- **Second person:** owner\n\n### Ask `ask`\n\n### Then `then`\n\n- **Needs:** `each`\n" PHASE
	    "### Last `last-one`\n\n- **Needs:** `each`\n");
	run = begin("incident/rows");
	done(run, "ask@1");
	done(run, "ask@2");
	ck_fails(HF_NO, "closed gate", try_done(run, "last-one", &e));
	run = as(world.second, run);
	approve("ask@2"); /* once, for all rows */
	assert_state(run, "ask@1", HF_DONE);
	assert_state(run, "ask@2", HF_DONE);
}
END_TEST

START_TEST(second_closing_early)
{
	struct hf_act act = on(NULL, "it was nothing");

	book("incident/second", SECOND);
	run = begin("incident/second");
	ck_ok(hf_run_end(run, &act, &e));
	ck_assert(!hf_run_is_open(run));
	assert_state(run, "do-it", HF_SKIPPED);
	ck_ok(hf_run_reopen(run, &act, &e));
	ck_assert(hf_run_is_open(run));
	assert_state(run, "do-it", HF_OPEN);
	assert_next(run, "do-it");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("run_second");
	TCase *t = tcase_create("run_second");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, run_world_open, down);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, second_done);
	tcase_add_test(t, second_answer_leads_on_only_then);
	tcase_add_test(t, second_answer_that_stops);
	tcase_add_test(t, second_rejects);
	tcase_add_test(t, second_is_another_person);
	tcase_add_test(t, second_without_a_name);
	tcase_add_test(t, second_may_be_the_subject);
	tcase_add_test(t, second_of_whom_may_be_the_subject);
	tcase_add_test(t, second_before_by_whom_may_be_the_subject);
	tcase_add_test(t, second_who_left);
	tcase_add_test(t, second_where_there_is_none);
	tcase_add_test(t, second_not_by_whom_a_scribe_wrote_for);
	tcase_add_test(t, second_never_the_subject);
	tcase_add_test(t, second_before);
	tcase_add_test(t, second_before_a_gate);
	tcase_add_test(t, second_told_to_the_reader);
	tcase_add_test(t, second_to_skip);
	tcase_add_test(t, second_of_a_phase);
	tcase_add_test(t, second_closing_early);
	suite_add_tcase(s, t);
	return run_suite(s);
}
