/* Who is a member when both sides changed that. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/hash.h"
#include "merge_impl.h"

#define FILE_MAX 4096
#define KEY_MAX  (1024u * 1024)

/* ---- one member's file ---- */

/* path is members/<FPR>.json */
static enum hf_code
read_member(struct hf_member *out, struct hf_register *r, const char *path, const struct hf_oid *oid, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	char          fpr[HF_FPR_SIZE];
	enum hf_code  rc;

	snprintf(fpr, sizeof(fpr), "%.40s", path + strlen("members/"));
	if ((rc = hf_repo_blob(&b, r->repo, oid, FILE_MAX, e)) == HF_OK)
		rc = hf_member_read(out, fpr, hf_buf_str(&b), b.len, e);
	hf_buf_clear(&b);
	return rc;
}

/* Every role that any of the commits both started from gave. */
static enum hf_code
base_roles(unsigned *out, struct merge_plan *p, const char *path, struct hf_err *e)
{
	struct hf_member m;
	struct hf_oid    tree, oid;
	enum hf_code     rc = HF_OK;

	*out = 0;
	for (size_t i = 0; rc == HF_OK && i < p->n_bases; i++) {
		if ((rc = register_tree(&tree, p->r, &p->bases[i], e)) != HF_OK)
			return rc;
		rc = hf_repo_lookup(&oid, p->r->repo, &tree, path, e);
		if (rc == HF_NOTFOUND)
			rc = HF_OK;
		else if (rc == HF_OK && (rc = read_member(&m, p->r, path, &oid, e)) == HF_OK)
			*out |= m.roles;
	}
	return rc;
}

static enum hf_code
set_member(struct merge_file *f, const struct hf_member *m, struct hf_err *e)
{
	hf_buf_clear(&f->data);
	hf_member_write(&f->data, m);
	f->choice = MERGE_NEW;
	return hf_buf_check(&f->data, e);
}

/* Added first by whom: the same on both ends. */
static bool
added_before(const struct hf_member *a, const struct hf_member *b)
{
	int order = strcmp(a->added, b->added);

	return order != 0 ? order < 0 : strcmp(a->added_by, b->added_by) < 0;
}

unsigned
merge_roles(unsigned base, unsigned ours, unsigned theirs)
{
	unsigned roles = (ours & theirs) | ((ours | theirs) & ~base);

	return roles != 0 ? roles : (ours | theirs) & ~HF_ROLE_ADMIN;
}

/* Changed on both sides. */
static enum hf_code
open_member(struct merge_plan *p, struct merge_file *f, struct hf_err *e)
{
	struct hf_member ours, theirs, merged;
	unsigned         base = 0;
	enum hf_code     rc;

	if (f->ours.hex[0] == '\0' || f->theirs.hex[0] == '\0') {
		f->choice = f->ours.hex[0] == '\0' ? MERGE_OURS : MERGE_THEIRS;
		return HF_OK;
	}
	if ((rc = read_member(&ours, p->r, f->path, &f->ours, e)) != HF_OK ||
	    (rc = read_member(&theirs, p->r, f->path, &f->theirs, e)) != HF_OK || (rc = base_roles(&base, p, f->path, e)) != HF_OK)
		return rc;
	merged = added_before(&ours, &theirs) ? ours : theirs;
	merged.roles = merge_roles(base, ours.roles, theirs.roles);
	return set_member(f, &merged, e);
}

/* ---- one member's key ---- */

static enum hf_code
inspect(struct hf_key *out, struct hf_register *r, const struct hf_oid *oid, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = hf_repo_blob(&b, r->repo, oid, KEY_MAX, e)) == HF_OK)
		rc = hf_vault_inspect(out, r->vault, hf_buf_str(&b), b.len, e);
	hf_buf_clear(&b);
	return rc;
}

static int64_t
end_of(const struct hf_key *k)
{
	return k->expires == 0 ? INT64_MAX : k->expires;
}

static enum hf_code
open_key(struct merge_plan *p, struct merge_file *f, struct hf_err *e)
{
	struct hf_key ours, theirs;
	bool          take_ours;
	enum hf_code  rc;

	if (f->ours.hex[0] == '\0' || f->theirs.hex[0] == '\0') {
		f->choice = f->ours.hex[0] == '\0' ? MERGE_OURS : MERGE_THEIRS;
		return HF_OK;
	}
	if ((rc = inspect(&ours, p->r, &f->ours, e)) != HF_OK || (rc = inspect(&theirs, p->r, &f->theirs, e)) != HF_OK)
		return hf_fail_in(e, "%s", f->path);
	if (ours.revoked != theirs.revoked)
		take_ours = ours.revoked;
	else if (end_of(&ours) != end_of(&theirs))
		take_ours = end_of(&ours) > end_of(&theirs);
	else
		take_ours = strcmp(f->ours.hex, f->theirs.hex) < 0;
	f->choice = take_ours ? MERGE_OURS : MERGE_THEIRS;
	return HF_OK;
}

/* ---- who is left ---- */

static void
drop_member(struct hf_members *m, const char *fpr)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].fpr, fpr) == 0) {
			memmove(&m->list[i], &m->list[i + 1], (m->n - i - 1) * sizeof(*m->list));
			m->n--;
			return;
		}
}

static enum hf_code
put_member(struct hf_members *m, const struct hf_member *one, struct hf_err *e)
{
	struct hf_member *list;
	size_t            i;

	drop_member(m, one->fpr);
	if ((list = realloc(m->list, (m->n + 1) * sizeof(*list))) == NULL)
		return hf_nomem(e);
	m->list = list;
	for (i = m->n; i > 0 && strcmp(list[i - 1].fpr, one->fpr) > 0; i--)
		list[i] = list[i - 1];
	list[i] = *one;
	m->n++;
	return HF_OK;
}

static enum hf_code
apply_member(struct merge_plan *p, const struct merge_file *f, struct hf_err *e)
{
	const struct hf_oid *oid = merge_chosen(f);
	struct hf_member     one;
	char                 fpr[HF_FPR_SIZE];
	enum hf_code         rc;

	snprintf(fpr, sizeof(fpr), "%.40s", f->path + strlen("members/"));
	if (f->choice == MERGE_NEW)
		rc = hf_member_read(&one, fpr, hf_buf_str(&f->data), f->data.len, e);
	else if (oid->hex[0] == '\0')
		return drop_member(&p->r->members, fpr), HF_OK;
	else
		rc = read_member(&one, p->r, f->path, oid, e);
	return rc == HF_OK ? put_member(&p->r->members, &one, e) : rc;
}

static bool
any_admin(const struct hf_members *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].roles & HF_ROLE_ADMIN)
			return true;
	return false;
}

static enum hf_code
must_have_admin(const struct hf_members *m, struct hf_err *e)
{
	if (any_admin(m))
		return HF_OK;
	hf_fail(e, HF_DENIED, "members: together, the two sides would leave nobody admin");
	return hf_hint(e, "agree who stays admin: holdfast member role FINGERPRINT admin, then sync again");
}

/* ---- the private home ---- */

struct keys {
	struct hf_register *r;
	struct hf_json     *oids; /* fingerprint → its key's object */
	struct hf_keyfile  *files;
	struct hf_buf      *armors;
	size_t              n;
};

static enum hf_code
note_key(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct keys *k = arg;
	char         fpr[HF_FPR_SIZE];

	if (strlen(d->path) != HF_FPR_SIZE - 1 + 4 || strcmp(d->path + HF_FPR_SIZE - 1, ".asc") != 0)
		return HF_OK;
	snprintf(fpr, sizeof(fpr), "%.40s", d->path);
	return hf_json_set(k->oids, fpr, hf_json_string(d->after.hex)) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
read_keys(struct keys *k, struct hf_err *e)
{
	struct hf_json *v;
	struct hf_oid   oid;
	const char     *fpr;
	enum hf_code    rc = HF_OK;

	k->files = calloc(hf_json_len(k->oids) + 1, sizeof(*k->files));
	k->armors = calloc(hf_json_len(k->oids) + 1, sizeof(*k->armors));
	if (k->files == NULL || k->armors == NULL)
		return hf_nomem(e);
	for (void *it = NULL; rc == HF_OK && hf_json_next(k->oids, &it, &fpr, &v);) {
		struct hf_buf *b = &k->armors[k->n];

		hf_oid_set(&oid, hf_json_str(v));
		if ((rc = hf_repo_blob(b, k->r->repo, &oid, KEY_MAX, e)) == HF_OK)
			k->files[k->n++] = (struct hf_keyfile){ fpr, hf_buf_str(b), b->len };
	}
	return rc;
}

/* Not the tree's own name, which is not known yet: the home is built again when it is. */
static void
stamp_of(char out[HF_SHA1_SIZE], const struct merge_plan *p)
{
	char both[2 * HF_OID_SIZE];

	snprintf(both, sizeof(both), "%s %s", p->ours_tree.hex, p->theirs_tree.hex);
	hf_sha1(out, both, strlen(both));
}

static enum hf_code
build_home(struct merge_plan *p, struct hf_err *e)
{
	struct keys  k = { .r = p->r, .oids = hf_json_object() };
	char         stamp[HF_SHA1_SIZE], fpr[HF_FPR_SIZE];
	enum hf_code rc;

	if (k.oids == NULL)
		return hf_nomem(e);
	rc = hf_repo_diff(p->r->repo, NULL, &p->r->members.tree, note_key, &k, e);
	for (size_t i = 0; rc == HF_OK && i < p->n; i++) {
		if (p->list[i].kind != PATH_KEY)
			continue;
		snprintf(fpr, sizeof(fpr), "%.40s", p->list[i].path + strlen("members/"));
		if (merge_chosen(&p->list[i])->hex[0] == '\0')
			hf_json_unset(k.oids, fpr);
		else if (hf_json_set(k.oids, fpr, hf_json_string(merge_chosen(&p->list[i])->hex)) != 0)
			rc = hf_nomem(e);
	}
	stamp_of(stamp, p);
	if (rc == HF_OK && (rc = read_keys(&k, e)) == HF_OK)
		rc = hf_members_home_of(k.files, k.n, stamp, &p->theirs, p->r->vault, p->r->repo, e);
	for (size_t i = 0; k.armors != NULL && i < hf_json_len(k.oids); i++)
		hf_buf_clear(&k.armors[i]);
	free(k.armors);
	free(k.files);
	hf_json_free(k.oids);
	return rc;
}

/* ---- all of it ---- */

static enum hf_code
must_be_member(const struct hf_register *r, const struct hf_members *m, const char *where, struct hf_err *e)
{
	if (hf_members_find(m, r->key) != NULL)
		return HF_OK;
	hf_fail(e, HF_DENIED, "key: %s is not a member %s", r->key, where);
	return hf_hint(e, "what is only here stays here; ask an admin to add you again, then sync");
}

static enum hf_code
member_there(struct merge_plan *p, struct hf_err *e)
{
	struct hf_members theirs;
	enum hf_code      rc;

	if ((rc = must_be_member(p->r, &p->r->members, "here any more", e)) != HF_OK ||
	    (rc = hf_members_load(&theirs, p->r->repo, &p->theirs_tree, e)) != HF_OK)
		return rc;
	rc = must_be_member(p->r, &theirs, "any more in what came in", e);
	hf_members_clear(&theirs);
	return rc;
}

enum hf_code
merge_members(struct merge_plan *p, struct hf_err *e)
{
	enum hf_code rc;
	bool         changed = false;

	if ((rc = member_there(p, e)) != HF_OK)
		return rc;
	for (size_t i = 0; rc == HF_OK && i < p->n; i++) {
		struct merge_file *f = &p->list[i];

		if (f->kind != PATH_MEMBER && f->kind != PATH_KEY)
			continue;
		changed = true;
		if (f->choice == MERGE_OPEN)
			rc = f->kind == PATH_MEMBER ? open_member(p, f, e) : open_key(p, f, e);
		if (rc == HF_OK && f->kind == PATH_MEMBER)
			rc = apply_member(p, f, e);
	}
	if (rc != HF_OK || !changed)
		return rc;
	if ((rc = must_have_admin(&p->r->members, e)) != HF_OK ||
	    (rc = must_be_member(p->r, &p->r->members, "any more when both sides come together", e)) != HF_OK)
		return rc;
	return build_home(p, e);
}
