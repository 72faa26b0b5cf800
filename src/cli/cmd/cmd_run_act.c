/* What is logged in a run by plain commands. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../doing.h"
#include "../records.h"
#include "../ref.h"
#include "../runs.h"
#include "../term/prompt.h"
#include "cmd_run.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"

#define NOTE_MAX (1u << 20)

const struct opt run_act_opts[] = { RUNS_OPTS_ACT, OPT_END };

const struct opt run_done_opts[] = {
	{ 0, "anyway", "REASON", "go through a closed gate (Needs); the reason stands in every report", 0 },
	{ 0, "note", "TEXT", "what was seen or decided", 0 },
	RUNS_OPTS_ACT,
	OPT_END,
};

const struct opt run_skip_opts[] = {
	{ 0, "why", "TEXT", "the reason; it stands in every report", 0 },
	RUNS_OPTS_ACT,
	OPT_END,
};

const struct opt run_note_opts[] = {
	{ 0, "step", "STEP", "the step that it is about", 0 },
	RUNS_OPTS_ACT,
	OPT_END,
};

const struct opt run_attach_opts[] = {
	{ 0, "as", "KEEP", "what it is: a name from Keep of the step", 0 },
	{ 0, "name", "NAME", "the name of the file, if not its own", 0 },
	{ 0, "note", "TEXT", "what it shows", 0 },
	{ 0, "source", "TEXT", "where it comes from: an address, a device, a person", 0 },
	RUNS_OPTS_ACT,
	OPT_END,
};

const struct opt run_ticket_opts[] = {
	{ 0, "with", "WHOM", "who gave the number", 0 },
	{ 0, "step", "STEP", "the step that it is about", 0 },
	RUNS_OPTS_ACT,
	OPT_END,
};

const struct opt run_close_opts[] = {
	{ 0, "why", "TEXT", "end an incident early: what is open is left out for this reason", 0 },
	RUNS_OPT_AT,
	RUNS_OPT_FOR,
	OPT_END,
};

/* ---- steps ---- */

enum hf_code
cmd_run_done(struct app *app, const struct args *a, struct hf_err *e)
{
	const char *const *words;
	struct hf_json    *values = NULL;
	struct doing       d;
	size_t             n;
	enum hf_code       rc;

	words = opt_words(a, "NAME=VALUE", &n);
	if ((rc = doing_begin(&d, app, a, "afr", opt_word(a, "STEP"), e)) == HF_OK &&
	    (rc = runs_values(&values, words, n, e)) == HF_OK) {
		d.act.text = opt_str(a, "note");
		d.act.anyway = opt_str(a, "anyway");
		d.act.values = values;
		app_hold();
		rc = hf_run_done(d.run, &d.act, e);
		app_release();
	}
	hf_json_free(values);
	return doing_end(&d, rc, NULL, e);
}

enum hf_code
cmd_run_fail(struct app *app, const struct args *a, struct hf_err *e)
{
	struct doing d;
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "afr", opt_word(a, "STEP"), e)) == HF_OK) {
		d.act.text = opt_str(a, "note");
		d.act.anyway = opt_str(a, "anyway");
		app_hold();
		rc = hf_run_fail(d.run, &d.act, e);
		app_release();
	}
	if (rc == HF_OK)
		runs_warn_books(app, d.run);
	return doing_end(&d, rc, NULL, e);
}

enum hf_code
cmd_run_skip(struct app *app, const struct args *a, struct hf_err *e)
{
	struct prompt q = {
		.text = "Why is it left out", .instead = "--why TEXT", .help = "the reason stands in every report", .lines = true
	};
	struct doing d;
	char        *typed = NULL;
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "afr", opt_word(a, "STEP"), e)) == HF_OK) {
		d.act.text = opt_str(a, "why");
		if (d.act.text == NULL && prompt_possible(app) && (rc = prompt_line(&typed, app, &q, e)) == HF_OK)
			d.act.text = typed;
	}
	if (rc == HF_OK) {
		app_hold();
		rc = hf_run_skip(d.run, &d.act, e);
		app_release();
	}
	rc = doing_end(&d, rc, NULL, e);
	free(typed);
	return rc;
}

enum hf_code
cmd_run_answer(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *started = NULL;
	struct doing    d;
	enum hf_code    rc;

	if ((rc = doing_begin(&d, app, a, "afr", opt_word(a, "STEP"), e)) == HF_OK) {
		d.act.text = opt_str(a, "note");
		d.act.anyway = opt_str(a, "anyway");
		app_hold();
		rc = hf_run_answer(d.run, &d.act, opt_word(a, "KEY"), &started, e);
		app_release();
	}
	if (rc == HF_OK)
		runs_warn_books(app, d.run);
	return doing_end(&d, rc, started, e);
}

/* A word with an equals sign where the step would stand: values that the playbook asks first. */
enum hf_code
cmd_run_value(struct app *app, const struct args *a, struct hf_err *e)
{
	const char        *first = opt_word(a, "STEP|NAME=VALUE");
	const char *const *words;
	const char       **all = NULL;
	size_t             n;
	bool               step = strchr(first, '=') == NULL;
	struct hf_json    *values = NULL;
	struct doing       d;
	enum hf_code       rc;

	words = opt_words(a, "NAME=VALUE", &n);
	if ((rc = doing_begin(&d, app, a, "afr", step ? first : NULL, e)) != HF_OK)
		return doing_end(&d, rc, NULL, e);
	if ((all = calloc(n + 1, sizeof(*all))) == NULL)
		rc = hf_nomem(e);
	if (rc == HF_OK) {
		for (size_t i = 0; i < n; i++)
			all[i] = words[i];
		if (!step)
			all[n++] = first;
		rc = runs_values(&values, all, n, e);
	}
	if (rc == HF_OK) {
		app_hold();
		rc = hf_run_value(d.run, &d.act, values, e);
		app_release();
	}
	free((void *)all);
	hf_json_free(values);
	return doing_end(&d, rc, NULL, e);
}

/* ---- beside the steps ---- */

/* The text of a note: as given, from standard input, or asked for. free(3) it. */
static enum hf_code
note_text(char **out, struct app *app, const char *word, struct hf_err *e)
{
	struct prompt q = { .text = "Note", .instead = "TEXT, or - for standard input", .lines = true };
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	*out = NULL;
	if (word == NULL)
		return prompt_lines(out, app, &q, e);
	if (strcmp(word, "-") == 0)
		rc = hf_fs_read_fd(&b, STDIN_FILENO, "standard input", NOTE_MAX, e);
	else
		hf_buf_adds(&b, word);
	while (b.len > 0 && b.data[b.len - 1] == '\n')
		hf_buf_cut(&b, b.len - 1);
	hf_buf_adds(&b, "");
	if (rc == HF_OK && (*out = hf_buf_steal(&b)) == NULL)
		rc = hf_nomem(e);
	hf_buf_clear(&b);
	return rc;
}

enum hf_code
cmd_run_note(struct app *app, const struct args *a, struct hf_err *e)
{
	struct doing d;
	char        *text = NULL;
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "afr", opt_str(a, "step"), e)) == HF_OK &&
	    (rc = note_text(&text, app, opt_word(a, "TEXT"), e)) == HF_OK) {
		d.act.text = text;
		app_hold();
		rc = hf_run_note(d.run, &d.act, e);
		app_release();
	}
	rc = doing_end(&d, rc, NULL, e);
	free(text);
	return rc;
}

/* What it is kept as: --as, or the only thing that the step asks for. */
static enum hf_code
keep_word(const char **keep, const struct doing *d, const char *as, struct hf_err *e)
{
	const struct hf_instance *i = NULL;
	enum hf_code              rc;

	*keep = as;
	if (as != NULL)
		return HF_OK;
	if (d->act.step != NULL && (rc = hf_run_find(&i, d->run, d->step, e)) != HF_OK)
		return rc;
	if (i != NULL && i->step->n_keep == 1) {
		*keep = i->step->keep[0].id;
		return HF_OK;
	}
	hf_fail(e, HF_USAGE, "--as: missing: what is it?");
	if (i != NULL && i->step->n_keep > 0)
		return hf_hint(e, "--as %s: %s", i->step->keep[0].id, i->step->keep[0].text);
	return hf_hint(e, "--as WORD says what it is");
}

enum hf_code
cmd_run_attach(struct app *app, const struct args *a, struct hf_err *e)
{
	const char   *file = opt_word(a, "FILE"), *step = opt_word(a, "STEP|FILE"), *keep;
	struct hf_buf data = HF_BUF_SECRET(0);
	char         *name = NULL;
	struct doing  d;
	enum hf_code  rc;

	if (file == NULL) {
		file = step;
		step = NULL;
	}
	if ((rc = doing_begin(&d, app, a, "afr", step, e)) != HF_OK || (rc = keep_word(&keep, &d, opt_str(a, "as"), e)) != HF_OK ||
	    (rc = runs_read(&data, &name, file, keep, e)) != HF_OK)
		goto done;
	d.act.text = opt_str(a, "note");
	d.act.source = opt_str(a, "source");
	app_hold();
	rc = hf_run_keep(d.run, &d.act, keep, opt_str_or(a, "name", name), hf_buf_str(&data), data.len, e);
	app_release();
	if (rc == HF_OK)
		records_warn_secret(app, opt_str_or(a, "name", name), runs_kept_secret(d.run));
done:
	free(name);
	hf_buf_clear(&data);
	return doing_end(&d, rc, NULL, e);
}

enum hf_code
cmd_run_assign(struct app *app, const struct args *a, struct hf_err *e)
{
	struct doing d;
	char         person[HF_ID_SIZE];
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "afr", NULL, e)) == HF_OK &&
	    (rc = ref_pick(person, app, "person", opt_word(a, "PERSON"), e)) == HF_OK) {
		app_hold();
		rc = hf_run_assign(d.run, &d.act, opt_word(a, "ROLE"), person, e);
		app_release();
	}
	return doing_end(&d, rc, NULL, e);
}

enum hf_code
cmd_run_ticket(struct app *app, const struct args *a, struct hf_err *e)
{
	struct doing d;
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "afr", opt_str(a, "step"), e)) == HF_OK) {
		app_hold();
		rc = hf_run_ticket(d.run, &d.act, opt_word(a, "NUMBER"), opt_str(a, "with"), e);
		app_release();
	}
	return doing_end(&d, rc, NULL, e);
}

enum hf_code
cmd_run_close(struct app *app, const struct args *a, struct hf_err *e)
{
	struct doing d;
	enum hf_code rc;

	if ((rc = doing_begin(&d, app, a, "af", NULL, e)) == HF_OK) {
		d.act.text = opt_str(a, "why");
		app_hold();
		rc = hf_run_end(d.run, &d.act, e);
		app_release();
	}
	return doing_end(&d, rc, NULL, e);
}
