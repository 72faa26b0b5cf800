/* The text face: tables, lists of fields, records. */
#include <stdlib.h>
#include <string.h>

#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "out_in.h"

#define MAX_COLUMNS 48
#define GAP         2
#define LEAST       8 /* a column is not cut below this */

/* Cells lie one after the other in text, cleaned, each with its NUL. The first row is the titles. */
struct out_rows {
	struct out              *o;
	const struct out_column *columns[MAX_COLUMNS];
	struct out_column        own[MAX_COLUMNS]; /* when the caller named none */
	size_t                   n_columns, n_cells, cap;
	struct hf_buf            text, raw;

	struct cell {
		size_t at, width;
	} * cells;
	size_t fit[MAX_COLUMNS];
	bool   used[MAX_COLUMNS]; /* a row has it */
};

static struct out_rows *
rows_new(struct out *o)
{
	struct out_rows *t = calloc(1, sizeof(*t));

	if (t == NULL)
		o->text.failed = true;
	else
		t->o = o;
	return t;
}

void
out_rows_free(struct out_rows *t)
{
	if (t == NULL)
		return;
	hf_buf_clear(&t->text);
	hf_buf_clear(&t->raw);
	free(t->cells);
	free(t);
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
own_columns(struct out_rows *g, const struct hf_json *rows)
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
choose_columns(struct out_rows *g, const struct hf_json *rows, const struct out_column *columns)
{
	if (columns == NULL)
		own_columns(g, rows);
	for (; columns != NULL && columns->key != NULL && g->n_columns < MAX_COLUMNS; columns++)
		if ((columns->flags & OUT_SPARE) == 0 || any_has(rows, columns->key))
			g->columns[g->n_columns++] = columns;
}

static bool
room_for_cell(struct out_rows *t)
{
	size_t       cap = t->cap == 0 ? 256 : t->cap * 2;
	struct cell *cells;

	if (t->n_cells < t->cap)
		return true;
	if ((cells = realloc(t->cells, cap * sizeof(*cells))) == NULL)
		return false;
	t->cells = cells;
	t->cap = cap;
	return true;
}

/* What lies in raw becomes the next cell. Line breaks within it would break the table. */
static void
add_cell(struct out_rows *t, bool used)
{
	size_t       col = t->n_cells % t->n_columns;
	struct cell *cell;

	if (!room_for_cell(t)) {
		t->text.failed = true;
		return;
	}
	for (size_t i = 0; i < t->raw.len; i++)
		if (t->raw.data[i] == '\n' || t->raw.data[i] == '\t')
			t->raw.data[i] = ' ';
	cell = &t->cells[t->n_cells++];
	cell->at = t->text.len;
	hf_text_clean(&t->text, hf_buf_str(&t->raw), t->raw.len, false);
	cell->width = t->text.failed ? 0 : hf_text_width(hf_buf_str(&t->text) + cell->at);
	hf_buf_add(&t->text, "", 1);
	t->text.failed = t->text.failed || t->raw.failed;
	hf_buf_cut(&t->raw, 0);
	t->used[col] = t->used[col] || used;
	if (cell->width > t->fit[col])
		t->fit[col] = cell->width;
}

static void
add_titles(struct out_rows *t)
{
	for (size_t c = 0; c < t->n_columns; c++) {
		add_title(&t->raw, t->columns[c], true);
		add_cell(t, false);
	}
}

static bool
is_left_out(const struct out_rows *t, size_t col)
{
	return (t->columns[col]->flags & OUT_SPARE) != 0 && !t->used[col];
}

/* As wide as the widest cell; on a terminal the widest columns give way until it fits. */
static void
fit(struct out_rows *t)
{
	size_t total = 0, limit = term_width(t->o->term), c, widest;

	for (c = 0; c < t->n_columns; c++) {
		t->fit[c] = is_left_out(t, c) ? 0 : t->fit[c];
		total += is_left_out(t, c) ? 0 : t->fit[c] + GAP;
	}
	while (t->o->term->out && total > limit + GAP) {
		for (widest = MAX_COLUMNS, c = 0; c < t->n_columns; c++)
			if ((t->columns[c]->flags & OUT_KEEP) == 0 && t->fit[c] > LEAST &&
			    (widest == MAX_COLUMNS || t->fit[c] > t->fit[widest]))
				widest = c;
		if (widest == MAX_COLUMNS)
			break;
		t->fit[widest]--;
		total--;
	}
}

/* Blanks are owed until something follows them, so that no line ends in any. */
static void
put_cell(struct out_rows *t, size_t i, size_t col, size_t *owed)
{
	struct out    *o = t->o;
	const char    *s = t->text.data + t->cells[i].at;
	unsigned       flags = t->columns[col]->flags;
	struct hf_buf  cut = HF_BUF_INIT;
	enum out_style style = i < t->n_columns ? OUT_BOLD : OUT_PLAIN;
	size_t         shown = t->cells[i].width, pad;

	if (style != OUT_BOLD && (flags & OUT_STATE) != 0)
		style = out_state_style(s);
	else if (style != OUT_BOLD && (flags & OUT_FAINT) != 0)
		style = OUT_DIM;
	if (shown > t->fit[col]) {
		shown = hf_text_fit(&cut, s, t->fit[col], !o->term->utf8);
		s = hf_buf_str(&cut);
	}
	pad = t->fit[col] - shown;
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

static void
put_all(struct out_rows *t)
{
	size_t i, c, owed;

	if (t->text.failed) {
		t->o->text.failed = true;
		return;
	}
	fit(t);
	for (i = 0; i + t->n_columns <= t->n_cells; i += t->n_columns) {
		for (owed = 0, c = 0; c < t->n_columns; c++)
			if (!is_left_out(t, c))
				put_cell(t, i + c, c, &owed);
		out_styled(t->o, OUT_PLAIN, "\n", 1, true);
	}
}

void
put_table(struct out *o, const struct hf_json *rows, const struct out_column *columns)
{
	struct out_rows *t;

	if (o->json || hf_json_len(rows) == 0 || (t = rows_new(o)) == NULL)
		return;
	choose_columns(t, rows, columns);
	add_titles(t);
	for (size_t r = 0; r < hf_json_len(rows); r++)
		for (size_t c = 0; c < t->n_columns; c++) {
			out_value(o, &t->raw, hf_json_get(hf_json_at(rows, r), t->columns[c]->key), t->columns[c]->flags);
			add_cell(t, true);
		}
	put_all(t);
	out_rows_free(t);
}

/* ---- a table of which nobody keeps the rows ---- */

struct out_rows *
out_rows_new(struct out *o, const struct out_column *columns)
{
	struct out_rows *t = rows_new(o);

	if (t == NULL)
		return NULL;
	for (; columns->key != NULL && t->n_columns < MAX_COLUMNS; columns++)
		t->columns[t->n_columns++] = columns;
	add_titles(t);
	return t;
}

void
out_rows_cell(struct out_rows *t, const char *value)
{
	if (t == NULL)
		return;
	if (value != NULL)
		out_text(t->o, &t->raw, value, t->columns[t->n_cells % t->n_columns]->flags);
	add_cell(t, value != NULL);
}

size_t
put_rows(struct out_rows *t)
{
	size_t n = t == NULL ? 0 : t->n_cells / t->n_columns - 1;

	if (n > 0 && !t->o->json)
		put_all(t);
	return n;
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
