/* Every name in a template is one that a report is given, or that some playbook writes down; also where a section hides it. */
#include <stdio.h>
#include <string.h>

#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "lint_in.h"
#include "tags.h"

#define NEAR_MAX 512
#define ANYTHING "*"

#define STEP     "id title phase state done skipped failed late at needed_by by approved_by anyway twice why text"
#define RUN_HEAD "id title playbook playbook_hash subject state drill started_at closed_at aware_at severity severity_words lead"
#define ROUTE    "id kind title address where seen_on source status response_time stale retired"
#define ENTRY    "id type step title at recorded_at by text anyway drill for odd_clock corrects corrections"
#define ROUTES   "hacked locked_out impersonation partner"

/*
 * What hf_report_context gives, and what is under it: words, each a member; "@kind" is a record, "*" anything. Members of members are rows of their own,
 * "routes.hacked". in: the one template that is given it; NULL: every one. holdfast-template(5) tells people the same.
 */
static const struct known {
	const char *name, *members, *in;
} known[] = {
	{ "run", RUN_HEAD, NULL },
	{ "steps", STEP, NULL },
	{ "done", STEP, NULL },
	{ "skipped", STEP, NULL },
	{ "failed", STEP, NULL },
	{ "open", STEP, NULL },
	{ "late", STEP, NULL },
	{ "changes", STEP, NULL },
	{ "answers", ANYTHING, NULL },
	{ "answered", ANYTHING, NULL },
	{ "rows", ANYTHING, NULL },
	{ "entries", ENTRY, NULL },
	{ "entries.corrections", "text at by", NULL },
	{ "evidence", ENTRY " file_name sha256 media_type kept_as source description size", NULL },
	{ "tickets", ENTRY " number with", NULL },
	{ "figures", "first_notice contained reported regained closed late skipped", NULL },
	{ "gates", "step why without", NULL },
	{ "provider", "name title also_called genuine_senders web second_factor passkeys roles audit_log reviewed", NULL },
	{ "routes", ROUTES, NULL },
	{ "routes.hacked", ROUTE, NULL },
	{ "routes.locked_out", ROUTE, NULL },
	{ "routes.impersonation", ROUTE, NULL },
	{ "routes.partner", ROUTE, NULL },
	{ "asks", "id label for have value description file_name sha256 valid_until expired where", NULL },
	{ "needed", "label where", NULL },
	{ "windows", "title lasts until over", NULL },
	{ "desk", "partner_contact portal_ref account_manager note", NULL },
	{ "proofs", "description satisfies file_name sha256 obtained_on valid_until expired", NULL },
	{ "links", "how ref handle provider", NULL },
	{ "grants", "person supplier role since authorised_by", NULL },
	{ "contacts", "type value holder verified_on is_address", NULL },
	{ "siblings", "ref because", NULL },
	{ "ties", "account what detail record", NULL },
	{ "ties.account", "@account", NULL },
	{ "ties.record", ANYTHING, NULL },
	{ "attestations", "period control answer risk rag improvement evidence_ref answered_by answered_as answered_on is_red",
	    NULL },
	{ "exceptions", "rule ref reason accepted_by expires is_over", NULL },
	{ "units_below", "path state red is_overdue", NULL },
	{ "accounts", "ref display_name provider handle url language purpose verified_badge confirmed_on published", NULL },
	{ "sheets", "name title genuine_senders routes windows", NULL },
	{ "sheets.routes", ROUTE, NULL },
	{ "sheets.windows", "title lasts", NULL },
	{ "register", "id head", NULL },
	{ "report", "id template version marking", NULL },
	{ "author", "fingerprint name post", NULL },
	{ "now", "", NULL },
	{ "now_utc", "", NULL },
	{ "today", "", NULL },
	{ "blank", "fields", NULL },
	{ "sources", "from_register from_log from_steps from_sheet to_type", NULL },
	{ "sources.from_register", "fields", NULL },
	{ "sources.from_log", "fields", NULL },
	{ "sources.from_steps", "step at by labels", NULL },
	{ "sources.from_sheet", "fields", NULL },
	{ "sources.to_type", "fields", NULL },
	{ "organisation", "", "page/dashboard" },
	{ "head", "", "page/dashboard" },
	{ "in_use", "", "page/dashboard" },
	{ "findings", "", "page/dashboard" },
	{ "n_runs", "", "page/dashboard" },
	{ "n_overdue", "", "page/dashboard" },
	{ "n_soon", "", "page/dashboard" },
	{ "severities", "severity n records", "page/dashboard" },
	{ "worst", "ref n rules", "page/dashboard" },
	{ "runs", "title ref started late", "page/dashboard" },
	{ "overdue", "what ref due days do", "page/dashboard" },
	{ "soon", "what ref due days do", "page/dashboard" },
	{ "states", "state n", "page/dashboard" },
	{ "providers", "provider n", "page/dashboard" },
	{ "reviews", "ref day", "page/dashboard" },
	{ "organisation", "", "internal/self-assessment" },
	{ "head", "", "internal/self-assessment" },
	{ "count", "all met partly not_met needs_person", "internal/self-assessment" },
	{ "statements", "statement title guidance source status status_words rag served_by shown ask risk improvement",
	    "internal/self-assessment" },
	{ "statements.shown", "name says empty", "internal/self-assessment" },
};

#define N_KNOWN (sizeof(known) / sizeof(known[0]))

/* Where a name leads: the members of what stands there. path: of a list or an object in the table, for what is under it. */
struct place {
	const char *path, *members;
};

struct names {
	struct linter        *l;
	const struct hf_tags *tags;
	struct place          stack[HF_TAG_SECTION_MAX + 1];
	size_t                n;
};

static bool
has_word(const char *words, const char *s, size_t len)
{
	for (const char *p = words; *p != '\0'; p += strcspn(p, " "), p += *p == ' ')
		if (strcspn(p, " ") == len && memcmp(p, s, len) == 0)
			return true;
	return false;
}

static const struct known *
row_of(const struct names *n, const char *name)
{
	const char *template = hf_text_prefix(n->l->name, "template/") ? n->l->name + strlen("template/") : n->l->name;

	for (size_t i = 0; i < N_KNOWN; i++)
		if (strcmp(known[i].name, name) == 0 && (known[i].in == NULL || strcmp(known[i].in, template) == 0))
			return &known[i];
	return NULL;
}

/* A field of a record: what it refers to; several kinds are anything. */
static bool
field_of(struct place *out, const char *kind, const char *name)
{
	const struct hf_kind  *k = hf_schema_kind(kind);
	const struct hf_field *f = k == NULL ? NULL : hf_schema_field(k, name);

	*out = (struct place){ "", "" };
	if (k != NULL && f == NULL)
		return has_word("ref id kind version register", name, strlen(name));
	if (f != NULL && f->type == HF_FIELD_REF)
		out->members = strchr(f->choices, ' ') != NULL ? ANYTHING : f->choices;
	if (f != NULL && f->type == HF_FIELD_REF && strcmp(out->members, ANYTHING) != 0)
		out->path = "@";
	return f != NULL;
}

/* The member of that name, of what stands at a place. */
static bool
member(struct place *out, const struct names *n, const struct place *of, const char *name)
{
	const struct known *row;
	char                path[128];

	*out = (struct place){ "", "" };
	if (strcmp(of->members, ANYTHING) == 0) {
		out->members = ANYTHING;
		return true;
	}
	if (strcmp(of->path, "@") == 0)
		return field_of(out, of->members, name);
	if (!has_word(of->members, name, strlen(name)))
		return false;
	snprintf(path, sizeof(path), "%.60s.%.60s", of->path, name);
	if ((row = row_of(n, path)) != NULL)
		*out = row->members[0] == '@' ? (struct place){ "@", row->members + 1 } : (struct place){ row->name, row->members };
	return true;
}

/* What the data itself has: a row of the table, a record, or what some playbook writes down. */
static bool
at_the_root(struct place *out, const struct names *n, const char *name)
{
	const struct known *row = row_of(n, name);

	*out = (struct place){ "", "" };
	if (row != NULL)
		*out = (struct place){ row->name, row->members };
	else if (hf_schema_kind(name) != NULL)
		*out = (struct place){ "@", hf_schema_kind(name)->name };
	else if (strcmp(name, "severity") == 0)
		return true;
	else if (hf_lint_written_somewhere(n->l, name))
		out->members = ANYTHING;
	else
		return false;
	return true;
}

/* As template.c finds it: the first part in the nearest section that has it, the others inside what that found. */
static bool
lookup(struct place *out, const struct names *n, char *name)
{
	char  *dot = strchr(name, '.');
	bool   found = false;
	size_t i;

	if (dot != NULL)
		*dot = '\0';
	for (i = n->n; i > 0 && !found; i--)
		found = member(out, n, &n->stack[i - 1], name);
	if (!found && !at_the_root(out, n, name))
		return false;
	while (dot != NULL) {
		struct place of = *out;
		char        *part = dot + 1;

		if ((dot = strchr(part, '.')) != NULL)
			*dot = '\0';
		if (!member(out, n, &of, part))
			return false;
	}
	return true;
}

static struct hf_pos
pos_of(const struct hf_tags *t, size_t at)
{
	struct hf_pos pos = { 1, 1 };

	for (size_t i = 0; i < at; i++) {
		pos.line += t->text[i] == '\n';
		pos.column = t->text[i] == '\n' ? 1 : pos.column + 1;
	}
	return pos;
}

static void
unknown(struct names *n, const struct hf_tag *tag, const char *name)
{
	const char *names[N_KNOWN + 32], *near;
	char        fix[96] = "write down what it prints in a playbook; holdfast-template(5) lists what reports are given";
	size_t      k = 0;

	for (size_t i = 0; i < N_KNOWN; i++)
		if (strchr(known[i].name, '.') == NULL)
			names[k++] = known[i].name;
	for (size_t i = 0; i < hf_n_kinds && k < N_KNOWN + 32; i++)
		names[k++] = hf_kinds[i].name;
	if (strchr(name, '.') == NULL && (near = hf_text_nearest(name, names, k)) != NULL)
		snprintf(fix, sizeof(fix), "did you mean %.60s?", near);
	hf_defect_add(
	    n->l->out, pos_of(n->tags, tag->tag), fix, "{{%s}}: no report is given that, and no playbook writes it down", name);
}

static void
look(struct names *n, const struct hf_tag *tag)
{
	char         name[HF_TAG_NAME_MAX + 1], parts[HF_TAG_NAME_MAX + 1];
	struct place at = { "", "" };

	memcpy(name, n->tags->text + tag->at, tag->len);
	name[tag->len] = '\0';
	memcpy(parts, name, tag->len + 1);
	if (strcmp(name, ".") == 0)
		at = n->n > 0 ? n->stack[n->n - 1] : at;
	else if (!lookup(&at, n, parts)) {
		unknown(n, tag, name);
		at.members = ANYTHING; /* said once */
	}
	if (tag->kind == HF_TAG_SECTION)
		n->stack[n->n++] = at;
	else if (tag->kind == HF_TAG_INVERTED)
		n->stack[n->n++] = (struct place){ "", "" };
}

void
hf_lint_template_names(struct linter *l, const char *text, size_t len)
{
	struct names    n = { .l = l };
	struct hf_tags *tags = NULL;
	struct hf_err   why = HF_ERR_INIT;

	if (l->opts->shelf == NULL || hf_tags_parse(&tags, "t", text, len, NULL, &why) != HF_OK)
		return; /* what is wrong with its tags has been said */
	n.tags = tags;
	for (size_t i = 0; i < tags->n && l->rc == HF_OK; i++) {
		const struct hf_tag *tag = &tags->list[i];

		if (tag->kind == HF_TAG_CLOSE)
			n.n--;
		else if (tag->kind != HF_TAG_TEXT && tag->kind != HF_TAG_PARTIAL)
			look(&n, tag);
	}
	hf_tags_free(tags);
}
