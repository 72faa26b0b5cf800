/*
 * Reports: a template filled from a run and the register, as Markdown, text or HTML.
 */
#ifndef HOLDFAST_REPORT_H
#define HOLDFAST_REPORT_H

#include <stdbool.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/run.h"

enum hf_format { HF_FORMAT_TEXT, HF_FORMAT_MD, HF_FORMAT_HTML };

struct hf_report {
	struct hf_register *r;
	struct hf_shelf    *shelf;
	struct hf_run      *run;           /* NULL: no run, only what the register holds */
	const char         *subject;       /* id; with a run: its subject */
	const char         *template_name; /* "provider", "internal/siro-first", …; NULL: "provider" */
	enum hf_format      format;
	size_t              width;   /* of text; 0: lines are not wrapped */
	const char         *marking; /* for every page: "OFFICIAL-SENSITIVE"; NULL. A drill is marked in any case */
	bool                mask;    /* the registered address and number, and those for recovery, are shown by their ends alone */
	bool                draft;   /* it is not going to be noted in the log: its version does not count */
};

/*
 * Append the report. Values that nobody recorded print as "not recorded". name (may be NULL, size PATH) gets the template's name without
 * "template/": the account's provider's for "provider", or provider/generic when that provider has none. HF_NOTFOUND hints the nearest name.
 */
enum hf_code hf_report_make(struct hf_buf *out, char name[128], const struct hf_report *rep, struct hf_err *e);

/* The reports that the steps of a run ask for, each once, in the order of the steps that apply: array of template_name. */
enum hf_code hf_report_of_run(struct hf_json **out, const struct hf_run *run, struct hf_err *e);

/*
 * The SHA-256 sums of the files that this report names, by their name, sum or description: array of strings. They are what has to go with it.
 */
enum hf_code hf_report_names(struct hf_json **out, const struct hf_report *rep, struct hf_err *e);

/*
 * The same from data of the caller's, with the template of that name ("internal/self-assessment"). Of rep: shelf, run (a drill is marked), format,
 * width, template_name.
 */
enum hf_code hf_report_fill(struct hf_buf *out, const struct hf_report *rep, const struct hf_json *data, struct hf_err *e);

/* What a template is given: holdfast-template(5) has the table. */
enum hf_code hf_report_context(struct hf_json **out, const struct hf_report *rep, struct hf_err *e);

/* The partials of a template on the shelf: beside it, then by their own name. arg is the struct hf_partials. */
struct hf_partials {
	struct hf_shelf *shelf;
	const char      *beside; /* folder of the template, "provider"; "" */
};
enum hf_code hf_report_partial(void *arg, char **out, const char *name, struct hf_err *e);

/* "text", "md" or "html"; HF_USAGE otherwise. */
enum hf_code hf_format_parse(enum hf_format *out, const char *word, struct hf_err *e);

#endif
