/* The printer: both faces, as bytes on standard output and error. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/cli/app.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "test.h"

typedef enum hf_code act(struct app *app, struct hf_err *e);

struct shown {
	struct hf_buf out, err;
	int           status;
};

static void
start_app(struct app *app, bool json, bool quiet)
{
	char        *argv[] = { (char[]){ "--json" }, (char[]){ "--quiet" } };
	struct args *a;

	ck_ok(opt_parse(&a, NULL, NULL, json && quiet ? 2 : json || quiet ? 1 : 0, json ? argv : argv + 1, &e));
	ck_ok(app_init(app, a, &e));
	opt_free(a);
}

static void
in_child(act *fn, int out, int err, bool json, bool quiet)
{
	struct app    app = { .no_input = false };
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc;
	int           status;

	app_signals();
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	start_app(&app, json, quiet);
	rc = fn(&app, &e);
	status = out_end(app.out, rc, &e, 0);
	app_clear(&app);
	_exit(status);
}

/* Run fn in a process of its own, its two outputs into files. */
static struct shown
show_with(act *fn, bool json, bool quiet)
{
	struct shown s = { HF_BUF_INIT, HF_BUF_INIT, -1 };
	FILE        *out = tmpfile(), *err = tmpfile();
	pid_t        pid;

	ck_assert(out != NULL && err != NULL);
	if ((pid = fork()) == 0)
		in_child(fn, fileno(out), fileno(err), json, quiet);
	waitpid(pid, &s.status, 0);
	ck_assert(WIFEXITED(s.status));
	s.status = WEXITSTATUS(s.status);
	rewind(out);
	rewind(err);
	ck_ok(hf_fs_read_fd(&s.out, fileno(out), "out", 1 << 24, &e));
	ck_ok(hf_fs_read_fd(&s.err, fileno(err), "err", 1 << 24, &e));
	fclose(out);
	fclose(err);
	return s;
}

static void
forget(struct shown *s)
{
	hf_buf_clear(&s->out);
	hf_buf_clear(&s->err);
}

/* ---- what commands do ---- */

static struct hf_json *
parse(const char *text)
{
	struct hf_json *j;

	ck_ok(hf_json_parse(&j, text, strlen(text), &e));
	return j;
}

static const struct out_column columns[] = { { "name", "book", OUT_KEEP }, { "n", NULL, OUT_RIGHT }, { "seen_at", NULL, OUT_TIME },
	{ "owner", NULL, OUT_REF }, { "none", NULL, OUT_SPARE }, { "title", NULL, 0 }, OUT_END };

static void
ref(void *arg, struct hf_buf *b, const char *id)
{
	hf_buf_addf(b, "%s%s", (const char *)arg, id);
}

static enum hf_code
do_table(struct app *app, struct hf_err *e)
{
	struct hf_json *rows = parse(
	    "[{\"name\": \"incident/a\", \"n\": 7, \"seen_at\": \"2026-11-20T22:41:03Z\", \"owner\": \"01J\", \"title\": \"T\"},"
	    "{\"name\": \"x\", \"n\": 123, \"title\": \"a\\nb \\u6f22\", \"none\": []}]");

	(void)e;
	out_refs(app->out, ref, (char[]){ "to:" });
	out_table(app->out, rows, columns);
	hf_json_free(rows);
	return HF_OK;
}

static enum hf_code
do_any_table(struct app *app, struct hf_err *e)
{
	struct hf_json *rows = parse("[{\"b_c\": 1, \"a\": true}, {\"a\": [\"x\", \"y\"], \"z\": null}]");

	(void)e;
	out_table(app->out, rows, NULL);
	hf_json_free(rows);
	return HF_OK;
}

static enum hf_code
do_empty_table(struct app *app, struct hf_err *e)
{
	struct hf_json *rows = hf_json_array();

	(void)e;
	out_table(app->out, rows, columns);
	hf_json_free(rows);
	return HF_OK;
}

static enum hf_code
do_fields(struct app *app, struct hf_err *e)
{
	struct hf_json *j = parse("{\"commits\": 3, \"some_more\": \"one\\ntwo\", \"sealed\": 0}");

	(void)e;
	out_fields(app->out, j, NULL);
	hf_json_free(j);
	return HF_OK;
}

static enum hf_code
do_record(struct app *app, struct hf_err *e)
{
	struct hf_json *j = parse(
	    "{\"kind\": \"account\", \"id\": \"01J\", \"register\": \"R\", \"version\": 2, \"state\": \"live\", \"handle\": \"agency\","
	    "\"provider\": \"x\", \"owner\": \"01P\"}");

	(void)e;
	out_refs(app->out, ref, (char[]){ "@" });
	out_record(app->out, j);
	hf_json_free(j);
	return HF_OK;
}

static enum hf_code
do_said(struct app *app, struct hf_err *e)
{
	struct hf_json *j = parse("{\"id\": \"01J\"}");

	(void)e;
	out_said(app->out, j, "added %s", "x:agency");
	out_note(app->out, "a note");
	out_warn(app->out, "a warning");
	hf_json_free(j);
	return HF_OK;
}

static void
render(struct out *o, const struct hf_json *data, void *arg)
{
	put_heading(o, "%s", (const char *)arg);
	put_para(o, 2, "some words of a paragraph that is longer than eighty columns, so that it has to be wrapped somewhere here");
	put_heading(o, "Again");
	put_bar(o, 1, 2, 4);
	put(o, OUT_BAD, " late %d", 3);
	put_line(o, OUT_PLAIN, ".");
	put_fields(o, data, NULL);
}

static enum hf_code
do_view(struct app *app, struct hf_err *e)
{
	struct hf_json *j = parse("{\"run\": \"01R\"}");

	(void)e;
	out_view(app->out, j, render, (char[]){ "Run" });
	hf_json_free(j);
	return HF_OK;
}

static enum hf_code
do_document(struct app *app, struct hf_err *e)
{
	(void)e;
	out_document(app->out, "report", "# A\n\tb\n", 7);
	return HF_OK;
}

static enum hf_code
do_bytes(struct app *app, struct hf_err *e)
{
	return out_bytes(app->out, "\0\033\xff", 3, e);
}

static enum hf_code
do_nothing(struct app *app, struct hf_err *e)
{
	(void)app;
	(void)e;
	return HF_OK;
}

static enum hf_code
do_fail(struct app *app, struct hf_err *e)
{
	out_note(app->out, "before");
	put_line(app->out, OUT_PLAIN, "half");
	hf_fail(e, HF_NOTFOUND, "x:agncy: no such record");
	return hf_hint(e, "holdfast find agency");
}

static enum hf_code
do_fail_after_data(struct app *app, struct hf_err *e)
{
	do_said(app, e);
	return hf_fail(e, HF_WRITE, "disk: full");
}

static enum hf_code
do_unsure(struct app *app, struct hf_err *e)
{
	do_said(app, e);
	return hf_fail(e, HF_UNSURE, "disk: gone");
}

static enum hf_code
do_findings(struct app *app, struct hf_err *e)
{
	(void)e;
	do_any_table(app, e);
	return HF_NO;
}

static enum hf_code
do_findings_said(struct app *app, struct hf_err *e)
{
	do_any_table(app, e);
	return hf_fail(e, HF_NO, "register: 2 problems");
}

static enum hf_code
do_no(struct app *app, struct hf_err *e)
{
	(void)app;
	return hf_fail(e, HF_NO, "gate: closed");
}

static enum hf_code
do_odd_bytes(struct app *app, struct hf_err *e)
{
	(void)app;
	hf_fail(e, HF_BAD, "\xff\033[2J: bad\n");
	return hf_hint(e, "\xc2\x9b");
}

static enum hf_code
do_odd_data(struct app *app, struct hf_err *e)
{
	struct hf_json *j = parse("{\"a\": \"\\u001b[2J\\u007f\\u009b \\u202e\\u200b \\udb40\\udc41 \\u00eb \\\\u009b\"}");

	(void)e;
	out_fields(app->out, j, NULL);
	hf_json_free(j);
	return HF_OK;
}

static const struct {
	act        *fn;
	bool        json, quiet;
	int         status;
	const char *out, *err;
} faces[] = {
	{ do_table, false, false, 0,
	    "BOOK          N  SEEN AT           OWNER   TITLE\n"
	    "incident/a    7  2026-11-20 22:41  to:01J  T\n"
	    "x           123                            a b \xe6\xbc\xa2\n",
	    "" },
	{ do_any_table, false, false, 0, "B_C  A     Z\n  1  yes\n     x, y\n", "" },
	{ do_empty_table, false, false, 0, "", "" },
	{ do_fields, false, false, 0, "commits    3\nsome more  one\n           two\nsealed     0\n", "" },
	{ do_record, false, false, 0, "account @01J  01J\nprovider  x\nhandle    agency\nstate     live\nowner     @01P\n", "" },
	{ do_said, false, false, 0, "added x:agency\n", "a note\nholdfast: warning: a warning\n" },
	{ do_said, false, true, 0, "added x:agency\n", "holdfast: warning: a warning\n" },
	{ do_view, false, false, 0,
	    "Run\n  some words of a paragraph that is longer than eighty columns, so that it has\n  to be wrapped somewhere here\n\nAgain\n"
	    "##-- late 3.\nrun  01R\n",
	    "" },
	{ do_document, false, false, 0, "# A\n\tb\n", "" },
	{ do_nothing, false, false, 0, "", "" },
	{ do_fail, false, false, 65, "half\n", "before\nholdfast: x:agncy: no such record\n  holdfast find agency\n" },
	{ do_fail_after_data, false, true, 74, "added x:agency\n", "holdfast: warning: a warning\nholdfast: disk: full\n" },
	{ do_findings, false, false, 1, "B_C  A     Z\n  1  yes\n     x, y\n", "" },
	{ do_findings_said, false, false, 1, "B_C  A     Z\n  1  yes\n     x, y\n", "holdfast: register: 2 problems\n" },
	{ do_no, false, false, 1, "", "holdfast: gate: closed\n" },
	{ do_odd_bytes, false, false, 65, "", "holdfast: \\xff\\x1b[2J: bad\\x0a\n  \\u{9b}\n" },

	{ do_any_table, true, false, 0, "{\"data\":[{\"a\":true,\"b_c\":1},{\"a\":[\"x\",\"y\"],\"z\":null}],\"format\":1}", "" },
	{ do_empty_table, true, false, 0, "{\"data\":[],\"format\":1}", "" },
	{ do_said, true, false, 0, "{\"data\":{\"id\":\"01J\"},\"format\":1}", "a note\nholdfast: warning: a warning\n" },
	{ do_view, true, false, 0, "{\"data\":{\"run\":\"01R\"},\"format\":1}", "" },
	{ do_document, true, false, 0, "{\"data\":{\"report\":\"# A\\n\\tb\\n\"},\"format\":1}", "" },
	{ do_nothing, true, false, 0, "{\"data\":null,\"format\":1}", "" },
	{ do_fail, true, false, 65,
	    "{\"error\":{\"code\":65,\"hint\":\"holdfast find agency\",\"message\":\"x:agncy: no such record\"},\"format\":1}",
	    "before\n" },
	{ do_fail_after_data, true, true, 74, "{\"error\":{\"code\":74,\"hint\":\"\",\"message\":\"disk: full\"},\"format\":1}",
	    "holdfast: warning: a warning\n" },
	{ do_unsure, true, true, 76,
	    "{\"data\":{\"id\":\"01J\"},\"error\":{\"code\":76,\"hint\":\"\",\"message\":\"disk: gone\"},\"format\":1}",
	    "holdfast: warning: a warning\n" },
	{ do_findings, true, false, 1, "{\"data\":[{\"a\":true,\"b_c\":1},{\"a\":[\"x\",\"y\"],\"z\":null}],\"format\":1}", "" },
	{ do_findings_said, true, false, 1, "{\"data\":[{\"a\":true,\"b_c\":1},{\"a\":[\"x\",\"y\"],\"z\":null}],\"format\":1}",
	    "holdfast: register: 2 problems\n" },
	{ do_no, true, false, 1, "{\"error\":{\"code\":1,\"hint\":\"\",\"message\":\"gate: closed\"},\"format\":1}", "" },
	{ do_bytes, true, false, 2,
	    "{\"error\":{\"code\":2,\"hint\":\"\",\"message\":\"--json: these are the bytes of a file, not data\"},\"format\":1}",
	    "" },
};

/* JSON is compared as what it says, whatever its layout. */
static void
same_json(const struct hf_buf *got, const char *want)
{
	struct hf_json *a, *b = parse(want);

	ck_ok(hf_json_parse(&a, got->data, got->len, &e));
	ck_assert_msg(hf_json_equal(a, b), "%s is not %s", got->data, want);
	ck_assert_int_eq(got->data[got->len - 1], '\n');
	hf_json_free(a);
	hf_json_free(b);
}

START_TEST(a_face)
{
	struct shown s = show_with(faces[_i].fn, faces[_i].json, faces[_i].quiet);

	if (faces[_i].json)
		same_json(&s.out, faces[_i].out);
	else
		ck_assert_str_eq(hf_buf_str(&s.out), faces[_i].out);
	ck_assert_str_eq(hf_buf_str(&s.err), faces[_i].err);
	ck_assert_int_eq(s.status, faces[_i].status);
	forget(&s);
}
END_TEST

START_TEST(bytes_are_exact)
{
	struct shown s = show_with(do_bytes, false, false);

	ck_assert_uint_eq(s.out.len, 3);
	ck_assert_mem_eq(s.out.data, "\0\033\xff", 3);
	forget(&s);
}
END_TEST

/* A terminal obeys nothing in a JSON document either, and the document still says the same. */
START_TEST(json_is_harmless_and_true)
{
	struct shown    s = show_with(do_odd_data, true, false);
	struct hf_json *j;
	const char     *a;

	ck_assert(hf_text_is_clean(s.out.data, s.out.len, true));
	ck_ok(hf_json_parse(&j, s.out.data, s.out.len, &e));
	a = hf_json_get_str(hf_json_get(j, "data"), "a");
	ck_assert_str_eq(a, "\033[2J\177\xc2\x9b \xe2\x80\xae\xe2\x80\x8b \xf3\xa0\x81\x81 \xc3\xab \\u009b");
	ck_assert_ptr_nonnull(strstr(s.out.data, "\xc3\xab")); /* what is harmless stays readable */
	hf_json_free(j);
	forget(&s);
	s = show_with(do_odd_bytes, true, false);
	ck_assert(hf_text_is_clean(s.out.data, s.out.len, true));
	ck_ok(hf_json_parse(&j, s.out.data, s.out.len, &e));
	hf_json_free(j);
	forget(&s);
}
END_TEST

/* ---- where it goes ---- */

static enum hf_code
do_much(struct app *app, struct hf_err *e)
{
	int i;

	(void)e;
	for (i = 0; i < 20000; i++)
		put_line(app->out, OUT_PLAIN, "line %d of many", i);
	return HF_OK;
}

static const struct {
	const char *path;
	act        *fn;
	bool        json;
	int         status;
} sinks[] = {
	{ "/dev/full", do_said, false, 74 },
	{ "/dev/full", do_said, true, 74 },
	{ "/dev/full", do_much, false, 74 },
	{ "/dev/full", do_fail, true, 65 },
	{ "/dev/full", do_nothing, false, 0 },
	{ "/dev/full", do_findings, false, 74 },
	{ "/dev/null", do_much, false, 0 },
};

START_TEST(a_lost_write_is_noticed)
{
	struct hf_buf b = HF_BUF_INIT;
	FILE         *err = tmpfile();
	int           out = open(sinks[_i].path, O_WRONLY), status;
	pid_t         pid;

	if ((pid = fork()) == 0)
		in_child(sinks[_i].fn, out, fileno(err), sinks[_i].json, true);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(WEXITSTATUS(status), sinks[_i].status);
	rewind(err);
	ck_ok(hf_fs_read_fd(&b, fileno(err), "err", 1 << 20, &e));
	ck_assert((strstr(hf_buf_str(&b), "standard output: No space left") != NULL) ==
	    (sinks[_i].status == 74 || sinks[_i].fn == do_fail));
	hf_buf_clear(&b);
	fclose(err);
	close(out);
}
END_TEST

/* holdfast … | head -1 */
START_TEST(a_reader_that_leaves_is_no_error)
{
	struct hf_buf b = HF_BUF_INIT;
	FILE         *err = tmpfile();
	int           fds[2], status;
	char          first[8];
	pid_t         pid;

	ck_assert_int_eq(pipe(fds), 0);
	if ((pid = fork()) == 0) {
		close(fds[0]);
		in_child(do_much, fds[1], fileno(err), false, false);
	}
	close(fds[1]);
	ck_assert_int_gt((int)read(fds[0], first, sizeof(first)), 0);
	close(fds[0]);
	waitpid(pid, &status, 0);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	rewind(err);
	ck_ok(hf_fs_read_fd(&b, fileno(err), "err", 1 << 20, &e));
	ck_assert_str_eq(hf_buf_str(&b), "");
	hf_buf_clear(&b);
	fclose(err);
}
END_TEST

/* ---- where things are ---- */

static const struct {
	const char *home, *data, *env, *option, *path;
} places[] = {
	{ "/h", NULL, NULL, NULL, "/h/.local/share/holdfast/default.git" },
	{ "/h", "/d", NULL, NULL, "/d/holdfast/default.git" },
	{ "/h", "relative", NULL, NULL, "/h/.local/share/holdfast/default.git" },
	{ "/h", "", NULL, NULL, "/h/.local/share/holdfast/default.git" },
	{ "/h", NULL, "team", NULL, "/h/.local/share/holdfast/team.git" },
	{ "/h", NULL, "/r/x.git", NULL, "/r/x.git" },
	{ "/h", NULL, "team", "other", "/h/.local/share/holdfast/other.git" },
	{ "/h", NULL, "team", "./here", "./here" },
	{ "/h", NULL, NULL, "..", ".." },
	{ NULL, "/d", NULL, NULL, "/d/holdfast/default.git" },
	{ NULL, NULL, NULL, NULL, NULL },
	{ "relative", NULL, NULL, NULL, NULL },
	{ NULL, NULL, "/r/x.git", NULL, "/r/x.git" },
};

static void
put_env(const char *name, const char *value)
{
	if (value == NULL)
		unsetenv(name);
	else
		setenv(name, value, 1);
}

START_TEST(the_register_is_found)
{
	struct app   app = { .no_input = false };
	char         option[64];
	char        *argv[] = { option };
	struct args *a;

	put_env("HOME", places[_i].home);
	put_env("XDG_DATA_HOME", places[_i].data);
	put_env("HOLDFAST_REGISTER", places[_i].env);
	snprintf(option, sizeof(option), "--register=%s", places[_i].option == NULL ? "" : places[_i].option);
	ck_ok(opt_parse(&a, NULL, NULL, places[_i].option == NULL ? 0 : 1, argv, &e));
	ck_ok(app_init(&app, a, &e));
	ck_assert_pstr_eq(app.register_path, places[_i].path);
	if (places[_i].path == NULL)
		ck_fails(HF_SYSTEM, "HOME", app_paths(&app, &e));
	app_clear(&app);
	opt_free(a);
}
END_TEST

START_TEST(books_and_folders_are_found)
{
	struct app app = { .no_input = false };

	put_env("HOME", "/h");
	put_env("XDG_STATE_HOME", "/s");
	put_env("XDG_CACHE_HOME", "c");
	put_env("HOLDFAST_BOOKS", ":/a::/b:");
	put_env("HOLDFAST_KEY", "");
	put_env("GNUPGHOME", "/g");
	ck_ok(app_init(&app, NULL, &e));
	ck_ok(app_paths(&app, &e));
	ck_assert_str_eq(app.state_dir, "/s/holdfast");
	ck_assert_str_eq(app.cache_dir, "/h/.cache/holdfast");
	ck_assert_str_eq(app.user_home, "/g");
	ck_assert_ptr_null(app.key);
	ck_assert_uint_eq(app.n_book_dirs, 3);
	ck_assert_str_eq(app.book_dirs[0], "/a");
	ck_assert_str_eq(app.book_dirs[1], "/b");
	ck_assert_ptr_null(app.book_dirs[3]);
	app_clear(&app);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("out");
	TCase *tc = tcase_create("out");

	tcase_add_loop_test(tc, a_face, 0, N_OF(faces));
	tcase_add_test(tc, bytes_are_exact);
	tcase_add_test(tc, json_is_harmless_and_true);
	tcase_add_loop_test(tc, a_lost_write_is_noticed, 0, N_OF(sinks));
	tcase_add_test(tc, a_reader_that_leaves_is_no_error);
	tcase_add_loop_test(tc, the_register_is_found, 0, N_OF(places));
	tcase_add_test(tc, books_and_folders_are_found);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
