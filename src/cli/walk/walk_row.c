/* One of several rows on a screen. In a series, where much stands on one screen: what is short in one line, and what was read before not again. */
#include <stdio.h>
#include <string.h>

#include "holdfast/text.h"
#include "step.h"
#include "walk_in.h"

#define INDENT 6

/* ---- values ---- */

/* "registered email: press@agency.example", or what is recorded on the one before in its place. In a series the title says of what it is. */
static void
add_field(struct hf_buf *line, const struct walk *w, const struct hf_json *c)
{
	const char   *kind = hf_json_text(c, "kind"), *name;
	struct hf_buf field = HF_BUF_INIT, like = HF_BUF_INIT;
	size_t        len = strlen(kind);

	step_field(&field, c);
	name = hf_buf_str(&field);
	if (w->series != NULL && len > 0 && strncmp(name, kind, len) == 0 && name[len] == ' ')
		name += len + 1;
	hf_buf_addf(line, "%s: %s", name, hf_json_get_str(c, "record") == NULL ? "no record is known there" : step_now(c));
	if (walk_like(&like, w, c))
		hf_buf_addf(line, " (= %s)", hf_buf_str(&like));
	hf_buf_clear(&field);
	hf_buf_clear(&like);
}

/* In a series, what the title says is not said again. */
static bool
is_said(const struct walk *w, const struct hf_json *brief, const struct hf_json *c)
{
	const char *now = hf_json_text(c, "now");

	return w->series != NULL && hf_json_get_str(c, "record") != NULL && !hf_json_is(hf_json_get(c, "value"), HF_JSON_NULL) &&
	    now[0] != '\0' && strstr(hf_json_text(brief, "title"), now) != NULL;
}

/* Each on a line of its own; in a series one after the other. */
static void
add_values(struct hf_buf *out, const struct walk *w, const struct hf_json *brief)
{
	const struct hf_json *confirm = hf_json_get(brief, "confirm");

	for (size_t n = 0; n < hf_json_len(confirm); n++) {
		if (is_said(w, brief, hf_json_at(confirm, n)))
			continue;
		hf_buf_adds(out, out->len == 0 ? "" : w->series != NULL ? walk_gap(w) : "\n");
		add_field(out, w, hf_json_at(confirm, n));
	}
}

/* "2  Look at the backup codes", and its values: on the same line where there is room. */
static void
put_title(struct page *p, const struct walk *w, const struct hf_json *brief, size_t number)
{
	struct hf_buf label = HF_BUF_INIT, values = HF_BUF_INIT;
	size_t        width;

	hf_buf_addf(&label, "%4zu  %s", number, hf_json_text(brief, "title"));
	add_values(&values, w, brief);
	width = hf_text_width(hf_buf_str(&label)) + strlen("  ");
	if (w->series != NULL && values.len > 0 && width + hf_text_width(hf_buf_str(&values)) <= page_width(p)) {
		page_text(p, OUT_BOLD, hf_buf_str(&label), width, OUT_PLAIN, hf_buf_str(&values));
	} else {
		hf_buf_cut(&label, INDENT);
		page_text(p, OUT_BOLD, hf_buf_str(&label), INDENT, OUT_BOLD, hf_json_text(brief, "title"));
		page_text(p, OUT_PLAIN, "", INDENT, OUT_PLAIN, hf_buf_str(&values));
	}
	hf_buf_clear(&label);
	hf_buf_clear(&values);
}

/* ---- the text ---- */

/* As one paragraph. */
static void
add_paragraph(struct hf_buf *out, const struct hf_json *text, const char *provider)
{
	for (size_t n = 0; n < hf_json_len(text); n++) {
		const struct hf_json *block = hf_json_at(text, n);

		hf_buf_adds(out, out->len > 0 ? " " : "");
		if (strcmp(hf_json_text(block, "type"), "on") == 0)
			hf_buf_addf(out, "On %s: ", provider);
		hf_buf_adds(out, hf_json_text(block, "text"));
	}
}

/* Was it shown with another record of the series? What is shown now is remembered for the next. */
static bool
was_read(struct walk *w, const char *text)
{
	const char *with;

	if (w->series->read == NULL)
		w->series->read = hf_json_object();
	if ((with = hf_json_get_str(w->series->read, text)) == NULL)
		hf_json_set(w->series->read, text, hf_json_string(hf_run_id(w->run)));
	return with != NULL && strcmp(with, hf_run_id(w->run)) != 0;
}

static void
put_text(struct page *p, struct walk *w, const struct hf_json *text, const char *provider)
{
	struct hf_buf b = HF_BUF_INIT;

	if (w->series == NULL) {
		step_text(p, text, provider);
		return;
	}
	add_paragraph(&b, text, provider);
	if (b.len > 0 && !was_read(w, hf_buf_str(&b)))
		page_text(p, OUT_PLAIN, "", INDENT, OUT_DIM, hf_buf_str(&b));
	hf_buf_clear(&b);
}

void
walk_row(struct page *p, struct walk *w, const struct hf_json *rows, size_t k)
{
	const struct hf_json *brief = hf_json_get(hf_json_at(rows, k), "brief"),
			     *next = hf_json_get(hf_json_at(rows, k + 1), "brief"), *text = hf_json_get(brief, "text");

	put_title(p, w, brief, k + 1);
	if (hf_json_len(hf_json_get(brief, "write")) > 0)
		return;
	if (next == NULL || !hf_json_equal(text, hf_json_get(next, "text")) ||
	    strcmp(hf_json_text(brief, "provider"), hf_json_text(next, "provider")) != 0)
		put_text(p, w, text, hf_json_text(brief, "provider"));
}
