/* Where answers lead: back to a step, which opens again with what depends on it; on to the next row. */
#include <string.h>

#include "run_impl.h"

static bool
names_part(const struct hf_playbook *pb, const struct hf_step *of, const char *name)
{
	if (strcmp(of->id, name) == 0 || strcmp(pb->phases[of->phase].id, name) == 0 || run_writes(of, name))
		return true;
	for (size_t k = 0; k < of->n_keep; k++)
		if (strcmp(of->keep[k].id, name) == 0)
			return true;
	return false;
}

/* Does s need the step, its phase, what it keeps or writes down, or ask for its answer? */
static bool
depends_on(const struct hf_playbook *pb, const struct hf_step *s, const struct hf_step *of)
{
	for (size_t k = 0; k < s->n_needs; k++)
		for (size_t n = 0; n < s->needs[k].ids.n; n++)
			if (names_part(pb, of, s->needs[k].ids.v[n]))
				return true;
	for (size_t k = 0; k < s->n_only; k++)
		if (s->only[k].kind == HF_COND_IS && (strcmp(s->only[k].name, of->id) == 0 || run_writes(of, s->only[k].name)))
			return true;
	return false;
}

void
route_restore_row(struct hf_run *run, const struct hf_instance *of)
{
	for (size_t k = 0; k < run->n; k++) {
		struct hf_instance *i = &run->list[k];

		if (i->visit == 0 && i->step->phase == of->step->phase && run_same_row(of, i)) {
			i->state = HF_OPEN;
			i->visit = 1;
		}
	}
}

void
route_return(struct hf_instance *i)
{
	i->visit++;
	i->state = HF_OPEN;
	i->pending = HF_PENDING_NONE;
	i->asked = NULL;
	i->answer[0] = '\0';
	i->at = 0;
	i->twice = i->with_close = i->again = false;
	i->told_until = 0;
	i->by = i->text = i->approved_by = i->told = i->anyway = "";
}

static void
reopen(struct hf_run *run, struct hf_instance *i, int depth)
{
	unsigned visit = i->visit;

	route_restore_row(run, i);
	if (i->visit == 0)
		visit = 0;
	visit += i->state != HF_OPEN || i->pending != HF_PENDING_NONE || i->answer[0] != '\0';
	route_return(i);
	i->visit = visit > 0 ? visit : 1;
	hf_json_free(i->values);
	hf_json_free(i->kept);
	i->values = i->kept = NULL;
	for (size_t k = 0; depth < 32 && k < run->n; k++) {
		struct hf_instance *d = &run->list[k];

		if (d != i && (state_finished(d->state) || d->pending != HF_PENDING_NONE) && run_same_row(i, d) &&
		    depends_on(run->pb, d->step, i->step))
			reopen(run, d, depth + 1);
	}
}

void
route_reopen(struct hf_run *run, struct hf_instance *i)
{
	reopen(run, i, 0);
}

static void
call(struct hf_run *run, const struct hf_instance *from, const char *id)
{
	for (size_t k = 0; k < run->n; k++) {
		struct hf_instance *i = &run->list[k];

		if (strcmp(i->step->id, id) != 0 || !run_same_row(from, i))
			continue;
		/* within a loop of its own a step goes back to its own row */
		if (from->step == i->step && from != i)
			continue;
		reopen(run, i, 0);
		i->called = i != from; /* what is to be looked at again later does not push in front */
	}
}

/* The rest of the row is left out. A row of a step's own loop has no rest. */
static void
end_row(struct hf_run *run, const struct hf_instance *from)
{
	if (run->pb->phases[from->step->phase].loop.sql == NULL)
		return;
	for (size_t k = 0; k < run->n; k++) {
		struct hf_instance *i = &run->list[k];

		if (i == from || i->step->phase != from->step->phase || !run_same_row(from, i) || state_finished(i->state))
			continue;
		i->state = HF_EXCLUDED;
		i->pending = HF_PENDING_NONE;
		i->visit = 0;
	}
}

void
route_follow(struct hf_run *run, struct hf_instance *i, const char *key)
{
	for (size_t k = 0; k < i->step->n_routes; k++) {
		const struct hf_route *r = &i->step->routes[k];

		if (strcmp(r->key, key) != 0)
			continue;
		for (size_t t = 0; t < r->n_to; t++) {
			if (r->to[t].verb == HF_GO)
				call(run, i, r->to[t].name);
			else if (r->to[t].verb == HF_NEXT)
				end_row(run, i);
		}
		return;
	}
}
