/* Inside src/flow: a list of what is due while it is made. */
#ifndef FLOW_DUE_IN_H
#define FLOW_DUE_IN_H

#include "holdfast/due.h"

struct due {
	struct hf_register       *r;
	struct hf_shelf          *shelf;
	const struct hf_due_opts *opts;
	const char               *today;
	struct hf_json           *list;
};

/* One thing. Not put when it is too far ahead, or somebody else's. */
struct due_item {
	const char *what, *ref, *record, *day, *person, *how; /* record, person and how may be NULL */
	const char *run, *step;                               /* of a step; else NULL */
	int64_t     at;                                       /* deadline of a step, ms */
};

enum hf_code due_put(struct due *d, const struct due_item *item, struct hf_err *e);

/* Keys of members that expire, or are of no use. */
enum hf_code due_keys(struct due *d, struct hf_err *e);
/* What two people changed at once, and nobody settled. */
enum hf_code due_conflicts(struct due *d, struct hf_err *e);
/* Open steps that have a deadline, of runs that are no drill. */
enum hf_code due_steps(struct due *d, struct hf_err *e);
/* Routes of the providers that are in use; a sheet that cannot be read is due itself, today. */
enum hf_code due_routes(struct due *d, struct hf_err *e);

#endif
