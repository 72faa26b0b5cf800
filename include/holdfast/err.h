/*
 * Errors as values.
 *
 * Every function that can fail returns an enum hf_code, zero being success, and fills a struct hf_err that the caller owns.
 * The text reads "subject: reason" and fits one line; the hint names the command that helps. No globals, no allocation.
 *
 *	struct hf_err e = HF_ERR_INIT;
 *	if (hf_json_parse(&j, text, len, &e) != HF_OK)
 *		return hf_fail_in(&e, "%s", name);
 */
#ifndef HOLDFAST_ERR_H
#define HOLDFAST_ERR_H

#include <stddef.h>

/* name, exit status (holdfast(1), EXIT STATUS), what it means */
#define HF_CODES(X)                                                            \
	X(OK, 0, "done")                                                       \
	X(NO, 1, "a clean no: findings, a closed gate, a failed verification") \
	X(USAGE, 2, "the command line is wrong")                               \
	X(BAD, 65, "an input was refused")                                     \
	X(NOTFOUND, 65, "nothing has that name")                               \
	X(AMBIGUOUS, 65, "several things have that name")                      \
	X(EXISTS, 65, "it exists already")                                     \
	X(DAMAGED, 65, "stored bytes are not what was written")                \
	X(INTERNAL, 70, "a defect in holdfast")                                \
	X(NOMEM, 71, "out of memory")                                          \
	X(SYSTEM, 71, "the operating system refused")                          \
	X(WRITE, 74, "a write failed")                                         \
	X(LOCKED, 75, "somebody else is writing; try again")                   \
	X(UNSURE, 76, "recorded, but the disk may not hold it")                \
	X(NOKEY, 77, "no key, or the key cannot be used")                      \
	X(SEALED, 77, "encrypted to others, not to you")                       \
	X(CANCELLED, 77, "cancelled, or a question was left unanswered")       \
	X(DENIED, 77, "not allowed")

enum hf_code {
#define X(name, status, text) HF_##name,
	HF_CODES(X)
#undef X
};

#define HF_ERR_MSG  512
#define HF_ERR_HINT 256

struct hf_err {
	enum hf_code code;
	char         msg[HF_ERR_MSG];   /* "subject: reason", valid UTF-8 after hf_text_clean */
	char         hint[HF_ERR_HINT]; /* empty when there is none */
};

/* clang-format off */
#define HF_ERR_INIT { HF_OK, "", "" }
/* clang-format on */

/* Record a failure and return its code. A NULL e is allowed. */
enum hf_code hf_fail(struct hf_err *e, enum hf_code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: appends ": " and the text of errnum. */
enum hf_code hf_fail_errno(struct hf_err *e, enum hf_code code, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Put "context: " before the message already there; returns the code already there. NULL e: the code of the last failure with a NULL e. */
enum hf_code hf_fail_in(struct hf_err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Say what helps, e.g. "holdfast list person". Returns the code already there, as hf_fail_in does. */
enum hf_code hf_hint(struct hf_err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Shorthand for a failed allocation. */
enum hf_code hf_nomem(struct hf_err *e);

void        hf_err_clear(struct hf_err *e);
int         hf_code_status(enum hf_code code); /* exit status */
const char *hf_code_name(enum hf_code code);   /* "NOTFOUND" */
const char *hf_code_text(enum hf_code code);

#endif
