/*
 * The objects of one bare repository, by name.
 *
 * A loose object, or a whole entry of a pack, is inflated and compared with its name here; a delta goes to libgit2 after its chain was
 * vetted. Packs that git made or removed meanwhile are noticed when an object is missed. For one thread.
 */
#ifndef HOLDFAST_STORE_ODB_H
#define HOLDFAST_STORE_ODB_H

#include "object.h"

struct hf_odb;

/* objects: the path of the folder. Nothing is read. */
enum hf_code hf_odb_open(struct hf_odb **out, const char *objects, struct hf_err *e);
void         hf_odb_close(struct hf_odb *o);

/* Append the content of an object of that type. HF_NOTFOUND when it is nowhere; HF_DAMAGED, also when it is over max or of another type. */
enum hf_code hf_odb_read(
    struct hf_buf *out, struct hf_odb *o, enum hf_object_type type, const struct hf_oid *oid, size_t max, struct hf_err *e);

/* Is there something by that name? It is not looked into: it may be damaged. */
bool hf_odb_has(struct hf_odb *o, const struct hf_oid *oid);
/* Of how many of n names is that not so? The list is used up; a folder of objects is read once, not once for each. HF_NOMEM. */
enum hf_code hf_odb_lacks(size_t *out, struct hf_odb *o, struct hf_oid *list, size_t n, struct hf_err *e);

#endif
