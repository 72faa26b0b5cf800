/*
 * CSV from strangers: what is read is written again, and read again it is the same but for the apostrophes before formulas.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/csv.h"
#include "holdfast/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

struct copy {
	struct hf_buf csv; /* written again */
	size_t        rows, line;
};

static enum hf_code
take(void *arg, const struct hf_csv_row *row, struct hf_err *e)
{
	struct copy *c = arg;
	size_t       i, filled = 0;

	(void)e;
	must(row->line > c->line);
	c->line = row->line;
	for (i = 0; i < row->n; i++) {
		filled += row->cell[i][0] != '\0';
		must(hf_text_is_utf8(row->cell[i], strlen(row->cell[i])));
		hf_csv_cell(&c->csv, row->cell[i], i);
	}
	must(filled > 0);
	hf_buf_addc(&c->csv, '\n');
	c->rows++;
	return HF_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct copy   once = { HF_BUF_INIT, 0, 0 }, twice = { HF_BUF_INIT, 0, 0 };
	struct hf_err e = HF_ERR_INIT;

	if (hf_csv_read((const char *)data, size, take, &once, &e) == HF_OK) {
		must(hf_csv_read(hf_buf_str(&once.csv), once.csv.len, take, &twice, &e) == HF_OK);
		must(once.rows == twice.rows);
		must(strcmp(hf_buf_str(&once.csv), hf_buf_str(&twice.csv)) == 0); /* an apostrophe is set once */
	} else
		must(e.code == HF_BAD && strncmp(e.msg, "line ", 5) == 0);
	hf_buf_clear(&once.csv);
	hf_buf_clear(&twice.csv);
	return 0;
}
