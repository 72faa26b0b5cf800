/* add, set, remove */
#include <stdlib.h>
#include <string.h>

#include "../exception_note.h"
#include "../fields.h"
#include "../provider_name.h"
#include "../records.h"
#include "../ref.h"
#include "../term/prompt.h"
#include "cmd.h"

/* ": owner, state": the fields that are not what they were. */
static void
changed_fields(struct hf_buf *out, const struct hf_kind *kind, const struct hf_json *before, const struct hf_json *after)
{
	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct hf_json *x = hf_json_get(before, kind->fields[i].name), *y = hf_json_get(after, kind->fields[i].name);

		if ((x == NULL && y == NULL) || (x != NULL && y != NULL && hf_json_equal(x, y)))
			continue;
		hf_buf_addf(out, "%s%s", out->len == 0 ? ": " : ", ", kind->fields[i].name);
	}
}

/* What is worth a word when it is recorded. */
static void
remark(struct app *app, const struct hf_json *before, const struct hf_json *record)
{
	if (!hf_json_equal(hf_json_get(before, "provider"), hf_json_get(record, "provider")))
		provider_note(app, record);
	exception_note(app, record);
}

static void
say_record(struct app *app, const char *id, const struct hf_kind *kind, const struct hf_json *before, const struct hf_json *record)
{
	struct hf_buf ref = HF_BUF_INIT, fields = HF_BUF_INIT;
	const char   *what = "added";

	if (before != NULL) {
		changed_fields(&fields, kind, before, record);
		what = fields.len > 0 ? "changed" : "unchanged:";
	}
	hf_register_ref(&ref, app->reg, id);
	if (strcmp(hf_buf_str(&ref), id) == 0)
		out_said(app->out, record, "%s %s %s%s", what, kind->name, id, hf_buf_str(&fields));
	else
		out_said(app->out, record, "%s %s %s (%s)%s", what, kind->name, hf_buf_str(&ref), id, hf_buf_str(&fields));
	hf_buf_clear(&ref);
	hf_buf_clear(&fields);
}

/*
 * The record as it is now, and a sentence on it. What was recorded is said also when the disk may not hold it. before: NULL when it is new.
 */
static enum hf_code
say(struct app *app, enum hf_code rc, const char *id, const struct hf_kind *kind, const struct hf_json *before, struct hf_err *e)
{
	struct hf_json *record = NULL;
	struct hf_err   other = HF_ERR_INIT;

	if (rc != HF_OK && rc != HF_UNSURE)
		return rc;
	if (hf_register_get(&record, app->reg, id, rc == HF_OK ? e : &other) == HF_OK) {
		say_record(app, id, kind, before, record);
		if (rc == HF_OK)
			remark(app, before, record);
	} else if (rc == HF_OK) {
		rc = e->code;
	}
	hf_json_free(record);
	return rc;
}

static enum hf_code
open_batch(struct hf_batch **out, struct app *app, struct hf_err *e)
{
	enum hf_code rc = hf_batch_new(out, app->reg, e);

	if (rc == HF_OK && prompt_possible(app))
		hf_batch_chooser(*out, ref_choose, app);
	return rc;
}

static bool
is_dash(const char *const *words, size_t n)
{
	return n == 1 && strcmp(words[0], "-") == 0;
}

/* ---- add ---- */

static enum hf_code
add_object(char id[HF_ID_SIZE], struct hf_batch *b, const struct hf_kind *kind, const struct hf_json *object, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = hf_batch_add(id, b, kind->name, e)) != HF_OK)
		return rc;
	return fields_set_json(b, id, kind, object, e);
}

/* What commit would find, said while it is known which object it is. */
static enum hf_code
judge(struct hf_batch *b, const char *id, const struct hf_kind *kind, struct hf_err *e)
{
	struct hf_json *record = NULL;
	enum hf_code    rc;

	if ((rc = hf_batch_get(&record, b, id, e)) == HF_OK)
		rc = hf_schema_judge_record(kind, record, e);
	hf_json_free(record);
	return rc;
}

static enum hf_code
say_several(struct app *app, enum hf_code rc, const struct hf_kind *kind, const struct hf_json *ids, struct hf_err *e)
{
	struct hf_json *records = hf_json_array(), *record;
	struct hf_err   other = HF_ERR_INIT;

	if (records == NULL)
		return rc == HF_OK ? hf_nomem(e) : rc;
	for (size_t i = 0; i < hf_json_len(ids); i++)
		if (hf_register_get(&record, app->reg, hf_json_str(hf_json_at(ids, i)), &other) == HF_OK)
			hf_json_push(records, record);
	out_said(app->out, records, "added %zu records of kind %s", hf_json_len(ids), kind->name);
	hf_json_free(records);
	return rc;
}

static enum hf_code
add_several(struct app *app, struct hf_batch *b, const struct hf_kind *kind, const struct hf_json *array, struct hf_err *e)
{
	struct hf_json *ids = hf_json_array();
	char            id[HF_ID_SIZE];
	enum hf_code    rc = ids == NULL ? hf_nomem(e) : HF_OK;

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(array); i++) {
		if ((rc = add_object(id, b, kind, hf_json_at(array, i), e)) != HF_OK || (rc = judge(b, id, kind, e)) != HF_OK)
			hf_fail_in(e, "object %zu", i + 1);
		else if (hf_json_push(ids, hf_json_string(id)) != 0)
			rc = hf_nomem(e);
	}
	if (rc == HF_OK && ((rc = app_commit(b, "record", e)) == HF_OK || rc == HF_UNSURE))
		rc = say_several(app, rc, kind, ids, e);
	if (rc == HF_OK && strcmp(kind->name, "account") == 0)
		provider_notes(app);
	hf_json_free(ids);
	return rc;
}

static enum hf_code
add_read(struct app *app, struct hf_batch *b, const struct hf_kind *kind, struct hf_err *e)
{
	struct hf_json *given = NULL;
	char            id[HF_ID_SIZE];
	enum hf_code    rc;

	if ((rc = fields_read(&given, e)) != HF_OK)
		return rc;
	if (hf_json_is(given, HF_JSON_ARRAY))
		rc = add_several(app, b, kind, given, e);
	else if ((rc = add_object(id, b, kind, given, e)) == HF_OK)
		rc = say(app, app_commit(b, "record", e), id, kind, NULL, e);
	hf_json_free(given);
	return rc;
}

static enum hf_code
add(struct app *app, const struct args *a, struct hf_err *e)
{
	const struct hf_kind *kind;
	const char *const    *words;
	struct hf_batch      *b = NULL;
	char                  id[HF_ID_SIZE];
	size_t                n;
	enum hf_code          rc;

	words = opt_words(a, "FIELD=VALUE", &n);
	if ((rc = hf_schema_want_kind(&kind, opt_word(a, "KIND"), e)) != HF_OK || (rc = open_batch(&b, app, e)) != HF_OK)
		return rc;
	if (is_dash(words, n)) {
		rc = add_read(app, b, kind, e);
		goto done;
	}
	if ((rc = hf_batch_add(id, b, kind->name, e)) != HF_OK || (rc = fields_set(app, b, id, kind, words, n, e)) != HF_OK)
		goto done;
	if ((n == 0 || prompt_possible(app)) && (rc = fields_ask(app, b, id, kind, n == 0, e)) != HF_OK)
		goto done;
	rc = say(app, app_commit(b, "record", e), id, kind, NULL, e);
done:
	hf_batch_free(b);
	return rc;
}

/* ---- set ---- */

static void
complete_field(void *arg, const char *typed, struct words *w)
{
	const struct hf_kind *kind = arg;

	(void)typed;
	for (size_t i = 0; i < kind->n_fields; i++)
		if (!(kind->fields[i].flags & HF_FIELD_SET))
			words_add(w, kind->fields[i].name, kind->fields[i].help);
}

static enum hf_code
check_field(void *arg, const char *typed, struct hf_err *e)
{
	const struct hf_field *f;
	const struct hf_kind  *kind = arg;
	enum hf_code           rc;

	if ((rc = hf_schema_want_field(&f, kind, typed, e)) == HF_OK && (f->flags & HF_FIELD_SET))
		rc = hf_fail(e, HF_BAD, "%s: set by holdfast, not by hand", typed);
	return rc;
}

/* One field by its name, then its value. Nothing typed leaves it as it is. */
static enum hf_code
set_asked(struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, const char *field, struct hf_err *e)
{
	const struct hf_field *f = hf_schema_field(kind, field);
	struct hf_json        *record = NULL;
	struct hf_buf          old = HF_BUF_INIT;
	char                  *typed = NULL;
	enum hf_code           rc;

	if ((rc = hf_batch_get(&record, b, id, e)) != HF_OK)
		return rc;
	field_typed(&old, app->reg, f, hf_json_get(record, field));
	rc = field_ask(&typed, app, kind, f, old.len == 0 || strchr(old.data, '\n') != NULL ? NULL : old.data, e);
	if (rc == HF_OK && *typed != '\0' && strcmp(typed, hf_buf_str(&old)) != 0)
		rc = field_set(app, b, id, kind, field, '=', typed, e);
	free(typed);
	hf_json_free(record);
	hf_buf_clear(&old);
	return rc;
}

static enum hf_code
set_asking(struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, struct hf_err *e)
{
	struct prompt q = { .text = "Field to change (Enter: done)",
		.instead = "FIELD=VALUE",
		.optional = true,
		.check = check_field,
		.complete = complete_field,
		.arg = (void *)(uintptr_t)kind };
	char         *field;
	enum hf_code  rc;

	for (;;) {
		if ((rc = prompt_line(&field, app, &q, e)) != HF_OK || *field == '\0') {
			free(field);
			return rc;
		}
		rc = set_asked(app, b, id, kind, field, e);
		free(field);
		if (rc != HF_OK)
			return rc;
	}
}

static enum hf_code
set_read(struct hf_batch *b, const char *id, const struct hf_kind *kind, struct hf_err *e)
{
	struct hf_json *given = NULL;
	enum hf_code    rc;

	if ((rc = fields_read(&given, e)) != HF_OK)
		return rc;
	if (!hf_json_is(given, HF_JSON_ARRAY))
		rc = fields_set_json(b, id, kind, given, e);
	for (size_t i = 0; rc == HF_OK && hf_json_is(given, HF_JSON_ARRAY) && i < hf_json_len(given); i++)
		if ((rc = fields_set_json(b, id, kind, hf_json_at(given, i), e)) != HF_OK)
			hf_fail_in(e, "object %zu", i + 1);
	hf_json_free(given);
	return rc;
}

static enum hf_code
set(struct app *app, const struct args *a, struct hf_err *e)
{
	const struct hf_kind *kind;
	const char *const    *words;
	struct hf_batch      *b = NULL;
	struct hf_json       *before = NULL;
	char                  id[HF_ID_SIZE];
	size_t                n;
	enum hf_code          rc;

	words = opt_words(a, "CHANGE", &n);
	if ((rc = ref_pick(id, app, NULL, opt_word(a, "REF"), e)) != HF_OK ||
	    (rc = hf_register_get(&before, app->reg, id, e)) != HF_OK || (rc = open_batch(&b, app, e)) != HF_OK)
		goto done;
	kind = hf_schema_kind(hf_json_get_str(before, "kind"));
	if (is_dash(words, n))
		rc = set_read(b, id, kind, e);
	else
		rc = n > 0 ? fields_set(app, b, id, kind, words, n, e) : set_asking(app, b, id, kind, e);
	if (rc == HF_OK)
		rc = say(app, app_commit(b, "record", e), id, kind, before, e);
done:
	hf_json_free(before);
	hf_batch_free(b);
	return rc;
}

/* ---- remove ---- */

static enum hf_code
confirm(struct app *app, bool force, const struct hf_json *record, const char *ref, struct hf_err *e)
{
	struct hf_buf text = HF_BUF_INIT;
	enum hf_code  rc;

	hf_buf_addf(
	    &text, "%s %s will be removed. Its past stays in the history of the register.", hf_json_get_str(record, "kind"), ref);
	rc = prompt_sure(app, force, ref, hf_buf_str(&text), e);
	hf_buf_clear(&text);
	return rc;
}

static enum hf_code
remove_one(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_batch *b = NULL;
	struct hf_json  *record = NULL;
	struct hf_buf    ref = HF_BUF_INIT;
	char             id[HF_ID_SIZE];
	enum hf_code     rc;

	if ((rc = ref_pick(id, app, NULL, opt_word(a, "REF"), e)) != HF_OK ||
	    (rc = hf_register_get(&record, app->reg, id, e)) != HF_OK)
		goto done;
	hf_register_ref(&ref, app->reg, id);
	if ((rc = hf_batch_new(&b, app->reg, e)) != HF_OK || (rc = hf_batch_remove(b, id, e)) != HF_OK ||
	    (rc = hf_batch_check(b, e)) != HF_OK || (rc = confirm(app, opt_flag(a, "force"), record, hf_buf_str(&ref), e)) != HF_OK)
		goto done;
	rc = app_commit(b, "record", e);
	if (rc == HF_OK || rc == HF_UNSURE)
		out_said(app->out, record, "removed %s %s (%s)", hf_json_get_str(record, "kind"), hf_buf_str(&ref), id);
done:
	hf_json_free(record);
	hf_buf_clear(&ref);
	hf_batch_free(b);
	return rc;
}

static const struct opt remove_opts[] = {
	{ 0, "force", NULL, "do not ask", 0 },
	OPT_END,
};

extern const struct cmd record_cmds[];

const struct cmd record_cmds[] = {
	{
	    .name = "add",
	    .run = add,
	    .needs = NEED_WRITE,
	    .operands = "KIND [FIELD=VALUE...]",
	    .group = CMD_REGISTER,
	    .summary = "add a record",
	    .about =
		"With no field, every field is asked for on a terminal. With some, what is required and missing is. With a single minus sign in "
		"place of the fields, one JSON object, or an array of them, is read from standard input and recorded in one step: so personal "
		"data need not stand on the command line.\n\n"
		"A reference (owner=…) is a name, an e-mail address, a handle or an id. A list takes commas; a back slash before one keeps it. A "
		"day may be 2026-11-20, today, or in 10 days. What looks like a password, code, token or seed is refused: write where it lies. "
		"A provider that no sheet on the shelf knows is recorded, and a note says which one may be meant.\n\n"
		"holdfast help KIND lists the fields of a kind: holdfast help account. The kinds are org, unit, person, account, link, contact, "
		"grant, device, supplier, share, evidence, desk, declaration, attestation, exception and document.",
	    .examples = "holdfast add person name=\"Jo Park\" email=jo@agency.example phone=\"+44 20 7946 0001\"\n"
			"holdfast add account provider=x handle=@agency owner=\"Jo Park\" state=live\n"
			"holdfast add account\n"
			"holdfast add person - <people.json\n",
	},
	{
	    .name = "set",
	    .run = set,
	    .needs = NEED_WRITE,
	    .operands = "REF [CHANGE...]",
	    .group = CMD_REGISTER,
	    .summary = "change a record",
	    .about =
		"A change is FIELD=VALUE; FIELD+=ITEM adds to a list, FIELD-=ITEM takes from it, FIELD= empties the field. With a single minus sign, "
		"a JSON object is read from standard input; null empties a field. With no change, holdfast asks on a terminal.",
	    .examples = "holdfast set x:@agency owner=\"Jo Park\" recovery_reviewed_on=today\n"
			"holdfast set @agency mfa_methods+=key mfa_methods-=sms\n"
			"holdfast set org domains+=agency.example\n",
	},
	{
	    .name = "remove",
	    .run = remove_one,
	    .needs = NEED_WRITE,
	    .options = remove_opts,
	    .operands = "REF",
	    .group = CMD_REGISTER,
	    .summary = "remove a record",
	    .about =
		"Asks first. What was written stays in the history. A record that another one refers to, or that a run is about, is not removed. An "
		"account that is given up is better closed: holdfast set REF state=closed.",
	    .examples = "holdfast remove \"Jo Park\"\n",
	},
	CMD_END,
};
