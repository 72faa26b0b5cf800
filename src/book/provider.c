#include "holdfast/provider.h"

#include <string.h>

#include "book_in.h"
#include "holdfast/text.h"
#include "scan.h"

#define IN_TITLE  1u
#define IN_ROUTE  2u
#define IN_ASK    4u
#define IN_WINDOW 8u

struct place {
	struct hf_sheet        *sheet;
	struct hf_sheet_route  *route;
	struct hf_sheet_ask    *ask;
	struct hf_sheet_window *window;
};

static const char *const kinds[] = { "hacked", "locked-out", "impersonation", "partner" };
static const char *const statuses[] = { "official", "partial", "secondary", "retired" };

static struct place *
at(struct reader *r)
{
	return r->into;
}

static void
read_list(struct reader *r, struct hf_names *out)
{
	const char *text = hf_field_text(r);

	if (strcmp(text, "none") != 0 && strcmp(text, "not recorded") != 0)
		hf_split_list(r, out, text, strlen(text));
}

/* Addresses stand in code spans. */
static void
read_addresses(struct reader *r, struct hf_names *out)
{
	const char *text = hf_field_text(r);

	if (strcmp(text, "none") != 0 && strcmp(text, "not recorded") != 0)
		hf_scan_codes(r, out);
}

static void
read_also_called(struct reader *r)
{
	read_list(r, &at(r)->sheet->also_called);
}

static void
read_web(struct reader *r)
{
	read_addresses(r, &at(r)->sheet->web);
}

static void
read_senders(struct reader *r)
{
	read_addresses(r, &at(r)->sheet->senders);
}

static void
read_second_factor(struct reader *r)
{
	read_list(r, &at(r)->sheet->second_factor);
}

static void
read_passkeys(struct reader *r)
{
	at(r)->sheet->passkeys = hf_field_text(r);
}

static void
read_roles(struct reader *r)
{
	at(r)->sheet->roles = hf_field_text(r);
}

static void
read_audit_log(struct reader *r)
{
	at(r)->sheet->audit_log = hf_field_text(r);
}

static void
read_reviewed(struct reader *r)
{
	hf_read_day(r, &at(r)->sheet->reviewed);
}

static void
read_serves(struct reader *r)
{
	hf_read_statements(r, &at(r)->sheet->serves);
}

static void
read_kind(struct reader *r)
{
	if (!hf_text_is_one_of(hf_field_text(r), kinds, 4))
		hf_field_bad(r, "%s is no kind of route", hf_field_text(r));
	else
		at(r)->route->kind = hf_field_text(r);
}

static void
read_address(struct reader *r)
{
	if (hf_text_prefix(hf_field_text(r), "http://"))
		hf_field_bad(r, "http can be read and changed on the way");
	else
		at(r)->route->address = hf_field_text(r);
}

static void
read_where(struct reader *r)
{
	at(r)->route->where = hf_field_text(r);
}

static void
read_seen_on(struct reader *r)
{
	hf_read_day(r, &at(r)->route->seen_on);
}

static void
read_source(struct reader *r)
{
	if (at(r)->route != NULL)
		at(r)->route->source = hf_field_text(r);
	else
		at(r)->window->source = hf_field_text(r);
}

static void
read_status(struct reader *r)
{
	if (!hf_text_is_one_of(hf_field_text(r), statuses, 4))
		hf_field_bad(r, "%s is no status", hf_field_text(r));
	else
		at(r)->route->status = hf_field_text(r);
}

static void
read_response_time(struct reader *r)
{
	at(r)->route->response_time = hf_field_text(r);
}

/* {path} or evidence */
static void
read_from(struct reader *r)
{
	struct hf_sheet_ask *ask = at(r)->ask;
	struct scan          s = hf_scan_value(r);
	const char          *code;
	char                *path;

	if (hf_scan_path(&s, &path) && hf_scan_end(&s))
		ask->path = path;
	else if ((code = hf_scan_code(&s)) != NULL ? strcmp(code, "evidence") != 0 || !hf_scan_end(&s) :
						     strcmp(s.w->text, "evidence") != 0)
		hf_field_bad(r, "cannot be read: %s", hf_field_text(r));
}

static void
read_for(struct reader *r)
{
	struct hf_names *list = &at(r)->ask->what_for;
	size_t           i;

	read_list(r, list);
	for (i = 0; i < list->n; i++)
		if (!hf_text_is_one_of(list->v[i], kinds, 4))
			hf_field_bad(r, "%s is no kind of route", list->v[i]);
}

/* 48 h after `noticed_at` */
static void
read_lasts(struct reader *r)
{
	struct hf_sheet_window *w = at(r)->window;
	struct scan             s = hf_scan_value(r);
	const char             *code;

	if (!hf_scan_span(&s, &w->span) || !hf_scan_word(&s, "after") || (code = hf_scan_code(&s)) == NULL ||
	    (!hf_is_value_name(code) && !hf_is_id(code)) || !hf_scan_end(&s)) {
		hf_field_bad(r, "cannot be read: %s", hf_field_text(r));
		return;
	}
	w->after = hf_pool_str(r->pool, code);
}

static const struct field table[] = {
	{ "Also called", IN_TITLE, FIELD_PROSE, read_also_called, "other names: Twitter" },
	{ "Web", IN_TITLE, 0, read_web, "`x.com`, `twitter.com`, or none" },
	{ "Genuine senders", IN_TITLE, 0, read_senders, "`x.com`, `e.x.com`, or not recorded" },
	{ "Second factor", IN_TITLE, 0, read_second_factor, "app, key, sms, or none" },
	{ "Passkeys", IN_TITLE, 0, read_passkeys, "yes, no or not recorded" },
	{ "Roles", IN_TITLE, FIELD_PROSE, read_roles, "the provider's own names of its roles" },
	{ "Audit log", IN_TITLE, FIELD_PROSE, read_audit_log, "where it is, no, or not recorded" },
	{ "Reviewed", IN_TITLE, 0, read_reviewed, "a date, 2026-11-20" },
	{ "Serves", IN_TITLE, 0, read_serves, "the numbers of statements: R060, R125" },
	{ "Kind", IN_ROUTE, 0, read_kind, "hacked, locked-out, impersonation or partner" },
	{ "Address", IN_ROUTE, 0, read_address, "<https://…>, or words when there is none" },
	{ "Where", IN_ROUTE, FIELD_PROSE, read_where, "what stands there: web form, chat, telephone" },
	{ "Seen on", IN_ROUTE, 0, read_seen_on, "the day it was seen, 2026-11-20" },
	{ "Source", IN_ROUTE | IN_WINDOW, FIELD_PROSE, read_source, "where you read it, with its date" },
	{ "Status", IN_ROUTE, 0, read_status, "official, partial, secondary or retired" },
	{ "Response time", IN_ROUTE, FIELD_PROSE, read_response_time, "what the provider promises, or not recorded" },
	{ "From", IN_ASK, 0, read_from, "{account.handle}, a path to the value; or evidence" },
	{ "For", IN_ASK, 0, read_for, "the kinds of route that ask for it: impersonation" },
	{ "Lasts", IN_WINDOW, 0, read_lasts, "48 h after `noticed_at`" },
};

static const char *const places[] = { "the title", "a route", "an ask", "a window" };

const struct fields hf_provider_fields = { table, sizeof(table) / sizeof(table[0]), places, 4 };

static void
read_route(struct reader *r, const struct hf_section *s)
{
	struct hf_sheet       *sheet = at(r)->sheet;
	struct hf_sheet_route *route = hf_pool_push(r->pool, &sheet->routes, &sheet->n_routes, sizeof(*route));

	if (route == NULL)
		return;
	route->id = s->id;
	route->title = s->title;
	route->pos = s->pos;
	route->blocks = s->blocks;
	route->n_blocks = s->n_blocks;
	route->kind = route->address = route->where = route->seen_on = r->pool->nothing;
	route->source = route->status = route->response_time = r->pool->nothing;
	at(r)->route = route;
	hf_fields_read(r, &hf_provider_fields, IN_ROUTE, s);
	at(r)->route = NULL;
	hf_check_present(r, &hf_provider_fields, s, "Kind");
	hf_check_present(r, &hf_provider_fields, s, "Address");
	hf_check_present(r, &hf_provider_fields, s, "Seen on");
	hf_check_present(r, &hf_provider_fields, s, "Source");
	hf_check_present(r, &hf_provider_fields, s, "Status");
}

/* Paragraphs as one text. */
static char *
join(struct reader *r, const struct hf_section *s)
{
	struct hf_buf b = HF_BUF_INIT;
	char         *text;
	size_t        i;

	for (i = 0; i < s->n_blocks; i++) {
		if (b.len > 0)
			hf_buf_addc(&b, ' ');
		hf_buf_adds(&b, s->blocks[i].words.text);
	}
	if (b.failed)
		r->pool->failed = true;
	text = hf_pool_str(r->pool, hf_buf_str(&b));
	hf_buf_clear(&b);
	return text;
}

static void
read_ask(struct reader *r, const struct hf_section *s)
{
	struct hf_sheet     *sheet = at(r)->sheet;
	struct hf_sheet_ask *ask = hf_pool_push(r->pool, &sheet->asks, &sheet->n_asks, sizeof(*ask));

	if (ask == NULL)
		return;
	ask->id = s->id;
	ask->label = s->title;
	ask->pos = s->pos;
	ask->path = r->pool->nothing;
	ask->where = join(r, s);
	at(r)->ask = ask;
	hf_fields_read(r, &hf_provider_fields, IN_ASK, s);
	at(r)->ask = NULL;
	hf_check_present(r, &hf_provider_fields, s, "From");
}

static void
read_window(struct reader *r, const struct hf_section *s)
{
	struct hf_sheet        *sheet = at(r)->sheet;
	struct hf_sheet_window *w = hf_pool_push(r->pool, &sheet->windows, &sheet->n_windows, sizeof(*w));

	if (w == NULL)
		return;
	w->id = s->id;
	w->title = s->title;
	w->pos = s->pos;
	w->after = w->source = r->pool->nothing;
	at(r)->window = w;
	hf_fields_read(r, &hf_provider_fields, IN_WINDOW, s);
	at(r)->window = NULL;
	hf_check_present(r, &hf_provider_fields, s, "Lasts");
	hf_check_present(r, &hf_provider_fields, s, "Source");
}

static void
read_part(struct reader *r, const struct hf_section *s)
{
	struct hf_sheet      *sheet = at(r)->sheet;
	struct hf_sheet_part *part = hf_pool_push(r->pool, &sheet->parts, &sheet->n_parts, sizeof(*part));

	hf_fields_read(r, &hf_provider_fields, 0, s);
	if (part != NULL)
		*part = (struct hf_sheet_part){ s->id, s->title, s->blocks, s->n_blocks };
}

static void
read_section(struct reader *r, const struct hf_section *s)
{
	static const struct {
		const char *id;
		void (*read)(struct reader *, const struct hf_section *);
	} special[] = { { "routes", read_route }, { "asks", read_ask }, { "windows", read_window } };
	void (*read)(struct reader *, const struct hf_section *) = read_part;
	size_t i;

	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (strcmp(special[i].id, s->id) == 0)
			read = special[i].read;
	hf_check_id(r->defects, s);
	read_part(r, s);
	for (i = 0; i < s->n_subs; i++) {
		hf_check_id(r->defects, &s->subs[i]);
		read(r, &s->subs[i]);
	}
}

static void *
read_all(struct hf_section *doc, const struct hf_wordlist *list, struct hf_defects *defects)
{
	struct pool     *pool = hf_doc_pool(doc);
	struct hf_sheet *sheet = hf_pool_alloc(pool, sizeof(*sheet));
	struct place     place = { sheet, NULL, NULL, NULL };
	struct reader    r = { .pool = pool, .defects = defects, .list = list, .into = &place };
	size_t           i;

	if (sheet == NULL)
		return NULL;
	sheet->doc = doc;
	sheet->id = doc->id;
	sheet->title = doc->title;
	sheet->passkeys = sheet->roles = sheet->audit_log = sheet->reviewed = pool->nothing;
	hf_read_title(&r, &hf_provider_fields, IN_TITLE, doc);
	for (i = 0; i < doc->n_subs; i++)
		read_section(&r, &doc->subs[i]);
	return sheet;
}

enum hf_code
hf_sheet_parse(struct hf_sheet **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e)
{
	void        *sheet;
	enum hf_code rc = hf_book_parse(&sheet, read_all, text, len, NULL, defects, e);

	*out = sheet;
	return rc;
}

void
hf_sheet_free(struct hf_sheet *s)
{
	if (s != NULL)
		hf_doc_free(s->doc);
}

const struct hf_sheet_part *
hf_sheet_part(const struct hf_sheet *s, const char *id)
{
	size_t i;

	for (i = 0; i < s->n_parts; i++)
		if (strcmp(s->parts[i].id, id) == 0)
			return &s->parts[i];
	return NULL;
}

int
hf_route_days(const struct hf_sheet_route *r)
{
	return strcmp(r->status, "official") == 0 ? 180 : strcmp(r->status, "partial") == 0 ? 90 : 0;
}

bool
hf_route_stale(const struct hf_sheet_route *r, const char *today)
{
	int days = hf_route_days(r);

	return days == 0 || !hf_day_valid(r->seen_on) || hf_day_diff(today, r->seen_on) > days;
}
