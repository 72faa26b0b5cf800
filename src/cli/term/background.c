#include "background.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holdfast/share.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

/*
 * This very program, however it was called and whatever stands in its place by now: Linux tells by /proc. Where there is no /proc the walk does not sync,
 * and says so: what argv[0] names may be another program, or none.
 */
#define SELF "/proc/self/exe"

#define PERIOD   (30 * HF_SECOND)
#define SAID_MAX 4096

void
background_open(struct background *b, struct app *app)
{
	struct hf_err ignored = HF_ERR_INIT;
	char         *url = NULL;

	memset(b, 0, sizeof(*b));
	b->fd = -1;
	b->known = hf_remote_get(&url, app->reg, &ignored) == HF_OK && url != NULL;
	free(url);
	if (b->known && access(SELF, X_OK) != 0) {
		b->known = false;
		hf_buf_adds(&b->problem, "there is no /proc here, and the walk needs it for that; by hand: holdfast sync");
	}
}

void
background_close(struct background *b)
{
	if (b->fd >= 0)
		close(b->fd);
	hf_buf_clear(&b->problem);
	memset(b, 0, sizeof(*b));
	b->fd = -1;
}

/* ---- in the child ---- */

static void
become(int fd, char *const *argv)
{
	int null = open("/dev/null", O_RDWR);

	setsid(); /* Ctrl-C in the walk is not for it */
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0 && dup2(fd, STDERR_FILENO) >= 0)
		execv(SELF, argv);
	_exit(127);
}

/* ---- in the walk ---- */

/* The words are given to a program that reads them as they are; none is changed. */
static char *
word(const char *s)
{
	return (char *)(uintptr_t)s;
}

static void
not_started(struct background *b)
{
	hf_buf_cut(&b->problem, 0);
	hf_buf_addf(&b->problem, "it could not be started: %s", strerror(errno));
}

void
background_start(struct background *b, const struct app *app)
{
	char *argv[] = { word("holdfast"), word("--no-input"), word("--quiet"), word("--register"),
		word(hf_register_path(app->reg)), word("--key"), word(hf_register_key(app->reg)), word("sync"), word("--timeout"),
		word("20"), NULL };
	int   fds[2];
	pid_t pid;

	if (!b->known || b->pid != 0 || (b->began != 0 && hf_time_mono() - b->began < PERIOD))
		return;
	b->began = hf_time_mono();
	if (pipe(fds) != 0) {
		not_started(b);
		return;
	}
	for (int i = 0; i < 2; i++)
		fcntl(fds[i], F_SETFD, FD_CLOEXEC);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	if ((pid = fork()) == 0)
		become(fds[1], argv);
	close(fds[1]);
	if (pid < 0) {
		not_started(b);
		close(fds[0]);
		return;
	}
	b->pid = pid;
	b->fd = fds[0];
}

/* "holdfast: subject: reason", and the hint after it. */
static void
take_problem(struct background *b, int status)
{
	char    said[SAID_MAX];
	ssize_t n = read(b->fd, said, sizeof(said) - 1);
	char   *from = said;

	hf_buf_cut(&b->problem, 0);
	said[n < 0 ? 0 : n] = '\0';
	said[strcspn(said, "\n")] = '\0';
	if (hf_text_prefix(from, "holdfast: "))
		from += 10;
	if (*from != '\0')
		hf_text_clean(&b->problem, from, strlen(from), false);
	else
		hf_buf_addf(&b->problem, "it ended with %d", status);
}

bool
background_reap(struct background *b)
{
	int  status = 0;
	bool good;

	if (b->pid == 0 || waitpid(b->pid, &status, WNOHANG) != b->pid)
		return false;
	good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (good) {
		hf_buf_cut(&b->problem, 0);
		b->synced = b->began;
	} else {
		take_problem(b, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
	close(b->fd);
	b->fd = -1;
	b->pid = 0;
	return good;
}

void
background_words(struct hf_buf *out, const struct background *b)
{
	if (b->problem.len > 0) {
		hf_buf_addf(out, "not synced: %s", hf_buf_str(&b->problem));
	} else if (b->synced != 0) {
		hf_buf_adds(out, "synced ");
		hf_time_words(out, hf_time_mono() - b->synced);
		hf_buf_adds(out, " ago");
	}
}
