/*
 * What changed since the snapshot: the same facts that went into the index, in one small message beside it, recent.gpg. So a command after a few
 * writes decrypts two messages instead of one for each change, and needs no git. Like the snapshot it may vanish at any time.
 */
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"
#include "impl.h"

/* ---- facts ---- */

static enum hf_code
apply(struct hf_register *r, const char *path, const char *oid, const struct hf_json *body, const char *problem, bool sealed,
    struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = index_drop(r->index, path, e)) != HF_OK)
		return rc;
	if (problem != NULL)
		return index_put_problem(r->index, path, problem, e);
	if (sealed)
		return index_put_sealed(r->index, path, oid, e);
	if (body == NULL)
		return HF_OK;
	return hf_json_get(body, "kind") != NULL ? index_put(r->index, body, oid, e) : index_put_entry(r->index, body, oid, e);
}

static int
note(struct hf_json *list, const char *path, const char *oid, const struct hf_json *body, const char *problem, bool sealed)
{
	struct hf_json *item = hf_json_object();
	int             bad = hf_json_set(item, "path", hf_json_string(path));

	if (oid != NULL)
		bad |= hf_json_set(item, "oid", hf_json_string(oid));
	if (body != NULL)
		bad |= hf_json_set(item, "body", hf_json_ref(body));
	if (problem != NULL)
		bad |= hf_json_set(item, "problem", hf_json_string(problem));
	if (sealed)
		bad |= hf_json_set(item, "sealed", hf_json_bool(true));
	if (!bad)
		return hf_json_push(list, item);
	hf_json_free(item);
	return -1;
}

enum hf_code
register_fact(struct hf_register *r, const char *path, const char *oid, const struct hf_json *body, const char *problem,
    bool sealed, struct hf_err *e)
{
	r->unsaved++;
	if (r->recent == NULL)
		r->recent = hf_json_array();
	if (r->unsaved <= RECENT_MANY && note(r->recent, path, oid, body, problem, sealed) != 0)
		return hf_nomem(e);
	return apply(r, path, oid, body, problem, sealed, e);
}

enum hf_code
register_put(struct hf_register *r, const char *path, const struct hf_json *body, struct hf_err *e)
{
	return apply(r, path, "", body, NULL, false, e);
}

enum hf_code
register_kept(struct hf_register *r, const char *path, const char *oid, const struct hf_json *body, bool sealed, struct hf_err *e)
{
	if (sealed)
		return register_fact(r, path, oid, NULL, NULL, true, e);
	r->unsaved++;
	if (r->recent == NULL)
		r->recent = hf_json_array();
	if (r->unsaved <= RECENT_MANY && note(r->recent, path, oid, body, NULL, false) != 0)
		return hf_nomem(e);
	return body == NULL ? HF_OK : index_oid(r->index, path, oid, e);
}

/* ---- the file ---- */

static enum hf_code
apply_all(struct hf_register *r, const struct hf_json *items, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = index_begin(r->index, e)) != HF_OK)
		return rc;
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(items); i++) {
		const struct hf_json *it = hf_json_at(items, i);
		const char           *path = hf_json_get_str(it, "path");

		if (path == NULL)
			rc = hf_fail(e, HF_DAMAGED, "recent: an item without a path");
		else
			rc = apply(r, path, hf_json_get_str(it, "oid"), hf_json_get(it, "body"), hf_json_get_str(it, "problem"),
			    hf_json_true(hf_json_get(it, "sealed")), e);
	}
	if (rc != HF_OK) {
		index_undo(r->index);
		return rc;
	}
	return index_end(r->index, e);
}

static bool
is_oid(const char *s)
{
	return s != NULL && strlen(s) == HF_OID_SIZE - 1;
}

static void
take(struct hf_register *r, const struct hf_json *j)
{
	const char *base = hf_json_get_str(j, "base"), *head = hf_json_get_str(j, "head"), *tree = hf_json_get_str(j, "tree");

	if (base == NULL || strcmp(base, r->head.hex) != 0 || !is_oid(head) || !is_oid(tree) ||
	    apply_all(r, hf_json_get(j, "items"), NULL) != HF_OK)
		return;
	r->recent = hf_json_ref(hf_json_get(j, "items"));
	r->unsaved = hf_json_len(r->recent);
	strcpy(r->head.hex, head);
	strcpy(r->tree.hex, tree);
}

void
recent_take(struct hf_register *r, const struct hf_buf *plain)
{
	struct hf_json *j = NULL;

	r->base = r->head;
	if (plain != NULL && hf_json_parse(&j, hf_buf_str(plain), plain->len, NULL) == HF_OK)
		take(r, j);
	r->saved = r->unsaved;
	hf_json_free(j);
}

static enum hf_code
compose(struct hf_buf *plain, struct hf_register *r, struct hf_err *e)
{
	struct hf_json *j = hf_json_object();
	enum hf_code    rc;

	if (hf_json_set(j, "base", hf_json_string(r->base.hex)) != 0 || hf_json_set(j, "head", hf_json_string(r->head.hex)) != 0 ||
	    hf_json_set(j, "tree", hf_json_string(r->tree.hex)) != 0 || hf_json_set(j, "items", hf_json_ref(r->recent)) != 0) {
		hf_json_free(j);
		return hf_nomem(e);
	}
	hf_json_dump(plain, j, HF_JSON_COMPACT);
	rc = hf_buf_check(plain, e);
	hf_json_free(j);
	return rc;
}

enum hf_code
recent_write(struct hf_register *r, struct hf_err *e)
{
	struct hf_buf plain = HF_BUF_SECRET(0), sealed = HF_BUF_INIT;
	const char   *to[1] = { r->key };
	enum hf_code  rc;

	if ((rc = compose(&plain, r, e)) != HF_OK ||
	    (rc = hf_vault_encrypt(&sealed, r->vault, to, 1, plain.data, plain.len, e)) != HF_OK)
		goto done;
	if ((rc = cache_write(r, "recent.gpg", &sealed, e)) == HF_OK)
		r->saved = r->unsaved;
done:
	hf_buf_clear(&plain);
	hf_buf_clear(&sealed);
	return rc;
}
