/* check */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../records.h"
#include "../ref.h"
#include "../term/page.h"
#include "cmd.h"
#include "holdfast/check.h"
#include "holdfast/csv.h"
#include "holdfast/doc.h"
#include "holdfast/escape.h"

#define SHOWN      5  /* findings of a rule, when all rules are asked */
#define SOON_DAYS  30 /* an exception that ends so soon is named */
#define COUNT_SIZE 32

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* 1721 as 1,721 */
static const char *
count(char out[COUNT_SIZE], size_t n)
{
	char   plain[COUNT_SIZE];
	size_t len = (size_t)snprintf(plain, sizeof(plain), "%zu", n), to = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[to++] = ',';
		out[to++] = plain[i];
	}
	out[to] = '\0';
	return out;
}

/* ---- what people see ---- */

struct view {
	const struct hf_check *check;
	bool                   all; /* every finding, not the first few */
};

static enum out_style
style_of(enum hf_severity_level level)
{
	return level == HF_CRITICAL ? OUT_BAD : level == HF_HIGH ? OUT_WARN : OUT_PLAIN;
}

/* Of how many: when all of them were asked about. */
static void
put_how_many(struct out *o, const struct hf_checked *c)
{
	char a[COUNT_SIZE], b[COUNT_SIZE];

	if (c->things > 0 && c->of >= c->things)
		put_line(o, OUT_DIM, "  %s of %s %s", count(a, c->things), count(b, c->of), c->rule->rule->looks_at);
	else
		put_line(o, OUT_DIM, "  %s finding%s", count(a, c->n), plural(c->n));
}

static void
put_rule(struct out *o, const struct hf_checked *c, bool all)
{
	size_t shown = all || c->n <= SHOWN + 1 ? c->n : SHOWN;
	char   more[COUNT_SIZE];

	put_line(o, OUT_PLAIN, "%s", "");
	put(o, style_of(c->rule->severity), "%s", c->rule->rule->id);
	put_line(o, OUT_BOLD, "  %s", c->rule->rule->title);
	put_how_many(o, c);
	for (size_t i = 0; i < shown; i++)
		put_item(o, OUT_PLAIN, 4, 6, "%s: %s", c->findings[i].ref, c->findings[i].found);
	if (shown < c->n)
		put_line(o, OUT_DIM, "    and %s more: holdfast check --rule %s", count(more, c->n - shown), c->rule->rule->id);
	if (c->fix[0] != '\0')
		put_line(o, OUT_PLAIN, "  to do: holdfast %s", c->fix);
}

static void
put_excused(struct out *o, const struct hf_check *c)
{
	char n[COUNT_SIZE];

	if (c->n_excused == 0)
		return;
	put_heading(o, "accepted: %s finding%s left out", count(n, c->n_excused), plural(c->n_excused));
	for (size_t i = 0; i < c->n_excused; i++) {
		const struct hf_excused *x = &c->excused[i];

		put_item(o, OUT_PLAIN, 2, 4, "%s %s: %s", x->rule, x->ref, x->found);
		if (x->days < 0)
			put_item(o, OUT_WARN, 4, 4, "without an end: %s", x->reason);
		else if (x->days <= SOON_DAYS)
			put_item(o, OUT_WARN, 4, 4, "ends on %s, in %d day%s: %s", x->expires, x->days, plural((size_t)x->days),
			    x->reason);
		else
			put_item(o, OUT_PLAIN, 4, 4, "until %s: %s", x->expires, x->reason);
	}
}

static void
put_summary(struct out *o, const struct hf_check *c)
{
	size_t of[HF_LOW + 1] = { 0 }, found = 0;
	char   n[COUNT_SIZE];

	for (size_t i = 0; i < c->n; i++) {
		of[c->rules[i].rule->severity] += c->rules[i].n;
		found += c->rules[i].n > 0;
	}
	if (c->findings == 0) {
		put_line(o, OUT_GOOD, "%zu rule%s asked: nothing found", c->n, plural(c->n));
		return;
	}
	put(o, OUT_PLAIN, "%s finding%s from %zu of %zu rule%s", count(n, c->findings), plural(c->findings), found, c->n,
	    plural(c->n));
	for (int s = HF_CRITICAL; s <= HF_LOW; s++)
		if (of[s] > 0)
			put(o, style_of((enum hf_severity_level)s), ", %s %s", count(n, of[s]),
			    hf_severity_word((enum hf_severity_level)s));
	put_line(o, OUT_PLAIN, "%s", "");
}

static void
render(struct out *o, const struct hf_json *data, void *arg)
{
	const struct view     *v = arg;
	const struct hf_check *c = v->check;
	int                    severity = -1;

	(void)data;
	put_summary(o, c);
	for (size_t i = 0; i < c->n; i++) {
		if (c->rules[i].n == 0)
			continue;
		if ((int)c->rules[i].rule->severity != severity)
			put_heading(o, "%s", hf_severity_word(c->rules[i].rule->severity));
		severity = (int)c->rules[i].rule->severity;
		put_rule(o, &c->rules[i], v->all);
	}
	put_excused(o, c);
}

/* ---- what programs see ---- */

static enum hf_code
rows_of(struct hf_json **out, const struct hf_check *c, struct hf_err *e)
{
	struct hf_json *rows = hf_json_array(), *row;
	int             bad = rows == NULL;

	for (size_t i = 0; !bad && i < c->n; i++)
		for (size_t k = 0; !bad && k < c->rules[i].n; k++) {
			const struct hf_finding *f = &c->rules[i].findings[k];

			row = hf_json_object();
			bad |= hf_json_set(row, "rule", hf_json_string(c->rules[i].rule->rule->id));
			bad |= hf_json_set(row, "severity", hf_json_string(hf_severity_word(c->rules[i].rule->severity)));
			bad |= hf_json_set(row, "ref", hf_json_string(f->ref));
			bad |= hf_json_set(row, "record", hf_json_or_null(f->record));
			bad |= hf_json_set(row, "found", hf_json_string(f->found));
			bad |= hf_json_push(rows, row);
		}
	if (bad) {
		hf_json_free(rows);
		return hf_nomem(e);
	}
	*out = rows;
	return HF_OK;
}

static enum hf_code
as_csv(struct app *app, const struct hf_check *c, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	hf_buf_adds(&b, "rule,severity,ref,record,found\n");
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->rules[i].n; k++) {
			const struct hf_finding *f = &c->rules[i].findings[k];
			const char *cells[] = { c->rules[i].rule->rule->id, hf_severity_word(c->rules[i].rule->severity), f->ref,
				f->record, f->found };

			for (size_t n = 0; n < sizeof(cells) / sizeof(cells[0]); n++)
				hf_csv_cell(&b, cells[n], n);
			hf_buf_addc(&b, '\n');
		}
	if ((rc = hf_buf_check(&b, e)) == HF_OK)
		out_document(app->out, "csv", b.data, b.len);
	hf_buf_clear(&b);
	return rc;
}

static enum hf_code
show(struct app *app, const struct hf_check *c, bool all, struct hf_err *e)
{
	struct view     v = { c, all };
	struct hf_json *rows = NULL;
	enum hf_code    rc = HF_OK;

	if (!out_is_text(app->out) && (rc = rows_of(&rows, c, e)) != HF_OK)
		return rc;
	out_paged(app->out);
	out_view(app->out, rows, render, &v);
	hf_json_free(rows);
	return rc;
}

/* ---- the rules themselves ---- */

static enum hf_code
list_rules(struct app *app, const struct hf_rules *rules, const struct hf_profile *profile, struct hf_err *e)
{
	static const struct out_column columns[] = { { "rule", NULL, OUT_KEEP }, { "severity", NULL, 0 }, { "title", NULL, 0 },
		OUT_END };
	struct hf_json                *rows = hf_json_array();
	int                            bad = rows == NULL;

	for (size_t i = 0; !bad && i < rules->n; i++) {
		struct hf_json *row;

		if (profile != NULL && !hf_profile_has(profile, rules->list[i].rule->id))
			continue;
		row = hf_json_object();
		bad |= hf_json_set(row, "rule", hf_json_string(rules->list[i].rule->id));
		bad |= hf_json_set(row, "severity", hf_json_string(hf_severity_word(rules->list[i].severity)));
		bad |= hf_json_set(row, "title", hf_json_string(rules->list[i].rule->title));
		bad |= hf_json_push(rows, row);
	}
	if (bad) {
		hf_json_free(rows);
		return hf_nomem(e);
	}
	out_paged(app->out);
	out_table(app->out, rows, columns);
	if (hf_json_len(rows) == 0)
		out_note(app->out, "no policy on the shelf has a rule; holdfast book list policy/");
	hf_json_free(rows);
	return HF_OK;
}

static void
put_explained(struct out *o, const struct hf_json *rule, void *arg)
{
	const char *const *fields = arg;

	put_line(o, OUT_BOLD, "%s  %s", hf_json_get_str(rule, "rule"), hf_json_get_str(rule, "title"));
	put_line(o, OUT_PLAIN, "%s", "");
	if (hf_json_get_str(rule, "text")[0] != '\0') {
		put_para(o, 0, hf_json_get_str(rule, "text"));
		put_line(o, OUT_PLAIN, "%s", "");
	}
	for (size_t i = 0; fields[i] != NULL; i++)
		if (hf_json_get_str(rule, fields[i])[0] != '\0') {
			put(o, OUT_PLAIN, "%-10s", fields[i]);
			put_item(o, OUT_PLAIN, 0, 10, "%s", hf_json_get_str(rule, fields[i]));
		}
	put_line(o, OUT_PLAIN, "%s", "");
	put_line(o, OUT_DIM, "%s", hf_json_get_str(rule, "sql"));
}

static enum hf_code
explain(struct app *app, const struct hf_rules *rules, const char *id, struct hf_err *e)
{
	static const char *const  fields[] = { "severity", "finds", "fix", "source", "book", NULL };
	const struct hf_rule_now *r;
	struct hf_json           *row;
	struct hf_buf             source = HF_BUF_INIT, text = HF_BUF_INIT, fix = HF_BUF_INIT;
	enum hf_code              rc;
	int                       bad = 0;

	if ((rc = hf_rules_find(&r, rules, id, e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < r->rule->source.n; i++)
		hf_buf_addf(&source, "%s%s", i > 0 ? ", " : "", r->rule->source.v[i]);
	for (size_t i = 0; i < r->rule->n_blocks; i++)
		hf_buf_addf(&text, "%s%s", i > 0 ? "\n\n" : "", r->rule->blocks[i].words.text);
	hf_buf_addf(&fix, "%s%s", r->rule->fix[0] == '\0' ? "" : "holdfast ", r->rule->fix);
	row = hf_json_object();
	bad |= hf_json_set(row, "rule", hf_json_string(r->rule->id));
	bad |= hf_json_set(row, "title", hf_json_string(r->rule->title));
	bad |= hf_json_set(row, "severity", hf_json_string(hf_severity_word(r->severity)));
	bad |= hf_json_set(row, "text", hf_json_string(hf_buf_str(&text)));
	bad |= hf_json_set(row, "finds", hf_json_string(r->rule->finds));
	bad |= hf_json_set(row, "fix", hf_json_string(hf_buf_str(&fix)));
	bad |= hf_json_set(row, "source", hf_json_string(hf_buf_str(&source)));
	bad |= hf_json_set(row, "book", hf_json_string(r->book));
	bad |= hf_json_set(row, "sql", hf_json_string(r->rule->sql));
	if (!bad) {
		out_paged(app->out);
		out_view(app->out, row, put_explained, (void *)(uintptr_t)fields);
	}
	hf_json_free(row);
	hf_buf_clear(&source);
	hf_buf_clear(&text);
	hf_buf_clear(&fix);
	return bad ? hf_nomem(e) : HF_OK;
}

/* ---- the command ---- */

static enum hf_code
ask(struct app *app, const struct args *a, const struct hf_rules *rules, const struct hf_profile *profile, struct hf_err *e)
{
	struct hf_check_opts      o = { .db = hf_register_db(app->reg),
		     .rules = rules,
		     .profile = profile,
		     .today = hf_register_today(app->reg),
		     .now = hf_register_now(app->reg),
		     .progress = term_progress(&app->term) };
	const char               *ref = opt_word(a, "REF");
	const struct hf_rule_now *rule;
	struct hf_check          *c;
	struct hf_err             other = HF_ERR_INIT;
	char                      id[HF_ID_SIZE];
	enum hf_code              rc;

	o.only = opt_list(a, "rule", &o.n_only);
	if (ref != NULL) {
		if ((rc = ref_pick(id, app, NULL, ref, e)) == HF_NOTFOUND && hf_rules_find(&rule, rules, ref, &other) == HF_OK)
			hf_hint(e, "that is a rule: holdfast check --rule %s", ref);
		if (rc != HF_OK)
			return rc;
		o.subject = id;
	}
	if (o.subject == NULL && out_is_text(app->out) && !opt_flag(a, "csv")) {
		o.count = HF_COUNT_FOUND;
		o.words = o.n_only > 0 ? 0 : SHOWN + 1;
	}
	if ((rc = hf_check_run(&c, &o, e)) != HF_OK)
		return rc;
	if (opt_flag(a, "csv"))
		rc = as_csv(app, c, e);
	else
		rc = show(app, c, o.n_only > 0 || o.subject != NULL, e);
	records_hidden(app);
	records_lost(app);
	if (rc == HF_OK && c->findings > 0)
		rc = HF_NO;
	hf_check_free(c);
	return rc;
}

/* What lists or explains rules asks none. */
static enum hf_code
fits_together(const struct args *a, struct hf_err *e)
{
	const char *instead = opt_flag(a, "rules") ? "rules" : opt_str(a, "explain") != NULL ? "explain" : NULL;
	size_t      n = 0;

	opt_list(a, "rule", &n);
	if (opt_flag(a, "rules") && opt_str(a, "explain") != NULL)
		return hf_fail(e, HF_USAGE, "--rules and --explain: one or the other");
	if (instead != NULL && (n > 0 || opt_flag(a, "csv") || opt_word(a, "REF") != NULL))
		return hf_fail(e, HF_USAGE, "--%s: not together with %s", instead,
		    n > 0                  ? "--rule" :
			opt_flag(a, "csv") ? "--csv" :
					     "a record");
	return HF_OK;
}

static enum hf_code
check(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_rules   *rules = NULL;
	struct hf_profile *profile = NULL;
	const char        *name = opt_str(a, "profile");
	enum hf_code       rc;

	if ((rc = fits_together(a, e)) != HF_OK)
		return rc;
	if ((rc = hf_rules_open(&rules, app->shelf, e)) != HF_OK ||
	    (rules->n == 0 && (rc = hf_shelf_lacks(app->shelf, "policy/…", e)) != HF_OK) ||
	    (name != NULL && (rc = hf_rules_profile(&profile, app->shelf, name, e)) != HF_OK))
		goto done;
	if (opt_flag(a, "rules"))
		rc = list_rules(app, rules, profile, e);
	else if (opt_str(a, "explain") != NULL)
		rc = explain(app, rules, opt_str(a, "explain"), e);
	else
		rc = ask(app, a, rules, profile, e);
done:
	hf_profile_free(profile);
	hf_rules_free(rules);
	return rc;
}

static const struct opt check_opts[] = { { 0, "rule", "RULE", "this rule alone; may be given again", OPT_MANY },
	{ 0, "profile", "PROFILE", "only the rules that stand for a guidance: ncsc, siro, moj, osmacc, cisa", 0 },
	{ 0, "rules", NULL, "list the rules instead", 0 }, { 0, "explain", "RULE", "say what a rule is for, and how it asks", 0 },
	{ 0, "csv", NULL, "as CSV, safe in a spreadsheet", 0 }, OPT_END };

extern const struct cmd check_cmds[];

const struct cmd check_cmds[] = {
	{
	    .name = "check",
	    .run = check,
	    .needs = NEED_REGISTER | NEED_BOOKS,
	    .options = check_opts,
	    .operands = "[REF]",
	    .group = CMD_ROUTINE,
	    .summary = "which records fall short of the rules, and what to do",
	    .about =
		"The rules stand in the policies on the shelf (holdfast book list policy/): text for people, and a query that finds what is wrong. With "
		"REF only what is about that record, person or unit.\n\n"
		"A risk that somebody accepted is recorded (holdfast add exception rule=RULE subject=REF reason=... expires=DATE): it is left out until "
		"that day, and listed. Exit status 1 when something was found.",
	    .examples =
		"holdfast check\nholdfast check @agency\nholdfast check --profile ncsc --csv\nholdfast check --explain HF-207\n",
	},
	CMD_END
};
