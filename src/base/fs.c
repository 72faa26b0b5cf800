#define _GNU_SOURCE /* renameat2 */

#include "holdfast/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "holdfast/text.h"
#include "holdfast/time.h"

#define CHUNK     16384
#define DEPTH_MAX 128 /* folders in folders that remove_tree goes down */
#define LOCK_NAP  10  /* ms between two looks at a lock */

/* open, and read, until no signal comes between. */
static int
open_file(const char *path, int flags)
{
	int fd;

	do
		fd = open(path, flags | O_CLOEXEC, 0600);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static ssize_t
read_some(int fd, void *data, size_t len)
{
	ssize_t n;

	do
		n = read(fd, data, len);
	while (n < 0 && errno == EINTR);
	return n;
}

enum hf_code
hf_fs_read_fd(struct hf_buf *out, int fd, const char *name, size_t max, struct hf_err *e)
{
	char         chunk[CHUNK];
	struct stat  st;
	size_t       start = out->len;
	ssize_t      n;
	enum hf_code rc = HF_OK;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > CHUNK)
		hf_buf_reserve(out, max != 0 && (size_t)st.st_size > max ? max : (size_t)st.st_size);
	while (rc == HF_OK && (n = read_some(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0)
			rc = hf_fail_errno(e, errno == EISDIR ? HF_BAD : HF_SYSTEM, errno, "%s", name);
		else if (max != 0 && (size_t)n > max - (out->len - start))
			rc = hf_fail(e, HF_BAD, "%s: too large: over %zu bytes", name, max);
		else
			hf_buf_add(out, chunk, (size_t)n);
		if (rc == HF_OK && (rc = hf_buf_check(out, e)) != HF_OK)
			hf_fail_in(e, "%s", name);
	}
	if (out->secret)
		explicit_bzero(chunk, sizeof(chunk));
	if (rc != HF_OK)
		hf_buf_cut(out, start);
	return rc;
}

enum hf_code
hf_fs_read(struct hf_buf *out, const char *path, size_t max, struct hf_err *e)
{
	enum hf_code rc;
	int          fd;

	if ((fd = open_file(path, O_RDONLY)) < 0)
		return hf_fail_errno(e, errno == ENOENT || errno == ENOTDIR ? HF_NOTFOUND : HF_SYSTEM, errno, "%s", path);
	rc = hf_fs_read_fd(out, fd, path, max, e);
	close(fd);
	return rc;
}

/* A new name in the folder of path; NULL when there is no memory or no randomness. */
static char *
name_beside(const char *path)
{
	struct hf_buf b = HF_BUF_INIT;
	uint64_t      n;

	if (getrandom(&n, sizeof(n), 0) != sizeof(n))
		return NULL;
	hf_buf_add(&b, path, (size_t)(hf_fs_base(path) - path));
	hf_buf_addf(&b, ".holdfast-%016llx", (unsigned long long)n);
	return hf_buf_steal(&b);
}

int
hf_fs_write_fd(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t     n;

	while (len > 0) {
		if ((n = write(fd, p, len)) < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The bytes in a new file beside path, on the disk when sync. *out is its name. */
static enum hf_code
write_beside(char **out, const char *path, const void *data, size_t len, bool sync, struct hf_err *e)
{
	char *name;
	int   fd = -1, err;

	if ((name = name_beside(path)) == NULL)
		return hf_nomem(e);
	if ((fd = open_file(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)) < 0) {
		err = errno;
		goto fail;
	}
	if ((err = hf_fs_write_fd(fd, data, len)) == 0 && sync && fsync(fd) != 0)
		err = errno;
	if (close(fd) != 0 && err == 0)
		err = errno;
	if (err != 0) {
		unlink(name);
		goto fail;
	}
	*out = name;
	return HF_OK;
fail:
	free(name);
	return hf_fail_errno(e, HF_WRITE, err, "%s", path);
}

/* Some file systems cannot sync a folder (EINVAL), and then need not. */
static enum hf_code
sync_parent(const char *path, struct hf_err *e)
{
	struct hf_buf dir = HF_BUF_INIT;
	int           fd, err = 0;

	hf_buf_add(&dir, path, (size_t)(hf_fs_base(path) - path));
	if (dir.len == 0)
		hf_buf_addc(&dir, '.');
	if (dir.failed)
		err = ENOMEM;
	else if ((fd = open_file(hf_buf_str(&dir), O_RDONLY | O_DIRECTORY)) < 0)
		err = errno;
	else {
		if (fsync(fd) != 0 && errno != EINVAL)
			err = errno;
		close(fd);
	}
	hf_buf_clear(&dir);
	return err == 0 ? HF_OK : hf_fail_errno(e, HF_WRITE, err, "%s", path);
}

static enum hf_code
replace(const char *path, const void *data, size_t len, bool sync, struct hf_err *e)
{
	struct stat  st;
	enum hf_code rc;
	char        *name;
	int          err;

	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return hf_fail(e, HF_WRITE, "%s: not a plain file", path);
	if ((rc = write_beside(&name, path, data, len, sync, e)) != HF_OK)
		return rc;
	if (rename(name, path) != 0) {
		err = errno;
		unlink(name);
		rc = hf_fail_errno(e, HF_WRITE, err, "%s", path);
	} else if (sync)
		rc = sync_parent(path, e);
	free(name);
	return rc;
}

enum hf_code
hf_fs_write(const char *path, const void *data, size_t len, struct hf_err *e)
{
	return replace(path, data, len, true, e);
}

enum hf_code
hf_fs_write_cache(const char *path, const void *data, size_t len, struct hf_err *e)
{
	return replace(path, data, len, false, e);
}

/* Not every file system knows RENAME_NOREPLACE, nor every one links; none of ours knows neither. */
static int
rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (link(from, to) != 0)
		return -1;
	unlink(from);
	return 0;
}

enum hf_code
hf_fs_write_new(const char *path, const void *data, size_t len, struct hf_err *e)
{
	enum hf_code rc;
	char        *name;
	int          err;

	if (hf_fs_exists(path))
		return hf_fail_errno(e, HF_EXISTS, EEXIST, "%s", path);
	if ((rc = write_beside(&name, path, data, len, true, e)) != HF_OK)
		return rc;
	if (rename_new(name, path) != 0) {
		err = errno;
		unlink(name);
		rc = hf_fail_errno(e, err == EEXIST ? HF_EXISTS : HF_WRITE, err, "%s", path);
	} else
		rc = sync_parent(path, e);
	free(name);
	return rc;
}

/* Is there no room, or may we not write there? Anything else is the system's trouble. */
static enum hf_code
why_not_made(int err)
{
	static const int ours[] = { ENOSPC, EDQUOT, EFBIG, EROFS, EACCES, EPERM, EIO };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (ours[i] == err)
			return HF_WRITE;
	return HF_SYSTEM;
}

enum hf_code
hf_fs_folder_beside(char **out, const char *path, struct hf_err *e)
{
	int err;

	if (hf_fs_exists(path))
		return hf_fail_errno(e, HF_EXISTS, EEXIST, "%s", path);
	if ((*out = name_beside(path)) == NULL)
		return hf_nomem(e);
	if (mkdir(*out, 0700) == 0)
		return HF_OK;
	err = errno;
	free(*out);
	*out = NULL;
	return hf_fail_errno(e, err == ENOENT || err == ENOTDIR ? HF_NOTFOUND : why_not_made(err), err, "%s", path);
}

enum hf_code
hf_fs_place(const char *from, const char *to, struct hf_err *e)
{
	int err;

	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) != 0) {
		err = errno;
		/* Where nothing better is known, rename(2) replaces no folder but an empty one. */
		if ((err != EINVAL && err != ENOSYS) || (errno = EEXIST, hf_fs_exists(to)) || rename(from, to) != 0)
			return hf_fail_errno(e, errno == EEXIST ? HF_EXISTS : HF_WRITE, errno, "%s", to);
	}
	return sync_parent(to, e);
}

static enum hf_code
make_dir(const char *path, struct hf_err *e)
{
	if (mkdir(path, 0700) == 0)
		return sync_parent(path, e);
	if (errno == EEXIST && hf_fs_is_dir(path))
		return HF_OK;
	return hf_fail_errno(e, why_not_made(errno), errno == EEXIST ? ENOTDIR : errno, "%s", path);
}

enum hf_code
hf_fs_mkdirs(const char *path, struct hf_err *e)
{
	enum hf_code rc = HF_OK;
	char        *part, *p;

	if (hf_fs_is_dir(path))
		return HF_OK;
	if ((part = strdup(path)) == NULL)
		return hf_nomem(e);
	for (p = part; rc == HF_OK && *p != '\0'; p++) {
		if (*p != '/' || p == part || p[1] == '/' || p[1] == '\0')
			continue;
		*p = '\0';
		rc = make_dir(part, e);
		*p = '/';
	}
	free(part);
	return rc == HF_OK ? make_dir(path, e) : rc;
}

bool
hf_fs_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
hf_fs_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static int remove_at(int dir, const char *name, int depth);

static bool
is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Everything in an open folder. Takes fd over. 0, or an errno. */
static int
remove_inside(int fd, int depth)
{
	struct dirent *entry;
	DIR           *d;
	int            err = 0;

	if ((d = fdopendir(fd)) == NULL) {
		err = errno;
		close(fd);
		return err;
	}
	while (err == 0 && (errno = 0, entry = readdir(d)) != NULL)
		if (!is_dots(entry->d_name))
			err = remove_at(fd, entry->d_name, depth + 1);
	if (err == 0)
		err = errno;
	closedir(d);
	return err;
}

static int
remove_at(int dir, const char *name, int depth)
{
	int fd, err;

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return 0;
	err = errno;
	if (err != EISDIR && err != EPERM)
		return err;
	if (depth > DEPTH_MAX)
		return ELOOP;
	if ((fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
		return errno == ENOTDIR ? err : errno;
	if ((err = remove_inside(fd, depth)) != 0)
		return err;
	return unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : errno;
}

enum hf_code
hf_fs_remove_tree(const char *path, struct hf_err *e)
{
	int err = remove_at(AT_FDCWD, path, 0);

	return err == 0 ? HF_OK : hf_fail_errno(e, HF_SYSTEM, err, "%s", path);
}

static int
not_dots(const struct dirent *entry)
{
	return !is_dots(entry->d_name);
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

enum hf_code
hf_fs_list(const char *path, enum hf_code (*fn)(void *arg, const char *name, struct hf_err *e), void *arg, struct hf_err *e)
{
	struct dirent **list = NULL;
	enum hf_code    rc = HF_OK;
	int             n, i;

	if ((n = scandir(path, &list, not_dots, by_bytes)) < 0)
		return hf_fail_errno(e, errno == ENOENT ? HF_NOTFOUND : HF_SYSTEM, errno, "%s", path);
	for (i = 0; i < n; i++) {
		if (rc == HF_OK)
			rc = fn(arg, list[i]->d_name, e);
		free(list[i]);
	}
	free(list);
	return rc;
}

char *
hf_fs_join(const char *a, const char *b)
{
	struct hf_buf path = HF_BUF_INIT;

	hf_buf_adds(&path, a);
	if (path.len > 0 && !hf_text_suffix(a, "/"))
		hf_buf_addc(&path, '/');
	hf_buf_adds(&path, b);
	return hf_buf_steal(&path);
}

const char *
hf_fs_base(const char *path)
{
	size_t n = strlen(path);

	while (n > 0 && path[n - 1] == '/')
		n--;
	while (n > 0 && path[n - 1] != '/')
		n--;
	return path + n;
}

static void
nap(void)
{
	const struct timespec t = { 0, LOCK_NAP * 1000000L };

	nanosleep(&t, NULL);
}

enum hf_code
hf_fs_lock(int *out_fd, const char *path, int wait_ms, struct hf_err *e)
{
	int64_t until = hf_time_mono() + wait_ms;
	int     fd, err;

	*out_fd = -1;
	if ((fd = open_file(path, O_RDWR | O_CREAT | O_NOFOLLOW)) < 0)
		return hf_fail_errno(e, why_not_made(errno), errno, "%s", path);
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		err = errno;
		if (err == EINTR)
			continue;
		if (err != EWOULDBLOCK || hf_time_mono() >= until) {
			close(fd);
			return err == EWOULDBLOCK ? hf_fail(e, HF_LOCKED, "%s: somebody else is writing", path) :
						    hf_fail_errno(e, HF_SYSTEM, err, "%s", path);
		}
		nap();
	}
	*out_fd = fd;
	return HF_OK;
}

void
hf_fs_unlock(int fd)
{
	if (fd >= 0)
		close(fd); /* lets go of the lock, too */
}
