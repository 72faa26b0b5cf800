/* Inside src/flow: what an open run consists of. */
#ifndef FLOW_RUN_IMPL_H
#define FLOW_RUN_IMPL_H

#include "holdfast/run.h"

struct hf_run {
	struct hf_register   *r;
	struct hf_shelf      *shelf;
	char                  id[HF_ID_SIZE];
	char                  subject[HF_ID_SIZE];
	char                  subject_kind[32];
	char                 *book; /* name */
	char                  hash[HF_SHA256_SIZE];
	struct hf_playbook   *pb;
	struct hf_sheet      *sheet;
	char                  provider[65]; /* of the subject; "" */
	struct hf_json       *entries;
	const struct hf_json *start; /* the start entry, in entries */
	struct hf_json       *values;
	const struct hf_json *inherited; /* of the run that started this one: borrowed from start; may be NULL */
	struct hf_json       *assigned;  /* role → id of a person */
	struct hf_json       *logged;    /* loop → array of rows, as entries recorded them */
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
int64_t      entry_time(const struct hf_json *entry); /* occurred_at, or recorded_at */
/* The step and row that an entry is about; NULL when there is none. */
struct hf_instance *run_instance_of(const struct hf_run *run, const struct hf_json *entry);

/* ---- judge.c ---- */

enum truth { NO, YES, UNKNOWN };

bool state_finished(enum hf_state s);
/* Finished, and nothing has to be done about it any more: a failure counts when the text says what to do then. */
bool judge_behind(const struct hf_instance *i);
/* Do its Only if and On hold? UNKNOWN: as far as one can tell today. */
enum hf_code judge_applies(enum truth *out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e);
/* Do two instances stand in the same row of a looped phase? True when they are not both in one. i may be NULL. */
bool run_same_row(const struct hf_run *run, const struct hf_instance *a, const struct hf_instance *b);
/* Does the step ask for a value of that name? */
bool run_writes(const struct hf_step *s, const char *name);
/* A captured value: of the instance's own row first, then the latest, then an inherited one. i may be NULL; NULL when there is none. */
const struct hf_json *run_value(const struct hf_run *run, const struct hf_instance *i, const char *name);
/* Does any step's Only if ask for this step's answer? */
bool run_answer_wanted(const struct hf_run *run, const struct hf_step *s);

/* ---- act_note.c ---- */

/* HF_BAD with the nearest one when the playbook has no such role. */
enum hf_code run_want_role(const struct hf_run *run, const char *role, struct hf_err *e);

/* ---- order.c ---- */

/* Work out what is excluded, ready, late, and what comes next. */
enum hf_code run_order(struct hf_run *run, struct hf_err *e);

/* ---- path.c ---- */

/* Replace {path} by what is recorded, as text that a field takes. HF_BAD when a path leads nowhere. */
enum hf_code run_value_text(
    struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, const char *text, struct hf_err *e);

/* ---- start.c ---- */

/* Add the start entry of a new run to a batch. */
enum hf_code run_begin(char id[HF_ID_SIZE], struct hf_batch *b, struct hf_register *r, struct hf_shelf *shelf,
    const struct hf_start *start, struct hf_err *e);
/* A value as typed, canonical for its type. */
enum hf_code run_typed(struct hf_json **out, struct hf_register *r, const struct hf_value *v, const char *typed, struct hf_err *e);
/* Put the moment and its precision into an entry. */
int put_moment(struct hf_json *entry, int64_t at, bool about, int offset);

#endif
