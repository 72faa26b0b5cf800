/* Whose turn it is in a run: approve, reject, claim, hand over, wait; and putting right: correct, reopen. */
#include <string.h>

#include "../doing.h"
#include "../ref.h"
#include "../runs.h"
#include "cmd_run.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

const struct opt run_approve_opts[] = {
	{ 0, "note", "TEXT", "what was looked at; of a refusal the reason", 0 },
	RUNS_OPT_AT,
	RUNS_OPT_ROLE,
	OPT_END,
};

const struct opt run_claim_opts[] = {
	{ 0, "note", "TEXT", "why it passes from one to the other", 0 },
	{ 0, "release", NULL, "do not do it after all", 0 },
	RUNS_OPTS_ACT,
	OPT_END,
};

const struct opt run_handover_opts[] = {
	{ 0, "note", "TEXT", "what the next one has to know", 0 },
	RUNS_OPTS_ACT,
	OPT_END,
};

const struct opt run_wait_opts[] = {
	{ 0, "until", "TIME", "it comes up again by itself then: \"in 2 hours\", \"tomorrow 9:00\"", 0 },
	{ 0, "note", "TEXT", "what it waits for", 0 },
	RUNS_OPTS_ACT,
	OPT_END,
};

const struct opt run_reopen_opts[] = {
	{ 0, "why", "TEXT", "the reason; it stands in every report", 0 },
	RUNS_OPTS_ACT,
	OPT_END,
};

/* ---- the second person ---- */

enum hf_code
cmd_run_approve(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *started = NULL;
	struct doing    d;
	enum hf_code    rc;

	if ((rc = doing_begin(&d, app, a, "ar", opt_word(a, "STEP"), e)) == HF_OK) {
		d.act.text = opt_str(a, "note");
		app_hold();
		rc = hf_run_approve(d.run, &d.act, &started, e);
		app_release();
	}
	if (rc == HF_OK)
		runs_warn_books(app, d.run);
	return doing_end(&d, rc, started, e);
}

enum hf_code
cmd_run_reject(struct app *app, const struct args *a, struct hf_err *e)
{
	struct doing d;
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "ar", opt_word(a, "STEP"), e)) == HF_OK) {
		d.act.text = opt_str(a, "note");
		app_hold();
		rc = hf_run_reject(d.run, &d.act, e);
		app_release();
	}
	return doing_end(&d, rc, NULL, e);
}

/* ---- claim, wait ---- */

enum hf_code
cmd_run_claim(struct app *app, const struct args *a, struct hf_err *e)
{
	struct doing d;
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "afr", opt_word(a, "STEP"), e)) == HF_OK) {
		d.act.text = opt_str(a, "note");
		app_hold();
		rc = hf_run_claim(d.run, &d.act, opt_flag(a, "release"), e);
		app_release();
	}
	return doing_end(&d, rc, NULL, e);
}

static enum hf_code
moment_to_come(int64_t *t, struct app *app, const char *word, struct hf_err *e)
{
	*t = 0;
	if (word == NULL)
		return HF_OK;
	if (hf_time_human(t, NULL, word, hf_register_zone(app->reg), hf_register_now(app->reg), HF_WHEN_TO_COME, e) != HF_OK)
		return hf_fail_in(e, "--until");
	return HF_OK;
}

enum hf_code
cmd_run_wait(struct app *app, const struct args *a, struct hf_err *e)
{
	struct doing d;
	int64_t      until;
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "afr", opt_word(a, "STEP"), e)) == HF_OK &&
	    (rc = moment_to_come(&until, app, opt_str(a, "until"), e)) == HF_OK) {
		d.act.text = opt_str(a, "note");
		app_hold();
		rc = hf_run_wait(d.run, &d.act, until, e);
		app_release();
	}
	return doing_end(&d, rc, NULL, e);
}

/* ---- handover ---- */

static void
put_steps(struct out *o, const char *title, const struct hf_json *list)
{
	static const struct out_column columns[] = { { "id", "step", OUT_KEEP }, { "title", NULL, 0 }, { "state", NULL, OUT_STATE },
		{ "by", NULL, OUT_TIME }, OUT_END };

	if (hf_json_len(list) == 0)
		return;
	put_heading(o, "%s (%zu)", title, hf_json_len(list));
	put_table(o, list, columns);
}

static void
render(struct out *o, const struct hf_json *data, void *arg)
{
	static const struct out_column columns[] = { { "what", NULL, 0 }, { "step", NULL, OUT_SPARE }, { "text", NULL, 0 },
		{ "until", NULL, OUT_TIME | OUT_SPARE }, OUT_END };
	const struct doing            *d = arg;
	struct hf_buf                  who = HF_BUF_INIT;

	hf_register_ref(&who, d->app->reg, hf_json_get_str(data, "person"));
	if (hf_run_is_drill(d->run))
		put_line(o, OUT_WARN, "DRILL. This is an exercise.");
	put(o, OUT_GOOD, "recorded");
	put_line(o, OUT_PLAIN, ": %s is now %s", hf_json_get_str(data, "role"), hf_buf_str(&who));
	put_steps(o, "Late", hf_json_get(data, "late"));
	put_steps(o, "Open", hf_json_get(data, "open"));
	if (hf_json_len(hf_json_get(data, "promised")) > 0) {
		put_heading(o, "Promised: waits, approvals and tickets");
		put_table(o, hf_json_get(data, "promised"), columns);
	}
	put_steps(o, "Done", hf_json_get(data, "done"));
	hf_buf_clear(&who);
}

enum hf_code
cmd_run_handover(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *data = NULL;
	struct doing    d;
	char            person[HF_ID_SIZE];
	enum hf_code    rc;

	if ((rc = doing_begin(&d, app, a, "afr", NULL, e)) == HF_OK &&
	    (rc = ref_pick(person, app, "person", opt_word(a, "PERSON"), e)) == HF_OK) {
		d.act.text = opt_str(a, "note");
		app_hold();
		rc = hf_run_handover(&data, d.run, &d.act, opt_word(a, "ROLE"), person, e);
		app_release();
	}
	if (data != NULL)
		out_view(app->out, data, render, &d);
	hf_json_free(data);
	hf_run_close(d.run);
	return rc;
}

/* ---- putting right ---- */

enum hf_code
cmd_run_correct(struct app *app, const struct args *a, struct hf_err *e)
{
	const char *const *words;
	struct hf_buf      text = HF_BUF_INIT;
	struct doing       d;
	size_t             n;
	enum hf_code       rc;

	words = opt_words(a, "TEXT", &n);
	for (size_t k = 0; k < n; k++)
		hf_buf_addf(&text, "%s%s", k > 0 ? " " : "", words[k]);
	if ((rc = doing_begin(&d, app, a, "afr", NULL, e)) == HF_OK && (rc = hf_buf_check(&text, e)) == HF_OK) {
		d.act.text = hf_buf_str(&text);
		app_hold();
		rc = hf_run_correct(d.run, &d.act, opt_word(a, "ENTRY"), e);
		app_release();
	}
	rc = doing_end(&d, rc, NULL, e);
	hf_buf_clear(&text);
	return rc;
}

enum hf_code
cmd_run_reopen(struct app *app, const struct args *a, struct hf_err *e)
{
	struct doing d;
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "afr", opt_word(a, "STEP"), e)) == HF_OK) {
		d.act.text = opt_str(a, "why");
		app_hold();
		rc = hf_run_reopen(d.run, &d.act, e);
		app_release();
	}
	return doing_end(&d, rc, NULL, e);
}
