/*
 * Git objects as bytes, zipped and not (object.c, the door to zlib). What this reads may be anybody's: every step is bounded.
 */
#ifndef HOLDFAST_STORE_OBJECT_H
#define HOLDFAST_STORE_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/commit.h"

#define HF_OID_BYTES 20

/* Zipped bytes: in memory, or (mem NULL) of an open file from off up to end. The file's position is neither used nor moved. */
struct hf_zipped {
	const void *mem;
	size_t      len;
	int         fd;
	uint64_t    off, end;
};

void hf_oid_from_bytes(struct hf_oid *out, const unsigned char id[HF_OID_BYTES]);
bool hf_oid_to_bytes(unsigned char id[HF_OID_BYTES], const struct hf_oid *oid); /* false: it is none, or no oid */

const char *hf_object_word(enum hf_object_type type); /* "blob" */

/* The name that content has. */
void hf_object_id(struct hf_oid *out, enum hf_object_type type, const void *data, size_t len);

/* One object being read. */
struct hf_get {
	const struct hf_oid *oid;
	size_t               max;  /* bytes that its content may have */
	struct hf_buf       *out;  /* where that is appended; nothing is on failure */
	enum hf_object_type  type; /* set */
};

/* Does what was appended to get->out after start bytes have the name asked for? HF_DAMAGED. */
enum hf_code hf_get_compare(const struct hf_get *get, size_t start, struct hf_err *e);
/* HF_DAMAGED when size is over get->max. */
enum hf_code hf_get_fits(const struct hf_get *get, uint64_t size, struct hf_err *e);

/* A loose object, checked as hf_object_check says. HF_DAMAGED; HF_SYSTEM when the file does not read. */
enum hf_code hf_object_unzip(struct hf_get *get, const struct hf_zipped *from, struct hf_err *e);

/* Append the bytes of a loose object. */
enum hf_code hf_object_zip(struct hf_buf *out, enum hf_object_type type, const void *data, size_t len, struct hf_err *e);

/* The first n bytes of a zlib stream. whole: it must end there. HF_DAMAGED, HF_SYSTEM. */
enum hf_code hf_zip_take(void *out, size_t n, bool whole, const struct hf_zipped *from, struct hf_err *e);

/* The CRC-32 of the zipped bytes themselves, all up to the end. HF_DAMAGED when the file ends before, HF_SYSTEM. */
enum hf_code hf_zip_crc(uint32_t *out, const struct hf_zipped *from, struct hf_err *e);

#endif
