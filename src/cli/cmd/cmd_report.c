/* report, timeline */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../made.h"
#include "../ref.h"
#include "../report_run.h"
#include "../runs.h"
#include "../term/page.h"
#include "../walk/step.h"
#include "cmd.h"
#include "holdfast/bundle.h"
#include "holdfast/doc.h"
#include "holdfast/figures.h"
#include "holdfast/fs.h"
#include "holdfast/hash.h"
#include "holdfast/report.h"
#include "holdfast/text.h"
#include "holdfast/timeline.h"

#define SHORT_ID 8 /* characters */

static const struct opt report_opts[] = {
	{ 0, "format", "text|md|html", "how it is written (text, or what the name of the file says)", 0 },
	{ 'o', "output", "FILE", "write it to a file", 0 },
	{ 0, "bundle", "DIR", "a new folder with it, the evidence that it names, their sums and your signature", 0 },
	{ 0, "marking", "TEXT", "what to mark it with, as OFFICIAL-SENSITIVE", 0 },
	{ 0, "mask", NULL, "show the registered address and number, and those for recovery, by their ends alone", 0 },
	{ 0, "step", "STEP", "the step for which it is made, for the log", 0 },
	{ 'n', "dry-run", NULL, "do not note in the log that it was made", 0 },
	RUNS_OPT_FOR,
	RUNS_OPT_ROLE,
	OPT_END,
};

static const struct opt timeline_opts[] = {
	{ 0, "csv", NULL, "as CSV, safe in a spreadsheet", 0 },
	{ 0, "html", NULL, "as one HTML page", 0 },
	{ 'o', "output", "FILE", "write it to a file", 0 },
	OPT_END,
};

/* ---- report ---- */

struct reporting {
	struct app      *app;
	struct hf_run   *run; /* NULL: the record alone */
	char             subject[HF_ID_SIZE];
	struct hf_report rep;
	char             name[128], sum[HF_SHA256_SIZE];
};

/* A run by its name; of a record the run that the report belongs to; the record alone. */
static enum hf_code
find(struct reporting *r, const char *ref, const char *name, struct hf_err *e)
{
	struct hf_err why = HF_ERR_INIT, none = HF_ERR_INIT;
	bool          record = strcmp(ref, "last") != 0 && ref_pick(r->subject, r->app, NULL, ref, &none) == HF_OK;
	enum hf_code  rc;

	if (record)
		return report_run(&r->run, r->app, r->subject, name, e);
	if (none.code == HF_AMBIGUOUS) {
		*e = none;
		return none.code;
	}
	if ((rc = runs_open(&r->run, r->app, ref, &why)) == HF_OK)
		return rc;
	*e = why;
	if (rc != HF_NOTFOUND)
		return rc;
	hf_fail(e, HF_NOTFOUND, "%s: no run and no record has that name", ref);
	return hf_hint(e, "%s", none.hint[0] != '\0' ? none.hint : "holdfast run list shows the runs");
}

static enum hf_code
describe(struct hf_json **out, const struct reporting *r, const struct hf_buf *text, struct hf_err *e)
{
	static const char *const formats[] = { "text", "md", "html" };
	struct hf_json          *o = hf_json_object();
	int                      bad = 0;

	bad |= hf_json_set(o, "template", hf_json_string(r->name));
	bad |= hf_json_set(o, "format", hf_json_string(formats[r->rep.format]));
	bad |= hf_json_set(o, "run", r->run == NULL ? hf_json_null() : hf_json_string(hf_run_id(r->run)));
	bad |= hf_json_set(o, "sha256", hf_json_string(r->sum));
	bad |= hf_json_set(o, "text", hf_json_stringn(hf_buf_str(text), text->len));
	if (bad) {
		hf_json_free(o);
		return hf_nomem(e);
	}
	*out = o;
	return HF_OK;
}

/* That it was made stands in the log. Who may not write there gets the report all the same. */
static enum hf_code
note_made(struct reporting *r, const struct args *a, struct hf_err *e)
{
	struct hf_act act = { .step = opt_str(a, "step") };
	char          for_id[HF_ID_SIZE];
	enum hf_code  rc;

	if (r->run == NULL || !hf_run_is_open(r->run) || opt_flag(a, "dry-run"))
		return HF_OK;
	if ((rc = runs_act(&act, for_id, r->app, a, "fr", e)) != HF_OK)
		return rc;
	app_hold();
	rc = hf_run_reported(r->run, &act, r->name, r->sum, NULL, e);
	app_release();
	if (rc == HF_DENIED) {
		out_warn(r->app->out, "not noted in the log of the run: %s", e->msg);
		hf_err_clear(e);
		rc = HF_OK;
	}
	if (rc == HF_WRITE || rc == HF_LOCKED) {
		hf_fail_in(e, "the report was made, but not noted in the log of the run");
		hf_hint(e, "say it again once that can be written, or with --dry-run to leave the log alone");
	}
	return rc;
}

/* A step that is not there is said before anything is made. */
static enum hf_code
check_step(const struct reporting *r, const char *step, struct hf_err *e)
{
	const struct hf_instance *i;

	if (step == NULL)
		return HF_OK;
	if (r->run == NULL)
		return hf_fail(e, HF_USAGE, "--step: there is no run");
	return hf_run_find(&i, r->run, step, e);
}

/* ---- a bundle ---- */

static void
say_bundle(struct app *app, const struct hf_json *o)
{
	const struct hf_json *files = hf_json_get(o, "files"), *out = hf_json_get(o, "left_out");
	size_t                n = hf_json_len(files);
	int64_t               sealed = hf_json_num(hf_json_get(o, "sealed"));

	for (size_t i = 0; i < hf_json_len(out); i++)
		out_warn(app->out, "left out: %s: %s", hf_json_get_str(hf_json_at(out, i), "file_name"),
		    hf_json_get_str(hf_json_at(out, i), "why"));
	if (sealed > 0)
		out_warn(app->out, "%lld record%s for others, not for you: evidence among them is left out", (long long)sealed,
		    sealed == 1 ? " is" : "s are");
	out_said(app->out, o, "written: %s, with %zu file%s of evidence; outside the register %s no longer encrypted",
	    hf_json_get_str(o, "bundle"), n, n == 1 ? "" : "s", n == 1 ? "it is" : "they are");
}

static enum hf_code
bundle(struct reporting *r, const struct args *a, struct hf_err *e)
{
	struct hf_act    act = { .step = opt_str(a, "step") };
	struct hf_bundle b = { .report = r->rep, .act = &act, .dir = opt_str(a, "bundle") };
	struct hf_json  *o = NULL;
	char             for_id[HF_ID_SIZE];
	enum hf_code     rc;

	if (opt_str(a, "output") != NULL || opt_flag(a, "dry-run"))
		return hf_fail(e, HF_USAGE, "--bundle: not together with --%s", opt_flag(a, "dry-run") ? "dry-run" : "output");
	if (r->run == NULL) {
		hf_fail(e, HF_USAGE, "--bundle: there is no run, and what leaves the register must stand in the log of one");
		return hf_hint(e, "name the run: holdfast run list");
	}
	if ((rc = runs_act(&act, for_id, r->app, a, "fr", e)) != HF_OK)
		return rc;
	app_hold();
	rc = hf_bundle_make(&o, &b, e);
	app_release();
	if (o != NULL)
		say_bundle(r->app, o);
	hf_json_free(o);
	return rc;
}

static enum hf_code
report(struct app *app, const struct args *a, struct hf_err *e)
{
	struct reporting r = { .app = app };
	struct made      m = { .app = app, .path = opt_str(a, "output"), .text = HF_BUF_INIT };
	enum hf_code     rc;

	if ((rc = find(&r, opt_word(a, "RUN|REF"), opt_word(a, "TEMPLATE"), e)) != HF_OK ||
	    (rc = check_step(&r, opt_str(a, "step"), e)) != HF_OK)
		goto done;
	r.rep = (struct hf_report){
		.r = app->reg, .shelf = app->shelf, .run = r.run, .subject = r.subject, .template_name = opt_word(a, "TEMPLATE")
	};
	r.rep.width = made_width(&m);
	r.rep.marking = opt_str(a, "marking");
	r.rep.mask = opt_flag(a, "mask");
	r.rep.draft = opt_flag(a, "dry-run");
	if ((rc = made_format(&r.rep.format, opt_str(a, "format"), m.path, e)) != HF_OK)
		goto done;
	if (opt_str(a, "bundle") != NULL) {
		rc = bundle(&r, a, e);
		goto done;
	}
	if ((rc = hf_report_make(&m.text, r.name, &r.rep, e)) != HF_OK)
		goto done;
	hf_sha256(r.sum, hf_buf_str(&m.text), m.text.len);
	if ((rc = describe(&m.data, &r, &m.text, e)) == HF_OK && (rc = made_deliver(&m, e)) == HF_OK)
		rc = note_made(&r, a, e);
done:
	hf_json_free(m.data);
	hf_buf_clear(&m.text);
	hf_run_close(r.run);
	return rc;
}

/* ---- timeline ---- */

/* The end of an entry's id: what run correct asks for. */
static const char *
short_id(const struct hf_json *row)
{
	const char *id = hf_json_text(row, "id");
	size_t      len = strlen(id);

	return len > SHORT_ID ? id + len - SHORT_ID : id;
}

static void
add_by(struct hf_buf *b, const struct hf_json *row)
{
	if (hf_json_text(row, "actor_name")[0] != '\0')
		hf_buf_addf(b, "%s", hf_json_text(row, "actor_name"));
	if (hf_json_text(row, "acting_as")[0] != '\0')
		hf_buf_addf(b, " as %s", hf_json_text(row, "acting_as"));
	if (hf_json_text(row, "on_behalf_name")[0] != '\0')
		hf_buf_addf(b, ", for %s", hf_json_text(row, "on_behalf_name"));
	if (hf_json_text(row, "delay")[0] != '\0')
		hf_buf_addf(
		    b, "; written down at %s UTC, %s after it happened", hf_json_text(row, "recorded"), hf_json_text(row, "delay"));
	hf_buf_addf(b, "; entry %s", short_id(row));
}

/* "22:41:03  22:41 GMT"; a day of its own where it is another one there. */
static void
add_times(struct hf_buf *b, const struct hf_json *row)
{
	const char *local = hf_json_text(row, "local"), *utc = hf_json_text(row, "utc");

	hf_buf_addf(b, "%s%s  %s", hf_json_text(row, "precision")[0] != '\0' ? "~" : " ", utc + 11,
	    strncmp(local, utc, 10) == 0 ? local + 11 : local + 5);
}

static void
add_row(struct page *p, const struct hf_json *row, size_t indent)
{
	struct hf_buf b = HF_BUF_INIT;

	add_times(&b, row);
	page_text(p, OUT_BOLD, hf_buf_str(&b), indent, OUT_PLAIN, hf_json_text(row, "what"));
	if (hf_json_text(row, "text")[0] != '\0')
		page_text(p, OUT_PLAIN, "", indent, OUT_PLAIN, hf_json_text(row, "text"));
	if (hf_json_text(row, "sha256")[0] != '\0') {
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "SHA-256 %s", hf_json_text(row, "sha256"));
		page_text(p, OUT_PLAIN, "", indent, OUT_DIM, hf_buf_str(&b));
	}
	hf_buf_cut(&b, 0);
	add_by(&b, row);
	page_text(p, OUT_PLAIN, "", indent, OUT_DIM, hf_buf_str(&b));
	hf_buf_cut(&b, 0);
	hf_timeline_corrections(&b, row);
	if (b.len > 0)
		page_text(p, OUT_BOLD, "Corrected: ", indent, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_cut(&b, 0);
	hf_timeline_odd(&b, row);
	if (b.len > 0)
		page_text(p, OUT_BOLD, "A clock: ", indent, OUT_BAD, hf_buf_str(&b));
	hf_buf_clear(&b);
}

struct showing {
	struct app          *app;
	const struct hf_run *run;
};

static size_t
times_width(const struct hf_json *rows)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        widest = 0, width;

	for (size_t i = 0; i < hf_json_len(rows); i++) {
		hf_buf_cut(&b, 0);
		add_times(&b, hf_json_at(rows, i));
		if ((width = hf_text_width(hf_buf_str(&b))) > widest)
			widest = width;
	}
	hf_buf_clear(&b);
	return widest + 2;
}

static void
add_figures(struct page *p, const struct hf_run *run)
{
	struct hf_json *figures = NULL;
	struct hf_buf   words = HF_BUF_INIT;

	if (hf_figures_make(&figures, run, NULL) == HF_OK)
		hf_figures_words(&words, figures);
	page_gap(p);
	page_line(p, OUT_BOLD, "Figures");
	page_text(p, OUT_PLAIN, " ", 1, OUT_PLAIN, hf_buf_str(&words));
	hf_buf_clear(&words);
	hf_json_free(figures);
}

static void
render(struct out *o, const struct hf_json *rows, void *arg)
{
	const struct showing *s = arg;
	struct page          *p = page_new(step_width(s->app));
	struct hf_buf         ref = HF_BUF_INIT;
	size_t                indent = times_width(rows);
	const char           *day = "";

	hf_register_ref(&ref, s->app->reg, hf_run_subject(s->run));
	page_line(
	    p, OUT_BOLD, "%s%s, on %s", hf_run_is_drill(s->run) ? "DRILL: " : "", hf_run_playbook(s->run)->title, hf_buf_str(&ref));
	page_line(p, OUT_DIM, "run %s, %s. The first time is UTC, the second local; ~ is about.", hf_run_id(s->run),
	    hf_run_is_open(s->run) ? "open" : "closed");
	for (size_t i = 0; i < hf_json_len(rows); i++) {
		const struct hf_json *row = hf_json_at(rows, i);

		if (strncmp(day, hf_json_text(row, "utc"), 10) != 0) {
			day = hf_json_text(row, "utc");
			page_gap(p);
			page_line(p, OUT_BOLD, "%.10s", day);
		}
		add_row(p, row, indent);
	}
	add_figures(p, s->run);
	page_put(p, o);
	page_free(p);
	hf_buf_clear(&ref);
}

static enum hf_code
as_html(struct hf_buf *out, const struct hf_run *run, const struct hf_json *rows, struct hf_err *e)
{
	struct hf_buf md = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = hf_timeline_md(&md, run, rows, e)) == HF_OK)
		rc = hf_doc_html(out, md.data, md.len, "Timeline", hf_run_is_drill(run) ? "DRILL" : NULL, e);
	hf_buf_clear(&md);
	return rc;
}

/* As a file of CSV or HTML. */
static enum hf_code
as_file(struct app *app, const struct hf_run *run, const struct hf_json *rows, bool csv, const char *path, struct hf_err *e)
{
	struct made  m = { .app = app, .path = path, .text = HF_BUF_INIT, .data = hf_json_object() };
	enum hf_code rc;

	if (m.data == NULL)
		return hf_nomem(e);
	rc = csv ? hf_timeline_csv(&m.text, rows, e) : as_html(&m.text, run, rows, e);
	if (rc == HF_OK &&
	    (hf_json_set(m.data, "run", hf_json_string(hf_run_id(run))) != 0 ||
		hf_json_set(m.data, "text", hf_json_stringn(hf_buf_str(&m.text), m.text.len)) != 0))
		rc = hf_nomem(e);
	if (rc == HF_OK)
		rc = made_deliver(&m, e);
	hf_json_free(m.data);
	hf_buf_clear(&m.text);
	return rc;
}

static enum hf_code
timeline(struct app *app, const struct args *a, struct hf_err *e)
{
	bool            csv = opt_flag(a, "csv"), html = opt_flag(a, "html");
	const char     *path = opt_str(a, "output");
	struct hf_run  *run = NULL;
	struct hf_json *rows = NULL;
	enum hf_code    rc;

	if (csv && html)
		return hf_fail(e, HF_USAGE, "--csv and --html: one or the other");
	if (!csv && !html && path != NULL) {
		csv = hf_text_suffix(path, ".csv");
		html = hf_text_suffix(path, ".html");
		if (!csv && !html)
			return hf_fail(e, HF_USAGE, "%s: --csv or --html, or a name that ends so", path);
	}
	if ((rc = runs_open(&run, app, opt_word(a, "RUN"), e)) != HF_OK || (rc = hf_timeline_make(&rows, run, e)) != HF_OK)
		goto done;
	if (csv || html) {
		rc = as_file(app, run, rows, csv, path, e);
	} else {
		struct showing s = { app, run };

		out_paged(app->out);
		out_view(app->out, rows, render, &s);
	}
done:
	hf_json_free(rows);
	hf_run_close(run);
	return rc;
}

const struct cmd report_cmds[] = {
	{
	    .name = "report",
	    .run = report,
	    .needs = NEED_REGISTER | NEED_BOOKS,
	    .options = report_opts,
	    .operands = "RUN|REF [TEMPLATE]",
	    .group = CMD_RESPOND,
	    .summary = "the report that this provider, or somebody else, asks for",
	    .about =
		"Filled from the register and the run; what nobody recorded stands there as \"not recorded\". TEMPLATE is provider (the one of the account's "
		"provider) unless you say internal/siro-first, public/holding-line and so on: holdfast book list template.\n\n"
		"REF is a run, or a record. Of a record's runs it is the newest whose playbook makes this report, else the newest incident, open ones first; which it was "
		"is said when there was a choice. Without such a run, and without an open one, it is only what the register holds. That a report was made is noted in the log of an "
		"open run, with its SHA-256 sum; so each has a version. It names what is still needed, and where each field comes from: the register, a step of the run, or you.\n\n"
		"--bundle makes a folder to hand over: the report, the evidence that it names, manifest.json, and SHA256SUMS with your signature: "
		"sha256sum -c SHA256SUMS and gpg --verify SHA256SUMS.asc check it without holdfast. What is taken out stands in the log.",
	    .examples =
		"holdfast report last\nholdfast report last internal/siro-first -o siro.html\nholdfast report @agency provider --format md\n"
		"holdfast report last internal/evidence-index --bundle for-the-police\n",
	},
	{
	    .name = "timeline",
	    .run = timeline,
	    .needs = NEED_REGISTER,
	    .options = timeline_opts,
	    .operands = "RUN",
	    .group = CMD_RESPOND,
	    .summary = "what was done in a run, when, and by whom",
	    .about =
		"Every entry in the order in which it happened: UTC first and local time beside it, who wrote it for whom and in which role, when it was written "
		"down if that was later, and of evidence the SHA-256 sum. What corrects an entry stands under it. Each ends with the end of its id, which run "
		"correct takes. Last come the figures: how long it took to the first notice, and until it was contained, reported and regained; what was late, "
		"and what was left out and why.",
	    .examples = "holdfast timeline last\nholdfast timeline last --html -o timeline.html\n",
	},
	CMD_END,
};
