/*
 * Questions on a terminal.
 *
 * They are asked on standard error, so that the result of the command stays alone on standard output. Without a terminal, or with --no-input,
 * nothing is asked: HF_USAGE says what is missing and names what to give instead. Ctrl-C and Ctrl-D give HF_CANCELLED, and the terminal is as
 * it was before, whatever ends the program.
 *
 *	struct prompt q = { .text = "Owner", .instead = "owner=PERSON", .complete = people, .check = is_person, .arg = app->reg };
 *	if ((rc = prompt_line(&owner, app, &q, e)) != HF_OK)
 *		goto done;
 *
 * While nobody answers, signals are held: after HF_CANCELLED, app_signal() tells Ctrl-C (SIGINT) from Ctrl-D (0).
 */
#ifndef HOLDFAST_CLI_PROMPT_H
#define HOLDFAST_CLI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "../app.h"
#include "edit.h"
#include "holdfast/err.h"
#include "words.h"

struct prompt {
	const char *text;     /* "Owner"; a colon is added unless it ends in a mark */
	const char *help;     /* one line, shown on "?"; NULL: none */
	const char *fallback; /* what Enter alone means, shown in brackets; NULL: there is none */
	const char *instead;  /* what to give without a terminal: "--why TEXT", "owner=PERSON" */
	bool        optional; /* an empty answer is taken, as "" */
	/* Refuse an answer: message and hint are shown and the question is put again. NULL: anything goes. */
	enum hf_code (*check)(void *arg, const char *typed, struct hf_err *e);
	/* Offer what typed may become, with words_add; NULL: no completion. */
	void (*complete)(void *arg, const char *typed, struct words *w);
	void *arg;
	bool  redraw;  /* Ctrl-L on an empty line is an answer: PROMPT_REDRAW */
	bool  resized; /* and so is another size of the window */
	bool  fresh;   /* what was typed before the question was there is no answer to it: for one that Enter alone answers */
	/* A line that was ended before the question was there is no answer to it either; what was only begun goes on in it: for one that words answer. */
	bool begun;
	bool lines; /* of free text: lines that are pasted together are one answer */
	bool part;  /* for prompt_lines */
};

#define PROMPT_REDRAW EDIT_REDRAW

/* May we ask? Standard input and error are terminals, and --no-input was not given. */
bool prompt_possible(const struct app *app);

/* One line, white space at both ends removed. free(3) it. */
enum hf_code prompt_line(char **out, struct app *app, const struct prompt *q, struct hf_err *e);

/* One of a few, shown as a numbered menu: the number, the word, or a beginning that only one has. fallback is a word. */
enum hf_code prompt_choice(
    size_t *out, struct app *app, const struct prompt *q, const char *const *choices, size_t n, struct hf_err *e);

/* Yes or no; fallback "yes" or "no", or NULL: an answer is needed. */
enum hf_code prompt_yes(bool *out, struct app *app, const struct prompt *q, struct hf_err *e);

/* Several lines, ended by an empty one (but not by one amid what is pasted) or Ctrl-D. free(3) it. */
enum hf_code prompt_lines(char **out, struct app *app, const struct prompt *q, struct hf_err *e);

/*
 * Before something that cannot be undone: text says what will happen, word has to be typed. HF_NO when something else was. force (the
 * command's --force) is an answer.
 */
enum hf_code prompt_sure(struct app *app, bool force, const char *word, const char *text, struct hf_err *e);

#endif
