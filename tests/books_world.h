/* The register that books_aid.c carries books out on: everything that some step of some book asks for is there once. */
#ifndef HOLDFAST_BOOKS_WORLD_H
#define HOLDFAST_BOOKS_WORLD_H

/* Add it to world.r, which run_world_make_two() made. */
void books_world_fill(void);

#endif
