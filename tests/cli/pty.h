/*
 * A person at a terminal: a program on a pseudo-terminal of its own, keys sent to it, what it shows awaited.
 *
 *	struct pty *p = pty_run(argv, 24, 80);
 *	ck_assert(pty_expect(p, "Owner: "));
 *	pty_send(p, "jo\t" PTY_ENTER);
 *	ck_assert_int_eq(pty_wait(p), 0);
 *	pty_free(p);
 *
 * Failures to set it up abort the test. Whatever the test does, pty_free ends the program.
 */
#ifndef HOLDFAST_TEST_PTY_H
#define HOLDFAST_TEST_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PTY_ENTER "\r"
#define PTY_TAB   "\t"
#define PTY_INT   "\003" /* Ctrl-C */
#define PTY_EOF   "\004" /* Ctrl-D */
#define PTY_STOP  "\032" /* Ctrl-Z */
#define PTY_UP    "\033[A"
#define PTY_LEFT  "\033[D"
#define PTY_BACK  "\177"

#define PTY_WAIT 60000 /* ms that something may take to appear, on a machine that has much else to do */

struct pty;

struct pty *pty_run(char *const *argv, int rows, int columns);                /* a program, in the environment of the test */
struct pty *pty_call(int (*fn)(void *arg), void *arg, int rows, int columns); /* a function, in a process of its own */
void        pty_free(struct pty *p);                                          /* NULL is fine */

void  pty_send(struct pty *p, const char *keys);
void  pty_size(struct pty *p, int rows, int columns); /* the window changes; SIGWINCH */
void  pty_signal(struct pty *p, int sig);
pid_t pty_pid(const struct pty *p);
void  pty_hang_up(struct pty *p); /* the window is closed: nothing is shown any more, and nobody types */

/*
 * Wait until text has been shown, after what was found last. False when it does not come in time: then pty_screen is worth printing.
 */
bool pty_expect(struct pty *p, const char *text);
/* Read what comes for so long; for what must not appear. */
void pty_pause(struct pty *p, int ms);

/* Everything shown so far, as bytes; ends with NUL. */
const char *pty_screen(const struct pty *p, size_t *len);

/* Does the terminal take lines and echo, as a shell leaves it? */
bool pty_is_cooked(const struct pty *p);

/* Wait for the end, or a stop: the exit status, 256 + n by signal n, 512 + n stopped by signal n, -1 when neither came in time. */
int pty_wait(struct pty *p);

#endif
