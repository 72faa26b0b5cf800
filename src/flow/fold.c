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

bool
entry_is(const struct hf_json *entry, const char *type)
{
	return strcmp(hf_json_text(entry, "type"), type) == 0;
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
		for (size_t i = 0; i < hf_json_len(list); i++)
			if (hf_json_push_new(known, hf_json_ref(hf_json_at(list, i))) != 0)
				return hf_nomem(e);
	}
	return HF_OK;
}

enum hf_code
run_take_values(struct hf_json *into, const struct hf_json *captured, struct hf_err *e)
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
	const char *of = hf_json_text(entry, "corrects");

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
		rc = run_take_values(run->values, hf_json_get(entry, "captured"), e);
		if ((entry_is(entry, "assign") || entry_is(entry, "handover")) && hf_json_text(entry, "role")[0] != '\0' &&
		    hf_json_set(run->assigned, hf_json_text(entry, "role"), hf_json_string(hf_json_text(entry, "person"))) != 0)
			rc = hf_nomem(e);
		if (rc == HF_OK && entry_is(entry, "correct"))
			rc = log_correction(run->corrected, entry, e);
		if (entry_is(entry, "close")) {
			run->open = false;
			run->ended = entry_time(entry);
		}
		if (entry_is(entry, "reopen") && hf_json_get(entry, "step") == NULL) {
			run->open = true;
			run->ended = 0;
		}
	}
	if (hf_json_get_str(run->values, "severity") != NULL)
		snprintf(run->severity, sizeof(run->severity), "%s", hf_json_get_str(run->values, "severity"));
	return rc;
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
		if (entry_is(hf_json_at(run->entries, i), "start")) {
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
		rc = run_on_entry(run, hf_json_at(run->entries, i), e);
	return rc == HF_OK ? run_order(run, e) : rc;
}
