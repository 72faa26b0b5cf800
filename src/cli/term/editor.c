#include "editor.h"

#include <errno.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holdfast/fs.h"

#define NOT_STARTED 127

static const char *
env(const char *name, const char *fallback)
{
	const char *s = getenv(name);

	return s == NULL || *s == '\0' ? fallback : s;
}

static bool
in_memory(const char *dir)
{
	struct statfs fs;

	return dir != NULL && dir[0] == '/' && statfs(dir, &fs) == 0 && fs.f_type == TMPFS_MAGIC && access(dir, W_OK) == 0;
}

/* A folder of ours; free(3) its name. */
static enum hf_code
make_folder(char **out, struct hf_err *e)
{
	const char *in = env("XDG_RUNTIME_DIR", NULL);
	char       *path;

	if (!in_memory(in))
		in = in_memory("/dev/shm") ? "/dev/shm" : env("TMPDIR", "/tmp");
	if ((path = hf_fs_join(in, "holdfast.XXXXXX")) == NULL)
		return hf_nomem(e);
	if (mkdtemp(path) == NULL) {
		hf_fail(e, HF_SYSTEM, "%s: %s", path, strerror(errno));
		free(path);
		return HF_SYSTEM;
	}
	*out = path;
	return HF_OK;
}

static void
in_child(const char *editor, const char *path)
{
	struct hf_buf b = HF_BUF_INIT;

	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	hf_buf_addf(&b, "%s \"$1\"", editor);
	execl("/bin/sh", "sh", "-c", hf_buf_str(&b), "sh", path, (char *)NULL);
	_exit(NOT_STARTED);
}

/* Until it has ended: its Ctrl-C is not ours, and we do not leave its file behind. */
static enum hf_code
wait_for(const char *editor, const char *path, struct hf_err *e)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int              status = 0;
	pid_t            pid;

	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &ignore, &before);
	if ((pid = fork()) == 0)
		in_child(editor, path);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	sigaction(SIGINT, &before, NULL);
	if (pid < 0)
		return hf_fail(e, HF_SYSTEM, "%s: %s", editor, strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return HF_OK;
	hf_fail(e, HF_SYSTEM, "%s: the editor did not end well, and nothing is stored", editor);
	return hf_hint(e, "set EDITOR, or: holdfast book edit BOOK FILE");
}

enum hf_code
editor_run(struct hf_buf *text, struct app *app, const char *name, size_t max, struct hf_err *e)
{
	struct hf_err ignored = HF_ERR_INIT;
	char         *dir = NULL, *path = NULL;
	enum hf_code  rc;

	app_hold();
	if ((rc = make_folder(&dir, e)) != HF_OK)
		goto done;
	if ((path = hf_fs_join(dir, name)) == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	out_flush(app->out);
	if ((rc = hf_fs_write_new(path, hf_buf_str(text), text->len, e)) != HF_OK ||
	    (rc = wait_for(env("VISUAL", env("EDITOR", "vi")), path, e)) != HF_OK)
		goto done;
	hf_buf_cut(text, 0);
	rc = hf_fs_read(text, path, max, e);
done:
	if (dir != NULL && hf_fs_remove_tree(dir, &ignored) != HF_OK)
		out_warn(app->out, "%s: the text that was edited is still there: remove it", dir);
	app_release();
	free(path);
	free(dir);
	return rc;
}
