/* Reading: records, entries, evidence, history. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../git/repo_impl.h"
#include "holdfast/hash.h"
#include "holdfast/text.h"
#include "impl.h"

/* The one JSON text of a query with one text parameter. */
static enum hf_code
one_body(struct hf_json **out, struct hf_register *r, const char *sql, const char *param, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	*out = NULL;
	if ((rc = hf_db_prepare(&s, r->db, sql, e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, param);
	rc = HF_NOTFOUND;
	if (hf_stmt_step(s)) {
		const char *body = hf_stmt_col(s, 0);

		rc = hf_json_parse(out, body, strlen(body), e);
	}
	return hf_stmt_end(s, rc, e);
}

static bool
is_sealed(struct hf_register *r, const char *path)
{
	struct hf_stmt *s = NULL;
	bool            found = false;

	if (hf_db_prepare(&s, r->db, "SELECT 1 FROM sealed WHERE path = ?", NULL) == HF_OK) {
		hf_stmt_text(s, 1, path);
		found = hf_stmt_step(s);
	}
	hf_stmt_free(s);
	return found;
}

static enum hf_code
said_problem(struct hf_register *r, const char *path, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc = HF_NOTFOUND;

	if (hf_db_prepare(&s, r->db, "SELECT what FROM problem WHERE path = ?", NULL) == HF_OK) {
		hf_stmt_text(s, 1, path);
		if (hf_stmt_step(s))
			rc = hf_fail(e, HF_DAMAGED, "%s: %s", path, hf_stmt_col(s, 0));
	}
	hf_stmt_free(s);
	if (rc == HF_DAMAGED)
		hf_hint(e, "holdfast verify says what else is wrong; holdfast history shows what was there");
	return rc;
}

enum hf_code
hf_register_get(struct hf_json **out, struct hf_register *r, const char *id, struct hf_err *e)
{
	char         path[PATH_SIZE];
	enum hf_code rc;

	if ((rc = one_body(out, r, "SELECT body FROM record WHERE id = ?", id, e)) != HF_NOTFOUND)
		return rc;
	path_record(path, id);
	if (is_sealed(r, path))
		return hf_fail(e, HF_SEALED, "%s: sealed: it is not encrypted to your key", id);
	if ((rc = said_problem(r, path, e)) == HF_DAMAGED)
		return rc;
	return hf_fail(e, HF_NOTFOUND, "%s: no record has that id", id);
}

void
hf_register_ref(struct hf_buf *out, struct hf_register *r, const char *id)
{
	if (!index_ref(out, r->index, id))
		hf_buf_adds(out, id);
}

enum hf_code
hf_register_me(char out[HF_ID_SIZE], struct hf_register *r, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = register_members(r, e)) != HF_OK || (rc = register_key(r, e)) != HF_OK ||
	    (rc = hf_db_prepare(&s, r->db, "SELECT id FROM main.person WHERE key_fpr = ? ORDER BY id LIMIT 1", e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, r->key);
	if (hf_stmt_step(s)) {
		snprintf(out, HF_ID_SIZE, "%s", hf_stmt_col(s, 0));
	} else {
		rc = hf_fail(e, HF_NOTFOUND, "your key %s is tied to no person", r->key);
		hf_hint(e, "an admin ties it: holdfast member role %s --person NAME", r->key);
	}
	hf_stmt_free(s);
	return rc;
}

void
hf_register_org(struct hf_buf *out, struct hf_register *r)
{
	struct hf_stmt *s = NULL;

	if (hf_db_prepare(&s, r->db, "SELECT name FROM main.org LIMIT 1", NULL) == HF_OK && hf_stmt_step(s) &&
	    hf_stmt_col(s, 0) != NULL)
		hf_buf_adds(out, hf_stmt_col(s, 0));
	hf_stmt_free(s);
}

static bool
person_of(struct hf_buf *out, struct hf_register *r, const char *fpr)
{
	struct hf_stmt *s = NULL;
	bool            found = false;

	if (hf_db_prepare(&s, r->db, "SELECT name FROM main.person WHERE key_fpr = ? ORDER BY id LIMIT 1", NULL) == HF_OK) {
		hf_stmt_text(s, 1, fpr);
		if ((found = hf_stmt_step(s) && hf_stmt_col(s, 0) != NULL))
			hf_buf_adds(out, hf_stmt_col(s, 0));
	}
	hf_stmt_free(s);
	return found;
}

void
hf_register_who(struct hf_buf *out, struct hf_register *r, const char *fpr)
{
	struct hf_key key;
	size_t        len = strlen(fpr);

	if (person_of(out, r, fpr))
		return;
	if (register_members(r, NULL) == HF_OK && hf_vault_member(&key, r->vault, fpr, NULL) == HF_OK && key.uid[0] != '\0' &&
	    key.uid[0] != '<')
		hf_buf_add(
		    out, key.uid, strcspn(key.uid, "<(") - (strpbrk(key.uid, "<(") != NULL && strpbrk(key.uid, "<(") > key.uid));
	else
		hf_buf_addf(out, "key %s", len > 16 ? fpr + len - 16 : fpr);
}

enum hf_code
hf_register_head_time(int64_t *out, struct hf_register *r, struct hf_err *e)
{
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_commit c;
	enum hf_code     rc;

	if ((rc = hf_repo_commit_read(&c, &raw, r->repo, &r->head, e)) == HF_OK) {
		*out = c.author_time * HF_SECOND;
		hf_commit_clear(&c);
	}
	hf_buf_clear(&raw);
	return rc;
}

/* ---- runs ---- */

/* Nothing of it can be read here: is it there at all? */
static enum hf_code
no_run(struct hf_register *r, const char *run, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	bool            sealed = false;

	if (hf_db_prepare(&s, r->db, "SELECT 1 FROM sealed WHERE path GLOB 'runs/' || ? || '/*' LIMIT 1", NULL) == HF_OK) {
		hf_stmt_text(s, 1, run);
		sealed = hf_stmt_step(s);
	}
	hf_stmt_free(s);
	if (sealed)
		return hf_fail(e, HF_SEALED, "%s: sealed: this run is not encrypted to your key", run);
	return hf_fail(e, HF_NOTFOUND, "%s: no run has that id", run);
}

enum hf_code
hf_entry_hash(char out[HF_SHA256_SIZE], const struct hf_json *entry, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	hf_json_dump(&b, entry, HF_JSON_PRETTY);
	if ((rc = hf_buf_check(&b, e)) == HF_OK)
		hf_sha256(out, b.data, b.len);
	hf_buf_clear(&b);
	return rc;
}

/*
 * Putting entries so that each stands after those it names in prev; among those that are ready, by id. An entry whose prev names what is not there
 * stays where its id puts it, after the rest.
 */
struct chain {
	size_t  n;
	size_t *left;  /* of each entry: what it names and does not stand yet */
	size_t *first; /* of each entry: the first of the edges to those that name it, + 1 */
	size_t *ready; /* a heap: the least id is on top */
	size_t  n_ready;
	bool   *placed;

	struct edge {
		size_t to, next;
	} * edges;
	size_t n_edges;
};

static void
push_ready(struct chain *c, size_t i)
{
	size_t at = c->n_ready++;

	for (; at > 0 && c->ready[(at - 1) / 2] > i; at = (at - 1) / 2)
		c->ready[at] = c->ready[(at - 1) / 2];
	c->ready[at] = i;
}

static size_t
pop_ready(struct chain *c)
{
	size_t top = c->ready[0], last = c->ready[--c->n_ready], at = 0, down;

	for (; (down = 2 * at + 1) < c->n_ready; at = down) {
		if (down + 1 < c->n_ready && c->ready[down + 1] < c->ready[down])
			down++;
		if (c->ready[down] >= last)
			break;
		c->ready[at] = c->ready[down];
	}
	c->ready[at] = last;
	return top;
}

static enum hf_code
open_chain(struct chain *c, const struct hf_json *entries, struct hf_err *e)
{
	size_t edges = 0;

	c->n = hf_json_len(entries);
	for (size_t i = 0; i < c->n; i++)
		edges += hf_json_len(hf_json_get(hf_json_at(entries, i), "prev"));
	c->left = calloc(c->n + 1, sizeof(*c->left));
	c->first = calloc(c->n + 1, sizeof(*c->first));
	c->ready = calloc(c->n + 1, sizeof(*c->ready));
	c->placed = calloc(c->n + 1, sizeof(*c->placed));
	c->edges = calloc(edges + 1, sizeof(*c->edges));
	return c->left == NULL || c->first == NULL || c->ready == NULL || c->placed == NULL || c->edges == NULL ? hf_nomem(e) :
														  HF_OK;
}

static void
close_chain(struct chain *c)
{
	free(c->left);
	free(c->first);
	free(c->ready);
	free(c->placed);
	free(c->edges);
}

/* Who names whom. What is named and is not there is waited for to the end. */
static enum hf_code
draw_edges(struct chain *c, const struct hf_json *entries, struct hf_err *e)
{
	struct hf_json *place = hf_json_object();
	char            sum[HF_SHA256_SIZE];
	enum hf_code    rc = place == NULL ? hf_nomem(e) : HF_OK;

	for (size_t i = 0; rc == HF_OK && i < c->n; i++)
		if ((rc = hf_entry_hash(sum, hf_json_at(entries, i), e)) == HF_OK &&
		    hf_json_set(place, sum, hf_json_int((int64_t)i + 1)) != 0)
			rc = hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < c->n; i++) {
		const struct hf_json *prev = hf_json_get(hf_json_at(entries, i), "prev");

		c->left[i] = hf_json_len(prev);
		for (size_t k = 0; k < hf_json_len(prev); k++) {
			const char *named = hf_json_str(hf_json_at(prev, k));
			size_t      at = named == NULL ? 0 : (size_t)hf_json_num(hf_json_get(place, named));

			if (at == 0)
				continue;
			c->edges[c->n_edges] = (struct edge){ i, c->first[at - 1] };
			c->first[at - 1] = ++c->n_edges;
		}
		if (c->left[i] == 0)
			push_ready(c, i);
	}
	hf_json_free(place);
	return rc;
}

static size_t
next_entry(struct chain *c, size_t *lowest)
{
	if (c->n_ready > 0)
		return pop_ready(c);
	while (c->placed[*lowest])
		++*lowest;
	return *lowest;
}

static enum hf_code
by_chain(struct hf_json **out, const struct hf_json *entries, struct hf_err *e)
{
	struct chain    c = { 0 };
	struct hf_json *sorted = hf_json_array();
	size_t          lowest = 0;
	enum hf_code    rc;

	*out = NULL;
	if ((rc = open_chain(&c, entries, e)) == HF_OK)
		rc = draw_edges(&c, entries, e);
	for (size_t done = 0; rc == HF_OK && done < c.n; done++) {
		size_t i = next_entry(&c, &lowest);

		c.placed[i] = true;
		if (hf_json_push(sorted, hf_json_ref(hf_json_at(entries, i))) != 0)
			rc = hf_nomem(e);
		for (size_t at = c.first[i]; at != 0; at = c.edges[at - 1].next)
			if (--c.left[c.edges[at - 1].to] == 0 && !c.placed[c.edges[at - 1].to])
				push_ready(&c, c.edges[at - 1].to);
	}
	close_chain(&c);
	if (rc == HF_OK)
		*out = sorted;
	else
		hf_json_free(sorted);
	return rc;
}

enum hf_code
hf_register_entries(struct hf_json **out, struct hf_register *r, const char *run, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_json *list = hf_json_array(), *j;
	enum hf_code    rc, done;

	*out = NULL;
	if (list == NULL)
		return hf_nomem(e);
	if ((rc = hf_db_prepare(&s, r->db, "SELECT body FROM main.entry WHERE run = ? ORDER BY id", e)) != HF_OK)
		goto done;
	hf_stmt_text(s, 1, run);
	while (rc == HF_OK && hf_stmt_step(s)) {
		const char *body = hf_stmt_col(s, 0);

		if ((rc = hf_json_parse(&j, body, strlen(body), e)) == HF_OK && hf_json_push(list, j) != 0)
			rc = hf_nomem(e);
	}
	if ((done = hf_stmt_reset(s, e)) != HF_OK)
		rc = done;
	if (rc == HF_OK && hf_json_len(list) == 0)
		rc = no_run(r, run, e);
	if (rc == HF_OK)
		rc = by_chain(out, list, e);
done:
	hf_stmt_free(s);
	hf_json_free(list);
	return rc;
}

enum hf_code
hf_register_blob(struct hf_buf *out, struct hf_register *r, const char *blob, const char *sha256, struct hf_err *e)
{
	struct hf_buf sealed = HF_BUF_INIT;
	struct hf_oid oid;
	char          path[PATH_SIZE], sum[HF_SHA256_SIZE];
	size_t        before = out->len;
	enum hf_code  rc;

	path_blob(path, blob);
	if ((rc = hf_repo_lookup(&oid, r->repo, &r->tree, path, e)) != HF_OK ||
	    (rc = hf_repo_blob(&sealed, r->repo, &oid, HF_REPO_BLOB_MAX, e)) != HF_OK ||
	    (rc = hf_vault_decrypt(out, r->vault, sealed.data, sealed.len, e)) != HF_OK)
		goto done;
	hf_sha256(sum, out->data + before, out->len - before);
	if (sha256 != NULL && strcmp(sum, sha256) != 0) {
		hf_buf_cut(out, before);
		rc = hf_fail(e, HF_DAMAGED, "%s: its SHA-256 sum is not the one that was recorded", blob);
	}
done:
	hf_buf_clear(&sealed);
	return rc;
}

/* ---- history ---- */

struct past {
	struct hf_register *r;
	const char         *path;
	struct hf_json     *list; /* oldest first */
	struct hf_oid       last;
};

static enum hf_code
version_at(struct hf_json **out, struct past *p, const struct hf_oid *blob, struct hf_err *e)
{
	struct hf_buf sealed = HF_BUF_INIT, plain = HF_BUF_SECRET(RECORD_MAX);
	enum hf_code  rc;

	*out = NULL;
	if ((rc = hf_repo_blob(&sealed, p->r->repo, blob, HF_REPO_BLOB_MAX, e)) == HF_OK &&
	    (rc = hf_vault_decrypt(&plain, p->r->vault, sealed.data, sealed.len, e)) == HF_OK)
		rc = hf_json_parse(out, plain.data, plain_len(plain.data, plain.len), e);
	if (rc == HF_SEALED)
		rc = HF_OK;
	hf_buf_clear(&sealed);
	hf_buf_clear(&plain);
	return rc;
}

/*
 * A commit that only encrypts anew is no version of its own: it may let us read the one that was sealed until then, which stays its author's. False:
 * it is one after all.
 */
static bool
is_recrypted(struct past *p, const struct hf_commit *c, bool was_there, const struct hf_json *record)
{
	struct hf_json *last = hf_json_at(p->list, hf_json_len(p->list) - 1), *before;

	if (!was_there || last == NULL || !hf_commit_says(c, "member"))
		return false;
	before = hf_json_get(last, "record");
	if (record == NULL || hf_json_equal(before, record))
		return true;
	if (!hf_json_is(before, HF_JSON_NULL))
		return false;
	return hf_json_set(last, "record", hf_json_ref(record)) == 0 &&
	    hf_json_set(last, "version", hf_json_ref(hf_json_get(record, "version"))) == 0 &&
	    hf_json_set(last, "sealed", hf_json_bool(false)) == 0;
}

static enum hf_code
note_version(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct past    *p = arg;
	struct hf_oid   blob = { "" };
	struct hf_json *row, *record = NULL;
	char            at[HF_TIME_SIZE];
	bool            was_there;
	enum hf_code    rc;

	if (c == NULL)
		return hf_fail(e, HF_DAMAGED, "commit %.12s: not as a register's commit must be", oid->hex);
	rc = hf_repo_lookup(&blob, p->r->repo, &c->tree, p->path, e);
	if (rc != HF_OK && rc != HF_NOTFOUND)
		return rc;
	if (rc == HF_NOTFOUND)
		blob.hex[0] = '\0';
	if (strcmp(blob.hex, p->last.hex) == 0)
		return HF_OK;
	was_there = p->last.hex[0] != '\0';
	p->last = blob;
	if (blob.hex[0] != '\0' && (rc = version_at(&record, p, &blob, e)) != HF_OK)
		return rc;
	if (blob.hex[0] != '\0' && is_recrypted(p, c, was_there, record)) {
		hf_json_free(record);
		return HF_OK;
	}
	hf_time_rfc3339(at, c->author_time * HF_SECOND, false);
	row = hf_json_object();
	if (hf_json_set(row, "commit", hf_json_string(oid->hex)) != 0 || hf_json_set(row, "at", hf_json_string(at)) != 0 ||
	    hf_json_set(row, "by", hf_json_string(c->author)) != 0 ||
	    hf_json_set(row, "sealed", hf_json_bool(blob.hex[0] != '\0' && record == NULL)) != 0 ||
	    hf_json_set(row, "version", record == NULL ? hf_json_null() : hf_json_ref(hf_json_get(record, "version"))) != 0 ||
	    hf_json_set(row, "record", record == NULL ? hf_json_null() : record) != 0) {
		hf_json_free(row);
		return hf_nomem(e);
	}
	return hf_json_push(p->list, row) == 0 ? HF_OK : hf_nomem(e);
}

enum hf_code
hf_register_history(struct hf_json **out, struct hf_register *r, const char *id, struct hf_err *e)
{
	char            path[PATH_SIZE];
	struct past     p = { r, path, hf_json_array(), { "" } };
	struct hf_json *newest_first = hf_json_array();
	enum hf_code    rc;

	*out = NULL;
	path_record(path, id);
	if ((rc = hf_repo_walk(r->repo, &r->head, NULL, true, note_version, &p, e)) == HF_OK) {
		for (size_t i = hf_json_len(p.list); i-- > 0 && rc == HF_OK;)
			if (hf_json_push(newest_first, hf_json_ref(hf_json_at(p.list, i))) != 0)
				rc = hf_nomem(e);
	}
	hf_json_free(p.list);
	if (rc != HF_OK) {
		hf_json_free(newest_first);
		return rc;
	}
	*out = newest_first;
	return HF_OK;
}
