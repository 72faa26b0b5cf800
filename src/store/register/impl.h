/* Inside src/store: what an open register consists of. */
#ifndef STORE_IMPL_H
#define STORE_IMPL_H

#include "holdfast/member.h"
#include "holdfast/register.h"
#include "holdfast/repo.h"
#include "holdfast/time.h"
#include "index.h"

#define RECORD_MAX  (4u * 1024 * 1024) /* plaintext of one record or entry */
#define RECENT_MANY 32                 /* more changes than this are worth a new snapshot */
#define RECENT_LAG  4                  /* changes that a register which stays open may hold back */
#define RECENT_MAX  (16u * 1024 * 1024)
#define LOCK_WAIT   10000 /* ms */

struct hf_register {
	char                     *path, *state, *cache; /* state and cache: this register's own folders */
	char                      id[HF_ID_SIZE];
	char                      key[HF_FPR_SIZE]; /* the user's; "" until it is needed and known */
	char                     *key_wanted;
	char                      zone[64];
	char                      today[HF_DAY_SIZE];
	int64_t                   now; /* 0: the clock */
	const struct hf_progress *progress;
	struct hf_repo           *repo;
	struct hf_vault          *vault;
	struct hf_db             *db;
	hf_db_supply_fn          *supply; /* of its lazy tables */
	void                     *supply_arg;
	struct index             *index;
	struct hf_members         members;
	bool                      have_members;
	struct hf_oid             head, tree;
	size_t                    unsaved; /* facts that the snapshot does not hold yet */
	size_t                    saved;   /* how many of them recent.gpg holds */
	struct hf_json           *recent;  /* those facts, unless they are too many */
	struct hf_oid             base;    /* head of the snapshot */
	struct kept              *kept;    /* kept.c; NULL: nothing */
	struct hf_register_stats  stats;
	char                      notice[HF_ERR_MSG]; /* what the last write has to say beside its result; "" nothing */
};

/* ---- paths ---- */

#define PATH_SIZE 96

void path_record(char out[PATH_SIZE], const char *id);
void path_blob(char out[PATH_SIZE], const char *id);
void path_entry(char out[PATH_SIZE], const char *run, const char *id);
/* What a path is; id and run (each HF_ID_SIZE) are filled in where it has them. */
enum path_kind { PATH_BAD, PATH_META, PATH_MEMBER, PATH_KEY, PATH_RECORD, PATH_ENTRY, PATH_BLOB };
enum path_kind path_read(const char *path, char id[HF_ID_SIZE], char run[HF_ID_SIZE]);

/* ---- register.c: the parts that making one (init.c) and cloning one have in common ---- */

#define REGISTER_FORMAT 1 /* of what lies in the tree */

/* Nothing is open yet but what opts say. */
enum hf_code register_new(struct hf_register **out, const struct hf_register_opts *o, struct hf_err *e);
/* r->id is known: its own folders; the vault, whose private home is in one of them. */
enum hf_code register_folders(struct hf_register *r, const struct hf_register_opts *o, struct hf_err *e);
enum hf_code register_vault(struct hf_register *r, const struct hf_register_opts *o, struct hf_err *e);
/* The id in holdfast.json of a tree. HF_DAMAGED, HF_NOTFOUND: it is no register's; HF_BAD: of a later release. */
enum hf_code register_id_in(char out[HF_ID_SIZE], struct hf_repo *repo, const struct hf_oid *tree, struct hf_err *e);
/* The file beside the repository's own that keeps the id. */
enum hf_code register_id_write(const char *folder, const char *id, struct hf_err *e);
/* The folders above a path. */
enum hf_code register_parents(const char *path, struct hf_err *e);

/* ---- load.c ---- */

/* Bring the index to the branch's commit: snapshot, then changed blobs only. */
enum hf_code register_load(struct hf_register *r, struct hf_err *e);
/* The same from the branch alone, whatever the snapshot says. */
enum hf_code register_reload(struct hf_register *r, struct hf_err *e);
/* Another process may have written: read the branch again and what changed. */
enum hf_code register_refresh(struct hf_register *r, struct hf_err *e);
/* The tree of a commit, strictly read. */
enum hf_code register_tree(struct hf_oid *out, struct hf_register *r, const struct hf_oid *head, struct hf_err *e);
/* Members and the private home, once. */
enum hf_code register_members(struct hf_register *r, struct hf_err *e);
/* Which key is the user's, once. HF_NOKEY. */
enum hf_code register_key(struct hf_register *r, struct hf_err *e);
/* Is that key a member's no more? A snapshot may name one that has been removed since. */
bool register_left(struct hf_register *r);
/* A commit by the user's key (which is known) on top of the branch as it is held here, now. */
struct hf_commit_spec register_spec(struct hf_register *r, const char *message);
/* The organisation's own facts: zone, today, ours(). */
enum hf_code register_settle(struct hf_register *r, struct hf_err *e);

/* Why a decrypted file is not what must lie at a path of that kind, id and run; NULL: it is. */
const char *register_misplaced(
    const struct hf_register *r, enum path_kind kind, const struct hf_json *j, const char *id, const char *run);
/* Judge one decrypted file by where it lies and put it into the index. path is records/… or runs/… */
enum hf_code register_take(
    struct hf_register *r, const char *path, const char *oid, const void *plain, size_t len, struct hf_err *e);

/* The tree of the branch after a commit of ours, and what hangs on it. */
enum hf_code register_moved(struct hf_register *r, const struct hf_oid *head, struct hf_err *e);

/* ---- recent.c ---- */

/*
 * What lies at a path now, into the index and among what is recent: a record or entry (body), a sealed one, one with a problem, or nothing (all NULL
 * and false).
 */
enum hf_code register_fact(struct hf_register *r, const char *path, const char *oid, const struct hf_json *body,
    const char *problem, bool sealed, struct hf_err *e);
/*
 * The same in two steps, for a write: what will lie there (NULL: nothing) into the index, inside a transaction, so that who may read it can be asked; and
 * after the commit, that it does (sealed: the writer cannot read it themselves).
 */
enum hf_code register_put(struct hf_register *r, const char *path, const struct hf_json *body, struct hf_err *e);
enum hf_code register_kept(
    struct hf_register *r, const char *path, const char *oid, const struct hf_json *body, bool sealed, struct hf_err *e);
/* After the snapshot was read: what changed since, as recent.gpg has it; NULL: it has nothing. */
void         recent_take(struct hf_register *r, const struct hf_buf *plain);
enum hf_code recent_write(struct hf_register *r, struct hf_err *e);

/* ---- snapshot.c ---- */

/* HF_NOTFOUND when there is none that can be used; the index is empty then. HF_CANCELLED. */
enum hf_code snapshot_read(struct hf_register *r, struct hf_err *e);
/* What was read is of no use: an empty database, as when there was none. */
enum hf_code snapshot_forget(struct hf_register *r, struct hf_err *e);
/* Write it when it is worth while. A failure only costs time and is not reported. */
void snapshot_write(struct hf_register *r);
/* After a commit of ours: not each is worth a gpg of its own while the register stays open. What is left is written when it is closed. */
void snapshot_lag(struct hf_register *r);
void snapshot_close(struct hf_register *r);
/* A file of the cache. It is not synced: one that a power cut damaged does not decrypt, and then it is as if there were none. */
enum hf_code cache_write(struct hf_register *r, const char *name, const struct hf_buf *bytes, struct hf_err *e);

/* ---- kept.c ---- */

/* Keep the plaintext of a record or entry, by the name of its blob, as long as there is room. */
void kept_put(struct hf_register *r, const struct hf_oid *oid, const struct hf_buf *plain);
/* Append it, without its padding; false when it was not kept. */
bool kept_find(struct hf_buf *out, const struct hf_register *r, const struct hf_oid *oid);
void kept_drop(struct hf_register *r);

/* ---- plaintext ---- */

/* A file of the repository. */
struct file_at {
	char          path[PATH_SIZE];
	struct hf_oid oid;
};

/* Decrypt these records and entries, two at a time, and put them into the index, within a transaction of the caller's. Sorts the list. */
enum hf_code register_read_files(struct hf_register *r, struct file_at *list, size_t n, struct hf_err *e);

/* The plaintext of a record or entry: sorted, indented, padded with newlines to a multiple of 512 bytes; and its length without padding. */
enum hf_code plain_write(struct hf_buf *out, const struct hf_json *j, struct hf_err *e);
size_t       plain_len(const void *data, size_t len);

#endif
