#include "holdfast/text.h"
#include "test.h"

#include <stdint.h>

/* ---- UTF-8 ---- */

static const struct {
	const char *s;
	size_t      len, span;
} utf8[] = {
	{ "", 0, 0 },
	{ "abc", 3, 3 },
	{ "Llywodraeth \xc5\xb5", 14, 14 },
	{ "\xf0\x9f\x94\x92", 4, 4 },
	{ "\xf4\x8f\xbf\xbf", 4, 4 },
	{ "\xf0\x9f\x94\x92 locked", 11, 11 },
	{ "a\0b", 3, 1 },             /* NUL */
	{ "ab\x80", 3, 2 },           /* a continuation alone */
	{ "ab\xc3", 3, 2 },           /* cut short */
	{ "\xe2\x82", 2, 0 },         /* cut short */
	{ "\xf0\x9f\x94", 3, 0 },     /* cut short */
	{ "\xc0\xaf", 2, 0 },         /* "/" written long */
	{ "\xe0\x80\xaf", 3, 0 },     /* the same, longer */
	{ "\xed\xa0\x80", 3, 0 },     /* a surrogate */
	{ "\xf4\x90\x80\x80", 4, 0 }, /* over U+10FFFF */
	{ "\xfe\xff", 2, 0 },
	{ "x\xc3\x28", 3, 1 },
};

START_TEST(utf8_is_judged)
{
	ck_assert_uint_eq(hf_text_utf8_span(utf8[_i].s, utf8[_i].len), utf8[_i].span);
	ck_assert_int_eq(hf_text_is_utf8(utf8[_i].s, utf8[_i].len), utf8[_i].span == utf8[_i].len);
}
END_TEST

/* ---- the terminal ---- */

/* clang-format off */
static const struct {
	const char *s, *line, *lines; /* as one line, as lines */
} shown[] = {
	{ "", "", "" },
	{ "Jo Park", "Jo Park", "Jo Park" },
	{ "\xc3\xa9 \xf0\x9f\x94\x92", "\xc3\xa9 \xf0\x9f\x94\x92", "\xc3\xa9 \xf0\x9f\x94\x92" },
	{ "e\xcc\x81", "e\xcc\x81", "e\xcc\x81" }, /* a combining accent */
	{ "C:\\x1b", "C:\\x1b", "C:\\x1b" },
	{ "a\nb", "a\\x0ab", "a\nb" },
	{ "a\tb", "a\\x09b", "a\\x09b" },
	{ "a\rb", "a\\x0db", "a\\x0db" },
	{ "a\bb", "a\\x08b", "a\\x08b" },
	{ "\x1b]52;c;ZXZpbA==\a", "\\x1b]52;c;ZXZpbA==\\x07", "\\x1b]52;c;ZXZpbA==\\x07" },
	{ "\x1b[2J", "\\x1b[2J", "\\x1b[2J" },
	{ "\x7f", "\\x7f", "\\x7f" },
	{ "\xc2\x9d;title", "\\u{9d};title", "\\u{9d};title" }, /* C1 as UTF-8 */
	{ "\x9b[31m", "\\x9b[31m", "\\x9b[31m" },                                             /* C1 as a byte */
	{ "\xc2\x85", "\\u{85}", "\\u{85}" },                                                 /* NEL */
	{ "user\xe2\x80\xaegnp", "user\\u{202e}gnp", "user\\u{202e}gnp" },                    /* right to left */
	{ "\xe2\x81\xa6x\xe2\x81\xa9", "\\u{2066}x\\u{2069}", "\\u{2066}x\\u{2069}" },
	{ "\xd8\x9c", "\\u{61c}", "\\u{61c}" },
	{ "\xe2\x80\x8b.", "\\u{200b}.", "\\u{200b}." }, /* zero width */
	{ "\xe2\x80\x8d\xe2\x80\x8c", "\\u{200d}\\u{200c}", "\\u{200d}\\u{200c}" },
	{ "\xef\xbb\xbf", "\\u{feff}", "\\u{feff}" },
	{ "\xc2\xad", "\\u{ad}", "\\u{ad}" },
	{ "\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}", "\\u{2028}\\u{2029}" }, /* separators of lines, of paragraphs */
	{ "\xe3\x85\xa4", "\\u{3164}", "\\u{3164}" },                               /* a blank Hangul letter */
	{ "\xcd\x8f", "\\u{34f}", "\\u{34f}" },
	{ "\xf3\xa0\x81\x81", "\\u{e0041}", "\\u{e0041}" }, /* tag A */
	{ "\xf3\xa0\x80\x80", "\\u{e0000}", "\\u{e0000}" },
	{ "\xf3\xa0\x84\x80", "\\u{e0100}", "\\u{e0100}" },
	{ "\xff\xfe", "\\xff\\xfe", "\\xff\\xfe" },
	{ "a\xe2\x82", "a\\xe2\\x82", "a\\xe2\\x82" },
	{ "\xef\xbf\xbd", "\xef\xbf\xbd", "\xef\xbf\xbd" }, /* U+FFFD itself is a sign like others */
};
/* clang-format on */

START_TEST(terminal_shows_and_does_nothing)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *s = shown[_i].s;
	size_t        len = strlen(s);

	hf_text_clean(&b, s, len, false);
	ck_assert_str_eq(hf_buf_str(&b), shown[_i].line);
	ck_assert_int_eq(hf_text_is_clean(s, len, false), strcmp(hf_buf_str(&b), s) == 0);
	ck_assert(hf_text_is_clean(hf_buf_str(&b), b.len, false));
	hf_buf_cut(&b, 0);
	hf_text_clean(&b, s, len, true);
	ck_assert_str_eq(hf_buf_str(&b), shown[_i].lines);
	hf_buf_clear(&b);
}
END_TEST

START_TEST(nul_is_shown)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_text_clean(&b, "a\0b", 3, true);
	ck_assert_str_eq(hf_buf_str(&b), "a\\x00b");
	ck_assert(!hf_text_is_clean("a\0b", 3, true));
	hf_buf_clear(&b);
}
END_TEST

START_TEST(lines_may_have_tabs)
{
	ck_assert(hf_text_is_clean("a\n\tb\n", 5, true));
	ck_assert(!hf_text_is_clean("a\n\tb\n", 5, false));
	ck_assert(!hf_text_is_clean("a\r\n", 3, true));
}
END_TEST

static bool
is_tame(const struct hf_buf *b)
{
	const unsigned char *p = (const unsigned char *)b->data;
	size_t               i;

	for (i = 0; i < b->len; i++)
		if ((p[i] < 0x20 && p[i] != '\n') || p[i] == 0x7f || (i > 0 && p[i - 1] == 0xc2 && p[i] < 0xa0))
			return false;
	return hf_text_is_clean(b->data, b->len, true);
}

/* Whatever the bytes: none that a terminal obeys, and UTF-8. */
START_TEST(random_bytes_are_tamed)
{
	struct hf_buf b = HF_BUF_INIT;
	char          raw[64];
	uint32_t      seed = (uint32_t)_i * 2654435761u + 1;
	size_t        i, n;

	for (n = 0; n < 2000; n++) {
		for (i = 0; i < sizeof(raw); i++) {
			seed = seed * 1664525u + 1013904223u;
			raw[i] = (char)(seed >> 24);
		}
		hf_buf_cut(&b, 0);
		hf_text_clean(&b, raw, sizeof(raw), true);
		ck_assert(is_tame(&b));
	}
	hf_buf_clear(&b);
}
END_TEST

/* ---- width ---- */

/* clang-format off */
static const struct {
	const char *s;
	size_t      width;
} widths[] = {
	{ "", 0 },
	{ "abc", 3 },
	{ "Cym\xc5\xb5", 4 },
	{ "e\xcc\x81", 1 }, /* e and an accent */
	{ "\xe5\xa4\xa7\xe9\x98\xaa", 4 },
	{ "\xf0\x9f\x94\x92", 2 },
	{ "\xf0\x9f\xab\xa8", 2 }, /* younger than the Unicode of Debian 12's utf8proc */
	{ "\xef\xbc\xa1", 2 },     /* full-width A */
	{ "a\xffz", 3 },           /* a bad byte is one column */
};
/* clang-format on */

START_TEST(width_counts_columns)
{
	ck_assert_uint_eq(hf_text_width(widths[_i].s), widths[_i].width);
}
END_TEST

static const struct {
	const char *s;
	size_t      width;
	const char *fit, *ascii;
} fits[] = {
	{ "", 0, "", "" },
	{ "abc", 0, "", "" },
	{ "abc", 3, "abc", "abc" },
	{ "abcd", 3, "ab\xe2\x80\xa6", "..." },
	{ "abcd", 1, "\xe2\x80\xa6", "." },
	{ "abcdefgh", 6, "abcde\xe2\x80\xa6", "abc..." },
	{ "\xe5\xa4\xa7\xe9\x98\xaa", 4, "\xe5\xa4\xa7\xe9\x98\xaa", "\xe5\xa4\xa7\xe9\x98\xaa" },
	{ "\xe5\xa4\xa7\xe9\x98\xaa", 3, "\xe5\xa4\xa7\xe2\x80\xa6", "..." },
	{ "\xe5\xa4\xa7\xe9\x98\xaa", 2, "\xe2\x80\xa6", ".." }, /* a wide one is not cut in half */
	{ "e\xcc\x81o\xcc\x81", 2, "e\xcc\x81o\xcc\x81", "e\xcc\x81o\xcc\x81" },
	{ "e\xcc\x81oo", 2, "e\xcc\x81\xe2\x80\xa6", ".." },
};

START_TEST(fit_keeps_within)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        n;

	n = hf_text_fit(&b, fits[_i].s, fits[_i].width, false);
	ck_assert_str_eq(hf_buf_str(&b), fits[_i].fit);
	ck_assert_uint_eq(n, hf_text_width(hf_buf_str(&b)));
	ck_assert_uint_le(n, fits[_i].width);
	hf_buf_cut(&b, 0);
	n = hf_text_fit(&b, fits[_i].s, fits[_i].width, true);
	ck_assert_str_eq(hf_buf_str(&b), fits[_i].ascii);
	ck_assert_uint_eq(n, hf_text_width(hf_buf_str(&b)));
	hf_buf_clear(&b);
}
END_TEST

/* ---- folding ---- */

static const struct {
	const char *s, *folded;
} folds[] = {
	{ "", "" },
	{ "Jo PARK", "jo park" },
	{ " a \t\n b ", " a b " },
	{ "x\xc2\xa0\xe3\x80\x80y", "x y" }, /* no-break and ideographic space */
	{ "E\xcc\x81", "\xc3\xa9" },         /* decomposed: NFC */
	{ "\xc3\x89", "\xc3\xa9" },
	{ "\xc3\x9fTRA", "sstra" },
	{ "\xce\xa3\xcf\x82", "\xcf\x83\xcf\x83" }, /* both small sigmas */
	{ "\xc4\xb0", "i\xcc\x87" },                /* dotted I, by the default rules */
	{ "\xe1\xba\x9e", "ss" },
	{ "A\xff", "A\xff" },
};

START_TEST(fold_makes_alike)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_text_fold(&b, folds[_i].s);
	ck_assert_str_eq(hf_buf_str(&b), folds[_i].folded);
	hf_buf_clear(&b);
}
END_TEST

/* ---- wrapping ---- */

static const struct {
	const char *s;
	size_t      width, indent;
	const char *out;
} wraps[] = {
	{ "", 10, 2, "" },
	{ "one two three", 0, 2, "one two three" },
	{ "one two three", 7, 0, "one two\nthree" },
	{ "one two three", 6, 0, "one\ntwo\nthree" },
	{ "one two three", 9, 2, "one two\n  three" },
	{ "one   two", 20, 0, "one two" },
	{ "one\ntwo", 20, 2, "one\n  two" },
	{ "one\n\ntwo\n", 20, 2, "one\n\n  two\n" },
	{ "a https://example.org/very/long b", 10, 1, "a\n https://example.org/very/long\n b" },
	{ "https://example.org/ b", 5, 0, "https://example.org/\nb" },
	{ "\xe5\xa4\xa7 \xe5\xa4\xa7 \xe5\xa4\xa7", 5, 0, "\xe5\xa4\xa7 \xe5\xa4\xa7\n\xe5\xa4\xa7" },
	{ "e\xcc\x81 e\xcc\x81", 3, 0, "e\xcc\x81 e\xcc\x81" },
};

START_TEST(wrap_at_words)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_text_wrap(&b, wraps[_i].s, wraps[_i].width, wraps[_i].indent);
	ck_assert_str_eq(hf_buf_str(&b), wraps[_i].out);
	hf_buf_clear(&b);
}
END_TEST

/* ---- near misses ---- */

static const char *const commands[] = { "list", "lint", "respond", "review", "show", "sync", "status", "set", "account" };

static const struct {
	const char *word, *nearest;
} misses[] = {
	{ "lsit", "list" },
	{ "shwo", "show" },
	{ "ste", "set" }, /* one swap is one slip, not two */
	{ "LIST", "list" },
	{ "list", "list" },
	{ "revew", "review" },
	{ "stauts", "status" },
	{ "resp", "respond" },
	{ "acc", "account" },
	{ "acount", "account" },
	{ "re", NULL },
	{ "x", NULL },
	{ "", NULL },
	{ "delete", NULL },
	{ "\xff", NULL },
};

START_TEST(nearest_is_what_was_meant)
{
	const char *near = hf_text_nearest(misses[_i].word, commands, N_OF(commands));

	ck_assert_pstr_eq(near, misses[_i].nearest);
}
END_TEST

START_TEST(nearest_of_monsters_is_none)
{
	char        word[300];
	const char *c[] = { word };

	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	ck_assert_ptr_null(hf_text_nearest(word, commands, N_OF(commands)));
	ck_assert_ptr_null(hf_text_nearest("aaaa", c, 1));
	ck_assert_ptr_null(hf_text_nearest("aaaa", NULL, 0));
}
END_TEST

START_TEST(small_comparisons)
{
	ck_assert(hf_text_prefix("holdfast", "hold") && hf_text_prefix("x", "") && !hf_text_prefix("ho", "hold"));
	ck_assert(hf_text_suffix("a.md", ".md") && hf_text_suffix("x", "") && !hf_text_suffix("md", ".md"));
	ck_assert(hf_text_is_one_of("shorts", (const char *const[]){ "reels", "shorts" }, 2) &&
	    !hf_text_is_one_of("short", (const char *const[]){ "reels", "shorts" }, 2) && !hf_text_is_one_of("", NULL, 0));
	ck_assert(
	    hf_text_equal_nocase("AbC", "aBc") && !hf_text_equal_nocase("abc", "abcd") && !hf_text_equal_nocase("abcd", "abc"));
	ck_assert(!hf_text_equal_nocase("\xc3\x89", "\xc3\xa9") && !hf_text_equal_nocase("[", "{") && hf_text_equal_nocase("", ""));
}
END_TEST

START_TEST(limits_are_kept)
{
	struct hf_buf b = HF_BUF_INIT;

	b.max = 4;
	hf_text_fold(&b, "longer than four");
	ck_fails(HF_BAD, "too large", hf_buf_check(&b, &e));
	hf_buf_clear(&b);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("text");
	TCase *t = tcase_create("text");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, utf8_is_judged, 0, N_OF(utf8));
	tcase_add_loop_test(t, terminal_shows_and_does_nothing, 0, N_OF(shown));
	tcase_add_test(t, nul_is_shown);
	tcase_add_test(t, lines_may_have_tabs);
	tcase_add_loop_test(t, random_bytes_are_tamed, 0, 8);
	tcase_add_loop_test(t, width_counts_columns, 0, N_OF(widths));
	tcase_add_loop_test(t, fit_keeps_within, 0, N_OF(fits));
	tcase_add_loop_test(t, fold_makes_alike, 0, N_OF(folds));
	tcase_add_loop_test(t, wrap_at_words, 0, N_OF(wraps));
	tcase_add_loop_test(t, nearest_is_what_was_meant, 0, N_OF(misses));
	tcase_add_test(t, nearest_of_monsters_is_none);
	tcase_add_test(t, small_comparisons);
	tcase_add_test(t, limits_are_kept);
	suite_add_tcase(s, t);
	return run_suite(s);
}
