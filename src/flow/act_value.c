/* Values: what a step asks to write down, and the fields of the register that it asks to confirm. */
#include <stdio.h>
#include <string.h>

#include "act.h"
#include "holdfast/text.h"

#define NAMES 64

/* What is asked for: values, and the fields to confirm. */
static const struct hf_value *
value_named(const struct hf_value *list, size_t n, const struct hf_instance *i, const char *name, struct hf_err *e)
{
	const char *names[NAMES] = { NULL }, *near;
	size_t      count = n < NAMES ? n : NAMES;

	for (size_t k = 0; k < n; k++)
		if (strcmp(list[k].name, name) == 0)
			return &list[k];
	for (size_t k = 0; k < count; k++)
		names[k] = list[k].name;
	for (size_t k = 0; i != NULL && k < i->step->confirm.n && count < NAMES; k++)
		names[count++] = i->step->confirm.v[k];
	near = count == 0 ? NULL : hf_text_nearest(name, names, count);
	hf_fail(e, HF_BAD, "%s: nothing of that name is asked for here", name);
	if (near != NULL)
		hf_hint(e, "did you mean %s?", near);
	else if (count > 0)
		hf_hint(e, "asked for: %s%s", names[0], count > 1 ? ", ..." : "");
	return NULL;
}

struct giving {
	struct hf_batch *b;
	struct hf_json  *captured, *changed;
};

/* A field that the step asks to confirm: the new value goes into the register, and what was there into the log. */
static enum hf_code
change_field(
    struct giving *g, const struct hf_run *run, const struct hf_instance *i, const char *name, const char *typed, struct hf_err *e)
{
	struct hf_json *o = hf_json_object(), *record = NULL;
	const char     *field;
	char            id[HF_ID_SIZE];
	enum hf_code    rc;
	int             bad = 0;

	if ((rc = confirm_at(id, &field, run, i, name, e)) != HF_OK || (rc = hf_register_get(&record, run->r, id, e)) != HF_OK)
		goto done;
	bad |= hf_json_set(o, "record", hf_json_string(id));
	if (hf_json_get(record, field) != NULL)
		bad |= hf_json_set(o, "was", hf_json_ref(hf_json_get(record, field)));
	hf_json_free(record);
	record = NULL;
	if ((rc = hf_batch_set(g->b, id, field, '=', typed, e)) != HF_OK || (rc = hf_batch_get(&record, g->b, id, e)) != HF_OK)
		goto done;
	bad |=
	    hf_json_set(o, "now", hf_json_get(record, field) == NULL ? hf_json_null() : hf_json_copy(hf_json_get(record, field)));
	if (bad || hf_json_set(g->changed, name, hf_json_ref(o)) != 0)
		rc = hf_nomem(e);
done:
	hf_json_free(o);
	hf_json_free(record);
	return rc;
}

/* Is the record among those that the step offers? listed: it offers any. */
static enum hf_code
is_offered(bool *out, bool *listed, const struct hf_run *run, const struct hf_instance *i, const struct hf_value *v, const char *id,
    struct hf_err *e)
{
	struct hf_json *rows = NULL, *first;
	const char     *key;
	enum hf_code    rc;

	*out = false;
	if ((rc = run_ask(&rows, run, i, i->row, v->sql, e)) != HF_OK)
		return rc;
	*listed = hf_json_len(rows) > 0;
	for (size_t k = 0; !*out && k < hf_json_len(rows); k++) {
		void *it = NULL;

		*out = hf_json_next(hf_json_at(rows, k), &it, &key, &first) && hf_json_str(first) != NULL &&
		    strcmp(hf_json_str(first), id) == 0;
	}
	hf_json_free(rows);
	return HF_OK;
}

/* "leaves on 2026-12-18": of somebody whose last day is known. */
static enum hf_code
leaving(struct hf_buf *out, const struct hf_run *run, const char *id, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	rc = hf_db_prepare(&s, hf_register_db(run->r),
	    "SELECT iif(gone, 'left on ', 'leaves on ') || last_day FROM main.person WHERE id = ? AND last_day IS NOT NULL", e);
	if (rc != HF_OK)
		return rc;
	hf_stmt_text(s, 1, id);
	if (hf_stmt_step(s))
		hf_buf_adds(out, hf_stmt_col(s, 0));
	return hf_stmt_end(s, rc, e);
}

/* Does what is written down go into the register when this step is done? */
static bool
goes_in(const struct hf_step *s, const char *name)
{
	char path[HF_ADDRESS_SIZE + 2];

	snprintf(path, sizeof(path), "{%s}", name);
	for (size_t k = 0; k < s->n_updates; k++)
		for (size_t n = 0; n < s->updates[k].n_set; n++)
			if (strcmp(s->updates[k].set[n].value, path) == 0)
				return true;
	return false;
}

static enum hf_code
not_them(
    const struct hf_run *run, const struct hf_instance *i, const char *name, const char *id, const char *leaving, struct hf_err *e)
{
	struct hf_buf who = HF_BUF_INIT;

	hf_register_ref(&who, run->r, id);
	if (leaving[0] != '\0')
		hf_fail(e, HF_BAD, "%s: it cannot be %s, who %s", name, hf_buf_str(&who), leaving);
	else if (strcmp(id, run->subject) == 0)
		hf_fail(e, HF_BAD, "%s: it cannot be %s, whom this run is about", name, hf_buf_str(&who));
	else
		hf_fail(e, HF_BAD, "%s: it cannot be %s, whom the step does not offer", name, hf_buf_str(&who));
	hf_buf_clear(&who);
	return hf_hint(e, "holdfast run next %s %s says who it can be", run->id, i->address);
}

/*
 * Where a step offers people, it is nobody who leaves or has left, nor the one whom the run is about, unless it offers them; nor anybody else whom it does
 * not offer, where that goes into the register: a deputy who is the owner is none.
 */
static enum hf_code
may_be_named(
    const struct hf_run *run, const struct hf_instance *i, const struct hf_value *v, const struct hf_json *value, struct hf_err *e)
{
	struct hf_buf left = HF_BUF_INIT;
	const char   *id = hf_json_str(value);
	bool          offered = true, listed = false, never;
	enum hf_code  rc;

	if (i == NULL || v->sql == NULL || v->type != HF_VALUE_REF || id == NULL)
		return HF_OK;
	if ((rc = leaving(&left, run, id, e)) != HF_OK)
		return rc;
	never = left.len > 0 || strcmp(id, run->subject) == 0;
	if (never || (strcmp(v->kind, "person") == 0 && goes_in(i->step, v->name)))
		rc = is_offered(&offered, &listed, run, i, v, id, e);
	if (rc == HF_OK && !offered && (never || listed))
		rc = not_them(run, i, v->name, id, hf_buf_str(&left), e);
	hf_buf_clear(&left);
	return rc;
}

static enum hf_code
type_values(struct giving *g, const struct hf_run *run, const struct hf_instance *i, const struct hf_json *values, struct hf_err *e)
{
	const struct hf_value *list = i != NULL ? i->step->write : run->pb->ask, *v;
	size_t                 n = i != NULL ? i->step->n_write : run->pb->n_ask;
	struct hf_json        *typed, *one;
	const char            *name, *text;
	enum hf_code           rc;

	for (void *it = NULL; hf_json_next(values, &it, &name, &one);) {
		text = hf_json_str(one) == NULL ? "" : hf_json_str(one);
		if (i != NULL && !run_writes(i->step, name) && confirm_name(i->step, name) != NULL) {
			if ((rc = change_field(g, run, i, confirm_name(i->step, name), text, e)) != HF_OK)
				return rc;
			continue;
		}
		if ((v = value_named(list, n, i, name, e)) == NULL)
			return HF_BAD;
		if ((rc = run_typed(&typed, run->r, v, text, e)) != HF_OK)
			return rc;
		if ((rc = may_be_named(run, i, v, typed, e)) != HF_OK) {
			hf_json_free(typed);
			return rc;
		}
		if (hf_json_set(g->captured, name, typed) != 0)
			return hf_nomem(e);
	}
	return i == NULL ? HF_OK : act_rules(run, i, g->captured, e);
}

/* The entry (taken over, NULL-safe) with what is given; NULL: e says why. */
static struct hf_json *
with_given(const struct giving *g, const struct hf_run *run, struct hf_json *entry, struct hf_err *e)
{
	if (hf_json_len(g->captured) > 0)
		entry = act_with(entry, "captured", hf_json_ref(g->captured), e);
	if (hf_json_len(g->changed) > 0)
		entry = act_with(entry, "changed", hf_json_ref(g->changed), e);
	if (hf_json_len(g->changed) > 0 && run->drill)
		entry = act_with(entry, "applied", hf_json_bool(false), e);
	return entry;
}

/* Values go into the batch, as an entry. In a drill the register stays as it is: what would change it goes into a batch that is dropped. */
static enum hf_code
give(struct hf_json **entry, struct hf_batch *b, struct hf_run *run, const struct hf_instance *i, const struct hf_act *act,
    const struct hf_json *values, struct hf_err *e)
{
	struct hf_batch *aside = NULL;
	struct giving    g = { b, hf_json_object(), hf_json_object() };
	char             id[HF_ID_SIZE];
	enum hf_code     rc = g.captured == NULL || g.changed == NULL ? hf_nomem(e) : HF_OK;

	*entry = NULL;
	if (rc == HF_OK && run->drill && (rc = hf_batch_new(&aside, run->r, e)) == HF_OK)
		g.b = aside;
	if (rc == HF_OK && (rc = type_values(&g, run, i, values, e)) == HF_OK) {
		*entry = with_given(&g, run, act_entry(run, "value", act, i, e), e);
		rc = *entry == NULL ? e->code : hf_batch_entry(id, b, run->id, hf_json_ref(*entry), e);
	}
	hf_batch_free(aside);
	hf_json_free(g.captured);
	hf_json_free(g.changed);
	return rc;
}

enum hf_code
act_give(struct hf_batch *b, struct hf_run *run, const struct hf_instance *i, const struct hf_act *act, struct hf_err *e)
{
	struct hf_act   plain = *act; /* the note is about what is done */
	struct hf_json *entry;
	enum hf_code    rc;

	plain.text = NULL;
	if ((rc = give(&entry, b, run, i, &plain, act->values, e)) == HF_OK &&
	    (rc = run_take_values(run->values, hf_json_get(entry, "captured"), e)) == HF_OK)
		rc = run_on_entry(run, entry, e);
	hf_json_free(entry);
	return rc;
}

enum hf_code
hf_run_value(struct hf_run *run, const struct hf_act *act, const struct hf_json *values, struct hf_err *e)
{
	const struct hf_instance *i = NULL;
	struct hf_batch          *b = NULL;
	struct hf_json           *entry = NULL;
	enum hf_code              rc = act_target(&i, run, act, e);

	if (rc == HF_OK && i != NULL && i->state == HF_EXCLUDED)
		rc = act_gate(NULL, run, i, act, e);
	if (rc == HF_OK && hf_json_len(values) == 0)
		rc = hf_fail(e, HF_USAGE, "value: none is given");
	if (rc == HF_OK && (rc = hf_batch_new(&b, run->r, e)) == HF_OK && (rc = give(&entry, b, run, i, act, values, e)) == HF_OK)
		rc = act_land(run, b, e);
	hf_batch_free(b);
	hf_json_free(entry);
	return rc;
}
