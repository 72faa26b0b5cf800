/*
 * Inside src/store: is everything as its members wrote it? One judge for verify and for what comes in.
 *
 * Commits are judged in the order of history, parents first, a few hundred at a time: the strict reader, signatures (two workers), then each commit
 * by the membership in its parent (proof_commit.c, proof_member.c), merges by both sides (proof_merge.c). What a commit did to records and
 * entries is gathered and judged by content in slices (proof_content.c, proof_run.c), so that neither memory nor time grows faster than the history.
 */
#ifndef STORE_PROOF_H
#define STORE_PROOF_H

#include "../register/impl.h"

/*
 * What comes in is taken, though verify will name its times, when a clock was wrong as honest ones are: set to another time zone, or some days behind.
 * A colleague's work is not kept out of an incident for that, and cannot be made good by them.
 */
#define PROOF_AHEAD  (20 * 3600)     /* s: in the future; all that follows a commit bears its time, so years would do harm */
#define PROOF_BEHIND (7 * 24 * 3600) /* s: before its commit */
#define PROOF_SLACK  (5 * 60)        /* s: clocks of two members differ by so much, and nobody is blamed */

/* Every key that ever was a member, in a private home of its own. */
struct proof_key {
	char          fpr[HF_FPR_SIZE];
	struct hf_oid file;
};

struct proof_keys {
	struct proof_key *list;
	size_t            n, cap;
	size_t            built; /* how many of them the home holds */
};

/* What a commit is to those who judge what it did. */
struct deed {
	struct hf_oid    oid, tree, before;             /* before: the tree of the (first) parent, "" none */
	struct hf_member who;                           /* as in the parent; roles 0: not a member */
	int64_t          at, parent_at;                 /* s; parent_at: the latest of the parents, 0 none */
	bool             first, member, merge, accepts; /* accepts: a merge that takes on what a leaver wrote */
};

/* A file as it can be read here. */
enum text_state { TEXT_NONE, TEXT_PLAIN, TEXT_SEALED, TEXT_BAD };

struct text {
	enum text_state state;
	struct hf_json *json;                /* of records and entries */
	char            sum[HF_SHA256_SIZE]; /* of the plaintext, without padding */
	char            why[HF_ERR_MSG];     /* BAD */
};

/* A file that a commit changed. */
struct change_of {
	const struct deed *deed;
	char               path[PATH_SIZE], id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind     kind;
	struct hf_oid      before, after;
};

#define PROOF_SLICE 256

struct slice {
	struct change_of *list;
	size_t            n, cap;
};

struct proof {
	struct hf_register *r;
	struct hf_vault    *vault; /* its private home is for proving */
	struct proof_keys   keys;
	struct hf_members   members[2]; /* of the trees looked at last */
	unsigned            older;      /* which of them goes next */
	struct slice        slice;
	struct hf_json     *problems;
	struct hf_json     *notes;   /* as problems; nothing is wrong, and somebody should know */
	struct hf_json     *authors; /* path of an entry that is sealed here → fingerprint of who committed it */
	struct hf_json     *links;   /* id of an entry → {"sum", "prev"}, of those judged and not in the index */
	struct hf_json     *persons; /* blob of a person → the key it is tied to, or null: it cannot be read */
	struct hf_json     *heads;   /* run → {"folder", "sums"}: where its log stood in the tree looked at last */
	struct hf_register *then;    /* an index of its own, for who owned what at some commit; made when first needed */
	struct hf_stmt     *body;    /* SELECT body FROM record WHERE id = ? AND oid = ? */
	struct hf_stmt     *entry;   /* SELECT body FROM entry WHERE id = ? AND oid = ? */
	struct hf_stmt     *by_id;   /* SELECT body FROM entry WHERE id = ? */
	bool                incoming;
	bool                full; /* problems are as many as anyone reads */
	size_t              roots, commits, records, entries;
};

/* ---- proof.c ---- */

enum hf_code proof_problem(struct proof *p, struct hf_err *e, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
enum hf_code proof_note(struct proof *p, struct hf_err *e, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The members in a commit's tree; they stay until the next call but one. HF_DAMAGED. */
enum hf_code proof_members(const struct hf_members **out, struct proof *p, const struct hf_oid *tree, struct hf_err *e);

/* ---- proof_history.c ---- */

/* Judge every commit behind tip and not behind known (NULL: all). */
enum hf_code proof_history(struct proof *p, const struct hf_oid *known, const struct hf_oid *tip, struct hf_err *e);

/* ---- proof_commit.c ---- */

struct link {
	struct hf_oid       oid;
	struct hf_commit    c;
	bool                whole; /* the strict reader took it */
	struct hf_signature sig;
	enum hf_code        rc; /* of the signature */
	struct hf_err       err;
	struct deed         deed;
};

/* *keys: it brought key files and nothing was wrong with that, so they may be used from now on. */
enum hf_code proof_commit(bool *keys, struct proof *p, struct link *l, struct hf_err *e);

/* ---- proof_member.c ---- */

/* One file under members/ that a commit (no merge) changed. */
enum hf_code proof_member_file(struct proof *p, const struct deed *d, const struct hf_diff *f, struct hf_err *e);

/* ---- proof_merge.c ---- */

/* What a merge made of its two sides. */
enum hf_code proof_merge(struct proof *p, const struct deed *d, const struct hf_commit *c, struct hf_err *e);

/* ---- proof_leaver.c ---- */

/* What a merge brings together of somebody whom one side removed: an admin took it on, or it is a problem. */
enum hf_code proof_leavers(
    struct proof *p, const struct deed *d, const struct hf_commit *c, const struct hf_oid *bases, size_t n, struct hf_err *e);

/* ---- proof_text.c ---- */

/* Read one file's blob, from the index when it holds just that, else with gpg. Only what would stop everything is a failure. */
enum hf_code proof_text(struct text *out, struct proof *p, const char *path, const struct hf_oid *blob, struct hf_err *e);
void         text_clear(struct text *t);

struct fetch {
	const char          *path;
	const struct hf_oid *blob; /* "" none */
	struct text          text;
	struct hf_buf        sealed, plain;
	struct hf_opened     m;      /* what gpg makes of it, where it is */
	bool                 wanted; /* for gpg */
	size_t               as;     /* the blob stands in the list already: its place + 1 */
};

/* The same for many, two at a time. */
enum hf_code proof_texts(struct proof *p, struct fetch *list, size_t n, struct hf_err *e);

/* Its packets, and for whom it is: every one a member in that tree. */
enum hf_code proof_seal(struct proof *p, const struct deed *d, const char *path, const struct hf_oid *blob, struct hf_err *e);
/* Is it encrypted to them? False also when it cannot be read. */
bool proof_could_read(struct proof *p, const char *fpr, const struct hf_oid *blob);

/* ---- proof_content.c ---- */

/* Remember what a commit did to a file; judged when there are enough of them, or by proof_flush. */
enum hf_code proof_change(struct proof *p, const struct deed *d, const struct hf_diff *f, struct hf_err *e);
enum hf_code proof_flush(struct proof *p, struct hf_err *e);

/* ---- proof_owner.c ---- */

/* Was it theirs to write, as things were before the commit? before and after NULL: not there. */
enum hf_code proof_rights(
    struct proof *p, const struct change_of *c, const struct hf_json *before, const struct hf_json *after, struct hf_err *e);
void proof_rights_clear(struct proof *p);

/* ---- proof_person.c ---- */

/* Is the person whom an entry names as its writer the one whose key wrote it? One whose record cannot be read here is believed. */
enum hf_code proof_person(struct proof *p, const struct change_of *c, const struct hf_json *entry, struct hf_err *e);

/* ---- proof_run.c ---- */

/* The entries that one commit added to one run: each names what stood before it, and nothing that its writer could see is left out. */
enum hf_code proof_run_grew(struct proof *p, const struct change_of *list, const struct text *texts, size_t n, struct hf_err *e);

/* ---- proof_keys.c ---- */

/* All key files of a tree; those of every commit behind tip and not behind known. */
enum hf_code proof_keys_take(struct proof *p, const struct hf_oid *tree, struct hf_err *e);
enum hf_code proof_keys_past(struct proof *p, const struct hf_oid *known, const struct hf_oid *tip, struct hf_err *e);
bool         proof_keys_new(const struct proof *p, const char *fpr); /* the home does not hold it yet */
/* Build the home. HF_BAD: the keys added last do not go with the others; they are left out. */
enum hf_code proof_keys_home(struct proof *p, struct hf_err *e);

/* ---- proof_state.c ---- */

/* What the branch holds now, where it differs from known (a tree; NULL: all of it): places, forms, recipients, chains, evidence. */
enum hf_code proof_state(struct proof *p, const struct hf_oid *known, struct hf_err *e);
/* What opening the register found wrong. */
enum hf_code proof_said(struct proof *p, struct hf_err *e);

/* ---- proof_expiry.c ---- */

/* The keys of today's members (hf_member_list): of one that expired or is revoked nothing can be encrypted to its holder; one that expires within 30 days is noted. */
enum hf_code proof_expiry(struct proof *p, const struct hf_json *list, struct hf_err *e);

/* ---- proof_point.c ---- */

/*
 * How far this copy was verified, in the register's state folder: the commit and its tree, every member's key up to it, and who wrote the entries that
 * are sealed here. One file for each place a copy lies in and each key that looked. It is only written when nothing was wrong.
 */
struct proof_point {
	struct hf_oid commit, tree;
	size_t        commits, records, entries;
};

/* HF_NOTFOUND: none that can be used; p is as it was. */
enum hf_code proof_point_read(struct proof_point *out, struct proof *p, struct hf_err *e);
enum hf_code proof_point_write(const struct proof_point *pt, const struct proof *p, struct hf_err *e);

/* ---- for sync ---- */

/*
 * Before the branch moves: every commit behind theirs and not behind ours (NULL: all), its form, signature, signer, rights, paths, and what a merge
 * did, judged by the membership in its parent. Problems as in hf_register_verify; none: it may be taken. The commits are only in the object store.
 */
enum hf_code proof_incoming(
    struct hf_json **problems, struct hf_register *r, const struct hf_oid *ours, const struct hf_oid *theirs, struct hf_err *e);

#endif
