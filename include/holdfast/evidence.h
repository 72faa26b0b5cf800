/*
 * Files kept as evidence: limits, types, and records of kind evidence that hold one.
 */
#ifndef HOLDFAST_EVIDENCE_H
#define HOLDFAST_EVIDENCE_H

#include <stddef.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/register.h"

#define HF_EVIDENCE_MAX (100u * 1024 * 1024)

/* HF_BAD: too large, empty, or a name that no file should have. */
enum hf_code hf_evidence_check(const char *file_name, size_t len, struct hf_err *e);

/* From the first bytes, then from the name: "image/png", "message/rfc822", "application/octet-stream". Static. */
const char *hf_evidence_media_type(const char *file_name, const void *data, size_t len);

/*
 * Put a record of kind evidence into a batch, with the file's bytes, name (the last component of path), sum, size and type. account: the id of the
 * account it proves, NULL when it serves the whole organisation. *id gets the record's; its other fields are set with hf_batch_set.
 */
enum hf_code hf_evidence_add(
    char id[HF_ID_SIZE], struct hf_batch *b, const char *account, const char *path, const void *data, size_t len, struct hf_err *e);

/* The file of a record of kind evidence, appended; its sum is checked. HF_BAD when it holds none. */
enum hf_code hf_evidence_read(struct hf_buf *out, struct hf_register *r, const struct hf_json *record, struct hf_err *e);

#endif
