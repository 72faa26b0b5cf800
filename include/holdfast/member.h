/*
 * Members: the OpenPGP keys that may use a register, and their roles. members/<FPR>.json and members/<FPR>.asc, in the clear, without names.
 */
#ifndef HOLDFAST_MEMBER_H
#define HOLDFAST_MEMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/repo.h"
#include "holdfast/vault.h"

#define HF_ROLE_ADMIN     1u
#define HF_ROLE_RESPONDER 2u
#define HF_ROLE_OWNER     4u
#define HF_ROLE_AUDITOR   8u

struct hf_member {
	char     fpr[HF_FPR_SIZE];
	unsigned roles;
	char     added[32]; /* RFC 3339 */
	char     added_by[HF_FPR_SIZE];
};

struct hf_members {
	struct hf_member *list; /* sorted by fingerprint */
	size_t            n;
	struct hf_oid     tree; /* of members/ : the stamp of the private home */
};

/* "admin" → HF_ROLE_ADMIN, 0 when unknown; and the names of roles, separated by ", ". */
unsigned hf_role_parse(const char *word);
void     hf_role_words(struct hf_buf *out, unsigned roles);

/* The file members/<FPR>.json of a member. */
void hf_member_write(struct hf_buf *out, const struct hf_member *m);
/* Strictly read; fpr is the one in its path. HF_DAMAGED. */
enum hf_code hf_member_read(struct hf_member *out, const char *fpr, const void *data, size_t len, struct hf_err *e);

/* The members in a commit's tree. HF_DAMAGED when a file is not what it must be, or nobody is admin. */
enum hf_code hf_members_load(struct hf_members *out, struct hf_repo *repo, const struct hf_oid *tree, struct hf_err *e);
void         hf_members_clear(struct hf_members *m);

const struct hf_member *hf_members_find(const struct hf_members *m, const char *fpr); /* NULL when none */

/* ---- the private home (member_home.c) ---- */

/* Make the vault's private home hold the keys of these members, and of everybody who ever was one on the branch (hf_vault_members). */
enum hf_code hf_members_home(const struct hf_members *m, struct hf_vault *v, struct hf_repo *repo, struct hf_err *e);
/* The same with one more key, or a newer copy of one: for the while until it is a member's. */
enum hf_code hf_members_home_with(
    const struct hf_members *m, const struct hf_keyfile *extra, struct hf_vault *v, struct hf_repo *repo, struct hf_err *e);
/*
 * Before the branch takes on a history that ends at theirs: the same, and of everybody who ever was a member there, who may have come and gone
 * since. What was for them alone is then known to be sealed, and not taken for damage.
 */
enum hf_code hf_members_home_in(
    const struct hf_members *m, const struct hf_oid *theirs, struct hf_vault *v, struct hf_repo *repo, struct hf_err *e);
/* With these key files for the members', whose tree is not known yet, and a stamp of the caller's. theirs NULL: the branch alone. */
enum hf_code hf_members_home_of(const struct hf_keyfile *files, size_t n, const char *stamp, const struct hf_oid *theirs,
    struct hf_vault *v, struct hf_repo *repo, struct hf_err *e);

#endif
