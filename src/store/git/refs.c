#include "refs.h"
#include "repo_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gitdir.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

#define PACKED_MAX (16u * 1024 * 1024)
#define NEW        "holdfast.new" /* what a reference will say, before it is one */
#define STALE_MS   1000           /* a lock that stays the same so long is nobody's */
#define WAIT_MIN   2000
#define NAP_MS     20

/* The files that one move touches. */
struct files {
	struct hf_buf ref, lock, fresh, folder;
};

static void
files_clear(struct files *f)
{
	hf_buf_clear(&f->ref);
	hf_buf_clear(&f->lock);
	hf_buf_clear(&f->fresh);
	hf_buf_clear(&f->folder);
}

/* "refs/…" of plain names: nothing that leads out of the repository. */
static bool
name_ok(const char *name)
{
	return hf_text_prefix(name, "refs/") && strlen(name) < 200 && strstr(name, "..") == NULL && strstr(name, "//") == NULL &&
	    strstr(name, "/.") == NULL && !hf_text_suffix(name, "/") && !hf_text_suffix(name, ".lock") &&
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/")] == '\0';
}

static enum hf_code
files_set(struct files *f, const char *repo, const char *name, struct hf_err *e)
{
	memset(f, 0, sizeof(*f));
	if (!name_ok(name))
		return hf_fail(e, HF_BAD, "%s: no name of a reference", name);
	hf_buf_addf(&f->ref, "%s/%s", repo, name);
	hf_buf_addf(&f->lock, "%s/%s.lock", repo, name);
	hf_buf_addf(&f->fresh, "%s/" NEW, repo);
	/* The branch's own is swept under the register's lock; another reference's may be swept at any time, and must not be that one. */
	if (strcmp(name, HF_REPO_BRANCH) != 0)
		for (const char *p = name; *p != '\0'; p++)
			hf_buf_addc(&f->fresh, *p == '/' ? '-' : *p);
	hf_buf_add(&f->folder, hf_buf_str(&f->ref), (size_t)(hf_fs_base(hf_buf_str(&f->ref)) - hf_buf_str(&f->ref)));
	if (f->ref.failed || f->lock.failed || f->fresh.failed || f->folder.failed) {
		files_clear(f);
		return hf_nomem(e);
	}
	return HF_OK;
}

/* 40 digits and the end of the line. */
static bool
oid_line(struct hf_oid *out, const char *p, size_t len)
{
	char hex[HF_OID_SIZE];

	if (len < HF_OID_SIZE - 1)
		return false;
	memcpy(hex, p, HF_OID_SIZE - 1);
	hex[HF_OID_SIZE - 1] = '\0';
	return hf_oid_set(out, hex);
}

static enum hf_code
read_loose(struct hf_oid *out, const char *path, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;
	int           fd;

	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return hf_fail_errno(e, errno == ENOENT || errno == ENOTDIR ? HF_NOTFOUND : HF_DAMAGED, errno, "%s", path);
	rc = hf_fs_read_fd(&b, fd, path, 4096, e);
	close(fd);
	if (rc == HF_OK && (b.len != HF_OID_SIZE || b.data[b.len - 1] != '\n' || !oid_line(out, b.data, b.len)))
		rc = hf_fail(e, HF_DAMAGED, "%s: it does not name a commit", path);
	hf_buf_clear(&b);
	return rc == HF_BAD ? hf_fail(e, HF_DAMAGED, "%s: it does not name a commit", path) : rc;
}

/* "<oid> <name>"; lines that begin with # or ^ are about the file and about tags. */
static enum hf_code
find_packed(struct hf_oid *out, const char *text, const char *name, const char *path, struct hf_err *e)
{
	const char *line, *end;
	size_t      n = strlen(name);

	for (line = text; *line != '\0'; line = end + 1) {
		if ((end = strchr(line, '\n')) == NULL)
			return hf_fail(e, HF_DAMAGED, "%s: it is cut off", path);
		if (*line == '#' || *line == '^')
			continue;
		if (!oid_line(out, line, (size_t)(end - line)) || line[HF_OID_SIZE - 1] != ' ')
			return hf_fail(e, HF_DAMAGED, "%s: a line that git does not write", path);
		if ((size_t)(end - line) == HF_OID_SIZE + n && memcmp(line + HF_OID_SIZE, name, n) == 0)
			return HF_OK;
	}
	return hf_fail(e, HF_NOTFOUND, "%s: not there yet", name);
}

static enum hf_code
read_packed(struct hf_oid *out, const char *repo, const char *name, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;
	char         *path;

	if ((path = hf_fs_join(repo, "packed-refs")) == NULL)
		return hf_nomem(e);
	if ((rc = hf_fs_read(&b, path, PACKED_MAX, e)) == HF_NOTFOUND)
		rc = hf_fail(e, HF_NOTFOUND, "%s: not there yet", name);
	else if (rc == HF_OK && strlen(hf_buf_str(&b)) != b.len)
		rc = hf_fail(e, HF_DAMAGED, "%s: no text", path);
	else if (rc == HF_OK)
		rc = find_packed(out, hf_buf_str(&b), name, path, e);
	hf_buf_clear(&b);
	free(path);
	return rc == HF_BAD ? HF_DAMAGED : rc;
}

static enum hf_code
read_ref(struct hf_oid *out, const struct files *f, const char *repo, const char *name, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = read_loose(out, f->ref.data, e)) != HF_NOTFOUND)
		return rc;
	if ((rc = read_packed(out, repo, name, e)) != HF_NOTFOUND)
		return rc;
	/* git may have unpacked it between the two looks. */
	rc = read_loose(out, f->ref.data, e);
	return rc == HF_NOTFOUND ? hf_fail(e, HF_NOTFOUND, "%s: not there yet", name) : rc;
}

enum hf_code
hf_ref_read(struct hf_oid *out, const char *repo, const char *name, struct hf_err *e)
{
	struct files f;
	enum hf_code rc;

	out->hex[0] = '\0';
	if ((rc = files_set(&f, repo, name, e)) != HF_OK)
		return rc;
	if ((rc = read_ref(out, &f, repo, name, e)) != HF_OK)
		out->hex[0] = '\0';
	files_clear(&f);
	return rc;
}

/* A new file that names a commit, on the disk. 0, or an errno. */
static int
write_oid(const char *path, const struct hf_oid *oid)
{
	char line[HF_OID_SIZE + 1];
	int  fd, err = 0;

	snprintf(line, sizeof(line), "%s\n", oid->hex);
	if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) < 0)
		return errno;
	errno = EIO; /* for a short write */
	if (write(fd, line, HF_OID_SIZE) != HF_OID_SIZE || fsync(fd) != 0)
		err = errno;
	if (close(fd) != 0 && err == 0)
		err = errno;
	if (err != 0)
		unlink(path);
	return err;
}

/*
 * Take git's lock on the reference, with what it will say already in it. It is made elsewhere and linked, so that a lock which a killed
 * holdfast left behind is known by its second name; where there are no links it is made in place.
 */
static enum hf_code
take_lock(const struct files *f, const struct hf_oid *to, struct hf_err *e)
{
	int err;

	unlink(f->fresh.data);
	if ((err = write_oid(f->fresh.data, to)) == 0 && link(f->fresh.data, f->lock.data) != 0) {
		err = errno;
		unlink(f->fresh.data);
		if (err == EPERM || err == EOPNOTSUPP || err == ENOSYS)
			err = write_oid(f->lock.data, to);
	}
	if (err == EEXIST)
		return hf_fail(e, HF_LOCKED, "%s: another program holds it", f->lock.data);
	return err == 0 ? HF_OK : hf_fail_errno(e, HF_WRITE, err, "%s", f->lock.data);
}

static enum hf_code
check_still(const struct files *f, const char *repo, const char *name, const struct hf_oid *from, struct hf_err *e)
{
	struct hf_oid now;
	enum hf_code  rc;

	rc = read_ref(&now, f, repo, name, e);
	if (rc == HF_NOTFOUND && from == NULL)
		return HF_OK;
	if (rc != HF_OK && rc != HF_NOTFOUND)
		return rc;
	if (from == NULL || !hf_oid_equal(&now, from))
		return hf_fail(e, HF_LOCKED, "%s: it has moved meanwhile", name);
	return HF_OK;
}

/* The commit point. */
static enum hf_code
swap(const struct files *f, const char *repo, const char *name, const struct hf_oid *to, struct hf_err *e)
{
	struct hf_oid now;
	int           err;

	if (rename(f->lock.data, f->ref.data) != 0) {
		err = errno;
		if (read_ref(&now, f, repo, name, NULL) == HF_OK && hf_oid_equal(&now, to))
			return hf_fail_errno(e, HF_UNSURE, err, "%s", name);
		return hf_fail_errno(e, HF_WRITE, err, "%s", name);
	}
	if ((err = hf_gitdir_sync(AT_FDCWD, f->folder.data)) != 0)
		return hf_fail_errno(e, HF_UNSURE, err, "%s", f->folder.data);
	return HF_OK;
}

enum hf_code
hf_ref_move(const char *repo, const char *name, const struct hf_oid *from, const struct hf_oid *to, struct hf_err *e)
{
	struct files f;
	enum hf_code rc;

	if ((rc = files_set(&f, repo, name, e)) != HF_OK)
		return rc;
	if ((rc = hf_fs_mkdirs(f.folder.data, e)) != HF_OK || (rc = take_lock(&f, to, e)) != HF_OK)
		goto done;
	if ((rc = check_still(&f, repo, name, from, e)) == HF_OK)
		rc = swap(&f, repo, name, to, e);
	if (rc != HF_OK && rc != HF_UNSURE)
		unlink(f.lock.data);
	unlink(f.fresh.data);
done:
	files_clear(&f);
	return rc;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Wait until the lock has gone, or has been the same for a while. True: it is there, and nobody's. */
static bool
is_stale(const char *lock, int wait_ms, struct hf_err *e)
{
	const struct timespec nap = { 0, NAP_MS * 1000000L };
	struct stat           first, now;
	int64_t               start = hf_time_mono(), since = start;

	if (lstat(lock, &first) != 0)
		return false;
	while (hf_time_mono() - since < STALE_MS) {
		nanosleep(&nap, NULL);
		if (lstat(lock, &now) != 0)
			return false;
		if (same_file(&first, &now))
			continue;
		first = now;
		since = hf_time_mono();
		if (since - start > (wait_ms > WAIT_MIN ? wait_ms : WAIT_MIN)) {
			hf_fail(e, HF_LOCKED, "%s: another program is at work there", lock);
			return false;
		}
	}
	return true;
}

enum hf_code
hf_ref_sweep(const char *repo, const char *name, int wait_ms, struct hf_err *e)
{
	struct hf_err busy = HF_ERR_INIT;
	struct files  f;
	struct stat   fresh, lock;
	enum hf_code  rc;
	bool          ours;

	if ((rc = files_set(&f, repo, name, e)) != HF_OK)
		return rc;
	if (lstat(f.lock.data, &lock) == 0) {
		ours = lstat(f.fresh.data, &fresh) == 0 && same_file(&fresh, &lock);
		if (ours || is_stale(f.lock.data, wait_ms, &busy))
			unlink(f.lock.data);
	}
	unlink(f.fresh.data);
	files_clear(&f);
	if (busy.code != HF_OK && e != NULL)
		*e = busy;
	return busy.code;
}
