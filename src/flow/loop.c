/*
 * Loops. The rows of a loop are those that entries recorded, in that order, and after them those that its query finds now. The first
 * entry on any row records them all, so that their numbers stay what they are. Until then they are called by what they are about (row_name.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_impl.h"

static int
copy_into(struct hf_json *to, const struct hf_json *from)
{
	const char     *key;
	struct hf_json *v;

	for (void *it = NULL; from != NULL && hf_json_next(from, &it, &key, &v);)
		if (hf_json_set(to, key, hf_json_ref(v)) != 0)
			return -1;
	return 0;
}

/* What stands nearer counts: the run that started this one, all values, those of the same row, its columns. */
static struct hf_json *
params(const struct hf_run *run, const struct hf_instance *i, const struct hf_json *row)
{
	struct hf_json *p = hf_json_object();
	int             bad = 0;

	bad |= copy_into(p, run->inherited);
	bad |= copy_into(p, run->values);
	for (size_t k = i == NULL ? 0 : i->row_from; i != NULL && k < i->row_to; k++)
		bad |= copy_into(p, run->list[k].values);
	if (i != NULL)
		bad |= copy_into(p, i->values);
	if (run->subject_kind[0] != '\0')
		bad |= hf_json_set(p, run->subject_kind, hf_json_string(run->subject));
	bad |= hf_json_set(p, "subject", hf_json_string(run->subject));
	bad |= hf_json_set(p, "run", hf_json_string(run->id));
	bad |= hf_json_set(p, "today", hf_json_string(hf_register_today(run->r)));
	bad |= copy_into(p, row);
	return hf_json_built(p, bad);
}

enum hf_code
run_ask(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const struct hf_json *row, const char *sql,
    struct hf_err *e)
{
	struct hf_json *p = params(run, i, row);
	struct hf_ask   ask = { sql, p, 10000 };
	struct hf_err   why = HF_ERR_INIT;
	enum hf_code    rc;

	*out = NULL;
	if (p == NULL)
		return hf_nomem(e);
	rc = hf_db_ask(out, NULL, hf_register_db(run->r), &ask, &why);
	hf_json_free(p);
	if (rc == HF_BAD && strstr(why.msg, "nothing is known as") != NULL)
		return HF_OK;
	if (rc != HF_OK && e != NULL)
		*e = why;
	return rc;
}

/* A loop over something that nobody has captured yet has no rows for now. */
static enum hf_code
rows_of(struct hf_json **out, const struct hf_run *run, const char *name, const struct hf_loop *loop, const struct hf_json *around,
    struct hf_err *e)
{
	struct hf_json *now = NULL, *rows;
	enum hf_code    rc;
	int             bad = 0;

	if ((rc = run_ask(&now, run, NULL, around, loop->sql, e)) != HF_OK)
		return rc;
	rows = hf_json_get(run->logged, name) != NULL ? hf_json_copy(hf_json_get(run->logged, name)) : hf_json_array();
	for (size_t i = 0; i < hf_json_len(now); i++)
		bad |= hf_json_push_new(rows, hf_json_ref(hf_json_at(now, i)));
	hf_json_free(now);
	*out = hf_json_built(rows, bad);
	return *out == NULL ? hf_nomem(e) : HF_OK;
}

/* Where an instance stands: "@2.1" and "@press/x:agency"; fixed: entries recorded the rows. */
struct place {
	char number[24], name[HF_ADDRESS_SIZE];
	bool fixed;
};

static enum hf_code
add(struct hf_run *run, const struct hf_step *s, const struct place *at, struct hf_json *row, struct hf_err *e)
{
	struct hf_instance *i;

	if (run->n == run->cap) {
		size_t              cap = run->cap == 0 ? 64 : run->cap * 2;
		struct hf_instance *list = realloc(run->list, cap * sizeof(*list));

		if (list == NULL) {
			hf_json_free(row);
			return hf_nomem(e);
		}
		run->list = list;
		run->cap = cap;
	}
	i = &run->list[run->n++];
	memset(i, 0, sizeof(*i));
	i->step = s;
	i->row = row;
	i->visit = 1;
	i->by = i->text = i->approved_by = i->rejected_by = i->rejected = i->claimed_by = i->claimed_for = i->waits_for =
	    i->anyway = "";
	i->told = i->last_by = i->last_text = "";
	snprintf(i->number, sizeof(i->number), "%s%s", s->id, at->number);
	snprintf(i->name, sizeof(i->name), "%s%.70s", s->id, at->name);
	memcpy(i->address, at->fixed ? i->number : i->name, sizeof(i->address));
	if (row == NULL || (run->called == NULL && (run->called = hf_json_object()) == NULL))
		return row == NULL ? HF_OK : hf_nomem(e);
	return hf_json_set(run->called, i->name, hf_json_string(i->number)) == 0 ? HF_OK : hf_nomem(e);
}

/*
 * A row within a row: the nearer column counts. One that it hides stays, under its phase's name, for it is part of what the whole row is known by: else
 * the same row around two others would be one.
 */
static struct hf_json *
within(const struct hf_json *around, const struct hf_json *row, const char *phase)
{
	struct hf_json *all = around == NULL ? hf_json_object() : hf_json_copy(around), *v;
	struct hf_buf   name = HF_BUF_INIT;
	const char     *key;
	int             bad = all == NULL;

	for (void *it = NULL; !bad && around != NULL && hf_json_next(around, &it, &key, &v);) {
		if (hf_json_get(row, key) == NULL || hf_json_equal(hf_json_get(row, key), v))
			continue;
		hf_buf_cut(&name, 0);
		hf_buf_addf(&name, "%s.%s", phase, key);
		bad = hf_json_set(all, hf_buf_str(&name), hf_json_ref(v));
	}
	hf_buf_clear(&name);
	if (!bad && copy_into(all, row) == 0)
		return all;
	hf_json_free(all);
	return NULL;
}

/* Row k of a loop, inside another (around) or not. */
static struct place
place_of(const struct hf_run *run, const char *loop, const struct place *around, size_t k, const struct hf_json *names)
{
	struct place at = { .fixed = around->fixed && k < hf_json_len(hf_json_get(run->logged, loop)) };
	bool         inner = around->number[0] != '\0';

	snprintf(at.number, sizeof(at.number), "%.12s%c%zu", around->number, inner ? '.' : '@', k + 1);
	snprintf(at.name, sizeof(at.name), "%.40s%c%.40s", around->name, inner ? '/' : '@', hf_json_str(hf_json_at(names, k)));
	return at;
}

/* One step within one row of its phase (row NULL when the phase does not loop). */
static enum hf_code
lay_step(struct hf_run *run, const struct hf_step *s, const struct place *at, const struct hf_json *around, struct hf_err *e)
{
	struct hf_json *rows = NULL, *names = NULL;
	char            loop[HF_ADDRESS_SIZE];
	enum hf_code    rc = HF_OK;

	if (s->loop.sql == NULL)
		return add(run, s, at, around == NULL ? NULL : hf_json_copy(around), e);
	snprintf(loop, sizeof(loop), "%s%.20s", s->id, at->number);
	if ((rc = rows_of(&rows, run, loop, &s->loop, around, e)) != HF_OK)
		return hf_fail_in(e, "%s", s->id);
	rc = run_row_names(&names, run, rows, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(rows); i++) {
		struct hf_json *row = within(around, hf_json_at(rows, i), run->pb->phases[s->phase].id);
		struct place    here = place_of(run, loop, at, i, names);

		rc = row == NULL ? hf_nomem(e) : add(run, s, &here, row, e);
	}
	hf_json_free(names);
	hf_json_free(rows);
	return rc;
}

static enum hf_code
lay_phase(struct hf_run *run, const struct hf_phase *p, const struct place *at, const struct hf_json *row, struct hf_err *e)
{
	size_t       from = run->n;
	enum hf_code rc = HF_OK;

	for (size_t i = p->first; rc == HF_OK && i < p->first + p->n; i++)
		rc = lay_step(run, &run->pb->steps[i], at, row, e);
	for (size_t k = from; p->loop.sql != NULL && k < run->n; k++) {
		run->list[k].row_from = from;
		run->list[k].row_to = run->n;
	}
	return rc;
}

static enum hf_code
lay_rows(struct hf_run *run, const struct hf_phase *p, const struct place *top, struct hf_err *e)
{
	struct hf_json *rows = NULL, *names = NULL;
	enum hf_code    rc;

	if ((rc = rows_of(&rows, run, p->id, &p->loop, NULL, e)) != HF_OK)
		return hf_fail_in(e, "%s", p->id);
	rc = run_row_names(&names, run, rows, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(rows); i++) {
		struct place at = place_of(run, p->id, top, i, names);

		rc = lay_phase(run, p, &at, hf_json_at(rows, i), e);
	}
	hf_json_free(names);
	hf_json_free(rows);
	return rc;
}

enum hf_code
run_lay_out(struct hf_run *run, struct hf_err *e)
{
	static const struct place top = { .fixed = true };
	enum hf_code              rc = HF_OK;

	for (size_t k = 0; rc == HF_OK && k < run->pb->n_phases; k++) {
		const struct hf_phase *p = &run->pb->phases[k];

		rc = p->loop.sql == NULL ? lay_phase(run, p, &top, NULL, e) : lay_rows(run, p, &top, e);
	}
	return rc;
}

static enum hf_code
note_rows(struct hf_json **out, const struct hf_run *run, const char *name, const struct hf_loop *loop,
    const struct hf_json *around, struct hf_err *e)
{
	struct hf_json *rows = NULL;
	enum hf_code    rc;

	if ((rc = rows_of(&rows, run, name, loop, around, e)) != HF_OK)
		return rc;
	if (hf_json_len(rows) == hf_json_len(hf_json_get(run->logged, name))) {
		hf_json_free(rows);
		return HF_OK;
	}
	if (*out == NULL)
		*out = hf_json_object();
	return hf_json_set(*out, name, rows) == 0 ? HF_OK : hf_nomem(e);
}

enum hf_code
run_rows_to_log(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	const struct hf_phase *p = &run->pb->phases[i->step->phase];
	const char            *at = strchr(i->number, '@');
	struct hf_json        *rows = NULL;
	char                   name[HF_ADDRESS_SIZE];
	enum hf_code           rc = HF_OK;

	*out = NULL;
	if (p->loop.sql != NULL &&
	    ((rc = note_rows(out, run, p->id, &p->loop, NULL, e)) != HF_OK ||
		(rc = rows_of(&rows, run, p->id, &p->loop, NULL, e)) != HF_OK))
		return rc;
	if (i->step->loop.sql != NULL) {
		/* "contacts@2.1" is row 1 of the loop "contacts@2"; "who@3" is row 3 of the loop "who" */
		const char *end = p->loop.sql != NULL ? strchr(at, '.') : at;
		size_t      n = (size_t)strtoul(at + 1, NULL, 10);

		snprintf(name, sizeof(name), "%.*s", (int)(end - i->number), i->number);
		rc = note_rows(out, run, name, &i->step->loop, rows == NULL ? NULL : hf_json_at(rows, n - 1), e);
	}
	hf_json_free(rows);
	return rc;
}
