/*
 * Between the files that read a playbook.
 */
#ifndef HOLDFAST_BOOK_PLAYBOOK_IN_H
#define HOLDFAST_BOOK_PLAYBOOK_IN_H

#include "fields.h"
#include "holdfast/playbook.h"
#include "ids.h"

#define IN_TITLE 1u
#define IN_PHASE 2u
#define IN_STEP  4u

/* Where a field is read into: phase and step are NULL above them. */
struct place {
	struct hf_playbook *book;
	struct hf_phase    *phase;
	struct hf_step     *step;
};

struct place *hf_place_of(struct reader *r);

/* Is a list so long that no more is read into it? (Said once.) */
bool hf_too_many(struct reader *r, size_t n);

/* Readers of the table in playbook_fields.c; each file its own. */
void hf_read_by(struct reader *r);
void hf_read_wait(struct reader *r);
void hf_read_repeat(struct reader *r);
void hf_read_route(struct reader *r);
void hf_read_failed(struct reader *r);
void hf_read_on(struct reader *r);
void hf_read_updates(struct reader *r);
void hf_read_adds(struct reader *r);
void hf_read_ask(struct reader *r);
void hf_read_write(struct reader *r);

/*
 * Read the whole grammar of a book without judging whether its names lead anywhere. It lives in doc's pool; NULL when out of memory.
 */
struct hf_playbook *hf_playbook_read(struct hf_section *doc, const struct hf_wordlist *list, struct hf_defects *defects);

/* Fill the table of ids, and judge that ids are unique and that every role, need, target and anchor is there. */
void hf_playbook_resolve(struct hf_playbook *p, struct hf_defects *defects);

/* Is this the name of a column of the loops that a step (NULL: only its phase) stands in? */
bool hf_playbook_in_row(const struct hf_playbook *p, const struct hf_step *step, size_t phase, const char *name);

/* What is there under a name. */
enum what { IS_STEP = 1, IS_PHASE = 2, IS_KEEP = 4, IS_VALUE = 8 };

#endif
