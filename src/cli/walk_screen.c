/* What the walk shows: the head of each screen, the first screen, the list of steps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "holdfast/time.h"
#include "step.h"
#include "walk_in.h"

/* ---- screens ---- */

static void
say_again(struct walk *w, struct page *p)
{
	if (w->said.len > 0 && !w->plain)
		page_text(p, OUT_PLAIN, "", 0, w->said_in, hf_buf_str(&w->said));
	hf_buf_cut(&w->said, 0);
}

struct page *
walk_page(struct walk *w)
{
	struct page *p = page_new(step_width(w->app));

	if (w->plain)
		page_raw(p, OUT_PLAIN, "\n");
	else
		out_clear(w->app->out);
	if (hf_run_is_drill(w->run))
		page_line(p, OUT_WARN, "DRILL. This is an exercise.");
	say_again(w, p);
	return p;
}

/* Lines of the screen; 0 when it has no end. */
static size_t
height(const struct walk *w)
{
	size_t rows = w->plain ? 0 : term_height(&w->app->term);

	return rows < 8 ? 0 : rows;
}

enum hf_code
walk_show(struct walk *w, struct page *p, size_t rows, struct hf_err *e)
{
	struct prompt more = { .text = "Enter: read on >", .help = "Enter shows the rest. Any key of the walk works here too." };
	size_t        at = 0, n = page_lines(p), room = height(w);
	char         *typed = NULL;
	enum hf_code  rc = HF_OK;

	while (room > 0 && n - at + rows > room && n - at > room - 1) {
		page_part(p, w->app->out, at, at + room - 1);
		at += room - 1;
		if ((rc = walk_ask(&typed, w, &more, e)) != HF_OK || typed == NULL || typed[0] != '\0')
			break;
		free(typed);
		typed = NULL;
	}
	if (rc == HF_OK && typed == NULL)
		page_part(p, w->app->out, at, n);
	w->ahead = typed;
	page_free(p);
	return rc;
}

/* ---- the head ---- */

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
	return w->app->term.utf8 ? " · " : " | ";
}

/* "✓ Triage  ▶ Contain  · Report": the marks say enough without colour. */
static void
phase_bar(struct walk *w, struct page *p, size_t now)
{
	const struct hf_playbook *pb = hf_run_playbook(w->run);
	struct hf_buf             b = HF_BUF_INIT, title = HF_BUF_INIT;
	bool                      utf8 = w->app->term.utf8;

	for (size_t k = 0; k < pb->n_phases; k++) {
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
	if (hf_text_width(hf_buf_str(&b)) > page_width(p) && now < pb->n_phases) {
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "Phase %zu of %zu: %s", now + 1, pb->n_phases, pb->phases[now].title);
	}
	page_raw(p, OUT_BOLD, hf_buf_str(&b));
	hf_buf_clear(&b);
	hf_buf_clear(&title);
}

size_t
walk_number(const struct walk *w, const struct hf_instance *i)
{
	size_t n = 0;

	for (size_t k = 0; k < hf_run_count(w->run); k++) {
		n += hf_run_at(w->run, k)->state != HF_EXCLUDED;
		if (hf_run_at(w->run, k) == i)
			return n;
	}
	return 0;
}

const struct hf_instance *
walk_numbered(const struct walk *w, size_t number)
{
	for (size_t k = 0; k < hf_run_count(w->run); k++)
		if (hf_run_at(w->run, k)->state != HF_EXCLUDED && --number == 0)
			return hf_run_at(w->run, k);
	return NULL;
}

static void
add_bar(struct hf_buf *b, const struct walk *w, size_t done, size_t all)
{
	size_t full = all == 0 ? 0 : done * 16 / all;

	for (size_t k = 0; k < 16; k++)
		hf_buf_adds(b, w->app->term.utf8 ? (k < full ? "█" : "░") : k < full ? "#" : "-");
}

static void
add_elapsed(struct hf_buf *b, const struct walk *w)
{
	int64_t gone = hf_register_now(w->app->reg) - hf_run_started(w->run);

	hf_time_words(b, gone < 0 ? 0 : gone);
	hf_buf_adds(b, " since ");
	step_clock(b, w->run, hf_run_started(w->run), false);
}

void
walk_head(struct walk *w, struct page *p, const struct hf_instance *i)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *gap = walk_gap(w);
	size_t        finished, all, late;

	phase_bar(w, p, i == NULL ? hf_run_playbook(w->run)->n_phases : i->step->phase);
	hf_run_progress(w->run, &finished, &all, &late);
	if (i != NULL)
		hf_buf_addf(&b, "Step %zu of %zu ", walk_number(w, i), all);
	add_bar(&b, w, finished, all);
	hf_buf_addf(&b, " %zu finished", finished);
	if (late > 0)
		hf_buf_addf(&b, ", %zu late", late);
	hf_buf_adds(&b, gap);
	add_elapsed(&b, w);
	page_line(p, late > 0 ? OUT_WARN : OUT_PLAIN, "%s", hf_buf_str(&b));
	hf_buf_cut(&b, 0);
	background_words(&b, &w->sync);
	if (b.len > 0)
		page_text(p, OUT_PLAIN, "", 0, w->sync.problem.len > 0 ? OUT_WARN : OUT_DIM, hf_buf_str(&b));
	page_gap(p);
	hf_buf_clear(&b);
}

/* ---- the first screen ---- */

static void
add_list(struct page *p, const char *title, const struct hf_names *list)
{
	if (list->n == 0)
		return;
	page_gap(p);
	page_line(p, OUT_BOLD, "%s", title);
	for (size_t k = 0; k < list->n; k++)
		page_text(p, OUT_BAD, "  - ", 4, OUT_PLAIN, list->v[k]);
}

/* What the playbook asks first, and nobody has said. */
static void
add_ask(struct walk *w, struct page *p)
{
	const struct hf_playbook *pb = hf_run_playbook(w->run);
	struct hf_buf             b = HF_BUF_INIT;

	for (size_t k = 0; k < pb->n_ask; k++) {
		struct hf_json *v = NULL;

		if (hf_run_path(&v, w->run, NULL, pb->ask[k].name, NULL) != HF_OK || v == NULL)
			hf_buf_addf(&b, "%s%s", b.len > 0 ? "\n" : "", pb->ask[k].prompt);
		hf_json_free(v);
	}
	if (b.len > 0) {
		page_gap(p);
		page_text(p, OUT_BOLD, "First: ", 7, OUT_PLAIN, hf_buf_str(&b));
	}
	hf_buf_clear(&b);
}

enum hf_code
walk_intro(struct walk *w, struct hf_err *e)
{
	const struct hf_playbook *pb = hf_run_playbook(w->run);
	struct prompt             q = { .text = "Enter: begin   ? help   q quit >" };
	struct page              *p = walk_page(w);
	struct hf_buf             ref = HF_BUF_INIT, b = HF_BUF_INIT;
	size_t                    finished, all, late;
	char                     *typed = NULL;
	enum hf_code              rc;

	hf_run_progress(w->run, &finished, &all, &late);
	hf_register_ref(&ref, w->app->reg, hf_run_subject(w->run));
	page_line(p, OUT_BOLD, "%s, on %s", pb->title, hf_buf_str(&ref));
	add_elapsed(&b, w);
	hf_buf_adds(&b, ", when it began");
	page_line(p, OUT_DIM, "%s", hf_buf_str(&b));
	if (finished > 0)
		page_line(p, OUT_PLAIN, "Going on: %zu of %zu steps are finished%s.", finished, all,
		    late > 0 ? ", some of them late" : "");
	page_gap(p);
	page_text(p, OUT_BOLD, "In short: ", 10, OUT_PLAIN, pb->in_short);
	add_list(p, "Do not", &pb->do_not);
	add_ask(w, p);
	page_gap(p);
	rc = walk_show(w, p, 2, e);
	if (finished > 0)
		q.text = "Enter: go on   ? help   q quit >";
	if (rc == HF_OK && (rc = walk_ask(&typed, w, &q, e)) == HF_OK)
		rc = walk_press(w, typed == NULL ? "q" : typed[0] == '\0' ? "\n" : typed, false, e);
	free(typed);
	hf_buf_clear(&ref);
	hf_buf_clear(&b);
	return rc;
}

/* ---- the list ---- */

static void
add_row(struct walk *w, struct page *p, const struct hf_instance *i)
{
	struct hf_buf b = HF_BUF_INIT, title = HF_BUF_INIT, when = HF_BUF_INIT;
	size_t        width = page_width(p), room;
	char          state[24];

	hf_run_fill(&title, w->run, i, i->step->title, NULL);
	if (i->at != 0)
		step_clock(&when, w->run, i->at, false);
	else if (i->due && i->deadline != 0) {
		hf_buf_adds(&when, "by ");
		step_clock(&when, w->run, i->deadline, false);
	}
	snprintf(state, sizeof(state), "%s%s", i->state == HF_OPEN && !i->ready ? "not yet" : hf_state_word(i->state),
	    i->late ? ", late" : "");
	hf_buf_addf(&b, "%c%3zu  %-13s ", strcmp(i->address, w->at) == 0 ? '>' : ' ', walk_number(w, i), state);
	room = width > b.len + when.len + 12 ? width - b.len - when.len - 2 : 10;
	room -= hf_text_fit(&b, hf_buf_str(&title), room, !w->app->term.utf8);
	if (when.len > 0)
		hf_buf_pad(&b, ' ', room + 2);
	hf_buf_adds(&b, hf_buf_str(&when));
	page_raw(p, i->late ? OUT_BAD : i->state == HF_OPEN && i->ready ? OUT_PLAIN : OUT_DIM, hf_buf_str(&b));
	hf_buf_clear(&b);
	hf_buf_clear(&title);
	hf_buf_clear(&when);
}

enum hf_code
walk_list(struct walk *w, struct hf_err *e)
{
	const struct hf_playbook *pb = hf_run_playbook(w->run);
	struct prompt             q = { .text = "A number shows that step, Enter goes back >" };
	struct page              *p = walk_page(w);
	size_t                    phase = pb->n_phases, excluded = 0;
	char                     *typed = NULL;
	enum hf_code              rc;

	for (size_t k = 0; k < hf_run_count(w->run); k++) {
		const struct hf_instance *i = hf_run_at(w->run, k);

		excluded += i->state == HF_EXCLUDED;
		if (i->state == HF_EXCLUDED)
			continue;
		if (i->step->phase != phase)
			page_line(p, OUT_BOLD, "%s", pb->phases[i->step->phase].title);
		phase = i->step->phase;
		add_row(w, p, i);
	}
	if (excluded > 0)
		page_line(p, OUT_DIM, "%zu step%s not apply here.", excluded, excluded == 1 ? " does" : "s do");
	if ((rc = walk_show(w, p, 2, e)) == HF_OK && (rc = walk_ask(&typed, w, &q, e)) == HF_OK && typed != NULL &&
	    typed[0] != '\0') {
		const struct hf_instance *i =
		    typed[strspn(typed, "0123456789")] == '\0' ? walk_numbered(w, strtoul(typed, NULL, 10)) : NULL;

		if (i != NULL)
			walk_go(w, i->address);
		else
			rc = walk_press(w, typed, false, e);
	}
	free(typed);
	return rc;
}

enum hf_code
walk_read(struct walk *w, const char *text, struct hf_err *e)
{
	struct prompt q = { .text = "Enter: back to the step >" };
	struct page  *p = walk_page(w);
	char         *typed = NULL;
	enum hf_code  rc;

	page_raw(p, OUT_PLAIN, text);
	if ((rc = walk_show(w, p, 2, e)) == HF_OK)
		rc = walk_ask(&typed, w, &q, e);
	free(typed);
	return rc;
}
