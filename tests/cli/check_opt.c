#include <signal.h>
#include <stdio.h>

#include "../../src/cli/opt.h"
#include "test.h"

static const struct opt options[] = {
	{ 0, "note", "TEXT", "what was seen", 0 },
	{ 'o', "output", "FILE", "where to", 0 },
	{ 'n', "dry-run", NULL, "change nothing", 0 },
	{ 'f', "force", NULL, "do not ask", 0 },
	{ 0, "map", "COLUMN=FIELD", "which column is which field", OPT_MANY },
	{ 0, "format", "md|text|html", "how it is written", 0 },
	{ 0, "secret-hook", NULL, "for tests", OPT_HIDDEN },
	OPT_END,
};

/* Parse words, which are separated by blanks ("_" stands for an empty one). */
static struct args *
parse(const char *operands, const char *line, struct hf_err *e)
{
	static char  copy[256];
	char        *argv[16], *save, *w;
	struct args *a;
	int          argc = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	for (w = strtok_r(copy, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save)) {
		if (strcmp(w, "_") == 0)
			*w = '\0';
		argv[argc++] = w;
	}
	opt_parse(&a, options, operands, argc, argv, e);
	return a;
}

static struct args *
parsed(const char *operands, const char *line)
{
	struct hf_err e = HF_ERR_INIT;
	struct args  *a = parse(operands, line, &e);

	ck_assert_msg(a != NULL, "%s: %s", line, e.msg);
	return a;
}

/* ---- what is taken ---- */

static const struct {
	const char *line, *note, *output;
	bool        dry, force, json;
	const char *words; /* joined by one blank */
} good[] = {
	{ "a", NULL, NULL, false, false, false, "a" },
	{ "--note x a", "x", NULL, false, false, false, "a" },
	{ "a --note x", "x", NULL, false, false, false, "a" },
	{ "a b --note=x c", "x", NULL, false, false, false, "a b c" },
	{ "--note= a", "", NULL, false, false, false, "a" },
	{ "--note=a=b c", "a=b", NULL, false, false, false, "c" },
	{ "--note _ a", "", NULL, false, false, false, "a" },
	{ "--note --json a", "--json", NULL, false, false, false, "a" },
	{ "--note -- a", "--", NULL, false, false, false, "a" },
	{ "-o f a", NULL, "f", false, false, false, "a" },
	{ "-of a", NULL, "f", false, false, false, "a" },
	{ "-o - a", NULL, "-", false, false, false, "a" },
	{ "-nf a", NULL, NULL, true, true, false, "a" },
	{ "-nfof a", NULL, "f", true, true, false, "a" },
	{ "-nofoo a", NULL, "foo", true, false, false, "a" },
	{ "-n a --force -n", NULL, NULL, true, true, false, "a" },
	{ "a --json", NULL, NULL, false, false, true, "a" },
	{ "--json a --dry-run", NULL, NULL, true, false, true, "a" },
	{ "- a", NULL, NULL, false, false, false, "- a" },
	{ "-- --note -n", NULL, NULL, false, false, false, "--note -n" },
	{ "a -- -- b", NULL, NULL, false, false, false, "a -- b" },
	{ "x+=1 y-=2", NULL, NULL, false, false, false, "x+=1 y-=2" },
	{ "_ a", NULL, NULL, false, false, false, " a" },
	{ "--secret-hook a", NULL, NULL, false, false, false, "a" },
};

START_TEST(a_line_is_understood)
{
	struct args       *a = parsed("WORD...", good[_i].line);
	const char *const *w;
	char               joined[64] = "";
	size_t             n, i;

	ck_assert_pstr_eq(opt_str(a, "note"), good[_i].note);
	ck_assert_pstr_eq(opt_str(a, "output"), good[_i].output);
	ck_assert_int_eq(opt_flag(a, "dry-run"), good[_i].dry);
	ck_assert_int_eq(opt_flag(a, "force"), good[_i].force);
	ck_assert_int_eq(opt_flag(a, "json"), good[_i].json);
	w = opt_words(a, "WORD", &n);
	for (i = 0; i < n; i++) {
		strcat(joined, i > 0 ? " " : "");
		strcat(joined, w[i]);
	}
	ck_assert_str_eq(joined, good[_i].words);
	opt_free(a);
}
END_TEST

/* ---- what is not ---- */

static const struct {
	const char *operands, *line, *words, *hint;
} bad[] = {
	{ "WORD...", "--nothing a", "--nothing: unknown option", "" },
	{ "WORD...", "--nots a", "--nots: unknown option", "did you mean --note?" },
	{ "WORD...", "--dryrun a", "--dryrun: unknown option", "did you mean --dry-run?" },
	{ "WORD...", "--jso a", "--jso: unknown option", "did you mean --json?" },
	{ "WORD...", "--forc a", "--forc: unknown option", "did you mean --force?" }, /* no abbreviations */
	{ "WORD...", "--secret-hoo a", "--secret-hoo: unknown option", "" },
	{ "WORD...", "-x a", "-x: unknown option", "" },
	{ "WORD...", "-nx a", "-x: unknown option", "" },
	{ "WORD...", "--note=x --nots=y a", "--nots: unknown option", "did you mean --note?" },
	{ "WORD...", "a --note", "--note: the value is missing", "--note TEXT" },
	{ "WORD...", "a -o", "--output: the value is missing", "--output FILE" },
	{ "WORD...", "--force=yes a", "--force: takes no value", "" },
	{ "WORD...", "--note a --note b c", "--note: given twice", "" },
	{ "WORD...", "--format pdf a", "--format: 'pdf' is not one of md|text|html", "" },
	{ "WORD...", "--format htm a", "--format: 'htm' is not one of md|text|html", "did you mean html?" },
	{ "WORD...", "--format _ a", "--format: '' is not one of", "" },
	{ "WORD...", "--format md|text a", "--format: 'md|text' is not one of", "" },
	{ "WORD...", "--color sometimes a", "--color: 'sometimes' is not one of auto|always|never", "" },
	{ "WORD...", "", "WORD is missing", "" },
	{ "RUN STEP", "a", "STEP is missing", "" },
	{ "RUN STEP", "a b c", "'c': one operand too many", "" },
	{ "RUN [STEP]", "a b c", "'c': one operand too many", "" },
	{ NULL, "a", "'a': one operand too many", "" },
	{ "bash|zsh|fish", "tcl", "'tcl' is not one of bash|zsh|fish", "" },
	{ "bash|zsh|fish", "bas", "'bas' is not one of bash|zsh|fish", "did you mean bash?" },
};

START_TEST(a_wrong_line_is_named)
{
	struct hf_err e = HF_ERR_INIT;
	struct args  *a = parse(bad[_i].operands, bad[_i].line, &e);

	ck_assert_ptr_null(a);
	ck_assert_int_eq(e.code, HF_USAGE);
	ck_assert_msg(strstr(e.msg, bad[_i].words) != NULL, "%s: %s", bad[_i].line, e.msg);
	if (bad[_i].hint[0] != '\0')
		ck_assert_str_eq(e.hint, bad[_i].hint);
}
END_TEST

START_TEST(help_misses_nothing)
{
	struct args *a = parsed("RUN STEP", "--help");

	ck_assert(opt_flag(a, "help"));
	ck_assert_ptr_null(opt_word(a, "RUN"));
	ck_assert_ptr_null(opt_word(a, "STEP"));
	opt_free(a);
	a = parsed("RUN STEP", "one -h");
	ck_assert(opt_flag(a, "help"));
	ck_assert_str_eq(opt_word(a, "RUN"), "one");
	opt_free(a);
}
END_TEST

START_TEST(required_is_required)
{
	static const struct opt required[] = { { 0, "why", "TEXT", "the reason", OPT_REQUIRED }, OPT_END };
	char                   *argv[] = { (char[]){ "--why=x" }, (char[]){ "a" } };
	struct args            *a;

	ck_fails(HF_USAGE, "--why is missing", opt_parse(&a, required, "RUN", 1, argv + 1, &e));
	ck_assert_ptr_null(a);
	ck_ok(opt_parse(&a, required, "RUN", 2, argv, &e));
	ck_assert_str_eq(opt_str(a, "why"), "x");
	opt_free(a);
}
END_TEST

/* ---- values ---- */

START_TEST(many_keep_their_order)
{
	struct args       *a = parsed("WORD...", "--map a=1 --note x w --map=b=2 -n --map c=3");
	const char *const *list;
	size_t             n;

	list = opt_list(a, "map", &n);
	ck_assert_uint_eq(n, 3);
	ck_assert_str_eq(list[0], "a=1");
	ck_assert_str_eq(list[1], "b=2");
	ck_assert_str_eq(list[2], "c=3");
	ck_assert_str_eq(opt_str(a, "note"), "x");
	ck_assert(opt_flag(a, "dry-run"));
	opt_free(a);
	a = parsed("WORD...", "w");
	opt_list(a, "map", &n);
	ck_assert_uint_eq(n, 0);
	ck_assert_str_eq(opt_str_or(a, "note", "none"), "none");
	opt_free(a);
}
END_TEST

static const struct {
	const char *typed;
	bool        ok;
	int         n;
} numbers[] = {
	{ "1", true, 1 },
	{ "30", true, 30 },
	{ "365", true, 365 },
	{ "0", false, 0 },
	{ "366", false, 0 },
	{ "-1", false, 0 },
	{ "_", false, 0 },
	{ "3x", false, 0 },
	{ "+3", true, 3 },
	{ "99999999999999999999", false, 0 },
	{ "0x10", false, 0 },
};

START_TEST(a_number_is_whole_and_within)
{
	char          line[64];
	struct args  *a;
	struct hf_err why = HF_ERR_INIT;
	int           n;

	snprintf(line, sizeof(line), "w --note %s", numbers[_i].typed);
	a = parsed("WORD", line);
	ck_assert_int_eq(opt_int(&n, a, "note", 7, 1, 365, &why) == HF_OK, numbers[_i].ok);
	if (numbers[_i].ok)
		ck_assert_int_eq(n, numbers[_i].n);
	else
		ck_assert_int_eq(why.code, HF_USAGE);
	opt_free(a);
	a = parsed("WORD", "w");
	ck_ok(opt_int(&n, a, "note", 7, 1, 365, &e));
	ck_assert_int_eq(n, 7);
	opt_free(a);
}
END_TEST

START_TEST(operands_have_names)
{
	struct args       *a = parsed("RUN|REF [TEMPLATE]", "x:agency");
	const char *const *files;
	size_t             n;

	ck_assert_str_eq(opt_word(a, "RUN|REF"), "x:agency");
	ck_assert_ptr_null(opt_word(a, "TEMPLATE"));
	opt_free(a);
	a = parsed("REF [FILE...]", "x:agency one two");
	ck_assert_str_eq(opt_word(a, "REF"), "x:agency");
	files = opt_words(a, "FILE", &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(files[1], "two");
	opt_free(a);
	a = parsed("REF [FILE...]", "x:agency");
	opt_words(a, "FILE", &n);
	ck_assert_uint_eq(n, 0);
	opt_free(a);
}
END_TEST

START_TEST(asking_for_what_is_in_no_table_aborts)
{
	struct args *a = parsed("RUN", "x");

	if (_i == 0)
		opt_str(a, "nots");
	else
		opt_word(a, "STEP");
}
END_TEST

/* ---- the words around ---- */

START_TEST(usage_is_made_from_the_table)
{
	char *s = opt_usage(options, "RUN [STEP]");

	ck_assert_str_eq(
	    s, "[--note TEXT] [--output FILE] [--dry-run] [--force] [--map COLUMN=FIELD]... [--format md|text|html] RUN [STEP]");
	free(s);
	s = opt_usage(NULL, NULL);
	ck_assert_str_eq(s, "");
	free(s);
	s = opt_usage(options, NULL);
	ck_assert_int_eq(s[strlen(s) - 1], ']');
	free(s);
}
END_TEST

static const struct {
	const char *line;
	size_t      n;
	const char *first, *second;
} heads[] = {
	{ "", 0, NULL, NULL },
	{ "show", 1, "show", NULL },
	{ "run done a b", 2, "run", "done" },
	{ "--json run done", 2, "run", "done" },
	{ "--register show run done", 2, "run", "done" },
	{ "--register=show run --quiet done", 2, "run", "done" },
	{ "-q run", 1, "run", NULL },
	{ "run --at done", 1, "run", NULL },
	{ "--nonsense run", 0, NULL, NULL },
	{ "-- run", 0, NULL, NULL },
	{ "--register", 0, NULL, NULL },
	{ "- run", 2, "-", "run" },
};

START_TEST(the_command_is_found)
{
	char        copy[64], *argv[8], *save, *w;
	const char *words[2] = { NULL, NULL };
	int         argc = 0, at[2];

	snprintf(copy, sizeof(copy), "%s", heads[_i].line);
	for (w = strtok_r(copy, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	ck_assert_uint_eq(opt_first_words(words, at, argc, argv), heads[_i].n);
	ck_assert_pstr_eq(words[0], heads[_i].first);
	ck_assert_pstr_eq(words[1], heads[_i].second);
	if (heads[_i].n > 1)
		ck_assert_ptr_eq(argv[at[1]], words[1]);
}
END_TEST

START_TEST(global_options_are_found_in_a_wrong_line)
{
	char        *argv[] = { (char[]){ "sohw" }, (char[]){ "--bad" }, (char[]){ "--json" }, (char[]){ "--register" },
		       (char[]){ "demo" }, (char[]){ "--color=never" }, (char[]){ "--" }, (char[]){ "--quiet" } };
	struct args *a = opt_parse_global(8, argv);

	ck_assert(opt_flag(a, "json"));
	ck_assert_str_eq(opt_str(a, "register"), "demo");
	ck_assert_str_eq(opt_str(a, "color"), "never");
	ck_assert(!opt_flag(a, "quiet"));
	opt_free(a);
	a = opt_parse_global(4, argv);
	ck_assert_ptr_null(opt_str(a, "register"));
	opt_free(a);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("opt");
	TCase *tc = tcase_create("opt");

	tcase_add_loop_test(tc, a_line_is_understood, 0, N_OF(good));
	tcase_add_loop_test(tc, a_wrong_line_is_named, 0, N_OF(bad));
	tcase_add_test(tc, help_misses_nothing);
	tcase_add_test(tc, required_is_required);
	tcase_add_test(tc, many_keep_their_order);
	tcase_add_loop_test(tc, a_number_is_whole_and_within, 0, N_OF(numbers));
	tcase_add_test(tc, operands_have_names);
	tcase_add_loop_test_raise_signal(tc, asking_for_what_is_in_no_table_aborts, SIGABRT, 0, 2);
	tcase_add_test(tc, usage_is_made_from_the_table);
	tcase_add_loop_test(tc, the_command_is_found, 0, N_OF(heads));
	tcase_add_test(tc, global_options_are_found_in_a_wrong_line);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
