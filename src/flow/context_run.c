/* The run's part of a report: steps, entries, evidence, figures. */
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "holdfast/figures.h"
#include "holdfast/text.h"
#include "run_impl.h"

static const char *
severity_words(const struct hf_run *run)
{
	const struct hf_severity *s = hf_playbook_severity(run->pb, run->severity);

	return s == NULL ? NULL : s->text;
}

static void
head(struct context *c)
{
	const struct hf_run *run = c->run;
	struct hf_json      *o = hf_json_object(), *people = NULL;
	struct hf_buf        ref = HF_BUF_INIT;
	const char          *aware = hf_json_get_str(run->values, "aware_at");
	int64_t              t;

	hf_register_ref(&ref, c->r, run->subject);
	ctx_text(c, o, "id", run->id);
	ctx_text(c, o, "title", run->pb->title);
	ctx_text(c, o, "playbook", run->book);
	ctx_text(c, o, "playbook_hash", run->hash);
	ctx_text(c, o, "subject", hf_buf_str(&ref));
	ctx_text(c, o, "state", run->open ? "open" : "closed");
	ctx_set(c, o, "drill", hf_json_bool(run->drill));
	ctx_time(c, o, "started_at", run->started);
	ctx_time(c, o, "closed_at", run->ended);
	if (aware != NULL && hf_time_parse(&t, NULL, aware, NULL) == HF_OK)
		ctx_time(c, o, "aware_at", t);
	ctx_text(c, o, "severity", run->severity);
	ctx_text(c, o, "severity_words", severity_words(run));
	if (hf_run_people(&people, run, NULL, "lead", c->e) == HF_OK && hf_json_len(people) > 0)
		ctx_text(c, o, "lead", hf_json_get_str(hf_json_at(people, 0), "name"));
	hf_json_free(people);
	hf_buf_clear(&ref);
	ctx_set(c, c->out, "run", o);
}

/* ---- steps ---- */

static void
filled(struct context *c, struct hf_json *o, const char *key, const struct hf_instance *i, const char *text)
{
	struct hf_buf b = HF_BUF_INIT;

	if (hf_run_fill(&b, c->run, i, text, c->e) != HF_OK)
		ctx_fail(c, c->e->code);
	else
		ctx_text(c, o, key, hf_buf_str(&b));
	hf_buf_clear(&b);
}

static const struct hf_route *
route_taken(const struct hf_instance *i)
{
	for (size_t k = 0; i->answer[0] != '\0' && k < i->step->n_routes; k++)
		if (strcmp(i->step->routes[k].key, i->answer) == 0)
			return &i->step->routes[k];
	return NULL;
}

/* "; ad money: nothing" */
static void
add_value(struct context *c, struct hf_buf *b, const char *name, const struct hf_json *v)
{
	struct hf_json *shown = ctx_value(c, v, 0);

	hf_buf_adds(b, b->len > 0 ? "; " : "");
	hf_text_name(b, name);
	hf_buf_addf(b, ": %s", shown == NULL ? "" : hf_json_str(shown));
	hf_json_free(shown);
}

/* What was done, in one line: the note; the answer; the values by their names. */
static void
step_text(struct context *c, struct hf_json *o, const struct hf_instance *i)
{
	const struct hf_route *r = route_taken(i);
	struct hf_buf          b = HF_BUF_INIT;

	if (i->text[0] != '\0')
		hf_buf_adds(&b, i->text);
	if (r != NULL)
		hf_buf_addf(&b, "%s%s", b.len > 0 ? "; " : "", r->label);
	for (size_t k = 0; k < i->step->n_write; k++) {
		const struct hf_json *v = hf_json_get(i->values, i->step->write[k].name);

		if (hf_json_str(v) != NULL && !hf_id_valid(hf_json_str(v)))
			add_value(c, &b, i->step->write[k].name, v);
	}
	ctx_text(c, o, "text", hf_buf_str(&b));
	hf_buf_clear(&b);
}

static struct hf_json *
step(struct context *c, const struct hf_instance *i)
{
	struct hf_json *o = hf_json_object();

	ctx_text(c, o, "id", i->number);
	filled(c, o, "title", i, i->step->title);
	ctx_text(c, o, "phase", c->run->pb->phases[i->step->phase].title);
	ctx_text(c, o, "state", hf_state_word(i->state));
	ctx_set(c, o, "done", hf_json_bool(i->state == HF_DONE));
	ctx_set(c, o, "skipped", hf_json_bool(i->state == HF_SKIPPED));
	ctx_set(c, o, "failed", hf_json_bool(i->state == HF_FAILED));
	ctx_set(c, o, "late", hf_json_bool(i->late));
	ctx_time(c, o, "at", i->at);
	ctx_time(c, o, "needed_by", i->deadline);
	ctx_who(c, o, "by", i->by);
	ctx_who(c, o, "approved_by", i->approved_by);
	ctx_text(c, o, "anyway", i->anyway);
	ctx_set(c, o, "twice", hf_json_bool(i->twice));
	if (i->state == HF_SKIPPED)
		ctx_text(c, o, "why", i->text);
	step_text(c, o, i);
	return o;
}

static int
by_time(const void *a, const void *b)
{
	const struct hf_instance *const *x = a, *const *y = b;

	return (*x)->at < (*y)->at ? -1 : (*x)->at > (*y)->at;
}

static void
changes(struct context *c)
{
	const struct hf_instance **list = calloc(c->run->n + 1, sizeof(*list));
	struct hf_json            *out = hf_json_array();
	size_t                     n = 0;

	if (list == NULL) {
		ctx_fail(c, hf_nomem(c->e));
		hf_json_free(out);
		return;
	}
	for (size_t k = 0; k < c->run->n; k++)
		if (c->run->list[k].state == HF_DONE)
			list[n++] = &c->run->list[k];
	qsort((void *)list, n, sizeof(*list), by_time);
	for (size_t k = 0; k < n; k++)
		ctx_push(c, out, step(c, list[k]));
	ctx_set(c, c->out, "changes", out);
	free((void *)list);
}

/*
 * What was answered, by step: in the words of the book, so that a report can say it, or hold its tongue while nobody has answered; and under the key of
 * the answer, so that it can print what fits that one alone.
 */
static void
answers(struct context *c)
{
	struct hf_json *out = hf_json_object(), *keys = hf_json_object();

	for (size_t k = 0; k < c->run->n; k++) {
		const struct hf_instance *i = &c->run->list[k];
		const struct hf_route    *r = i->state == HF_DONE ? route_taken(i) : NULL;

		struct hf_json *key;

		if (r == NULL)
			continue;
		ctx_text(c, out, i->number, r->label);
		key = hf_json_object();
		ctx_set(c, key, r->key, hf_json_bool(true));
		ctx_set(c, keys, i->number, key);
	}
	ctx_set(c, c->out, "answers", out);
	ctx_set(c, c->out, "answered", keys);
}

static void
steps(struct context *c)
{
	static const struct {
		const char   *key;
		enum hf_state state;
	} sets[] = { { "done", HF_DONE }, { "skipped", HF_SKIPPED }, { "failed", HF_FAILED }, { "open", HF_OPEN } };
	struct hf_json *all = hf_json_array(), *late = hf_json_array(), *set[4];

	for (size_t s = 0; s < 4; s++)
		set[s] = hf_json_array();
	for (size_t k = 0; k < c->run->n; k++) {
		const struct hf_instance *i = &c->run->list[k];
		struct hf_json           *o;

		if (i->state == HF_EXCLUDED)
			continue;
		o = step(c, i);
		for (size_t s = 0; s < 4; s++)
			if (i->state == sets[s].state || (sets[s].state == HF_OPEN && i->state == HF_WAITING))
				ctx_push(c, set[s], hf_json_ref(o));
		if (i->late)
			ctx_push(c, late, hf_json_ref(o));
		ctx_push(c, all, o);
	}
	ctx_set(c, c->out, "steps", all);
	ctx_set(c, c->out, "late", late);
	for (size_t s = 0; s < 4; s++)
		ctx_set(c, c->out, sets[s].key, set[s]);
}

/* ---- rows of loops ---- */

static void
put_row(struct context *c, struct hf_json *all, const char *name, const struct hf_json *row)
{
	if (hf_json_get(all, name) == NULL)
		ctx_set(c, all, name, hf_json_array());
	ctx_push(c, hf_json_get(all, name), hf_json_ref(row));
}

/* Under the id of the step that is repeated; of a phase that is, under its own as well. */
static void
rows(struct context *c)
{
	struct hf_json *all = hf_json_object(), *o, *v;
	const char     *key;

	for (size_t k = 0; k < c->run->n; k++) {
		const struct hf_instance *i = &c->run->list[k];
		const struct hf_phase    *p = &c->run->pb->phases[i->step->phase];

		if (i->row == NULL || i->state == HF_EXCLUDED)
			continue;
		o = step(c, i);
		for (void *it = NULL; hf_json_next(i->row, &it, &key, &v);)
			ctx_set(c, o, key, ctx_value(c, v, 2));
		for (void *it = NULL; i->values != NULL && hf_json_next(i->values, &it, &key, &v);)
			ctx_set(c, o, key, ctx_value(c, v, 2));
		put_row(c, all, i->step->id, o);
		if (p->loop.sql != NULL)
			put_row(c, all, p->id, o);
		hf_json_free(o);
	}
	ctx_set(c, c->out, "rows", all);
}

/* ---- entries ---- */

static void
put_title(struct context *c, struct hf_json *o, const struct hf_json *e)
{
	const struct hf_instance *i = run_instance_of(c->run, e);

	if (i != NULL)
		filled(c, o, "title", i, i->step->title);
}

/* Beside what they correct; both stay. */
static void
corrections(struct context *c, struct hf_json *o, const char *id)
{
	const struct hf_json *list = id == NULL ? NULL : hf_json_get(c->run->corrected, id);
	struct hf_json       *out = hf_json_array();

	for (size_t k = 0; k < hf_json_len(list); k++) {
		const struct hf_json *by = hf_json_at(list, k);
		struct hf_json       *one = hf_json_object();

		ctx_text(c, one, "text", hf_json_get_str(by, "text"));
		ctx_time(c, one, "at", entry_time(by));
		ctx_who(c, one, "by", hf_json_get_str(by, "actor"));
		ctx_push(c, out, one);
	}
	ctx_set(c, o, "corrections", out);
}

static struct hf_json *
entry(struct context *c, const struct hf_json *e)
{
	struct hf_json *o = hf_json_object();
	const char     *recorded = hf_json_get_str(e, "recorded_at");
	int64_t         t;

	ctx_text(c, o, "id", hf_json_get_str(e, "id"));
	ctx_text(c, o, "type", hf_json_get_str(e, "type"));
	ctx_text(c, o, "step", hf_json_get_str(e, "step"));
	put_title(c, o, e);
	ctx_time(c, o, "at", entry_time(e));
	if (recorded != NULL && hf_time_parse(&t, NULL, recorded, NULL) == HF_OK)
		ctx_time(c, o, "recorded_at", t);
	ctx_who(c, o, "by", hf_json_get_str(e, "actor"));
	ctx_text(c, o, "text", hf_json_get_str(e, "text"));
	ctx_text(c, o, "anyway", hf_json_get_str(e, "anyway"));
	ctx_set(c, o, "drill", hf_json_bool(c->run->drill));
	if (hf_json_get_str(e, "on_behalf_of") != NULL) {
		struct hf_buf ref = HF_BUF_INIT;

		hf_register_ref(&ref, c->r, hf_json_get_str(e, "on_behalf_of"));
		ctx_text(c, o, "for", hf_buf_str(&ref));
		hf_buf_clear(&ref);
	}
	corrections(c, o, hf_json_get_str(e, "id"));
	ctx_text(c, o, "corrects", hf_json_get_str(e, "corrects"));
	return o;
}

/* What the playbook calls it, when nobody wrote more. */
static const char *
keep_text(const struct hf_run *run, const struct hf_json *e)
{
	const char *step = hf_json_get_str(e, "step"), *as = hf_json_get_str(e, "kept_as"), *text = hf_json_get_str(e, "text");
	const struct hf_step *s = step == NULL ? NULL : hf_playbook_step(run->pb, step);

	for (size_t k = 0; text == NULL && s != NULL && as != NULL && k < s->n_keep; k++)
		if (strcmp(s->keep[k].id, as) == 0)
			text = s->keep[k].text;
	return text;
}

static struct hf_json *
kept(struct context *c, const struct hf_json *e)
{
	struct hf_json *o = entry(c, e);

	ctx_text(c, o, "file_name", hf_json_get_str(e, "file_name"));
	ctx_text(c, o, "sha256", hf_json_get_str(e, "sha256"));
	ctx_text(c, o, "media_type", hf_json_get_str(e, "media_type"));
	ctx_text(c, o, "kept_as", hf_json_get_str(e, "kept_as"));
	ctx_text(c, o, "source", hf_json_get_str(e, "source"));
	ctx_text(c, o, "description", keep_text(c->run, e));
	ctx_set(c, o, "size", hf_json_int(hf_json_num(hf_json_get(e, "size"))));
	return o;
}

/* Of the run that began this one. */
static void
inherited(struct context *c, struct hf_json *evidence)
{
	const struct hf_json *from = hf_json_get(c->run->start, "inherited_evidence");
	struct hf_json       *o;

	for (size_t k = 0; k < hf_json_len(from); k++) {
		o = kept(c, hf_json_at(from, k));
		ctx_text(c, o, "source", hf_json_get_str(hf_json_at(from, k), "run"));
		ctx_push(c, evidence, o);
	}
}

/* Times that cannot be right, in words. */
static void
flags(struct context *c, struct hf_json *all)
{
	static const char *const words[][2] = { { "before_start", "before the run began" },
		{ "ahead", "after it was written down: a clock was wrong" },
		{ "backwards", "written down before the entry that it follows: a clock ran backwards" },
		{ "future", "written down later than it is now: a clock is wrong, its writer's or this one" } };
	struct hf_json          *odd = NULL;

	if (hf_run_odd_clocks(&odd, c->run, c->e) != HF_OK)
		ctx_fail(c, c->e->code);
	for (size_t k = 0; k < hf_json_len(odd); k++)
		for (size_t n = 0; n < hf_json_len(all); n++) {
			struct hf_json *o = hf_json_at(all, n);
			const char     *id = hf_json_get_str(o, "id");

			if (id == NULL || strcmp(id, hf_json_get_str(hf_json_at(odd, k), "entry")) != 0)
				continue;
			for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++)
				if (strcmp(words[w][0], hf_json_get_str(hf_json_at(odd, k), "flag")) == 0)
					ctx_text(c, o, "odd_clock", words[w][1]);
		}
	hf_json_free(odd);
}

static void
entries(struct context *c)
{
	struct hf_json *all = hf_json_array(), *evidence = hf_json_array(), *tickets = hf_json_array(), *o;

	for (size_t i = 0; i < hf_json_len(c->run->entries); i++) {
		const struct hf_json *e = hf_json_at(c->run->entries, i);
		const char           *type = hf_json_get_str(e, "type");

		ctx_push(c, all, entry(c, e));
		if (type != NULL && strcmp(type, "evidence") == 0)
			ctx_push(c, evidence, kept(c, e));
		if (type == NULL || strcmp(type, "ticket") != 0)
			continue;
		o = entry(c, e);
		ctx_text(c, o, "number", hf_json_get_str(e, "number"));
		ctx_text(c, o, "with", hf_json_get_str(e, "with"));
		ctx_push(c, tickets, o);
	}
	inherited(c, evidence);
	flags(c, all);
	ctx_set(c, c->out, "entries", all);
	ctx_set(c, c->out, "evidence", evidence);
	ctx_set(c, c->out, "tickets", tickets);
}

/* ---- figures ---- */

static void
figures(struct context *c)
{
	static const char *const names[] = { "first_notice", "contained", "reported", "regained", "closed" };
	struct hf_json          *f = NULL, *o = hf_json_object();

	if (hf_figures_make(&f, c->run, c->e) != HF_OK)
		ctx_fail(c, c->e->code);
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		ctx_text(c, o, names[k], hf_json_get_str(hf_json_get(f, names[k]), "words"));
	ctx_set(c, o, "late", hf_json_int((int64_t)hf_json_len(hf_json_get(f, "late"))));
	ctx_set(c, o, "skipped", hf_json_int((int64_t)hf_json_len(hf_json_get(f, "skipped"))));
	ctx_set(c, c->out, "figures", o);
	ctx_set(c, c->out, "gates", f == NULL ? hf_json_array() : hf_json_ref(hf_json_get(f, "anyway")));
	hf_json_free(f);
}

void
context_run(struct context *c)
{
	if (c->run == NULL)
		return;
	head(c);
	steps(c);
	answers(c);
	changes(c);
	rows(c);
	entries(c);
	figures(c);
}
