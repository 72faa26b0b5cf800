#include "holdfast/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define WORD_MAX 64 /* longer words have no near miss */

/* How many bytes from s on are printable ASCII. Most text is, and needs none of what follows. */
static size_t
plain_span(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] >= 0x20 && s[i] < 0x7f)
		i++;
	return i;
}

/* The code point at s in *cp and its bytes; 0 when they are no UTF-8. len is at least 1. */
static size_t
next(utf8proc_int32_t *cp, const char *s, size_t len)
{
	utf8proc_ssize_t n;

	n = utf8proc_iterate((const utf8proc_uint8_t *)s, len > 4 ? 4 : (utf8proc_ssize_t)len, cp);
	return n > 0 ? (size_t)n : 0;
}

/* Like next, but a byte that is no UTF-8 is one character, U+FFFD. */
static size_t
next_any(utf8proc_int32_t *cp, const char *s, size_t len)
{
	size_t n;

	if ((n = next(cp, s, len)) > 0)
		return n;
	*cp = 0xfffd;
	return 1;
}

size_t
hf_text_utf8_span(const char *s, size_t len)
{
	utf8proc_int32_t cp;
	size_t           i, n;

	for (i = plain_span(s, len); i < len && s[i] != '\0'; i += n)
		if ((n = next(&cp, s + i, len - i)) == 0)
			break;
	return i;
}

bool
hf_text_is_utf8(const char *s, size_t len)
{
	return hf_text_utf8_span(s, len) == len;
}

/* Characters that Unicode calls letters or marks, and that draw nothing all the same. */
static bool
is_blank_letter(utf8proc_int32_t cp)
{
	return cp == 0x034f || cp == 0x115f || cp == 0x1160 || cp == 0x17b4 || cp == 0x17b5 || cp == 0x3164 || cp == 0xffa0 ||
	    (cp >= 0xe0000 && cp <= 0xe0fff);
}

/* Would a terminal obey it, or show nothing for it? Cf holds the bidi controls, the zero-width characters and the tags. */
static bool
is_unsafe(utf8proc_int32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f)
		return false;
	switch (utf8proc_category(cp)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return is_blank_letter(cp);
	}
}

bool
hf_text_is_clean(const char *s, size_t len, bool lines)
{
	utf8proc_int32_t cp;
	size_t           i, n;

	for (i = plain_span(s, len); i < len; i += n) {
		if ((n = next(&cp, s + i, len - i)) == 0)
			return false;
		if (is_unsafe(cp) && !(lines && (cp == '\n' || cp == '\t')))
			return false;
	}
	return true;
}

void
hf_text_clean(struct hf_buf *b, const char *s, size_t len, bool lines)
{
	utf8proc_int32_t cp;
	size_t           i, n;

	for (i = 0; i < len; i += n) {
		if ((n = plain_span(s + i, len - i)) > 0) {
			hf_buf_add(b, s + i, n);
			continue;
		}
		n = next_any(&cp, s + i, len - i);
		if (n == 1 && (cp == 0xfffd || (is_unsafe(cp) && !(lines && cp == '\n'))))
			hf_buf_addf(b, "\\x%02x", (unsigned)(unsigned char)s[i]);
		else if (n > 1 && is_unsafe(cp))
			hf_buf_addf(b, "\\u{%x}", (unsigned)cp);
		else
			hf_buf_add(b, s + i, n);
	}
}

/* utf8proc gives no width to what its Unicode has not assigned yet: newer emoji are wide, the rest is one column. */
static size_t
columns(utf8proc_int32_t cp)
{
	int w = utf8proc_charwidth(cp);

	if (w == 0 && utf8proc_category(cp) == UTF8PROC_CATEGORY_CN)
		return cp >= 0x1f300 && cp <= 0x1faff ? 2 : 1;
	return w > 0 ? (size_t)w : 0;
}

static size_t
width_of(const char *s, size_t len)
{
	utf8proc_int32_t cp;
	size_t           i = plain_span(s, len), width = i, n;

	for (; i < len; i += n) {
		n = next_any(&cp, s + i, len - i);
		width += columns(cp);
	}
	return width;
}

size_t
hf_text_width(const char *s)
{
	return width_of(s, strlen(s));
}

/* The bytes of s that fit into width columns, with the marks that follow; *used gets the columns. */
static size_t
fitting(const char *s, size_t width, size_t *used)
{
	utf8proc_int32_t cp;
	size_t           len = strlen(s), i, n, w;

	*used = i = plain_span(s, len < width ? len : width);
	for (; i < len; i += n) {
		n = next_any(&cp, s + i, len - i);
		w = columns(cp);
		if (*used + w > width)
			break;
		*used += w;
	}
	return i;
}

size_t
hf_text_fit(struct hf_buf *b, const char *s, size_t width, bool ascii)
{
	size_t more = ascii ? 3 : 1, n, used;

	n = fitting(s, width, &used);
	if (s[n] == '\0') {
		hf_buf_add(b, s, n);
		return used;
	}
	if (more > width)
		more = width;
	n = fitting(s, width - more, &used);
	hf_buf_add(b, s, n);
	if (ascii)
		hf_buf_pad(b, '.', more);
	else if (more > 0)
		hf_buf_adds(b, "\u2026");
	return used + more;
}

static bool
is_space(utf8proc_int32_t cp)
{
	utf8proc_category_t c;

	if (cp < 0x80)
		return cp == ' ' || (cp >= '\t' && cp <= '\r');
	c = utf8proc_category(cp);
	return cp == 0x85 || c == UTF8PROC_CATEGORY_ZS || c == UTF8PROC_CATEGORY_ZL || c == UTF8PROC_CATEGORY_ZP;
}

static void
add_single_spaced(struct hf_buf *b, const char *s, size_t len)
{
	utf8proc_int32_t cp;
	size_t           i, n;
	bool             gap = false;

	for (i = 0; i < len; i += n) {
		n = next_any(&cp, s + i, len - i);
		if (!is_space(cp))
			hf_buf_add(b, s + i, n);
		else if (!gap)
			hf_buf_addc(b, ' ');
		gap = is_space(cp);
	}
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool
is_ascii(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

/* What utf8proc makes of ASCII; it takes some hundred times as long. */
static void
fold_ascii(struct hf_buf *b, const char *s, size_t len)
{
	size_t start = b->len, to = start;
	char   c;

	hf_buf_add(b, s, len);
	if (b->failed)
		return;
	for (size_t i = start; i < start + len; i++) {
		c = is_space(b->data[i]) ? ' ' : lower(b->data[i]);
		if (c != ' ' || to == start || b->data[to - 1] != ' ')
			b->data[to++] = c;
	}
	hf_buf_cut(b, to);
}

void
hf_text_fold(struct hf_buf *b, const char *s)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t  n;
	size_t            len = strlen(s);

	if (is_ascii(s, len)) {
		fold_ascii(b, s, len);
		return;
	}
	n = utf8proc_map(
	    (const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, &folded, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
	if (n >= 0)
		add_single_spaced(b, (const char *)folded, (size_t)n);
	else if (n == UTF8PROC_ERROR_NOMEM)
		b->failed = true;
	else
		hf_buf_add(b, s, len);
	free(folded);
}

/* Append one word of a line, on a new line when it does not fit; *at is the column reached, 0 before the first word of all. */
static void
wrap_word(struct hf_buf *b, const char *word, size_t len, size_t width, size_t indent, size_t *at)
{
	size_t w = width_of(word, len);

	if (*at > indent && width > 0 && *at + 1 + w > width) {
		hf_buf_addc(b, '\n');
		hf_buf_pad(b, ' ', indent);
		*at = indent;
	} else if (*at > indent) {
		hf_buf_addc(b, ' ');
		*at += 1;
	}
	hf_buf_add(b, word, len);
	*at += w;
}

void
hf_text_wrap(struct hf_buf *b, const char *s, size_t width, size_t indent)
{
	size_t at = indent, n;
	bool   begun = true; /* the indent of this line is there (of the first, by the caller) */

	for (; *s != '\0'; s += n) {
		n = strcspn(s, " \n");
		if (n == 0) {
			if (*s == '\n') {
				hf_buf_addc(b, '\n');
				at = indent;
				begun = false;
			}
			n = 1;
			continue;
		}
		if (!begun)
			hf_buf_pad(b, ' ', indent);
		begun = true;
		wrap_word(b, s, n, width, indent, &at);
	}
}

/* The case-folded code points of s; 0 when there are none or too many. */
static size_t
letters(utf8proc_int32_t out[WORD_MAX], const char *s)
{
	utf8proc_ssize_t n;

	n = utf8proc_decompose((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)strlen(s), out, WORD_MAX, UTF8PROC_CASEFOLD);
	return n > 0 && n <= WORD_MAX ? (size_t)n : 0;
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Optimal string alignment: insert, delete, replace, swap of neighbours. */
static size_t
distance(const utf8proc_int32_t *a, size_t n, const utf8proc_int32_t *b, size_t m)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];
	size_t i, j;

	for (i = 0; i <= n; i++)
		d[i][0] = i;
	for (j = 0; j <= m; j++)
		d[0][j] = j;
	for (i = 1; i <= n; i++)
		for (j = 1; j <= m; j++) {
			d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	return d[n][m];
}

/* A beginning of three letters or more is meant, whatever follows. */
static size_t
far_from(const utf8proc_int32_t *word, size_t n, const char *candidate)
{
	utf8proc_int32_t c[WORD_MAX];
	size_t           m = letters(c, candidate);

	if (m == 0)
		return SIZE_MAX;
	if (n >= 3 && n < m && memcmp(word, c, n * sizeof(*c)) == 0)
		return 1;
	return distance(word, n, c, m);
}

const char *
hf_text_nearest(const char *word, const char *const *candidates, size_t n)
{
	utf8proc_int32_t w[WORD_MAX];
	const char      *best = NULL;
	size_t           len = letters(w, word), nearest, d, i;

	if (len == 0)
		return NULL;
	nearest = len < 2 ? len : 2 + len / 4; /* one slip in a short word, one more for every four letters */
	for (i = 0; i < n; i++)
		if ((d = far_from(w, len, candidates[i])) < nearest) {
			nearest = d;
			best = candidates[i];
		}
	return best;
}

void
hf_text_name(struct hf_buf *b, const char *name)
{
	for (; *name != '\0'; name++)
		hf_buf_addc(b, *name == '_' ? ' ' : *name);
}

bool
hf_text_prefix(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
hf_text_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return m <= n && strcmp(s + n - m, suffix) == 0;
}

bool
hf_text_is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

bool
hf_text_equal_nocase(const char *a, const char *b)
{
	while (*a != '\0' && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}
