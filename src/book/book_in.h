/*
 * What reading a playbook, a sheet, rules, statements and words has in common.
 */
#ifndef HOLDFAST_BOOK_BOOK_IN_H
#define HOLDFAST_BOOK_BOOK_IN_H

#include "doc_in.h"
#include "fields.h"
#include "holdfast/words.h"

/* Fills a structure in the document's pool; NULL when out of memory. */
typedef void *book_reader(struct hf_section *doc, const struct hf_wordlist *list, struct hf_defects *defects);

/*
 * Parse, read, sort the defects; HF_BAD when any found here is an error, with the first one as the message. The structure owns the
 * document on HF_OK only.
 */
enum hf_code hf_book_parse(void **out, book_reader *read, const char *text, size_t len, const struct hf_wordlist *list,
    struct hf_defects *defects, struct hf_err *e);

/* A section's id has the shape of one (that a heading has none was said when the document was read). */
void hf_check_id(struct hf_defects *d, const struct hf_section *s);

/* The title's own: its id, that no id under it stands twice, its fields (place: the bit of where that is the title). */
void hf_read_title(struct reader *r, const struct fields *f, unsigned place, struct hf_section *doc);

/* A field that must be there is there, well written or not. */
void hf_check_present(struct reader *r, const struct fields *f, const struct hf_section *s, const char *label);

/* Numbered entries: ## sections, or ### in ## sections that only group them. */
struct entries {
	bool (*is_one)(const char *id);
	void (*read)(struct reader *r, const struct hf_section *s);
	const struct fields *fields;
	const char          *what; /* "a rule" */
	const char          *fix;  /* "write HF- and three digits" */
};

void hf_read_entries(struct reader *r, const struct entries *t, const struct hf_section *doc);

#endif
