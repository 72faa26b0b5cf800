/*
 * Inside src/store: what this computer remembers of a register, outside it, so that nobody can take it back: one small file in the register's state
 * folder for each place the register lies in (by the SHA-256 of its real path). Saved last, atomically, after every check passed.
 */
#ifndef STORE_PIN_H
#define STORE_PIN_H

#include "../register/impl.h"

struct pin {
	struct hf_oid root;                 /* the first commit; "" none yet */
	char          root_by[HF_FPR_SIZE]; /* who signed it */
	struct hf_oid seen;                 /* the highest commit that was verified: the branch must have it behind it */
	struct hf_oid synced;               /* where the remote's branch was last seen; "" never */
	uint64_t      membership;           /* how many commits up to seen changed members/: may never go down */
	char         *url;                  /* the remote; NULL none. Owned */
};

/* HF_OK with all of it empty when there is none. HF_DAMAGED: it is there and cannot be read; the hint says which file. */
enum hf_code pin_read(struct pin *out, const struct hf_register *r, struct hf_err *e);
enum hf_code pin_write(const struct pin *p, const struct hf_register *r, struct hf_err *e);
void         pin_clear(struct pin *p);
/* The remote is there (NULL: nowhere). Of another one nothing was seen yet. */
enum hf_code pin_set_url(struct pin *p, const char *url, struct hf_err *e);

/* Does the branch (head) no longer have seen behind it? Then somebody took commits away from it. */
enum hf_code pin_judge(bool *behind, const struct pin *p, struct hf_register *r, const struct hf_oid *head, struct hf_err *e);
/* head was verified and has seen behind it: it is what was seen now. Counts the members' changes between them; nothing is written. */
enum hf_code pin_advance(struct pin *p, struct hf_register *r, const struct hf_oid *head, struct hf_err *e);

#endif
