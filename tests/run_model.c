#include "run_model.h"

#include <stdio.h>

#include "holdfast/time.h"
#include "random_book.h"
#include "run_aid.h"
#include "test.h"

bool
model_behind(const struct hf_instance *i)
{
	bool way_out = i->state != HF_FAILED;

	for (size_t k = 0; k < i->step->n_routes; k++)
		way_out = way_out || strcmp(i->step->routes[k].key, "it-fails") == 0;
	return ((i->state == HF_DONE || i->state == HF_FAILED || i->state == HF_SKIPPED) && way_out) || i->state == HF_EXCLUDED ||
	    i->again; /* one that comes back was done */
}

static bool
ended(const struct hf_instance *i)
{
	return i->state == HF_DONE || i->state == HF_FAILED || i->state == HF_SKIPPED || i->state == HF_EXCLUDED;
}

/* Of a looped phase only one's own row is asked; a row within it does not matter. */
static bool
concerns(const struct hf_run *run, const struct hf_instance *i, const struct hf_instance *of)
{
	unsigned mine = 0, theirs = 0;

	if (i->step->phase != of->step->phase || hf_run_playbook(run)->phases[i->step->phase].loop.sql == NULL)
		return true;
	sscanf(strchr(i->number, '@'), "@%u", &mine);
	sscanf(strchr(of->number, '@'), "@%u", &theirs);
	return mine == theirs;
}

static bool
asks(const struct hf_step *s, const char *name)
{
	for (size_t k = 0; k < s->n_write; k++)
		if (strcmp(s->write[k].name, name) == 0)
			return true;
	for (size_t k = 0; k < s->n_keep; k++)
		if (strcmp(s->keep[k].id, name) == 0)
			return true;
	return false;
}

/* ---- what holds ---- */

static bool
is_live(void)
{
	struct hf_json *account = NULL;
	bool            live;

	ck_ok(hf_register_get(&account, world.r, world.account, &e));
	live = strcmp(hf_json_get_str(account, "state"), "live") == 0;
	hf_json_free(account);
	return live;
}

static bool
query_holds(const struct hf_instance *i, const char *sql)
{
	if (strstr(sql, RANDOM_RED) == NULL)
		return is_live();
	return strcmp(hf_json_get_str(i->row, "hue"), "red") == 0;
}

/* What a second person has yet to agree to is not said. */
static enum model_truth
step_says(const struct hf_run *run, const struct hf_instance *of, const char *want)
{
	const char *answer = of->again ? of->last_answer : of->answer;

	if (of->pending != HF_PENDING_NONE && hf_step_second(hf_run_playbook(run), of->step)->when == HF_SECOND_DONE)
		answer = "";
	if (answer[0] != '\0' && strcmp(answer, want) == 0)
		return MODEL_YES;
	if (strcmp(want, "done") == 0 || strcmp(want, "skipped") == 0)
		return strcmp(hf_state_word(of->state), want) == 0 ? MODEL_YES : ended(of) ? MODEL_NO : MODEL_LATER;
	return answer[0] != '\0' || ended(of) ? MODEL_NO : MODEL_LATER;
}

static enum model_truth
value_says(const struct hf_instance *of, const char *name, const char *want)
{
	const struct hf_json *v = hf_json_get(of->values, name);
	char                  text[32];

	if (v == NULL && of->again)
		v = hf_json_get(of->last_values, name);
	if (v == NULL)
		return model_behind(of) ? MODEL_NO : MODEL_LATER;
	if (hf_json_str(v) != NULL)
		return strcmp(hf_json_str(v), want) == 0 ? MODEL_YES : MODEL_NO;
	if (hf_json_is(v, HF_JSON_BOOL))
		return strcmp(hf_json_true(v) ? "yes" : "no", want) == 0 ? MODEL_YES : MODEL_NO;
	snprintf(text, sizeof(text), "%lld", (long long)hf_json_num(v));
	return strcmp(text, want) == 0 ? MODEL_YES : MODEL_NO;
}

static enum model_truth
is_so(const struct hf_run *run, const struct hf_instance *i, const struct hf_cond *c)
{
	enum model_truth t = MODEL_NO, one;

	if (hf_json_get(i->row, c->name) != NULL)
		return strcmp(hf_json_get_str(i->row, c->name), c->answer) == 0 ? MODEL_YES : MODEL_NO;
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *of = hf_run_at(run, k);

		if (!concerns(run, i, of) || (strcmp(of->step->id, c->name) != 0 && !asks(of->step, c->name)))
			continue;
		one = asks(of->step, c->name) ? value_says(of, c->name, c->answer) : step_says(run, of, c->answer);
		if (one == MODEL_YES)
			return MODEL_YES;
		t = one == MODEL_LATER ? MODEL_LATER : t;
	}
	return t;
}

enum model_truth
model_applies(const struct hf_run *run, const struct hf_instance *i)
{
	enum model_truth t = MODEL_YES, one;

	for (size_t k = 0; k < i->step->n_on; k++)
		for (size_t n = 0; n < i->step->on[k].providers.n; n++)
			if (i->step->on[k].skip && strcmp(i->step->on[k].providers.v[n], "x") == 0)
				return MODEL_NO;
	for (size_t k = 0; k < i->step->n_only; k++) {
		const struct hf_cond *c = &i->step->only[k];

		one = c->kind == HF_COND_IS ? is_so(run, i, c) :
		    c->kind == HF_COND_TEXT ? MODEL_YES :
		    query_holds(i, c->sql)  ? MODEL_YES :
					      MODEL_NO;
		if (one == MODEL_NO)
			return MODEL_NO;
		t = one == MODEL_LATER ? MODEL_LATER : t;
	}
	return t;
}

/* ---- gates ---- */

static bool
has(const struct hf_instance *of, const char *name)
{
	return hf_json_get(of->values, name) != NULL || hf_json_get(of->kept, name) != NULL ||
	    (of->again && (hf_json_get(of->last_values, name) != NULL || hf_json_get(of->last_kept, name) != NULL));
}

/* name: a step, a phase, a value or a Keep. */
static bool
id_is_met(const struct hf_run *run, const struct hf_instance *i, const char *name)
{
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *of = hf_run_at(run, k);
		const char               *phase = hf_run_playbook(run)->phases[of->step->phase].id;
		bool                      gives = asks(of->step, name) && concerns(run, i, of);

		if (((strcmp(of->step->id, name) == 0 && concerns(run, i, of)) || strcmp(phase, name) == 0) && !model_behind(of))
			return false;
		if (gives && !model_behind(of) && !has(of, name))
			return false;
	}
	return true;
}

bool
model_met(const struct hf_run *run, const struct hf_instance *i)
{
	for (size_t k = 0; k < i->step->n_needs; k++) {
		const struct hf_need *need = &i->step->needs[k];

		if (need->ids.n == 0 && !query_holds(i, need->sql))
			return false;
		for (size_t n = 0; n < need->ids.n; n++)
			if (!id_is_met(run, i, need->ids.v[n]))
				return false;
	}
	return true;
}

/* ---- by when ---- */

/* Of a step: when the last of its rows was behind us. 0: it does not apply. */
static bool
step_happened(int64_t *t, const struct hf_run *run, const struct hf_instance *i, const char *id)
{
	*t = 0;
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *of = hf_run_at(run, k);
		int64_t                   when = of->again ? of->last_at : of->at;

		if (strcmp(of->step->id, id) != 0 || !concerns(run, i, of))
			continue;
		if (!model_behind(of))
			return false;
		if (of->state != HF_EXCLUDED && when > *t)
			*t = when;
	}
	return true;
}

/* Of a value: a moment; of a day its end. The value of one's own row, else the latest. */
static bool
value_happened(int64_t *t, const struct hf_run *run, const struct hf_instance *i, const char *name)
{
	const struct hf_json *v = NULL;
	const char           *zone = hf_register_zone(world.r);

	for (size_t k = 0; v == NULL && k < hf_run_count(run); k++)
		if (hf_run_at(run, k)->step->phase == i->step->phase && concerns(run, i, hf_run_at(run, k)) &&
		    hf_run_playbook(run)->phases[i->step->phase].loop.sql != NULL)
			v = hf_json_get(
			    hf_run_at(run, k)->values != NULL ? hf_run_at(run, k)->values : hf_run_at(run, k)->last_values, name);
	if (v == NULL)
		v = hf_json_get(hf_run_values(run), name);
	if (v == NULL)
		return false;
	if (hf_time_parse(t, NULL, hf_json_str(v), NULL) == HF_OK && strchr(hf_json_str(v), 'T') != NULL)
		return true;
	ck_ok(hf_day_start(t, hf_json_str(v), zone, &e));
	*t = hf_span_add(*t, (struct hf_span){ 1, HF_UNIT_DAY }, false, zone) - 1;
	return true;
}

static bool
by_when(int64_t *deadline, const struct hf_run *run, const struct hf_instance *i, int64_t before)
{
	const struct hf_by *own = &i->step->by;
	const struct hf_by *by = own->kind != HF_BY_NONE ? own : &hf_run_playbook(run)->phases[i->step->phase].by;
	int64_t             t = hf_run_started(run), span = by->span.n * (by->span.unit == HF_UNIT_HOUR ? HF_HOUR : HF_MINUTE);
	bool                happened = true;

	*deadline = before;
	if (by->kind == HF_BY_ON || (by->kind == HF_BY_SPAN && by->anchor == HF_ANCHOR_VALUE))
		happened = value_happened(&t, run, i, by->name);
	else if (by->kind == HF_BY_SPAN && by->anchor == HF_ANCHOR_STEP)
		happened = step_happened(&t, run, i, by->name);
	if (by->kind == HF_BY_NONE || (happened && t == 0))
		return true;
	*deadline = !happened ? 0 : by->kind == HF_BY_SPAN ? t + (by->before ? -span : span) : t;
	return happened || i->called;
}

bool
model_ready(int64_t *deadline, int64_t *before, const struct hf_run *run, const struct hf_instance *i)
{
	bool may = i->state == HF_OPEN || (i->state == HF_WAITING && i->pending == HF_PENDING_NONE && !i->again);
	bool happened = by_when(deadline, run, i, *before);

	if (*deadline != 0)
		*before = *deadline;
	return hf_run_is_open(run) && may && happened && (i->called || model_applies(run, i) == MODEL_YES) && model_met(run, i);
}
