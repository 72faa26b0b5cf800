/*
 * The second person: another one than who asks, and never the subject. A key stands for the person that it is tied to; one that is tied to nobody stands
 * for itself, and the log shows that. But of a run about a person it might be that person's own: there it agrees to nothing, and nobody agrees to what it
 * did.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/share.h"
#include "run_impl.h"

void
second_person(char id[HF_ID_SIZE], const struct hf_run *run, const char *fpr)
{
	struct hf_stmt *s = NULL;

	id[0] = '\0';
	if (fpr == NULL || fpr[0] == '\0' ||
	    hf_db_prepare(&s, hf_register_db(run->r), "SELECT id FROM main.person WHERE key_fpr = ? ORDER BY id LIMIT 1", NULL) !=
		HF_OK)
		return;
	hf_stmt_text(s, 1, fpr);
	if (hf_stmt_step(s))
		snprintf(id, HF_ID_SIZE, "%s", hf_stmt_col(s, 0));
	hf_stmt_free(s);
}

bool
second_same(const struct hf_run *run, const char *a, const char *b)
{
	char x[HF_ID_SIZE], y[HF_ID_SIZE];

	if (strcmp(a, b) == 0)
		return true;
	second_person(x, run, a);
	second_person(y, run, b);
	return x[0] != '\0' && strcmp(x, y) == 0;
}

/* Whom a key was tied to when it wrote, and whom it is tied to now. */
static bool
is_person(const struct hf_run *run, const struct hf_json *entry, const char *id)
{
	char now[HF_ID_SIZE];

	if (id[0] == '\0')
		return false;
	second_person(now, run, hf_json_text(entry, "actor"));
	return strcmp(now, id) == 0 || strcmp(hf_json_text(entry, "by_person"), id) == 0;
}

/* Is the request (an entry) by or for whoever writes entry, by any key? */
static bool
is_own(const struct hf_run *run, const struct hf_json *request, const struct hf_json *entry)
{
	char asked_by[HF_ID_SIZE];

	second_person(asked_by, run, hf_json_text(request, "actor"));
	return strcmp(hf_json_text(request, "actor"), hf_json_text(entry, "actor")) == 0 || is_person(run, entry, asked_by) ||
	    is_person(run, entry, hf_json_text(request, "by_person")) ||
	    is_person(run, entry, hf_json_text(request, "on_behalf_of"));
}

bool
second_stranger(const struct hf_run *run, const char *fpr)
{
	char now[HF_ID_SIZE];

	second_person(now, run, fpr);
	return strcmp(run->subject_kind, "person") == 0 && now[0] == '\0';
}

/* The key that wrote an entry, when it may be the subject's own: it was tied to no person then, and is to none now. NULL: it is known. */
static const char *
stranger(const struct hf_run *run, const struct hf_json *entry)
{
	const char *fpr = hf_json_text(entry, "actor");

	return hf_json_text(entry, "by_person")[0] == '\0' && second_stranger(run, fpr) ? fpr : NULL;
}

bool
second_known(const struct hf_run *run, const struct hf_json *entry)
{
	return stranger(run, entry) == NULL;
}

bool
second_may(const struct hf_run *run, const struct hf_json *request, const struct hf_json *entry)
{
	return hf_json_text(entry, "on_behalf_of")[0] == '\0' && second_known(run, entry) && !is_person(run, entry, run->subject) &&
	    (request == NULL || (second_known(run, request) && !is_own(run, request, entry)));
}

/* What has to be approved; NULL when it is that the step begins. */
static const struct hf_json *
request_of(const struct hf_instance *i)
{
	return i->pending == HF_PENDING_BEGIN ? NULL : i->asked;
}

const char *
second_bar(const struct hf_run *run, const struct hf_instance *i)
{
	const char           *me = hf_register_key(run->r), *why = NULL;
	const struct hf_json *request = request_of(i);
	struct hf_json       *mine = hf_json_object();

	if (hf_json_set(mine, "actor", hf_json_string(me)) != 0 || second_stranger(run, me))
		why = "your key is tied to no person";
	else if (is_person(run, mine, run->subject))
		why = "it is about you";
	else if (request != NULL && is_own(run, request, mine))
		why = "it is your own work";
	else if (i->pending == HF_PENDING_BEGIN && i->claimed_by[0] != '\0' && second_same(run, i->claimed_by, me))
		why = "you have said that you do it";
	else if (request != NULL && !second_known(run, request))
		why = "the key that asks is tied to no person";
	hf_json_free(mine);
	return why;
}

const char *
second_untied(const struct hf_run *run, const struct hf_instance *i)
{
	const struct hf_json *request = request_of(i);
	const char           *me = hf_register_key(run->r);

	if (second_stranger(run, me) && (request == NULL || strcmp(hf_json_text(request, "actor"), me) != 0))
		return me;
	return request == NULL ? NULL : stranger(run, request);
}

bool
second_wanted(const struct hf_run *run, const struct hf_instance *i, bool skip)
{
	enum hf_second_when when = hf_step_second(run->pb, i->step)->when;

	return when == HF_SECOND_DONE || (skip && when == HF_SECOND_SKIP);
}

/* Of a phase one approval is enough for all its rows. */
static const char *
approved_by(const struct hf_run *run, const struct hf_instance *i)
{
	if (i->approved_by[0] != '\0' || i->step->second.when != HF_SECOND_NONE)
		return i->approved_by;
	for (size_t k = 0; k < run->n; k++)
		if (run->list[k].step->phase == i->step->phase && run->list[k].step->second.when == HF_SECOND_NONE &&
		    run->list[k].approved_by[0] != '\0' && i->visit <= 1)
			return run->list[k].approved_by;
	return "";
}

bool
second_before(const struct hf_run *run, const struct hf_instance *i)
{
	return hf_step_second(run->pb, i->step)->when == HF_SECOND_BEFORE && approved_by(run, i)[0] == '\0';
}

/* ---- whom to ask ---- */

static int
put_key(struct hf_json *person, const struct hf_run *run, const char *id)
{
	struct hf_json *record = NULL;
	const char     *key = NULL;
	int             bad;

	if (hf_register_get(&record, run->r, id, NULL) == HF_OK)
		key = hf_json_get_str(record, "key_fpr");
	bad = hf_json_set(person, "key", hf_json_or_null(key));
	hf_json_free(record);
	return bad;
}

/* The key of who asked, or would: by the claim, else who reads this. */
static const char *
asking(const struct hf_run *run, const struct hf_instance *i)
{
	return i->asked != NULL      ? hf_json_text(i->asked, "actor") :
	    i->claimed_by[0] != '\0' ? i->claimed_by :
				       hf_register_key(run->r);
}

static bool
is_asker(const struct hf_run *run, const struct hf_instance *i, const char *person)
{
	char asker[HF_ID_SIZE];

	second_person(asker, run, asking(run, i));
	return strcmp(asker, person) == 0 || strcmp(hf_json_text(i->asked, "on_behalf_of"), person) == 0 ||
	    strcmp(i->claimed_for, person) == 0;
}

static int
take_people(
    struct hf_json *out, const struct hf_run *run, const struct hf_instance *i, const char *role, const struct hf_json *people)
{
	for (size_t k = 0; k < hf_json_len(people); k++) {
		const char     *id = hf_json_get_str(hf_json_at(people, k), "id");
		struct hf_json *o;

		if (strcmp(id, run->subject) == 0 || (i->pending != HF_PENDING_BEGIN && is_asker(run, i, id)))
			continue;
		if ((o = hf_json_copy(hf_json_at(people, k))) == NULL || hf_json_set(o, "role", hf_json_string(role)) != 0 ||
		    put_key(o, run, id) != 0) {
			hf_json_free(o);
			return -1;
		}
		if (hf_json_push(out, o) != 0)
			return -1;
	}
	return 0;
}

enum hf_code
hf_run_approvers(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	const struct hf_second *s = hf_step_second(run->pb, i->step);
	struct hf_json         *list = hf_json_array(), *people = NULL;
	enum hf_code            rc = list == NULL ? hf_nomem(e) : HF_OK;

	*out = NULL;
	for (size_t k = 0; rc == HF_OK && s->when != HF_SECOND_NONE && k < s->roles.n; k++) {
		if ((rc = hf_run_people(&people, run, i, s->roles.v[k], e)) == HF_OK &&
		    take_people(list, run, i, s->roles.v[k], people) != 0)
			rc = hf_nomem(e);
		hf_json_free(people);
		people = NULL;
	}
	if (rc != HF_OK) {
		hf_json_free(list);
		return rc;
	}
	*out = list;
	return HF_OK;
}

static bool
is_in(const struct hf_json *list, const char *text)
{
	for (size_t k = 0; k < hf_json_len(list); k++)
		if (strcmp(hf_json_str(hf_json_at(list, k)), text) == 0)
			return true;
	return false;
}

/* Would an approval by that member's key count? */
static bool
would_do(const struct hf_run *run, const struct hf_instance *i, const char *fpr)
{
	char person[HF_ID_SIZE];

	second_person(person, run, fpr);
	if (person[0] == '\0')
		return !second_stranger(run, fpr) && strcmp(fpr, asking(run, i)) != 0;
	return strcmp(person, run->subject) != 0 && !is_asker(run, i, person);
}

static bool
anybody(const struct hf_run *run, const struct hf_instance *i)
{
	struct hf_json *members = NULL;
	bool            found = false;

	if (hf_run_workers(&members, run->r, run->id, NULL) != HF_OK)
		return true;
	for (size_t k = 0; !found && k < hf_json_len(members); k++)
		found = would_do(run, i, hf_json_str(hf_json_at(members, k)));
	hf_json_free(members);
	return found;
}

bool
second_can(const struct hf_run *run, const struct hf_instance *i)
{
	return (request_of(i) == NULL || second_known(run, request_of(i))) && anybody(run, i);
}

/* Those who are named for it have keys, and none of them reads the run: how one does. */
static bool
locked_out(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i)
{
	struct hf_json *people = NULL, *workers = NULL;
	bool            all = hf_run_approvers(&people, run, i, NULL) == HF_OK && hf_json_len(people) > 0 &&
	    hf_run_workers(&workers, run->r, run->id, NULL) == HF_OK;

	for (size_t k = 0; all && k < hf_json_len(people); k++) {
		const char *key = hf_json_get_str(hf_json_at(people, k), "key");

		all = key != NULL && !is_in(workers, key);
	}
	if (all)
		hf_buf_addf(out,
		    "%s cannot read this run yet. An admin types: holdfast member role \"%s\" owner responder; then they type, with a key of "
		    "their own: holdfast run approve %s %s",
		    hf_json_text(hf_json_at(people, 0), "name"), hf_json_text(hf_json_at(people, 0), "name"), run->id, i->address);
	hf_json_free(people);
	hf_json_free(workers);
	return all;
}

/* Those who are named for it, and none of them has a key: so somebody else does it. */
static bool
keyless(const struct hf_run *run, const struct hf_instance *i)
{
	struct hf_json *people = NULL;
	bool            all = hf_run_approvers(&people, run, i, NULL) == HF_OK && hf_json_len(people) > 0;

	for (size_t k = 0; all && k < hf_json_len(people); k++)
		all = hf_json_get_str(hf_json_at(people, k), "key") == NULL;
	hf_json_free(people);
	return all;
}

bool
hf_run_shared(const struct hf_run *run)
{
	struct hf_err ignored = HF_ERR_INIT;
	char         *url = NULL;
	bool          shared = hf_remote_get(&url, run->r, &ignored) == HF_OK && url != NULL;

	free(url);
	return shared;
}

void
hf_run_approval_hint(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i)
{
	const char *fpr = request_of(i) == NULL ? NULL : stranger(run, request_of(i));

	if (fpr != NULL)
		hf_buf_addf(out,
		    "nobody can approve it yet, because the key that asks is tied to no person: holdfast member role %s --person NAME",
		    fpr);
	else if (locked_out(out, run, i))
		return;
	else if (anybody(run, i))
		hf_buf_addf(out, "%s: %sholdfast run approve %s %s",
		    keyless(run, i) ?
			"nobody named for it has a key here, so anybody else may, and the log says so; they type, with a key of their own" :
			"they type, with a key of their own",
		    hf_run_shared(run) ? "holdfast sync, then " : "", run->id, i->address);
	else
		hf_buf_addf(out,
		    "nobody else here has a key of their own: holdfast member add KEYFILE --role responder --person NAME; "
		    "until then a step that needs this one takes --anyway REASON, and run close --why REASON ends the run");
}

enum hf_code
second_hint(struct hf_err *e, const struct hf_run *run, const struct hf_instance *i)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	hf_run_approval_hint(&b, run, i);
	rc = hf_hint(e, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
	return rc;
}

enum hf_code
second_role(const char **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	const struct hf_second *s = hf_step_second(run->pb, i->step);
	struct hf_json         *list = NULL;
	char                    me[HF_ID_SIZE];
	enum hf_code            rc;

	*out = NULL;
	second_person(me, run, hf_register_key(run->r));
	if ((rc = hf_run_approvers(&list, run, i, e)) != HF_OK)
		return rc;
	for (size_t k = 0; me[0] != '\0' && *out == NULL && k < hf_json_len(list); k++)
		for (size_t n = 0; strcmp(hf_json_text(hf_json_at(list, k), "id"), me) == 0 && *out == NULL && n < s->roles.n; n++)
			if (strcmp(s->roles.v[n], hf_json_text(hf_json_at(list, k), "role")) == 0)
				*out = s->roles.v[n];
	hf_json_free(list);
	return HF_OK;
}

void
second_words(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i)
{
	const struct hf_second *s = hf_step_second(run->pb, i->step);
	struct hf_json         *list = NULL;

	for (size_t k = 0; k < s->roles.n; k++) {
		const struct hf_role *role = hf_playbook_role(run->pb, s->roles.v[k]);

		hf_buf_addf(out, "%s%s", k > 0 ? " or " : "", role == NULL ? s->roles.v[k] : role->words);
	}
	if (hf_run_approvers(&list, run, i, NULL) != HF_OK)
		return;
	for (size_t k = 0; k < hf_json_len(list); k++) {
		const char *phone = hf_json_get_str(hf_json_at(list, k), "phone"),
			   *mail = hf_json_get_str(hf_json_at(list, k), "email");

		hf_buf_addf(out, "%s%s%s%s", k == 0 ? " (" : "; ", hf_json_text(hf_json_at(list, k), "name"),
		    phone != NULL || mail != NULL ? ", " : "",
		    phone != NULL    ? phone :
			mail != NULL ? mail :
				       "");
	}
	hf_buf_adds(out, hf_json_len(list) > 0 ? ")" : "");
	hf_json_free(list);
}
