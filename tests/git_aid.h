/*
 * A throw-away folder, the real git in it, and a signer that needs no key: for everything that tests the repository.
 */
#ifndef GIT_AID_H
#define GIT_AID_H

#include "holdfast/buf.h"
#include "holdfast/repo.h"

#define AID_FPR  "0123456789ABCDEF0123456789ABCDEF01234567"
#define AID_TIME INT64_C(1790000000000) /* ms: 21 September 2026 */
#define AID_SIG                                \
	"-----BEGIN PGP SIGNATURE-----\n"      \
	"\n"                                   \
	"iHUEABYKAB0WIQTNotReallyASignature\n" \
	"=abcd\n"                              \
	"-----END PGP SIGNATURE-----\n"

/* A new folder (in memory unless HF_SLOW is set: thousands of syncs), and the end of it (not when HF_KEEP is set). */
void        aid_begin(void);
void        aid_end(void);
const char *aid_folder(void);
/* folder/name; the answer lives until the eighth call after it. */
const char *aid_path(const char *name);

/* Run a shell command in the folder, its output in out (may be NULL). Git sees no configuration but the repository's. Returns its exit status. */
int aid_run(struct hf_buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same, and it has to return 0; the output's first line is put in line (at least 256 bytes) when that is not NULL. */
void aid_must(char *line, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* git hash-object: bytes as an object of that type, checked by git. False when git refuses. */
bool aid_hash(struct hf_oid *out, const char *repo, const char *type, const void *data, size_t len);
/* Any bytes at all as a loose object, checked by nobody. */
struct hf_oid aid_object(const char *repo, enum hf_object_type type, const void *data, size_t len);

/* hf_commit_spec.sign: always AID_SIG. */
enum hf_code aid_sign(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *e);

/* A spec on base (may be NULL), and one commit of edits with it on whatever the branch names. */
struct hf_commit_spec aid_spec(const struct hf_oid *base);
enum hf_code          aid_commit(struct hf_oid *out, struct hf_repo *r, const struct hf_edit *edits, size_t n, struct hf_err *e);

/* aid_begin and a new repository folder/r; the end of both. */
extern struct hf_repo *aid_repo;
void                   aid_repo_begin(void);
void                   aid_repo_end(void);

/* In it: an edit of text (NULL: removal), a commit of one such, the tree of a commit; what git says of it all has to be nothing. */
struct hf_edit aid_edit(const char *path, const char *text);
struct hf_oid  aid_put(const char *path, const char *text);
struct hf_oid  aid_tree(const struct hf_oid *commit);
void           aid_fsck(void);

#endif
