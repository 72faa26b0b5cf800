/*
 * A text changed in the user's editor. VISUAL, EDITOR, else vi.
 *
 * It lies in a file of its own (0600) in a folder of its own (0700) while it is edited: in memory, where XDG_RUNTIME_DIR or /dev/shm is a
 * tmpfs, else in TMPDIR. The folder is removed with whatever the editor left in it.
 */
#ifndef HOLDFAST_CLI_EDITOR_H
#define HOLDFAST_CLI_EDITOR_H

#include "../app.h"
#include "holdfast/buf.h"
#include "holdfast/err.h"

/* name is that of the file, "hijacked-account.md". HF_SYSTEM when the editor does not start, or says that it failed. */
enum hf_code editor_run(struct hf_buf *text, struct app *app, const char *name, size_t max, struct hf_err *e);

#endif
