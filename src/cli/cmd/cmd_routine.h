/* What review, offboard, declare and attest have in common. */
#ifndef HOLDFAST_CLI_CMD_ROUTINE_H
#define HOLDFAST_CLI_CMD_ROUTINE_H

#include "../app.h"
#include "../opt.h"
#include "holdfast/err.h"
#include "holdfast/run.h"
#include "holdfast/time.h"

struct routine {
	const char *book, *subject; /* on which record, by its id */
	const char *name, *value;   /* what the book asks first; NULL: nothing */
};

/* The run of the book on that record that is open, else one that begins. */
enum hf_code routine_open(struct hf_run **run, struct app *app, const struct args *a, const struct routine *what, struct hf_err *e);

/* Begin it, or go on with the run that is open, and walk it; without a terminal it is printed. */
enum hf_code routine_go(struct app *app, const struct args *a, const struct routine *what, struct hf_err *e);

/* A day as typed ("in 20 days"), as the register writes it. */
enum hf_code routine_day(char out[HF_DAY_SIZE], struct app *app, const char *typed, struct hf_err *e);

/* The command declare. */
enum hf_code routine_declare(struct app *app, const struct args *a, struct hf_err *e);

#endif
