/*
 * What differs between two texts, line by line (by libgit2, through its door store/delta.c).
 */
#ifndef HOLDFAST_DIFF_H
#define HOLDFAST_DIFF_H

#include "holdfast/buf.h"
#include "holdfast/err.h"

/*
 * Append a unified difference that begins with "--- from" and "+++ to"; nothing when they are the same. HF_SYSTEM, with a hint, when the library
 * is not there.
 */
enum hf_code hf_diff_text(
    struct hf_buf *out, const char *from, const struct hf_buf *old, const char *to, const struct hf_buf *now, struct hf_err *e);

#endif
