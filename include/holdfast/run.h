/*
 * Runs: a playbook carried out on a subject, as a log of entries that only grows. The state is a fold over the entries.
 *
 * A step of a playbook appears once, or once for each row of the loops around it: an *instance*, addressed "still-in", "secure-mailbox@2", or
 * "contacts@2.1" for row 1 of a loop inside row 2 of another. Actions write one commit each and return when it is on disk; the state
 * here follows. A run pins the text of the book it started with.
 */
#ifndef HOLDFAST_RUN_H
#define HOLDFAST_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/playbook.h"
#include "holdfast/provider.h"
#include "holdfast/register.h"
#include "holdfast/shelf.h"

struct hf_run;

enum hf_state { HF_OPEN, HF_DONE, HF_FAILED, HF_SKIPPED, HF_WAITING, HF_EXCLUDED };

#define HF_ADDRESS_SIZE 64

/* Read-only; valid until the next action or hf_run_close. */
struct hf_instance {
	const struct hf_step *step;
	char                  address[HF_ADDRESS_SIZE];
	struct hf_json       *row; /* columns of the loops around it; NULL when there are none */
	enum hf_state         state;
	unsigned              visit;                   /* 1; one more each time a route went back to it */
	bool                  ready;                   /* open, and nothing stands before it */
	bool                  called;                  /* a route went to it: it comes first */
	bool                  late;                    /* open past its deadline, or finished after it */
	bool                  twice;                   /* two people logged that they did it */
	int64_t               deadline;                /* ms; 0: none. Without By it is that of the step before it in the text */
	bool                  due;                     /* the deadline is its own (or its phase's): only then can it be late */
	int64_t               at;                      /* when it was finished; 0 */
	char                  answer[HF_ADDRESS_SIZE]; /* key of the route taken; "" */
	const char           *by;                      /* fingerprint of who finished it; "" */
	const char           *text;                    /* the note, or why it was skipped; "" */
	struct hf_json       *values;                  /* captured in this visit, by name; NULL: none */
	struct hf_json       *kept;                    /* evidence of this visit: Keep id → array of entries; NULL: none */
};

/* ---- finding and opening ---- */

/*
 * What a user types for a run: its id or the start of it (4 and more characters), or a reference to a record with exactly one open run (or, when none is
 * open, exactly one closed). "last" is the one that was started last. HF_NOTFOUND, HF_AMBIGUOUS (several as in hf_register_resolve, "ref"
 * telling book, subject and start).
 */
enum hf_code hf_run_resolve(
    char out[HF_ID_SIZE], struct hf_json **several, struct hf_register *r, const char *ref, struct hf_err *e);

/*
 * Newest first: [{"run","playbook","title","subject","ref","state","drill","started_at","closed_at","steps","finished","late"}]. Of one that cannot be
 * read the state is "damaged", and the title says why.
 */
enum hf_code hf_run_list(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, struct hf_err *e);

enum hf_code hf_run_open(struct hf_run **out, struct hf_register *r, struct hf_shelf *shelf, const char *id, struct hf_err *e);
void         hf_run_close(struct hf_run *run); /* give it back; the run itself goes on */

struct hf_start {
	const char           *playbook; /* "incident/hijacked-account" */
	const char           *subject;  /* id of a record */
	int64_t               at;       /* when it was noticed or began, ms; 0: now */
	bool                  about;    /* at is not exact */
	int                   offset;   /* minutes east of UTC in which at was given */
	const char           *severity; /* id of a severity; NULL */
	bool                  drill;
	const struct hf_json *values;    /* name → value, as typed; may be NULL */
	const char           *parent;    /* run that started it, NULL */
	const struct hf_json *inherited; /* what is known there: name → value, canonical; may be NULL */
};

/* HF_BAD: the book is no playbook, has defects, or is for another kind of subject. */
enum hf_code hf_run_start(
    struct hf_run **out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_start *start, struct hf_err *e);

/* ---- what it is ---- */

const char               *hf_run_id(const struct hf_run *run);
const char               *hf_run_book(const struct hf_run *run);      /* "incident/hijacked-account" */
const char               *hf_run_book_hash(const struct hf_run *run); /* SHA-256 of its text */
const struct hf_playbook *hf_run_playbook(const struct hf_run *run);
const struct hf_sheet    *hf_run_sheet(const struct hf_run *run);   /* of the subject's provider; NULL when there is none */
const char               *hf_run_subject(const struct hf_run *run); /* id */
struct hf_register       *hf_run_register(const struct hf_run *run);
struct hf_shelf          *hf_run_shelf(const struct hf_run *run);
bool                      hf_run_is_open(const struct hf_run *run);
bool                      hf_run_is_drill(const struct hf_run *run);
int64_t                   hf_run_started(const struct hf_run *run);
int64_t                   hf_run_ended(const struct hf_run *run);   /* 0 while open */
const struct hf_json     *hf_run_entries(const struct hf_run *run); /* in the order of the chain */
const struct hf_json     *hf_run_values(const struct hf_run *run);  /* all captured values by name, the latest */
const struct hf_json     *hf_run_start_entry(const struct hf_run *run);
const char               *hf_run_severity(const struct hf_run *run); /* "" when not set */

size_t                    hf_run_count(const struct hf_run *run);
const struct hf_instance *hf_run_at(const struct hf_run *run, size_t i); /* in the order of the text, rows in their order */
/* HF_NOTFOUND with the nearest address. A looped step named without @n is its first row that is not finished. */
enum hf_code hf_run_find(const struct hf_instance **out, const struct hf_run *run, const char *address, struct hf_err *e);
/* The ready step that comes next; NULL when nothing is left to do now. */
const struct hf_instance *hf_run_next(const struct hf_run *run);
/* How many are finished, of those that are not excluded. */
void hf_run_progress(const struct hf_run *run, size_t *finished, size_t *all, size_t *late);

/* What must still be given before it can be done: names of values, Keep ids, "answer"; and what it waits for (Needs). Arrays of strings. */
enum hf_code hf_run_missing(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
enum hf_code hf_run_blocked(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);

const char *hf_state_word(enum hf_state state); /* "open" */

/*
 * Append text with every {path} filled in: captured values, columns of the instance's row (i may be NULL), the subject under its kind, org, provider,
 * today. A path that leads nowhere appends "not recorded". Times are shown in the organisation's zone.
 */
enum hf_code hf_run_fill(
    struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const char *text, struct hf_err *e);
/* What a path leads to: a new reference, NULL when nothing is recorded. A reference to a record comes as its id. */
enum hf_code hf_run_path(
    struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const char *path, struct hf_err *e);

/* Who may act for a role now: array of {"id","name","phone","email"} in the order of the playbook; an assigned person first. */
enum hf_code hf_run_people(
    struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const char *role, struct hf_err *e);

/* ---- acting ---- */

struct hf_act {
	const char *step; /* address; NULL where there is none (a note on the run) */
	const char *text; /* note, or why; NULL */
	int64_t     at;   /* when it happened; 0: now */
	bool        about;
	int         offset;
	const char *acting_as; /* role, NULL */
	const char *on_behalf; /* id of a person, NULL */
	const char *source;    /* of evidence: where it comes from; NULL */
};

/* HF_NO, with what is missing in the message: values, evidence, an answer, a closed gate; or when it is so already. Nothing is logged then. */
enum hf_code hf_run_done(struct hf_run *run, const struct hf_act *act, struct hf_err *e);
enum hf_code hf_run_fail(struct hf_run *run, const struct hf_act *act, struct hf_err *e);
enum hf_code hf_run_skip(struct hf_run *run, const struct hf_act *act, struct hf_err *e); /* text is needed */
/*
 * Log the answer and follow its routes; the step is done too when nothing is missing. started (may be NULL) gets ids of books begun; one that
 * could not be is in the entry ("not_started": [{"book","why"}]).
 */
enum hf_code hf_run_answer(
    struct hf_run *run, const struct hf_act *act, const char *key, struct hf_json **started, struct hf_err *e);
/* Values as typed, by name; those of the step, or of Ask first when step is NULL. */
enum hf_code hf_run_value(struct hf_run *run, const struct hf_act *act, const struct hf_json *values, struct hf_err *e);
enum hf_code hf_run_note(struct hf_run *run, const struct hf_act *act, struct hf_err *e);
enum hf_code hf_run_ticket(struct hf_run *run, const struct hf_act *act, const char *number, const char *with, struct hf_err *e);
/* Keep a file as keep (a Keep id of the step, or any word when the step is NULL). media_type NULL: guessed. id gets the entry's. */
enum hf_code hf_run_keep(struct hf_run *run, const struct hf_act *act, const char *keep, const char *file_name, const void *data,
    size_t len, struct hf_err *e);
/*
 * A report was made: its template and sum are logged. taken (borrowed, may be NULL): array of {"file_name","sha256","from"}, the files that left the
 * register with it.
 */
enum hf_code hf_run_reported(struct hf_run *run, const struct hf_act *act, const char *template_name, const char *sha256,
    const struct hf_json *taken, struct hf_err *e);
enum hf_code hf_run_assign(struct hf_run *run, const struct hf_act *act, const char *role, const char *person, struct hf_err *e);
/* HF_NO while steps are open, naming them. text given and the book an incident: they are skipped for that reason, in the same commit. */
enum hf_code hf_run_end(struct hf_run *run, const struct hf_act *act, struct hf_err *e);

#endif
