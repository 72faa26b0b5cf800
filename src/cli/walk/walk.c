/* The walk's way from step to step. */
#include "walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lost.h"
#include "../runs.h"
#include "holdfast/brief.h"
#include "holdfast/orphan.h"
#include "holdfast/text.h"
#include "step.h"
#include "walk_in.h"

bool
walk_possible(const struct app *app)
{
	return prompt_possible(app) && app->term.out && out_is_text(app->out);
}

/* ---- which step ---- */

void
walk_go(struct walk *w, const char *address)
{
	if (w->at[0] != '\0' && (w->n_trail == 0 || strcmp(w->trail[w->n_trail - 1], w->at) != 0)) {
		if (w->n_trail == TRAIL)
			memmove(w->trail, w->trail + 1, (--w->n_trail) * sizeof(w->trail[0]));
		memcpy(w->trail[w->n_trail++], w->at, sizeof(w->at));
	}
	snprintf(w->at, sizeof(w->at), "%s", address);
	w->chosen = true;
}

void
walk_back(struct walk *w)
{
	while (w->n_trail > 0 && strcmp(w->trail[w->n_trail - 1], w->at) == 0)
		w->n_trail--;
	if (w->n_trail == 0) {
		walk_say(w, OUT_PLAIN, "there is no step before this one");
		return;
	}
	memcpy(w->at, w->trail[--w->n_trail], sizeof(w->at));
	w->chosen = true;
}

/* The step on the screen stays until it is finished, or something is called before it. */
static void
choose(struct walk *w)
{
	const struct hf_instance *next = hf_run_next(w->run), *i = walk_step(w);

	if (i != NULL && (w->chosen || (i->state == HF_OPEN && i->ready && !(next != NULL && next->called && next != i))))
		return;
	if (next != NULL && next != i)
		walk_go(w, next->name);
	if (next == NULL)
		w->at[0] = '\0';
	w->chosen = false;
}

/* ---- acknowledged in this sitting ---- */

#define MARK_SIZE (HF_ADDRESS_SIZE + HF_ID_SIZE + 16)

static void
mark_of(char mark[MARK_SIZE], const struct walk *w, char what, const struct hf_instance *i)
{
	snprintf(mark, MARK_SIZE, "%c%s/%s/%u", what, hf_run_id(w->run), i == NULL ? "" : i->name, i == NULL ? 0 : i->visit);
}

static bool
was_seen(const struct walk *w, char what, const struct hf_instance *i)
{
	char mark[MARK_SIZE];

	mark_of(mark, w, what, i);
	return hf_json_get(w->seen, mark) != NULL;
}

static enum hf_code
now_seen(struct walk *w, char what, const struct hf_instance *i, struct hf_err *e)
{
	char mark[MARK_SIZE];

	mark_of(mark, w, what, i);
	return hf_json_set(w->seen, mark, hf_json_bool(true)) == 0 ? HF_OK : hf_nomem(e);
}

bool
walk_is_open(const struct hf_instance *i)
{
	return i->state == HF_OPEN || i->state == HF_WAITING;
}

/* ---- a caution, alone on the screen ---- */

static enum hf_code
show_caution(bool *go_on, struct walk *w, const struct hf_instance *i, const struct hf_json *brief, struct hf_err *e)
{
	struct prompt q = { .text = "Enter: I have read it >", .redraw = true, .resized = !w->plain, .fresh = true };
	struct page  *p;
	char         *typed = NULL;
	enum hf_code  rc;

	*go_on = true;
	if (!walk_is_open(i) || was_seen(w, 'c', i) || step_cautions(NULL, brief) == 0)
		return HF_OK;
	p = walk_page(w);
	walk_head(w, p, i);
	page_line(p, OUT_BOLD, "%s", hf_json_get_str(brief, "title"));
	step_cautions(p, brief);
	page_gap(p);
	if ((rc = walk_show(w, p, 2, e)) != HF_OK || (rc = walk_ask(&typed, w, &q, e)) != HF_OK)
		return rc;
	*go_on = typed != NULL && typed[0] == '\0';
	rc = *go_on ? now_seen(w, 'c', i, e) : walk_press(w, typed == NULL ? "q" : typed, false, e);
	free(typed);
	return rc;
}

/* ---- does it apply? ---- */

static bool
is_asked(const struct walk *w, const struct hf_instance *i, const struct hf_json *brief)
{
	return hf_json_len(hf_json_get(brief, "only_if")) > 0 && walk_is_open(i) && !was_seen(w, 'a', i) && i->values == NULL &&
	    i->kept == NULL && i->answer[0] == '\0';
}

static enum hf_code
left_out(struct walk *w, const struct hf_json *brief, struct hf_err *e)
{
	struct hf_buf why = HF_BUF_INIT;
	enum hf_code  rc;

	hf_buf_addf(&why, "does not apply: it is not so that %s", hf_json_str(hf_json_at(hf_json_get(brief, "only_if"), 0)));
	rc = walk_skip(w, hf_buf_str(&why), e);
	hf_buf_clear(&why);
	return rc;
}

static enum hf_code
ask_applies(bool *go_on, struct walk *w, const struct hf_instance *i, const struct hf_json *brief, struct hf_err *e)
{
	struct prompt q = { .text = "Does this apply? (y or n) >",
		.help = "y: show the step   n: leave it out, for that reason",
		.redraw = true,
		.resized = !w->plain,
		.fresh = true };
	struct page  *p;
	char         *typed = NULL;
	enum hf_code  rc;

	*go_on = true;
	if (!is_asked(w, i, brief))
		return HF_OK;
	p = walk_page(w);
	walk_head(w, p, i);
	page_line(p, OUT_BOLD, "%s", hf_json_get_str(brief, "title"));
	for (size_t k = 0; k < hf_json_len(hf_json_get(brief, "only_if")); k++)
		page_text(p, OUT_BOLD, "Only if ", 8, OUT_PLAIN, hf_json_str(hf_json_at(hf_json_get(brief, "only_if"), k)));
	page_gap(p);
	if ((rc = walk_show(w, p, 2, e)) != HF_OK || (rc = walk_ask(&typed, w, &q, e)) != HF_OK)
		return rc;
	*go_on = false;
	if (typed == NULL)
		rc = walk_press(w, "q", false, e);
	else if (hf_text_equal_nocase(typed, "y") || hf_text_equal_nocase(typed, "yes"))
		rc = now_seen(w, 'a', i, e);
	else if (hf_text_equal_nocase(typed, "n") || hf_text_equal_nocase(typed, "no"))
		rc = left_out(w, brief, e);
	else if (typed[0] != '\0')
		rc = walk_press(w, typed, false, e);
	free(typed);
	return rc;
}

/* ---- a step ---- */

static enum hf_code
show_step(struct walk *w, const struct hf_instance *i, const struct hf_json *brief, struct hf_err *e)
{
	struct prompt q = { .complete = walk_complete, .arg = w, .redraw = true, .resized = !w->plain, .fresh = true };
	struct page  *p = walk_page(w);
	struct hf_buf text = HF_BUF_INIT;
	char         *typed = NULL;
	enum hf_code  rc;

	walk_head(w, p, i);
	step_page(p, w->run, brief);
	walk_keys(w, p, brief);
	w->numbers = i->step->confirm.n + hf_json_len(hf_json_get(brief, "answers"));
	hf_register_ref(&text, w->app->reg, hf_run_subject(w->run));
	hf_buf_adds(&text, " >");
	q.text = hf_buf_str(&text);
	if ((rc = walk_show(w, p, 1, e)) == HF_OK && (rc = walk_ask(&typed, w, &q, e)) == HF_OK)
		rc = walk_press(w, typed == NULL ? "q" : typed, true, e);
	free(typed);
	hf_buf_clear(&text);
	return rc;
}

static enum hf_code
do_step(struct walk *w, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);
	struct hf_json           *brief = NULL;
	bool                      go_on = true, shown;
	enum hf_code              rc;

	if ((rc = walk_rows(&shown, w, e)) != HF_OK || shown)
		return rc;
	if ((rc = hf_brief_make(&brief, w->run, i, e)) != HF_OK)
		return rc;
	if ((rc = ask_applies(&go_on, w, i, brief, e)) == HF_OK && go_on && (rc = show_caution(&go_on, w, i, brief, e)) == HF_OK &&
	    go_on)
		rc = show_step(w, i, brief, e);
	hf_json_free(brief);
	return rc;
}

/* ---- all of it ---- */

/* Accounts that what came in left without their people, as "holdfast sync" tells it. */
static enum hf_code
tell_lost(struct walk *w, const struct hf_json *before, struct hf_err *e)
{
	struct hf_json *now = NULL, *lost = NULL;
	enum hf_code    rc;

	if ((rc = hf_orphans(&now, w->app->reg, e)) == HF_OK)
		rc = hf_orphans_new(&lost, before, now, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(lost); i++) {
		struct hf_buf b = HF_BUF_INIT;

		lost_words(&b, w->app, hf_json_at(lost, i));
		w->said_in = OUT_WARN;
		walk_say(w, OUT_WARN, "%s", hf_buf_str(&b));
		hf_buf_clear(&b);
	}
	hf_json_free(now);
	hf_json_free(lost);
	return rc;
}

/* What others wrote: a sync brought it meanwhile, or it was typed in another window. */
static enum hf_code
take_others(struct walk *w, struct hf_err *e)
{
	struct hf_oid   was = *hf_register_head(w->app->reg);
	struct hf_json *before = NULL;
	struct hf_run  *now;
	enum hf_code    rc;

	if (!background_reap(&w->sync) && !hf_register_moved(w->app->reg))
		return HF_OK;
	if ((rc = hf_orphans(&before, w->app->reg, e)) != HF_OK)
		return rc;
	if ((rc = hf_register_refresh(w->app->reg, e)) == HF_OK && !hf_oid_equal(&was, hf_register_head(w->app->reg)) &&
	    (rc = tell_lost(w, before, e)) == HF_OK &&
	    (rc = hf_run_open(&now, w->app->reg, w->app->shelf, hf_run_id(w->run), e)) == HF_OK) {
		hf_run_close(w->run);
		w->run = now;
	}
	hf_json_free(before);
	return rc;
}

/* Until the run is closed, or the person leaves. */
static enum hf_code
steps(struct walk *w, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	while (rc == HF_OK && !w->leave && !w->passed && w->go[0] == '\0' && hf_run_is_open(w->run)) {
		if ((rc = take_others(w, e)) != HF_OK || !hf_run_is_open(w->run))
			break;
		background_start(&w->sync, w->app);
		choose(w);
		rc = walk_step(w) == NULL ? walk_idle(w, e) : do_step(w, e);
	}
	return rc;
}

static enum hf_code
begin(struct walk *w, struct hf_err *e)
{
	enum hf_code rc;

	w->at[0] = '\0';
	w->chosen = false;
	w->n_trail = 0;
	w->follow[0] = '\0';
	w->go[0] = '\0';
	if (was_seen(w, 'i', NULL))
		return HF_OK;
	if ((rc = now_seen(w, 'i', NULL, e)) != HF_OK)
		return rc;
	if ((w->series == NULL || w->series->n == 1) && ((rc = walk_resumed(w, e)) != HF_OK || w->chosen))
		return rc;
	return walk_values(w, false, e);
}

/* ---- another run ---- */

static enum hf_code
change_run(struct walk *w, const char *id, struct hf_err *e)
{
	struct hf_run *other;
	enum hf_code   rc;

	if ((rc = hf_run_open(&other, w->app->reg, w->app->shelf, id, e)) != HF_OK)
		return rc;
	hf_run_close(w->run);
	w->run = other;
	w->series = NULL; /* another book */
	/* A role of the first book may be none of the other. */
	if (w->act.acting_as != NULL && hf_playbook_role(hf_run_playbook(other), w->act.acting_as) == NULL)
		w->act.acting_as = NULL;
	return HF_OK;
}

/* The run that began this one, when it is still open; "" else. */
static void
parent_of(char id[HF_ID_SIZE], struct hf_buf *words, const struct walk *w)
{
	const char     *parent = hf_json_get_str(hf_run_start_entry(w->run), "parent"), *state;
	struct hf_json *list = parent == NULL ? NULL : walk_others(w);

	id[0] = '\0';
	for (size_t k = 0; k < hf_json_len(list); k++) {
		const struct hf_json *other = hf_json_at(list, k);

		if (strcmp(hf_json_get_str(other, "run"), parent) != 0 || (state = hf_json_get_str(other, "state")) == NULL ||
		    strcmp(state, "open") != 0)
			continue;
		snprintf(id, HF_ID_SIZE, "%s", parent);
		hf_buf_cut(words, 0);
		hf_buf_addf(words, "Back to %s, on %s", hf_json_get_str(other, "title"), hf_json_get_str(other, "ref"));
	}
	hf_json_free(list);
}

/* Where the person goes: to a run that was chosen, to the book that took the place of this one, back to the run that began this one. */
static enum hf_code
follow(bool *there, struct walk *w, struct hf_err *e)
{
	struct hf_buf words = HF_BUF_INIT;
	char          id[HF_ID_SIZE];
	enum hf_code  rc = HF_OK;

	hf_buf_adds(&words, "Go on with it now");
	*there = w->go[0] != '\0';
	memcpy(id, *there ? w->go : w->follow, sizeof(id));
	if (id[0] == '\0' && !hf_run_is_open(w->run))
		parent_of(id, &words, w);
	if (id[0] != '\0' && !*there)
		rc = walk_yes(there, w, hf_buf_str(&words), true, e);
	if (rc == HF_OK && *there)
		rc = change_run(w, id, e);
	hf_buf_clear(&words);
	return rc;
}

static bool
waits_for_somebody(const struct hf_run *run)
{
	for (size_t k = 0; k < hf_run_count(run); k++)
		if (hf_run_at(run, k)->pending != HF_PENDING_NONE)
			return true;
	return false;
}

static void
farewell(const struct walk *w)
{
	struct out *o = w->app->out;

	if (w->series != NULL)
		return;
	put_line(o, OUT_PLAIN, "%s", "");
	if (hf_run_is_open(w->run)) {
		put_line(o, OUT_PLAIN, "Everything that was recorded is kept. Go on with");
		put_line(o, OUT_BOLD, "  holdfast run resume %s", hf_run_id(w->run));
		if (hf_run_shared(w->run) && waits_for_somebody(w->run)) {
			put_line(o, OUT_PLAIN, "A step waits for somebody to agree. They see it when it was sent:");
			put_line(o, OUT_BOLD, "  holdfast sync");
		}
		return;
	}
	put_line(o, OUT_PLAIN, "The run is closed. What was done, and when:");
	put_line(o, OUT_BOLD, "  holdfast timeline %s", hf_run_id(w->run));
	walk_papers(w);
	walk_still_open(w);
}

enum hf_code
walk(struct app *app, struct hf_run **run, const struct walk_opts *opts, struct hf_err *e)
{
	struct walk     w = { .app = app, .run = *run, .plain = opts->plain || app->term.dumb, .series = opts->series };
	struct hf_json *where;
	bool            more = true;
	enum hf_code    rc = HF_OK;

	w.act = (struct hf_act){ .acting_as = opts->acting_as, .on_behalf = opts->on_behalf };
	if ((w.seen = hf_json_object()) == NULL)
		return hf_nomem(e);
	background_open(&w.sync, app);
	background_start(&w.sync, app);
	while (rc == HF_OK && more) {
		if ((rc = begin(&w, e)) == HF_OK)
			rc = steps(&w, e);
		more = false;
		if (rc == HF_OK)
			rc = follow(&more, &w, e);
	}
	*run = w.run;
	if (rc == HF_CANCELLED && w.leave) {
		hf_err_clear(e);
		rc = HF_OK;
	}
	if (opts->series != NULL)
		opts->series->left = w.leave;
	farewell(&w);
	if ((where = runs_where(w.run)) != NULL)
		out_view(app->out, where, NULL, NULL);
	hf_json_free(where);
	hf_json_free(w.seen);
	background_close(&w.sync);
	free(w.ahead);
	free(w.anyway);
	hf_buf_clear(&w.said);
	return rc;
}
