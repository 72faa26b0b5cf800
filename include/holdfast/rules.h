/*
 * All rules that hold: those of every policy on the shelf, each id once.
 *
 * A rule may stand in several policies. The one from the place that comes first on the shelf wins: the register's own documents, then the folders in
 * their order; within one place the name of the book decides. A rule without a query ("Severity" alone) gives its severity to the rule of that id, beside or behind it.
 */
#ifndef HOLDFAST_RULES_H
#define HOLDFAST_RULES_H

#include <stddef.h>

#include "holdfast/err.h"
#include "holdfast/policy.h"
#include "holdfast/shelf.h"

struct hf_rule_now {
	const struct hf_rule  *rule; /* with its query */
	const char            *book; /* "policy/passwords" */
	enum hf_severity_level severity;
	const char            *severity_from; /* the book that says so */
};

struct hf_rules {
	struct hf_rule_now *list; /* the worst first, then by id */
	size_t              n;
	struct hf_policy  **policies; /* owned: what list points into */
	char              **names;
	size_t              n_policies;
};

/* HF_BAD: a policy has defects, or a severity is for no rule; the message names book and line. */
enum hf_code hf_rules_open(struct hf_rules **out, struct hf_shelf *shelf, struct hf_err *e);
void         hf_rules_free(struct hf_rules *rules);

/* HF_BAD, with the nearest id as the hint, when there is none. */
enum hf_code hf_rules_find(const struct hf_rule_now **out, const struct hf_rules *rules, const char *id, struct hf_err *e);

/* The profile of that name, from the shelf. HF_BAD with the nearest, or those there are, as the hint. */
enum hf_code hf_rules_profile(struct hf_profile **out, struct hf_shelf *shelf, const char *name, struct hf_err *e);

#endif
