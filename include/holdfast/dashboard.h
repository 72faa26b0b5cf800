/*
 * The state of all accounts on one page: counts, findings, what is due, open runs, last reviews.
 */
#ifndef HOLDFAST_DASHBOARD_H
#define HOLDFAST_DASHBOARD_H

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/register.h"
#include "holdfast/report.h"
#include "holdfast/shelf.h"

/*
 * {"organisation","today","head","in_use","findings","n_overdue","n_soon","n_runs", and lists: "severities" [{"severity","n","records"}], "worst"
 * [{"ref","n","rules"}], "states" [{"state","n"}], "providers" [{"provider","n"}], "overdue" and "soon" [{"due","what","ref"}], "runs"
 * [{"title","ref","started","late"}], "reviews" [{"ref","day"}], the longest ago first.
 */
enum hf_code hf_dashboard_data(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, struct hf_err *e);

/* Append the page that the template page/dashboard makes of it. */
enum hf_code hf_dashboard_page(struct hf_buf *out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_json *data,
    enum hf_format format, size_t width, struct hf_err *e);

#endif
