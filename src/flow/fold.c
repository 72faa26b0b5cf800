/* The state of a run: a fold over its entries in the order of the chain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_impl.h"

int64_t
entry_time(const struct hf_json *entry)
{
	const char *s = hf_json_get_str(entry, "occurred_at");
	int64_t     t;

	if (s == NULL)
		s = hf_json_get_str(entry, "recorded_at");
	return s != NULL && hf_time_parse(&t, NULL, s, NULL) == HF_OK ? t : 0;
}

static const char *
str(const struct hf_json *entry, const char *key)
{
	const char *s = hf_json_get_str(entry, key);

	return s == NULL ? "" : s;
}

static bool
is_type(const struct hf_json *entry, const char *type)
{
	return strcmp(str(entry, "type"), type) == 0;
}

/* ---- before the instances stand: what the loops and paths need ---- */

static enum hf_code
log_rows(struct hf_json *logged, const struct hf_json *rows, struct hf_err *e)
{
	const char     *loop;
	struct hf_json *list, *known;

	for (void *it = NULL; rows != NULL && hf_json_next(rows, &it, &loop, &list);) {
		if ((known = hf_json_get(logged, loop)) == NULL) {
			if (hf_json_set(logged, loop, hf_json_copy(list)) != 0)
				return hf_nomem(e);
			continue;
		}
		for (size_t i = 0; i < hf_json_len(list); i++) {
			bool there = false;

			for (size_t k = 0; !there && k < hf_json_len(known); k++)
				there = hf_json_equal(hf_json_at(known, k), hf_json_at(list, i));
			if (!there && hf_json_push(known, hf_json_ref(hf_json_at(list, i))) != 0)
				return hf_nomem(e);
		}
	}
	return HF_OK;
}

static enum hf_code
take_values(struct hf_json *into, const struct hf_json *captured, struct hf_err *e)
{
	const char     *name;
	struct hf_json *v;

	for (void *it = NULL; captured != NULL && hf_json_next(captured, &it, &name, &v);)
		if (hf_json_set(into, name, hf_json_ref(v)) != 0)
			return hf_nomem(e);
	return HF_OK;
}

static enum hf_code
first_pass(struct hf_run *run, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(run->entries); i++) {
		const struct hf_json *entry = hf_json_at(run->entries, i);

		if ((rc = log_rows(run->logged, hf_json_get(entry, "rows"), e)) != HF_OK)
			break;
		rc = take_values(run->values, hf_json_get(entry, "captured"), e);
		if (is_type(entry, "assign") &&
		    hf_json_set(run->assigned, str(entry, "role"), hf_json_string(str(entry, "person"))) != 0)
			rc = hf_nomem(e);
		if (is_type(entry, "close")) {
			run->open = false;
			run->ended = entry_time(entry);
		}
		if (is_type(entry, "reopen") && hf_json_get(entry, "step") == NULL) {
			run->open = true;
			run->ended = 0;
		}
	}
	if (hf_json_get_str(run->values, "severity") != NULL)
		snprintf(run->severity, sizeof(run->severity), "%s", hf_json_get_str(run->values, "severity"));
	return rc;
}

/* ---- entries on steps ---- */

struct hf_instance *
run_instance_of(const struct hf_run *run, const struct hf_json *entry)
{
	const char           *step = str(entry, "step");
	const struct hf_json *row = hf_json_get(entry, "row");

	for (size_t k = 0; k < run->n; k++) {
		struct hf_instance *i = &run->list[k];

		if (strcmp(i->step->id, step) != 0)
			continue;
		if ((row == NULL && i->row == NULL) || (row != NULL && i->row != NULL && hf_json_equal(row, i->row)))
			return i;
	}
	return NULL;
}

static void
finish(struct hf_instance *i, enum hf_state state, const struct hf_json *entry)
{
	if (i->state == HF_DONE && state == HF_DONE && strcmp(i->by, str(entry, "actor")) != 0) {
		i->twice = true;
		return;
	}
	i->state = state;
	i->at = entry_time(entry);
	i->by = str(entry, "actor");
	i->text = str(entry, "text");
	i->called = false;
}

static bool
names_part(const struct hf_playbook *pb, const struct hf_step *of, const char *name)
{
	if (strcmp(of->id, name) == 0 || strcmp(pb->phases[of->phase].id, name) == 0 || run_writes(of, name))
		return true;
	for (size_t k = 0; k < of->n_keep; k++)
		if (strcmp(of->keep[k].id, name) == 0)
			return true;
	return false;
}

/* Does s need the step, its phase, what it keeps or writes down, or ask for its answer? */
static bool
depends_on(const struct hf_playbook *pb, const struct hf_step *s, const struct hf_step *of)
{
	for (size_t k = 0; k < s->n_needs; k++)
		for (size_t n = 0; n < s->needs[k].ids.n; n++)
			if (names_part(pb, of, s->needs[k].ids.v[n]))
				return true;
	for (size_t k = 0; k < s->n_only; k++)
		if (s->only[k].kind == HF_COND_IS && (strcmp(s->only[k].name, of->id) == 0 || run_writes(of, s->only[k].name)))
			return true;
	return false;
}

/* What a route to `next` left out is there again. */
static void
restore_row(struct hf_run *run, const struct hf_instance *of)
{
	for (size_t k = 0; k < run->n; k++) {
		struct hf_instance *i = &run->list[k];

		if (i->visit == 0 && i->step->phase == of->step->phase && run_same_row(run, of, i)) {
			i->state = HF_OPEN;
			i->visit = 1;
		}
	}
}

/* Going back opens a step again, and what depends on it. */
static void
reopen(struct hf_run *run, struct hf_instance *i, int depth)
{
	restore_row(run, i);
	if (i->state != HF_OPEN || i->answer[0] != '\0')
		i->visit++;
	i->state = HF_OPEN;
	i->answer[0] = '\0';
	i->at = 0;
	i->twice = false;
	i->by = i->text = "";
	hf_json_free(i->values);
	hf_json_free(i->kept);
	i->values = i->kept = NULL;
	for (size_t k = 0; depth < 32 && k < run->n; k++) {
		struct hf_instance *d = &run->list[k];

		if (d != i && state_finished(d->state) && run_same_row(run, i, d) && depends_on(run->pb, d->step, i->step))
			reopen(run, d, depth + 1);
	}
}

static void
call(struct hf_run *run, const struct hf_instance *from, const char *id)
{
	for (size_t k = 0; k < run->n; k++) {
		struct hf_instance *i = &run->list[k];

		if (strcmp(i->step->id, id) != 0 || !run_same_row(run, from, i))
			continue;
		/* within a loop of its own a step goes back to its own row */
		if (from->step == i->step && from != i)
			continue;
		reopen(run, i, 0);
		i->called = i != from; /* what is to be looked at again later does not push in front */
	}
}

/* The rest of the row is left out. A row of a step's own loop has no rest. */
static void
end_row(struct hf_run *run, const struct hf_instance *from)
{
	if (run->pb->phases[from->step->phase].loop.sql == NULL)
		return;
	for (size_t k = 0; k < run->n; k++) {
		struct hf_instance *i = &run->list[k];

		if (i == from || i->step->phase != from->step->phase || !run_same_row(run, from, i) || state_finished(i->state))
			continue;
		i->state = HF_EXCLUDED;
		i->visit = 0;
	}
}

static void
follow(struct hf_run *run, struct hf_instance *i, const char *key)
{
	for (size_t k = 0; k < i->step->n_routes; k++) {
		const struct hf_route *r = &i->step->routes[k];

		if (strcmp(r->key, key) != 0)
			continue;
		for (size_t t = 0; t < r->n_to; t++) {
			if (r->to[t].verb == HF_GO)
				call(run, i, r->to[t].name);
			else if (r->to[t].verb == HF_NEXT)
				end_row(run, i);
		}
		return;
	}
}

static enum hf_code
keep(struct hf_instance *i, const struct hf_json *entry, struct hf_err *e)
{
	const char     *as = str(entry, "kept_as");
	struct hf_json *list;

	if (i->kept == NULL && (i->kept = hf_json_object()) == NULL)
		return hf_nomem(e);
	if ((list = hf_json_get(i->kept, as)) == NULL) {
		if (hf_json_set(i->kept, as, hf_json_array()) != 0)
			return hf_nomem(e);
		list = hf_json_get(i->kept, as);
	}
	return hf_json_push(list, hf_json_ref(entry)) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
on_answer(struct hf_run *run, struct hf_instance *i, const struct hf_json *entry, struct hf_err *e)
{
	struct hf_json *missing = NULL;
	char            key[HF_ADDRESS_SIZE];
	enum hf_code    rc;

	if (i->answer[0] != '\0')
		restore_row(run, i);
	snprintf(key, sizeof(key), "%s", str(entry, "answer"));
	snprintf(i->answer, sizeof(i->answer), "%s", key);
	if ((rc = hf_run_missing(&missing, run, i, e)) != HF_OK)
		return rc;
	if (hf_json_len(missing) == 0)
		finish(i, HF_DONE, entry);
	hf_json_free(missing);
	follow(run, i, key);
	return HF_OK;
}

static enum hf_code
on_step(struct hf_run *run, const struct hf_json *entry, struct hf_err *e)
{
	struct hf_instance *i = run_instance_of(run, entry);
	const char         *type = str(entry, "type");
	enum hf_code        rc = HF_OK;

	/* Somebody who did not know yet that a step was opened again wrote about its earlier visit. */
	if (i == NULL || (hf_json_num(hf_json_get(entry, "visit")) != 0 && hf_json_num(hf_json_get(entry, "visit")) < i->visit))
		return HF_OK;
	if (hf_json_get(entry, "captured") != NULL) {
		if (i->values == NULL && (i->values = hf_json_object()) == NULL)
			return hf_nomem(e);
		rc = take_values(i->values, hf_json_get(entry, "captured"), e);
	}
	if (rc == HF_OK && strcmp(type, "evidence") == 0)
		rc = keep(i, entry, e);
	else if (strcmp(type, "done") == 0)
		finish(i, HF_DONE, entry);
	else if (strcmp(type, "skip") == 0)
		finish(i, HF_SKIPPED, entry);
	else if (strcmp(type, "reopen") == 0)
		reopen(run, i, 0);
	else if (strcmp(type, "answer") == 0)
		rc = on_answer(run, i, entry, e);
	else if (strcmp(type, "fail") == 0) {
		finish(i, HF_FAILED, entry);
		follow(run, i, "it-fails");
	}
	return rc;
}

static void
drop_instances(struct hf_run *run)
{
	for (size_t k = 0; k < run->n; k++) {
		hf_json_free(run->list[k].row);
		hf_json_free(run->list[k].values);
		hf_json_free(run->list[k].kept);
	}
	run->n = 0;
}

static enum hf_code
clear_state(struct hf_run *run, struct hf_err *e)
{
	drop_instances(run);
	hf_json_free(run->values);
	hf_json_free(run->assigned);
	hf_json_free(run->logged);
	run->values = hf_json_object();
	run->assigned = hf_json_object();
	run->logged = hf_json_object();
	run->inherited = NULL;
	run->open = true;
	run->ended = 0;
	return run->values == NULL || run->assigned == NULL || run->logged == NULL ? hf_nomem(e) : HF_OK;
}

static enum hf_code
read_entries(struct hf_run *run, struct hf_err *e)
{
	enum hf_code rc;

	hf_json_free(run->entries);
	run->entries = NULL;
	run->start = NULL;
	if ((rc = hf_register_entries(&run->entries, run->r, run->id, e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < hf_json_len(run->entries); i++)
		if (is_type(hf_json_at(run->entries, i), "start")) {
			run->start = hf_json_at(run->entries, i);
			run->inherited = hf_json_get(run->start, "inherited");
			return HF_OK;
		}
	return hf_fail(e, HF_DAMAGED, "run %s: its first entry is not there", run->id);
}

enum hf_code
run_fold(struct hf_run *run, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = clear_state(run, e)) != HF_OK || (rc = read_entries(run, e)) != HF_OK || (rc = first_pass(run, e)) != HF_OK ||
	    (rc = run_lay_out(run, e)) != HF_OK)
		return rc;
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(run->entries); i++)
		rc = on_step(run, hf_json_at(run->entries, i), e);
	return rc == HF_OK ? run_order(run, e) : rc;
}
