/* What the walk shows: the head of each screen, the first screen, the list of steps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "holdfast/time.h"
#include "step.h"
#include "walk_in.h"

#define NARROW 76 /* columns below which a row of the list says less */

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
	w->numbers = 0;
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
	char          rest[64];
	struct prompt more = { .text = rest,
		.help = "Enter shows the rest. Any key of the walk works here too.",
		.redraw = true,
		.resized = !w->plain,
		.fresh = true };
	size_t        at = 0, n = page_lines(p), room = height(w);
	char         *typed = NULL;
	enum hf_code  rc = HF_OK;

	while (room > 0 && n - at + rows > room && n - at > room - 1) {
		size_t to = page_break(p, at, at + room - 1);

		page_part(p, w->app->out, at, to);
		at = to;
		snprintf(rest, sizeof(rest), "%zu more line%s. Enter: read on >", n - at, n - at == 1 ? "" : "s");
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

/* Ctrl-L, or another size of the window: the screen is shown again. */
static bool
is_redraw(const char *typed)
{
	return typed != NULL && strcmp(typed, PROMPT_REDRAW) == 0;
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
		hf_buf_adds(&b, "\nEnter alone: not known yet.");
		page_gap(p);
		page_text(p, OUT_BOLD, "Asked first: ", 13, OUT_PLAIN, hf_buf_str(&b));
	}
	hf_buf_clear(&b);
}

/* "It began 12 min ago, at 22:41." */
static void
began(struct hf_buf *b, const struct walk *w)
{
	if (hf_register_now(w->app->reg) - hf_run_started(w->run) < HF_MINUTE) {
		hf_buf_adds(b, "It begins now, at ");
	} else {
		hf_buf_adds(b, "It began ");
		walk_elapsed(b, w);
		hf_buf_adds(b, " ago, at ");
	}
	step_clock(b, w->run, hf_run_started(w->run), true);
	hf_buf_addc(b, '.');
}

/* What was typed on the first screen. From the help the way leads back there. */
static enum hf_code
from_intro(struct walk *w, const char *typed, struct hf_err *e)
{
	bool         help = typed != NULL && (strcmp(typed, "?") == 0 || strcmp(typed, "help") == 0);
	enum hf_code rc = HF_OK;

	if (!is_redraw(typed))
		rc = walk_press(w, typed == NULL ? "q" : typed[0] == '\0' ? "\n" : typed, false, e);
	return rc == HF_OK && (help || is_redraw(typed)) ? walk_intro(w, e) : rc;
}

/* Whoever sits here did something in this run already, and so has read what it begins with. */
static bool
was_here(const struct walk *w)
{
	const struct hf_json *entries = hf_run_entries(w->run);
	bool                  mine = false;

	for (size_t k = 0; !mine && k < hf_json_len(entries); k++)
		mine = strcmp(hf_json_text(hf_json_at(entries, k), "type"), "start") != 0 &&
		    strcmp(hf_json_text(hf_json_at(entries, k), "actor"), hf_register_key(w->app->reg)) == 0;
	return mine;
}

enum hf_code
walk_resumed(struct walk *w, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        finished, all, late;

	if (!was_here(w))
		return walk_intro(w, e);
	hf_run_progress(w->run, &finished, &all, &late);
	hf_buf_addf(&b, "Going on with %s, on ", hf_run_playbook(w->run)->title);
	hf_register_ref(&b, w->app->reg, hf_run_subject(w->run));
	hf_buf_addf(&b, ": %zu of %zu steps are finished%s.", finished, all, late > 0 ? ", some of them late" : "");
	if (w->series != NULL && w->series->words != NULL)
		hf_buf_addf(&b, " %s", w->series->words);
	w->said_in = OUT_PLAIN;
	walk_say(w, OUT_PLAIN, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
	return HF_OK;
}

enum hf_code
walk_intro(struct walk *w, struct hf_err *e)
{
	const struct hf_playbook *pb = hf_run_playbook(w->run);
	struct prompt q = { .text = "Enter: begin   ? help   q quit >", .redraw = true, .resized = !w->plain, .fresh = true };
	struct page  *p = walk_page(w);
	struct hf_buf ref = HF_BUF_INIT, b = HF_BUF_INIT;
	size_t        finished, all, late;
	char         *typed = NULL;
	enum hf_code  rc;

	hf_run_progress(w->run, &finished, &all, &late);
	hf_register_ref(&ref, w->app->reg, hf_run_subject(w->run));
	page_line(p, OUT_BOLD, "%s, on %s", pb->title, hf_buf_str(&ref));
	began(&b, w);
	page_line(p, OUT_DIM, "%s", hf_buf_str(&b));
	if (finished > 0)
		page_line(p, OUT_PLAIN, "Going on: %zu of %zu steps are finished%s.", finished, all,
		    late > 0 ? ", some of them late" : "");
	if (w->series != NULL && w->series->words != NULL)
		page_text(p, OUT_PLAIN, "", 0, OUT_PLAIN, w->series->words);
	page_gap(p);
	page_text(p, OUT_BOLD, "In short: ", 10, OUT_PLAIN, pb->in_short);
	add_list(p, "Do not", &pb->do_not);
	add_ask(w, p);
	page_gap(p);
	rc = walk_show(w, p, 2, e);
	if (finished > 0)
		q.text = "Enter: go on   ? help   q quit >";
	if (rc == HF_OK && (rc = walk_ask(&typed, w, &q, e)) == HF_OK)
		rc = from_intro(w, typed, e);
	free(typed);
	hf_buf_clear(&ref);
	hf_buf_clear(&b);
	return rc;
}

/* ---- the list ---- */

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
add_claimer(struct hf_buf *b, const struct walk *w, const struct hf_instance *i)
{
	hf_buf_adds(b, b->len > 0 ? ", " : "");
	if (i->claimed_for[0] != '\0')
		hf_register_ref(b, w->app->reg, i->claimed_for);
	else
		hf_register_who(b, w->app->reg, i->claimed_by);
}

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
		hf_buf_adds(&when, width < NARROW ? "" : "by ");
		step_clock(&when, w->run, i->deadline, false);
	}
	if (i->claimed_by[0] != '\0' && width >= NARROW)
		add_claimer(&when, w, i);
	snprintf(state, sizeof(state), "%s%s",
	    i->pending == HF_PENDING_DONE || i->pending == HF_PENDING_SKIP ? "to approve" :
		i->state == HF_OPEN && !i->ready                           ? "not yet" :
									     hf_state_word(i->state),
	    i->late ? ", late" : "");
	hf_buf_addf(&b, "%c%3zu  %-13s ", i == walk_step(w) ? '>' : ' ', walk_number(w, i), state);
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

/* Time limits; runs beside this one, and the one that began it. */
static void
add_beside(struct walk *w, struct page *p)
{
	struct hf_json *list = walk_others(w), *windows = NULL;
	bool            any = false;

	if (hf_run_windows(&windows, w->run, NULL) == HF_OK)
		for (size_t k = 0; k < hf_json_len(windows); k++)
			any |= hf_json_get_str(hf_json_at(windows, k), "until") != NULL;
	if (any)
		page_line(p, OUT_BOLD, "Time limits");
	step_limits(p, w->run, windows);
	hf_json_free(windows);
	if (hf_json_len(list) > 0)
		page_line(p, OUT_BOLD, "Runs beside this one: g goes there");
	for (size_t k = 0; k < hf_json_len(list); k++) {
		struct hf_buf b = HF_BUF_INIT;

		step_run(&b, w->run, hf_json_at(list, k));
		page_text(p, OUT_PLAIN, "      ", 6, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
	hf_json_free(list);
}

enum hf_code
walk_list(struct walk *w, struct hf_err *e)
{
	const struct hf_playbook *pb = hf_run_playbook(w->run);
	struct prompt             q = {
			    .text = "A number shows that step, Enter goes back >", .redraw = true, .resized = !w->plain, .fresh = true
	};
	struct page *p = walk_page(w);
	size_t       phase = pb->n_phases, excluded = 0;
	char        *typed = NULL;
	enum hf_code rc;

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
	add_beside(w, p);
	w->numbers = hf_run_count(w->run) - excluded;
	if ((rc = walk_show(w, p, 2, e)) == HF_OK && (rc = walk_ask(&typed, w, &q, e)) == HF_OK && typed != NULL &&
	    typed[0] != '\0') {
		const struct hf_instance *i =
		    typed[strspn(typed, "0123456789")] == '\0' ? walk_numbered(w, strtoul(typed, NULL, 10)) : NULL;

		if (i != NULL)
			walk_go(w, i->name);
		else if (is_redraw(typed))
			rc = walk_list(w, e);
		else
			rc = walk_press(w, typed, false, e);
	}
	free(typed);
	return rc;
}

enum hf_code
walk_read(struct walk *w, const char *text, struct hf_err *e)
{
	struct prompt q = { .text = "Enter: back to the step >", .fresh = true };
	struct page  *p = walk_page(w);
	char         *typed = NULL;
	enum hf_code  rc;

	page_raw(p, OUT_PLAIN, text);
	if ((rc = walk_show(w, p, 2, e)) == HF_OK)
		rc = walk_ask(&typed, w, &q, e);
	free(typed);
	return rc;
}
