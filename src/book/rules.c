#include "holdfast/rules.h"

#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"
#include "holdfast/text.h"

struct candidate {
	const struct hf_rule *rule;
	const char           *book;
	unsigned              place;
};

struct gather {
	struct hf_rules  *rules;
	struct candidate *list;
	size_t            n;
};

/* ---- reading the policies ---- */

static enum hf_code
parse(struct hf_policy **out, struct hf_shelf *shelf, const char *name, struct hf_err *e)
{
	struct hf_defects defects = { 0 };
	struct hf_buf     text = HF_BUF_INIT;
	enum hf_code      rc;

	*out = NULL;
	if ((rc = hf_shelf_read(&text, NULL, shelf, name, e)) == HF_OK &&
	    (rc = hf_policy_parse(out, hf_buf_str(&text), text.len, &defects, e)) == HF_BAD) {
		hf_fail_in(e, "%s", name);
		hf_hint(e, "holdfast book lint %s", name);
	}
	hf_defects_clear(&defects);
	hf_buf_clear(&text);
	return rc;
}

static enum hf_code
add_policy(struct gather *g, struct hf_shelf *shelf, const struct hf_shelf_book *book, struct hf_err *e)
{
	struct hf_rules  *r = g->rules;
	struct hf_policy *p;
	struct candidate *more;
	enum hf_code      rc;

	if ((rc = parse(&p, shelf, book->name, e)) != HF_OK)
		return rc;
	r->policies[r->n_policies] = p;
	if ((r->names[r->n_policies++] = strdup(book->name)) == NULL)
		return hf_nomem(e);
	if (p->n_rules == 0)
		return HF_OK;
	if ((more = realloc(g->list, (g->n + p->n_rules) * sizeof(*more))) == NULL)
		return hf_nomem(e);
	g->list = more;
	for (size_t i = 0; i < p->n_rules; i++)
		g->list[g->n++] = (struct candidate){ &p->rules[i], r->names[r->n_policies - 1], book->place };
	return HF_OK;
}

static enum hf_code
read_all(struct gather *g, struct hf_shelf *shelf, struct hf_err *e)
{
	const struct hf_shelf_book *books;
	size_t                      n;
	enum hf_code                rc;

	if ((rc = hf_shelf_list(&books, &n, shelf, e)) != HF_OK)
		return rc;
	g->rules->policies = calloc(n + 1, sizeof(*g->rules->policies));
	g->rules->names = calloc(n + 1, sizeof(*g->rules->names));
	if (g->rules->policies == NULL || g->rules->names == NULL)
		return hf_nomem(e);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (hf_text_prefix(books[i].name, "policy/") && strchr(hf_fs_base(books[i].name), '.') == NULL)
			rc = add_policy(g, shelf, &books[i], e);
	return rc;
}

/* ---- each id once ---- */

static int
by_id(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	int                     c = strcmp(x->rule->id, y->rule->id);

	if (c == 0)
		c = x->place < y->place ? -1 : x->place > y->place;
	if (c == 0) /* a severity goes before the rule that it is for */
		c = (x->rule->sql[0] != '\0') - (y->rule->sql[0] != '\0');
	return c != 0 ? c : strcmp(x->book, y->book);
}

static int
worst_first(const void *a, const void *b)
{
	const struct hf_rule_now *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? -1 : 1;
	return strcmp(x->rule->id, y->rule->id);
}

/* Of the candidates of one id: the first with a query, and the severity of the first. */
static enum hf_code
settle(struct hf_rules *rules, const struct candidate *of, size_t n, struct hf_err *e)
{
	for (size_t i = 0; i < n; i++)
		if (of[i].rule->sql[0] != '\0') {
			rules->list[rules->n++] = (struct hf_rule_now){ of[i].rule, of[i].book, of[0].rule->severity, of[0].book };
			return HF_OK;
		}
	hf_fail(e, HF_BAD, "%s: %u:%u: no policy on the shelf has a rule %s with a query", of[0].book, of[0].rule->pos.line,
	    of[0].rule->pos.column, of[0].rule->id);
	return hf_hint(e, "holdfast check --rules lists the rules");
}

static enum hf_code
each_once(struct gather *g, struct hf_err *e)
{
	enum hf_code rc = HF_OK;
	size_t       end;

	if ((g->rules->list = calloc(g->n + 1, sizeof(*g->rules->list))) == NULL)
		return hf_nomem(e);
	if (g->n > 0)
		qsort(g->list, g->n, sizeof(*g->list), by_id);
	for (size_t i = 0; rc == HF_OK && i < g->n; i = end) {
		for (end = i + 1; end < g->n && strcmp(g->list[i].rule->id, g->list[end].rule->id) == 0; end++)
			continue;
		rc = settle(g->rules, &g->list[i], end - i, e);
	}
	if (g->rules->n > 0)
		qsort(g->rules->list, g->rules->n, sizeof(*g->rules->list), worst_first);
	return rc;
}

enum hf_code
hf_rules_open(struct hf_rules **out, struct hf_shelf *shelf, struct hf_err *e)
{
	struct gather g = { calloc(1, sizeof(*g.rules)), NULL, 0 };
	enum hf_code  rc;

	*out = NULL;
	if (g.rules == NULL)
		return hf_nomem(e);
	if ((rc = read_all(&g, shelf, e)) == HF_OK && (rc = each_once(&g, e)) == HF_OK)
		*out = g.rules;
	else
		hf_rules_free(g.rules);
	free(g.list);
	return rc;
}

void
hf_rules_free(struct hf_rules *rules)
{
	if (rules == NULL)
		return;
	for (size_t i = 0; i < rules->n_policies; i++) {
		hf_policy_free(rules->policies[i]);
		free(rules->names[i]);
	}
	free(rules->policies);
	free(rules->names);
	free(rules->list);
	free(rules);
}

/* ---- by name ---- */

enum hf_code
hf_rules_find(const struct hf_rule_now **out, const struct hf_rules *rules, const char *id, struct hf_err *e)
{
	const char **ids, *near = NULL;

	*out = NULL;
	for (size_t i = 0; i < rules->n; i++)
		if (hf_text_equal_nocase(rules->list[i].rule->id, id)) {
			*out = &rules->list[i];
			return HF_OK;
		}
	if ((ids = calloc(rules->n + 1, sizeof(*ids))) != NULL) {
		for (size_t i = 0; i < rules->n; i++)
			ids[i] = rules->list[i].rule->id;
		near = hf_text_nearest(id, ids, rules->n);
	}
	hf_fail(e, HF_BAD, "%s: no policy has such a rule", id);
	if (near != NULL)
		hf_hint(e, "did you mean %s? holdfast check --rules lists them", near);
	else
		hf_hint(e, "holdfast check --rules lists them");
	free(ids);
	return HF_BAD;
}

static enum hf_code
no_profile(struct hf_shelf *shelf, const char *name, struct hf_err *e)
{
	const struct hf_shelf_book *books;
	struct hf_buf               all = HF_BUF_INIT;
	size_t                      n;
	enum hf_code                rc;

	if ((rc = hf_shelf_list(&books, &n, shelf, e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (hf_text_prefix(books[i].name, "profile/") && strchr(hf_fs_base(books[i].name), '.') == NULL)
			hf_buf_addf(&all, "%s%s", all.len > 0 ? ", " : "", hf_fs_base(books[i].name));
	hf_fail(e, HF_BAD, "%s: no such profile", name);
	if (all.len > 0)
		hf_hint(e, "there are %s", hf_buf_str(&all));
	else
		hf_hint(e, "a profile is a book profile/NAME on the shelf: holdfast book list");
	hf_buf_clear(&all);
	return HF_BAD;
}

enum hf_code
hf_rules_profile(struct hf_profile **out, struct hf_shelf *shelf, const char *name, struct hf_err *e)
{
	struct hf_defects defects = { 0 };
	struct hf_buf     book = HF_BUF_INIT, text = HF_BUF_INIT;
	enum hf_code      rc;

	*out = NULL;
	hf_buf_addf(&book, "profile/%s", name);
	if ((rc = hf_buf_check(&book, e)) != HF_OK)
		goto done;
	if (!hf_shelf_has(shelf, book.data)) {
		rc = no_profile(shelf, name, e);
		goto done;
	}
	if ((rc = hf_shelf_read(&text, NULL, shelf, book.data, e)) == HF_OK &&
	    (rc = hf_profile_parse(out, hf_buf_str(&text), text.len, &defects, e)) == HF_BAD) {
		hf_fail_in(e, "%s", book.data);
		hf_hint(e, "holdfast book lint %s", book.data);
	}
done:
	hf_defects_clear(&defects);
	hf_buf_clear(&book);
	hf_buf_clear(&text);
	return rc;
}
