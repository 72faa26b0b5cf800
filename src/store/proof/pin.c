#include "pin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../git/repo_impl.h"
#include "holdfast/fs.h"
#include "holdfast/hash.h"

#define PIN_MAX 16384
#define FORMAT  1

/* The real path, also of a place where nothing lies yet. */
static enum hf_code
real_path(struct hf_buf *out, const char *path, struct hf_err *e)
{
	const char *base = hf_fs_base(path);
	char       *real, *folder;

	if ((real = realpath(path, NULL)) != NULL) {
		hf_buf_adds(out, real);
	} else {
		if ((folder = base == path ? strdup(".") : strndup(path, (size_t)(base - path))) == NULL)
			return hf_nomem(e);
		real = realpath(folder, NULL);
		free(folder);
		if (real == NULL)
			return hf_fail_errno(e, HF_SYSTEM, errno, "%s", path);
		hf_buf_addf(out, "%s/%s", strcmp(real, "/") == 0 ? "" : real, base);
	}
	free(real);
	return hf_buf_check(out, e);
}

static enum hf_code
file_of(struct hf_buf *out, const struct hf_register *r, struct hf_err *e)
{
	struct hf_buf real = HF_BUF_INIT;
	char          sum[HF_SHA256_SIZE];
	enum hf_code  rc;

	if ((rc = real_path(&real, r->path, e)) == HF_OK) {
		hf_sha256(sum, real.data, real.len);
		hf_buf_addf(out, "%s/pin-%s.json", r->state, sum);
		rc = hf_buf_check(out, e);
	}
	hf_buf_clear(&real);
	return rc;
}

/* An object's name, or "" for none. */
static bool
take_oid(struct hf_oid *out, const struct hf_json *j, const char *key)
{
	const char *s = hf_json_get_str(j, key);

	out->hex[0] = '\0';
	return s != NULL && (s[0] == '\0' || hf_oid_set(out, s));
}

static bool
take(struct pin *out, const struct hf_json *j)
{
	const char *by = hf_json_get_str(j, "root_by"), *url = hf_json_get_str(j, "url");
	int64_t     membership = hf_json_num(hf_json_get(j, "membership"));

	if (hf_json_num(hf_json_get(j, "format")) != FORMAT || !take_oid(&out->root, j, "root") ||
	    !take_oid(&out->seen, j, "seen") || !take_oid(&out->synced, j, "synced"))
		return false;
	if (by == NULL || (by[0] != '\0' && !hf_fpr_valid(by)) || membership < 0)
		return false;
	strcpy(out->root_by, by);
	out->membership = (uint64_t)membership;
	return url == NULL || (out->url = strdup(url)) != NULL;
}

enum hf_code
pin_read(struct pin *out, const struct hf_register *r, struct hf_err *e)
{
	struct hf_buf   file = HF_BUF_INIT, text = HF_BUF_INIT;
	struct hf_json *j = NULL;
	enum hf_code    rc;

	memset(out, 0, sizeof(*out));
	if ((rc = file_of(&file, r, e)) != HF_OK)
		goto done;
	if ((rc = hf_fs_read(&text, file.data, PIN_MAX, e)) == HF_NOTFOUND) {
		hf_err_clear(e);
		rc = HF_OK;
		goto done;
	}
	if (rc != HF_OK || (rc = hf_json_parse(&j, hf_buf_str(&text), text.len, NULL)) != HF_OK || !take(out, j)) {
		pin_clear(out);
		hf_fail(e, HF_DAMAGED, "%s: what this computer remembers of the register cannot be read", r->path);
		rc = hf_hint(e, "put %s back from a copy; only when there is none, remove it", file.data);
	}
done:
	hf_json_free(j);
	hf_buf_clear(&text);
	hf_buf_clear(&file);
	return rc;
}

static struct hf_json *
as_json(const struct pin *p)
{
	struct hf_json *o = hf_json_object();
	int             bad;

	bad = hf_json_set(o, "format", hf_json_int(FORMAT)) | hf_json_set(o, "root", hf_json_string(p->root.hex)) |
	    hf_json_set(o, "root_by", hf_json_string(p->root_by)) | hf_json_set(o, "seen", hf_json_string(p->seen.hex)) |
	    hf_json_set(o, "synced", hf_json_string(p->synced.hex)) |
	    hf_json_set(o, "membership", hf_json_int((int64_t)p->membership));
	if (p->url != NULL)
		bad |= hf_json_set(o, "url", hf_json_string(p->url));
	if (!bad)
		return o;
	hf_json_free(o);
	return NULL;
}

enum hf_code
pin_write(const struct pin *p, const struct hf_register *r, struct hf_err *e)
{
	struct hf_buf   file = HF_BUF_INIT, text = HF_BUF_INIT;
	struct hf_json *j = as_json(p);
	enum hf_code    rc;

	if (j == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	hf_json_dump(&text, j, HF_JSON_PRETTY);
	hf_buf_addc(&text, '\n');
	if ((rc = hf_buf_check(&text, e)) == HF_OK && (rc = file_of(&file, r, e)) == HF_OK &&
	    (rc = hf_fs_mkdirs(r->state, e)) == HF_OK)
		rc = hf_fs_write(file.data, text.data, text.len, e);
done:
	hf_json_free(j);
	hf_buf_clear(&text);
	hf_buf_clear(&file);
	return rc;
}

void
pin_clear(struct pin *p)
{
	free(p->url);
	memset(p, 0, sizeof(*p));
}

enum hf_code
pin_set_url(struct pin *p, const char *url, struct hf_err *e)
{
	char *copy = url == NULL ? NULL : strdup(url);

	if (url != NULL && copy == NULL)
		return hf_nomem(e);
	/* Another copy: what was seen of the old one says nothing about it. */
	if (url == NULL || p->url == NULL || strcmp(url, p->url) != 0)
		p->synced.hex[0] = '\0';
	free(p->url);
	p->url = copy;
	return HF_OK;
}

/* ---- what it says of the branch ---- */

struct count {
	struct hf_register *r;
	uint64_t            n;
};

static enum hf_code
members_of(struct hf_oid *out, struct hf_repo *repo, const struct hf_oid *commit, struct hf_err *e)
{
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_commit c;
	enum hf_code     rc;

	if ((rc = hf_repo_commit_read(&c, &raw, repo, commit, e)) == HF_OK) {
		rc = hf_repo_lookup(out, repo, &c.tree, "members", e);
		hf_commit_clear(&c);
	}
	hf_buf_clear(&raw);
	return rc;
}

/* A merge that takes one side's members changes nothing: that side's commit was counted. */
static enum hf_code
count_one(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct count *n = arg;
	struct hf_oid mine, theirs;
	enum hf_code  rc;

	if (c == NULL)
		return e->code;
	if ((rc = hf_repo_lookup(&mine, n->r->repo, &c->tree, "members", e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < c->n_parents; i++) {
		if ((rc = members_of(&theirs, n->r->repo, &c->parent[i], e)) != HF_OK)
			return rc;
		if (hf_oid_equal(&mine, &theirs))
			return HF_OK;
	}
	(void)oid;
	n->n++;
	return HF_OK;
}

enum hf_code
pin_advance(struct pin *p, struct hf_register *r, const struct hf_oid *head, struct hf_err *e)
{
	struct count n = { r, p->seen.hex[0] == '\0' ? 0 : p->membership };
	enum hf_code rc;

	if (hf_oid_equal(&p->seen, head))
		return HF_OK;
	if ((rc = hf_repo_walk(r->repo, head, p->seen.hex[0] == '\0' ? NULL : &p->seen, true, count_one, &n, e)) != HF_OK)
		return rc;
	p->seen = *head;
	p->membership = n.n;
	return HF_OK;
}

enum hf_code
pin_judge(bool *behind, const struct pin *p, struct hf_register *r, const struct hf_oid *head, struct hf_err *e)
{
	bool         on = true;
	enum hf_code rc = HF_OK;

	*behind = false;
	if (p->seen.hex[0] != '\0' && (rc = hf_repo_descends(&on, r->repo, head, &p->seen, e)) == HF_OK)
		*behind = !on;
	return rc;
}
