/* Whose turn it is: waiting, claiming, handing over; and what was wrong: corrections, opening again. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "act.h"
#include "holdfast/text.h"

static bool
blank(const char *s)
{
	return s == NULL || s[strspn(s, " \t\n")] == '\0';
}

static enum hf_code
need_step(const struct hf_act *act, const char *verb, struct hf_err *e)
{
	return act->step != NULL ? HF_OK : hf_fail(e, HF_USAGE, "%s: say which step", verb);
}

static enum hf_code
not_finished(const struct hf_instance *i, struct hf_err *e)
{
	if (!state_finished(i->state))
		return HF_OK;
	return hf_fail(e, HF_NO, "%s: %s", i->address,
	    i->state == HF_EXCLUDED ? "it does not apply here" :
		i->state == HF_DONE ? "it is done already" :
				      "it is finished already");
}

/* ---- waiting ---- */

enum hf_code
hf_run_wait(struct hf_run *run, const struct hf_act *act, int64_t until, struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_json           *entry;
	char                      text[HF_TIME_SIZE];
	enum hf_code              rc;

	if ((rc = need_step(act, "wait", e)) != HF_OK)
		return rc;
	if (until == 0 && blank(act->text)) {
		hf_fail(e, HF_USAGE, "%s: wait until when, or for what?", act->step);
		return hf_hint(e, "--until \"in 2 hours\", or --note \"until legal answers\"");
	}
	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = not_finished(i, e)) != HF_OK)
		return rc;
	if (i->pending == HF_PENDING_DONE || i->pending == HF_PENDING_SKIP)
		return act_fresh(run, i, i->pending == HF_PENDING_DONE ? HF_DONE : HF_SKIPPED, e);
	entry = act_entry(run, "wait", act, i, e);
	if (until != 0) {
		hf_time_rfc3339(text, until, until % HF_SECOND != 0);
		entry = act_with(entry, "until", hf_json_string(text), e);
	}
	return act_log(run, entry, e);
}

/* ---- claiming ---- */

static enum hf_code
claimed_by_other(const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_buf who = HF_BUF_INIT;

	if (i->claimed_for[0] != '\0')
		hf_register_ref(&who, run->r, i->claimed_for);
	else
		hf_register_who(&who, run->r, i->claimed_by);
	hf_fail(e, HF_NO, "%s: %s does it", i->address, hf_buf_str(&who));
	hf_buf_clear(&who);
	return hf_hint(e, "agree with them, then: holdfast run claim %s %s --note TEXT", run->id, i->address);
}

enum hf_code
hf_run_claim(struct hf_run *run, const struct hf_act *act, bool leave, struct hf_err *e)
{
	const struct hf_instance *i;
	const char               *behalf = act->on_behalf == NULL ? "" : act->on_behalf;
	bool                      mine;
	enum hf_code              rc;

	if ((rc = need_step(act, "claim", e)) != HF_OK || (rc = act_target(&i, run, act, e)) != HF_OK ||
	    (rc = not_finished(i, e)) != HF_OK)
		return rc;
	mine = strcmp(i->claimed_by, hf_register_key(run->r)) == 0 && strcmp(i->claimed_for, behalf) == 0;
	if (mine && !leave)
		return hf_fail(e, HF_NO, "%s: you have it already", i->address);
	if (leave && i->claimed_by[0] == '\0')
		return hf_fail(e, HF_NO, "%s: nobody has claimed it", i->address);
	if (!mine && i->claimed_by[0] != '\0' && blank(act->text))
		return claimed_by_other(run, i, e);
	return act_log(run, act_with(act_entry(run, "assign", act, i, e), "claim", hf_json_bool(!leave), e), e);
}

/* ---- handing over ---- */

static struct hf_json *
step_line(const struct hf_run *run, const struct hf_instance *i)
{
	struct hf_json *o = hf_json_object();
	struct hf_buf   title = HF_BUF_INIT;
	int             bad = hf_run_fill(&title, run, i, i->step->title, NULL) != HF_OK;

	bad |= hf_json_set(o, "id", hf_json_string(i->number));
	bad |= hf_json_set(o, "title", hf_json_string(hf_buf_str(&title)));
	bad |= hf_json_set(o, "state", hf_json_string(hf_state_word(i->state)));
	bad |= hf_json_set(o, "by", hf_json_time(i->deadline));
	hf_buf_clear(&title);
	return hf_json_built(o, bad);
}

static int
promise(struct hf_json *list, const char *what, const char *step, const char *text, int64_t until)
{
	struct hf_json *o = hf_json_object();
	int             bad = 0;

	bad |= hf_json_set(o, "what", hf_json_string(what));
	bad |= hf_json_set(o, "step", hf_json_or_null(step));
	bad |= hf_json_set(o, "text", hf_json_string(text));
	bad |= hf_json_set(o, "until", hf_json_time(until));
	if (!bad)
		return hf_json_push(list, o);
	hf_json_free(o);
	return -1;
}

static int
promise_tickets(struct hf_json *list, const struct hf_run *run)
{
	struct hf_buf b = HF_BUF_INIT;
	int           bad = 0;

	for (size_t k = 0; k < hf_json_len(run->entries); k++) {
		const struct hf_json *entry = hf_json_at(run->entries, k);
		const char           *type = hf_json_get_str(entry, "type"), *with = hf_json_get_str(entry, "with");

		if (type == NULL || strcmp(type, "ticket") != 0 || hf_json_get_str(entry, "number") == NULL)
			continue;
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "%s%s%s", hf_json_get_str(entry, "number"), with == NULL ? "" : ", ", with == NULL ? "" : with);
		bad |= promise(list, "ticket", hf_json_get_str(entry, "step"), hf_buf_str(&b), 0);
	}
	hf_buf_clear(&b);
	return bad;
}

static int
promises(struct hf_json *out, const struct hf_run *run)
{
	struct hf_json *list = hf_json_array();
	int             bad = 0;

	for (size_t k = 0; k < run->n; k++) {
		const struct hf_instance *i = &run->list[k];
		struct hf_buf             text = HF_BUF_INIT;

		if (i->state != HF_WAITING)
			continue;
		if (i->pending != HF_PENDING_NONE)
			second_words(&text, run, i);
		else
			bad |= hf_run_fill(&text, run, i, i->waits_for, NULL) != HF_OK;
		bad |= promise(list, i->pending != HF_PENDING_NONE ? "approval" : "wait", i->number, hf_buf_str(&text), i->wakes);
		hf_buf_clear(&text);
	}
	bad |= promise_tickets(list, run);
	return hf_json_set(out, "promised", list) != 0 || bad;
}

static enum hf_code
stand(struct hf_json **out, const struct hf_run *run, const char *role, const char *person, struct hf_err *e)
{
	struct hf_json *o = hf_json_object(), *done = hf_json_array(), *open = hf_json_array(), *late = hf_json_array();
	int             bad = 0;

	for (size_t k = 0; k < run->n; k++) {
		const struct hf_instance *i = &run->list[k];

		if (i->state == HF_EXCLUDED)
			continue;
		bad |= hf_json_push(state_finished(i->state) ? done : open, step_line(run, i));
		if (i->late && !state_finished(i->state))
			bad |= hf_json_push(late, step_line(run, i));
	}
	bad |= hf_json_set(o, "run", hf_json_string(run->id));
	bad |= hf_json_set(o, "role", hf_json_string(role));
	bad |= hf_json_set(o, "person", hf_json_string(person));
	bad |= hf_json_set(o, "done", done);
	bad |= hf_json_set(o, "open", open);
	bad |= hf_json_set(o, "late", late);
	bad |= promises(o, run);
	if (bad) {
		hf_json_free(o);
		return hf_nomem(e);
	}
	*out = o;
	return HF_OK;
}

enum hf_code
hf_run_handover(
    struct hf_json **out, struct hf_run *run, const struct hf_act *act, const char *role, const char *person, struct hf_err *e)
{
	const struct hf_instance *i;
	struct hf_json           *entry;
	enum hf_code              rc;

	if (out != NULL)
		*out = NULL;
	if ((rc = act_target(&i, run, act, e)) != HF_OK || (rc = run_want_role(run->pb, run->book, role, e)) != HF_OK)
		return rc;
	entry = act_with(act_entry(run, "handover", act, i, e), "role", hf_json_string(role), e);
	rc = act_log(run, act_with(entry, "person", hf_json_string(person), e), e);
	if ((rc == HF_OK || rc == HF_UNSURE) && out != NULL && stand(out, run, role, person, NULL) != HF_OK)
		rc = hf_fail(e, HF_UNSURE, "recorded, but out of memory");
	return rc;
}

/* ---- putting right ---- */

/* The entry whose id it is, or the only one that has it as a part: people read the end of an id, and copy all of it. */
static enum hf_code
find_entry(const struct hf_json **out, const struct hf_run *run, const char *word, struct hf_err *e)
{
	size_t len = strlen(word), n = 0;

	*out = NULL;
	for (size_t k = 0; len >= 4 && len < HF_ID_SIZE && k < hf_json_len(run->entries); k++) {
		const struct hf_json *entry = hf_json_at(run->entries, k);
		const char           *id = hf_json_get_str(entry, "id");
		size_t                all = id == NULL ? 0 : strlen(id);

		if (all < len || (strncasecmp(id, word, len) != 0 && strcasecmp(id + all - len, word) != 0))
			continue;
		*out = entry;
		n++;
	}
	if (n == 1)
		return HF_OK;
	if (n > 1)
		hf_fail(e, HF_AMBIGUOUS, "%.40s: %zu entries are meant", word, n);
	else
		hf_fail(e, HF_NOTFOUND, "%.40s: the run has no such entry", word);
	return hf_hint(e, "holdfast timeline %s shows the id of each", run->id);
}

enum hf_code
hf_run_correct(struct hf_run *run, const struct hf_act *act, const char *word, struct hf_err *e)
{
	const struct hf_instance *i;
	const struct hf_json     *of;
	enum hf_code              rc;

	if (blank(act->text))
		return hf_fail(e, HF_USAGE, "correct: what is right? The text is empty");
	if ((rc = act_aside(&i, run, act, e)) != HF_OK || (rc = find_entry(&of, run, word, e)) != HF_OK)
		return rc;
	return act_log(run,
	    act_with(
		act_entry(run, "correct", act, run_instance_of(run, of), e), "corrects", hf_json_ref(hf_json_get(of, "id")), e),
	    e);
}

enum hf_code
hf_run_reopen(struct hf_run *run, const struct hf_act *act, struct hf_err *e)
{
	const struct hf_instance *i;
	enum hf_code              rc;

	if (blank(act->text)) {
		hf_fail(e, HF_USAGE, "reopen: it needs a reason");
		return hf_hint(e, "add --why \"the reason\"; it stands in every report");
	}
	if ((rc = act_aside(&i, run, act, e)) != HF_OK)
		return rc;
	if (i == NULL && run->open)
		return hf_fail(e, HF_NO, "run %s: it is open", run->id);
	if (i != NULL && !run->open) {
		hf_fail(e, HF_NO, "run %s: it is closed", run->id);
		return hf_hint(e, "holdfast run reopen %s --why TEXT opens the run first", run->id);
	}
	if (i != NULL && i->state == HF_EXCLUDED)
		return act_gate(NULL, run, i, act, e);
	if (i != NULL && !state_finished(i->state) && i->pending != HF_PENDING_DONE && i->pending != HF_PENDING_SKIP)
		return hf_fail(e, HF_NO, "%s: it is open", i->address);
	return act_log(run, act_entry(run, "reopen", act, i, e), e);
}
