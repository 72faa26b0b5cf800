#include <stdio.h>
#include <string.h>

#include "holdfast/text.h"
#include "lint_in.h"
#include "playbook_in.h"

/*
 * A translation has the ids, fields, targets and queries of its original; its labels come from the word list of its language.
 */

struct pair {
	struct linter            *l;
	const struct hf_wordlist *list; /* NULL: the labels are English */
	const struct fields      *fields;
	const struct hf_section  *from, *to; /* the original and the translation */
};

static const struct fields *
fields_of(const char *name)
{
	switch (hf_book_type(name)) {
	case HF_BOOK_PROVIDER:
		return &hf_provider_fields;
	case HF_BOOK_POLICY:
		return &hf_policy_fields;
	case HF_BOOK_PROFILE:
		return &hf_profile_fields;
	case HF_BOOK_GUIDANCE:
		return &hf_guidance_fields;
	default:
		return &hf_playbook_fields;
	}
}

static const struct field *
row_of(const struct pair *p, const struct hf_wordlist *list, const struct hf_item *item, const char **more)
{
	return hf_fields_find(p->fields, list, item->label, more);
}

/* The next item of a row, from *at on; NULL when there is none left. */
static const struct hf_item *
next_of(const struct pair *p, const struct hf_wordlist *list, const struct hf_section *s, const struct field *row, size_t *at)
{
	const char *more;

	while (*at < s->n_items)
		if (row_of(p, list, &s->items[(*at)++], &more) == row)
			return &s->items[*at - 1];
	return NULL;
}

/* Text is translated, and may speak of other things; everywhere else code spans are what the program reads. */
static bool
same_codes(const struct hf_words *a, const struct hf_words *b)
{
	size_t i;

	if (a->n_code != b->n_code)
		return false;
	for (i = 0; i < a->n_code; i++)
		if (strcmp(a->code[i], b->code[i]) != 0)
			return false;
	return true;
}

static bool
same_sql(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
compare_items(const struct pair *p, const struct field *row, const struct hf_item *from, const struct hf_item *to)
{
	if ((row->flags & FIELD_PROSE) == 0 && !same_codes(&from->value, &to->value))
		hf_defect_add(p->l->out, to->pos, "write the code spans of the original",
		    "**%s:** names other things than line %u of the original", to->label, from->pos.line);
	if (!same_sql(from->sql, to->sql))
		hf_defect_add(p->l->out, to->pos, "copy the query", "**%s:** has another query than line %u of the original",
		    to->label, from->pos.line);
}

static void
compare_row(const struct pair *p, const struct field *row)
{
	const struct hf_item *from, *to;
	size_t                i = 0, k = 0;

	for (;;) {
		from = next_of(p, NULL, p->from, row, &i);
		to = next_of(p, p->list, p->to, row, &k);
		if (from == NULL && to == NULL)
			return;
		if (to == NULL) {
			hf_defect_add(p->l->out, p->to->pos, "", "`%s` lacks **%s:** of line %u of the original", p->to->id,
			    hf_wordlist_get(p->list, row->label), from->pos.line);
			return;
		}
		if (from == NULL) {
			hf_defect_add(p->l->out, to->pos, "", "**%s:** is not in the original", to->label);
			return;
		}
		compare_items(p, row, from, to);
	}
}

static size_t
count_blocks(const struct hf_section *s, enum hf_block_type type)
{
	size_t i, n = 0;

	for (i = 0; i < s->n_blocks; i++)
		n += s->blocks[i].type == type && s->blocks[i].depth == 0;
	return n;
}

static void
compare_blocks(const struct pair *p)
{
	static const struct {
		enum hf_block_type type;
		const char        *what;
	} kinds[] = { { HF_BLOCK_ITEM, "numbered items" }, { HF_BLOCK_CAUTION, "cautions" } };
	size_t i, from, to;

	for (i = 0; i < 2; i++) {
		from = count_blocks(p->from, kinds[i].type);
		to = count_blocks(p->to, kinds[i].type);
		if (from != to)
			hf_defect_add(
			    p->l->out, p->to->pos, "", "`%s` has %zu %s, the original has %zu", p->to->id, to, kinds[i].what, from);
	}
}

static void compare(const struct pair *p);

static void
compare_subs(const struct pair *p)
{
	struct pair next = *p;
	size_t      i = 0, k = 0, m;

	while (i < p->from->n_subs || k < p->to->n_subs) {
		for (m = k; i < p->from->n_subs && m < p->to->n_subs && strcmp(p->to->subs[m].id, p->from->subs[i].id) != 0; m++)
			;
		if (i == p->from->n_subs || (m < p->to->n_subs && m > k)) {
			hf_defect_add(
			    p->l->out, p->to->subs[k].id_pos, "", "`%s` does not stand here in the original", p->to->subs[k].id);
			k++;
		} else if (m == p->to->n_subs) {
			hf_defect_add(p->l->out, p->to->pos, "", "`%s` of line %u of the original is not here", p->from->subs[i].id,
			    p->from->subs[i].pos.line);
			i++;
		} else {
			next.from = &p->from->subs[i++];
			next.to = &p->to->subs[k++];
			compare(&next);
		}
	}
}

static void
compare(const struct pair *p)
{
	size_t i;

	if (strcmp(p->from->id, p->to->id) != 0)
		hf_defect_add(
		    p->l->out, p->to->id_pos, "keep the id", "the id `%s` is `%s` in the original", p->to->id, p->from->id);
	for (i = 0; i < p->fields->n; i++)
		compare_row(p, &p->fields->v[i]);
	compare_blocks(p);
	compare_subs(p);
}

/* What is read from words and not from code spans: who, by when, how often. */
static bool
same_names(const struct hf_names *a, const struct hf_names *b)
{
	size_t i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	return true;
}

static bool
same_span(struct hf_span a, struct hf_span b)
{
	return a.n == b.n && a.unit == b.unit;
}

static bool
same_by(const struct hf_by *a, const struct hf_by *b)
{
	return a->kind == b->kind && a->before == b->before && (a->kind != HF_BY_SPAN || same_span(a->span, b->span)) &&
	    (a->anchor == HF_ANCHOR_START) == (b->anchor == HF_ANCHOR_START);
}

static void
differs(struct linter *l, struct hf_pos pos, const char *label)
{
	hf_defect_add(l->out, pos, "", "**%s:** says something else than the original", label);
}

static void
compare_step(struct linter *l, const struct hf_step *a, const struct hf_step *b)
{
	size_t i;

	if (!same_names(&a->who.roles, &b->who.roles))
		differs(l, b->who.pos, "Who");
	if (!same_by(&a->by, &b->by))
		differs(l, b->by.pos, "By");
	if (a->second.when != b->second.when || !same_names(&a->second.roles, &b->second.roles))
		differs(l, b->second.pos, "Second person");
	if (a->repeat.every != b->repeat.every || a->repeat.times != b->repeat.times || !same_span(a->repeat.span, b->repeat.span))
		differs(l, b->repeat.pos, "Repeat");
	if (a->wait.timed != b->wait.timed || !same_span(a->wait.span, b->wait.span))
		differs(l, b->wait.pos, "Wait");
	for (i = 0; i < a->n_on && i < b->n_on; i++)
		if (!same_names(&a->on[i].providers, &b->on[i].providers) || a->on[i].instead != b->on[i].instead)
			differs(l, b->on[i].pos, "On");
	for (i = 0; i < a->n_write && i < b->n_write; i++)
		if (a->write[i].type != b->write[i].type || !same_names(&a->write[i].choices, &b->write[i].choices))
			differs(l, b->write[i].pos, "Write down");
}

static void
compare_playbooks(struct linter *l, const struct hf_playbook *a, const struct hf_playbook *b)
{
	size_t i;

	for (i = 0; i < a->n_roles && i < b->n_roles; i++)
		if (!same_names(&a->roles[i].paths, &b->roles[i].paths))
			differs(l, b->roles[i].pos, "Role");
	for (i = 0; i < a->n_phases && i < b->n_phases; i++)
		if (!same_names(&a->phases[i].who.roles, &b->phases[i].who.roles) || !same_by(&a->phases[i].by, &b->phases[i].by))
			differs(l, b->phases[i].pos, "Who or By");
	for (i = 0; i < a->n_steps && i < b->n_steps; i++)
		compare_step(l, &a->steps[i], &b->steps[i]);
}

/* Is a book on the shelf? Its text then. */
static bool
fetch(struct linter *l, struct hf_buf *out, const char *name)
{
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc;

	if (l->opts->shelf == NULL)
		return false;
	if ((rc = hf_shelf_read(out, NULL, l->opts->shelf, name, &e)) == HF_NOMEM)
		l->rc = hf_nomem(l->e);
	return rc == HF_OK;
}

static struct hf_wordlist *
fetch_words(struct linter *l, const char *language)
{
	struct hf_wordlist *list = NULL;
	struct hf_defects   ignored = { 0 }; /* linting the list itself tells them */
	struct hf_buf       text = HF_BUF_INIT;
	char                name[96];

	snprintf(name, sizeof(name), "words/%.80s", language);
	if (fetch(l, &text, name))
		hf_wordlist_parse(&list, text.data, text.len, &ignored, NULL);
	else if (l->opts->shelf != NULL)
		hf_defect_warn(
		    l->out, (struct hf_pos){ 1, 1 }, "", "no word list for this language on the shelf: labels are read as English");
	hf_defects_clear(&ignored);
	hf_buf_clear(&text);
	return list;
}

/* The original, read in the same way; its own defects are its own. */
static struct hf_section *
fetch_original(struct linter *l, const char *dot)
{
	struct hf_defects  ignored = { 0 };
	struct hf_section *doc = NULL;
	struct hf_buf      text = HF_BUF_INIT;
	char               name[160];

	snprintf(name, sizeof(name), "%.*s", (int)(dot - l->name), l->name);
	if (!fetch(l, &text, name)) {
		if (l->opts->shelf != NULL)
			hf_defect_add(l->out, (struct hf_pos){ 1, 1 }, "", "the original %s is not on the shelf", name);
	} else if (hf_doc_parse(&doc, text.data, text.len, &ignored, NULL) != HF_OK) {
		doc = NULL;
	}
	hf_defects_clear(&ignored);
	hf_buf_clear(&text);
	return doc;
}

static void
judge(struct linter *l, struct hf_section *to, struct hf_section *from, const struct hf_wordlist *list)
{
	struct hf_defects   ignored = { 0 };
	struct hf_playbook *a, *b = NULL;
	struct pair         p = { l, list, fields_of(l->name), from, to };

	if (hf_book_type(l->name) == HF_BOOK_PLAYBOOK && l->opts->shelf != NULL) /* without its word list no label can be read */
		b = hf_playbook_read(to, list, l->out);
	if (from == NULL)
		return;
	compare(&p);
	if (b == NULL || hf_defects_errors(l->out) > 0)
		return;
	hf_playbook_resolve(b, l->out);
	if ((a = hf_playbook_read(from, NULL, &ignored)) != NULL)
		compare_playbooks(l, a, b);
	hf_defects_clear(&ignored);
}

void
hf_lint_translation(struct linter *l, const char *text, size_t len, const char *dot)
{
	struct hf_wordlist *list = NULL;
	struct hf_section  *to = NULL, *from = NULL;

	if ((l->rc = hf_doc_parse(&to, text, len, l->out, l->e)) != HF_OK)
		return;
	list = fetch_words(l, dot + 1);
	from = fetch_original(l, dot);
	if (l->rc == HF_OK)
		judge(l, to, from, list);
	hf_doc_free(to);
	hf_doc_free(from);
	hf_wordlist_free(list);
}
