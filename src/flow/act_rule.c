/* What a step asks of the values that it writes down: a query under Needs that names one of them. */
#include "act.h"

#include <string.h>

#include "holdfast/brief.h"
#include "holdfast/time.h"

#define AHEAD (60 * HF_SECOND) /* clocks differ by that much */

/* Is one of its values new, and is each of them there? */
static bool
is_asked(const struct hf_need *need, const struct hf_instance *i, const struct hf_json *captured)
{
	bool fresh = false;

	for (size_t k = 0; k < need->own.n; k++) {
		if (hf_json_get(captured, need->own.v[k]) != NULL)
			fresh = true;
		else if (hf_json_get(i->values, need->own.v[k]) == NULL)
			return false;
	}
	return fresh;
}

/* The row, and in it what was just captured: it counts before anything else of that name. */
static struct hf_json *
with_captured(const struct hf_instance *i, const struct hf_json *captured)
{
	struct hf_json *row = i->row == NULL ? hf_json_object() : hf_json_copy(i->row), *v;
	const char     *name;
	int             bad = row == NULL;

	for (void *it = NULL; !bad && hf_json_next(captured, &it, &name, &v);)
		bad = hf_json_set(row, name, hf_json_ref(v));
	return hf_json_built(row, bad);
}

/* Of a value that has choices, what else it may be. */
static enum hf_code
hint(const struct hf_run *run, const struct hf_instance *i, const char *name, struct hf_err *e)
{
	const struct hf_json *first;
	struct hf_json       *list = NULL;

	for (size_t k = 0; k < i->step->n_write && list == NULL; k++)
		if (strcmp(i->step->write[k].name, name) == 0 && i->step->write[k].sql != NULL)
			hf_brief_choices(&list, run, i, &i->step->write[k], NULL);
	if ((first = hf_json_at(list, 0)) == NULL)
		hf_hint(e, "nothing was written: give another one");
	else
		hf_hint(e, "nothing was written: give another one, as %s", hf_json_text(first, "value"));
	hf_json_free(list);
	return HF_BAD;
}

static enum hf_code
broken(
    const struct hf_run *run, const struct hf_instance *i, const struct hf_need *need, const struct hf_json *row, struct hf_err *e)
{
	const char   *name = need->own.v[0];
	struct hf_buf value = HF_BUF_INIT, text = HF_BUF_INIT;
	enum hf_code  rc;

	hf_brief_value(&value, run, hf_json_get(row, name));
	if ((rc = hf_run_fill(&text, run, i, need->text, e)) == HF_OK) {
		hf_fail(e, HF_BAD, "%s: \"%.60s\" is refused: it has to be %s", name, hf_buf_str(&value), hf_buf_str(&text));
		rc = hint(run, i, name, e);
	}
	hf_buf_clear(&value);
	hf_buf_clear(&text);
	return rc;
}

enum hf_code
act_rules(const struct hf_run *run, const struct hf_instance *i, const struct hf_json *captured, struct hf_err *e)
{
	struct hf_json *row = with_captured(i, captured), *found = NULL;
	enum hf_code    rc = row == NULL ? hf_nomem(e) : HF_OK;

	for (size_t k = 0; rc == HF_OK && k < i->step->n_needs; k++) {
		const struct hf_need *need = &i->step->needs[k];

		if (!is_asked(need, i, captured))
			continue;
		if ((rc = run_ask(&found, run, i, row, need->sql, e)) == HF_OK && found != NULL && hf_json_len(found) == 0)
			rc = broken(run, i, need, row, e);
		hf_json_free(found);
		found = NULL;
	}
	hf_json_free(row);
	return rc;
}

/* ---- what cannot have happened yet ---- */

static const struct hf_value *
value_called(const struct hf_playbook *pb, const char *name)
{
	for (size_t k = 0; k < pb->n_ask; k++)
		if (strcmp(pb->ask[k].name, name) == 0)
			return &pb->ask[k];
	for (size_t i = 0; i < pb->n_steps; i++)
		for (size_t k = 0; k < pb->steps[i].n_write; k++)
			if (strcmp(pb->steps[i].write[k].name, name) == 0)
				return &pb->steps[i].write[k];
	return NULL;
}

bool
hf_run_ahead(struct hf_buf *words, const struct hf_run *run, size_t from)
{
	int64_t now = hf_register_now(run->r) + AHEAD, t;
	bool    found = false;

	for (; from < hf_json_len(run->entries); from++) {
		const struct hf_json *captured = hf_json_get(hf_json_at(run->entries, from), "captured");
		struct hf_json       *v;
		const char           *name;

		for (void *it = NULL; hf_json_next(captured, &it, &name, &v);) {
			const struct hf_value *is = value_called(run->pb, name);

			if (is == NULL || !is->past || hf_json_str(v) == NULL ||
			    hf_time_parse(&t, NULL, hf_json_str(v), NULL) != HF_OK || t <= now)
				continue;
			hf_buf_addf(words, "%s%s, ", found ? "; " : "", name);
			hf_brief_value(words, run, v);
			found = true;
		}
	}
	return found;
}
