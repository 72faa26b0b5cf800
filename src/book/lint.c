#include "holdfast/lint.h"

#include <stdlib.h>
#include <string.h>

#include "headings.h"
#include "holdfast/fs.h"
#include "holdfast/template.h"
#include "holdfast/text.h"
#include "lint_in.h"

static const struct {
	const char       *prefix;
	enum hf_book_type type;
} types[] = {
	{ "incident/", HF_BOOK_PLAYBOOK },
	{ "routine/", HF_BOOK_PLAYBOOK },
	{ "provider/", HF_BOOK_PROVIDER },
	{ "policy/", HF_BOOK_POLICY },
	{ "profile/", HF_BOOK_PROFILE },
	{ "guidance/", HF_BOOK_GUIDANCE },
	{ "words/", HF_BOOK_WORDS },
	{ "template/", HF_BOOK_TEMPLATE },
};

enum hf_book_type
hf_book_type(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (hf_text_prefix(name, types[i].prefix))
			return types[i].type;
	return HF_BOOK_PLAYBOOK;
}

struct hf_pos
hf_lint_pos(const struct hf_section *s, const char *label)
{
	size_t i;

	for (i = 0; i < s->n_items; i++)
		if (strcmp(s->items[i].label, label) == 0)
			return s->items[i].pos;
	return s->pos;
}

void
hf_lint_reviewed(struct linter *l, const struct hf_section *doc, const char *reviewed)
{
	struct hf_pos pos = hf_lint_pos(doc, "Reviewed");

	if (reviewed[0] == '\0')
		hf_defect_warn(l->out, pos, "write **Reviewed:** and the day somebody last read it with care",
		    "nobody says when it was reviewed");
	else if (l->opts->today == NULL)
		return;
	else if (hf_day_diff(l->opts->today, reviewed) > 365)
		hf_defect_warn(
		    l->out, pos, "read it again and write today's date", "**Reviewed:** over a year ago, on %s", reviewed);
	else if (hf_day_diff(l->opts->today, reviewed) < 0)
		hf_defect_warn(l->out, pos, "", "**Reviewed:** %s has not come yet", reviewed);
}

/* A caution is shown before the action, so it stands before it. */
void
hf_lint_cautions(struct linter *l, const struct hf_block *blocks, size_t n)
{
	const struct hf_block *b;
	size_t                 i;
	bool                   action = false, text = false;

	for (i = 0; i < n; i++) {
		b = &blocks[i];
		if (b->type == HF_BLOCK_CAUTION && (action || b->after_fields))
			hf_defect_add(l->out, b->words.pos, "write it before the first item", "a caution after its action");
		else if (b->type == HF_BLOCK_CAUTION && text)
			hf_defect_warn(l->out, b->words.pos, "write it first", "a caution after text");
		action |= b->type == HF_BLOCK_ITEM || b->type == HF_BLOCK_CODE;
		text |= b->type != HF_BLOCK_CAUTION;
	}
}

struct template
{
	struct linter *l;
	const char    *text;
};

/* On which line a template names a partial; 1 when it is written in some other way. */
static unsigned
partial_line(const char *text, const char *name)
{
	const char *p, *q;
	unsigned    line = 1;

	for (p = text; (q = strstr(p, "{{>")) != NULL; p = q + 3) {
		for (; p < q; p++)
			line += *p == '\n';
		p = q + 3 + strspn(q + 3, " ");
		if (strncmp(p, name, strlen(name)) == 0)
			return line;
	}
	return 1;
}

/* A partial stands beside the template, or elsewhere on the shelf under its whole name. Its own text is judged by itself. */
static enum hf_code
find_partial(void *arg, char **out, const char *name, struct hf_err *e)
{
	struct template *t = arg;
	struct hf_buf    full = HF_BUF_INIT;
	bool             found;

	*out = NULL;
	hf_buf_addf(&full, "%.*s%s", (int)(hf_fs_base(t->l->name) - t->l->name), t->l->name, name);
	found = hf_shelf_has(t->l->opts->shelf, hf_buf_str(&full)) || hf_lint_template_text(t->l, name);
	if (!found)
		hf_defect_add(
		    t->l->out, (struct hf_pos){ partial_line(t->text, name), 1 }, "", "the partial %s is not on the shelf", name);
	hf_buf_clear(&full);
	(void)e;
	return HF_OK;
}

/* A template is rendered on no data: that reads all of it. The message says "template:line:column: what". */
static void
lint_template(struct linter *l, const char *text, size_t len)
{
	struct hf_buf   scratch = HF_BUF_INIT;
	struct hf_json *data = hf_json_object();
	struct template t = { l, hf_pool_strn(&l->pool, text, len) };
	struct hf_template_opts opts = { .escape = HF_ESCAPE_MD, .name = "t", .arg = &t };
	struct hf_err           e = HF_ERR_INIT;
	struct hf_pos           pos = { 1, 1 };
	const char             *p;
	char                   *end;
	enum hf_code            rc;

	if (l->opts->shelf != NULL)
		opts.partial = find_partial;
	rc = data == NULL ? hf_nomem(&e) : hf_template_render(&scratch, text, len, data, &opts, &e);
	hf_json_free(data);
	hf_buf_clear(&scratch);
	if (rc == HF_NOMEM)
		l->rc = hf_nomem(l->e);
	if (rc == HF_OK || rc == HF_NOMEM)
		return;
	p = e.msg;
	if (hf_text_prefix(p, "t:")) {
		pos.line = (unsigned)strtoul(p + 2, &end, 10);
		if (*end == ':') {
			pos.column = (unsigned)strtoul(end + 1, &end, 10);
			p = end + strspn(end, ": ");
		}
	}
	hf_defect_add(l->out, pos, e.hint, "%s", p);
}

static void
lint_words(struct linter *l, const char *text, size_t len)
{
	struct hf_wordlist *list;
	enum hf_code        rc = hf_wordlist_parse(&list, text, len, l->out, l->e);

	if (rc == HF_NOMEM)
		l->rc = rc;
	hf_wordlist_free(list);
}

/* The id of a book is its name on the shelf without folder and language. */
static void
lint_name(struct linter *l, const char *text, size_t len)
{
	struct heading h = hf_heading_start(text, len);
	const char    *base = hf_fs_base(l->name);
	size_t         n = strcspn(base, ".");

	if (hf_heading_next(&h) && h.level == 1 && h.id_len > 0 && (h.id_len != n || strncmp(h.id, base, n) != 0))
		hf_defect_add(l->out, h.pos, "the id of a book is the name of its file", "the id `%.*s` is not %.*s", (int)h.id_len,
		    h.id, (int)n, base);
}

static void
lint_any(struct linter *l, const char *text, size_t len)
{
	enum hf_book_type type = hf_book_type(l->name);
	const char       *dot = strchr(hf_fs_base(l->name), '.');

	if (type == HF_BOOK_TEMPLATE) {
		lint_template(l, text, len);
		hf_lint_template_names(l, text, len);
		return;
	}
	lint_name(l, text, len);
	if (dot == NULL && type != HF_BOOK_WORDS)
		hf_lint_gone(l, text, len);
	if (dot != NULL && type != HF_BOOK_WORDS)
		hf_lint_translation(l, text, len, dot);
	else if (type == HF_BOOK_PLAYBOOK)
		hf_lint_playbook(l, text, len);
	else if (type == HF_BOOK_PROVIDER)
		hf_lint_sheet(l, text, len);
	else if (type == HF_BOOK_POLICY)
		hf_lint_policy(l, text, len);
	else if (type == HF_BOOK_PROFILE)
		hf_lint_profile(l, text, len);
	else if (type == HF_BOOK_GUIDANCE)
		hf_lint_guidance(l, text, len);
	else
		lint_words(l, text, len);
}

enum hf_code
hf_lint(struct hf_defects *out, const char *name, const char *text, size_t len, const struct hf_lint_opts *opts, struct hf_err *e)
{
	static const struct hf_lint_opts none = { 0 };
	struct linter                    l = { .out = out, .name = name, .opts = opts != NULL ? opts : &none, .e = e };

	if ((l.rc = hf_node_check(text, len, e)) != HF_OK) {
		hf_fail_in(e, "%s", name);
		return l.rc;
	}
	lint_any(&l, text, len);
	hf_pool_clear(&l.pool);
	hf_buf_clear(&l.playbooks);
	hf_defects_sort(out);
	if (l.rc == HF_OK && (l.pool.failed || out->failed))
		l.rc = hf_nomem(e);
	return l.rc;
}
