#include "book_in.h"

#include <string.h>

#include "ids.h"
#include "scan.h"

/* The first error from the from-th defect on. */
static enum hf_code
verdict(const struct hf_defects *d, size_t from, struct hf_err *e)
{
	const struct hf_defect *first = NULL, *x;
	size_t                  i;

	if (d->failed)
		return hf_nomem(e);
	for (i = from; i < d->n; i++) {
		x = &d->list[i];
		if (!x->warning && (first == NULL || x->pos.line < first->pos.line))
			first = x;
	}
	if (first == NULL)
		return HF_OK;
	hf_fail(e, HF_BAD, "%u:%u: %s", first->pos.line, first->pos.column, first->text);
	hf_hint(e, "%s", first->fix);
	return HF_BAD;
}

enum hf_code
hf_book_parse(void **out, book_reader *read, const char *text, size_t len, const struct hf_wordlist *list,
    struct hf_defects *defects, struct hf_err *e)
{
	struct hf_section *doc;
	size_t             from = defects->n;
	enum hf_code       rc;
	void              *book;

	*out = NULL;
	if ((rc = hf_doc_parse(&doc, text, len, defects, e)) != HF_OK)
		return rc;
	book = read(doc, list, defects);
	rc = book == NULL || hf_doc_pool(doc)->failed ? hf_nomem(e) : verdict(defects, from, e);
	hf_defects_sort(defects);
	if (rc == HF_OK)
		*out = book;
	else
		hf_doc_free(doc);
	return rc;
}

void
hf_check_id(struct hf_defects *d, const struct hf_section *s)
{
	if (s->id[0] == '\0' || hf_is_id(s->id) || (s->level == 1 && hf_is_book_id(s->id)))
		return;
	hf_defect_add(d, s->id_pos, "an id is 2 to 40 of a-z, 0-9 and -, and begins with a letter", "`%s` is no id", s->id);
}

void
hf_check_present(struct reader *r, const struct fields *f, const struct hf_section *s, const char *label)
{
	const struct field *row;
	const char         *more;
	size_t              i;

	for (i = 0; i < s->n_items; i++)
		if ((row = hf_fields_find(f, r->list, s->items[i].label, &more)) != NULL && strcmp(row->label, label) == 0)
			return;
	hf_defect_add(r->defects, s->pos, "", "`%s` has no **%s:**", s->id, label);
}

static size_t
count(const struct hf_section *doc)
{
	size_t i, n = doc->n_subs;

	for (i = 0; i < doc->n_subs; i++)
		n += doc->subs[i].n_subs;
	return n;
}

static void
check_one(struct hf_defects *d, struct hf_ids *ids, struct pool *pool, const struct hf_section *s)
{
	const struct hf_id *e;

	if (s->id[0] == '\0')
		return;
	if ((e = hf_ids_find(ids, s->id, 1, NULL)) != NULL)
		hf_defect_add(d, s->id_pos, "give each its own id", "the id `%s` stands twice (line %u)", s->id, e->pos.line);
	else
		hf_ids_add(ids, pool, &(struct hf_id){ s->id, 1, 0, NULL, s->id_pos, NULL });
}

/* No id stands twice. */
static void
check_unique(struct hf_defects *d, struct hf_section *doc)
{
	struct pool   *pool = hf_doc_pool(doc);
	struct hf_ids *ids = hf_ids_new(pool, count(doc));
	size_t         i, k;

	for (i = 0; ids != NULL && i < doc->n_subs; i++) {
		check_one(d, ids, pool, &doc->subs[i]);
		for (k = 0; k < doc->subs[i].n_subs; k++)
			check_one(d, ids, pool, &doc->subs[i].subs[k]);
	}
}

void
hf_read_title(struct reader *r, const struct fields *f, unsigned place, struct hf_section *doc)
{
	hf_check_id(r->defects, doc);
	check_unique(r->defects, doc);
	hf_fields_read(r, f, place, doc);
}

static void
read_entry(struct reader *r, const struct entries *t, const struct hf_section *s)
{
	size_t i;

	if (s->id[0] != '\0' && !t->is_one(s->id)) {
		hf_defect_add(r->defects, s->id_pos, t->fix, "`%s` is no id of %s", s->id, t->what);
		return;
	}
	t->read(r, s);
	for (i = 0; i < s->n_subs; i++)
		hf_defect_add(r->defects, s->subs[i].pos, "", "%s has no sections", t->what);
}

void
hf_read_entries(struct reader *r, const struct entries *t, const struct hf_section *doc)
{
	const struct hf_section *s;
	size_t                   i, k;

	for (i = 0; i < doc->n_subs; i++) {
		s = &doc->subs[i];
		if (t->is_one(s->id) || s->n_subs == 0) {
			read_entry(r, t, s);
			continue;
		}
		hf_check_id(r->defects, s);
		hf_fields_read(r, t->fields, 0, s);
		for (k = 0; k < s->n_subs; k++)
			read_entry(r, t, &s->subs[k]);
	}
}
