/* Steps that rest: Wait, which is for words or for a time, and Repeat, which comes back. */
#include <string.h>

#include "run_impl.h"

/* Until itself means: nobody lets go of it before it is done. Once it is, it is over. */
bool
rest_repeats(const struct hf_instance *i)
{
	return i->step->repeat.set && strcmp(i->step->repeat.until, i->step->id) != 0;
}

void
rest_round(struct hf_instance *i)
{
	const struct hf_repeat *r = &i->step->repeat;

	i->rounds++;
	if ((r->times > 0 && i->rounds >= (unsigned)r->times) || (strcmp(r->until, "answered") == 0 && i->answer[0] != '\0'))
		return;
	i->last_at = i->at;
	i->last_by = i->by;
	i->last_text = i->text;
	memcpy(i->last_answer, i->answer, sizeof(i->last_answer));
	hf_json_free(i->last_values);
	hf_json_free(i->last_kept);
	i->last_values = i->values;
	i->last_kept = i->kept;
	i->values = i->kept = NULL;
	route_return(i);
	i->again = true;
}

bool
rest_over(int64_t *at, const struct hf_run *run, const struct hf_instance *i)
{
	const char *until = i->step->repeat.until;

	*at = 0;
	return until[0] != '\0' && strcmp(until, "answered") != 0 && run_step_happened(at, run, i, until);
}

int64_t
rest_due(const struct hf_run *run, const struct hf_instance *i)
{
	const struct hf_repeat *r = &i->step->repeat;
	int64_t                 t;

	if (r->every)
		return hf_span_add(i->last_at, r->span, false, hf_register_zone(run->r));
	return run_value_moment(&t, run, i, r->at) && t > i->last_at ? t : 0;
}

/* When the last of what it needs was finished; the start when it needs no step. */
static int64_t
needs_met_at(const struct hf_run *run, const struct hf_instance *i)
{
	int64_t latest = run->started, t;

	for (size_t k = 0; k < i->step->n_needs; k++)
		for (size_t n = 0; n < i->step->needs[k].ids.n; n++)
			if (hf_playbook_step(run->pb, i->step->needs[k].ids.v[n]) != NULL &&
			    run_step_happened(&t, run, i, i->step->needs[k].ids.v[n]) && t > latest)
				latest = t;
	return latest;
}

/* What somebody said about this step counts before what the book says. */
bool
rest_waits(const struct hf_run *run, struct hf_instance *i)
{
	const struct hf_wait *w = &i->step->wait;
	int64_t               now = hf_register_now(run->r);

	i->wakes = 0;
	i->waits_for = "";
	if (i->told_until != 0) {
		i->wakes = i->told_until > 0 ? i->told_until : 0;
		i->waits_for = i->told[0] != '\0' || !w->set ? i->told : w->text;
		return i->told_until < 0 || now < i->told_until;
	}
	if (i->called)
		return false;
	if (i->again) {
		i->wakes = rest_due(run, i);
		return i->wakes == 0 || now < i->wakes;
	}
	if (!w->set)
		return false;
	i->waits_for = w->text;
	if (w->timed)
		i->wakes = hf_span_add(needs_met_at(run, i), w->span, false, hf_register_zone(run->r));
	return !w->timed || now < i->wakes;
}
