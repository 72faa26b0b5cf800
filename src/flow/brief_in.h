/* Inside src/flow: a brief that is being made. */
#ifndef FLOW_BRIEF_IN_H
#define FLOW_BRIEF_IN_H

#include "holdfast/brief.h"
#include "run_impl.h"

struct brief {
	const struct hf_run      *run;
	const struct hf_instance *i;
	struct hf_err            *e;
	enum hf_code              rc; /* the first failure */
};

/* Setters that remember the first failure; v is taken over, NULL is one. */
void brief_fail(struct brief *b, enum hf_code rc);
void brief_set(struct brief *b, struct hf_json *o, const char *key, struct hf_json *v);
void brief_push(struct brief *b, struct hf_json *list, struct hf_json *v);
void brief_set_text(struct brief *b, struct hf_json *o, const char *key, const char *text); /* "": nothing is set */
/* A text with every {path} filled in, and one whose code spans name steps by their titles. */
struct hf_json *brief_filled(struct brief *b, const char *text);
struct hf_json *brief_routed(struct brief *b, const char *text);
void            brief_set_filled(struct brief *b, struct hf_json *o, const char *key, const char *text);

/* What is asked of the person: keep, write, answers, changes, missing, needs. */
void brief_asks(struct brief *b, struct hf_json *out);
/* Whose turn it is, and when: second, approval, wait, repeat, confirm, claim; windows, children. */
void brief_turn(struct brief *b, struct hf_json *out);

#endif
