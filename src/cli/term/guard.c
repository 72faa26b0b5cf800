#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define FDS 1024 /* descriptors that may be open: the usual soft limit (setrlimit(2)), which we do not raise */

/* What both processes see. */
struct shared {
	struct termios before, ours;
	int            reading; /* the terminal is as ours says */
};

static struct shared *shared;
static int            hold = -1; /* it closes when we end */
static pid_t          guard;

/* Other settings than ours are somebody else's. */
static bool
is_ours(void)
{
	struct termios now;

	return tcgetattr(STDIN_FILENO, &now) == 0 && now.c_iflag == shared->ours.c_iflag && now.c_oflag == shared->ours.c_oflag &&
	    now.c_lflag == shared->ours.c_lflag && memcmp(now.c_cc, shared->ours.c_cc, sizeof(now.c_cc)) == 0;
}

/* In the other process: only what is safe after fork. */
static void
watch(int end)
{
	static const int deaf[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE };
	char             c;
	ssize_t          n;

	for (size_t k = 0; k < sizeof(deaf) / sizeof(deaf[0]); k++)
		signal(deaf[k], SIG_IGN); /* to set the terminal from the background needs SIGTTOU ignored */
	setpgid(0, 0);
	for (int fd = 1; fd < FDS; fd++)
		if (fd != end)
			close(fd); /* neither locks nor pipes stay open because of us */
	do
		n = read(end, &c, 1);
	while (n < 0 && errno == EINTR);
	if (n == 0 && shared->reading && is_ours())
		tcsetattr(STDIN_FILENO, TCSANOW, &shared->before);
	_exit(0);
}

static void
start(void)
{
	int ends[2];

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || pipe(ends) != 0) {
		shared = NULL;
		return;
	}
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	if ((guard = fork()) == 0)
		watch(ends[0]);
	close(ends[0]);
	hold = ends[1];
	if (guard < 0)
		guard_end();
}

void
guard_begin(void)
{
	static bool tried;

	if (!tried)
		start();
	tried = true;
	if (shared != NULL && tcgetattr(STDIN_FILENO, &shared->before) != 0)
		guard_end();
}

void
guard_seen(void)
{
	if (shared == NULL || shared->reading)
		return;
	shared->reading = tcgetattr(STDIN_FILENO, &shared->ours) == 0;
}

void
guard_rest(void)
{
	if (shared != NULL)
		shared->reading = 0;
}

void
guard_end(void)
{
	if (hold >= 0) {
		guard_rest();
		close(hold);
	}
	if (guard > 0)
		while (waitpid(guard, NULL, 0) < 0 && errno == EINTR)
			continue;
	if (shared != NULL)
		munmap(shared, sizeof(*shared));
	shared = NULL;
	hold = -1;
	guard = 0;
}
