/* The text face: tables, lists of fields, records. */
#include <stdlib.h>
#include <string.h>

#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "out_in.h"

#define MAX_COLUMNS 48
#define GAP         2
#define LEAST       8 /* a column is not cut below this */

/* Cells lie one after the other in text, cleaned, each with its NUL. */
struct grid {
	const struct out_column *columns[MAX_COLUMNS];
	struct out_column        own[MAX_COLUMNS]; /* when the caller named none */
	size_t                   n_columns, n_rows;
	struct hf_buf            text;
	size_t                  *at;    /* of cell [row * n_columns + column] */
	size_t                  *width; /* its columns on the screen */
	size_t                   fit[MAX_COLUMNS];
};

static void
free_grid(struct grid *g)
{
	hf_buf_clear(&g->text);
	free(g->at);
	free(g->width);
	free(g);
}

static void
add_title(struct hf_buf *b, const struct out_column *c, bool capitals)
{
	const char *p = c->title != NULL ? c->title : c->key;
	char        ch;

	for (; *p != '\0'; p++) {
		ch = *p == '_' && c->title == NULL ? ' ' : *p;
		hf_buf_addc(b, capitals && ch >= 'a' && ch <= 'z' ? (char)(ch - 'a' + 'A') : ch);
	}
}

/* Members of the objects, in the order in which they are first seen. */
static void
own_columns(struct grid *g, const struct hf_json *rows)
{
	const char     *key;
	struct hf_json *value;
	void           *it;
	size_t          i, c;

	for (i = 0; i < hf_json_len(rows); i++)
		for (it = NULL; hf_json_next(hf_json_at(rows, i), &it, &key, &value);) {
			for (c = 0; c < g->n_columns && strcmp(g->own[c].key, key) != 0; c++)
				continue;
			if (c < g->n_columns || c == MAX_COLUMNS)
				continue;
			g->own[c].key = key;
			g->own[c].title = key;
			g->own[c].flags = hf_json_is(value, HF_JSON_INT) || hf_json_is(value, HF_JSON_REAL) ? OUT_RIGHT : 0;
			g->columns[c] = &g->own[c];
			g->n_columns++;
		}
}

static bool
any_has(const struct hf_json *rows, const char *key)
{
	struct hf_json *v;
	size_t          i;

	for (i = 0; i < hf_json_len(rows); i++)
		if ((v = hf_json_get(hf_json_at(rows, i), key)) != NULL && hf_json_type(v) != HF_JSON_NULL &&
		    !(hf_json_is(v, HF_JSON_ARRAY) && hf_json_len(v) == 0))
			return true;
	return false;
}

static void
choose_columns(struct grid *g, const struct hf_json *rows, const struct out_column *columns)
{
	if (columns == NULL)
		own_columns(g, rows);
	for (; columns != NULL && columns->key != NULL && g->n_columns < MAX_COLUMNS; columns++)
		if ((columns->flags & OUT_SPARE) == 0 || any_has(rows, columns->key))
			g->columns[g->n_columns++] = columns;
}

/* Row 0 is the titles. Line breaks within a cell would break the table. */
static void
fill_cell(struct out *o, struct grid *g, size_t row, size_t col, const struct hf_json *value, struct hf_buf *raw)
{
	size_t i = row * g->n_columns + col, at = g->text.len, j;

	hf_buf_cut(raw, 0);
	if (row == 0)
		add_title(raw, g->columns[col], true);
	else
		out_value(o, raw, value, g->columns[col]->flags);
	for (j = 0; j < raw->len; j++)
		if (raw->data[j] == '\n' || raw->data[j] == '\t')
			raw->data[j] = ' ';
	hf_text_clean(&g->text, hf_buf_str(raw), raw->len, false);
	g->at[i] = at;
	g->width[i] = g->text.failed ? 0 : hf_text_width(g->text.data + at);
	hf_buf_add(&g->text, "", 1);
}

static struct grid *
new_grid(struct out *o, const struct hf_json *rows, const struct out_column *columns)
{
	struct grid  *g = calloc(1, sizeof(*g));
	struct hf_buf raw = HF_BUF_INIT;
	size_t        r, c, n;

	if (g == NULL)
		return NULL;
	choose_columns(g, rows, columns);
	g->n_rows = hf_json_len(rows) + 1;
	n = g->n_rows * g->n_columns + 1;
	if ((g->at = calloc(n, sizeof(*g->at))) == NULL || (g->width = calloc(n, sizeof(*g->width))) == NULL) {
		free_grid(g);
		return NULL;
	}
	for (r = 0; r < g->n_rows; r++)
		for (c = 0; c < g->n_columns; c++)
			fill_cell(o, g, r, c, r == 0 ? NULL : hf_json_get(hf_json_at(rows, r - 1), g->columns[c]->key), &raw);
	o->text.failed = o->text.failed || g->text.failed || raw.failed;
	hf_buf_clear(&raw);
	return g;
}

/* As wide as the widest cell; on a terminal the widest columns give way until it fits. */
static void
fit(struct out *o, struct grid *g)
{
	size_t total = 0, limit = term_width(o->term), r, c, widest;

	for (c = 0; c < g->n_columns; c++) {
		for (r = 0; r < g->n_rows; r++)
			if (g->width[r * g->n_columns + c] > g->fit[c])
				g->fit[c] = g->width[r * g->n_columns + c];
		total += g->fit[c] + GAP;
	}
	while (o->term->out && total > limit + GAP) {
		for (widest = MAX_COLUMNS, c = 0; c < g->n_columns; c++)
			if ((g->columns[c]->flags & OUT_KEEP) == 0 && g->fit[c] > LEAST &&
			    (widest == MAX_COLUMNS || g->fit[c] > g->fit[widest]))
				widest = c;
		if (widest == MAX_COLUMNS)
			break;
		g->fit[widest]--;
		total--;
	}
}

/* Blanks are owed until something follows them, so that no line ends in any. */
static void
put_cell(struct out *o, struct grid *g, size_t row, size_t col, size_t *owed)
{
	const char    *s = g->text.data + g->at[row * g->n_columns + col];
	unsigned       flags = g->columns[col]->flags;
	struct hf_buf  cut = HF_BUF_INIT;
	enum out_style style = row == 0 ? OUT_BOLD : OUT_PLAIN;
	size_t         shown = g->width[row * g->n_columns + col], pad;

	if (row > 0 && (flags & OUT_STATE) != 0)
		style = out_state_style(s);
	else if (row > 0 && (flags & OUT_FAINT) != 0)
		style = OUT_DIM;
	if (shown > g->fit[col]) {
		shown = hf_text_fit(&cut, s, g->fit[col], !o->term->utf8);
		s = hf_buf_str(&cut);
	}
	pad = g->fit[col] - shown;
	if ((flags & OUT_RIGHT) != 0)
		*owed += pad;
	if (shown > 0) {
		hf_buf_pad(&o->text, ' ', *owed);
		*owed = 0;
	}
	out_styled(o, style, s, strlen(s), false);
	*owed += ((flags & OUT_RIGHT) != 0 ? 0 : pad) + GAP;
	o->text.failed = o->text.failed || cut.failed;
	hf_buf_clear(&cut);
}

void
put_table(struct out *o, const struct hf_json *rows, const struct out_column *columns)
{
	struct grid *g;
	size_t       r, c, owed;

	if (o->json || hf_json_len(rows) == 0)
		return;
	if ((g = new_grid(o, rows, columns)) == NULL || g->text.failed) {
		o->text.failed = true;
		goto done;
	}
	fit(o, g);
	for (r = 0; r < g->n_rows; r++) {
		for (owed = 0, c = 0; c < g->n_columns; c++)
			put_cell(o, g, r, c, &owed);
		out_styled(o, OUT_PLAIN, "\n", 1, true);
	}
done:
	if (g != NULL)
		free_grid(g);
}

/* ---- fields ---- */

static size_t
title_width(const struct hf_json *object, const struct out_column *columns)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        width = 0, w;

	for (; columns->key != NULL; columns++) {
		if (hf_json_get(object, columns->key) == NULL)
			continue;
		hf_buf_cut(&b, 0);
		add_title(&b, columns, false);
		if ((w = hf_text_width(hf_buf_str(&b))) > width)
			width = w;
	}
	hf_buf_clear(&b);
	return width;
}

/* A value over several lines keeps them, below each other. */
static void
put_value(struct out *o, const char *s, size_t indent, enum out_style style)
{
	const char *end;

	for (;; s = end + 1) {
		end = strchr(s, '\n');
		out_styled(o, style, s, end == NULL ? strlen(s) : (size_t)(end - s), false);
		out_styled(o, OUT_PLAIN, "\n", 1, true);
		if (end == NULL || end[1] == '\0')
			return;
		hf_buf_pad(&o->text, ' ', indent);
	}
}

static void
put_field(struct out *o, const struct out_column *c, const struct hf_json *value, size_t width)
{
	struct hf_buf title = HF_BUF_INIT, text = HF_BUF_INIT;
	size_t        w;

	add_title(&title, c, false);
	out_value(o, &text, value, c->flags);
	w = hf_text_width(hf_buf_str(&title));
	if (text.len > 0 || (c->flags & OUT_SPARE) == 0) {
		out_styled(o, OUT_DIM, hf_buf_str(&title), title.len, false);
		hf_buf_pad(&o->text, ' ', (w < width ? width - w : 0) + GAP);
		put_value(o, hf_buf_str(&text), width + GAP,
		    (c->flags & OUT_STATE) != 0 ? out_state_style(hf_buf_str(&text)) : OUT_PLAIN);
	}
	o->text.failed = o->text.failed || title.failed || text.failed;
	hf_buf_clear(&title);
	hf_buf_clear(&text);
}

static void
put_chosen(struct out *o, const struct hf_json *object, const struct out_column *columns)
{
	size_t          width = title_width(object, columns);
	struct hf_json *value;

	for (; columns->key != NULL; columns++)
		if ((value = hf_json_get(object, columns->key)) != NULL)
			put_field(o, columns, value, width);
}

void
put_fields(struct out *o, const struct hf_json *object, const struct out_column *columns)
{
	struct out_column all[MAX_COLUMNS + 1] = { OUT_END };
	const char       *key;
	struct hf_json   *value;
	void             *it = NULL;
	size_t            n = 0;

	if (o->json)
		return;
	while (columns == NULL && n < MAX_COLUMNS && hf_json_next(object, &it, &key, &value))
		all[n++].key = key;
	all[n] = (struct out_column)OUT_END;
	put_chosen(o, object, columns == NULL ? all : columns);
}

/* ---- records ---- */

static unsigned
flags_of(const struct hf_field *f)
{
	if (f->type == HF_FIELD_REF)
		return OUT_REF;
	if (f->type == HF_FIELD_TIME)
		return OUT_TIME;
	return strcmp(f->name, "state") == 0 ? OUT_STATE : 0;
}

static void
put_one(struct out *o, const struct hf_json *record)
{
	const char           *name = hf_json_get_str(record, "kind"), *id = hf_json_get_str(record, "id");
	const struct hf_kind *kind = name == NULL ? NULL : hf_schema_kind(name);
	struct out_column    *columns;
	struct hf_buf         ref = HF_BUF_INIT;
	size_t                i;

	if (kind == NULL || id == NULL || (columns = calloc(kind->n_fields + 1, sizeof(*columns))) == NULL) {
		put_fields(o, record, NULL);
		return;
	}
	for (i = 0; i < kind->n_fields; i++) {
		columns[i].key = kind->fields[i].name;
		columns[i].flags = flags_of(&kind->fields[i]);
	}
	if (o->ref != NULL)
		o->ref(o->ref_arg, &ref, id);
	put(o, OUT_BOLD, "%s %s", name, hf_buf_str(&ref));
	put_line(o, OUT_DIM, "  %s", id);
	put_chosen(o, record, columns);
	hf_buf_clear(&ref);
	free(columns);
}

void
put_record(struct out *o, const struct hf_json *record)
{
	size_t i;

	if (o->json)
		return;
	if (!hf_json_is(record, HF_JSON_ARRAY)) {
		put_one(o, record);
		return;
	}
	for (i = 0; i < hf_json_len(record); i++) {
		if (i > 0)
			put_line(o, OUT_PLAIN, "%s", "");
		put_one(o, hf_json_at(record, i));
	}
}
