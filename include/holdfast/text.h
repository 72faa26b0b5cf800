/*
 * Text for people: UTF-8 checks, terminal safety, width, folding, near misses, wrapping (the door to utf8proc).
 *
 * utf8proc because case folding, character width and normalisation are Unicode tables that a C locale does not have; it is small, kept by
 * the Julia project, and in Debian.
 */
#ifndef HOLDFAST_TEXT_H
#define HOLDFAST_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/buf.h"

bool   hf_text_is_utf8(const char *s, size_t len);   /* valid, without NUL */
size_t hf_text_utf8_span(const char *s, size_t len); /* how many bytes at the start are that */

/* True when s has no control character, bidi control, zero-width or tag character, and is UTF-8; newlines and tabs only if lines. */
bool hf_text_is_clean(const char *s, size_t len, bool lines);

/*
 * Append s so that a terminal shows it and does nothing else: C0 but newline (kept when lines), DEL, C1, bidi controls, zero-width
 * characters, tags (U+E0000 block) and invalid bytes become visible \x1b, \u{202e}. A backslash stays as it is.
 */
void hf_text_clean(struct hf_buf *b, const char *s, size_t len, bool lines);

size_t hf_text_width(const char *s); /* columns on a terminal: wide characters 2, combining 0 */

/* Append at most width columns of s; when it was longer, the last column is "…" ("..." when ascii). Returns the columns written. */
size_t hf_text_fit(struct hf_buf *b, const char *s, size_t width, bool ascii);

/* Append the name of a field as people read it: "registered_email" → "registered email". */
void hf_text_name(struct hf_buf *b, const char *name);

/* Append s case folded and in NFC, runs of white space as one space (also at its ends). Invalid UTF-8 is appended as it is. */
void hf_text_fold(struct hf_buf *b, const char *s);

/*
 * Append words wrapped at width columns (0: not wrapped); every line but the first is preceded by indent spaces. Newlines in s are kept.
 * The indent counts as part of the width, on the first line too: there the caller has written that much. A longer word is not broken.
 */
void hf_text_wrap(struct hf_buf *b, const char *s, size_t width, size_t indent);

/* The candidate nearest to word (Damerau-Levenshtein, case folded), or NULL when none is near enough to be meant. */
const char *hf_text_nearest(const char *word, const char *const *candidates, size_t n);

bool hf_text_prefix(const char *s, const char *prefix);
bool hf_text_suffix(const char *s, const char *suffix);
bool hf_text_is_one_of(const char *word, const char *const *list, size_t n);
/* Case-insensitive for ASCII only, in any locale. */
bool hf_text_equal_nocase(const char *a, const char *b);

#endif
