#include <string.h>

#include "book_in.h"
#include "playbook_in.h"

static void
init_step(struct hf_step *s, char *nothing)
{
	s->who.text = nothing;
	s->by.name = s->by.text = nothing;
	s->wait.text = nothing;
	s->repeat.at = s->repeat.until = nothing;
	s->loop.text = nothing;
	s->why = nothing;
}

static void
read_step(struct reader *r, const struct hf_section *section)
{
	struct place       *at = r->into;
	struct hf_playbook *p = at->book;
	struct hf_step     *s = hf_pool_push(r->pool, &p->steps, &p->n_steps, sizeof(*s));

	if (s == NULL)
		return;
	init_step(s, r->pool->nothing);
	s->id = section->id;
	s->title = section->title;
	s->pos = section->pos;
	s->phase = p->n_phases - 1;
	s->blocks = section->blocks;
	s->n_blocks = section->n_blocks;
	at->step = s;
	hf_check_id(r->defects, section);
	hf_fields_read(r, &hf_playbook_fields, IN_STEP, section);
	at->step = NULL;
	at->phase->n++;
}

static void
read_phase(struct reader *r, const struct hf_section *section)
{
	struct place       *at = r->into;
	struct hf_playbook *p = at->book;
	struct hf_phase    *ph = hf_pool_push(r->pool, &p->phases, &p->n_phases, sizeof(*ph));
	size_t              i;

	if (ph == NULL)
		return;
	ph->id = section->id;
	ph->title = section->title;
	ph->pos = section->pos;
	ph->blocks = section->blocks;
	ph->n_blocks = section->n_blocks;
	ph->loop.text = ph->who.text = ph->by.name = ph->by.text = r->pool->nothing;
	ph->first = p->n_steps;
	at->phase = ph;
	hf_check_id(r->defects, section);
	hf_fields_read(r, &hf_playbook_fields, IN_PHASE, section);
	for (i = 0; i < section->n_subs; i++)
		read_step(r, &section->subs[i]);
	at->phase = NULL;
}

struct hf_playbook *
hf_playbook_read(struct hf_section *doc, const struct hf_wordlist *list, struct hf_defects *defects)
{
	struct pool        *pool = hf_doc_pool(doc);
	struct hf_playbook *p = hf_pool_alloc(pool, sizeof(*p));
	struct place        at = { p, NULL, NULL };
	struct reader       r = { .pool = pool, .defects = defects, .list = list, .into = &at };
	size_t              i;

	if (p == NULL)
		return NULL;
	p->doc = doc;
	p->id = doc->id;
	p->title = doc->title;
	p->in_short = p->use_when = p->not_for = p->reviewed = pool->nothing;
	hf_check_id(defects, doc);
	hf_fields_read(&r, &hf_playbook_fields, IN_TITLE, doc);
	for (i = 0; i < doc->n_subs; i++)
		read_phase(&r, &doc->subs[i]);
	if (p->n_steps == 0)
		hf_defect_add(defects, doc->pos, "write ## for a phase and ### for each step", "the playbook has no step");
	return p;
}

static void *
read_all(struct hf_section *doc, const struct hf_wordlist *list, struct hf_defects *defects)
{
	struct hf_playbook *p = hf_playbook_read(doc, list, defects);

	if (p != NULL)
		hf_playbook_resolve(p, defects);
	return p;
}

enum hf_code
hf_playbook_parse_in(struct hf_playbook **out, const char *text, size_t len, const struct hf_wordlist *list,
    struct hf_defects *defects, struct hf_err *e)
{
	void        *p;
	enum hf_code rc = hf_book_parse(&p, read_all, text, len, list, defects, e);

	*out = p;
	return rc;
}

enum hf_code
hf_playbook_parse(struct hf_playbook **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e)
{
	return hf_playbook_parse_in(out, text, len, NULL, defects, e);
}

void
hf_playbook_free(struct hf_playbook *p)
{
	if (p != NULL)
		hf_doc_free(p->doc);
}

const struct hf_step *
hf_playbook_step(const struct hf_playbook *p, const char *id)
{
	const struct hf_id *e = hf_ids_find(p->ids, id, IS_STEP, NULL);

	return e == NULL ? NULL : &p->steps[e->at];
}

const struct hf_phase *
hf_playbook_phase(const struct hf_playbook *p, const char *id)
{
	const struct hf_id *e = hf_ids_find(p->ids, id, IS_PHASE, NULL);

	return e == NULL ? NULL : &p->phases[e->at];
}

const struct hf_role *
hf_playbook_role(const struct hf_playbook *p, const char *id)
{
	size_t i;

	for (i = 0; i < p->n_roles; i++)
		if (strcmp(p->roles[i].id, id) == 0)
			return &p->roles[i];
	return NULL;
}

const struct hf_severity *
hf_playbook_severity(const struct hf_playbook *p, const char *id)
{
	for (size_t i = 0; i < p->n_severities; i++)
		if (strcmp(p->severities[i].id, id) == 0)
			return &p->severities[i];
	return NULL;
}

const struct hf_who *
hf_step_who(const struct hf_playbook *p, const struct hf_step *s)
{
	return s->who.roles.n > 0 ? &s->who : &p->phases[s->phase].who;
}

const struct hf_second *
hf_step_second(const struct hf_playbook *p, const struct hf_step *s)
{
	return s->second.when != HF_SECOND_NONE ? &s->second : &p->phases[s->phase].second;
}

bool
hf_names_has(const struct hf_names *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i], name) == 0)
			return true;
	return false;
}
