#include "flow.h"

/* A circle of steps that wait for each other, on the stack from `from` to `top`: said where the first of them in the text waits. */
static void
say_circle(struct linter *l, struct flow *f, const size_t *stack, const size_t *at, size_t from, size_t top)
{
	const struct hf_playbook *p = f->p;
	struct hf_buf             names = HF_BUF_INIT;
	size_t                    i, first = NOWHERE, n = 0;

	for (i = from; i <= top; i++) {
		if (stack[i] >= p->n_steps)
			continue;
		if (first == NOWHERE || stack[i] < stack[first])
			first = i;
		if (n++ < 5)
			hf_buf_addf(&names, "%s`%s`", n == 1 ? "" : ", ", p->steps[stack[i]].id);
		else if (n == 6)
			hf_buf_adds(&names, "…");
	}
	if (n == 1)
		hf_defect_add(l->out, f->waits.edges[at[stack[first]]].pos, "let it wait for something before it",
		    "%s waits for itself: it can never be reached", hf_buf_str(&names));
	else if (n > 1)
		hf_defect_add(l->out, f->waits.edges[at[stack[first]]].pos, "take one of these away",
		    "a cycle without a human choice: %s wait for each other and can never be reached", hf_buf_str(&names));
	hf_buf_clear(&names);
}

/* Depth first; a node on the stack met again closes a circle. */
void
hf_lint_waits(struct linter *l, struct flow *f)
{
	const struct graph *g = &f->waits;
	size_t             *at = hf_pool_alloc(f->pool, g->n_nodes * sizeof(*at)); /* the edge in hand, by node */
	size_t             *stack = hf_pool_alloc(f->pool, (g->n_nodes + 1) * sizeof(*stack));
	size_t             *depth = hf_pool_alloc(f->pool, g->n_nodes * sizeof(*depth)); /* 1 and more: on the stack */
	bool               *done = hf_pool_alloc(f->pool, g->n_nodes);
	size_t              root, top, node, to, said = 0;

	if (at == NULL || stack == NULL || depth == NULL || done == NULL)
		return;
	for (root = 0; root < g->n_nodes; root++) {
		if (done[root])
			continue;
		stack[top = 1] = root;
		depth[root] = 1;
		at[root] = g->first[root];
		while (top > 0) {
			node = stack[top];
			if (at[node] == NOWHERE) {
				done[node] = true;
				depth[node] = 0;
				top--;
				if (top > 0)
					at[stack[top]] = g->edges[at[stack[top]]].next;
				continue;
			}
			to = g->edges[at[node]].to;
			if (!done[to] && depth[to] == 0) {
				stack[++top] = to;
				depth[to] = top;
				at[to] = g->first[to];
				continue;
			}
			if (depth[to] > 0 && said++ < 50)
				say_circle(l, f, stack, at, depth[to], top);
			at[node] = g->edges[at[node]].next;
		}
	}
}
