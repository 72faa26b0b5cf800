/*
 * Help, from the table of commands: everything, a family ("run"), or one command; as text, or with --json as the table itself.
 */
#ifndef HOLDFAST_CLI_HELP_H
#define HOLDFAST_CLI_HELP_H

#include <stddef.h>

#include "app.h"
#include "cmd/cmd.h"
#include "holdfast/err.h"

/* words name a command or a family; n 0: everything. */
enum hf_code help_show(struct app *app, const char *const *words, size_t n, struct hf_err *e);
/* The fields of a kind of record; false when word is none. */
bool         help_kind(struct app *app, const char *word);
enum hf_code help_version(struct app *app, struct hf_err *e);

#endif
