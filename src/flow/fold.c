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
log_correction(struct hf_json *corrected, const struct hf_json *entry, struct hf_err *e)
{
	const char *of = str(entry, "corrects");

	if (hf_json_get(corrected, of) == NULL && hf_json_set(corrected, of, hf_json_array()) != 0)
		return hf_nomem(e);
	return hf_json_push(hf_json_get(corrected, of), hf_json_ref(entry)) == 0 ? HF_OK : hf_nomem(e);
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
		if ((is_type(entry, "assign") || is_type(entry, "handover")) && str(entry, "role")[0] != '\0' &&
		    hf_json_set(run->assigned, str(entry, "role"), hf_json_string(str(entry, "person"))) != 0)
			rc = hf_nomem(e);
		if (rc == HF_OK && is_type(entry, "correct"))
			rc = log_correction(run->corrected, entry, e);
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

/* Nobody begins what another has to agree to first, and nobody agrees with himself. */
static bool
may_finish(const struct hf_run *run, const struct hf_instance *i, const struct hf_json *entry)
{
	if (hf_step_second(run->pb, i->step)->when != HF_SECOND_BEFORE || is_type(entry, "skip"))
		return true;
	return !second_before(run, i) && (i->approved_by[0] == '\0' || !second_same(run, i->approved_by, str(entry, "actor")));
}

static void
finish(struct hf_run *run, struct hf_instance *i, enum hf_state state, const struct hf_json *entry)
{
	bool closing = hf_json_true(hf_json_get(entry, "with_close"));

	if (!may_finish(run, i, entry))
		return;
	if ((i->state == HF_DONE || i->pending == HF_PENDING_DONE) && state == HF_DONE && strcmp(i->by, str(entry, "actor")) != 0) {
		i->twice = true;
		return;
	}
	i->by = str(entry, "actor");
	i->text = str(entry, "text");
	i->anyway = str(entry, "anyway");
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
	i->approved_by = str(entry, "actor");
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
	i->rejected_by = str(entry, "actor");
	i->rejected = str(entry, "text");
}

/* ---- waiting, claiming ---- */

static void
wait_until(struct hf_instance *i, const struct hf_json *entry)
{
	const char *until = str(entry, "until");

	if (state_finished(i->state))
		return;
	if (until[0] == '\0' || hf_time_parse(&i->told_until, NULL, until, NULL) != HF_OK)
		i->told_until = -1;
	i->told = str(entry, "text");
	i->called = false;
}

static void
claim(struct hf_instance *i, const struct hf_json *entry)
{
	release(i);
	if (!hf_json_true(hf_json_get(entry, "claim")))
		return;
	i->claimed_by = str(entry, "actor");
	i->claimed_for = str(entry, "on_behalf_of");
}

/* What the one who goes had claimed. */
static void
hand_over(struct hf_run *run, const struct hf_json *entry)
{
	for (size_t k = 0; k < run->n; k++)
		if (strcmp(run->list[k].claimed_by, str(entry, "actor")) == 0)
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

	if (!may_finish(run, i, entry))
		return HF_OK;
	if (i->answer[0] != '\0')
		route_restore_row(run, i);
	snprintf(key, sizeof(key), "%s", str(entry, "answer"));
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
	if ((rc = take_values(i->values, captured, e)) != HF_OK)
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

static enum hf_code
on_entry(struct hf_run *run, const struct hf_json *entry, struct hf_err *e)
{
	struct hf_instance *i = run_instance_of(run, entry);
	const char         *type = str(entry, "type");
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

void
run_drop_instances(struct hf_run *run)
{
	for (size_t k = 0; k < run->n; k++) {
		struct hf_instance *i = &run->list[k];

		hf_json_free(i->row);
		hf_json_free(i->values);
		hf_json_free(i->kept);
		hf_json_free(i->last_values);
		hf_json_free(i->last_kept);
	}
	run->n = 0;
}

static enum hf_code
clear_state(struct hf_run *run, struct hf_err *e)
{
	run_drop_instances(run);
	hf_json_free(run->values);
	hf_json_free(run->assigned);
	hf_json_free(run->logged);
	hf_json_free(run->corrected);
	run->corrected = hf_json_object();
	run->values = hf_json_object();
	run->assigned = hf_json_object();
	run->logged = hf_json_object();
	run->inherited = NULL;
	run->open = true;
	run->ended = 0;
	return run->values == NULL || run->assigned == NULL || run->logged == NULL || run->corrected == NULL ? hf_nomem(e) : HF_OK;
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
		rc = on_entry(run, hf_json_at(run->entries, i), e);
	return rc == HF_OK ? run_order(run, e) : rc;
}
