/* The tables of the shelf. */
#include <string.h>

#include "holdfast/fs.h"
#include "holdfast/guidance.h"
#include "holdfast/policy.h"
#include "holdfast/provider.h"
#include "holdfast/text.h"
#include "holdfast/views.h"

enum { PROVIDER, ROUTE, ASKS, BOOK, STATEMENT, N_TABLES };

static const struct {
	const char *clear, *put;
} tables[N_TABLES] = {
	[PROVIDER] = { "DELETE FROM temp.provider", "INSERT OR REPLACE INTO temp.provider VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[ROUTE] = { "DELETE FROM temp.route", "INSERT OR REPLACE INTO temp.route VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)" },
	[ASKS] = { "DELETE FROM temp.asks", "INSERT OR REPLACE INTO temp.asks VALUES (?, ?, ?, ?, ?)" },
	[BOOK] = { "DELETE FROM temp.book", "INSERT OR REPLACE INTO temp.book VALUES (?, ?, ?, ?, ?)" },
	[STATEMENT] = { "DELETE FROM temp.statement", "INSERT OR REPLACE INTO temp.statement VALUES (?, ?, ?, ?, ?)" },
};

/* What is filled together, and the folder of the books it comes from ("": all). */
static const struct group {
	const char *name, *folder;
	int         first, last;
} groups[] = {
	{ "provider route asks", "provider/", PROVIDER, ASKS },
	{ "book", "", BOOK, BOOK },
	{ "statement", "guidance/", STATEMENT, STATEMENT },
};

struct filler {
	struct hf_db       *db;
	struct hf_shelf    *shelf;
	const char         *today;
	const struct group *group;
	struct hf_stmt     *all[N_TABLES];
	struct hf_stmt     *put; /* the one in hand */
	struct hf_err      *e;
};

static enum hf_code
put(struct filler *f)
{
	hf_stmt_step(f->put);
	return hf_stmt_reset(f->put, f->e);
}

/* What a sheet does not say is NULL. */
static void
say(struct filler *f, int i, const char *text)
{
	hf_stmt_text(f->put, i, text[0] == '\0' || hf_text_prefix(text, "not recorded") ? NULL : text);
}

static void
say_list(struct filler *f, int i, const struct hf_names *names)
{
	struct hf_json *list = hf_json_array();

	for (size_t k = 0; list != NULL && k < names->n; k++)
		if (!hf_text_prefix(names->v[k], "not recorded") && hf_json_push(list, hf_json_string(names->v[k])) != 0) {
			hf_json_free(list);
			list = NULL;
		}
	hf_stmt_json(f->put, i, hf_json_len(list) > 0 ? list : NULL);
	hf_json_free(list);
}

static enum hf_code
put_provider(struct filler *f, const struct hf_sheet *s)
{
	f->put = f->all[PROVIDER];
	say(f, 1, s->id);
	say(f, 2, s->title);
	say_list(f, 3, &s->also_called);
	say_list(f, 4, &s->web);
	say_list(f, 5, &s->senders);
	say_list(f, 6, &s->second_factor);
	say(f, 7, s->passkeys);
	say(f, 8, s->roles);
	say(f, 9, s->audit_log);
	say(f, 10, s->reviewed);
	return put(f);
}

static enum hf_code
put_routes(struct filler *f, const struct hf_sheet *s)
{
	enum hf_code rc = HF_OK;

	f->put = f->all[ROUTE];
	for (size_t i = 0; rc == HF_OK && i < s->n_routes; i++) {
		const struct hf_sheet_route *r = &s->routes[i];

		say(f, 1, s->id);
		say(f, 2, r->id);
		say(f, 3, r->title);
		say(f, 4, r->kind);
		say(f, 5, r->address);
		say(f, 6, r->source);
		say(f, 7, r->status);
		say(f, 8, r->seen_on);
		hf_stmt_int(f->put, 9, hf_route_stale(r, f->today));
		rc = put(f);
	}
	return rc;
}

static enum hf_code
put_asks(struct filler *f, const struct hf_sheet *s)
{
	enum hf_code rc = HF_OK;

	f->put = f->all[ASKS];
	for (size_t i = 0; rc == HF_OK && i < s->n_asks; i++) {
		say(f, 1, s->id);
		say(f, 2, s->asks[i].id);
		say(f, 3, s->asks[i].label);
		say(f, 4, s->asks[i].path);
		say_list(f, 5, &s->asks[i].what_for);
		rc = put(f);
	}
	return rc;
}

static enum hf_code
put_sheet(struct filler *f, const char *name)
{
	struct hf_sheet *s = NULL;
	enum hf_code     rc;

	if ((rc = hf_sheet_open(&s, f->shelf, name, NULL)) == HF_OK) {
		if ((rc = put_provider(f, s)) == HF_OK && (rc = put_routes(f, s)) == HF_OK)
			rc = put_asks(f, s);
	} else if (rc != HF_NOMEM) {
		rc = HF_OK; /* book lint tells what is wrong with it */
	}
	hf_sheet_free(s);
	return rc == HF_NOMEM ? hf_nomem(f->e) : rc;
}

/* ---- guidance ---- */

/* Its rules alone: what a query can ask about. */
static void
say_rules(struct filler *f, int i, const struct hf_statement *st)
{
	struct hf_json *list = hf_json_array();

	for (size_t k = 0; list != NULL && k < st->n_served; k++)
		if (st->served[k].kind == HF_SERVED_RULE && hf_json_push(list, hf_json_string(st->served[k].name)) != 0) {
			hf_json_free(list);
			list = NULL;
		}
	hf_stmt_json(f->put, i, hf_json_len(list) > 0 ? list : NULL);
	hf_json_free(list);
}

static enum hf_code
put_guidance(struct filler *f, const char *name)
{
	struct hf_defects   ignored = { 0 };
	struct hf_guidance *g = NULL;
	struct hf_buf       text = HF_BUF_INIT;
	enum hf_code        rc;

	f->put = f->all[STATEMENT];
	if ((rc = hf_shelf_read(&text, NULL, f->shelf, name, NULL)) == HF_OK)
		rc = hf_guidance_parse(&g, hf_buf_str(&text), text.len, &ignored, NULL);
	if (rc != HF_NOMEM)
		rc = HF_OK;
	for (size_t i = 0; g != NULL && rc == HF_OK && i < g->n_statements; i++) {
		say(f, 1, g->statements[i].id);
		say(f, 2, name);
		say(f, 3, g->statements[i].title);
		say(f, 4, g->statements[i].ask);
		say_rules(f, 5, &g->statements[i]);
		rc = put(f);
	}
	hf_defects_clear(&ignored);
	hf_guidance_free(g);
	hf_buf_clear(&text);
	return rc == HF_NOMEM ? hf_nomem(f->e) : rc;
}

/* ---- books ---- */

/* The day in the title's fields. Only the text before the first section is parsed: there are many books. */
static enum hf_code
reviewed(char out[HF_DAY_SIZE], struct filler *f, const char *name)
{
	struct hf_section *doc = NULL;
	struct hf_defects  ignored = { 0 };
	struct hf_buf      text = HF_BUF_INIT;
	const char        *head;
	enum hf_code       rc;

	out[0] = '\0';
	if ((rc = hf_shelf_read(&text, NULL, f->shelf, name, NULL)) == HF_OK) {
		head = strstr(hf_buf_str(&text), "\n## ");
		rc = hf_doc_parse(&doc, hf_buf_str(&text), head == NULL ? text.len : (size_t)(head - text.data), &ignored, NULL);
	}
	for (size_t i = 0; rc == HF_OK && i < doc->n_items; i++)
		if (strcmp(doc->items[i].label, "Reviewed") == 0 && hf_day_valid(doc->items[i].value.text))
			memcpy(out, doc->items[i].value.text, HF_DAY_SIZE);
	hf_doc_free(doc);
	hf_defects_clear(&ignored);
	hf_buf_clear(&text);
	return rc == HF_NOMEM ? hf_nomem(f->e) : HF_OK;
}

static enum hf_code
put_book(struct filler *f, const struct hf_shelf_book *b)
{
	char         day[HF_DAY_SIZE] = "", sort[32];
	size_t       n = strcspn(b->name, "/");
	enum hf_code rc = HF_OK;

	if (!hf_text_prefix(b->name, "template/") && (rc = reviewed(day, f, b->name)) != HF_OK)
		return rc;
	memcpy(sort, b->name, n < sizeof(sort) ? n : sizeof(sort) - 1);
	sort[n < sizeof(sort) ? n : sizeof(sort) - 1] = '\0';
	f->put = f->all[BOOK];
	say(f, 1, b->name);
	say(f, 2, b->title);
	say(f, 3, sort);
	hf_stmt_text(f->put, 4, strcmp(b->from, "register") == 0 ? "register" : "shelf");
	say(f, 5, day);
	return put(f);
}

static enum hf_code
put_one(struct filler *f, const struct hf_shelf_book *b)
{
	if (strchr(hf_fs_base(b->name), '.') != NULL) /* a translation */
		return HF_OK;
	if (f->group->first == BOOK)
		return put_book(f, b);
	if (!hf_text_prefix(b->name, f->group->folder))
		return HF_OK;
	return f->group->first == STATEMENT ? put_guidance(f, b->name) : put_sheet(f, b->name);
}

static enum hf_code
begin(struct filler *f, const char *group)
{
	enum hf_code rc = HF_OK;

	for (size_t k = 0; k < sizeof(groups) / sizeof(groups[0]); k++)
		if (strcmp(groups[k].name, group) == 0)
			f->group = &groups[k];
	if (f->group == NULL)
		return hf_fail(f->e, HF_INTERNAL, "%s: no tables of the shelf", group);
	for (int i = f->group->first; rc == HF_OK && i <= f->group->last; i++)
		if ((rc = hf_db_exec(f->db, tables[i].clear, f->e)) == HF_OK)
			rc = hf_db_prepare(&f->all[i], f->db, tables[i].put, f->e);
	return rc;
}

enum hf_code
hf_views_shelf(struct hf_db *db, struct hf_shelf *shelf, const char *group, const char *today, struct hf_err *e)
{
	struct filler               f = { .db = db, .shelf = shelf, .today = today, .e = e };
	const struct hf_shelf_book *books;
	size_t                      n;
	enum hf_code                rc;

	if ((rc = hf_shelf_list(&books, &n, shelf, e)) == HF_OK)
		rc = begin(&f, group);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = put_one(&f, &books[i]);
	for (int i = 0; i < N_TABLES; i++)
		hf_stmt_free(f.all[i]);
	return rc;
}
