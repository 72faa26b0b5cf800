#include "holdfast/csv.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

struct reader {
	hf_csv_fn     *fn;
	void          *arg;
	struct hf_err *e;
	enum hf_code   rc;
	struct hf_buf  text;  /* the cells of this row, each with its NUL */
	size_t         n;     /* of them */
	size_t         line;  /* where this row starts */
	bool           begun; /* something of this row was seen */
	const char   **cell;
	size_t         cap;
};

static void
on_cell(void *s, size_t len, void *arg)
{
	struct reader *r = arg;

	hf_buf_add(&r->text, s, len);
	hf_buf_addc(&r->text, '\0');
	r->n++;
}

/* Pointers to the cells; false when out of memory. */
static bool
list_cells(struct reader *r)
{
	const char **more;
	const char  *p = r->text.data;
	size_t       i;

	if (r->n > r->cap) {
		if ((more = realloc(r->cell, r->n * 2 * sizeof(*more))) == NULL)
			return false;
		r->cell = more;
		r->cap = r->n * 2;
	}
	for (i = 0; i < r->n; i++, p += strlen(p) + 1)
		r->cell[i] = p;
	return true;
}

/* A row of NULs alone has nothing in any cell. */
static void
on_row(int end, void *arg)
{
	struct reader    *r = arg;
	struct hf_csv_row row;

	(void)end;
	r->begun = false;
	if (r->text.failed || (r->text.len > r->n && !list_cells(r)))
		r->rc = hf_nomem(r->e);
	else if (r->text.len > r->n) {
		row.line = r->line;
		row.n = r->n;
		row.cell = r->cell;
		r->rc = r->fn(r->arg, &row, r->e);
	}
	hf_buf_cut(&r->text, 0);
	r->n = 0;
}

/* RFC 4180: spaces belong to the cell. */
static int
no_space(unsigned char c)
{
	(void)c;
	return 0;
}

/* Line and column of a byte, from 1, the column in bytes. */
static enum hf_code
wrong_at(const char *data, size_t at, const char *what, struct hf_err *e)
{
	size_t i, line = 1, start = 0;

	for (i = 0; i < at; i++)
		if (data[i] == '\n' || (data[i] == '\r' && data[i + 1] != '\n')) {
			line++;
			start = i + 1;
		}
	return hf_fail(e, HF_BAD, "line %zu, column %zu: %s", line, at - start + 1, what);
}

static enum hf_code
not_csv(struct csv_parser *csv, const char *data, size_t at, struct hf_err *e)
{
	if (csv_error(csv) == CSV_EPARSE)
		return wrong_at(data, at, "a quote stands where none can be", e);
	return hf_nomem(e);
}

/* Byte by byte, because libcsv does not say where a row starts. */
static enum hf_code
read_rows(struct reader *r, struct csv_parser *csv, const char *data, size_t len)
{
	size_t i, line = 1, open = 0;

	for (i = 0; i < len; i++) {
		if (!r->begun && data[i] != '\r' && data[i] != '\n') {
			r->begun = true;
			r->line = line;
		}
		if (data[i] == '"')
			open = i;
		if (csv_parse(csv, data + i, 1, on_cell, on_row, r) != 1)
			return not_csv(csv, data, i, r->e);
		if (r->rc != HF_OK)
			return r->rc;
		line += data[i] == '\n' || (data[i] == '\r' && (i + 1 == len || data[i + 1] != '\n'));
	}
	if (csv_fini(csv, on_cell, on_row, r) != 0)
		return csv_error(csv) == CSV_EPARSE ? wrong_at(data, open, "this quote is never closed", r->e) : hf_nomem(r->e);
	return r->rc;
}

enum hf_code
hf_csv_read(const char *data, size_t len, hf_csv_fn *fn, void *arg, struct hf_err *e)
{
	struct reader     r = { .fn = fn, .arg = arg, .e = e, .text = HF_BUF_INIT };
	struct csv_parser csv;
	enum hf_code      rc;
	size_t            good;

	if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
		data += 3;
		len -= 3;
	}
	if ((good = hf_text_utf8_span(data, len)) != len)
		return wrong_at(data, good, "not UTF-8", e);
	if (csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
		return hf_nomem(e);
	csv_set_space_func(&csv, no_space);
	rc = read_rows(&r, &csv, data, len);
	csv_free(&csv);
	hf_buf_clear(&r.text);
	free(r.cell);
	return rc;
}

/* Is the whole of it a sign and a number? */
static bool
is_plain_number(const char *s)
{
	size_t whole, part = 0;

	if (*s == '+' || *s == '-')
		s++;
	whole = strspn(s, "0123456789");
	if (s[whole] == '.')
		part = 1 + strspn(s + whole + 1, "0123456789");
	return whole > 0 && part != 1 && s[whole + part] == '\0';
}

void
hf_csv_cell(struct hf_buf *b, const char *s, size_t column)
{
	bool number = is_plain_number(s), first = true;

	hf_buf_adds(b, column > 0 ? ",\"" : "\"");
	for (; *s != '\0'; s++) {
		if (first && !number && strchr("=+-@\t\r", *s) != NULL)
			hf_buf_addc(b, '\'');
		if (*s == '"')
			hf_buf_addc(b, '"');
		hf_buf_addc(b, *s);
		first = *s == '\n' || *s == '\r';
	}
	hf_buf_addc(b, '"');
}
