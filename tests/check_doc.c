#include <stdio.h>

#include "holdfast/doc.h"
#include "holdfast/hash.h"
#include "test.h"

static struct hf_section *
parse(const char *text, struct hf_defects *d)
{
	struct hf_section *doc;

	ck_ok(hf_doc_parse(&doc, text, strlen(text), d, &e));
	return doc;
}

static const char book[] = "# Hijacked account `hijacked-account`\n"                 /* 1 */
			   "\n"                                                      /* 2 */
			   "- **In short:** secure the *mailbox*,\n"                 /* 3 */
			   "  then [ask](https://x.example/a) <https://b.example>\n" /* 4 */
			   "\n"                                                      /* 5 */
			   "## Contain `contain`\n"                                  /* 6 */
			   "\n"                                                      /* 7 */
			   "### Ring `the` lead `ring-lead`\n"                       /* 8 */
			   "> WARNING: not by `mail`.\n"                             /* 9 */
			   "> Ever.\n"                                               /* 10 */
			   "\n"                                                      /* 11 */
			   "Text with `code`\n"                                      /* 12 */
			   "\n"                                                      /* 13 */
			   "1. one\n"                                                /* 14 */
			   "2. two\n"                                                /* 15 */
			   "   - part\n"                                             /* 16 */
			   "\n"                                                      /* 17 */
			   "- bullet\n"                                              /* 18 */
			   "\n"                                                      /* 19 */
			   "```sh\n"                                                 /* 20 */
			   "ls\n"                                                    /* 21 */
			   "```\n"                                                   /* 22 */
			   "\n"                                                      /* 23 */
			   "1. three\n"                                              /* 24 */
			   "\n"                                                      /* 25 */
			   "- **For each:** row of `x`\n"                            /* 26 */
			   "  ```sql\n"                                              /* 27 */
			   "  SELECT 1\n"                                            /* 28 */
			   "  ```\n"                                                 /* 29 */
			   "\n"                                                      /* 30 */
			   "Last.\n";                                                /* 31 */

START_TEST(test_tree)
{
	struct hf_defects  d = { 0 };
	struct hf_section *doc = parse(book, &d), *step;

	ck_assert_uint_eq(d.n, 0);
	ck_assert_str_eq(doc->title, "Hijacked account");
	ck_assert_str_eq(doc->id, "hijacked-account");
	ck_assert_uint_eq(doc->n_items, 1);
	ck_assert_str_eq(doc->items[0].label, "In short");
	ck_assert_str_eq(doc->items[0].value.text, "secure the mailbox, then ask <https://x.example/a> https://b.example");
	ck_assert_uint_eq(doc->items[0].pos.line, 3);
	ck_assert_uint_eq(doc->items[0].pos.column, 3);
	ck_assert_uint_eq(doc->n_subs, 1);
	ck_assert_uint_eq(doc->subs[0].n_subs, 1);
	step = &doc->subs[0].subs[0];
	ck_assert_str_eq(step->title, "Ring `the` lead");
	ck_assert_str_eq(step->id, "ring-lead");
	ck_assert_uint_eq(step->pos.line, 8);
	ck_assert_uint_eq(step->id_pos.column, 22);
	ck_assert_uint_eq(step->n_items, 1);
	ck_assert_str_eq(step->items[0].sql, "SELECT 1\n");
	ck_assert_uint_eq(step->items[0].sql_pos.line, 28);
	ck_assert_str_eq(step->items[0].value.code[0], "x");
	hf_doc_free(doc);
	hf_defects_clear(&d);
}
END_TEST

static const struct {
	enum hf_block_type type;
	unsigned           number, depth, line;
	const char        *text;
	bool               after;
} blocks[] = {
	{ HF_BLOCK_CAUTION, 0, 0, 9, "not by `mail`. Ever.", false },
	{ HF_BLOCK_PARA, 0, 0, 12, "Text with `code`", false },
	{ HF_BLOCK_ITEM, 1, 0, 14, "one", false },
	{ HF_BLOCK_ITEM, 2, 0, 15, "two", false },
	{ HF_BLOCK_BULLET, 0, 1, 16, "part", false },
	{ HF_BLOCK_BULLET, 0, 0, 18, "bullet", false },
	{ HF_BLOCK_CODE, 0, 0, 20, "ls", false },
	{ HF_BLOCK_ITEM, 3, 0, 24, "three", false },
	{ HF_BLOCK_PARA, 0, 0, 31, "Last.", true },
};

START_TEST(test_blocks)
{
	struct hf_defects      d = { 0 };
	struct hf_section     *doc = parse(book, &d);
	const struct hf_block *b;
	int                    i;

	ck_assert_uint_eq(doc->subs[0].subs[0].n_blocks, N_OF(blocks));
	for (i = 0; i < N_OF(blocks); i++) {
		b = &doc->subs[0].subs[0].blocks[i];
		ck_assert_int_eq(b->type, blocks[i].type);
		ck_assert_uint_eq(b->number, blocks[i].number);
		ck_assert_uint_eq(b->depth, blocks[i].depth);
		ck_assert_uint_eq(b->words.pos.line, blocks[i].line);
		ck_assert_str_eq(b->words.text, blocks[i].text);
		ck_assert_int_eq(b->after_fields, blocks[i].after);
	}
	b = &doc->subs[0].subs[0].blocks[0];
	ck_assert(b->warning);
	ck_assert_str_eq(b->words.code[0], "mail");
	ck_assert_int_eq(b->words.text[b->words.at[0].from], '`');
	ck_assert_uint_eq(b->words.at[0].to - b->words.at[0].from, 6);
	hf_doc_free(doc);
	hf_defects_clear(&d);
}
END_TEST

/* Each text has one defect, or none at all (line 0). */
static const struct {
	const char *text;
	unsigned    line;
	const char *words; /* in the defect or its fix */
	bool        warning;
} defects[] = {
	{ "# A `a`\n\ntext\n", 0, "", false },
	{ "# A `a`\r\n\r\n## B `b`\r\n", 0, "", false },
	{ "\xef\xbb\xbf# A `a`\n", 0, "", false },
	{ "# A `a`\n\nsee <https://a.example> and [b](c.md)\n", 0, "", false },
	{ "# A `a`\n\na | b\n\n---\n\n1 - 2\n", 0, "", false },
	{ "# A `a`\n\n1. [x](https://a.example)\n", 0, "", false },
	{ "text\n\n# A `a`\n", 1, "text before the title", false },
	{ "text\n", 1, "text before the title", false },
	{ "# A\n", 1, "such as `a`", false },
	{ "# A `a`\n\n## The operator's `big` team, 2 \n", 3, "such as `the-operators-big-team-2`", false },
	{ "# A `a` b\n", 1, "has no id", false },
	{ "# A `a`\n\n# B `b`\n", 3, "second # heading", false },
	{ "# A `a`\n\n### B `b`\n", 3, "outside every ## section", false },
	{ "# A `a`\n\n## B `b`\n\n#### C `c`\n", 5, "three levels", false },
	{ "## B `b`\n", 1, "begins with its # heading", false },
	{ "# A `a`\n\n<b>x</b>\n", 3, "raw HTML", false },
	{ "# A `a`\n\nset <name> here\n", 3, "raw HTML", false },
	{ "# A `a`\n\n- x <br>\n", 3, "raw HTML", false },
	{ "# A `a`\n\n<!-- note -->\n", 3, "raw HTML", false },
	{ "# A `a`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", 3, "table", false },
	{ "# A `a`\n\na | b\n:-- | --:\n", 3, "table", false },
	{ "# A `a`\n\n- [ ] do\n", 3, "task list", false },
	{ "# A `a`\n\n1. [x] done\n", 3, "task list", false },
	{ "---\ntitle: A\n---\n# A `a`\n", 1, "front matter", false },
	{ "+++\ntitle = 1\n+++\n# A `a`\n", 1, "front matter", false },
	{ "# A `a`\n\n- **Who** lead\n", 3, "the colon inside", false },
	{ "# A `a`\n\n- **Who**: lead\n", 3, "the colon inside", false },
	{ "# A `a`\n\n1. one\n   - **Who:** lead\n", 4, "at the left margin", false },
	{ "# A `a`\n\n- **Who:** lead\n\n  more\n", 5, "one paragraph", false },
	{ "# A `a`\n\n- **Who:** lead\n  - more\n", 4, "one paragraph", false },
	{ "# A `a`\n\n- **Who:** lead\n  ```\n  x\n  ```\n", 4, "one paragraph", false },
	{ "# A `a`\n\n- **Who:** a\n  ```sql\n  x\n  ```\n  ```sql\n  y\n  ```\n", 7, "second query", false },
	{ "# A `a`\n\n> Caution: hot\n", 3, "nearly starts with", false },
	{ "# A `a`\n\n> [!WARNING]\n> hot\n", 3, "nearly starts with", false },
	{ "# A `a`\n\nan escape \x1b[2J\n", 3, "control or invisible", true },
	{ "# A `a`\n\nan entity &#27;[2J\n", 3, "control or invisible", true },
	{ "# A `a`\n\nturned \xe2\x80\xae round\n", 3, "control or invisible", true },
};

START_TEST(test_defects)
{
	struct hf_defects  d = { 0 };
	struct hf_section *doc = parse(defects[_i].text, &d);

	ck_assert_msg(
	    d.n == (defects[_i].line != 0), "%d: %zu defects, the last: %s", _i, d.n, d.n > 0 ? d.list[d.n - 1].text : "");
	if (d.n == 1) {
		ck_assert_uint_eq(d.list[0].pos.line, defects[_i].line);
		ck_assert_msg(strstr(d.list[0].text, defects[_i].words) != NULL || strstr(d.list[0].fix, defects[_i].words) != NULL,
		    "%d: %s; %s", _i, d.list[0].text, d.list[0].fix);
		ck_assert_int_eq(d.list[0].warning, defects[_i].warning);
	}
	hf_doc_free(doc);
	hf_defects_clear(&d);
}
END_TEST

START_TEST(test_refused)
{
	struct hf_defects  d = { 0 };
	struct hf_section *doc;
	char              *big = calloc(1, HF_DOC_MAX + 2);

	ck_assert_ptr_nonnull(big);
	memset(big, 'a', HF_DOC_MAX + 1);
	ck_fails(HF_BAD, "too large", hf_doc_parse(&doc, big, HF_DOC_MAX + 1, &d, &e));
	ck_fails(HF_BAD, "line 2: not UTF-8", hf_doc_parse(&doc, "# a\n\xff\n", 6, &d, &e));
	ck_fails(HF_BAD, "line 1: not UTF-8", hf_doc_parse(&doc, "a\0b", 3, &d, &e));
	ck_assert_ptr_null(doc);
	memset(big, '[', 3000);
	ck_fails(HF_BAD, "line 1: more than 2000 square brackets", hf_doc_parse(&doc, big, 3000, &d, &e));
	memcpy(big + 1500, "\n\n", 2);
	ck_ok(hf_doc_parse(&doc, big, 3000, &d, &e));
	hf_doc_free(doc);
	free(big);
	hf_defects_clear(&d);
}
END_TEST

/* However deep people nest: an answer, and no crash. */
START_TEST(test_deep)
{
	static const char *const units[] = { "> ", "*a ", "[", "- ", "1. ", "**a" };
	struct hf_buf            text = HF_BUF_INIT, out = HF_BUF_INIT;
	struct hf_defects        d = { 0 };
	struct hf_section       *doc;
	int                      i;

	hf_buf_adds(&text, "# A `a`\n\n");
	for (i = 0; i < 1900; i++)
		hf_buf_adds(&text, units[_i]);
	hf_buf_adds(&text, "x\n");
	doc = parse(text.data, &d);
	hf_doc_text(&out, text.data, text.len, 80, NULL);
	hf_doc_html(&out, text.data, text.len, "t", NULL, NULL);
	hf_doc_free(doc);
	hf_defects_clear(&d);
	hf_buf_clear(&text);
	hf_buf_clear(&out);
}
END_TEST

static const struct {
	size_t      width;
	const char *from, *to;
} texts[] = {
	{ 0, "# A *b*\n\ntext\nmore\\\nline\n", "A b\n===\n\ntext more\nline\n" },
	{ 0, "## A\n### B\n", "A\n-\n\nB\n" },
	{ 20, "one two three four five six\n", "one two three four\nfive six\n" },
	{ 0, "- a\n- b\n  - c\n", "- a\n- b\n  - c\n" },
	{ 0, "9. a\n10. b\n\n    c\n", "9. a\n\n10. b\n\n    c\n" },
	{ 16, "1. one two three four\n", "1. one two three\n   four\n" },
	{ 0, "> CAUTION: hot\n", "  CAUTION: hot\n" },
	{ 0, "a\n\n    code *x*\n\nb\n", "a\n\n    code *x*\n\nb\n" },
	{ 0, "see [this](https://a.example) <b>bold</b>\n", "see this <https://a.example> bold\n" },
	{ 0, "a\x1b[2Jb &#27; `\x1b`\n", "a\\x1b[2Jb \\x1b `\\x1b`\n" },
	{ 0, "", "" },
};

START_TEST(test_text)
{
	struct hf_buf out = HF_BUF_INIT;

	ck_ok(hf_doc_text(&out, texts[_i].from, strlen(texts[_i].from), texts[_i].width, &e));
	ck_assert_str_eq(hf_buf_str(&out), texts[_i].to);
	hf_buf_clear(&out);
}
END_TEST

static const struct {
	const char *from;
	const char *has, *lacks;
} pages[] = {
	{ "# A\n\ntext\n", "<h1>A</h1>\n<p>text</p>", "class=\"mark\"" },
	{ "<script>alert(1)</script>\n", "raw HTML omitted", "<script" },
	{ "a <img src=x onerror=y> b\n", "raw HTML omitted", "<img" },
	{ "[a](javascript:alert(1))\n", "<p>a</p>", "javascript" },
	{ "[a](data:text/html,x)\n", "<p>a</p>", "data:" },
	{ "[a](other.md) [b](#x)\n", "<p>a b</p>", "<a" },
	{ "[*a*](https://a.example \"t\")\n", "<a href=\"https://a.example\"><em>a</em></a>", "title=\"t\"" },
	{ "<mailto:a@b.example>\n", "<a href=\"mailto:a@b.example\">", "omitted" },
	{ "![alt](https://a.example/x.png)\n", "<p>alt</p>", "<img" },
	{ "[![alt](x.png)](y.md)\n", "<p>alt</p>", "<img" },
	{ "x\x1b[2J &#27; `\x1b`\n\n    \x1b\n", "x\\x1b[2J \\x1b <code>\\x1b</code>", "\x1b" },
	{ "a &lt;b&gt;\n", "a &lt;b&gt;", "<b>" },
};

START_TEST(test_html)
{
	struct hf_buf out = HF_BUF_INIT;

	ck_ok(hf_doc_html(&out, pages[_i].from, strlen(pages[_i].from), "t", NULL, &e));
	ck_assert_msg(strstr(hf_buf_str(&out), pages[_i].has) != NULL, "%s", hf_buf_str(&out));
	ck_assert_msg(strstr(strstr(hf_buf_str(&out), "<body"), pages[_i].lacks) == NULL, "%s", hf_buf_str(&out));
	hf_buf_clear(&out);
}
END_TEST

/* 64 hexadecimal digits as base 64. */
static void
base64(char out[45], const char *hex)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned          bits = 0, byte;
	size_t            i, n = 0;
	int               have = 0;

	for (i = 0; i < 32; i++) {
		sscanf(hex + 2 * i, "%2x", &byte);
		bits = (bits << 8 | byte) & 0xffff;
		for (have += 8; have >= 6; have -= 6)
			out[n++] = digits[(bits >> (have - 6)) & 63];
	}
	out[n++] = digits[(bits << (6 - have)) & 63];
	out[n++] = '=';
	out[n] = '\0';
}

START_TEST(test_html_page)
{
	struct hf_buf out = HF_BUF_INIT;
	char          hex[HF_SHA256_SIZE], hash[45], csp[80];
	const char   *style, *end;

	ck_ok(hf_doc_html(&out, "text\n", 5, "A & <b>\x1b", "DRILL <x>", &e));
	ck_assert_ptr_nonnull(strstr(out.data, "<title>A &amp; &lt;b&gt;\\x1b</title>"));
	ck_assert_ptr_nonnull(strstr(out.data, "<p class=\"mark\">DRILL &lt;x&gt;</p>"));
	ck_assert_ptr_nonnull(strstr(out.data, "default-src 'none'"));
	ck_assert_ptr_nonnull((style = strstr(out.data, "<style>")));
	style += strlen("<style>");
	ck_assert_ptr_nonnull((end = strstr(style, "</style>")));
	hf_sha256(hex, style, (size_t)(end - style));
	base64(hash, hex);
	snprintf(csp, sizeof(csp), "style-src 'sha256-%s'", hash);
	ck_assert_msg(strstr(out.data, csp) != NULL, "the style needs %s", csp);
	hf_buf_clear(&out);
	ck_fails(HF_BAD, "not UTF-8", hf_doc_html(&out, "\xff", 1, "t", NULL, &e));
	hf_buf_clear(&out);
}
END_TEST

/* What has no end is cut, and stays an error. */
START_TEST(test_many)
{
	struct hf_defects d = { 0 };
	int               i;

	for (i = 0; i < 20000; i++)
		hf_defect_warn(&d, (struct hf_pos){ (unsigned)(20000 - i), 1 }, "", "no %d", i);
	ck_assert_uint_lt(d.n, 6000);
	ck_assert_uint_eq(hf_defects_errors(&d), 1);
	hf_defects_sort(&d);
	for (i = 1; i < (int)d.n; i++)
		ck_assert_uint_le(d.list[i - 1].pos.line, d.list[i].pos.line);
	hf_defects_clear(&d);
	hf_defect_add(&d, (struct hf_pos){ 1, 1 }, "\x1b", "a\nb %s", "\x07");
	ck_assert_str_eq(d.list[0].text, "a b \\x07");
	ck_assert_str_eq(d.list[0].fix, "\\x1b");
	hf_defects_clear(&d);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("doc");
	TCase *t = tcase_create("doc");

	tcase_add_test(t, test_tree);
	tcase_add_test(t, test_blocks);
	tcase_add_loop_test(t, test_defects, 0, N_OF(defects));
	tcase_add_test(t, test_refused);
	tcase_add_loop_test(t, test_deep, 0, 6);
	tcase_add_loop_test(t, test_text, 0, N_OF(texts));
	tcase_add_loop_test(t, test_html, 0, N_OF(pages));
	tcase_add_test(t, test_html_page);
	tcase_add_test(t, test_many);
	suite_add_tcase(s, t);
	return run_suite(s);
}
