/* What one side removed while the other began to refer to it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "merge_impl.h"

/* ---- does anything refer to it? ---- */

/* One question for each field that refers to records; conflicts may outlive what they are about. */
struct questions {
	struct hf_stmt **list;
	size_t           n;
};

static void
drop_questions(struct questions *q)
{
	for (size_t i = 0; i < q->n; i++)
		hf_stmt_free(q->list[i]);
	free(q->list);
}

static enum hf_code
add_question(struct questions *q, struct hf_register *r, const char *sql, struct hf_err *e)
{
	struct hf_stmt **list = realloc(q->list, (q->n + 1) * sizeof(struct hf_stmt *));

	if (list == NULL)
		return hf_nomem(e);
	q->list = list;
	list[q->n] = NULL;
	return hf_db_prepare(&list[q->n++], r->db, sql, e);
}

static enum hf_code
add_field(struct questions *q, struct hf_register *r, const struct hf_kind *k, const struct hf_field *f, struct hf_err *e)
{
	struct hf_buf sql = HF_BUF_INIT;
	enum hf_code  rc;

	hf_buf_addf(&sql, "SELECT 1 FROM main.\"%s\" WHERE \"%s\" %s", k->name, f->name,
	    f->flags & HF_FIELD_LIST ? "LIKE '%\"' || ?1 || '\"%'" : "= ?1");
	if ((rc = hf_buf_check(&sql, e)) == HF_OK)
		rc = add_question(q, r, sql.data, e);
	hf_buf_clear(&sql);
	return rc;
}

static enum hf_code
make_questions(struct questions *q, struct hf_register *r, struct hf_err *e)
{
	enum hf_code rc;

	rc = add_question(q, r, "SELECT 1 FROM entry WHERE type = 'start' AND subject = ?1", e);
	for (size_t k = 0; rc == HF_OK && k < hf_n_kinds; k++)
		for (size_t i = 0; rc == HF_OK && i < hf_kinds[k].n_fields; i++)
			if (hf_kinds[k].fields[i].type == HF_FIELD_REF && strcmp(hf_kinds[k].name, "conflict") != 0)
				rc = add_field(q, r, &hf_kinds[k], &hf_kinds[k].fields[i], e);
	return rc;
}

static enum hf_code
is_referred_to(bool *out, const struct questions *q, const char *id, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	*out = false;
	for (size_t i = 0; rc == HF_OK && i < q->n && !*out; i++) {
		hf_stmt_text(q->list[i], 1, id);
		*out = hf_stmt_step(q->list[i]);
		rc = hf_stmt_reset(q->list[i], e);
	}
	return rc;
}

/* ---- putting it back ---- */

static bool
is_removed(const struct merge_file *f)
{
	return f->kind == PATH_RECORD && (f->choice == MERGE_OURS || f->choice == MERGE_THEIRS) && merge_chosen(f)->hex[0] == '\0';
}

static enum hf_code
say_so(struct merge_plan *p, const struct merge_file *f, struct hf_err *e)
{
	const char         *path = f->path;
	struct merge_writer ours, theirs;
	bool                here = f->choice == MERGE_OURS; /* kept here, removed there */
	struct hf_json     *c = hf_json_object();
	enum hf_code        rc;

	if ((rc = merge_writers(&ours, p->r, &p->ours, &p->theirs, &path, 1, e)) != HF_OK ||
	    (rc = merge_writers(&theirs, p->r, &p->theirs, &p->ours, &path, 1, e)) != HF_OK)
		goto done;
	if (hf_json_set(c, "record", hf_json_string(f->id)) != 0 || hf_json_set(c, "field", hf_json_string(MERGE_WHOLE)) != 0 ||
	    hf_json_set(c, "kept", hf_json_string("in use")) != 0 || hf_json_set(c, "other", hf_json_string("removed")) != 0 ||
	    hf_json_set(c, "kept_by", hf_json_string(here ? ours.by : theirs.by)) != 0 ||
	    hf_json_set(c, "other_by", hf_json_string(here ? theirs.by : ours.by)) != 0 ||
	    hf_json_set(c, "at", hf_json_int(here ? theirs.at : ours.at)) != 0 || hf_json_push(p->conflicts, hf_json_ref(c)) != 0)
		rc = hf_nomem(e);
done:
	hf_json_free(c);
	return rc;
}

static enum hf_code
put_back(struct merge_plan *p, struct merge_file *f, struct hf_err *e)
{
	struct file_at at;
	enum hf_code   rc;

	f->choice = f->choice == MERGE_OURS ? MERGE_THEIRS : MERGE_OURS;
	snprintf(at.path, sizeof(at.path), "%s", f->path);
	at.oid = *merge_chosen(f);
	if ((rc = register_read_files(p->r, &at, 1, e)) != HF_OK)
		return rc;
	return say_so(p, f, e);
}

/* What is put back may refer to more that was removed. */
enum hf_code
merge_keep(struct merge_plan *p, struct hf_err *e)
{
	struct questions q = { NULL, 0 };
	enum hf_code     rc = HF_OK;
	bool             needed, again = true;

	while (again && rc == HF_OK) {
		again = false;
		for (size_t i = 0; rc == HF_OK && i < p->n; i++) {
			if (!is_removed(&p->list[i]))
				continue;
			if (q.n == 0 && (rc = make_questions(&q, p->r, e)) != HF_OK)
				break;
			if ((rc = is_referred_to(&needed, &q, p->list[i].id, e)) == HF_OK && needed) {
				rc = put_back(p, &p->list[i], e);
				again = true;
			}
		}
	}
	drop_questions(&q);
	return rc;
}
