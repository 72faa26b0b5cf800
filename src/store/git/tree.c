#include "tree.h"

#include <stdlib.h>
#include <string.h>

#define MODE_FILE "100644 "
#define MODE_DIR  "40000 "

bool
hf_tree_name_ok(const char *name, size_t len)
{
	size_t i;

	if (len == 0 || len > HF_TREE_NAME || name[0] == '.')
		return false;
	for (i = 0; i < len; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
			(name[i] >= '0' && name[i] <= '9') || name[i] == '.' || name[i] == '_' || name[i] == '-'))
			return false;
	return true;
}

int
hf_tree_order(const struct hf_tree_entry *a, const struct hf_tree_entry *b)
{
	const unsigned char *x = (const unsigned char *)a->name, *y = (const unsigned char *)b->name;
	int                  p, q;

	while (*x != '\0' && *x == *y) {
		x++;
		y++;
	}
	p = *x == '\0' && a->dir ? '/' : *x;
	q = *y == '\0' && b->dir ? '/' : *y;
	return p - q;
}

/* One entry at p, at most len bytes. Returns its length, 0 when it is none of ours. */
static size_t
read_entry(struct hf_tree_entry *out, const char *p, size_t len)
{
	size_t      mode, name;
	const char *nul;

	out->dir = len > strlen(MODE_DIR) && memcmp(p, MODE_DIR, strlen(MODE_DIR)) == 0;
	mode = out->dir ? strlen(MODE_DIR) : strlen(MODE_FILE);
	if (len <= mode || (!out->dir && memcmp(p, MODE_FILE, mode) != 0))
		return 0;
	out->name = p + mode;
	if ((nul = memchr(out->name, '\0', len - mode)) == NULL)
		return 0;
	name = (size_t)(nul - out->name);
	if (!hf_tree_name_ok(out->name, name) || len - mode - name - 1 < HF_OID_BYTES)
		return 0;
	out->id = (const unsigned char *)nul + 1;
	return mode + name + 1 + HF_OID_BYTES;
}

/* A file "a" sorts before "a-" and "a.", the folder "a" after them: look back over what may lie between. */
static bool
is_twice(const struct hf_tree *t, size_t i)
{
	const char *name = t->list[i].name;
	size_t      len = strlen(name);

	while (i-- > 0 && strncmp(t->list[i].name, name, len) == 0)
		if (t->list[i].name[len] == '\0')
			return true;
	return false;
}

enum hf_code
hf_tree_read(struct hf_tree *t, struct hf_err *e)
{
	size_t at, used, shortest = strlen(MODE_DIR) + 2 + HF_OID_BYTES;

	free(t->list);
	t->n = 0;
	if ((t->list = calloc(t->raw.len / shortest + 1, sizeof(*t->list))) == NULL)
		return hf_nomem(e);
	for (at = 0; at < t->raw.len; at += used) {
		if ((used = read_entry(&t->list[t->n], t->raw.data + at, t->raw.len - at)) == 0)
			return hf_fail(e, HF_DAMAGED, "tree: an entry that no register has");
		t->n++;
		if (t->n > 1 && hf_tree_order(&t->list[t->n - 2], &t->list[t->n - 1]) >= 0)
			return hf_fail(e, HF_DAMAGED, "tree: its entries are not in order");
		if (t->list[t->n - 1].dir && is_twice(t, t->n - 1))
			return hf_fail(e, HF_DAMAGED, "tree: one name is a file and a folder");
	}
	return HF_OK;
}

void
hf_tree_clear(struct hf_tree *t)
{
	free(t->list);
	t->list = NULL;
	t->n = 0;
	hf_buf_clear(&t->raw);
}

const struct hf_tree_entry *
hf_tree_find(const struct hf_tree *t, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strncmp(t->list[i].name, name, len) == 0 && t->list[i].name[len] == '\0')
			return &t->list[i];
	return NULL;
}

void
hf_tree_add(struct hf_buf *raw, const struct hf_tree_entry *entry)
{
	hf_buf_adds(raw, entry->dir ? MODE_DIR : MODE_FILE);
	hf_buf_add(raw, entry->name, strlen(entry->name) + 1);
	hf_buf_add(raw, entry->id, HF_OID_BYTES);
}
