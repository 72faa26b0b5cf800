#include <stdio.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/shelf.h"
#include "test.h"

static char             top[64];
static struct hf_shelf *shelf;

static void
put(const char *dir, const char *path, const char *text)
{
	char *a = hf_fs_join(top, dir), *full = hf_fs_join(a, path);
	char  folder[256];

	snprintf(folder, sizeof(folder), "%.*s", (int)(hf_fs_base(full) - full) - 1, full);
	ck_ok(hf_fs_mkdirs(folder, &e));
	ck_ok(hf_fs_write(full, text, strlen(text), &e));
	free(a);
	free(full);
}

static void
open_both(void)
{
	char       *mine = hf_fs_join(top, "mine"), *theirs = hf_fs_join(top, "theirs"), *none = hf_fs_join(top, "none");
	const char *dirs[3] = { mine, none, theirs };

	ck_ok(hf_shelf_open(&shelf, dirs, 3, &e));
	free(mine);
	free(theirs);
	free(none);
}

static void
set_up(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(top, sizeof(top), "%.40s/shelf.XXXXXX", tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(top));
	put("mine", "playbooks/incident/theft.md", "```\n# no heading `no`\n```\n# Our theft `theft`\n");
	put("mine", "playbooks/incident/theft.cy.md", "# Lladrad `theft`\n");
	put("mine", "playbooks/README.md", "# Read me\n");
	put("mine", "playbooks/incident/.hidden.md", "# h\n");
	put("mine", "playbooks/incident/Backup.md", "# h\n");
	put("mine", "playbooks/incident/theft.md~", "# h\n");
	put("mine", "playbooks/incident/deeper/x.md", "# h\n");
	put("mine", "playbooks/other/x.md", "# h\n");
	put("theirs", "playbooks/incident/theft.md", "# Their theft `theft`\n");
	put("theirs", "playbooks/incident/fire.md", "# Fire ` in the title `fire`\r\n");
	put("theirs", "playbooks/provider/x.md", "# X `x`\n\n- **Also called:** Twitter, Twitter Blue\n");
	put("theirs", "templates/internal/siro-first.md", "{{> head}}\n\n# To the SIRO: {{account.handle}}\n");
	put("theirs", "templates/page/card.md", "no heading\n");
	open_both();
}

static void
tear_down(void)
{
	hf_shelf_close(shelf);
	ck_ok(hf_fs_remove_tree(top, &e));
}

static const struct {
	const char *name, *title, *from;
} books[] = {
	{ "incident/fire", "Fire ` in the title", "theirs" },
	{ "incident/theft", "Our theft", "mine" },
	{ "incident/theft.cy", "Lladrad", "mine" },
	{ "provider/x", "X", "theirs" },
	{ "template/internal/siro-first", "To the SIRO: {{account.handle}}", "theirs" },
	{ "template/page/card", "", "theirs" },
};

START_TEST(test_list)
{
	const struct hf_shelf_book *list;
	size_t                      n, i;

	ck_ok(hf_shelf_list(&list, &n, shelf, &e));
	for (i = 0; i < n && i < (size_t)N_OF(books); i++) {
		ck_assert_str_eq(list[i].name, books[i].name);
		ck_assert_str_eq(list[i].title, books[i].title);
		ck_assert_str_eq(hf_fs_base(list[i].from), books[i].from);
		ck_assert(hf_fs_exists(list[i].path));
	}
	ck_assert_uint_eq(n, N_OF(books));
}
END_TEST

START_TEST(test_read)
{
	const struct hf_shelf_book *where;
	struct hf_buf               b = HF_BUF_INIT;

	ck_ok(hf_shelf_read(&b, &where, shelf, "incident/theft", &e));
	ck_assert_ptr_nonnull(strstr(b.data, "Our theft"));
	ck_assert_str_eq(where->title, "Our theft");
	ck_assert(hf_shelf_has(shelf, "provider/x"));
	ck_assert(!hf_shelf_has(shelf, "provider/../x"));
	hf_buf_clear(&b);
}
END_TEST

static const struct {
	const char *name, *near;
} wrong[] = {
	{ "incident/theff", "incident/theft" },
	{ "routine/theft", "incident/theft" },
	{ "theft", "incident/theft" },
	{ "template/internal/siro-frist", "template/internal/siro-first" },
	{ "provider/zoom", NULL },
	{ "provider/twitter", "provider/x" },
	{ "provider/Twitter-blue", "provider/x" },
	{ "provider/twitter blue", "provider/x" },
	{ "", NULL },
};

START_TEST(test_nearest)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_err why = HF_ERR_INIT;
	const char   *near = hf_shelf_nearest(shelf, wrong[_i].name);

	ck_assert_pstr_eq(near, wrong[_i].near);
	ck_assert_int_eq(hf_shelf_read(&b, NULL, shelf, wrong[_i].name, &why), HF_NOTFOUND);
	ck_assert(near == NULL || strstr(why.hint, near) != NULL);
	hf_buf_clear(&b);
}
END_TEST

START_TEST(test_register)
{
	const struct hf_shelf_book *list, *where;
	struct hf_buf               b = HF_BUF_INIT;
	size_t                      n;

	ck_ok(hf_shelf_add(shelf, "incident/theft", "# Third `theft`\n", 16, &e));
	ck_ok(hf_shelf_add(shelf, "routine/new", "# New `new`\n", 12, &e));
	ck_ok(hf_shelf_add(shelf, "routine/empty", "", 0, &e));
	ck_ok(hf_shelf_read(&b, &where, shelf, "incident/theft", &e));
	ck_assert_str_eq(b.data, "# Third `theft`\n");
	ck_assert_str_eq(where->from, "register");
	ck_assert_str_eq(where->path, "");
	ck_assert_str_eq(where->title, "Third");
	ck_ok(hf_shelf_list(&list, &n, shelf, &e));
	ck_assert_uint_eq(n, N_OF(books) + 2);
	hf_buf_clear(&b);
}
END_TEST

static const char *const names[] = { "theft", "incident/", "incident/..", "incident/../x", "incident/a/b", "incident/A",
	"incident/a.", "incident/a.b.c", "template/x", "template/other/x", "secret/x", "incident/a b", "incident/.a", "/incident/a",
	"" };

START_TEST(test_names)
{
	ck_fails(HF_BAD, "no name of a book", hf_shelf_add(shelf, names[_i], "x", 1, &e));
}
END_TEST

/* One book that cannot be read does not hide the others. */
START_TEST(test_broken)
{
	const struct hf_shelf_book *list;
	struct hf_buf               b = HF_BUF_INIT;
	char                        link[160];
	size_t                      n;

	hf_shelf_close(shelf);
	snprintf(link, sizeof(link), "%s/mine/playbooks/incident/gone.md", top);
	ck_assert_int_eq(symlink("/nonexistent/file", link), 0);
	open_both();
	ck_ok(hf_shelf_list(&list, &n, shelf, &e));
	ck_assert_uint_eq(n, N_OF(books) + 1);
	ck_fails(HF_NOTFOUND, "gone.md", hf_shelf_read(&b, NULL, shelf, "incident/gone", &e));
	hf_buf_clear(&b);
}
END_TEST

START_TEST(test_empty)
{
	const struct hf_shelf_book *list;
	struct hf_shelf            *s;
	struct hf_err               e = HF_ERR_INIT;
	size_t                      n;

	ck_assert_int_eq(hf_shelf_open(&s, NULL, 0, &e), HF_OK);
	ck_assert_int_eq(hf_shelf_list(&list, &n, s, &e), HF_OK);
	ck_assert_uint_eq(n, 0);
	ck_assert_ptr_null(hf_shelf_nearest(s, "incident/x"));
	ck_assert_int_eq(hf_shelf_add(s, "incident/own", "# Own\n", 6, &e), HF_OK);
	ck_assert_int_eq(hf_shelf_lacks(s, "incident/other", &e), HF_NOTFOUND);
	ck_assert_ptr_nonnull(strstr(e.msg, "incident/other: not on the shelf"));
	ck_assert_ptr_nonnull(strstr(e.hint, "no playbooks are installed"));
	hf_shelf_close(s);
	hf_shelf_close(NULL);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("shelf");
	TCase *t = tcase_create("shelf");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, test_list);
	tcase_add_test(t, test_read);
	tcase_add_loop_test(t, test_nearest, 0, N_OF(wrong));
	tcase_add_test(t, test_register);
	tcase_add_loop_test(t, test_names, 0, N_OF(names));
	tcase_add_test(t, test_broken);
	tcase_add_test(t, test_empty);
	suite_add_tcase(s, t);
	return run_suite(s);
}
