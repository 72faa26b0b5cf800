/*
 * A pack index of version 2: the names of a pack's objects in order, with the CRC-32 and the place of each.
 */
#ifndef HOLDFAST_STORE_IDX_H
#define HOLDFAST_STORE_IDX_H

#include "object.h"

#define HF_IDX_TAIL (2 * HF_OID_BYTES) /* the pack's trailer, and the index's own */

/* Its parts, within bytes that are somebody else's. */
struct hf_idx {
	const unsigned char *fanout, *names, *crcs, *near, *far;
	size_t               n, n_far;
};

uint32_t hf_be32(const unsigned char *p);

/* Find the parts, and that they fill the bytes exactly; nothing is hashed. HF_DAMAGED. */
enum hf_code hf_idx_parts(struct hf_idx *out, const void *data, size_t len, struct hf_err *e);

bool     hf_idx_find(size_t *place, const struct hf_idx *x, const unsigned char id[HF_OID_BYTES]);
uint64_t hf_idx_at(
    const struct hf_idx *x, size_t place); /* where the entry begins in the pack; UINT64_MAX when the index is wrong */
uint32_t hf_idx_crc(const struct hf_idx *x, size_t place);

#endif
