/*
 * Tree objects: a strict reader and a writer.
 *
 * Names are [a-zA-Z0-9._-]{1,64} and do not start with a dot, modes are 100644 and 40000, entries are in git's order and nothing is there
 * twice, not even once as a file and once as a folder. What git would refuse or a file system could take for something else is not read.
 */
#ifndef HOLDFAST_STORE_TREE_H
#define HOLDFAST_STORE_TREE_H

#include "object.h"

#define HF_TREE_MAX   (32u * 1024 * 1024) /* bytes of one tree: half a million entries */
#define HF_TREE_NAME  64
#define HF_TREE_DEPTH 4 /* names in a path */
#define HF_TREE_PATH  (HF_TREE_DEPTH * (HF_TREE_NAME + 1))

struct hf_tree_entry {
	const char          *name; /* ends with a NUL */
	const unsigned char *id;
	bool                 dir;
};

struct hf_tree {
	struct hf_buf         raw; /* names and ids point into it */
	struct hf_tree_entry *list;
	size_t                n;
};

#define HF_TREE_INIT                 \
	{                            \
		HF_BUF_INIT, NULL, 0 \
	}

/* Read what is in raw. HF_DAMAGED. */
enum hf_code hf_tree_read(struct hf_tree *t, struct hf_err *e);
void         hf_tree_clear(struct hf_tree *t);

/* NULL when there is none of that name (which need not end with a NUL). */
const struct hf_tree_entry *hf_tree_find(const struct hf_tree *t, const char *name, size_t len);

/* git's order: a folder counts as its name and a slash. So it is the order of whole paths. */
int hf_tree_order(const struct hf_tree_entry *a, const struct hf_tree_entry *b);

void hf_tree_add(struct hf_buf *raw, const struct hf_tree_entry *entry);
bool hf_tree_name_ok(const char *name, size_t len);

#endif
