/* Inside src/flow: while the rules are asked. Texts are kept one after the other in one buffer, which moves; so they are offsets until the end. */
#ifndef FLOW_CHECK_IMPL_H
#define FLOW_CHECK_IMPL_H

#include "holdfast/buf.h"
#include "holdfast/check.h"

struct exception {
	char *id, *rule, *subject, *expires, *reason;
};

struct found {
	size_t                  record, ref, found, thing;
	const struct exception *exception; /* NULL: nothing holds it back */
};

/* What several rules look at. */
struct looked {
	const char *sql;
	size_t      n;
};

struct asked {
	const struct hf_rule_now *rule;
	size_t                    from, n; /* in found */
	size_t                    looked;
	size_t                    fix;
	bool                      has_fix;
};

#define NAMED_COLUMNS 32

struct asking {
	const struct hf_check_opts *opts;
	struct exception           *exceptions; /* that hold today */
	size_t                      n_exceptions;
	char                      **subjects; /* sorted ids */
	size_t                      n_subjects;

	struct hf_buf text;
	struct found *found;
	size_t        n_found, cap_found;
	struct asked *asked;
	size_t        n_asked;

	struct looked            *looked; /* each once; there are no more than rules */
	size_t                    n_looked;
	size_t                    now_looked; /* the one of the rule in hand */
	const struct hf_rule_now *rule;       /* in hand */
	int                       n_columns;  /* of its answer; 0: no row came yet */
	struct {
		const char *text;
		size_t      len;
	} names[NAMED_COLUMNS]; /* of the first of them */
	size_t fix;
	bool   has_fix;
	size_t n_words; /* findings of it that got their words */
};

enum hf_code  asking_begin(struct asking *a, struct hf_err *e);
struct found *asking_add(struct asking *a);                   /* NULL: out of memory */
void          asking_end_rule(struct asking *a, size_t from); /* those found from there on are its */
/* Offsets become pointers, records are counted; the texts are the result's now. */
enum hf_code asking_settle(struct hf_check **out, struct asking *a, struct hf_err *e);
void         asking_clear(struct asking *a);

#endif
