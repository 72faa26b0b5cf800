/* Inside src/store: one change of the membership while it is made. */
#ifndef STORE_MEMBER_CHANGE_H
#define STORE_MEMBER_CHANGE_H

#include "../register/recrypt.h"

struct member_change {
	struct hf_register *r;
	struct hf_members   before; /* r->members is as it will be; these are for when it fails */
	bool                swapped, begun;
	bool                dry_run;
	char                fpr[HF_FPR_SIZE];                          /* whom it is about; "" nobody */
	char                json_path[PATH_SIZE], key_path[PATH_SIZE]; /* "" when it does not change */
	struct hf_buf       json, key;                                 /* empty: it goes */
	struct hf_json     *persons;                                   /* records that change with it, as they will be */
	struct recrypt      plan;
};

/*
 * In this order: begin (takes the lock; what says what only these roles may do), swap, changes, carry_out, finish (always). Each but finish returns what
 * went wrong. finish takes over o, the answer so far, adds to it, and puts back what was not to be.
 */
enum hf_code member_begin(struct member_change *c, struct hf_register *r, unsigned roles, const char *what, struct hf_err *e);
enum hf_code member_swap(struct member_change *c, struct hf_err *e); /* r->members may be changed, and one added */
enum hf_code member_carry_out(struct member_change *c, struct hf_err *e);
enum hf_code member_finish(struct hf_json **out, struct hf_json *o, struct member_change *c, enum hf_code rc, struct hf_err *e);
void         member_about(struct member_change *c, const char *fpr);
struct hf_member *member_find(struct hf_members *m, const char *fpr);
enum hf_code      member_some_admin(const struct hf_members *m, struct hf_err *e);
enum hf_code      member_write(struct member_change *c, const struct hf_member *m, struct hf_err *e); /* its file changes */
enum hf_code member_tie(struct member_change *c, const char *person, struct hf_err *e); /* the key to a person; NULL: nothing */
enum hf_code member_untie(struct member_change *c, const char *but, struct hf_err *e);  /* from everybody else */

/* Who else than the records could be read, and what should be changed, when this member leaves. Before the membership changes. */
enum hf_code member_could_read(struct hf_json **out, struct hf_register *r, const char *fpr, struct hf_err *e);
/* Paths of files that nobody else can read who stays. */
enum hf_code member_only_theirs(struct hf_json **out, struct hf_register *r, const char *fpr, struct hf_err *e);
enum hf_code member_to_rotate(struct hf_json **out, struct hf_register *r, const char *fpr, struct hf_err *e);

/* The ids of the persons that a key is tied to: array. */
enum hf_code member_persons(struct hf_json **out, struct hf_register *r, const char *fpr, struct hf_err *e);

/* ["admin","owner"]; null for NULL. */
struct hf_json *member_roles(const struct hf_member *m);

#endif
