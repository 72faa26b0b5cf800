/*
 * Each defect that "book lint" knows, planted alone into each playbook that is shipped, by a rule and not by hand: it is found, on its line.
 * And nothing is found in what is shipped.
 */
#include <stdio.h>

#include "holdfast/db.h"
#include "holdfast/fs.h"
#include "holdfast/lint.h"
#include "holdfast/playbook.h"
#include "holdfast/register.h"
#include "holdfast/schema.h"
#include "test.h"

#define TODAY "2026-11-21"

static struct hf_shelf *shelf;
static struct hf_db    *db;

static bool
sql_ok(void *arg, const char *sql, const char *const *params, size_t n, char *reason, size_t size)
{
	struct hf_err e = HF_ERR_INIT;

	(void)arg;
	(void)params;
	(void)n;
	if (hf_db_try(db, sql, &e) == HF_OK)
		return true;
	snprintf(reason, size, "%s", e.msg);
	return false;
}

static bool
field_ok(void *arg, const char *kind, const char *field)
{
	const struct hf_kind *k = hf_schema_kind(kind);

	(void)arg;
	return k != NULL && (field == NULL || hf_schema_field(k, field) != NULL);
}

static void
setup(void)
{
	const char *dirs[1] = { getenv("HOLDFAST_TOP") };

	if (dirs[0] == NULL)
		dirs[0] = ".";
	ck_ok(hf_shelf_open(&shelf, dirs, 1, &e));
	ck_ok(hf_index_blank(&db, &e));
}

static void
teardown(void)
{
	hf_shelf_close(shelf);
	hf_db_close(db);
}

static void
lint(struct hf_defects *d, const char *name, const char *text)
{
	struct hf_lint_opts opts = { .shelf = shelf, .today = TODAY, .sql_ok = sql_ok, .field_ok = field_ok };

	ck_ok(hf_lint(d, name, text, strlen(text), &opts, &e));
}

/* ---- where things stand in a text: by line, from 1 ---- */

static const char *
line_at(const char *text, unsigned line)
{
	while (line-- > 1)
		text = strchr(text, '\n') + 1;
	return text;
}

/* The line that begins so; 0: there is none. */
static unsigned
line_of(const char *text, const char *begins)
{
	unsigned line = 1;

	for (; text[0] != '\0'; line++, text = strchr(text, '\n') + 1)
		if (strncmp(text, begins, strlen(begins)) == 0)
			return line;
	return 0;
}

struct planting {
	const struct hf_playbook *p;
	const char               *text;
	struct hf_buf             out;
	unsigned                  line; /* where it is to be found */
};

/* The text with lines in front of a line. */
static void
put_before(struct planting *x, unsigned line, const char *what)
{
	const char *at = line_at(x->text, line);

	hf_buf_add(&x->out, x->text, (size_t)(at - x->text));
	hf_buf_addf(&x->out, "%s%s", what, at);
}

/* The text with a line instead of another. */
static void
put_instead(struct planting *x, unsigned line, const char *what)
{
	const char *at = line_at(x->text, line);

	hf_buf_add(&x->out, x->text, (size_t)(at - x->text));
	hf_buf_addf(&x->out, "%s%s", what, strchr(at, '\n'));
	x->line = line;
}

/* ---- the rules ---- */

/* A step of one or two in front of the first one; {first} and {role} are what the book has. found: the line of it, from 0. */
struct rule {
	const char *name;
	void (*plant)(struct planting *x, const struct rule *r);
	bool        middle; /* in front of the step in the middle, not of the first */
	const char *text;
	unsigned    found;
	const char *words; /* of what is said */
	bool        warning;
};

static void
expand(struct hf_buf *b, const struct planting *x, const char *first, const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++) {
		if (strncmp(p, "{first}", 7) == 0)
			hf_buf_adds(b, first);
		else if (strncmp(p, "{role}", 6) == 0)
			hf_buf_adds(b, x->p->roles[0].id);
		else {
			hf_buf_addc(b, *p);
			continue;
		}
		p = strchr(p, '}');
	}
}

static void
plant_step(struct planting *x, const struct rule *r)
{
	const struct hf_step *at = &x->p->steps[r->middle ? x->p->n_steps / 2 : 0];
	struct hf_buf         b = HF_BUF_INIT;

	expand(&b, x, at->id, r->text);
	put_before(x, at->pos.line, hf_buf_str(&b));
	x->line = at->pos.line + r->found;
	hf_buf_clear(&b);
}

/* The heading of a step of the second half. */
static void
plant_id(struct planting *x, const struct rule *r)
{
	struct hf_buf b = HF_BUF_INIT;

	expand(&b, x, x->p->steps[0].id, r->text);
	put_instead(x, x->p->steps[x->p->n_steps / 2].pos.line, hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
plant_gone(struct planting *x, const struct rule *r)
{
	(void)r;
	put_instead(x, x->p->steps[x->p->n_steps - 1].pos.line, "### Planted `planted-one`");
	x->line = 1;
}

static void
plant_reviewed(struct planting *x, const struct rule *r)
{
	put_instead(x, line_of(x->text, "- **Reviewed:**"), r->text);
}

static void
plant_serves(struct planting *x, const struct rule *r)
{
	if (line_of(x->text, "- **Serves:**") != 0) {
		put_instead(x, line_of(x->text, "- **Serves:**"), r->text);
		return;
	}
	x->line = line_of(x->text, "- **Reviewed:**");
	put_before(x, x->line, "- **Serves:** R998\n");
}

#define STEP "### Planted `planted-one`\n\n"

static const struct rule rules[] = {
	{ "a double id", plant_id, false, "### Planted `{first}`", 0, "stands twice", false },
	{ "no id", plant_id, false, "### Planted", 0, "has no id", false },
	{ "an id that is none", plant_id, false, "### Planted `Planted_one`", 0, "is no id", false },
	{ "a dangling target", plant_step, true, STEP "- **If yes:** go to `planted-nowhere`.\n- **If no:** go on.\n\n", 2,
	    "no id of this book", false },
	{ "a dangling need", plant_step, true, STEP "- **Needs:** `planted-nowhere`\n\n", 2, "no id of this book", false },
	{ "a dangling deadline", plant_step, true, STEP "- **By:** 5 min after `planted-nowhere`\n\n", 2, "no id of this book",
	    false },
	{ "a book that is not there", plant_step, true, STEP "- **If yes:** run `incident/planted`.\n\n", 2, "is not on the shelf",
	    false },
	{ "a template that is not there", plant_step, true, STEP "- **Report:** `internal/planted`\n\n", 2, "is not on the shelf",
	    false },
	{ "an unreachable step", plant_step, false,
	    STEP "- **If yes:** go to `{first}`.\n- **If no:** go to `{first}`.\n\n### Planted `planted-two`\n\nText.\n\n", 5,
	    "`planted-two` can never be reached", false },
	{ "a step that goes round", plant_step, false, STEP "- **If done:** go to `planted-one`.\n\n", 2,
	    "a cycle without a human choice", false },
	{ "every answer leads back", plant_step, false,
	    STEP "- **If yes:** go to `planted-one`.\n- **If no:** go to `planted-one`.\n\n", 2, "a cycle without a human choice",
	    false },
	{ "steps that wait for each other", plant_step, false,
	    STEP "- **Needs:** `planted-two`\n\n### Planted `planted-two`\n\n- **Needs:** `planted-one`\n\n", 2,
	    "wait for each other", false },
	{ "a value before it is there", plant_step, false,
	    STEP "Say {planted_word}.\n\n### Planted `planted-two`\n\n- **Write down:** `planted_word` (text) what\n\n", 2,
	    "before any path has captured it", false },
	{ "a value nobody writes down", plant_step, true, STEP "Say {planted_word}.\n\n", 2, "planted_word is no value", false },
	{ "one role for two persons", plant_step, true, STEP "- **Who:** {role}\n- **Second person:** {role}\n\n", 3,
	    "already, and alone", false },
	{ "a caution too late", plant_step, true, STEP "1. Do it.\n\n> CAUTION: planted\n\n", 4, "a caution after its action",
	    false },
	{ "ten items", plant_step, true, STEP "1. a\n2. b\n3. c\n4. d\n5. e\n6. f\n7. g\n8. h\n9. i\n10. j\n\n", 11,
	    "more than 9 items", true },
	{ "SQL that does not prepare", plant_step, true,
	    STEP "- **Only if:** planted\n  ```sql\n  SELECT 1 FROM planted\n  ```\n\n", 4, "does not prepare", false },
	{ "SQL after its end", plant_step, true, STEP "- **Needs:** planted\n  ```sql\n  SELECT 1; DELETE FROM account\n  ```\n\n",
	    4, "does not prepare", false },
	{ "an unknown label", plant_step, true, STEP "- **Wno:** {role}\n\n", 2, "Wno", false },
	{ "a role nobody has", plant_step, true, STEP "- **Who:** planted\n\n", 2, "planted", false },
	{ "a field that is not there", plant_step, true, STEP "- **Updates:** `{org} planted=x`\n\n", 2, "has no field planted",
	    false },
	{ "raw HTML", plant_step, true, STEP "<b>bold</b>\n\n", 2, "HTML", false },
	{ "an id that has gone", plant_gone, false, "", 0, "disappeared", true },
	{ "reviewed long ago", plant_reviewed, false, "- **Reviewed:** 2025-11-20", 0, "over a year ago", true },
	{ "a statement that is not there", plant_serves, false, "- **Serves:** R998", 0, "statement R998", false },
};

/* ---- all of them in all of them ---- */

static void
plant(const struct rule *r, const char *name, const char *text, size_t len)
{
	struct planting     x = { .text = text, .out = HF_BUF_INIT };
	struct hf_defects   d = { 0 };
	struct hf_playbook *p;
	size_t              i;

	ck_ok(hf_playbook_parse(&p, text, len, &d, &e));
	hf_defects_clear(&d);
	x.p = p;
	r->plant(&x, r);
	lint(&d, name, hf_buf_str(&x.out));
	for (i = 0; i < d.n; i++)
		if (d.list[i].pos.line == x.line && strstr(d.list[i].text, r->words) != NULL)
			break;
	ck_assert_msg(
	    i<d.n, "%s in %s: not found on line %u; %zu defects, the first on line %u: %s", r->name, name, x.line, d.n, d.n> 0 ?
		d.list[0].pos.line :
		0,
	    d.n > 0 ? d.list[0].text : "");
	ck_assert_uint_gt(d.list[i].pos.column, 0);
	ck_assert_msg(d.list[i].warning == r->warning, "%s in %s: %s", r->name, name, d.list[i].text);
	hf_defects_clear(&d);
	hf_buf_clear(&x.out);
	hf_playbook_free(p);
}

static size_t
for_each_playbook(void (*fn)(const struct rule *r, const char *name, const char *text, size_t len), const struct rule *r)
{
	const struct hf_shelf_book *books;
	struct hf_buf               text = HF_BUF_INIT;
	size_t                      n, i, done = 0;

	ck_ok(hf_shelf_list(&books, &n, shelf, &e));
	for (i = 0; i < n; i++) {
		if (hf_book_type(books[i].name) != HF_BOOK_PLAYBOOK || strchr(hf_fs_base(books[i].name), '.') != NULL)
			continue;
		hf_buf_cut(&text, 0);
		ck_ok(hf_shelf_read(&text, NULL, shelf, books[i].name, &e));
		fn(r, books[i].name, hf_buf_str(&text), text.len);
		done++;
	}
	hf_buf_clear(&text);
	return done;
}

START_TEST(test_planted)
{
	ck_assert_uint_gt(for_each_playbook(plant, &rules[_i]), 30);
}
END_TEST

static void
clean(const struct rule *r, const char *name, const char *text, size_t len)
{
	struct hf_defects d = { 0 };

	(void)r;
	(void)len;
	lint(&d, name, text);
	ck_assert_msg(d.n == 0, "%s:%u:%u: %s", name, d.n > 0 ? d.list[0].pos.line : 0, d.n > 0 ? d.list[0].pos.column : 0,
	    d.n > 0 ? d.list[0].text : "");
	hf_defects_clear(&d);
}

START_TEST(test_shipped)
{
	ck_assert_uint_gt(for_each_playbook(clean, NULL), 30);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lint_planted");
	TCase *t = tcase_create("lint_planted");

	tcase_set_timeout(t, 120);
	tcase_add_unchecked_fixture(t, setup, teardown);
	tcase_add_test(t, test_shipped);
	tcase_add_loop_test(t, test_planted, 0, N_OF(rules));
	suite_add_tcase(s, t);
	return run_suite(s);
}
