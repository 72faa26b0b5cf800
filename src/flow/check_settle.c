/* Before and after the rules are asked: exceptions and subjects, then the result. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check_impl.h"
#include "holdfast/time.h"

static char *
copy(const char *s)
{
	return strdup(s == NULL ? "" : s);
}

static enum hf_code
add_exception(struct asking *a, struct hf_stmt *s, struct hf_err *e)
{
	struct exception *more = realloc(a->exceptions, (a->n_exceptions + 1) * sizeof(*more)), *x;

	if (more == NULL)
		return hf_nomem(e);
	a->exceptions = more;
	x = &more[a->n_exceptions++];
	*x = (struct exception){ copy(hf_stmt_col(s, 0)), copy(hf_stmt_col(s, 1)), copy(hf_stmt_col(s, 2)), copy(hf_stmt_col(s, 3)),
		copy(hf_stmt_col(s, 4)) };
	return x->id && x->rule && x->subject && x->expires && x->reason ? HF_OK : hf_nomem(e);
}

static enum hf_code
add_subject(struct asking *a, struct hf_stmt *s, struct hf_err *e)
{
	char **more = realloc(a->subjects, (a->n_subjects + 1) * sizeof(*more));

	if (more == NULL)
		return hf_nomem(e);
	a->subjects = more;
	if ((more[a->n_subjects] = copy(hf_stmt_col(s, 0))) == NULL)
		return hf_nomem(e);
	a->n_subjects++;
	return HF_OK;
}

static enum hf_code
each(struct asking *a, const char *sql, const char *value, enum hf_code (*fn)(struct asking *, struct hf_stmt *, struct hf_err *),
    struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, a->opts->db, sql, e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, value);
	while (rc == HF_OK && hf_stmt_step(s))
		rc = fn(a, s, e);
	return hf_stmt_end(s, rc, e);
}

/* A unit is checked with the units below it and all their accounts. */
static const char subjects_sql[] =
    "WITH RECURSIVE u(id) AS (SELECT id FROM main.unit WHERE id = ?1 UNION SELECT c.id FROM main.unit c JOIN u ON c.parent = u.id)"
    " SELECT ?1 UNION SELECT id FROM u UNION SELECT a.id FROM main.account a JOIN u ON a.unit = u.id ORDER BY 1";

enum hf_code
asking_begin(struct asking *a, struct hf_err *e)
{
	enum hf_code rc;

	a->asked = calloc(a->opts->rules->n + 1, sizeof(*a->asked));
	a->looked = calloc(a->opts->rules->n + 1, sizeof(*a->looked));
	if (a->asked == NULL || a->looked == NULL)
		return hf_nomem(e);
	hf_buf_addc(&a->text, '\0'); /* what is not said */
	rc = each(a,
	    "SELECT id, rule, subject, expires, reason FROM main.exception WHERE subject IS NOT NULL AND (expires IS NULL OR expires >= ?)",
	    a->opts->today, add_exception, e);
	if (rc == HF_OK && a->opts->subject != NULL)
		rc = each(a, subjects_sql, a->opts->subject, add_subject, e);
	return rc;
}

struct found *
asking_add(struct asking *a)
{
	size_t        cap = a->cap_found == 0 ? 256 : a->cap_found * 2;
	struct found *more;

	if (a->n_found == a->cap_found) {
		if ((more = realloc(a->found, cap * sizeof(*more))) == NULL)
			return NULL;
		a->found = more;
		a->cap_found = cap;
	}
	return &a->found[a->n_found++];
}

void
asking_end_rule(struct asking *a, size_t from)
{
	a->asked[a->n_asked++] = (struct asked){ a->rule, from, a->n_found - from, a->now_looked, a->fix, a->has_fix };
}

/* ---- the result ---- */

/* What the result points into, beside the index and the rules. */
struct memory {
	char              *text;
	struct hf_finding *findings;
	struct exception  *exceptions;
	size_t             n_exceptions;
};

static size_t
hash_of(const char *id)
{
	uint32_t h = 2166136261U; /* FNV-1a */

	for (; *id != '\0'; id++)
		h = (h ^ (unsigned char)*id) * 16777619U;
	return h;
}

/* Each thing once: a table at most half full. */
static enum hf_code
count_things(struct hf_checked *c, const struct asking *a, const struct asked *q, const char *text, struct hf_err *e)
{
	size_t       n_slots = 2 * q->n + 1, at;
	const char **slots, *thing;

	if (a->opts->count == HF_COUNT_NOTHING)
		return HF_OK;
	c->of = a->looked[q->looked].n;
	if ((slots = calloc(n_slots, sizeof(*slots))) == NULL)
		return hf_nomem(e);
	for (size_t i = q->from; i < q->from + q->n; i++) {
		thing = text + a->found[i].thing;
		if (a->found[i].exception != NULL || thing[0] == '\0')
			continue;
		for (at = hash_of(thing) % n_slots; slots[at] != NULL && strcmp(slots[at], thing) != 0; at = (at + 1) % n_slots)
			continue;
		c->things += slots[at] == NULL;
		slots[at] = thing;
	}
	free(slots);
	return HF_OK;
}

static enum hf_code
settle_rule(struct hf_check *c, struct asking *a, const struct asked *q, struct hf_err *e)
{
	struct memory     *m = c->memory;
	struct hf_checked *to = &c->rules[c->n];
	enum hf_code       rc;

	*to = (struct hf_checked){ .rule = q->rule, .findings = &m->findings[c->findings], .fix = "" };
	for (size_t i = q->from; i < q->from + q->n; i++) {
		const struct found *f = &a->found[i];

		if (f->exception == NULL)
			to->findings[to->n++] = (struct hf_finding){ m->text + f->record, m->text + f->ref, m->text + f->found };
		else
			c->excused[c->n_excused++] = (struct hf_excused){ q->rule->rule->id, m->text + f->ref, m->text + f->found,
				f->exception->id, f->exception->expires, f->exception->reason,
				f->exception->expires[0] == '\0' ? -1 : hf_day_diff(f->exception->expires, a->opts->today) };
	}
	if (q->has_fix)
		to->fix = m->text + q->fix;
	c->findings += to->n;
	rc = count_things(to, a, q, m->text, e);
	c->n++;
	return rc;
}

enum hf_code
asking_settle(struct hf_check **out, struct asking *a, struct hf_err *e)
{
	struct hf_check *c = calloc(1, sizeof(*c));
	struct memory   *m = calloc(1, sizeof(*m));
	enum hf_code     rc = HF_OK;

	*out = NULL;
	if (c == NULL || m == NULL) {
		free(c);
		free(m);
		return hf_nomem(e);
	}
	c->memory = m;
	c->rules = calloc(a->n_asked + 1, sizeof(*c->rules));
	c->excused = calloc(a->n_found + 1, sizeof(*c->excused));
	m->findings = calloc(a->n_found + 1, sizeof(*m->findings));
	if (c->rules == NULL || c->excused == NULL || m->findings == NULL)
		rc = hf_nomem(e);
	m->text = hf_buf_steal(&a->text);
	m->exceptions = a->exceptions;
	m->n_exceptions = a->n_exceptions;
	a->exceptions = NULL;
	a->n_exceptions = 0;
	for (size_t i = 0; rc == HF_OK && i < a->n_asked; i++)
		rc = settle_rule(c, a, &a->asked[i], e);
	if (rc == HF_OK)
		*out = c;
	else
		hf_check_free(c);
	return rc;
}

static void
free_exceptions(struct exception *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].id);
		free(list[i].rule);
		free(list[i].subject);
		free(list[i].expires);
		free(list[i].reason);
	}
	free(list);
}

void
asking_clear(struct asking *a)
{
	free_exceptions(a->exceptions, a->n_exceptions);
	for (size_t i = 0; i < a->n_subjects; i++)
		free(a->subjects[i]);
	free(a->subjects);
	free(a->found);
	free(a->asked);
	free(a->looked);
	hf_buf_clear(&a->text);
}

void
hf_check_free(struct hf_check *c)
{
	struct memory *m;

	if (c == NULL)
		return;
	m = c->memory;
	free_exceptions(m->exceptions, m->n_exceptions);
	free(m->findings);
	free(m->text);
	free(m);
	free(c->rules);
	free(c->excused);
	free(c);
}
