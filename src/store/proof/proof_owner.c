/* Verify: was it theirs to write? Who owned what is asked of the tree before the commit, not of today's. */
#include <stdlib.h>
#include <string.h>

#include "../register/rights.h"
#include "proof.h"

#define DEPTH 4  /* an exception about a contact of an account, and its owner */
#define MOST  64 /* records that lead from one to its owners */

/* ---- an index for the moment before ---- */

static enum hf_code
open_then(struct proof *p, struct hf_err *e)
{
	struct hf_register *t;
	enum hf_code        rc;

	if (p->then != NULL)
		return HF_OK;
	if ((t = calloc(1, sizeof(*t))) == NULL)
		return hf_nomem(e);
	p->then = t;
	strcpy(t->id, p->r->id);
	strcpy(t->today, p->r->today);
	t->repo = p->r->repo;
	t->vault = p->r->vault;
	if ((rc = hf_db_open(&t->db, e)) != HF_OK || (rc = index_create(&t->index, t->db, e)) != HF_OK ||
	    (rc = index_today(t->index, t->today, e)) != HF_OK)
		proof_rights_clear(p);
	return rc;
}

void
proof_rights_clear(struct proof *p)
{
	if (p->then == NULL)
		return;
	hf_members_clear(&p->then->members);
	index_free(p->then->index);
	hf_db_close(p->then->db);
	free(p->then);
	p->then = NULL;
}

/* Members too are those of the moment before: who came later, or left since, is judged by what they were. */
static void
go_to(struct hf_register *then, const struct hf_oid *tree)
{
	if (strcmp(then->tree.hex, tree->hex) == 0)
		return;
	hf_members_clear(&then->members);
	then->have_members = false;
	then->tree = *tree;
}

struct past {
	struct proof        *p;
	const struct hf_oid *tree;
	size_t               left;
};

static enum hf_code put_all(struct past *past, const struct hf_json *record, int depth, struct hf_err *e);

/* The record of that id, as it was, and what it leads to. One that was not there, or cannot be read, leads nowhere. */
static enum hf_code
put_one(struct past *past, const char *id, int depth, struct hf_err *e)
{
	struct text   t = { .state = TEXT_NONE };
	struct hf_oid blob;
	char          path[PATH_SIZE];
	enum hf_code  rc;

	if (id == NULL || !hf_id_valid(id) || past->left == 0 || index_kind(past->p->then->index, id) != NULL)
		return HF_OK;
	past->left--;
	path_record(path, id);
	if ((rc = hf_repo_lookup(&blob, past->p->r->repo, past->tree, path, e)) != HF_OK)
		return rc == HF_NOTFOUND ? HF_OK : rc;
	if ((rc = proof_text(&t, past->p, path, &blob, e)) == HF_OK && t.state == TEXT_PLAIN &&
	    hf_schema_kind(hf_json_get_str(t.json, "kind")) != NULL)
		rc = put_all(past, t.json, depth, e);
	text_clear(&t);
	return rc;
}

static enum hf_code
put_field(struct past *past, const struct hf_json *value, int depth, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if (hf_json_str(value) != NULL)
		return put_one(past, hf_json_str(value), depth, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(value); i++)
		rc = put_one(past, hf_json_str(hf_json_at(value, i)), depth, e);
	return rc;
}

static enum hf_code
put_what_it_names(struct past *past, const struct hf_json *record, int depth, struct hf_err *e)
{
	const struct hf_kind *kind = hf_schema_kind(hf_json_get_str(record, "kind"));
	enum hf_code          rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && kind != NULL && depth > 0 && i < kind->n_fields; i++)
		if (kind->fields[i].type == HF_FIELD_REF)
			rc = put_field(past, hf_json_get(record, kind->fields[i].name), depth - 1, e);
	return rc;
}

static enum hf_code
put_all(struct past *past, const struct hf_json *record, int depth, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = index_put(past->p->then->index, record, "", e)) != HF_OK)
		return rc;
	return put_what_it_names(past, record, depth, e);
}

/* ---- the question ---- */

static enum hf_code
say(struct proof *p, const struct change_of *c, struct hf_buf *why, struct hf_err *e)
{
	const char *role = strstr(hf_buf_str(why), ": your role is ");

	if (role == NULL)
		return proof_problem(p, e, c->deed->oid.hex, "%s: not its author's to write: %s", c->path, hf_buf_str(why));
	return proof_problem(p, e, c->deed->oid.hex, "%s: not its author's to write: they are %s, and may not %.*s", c->path,
	    role + strlen(": your role is "), (int)(role - hf_buf_str(why)), hf_buf_str(why));
}

enum hf_code
proof_rights(
    struct proof *p, const struct change_of *c, const struct hf_json *before, const struct hf_json *after, struct hf_err *e)
{
	struct past   past = { p, &c->deed->before, MOST };
	struct hf_buf why = HF_BUF_INIT;
	bool          may = false;
	enum hf_code  rc;

	/* These may write whatever is a record; the rest was judged by its path. */
	if (c->deed->who.roles == 0 || (c->deed->who.roles & (HF_ROLE_ADMIN | HF_ROLE_RESPONDER)))
		return HF_OK;
	if ((rc = open_then(p, e)) != HF_OK || (rc = index_begin(p->then->index, e)) != HF_OK)
		return rc;
	go_to(p->then, past.tree);
	if (before != NULL)
		rc = put_all(&past, before, DEPTH, e);
	/* What it will hang on counts too: nothing is taken over. */
	if (rc == HF_OK && before != NULL && after != NULL)
		rc = put_what_it_names(&past, after, DEPTH, e);
	if (rc == HF_OK)
		rc = rights_content(&may, &why, p->then, &c->deed->who, before, after, e);
	index_undo(p->then->index);
	if (rc == HF_OK && !may)
		rc = say(p, c, &why, e);
	hf_buf_clear(&why);
	return rc;
}
