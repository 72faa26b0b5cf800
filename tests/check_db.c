/* The index as bytes and back, as the snapshot does it. */
#include <stdio.h>
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

static const char *const later[] = { "CREATE TEMP VIEW tall AS SELECT h FROM temp.people WHERE h > 1",
	"CREATE TEMP VIEW people AS SELECT h FROM main.t", "CREATE TEMP TABLE note(x); CREATE INDEX temp.by_x ON note(x)", NULL };

static const char *
first_of(struct hf_db *db, const char *sql)
{
	static char     value[16];
	struct hf_stmt *s = NULL;

	ck_ok(hf_db_prepare(&s, db, sql, &e));
	snprintf(value, sizeof(value), "%s", hf_stmt_step(s) ? hf_stmt_col(s, 0) : "none");
	hf_stmt_free(s);
	return value;
}

/* A view is there from when it is named, by whoever names it and however it is written; a name that nobody knows stays one. */
START_TEST(what_is_named_is_made)
{
	struct hf_db   *db = NULL;
	struct hf_stmt *s = NULL;
	struct hf_json *rows = NULL;

	ck_ok(hf_db_open(&db, &e));
	ck_ok(hf_db_exec(db, "CREATE TABLE t (h INTEGER); INSERT INTO t VALUES (1), (2)", &e));
	hf_db_later(db, later);
	ck_assert_str_eq(first_of(db, "SELECT count(*) FROM sqlite_temp_schema"), "0");
	ck_ok(hf_db_ask(&rows, NULL, db, &(struct hf_ask){ .sql = "SELECT h FROM Tall" }, &e));
	ck_assert_uint_eq(hf_json_len(rows), 1);
	hf_json_free(rows);
	ck_assert_str_eq(first_of(db, "SELECT count(*) FROM sqlite_temp_schema"), "2");
	ck_ok(hf_db_exec(db, "BEGIN; DELETE FROM main.t", &e));
	ck_ok(hf_db_exec(db, "DELETE FROM temp.note; INSERT INTO temp.note VALUES (7)", &e));
	ck_ok(hf_db_exec(db, "ROLLBACK", &e));
	ck_assert_str_eq(first_of(db, "SELECT count(*) FROM note"), "0"); /* gone with the rest, and made again */
	ck_assert_str_eq(first_of(db, "SELECT max(h) FROM temp.tall"), "2");
	ck_fails(HF_BAD, "no such table: talls", hf_db_ask(&rows, NULL, db, &(struct hf_ask){ .sql = "SELECT h FROM talls" }, &e));
	ck_fails(HF_BAD, "only reading", hf_db_ask(&rows, NULL, db, &(struct hf_ask){ .sql = "DELETE FROM temp.note" }, &e));
	ck_assert_int_ne(hf_db_prepare(&s, db, "SELECT 1 FROM main.tall", NULL), HF_OK);
	hf_db_close(db);
}
END_TEST

static int64_t
count_of(struct hf_db *db, const char *sql, const struct hf_json *params)
{
	struct hf_json *rows = NULL;
	int64_t         n;

	ck_ok(hf_db_ask(&rows, NULL, db, &(struct hf_ask){ .sql = sql, .params = params }, &e));
	n = hf_json_num(hf_json_get(hf_json_at(rows, 0), "n"));
	hf_json_free(rows);
	return n;
}

/* What was asked before is not compiled again: the answer is that of today, whatever happened meanwhile. */
START_TEST(what_is_asked_again)
{
	static const char over[] = "SELECT count(*) AS n FROM tall WHERE h > :least";
	struct hf_db     *db = NULL;
	struct hf_json   *p = hf_json_object(), *rows = NULL;
	char              sql[64];

	ck_ok(hf_db_open(&db, &e));
	ck_ok(hf_db_exec(db, "CREATE TABLE t (h INTEGER); INSERT INTO t VALUES (1), (2)", &e));
	hf_db_later(db, later);
	ck_ok(hf_db_exec(db, "BEGIN", &e));
	hf_json_set(p, "least", hf_json_int(0));
	ck_assert_int_eq(count_of(db, over, p), 1);
	ck_ok(hf_db_exec(db, "ROLLBACK", &e)); /* the view goes with it */
	ck_assert_int_eq(count_of(db, over, p), 1);
	ck_ok(hf_db_exec(db, "INSERT INTO main.t VALUES (3)", &e));
	ck_assert_int_eq(count_of(db, over, p), 2);
	ck_fails(HF_BAD, "nothing is known as :least", hf_db_ask(&rows, NULL, db, &(struct hf_ask){ .sql = over }, &e));
	hf_json_set(p, "least", hf_json_int(2));
	ck_assert_int_eq(count_of(db, over, p), 1);
	for (int k = 0; k < 100; k++) {
		snprintf(sql, sizeof(sql), "SELECT count(*) + %d AS n FROM t WHERE h > :least", k);
		ck_assert_int_eq(count_of(db, sql, p), 1 + k);
	}
	ck_assert_int_eq(count_of(db, over, p), 1);
	ck_ok(hf_db_exec(db, "ALTER TABLE main.t ADD COLUMN more; DELETE FROM main.t", &e));
	ck_assert_int_eq(count_of(db, over, p), 0);
	hf_json_free(p);
	hf_db_close(db);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("db");
	TCase *t = tcase_create("db");

	tcase_add_loop_test(t, lists_are_read_after_loading, 0, 4);
	tcase_add_test(t, what_is_named_is_made);
	tcase_add_test(t, what_is_asked_again);
	suite_add_tcase(s, t);
	return run_suite(s);
}
