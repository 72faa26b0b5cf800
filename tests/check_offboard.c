/*
 * Somebody leaves: the steps of routine/leaver against a naive reader, which walks the JSON of every record and looks for the person. OFFBOARD_PEOPLE
 * says how many there are (300: five accounts and twenty rights for each).
 */
#include <stdio.h>

#include "agency_aid.h"
#include "holdfast/impact.h"
#include "holdfast/run.h"
#include "test.h"

#define LEAVER   "routine/leaver"
#define LAST_DAY "2099-06-30"

static const char *
col(const struct hf_instance *i, const char *name)
{
	const char *v = hf_json_get_str(i->row, name);

	return v == NULL ? "" : v;
}

/* The steps of the run, as the naive reader writes them. */
static struct hf_json *
steps(const struct hf_run *run)
{
	struct hf_json *set = hf_json_object();

	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);
		const char               *id = i->step->id;

		if (i->state == HF_EXCLUDED || i->row == NULL)
			continue;
		if (strcmp(id, "successor") == 0)
			agency_note(set, "duty", col(i, "account"), col(i, "duty"));
		else if (strcmp(id, "office-successor") == 0)
			agency_note(set, "office", col(i, "place"), col(i, "office"));
		else if (strcmp(id, "risk-successor") == 0)
			agency_note(set, "risk", col(i, "exception"), "");
		else if (strcmp(id, "own-address") == 0)
			agency_note(set, "address", col(i, "thing"), col(i, "field"));
		else if (strcmp(id, "change-password") == 0)
			agency_note(set, "password", col(i, "account"), "");
		else if (strncmp(id, "pass-", 5) == 0 || strncmp(id, "take-", 5) == 0 || strcmp(id, "end-exception") == 0)
			agency_note(set, col(i, "what"), col(i, "thing"), "");
	}
	return set;
}

static struct hf_json *
ties(const char *person)
{
	struct hf_json *set = hf_json_object();
	struct hf_stmt *s = NULL;

	ck_ok(hf_db_prepare(&s, hf_register_db(agency.r), "SELECT what, record, detail FROM tie WHERE person = ?", &e));
	hf_stmt_text(s, 1, person);
	while (hf_stmt_step(s)) {
		const char *what = hf_stmt_col(s, 0), *detail = hf_stmt_col(s, 2);

		agency_note(set, what, hf_stmt_col(s, 1),
		    strcmp(what, "duty") == 0 || strcmp(what, "office") == 0 || strcmp(what, "address") == 0 ? detail : "");
	}
	ck_ok(hf_stmt_reset(s, &e));
	hf_stmt_free(s);
	return set;
}

static void
assert_within(const struct hf_json *a, const struct hf_json *in, const char *who, const char *words)
{
	const char     *key;
	struct hf_json *v;

	for (void *it = NULL; hf_json_next(a, &it, &key, &v);)
		ck_assert_msg(hf_json_get(in, key) != NULL, "person %s: %s: %s", who, words, key);
}

static void
assert_same(struct hf_json *list, struct hf_json *want, const char *who, const char *words)
{
	assert_within(want, list, who, words);
	assert_within(list, want, who, "nothing in the records says so");
	ck_assert_uint_eq(hf_json_len(list), hf_json_len(want));
	hf_json_free(list);
	hf_json_free(want);
}

/* Does each account of the list stand in what impact says, and nothing else that does not hang on those? */
static void
assert_impact(const char *person)
{
	struct hf_json *rows = NULL, *touched = hf_json_object(), *said = hf_json_object();
	struct hf_stmt *s = NULL;

	ck_ok(hf_db_prepare(&s, hf_register_db(agency.r),
	    "SELECT DISTINCT account FROM tie WHERE person = ?1 AND account IS NOT NULL"
	    " UNION SELECT g.account FROM live_grant g JOIN device d ON d.id = g.device WHERE d.holder = ?1",
	    &e));
	hf_stmt_text(s, 1, person);
	while (hf_stmt_step(s))
		hf_json_set(touched, hf_stmt_col(s, 0), hf_json_bool(true));
	hf_stmt_free(s);
	ck_ok(hf_impact(&rows, agency.r, person, NULL, &e));
	for (size_t i = 0; i < hf_json_len(rows); i++) {
		ck_assert_uint_gt(hf_json_len(hf_json_get(hf_json_at(rows, i), "because")), 0);
		hf_json_set(said, hf_json_get_str(hf_json_at(rows, i), "account"), hf_json_bool(true));
	}
	assert_same(said, touched, person, "impact does not say it");
	hf_json_free(rows);
}

START_TEST(the_list_is_what_a_naive_reader_finds)
{
	size_t all = 0, most = 0, none = 0;

	for (size_t i = 0; i < agency.n_people; i++) {
		struct hf_json *values = hf_json_object(), *list;
		struct hf_start s = { .playbook = LEAVER, .subject = agency.people[i], .values = values };
		struct hf_run  *run = NULL;

		assert_same(ties(agency.people[i]), agency_naive(agency.people[i], false), agency.people[i], "no tie");
		hf_json_set(values, "last_day", hf_json_string(LAST_DAY));
		ck_ok(hf_run_start(&run, agency.r, agency.shelf, &s, &e));
		list = steps(run);
		all += hf_json_len(list);
		most = hf_json_len(list) > most ? hf_json_len(list) : most;
		none += hf_json_len(list) == 0;
		assert_same(list, agency_naive(agency.people[i], true), agency.people[i], "no step");
		assert_impact(agency.people[i]);
		hf_run_close(run);
		hf_json_free(values);
	}
	printf("%zu people, %zu records: %zu things to do, at most %zu for one, none for %zu\n", agency.n_people,
	    hf_json_len(agency.records), all, most, none);
	ck_assert_uint_gt(none, 0);
	ck_assert_uint_gt(most, 30);
}
END_TEST

/* A reference to a person that the schema gains one day has to be judged here. */
START_TEST(every_reference_to_a_person_is_judged)
{
	for (size_t k = 0; k < hf_n_kinds; k++)
		for (size_t f = 0; f < hf_kinds[k].n_fields; f++) {
			const struct hf_field *field = &hf_kinds[k].fields[f];

			if (field->type == HF_FIELD_REF && (strcmp(field->choices, "person") == 0 || field->choices[0] == '*'))
				agency_meaning(hf_kinds[k].name, field->name);
		}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("offboard");
	TCase *t = tcase_create("list");

	tcase_add_unchecked_fixture(t, agency_make, agency_remove);
	tcase_set_timeout(t, 1200);
	tcase_add_test(t, every_reference_to_a_person_is_judged);
	tcase_add_test(t, the_list_is_what_a_naive_reader_finds);
	suite_add_tcase(s, t);
	return run_suite(s);
}
