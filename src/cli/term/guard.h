/*
 * The terminal after a kill -9. Nothing can be done by a program that is killed outright; so another process of ours waits for that, beside it, and puts
 * the terminal back as it was. For edit.c.
 *
 * It keeps no file open but the terminal and a pipe, is out of reach of what is typed (a process group of its own), and ends with the program, however
 * that ends. Where the shell, or whoever else, has set the terminal meanwhile, it leaves it alone.
 */
#ifndef HOLDFAST_CLI_GUARD_H
#define HOLDFAST_CLI_GUARD_H

void guard_begin(void); /* a line is going to be read: what the terminal is like now is what it has to be like again */
void guard_seen(void);  /* the terminal is set for that, the first time in a line; costs nothing later */
void guard_rest(void);  /* the line has been read, the terminal is as it was */
void guard_end(void);   /* the program ends */

#endif
