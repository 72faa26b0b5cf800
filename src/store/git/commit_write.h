/*
 * The counterpart of hf_commit_read.
 */
#ifndef HOLDFAST_STORE_COMMIT_WRITE_H
#define HOLDFAST_STORE_COMMIT_WRITE_H

#include "holdfast/repo.h"

/* Append the raw bytes of a commit of tree, signed by spec's signer, and read it back strictly. out was empty. HF_INTERNAL for a spec that makes none. */
enum hf_code hf_commit_write(struct hf_buf *out, const struct hf_oid *tree, const struct hf_commit_spec *spec, struct hf_err *e);

#endif
