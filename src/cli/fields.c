#include "fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "holdfast/time.h"
#include "provider_name.h"
#include "ref.h"
#include "term/prompt.h"

#define STDIN_MAX (16u * 1024 * 1024)

enum hf_code
field_split(char **field, char *op, const char **value, const char *word, struct hf_err *e)
{
	const char *eq = strchr(word, '=');
	size_t      n = eq == NULL ? 0 : (size_t)(eq - word);

	*field = NULL;
	*op = '=';
	if (n > 1 && (word[n - 1] == '+' || word[n - 1] == '-'))
		*op = word[--n];
	if (n == 0) {
		hf_fail(e, HF_USAGE, "'%.60s': not FIELD=VALUE", word);
		return hf_hint(e, "owner=\"Jo Park\" sets, tags+=press adds to a list, tags-=press takes from it");
	}
	*value = eq + 1;
	*field = strndup(word, n);
	return *field == NULL ? hf_nomem(e) : HF_OK;
}

/* What people say for a day, as it is stored. False: not understood, and the schema says what it wants. */
static bool
as_day(char day[HF_DAY_SIZE], const struct app *app, const char *typed)
{
	return hf_day_human(day, typed, hf_register_zone(app->reg), hf_register_now(app->reg), NULL) == HF_OK;
}

enum hf_code
field_set(struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, const char *field, char op,
    const char *typed, struct hf_err *e)
{
	const struct hf_field *f;
	char                   day[HF_DAY_SIZE];
	enum hf_code           rc;

	if ((rc = hf_schema_want_field(&f, kind, field, e)) != HF_OK)
		return rc;
	if (f->type == HF_FIELD_DATE && !hf_day_valid(typed) && *typed != '\0' && as_day(day, app, typed))
		typed = day;
	return hf_batch_set(b, id, field, op, typed, e);
}

enum hf_code
fields_set(struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, const char *const *words, size_t n,
    struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		const char *value;
		char       *field, op;

		if ((rc = field_split(&field, &op, &value, words[i], e)) == HF_OK)
			rc = field_set(app, b, id, kind, field, op, value, e);
		free(field);
	}
	return rc;
}

/* ---- from standard input ---- */

static bool
is_envelope(const char *name)
{
	return strcmp(name, "id") == 0 || strcmp(name, "kind") == 0 || strcmp(name, "register") == 0 ||
	    strcmp(name, "version") == 0;
}

static enum hf_code
check_envelope(const struct hf_json *object, const char *id, const struct hf_kind *kind, struct hf_err *e)
{
	const char *said = hf_json_get_str(object, "kind");

	if (said != NULL && strcmp(said, kind->name) != 0)
		return hf_fail(e, HF_BAD, "kind: it says %s, and this is of kind %s", said, kind->name);
	said = hf_json_get_str(object, "id");
	if (said != NULL && strcmp(said, id) != 0) {
		hf_fail(e, HF_BAD, "id: %s is not the id of this record", said);
		return hf_hint(e, "a new record gets its id from holdfast; holdfast set %s - changes that one", said);
	}
	return HF_OK;
}

enum hf_code
fields_set_json(struct hf_batch *b, const char *id, const struct hf_kind *kind, const struct hf_json *object, struct hf_err *e)
{
	const struct hf_field *f;
	struct hf_json        *v;
	const char            *name;
	enum hf_code           rc;

	if (!hf_json_is(object, HF_JSON_OBJECT))
		return hf_fail(e, HF_BAD, "standard input: not an object, or an array of objects");
	if ((rc = check_envelope(object, id, kind, e)) != HF_OK)
		return rc;
	for (void *it = NULL; hf_json_next(object, &it, &name, &v);) {
		if (is_envelope(name))
			continue;
		if ((rc = hf_schema_want_field(&f, kind, name, e)) != HF_OK)
			return rc;
		if (f->flags & HF_FIELD_SET) {
			hf_fail(e, HF_BAD, "%s: set by holdfast, not by hand", name);
			return hf_hint(e, "leave it out");
		}
		if ((rc = hf_batch_set_json(b, id, name, v, e)) != HF_OK)
			return rc;
	}
	return HF_OK;
}

enum hf_code
fields_read(struct hf_json **out, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_SECRET(STDIN_MAX);
	enum hf_code  rc;

	*out = NULL;
	if ((rc = hf_fs_read_fd(&b, STDIN_FILENO, "standard input", STDIN_MAX, e)) == HF_OK &&
	    (rc = hf_json_parse(out, hf_buf_str(&b), b.len, e)) != HF_OK)
		hf_fail_in(e, "standard input");
	hf_buf_clear(&b);
	return rc;
}

/* ---- prompts ---- */

struct asking {
	struct app            *app;
	const struct hf_field *f;
};

static enum hf_code
check_one(const struct asking *a, const char *typed, struct hf_err *e)
{
	struct hf_json *v = NULL;
	char            id[HF_ID_SIZE], day[HF_DAY_SIZE];
	enum hf_code    rc;

	if (a->f->type == HF_FIELD_REF) {
		rc = hf_register_resolve(id, NULL, a->app->reg, a->f->choices, typed, e);
		return rc == HF_AMBIGUOUS ? HF_OK : rc; /* the menu comes */
	}
	if (a->f->type == HF_FIELD_DATE && as_day(day, a->app, typed))
		return HF_OK;
	rc = hf_schema_value(&v, a->f, typed, e);
	hf_json_free(v);
	return rc;
}

static enum hf_code
check(void *arg, const char *typed, struct hf_err *e)
{
	const struct asking *a = arg;
	struct hf_json      *words = NULL;
	enum hf_code         rc;

	if (!(a->f->flags & HF_FIELD_LIST))
		return check_one(a, typed, e);
	rc = hf_schema_split(&words, typed, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(words); i++)
		rc = check_one(a, hf_json_str(hf_json_at(words, i)), e);
	hf_json_free(words);
	return rc;
}

static void
complete(void *arg, const char *typed, struct words *w)
{
	const struct asking *a = arg;

	field_offer(w, a->app, a->f, typed);
}

void
field_choices(struct hf_buf *b, const struct hf_field *f)
{
	char word[64];

	if (f->type != HF_FIELD_CHOICE)
		return;
	for (size_t i = 0; hf_field_choice(f, i, word, sizeof(word)); i++)
		hf_buf_addf(b, "%s%s", i == 0 ? " (" : ", ", word);
	hf_buf_addc(b, ')');
}

/* "registered_email" → "registered email"; the choices behind it. */
static void
add_text(struct hf_buf *b, const struct hf_field *f)
{
	hf_text_name(b, f->name);
	field_choices(b, f);
}

static enum hf_code
ask_lines(char **typed, struct app *app, const struct hf_field *f, const char *text, struct hf_err *e)
{
	struct prompt q = { .text = text, .optional = true };
	struct asking a = { app, f };
	struct hf_err why;
	enum hf_code  rc;

	for (;;) {
		if ((rc = prompt_lines(typed, app, &q, e)) != HF_OK || **typed == '\0')
			return rc;
		hf_err_clear(&why);
		if (check(&a, *typed, &why) == HF_OK)
			return HF_OK;
		out_tell(app->out, OUT_BAD, "%s", why.msg);
		free(*typed);
		*typed = NULL;
	}
}

enum hf_code
field_ask(char **typed, struct app *app, const struct hf_kind *kind, const struct hf_field *f, const char *old, struct hf_err *e)
{
	struct asking a = { app, f };
	struct hf_buf text = HF_BUF_INIT, help = HF_BUF_INIT, instead = HF_BUF_INIT;
	struct prompt q = { .check = check, .complete = complete, .arg = &a };
	char          words[512];
	enum hf_code  rc;

	(void)kind;
	*typed = NULL;
	add_text(&text, f);
	hf_buf_addf(&help, "%s: %s", f->help, hf_field_words(words, sizeof(words), f));
	hf_buf_addf(&instead, "%s=VALUE", f->name);
	q.text = hf_buf_str(&text);
	q.help = hf_buf_str(&help);
	q.instead = hf_buf_str(&instead);
	q.fallback = old;
	q.optional = old == NULL && !(f->flags & HF_FIELD_REQUIRED);
	if (f->type == HF_FIELD_LINES && old == NULL && q.optional && prompt_possible(app))
		rc = ask_lines(typed, app, f, q.text, e);
	else
		rc = prompt_line(typed, app, &q, e);
	hf_buf_clear(&text);
	hf_buf_clear(&help);
	hf_buf_clear(&instead);
	return rc;
}

static enum hf_code
ask_and_set(
    struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, const struct hf_field *f, struct hf_err *e)
{
	char        *typed;
	enum hf_code rc;

	if ((rc = field_ask(&typed, app, kind, f, NULL, e)) == HF_OK && *typed != '\0')
		rc = field_set(app, b, id, kind, f->name, '=', typed, e);
	free(typed);
	return rc;
}

/* What is required first, in the order of the schema; then the rest. */
static enum hf_code
ask_round(struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, bool required, struct hf_err *e)
{
	struct hf_json *record = NULL;
	enum hf_code    rc;

	if ((rc = hf_batch_get(&record, b, id, e)) != HF_OK)
		return rc;
	for (size_t i = 0; rc == HF_OK && i < kind->n_fields; i++) {
		const struct hf_field *f = &kind->fields[i];

		if (((f->flags & HF_FIELD_REQUIRED) != 0) == required && !(f->flags & HF_FIELD_SET) &&
		    hf_json_get(record, f->name) == NULL)
			rc = ask_and_set(app, b, id, kind, f, e);
	}
	hf_json_free(record);
	return rc;
}

enum hf_code
fields_ask(struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, bool all, struct hf_err *e)
{
	enum hf_code rc;

	if (all && prompt_possible(app)) {
		out_tell(app->out, OUT_DIM, "%s: %s", kind->name, kind->help);
		out_tell(app->out, OUT_DIM, "Enter leaves a field empty, ? explains it, Tab completes.");
		out_tell(app->out, OUT_DIM, "Ctrl-D leaves out the rest. Ctrl-C leaves without adding anything.");
	}
	if ((rc = ask_round(app, b, id, kind, true, e)) != HF_OK || !all)
		return rc;
	rc = ask_round(app, b, id, kind, false, e);
	if (rc == HF_CANCELLED && app_signal() == 0) {
		hf_err_clear(e);
		rc = HF_OK;
	}
	return rc;
}

/* ---- values as text ---- */

static void
one_typed(struct hf_buf *out, struct hf_register *r, const struct hf_field *f, const struct hf_json *v)
{
	if (hf_json_is(v, HF_JSON_BOOL))
		hf_buf_adds(out, hf_json_true(v) ? "yes" : "no");
	else if (hf_json_is(v, HF_JSON_INT))
		hf_buf_addf(out, "%lld", (long long)hf_json_num(v));
	else if (f->type == HF_FIELD_REF && hf_json_str(v) != NULL)
		hf_register_ref(out, r, hf_json_str(v));
	else if (hf_json_str(v) != NULL)
		hf_buf_adds(out, hf_json_str(v));
}

void
field_typed(struct hf_buf *out, struct hf_register *r, const struct hf_field *f, const struct hf_json *value)
{
	if (!hf_json_is(value, HF_JSON_ARRAY)) {
		one_typed(out, r, f, value);
		return;
	}
	for (size_t i = 0; i < hf_json_len(value); i++) {
		struct hf_buf item = HF_BUF_INIT;

		one_typed(&item, r, f, hf_json_at(value, i));
		hf_buf_adds(out, i > 0 ? ", " : "");
		for (const char *p = hf_buf_str(&item); *p != '\0'; p++) {
			if (*p == ',')
				hf_buf_addc(out, '\\');
			hf_buf_addc(out, *p);
		}
		hf_buf_clear(&item);
	}
}

void
field_offer(struct words *w, struct app *app, const struct hf_field *f, const char *typed)
{
	if (f->type == HF_FIELD_CHOICE)
		words_add_list(w, f->choices);
	else if (f->type == HF_FIELD_BOOL)
		words_add_list(w, "yes no");
	else if (f->type == HF_FIELD_REF && app->reg != NULL)
		ref_offer(w, app->reg, f->choices, typed);
	else if (strcmp(f->name, "provider") == 0)
		provider_offer(w, app);
}
