/* A timeline as CSV and as Markdown. */
#include <stdio.h>
#include <string.h>

#include "holdfast/csv.h"
#include "holdfast/escape.h"
#include "holdfast/figures.h"
#include "holdfast/timeline.h"
#include "run_impl.h"

/* ---- CSV ---- */

static const struct {
	const char *key, *title;
} columns[] = {
	{ "occurred_at", "occurred (UTC)" },
	{ "local", "occurred (local)" },
	{ "precision", "precision" },
	{ "recorded_at", "recorded (UTC)" },
	{ "delay", "written down after" },
	{ "type", "type" },
	{ "step", "step" },
	{ "title", "title" },
	{ "what", "what" },
	{ "text", "text" },
	{ "corrections", "corrected" },
	{ "odd", "clock" },
	{ "drill", "drill" },
	{ "actor_name", "by" },
	{ "actor", "key" },
	{ "acting_as", "acting as" },
	{ "on_behalf_name", "for" },
	{ "file_name", "file" },
	{ "sha256", "sha256" },
	{ "size", "size" },
	{ "id", "entry" },
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

void
hf_timeline_corrections(struct hf_buf *b, const struct hf_json *row)
{
	const struct hf_json *list = hf_json_get(row, "corrections");

	for (size_t k = 0; k < hf_json_len(list); k++)
		hf_buf_addf(b, "%s%s (%s, %s UTC)", k > 0 ? "; " : "", hf_json_text(hf_json_at(list, k), "text"),
		    hf_json_text(hf_json_at(list, k), "by"), hf_json_text(hf_json_at(list, k), "utc"));
}

void
hf_timeline_odd(struct hf_buf *b, const struct hf_json *row)
{
	static const char *const words[][2] = { { "before_start", "it happened before the run began" },
		{ "ahead", "it happened after it was written down: a clock was wrong" },
		{ "backwards", "the clock ran backwards here: it was recorded before the entry it follows" },
		{ "future", "it was recorded later than it is now: a clock is wrong, its writer's or this one" } };

	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
		if (hf_json_true(hf_json_get(row, words[k][0])))
			hf_buf_addf(b, "%s%s", b->len > 0 ? "; " : "", words[k][1]);
}

static void
add_cell(struct hf_buf *out, const struct hf_json *row, size_t i)
{
	const struct hf_json *v = hf_json_get(row, columns[i].key);
	char                  number[32];

	if (strcmp(columns[i].key, "corrections") == 0 || strcmp(columns[i].key, "odd") == 0) {
		struct hf_buf b = HF_BUF_INIT;

		if (columns[i].key[0] == 'c')
			hf_timeline_corrections(&b, row);
		else
			hf_timeline_odd(&b, row);
		hf_csv_cell(out, hf_buf_str(&b), i);
		hf_buf_clear(&b);
		return;
	}
	if (hf_json_is(v, HF_JSON_BOOL)) {
		hf_csv_cell(out, hf_json_true(v) ? "yes" : "", i);
		return;
	}
	snprintf(number, sizeof(number), "%lld", (long long)hf_json_num(v));
	hf_csv_cell(out, hf_json_is(v, HF_JSON_INT) ? number : hf_json_text(row, columns[i].key), i);
}

enum hf_code
hf_timeline_csv(struct hf_buf *out, const struct hf_json *timeline, struct hf_err *e)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		hf_csv_cell(out, columns[i].title, i);
	hf_buf_adds(out, "\r\n");
	for (size_t k = 0; k < hf_json_len(timeline); k++) {
		for (size_t i = 0; i < N_COLUMNS; i++)
			add_cell(out, hf_json_at(timeline, k), i);
		hf_buf_adds(out, "\r\n");
	}
	return hf_buf_check(out, e);
}

/* ---- Markdown ---- */

static void
add(struct hf_buf *out, const char *s)
{
	hf_escape_add(out, s, HF_ESCAPE_MD, NULL);
}

static void
add_moment(struct hf_buf *out, const struct hf_run *run, const char *label, int64_t t)
{
	char utc[HF_TIME_SIZE];

	if (t == 0)
		return;
	hf_time_rfc3339(utc, t, false);
	hf_buf_addf(out, "- %s: %.10s %.8s UTC (", label, utc, utc + 11);
	hf_time_local(out, t, hf_register_zone(run->r), true);
	hf_buf_adds(out, ")\n");
}

static void
head(struct hf_buf *out, const struct hf_run *run)
{
	struct hf_buf ref = HF_BUF_INIT;

	hf_register_ref(&ref, run->r, run->subject);
	hf_buf_adds(out, "# Timeline: ");
	add(out, run->pb->title);
	hf_buf_adds(out, ", ");
	add(out, hf_buf_str(&ref));
	hf_buf_adds(out, "\n\n");
	if (run->drill)
		hf_buf_adds(out, "**DRILL. This is an exercise.**\n\n");
	hf_buf_addf(out, "- Run: %s, %s\n", run->id, run->open ? "open" : "closed");
	hf_buf_addf(out, "- Playbook: %s, SHA-256 %s\n", run->book, run->hash);
	hf_buf_addf(out, "- Register: %s at %s\n", hf_register_id(run->r), hf_register_head(run->r)->hex);
	add_moment(out, run, "Began", run->started);
	add_moment(out, run, "Closed", run->ended);
	hf_buf_adds(out,
	    "\nThe first time is UTC, the one beside it is local: when it happened. If it was written down later, that is said.\n");
	hf_buf_clear(&ref);
}

static void
add_by(struct hf_buf *out, const struct hf_json *row)
{
	struct hf_buf odd = HF_BUF_INIT;

	if (hf_json_text(row, "actor_name")[0] != '\0') {
		hf_buf_adds(out, "  By ");
		add(out, hf_json_text(row, "actor_name"));
	}
	if (hf_json_text(row, "acting_as")[0] != '\0')
		hf_buf_addf(out, " as %s", hf_json_text(row, "acting_as"));
	if (hf_json_text(row, "on_behalf_name")[0] != '\0') {
		hf_buf_adds(out, " for ");
		add(out, hf_json_text(row, "on_behalf_name"));
	}
	if (hf_json_text(row, "delay")[0] != '\0')
		hf_buf_addf(
		    out, ", written down %s UTC, %s after it happened", hf_json_text(row, "recorded"), hf_json_text(row, "delay"));
	hf_timeline_odd(&odd, row);
	if (odd.len > 0)
		hf_buf_addf(out, ". **A clock: %s.**", odd.data);
	hf_buf_addf(out, ". Entry %s.\n", hf_json_text(row, "id"));
	hf_buf_clear(&odd);
}

static void
add_row(struct hf_buf *out, const struct hf_json *row)
{
	const char *local = hf_json_text(row, "local");

	hf_buf_addf(out, "- **%s%s UTC** (%s) ", hf_json_text(row, "precision")[0] != '\0' ? "about " : "",
	    hf_json_text(row, "utc") + 11, strncmp(local, hf_json_text(row, "utc"), 10) == 0 ? local + 11 : local);
	add(out, hf_json_text(row, "what"));
	hf_buf_adds(out, ".\n");
	if (hf_json_text(row, "text")[0] != '\0') {
		hf_buf_adds(out, "  ");
		add(out, hf_json_text(row, "text"));
		hf_buf_adds(out, "\n");
	}
	if (hf_json_len(hf_json_get(row, "corrections")) > 0) {
		struct hf_buf b = HF_BUF_INIT;

		hf_timeline_corrections(&b, row);
		hf_buf_adds(out, "  **Corrected:** ");
		add(out, hf_buf_str(&b));
		hf_buf_adds(out, "\n");
		hf_buf_clear(&b);
	}
	if (hf_json_text(row, "sha256")[0] != '\0')
		hf_buf_addf(out, "  SHA-256 %s\n", hf_json_text(row, "sha256"));
	add_by(out, row);
}

static void
add_figures(struct hf_buf *out, const struct hf_run *run)
{
	struct hf_json *figures = NULL;
	struct hf_buf   words = HF_BUF_INIT;

	if (hf_figures_make(&figures, run, NULL) != HF_OK) {
		out->failed = true;
		return;
	}
	hf_figures_words(&words, figures);
	hf_buf_adds(out, "\n## Figures\n\n");
	add(out, hf_buf_str(&words));
	hf_buf_adds(out, "\n");
	hf_buf_clear(&words);
	hf_json_free(figures);
}

enum hf_code
hf_timeline_md(struct hf_buf *out, const struct hf_run *run, const struct hf_json *timeline, struct hf_err *e)
{
	const char *day = "";

	head(out, run);
	for (size_t k = 0; k < hf_json_len(timeline); k++) {
		const struct hf_json *row = hf_json_at(timeline, k);

		if (strncmp(day, hf_json_text(row, "utc"), 10) != 0) {
			day = hf_json_text(row, "utc");
			hf_buf_addf(out, "\n## %.10s\n\n", day);
		}
		add_row(out, row);
	}
	add_figures(out, run);
	return hf_buf_check(out, e);
}
