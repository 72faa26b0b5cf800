/*
 * The walk: a run, step by step, in a terminal.
 *
 * Whatever the person acknowledges is on disk before the next prompt appears; so it may end at any prompt, by whatever means, and goes on where it was.
 */
#ifndef HOLDFAST_CLI_WALK_H
#define HOLDFAST_CLI_WALK_H

#include <stdbool.h>

#include "../app.h"
#include "holdfast/err.h"
#include "holdfast/run.h"

/*
 * Runs of one book that are walked one after the other. What a book says at its beginning is shown with the first alone; a run is closed without a question
 * when everything in it is finished, and left when all that is open waits for somebody else.
 */
struct walk_series {
	size_t      n, of; /* the nth of so many */
	const char *words; /* which they are, said on the first screen; NULL: nothing is said */
	bool        left;  /* out: the person went away */

	char like[HF_ID_SIZE]; /* a record as this one: what is recorded there is offered where nothing is here; "": none */
	struct hf_json *read;  /* texts that were shown, each with the run in which they first were; the caller frees it */
	struct hf_json *said;  /* text that was given for several rows, by the name of the value; the caller frees it */
};

struct walk_opts {
	const char         *acting_as; /* role, NULL */
	const char         *on_behalf; /* id of a person, NULL */
	bool                plain;     /* the screen is never cleared, and nothing waits for reading */
	struct walk_series *series;    /* NULL: a run on its own */
};

/* Are standard input, output and error terminals, and may we ask? */
bool walk_possible(const struct app *app);

/*
 * Walk until the run is closed, or the person leaves. *run is given back, and is another one when a book took the place of the first. The result
 * (where it stands) is for the JSON face.
 */
enum hf_code walk(struct app *app, struct hf_run **run, const struct walk_opts *opts, struct hf_err *e);

#endif
