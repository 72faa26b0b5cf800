/*
 * A person's home with a new key in it, for the programs that meet holdfast as a person does. HOLDFAST is the program.
 */
#ifndef HOLDFAST_TEST_HOME_AID_H
#define HOLDFAST_TEST_HOME_AID_H

extern char dir[64]; /* HOME */

/* Unchecked fixtures: HOME, GNUPGHOME and the rest of the environment; its end, agents included. */
void home_up(void);
void once_down(void);

/* A command of the shell; what it prints comes back, without the last newline. It must succeed. */
const char *sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
