/* What all acts on a run have in common. */
#include "act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum hf_code
act_open(const struct hf_run *run, struct hf_err *e)
{
	if (run->open)
		return HF_OK;
	hf_fail(e, HF_NO, "run %s: it is closed", run->id);
	return hf_hint(e, "a note can still be added: holdfast run note %s TEXT", run->id);
}

enum hf_code
act_moment(const struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	if (act->at > hf_register_now(run->r) + 5 * HF_MINUTE)
		return hf_fail(e, HF_BAD, "at: that moment has not come yet");
	return HF_OK;
}

enum hf_code
act_text(const char *what, const char *text, struct hf_err *e)
{
	struct hf_field f = { what, HF_FIELD_LINES, 0, NULL, "" };
	struct hf_json *v = NULL;
	enum hf_code    rc;

	if (text == NULL || text[0] == '\0')
		return HF_OK;
	rc = hf_schema_value(&v, &f, text, e);
	hf_json_free(v);
	return rc;
}

enum hf_code
act_aside(const struct hf_instance **out, const struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	enum hf_code rc;

	*out = NULL;
	if ((rc = act_moment(run, act, e)) != HF_OK || (rc = run_want_role(run->pb, run->book, act->acting_as, e)) != HF_OK ||
	    (rc = act_text("text", act->text, e)) != HF_OK)
		return rc;
	return act->step == NULL ? HF_OK : hf_run_find(out, run, act->step, e);
}

enum hf_code
act_target(const struct hf_instance **out, const struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	enum hf_code rc;

	*out = NULL;
	return (rc = act_open(run, e)) != HF_OK ? rc : act_aside(out, run, act, e);
}

/* ---- may it be done? ---- */

static void
join(struct hf_buf *b, const struct hf_json *list)
{
	for (size_t i = 0; i < hf_json_len(list); i++)
		hf_buf_addf(b, "%s%s", i > 0 ? ", " : "", hf_json_str(hf_json_at(list, i)));
}

static enum hf_code
closed_gate(const struct hf_run *run, const struct hf_instance *i, const struct hf_json *needs, struct hf_err *e)
{
	struct hf_buf             b = HF_BUF_INIT;
	const char               *first = hf_json_str(hf_json_at(needs, 0));
	const struct hf_instance *before = NULL;

	join(&b, needs);
	hf_fail(e, HF_NO, "%s: a closed gate: it needs %s first", i->address, hf_buf_str(&b));
	hf_buf_clear(&b);
	if (hf_run_find(&before, run, first, NULL) == HF_OK && before->pending == HF_PENDING_DONE) {
		second_words(&b, run, before);
		if (second_can(run, before))
			hf_hint(e, "it waits for the approval of %s: holdfast run approve %s %s", hf_buf_str(&b), run->id, first);
		else
			second_hint(e, run, before);
		hf_buf_clear(&b);
		return HF_NO;
	}
	if (hf_playbook_step(run->pb, first) != NULL)
		return hf_hint(e, "do that, or skip it with a reason: holdfast run skip %s %s --why TEXT", run->id, first);
	return hf_hint(e, "see to that; with --anyway REASON it is done all the same, and every report says so");
}

/* Before: somebody else has agreed, and it is not the one who now begins. */
static enum hf_code
gate_approval(const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_buf who = HF_BUF_INIT;
	const char   *me = hf_register_key(run->r);
	enum hf_code  rc = HF_OK;

	if (hf_step_second(run->pb, i->step)->when != HF_SECOND_BEFORE)
		return HF_OK;
	if (second_before(run, i)) {
		second_words(&who, run, i);
		hf_fail(e, HF_NO, "%s: before it begins it needs the approval of %s", i->address, hf_buf_str(&who));
		rc = second_hint(e, run, i);
	} else if (second_stranger(run, me)) {
		hf_fail(e, HF_DENIED, "%s: your key is tied to no person, so it may be that of whom this is about", i->address);
		rc = hf_hint(e, "an admin ties it: holdfast member role %s --person NAME", me);
	} else if (second_same(run, i->approved_by, me)) {
		hf_fail(e, HF_DENIED, "%s: you approved it, so somebody else has to do it", i->address);
		rc = hf_hint(e, "two people are wanted here: one agrees, another acts");
	}
	hf_buf_clear(&who);
	return rc;
}

enum hf_code
act_gate(struct hf_json **passed, const struct hf_run *run, const struct hf_instance *i, const struct hf_act *act, struct hf_err *e)
{
	struct hf_json *list = NULL;
	bool            may = passed != NULL && act->anyway != NULL && act->anyway[strspn(act->anyway, " \t\n")] != '\0';
	enum hf_code    rc;

	if (passed != NULL)
		*passed = NULL;
	if (i->state == HF_EXCLUDED) {
		hf_fail(e, HF_NO, "%s: it does not apply here", i->address);
		return hf_hint(e, "holdfast run next %s says what comes next", run->id);
	}
	/* What is not done is told before who has not agreed: nobody is asked to agree to what cannot begin. */
	if ((rc = hf_run_blocked(&list, run, i, e)) != HF_OK)
		return rc;
	if (hf_json_len(list) > 0 && !may)
		rc = closed_gate(run, i, list, e);
	else if ((rc = gate_approval(run, i, e)) == HF_OK && hf_json_len(list) > 0 &&
	    (rc = act_text("anyway", act->anyway, e)) == HF_OK)
		*passed = hf_json_ref(list);
	hf_json_free(list);
	return rc;
}

struct hf_json *
act_with(struct hf_json *entry, const char *key, struct hf_json *value, struct hf_err *e)
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

struct hf_json *
act_passed(struct hf_json *entry, struct hf_json *passed, const struct hf_act *act, struct hf_err *e)
{
	if (passed == NULL)
		return entry;
	return act_with(act_with(entry, "anyway", hf_json_string(act->anyway), e), "without", passed, e);
}

void
act_answers(struct hf_buf *out, const struct hf_step *s)
{
	bool first = true;

	for (size_t k = 0; k < s->n_routes; k++) {
		if (strcmp(s->routes[k].key, "it-fails") == 0)
			continue;
		hf_buf_addf(out, "%s%s", first ? "" : ", ", s->routes[k].key);
		first = false;
	}
}

/* The command that gives the first of what is missing. */
static void
hint_missing(const struct hf_run *run, const struct hf_instance *i, const char *first, struct hf_err *e)
{
	struct hf_buf keys = HF_BUF_INIT;

	if (strcmp(first, "answer") == 0) {
		act_answers(&keys, i->step);
		hf_hint(e, "holdfast run answer %s %s KEY; KEY is one of %s", run->id, i->address, hf_buf_str(&keys));
	} else if (strcmp(first, "approval") == 0) {
		second_hint(e, run, i);
	} else if (run_writes(i->step, first)) {
		hf_hint(e, "holdfast run value %s %s %s=...", run->id, i->address, first);
	} else {
		hf_hint(e, "holdfast run attach %s %s FILE --as %s", run->id, i->address, first);
	}
	hf_buf_clear(&keys);
}

enum hf_code
act_complete(const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *list = NULL;
	struct hf_buf   b = HF_BUF_INIT;
	enum hf_code    rc;

	if ((rc = run_lacks(&list, run, i, e)) != HF_OK)
		return rc;
	if (hf_json_len(list) > 0) {
		join(&b, list);
		rc = hf_fail(e, HF_NO, "%s: it still needs %s", i->address, hf_buf_str(&b));
		hint_missing(run, i, hf_json_str(hf_json_at(list, 0)), e);
	}
	hf_json_free(list);
	hf_buf_clear(&b);
	return rc;
}

enum hf_code
act_fresh(const struct hf_run *run, const struct hf_instance *i, enum hf_state want, struct hf_err *e)
{
	struct hf_buf when = HF_BUF_INIT, who = HF_BUF_INIT;

	if ((i->pending == HF_PENDING_DONE && want == HF_DONE) || (i->pending == HF_PENDING_SKIP && want == HF_SKIPPED)) {
		second_words(&who, run, i);
		hf_fail(e, HF_NO, "%s: it still needs the approval of %s", i->address, hf_buf_str(&who));
		hf_buf_clear(&who);
		return second_hint(e, run, i);
	}
	if (!state_finished(i->state) || i->state == HF_EXCLUDED || (i->state == HF_FAILED && want != HF_FAILED) ||
	    (i->state == HF_SKIPPED && want != HF_SKIPPED) ||
	    (i->state == HF_DONE && want == HF_DONE && strcmp(i->by, hf_register_key(run->r)) != 0))
		return HF_OK;
	hf_time_local(&when, i->at, hf_register_zone(run->r), true);
	hf_fail(e, HF_NO, "%s: it is %s already, since %s", i->address, hf_state_word(i->state), hf_buf_str(&when));
	hf_buf_clear(&when);
	return hf_hint(e, "what is to be added goes into a note: holdfast run note %s --step %s TEXT", run->id, i->address);
}

/* ---- entries ---- */

static enum hf_code
put_row(struct hf_json *entry, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *rows = NULL;
	enum hf_code    rc;

	if (i->row == NULL)
		return HF_OK;
	if (hf_json_set(entry, "row", hf_json_copy(i->row)) != 0)
		return hf_nomem(e);
	if ((rc = run_rows_to_log(&rows, run, i, e)) != HF_OK || rows == NULL)
		return rc;
	return hf_json_set(entry, "rows", rows) == 0 ? HF_OK : hf_nomem(e);
}

struct hf_json *
act_entry(const struct hf_run *run, const char *type, const struct hf_act *act, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *j = hf_json_object();
	char            person[HF_ID_SIZE];
	enum hf_code    rc = HF_OK;
	int             bad = 0;

	bad |= hf_json_set(j, "type", hf_json_string(type));
	bad |= put_moment(j, act->at != 0 ? act->at : hf_register_now(run->r), act->about, act->offset);
	if (act->text != NULL && act->text[0] != '\0')
		bad |= hf_json_set(j, "text", hf_json_string(act->text));
	if (act->acting_as != NULL)
		bad |= hf_json_set(j, "acting_as", hf_json_string(act->acting_as));
	if (act->on_behalf != NULL)
		bad |= hf_json_set(j, "on_behalf_of", hf_json_string(act->on_behalf));
	if (run->drill)
		bad |= hf_json_set(j, "drill", hf_json_bool(true));
	second_person(person, run, hf_register_key(run->r));
	if (person[0] != '\0')
		bad |= hf_json_set(j, "by_person", hf_json_string(person));
	if (i != NULL) {
		bad |= hf_json_set(j, "step", hf_json_string(i->step->id));
		bad |= hf_json_set(j, "visit", hf_json_int(i->visit));
		rc = put_row(j, run, i, e);
	}
	if (!bad && rc == HF_OK)
		return j;
	if (bad)
		hf_nomem(e);
	hf_json_free(j);
	return NULL;
}

enum hf_code
act_land(struct hf_run *run, struct hf_batch *b, struct hf_err *e)
{
	struct hf_err why = HF_ERR_INIT;
	enum hf_code  written;

	written = hf_batch_commit(b, "run", e);
	if (written != HF_OK && written != HF_UNSURE)
		return written;
	/* It stands in the log, whatever happens now: who reads the code must not do it again. */
	if (run_fold(run, &why) != HF_OK)
		written = hf_fail(e, HF_UNSURE, "recorded, but the run cannot be read again: %s", why.msg);
	return written;
}

enum hf_code
act_put(struct hf_run *run, struct hf_batch *b, struct hf_json *entry, struct hf_err *e)
{
	char         id[HF_ID_SIZE];
	enum hf_code rc;

	if (entry == NULL)
		return e == NULL ? HF_NOMEM : e->code;
	if ((rc = hf_batch_entry(id, b, run->id, entry, e)) != HF_OK)
		return rc;
	return act_land(run, b, e);
}

enum hf_code
act_log(struct hf_run *run, struct hf_json *entry, struct hf_err *e)
{
	struct hf_batch *b = NULL;
	enum hf_code     rc;

	if (entry == NULL)
		return e == NULL ? HF_NOMEM : e->code;
	if ((rc = hf_batch_new(&b, run->r, e)) != HF_OK) {
		hf_json_free(entry);
		return rc;
	}
	rc = act_put(run, b, entry, e);
	hf_batch_free(b);
	return rc;
}
