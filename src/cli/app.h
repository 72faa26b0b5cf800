/*
 * What a command is given: where things are, who it talks to, what is open. Built once in main from the environment and the global
 * options. Strings are the app's. What counts first: option, environment, built in.
 */
#ifndef HOLDFAST_CLI_APP_H
#define HOLDFAST_CLI_APP_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/err.h"
#include "holdfast/register.h"
#include "holdfast/shelf.h"
#include "opt.h"
#include "term/out.h"
#include "term/term.h"

struct app {
	/* Where things are. Nothing is made here: the library makes what it writes. NULL when there is no HOME: app_paths says so. */
	char  *register_path; /* --register, HOLDFAST_REGISTER, $XDG_DATA_HOME/holdfast/default.git */
	char  *state_dir;     /* $XDG_STATE_HOME/holdfast */
	char  *cache_dir;     /* $XDG_CACHE_HOME/holdfast */
	char  *user_home;     /* GNUPGHOME, else NULL: gpg's default */
	char  *key;           /* --key, HOLDFAST_KEY, else NULL */
	char **book_dirs;     /* HOLDFAST_BOOKS, then the installed folder; ends with NULL */
	size_t n_book_dirs;
	bool   no_input; /* also: no pinentry */

	struct term         term;
	struct out         *out;
	struct hf_register *reg;   /* NEED_REGISTER */
	struct hf_shelf    *shelf; /* NEED_BOOKS */
	const struct cmd   *cmd;   /* the row that runs */
};

/* global: the parsed command line, for the global options; NULL: take the environment alone. Zero *app before. */
enum hf_code app_init(struct app *app, const struct args *global, struct hf_err *e);
void         app_clear(struct app *app);

/* HF_SYSTEM, with the hint to set HOME, when there is no place for the register. */
enum hf_code app_paths(const struct app *app, struct hf_err *e);

/* Open the register, or the shelf, unless it is open. main does it for rows that say NEED_REGISTER, NEED_BOOKS. */
enum hf_code app_register(struct app *app, struct hf_err *e);
enum hf_code app_shelf(struct app *app, struct hf_err *e);

void app_close(struct app *app); /* what is open */

/* What the library wants to know to open, or make, the register of this app. Borrows the app's strings. */
void app_register_opts(struct hf_register_opts *out, struct app *app);

/*
 * Signals. INT, TERM and HUP end the program at once with 128+n: the terminal is put back, and nothing is half written, because a write of the
 * library is one step. While held they only set a flag: what must be finished is, and its result said; then the program ends so. Calls nest.
 */
void app_signals(void); /* set up; once, in main */
void app_hold(void);
void app_release(void);
int  app_signal(void); /* the signal that came while held or at a prompt; 0: none. A loop over many things looks here */

void app_terminal(bool will_change); /* remember how it is set now, to put it back; false: it is back */

/* hf_batch_commit, held: what was recorded is also said. */
enum hf_code app_commit(struct hf_batch *batch, const char *word, struct hf_err *e);

#endif
