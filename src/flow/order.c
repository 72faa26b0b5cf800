/*
 * What comes next. Ready is a step that is open, whose conditions hold, whose needs are met, and whose deadline hangs on something that has happened.
 * Next is the ready step with the nearest deadline, ties in the order of the text; one that a route called comes first; one that waits is passed over.
 */
#include <stdlib.h>
#include <string.h>

#include "run_impl.h"

#define PASSES 32 /* over all steps, until no state changes: a condition may ask for a step that stands later in the text */

/* ---- By ---- */

/*
 * Has the step happened, in every row? *t gets when; 0 when there is nothing to count from: it does not apply. What was skipped, or failed with a way
 * out, is behind us too.
 */
bool
run_step_happened(int64_t *t, const struct hf_run *run, const struct hf_instance *i, const char *id)
{
	const struct hf_step *step = hf_playbook_step(run->pb, id);

	*t = 0;
	for (size_t k = 0; k < run->n; k++) {
		const struct hf_instance *of = &run->list[k];

		if (of->step != step || !run_same_row(i, of))
			continue;
		if (!judge_behind(of))
			return false;
		if (of->state != HF_EXCLUDED && (of->again ? of->last_at : of->at) > *t)
			*t = of->again ? of->last_at : of->at;
	}
	return true;
}

/* A day counts until its end. */
bool
run_value_moment(int64_t *t, const struct hf_run *run, const struct hf_instance *i, const char *name)
{
	const struct hf_json *v = i == NULL ? NULL : hf_json_get(i->row, name);
	const char           *s, *zone = hf_register_zone(run->r);
	char                  next[HF_DAY_SIZE];

	if ((s = hf_json_str(v != NULL ? v : run_value(run, i, name))) == NULL)
		return false;
	if (!hf_day_valid(s))
		return hf_time_parse(t, NULL, s, NULL) == HF_OK;
	hf_day_add(next, s, 1);
	if (hf_day_start(t, next, zone, NULL) != HF_OK)
		return false;
	(*t)--;
	return true;
}

const struct hf_by *
run_by(const struct hf_run *run, const struct hf_instance *i)
{
	if (i->step->by.kind != HF_BY_NONE)
		return &i->step->by;
	return &run->pb->phases[i->step->phase].by;
}

/* Nobody can be late for what was over when the run began: a day remains, but never beyond the moment that it is counted back from. */
static int64_t
can_be_kept(const struct hf_run *run, int64_t deadline, int64_t from)
{
	int64_t day = hf_span_add(run->started, (struct hf_span){ 1, HF_UNIT_DAY }, false, hf_register_zone(run->r));

	return deadline >= run->started ? deadline : day < from ? day : from;
}

/* Of the step before it in the text. */
struct before {
	int64_t deadline, rank;
};

/* False when it hangs on something that has not happened. Without By the deadline of the step before it in the text holds. */
static bool
set_deadline(const struct hf_run *run, struct hf_instance *i, const struct before *before)
{
	const struct hf_by *by = run_by(run, i);
	int64_t             t = run->started;
	bool                happened = true;

	i->deadline = before->deadline;
	i->rank = before->rank;
	i->due = false;
	if (by->kind == HF_BY_NONE)
		return true;
	if (by->kind == HF_BY_ON || (by->kind == HF_BY_SPAN && by->anchor == HF_ANCHOR_VALUE))
		happened = run_value_moment(&t, run, i, by->name);
	else if (by->kind == HF_BY_SPAN && by->anchor == HF_ANCHOR_STEP)
		happened = run_step_happened(&t, run, i, by->name);
	if (happened && t == 0)
		return true;
	i->due = happened;
	i->deadline = i->rank = happened ? t : 0;
	if (happened && by->kind == HF_BY_SPAN)
		i->deadline = i->rank = hf_span_add(t, by->span, by->before, hf_register_zone(run->r));
	if (happened && by->before)
		i->deadline = can_be_kept(run, i->rank, t);
	return happened || i->called; /* a route that leads here overrides what it hangs on */
}

/* What is to be done at the start has a minute's grace. Only a deadline of its own can be missed. */
static bool
is_late(const struct hf_run *run, const struct hf_instance *i)
{
	int64_t until = i->deadline + (run_by(run, i)->kind == HF_BY_START ? HF_MINUTE : 0);

	if (!i->due || i->state == HF_EXCLUDED || i->state == HF_SKIPPED ||
	    (i->state == HF_WAITING && i->pending == HF_PENDING_NONE))
		return false;
	if (i->state == HF_WAITING)
		return run->open && hf_register_now(run->r) > until;
	if (i->state == HF_OPEN)
		return run->open && i->ready && hf_register_now(run->r) > until;
	return i->at > until;
}

/* ---- Repeat ---- */

/* What ends it has happened: it is done, as it was the last time, or was not needed. */
static void
end_rounds(const struct hf_run *run, struct hf_instance *i)
{
	int64_t at;

	if (!rest_repeats(i) || i->state != HF_OPEN || i->called || !rest_over(&at, run, i))
		return;
	if (i->again) {
		i->state = HF_DONE;
		i->at = i->last_at;
	} else if (i->rounds == 0 && at != 0) {
		i->state = HF_EXCLUDED;
	}
}

/* The deadline of the next round. */
static void
next_round(const struct hf_run *run, struct hf_instance *i)
{
	int64_t due = 0;

	if (i->again)
		due = rest_due(run, i);
	else if (i->rounds > 0 || !rest_repeats(i) || i->step->repeat.at[0] == '\0' || i->due ||
	    !run_value_moment(&due, run, i, i->step->repeat.at))
		return;
	i->deadline = i->rank = due;
	i->due = due != 0;
}

/* ---- all of it ---- */

/* Why it is passed over: somebody has to agree, or it is not yet time. */
static void
rest(const struct hf_run *run, struct hf_instance *i)
{
	bool waits = rest_waits(run, i);

	if (i->pending == HF_PENDING_NONE && second_before(run, i))
		i->pending = HF_PENDING_BEGIN;
	if (waits || i->pending != HF_PENDING_NONE)
		i->state = HF_WAITING;
}

/* What waits for a person's word can be ended by one; what rests until its next round, or for an approval, cannot. */
static bool
may_be_ready(const struct hf_instance *i)
{
	return i->state == HF_OPEN || (i->state == HF_WAITING && i->pending == HF_PENDING_NONE && !i->again);
}

/* Of a run that is closed, what nobody ever wrote on did not apply when it was, whatever the register says today. */
static bool
untouched(const struct hf_instance *i)
{
	return i->state == HF_OPEN && i->visit == 1 && i->by[0] == '\0' && i->claimed_by[0] == '\0' && i->rounds == 0 &&
	    !i->again && hf_json_len(i->values) == 0 && hf_json_len(i->kept) == 0;
}

static enum hf_code
order_one(struct hf_run *run, struct hf_instance *i, struct before *before, struct hf_err *e)
{
	struct hf_json *gate = NULL;
	enum truth      applies = YES;
	bool            happened;
	enum hf_code    rc;

	happened = set_deadline(run, i, before);
	if (i->deadline != 0)
		*before = (struct before){ i->deadline, i->rank };
	next_round(run, i);
	if (!run->open && untouched(i))
		applies = NO;
	else if (i->state == HF_OPEN && i->pending == HF_PENDING_NONE && !i->called &&
	    (rc = judge_applies(&applies, run, i, e)) != HF_OK)
		return rc;
	if (applies == NO)
		i->state = HF_EXCLUDED;
	end_rounds(run, i);
	if (i->state == HF_OPEN)
		rest(run, i);
	i->ready = false;
	if (run->open && may_be_ready(i) && happened && applies == YES) {
		if ((rc = hf_run_blocked(&gate, run, i, e)) != HF_OK)
			return rc;
		i->ready = hf_json_len(gate) == 0;
		hf_json_free(gate);
	}
	i->late = is_late(run, i);
	return HF_OK;
}

static enum hf_code
order_all(bool *changed, struct hf_run *run, struct hf_err *e)
{
	struct before before = { 0, 0 };
	enum hf_code  rc;

	*changed = false;
	for (size_t k = 0; k < run->n; k++) {
		struct hf_instance *i = &run->list[k];
		enum hf_state       was = i->state;
		bool                ready = i->ready;

		if (i->state == HF_WAITING || (i->state == HF_EXCLUDED && i->visit > 0) || (i->state == HF_DONE && i->again))
			i->state = HF_OPEN;
		if (i->pending == HF_PENDING_BEGIN)
			i->pending = HF_PENDING_NONE;
		if ((rc = order_one(run, i, &before, e)) != HF_OK)
			return rc;
		*changed = *changed || i->state != was || i->ready != ready;
	}
	return HF_OK;
}

/* Without any deadline so far it stands at the start. */
static bool
comes_before(const struct hf_run *run, const struct hf_instance *a, const struct hf_instance *b)
{
	int64_t x = a->rank != 0 ? a->rank : run->started, y = b->rank != 0 ? b->rank : run->started;

	return a->called != b->called ? a->called : x < y;
}

static void
pick_next(struct hf_run *run)
{
	run->next = run->n;
	for (size_t k = 0; k < run->n; k++)
		if (run->list[k].ready && run->list[k].state == HF_OPEN &&
		    (run->next == run->n || comes_before(run, &run->list[k], &run->list[run->next])))
			run->next = k;
}

/* What it was when it was done last. */
static void
last_round(struct hf_instance *i)
{
	i->by = i->last_by;
	i->text = i->last_text;
	memcpy(i->answer, i->last_answer, sizeof(i->answer));
	if (i->values == NULL)
		i->values = hf_json_ref(i->last_values);
	if (i->kept == NULL)
		i->kept = hf_json_ref(i->last_kept);
}

enum hf_code
run_order(struct hf_run *run, struct hf_err *e)
{
	bool         changed = true;
	enum hf_code rc;

	for (int pass = 0; changed && pass < PASSES; pass++)
		if ((rc = order_all(&changed, run, e)) != HF_OK)
			return rc;
	for (size_t k = 0; k < run->n; k++)
		if (run->list[k].state == HF_DONE && run->list[k].again)
			last_round(&run->list[k]);
	pick_next(run);
	return HF_OK;
}
