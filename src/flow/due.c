#include "due_in.h"

#include <string.h>

#include "holdfast/id.h"
#include "holdfast/time.h"

#define TODAY "(SELECT today FROM temp.clock)"
#define ROUND 42 /* days: a round of the yearly questions takes six weeks */
/* Who answers for the account a: the owner, or the deputy when there is none or they left. */
#define OWNER \
	"coalesce((SELECT p.id FROM person p WHERE p.id = a.owner AND NOT p.gone), (SELECT p.id FROM person p WHERE p.id = a.deputy AND NOT p.gone))"

/*
 * What the records know. Each gives: ref, record, day, person, and the command that helps. What was never done at all is due today: nobody knows how
 * late it is. Without a day it is due six weeks after the record was made.
 */
static const struct {
	const char *what, *sql;
} sources[] = {
	{ "review",
	    "SELECT ref, id, coalesce(date(coalesce(recovery_reviewed_on, created_on), '+90 days'), " TODAY "), " OWNER
	    ", 'holdfast review ' || ref"
	    " FROM account a WHERE in_use" },
	{ "contact",
	    "SELECT a.ref || ', ' || c.type, c.id, coalesce(date(c.verified_on, '+90 days'), " TODAY
	    "), coalesce((SELECT h.id FROM person h WHERE h.id = c.holder AND NOT h.gone), " OWNER "), 'holdfast review ' || a.ref"
	    " FROM contact c JOIN account a ON a.id = c.account WHERE a.in_use AND c.type IN ('email', 'phone', 'person')" },
	{ "access",
	    "SELECT ref, id, coalesce(date(coalesce(access_reviewed_on, created_on), iif(criticality = 'critical', '+90 days', '+365 days')), " TODAY
	    "), " OWNER ","
	    " 'holdfast review ' || ref FROM account a WHERE in_use" },
	{ "password",
	    "SELECT ref, id, coalesce(date(coalesce(password_attested_on, created_on), '+365 days'), " TODAY "), " OWNER
	    ", 'holdfast review ' || ref"
	    " FROM account a WHERE in_use" },
	{ "privacy",
	    "SELECT ref, id, date(privacy_reviewed_on, '+365 days'), " OWNER
	    ", 'holdfast set ' || ref || ' privacy_reviewed_on=' || " TODAY
	    " FROM account a WHERE in_use AND privacy_reviewed_on IS NOT NULL" },
	{ "risk",
	    "SELECT ref, id, date(risk_assessed_on, '+365 days'), coalesce((SELECT h.id FROM person h WHERE h.id = a.risk_owner AND NOT h.gone), " OWNER
	    "), 'holdfast set ' || ref || ' risk_assessed_on=' || " TODAY
	    " FROM account a WHERE in_use AND risk_assessed_on IS NOT NULL" },
	{ "recovery-test",
	    "SELECT ref, id, coalesce(date(coalesce(recovery_tested_on, created_on), '+365 days'), " TODAY
	    "), coalesce(responder, owner),"
	    " 'holdfast respond ' || ref || ' --playbook routine/exercise --drill' FROM account WHERE in_use AND criticality = 'critical'" },
	{ "evidence",
	    "SELECT coalesce(a.ref || ', ', '') || coalesce(v.description, v.satisfies, v.file_name, v.id), v.id, v.valid_until,"
	    " coalesce(a.owner, v.collected_by), 'holdfast attach ' || coalesce(a.ref, (SELECT ref FROM org)) || ' FILE'"
	    " FROM evidence v LEFT JOIN account a ON a.id = v.account WHERE v.valid_until IS NOT NULL AND NOT coalesce(a.gone, 0)" },
	{ "exception",
	    "SELECT x.rule || coalesce(', ' || a.ref, ''), x.id, x.expires, x.accepted_by, 'holdfast set ' || x.id || ' expires=DAY'"
	    " FROM exception x LEFT JOIN account a ON a.id = x.subject WHERE x.expires IS NOT NULL AND NOT coalesce(a.gone, 0)" },
	{ "attestation",
	    "SELECT u.ref, u.id, date((SELECT max(t.answered_on) FROM attestation t WHERE t.unit = u.id AND t.control = 'confirmation'), '+365 days'),"
	    " coalesce(u.deputy_director, u.director), 'holdfast attest \"' || u.ref || '\"' FROM unit u" },
	{ "attestation",
	    "SELECT u.ref || ', endorsement', t.id, date(max(t.answered_on), '+42 days'), u.director, 'holdfast attest \"' || u.ref || '\"'"
	    " FROM attestation t JOIN unit u ON u.id = t.unit WHERE t.control = 'confirmation' AND NOT EXISTS"
	    "  (SELECT 1 FROM attestation n WHERE n.unit = t.unit AND n.period = t.period AND n.control = 'endorsement') GROUP BY u.id, t.period" },
	{ "declaration",
	    "SELECT d.ref, d.id, coalesce(d.deadline, " TODAY "),"
	    " iif(d.decision IS NULL, coalesce((SELECT press FROM org), d.person), d.person), 'holdfast declare ' || d.id"
	    " FROM declaration d JOIN person p ON p.id = d.person WHERE (d.decision IS NULL OR (d.outcome IS NULL AND d.deadline IS NOT NULL))"
	    " AND NOT p.gone" },
	{ "notice",
	    "SELECT p.name, p.id, p.next_notice_on, coalesce((SELECT press FROM org), (SELECT security FROM org)), 'holdfast declare \"' || p.name || '\"'"
	    " FROM person p WHERE p.next_notice_on > coalesce(p.notice_sent_on, '') AND NOT p.gone" },
	{ "leaver",
	    "SELECT p.name, p.id, date(p.last_day, '-10 days'), coalesce((SELECT m.id FROM person m WHERE m.id = p.manager AND NOT m.gone),"
	    "  (SELECT hr FROM org)), 'holdfast offboard \"' || p.name || '\"'"
	    " FROM person p WHERE p.last_day IS NOT NULL AND NOT EXISTS"
	    "  (SELECT 1 FROM entry s WHERE s.type = 'start' AND s.playbook = 'routine/leaver'"
	    "   AND s.subject = p.id AND NOT coalesce(json_extract(s.body, '$.drill'), 0) AND coalesce((SELECT x.type FROM entry x"
	    "    WHERE x.run = s.run AND (x.type = 'close' OR (x.type = 'reopen' AND x.step IS NULL)) ORDER BY x.id DESC LIMIT 1), '') <> 'close')"
	    " AND EXISTS (SELECT 1 FROM tie t WHERE t.person = p.id)" },
	{ "document",
	    "SELECT path, id, review_by, owner, 'holdfast book edit ' || path FROM document WHERE review_by IS NOT NULL" },
	{ "contract",
	    "SELECT name, id, contract_ends_on, NULL, 'holdfast respond \"' || name || '\" --playbook routine/third-party' FROM supplier"
	    " WHERE contract_ends_on IS NOT NULL AND id IN (SELECT supplier FROM live_grant WHERE supplier IS NOT NULL)" },
	{ "grant",
	    "SELECT a.ref || ', ' || g.role || ' of ' || coalesce(p.name, s.name, '?'), g.id, g.until, " OWNER
	    ", 'holdfast set ' || g.id || ' until=DAY'"
	    " FROM live_grant g JOIN account a ON a.id = g.account LEFT JOIN person p ON p.id = g.person LEFT JOIN supplier s ON s.id = g.supplier"
	    " WHERE g.until IS NOT NULL AND NOT a.gone" },
	{ "exercise",
	    "SELECT name, id, coalesce(date((SELECT max(substr(coalesce(json_extract(body, '$.occurred_at'), json_extract(body, '$.recorded_at')), 1, 10))"
	    "  FROM entry WHERE type = 'start' AND (json_extract(body, '$.drill') OR playbook = 'routine/exercise')),"
	    " '+365 days'), " TODAY "), security, 'holdfast respond ' || (SELECT ref FROM account WHERE in_use"
	    "  ORDER BY criticality = 'critical' DESC, recovery_tested_on, ref LIMIT 1) || ' --playbook routine/exercise --drill' FROM org WHERE EXISTS (SELECT 1 FROM account WHERE in_use)" },
};

/* What takes more than a query. */
static const struct {
	const char *what;
	enum hf_code (*put)(struct due *d, struct hf_err *e);
} others[] = {
	{ "key", due_keys },
	{ "conflict", due_conflicts },
	{ "step", due_steps },
	{ "route", due_routes },
};

static int
set_text(struct hf_json *o, const char *key, const char *text)
{
	return hf_json_set(o, key, hf_json_or_null(text));
}

static int
set_step(struct hf_json *o, const struct due_item *it)
{
	char at[HF_TIME_SIZE];

	if (it->run == NULL)
		return 0;
	hf_time_rfc3339(at, it->at, false);
	return set_text(o, "run", it->run) | set_text(o, "step", it->step) | set_text(o, "at", at);
}

enum hf_code
due_put(struct due *d, const struct due_item *it, struct hf_err *e)
{
	struct hf_json *o;
	int             days, bad;

	if (it->day == NULL || !hf_day_valid(it->day) || (days = hf_day_diff(it->day, d->today)) > d->opts->days)
		return HF_OK;
	if (d->opts->person != NULL && (it->person == NULL || strcmp(it->person, d->opts->person) != 0))
		return HF_OK;
	o = hf_json_object();
	bad = set_text(o, "what", it->what) | set_text(o, "ref", it->ref) | set_text(o, "due", it->day) |
	    hf_json_set(o, "days", hf_json_int(days)) | set_text(o, "record", it->record) | set_text(o, "person", it->person) |
	    set_text(o, "do", it->how) | set_step(o, it);
	if (!bad)
		return hf_json_push(d->list, o) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(o);
	return hf_nomem(e);
}

/* The day of the first round of what was put into the register. */
static void
first_round(char out[HF_DAY_SIZE], const struct due *d, const char *record)
{
	hf_day_of(out, hf_id_time(record), hf_register_zone(d->r));
	hf_day_add(out, out, ROUND);
}

static enum hf_code
from_source(struct due *d, size_t i, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, hf_register_db(d->r), sources[i].sql, e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s)) {
		struct due_item it = { .what = sources[i].what };
		char            first[HF_DAY_SIZE];

		it.ref = hf_stmt_col(s, 0);
		it.record = hf_stmt_col(s, 1);
		it.day = hf_stmt_col(s, 2);
		it.person = hf_stmt_col(s, 3);
		it.how = hf_stmt_col(s, 4);
		if (it.day == NULL) {
			first_round(first, d, it.record);
			it.day = first;
		}
		rc = due_put(d, &it, e);
	}
	return hf_stmt_end(s, rc, e);
}

/* ---- in the order of their days ---- */

static int
by_day(const void *a, const void *b)
{
	static const char *const keys[] = { "due", "what", "ref", "record" };
	const struct hf_json    *x = *(struct hf_json *const *)a, *y = *(struct hf_json *const *)b;
	int                      n = 0;

	for (size_t i = 0; n == 0 && i < sizeof(keys) / sizeof(keys[0]); i++)
		n = strcmp(hf_json_text(x, keys[i]), hf_json_text(y, keys[i]));
	return n;
}

static bool
wanted(const struct hf_due_opts *opts, const char *what)
{
	return opts->what == NULL || strcmp(opts->what, what) == 0;
}

enum hf_code
hf_due(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_due_opts *opts, struct hf_err *e)
{
	struct due   d = { r, shelf, opts, hf_register_today(r), hf_json_array() };
	enum hf_code rc = d.list == NULL ? hf_nomem(e) : HF_OK;

	*out = NULL;
	for (size_t i = 0; rc == HF_OK && i < sizeof(sources) / sizeof(sources[0]); i++)
		if (wanted(opts, sources[i].what))
			rc = from_source(&d, i, e);
	for (size_t i = 0; rc == HF_OK && i < sizeof(others) / sizeof(others[0]); i++)
		if (wanted(opts, others[i].what))
			rc = others[i].put(&d, e);
	if (rc == HF_OK)
		rc = hf_json_sort(d.list, by_day) == 0 ? HF_OK : hf_nomem(e);
	if (rc == HF_OK)
		*out = hf_json_ref(d.list);
	hf_json_free(d.list);
	return rc;
}
