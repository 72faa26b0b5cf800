/* The tables of the runs and of the findings, and which table is filled from where. */
#include "holdfast/views.h"

#include <string.h>

#include "holdfast/check.h"
#include "holdfast/run.h"

/* A run is open unless what came last of its closing and reopening is the closing. */
static const char *const runs_sql =
    "DELETE FROM temp.run;"
    "INSERT OR IGNORE INTO temp.run SELECT run, playbook, json_extract(body, '$.title'),"
    " subject, json_extract(body, '$.parent'), 'open', coalesce(json_extract(body, '$.drill'), 0), NULL,"
    " occurred_at, NULL, json_extract(body, '$.inherited.aware_at'), NULL, NULL FROM main.entry WHERE type = 'start';"
    "UPDATE temp.run SET closed_at = x.occurred_at, state = 'closed' FROM"
    " (SELECT run, occurred_at, max(id), type FROM main.entry"
    "  WHERE type = 'close' OR (type = 'reopen' AND step IS NULL) GROUP BY run) x WHERE x.run = run.id AND x.type = 'close';"
    "UPDATE temp.run SET aware_at = x.v FROM (SELECT run, json_extract(captured, '$.aware_at') AS v, max(id) FROM main.entry"
    "  WHERE json_extract(captured, '$.aware_at') IS NOT NULL GROUP BY run) x WHERE x.run = run.id;"
    "UPDATE temp.run SET severity = x.v FROM (SELECT run, json_extract(captured, '$.severity') AS v, max(id) FROM main.entry"
    "  WHERE json_extract(captured, '$.severity') IS NOT NULL GROUP BY run) x WHERE x.run = run.id";

static const char *
first_late(const struct hf_run *run)
{
	for (size_t i = 0; i < hf_run_count(run); i++) {
		const struct hf_instance *at = hf_run_at(run, i);

		if (at->late && at->state == HF_OPEN)
			return at->step->title;
	}
	return NULL;
}

static int64_t
count_late(const struct hf_run *run)
{
	int64_t n = 0;

	for (size_t i = 0; i < hf_run_count(run); i++)
		n += hf_run_at(run, i)->late && hf_run_at(run, i)->state == HF_OPEN;
	return n;
}

static enum hf_code
put_late(struct hf_stmt *put, struct hf_register *r, struct hf_shelf *shelf, const char *id, struct hf_err *e)
{
	struct hf_buf  title = HF_BUF_INIT;
	struct hf_run *run = NULL;
	struct hf_err  why = HF_ERR_INIT;
	enum hf_code   rc;

	if ((rc = hf_run_open(&run, r, shelf, id, &why)) != HF_OK)
		return rc == HF_NOMEM ? hf_nomem(e) : HF_OK;
	if (first_late(run) != NULL)
		rc = hf_run_fill(&title, run, NULL, first_late(run), e);
	if (rc == HF_OK && (rc = hf_buf_check(&title, e)) == HF_OK) {
		hf_stmt_int(put, 1, count_late(run));
		hf_stmt_text(put, 2, title.len > 0 ? title.data : NULL);
		hf_stmt_text(put, 3, id);
		hf_stmt_step(put);
		rc = hf_stmt_reset(put, e);
	}
	hf_buf_clear(&title);
	hf_run_close(run);
	return rc;
}

/* How many steps of the open ones are late, which only their playbooks tell. */
static enum hf_code
late_steps(struct hf_register *r, struct hf_shelf *shelf, struct hf_err *e)
{
	struct hf_db   *db = hf_register_db(r);
	struct hf_stmt *ids = NULL, *put = NULL;
	struct hf_json *open = hf_json_array();
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&ids, db, "SELECT id FROM temp.run WHERE state = 'open'", e)) != HF_OK ||
	    (rc = hf_db_prepare(&put, db, "UPDATE temp.run SET late = ?, late_step = ? WHERE id = ?", e)) != HF_OK)
		goto done;
	while (rc == HF_OK && hf_stmt_step(ids))
		if (hf_json_push(open, hf_json_string(hf_stmt_col(ids, 0))) != 0)
			rc = hf_nomem(e);
	if (rc == HF_OK)
		rc = hf_stmt_reset(ids, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(open); i++)
		rc = put_late(put, r, shelf, hf_json_str(hf_json_at(open, i)), e);
done:
	hf_stmt_free(ids);
	hf_stmt_free(put);
	hf_json_free(open);
	return rc;
}

/* ---- findings ---- */

static enum hf_code
put_findings(struct hf_stmt *put, const struct hf_checked *c, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < c->n; i++) {
		hf_stmt_text(put, 1, c->rule->rule->id);
		hf_stmt_text(put, 2, hf_severity_word(c->rule->severity));
		hf_stmt_text(put, 3, c->rule->rule->title);
		hf_stmt_text(put, 4, c->findings[i].record[0] == '\0' ? NULL : c->findings[i].record);
		hf_stmt_text(put, 5, c->findings[i].ref);
		hf_stmt_text(put, 6, c->findings[i].found);
		hf_stmt_step(put);
		rc = hf_stmt_reset(put, e);
	}
	return rc;
}

static enum hf_code
put_looked(struct hf_stmt *put, const struct hf_checked *c, struct hf_err *e)
{
	hf_stmt_text(put, 1, c->rule->rule->id);
	hf_stmt_text(put, 2, c->rule->rule->looks_at);
	hf_stmt_int(put, 3, (int64_t)c->of);
	hf_stmt_step(put);
	return hf_stmt_reset(put, e);
}

/* What check would say now. */
static enum hf_code
findings(struct hf_register *r, struct hf_shelf *shelf, struct hf_err *e)
{
	struct hf_check_opts opts = {
		.db = hf_register_db(r), .today = hf_register_today(r), .now = hf_register_now(r), .count = HF_COUNT_ALL
	};
	struct hf_rules *rules = NULL;
	struct hf_check *check = NULL;
	struct hf_stmt  *put = NULL, *looked = NULL;
	enum hf_code     rc;

	if ((rc = hf_rules_open(&rules, shelf, e)) != HF_OK)
		return rc;
	opts.rules = rules;
	if ((rc = hf_check_run(&check, &opts, e)) != HF_OK ||
	    (rc = hf_db_exec(opts.db, "DELETE FROM temp.finding; DELETE FROM temp.looked", e)) != HF_OK ||
	    (rc = hf_db_prepare(&put, opts.db, "INSERT INTO temp.finding VALUES (?, ?, ?, ?, ?, ?)", e)) != HF_OK ||
	    (rc = hf_db_prepare(&looked, opts.db, "INSERT INTO temp.looked VALUES (?, ?, ?)", e)) != HF_OK)
		goto done;
	for (size_t i = 0; rc == HF_OK && i < check->n; i++)
		if ((rc = put_looked(looked, &check->rules[i], e)) == HF_OK)
			rc = put_findings(put, &check->rules[i], e);
done:
	hf_stmt_free(looked);
	hf_stmt_free(put);
	hf_check_free(check);
	hf_rules_free(rules);
	return rc;
}

enum hf_code
hf_views_fill(struct hf_register *r, struct hf_shelf *shelf, const char *group, struct hf_err *e)
{
	struct hf_db *db = hf_register_db(r);
	enum hf_code  rc;

	if (strcmp(group, "finding looked") == 0)
		return findings(r, shelf, e);
	if (strcmp(group, "run") != 0)
		return hf_views_shelf(db, shelf, group, hf_register_today(r), e);
	if ((rc = hf_db_exec(db, runs_sql, e)) == HF_OK)
		rc = late_steps(r, shelf, e);
	return rc;
}
