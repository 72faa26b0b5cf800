/*
 * A repository's configuration file, read as strictly as we write it.
 *
 * git obeys what stands in this file, down to programs to run. A register needs next to nothing of it: what is not on the list below is
 * refused before any git is started on the repository.
 */
#ifndef HOLDFAST_STORE_GITCONFIG_H
#define HOLDFAST_STORE_GITCONFIG_H

#include <stddef.h>

#include "holdfast/err.h"

/* What hf_gitdir_make writes. core.fsync: what git itself fetches is as durable as what we write. */
#define HF_GITCONFIG                      \
	"[core]\n"                        \
	"\trepositoryformatversion = 0\n" \
	"\tfilemode = true\n"             \
	"\tbare = true\n"                 \
	"\tlogallrefupdates = false\n"    \
	"\tfsync = all\n"

/*
 * HF_BAD unless every line is a section, a comment or "key = value" without quotes, escapes or continuations; every key is core.{…}, a
 * number or yes-no of gc, fetch, transfer or receive, or the url or fetch of a remote; and core.bare is true, the format version 0.
 */
enum hf_code hf_gitconfig_check(const char *text, size_t len, struct hf_err *e);

#endif
