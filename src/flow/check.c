#include "holdfast/check.h"

#include <stdlib.h>
#include <string.h>

#include "check_impl.h"
#include "holdfast/id.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

/* ---- which rules ---- */

static bool
wanted(const struct hf_check_opts *o, const struct hf_rule_now *rule)
{
	bool named = o->n_only == 0;

	for (size_t i = 0; !named && i < o->n_only; i++)
		named = hf_text_equal_nocase(o->only[i], rule->rule->id);
	return named && (o->profile == NULL || hf_profile_has(o->profile, rule->rule->id));
}

static enum hf_code
check_names(const struct hf_check_opts *o, struct hf_err *e)
{
	const struct hf_rule_now *ignored;
	enum hf_code              rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < o->n_only; i++)
		rc = hf_rules_find(&ignored, o->rules, o->only[i], e);
	return rc;
}

static enum hf_code
parameters(struct hf_json **out, const struct hf_check_opts *o, struct hf_err *e)
{
	char now[HF_TIME_SIZE];

	hf_time_rfc3339(now, o->now, false);
	*out = hf_json_object();
	if (hf_json_set(*out, "today", hf_json_string(o->today)) == 0 && hf_json_set(*out, "now", hf_json_string(now)) == 0)
		return HF_OK;
	hf_json_free(*out);
	*out = NULL;
	return hf_nomem(e);
}

/* ---- what a rule looks at ---- */

static enum hf_code
count_row(void *arg, struct hf_stmt *row, struct hf_err *e)
{
	(void)row;
	(void)e;
	*(size_t *)arg += 1;
	return HF_OK;
}

/* Most rules look at the same few things: those are counted once. */
static enum hf_code
look(struct asking *a, const struct hf_rule *rule, const struct hf_json *params, struct hf_err *e)
{
	struct hf_ask ask = { .sql = rule->looks_sql, .params = params };
	enum hf_code  rc;

	for (a->now_looked = 0; a->now_looked < a->n_looked; a->now_looked++)
		if (strcmp(a->looked[a->now_looked].sql, rule->looks_sql) == 0)
			return HF_OK;
	a->looked[a->n_looked].sql = rule->looks_sql;
	if ((rc = hf_db_each(NULL, a->opts->db, &ask, count_row, &a->looked[a->n_looked++].n, e)) == HF_BAD)
		hf_fail_in(e, "%s", rule->id);
	return rc;
}

/* ---- one row ---- */

/* The names of a rule's columns, with its first row: there may be thousands. */
static void
name_columns(struct asking *a, struct hf_stmt *row)
{
	a->n_columns = hf_stmt_cols(row);
	for (int i = 0; i < a->n_columns && i < NAMED_COLUMNS; i++) {
		a->names[i].text = hf_stmt_name(row, i);
		a->names[i].len = strlen(a->names[i].text);
	}
}

static const char *
column(const struct asking *a, struct hf_stmt *row, const char *name, size_t len)
{
	for (int i = 0; i < a->n_columns; i++) {
		const char *is = i < NAMED_COLUMNS ? a->names[i].text : hf_stmt_name(row, i);

		if ((i < NAMED_COLUMNS ? a->names[i].len : strlen(is)) == len && memcmp(is, name, len) == 0)
			return hf_stmt_col(row, i);
	}
	return NULL;
}

/* In a command a value of several words is one word. */
static void
add_value(struct hf_buf *b, const char *value, bool command)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:@+/=-,";

	if (!command || (value[0] != '\0' && value[strspn(value, plain)] == '\0')) {
		hf_buf_adds(b, value);
		return;
	}
	hf_buf_addc(b, '\'');
	for (; *value != '\0'; value++)
		if (*value == '\'')
			hf_buf_adds(b, "'\\''");
		else
			hf_buf_addc(b, *value);
	hf_buf_addc(b, '\'');
}

/* What is empty: in a command a word of its own is left out. */
static void
add_nothing(struct hf_buf *b, const char *rest, bool command)
{
	if (!command)
		hf_buf_adds(b, "not recorded");
	else if ((*rest == ' ' || *rest == '\0') && b->len > 0 && b->data[b->len - 1] == ' ')
		hf_buf_cut(b, b->len - 1);
	else
		hf_buf_adds(b, "VALUE");
}

static size_t
fill(struct asking *a, struct hf_stmt *row, const char *text, bool command)
{
	const char *open, *close, *value;
	size_t      from = a->text.len;

	for (; (open = strchr(text, '{')) != NULL && (close = strchr(open, '}')) != NULL; text = close + 1) {
		hf_buf_add(&a->text, text, (size_t)(open - text));
		value = column(a, row, open + 1, (size_t)(close - open - 1));
		if (value == NULL && strncmp(open, "{today}", 7) == 0)
			value = a->opts->today;
		if (value == NULL)
			add_nothing(&a->text, close + 1, command);
		else
			add_value(&a->text, value, command);
	}
	hf_buf_adds(&a->text, text);
	hf_buf_addc(&a->text, '\0');
	return from;
}

static size_t
keep(struct asking *a, const char *text)
{
	size_t from = a->text.len;

	if (text == NULL)
		return 0;
	hf_buf_add(&a->text, text, strlen(text) + 1);
	return from;
}

/* Of what the rule looks at, which this row is about. */
static size_t
keep_thing(struct asking *a, struct hf_stmt *row)
{
	const char *name = a->rule->rule->looks_column;

	return keep(a, a->opts->count == HF_COUNT_NOTHING ? NULL : column(a, row, name, strlen(name)));
}

static const struct exception *
excuse(const struct asking *a, struct hf_stmt *row)
{
	for (size_t i = 0; i < a->n_exceptions; i++) {
		const struct exception *x = &a->exceptions[i];

		if (!hf_text_equal_nocase(x->rule, a->rule->rule->id))
			continue;
		for (int c = 0; c < a->n_columns; c++)
			if (hf_stmt_col(row, c) != NULL && strcmp(hf_stmt_col(row, c), x->subject) == 0)
				return x;
	}
	return NULL;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_about(const struct asking *a, struct hf_stmt *row)
{
	for (int c = 0; c < a->n_columns; c++) {
		const char *value = hf_stmt_col(row, c);

		if (value != NULL && hf_id_valid(value) &&
		    bsearch(&value, a->subjects, a->n_subjects, sizeof(*a->subjects), by_text) != NULL)
			return true;
	}
	return false;
}

static enum hf_code
take_row(void *arg, struct hf_stmt *row, struct hf_err *e)
{
	struct asking          *a = arg;
	const struct exception *x;
	struct found           *f;

	if (a->n_columns == 0)
		name_columns(a, row);
	if (a->opts->subject != NULL && !is_about(a, row))
		return HF_OK;
	x = excuse(a, row);
	if ((f = asking_add(a)) == NULL)
		return hf_nomem(e);
	*f = (struct found){ .exception = x, .thing = keep_thing(a, row) };
	if (x != NULL || a->opts->words == 0 || a->n_words < a->opts->words) {
		a->n_words += x == NULL;
		f->record = keep(a, column(a, row, "record", 6));
		f->ref = keep(a, column(a, row, "ref", 3));
		f->found = fill(a, row, a->rule->rule->finds, false);
	}
	if (x == NULL && !a->has_fix) {
		a->has_fix = true;
		a->fix = fill(a, row, a->rule->rule->fix, true);
	}
	return hf_buf_check(&a->text, e);
}

/* ---- one rule ---- */

static enum hf_code
ask_rule(struct asking *a, const struct hf_rule_now *rule, const struct hf_json *params, struct hf_err *e)
{
	struct hf_ask ask = { .sql = rule->rule->sql, .params = params };
	size_t        from = a->n_found;
	enum hf_code  rc;

	a->now_looked = a->opts->rules->n; /* nothing was counted */
	a->rule = rule;
	a->n_columns = 0;
	a->has_fix = false;
	a->n_words = 0;
	if ((rc = hf_db_each(NULL, a->opts->db, &ask, take_row, a, e)) == HF_BAD) {
		hf_fail_in(e, "%s %s", rule->book, rule->rule->id);
		hf_hint(e, "holdfast book lint %s", rule->book);
	}
	if (rc == HF_OK && (a->opts->count == HF_COUNT_ALL || (a->opts->count == HF_COUNT_FOUND && a->n_found > from)))
		rc = look(a, rule->rule, params, e);
	return rc;
}

static enum hf_code
ask_all(struct asking *a, struct hf_err *e)
{
	const struct hf_check_opts *o = a->opts;
	struct hf_json             *params = NULL;
	enum hf_code                rc;

	if ((rc = parameters(&params, o, e)) != HF_OK)
		return rc;
	for (size_t i = 0; rc == HF_OK && i < o->rules->n; i++) {
		size_t from = a->n_found;

		hf_progress_tick(o->progress, "checking", i, o->rules->n);
		if (!wanted(o, &o->rules->list[i]))
			continue;
		if ((rc = ask_rule(a, &o->rules->list[i], params, e)) == HF_OK)
			asking_end_rule(a, from);
	}
	hf_progress_tick(o->progress, "checking", o->rules->n, o->rules->n);
	hf_json_free(params);
	return rc;
}

enum hf_code
hf_check_run(struct hf_check **out, const struct hf_check_opts *opts, struct hf_err *e)
{
	struct asking a = { .opts = opts };
	enum hf_code  rc;

	*out = NULL;
	if ((rc = check_names(opts, e)) == HF_OK && (rc = asking_begin(&a, e)) == HF_OK && (rc = ask_all(&a, e)) == HF_OK)
		rc = asking_settle(out, &a, e);
	asking_clear(&a);
	return rc;
}
