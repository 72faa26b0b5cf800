/* Verify: what a commit wrote, where it can be read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proof.h"

/* ---- gathering ---- */

/* The entries that a commit brings to a run are judged together. */
static bool
goes_on(const struct slice *s, const struct change_of *c)
{
	const struct change_of *last = &s->list[s->n - 1];

	return c->kind == PATH_ENTRY && last->deed == c->deed && strcmp(last->run, c->run) == 0;
}

static enum hf_code
grow(struct slice *s, struct hf_err *e)
{
	size_t            cap = s->cap == 0 ? PROOF_SLICE : 2 * s->cap;
	struct change_of *list;

	if (s->n < s->cap)
		return HF_OK;
	if ((list = realloc(s->list, cap * sizeof(*list))) == NULL)
		return hf_nomem(e);
	s->list = list;
	s->cap = cap;
	return HF_OK;
}

enum hf_code
proof_change(struct proof *p, const struct deed *d, const struct hf_diff *f, struct hf_err *e)
{
	struct change_of c = { .deed = d, .before = f->before, .after = f->after };
	enum hf_code     rc;

	c.kind = path_read(f->path, c.id, c.run);
	snprintf(c.path, sizeof(c.path), "%s", f->path);
	/* What is encrypted anew may be for a key that comes with the same commit, which is taken when all of it was looked at. */
	if (p->slice.n >= PROOF_SLICE && !d->member && !goes_on(&p->slice, &c) && (rc = proof_flush(p, e)) != HF_OK)
		return rc;
	if ((rc = grow(&p->slice, e)) == HF_OK)
		p->slice.list[p->slice.n++] = c;
	return rc;
}

/* ---- records ---- */

/* Who adds or removes a member ties the key to a person in the same commit; nothing else changes when something is encrypted anew. */
static bool
is_key_change(const struct deed *d, const struct hf_json *before, const struct hf_json *after)
{
	struct hf_json *a = hf_json_copy(before), *b = hf_json_copy(after);
	const char     *kind = hf_json_get_str(after, "kind");
	bool            same = false;

	if ((d->who.roles & HF_ROLE_ADMIN) && kind != NULL && strcmp(kind, "person") == 0 &&
	    hf_json_num(hf_json_get(after, "version")) == hf_json_num(hf_json_get(before, "version")) + 1) {
		hf_json_unset(a, "version");
		hf_json_unset(b, "version");
		hf_json_unset(a, "key_fpr");
		hf_json_unset(b, "key_fpr");
		same = hf_json_equal(a, b);
	}
	hf_json_free(a);
	hf_json_free(b);
	return same;
}

static enum hf_code
judge_recrypt(struct proof *p, const struct change_of *c, const struct text *before, const struct text *after, struct hf_err *e)
{
	bool same;

	if (before->state != TEXT_PLAIN || after->state != TEXT_PLAIN)
		return HF_OK;
	if (c->kind == PATH_BLOB)
		same = strcmp(before->sum, after->sum) == 0;
	else
		same = hf_json_equal(before->json, after->json) ||
		    (c->kind == PATH_RECORD && is_key_change(c->deed, before->json, after->json));
	return same ?
	    HF_OK :
	    proof_problem(p, e, c->deed->oid.hex, "%s: its text was changed in a commit that only encrypts anew", c->path);
}

static enum hf_code
judge_version(struct proof *p, const struct change_of *c, const struct text *before, const struct text *after, struct hf_err *e)
{
	long long   was = before->state == TEXT_PLAIN ? (long long)hf_json_num(hf_json_get(before->json, "version")) : 0;
	long long   is = (long long)hf_json_num(hf_json_get(after->json, "version"));
	const char *kind = hf_json_get_str(before->json, "kind"), *now = hf_json_get_str(after->json, "kind");

	if (kind != NULL && strcmp(kind, now) != 0)
		return proof_problem(p, e, c->deed->oid.hex, "%s: it was a %s and became a %s", c->path, kind, now);
	if (before->state == TEXT_NONE ? is == 1 : before->state == TEXT_PLAIN ? is == was + 1 : is > 1)
		return HF_OK;
	if (before->state != TEXT_PLAIN)
		return proof_problem(p, e, c->deed->oid.hex, "%s: it says version %lld where it is %s", c->path, is,
		    before->state == TEXT_NONE ? "new" : "not");
	return proof_problem(p, e, c->deed->oid.hex, "%s: version %lld came after version %lld: %s", c->path, is, was,
	    is <= was ? "an older one was put back" : "one was left out");
}

static enum hf_code
judge_record(struct proof *p, const struct change_of *c, const struct text *before, const struct text *after, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if (after->state == TEXT_PLAIN && (rc = judge_version(p, c, before, after, e)) != HF_OK)
		return rc;
	if ((before->state != TEXT_PLAIN && before->state != TEXT_NONE) ||
	    (after->state != TEXT_PLAIN && after->state != TEXT_NONE))
		return HF_OK;
	return proof_rights(p, c, before->json, after->json, e);
}

/* ---- entries ---- */

static enum hf_code
judge_author(struct proof *p, const struct change_of *c, const struct text *after, const char *author, struct hf_err *e)
{
	const char *actor = hf_json_get_str(after->json, "actor");

	if (actor != NULL && author != NULL && strcmp(actor, author) == 0)
		return HF_OK;
	return proof_problem(p, e, c->deed->oid.hex, "%s: it names another author than the commit that brought it", c->path);
}

static enum hf_code
judge_time(struct proof *p, const struct change_of *c, const struct text *after, struct hf_err *e)
{
	const char   *says = hf_json_get_str(after->json, "recorded_at");
	struct hf_buf by = HF_BUF_INIT;
	int64_t       at = 0, away;
	enum hf_code  rc;

	if (says == NULL || hf_time_parse(&at, NULL, says, NULL) != HF_OK)
		return HF_OK;
	away = at - c->deed->at * HF_SECOND;
	if (away >= (p->incoming ? -PROOF_BEHIND : -PROOF_SLACK) * HF_SECOND && away <= PROOF_SLACK * HF_SECOND)
		return HF_OK;
	hf_time_words(&by, away < 0 ? -away : away);
	rc = proof_problem(p, e, c->deed->oid.hex, "%s: recorded %s %s its commit: it is back-dated, or a clock was wrong", c->path,
	    hf_buf_str(&by), away < 0 ? "before" : "after");
	hf_buf_clear(&by);
	return rc;
}

/* An entry that was sealed here until now: who brought it was remembered. */
static enum hf_code
judge_unsealed(struct proof *p, const struct change_of *c, const struct text *after, struct hf_err *e)
{
	const char  *author = hf_json_get_str(p->authors, c->path);
	enum hf_code rc = HF_OK;

	if (c->kind != PATH_ENTRY || author == NULL || after->state != TEXT_PLAIN)
		return HF_OK;
	rc = judge_author(p, c, after, author, e);
	hf_json_unset(p->authors, c->path);
	return rc;
}

static enum hf_code
judge_entry(struct proof *p, const struct change_of *c, const struct text *after, struct hf_err *e)
{
	enum hf_code rc;

	if (after->state == TEXT_SEALED)
		return hf_json_set(p->authors, c->path, hf_json_string(c->deed->who.fpr)) == 0 ? HF_OK : hf_nomem(e);
	if ((rc = judge_author(p, c, after, c->deed->who.fpr, e)) != HF_OK || (rc = judge_time(p, c, after, e)) != HF_OK ||
	    (rc = proof_person(p, c, after->json, e)) != HF_OK)
		return rc;
	return proof_rights(p, c, NULL, after->json, e);
}

/* ---- one change ---- */

static enum hf_code
judge_change(struct proof *p, const struct change_of *c, const struct text *before, const struct text *after, struct hf_err *e)
{
	size_t       said = hf_json_len(p->problems);
	const char  *wrong = NULL;
	enum hf_code rc;

	if (after->state != TEXT_NONE || c->kind == PATH_BLOB) {
		if ((rc = proof_seal(p, c->deed, c->path, &c->after, e)) != HF_OK)
			return rc;
		if (hf_json_len(p->problems) > said)
			return HF_OK;
	}
	if (after->state == TEXT_BAD)
		wrong = after->why;
	else if (after->state == TEXT_PLAIN && c->kind != PATH_BLOB)
		wrong = register_misplaced(p->r, c->kind, after->json, c->id, c->run);
	if (wrong != NULL)
		return proof_problem(p, e, c->deed->oid.hex, "%s: %s", c->path, wrong);
	if (c->deed->member) {
		rc = judge_recrypt(p, c, before, after, e);
		return rc == HF_OK ? judge_unsealed(p, c, after, e) : rc;
	}
	if (c->kind == PATH_RECORD)
		return judge_record(p, c, before, after, e);
	return c->kind == PATH_ENTRY ? judge_entry(p, c, after, e) : HF_OK;
}

/* ---- a slice ---- */

/* Of evidence only what was encrypted anew has two sides to compare. */
static bool
is_read(const struct change_of *c)
{
	return c->kind != PATH_BLOB || c->deed->member;
}

static enum hf_code
judge_runs(struct proof *p, const struct slice *s, const struct text *after, struct hf_err *e)
{
	size_t       i, n;
	enum hf_code rc = HF_OK;

	for (i = 0; rc == HF_OK && i < s->n; i += n) {
		const struct change_of *c = &s->list[i];

		for (n = 1; i + n < s->n && s->list[i + n].deed == c->deed && s->list[i + n].kind == PATH_ENTRY &&
		     strcmp(s->list[i + n].run, c->run) == 0;
		     n++)
			continue;
		if (c->kind == PATH_ENTRY && !c->deed->member)
			rc = proof_run_grew(p, c, after + i, n, e);
	}
	return rc;
}

static enum hf_code
judge_slice(struct proof *p, const struct slice *s, struct fetch *f, struct hf_err *e)
{
	struct text *after = calloc(s->n, sizeof(*after));
	enum hf_code rc = HF_OK;

	if (after == NULL)
		return hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < s->n; i++) {
		after[i] = f[2 * i + 1].text;
		rc = judge_change(p, &s->list[i], &f[2 * i].text, &after[i], e);
	}
	if (rc == HF_OK)
		rc = judge_runs(p, s, after, e);
	free(after);
	return rc;
}

static enum hf_code
read_slice(struct proof *p, const struct slice *s, struct hf_err *e)
{
	static const struct hf_oid none = { "" };
	struct fetch              *f;
	enum hf_code               rc;

	if ((f = calloc(2 * s->n, sizeof(*f))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < s->n; i++) {
		const struct change_of *c = &s->list[i];

		f[2 * i].path = f[2 * i + 1].path = c->path;
		f[2 * i].blob = is_read(c) ? &c->before : &none;
		f[2 * i + 1].blob = is_read(c) ? &c->after : &none;
	}
	if ((rc = proof_texts(p, f, 2 * s->n, e)) == HF_OK)
		rc = judge_slice(p, s, f, e);
	for (size_t i = 0; i < 2 * s->n; i++)
		text_clear(&f[i].text);
	free(f);
	return rc;
}

/* As many as are read at once, from at on. */
static struct slice
cut(const struct slice *s, size_t at)
{
	struct slice part = { s->list + at, s->n - at < PROOF_SLICE ? s->n - at : PROOF_SLICE, 0 };

	while (at + part.n < s->n && goes_on(&part, &s->list[at + part.n]))
		part.n++;
	return part;
}

enum hf_code
proof_flush(struct proof *p, struct hf_err *e)
{
	struct slice *s = &p->slice, part;
	enum hf_code  rc;

	if (s->n == 0)
		return HF_OK;
	if ((rc = proof_keys_home(p, e)) == HF_BAD)
		rc = proof_problem(p, e, s->list[s->n - 1].deed->oid.hex, "%s", e->msg);
	if (rc != HF_OK)
		return rc;
	for (size_t at = 0; rc == HF_OK && at < s->n; at += part.n) {
		part = cut(s, at);
		rc = read_slice(p, &part, e);
	}
	s->n = 0;
	return rc;
}
