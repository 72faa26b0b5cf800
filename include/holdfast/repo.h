/*
 * A bare git repository, by object id only.
 *
 * No work tree, no index, no hooks, no filters, no configuration of the user's or the system's. Loose objects, whole entries of packs and
 * references are read and written here, bounded and hashed; only deltas in packs are given to libgit2, vetted, and only then is it loaded.
 * The branch is refs/heads/main; moving it by compare-and-swap is the one commit point. Everything is synced before it returns.
 *
 * A struct hf_repo is for one thread; another thread opens the same path again. git itself (gc, pack-refs, fetch) may work meanwhile.
 * An object that is missing is HF_DAMAGED, like one whose bytes are not what was written, or are over the limit.
 */
#ifndef HOLDFAST_REPO_H
#define HOLDFAST_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/commit.h"
#include "holdfast/err.h"

#define HF_REPO_BLOB_MAX (104u * 1024 * 1024) /* one stored object */

struct hf_repo;

/* Complete, or nothing. HF_EXISTS when something is there already, but for an empty folder. */
enum hf_code hf_repo_init(struct hf_repo **out, const char *path, struct hf_err *e);
/*
 * HF_NOTFOUND when nothing is there; HF_BAD when it is no bare repository of ours (a work tree, alternates, grafts, shallow, commondir, remotes,
 * a setting that a register has no use for); HF_DENIED when it belongs to another user of the computer.
 */
enum hf_code hf_repo_open(struct hf_repo **out, const char *path, struct hf_err *e);
void         hf_repo_close(struct hf_repo *r);
const char  *hf_repo_path(const struct hf_repo *r);

/*
 * The commit that refs/heads/main names, read from the file itself (loose or packed) without libgit2: this is what every command does
 * first. HF_NOTFOUND when the branch is not there yet.
 */
enum hf_code hf_repo_head(struct hf_oid *out, struct hf_repo *r, struct hf_err *e);
/* The same for any reference ("refs/holdfast/incoming/main"). HF_NOTFOUND. */
enum hf_code hf_repo_ref(struct hf_oid *out, struct hf_repo *r, const char *name, struct hf_err *e);

/* The raw bytes of a commit object; its strict reading. HF_DAMAGED. *out points into raw. */
enum hf_code hf_repo_commit_raw(struct hf_buf *raw, struct hf_repo *r, const struct hf_oid *commit, struct hf_err *e);

enum hf_code hf_repo_blob(struct hf_buf *out, struct hf_repo *r, const struct hf_oid *blob, size_t max, struct hf_err *e);

/* Is there an object of that name? It may be damaged: it is not read. */
bool hf_repo_has(struct hf_repo *r, const struct hf_oid *oid);
/* Of how many of n names is there none? For many this is cheaper. The list is used up. HF_NOMEM. */
enum hf_code hf_repo_lacks(size_t *out, struct hf_repo *r, struct hf_oid *list, size_t n, struct hf_err *e);

/* The blob or tree at path in a tree. HF_NOTFOUND. */
enum hf_code hf_repo_lookup(struct hf_oid *out, struct hf_repo *r, const struct hf_oid *tree, const char *path, struct hf_err *e);

struct hf_diff {
	const char   *path;
	struct hf_oid before, after; /* hex[0] == '\0' when it was not, or is no longer, there */
};

typedef enum hf_code hf_diff_fn(void *arg, const struct hf_diff *d, struct hf_err *e);

/*
 * Every blob whose path or content differs between two trees (from NULL: every blob of to), in the order of paths. Trees are read strictly:
 * names [a-zA-Z0-9._-]{1,64} that do not start with a dot, modes 100644 and 40000, at most 4 levels; else HF_DAMAGED.
 */
enum hf_code hf_repo_diff(
    struct hf_repo *r, const struct hf_oid *from, const struct hf_oid *to, hf_diff_fn *fn, void *arg, struct hf_err *e);

/* One change of a write. Without data and blob: remove the path. */
struct hf_edit {
	const char          *path;
	const void          *data;
	size_t               len;
	const struct hf_oid *blob; /* instead of data: a blob that is in the repository already */
};

struct hf_commit_spec {
	const struct hf_oid *base;    /* the branch must be there when it moves; NULL: the branch must not exist */
	const struct hf_oid *other;   /* second parent of a merge, or NULL */
	const char          *fpr;     /* author and committer: "holdfast <FPR@holdfast.invalid>" */
	const char          *message; /* one generic word; a newline is added */
	int64_t
	    at; /* ms since 1970; written in whole seconds, +0000, and never before the parents' time: clocks differ, histories go on */
	/* Append an armored detached signature of data to sig. */
	enum hf_code (*sign)(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *e);
	void *arg;
};

/*
 * Write blobs, trees and a signed commit on top of base's tree, and move the branch. The lock is taken for the while when the caller does
 * not hold it. HF_LOCKED when the branch is no longer at base; HF_WRITE when the disk refused (nothing happened); HF_UNSURE when the branch
 * moved but its last fsync failed (*out is set). HF_NOTFOUND when a path to be removed is not there. Edits of one path twice, of a path
 * that no register has, or of a file where a folder is, are a defect (HF_INTERNAL). What is wrong with base's own objects is HF_DAMAGED.
 */
enum hf_code hf_repo_commit(struct hf_oid *out, struct hf_repo *r, const struct hf_commit_spec *spec, const struct hf_edit *edits,
    size_t n, struct hf_err *e);

/*
 * Move the branch to a commit whose objects are all there (fetched and verified). from NULL: the branch must not exist. HF_LOCKED, HF_WRITE
 * and HF_UNSURE as above.
 */
enum hf_code hf_repo_move(struct hf_repo *r, const struct hf_oid *from, const struct hf_oid *to, struct hf_err *e);

/*
 * The register's own write lock (flock). Taking it removes what killed writers left: a stale refs/heads/main.lock (another git's only after
 * it stayed the same for a second), temporary objects of ours, and of libgit2's. HF_LOCKED after wait_ms, or while another git holds the branch.
 */
enum hf_code hf_repo_lock(struct hf_repo *r, int wait_ms, struct hf_err *e);
void         hf_repo_unlock(struct hf_repo *r);

typedef enum hf_code hf_commit_fn(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e);

/*
 * Walk commits from tip, leaving out stop and its ancestors (NULL: none), parents before children when oldest_first, else children before
 * parents. A commit that is damaged, missing or refused by the strict reader is given with c NULL and the reason in *e, and its parents are
 * not followed. What fn returns other than HF_OK stops the walk and is returned.
 */
enum hf_code hf_repo_walk(struct hf_repo *r, const struct hf_oid *tip, const struct hf_oid *stop, bool oldest_first,
    hf_commit_fn *fn, void *arg, struct hf_err *e);

/* Is ancestor tip itself, or behind it? What lies behind a commit that is refused is not known. */
enum hf_code hf_repo_descends(
    bool *out, struct hf_repo *r, const struct hf_oid *tip, const struct hf_oid *ancestor, struct hf_err *e);
/* The nearest common ancestors of two commits (crossed histories have several), in the order of their names. free(3) *out. HF_NOTFOUND. */
enum hf_code hf_repo_bases(
    struct hf_oid **out, size_t *n, struct hf_repo *r, const struct hf_oid *a, const struct hf_oid *b, struct hf_err *e);

#endif
