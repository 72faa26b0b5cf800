/*
 * References of a bare repository: its own files, loose or packed. No log of them is kept.
 */
#ifndef HOLDFAST_STORE_REFS_H
#define HOLDFAST_STORE_REFS_H

#include "holdfast/commit.h"

/* The object a reference ("refs/heads/main") names. HF_NOTFOUND; HF_DAMAGED when its file is not as git writes it; HF_BAD for a name that is none. */
enum hf_code hf_ref_read(struct hf_oid *out, const char *repo, const char *name, struct hf_err *e);

/*
 * Move a reference from one commit (NULL: it must not exist) to another, durably, against any other git as well. HF_LOCKED when it is
 * not there any more, or somebody holds its lock; HF_WRITE when nothing happened; HF_UNSURE when it moved, but may not be on the disk.
 * Only one process of ours at a time.
 */
enum hf_code hf_ref_move(const char *repo, const char *name, const struct hf_oid *from, const struct hf_oid *to, struct hf_err *e);

/*
 * Take away what a killed hf_ref_move left behind; and a lock of another git's, when it did not change for a second: git holds one for
 * milliseconds. HF_LOCKED when it still changes after wait_ms, but at least two seconds: somebody is at work there.
 */
enum hf_code hf_ref_sweep(const char *repo, const char *name, int wait_ms, struct hf_err *e);

#endif
