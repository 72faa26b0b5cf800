/* Rows of a loop that only ask whether something is still right: all on one screen, and Enter once for all that is shown there. */
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

/* One that Enter alone would finish, and nothing but that. */
static bool
only_confirms(const struct walk *w, const struct hf_instance *i)
{
	const struct hf_step *s = i->step;

	return i->row != NULL && s->confirm.n > 0 && s->n_write == 0 && s->n_keep == 0 && i->state == HF_OPEN && i->ready &&
	    i->answer[0] == '\0' && hf_step_second(hf_run_playbook(w->run), s)->when != HF_SECOND_DONE &&
	    hf_step_second(hf_run_playbook(w->run), s)->when != HF_SECOND_BEFORE;
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
	/* A caution is read alone, and what may not apply is asked first. */
	if (step_cautions(NULL, brief) > 0 || hf_json_len(hf_json_get(brief, "only_if")) > 0 ||
	    hf_json_len(hf_json_get(brief, "needs")) > 0) {
		hf_json_free(brief);
		hf_json_free(row);
		return HF_OK;
	}
	if (hf_json_set(row, "address", hf_json_string(i->address)) == 0 && hf_json_set(row, "brief", brief) == 0)
		return hf_json_push(rows, row) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(row);
	return hf_nomem(e);
}

/* The rows of the step on the screen. */
static enum hf_code
collect(struct hf_json **out, const struct walk *w, struct hf_err *e)
{
	const struct hf_instance *here = walk_step(w);
	struct hf_json           *rows = hf_json_array();
	enum hf_code              rc = rows == NULL ? hf_nomem(e) : HF_OK;

	for (size_t k = 0; rc == HF_OK && k < hf_run_count(w->run); k++) {
		const struct hf_instance *i = hf_run_at(w->run, k);

		if (i->step == here->step && only_confirms(w, i))
			rc = add_row(rows, w, i, e);
	}
	*out = rows;
	return rc;
}

/* "2  Keep the right of Max Stone, or end it: admin", its values, and its text unless the next row has the same. */
static void
put_row(struct page *p, const struct hf_json *rows, size_t k)
{
	const struct hf_json *brief = brief_of(hf_json_at(rows, k)), *next = brief_of(hf_json_at(rows, k + 1)),
			     *confirm = hf_json_get(brief, "confirm"), *text = hf_json_get(brief, "text");
	struct hf_buf label = HF_BUF_INIT;

	hf_buf_addf(&label, "%4zu  ", k + 1);
	page_text(p, OUT_BOLD, hf_buf_str(&label), 6, OUT_BOLD, hf_json_get_str(brief, "title"));
	for (size_t n = 0; n < hf_json_len(confirm); n++) {
		const struct hf_json *c = hf_json_at(confirm, n);
		const char           *now = hf_json_get_str(c, "now");

		hf_buf_cut(&label, 0);
		step_field(&label, c);
		hf_buf_addf(&label, ": %s", hf_json_get_str(c, "record") == NULL || now == NULL ? "no record is known there" : now);
		page_text(p, OUT_PLAIN, "", 6, OUT_PLAIN, hf_buf_str(&label));
	}
	if (next == NULL || !hf_json_equal(text, hf_json_get(next, "text")) ||
	    strcmp(hf_json_text(brief, "provider"), hf_json_text(next, "provider")) != 0)
		step_text(p, text, hf_json_text(brief, "provider"));
	hf_buf_clear(&label);
}

static enum hf_code
confirm_all(struct walk *w, const struct hf_json *rows, struct hf_err *e)
{
	size_t        n = 0;
	struct hf_err why = HF_ERR_INIT;
	struct hf_buf what = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	(void)e;
	while (rc == HF_OK && n < hf_json_len(rows)) {
		struct hf_act act = walk_act(w, NULL);

		act.step = address_of(hf_json_at(rows, n));
		app_hold();
		rc = hf_run_done(w->run, &act, &why);
		app_release();
		n += rc == HF_OK || rc == HF_UNSURE;
	}
	hf_buf_addf(&what, "done, %zu: %s%s", n, hf_json_get_str(brief_of(hf_json_at(rows, 0)), "title"), n > 1 ? ", ..." : "");
	if (!walk_recorded(w, rc, &why, hf_buf_str(&what)) && n > 0)
		walk_say(w, OUT_GOOD, "recorded: %zu before it", n);
	hf_buf_clear(&what);
	return HF_OK;
}

/* A number shows one of them alone; a key is one of the run, not of one row. */
static enum hf_code
press(struct walk *w, const struct hf_json *rows, const char *typed, struct hf_err *e)
{
	size_t number = typed[strspn(typed, "0123456789")] == '\0' ? strtoul(typed, NULL, 10) : 0;

	if (typed[0] == '\0')
		return confirm_all(w, rows, e);
	if (number >= 1 && number <= hf_json_len(rows)) {
		walk_go(w, address_of(hf_json_at(rows, number - 1)));
		return HF_OK;
	}
	w->at[0] = '\0';
	return walk_press(w, typed, false, e);
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
		put_row(p, rows, k);
	page_gap(p);
	page_line(p, OUT_DIM, "Enter all %zu still right%s1-%zu one of them alone%sl list%sq quit%s? help", hf_json_len(rows),
	    walk_gap(w), hf_json_len(rows), walk_gap(w), walk_gap(w), walk_gap(w));
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
	if (w->chosen || i == NULL || !only_confirms(w, i))
		return HF_OK;
	if ((rc = collect(&rows, w, e)) == HF_OK && hf_json_len(rows) > 1) {
		*shown = true;
		rc = ask(w, rows, e);
	}
	hf_json_free(rows);
	return rc;
}
