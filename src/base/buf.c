#include "holdfast/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
give_back(char *data, size_t cap, bool secret)
{
	if (data != NULL && secret)
		explicit_bzero(data, cap);
	free(data);
}

/* Of a secret no old copy may stay behind, as realloc leaves one; of anything else a large one need not be copied at all. */
static char *
moved(const struct hf_buf *b, size_t cap)
{
	char *p;

	if (!b->secret)
		return realloc(b->data, cap);
	if ((p = malloc(cap)) == NULL)
		return NULL;
	if (b->len > 0)
		memcpy(p, b->data, b->len);
	give_back(b->data, b->cap, true);
	return p;
}

static bool
move(struct hf_buf *b, size_t cap)
{
	char *p;

	if ((p = moved(b, cap)) == NULL)
		return false;
	p[b->len] = '\0';
	b->data = p;
	b->cap = cap;
	return true;
}

static bool
grow(struct hf_buf *b, size_t more)
{
	size_t cap, need;

	if (b->failed)
		return false;
	if (more > SIZE_MAX - b->len - 1 || (b->max != 0 && b->len + more > b->max)) {
		b->failed = b->over = true;
		return false;
	}
	need = b->len + more + 1;
	if (need <= b->cap)
		return true;
	cap = b->cap < 64 ? 64 : b->cap;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	b->failed = !move(b, cap);
	return !b->failed;
}

void
hf_buf_reserve(struct hf_buf *b, size_t more)
{
	size_t left = (b->max != 0 ? b->max : SIZE_MAX - 1) - b->len;

	if (more > left)
		more = left;
	if (!b->failed && b->len + more + 1 > b->cap)
		move(b, b->len + more + 1);
}

/* What is added most is short and fits. */
static inline bool
has_room(const struct hf_buf *b, size_t more)
{
	return !b->failed && more < b->cap - b->len && (b->max == 0 || more <= b->max - b->len);
}

void
hf_buf_add(struct hf_buf *b, const void *data, size_t len)
{
	if (!has_room(b, len) && !grow(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
hf_buf_adds(struct hf_buf *b, const char *s)
{
	hf_buf_add(b, s, strlen(s));
}

void
hf_buf_addc(struct hf_buf *b, char c)
{
	if (!has_room(b, 1) && !grow(b, 1))
		return;
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

void
hf_buf_addv(struct hf_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int     n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0) {
		b->failed = true;
		return;
	}
	if (!grow(b, (size_t)n))
		return;
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

void
hf_buf_addf(struct hf_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	hf_buf_addv(b, fmt, ap);
	va_end(ap);
}

void
hf_buf_pad(struct hf_buf *b, char c, size_t n)
{
	if (!grow(b, n))
		return;
	memset(b->data + b->len, c, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
hf_buf_cut(struct hf_buf *b, size_t len)
{
	if (len >= b->len)
		return;
	if (b->secret)
		explicit_bzero(b->data + len, b->len - len);
	b->len = len;
	b->data[len] = '\0';
}

const char *
hf_buf_str(const struct hf_buf *b)
{
	return b->data == NULL ? "" : b->data;
}

enum hf_code
hf_buf_check(const struct hf_buf *b, struct hf_err *e)
{
	if (b->over)
		return hf_fail(e, HF_BAD, "too large: over %zu bytes", b->max);
	if (b->failed)
		return hf_nomem(e);
	return HF_OK;
}

char *
hf_buf_steal(struct hf_buf *b)
{
	char *data = NULL;

	if (!b->failed && grow(b, 0)) {
		data = b->data;
		b->data = NULL;
	}
	hf_buf_clear(b);
	return data;
}

void
hf_buf_clear(struct hf_buf *b)
{
	give_back(b->data, b->cap, b->secret);
	b->data = NULL;
	b->len = b->cap = 0;
	b->failed = b->over = false;
}
