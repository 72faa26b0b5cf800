/* What is worth a word when an exception is recorded: it holds nothing back. */
#ifndef HOLDFAST_CLI_EXCEPTION_NOTE_H
#define HOLDFAST_CLI_EXCEPTION_NOTE_H

#include "app.h"
#include "holdfast/json.h"

/* A note when no policy on the shelf has its rule, or its last day has passed. Nothing for other kinds of record. */
void exception_note(struct app *app, const struct hf_json *record);

#endif
