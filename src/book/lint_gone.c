/*
 * Ids are for ever: runs, other books and people's notes name them. One that was released, or that the book has in the version under this
 * one, and that this one lacks, has gone.
 */
#include <stdio.h>
#include <string.h>

#include "headings.h"
#include "holdfast/text.h"
#include "lint_in.h"

enum { IS_HERE = 1, IS_SAID = 2 };

static void
note(struct hf_ids *ids, struct linter *l, unsigned what, const char *id, size_t len)
{
	if (len > 0 && len <= 64)
		hf_ids_add(ids, &l->pool, &(struct hf_id){ .name = hf_pool_strn(&l->pool, id, len), .what = what });
}

/* Said once, at the title. since: "in 0.1.0", "in the version under this one". */
static void
say_gone(struct hf_ids *ids, struct linter *l, struct hf_pos pos, const char *id, size_t len, const char *since)
{
	const char *name = hf_pool_strn(&l->pool, id, len), *near = NULL;
	char        fix[160];

	if (len == 0 || len > 64 || hf_ids_find(ids, name, IS_HERE | IS_SAID, NULL) != NULL)
		return;
	near = hf_ids_nearest(ids, name, IS_HERE);
	snprintf(fix, sizeof(fix),
	    near == NULL ? "an id stays for ever: put it back" : "an id stays for ever: put it back; was `%s` made of it?", near);
	hf_defect_warn(l->out, pos, fix, "the id `%s` disappeared: it was there %s", name, since);
	note(ids, l, IS_SAID, id, len);
}

/* Lines "0.1.0 incident/sim-swap ring-operator"; others are remarks. */
static void
from_release(struct hf_ids *ids, struct linter *l, struct hf_pos pos, const char *list)
{
	const char *p, *nl, *book, *id;
	size_t      n = strlen(l->name), version;
	char        since[40];

	for (p = list; *p != '\0'; p = *nl == '\0' ? nl : nl + 1) {
		nl = p + strcspn(p, "\n");
		version = strcspn(p, " \n");
		book = p + version + (p[version] == ' ');
		if (*p == '#' || strncmp(book, l->name, n) != 0 || book[n] != ' ')
			continue;
		id = book + n + 1;
		snprintf(since, sizeof(since), "in release %.20s", p);
		since[strcspn(since + 11, " ") + 11] = '\0';
		say_gone(ids, l, pos, id, strcspn(id, " \r\n"), since);
	}
}

void
hf_lint_gone(struct linter *l, const char *text, size_t len)
{
	struct heading h = hf_heading_start(text, len);
	struct hf_pos  pos = { 1, 1 };
	struct hf_buf  below = HF_BUF_INIT;
	struct hf_ids *ids;

	if (l->opts->shelf == NULL || (ids = hf_ids_new(&l->pool, 128)) == NULL)
		return;
	while (hf_heading_next(&h)) {
		note(ids, l, IS_HERE, h.id, h.id_len);
		if (h.level == 1)
			pos = h.pos;
	}
	if (hf_shelf_below(&below, l->opts->shelf, l->name, NULL) == HF_OK) {
		h = hf_heading_start(hf_buf_str(&below), below.len);
		while (hf_heading_next(&h))
			if (h.level > 1)
				say_gone(ids, l, pos, h.id, h.id_len, "in the version that was installed");
	}
	hf_buf_clear(&below);
	from_release(ids, l, pos, hf_shelf_released(l->opts->shelf));
}
