/*
 * What the commands on runs have in common: which run is meant, when it happened, who wrote it for whom.
 */
#ifndef HOLDFAST_CLI_RUNS_H
#define HOLDFAST_CLI_RUNS_H

#include "app.h"
#include "holdfast/run.h"
#include "opt.h"

/* Rows of options; each command that takes them has them in its table. */
#define RUNS_OPT_AT                                                                                        \
	{                                                                                                  \
		0, "at", "TIME", "when it happened, if not now: 22:41, \"10 min ago\", \"about 22:40\"", 0 \
	}
#define RUNS_OPT_FOR                                                                  \
	{                                                                             \
		0, "for", "PERSON", "who did it, when you write for somebody else", 0 \
	}
#define RUNS_OPT_ROLE                                                                    \
	{                                                                                \
		0, "as-role", "ROLE", "the role of the playbook in which it was done", 0 \
	}

/* All three: what most acts on a run take. */
#define RUNS_OPTS_ACT RUNS_OPT_AT, RUNS_OPT_FOR, RUNS_OPT_ROLE

/* The run that a word means, NULL: the only open one. A menu on a terminal when there are several. */
enum hf_code runs_pick(char id[HF_ID_SIZE], struct app *app, const char *ref, struct hf_err *e);
enum hf_code runs_open(struct hf_run **out, struct app *app, const char *ref, struct hf_err *e);

/* --at, as typed in the organisation's zone. *at is 0 when word is NULL. */
enum hf_code runs_moment(int64_t *at, bool *about, int *offset, struct app *app, const char *word, struct hf_err *e);

/* An act from --at, --for and --as-role, as far as the command has them (has: letters of "afr"). for_id holds the person's id. */
enum hf_code runs_act(
    struct hf_act *act, char for_id[HF_ID_SIZE], struct app *app, const struct args *a, const char *has, struct hf_err *e);

/* What the file looks like that was kept just now ("a password"), or NULL. */
const char *runs_kept_secret(const struct hf_run *run);

/* --for and --as-role of a run that is to begin; for_id lives as long as s. */
enum hf_code runs_who(struct hf_start *s, char for_id[HF_ID_SIZE], struct app *app, const struct args *a, struct hf_err *e);

/* "name=value" words as an object. HF_USAGE when one is none, or a name stands twice. */
enum hf_code runs_values(struct hf_json **out, const char *const *words, size_t n, struct hf_err *e);

/* {"run","step"}: where a run stands; step null when nothing is left to do now. NULL: out of memory. */
struct hf_json *runs_where(const struct hf_run *run);

/* A file, or "-" for standard input, bounded as evidence is. *name is what it is kept as: free(3) it. */
enum hf_code runs_read(struct hf_buf *out, char **name, const char *path, const char *keep, struct hf_err *e);

/* Times that should be over and are not, among what the entries from that index on wrote down: a warning. */
void runs_warn_ahead(struct app *app, const struct hf_run *run, size_t from);

/* Books that an answer should have started and could not: warnings. */
void runs_warn_books(struct app *app, const struct hf_run *run);

#endif
