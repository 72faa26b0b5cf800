/*
 * A register with members of every role, and commits on it made by hand: bytes, trees and ciphertexts that no holdfast would write.
 *
 *	hostile_make();                                   once, unchecked
 *	hostile_open();                                   for each test: the register as Ann has it
 *	oid = put_record(BASE, ANN, "record", json)       …a commit, in the object store only
 *	refused(&oid, "who was not a member then");
 *
 * Times are counted from the register's own first commit, two days ago: so there is room for what is back-dated.
 */
#ifndef HOSTILE_AID_H
#define HOSTILE_AID_H

#include "../src/store/proof/proof.h"
#include "gpg_fixture.h"
#include "test.h"

enum hand {
	ANN,     /* admin, and who looks */
	BOB,     /* responder */
	OLGA,    /* owner of x:agency */
	AUD,     /* auditor */
	GINA,    /* was a responder, and was removed */
	REV,     /* responder, whose key was revoked later */
	EXP,     /* responder, whose key expired yesterday */
	EXP_OLD, /* the same key at a moment after it expired */
	MAL,     /* never a member */
	HANDS
};

struct hostile {
	char                dir[HF_FIXTURE_PATH], home[HF_FIXTURE_PATH];
	char                repo[HF_FIXTURE_PATH + 16];
	char                fpr[HANDS][HF_FPR_SIZE];
	struct hf_oid       root, clean, base; /* clean: what honest hands wrote; base: on it, members came and went */
	int64_t             began;             /* s */
	struct hf_register *r;
	char                account[HF_ID_SIZE]; /* x:agency, Olga's */
	char                other[HF_ID_SIZE];   /* x:other, not hers */
	char                olga[HF_ID_SIZE];    /* the person */
	char                grant[HF_ID_SIZE];   /* on x:other */
	char                mine[HF_ID_SIZE];    /* a grant on x:agency */
	char                run[HF_ID_SIZE], entry[4][HF_ID_SIZE];
	char                blob[HF_ID_SIZE];
};

extern struct hostile h;

void hostile_make(void);
void hostile_open(void);
void hostile_close(void);
void hostile_remove(void);

/* ---- objects ---- */

struct hf_oid put_object(enum hf_object_type type, const void *data, size_t len);
void          get_object(struct hf_buf *out, enum hf_object_type type, const struct hf_oid *oid);
struct hf_oid tree_of(const struct hf_oid *commit);
int64_t       time_of(const struct hf_oid *commit); /* s */

/* A tree with one entry more, other or (oid NULL) less; its folders are made. Names and modes are anything. */
struct hf_oid tree_set(const struct hf_oid *tree, const char *path, const char *mode, const struct hf_oid *oid);
/* The blob at a path, "" when there is none. */
struct hf_oid tree_get(const struct hf_oid *tree, const char *path);

/* ---- commits ---- */

struct make {
	const struct hf_oid *parent[3]; /* NULL: no more */
	struct hf_oid        tree;
	enum hand            author, signer;
	int64_t              at;   /* s */
	const char          *word; /* message without newline */
};

/* What is signed; the bytes with the signature in their place; and the object. */
void          make_payload(struct hf_buf *out, const struct make *m);
void          make_signature(struct hf_buf *out, enum hand who, const struct hf_buf *payload);
void          fold_in(struct hf_buf *out, const struct hf_buf *payload, const char *header, const struct hf_buf *sig);
struct hf_oid make_commit(const struct make *m);

/* On a commit, a minute later, by one hand. */
struct hf_oid commit_on(const struct hf_oid *parent, enum hand who, const char *word, const struct hf_oid *tree);
struct hf_oid merge_of(const struct hf_oid *ours, const struct hf_oid *theirs, enum hand who, const struct hf_oid *tree);

/* ---- contents ---- */

/* Encrypted by gpg to Ann, Bob, Olga and the auditor; more: further options. Padded when text ends without newline. */
struct hf_oid seal(const char *text, const char *more);
struct hf_oid seal_json(const struct hf_json *j);
struct hf_oid put_text(const char *text); /* as it is */

struct hf_json *record(const char *id); /* as it is in the clean register */
struct hf_json *entry(int i);
struct hf_json *fresh(const char *kind, char id[HF_ID_SIZE]); /* a new record with name "New" */
struct hf_json *next_entry(enum hand actor, const char *type, char id[HF_ID_SIZE]);
void            set(struct hf_json *j, const char *key, const char *value);
void            bump(struct hf_json *j, int by);
const char     *at_record(const char *id);
const char     *at_entry(const char *run, const char *id);
const char     *at_blob(const char *id);
const char     *at_member(enum hand who, const char *ext);
struct hf_oid   member_file(enum hand who, const char *roles, enum hand by, int64_t at);
struct hf_oid   key_file(enum hand who);

/* One file more, other or (blob NULL) less, in a commit on parent. */
struct hf_oid with(const struct hf_oid *parent, enum hand who, const char *word, const char *path, const struct hf_oid *blob);

/* ---- rows (hostile_commits.c, hostile_content.c) ---- */

struct hostile_case {
	const char *name;
	struct hf_oid (*make)(void);
	const char *words;
};

/* A commit on the base, and words of the problem it is; NULL: it is right. */
struct hostile_row {
	const char   *name, *words;
	struct hf_oid oid;
};

/* Signed before its key expired: good here, and not to git, which only knows that the key is expired now. */
#define HOSTILE_EXPIRED "an expired key, while it was good"

/* How many there are, and the i-th, made. False: there is none. */
int  hostile_commits(void);
bool hostile_commit(struct hostile_row *out, int i);
int  hostile_contents(void);
bool hostile_content(struct hostile_row *out, int i);

struct make hostile_good(void); /* a unit added by Bob */

/* Does git take it? verify-commit, and fsck --strict. */
bool git_takes(const struct hf_oid *oid);

/* ---- verdicts ---- */

/* proof_incoming says no, some problem has these words, and the branch is where it was. */
void refused(const struct hf_oid *theirs, const char *words);
void accepted(const struct hf_oid *theirs);
/* The same against other commits of ours than base (NULL: none, as in a clone). */
size_t incoming(struct hf_buf *said, const struct hf_oid *ours, const struct hf_oid *theirs);

#endif
