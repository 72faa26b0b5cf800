/*
 * sync, beside the walk: another holdfast of the same register, started now and then, never waited for. It ends by itself; whatever ends the walk
 * leaves it alone. It is this very program again, which /proc names: where there is no /proc, nothing is started, and background_words says so.
 */
#ifndef HOLDFAST_CLI_BACKGROUND_H
#define HOLDFAST_CLI_BACKGROUND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../app.h"

struct background {
	bool          known;   /* there is another copy to sync with, and a way to start; else nothing ever happens */
	pid_t         pid;     /* of the one that runs; 0: none */
	int           fd;      /* where it says what went wrong */
	int64_t       began;   /* of the last, on the monotonic clock; 0: there was none */
	int64_t       synced;  /* the last that succeeded, when it began; 0: none */
	struct hf_buf problem; /* why the last one failed; "" it did not */
};

void background_open(struct background *b, struct app *app);
void background_close(struct background *b);

/* Start one, unless one runs or the last is not long ago. A failure to start is a problem like any other. */
void background_start(struct background *b, const struct app *app);
/* True when one has succeeded since the last call: others' work may have come. Does not wait. */
bool background_reap(struct background *b);

/* "synced 2 min ago", "not synced: …"; nothing when nothing is known yet. Appended. */
void background_words(struct hf_buf *out, const struct background *b);

#endif
