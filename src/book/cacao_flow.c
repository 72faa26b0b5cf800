/*
 * The workflow. CACAO has no jumps: what branches off ends in a step of its own, and the branching step goes on. So a step that can be jumped
 * over stands in an if-condition on __go-to__, and where a jump can arrive, __go-to__ becomes "none" again. A book with answers that lead back
 * is walked again and again, until nothing is left to go to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cacao_in.h"
#include "playbook_in.h"

#define GO      "__go-to__"
#define PATIENT 2592000000 /* ms that SOARCA waits for people: 30 days */

/* ---- elements ---- */

/* A step of the workflow, in it already. next "": none. */
static struct hf_json *
element(struct cacao *c, const char *id, const char *type, const char *name, const char *next)
{
	struct hf_json *o = hf_json_object();

	hf_cacao_str(c, o, "type", type);
	hf_cacao_str(c, o, "name", name);
	hf_cacao_str(c, o, "on_completion", next);
	hf_cacao_set(c, c->workflow, id, hf_json_ref(o));
	hf_json_free(o);
	return o;
}

static void
add_end(char out[CACAO_ID], struct cacao *c, const char *of)
{
	hf_cacao_idf(out, c, "end", "end:%s", of);
	element(c, out, "end", "End", "");
}

/* In SOARCA's conditions a word is whatever stands between two spaces. */
static void
compare(struct hf_buf *b, const struct cacao *c, const char *variable, const char *op, const char *value)
{
	const char *p;

	hf_buf_addf(b, "%s:value %s %s", variable, op, c->soarca ? "" : "'");
	for (p = value; *p != '\0'; p++) {
		if (!c->soarca && (*p == '\'' || *p == '\\'))
			hf_buf_addc(b, '\\');
		hf_buf_addc(b, c->soarca && *p == ' ' ? '-' : *p);
	}
	if (!c->soarca)
		hf_buf_addc(b, '\'');
}

static void
add_if(char out[CACAO_ID], struct cacao *c, const char *type, const char *thing, const char *name, const struct hf_buf *condition,
    const char *inner, const char *next)
{
	char            id[CACAO_ID];
	struct hf_json *o;

	hf_cacao_idf(id, c, type, "%s:%s", type, thing);
	o = element(c, id, type, name, next);
	hf_cacao_str(c, o, "condition", hf_buf_str(condition));
	hf_cacao_str(c, o, "on_true", inner);
	*(strcmp(type, "while-condition") == 0 ? &c->whiles : &c->ifs) = true;
	c->bad |= condition->failed;
	memcpy(out, id, CACAO_ID);
}

/* if-condition or while-condition on one variable */
static void
add_on(char out[CACAO_ID], struct cacao *c, const char *type, const char *thing, const char *name, const char *variable,
    const char *op, const char *value, const char *inner, const char *next)
{
	struct hf_buf b = HF_BUF_INIT;

	compare(&b, c, variable, op, value);
	add_if(out, c, type, thing, name, &b, inner, next);
	hf_buf_clear(&b);
}

static struct hf_json *
add_action(char out[CACAO_ID], struct cacao *c, const char *thing, const char *name, const char *command, const char *role,
    const char *next)
{
	struct hf_json *o, *list = hf_json_array(), *one = hf_json_object(), *targets;
	char            id[CACAO_ID], who[CACAO_ID];

	hf_cacao_idf(id, c, "action", "action:%s", thing);
	o = element(c, id, "action", name, next);
	hf_cacao_str(c, one, "type", "manual");
	hf_cacao_set(c, one, "command", hf_json_string(command));
	c->bad |= hf_json_push(list, one) != 0;
	hf_cacao_set(c, o, "commands", list);
	hf_cacao_role(who, c, role);
	if (c->soarca) {
		targets = hf_json_array();
		c->bad |= hf_json_push(targets, hf_json_string(who)) != 0;
		hf_cacao_set(c, o, "targets", targets);
		hf_cacao_set(c, o, "timeout", hf_json_int(PATIENT));
		hf_cacao_id(who, "soarca-manual", "", "agent");
	}
	hf_cacao_str(c, o, "agent", who);
	memcpy(out, id, CACAO_ID);
	return o;
}

static void
gives(struct cacao *c, struct hf_json *action, const char *variable)
{
	struct hf_json *list = hf_json_get(action, "out_args");

	if (list == NULL) {
		hf_cacao_set(c, action, "out_args", hf_json_array());
		list = hf_json_get(action, "out_args");
	}
	c->bad |= hf_json_push(list, hf_json_string(variable)) != 0;
}

static const char *
role_of(const struct cacao *c, const struct hf_step *s)
{
	const struct hf_who *who = hf_step_who(c->p, s);

	return who->roles.n > 0 && hf_playbook_role(c->p, who->roles.v[0]) != NULL ? who->roles.v[0] : "";
}

static void
variable_of(char out[96], const char *what, const char *id)
{
	snprintf(out, 96, "__%s-%.60s__", what, id);
}

/* ---- jumps ---- */

/* Somebody says where to go on. */
static void
add_go(char out[CACAO_ID], struct cacao *c, const char *thing, const char *to, const char *role, const char *next)
{
	char command[160], name[120];

	snprintf(name, sizeof(name), strcmp(to, "none") == 0 ? "Go on here" : "Go to %.80s", to);
	snprintf(command, sizeof(command), "Set " GO " to %.80s.", to);
	hf_cacao_variable(c, GO, "string", "none", "The step to go on with; none: the next one; end: the run ends.");
	gives(c, add_action(out, c, thing, name, command, role, next), GO);
}

/* Where a jump may arrive, before what stands there. */
static void
add_arrival(char out[CACAO_ID], struct cacao *c, const char *at, const char *next)
{
	char end[CACAO_ID], go[CACAO_ID], thing[96];

	snprintf(thing, sizeof(thing), "arrive:%.80s", at);
	add_end(end, c, thing);
	add_go(go, c, thing, "none", "", end);
	add_on(out, c, "if-condition", thing, "Was this where to go?", GO, "=", at, go, next);
}

static void
mark_jump(struct cacao *c, size_t *over, size_t at, const struct hf_target *to)
{
	const struct hf_phase *ph = &c->p->phases[c->p->steps[at].phase];
	const struct hf_id    *e;

	if (to->verb == HF_STOP) {
		c->ends = true;
		over[at + 1]++;
	} else if (to->verb == HF_NEXT && ph->loop.sql != NULL) {
		over[at + 1]++;
		over[ph->first + ph->n]--;
	} else if (to->verb == HF_GO && (e = hf_ids_find(c->p->ids, to->name, IS_STEP, NULL)) != NULL) {
		c->jumped_to[e->at] = true;
		if (e->at <= at) {
			c->back = true;
		} else {
			over[at + 1]++;
			over[e->at]--;
		}
	}
}

static void
mark_jumps(struct cacao *c)
{
	size_t *over = calloc(c->p->n_steps + 2, sizeof(*over)), i, k, m, sum = 0;

	if (over == NULL) {
		c->bad = true;
		return;
	}
	for (i = 0; i < c->p->n_steps; i++)
		for (k = 0; k < c->p->steps[i].n_routes; k++)
			for (m = 0; m < c->p->steps[i].routes[k].n_to; m++)
				mark_jump(c, over, i, &c->p->steps[i].routes[k].to[m]);
	for (i = 0; i < c->p->n_steps; i++) {
		sum += over[i];
		c->jumped_over[i] = c->back || sum > 0;
	}
	if (c->back)
		c->jumped_to[0] = true;
	free(over);
}

/* ---- answers ---- */

/* One place an answer leads to, and on to next. False: it just goes on. */
static bool
add_way(char out[CACAO_ID], struct cacao *c, size_t at, const struct hf_route *r, size_t m, const char *next)
{
	const struct hf_step   *s = &c->p->steps[at];
	const struct hf_target *to = &r->to[m];
	struct hf_json         *o;
	char                    thing[160], where[96], book[CACAO_ID];

	snprintf(thing, sizeof(thing), "%.40s:%.80s:%zu", s->id, r->key, m);
	if (to->verb == HF_RUN) {
		hf_cacao_id(book, "playbook", to->name, "");
		hf_cacao_idf(out, c, "playbook-action", "run:%s", thing);
		o = element(c, out, "playbook-action", to->name, next);
		hf_cacao_str(c, o, "playbook_id", book);
		hf_cacao_str(c, o, "description", to->on);
		c->runs = true;
		return true;
	}
	if (to->verb == HF_NEXT && c->p->phases[s->phase].loop.sql == NULL)
		return false;
	if (to->verb == HF_NEXT)
		snprintf(where, sizeof(where), "next-%.80s", c->p->phases[s->phase].id);
	else
		snprintf(where, sizeof(where), "%.80s", to->verb == HF_STOP ? "end" : to->name);
	add_go(out, c, thing, where, role_of(c, s), next);
	return true;
}

/* The whole of an answer, to an end of its own. */
static bool
add_answer(char out[CACAO_ID], struct cacao *c, size_t at, const struct hf_route *r)
{
	char   next[CACAO_ID], thing[160];
	bool   any = false;
	size_t m;

	for (m = r->n_to; m-- > 0;) {
		if (!any) {
			snprintf(thing, sizeof(thing), "answer:%.40s:%.80s", c->p->steps[at].id, r->key);
			hf_cacao_idf(next, c, "end", "end:%s", thing);
		}
		if (!add_way(out, c, at, r, m, next))
			continue;
		if (!any)
			add_end(next, c, thing);
		any = true;
		memcpy(next, out, CACAO_ID);
	}
	return any;
}

/* Conditions one after the other: for one answer, and where there is no switch. */
static void
add_answers_if(char out[CACAO_ID], struct cacao *c, size_t at, const char *variable, const char *next)
{
	const struct hf_step *s = &c->p->steps[at];
	char                  first[CACAO_ID], thing[160];
	size_t                i;

	memcpy(out, next, CACAO_ID);
	for (i = s->n_routes; i-- > 0;) {
		if (!add_answer(first, c, at, &s->routes[i]))
			continue;
		snprintf(thing, sizeof(thing), "answer:%.40s:%.80s", s->id, s->routes[i].key);
		add_on(out, c, "if-condition", thing, s->routes[i].label, variable, "=", s->routes[i].key, first, out);
	}
}

static void
add_answers(char out[CACAO_ID], struct cacao *c, size_t at, const char *next)
{
	const struct hf_step *s = &c->p->steps[at];
	struct hf_json       *cases, *o;
	char                  variable[96], value[112], first[CACAO_ID];
	size_t                i, n = 0;

	variable_of(variable, "answer", s->id);
	for (i = 0; i < s->n_routes; i++)
		n += s->routes[i].n_to > 0;
	if (c->soarca || n < 2) {
		add_answers_if(out, c, at, variable, next);
		return;
	}
	cases = hf_json_object();
	for (i = 0; i < s->n_routes; i++)
		if (add_answer(first, c, at, &s->routes[i]))
			hf_cacao_str(c, cases, s->routes[i].key, first);
	memcpy(out, next, CACAO_ID);
	if (hf_json_len(cases) > 0) {
		hf_cacao_idf(out, c, "switch-condition", "answers:%s", s->id);
		o = element(c, out, "switch-condition", s->title, next);
		snprintf(value, sizeof(value), "%s:value", variable);
		hf_cacao_str(c, o, "switch", value);
		hf_cacao_set(c, o, "cases", hf_json_ref(cases));
		c->switches = true;
	}
	hf_json_free(cases);
}

/* ---- a step ---- */

static int64_t
delay_of(const struct hf_wait *w)
{
	static const int64_t minutes[] = { 1, 60, 1440, 2016 };

	return w->set && w->timed ? (int64_t)w->span.n * minutes[w->span.unit] * 60000 : 0;
}

static void
add_approval(char out[CACAO_ID], struct cacao *c, const struct hf_step *s, const struct hf_second *second, const char *next)
{
	char thing[80], role[64] = "";

	snprintf(thing, sizeof(thing), "approve:%.60s", s->id);
	if (second->roles.n > 0 && hf_playbook_role(c->p, second->roles.v[0]) != NULL)
		snprintf(role, sizeof(role), "%.60s", second->roles.v[0]);
	add_action(out, c, thing, "Second person",
	    "Another person than the one who does it looks at this step and approves it. If they do not, it is not done.", role,
	    next);
}

/* What is done, then its answers. */
static void
add_core(char out[CACAO_ID], struct cacao *c, size_t at, const char *next)
{
	const struct hf_step   *s = &c->p->steps[at];
	const struct hf_second *second = hf_step_second(c->p, s);
	struct hf_buf           command = HF_BUF_INIT;
	struct hf_json         *o;
	char                    after[CACAO_ID], variable[96];
	size_t                  i;

	add_answers(after, c, at, next);
	if (second->when == HF_SECOND_DONE)
		add_approval(after, c, s, second, after);
	hf_cacao_command(&command, c, s);
	o = add_action(out, c, s->id, s->title, hf_buf_str(&command), role_of(c, s), after);
	hf_cacao_set(c, o, "step_extensions", hf_cacao_extension(c, s));
	variable_of(variable, "answer", s->id);
	if (hf_json_get(c->variables, variable) != NULL)
		gives(c, o, variable);
	for (i = 0; i < s->n_write; i++) {
		snprintf(variable, sizeof(variable), "__%.80s__", s->write[i].name);
		gives(c, o, variable);
	}
	if (delay_of(&s->wait) > 0) {
		hf_cacao_set(c, o, "delay", hf_json_int(delay_of(&s->wait)));
		c->waits = true;
	}
	c->bad |= command.failed;
	hf_buf_clear(&command);
	if (second->when == HF_SECOND_BEFORE)
		add_approval(out, c, s, second, out);
}

/* The rows are listed, and it is done for each. id is a step's or a phase's. */
static void
add_rows(
    char out[CACAO_ID], struct cacao *c, const char *id, const char *what, const char *role, const char *inner, const char *next)
{
	struct hf_buf b = HF_BUF_INIT;
	char          variable[96], loop[CACAO_ID], thing[80];

	variable_of(variable, "left", id);
	hf_cacao_variable(c, variable, "integer", "0", "How many are still to be done.");
	add_on(loop, c, "while-condition", id, what, variable, "!=", "0", inner, next);
	hf_buf_addf(&b, "List each %s. Set %s to how many there are.", what, variable);
	snprintf(thing, sizeof(thing), "list:%.60s", id);
	gives(c, add_action(out, c, thing, "List what to do it for", hf_buf_str(&b), role, loop), variable);
	c->bad |= b.failed;
	hf_buf_clear(&b);
}

/* The variable that a condition is on; false when people have to say whether it holds. */
static bool
condition_on(char variable[96], const struct cacao *c, const struct hf_step *s, const struct hf_cond *cond)
{
	const struct hf_id *step, *value;

	if (cond->kind != HF_COND_IS || hf_playbook_in_row(c->p, s, s->phase, cond->name))
		return false;
	step = hf_ids_find(c->p->ids, cond->name, IS_STEP, NULL);
	value = hf_ids_find(c->p->ids, cond->name, IS_VALUE, NULL);
	if (step != NULL && (value == NULL || c->p->steps[step->at].n_routes > 0))
		variable_of(variable, "answer", cond->name);
	else
		snprintf(variable, 96, "__%.80s__", cond->name);
	return step != NULL || value != NULL;
}

/* Only if: inner, or nothing, and then next. */
static void
add_only(char out[CACAO_ID], struct cacao *c, const struct hf_step *s, size_t i, const char *inner, const char *next)
{
	const struct hf_cond *cond = &s->only[i];
	struct hf_buf         b = HF_BUF_INIT;
	char                  variable[96], thing[112], id[96], test[CACAO_ID];
	bool                  known = condition_on(variable, c, s, cond);

	snprintf(id, sizeof(id), "%.60s-%zu", s->id, i + 1);
	snprintf(thing, sizeof(thing), "only:%s", id);
	if (!known) {
		variable_of(variable, "applies", id);
		hf_cacao_variable(c, variable, "string", "", "Whether the step is to be done: yes or no.");
	}
	add_on(test, c, "if-condition", thing, s->title, variable, "=", known ? cond->answer : "yes", inner, next);
	memcpy(out, test, CACAO_ID);
	if (!known) {
		hf_buf_addf(
		    &b, "Does this hold: %s? Set %s to yes or no.", cond->kind == HF_COND_IS ? cond->name : cond->text, variable);
		gives(c, add_action(out, c, thing, "Is it to be done?", hf_buf_str(&b), role_of(c, s), test), variable);
	}
	c->bad |= b.failed;
	hf_buf_clear(&b);
}

/* From the inside out: the step, for each row, on its conditions, unless it is jumped over. All but the outermost end by themselves. */
static void
add_step(char out[CACAO_ID], struct cacao *c, size_t at, const char *after)
{
	const struct hf_step *s = &c->p->steps[at];
	bool                  loops = s->loop.sql != NULL;
	size_t                left = s->n_only + (loops ? 1 : 0) + (c->jumped_over[at] ? 1 : 0), i;
	char                  end[CACAO_ID], next[CACAO_ID], thing[96], variable[96];

	memcpy(next, after, CACAO_ID); /* out may be the same */
	snprintf(thing, sizeof(thing), "%.60s:%zu", s->id, left);
	if (left > 0)
		add_end(end, c, thing);
	add_core(out, c, at, left > 0 ? end : next);
	if (loops) {
		variable_of(variable, "left", s->id);
		snprintf(thing, sizeof(thing), "%.60s:%zu", s->id, --left);
		if (left > 0)
			add_end(end, c, thing);
		add_rows(out, c, s->id, s->loop.text, role_of(c, s), out, left > 0 ? end : next);
		hf_cacao_idf(end, c, "action", "action:%s", s->id);
		gives(c, hf_json_get(c->workflow, end), variable);
	}
	for (i = s->n_only; i-- > 0;) {
		snprintf(thing, sizeof(thing), "%.60s:%zu", s->id, --left);
		if (left > 0)
			add_end(end, c, thing);
		add_only(out, c, s, i, out, left > 0 ? end : next);
	}
	snprintf(thing, sizeof(thing), "here:%.60s", s->id);
	if (c->jumped_over[at])
		add_on(out, c, "if-condition", thing, s->title, GO, "=", "none", out, next);
	if (c->jumped_to[at])
		add_arrival(out, c, s->id, out);
}

/* ---- all of it ---- */

static void
add_phase(char out[CACAO_ID], struct cacao *c, const struct hf_phase *ph, const char *next)
{
	char        inner[CACAO_ID], thing[96], where[96], variable[96], command[160];
	bool        loops = ph->loop.sql != NULL && ph->n > 0;
	const char *role = ph->who.roles.n > 0 && hf_playbook_role(c->p, ph->who.roles.v[0]) != NULL ? ph->who.roles.v[0] : "";
	size_t      i;

	memcpy(inner, next, CACAO_ID);
	if (loops) {
		snprintf(thing, sizeof(thing), "row:%.60s", ph->id);
		variable_of(variable, "left", ph->id);
		snprintf(command, sizeof(command), "Set %s to how many are left.", variable);
		add_end(inner, c, thing);
		hf_cacao_variable(c, variable, "integer", "0", "How many are still to be done.");
		gives(c, add_action(inner, c, thing, "One is done", command, role, inner), variable);
		snprintf(where, sizeof(where), "next-%.60s", ph->id);
		add_arrival(inner, c, where, inner);
	}
	for (i = ph->n; i-- > 0;)
		add_step(inner, c, ph->first + i, inner);
	if (loops)
		add_rows(out, c, ph->id, ph->loop.text, role, inner, next);
	else
		memcpy(out, inner, CACAO_ID);
}

static void
add_answer_variables(struct cacao *c)
{
	const struct hf_step *s;
	char                  variable[96];
	size_t                i, k;

	for (i = 0; i < c->p->n_steps; i++) {
		s = &c->p->steps[i];
		variable_of(variable, "answer", s->id);
		if (s->n_routes > 0)
			hf_cacao_variable(c, variable, "string", "", s->title);
		for (k = 0; k < s->n_only; k++)
			if (condition_on(variable, c, s, &s->only[k]) && strncmp(variable, "__answer-", 9) == 0)
				hf_cacao_variable(c, variable, "string", "", s->only[k].name);
	}
}

void
hf_cacao_flow(struct cacao *c, char start[CACAO_ID], char stopped[CACAO_ID])
{
	char   finish[CACAO_ID], cur[CACAO_ID];
	size_t i;

	mark_jumps(c);
	if (c->bad)
		return;
	add_answer_variables(c);
	if (c->back)
		hf_cacao_variable(
		    c, GO, "string", c->p->steps[0].id, "The step to go on with; none: the next one; end: the run ends.");
	add_end(finish, c, "finish");
	add_end(stopped, c, "stopped");
	memcpy(cur, finish, CACAO_ID);
	if (c->back)
		add_end(cur, c, "round");
	if (c->ends)
		add_arrival(cur, c, "end", cur);
	for (i = c->p->n_phases; i-- > 0;)
		add_phase(cur, c, &c->p->phases[i], cur);
	if (c->back)
		add_on(cur, c, "while-condition", "all", c->p->title, GO, "!=", "none", cur, finish);
	hf_cacao_idf(start, c, "start", "start");
	element(c, start, "start", "Start", cur);
}
