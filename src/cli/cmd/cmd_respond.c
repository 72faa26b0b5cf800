/* respond */
#include "cmd_respond.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ref.h"
#include "../runs.h"
#include "../term/prompt.h"
#include "../walk/step.h"
#include "../walk/walk.h"
#include "cmd.h"
#include "cmd_book.h"
#include "holdfast/text.h"

static const struct opt options[] = {
	{ 0, "playbook", "BOOK", "another playbook than incident/hijacked-account", 0 },
	{ 0, "at", "TIME", "when it was noticed, if not now: 22:41, \"50 min ago\"", 0 },
	{ 0, "severity", "N", "how bad it is, as the playbook numbers it", 0 },
	{ 0, "drill", NULL, "an exercise: marked everywhere, and out of every figure", 0 },
	{ 0, "new", NULL, "begin another one although one is open", 0 },
	RUNS_OPT_FOR,
	RUNS_OPT_ROLE,
	{ 0, "plain", NULL, "never clear the screen: for screen readers and logs", 0 },
	OPT_END,
};

#define DEFAULT_BOOK "incident/hijacked-account"

/* ---- walking, or showing ---- */

static void
render(struct out *o, const struct hf_json *data, void *arg)
{
	struct hf_run            *run = arg;
	const struct hf_instance *next = hf_run_next(run);
	struct hf_buf             b = HF_BUF_INIT;
	bool                      late = false;

	(void)data;
	hf_register_ref(&b, hf_run_register(run), hf_run_subject(run));
	put_line(o, OUT_BOLD, "%s%s, on %s", hf_run_is_drill(run) ? "DRILL: " : "", hf_run_playbook(run)->title, hf_buf_str(&b));
	put_line(o, OUT_PLAIN, "run   %s", hf_run_id(run));
	if (next == NULL) {
		put_line(o, OUT_PLAIN, "%s", hf_run_is_open(run) ? "Nothing is left to do now." : "This run is closed.");
	} else {
		hf_buf_cut(&b, 0);
		hf_run_fill(&b, run, next, next->step->title, NULL);
		put_line(o, OUT_PLAIN, "next  %s: %s", next->address, hf_buf_str(&b));
		hf_buf_cut(&b, 0);
		if (step_due(&b, run, next, &late))
			put_line(o, late ? OUT_BAD : OUT_PLAIN, "      %s", hf_buf_str(&b));
		put_line(o, OUT_PLAIN, "holdfast run next %s says all of it; holdfast run resume %s walks through, on a terminal",
		    hf_run_id(run), hf_run_id(run));
	}
	hf_buf_clear(&b);
}

enum hf_code
respond_go(struct app *app, struct hf_run **run, const struct args *a, struct hf_err *e)
{
	return respond_series(app, run, a, NULL, e);
}

enum hf_code
respond_series(struct app *app, struct hf_run **run, const struct args *a, struct walk_series *series, struct hf_err *e)
{
	struct walk_opts opts = { .plain = opt_flag(a, "plain"), .series = series };
	struct hf_act    act = { .step = NULL };
	struct hf_json  *where;
	char             for_id[HF_ID_SIZE];
	enum hf_code     rc;

	if ((rc = runs_act(&act, for_id, app, a, "fr", e)) != HF_OK)
		return rc;
	opts.acting_as = act.acting_as;
	opts.on_behalf = act.on_behalf;
	if (walk_possible(app) && hf_run_is_open(*run))
		return walk(app, run, &opts, e);
	if ((where = runs_where(*run)) == NULL)
		return hf_nomem(e);
	out_view(app->out, where, render, *run);
	hf_json_free(where);
	return HF_OK;
}

/* ---- beginning ---- */

enum hf_code
respond_open(char id[HF_ID_SIZE], struct app *app, const char *book, const char *subject, struct hf_err *e)
{
	struct hf_json *rows = NULL;
	enum hf_code    rc;

	id[0] = '\0';
	if ((rc = hf_run_list_heads(&rows, app->reg, e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < hf_json_len(rows) && id[0] == '\0'; i++) {
		const struct hf_json *row = hf_json_at(rows, i);
		const char           *of = hf_json_get_str(row, "subject"), *name = hf_json_get_str(row, "playbook");

		if (of != NULL && name != NULL && strcmp(of, subject) == 0 && strcmp(name, book) == 0 &&
		    strcmp(hf_json_get_str(row, "state"), "open") == 0)
			snprintf(id, HF_ID_SIZE, "%s", hf_json_get_str(row, "run"));
	}
	hf_json_free(rows);
	return HF_OK;
}

/* *resume: the open one is to go on. */
static enum hf_code
may_begin(bool *resume, char open[HF_ID_SIZE], struct app *app, const struct args *a, const struct hf_start *s, struct hf_err *e)
{
	struct prompt q = {
		.text = "It is being worked on already. Go on with that run", .fallback = "yes", .instead = "--new", .fresh = true
	};
	struct hf_buf ref = HF_BUF_INIT;
	enum hf_code  rc;

	*resume = false;
	if (opt_flag(a, "new"))
		return HF_OK;
	if ((rc = respond_open(open, app, s->playbook, s->subject, e)) != HF_OK || open[0] == '\0')
		return rc;
	if (walk_possible(app))
		return prompt_yes(resume, app, &q, e);
	hf_register_ref(&ref, app->reg, s->subject);
	hf_fail(e, HF_EXISTS, "%s: %s runs on it already, as %s", hf_buf_str(&ref), s->playbook, open);
	rc = hf_hint(e, "holdfast run resume %s goes on with it; --new begins another", open);
	hf_buf_clear(&ref);
	return rc;
}

static enum hf_code
begin(struct hf_run **run, struct app *app, const struct args *a, struct hf_start *s, struct hf_err *e)
{
	char         open[HF_ID_SIZE];
	bool         resume;
	enum hf_code rc;

	if ((rc = may_begin(&resume, open, app, a, s, e)) != HF_OK)
		return rc;
	if (resume)
		return hf_run_open(run, app->reg, app->shelf, open, e);
	book_warn_behind(app, s->playbook);
	app_hold();
	rc = hf_run_start(run, app->reg, app->shelf, s, e);
	app_release();
	runs_warn_ahead(app, *run, 0);
	return rc;
}

static void
offer_accounts(void *arg, const char *typed, struct words *w)
{
	struct app *app = arg;

	ref_offer(w, app->reg, "account", typed);
}

/* The record: as given, or asked for. A name that holds an equals sign is a value. */
static enum hf_code
subject(char id[HF_ID_SIZE], struct app *app, const char *ref, struct hf_err *e)
{
	struct prompt q = { .text = "Which account was taken",
		.instead = "REF: @handle, provider:handle",
		.complete = offer_accounts,
		.arg = app,
		.help = "@handle, provider:handle, or the address of its page. Tab completes it." };
	char         *typed = NULL;
	enum hf_code  rc;

	if (ref != NULL)
		return ref_pick(id, app, NULL, ref, e);
	if ((rc = prompt_line(&typed, app, &q, e)) == HF_OK)
		rc = ref_pick(id, app, NULL, typed, e);
	free(typed);
	return rc;
}

static enum hf_code
respond(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_start    s = { .playbook = opt_str_or(a, "playbook", DEFAULT_BOOK),
		   .severity = opt_str(a, "severity"),
		   .drill = opt_flag(a, "drill") };
	const char *const *words;
	size_t             n;
	struct hf_json    *values = NULL;
	struct hf_run     *run = NULL;
	char               id[HF_ID_SIZE], for_id[HF_ID_SIZE];
	enum hf_code       rc, begun = HF_OK;

	words = opt_words(a, "NAME=VALUE", &n);
	if ((rc = runs_values(&values, words, n, e)) != HF_OK || (rc = subject(id, app, opt_word(a, "REF"), e)) != HF_OK ||
	    (rc = runs_moment(&s.at, &s.about, &s.offset, app, opt_str(a, "at"), e)) != HF_OK ||
	    (rc = runs_who(&s, for_id, app, a, e)) != HF_OK)
		goto done;
	s.subject = id;
	s.values = values;
	if ((rc = begun = begin(&run, app, a, &s, e)) == HF_OK || rc == HF_UNSURE)
		rc = respond_go(app, &run, a, begun == HF_UNSURE ? NULL : e);
	if (rc == HF_OK)
		rc = begun;
done:
	hf_json_free(values);
	hf_run_close(run);
	return rc;
}

const struct cmd respond_cmds[] = {
	{
	    .name = "respond",
	    .run = respond,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = options,
	    .operands = "[REF] [NAME=VALUE...]",
	    .group = CMD_RESPOND,
	    .summary = "an account is hijacked: begin, and be led through it",
	    .about =
		"REF is the account: @handle, provider:handle; without it you are asked. On a terminal you are led through the playbook step by step: what to do, who does it and how "
		"to reach them, until when, what to save. The last line of each screen names the keys, and ? explains them. Everything you acknowledge is on disk at once, encrypted and signed; you may leave at any time and "
		"go on with run resume. Without a terminal the run is begun, and what comes first is printed.\n\n"
		"Other playbooks: holdfast book list incident. NAME=VALUE gives what the playbook asks first.",
	    .examples =
		"holdfast respond @agency\nholdfast respond x:agency --at 22:41 --severity 2\nholdfast respond @agency --drill\n"
		"holdfast respond \"Jo Park\" --playbook incident/phished-credentials\n",
	},
	CMD_END,
};
