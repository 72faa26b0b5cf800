/*
 * Loose objects: reading one, writing a pile.
 *
 * A pile puts objects aside under temporary names; settling syncs them, gives them their names, and syncs the folders. An object that is
 * there already is replaced: it may be damaged, or never have been synced.
 */
#ifndef HOLDFAST_STORE_LOOSE_H
#define HOLDFAST_STORE_LOOSE_H

#include "object.h"

#define HF_LOOSE_TMP "tmp_obj_holdfast_" /* temporary names in objects/ begin so; git's own gc sweeps tmp_obj_, too */

struct hf_pile;

/* objects is the path of the folder. HF_NOTFOUND when it is not there as a loose one, HF_DAMAGED. */
enum hf_code hf_loose_read(struct hf_get *get, const char *objects, struct hf_err *e);

bool hf_loose_has(const char *objects, const struct hf_oid *oid);
/* The same of n names, in order: there[i] is set where one is, and left as it was where none is, or its folder cannot be listed. */
void hf_loose_list(bool *there, const char *objects, const struct hf_oid *list, size_t n);

/* objects stays the caller's. */
enum hf_code hf_pile_new(struct hf_pile **out, const char *objects, struct hf_err *e);
/* What was not settled is taken away again. */
void hf_pile_free(struct hf_pile *p);

/* Put an object aside. *out is its name. HF_WRITE. */
enum hf_code hf_pile_put(
    struct hf_oid *out, struct hf_pile *p, enum hf_object_type type, const void *data, size_t len, struct hf_err *e);
/* Make everything put aside real, and durable. HF_WRITE: some may be there, but nothing refers to them. */
enum hf_code hf_pile_settle(struct hf_pile *p, struct hf_err *e);

#endif
