/* Between the files that show a step. */
#ifndef HOLDFAST_CLI_STEP_IN_H
#define HOLDFAST_CLI_STEP_IN_H

#include "step.h"

#define STEP_LABEL 12 /* columns of "Write down  " */

/* A label before the first of several texts only. */
void step_add(struct page *p, const char **label, enum out_style style, const char *text);

/* ---- step_turn.c ---- */

void step_claim(struct page *p, const struct hf_json *brief);
void step_second(struct page *p, const struct hf_json *brief);
void step_confirm(struct page *p, const struct hf_json *brief);
void step_repeat(struct page *p, const struct hf_json *brief);
void step_waits(struct page *p, const struct hf_run *run, const struct hf_json *brief);
void step_limit(struct page *p, const struct hf_json *brief);
void step_beside(struct page *p, const struct hf_run *run, const struct hf_json *brief);
void step_inherited(struct page *p, const struct hf_json *brief);

#endif
