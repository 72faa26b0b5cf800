#include "holdfast/doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

#define MOST 5000

static bool
make_room(struct hf_defects *d)
{
	struct hf_defect *list;
	size_t            cap = d->cap == 0 ? 16 : d->cap * 2;

	if (d->n < d->cap)
		return true;
	if ((list = realloc(d->list, cap * sizeof(*list))) == NULL)
		return false;
	d->list = list;
	d->cap = cap;
	return true;
}

/* On one line, and fit for a terminal: defects quote what people wrote. */
static char *
clean_line(const char *text)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        i;

	hf_text_clean(&b, text, strlen(text), true);
	for (i = 0; i < b.len; i++)
		if (b.data[i] == '\n')
			b.data[i] = ' ';
	return hf_buf_steal(&b);
}

static void __attribute__((format(printf, 5, 0)))
add(struct hf_defects *d, struct hf_pos pos, bool warning, const char *fix, const char *fmt, va_list ap)
{
	struct hf_buf b = HF_BUF_INIT;
	char         *text, *clean_fix;

	if (d->n > MOST)
		return;
	if (d->n == MOST) { /* an error, so that a book with so many is refused whatever the others are */
		warning = false;
		fix = "";
		hf_buf_adds(&b, "more defects than can be listed");
	} else {
		hf_buf_addv(&b, fmt, ap);
	}
	text = b.failed ? NULL : clean_line(hf_buf_str(&b));
	clean_fix = clean_line(fix);
	if (text == NULL || clean_fix == NULL || !make_room(d)) {
		d->failed = true;
		free(text);
		free(clean_fix);
	} else {
		d->list[d->n++] = (struct hf_defect){ pos, warning, text, clean_fix };
	}
	hf_buf_clear(&b);
}

void
hf_defect_add(struct hf_defects *d, struct hf_pos pos, const char *fix, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, pos, false, fix, fmt, ap);
	va_end(ap);
}

void
hf_defect_warn(struct hf_defects *d, struct hf_pos pos, const char *fix, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, pos, true, fix, fmt, ap);
	va_end(ap);
}

size_t
hf_defects_errors(const struct hf_defects *d)
{
	size_t i, n = 0;

	for (i = 0; i < d->n; i++)
		n += !d->list[i].warning;
	return n;
}

/* By place in the text; at the same place in the order they were found. */
static int
by_place(const void *left, const void *right)
{
	const struct hf_defect *a = *(struct hf_defect *const *)left, *b = *(struct hf_defect *const *)right;

	if (a->pos.line != b->pos.line)
		return a->pos.line < b->pos.line ? -1 : 1;
	if (a->pos.column != b->pos.column)
		return a->pos.column < b->pos.column ? -1 : 1;
	return a < b ? -1 : a > b;
}

void
hf_defects_sort(struct hf_defects *d)
{
	struct hf_defect **order, *sorted;
	size_t             i;

	if (d->n < 2)
		return;
	order = malloc(d->n * sizeof(struct hf_defect *));
	sorted = malloc(d->cap * sizeof(*sorted));
	if (order == NULL || sorted == NULL) {
		d->failed = true;
		free(order);
		free(sorted);
		return;
	}
	for (i = 0; i < d->n; i++)
		order[i] = &d->list[i];
	qsort(order, d->n, sizeof(struct hf_defect *), by_place);
	for (i = 0; i < d->n; i++)
		sorted[i] = *order[i];
	free(order);
	free(d->list);
	d->list = sorted;
}

void
hf_defects_clear(struct hf_defects *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		free(d->list[i].text);
		free(d->list[i].fix);
	}
	free(d->list);
	*d = (struct hf_defects){ NULL, 0, 0, false };
}
