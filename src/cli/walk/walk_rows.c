/* Rows of a loop that only ask whether something is still right: all on one screen, and Enter once for all that is shown there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/brief.h"
#include "step.h"
#include "walk_in.h"

/* Each {"address", "brief"}, in their order. */
static const char *
address_of(const struct hf_json *row)
{
	return hf_json_get_str(row, "address");
}

static const struct hf_json *
brief_of(const struct hf_json *row)
{
	return hf_json_get(row, "brief");
}

/* Enter alone may finish it: nobody has to agree, no file is asked for, nothing stands before it. */
static bool
may_share(const struct walk *w, const struct hf_instance *i)
{
	enum hf_second_when second = hf_step_second(hf_run_playbook(w->run), i->step)->when;

	return i->state == HF_OPEN && i->ready && i->step->n_keep == 0 && i->answer[0] == '\0' && second != HF_SECOND_DONE &&
	    second != HF_SECOND_BEFORE;
}

/* A row that only asks whether something is still right. In a series any step that Enter alone finishes: an account is looked at as a whole. */
static bool
only_confirms(const struct walk *w, const struct hf_instance *i)
{
	const struct hf_step *s = i->step;

	if (!may_share(w, i) || s->n_write > 0)
		return false;
	return w->series == NULL ? i->row != NULL && s->confirm.n > 0 :
				   s->reports.n == 0 && s->sheets.n == 0 && !s->wait.set && !s->repeat.set;
}

/* A row of a series that asks for words, and for nothing else: one answer may be the same for all. */
static bool
only_asks(const struct walk *w, const struct hf_instance *i)
{
	const struct hf_step *s = i->step;

	return w->series != NULL && may_share(w, i) && i->row != NULL && i->values == NULL && s->confirm.n == 0 &&
	    s->n_write == 1 && s->write[0].type == HF_VALUE_TEXT && s->write[0].sql == NULL;
}

/* Do both stand on one screen? */
static bool
together(const struct walk *w, const struct hf_instance *a, const struct hf_instance *b)
{
	if (only_asks(w, a))
		return a->step == b->step && only_asks(w, b);
	return only_confirms(w, a) && only_confirms(w, b) &&
	    (w->series == NULL ? a->step == b->step : a->step->phase == b->step->phase);
}

static enum hf_code
add_row(struct hf_json *rows, const struct walk *w, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *row = hf_json_object(), *brief = NULL;
	enum hf_code    rc = hf_brief_make(&brief, w->run, i, e);

	if (rc != HF_OK) {
		hf_json_free(row);
		return rc;
	}
	/* A caution is read alone; what may not apply is asked first, and so is an answer that is needed. */
	if (step_cautions(NULL, brief) > 0 || hf_json_len(hf_json_get(brief, "only_if")) > 0 ||
	    hf_json_len(hf_json_get(brief, "needs")) > 0 || hf_json_len(hf_json_get(brief, "missing")) != i->step->n_write) {
		hf_json_free(brief);
		hf_json_free(row);
		return HF_OK;
	}
	if (hf_json_set(row, "address", hf_json_string(i->name)) == 0 && hf_json_set(row, "brief", brief) == 0)
		return hf_json_push(rows, row) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(row);
	return hf_nomem(e);
}

/* What stands on one screen with the step that is next, in the order of the text. */
static enum hf_code
collect(struct hf_json **out, const struct walk *w, struct hf_err *e)
{
	const struct hf_instance *here = walk_step(w);
	struct hf_json           *rows = hf_json_array();
	enum hf_code              rc = rows == NULL ? hf_nomem(e) : HF_OK;

	for (size_t k = 0; rc == HF_OK && k < hf_run_count(w->run); k++)
		if (together(w, here, hf_run_at(w->run, k)))
			rc = add_row(rows, w, hf_run_at(w->run, k), e);
	*out = rows;
	return rc;
}

/* ---- Enter ---- */

/* Each is an entry of its own; after one that is refused the others wait. */
static void
finish_all(struct walk *w, const struct hf_json *rows, const struct hf_json *values)
{
	size_t        n = 0;
	struct hf_err why = HF_ERR_INIT;
	struct hf_buf what = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	while (rc == HF_OK && n < hf_json_len(rows)) {
		struct hf_act act = walk_act(w, NULL);

		act.step = address_of(hf_json_at(rows, n));
		act.values = values;
		app_hold();
		rc = hf_run_done(w->run, &act, &why);
		app_release();
		n += rc == HF_OK || rc == HF_UNSURE;
	}
	hf_buf_addf(&what, "done, %zu: %s%s", n, hf_json_get_str(brief_of(hf_json_at(rows, 0)), "title"), n > 1 ? ", ..." : "");
	if (!walk_recorded(w, rc, &why, hf_buf_str(&what)) && n > 0)
		walk_say(w, OUT_GOOD, "recorded: %zu before it", n);
	hf_buf_clear(&what);
}

static bool
asks_words(const struct hf_json *rows)
{
	return hf_json_len(hf_json_get(brief_of(hf_json_at(rows, 0)), "write")) > 0;
}

/* Enter alone. Where words are asked for, they are the same for all that stands here. */
static enum hf_code
enter(struct walk *w, const struct hf_json *rows, struct hf_err *e)
{
	struct hf_json *values = NULL;
	enum hf_code    rc = HF_OK;

	if (asks_words(rows) && ((rc = walk_same(&values, w, hf_json_len(rows), e)) != HF_OK || values == NULL))
		return rc;
	finish_all(w, rows, values);
	hf_json_free(values);
	return rc;
}

/* ---- what is recorded on the one before, for all that is not recorded here ---- */

static bool
has_like(const struct walk *w, const struct hf_json *rows)
{
	struct hf_buf b = HF_BUF_INIT;
	bool          found = false;

	for (size_t k = 0; k < hf_json_len(rows); k++)
		for (size_t n = 0; n < hf_json_len(hf_json_get(brief_of(hf_json_at(rows, k)), "confirm")); n++)
			found = found || walk_like(&b, w, hf_json_at(hf_json_get(brief_of(hf_json_at(rows, k)), "confirm"), n));
	hf_buf_clear(&b);
	return found;
}

/* The values of one row; false: one is refused, and why has been said. */
static bool
take_row(size_t *n, struct walk *w, const struct hf_json *row)
{
	const struct hf_json *confirm = hf_json_get(brief_of(row), "confirm");
	struct hf_json       *values = hf_json_object();
	struct hf_act         act = walk_act(w, NULL);
	struct hf_err         why = HF_ERR_INIT;
	enum hf_code          rc = HF_OK;

	act.step = address_of(row);
	for (size_t k = 0; rc == HF_OK && k < hf_json_len(confirm); k++) {
		struct hf_buf b = HF_BUF_INIT;

		if (walk_like(&b, w, hf_json_at(confirm, k)) &&
		    hf_json_set(values, hf_json_get_str(hf_json_at(confirm, k), "name"), hf_json_string(hf_buf_str(&b))) != 0)
			rc = hf_nomem(&why);
		hf_buf_clear(&b);
	}
	*n += hf_json_len(values);
	if (rc == HF_OK && hf_json_len(values) > 0) {
		app_hold();
		rc = hf_run_value(w->run, &act, values, &why);
		app_release();
	}
	hf_json_free(values);
	return rc == HF_OK || walk_recorded(w, rc, &why, "");
}

static void
take_like(struct walk *w, const struct hf_json *rows)
{
	struct hf_buf ref = HF_BUF_INIT;
	size_t        n = 0;

	for (size_t k = 0; k < hf_json_len(rows); k++)
		if (!take_row(&n, w, hf_json_at(rows, k)))
			return;
	hf_buf_cut(&w->said, 0);
	hf_register_ref(&ref, w->app->reg, w->series->like);
	walk_say(w, OUT_GOOD, "recorded: %zu as on %s. Look at them, then Enter", n, hf_buf_str(&ref));
	hf_buf_clear(&ref);
}

/* ---- the screen ---- */

/* A number shows one of them alone; a key is one of the run, not of one row. */
static enum hf_code
press(struct walk *w, const struct hf_json *rows, const char *typed, struct hf_err *e)
{
	size_t number = typed[strspn(typed, "0123456789")] == '\0' ? strtoul(typed, NULL, 10) : 0;

	if (typed[0] == '\0')
		return enter(w, rows, e);
	if (strcmp(typed, "=") == 0 && has_like(w, rows)) {
		take_like(w, rows);
		return HF_OK;
	}
	if (number >= 1 && number <= hf_json_len(rows)) {
		walk_go(w, address_of(hf_json_at(rows, number - 1)));
		return HF_OK;
	}
	w->at[0] = '\0';
	return walk_press(w, typed, false, e);
}

static void
put_hints(struct page *p, const struct walk *w, const struct hf_json *rows)
{
	static const char *const hints[] = { "? help", "q quit", "l list" };
	size_t                   n = hf_json_len(rows);
	struct hf_buf            b = HF_BUF_INIT;

	hf_buf_addf(&b, asks_words(rows) ? "Enter one answer for all %zu" : "Enter all %zu still right", n);
	if (has_like(w, rows)) {
		hf_buf_addf(&b, "%s= as on ", walk_gap(w));
		hf_register_ref(&b, w->app->reg, w->series->like);
	}
	hf_buf_addf(&b, "%s1-%zu one alone%s", walk_gap(w), n, w->series != NULL ? ", in full" : "");
	for (size_t k = 0; k < sizeof(hints) / sizeof(hints[0]); k++)
		walk_hint(&b, w, page_width(p), hints[k]);
	page_line(p, OUT_DIM, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
}

static enum hf_code
ask(struct walk *w, const struct hf_json *rows, struct hf_err *e)
{
	struct prompt q = { .redraw = true, .resized = !w->plain, .fresh = true };
	struct page  *p = walk_page(w);
	struct hf_buf text = HF_BUF_INIT;
	char         *typed = NULL;
	enum hf_code  rc;

	walk_head(w, p, walk_step(w));
	for (size_t k = 0; k < hf_json_len(rows); k++)
		walk_row(p, w, rows, k);
	page_gap(p);
	put_hints(p, w, rows);
	w->numbers = hf_json_len(rows);
	hf_register_ref(&text, w->app->reg, hf_run_subject(w->run));
	hf_buf_adds(&text, " >");
	q.text = hf_buf_str(&text);
	if ((rc = walk_show(w, p, 1, e)) == HF_OK && (rc = walk_ask(&typed, w, &q, e)) == HF_OK)
		rc = press(w, rows, typed == NULL ? "q" : typed, e);
	free(typed);
	hf_buf_clear(&text);
	return rc;
}

enum hf_code
walk_rows(bool *shown, struct walk *w, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);
	struct hf_json           *rows = NULL;
	enum hf_code              rc = HF_OK;

	*shown = false;
	if (w->chosen || i == NULL || !together(w, i, i))
		return HF_OK;
	if ((rc = collect(&rows, w, e)) == HF_OK && hf_json_len(rows) > 1) {
		*shown = true;
		rc = ask(w, rows, e);
	}
	hf_json_free(rows);
	return rc;
}
