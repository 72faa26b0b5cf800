#include <string.h>

#include "book_in.h"
#include "holdfast/policy.h"
#include "scan.h"

#define IN_TITLE 1u
#define IN_PART  2u

struct place {
	struct hf_profile      *profile;
	struct hf_profile_part *part;
};

static struct place *
at(struct reader *r)
{
	return r->into;
}

static void
read_publisher(struct reader *r)
{
	at(r)->profile->publisher = hf_field_text(r);
}

static void
read_reviewed(struct reader *r)
{
	hf_read_day(r, &at(r)->profile->reviewed);
}

static void
read_rules(struct reader *r)
{
	hf_read_codes(r, &at(r)->part->rules, hf_is_rule, "id of a rule");
}

static const struct field table[] = {
	{ "Publisher", IN_TITLE, FIELD_PROSE, read_publisher, "who publishes what it stands for" },
	{ "Reviewed", IN_TITLE, 0, read_reviewed, "a date, 2026-11-20" },
	{ "Rules", IN_PART, 0, read_rules, "the ids of rules, in code spans: `HF-101`, `HF-102`" },
};

static const char *const places[] = { "the title", "a section" };

const struct fields hf_profile_fields = { table, sizeof(table) / sizeof(table[0]), places, 2 };

static void
read_part(struct reader *r, const struct hf_section *s)
{
	struct hf_profile_part *part = hf_pool_push(r->pool, &at(r)->profile->parts, &at(r)->profile->n_parts, sizeof(*part));

	if (part == NULL)
		return;
	part->id = s->id;
	part->title = s->title;
	part->pos = s->pos;
	at(r)->part = part;
	hf_check_id(r->defects, s);
	hf_fields_read(r, &hf_profile_fields, IN_PART, s);
	hf_check_present(r, &hf_profile_fields, s, "Rules");
	for (size_t i = 0; i < s->n_subs; i++)
		hf_defect_add(r->defects, s->subs[i].pos, "", "a section of a profile has no sections");
	at(r)->part = NULL;
}

static void *
read_all(struct hf_section *doc, const struct hf_wordlist *list, struct hf_defects *defects)
{
	struct pool       *pool = hf_doc_pool(doc);
	struct hf_profile *p = hf_pool_alloc(pool, sizeof(*p));
	struct place       place = { p, NULL };
	struct reader      r = { .pool = pool, .defects = defects, .list = list, .into = &place };

	if (p == NULL)
		return NULL;
	p->doc = doc;
	p->id = doc->id;
	p->title = doc->title;
	p->publisher = p->reviewed = pool->nothing;
	hf_read_title(&r, &hf_profile_fields, IN_TITLE, doc);
	for (size_t i = 0; i < doc->n_subs; i++)
		read_part(&r, &doc->subs[i]);
	return p;
}

enum hf_code
hf_profile_parse(struct hf_profile **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e)
{
	void        *p;
	enum hf_code rc = hf_book_parse(&p, read_all, text, len, NULL, defects, e);

	*out = p;
	return rc;
}

void
hf_profile_free(struct hf_profile *p)
{
	if (p != NULL)
		hf_doc_free(p->doc);
}

bool
hf_profile_has(const struct hf_profile *p, const char *rule)
{
	for (size_t i = 0; i < p->n_parts; i++)
		if (hf_names_has(&p->parts[i].rules, rule))
			return true;
	return false;
}
