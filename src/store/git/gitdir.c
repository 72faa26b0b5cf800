#include "gitdir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gitconfig.h"
#include "holdfast/buf.h"
#include "holdfast/fs.h"

#define HEAD_TEXT  "ref: refs/heads/main\n"
#define CONFIG_MAX 65536

/* Ways to other object stores, to history that looks other than it is, to settings elsewhere. */
static const char *const forbidden[] = {
	"commondir",
	"config.worktree",
	"info/grafts",
	"objects/info/alternates",
	"objects/info/http-alternates",
	"remotes",
	"shallow",
	"worktrees",
};

static const char *const folders[] = { "objects", "objects/info", "objects/pack", "refs", "refs/heads" };

/* path/name in out. */
static const char *
within(struct hf_buf *out, const char *path, const char *name)
{
	hf_buf_cut(out, 0);
	hf_buf_addf(out, "%s/%s", path, name);
	return hf_buf_str(out);
}

/* Is it there, and its owner's? */
static enum hf_code
check_folder(const char *path, struct hf_err *e)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return hf_fail_errno(e, errno == ENOENT || errno == ENOTDIR ? HF_NOTFOUND : HF_SYSTEM, errno, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return hf_fail(e, HF_BAD, "%s: not a folder, so not a register", path);
	if (st.st_uid != geteuid()) {
		hf_fail(e, HF_DENIED, "%s: it belongs to another user of this computer", path);
		return hf_hint(e, "holdfast clone makes one of your own");
	}
	return HF_OK;
}

static enum hf_code
check_shape(const char *path, struct hf_buf *name, struct hf_err *e)
{
	struct stat st;
	size_t      i;

	for (i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (lstat(within(name, path, forbidden[i]), &st) == 0)
			return hf_fail(e, HF_BAD, "%s: a register has none", hf_buf_str(name));
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (lstat(within(name, path, folders[i]), &st) == 0 ? !S_ISDIR(st.st_mode) : errno != ENOENT)
			return hf_fail(e, HF_BAD, "%s: not a folder", hf_buf_str(name));
	return HF_OK;
}

static enum hf_code
has_none(void *path, const char *name, struct hf_err *e)
{
	return hf_fail(e, HF_BAD, "%s/%s: a register has none", (const char *)path, name);
}

/* An old way of git's to say where an address leads, as is "remotes": the folder comes with each git init, but empty. */
static enum hf_code
check_branches(const char *path, struct hf_buf *name, struct hf_err *e)
{
	if (!hf_fs_is_dir(within(name, path, "branches")))
		return HF_OK;
	return hf_fs_list(name->data, has_none, name->data, e);
}

static enum hf_code
check_head(const char *path, struct hf_buf *name, struct hf_err *e)
{
	struct hf_buf head = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = hf_fs_read(&head, within(name, path, "HEAD"), 4096, e)) == HF_NOTFOUND)
		rc = hf_fs_exists(within(name, path, ".git")) ? hf_fail(e, HF_BAD, "%s: a git work tree, not a register", path) :
								hf_fail(e, HF_BAD, "%s: not a register", path);
	else if (rc == HF_OK && (head.len != strlen(HEAD_TEXT) || strcmp(head.data, HEAD_TEXT) != 0))
		rc = hf_fail(e, HF_BAD, "%s: it does not name refs/heads/main", hf_buf_str(name));
	hf_buf_clear(&head);
	return rc;
}

static enum hf_code
check_config(const char *path, struct hf_buf *name, struct hf_err *e)
{
	struct hf_buf config = HF_BUF_INIT;
	enum hf_code  rc;

	rc = hf_fs_read(&config, within(name, path, "config"), CONFIG_MAX, e);
	if (rc == HF_NOTFOUND)
		rc = hf_fail(e, HF_BAD, "%s: not a register: it has no configuration", path);
	else if (rc == HF_OK && (rc = hf_gitconfig_check(hf_buf_str(&config), config.len, e)) != HF_OK) {
		hf_fail_in(e, "%s", hf_buf_str(name));
		hf_hint(e, "see what the line does, and take it out of the file");
	}
	hf_buf_clear(&config);
	return rc;
}

enum hf_code
hf_gitdir_check(const char *path, struct hf_err *e)
{
	struct hf_buf name = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = check_folder(path, e)) == HF_OK && (rc = check_head(path, &name, e)) == HF_OK &&
	    (rc = check_shape(path, &name, e)) == HF_OK && (rc = check_branches(path, &name, e)) == HF_OK)
		rc = check_config(path, &name, e);
	if (rc == HF_OK)
		rc = hf_buf_check(&name, e);
	hf_buf_clear(&name);
	return rc;
}

static enum hf_code
fill(const char *path, struct hf_err *e)
{
	struct hf_buf name = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;
	size_t        i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]) && rc == HF_OK; i++)
		rc = hf_fs_mkdirs(within(&name, path, folders[i]), e);
	if (rc == HF_OK)
		rc = hf_fs_write_new(within(&name, path, "config"), HF_GITCONFIG, strlen(HF_GITCONFIG), e);
	if (rc == HF_OK)
		rc = hf_fs_write_new(within(&name, path, "HEAD"), HEAD_TEXT, strlen(HEAD_TEXT), e);
	hf_buf_clear(&name);
	return rc;
}

int
hf_gitdir_sync(int at, const char *name)
{
	int fd, err = 0;

	if ((fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return errno;
	if (fsync(fd) != 0 && errno != EINVAL)
		err = errno;
	close(fd);
	return err;
}

/* The folder of path, without a slash at its end; "." when path has none. */
static enum hf_code
parent_of(struct hf_buf *out, const char *path, struct hf_err *e)
{
	size_t n = (size_t)(hf_fs_base(path) - path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	if (n == 0)
		hf_buf_addc(out, '.');
	hf_buf_add(out, path, n);
	return hf_buf_check(out, e);
}

/* A folder of a name that nobody has, in parent. */
static enum hf_code
make_beside(struct hf_buf *out, const char *parent, struct hf_err *e)
{
	enum hf_code rc;

	hf_buf_addf(out, "%s/.holdfast-XXXXXX", parent);
	if ((rc = hf_buf_check(out, e)) != HF_OK)
		return rc;
	return mkdtemp(out->data) != NULL ? HF_OK : hf_fail_errno(e, HF_WRITE, errno, "%s", parent);
}

/* rename(2) replaces an empty folder, and nothing else. */
static enum hf_code
move_there(const char *beside, const char *path, const char *parent, struct hf_err *e)
{
	int err;

	if (rename(beside, path) == 0) {
		err = hf_gitdir_sync(AT_FDCWD, parent);
		return err == 0 ? HF_OK : hf_fail_errno(e, HF_WRITE, err, "%s", parent);
	}
	if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR)
		return hf_fail(e, HF_EXISTS, "%s: there is something already", path);
	return hf_fail_errno(e, HF_WRITE, errno, "%s", path);
}

enum hf_code
hf_gitdir_make(const char *path, struct hf_err *e)
{
	struct hf_buf parent = HF_BUF_INIT, beside = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = parent_of(&parent, path, e)) != HF_OK || (rc = hf_fs_mkdirs(parent.data, e)) != HF_OK ||
	    (rc = make_beside(&beside, parent.data, e)) != HF_OK)
		goto done;
	if ((rc = fill(beside.data, e)) == HF_OK)
		rc = move_there(beside.data, path, parent.data, e);
	if (rc != HF_OK)
		hf_fs_remove_tree(beside.data, NULL);
done:
	hf_buf_clear(&beside);
	hf_buf_clear(&parent);
	return rc;
}
