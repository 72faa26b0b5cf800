/* run compare */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../runs.h"
#include "cmd_run.h"
#include "holdfast/figures.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

#define EARLIER 3 /* runs of the same book, beside a single one */

/* A column for each run, named after the day it began, and how late or early each was. */
static void
column_title(char *out, size_t size, const struct hf_json *run)
{
	snprintf(out, size, "%s%.16s", hf_json_true(hf_json_get(run, "drill")) ? "DRILL " : "", hf_json_text(run, "started_at"));
	if (strchr(out, 'T') != NULL)
		*strchr(out, 'T') = ' ';
}

static void
add_span(struct hf_buf *b, const struct hf_json *ms)
{
	int64_t n = hf_json_num(ms);

	if (!hf_json_is(ms, HF_JSON_INT)) {
		hf_buf_adds(b, "-");
		return;
	}
	if (n < 0)
		hf_buf_adds(b, "before ");
	hf_time_words(b, n < 0 ? -n : n);
}

/* "12 min (10 min), late" */
static struct hf_json *
cell_words(const struct hf_json *cell)
{
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_json *v;

	if (hf_json_is(cell, HF_JSON_NULL))
		return hf_json_string("");
	if (strcmp(hf_json_text(cell, "state"), "done") == 0)
		add_span(&b, hf_json_get(cell, "took"));
	else
		hf_buf_adds(&b, hf_json_text(cell, "state"));
	if (hf_json_is(hf_json_get(cell, "target"), HF_JSON_INT)) {
		hf_buf_adds(&b, " (");
		add_span(&b, hf_json_get(cell, "target"));
		hf_buf_adds(&b, ")");
	}
	hf_buf_adds(&b, hf_json_true(hf_json_get(cell, "late")) ? ", late" : "");
	v = hf_json_string(hf_buf_str(&b));
	hf_buf_clear(&b);
	return v;
}

static struct hf_json *
figure_words(const struct hf_json *figures, const char *name)
{
	const struct hf_json *f = hf_json_get(figures, name);
	char                  number[32];

	if (hf_json_is(f, HF_JSON_ARRAY)) {
		snprintf(number, sizeof(number), "%zu", hf_json_len(f));
		return hf_json_string(number);
	}
	return hf_json_string(hf_json_text(f, "words"));
}

static int
figure_rows(struct hf_json *rows, const struct hf_json *runs)
{
	static const char *const names[][2] = { { "first_notice", "until the first notice" }, { "contained", "until contained" },
		{ "reported", "until reported" }, { "regained", "until regained" }, { "closed", "until closed" },
		{ "late", "late" }, { "skipped", "left out" }, { "failed", "failed" }, { "anyway", "through a closed gate" } };
	int                      bad = 0;

	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		struct hf_json *row = hf_json_object();
		char            key[32];

		bad |= hf_json_set(row, "what", hf_json_string(names[k][1]));
		for (size_t n = 0; n < hf_json_len(runs); n++) {
			snprintf(key, sizeof(key), "r%zu", n);
			bad |= hf_json_set(row, key, figure_words(hf_json_get(hf_json_at(runs, n), "figures"), names[k][0]));
		}
		bad |= hf_json_push(rows, row);
	}
	return bad;
}

static int
step_rows(struct hf_json *rows, const struct hf_json *steps)
{
	int bad = 0;

	for (size_t k = 0; k < hf_json_len(steps); k++) {
		const struct hf_json *cells = hf_json_get(hf_json_at(steps, k), "runs");
		struct hf_json       *row = hf_json_object();
		char                  key[32];

		bad |= hf_json_set(row, "what", hf_json_ref(hf_json_get(hf_json_at(steps, k), "step")));
		for (size_t n = 0; n < hf_json_len(cells); n++) {
			snprintf(key, sizeof(key), "r%zu", n);
			bad |= hf_json_set(row, key, cell_words(hf_json_at(cells, n)));
		}
		bad |= hf_json_push(rows, row);
	}
	return bad;
}

#define MOST 16

static void
render(struct out *o, const struct hf_json *data, void *arg)
{
	const struct hf_json *runs = hf_json_get(data, "runs");
	struct out_column     columns[MOST + 2];
	char                  keys[MOST][32], titles[MOST][48];
	struct hf_json       *figures = hf_json_array(), *steps = hf_json_array();
	size_t                n = hf_json_len(runs) < MOST ? hf_json_len(runs) : MOST;

	(void)arg;
	put_line(o, OUT_BOLD, "%s", hf_json_text(hf_json_at(runs, 0), "title"));
	columns[0] = (struct out_column){ "what", " ", OUT_KEEP };
	for (size_t k = 0; k < n; k++) {
		snprintf(keys[k], sizeof(keys[k]), "r%zu", k);
		column_title(titles[k], sizeof(titles[k]), hf_json_at(runs, k));
		columns[k + 1] = (struct out_column){ keys[k], titles[k], 0 };
	}
	columns[n + 1] = (struct out_column)OUT_END;
	if (figure_rows(figures, runs) == 0)
		put_table(o, figures, columns);
	put_heading(o, "Each step: how long after the start it was done, and by when it was due");
	if (step_rows(steps, hf_json_get(data, "steps")) == 0)
		put_table(o, steps, columns);
	hf_json_free(figures);
	hf_json_free(steps);
}

enum hf_code
cmd_run_compare(struct app *app, const struct args *a, struct hf_err *e)
{
	const char *const *words;
	struct hf_json    *ids = hf_json_array(), *data = NULL;
	char               id[HF_ID_SIZE];
	size_t             n;
	enum hf_code       rc;

	words = opt_words(a, "RUN", &n);
	rc = n > MOST ? hf_fail(e, HF_USAGE, "at most %d runs stand side by side", MOST) : HF_OK;
	for (size_t k = 0; rc == HF_OK && k < n; k++)
		if ((rc = runs_pick(id, app, words[k], e)) == HF_OK && hf_json_push(ids, hf_json_string(id)) != 0)
			rc = hf_nomem(e);
	if (rc == HF_OK && (rc = hf_figures_compare(&data, app->reg, app->shelf, ids, EARLIER, e)) == HF_OK) {
		out_paged(app->out);
		out_view(app->out, data, render, NULL);
	}
	hf_json_free(ids);
	hf_json_free(data);
	return rc;
}
