/*
 * Fields by table: a label, where it may stand, what reads it, and what to write when it cannot be read.
 */
#ifndef HOLDFAST_BOOK_FIELDS_H
#define HOLDFAST_BOOK_FIELDS_H

#include "holdfast/doc.h"
#include "holdfast/playbook.h"
#include "holdfast/words.h"
#include "pool.h"

#define FIELD_MANY   1u  /* it may be repeated */
#define FIELD_PREFIX 2u  /* words of the author's follow the label: "If yes, an honest mistake" */
#define FIELD_SQL    4u  /* a query may stand under it */
#define FIELD_QUERY  8u  /* a query must stand under it */
#define FIELD_PROSE  16u /* words of the author's: a translation may have other code spans in it */

struct reader;

struct field {
	const char *label;
	unsigned    where; /* bits: the book's own meaning */
	unsigned    flags;
	void (*read)(struct reader *r);
	const char *shape; /* what to write */
};

struct fields {
	const struct field *v;
	size_t              n;      /* at most 64 */
	const char *const  *places; /* "the title", "a phase", "a step": one for each bit of where */
	size_t              n_places;
};

struct reader {
	struct pool              *pool;
	struct hf_defects        *defects;
	const struct hf_wordlist *list;  /* NULL: English */
	const struct field       *field; /* the one being read */
	const struct hf_item     *item;
	const char               *more; /* what follows a label with FIELD_PREFIX */
	void                     *into; /* what is being filled */
};

/* Read all fields of a section. */
void hf_fields_read(struct reader *r, const struct fields *f, unsigned where, const struct hf_section *s);

/* The row of a label, NULL when there is none; *more gets what follows one with FIELD_PREFIX, else "". */
const struct field *hf_fields_find(const struct fields *f, const struct hf_wordlist *list, const char *label, const char **more);

/* The field in hand cannot be read: says why, and its shape. */
void hf_field_bad(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same at another place; fix NULL: its shape. */
void hf_field_bad_at(struct reader *r, struct hf_pos pos, const char *fix, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Text of the field in hand, in the pool. */
char *hf_field_text(struct reader *r);

extern const struct fields hf_playbook_fields, hf_provider_fields, hf_policy_fields, hf_profile_fields, hf_guidance_fields;

#endif
