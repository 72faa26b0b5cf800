/*
 * A template taken apart into text and tags: the half of Mustache that is about writing. template.c is the half about data.
 *
 * Comments, changes of the delimiters and the lines of standalone tags are gone; sections know where they close.
 */
#ifndef HOLDFAST_BOOK_TAGS_H
#define HOLDFAST_BOOK_TAGS_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/err.h"

#define HF_TAG_NAME_MAX    255 /* bytes of a name */
#define HF_TAG_SECTION_MAX 256 /* sections within sections */

enum hf_tag_kind {
	HF_TAG_TEXT,
	HF_TAG_VALUE, /* {{name}} */
	HF_TAG_RAW,   /* {{{name}}} and {{&name}} */
	HF_TAG_SECTION,
	HF_TAG_INVERTED,
	HF_TAG_CLOSE,
	HF_TAG_PARTIAL
};

struct hf_tag {
	enum hf_tag_kind kind;
	bool             line;   /* of text: it starts a line of the template (and may be empty, when a tag starts it) */
	bool             alone;  /* of a partial: it stands alone on its line */
	size_t           at;     /* where the text or the name starts */
	size_t           len;    /* its bytes; no name is empty, has white space, or a part between dots that is empty */
	size_t           tag;    /* where the tag starts */
	size_t           indent; /* of a partial alone: the bytes of white space before it */
	size_t           end;    /* of a section: the index of its close */
	struct hf_tags  *into;   /* of a partial: for the renderer to keep what it found */
};

struct hf_tags {
	char           *name; /* for messages */
	const char     *text; /* owned when kept */
	size_t          len;
	char           *kept;
	struct hf_tag  *list;
	size_t          n, cap;
	struct hf_tags *next; /* for the owner's list */
};

/*
 * Take text apart; it must outlive *out, unless kept == text, which is then taken over, also when this fails.
 * HF_BAD reads name:line:column: what.
 */
enum hf_code hf_tags_parse(struct hf_tags **out, const char *name, const char *text, size_t len, char *kept, struct hf_err *e);
void         hf_tags_free(struct hf_tags *t); /* NULL-safe */

/* HF_BAD with name:line:column of the byte at before what. */
enum hf_code hf_tags_fail(const struct hf_tags *t, size_t at, struct hf_err *e, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same before the message that is there. */
enum hf_code hf_tags_fail_in(const struct hf_tags *t, size_t at, struct hf_err *e);

#endif
