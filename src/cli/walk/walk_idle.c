/* When nothing can be done right now: what is waited for, or the end of the run. */
#include <stdlib.h>
#include <string.h>

#include "holdfast/brief.h"
#include "step.h"
#include "walk_in.h"

/* So many of what cannot be done yet fit under what is waited for, on the smallest screen. */
#define LATER_SHOWN 4

/* A step or a phase that is needed first, by its title; where that is about a row that is not this one, by its id. */
static void
add_needed(struct hf_buf *b, const struct walk *w, const struct hf_instance *i, const char *name)
{
	const struct hf_playbook *pb = hf_run_playbook(w->run);
	const struct hf_step     *step = hf_playbook_step(pb, name);
	const struct hf_phase    *phase = hf_playbook_phase(pb, name);
	struct hf_buf             title = HF_BUF_INIT;

	if (phase != NULL || step != NULL)
		hf_run_fill(&title, w->run, i, phase != NULL ? phase->title : step->title, NULL);
	if (title.len == 0 || strstr(hf_buf_str(&title), "not recorded") != NULL)
		hf_buf_addf(b, "it needs %s", name);
	else
		hf_buf_addf(b, "it needs %s\"%s\"", phase != NULL ? "all of " : "", hf_buf_str(&title));
	hf_buf_clear(&title);
}

/* What the book asked first and nobody has said yet: this value, or (NULL) the first of them. NULL: there is none. */
static const struct hf_value *
unsaid(const struct walk *w, const char *name)
{
	const struct hf_playbook *pb = hf_run_playbook(w->run);
	struct hf_json           *v;
	bool                      known;

	for (size_t k = 0; k < pb->n_ask; k++) {
		if (name != NULL && strcmp(pb->ask[k].name, name) != 0)
			continue;
		v = NULL;
		known = hf_run_path(&v, w->run, NULL, pb->ask[k].name, NULL) == HF_OK && v != NULL;
		hf_json_free(v);
		if (!known)
			return &pb->ask[k];
	}
	return NULL;
}

/* Its time counts from something that has not happened, or that nobody has said. */
static void
add_clock(struct hf_buf *b, const struct walk *w, const struct hf_instance *i)
{
	const struct hf_value *v = unsaid(w, i->step->by.name);

	if (v != NULL)
		hf_buf_addf(b, "nobody has said yet: %s v asks", v->prompt);
	else
		hf_buf_addf(b, "its time counts from %s", i->step->by.name);
}

/* Why an open step cannot be done yet, appended. */
static void
add_reason(struct hf_buf *b, const struct walk *w, const struct hf_instance *i)
{
	struct hf_json *needs = NULL;

	if (i->pending != HF_PENDING_NONE) {
		hf_buf_adds(b, "\nwaits: ");
		walk_second(b, w, i);
		return;
	}
	if (i->state == HF_WAITING && i->ready) {
		hf_buf_addf(b, "\nwaits%s%s", i->waits_for[0] != '\0' ? " " : "", i->waits_for);
		if (i->wakes != 0) {
			hf_buf_adds(b, i->waits_for[0] != '\0' ? ", until " : " until ");
			step_clock(b, w->run, i->wakes, true);
		}
		return;
	}
	hf_buf_adds(b, "\nnot yet: ");
	if (i->step->by.kind != HF_BY_NONE && i->deadline == 0)
		add_clock(b, w, i);
	else if (hf_run_blocked(&needs, w->run, i, NULL) == HF_OK && hf_json_len(needs) > 0)
		add_needed(b, w, i, hf_json_str(hf_json_at(needs, 0)));
	else
		hf_buf_adds(b, "whether it applies is not known");
	hf_json_free(needs);
}

static void
add_open(struct walk *w, struct page *p, const struct hf_instance *i)
{
	struct hf_buf b = HF_BUF_INIT, label = HF_BUF_INIT;

	hf_run_fill(&b, w->run, i, i->step->title, NULL);
	hf_buf_addf(&label, "%4zu  ", walk_number(w, i));
	add_reason(&b, w, i);
	page_text(p, OUT_BOLD, hf_buf_str(&label), 6, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
	hf_buf_clear(&label);
}

/* What is open and cannot be done yet: all those that wait, then the first of those that come after them. Returns how many. */
static size_t
add_waiting(struct walk *w, struct page *p)
{
	struct hf_buf more = HF_BUF_INIT;
	size_t        n = 0, later = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t k = 0; k < hf_run_count(w->run); k++) {
			const struct hf_instance *i = hf_run_at(w->run, k);

			if (!walk_is_open(i) || (i->state == HF_WAITING && i->ready) != (pass == 0))
				continue;
			if (pass == 0 || ++later <= LATER_SHOWN)
				add_open(w, p, i);
			n++;
		}
	if (later > LATER_SHOWN) {
		hf_buf_addf(&more, "and %zu more that cannot be done yet; l lists them", later - LATER_SHOWN);
		page_text(p, OUT_PLAIN, "", 6, OUT_PLAIN, hf_buf_str(&more));
		hf_buf_clear(&more);
	}
	return n;
}

static enum hf_code
close_run(struct walk *w, struct hf_err *e)
{
	struct hf_act act = w->act;
	struct hf_err why = HF_ERR_INIT;
	bool          yes = w->series != NULL;
	enum hf_code  rc;

	if (!yes && (rc = walk_yes(&yes, w, "Every step is finished. Close the run", true, e)) != HF_OK)
		return rc;
	if (!yes)
		return walk_press(w, "q", false, e);
	app_hold();
	rc = hf_run_end(w->run, &act, &why);
	app_release();
	return walk_recorded(w, rc, &why, "the run is closed") ? HF_OK : walk_press(w, "q", false, e);
}

enum hf_code
walk_idle(struct walk *w, struct hf_err *e)
{
	struct prompt q = { .text = "A number shows that step   l list   n note   q quit >",
		.complete = walk_complete,
		.arg = w,
		.redraw = true,
		.resized = !w->plain,
		.fresh = true };
	struct page  *p;
	char         *typed = NULL;
	enum hf_code  rc;
	size_t        n, finished, all, late;

	if (w->series != NULL)
		q.text = "Enter: go on   a number shows that step   l list   n note   q quit >";
	else if (unsaid(w, NULL) != NULL)
		q.text = "v answer what was asked first   l list   n note   q quit >";
	p = walk_page(w);
	walk_head(w, p, NULL);
	hf_run_progress(w->run, &finished, &all, &late);
	if (finished < all)
		page_line(p, OUT_BOLD, "Nothing can be done right now.");
	page_gap(p);
	n = add_waiting(w, p);
	page_gap(p);
	if ((rc = walk_show(w, p, 2, e)) != HF_OK)
		return rc;
	if (n == 0)
		return close_run(w, e);
	if ((rc = walk_ask(&typed, w, &q, e)) != HF_OK)
		return rc;
	if (typed == NULL)
		rc = walk_press(w, "q", false, e);
	else if (typed[0] == '\0')
		w->passed = w->series != NULL;
	else if (typed[strspn(typed, "0123456789")] == '\0' && walk_numbered(w, strtoul(typed, NULL, 10)) != NULL)
		walk_go(w, walk_numbered(w, strtoul(typed, NULL, 10))->name);
	else
		rc = walk_press(w, typed, false, e);
	free(typed);
	return rc;
}
