/*
 * Inside src/store: one exchange with another copy. sync.c goes the way (fetch, judge, merge, push, and again when somebody was faster), sync_judge.c
 * says whether what came may be taken, remote.c knows where the other copy is.
 */
#ifndef STORE_SYNC_H
#define STORE_SYNC_H

#include "../merge/merge.h"
#include "../proof/pin.h"
#include "holdfast/share.h"
#include "transport.h"

struct sync {
	struct hf_register        *r;
	const struct hf_sync_opts *o;
	struct transport           t;
	struct pin                 pin;
	struct hf_oid              incoming; /* "" the other side has nothing yet */
	size_t                     received, sent;
	size_t                     lost, mended; /* mend.c */
	struct merge_count         merged;
	bool                       refresh; /* files of one side may be for the members of before the other */
	bool                       first;   /* no other copy was known before */
	struct leavers_wanted      wanted;
	struct hf_json            *leavers; /* who is taken on */
};

/* One sync at a time: git's own locks would fail the second. HF_LOCKED. hf_fs_unlock it. */
enum hf_code sync_lock(int *fd, const struct hf_register *r, struct hf_err *e);

/*
 * May incoming be taken? Against what this computer remembers (went back, replaced), as commits (proof_incoming), and against who was removed
 * (leavers_judge); received is how many are new. HF_NO: no, and both heads are named; HF_BAD: somebody is wanted who left nothing.
 */
enum hf_code sync_judge(struct sync *s, struct hf_err *e);

/*
 * Files of the branch that are lost or damaged here are fetched anew (mend.c): all that the other side has, into a repository of its own, and
 * from there as one pack. lost is how many there were, mended how many of them are there again. None lost: nothing is reached.
 */
enum hf_code sync_mend(struct sync *s, struct hf_err *e);

/* The first commit behind a tip: "" when none can be read. */
enum hf_code sync_root(struct hf_oid *out, struct hf_register *r, const struct hf_oid *tip, struct hf_err *e);

#endif
