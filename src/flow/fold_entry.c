/* What one entry does to the step that it is about. */
#include <stdio.h>
#include <string.h>

#include "run_impl.h"

/* ---- entries on steps ---- */

struct hf_instance *
run_instance_of(const struct hf_run *run, const struct hf_json *entry)
{
	const char           *step = hf_json_text(entry, "step");
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

/* ---- finishing ---- */

static void
release(struct hf_instance *i)
{
	i->claimed_by = i->claimed_for = "";
}

/* What was done, or agreed to by a second person, is so now. */
static void
settle(struct hf_run *run, struct hf_instance *i, enum hf_state state, int64_t at)
{
	i->state = state;
	i->at = at;
	i->pending = HF_PENDING_NONE;
	i->again = false;
	if (state == HF_DONE && i->answer[0] != '\0' && second_wanted(run, i, false))
		route_follow(run, i, i->answer);
	if (state == HF_DONE && rest_repeats(i))
		rest_round(i);
}

/* Nobody begins what another has to agree to first, nobody agrees with himself, and a stranger may be the subject. */
static bool
may_finish(const struct hf_run *run, const struct hf_instance *i, const struct hf_json *entry)
{
	if (hf_step_second(run->pb, i->step)->when != HF_SECOND_BEFORE || entry_is(entry, "skip"))
		return true;
	return !second_before(run, i) && second_known(run, entry) &&
	    (i->approved_by[0] == '\0' || !second_same(run, i->approved_by, hf_json_text(entry, "actor")));
}

static void
finish(struct hf_run *run, struct hf_instance *i, enum hf_state state, const struct hf_json *entry)
{
	bool closing = hf_json_true(hf_json_get(entry, "with_close"));

	if (!may_finish(run, i, entry))
		return;
	if ((i->state == HF_DONE || i->pending == HF_PENDING_DONE) && state == HF_DONE &&
	    strcmp(i->by, hf_json_text(entry, "actor")) != 0) {
		i->twice = true;
		return;
	}
	i->by = hf_json_text(entry, "actor");
	i->text = hf_json_text(entry, "text");
	i->anyway = hf_json_text(entry, "anyway");
	i->with_close = closing;
	i->called = false;
	i->told_until = 0;
	i->asked = entry;
	release(i);
	if (state != HF_FAILED && !closing && second_wanted(run, i, state == HF_SKIPPED)) {
		i->state = HF_OPEN;
		i->pending = state == HF_DONE ? HF_PENDING_DONE : HF_PENDING_SKIP;
		i->at = entry_time(entry);
		return;
	}
	settle(run, i, state, entry_time(entry));
}

/* ---- the second person ---- */

/* Of a phase one word is for all of its steps that wait for it. */
static void
for_all(struct hf_run *run, struct hf_instance *i, const struct hf_json *entry,
    void (*one)(struct hf_run *run, struct hf_instance *i, const struct hf_json *entry))
{
	if (i->step->second.when != HF_SECOND_NONE) {
		one(run, i, entry);
		return;
	}
	for (size_t k = 0; k < run->n; k++)
		if (run->list[k].step->phase == i->step->phase && run->list[k].step->second.when == HF_SECOND_NONE)
			one(run, &run->list[k], entry);
}

static void
approve(struct hf_run *run, struct hf_instance *i, const struct hf_json *entry)
{
	bool before = hf_step_second(run->pb, i->step)->when == HF_SECOND_BEFORE;

	if ((i->pending == HF_PENDING_NONE && (!before || state_finished(i->state))) ||
	    !second_may(run, before ? NULL : i->asked, entry))
		return;
	i->approved_by = hf_json_text(entry, "actor");
	i->rejected = i->rejected_by = "";
	if (i->pending != HF_PENDING_NONE)
		settle(run, i, i->pending == HF_PENDING_DONE ? HF_DONE : HF_SKIPPED, entry_time(entry));
}

static void
reject(struct hf_run *run, struct hf_instance *i, const struct hf_json *entry)
{
	bool before = hf_step_second(run->pb, i->step)->when == HF_SECOND_BEFORE;

	if ((i->pending == HF_PENDING_NONE && (!before || state_finished(i->state))) ||
	    !second_may(run, before ? NULL : i->asked, entry))
		return;
	if (i->pending != HF_PENDING_NONE)
		route_return(i);
	i->approved_by = "";
	i->rejected_by = hf_json_text(entry, "actor");
	i->rejected = hf_json_text(entry, "text");
}

/* ---- waiting, claiming ---- */

static void
wait_until(struct hf_instance *i, const struct hf_json *entry)
{
	const char *until = hf_json_text(entry, "until");

	if (state_finished(i->state))
		return;
	if (until[0] == '\0' || hf_time_parse(&i->told_until, NULL, until, NULL) != HF_OK)
		i->told_until = -1;
	i->told = hf_json_text(entry, "text");
	i->called = false;
}

static void
claim(struct hf_instance *i, const struct hf_json *entry)
{
	release(i);
	if (!hf_json_true(hf_json_get(entry, "claim")))
		return;
	i->claimed_by = hf_json_text(entry, "actor");
	i->claimed_for = hf_json_text(entry, "on_behalf_of");
}

/* What the one who goes had claimed. */
static void
hand_over(struct hf_run *run, const struct hf_json *entry)
{
	for (size_t k = 0; k < run->n; k++)
		if (strcmp(run->list[k].claimed_by, hf_json_text(entry, "actor")) == 0)
			release(&run->list[k]);
}

/* What was left out only because the run was closed stands open again with it. */
static void
reopen_run(struct hf_run *run)
{
	for (size_t k = 0; k < run->n; k++)
		if (run->list[k].with_close) {
			route_return(&run->list[k]);
			run->list[k].visit--;
		}
}

static enum hf_code
keep(struct hf_instance *i, const struct hf_json *entry, struct hf_err *e)
{
	const char     *as = hf_json_text(entry, "kept_as");
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

	if (!may_finish(run, i, entry))
		return HF_OK;
	if (i->answer[0] != '\0')
		route_restore_row(run, i);
	snprintf(key, sizeof(key), "%s", hf_json_text(entry, "answer"));
	snprintf(i->answer, sizeof(i->answer), "%s", key);
	if ((rc = run_lacks(&missing, run, i, e)) != HF_OK)
		return rc;
	if (hf_json_len(missing) == 0)
		finish(run, i, HF_DONE, entry);
	hf_json_free(missing);
	/* What a second person has yet to agree to leads nowhere. */
	if (!second_wanted(run, i, false))
		route_follow(run, i, key);
	return HF_OK;
}

static enum hf_code
take_into(struct hf_instance *i, const struct hf_json *entry, struct hf_err *e)
{
	const struct hf_json *captured = hf_json_get(entry, "captured"), *changed = hf_json_get(entry, "changed");
	const char           *name;
	struct hf_json       *v;
	enum hf_code          rc;

	if (captured == NULL && changed == NULL)
		return HF_OK;
	if (i->values == NULL && (i->values = hf_json_object()) == NULL)
		return hf_nomem(e);
	if ((rc = run_take_values(i->values, captured, e)) != HF_OK)
		return rc;
	for (void *it = NULL; changed != NULL && hf_json_next(changed, &it, &name, &v);)
		if (hf_json_get(v, "now") != NULL && hf_json_set(i->values, name, hf_json_ref(hf_json_get(v, "now"))) != 0)
			return hf_nomem(e);
	return HF_OK;
}

static enum hf_code
on_type(struct hf_run *run, struct hf_instance *i, const struct hf_json *entry, const char *type, struct hf_err *e)
{
	if (strcmp(type, "evidence") == 0)
		return keep(i, entry, e);
	if (strcmp(type, "answer") == 0)
		return on_answer(run, i, entry, e);
	if (strcmp(type, "done") == 0)
		finish(run, i, HF_DONE, entry);
	else if (strcmp(type, "skip") == 0)
		finish(run, i, HF_SKIPPED, entry);
	else if (strcmp(type, "reopen") == 0)
		route_reopen(run, i);
	else if (strcmp(type, "approve") == 0)
		for_all(run, i, entry, approve);
	else if (strcmp(type, "reject") == 0)
		for_all(run, i, entry, reject);
	else if (strcmp(type, "wait") == 0)
		wait_until(i, entry);
	else if (strcmp(type, "assign") == 0 && hf_json_get(entry, "claim") != NULL)
		claim(i, entry);
	else if (strcmp(type, "fail") == 0 && may_finish(run, i, entry)) {
		finish(run, i, HF_FAILED, entry);
		route_follow(run, i, "it-fails");
	}
	return HF_OK;
}

enum hf_code
run_on_entry(struct hf_run *run, const struct hf_json *entry, struct hf_err *e)
{
	struct hf_instance *i = run_instance_of(run, entry);
	const char         *type = hf_json_text(entry, "type");
	enum hf_code        rc;

	if (strcmp(type, "handover") == 0)
		hand_over(run, entry);
	if (strcmp(type, "reopen") == 0 && hf_json_get(entry, "step") == NULL)
		reopen_run(run);
	/* Somebody who did not know yet that a step was opened again wrote about its earlier visit. */
	if (i == NULL || (hf_json_num(hf_json_get(entry, "visit")) != 0 && hf_json_num(hf_json_get(entry, "visit")) < i->visit))
		return HF_OK;
	if ((rc = take_into(i, entry, e)) != HF_OK)
		return rc;
	return on_type(run, i, entry, type, e);
}
