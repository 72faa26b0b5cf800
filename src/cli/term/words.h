/*
 * Candidates for completion: of a prompt, or of the shell.
 */
#ifndef HOLDFAST_CLI_WORDS_H
#define HOLDFAST_CLI_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words;

struct words *words_new(const char *typed); /* NULL: out of memory */
void          words_free(struct words *w);

/* Offer a word. Kept when it begins with what was typed (case folded) and is clean; help (may be NULL) is for the shell. */
void words_add(struct words *w, const char *word, const char *help);

/* Words separated by blanks or bars: "auto|always|never". */
void words_add_list(struct words *w, const char *list);

/* Sorted, each once. */
size_t      words_count(struct words *w);
const char *words_at(const struct words *w, size_t i);
const char *words_help(const struct words *w, size_t i); /* "" when there is none */

/* How many bytes all of them have in common at the beginning (whole characters). */
size_t words_common(struct words *w);

#endif
