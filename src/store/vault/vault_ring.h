/*
 * Inside src/store: what the vault knows about some keys, so that it need not ask gpg again (each question is a process of its own).
 * Written as text beside the private home, one line for each key and subkey.
 */
#ifndef STORE_VAULT_RING_H
#define STORE_VAULT_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/vault.h"

struct ring_key {
	char fpr[HF_FPR_SIZE]; /* of the primary key */
	char uid[256];         /* the first user id, cleaned */
	bool revoked, disabled, secret;
};

/* The primary key is the first subkey of its key. */
struct ring_sub {
	char    fpr[HF_FPR_SIZE];
	size_t  key;              /* index of its key */
	int64_t created, expires; /* ms; expires 0: never */
	bool    revoked, can_sign, can_encrypt;
};

struct ring {
	struct ring_key *keys;
	size_t           n_keys;
	struct ring_sub *subs; /* in the order of their keys */
	size_t           n_subs;
};

void         ring_clear(struct ring *r);
enum hf_code ring_add_key(struct ring *r, const struct ring_key *key, struct hf_err *e);
enum hf_code ring_add_sub(struct ring *r, const struct ring_sub *sub, struct hf_err *e); /* of the key added last */
enum hf_code ring_copy(struct ring *out, const struct ring *r, struct hf_err *e);

/* NULL when none. The key id of a subkey is the last 16 digits of its fingerprint. */
const struct ring_key *ring_find(const struct ring *r, const char *fpr);
const struct ring_sub *ring_find_sub(const struct ring *r, const char *fpr);
const struct ring_sub *ring_find_keyid(const struct ring *r, uint64_t keyid);
const struct ring_sub *ring_primary(const struct ring *r, const struct ring_key *key);

uint64_t ring_keyid(const char *fpr);

/* When the subkey, or its primary key, expires: the sooner; 0 never. */
int64_t ring_expiry(const struct ring *r, const struct ring_sub *sub);

/* The key as it is at the moment now. */
void ring_judge(struct hf_key *out, const struct ring *r, const struct ring_key *key, int64_t now);

/* HF_BAD when two subkeys have one key id: of what is encrypted to it nobody could say for whom it is. */
enum hf_code ring_check_ids(const struct ring *r, struct hf_err *e);

void ring_write(struct hf_buf *out, const struct ring *r);
bool ring_read_line(struct ring *r, const char *line); /* one that ring_write wrote; false when it is not */

#endif
