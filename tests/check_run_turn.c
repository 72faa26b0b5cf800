/* Runs on a real register: the second person, waiting, coming back, what is still right, claims, handing over, corrections, drills. */
#include <stdio.h>
#include <stdlib.h>

#include "holdfast/brief.h"
#include "holdfast/figures.h"
#include "holdfast/time.h"
#include "run_one.h"
#include "test.h"

static struct hf_act
on(const char *step, const char *text)
{
	return (struct hf_act){ .step = step, .text = text };
}

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

static const char *
state_of(const char *id)
{
	static char     state[64];
	struct hf_json *j;

	ck_ok(hf_register_get(&j, world.r, id, &e));
	snprintf(state, sizeof(state), "%s", hf_json_get_str(j, "state"));
	hf_json_free(j);
	return state;
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

/* ---- Wait ---- */

START_TEST(told_to_wait)
{
	struct hf_act act = on("first", "until legal answers");
	int64_t       now = hf_register_now(world.r);

	book("incident/wait", PHASE "### First `first`\n\n### Then `then`\n");
	run = begin("incident/wait");
	ck_ok(hf_run_wait(run, &act, 0, &e));
	assert_state(run, "first", HF_WAITING);
	ck_assert_str_eq(at(run, "first")->waits_for, "until legal answers");
	assert_next(run, "then");
	ck_ok(hf_run_wait(run, &act, now + HF_HOUR, &e));
	ck_assert_int_eq(at(run, "first")->wakes / 1000, (now + HF_HOUR) / 1000);
	ck_ok(hf_run_wait(run, &act, now - HF_MINUTE, &e)); /* it has passed: open by itself */
	assert_state(run, "first", HF_OPEN);
	assert_next(run, "first");
	ck_ok(hf_run_wait(run, &act, 0, &e));
	done(run, "first"); /* somebody says that it is so */
	assert_state(run, "first", HF_DONE);
	ck_fails(HF_NO, "done already", hf_run_wait(run, &act, 0, &e));
	act = on("then", NULL);
	ck_fails(HF_USAGE, "until when", hf_run_wait(run, &act, 0, &e));
}
END_TEST

START_TEST(a_length_of_time_ends_by_itself)
{
	book("incident/span", PHASE "### Wait `wait-it`\n\n- **Wait:** 1 h\n\n### Then `then`\n");
	run = begin_at("incident/span", 30 * HF_MINUTE);
	assert_state(run, "wait-it", HF_WAITING);
	ck_assert_int_eq(at(run, "wait-it")->wakes, hf_run_started(run) + HF_HOUR);
	hf_run_close(run);
	run = begin_at("incident/span", 2 * HF_HOUR);
	assert_state(run, "wait-it", HF_OPEN);
}
END_TEST

/* ---- Repeat ---- */

#define WATCH                                                                                                                          \
	PHASE                                                                                                                          \
	"### Watch `watch`\n\n- **By:** 1 h after start\n- **Repeat:** every 1 h until `over`\n- **Write down:** `seen` (text) what\n" \
	"- **If it moves:** go on.\n- **If it is quiet:** go on.\n\n### Over `over`\n\n- **By:** 9 h after start\n\n"                  \
	"### Uses `uses`\n\n- **Only if:** `watch = it-moves`\n- **Needs:** `seen`\n"

#define EYES                                                                                                                             \
	PHASE                                                                                                                            \
	"### Watch `watch`\n\n- **By:** 1 h after start\n- **Repeat:** every 1 h until `over`\n- **Write down:** `seen` (text) what\n\n" \
	"### Over `over`\n\n- **By:** 9 h after start\n"

START_TEST(comes_back)
{
	book("incident/watch", WATCH);
	run = begin_at("incident/watch", 3 * HF_HOUR);
	value(run, "watch", "seen", "a post");
	answer(run, "watch", "it-moves");
	assert_state(run, "watch", HF_WAITING);
	ck_assert_uint_eq(at(run, "watch")->rounds, 1);
	ck_assert_uint_eq(at(run, "watch")->visit, 2);
	ck_assert_int_gt(at(run, "watch")->wakes, hf_register_now(world.r) + 59 * HF_MINUTE);
	ck_assert_int_eq(at(run, "watch")->deadline, at(run, "watch")->wakes);
	assert_next(run, "over");
	ck_assert(at(run, "uses")->ready); /* the round that is over counts */
	done(run, "over");
	assert_state(run, "watch", HF_DONE);
	ck_assert_str_eq(at(run, "watch")->answer, "it-moves");
	ck_assert_str_eq(hf_json_get_str(at(run, "watch")->values, "seen"), "a post");
	done(run, "uses");
	ck_ok(hf_run_end(run, &(struct hf_act){ 0 }, &e));
}
END_TEST

START_TEST(comes_up_again_when_it_is_due)
{
	book("incident/eyes", EYES);
	run = begin_at("incident/eyes", 5 * HF_HOUR);
	value(run, "watch", "seen", "a post");
	done_at(run, "watch", 2 * HF_HOUR);
	assert_state(run, "watch", HF_OPEN);
	ck_assert(at(run, "watch")->late);
	assert_next(run, "watch");
	ck_fails(HF_NO, "seen", try_done(run, "watch", &e)); /* each round has its own values */
	value(run, "watch", "seen", "nothing");
	done(run, "watch");
	ck_assert_uint_eq(at(run, "watch")->rounds, 2);
	assert_state(run, "watch", HF_WAITING);
	ck_fails(HF_NO, "watch", hf_run_end(run, &(struct hf_act){ 0 }, &e));
}
END_TEST

START_TEST(not_needed_any_more)
{
	book("incident/watch", WATCH);
	run = begin("incident/watch");
	done(run, "over");
	assert_state(run, "watch", HF_EXCLUDED);
}
END_TEST

START_TEST(so_many_times)
{
	book("incident/times",
	    PHASE "### Look `look`\n\n- **Repeat:** every 1 h, 2 times\n\n### For ever `ever`\n\n- **Repeat:** every 1 h\n\n"
		  "### Asked `asked`\n\n- **Repeat:** every 1 h until answered\n- **If yes:** go on.\n\n"
		  "### Itself `itself`\n\n- **Repeat:** every 1 h until `itself`\n");
	run = begin("incident/times");
	done(run, "look");
	assert_state(run, "look", HF_WAITING);
	done(run, "look");
	assert_state(run, "look", HF_DONE);
	done(run, "ever");
	done(run, "asked");
	assert_state(run, "asked", HF_WAITING);
	answer(run, "asked", "yes");
	assert_state(run, "asked", HF_DONE);
	done(run, "itself");
	assert_state(run, "itself", HF_DONE);
	ck_ok(hf_run_end(run, &(struct hf_act){ 0 }, &e)); /* what comes back for ever keeps nothing open */
}
END_TEST

START_TEST(at_a_moment)
{
	book("incident/moment",
	    PHASE
	    "### Tell `tell`\n\n- **Repeat:** at `next_word` until `over`\n- **Write down:** `next_word` (time) when\n\n### Over `over`\n");
	run = begin("incident/moment");
	value(run, "tell", "next_word", "in 2 hours");
	done(run, "tell");
	assert_state(run, "tell", HF_WAITING);
	ck_assert_int_gt(at(run, "tell")->wakes, hf_register_now(world.r) + 119 * HF_MINUTE);
	assert_next(run, "over");
}
END_TEST

/* ---- Confirm ---- */

static const struct hf_json *
last_entry(void)
{
	return hf_json_at(hf_run_entries(run), hf_json_len(hf_run_entries(run)) - 1);
}

static void
assert_field(const char *id, const char *field, const char *want)
{
	struct hf_json *j;

	ck_ok(hf_register_get(&j, world.r, id, &e));
	ck_assert_str_eq(hf_json_get_str(j, field) == NULL ? "" : hf_json_get_str(j, field), want);
	hf_json_free(j);
}

START_TEST(still_right)
{
	const struct hf_json *confirmed;

	book("incident/confirm", PHASE "### Look `look`\n\n- **Confirm:** `account.owner`, `account.registered_email`\n");
	run = begin("incident/confirm");
	done(run, "look");
	confirmed = hf_json_get(last_entry(), "confirmed");
	ck_assert_str_eq(hf_json_get_str(confirmed, "account.owner"), world.jo);
	ck_assert_str_eq(hf_json_get_str(confirmed, "account.registered_email"), "press@agency.example");
}
END_TEST

START_TEST(a_new_value_goes_into_the_register)
{
	size_t before;

	book("incident/confirm", PHASE "### Look `look`\n\n- **Confirm:** `account.owner`, `account.purpose`\n");
	run = begin("incident/confirm");
	before = hf_json_len(hf_run_entries(run));
	ck_fails(HF_BAD, "ownr", try_value(run, "look", "ownr", "Ann Lee", &e));
	ck_fails(HF_NOTFOUND, "", try_value(run, "look", "owner", "Nobody Known", &e));
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), before);
	value(run, "look", "account.owner", "Ann Lee");
	value(run, "look", "purpose", "news");
	assert_field(world.account, "owner", world.ann);
	assert_field(world.account, "purpose", "news");
	ck_assert_str_eq(hf_json_get_str(hf_json_get(hf_json_get(last_entry(), "changed"), "account.purpose"), "now"), "news");
	done(run, "look");
	ck_assert_ptr_null(hf_json_get(last_entry(), "confirmed"));
	value(run, "look", "owner", "Jo Park");
}
END_TEST

START_TEST(each_row_its_own_record)
{
	book("incident/rows",
	    "\n## Each `each`\n\n- **For each:** account\n  ```sql\n  SELECT id AS other FROM account WHERE provider <> 'x' ORDER BY provider\n  ```\n\n"
	    "### Look `look`\n\n- **Confirm:** `other.notes`\n");
	run = begin("incident/rows");
	value(run, "look@1", "other.notes", "first");
	assert_field(world.mailbox, "notes", "first");
	assert_field(world.account, "notes", "");
	done(run, "look@2");
	ck_assert_ptr_nonnull(hf_json_get(hf_json_get(last_entry(), "confirmed"), "other.notes"));
}
END_TEST

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
END_TEST

int
main(void)
{
	Suite *s = suite_create("run_turn");
	TCase *t = tcase_create("run_turn");

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
	tcase_add_test(t, told_to_wait);
	tcase_add_test(t, a_length_of_time_ends_by_itself);
	tcase_add_test(t, comes_back);
	tcase_add_test(t, comes_up_again_when_it_is_due);
	tcase_add_test(t, not_needed_any_more);
	tcase_add_test(t, so_many_times);
	tcase_add_test(t, at_a_moment);
	tcase_add_test(t, still_right);
	tcase_add_test(t, a_new_value_goes_into_the_register);
	tcase_add_test(t, each_row_its_own_record);
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
