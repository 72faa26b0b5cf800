/* From the branch to the index: decrypt what changed, judge it by where it lies, put it into the tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../git/repo_impl.h"
#include "../vault/workers.h"
#include "holdfast/text.h"
#include "holdfast/time.h"
#include "impl.h"

#define CHUNK 256 /* blobs held in memory at once */

struct changes {
	struct file_at     *list;
	size_t              n, cap;
	struct hf_register *r;
};

/* One of them while it is decrypted. */
struct blob {
	struct hf_buf    sealed, plain;
	bool             kept; /* plain is there already */
	struct hf_opened m;    /* of the two; rc and err are there in any case */
};

/* ---- judging ---- */

static bool
same(const struct hf_json *j, const char *key, const char *want)
{
	const char *v = hf_json_get_str(j, key);

	return v != NULL && strcmp(v, want) == 0;
}

const char *
register_misplaced(const struct hf_register *r, enum path_kind kind, const struct hf_json *j, const char *id, const char *run)
{
	const char *k = hf_json_get_str(j, "kind");

	if (!same(j, "register", r->id))
		return "it belongs to another register";
	if (!same(j, "id", id))
		return "swapped: it is another record";
	if (kind == PATH_ENTRY)
		return !same(j, "run", run)            ? "swapped: it is of another run" :
		    hf_json_get_str(j, "type") == NULL ? "it is no entry" :
							 NULL;
	if (k == NULL || hf_schema_kind(k) == NULL)
		return "its kind is not known to this release";
	if (hf_json_num(hf_json_get(j, "version")) < 1)
		return "it has no version";
	return NULL;
}

enum hf_code
register_take(struct hf_register *r, const char *path, const char *oid, const void *plain, size_t len, struct hf_err *e)
{
	struct hf_json *j = NULL;
	struct hf_err   why = HF_ERR_INIT;
	char            id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind  kind = path_read(path, id, run);
	const char     *wrong;
	enum hf_code    rc;

	if (hf_json_parse(&j, plain, plain_len(plain, len), &why) != HF_OK)
		return register_fact(r, path, oid, NULL, why.msg, false, e);
	wrong = hf_json_is(j, HF_JSON_OBJECT) ? register_misplaced(r, kind, j, id, run) : "it is no record";
	rc = register_fact(r, path, oid, wrong == NULL ? j : NULL, wrong, false, e);
	hf_json_free(j);
	return rc;
}

/* ---- decrypting what changed ---- */

static enum hf_code
collect(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct changes *c = arg;
	char            id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind  kind = path_read(d->path, id, run);
	struct file_at *list;

	if (kind == PATH_BAD)
		return register_fact(
		    c->r, d->path, NULL, NULL, d->after.hex[0] == '\0' ? NULL : "this does not belong in a register", false, e);
	if (kind != PATH_RECORD && kind != PATH_ENTRY)
		return HF_OK;
	if (d->after.hex[0] == '\0')
		return register_fact(c->r, d->path, NULL, NULL, NULL, false, e);
	if (c->n == c->cap) {
		size_t cap = c->cap == 0 ? 64 : c->cap * 2;

		if ((list = realloc(c->list, cap * sizeof(*list))) == NULL)
			return hf_nomem(e);
		c->list = list;
		c->cap = cap;
	}
	snprintf(c->list[c->n].path, PATH_SIZE, "%s", d->path);
	c->list[c->n].oid = d->after;
	c->n++;
	return HF_OK;
}

/* One that is sealed or damaged is counted; a key, card or passphrase that fails would fail for all. */
static enum hf_code
open_blobs(struct hf_vault *v, void *items, size_t n, struct hf_err *e)
{
	struct hf_opened *list[HF_DECRYPT_MANY] = { NULL };
	struct blob      *b = items;
	size_t            wanted = 0;
	enum hf_code      rc;

	for (size_t i = 0; i < n; i++)
		if (b[i].m.rc == HF_OK && !b[i].kept) {
			b[i].m = hf_opened_of(&b[i].sealed, &b[i].plain);
			list[wanted++] = &b[i].m;
		}
	rc = hf_vault_decrypt_many(v, list, wanted, e);
	for (size_t i = 0; i < n; i++)
		hf_buf_clear(&b[i].sealed);
	return rc;
}

static enum hf_code
take_blob(struct hf_register *r, const struct file_at *c, struct blob *b, struct hf_err *e)
{
	if (b->m.rc == HF_OK)
		return register_take(r, c->path, c->oid.hex, hf_buf_str(&b->plain), b->plain.len, e);
	return register_fact(r, c->path, c->oid.hex, NULL, b->m.rc == HF_SEALED ? NULL : b->m.err.msg, b->m.rc == HF_SEALED, e);
}

static enum hf_code
read_chunk(struct blob *blobs, const struct changes *c, size_t from, size_t n, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		const struct hf_oid *oid = &c->list[from + i].oid;

		blobs[i].plain = (struct hf_buf)HF_BUF_SECRET(RECORD_MAX);
		if ((blobs[i].kept = kept_find(&blobs[i].plain, c->r, oid)))
			continue;
		c->r->stats.decrypted++;
		if ((rc = hf_repo_blob(&blobs[i].sealed, c->r->repo, oid, HF_REPO_BLOB_MAX, e)) == HF_DAMAGED) {
			blobs[i].m.rc = rc;
			blobs[i].m.err = *e;
			hf_err_clear(e);
			rc = HF_OK;
		}
	}
	return rc;
}

static enum hf_code
load_chunk(struct changes *c, size_t from, size_t n, struct hf_err *e)
{
	struct hf_register *r = c->r;
	struct blob        *blobs = calloc(n, sizeof(*blobs));
	struct work  w = { open_blobs, blobs, sizeof(*blobs), n, HF_DECRYPT_MANY, r->progress, "opening the register", from, c->n };
	enum hf_code rc;

	if (blobs == NULL)
		return hf_nomem(e);
	if ((rc = read_chunk(blobs, c, from, n, e)) == HF_OK)
		rc = work_all(r->vault, &w, e);
	for (size_t i = 0; i < n; i++) {
		if (rc == HF_OK)
			rc = take_blob(r, &c->list[from + i], &blobs[i], e);
		hf_buf_clear(&blobs[i].sealed);
		hf_buf_clear(&blobs[i].plain);
	}
	free(blobs);
	return rc;
}

/* By id, which is the order of the tables: pages that are filled in order are full, and a snapshot of them is shorter. */
static int
by_id(const void *a, const void *b)
{
	const struct file_at *x = a, *y = b;

	return strcmp(strrchr(x->path, '/'), strrchr(y->path, '/'));
}

static enum hf_code
read_all(struct changes *c, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if (c->n > 1)
		qsort(c->list, c->n, sizeof(*c->list), by_id);
	for (size_t i = 0; rc == HF_OK && i < c->n; i += CHUNK)
		rc = load_chunk(c, i, c->n - i < CHUNK ? c->n - i : CHUNK, e);
	return rc;
}

enum hf_code
register_read_files(struct hf_register *r, struct file_at *list, size_t n, struct hf_err *e)
{
	struct changes c = { list, n, n, r };

	return read_all(&c, e);
}

static enum hf_code
load_changes(struct changes *c, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = index_begin(c->r->index, e)) != HF_OK)
		return rc;
	if ((rc = read_all(c, e)) == HF_OK)
		return index_end(c->r->index, e);
	index_undo(c->r->index);
	return rc;
}

/* ---- the branch ---- */

enum hf_code
register_tree(struct hf_oid *out, struct hf_register *r, const struct hf_oid *head, struct hf_err *e)
{
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_commit c;
	enum hf_code     rc;

	if ((rc = hf_repo_commit_read(&c, &raw, r->repo, head, e)) == HF_OK) {
		*out = c.tree;
		hf_commit_clear(&c);
	}
	if (rc != HF_OK)
		hf_fail_in(e, "commit %.12s", head->hex);
	hf_buf_clear(&raw);
	return rc;
}

enum hf_code
register_moved(struct hf_register *r, const struct hf_oid *head, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = register_tree(&r->tree, r, head, e)) != HF_OK)
		return rc;
	r->head = *head;
	if ((rc = register_settle(r, e)) == HF_OK)
		snapshot_lag(r);
	return rc;
}

/* From the tree that the index holds (none: "") to the branch's. */
static enum hf_code
catch_up(struct hf_register *r, const struct hf_oid *head, struct hf_err *e)
{
	struct changes c = { NULL, 0, 0, r };
	struct hf_oid  tree = { "" };
	enum hf_code   rc;

	if (strcmp(head->hex, r->head.hex) == 0)
		return HF_OK;
	/* Whoever moved the branch knows the members by whom it was written, and whom it is for. */
	hf_vault_look_again(r->vault);
	if ((rc = register_tree(&tree, r, head, e)) != HF_OK ||
	    (rc = hf_repo_diff(r->repo, r->tree.hex[0] == '\0' ? NULL : &r->tree, &tree, collect, &c, e)) != HF_OK)
		goto done;
	if ((rc = load_changes(&c, e)) != HF_OK)
		goto done;
	r->head = *head;
	r->tree = tree;
	hf_members_clear(&r->members);
	r->have_members = false;
done:
	free(c.list);
	return rc;
}

/* What could not be read when the snapshot was made: in another copy of the register, or of this one put right, it may be whole. */
static enum hf_code
read_again(struct hf_register *r, struct hf_err *e)
{
	struct changes  c = { NULL, 0, 0, r };
	struct hf_stmt *s = NULL;
	struct hf_diff  d = { .path = NULL };
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, r->db, "SELECT path FROM problem ORDER BY path", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s)) {
		d.path = hf_stmt_col(s, 0);
		if (hf_repo_lookup(&d.after, r->repo, &r->tree, d.path, e) == HF_OK)
			rc = collect(&c, &d, e);
	}
	if ((rc = hf_stmt_end(s, rc, e)) == HF_OK && c.n > 0)
		rc = load_changes(&c, e);
	free(c.list);
	return rc;
}

enum hf_code
register_refresh(struct hf_register *r, struct hf_err *e)
{
	struct hf_oid head;
	enum hf_code  rc;

	if ((rc = hf_repo_head(&head, r->repo, e)) != HF_OK)
		return rc;
	return catch_up(r, &head, e);
}

bool
hf_register_moved(struct hf_register *r)
{
	struct hf_oid now;

	return hf_repo_head(&now, r->repo, NULL) == HF_OK && !hf_oid_equal(&now, &r->head);
}

enum hf_code
hf_register_refresh(struct hf_register *r, struct hf_err *e)
{
	struct hf_oid before = r->head;
	enum hf_code  rc;

	if ((rc = register_refresh(r, e)) != HF_OK || hf_oid_equal(&before, &r->head))
		return rc;
	return register_settle(r, e);
}

/* From nothing. */
static enum hf_code
load_all(struct hf_register *r, const struct hf_oid *head, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = register_key(r, e)) != HF_OK || (rc = index_create(&r->index, r->db, e)) != HF_OK)
		return rc;
	return catch_up(r, head, e);
}

enum hf_code
register_reload(struct hf_register *r, struct hf_err *e)
{
	struct hf_oid head;
	enum hf_code  rc;

	if ((rc = hf_repo_head(&head, r->repo, e)) != HF_OK || (rc = snapshot_forget(r, e)) != HF_OK ||
	    (rc = load_all(r, &head, e)) != HF_OK || (rc = register_settle(r, e)) != HF_OK)
		return rc;
	snapshot_write(r);
	return HF_OK;
}

enum hf_code
register_load(struct hf_register *r, struct hf_err *e)
{
	struct hf_oid head;
	enum hf_code  rc;

	if ((rc = hf_repo_head(&head, r->repo, e)) != HF_OK)
		return rc;
	rc = snapshot_read(r, e);
	if (rc != HF_OK && rc != HF_NOTFOUND)
		return rc;
	hf_err_clear(e);
	if (rc == HF_NOTFOUND) {
		rc = load_all(r, &head, e);
	} else if ((rc = catch_up(r, &head, e)) == HF_OK) {
		rc = read_again(r, e);
	} else if (rc == HF_DAMAGED || rc == HF_NOTFOUND) {
		/* The repository was put back from a copy, say: the tree that the snapshot was made from is not in it. */
		hf_err_clear(e);
		rc = snapshot_forget(r, e) == HF_OK ? load_all(r, &head, e) : HF_NOMEM;
	}
	if (rc != HF_OK || (rc = register_settle(r, e)) != HF_OK)
		return rc;
	snapshot_write(r);
	return HF_OK;
}

/* ---- who we are ---- */

enum hf_code
register_members(struct hf_register *r, struct hf_err *e)
{
	struct hf_oid head, tree = r->tree;
	enum hf_code  rc;

	if (r->have_members)
		return HF_OK;
	if (tree.hex[0] == '\0' &&
	    ((rc = hf_repo_head(&head, r->repo, e)) != HF_OK || (rc = register_tree(&tree, r, &head, e)) != HF_OK))
		return rc;
	if ((rc = hf_members_load(&r->members, r->repo, &tree, e)) != HF_OK)
		return rc;
	r->have_members = true;
	return hf_members_home(&r->members, r->vault, r->repo, e);
}

static enum hf_code
pick_key(struct hf_register *r, const struct hf_key *keys, size_t n, struct hf_err *e)
{
	const struct hf_key *found = NULL;
	size_t               members = 0;

	for (size_t i = 0; i < n; i++) {
		if (r->key_wanted != NULL && strcmp(r->key_wanted, keys[i].fpr) != 0)
			continue;
		if (hf_members_find(&r->members, keys[i].fpr) == NULL)
			continue;
		members++;
		found = &keys[i];
	}
	if (members == 1) {
		strcpy(r->key, found->fpr);
		return HF_OK;
	}
	if (members > 1) {
		hf_fail(e, HF_NOKEY, "key: %zu of your secret keys are members", members);
		return hf_hint(e, "say which with --key FINGERPRINT");
	}
	if (n == 0) {
		hf_fail(e, HF_NOKEY, "key: you have no secret key");
		return hf_hint(e, "make one with gpg --full-generate-key, and ask an admin to add it");
	}
	hf_fail(e, HF_NOKEY, "key: %s",
	    r->key_wanted != NULL ? "that key is not a member, or its secret part is not here" : "none of your keys is a member");
	return hf_hint(e, "ask an admin: holdfast member add KEYFILE --role responder");
}

enum hf_code
register_key(struct hf_register *r, struct hf_err *e)
{
	struct hf_key *keys = NULL;
	size_t         n = 0;
	enum hf_code   rc;

	if (r->key[0] != '\0')
		return HF_OK;
	if ((rc = register_members(r, e)) == HF_OK && (rc = hf_vault_secret_keys(&keys, &n, r->vault, e)) == HF_OK)
		rc = pick_key(r, keys, n, e);
	free(keys);
	return rc;
}

bool
register_left(struct hf_register *r)
{
	return r->key[0] != '\0' && register_members(r, NULL) == HF_OK && hf_members_find(&r->members, r->key) == NULL;
}

static enum hf_code
org_facts(struct hf_register *r, struct hf_json **org, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	*org = NULL;
	if ((rc = hf_db_prepare(&s, r->db, "SELECT body FROM record WHERE kind = 'org' ORDER BY id LIMIT 1", e)) != HF_OK)
		return rc;
	if (hf_stmt_step(s)) {
		const char *body = hf_stmt_col(s, 0);

		rc = hf_json_parse(org, body, strlen(body), e);
	}
	hf_stmt_free(s);
	return rc;
}

enum hf_code
register_settle(struct hf_register *r, struct hf_err *e)
{
	struct hf_json *org = NULL;
	enum hf_code    rc;

	if ((rc = org_facts(r, &org, e)) != HF_OK)
		return rc;
	snprintf(r->zone, sizeof(r->zone), "%s", hf_json_text(org, "timezone"));
	hf_day_of(r->today, hf_register_now(r), r->zone);
	if ((rc = hf_db_ours(r->db, hf_json_get(org, "domains"), hf_json_get(org, "numbers"), e)) == HF_OK)
		rc = index_today(r->index, r->today, e);
	hf_json_free(org);
	return rc;
}
