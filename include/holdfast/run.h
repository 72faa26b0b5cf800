/*
 * Runs: a playbook carried out on a subject, as a log of entries that only grows. The state is a fold over the entries.
 *
 * A step of a playbook appears once, or once for each row of the loops around it: an *instance*, addressed "still-in", "secure-mailbox@2", or
 * "contacts@2.1" for row 1 of a loop inside row 2 of another. Before an entry has fixed the places of a loop's rows they are addressed by what they are
 * about: "secure-mailbox@press", "contacts@press/x:agency". Actions write one commit each and return when it is on disk; the state
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

#define HF_ADDRESS_SIZE 112

/* What a second person has yet to agree to: that the step begins, that it is done, that it is left out. Its state is waiting for so long. */
enum hf_pending { HF_PENDING_NONE, HF_PENDING_BEGIN, HF_PENDING_DONE, HF_PENDING_SKIP };

/* Read-only; valid until the next action or hf_run_close. */
struct hf_instance {
	const struct hf_step *step;
	char            address[HF_ADDRESS_SIZE]; /* what people see and type: number where the rows are recorded, else name */
	char            number[HF_ADDRESS_SIZE];  /* its place in the list: "ask@2" */
	char            name[HF_ADDRESS_SIZE];    /* what its row is about: "ask@max-stone"; of the same row always the same */
	struct hf_json *row;                      /* columns of the loops around it; NULL when there are none */
	enum hf_state   state;
	unsigned        visit;                   /* 1; one more each time it was opened again */
	bool            ready;                   /* open, and nothing stands before it */
	bool            called;                  /* a route went to it: it comes first */
	bool            late;                    /* open past its deadline, or finished after it */
	bool            twice;                   /* two people logged that they did it */
	int64_t         deadline;                /* ms; 0: none. Without By it is that of the step before it in the text */
	bool            due;                     /* the deadline is its own (or its phase's): only then can it be late */
	int64_t         at;                      /* when it was finished; 0 */
	char            answer[HF_ADDRESS_SIZE]; /* key of the route taken; "" */
	const char     *by;                      /* fingerprint of who finished it; "" */
	const char     *text;                    /* the note, or why it was skipped; "" */
	struct hf_json *values;                  /* captured in this visit, by name; NULL: none */
	struct hf_json *kept;                    /* evidence of this visit: Keep id → array of entries; NULL: none */

	enum hf_pending pending;
	const char     *approved_by; /* fingerprint of the second person; "" */
	const char     *rejected_by; /* of who refused it last; "" */
	const char     *rejected;    /* and why; "" */
	const char     *claimed_by;  /* fingerprint of who said that they do it; "" */
	const char     *claimed_for; /* id of the person, when a scribe wrote it; "" */
	int64_t         wakes;       /* waiting, and open by itself then; 0: when somebody says so */
	const char     *waits_for;   /* words; "" */
	unsigned        rounds;      /* how often a step with Repeat was done */
	const char     *anyway;      /* why it was done through a closed gate; "" */
	bool            with_close;  /* left out because the run was closed early */

	/* private */
	size_t row_from, row_to;     /* the row of a looped phase that it is in: from one instance to before the other; else 0 */
	const struct hf_json *asked; /* the entry that a second person has to approve */
	int64_t               rank;  /* ms: the deadline as the book counts it, by which they come one after the other */
	int64_t               told_until; /* "run wait": until when; -1: until somebody says so; 0: not */
	const char           *told;       /* and for what */
	bool                  again;      /* a new round that has not begun */
	int64_t               last_at;    /* of the round before, as are the rest */
	const char           *last_by, *last_text;
	char                  last_answer[HF_ADDRESS_SIZE];
	struct hf_json       *last_values, *last_kept;
};

/* ---- finding and opening ---- */

/*
 * What a user types for a run: its id or the start of it (4 and more characters), or a reference to a record with exactly one open run (or, when none is
 * open, exactly one closed). "last" is the one in which the user's key did something last, else the one that was started last. NULL is the only open
 * run, those aside that are part of another. HF_NOTFOUND, HF_AMBIGUOUS (several as in hf_register_resolve, "ref" telling book, subject and start).
 */
enum hf_code hf_run_resolve(
    char out[HF_ID_SIZE], struct hf_json **several, struct hf_register *r, const char *ref, struct hf_err *e);

/*
 * Newest first: [{"run","playbook","title","subject","ref","state","drill","started_at","closed_at","steps","finished","late"}]. Of one that cannot be
 * read the state is "damaged", and the title says why.
 */
enum hf_code hf_run_list(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, struct hf_err *e);
/* The same without "steps","finished","late": from the first and last entries alone, so it costs next to nothing. */
enum hf_code hf_run_list_heads(struct hf_json **out, struct hf_register *r, struct hf_err *e);

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
	const char           *acting_as; /* role of the playbook in which it is begun; NULL */
	const char           *on_behalf; /* id of the person for whom a scribe begins it; NULL */
	const char           *parent;    /* run that started it, NULL */
	const struct hf_json *inherited; /* what is known there: name → value, canonical; may be NULL */
	const struct hf_json *
	    evidence; /* and kept there: [{"run","entry","kept_as","evidence","file_name","sha256","size","media_type"}]; may be NULL */
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
bool                      hf_run_is_open(const struct hf_run *run);
bool                      hf_run_is_drill(const struct hf_run *run);
int64_t                   hf_run_started(const struct hf_run *run);
int64_t                   hf_run_ended(const struct hf_run *run);   /* 0 while open */
const struct hf_json     *hf_run_entries(const struct hf_run *run); /* in the order of the chain */
/*
 * Of the values that the entries from that index on wrote down, the times that tell when something happened and are still to come by the clock:
 * "blocked_at, 22 Nov 2026 23:41 UTC". False: none. A time is taken in any case, for what people mean by a name only they know.
 */
bool                  hf_run_ahead(struct hf_buf *words, const struct hf_run *run, size_t from);
const struct hf_json *hf_run_values(const struct hf_run *run); /* all captured values by name, the latest */
const struct hf_json *hf_run_start_entry(const struct hf_run *run);
const char           *hf_run_severity(const struct hf_run *run); /* "" when not set */

size_t                    hf_run_count(const struct hf_run *run);
const struct hf_instance *hf_run_at(const struct hf_run *run, size_t i); /* in the order of the text, rows in their order */
/* By address, number or name. HF_NOTFOUND with the nearest address; HF_NO when no row is called so. A looped step named without @n is its first row that is not finished. */
enum hf_code hf_run_find(const struct hf_instance **out, const struct hf_run *run, const char *address, struct hf_err *e);
/* The ready step that comes next; NULL when nothing is left to do now. */
const struct hf_instance *hf_run_next(const struct hf_run *run);
/* How many are finished, of those that are not excluded. */
void hf_run_progress(const struct hf_run *run, size_t *finished, size_t *all, size_t *late);

/*
 * Entries whose times cannot be right, in the order of the chain: [{"entry","flag"}]. flag: "before_start" (it happened before the run began), "ahead"
 * (it happened after it was written down), "backwards" (it was written down before the entry that it follows), "future" (it was written down later than it is now). An entry may have several.
 */
enum hf_code hf_run_odd_clocks(struct hf_json **out, const struct hf_run *run, struct hf_err *e);

/* Books that answers of this run began: [{"run","playbook","title","subject","ref","state","drill","started_at","instead","step"}]; instead: this run ended there. */
enum hf_code hf_run_children(struct hf_json **out, const struct hf_run *run, struct hf_err *e);

/*
 * Time limits that run: windows of the provider's sheet, and the 72 hours from aware_at where the book has that value:
 * [{"id","title","lasts","after","from","until","left","over"}]. from, until: RFC 3339, null before "after" has happened; left: ms, below zero when over.
 */
enum hf_code hf_run_windows(struct hf_json **out, const struct hf_run *run, struct hf_err *e);

/* What must still be given before it can be done: names of values, Keep ids, "answer", "approval"; and what it waits for (Needs). Arrays of strings. */
enum hf_code hf_run_missing(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
enum hf_code hf_run_blocked(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);

const char *hf_state_word(enum hf_state state); /* "open" */

/*
 * Append text with every {path} filled in: captured values, columns of the instance's row (i may be NULL), the subject under its kind, org, provider,
 * today. A path that leads nowhere appends "(deputy not recorded)", after a colon "not recorded". Times are shown in the organisation's zone.
 */
enum hf_code hf_run_fill(
    struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const char *text, struct hf_err *e);
/* What a path leads to: a new reference, NULL when nothing is recorded. A reference to a record comes as its id. */
enum hf_code hf_run_path(
    struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const char *path, struct hf_err *e);

/* Who may act for a role now: array of {"id","name","phone","email"} in the order of the playbook; an assigned person first, who has left
 * last, with "left_on". */
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
	const char *anyway;    /* done, failed, answered: why it goes through a closed gate; NULL */

	const struct hf_json *values; /* done: written down first, as hf_run_value, in the same commit; NULL: none */
};

/*
 * HF_NO, with what is missing in the message: values, evidence, an answer, a closed gate, an approval that has to come first; or when it is so already.
 * Nothing is logged then, and of act->values none is kept. Where a second person has to agree to what was done, HF_OK leaves the step waiting (pending). In a drill what the step would
 * change in the register is written into the entry ("not_applied"), and the register stays as it is.
 */
enum hf_code hf_run_done(struct hf_run *run, const struct hf_act *act, struct hf_err *e);
enum hf_code hf_run_fail(struct hf_run *run, const struct hf_act *act, struct hf_err *e);
enum hf_code hf_run_skip(struct hf_run *run, const struct hf_act *act, struct hf_err *e); /* text is needed */
/*
 * Log the answer and follow its routes; the step is done too when nothing is missing. started (may be NULL) gets ids of books begun; one that
 * could not be is in the entry ("not_started": [{"book","why"}]).
 */
enum hf_code hf_run_answer(
    struct hf_run *run, const struct hf_act *act, const char *key, struct hf_json **started, struct hf_err *e);
/*
 * Values as typed, by name; those of the step, or of Ask first when step is NULL. A field that the step asks to Confirm ("account.owner", or "owner" alone)
 * is changed in the register, in the same commit.
 */
enum hf_code hf_run_value(struct hf_run *run, const struct hf_act *act, const struct hf_json *values, struct hf_err *e);
enum hf_code hf_run_note(struct hf_run *run, const struct hf_act *act, struct hf_err *e);
enum hf_code hf_run_ticket(struct hf_run *run, const struct hf_act *act, const char *number, const char *with, struct hf_err *e);
/* Keep a file's bytes as keep: a Keep id of the step, or any word when the step is NULL. Its media type is guessed. */
enum hf_code hf_run_keep(struct hf_run *run, const struct hf_act *act, const char *keep, const char *file_name, const void *data,
    size_t len, struct hf_err *e);
/*
 * A report was made: its template and sum are logged. taken (borrowed, may be NULL): array of {"file_name","sha256","from"}, the files that left the
 * register with it.
 */
enum hf_code hf_run_reported(struct hf_run *run, const struct hf_act *act, const char *template_name, const char *sha256,
    const struct hf_json *taken, struct hf_err *e);
enum hf_code hf_run_assign(struct hf_run *run, const struct hf_act *act, const char *role, const char *person, struct hf_err *e);
/*
 * A second person agrees, or refuses with the reason in text: the step is finished, or open again. HF_DENIED: it is the one who asked, in person or by
 * another key, or the subject; or, of a run about a person, one of the two keys is tied to nobody and may be the subject's own. HF_BAD for somebody else (on_behalf): an approval needs one's own key. HF_NO: nothing is to be approved.
 */
enum hf_code hf_run_approve(struct hf_run *run, const struct hf_act *act, struct hf_json **started, struct hf_err *e);
enum hf_code hf_run_reject(struct hf_run *run, const struct hf_act *act, struct hf_err *e);
/* Whose approval is asked for, but never that of who asked or of the subject: [{"id","name","phone","email","role","key"}]; key: their fingerprint, or null. */
enum hf_code hf_run_approvers(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
/* How an approval that is waited for is come by, in a sentence: what to type, or what to do when nobody can give it. Appended. */
void hf_run_approval_hint(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i);
/* Is there another copy of its register, which sees what is done here only after a sync? */
bool hf_run_shared(const struct hf_run *run);
/* The step waits until then (0: until somebody says that it is so), for what text says. */
enum hf_code hf_run_wait(struct hf_run *run, const struct hf_act *act, int64_t until, struct hf_err *e);
/* I do this one; released: I do not after all. HF_NO when somebody else does, and there is no text. Done, left out or handed over it is free again. */
enum hf_code hf_run_claim(struct hf_run *run, const struct hf_act *act, bool release, struct hf_err *e);
/*
 * A role goes to a person, what its holder had claimed is free, and *out (may be NULL) says where things stand: {"run","role","person","done","open","late",
 * "promised"}: steps as {"id","title","state","by"}, promised: [{"what" (wait, ticket, approval), "step","text","until"}].
 */
enum hf_code hf_run_handover(
    struct hf_json **out, struct hf_run *run, const struct hf_act *act, const char *role, const char *person, struct hf_err *e);
/* What an entry (its id, or a part of it that no other has) should say: both stay. Also when the run is closed. */
enum hf_code hf_run_correct(struct hf_run *run, const struct hf_act *act, const char *entry, struct hf_err *e);
/* A step (act->step), or a closed run, is open again, for the reason in text. */
enum hf_code hf_run_reopen(struct hf_run *run, const struct hf_act *act, struct hf_err *e);
/* HF_NO while steps are open, naming them. text given and the book an incident: they are skipped for that reason, in the same commit. */
enum hf_code hf_run_end(struct hf_run *run, const struct hf_act *act, struct hf_err *e);

#endif
