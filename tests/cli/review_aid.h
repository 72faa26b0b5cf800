/*
 * Two accounts of Ann Lee, x:one and x:two, whose review is due, with one of everything that a review asks for; and Ann at her terminal.
 */
#ifndef HOLDFAST_TEST_REVIEW_AID_H
#define HOLDFAST_TEST_REVIEW_AID_H

#include "walk_aid.h"

void review_world(void); /* an unchecked fixture, with once_down of home_aid.h */

struct pty *review(const char *what); /* holdfast review WHAT; 50 lines of 100 columns */

#endif
