/*
 * Deltas, the hard part of a pack, by libgit2 (delta.c is the door to it: it is opened when the first delta is met, which few commands do,
 * because loading it costs more than a decryption).
 *
 * libgit2 1.5 trusts what it parses: only entries that hf_pack_vet has passed may be asked for. It is given one pack at a time, and
 * never opens a repository, so that no configuration, reference, alternate or loose object is ever read by it.
 */
#ifndef HOLDFAST_STORE_DELTA_H
#define HOLDFAST_STORE_DELTA_H

#include "object.h"

struct hf_delta;

/* The pack of an index, by the index's path. HF_SYSTEM, with a hint, when the library is not there. HF_DAMAGED. */
enum hf_code hf_delta_open(struct hf_delta **out, const char *idx_path, struct hf_err *e);
void         hf_delta_close(struct hf_delta *d);

/* Read an object, whose hash libgit2 has compared. HF_NOTFOUND, HF_DAMAGED. */
enum hf_code hf_delta_read(struct hf_get *get, struct hf_delta *d, struct hf_err *e);

#endif
