/*
 * Every field that names a person, one by one: what they have to do from now on takes nobody who has left; what was done, or was found to be so, takes
 * a leaver too. A field that the schema gains one day has to be judged here.
 */
#include <stdio.h>

#include "agency_aid.h"
#include "gpg_fixture.h"
#include "test.h"

static char                dir[HF_FIXTURE_PATH], fpr[HF_FPR_SIZE];
static struct hf_register *r;
static char                here[HF_ID_SIZE], left[HF_ID_SIZE], org[HF_ID_SIZE], account[HF_ID_SIZE], unit[HF_ID_SIZE];

static const struct {
	const char *kind, *field;
	bool        duty;
} judged[] = {
	{ "org", "siro", true },
	{ "org", "dpo", true },
	{ "org", "press", true },
	{ "org", "security", true },
	{ "org", "it", true },
	{ "org", "privacy", true },
	{ "org", "legal", true },
	{ "org", "hr", true },
	{ "org", "records", true },
	{ "org", "regulator", true },
	{ "org", "out_of_hours", true },
	{ "unit", "director", true },
	{ "unit", "deputy_director", true },
	{ "person", "manager", true },
	{ "account", "owner", true },
	{ "account", "deputy", true },
	{ "account", "responder", true },
	{ "account", "responder_deputy", true },
	{ "account", "created_by", false },
	{ "account", "mfa_holders", false }, /* who still holds one has to be known */
	{ "account", "drafter", true },
	{ "account", "reviewer", true },
	{ "account", "approver", true },
	{ "account", "extra_reviewers", true },
	{ "account", "risk_owner", true },
	{ "account", "recovery_holders", false }, /* as above */
	{ "account", "confirmed_by", false },
	{ "contact", "holder", false }, /* their telephone is still in the service */
	{ "grant", "person", false },   /* their name is still on the list there */
	{ "grant", "authorised_by", false },
	{ "device", "holder", false }, /* they have not given it back */
	{ "share", "person", false },  /* they know it */
	{ "evidence", "collected_by", false },
	{ "declaration", "person", false }, /* it still speaks for us */
	{ "declaration", "asked_by", false },
	{ "declaration", "decided_by", false },
	{ "attestation", "answered_by", false },
	{ "exception", "accepted_by", true },
	{ "exception", "subject", false },
	{ "document", "owner", true },
};

static void
new_record(struct hf_batch *b, char id[HF_ID_SIZE], const char *kind, const char *field, const char *value)
{
	ck_ok(hf_batch_add(id, b, kind, &e));
	ck_ok(hf_batch_set(b, id, field, '=', value, &e));
}

static void
once_up(void)
{
	struct hf_batch *b;
	struct hf_stmt  *s = NULL;
	char             id[HF_ID_SIZE];

	r = hf_fixture_register(dir, fpr);
	ck_ok(hf_batch_new(&b, r, &e));
	new_record(b, here, "person", "name", "Jo Here");
	new_record(b, left, "person", "name", "Kim Left");
	ck_ok(hf_batch_set(b, left, "last_day", '=', "2020-01-31", &e));
	new_record(b, account, "account", "handle", "agency");
	ck_ok(hf_batch_set(b, account, "provider", '=', "x", &e));
	/* In the commit in which they come, the register does not know yet that they left: an old list comes in whole. */
	ck_ok(hf_batch_set(b, account, "owner", '=', left, &e));
	new_record(b, unit, "unit", "name", "Press");
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
	ck_ok(hf_db_prepare(&s, hf_register_db(r), "SELECT id FROM org", &e));
	ck_assert(hf_stmt_step(s));
	snprintf(id, sizeof(id), "%s", hf_stmt_col(s, 0));
	hf_stmt_free(s);
	strcpy(org, id);
}

static void
once_down(void)
{
	hf_register_close(r);
	hf_fixture_remove(dir);
}

/* A record of that kind in a batch: the one that is there, or a new one with what it needs. */
static void
target(char id[HF_ID_SIZE], struct hf_batch *b, const struct hf_kind *k)
{
	char word[64];

	if (k->single || strcmp(k->name, "account") == 0) {
		strcpy(id, k->single ? org : account);
		return;
	}
	ck_ok(hf_batch_add(id, b, k->name, &e));
	for (size_t i = 0; i < k->n_fields; i++) {
		const struct hf_field *f = &k->fields[i];
		const char            *value = "x";

		if (!(f->flags & HF_FIELD_REQUIRED))
			continue;
		if (f->type == HF_FIELD_REF)
			value = strcmp(f->choices, "account") == 0 ? account : strcmp(f->choices, "unit") == 0 ? unit : here;
		else if (hf_field_choice(f, 0, word, sizeof(word)))
			value = word;
		ck_ok(hf_batch_set(b, id, f->name, '=', strcmp(f->name, "path") == 0 ? "incident/x" : value, &e));
	}
}

static const struct hf_field *
field_of(const struct hf_kind **k, int row)
{
	const struct hf_field *f;

	ck_ok(hf_schema_want_kind(k, judged[row].kind, &e));
	ck_ok(hf_schema_want_field(&f, *k, judged[row].field, &e));
	return f;
}

START_TEST(somebody_who_left)
{
	const struct hf_kind  *k;
	const struct hf_field *f = field_of(&k, _i);
	struct hf_batch       *b;
	char                   id[HF_ID_SIZE], words[128];
	char                   op = f->flags & HF_FIELD_LIST ? '+' : '=';

	ck_assert_int_eq((f->flags & HF_FIELD_DUTY) != 0, judged[_i].duty);
	ck_assert_int_eq(strstr(hf_field_words(words, sizeof(words), f), "who has not left") != NULL, judged[_i].duty);
	ck_ok(hf_batch_new(&b, r, &e));
	target(id, b, k);
	if (judged[_i].duty) {
		if (strcmp(f->name, "owner") != 0 || strcmp(k->name, "account") != 0)
			ck_fails(HF_BAD, "Kim Left left on 2020-01-31", hf_batch_set(b, id, f->name, op, "Kim Left", &e));
		ck_ok(hf_batch_set(b, id, f->name, op, "Jo Here", &e));
	} else {
		ck_ok(hf_batch_set(b, id, f->name, op, "Kim Left", &e));
	}
	ck_ok(hf_batch_check(b, &e));
	hf_batch_free(b);
}
END_TEST

/* None but these names a person. */
START_TEST(all_are_judged)
{
	for (size_t k = 0; k < hf_n_kinds; k++)
		for (size_t i = 0; i < hf_kinds[k].n_fields; i++) {
			const struct hf_field *f = &hf_kinds[k].fields[i];
			bool                   known = (f->flags & HF_FIELD_SET) != 0;

			if (f->type != HF_FIELD_REF || (strcmp(f->choices, "person") != 0 && f->choices[0] != '*'))
				continue;
			for (int row = 0; row < N_OF(judged); row++)
				known = known ||
				    (strcmp(judged[row].kind, hf_kinds[k].name) == 0 && strcmp(judged[row].field, f->name) == 0);
			ck_assert_msg(known, "%s.%s names a person, and nobody judged it", hf_kinds[k].name, f->name);
		}
}
END_TEST

/* Every duty bears on the off-boarding: it is a tie that a naive reader knows, too. */
START_TEST(a_duty_is_a_tie)
{
	for (int row = 0; row < N_OF(judged); row++)
		if (judged[row].duty)
			ck_assert_ptr_nonnull(agency_meaning(judged[row].kind, judged[row].field));
}
END_TEST

START_TEST(what_stands_there_may_stay)
{
	struct hf_json  *record = NULL, *v = NULL;
	struct hf_batch *b;
	char             id[HF_ID_SIZE];

	ck_ok(hf_register_get(&record, r, account, &e));
	ck_assert_str_eq(hf_json_text(record, "owner"), left);
	hf_json_free(record);
	ck_ok(hf_batch_new(&b, r, &e));
	ck_ok(hf_batch_set(b, account, "owner", '=', left, &e)); /* a record that is given back whole */
	ck_ok(hf_batch_set(b, account, "owner", '=', "", &e));
	ck_fails(HF_BAD, "deputy: Kim Left left on", hf_batch_set(b, account, "deputy", '=', left, &e));
	v = hf_json_string(left);
	ck_fails(HF_BAD, "deputy: Kim Left left on", hf_batch_set_json(b, account, "deputy", v, &e));
	hf_json_free(v);
	/* taken out of a list they may be, and come back in the same commit */
	ck_ok(hf_batch_set(b, account, "extra_reviewers", '-', left, &e));
	ck_ok(hf_batch_set(b, left, "last_day", '=', "", &e));
	ck_ok(hf_batch_set(b, account, "deputy", '=', left, &e));
	/* and a new record may be owned by none of them */
	hf_batch_free(b);
	ck_ok(hf_batch_new(&b, r, &e));
	new_record(b, id, "account", "handle", "new");
	ck_fails(HF_BAD, "owner: Kim Left left on", hf_batch_set(b, id, "owner", '=', "Kim Left", &e));
	ck_fails(HF_BAD, "extra_reviewers: Kim Left", hf_batch_set(b, id, "extra_reviewers", '=', "Jo Here, Kim Left", &e));
	hf_batch_free(b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("duty");
	TCase *t = tcase_create("duty");

	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, all_are_judged);
	tcase_add_test(t, a_duty_is_a_tie);
	tcase_add_loop_test(t, somebody_who_left, 0, N_OF(judged));
	tcase_add_test(t, what_stands_there_may_stay);
	suite_add_tcase(s, t);
	return run_suite(s);
}
