/* Inside src/flow: the parts of a report's context. */
#ifndef FLOW_CONTEXT_H
#define FLOW_CONTEXT_H

#include "holdfast/report.h"

struct context {
	const struct hf_report *rep;
	struct hf_register     *r;
	struct hf_run          *run; /* NULL */
	const char             *subject;
	struct hf_json         *out;
	const struct hf_sheet  *sheet; /* NULL */
	struct hf_sheet        *own_sheet;
	struct hf_err          *e;
	enum hf_code            rc; /* the first failure */
};

/* Setters that remember the first failure; v is taken over. */
void ctx_set(struct context *c, struct hf_json *o, const char *key, struct hf_json *v);
/* "" and NULL are set as null, so that a template does not look for the name further out. */
void ctx_text(struct context *c, struct hf_json *o, const char *key, const char *text);
void ctx_time(struct context *c, struct hf_json *o, const char *key, int64_t t); /* 0: null */
void ctx_push(struct context *c, struct hf_json *list, struct hf_json *v);
void ctx_fail(struct context *c, enum hf_code rc);

/* A record as an object: its fields, ref, and what its references lead to, so many levels deep. */
struct hf_json *ctx_record(struct context *c, const char *id, int depth);
/* A value as people read it: times in the organisation's zone, ids as records. */
struct hf_json *ctx_value(struct context *c, const struct hf_json *v, int depth);
/* Rows of one of our own queries. :x is param, :today the day, :period the year that the run is about, else null. */
struct hf_json *ctx_rows(struct context *c, const char *sql, const char *param);
/* A column of such rows, for sections: a number becomes yes or no. */
void ctx_bool(struct context *c, struct hf_json *rows, const char *key);
/* Who holds a key: hf_register_who. */
void ctx_who(struct context *c, struct hf_json *o, const char *key, const char *fpr);

void context_provider(struct context *c); /* provider, routes, asks, needed, windows */
void context_unit(struct context *c);     /* attestations, exceptions, units_below */
void context_run(struct context *c);      /* run, steps, entries, evidence, rows, tickets */

#endif
