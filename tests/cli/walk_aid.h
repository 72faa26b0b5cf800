/*
 * What the tests of the walk share: an organisation with one account, a playbook with one of everything, a run of it for each test, and the person at
 * the terminal. HOLDFAST is the program.
 */
#ifndef HOLDFAST_TEST_WALK_AID_H
#define HOLDFAST_TEST_WALK_AID_H

#include <check.h>

#include "home_aid.h"
#include "pty.h"

extern char run[32]; /* of this test */

/* Unchecked and checked fixtures: once_up goes with once_down of home_aid.h, whose dir holds the books, too. */
void once_up(void);
void up(void);

/* Another playbook, "incident/x", for a fixture after once_up; and another run than up gives, by what stands behind "holdfast". */
void write_book(const char *name, const char *text);
void begin_run(const char *command);

/* "run resume", with one more option or NULL; 50 lines of 100 columns. */
struct pty *resume_in(int rows, int columns, const char *option);
struct pty *resume(void);

/* Check has no room for more than the end of it. */
#define EXPECT(p, text) \
	ck_assert_msg(pty_expect(p, text), "no \"%s\" on the screen:\n%s", text, last_part(pty_screen(p, NULL), 2500))

const char *last_part(const char *text, size_t len);

/* Wait for a question, then type. The prompt itself, not words above it: what is typed before a fresh one stands is thrown away. */
void type(struct pty *p, const char *question, const char *keys);
void ends_with(struct pty *p, int status); /* with the terminal as it was; frees it */
void leave(struct pty *p);                 /* by q, from a step */

const char *of_run(const char *expression); /* what Perl says of the run: $d is what run show gives */
void        is_state(const char *step, const char *state);
int         entries(void);

#endif
