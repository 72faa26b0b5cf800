/*
 * A register with a few people and accounts, and playbooks written in the test, for the tests of runs and reports.
 *
 *	run_world_make();            in an unchecked fixture: the key and the register, once
 *	run_world_open();            in a checked one: world.r and world.shelf are fresh
 *	book("incident/x", STEPS);   a playbook with the head that every one needs
 *	struct hf_run *run = begin("incident/x");
 *	assert_next(run, "first");
 *	done(run, "first");
 *
 * Whatever fails ends the test with the library's message.
 */
#ifndef HOLDFAST_RUN_AID_H
#define HOLDFAST_RUN_AID_H

#include "holdfast/run.h"

struct run_world {
	struct hf_register *r;
	struct hf_shelf    *shelf;
	char                account[HF_ID_SIZE]; /* x:agency; owner Jo Park, responder Ann Lee */
	char                mailbox[HF_ID_SIZE]; /* google-workspace:press@agency.example; x:agency hangs on it */
	char                jo[HF_ID_SIZE], ann[HF_ID_SIZE], max[HF_ID_SIZE];
	char                fpr[64];
	char                second[64]; /* the key of another member, tied to Jo Park */
	char                third[64];  /* and of one who is tied to nobody */
	char                dir[256];
};

extern struct run_world world;

void run_world_make(void);
void run_world_make_two(void); /* without the second key: each act costs less */
/* Registers that are opened from now on stand at that moment, ms; 0: the clock. */
void run_clock(int64_t now);
/* The same register as the holder of another key has it, beside world.r. Close it. */
struct hf_register *run_world_of(char *fpr);
void                run_world_open(void);
void                run_world_close(void);
/* Everything that follows is done by the holder of that key. A run that is open is given back, and read anew. */
struct hf_run *as(const char *fpr, struct hf_run *run);
void           tie(const char *person, const char *fpr); /* a key to a person; NULL: to nobody */
void           run_world_remove(void);

/* Lay a playbook about an account on the shelf: text stands after its head, and begins with a phase or more fields of the title. */
void book(const char *name, const char *text);
void lay(const char *name, const char *text); /* any book, as it is */

struct hf_run *begin(const char *name);                 /* on x:agency, now */
struct hf_run *begin_at(const char *name, int64_t ago); /* so many ms ago */
struct hf_run *begin_drill(const char *name);
struct hf_run *again(struct hf_run *run); /* read anew from the register; run is given back */

const struct hf_instance *at(const struct hf_run *run, const char *address);
void                      assert_state(const struct hf_run *run, const char *address, enum hf_state state);
void                      assert_next(const struct hf_run *run, const char *address); /* NULL: nothing */

void done(struct hf_run *run, const char *step);
void done_at(struct hf_run *run, const char *step, int64_t ago);
void skip(struct hf_run *run, const char *step);
void fails(struct hf_run *run, const char *step);
void answer(struct hf_run *run, const char *step, const char *key);
void value(struct hf_run *run, const char *step, const char *name, const char *typed); /* step NULL: asked first */
void keep(struct hf_run *run, const char *step, const char *id, const char *text);

/* What the library says to these; a failure is no end. */
enum hf_code try_done(struct hf_run *run, const char *step, struct hf_err *e);
enum hf_code try_approve(struct hf_run *run, const char *step, struct hf_err *e);
enum hf_code try_value(struct hf_run *run, const char *step, const char *name, const char *typed, struct hf_err *e);

/* Everything that a run says about itself, as one text: two runs in the same state say the same. free(3) it. */
char *portrait(const struct hf_run *run);

#endif
