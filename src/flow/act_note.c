/* What is written beside the steps: notes, tickets, evidence, reports, roles; and the end of a run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "holdfast/evidence.h"
#include "holdfast/text.h"

#define NAMES 64

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
	entry = act_with(act_entry(run, "ticket", act, i, e), "number", hf_json_string(number), e);
	if (with_whom != NULL)
		entry = act_with(entry, "with", hf_json_string(with_whom), e);
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
	entry = act_with(act_entry(run, "report", act, i, e), "template", hf_json_string(template_name), e);
	entry = act_with(entry, "sha256", hf_json_string(sha256), e);
	if (hf_json_len(taken) > 0)
		entry = act_with(entry, "taken", hf_json_copy(taken), e);
	return act_log(run, entry, e);
}

enum hf_code
run_want_role(const struct hf_playbook *pb, const char *book, const char *role, struct hf_err *e)
{
	const char   *names[NAMES] = { NULL }, *near;
	struct hf_buf all = HF_BUF_INIT;
	size_t        n = 0;

	if (role == NULL || hf_playbook_role(pb, role) != NULL)
		return HF_OK;
	for (; n < pb->n_roles && n < NAMES; n++) {
		names[n] = pb->roles[n].id;
		hf_buf_addf(&all, "%s%s", n > 0 ? ", " : "", names[n]);
	}
	near = n == 0 ? NULL : hf_text_nearest(role, names, n);
	hf_fail(e, HF_BAD, "%s: %s has no such role", role, book);
	if (near != NULL)
		hf_hint(e, "did you mean %s? The roles are %s", near, hf_buf_str(&all));
	else if (n > 0)
		hf_hint(e, "the roles are %s", hf_buf_str(&all));
	hf_buf_clear(&all);
	return HF_BAD;
}

enum hf_code
hf_run_assign(struct hf_run *run, const struct hf_act *act, const char *role, const char *person, struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_json           *entry;
	enum hf_code              rc;

	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = run_want_role(run->pb, run->book, role, e)) != HF_OK)
		return rc;
	entry = act_with(act_entry(run, "assign", act, i, e), "role", hf_json_string(role), e);
	return act_log(run, act_with(entry, "person", hf_json_string(person), e), e);
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
	const char *secret = hf_schema_secret_file(data, len);
	char        sum[HF_SHA256_SIZE];

	hf_sha256(sum, data, len);
	entry = act_with(entry, "kept_as", hf_json_string(keep), e);
	entry = act_with(entry, "evidence", hf_json_string(blob), e);
	entry = act_with(entry, "file_name", hf_json_string(file_name), e);
	entry = act_with(entry, "sha256", hf_json_string(sum), e);
	entry = act_with(entry, "size", hf_json_int((int64_t)len), e);
	if (source != NULL)
		entry = act_with(entry, "source", hf_json_string(source), e);
	if (secret != NULL)
		entry = act_with(entry, "looks_like", hf_json_string(secret), e);
	return act_with(entry, "media_type", hf_json_string(hf_evidence_media_type(file_name, data, len)), e);
}

enum hf_code
hf_run_keep(struct hf_run *run, const struct hf_act *act, const char *keep, const char *file_name, const void *data, size_t len,
    struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_batch          *b = NULL;
	struct hf_json           *entry;
	char                      blob[HF_ID_SIZE];
	enum hf_code              rc;

	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = check_keep(i, keep, e)) != HF_OK ||
	    (rc = act_text("source", act->source, e)) != HF_OK || (rc = hf_evidence_check(file_name, len, e)) != HF_OK ||
	    (rc = hf_batch_new(&b, run->r, e)) != HF_OK || (rc = hf_batch_blob(blob, b, data, len, e)) != HF_OK)
		goto done;
	entry = evidence_entry(act_entry(run, "evidence", act, i, e), keep, act->source, blob, file_name, data, len, e);
	rc = act_put(run, b, entry, e);
done:
	hf_batch_free(b);
	return rc;
}

/* ---- the end ---- */

/* What was done, and comes back without an end, does not keep a run open. */
static bool
comes_back_for_ever(const struct hf_instance *i)
{
	return i->again && i->step->repeat.until[0] == '\0' && i->step->repeat.times == 0;
}

static enum hf_code
still_open(const struct hf_run *run, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        n = 0;

	for (size_t k = 0; k < run->n; k++)
		if (!state_finished(run->list[k].state) && !comes_back_for_ever(&run->list[k]) && n++ < 6)
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
		entry = act_with(act_entry(run, "skip", act, &run->list[k], e), "with_close", hf_json_bool(true), e);
		if (entry == NULL)
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
	enum hf_code              rc;

	if ((rc = act_target(&i, run, act, e)) != HF_OK || (!early && (rc = still_open(run, e)) != HF_OK))
		return rc;
	if ((rc = hf_batch_new(&b, run->r, e)) != HF_OK || (early && (rc = skip_rest(b, run, act, e)) != HF_OK))
		goto done;
	rc = act_put(run, b, act_entry(run, "close", act, NULL, e), e);
done:
	hf_batch_free(b);
	return rc;
}
