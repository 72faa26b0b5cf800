#include "holdfast/policy.h"

#include <string.h>

#include "book_in.h"
#include "scan.h"
#include "sqltext.h"

#define IN_TITLE 1u
#define IN_RULE  2u

struct place {
	struct hf_policy *policy;
	struct hf_rule   *rule;
};

static const char *const severities[] = {
	[HF_CRITICAL] = "critical", [HF_HIGH] = "high", [HF_MEDIUM] = "medium", [HF_LOW] = "low"
};

static struct place *
at(struct reader *r)
{
	return r->into;
}

static void
read_reviewed(struct reader *r)
{
	hf_read_day(r, &at(r)->policy->reviewed);
}

static void
read_severity(struct reader *r)
{
	size_t i;

	for (i = 0; i < sizeof(severities) / sizeof(severities[0]); i++)
		if (strcmp(severities[i], hf_field_text(r)) == 0) {
			at(r)->rule->severity = (enum hf_severity_level)i;
			return;
		}
	hf_field_bad(r, "%s is no severity", hf_field_text(r));
}

static void
read_source(struct reader *r)
{
	hf_read_statements(r, &at(r)->rule->source);
}

static void
read_fix(struct reader *r)
{
	struct scan s = hf_scan_value(r);
	const char *code = hf_scan_code(&s);

	if (code == NULL || !hf_scan_end(&s))
		hf_field_bad(r, "takes one command in a code span");
	else
		at(r)->rule->fix = hf_pool_str(r->pool, code);
}

static void
read_finds(struct reader *r)
{
	at(r)->rule->finds = hf_field_text(r);
	at(r)->rule->sql = r->item->sql;
	at(r)->rule->sql_pos = r->item->sql_pos;
}

static void
read_looks_at(struct reader *r)
{
	at(r)->rule->looks_at = hf_field_text(r);
	at(r)->rule->looks_sql = r->item->sql;
	at(r)->rule->looks_pos = r->item->sql_pos;
}

static const struct field table[] = {
	{ "Reviewed", IN_TITLE, 0, read_reviewed, "a date, 2026-11-20" },
	{ "Severity", IN_RULE, 0, read_severity, "critical, high, medium or low" },
	{ "Source", IN_RULE, FIELD_PROSE, read_source, "the numbers of statements: R095" },
	{ "Fix", IN_RULE, 0, read_fix, "the command that puts it right: `set {ref} mfa_methods+=app`" },
	{ "Looks at", IN_RULE, FIELD_QUERY | FIELD_PROSE, read_looks_at,
	    "what the rule looks at, and a query in a fenced sql block under it that returns that: meeting services" },
	{ "Finds", IN_RULE, FIELD_QUERY | FIELD_PROSE, read_finds,
	    "what is wrong, with {column}s, and a query in a fenced sql block under it that has the columns record and ref" },
};

static const char *const places[] = { "the title", "a rule" };

const struct fields hf_policy_fields = { table, sizeof(table) / sizeof(table[0]), places, 2 };

static void
read_rule(struct reader *r, const struct hf_section *s)
{
	struct hf_policy *p = at(r)->policy;
	struct hf_rule   *rule = hf_pool_push(r->pool, &p->rules, &p->n_rules, sizeof(*rule));
	struct hf_names   columns = { NULL, 0 };

	if (rule == NULL)
		return;
	rule->id = s->id;
	rule->title = s->title;
	rule->pos = s->pos;
	rule->blocks = s->blocks;
	rule->n_blocks = s->n_blocks;
	rule->fix = rule->finds = rule->sql = r->pool->nothing;
	rule->looks_at = hf_pool_str(r->pool, "accounts in use");
	rule->looks_sql = hf_pool_str(r->pool, "SELECT id AS record FROM account WHERE in_use");
	at(r)->rule = rule;
	hf_fields_read(r, &hf_policy_fields, IN_RULE, s);
	at(r)->rule = NULL;
	rule->looks_column = hf_sql_columns(&columns, r->pool, rule->looks_sql) && columns.n > 0 ? columns.v[0] : r->pool->nothing;
	hf_check_present(r, &hf_policy_fields, s, "Severity");
	if (rule->sql[0] == '\0' && (rule->fix[0] != '\0' || rule->source.n > 0))
		hf_check_present(r, &hf_policy_fields, s, "Finds");
}

static const struct entries entries = { hf_is_rule, read_rule, &hf_policy_fields, "a rule",
	"write HF- and three digits: `HF-201`" };

static void *
read_all(struct hf_section *doc, const struct hf_wordlist *list, struct hf_defects *defects)
{
	struct pool      *pool = hf_doc_pool(doc);
	struct hf_policy *p = hf_pool_alloc(pool, sizeof(*p));
	struct place      place = { p, NULL };
	struct reader     r = { .pool = pool, .defects = defects, .list = list, .into = &place };

	if (p == NULL)
		return NULL;
	p->doc = doc;
	p->id = doc->id;
	p->title = doc->title;
	p->reviewed = pool->nothing;
	hf_read_title(&r, &hf_policy_fields, IN_TITLE, doc);
	hf_read_entries(&r, &entries, doc);
	return p;
}

enum hf_code
hf_policy_parse(struct hf_policy **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e)
{
	void        *p;
	enum hf_code rc = hf_book_parse(&p, read_all, text, len, NULL, defects, e);

	*out = p;
	return rc;
}

void
hf_policy_free(struct hf_policy *p)
{
	if (p != NULL)
		hf_doc_free(p->doc);
}

const struct hf_rule *
hf_policy_rule(const struct hf_policy *p, const char *id)
{
	size_t i;

	for (i = 0; i < p->n_rules; i++)
		if (strcmp(p->rules[i].id, id) == 0)
			return &p->rules[i];
	return NULL;
}

const char *
hf_severity_word(enum hf_severity_level level)
{
	return severities[level];
}
