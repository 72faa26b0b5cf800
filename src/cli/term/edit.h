/*
 * Reading one line with editing (the door to libedit). For prompt.c.
 */
#ifndef HOLDFAST_CLI_EDIT_H
#define HOLDFAST_CLI_EDIT_H

#include <stdbool.h>

#include "term.h"
#include "words.h"

enum edit_end {
	EDIT_LINE,   /* Enter */
	EDIT_EOF,    /* Ctrl-D on an empty line, or the terminal has gone */
	EDIT_SIGNAL, /* app_signal() says which */
	EDIT_FAILED  /* no memory, or no terminal after all */
};

struct edit {
	const struct term *term;
	const char        *prompt;                                       /* clean, as it is shown */
	void (*complete)(void *arg, const char *typed, struct words *w); /* may be NULL */
	void *arg;
	bool  redraw;  /* Ctrl-L on an empty line gives the line EDIT_REDRAW, for the caller to show its screen again */
	bool  resized; /* and so does another size of the window */
	bool  fresh;   /* what was typed before this is dropped: it was meant for something else */
	bool  begun;   /* lines that were ended before this are dropped; what was not ended yet goes on here */
	bool  lines;   /* lines that are pasted together are one, with blanks between them */
	bool  part;    /* one line of several: edit_goes_on tells of the next */
};

#define EDIT_REDRAW "\f"

/*
 * Read a line from standard input, shown on standard error. *line is free(3)d by the caller, NULL unless EDIT_LINE. Whatever comes back, the
 * terminal is as it was before; also when a signal ends or stops the program.
 */
enum edit_end edit_line(char **line, const struct edit *ed);

/* Did more come at once with the Enter of the last line, which was part of several? Then it was pasted, and goes on. */
bool edit_goes_on(void);

void edit_close(void);

#endif
