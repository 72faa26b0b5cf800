#include "holdfast/csv.h"
#include "test.h"

/* Rows as "line:cell|cell\n". */
static enum hf_code
note(void *arg, const struct hf_csv_row *row, struct hf_err *e)
{
	size_t i;

	(void)e;
	hf_buf_addf(arg, "%zu:", row->line);
	for (i = 0; i < row->n; i++)
		hf_buf_addf(arg, "%s%s", i > 0 ? "|" : "", row->cell[i]);
	hf_buf_addc(arg, '\n');
	return HF_OK;
}

static const struct {
	const char *csv, *rows;
} good[] = {
	{ "", "" },
	{ "a,b\n", "1:a|b\n" },
	{ "a,b", "1:a|b\n" },
	{ "a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n" },
	{ "a\rb", "1:a\n2:b\n" },
	{ "\xef\xbb\xbf"
	  "a,b\n",
	    "1:a|b\n" },
	{ "\"a\",\"b\"\"c\"\n", "1:a|b\"c\n" },
	{ "\"a\nb\",c\nd,e\n", "1:a\nb|c\n3:d|e\n" },
	{ "\"a\r\nb\"\r\nc", "1:a\r\nb\n3:c\n" },
	{ " a , b\n", "1: a | b\n" }, /* RFC 4180: spaces are part of it */
	{ "\" a \"", "1: a \n" },
	{ "a,,\n", "1:a||\n" },
	{ ",\n", "" }, /* nothing in any cell: blank */
	{ "\n\n\na\n\n\nb\n", "4:a\n7:b\n" },
	{ "\"\"\n\"\",x\n", "2:|x\n" },
	{ "\xc3\xa9,\xf0\x9f\x94\x92\n", "1:\xc3\xa9|\xf0\x9f\x94\x92\n" },
	{ "a,b,c\nd\n", "1:a|b|c\n2:d\n" }, /* rows of different length are the caller's to judge */
	{ "a;b\tc\n", "1:a;b\tc\n" },
};

START_TEST(rows_are_read)
{
	struct hf_buf b = HF_BUF_INIT;

	ck_ok(hf_csv_read(good[_i].csv, strlen(good[_i].csv), note, &b, &e));
	ck_assert_str_eq(hf_buf_str(&b), good[_i].rows);
	hf_buf_clear(&b);
}
END_TEST

static const struct {
	const char *csv;
	size_t      len;
	const char *where;
} bad[] = {
	{ "a,b\"c\n", 6, "line 1, column 4: a quote" },
	{ "a\nb,\"c\"d\n", 9, "line 2, column 6: a quote" },
	{ "a\r\nb, \"c\"\r\n", 11, "line 2, column 4: a quote" },
	{ "a\n\"b\nc\" x\n", 10, "line 3, column 3: a quote" },
	{ "a,b\nc,\"d\ne\n", 11, "line 2, column 3: this quote is never closed" },
	{ "\"", 1, "line 1, column 1: this quote is never closed" },
	{ "a\nb,\xff\n", 6, "line 2, column 3: not UTF-8" },
	{ "a\nb\0c\n", 6, "line 2, column 2: not UTF-8" },
	{ "\xef\xbb\xbf"
	  "a\"\n",
	    6, "line 1, column 2: a quote" },
	{ "a,b\n\xc3", 5, "line 2, column 1: not UTF-8" },
};

START_TEST(wrong_ones_are_placed)
{
	struct hf_buf b = HF_BUF_INIT;

	ck_fails(HF_BAD, bad[_i].where, hf_csv_read(bad[_i].csv, bad[_i].len, note, &b, &e));
	hf_buf_clear(&b);
}
END_TEST

static enum hf_code
stop_at_line_2(void *arg, const struct hf_csv_row *row, struct hf_err *e)
{
	++*(int *)arg;
	return row->line == 2 ? hf_fail(e, HF_EXISTS, "row 2") : HF_OK;
}

START_TEST(reading_stops_when_told)
{
	int n = 0;

	ck_fails(HF_EXISTS, "row 2", hf_csv_read("a\nb\nc\n", 6, stop_at_line_2, &n, &e));
	ck_assert_int_eq(n, 2);
	n = 0;
	ck_fails(HF_EXISTS, "row 2", hf_csv_read("a\nb", 3, stop_at_line_2, &n, &e)); /* in the last row, without a line end */
	ck_assert_int_eq(n, 2);
}
END_TEST

START_TEST(many_cells)
{
	struct hf_buf csv = HF_BUF_INIT, rows = HF_BUF_INIT;

	hf_buf_adds(&csv, "x");
	hf_buf_pad(&csv, ',', 9999);
	hf_buf_adds(&csv, "y\nz");
	ck_ok(hf_csv_read(csv.data, csv.len, note, &rows, &e));
	ck_assert_uint_eq(rows.len, strlen("1:xy\n2:z\n") + 9999);
	hf_buf_clear(&csv);
	hf_buf_clear(&rows);
}
END_TEST

static const struct {
	const char *s, *cell;
} cells[] = {
	{ "", "\"\"" },
	{ "a", "\"a\"" },
	{ "a\"b,c\nd", "\"a\"\"b,c\nd\"" },
	{ "=1+1", "\"'=1+1\"" },
	{ "=\"x\"", "\"'=\"\"x\"\"\"" },
	{ "+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\"" },
	{ "-2+3", "\"'-2+3\"" },
	{ "@SUM(1)", "\"'@SUM(1)\"" },
	{ "\t=1", "\"'\t=1\"" },
	{ "\rx", "\"'\rx\"" },
	{ "a\n=1", "\"a\n'=1\"" },
	{ "a\r\n@b", "\"a\r\n'@b\"" },
	{ "a=1", "\"a=1\"" },
	{ "-5", "\"-5\"" },
	{ "+3.14", "\"+3.14\"" },
	{ "+442079460000", "\"+442079460000\"" },
	{ "+44 20 7946 0000", "\"'+44 20 7946 0000\"" },
	{ "-", "\"'-\"" },
	{ "-5.", "\"'-5.\"" },
	{ "--5", "\"'--5\"" },
	{ "5\n-5", "\"5\n'-5\"" },
};

START_TEST(cells_are_quoted_and_no_formula)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_csv_cell(&b, cells[_i].s, 0);
	ck_assert_str_eq(hf_buf_str(&b), cells[_i].cell);
	hf_buf_cut(&b, 0);
	hf_csv_cell(&b, cells[_i].s, 1);
	ck_assert_int_eq(hf_buf_str(&b)[0], ',');
	ck_assert_str_eq(hf_buf_str(&b) + 1, cells[_i].cell);
	hf_buf_clear(&b);
}
END_TEST

/* What is written is read back, but for the apostrophes. */
START_TEST(cells_come_back)
{
	static const char *const row[] = { "a", "b\"c", "d,e", "f\r\ng", " h ", "\xc3\xa9" };
	struct hf_buf            csv = HF_BUF_INIT, rows = HF_BUF_INIT;
	size_t                   i;

	for (i = 0; i < sizeof(row) / sizeof(*row); i++)
		hf_csv_cell(&csv, row[i], i);
	ck_ok(hf_csv_read(csv.data, csv.len, note, &rows, &e));
	ck_assert_str_eq(hf_buf_str(&rows), "1:a|b\"c|d,e|f\r\ng| h |\xc3\xa9\n");
	hf_buf_clear(&csv);
	hf_buf_clear(&rows);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("csv");
	TCase *t = tcase_create("csv");

	tcase_add_loop_test(t, rows_are_read, 0, N_OF(good));
	tcase_add_loop_test(t, wrong_ones_are_placed, 0, N_OF(bad));
	tcase_add_test(t, reading_stops_when_told);
	tcase_add_test(t, many_cells);
	tcase_add_loop_test(t, cells_are_quoted_and_no_formula, 0, N_OF(cells));
	tcase_add_test(t, cells_come_back);
	suite_add_tcase(s, t);
	return run_suite(s);
}
