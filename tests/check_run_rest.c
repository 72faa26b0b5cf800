/* Runs on a real register. Steps that rest or come back, and what is still right: Wait, Repeat, Confirm. */
#include "holdfast/time.h"
#include "run_one.h"
#include "test.h"

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

int
main(void)
{
	Suite *s = suite_create("run_rest");
	TCase *t = tcase_create("run_rest");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, run_world_open, down);
	tcase_set_timeout(t, 60);
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
	suite_add_tcase(s, t);
	return run_suite(s);
}
