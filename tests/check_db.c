/* The index as bytes and back, as the snapshot does it. */
#include <stdlib.h>

#include "holdfast/buf.h"
#include "holdfast/db.h"
#include "test.h"

static enum hf_code
take(void *arg, const void *data, size_t len, struct hf_err *e)
{
	hf_buf_add(arg, data, len);
	return hf_buf_check(arg, e);
}

static enum hf_code
fill(void *arg, void *data, size_t len, struct hf_err *e)
{
	const struct hf_buf *b = arg;

	(void)e;
	memcpy(data, b->data, len);
	return HF_OK;
}

/* The tables that SQLite makes by itself hold on to the schema of the moment: what is loaded must not leave them with one that is gone. */
START_TEST(lists_are_read_after_loading)
{
	struct hf_db   *db = NULL;
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_stmt *s = NULL;
	void           *noise[64];

	ck_ok(hf_db_open(&db, &e));
	ck_ok(hf_db_exec(db, "CREATE TABLE t (list TEXT); INSERT INTO t VALUES ('[\"a\",\"b\"]')", &e));
	ck_ok(hf_db_dump(db, take, &b, &e));
	hf_db_close(db);
	ck_ok(hf_db_open(&db, &e));
	ck_ok(hf_db_load(db, b.len, fill, &b, &e));
	for (size_t k = 0; k < 64; k++)
		noise[k] = malloc(8 * (k + 1));
	ck_ok(hf_db_prepare(&s, db, "SELECT count(*) FROM main.t h, json_each(h.list) j WHERE j.value <> ?", &e));
	hf_stmt_text(s, 1, "c");
	ck_assert(hf_stmt_step(s));
	ck_assert_str_eq(hf_stmt_col(s, 0), "2");
	hf_stmt_free(s);
	for (size_t k = 0; k < 64; k++)
		free(noise[k]);
	hf_db_close(db);
	hf_buf_clear(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("db");
	TCase *t = tcase_create("db");

	tcase_add_loop_test(t, lists_are_read_after_loading, 0, 4);
	suite_add_tcase(s, t);
	return run_suite(s);
}
