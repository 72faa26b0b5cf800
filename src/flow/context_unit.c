/* What a page about a unit knows: its yearly answers, the risks that somebody accepted, and how far the units below it are. */
#include "context.h"

/* The year that the page is about: that of its run, else the latest that has answers. */
#define PERIOD "coalesce(:period, (SELECT max(period) FROM attestation WHERE unit = :x))"
#define SIGNED(office) \
	"(SELECT max(answered_on) FROM attestation t WHERE t.unit = u.id AND t.period = " PERIOD " AND t.control = '" office "')"

/* Red first, as who reads it wants it: made for sections. */
static void
answers(struct context *c)
{
	struct hf_json *rows = ctx_rows(c,
	    "SELECT t.period, t.control, t.answer, t.risk, t.rag, t.improvement, t.evidence_ref, p.name AS answered_by, t.answered_as,"
	    " t.answered_on, t.rag = 'red' AS is_red FROM attestation t LEFT JOIN person p ON p.id = t.answered_by WHERE t.unit = :x"
	    " AND t.period = " PERIOD " ORDER BY t.control, t.answered_as",
	    c->subject);

	ctx_bool(c, rows, "is_red");
	ctx_set(c, c->out, "attestations", rows);
}

static void
exceptions(struct context *c)
{
	struct hf_json *rows = ctx_rows(c,
	    "SELECT x.rule, coalesce(a.ref, d.ref, p.ref, u.ref) AS ref, x.reason, b.name AS accepted_by, x.expires,"
	    " x.expires < :today AS is_over"
	    " FROM exception x LEFT JOIN account a ON a.id = x.subject LEFT JOIN device d ON d.id = x.subject"
	    " LEFT JOIN person p ON p.id IN (x.subject, d.holder) LEFT JOIN unit u ON u.id = x.subject LEFT JOIN person b ON b.id = x.accepted_by"
	    " WHERE :x IN (a.unit, p.unit, u.id) ORDER BY x.expires IS NULL DESC, x.expires, x.rule",
	    c->subject);

	ctx_bool(c, rows, "is_over");
	ctx_set(c, c->out, "exceptions", rows);
}

/* The whole tree, each unit behind the one above it. Overdue is what the rule HF-801 finds: nobody confirmed or endorsed within a year. */
static void
below(struct context *c)
{
	struct hf_json *rows = ctx_rows(c,
	    "WITH RECURSIVE tree(id, path, depth) AS (SELECT id, name, 1 FROM unit WHERE parent = :x"
	    "  UNION SELECT n.id, t.path || ' / ' || n.name, t.depth + 1 FROM unit n JOIN tree t ON n.parent = t.id WHERE t.depth < 32),"
	    " state(path, answers, red, confirmed, endorsed, last_confirmed, last_endorsed) AS (SELECT t.path,"
	    "  (SELECT count(*) FROM attestation t WHERE t.unit = u.id AND t.period = " PERIOD
	    "   AND t.control NOT IN ('confirmation', 'endorsement')),"
	    "  (SELECT count(*) FROM attestation t WHERE t.unit = u.id AND t.period = " PERIOD " AND t.rag = 'red'),"
	    "  " SIGNED("confirmation") ", " SIGNED(
		"endorsement") ","
			       "  (SELECT max(answered_on) FROM attestation t WHERE t.unit = u.id AND t.control = 'confirmation'),"
			       "  (SELECT max(answered_on) FROM attestation t WHERE t.unit = u.id AND t.control = 'endorsement')"
			       "  FROM tree t JOIN unit u ON u.id = t.id)"
			       " SELECT path, red, CASE WHEN endorsed IS NOT NULL THEN 'endorsed on ' || endorsed"
			       "  WHEN confirmed IS NOT NULL THEN 'confirmed on ' || confirmed || ', not endorsed'"
			       "  WHEN answers > 0 THEN answers || ' answered, not confirmed' ELSE 'nothing is answered' END AS state,"
			       " min(coalesce(last_confirmed, ''), coalesce(last_endorsed, '')) < date(:today, '-365 days') AS is_overdue"
			       " FROM state ORDER BY path",
	    c->subject);

	ctx_bool(c, rows, "is_overdue");
	ctx_set(c, c->out, "units_below", rows);
}

void
context_unit(struct context *c)
{
	answers(c);
	exceptions(c);
	below(c);
}
