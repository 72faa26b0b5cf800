/*
 * How the library says that long work goes on. The library calls, the command line draws; a NULL struct or fn is silence.
 * fn may be called from the thread that does the work, never from two at once.
 */
#ifndef HOLDFAST_PROGRESS_H
#define HOLDFAST_PROGRESS_H

#include <stddef.h>

struct hf_progress {
	void (*fn)(void *arg, const char *what, size_t done, size_t total); /* done == total: finished */
	void *arg;
};

void hf_progress_tick(const struct hf_progress *p, const char *what, size_t done, size_t total);

#endif
