/* Inside src/store: two histories become one again. */
#ifndef STORE_MERGE_H
#define STORE_MERGE_H

#include "impl.h"

struct merge_count {
	size_t records;   /* that both sides had changed */
	size_t conflicts; /* fields that both had changed differently: one conflict record each */
};

/*
 * Merge theirs (fetched, judged by proof_incoming, not behind the branch) into the branch: forward when the branch is behind it, else one signed commit
 * "merge" with two parents. The caller holds the lock. r->head and the index follow. HF_UNSURE as in hf_batch_commit.
 */
enum hf_code merge_theirs(struct merge_count *out, struct hf_register *r, const struct hf_oid *theirs, struct hf_err *e);

/*
 * One record, field by field. base may be NULL (both added it), ours or theirs NULL (removed there: what the other changed stays). A field changed on one
 * side wins; lists are merged item by item; changed on both, the later one's wins and the other is pushed to conflicts: {"record", "field", "kept",
 * "other", "kept_by", "other_by"}. The version is one more than the higher. Pure: the same on both ends, whichever side calls itself ours.
 */
struct merge_side {
	const struct hf_json *record;
	const char           *by; /* fingerprint of who last wrote it on this side */
	int64_t               at; /* time of that commit, s; a tie goes to the greater fingerprint, then to the greater value */
};
enum hf_code merge_record(struct hf_json **out, struct hf_json *conflicts, const struct hf_json *base,
    const struct merge_side *ours, const struct merge_side *theirs, struct hf_err *e);

#endif
