/*
 * What git leaves in a repository when it is killed or the disk is full: temporary packs and objects, which may be large. Under the lock of sync.
 */
#ifndef HOLDFAST_STORE_SWEEP_H
#define HOLDFAST_STORE_SWEEP_H

#include <time.h>

/*
 * Remove those to which nothing was written for an hour and, unless since is 0, those to which something was written since then: a git of ours began
 * then, and has ended. What somebody has open stays, where that can be told (Linux). Failures only cost space.
 */
void hf_sweep(const char *repo, time_t since);

#endif
