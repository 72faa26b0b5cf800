/* Runs on a real register: a step that is done together with the values that it asks for. */
#include <stdlib.h>
#include <string.h>

#include "run_one.h"
#include "test.h"

#define STEP                                                                                                                            \
	"### Do `do-it`\n\n- **Write down:** `whom` (person) who\n- **Write down:** `why` (text) why\n- **Confirm:** `account.owner`\n" \
	"- **Updates:** `{account} deputy={whom} purpose={why}`\n"

/* Words "name=typed", NULL after the last. */
static enum hf_code
try_given(const char *step, const char *const *words, struct hf_err *err)
{
	struct hf_json *values = hf_json_object();
	struct hf_act   act = { .step = step, .text = "a note", .values = values };
	enum hf_code    rc;

	for (size_t k = 0; words[k] != NULL; k++) {
		char  *name = strdup(words[k]);
		size_t n = strcspn(name, "=");

		name[n] = '\0';
		hf_json_set(values, name, hf_json_string(name + n + 1));
		free(name);
	}
	rc = hf_run_done(run, &act, err);
	hf_json_free(values);
	return rc;
}

#define GIVEN(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

static void
assert_account(const char *field, const char *want)
{
	struct hf_json *j;

	ck_ok(hf_register_get(&j, world.r, world.account, &e));
	ck_assert_str_eq(hf_json_text(j, field), want);
	hf_json_free(j);
}

static const char *
type_of(size_t back)
{
	const struct hf_json *list = hf_run_entries(run);

	return hf_json_text(hf_json_at(list, hf_json_len(list) - back), "type");
}

/* The account is as it was before the other tests. */
static void
fresh(void)
{
	static const char *const fields[][2] = { { "owner", world.jo }, { "deputy", "" }, { "purpose", "" } };
	struct hf_batch         *b;

	ck_ok(hf_batch_new(&b, world.r, &e));
	for (int k = 0; k < N_OF(fields); k++)
		ck_ok(hf_batch_set(b, world.account, fields[k][0], '=', fields[k][1], &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
}

static void
began(const char *text)
{
	fresh();
	book("incident/given", text);
	run = begin("incident/given");
}

START_TEST(in_one_commit)
{
	struct hf_json *versions = NULL;
	size_t          before;

	began(PHASE STEP);
	ck_ok(hf_register_history(&versions, world.r, world.account, &e));
	before = hf_json_len(versions);
	hf_json_free(versions);
	ck_ok(try_given("do-it", GIVEN("whom=Ann Lee", "why=news", "owner=Max Stone"), &e));
	assert_state(run, "do-it", HF_DONE);
	assert_account("deputy", world.ann);
	assert_account("purpose", "news");
	assert_account("owner", world.max);
	/* The log says what two commands would have said. */
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), 3);
	ck_assert_str_eq(type_of(2), "value");
	ck_assert_str_eq(type_of(1), "done");
	ck_assert_ptr_null(hf_json_get(hf_json_at(hf_run_entries(run), 2), "confirmed")); /* it was changed */
	ck_assert_str_eq(at(run, "do-it")->text, "a note");
	ck_assert_str_eq(hf_json_text(hf_json_at(hf_run_entries(run), 1), "text"), "");
	run = again(run);
	assert_state(run, "do-it", HF_DONE);
	ck_ok(hf_register_history(&versions, world.r, world.account, &e));
	ck_assert_uint_eq(hf_json_len(versions), before + 1);
	ck_assert_str_eq(hf_json_text(hf_json_at(versions, 0), "commit"), hf_register_head(world.r)->hex);
	hf_json_free(versions);
}
END_TEST

static const struct {
	const char  *words[4];
	enum hf_code code;
	const char  *says;
} refused[] = {
	{ { "whom=Ann Lee" }, HF_NO, "it still needs why" },
	{ { "whom=Nobody Known", "why=x" }, HF_NOTFOUND, "whom" },
	{ { "whom=Ann Lee", "wy=x" }, HF_BAD, "wy" },
	{ { "whom=Ann Lee", "why=" }, HF_BAD, "it is empty" },
	{ { "whom=Ann Lee", "why=x", "owner=Nobody Known" }, HF_NOTFOUND, "owner" },
};

/* Where the step cannot be done, nothing of what came with it is so, neither here nor in the register. */
START_TEST(all_or_nothing)
{
	began(PHASE STEP);
	ck_fails(refused[_i].code, refused[_i].says, try_given("do-it", refused[_i].words, &e));
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), 1);
	ck_assert_uint_eq(hf_json_len(at(run, "do-it")->values), 0);
	ck_assert_ptr_null(hf_json_get(hf_run_values(run), "whom"));
	assert_account("owner", world.jo);
	ck_ok(try_given("do-it", GIVEN("whom=Ann Lee", "why=news"), &e));
	ck_fails(HF_NO, "done already", try_given("do-it", GIVEN("why=other"), &e));
	assert_account("purpose", "news");
}
END_TEST

START_TEST(some_before_some_with_it)
{
	began(PHASE STEP);
	value(run, "do-it", "whom", "Ann Lee");
	ck_ok(try_given("do-it", GIVEN("why=news"), &e));
	assert_account("deputy", world.ann);
}
END_TEST

START_TEST(left_out_by_its_condition)
{
	began(PHASE "### Ask `ask`\n\n- **If yes:** go on.\n- **If no:** go on.\n\n### Do `do-it`\n\n- **Only if:** `ask = yes`\n"
		    "- **Write down:** `why` (text) why\n");
	answer(run, "ask", "no");
	ck_fails(HF_NO, "does not apply", try_given("do-it", GIVEN("why=x"), &e));
}
END_TEST

START_TEST(in_a_drill)
{
	fresh();
	book("incident/given", PHASE STEP);
	run = begin_drill("incident/given");
	ck_ok(try_given("do-it", GIVEN("whom=Ann Lee", "why=news", "owner=Max Stone"), &e));
	assert_state(run, "do-it", HF_DONE);
	assert_account("owner", world.jo);
	assert_account("deputy", "");
}
END_TEST

START_TEST(a_second_person_agrees_to_them)
{
	began(PHASE STEP "- **Second person:** owner\n");
	ck_ok(try_given("do-it", GIVEN("whom=Ann Lee", "why=news"), &e));
	assert_state(run, "do-it", HF_WAITING);
	assert_account("deputy", "");
	run = as(world.second, run);
	ck_ok(try_approve(run, "do-it", &e));
	assert_account("deputy", world.ann);
	run = as(world.fpr, run);
}
END_TEST

/* ---- rules about what is written down ---- */

#define RULES                                                                                                                \
	PHASE "### Plan `plan`\n\n- **Needs:** a day that is not over\n  ```sql\n  SELECT 1 WHERE :until >= :today\n  ```\n" \
	      "- **Needs:** a day on which it has begun\n  ```sql\n  SELECT 1 WHERE :until >= :since\n  ```\n"               \
	      "- **Write down:** `since` (date) from when\n- **Write down:** `until` (date) until when\n"                    \
	      "  ```sql\n  SELECT date(:today, '+9 days')\n  ```\n- **Updates:** `{account} purpose={until}`\n"

static void
plan_is_empty(size_t values)
{
	ck_assert_uint_eq(hf_json_len(at(run, "plan")->values), values);
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), 1 + values);
}

START_TEST(a_value_keeps_its_rules)
{
	struct hf_err why = HF_ERR_INIT;
	char          later[HF_DAY_SIZE];

	began(RULES);
	ck_assert(at(run, "plan")->ready); /* a rule is no gate */
	ck_fails(HF_BAD, "it has to be a day that is not over", try_value(run, "plan", "until", "2020-01-01", &e));
	hf_day_add(later, hf_register_today(world.r), 9);
	ck_assert_int_eq(try_value(run, "plan", "until", "2020-01-01", &why), HF_BAD);
	ck_assert_ptr_nonnull(strstr(why.hint, later));
	plan_is_empty(0);
	/* Beside another value, given before it or with it. */
	value(run, "plan", "since", "2090-01-01");
	ck_fails(HF_BAD, "on which it has begun", try_value(run, "plan", "until", "2089-01-01", &e));
	plan_is_empty(1);
	ck_fails(HF_BAD, "on which it has begun", try_given("plan", GIVEN("since=2090-01-01", "until=2089-01-01"), &e));
	ck_fails(HF_BAD, "not over", try_given("plan", GIVEN("since=2020-01-01", "until=2020-01-02"), &e));
	plan_is_empty(1);
	ck_ok(try_given("plan", GIVEN("until=2091-01-01"), &e));
	assert_account("purpose", "2091-01-01");
}
END_TEST

/* What an earlier visit wrote down, and is over by now, does not keep the step shut. */
START_TEST(a_rule_does_not_shut_a_step)
{
	began(RULES);
	ck_ok(try_given("plan", GIVEN("since=today", "until=today"), &e));
	ck_ok(hf_run_reopen(run, &(struct hf_act){ .step = "plan", .text = "once more" }, &e));
	ck_assert(at(run, "plan")->ready);
	ck_fails(HF_BAD, "on which it has begun", try_given("plan", GIVEN("since=2090-01-01", "until=today"), &e));
	ck_ok(try_given("plan", GIVEN("since=today", "until=tomorrow"), &e));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("run given");
	TCase *t = tcase_create("run given");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, run_world_open, down);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, in_one_commit);
	tcase_add_loop_test(t, all_or_nothing, 0, N_OF(refused));
	tcase_add_test(t, some_before_some_with_it);
	tcase_add_test(t, left_out_by_its_condition);
	tcase_add_test(t, in_a_drill);
	tcase_add_test(t, a_second_person_agrees_to_them);
	tcase_add_test(t, a_value_keeps_its_rules);
	tcase_add_test(t, a_rule_does_not_shut_a_step);
	suite_add_tcase(s, t);
	return run_suite(s);
}
