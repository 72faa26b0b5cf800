/* INT, TERM, HUP; and PIPE and XFSZ, which become errors of write(2). */
#include <signal.h>
#include <stddef.h>
#include <termios.h>
#include <unistd.h>

#include "../app.h"
#include "holdfast/child.h"

static volatile sig_atomic_t held, came, changed;
static struct termios        before;

static void
on_signal(int sig)
{
	if (held == 0 || came == sig) {
		if (changed)
			tcsetattr(STDIN_FILENO, TCSANOW, &before);
		if (sig == SIGINT && isatty(STDERR_FILENO) && write(STDERR_FILENO, "\n", 1) < 0) /* behind "^C" */
			came = sig;
		hf_child_end_all();
		_exit(128 + sig);
	}
	came = sig;
}

void
app_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal }, old;
	size_t           i;

	sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigaction(ends[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) /* nohup stays in force */
			sigaction(ends[i], &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	sigaction(SIGXFSZ, &sa, NULL);
}

void
app_hold(void)
{
	held++;
}

void
app_release(void)
{
	held--;
}

int
app_signal(void)
{
	return came;
}

void
app_terminal(bool will_change)
{
	changed = 0;
	if (will_change && tcgetattr(STDIN_FILENO, &before) == 0)
		changed = 1;
}
