/*
 * Git objects as bytes, zipped and not. What this reads may be anybody's: every step is bounded.
 */
#ifndef HOLDFAST_STORE_OBJECT_H
#define HOLDFAST_STORE_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/commit.h"
#include "zip.h"

#define HF_OID_BYTES 20

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

#endif
