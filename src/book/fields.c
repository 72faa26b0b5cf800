#include "fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "holdfast/text.h"

#define FIELDS_MAX 64

static void __attribute__((format(printf, 4, 0)))
bad(struct reader *r, struct hf_pos pos, const char *fix, const char *fmt, va_list ap)
{
	struct hf_buf text = HF_BUF_INIT, shape = HF_BUF_INIT;

	hf_buf_addv(&text, fmt, ap);
	if (fix == NULL) {
		hf_buf_addf(&shape, "write %s", r->field->shape);
		fix = hf_buf_str(&shape);
	}
	hf_defect_add(r->defects, pos, fix, "**%s:** %s", r->item->label, hf_buf_str(&text));
	hf_buf_clear(&text);
	hf_buf_clear(&shape);
}

void
hf_field_bad(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	bad(r, r->item->pos, NULL, fmt, ap);
	va_end(ap);
}

void
hf_field_bad_at(struct reader *r, struct hf_pos pos, const char *fix, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	bad(r, pos, fix, fmt, ap);
	va_end(ap);
}

char *
hf_field_text(struct reader *r)
{
	return r->item->value.text;
}

/* Is this the label, or, of one with FIELD_PREFIX, its beginning? *more gets what follows. */
static bool
is_label(const struct field *f, const char *word, const char *label, const char **more)
{
	size_t len = strlen(word);

	if ((f->flags & FIELD_PREFIX) == 0)
		return strcmp(word, label) == 0;
	if (strncmp(word, label, len) != 0 || label[len] != ' ' || label[len + 1] == '\0')
		return false;
	*more = label + len + 1;
	return true;
}

/* The row of a label; whole labels before those that only begin so ("If it fails" before "If"). */
const struct field *
hf_fields_find(const struct fields *f, const struct hf_wordlist *list, const char *label, const char **more)
{
	size_t   i;
	unsigned prefix;

	*more = "";
	for (prefix = 0; prefix <= FIELD_PREFIX; prefix += FIELD_PREFIX)
		for (i = 0; i < f->n; i++)
			if ((f->v[i].flags & FIELD_PREFIX) == prefix &&
			    (is_label(&f->v[i], hf_wordlist_get(list, f->v[i].label), label, more) ||
				(list != NULL && is_label(&f->v[i], f->v[i].label, label, more))))
				return &f->v[i];
	return NULL;
}

static void
unknown(struct reader *r, const struct fields *f, unsigned where, const struct hf_item *item)
{
	const char *near, *names[FIELDS_MAX] = { NULL };
	char        fix[256] = "";
	size_t      i, n = 0;

	for (i = 0; i < f->n; i++)
		if ((f->v[i].where & where) != 0)
			names[n++] = hf_wordlist_get(r->list, f->v[i].label);
	if ((near = hf_text_nearest(item->label, names, n)) != NULL)
		snprintf(fix, sizeof(fix), "write **%s:**", near);
	else if (n == 0)
		snprintf(fix, sizeof(fix), "no field stands here: take the strong text away");
	hf_defect_add(r->defects, item->pos, fix, "unknown label **%s:**", item->label);
}

static const char *
place_name(const struct fields *f, unsigned where)
{
	size_t i;

	for (i = 0; i < f->n_places; i++)
		if ((where & (1u << i)) != 0)
			return f->places[i];
	return "no place";
}

static bool
may_read(struct reader *r, const struct hf_item *item)
{
	unsigned flags = r->field->flags;

	if (item->sql != NULL && (flags & (FIELD_SQL | FIELD_QUERY)) == 0)
		hf_field_bad_at(r, item->sql_pos, "take the query away", "no query stands under it");
	if (item->value.text[0] == '\0') {
		hf_field_bad(r, "says nothing");
		return false;
	}
	if (item->sql == NULL && (flags & FIELD_QUERY) != 0) {
		hf_field_bad(r, "has no query");
		return false;
	}
	return true;
}

void
hf_fields_read(struct reader *r, const struct fields *f, unsigned where, const struct hf_section *s)
{
	unsigned long long seen = 0, bit;
	size_t             i;

	for (i = 0; i < s->n_items; i++) {
		r->item = &s->items[i];
		if ((r->field = hf_fields_find(f, r->list, r->item->label, &r->more)) == NULL) {
			unknown(r, f, where, r->item);
			continue;
		}
		bit = 1ull << (r->field - f->v);
		if ((r->field->where & where) == 0)
			hf_defect_add(r->defects, r->item->pos, "", "**%s:** stands in %s, not in %s", r->item->label,
			    place_name(f, r->field->where), place_name(f, where));
		else if ((seen & bit) != 0 && (r->field->flags & FIELD_MANY) == 0)
			hf_defect_add(r->defects, r->item->pos, "write it once", "**%s:** stands here twice", r->item->label);
		else if (may_read(r, r->item))
			r->field->read(r);
		seen |= bit;
	}
}
