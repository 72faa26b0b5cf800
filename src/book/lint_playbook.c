#include <stdio.h>
#include <string.h>

#include "holdfast/text.h"
#include "lint_in.h"
#include "playbook_in.h"

#define ITEMS_MAX 9

static const char *const states[] = { "open", "done", "failed", "skipped", "waiting", "excluded" };

const struct hf_section *
hf_lint_section(const struct hf_playbook *p, const struct hf_step *s)
{
	return &p->doc->subs[s->phase].subs[(size_t)(s - p->steps) - p->phases[s->phase].first];
}

static void
check_items(struct linter *l, const struct hf_step *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->n_blocks; i++)
		if (s->blocks[i].type == HF_BLOCK_ITEM && s->blocks[i].depth == 0 && ++n == ITEMS_MAX + 1)
			hf_defect_warn(l->out, s->blocks[i].words.pos, "make two steps of it",
			    "the step `%s` has more than %d items", s->id, ITEMS_MAX);
}

/* Somebody else must be there who can approve: a role that does not do the step, or a second role that does. */
static void
check_second(struct linter *l, const struct hf_playbook *p, const struct hf_step *s)
{
	const struct hf_second *second = hf_step_second(p, s);
	const struct hf_who    *who = hf_step_who(p, s);
	size_t                  i;

	if (second->when == HF_SECOND_NONE || second->roles.n == 0 || who->roles.n == 0)
		return;
	for (i = 1; i < who->roles.n; i++)
		if (strcmp(who->roles.v[i], who->roles.v[0]) != 0)
			return;
	for (i = 0; i < second->roles.n; i++)
		if (strcmp(second->roles.v[i], who->roles.v[0]) != 0)
			return;
	hf_defect_add(l->out, s->second.when != HF_SECOND_NONE ? second->pos : s->pos, "name another role",
	    "**Second person:** %s does the step `%s` already, and alone", who->roles.v[0], s->id);
}

static bool
is_choice(const struct hf_value *v, const char *answer)
{
	if (v->type == HF_VALUE_BOOL)
		return strcmp(answer, "yes") == 0 || strcmp(answer, "no") == 0;
	return v->type != HF_VALUE_CHOICE || hf_names_has(&v->choices, answer);
}

static bool
is_answer(const struct hf_step *s, const char *answer)
{
	size_t i;

	if (hf_text_is_one_of(answer, states, sizeof(states) / sizeof(states[0])))
		return true;
	for (i = 0; i < s->n_routes; i++)
		if (strcmp(s->routes[i].key, answer) == 0)
			return true;
	return false;
}

/* What could have been meant, of a step's answers and states or a value's choices. */
static void
wrong_answer(struct linter *l, const struct hf_cond *c, const struct hf_step *s, const struct hf_value *v)
{
	const char *names[64] = { NULL }, *near;
	char        fix[160] = "";
	size_t      i, n = 0;

	for (i = 0; s != NULL && i < s->n_routes && n < 50; i++)
		names[n++] = s->routes[i].key;
	for (i = 0; s != NULL && i < sizeof(states) / sizeof(states[0]); i++)
		names[n++] = states[i];
	for (i = 0; v != NULL && i < v->choices.n && n < 64; i++)
		names[n++] = v->choices.v[i];
	if ((near = hf_text_nearest(c->answer, names, n)) != NULL)
		snprintf(fix, sizeof(fix), "write `%.60s = %.60s`", c->name, near);
	hf_defect_add(l->out, c->pos, fix, "**Only if:** `%s` is never answered %s", c->name, c->answer);
}

/* A name can be a step's and a value's: an answer that either can give will do. */
static void
check_answer(struct linter *l, const struct hf_playbook *p, const struct hf_step *s, const struct hf_cond *c)
{
	const struct hf_id    *e = NULL;
	const struct hf_step  *step = NULL;
	const struct hf_value *value = NULL;

	if (c->kind != HF_COND_IS || hf_playbook_in_row(p, s, s->phase, c->name))
		return;
	while ((e = hf_ids_find(p->ids, c->name, IS_STEP | IS_VALUE, e)) != NULL) {
		if (e->what == IS_STEP)
			step = &p->steps[e->at];
		else
			value = e->thing;
		if (e->what == IS_STEP ? is_answer(step, c->answer) : is_choice(value, c->answer))
			return;
	}
	if (step != NULL || value != NULL)
		wrong_answer(l, c, step, value);
}

static void
check_only(struct linter *l, const struct hf_playbook *p, const struct hf_step *s)
{
	const struct hf_cond *c;
	size_t                i, k;

	for (i = 0; i < s->n_only && i < 50; i++) {
		c = &s->only[i];
		check_answer(l, p, s, c);
		for (k = 0; k < i; k++)
			if (c->kind == HF_COND_IS && s->only[k].kind == HF_COND_IS && strcmp(c->name, s->only[k].name) == 0 &&
			    strcmp(c->answer, s->only[k].answer) != 0)
				hf_defect_add(l->out, c->pos, "make two steps of it",
				    "`%s` can never be reached: `%s` cannot be %s and %s", s->id, c->name, s->only[k].answer,
				    c->answer);
	}
}

static bool
kind_ok(const struct linter *l, const char *kind)
{
	return l->opts->field_ok == NULL || l->opts->field_ok(l->opts->arg, kind, NULL);
}

static void
check_kind(struct linter *l, struct hf_pos pos, const char *label, const char *kind)
{
	if (!kind_ok(l, kind))
		hf_defect_add(l->out, pos, "holdfast help add names the kinds", "**%s:** %s is no kind of record", label, kind);
}

static void
check_field(struct linter *l, struct hf_pos pos, const char *label, const char *kind, const char *field)
{
	if (l->opts->field_ok != NULL && kind_ok(l, kind) && field[0] != '{' && !l->opts->field_ok(l->opts->arg, kind, field))
		hf_defect_add(l->out, pos, "holdfast help add names the fields", "**%s:** %s has no field %s", label, kind, field);
}

static void
check_changes(struct linter *l, const struct hf_step *s)
{
	const struct hf_change_rec *c;
	const char                 *label;
	size_t                      i, k;

	for (i = 0; i < s->n_updates; i++) {
		c = &s->updates[i];
		label = c->kind[0] != '\0' ? "Adds" : "Updates";
		if (c->kind[0] != '\0')
			check_kind(l, c->pos, label, c->kind);
		for (k = 0; k < c->n_set; k++)
			check_field(l, c->pos, label, c->kind[0] != '\0' ? c->kind : c->target, c->set[k].field);
	}
}

static void
check_confirm(struct linter *l, const struct hf_playbook *p, const struct hf_step *s)
{
	char        kind[64];
	const char *dot;
	size_t      i;

	for (i = 0; i < s->confirm.n; i++) {
		if ((dot = strchr(s->confirm.v[i], '.')) == NULL || (size_t)(dot - s->confirm.v[i]) >= sizeof(kind))
			continue;
		snprintf(kind, sizeof(kind), "%.*s", (int)(dot - s->confirm.v[i]), s->confirm.v[i]);
		check_field(l, hf_lint_pos(hf_lint_section(p, s), "Confirm"), "Confirm", kind, dot + 1);
	}
}

static void
check_value_kinds(struct linter *l, const struct hf_value *v, size_t n, const char *label)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].type == HF_VALUE_REF)
			check_kind(l, v[i].pos, label, v[i].kind);
}

/* One name, two types: whoever reads the value later cannot know which. */
static void
check_types(struct linter *l, const struct hf_playbook *p, const struct hf_step *s)
{
	static const char *const words[] = { "text", "number", "date", "time", "yes or no", "email", "phone", "choice", "record" };
	const struct hf_id      *e;
	const struct hf_value   *first;
	size_t                   i;

	for (i = 0; i < s->n_write; i++) {
		if ((e = hf_ids_find(p->ids, s->write[i].name, IS_VALUE, NULL)) == NULL)
			continue;
		first = e->thing;
		if (first->type != s->write[i].type || strcmp(first->kind, s->write[i].kind) != 0)
			hf_defect_warn(l->out, s->write[i].pos, "give them one type, or two names",
			    "`%s` is a %s here and a %s on line %u", first->name, words[s->write[i].type], words[first->type],
			    first->pos.line);
	}
}

static void
lint_step(struct linter *l, const struct hf_playbook *p, const struct hf_step *s)
{
	hf_lint_cautions(l, s->blocks, s->n_blocks);
	check_items(l, s);
	check_second(l, p, s);
	check_only(l, p, s);
	check_changes(l, s);
	check_confirm(l, p, s);
	check_value_kinds(l, s->write, s->n_write, "Write down");
	check_types(l, p, s);
}

static void
lint_title(struct linter *l, const struct hf_playbook *p)
{
	size_t i;

	hf_lint_reviewed(l, p->doc, p->reviewed);
	if (p->subjects.n == 0)
		hf_defect_warn(l->out, p->doc->pos, "write **Subject:** account, or another kind of record",
		    "nobody says what the book is about");
	for (i = 0; i < p->subjects.n; i++)
		check_kind(l, hf_lint_pos(p->doc, "Subject"), "Subject", p->subjects.v[i]);
	check_value_kinds(l, p->ask, p->n_ask, "Ask first");
	for (i = 0; i < p->n_phases; i++) {
		hf_lint_cautions(l, p->phases[i].blocks, p->phases[i].n_blocks);
		if (p->phases[i].n == 0)
			hf_defect_warn(
			    l->out, p->phases[i].pos, "write ### for each step", "the phase `%s` has no step", p->phases[i].id);
	}
}

void
hf_lint_playbook(struct linter *l, const char *text, size_t len)
{
	struct hf_section  *doc;
	struct hf_playbook *p;
	struct flow        *f;
	size_t              i;
	bool                sound;

	if ((l->rc = hf_doc_parse(&doc, text, len, l->out, l->e)) != HF_OK)
		return;
	if ((p = hf_playbook_read(doc, NULL, l->out)) != NULL)
		hf_playbook_resolve(p, l->out);
	if (p == NULL || hf_doc_pool(doc)->failed) {
		l->rc = hf_nomem(l->e);
		goto done;
	}
	sound = hf_defects_errors(l->out) == 0;
	lint_title(l, p);
	for (i = 0; i < p->n_steps; i++)
		lint_step(l, p, &p->steps[i]);
	hf_lint_links(l, doc);
	hf_lint_playbook_links(l, p);
	if ((f = hf_flow_new(l, p)) != NULL) {
		hf_lint_flow(l, p, f);
		if (sound) /* else what could not be read would be missed again at every use */
			hf_lint_values(l, p, f);
	}
done:
	hf_doc_free(doc);
}
