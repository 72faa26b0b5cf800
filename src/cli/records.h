/*
 * Records of one kind, as list and export take them.
 */
#ifndef HOLDFAST_CLI_RECORDS_H
#define HOLDFAST_CLI_RECORDS_H

#include "app.h"
#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/register.h"

/* FIELD=VALUE words, for the table of the kind. Set both to nothing before: { HF_BUF_INIT, NULL }. */
struct filters {
	struct hf_buf   sql;    /* " WHERE …" */
	struct hf_json *params; /* in their order */
};

enum hf_code filters_of(
    struct filters *fs, struct app *app, const struct hf_kind *kind, const char *const *words, size_t n, struct hf_err *e);
void filters_clear(struct filters *fs);

/* Call fn for each row of "SELECT <select> FROM kind t", by what people call the records. fs may be NULL. */
typedef enum hf_code row_fn(void *arg, struct hf_stmt *s, struct hf_err *e);
enum hf_code records_each(struct app *app, const char *select, const struct hf_kind *kind, const struct filters *fs, row_fn *fn,
    void *arg, struct hf_err *e);

/* The whole records, an array. */
enum hf_code records_of(
    struct hf_json **out, struct app *app, const struct hf_kind *kind, const struct filters *fs, struct hf_err *e);

/* Warn of a file that was kept and looks like a secret; why NULL: it does not. */
void records_warn_secret(struct app *app, const char *file_name, const char *why);

/* Warn of files that are lost or damaged. A change of something else goes on: on a bad day, nothing new is turned away for what is old. */
void records_damaged(struct app *app);
/* The same of files that are lost though nobody has read them yet, and what brings them back. */
void records_lost(struct app *app);
/* Say how many there are that cannot be shown: sealed, or damaged. */
void records_hidden(struct app *app);

#endif
