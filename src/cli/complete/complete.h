/*
 * What may stand in a place of the command line. The words in capitals of operands and option values ("RUN", "FIELD=VALUE", "FILE") are
 * types; a row here says what they may be. Both the shell and prompts use them.
 *
 * "RUN|REF" offers both. Words in small letters ("auto|always|never") are offered as they are. A type without a row offers nothing.
 */
#ifndef HOLDFAST_CLI_COMPLETE_H
#define HOLDFAST_CLI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "../app.h"
#include "../term/words.h"

struct complete {
	struct app        *app;
	const char        *command; /* "run done" */
	const char *const *before;  /* the operands already there: {"01J…"} when RUN STEP is at its step */
	size_t             n_before;
	const char        *typed;
	struct words      *words; /* words_add(c->words, …) */
};

struct complete_type {
	const char *word; /* "KIND" */
	void (*offer)(const struct complete *c);
	unsigned needs; /* NEED_REGISTER, NEED_BOOKS: opened before, silently, and not asked for when that fails */
};

extern const struct complete_type complete_types[]; /* complete.c; ends with a NULL word */

/* Offer what type may be. Never an error: nothing is offered then. */
void complete_offer(const char *type, const struct complete *c);

/* The scripts for the shells, from the table of commands. */
void complete_bash(struct hf_buf *b);
void complete_zsh(struct hf_buf *b);
void complete_fish(struct hf_buf *b);
/* The options that take a value, " -r --register": what a script steps over to find the command. */
void complete_takes(struct hf_buf *b, const struct opt *o);

#endif
