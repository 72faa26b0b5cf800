/*
 * Which run a report on a record is filled from.
 */
#ifndef HOLDFAST_CLI_REPORT_RUN_H
#define HOLDFAST_CLI_REPORT_RUN_H

#include "app.h"
#include "holdfast/run.h"

/*
 * Of the runs on that record the one that a report of that name (NULL: provider) belongs to: first those whose playbook has a step that makes it, then
 * incidents, then others; among these open ones before closed ones, then what happened before what was rehearsed, then the newest. Closed rehearsals, and
 * closed runs of routines that do not make it, are never taken: *out is NULL when nothing else is there. Which it was is said when there was a choice or when
 * it is closed. Several open ones that are alike are a menu on a terminal, and HF_AMBIGUOUS elsewhere.
 */
enum hf_code report_run(struct hf_run **out, struct app *app, const char *subject, const char *name, struct hf_err *e);

#endif
