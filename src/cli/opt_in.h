/* A parsed command line, for opt.c and opt_parse.c only. */
#ifndef HOLDFAST_CLI_OPT_IN_H
#define HOLDFAST_CLI_OPT_IN_H

#include "opt.h"

/* What was given. Values of one option lie side by side, in the order of the command line. */
struct given {
	const struct opt *opt;
};

struct args {
	const struct opt *options;
	const char       *operands;
	struct given     *given;
	const char      **values; /* values[i] belongs to given[i]; NULL for a flag */
	size_t            n_given;
	const char      **words;
	size_t            n_words;
};

/* An option of one table, by its long name or its letter; NULL. */
const struct opt *opt_in_table(const struct opt *table, const char *name, size_t len);
const struct opt *opt_by_letter(const struct opt *table, char letter);

#endif
