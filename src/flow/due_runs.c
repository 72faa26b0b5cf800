/* What is due, from runs and from the shelf. */
#include <stdio.h>
#include <string.h>

#include "due_in.h"
#include "holdfast/provider.h"
#include "holdfast/time.h"
#include "run_impl.h"

/* ---- steps ---- */

/* The first of a list of people who is still here; takes it over. */
static void
take_first(char out[HF_ID_SIZE], struct hf_json *people)
{
	for (size_t k = 0; out[0] == '\0' && k < hf_json_len(people); k++) {
		const struct hf_json *person = hf_json_at(people, k);

		if (hf_json_get_str(person, "id") != NULL && hf_json_get(person, "left_on") == NULL)
			snprintf(out, HF_ID_SIZE, "%s", hf_json_get_str(person, "id"));
	}
	hf_json_free(people);
}

/* Who has to see to it: who may approve what waits for that, else the first person of the first role that has one. */
static enum hf_code
first_person(char out[HF_ID_SIZE], const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	const struct hf_who *who = hf_step_who(hf_run_playbook(run), i->step);
	struct hf_json      *people;
	enum hf_code         rc;

	out[0] = '\0';
	if (i->pending != HF_PENDING_NONE) {
		if ((rc = hf_run_approvers(&people, run, i, e)) != HF_OK)
			return rc;
		take_first(out, people);
	}
	for (size_t k = 0; out[0] == '\0' && k < who->roles.n; k++) {
		if ((rc = hf_run_people(&people, run, i, who->roles.v[k], e)) != HF_OK)
			return rc;
		take_first(out, people);
	}
	return HF_OK;
}

static enum hf_code
put_step(struct due *d, const struct hf_run *run, const struct hf_instance *i, const char *ref, struct hf_err *e)
{
	char          person[HF_ID_SIZE], day[HF_DAY_SIZE];
	struct hf_buf title = HF_BUF_INIT, how = HF_BUF_INIT;
	enum hf_code  rc;

	hf_day_of(day, i->deadline, hf_register_zone(d->r));
	hf_buf_addf(&title, "%s: ", ref);
	if ((rc = first_person(person, run, i, e)) == HF_OK && (rc = hf_run_fill(&title, run, i, i->step->title, e)) == HF_OK) {
		struct due_item it = { "step", hf_buf_str(&title), hf_run_subject(run), day, NULL, NULL, hf_run_id(run), i->number,
			i->deadline };

		hf_buf_addf(&how, "holdfast run resume %s", hf_run_id(run));
		it.how = hf_buf_str(&how);
		it.person = person[0] == '\0' ? NULL : person;
		if ((rc = hf_buf_check(&how, e)) == HF_OK)
			rc = due_put(d, &it, e);
	}
	hf_buf_clear(&title);
	hf_buf_clear(&how);
	return rc;
}

/* Whether it is wanted at all may hang on a step before it: then that one is due. */
static enum hf_code
put_asked(struct due *d, const struct hf_run *run, const struct hf_instance *i, const char *ref, struct hf_err *e)
{
	enum truth   t = YES;
	enum hf_code rc = i->ready ? HF_OK : judge_applies(&t, run, i, e);

	return rc != HF_OK || t != YES ? rc : put_step(d, run, i, ref, e);
}

/* A run that cannot be read does not hide what else is due: run list says that it is damaged. */
static enum hf_code
steps_of(struct due *d, struct run_books *books, const struct hf_json *row, struct hf_err *e)
{
	struct hf_run *run = NULL;
	enum hf_code   rc;

	if ((rc = run_open_with(&run, d->r, d->shelf, books, true, hf_json_get_str(row, "run"), e)) != HF_OK) {
		if (rc != HF_NOMEM)
			hf_err_clear(e);
		return rc == HF_NOMEM ? rc : HF_OK;
	}
	for (size_t k = 0; rc == HF_OK && k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);

		if (i->due && (i->state == HF_OPEN || i->state == HF_WAITING))
			rc = put_asked(d, run, i, hf_json_get_str(row, "ref"), e);
	}
	hf_run_close(run);
	return rc;
}

enum hf_code
due_steps(struct due *d, struct hf_err *e)
{
	struct hf_json   *runs = NULL;
	struct run_books *books = run_books_new();
	enum hf_code      rc = books == NULL ? hf_nomem(e) : hf_run_list_heads(&runs, d->r, e);

	for (size_t k = 0; rc == HF_OK && k < hf_json_len(runs); k++) {
		const struct hf_json *row = hf_json_at(runs, k);

		if (strcmp(hf_json_get_str(row, "state"), "open") == 0 && !hf_json_true(hf_json_get(row, "drill")))
			rc = steps_of(d, books, row, e);
	}
	run_books_free(books);
	hf_json_free(runs);
	return rc;
}

/* ---- routes ---- */

/* The first day on which one of a sheet's routes must be looked at again; "" when there is none. One that was never seen, or only secondhand, is due now. */
static void
first_day(char out[HF_DAY_SIZE], const struct hf_sheet *sheet, const char *today)
{
	char day[HF_DAY_SIZE];

	out[0] = '\0';
	for (size_t i = 0; i < sheet->n_routes; i++) {
		const struct hf_sheet_route *r = &sheet->routes[i];
		int                          days = hf_route_days(r);

		if (strcmp(r->status, "retired") == 0)
			continue;
		if (days == 0 || !hf_day_valid(r->seen_on))
			snprintf(day, sizeof(day), "%s", today);
		else
			hf_day_add(day, r->seen_on, days);
		if (out[0] == '\0' || strcmp(day, out) < 0)
			snprintf(out, HF_DAY_SIZE, "%s", day);
	}
}

/* Nobody knows how old its routes are: it is to be put right today. */
static enum hf_code
put_broken(struct due *d, const char *name, const char *person, struct hf_err *e)
{
	char            ref[128], how[128];
	struct due_item it = { .what = "route", .ref = ref, .day = d->today, .person = person, .how = how };

	hf_err_clear(e);
	snprintf(ref, sizeof(ref), "%s, which cannot be read", name);
	snprintf(how, sizeof(how), "holdfast book lint %s", name);
	return due_put(d, &it, e);
}

static enum hf_code
put_sheet(struct due *d, const char *provider, const char *person, struct hf_err *e)
{
	struct hf_sheet *sheet = NULL;
	struct hf_buf    how = HF_BUF_INIT;
	char             name[96], day[HF_DAY_SIZE];
	struct due_item  it = { .what = "route", .ref = name, .day = day, .person = person };
	enum hf_code     rc;

	snprintf(name, sizeof(name), "provider/%s", provider);
	if (!hf_shelf_has(d->shelf, name))
		return HF_OK;
	hf_buf_adds(&how, "holdfast respond \"");
	hf_register_org(&how, d->r);
	hf_buf_adds(&how, "\" --playbook routine/route-check");
	it.how = hf_buf_str(&how);
	if ((rc = hf_sheet_open(&sheet, d->shelf, name, e)) == HF_BAD) {
		rc = put_broken(d, name, person, e);
	} else if (rc == HF_OK) {
		first_day(day, sheet, d->today);
		rc = due_put(d, &it, e);
	}
	hf_sheet_free(sheet);
	hf_buf_clear(&how);
	return rc;
}

enum hf_code
due_routes(struct due *d, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	rc = hf_db_prepare(&s, hf_register_db(d->r),
	    "SELECT DISTINCT provider, (SELECT security FROM org) FROM account WHERE in_use ORDER BY provider", e);
	if (rc != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s))
		rc = put_sheet(d, hf_stmt_col(s, 0), hf_stmt_col(s, 1), e);
	return hf_stmt_end(s, rc, e);
}
