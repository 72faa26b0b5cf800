/*
 * Another program, run without a shell, with a limit on its time and on the files it writes. It has a session of its own: it never asks on the
 * terminal, and all of what it started ends with it.
 */
#ifndef HOLDFAST_CHILD_H
#define HOLDFAST_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"

#define HF_CHILD_FDS 64 /* at most, of those it gets beside the standard ones */
#define HF_CHILD_FD  3  /* what the first of them is called there */

struct hf_child {
	const char *const *argv; /* argv[0] is the path of the program; ends with NULL */
	char *const       *env;  /* ends with NULL */
	const int         *fds;  /* ours; it has them as 3, 4, 5 and so on */
	size_t             n_fds;
	unsigned           silent;   /* s without a word on its outputs, then it is ended; 0: no limit */
	unsigned           whole;    /* s altogether; 0: no limit */
	uint64_t           file_max; /* bytes of one file it may write; 0: no limit */
	/* What it says on standard error, as it comes; NULL. */
	void (*heard)(void *arg, const char *text, size_t len);
	/* Now and then while it says nothing: for how many ms by now; NULL. */
	void (*waits)(void *arg, int64_t ms);
	void *arg;
};

struct hf_child_end {
	int  status;    /* what it exited with, or 128 and the signal that ended it */
	bool timed_out; /* we ended it */
};

/*
 * Run it to its end. Its standard input is /dev/null; what it prints is appended to out and err, as far as they have room (max): the rest is thrown
 * away. HF_OK also when it failed. HF_NOTFOUND: there is no such program; HF_SYSTEM.
 */
enum hf_code hf_child_run(
    struct hf_child_end *end, struct hf_buf *out, struct hf_buf *err, const struct hf_child *c, struct hf_err *e);

/* Before the process itself ends, in a handler of signals: tell all that run to end, and what they started. It may be called in any place. */
void hf_child_end_all(void);

/* The program of that name in the folders of PATH of an environment (NULL: the usual ones). free(3) it; NULL when there is none. */
char *hf_child_find(const char *name, char *const *env);

#endif
