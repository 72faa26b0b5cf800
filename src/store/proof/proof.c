/* Verify: is everything in the register as its members wrote it? */
#include "proof.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../vault/vault_parts.h"
#include "holdfast/fs.h"
#include "holdfast/share.h"
#include "pin.h"

#define ENOUGH 1000 /* problems that anyone reads */

/* {"where", "what"} more in a list. Empties what. */
static enum hf_code
push(struct hf_json *list, const char *where, struct hf_buf *what, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	int             bad;

	bad = hf_json_set(o, "where", hf_json_string(where)) | hf_json_set(o, "what", hf_json_string(hf_buf_str(what)));
	hf_buf_clear(what);
	if (!bad)
		return hf_json_push(list, o) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(o);
	return hf_nomem(e);
}

enum hf_code
proof_problem(struct proof *p, struct hf_err *e, const char *where, const char *fmt, ...)
{
	struct hf_buf b = HF_BUF_INIT;
	va_list       ap;

	if (p->full)
		return HF_OK;
	p->full = hf_json_len(p->problems) + 1 >= ENOUGH;
	va_start(ap, fmt);
	hf_buf_addv(&b, fmt, ap);
	va_end(ap);
	if (p->full)
		hf_buf_adds(&b, " (and more: the rest was not looked at)");
	return push(p->problems, where, &b, e);
}

enum hf_code
proof_note(struct proof *p, struct hf_err *e, const char *where, const char *fmt, ...)
{
	struct hf_buf b = HF_BUF_INIT;
	va_list       ap;

	if (hf_json_len(p->notes) >= ENOUGH)
		return HF_OK;
	va_start(ap, fmt);
	hf_buf_addv(&b, fmt, ap);
	va_end(ap);
	return push(p->notes, where, &b, e);
}

enum hf_code
proof_members(const struct hf_members **out, struct proof *p, const struct hf_oid *tree, struct hf_err *e)
{
	struct hf_members *m;
	struct hf_oid      folder;
	enum hf_code       rc;

	if (hf_repo_lookup(&folder, p->r->repo, tree, "members", e) != HF_OK)
		return hf_fail(e, HF_DAMAGED, "members: the register has none");
	for (int i = 0; i < 2; i++)
		if (p->members[i].n > 0 && hf_oid_equal(&p->members[i].tree, &folder)) {
			p->older = 1 - (unsigned)i;
			*out = &p->members[i];
			return HF_OK;
		}
	m = &p->members[p->older];
	hf_members_clear(m);
	if ((rc = hf_members_load(m, p->r->repo, tree, e)) != HF_OK)
		return rc;
	p->older = 1 - p->older;
	*out = m;
	return HF_OK;
}

/* ---- begin and end ---- */

/* The user's own home for reading, and one of its own with every key that ever was a member's. */
static enum hf_code
open_vault(struct proof *p, struct hf_err *e)
{
	struct hf_vault_opts o = { p->r->vault->user_home, NULL, p->r->vault->may_prompt, p->r->vault->env };
	char                *home = hf_fs_join(p->r->state, "gnupg-proof");
	enum hf_code         rc;

	if (home == NULL)
		return hf_nomem(e);
	o.private_home = home;
	rc = hf_vault_open(&p->vault, &o, e);
	free(home);
	return rc;
}

static enum hf_code
begin(struct proof *p, struct hf_register *r, struct hf_err *e)
{
	memset(p, 0, sizeof(*p));
	p->r = r;
	p->problems = hf_json_array();
	p->notes = hf_json_array();
	p->authors = hf_json_object();
	p->links = hf_json_object();
	p->heads = hf_json_object();
	p->persons = hf_json_object();
	if (p->problems == NULL || p->notes == NULL || p->authors == NULL || p->links == NULL || p->heads == NULL ||
	    p->persons == NULL)
		return hf_nomem(e);
	return open_vault(p, e);
}

static void
end(struct proof *p)
{
	hf_stmt_free(p->body);
	hf_stmt_free(p->entry);
	hf_stmt_free(p->by_id);
	proof_rights_clear(p);
	hf_members_clear(&p->members[0]);
	hf_members_clear(&p->members[1]);
	free(p->slice.list);
	free(p->keys.list);
	hf_json_free(p->problems);
	hf_json_free(p->notes);
	hf_json_free(p->authors);
	hf_json_free(p->links);
	hf_json_free(p->heads);
	hf_json_free(p->persons);
	hf_vault_close(p->vault);
}

/* A point from which a history goes on. False: there is none, and p knows nothing yet. */
static enum hf_code
find_point(bool *out, struct proof_point *pt, struct proof *p, const struct hf_oid *tip, struct hf_err *e)
{
	enum hf_code rc;

	*out = false;
	rc = proof_point_read(pt, p, e);
	if (rc == HF_OK && (rc = hf_repo_descends(out, p->r->repo, tip, &pt->commit, e)) == HF_OK && *out)
		return HF_OK;
	if (rc != HF_OK && rc != HF_NOTFOUND && rc != HF_DAMAGED)
		return rc;
	*out = false;
	p->keys.n = p->keys.built = 0;
	hf_json_free(p->authors);
	memset(pt, 0, sizeof(*pt));
	return (p->authors = hf_json_object()) == NULL ? hf_nomem(e) : HF_OK;
}

/* ---- all of it ---- */

static enum hf_code
answer(struct hf_json **out, struct proof *p, const struct proof_point *pt, size_t before, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();

	if ((hf_json_set(o, "commits", hf_json_int((int64_t)pt->commits)) |
		hf_json_set(o, "new", hf_json_int((int64_t)(pt->commits - before))) |
		hf_json_set(o, "records", hf_json_int((int64_t)pt->records)) |
		hf_json_set(o, "entries", hf_json_int((int64_t)pt->entries)) |
		hf_json_set(o, "sealed", hf_json_int(p->r == NULL ? 0 : (int64_t)hf_register_sealed(p->r))) |
		hf_json_set(o, "problems", hf_json_ref(p->problems)) | hf_json_set(o, "notes", hf_json_ref(p->notes))) != 0) {
		hf_json_free(o);
		return hf_nomem(e);
	}
	*out = o;
	return HF_OK;
}

static enum hf_code
prove(struct proof_point *pt, struct proof *p, bool known, struct hf_err *e)
{
	struct hf_oid from = pt->commit, tree = pt->tree;
	enum hf_code  rc;

	if (known && hf_oid_equal(&from, &p->r->head))
		return proof_said(p, e);
	if ((rc = proof_history(p, known ? &from : NULL, &p->r->head, e)) != HF_OK || (rc = proof_keys_home(p, e)) == HF_NOMEM)
		return rc;
	/* Not one commit could be read: that was said, and there is nothing to judge the rest by. */
	if (p->keys.built == 0 && hf_json_len(p->problems) > 0)
		return HF_OK;
	if ((rc = proof_state(p, known ? &tree : NULL, e)) != HF_OK)
		return rc;
	pt->commit = p->r->head;
	pt->tree = p->r->tree;
	pt->commits += p->commits;
	pt->records = p->records;
	pt->entries = p->entries;
	/* Only what was all right need not be looked at again. That it could not be written down costs time, the next time. */
	if (hf_json_len(p->problems) == 0)
		proof_point_write(pt, p, NULL);
	return HF_OK;
}

/* Against what this computer remembers: commits that were here, and no longer are, leave no other trace. */
static enum hf_code
remember(struct proof *p, struct hf_err *e)
{
	struct pin    pin;
	struct hf_err why = HF_ERR_INIT;
	const char   *head = p->r->head.hex;
	bool          behind = false;
	enum hf_code  rc;

	if (pin_read(&pin, p->r, &why) != HF_OK)
		rc = why.code == HF_NOMEM ? hf_nomem(e) : proof_problem(p, e, head, "%s", why.msg);
	else if ((rc = pin_judge(&behind, &pin, p->r, &p->r->head, e)) == HF_OK && behind)
		rc = proof_problem(p, e, head, "this copy went back: it no longer has %s, which this computer saw", pin.seen.hex);
	else if (rc == HF_OK && hf_json_len(p->problems) == 0 && !hf_oid_equal(&pin.seen, &p->r->head) &&
	    pin_advance(&pin, p->r, &p->r->head, &why) == HF_OK)
		pin_write(&pin, p->r, &why); /* that it could not be written down is for the next sync to say */
	pin_clear(&pin);
	return rc;
}

enum hf_code
hf_verify_damaged(struct hf_json **out, const char *where, struct hf_err *e)
{
	struct proof       p = { .problems = hf_json_array(), .notes = hf_json_array() };
	struct proof_point pt = { .commits = 0 };
	struct hf_err      why = *e;
	enum hf_code       rc;

	*out = NULL;
	hf_err_clear(e);
	rc = p.problems == NULL || p.notes == NULL ? hf_nomem(e) : proof_problem(&p, e, where, "damaged: %s", why.msg);
	if (rc == HF_OK)
		rc = answer(out, &p, &pt, 0, e);
	hf_json_free(p.problems);
	hf_json_free(p.notes);
	return rc;
}

static enum hf_code
verify(struct hf_json **out, struct hf_register *r, bool all, struct hf_err *e)
{
	struct proof       p;
	struct proof_point pt = { .commits = 0 };
	struct hf_json    *keys = NULL;
	struct hf_err      ignored = HF_ERR_INIT;
	size_t             before = 0;
	bool               known = false, doubtful = false;
	enum hf_code       rc;

	*out = NULL;
	if ((all && (rc = register_reload(r, e)) != HF_OK) || (rc = register_members(r, e)) != HF_OK ||
	    (rc = register_key(r, e)) != HF_OK || (rc = hf_member_list(&keys, r, e)) != HF_OK)
		return rc == HF_DAMAGED ? hf_verify_damaged(out, r->path, e) : rc;
	if ((rc = begin(&p, r, e)) != HF_OK || (!all && (rc = find_point(&known, &pt, &p, &r->head, e)) != HF_OK))
		goto done;
	before = pt.commits;
	if ((rc = prove(&pt, &p, known, e)) == HF_OK && (!(known || p.keys.built > 0) || (rc = remember(&p, e)) == HF_OK) &&
	    (rc = proof_expiry(&p, keys, e)) == HF_OK)
		rc = answer(out, &p, &pt, before, e);
	doubtful = rc == HF_OK && !all && hf_json_len(p.problems) > 0;
	/* Things that were looked for and not there left their words. */
	if (rc == HF_OK && e != NULL)
		hf_err_clear(e);
done:
	hf_json_free(keys);
	end(&p);
	/* What was read once is not taken for what is there now: the next command sees it, too. Where nothing can be read, that has been said. */
	if (doubtful)
		register_reload(r, &ignored);
	return rc;
}

enum hf_code
hf_register_verify(struct hf_json **out, struct hf_register *r, struct hf_err *e)
{
	return verify(out, r, false, e);
}

enum hf_code
hf_register_verify_all(struct hf_json **out, struct hf_register *r, struct hf_err *e)
{
	return verify(out, r, true, e);
}

enum hf_code
proof_incoming(
    struct hf_json **problems, struct hf_register *r, const struct hf_oid *ours, const struct hf_oid *theirs, struct hf_err *e)
{
	struct proof       p;
	struct proof_point pt;
	bool               known = false;
	enum hf_code       rc;

	*problems = NULL;
	if ((rc = begin(&p, r, e)) != HF_OK)
		goto done;
	p.incoming = true;
	if (ours != NULL &&
	    ((rc = find_point(&known, &pt, &p, ours, e)) != HF_OK ||
		(rc = proof_keys_past(&p, known ? &pt.commit : NULL, ours, e)) != HF_OK))
		goto done;
	if ((rc = proof_history(&p, ours, theirs, e)) == HF_OK)
		*problems = hf_json_ref(p.problems);
	if (rc == HF_OK && e != NULL)
		hf_err_clear(e);
done:
	end(&p);
	return rc;
}
