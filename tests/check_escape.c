#include "holdfast/escape.h"
#include "test.h"

#include <stdint.h>

#include "md_shape.h"

#define STRINGS 40000 /* random values put through every page */

/* What is typed, and what is written for it at the start of a page. */
static const struct {
	const char *typed, *want;
} rows[] = {
	/* left as they are: what records are full of */
	{ "", "" },
	{ "Jo Park", "Jo Park" },
	{ "jo.park@agency.example", "jo.park@agency.example" },
	{ "@my_agency", "@my_agency" },
	{ "x:agency", "x:agency" },
	{ "https://x.com/my_agency?a=b&c=d#top", "https://x.com/my_agency?a=b&c=d#top" },
	{ "+44 20 7946 0000", "+44 20 7946 0000" },
	{ "2026-11-20 22:41 UTC", "2026-11-20 22:41 UTC" },
	{ "1.21", "1.21" },
	{ "192.0.2.1", "192.0.2.1" },
	{ "-5 degrees", "-5 degrees" },
	{ "R & D, Smith & Co.", "R & D, Smith & Co." },
	{ "Help! He said: \"no\" (twice).", "Help! He said: \"no\" (twice)." },
	{ "screen_shot_2.png", "screen_shot_2.png" },
	{ "ticket #12, C#", "ticket #12, C#" },
	{ "a - b + c = d", "a - b + c = d" },
	{ "caf\u00e9 \u65e5\u672c \U0001f600", "caf\u00e9 \u65e5\u672c \U0001f600" },
	/* what would start a block */
	{ "# heading", "\\# heading" },
	{ "###", "\\###" },
	{ "#tag", "\\#tag" },
	{ "- item", "\\- item" },
	{ "-", "\\-" },
	{ "+ item", "\\+ item" },
	{ "* item", "\\* item" },
	{ "1. item", "1\\. item" },
	{ "12) item", "12\\) item" },
	{ "1.", "1\\." },
	{ ". item", "\\. item" },
	{ "> quote", "\\> quote" },
	{ "---", "\\---" },
	{ "- - -", "\\- - -" },
	{ "***", "\\*\\*\\*" },
	{ "___", "\\_\\_\\_" },
	{ "===", "\\===" },
	{ "```sh", "&#96;&#96;&#96;sh" },
	{ "~~~", "\\~\\~\\~" },
	{ "    code", "&#32;&#32;&#32;&#32;code" },
	{ "\tcode", "&#32;code" },
	{ "[a]: https://a.example", "\\[a\\]: https://a.example" },
	{ ": https://a.example", "\\: https://a.example" },
	{ "| a | b |", "\\| a \\| b \\|" },
	/* what would start or end something in a line */
	{ "*a*", "\\*a\\*" },
	{ "_a_", "\\_a\\_" },
	{ "a_ _b a__b", "a\\_ \\_b a\\_\\_b" },
	{ "~~a~~", "\\~\\~a\\~\\~" },
	{ "`a`", "&#96;a&#96;" },
	{ "[a](javascript:alert(1))", "\\[a\\](javascript:alert(1))" },
	{ "](javascript:alert(1))", "\\](javascript:alert(1))" },
	{ "(https://a.example)", "\\(https://a.example)" },
	{ "![a](b)", "!\\[a\\](b)" },
	{ "Help!", "Help\\!" },
	{ "<img src=x onerror=alert(1)>", "\\<img src=x onerror=alert(1)\\>" },
	{ "<https://a.example>", "\\<https://a.example\\>" },
	{ "<!-- -->", "\\<!-- --\\>" },
	{ "&lt; &#60; &#x3c; &", "&amp;lt; &amp;#60; &amp;#x3c; &amp;" },
	{ "R&D", "R&amp;D" },
	{ "\\", "\\\\" },
	{ "a\\*b", "a\\\\\\*b" },
	{ "title #", "title \\#" },
	{ "title ##  ", "title \\##&#32;&#32;" },
	/* white space at the ends */
	{ "a  ", "a&#32;&#32;" },
	{ " a", "&#32;a" },
	{ " ", "&#32;" },
	{ "\u00a0a\u3000", "&#160;a&#12288;" },
	{ "a  b\u00a0c", "a  b\u00a0c" },
	/* lines */
	{ "a\nb", "a\\\nb" },
	{ "a\r\nb\rc", "a\\\nb\\\nc" },
	{ "a\u2028b\u2029c\302\205d", "a\\\nb\\\nc\\\nd" },
	{ "a\n\nb", "a\\\n\\\nb" },
	{ "\n\na\n\n", "a" },
	{ "\n", "&#32;" },
	{ "a\n# b\n- c\n1. d\n> e\n===\n    f\n```",
	    "a\\\n\\# b\\\n\\- c\\\n1\\. d\\\n\\> e\\\n\\===\\\n&#32;&#32;&#32;&#32;f\\\n&#96;&#96;&#96;" },
	{ "a  \nb\\\nc", "a&#32;&#32;\\\nb\\\\\\\nc" },
	/* what a terminal would obey */
	{ "a\x1b[31mb", "a\\\\x1b\\[31mb" },
	{ "\x07\x7f\x0b", "\\\\x07\\\\x7f\\\\x0b" },
	{ "\302\2332J", "\\\\u{9b}2J" },
	{ "a\u202eb\u200b", "a\\\\u{202e}b\\\\u{200b}" },
	{ "bad \xff", "bad \\\\xff" },
};

START_TEST(markdown)
{
	struct hf_buf out = HF_BUF_INIT;

	hf_escape_add(&out, rows[_i].typed, HF_ESCAPE_MD, NULL);
	ck_assert_str_eq(hf_buf_str(&out), rows[_i].want);
	hf_buf_clear(&out);
}
END_TEST

/* What stands on the page, and whether a new line may come there. */
static const struct {
	const char *before;
	bool        breaks;
} lines[] = {
	{ "", true },
	{ "text ", true },
	{ "text\n", true },
	{ "   text ", true },
	{ "- ", true },
	{ "  - ", true },
	{ "1. a ", true },
	{ "> > - ", true },
	{ "**", true },
	{ "[", true },
	{ "`code` and ", true },
	{ "<b>bold</b> ", true },
	{ "a \\| ", true },
	{ "# done\n", true },
	{ "| done |\n\n", true },
	{ "```\ncode\n```\n", true },
	{ "~~~ a\n~~~~~\n", true },
	{ "``` a`b\n", true },
	{ "- ```\n  code\n  ```\n- ", true },
	{ "# ", false },
	{ "## a ", false },
	{ "  # ", false },
	{ "> # ", false },
	{ "- # ", false },
	{ "1) ## ", false },
	{ "| ", false },
	{ "a | ", false },
	{ "    ", false },
	{ "\t", false },
	{ "-     ", false },
	{ "text `", false },
	{ "[a](<", false },
	{ "<a href=\"", false },
	{ "```\n", false },
	{ "```\ncode\n", false },
	{ "````\n```\n", false },
	{ "~~~\n```\n", false },
	{ "```\n``` a\n", false },
	{ "- ~~~ sh\n  ", false },
	{ "> ```\n> ", false },
	{ "```\na\n```\n```\n", false },
};

START_TEST(new_lines_where_they_may_be)
{
	struct hf_buf          out = HF_BUF_INIT;
	struct hf_escape_place place = { 0, 0, 0, 0, '\0', false };

	hf_buf_adds(&out, lines[_i].before);
	hf_escape_add(&out, "one\ntwo", HF_ESCAPE_MD, &place);
	hf_escape_add(&out, " or\nthree", HF_ESCAPE_MD, &place);
	ck_assert_str_eq(
	    out.data + strlen(lines[_i].before), lines[_i].breaks ? "one\\\ntwo&#32;or\\\nthree" : "one two&#32;or three");
	hf_buf_clear(&out);
}
END_TEST

/* What a value of digits and the page after it make together. */
static const struct {
	const char *before, *typed, *after, *want;
} numbers[] = {
	{ "", "12", ". Then", "12\\. Then" },
	{ "", "12", ")", "12\\)" },
	{ "", "12", ".\n", "12\\.\n" },
	{ "text\n> - 3) ", "12", ".\tx", "text\n> - 3) 12\\.\tx" },
	{ "1", "2", "3. x", "123\\. x" },
	{ "", "123456789", ". x", "123456789\\. x" },
	{ "", "1234567890", ". x", "1234567890. x" },
	{ "", "12", ".5", "12.5" },
	{ "", "12", " .", "12 ." },
	{ "", "a1", ". x", "a1. x" },
	{ "On ", "12", ". x", "On 12. x" },
	{ "```\n", "12", ". x", "```\n12. x" },
	{ "12", "", ". x", "12. x" },
};

START_TEST(numbers_start_no_list)
{
	struct hf_buf          out = HF_BUF_INIT;
	struct hf_escape_place place = { 0, 0, 0, 0, '\0', false };

	hf_escape_page(&out, numbers[_i].before, strlen(numbers[_i].before), &place);
	hf_escape_add(&out, numbers[_i].typed, HF_ESCAPE_MD, &place);
	hf_escape_page(&out, numbers[_i].after, strlen(numbers[_i].after), &place);
	ck_assert_str_eq(out.data, numbers[_i].want);
	hf_buf_clear(&out);
}
END_TEST

START_TEST(place_moves_on)
{
	struct hf_buf          out = HF_BUF_INIT;
	struct hf_escape_place place = { 0, 0, 0, 0, '\0', false };

	hf_buf_adds(&out, "# ");
	hf_escape_add(&out, "a\nb", HF_ESCAPE_MD, &place);
	hf_buf_adds(&out, "\n");
	hf_escape_add(&out, "c\nd", HF_ESCAPE_MD, &place);
	hf_buf_adds(&out, "\n```\n");
	hf_escape_add(&out, "e\nf", HF_ESCAPE_MD, &place);
	hf_buf_adds(&out, "\n```\n\\");
	hf_escape_add(&out, "*g\n*h", HF_ESCAPE_MD, &place);
	ck_assert_str_eq(out.data, "# a b\nc\\\nd\n```\ne f\n```\n\\\\\\*g\\\n\\*h");
	hf_buf_clear(&out);
}
END_TEST

/* A heading of megabytes, and a value with a new line every few bytes: quadratic work would take hours. */
START_TEST(long_lines_are_read_once)
{
	struct hf_buf          out = HF_BUF_INIT;
	struct hf_escape_place place = { 0, 0, 0, 0, '\0', false };
	size_t                 i;

	hf_buf_adds(&out, "# ");
	for (i = 0; i < 400000; i++) {
		hf_escape_add(&out, "a\nb", HF_ESCAPE_MD, &place);
		hf_escape_add(&out, " 1", HF_ESCAPE_MD, &place);
		hf_escape_page(&out, ".", 1, &place);
	}
	ck_assert_ptr_null(strchr(out.data, '\n'));
	hf_buf_clear(&out);
}
END_TEST

/* Every row, in every page, is text and nothing else: alone, and with each of its neighbours. */
START_TEST(rows_are_text_everywhere)
{
	size_t i, next = ((size_t)_i + 1) % (size_t)N_OF(rows);

	if (*rows[_i].typed == '\0' || *rows[next].typed == '\0')
		return;
	for (i = 0; i < MD_PAGES; i++)
		ck_assert(md_is_text(&md_pages[i], rows[_i].typed, rows[next].typed));
}
END_TEST

static uint64_t
draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 16;
}

/* One to eight pieces that mean something to Markdown, to HTML or to a terminal. */
static void
make_up(char out[128], uint64_t *state)
{
	static const char *const pieces[] = { "#", "##", "-", "--", "+", "*", "**", "_", "__", "=", "==", ">", "<", "1.", "2)", "0",
		" ", "  ", "    ", "\t", "\n", "\n\n", "\r\n", "\r", "`", "```", "~", "~~~", "[", "]", "(", ")", "](",
		"](javascript:alert(1))", "![", "<img src=x>", "<b>", "<!--", "-->", "<http://a.b>", "https://a.b/c_d?e&f=g", "&",
		"&amp;", "&#35;", ";", "amp;", "|", "\\", "\\\n", "  \n", "!", "\"", "'", ":", "[a]:", "a", "word", "x_y", ".",
		"\u00a0", "\u3000", "\u2028", "\302\205", "\x1b[31m", "\x7f", "\u200b", "\u202e", "\u00e9", "\u65e5", "</div>",
		"{{x}}" };
	size_t                   n = 1 + draw(state) % 8;

	for (*out = '\0'; n > 0 && strlen(out) < 100; n--)
		strcat(out, pieces[draw(state) % (sizeof(pieces) / sizeof(*pieces))]);
}

START_TEST(made_up_values_are_text)
{
	uint64_t state = 88172645463325252U;
	char     one[128], two[128];
	size_t   i;

	for (i = 0; i < STRINGS; i++) {
		make_up(one, &state);
		make_up(two, &state);
		ck_assert(md_is_text(&md_pages[i % MD_PAGES], one, two));
	}
}
END_TEST

static const struct {
	enum hf_escape how;
	const char    *typed, *want;
} others[] = {
	{ HF_ESCAPE_HTML, "", "" },
	{ HF_ESCAPE_HTML, "plain", "plain" },
	{ HF_ESCAPE_HTML, "<a href='x' title=\"y\">R&D</a>", "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;R&amp;D&lt;/a&gt;" },
	{ HF_ESCAPE_HTML, "&amp;", "&amp;amp;" },
	{ HF_ESCAPE_HTML, "# *a*\n", "# *a*\n" },
	{ HF_ESCAPE_NONE, "# <a>\n&", "# <a>\n&" },
	{ HF_ESCAPE_CSV, "", "\"\"" },
	{ HF_ESCAPE_CSV, "a,\"b\"\nc", "\"a,\"\"b\"\"\nc\"" },
	{ HF_ESCAPE_CSV, "=1+1", "\"'=1+1\"" },
};

START_TEST(other_pages)
{
	struct hf_buf out = HF_BUF_INIT;

	hf_escape_add(&out, others[_i].typed, others[_i].how, NULL);
	ck_assert_str_eq(hf_buf_str(&out), others[_i].want);
	hf_buf_clear(&out);
}
END_TEST

START_TEST(a_full_buffer_stays_full)
{
	struct hf_buf          out = HF_BUF_INIT;
	struct hf_escape_place place = { 0, 0, 0, 0, '\0', false };

	out.max = 4;
	hf_escape_add(&out, "a\nb\nc", HF_ESCAPE_MD, &place);
	hf_escape_add(&out, "\\d\ne", HF_ESCAPE_MD, &place);
	ck_fails(HF_BAD, "too large", hf_buf_check(&out, &e));
	hf_buf_clear(&out);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("escape");
	TCase *t = tcase_create("escape");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, markdown, 0, N_OF(rows));
	tcase_add_loop_test(t, new_lines_where_they_may_be, 0, N_OF(lines));
	tcase_add_loop_test(t, numbers_start_no_list, 0, N_OF(numbers));
	tcase_add_test(t, place_moves_on);
	tcase_add_test(t, long_lines_are_read_once);
	tcase_add_loop_test(t, rows_are_text_everywhere, 0, N_OF(rows));
	tcase_add_test(t, made_up_values_are_text);
	tcase_add_loop_test(t, other_pages, 0, N_OF(others));
	tcase_add_test(t, a_full_buffer_stays_full);
	suite_add_tcase(s, t);
	return run_suite(s);
}
