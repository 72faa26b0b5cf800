/*
 * The headings of a book's text, found without parsing it: for titles, and for the ids that other books define.
 */
#ifndef HOLDFAST_BOOK_HEADINGS_H
#define HOLDFAST_BOOK_HEADINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/doc.h"

struct heading {
	const char   *p, *end; /* what is left of the text */
	bool          fenced;
	unsigned      line;
	unsigned      level; /* of the heading found */
	const char   *title; /* title_len bytes, without the id */
	size_t        title_len;
	const char   *id; /* id_len bytes; 0: it has none */
	size_t        id_len;
	struct hf_pos pos; /* of the id, or of the heading when it has none */
};

struct heading hf_heading_start(const char *text, size_t len);
bool           hf_heading_next(struct heading *h); /* false: there are no more */

#endif
