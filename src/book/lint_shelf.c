#include <stdio.h>
#include <string.h>

#include "headings.h"
#include "holdfast/fs.h"
#include "holdfast/policy.h"
#include "holdfast/text.h"
#include "lint_in.h"
#include "playbook_in.h"
#include "scan.h"

/* The text of a book on the shelf. One that cannot be read counts as empty: its own lint says so. */
static bool
read_book(struct linter *l, struct hf_buf *out, const char *name)
{
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc = hf_shelf_read(out, NULL, l->opts->shelf, name, &e);

	if (rc == HF_NOMEM)
		l->rc = hf_nomem(l->e);
	return rc == HF_OK;
}

static unsigned
what_is(const char *book, const char *id)
{
	if (hf_text_prefix(book, "guidance/"))
		return hf_is_statement(id) ? IS_STATEMENT : 0;
	if (hf_text_prefix(book, "policy/"))
		return hf_is_rule(id) ? IS_RULE : 0;
	return hf_is_id(id) ? IS_PART : 0;
}

static void
add_headings(struct linter *l, const char *book, const struct hf_buf *text)
{
	struct heading h = hf_heading_start(hf_buf_str(text), text->len);
	unsigned       what;
	const char    *id;

	while (hf_heading_next(&h)) {
		if (h.level == 1 || h.id_len == 0 || h.id_len > 64)
			continue;
		id = hf_pool_strn(&l->pool, h.id, h.id_len);
		if ((what = what_is(book, id)) != 0)
			hf_ids_add(l->ids, &l->pool, &(struct hf_id){ id, what, 0, book, h.pos, NULL });
		l->has_rules |= what == IS_RULE;
		l->has_statements |= what == IS_STATEMENT;
	}
}

/* Read the headings of rules, statements and sheets once. False without a shelf. */
bool
hf_lint_shelf_begin(struct linter *l)
{
	const struct hf_shelf_book *books;
	struct hf_buf               text = HF_BUF_INIT;
	size_t                      n, i;

	if (l->opts->shelf == NULL || l->rc != HF_OK)
		return false;
	if (l->ids != NULL)
		return true;
	if ((l->ids = hf_ids_new(&l->pool, 512)) == NULL || (l->rc = hf_shelf_list(&books, &n, l->opts->shelf, l->e)) != HF_OK)
		return false;
	for (i = 0; i < n; i++) {
		if (!hf_text_prefix(books[i].name, "guidance/") && !hf_text_prefix(books[i].name, "policy/") &&
		    !hf_text_prefix(books[i].name, "provider/"))
			continue;
		l->has_sheets |= hf_text_prefix(books[i].name, "provider/");
		if (strchr(hf_fs_base(books[i].name), '.') != NULL) /* a translation defines nothing */
			continue;
		hf_buf_cut(&text, 0);
		if (read_book(l, &text, books[i].name))
			add_headings(l, books[i].name, &text);
	}
	hf_buf_clear(&text);
	return l->rc == HF_OK && !l->pool.failed;
}

void
hf_lint_statements(struct linter *l, struct hf_pos pos, const char *label, const struct hf_names *ids)
{
	size_t i;

	if (ids->n == 0 || !hf_lint_shelf_begin(l) || !l->has_statements)
		return;
	for (i = 0; i < ids->n; i++)
		if (hf_ids_find(l->ids, ids->v[i], IS_STATEMENT, NULL) == NULL)
			hf_defect_add(l->out, pos, "", "**%s:** no guidance on the shelf has a statement %s", label, ids->v[i]);
}

/* Does a book lie in the same place of the shelf as the one in hand? One from elsewhere replaces what is behind it, as it is meant to. */
static bool
same_place(struct linter *l, const char *book)
{
	const struct hf_shelf_book *books;
	size_t                      n, i;
	unsigned                    mine = 0, other = 0;
	bool                        found = false;

	if ((l->rc = hf_shelf_list(&books, &n, l->opts->shelf, l->e)) != HF_OK)
		return false;
	for (i = 0; i < n; i++) {
		if (strcmp(books[i].name, book) == 0)
			other = books[i].place;
		if (strcmp(books[i].name, l->name) == 0) {
			mine = books[i].place;
			found = true;
		}
	}
	return !found || mine == other;
}

bool
hf_lint_rule_elsewhere(struct linter *l, const char *rule)
{
	const struct hf_id *e = NULL;

	if (!hf_lint_shelf_begin(l))
		return true;
	while ((e = hf_ids_find(l->ids, rule, IS_RULE, e)) != NULL)
		if (strcmp(e->thing, l->name) != 0)
			return true;
	return false;
}

/* Does the rule of that id, in that book, only give a severity? */
static bool
only_severity(struct linter *l, const char *book, const char *id)
{
	struct hf_defects     ignored = { 0 };
	struct hf_buf         text = HF_BUF_INIT;
	struct hf_policy     *p = NULL;
	const struct hf_rule *r;
	bool                  only = false;

	if (read_book(l, &text, book) && hf_policy_parse(&p, hf_buf_str(&text), text.len, &ignored, NULL) == HF_OK)
		only = (r = hf_policy_rule(p, id)) != NULL && r->sql[0] == '\0';
	hf_policy_free(p);
	hf_defects_clear(&ignored);
	hf_buf_clear(&text);
	return only;
}

static bool
has_query(const struct hf_section *s)
{
	size_t i;

	for (i = 0; i < s->n_items; i++)
		if (s->items[i].sql != NULL)
			return true;
	return false;
}

/* An id that another book of the shelf has too. */
void
hf_lint_doubles(struct linter *l, const struct hf_section *s, unsigned what)
{
	const struct hf_id *e = NULL;
	size_t              i;

	if (!hf_lint_shelf_begin(l))
		return;
	while (s->id[0] != '\0' && (e = hf_ids_find(l->ids, s->id, what, e)) != NULL)
		if (strcmp(e->thing, l->name) != 0 && same_place(l, e->thing) &&
		    (what != IS_RULE || (has_query(s) && !only_severity(l, e->thing, s->id)))) {
			hf_defect_add(l->out, s->id_pos, "give each its own id", "the id `%s` stands in %s too (line %u)", s->id,
			    (const char *)e->thing, e->pos.line);
			break;
		}
	for (i = 0; i < s->n_subs; i++)
		hf_lint_doubles(l, &s->subs[i], what);
}

static void
off_shelf(struct linter *l, struct hf_pos pos, bool warning, const char *label, const char *name)
{
	const char *near = hf_shelf_nearest(l->opts->shelf, name);
	char        fix[160] = "";

	if (near != NULL)
		snprintf(fix, sizeof(fix), "write %.120s", hf_text_prefix(near, "template/") ? near + 9 : near);
	if (hf_text_prefix(name, "template/"))
		name += 9;
	if (warning)
		hf_defect_warn(l->out, pos, fix, "`%s` is not on the shelf", name);
	else
		hf_defect_add(l->out, pos, fix, "**%s:** `%s` is not on the shelf", label, name);
}

static void
link_words(struct linter *l, const struct hf_words *w)
{
	size_t i;

	for (i = 0; i < w->n_code; i++)
		if (hf_is_book_name(w->code[i]) && !hf_shelf_has(l->opts->shelf, w->code[i]))
			off_shelf(l, w->at[i].pos, true, "", w->code[i]);
}

/* Books that a text speaks of. (Those that a route starts are errors: hf_lint_playbook_links.) */
void
hf_lint_links(struct linter *l, const struct hf_section *s)
{
	size_t i;

	if (l->opts->shelf == NULL)
		return;
	for (i = 0; i < s->n_blocks; i++)
		link_words(l, &s->blocks[i].words);
	for (i = 0; i < s->n_items; i++)
		if (!hf_text_prefix(s->items[i].label, "If "))
			link_words(l, &s->items[i].value);
	for (i = 0; i < s->n_subs; i++)
		hf_lint_links(l, &s->subs[i]);
}

/* Is a template there? One with a value in its name depends on the run. */
bool
hf_lint_template_text(struct linter *l, const char *name)
{
	char full[128];

	if (strchr(name, '{') != NULL)
		return true;
	return snprintf(full, sizeof(full), "template/%s", name) < (int)sizeof(full) && hf_shelf_has(l->opts->shelf, full);
}

static struct hf_pos
pos_of_item(const struct hf_playbook *p, const struct hf_step *s, const char *label, const char *code)
{
	const struct hf_section *section = hf_lint_section(p, s);
	const struct hf_words   *w;
	size_t                   i, k;

	for (i = 0; i < section->n_items; i++) {
		w = &section->items[i].value;
		for (k = 0; strcmp(section->items[i].label, label) == 0 && k < w->n_code; k++)
			if (strcmp(w->code[k], code) == 0)
				return w->at[k].pos;
	}
	return s->pos;
}

static void
link_routes(struct linter *l, const struct hf_step *s)
{
	const struct hf_target *to;
	char                    label[64];
	size_t                  i, k;

	for (i = 0; i < s->n_routes; i++)
		for (k = 0; k < s->routes[i].n_to; k++) {
			to = &s->routes[i].to[k];
			snprintf(label, sizeof(label), "If %.58s", s->routes[i].label);
			if (to->verb != HF_RUN)
				continue;
			if (strcmp(to->name, l->name) != 0 && !hf_shelf_has(l->opts->shelf, to->name))
				off_shelf(l, s->routes[i].pos, false, label, to->name);
			else if (strcmp(to->name, l->name) == 0 && to->on[0] == '\0')
				hf_defect_warn(l->out, s->routes[i].pos, "say on which record: on {account}",
				    "**%s:** this book starts itself on the same record", label);
		}
}

static void
link_on(struct linter *l, const struct hf_step *s)
{
	char   name[80];
	size_t i, k;

	for (i = 0; i < s->n_on; i++)
		for (k = 0; k < s->on[i].providers.n; k++) {
			snprintf(name, sizeof(name), "provider/%s", s->on[i].providers.v[k]);
			if (!hf_shelf_has(l->opts->shelf, name))
				off_shelf(l, s->on[i].pos, true, "On", name);
		}
}

void
hf_lint_playbook_links(struct linter *l, const struct hf_playbook *p)
{
	const struct hf_step *s;
	char                  name[128];
	size_t                i, k;

	hf_lint_statements(l, hf_lint_pos(p->doc, "Serves"), "Serves", &p->serves);
	if (!hf_lint_shelf_begin(l))
		return;
	for (i = 0; i < p->n_steps; i++) {
		s = &p->steps[i];
		for (k = 0; k < s->reports.n; k++) {
			snprintf(name, sizeof(name), "template/%.100s", s->reports.v[k]);
			if (!hf_lint_template_text(l, s->reports.v[k]))
				off_shelf(l, pos_of_item(p, s, "Report", s->reports.v[k]), false, "Report", name);
		}
		for (k = 0; l->has_sheets && k < s->sheets.n; k++)
			if (hf_ids_find(l->ids, s->sheets.v[k], IS_PART, NULL) == NULL)
				hf_defect_add(l->out, pos_of_item(p, s, "Sheet", s->sheets.v[k]), "",
				    "**Sheet:** no provider's sheet has a section `%s`", s->sheets.v[k]);
		link_routes(l, s);
		if (l->has_sheets)
			link_on(l, s);
	}
}

bool
hf_lint_has_part(struct linter *l, const char *book, const char *part)
{
	struct hf_buf  text = HF_BUF_INIT;
	struct heading h;
	bool           found = false;

	if (read_book(l, &text, book)) {
		h = hf_heading_start(hf_buf_str(&text), text.len);
		while (!found && hf_heading_next(&h))
			found = h.id_len == strlen(part) && memcmp(h.id, part, h.id_len) == 0;
	}
	hf_buf_clear(&text);
	return found;
}

static void
read_playbooks(struct linter *l)
{
	const struct hf_shelf_book *books;
	size_t                      n, i;

	if ((l->rc = hf_shelf_list(&books, &n, l->opts->shelf, l->e)) != HF_OK)
		return;
	for (i = 0; i < n; i++)
		if (hf_book_type(books[i].name) == HF_BOOK_PLAYBOOK)
			read_book(l, &l->playbooks, books[i].name);
	hf_buf_addc(&l->playbooks, '\n');
}

/* Does any playbook write this value down, or ask for it first: "`noticed_at` ("? True when that cannot be told. */
bool
hf_lint_written_somewhere(struct linter *l, const char *value)
{
	char needle[80];

	if (!hf_lint_shelf_begin(l))
		return true;
	if (l->playbooks.len == 0)
		read_playbooks(l);
	if (l->rc != HF_OK || l->playbooks.len < 2)
		return true;
	snprintf(needle, sizeof(needle), "`%.60s` (", value);
	return strstr(hf_buf_str(&l->playbooks), needle) != NULL;
}
