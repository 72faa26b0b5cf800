#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct pty {
	int    fd; /* the side of the person */
	pid_t  pid;
	bool   ended;
	int    status; /* -1: nothing to tell */
	char  *shown;
	size_t len, cap;
	size_t found; /* what lies before was expected already */
};

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	abort();
}

static long long
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static struct pty *
start(char *const *argv, int (*fn)(void *arg), void *arg, int rows, int columns)
{
	struct winsize ws = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	struct pty    *p = calloc(1, sizeof(*p));

	must(p != NULL, "calloc");
	p->status = -1;
	fflush(NULL);
	p->pid = forkpty(&p->fd, NULL, NULL, &ws);
	must(p->pid >= 0, "forkpty");
	if (p->pid == 0) {
		if (fn != NULL)
			exit(fn(arg));
		execv(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	fcntl(p->fd, F_SETFD, FD_CLOEXEC);
	return p;
}

struct pty *
pty_run(char *const *argv, int rows, int columns)
{
	return start(argv, NULL, NULL, rows, columns);
}

struct pty *
pty_call(int (*fn)(void *arg), void *arg, int rows, int columns)
{
	return start(NULL, fn, arg, rows, columns);
}

/* Take what was shown, waiting at most ms for it. False: nothing came. */
static bool
take(struct pty *p, int ms)
{
	struct pollfd pfd = { .fd = p->fd, .events = POLLIN };
	ssize_t       n;

	if (poll(&pfd, 1, ms) <= 0)
		return false;
	if (p->len + 4096 > p->cap) {
		p->cap = p->cap * 2 + 8192;
		must((p->shown = realloc(p->shown, p->cap)) != NULL, "realloc");
	}
	n = read(p->fd, p->shown + p->len, 4095);
	if (n <= 0)
		return false; /* EIO: the other side has closed */
	p->len += (size_t)n;
	p->shown[p->len] = '\0';
	return true;
}

static char *
find(const struct pty *p, const char *text)
{
	size_t want = strlen(text), i;

	for (i = p->found; i + want <= p->len; i++)
		if (memcmp(p->shown + i, text, want) == 0)
			return p->shown + i;
	return NULL;
}

static void
reap(struct pty *p)
{
	int status;

	if (p->ended || waitpid(p->pid, &status, WNOHANG | WUNTRACED) != p->pid)
		return;
	if (WIFSTOPPED(status)) {
		p->status = 512 + WSTOPSIG(status);
		return;
	}
	p->ended = true;
	p->status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

/* Nothing more will be shown. */
static bool
has_ended(struct pty *p)
{
	reap(p);
	return p->ended && !take(p, 0);
}

bool
pty_expect(struct pty *p, const char *text)
{
	long long until = now() + PTY_WAIT;
	char     *at;

	while ((at = find(p, text)) == NULL)
		if (!take(p, 50) && (now() >= until || has_ended(p)))
			break;
	if (at == NULL)
		return false;
	p->found = (size_t)(at - p->shown) + strlen(text);
	return true;
}

void
pty_pause(struct pty *p, int ms)
{
	long long until = now() + ms;

	while (now() < until)
		take(p, 10);
}

void
pty_send(struct pty *p, const char *keys)
{
	size_t  len = strlen(keys);
	ssize_t n;

	for (; len > 0; keys += n, len -= (size_t)n) {
		n = write(p->fd, keys, len);
		must(n > 0 || errno == EINTR, "pty");
		n = n < 0 ? 0 : n;
	}
}

void
pty_size(struct pty *p, int rows, int columns)
{
	struct winsize ws = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

	must(ioctl(p->fd, TIOCSWINSZ, &ws) == 0, "TIOCSWINSZ");
}

void
pty_signal(struct pty *p, int sig)
{
	must(kill(p->pid, sig) == 0, "kill");
}

pid_t
pty_pid(const struct pty *p)
{
	return p->pid;
}

const char *
pty_screen(const struct pty *p, size_t *len)
{
	if (len != NULL)
		*len = p->len;
	return p->shown == NULL ? "" : p->shown;
}

bool
pty_is_cooked(const struct pty *p)
{
	struct termios t;

	must(tcgetattr(p->fd, &t) == 0, "tcgetattr");
	return (t.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO) && (t.c_iflag & ICRNL) != 0 && (t.c_oflag & OPOST) != 0;
}

int
pty_wait(struct pty *p)
{
	long long until = now() + PTY_WAIT;
	int       status;

	for (reap(p); p->status == -1 && now() < until; reap(p))
		take(p, 10);
	while (p->ended && take(p, 20))
		continue;
	status = p->status;
	if (!p->ended)
		p->status = -1;
	return status;
}

void
pty_hang_up(struct pty *p)
{
	int silent = open("/dev/null", O_RDONLY | O_CLOEXEC);

	must(silent >= 0 && dup2(silent, p->fd) >= 0, "hang up");
	close(silent);
}

void
pty_free(struct pty *p)
{
	if (p == NULL)
		return;
	if (!p->ended) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	close(p->fd);
	free(p->shown);
	free(p);
}
