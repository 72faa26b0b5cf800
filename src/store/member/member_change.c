/* Members come and go: one commit each, with everything that follows from it encrypted anew. */
#include "member_change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"

/* ---- the frame of every change ---- */

static enum hf_code
only_admins(struct hf_register *r, unsigned roles, const char *what, struct hf_err *e)
{
	const struct hf_member *me = hf_members_find(&r->members, r->key);
	struct hf_buf           words = HF_BUF_INIT;

	if (me != NULL && (me->roles & roles))
		return HF_OK;
	if (me == NULL)
		hf_buf_adds(&words, "you are not a member any more");
	else {
		hf_buf_adds(&words, "your role is ");
		hf_role_words(&words, me->roles);
	}
	hf_fail(e, HF_DENIED, "not allowed: you may not %s: %s", what, hf_buf_str(&words));
	hf_buf_cut(&words, 0);
	for (size_t i = 0; i < r->members.n; i++)
		if ((r->members.list[i].roles & HF_ROLE_ADMIN) && words.len < 100) {
			hf_buf_adds(&words, words.len == 0 ? "" : " or ");
			hf_register_who(&words, r, r->members.list[i].fpr);
		}
	hf_hint(e, "ask an admin: %s", hf_buf_str(&words));
	hf_buf_clear(&words);
	return HF_DENIED;
}

enum hf_code
member_begin(struct member_change *c, struct hf_register *r, unsigned roles, const char *what, struct hf_err *e)
{
	enum hf_code rc;

	memset(c, 0, sizeof(*c));
	c->r = r;
	if ((c->persons = hf_json_array()) == NULL)
		return hf_nomem(e);
	if ((rc = hf_repo_lock(r->repo, LOCK_WAIT, e)) != HF_OK)
		return rc;
	c->begun = true;
	if ((rc = register_refresh(r, e)) != HF_OK || (rc = register_members(r, e)) != HF_OK || (rc = register_key(r, e)) != HF_OK)
		return rc;
	return only_admins(r, roles, what, e);
}

void
member_about(struct member_change *c, const char *fpr)
{
	snprintf(c->fpr, sizeof(c->fpr), "%s", fpr);
}

/* A copy of the members that may be changed. */
enum hf_code
member_swap(struct member_change *c, struct hf_err *e)
{
	struct hf_member *list = calloc(c->r->members.n + 1, sizeof(*list));

	if (list == NULL)
		return hf_nomem(e);
	memcpy(list, c->r->members.list, c->r->members.n * sizeof(*list));
	c->before = c->r->members;
	c->r->members.list = list;
	c->swapped = true;
	return HF_OK;
}

struct hf_member *
member_find(struct hf_members *m, const char *fpr)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].fpr, fpr) == 0)
			return &m->list[i];
	return NULL;
}

enum hf_code
member_some_admin(const struct hf_members *m, struct hf_err *e)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].roles & HF_ROLE_ADMIN)
			return HF_OK;
	hf_fail(e, HF_BAD, "members: that is the last admin, and nobody could let anybody in or out any more");
	return hf_hint(e, "make somebody else admin first: holdfast member role FINGERPRINT admin");
}

/* What stands under members/ for this one. */
enum hf_code
member_write(struct member_change *c, const struct hf_member *m, struct hf_err *e)
{
	snprintf(c->json_path, PATH_SIZE, "members/%s.json", m->fpr);
	hf_member_write(&c->json, m);
	return hf_buf_check(&c->json, e);
}

/* ---- the tie to a person ---- */

enum hf_code
member_persons(struct hf_json **out, struct hf_register *r, const char *fpr, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((*out = hf_json_array()) == NULL)
		return hf_nomem(e);
	if ((rc = hf_db_prepare(&s, r->db, "SELECT id FROM main.person WHERE key_fpr = ? ORDER BY id", e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, fpr);
	while (rc == HF_OK && hf_stmt_step(s))
		if (hf_json_push(*out, hf_json_string(hf_stmt_col(s, 0))) != 0)
			rc = hf_nomem(e);
	return hf_stmt_end(s, rc, e);
}

/* The record with another key_fpr (NULL: none) and one version more. */
static enum hf_code
tie_record(struct member_change *c, const char *id, const char *fpr, struct hf_err *e)
{
	struct hf_json *there = NULL, *j = NULL;
	enum hf_code    rc;

	if ((rc = hf_register_get(&there, c->r, id, e)) != HF_OK)
		return rc;
	j = hf_json_copy(there);
	hf_json_free(there);
	if (fpr == NULL)
		hf_json_unset(j, "key_fpr");
	if ((fpr != NULL && hf_json_set(j, "key_fpr", hf_json_string(fpr)) != 0) ||
	    hf_json_set(j, "version", hf_json_int(hf_json_num(hf_json_get(j, "version")) + 1)) != 0) {
		hf_json_free(j);
		return hf_nomem(e);
	}
	return hf_json_push(c->persons, j) == 0 ? HF_OK : hf_nomem(e);
}

enum hf_code
member_untie(struct member_change *c, const char *but, struct hf_err *e)
{
	struct hf_json *ids = NULL;
	enum hf_code    rc = member_persons(&ids, c->r, c->fpr, e);

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(ids); i++)
		if (but == NULL || strcmp(hf_json_str(hf_json_at(ids, i)), but) != 0)
			rc = tie_record(c, hf_json_str(hf_json_at(ids, i)), NULL, e);
	hf_json_free(ids);
	return rc;
}

/* One key, one person: whoever had it before has it no more; a person with another member's key is refused. */
enum hf_code
member_tie(struct member_change *c, const char *person, struct hf_err *e)
{
	struct hf_json *j = NULL;
	const char     *key;
	struct hf_buf   name = HF_BUF_INIT;
	enum hf_code    rc;
	bool            same;

	if (person == NULL)
		return HF_OK;
	if ((rc = hf_register_get(&j, c->r, person, e)) != HF_OK)
		return rc;
	hf_register_ref(&name, c->r, person);
	key = hf_json_get_str(j, "key_fpr");
	same = key != NULL && strcmp(key, c->fpr) == 0;
	if (hf_json_get_str(j, "kind") == NULL || strcmp(hf_json_get_str(j, "kind"), "person") != 0)
		rc = hf_fail(e, HF_BAD, "%s: not a person", hf_buf_str(&name));
	else if (key != NULL && !same && member_find(&c->r->members, key) != NULL) {
		rc = hf_fail(e, HF_BAD, "%s: is tied to another member's key already, %s", hf_buf_str(&name), key);
		hf_hint(e, "holdfast member remove %s takes that one off", key);
	} else if ((rc = member_untie(c, person, e)) == HF_OK && !same)
		rc = tie_record(c, person, c->fpr, e);
	hf_json_free(j);
	hf_buf_clear(&name);
	return rc;
}

/* ---- carrying it out ---- */

static enum hf_code
put_persons(struct member_change *c, struct hf_err *e)
{
	char         path[PATH_SIZE];
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(c->persons); i++) {
		path_record(path, hf_json_get_str(hf_json_at(c->persons, i), "id"));
		rc = register_put(c->r, path, hf_json_at(c->persons, i), e);
	}
	return rc;
}

static enum hf_code
plan(struct member_change *c, struct hf_err *e)
{
	char         path[PATH_SIZE];
	enum hf_code rc = recrypt_plan(&c->plan, c->r, NULL, e);

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(c->persons); i++) {
		path_record(path, hf_json_get_str(hf_json_at(c->persons, i), "id"));
		rc = recrypt_replace(&c->plan, path, hf_json_at(c->persons, i), e);
	}
	return rc;
}

static enum hf_code
put_commit(struct hf_oid *out, struct member_change *c, struct hf_err *e)
{
	struct hf_commit_spec spec = register_spec(c->r, "member");
	struct hf_edit       *edits = calloc(c->plan.n + 2, sizeof(*edits));
	size_t                n;
	enum hf_code          rc = HF_OK;

	out->hex[0] = '\0';
	if (edits == NULL)
		return hf_nomem(e);
	n = recrypt_edits(edits, &c->plan);
	if (c->json_path[0] != '\0')
		edits[n++] = (struct hf_edit){ .path = c->json_path, .data = c->json.data, .len = c->json.len };
	if (c->key_path[0] != '\0')
		edits[n++] = (struct hf_edit){ .path = c->key_path, .data = c->key.data, .len = c->key.len };
	if (n > 0)
		rc = hf_repo_commit(out, c->r->repo, &spec, edits, n, e);
	free(edits);
	return rc;
}

/* Whoever is not a member any more keeps nothing in the cache. */
static void
settle_cache(struct hf_register *r, bool member)
{
	if (member)
		snapshot_write(r);
	else
		hf_fs_remove_tree(r->cache, NULL);
}

static enum hf_code
follow(struct member_change *c, const struct hf_oid *head, struct hf_err *e)
{
	struct hf_register *r = c->r;
	bool                member = member_find(&r->members, r->key) != NULL;
	enum hf_code        rc;

	if ((rc = recrypt_follow(&c->plan, e)) != HF_OK || (rc = register_tree(&r->tree, r, head, e)) != HF_OK)
		return rc;
	r->head = *head;
	if ((rc = hf_members_load(&c->before, r->repo, &r->tree, e)) != HF_OK)
		return rc;
	hf_members_home(&c->before, r->vault, r->repo, NULL); /* else at the next need */
	if ((rc = register_settle(r, e)) == HF_OK)
		settle_cache(r, member);
	return rc;
}

/* After the commit both lists are the new one: what the plan points into is freed last. */
static enum hf_code
write_all(struct member_change *c, struct hf_err *e)
{
	struct hf_oid head;
	enum hf_code  rc, written;

	if ((rc = recrypt_encrypt(&c->plan, e)) != HF_OK)
		return rc;
	written = put_commit(&head, c, e);
	if (written != HF_OK && written != HF_UNSURE)
		return written;
	recrypt_sweep(c->r);
	if (head.hex[0] == '\0')
		return HF_OK;
	hf_members_clear(&c->before);
	if (follow(c, &head, e) != HF_OK)
		return hf_fail(e, HF_UNSURE, "recorded as %.12s, but the index could not follow", head.hex);
	return written;
}

/* The members are as they will be, and the private home holds their keys. */
enum hf_code
member_carry_out(struct member_change *c, struct hf_err *e)
{
	enum hf_code rc, done;

	if ((rc = index_begin(c->r->index, e)) != HF_OK)
		return rc;
	if ((rc = put_persons(c, e)) == HF_OK && (rc = plan(c, e)) == HF_OK && !c->dry_run)
		rc = write_all(c, e);
	if ((rc == HF_OK || rc == HF_UNSURE) && !c->dry_run)
		return (done = index_end(c->r->index, e)) == HF_OK ? rc : done;
	index_undo(c->r->index);
	return rc;
}

/* ---- the answer ---- */

static struct hf_json *
role_list(unsigned roles)
{
	struct hf_json *list = hf_json_array();

	for (unsigned bit = 1; list != NULL && bit <= HF_ROLE_AUDITOR; bit <<= 1) {
		struct hf_buf b = HF_BUF_INIT;

		hf_role_words(&b, roles & bit);
		if (b.len > 0)
			hf_json_push(list, hf_json_string(hf_buf_str(&b)));
		hf_buf_clear(&b);
	}
	return list;
}

struct hf_json *
member_roles(const struct hf_member *m)
{
	return m == NULL ? hf_json_null() : role_list(m->roles);
}

static size_t
encrypted(const struct member_change *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->plan.n; i++)
		n += c->plan.list[i].rc == HF_OK && c->plan.list[i].json == NULL;
	return n;
}

static enum hf_code
answer(struct hf_json *o, const struct member_change *c, struct hf_err *e)
{
	struct hf_json *ids = NULL, *person;
	enum hf_code    rc;

	if ((rc = member_persons(&ids, c->r, c->fpr, e)) != HF_OK)
		goto done;
	person = c->fpr[0] == '\0' || hf_json_len(ids) == 0 ? hf_json_null() : hf_json_ref(hf_json_at(ids, 0));
	if (hf_json_set(o, "person", person) != 0 || hf_json_set(o, "fingerprint", hf_json_or_null(c->fpr)) != 0 ||
	    hf_json_set(o, "roles", member_roles(member_find(&c->r->members, c->fpr))) != 0 ||
	    hf_json_set(o, "reencrypted", hf_json_int((int64_t)encrypted(c))) != 0 ||
	    hf_json_set(o, "resumed", hf_json_int((int64_t)c->plan.resumed)) != 0 ||
	    hf_json_set(o, "sealed", hf_json_int((int64_t)c->plan.sealed)) != 0 ||
	    hf_json_set(o, "damaged", hf_json_int((int64_t)c->plan.damaged)) != 0)
		rc = hf_nomem(e);
done:
	hf_json_free(ids);
	return rc;
}

/* The list from before when it came to nothing, and the one that was committed when it did. */
static void
put_back(struct member_change *c, bool failed)
{
	struct hf_register *r = c->r;

	if (!c->swapped)
		return;
	hf_members_clear(&r->members);
	r->members = c->before;
	r->have_members = r->members.list != NULL;
	if (failed && r->have_members)
		hf_members_home(&r->members, r->vault, r->repo, NULL); /* else at the next need */
}

/* o (taken over) is the answer so far. */
enum hf_code
member_finish(struct hf_json **out, struct hf_json *o, struct member_change *c, enum hf_code rc, struct hf_err *e)
{
	if (rc == HF_OK || rc == HF_UNSURE) {
		enum hf_code said = o == NULL ? hf_nomem(e) : answer(o, c, e);

		rc = said == HF_OK ? rc : said;
	}
	recrypt_clear(&c->plan);
	put_back(c, (rc != HF_OK && rc != HF_UNSURE) || c->dry_run);
	if (c->begun)
		hf_repo_unlock(c->r->repo);
	hf_buf_clear(&c->json);
	hf_buf_clear(&c->key);
	hf_json_free(c->persons);
	if (rc != HF_OK && rc != HF_UNSURE) {
		hf_json_free(o);
		o = NULL;
	}
	*out = o;
	return rc;
}
