/*
 * Inside src/store: two histories become one again.
 *
 * What a merge commit holds, so that whoever judges one can say what it must be. For every path, against what both sides started from:
 *
 *	changed on one side     that side's file, or its absence, as it is
 *	an entry or evidence    is never removed. Encrypted anew on both sides: the file for fewer members, a tie by the smaller object id
 *	a record                the same plaintext on both sides: one of the two files, chosen like that. The plaintext of the start on one side (it
 *	                        was only encrypted anew): the other's file. Removed on one side and changed on the other, or referred to by it: it
 *	                        stays, as it is there. Changed on both: a new file with what merge_record says, version one more than the higher
 *	members/                removed on one side is removed. Changed on both: a role given on either side stays and one taken on either side goes (when
 *	                        each took what the other left: both, but never admin); of two keys the revoked one, else the one that is good for
 *	                        longer, else by the smaller object id. What would leave nobody admin is not merged: HF_DENIED
 *	records of kind conflict  are added, their ids made from what they say: whoever merges the same two sides makes the same ones
 *
 * So a file of a merge is always one of the two parents', or new and with a version that neither had: along every parent a version stays with its
 * plaintext, or grows. When two members merge the same sides, each on their own, they write the same plaintexts, and merging those finds them equal.
 *
 * Crossed histories may have several commits to start from: then merge_start says what the start of a record is, and that of members/ is whatever any of
 * them had.
 */
#ifndef STORE_MERGE_H
#define STORE_MERGE_H

#include "../member/leaver.h"

struct merge_count {
	size_t records;   /* that both sides had changed */
	size_t conflicts; /* fields that both had changed differently: one conflict record each */
	bool   forward;   /* nothing was to merge: the branch moved forward, or was there already */
	bool   refresh; /* files of one side may be for the members of before the other: hf_member_refresh(NULL) is the next step */
};

/*
 * Merge theirs (fetched, judged by proof_incoming, not behind the branch) into the branch: forward when the branch is behind it, else one signed commit
 * "merge" (or "accept", when it takes on what leavers wrote, who have to be wanted: leaver.h) with two parents. The caller holds the lock. r->head and the index follow. HF_UNSURE as in hf_batch_commit. HF_DENIED: the user is no
 * member on one of the sides; or both changed records that the user cannot read, and neither has the other's: somebody who can has to merge first.
 * HF_NO: a leaver who is not wanted. HF_DAMAGED names a file that is not what the register needs, or an entry that was altered. But for HF_OK and HF_UNSURE, nothing has changed.
 */
enum hf_code merge_theirs(struct merge_count *out, struct hf_register *r, const struct hf_oid *theirs,
    const struct leavers_wanted *wanted, struct hf_err *e);

/*
 * One record, field by field. base may be NULL (both added it), ours or theirs NULL (removed there: what the other changed stays). A field changed on one
 * side wins; lists are merged item by item (an item added on either side stays, one removed on either side goes; in the order of the later side, then
 * what only the other added); changed on both, the later one's wins and the other is pushed to conflicts (NULL: nowhere): {"record", "field",
 * "kept", "other", "kept_by", "other_by", "at", "other_at"}. The values are text as people type it; one that is missing was no value. A record removed and
 * changed is the field "record", kept "changed", other "removed". Conflicts about conflict records are not pushed.
 *
 * *out is NULL when it is removed; one of the three that were given when that is all of it (see above), else new, with a version one more than the
 * higher. Pure: the same on both ends, whichever side calls itself ours, byte for byte when it is written. HF_DAMAGED: not versions of one record.
 */
struct merge_side {
	const struct hf_json *record;
	const char           *by; /* fingerprint of who last wrote it on this side */
	int64_t               at; /* time of that commit, s; a tie goes to the greater fingerprint, then to the greater value */
};
enum hf_code merge_record(struct hf_json **out, struct hf_json *conflicts, const struct hf_json *base,
    const struct merge_side *ours, const struct merge_side *theirs, struct hf_err *e);

/*
 * merge_start.c: what a record was that two crossed histories started from, as ours and theirs (NULL: not there) have to be told it: the bases' versions
 * merged, from what those started from, without conflicts. *out NULL: it was not there. HF_SEALED when one of them cannot be read. It serves for lists, whose items need no choice; which of two
 * values counts is for merge_exact to say.
 */
struct merge_ways;
struct merge_crossing {
	struct hf_register  *r;
	const char          *path;
	const struct hf_oid *bases;
	size_t               n;
	struct merge_ways   *ways;    /* for merge_exact alone; zero at first */
	struct hf_oid        tips[2]; /* commits: ours, theirs */
};
enum hf_code merge_start(struct hf_json **out, const struct merge_crossing *c, const struct hf_json *ours,
    const struct hf_json *theirs, struct hf_err *e);

/*
 * merge_known.c: merge_record, where lines have parted and met since the start. Then values have been chosen between before, and the start alone does not
 * tell who knew what: a value that an earlier merge let go is none of the start's, and a third line may bring it back. So each disputed field is followed
 * from the root (merge_impl.h), and what holds is this:
 *
 *	Nobody wrote over the value that stands who knew it, on either side. (When both sides have one that the other wrote over, it is the greatest of those
 *	that nobody wrote over; they all are in conflicts already.)
 *	Of two such values the one stands whose side knew the other and let it go; when both did, the greater.
 *	Only when neither side knew the other's is it a conflict, as merge_record has it.
 *
 * Two files of which one is the start's are not opened: the other counts, as in histories that never crossed. What of the ways is not encrypted to the
 * user (from before they came) cannot be followed; then it stays with merge_record, and who judges the merge takes that, too. dropped (may be NULL) gets
 * the conflicts of merge_record that are none.
 */
enum hf_code merge_exact(struct hf_json **out, struct hf_json *conflicts, struct hf_json *dropped, const struct merge_crossing *c,
    const struct hf_json *start, const struct merge_side *ours, const struct merge_side *theirs, struct hf_err *e);

/* The roles of a member that both sides changed. */
unsigned merge_roles(unsigned base, unsigned ours, unsigned theirs);

/* The field of a conflict about a whole record. */
#define MERGE_WHOLE "record"

/* A value as people type it, as conflicts hold it: yes, 3, a text; anything else as JSON. NULL: out of memory. */
struct hf_json *merge_typed(const struct hf_json *value);

/* One of merge_record's conflicts as the record it is kept in. HF_DAMAGED when the moment in it is impossible. */
enum hf_code merge_conflict(struct hf_json **out, const struct hf_register *r, const struct hf_json *conflict, struct hf_err *e);

#endif
