/* What a step changes in the register, and what it confirms there. */
#include <stdio.h>
#include <string.h>

#include "act.h"
#include "holdfast/text.h"

static enum hf_code
assign(struct hf_batch *b, const struct hf_run *run, const struct hf_instance *i, const char *id, const struct hf_assign *a,
    struct hf_err *e)
{
	struct hf_buf field = HF_BUF_INIT, value = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = run_value_text(&field, run, i, a->field, e)) == HF_OK &&
	    (rc = run_value_text(&value, run, i, a->value, e)) == HF_OK)
		rc = hf_batch_set(b, id, hf_buf_str(&field), a->op, hf_buf_str(&value), e);
	hf_buf_clear(&field);
	hf_buf_clear(&value);
	return rc;
}

enum hf_code
act_record_at(char id[HF_ID_SIZE], const struct hf_run *run, const struct hf_instance *i, const char *path, struct hf_err *e)
{
	struct hf_json *v = NULL;
	enum hf_code    rc;

	if ((rc = hf_run_path(&v, run, i, path, e)) != HF_OK)
		return rc;
	if (hf_json_str(v) == NULL || !hf_id_valid(hf_json_str(v)))
		rc = hf_fail(e, HF_BAD, "{%s}: no record is known there", path);
	else
		snprintf(id, HF_ID_SIZE, "%s", hf_json_str(v));
	hf_json_free(v);
	return rc;
}

static enum hf_code
change(struct hf_batch *b, const struct hf_run *run, const struct hf_instance *i, const struct hf_change_rec *c, struct hf_err *e)
{
	char         id[HF_ID_SIZE];
	enum hf_code rc;

	rc = c->kind[0] != '\0' ? hf_batch_add(id, b, c->kind, e) : act_record_at(id, run, i, c->target, e);
	for (size_t k = 0; rc == HF_OK && k < c->n_set; k++)
		rc = assign(b, run, i, id, &c->set[k], e);
	return rc;
}

/* What people call it; "this grant" where that would be an id. */
static enum hf_code
add_target(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const char *target, struct hf_err *e)
{
	struct hf_buf   path = HF_BUF_INIT, ref = HF_BUF_INIT;
	struct hf_json *record = NULL;
	enum hf_code    rc;

	hf_buf_addf(&path, "{%s}", target);
	if ((rc = hf_run_fill(&ref, run, i, hf_buf_str(&path), e)) == HF_OK && hf_id_valid(hf_buf_str(&ref)) &&
	    hf_register_get(&record, run->r, hf_buf_str(&ref), NULL) == HF_OK)
		hf_buf_addf(out, "this %s", hf_json_get_str(record, "kind"));
	else
		hf_buf_adds(out, hf_buf_str(&ref));
	hf_json_free(record);
	hf_buf_clear(&path);
	hf_buf_clear(&ref);
	return rc;
}

/* "{new_admin}", which this step asks for, and for this row nobody has said: "(new admin, asked for here)". False: it is something else. */
static bool
add_asked(struct hf_buf *out, const struct hf_instance *i, const char *value)
{
	size_t n = value[0] == '{' ? strcspn(value + 1, ".}") : 0;
	char   name[64];

	snprintf(name, sizeof(name), "%.*s", (int)n, value + (n > 0));
	if (n == 0 || strchr(value, '}') != value + strlen(value) - 1 || !run_writes(i->step, name) ||
	    hf_json_get(i->values, name) != NULL)
		return false;
	hf_buf_addc(out, '(');
	hf_text_name(out, name);
	hf_buf_adds(out, ", asked for here)");
	return true;
}

/* "owner becomes Max Stone", "reviewed on 2026-11-20", "add Max Stone to mfa holders"; of a new record "owner Max Stone". */
static enum hf_code
add_set(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const struct hf_assign *a, bool made,
    struct hf_err *e)
{
	struct hf_buf field = HF_BUF_INIT, value = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	if (!add_asked(&value, i, a->value))
		rc = hf_run_fill(&value, run, i, a->value, e);
	if (rc == HF_OK && (rc = hf_run_fill(&field, run, i, a->field, e)) == HF_OK && a->op != '=')
		hf_buf_addf(out, a->op == '+' ? "add %s to " : "take %s off ", hf_buf_str(&value));
	if (rc == HF_OK)
		hf_text_name(out, hf_buf_str(&field));
	if (rc == HF_OK && a->op == '=')
		hf_buf_addf(out,
		    value.len == 0                                        ? " is emptied" :
			made || hf_text_suffix(hf_buf_str(&field), "_on") ? " %s" :
									    " becomes %s",
		    hf_buf_str(&value));
	hf_buf_clear(&field);
	hf_buf_clear(&value);
	return rc;
}

enum hf_code
run_change_words(
    struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const struct hf_change_rec *c, struct hf_err *e)
{
	bool         made = c->kind[0] != '\0';
	enum hf_code rc = HF_OK;

	if (made)
		hf_buf_addf(out, "a new %s", c->kind);
	else
		rc = add_target(out, run, i, c->target, e);
	for (size_t n = 0; rc == HF_OK && n < c->n_set; n++) {
		hf_buf_adds(out, n == 0 ? ": " : ", ");
		rc = add_set(out, run, i, &c->set[n], made, e);
	}
	return rc == HF_OK ? hf_buf_check(out, e) : rc;
}

/* A drill changes no account: what it would have done stands in the log. */
static enum hf_code
only_say(struct hf_json *entry, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *said = hf_json_get(entry, "not_applied"), *list = said != NULL ? hf_json_ref(said) : hf_json_array();
	struct hf_buf   b = HF_BUF_INIT;
	enum hf_code    rc = list == NULL ? hf_nomem(e) : HF_OK;

	for (size_t k = 0; rc == HF_OK && k < i->step->n_updates; k++) {
		hf_buf_cut(&b, 0);
		if ((rc = run_change_words(&b, run, i, &i->step->updates[k], e)) == HF_OK &&
		    hf_json_push(list, hf_json_string(hf_buf_str(&b))) != 0)
			rc = hf_nomem(e);
	}
	if (rc == HF_OK && hf_json_len(list) > 0 && hf_json_set(entry, "not_applied", hf_json_ref(list)) != 0)
		rc = hf_nomem(e);
	hf_buf_clear(&b);
	hf_json_free(list);
	return rc;
}

enum hf_code
act_confirmed(struct hf_json *entry, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *values = NULL;
	enum hf_code    rc;

	/* A drill cannot put it right. */
	if (!run->drill && (rc = confirm_still_here(run, i, e)) != HF_OK)
		return rc;
	if ((rc = confirm_values(&values, run, i, e)) != HF_OK || values == NULL)
		return rc;
	return hf_json_set(entry, "confirmed", values) == 0 ? HF_OK : hf_nomem(e);
}

enum hf_code
act_changes(struct hf_batch *b, struct hf_json *entry, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	if (run->drill)
		return only_say(entry, run, i, e);
	for (size_t k = 0; rc == HF_OK && k < i->step->n_updates; k++)
		if ((rc = change(b, run, i, &i->step->updates[k], e)) != HF_OK)
			hf_fail_in(e, "%s", i->address);
	return rc;
}
