#include "holdfast/figures.h"

#include <stdio.h>
#include <string.h>

#include "run_impl.h"

static int64_t
earlier(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* ---- when ---- */

/* What somebody wrote down; only where the book has such a value. */
static int64_t
written(const struct hf_run *run, const char *name)
{
	char    value[48];
	int64_t t;

	snprintf(value, sizeof(value), "%s_at", name);
	return hf_json_get(run->values, value) != NULL && run_value_moment(&t, run, NULL, value) ? t : 0;
}

/* When the last step of a phase was finished; 0 while any is open, and when none was done. */
static int64_t
phase_end(const struct hf_run *run, const char *id)
{
	const struct hf_phase *p = hf_playbook_phase(run->pb, id);
	int64_t                latest = 0;

	for (size_t k = 0; p != NULL && k < run->n; k++) {
		const struct hf_instance *i = &run->list[k];

		if (&run->pb->phases[i->step->phase] != p || i->state == HF_EXCLUDED)
			continue;
		if (!judge_behind(i))
			return 0;
		if (i->at > latest && (i->state == HF_DONE || i->state == HF_FAILED))
			latest = i->at;
	}
	return latest;
}

static bool
is_for_provider(const char *template_name)
{
	return strncmp(template_name, "provider/", 9) == 0 || strcmp(template_name, "provider") == 0;
}

static int64_t
first_report(const struct hf_run *run, bool provider)
{
	int64_t t = 0;

	for (size_t k = 0; k < hf_json_len(run->entries); k++) {
		const struct hf_json *entry = hf_json_at(run->entries, k);

		if (strcmp(hf_json_text(entry, "type"), "report") == 0 &&
		    is_for_provider(hf_json_text(entry, "template")) == provider)
			t = earlier(t, entry_time(entry));
	}
	return t;
}

static int64_t
first_ticket(const struct hf_run *run)
{
	int64_t t = 0;

	for (size_t k = 0; k < hf_json_len(run->entries); k++)
		if (strcmp(hf_json_text(hf_json_at(run->entries, k), "type"), "ticket") == 0)
			t = earlier(t, entry_time(hf_json_at(run->entries, k)));
	return t;
}

/* The first step done that has a report of that sort. */
static int64_t
report_step(const struct hf_run *run, bool provider)
{
	int64_t t = 0;

	for (size_t k = 0; k < run->n; k++)
		for (size_t n = 0; run->list[k].state == HF_DONE && n < run->list[k].step->reports.n; n++)
			if (is_for_provider(run->list[k].step->reports.v[n]) == provider)
				t = earlier(t, run->list[k].at);
	return t;
}

static bool
makes_live(const struct hf_run *run, const struct hf_step *s)
{
	for (size_t k = 0; k < s->n_updates; k++)
		for (size_t n = 0; n < s->updates[k].n_set; n++)
			if (strcmp(s->updates[k].target, run->subject_kind) == 0 &&
			    strcmp(s->updates[k].set[n].field, "state") == 0 && strcmp(s->updates[k].set[n].value, "live") == 0)
				return true;
	return false;
}

static int64_t
made_live(const struct hf_run *run)
{
	int64_t t = 0;

	for (size_t k = 0; k < run->n; k++)
		if (run->list[k].state == HF_DONE && makes_live(run, run->list[k].step))
			t = earlier(t, run->list[k].at);
	return t;
}

static int64_t
figure(const struct hf_run *run, const char *name)
{
	int64_t t = written(run, name);

	if (t != 0)
		return t;
	if (strcmp(name, "first_notice") == 0)
		return earlier(first_report(run, false), report_step(run, false));
	if (strcmp(name, "contained") == 0)
		return phase_end(run, "contain");
	if (strcmp(name, "reported") == 0)
		return (t = earlier(report_step(run, true), first_ticket(run))) != 0 ? t : first_report(run, true);
	if (strcmp(name, "regained") == 0)
		return (t = made_live(run)) != 0 ? t : phase_end(run, "recover");
	return run->open ? 0 : run->ended;
}

static struct hf_json *
span(const struct hf_run *run, int64_t t)
{
	struct hf_json *o;
	struct hf_buf   words = HF_BUF_INIT;
	int             bad = 0;

	if (t == 0)
		return hf_json_null();
	o = hf_json_object();
	hf_time_words(&words, t > run->started ? t - run->started : 0);
	bad |= hf_json_set(o, "at", hf_json_time(t));
	bad |= hf_json_set(o, "ms", hf_json_int(t - run->started));
	bad |= hf_json_set(o, "words", hf_json_string(hf_buf_str(&words)));
	hf_buf_clear(&words);
	return hf_json_built(o, bad);
}

/* ---- which ---- */

static struct hf_json *
with_why(const struct hf_instance *i, const char *why)
{
	struct hf_json *o = hf_json_object();

	if (hf_json_set(o, "step", hf_json_string(i->number)) == 0 && hf_json_set(o, "why", hf_json_string(why)) == 0)
		return o;
	hf_json_free(o);
	return NULL;
}

static int
steps(struct hf_json *out, const struct hf_run *run)
{
	struct hf_json *late = hf_json_array(), *skipped = hf_json_array(), *failed = hf_json_array(), *twice = hf_json_array();
	int             bad = 0;

	for (size_t k = 0; k < run->n; k++) {
		const struct hf_instance *i = &run->list[k];

		if (i->state == HF_EXCLUDED)
			continue;
		if (i->late)
			bad |= hf_json_push(late, hf_json_string(i->number));
		if (i->twice)
			bad |= hf_json_push(twice, hf_json_string(i->number));
		if (i->state == HF_FAILED)
			bad |= hf_json_push(failed, hf_json_string(i->number));
		if (i->state == HF_SKIPPED)
			bad |= hf_json_push(skipped, with_why(i, i->text));
	}
	bad |= hf_json_set(out, "late", late);
	bad |= hf_json_set(out, "skipped", skipped);
	bad |= hf_json_set(out, "failed", failed);
	bad |= hf_json_set(out, "twice", twice);
	return bad;
}

/* From the log: what went through a closed gate stays said, whatever came of the step later. */
static int
gates(struct hf_json *out, const struct hf_run *run)
{
	struct hf_json *list = hf_json_array();
	int64_t         corrections = 0;
	int             bad = 0;

	for (size_t k = 0; k < hf_json_len(run->entries); k++) {
		const struct hf_json     *entry = hf_json_at(run->entries, k);
		const struct hf_instance *i = run_instance_of(run, entry);
		struct hf_json           *o;

		corrections += strcmp(hf_json_text(entry, "type"), "correct") == 0;
		if (i == NULL || hf_json_get(entry, "anyway") == NULL)
			continue;
		o = with_why(i, hf_json_text(entry, "anyway"));
		bad |= o == NULL || hf_json_set(o, "without", hf_json_ref(hf_json_get(entry, "without"))) != 0;
		bad |= hf_json_push(list, o);
	}
	bad |= hf_json_set(out, "anyway", list);
	bad |= hf_json_set(out, "corrections", hf_json_int(corrections));
	return bad;
}

enum hf_code
hf_figures_make(struct hf_json **out, const struct hf_run *run, struct hf_err *e)
{
	static const char *const names[] = { "first_notice", "contained", "reported", "regained", "closed" };
	struct hf_json          *o = hf_json_object();
	size_t                   finished, all, late;
	int                      bad = 0;

	*out = NULL;
	hf_run_progress(run, &finished, &all, &late);
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		bad |= hf_json_set(o, names[k], span(run, figure(run, names[k])));
	bad |= hf_json_set(o, "drill", hf_json_bool(run->drill));
	bad |= hf_json_set(o, "steps", hf_json_int((int64_t)all));
	bad |= hf_json_set(o, "finished", hf_json_int((int64_t)finished));
	bad |= steps(o, run);
	bad |= gates(o, run);
	if (bad) {
		hf_json_free(o);
		return hf_nomem(e);
	}
	*out = o;
	return HF_OK;
}

/* ---- in words ---- */

void
hf_figures_times(struct hf_buf *out, const struct hf_json *figures)
{
	static const char *const names[][2] = { { "first_notice", "first notice" }, { "contained", "contained" },
		{ "reported", "reported" }, { "regained", "regained" } };
	bool                     any = false;

	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		const char *words = hf_json_text(hf_json_get(figures, names[k][0]), "words");

		if (words[0] != '\0')
			hf_buf_addf(out, "%s%s after %s", any ? ", " : "", names[k][1], words);
		any = any || words[0] != '\0';
	}
}

static void
add_steps(struct hf_buf *out, const char *label, const struct hf_json *list)
{
	for (size_t k = 0; k < hf_json_len(list); k++)
		hf_buf_addf(out, "%s%s", k == 0 ? label : ", ", hf_json_str(hf_json_at(list, k)));
	if (hf_json_len(list) > 0)
		hf_buf_adds(out, ".\n");
}

static void
add_reasons(struct hf_buf *out, const char *label, const struct hf_json *list)
{
	for (size_t k = 0; k < hf_json_len(list); k++)
		hf_buf_addf(out, "%s%s, because: %s\n", label, hf_json_text(hf_json_at(list, k), "step"),
		    hf_json_text(hf_json_at(list, k), "why"));
}

void
hf_figures_words(struct hf_buf *out, const struct hf_json *figures)
{
	struct hf_buf times = HF_BUF_INIT;

	hf_figures_times(&times, figures);
	hf_buf_addf(out, "From the start: %s.\n", times.len > 0 ? times.data : "nothing of it is recorded yet");
	add_steps(out, "Late: ", hf_json_get(figures, "late"));
	add_steps(out, "Failed: ", hf_json_get(figures, "failed"));
	add_steps(out, "Done twice: ", hf_json_get(figures, "twice"));
	add_reasons(out, "Left out: ", hf_json_get(figures, "skipped"));
	add_reasons(out, "Through a closed gate: ", hf_json_get(figures, "anyway"));
	hf_buf_clear(&times);
}
