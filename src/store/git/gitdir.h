/*
 * The plain files of a bare repository: is it one of ours, and making one.
 */
#ifndef HOLDFAST_STORE_GITDIR_H
#define HOLDFAST_STORE_GITDIR_H

#include "holdfast/err.h"

/*
 * HF_NOTFOUND when nothing is there; HF_DENIED when it is somebody else's; HF_BAD when it is no bare repository of ours: a work tree, another
 * branch in HEAD, links to other object stores, a setting that a register has no use for.
 */
enum hf_code hf_gitdir_check(const char *path, struct hf_err *e);

/* Make one: complete and synced, or nothing. The folder may be there when it is empty. HF_EXISTS. */
enum hf_code hf_gitdir_make(const char *path, struct hf_err *e);

/* Sync a folder's entries: name as openat(2) takes it. 0, or an errno. Fine where folders cannot be synced, and so need not. */
int hf_gitdir_sync(int at, const char *name);

#endif
