/*
 * The shelf: where books and templates are looked up, by name ("incident/hijacked-account", "provider/x", "template/provider/x").
 *
 * The first found wins: the register's own document records, each folder of HOLDFAST_BOOKS, the installed data folder. A folder holds
 * playbooks/ and templates/.
 */
#ifndef HOLDFAST_SHELF_H
#define HOLDFAST_SHELF_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"

struct hf_shelf;

/* One book as it lies on the shelf. Strings belong to the shelf and live as long as it. */
struct hf_shelf_book {
	const char *name;  /* "incident/hijacked-account", "template/internal/siro-first" */
	const char *title; /* of its first heading, without the id */
	const char *from;  /* "register", or the folder */
	const char *path;  /* the file; "" when it lies in the register */
	unsigned    place; /* 0: the register; 1, 2, …: the folders in their order */
};

/* dirs: the folders in order, each holding playbooks/ and templates/; ones that do not exist are passed over. */
enum hf_code hf_shelf_open(struct hf_shelf **out, const char *const *dirs, size_t n, struct hf_err *e);
void         hf_shelf_close(struct hf_shelf *s);

/*
 * Lay a document of the register on top; one whose last line does not end (the register keeps none) gets that end. name as above. HF_BAD when
 * the name is not one a book may have.
 */
enum hf_code hf_shelf_add(struct hf_shelf *s, const char *name, const char *text, size_t len, struct hf_err *e);

/* Append the text of a book. HF_NOTFOUND with the nearest name as the hint. where (may be NULL) gets its row. */
enum hf_code hf_shelf_read(
    struct hf_buf *out, const struct hf_shelf_book **where, struct hf_shelf *s, const char *name, struct hf_err *e);

/* HF_NOTFOUND: what is not on the shelf; the hint is the nearest name, or, when no folder holds any book, how to install them. */
enum hf_code hf_shelf_lacks(struct hf_shelf *s, const char *what, struct hf_err *e);
bool         hf_shelf_has(struct hf_shelf *s, const char *name);

/*
 * Append the text that lies under a document of the register: what would be read if the register had none. HF_NOTFOUND when there is
 * nothing under it, or it is no document.
 */
enum hf_code hf_shelf_below(struct hf_buf *out, struct hf_shelf *s, const char *name, struct hf_err *e);

/*
 * The ids that were ever released: "0.1.0 incident/sim-swap ring-operator" a line, from playbooks/released.txt of the first folder that
 * has one. "" when none has.
 */
const char *hf_shelf_released(struct hf_shelf *s);

/* All books, sorted by name, each once, from where it would be taken. The array is the shelf's, good until the next hf_shelf_add. */
enum hf_code hf_shelf_list(const struct hf_shelf_book **out, size_t *n, struct hf_shelf *s, struct hf_err *e);

/* The nearest name on the shelf, or NULL. */
const char *hf_shelf_nearest(struct hf_shelf *s, const char *name);

#endif
