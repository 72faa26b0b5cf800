/* Verify: the log of a run grew. An entry names every head of the log that its writer could see, so nothing can be cut off and gone on from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proof.h"

/* The heads of a log: sum of an entry → its id. NULL: not known, because something there is sealed. */

/* ---- what an entry is to the chain ---- */

static enum hf_code
remember(struct hf_json **out, struct proof *p, const char *id, const struct hf_json *entry, bool keep, struct hf_err *e)
{
	struct hf_json *link = hf_json_object();
	char            sum[HF_SHA256_SIZE];
	enum hf_code    rc;

	*out = NULL;
	if (link == NULL)
		return hf_nomem(e);
	if ((rc = hf_entry_hash(sum, entry, e)) == HF_OK &&
	    (hf_json_set(link, "sum", hf_json_string(sum)) != 0 ||
		(hf_json_get(entry, "prev") != NULL && hf_json_set(link, "prev", hf_json_ref(hf_json_get(entry, "prev"))) != 0) ||
		(keep && hf_json_set(p->links, id, hf_json_ref(link)) != 0)))
		rc = hf_nomem(e);
	if (rc == HF_OK)
		*out = link;
	else
		hf_json_free(link);
	return rc;
}

/* NULL with HF_OK: it cannot be read here. */
static enum hf_code
find_link(struct hf_json **out, struct proof *p, const char *id, struct hf_err *e)
{
	struct hf_json *entry = NULL;
	enum hf_code    rc, done;

	if ((*out = hf_json_ref(hf_json_get(p->links, id))) != NULL || p->r->db == NULL)
		return HF_OK;
	if (p->by_id == NULL && (rc = hf_db_prepare(&p->by_id, p->r->db, "SELECT body FROM entry WHERE id = ?", e)) != HF_OK)
		return rc;
	hf_stmt_text(p->by_id, 1, id);
	rc = HF_OK;
	if (hf_stmt_step(p->by_id)) {
		const char *body = hf_stmt_col(p->by_id, 0);

		if ((rc = hf_json_parse(&entry, body, strlen(body), e)) == HF_OK)
			rc = remember(out, p, id, entry, false, e);
	}
	done = hf_stmt_reset(p->by_id, e);
	hf_json_free(entry);
	return rc != HF_OK ? rc : done;
}

/* ---- the heads in a tree ---- */

struct log {
	struct proof   *p;
	struct hf_json *heads;
	struct hf_json *named;
	bool            sealed;
};

static enum hf_code
take_entry(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct log     *l = arg;
	struct hf_json *link = NULL;
	char            id[HF_ID_SIZE];
	enum hf_code    rc;

	snprintf(id, sizeof(id), "%.26s", d->path);
	if ((rc = find_link(&link, l->p, id, e)) != HF_OK)
		return rc;
	l->sealed = l->sealed || link == NULL;
	if (link != NULL && hf_json_set(l->heads, hf_json_get_str(link, "sum"), hf_json_string(id)) != 0)
		rc = hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(hf_json_get(link, "prev")); i++) {
		const char *sum = hf_json_str(hf_json_at(hf_json_get(link, "prev"), i));

		if (sum != NULL && hf_json_set(l->named, sum, hf_json_bool(true)) != 0)
			rc = hf_nomem(e);
	}
	hf_json_free(link);
	return rc;
}

static enum hf_code
heads_of_folder(struct hf_json **out, struct proof *p, const struct hf_oid *folder, struct hf_err *e)
{
	struct log      l = { p, hf_json_object(), hf_json_object(), false };
	struct hf_json *v;
	const char     *sum;
	enum hf_code    rc = l.heads == NULL || l.named == NULL ? hf_nomem(e) : HF_OK;

	*out = NULL;
	if (rc == HF_OK && folder->hex[0] != '\0')
		rc = hf_repo_diff(p->r->repo, NULL, folder, take_entry, &l, e);
	for (void *it = NULL; hf_json_next(l.named, &it, &sum, &v);)
		hf_json_unset(l.heads, sum);
	hf_json_free(l.named);
	if (rc == HF_OK && !l.sealed)
		*out = l.heads;
	else
		hf_json_free(l.heads);
	return rc;
}

static enum hf_code
folder_of(struct hf_oid *out, struct proof *p, const struct hf_oid *tree, const char *run, struct hf_err *e)
{
	char         path[PATH_SIZE];
	enum hf_code rc;

	out->hex[0] = '\0';
	if (tree->hex[0] == '\0')
		return HF_OK;
	snprintf(path, sizeof(path), "runs/%s", run);
	rc = hf_repo_lookup(out, p->r->repo, tree, path, e);
	return rc == HF_NOTFOUND ? HF_OK : rc;
}

/* Where the log stood before the commit: as left by the one before, or found out. */
static enum hf_code
heads_before(struct hf_json **out, struct proof *p, const struct deed *d, const char *run, struct hf_err *e)
{
	struct hf_json *known = hf_json_get(p->heads, run);
	const char     *at = hf_json_get_str(known, "folder");
	struct hf_oid   folder;
	enum hf_code    rc;

	*out = NULL;
	if ((rc = folder_of(&folder, p, &d->before, run, e)) != HF_OK)
		return rc;
	if (at == NULL || folder.hex[0] == '\0' || strcmp(at, folder.hex) != 0)
		return heads_of_folder(out, p, &folder, e);
	*out = hf_json_ref(hf_json_get(known, "sums"));
	return HF_OK;
}

static enum hf_code
heads_after(struct proof *p, const struct deed *d, const char *run, struct hf_json *heads, struct hf_err *e)
{
	struct hf_json *now;
	struct hf_oid   folder;
	enum hf_code    rc;

	if ((rc = folder_of(&folder, p, &d->tree, run, e)) != HF_OK || heads == NULL) {
		hf_json_unset(p->heads, run);
		return rc;
	}
	if ((now = hf_json_object()) == NULL || hf_json_set(now, "folder", hf_json_string(folder.hex)) != 0 ||
	    hf_json_set(now, "sums", hf_json_ref(heads)) != 0) {
		hf_json_free(now);
		return hf_nomem(e);
	}
	return hf_json_set(p->heads, run, now) == 0 ? HF_OK : hf_nomem(e);
}

/* ---- an entry on them ---- */

static bool
names_all(const struct hf_json *entry, const struct hf_json *heads)
{
	const struct hf_json *prev = hf_json_get(entry, "prev");

	if (hf_json_len(prev) != hf_json_len(heads))
		return false;
	for (size_t i = 0; i < hf_json_len(prev); i++)
		if (hf_json_str(hf_json_at(prev, i)) == NULL || hf_json_get(heads, hf_json_str(hf_json_at(prev, i))) == NULL)
			return false;
	return true;
}

static bool
names(const struct hf_json *entry, const char *sum)
{
	const struct hf_json *prev = hf_json_get(entry, "prev");

	for (size_t i = 0; i < hf_json_len(prev); i++)
		if (hf_json_str(hf_json_at(prev, i)) != NULL && strcmp(hf_json_str(hf_json_at(prev, i)), sum) == 0)
			return true;
	return false;
}

/* Could its writer read the entry of that id, as it lay there? */
static bool
was_readable(struct proof *p, const struct change_of *c, const char *id)
{
	struct hf_oid blob;
	char          path[PATH_SIZE];

	path_entry(path, c->run, id);
	return hf_repo_lookup(&blob, p->r->repo, &c->deed->before, path, NULL) != HF_OK ||
	    proof_could_read(p, c->deed->who.fpr, &blob);
}

static enum hf_code
say_gap(struct proof *p, const struct change_of *c, const struct hf_json *entry, const struct hf_json *heads, struct hf_err *e)
{
	const struct hf_json *prev = hf_json_get(entry, "prev");
	struct hf_json       *id;
	const char           *sum;

	for (void *it = NULL; hf_json_next(heads, &it, &sum, &id);)
		if (!names(entry, sum) && was_readable(p, c, hf_json_str(id)))
			return proof_problem(p, e, c->deed->oid.hex,
			    "%s: it leaves out %s, which stood there before it: the log was cut and gone on with", c->path,
			    hf_json_str(id));
	for (size_t i = 0; i < hf_json_len(prev); i++)
		if (hf_json_str(hf_json_at(prev, i)) == NULL || hf_json_get(heads, hf_json_str(hf_json_at(prev, i))) == NULL)
			return proof_problem(p, e, c->deed->oid.hex, "%s: an entry before it is missing or was changed", c->path);
	return HF_OK;
}

/* heads with this entry on them. */
static enum hf_code
put_on(struct proof *p, struct hf_json *heads, const char *id, const struct hf_json *entry, struct hf_err *e)
{
	const struct hf_json *prev = hf_json_get(entry, "prev");
	struct hf_json       *link;
	enum hf_code          rc;

	if ((rc = remember(&link, p, id, entry, p->incoming, e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < hf_json_len(prev); i++)
		if (hf_json_str(hf_json_at(prev, i)) != NULL)
			hf_json_unset(heads, hf_json_str(hf_json_at(prev, i)));
	if (hf_json_set(heads, hf_json_get_str(link, "sum"), hf_json_string(id)) != 0)
		rc = hf_nomem(e);
	hf_json_free(link);
	return rc;
}

/* In the order of their chain, which is mostly that of their ids. One that does not fit is named, and taken as it is. */
static enum hf_code
chain(struct proof *p, const struct change_of *list, const struct text *texts, size_t n, struct hf_json *heads, struct hf_err *e)
{
	bool        *done = calloc(n, sizeof(*done));
	enum hf_code rc = done == NULL ? hf_nomem(e) : HF_OK;

	for (size_t left = n, first = 0; rc == HF_OK && left > 0; left--) {
		size_t i = first;

		while (i < n && (done[i] || !names_all(texts[i].json, heads)))
			i++;
		if (i == n) {
			i = first;
			rc = say_gap(p, &list[i], texts[i].json, heads, e);
		}
		if (rc == HF_OK)
			rc = put_on(p, heads, list[i].id, texts[i].json, e);
		done[i] = true;
		while (first < n && done[first])
			first++;
	}
	free(done);
	return rc;
}

enum hf_code
proof_run_grew(struct proof *p, const struct change_of *list, const struct text *texts, size_t n, struct hf_err *e)
{
	const struct deed *d = list[0].deed;
	struct hf_json    *heads = NULL, *mine = NULL;
	bool               all = true;
	enum hf_code       rc;

	for (size_t i = 0; i < n; i++)
		all = all && texts[i].state == TEXT_PLAIN;
	if (all && (rc = heads_before(&heads, p, d, list[0].run, e)) != HF_OK)
		return rc;
	if (heads != NULL) {
		mine = hf_json_copy(heads);
		hf_json_free(heads);
		rc = mine == NULL ? hf_nomem(e) : chain(p, list, texts, n, mine, e);
	} else {
		rc = HF_OK;
	}
	if (rc == HF_OK)
		rc = heads_after(p, d, list[0].run, mine, e);
	hf_json_free(mine);
	return rc;
}
