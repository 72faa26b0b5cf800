/*
 * A strict reader of raw commit objects, and bounded checks of the bytes of objects and of pack indexes that nobody has read yet.
 */
#ifndef HOLDFAST_COMMIT_H
#define HOLDFAST_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/err.h"

#define HF_OID_SIZE       41 /* 40 hexadecimal digits and a NUL */
#define HF_COMMIT_PARENTS 2
#define HF_COMMIT_MAX     (64u * 1024) /* bytes of one; with the signature of an RSA key of 16,384 bits it is below 4 KiB */

struct hf_oid {
	char hex[HF_OID_SIZE]; /* lower case; "" is none */
};

/* From 40 lower-case hexadecimal digits and nothing else; false leaves "". */
bool hf_oid_set(struct hf_oid *out, const char *hex);
bool hf_oid_equal(const struct hf_oid *a, const struct hf_oid *b);

struct hf_commit {
	struct hf_oid tree;
	struct hf_oid parent[HF_COMMIT_PARENTS];
	size_t        n_parents;
	char          author[41]; /* the fingerprint in "holdfast <FPR@holdfast.invalid>" */
	char          committer[41];
	int64_t       author_time, committer_time; /* seconds since 1970, +0000 */
	const char   *message;                     /* into the raw bytes, with its newline */
	size_t        message_len;
	char         *signature; /* armored, unfolded, NUL-terminated; owned */
	size_t        signature_len;
	char         *payload; /* the bytes that were signed; owned */
	size_t        payload_len;
};

/*
 * Exactly: tree, up to two parents, author, committer, one gpgsig, a blank line, the message: in this order, nothing else, no NUL. The author
 * and committer have the form above with whole seconds and +0000; the message is one lower-case word and a newline. HF_DAMAGED says what is wrong.
 */
enum hf_code hf_commit_read(struct hf_commit *out, const void *raw, size_t len, struct hf_err *e);
void         hf_commit_clear(struct hf_commit *c);
bool         hf_commit_says(const struct hf_commit *c, const char *word); /* is its message that word? */

enum hf_object_type { HF_OBJECT_COMMIT = 1, HF_OBJECT_TREE = 2, HF_OBJECT_BLOB = 3, HF_OBJECT_TAG = 4 };

/*
 * Check a loose object's bytes: bounded inflate (at most max bytes of content), header, size, SHA-1 equal to oid, nothing after it.
 * *size gets the content's size. HF_DAMAGED, also when it is over max.
 */
enum hf_code hf_object_check(enum hf_object_type *type, size_t *size, const struct hf_oid *oid, const void *zipped, size_t len,
    size_t max, struct hf_err *e);

/* Check a pack index, version 2: trailing SHA-1, fan-out, sizes, order, places. HF_DAMAGED. */
enum hf_code hf_idx_check(const void *data, size_t len, struct hf_err *e);

#endif
