#include "idx.h"

#include <string.h>

#include "holdfast/hash.h"

#define HEAD   8
#define FANOUT (HEAD + 256 * 4)
#define ENTRY  (HF_OID_BYTES + 4 + 4) /* name, CRC-32, place */
#define FAR    0x80000000u            /* the place is in the table of far ones */

uint32_t
hf_be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Does the SHA-1 of what is before it end the data? */
static bool
trailer_holds(const unsigned char *data, size_t len)
{
	struct hf_oid is, says;

	hf_sha1(is.hex, data, len - HF_OID_BYTES);
	hf_oid_from_bytes(&says, data + len - HF_OID_BYTES);
	return hf_oid_equal(&is, &says);
}

enum hf_code
hf_idx_parts(struct hf_idx *out, const void *data, size_t len, struct hf_err *e)
{
	const unsigned char *p = data;
	size_t               i, rest;

	memset(out, 0, sizeof(*out));
	if (len < FANOUT + HF_IDX_TAIL || memcmp(p, "\377tOc", 4) != 0 || hf_be32(p + 4) != 2)
		return hf_fail(e, HF_DAMAGED, "pack index: not of version 2");
	for (i = 1; i < 256; i++)
		if (hf_be32(p + HEAD + 4 * i) < hf_be32(p + HEAD + 4 * (i - 1)))
			return hf_fail(e, HF_DAMAGED, "pack index: its counts go back");
	rest = len - FANOUT - HF_IDX_TAIL;
	out->n = hf_be32(p + HEAD + 4 * 255);
	if (out->n > rest / ENTRY)
		return hf_fail(e, HF_DAMAGED, "pack index: too short");
	rest -= out->n * ENTRY;
	if (rest % 8 != 0 || rest / 8 > out->n)
		return hf_fail(e, HF_DAMAGED, "pack index: too long");
	out->n_far = rest / 8;
	out->fanout = p + HEAD;
	out->names = p + FANOUT;
	out->crcs = out->names + out->n * HF_OID_BYTES;
	out->near = out->crcs + out->n * 4;
	out->far = out->near + out->n * 4;
	return HF_OK;
}

/* The places of the names that begin with a byte: from, and up to. */
static void
span(size_t *from, size_t *to, const struct hf_idx *x, unsigned char first)
{
	*from = first > 0 ? hf_be32(x->fanout + 4 * (first - 1)) : 0;
	*to = hf_be32(x->fanout + 4 * first);
}

enum hf_code
hf_idx_check(const void *data, size_t len, struct hf_err *e)
{
	const unsigned char *name;
	struct hf_idx        x;
	enum hf_code         rc;
	size_t               i, from, to;

	if ((rc = hf_idx_parts(&x, data, len, e)) != HF_OK)
		return rc;
	if (!trailer_holds(data, len))
		return hf_fail(e, HF_DAMAGED, "pack index: its bytes are not those that were written");
	for (i = 0; i < x.n; i++) {
		name = x.names + i * HF_OID_BYTES;
		span(&from, &to, &x, name[0]);
		if (i < from || i >= to || (i > 0 && memcmp(name - HF_OID_BYTES, name, HF_OID_BYTES) >= 0))
			return hf_fail(e, HF_DAMAGED, "pack index: not in order");
		if (hf_idx_at(&x, i) == UINT64_MAX)
			return hf_fail(e, HF_DAMAGED, "pack index: a place out of bounds");
	}
	return HF_OK;
}

bool
hf_idx_find(size_t *place, const struct hf_idx *x, const unsigned char id[HF_OID_BYTES])
{
	size_t lo, hi, mid;
	int    order;

	span(&lo, &hi, x, id[0]);
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		order = memcmp(x->names + mid * HF_OID_BYTES, id, HF_OID_BYTES);
		if (order == 0) {
			*place = mid;
			return true;
		}
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

uint64_t
hf_idx_at(const struct hf_idx *x, size_t place)
{
	uint32_t             near = hf_be32(x->near + 4 * place);
	const unsigned char *far;

	if (near < FAR)
		return near;
	if ((near & ~FAR) >= x->n_far)
		return UINT64_MAX;
	far = x->far + 8 * (size_t)(near & ~FAR);
	return (uint64_t)hf_be32(far) << 32 | hf_be32(far + 4);
}

uint32_t
hf_idx_crc(const struct hf_idx *x, size_t place)
{
	return hf_be32(x->crcs + 4 * place);
}
