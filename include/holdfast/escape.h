/*
 * Text that somebody typed, made fit for the page it is put on.
 *
 * In Markdown the text shows as it was typed and stays text: it cannot start a heading, list, quotation, code block, table or rule, open
 * or close emphasis, a link, an image, a code span or HTML, nor finish one that the template has begun. White space at its ends is kept as
 * character references, so that "**" around a value stays strong. Newlines (also CR, U+0085, U+2028 and U+2029) at its ends are dropped;
 * inside they become hard breaks, or spaces where a new line would end what the template has begun: a heading, a table row, a code
 * block, HTML. What a terminal would obey is made visible first (hf_text_clean), a tab is a space.
 *
 * This holds wherever Markdown takes text, and in a link's address written <{{address}}>. Inside code the escapes themselves would show,
 * but nothing typed ends the code. It does not hold inside an HTML tag.
 */
#ifndef HOLDFAST_ESCAPE_H
#define HOLDFAST_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/buf.h"

enum hf_escape {
	HF_ESCAPE_HTML, /* & < > " ' as entities */
	HF_ESCAPE_MD,   /* nothing typed can start a heading, list, link, code span, emphasis, HTML or a new line's block */
	HF_ESCAPE_CSV,  /* one quoted cell, safe in a spreadsheet (hf_csv_cell) */
	HF_ESCAPE_NONE
};

/* What was learned of the text before, so that it is read once. All zero to begin with, and one for each output. */
struct hf_escape_place {
	size_t line;      /* where the line starts that is being written */
	size_t read;      /* bytes that were read */
	size_t done;      /* where the last value ended */
	size_t fence_len; /* of the code fence we are in */
	char   fence;     /* its character, or NUL */
	bool   flat;      /* the line cannot be broken */
};

/*
 * Append s. Markdown looks at what stands in out already, for the line it lands on; place (NULL: the text is read from its start) must
 * have gone with every earlier call for this output, and nothing may have been cut from out since.
 */
void hf_escape_add(struct hf_buf *out, const char *s, enum hf_escape how, struct hf_escape_place *place);

/*
 * Append n bytes of the Markdown page itself. Where they follow a value of digits alone that starts a line, their dot or parenthesis is
 * escaped: "{{number}}. It was" starts no list.
 */
void hf_escape_page(struct hf_buf *out, const char *s, size_t n, struct hf_escape_place *place);

#endif
