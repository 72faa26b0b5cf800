/* Inside src/store: files whose members have changed, encrypted anew. Their plaintext stays as it is, byte for byte. */
#ifndef STORE_RECRYPT_H
#define STORE_RECRYPT_H

#include "audience.h"

struct recrypt_file {
	char                  path[PATH_SIZE];
	struct hf_oid         oid;    /* of the blob as it is */
	struct audience       to;     /* who is to read it from now on */
	const struct hf_json *json;   /* not the plaintext as it is, but this; NULL */
	struct hf_buf         sealed; /* what was made of it */
	void                 *map;    /* the same, of a large file: it lies in the folder */
	size_t                map_len;
	char                 *kept; /* where it is kept for the next try; NULL: nowhere */
	enum hf_code          rc;
};

struct recrypt {
	struct hf_register  *r;
	struct recrypt_file *list;
	size_t               n, cap;
	size_t               sealed; /* files encrypted to others: who cannot read them cannot encrypt them anew */
	size_t               damaged;
	size_t               resumed; /* of the list, found where an earlier try left them */
};

/* Which files are encrypted to other members than audience_of says, by the index and the members of this moment. paths (NULL: all): only these. */
enum hf_code recrypt_plan(struct recrypt *out, struct hf_register *r, const struct hf_json *paths, struct hf_err *e);
/* This file gets a new plaintext in the same commit. */
enum hf_code recrypt_replace(struct recrypt *x, const char *path, const struct hf_json *json, struct hf_err *e);
/*
 * Encrypt them, two at a time. What is done is kept in the register's state folder until recrypt_sweep, so that a second try goes on from there.
 * HF_NOKEY names the member whose key stands in the way.
 */
enum hf_code recrypt_encrypt(struct recrypt *x, struct hf_err *e);
/* As edits of a commit: out has room for x->n. Returns how many. */
size_t recrypt_edits(struct hf_edit *out, const struct recrypt *x);
/* The commit stands: into the index. */
enum hf_code recrypt_follow(const struct recrypt *x, struct hf_err *e);
void         recrypt_clear(struct recrypt *x);
void         recrypt_sweep(struct hf_register *r);

/* Everything above in one commit "member": for when nothing but recipients changes. *done gets how many files. */
enum hf_code recrypt_commit(size_t *done, struct recrypt *x, struct hf_err *e);

/*
 * A write failed with HF_NOKEY: if the key of one of these members stands in the way, say whose it is, what is the matter with it, and what helps. False:
 * it is not that.
 */
bool recrypt_blocked(struct hf_register *r, const char *const *fprs, size_t n, struct hf_err *e);

#endif
