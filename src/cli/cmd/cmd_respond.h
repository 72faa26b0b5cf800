/* Between respond, run resume, and whatever else begins a run. */
#ifndef HOLDFAST_CLI_CMD_RESPOND_H
#define HOLDFAST_CLI_CMD_RESPOND_H

#include "../app.h"
#include "../opt.h"
#include "../walk/walk.h"
#include "holdfast/err.h"
#include "holdfast/run.h"

/* An open run of this book on this record: its id, "" when there is none. */
enum hf_code respond_open(char id[HF_ID_SIZE], struct app *app, const char *book, const char *subject, struct hf_err *e);

/* Walk a run on a terminal; elsewhere show the run and its next step. a has the options --for, --as-role and --plain. *run may become another. */
enum hf_code respond_go(struct app *app, struct hf_run **run, const struct args *a, struct hf_err *e);
/* The same, as one of several. */
enum hf_code respond_series(
    struct app *app, struct hf_run **run, const struct args *a, struct walk_series *series, struct hf_err *e);

#endif
