/*
 * A policy, read: literate rules. People read the prose; SQLite runs the query; what it returns are findings.
 */
#ifndef HOLDFAST_POLICY_H
#define HOLDFAST_POLICY_H

#include <stdbool.h>

#include "holdfast/doc.h"
#include "holdfast/err.h"
#include "holdfast/playbook.h"

enum hf_severity_level { HF_CRITICAL, HF_HIGH, HF_MEDIUM, HF_LOW };

struct hf_rule {
	char                  *id, *title; /* "HF-201" */
	enum hf_severity_level severity;
	struct hf_names        source; /* statements: R095 */
	char                  *fix;    /* a holdfast command with {column}s; "" when none is given */
	char                  *finds;  /* text with {column}s */
	char *sql; /* columns record, ref, and what the texts need; "": it only gives another severity to a rule of another book */
	char *looks_at, *looks_sql; /* what it looks at, in words, and a query for it. Not said: the accounts in use */
	char *looks_column;         /* of that query, and of sql: by it both are counted. "record", "person"… */
	struct hf_pos          pos, sql_pos, looks_pos;
	const struct hf_block *blocks; /* the prose; borrowed from doc */
	size_t                 n_blocks;
};

struct hf_policy {
	char              *id, *title;
	char              *reviewed; /* YYYY-MM-DD or "" */
	struct hf_rule    *rules;    /* in the order of the text */
	size_t             n_rules;
	struct hf_section *doc; /* owned */
};

/* Every defect found goes to defects; HF_BAD when any is an error (then *out is NULL), with the first one as the message. */
enum hf_code hf_policy_parse(struct hf_policy **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e);
void         hf_policy_free(struct hf_policy *p);

const struct hf_rule *hf_policy_rule(const struct hf_policy *p, const char *id); /* NULL when none */
const char           *hf_severity_word(enum hf_severity_level level);            /* "critical" */

/*
 * A profile, read: which rules stand for a guidance document or a standard, part by part.
 */
struct hf_profile_part {
	char           *id, *title;
	struct hf_names rules; /* HF-201 */
	struct hf_pos   pos;
};

struct hf_profile {
	char                   *id, *title;
	char                   *publisher, *reviewed; /* "" when not said */
	struct hf_profile_part *parts;
	size_t                  n_parts;
	struct hf_section      *doc; /* owned */
};

enum hf_code hf_profile_parse(struct hf_profile **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e);
void         hf_profile_free(struct hf_profile *p);
bool         hf_profile_has(const struct hf_profile *p, const char *rule);

#endif
