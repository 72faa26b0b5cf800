/*
 * Reading the value of a field from left to right, and the shapes of names.
 */
#ifndef HOLDFAST_BOOK_SCAN_H
#define HOLDFAST_BOOK_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "fields.h"
#include "holdfast/time.h"

struct scan {
	struct reader         *r;
	const struct hf_words *w;
	size_t                 at;   /* byte of the text */
	size_t                 code; /* the next code span */
};

struct scan hf_scan_value(struct reader *r);

const char   *hf_scan_code(struct scan *s);      /* the code span that stands here, and go past it; NULL when none does */
struct hf_pos hf_scan_pos(const struct scan *s); /* of the code span read last */
bool          hf_scan_word(struct scan *s, const char *english); /* go past this word, in either language */
bool          hf_scan_char(struct scan *s, char c);
bool          hf_scan_end(struct scan *s);
bool          hf_scan_span(struct scan *s, struct hf_span *out); /* "5 min", "10 working days" */
char         *hf_scan_rest(struct scan *s);                      /* in the pool, without spaces around it */
bool          hf_scan_path(struct scan *s, char **out);          /* "{account.handle}": what stands inside, in the pool */

/* The whole value as code spans between commas; false (and said) when anything else stands there. */
bool hf_scan_codes(struct reader *r, struct hf_names *out);
/* The same where each has to be of one sort: what ("field of a record") says which, when one is not. */
void hf_read_codes(struct reader *r, struct hf_names *out, bool (*is_one)(const char *code), const char *what);

/* The whole value as a date; out stays as it is (and that is said) when it is none. */
void hf_read_day(struct reader *r, char **out);

/* A text as a list: parted by commas and the word and. */
void hf_split_list(struct reader *r, struct hf_names *out, const char *text, size_t len);

/* The whole value as numbers of statements: R004, R058. */
void hf_read_statements(struct reader *r, struct hf_names *out);

bool hf_is_id(const char *s);             /* still-in */
bool hf_is_book_id(const char *s);        /* the same, or one letter: x */
bool hf_is_value_name(const char *s);     /* last_day */
bool hf_is_path(const char *s, size_t n); /* account.responder.phone */
bool hf_is_field_name(const char *s);     /* account.handle: a path of exactly two */
bool hf_is_statement(const char *s);      /* R001 */
bool hf_is_rule(const char *s);           /* HF-201 */
bool hf_is_book_name(const char *s);      /* incident/hijacked-account */

#endif
