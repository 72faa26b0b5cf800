/* declare: a private account that is used for work goes into the register, and its review begins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fields.h"
#include "../provider_name.h"
#include "../ref.h"
#include "../term/prompt.h"
#include "cmd_respond.h"
#include "cmd_routine.h"

#define DECLARATION  "routine/personal-account"
#define WORKING_DAYS 20 /* to declare, and again to decide */

struct declaring {
	struct app        *app;
	const char        *person, *deadline;
	const char *const *words; /* n 0: it is asked for */
	size_t             n;
};

/* Without PERSON the fields come first: no name has an = in it. */
static const char *
named(const struct args *a)
{
	const char *word = opt_word(a, "PERSON");

	return word != NULL && strchr(word, '=') == NULL ? word : NULL;
}

/* Whose: a person, or the person of a declaration; nobody named: who types. */
static enum hf_code
declarer(char out[HF_ID_SIZE], struct app *app, const char *ref, struct hf_err *e)
{
	struct hf_json *record = NULL;
	const char     *person;
	enum hf_code    rc;

	if (ref == NULL)
		return (rc = hf_register_me(out, app->reg, e)) == HF_NOTFOUND ? hf_fail_in(e, "declare") : rc;
	if ((rc = ref_pick(out, app, "person declaration", ref, e)) != HF_OK ||
	    (rc = hf_register_get(&record, app->reg, out, e)) != HF_OK)
		return rc;
	if ((person = hf_json_get_str(record, "person")) != NULL)
		snprintf(out, HF_ID_SIZE, "%s", person);
	hf_json_free(record);
	return HF_OK;
}

/* One that waits for its decision is not declared again. */
static enum hf_code
is_new(struct declaring *d, const struct hf_json *record, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	const char     *provider = hf_json_get_str(record, "provider"), *handle = hf_json_get_str(record, "handle");
	enum hf_code    rc;

	if (provider == NULL || handle == NULL)
		return HF_OK; /* the commit says what is missing */
	rc = hf_db_prepare(&s, hf_register_db(d->app->reg),
	    "SELECT id FROM declaration WHERE person = ? AND provider = ? AND lower(ltrim(handle, '@')) = lower(ltrim(?, '@'))"
	    " AND decision IS NULL",
	    e);
	if (rc != HF_OK)
		return rc;
	hf_stmt_text(s, 1, d->person);
	hf_stmt_text(s, 2, provider);
	hf_stmt_text(s, 3, handle);
	if (hf_stmt_step(s)) {
		rc = hf_fail(e, HF_EXISTS, "declare: %.40s:%.80s is declared already, and not decided", provider, handle);
		hf_hint(e, "holdfast declare %s goes on with it", hf_stmt_col(s, 0));
	}
	return hf_stmt_end(s, rc, e);
}

/* Left before the first answer is in, nothing is declared. */
static enum hf_code
ask_fields(struct declaring *d, struct hf_batch *b, const char *id, const struct hf_kind *kind, struct hf_err *e)
{
	static const char *const fields[] = { "provider", "handle", "purpose", "devices", "mfa_state" };
	enum hf_code             rc = HF_OK;

	out_tell(d->app->out, OUT_DIM,
	    "A private account that you use for our work. Nobody is in trouble for declaring it. ? explains.");
	for (size_t i = 0; rc == HF_OK && i < sizeof(fields) / sizeof(fields[0]); i++) {
		char *typed = NULL;

		if ((rc = field_ask(&typed, d->app, kind, hf_schema_field(kind, fields[i]), NULL, e)) == HF_OK && typed[0] != '\0')
			rc = field_set(d->app, b, id, kind, fields[i], '=', typed, e);
		free(typed);
	}
	return rc;
}

static enum hf_code
fill_declaration(struct declaring *d, struct hf_batch *b, const char *id, struct hf_err *e)
{
	const struct hf_kind *kind = hf_schema_kind("declaration");
	struct hf_json       *record = NULL;
	enum hf_code          rc;

	if ((rc = hf_batch_set(b, id, "person", '=', d->person, e)) != HF_OK ||
	    (rc = hf_batch_set(b, id, "declared_on", '=', hf_register_today(d->app->reg), e)) != HF_OK ||
	    (rc = hf_batch_set(b, id, "deadline", '=', d->deadline, e)) != HF_OK)
		return rc;
	rc = d->n == 0 ? ask_fields(d, b, id, kind, e) : fields_set(d->app, b, id, kind, d->words, d->n, e);
	if (rc == HF_OK && (rc = hf_batch_get(&record, b, id, e)) == HF_OK)
		rc = is_new(d, record, e);
	hf_json_free(record);
	return rc;
}

/* The declaration itself: from the words, else from questions. */
static enum hf_code
record_declaration(struct declaring *d, struct hf_err *e)
{
	struct hf_batch *b = NULL;
	struct hf_json  *record = NULL;
	char             id[HF_ID_SIZE];
	enum hf_code     rc;

	if ((rc = hf_batch_new(&b, d->app->reg, e)) != HF_OK)
		return rc;
	if (prompt_possible(d->app))
		hf_batch_chooser(b, ref_choose, d->app);
	if ((rc = hf_batch_add(id, b, "declaration", e)) == HF_OK && (rc = fill_declaration(d, b, id, e)) == HF_OK)
		rc = app_commit(b, "record", e);
	hf_batch_free(b);
	if (rc == HF_OK && hf_register_get(&record, d->app->reg, id, NULL) == HF_OK)
		provider_note(d->app, record);
	hf_json_free(record);
	return rc;
}

/* Asked for when somebody types declare alone, and nothing of theirs is under way or waits. */
static enum hf_code
is_to_ask(bool *out, struct app *app, const struct args *a, const char *person, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	char            open[HF_ID_SIZE];
	enum hf_code    rc;

	*out = false;
	if (named(a) != NULL || !prompt_possible(app))
		return HF_OK;
	if ((rc = respond_open(open, app, DECLARATION, person, e)) != HF_OK || open[0] != '\0')
		return rc;
	if ((rc = hf_db_prepare(
		 &s, hf_register_db(app->reg), "SELECT 1 FROM declaration WHERE person = ? AND decision IS NULL", e)) != HF_OK)
		return rc;
	hf_stmt_text(s, 1, person);
	*out = !hf_stmt_step(s);
	return hf_stmt_end(s, HF_OK, e);
}

static enum hf_code
declare_day(char out[HF_DAY_SIZE], struct app *app, const char *typed, struct hf_err *e)
{
	enum hf_code rc = routine_day(out, app, typed, e);

	if (rc != HF_OK || strcmp(out, hf_register_today(app->reg)) >= 0)
		return rc;
	hf_fail(e, HF_BAD, "declare: --by %s is over: by then nobody can declare it", out);
	return hf_hint(e, "give a day from today on; without --by it is in %d working days", WORKING_DAYS);
}

enum hf_code
routine_declare(struct app *app, const struct args *a, struct hf_err *e)
{
	struct declaring d = { .app = app };
	char             id[HF_ID_SIZE], day[HF_DAY_SIZE], deadline[HF_DAY_SIZE];
	bool             ask;
	enum hf_code     rc;

	d.words = opt_words(a, named(a) != NULL ? "FIELD=VALUE" : "PERSON", &d.n);
	if ((rc = declarer(id, app, named(a), e)) != HF_OK || (rc = is_to_ask(&ask, app, a, id, e)) != HF_OK)
		return rc;
	/* What is declared now was not late: from today it is to be decided. */
	if (opt_str(a, "by") != NULL)
		rc = declare_day(day, app, opt_str(a, "by"), e);
	else if (d.n > 0 || ask)
		snprintf(day, sizeof(day), "%s", hf_register_today(app->reg));
	else
		hf_day_add_working(day, hf_register_today(app->reg), WORKING_DAYS);
	if (rc != HF_OK)
		return rc;
	hf_day_add_working(deadline, day, WORKING_DAYS);
	d.person = id;
	d.deadline = deadline;
	if ((d.n > 0 || ask) && (rc = record_declaration(&d, e)) != HF_OK)
		return rc;
	return routine_go(app, a, &(struct routine){ DECLARATION, id, "declare_by", day }, e);
}
