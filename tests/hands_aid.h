/*
 * Several people, each with a key, a computer and a copy of one register, for the tests of sharing.
 *
 *	hands_make(roles, 2);        in an unchecked fixture: keys, and a register in which all of them are members; once
 *	hands_begin();               in a checked one: everybody has a fresh copy of it, open
 *	const char *id = hands_add(&hands[0], "account", "provider=x;handle=@a");
 *	hands_sync(&hands[1], &hands[0]);
 *	hands_set(&hands[1], id, "purpose", '=', "news");
 *	…
 *	hands_end();
 *
 * Whatever fails ends the test with the library's message.
 */
#ifndef HOLDFAST_HANDS_AID_H
#define HOLDFAST_HANDS_AID_H

#include "../src/store/merge/merge.h"
#include "gpg_fixture.h"

#define HANDS_MAX 4

struct hand {
	char                name[16];
	char                home[HF_FIXTURE_PATH];
	char                fpr[HF_FPR_SIZE];
	char                path[320], state[320], cache[320];
	struct hf_register *r;
};

extern struct hand hands[HANDS_MAX];
/* Whose commits are taken on though they were removed; nobody's, unless a test says so. */
extern struct leavers_wanted hands_wanted;

extern char hands_dir[HF_FIXTURE_PATH];

/* What happens at random: the same seed, the same story. */
extern unsigned hands_seed;
unsigned        hands_below(unsigned n);

/* The first is admin, the n others have these roles. 0, only at the end: a key, no member, and no copy. */
void hands_make(const unsigned *roles, size_t n);
void hands_begin(void);
void hands_end(void);
void hands_remove(void);

void hands_open(struct hand *h);                           /* again, with what is on disk */
void hands_visit(struct hand *h, const struct hand *host); /* one who has no copy opens another's */
void hands_close(struct hand *h);
void hands_clock(struct hand *h, int64_t now); /* ms; what the hand writes from now on says so */

const char *hands_add(
    struct hand *h, const char *kind, const char *fields); /* "field=value;field=value"; the id, until the 16th call after it */
void            hands_set(struct hand *h, const char *id, const char *field, char op, const char *value);
void            hands_drop(struct hand *h, const char *id);
void            hands_log(struct hand *h, const char *run, const char *type, const char *step, const char *text);
struct hf_json *hands_get(struct hand *h, const char *id); /* NULL: not there, or sealed */

/* What from has now, fetched to to. */
struct hf_oid hands_fetch(struct hand *to, struct hand *from);
/* … and merged. */
enum hf_code       hands_try(struct merge_count *out, struct hand *to, const struct hf_oid *theirs, struct hf_err *e);
struct merge_count hands_merge(struct hand *to, struct hand *from);
/* Merged on one side, and forward on the other: both have the same commit. */
struct merge_count hands_sync(struct hand *a, struct hand *b);

#endif
