/*
 * The command line, taken apart by a table.
 *
 * One table of options drives the parser, the usage line, help, completion and the hints of prompts. Operands are named in one string,
 * in capitals: "RUN STEP", "KIND [FIELD=VALUE...]", "FILE...", "bash|zsh|fish". Brackets: may be left out. Dots: one or more (with brackets:
 * any number), only on the last. Words in small letters with bars are choices, checked here.
 *
 * The word in capitals is also a type: it says how the shell completes it (complete.h). The same holds for the values of options.
 *
 *	static const struct opt done_opts[] = {
 *		{ 0, "note", "TEXT", "what was seen or decided", 0 },
 *		{ 0, "at", "TIME", "when it happened, if not now", 0 },
 *		OPT_END
 *	};
 *	…
 *	const char *run = opt_word(a, "RUN"), *at = opt_str(a, "at");
 *
 * Options stand anywhere, also after operands; the global ones too. "--" ends them, "-" is an operand. Nothing is abbreviated. An option that
 * is not OPT_MANY and is given twice is an error. Strings point into argv.
 */
#ifndef HOLDFAST_CLI_OPT_H
#define HOLDFAST_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/err.h"

#define OPT_MANY     1u /* may be repeated: opt_list */
#define OPT_REQUIRED 2u /* must be given */
#define OPT_HIDDEN   4u /* not in help or completion */

struct opt {
	char        letter; /* 'n', or 0; each has a long name too */
	const char *name;   /* "dry-run" */
	const char *value;  /* "FILE", "auto|always|never"; NULL: a flag */
	const char *help;   /* one line, no full stop */
	unsigned    flags;
};

#define OPT_END                        \
	{                              \
		0, NULL, NULL, NULL, 0 \
	}

extern const struct opt opt_global[]; /* --register, --json, --no-input, --quiet, --color, --key, --help, --version */

struct args;

/*
 * Take argv apart. options may be NULL; operands is as above. HF_USAGE names what is wrong and the nearest right name. With --help among them,
 * operands and required options are not missed.
 */
enum hf_code opt_parse(
    struct args **out, const struct opt *options, const char *operands, int argc, char *const *argv, struct hf_err *e);
void opt_free(struct args *a);

/* Only the global options, wherever they stand, and no error: how to speak about a command line that is wrong. NULL: out of memory. */
struct args *opt_parse_global(int argc, char *const *argv);

/*
 * The words that may name a command: the first two that are no options, looking past global options only. at[i] is where words[i] stands.
 * Returns how many.
 */
size_t opt_first_words(const char *words[2], int at[2], int argc, char *const *argv);

/*
 * The values. Asking for an option or operand that is in no table is a defect and aborts.
 */
bool               opt_flag(const struct args *a, const char *name);
const char        *opt_str(const struct args *a, const char *name); /* NULL when not given */
const char        *opt_str_or(const struct args *a, const char *name, const char *fallback);
const char *const *opt_list(const struct args *a, const char *name, size_t *n); /* OPT_MANY, in their order */

/* A whole number from min to max; fallback when not given. HF_USAGE names the option. */
enum hf_code opt_int(int *out, const struct args *a, const char *name, int fallback, int min, int max, struct hf_err *e);

const char        *opt_word(const struct args *a, const char *operand);             /* NULL when left out */
const char *const *opt_words(const struct args *a, const char *operand, size_t *n); /* of one with dots */

/* The usage words of a row: "[--note TEXT] RUN STEP". free(3) it; NULL when out of memory. */
char *opt_usage(const struct opt *options, const char *operands);

/* The i-th operand of such a string, as "FILE" into word: false when there are no more. many and optional may be NULL. */
bool opt_operand(const char *operands, size_t i, char *word, size_t size, bool *many, bool *optional);

/* An option of the table or a global one, by long name; NULL. */
const struct opt *opt_find(const struct opt *options, const char *name, size_t len);

#endif
