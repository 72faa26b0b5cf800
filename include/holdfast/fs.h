/*
 * Files: whole reads with a limit, whole writes that never leave half a file, locks. Everything is opened O_CLOEXEC; new files are 0600,
 * new directories 0700. Messages name the path.
 */
#ifndef HOLDFAST_FS_H
#define HOLDFAST_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"

/*
 * Append the file's bytes; out is as it was when it fails. HF_NOTFOUND when absent, HF_BAD for a directory or when over max bytes
 * (0: no limit), HF_SYSTEM. path "-" is not special.
 */
enum hf_code hf_fs_read(struct hf_buf *out, const char *path, size_t max, struct hf_err *e);
/* The same from an open descriptor, to its end. name is for messages. */
enum hf_code hf_fs_read_fd(struct hf_buf *out, int fd, const char *name, size_t max, struct hf_err *e);

/* All the bytes to an open descriptor, whatever signal comes between. 0, or an errno. */
int hf_fs_write_fd(int fd, const void *data, size_t len);

/*
 * Written beside, fsync, rename, fsync of the directory: the old file or the new one, never a mixture. HF_WRITE, also when path is
 * something else than a plain file: a link, a device, a directory.
 */
enum hf_code hf_fs_write(const char *path, const void *data, size_t len, struct hf_err *e);
/* The same without the fsyncs, for what can be made again: after a power cut it may be anything. */
enum hf_code hf_fs_write_cache(const char *path, const void *data, size_t len, struct hf_err *e);
/* As hf_fs_write, but HF_EXISTS when path exists (nothing is followed or replaced). */
enum hf_code hf_fs_write_new(const char *path, const void *data, size_t len, struct hf_err *e);

/* A new, empty folder beside path, which must not exist (HF_EXISTS): *out is its name, free(3) it. HF_NOTFOUND: no such place. */
enum hf_code hf_fs_folder_beside(char **out, const char *path, struct hf_err *e);
/* Give a folder its name, when all is in it. HF_EXISTS: something has that name; nothing is replaced. */
enum hf_code hf_fs_place(const char *from, const char *to, struct hf_err *e);

enum hf_code hf_fs_mkdirs(const char *path, struct hf_err *e); /* with parents; fine when it is there. HF_WRITE, HF_SYSTEM */
bool         hf_fs_is_dir(const char *path);
bool         hf_fs_exists(const char *path);
enum hf_code hf_fs_remove_tree(const char *path, struct hf_err *e); /* follows no link; fine when absent */

/* Call fn for each name in a directory, sorted, without . and ..; a non-zero return stops and is returned. */
enum hf_code hf_fs_list(
    const char *path, enum hf_code (*fn)(void *arg, const char *name, struct hf_err *e), void *arg, struct hf_err *e);

/* "a" and "b" as "a/b"; NULL when out of memory. free(3) it. */
char *hf_fs_join(const char *a, const char *b);
/* The last component of a path, within it. */
const char *hf_fs_base(const char *path);

/* An exclusive flock(2) on path (created, never removed), waiting at most wait_ms. HF_LOCKED when it is still held; HF_WRITE when it cannot be made. */
enum hf_code hf_fs_lock(int *out_fd, const char *path, int wait_ms, struct hf_err *e);
void         hf_fs_unlock(int fd); /* -1 is fine */

#endif
