/*
 * The rules of what applies, what a gate waits for, what is ready and by when, told a second time and apart from the program, for books of random_book.h.
 * It takes from a run what was logged of each step (state, answer, values) and works out the rest by itself: so a gate that is not looked at, or a condition
 * that is read the wrong way round, is seen.
 */
#ifndef HOLDFAST_RUN_MODEL_H
#define HOLDFAST_RUN_MODEL_H

#include "holdfast/run.h"

enum model_truth { MODEL_NO, MODEL_YES, MODEL_LATER };

/* Done with, as far as a gate asks. */
bool model_behind(const struct hf_instance *i);
/* Its Only if, and On … skip, on an account of x. */
enum model_truth model_applies(const struct hf_run *run, const struct hf_instance *i);
/* Its gate is open. */
bool model_met(const struct hf_run *run, const struct hf_instance *i);
/* Nothing stands before it. *deadline: by when. before: of the step before it in the text, 0 for none; is that of the step after it, then. */
bool model_ready(int64_t *deadline, int64_t *before, const struct hf_run *run, const struct hf_instance *i);

#endif
