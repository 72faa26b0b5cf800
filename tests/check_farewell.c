/*
 * Many people leave, each by routine/leaver to its end, with everything taken over by somebody who is drawn by lot among those whom the step offers, who
 * may be the next to leave. After each a naive reader of the records finds their name nowhere but in what tells of the past, and at the end it reads
 * what the program itself prints as JSON. FAREWELLS says how many leave (all of them: 0), OFFBOARD_PEOPLE how many there are, SEED who;
 * or LEAVERS names them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "agency_aid.h"
#include "holdfast/brief.h"
#include "holdfast/run.h"
#include "holdfast/share.h"
#include "holdfast/time.h"
#include "test.h"

#define TRIES 3 /* of one step, before it counts as stuck */

static struct hf_register *me, *other; /* who does it, and who agrees */
static struct hf_run      *run;
static const char         *leaver;

static unsigned lot;

static size_t
draw(size_t n)
{
	lot = lot * 1103515245u + 12345u;
	return (lot >> 16) % n;
}

/* ---- one step, as somebody does it who does what it says ---- */

static struct hf_act
about(const char *step)
{
	return (struct hf_act){ .step = step, .text = "as the step says" };
}

/* An address or number of ours, as that place takes it. */
static const char *
ours(const struct hf_instance *i, const char *field)
{
	struct hf_json *thing = NULL;
	bool            phone;

	ck_ok(hf_register_get(&thing, me, hf_json_text(i->row, "thing"), &e));
	phone = strstr(field, "phone") != NULL || strcmp(hf_json_text(thing, "type"), "phone") == 0;
	hf_json_free(thing);
	return phone ? "+44 20 7946 0999" : "desk@agency.example";
}

/*
 * One of those offered, by lot. One in three is somebody who stays, if they are offered: else what is handed on goes round and round, and the last to
 * leave has all of it.
 */
static const char *
chosen(const struct hf_json *choices)
{
	const char *stays = agency.staying[draw(2)].id, *v;

	for (size_t k = draw(3) == 0 ? 0 : hf_json_len(choices); k < hf_json_len(choices); k++)
		if (strcmp(v = hf_json_text(hf_json_at(choices, k), "value"), stays) == 0)
			return v;
	return hf_json_text(hf_json_at(choices, draw(hf_json_len(choices))), "value");
}

static const char *
one_value(const struct hf_instance *i, const struct hf_value *v)
{
	static char     typed[HF_ID_SIZE + 64];
	struct hf_json *choices = NULL;

	ck_ok(hf_brief_choices(&choices, run, i, v, &e));
	snprintf(typed, sizeof(typed), "nothing");
	if (hf_json_len(choices) > 0)
		snprintf(typed, sizeof(typed), "%s", chosen(choices));
	else if (v->type == HF_VALUE_REF)
		snprintf(typed, sizeof(typed), "%s", agency.staying[draw(2)].id);
	else if (v->type == HF_VALUE_DATE)
		snprintf(typed, sizeof(typed), "today");
	else if (v->type == HF_VALUE_TIME)
		snprintf(typed, sizeof(typed), "now");
	else if (strcmp(v->name, "new_address") == 0)
		snprintf(typed, sizeof(typed), "%s", ours(i, hf_json_text(i->row, "field")));
	hf_json_free(choices);
	return typed;
}

/* What the step asks to confirm: the address or number of a contact. */
static void
confirmed(struct hf_json *values, const struct hf_instance *i)
{
	if (i->step->confirm.n == 0)
		return;
	ck_assert_str_eq(i->step->confirm.v[0], "thing.value");
	hf_json_set(values, "thing.value", hf_json_string(ours(i, "")));
}

static struct hf_json *
fill_in(const struct hf_instance *i)
{
	struct hf_json *values = hf_json_object();

	for (size_t k = 0; k < i->step->n_write; k++)
		if (hf_json_get(i->values, i->step->write[k].name) == NULL)
			hf_json_set(values, i->step->write[k].name, hf_json_string(one_value(i, &i->step->write[k])));
	confirmed(values, i);
	return values;
}

static void
keep_files(const char *step)
{
	const struct hf_instance *i = NULL;
	struct hf_act             act = about(step);

	ck_ok(hf_run_find(&i, run, step, &e));
	for (size_t k = 0; k < i->step->n_keep; k++) {
		if (hf_json_get(i->kept, i->step->keep[k].id) == NULL)
			ck_ok(hf_run_keep(run, &act, i->step->keep[k].id, "sheet.txt", "seen", 4, &e));
		ck_ok(hf_run_find(&i, run, step, &e));
	}
}

static void
reopen(const char *id)
{
	hf_run_close(run);
	run = NULL;
	ck_ok(hf_register_refresh(me, &e));
	ck_ok(hf_run_open(&run, me, agency.shelf, id, &e));
}

/* What the step says is done with another command: in another terminal, while this one shows the step. */
static void
elsewhere(const struct hf_instance *i)
{
	struct hf_json *out = NULL;
	struct hf_run  *of = NULL;
	struct hf_act   act = about(NULL);
	const char     *id = i->step->id, *thing = hf_json_text(i->row, "thing"), *detail = hf_json_text(i->row, "detail");
	char            role[64];

	if (strcmp(id, "take-key") != 0 && strcmp(id, "pass-run") != 0 && strcmp(id, "pass-conflict") != 0)
		return;
	ck_ok(hf_register_refresh(other, &e));
	if (strcmp(id, "take-key") == 0) {
		ck_ok(hf_member_remove(&out, other, hf_json_text(i->row, "detail"), false, &e));
		hf_json_free(out);
	} else if (strcmp(id, "pass-run") == 0) {
		snprintf(role, sizeof(role), "%.*s", (int)strcspn(detail, ","), detail);
		ck_ok(hf_run_open(&of, other, agency.shelf, thing, &e));
		ck_ok(hf_run_handover(NULL, of, &act, role, agency.staying[0].id, &e));
		hf_run_close(of);
		hf_json_unset(agency.assigned, leaver); /* assert_no_roles reads what became of it */
	} else if (strcmp(id, "pass-conflict") == 0) {
		ck_ok(hf_conflict_settle(other, thing, false, &e));
	}
}

/* The step that waits for somebody to agree; NULL. */
static const struct hf_instance *
waiting(const struct hf_run *of)
{
	for (size_t k = 0; k < hf_run_count(of); k++)
		if (hf_run_at(of, k)->pending != HF_PENDING_NONE)
			return hf_run_at(of, k);
	return NULL;
}

/* The second person comes when there is nothing else to do, and looks at all that waits. How many there were. */
static size_t
approve_all(void)
{
	const struct hf_instance *i;
	struct hf_run            *theirs = NULL;
	char                      id[HF_ID_SIZE];
	size_t                    n = 0;

	snprintf(id, sizeof(id), "%s", hf_run_id(run));
	ck_ok(hf_register_refresh(other, &e));
	ck_ok(hf_run_open(&theirs, other, agency.shelf, id, &e));
	for (; (i = waiting(theirs)) != NULL; n++) {
		struct hf_act act = { .text = "as the step says" };
		char          step[HF_ADDRESS_SIZE];

		snprintf(step, sizeof(step), "%s", i->address);
		act.step = step;
		ck_ok(hf_run_approve(theirs, &act, NULL, &e));
	}
	hf_run_close(theirs);
	reopen(id);
	return n;
}

static void
do_step(const char *step)
{
	const struct hf_instance *i = NULL;
	struct hf_act             act = about(step);
	struct hf_json           *values;
	struct hf_err             why = HF_ERR_INIT;
	enum hf_code              rc;

	keep_files(step);
	ck_ok(hf_run_find(&i, run, step, &e));
	if (i->state == HF_DONE)
		return;
	elsewhere(i);
	act.values = values = fill_in(i);
	rc = hf_run_done(run, &act, &why);
	ck_assert_msg(rc == HF_OK, "%s of %s: %s (%s)", step, leaver, why.msg, why.hint);
	hf_json_free(values);
}

/* ---- one farewell ---- */

static size_t
farewell(const char *person)
{
	struct hf_json *values = hf_json_object(), *tries = hf_json_object();
	struct hf_start s = { .playbook = "routine/leaver", .subject = person, .values = values };
	struct hf_act   act = about(NULL);
	size_t          n = 0;

	leaver = person;
	hf_json_set(values, "last_day", hf_json_string("today"));
	ck_ok(hf_run_start(&run, me, agency.shelf, &s, &e));
	for (const struct hf_instance *i; (i = hf_run_next(run)) != NULL || waiting(run) != NULL; n++) {
		char step[HF_ADDRESS_SIZE];

		if (i == NULL) {
			n += approve_all() - 1;
			continue;
		}
		snprintf(step, sizeof(step), "%s", i->address);
		hf_json_set(tries, step, hf_json_int(hf_json_num(hf_json_get(tries, step)) + 1));
		ck_assert_msg(hf_json_num(hf_json_get(tries, step)) <= TRIES, "%s of %s again and again", step, person);
		do_step(step);
	}
	for (size_t k = 0; k < hf_run_count(run); k++)
		ck_assert_msg(hf_run_at(run, k)->state != HF_OPEN, "%s of %s is open, about %s %s", hf_run_at(run, k)->address,
		    person, hf_json_text(hf_run_at(run, k)->row, "what"), hf_json_text(hf_run_at(run, k)->row, "detail"));
	act.text = NULL;
	ck_ok(hf_run_end(run, &act, &e));
	hf_run_close(run);
	run = NULL;
	hf_json_free(values);
	hf_json_free(tries);
	return n;
}

/* ---- what is left ---- */

static void
assert_gone(const char *person, const char *when)
{
	struct hf_json *left = agency_naive(person, true), *v;
	const char     *key = "";

	for (void *it = NULL; hf_json_next(left, &it, &key, &v);)
		ck_abort_msg("person %s, %s: %s", person, when, key);
	hf_json_free(left);
}

/* Who has a role in a run that is open, and not about themselves: as its entries say. */
static void
assert_no_role(const struct hf_json *head, const struct hf_json *people)
{
	struct hf_json *entries = NULL, *roles = hf_json_object(), *v;
	const char     *role, *type;

	ck_ok(hf_register_entries(&entries, me, hf_json_text(head, "run"), &e));
	for (size_t i = 0; i < hf_json_len(entries); i++) {
		type = hf_json_text(hf_json_at(entries, i), "type");
		if (strcmp(type, "assign") == 0 || strcmp(type, "handover") == 0)
			hf_json_set(roles, hf_json_text(hf_json_at(entries, i), "role"),
			    hf_json_string(hf_json_text(hf_json_at(entries, i), "person")));
	}
	for (void *it = NULL; hf_json_next(roles, &it, &role, &v);)
		ck_assert_msg(
		    hf_json_get(people, hf_json_str(v)) == NULL || strcmp(hf_json_text(head, "subject"), hf_json_str(v)) == 0,
		    "person %s is still %s in the run %s", hf_json_str(v), role, hf_json_text(head, "run"));
	hf_json_free(roles);
	hf_json_free(entries);
}

static void
assert_no_roles(const struct hf_json *people)
{
	struct hf_json *heads = NULL;
	size_t          open = 0;

	ck_ok(hf_register_refresh(me, &e));
	ck_ok(hf_run_list_heads(&heads, me, &e));
	for (size_t i = 0; i < hf_json_len(heads); i++)
		if (strcmp(hf_json_text(hf_json_at(heads, i), "state"), "open") == 0) {
			open++;
			assert_no_role(hf_json_at(heads, i), people);
		}
	ck_assert_uint_gt(open, 0);
	hf_json_free(heads);
}

/* A night's work tells how far it is. */
static void
tell(size_t k, size_t n, size_t steps)
{
	static int64_t began;

	began = began == 0 ? hf_time_now() : began;
	if (getenv("TELL") != NULL || n > 30)
		fprintf(stderr, "%zu of %zu left, %zu steps, %" PRId64 " s\n", k, n, steps, (hf_time_now() - began) / HF_SECOND);
}

static size_t
how_many(void)
{
	const char *word = getenv("FAREWELLS");
	size_t      n = word == NULL ? 8 : (size_t)atoi(word);

	return n == 0 || n > agency.n_people ? agency.n_people : n;
}

/* LEAVERS: the places of those who leave among the people, with commas ("17,3,120"), in that order. Their number; 0: they are drawn. */
static size_t
named(size_t places[AGENCY_MOST])
{
	const char *p = getenv("LEAVERS");
	size_t      n = 0;
	char       *end;

	for (; p != NULL && *p != '\0' && n < AGENCY_MOST; p = *end == ',' ? end + 1 : end) {
		places[n] = strtoul(p, &end, 10);
		ck_assert_msg(end != p && places[n] < agency.n_people, "LEAVERS: %s", p);
		n++;
	}
	return n;
}

START_TEST(nobody_who_left_is_named_in_a_live_role)
{
	size_t          order[AGENCY_MOST], places[AGENCY_MOST], wanted = named(places), n = wanted > 0 ? wanted : how_many();
	size_t          steps = 0, ties = 0, most = 0;
	struct hf_json *had, *gone = hf_json_object();

	lot = getenv("SEED") == NULL ? 1 : (unsigned)atoi(getenv("SEED"));
	me = agency_open(agency.staying[0].fpr);
	other = agency_open(agency.staying[1].fpr);
	for (size_t k = 0; k < agency.n_people; k++)
		order[k] = k;
	for (size_t k = 0; k < n; k++) {
		size_t at = k == 0 ? 1 : k + draw(agency.n_people - k),
		       who = wanted > 0 ? places[k] : order[at]; /* the second has a great deal, and a key */

		order[at] = order[k];
		order[k] = who;
		had = agency_naive(agency.people[who], false);
		ties += hf_json_len(had);
		most = hf_json_len(had) > most ? hf_json_len(had) : most;
		hf_json_free(had);
		steps += farewell(agency.people[who]);
		agency_read(me);
		assert_gone(agency.people[who], "when the run is closed");
		tell(k + 1, n, steps);
	}
	agency_read_printed();
	for (size_t k = 0; k < n; k++) {
		assert_gone(agency.people[order[k]], "in the end, by what the program prints");
		hf_json_set(gone, agency.people[order[k]], hf_json_bool(true));
	}
	assert_no_roles(gone);
	hf_json_free(gone);
	printf("%zu of %zu left, in %zu steps: %zu ties, at most %zu of one; seed %s\n", n, agency.n_people, steps, ties, most,
	    getenv("SEED") == NULL ? "1" : getenv("SEED"));
	ck_assert_uint_gt(ties, n);
	hf_register_close(me);
	hf_register_close(other);
}
END_TEST

/* Fewer accounts and rights for each than in an agency: enough for every sort of tie, and for no sort to be rare. */
static void
once_up(void)
{
	agency.n_people = 30; /* or OFFBOARD_PEOPLE */
	if (getenv("OFFBOARD_PEOPLE") == NULL) {
		agency.accounts_each = 2;
		agency.grants_each = 4;
	}
	agency_make();
}

int
main(void)
{
	Suite *s = suite_create("farewell");
	TCase *t = tcase_create("farewell");

	tcase_add_unchecked_fixture(t, once_up, agency_remove);
	tcase_set_timeout(t, 21600);
	tcase_add_test(t, nobody_who_left_is_named_in_a_live_role);
	suite_add_tcase(s, t);
	return run_suite(s);
}
