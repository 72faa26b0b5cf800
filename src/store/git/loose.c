#define _GNU_SOURCE /* syncfs, sync_file_range */

#include "loose.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gitdir.h"
#include "holdfast/fs.h"

#define TRIES 20
#define MANY  64 /* objects from which one sync of the file system is cheaper than one of each file */

struct put {
	struct hf_oid oid;
	int           fd; /* still to be synced; -1 */
};

struct hf_pile {
	int         dir; /* objects/ */
	struct put *put; /* put aside, not yet settled */
	size_t      n, cap;
	bool        fan[256]; /* folders that something went into */
	bool        new_fan;  /* one of them was made */
	bool        unsynced; /* there are too many to be synced one by one */
};

/* "12/3456…" */
static void
name_of(char out[HF_OID_SIZE + 1], const struct hf_oid *oid)
{
	snprintf(out, HF_OID_SIZE + 1, "%.2s/%s", oid->hex, oid->hex + 2);
}

bool
hf_loose_has(const char *objects, const struct hf_oid *oid)
{
	struct hf_buf path = HF_BUF_INIT;
	bool          is;

	hf_buf_addf(&path, "%s/%.2s/%s", objects, oid->hex, oid->hex + 2);
	is = hf_fs_exists(hf_buf_str(&path));
	hf_buf_clear(&path);
	return is;
}

enum hf_code
hf_loose_read(struct hf_get *get, const char *objects, struct hf_err *e)
{
	const char      *hex = get->oid->hex;
	struct hf_zipped from = { .mem = NULL };
	struct hf_buf    path = HF_BUF_INIT;
	struct stat      st;
	enum hf_code     rc;

	hf_buf_addf(&path, "%s/%.2s/%s", objects, hex, hex + 2);
	if ((rc = hf_buf_check(&path, e)) != HF_OK)
		return rc;
	do
		from.fd = open(path.data, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	while (from.fd < 0 && errno == EINTR);
	if (from.fd < 0)
		rc = hf_fail_errno(e, errno == ENOENT || errno == ENOTDIR ? HF_NOTFOUND : HF_SYSTEM, errno, "object %s", hex);
	else if (fstat(from.fd, &st) != 0 || !S_ISREG(st.st_mode))
		rc = hf_fail(e, HF_DAMAGED, "object %s: no plain file", hex);
	else {
		from.end = (uint64_t)st.st_size;
		rc = hf_object_unzip(get, &from, e);
	}
	if (from.fd >= 0)
		close(from.fd);
	hf_buf_clear(&path);
	return rc;
}

enum hf_code
hf_pile_new(struct hf_pile **out, const char *objects, struct hf_err *e)
{
	struct hf_pile *p;
	enum hf_code    rc;

	*out = NULL;
	if ((p = calloc(1, sizeof(*p))) == NULL)
		return hf_nomem(e);
	if ((p->dir = open(objects, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		rc = hf_fail_errno(e, HF_SYSTEM, errno, "%s", objects);
		free(p);
		return rc;
	}
	*out = p;
	return HF_OK;
}

static void
tmp_name(char out[sizeof(HF_LOOSE_TMP) + HF_OID_SIZE], const struct hf_oid *oid)
{
	snprintf(out, sizeof(HF_LOOSE_TMP) + HF_OID_SIZE, HF_LOOSE_TMP "%s", oid->hex);
}

void
hf_pile_free(struct hf_pile *p)
{
	char   name[sizeof(HF_LOOSE_TMP) + HF_OID_SIZE];
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++) {
		tmp_name(name, &p->put[i].oid);
		unlinkat(p->dir, name, 0);
		if (p->put[i].fd >= 0)
			close(p->put[i].fd);
	}
	close(p->dir);
	free(p->put);
	free(p);
}

/* A new file in place of whatever has that name. The writing is only begun here: waiting for all at once takes less time. 0, or an errno. */
static int
write_file(int *out_fd, const struct hf_pile *p, const char *name, const struct hf_buf *bytes)
{
	int fd, err;

	if (unlinkat(p->dir, name, 0) != 0 && errno != ENOENT)
		return errno;
	if ((fd = openat(p->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400)) < 0)
		return errno;
	if ((err = hf_fs_write_fd(fd, bytes->data, bytes->len)) != 0) {
		close(fd);
		unlinkat(p->dir, name, 0);
		return err;
	}
	sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	*out_fd = fd;
	return 0;
}

static enum hf_code
make_room(struct hf_pile *p, struct hf_err *e)
{
	struct put *more;
	size_t      cap = p->cap == 0 ? 16 : 2 * p->cap;

	if (p->n < p->cap)
		return HF_OK;
	if ((more = realloc(p->put, cap * sizeof(*more))) == NULL)
		return hf_nomem(e);
	p->put = more;
	p->cap = cap;
	return HF_OK;
}

enum hf_code
hf_pile_put(struct hf_oid *out, struct hf_pile *p, enum hf_object_type type, const void *data, size_t len, struct hf_err *e)
{
	char          name[sizeof(HF_LOOSE_TMP) + HF_OID_SIZE];
	struct hf_buf bytes = HF_BUF_INIT;
	enum hf_code  rc;
	int           fd = -1, err;

	hf_object_id(out, type, data, len);
	tmp_name(name, out);
	if ((rc = make_room(p, e)) != HF_OK || (rc = hf_object_zip(&bytes, type, data, len, e)) != HF_OK)
		goto done;
	if ((err = write_file(&fd, p, name, &bytes)) != 0) {
		rc = hf_fail_errno(e, HF_WRITE, err, "object %s", out->hex);
		goto done;
	}
	if (p->n >= MANY) {
		close(fd);
		fd = -1;
		p->unsynced = true;
	}
	p->put[p->n++] = (struct put){ *out, fd };
done:
	hf_buf_clear(&bytes);
	return rc;
}

/* The files' bytes. 0, or an errno. */
static int
sync_files(struct hf_pile *p)
{
	size_t i;
	int    err = 0;

	if (p->unsynced && syncfs(p->dir) != 0)
		return errno;
	for (i = 0; i < p->n; i++) {
		if (p->put[i].fd < 0)
			continue;
		if (err == 0 && !p->unsynced && fsync(p->put[i].fd) != 0)
			err = errno;
		if (close(p->put[i].fd) != 0 && err == 0)
			err = errno;
		p->put[i].fd = -1;
	}
	return err;
}

/* Give one its name. git's gc takes empty folders away, so the one just made may be gone again. 0, or an errno. */
static int
give_name(struct hf_pile *p, const char *tmp, const char *name)
{
	const char fan[3] = { name[0], name[1], '\0' };
	int        tries;

	for (tries = 0; tries < TRIES; tries++) {
		if (renameat(p->dir, tmp, p->dir, name) == 0)
			return 0;
		if (errno != ENOENT)
			return errno;
		if (faccessat(p->dir, tmp, F_OK, 0) != 0) /* put aside twice: it has its name already */
			return faccessat(p->dir, name, F_OK, 0) == 0 ? 0 : errno;
		if (mkdirat(p->dir, fan, 0700) == 0)
			p->new_fan = true;
		else if (errno != EEXIST)
			return errno;
	}
	return ENOENT;
}

static int
settle_last(struct hf_pile *p)
{
	const struct hf_oid *oid = &p->put[p->n - 1].oid;
	char                 tmp[sizeof(HF_LOOSE_TMP) + HF_OID_SIZE], name[HF_OID_SIZE + 1];
	unsigned char        id[HF_OID_BYTES];
	int                  err;

	tmp_name(tmp, oid);
	name_of(name, oid);
	if (!hf_oid_to_bytes(id, oid))
		return EINVAL;
	if ((err = give_name(p, tmp, name)) == 0) {
		p->fan[id[0]] = true;
		p->n--;
	}
	return err;
}

/* The folders' entries. 0, or an errno. */
static int
sync_fans(struct hf_pile *p)
{
	char   name[3];
	size_t i;
	int    err = p->new_fan ? hf_gitdir_sync(p->dir, ".") : 0;

	for (i = 0; i < 256 && err == 0; i++) {
		if (!p->fan[i])
			continue;
		snprintf(name, sizeof(name), "%02zx", i);
		/* Gone: what went into it has been packed, synced and taken away since. */
		if ((err = hf_gitdir_sync(p->dir, name)) == ENOENT)
			err = 0;
	}
	return err;
}

enum hf_code
hf_pile_settle(struct hf_pile *p, struct hf_err *e)
{
	int err;

	if ((err = sync_files(p)) != 0)
		return hf_fail_errno(e, HF_WRITE, err, "objects");
	while (p->n > 0)
		if ((err = settle_last(p)) != 0)
			return hf_fail_errno(e, HF_WRITE, err, "object %s", p->put[p->n - 1].oid.hex);
	err = sync_fans(p);
	return err == 0 ? HF_OK : hf_fail_errno(e, HF_WRITE, err, "objects");
}
