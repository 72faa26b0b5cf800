/* The head of each screen: phases, step n of m, how long it lasts, what asks for the person. */
#include <stdio.h>
#include <string.h>

#include "holdfast/brief.h"
#include "holdfast/text.h"
#include "holdfast/time.h"
#include "step.h"
#include "walk_in.h"

/* ---- phases ---- */

struct phase_state {
	size_t all, open; /* steps that apply, and those of them that are not finished */
};

static struct phase_state
phase_state(const struct hf_run *run, size_t phase)
{
	struct phase_state s = { 0, 0 };

	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);

		if (i->step->phase != phase || i->state == HF_EXCLUDED)
			continue;
		s.all++;
		s.open += i->state == HF_OPEN || i->state == HF_WAITING;
	}
	return s;
}

const char *
walk_gap(const struct walk *w)
{
	return w->plain ? ", " : w->app->term.utf8 ? " · " : " | ";
}

/* "✓ Triage  ▶ Contain  · Report", after which of a series it is: the marks say enough without colour. */
static void
phase_bar(struct walk *w, struct page *p, const char *before, size_t now)
{
	const struct hf_playbook *pb = hf_run_playbook(w->run);
	struct hf_buf             b = HF_BUF_INIT, title = HF_BUF_INIT;
	bool                      utf8 = w->app->term.utf8;

	for (size_t k = 0; !w->plain && k < pb->n_phases; k++) {
		struct phase_state s = phase_state(w->run, k);

		if (s.all == 0)
			continue;
		hf_buf_cut(&title, 0);
		hf_run_fill(&title, w->run, NULL, pb->phases[k].title, NULL);
		hf_buf_addf(&b, "%s%s %s", b.len > 0 ? "  " : "",
		    k == now        ? (utf8 ? "▶" : ">") :
			s.open == 0 ? (utf8 ? "✓" : "x") :
			utf8        ? "·" :
				      "-",
		    hf_buf_str(&title));
	}
	if ((w->plain || hf_text_width(hf_buf_str(&b)) > page_width(p)) && now < pb->n_phases) {
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "Phase %zu of %zu: %s", now + 1, pb->n_phases, pb->phases[now].title);
	}
	/* Where no step is shown, a bar that does not fit is left out. */
	if (hf_text_width(hf_buf_str(&b)) > page_width(p) && now >= pb->n_phases)
		hf_buf_cut(&b, 0);
	hf_buf_cut(&title, 0);
	hf_buf_addf(&title, "%s%s%s", before, before[0] != '\0' && b.len > 0 ? "  " : "", hf_buf_str(&b));
	if (hf_text_width(hf_buf_str(&title)) <= page_width(p)) {
		page_raw(p, OUT_BOLD, hf_buf_str(&title));
	} else {
		page_raw(p, OUT_BOLD, before);
		page_raw(p, OUT_BOLD, hf_buf_str(&b));
	}
	hf_buf_clear(&b);
	hf_buf_clear(&title);
}

/* ---- how far, how long ---- */

static void
add_bar(struct hf_buf *b, const struct walk *w, size_t columns, size_t done, size_t all)
{
	size_t full = all == 0 ? 0 : done * columns / all;

	for (size_t k = 0; k < columns; k++)
		hf_buf_adds(b, w->app->term.utf8 ? (k < full ? "█" : "░") : k < full ? "#" : "-");
}

void
walk_elapsed(struct hf_buf *b, const struct walk *w)
{
	int64_t gone = hf_register_now(w->app->reg) - hf_run_started(w->run);

	hf_time_words(b, gone < 0 ? 0 : gone);
}

/* What the line leaves out where it would not fit. */
static const struct {
	size_t bar;
	bool   since;
} lines[] = { { 16, true }, { 8, true }, { 8, false }, { 0, true }, { 0, false } };

#define WITHOUT_BAR 3

static size_t
add_progress(struct hf_buf *b, const struct walk *w, const struct hf_instance *i, size_t n)
{
	size_t finished, all, late;

	hf_run_progress(w->run, &finished, &all, &late);
	if (i != NULL)
		hf_buf_addf(b, "Step %zu of %zu%s", walk_number(w, i), all, lines[n].bar > 0 ? " " : ", ");
	add_bar(b, w, lines[n].bar, finished, all);
	hf_buf_addf(b, "%s%zu finished", lines[n].bar > 0 ? " " : "", finished);
	if (late > 0)
		hf_buf_addf(b, ", %zu late", late);
	hf_buf_adds(b, walk_gap(w));
	walk_elapsed(b, w);
	hf_buf_adds(b, lines[n].since ? " since " : " gone");
	if (lines[n].since)
		step_clock(b, w->run, hf_run_started(w->run), false);
	return late;
}

static void
progress(struct walk *w, struct page *p, const struct hf_instance *i)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        late = 0;

	/* Where nothing is drawn, the bar is left out: it would be read aloud sign by sign. */
	for (size_t n = w->plain ? WITHOUT_BAR : 0;
	     n < sizeof(lines) / sizeof(lines[0]) && (b.len == 0 || hf_text_width(hf_buf_str(&b)) > page_width(p)); n++) {
		hf_buf_cut(&b, 0);
		late = add_progress(&b, w, i, n);
	}
	page_line(p, late > 0 ? OUT_WARN : OUT_PLAIN, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
}

/* ---- what asks for the person ---- */

/* Somebody asked, or is about to begin: and it is for whoever sits here to agree. */
static bool
asks_me(const struct walk *w, const struct hf_instance *i)
{
	struct hf_json *brief = NULL;
	bool            mine;

	if (i->pending == HF_PENDING_NONE)
		return false;
	mine = hf_brief_make(&brief, w->run, i, NULL) == HF_OK && step_is_called(brief) &&
	    (i->pending != HF_PENDING_BEGIN || hf_json_len(hf_json_get(brief, "needs")) == 0);
	hf_json_free(brief);
	return mine;
}

/* Steps that wait for the approval of whoever sits here. */
static void
approvals(struct walk *w, struct page *p, const struct hf_instance *here)
{
	for (size_t k = 0; k < hf_run_count(w->run); k++) {
		const struct hf_instance *i = hf_run_at(w->run, k);
		struct hf_buf             b = HF_BUF_INIT;

		if (i == here || !asks_me(w, i))
			continue;
		hf_buf_addf(&b, "Your approval: %zu ", walk_number(w, i));
		hf_run_fill(&b, w->run, i, i->step->title, NULL);
		hf_buf_addf(&b, " (j %zu)", walk_number(w, i));
		page_text(p, OUT_PLAIN, "", 0, OUT_WARN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

void
walk_head(struct walk *w, struct page *p, const struct hf_instance *i)
{
	struct hf_buf b = HF_BUF_INIT;

	if (w->series != NULL && w->series->of > 1) {
		hf_register_ref(&b, w->app->reg, hf_run_subject(w->run));
		hf_buf_addf(&b, ", %zu of %zu", w->series->n, w->series->of);
	}
	phase_bar(w, p, hf_buf_str(&b), i == NULL ? hf_run_playbook(w->run)->n_phases : i->step->phase);
	hf_buf_cut(&b, 0);
	progress(w, p, i);
	background_words(&b, &w->sync);
	if (b.len > 0)
		page_text(p, OUT_PLAIN, "", 0, w->sync.problem.len > 0 ? OUT_WARN : OUT_DIM, hf_buf_str(&b));
	approvals(w, p, i);
	page_gap(p);
	hf_buf_clear(&b);
}
