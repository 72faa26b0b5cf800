#define _GNU_SOURCE /* memfd_create */
#include "vault_batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holdfast/buf.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"

#define SAID_MAX (1024u * 1024)
#define SILENT   60 /* s */
#define STATUS   "[GNUPG:] "
#define ARGS_MAX 640 /* two for each recipient, and 32 names */

#define NAME_SIZE 32
#define LINK_SIZE 32

/* ---- files without a name, and names for them ---- */

static bool
write_all(int fd, const char *p, size_t len)
{
	ssize_t n = 0;

	for (; len > 0 && (n = write(fd, p, len)) > 0; p += n)
		len -= (size_t)n;
	return len == 0;
}

int
batch_file(const void *head, size_t head_len, const void *data, size_t len)
{
#ifdef MFD_CLOEXEC
	int fd = memfd_create("message", MFD_CLOEXEC);

	if (fd < 0 || (write_all(fd, head, head_len) && write_all(fd, data, len) && lseek(fd, 0, SEEK_SET) == 0))
		return fd;
	close(fd);
#endif
	return -1;
}

/* A link that was there and says something else is made anew. */
static bool
need_link(int folder, const char *name, size_t fd)
{
	char    want[LINK_SIZE], is[LINK_SIZE];
	int     n = snprintf(want, sizeof(want), "/proc/self/fd/%zu", fd);
	ssize_t has = readlinkat(folder, name, is, sizeof(is));

	if (has == n && memcmp(is, want, (size_t)n) == 0)
		return true;
	if (has >= 0 || errno != ENOENT)
		unlinkat(folder, name, 0);
	return symlinkat(want, folder, name) == 0 || errno == EEXIST;
}

static bool
need_links(const char *path, size_t n)
{
	char name[NAME_SIZE];
	int  folder;
	bool good = mkdir(path, 0700) == 0 || errno == EEXIST;

	if (!good || (folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
		return false;
	for (size_t k = 0; good && k < n; k++) {
		snprintf(name, sizeof(name), "%zu.gpg", k);
		good = need_link(folder, name, HF_CHILD_FD + 2 * k);
		snprintf(name, sizeof(name), "%zu", k);
		good = good && need_link(folder, name, HF_CHILD_FD + 2 * k + 1);
	}
	close(folder);
	return good;
}

char *
batch_folder(const char *base, const char *name, size_t n)
{
	char *path = hf_fs_join(base, name);

	if (path != NULL && need_links(path, n))
		return path;
	free(path);
	return NULL;
}

int
batch_pair(struct batch_pairs *p, size_t i, const char *folder, bool sealed, int in)
{
	struct hf_buf name = HF_BUF_INIT;
	int           out = in < 0 ? -1 : batch_file(NULL, 0, NULL, 0);

	hf_buf_addf(&name, "%s/%zu%s", folder, p->n_fds / 2, sealed ? ".gpg" : "");
	if (out < 0 || (p->names[i] = hf_buf_steal(&name)) == NULL) {
		if (in >= 0)
			close(in);
		if (out >= 0)
			close(out);
		hf_buf_clear(&name);
		return -1;
	}
	p->list[i].name = p->names[i];
	p->fds[p->n_fds++] = sealed ? in : out;
	p->fds[p->n_fds++] = sealed ? out : in;
	return out;
}

void
batch_drop(struct batch_pairs *p)
{
	for (size_t i = 0; i < p->n_fds; i++)
		close(p->fds[i]);
	for (size_t i = 0; i < BATCH_PAIRS; i++)
		free(p->names[i]);
}

/* ---- what gpg says ---- */

/* The one that it speaks of from now on; n: none of those it was given. */
static size_t
find_begun(struct course *list, size_t n, const char *args)
{
	size_t skip = strcspn(args, " ");

	for (size_t i = 0; i < n; i++)
		if (list[i].name != NULL && !list[i].begun && args[skip] == ' ' && strcmp(args + skip + 1, list[i].name) == 0)
			return i;
	return n;
}

/* What follows the first word of a line, cut from it. */
static char *
cut_word(char *line)
{
	char *args = line + strcspn(line, " ");

	if (*args != '\0')
		*args++ = '\0';
	return args;
}

static void
hear(struct course *c, size_t i, const struct batch *b, char *line)
{
	char *args = cut_word(line);

	if (strcmp(line, "FILE_DONE") == 0)
		c->done = true;
	else if (!b->heard(b->arg, i, line, args))
		c->odd = true;
}

static void
listen_to(struct course *list, size_t n, const struct batch *b, char *said)
{
	size_t at = n;
	char  *line, *rest = said;

	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		bool status = hf_text_prefix(line, STATUS);
		bool start = status && hf_text_prefix(line += strlen(STATUS), "FILE_START ");

		if (at < n && (!status || start))
			list[at].odd = true;
		if (start) {
			if ((at = find_begun(list, n, cut_word(line))) < n)
				list[at].begun = true;
		} else if (status && at < n) {
			hear(&list[at], at, b, line);
			at = list[at].done ? n : at;
		}
	}
}

void
batch_run(struct course *list, size_t n, const struct batch *b)
{
	const char     *argv[ARGS_MAX + 1];
	size_t          args = 0, names = 0;
	struct hf_child c = {
		.argv = argv, .env = b->env, .fds = b->fds, .n_fds = b->n_fds, .silent = SILENT, .file_max = b->file_max
	};
	struct hf_buf       said = HF_BUF_INIT;
	struct hf_child_end end;

	said.max = SAID_MAX;
	for (; args < ARGS_MAX && b->options[args] != NULL; args++)
		argv[args] = b->options[args];
	for (size_t i = 0; i < n && args < ARGS_MAX; i++)
		if (list[i].name != NULL) {
			argv[args++] = list[i].name;
			names++;
		}
	argv[args] = NULL;
	if (argv[0] != NULL && names > 0 && hf_child_run(&end, &said, NULL, &c, NULL) == HF_OK && !end.timed_out && said.len > 0)
		listen_to(list, n, b, said.data);
	hf_buf_clear(&said);
}
