/*
 * Two graphs over the steps of a playbook. Waiting: a step waits for what it Needs and for what its By hangs on; phases are nodes of it
 * too, after the steps. Going: after a step comes the next one in the text, or what an answer names.
 */
#ifndef HOLDFAST_BOOK_FLOW_H
#define HOLDFAST_BOOK_FLOW_H

#include <limits.h>

#include "lint_in.h"

#define NO_CLOCK LONG_MAX /* a deadline that is not counted from the start */

struct edge {
	size_t        to, next; /* next: of the same node; NOWHERE at the end */
	struct hf_pos pos;      /* the field that says so */
};

struct graph {
	size_t      *first; /* by node */
	struct edge *edges;
	size_t       n_nodes, n_edges;
};

struct flow {
	struct pool              *pool;
	const struct hf_playbook *p;
	struct graph              waits;
	long                     *clock;        /* minutes after the start, by step; NO_CLOCK */
	size_t                   *reach;        /* the last step from which a route goes back to this one or before */
	bool                     *falls;        /* the next step in the text can follow */
	size_t                   *seen, *queue; /* for searches: node seen in search number .. */
	size_t                    search;
};

bool hf_graph_new(struct graph *g, struct pool *pool, size_t n);
void hf_graph_add(struct graph *g, struct pool *pool, size_t from, size_t to, struct hf_pos pos);

bool   hf_flow_is_answer(const struct hf_route *r); /* not "it fails" */
size_t hf_flow_answers(const struct hf_step *s);    /* how many */
/* Where a route goes on: a step, n_steps for the end of the book, NOWHERE when it names no way. */
size_t hf_flow_way(const struct hf_playbook *p, const struct hf_step *s, const struct hf_route *r);

/* Can the next step in the text follow? One answer can be left out; of two or more one must be given. */
bool hf_flow_falls(const struct hf_step *s);

void hf_lint_waits(struct linter *l, struct flow *f); /* lint_waits.c */

#endif
