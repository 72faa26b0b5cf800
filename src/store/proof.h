/* Inside src/store: what verify gathers. */
#ifndef STORE_PROOF_H
#define STORE_PROOF_H

#include "impl.h"

struct proof {
	struct hf_register *r;
	struct hf_json     *problems;
	struct hf_json     *writes; /* record path → how often its content was written */
	struct hf_json     *author; /* entry path → fingerprint of who committed it */
	size_t              commits, records, entries;
};

enum hf_code proof_problem(struct proof *p, struct hf_err *e, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Every commit: its form, its signature, who signed it, and what it did to each path. */
enum hf_code proof_history(struct proof *p, struct hf_err *e);
/* What the branch holds now: places, versions, recipients, chains, evidence. */
enum hf_code proof_state(struct proof *p, struct hf_err *e);

/*
 * Before the branch moves: every commit behind theirs and not behind ours (NULL: all), its form, signature, signer, rights, paths, and what a merge
 * did, judged by the membership in its parent. Problems as in hf_register_verify; none: it may be taken. The commits are only in the object store.
 */
enum hf_code proof_incoming(
    struct hf_json **problems, struct hf_register *r, const struct hf_oid *ours, const struct hf_oid *theirs, struct hf_err *e);

#endif
