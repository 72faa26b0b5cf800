#include <stdlib.h>
#include <string.h>

#include "repo_impl.h"

#define NONE SIZE_MAX

enum { MARK_TIP = 1, MARK_STOP = 2, MARK_BEHIND = 4 };

struct node {
	unsigned char id[HF_OID_BYTES];
	size_t        parent[HF_COMMIT_PARENTS]; /* NONE: none, or not known because it was refused */
	bool          read;
	unsigned      marks;
};

/* The commits met so far, and a hash table of them. */
struct graph {
	struct hf_repo *r;
	struct node    *nodes;
	size_t          n, cap;
	size_t         *slots; /* index + 1 */
	size_t          n_slots;
};

/* A growable stack of nodes. */
struct list {
	size_t *at;
	size_t  n, cap;
};

static bool
push(struct list *l, size_t i)
{
	size_t *more, cap = l->cap == 0 ? 64 : 2 * l->cap;

	if (l->n == l->cap) {
		if ((more = realloc(l->at, cap * sizeof(*more))) == NULL)
			return false;
		l->at = more;
		l->cap = cap;
	}
	l->at[l->n++] = i;
	return true;
}

static void
graph_clear(struct graph *g)
{
	free(g->nodes);
	free(g->slots);
}

/* Its slot, or the free one where it would go. */
static size_t *
slot_of(const struct graph *g, const unsigned char id[HF_OID_BYTES])
{
	size_t at;

	memcpy(&at, id, sizeof(at));
	for (at %= g->n_slots; g->slots[at] != 0; at = (at + 1) % g->n_slots)
		if (memcmp(g->nodes[g->slots[at] - 1].id, id, HF_OID_BYTES) == 0)
			break;
	return &g->slots[at];
}

/* Room for one more, the table at most half full. */
static bool
grow(struct graph *g)
{
	size_t       i, cap = g->cap == 0 ? 64 : 2 * g->cap;
	struct node *nodes;
	size_t      *slots;

	if (g->n < g->cap)
		return true;
	if ((nodes = realloc(g->nodes, cap * sizeof(*nodes))) == NULL)
		return false;
	g->nodes = nodes;
	if ((slots = calloc(2 * cap, sizeof(*slots))) == NULL)
		return false;
	free(g->slots);
	g->slots = slots;
	g->n_slots = 2 * cap;
	g->cap = cap;
	for (i = 0; i < g->n; i++)
		*slot_of(g, g->nodes[i].id) = i + 1;
	return true;
}

static enum hf_code
graph_node(size_t *out, struct graph *g, const struct hf_oid *oid, struct hf_err *e)
{
	unsigned char id[HF_OID_BYTES];
	size_t       *slot;

	if (!hf_oid_to_bytes(id, oid))
		return hf_fail(e, HF_INTERNAL, "commit: no name was given");
	if (!grow(g))
		return hf_nomem(e);
	slot = slot_of(g, id);
	if (*slot == 0) {
		memset(&g->nodes[g->n], 0, sizeof(g->nodes[g->n]));
		memcpy(g->nodes[g->n].id, id, HF_OID_BYTES);
		g->nodes[g->n].parent[0] = g->nodes[g->n].parent[1] = NONE;
		*slot = ++g->n;
	}
	*out = *slot - 1;
	return HF_OK;
}

/* Know a node's parents. One that cannot be read as a commit of ours has none; other failures are returned. */
static enum hf_code
expand(struct graph *g, size_t i, struct hf_err *e)
{
	struct hf_commit c;
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_oid    oid;
	enum hf_code     rc;
	size_t           k, parent = 0;

	if (g->nodes[i].read)
		return HF_OK;
	hf_oid_from_bytes(&oid, g->nodes[i].id);
	rc = hf_repo_commit_read(&c, &raw, g->r, &oid, e);
	g->nodes[i].read = true;
	for (k = 0; k < c.n_parents && rc == HF_OK; k++)
		if ((rc = graph_node(&parent, g, &c.parent[k], e)) == HF_OK)
			g->nodes[i].parent[k] = parent;
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
	return rc == HF_DAMAGED ? HF_OK : rc;
}

/*
 * Mark from and all behind it, but not what is marked with another of the marks in stop. order (may be NULL) gets those marked now, parents
 * before children. *rooted (may be NULL) says whether the end of history was met.
 */
static enum hf_code
mark(struct graph *g, size_t from, unsigned as, unsigned stop, struct list *order, bool *rooted, struct hf_err *e)
{
	struct list  stack = { NULL, 0, 0 };
	struct node *node;
	enum hf_code rc = HF_OK;
	size_t       i, k;
	bool         ok = push(&stack, from);

	while (ok && stack.n > 0) {
		i = stack.at[stack.n - 1];
		/* Met a second time, its parents are done. */
		if (g->nodes[i].marks & (as | stop)) {
			stack.n--;
			continue;
		}
		if ((rc = expand(g, i, e)) != HF_OK)
			break;
		node = &g->nodes[i];
		for (k = 0; k < HF_COMMIT_PARENTS && ok; k++)
			if (node->parent[k] != NONE && (g->nodes[node->parent[k]].marks & (as | stop)) == 0)
				ok = push(&stack, node->parent[k]);
		if (!ok || stack.at[stack.n - 1] != i)
			continue;
		if (rooted != NULL && node->parent[0] == NONE)
			*rooted = true;
		node->marks |= as;
		stack.n--;
		if (order != NULL)
			ok = push(order, i);
	}
	free(stack.at);
	return ok || rc != HF_OK ? rc : hf_nomem(e);
}

/* Give one commit to the caller. One that was refused is read again, for the reason. */
static enum hf_code
give(struct graph *g, size_t i, hf_commit_fn *fn, void *arg, struct hf_err *e)
{
	struct hf_commit c;
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_oid    oid;
	enum hf_code     rc;

	hf_oid_from_bytes(&oid, g->nodes[i].id);
	if ((rc = hf_repo_commit_read(&c, &raw, g->r, &oid, e)) == HF_OK)
		rc = fn(arg, &oid, &c, e);
	else if (rc == HF_DAMAGED)
		rc = fn(arg, &oid, NULL, e);
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
	return rc;
}

/*
 * The commits behind tip that are not behind stop, parents first. When every way back from tip ends at stop, none of them can be: only if
 * one went past it is all of stop's own history looked at.
 */
static enum hf_code
collect(struct list *order, struct graph *g, const struct hf_oid *tip, const struct hf_oid *stop, struct hf_err *e)
{
	size_t       from = 0, to = 0;
	enum hf_code rc;
	bool         rooted = false;

	if ((rc = graph_node(&from, g, tip, e)) != HF_OK)
		return rc;
	if (stop == NULL)
		return mark(g, from, MARK_TIP, 0, order, NULL, e);
	if ((rc = graph_node(&to, g, stop, e)) != HF_OK)
		return rc;
	g->nodes[to].marks = MARK_STOP;
	if ((rc = mark(g, from, MARK_TIP, MARK_STOP, order, &rooted, e)) != HF_OK || !rooted)
		return rc;
	g->nodes[to].marks = 0;
	return mark(g, to, MARK_STOP, 0, NULL, NULL, e);
}

enum hf_code
hf_repo_walk(struct hf_repo *r, const struct hf_oid *tip, const struct hf_oid *stop, bool oldest_first, hf_commit_fn *fn, void *arg,
    struct hf_err *e)
{
	struct graph g = { .r = r };
	struct list  order = { NULL, 0, 0 };
	enum hf_code rc;
	size_t       k, i;

	rc = collect(&order, &g, tip, stop, e);
	for (k = 0; k < order.n && rc == HF_OK; k++) {
		i = order.at[oldest_first ? k : order.n - 1 - k];
		if ((g.nodes[i].marks & MARK_STOP) == 0)
			rc = give(&g, i, fn, arg, e);
	}
	free(order.at);
	graph_clear(&g);
	return rc;
}

enum hf_code
hf_repo_descends(bool *out, struct hf_repo *r, const struct hf_oid *tip, const struct hf_oid *ancestor, struct hf_err *e)
{
	struct graph g = { .r = r };
	size_t       from = 0, to = 0, i;
	enum hf_code rc;

	*out = false;
	if ((rc = graph_node(&from, &g, tip, e)) == HF_OK && (rc = graph_node(&to, &g, ancestor, e)) == HF_OK) {
		g.nodes[to].marks = MARK_STOP;
		rc = mark(&g, from, MARK_TIP, MARK_STOP, NULL, NULL, e);
		*out = rc == HF_OK && from == to;
		for (i = 0; i < g.n && rc == HF_OK && !*out; i++)
			*out = g.nodes[i].parent[0] == to || g.nodes[i].parent[1] == to;
	}
	graph_clear(&g);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	const struct hf_oid *x = a, *y = b;

	return strcmp(x->hex, y->hex);
}

/* Of the nodes of order (parents first), those behind both tips that are behind no other such. */
static enum hf_code
nearest(struct hf_oid **out, size_t *n, struct graph *g, const struct list *order, struct hf_err *e)
{
	const unsigned both = MARK_TIP | MARK_STOP;
	enum hf_code   rc = HF_OK;

	if ((*out = calloc(order->n + 1, sizeof(**out))) == NULL)
		return hf_nomem(e);
	for (size_t k = order->n; k-- > 0 && rc == HF_OK;) {
		size_t i = order->at[k];

		if ((g->nodes[i].marks & both) != both || (g->nodes[i].marks & MARK_BEHIND))
			continue;
		hf_oid_from_bytes(&(*out)[(*n)++], g->nodes[i].id);
		rc = mark(g, i, MARK_BEHIND, 0, NULL, NULL, e);
	}
	if (*n > 1)
		qsort(*out, *n, sizeof(**out), by_name);
	return rc;
}

enum hf_code
hf_repo_bases(struct hf_oid **out, size_t *n, struct hf_repo *r, const struct hf_oid *a, const struct hf_oid *b, struct hf_err *e)
{
	struct graph g = { .r = r };
	struct list  order = { NULL, 0, 0 };
	size_t       x = 0, y = 0;
	enum hf_code rc;

	*out = NULL;
	*n = 0;
	if ((rc = graph_node(&x, &g, a, e)) == HF_OK && (rc = graph_node(&y, &g, b, e)) == HF_OK &&
	    (rc = mark(&g, x, MARK_TIP, 0, NULL, NULL, e)) == HF_OK && (rc = mark(&g, y, MARK_STOP, 0, &order, NULL, e)) == HF_OK)
		rc = nearest(out, n, &g, &order, e);
	if (rc == HF_OK && *n == 0)
		rc = hf_fail(e, HF_NOTFOUND, "commits %.12s and %.12s have nothing in common", a->hex, b->hex);
	if (rc != HF_OK) {
		free(*out);
		*out = NULL;
		*n = 0;
	}
	free(order.at);
	graph_clear(&g);
	return rc;
}
