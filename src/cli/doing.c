#include "doing.h"

#include <string.h>

#include "runs.h"

/* The name is copied: an instance moves when an entry is added, and a number that is not fixed yet may be another row's by then. */
static enum hf_code
on_step(struct doing *d, const char *word, struct hf_err *e)
{
	const struct hf_instance *i;
	enum hf_code              rc;

	if (word == NULL)
		return HF_OK;
	if ((rc = hf_run_find(&i, d->run, word, e)) != HF_OK)
		return rc;
	memcpy(d->step, i->name, sizeof(d->step));
	d->act.step = d->step;
	return HF_OK;
}

enum hf_code
doing_begin(struct doing *d, struct app *app, const struct args *a, const char *has, const char *step, struct hf_err *e)
{
	enum hf_code rc;

	memset(d, 0, sizeof(*d));
	d->app = app;
	if ((rc = runs_open(&d->run, app, opt_word(a, "RUN"), e)) != HF_OK ||
	    (rc = runs_act(&d->act, d->for_id, app, a, has, e)) != HF_OK)
		return rc;
	d->before = hf_json_len(hf_run_entries(d->run));
	return on_step(d, step, e);
}

static int
set_result(struct hf_json *o, const struct doing *d)
{
	const struct hf_instance *i = NULL, *next = hf_run_next(d->run);
	struct hf_json           *missing = NULL;
	const char               *state = hf_run_is_open(d->run) ? "open" : "closed";
	int                       bad = 0;

	if (d->act.step != NULL)
		hf_run_find(&i, d->run, d->step, NULL);
	bad |= hf_json_set(o, "run", hf_json_string(hf_run_id(d->run)));
	bad |= hf_json_set(o, "step", i == NULL ? hf_json_null() : hf_json_string(i->number));
	bad |= hf_json_set(o, "state", hf_json_string(i != NULL ? hf_state_word(i->state) : state));
	bad |= hf_json_set(o, "run_state", hf_json_string(state));
	bad |= hf_json_set(o, "next", next == NULL ? hf_json_null() : hf_json_string(next->number));
	if (i != NULL && (i->state == HF_OPEN || i->state == HF_WAITING) && hf_run_missing(&missing, d->run, i, NULL) == HF_OK)
		bad |= hf_json_set(o, "missing", missing);
	return bad;
}

/* The step that was acted on; NULL when there is none. */
static const struct hf_instance *
acted_on(const struct doing *d)
{
	const struct hf_instance *i = NULL;

	if (d->act.step != NULL)
		hf_run_find(&i, d->run, d->step, NULL);
	return i;
}

static bool
wants_approval(const struct doing *d)
{
	const struct hf_instance *i = acted_on(d);

	return i != NULL && (i->pending == HF_PENDING_DONE || i->pending == HF_PENDING_SKIP);
}

/* Who has to be rung. */
static enum hf_code
still_open(const struct doing *d, struct hf_err *e)
{
	struct hf_json *people = NULL;
	struct hf_buf   who = HF_BUF_INIT, how = HF_BUF_INIT;

	if (hf_run_approvers(&people, d->run, acted_on(d), NULL) == HF_OK)
		for (size_t k = 0; k < hf_json_len(people); k++) {
			const struct hf_json *p = hf_json_at(people, k);
			const char           *phone = hf_json_get_str(p, "phone"), *mail = hf_json_get_str(p, "email");

			hf_buf_addf(&who, "%s%s (%s%s%s)", k > 0 ? " or " : "", hf_json_get_str(p, "name"),
			    hf_json_get_str(p, "role"), phone != NULL || mail != NULL ? ", " : "",
			    phone != NULL    ? phone :
				mail != NULL ? mail :
					       "");
		}
	hf_fail(e, HF_NO, "%s: it still needs the approval of %s", d->step, who.len > 0 ? who.data : "a second person");
	hf_run_approval_hint(&how, d->run, acted_on(d));
	if (hf_run_shared(d->run))
		hf_buf_adds(&how, "; before that, it leaves here with your holdfast sync");
	hf_hint(e, "%s", hf_buf_str(&how));
	hf_buf_clear(&how);
	hf_json_free(people);
	hf_buf_clear(&who);
	return HF_NO;
}

static void
render(struct out *o, const struct hf_json *data, void *arg)
{
	const struct doing       *d = arg;
	const struct hf_instance *next = hf_run_next(d->run);
	struct hf_buf             title = HF_BUF_INIT;

	put(o, OUT_GOOD, "recorded");
	if (d->act.step != NULL)
		put(o, OUT_PLAIN, ": %s is %s", d->step, hf_json_get_str(data, "state"));
	if (!hf_run_is_open(d->run)) {
		put_line(o, OUT_PLAIN, ". The run is closed.");
	} else if (next == NULL) {
		put_line(o, OUT_PLAIN, ". Nothing is left to do now.");
	} else {
		hf_run_fill(&title, d->run, next, next->step->title, NULL);
		put_line(o, OUT_PLAIN, ". Next: %s, %s", next->address, hf_buf_str(&title));
	}
	hf_buf_clear(&title);
}

/* In a drill nothing changes outside of its log: what would have is said. */
static void
tell_drill(const struct doing *d)
{
	const struct hf_json *entries = hf_run_entries(d->run), *last = hf_json_at(entries, hf_json_len(entries) - 1);
	const struct hf_json *list = hf_json_get(last, "not_applied");

	for (size_t k = 0; k < hf_json_len(list); k++)
		out_note(d->app->out, "a drill, so the register stays as it is: %s", hf_json_str(hf_json_at(list, k)));
	if (hf_json_get(last, "applied") != NULL && !hf_json_true(hf_json_get(last, "applied")))
		out_note(d->app->out, "a drill, so the register stays as it is");
}

enum hf_code
doing_end(struct doing *d, enum hf_code rc, struct hf_json *started, struct hf_err *e)
{
	struct hf_json *o = NULL;

	if (rc != HF_OK && rc != HF_UNSURE)
		goto done;
	o = hf_json_object();
	if (set_result(o, d) != 0 || (hf_json_len(started) > 0 && hf_json_set(o, "started", hf_json_ref(started)) != 0)) {
		rc = rc == HF_OK ? hf_nomem(e) : rc;
		goto done;
	}
	out_view(d->app->out, o, render, d);
	runs_warn_ahead(d->app, d->run, d->before);
	for (size_t i = 0; i < hf_json_len(started); i++)
		out_note(d->app->out, "started run %s", hf_json_str(hf_json_at(started, i)));
	if (hf_run_is_drill(d->run))
		tell_drill(d);
	if (rc == HF_OK && wants_approval(d))
		rc = still_open(d, e);
done:
	hf_json_free(o);
	hf_json_free(started);
	hf_run_close(d->run);
	return rc;
}
