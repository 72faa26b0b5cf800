/* A batch: changes gathered, and what they come to. */
#include "batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

enum hf_code
hf_batch_new(struct hf_batch **out, struct hf_register *r, struct hf_err *e)
{
	if ((*out = calloc(1, sizeof(**out))) == NULL)
		return hf_nomem(e);
	(*out)->r = r;
	(*out)->by_id = hf_json_object();
	(*out)->by_name = hf_json_object();
	if ((*out)->by_id != NULL && (*out)->by_name != NULL)
		return HF_OK;
	hf_batch_free(*out);
	*out = NULL;
	return hf_nomem(e);
}

void
hf_batch_chooser(struct hf_batch *b, hf_choose_fn *fn, void *arg)
{
	b->choose = fn;
	b->choose_arg = arg;
}

static void
drop_change(struct change *c)
{
	for (size_t i = 0; i < c->n_ops; i++)
		hf_json_free(c->ops[i].value);
	free(c->ops);
	hf_json_free(c->base);
	hf_json_free(c->final);
}

void
hf_batch_free(struct hf_batch *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->n_changes; i++)
		drop_change(&b->changes[i]);
	for (size_t i = 0; i < b->n_entries; i++)
		hf_json_free(b->entries[i].entry);
	for (size_t i = 0; i < b->n_blobs; i++)
		hf_buf_clear(&b->blobs[i].data);
	hf_json_free(b->by_id);
	hf_json_free(b->by_name);
	free(b->changes);
	free(b->entries);
	free(b->blobs);
	free(b);
}

struct change *
batch_change(const struct hf_batch *b, const char *id)
{
	const struct hf_json *at = hf_json_get(b->by_id, id);

	return at == NULL ? NULL : &b->changes[hf_json_num(at)];
}

static enum hf_code
new_change(struct change **out, struct hf_batch *b, const char *id, const struct hf_kind *kind, struct hf_err *e)
{
	if (b->n_changes == b->cap_changes) {
		size_t         cap = b->cap_changes == 0 ? 16 : b->cap_changes * 2;
		struct change *list = realloc(b->changes, cap * sizeof(*list));

		if (list == NULL)
			return hf_nomem(e);
		b->changes = list;
		b->cap_changes = cap;
	}
	if (hf_json_set(b->by_id, id, hf_json_int((int64_t)b->n_changes)) != 0)
		return hf_nomem(e);
	*out = &b->changes[b->n_changes++];
	memset(*out, 0, sizeof(**out));
	snprintf((*out)->id, HF_ID_SIZE, "%s", id);
	(*out)->kind = kind;
	return HF_OK;
}

enum hf_code
hf_batch_add(char id[HF_ID_SIZE], struct hf_batch *b, const char *kind, struct hf_err *e)
{
	const struct hf_kind *k;
	struct change        *c;
	enum hf_code          rc;

	if ((rc = hf_schema_want_kind(&k, kind, e)) != HF_OK || (rc = batch_single(b, k, e)) != HF_OK ||
	    (rc = hf_id_new(id, e)) != HF_OK || (rc = new_change(&c, b, id, k, e)) != HF_OK)
		return rc;
	c->fresh = true;
	return HF_OK;
}

/* The change of a record that is in the register, or new in this batch. */
static enum hf_code
change_of(struct change **out, struct hf_batch *b, const char *id, struct hf_err *e)
{
	struct hf_json       *record = NULL;
	const struct hf_kind *k;
	enum hf_code          rc;

	if ((*out = batch_change(b, id)) != NULL)
		return HF_OK;
	if ((rc = hf_register_get(&record, b->r, id, e)) != HF_OK)
		return rc;
	k = hf_schema_kind(hf_json_get_str(record, "kind"));
	hf_json_free(record);
	return new_change(out, b, id, k, e);
}

/* ---- values ---- */

/* What a new record may be called by others of the same batch. */
static enum hf_code
note_name(struct hf_batch *b, const struct change *c, const struct hf_field *f, const struct hf_json *value, struct hf_err *e)
{
	struct hf_buf key = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	if (!c->fresh || hf_json_str(value) == NULL || (strcmp(f->name, "name") != 0 && strcmp(f->name, "tag") != 0))
		return HF_OK;
	hf_buf_addf(&key, "%s\n%s", c->kind->name, hf_json_str(value));
	if (key.failed || hf_json_set(b->by_name, hf_buf_str(&key), hf_json_string(c->id)) != 0)
		rc = hf_nomem(e);
	hf_buf_clear(&key);
	return rc;
}

static bool
may_be(const struct hf_field *f, const char *kind)
{
	char word[64];

	for (size_t i = 0; hf_field_choice(f, i, word, sizeof(word)); i++)
		if (strcmp(word, "*") == 0 || strcmp(word, kind) == 0)
			return true;
	return false;
}

/* A record that this batch makes, by its id or the name it was given here. */
static const char *
fresh_named(const struct hf_batch *b, const struct hf_field *f, const char *typed)
{
	const struct change *c = batch_change(b, typed);
	const char          *id = NULL;
	char                 kind[64];

	if (c != NULL)
		return c->fresh && may_be(f, c->kind->name) ? c->id : NULL;
	for (size_t i = 0; id == NULL && hf_field_choice(f, i, kind, sizeof(kind)); i++) {
		struct hf_buf key = HF_BUF_INIT;

		hf_buf_addf(&key, "%s\n%s", kind, typed);
		id = hf_json_get_str(b->by_name, hf_buf_str(&key));
		hf_buf_clear(&key);
	}
	return id;
}

static enum hf_code
resolve(char id[HF_ID_SIZE], struct hf_batch *b, const struct hf_field *f, const char *typed, struct hf_err *e)
{
	struct hf_json *several = NULL;
	const char     *fresh;
	enum hf_code    rc;

	if ((fresh = fresh_named(b, f, typed)) != NULL) {
		memcpy(id, fresh, HF_ID_SIZE);
		return HF_OK;
	}
	rc = hf_register_resolve(id, &several, b->r, f->choices, typed, e);
	if (rc == HF_AMBIGUOUS && b->choose != NULL)
		rc = b->choose(b->choose_arg, id, several, typed, e);
	hf_json_free(several);
	return rc == HF_OK ? HF_OK : hf_fail_in(e, "%s", f->name);
}

struct typed {
	struct hf_batch       *b;
	const struct hf_field *f;
};

static enum hf_code
one_value(struct hf_json **out, void *arg, const char *typed, struct hf_err *e)
{
	const struct typed *t = arg;
	char                id[HF_ID_SIZE];
	enum hf_code        rc;

	*out = NULL;
	if (t->f->type != HF_FIELD_REF)
		return hf_schema_value(out, t->f, typed, e);
	if ((rc = resolve(id, t->b, t->f, typed, e)) != HF_OK)
		return rc;
	*out = hf_json_string(id);
	return *out == NULL ? hf_nomem(e) : HF_OK;
}

/* Takes over value. */
static enum hf_code
push_op(struct hf_batch *b, struct change *c, const struct hf_field *f, char op, struct hf_json *value, struct hf_err *e)
{
	struct op   *ops = realloc(c->ops, (c->n_ops + 1) * sizeof(*ops));
	enum hf_code rc;

	if (ops == NULL) {
		hf_json_free(value);
		return hf_nomem(e);
	}
	c->ops = ops;
	ops[c->n_ops] = (struct op){ f, op, value };
	if ((rc = note_name(b, c, f, value, e)) != HF_OK || (rc = batch_duty(b, c, &ops[c->n_ops], e)) != HF_OK) {
		hf_json_free(value);
		return rc;
	}
	c->n_ops++;
	return HF_OK;
}

static bool
is_blank(const char *s)
{
	return s != NULL && s[strspn(s, " \t\n")] == '\0';
}

static enum hf_code
settable(
    struct change **c, const struct hf_field **f, struct hf_batch *b, const char *id, const char *field, char op, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = change_of(c, b, id, e)) != HF_OK || (rc = hf_schema_want_field(f, (*c)->kind, field, e)) != HF_OK)
		return rc;
	if (op != '=' && !((*f)->flags & HF_FIELD_LIST)) {
		hf_fail(e, HF_BAD, "%s: holds one value, so %c= has no meaning", field, op);
		return hf_hint(e, "write %s=VALUE", field);
	}
	return HF_OK;
}

enum hf_code
hf_batch_set(struct hf_batch *b, const char *id, const char *field, char op, const char *typed, struct hf_err *e)
{
	const struct hf_field *f;
	struct change         *c;
	struct hf_json        *v = NULL;
	struct typed           t;
	enum hf_code           rc;

	if ((rc = settable(&c, &f, b, id, field, op, e)) != HF_OK)
		return rc;
	if (f->flags & HF_FIELD_SET) {
		hf_fail(e, HF_BAD, "%s: set by holdfast, not by hand", field);
		return hf_hint(e, "holdfast help %s says how", c->kind->name);
	}
	if (op == '=' && is_blank(typed))
		return push_op(b, c, f, '=', NULL, e);
	t = (struct typed){ b, f };
	rc = f->flags & HF_FIELD_LIST ? hf_schema_list(&v, typed, one_value, &t, e) : one_value(&v, &t, typed, e);
	return rc == HF_OK ? push_op(b, c, f, op, v, e) : rc;
}

/* Typed values of other JSON types are taken as their text, so that true, 3 and "yes" all do. */
static enum hf_code
typed_json(struct hf_json **out, struct typed *t, const struct hf_json *v, struct hf_err *e)
{
	char number[32];

	switch (hf_json_type(v)) {
	case HF_JSON_STRING:
		return one_value(out, t, hf_json_str(v), e);
	case HF_JSON_BOOL:
		return one_value(out, t, hf_json_true(v) ? "yes" : "no", e);
	case HF_JSON_INT:
		snprintf(number, sizeof(number), "%lld", (long long)hf_json_num(v));
		return one_value(out, t, number, e);
	default:
		return hf_fail(e, HF_BAD, "%s: a list or an object does not go in here", t->f->name);
	}
}

static enum hf_code
json_list(struct hf_json **out, struct typed *t, const struct hf_json *value, struct hf_err *e)
{
	struct hf_json *list, *item;
	enum hf_code    rc = HF_OK;

	if (hf_json_is(value, HF_JSON_STRING))
		return hf_schema_list(out, hf_json_str(value), one_value, t, e);
	if (!hf_json_is(value, HF_JSON_ARRAY))
		return hf_fail(e, HF_BAD, "%s: holds a list", t->f->name);
	if ((list = hf_json_array()) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(value); i++)
		if ((rc = typed_json(&item, t, hf_json_at(value, i), e)) == HF_OK && hf_json_push_new(list, item) != 0)
			rc = hf_nomem(e);
	*out = hf_json_built(list, rc != HF_OK);
	return rc;
}

enum hf_code
hf_batch_set_json(struct hf_batch *b, const char *id, const char *field, const struct hf_json *value, struct hf_err *e)
{
	const struct hf_field *f;
	struct change         *c;
	struct hf_json        *v = NULL;
	struct typed           t;
	enum hf_code           rc;

	if ((rc = settable(&c, &f, b, id, field, '=', e)) != HF_OK)
		return rc;
	if (value == NULL || hf_json_is(value, HF_JSON_NULL) || is_blank(hf_json_str(value)))
		return push_op(b, c, f, '=', NULL, e);
	t = (struct typed){ b, f };
	rc = f->flags & HF_FIELD_LIST ? json_list(&v, &t, value, e) : typed_json(&v, &t, value, e);
	return rc == HF_OK ? push_op(b, c, f, '=', v, e) : rc;
}

enum hf_code
hf_batch_remove(struct hf_batch *b, const char *id, struct hf_err *e)
{
	struct change *c;
	enum hf_code   rc;

	if ((rc = change_of(&c, b, id, e)) != HF_OK)
		return rc;
	if (c->kind->single) {
		hf_fail(e, HF_BAD, "%s: the register needs it", c->kind->name);
		return hf_hint(e, "change it with holdfast set org …");
	}
	c->removed = true;
	return HF_OK;
}

/* ---- what the changes come to ---- */

static int
change_list(struct hf_json *record, const struct op *o)
{
	const struct hf_json *old = hf_json_get(record, o->field->name);
	struct hf_json       *list = old == NULL ? hf_json_array() : hf_json_copy(old);
	int                   bad = 0;

	for (size_t i = 0; list != NULL && i < hf_json_len(o->value); i++) {
		struct hf_json *v = hf_json_at(o->value, i);

		if (o->op == '+')
			bad |= hf_json_push_new(list, hf_json_ref(v));
		else if (o->op == '-' && hf_json_has(list, v))
			hf_json_remove(list, hf_json_find(list, v));
	}
	if ((list = hf_json_built(list, bad)) == NULL)
		return -1;
	if (hf_json_len(list) == 0) {
		hf_json_free(list);
		hf_json_unset(record, o->field->name);
		return 0;
	}
	return hf_json_set(record, o->field->name, list);
}

static int
apply_op(struct hf_json *record, const struct op *o)
{
	if (o->op != '=')
		return change_list(record, o);
	if (o->value == NULL || (hf_json_is(o->value, HF_JSON_ARRAY) && hf_json_len(o->value) == 0)) {
		hf_json_unset(record, o->field->name);
		return 0;
	}
	return hf_json_set(record, o->field->name, hf_json_ref(o->value));
}

static struct hf_json *
envelope(const struct hf_batch *b, const struct change *c)
{
	struct hf_json *j = hf_json_object();

	if (hf_json_set(j, "register", hf_json_string(b->r->id)) != 0 || hf_json_set(j, "id", hf_json_string(c->id)) != 0 ||
	    hf_json_set(j, "kind", hf_json_string(c->kind->name)) != 0 || hf_json_set(j, "version", hf_json_int(0)) != 0) {
		hf_json_free(j);
		return NULL;
	}
	return j;
}

enum hf_code
change_apply(struct hf_batch *b, struct change *c, struct hf_err *e)
{
	enum hf_code rc;

	hf_json_free(c->base);
	hf_json_free(c->final);
	c->base = c->final = NULL;
	c->same = false;
	if (!c->fresh && (rc = hf_register_get(&c->base, b->r, c->id, e)) != HF_OK)
		return rc;
	if (c->removed) {
		c->same = c->fresh;
		return HF_OK;
	}
	if ((c->final = c->fresh ? envelope(b, c) : hf_json_copy(c->base)) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < c->n_ops; i++)
		if (apply_op(c->final, &c->ops[i]) != 0)
			return hf_nomem(e);
	c->same = !c->fresh && hf_json_equal(c->base, c->final);
	if (!c->same && hf_json_set(c->final, "version", hf_json_int(hf_json_num(hf_json_get(c->final, "version")) + 1)) != 0)
		return hf_nomem(e);
	return HF_OK;
}

enum hf_code
hf_batch_get(struct hf_json **out, struct hf_batch *b, const char *id, struct hf_err *e)
{
	struct change *c = batch_change(b, id);
	enum hf_code   rc;

	*out = NULL;
	if (c == NULL)
		return hf_register_get(out, b->r, id, e);
	if ((rc = change_apply(b, c, e)) != HF_OK)
		return rc;
	if (c->final == NULL)
		return hf_fail(e, HF_NOTFOUND, "%s: removed", id);
	*out = hf_json_ref(c->final);
	return HF_OK;
}

bool
hf_batch_changes(struct hf_batch *b, const char *id)
{
	struct change *c = batch_change(b, id);

	/* What cannot be worked out here fails at commit, and is said there. */
	return c != NULL && (change_apply(b, c, NULL) != HF_OK || !c->same);
}

bool
hf_batch_empty(struct hf_batch *b)
{
	if (b->n_entries > 0 || b->n_blobs > 0)
		return false;
	for (size_t i = 0; i < b->n_changes; i++)
		if (hf_batch_changes(b, b->changes[i].id))
			return false;
	return true;
}

enum hf_code
hf_batch_check(struct hf_batch *b, struct hf_err *e)
{
	return batch_check(b, e);
}

/* ---- entries and files ---- */

enum hf_code
hf_batch_entry(char id[HF_ID_SIZE], struct hf_batch *b, const char *run, struct hf_json *entry, struct hf_err *e)
{
	struct new_entry *list;
	char              at[HF_TIME_SIZE];
	enum hf_code      rc;

	if ((rc = hf_id_new(id, e)) != HF_OK)
		goto fail;
	if ((list = realloc(b->entries, (b->n_entries + 1) * sizeof(*list))) == NULL) {
		rc = hf_nomem(e);
		goto fail;
	}
	b->entries = list;
	hf_time_rfc3339(at, hf_register_now(b->r), true);
	if (hf_json_set(entry, "register", hf_json_string(b->r->id)) != 0 || hf_json_set(entry, "id", hf_json_string(id)) != 0 ||
	    hf_json_set(entry, "run", hf_json_string(run)) != 0 || hf_json_set(entry, "recorded_at", hf_json_string(at)) != 0) {
		rc = hf_nomem(e);
		goto fail;
	}
	list += b->n_entries++;
	memcpy(list->id, id, HF_ID_SIZE);
	snprintf(list->run, HF_ID_SIZE, "%s", run);
	list->entry = entry;
	return HF_OK;
fail:
	hf_json_free(entry);
	return rc;
}

enum hf_code
hf_batch_blob(char id[HF_ID_SIZE], struct hf_batch *b, const void *data, size_t len, struct hf_err *e)
{
	struct new_blob *list;
	enum hf_code     rc;

	if ((rc = hf_id_new(id, e)) != HF_OK)
		return rc;
	if ((list = realloc(b->blobs, (b->n_blobs + 1) * sizeof(*list))) == NULL)
		return hf_nomem(e);
	b->blobs = list;
	list += b->n_blobs;
	memcpy(list->id, id, HF_ID_SIZE);
	list->data = (struct hf_buf)HF_BUF_SECRET(0);
	hf_buf_add(&list->data, data, len);
	b->n_blobs++;
	return hf_buf_check(&list->data, e);
}
