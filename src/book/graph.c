/* What a drawing of a playbook shows, whatever it is drawn on. */
#include <stdlib.h>
#include <string.h>

#include "flow.h"
#include "graph_in.h"
#include "playbook_in.h"

size_t
hf_graph_jump(const struct hf_playbook *p, const struct hf_route *r)
{
	const struct hf_id *e;
	size_t              i;

	for (i = 0; i < r->n_to; i++)
		if (r->to[i].verb == HF_GO && (e = hf_ids_find(p->ids, r->to[i].name, IS_STEP, NULL)) != NULL)
			return e->at;
	return NOWHERE;
}

bool
hf_graph_falls(const struct hf_playbook *p, size_t step)
{
	return hf_flow_falls(&p->steps[step]);
}

/* ---- rails ---- */

bool
hf_rails_find(struct rails *r, struct pool *pool, const struct hf_playbook *p)
{
	struct rail *rail;
	size_t       i, k, to;

	if ((r->of = hf_pool_alloc(pool, (p->n_steps + 1) * sizeof(*r->of))) == NULL)
		return false;
	for (i = 0; i < p->n_steps; i++)
		r->of[i] = NOWHERE;
	for (i = 0; i < p->n_steps; i++)
		for (k = 0; k < p->steps[i].n_routes; k++) {
			if ((to = hf_graph_jump(p, &p->steps[i].routes[k])) == NOWHERE || r->of[to] != NOWHERE)
				continue;
			r->of[to] = r->n;
			if ((rail = hf_pool_push(pool, &r->list, &r->n, sizeof(*rail))) == NULL)
				return false;
			*rail = (struct rail){ to, NOWHERE, 0, 0 };
		}
	return true;
}

void
hf_rails_at(struct rails *r, size_t rail, size_t place)
{
	struct rail *at = &r->list[rail];

	if (at->lo == NOWHERE || place < at->lo)
		at->lo = place;
	if (place > at->hi)
		at->hi = place;
}

static int
by_length(const void *x, const void *y)
{
	const struct rail *const *a = x, *const *b = y;
	size_t                    la = (*a)->hi - (*a)->lo, lb = (*b)->hi - (*b)->lo;

	if (la != lb)
		return la < lb ? -1 : 1;
	return (*a)->target < (*b)->target ? -1 : (*a)->target > (*b)->target;
}

/* Does a rail laid earlier stand there? */
static bool
taken(struct rail *const *order, size_t n, const struct rail *rail, unsigned column)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (order[i]->column == column && order[i]->lo <= rail->hi && rail->lo <= order[i]->hi)
			return true;
	return false;
}

/* Short ones first, so that they stand next to the steps. */
bool
hf_rails_lay(struct rails *r, struct pool *pool)
{
	struct rail **order = hf_pool_alloc(pool, (r->n + 1) * sizeof(struct rail *));
	size_t        i;
	unsigned      c;

	if (order == NULL)
		return false;
	for (i = 0; i < r->n; i++)
		order[i] = &r->list[i];
	if (r->n > 0)
		qsort(order, r->n, sizeof(struct rail *), by_length);
	for (i = 0; i < r->n; i++) {
		for (c = 0; c < RAILS_MAX && taken(order, i, order[i], c); c++)
			;
		order[i]->column = c;
		if (c < RAILS_MAX && c + 1 > r->columns)
			r->columns = c + 1;
	}
	return true;
}

/* ---- words ---- */

static void
part(struct hf_buf *b, const char *between, const char *label, const char *text)
{
	if (text[0] == '\0')
		return;
	hf_buf_addf(b, "%s%s%s", b->len > 0 ? between : "", label, text);
}

static void
names(struct hf_buf *b, const struct hf_names *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		hf_buf_addf(b, "%s%s", i == 0 ? "" : i + 1 < list->n ? ", " : " and ", list->v[i]);
}

static void
about_second(struct hf_buf *b, const struct hf_second *second, const char *between)
{
	static const char *const when[] = { "", "to finish", "before it begins", "to skip it" };
	struct hf_buf            who = HF_BUF_INIT;

	if (second->when == HF_SECOND_NONE)
		return;
	names(&who, &second->roles);
	hf_buf_addf(&who, ", %s", when[second->when]);
	part(b, between, "second person: ", hf_buf_str(&who));
	hf_buf_clear(&who);
}

static void
about_only(struct hf_buf *b, const struct hf_step *s, const char *between)
{
	struct hf_buf text = HF_BUF_INIT;
	size_t        i;

	for (i = 0; i < s->n_only; i++) {
		if (i > 0)
			hf_buf_adds(&text, ", and ");
		if (s->only[i].kind == HF_COND_IS)
			hf_buf_addf(&text, "%s = %s", s->only[i].name, s->only[i].answer);
		else
			hf_buf_adds(&text, s->only[i].text);
	}
	part(b, between, "only if ", hf_buf_str(&text));
	hf_buf_clear(&text);
}

static void
about_repeat(struct hf_buf *b, const struct hf_repeat *r, const char *between)
{
	static const char *const units[] = { "min", "h", "days", "working days" };
	struct hf_buf            text = HF_BUF_INIT;

	if (!r->set)
		return;
	if (r->every)
		hf_buf_addf(&text, "every %d %s", r->span.n, units[r->span.unit]);
	else
		hf_buf_addf(&text, "at %s", r->at);
	if (r->until[0] != '\0')
		hf_buf_addf(&text, " until %s", r->until);
	if (r->times > 0)
		hf_buf_addf(&text, ", %d times", r->times);
	part(b, between, "again ", hf_buf_str(&text));
	hf_buf_clear(&text);
}

void
hf_graph_about(struct hf_buf *b, const struct hf_playbook *p, const struct hf_step *s, const char *between)
{
	const struct hf_by *by = s->by.kind != HF_BY_NONE ? &s->by : &p->phases[s->phase].by;
	struct hf_buf       who = HF_BUF_INIT, own = HF_BUF_INIT;

	names(&who, &hf_step_who(p, s)->roles);
	part(&own, between, "", hf_buf_str(&who));
	if (by->kind != HF_BY_NONE)
		part(&own, between, "", by->text);
	if (s->loop.sql != NULL)
		part(&own, between, "for each ", s->loop.text);
	about_only(&own, s, between);
	if (s->wait.set)
		part(&own, between, "waits ", s->wait.text);
	about_repeat(&own, &s->repeat, between);
	about_second(&own, hf_step_second(p, s), between);
	hf_buf_adds(b, hf_buf_str(&own));
	b->failed |= own.failed || who.failed;
	hf_buf_clear(&who);
	hf_buf_clear(&own);
}

static void
way_of(struct hf_buf *b, const struct hf_playbook *p, size_t step, const struct hf_route *r, const struct hf_target *to)
{
	size_t at;

	switch (to->verb) {
	case HF_GO:
		at = hf_graph_jump(p, r);
		hf_buf_addf(b, "%s to %s", at == NOWHERE || at > step ? "on" : at == step ? "again" : "back", to->name);
		break;
	case HF_NEXT:
		hf_buf_adds(b, "the next one");
		break;
	case HF_STOP:
		hf_buf_adds(b, "the run ends");
		break;
	case HF_RUN:
		hf_buf_addf(b, "starts %s", to->name);
		if (to->on[0] != '\0')
			hf_buf_addf(b, " on {%s}", to->on);
		break;
	}
}

void
hf_graph_way(struct hf_buf *b, const struct hf_playbook *p, size_t step, const struct hf_route *r)
{
	size_t i;

	if (r->n_to == 0)
		hf_buf_adds(b, "on");
	for (i = 0; i < r->n_to; i++) {
		if (i > 0)
			hf_buf_adds(b, ", ");
		way_of(b, p, step, r, &r->to[i]);
	}
}
