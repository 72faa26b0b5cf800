#define _GNU_SOURCE /* pipe2 */
#include "holdfast/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "holdfast/time.h"

#define USUAL_PATH "/usr/local/bin:/usr/bin:/bin"
#define RUNNING    16     /* children at one time that a signal ends */
#define NAP        100    /* ms between two looks whether it has ended */
#define GRACE      2000   /* ms to end in when it is told to */
#define SOON       100000 /* ns, when it has nothing more to say: it is about to end */
#define CHUNK      4096
#define DRAIN      64

enum { OUT, ERR, WHY, N_PIPES }; /* WHY: the errno of an exec that failed */

struct child {
	const struct hf_child *c;
	struct hf_buf         *to[2];
	int                    fd[N_PIPES]; /* our ends; -1: closed */
	int                    its[N_PIPES];
	pid_t                  pid;
	int64_t                began, last; /* of the monotonic clock */
	bool                   timed_out;
};

/* ---- in the child: nothing but system calls ---- */

static void
limits(const struct hf_child *c)
{
	const int     back[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD };
	struct rlimit files = { (rlim_t)c->file_max, (rlim_t)c->file_max };
	sigset_t      none;

	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++)
		signal(back[i], SIG_DFL);
	signal(SIGXFSZ, SIG_IGN); /* an error of write(2), which it can tell about */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (c->file_max != 0)
		setrlimit(RLIMIT_FSIZE, &files);
}

/* First out of the way of each other, then to their places. */
static bool
hand_over(struct child *ch)
{
	const struct hf_child *c = ch->c;
	const int              end = HF_CHILD_FD + (int)c->n_fds;
	int                    at[HF_CHILD_FDS], why;

	if (c->n_fds == 0)
		return true;
	if ((why = fcntl(ch->its[WHY], F_DUPFD_CLOEXEC, end)) < 0)
		return false;
	ch->its[WHY] = why;
	for (size_t i = 0; i < c->n_fds; i++)
		if ((at[i] = fcntl(c->fds[i], F_DUPFD_CLOEXEC, end)) < 0)
			return false;
	for (size_t i = 0; i < c->n_fds; i++)
		if (dup2(at[i], HF_CHILD_FD + (int)i) < 0)
			return false;
	return true;
}

static void
become(struct child *ch)
{
	int null = open("/dev/null", O_RDONLY), err;

	setsid();
#ifdef __linux__
	prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
	limits(ch->c);
	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(ch->its[OUT], STDOUT_FILENO) >= 0 &&
	    dup2(ch->its[ERR], STDERR_FILENO) >= 0 && hand_over(ch))
		execve(ch->c->argv[0], (char *const *)(uintptr_t)ch->c->argv, ch->c->env);
	err = errno;
	while (write(ch->its[WHY], &err, sizeof(err)) < 0 && errno == EINTR)
		continue;
	_exit(127);
}

/* ---- outside ---- */

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static enum hf_code
pipes(struct child *ch, struct hf_err *e)
{
	int both[2];

	for (int i = 0; i < N_PIPES; i++)
		ch->fd[i] = ch->its[i] = -1;
	for (int i = 0; i < N_PIPES; i++) {
		/* Another thread may fork at any time: what it starts must not hold our pipes open. */
		if (pipe2(both, O_CLOEXEC) != 0)
			return hf_fail_errno(e, HF_SYSTEM, errno, "%s", ch->c->argv[0]);
		ch->fd[i] = both[0];
		ch->its[i] = both[1];
		/* Not onto the standard ones: those are replaced. */
		if (both[1] <= STDERR_FILENO && (ch->its[i] = fcntl(both[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1)) >= 0)
			close(both[1]);
		if (ch->its[i] < 0 || fcntl(ch->fd[i], F_SETFL, O_NONBLOCK) != 0)
			return hf_fail_errno(e, HF_SYSTEM, errno, "%s", ch->c->argv[0]);
	}
	return HF_OK;
}

/* Whatever has room is kept; the rest is read all the same, so that it never waits for us. */
static void
keep(struct child *ch, int which, const char *text, size_t len)
{
	struct hf_buf *b = ch->to[which];
	size_t         room = b == NULL ? 0 : b->max == 0 ? len : b->max > b->len ? b->max - b->len : 0;

	if (b != NULL)
		hf_buf_add(b, text, len < room ? len : room);
	if (which == ERR && ch->c->heard != NULL)
		ch->c->heard(ch->c->arg, text, len);
	ch->last = hf_time_mono();
}

/* As much as there is, but not for ever: a program that never stops talking has limits, too. */
static void
drain(struct child *ch, int which)
{
	char    chunk[CHUNK];
	ssize_t n = 1;

	for (int i = 0; ch->fd[which] >= 0 && i < DRAIN; i++) {
		if ((n = read(ch->fd[which], chunk, sizeof(chunk))) > 0)
			keep(ch, which, chunk, (size_t)n);
		else if (n == 0)
			shut(&ch->fd[which]);
		else if (errno != EINTR)
			break;
	}
}

static bool
too_long(const struct child *ch)
{
	int64_t now = hf_time_mono();

	return (ch->c->silent != 0 && now - ch->last > ch->c->silent * HF_SECOND) ||
	    (ch->c->whole != 0 && now - ch->began > ch->c->whole * HF_SECOND);
}

/* Has it ended? It stays a zombie, so that its number is nobody else's. */
static bool
has_ended(const struct child *ch)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)ch->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

static void
listen_to(struct child *ch)
{
	struct pollfd p[2] = { { ch->fd[OUT], POLLIN, 0 }, { ch->fd[ERR], POLLIN, 0 } };

	/* Not until the pipes are closed: a helper that stays, as ssh's for later connections, would hold them open. */
	if (ch->fd[OUT] < 0 && ch->fd[ERR] < 0)
		nanosleep(&(const struct timespec){ 0, SOON }, NULL);
	else
		poll(p, 2, NAP);
	drain(ch, OUT);
	drain(ch, ERR);
}

static void
tell_to_end(struct child *ch)
{
	int64_t since = hf_time_mono();

	ch->timed_out = true;
	kill(-ch->pid, SIGTERM);
	while (!has_ended(ch) && hf_time_mono() - since < GRACE)
		listen_to(ch);
}

/* ---- all that run ---- */

static _Atomic pid_t running[RUNNING];

static void
take_down(pid_t pid)
{
	for (size_t i = 0; i < RUNNING; i++) {
		pid_t none = 0;

		if (atomic_compare_exchange_strong(&running[i], &none, pid))
			return;
	}
}

static void
strike_out(pid_t pid)
{
	for (size_t i = 0; i < RUNNING; i++) {
		pid_t it = pid;

		if (atomic_compare_exchange_strong(&running[i], &it, 0))
			return;
	}
}

void
hf_child_end_all(void)
{
	for (size_t i = 0; i < RUNNING; i++) {
		pid_t pid = running[i];

		if (pid > 0)
			kill(-pid, SIGTERM);
	}
}

/* ---- one of them ---- */

static void
wait_for(struct hf_child_end *end, struct child *ch)
{
	int status = 0;

	take_down(ch->pid);
	ch->began = ch->last = hf_time_mono();
	while (!has_ended(ch) && !ch->timed_out) {
		listen_to(ch);
		if (ch->c->waits != NULL)
			ch->c->waits(ch->c->arg, hf_time_mono() - ch->last);
		if (too_long(ch))
			tell_to_end(ch);
	}
	kill(-ch->pid, SIGKILL); /* and what it started */
	strike_out(ch->pid);
	while (waitpid(ch->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	drain(ch, OUT);
	drain(ch, ERR);
	end->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	end->timed_out = ch->timed_out;
}

/* What the exec said; it has ended or the program runs: the pipe is closed then. */
static int
exec_error(const struct child *ch)
{
	struct pollfd p = { ch->fd[WHY], POLLIN, 0 };
	int           err = 0;

	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		continue;
	return read(ch->fd[WHY], &err, sizeof(err)) == (ssize_t)sizeof(err) ? err : 0;
}

enum hf_code
hf_child_run(struct hf_child_end *end, struct hf_buf *out, struct hf_buf *err, const struct hf_child *c, struct hf_err *e)
{
	struct child ch = { .c = c, .to = { out, err } };
	enum hf_code rc;
	int          why;

	end->status = -1;
	end->timed_out = false;
	if (c->n_fds > HF_CHILD_FDS)
		return hf_fail(e, HF_INTERNAL, "%s: %zu descriptors", c->argv[0], c->n_fds);
	if ((rc = pipes(&ch, e)) != HF_OK)
		goto done;
	if ((ch.pid = fork()) == 0)
		become(&ch);
	if (ch.pid < 0) {
		rc = hf_fail_errno(e, HF_SYSTEM, errno, "%s", c->argv[0]);
		goto done;
	}
	for (int i = 0; i < N_PIPES; i++)
		shut(&ch.its[i]);
	why = exec_error(&ch);
	wait_for(end, &ch);
	if (why != 0)
		rc = hf_fail_errno(e, why == ENOENT ? HF_NOTFOUND : HF_SYSTEM, why, "%s", c->argv[0]);
done:
	for (int i = 0; i < N_PIPES; i++) {
		shut(&ch.fd[i]);
		shut(&ch.its[i]);
	}
	return rc;
}

/* ---- where it is ---- */

static bool
can_run(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *
hf_child_find(const char *name, char *const *env)
{
	const char   *dirs = USUAL_PATH, *p;
	struct hf_buf b = HF_BUF_INIT;
	size_t        n;

	for (size_t i = 0; env != NULL && env[i] != NULL; i++)
		if (strncmp(env[i], "PATH=", 5) == 0)
			dirs = env[i] + 5;
	for (p = dirs; *p != '\0'; p += n + (p[n] == ':')) {
		n = strcspn(p, ":");
		hf_buf_cut(&b, 0);
		hf_buf_add(&b, p, n);
		hf_buf_addf(&b, "/%s", name);
		if (p[0] == '/' && can_run(hf_buf_str(&b))) /* not what lies in the folder one happens to be in */
			return hf_buf_steal(&b);
	}
	hf_buf_clear(&b);
	return NULL;
}
