/* Inside src/store: the two sides of a merge that is judged (proof_merge.c, proof_merged.c). */
#ifndef STORE_PROOF_SIDES_H
#define STORE_PROOF_SIDES_H

#include <string.h>

#include "../git/repo_impl.h"
#include "../merge/merge_impl.h"
#include "proof.h"

enum { BASE, OURS, THEIRS, MERGED, SIDES };

/* A path where the merge differs from a side. */
struct spot {
	char           path[HF_TREE_PATH + 1];
	enum path_kind kind;
	char           id[HF_ID_SIZE], run[HF_ID_SIZE];
	struct hf_oid  at[SIDES]; /* "" not there */
	bool           seen[SIDES];
	size_t         writer; /* its place in writers + 1 */
};

struct sides {
	struct proof        *p;
	const struct deed   *d;
	struct hf_oid        tree[SIDES], commit[SIDES];
	bool                 other_members; /* the sides have not the same members: files may be encrypted anew */
	struct hf_oid       *bases;         /* what both started from: crossed histories have several */
	size_t               n_bases;
	struct hf_json      *by_path;  /* → place in list + 1 */
	struct hf_json      *put_back; /* records that conflicts say stay though one side removed them; NULL: not asked yet */
	struct hf_json      *expected; /* path of a conflict that the rules give → it */
	struct hf_json      *brought;  /* path of a conflict that neither side has → it */
	struct merge_writer *by_ours, *by_theirs; /* of the records on which the sides differ; NULL: not asked yet */
	struct merge_ways    ways;
	bool                 unread, unjudged; /* there are new records, or some changed on both sides, that cannot be read here */
	struct spot         *list;
	size_t               n, cap;
	int                  from; /* while one side is compared */
};

static inline bool
sides_same(const struct spot *t, int a, int b)
{
	return strcmp(t->at[a].hex, t->at[b].hex) == 0;
}

static inline bool
sides_there(const struct spot *t, int side)
{
	return t->at[side].hex[0] != '\0';
}

/* ---- proof_merge.c ---- */

enum hf_code sides_wrong(const struct sides *s, const struct spot *t, const char *what, struct hf_err *e);
/* text_clear each of them in any case. */
enum hf_code sides_read(struct text text[SIDES], const struct sides *s, const struct spot *t, struct hf_err *e);
bool         sides_same_text(const struct text *a, const struct text *b);
/* A new ciphertext where a side's own was to be expected: the same text for other members, and nothing else. */
enum hf_code sides_anew(const struct sides *s, const struct spot *t, const struct text text[SIDES], int side, struct hf_err *e);
/* What only the merge itself has. */
enum hf_code sides_judge_new(const struct sides *s, const struct spot *t, const struct text *m, struct hf_err *e);

/* ---- proof_merged.c ---- */

enum hf_code sides_judge_record(struct sides *s, const struct spot *t, struct hf_err *e);
/* When all records were judged: are the conflicts that the merge brought those that the rules give? */
enum hf_code sides_judge_conflicts(struct sides *s, struct hf_err *e);

#endif
