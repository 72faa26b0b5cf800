/* Inside src/flow: what is watched, and hidden, while a report is filled. */
#ifndef FLOW_REPORT_IN_H
#define FLOW_REPORT_IN_H

#include "holdfast/report.h"
#include "holdfast/template.h"

/*
 * A template is filled twice: the first time it is watched what it prints where, the second time it can print that too, as "sources" and "blank".
 */
struct report_watch {
	const struct hf_run *run;        /* NULL */
	struct hf_json      *hidden;     /* what is shown by its ends alone → how; NULL: nothing */
	struct hf_json      *told;       /* holdfast-template(5), sources and blank; NULL: nothing is watched any more */
	size_t               values[16]; /* where those of the line in hand begin */
	size_t               n_values;
	bool                 failed;
};

/* hidden: the registered address and number of the account in data, and those for recovery. */
enum hf_code report_watch_open(struct report_watch *w, const struct hf_report *rep, const struct hf_json *data, struct hf_err *e);
void         report_watch_clear(struct report_watch *w);

/* For hf_template_opts.value; arg is the watch. */
void report_watch_value(void *arg, struct hf_buf *text, const struct hf_template_place *place);

/* What the first filling showed goes to data; nothing is watched after it. */
enum hf_code report_watch_tell(struct report_watch *w, struct hf_json *data, const struct hf_buf *page, struct hf_err *e);

#endif
