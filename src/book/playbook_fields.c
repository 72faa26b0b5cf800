#include <string.h>

#include "holdfast/text.h"
#include "playbook_in.h"
#include "scan.h"
#include "sqltext.h"

/* Lists are searched for twins: none is long. */
#define LIST_MAX 200

bool
hf_too_many(struct reader *r, size_t n)
{
	if (n == LIST_MAX)
		hf_field_bad_at(r, r->item->pos, "write a second step, or a second book", "more than %d of these", LIST_MAX);
	return n >= LIST_MAX;
}

struct place *
hf_place_of(struct reader *r)
{
	return r->into;
}

static void
read_in_short(struct reader *r)
{
	hf_place_of(r)->book->in_short = hf_field_text(r);
}

static void
read_use_when(struct reader *r)
{
	hf_place_of(r)->book->use_when = hf_field_text(r);
}

static void
read_not_for(struct reader *r)
{
	hf_place_of(r)->book->not_for = hf_field_text(r);
}

static void
read_do_not(struct reader *r)
{
	const char *text = hf_field_text(r);

	hf_pool_name(r->pool, &hf_place_of(r)->book->do_not, text, strlen(text));
}

static void
read_subject(struct reader *r)
{
	struct hf_names *kinds = &hf_place_of(r)->book->subjects;
	const char      *text = hf_field_text(r);
	size_t           i;

	hf_split_list(r, kinds, text, strlen(text));
	for (i = 0; i < kinds->n; i++)
		if (!hf_is_path(kinds->v[i], strlen(kinds->v[i])) || strchr(kinds->v[i], '.') != NULL)
			hf_field_bad(r, "%s is no kind of record", kinds->v[i]);
}

/* {path}, {path} */
static bool
read_paths(struct hf_names *out, struct scan *s)
{
	char *path;

	do {
		if (!hf_scan_path(s, &path))
			return false;
		hf_pool_name(s->r->pool, out, path, strlen(path));
	} while (hf_scan_char(s, ','));
	return hf_scan_end(s);
}

static void
read_role(struct reader *r)
{
	struct hf_playbook *p = hf_place_of(r)->book;
	struct hf_role      role = { .pos = r->item->pos }, *slot;
	struct scan         s = hf_scan_value(r);
	const char         *id = hf_scan_code(&s), *words, *brace;
	size_t              len;

	if (id == NULL || !hf_is_id(id)) {
		hf_field_bad(r, "does not begin with the id of the role in a code span");
		return;
	}
	if (hf_too_many(r, p->n_roles))
		return;
	role.id = hf_pool_str(r->pool, id);
	words = s.w->text + s.at + strspn(s.w->text + s.at, " ");
	len = strlen(words);
	if ((brace = strchr(words, '{')) != NULL) {
		s.at = (size_t)(brace - s.w->text);
		for (len = (size_t)(brace - words); len > 0 && words[len - 1] == ' '; len--)
			;
		if (len == 0 || words[--len] != ':' || !read_paths(&role.paths, &s)) {
			hf_field_bad(r, "its paths cannot be read: %s", words);
			return;
		}
	}
	role.words = hf_pool_strn(r->pool, words, len);
	if ((slot = hf_pool_push(r->pool, &p->roles, &p->n_roles, sizeof(*slot))) != NULL)
		*slot = role;
}

static void
read_severity(struct reader *r)
{
	struct hf_playbook *p = hf_place_of(r)->book;
	struct hf_severity *slot;
	struct scan         s = hf_scan_value(r);
	const char         *id = hf_scan_code(&s);

	if (id == NULL || id[0] == '\0' || id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0') {
		hf_field_bad(r, "does not begin with its number in a code span");
		return;
	}
	if (hf_playbook_severity(p, id) != NULL)
		hf_field_bad_at(r, hf_scan_pos(&s), "give each its own number", "`%s` stands here twice", id);
	if (hf_too_many(r, p->n_severities) ||
	    (slot = hf_pool_push(r->pool, &p->severities, &p->n_severities, sizeof(*slot))) == NULL)
		return;
	slot->id = hf_pool_str(r->pool, id);
	slot->text = hf_scan_rest(&s);
}

static void
read_reviewed(struct reader *r)
{
	hf_read_day(r, &hf_place_of(r)->book->reviewed);
}

static void
read_serves(struct reader *r)
{
	hf_read_statements(r, &hf_place_of(r)->book->serves);
}

static void
read_who(struct reader *r)
{
	struct place  *at = hf_place_of(r);
	struct hf_who *who = at->step != NULL ? &at->step->who : &at->phase->who;
	const char    *text = hf_field_text(r), *semi = strchr(text, ';');

	hf_split_list(r, &who->roles, text, semi == NULL ? strlen(text) : (size_t)(semi - text));
	if (semi != NULL)
		who->text = hf_pool_str(r->pool, semi + 1 + strspn(semi + 1, " "));
	who->pos = r->item->pos;
	if (who->roles.n == 0)
		hf_field_bad(r, "names no role");
}

static void
read_loop(struct reader *r)
{
	struct place   *at = hf_place_of(r);
	struct hf_loop *loop = at->step != NULL ? &at->step->loop : &at->phase->loop;

	*loop = (struct hf_loop){ .text = hf_field_text(r), .sql = r->item->sql, .pos = r->item->sql_pos };
	loop->open = !hf_sql_columns(&loop->columns, r->pool, loop->sql);
}

/* role and role[, before | , to skip] */
static void
read_second(struct reader *r)
{
	static const struct {
		const char         *word;
		enum hf_second_when when;
	} endings[] = { { "before", HF_SECOND_BEFORE }, { "to skip", HF_SECOND_SKIP } };
	struct place     *at = hf_place_of(r);
	struct hf_second *second = at->step != NULL ? &at->step->second : &at->phase->second;
	const char       *text = hf_field_text(r), *comma = strrchr(text, ',');
	size_t            len = strlen(text), i;
	struct scan       s = hf_scan_value(r);

	second->when = HF_SECOND_DONE;
	second->pos = r->item->pos;
	for (i = 0; comma != NULL && i < 2; i++) {
		s.at = (size_t)(comma - text) + 1;
		if (hf_scan_word(&s, endings[i].word) && hf_scan_end(&s)) {
			second->when = endings[i].when;
			len = (size_t)(comma - text);
			break;
		}
	}
	hf_split_list(r, &second->roles, text, len);
	if (second->roles.n == 0)
		hf_field_bad(r, "names no role");
}

/* `name = answer` */
static bool
read_is(struct hf_cond *c, struct reader *r, const char *code)
{
	const char *eq = strchr(code, '=');
	size_t      n;

	if (eq == NULL)
		return false;
	for (n = (size_t)(eq - code); n > 0 && code[n - 1] == ' '; n--)
		;
	c->kind = HF_COND_IS;
	c->name = hf_pool_strn(r->pool, code, n);
	c->answer = hf_pool_str(r->pool, eq + 1 + strspn(eq + 1, " "));
	return (hf_is_id(c->name) || hf_is_value_name(c->name)) && c->answer[0] != '\0';
}

static void
read_only(struct reader *r)
{
	struct hf_step *step = hf_place_of(r)->step;
	struct hf_cond  c = { .name = r->pool->nothing, .answer = r->pool->nothing, .text = hf_field_text(r), .pos = r->item->pos },
		       *slot;
	struct scan s = hf_scan_value(r);
	const char *code = hf_scan_code(&s);

	if (r->item->sql != NULL) {
		c.kind = HF_COND_QUERY;
		c.sql = r->item->sql;
	} else if (code != NULL && (!read_is(&c, r, code) || !hf_scan_end(&s))) {
		hf_field_bad(r, "cannot be read: %s", c.text);
		return;
	} else if (code == NULL) {
		c.kind = HF_COND_TEXT;
	}
	if (!hf_too_many(r, step->n_only) && (slot = hf_pool_push(r->pool, &step->only, &step->n_only, sizeof(*slot))) != NULL)
		*slot = c;
}

static void
read_needs(struct reader *r)
{
	struct hf_step *step = hf_place_of(r)->step;
	struct hf_need  need = { .text = hf_field_text(r), .sql = r->item->sql, .pos = r->item->pos }, *slot;

	if (need.sql == NULL && !hf_scan_codes(r, &need.ids))
		return;
	if (!hf_too_many(r, step->n_needs) && (slot = hf_pool_push(r->pool, &step->needs, &step->n_needs, sizeof(*slot))) != NULL)
		*slot = need;
}

static void
read_keep(struct reader *r)
{
	struct hf_step *step = hf_place_of(r)->step;
	struct hf_keep *slot;
	struct scan     s = hf_scan_value(r);
	const char     *id = hf_scan_code(&s);
	size_t          i;

	if (id == NULL || !hf_is_id(id)) {
		hf_field_bad(r, "does not begin with the id of the evidence in a code span");
		return;
	}
	for (i = 0; i < step->n_keep; i++)
		if (strcmp(step->keep[i].id, id) == 0) {
			hf_field_bad_at(r, hf_scan_pos(&s), "give each its own id", "`%s` is kept here twice", id);
			return;
		}
	if (hf_too_many(r, step->n_keep) || (slot = hf_pool_push(r->pool, &step->keep, &step->n_keep, sizeof(*slot))) == NULL)
		return;
	slot->id = hf_pool_str(r->pool, id);
	slot->text = hf_scan_rest(&s);
	slot->pos = r->item->pos;
}

static void
read_confirm(struct reader *r)
{
	hf_read_codes(r, &hf_place_of(r)->step->confirm, hf_is_field_name, "field of a record");
}

static bool
is_template(const char *s)
{
	return strchr(s, '/') != NULL && s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_./{}")] == '\0';
}

static void
read_report(struct reader *r)
{
	hf_read_codes(r, &hf_place_of(r)->step->reports, is_template, "template");
}

static void
read_sheet(struct reader *r)
{
	hf_read_codes(r, &hf_place_of(r)->step->sheets, hf_is_id, "section of a sheet");
}

static void
read_why(struct reader *r)
{
	hf_place_of(r)->step->why = hf_field_text(r);
}

static const struct field table[] = {
	{ "In short", IN_TITLE, FIELD_PROSE, read_in_short, "the whole book in one sentence" },
	{ "Do not", IN_TITLE, FIELD_MANY | FIELD_PROSE, read_do_not, "one thing nobody may do" },
	{ "Use when", IN_TITLE, FIELD_PROSE, read_use_when, "the signs that call for this book" },
	{ "Not for", IN_TITLE, FIELD_PROSE, read_not_for, "what it is not for, with the book to take instead" },
	{ "Subject", IN_TITLE, 0, read_subject, "a kind of record: account, or person" },
	{ "Role", IN_TITLE, FIELD_MANY, read_role, "`lead` incident lead: {account.responder}, {account.responder_deputy}" },
	{ "Severity", IN_TITLE, FIELD_MANY, read_severity, "`1` and when it is that bad" },
	{ "Ask first", IN_TITLE, FIELD_MANY | FIELD_SQL, hf_read_ask, "`noticed_at` (time) and the question" },
	{ "Reviewed", IN_TITLE, 0, read_reviewed, "a date, 2026-11-20" },
	{ "Serves", IN_TITLE, 0, read_serves, "the numbers of statements: R004, R058" },
	{ "Who", IN_PHASE | IN_STEP, 0, read_who, "roles of this book: lead, or owner and security; and a note after a semicolon" },
	{ "By", IN_PHASE | IN_STEP, 0, hf_read_by,
	    "at start; 5 min after start; 2 h after `step`; 10 days before `value`; 5 working days after `step`; or on `value`" },
	{ "For each", IN_PHASE | IN_STEP, FIELD_QUERY, read_loop, "what the rows are, and a query in a fenced sql block under it" },
	{ "Second person", IN_PHASE | IN_STEP, 0, read_second, "a role: dpo; or dpo, before; or lead, to skip" },
	{ "Only if", IN_STEP, FIELD_MANY | FIELD_SQL, read_only,
	    "`still-in = yes` and nothing else; or a question in words; or words and a query under them" },
	{ "Needs", IN_STEP, FIELD_MANY | FIELD_SQL, read_needs,
	    "the ids it needs: `captures`, `hold-review`; or words and a query under them" },
	{ "Keep", IN_STEP, FIELD_MANY, read_keep, "`captures` and what to keep" },
	{ "Write down", IN_STEP, FIELD_MANY | FIELD_SQL, hf_read_write,
	    "`seen_by` (person) who saw it; the types are text, number, date, time, yes or no, email, phone, one of a, b, or a kind of record" },
	{ "Confirm", IN_STEP, FIELD_MANY, read_confirm, "fields: `account.registered_email`, `account.registered_phone`" },
	{ "Updates", IN_STEP, FIELD_MANY, hf_read_updates,
	    "`{account} field=value`, `{account} list+=value` or `{account} list-=value`" },
	{ "Adds", IN_STEP, FIELD_MANY, hf_read_adds, "`grant account={account} person={new_admin} role=admin`" },
	{ "Report", IN_STEP, FIELD_MANY, read_report, "the name of a template: `internal/siro-first`" },
	{ "Sheet", IN_STEP, FIELD_MANY, read_sheet, "a section of the provider's sheet: `sessions`" },
	{ "On", IN_STEP, FIELD_MANY | FIELD_PREFIX, hf_read_on,
	    "**On signal, telegram:** or **On signal instead:**, and text or `skip`" },
	{ "Wait", IN_STEP, FIELD_PROSE, hf_read_wait, "what is waited for: until the provider writes; or a time: 24 h" },
	{ "Repeat", IN_STEP, 0, hf_read_repeat,
	    "every 24 h; every 24 h until `step`; every 1 h until answered; every 7 days, 4 times; or at `value` until `step`" },
	{ "If it fails", IN_STEP, 0, hf_read_failed, "what to do then, with at most one way to go on: `step`, `next` or `stop`" },
	{ "If", IN_STEP, FIELD_MANY | FIELD_PREFIX, hf_read_route,
	    "**If yes:** and what to do then, with at most one way to go on: `step`, `next` or `stop`" },
	{ "Why", IN_STEP, FIELD_PROSE, read_why, "the reason" },
};

static const char *const places[] = { "the title", "a phase", "a step" };

const struct fields hf_playbook_fields = { table, sizeof(table) / sizeof(table[0]), places, 3 };
