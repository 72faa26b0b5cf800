/*
 * Inside src/store: who was removed, or lost a role, on one line of history, while the other, which does not know it, holds commits of theirs.
 *
 * A commit is judged by the membership in its parent, so one that stands on a parent from before a removal is signed by a member, whenever it was made.
 * Nobody can tell from it whether its writer was offline while they were removed, or went on after it. Where two such lines come together an admin
 * decides: a merge that says "accept" instead of "merge" takes the commits on; any other merge of them is a problem.
 *
 * Who was made owner, say, and was admin or responder before, is a leaver of those roles: a copy from before would let them make an accomplice admin. Of
 * their commits those count that the roles they have left would not do for, whatever the content: whatever touches members/; for who is no responder
 * any more, whatever replaces or removes a file; for who is not even owner, whatever adds one. The rest is theirs to write on either line.
 */
#ifndef STORE_LEAVER_H
#define STORE_LEAVER_H

#include "../register/impl.h"

/* The end of one of the lines, and the members there. */
struct leaver_tip {
	const struct hf_oid     *commit;
	const struct hf_members *members;
};

/*
 * leaver.c: [{"fingerprint","here","left","removal","removed_by","removed_at","commits":[id, …]}]: here: the commits are on our line and the removal
 * (a commit; who made it and when, s) on theirs; left: the roles that they still have there, in words; null: none, they were removed; the oldest commit
 * first. bases: of the two. Whoever has their roles again on the line of the removal is not among them. What it finds hangs on the two tips alone.
 */
enum hf_code leavers_find(struct hf_json **out, struct hf_register *r, const struct leaver_tip *ours,
    const struct leaver_tip *theirs, const struct hf_oid *bases, size_t n, struct hf_err *e);

/* Fingerprints whose commits an admin takes on. */
struct leavers_wanted {
	const char *const *fprs;
	size_t             n;
};

/*
 * leaver_judge.c: may the branch (r->head) be merged with theirs? *out: the leavers that are taken on, as above; an empty array: there are none. HF_NO
 * names one who is not wanted, the user themself too, who has fewer roles now; HF_DENIED: the user is no admin on both sides. The own commits of a user
 * who was removed are left out: merging says so.
 */
enum hf_code leavers_judge(struct hf_json **out, struct hf_register *r, const struct hf_oid *theirs,
    const struct leavers_wanted *wanted, struct hf_err *e);

/* "removed", "made owner": what happened to one of them. Appended. */
void leavers_words(struct hf_buf *b, const struct hf_json *row);

/* Each of those commits becomes {"commit","at","message","changed":[…]}: what it touched, as people call it, where that is known here. */
enum hf_code leavers_tell(struct hf_json *leavers, struct hf_register *r, struct hf_err *e);

#endif
