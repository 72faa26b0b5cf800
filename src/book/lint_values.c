#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "lint_in.h"
#include "playbook_in.h"
#include "scan.h"
#include "sqltext.h"

#define NEAR_MAX 256

/* What every book knows. */
static const char *const given[] = { "org", "today", "provider", "run", "severity", "subject" };

#define N_GIVEN (sizeof(given) / sizeof(given[0]))

/* Where names are used. */
struct use {
	struct linter            *l;
	const struct hf_playbook *p;
	struct flow              *flow;
	const struct hf_step     *step;     /* NULL: the title or a phase */
	size_t                    at;       /* the step, or the first one of the phase; NOWHERE: the title */
	size_t                    phase;    /* NOWHERE: the title */
	bool                      during;   /* what the step itself writes down is there by then */
	bool                      anywhere; /* roles: any value and any column of the book will do */
	struct hf_pos             pos;
	const char               *label; /* of the field, or NULL */
};

static bool
is_given(const struct hf_playbook *p, const char *name)
{
	return hf_text_is_one_of(name, given, N_GIVEN) || hf_names_has(&p->subjects, name);
}

static bool
is_column(const struct use *u, const char *name)
{
	size_t i;

	if (!u->anywhere)
		return u->phase != NOWHERE && hf_playbook_in_row(u->p, u->step, u->phase, name);
	for (i = 0; i < u->p->n_steps; i++)
		if (hf_playbook_in_row(u->p, &u->p->steps[i], u->p->steps[i].phase, name))
			return true;
	return false;
}

static void
add_names(const char **names, size_t *n, const struct hf_names *more)
{
	size_t i;

	for (i = 0; i < more->n && *n < NEAR_MAX; i++)
		names[(*n)++] = more->v[i];
}

/* Nobody knows this name here: says what may have been meant. */
static void
unknown(const struct use *u, const char *name)
{
	const char *names[NEAR_MAX + N_GIVEN] = { NULL }, *near;
	char        fix[96] = "";
	size_t      n = 0, i;

	add_names(names, &n, &u->p->subjects);
	if (u->phase != NOWHERE)
		add_names(names, &n, &u->p->phases[u->phase].loop.columns);
	if (u->step != NULL)
		add_names(names, &n, &u->step->loop.columns);
	for (i = 0; i < N_GIVEN; i++)
		names[n++] = given[i];
	if ((near = hf_text_nearest(name, names, n)) == NULL)
		near = hf_ids_nearest(u->p->ids, name, IS_VALUE);
	if (near != NULL)
		snprintf(fix, sizeof(fix), "write %.60s", near);
	hf_defect_add(u->l->out, u->pos, fix, "%s%s%s%.60s is no value of this book, no column of a loop here and not its subject",
	    u->label == NULL ? "" : "**", u->label == NULL ? "" : u->label, u->label == NULL ? "" : ":** ", name);
}

/* Written down, but only by steps that cannot have come before this one. */
static void
too_early(const struct use *u, const char *name, const struct hf_id *writer)
{
	if (writer->at == u->at && u->step != NULL)
		hf_defect_add(u->l->out, u->pos, "write it down in a step before this one",
		    "%s is used here before this step has written it down", name);
	else
		hf_defect_add(u->l->out, u->pos, "write it down in a step before this one",
		    "%s is used before any path has captured it: only `%s` on line %u writes it down", name,
		    u->p->steps[writer->at].id, writer->pos.line);
}

static void
use_name(const struct use *u, const char *name, bool dotted)
{
	const struct hf_id *e, *writer = NULL;

	if (is_given(u->p, name) || is_column(u, name))
		return;
	for (e = hf_ids_find(u->p->ids, name, IS_VALUE, NULL); e != NULL; e = hf_ids_find(u->p->ids, name, IS_VALUE, e)) {
		if (u->anywhere || e->at == NOWHERE)
			return;
		if (u->at != NOWHERE &&
		    (e->at == u->at && u->step != NULL ? u->during || u->step->repeat.set :
							 hf_flow_may_precede(u->flow, e->at, u->at)))
			return;
		writer = e;
	}
	if (writer != NULL)
		too_early(u, name, writer);
	else if (!dotted || u->p->subjects.n > 0) /* a book without a subject: whatever a path begins with may be it */
		unknown(u, name);
}

/* {account.handle}: its first word must be known, and of a kind of record the field after it. */
static void
use_path(const struct use *u, const char *path, size_t len)
{
	static const char *const derived[] = { "id", "ref", "in_use", "gone" };
	char                     root[64], field[64];
	size_t                   n, m;

	for (n = 0; n < len && path[n] != '.'; n++)
		;
	if (n >= sizeof(root))
		return;
	snprintf(root, sizeof(root), "%.*s", (int)n, path);
	use_name(u, root, n < len);
	if (n == len || u->l->opts->field_ok == NULL || !u->l->opts->field_ok(u->l->opts->arg, root, NULL))
		return;
	for (m = n + 1; m < len && path[m] != '.'; m++)
		;
	if (m - n - 1 >= sizeof(field))
		return;
	snprintf(field, sizeof(field), "%.*s", (int)(m - n - 1), path + n + 1);
	if (hf_text_is_one_of(field, derived, sizeof(derived) / sizeof(derived[0])))
		return;
	if (!u->l->opts->field_ok(u->l->opts->arg, root, field))
		hf_defect_add(u->l->out, u->pos, "holdfast help add names the fields", "{%.*s}: %s has no field %s", (int)len, path,
		    root, field);
}

static void
use_text(const struct use *u, const char *text)
{
	const char *open, *close;

	for (; (open = strchr(text, '{')) != NULL; text = close + 1) {
		if ((close = strchr(open, '}')) == NULL)
			return;
		if (hf_is_path(open + 1, (size_t)(close - open - 1)))
			use_path(u, open + 1, (size_t)(close - open - 1));
		else
			hf_defect_add(u->l->out, u->pos, "write {name}, or {account.handle}", "%.*s is no value and no path",
			    (int)(close - open + 1 < 60 ? close - open + 1 : 60), open);
	}
}

static void
use_sql(struct use *u, const char *sql, struct hf_pos pos)
{
	struct hf_names params = { NULL, 0 };
	char            reason[256] = "";
	size_t          i;

	if (sql == NULL)
		return;
	u->pos = pos;
	hf_sql_params(&params, &u->l->pool, sql);
	for (i = 0; i < params.n; i++)
		use_name(u, params.v[i], false);
	if (u->l->opts->sql_ok != NULL &&
	    !u->l->opts->sql_ok(u->l->opts->arg, sql, (const char *const *)params.v, params.n, reason, sizeof(reason)))
		hf_defect_add(u->l->out, pos, "", "the query does not prepare: %s", reason);
}

static void
use_field(struct use *u, struct hf_pos pos, const char *label, const char *text)
{
	u->pos = pos;
	u->label = label;
	use_text(u, text);
	u->label = NULL;
}

/* Where a field of the step in hand stands. */
static struct hf_pos
field_pos(const struct use *u, const char *label)
{
	return hf_lint_pos(hf_lint_section(u->p, u->step), label);
}

/* The query under the field of the step in hand that stands at pos. */
static void
use_query(struct use *u, const char *sql, struct hf_pos pos)
{
	const struct hf_section *s = u->step == NULL ? u->p->doc : hf_lint_section(u->p, u->step);
	size_t                   i;

	for (i = 0; i < s->n_items; i++)
		if (s->items[i].pos.line == pos.line)
			use_sql(u, sql, s->items[i].sql_pos);
}

static void
use_blocks(struct use *u, const struct hf_block *blocks, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		use_field(u, blocks[i].words.pos, NULL, blocks[i].words.text);
}

static void
use_values(struct use *u, const struct hf_value *v, size_t n, const char *label)
{
	size_t i;

	for (i = 0; i < n; i++) {
		use_field(u, v[i].pos, label, v[i].prompt);
		use_query(u, v[i].sql, v[i].pos);
	}
}

/* What is read before anybody does anything. */
static void
use_before(struct use *u)
{
	const struct hf_step *s = u->step;
	size_t                i;

	use_field(u, s->pos, NULL, s->title);
	use_blocks(u, s->blocks, s->n_blocks);
	use_field(u, s->who.pos, "Who", s->who.text);
	use_field(u, field_pos(u, "Wait"), "Wait", s->wait.text);
	for (i = 0; i < s->n_only; i++) {
		use_field(u, s->only[i].pos, "Only if", s->only[i].text);
		use_query(u, s->only[i].sql, s->only[i].pos);
	}
	for (i = 0; i < s->n_on; i++)
		use_field(u, s->on[i].pos, "On", s->on[i].text);
}

/* What is read when the values of the step itself are there. */
static void
use_during(struct use *u)
{
	const struct hf_step *s = u->step;
	size_t                i, k;

	for (i = 0; i < s->n_needs; i++) {
		use_field(u, s->needs[i].pos, "Needs", s->needs[i].text);
		use_query(u, s->needs[i].sql, s->needs[i].pos);
	}
	for (i = 0; i < s->n_keep; i++)
		use_field(u, s->keep[i].pos, "Keep", s->keep[i].text);
	use_values(u, s->write, s->n_write, "Write down");
	for (i = 0; i < s->confirm.n; i++) {
		u->pos = field_pos(u, "Confirm");
		u->label = "Confirm";
		use_path(u, s->confirm.v[i], strcspn(s->confirm.v[i], "."));
		u->label = NULL;
	}
	for (i = 0; i < s->n_updates; i++) {
		u->pos = s->updates[i].pos;
		if (s->updates[i].target[0] != '\0')
			use_path(u, s->updates[i].target, strlen(s->updates[i].target));
		for (k = 0; k < s->updates[i].n_set; k++) {
			use_text(u, s->updates[i].set[k].field);
			use_text(u, s->updates[i].set[k].value);
		}
	}
	for (i = 0; i < s->reports.n; i++)
		use_field(u, field_pos(u, "Report"), "Report", s->reports.v[i]);
	for (i = 0; i < s->n_routes; i++) {
		use_field(u, s->routes[i].pos, NULL, s->routes[i].label);
		use_field(u, s->routes[i].pos, NULL, s->routes[i].text);
	}
	use_field(u, field_pos(u, "Why"), "Why", s->why);
}

static void
lint_step(struct use *u, size_t i)
{
	const struct hf_step *s = &u->p->steps[i];

	u->at = i;
	u->phase = s->phase;
	u->during = false;
	u->step = NULL; /* the rows of its own loop are not there yet */
	use_field(u, s->pos, "For each", s->loop.text);
	use_sql(u, s->loop.sql, s->loop.pos);
	u->step = s;
	use_before(u);
	u->during = true;
	use_during(u);
}

static void
lint_phase(struct use *u, const struct hf_phase *ph)
{
	if (ph->n == 0)
		return;
	u->at = ph->first;
	u->step = NULL;
	u->during = false;
	u->phase = NOWHERE; /* the rows of its own loop are not there yet */
	use_field(u, ph->pos, "For each", ph->loop.text);
	use_sql(u, ph->loop.sql, ph->loop.pos);
	u->phase = u->p->steps[ph->first].phase;
	use_field(u, ph->pos, NULL, ph->title);
	use_blocks(u, ph->blocks, ph->n_blocks);
	use_field(u, ph->who.pos, "Who", ph->who.text);
}

static void
lint_title(struct use *u)
{
	const struct hf_playbook *p = u->p;
	size_t                    i, k;

	u->at = u->phase = NOWHERE;
	u->step = NULL;
	u->during = false;
	use_blocks(u, p->doc->blocks, p->doc->n_blocks);
	use_values(u, p->ask, p->n_ask, "Ask first");
	u->anywhere = true;
	for (i = 0; i < p->n_roles; i++)
		for (k = 0; k < p->roles[i].paths.n; k++) {
			u->pos = p->roles[i].pos;
			u->label = "Role";
			use_path(u, p->roles[i].paths.v[k], strlen(p->roles[i].paths.v[k]));
		}
	u->label = NULL;
	u->anywhere = false;
}

void
hf_lint_values(struct linter *l, const struct hf_playbook *p, struct flow *f)
{
	struct use u = { .l = l, .p = p, .flow = f };
	size_t     i;

	lint_title(&u);
	for (i = 0; i < p->n_phases; i++)
		lint_phase(&u, &p->phases[i]);
	for (i = 0; i < p->n_steps; i++)
		lint_step(&u, i);
}
