/*
 * CSV (RFC 4180), in and out (the door to libcsv).
 */
#ifndef HOLDFAST_CSV_H
#define HOLDFAST_CSV_H

#include <stddef.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"

struct hf_csv_row {
	size_t             line; /* of its first character, from 1 */
	size_t             n;
	const char *const *cell; /* NUL-terminated, UTF-8 */
};

typedef enum hf_code hf_csv_fn(void *arg, const struct hf_csv_row *row, struct hf_err *e);

/*
 * Call fn for each row that is not blank. Input must be UTF-8 (a BOM is dropped), strictly quoted: HF_BAD names line and column.
 * A non-zero return of fn stops and is returned.
 */
enum hf_code hf_csv_read(const char *data, size_t len, hf_csv_fn *fn, void *arg, struct hf_err *e);

/*
 * Append one cell, always quoted. A cell that a spreadsheet would take for a formula (= + - @ TAB CR first, also after a line break
 * in it) gets an apostrophe before it (OWASP ASVS 5.0, 1.2.10). A sign before a plain number is left alone.
 */
void hf_csv_cell(struct hf_buf *b, const char *s, size_t column);

#endif
