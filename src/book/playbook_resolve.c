#include <stdio.h>
#include <string.h>

#include "doc_in.h"
#include "holdfast/text.h"
#include "playbook_in.h"
#include "sqltext.h"

#define ANYTHING (IS_STEP | IS_PHASE | IS_KEEP | IS_VALUE)

struct resolver {
	struct hf_playbook   *p;
	struct hf_defects    *defects;
	const struct hf_step *step; /* in hand; NULL: a phase, or the title */
	size_t                phase;
};

static const char *const what_words[] = {
	[IS_STEP] = "a step", [IS_PHASE] = "a phase", [IS_KEEP] = "evidence to keep", [IS_VALUE] = "a value to write down"
};

static bool
has_column(const struct hf_loop *loop, const char *name)
{
	return loop->sql != NULL && (loop->open || hf_names_has(&loop->columns, name));
}

bool
hf_playbook_in_row(const struct hf_playbook *p, const struct hf_step *step, size_t phase, const char *name)
{
	return has_column(&p->phases[phase].loop, name) || (step != NULL && has_column(&step->loop, name));
}

/* Nothing of the right kind is there: says what else has that name, or the nearest one that would do. */
static void
dangling(const struct resolver *r, struct hf_pos pos, const char *label, const char *name, unsigned what, const char *wanted)
{
	const struct hf_id *other = hf_ids_find(r->p->ids, name, ANYTHING, NULL);
	const char         *near;
	char                fix[160] = "";

	if (other != NULL && other->what == IS_PHASE && (what & IS_STEP) != 0 && r->p->phases[other->at].n > 0)
		snprintf(fix, sizeof(fix), "write its first step, `%s`", r->p->steps[r->p->phases[other->at].first].id);
	else if (other == NULL && (near = hf_ids_nearest(r->p->ids, name, what)) != NULL)
		snprintf(fix, sizeof(fix), "write `%s`", near);
	if (other != NULL)
		hf_defect_add(r->defects, pos, fix, "**%s:** `%s` is %s, not %s", label, name, what_words[other->what], wanted);
	else
		hf_defect_add(r->defects, pos, fix, "**%s:** `%s` is no id of this book: %s is wanted", label, name, wanted);
}

static void
check_roles(const struct resolver *r, struct hf_pos pos, const char *label, const struct hf_names *roles)
{
	const char *names[64], *near;
	char        fix[160];
	size_t      i, k, n = 0;

	for (i = 0; i < roles->n; i++) {
		if (hf_playbook_role(r->p, roles->v[i]) != NULL)
			continue;
		for (k = n = 0; k < r->p->n_roles && n < 64; k++)
			names[n++] = r->p->roles[k].id;
		near = n == 0 ? NULL : hf_text_nearest(roles->v[i], names, n);
		snprintf(fix, sizeof(fix), near == NULL ? "write its **Role:** under the title" : "write %s", near);
		hf_defect_add(r->defects, pos, fix, "**%s:** %s is no role of this book", label, roles->v[i]);
	}
}

/* A clock can only run from a date or a time. */
static void
check_moment(const struct resolver *r, struct hf_pos pos, const char *label, const char *name)
{
	const struct hf_id    *e;
	const struct hf_value *v;

	for (e = hf_ids_find(r->p->ids, name, IS_VALUE, NULL); e != NULL; e = hf_ids_find(r->p->ids, name, IS_VALUE, e)) {
		v = e->thing;
		if (v->type != HF_VALUE_DATE && v->type != HF_VALUE_TIME) {
			hf_defect_add(r->defects, pos, "give the value the type (date) or (time)",
			    "**%s:** `%s` is no date and no time", label, name);
			return;
		}
	}
}

/* One word can name a step or a value: a step comes first, but not after "on". */
static void
resolve_by(const struct resolver *r, struct hf_by *by)
{
	const struct hf_ids *ids = r->p->ids;

	if (by->kind == HF_BY_NONE || by->kind == HF_BY_START || by->anchor == HF_ANCHOR_START)
		return;
	if (by->kind == HF_BY_SPAN && hf_ids_find(ids, by->name, IS_STEP, NULL) != NULL) {
		by->anchor = HF_ANCHOR_STEP;
		return;
	}
	by->anchor = HF_ANCHOR_VALUE;
	if (hf_ids_find(ids, by->name, IS_VALUE, NULL) != NULL)
		check_moment(r, by->pos, "By", by->name);
	else if (!hf_playbook_in_row(r->p, r->step, r->phase, by->name))
		dangling(r, by->pos, "By", by->name, by->kind == HF_BY_ON ? IS_VALUE : IS_STEP | IS_VALUE,
		    by->kind == HF_BY_ON ? "a value that is a date" : "a step or a value");
}

static void
resolve_only(const struct resolver *r)
{
	const struct hf_step *s = r->step;
	const struct hf_cond *c;
	size_t                i;

	for (i = 0; i < s->n_only; i++) {
		c = &s->only[i];
		if (c->kind == HF_COND_IS && hf_ids_find(r->p->ids, c->name, IS_STEP | IS_VALUE, NULL) == NULL &&
		    !hf_playbook_in_row(r->p, s, r->phase, c->name))
			dangling(r, c->pos, "Only if", c->name, IS_STEP | IS_VALUE, "a step, a value or a column of the loop");
	}
}

/* Of what a query asks for, the values that the step itself writes down. */
static void
own_values(const struct resolver *r, struct hf_need *need)
{
	struct pool    *pool = hf_doc_pool(r->p->doc);
	struct hf_names params = { NULL, 0 };
	size_t          i, k;

	if (need->sql != NULL)
		hf_sql_params(&params, pool, need->sql);
	for (i = 0; i < params.n; i++)
		for (k = 0; k < r->step->n_write; k++)
			if (strcmp(r->step->write[k].name, params.v[i]) == 0)
				hf_pool_name(pool, &need->own, params.v[i], strlen(params.v[i]));
}

static void
resolve_needs(const struct resolver *r)
{
	const struct hf_step *s = r->step;
	const char           *id;
	size_t                i, k;

	for (i = 0; i < s->n_needs; i++)
		own_values(r, &s->needs[i]);
	for (i = 0; i < s->n_needs; i++)
		for (k = 0; k < s->needs[i].ids.n; k++) {
			id = s->needs[i].ids.v[k];
			if (hf_ids_find(r->p->ids, id, ANYTHING, NULL) == NULL)
				dangling(r, s->needs[i].pos, "Needs", id, ANYTHING, "a step, a phase, evidence or a value");
		}
}

static void
resolve_routes(const struct resolver *r)
{
	const struct hf_step  *s = r->step;
	const struct hf_route *route;
	size_t                 i, k;
	char                   label[64];

	for (i = 0; i < s->n_routes; i++) {
		route = &s->routes[i];
		snprintf(label, sizeof(label), "If %.60s", route->label);
		for (k = 0; k < route->n_to; k++) {
			if (route->to[k].verb == HF_GO && hf_ids_find(r->p->ids, route->to[k].name, IS_STEP, NULL) == NULL)
				dangling(r, route->pos, label, route->to[k].name, IS_STEP, "a step");
			if (route->to[k].verb == HF_NEXT && s->loop.sql == NULL && r->p->phases[r->phase].loop.sql == NULL)
				hf_defect_add(r->defects, route->pos, "write the id of a step, or `stop`",
				    "**%s:** `next` ends a row, and no **For each:** stands here", label);
		}
	}
}

static size_t
answers(const struct hf_step *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->n_routes; i++)
		n += strcmp(s->routes[i].key, "it-fails") != 0;
	return n;
}

static void
resolve_repeat(const struct resolver *r)
{
	const struct hf_repeat *rep = &r->step->repeat;

	if (!rep->set)
		return;
	if (rep->at[0] != '\0') {
		if (hf_ids_find(r->p->ids, rep->at, IS_VALUE, NULL) == NULL)
			dangling(r, rep->pos, "Repeat", rep->at, IS_VALUE, "a value that is a time");
		else
			check_moment(r, rep->pos, "Repeat", rep->at);
	}
	if (strcmp(rep->until, "answered") == 0 && answers(r->step) == 0)
		hf_defect_add(r->defects, rep->pos, "write its answers, **If yes:** and **If no:**",
		    "**Repeat:** until answered, but the step asks nothing");
	else if (rep->until[0] != '\0' && strcmp(rep->until, "answered") != 0 &&
	    hf_ids_find(r->p->ids, rep->until, IS_STEP, NULL) == NULL)
		dangling(r, rep->pos, "Repeat", rep->until, IS_STEP, "a step");
}

static void
resolve_step(struct resolver *r, size_t i)
{
	struct hf_step *s = &r->p->steps[i];

	r->step = s;
	r->phase = s->phase;
	check_roles(r, s->who.pos, "Who", &s->who.roles);
	check_roles(r, s->second.pos, "Second person", &s->second.roles);
	resolve_by(r, &s->by);
	resolve_only(r);
	resolve_needs(r);
	resolve_routes(r);
	resolve_repeat(r);
	r->step = NULL;
}

static void
resolve_phase(struct resolver *r, size_t i)
{
	struct hf_phase *ph = &r->p->phases[i];

	r->phase = i;
	check_roles(r, ph->who.pos, "Who", &ph->who.roles);
	check_roles(r, ph->second.pos, "Second person", &ph->second.roles);
	resolve_by(r, &ph->by);
}

/* A value may not hide what every book knows. */
static void
check_value_name(const struct resolver *r, const struct hf_value *v)
{
	static const char *const taken[] = { "org", "subject", "today", "now", "run", "provider" };

	if (hf_text_is_one_of(v->name, taken, sizeof(taken) / sizeof(taken[0])) || hf_names_has(&r->p->subjects, v->name))
		hf_defect_add(r->defects, v->pos, "give it another name", "`%s` means something already", v->name);
}

static void
index_values(const struct resolver *r, const struct hf_value *v, size_t n, size_t at)
{
	size_t i;

	for (i = 0; i < n; i++) {
		check_value_name(r, &v[i]);
		hf_ids_add(r->p->ids, hf_doc_pool(r->p->doc), &(struct hf_id){ v[i].name, IS_VALUE, at, &v[i], v[i].pos, NULL });
	}
}

static void
index_id(const struct resolver *r, const struct hf_section *section, enum what what, size_t at)
{
	const struct hf_id *e;

	if (section->id[0] == '\0')
		return;
	if ((e = hf_ids_find(r->p->ids, section->id, IS_STEP | IS_PHASE, NULL)) != NULL)
		hf_defect_add(r->defects, section->id_pos, "give each its own id", "the id `%s` stands twice (line %u)",
		    section->id, e->pos.line);
	else
		hf_ids_add(
		    r->p->ids, hf_doc_pool(r->p->doc), &(struct hf_id){ section->id, what, at, NULL, section->id_pos, NULL });
}

static void
index_step(const struct resolver *r, const struct hf_section *section, size_t at)
{
	const struct hf_step *s = &r->p->steps[at];
	size_t                i;

	index_id(r, section, IS_STEP, at);
	for (i = 0; i < s->n_keep; i++)
		hf_ids_add(r->p->ids, hf_doc_pool(r->p->doc),
		    &(struct hf_id){ s->keep[i].id, IS_KEEP, at, &s->keep[i], s->keep[i].pos, NULL });
	index_values(r, s->write, s->n_write, at);
}

static void
index_all(const struct resolver *r)
{
	const struct hf_section *doc = r->p->doc;
	size_t                   i, k, at = 0;

	index_values(r, r->p->ask, r->p->n_ask, NOWHERE);
	for (i = 0; i < r->p->n_phases; i++) {
		index_id(r, &doc->subs[i], IS_PHASE, i);
		for (k = 0; k < r->p->phases[i].n; k++)
			index_step(r, &doc->subs[i].subs[k], at++);
	}
}

static void
check_role_ids(const struct resolver *r)
{
	size_t i, k;

	for (i = 0; i < r->p->n_roles; i++)
		for (k = 0; k < i; k++)
			if (strcmp(r->p->roles[i].id, r->p->roles[k].id) == 0) {
				hf_defect_add(r->defects, r->p->roles[i].pos, "name each role once",
				    "the role `%s` stands twice (line %u)", r->p->roles[i].id, r->p->roles[k].pos.line);
				break;
			}
}

/* Does a step count back from that time, or wait for it? Then it is one to come. */
static bool
is_to_come(const struct hf_playbook *p, const char *name)
{
	for (size_t i = 0; i < p->n_steps; i++) {
		const struct hf_step *s = &p->steps[i];

		if (s->by.anchor == HF_ANCHOR_VALUE && (s->by.before || s->by.kind == HF_BY_ON) && strcmp(s->by.name, name) == 0)
			return true;
		if (s->repeat.set && s->repeat.at != NULL && strcmp(s->repeat.at, name) == 0)
			return true;
	}
	return false;
}

static void
find_past(const struct hf_playbook *p, struct hf_value *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(v[i].name);

		v[i].past =
		    v[i].type == HF_VALUE_TIME && len > 3 && strcmp(v[i].name + len - 3, "_at") == 0 && !is_to_come(p, v[i].name);
	}
}

void
hf_playbook_resolve(struct hf_playbook *p, struct hf_defects *defects)
{
	struct resolver r = { p, defects, NULL, 0 };
	size_t          i;

	if (hf_doc_pool(p->doc)->failed || (p->ids = hf_ids_new(hf_doc_pool(p->doc), p->n_steps * 4)) == NULL)
		return;
	index_all(&r);
	check_role_ids(&r);
	for (i = 0; i < p->n_phases; i++)
		resolve_phase(&r, i);
	for (i = 0; i < p->n_steps; i++)
		resolve_step(&r, i);
	find_past(p, p->ask, p->n_ask);
	for (i = 0; i < p->n_steps; i++)
		find_past(p, p->steps[i].write, p->steps[i].n_write);
}
