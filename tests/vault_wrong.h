/* Messages that must not be decrypted, in the world of vault_world.h, and what is said of each. */
#ifndef HOLDFAST_VAULT_WRONG_H
#define HOLDFAST_VAULT_WRONG_H

#include "holdfast/buf.h"
#include "holdfast/err.h"

#define N_VAULT_WRONG 19

struct vault_wrong {
	void (*make)(struct hf_buf *out);
	enum hf_code code;
	const char  *words;
};

extern const struct vault_wrong vault_wrong[N_VAULT_WRONG];

/* Some of them by name. make_shorter: cut, and the lengths mended, so that only the integrity check can tell. */
void make_shorter(struct hf_buf *out);
void make_flipped(struct hf_buf *out);
void make_without_mdc(struct hf_buf *out);
void make_for_mallory(struct hf_buf *out);

#endif
