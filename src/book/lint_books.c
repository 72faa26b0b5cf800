#include <stdio.h>
#include <string.h>

#include "holdfast/guidance.h"
#include "holdfast/policy.h"
#include "holdfast/provider.h"
#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "lint_in.h"
#include "sqltext.h"

/* Sheets: */

static void
lint_routes(struct linter *l, const struct hf_sheet *sheet)
{
	const struct hf_sheet_route *r;
	size_t                       i;

	for (i = 0; l->opts->today != NULL && i < sheet->n_routes; i++) {
		r = &sheet->routes[i];
		if (hf_day_diff(l->opts->today, r->seen_on) < 0)
			hf_defect_warn(
			    l->out, r->pos, "", "the route `%s` was seen on %s, which has not come yet", r->id, r->seen_on);
		else if ((strcmp(r->status, "official") == 0 || strcmp(r->status, "partial") == 0) &&
		    hf_route_stale(r, l->opts->today))
			hf_defect_warn(l->out, r->pos, "look at it again, and write the day under **Seen on:**",
			    "the route `%s` was last seen on %s", r->id, r->seen_on);
	}
}

static void
lint_asks(struct linter *l, const struct hf_sheet *sheet)
{
	const struct hf_sheet_ask *ask;
	const char                *dot;
	char                       kind[64];
	size_t                     i;

	for (i = 0; i < sheet->n_asks; i++) {
		ask = &sheet->asks[i];
		if (ask->path[0] == '\0')
			continue;
		if ((dot = strchr(ask->path, '.')) == NULL) {
			if (!hf_lint_written_somewhere(l, ask->path))
				hf_defect_warn(l->out, ask->pos, "write {account.…}, or let a playbook write it down",
				    "{%s} is written down by no playbook", ask->path);
			continue;
		}
		snprintf(kind, sizeof(kind), "%.*s", (int)(dot - ask->path), ask->path);
		if (l->opts->field_ok != NULL && !l->opts->field_ok(l->opts->arg, kind, NULL))
			hf_defect_add(l->out, ask->pos, "", "**From:** %s is no kind of record", kind);
		else if (l->opts->field_ok != NULL && strchr(dot + 1, '.') == NULL &&
		    !l->opts->field_ok(l->opts->arg, kind, dot + 1))
			hf_defect_add(l->out, ask->pos, "", "**From:** %s has no field %s", kind, dot + 1);
	}
}

/* Somebody whose account was taken has to have something to hand in. */
static void
lint_report(struct linter *l, const struct hf_sheet *sheet)
{
	char   name[96];
	size_t live = 0;

	for (size_t i = 0; i < sheet->n_routes; i++)
		live += strcmp(sheet->routes[i].status, "retired") != 0;
	snprintf(name, sizeof(name), "provider/%.80s", sheet->id);
	if (live > 0 && l->opts->shelf != NULL && !hf_lint_template_text(l, name))
		hf_defect_warn(l->out, (struct hf_pos){ 1, 1 }, "write templates/provider/NAME.md in the order of their form",
		    "there is no report template/%s: provider/generic will do for it", name);
}

void
hf_lint_sheet(struct linter *l, const char *text, size_t len)
{
	struct hf_sheet *sheet;
	size_t           i;

	if ((l->rc = hf_sheet_parse(&sheet, text, len, l->out, l->e)) != HF_OK) {
		l->rc = l->rc == HF_NOMEM ? HF_NOMEM : HF_OK; /* the defects say the rest */
		return;
	}
	hf_lint_reviewed(l, sheet->doc, sheet->reviewed);
	hf_lint_statements(l, hf_lint_pos(sheet->doc, "Serves"), "Serves", &sheet->serves);
	lint_routes(l, sheet);
	lint_asks(l, sheet);
	lint_report(l, sheet);
	for (i = 0; i < sheet->n_parts; i++)
		hf_lint_cautions(l, sheet->parts[i].blocks, sheet->parts[i].n_blocks);
	hf_lint_links(l, sheet->doc);
	hf_sheet_free(sheet);
}

/* Rules: */

static bool
has_column(const struct hf_names *columns, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < columns->n; i++)
		if (strlen(columns->v[i]) == len && memcmp(columns->v[i], name, len) == 0)
			return true;
	return false;
}

/* Each {column} of a text is a column of the query. */
static void
lint_columns(struct linter *l, const struct hf_rule *r, const char *label, const char *text, const struct hf_names *columns)
{
	const char *open, *close;
	size_t      len;

	for (; (open = strchr(text, '{')) != NULL && (close = strchr(open, '}')) != NULL; text = close + 1) {
		len = strcspn(open + 1, ".}");
		if (!has_column(columns, open + 1, len) && strncmp(open, "{today}", 7) != 0)
			hf_defect_add(l->out, r->pos, "name a column of the query", "**%s:** the query of `%s` has no column %.*s",
			    label, r->id, (int)(len < 60 ? len : 60), open + 1);
	}
}

/* A field of that kind; of any kind when it is NULL. */
static bool
is_field(const char *kind, const char *field)
{
	size_t i;

	for (i = 0; i < hf_n_kinds; i++)
		if ((kind == NULL || strcmp(hf_kinds[i].name, kind) == 0) && hf_schema_field(&hf_kinds[i], field) != NULL)
			return true;
	return false;
}

/* The fields that `set REF field=…` and `add KIND field=…` name. */
static void
lint_fix_fields(struct linter *l, const struct hf_rule *r, char *words[], size_t n)
{
	const char *kind = strcmp(words[0], "add") == 0 ? words[1] : NULL;
	char        field[64];
	size_t      i, len;

	if (l->opts->field_ok == NULL || n < 2 || (kind == NULL && strcmp(words[0], "set") != 0))
		return;
	if (kind != NULL && hf_schema_kind(kind) == NULL) {
		hf_defect_add(l->out, r->pos, "", "**Fix:** %.60s is no kind of record", kind);
		return;
	}
	for (i = 2; i < n; i++) {
		len = strcspn(words[i], "=+-");
		if (words[i][len] == '\0' || len == 0 || len >= sizeof(field) || words[i][0] == '-' || words[i][0] == '{')
			continue;
		snprintf(field, sizeof(field), "%.*s", (int)len, words[i]);
		if (!is_field(kind, field))
			hf_defect_add(l->out, r->pos, "", "**Fix:** there is no field %s%s%s", field, kind != NULL ? " of " : "",
			    kind != NULL ? kind : "");
	}
}

#define FIX_WORDS 16

/* The command that puts it right exists, and what it sets does too. One that the query gives ({do} {thing}) is known only when it is asked. */
static void
lint_fix(struct linter *l, const struct hf_rule *r)
{
	char  *text, *rest, *words[FIX_WORDS], *p, two[128];
	size_t n = 0;

	if (r->fix[0] == '\0' || (text = hf_pool_str(&l->pool, r->fix))[0] == '\0')
		return;
	for (p = strtok_r(text, " ", &rest); p != NULL && n < FIX_WORDS; p = strtok_r(NULL, " ", &rest))
		words[n++] = p;
	if (n == 0 || words[0][0] == '{')
		return;
	snprintf(two, sizeof(two), "%.60s %.60s", words[0], n > 1 ? words[1] : "");
	if (l->opts->command_ok != NULL && !l->opts->command_ok(l->opts->arg, words[0]) && !l->opts->command_ok(l->opts->arg, two))
		hf_defect_add(
		    l->out, r->pos, "holdfast help lists the commands", "**Fix:** holdfast has no command %.60s", words[0]);
	lint_fix_fields(l, r, words, n);
}

/* A query of a rule: nothing but the day and the moment is given to it. */
static void
lint_rule_query(struct linter *l, struct hf_pos pos, const char *sql)
{
	struct hf_names params = { NULL, 0 };
	char            reason[256] = "";
	size_t          i;

	hf_sql_params(&params, &l->pool, sql);
	for (i = 0; i < params.n; i++)
		if (strcmp(params.v[i], "today") != 0 && strcmp(params.v[i], "now") != 0)
			hf_defect_add(
			    l->out, pos, "write :today or :now, or join the table", "a rule knows no :%.60s", params.v[i]);
	if (l->opts->sql_ok != NULL &&
	    !l->opts->sql_ok(l->opts->arg, sql, (const char *const *)params.v, params.n, reason, sizeof(reason)))
		hf_defect_add(l->out, pos, "", "the query does not prepare: %s", reason);
}

/* What a rule looks at is counted in what it finds: by the column that both have. */
static void
lint_looks_at(struct linter *l, const struct hf_rule *r, const struct hf_names *finds)
{
	struct hf_names columns = { NULL, 0 };

	if (!hf_sql_columns(&columns, &l->pool, r->looks_sql) || finds->n == 0)
		return;
	if (columns.n != 1 || !has_column(finds, columns.v[0], strlen(columns.v[0])))
		hf_defect_add(l->out, r->looks_pos, "SELECT id AS record, or as another column of **Finds:**",
		    "**Looks at:** `%s` counts by one column, and that is one of **Finds:**", r->id);
}

static void
lint_rule(struct linter *l, const struct hf_rule *r)
{
	struct hf_names columns = { NULL, 0 };

	hf_lint_statements(l, r->pos, "Source", &r->source);
	lint_fix(l, r);
	if (r->sql[0] == '\0') {
		if (!hf_lint_rule_elsewhere(l, r->id))
			hf_defect_add(l->out, r->pos, "write **Finds:** and a query",
			    "`%s` has no query, and no other policy has that rule", r->id);
		return;
	}
	if (hf_sql_columns(&columns, &l->pool, r->sql)) {
		if (!has_column(&columns, "record", 6) || !has_column(&columns, "ref", 3))
			hf_defect_add(l->out, r->sql_pos, "SELECT a.id AS record, a.ref, …",
			    "the query of `%s` has no column record, or no column ref", r->id);
		lint_columns(l, r, "Finds", r->finds, &columns);
		lint_columns(l, r, "Fix", r->fix, &columns);
	}
	lint_rule_query(l, r->sql_pos, r->sql);
	lint_rule_query(l, r->looks_pos, r->looks_sql);
	lint_looks_at(l, r, &columns);
}

void
hf_lint_policy(struct linter *l, const char *text, size_t len)
{
	struct hf_policy *p;
	size_t            i;

	if ((l->rc = hf_policy_parse(&p, text, len, l->out, l->e)) != HF_OK) {
		l->rc = l->rc == HF_NOMEM ? HF_NOMEM : HF_OK;
		return;
	}
	hf_lint_reviewed(l, p->doc, p->reviewed);
	for (i = 0; i < p->n_rules; i++)
		lint_rule(l, &p->rules[i]);
	hf_lint_doubles(l, p->doc, IS_RULE);
	hf_lint_links(l, p->doc);
	hf_policy_free(p);
}

/* Profiles: */

void
hf_lint_profile(struct linter *l, const char *text, size_t len)
{
	struct hf_profile *p;
	const char        *rule;
	size_t             i, k;

	if ((l->rc = hf_profile_parse(&p, text, len, l->out, l->e)) != HF_OK) {
		l->rc = l->rc == HF_NOMEM ? HF_NOMEM : HF_OK;
		return;
	}
	hf_lint_reviewed(l, p->doc, p->reviewed);
	for (i = 0; i < p->n_parts; i++)
		for (k = 0; k < p->parts[i].rules.n; k++) {
			rule = p->parts[i].rules.v[k];
			if (!hf_lint_rule_elsewhere(l, rule))
				hf_defect_add(l->out, hf_lint_pos(&p->doc->subs[i], "Rules"), "holdfast check --rules lists them",
				    "**Rules:** no policy on the shelf has a rule %s", rule);
		}
	hf_lint_links(l, p->doc);
	hf_profile_free(p);
}

/* Guidance: */

static bool
serves(struct linter *l, const struct hf_served *s)
{
	char        kind[64];
	const char *dot;

	switch (s->kind) {
	case HF_SERVED_RULE:
		return !hf_lint_shelf_begin(l) || !l->has_rules || hf_ids_find(l->ids, s->name, IS_RULE, NULL) != NULL;
	case HF_SERVED_BOOK:
		return l->opts->shelf == NULL ||
		    (hf_shelf_has(l->opts->shelf, s->name) && (s->part[0] == '\0' || hf_lint_has_part(l, s->name, s->part)));
	case HF_SERVED_FIELD:
		dot = strchr(s->name, '.');
		if (l->opts->field_ok == NULL || dot == NULL || (size_t)(dot - s->name) >= sizeof(kind))
			return true;
		snprintf(kind, sizeof(kind), "%.*s", (int)(dot - s->name), s->name);
		return l->opts->field_ok(l->opts->arg, kind, dot + 1);
	case HF_SERVED_REPORT:
		return l->opts->shelf == NULL || hf_lint_template_text(l, s->name);
	default:
		return l->opts->command_ok == NULL || l->opts->command_ok(l->opts->arg, s->name);
	}
}

static void
lint_statement(struct linter *l, const struct hf_statement *st)
{
	const struct hf_served *s;
	size_t                  i;

	for (i = 0; i < st->n_served; i++) {
		s = &st->served[i];
		if (!serves(l, s))
			hf_defect_add(l->out, s->pos, "", "**Served by:** `%s%s%s` names nothing", s->name,
			    s->part[0] != '\0' ? "#" : "", s->part);
	}
	if (st->n_served == 0 && st->ask[0] == '\0')
		hf_defect_warn(l->out, st->pos, "write **Served by:**, or **Ask:** and a question",
		    "nothing serves `%s`, and nobody is asked", st->id);
}

void
hf_lint_guidance(struct linter *l, const char *text, size_t len)
{
	struct hf_guidance *g;
	size_t              i;

	if ((l->rc = hf_guidance_parse(&g, text, len, l->out, l->e)) != HF_OK) {
		l->rc = l->rc == HF_NOMEM ? HF_NOMEM : HF_OK;
		return;
	}
	hf_lint_reviewed(l, g->doc, g->reviewed);
	for (i = 0; i < g->n_statements; i++)
		lint_statement(l, &g->statements[i]);
	hf_lint_doubles(l, g->doc, IS_STATEMENT);
	hf_lint_links(l, g->doc);
	hf_guidance_free(g);
}
