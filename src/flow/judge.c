/*
 * Conditions and gates: does a step apply (Only if, On … skip), and what stands before it (Needs)?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_impl.h"

bool
state_finished(enum hf_state s)
{
	return s == HF_DONE || s == HF_FAILED || s == HF_SKIPPED || s == HF_EXCLUDED;
}

/* ---- among instances ---- */

bool
run_same_row(const struct hf_instance *a, const struct hf_instance *b)
{
	return a == NULL || b == NULL || a->step->phase != b->step->phase || a->row_from == b->row_from;
}

bool
run_writes(const struct hf_step *s, const char *name)
{
	for (size_t k = 0; k < s->n_write; k++)
		if (strcmp(s->write[k].name, name) == 0)
			return true;
	return false;
}

static bool
keeps(const struct hf_step *s, const char *id)
{
	for (size_t k = 0; k < s->n_keep; k++)
		if (strcmp(s->keep[k].id, id) == 0)
			return true;
	return false;
}

/* Of this visit, or of the round before. */
static const struct hf_json *
captured(const struct hf_instance *i, const char *name)
{
	const struct hf_json *v = hf_json_get(i->values, name);

	return v != NULL ? v : hf_json_get(i->last_values, name);
}

const struct hf_json *
run_value(const struct hf_run *run, const struct hf_instance *i, const char *name)
{
	const struct hf_instance *of = i != NULL && captured(i, name) != NULL ? i : NULL;
	const struct hf_json     *v;

	for (size_t k = i == NULL ? 0 : i->row_from; of == NULL && i != NULL && k < i->row_to; k++)
		if (captured(&run->list[k], name) != NULL)
			of = &run->list[k];
	if (of != NULL)
		return captured(of, name);
	v = hf_json_get(run->values, name);
	return v != NULL ? v : hf_json_get(run->inherited, name);
}

bool
run_answer_wanted(const struct hf_run *run, const struct hf_step *s)
{
	if (s->n_routes == 0)
		return false;
	for (size_t i = 0; i < run->pb->n_steps; i++)
		for (size_t k = 0; k < run->pb->steps[i].n_only; k++) {
			const struct hf_cond *c = &run->pb->steps[i].only[k];

			if (c->kind != HF_COND_IS || strcmp(c->name, s->id) != 0)
				continue;
			for (size_t r = 0; r < s->n_routes; r++)
				if (strcmp(s->routes[r].key, c->answer) == 0)
					return true;
		}
	return false;
}

bool
judge_behind(const struct hf_instance *i)
{
	if (i->state != HF_FAILED)
		return state_finished(i->state) || i->again; /* a step that comes back was done */
	for (size_t k = 0; k < i->step->n_routes; k++)
		if (strcmp(i->step->routes[k].key, "it-fails") == 0)
			return true;
	return false;
}

/*
 * Is a value or a Keep there, from every step in the row of i that gives it? A step that was skipped, failed with a way out, or does not apply gives
 * none and is not waited for: its reason is in the log. NO: it never comes.
 */
static enum truth
given(const struct hf_run *run, const struct hf_instance *i, const char *name)
{
	bool asked = false, there = false;

	for (size_t k = 0; k < run->pb->n_steps; k++)
		asked = asked || run_writes(&run->pb->steps[k], name) || keeps(&run->pb->steps[k], name);
	if (!asked)
		return run_value(run, i, name) != NULL ? YES : UNKNOWN;
	for (size_t k = 0; k < run->n; k++) {
		const struct hf_instance *of = &run->list[k];

		if ((!run_writes(of->step, name) && !keeps(of->step, name)) || !run_same_row(i, of))
			continue;
		if (captured(of, name) != NULL || hf_json_get(of->kept, name) != NULL || hf_json_get(of->last_kept, name) != NULL)
			there = true;
		else if (!judge_behind(of))
			return UNKNOWN;
	}
	return there ? YES : NO;
}

/* ---- Only if ---- */

static bool
is_state(const char *word)
{
	for (enum hf_state s = HF_OPEN; s <= HF_EXCLUDED; s++)
		if (strcmp(hf_state_word(s), word) == 0)
			return true;
	return false;
}

static enum truth
judge_step(const struct hf_run *run, const struct hf_instance *of, const struct hf_cond *c)
{
	const char *answer = of->again ? of->last_answer : of->answer;

	/* What a second person has yet to agree to is not said. */
	if (second_wanted(run, of, false) && !state_finished(of->state) && !of->again)
		answer = "";
	if (answer[0] != '\0' && strcmp(answer, c->answer) == 0)
		return YES;
	if (strcmp(c->answer, "open") == 0)
		return state_finished(of->state) ? NO : YES;
	if (is_state(c->answer))
		return strcmp(hf_state_word(of->state), c->answer) == 0 ? YES : state_finished(of->state) ? NO : UNKNOWN;
	if (answer[0] != '\0')
		return NO;
	return state_finished(of->state) ? NO : UNKNOWN;
}

static bool
text_equals(const struct hf_json *v, const char *want)
{
	char number[32];

	if (hf_json_is(v, HF_JSON_STRING))
		return strcmp(hf_json_str(v), want) == 0;
	if (hf_json_is(v, HF_JSON_BOOL))
		return strcmp(hf_json_true(v) ? "yes" : "no", want) == 0;
	if (!hf_json_is(v, HF_JSON_INT))
		return false;
	snprintf(number, sizeof(number), "%lld", (long long)hf_json_num(v));
	return strcmp(number, want) == 0;
}

/* A value of a step that was opened again is not known any more. */
static enum truth
judge_value(const struct hf_run *run, const struct hf_instance *i, const struct hf_cond *c)
{
	enum truth t = given(run, i, c->name);

	return t != YES ? t : text_equals(run_value(run, i, c->name), c->answer) ? YES : NO;
}

static enum truth
judge_is(const struct hf_run *run, const struct hf_instance *i, const struct hf_cond *c)
{
	const struct hf_json *column = hf_json_get(i->row, c->name);
	const struct hf_step *step;
	enum truth            t = NO;

	if (column != NULL)
		return text_equals(column, c->answer) ? YES : NO;
	if ((step = hf_playbook_step(run->pb, c->name)) == NULL)
		return judge_value(run, i, c);
	for (size_t k = 0; k < run->n; k++) {
		const struct hf_instance *of = &run->list[k];
		enum truth                one;

		if (of->step != step || !run_same_row(i, of))
			continue;
		if ((one = judge_step(run, of, c)) == YES)
			return YES;
		if (one == UNKNOWN)
			t = UNKNOWN;
	}
	return t;
}

static enum hf_code
judge_query(enum truth *out, const struct hf_run *run, const struct hf_instance *i, const char *sql, struct hf_err *e)
{
	struct hf_json *rows = NULL;
	enum hf_code    rc;

	if ((rc = run_ask(&rows, run, i, i->row, sql, e)) != HF_OK)
		return hf_fail_in(e, "%s", i->address);
	*out = rows == NULL ? UNKNOWN : hf_json_len(rows) > 0 ? YES : NO;
	hf_json_free(rows);
	return HF_OK;
}

/* This provider has no such thing. */
static enum hf_code
not_here(bool *out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	const struct hf_step *s = i->step;
	char                  provider[PROVIDER_SIZE];
	bool                  skips = false;
	enum hf_code          rc;

	*out = false;
	for (size_t k = 0; k < s->n_on; k++)
		skips = skips || s->on[k].skip;
	if (!skips)
		return HF_OK;
	if ((rc = run_provider(provider, run, i, e)) != HF_OK)
		return rc;
	for (size_t k = 0; k < s->n_on; k++)
		*out = *out || (s->on[k].skip && hf_names_has(&s->on[k].providers, provider));
	return HF_OK;
}

/* A condition in words is for the person to judge: the step is offered. */
enum hf_code
judge_applies(enum truth *out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	enum hf_code rc;
	enum truth   one;
	bool         elsewhere = false;

	rc = not_here(&elsewhere, run, i, e);
	*out = elsewhere ? NO : YES;
	for (size_t k = 0; rc == HF_OK && *out != NO && k < i->step->n_only; k++) {
		const struct hf_cond *c = &i->step->only[k];

		one = YES;
		if (c->kind == HF_COND_IS)
			one = judge_is(run, i, c);
		else if (c->kind == HF_COND_QUERY && (rc = judge_query(&one, run, i, c->sql, e)) != HF_OK)
			return rc;
		if (one != YES)
			*out = one;
	}
	return rc;
}

/* ---- Needs ---- */

static bool
met(const struct hf_run *run, const struct hf_instance *i, const char *name)
{
	const struct hf_phase *phase = hf_playbook_phase(run->pb, name);
	const struct hf_step  *step = hf_playbook_step(run->pb, name);

	if (phase == NULL && step == NULL)
		return given(run, i, name) != UNKNOWN;
	for (size_t k = 0; k < run->n; k++) {
		const struct hf_instance *of = &run->list[k];
		bool                      counts = step != NULL ? of->step == step : &run->pb->phases[of->step->phase] == phase;

		if (counts && of != i && (step == NULL || run_same_row(i, of)) && !judge_behind(of))
			return false;
	}
	return true;
}

static enum hf_code
blocked(struct hf_json *out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	enum hf_code rc;
	enum truth   t;

	for (size_t k = 0; k < i->step->n_needs; k++) {
		const struct hf_need *need = &i->step->needs[k];

		for (size_t n = 0; n < need->ids.n; n++) {
			const char *name = need->ids.v[n];

			if (!run_writes(i->step, name) && !keeps(i->step, name) && !met(run, i, name) &&
			    hf_json_push(out, hf_json_string(name)) != 0)
				return hf_nomem(e);
		}
		if (need->sql == NULL || need->own.n > 0)
			continue;
		if ((rc = judge_query(&t, run, i, need->sql, e)) != HF_OK)
			return rc;
		if (t != YES && hf_json_push(out, hf_json_string(need->text)) != 0)
			return hf_nomem(e);
	}
	return HF_OK;
}

enum hf_code
hf_run_blocked(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	enum hf_code rc;

	if ((*out = hf_json_array()) == NULL)
		return hf_nomem(e);
	if ((rc = blocked(*out, run, i, e)) != HF_OK) {
		hf_json_free(*out);
		*out = NULL;
	}
	return rc;
}

enum hf_code
run_lacks(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();
	int             bad = list == NULL;

	for (size_t k = 0; !bad && k < i->step->n_write; k++)
		if (hf_json_get(i->values, i->step->write[k].name) == NULL)
			bad = hf_json_push(list, hf_json_string(i->step->write[k].name));
	for (size_t k = 0; !bad && k < i->step->n_keep; k++)
		if (hf_json_get(i->kept, i->step->keep[k].id) == NULL)
			bad = hf_json_push(list, hf_json_string(i->step->keep[k].id));
	if (!bad && i->answer[0] == '\0' && run_answer_wanted(run, i->step))
		bad = hf_json_push(list, hf_json_string("answer"));
	*out = NULL;
	if (bad) {
		hf_json_free(list);
		return hf_nomem(e);
	}
	*out = list;
	return HF_OK;
}

enum hf_code
hf_run_missing(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = run_lacks(out, run, i, e)) != HF_OK || i->pending == HF_PENDING_NONE)
		return rc;
	return hf_json_push(*out, hf_json_string("approval")) == 0 ? HF_OK : hf_nomem(e);
}
