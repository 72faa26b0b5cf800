/* show, history */
#include <stdio.h>
#include <string.h>

#include "../ref.h"
#include "cmd.h"
#include "holdfast/text.h"

/* ---- show ---- */

/* What hangs on a record, for people. :id is the record. Columns are put as they come. */
static const struct {
	const char *kind, *heading, *sql;
} parts[] = {
	{ "account", "Recovery contacts",
	    "SELECT c.type, c.value, p.name AS holder, p.phone, c.verified_on AS \"tried on\" FROM contact c"
	    " LEFT JOIN person p ON p.id = c.holder WHERE c.account = :id ORDER BY c.type, c.value" },
	{ "account", "Access",
	    "SELECT coalesce(p.name, s.name) AS who, g.role, d.tag AS device, g.since, g.reviewed_on AS \"looked at\""
	    " FROM live_grant g LEFT JOIN person p ON p.id = g.person LEFT JOIN supplier s ON s.id = g.supplier"
	    " LEFT JOIN device d ON d.id = g.device WHERE g.account = :id ORDER BY g.role, who" },
	{ "account", "Depends on",
	    "SELECT a.ref AS account, l.how, a.state FROM link l JOIN account a ON a.id = l.depends_on WHERE l.account = :id"
	    " ORDER BY l.how, a.ref" },
	{ "account", "Depended on by",
	    "SELECT a.ref AS account, l.how, a.state FROM link l JOIN account a ON a.id = l.account WHERE l.depends_on = :id"
	    " ORDER BY a.ref" },
	{ "account", "Evidence",
	    "SELECT coalesce(satisfies, '') AS \"for\", ref AS file, description, obtained_on AS obtained, valid_until AS until, id"
	    " FROM evidence WHERE account = :id ORDER BY satisfies, ref" },
	{ "account", "Exceptions", "SELECT rule, reason, expires FROM exception WHERE subject = :id ORDER BY rule" },
	{ "person", "Duties and access",
	    "SELECT a.ref AS account, t.what, t.detail FROM tie t LEFT JOIN account a ON a.id = t.account"
	    " WHERE t.person = :id ORDER BY a.ref, t.what" },
	{ "unit", "Accounts",
	    "SELECT a.ref AS account, a.display_name AS name, p.name AS owner, a.state FROM account a"
	    " LEFT JOIN person p ON p.id = a.owner WHERE a.unit = :id ORDER BY a.ref" },
	{ "device", "Used for",
	    "SELECT a.ref AS account, p.name AS \"by\", g.role FROM live_grant g JOIN account a ON a.id = g.account"
	    " LEFT JOIN person p ON p.id = g.person WHERE g.device = :id ORDER BY a.ref" },
	{ "supplier", "Access",
	    "SELECT a.ref AS account, g.role, g.since FROM live_grant g JOIN account a ON a.id = g.account"
	    " WHERE g.supplier = :id ORDER BY a.ref" },
	{ "org", "Units",
	    "SELECT u.name AS unit, p.name AS director FROM unit u LEFT JOIN person p ON p.id = u.director ORDER BY u.name" },
};

static void
put_part(struct out *o, struct app *app, size_t i, const struct hf_json *params)
{
	struct hf_ask   ask = { .sql = parts[i].sql, .params = params };
	struct hf_json *rows = NULL;

	if (hf_db_ask(&rows, NULL, hf_register_db(app->reg), &ask, NULL) == HF_OK && hf_json_len(rows) > 0) {
		put_heading(o, "%s", parts[i].heading);
		put_table(o, rows, NULL);
	}
	hf_json_free(rows);
}

/* What two people changed in it at the same time, and nobody settled yet. */
static void
put_conflicts(struct out *o, struct app *app, const struct hf_json *params)
{
	static const struct out_column columns[] = { { "field", NULL, OUT_KEEP }, { "kept", NULL, OUT_REF },
		{ "other", NULL, OUT_REF }, OUT_END };
	struct hf_ask   ask = { .sql = "SELECT field, coalesce(kept, 'no value') AS kept, coalesce(other, 'no value') AS other"
					 " FROM conflict WHERE record = :id AND settled_on IS NULL ORDER BY field",
		  .params = params };
	struct hf_json *rows = NULL;

	if (hf_db_ask(&rows, NULL, hf_register_db(app->reg), &ask, NULL) == HF_OK && hf_json_len(rows) > 0) {
		put_heading(o, "Changed by two people at the same time (holdfast conflicts)");
		put_table(o, rows, columns);
	}
	hf_json_free(rows);
}

static void
render(struct out *o, const struct hf_json *record, void *arg)
{
	struct app     *app = arg;
	const char     *kind = hf_json_get_str(record, "kind");
	struct hf_json *params = hf_json_object();

	put_record(o, record);
	if (params != NULL && hf_json_set(params, "id", hf_json_string(hf_json_get_str(record, "id"))) == 0) {
		put_conflicts(o, app, params);
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			if (strcmp(parts[i].kind, kind) == 0)
				put_part(o, app, i, params);
	}
	hf_json_free(params);
}

static enum hf_code
show(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *record = NULL;
	char            id[HF_ID_SIZE];
	enum hf_code    rc;

	if ((rc = ref_pick(id, app, NULL, opt_word(a, "REF"), e)) != HF_OK ||
	    (rc = hf_register_get(&record, app->reg, id, e)) != HF_OK)
		return rc;
	out_paged(app->out);
	out_view(app->out, record, render, app);
	hf_json_free(record);
	return HF_OK;
}

/* ---- history ---- */

/* What this version changed, a row for each field. */
static struct hf_json *
differences(const struct hf_json *before, const struct hf_json *after)
{
	const struct hf_kind *kind = hf_schema_kind(hf_json_text(after, "kind"));
	struct hf_json       *rows = hf_json_array();

	for (size_t i = 0; kind != NULL && rows != NULL && i < kind->n_fields; i++) {
		const struct hf_field *f = &kind->fields[i];
		const struct hf_json  *x = hf_json_get(before, f->name), *y = hf_json_get(after, f->name);
		struct hf_json        *row;

		if ((x == NULL && y == NULL) || (x != NULL && y != NULL && hf_json_equal(x, y)))
			continue;
		row = hf_json_object();
		if (hf_json_set(row, "field", hf_json_string(f->name)) != 0 ||
		    (x != NULL && hf_json_set(row, "before", hf_json_ref(x)) != 0) ||
		    (y != NULL && hf_json_set(row, "after", hf_json_ref(y)) != 0) || hf_json_push(rows, hf_json_ref(row)) != 0) {
			hf_json_free(row);
			break;
		}
		hf_json_free(row);
	}
	return rows;
}

static void
put_version(struct out *o, struct app *app, const struct hf_json *version, const struct hf_json *before)
{
	static const struct out_column moment[] = { { "at", "", OUT_TIME }, OUT_END };
	static const struct out_column columns[] = { { "field", NULL, OUT_KEEP }, { "before", NULL, OUT_SPARE | OUT_REF },
		{ "after", NULL, OUT_SPARE | OUT_REF }, OUT_END };
	const struct hf_json          *record = hf_json_get(version, "record");
	struct hf_buf                  by = HF_BUF_INIT;
	struct hf_json                *rows;

	hf_register_who(&by, app->reg, hf_json_get_str(version, "by"));
	if (hf_json_is(record, HF_JSON_OBJECT))
		put_heading(o, "Version %lld by %s", (long long)hf_json_num(hf_json_get(version, "version")), hf_buf_str(&by));
	else
		put_heading(o,
		    hf_json_true(hf_json_get(version, "sealed")) ? "A version that is sealed to you, by %s" : "Removed by %s",
		    hf_buf_str(&by));
	put_fields(o, version, moment);
	if (hf_json_is(record, HF_JSON_OBJECT)) {
		rows = differences(before, record);
		put_table(o, rows, columns);
		hf_json_free(rows);
	}
	hf_buf_clear(&by);
}

static void
render_history(struct out *o, const struct hf_json *versions, void *arg)
{
	for (size_t i = 0; i < hf_json_len(versions); i++)
		put_version(o, arg, hf_json_at(versions, i), hf_json_get(hf_json_at(versions, i + 1), "record"));
}

/* One that was removed is still known by its whole id. */
static enum hf_code
past_id(char id[HF_ID_SIZE], struct app *app, const char *ref, struct hf_err *e)
{
	enum hf_code rc = ref_pick(id, app, NULL, ref, e);

	if ((rc == HF_NOTFOUND || rc == HF_DAMAGED || rc == HF_SEALED) && hf_id_valid(ref)) {
		snprintf(id, HF_ID_SIZE, "%s", ref);
		return HF_OK;
	}
	return rc;
}

static enum hf_code
history(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *versions = NULL;
	struct hf_err   missing = HF_ERR_INIT;
	char            id[HF_ID_SIZE];
	enum hf_code    rc;

	if ((rc = past_id(id, app, opt_word(a, "REF"), &missing)) != HF_OK) {
		*e = missing;
		return rc;
	}
	if ((rc = hf_register_history(&versions, app->reg, id, e)) == HF_OK && hf_json_len(versions) == 0) {
		hf_fail(e, HF_NOTFOUND, "%s: no record has ever had that id", id);
		rc = hf_hint(e, "holdfast find WORD looks everywhere");
	}
	if (rc == HF_OK) {
		out_paged(app->out);
		out_view(app->out, versions, render_history, app);
	}
	hf_json_free(versions);
	return rc;
}

extern const struct cmd show_cmds[];

const struct cmd show_cmds[] = {
	{
	    .name = "show",
	    .run = show,
	    .needs = NEED_REGISTER,
	    .operands = "REF",
	    .group = CMD_REGISTER,
	    .summary = "show a record and what hangs on it",
	    .about =
		"REF is what people call a record: @handle, provider:handle, an e-mail address or telephone number, a name, or the start of an id. "
		"Of an account its recovery contacts, access, dependencies and evidence are shown too.",
	    .examples = "holdfast show @agency\nholdfast show \"Jo Park\"\nholdfast show org\n",
	},
	{
	    .name = "history",
	    .run = history,
	    .needs = NEED_REGISTER,
	    .operands = "REF",
	    .group = CMD_REGISTER,
	    .summary = "show every version of a record, and who wrote it",
	    .about = "The newest first, with what each changed. A record that was removed is named by its whole id.",
	    .examples = "holdfast history x:@agency\n",
	},
	CMD_END,
};
