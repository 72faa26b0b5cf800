/*
 * The terminal: what it is, how wide it is, colour, progress, the pager. Putting it back as it was belongs to prompt.c and signals.c.
 * Reads TERM, NO_COLOR, COLUMNS, PAGER and the locale.
 */
#ifndef HOLDFAST_CLI_TERM_H
#define HOLDFAST_CLI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "holdfast/progress.h"

enum term_when { TERM_AUTO, TERM_ALWAYS, TERM_NEVER };

struct term {
	bool in, out, err; /* is it a terminal? */
	bool dumb;         /* TERM is dumb or says nothing: no cursor movement */
	bool utf8;         /* else bars and ellipses are ASCII */
	bool color_out;    /* on standard output */
	bool color_err;    /* on standard error */
	bool quiet;        /* no progress */

	struct hf_progress progress;
	struct {
		int64_t since; /* ms of the monotonic clock; 0: nothing goes on */
		int64_t drawn;
		bool    shown;
	} bar;
};

/* The locale must be set before. */
void term_init(struct term *t, enum term_when color, bool quiet);

size_t term_width(const struct term *t);  /* columns: COLUMNS, or the terminal's; 80 when nobody knows */
size_t term_height(const struct term *t); /* lines; 0 when standard output is no terminal */

/* Draws a bar on standard error after a second of work, on a terminal only, not with --quiet. For the library's opts. */
const struct hf_progress *term_progress(struct term *t);
void                      term_progress_clear(struct term *t); /* before anything else is written there */

/*
 * Show text through PAGER (less, or more, when it is not set; none when it is empty or cat). False when there is no pager, or it did not
 * start: then nothing was shown.
 */
bool term_page(const struct term *t, const char *text, size_t len);

#endif
