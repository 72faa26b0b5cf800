/* Inside src/flow: a self-assessment while it is made. */
#ifndef FLOW_ASSESS_IN_H
#define FLOW_ASSESS_IN_H

#include "holdfast/assess.h"
#include "holdfast/guidance.h"

struct assess {
	struct hf_register *r;
	struct hf_shelf    *shelf;
	struct hf_json *rules; /* id → {"found","of","looks_at"}: things, how many of them the rule had to look at, what they are */
	struct hf_json *runs;  /* book → {"done","last"}: finished steps, "book#step" as well */
	const char     *since; /* a year ago */
	struct hf_json *list;
};

/* What one thing that serves shows today. */
enum showing {
	SHOWS_NOTHING,
	SHOWS_GOOD,
	SHOWS_SOME,
	SHOWS_BAD,
	SHOWS_EMPTY /* there was nothing to look at */,
	SHOWS_WRITTEN /* a procedure that nobody ever used */
};

/* says is appended. */
enum hf_code assess_rule(enum showing *out, struct hf_buf *says, struct assess *a, const char *rule, struct hf_err *e);
enum hf_code assess_field(enum showing *out, struct hf_buf *says, struct assess *a, const char *field, struct hf_err *e);
enum hf_code assess_book(
    enum showing *out, struct hf_buf *says, struct assess *a, const char *book, const char *step, struct hf_err *e);
enum hf_code assess_report(enum showing *out, struct hf_buf *says, struct assess *a, const char *name, struct hf_err *e);

/* What people answered to a statement: {"answer","rag","risk","improvement","units"} of the worst unit; NULL when nobody did in a year. */
enum hf_code assess_answer(struct hf_json **out, struct assess *a, const char *statement, struct hf_err *e);

/* Fill a->rules and a->runs. */
enum hf_code assess_rules(struct assess *a, struct hf_err *e);
enum hf_code assess_runs(struct assess *a, struct hf_err *e);

#endif
