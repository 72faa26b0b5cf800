#include <string.h>

#include "flow.h"

/* Has it a clock of its own, or waits it for the world? Then it comes up by itself, whatever went before. */
static bool
comes_by_itself(const struct hf_step *s)
{
	return s->by.kind != HF_BY_NONE || s->wait.set;
}

static void
visit(struct flow *f, size_t i, size_t *tail)
{
	if (i < f->p->n_steps && f->seen[i] != f->search) {
		f->seen[i] = f->search;
		f->queue[(*tail)++] = i;
	}
}

static void
visit_after(struct flow *f, size_t i, size_t *tail)
{
	const struct hf_step *s = &f->p->steps[i];
	size_t                k, to;
	bool                  goes_on = false;

	if (f->falls[i])
		visit(f, i + 1, tail);
	for (k = 0; k < s->n_routes; k++)
		if ((to = hf_flow_way(f->p, s, &s->routes[k])) != NOWHERE) {
			visit(f, to, tail);
			goes_on |= to < f->p->n_steps;
		}
	if (f->falls[i] || !goes_on)
		return;
	for (k = i + 1; k < f->p->n_steps && !comes_by_itself(&f->p->steps[k]); k++)
		;
	visit(f, k, tail);
}

/* Walk the book from its first step, and from those whose deadline is nearer than that of a step before them. */
static void
lint_reach(struct linter *l, struct flow *f)
{
	const struct hf_playbook *p = f->p;
	size_t                    head = 0, tail = 0, i, n;
	long                      latest = LONG_MIN;

	f->search++;
	for (i = 0; i < p->n_steps; i++) {
		if (i == 0 || (f->clock[i] != NO_CLOCK && f->clock[i] < latest))
			visit(f, i, &tail);
		if (f->clock[i] > latest)
			latest = f->clock[i];
	}
	while (head < tail)
		visit_after(f, f->queue[head++], &tail);
	for (i = 0; i < p->n_steps; i += n + 1) {
		for (n = 0; i + n < p->n_steps && f->seen[i + n] != f->search; n++)
			;
		if (n == 1)
			hf_defect_add(l->out, p->steps[i].pos, "let an answer lead there", "the step `%s` can never be reached",
			    p->steps[i].id);
		else if (n > 1)
			hf_defect_add(l->out, p->steps[i].pos, "let an answer lead there",
			    "the step `%s` can never be reached, nor the %zu after it", p->steps[i].id, n - 1);
	}
}

/* From which steps can the end of the book be reached? Back from the end, by the edges turned round. */
static void
mark_ends(struct flow *f, const struct graph *back)
{
	size_t head = 0, tail = 0, i, to;

	f->search++;
	f->seen[f->p->n_steps] = f->search;
	f->queue[tail++] = f->p->n_steps;
	while (head < tail)
		for (i = back->first[f->queue[head++]]; i != NOWHERE; i = back->edges[i].next) {
			to = back->edges[i].to;
			if (f->seen[to] != f->search) {
				f->seen[to] = f->search;
				f->queue[tail++] = to;
			}
		}
}

static const struct hf_route *
back_route(const struct hf_playbook *p, size_t i)
{
	const struct hf_step *s = &p->steps[i];
	size_t                k;

	for (k = 0; k < s->n_routes; k++)
		if (hf_flow_way(p, s, &s->routes[k]) <= i)
			return &s->routes[k];
	return NULL;
}

/* Whatever people answer, they come back: no way leads to the end. */
static void
lint_traps(struct linter *l, struct flow *f)
{
	const struct hf_playbook *p = f->p;
	const struct hf_route    *r;
	struct graph              back = { 0 };
	size_t                    i, k, to;

	if (!hf_graph_new(&back, f->pool, p->n_steps + 1))
		return;
	for (i = 0; i < p->n_steps; i++) {
		if (f->falls[i])
			hf_graph_add(&back, f->pool, i + 1, i, p->steps[i].pos);
		for (k = 0; k < p->steps[i].n_routes; k++)
			if ((to = hf_flow_way(p, &p->steps[i], &p->steps[i].routes[k])) != NOWHERE)
				hf_graph_add(&back, f->pool, to, i, p->steps[i].pos);
	}
	if (f->pool->failed)
		return;
	mark_ends(f, &back);
	for (i = 0; i < p->n_steps; i++)
		if (f->seen[i] != f->search && (r = back_route(p, i)) != NULL)
			hf_defect_add(l->out, r->pos, "write an answer that leads on",
			    "a cycle without a human choice: every answer from `%s` on leads back", p->steps[i].id);
}

/* The only answer of a step and where it leads; NOWHERE when there is a choice. */
static size_t
only_way(const struct hf_playbook *p, size_t i)
{
	const struct hf_step *s = &p->steps[i];
	size_t                k;

	if (hf_flow_answers(s) != 1 || s->n_only > 0 || s->loop.sql != NULL)
		return NOWHERE;
	for (k = 0; !hf_flow_is_answer(&s->routes[k]); k++)
		;
	return hf_flow_way(p, s, &s->routes[k]);
}

/* The ring that runs through a step, said at the last of its steps in the text. */
static void
say_ring(struct linter *l, const struct hf_playbook *p, size_t start)
{
	size_t i = start, last = start, n = 0, k;

	do {
		if (i > last)
			last = i;
		n++;
		i = only_way(p, i);
	} while (i != start);
	for (k = 0; !hf_flow_is_answer(&p->steps[last].routes[k]); k++)
		;
	hf_defect_add(l->out, p->steps[last].routes[k].pos, "write a second answer that leads on, or **Repeat:**",
	    "a cycle without a human choice: %zu step%s from `%s` on with one answer only, and it leads back", n, n == 1 ? "" : "s",
	    p->steps[start].id);
}

/* Steps with one answer each, and each leads to the next of them. */
static void
lint_rings(struct linter *l, struct flow *f)
{
	const struct hf_playbook *p = f->p;
	size_t                   *walk = hf_pool_alloc(f->pool, p->n_steps * sizeof(*walk)), start, i;

	if (walk == NULL)
		return;
	for (start = 0; start < p->n_steps; start++) {
		if (walk[start] != 0)
			continue;
		for (i = start; i < p->n_steps && walk[i] == 0; i = only_way(p, i))
			walk[i] = start + 1;
		if (i < p->n_steps && walk[i] == start + 1)
			say_ring(l, p, i);
	}
}

void
hf_lint_flow(struct linter *l, const struct hf_playbook *p, struct flow *f)
{
	if (p->n_steps == 0)
		return;
	hf_lint_waits(l, f);
	lint_reach(l, f);
	lint_traps(l, f);
	lint_rings(l, f);
}
