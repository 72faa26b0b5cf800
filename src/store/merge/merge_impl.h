/* Inside src/store: the parts of a merge (merge.c, merge_plan.c, merge_open.c, merge_start.c, merge_ways.c, merge_trace.c,
 * merge_known.c, merge_members.c, merge_keep.c). */
#ifndef STORE_MERGE_IMPL_H
#define STORE_MERGE_IMPL_H

#include "merge.h"

/* ---- merge_ways.c ---- */

/*
 * The commits on the way from what all of both sides come from (the root) to the two tips, as far as lines part and meet there: the knots. Between two of
 * them one commit follows another, and who wrote the last knew the first. The root, and whatever else the ways begin at, which lies behind it, are outside.
 */
struct merge_ways {
	bool made, forked,
	    lost; /* looked at; and they meet somewhere, which all else here is for; but they cross too often to be followed */
	struct merge_row {
		struct hf_oid tree;
		size_t        n_before, before[2]; /* rows; none of those outside */
	} * rows;                                  /* the root, the others outside, the knots: each after what is before it */
	size_t          n, cap, n_outside, tip[2];
	struct hf_json *outside; /* commit → its row */
	struct merge_change {
		char          id[HF_ID_SIZE]; /* of a record */
		size_t        row, k;         /* against before[k] */
		struct hf_oid after;
	} * changes; /* in the order of ids, then of rows and k */
	size_t n_changes, cap_changes;
};

/* Once for all records of a merge: c->path is not looked at. */
enum hf_code merge_ways_make(const struct merge_crossing *c, struct hf_err *e);
void         merge_ways_clear(struct merge_ways *w);
/* Those of one record; NULL: none. */
const struct merge_change *merge_ways_changes(size_t *n, const struct merge_ways *w, const char *id);

/* ---- merge_trace.c ---- */

/* One record along the ways. Clear it in any case. */
struct merge_trace {
	const struct merge_crossing *c;
	const struct merge_ways     *w;
	struct merge_version {
		struct hf_oid   oid;
		struct hf_json *json; /* NULL: not read yet */
	} * list;
	size_t n;
	size_t
	      *version; /* of each row: its place in list; the last one where the record is not there; SIZE_MAX when it never was */
	size_t events;  /* writes of one field, at most */
};
enum hf_code merge_trace_make(struct merge_trace *t, const struct merge_crossing *c, const char *id, struct hf_err *e);
void         merge_trace_clear(struct merge_trace *t);
/* What the record is in a row, which need not be read then. */
void merge_trace_give(struct merge_trace *t, size_t row, const struct hf_json *record);

enum merge_verdict {
	MERGE_KEEP_OURS,
	MERGE_KEEP_THEIRS,
	MERGE_KEEP_NEITHER, /* as such: they are a conflict */
	MERGE_KEEP_ANOTHER  /* which is of the trace; NULL: no value */
};
/* Which of the two values of a field counts (merge_exact). HF_SEALED when one on the way cannot be read. */
enum hf_code merge_trace_judge(
    enum merge_verdict *out, const struct hf_json **another, struct merge_trace *t, const char *field, struct hf_err *e);

/* What becomes of a file on which the two sides differ. */
enum merge_choice {
	MERGE_OPEN, /* not decided: both changed it */
	MERGE_OURS, /* our file, or that we have none */
	MERGE_THEIRS,
	MERGE_NEW /* data, or record once it is encrypted */
};

struct merge_file {
	char              path[PATH_SIZE];
	char              id[HF_ID_SIZE];
	enum path_kind    kind;
	struct hf_oid     ours, theirs; /* "" not there */
	struct hf_oid     base;         /* "" not there */
	bool              crossed;      /* the bases differ: base is that of one that has it */
	bool              in_base;      /* at least one of them has it */
	enum merge_choice choice;
	struct hf_json   *record; /* NEW: a record */
	struct hf_buf     data;   /* NEW: as it will be stored */
	bool              sealed; /* NEW: and the user cannot read it */
};

struct merge_plan {
	struct hf_register *r;
	struct hf_oid       ours, theirs; /* commits */
	struct hf_oid       ours_tree, theirs_tree;
	struct hf_oid      *bases; /* commits */
	size_t              n_bases;
	struct merge_file  *list; /* in the order of paths; what is pushed later stands behind */
	size_t              n, cap;
	struct hf_json     *conflicts; /* as merge_record pushes them */
	size_t              both;      /* records that both sides changed */
	bool                accepts;   /* it takes on what leavers wrote */
	struct merge_ways   ways;      /* from the bases to the two sides */
};

/* ---- merge_plan.c ---- */

/* Where the two sides differ, and what the objects alone decide. Clear it in any case. */
enum hf_code merge_plan_make(struct merge_plan *out, struct hf_register *r, const struct hf_oid *theirs, struct hf_err *e);
void         merge_plan_clear(struct merge_plan *p);
/* One more file; it is zero but for its path and what that says. Pointers to others are void after it. */
enum hf_code merge_plan_push(struct merge_file **out, struct merge_plan *p, const char *path, struct hf_err *e);
/* The object that is chosen, "" none; not of MERGE_NEW and MERGE_OPEN. */
const struct hf_oid *merge_chosen(const struct merge_file *f);

struct merge_writer {
	char    by[HF_FPR_SIZE];
	int64_t at;    /* s */
	bool    wrote; /* some commit there wrote it; else by and at are of the tip */
};

/*
 * Who wrote each of n paths last in the commits behind tip that are not behind other. Commits that encrypt anew ("member") count only when there is no
 * other, and then wrote is false; a merge only where it has what none of its parents has.
 */
enum hf_code merge_writers(struct merge_writer *out, struct hf_register *r, const struct hf_oid *tip, const struct hf_oid *other,
    const char *const *paths, size_t n, struct hf_err *e);

/* ---- merge_open.c ---- */

/* Decide records, entries and evidence that both changed. The members are settled. */
enum hf_code merge_open(struct merge_plan *p, struct hf_err *e);

/* ---- merge_start.c ---- */

/* The record in a blob; *out NULL: it is "", none. */
enum hf_code merge_read(struct hf_json **out, struct hf_register *r, const struct hf_oid *oid, struct hf_err *e);
/* Where the record lies at a commit; "": it is not there. */
enum hf_code merge_blob_at(
    struct hf_oid *out, struct hf_register *r, const struct hf_oid *commit, const char *path, struct hf_err *e);
static inline bool
merge_same(const struct hf_json *a, const struct hf_json *b)
{
	return (a == NULL && b == NULL) || (a != NULL && b != NULL && hf_json_equal(a, b));
}

/* ---- merge_members.c ---- */

/* Decide members/; r->members and the private home are then as they will be. HF_DENIED when the user is not a member on both sides, and after it. */
enum hf_code merge_members(struct merge_plan *p, struct hf_err *e);

/* ---- merge_keep.c ---- */

/* The index is as it will be: records that one side removed and what is there refers to are put back, and conflicts say so. */
enum hf_code merge_keep(struct merge_plan *p, struct hf_err *e);

#endif
