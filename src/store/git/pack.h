/*
 * Packs, as git leaves them behind: one index and the objects it names.
 *
 * A whole entry is read here, bounded, and its SHA-1 compared. An entry that is a delta is only vetted here: every link of its chain is
 * where the index says, within the limits, and has the CRC-32 that the index holds. What passed may be given to libgit2 (delta.h).
 */
#ifndef HOLDFAST_STORE_PACK_H
#define HOLDFAST_STORE_PACK_H

#include "object.h"

struct hf_pack;

/* The pack of dir/name, an index "pack-….idx". HF_NOTFOUND when it is gone, HF_DAMAGED. Only the index's shape is checked. */
enum hf_code hf_pack_open(struct hf_pack **out, const char *dir, const char *name, struct hf_err *e);
void         hf_pack_free(struct hf_pack *p);
const char  *hf_pack_index(const struct hf_pack *p); /* the path of its index */

/* Is it in dir now as it was when it was opened? By name, size and time. */
bool hf_pack_same(const struct hf_pack *p, const char *dir, const char *name);

bool hf_pack_find(size_t *out, const struct hf_pack *p, const unsigned char id[HF_OID_BYTES]);

/*
 * Read the entry at a place that hf_pack_find gave. When it is a delta, *delta is set and nothing appended. HF_DAMAGED, HF_NOTFOUND when
 * the pack is gone.
 */
enum hf_code hf_pack_read(struct hf_get *get, bool *delta, const struct hf_pack *p, size_t place, struct hf_err *e);

/* Vet the index as a whole (once) and a delta's chain (each link once). No content of it may be over max. HF_DAMAGED, HF_NOTFOUND. */
enum hf_code hf_pack_vet(struct hf_pack *p, size_t place, size_t max, struct hf_err *e);

#endif
