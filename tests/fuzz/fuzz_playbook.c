/*
 * Everything that reads what people wrote, over hf_lint. The first byte chooses what the rest is:
 *
 *	p playbook   t a translation of a small playbook   s sheet   r rules   g guidance   w words   m template   d a document to show
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/lint.h"
#include "holdfast/playbook.h"
#include "holdfast/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	char        letter;
	const char *name;
} kinds[] = { { 'p', "incident/aa" }, { 't', "incident/bb.cy" }, { 's', "provider/x" }, { 'r', "policy/own" },
	{ 'g', "guidance/ncsc" }, { 'w', "words/cy" }, { 'm', "template/internal/siro" } };

static const struct {
	const char *name, *text;
} shelf_books[] = {
	{ "incident/bb",
	    "# B `bb`\n- **Role:** `lead` l: {org.it}\n## P `ph`\n### S `st`\n> CAUTION: c\n\n1. x\n\n- **Who:** lead\n- **By:** 5 min after start\n"
	    "- **Keep:** `kk` x\n- **Write down:** `vv` (one of a, b)\n- **On x instead:** y\n- **Repeat:** every 2 days\n- **Wait:** 1 h\n"
	    "- **Second person:** lead, before\n- **If yes:** `stop`\n- **If no:** run `incident/bb` on {account}\n" },
	{ "words/cy", "# C `cy`\n- **Who:** Pwy\n- **If:** Os\n- **On:** Ar\n- **after:** ar\n- **and:** a\n" },
	{ "provider/x", "# X `x`\n## Contain `contain`\n### S `sessions`\nx\n" },
	{ "policy/own", "# O `own`\n## R `HF-201`\n" },
	{ "guidance/ncsc", "# N `ncsc`\n## S `R001`\n" },
};

static void
must(bool ok)
{
	if (!ok)
		abort();
}

/* No condition at all: an accepted query is one that was passed on whole. */
static bool
sql_ok(void *arg, const char *sql, const char *const *params, size_t n, char *reason, size_t size)
{
	size_t i, len = 0;

	(void)arg;
	for (i = 0; i < n; i++)
		len += strlen(params[i]);
	reason[0] = '?';
	reason[size > 1 ? 1 : 0] = '\0';
	return len <= strlen(sql);
}

static bool
field_ok(void *arg, const char *kind, const char *field)
{
	(void)arg;
	return strlen(kind) % 3 != 0 && (field == NULL || strlen(field) % 3 != 0);
}

static struct hf_shelf *
make_shelf(void)
{
	struct hf_shelf *s;
	size_t           i;

	must(hf_shelf_open(&s, NULL, 0, NULL) == HF_OK);
	for (i = 0; i < sizeof(shelf_books) / sizeof(shelf_books[0]); i++)
		must(hf_shelf_add(s, shelf_books[i].name, shelf_books[i].text, strlen(shelf_books[i].text), NULL) == HF_OK);
	return s;
}

/* Each defect stands in the book and can be shown; they are in order. */
static void
check_defects(const struct hf_defects *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		must(d->list[i].pos.line > 0 && d->list[i].pos.column > 0);
		must(i == 0 || d->list[i - 1].pos.line <= d->list[i].pos.line);
		must(d->list[i].text[0] != '\0' && hf_text_is_clean(d->list[i].text, strlen(d->list[i].text), true));
		must(hf_text_is_clean(d->list[i].fix, strlen(d->list[i].fix), true));
	}
}

static void
fuzz_lint(const char *name, const char *text, size_t len)
{
	struct hf_lint_opts opts = { .today = "2026-11-21", .sql_ok = sql_ok, .field_ok = field_ok };
	struct hf_defects   d = { 0 };

	opts.shelf = make_shelf();
	must(hf_shelf_add(opts.shelf, name, text, len, NULL) == HF_OK);
	if (hf_lint(&d, name, text, len, &opts, NULL) == HF_OK)
		check_defects(&d);
	hf_shelf_close(opts.shelf);
	hf_defects_clear(&d);
}

/* A book that is accepted can be looked up by every id it has. */
static void
fuzz_parse(const char *text, size_t len)
{
	struct hf_defects   d = { 0 };
	struct hf_playbook *p;
	size_t              i;

	if (hf_playbook_parse(&p, text, len, &d, NULL) == HF_OK) {
		must(hf_defects_errors(&d) == 0 && p->n_steps > 0);
		for (i = 0; i < p->n_steps; i++) {
			must(hf_playbook_step(p, p->steps[i].id) == &p->steps[i]);
			must(hf_step_who(p, &p->steps[i])->text != NULL);
			must(p->steps[i].phase < p->n_phases);
		}
	} else {
		must(p == NULL);
	}
	hf_playbook_free(p);
	hf_defects_clear(&d);
}

static void
fuzz_show(const char *text, size_t len)
{
	struct hf_buf out = HF_BUF_INIT;

	if (hf_doc_text(&out, text, len, len % 90, NULL) == HF_OK)
		must(hf_text_is_clean(hf_buf_str(&out), out.len, true));
	hf_buf_cut(&out, 0);
	if (hf_doc_html(&out, text, len, "t", "m", NULL) == HF_OK) {
		must(hf_text_is_clean(out.data, out.len, true));
		must(strstr(out.data, "<script") == NULL && strstr(out.data, "<img") == NULL &&
		    strstr(out.data, "href=\"java") == NULL);
	}
	hf_buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	size_t      i;

	if (size == 0)
		return 0;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].letter == (char)data[0])
			fuzz_lint(kinds[i].name, text, size - 1);
	if (data[0] == 'p')
		fuzz_parse(text, size - 1);
	if (data[0] == 'd')
		fuzz_show(text, size - 1);
	return 0;
}
