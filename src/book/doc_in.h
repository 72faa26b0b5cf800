/*
 * Between the files that turn Markdown into sections.
 */
#ifndef HOLDFAST_BOOK_DOC_IN_H
#define HOLDFAST_BOOK_DOC_IN_H

#include "holdfast/doc.h"
#include "node.h"
#include "pool.h"

/* What hf_doc_parse hands out: the top section, and the pool that all of it, and whatever is read from it, lives in. */
struct doc {
	struct hf_section top; /* first: a pointer to it is a pointer to this */
	struct pool       pool;
};

struct pool *hf_doc_pool(struct hf_section *top);

/* Inline nodes on their way to a struct hf_words. */
struct flat {
	struct pool       *pool;
	struct hf_defects *defects;
	struct hf_buf      text; /* '\n' where a source line ends, '\v' for a break that was meant */
	struct hf_words    words;
	bool               unclean; /* a character was made visible */
	bool               html;    /* raw HTML was met */
};

void hf_flat_begin(struct flat *f, struct hf_pos pos);
void hf_flat_add(struct flat *f, const struct node *first); /* this inline node and what follows it */
void hf_flat_block(struct flat *f, const struct node *n);   /* a paragraph, or all that a list or quote holds */
void hf_flat_end(struct hf_words *out, struct flat *f);
void hf_flat_skip(struct hf_words *w, size_t n); /* drop the first n bytes, and spaces after them */

void hf_flat_code_block(struct hf_words *out, struct flat *f, const struct node *n);

#endif
