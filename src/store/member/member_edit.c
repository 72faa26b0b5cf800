/* The four changes of the membership. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/packet.h"
#include "holdfast/share.h"
#include "member_change.h"

static int
by_fpr(const void *a, const void *b)
{
	return strcmp(((const struct hf_member *)a)->fpr, ((const struct hf_member *)b)->fpr);
}

static void
members_sort(struct hf_members *m)
{
	qsort(m->list, m->n, sizeof(*m->list), by_fpr);
}

/* ---- a key file ---- */

static enum hf_code
usable(const struct hf_key *k, struct hf_err *e)
{
	const char *what = k->revoked ? "is revoked" :
	    k->expired                ? "has expired" :
	    k->disabled               ? "is disabled" :
	    !k->can_encrypt           ? "cannot encrypt" :
	    !k->can_sign              ? "cannot sign" :
					NULL;

	if (what == NULL)
		return HF_OK;
	hf_fail(e, HF_BAD, "key file: %s %s", k->fpr, what);
	if (k->revoked)
		return hf_hint(
		    e, "whose key it is makes a new one; a member with a revoked key is taken off: holdfast member remove");
	if (k->expired)
		return hf_hint(e, "whose key it is extends it (gpg --quick-set-expire) and exports it again");
	return hf_hint(e, "a key with a subkey for encryption is made by: gpg --quick-generate-key \"Name <address>\"");
}

/* The private home with this key among its own; the key, armored by it, goes into members/. */
static enum hf_code
take_key(struct member_change *c, const void *key, size_t len, struct hf_err *e)
{
	struct hf_register *r = c->r;
	enum hf_code        rc;

	snprintf(c->key_path, PATH_SIZE, "members/%s.asc", c->fpr);
	if (c->dry_run)
		return HF_OK;
	if ((rc = hf_members_home_with(&c->before, &(struct hf_keyfile){ c->fpr, key, len }, r->vault, r->repo, e)) != HF_OK)
		return rc;
	return hf_vault_member_export(&c->key, r->vault, c->fpr, e);
}

/* Who vouches for these roles, and since when: an older file that is put back says another time. */
static void
vouch(struct hf_member *m, const struct hf_register *r)
{
	hf_time_rfc3339(m->added, hf_register_now(r), false);
	strcpy(m->added_by, r->key);
}

/* ---- add ---- */

static enum hf_code
join(struct member_change *c, const struct hf_member_add *add, const struct hf_key *key, struct hf_err *e)
{
	struct hf_register *r = c->r;
	struct hf_member    m = { .roles = add->roles };
	enum hf_code        rc;

	if (member_find(&r->members, key->fpr) != NULL) {
		hf_fail(e, HF_EXISTS, "%s: is a member already", key->fpr);
		return hf_hint(e, "holdfast member role changes the roles, holdfast member refresh takes a newer copy of the key");
	}
	if (r->members.n >= HF_PACKET_KEYS_MAX)
		return hf_fail(e, HF_BAD, "members: there are %d, and there can be no more", HF_PACKET_KEYS_MAX);
	member_about(c, key->fpr);
	strcpy(m.fpr, key->fpr);
	vouch(&m, r);
	if ((rc = member_swap(c, e)) != HF_OK)
		return rc;
	r->members.list[r->members.n++] = m;
	members_sort(&r->members);
	if ((rc = member_write(c, &m, e)) != HF_OK || (rc = take_key(c, add->key, add->len, e)) != HF_OK)
		return rc;
	return member_tie(c, add->person, e);
}

enum hf_code
hf_member_add(struct hf_json **out, struct hf_register *r, const struct hf_member_add *add, struct hf_err *e)
{
	struct member_change c;
	struct hf_key        key;
	enum hf_code         rc;

	*out = NULL;
	if (add->roles == 0)
		return hf_fail(e, HF_USAGE, "role: a member has at least one");
	if ((rc = member_begin(&c, r, HF_ROLE_ADMIN, "let a member in", e)) != HF_OK)
		goto done;
	c.dry_run = add->dry_run;
	if ((rc = hf_vault_inspect(&key, r->vault, add->key, add->len, e)) == HF_OK && (rc = usable(&key, e)) == HF_OK &&
	    (rc = join(&c, add, &key, e)) == HF_OK)
		rc = member_carry_out(&c, e);
done:
	return member_finish(out, hf_json_object(), &c, rc, e);
}

/* ---- remove ---- */

static enum hf_code
must_be_member(const struct hf_register *r, const char *fpr, struct hf_err *e)
{
	if (hf_members_find(&r->members, fpr) != NULL)
		return HF_OK;
	hf_fail(e, HF_NOTFOUND, "%s: no member has that key", fpr);
	return hf_hint(e, "holdfast member list");
}

static enum hf_code
leave(struct member_change *c, const char *fpr, struct hf_err *e)
{
	struct hf_members *m = &c->r->members;
	struct hf_member  *gone;
	enum hf_code       rc;

	member_about(c, fpr);
	snprintf(c->json_path, PATH_SIZE, "members/%s.json", fpr);
	snprintf(c->key_path, PATH_SIZE, "members/%s.asc", fpr);
	if ((rc = member_swap(c, e)) != HF_OK || (gone = member_find(m, fpr)) == NULL)
		return rc;
	*gone = m->list[--m->n];
	members_sort(m);
	if ((rc = member_some_admin(m, e)) != HF_OK)
		return rc;
	return member_untie(c, NULL, e);
}

/* What the leaver knows, as it is before they leave. */
static enum hf_code
look_back(struct hf_json *o, struct hf_register *r, const char *fpr, struct hf_err *e)
{
	struct hf_json *read = NULL, *rotate = NULL, *only = NULL;
	enum hf_code    rc;

	if (o == NULL)
		return hf_nomem(e);
	if ((rc = member_could_read(&read, r, fpr, e)) == HF_OK && (rc = member_to_rotate(&rotate, r, fpr, e)) == HF_OK &&
	    (rc = member_only_theirs(&only, r, fpr, e)) == HF_OK &&
	    (hf_json_set(o, "could_read", hf_json_ref(read)) != 0 || hf_json_set(o, "rotate", hf_json_ref(rotate)) != 0 ||
		hf_json_set(o, "only_theirs", hf_json_ref(only)) != 0))
		rc = hf_nomem(e);
	hf_json_free(only);
	hf_json_free(read);
	hf_json_free(rotate);
	return rc;
}

enum hf_code
hf_member_remove(struct hf_json **out, struct hf_register *r, const char *fpr, bool dry_run, struct hf_err *e)
{
	struct member_change c;
	struct hf_json      *o = hf_json_object();
	enum hf_code         rc;

	*out = NULL;
	if ((rc = member_begin(&c, r, HF_ROLE_ADMIN, "take a member off", e)) == HF_OK &&
	    (rc = must_be_member(r, fpr, e)) == HF_OK && (rc = look_back(o, r, fpr, e)) == HF_OK) {
		c.dry_run = dry_run;
		if ((rc = leave(&c, fpr, e)) == HF_OK)
			rc = member_carry_out(&c, e);
	}
	return member_finish(out, o, &c, rc, e);
}

/* ---- role ---- */

static enum hf_code
change_role(struct member_change *c, const char *fpr, unsigned roles, const char *person, struct hf_err *e)
{
	struct hf_member *m;
	enum hf_code      rc;

	member_about(c, fpr);
	if ((rc = member_swap(c, e)) != HF_OK || (m = member_find(&c->r->members, fpr)) == NULL)
		return rc;
	if (roles != 0 && roles != m->roles) {
		m->roles = roles;
		vouch(m, c->r);
		if ((rc = member_some_admin(&c->r->members, e)) != HF_OK || (rc = member_write(c, m, e)) != HF_OK)
			return rc;
	}
	return member_tie(c, person, e);
}

enum hf_code
hf_member_role(struct hf_json **out, struct hf_register *r, const char *fpr, unsigned roles, const char *person, bool dry_run,
    struct hf_err *e)
{
	struct member_change c;
	enum hf_code         rc;

	*out = NULL;
	if ((rc = member_begin(&c, r, HF_ROLE_ADMIN, "change a member's roles", e)) == HF_OK &&
	    (rc = must_be_member(r, fpr, e)) == HF_OK) {
		c.dry_run = dry_run;
		if ((rc = change_role(&c, fpr, roles, person, e)) == HF_OK)
			rc = member_carry_out(&c, e);
	}
	return member_finish(out, hf_json_object(), &c, rc, e);
}

/* ---- refresh ---- */

/* It must be that key, and no older copy: a revocation is never undone. */
static enum hf_code
judge_copy(const struct hf_key *k, struct hf_vault *v, const char *fpr, struct hf_err *e)
{
	struct hf_key there;

	if (strcmp(k->fpr, fpr) != 0)
		return hf_fail(e, HF_BAD, "key file: it holds another key, %s", k->fpr);
	if (hf_vault_member(&there, v, fpr, NULL) == HF_OK && there.revoked && !k->revoked)
		return hf_fail(e, HF_BAD, "key file: an older copy: the key is revoked");
	return usable(k, e);
}

static enum hf_code
renew(struct member_change *c, const char *fpr, const void *key, size_t len, struct hf_err *e)
{
	struct hf_register *r = c->r;
	struct hf_buf       own = HF_BUF_INIT, there = HF_BUF_INIT;
	struct hf_key       k;
	enum hf_code        rc;

	member_about(c, fpr);
	if (key == NULL) {
		if ((rc = hf_vault_export(&own, r->vault, fpr, e)) != HF_OK) {
			hf_hint(e, "give the newer copy: holdfast member refresh %s KEYFILE", fpr);
			goto done;
		}
		key = own.data;
		len = own.len;
	}
	if ((rc = hf_vault_inspect(&k, r->vault, key, len, e)) != HF_OK || (rc = judge_copy(&k, r->vault, fpr, e)) != HF_OK ||
	    (rc = hf_vault_member_export(&there, r->vault, fpr, e)) != HF_OK || (rc = member_swap(c, e)) != HF_OK ||
	    (rc = take_key(c, key, len, e)) != HF_OK)
		goto done;
	if (c->key.len == there.len && memcmp(c->key.data, there.data, there.len) == 0)
		c->key_path[0] = '\0';
done:
	hf_buf_clear(&own);
	hf_buf_clear(&there);
	return rc;
}

enum hf_code
hf_member_refresh(
    struct hf_json **out, struct hf_register *r, const char *fpr, const void *key, size_t len, bool dry_run, struct hf_err *e)
{
	struct member_change c;
	enum hf_code         rc;

	*out = NULL;
	rc = fpr != NULL ? member_begin(&c, r, HF_ROLE_ADMIN, "change a member's key", e) :
			   member_begin(&c, r, HF_ROLE_ADMIN | HF_ROLE_RESPONDER, "encrypt anew", e);
	if (rc == HF_OK) {
		c.dry_run = dry_run;
		rc = fpr == NULL ? member_swap(&c, e) : must_be_member(r, fpr, e);
	}
	if (rc == HF_OK && fpr != NULL)
		rc = renew(&c, fpr, key, len, e);
	if (rc == HF_OK)
		rc = member_carry_out(&c, e);
	return member_finish(out, hf_json_object(), &c, rc, e);
}
