/* run list, run show, run next */
#include <stdio.h>
#include <string.h>

#include "../records.h"
#include "../runs.h"
#include "../walk/step.h"
#include "cmd_run.h"
#include "holdfast/brief.h"
#include "holdfast/figures.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

/* ---- list ---- */

const struct opt run_list_opts[] = {
	{ 0, "open", NULL, "only those that are open", 0 },
	OPT_END,
};

static void
drop_closed(struct hf_json *rows)
{
	for (size_t i = hf_json_len(rows); i-- > 0;)
		if (strcmp(hf_json_get_str(hf_json_at(rows, i), "state"), "closed") == 0)
			hf_json_remove(rows, i);
}

/* As a screen of 80 columns has room for: "9/12", the day alone, and nothing where nothing is late or an exercise. */
static enum hf_code
shorten(struct hf_json *rows, struct app *app, struct hf_err *e)
{
	int bad = 0;

	for (size_t i = 0; i < hf_json_len(rows); i++) {
		struct hf_json *row = hf_json_at(rows, i);
		char            day[HF_DAY_SIZE], done[48];
		int64_t         t;

		snprintf(done, sizeof(done), "%lld/%lld", (long long)hf_json_num(hf_json_get(row, "finished")),
		    (long long)hf_json_num(hf_json_get(row, "steps")));
		if (hf_json_is(hf_json_get(row, "steps"), HF_JSON_INT))
			bad |= hf_json_set(row, "finished", hf_json_string(done));
		if (hf_time_parse(&t, NULL, hf_json_text(row, "started_at"), NULL) == HF_OK) {
			hf_day_of(day, t, hf_register_zone(app->reg));
			bad |= hf_json_set(row, "started_at", hf_json_string(day));
		}
		if (!hf_json_true(hf_json_get(row, "drill")))
			bad |= hf_json_set(row, "drill", hf_json_null());
		if (hf_json_num(hf_json_get(row, "late")) == 0)
			bad |= hf_json_set(row, "late", hf_json_null());
	}
	return bad ? hf_nomem(e) : HF_OK;
}

enum hf_code
cmd_run_list(struct app *app, const struct args *a, struct hf_err *e)
{
	static const struct out_column columns[] = { { "run", NULL, OUT_KEEP }, { "title", "playbook", 0 }, { "ref", "on", 0 },
		{ "state", NULL, OUT_STATE }, { "started_at", "began", OUT_KEEP }, { "finished", "done", OUT_RIGHT },
		{ "late", NULL, OUT_RIGHT | OUT_SPARE }, { "drill", NULL, OUT_SPARE }, OUT_END };
	struct hf_json                *rows = NULL;
	enum hf_code                   rc;

	if ((rc = hf_run_list(&rows, app->reg, app->shelf, e)) != HF_OK)
		return rc;
	if (opt_flag(a, "open"))
		drop_closed(rows);
	if (out_is_text(app->out))
		rc = shorten(rows, app, e);
	if (rc == HF_OK)
		out_table(app->out, rows, columns);
	if (hf_json_len(rows) == 0)
		out_note(app->out, "no run%s; holdfast respond REF begins one", opt_flag(a, "open") ? " is open" : "");
	records_hidden(app);
	hf_json_free(rows);
	return rc;
}

/* ---- show ---- */

static int
set_word(struct hf_json *row, const char *key, const char *text)
{
	return text[0] == '\0' ? 0 : hf_json_set(row, key, hf_json_string(text));
}

/* Only what there is to say: who has it, for what it waits, who agreed. */
static int
turn(struct hf_json *row, const struct hf_run *run, const struct hf_instance *i)
{
	static const char *const pendings[] = { "", "begin", "done", "skip" };
	struct hf_buf            b = HF_BUF_INIT;
	int                      bad = set_word(row, "pending", pendings[i->pending]);

	bad |= set_word(row, "approved_by", i->approved_by);
	bad |= set_word(row, "rejected", i->rejected);
	bad |= set_word(row, "claimed_by", i->claimed_by);
	bad |= set_word(row, "anyway", i->anyway);
	if (i->state == HF_WAITING && i->waits_for[0] != '\0' && hf_run_fill(&b, run, i, i->waits_for, NULL) == HF_OK)
		bad |= set_word(row, "waits_for", hf_buf_str(&b));
	if (i->state == HF_WAITING && i->wakes != 0)
		bad |= hf_json_set(row, "wakes", hf_json_time(i->wakes));
	if (i->rounds > 0)
		bad |= hf_json_set(row, "rounds", hf_json_int(i->rounds));
	hf_buf_clear(&b);
	return bad;
}

static struct hf_json *
step_row(const struct hf_run *run, const struct hf_instance *i)
{
	struct hf_json *row = hf_json_object();
	struct hf_buf   title = HF_BUF_INIT;
	int             bad = hf_run_fill(&title, run, i, i->step->title, NULL) != HF_OK;

	bad |= hf_json_set(row, "id", hf_json_string(i->number));
	if (i->row != NULL)
		bad |= hf_json_set(row, "name", hf_json_string(i->name));
	bad |= hf_json_set(row, "title", hf_json_string(hf_buf_str(&title)));
	bad |= hf_json_set(row, "phase", hf_json_string(hf_run_playbook(run)->phases[i->step->phase].id));
	bad |= hf_json_set(row, "state", hf_json_string(hf_state_word(i->state)));
	bad |= hf_json_set(row, "visit", hf_json_int(i->visit));
	bad |= hf_json_set(row, "ready", hf_json_bool(i->ready));
	bad |= hf_json_set(row, "late", hf_json_bool(i->late));
	bad |= hf_json_set(row, "by", hf_json_time(i->deadline));
	bad |= hf_json_set(row, "at", hf_json_time(i->at));
	bad |= hf_json_set(row, "answer", hf_json_or_null(i->answer));
	if (i->twice)
		bad |= hf_json_set(row, "twice", hf_json_bool(true));
	bad |= turn(row, run, i);
	hf_buf_clear(&title);
	return hf_json_built(row, bad);
}

static struct hf_json *
step_rows(const struct hf_run *run)
{
	struct hf_json *list = hf_json_array();

	for (size_t k = 0; list != NULL && k < hf_run_count(run); k++)
		if (hf_json_push(list, step_row(run, hf_run_at(run, k))) != 0) {
			hf_json_free(list);
			list = NULL;
		}
	return list;
}

static struct hf_json *
run_value_of(const struct hf_run *run)
{
	const struct hf_instance *next = hf_run_next(run);
	const char               *severity = hf_run_severity(run), *parent = hf_json_get_str(hf_run_start_entry(run), "parent");
	struct hf_json           *o = hf_json_object(), *children = NULL, *windows = NULL, *figures = NULL, *odd = NULL;
	int                       bad = 0;

	bad |= hf_json_set(o, "run", hf_json_string(hf_run_id(run)));
	bad |= hf_json_set(o, "playbook", hf_json_string(hf_run_book(run)));
	bad |= hf_json_set(o, "title", hf_json_string(hf_run_playbook(run)->title));
	bad |= hf_json_set(o, "playbook_sha256", hf_json_string(hf_run_book_hash(run)));
	bad |= hf_json_set(o, "subject", hf_json_string(hf_run_subject(run)));
	bad |= hf_json_set(o, "state", hf_json_string(hf_run_is_open(run) ? "open" : "closed"));
	bad |= hf_json_set(o, "drill", hf_json_bool(hf_run_is_drill(run)));
	bad |= hf_json_set(o, "started_at", hf_json_time(hf_run_started(run)));
	bad |= hf_json_set(o, "closed_at", hf_json_time(hf_run_ended(run)));
	bad |= hf_json_set(o, "severity", hf_json_or_null(severity));
	bad |= hf_json_set(o, "parent", hf_json_or_null(parent));
	bad |= hf_json_set(o, "next", next == NULL ? hf_json_null() : hf_json_string(next->number));
	bad |= hf_json_set(o, "values", hf_json_ref(hf_run_values(run)));
	bad |= hf_run_children(&children, run, NULL) != HF_OK || hf_json_set(o, "children", children) != 0;
	bad |= hf_run_windows(&windows, run, NULL) != HF_OK || hf_json_set(o, "windows", windows) != 0;
	bad |= hf_figures_make(&figures, run, NULL) != HF_OK || hf_json_set(o, "figures", figures) != 0;
	bad |= hf_run_odd_clocks(&odd, run, NULL) != HF_OK || hf_json_set(o, "odd_clocks", odd) != 0;
	bad |= hf_json_set(o, "steps", step_rows(run));
	bad |= hf_json_set(o, "entries", hf_json_ref(hf_run_entries(run)));
	return hf_json_built(o, bad);
}

/* How long it has lasted; a clock that was put back makes no time less than none. */
static void
add_took(struct hf_buf *b, int64_t ms, bool open)
{
	if (ms >= 0) {
		hf_buf_adds(b, open ? ", " : ", took ");
		hf_time_words(b, ms);
		hf_buf_adds(b, open ? " ago" : "");
		return;
	}
	hf_buf_adds(b, open ? ": that is " : ", and ended ");
	hf_time_words(b, -ms);
	hf_buf_adds(b, open ? " later than the clock of this computer says" : " before that: a clock was wrong");
}

static void
put_head(struct out *o, const struct hf_run *run)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        finished, all, late;
	int64_t       until = hf_run_is_open(run) ? hf_register_now(hf_run_register(run)) : hf_run_ended(run);

	hf_run_progress(run, &finished, &all, &late);
	hf_register_ref(&b, hf_run_register(run), hf_run_subject(run));
	put_line(o, OUT_BOLD, "%s%s, on %s", hf_run_is_drill(run) ? "DRILL: " : "", hf_run_playbook(run)->title, hf_buf_str(&b));
	put_line(o, OUT_DIM, "run %s", hf_run_id(run));
	hf_buf_cut(&b, 0);
	hf_buf_addf(&b, "%s, began ", hf_run_is_open(run) ? "open" : "closed");
	hf_time_local(&b, hf_run_started(run), hf_register_zone(hf_run_register(run)), true);
	add_took(&b, until - hf_run_started(run), hf_run_is_open(run));
	put_line(o, OUT_PLAIN, "%s", hf_buf_str(&b));
	put_bar(o, finished, all, 20);
	put(o, OUT_PLAIN, " %zu of %zu steps", finished, all);
	if (late > 0)
		put(o, OUT_BAD, ", %zu late", late);
	put_line(o, OUT_PLAIN, "%s", "");
	hf_buf_clear(&b);
}

/* "02:22" today; with its day otherwise. */
static void
add_time(struct hf_buf *b, const struct hf_run *run, const char *before, int64_t t)
{
	const char   *zone = hf_register_zone(hf_run_register(run));
	struct hf_buf when = HF_BUF_INIT;

	hf_time_local(&when, t, zone, false);
	hf_buf_addf(b, "%s%s", before,
	    hf_text_prefix(hf_buf_str(&when), hf_register_today(hf_run_register(run))) ? when.data + 11 : hf_buf_str(&when));
	hf_buf_clear(&when);
}

/* A row as people see it. NULL: out of memory, or it does not apply. */
static struct hf_json *
shown_row(const struct hf_run *run, const struct hf_instance *i, const struct hf_json *row)
{
	struct hf_json *o = hf_json_object();
	struct hf_buf   when = HF_BUF_INIT;
	const char     *state = hf_state_word(i->state);
	int             bad = 0;

	if (i->state == HF_OPEN)
		state = i->late ? "late" : i->ready ? "open" : "not yet";
	if (i->pending != HF_PENDING_NONE)
		hf_buf_adds(&when, "needs approval");
	else if (i->state == HF_WAITING && i->wakes != 0)
		add_time(&when, run, i->rounds > 0 ? "again " : "until ", i->wakes);
	else if (i->at != 0)
		add_time(&when, run, "", i->at);
	else if (i->due && i->deadline != 0)
		add_time(&when, run, "by ", i->deadline);
	if (i->late && i->at != 0)
		hf_buf_adds(&when, ", late");
	if (i->twice)
		hf_buf_adds(&when, ", done twice");
	if (i->anyway[0] != '\0')
		hf_buf_adds(&when, ", through a closed gate");
	if (i->claimed_by[0] != '\0') {
		hf_buf_adds(&when, when.len > 0 ? ", " : "");
		if (i->claimed_for[0] != '\0')
			hf_register_ref(&when, hf_run_register(run), i->claimed_for);
		else
			hf_register_who(&when, hf_run_register(run), i->claimed_by);
		hf_buf_adds(&when, " does it");
	}
	bad |= hf_json_set(o, "step", hf_json_string(i->address));
	bad |= hf_json_set(o, "title", hf_json_ref(hf_json_get(row, "title")));
	bad |= hf_json_set(o, "state", hf_json_string(state));
	if (i->answer[0] != '\0')
		bad |= hf_json_set(o, "answer", hf_json_string(i->answer));
	bad |= hf_json_set(o, "when", hf_json_string(hf_buf_str(&when)));
	hf_buf_clear(&when);
	return hf_json_built(o, bad);
}

static void
put_steps(struct out *o, const struct hf_run *run, const struct hf_json *steps)
{
	static const struct out_column columns[] = { { "step", NULL, OUT_KEEP }, { "title", NULL, 0 }, { "state", NULL, OUT_STATE },
		{ "answer", NULL, OUT_SPARE }, { "when", NULL, 0 }, OUT_END };
	struct hf_json                *rows = hf_json_array();
	size_t                         excluded = 0;

	for (size_t k = 0; rows != NULL && k < hf_run_count(run); k++)
		if (hf_run_at(run, k)->state == HF_EXCLUDED)
			excluded++;
		else if (hf_json_push(rows, shown_row(run, hf_run_at(run, k), hf_json_at(steps, k))) != 0)
			break;
	put_table(o, rows, columns);
	if (excluded > 0)
		put_line(o, OUT_DIM, "%zu step%s not apply here.", excluded, excluded == 1 ? " does" : "s do");
	hf_json_free(rows);
}

/* Only those that run. */
static void
put_limits(struct out *o, const struct hf_json *windows)
{
	bool first = true;

	for (size_t k = 0; k < hf_json_len(windows); k++) {
		const struct hf_json *w = hf_json_at(windows, k);
		int64_t               left = hf_json_num(hf_json_get(w, "left"));
		bool                  over = hf_json_true(hf_json_get(w, "over"));
		struct hf_buf         b = HF_BUF_INIT;

		if (hf_json_get_str(w, "until") == NULL)
			continue;
		if (first)
			put_heading(o, "Time limits");
		first = false;
		hf_time_words(&b, left < 0 ? -left : left);
		put_line(o, over ? OUT_BAD : OUT_PLAIN, "  %s: %s %s", hf_json_get_str(w, "title"), hf_buf_str(&b),
		    over ? "too late" : "left");
		hf_buf_clear(&b);
	}
}

static void
put_children(struct out *o, const struct hf_json *data)
{
	static const struct out_column columns[] = { { "run", NULL, OUT_KEEP }, { "title", "playbook", 0 }, { "ref", "on", 0 },
		{ "state", NULL, OUT_STATE }, { "step", "begun by", 0 }, OUT_END };
	const struct hf_json          *list = hf_json_get(data, "children");

	if (hf_json_get_str(data, "parent") != NULL)
		put_line(o, OUT_PLAIN, "Begun by run %s.", hf_json_get_str(data, "parent"));
	if (hf_json_len(list) == 0)
		return;
	put_heading(o, hf_json_true(hf_json_get(hf_json_at(list, 0), "instead")) ? "Begun in place of it" : "Begun beside it");
	put_table(o, list, columns);
}

static void
put_figures(struct out *o, const struct hf_json *figures)
{
	const struct hf_json *gates = hf_json_get(figures, "anyway");
	struct hf_buf         b = HF_BUF_INIT;

	hf_figures_times(&b, figures);
	if (b.len > 0) {
		put_line(o, OUT_PLAIN, "%s", "");
		put_line(o, OUT_PLAIN, "%s.", hf_buf_str(&b));
	}
	for (size_t k = 0; k < hf_json_len(gates); k++)
		put_line(o, OUT_WARN, "Through a closed gate: %s, because: %s", hf_json_get_str(hf_json_at(gates, k), "step"),
		    hf_json_get_str(hf_json_at(gates, k), "why"));
	hf_buf_clear(&b);
}

static bool
any_open(const struct hf_run *run)
{
	for (size_t k = 0; k < hf_run_count(run); k++)
		if (hf_run_at(run, k)->state == HF_OPEN || hf_run_at(run, k)->state == HF_WAITING)
			return true;
	return false;
}

static void
render_run(struct out *o, const struct hf_json *data, void *arg)
{
	const struct hf_run      *run = arg;
	const struct hf_instance *next = hf_run_next(run);

	put_head(o, run);
	put_line(o, OUT_PLAIN, "%s", "");
	put_steps(o, run, hf_json_get(data, "steps"));
	put_limits(o, hf_json_get(data, "windows"));
	put_children(o, data);
	put_figures(o, hf_json_get(data, "figures"));
	put_line(o, OUT_PLAIN, "%s", "");
	if (next != NULL)
		put_line(o, OUT_BOLD, "Next: %s. holdfast run next %s shows it, holdfast run resume %s walks on.", next->address,
		    hf_run_id(run), hf_run_id(run));
	else if (hf_run_is_open(run) && any_open(run))
		put_line(o, OUT_BOLD, "Nothing can be done right now. holdfast run next %s says what the open steps need.",
		    hf_run_id(run));
	else if (hf_run_is_open(run))
		put_line(o, OUT_BOLD, "Nothing is left to do now. holdfast run close %s ends it.", hf_run_id(run));
}

enum hf_code
cmd_run_show(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_run  *run = NULL;
	struct hf_json *data;
	enum hf_code    rc;

	if ((rc = runs_open(&run, app, opt_word(a, "RUN"), e)) != HF_OK)
		return rc;
	if ((data = run_value_of(run)) == NULL)
		rc = hf_nomem(e);
	else {
		out_paged(app->out);
		out_view(app->out, data, render_run, run);
	}
	hf_json_free(data);
	hf_run_close(run);
	return rc;
}

/* ---- next ---- */

struct next {
	struct app    *app;
	struct hf_run *run;
};

static void
render_step(struct out *o, const struct hf_json *brief, void *arg)
{
	const struct next *n = arg;
	struct page       *p = page_new(step_width(n->app));

	if (hf_run_is_drill(n->run))
		page_line(p, OUT_WARN, "DRILL. This is an exercise.");
	if (step_cautions(p, brief) > 0)
		page_gap(p);
	step_page(p, n->run, brief);
	step_commands(p, n->run, brief);
	page_put(p, o);
	page_free(p);
}

static void
put_still_open(struct out *o, const struct hf_run *run, const struct hf_instance *i)
{
	struct hf_json *needs = NULL;
	struct hf_buf   b = HF_BUF_INIT;

	if (i->pending != HF_PENDING_NONE)
		hf_buf_addf(&b, ", needs an approval: holdfast run approve %s %s", hf_run_id(run), i->address);
	else if (i->state == HF_WAITING && i->wakes != 0)
		add_time(&b, run, i->rounds > 0 ? ", again " : ", until ", i->wakes);
	else if (i->state == HF_WAITING)
		hf_buf_adds(&b, ", waits: ");
	else if (hf_run_blocked(&needs, run, i, NULL) == HF_OK && hf_json_len(needs) > 0)
		hf_buf_addf(&b, ", not yet: it needs %s", hf_json_str(hf_json_at(needs, 0)));
	else
		hf_buf_adds(&b, ", not ready yet");
	if (i->state == HF_WAITING && i->pending == HF_PENDING_NONE && i->waits_for[0] != '\0') {
		hf_buf_adds(&b, i->wakes != 0 ? ": " : "");
		hf_run_fill(&b, run, i, i->waits_for, NULL);
	}
	put_line(o, OUT_PLAIN, "  %s%s", i->address, hf_buf_str(&b));
	hf_buf_clear(&b);
	hf_json_free(needs);
}

static void
render_nothing(struct out *o, const struct hf_json *data, void *arg)
{
	const struct hf_run *run = arg;
	size_t               open = 0;

	(void)data;
	if (!hf_run_is_open(run)) {
		put_line(o, OUT_PLAIN, "This run is closed.");
		return;
	}
	put_line(o, OUT_PLAIN, "Nothing is left to do now.");
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);

		if (i->state != HF_OPEN && i->state != HF_WAITING)
			continue;
		if (open++ == 0)
			put_heading(o, "Still open");
		put_still_open(o, run, i);
	}
	if (open == 0)
		put_line(o, OUT_PLAIN, "holdfast run close %s ends it.", hf_run_id(run));
}

enum hf_code
cmd_run_next(struct app *app, const struct args *a, struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_run            *run = NULL;
	struct hf_json           *data = NULL;
	enum hf_code              rc;

	if ((rc = runs_open(&run, app, opt_word(a, "RUN"), e)) != HF_OK)
		return rc;
	i = hf_run_next(run);
	if (opt_word(a, "STEP") != NULL && (rc = hf_run_find(&i, run, opt_word(a, "STEP"), e)) != HF_OK)
		goto done;
	if (i == NULL) {
		if ((data = runs_where(run)) == NULL)
			rc = hf_nomem(e);
		else
			out_view(app->out, data, render_nothing, run);
	} else if ((rc = hf_brief_make(&data, run, i, e)) == HF_OK) {
		struct next n = { app, run };

		if (hf_json_set(data, "run", hf_json_string(hf_run_id(run))) != 0 ||
		    hf_json_set(data, "drill", hf_json_bool(hf_run_is_drill(run))) != 0)
			rc = hf_nomem(e);
		out_view(app->out, data, render_step, &n);
	}
done:
	hf_json_free(data);
	hf_run_close(run);
	return rc;
}
