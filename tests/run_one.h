/*
 * For a file whose tests are each about one run in the world of run_aid.h: the run, what ends a test (a checked fixture with run_world_open), and the
 * heading of the only phase that most of its playbooks have.
 */
#ifndef HOLDFAST_RUN_ONE_H
#define HOLDFAST_RUN_ONE_H

#include "run_aid.h"

#define PHASE "\n## Phase `phase`\n\n"

static struct hf_run *run;

static void
down(void)
{
	hf_run_close(run);
	run = NULL;
	run_world_close();
}

#endif
