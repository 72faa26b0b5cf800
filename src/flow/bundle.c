#include "holdfast/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/evidence.h"
#include "holdfast/fs.h"
#include "holdfast/hash.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

struct bundling {
	const struct hf_bundle *b;
	struct hf_register     *r;
	char                   *dir; /* beside the one that it will be; NULL */
	struct hf_buf           text;
	char                    name[128], sum[HF_SHA256_SIZE]; /* of the report */
	struct hf_buf           sums;                           /* SHA256SUMS */
	struct hf_json         *files, *left_out;
};

/* ---- writing into the folder ---- */

/* A file under the folder, with its line in SHA256SUMS. */
static enum hf_code
put(struct bundling *g, const char *name, const void *data, size_t len, struct hf_err *e)
{
	char         sum[HF_SHA256_SIZE];
	char        *path = hf_fs_join(g->dir, name);
	enum hf_code rc;

	if (path == NULL)
		return hf_nomem(e);
	if ((rc = hf_fs_write_new(path, data, len, e)) == HF_OK) {
		hf_sha256(sum, data, len);
		hf_buf_addf(&g->sums, "%s  %s\n", sum, name);
	}
	free(path);
	return rc;
}

/* ---- which files ---- */

/* Where the bytes are: {"file_name","sha256","from","blob"} for each file that the report may name. */
static enum hf_code
offer(struct hf_json *list, const struct hf_json *from, const char *blob, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	int             bad = 0;

	bad |= hf_json_set(o, "file_name", hf_json_ref(hf_json_get(from, "file_name")));
	bad |= hf_json_set(o, "sha256", hf_json_ref(hf_json_get(from, "sha256")));
	bad |= hf_json_set(o, "from", hf_json_ref(hf_json_get(from, "id")));
	bad |= hf_json_set(o, "blob", hf_json_string(blob));
	if (bad || hf_json_push(list, o) != 0) {
		hf_json_free(bad ? o : NULL);
		return hf_nomem(e);
	}
	return HF_OK;
}

/* Is there a file in it, with a name that a file may have? */
static bool
has_file(const struct hf_json *from, const char *blob)
{
	const char *name = hf_json_get_str(from, "file_name");

	return blob != NULL && hf_json_get_str(from, "sha256") != NULL && name != NULL && hf_evidence_check(name, 1, NULL) == HF_OK;
}

static enum hf_code
offers(struct hf_json **out, struct bundling *g, struct hf_err *e)
{
	const struct hf_json *entries = g->b->report.run != NULL ? hf_run_entries(g->b->report.run) : NULL;
	struct hf_ask         ask = { "SELECT id, file_name, sha256, blob FROM evidence ORDER BY id", NULL, 0 };
	struct hf_json       *rows = NULL;
	enum hf_code          rc;

	if ((*out = hf_json_array()) == NULL)
		return hf_nomem(e);
	if ((rc = hf_db_ask(&rows, NULL, hf_register_db(g->r), &ask, e)) != HF_OK)
		return rc;
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(entries); i++) {
		const struct hf_json *entry = hf_json_at(entries, i);
		const char           *blob = hf_json_get_str(entry, "evidence");

		if (has_file(entry, blob))
			rc = offer(*out, entry, blob, e);
	}
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(rows); i++) {
		const struct hf_json *row = hf_json_at(rows, i);
		const char           *blob = hf_json_get_str(row, "blob");

		if (has_file(row, blob))
			rc = offer(*out, row, blob, e);
	}
	hf_json_free(rows);
	return rc;
}

/* ---- taking one out ---- */

/* "evidence/page.png", "evidence/2-page.png": what sha256sum and every file system can read. */
static enum hf_code
place_of(struct hf_buf *out, const struct bundling *g, const char *file_name, struct hf_err *e)
{
	for (unsigned n = 1; n < 10000; n++) {
		size_t start;
		char  *path;
		bool   taken;

		hf_buf_cut(out, 0);
		hf_buf_adds(out, "evidence/");
		if (n > 1)
			hf_buf_addf(out, "%u-", n);
		start = out->len;
		hf_buf_adds(out, file_name);
		if (hf_buf_check(out, e) != HF_OK || (path = hf_fs_join(g->dir, out->data)) == NULL)
			return hf_nomem(e);
		for (size_t i = start; i < out->len; i++)
			if (out->data[i] == '\\')
				out->data[i] = '_';
		taken = hf_fs_exists(path);
		free(path);
		if (!taken)
			return HF_OK;
	}
	return hf_fail(e, HF_BAD, "%s: too many files of that name", file_name);
}

static enum hf_code
leave_out(struct bundling *g, const struct hf_json *offered, const char *why, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	int             bad = 0;

	bad |= hf_json_set(o, "file_name", hf_json_ref(hf_json_get(offered, "file_name")));
	bad |= hf_json_set(o, "why", hf_json_string(why));
	return bad || hf_json_push(g->left_out, o) != 0 ? hf_nomem(e) : HF_OK;
}

static enum hf_code
take(struct bundling *g, const struct hf_json *offered, struct hf_err *e)
{
	const char     *name = hf_json_get_str(offered, "file_name"), *sum = hf_json_get_str(offered, "sha256");
	struct hf_buf   data = HF_BUF_SECRET(HF_EVIDENCE_MAX), place = HF_BUF_INIT;
	struct hf_json *o = NULL;
	enum hf_code    rc;
	int             bad = 0;

	if ((rc = hf_register_blob(&data, g->r, hf_json_get_str(offered, "blob"), sum, e)) == HF_SEALED) {
		rc = leave_out(g, offered, "it is for others, not for you", e);
		goto done;
	}
	if (rc != HF_OK) {
		hf_fail_in(e, "%s", name);
		goto done;
	}
	if ((rc = place_of(&place, g, name, e)) != HF_OK || (rc = put(g, place.data, hf_buf_str(&data), data.len, e)) != HF_OK)
		goto done;
	o = hf_json_object();
	bad |= hf_json_set(o, "file_name", hf_json_string(place.data));
	bad |= hf_json_set(o, "sha256", hf_json_string(sum));
	bad |= hf_json_set(o, "size", hf_json_int((int64_t)data.len));
	bad |= hf_json_set(o, "from", hf_json_ref(hf_json_get(offered, "from")));
	if (bad || hf_json_push(g->files, hf_json_ref(o)) != 0)
		rc = hf_nomem(e);
done:
	hf_json_free(o);
	hf_buf_clear(&data);
	hf_buf_clear(&place);
	return rc;
}

/* The first that is offered with a sum; NULL when there is none. */
static const struct hf_json *
offered_as(const struct hf_json *list, const char *sum)
{
	for (size_t i = 0; i < hf_json_len(list); i++)
		if (strcmp(hf_json_get_str(hf_json_at(list, i), "sha256"), sum) == 0)
			return hf_json_at(list, i);
	return NULL;
}

static enum hf_code
evidence(struct bundling *g, struct hf_err *e)
{
	struct hf_json *named = NULL, *list = NULL;
	char           *dir = NULL;
	enum hf_code    rc;

	if ((rc = hf_report_names(&named, &g->b->report, e)) != HF_OK || (rc = offers(&list, g, e)) != HF_OK)
		goto done;
	if (hf_json_len(named) > 0 && (dir = hf_fs_join(g->dir, "evidence")) == NULL)
		rc = hf_nomem(e);
	if (rc == HF_OK && dir != NULL)
		rc = hf_fs_mkdirs(dir, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(named); i++) {
		const struct hf_json *offered = offered_as(list, hf_json_str(hf_json_at(named, i)));

		if (offered != NULL)
			rc = take(g, offered, e);
	}
done:
	free(dir);
	hf_json_free(named);
	hf_json_free(list);
	return rc;
}

/* ---- what goes with them ---- */

static enum hf_code
report(struct bundling *g, struct hf_err *e)
{
	static const char *const names[] = { "report.txt", "report.md", "report.html" };

	hf_sha256(g->sum, hf_buf_str(&g->text), g->text.len);
	return put(g, names[g->b->report.format], hf_buf_str(&g->text), g->text.len, e);
}

/* What both the manifest and the caller get. */
static int
common(struct hf_json *o, const struct bundling *g)
{
	const struct hf_run *run = g->b->report.run;
	int                  bad = 0;

	bad |= hf_json_set(o, "template", hf_json_string(g->name));
	bad |= hf_json_set(o, "run", run != NULL ? hf_json_string(hf_run_id(run)) : hf_json_null());
	bad |= hf_json_set(o, "sha256", hf_json_string(g->sum));
	bad |= hf_json_set(o, "files", hf_json_ref(g->files));
	bad |= hf_json_set(o, "left_out", hf_json_ref(g->left_out));
	bad |= hf_json_set(o, "sealed", hf_json_int((int64_t)hf_register_sealed(g->r)));
	return bad;
}

static enum hf_code
manifest(struct bundling *g, struct hf_err *e)
{
	const struct hf_run *run = g->b->report.run;
	struct hf_json      *o = hf_json_object();
	struct hf_buf        b = HF_BUF_INIT;
	char                 now[HF_TIME_SIZE];
	enum hf_code         rc;
	int                  bad = common(o, g);

	hf_time_rfc3339(now, hf_register_now(g->r), false);
	bad |= hf_json_set(o, "format", hf_json_int(1));
	bad |= hf_json_set(o, "made_at", hf_json_string(now));
	bad |= hf_json_set(o, "made_by", hf_json_string(hf_register_key(g->r)));
	bad |= hf_json_set(o, "register", hf_json_string(hf_register_id(g->r)));
	bad |= hf_json_set(o, "head", hf_json_string(hf_register_head(g->r)->hex));
	if (run != NULL) {
		bad |= hf_json_set(o, "playbook_hash", hf_json_string(hf_run_book_hash(run)));
		bad |= hf_json_set(o, "drill", hf_json_bool(hf_run_is_drill(run)));
	}
	hf_json_dump(&b, o, HF_JSON_PRETTY);
	hf_buf_addc(&b, '\n');
	if (bad || b.failed)
		rc = hf_nomem(e);
	else
		rc = put(g, "manifest.json", b.data, b.len, e);
	hf_json_free(o);
	hf_buf_clear(&b);
	return rc;
}

/* The key, the sums of everything, and the signature of those. */
static enum hf_code
sign(struct bundling *g, struct hf_err *e)
{
	struct hf_vault *v = hf_register_vault(g->r);
	const char      *fpr = hf_register_key(g->r);
	struct hf_buf    key = HF_BUF_INIT, sig = HF_BUF_INIT, sums = HF_BUF_INIT;
	enum hf_code     rc;

	if ((rc = hf_vault_export(&key, v, fpr, e)) != HF_OK || (rc = put(g, "signer.asc", hf_buf_str(&key), key.len, e)) != HF_OK)
		goto done;
	hf_buf_add(&sums, hf_buf_str(&g->sums), g->sums.len);
	if ((rc = hf_buf_check(&sums, e)) != HF_OK || (rc = put(g, "SHA256SUMS", sums.data, sums.len, e)) != HF_OK ||
	    (rc = hf_vault_sign(&sig, v, fpr, sums.data, sums.len, e)) != HF_OK)
		goto done;
	rc = put(g, "SHA256SUMS.asc", hf_buf_str(&sig), sig.len, e);
done:
	hf_buf_clear(&key);
	hf_buf_clear(&sig);
	hf_buf_clear(&sums);
	return rc;
}

/* ---- all of it ---- */

/* It stands in the log before anybody can have it. */
static enum hf_code
hand_over(struct bundling *g, struct hf_err *e)
{
	struct hf_run *run = g->b->report.run;
	enum hf_code   logged = HF_OK, rc;

	if (run != NULL) {
		logged = hf_run_reported(run, g->b->act, g->name, g->sum, g->files, e);
		if (logged != HF_OK && logged != HF_UNSURE)
			return logged;
	}
	if ((rc = hf_fs_place(g->dir, g->b->dir, e)) != HF_OK)
		return rc;
	free(g->dir);
	g->dir = NULL;
	return logged;
}

static enum hf_code
make(struct bundling *g, struct hf_err *e)
{
	enum hf_code rc;

	if ((g->files = hf_json_array()) == NULL || (g->left_out = hf_json_array()) == NULL)
		return hf_nomem(e);
	if ((rc = hf_report_make(&g->text, g->name, &g->b->report, e)) != HF_OK)
		return rc;
	if ((rc = hf_fs_folder_beside(&g->dir, g->b->dir, e)) == HF_EXISTS)
		return hf_hint(e, "name a folder that is not there yet: nothing is written over");
	if (rc == HF_NOTFOUND)
		return hf_hint(e, "make the folder above it first");
	if (rc != HF_OK || (rc = report(g, e)) != HF_OK || (rc = evidence(g, e)) != HF_OK || (rc = manifest(g, e)) != HF_OK ||
	    (rc = sign(g, e)) != HF_OK)
		return rc;
	return hand_over(g, e);
}

enum hf_code
hf_bundle_make(struct hf_json **out, const struct hf_bundle *bundle, struct hf_err *e)
{
	struct bundling g = { .b = bundle, .r = bundle->report.r, .text = HF_BUF_INIT, .sums = HF_BUF_INIT };
	struct hf_json *o = NULL;
	enum hf_code    rc;

	*out = NULL;
	rc = make(&g, e);
	if (g.dir != NULL)
		hf_fs_remove_tree(g.dir, NULL);
	if (rc == HF_OK || rc == HF_UNSURE) {
		o = hf_json_object();
		if (hf_json_set(o, "bundle", hf_json_string(bundle->dir)) != 0 || common(o, &g) != 0) {
			hf_json_free(o);
			o = NULL;
			rc = rc == HF_OK ? hf_nomem(e) : rc;
		}
	}
	*out = o;
	free(g.dir);
	hf_buf_clear(&g.text);
	hf_buf_clear(&g.sums);
	hf_json_free(g.files);
	hf_json_free(g.left_out);
	return rc;
}
