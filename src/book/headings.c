#include "headings.h"

#include <string.h>

struct heading
hf_heading_start(const char *text, size_t len)
{
	return (struct heading){ .p = text, .end = text + len };
}

/* From # to the end of the line: title and id. */
static void
split(struct heading *h, const char *from, const char *to)
{
	const char *start = from, *tick;

	for (from += h->level; from < to && *from == ' '; from++)
		;
	while (to > from && (to[-1] == ' ' || to[-1] == '\r'))
		to--;
	h->title = from;
	h->id_len = 0;
	h->pos = (struct hf_pos){ h->line, 1 };
	if (to - from > 2 && to[-1] == '`') {
		for (tick = to - 2; tick > from && *tick != '`'; tick--)
			;
		if (*tick == '`') {
			h->id = tick + 1;
			h->id_len = (size_t)(to - tick) - 2;
			h->pos.column = (unsigned)(tick + 1 - start) + 1;
			to = tick;
		}
	}
	while (to > from && to[-1] == ' ')
		to--;
	h->title_len = (size_t)(to - from);
}

static bool
is_fence(const char *p, const char *to)
{
	while (p < to && *p == ' ')
		p++;
	return to - p >= 3 && (strncmp(p, "```", 3) == 0 || strncmp(p, "~~~", 3) == 0);
}

bool
hf_heading_next(struct heading *h)
{
	const char *p, *to;

	while (h->p < h->end) {
		p = h->p;
		if ((to = memchr(p, '\n', (size_t)(h->end - p))) == NULL)
			to = h->end;
		h->p = to < h->end ? to + 1 : to;
		h->line++;
		if (is_fence(p, to))
			h->fenced = !h->fenced;
		for (h->level = 0; p + h->level < to && p[h->level] == '#'; h->level++)
			;
		if (!h->fenced && h->level > 0 && h->level <= 3 && p + h->level < to && p[h->level] == ' ') {
			split(h, p, to);
			return true;
		}
	}
	return false;
}
