#define _GNU_SOURCE /* F_SETLEASE */
#include "sweep.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../git/loose.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"

#define HOUR    3600
#define FOLDERS 256 /* of loose objects */

struct sweep {
	const char *folder;
	time_t      since, now;
};

/* A lease for writing is given only to who alone has the file open. */
static bool
is_open(int fd)
{
#ifdef F_SETLEASE
	if (fcntl(fd, F_SETLEASE, F_WRLCK) == 0) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return false;
	}
	return true;
#else
	(void)fd;
	return false;
#endif
}

static bool
is_dead(const struct sweep *s, const char *path)
{
	struct stat st;
	int         fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	bool        dead;

	dead = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mtime < s->now - HOUR || (s->since != 0 && st.st_mtime >= s->since)) && !is_open(fd);
	if (fd >= 0)
		close(fd);
	return dead;
}

static enum hf_code
look_at(void *arg, const char *name, struct hf_err *e)
{
	static const char *const ours[] = { "tmp_pack_", "tmp_idx_", "tmp_rev_", "tmp_obj_" };
	const struct sweep      *s = arg;
	struct hf_buf            path = HF_BUF_INIT;

	(void)e;
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (!hf_text_prefix(name, ours[i]) || hf_text_prefix(name, HF_LOOSE_TMP))
			continue;
		hf_buf_addf(&path, "%s/%s", s->folder, name);
		if (is_dead(s, hf_buf_str(&path)))
			unlink(hf_buf_str(&path));
	}
	hf_buf_clear(&path);
	return HF_OK;
}

static void
sweep_folder(struct sweep *s, const char *repo, const char *name)
{
	struct hf_buf path = HF_BUF_INIT;
	struct hf_err ignored = HF_ERR_INIT;

	hf_buf_addf(&path, "%s/objects/%s", repo, name);
	s->folder = hf_buf_str(&path);
	if (hf_fs_is_dir(s->folder))
		hf_fs_list(s->folder, look_at, s, &ignored);
	hf_buf_clear(&path);
}

void
hf_sweep(const char *repo, time_t since)
{
	struct sweep s = { NULL, since, time(NULL) };
	char         name[8];

	sweep_folder(&s, repo, "");
	sweep_folder(&s, repo, "pack");
	for (unsigned i = 0; i < FOLDERS; i++) {
		snprintf(name, sizeof(name), "%02x", i);
		sweep_folder(&s, repo, name);
	}
}
