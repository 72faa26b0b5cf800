/* The second person agrees, or refuses. */
#include <stdio.h>
#include <string.h>

#include "act.h"

/* HF_NO when nothing is to be approved; HF_DENIED for who asked, has it, or is the subject, and where one of the two may be. */
static enum hf_code
may(const struct hf_run *run, const struct hf_instance *i, const struct hf_act *act, struct hf_err *e)
{
	enum hf_second_when when = hf_step_second(run->pb, i->step)->when;
	const char         *why, *fpr;

	if (act->on_behalf != NULL)
		return hf_fail(e, HF_BAD, "%s: an approval is given with one's own key, not for somebody else", i->address);
	if (when == HF_SECOND_NONE || i->pending == HF_PENDING_NONE) {
		hf_fail(e, HF_NO, "%s: %s", i->address,
		    when == HF_SECOND_NONE ? "nobody has to approve it" : "nothing waits for an approval there");
		return hf_hint(e, "holdfast run next %s %s shows the step", run->id, i->address);
	}
	if ((why = second_bar(run, i)) == NULL)
		return HF_OK;
	if ((fpr = second_untied(run, i)) != NULL) {
		hf_fail(e, HF_DENIED, "%s: %s, so it may be that of whom this is about", i->address, why);
		return hf_hint(e, "an admin ties it: holdfast member role %s --person NAME", fpr);
	}
	hf_fail(e, HF_DENIED, "%s: %s, so a second person has to approve it", i->address, why);
	return hf_hint(e, "with a key of their own they type: holdfast run approve %s %s", run->id, i->address);
}

/* It counts, and is marked, when somebody agrees who does not have the role. */
static enum hf_code
mark_role(struct hf_json *entry, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	const char  *role = NULL;
	enum hf_code rc;

	if ((rc = second_role(&role, run, i, e)) != HF_OK)
		return rc;
	if (role != NULL && hf_json_get(entry, "acting_as") == NULL && hf_json_set(entry, "acting_as", hf_json_string(role)) != 0)
		rc = hf_nomem(e);
	if (role == NULL && hf_json_set(entry, "stand_in", hf_json_bool(true)) != 0)
		rc = hf_nomem(e);
	return rc;
}

enum hf_code
hf_run_approve(struct hf_run *run, const struct hf_act *act, struct hf_json **started, struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_json           *entry;
	enum hf_code              rc;

	if (started != NULL)
		*started = NULL;
	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = may(run, i, act, e)) != HF_OK)
		return rc;
	if ((entry = act_entry(run, "approve", act, i, e)) == NULL)
		return e == NULL ? HF_NOMEM : e->code;
	if ((rc = mark_role(entry, run, i, e)) != HF_OK) {
		hf_json_free(entry);
		return rc;
	}
	return act_approved(run, i, act, entry, started, e);
}

enum hf_code
hf_run_reject(struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	const struct hf_instance *i;
	enum hf_code              rc;

	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = may(run, i, act, e)) != HF_OK)
		return rc;
	return act_log(run, act_entry(run, "reject", act, i, e), e);
}
