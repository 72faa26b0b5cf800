/* What review, offboard, declare and attest have in common. */
#ifndef HOLDFAST_CLI_CMD_ROUTINE_H
#define HOLDFAST_CLI_CMD_ROUTINE_H

#include "app.h"
#include "holdfast/err.h"
#include "holdfast/run.h"
#include "holdfast/time.h"
#include "opt.h"

/* The run of the book on that record that is open, else one that begins. name: of the value that the book asks first, or NULL. */
enum hf_code routine_open(struct hf_run **run, struct app *app, const char *book, const char *subject, const char *name,
    const char *value, struct hf_err *e);

/*
 * Begin the book on that record, or go on with the run that is open, and walk it; without a terminal it is printed. name (may be NULL) and
 * value: what the book asks first.
 */
enum hf_code routine_go(struct app *app, const struct args *a, const char *book, const char *subject, const char *name,
    const char *value, struct hf_err *e);

/* A day as typed ("in 20 days"), as the register writes it. */
enum hf_code routine_day(char out[HF_DAY_SIZE], struct app *app, const char *typed, struct hf_err *e);

/* The command declare. */
enum hf_code routine_declare(struct app *app, const struct args *a, struct hf_err *e);

#endif
