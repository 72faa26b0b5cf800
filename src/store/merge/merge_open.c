/* Files that both sides changed: decrypted, compared, and records merged field by field. */
#include <stdlib.h>
#include <string.h>

#include "../vault/workers.h"
#include "merge_impl.h"

#define CHUNK 128 /* files held in memory at once */

/* ---- reading ---- */

/* One version of a file. */
struct version {
	struct hf_oid    oid; /* "" not there */
	struct hf_buf    sealed, plain;
	struct hf_opened m;    /* of the two; rc and err are there in any case */
	struct hf_json  *json; /* NULL: not there, or rc says why not */
};

static void
drop_version(struct version *v)
{
	hf_buf_clear(&v->sealed);
	hf_buf_clear(&v->plain);
	hf_json_free(v->json);
	memset(v, 0, sizeof(*v));
}

static void
parse(struct version *v)
{
	if (v->m.rc == HF_OK)
		v->m.rc = hf_json_parse(&v->json, hf_buf_str(&v->plain), plain_len(hf_buf_str(&v->plain), v->plain.len), &v->m.err);
	hf_buf_clear(&v->plain);
}

/* One that is sealed or damaged is judged later; a key, card or passphrase that fails would fail for all. */
static enum hf_code
open_versions(struct hf_vault *vault, void *items, size_t n, struct hf_err *e)
{
	struct hf_opened *list[HF_DECRYPT_MANY] = { NULL };
	struct version   *v = items;
	size_t            there = 0;
	enum hf_code      rc;

	for (size_t i = 0; i < n; i++) {
		if (v[i].oid.hex[0] == '\0')
			continue;
		v[i].plain = (struct hf_buf)HF_BUF_SECRET(RECORD_MAX);
		v[i].m = hf_opened_of(&v[i].sealed, &v[i].plain);
		list[there++] = &v[i].m;
	}
	rc = hf_vault_decrypt_many(vault, list, there, e);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (v[i].oid.hex[0] != '\0')
			parse(&v[i]);
	return rc;
}

static enum hf_code
fetch(struct version *v, struct hf_register *r, const struct hf_oid *oid, struct hf_err *e)
{
	memset(v, 0, sizeof(*v));
	v->oid = *oid;
	return oid->hex[0] == '\0' ? HF_OK : hf_repo_blob(&v->sealed, r->repo, oid, HF_REPO_BLOB_MAX, e);
}

/* ---- which of two files with one content ---- */

static size_t
readers(struct hf_register *r, const struct hf_oid *oid)
{
	struct hf_buf b = HF_BUF_INIT;
	char(*to)[HF_FPR_SIZE] = NULL;
	size_t n = 0;

	if (hf_repo_blob(&b, r->repo, oid, HF_REPO_BLOB_MAX, NULL) != HF_OK ||
	    hf_vault_recipients(&to, &n, r->vault, hf_buf_str(&b), b.len, NULL) != HF_OK)
		n = SIZE_MAX;
	free(to);
	hf_buf_clear(&b);
	return n;
}

static void
choose_file(struct merge_plan *p, struct merge_file *f)
{
	size_t ours = readers(p->r, &f->ours), theirs = readers(p->r, &f->theirs);
	bool   take_ours = ours != theirs ? ours < theirs : strcmp(f->ours.hex, f->theirs.hex) < 0;

	f->choice = take_ours ? MERGE_OURS : MERGE_THEIRS;
}

/* ---- one file ---- */

/* The three versions of a file, and who wrote two of them. */
struct open_file {
	struct merge_file         *f;
	struct version             v[3]; /* base, ours, theirs */
	const struct merge_writer *ours, *theirs;
};

enum { BASE, OURS, THEIRS };

/* Nobody here can read it. A side that nobody wrote to has nothing that the other has not. */
static enum hf_code
without_reading(struct merge_plan *p, struct open_file *o, struct hf_err *e)
{
	struct merge_file *f = o->f;

	if (o->ours->wrote && o->theirs->wrote) {
		hf_fail(e, HF_DENIED, "%s: changed on both sides, and it is not encrypted to your key", f->path);
		return hf_hint(e, "somebody who can read it has to sync first; then sync again");
	}
	if (o->ours->wrote || o->theirs->wrote)
		f->choice = o->ours->wrote ? MERGE_OURS : MERGE_THEIRS;
	else if (f->ours.hex[0] == '\0' || f->theirs.hex[0] == '\0')
		f->choice =
		    f->ours.hex[0] == '\0' ? MERGE_OURS : MERGE_THEIRS; /* removed on one side, encrypted anew on the other */
	else
		choose_file(p, f);
	return HF_OK;
}

static bool
same(const struct hf_json *a, const struct hf_json *b)
{
	return a != NULL && b != NULL && hf_json_equal(a, b);
}

static void
take_merged(struct merge_plan *p, struct open_file *o, struct hf_json *merged)
{
	struct merge_file *f = o->f;

	if (merged == NULL)
		f->choice = f->ours.hex[0] == '\0' ? MERGE_OURS : MERGE_THEIRS;
	else if (same(o->v[OURS].json, o->v[THEIRS].json))
		choose_file(p, f);
	else if (same(merged, o->v[OURS].json) || same(merged, o->v[THEIRS].json))
		f->choice = same(merged, o->v[OURS].json) ? MERGE_OURS : MERGE_THEIRS;
	else {
		f->choice = MERGE_NEW;
		f->record = hf_json_ref(merged);
	}
}

static enum hf_code
open_record(struct merge_plan *p, struct open_file *o, struct hf_err *e)
{
	struct merge_side     ours = { o->v[OURS].json, o->ours->by, o->ours->at };
	struct merge_side     theirs = { o->v[THEIRS].json, o->theirs->by, o->theirs->at };
	struct hf_json       *start = hf_json_ref(o->v[BASE].json), *merged = NULL;
	struct merge_crossing c = { p->r, o->f->path, p->bases, p->n_bases, &p->ways, { p->ours, p->theirs } };
	enum hf_code          rc = HF_OK;

	if (o->f->crossed) {
		hf_json_free(start);
		start = NULL;
		if ((rc = merge_start(&start, &c, ours.record, theirs.record, e)) == HF_SEALED) {
			hf_err_clear(e);
			return without_reading(p, o, e);
		}
	}
	if (rc == HF_OK && (rc = merge_exact(&merged, p->conflicts, NULL, &c, start, &ours, &theirs, e)) == HF_OK) {
		p->both += ours.record != NULL && theirs.record != NULL && !same(start, ours.record) &&
		    !same(start, theirs.record) && !same(ours.record, theirs.record);
		take_merged(p, o, merged);
	}
	hf_json_free(start);
	hf_json_free(merged);
	return rc == HF_OK ? HF_OK : hf_fail_in(e, "%s", o->f->path);
}

/* Entries never change: two files of one can only be encrypted to others. */
static enum hf_code
open_entry(struct merge_plan *p, struct open_file *o, struct hf_err *e)
{
	if (!same(o->v[OURS].json, o->v[THEIRS].json))
		return hf_fail(e, HF_DAMAGED, "%s: it is not the same on both sides, and entries never change", o->f->path);
	choose_file(p, o->f);
	return HF_OK;
}

/* Is that what must lie there? A file that was put in another's place is nobody's version of anything. */
static bool
in_place(const struct merge_plan *p, const struct open_file *o)
{
	for (int i = 0; i < 3; i++) {
		const char *id = hf_json_get_str(o->v[i].json, "id"), *reg = hf_json_get_str(o->v[i].json, "register");

		if (o->v[i].json != NULL && (id == NULL || reg == NULL || strcmp(id, o->f->id) != 0 || strcmp(reg, p->r->id) != 0))
			return false;
	}
	return true;
}

static enum hf_code
open_file(struct merge_plan *p, struct open_file *o, struct hf_err *e)
{
	for (int i = 0; i < 3; i++)
		if (o->v[i].m.rc != HF_OK && o->v[i].m.rc != HF_SEALED)
			return *e = o->v[i].m.err, hf_fail_in(e, "%s", o->f->path);
	if (o->v[OURS].m.rc == HF_SEALED || o->v[THEIRS].m.rc == HF_SEALED || o->v[BASE].m.rc == HF_SEALED)
		return without_reading(p, o, e);
	if (!in_place(p, o))
		return hf_fail(e, HF_DAMAGED, "%s: swapped: it is another record, or of another register", o->f->path);
	return o->f->kind == PATH_ENTRY ? open_entry(p, o, e) : open_record(p, o, e);
}

/* Evidence may be large: one at a time. */
static enum hf_code
open_blob(struct merge_plan *p, struct merge_file *f, struct hf_err *e)
{
	const struct hf_oid *oids[2] = { &f->ours, &f->theirs };
	struct hf_buf        plain[2] = { HF_BUF_SECRET(HF_VAULT_MAX), HF_BUF_SECRET(HF_VAULT_MAX) }, sealed = HF_BUF_INIT;
	enum hf_code         rc = HF_OK;

	for (int i = 0; rc == HF_OK && i < 2; i++) {
		if ((rc = hf_repo_blob(&sealed, p->r->repo, oids[i], HF_REPO_BLOB_MAX, e)) == HF_OK)
			rc = hf_vault_decrypt(&plain[i], p->r->vault, hf_buf_str(&sealed), sealed.len, e);
		hf_buf_clear(&sealed);
	}
	if (rc == HF_OK &&
	    (plain[0].len != plain[1].len || memcmp(hf_buf_str(&plain[0]), hf_buf_str(&plain[1]), plain[0].len) != 0))
		rc = hf_fail(e, HF_DAMAGED, "%s: it is not the same on both sides, and evidence never changes", f->path);
	hf_buf_clear(&plain[0]);
	hf_buf_clear(&plain[1]);
	if (rc != HF_OK && rc != HF_SEALED)
		return rc;
	hf_err_clear(e);
	choose_file(p, f);
	return HF_OK;
}

/* ---- all of them ---- */

/* Records and entries that are open, and who wrote them. */
struct openings {
	struct merge_plan   *p;
	size_t              *at; /* in the plan */
	const char         **paths;
	struct merge_writer *ours, *theirs;
	size_t               n;
};

static enum hf_code
gather(struct openings *os, struct hf_err *e)
{
	struct merge_plan *p = os->p;

	os->at = calloc(p->n + 1, sizeof(*os->at));
	os->paths = calloc(p->n + 1, sizeof(*os->paths));
	if (os->at == NULL || os->paths == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < p->n; i++) {
		if (p->list[i].choice != MERGE_OPEN || (p->list[i].kind != PATH_RECORD && p->list[i].kind != PATH_ENTRY))
			continue;
		os->at[os->n] = i;
		os->paths[os->n++] = p->list[i].path;
	}
	os->ours = calloc(os->n + 1, sizeof(*os->ours));
	os->theirs = calloc(os->n + 1, sizeof(*os->theirs));
	return os->ours == NULL || os->theirs == NULL ? hf_nomem(e) : HF_OK;
}

static enum hf_code
open_chunk(struct openings *os, size_t from, size_t n, struct hf_err *e)
{
	struct merge_plan *p = os->p;
	struct version    *versions = calloc(3 * n, sizeof(*versions));
	const struct work  w = { open_versions, versions, sizeof(*versions), 3 * n, HF_DECRYPT_MANY, p->r->progress, "merging",
		 3 * from, 3 * os->n };
	enum hf_code       rc = versions == NULL ? hf_nomem(e) : HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		const struct merge_file *f = &p->list[os->at[from + i]];

		if ((f->crossed || (rc = fetch(&versions[3 * i + BASE], p->r, &f->base, e)) == HF_OK) &&
		    (rc = fetch(&versions[3 * i + OURS], p->r, &f->ours, e)) == HF_OK)
			rc = fetch(&versions[3 * i + THEIRS], p->r, &f->theirs, e);
	}
	if (rc == HF_OK)
		rc = work_all(p->r->vault, &w, e);
	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		struct open_file o = { &p->list[os->at[from + i]], { { .json = NULL } }, &os->ours[from + i],
			&os->theirs[from + i] };

		memcpy(o.v, &versions[3 * i], sizeof(o.v));
		rc = open_file(p, &o, e);
	}
	for (size_t i = 0; versions != NULL && i < 3 * n; i++)
		drop_version(&versions[i]);
	free(versions);
	return rc;
}

enum hf_code
merge_open(struct merge_plan *p, struct hf_err *e)
{
	struct openings os = { .p = p };
	enum hf_code    rc;

	if ((rc = gather(&os, e)) != HF_OK)
		goto done;
	if (os.n > 0 &&
	    ((rc = merge_writers(os.ours, p->r, &p->ours, &p->theirs, os.paths, os.n, e)) != HF_OK ||
		(rc = merge_writers(os.theirs, p->r, &p->theirs, &p->ours, os.paths, os.n, e)) != HF_OK))
		goto done;
	for (size_t i = 0; rc == HF_OK && i < os.n; i += CHUNK)
		rc = open_chunk(&os, i, os.n - i < CHUNK ? os.n - i : CHUNK, e);
	for (size_t i = 0; rc == HF_OK && i < p->n; i++)
		if (p->list[i].choice == MERGE_OPEN && p->list[i].kind == PATH_BLOB)
			rc = open_blob(p, &p->list[i], e);
done:
	free(os.at);
	free(os.paths);
	free(os.ours);
	free(os.theirs);
	return rc;
}
