/*
 * For a file whose tests are each about one run in the world of run_aid.h: the run, what ends a test (a checked fixture with run_world_open), the
 * heading of the only phase that most of its playbooks have, and what is asked of a run again and again.
 */
#ifndef HOLDFAST_RUN_ONE_H
#define HOLDFAST_RUN_ONE_H

#include <stdio.h>

#include "run_aid.h"
#include "test.h"

#define PHASE "\n## Phase `phase`\n\n"

static struct hf_run *run;

static inline struct hf_act
on(const char *step, const char *text)
{
	return (struct hf_act){ .step = step, .text = text };
}

static inline const struct hf_json *
last_entry(void)
{
	return hf_json_at(hf_run_entries(run), hf_json_len(hf_run_entries(run)) - 1);
}

/* Of an account; until the next call. */
static inline const char *
state_of(const char *id)
{
	static char     state[64];
	struct hf_json *j;

	ck_ok(hf_register_get(&j, world.r, id, &e));
	snprintf(state, sizeof(state), "%s", hf_json_text(j, "state"));
	hf_json_free(j);
	return state;
}

static void
down(void)
{
	hf_run_close(run);
	run = NULL;
	run_world_close();
}

#endif
