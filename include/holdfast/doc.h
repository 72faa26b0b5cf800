/*
 * Markdown as a tree of headed sections (the door to libcmark), and Markdown shown as text or HTML.
 *
 * A book is CommonMark: one "#" heading, "##" sections, "###" steps, each ending with a code span, its id. Inside a section stand blocks.
 * A bullet that starts with strong text is a field; its label has the colon inside (**Who:**). Everything here is read-only after parsing.
 * Lines and columns count from 1, columns in bytes.
 */
#ifndef HOLDFAST_DOC_H
#define HOLDFAST_DOC_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"

#define HF_DOC_MAX (4 << 20) /* bytes of the longest document */

struct hf_pos {
	unsigned line, column;
};

/* Where a code span stands in a text: bytes, its backticks included. */
struct hf_code_at {
	size_t        from, to;
	struct hf_pos pos; /* in the source */
};

/* A text with its code spans told apart: shown as text, read as a program only where the grammar says so. */
struct hf_words {
	char              *text; /* plain, code spans in backticks, links as "words <address>"; never NULL */
	char             **code; /* the code spans in order */
	struct hf_code_at *at;   /* where each of them stands */
	size_t             n_code;
	struct hf_pos      pos;
};

enum hf_block_type {
	HF_BLOCK_PARA,
	HF_BLOCK_ITEM,    /* of an ordered list: addressed <id>.<number> */
	HF_BLOCK_BULLET,  /* a bullet that is no field */
	HF_BLOCK_CAUTION, /* a block quote that starts CAUTION: or WARNING: (text without that word) */
	HF_BLOCK_QUOTE,
	HF_BLOCK_CODE /* fenced, shown, never run */
};

struct hf_block {
	enum hf_block_type type;
	unsigned           number;       /* of an ITEM, from 1 */
	unsigned           depth;        /* 0; of lists within lists: 1, 2, … */
	bool               warning;      /* of a CAUTION: it said WARNING */
	bool               after_fields; /* it stands after the first field of its section */
	struct hf_words    words;
};

struct hf_item {               /* one field */
	char           *label; /* as written, without the colon: "If yes, an honest mistake" */
	struct hf_words value;
	char           *sql; /* the sql block indented under it, or NULL */
	struct hf_pos   sql_pos;
	struct hf_pos   pos;
};

struct hf_section {
	unsigned           level; /* 1, 2, 3 */
	char              *title; /* plain text, without the id */
	char              *id;    /* "" when the heading has none */
	struct hf_pos      pos, id_pos;
	struct hf_block   *blocks;
	size_t             n_blocks;
	struct hf_words    heading; /* the title with what stands in it */
	struct hf_item    *items;   /* the fields, in order */
	size_t             n_items;
	struct hf_section *subs; /* sections one level down */
	size_t             n_subs;
};

/* One thing wrong with a book. */
struct hf_defect {
	struct hf_pos pos;
	bool          warning; /* worth a look, but the book runs */
	char         *text;    /* what is wrong */
	char         *fix;     /* what to write instead; "" when nothing is to be said */
};

struct hf_defects {
	struct hf_defect *list;
	size_t            n, cap;
	bool              failed; /* out of memory: the list is not whole */
};

void hf_defect_add(struct hf_defects *d, struct hf_pos pos, const char *fix, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void hf_defect_warn(struct hf_defects *d, struct hf_pos pos, const char *fix, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
size_t hf_defects_errors(const struct hf_defects *d); /* how many are no warnings */
void   hf_defects_sort(struct hf_defects *d);         /* by place in the text */
void   hf_defects_clear(struct hf_defects *d);        /* gives the insides back */

/*
 * Parse a book. What cannot be part of one (raw HTML, tables, task lists, front matter, levels skipped, text before the title) goes to
 * defects and parsing goes on. HF_BAD only for bytes that are no UTF-8, over HF_DOC_MAX, or with over
 * 2,000 square brackets in one paragraph (which would take libcmark minutes).
 */
enum hf_code hf_doc_parse(struct hf_section **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e);
void         hf_doc_free(struct hf_section *doc);

/* Markdown as plain text wrapped at width (0: not wrapped): headings underlined, lists kept, nothing a terminal would obey. */
enum hf_code hf_doc_text(struct hf_buf *out, const char *markdown, size_t len, size_t width, struct hf_err *e);

/*
 * Markdown as one self-contained HTML page: print style, Content-Security-Policy that allows nothing but its own style, no script, no raw HTML,
 * links only to https, http and mailto. mark (may be NULL) stands in a banner on every page ("DRILL").
 */
enum hf_code hf_doc_html(
    struct hf_buf *out, const char *markdown, size_t len, const char *title, const char *mark, struct hf_err *e);

#endif
