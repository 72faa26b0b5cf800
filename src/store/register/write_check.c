#include "write_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"
#include "recrypt.h"
#include "rights.h"

#define ASK_MANY    3 /* names in one hint */
#define EXPIRY_DAYS 30

/* ---- may they? ---- */

/* "ask Ann Lee or Max Roe" */
static void
whom_to_ask(struct hf_register *r, unsigned roles, struct hf_err *e)
{
	struct hf_buf who = HF_BUF_INIT;
	size_t        n = 0;

	for (size_t i = 0; i < r->members.n && n < ASK_MANY; i++) {
		if (!(r->members.list[i].roles & roles) || strcmp(r->members.list[i].fpr, r->key) == 0)
			continue;
		hf_buf_adds(&who, n++ == 0 ? "" : " or ");
		hf_register_who(&who, r, r->members.list[i].fpr);
	}
	hf_hint(e, "ask %s", n == 0 ? "an admin" : hf_buf_str(&who));
	hf_buf_clear(&who);
}

static enum hf_code
denied(struct hf_register *r, const char *what, struct hf_err *e)
{
	hf_fail(e, HF_DENIED, "not allowed: you may not %s", what);
	whom_to_ask(r, HF_ROLE_ADMIN | HF_ROLE_RESPONDER, e);
	return HF_DENIED;
}

static enum hf_code
judge(struct hf_batch *b, const struct hf_member *me, enum path_kind kind, const struct hf_json *before,
    const struct hf_json *after, struct hf_err *e)
{
	enum write_kind what = before == NULL ? WRITE_ADD : after == NULL ? WRITE_REMOVE : WRITE_REPLACE;
	struct hf_buf   why = HF_BUF_INIT;
	bool            may = true;
	enum hf_code    rc = HF_OK;

	if (kind == PATH_BLOB)
		may = rights_path(me->roles, kind, what);
	else
		rc = rights_content(&may, &why, b->r, me, before, after, e);
	if (rc == HF_OK && !may)
		rc = denied(b->r, kind == PATH_BLOB ? "add a file: your role is auditor" : hf_buf_str(&why), e);
	hf_buf_clear(&why);
	return rc;
}

static enum hf_code
named_are_members(const struct hf_batch *b, const struct change *c, struct hf_err *e)
{
	const struct hf_json *list = hf_json_get(c->final, "restricted_to");

	if (hf_json_equal(list, hf_json_get(c->base, "restricted_to")))
		return HF_OK;
	for (size_t i = 0; i < hf_json_len(list); i++) {
		const char *fpr = hf_json_str(hf_json_at(list, i));

		if (fpr != NULL && hf_members_find(&b->r->members, fpr) != NULL)
			continue;
		hf_fail(e, HF_BAD, "restricted_to: %s is no member", fpr == NULL ? "" : fpr);
		return hf_hint(e, "holdfast member list shows the fingerprints of those who are");
	}
	return HF_OK;
}

enum hf_code
write_allowed(struct hf_batch *b, struct hf_err *e)
{
	const struct hf_member *me = hf_members_find(&b->r->members, b->r->key);
	enum hf_code            rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < b->n_changes; i++)
		if (!b->changes[i].same && b->changes[i].final != NULL)
			rc = named_are_members(b, &b->changes[i], e);
	if (rc != HF_OK || (me->roles & (HF_ROLE_ADMIN | HF_ROLE_RESPONDER)))
		return rc;
	for (size_t i = 0; rc == HF_OK && i < b->n_changes; i++)
		if (!b->changes[i].same)
			rc = judge(b, me, PATH_RECORD, b->changes[i].base, b->changes[i].final, e);
	for (size_t i = 0; rc == HF_OK && i < b->n_entries; i++)
		rc = judge(b, me, PATH_ENTRY, NULL, b->entries[i].entry, e);
	return rc == HF_OK && b->n_blobs > 0 ? judge(b, me, PATH_BLOB, NULL, NULL, e) : rc;
}

enum hf_code
write_readable(struct hf_register *r, const char *path, const struct audience *to, struct hf_err *e)
{
	const struct hf_member *me = hf_members_find(&r->members, r->key);
	struct hf_buf           what = HF_BUF_INIT;
	char                    id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind          kind = path_read(path, id, run);

	if ((me->roles & HF_ROLE_ADMIN) || audience_has(to, r->key))
		return HF_OK;
	hf_buf_adds(&what, "write ");
	if (kind == PATH_RECORD && index_kind(r->index, id) != NULL) {
		hf_buf_addf(&what, "%s ", index_kind(r->index, id)->name);
		hf_register_ref(&what, r, id);
	} else
		hf_buf_adds(&what, kind == PATH_BLOB ? "this file" : "in this run");
	hf_buf_adds(&what, ": you could not read it afterwards");
	denied(r, hf_buf_str(&what), e);
	hf_buf_clear(&what);
	return HF_DENIED;
}

/* ---- what else moves ---- */

static bool
differs(const struct change *c, const char *field)
{
	const struct hf_json *a = hf_json_get(c->base, field), *b = hf_json_get(c->final, field);

	return (a != NULL || b != NULL) && !(a != NULL && b != NULL && hf_json_equal(a, b));
}

/* Whose an account is, and who signs for a unit. */
static bool
decides_readers(const struct change *c)
{
	return differs(c, "owner") || differs(c, "deputy") || differs(c, "account") || differs(c, "director") ||
	    differs(c, "deputy_director");
}

/* The devices and suppliers of a grant or share. */
static enum hf_code
note_used(struct hf_json **paths, const struct hf_json *record, struct hf_err *e)
{
	static const char *const fields[] = { "device", "supplier" };
	char                     path[PATH_SIZE];

	for (size_t i = 0; i < 2; i++) {
		const char *id = hf_json_get_str(record, fields[i]);

		if (id == NULL || !hf_id_valid(id))
			continue;
		if (*paths == NULL)
			*paths = hf_json_array();
		path_record(path, id);
		if (hf_json_push(*paths, hf_json_string(path)) != 0)
			return hf_nomem(e);
	}
	return HF_OK;
}

static bool
has_owners(const struct hf_register *r)
{
	for (size_t i = 0; i < r->members.n; i++)
		if (r->members.list[i].roles == HF_ROLE_OWNER)
			return true;
	return false;
}

enum hf_code
write_shifts(bool *all, struct hf_json **paths, struct hf_batch *b, struct hf_err *e)
{
	bool         owners = has_owners(b->r);
	enum hf_code rc = HF_OK;

	*all = false;
	*paths = NULL;
	for (size_t i = 0; rc == HF_OK && i < b->n_changes; i++) {
		const struct change *c = &b->changes[i];

		if (c->same)
			continue;
		if (!c->fresh && c->final != NULL && differs(c, "restricted_to"))
			*all = true;
		if (!owners)
			continue;
		if (!c->fresh && c->final != NULL && decides_readers(c))
			*all = true;
		if (strcmp(c->kind->name, "grant") != 0 && strcmp(c->kind->name, "share") != 0)
			continue;
		if ((rc = note_used(paths, c->base, e)) == HF_OK)
			rc = note_used(paths, c->final, e);
	}
	return rc;
}

/* ---- and is put right ---- */

static enum hf_code
put_right(struct hf_register *r, const struct hf_json *paths, struct hf_err *e)
{
	const struct hf_member *me = hf_members_find(&r->members, r->key);
	struct recrypt          x;
	size_t                  done;
	enum hf_code            rc;

	if ((rc = recrypt_plan(&x, r, paths, e)) != HF_OK || x.n == 0)
		goto done;
	if (!rights_path(me->roles, PATH_RECORD, WRITE_RECRYPT)) {
		snprintf(r->notice, sizeof(r->notice),
		    "%zu other files are still encrypted to those who could read them before: an admin or responder must run: holdfast "
		    "member refresh",
		    x.n);
		goto done;
	}
	if ((rc = recrypt_commit(&done, &x, e)) == HF_OK && done > 0)
		snprintf(r->notice, sizeof(r->notice), "%zu other file%s encrypted anew for who may read %s now", done,
		    done == 1 ? " was" : "s were", done == 1 ? "it" : "them");
done:
	recrypt_clear(&x);
	return rc;
}

void
write_settle(struct hf_batch *b)
{
	struct hf_json *paths = NULL;
	struct hf_err   e = HF_ERR_INIT;
	enum hf_code    rc;
	bool            all;

	if ((rc = write_shifts(&all, &paths, b, &e)) == HF_OK && (all || paths != NULL))
		rc = put_right(b->r, all ? NULL : paths, &e);
	if (rc != HF_OK && rc != HF_UNSURE)
		snprintf(b->r->notice, sizeof(b->r->notice),
		    "what hangs on it is still encrypted to those who could read it before (%.200s): holdfast member refresh",
		    e.msg);
	hf_json_free(paths);
}

/* ---- keys that run out ---- */

static bool
said_today(struct hf_register *r)
{
	char         *path = hf_fs_join(r->state, "expiry-said");
	struct hf_buf b = HF_BUF_INIT;
	bool          said = path == NULL || (hf_fs_read(&b, path, 64, NULL) == HF_OK && strcmp(hf_buf_str(&b), r->today) == 0);

	if (!said)
		said = hf_fs_write_cache(path, r->today, strlen(r->today), NULL) != HF_OK;
	hf_buf_clear(&b);
	free(path);
	return said;
}

void
write_warn(struct hf_register *r)
{
	int64_t       now = hf_time_now();
	struct hf_buf who = HF_BUF_INIT;
	struct hf_key key;
	char          day[HF_DAY_SIZE];

	for (size_t i = 0; i < r->members.n && r->notice[0] == '\0'; i++) {
		if (hf_vault_member(&key, r->vault, r->members.list[i].fpr, NULL) != HF_OK || key.expires == 0 ||
		    key.expires - now > EXPIRY_DAYS * HF_DAY || said_today(r))
			continue;
		hf_day_of(day, key.expires, r->zone);
		hf_buf_cut(&who, 0);
		hf_register_who(&who, r, key.fpr);
		snprintf(r->notice, sizeof(r->notice),
		    "the key of %.100s expires on %s: after that nothing can be written for them. Extend it, then: holdfast member refresh %s",
		    hf_buf_str(&who), day, key.fpr);
	}
	hf_buf_clear(&who);
}
