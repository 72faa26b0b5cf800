#include "holdfast/dashboard.h"

#include <string.h>

#include "holdfast/due.h"

#define AHEAD 30 /* days */

static const struct {
	const char *name, *sql;
} lists[] = {
	{ "severities",
	    "SELECT severity, count(*) AS n, count(DISTINCT record) AS records FROM finding GROUP BY severity"
	    " ORDER BY CASE severity WHEN 'critical' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3 ELSE 4 END" },
	{ "worst",
	    "SELECT ref, count(*) AS n, group_concat(DISTINCT rule) AS rules FROM finding WHERE severity IN ('critical', 'high')"
	    " GROUP BY record, ref ORDER BY n DESC, ref LIMIT 20" },
	{ "states", "SELECT coalesce(state, 'not recorded') AS state, count(*) AS n FROM account GROUP BY 1 ORDER BY n DESC, 1" },
	{ "providers", "SELECT provider, count(*) AS n FROM account WHERE in_use GROUP BY 1 ORDER BY n DESC, 1" },
	{ "runs",
	    "SELECT r.title, coalesce(a.ref, p.ref, u.ref, o.ref, r.subject) AS ref, substr(r.started_at, 1, 10) AS started, nullif(r.late, 0) AS late"
	    " FROM run r LEFT JOIN account a ON a.id = r.subject LEFT JOIN person p ON p.id = r.subject LEFT JOIN unit u ON u.id = r.subject"
	    " LEFT JOIN org o ON o.id = r.subject WHERE r.state = 'open' AND NOT r.drill ORDER BY r.started_at" },
	{ "reviews",
	    "SELECT ref, coalesce(recovery_reviewed_on, 'never') AS day FROM account WHERE in_use"
	    " ORDER BY recovery_reviewed_on IS NOT NULL, recovery_reviewed_on, ref LIMIT 50" },
	{ "in_use", "SELECT count(*) AS n FROM account WHERE in_use" },
	{ "findings", "SELECT count(*) AS n FROM finding" },
};

/* A list of rows; of the counts the number alone. */
static enum hf_code
put_list(struct hf_json *out, struct hf_register *r, size_t i, struct hf_err *e)
{
	struct hf_ask   ask = { .sql = lists[i].sql };
	struct hf_json *rows = NULL, *value;
	enum hf_code    rc;

	if ((rc = hf_db_ask(&rows, NULL, hf_register_db(r), &ask, e)) != HF_OK)
		return hf_fail_in(e, "%s", lists[i].name);
	value = strstr(lists[i].sql, "GROUP BY") == NULL && strstr(lists[i].sql, "ORDER BY") == NULL ?
	    hf_json_get(hf_json_at(rows, 0), "n") :
	    rows;
	if (hf_json_set(out, lists[i].name, hf_json_ref(value)) != 0)
		rc = hf_nomem(e);
	hf_json_free(rows);
	return rc;
}

static enum hf_code
put_due(struct hf_json *out, struct hf_register *r, struct hf_shelf *shelf, struct hf_err *e)
{
	struct hf_due_opts opts = { .days = AHEAD };
	struct hf_json    *all = NULL, *overdue = hf_json_array(), *soon = hf_json_array();
	enum hf_code       rc;
	int                bad = 0;

	if ((rc = hf_due(&all, r, shelf, &opts, e)) != HF_OK)
		goto done;
	for (size_t i = 0; i < hf_json_len(all); i++)
		bad |= hf_json_push(
		    hf_json_num(hf_json_get(hf_json_at(all, i), "days")) < 0 ? overdue : soon, hf_json_ref(hf_json_at(all, i)));
	bad |= hf_json_set(out, "n_overdue", hf_json_int((int64_t)hf_json_len(overdue)));
	bad |= hf_json_set(out, "n_soon", hf_json_int((int64_t)hf_json_len(soon)));
	bad |= hf_json_set(out, "overdue", hf_json_ref(overdue));
	bad |= hf_json_set(out, "soon", hf_json_ref(soon));
	if (bad)
		rc = hf_nomem(e);
done:
	hf_json_free(all);
	hf_json_free(overdue);
	hf_json_free(soon);
	return rc;
}

enum hf_code
hf_dashboard_data(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, struct hf_err *e)
{
	struct hf_json *data = hf_json_object();
	struct hf_buf   org = HF_BUF_INIT;
	enum hf_code    rc = HF_OK;

	*out = NULL;
	hf_register_org(&org, r);
	if (hf_json_set(data, "organisation", hf_json_string(hf_buf_str(&org))) != 0 ||
	    hf_json_set(data, "today", hf_json_string(hf_register_today(r))) != 0 ||
	    hf_json_set(data, "head", hf_json_string(hf_register_head(r)->hex)) != 0)
		rc = hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < sizeof(lists) / sizeof(lists[0]); i++)
		rc = put_list(data, r, i, e);
	if (rc == HF_OK)
		rc = put_due(data, r, shelf, e);
	if (rc == HF_OK && hf_json_set(data, "n_runs", hf_json_int((int64_t)hf_json_len(hf_json_get(data, "runs")))) != 0)
		rc = hf_nomem(e);
	if (rc == HF_OK)
		*out = hf_json_ref(data);
	hf_json_free(data);
	hf_buf_clear(&org);
	return rc;
}

enum hf_code
hf_dashboard_page(struct hf_buf *out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_json *data,
    enum hf_format format, size_t width, struct hf_err *e)
{
	struct hf_report rep = { .r = r, .shelf = shelf, .template_name = "page/dashboard", .format = format, .width = width };

	return hf_report_fill(out, &rep, data, e);
}
