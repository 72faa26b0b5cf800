/* A playbook drawn: as text that fits, and as SVG that is whole and harmless. */
#include "holdfast/graph.h"

#include <stdio.h>

#include "holdfast/fs.h"
#include "holdfast/lint.h"
#include "holdfast/shelf.h"
#include "holdfast/text.h"
#include "test.h"

static const char tricky[] =
    "# A \\<b\\>\"book\" & co `tricky`\n\n- **In short:** a < b & c > d\n- **Subject:** account\n- **Role:** `lead` the lead\n"
    "- **Reviewed:** 2026-11-01\n\n## Höhe & Länge `one`\n\n### Ein sehr langes Wort Donaudampfschifffahrtsgesellschaftskapitaenswitwe `first`\n\n"
    "- **Who:** lead\n- **If yes:** go to `last`.\n- **If \"no\" & \\<never\\>:** go to `first`.\n- **If over:** `stop`.\n\n"
    "### 社交媒体账号被盗了怎么办，先截图再处理，不要惊慌失措，也不要删除任何东西 `wide`\n\n- **Who:** lead\n- **Second person:** lead, before\n\n"
    "## Two `two`\n\n- **For each:** account\n  ```sql\n  SELECT id AS one FROM account\n  ```\n\n### Last `last`\n\n- **Who:** lead\n"
    "- **Only if:** the \\<moon\\> is full\n- **If done:** `next`.\n- **If it fails:** run `incident/other` on {account}, go to `wide`.\n";

static struct hf_playbook *
parse(const char *text, size_t len)
{
	struct hf_defects   d = { 0 };
	struct hf_playbook *p;

	ck_ok(hf_playbook_parse(&p, text, len, &d, &e));
	hf_defects_clear(&d);
	return p;
}

/* No line is wider, and none ends in a space. */
static void
check_width(const char *text, size_t width, bool ascii)
{
	char        line[1024];
	const char *nl;

	for (; (nl = strchr(text, '\n')) != NULL; text = nl + 1) {
		ck_assert_uint_lt((size_t)(nl - text), sizeof(line));
		snprintf(line, sizeof(line), "%.*s", (int)(nl - text), text);
		ck_assert_msg(hf_text_width(line) <= width, "over %zu columns: %s", width, line);
		ck_assert_msg(nl == text || nl[-1] != ' ', "ends in a space: %s", line);
		for (const char *p = line; ascii && *p != '\0'; p++)
			ck_assert_msg((unsigned char)*p < 128, "not ASCII: %s", line);
	}
	ck_assert_str_eq(text, "");
}

/* Every element that is opened is closed, nothing runs, nothing is fetched, and no ampersand stands alone. */
static void
check_svg(const char *svg)
{
	static const char *const never[] = { "<script", "<a ", "<image", "<use", "<foreignObject", " on", "href", "url(http",
		"@import", "data:" };
	const char              *p, *end;
	int                      depth = 0;

	ck_assert(hf_text_is_utf8(svg, strlen(svg)));
	for (int i = 0; i < N_OF(never); i++)
		for (p = svg; (p = strstr(p, never[i])) != NULL; p++) /* within a tag only: a text may say it */
			ck_assert_msg(strchr(p, '<') < strchr(p, '>'), "%s: %.60s", never[i], p);
	for (p = svg; (p = strchr(p, '<')) != NULL; p = end) {
		ck_assert_ptr_nonnull(end = strchr(p, '>'));
		depth += p[1] == '/' ? -1 : p[1] != '?' && end[-1] != '/';
		ck_assert_int_ge(depth, 0);
	}
	ck_assert_int_eq(depth, 0);
	for (p = svg; (p = strchr(p, '&')) != NULL; p++)
		ck_assert_msg(strncmp(p, "&amp;", 5) == 0 || strncmp(p, "&lt;", 4) == 0 || strncmp(p, "&gt;", 4) == 0 ||
			strncmp(p, "&quot;", 6) == 0 || strncmp(p, "&#39;", 5) == 0,
		    "%.20s", p);
}

START_TEST(test_tricky)
{
	static const size_t widths[] = { 80, 60, 40 };
	struct hf_playbook *p = parse(tricky, strlen(tricky));
	struct hf_buf       b = HF_BUF_INIT;

	for (int i = 0; i < N_OF(widths); i++) {
		hf_buf_cut(&b, 0);
		ck_ok(hf_graph_text(&b, p, widths[i], false, &e));
		check_width(hf_buf_str(&b), widths[i], false);
	}
	ck_assert_ptr_nonnull(strstr(b.data, "on to last"));
	ck_assert_ptr_nonnull(strstr(b.data, "again to first"));
	ck_assert_ptr_nonnull(strstr(b.data, "the run ends"));
	ck_assert_ptr_nonnull(strstr(b.data, "second person"));
	hf_buf_cut(&b, 0);
	ck_ok(hf_graph_svg(&b, p, "incident/tricky", &e));
	check_svg(hf_buf_str(&b));
	ck_assert_ptr_nonnull(strstr(b.data, "A &lt;b&gt;&quot;book&quot; &amp; co</title>"));
	ck_assert_ptr_nonnull(strstr(b.data, "&quot;no&quot; &amp; &lt;never&gt;"));
	hf_buf_clear(&b);
	hf_playbook_free(p);
}
END_TEST

/* The lines beside the steps: one for all jumps to a step, from the first place to the last, and none through another. */
START_TEST(test_rails)
{
	static const char book[] =
	    "# R `rr`\n- **Role:** `lead` l\n## P `pp`\n### A `aa`\nx\n- **Who:** lead\n- **If yes:** go to `cc`.\n### B `bb`\nx\n- **Who:** lead\n"
	    "- **If no:** go to `aa`.\n### C `cc`\nx\n- **Who:** lead\n- **If no:** go to `aa`.\n";
	struct hf_playbook *p = parse(book, strlen(book));
	struct hf_buf       b = HF_BUF_INIT;

	ck_ok(hf_graph_text(&b, p, 34, true, &e)); /* taken as 40 */
	hf_buf_cut(&b, 0);
	ck_ok(hf_graph_text(&b, p, 40, true, &e));
	check_width(hf_buf_str(&b), 40, true);
	ck_assert_ptr_nonnull(strstr(b.data, "\n.-->? A"));
	ck_assert_ptr_nonnull(strstr(b.data, "+-+-+   no -> back to aa\n"));
	ck_assert_ptr_nonnull(strstr(b.data, "'---+   no -> back to aa\n"));
	hf_buf_clear(&b);
	hf_playbook_free(p);
}
END_TEST

/* Everything we ship: it fits, it is whole, and every step stands in it. */
START_TEST(test_shipped)
{
	const char                 *dirs[1] = { getenv("HOLDFAST_TOP") };
	const struct hf_shelf_book *books;
	struct hf_shelf            *shelf;
	struct hf_buf               text = HF_BUF_INIT, b = HF_BUF_INIT;
	struct hf_playbook         *p;
	size_t                      n, i, k, drawn = 0;
	char                        id[64];

	if (dirs[0] == NULL)
		dirs[0] = ".";
	ck_ok(hf_shelf_open(&shelf, dirs, 1, &e));
	ck_ok(hf_shelf_list(&books, &n, shelf, &e));
	for (i = 0; i < n; i++) {
		if (hf_book_type(books[i].name) != HF_BOOK_PLAYBOOK || strchr(hf_fs_base(books[i].name), '.') != NULL)
			continue;
		hf_buf_cut(&text, 0);
		ck_ok(hf_shelf_read(&text, NULL, shelf, books[i].name, &e));
		p = parse(hf_buf_str(&text), text.len);
		hf_buf_cut(&b, 0);
		ck_ok(hf_graph_text(&b, p, 80, true, &e));
		check_width(hf_buf_str(&b), 80, true);
		for (k = 0; k < p->n_steps; k++)
			ck_assert_ptr_nonnull(strstr(b.data, p->steps[k].id));
		hf_buf_cut(&b, 0);
		ck_ok(hf_graph_svg(&b, p, books[i].name, &e));
		check_svg(hf_buf_str(&b));
		for (k = 0; k < p->n_steps; k++) {
			snprintf(id, sizeof(id), ">%s</text>", p->steps[k].id);
			ck_assert_msg(strstr(b.data, id) != NULL, "%s: %s", books[i].name, id);
		}
		hf_playbook_free(p);
		drawn++;
	}
	ck_assert_uint_gt(drawn, 30);
	hf_shelf_close(shelf);
	hf_buf_clear(&text);
	hf_buf_clear(&b);
}
END_TEST

/* Thousands of steps and jumps: as many lines beside them as fit, and it ends soon. */
START_TEST(test_large)
{
	struct hf_buf       text = HF_BUF_INIT, b = HF_BUF_INIT;
	struct hf_playbook *p;

	hf_buf_adds(&text, "# Large `large`\n- **Role:** `lead` l\n");
	for (int i = 0; i < 3000; i++) {
		if (i % 50 == 0)
			hf_buf_addf(&text, "## P%d `phase-%d`\n", i, i);
		hf_buf_addf(&text,
		    "### Step %d `step-%d`\nx\n- **Who:** lead\n- **If yes:** go to `step-%d`.\n- **If no:** go on.\n", i, i,
		    i * 7 % 3000);
	}
	p = parse(hf_buf_str(&text), text.len);
	ck_ok(hf_graph_text(&b, p, 80, false, &e));
	check_width(hf_buf_str(&b), 80, false);
	hf_buf_cut(&b, 0);
	ck_ok(hf_graph_svg(&b, p, "incident/large", &e));
	check_svg(hf_buf_str(&b));
	hf_playbook_free(p);
	hf_buf_clear(&text);
	hf_buf_clear(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("graph");
	TCase *t = tcase_create("graph");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_tricky);
	tcase_add_test(t, test_rails);
	tcase_add_test(t, test_shipped);
	tcase_add_test(t, test_large);
	suite_add_tcase(s, t);
	return run_suite(s);
}
