/* What an answer, a failure or an approval leads to, in one commit: books that begin, changes in the register, the end of the run. */
#include <stdio.h>
#include <string.h>

#include "act.h"

const struct hf_route *
act_route_of(const struct hf_step *s, const char *key)
{
	for (size_t k = 0; k < s->n_routes; k++)
		if (strcmp(s->routes[k].key, key) == 0)
			return &s->routes[k];
	return NULL;
}

/* What is known in a run goes along to one that it starts. */
static struct hf_json *
heritage(const struct hf_run *run)
{
	struct hf_json *all = run->inherited == NULL ? hf_json_object() : hf_json_copy(run->inherited), *v;
	const char     *name;
	int             bad = all == NULL;

	for (void *it = NULL; !bad && hf_json_next(run->values, &it, &name, &v);)
		bad = hf_json_set(all, name, hf_json_ref(v));
	return hf_json_built(all, bad);
}

static int
add_file(struct hf_json *list, const struct hf_run *run, const struct hf_json *entry)
{
	static const char *const keys[] = { "kept_as", "evidence", "file_name", "sha256", "size", "media_type" };
	struct hf_json          *o = hf_json_object();
	int                      bad = 0;

	bad |= hf_json_set(o, "run", hf_json_string(run->id));
	bad |= hf_json_set(o, "entry", hf_json_ref(hf_json_get(entry, "id")));
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		if (hf_json_get(entry, keys[k]) != NULL)
			bad |= hf_json_set(o, keys[k], hf_json_ref(hf_json_get(entry, keys[k])));
	if (!bad)
		return hf_json_push(list, o);
	hf_json_free(o);
	return -1;
}

/* And so does what was kept. */
static struct hf_json *
heirlooms(const struct hf_run *run)
{
	const struct hf_json *from = hf_json_get(run->start, "inherited_evidence");
	struct hf_json       *list = hf_json_array();
	int                   bad = list == NULL;

	for (size_t k = 0; !bad && k < hf_json_len(from); k++)
		bad = hf_json_push(list, hf_json_ref(hf_json_at(from, k)));
	for (size_t k = 0; !bad && k < hf_json_len(run->entries); k++) {
		const char *type = hf_json_get_str(hf_json_at(run->entries, k), "type");

		if (type != NULL && strcmp(type, "evidence") == 0)
			bad = add_file(list, run, hf_json_at(run->entries, k));
	}
	return hf_json_built(list, bad);
}

struct taking {
	struct hf_run            *run;
	const struct hf_instance *i;
	const struct hf_act      *act;
	struct hf_batch          *b;
	struct hf_json           *started;  /* ids */
	struct hf_json           *not_done; /* [{"book","why"}]: books that could not be started */
};

static enum hf_code
begin_book(struct taking *t, const struct hf_target *to, struct hf_err *e)
{
	struct hf_start s = {
		.playbook = to->name, .subject = t->run->subject, .at = t->act->at, .drill = t->run->drill, .parent = t->run->id
	};
	struct hf_json *known = heritage(t->run), *kept = heirlooms(t->run);
	char            id[HF_ID_SIZE], on[HF_ID_SIZE];
	enum hf_code    rc = known == NULL || kept == NULL ? hf_nomem(e) : HF_OK;

	s.inherited = known;
	s.evidence = kept;
	if (rc == HF_OK && to->on[0] != '\0' && (rc = act_record_at(on, t->run, t->i, to->on, e)) == HF_OK)
		s.subject = on;
	if (rc == HF_OK && (rc = run_begin(id, t->b, t->run->r, t->run->shelf, &s, e)) == HF_OK &&
	    hf_json_push(t->started, hf_json_string(id)) != 0)
		rc = hf_nomem(e);
	hf_json_free(known);
	hf_json_free(kept);
	return rc;
}

/* An answer is not lost because a book is not there: that is written beside it. */
static enum hf_code
start_book(struct taking *t, const struct hf_target *to, bool instead, struct hf_err *e)
{
	struct hf_err   why = HF_ERR_INIT;
	struct hf_json *o;
	enum hf_code    rc = begin_book(t, to, &why);

	if (rc == HF_OK)
		return HF_OK;
	if (instead || (rc != HF_NOTFOUND && rc != HF_BAD && rc != HF_SEALED)) {
		if (e != NULL)
			*e = why;
		return hf_fail_in(e, "%s", t->i->address);
	}
	o = hf_json_object();
	if (hf_json_set(o, "book", hf_json_string(to->name)) != 0 || hf_json_set(o, "why", hf_json_string(why.msg)) != 0) {
		hf_json_free(o);
		return hf_nomem(e);
	}
	return hf_json_push(t->not_done, o) == 0 ? HF_OK : hf_nomem(e);
}

static bool
stops(const struct hf_route *r)
{
	for (size_t k = 0; r != NULL && k < r->n_to; k++)
		if (r->to[k].verb == HF_STOP)
			return true;
	return false;
}

static enum hf_code
start_books(struct taking *t, const struct hf_route *r, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t k = 0; r != NULL && rc == HF_OK && k < r->n_to; k++)
		if (r->to[k].verb == HF_RUN)
			rc = start_book(t, &r->to[k], stops(r), e);
	return rc;
}

static enum hf_code
close_after(struct taking *t, const struct hf_route *r, struct hf_err *e)
{
	struct hf_act   why = *t->act;
	struct hf_json *entry;
	char            id[HF_ID_SIZE];

	why.text = r->label;
	if ((entry = act_entry(t->run, "close", &why, NULL, e)) == NULL)
		return e == NULL ? HF_NOMEM : e->code;
	if (hf_json_set(entry, "after", hf_json_string(t->i->number)) != 0) {
		hf_json_free(entry);
		return hf_nomem(e);
	}
	return hf_batch_entry(id, t->b, t->run->id, entry, e);
}

/* Log the entry (taken over) with what was begun beside it, and after it the end of the run by a route that stops it; last may be NULL. */
static enum hf_code
log_taken(struct taking *t, struct hf_json *entry, const struct hf_route *last, struct hf_err *e)
{
	char         id[HF_ID_SIZE];
	enum hf_code rc;

	if ((hf_json_len(t->started) > 0 && hf_json_set(entry, "started", hf_json_ref(t->started)) != 0) ||
	    (hf_json_len(t->not_done) > 0 && hf_json_set(entry, "not_started", hf_json_ref(t->not_done)) != 0)) {
		hf_json_free(entry);
		return hf_nomem(e);
	}
	if ((rc = hf_batch_entry(id, t->b, t->run->id, entry, e)) == HF_OK && last != NULL)
		rc = close_after(t, last, e);
	return rc;
}

/* entry is taken over. */
static enum hf_code
take_route(struct taking *t, const struct hf_route *r, struct hf_json *entry, bool finishes, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = start_books(t, r, e)) != HF_OK || (finishes && (rc = act_changes(t->b, entry, t->run, t->i, e)) != HF_OK)) {
		hf_json_free(entry);
		return rc;
	}
	return log_taken(t, entry, stops(r) ? r : NULL, e);
}

/* Log an entry (taken over) that takes a route (NULL: none is there to take). */
enum hf_code
act_routed(const struct act_way *way, struct hf_json *entry, struct hf_json **out, struct hf_err *e)
{
	struct taking t = { .run = way->run, .i = way->i, .act = way->act };
	enum hf_code  rc;

	t.started = hf_json_array();
	t.not_done = hf_json_array();
	if (entry == NULL) {
		rc = e == NULL ? HF_NOMEM : e->code;
	} else if (t.started == NULL || t.not_done == NULL || hf_batch_new(&t.b, t.run->r, e) != HF_OK) {
		hf_json_free(entry);
		rc = hf_nomem(e);
	} else if ((rc = take_route(&t, way->route, entry, way->finishes, e)) == HF_OK) {
		rc = act_land(t.run, t.b, e);
	}
	if (out != NULL && (rc == HF_OK || rc == HF_UNSURE))
		*out = hf_json_ref(t.started);
	hf_json_free(t.started);
	hf_json_free(t.not_done);
	hf_batch_free(t.b);
	return rc;
}

static const struct hf_route *
answer_of(const struct hf_instance *i)
{
	return i->answer[0] == '\0' ? NULL : act_route_of(i->step, i->answer);
}

/* Is it this one that is agreed to? Of a phase it is every step that waits for it. */
static bool
agreed(const struct hf_run *run, const struct hf_instance *i, const struct hf_instance *k, const struct hf_json *entry)
{
	bool same = k == i ||
	    (i->step->second.when == HF_SECOND_NONE && k->step->second.when == HF_SECOND_NONE && k->step->phase == i->step->phase);

	return same && k->pending == HF_PENDING_DONE && second_may(run, k->asked, entry);
}

static enum hf_code
all_agreed(struct taking *t, const struct hf_instance *i, struct hf_json *entry, const struct hf_json *mine, struct hf_err *e)
{
	const struct hf_route *last = NULL;
	enum hf_code           rc = HF_OK;

	for (size_t k = 0; rc == HF_OK && k < t->run->n; k++) {
		if (!agreed(t->run, i, &t->run->list[k], mine))
			continue;
		t->i = &t->run->list[k];
		if (stops(answer_of(t->i)))
			last = answer_of(t->i);
		if ((rc = start_books(t, answer_of(t->i), e)) == HF_OK)
			rc = act_changes(t->b, entry, t->run, t->i, e);
	}
	if (rc != HF_OK) {
		hf_json_free(entry);
		return rc;
	}
	return log_taken(t, entry, last, e);
}

enum hf_code
act_approved(struct hf_run *run, const struct hf_instance *i, const struct hf_act *act, struct hf_json *entry,
    struct hf_json **started, struct hf_err *e)
{
	struct taking   t = { .run = run, .act = act, .started = hf_json_array(), .not_done = hf_json_array() };
	struct hf_json *mine = hf_json_copy(entry);
	enum hf_code    rc = HF_OK;

	if (mine == NULL || t.started == NULL || t.not_done == NULL ||
	    hf_json_set(mine, "actor", hf_json_string(hf_register_key(run->r))) != 0)
		rc = hf_nomem(e);
	if (rc != HF_OK || (rc = hf_batch_new(&t.b, run->r, e)) != HF_OK)
		hf_json_free(entry);
	else if ((rc = all_agreed(&t, i, entry, mine, e)) == HF_OK)
		rc = act_land(run, t.b, e);
	if (started != NULL && (rc == HF_OK || rc == HF_UNSURE))
		*started = hf_json_ref(t.started);
	hf_json_free(mine);
	hf_json_free(t.started);
	hf_json_free(t.not_done);
	hf_batch_free(t.b);
	return rc;
}
