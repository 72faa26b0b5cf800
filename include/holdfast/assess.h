/*
 * How far the organisation is with each statement of a guidance: what its rules, fields, runs and reports show today, and what people attested.
 *
 * A statement is met when everything that serves it is in order, not met when nothing is, partly between. A procedure is in order when it was
 * carried out or rehearsed in the last 365 days. Where the guidance asks something that only a person can answer, it needs that answer, given as an
 * attestation whose control is the statement's id, not older than 365 days; several units: the worst counts. So does a statement that would be met,
 * but has a rule that found nothing because the register has nothing for it to look at.
 */
#ifndef HOLDFAST_ASSESS_H
#define HOLDFAST_ASSESS_H

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/register.h"
#include "holdfast/report.h"
#include "holdfast/shelf.h"

/*
 * Of one guidance ("ncsc-meetings", with or without "guidance/"), or (NULL) of all on the shelf, in their order:
 * [{"statement","title","guidance","source","status","rag","served_by":[name],"shown":[{"name","says","good","empty"}],"ask","risk","improvement"}]
 * status: met, partly, not-met, needs-person. rag: green, amber, red. good: true, false, or null when it shows nothing of itself; empty: a rule had nothing to look at. HF_NOTFOUND
 * with the nearest name.
 */
enum hf_code hf_assess(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, const char *guidance, struct hf_err *e);

/* {"met","partly","not_met","needs_person","all"}: how many are so. */
struct hf_json *hf_assess_count(const struct hf_json *list);

/* The sheet that an auditor reads, by the template internal/self-assessment; and as CSV with a header, safe in a spreadsheet. */
enum hf_code hf_assess_report(struct hf_buf *out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_json *list,
    enum hf_format format, size_t width, struct hf_err *e);
enum hf_code hf_assess_csv(struct hf_buf *out, const struct hf_json *list, struct hf_err *e);

#endif
