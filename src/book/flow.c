#include "flow.h"

#include <string.h>

#include "playbook_in.h"

bool
hf_graph_new(struct graph *g, struct pool *pool, size_t n)
{
	size_t i;

	g->n_nodes = n;
	if ((g->first = hf_pool_alloc(pool, n * sizeof(*g->first))) == NULL)
		return false;
	for (i = 0; i < n; i++)
		g->first[i] = NOWHERE;
	return true;
}

void
hf_graph_add(struct graph *g, struct pool *pool, size_t from, size_t to, struct hf_pos pos)
{
	struct edge *e = hf_pool_push(pool, &g->edges, &g->n_edges, sizeof(*e));

	if (e == NULL)
		return;
	*e = (struct edge){ to, g->first[from], pos };
	g->first[from] = g->n_edges - 1;
}

/* The one step that keeps or writes down a thing; NOWHERE when several do, or the title asks for it. */
static size_t
only_source(const struct hf_playbook *p, const char *name)
{
	const struct hf_id *e = NULL;
	size_t              at = NOWHERE;

	while ((e = hf_ids_find(p->ids, name, IS_KEEP | IS_VALUE, e)) != NULL) {
		if (e->at == NOWHERE || (at != NOWHERE && at != e->at))
			return NOWHERE;
		at = e->at;
	}
	return at;
}

static void
add_need(struct flow *f, size_t i, const char *id, struct hf_pos pos)
{
	const struct hf_playbook *p = f->p;
	const struct hf_id       *e;
	size_t                    at;

	if ((e = hf_ids_find(p->ids, id, IS_STEP | IS_PHASE, NULL)) != NULL)
		hf_graph_add(&f->waits, f->pool, i, e->what == IS_STEP ? e->at : p->n_steps + e->at, pos);
	else if ((at = only_source(p, id)) != NOWHERE &&
	    at != i) /* its own evidence: wanted before it ends, not before it begins */
		hf_graph_add(&f->waits, f->pool, i, at, pos);
}

static const struct hf_by *
by_of(const struct hf_playbook *p, const struct hf_step *s)
{
	return s->by.kind != HF_BY_NONE ? &s->by : &p->phases[s->phase].by;
}

static void
add_by(struct flow *f, size_t i)
{
	const struct hf_by *by = by_of(f->p, &f->p->steps[i]);
	const struct hf_id *e;
	size_t              at;

	if (by->kind == HF_BY_NONE || by->kind == HF_BY_START || by->anchor == HF_ANCHOR_START)
		return;
	if (by->anchor == HF_ANCHOR_STEP && (e = hf_ids_find(f->p->ids, by->name, IS_STEP, NULL)) != NULL)
		hf_graph_add(&f->waits, f->pool, i, e->at, by->pos);
	else if (by->anchor == HF_ANCHOR_VALUE && (at = only_source(f->p, by->name)) != NOWHERE)
		hf_graph_add(&f->waits, f->pool, i, at, by->pos);
}

static bool
build_waits(struct flow *f)
{
	const struct hf_playbook *p = f->p;
	const struct hf_step     *s;
	size_t                    i, k, m;

	if (!hf_graph_new(&f->waits, f->pool, p->n_steps + p->n_phases))
		return false;
	for (i = 0; i < p->n_steps; i++) {
		s = &p->steps[i];
		for (k = 0; k < s->n_needs; k++)
			for (m = 0; m < s->needs[k].ids.n; m++)
				add_need(f, i, s->needs[k].ids.v[m], s->needs[k].pos);
		add_by(f, i);
	}
	for (i = 0; i < p->n_phases; i++)
		for (k = 0; k < p->phases[i].n; k++)
			hf_graph_add(&f->waits, f->pool, p->n_steps + i, p->phases[i].first + k, p->phases[i].pos);
	return !f->pool->failed;
}

static long
minutes(struct hf_span span)
{
	switch (span.unit) {
	case HF_UNIT_MIN:
		return span.n;
	case HF_UNIT_HOUR:
		return span.n * 60L;
	case HF_UNIT_DAY:
		return span.n * 1440L;
	default:
		return span.n * 2016L; /* seven days for every five */
	}
}

/* A step without By has the deadline of the step before it. */
static void
build_clocks(struct flow *f)
{
	const struct hf_by *by;
	size_t              i;

	for (i = 0; i < f->p->n_steps; i++) {
		by = by_of(f->p, &f->p->steps[i]);
		if (by->kind == HF_BY_START)
			f->clock[i] = 0;
		else if (by->kind == HF_BY_SPAN && by->anchor == HF_ANCHOR_START)
			f->clock[i] = by->before ? -minutes(by->span) : minutes(by->span);
		else if (by->kind != HF_BY_NONE)
			f->clock[i] = NO_CLOCK;
		else
			f->clock[i] = i > 0 ? f->clock[i - 1] : 0;
	}
}

bool
hf_flow_is_answer(const struct hf_route *r)
{
	return strcmp(r->key, "it-fails") != 0;
}

static const struct hf_target *
way_of(const struct hf_route *r)
{
	size_t i;

	for (i = 0; i < r->n_to; i++)
		if (r->to[i].verb != HF_RUN)
			return &r->to[i];
	return NULL;
}

size_t
hf_flow_answers(const struct hf_step *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->n_routes; i++)
		n += hf_flow_is_answer(&s->routes[i]);
	return n;
}

/* One answer can be left out; of two or more one must be given. A step that may be excluded, or has rows, is passed in any case. */
bool
hf_flow_falls(const struct hf_step *s)
{
	size_t i;

	if (hf_flow_answers(s) < 2 || s->n_only > 0 || s->loop.sql != NULL)
		return true;
	for (i = 0; i < s->n_routes; i++)
		if (hf_flow_is_answer(&s->routes[i]) && way_of(&s->routes[i]) == NULL)
			return true;
	return false;
}

size_t
hf_flow_way(const struct hf_playbook *p, const struct hf_step *s, const struct hf_route *r)
{
	const struct hf_target *to = way_of(r);
	const struct hf_id     *e;

	if (to == NULL)
		return NOWHERE;
	if (to->verb == HF_STOP)
		return p->n_steps;
	if (to->verb == HF_NEXT)
		return p->phases[s->phase].loop.sql != NULL ? p->phases[s->phase].first + p->phases[s->phase].n : NOWHERE;
	e = hf_ids_find(p->ids, to->name, IS_STEP, NULL);
	return e == NULL ? NOWHERE : e->at;
}

static void
build_routes(struct flow *f)
{
	const struct hf_playbook *p = f->p;
	const struct hf_step     *s;
	size_t                    i, k, to;

	for (i = 0; i < p->n_steps; i++) {
		s = &p->steps[i];
		f->falls[i] = hf_flow_falls(s);
		for (k = 0; k < s->n_routes; k++)
			if ((to = hf_flow_way(p, s, &s->routes[k])) <= i && f->reach[to] < i)
				f->reach[to] = i;
	}
	for (i = 1; i < p->n_steps; i++)
		if (f->reach[i] < f->reach[i - 1]) /* back to an earlier step is back to before this one too */
			f->reach[i] = f->reach[i - 1];
}

struct flow *
hf_flow_new(struct linter *l, const struct hf_playbook *p)
{
	struct flow *f = hf_pool_alloc(&l->pool, sizeof(*f));
	size_t       n = p->n_steps + p->n_phases + 1;

	if (f == NULL)
		return NULL;
	f->pool = &l->pool;
	f->p = p;
	f->clock = hf_pool_alloc(&l->pool, n * sizeof(*f->clock));
	f->reach = hf_pool_alloc(&l->pool, n * sizeof(*f->reach));
	f->falls = hf_pool_alloc(&l->pool, n * sizeof(*f->falls));
	f->seen = hf_pool_alloc(&l->pool, n * sizeof(*f->seen));
	f->queue = hf_pool_alloc(&l->pool, n * sizeof(*f->queue));
	if (l->pool.failed || !build_waits(f))
		return NULL;
	build_clocks(f);
	build_routes(f);
	return f;
}

/* Does step b wait for step a, directly or not? */
static bool
waits_for(struct flow *f, size_t b, size_t a)
{
	size_t head = 0, tail = 0, i, to;

	f->search++;
	f->queue[tail++] = b;
	f->seen[b] = f->search;
	while (head < tail)
		for (i = f->waits.first[f->queue[head++]]; i != NOWHERE; i = f->waits.edges[i].next) {
			to = f->waits.edges[i].to;
			if (to == a)
				return true;
			if (f->seen[to] != f->search) {
				f->seen[to] = f->search;
				f->queue[tail++] = to;
			}
		}
	return false;
}

bool
hf_flow_may_precede(struct flow *f, size_t a, size_t b)
{
	const struct hf_step *s = &f->p->steps[b];

	if (a < b || s->wait.set || s->repeat.set || f->reach[b] >= a)
		return true;
	if (f->clock[a] != NO_CLOCK && f->clock[a] < f->clock[b]) /* the nearest deadline comes first */
		return true;
	return waits_for(f, b, a);
}
