/* Long text on a terminal, through the user's pager. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "term.h"

#define NOT_STARTED 127

/* The command for sh -c; NULL: no pager. */
static const char *
pager(void)
{
	const char *s = getenv("PAGER");

	if (s == NULL)
		return "if command -v less >/dev/null; then exec less; else exec more; fi";
	return *s == '\0' || strcmp(s, "cat") == 0 ? NULL : s;
}

static void
in_child(int in, const char *command)
{
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	if (in == STDIN_FILENO)
		fcntl(in, F_SETFD, 0);
	else if (dup2(in, STDIN_FILENO) < 0)
		_exit(NOT_STARTED);
	setenv("LESS", "FRX", 0); /* short text stays on the screen; colours */
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(NOT_STARTED);
}

bool
term_page(const struct term *t, const char *text, size_t len)
{
	const char      *command = pager();
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int              fds[2], status = 0;
	pid_t            pid;

	if (command == NULL || !t->out || t->dumb || pipe(fds) != 0)
		return false;
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &ignore, &before); /* Ctrl-C belongs to the pager */
	if ((pid = fork()) == 0)
		in_child(fds[0], command);
	close(fds[0]);
	if (pid > 0)
		hf_fs_write_fd(fds[1], text, len); /* an error: the reader has left, which is how pagers end */
	close(fds[1]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	sigaction(SIGINT, &before, NULL);
	return pid > 0 && !(WIFEXITED(status) && (WEXITSTATUS(status) == NOT_STARTED || WEXITSTATUS(status) == 126));
}
