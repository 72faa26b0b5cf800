#include "holdfast/guidance.h"

#include <string.h>

#include "book_in.h"
#include "holdfast/text.h"
#include "scan.h"

#define IN_TITLE     1u
#define IN_STATEMENT 2u

struct place {
	struct hf_guidance  *guidance;
	struct hf_statement *statement;
};

static struct place *
at(struct reader *r)
{
	return r->into;
}

static void
read_publisher(struct reader *r)
{
	at(r)->guidance->publisher = hf_field_text(r);
}

static void
read_reviewed(struct reader *r)
{
	hf_read_day(r, &at(r)->guidance->reviewed);
}

static void
read_source(struct reader *r)
{
	at(r)->statement->source = hf_field_text(r);
}

static void
read_kind(struct reader *r)
{
	at(r)->statement->kind = hf_field_text(r);
}

static void
read_ask(struct reader *r)
{
	at(r)->statement->ask = hf_field_text(r);
}

/* `incident/hijacked-account#throw-out`: the book's name ends at the #. */
static bool
read_book(struct hf_served *to, struct reader *r, const char *code)
{
	static const char *const folders[] = { "incident/", "routine/", "provider/", "policy/" };
	size_t                   i, len = strcspn(code, "#");

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (!hf_text_prefix(code, folders[i]))
			continue;
		to->kind = HF_SERVED_BOOK;
		to->name = hf_pool_strn(r->pool, code, len);
		if (code[len] == '#')
			to->part = hf_pool_str(r->pool, code + len + 1);
		return hf_is_book_id(to->name + strlen(folders[i])) &&
		    (code[len] == '\0' || hf_is_id(to->part) || hf_is_rule(to->part));
	}
	return false;
}

static bool
read_served_one(struct hf_served *to, struct reader *r, const char *code)
{
	to->name = to->part = r->pool->nothing;
	if (hf_is_rule(code)) {
		to->kind = HF_SERVED_RULE;
	} else if (hf_text_prefix(code, "report/") && code[7] != '\0') {
		to->kind = HF_SERVED_REPORT;
		code += strlen("report/");
	} else if (hf_text_prefix(code, "command/") && code[8] != '\0') {
		to->kind = HF_SERVED_COMMAND;
		code += strlen("command/");
	} else if (hf_is_field_name(code)) {
		to->kind = HF_SERVED_FIELD;
	} else {
		return read_book(to, r, code);
	}
	to->name = hf_pool_str(r->pool, code);
	return true;
}

static void
read_served(struct reader *r)
{
	struct hf_statement *st = at(r)->statement;
	struct hf_names      codes = { NULL, 0 };
	struct hf_served    *to;
	size_t               i;

	if (!hf_scan_codes(r, &codes))
		return;
	for (i = 0; i < codes.n; i++) {
		if ((to = hf_pool_push(r->pool, &st->served, &st->n_served, sizeof(*to))) == NULL)
			return;
		to->pos = r->item->pos;
		if (!read_served_one(to, r, codes.v[i])) {
			hf_field_bad(r, "`%s` names nothing that can serve", codes.v[i]);
			st->n_served--;
		}
	}
}

static const struct field table[] = {
	{ "Publisher", IN_TITLE, FIELD_PROSE, read_publisher, "who publishes it" },
	{ "Reviewed", IN_TITLE, 0, read_reviewed, "a date, 2026-11-20" },
	{ "Source", IN_STATEMENT, FIELD_PROSE, read_source, "where it stands in the document: line 64" },
	{ "Kind", IN_STATEMENT, 0, read_kind, "what kind of requirement it is: do, record" },
	{ "Served by", IN_STATEMENT, FIELD_MANY, read_served,
	    "`HF-201`, `incident/hijacked-account#throw-out`, `account.vault_ref`, `report/provider/x` or `command/impact`" },
	{ "Ask", IN_STATEMENT, FIELD_PROSE, read_ask, "the question that only a person can answer" },
};

static const char *const places[] = { "the title", "a statement" };

const struct fields hf_guidance_fields = { table, sizeof(table) / sizeof(table[0]), places, 2 };

static void
read_statement(struct reader *r, const struct hf_section *s)
{
	struct hf_guidance  *g = at(r)->guidance;
	struct hf_statement *st = hf_pool_push(r->pool, &g->statements, &g->n_statements, sizeof(*st));

	if (st == NULL)
		return;
	st->id = s->id;
	st->title = s->title;
	st->pos = s->pos;
	st->blocks = s->blocks;
	st->n_blocks = s->n_blocks;
	st->source = st->kind = st->ask = r->pool->nothing;
	at(r)->statement = st;
	hf_fields_read(r, &hf_guidance_fields, IN_STATEMENT, s);
	at(r)->statement = NULL;
	hf_check_present(r, &hf_guidance_fields, s, "Source");
}

static const struct entries entries = { hf_is_statement, read_statement, &hf_guidance_fields, "a statement",
	"write R and three digits: `R058`" };

static void *
read_all(struct hf_section *doc, const struct hf_wordlist *list, struct hf_defects *defects)
{
	struct pool        *pool = hf_doc_pool(doc);
	struct hf_guidance *g = hf_pool_alloc(pool, sizeof(*g));
	struct place        place = { g, NULL };
	struct reader       r = { .pool = pool, .defects = defects, .list = list, .into = &place };

	if (g == NULL)
		return NULL;
	g->doc = doc;
	g->id = doc->id;
	g->title = doc->title;
	g->publisher = g->reviewed = pool->nothing;
	hf_read_title(&r, &hf_guidance_fields, IN_TITLE, doc);
	hf_read_entries(&r, &entries, doc);
	return g;
}

enum hf_code
hf_guidance_parse(struct hf_guidance **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e)
{
	void        *g;
	enum hf_code rc = hf_book_parse(&g, read_all, text, len, NULL, defects, e);

	*out = g;
	return rc;
}

void
hf_guidance_free(struct hf_guidance *g)
{
	if (g != NULL)
		hf_doc_free(g->doc);
}
