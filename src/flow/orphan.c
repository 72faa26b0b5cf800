#include "holdfast/orphan.h"

#include <string.h>

#include "holdfast/db.h"

#define STAYS                                                                                                        \
	"WITH stays(id) AS MATERIALIZED (SELECT p.id FROM person p WHERE NOT p.gone AND NOT (p.last_day IS NOT NULL" \
	" AND EXISTS (SELECT 1 FROM entry s WHERE s.type = 'start' AND s.subject = p.id"                             \
	"  AND s.playbook = 'routine/leaver' AND NOT coalesce(json_extract(s.body, '$.drill'), 0))))"

static const char sql[] = STAYS
    " SELECT a.id, a.ref, 'owner', a.owner, 'holdfast set ' || a.ref || ' owner=PERSON'"
    " FROM account a WHERE NOT a.gone AND coalesce(a.state, 'live') <> 'proposed' AND a.owner NOT IN (SELECT id FROM stays)"
    " UNION ALL SELECT a.id, a.ref, 'administrator', NULL, 'holdfast add grant account=' || a.ref || ' person=PERSON role=admin'"
    " FROM account a WHERE NOT a.gone AND coalesce(a.state, 'live') <> 'proposed' AND EXISTS (SELECT 1 FROM grant g WHERE g.account = a.id AND g.role = 'admin') AND NOT EXISTS (SELECT 1 FROM live_grant g"
    "  WHERE g.account = a.id AND g.role = 'admin' AND g.person IN (SELECT id FROM stays)) ORDER BY 2, 3 DESC";

static enum hf_code
push_row(struct hf_json *list, struct hf_stmt *s, struct hf_err *e)
{
	static const char *const keys[] = { "record", "ref", "lacks", "was", "do" };
	struct hf_json          *o = hf_json_object();
	int                      bad = 0;

	for (int k = 0; k < 5; k++)
		bad |= hf_json_set(o, keys[k], hf_json_or_null(hf_stmt_col(s, k)));
	if (!bad)
		return hf_json_push(list, o) == 0 ? HF_OK : hf_nomem(e);
	hf_json_free(o);
	return hf_nomem(e);
}

enum hf_code
hf_orphans(struct hf_json **out, struct hf_register *r, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();
	struct hf_stmt *s = NULL;
	enum hf_code    rc = list == NULL ? hf_nomem(e) : hf_db_prepare(&s, hf_register_db(r), sql, e);

	*out = NULL;
	while (rc == HF_OK && hf_stmt_step(s))
		rc = push_row(list, s, e);
	if ((rc = hf_stmt_end(s, rc, e)) == HF_OK)
		*out = hf_json_ref(list);
	hf_json_free(list);
	return rc;
}

static bool
is_among(const struct hf_json *list, const struct hf_json *row)
{
	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *o = hf_json_at(list, i);

		if (strcmp(hf_json_get_str(o, "record"), hf_json_get_str(row, "record")) == 0 &&
		    strcmp(hf_json_get_str(o, "lacks"), hf_json_get_str(row, "lacks")) == 0)
			return true;
	}
	return false;
}

enum hf_code
hf_orphans_new(struct hf_json **out, const struct hf_json *before, const struct hf_json *now, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();
	int             bad = list == NULL;

	for (size_t i = 0; !bad && i < hf_json_len(now); i++)
		if (!is_among(before, hf_json_at(now, i)))
			bad = hf_json_push(list, hf_json_ref(hf_json_at(now, i)));
	*out = list;
	return bad ? hf_nomem(e) : HF_OK;
}
