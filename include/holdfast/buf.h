/*
 * A growable byte buffer, always NUL-terminated, with an upper limit and, for secrets, wiping.
 *
 * Writers do not check each call: the first failure (out of memory, over the limit) sticks, later writes do nothing,
 * and hf_buf_check says so once at the end.
 */
#ifndef HOLDFAST_BUF_H
#define HOLDFAST_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "holdfast/err.h"

struct hf_buf {
	char  *data; /* never NULL after a successful write; data[len] == '\0' */
	size_t len;
	size_t cap;
	size_t max;    /* 0: no limit */
	bool   secret; /* wiped before the memory is given back */
	bool   failed;
	bool   over; /* it failed because of max */
};

/* clang-format off */
#define HF_BUF_INIT        { NULL, 0, 0, 0, false, false, false }
#define HF_BUF_SECRET(lim) { NULL, 0, 0, (lim), true, false, false }
/* clang-format on */

/* Make room for so much more at once, as far as max allows, for what will come in many pieces. A hint: it cannot fail. */
void hf_buf_reserve(struct hf_buf *b, size_t more);

void hf_buf_add(struct hf_buf *b, const void *data, size_t len);
void hf_buf_adds(struct hf_buf *b, const char *s);
void hf_buf_addc(struct hf_buf *b, char c);
void hf_buf_addf(struct hf_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void hf_buf_addv(struct hf_buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void hf_buf_pad(struct hf_buf *b, char c, size_t n);
void hf_buf_cut(struct hf_buf *b, size_t len); /* shorten to len bytes, wiping the rest when secret */

/* The content as a string: "" when nothing was written. Owned by the buffer. */
const char *hf_buf_str(const struct hf_buf *b);

/* HF_OK, HF_NOMEM, or HF_BAD when the limit was reached. */
enum hf_code hf_buf_check(const struct hf_buf *b, struct hf_err *e);

/* Hand the memory over (free(3) it); the buffer is empty afterwards. NULL when a write failed. */
char *hf_buf_steal(struct hf_buf *b);

/* Empty it and give the memory back. */
void hf_buf_clear(struct hf_buf *b);

#endif
