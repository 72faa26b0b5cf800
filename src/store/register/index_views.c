/* The views over the tables of the index, and the tables that stand for the shelf and the runs. */
#include "index.h"

/*
 * Each is made when a statement first names it: few commands need any, and making them all costs as much as a listing. It begins with CREATE TEMP
 * VIEW or TABLE and its name.
 *
 * Derived views. A grant is live from since on and before until. tie is everything that bears a living tie to a person: who leaves must be taken out
 * of each. impact is who shares what with whom, so that a lost account leads to its neighbours.
 */
const char *const index_views[] = {
	"CREATE TEMP VIEW live_grant AS SELECT g.* FROM main.grant g, temp.clock c"
	" WHERE (g.until IS NULL OR g.until > c.today) AND (g.since IS NULL OR g.since <= c.today)",

	"CREATE TEMP VIEW duty AS"
	" SELECT owner AS person, id AS account, 'owner' AS detail FROM main.account WHERE owner IS NOT NULL"
	" UNION ALL SELECT deputy, id, 'deputy' FROM main.account WHERE deputy IS NOT NULL"
	" UNION ALL SELECT responder, id, 'responder' FROM main.account WHERE responder IS NOT NULL"
	" UNION ALL SELECT responder_deputy, id, 'responder_deputy' FROM main.account WHERE responder_deputy IS NOT NULL"
	" UNION ALL SELECT drafter, id, 'drafter' FROM main.account WHERE drafter IS NOT NULL"
	" UNION ALL SELECT reviewer, id, 'reviewer' FROM main.account WHERE reviewer IS NOT NULL"
	" UNION ALL SELECT approver, id, 'approver' FROM main.account WHERE approver IS NOT NULL"
	" UNION ALL SELECT risk_owner, id, 'risk_owner' FROM main.account WHERE risk_owner IS NOT NULL",

	"CREATE TEMP VIEW office AS"
	" SELECT siro AS person, id AS record, 'siro' AS detail FROM main.org WHERE siro IS NOT NULL"
	" UNION ALL SELECT dpo, id, 'dpo' FROM main.org WHERE dpo IS NOT NULL"
	" UNION ALL SELECT press, id, 'press' FROM main.org WHERE press IS NOT NULL"
	" UNION ALL SELECT security, id, 'security' FROM main.org WHERE security IS NOT NULL"
	" UNION ALL SELECT it, id, 'it' FROM main.org WHERE it IS NOT NULL"
	" UNION ALL SELECT privacy, id, 'privacy' FROM main.org WHERE privacy IS NOT NULL"
	" UNION ALL SELECT legal, id, 'legal' FROM main.org WHERE legal IS NOT NULL"
	" UNION ALL SELECT hr, id, 'hr' FROM main.org WHERE hr IS NOT NULL"
	" UNION ALL SELECT records, id, 'records' FROM main.org WHERE records IS NOT NULL"
	" UNION ALL SELECT regulator, id, 'regulator' FROM main.org WHERE regulator IS NOT NULL"
	" UNION ALL SELECT out_of_hours, id, 'out_of_hours' FROM main.org WHERE out_of_hours IS NOT NULL"
	" UNION ALL SELECT director, id, 'director' FROM main.unit WHERE director IS NOT NULL"
	" UNION ALL SELECT deputy_director, id, 'deputy_director' FROM main.unit WHERE deputy_director IS NOT NULL"
	" UNION ALL SELECT manager, id, 'manager' FROM main.person WHERE manager IS NOT NULL AND NOT gone",

	/* What a record holds of a person's own address or number. Of a closed account nothing can be changed any more. */
	"CREATE TEMP VIEW own_address AS"
	" SELECT p.id AS person, a.id AS account, 'registered_email' AS detail, a.id AS record FROM main.person p"
	"  JOIN main.account a ON a.registered_email = p.email COLLATE NOCASE WHERE NOT a.gone"
	" UNION ALL SELECT p.id, a.id, 'alerts_to', a.id FROM main.person p"
	"  JOIN main.account a ON a.alerts_to = p.email COLLATE NOCASE WHERE NOT a.gone"
	" UNION ALL SELECT p.id, a.id, 'registered_phone', a.id FROM main.person p"
	"  JOIN main.account a ON a.registered_phone = p.phone WHERE NOT a.gone"
	" UNION ALL SELECT p.id, c.account, 'value', c.id FROM main.person p JOIN main.contact c ON c.value = p.email COLLATE NOCASE"
	"  JOIN main.account a ON a.id = c.account WHERE NOT a.gone"
	" UNION ALL SELECT p.id, c.account, 'value', c.id FROM main.person p JOIN main.contact c"
	"  ON replace(replace(replace(replace(replace(replace(c.value, ' ', ''), '-', ''), '.', ''), '(', ''), ')', ''), '/', '') = p.phone"
	"  JOIN main.account a ON a.id = c.account WHERE NOT a.gone"
	" UNION ALL SELECT p.id, NULL, 'email', s.id FROM main.person p JOIN main.supplier s ON s.email = p.email COLLATE NOCASE"
	" UNION ALL SELECT p.id, NULL, 'phone', s.id FROM main.person p JOIN main.supplier s ON s.phone = p.phone",

	/* A login that several share is known to whoever had a right there, until it is changed after that right ended. */
	"CREATE TEMP VIEW known_password AS SELECT g.person AS person, a.id AS account, 'shared login' AS detail, a.id AS record"
	" FROM main.grant g JOIN main.account a ON a.id = g.account, temp.clock c WHERE a.login_model = 'shared' AND NOT a.gone"
	" AND g.person IS NOT NULL AND (g.since IS NULL OR g.since <= c.today)"
	" AND (g.until IS NULL OR g.until > c.today OR a.password_attested_on IS NULL OR a.password_attested_on < g.until)"
	" AND NOT EXISTS (SELECT 1 FROM main.share s WHERE s.account = a.id AND s.person = g.person"
	"  AND (s.rotated_on IS NULL OR s.rotated_on < s.shared_on)) GROUP BY g.person, a.id",

	/* The records that only some members may read, and the person whose key is among them. */
	"CREATE TEMP VIEW restricted AS"
	" SELECT p.id AS person, x.account AS account, 'contact' AS detail, x.id AS record FROM main.contact x, json_each(x.restricted_to) j"
	"  JOIN main.person p ON p.key_fpr = j.value"
	" UNION ALL SELECT p.id, x.account, 'evidence', x.id FROM main.evidence x, json_each(x.restricted_to) j JOIN main.person p ON p.key_fpr = j.value"
	" UNION ALL SELECT p.id, NULL, 'desk', x.id FROM main.desk x, json_each(x.restricted_to) j JOIN main.person p ON p.key_fpr = j.value"
	" UNION ALL SELECT p.id, NULL, 'declaration', x.id FROM main.declaration x, json_each(x.restricted_to) j JOIN main.person p ON p.key_fpr = j.value"
	" UNION ALL SELECT p.id, NULL, 'exception', x.id FROM main.exception x, json_each(x.restricted_to) j JOIN main.person p ON p.key_fpr = j.value",

	/* Roles that somebody was given in a run that is open, but not in one about themselves. */
	"CREATE TEMP VIEW run_role AS SELECT e.person AS person, e.role AS role, e.run AS run,"
	" json_extract(s.body, '$.title') AS title FROM main.entry e JOIN main.entry s ON s.run = e.run AND s.type = 'start'"
	" WHERE e.type IN ('assign', 'handover') AND e.person IS NOT NULL"
	" AND s.subject IS NOT e.person"
	" AND NOT EXISTS (SELECT 1 FROM main.entry l WHERE l.run = e.run AND l.type IN ('assign', 'handover') AND l.id > e.id"
	"  AND l.role = e.role)"
	" AND coalesce((SELECT x.type FROM main.entry x WHERE x.run = e.run AND (x.type = 'close' OR (x.type = 'reopen' AND x.step IS NULL))"
	"  ORDER BY x.id DESC LIMIT 1), '') <> 'close'",

	"CREATE TEMP VIEW tie AS"
	" SELECT person, account, 'duty' AS what, detail, account AS record FROM temp.duty"
	" UNION ALL SELECT person, NULL, 'office', detail, record FROM temp.office"
	" UNION ALL SELECT g.person, g.account, 'grant', g.role, g.id FROM main.grant g, temp.clock c"
	"  WHERE g.person IS NOT NULL AND (g.until IS NULL OR g.until > c.today)"
	" UNION ALL SELECT j.value, a.id, 'factor', 'second factor', a.id FROM main.account a, json_each(a.mfa_holders) j"
	" UNION ALL SELECT j.value, a.id, 'pack', 'recovery pack', a.id FROM main.account a, json_each(a.recovery_holders) j"
	" UNION ALL SELECT j.value, a.id, 'reader', 'extra reviewer', a.id FROM main.account a, json_each(a.extra_reviewers) j"
	" UNION ALL SELECT holder, account, 'contact', type, id FROM main.contact WHERE holder IS NOT NULL"
	" UNION ALL SELECT person, account, 'address', detail, record FROM temp.own_address"
	" UNION ALL SELECT holder, NULL, 'device', tag, id FROM main.device WHERE holder IS NOT NULL"
	" UNION ALL SELECT person, account, 'share', coalesce(method, 'password'), id FROM main.share"
	"  WHERE person IS NOT NULL AND (rotated_on IS NULL OR rotated_on < shared_on)"
	" UNION ALL SELECT person, account, 'password', detail, record FROM temp.known_password"
	" UNION ALL SELECT person, NULL, 'declaration', provider || ':' || handle, id FROM main.declaration"
	"  WHERE decision IS NULL OR decision = 'own-risk'"
	" UNION ALL SELECT answered_by, NULL, 'attestation', control || ', ' || period, id FROM main.attestation"
	"  WHERE answered_by IS NOT NULL AND answer IS NULL"
	" UNION ALL SELECT x.accepted_by, a.id, 'risk', x.rule, x.id FROM main.exception x JOIN temp.clock c"
	"  LEFT JOIN main.account a ON a.id = x.subject WHERE x.accepted_by IS NOT NULL AND (x.expires IS NULL OR x.expires >= c.today)"
	" UNION ALL SELECT p.id, NULL, 'excused', x.rule, x.id FROM main.exception x JOIN temp.clock c JOIN main.person p ON p.id = x.subject"
	"  WHERE x.expires IS NULL OR x.expires > c.today"
	" UNION ALL SELECT person, account, 'restricted', detail, record FROM temp.restricted"
	" UNION ALL SELECT id, NULL, 'key', key_fpr, id FROM main.person WHERE key_fpr IS NOT NULL"
	" UNION ALL SELECT owner, NULL, 'document', path, id FROM main.document WHERE owner IS NOT NULL"
	" UNION ALL SELECT person, NULL, 'run', role || ', ' || title, run FROM temp.run_role"
	" UNION ALL SELECT p.id, a.id, 'conflict', x.field, x.id FROM main.conflict x JOIN main.person p ON p.id IN (x.kept, x.other)"
	"  LEFT JOIN main.account a ON a.id = x.record WHERE x.settled_on IS NULL",

	"CREATE TEMP VIEW impact AS"
	" SELECT a.id AS account, b.id AS other, 'mailbox ' || a.registered_email AS because FROM main.account a"
	"  JOIN main.account b ON b.registered_email = a.registered_email AND b.id <> a.id WHERE a.registered_email IS NOT NULL"
	" UNION ALL SELECT a.id, b.id, 'number ' || a.registered_phone FROM main.account a"
	"  JOIN main.account b ON b.registered_phone = a.registered_phone AND b.id <> a.id WHERE a.registered_phone IS NOT NULL"
	" UNION ALL SELECT a.id, b.id, 'vault entry ' || a.vault_ref FROM main.account a"
	"  JOIN main.account b ON b.vault_ref = a.vault_ref AND b.id <> a.id WHERE a.vault_ref IS NOT NULL"
	" UNION ALL SELECT l.account, m.account, l.how || ' ' || coalesce(x.ref, l.depends_on) FROM main.link l"
	"  JOIN main.link m ON m.depends_on = l.depends_on AND m.account <> l.account LEFT JOIN main.account x ON x.id = l.depends_on"
	" UNION ALL SELECT depends_on, account, 'depends on it: ' || how FROM main.link"
	" UNION ALL SELECT account, depends_on, 'stands under it: ' || how FROM main.link"
	" UNION ALL SELECT g.account, h.account, 'administrator ' || p.name FROM temp.live_grant g"
	"  JOIN temp.live_grant h ON h.person = g.person AND h.account <> g.account JOIN main.person p ON p.id = g.person"
	"  WHERE g.role = 'admin' AND h.role = 'admin'"
	" UNION ALL SELECT g.account, h.account, 'device ' || d.tag FROM temp.live_grant g"
	"  JOIN temp.live_grant h ON h.device = g.device AND h.account <> g.account JOIN main.device d ON d.id = g.device",

	/* Columns: holdfast-policy(5). The flow floor fills them, hf_views_fill. */
	"CREATE TEMP TABLE provider(name TEXT PRIMARY KEY, title TEXT, also_called TEXT, web TEXT, senders TEXT, second_factor "
	"TEXT, passkeys TEXT, roles TEXT, audit_log TEXT, reviewed TEXT) WITHOUT ROWID",
	"CREATE TEMP TABLE route(provider TEXT, id TEXT, title TEXT, sort TEXT, address TEXT, source TEXT, status TEXT, "
	"seen_on TEXT, stale INTEGER, PRIMARY KEY (provider, id)) WITHOUT ROWID",
	"CREATE TEMP TABLE asks(provider TEXT, id TEXT, label TEXT, path TEXT, sorts TEXT, PRIMARY KEY (provider, id)) WITHOUT "
	"ROWID",
	"CREATE TEMP TABLE book(name TEXT PRIMARY KEY, title TEXT, sort TEXT, origin TEXT, reviewed TEXT) WITHOUT ROWID",
	"CREATE TEMP TABLE run(id TEXT PRIMARY KEY, playbook TEXT, title TEXT, subject TEXT, parent TEXT, state TEXT, drill "
	"INTEGER, severity TEXT, started_at TEXT, closed_at TEXT, aware_at TEXT, late INTEGER, late_step TEXT) WITHOUT ROWID",
	"CREATE TEMP TABLE statement(id TEXT PRIMARY KEY, guidance TEXT, title TEXT, ask TEXT, rules TEXT) WITHOUT ROWID",
	"CREATE TEMP TABLE finding(rule TEXT, severity TEXT, title TEXT, record TEXT, ref TEXT, found TEXT); CREATE INDEX "
	"temp.finding_rule ON finding(rule)",
	"CREATE TEMP TABLE looked(rule TEXT PRIMARY KEY, looks_at TEXT, n INTEGER) WITHOUT ROWID",
	NULL,
};

const char *const index_lazy[] = { "provider route asks", "book", "run", "statement", "finding looked", NULL };
