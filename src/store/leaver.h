/*
 * Inside src/store: who was removed on one line of history, while the other, which does not know it, holds commits of theirs.
 *
 * A commit is judged by the membership in its parent, so one that stands on a parent from before a removal is signed by a member, whenever it was made.
 * Nobody can tell from it whether its writer was offline while they were removed, or went on after it. Where two such lines come together an admin
 * decides: a merge that says "accept" instead of "merge" takes the commits on; any other merge of them is a problem.
 */
#ifndef STORE_LEAVER_H
#define STORE_LEAVER_H

#include "impl.h"

/* The end of one of the lines, and the members there. */
struct leaver_tip {
	const struct hf_oid     *commit;
	const struct hf_members *members;
};

/*
 * [{"fingerprint","here","removal","removed_by","removed_at","commits":[id, …]}]: here: the commits are on our line and the removal (a commit; who made
 * it and when, s) on theirs; the oldest commit first. bases: of the two. Whoever was taken back on the line of the removal is not among them. What it
 * finds hangs on the two tips alone.
 */
enum hf_code leavers_find(struct hf_json **out, struct hf_register *r, const struct leaver_tip *ours,
    const struct leaver_tip *theirs, const struct hf_oid *bases, size_t n, struct hf_err *e);

/* Fingerprints whose commits an admin takes on. */
struct leavers_wanted {
	const char *const *fprs;
	size_t             n;
};

/*
 * May the branch (r->head) be merged with theirs? *out: the leavers that are taken on, as above; an empty array: there are none. HF_NO names one who is
 * not wanted; HF_DENIED: the user is no admin on both sides. The user's own commits are left out: to somebody who was removed, merging says so.
 */
enum hf_code leavers_judge(struct hf_json **out, struct hf_register *r, const struct hf_oid *theirs,
    const struct leavers_wanted *wanted, struct hf_err *e);

/* Each of those commits becomes {"commit","at","message","changed":[…]}: what it touched, as people call it, where that is known here. */
enum hf_code leavers_tell(struct hf_json *leavers, struct hf_register *r, struct hf_err *e);

#endif
