/* What is written beside the steps: values, notes, tickets, evidence, reports, roles; and the end of a run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "holdfast/evidence.h"
#include "holdfast/text.h"

#define NAMES 64

/* One member more; entry is given back when that fails. */
static struct hf_json *
with(struct hf_json *entry, const char *key, struct hf_json *value, struct hf_err *e)
{
	if (entry == NULL) {
		hf_json_free(value);
		return NULL;
	}
	if (hf_json_set(entry, key, value) == 0)
		return entry;
	hf_nomem(e);
	hf_json_free(entry);
	return NULL;
}

/* ---- values ---- */

static const struct hf_value *
value_named(const struct hf_value *list, size_t n, const char *name, struct hf_err *e)
{
	const char *names[NAMES] = { NULL }, *near;
	size_t      count = n < NAMES ? n : NAMES;

	for (size_t k = 0; k < n; k++)
		if (strcmp(list[k].name, name) == 0)
			return &list[k];
	for (size_t k = 0; k < count; k++)
		names[k] = list[k].name;
	near = count == 0 ? NULL : hf_text_nearest(name, names, count);
	hf_fail(e, HF_BAD, "%s: nothing of that name is asked for here", name);
	if (near != NULL)
		hf_hint(e, "did you mean %s?", near);
	else if (n > 0)
		hf_hint(e, "asked for: %s%s", list[0].name, n > 1 ? ", ..." : "");
	return NULL;
}

static enum hf_code
type_values(
    struct hf_json *captured, const struct hf_run *run, const struct hf_instance *i, const struct hf_json *values, struct hf_err *e)
{
	const struct hf_value *list = i != NULL ? i->step->write : run->pb->ask, *v;
	size_t                 n = i != NULL ? i->step->n_write : run->pb->n_ask;
	struct hf_json        *typed, *one;
	const char            *name;
	enum hf_code           rc;

	for (void *it = NULL; hf_json_next(values, &it, &name, &one);) {
		if ((v = value_named(list, n, name, e)) == NULL)
			return HF_BAD;
		if ((rc = run_typed(&typed, run->r, v, hf_json_str(one) == NULL ? "" : hf_json_str(one), e)) != HF_OK)
			return rc;
		if (hf_json_set(captured, name, typed) != 0)
			return hf_nomem(e);
	}
	return HF_OK;
}

enum hf_code
hf_run_value(struct hf_run *run, const struct hf_act *act, const struct hf_json *values, struct hf_err *e)
{
	const struct hf_instance *i = NULL;
	struct hf_json           *captured = hf_json_object();
	enum hf_code              rc = captured == NULL ? hf_nomem(e) : act_target(&i, run, act, e);

	if (rc == HF_OK && i != NULL && i->state == HF_EXCLUDED)
		rc = act_gate(run, i, e);
	if (rc == HF_OK && hf_json_len(values) == 0)
		rc = hf_fail(e, HF_USAGE, "value: none is given");
	if (rc == HF_OK && (rc = type_values(captured, run, i, values, e)) == HF_OK)
		rc = act_log(run, with(act_entry(run, "value", act, i, e), "captured", hf_json_ref(captured), e), e);
	hf_json_free(captured);
	return rc;
}

/* ---- notes, tickets, reports, roles ---- */

enum hf_code
hf_run_note(struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	const struct hf_instance *i;
	enum hf_code              rc;

	if (act->text == NULL || act->text[strspn(act->text, " \t\n")] == '\0')
		return hf_fail(e, HF_USAGE, "note: it is empty");
	if ((rc = act_aside(&i, run, act, e)) != HF_OK)
		return rc;
	return act_log(run, act_entry(run, "note", act, i, e), e);
}

enum hf_code
hf_run_ticket(struct hf_run *run, const struct hf_act *act, const char *number, const char *with_whom, struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_json           *entry;
	enum hf_code              rc;

	if (number[strspn(number, " \t\n")] == '\0')
		return hf_fail(e, HF_USAGE, "ticket: the number is empty");
	if ((rc = act_text("ticket", number, e)) != HF_OK || (rc = act_text("with", with_whom, e)) != HF_OK ||
	    (rc = act_aside(&i, run, act, e)) != HF_OK)
		return rc;
	entry = with(act_entry(run, "ticket", act, i, e), "number", hf_json_string(number), e);
	if (with_whom != NULL)
		entry = with(entry, "with", hf_json_string(with_whom), e);
	return act_log(run, entry, e);
}

enum hf_code
hf_run_reported(struct hf_run *run, const struct hf_act *act, const char *template_name, const char *sha256,
    const struct hf_json *taken, struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_json           *entry;
	enum hf_code              rc;

	if ((rc = act_aside(&i, run, act, e)) != HF_OK)
		return rc;
	entry = with(act_entry(run, "report", act, i, e), "template", hf_json_string(template_name), e);
	entry = with(entry, "sha256", hf_json_string(sha256), e);
	if (hf_json_len(taken) > 0)
		entry = with(entry, "taken", hf_json_copy(taken), e);
	return act_log(run, entry, e);
}

enum hf_code
run_want_role(const struct hf_run *run, const char *role, struct hf_err *e)
{
	const char *names[NAMES] = { NULL }, *near;
	size_t      n = 0;

	if (hf_playbook_role(run->pb, role) != NULL)
		return HF_OK;
	for (; n < run->pb->n_roles && n < NAMES; n++)
		names[n] = run->pb->roles[n].id;
	near = n == 0 ? NULL : hf_text_nearest(role, names, n);
	hf_fail(e, HF_BAD, "%s: %s has no such role", role, run->book);
	return near == NULL ? HF_BAD : hf_hint(e, "did you mean %s?", near);
}

enum hf_code
hf_run_assign(struct hf_run *run, const struct hf_act *act, const char *role, const char *person, struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_json           *entry;
	enum hf_code              rc;

	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = run_want_role(run, role, e)) != HF_OK)
		return rc;
	entry = with(act_entry(run, "assign", act, i, e), "role", hf_json_string(role), e);
	return act_log(run, with(entry, "person", hf_json_string(person), e), e);
}

/* ---- evidence ---- */

static enum hf_code
check_keep(const struct hf_instance *i, const char *keep, struct hf_err *e)
{
	const char *names[NAMES] = { NULL }, *near;
	size_t      n = 0;

	if (i == NULL)
		return act_text("as", keep, e);
	for (; n < i->step->n_keep && n < NAMES; n++) {
		if (strcmp(i->step->keep[n].id, keep) == 0)
			return HF_OK;
		names[n] = i->step->keep[n].id;
	}
	near = n == 0 ? NULL : hf_text_nearest(keep, names, n);
	hf_fail(e, HF_BAD, "%s: %s does not ask to keep that", keep, i->address);
	if (near != NULL)
		return hf_hint(e, "did you mean --as %s?", near);
	return n > 0 ? hf_hint(e, "it asks for %s%s", names[0], n > 1 ? ", ..." : "") :
		       hf_hint(e, "attach it to the run: leave the step out");
}

static struct hf_json *
evidence_entry(struct hf_json *entry, const char *keep, const char *source, const char *blob, const char *file_name,
    const void *data, size_t len, struct hf_err *e)
{
	char sum[HF_SHA256_SIZE];

	hf_sha256(sum, data, len);
	entry = with(entry, "kept_as", hf_json_string(keep), e);
	entry = with(entry, "evidence", hf_json_string(blob), e);
	entry = with(entry, "file_name", hf_json_string(file_name), e);
	entry = with(entry, "sha256", hf_json_string(sum), e);
	entry = with(entry, "size", hf_json_int((int64_t)len), e);
	if (source != NULL)
		entry = with(entry, "source", hf_json_string(source), e);
	return with(entry, "media_type", hf_json_string(hf_evidence_media_type(file_name, data, len)), e);
}

enum hf_code
hf_run_keep(struct hf_run *run, const struct hf_act *act, const char *keep, const char *file_name, const void *data, size_t len,
    struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_batch          *b = NULL;
	struct hf_json           *entry;
	char                      blob[HF_ID_SIZE], id[HF_ID_SIZE];
	enum hf_code              rc;

	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = check_keep(i, keep, e)) != HF_OK ||
	    (rc = act_text("source", act->source, e)) != HF_OK || (rc = hf_evidence_check(file_name, len, e)) != HF_OK ||
	    (rc = hf_batch_new(&b, run->r, e)) != HF_OK || (rc = hf_batch_blob(blob, b, data, len, e)) != HF_OK)
		goto done;
	entry = evidence_entry(act_entry(run, "evidence", act, i, e), keep, act->source, blob, file_name, data, len, e);
	if (entry == NULL)
		rc = e == NULL ? HF_NOMEM : e->code;
	else if ((rc = hf_batch_entry(id, b, run->id, entry, e)) == HF_OK)
		rc = act_land(run, b, e);
done:
	hf_batch_free(b);
	return rc;
}

/* ---- the end ---- */

static enum hf_code
still_open(const struct hf_run *run, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        n = 0;

	for (size_t k = 0; k < run->n; k++)
		if (!state_finished(run->list[k].state) && n++ < 6)
			hf_buf_addf(&b, "%s%s", n > 1 ? ", " : "", run->list[k].address);
	if (n == 0)
		return HF_OK;
	hf_fail(
	    e, HF_NO, "run %s: %zu step%s open: %s%s", run->id, n, n == 1 ? " is" : "s are", hf_buf_str(&b), n > 6 ? ", ..." : "");
	hf_hint(e, "do or skip %s%s", n == 1 ? "it" : "them",
	    strncmp(run->book, "incident/", 9) == 0 ? ", or end it early with --why TEXT" :
						      "; holdfast run show lists what is open");
	hf_buf_clear(&b);
	return HF_NO;
}

static enum hf_code
skip_rest(struct hf_batch *b, struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	char         id[HF_ID_SIZE];
	enum hf_code rc = HF_OK;

	for (size_t k = 0; rc == HF_OK && k < run->n; k++) {
		struct hf_json *entry;

		if (state_finished(run->list[k].state))
			continue;
		if ((entry = act_entry(run, "skip", act, &run->list[k], e)) == NULL)
			return e == NULL ? HF_NOMEM : e->code;
		rc = hf_batch_entry(id, b, run->id, entry, e);
	}
	return rc;
}

enum hf_code
hf_run_end(struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	bool early = act->text != NULL && act->text[strspn(act->text, " \t\n")] != '\0' && strncmp(run->book, "incident/", 9) == 0;
	const struct hf_instance *i;
	struct hf_batch          *b = NULL;
	struct hf_json           *entry;
	char                      id[HF_ID_SIZE];
	enum hf_code              rc;

	if ((rc = act_target(&i, run, act, e)) != HF_OK || (!early && (rc = still_open(run, e)) != HF_OK))
		return rc;
	if ((rc = hf_batch_new(&b, run->r, e)) != HF_OK || (early && (rc = skip_rest(b, run, act, e)) != HF_OK))
		goto done;
	if ((entry = act_entry(run, "close", act, NULL, e)) == NULL)
		rc = e == NULL ? HF_NOMEM : e->code;
	else if ((rc = hf_batch_entry(id, b, run->id, entry, e)) == HF_OK)
		rc = act_land(run, b, e);
done:
	hf_batch_free(b);
	return rc;
}
