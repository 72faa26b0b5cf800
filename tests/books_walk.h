/*
 * Every playbook that is shipped, carried out to its ends on a small register: values of the right type, a file for each Keep, the answer that was given
 * least so far, approvals by a second key, and the clock moved on when all that is left waits for a time. Waits for a word are ended by saying that it is so.
 * What a step asks to be done with another command is done first; a gate that stays closed is passed with a reason, and that does not count as reached.
 *
 * Each book is walked until every step was reached and every answer given: what no walk comes to is a failure, named. A line of figures for each.
 * BOOKS may be the beginning of a name; WALKS=n stops after n walks of each and blames nothing that they did not come to.
 */
#ifndef HOLDFAST_BOOKS_WALK_H
#define HOLDFAST_BOOKS_WALK_H

/* The books of that sort ("incident/"), as a test program: what main returns. */
int books_walk(const char *of);

#endif
