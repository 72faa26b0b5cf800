/*
 * A guidance document, read: its requirements one by one, and what in holdfast serves each of them.
 */
#ifndef HOLDFAST_GUIDANCE_H
#define HOLDFAST_GUIDANCE_H

#include "holdfast/doc.h"
#include "holdfast/err.h"
#include "holdfast/playbook.h"

enum hf_served_kind {
	HF_SERVED_RULE,   /* `HF-201` */
	HF_SERVED_BOOK,   /* `incident/hijacked-account`, `incident/hijacked-account#throw-out` */
	HF_SERVED_FIELD,  /* `account.vault_ref` */
	HF_SERVED_REPORT, /* `report/provider/x` */
	HF_SERVED_COMMAND /* `command/impact` */
};

struct hf_served {
	enum hf_served_kind kind;
	char               *name; /* "HF-201", "incident/hijacked-account", "account.vault_ref", "provider/x", "impact" */
	char               *part; /* the step or section after #; "" else */
	struct hf_pos       pos;
};

struct hf_statement {
	char                  *id, *title; /* "R058" */
	char                  *source;     /* where in the document: "line 64" */
	char                  *kind;       /* as written: "do", "record" */
	struct hf_served      *served;
	size_t                 n_served;
	char                  *ask; /* the question only a person can answer; "" when there is none */
	struct hf_pos          pos;
	const struct hf_block *blocks; /* borrowed from doc */
	size_t                 n_blocks;
};

struct hf_guidance {
	char                *id, *title;
	char                *publisher;
	char                *reviewed;   /* YYYY-MM-DD or "" */
	struct hf_statement *statements; /* in the order of the text */
	size_t               n_statements;
	struct hf_section   *doc; /* owned */
};

/* Every defect found goes to defects; HF_BAD when any is an error (then *out is NULL), with the first one as the message. */
enum hf_code hf_guidance_parse(
    struct hf_guidance **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e);
void hf_guidance_free(struct hf_guidance *g);

#endif
