/*
 * Which records fall short of the rules: every rule's query is asked of the index, and each row is a finding unless somebody accepted the risk.
 */
#ifndef HOLDFAST_CHECK_H
#define HOLDFAST_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/db.h"
#include "holdfast/err.h"
#include "holdfast/progress.h"
#include "holdfast/rules.h"

struct hf_check_opts {
	struct hf_db            *db;
	const struct hf_rules   *rules;
	const struct hf_profile *profile; /* its rules alone; NULL: all */
	const char *const       *only;    /* ids: these rules alone; n_only 0: all */
	size_t                   n_only;
	const char              *subject; /* id: findings about this record, of a unit about all of it; NULL: all */
	const char              *today;   /* YYYY-MM-DD */
	int64_t                  now;     /* ms */
	enum {
		HF_COUNT_NOTHING,
		HF_COUNT_FOUND,
		HF_COUNT_ALL
	} count; /* how many things rules look at: those that find something, or all */
	const struct hf_progress *progress;
	size_t                    words; /* that many findings of a rule get their words, more are only counted; 0: all */
};

/* One row of a rule's query. One that is only counted is "" throughout. */
struct hf_finding {
	const char *record; /* id; "" when the row names none */
	const char *ref;
	const char *found; /* what is wrong, in words */
};

/* One rule, asked. */
struct hf_checked {
	const struct hf_rule_now *rule;
	struct hf_finding        *findings;
	size_t                    n;      /* findings */
	size_t                    things; /* different things among them, of the sort that the rule looks at; 0 unless counted */
	size_t      of;  /* how many of these it had to look at: it can find nothing where there is nothing; 0 unless counted */
	const char *fix; /* the command for the first finding, without "holdfast"; "" */
};

/* A finding that an exception holds back. */
struct hf_excused {
	const char *rule, *ref, *found;
	const char *exception;        /* id */
	const char *expires, *reason; /* "" */
	int         days;             /* until it expires; -1: it never does */
};

struct hf_check {
	struct hf_checked *rules; /* the worst first */
	size_t             n;
	size_t             findings;
	struct hf_excused *excused;
	size_t             n_excused;
	void              *memory; /* private */
};

/*
 * A row is held back by a record of kind exception with that rule whose subject is an id in any column of the row, and whose last day has not
 * passed. HF_BAD names the rule whose query fails; an unknown rule in only is HF_BAD too.
 */
enum hf_code hf_check_run(struct hf_check **out, const struct hf_check_opts *opts, struct hf_err *e);
void         hf_check_free(struct hf_check *c);

#endif
