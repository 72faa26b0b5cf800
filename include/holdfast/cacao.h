/*
 * A playbook as an OASIS CACAO 2.0 document, for other tools to read and run.
 *
 * Every id is made from the book's name and what it stands for, so that the same book gives the same document. Every step is a manual action of a
 * role. What people decide stands in variables: the answer of step s in __answer-s__, and in __go-to__ the step that an answer jumps to, "none"
 * while nothing is jumped over, "end" when the run ends early. A book with an answer that leads back is one while-condition over all its steps.
 * What CACAO has no word for (deadlines, evidence, second persons…) is kept in an extension of each step.
 */
#ifndef HOLDFAST_CACAO_H
#define HOLDFAST_CACAO_H

#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/playbook.h"

enum hf_cacao_for {
	HF_CACAO_ANY, /* whoever keeps to the specification */
	HF_CACAO_SOARCA /* COSSAS SOARCA: its own agent, a target and a time limit for each action, conditions of three words, no switch */
};

/* name: the book's on the shelf. HF_NOMEM only. hf_json_free it. */
enum hf_code hf_cacao(
    struct hf_json **out, const struct hf_playbook *p, const char *name, enum hf_cacao_for whom, struct hf_err *e);

#endif
