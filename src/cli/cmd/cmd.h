/*
 * The table of commands: from its rows come parsing, usage, help, "help --json", completion and the nearest name.
 *
 *	static enum hf_code
 *	find(struct app *app, const struct args *a, struct hf_err *e)
 *	{
 *		…
 *	}
 *
 *	const struct cmd find_cmds[] = {
 *		{
 *			.name = "find",
 *			.run = find,
 *			.needs = NEED_REGISTER,
 *			.operands = "WORD...",
 *			.group = CMD_REGISTER,
 *			.summary = "find records in which every word occurs",
 *			.about = "Case does not matter. …",
 *			.examples = "holdfast find agency press\n",
 *		},
 *		CMD_END
 *	};
 *
 * and one line in cmd_table.c. A command of two words ("run done") is a row like any other. main has parsed the arguments, opened
 * what the row needs and set the signals before run is called; it prints the error that comes back and turns it into the exit status.
 * A clean "no" is HF_NO: with an empty message when what was printed says it all.
 */
#ifndef HOLDFAST_CLI_CMD_H
#define HOLDFAST_CLI_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "../app.h"
#include "../opt.h"
#include "holdfast/err.h"

enum cmd_group { CMD_RESPOND, CMD_REGISTER, CMD_ROUTINE, CMD_SHARE, CMD_BOOKS, CMD_HELP, CMD_HIDDEN };

#define NEED_REGISTER 1u /* app->reg is open */
#define NEED_WRITE    2u /* it will be written: implies NEED_REGISTER and NEED_KEY */
#define NEED_KEY      4u /* a secret key is used: no core dump, not dumpable. NEED_REGISTER implies it */
#define NEED_BOOKS    8u /* app->shelf is open (with the register's own books when that is open) */

#define NEED_OWN \
	16u /* with NEED_BOOKS: the register's own books too, when there is a register; when it does not open, that is said */

struct cmd {
	const char *name; /* "run done" */
	enum hf_code (*run)(struct app *app, const struct args *a, struct hf_err *e);
	unsigned          needs;
	const struct opt *options;  /* ends with OPT_END; NULL: none */
	const char       *operands; /* opt.h; NULL: none */
	enum cmd_group    group;
	const char       *summary;  /* one line, small first letter, no full stop */
	const char       *about;    /* paragraphs; wrapped. NULL: none */
	const char       *examples; /* command lines, each ending in \n. NULL: none */
};

#define CMD_END              \
	{                    \
		.name = NULL \
	}

extern const struct cmd *const cmd_tables[]; /* cmd_table.c; ends with NULL */

/* The i-th row in the order of help (hidden ones last); NULL after the last: for (i = 0; (c = cmd_at(i)) != NULL; i++) … */
const struct cmd *cmd_at(size_t i);

/* Does some row begin with this word and go on ("run")? */
bool cmd_is_family(const char *word);

/*
 * The row that the words name: the longest of one or two words. *used gets how many. HF_USAGE when there is none, with the nearest name,
 * which is never run, as the hint; "run" alone lists what there is under run.
 */
enum hf_code cmd_find(const struct cmd **out, size_t *used, const char *const *words, size_t n, struct hf_err *e);

const char *cmd_group_title(enum cmd_group group); /* "Respond to a hijacked account" */
const char *cmd_group_word(enum cmd_group group);  /* "respond" */

#endif
