/* Whose turn it is, and when: the second person, waiting, coming back, what is to be confirmed, who has it. */
#include <string.h>

#include "brief_in.h"

/* A key as it is, and whose it is; nothing without one. */
static void
set_key(struct brief *b, struct hf_json *o, const char *key, const char *name, const char *fpr)
{
	struct hf_buf who = HF_BUF_INIT;

	if (fpr == NULL || fpr[0] == '\0')
		return;
	hf_register_who(&who, b->run->r, fpr);
	brief_set(b, o, key, hf_json_string(fpr));
	brief_set(b, o, name, hf_json_string(hf_buf_str(&who)));
	hf_buf_clear(&who);
}

/* ---- the second person ---- */

static void
second(struct brief *b, struct hf_json *out)
{
	static const char *const whens[] = { [HF_SECOND_NONE] = "",
		[HF_SECOND_DONE] = "",
		[HF_SECOND_BEFORE] = " before it begins",
		[HF_SECOND_SKIP] = " to leave it out" };
	const struct hf_second  *s = hf_step_second(b->run->pb, b->i->step);
	struct hf_buf            buf = HF_BUF_INIT;

	for (size_t k = 0; k < s->roles.n; k++) {
		const struct hf_role *role = hf_playbook_role(b->run->pb, s->roles.v[k]);

		hf_buf_addf(&buf, "%s%s", k > 0 ? " or " : "", role == NULL ? s->roles.v[k] : role->words);
	}
	/* "administrators": one is enough. */
	hf_buf_addf(&buf, "%s has to agree%s",
	    buf.len > 2 && buf.data[buf.len - 1] == 's' && buf.data[buf.len - 2] != 's' ? ", one of them," : "", whens[s->when]);
	brief_set(b, out, "second", hf_json_string(hf_buf_str(&buf)));
	hf_buf_clear(&buf);
}

/* May the reader give the approval that is asked for, in which role, and why not? */
static void
mine(struct brief *b, struct hf_json *o)
{
	const char  *bar = b->i->pending == HF_PENDING_NONE ? NULL : second_bar(b->run, b->i), *role = NULL;
	char         me[HF_ID_SIZE];
	enum hf_code rc;

	if ((rc = second_role(&role, b->run, b->i, b->e)) != HF_OK)
		brief_fail(b, rc);
	brief_set(b, o, "mine", hf_json_bool(b->i->pending != HF_PENDING_NONE && bar == NULL));
	brief_set(b, o, "my_role", hf_json_or_null(role));
	brief_set(b, o, "not_mine", hf_json_or_null(bar));
	second_person(me, b->run, hf_register_key(b->run->r));
	if (role == NULL)
		brief_set(
		    b, o, "no_role", hf_json_string(me[0] == '\0' ? "your key is tied to no person" : "you do not have this role"));
}

static void
asked(struct brief *b, struct hf_json *o)
{
	const struct hf_json *asked = b->i->asked;

	if (b->i->pending != HF_PENDING_DONE && b->i->pending != HF_PENDING_SKIP)
		return;
	set_key(b, o, "asked_by", "asked_name", hf_json_get_str(asked, "actor"));
	brief_set(b, o, "asked_at", hf_json_time(entry_time(asked)));
	brief_set_text(b, o, "asked_text", b->i->text);
}

static void
approval(struct brief *b, struct hf_json *out)
{
	static const char *const whens[] = { "", "done", "before", "skip" }, *const pendings[] = { "", "begin", "done", "skip" };
	const struct hf_second *s = hf_step_second(b->run->pb, b->i->step);
	struct hf_json         *o, *people = NULL;
	enum hf_code            rc;

	if (s->when == HF_SECOND_NONE) {
		brief_set(b, out, "approval", hf_json_null());
		return;
	}
	second(b, out);
	o = hf_json_object();
	brief_set(b, o, "when", hf_json_string(whens[s->when]));
	brief_set(b, o, "pending", b->i->pending == HF_PENDING_NONE ? hf_json_null() : hf_json_string(pendings[b->i->pending]));
	asked(b, o);
	set_key(b, o, "approved_by", "approved_name", b->i->approved_by);
	set_key(b, o, "rejected_by", "rejected_name", b->i->rejected_by);
	brief_set_text(b, o, "rejected", b->i->rejected);
	if ((rc = hf_run_approvers(&people, b->run, b->i, b->e)) != HF_OK)
		brief_fail(b, rc);
	brief_set(b, o, "people", people != NULL ? people : hf_json_array());
	mine(b, o);
	brief_set(b, out, "approval", o);
}

/* ---- waiting, coming back ---- */

static void
waits(struct brief *b, struct hf_json *out)
{
	struct hf_json *o;

	if (b->i->step->wait.set)
		brief_set_filled(b, out, "wait", b->i->step->wait.text);
	if (b->i->state != HF_WAITING || b->i->pending != HF_PENDING_NONE) {
		brief_set(b, out, "waits", hf_json_null());
		return;
	}
	o = hf_json_object();
	brief_set(b, o, "for", brief_filled(b, b->i->waits_for));
	brief_set(b, o, "until", hf_json_time(b->i->wakes));
	brief_set(b, out, "waits", o);
}

static void
repeats(struct brief *b, struct hf_json *out)
{
	static const char *const units[] = {
		[HF_UNIT_MIN] = "min", [HF_UNIT_HOUR] = "h", [HF_UNIT_DAY] = "days", [HF_UNIT_WORKDAY] = "working days"
	};
	const struct hf_repeat *r = &b->i->step->repeat;
	struct hf_buf           buf = HF_BUF_INIT;

	if (!r->set)
		return;
	if (r->every)
		hf_buf_addf(&buf, "every %d %s", r->span.n, units[r->span.unit]);
	else
		hf_buf_addf(&buf, "at {%s}", r->at);
	if (strcmp(r->until, "answered") == 0)
		hf_buf_adds(&buf, " until it is answered");
	else if (r->until[0] != '\0')
		hf_buf_addf(&buf, " until `%s`", r->until);
	if (r->times > 0)
		hf_buf_addf(&buf, ", %d times", r->times);
	brief_set(b, out, "repeat", brief_routed(b, hf_buf_str(&buf)));
	brief_set(b, out, "rounds", hf_json_int(b->i->rounds));
	brief_set(b, out, "until", hf_json_time(b->i->again ? rest_due(b->run, b->i) : 0));
	hf_buf_clear(&buf);
}

/* ---- what is to be confirmed ---- */

static void
field_type(struct brief *b, struct hf_json *o, const struct hf_json *record, const char *field)
{
	const char            *kind = hf_json_get_str(record, "kind");
	const struct hf_kind  *k = kind == NULL ? NULL : hf_schema_kind(kind);
	const struct hf_field *f = k == NULL ? NULL : hf_schema_field(k, field);
	struct hf_json        *choices = hf_json_array();
	char                   word[64];

	if (kind != NULL)
		brief_set(b, o, "kind", hf_json_string(kind));
	if (f != NULL)
		brief_set(b, o, "type", hf_json_string(hf_field_words(word, sizeof(word), f)));
	for (size_t n = 0; f != NULL && f->type == HF_FIELD_CHOICE && hf_field_choice(f, n, word, sizeof(word)); n++)
		brief_push(b, choices, hf_json_string(word));
	brief_set(b, o, "choices", choices);
}

/* "Max Stone (left on 2026-11-01)"; *left: somebody has. */
static void
add_now(struct hf_buf *out, bool *left, struct brief *b, const struct hf_json *value)
{
	struct hf_buf who = HF_BUF_INIT;
	enum hf_code  rc;

	hf_brief_value(out, b->run, value);
	if ((rc = confirm_left(&who, b->run, value, false, b->e)) != HF_OK)
		brief_fail(b, rc);
	if ((*left = who.len > 0))
		hf_buf_addf(out, " (%s)", hf_buf_str(&who));
	hf_buf_clear(&who);
}

static void
confirm_one(struct brief *b, struct hf_json *list, const char *name)
{
	struct hf_json *o = hf_json_object(), *record = NULL;
	const char     *field;
	struct hf_buf   ref = HF_BUF_INIT, now = HF_BUF_INIT;
	char            id[HF_ID_SIZE];
	bool            left,
	    known =
		confirm_at(id, &field, b->run, b->i, name, NULL) == HF_OK && hf_register_get(&record, b->run->r, id, NULL) == HF_OK;
	const struct hf_json *value = known ? hf_json_get(record, field) : NULL;

	if (known)
		hf_register_ref(&ref, b->run->r, id);
	add_now(&now, &left, b, value);
	brief_set(b, o, "left", hf_json_bool(left));
	brief_set(b, o, "name", hf_json_string(name));
	brief_set(b, o, "field", hf_json_string(field));
	brief_set(b, o, "record", known ? hf_json_string(id) : hf_json_null());
	brief_set(b, o, "ref", hf_json_string(hf_buf_str(&ref)));
	field_type(b, o, record, field);
	brief_set(b, o, "value", value == NULL ? hf_json_null() : hf_json_ref(value));
	brief_set(b, o, "now", hf_json_string(hf_buf_str(&now)));
	brief_set(b, o, "given", hf_json_bool(hf_json_get(b->i->values, name) != NULL));
	brief_push(b, list, o);
	hf_json_free(record);
	hf_buf_clear(&ref);
	hf_buf_clear(&now);
}

static void
confirm(struct brief *b, struct hf_json *out)
{
	struct hf_json *list = hf_json_array();

	for (size_t k = 0; k < b->i->step->confirm.n; k++)
		confirm_one(b, list, b->i->step->confirm.v[k]);
	brief_set(b, out, "confirm", list);
}

/* ---- who has it; what else runs ---- */

static void
claim(struct brief *b, struct hf_json *out)
{
	struct hf_json *o;
	struct hf_buf   ref = HF_BUF_INIT;

	if (b->i->claimed_by[0] == '\0') {
		brief_set(b, out, "claim", hf_json_null());
		return;
	}
	o = hf_json_object();
	set_key(b, o, "by", "name", b->i->claimed_by);
	if (b->i->claimed_for[0] != '\0') {
		hf_register_ref(&ref, b->run->r, b->i->claimed_for);
		brief_set(b, o, "name", hf_json_string(hf_buf_str(&ref)));
	}
	brief_set(
	    b, o, "mine", hf_json_bool(strcmp(b->i->claimed_by, hf_register_key(b->run->r)) == 0 && b->i->claimed_for[0] == '\0'));
	brief_set(b, out, "claim", o);
	hf_buf_clear(&ref);
}

static void
beside(struct brief *b, struct hf_json *out)
{
	struct hf_json *windows = NULL, *all = NULL, *list = hf_json_array();
	enum hf_code    rc;

	if ((rc = hf_run_windows(&windows, b->run, b->e)) != HF_OK || (rc = hf_run_children(&all, b->run, b->e)) != HF_OK)
		brief_fail(b, rc);
	for (size_t k = 0; k < hf_json_len(all); k++) {
		const char *step = hf_json_get_str(hf_json_at(all, k), "step");

		if (step != NULL && strcmp(step, b->i->number) == 0)
			brief_push(b, list, hf_json_ref(hf_json_at(all, k)));
	}
	brief_set(b, out, "windows", windows != NULL ? windows : hf_json_array());
	brief_set(b, out, "children", list);
	hf_json_free(all);
}

static void
inherited(struct brief *b, struct hf_json *out)
{
	const struct hf_json *from = hf_json_get(b->run->start, "inherited_evidence");
	struct hf_json       *list = hf_json_array();

	for (size_t k = 0; k < hf_json_len(from); k++) {
		struct hf_json *o = hf_json_object();

		brief_set(b, o, "kept_as", hf_json_ref(hf_json_get(hf_json_at(from, k), "kept_as")));
		brief_set(b, o, "file_name", hf_json_ref(hf_json_get(hf_json_at(from, k), "file_name")));
		brief_set(b, o, "run", hf_json_ref(hf_json_get(hf_json_at(from, k), "run")));
		brief_push(b, list, o);
	}
	brief_set(b, out, "inherited", list);
}

void
brief_turn(struct brief *b, struct hf_json *out)
{
	approval(b, out);
	waits(b, out);
	repeats(b, out);
	confirm(b, out);
	claim(b, out);
	beside(b, out);
	inherited(b, out);
	brief_set(b, out, "anyway", hf_json_or_null(b->i->anyway));
}
