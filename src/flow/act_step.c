/* Finishing a step: done, failed, skipped, answered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "holdfast/text.h"

/* ---- done, skipped ---- */

/* Into the batch, and onto the disk; entry is taken over; NULL: e says why. */
static enum hf_code
finish(
    struct hf_batch *b, struct hf_run *run, const struct hf_instance *i, struct hf_json *entry, bool with_changes, struct hf_err *e)
{
	enum hf_code rc;

	if (entry == NULL)
		return e == NULL ? HF_NOMEM : e->code;
	if ((rc = act_confirmed(entry, run, i, e)) != HF_OK || (with_changes && (rc = act_changes(b, entry, run, i, e)) != HF_OK)) {
		hf_json_free(entry);
		return rc;
	}
	return act_put(run, b, entry, e);
}

static enum hf_code
log_done(struct hf_batch *b, struct hf_run *run, const struct hf_instance *i, const struct hf_act *act, struct hf_err *e)
{
	struct hf_json *passed = NULL;
	bool            now;
	enum hf_code    rc;

	if ((rc = act_gate(&passed, run, i, act, e)) != HF_OK)
		return rc;
	if ((rc = act_complete(run, i, e)) != HF_OK) {
		hf_json_free(passed);
		return rc;
	}
	/* Done by somebody else, the register has changed already; before a second person agrees it does not yet. */
	now = i->state != HF_DONE && !second_wanted(run, i, false);
	return finish(b, run, i, act_passed(act_entry(run, "done", act, i, e), passed, act, e), now, e);
}

enum hf_code
hf_run_done(struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_batch          *b = NULL;
	bool                      gives = hf_json_len(act->values) > 0;
	enum hf_code              rc;

	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = act_fresh(run, i, HF_DONE, e)) != HF_OK ||
	    (i->state == HF_EXCLUDED && (rc = act_gate(NULL, run, i, act, e)) != HF_OK) ||
	    (rc = hf_batch_new(&b, run->r, e)) != HF_OK)
		return rc;
	if (!gives || (rc = act_give(b, run, i, act, e)) == HF_OK)
		rc = log_done(b, run, i, act, e);
	hf_batch_free(b);
	/* What was given with it is forgotten with it. */
	if (gives && rc != HF_OK && rc != HF_UNSURE && run_fold(run, NULL) != HF_OK)
		rc = hf_fail_in(e, "the run cannot be read again");
	return rc;
}

enum hf_code
hf_run_skip(struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	const struct hf_instance *i;
	enum hf_code              rc;

	if (act->text == NULL || act->text[strspn(act->text, " \t\n")] == '\0') {
		hf_fail(e, HF_USAGE, "%s: skipping needs a reason", act->step);
		return hf_hint(e, "add --why \"the reason\"; it stands in every report");
	}
	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = act_fresh(run, i, HF_SKIPPED, e)) != HF_OK)
		return rc;
	if (i->state == HF_EXCLUDED)
		return act_gate(NULL, run, i, act, e);
	return act_log(run, act_entry(run, "skip", act, i, e), e);
}

/* ---- answers and their routes ---- */

static enum hf_code
unknown_answer(const struct hf_instance *i, const char *key, struct hf_err *e)
{
	const char   *keys[64] = { NULL }, *near;
	struct hf_buf all = HF_BUF_INIT;
	size_t        n = 0;

	for (size_t k = 0; k < i->step->n_routes && n < 64; k++)
		if (strcmp(i->step->routes[k].key, "it-fails") != 0)
			keys[n++] = i->step->routes[k].key;
	act_answers(&all, i->step);
	near = n == 0 ? NULL : hf_text_nearest(key, keys, n);
	hf_fail(e, HF_BAD, "%s: \"%.40s\" is no answer here", i->address, key);
	if (n == 0)
		hf_hint(e, "this step asks nothing: holdfast run done");
	else if (near != NULL)
		hf_hint(e, "did you mean %s? The answers are %s", near, hf_buf_str(&all));
	else
		hf_hint(e, "the answers are %s", hf_buf_str(&all));
	hf_buf_clear(&all);
	return HF_BAD;
}

static enum hf_code
already_answered(const struct hf_instance *i, const char *key, struct hf_err *e)
{
	if (i->state != HF_DONE || strcmp(i->answer, key) != 0)
		return HF_OK;
	return hf_fail(e, HF_NO, "%s: it was answered %s already", i->address, key);
}

/* Would an answer be the last that is missing? */
static enum hf_code
completes(bool *out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *missing = NULL;
	enum hf_code    rc;

	if ((rc = run_lacks(&missing, run, i, e)) != HF_OK)
		return rc;
	*out =
	    hf_json_len(missing) == 0 || (hf_json_len(missing) == 1 && strcmp(hf_json_str(hf_json_at(missing, 0)), "answer") == 0);
	hf_json_free(missing);
	return HF_OK;
}

/* What was answered and waits for a second person is not answered again beside them. */
static enum hf_code
pending_answer(const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	return i->pending == HF_PENDING_DONE ? act_fresh(run, i, HF_DONE, e) : HF_OK;
}

enum hf_code
hf_run_answer(struct hf_run *run, const struct hf_act *act, const char *key, struct hf_json **started, struct hf_err *e)
{
	struct act_way         way = { .run = run, .act = act };
	const struct hf_route *r = NULL;
	struct hf_json        *entry, *passed = NULL;
	bool                   second;
	enum hf_code           rc;

	if (started != NULL)
		*started = NULL;
	if ((rc = act_target(&way.i, run, act, e)) != HF_OK || (rc = pending_answer(run, way.i, e)) != HF_OK ||
	    (rc = act_gate(&passed, run, way.i, act, e)) != HF_OK)
		return rc;
	if ((r = act_route_of(way.i->step, key)) == NULL || strcmp(key, "it-fails") == 0)
		rc = unknown_answer(way.i, key, e);
	if (rc != HF_OK || (rc = already_answered(way.i, key, e)) != HF_OK ||
	    (rc = completes(&way.finishes, run, way.i, e)) != HF_OK) {
		hf_json_free(passed);
		return rc;
	}
	second = second_wanted(run, way.i, false);
	entry = act_passed(act_entry(run, "answer", act, way.i, e), passed, act, e);
	entry = act_with(entry, "answer", hf_json_string(key), e);
	if (entry != NULL && way.finishes && (rc = act_confirmed(entry, run, way.i, e)) != HF_OK) {
		hf_json_free(entry);
		return rc;
	}
	way.route = second ? NULL : r;
	way.finishes = way.finishes && !second && way.i->state != HF_DONE;
	return act_routed(&way, entry, started, e);
}

enum hf_code
hf_run_fail(struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	struct act_way  way = { .run = run, .act = act };
	struct hf_json *passed = NULL;
	enum hf_code    rc;

	if ((rc = act_target(&way.i, run, act, e)) != HF_OK || (rc = act_fresh(run, way.i, HF_FAILED, e)) != HF_OK ||
	    (rc = act_gate(&passed, run, way.i, act, e)) != HF_OK)
		return rc;
	way.route = act_route_of(way.i->step, "it-fails");
	return act_routed(&way, act_passed(act_entry(run, "fail", act, way.i, e), passed, act, e), NULL, e);
}
