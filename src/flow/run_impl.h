/* Inside src/flow: what an open run consists of. */
#ifndef FLOW_RUN_IMPL_H
#define FLOW_RUN_IMPL_H

#include "holdfast/run.h"

#define PROVIDER_SIZE 65

struct hf_run {
	struct hf_register   *r;
	struct hf_shelf      *shelf;
	char                  id[HF_ID_SIZE];
	char                  subject[HF_ID_SIZE];
	char                  subject_kind[32];
	char                 *book; /* name */
	char                  hash[HF_SHA256_SIZE];
	struct hf_playbook   *pb;
	bool                  borrowed_pb; /* it belongs to who opened the run */
	struct hf_sheet      *sheet;
	char                  provider[PROVIDER_SIZE]; /* of the subject; "" */
	struct hf_json       *entries;
	const struct hf_json *start; /* the start entry, in entries */
	struct hf_json       *values;
	const struct hf_json *inherited; /* of the run that started this one: borrowed from start; may be NULL */
	struct hf_json       *assigned;  /* role → id of a person */
	struct hf_json       *corrected; /* entry → array of entries that correct it */
	struct hf_json       *logged;    /* loop → array of rows, as entries recorded them */
	struct hf_json       *called;    /* what a row was called since the run was opened → its number then; NULL */
	char                  severity[16];
	bool                  open, drill;
	int64_t               started, ended;
	struct hf_instance   *list;
	size_t                n, cap;
	size_t                next; /* index of the step that comes next; n when none */
};

/* ---- loop.c ---- */

/* Lay out the instances: one for each step, and each row of the loops around it. */
enum hf_code run_lay_out(struct hf_run *run, struct hf_err *e);
/* What each row of a loop is called, no two the same: array of strings. */
enum hf_code run_row_names(struct hf_json **out, const struct hf_run *run, const struct hf_json *rows, struct hf_err *e);

/* Whether an address that somebody typed is the row called name: with a record as people write it, "ask@Max Stone", or as a shell takes it. */
bool run_row_is(const char *name, const char *typed);
/* The rows of the loops around an instance that no entry has recorded yet: {"loop": [rows]}, NULL when none. */
enum hf_code run_rows_to_log(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
/*
 * Rows of a book's query: :subject (and its kind), :today, values, and the columns of the row around. i may be NULL. *out is NULL when the query asks for
 * a value that nobody has given yet.
 */
enum hf_code run_ask(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const struct hf_json *row,
    const char *sql, struct hf_err *e);

/* ---- fold.c ---- */

/* Read everything again from the entries in the register. */
enum hf_code run_fold(struct hf_run *run, struct hf_err *e);
void         run_drop_instances(struct hf_run *run);
int64_t      entry_time(const struct hf_json *entry); /* occurred_at, or recorded_at */
bool         entry_is(const struct hf_json *entry, const char *type);
/* {"name": value}: what was captured, or nothing (NULL), goes into an object. */
enum hf_code run_take_values(struct hf_json *into, const struct hf_json *captured, struct hf_err *e);

/* ---- fold_entry.c ---- */

/* The step and row that an entry is about; NULL when there is none. */
struct hf_instance *run_instance_of(const struct hf_run *run, const struct hf_json *entry);
/* What one entry does to it, and to others. */
enum hf_code run_on_entry(struct hf_run *run, const struct hf_json *entry, struct hf_err *e);

/* ---- route.c: where answers lead ---- */

/* Open a step again, and what depends on it. */
void route_reopen(struct hf_run *run, struct hf_instance *i);
/* Open it as it is: values and evidence stay. */
void route_return(struct hf_instance *i);
/* What a route to `next` left out is there again. */
void route_restore_row(struct hf_run *run, const struct hf_instance *of);
/* Follow the routes of an answer, or of "it-fails". */
void route_follow(struct hf_run *run, struct hf_instance *i, const char *key);

/* ---- open.c ---- */

/* The provider that a step is about: that of its row's account, else of the subject; "" none. */
enum hf_code run_provider(char out[PROVIDER_SIZE], const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
/* Its sheet, NULL when there is none; *own is the caller's to free. */
enum hf_code run_sheet(
    const struct hf_sheet **out, struct hf_sheet **own, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);

/* ---- second.c ---- */

/* Does what was done (or left out: skip) wait for a second person? */
bool second_wanted(const struct hf_run *run, const struct hf_instance *i, bool skip);
/* Has somebody to agree before it begins, and nobody has? */
bool second_before(const struct hf_run *run, const struct hf_instance *i);
/* May the writer of entry approve or refuse the request (an entry; may be NULL)? Never who asked, never the subject, by any key; and neither is a stranger. */
bool second_may(const struct hf_run *run, const struct hf_json *request, const struct hf_json *entry);
/* Why the user's key may not approve or refuse what waits here, in words; NULL when it may. */
const char *second_bar(const struct hf_run *run, const struct hf_instance *i);
/* Of a run about a person: a key that is tied to nobody, and so may be that person's own. Elsewhere such a key stands for itself: false. */
bool second_stranger(const struct hf_run *run, const char *fpr);
/* The stranger's key that has to be tied to a person before the user may approve it: their own, or that of who asks; NULL: none. */
const char *second_untied(const struct hf_run *run, const struct hf_instance *i);
/* Was an entry written by a key that is no stranger? */
bool second_known(const struct hf_run *run, const struct hf_json *entry);
/* Is there anybody who may approve it, now? */
bool second_can(const struct hf_run *run, const struct hf_instance *i);
/* hf_run_approval_hint as the hint of an error; gives back e's code. */
enum hf_code second_hint(struct hf_err *e, const struct hf_run *run, const struct hf_instance *i);
/* The role in which the user would approve, of the playbook; NULL: they do not have one, and stand in. */
enum hf_code second_role(const char **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
/* Are two keys one person's? */
bool second_same(const struct hf_run *run, const char *a, const char *b);
/* The person that a member's key is tied to; "" when nobody is. */
void second_person(char id[HF_ID_SIZE], const struct hf_run *run, const char *fpr);
/* "Data protection officer: Jo Park, +44 ...": who may approve. Appended. */
void second_words(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i);

/* ---- rest.c: Wait, Repeat ---- */

bool rest_repeats(const struct hf_instance *i);
/* A round is done: the next one stands open, unless there are no more. */
void rest_round(struct hf_instance *i);
/* Is the repeating step over, because what ends it has happened? *at: when; 0: it never will. */
bool rest_over(int64_t *at, const struct hf_run *run, const struct hf_instance *i);
/* When the next round is due; 0: not known yet. */
int64_t rest_due(const struct hf_run *run, const struct hf_instance *i);
/* Does it wait for a time or for words? Sets wakes and waits_for. */
bool rest_waits(const struct hf_run *run, struct hf_instance *i);

/* ---- judge.c ---- */

enum truth { NO, YES, UNKNOWN };

bool state_finished(enum hf_state s);
/* Finished, and nothing has to be done about it any more: a failure counts when the text says what to do then. */
bool judge_behind(const struct hf_instance *i);
/* Do its Only if and On hold? UNKNOWN: as far as one can tell today. */
enum hf_code judge_applies(enum truth *out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
/* Do two instances stand in the same row of a looped phase? True when they are not both in one. i may be NULL. */
bool run_same_row(const struct hf_instance *a, const struct hf_instance *b);
/* Does the step ask for a value of that name? */
bool run_writes(const struct hf_step *s, const char *name);
/* A captured value: of the instance's own row first, then the latest, then an inherited one. i may be NULL; NULL when there is none. */
const struct hf_json *run_value(const struct hf_run *run, const struct hf_instance *i, const char *name);
/* Does any step's Only if ask for this step's answer? */
bool run_answer_wanted(const struct hf_run *run, const struct hf_step *s);

/* ---- act_note.c ---- */

/* HF_BAD with the nearest one when the playbook, called book, has no such role. NULL is no role. */
enum hf_code run_want_role(const struct hf_playbook *pb, const char *book, const char *role, struct hf_err *e);

/* What is missing but an approval. */
enum hf_code run_lacks(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);

/* ---- confirm.c ---- */

/* "account.owner" of a step's Confirm: the record it is in, and the field. HF_BAD when no record is known there. */
enum hf_code confirm_at(char id[HF_ID_SIZE], const char **field, const struct hf_run *run, const struct hf_instance *i,
    const char *name, struct hf_err *e);
/* What the step confirms as it stands in the register, but what was given anew in this visit: {"account.owner": value}. NULL: nothing. */
enum hf_code confirm_values(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
/* The name of a step's Confirm that is meant; NULL. */
const char *confirm_name(const struct hf_step *s, const char *word);
/* Adds which people of a value, one id or a list of them, have left, and when; nothing for any other value. named: each by name, also a single one. */
enum hf_code confirm_left(struct hf_buf *out, const struct hf_run *run, const struct hf_json *value, bool named, struct hf_err *e);
/* HF_NO where one of those whom the step asks about has left: nobody can say that this is still right. */
enum hf_code confirm_still_here(const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);

/* ---- open.c ---- */

/* The ids of all runs, the newest first. */
enum hf_code run_ids(struct hf_json **out, struct hf_register *r, struct hf_err *e);

/* Books that several runs share, by the sum of their text. */
struct run_books;
struct run_books *run_books_new(void);
void              run_books_free(struct run_books *b);
/* As hf_run_open, with the provider's sheet or without; books may be NULL. */
enum hf_code run_open_with(struct hf_run **out, struct hf_register *r, struct hf_shelf *shelf, struct run_books *books, bool sheet,
    const char *id, struct hf_err *e);

/* ---- order.c ---- */

/* Has the step happened, in every row near i? *t: when; 0 when it does not apply. */
bool run_step_happened(int64_t *t, const struct hf_run *run, const struct hf_instance *i, const char *id);
/* The moment that a value names; false while there is none. */
bool run_value_moment(int64_t *t, const struct hf_run *run, const struct hf_instance *i, const char *name);
/* By of the step, or of its phase. */
const struct hf_by *run_by(const struct hf_run *run, const struct hf_instance *i);

/* Work out what is excluded, ready, late, and what comes next. */
enum hf_code run_order(struct hf_run *run, struct hf_err *e);

/* ---- path.c ---- */

/* Replace {path} by what is recorded, as text that a field takes. HF_BAD when a path leads nowhere. */
enum hf_code run_value_text(
    struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const char *text, struct hf_err *e);

/* "x:agency: state becomes hijacked", "a new grant: account x:agency, person Ann Lee": what a change comes to, in words. Appended. */
enum hf_code run_change_words(
    struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const struct hf_change_rec *c, struct hf_err *e);

/* ---- start.c ---- */

/* Add the start entry of a new run to a batch. */
enum hf_code run_begin(char id[HF_ID_SIZE], struct hf_batch *b, struct hf_register *r, struct hf_shelf *shelf,
    const struct hf_start *start, struct hf_err *e);
/* A value as typed, canonical for its type. */
enum hf_code run_typed(struct hf_json **out, struct hf_register *r, const struct hf_value *v, const char *typed, struct hf_err *e);
/* Put the moment and its precision into an entry. */
int put_moment(struct hf_json *entry, int64_t at, bool about, int offset);

#endif
