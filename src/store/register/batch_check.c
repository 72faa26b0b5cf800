/* What a batch must keep whole, and the chain of a run's log. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "holdfast/text.h"

/* ---- keys ---- */

/* The n-th field of a kind's key into name; false when there are no more. */
static bool
key_field(char name[64], const struct hf_kind *k, size_t n)
{
	const struct hf_field words = { .choices = k->key };

	return hf_field_choice(&words, n, name, 64);
}

/* A row of the kind's own table as a record of its key's fields. */
static enum hf_code
take_key(struct hf_json *set, struct hf_stmt *s, const struct hf_kind *k, struct hf_err *e)
{
	struct hf_json *record = hf_json_object();
	struct hf_buf   key = HF_BUF_INIT;
	char            name[64];
	bool            bad = record == NULL;

	for (int i = 0; !bad && key_field(name, k, (size_t)i); i++)
		if (hf_stmt_col(s, i + 1) != NULL)
			bad = hf_json_set(record, name, hf_json_string(hf_stmt_col(s, i + 1))) != 0;
	if (!bad && hf_schema_key(&key, k, record))
		bad = key.failed || hf_json_set(set, hf_buf_str(&key), hf_json_string(hf_stmt_col(s, 0))) != 0;
	hf_json_free(record);
	hf_buf_clear(&key);
	return bad ? hf_nomem(e) : HF_OK;
}

/* The keys that are there: {key: id}. */
static enum hf_code
load_keys(struct hf_json **out, struct hf_register *r, const struct hf_kind *k, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_buf   sql = HF_BUF_INIT;
	char            name[64];
	enum hf_code    rc, done;

	*out = NULL;
	hf_buf_adds(&sql, "SELECT id");
	for (size_t i = 0; key_field(name, k, i); i++)
		hf_buf_addf(&sql, ", \"%s\"", name);
	hf_buf_addf(&sql, " FROM \"%s\"", k->name);
	if ((rc = hf_buf_check(&sql, e)) != HF_OK || (rc = hf_db_prepare(&s, r->db, sql.data, e)) != HF_OK)
		goto done;
	if ((*out = hf_json_object()) == NULL)
		rc = hf_nomem(e);
	while (rc == HF_OK && hf_stmt_step(s))
		rc = take_key(*out, s, k, e);
	if ((done = hf_stmt_reset(s, e)) != HF_OK)
		rc = done;
done:
	hf_stmt_free(s);
	hf_buf_clear(&sql);
	return rc;
}

/* "account: x agency is there already" */
static enum hf_code
taken(const struct change *c, const char *by, struct hf_err *e)
{
	struct hf_buf what = HF_BUF_INIT;
	char          name[64];

	for (size_t i = 0; key_field(name, c->kind, i); i++)
		if (hf_json_get(c->final, name) != NULL)
			hf_buf_addf(&what, "%s%s", i > 0 ? " " : "", hf_json_get_str(c->final, name));
	hf_fail(e, HF_EXISTS, "%s: %s is there already", c->kind->name, hf_buf_str(&what));
	hf_hint(e, "change it with holdfast set %s FIELD=VALUE", by);
	hf_buf_clear(&what);
	return HF_EXISTS;
}

static enum hf_code
check_key(struct change *c, struct hf_json *set, struct hf_err *e)
{
	struct hf_buf key = HF_BUF_INIT;
	const char   *by;
	enum hf_code  rc = HF_OK;

	if (c->final != NULL && hf_schema_key(&key, c->kind, c->final)) {
		by = hf_json_get_str(set, hf_buf_str(&key));
		if (by != NULL && strcmp(by, c->id) != 0)
			rc = taken(c, by, e);
		else if (hf_json_set(set, hf_buf_str(&key), hf_json_string(c->id)) != 0)
			rc = hf_nomem(e);
	}
	hf_buf_clear(&key);
	return rc;
}

/* What leaves a key first, so that two records may swap theirs in one batch. */
static enum hf_code
forget_keys(struct hf_batch *b, const struct hf_kind *k, struct hf_json *set, struct hf_err *e)
{
	for (size_t i = 0; i < b->n_changes; i++) {
		struct hf_buf key = HF_BUF_INIT;

		if (b->changes[i].kind == k && b->changes[i].base != NULL && hf_schema_key(&key, k, b->changes[i].base))
			hf_json_unset(set, hf_buf_str(&key));
		if (hf_buf_check(&key, e) != HF_OK)
			return HF_NOMEM;
		hf_buf_clear(&key);
	}
	return HF_OK;
}

static enum hf_code
check_keys(struct hf_batch *b, const struct hf_kind *k, struct hf_err *e)
{
	struct hf_json *set = NULL;
	enum hf_code    rc;

	if ((rc = load_keys(&set, b->r, k, e)) == HF_OK)
		rc = forget_keys(b, k, set, e);
	for (size_t i = 0; rc == HF_OK && i < b->n_changes; i++)
		if (b->changes[i].kind == k)
			rc = check_key(&b->changes[i], set, e);
	hf_json_free(set);
	return rc;
}

/* ---- references ---- */

/* Does a value, one id or a list of them, name id? */
static bool
names_id(const struct hf_json *value, const char *id)
{
	if (hf_json_str(value) != NULL)
		return strcmp(hf_json_str(value), id) == 0;
	for (size_t i = 0; i < hf_json_len(value); i++)
		if (hf_json_str(hf_json_at(value, i)) != NULL && strcmp(hf_json_str(hf_json_at(value, i)), id) == 0)
			return true;
	return false;
}

/* Will the record other still refer to id by that field? Not when this batch removes it, or points it elsewhere. */
static bool
still_points(const struct hf_batch *b, const char *other, const char *id, const struct hf_field *f)
{
	const struct change *c = batch_change(b, other);

	return strcmp(other, id) != 0 && (c == NULL || (!c->removed && names_id(hf_json_get(c->final, f->name), id)));
}

/* A record of this kind that still refers to id through this field. */
static enum hf_code
pointed_at(struct hf_batch *b, const char *id, const struct hf_kind *k, const struct hf_field *f, struct hf_err *e)
{
	struct hf_buf   sql = HF_BUF_INIT, ref = HF_BUF_INIT, by = HF_BUF_INIT;
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	hf_buf_addf(&sql, "SELECT id FROM \"%s\" WHERE \"%s\" %s", k->name, f->name,
	    f->flags & HF_FIELD_LIST ? "LIKE '%\"' || ?1 || '\"%'" : "= ?1");
	if ((rc = hf_buf_check(&sql, e)) != HF_OK || (rc = hf_db_prepare(&s, b->r->db, sql.data, e)) != HF_OK)
		goto done;
	hf_stmt_text(s, 1, id);
	while (rc == HF_OK && hf_stmt_step(s)) {
		const char *other = hf_stmt_col(s, 0);

		if (!still_points(b, other, id, f))
			continue;
		hf_register_ref(&ref, b->r, id);
		hf_register_ref(&by, b->r, other);
		rc = hf_fail(e, HF_BAD, "%s: it is the %s of %s %s", hf_buf_str(&ref), f->name, k->name, hf_buf_str(&by));
		hf_hint(e, "change or remove that first: holdfast show %s", other);
	}
done:
	hf_stmt_free(s);
	hf_buf_clear(&sql);
	hf_buf_clear(&ref);
	hf_buf_clear(&by);
	return rc;
}

/* Is there such a record, or will there be? */
static bool
will_be(struct hf_batch *b, struct hf_stmt *s, const char *id)
{
	const struct change *c = batch_change(b, id);
	bool                 found;

	if (c != NULL)
		return !c->removed;
	hf_stmt_text(s, 1, id);
	found = hf_stmt_step(s);
	hf_stmt_reset(s, NULL);
	return found;
}

static enum hf_code
gone(const struct hf_field *f, const char *id, struct hf_err *e)
{
	hf_fail(e, HF_NOTFOUND, "%s: %s is not there any more", f->name, id);
	return hf_hint(e, "somebody removed it meanwhile: name another record");
}

/* Nobody is made their own manager, and no unit stands under itself. But a list that comes from elsewhere may say so of whoever is at the top. */
static enum hf_code
not_itself(struct hf_batch *b, const struct change *c, const struct op *o, struct hf_err *e)
{
	struct hf_buf ref = HF_BUF_INIT;

	if (o->value == NULL || !names_id(o->value, c->id) || (c->fresh && strcmp(c->kind->name, "person") == 0))
		return HF_OK;
	hf_register_ref(&ref, b->r, c->id);
	hf_fail(e, HF_BAD, "%s: %s cannot be named in their own record", o->field->name, hf_buf_str(&ref));
	hf_buf_clear(&ref);
	return hf_hint(e, "name another %s, or none: %s=", c->kind->name, o->field->name);
}

/* What this batch sets must be there: another process, or this batch, may have removed it since it was resolved. */
static enum hf_code
check_refs(struct hf_batch *b, const struct change *c, struct hf_stmt *s, struct hf_err *e)
{
	for (size_t i = 0; i < c->n_ops; i++) {
		const struct op *o = &c->ops[i];

		if (o->field->type != HF_FIELD_REF || o->op == '-')
			continue;
		if (not_itself(b, c, o, e) != HF_OK)
			return HF_BAD;
		if (hf_json_str(o->value) != NULL && !will_be(b, s, hf_json_str(o->value)))
			return gone(o->field, hf_json_str(o->value), e);
		for (size_t k = 0; k < hf_json_len(o->value); k++)
			if (!will_be(b, s, hf_json_str(hf_json_at(o->value, k))))
				return gone(o->field, hf_json_str(hf_json_at(o->value, k)), e);
	}
	return HF_OK;
}

static enum hf_code
run_about(struct hf_batch *b, const struct change *c, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_buf   ref = HF_BUF_INIT;
	enum hf_code    rc;

	rc = hf_db_prepare(&s, b->r->db, "SELECT run FROM main.entry WHERE type = 'start' AND subject = ?1", e);
	if (rc != HF_OK)
		return rc;
	hf_stmt_text(s, 1, c->id);
	if (hf_stmt_step(s)) {
		hf_register_ref(&ref, b->r, c->id);
		rc = hf_fail(e, HF_BAD, "%s: run %s is about it", hf_buf_str(&ref), hf_stmt_col(s, 0));
		hf_hint(e, "a record that a run is about stays%s",
		    hf_schema_field(c->kind, "state") != NULL ? ": set its state to closed instead" : ", because the log names it");
	}
	hf_stmt_free(s);
	hf_buf_clear(&ref);
	return rc;
}

/* Conflicts may outlive what they are about. */
static enum hf_code
check_removed(struct hf_batch *b, const struct change *c, struct hf_err *e)
{
	enum hf_code rc = run_about(b, c, e);

	for (size_t k = 0; rc == HF_OK && k < hf_n_kinds; k++)
		for (size_t f = 0; rc == HF_OK && f < hf_kinds[k].n_fields; f++)
			if (hf_kinds[k].fields[f].type == HF_FIELD_REF && strcmp(hf_kinds[k].name, "conflict") != 0)
				rc = pointed_at(b, c->id, &hf_kinds[k], &hf_kinds[k].fields[f], e);
	return rc;
}

enum hf_code
batch_single(struct hf_batch *b, const struct hf_kind *kind, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if (!kind->single)
		return HF_OK;
	if ((rc = hf_db_prepare(&s, b->r->db, "SELECT id FROM record WHERE kind = ?", e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, kind->name);
	if (hf_stmt_step(s)) {
		rc = hf_fail(e, HF_EXISTS, "%s: there is one already", kind->name);
		hf_hint(e, "change it with holdfast set %s …", kind->name);
	}
	hf_stmt_free(s);
	return rc;
}

/* What a recovery contact is reached at is what its type says: nobody can ring "the safe". What stands there already is left alone. */
static enum hf_code
check_contact(const struct change *c, struct hf_err *e)
{
	static const struct hf_field fields[] = { { "value", HF_FIELD_EMAIL, 0, NULL, "" },
		{ "value", HF_FIELD_PHONE, 0, NULL, "" } };
	const char                  *type = hf_json_text(c->final, "type"), *value = hf_json_get_str(c->final, "value");
	struct hf_json              *out = NULL;
	enum hf_code                 rc;

	if (strcmp(c->kind->name, "contact") != 0 || value == NULL || (strcmp(type, "email") != 0 && strcmp(type, "phone") != 0) ||
	    (strcmp(hf_json_text(c->base, "value"), value) == 0 && strcmp(hf_json_text(c->base, "type"), type) == 0))
		return HF_OK;
	rc = hf_schema_value(&out, &fields[strcmp(type, "phone") == 0], value, e);
	hf_json_free(out);
	return rc;
}

static enum hf_code
check_change(struct hf_batch *b, const struct change *c, struct hf_stmt *there, struct hf_err *e)
{
	enum hf_code rc;

	if (c->removed)
		return check_removed(b, c, e);
	if ((rc = hf_schema_judge_record(c->kind, c->final, e)) != HF_OK || (rc = check_contact(c, e)) != HF_OK ||
	    (rc = check_refs(b, c, there, e)) != HF_OK)
		return rc;
	return c->fresh ? batch_single(b, c->kind, e) : HF_OK;
}

/* Everything is worked out before anything is judged: what one change removes, another may stop referring to. */
enum hf_code
batch_check(struct hf_batch *b, struct hf_err *e)
{
	struct hf_stmt *there = NULL;
	bool            keyed[64] = { false };
	enum hf_code    rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < b->n_changes; i++)
		rc = change_apply(b, &b->changes[i], e);
	if (rc != HF_OK || (rc = hf_db_prepare(&there, b->r->db, "SELECT 1 FROM record WHERE id = ?", e)) != HF_OK)
		return rc;
	for (size_t i = 0; rc == HF_OK && i < b->n_changes; i++) {
		const struct change *c = &b->changes[i];

		if (c->same)
			continue;
		keyed[c->kind - hf_kinds] = c->kind->key != NULL;
		rc = check_change(b, c, there, e);
	}
	hf_stmt_free(there);
	for (size_t k = 0; rc == HF_OK && k < hf_n_kinds; k++)
		if (keyed[k])
			rc = check_keys(b, &hf_kinds[k], e);
	return rc;
}

/* ---- the chain of a run ---- */

/* The sums of all entries that no other entry names in prev: the heads of the log, sorted. */
static enum hf_code
heads_of(struct hf_json **out, const struct hf_json *entries, struct hf_err *e)
{
	struct hf_json *open = hf_json_object();
	char            sum[HF_SHA256_SIZE];
	enum hf_code    rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(entries); i++)
		if ((rc = hf_entry_hash(sum, hf_json_at(entries, i), e)) == HF_OK &&
		    hf_json_set(open, sum, hf_json_bool(true)) != 0)
			rc = hf_nomem(e);
	for (size_t i = 0; i < hf_json_len(entries); i++) {
		const struct hf_json *prev = hf_json_get(hf_json_at(entries, i), "prev");

		for (size_t k = 0; k < hf_json_len(prev); k++)
			if (hf_json_str(hf_json_at(prev, k)) != NULL)
				hf_json_unset(open, hf_json_str(hf_json_at(prev, k)));
	}
	*out = open;
	return rc;
}

static int
set_prev(struct hf_json *entry, const struct hf_json *heads)
{
	struct hf_json *prev = hf_json_array(), *v;
	const char     *sum;

	for (void *it = NULL; prev != NULL && hf_json_next(heads, &it, &sum, &v);)
		if (hf_json_push(prev, hf_json_string(sum)) != 0) {
			hf_json_free(prev);
			return -1;
		}
	return hf_json_set(entry, "prev", prev);
}

/* The entries of one run, each naming the one before; the first of them, every head that was there. */
static enum hf_code
chain_run(struct hf_batch *b, const char *run, struct hf_err *e)
{
	struct hf_json *there = NULL, *heads = NULL;
	char            sum[HF_SHA256_SIZE];
	enum hf_code    rc;

	rc = hf_register_entries(&there, b->r, run, e);
	if (rc != HF_OK && rc != HF_NOTFOUND)
		return rc;
	if ((rc = heads_of(&heads, there, e)) != HF_OK)
		goto done;
	for (size_t i = 0; rc == HF_OK && i < b->n_entries; i++) {
		struct new_entry *n = &b->entries[i];

		if (strcmp(n->run, run) != 0)
			continue;
		if (hf_json_set(n->entry, "actor", hf_json_string(b->r->key)) != 0 || set_prev(n->entry, heads) != 0) {
			rc = hf_nomem(e);
			break;
		}
		hf_json_free(heads);
		heads = hf_json_object();
		if ((rc = hf_entry_hash(sum, n->entry, e)) == HF_OK && hf_json_set(heads, sum, hf_json_bool(true)) != 0)
			rc = hf_nomem(e);
	}
done:
	hf_json_free(there);
	hf_json_free(heads);
	return rc;
}

enum hf_code
batch_chain(struct hf_batch *b, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < b->n_entries; i++) {
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen = seen || strcmp(b->entries[k].run, b->entries[i].run) == 0;
		if (!seen)
			rc = chain_run(b, b->entries[i].run, e);
	}
	return rc;
}
