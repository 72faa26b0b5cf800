#include "holdfast/escape.h"

#include <string.h>

#include "holdfast/csv.h"
#include "holdfast/text.h"

#define LINE_LOOK 200 /* the most bytes of quotation and list markers before a number */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
}

static void
add_html(struct hf_buf *out, const char *s)
{
	static const char        special[] = "&<>\"'";
	static const char *const entity[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
	size_t                   n;

	for (;; s += n + 1) {
		n = strcspn(s, special);
		hf_buf_add(out, s, n);
		if (s[n] == '\0')
			return;
		hf_buf_adds(out, entity[strchr(special, s[n]) - special]);
	}
}

/* The bytes of the line end that s starts with, or 0. */
static size_t
line_end(const char *s)
{
	if (*s == '\n')
		return 1;
	if (*s == '\r')
		return s[1] == '\n' ? 2 : 1;
	if (strncmp(s, "\xc2\x85", 2) == 0)
		return 2;
	return strncmp(s, "\xe2\x80\xa8", 3) == 0 || strncmp(s, "\xe2\x80\xa9", 3) == 0 ? 3 : 0;
}

static void
add_clean(struct hf_buf *out, const char *s)
{
	size_t n;

	for (; *s != '\0'; s += n) {
		if ((n = line_end(s)) > 0) {
			hf_buf_addc(out, '\n');
		} else if (*s == '\t') {
			hf_buf_addc(out, ' ');
			n = 1;
		} else {
			n = 1 + strcspn(s + 1, "\t\n\r\xc2\xe2");
			hf_text_clean(out, s, n, true);
		}
	}
}

/* The bytes of the white space, as CommonMark sees it, that s starts with, or 0; *cp gets the character. */
static size_t
space(const char *s, size_t n, unsigned *cp)
{
	const unsigned char *u = (const unsigned char *)s;

	*cp = 0;
	if (n >= 1 && u[0] == ' ')
		*cp = u[0];
	else if (n >= 2 && u[0] == 0xc2 && u[1] == 0xa0)
		*cp = u[1];
	else if (n >= 3 && u[0] >= 0xe1 && u[0] <= 0xe3)
		*cp = (u[0] & 0x0fU) << 12 | (u[1] & 0x3fU) << 6 | (u[2] & 0x3fU);
	if (*cp == 0x1680 || (*cp >= 0x2000 && *cp <= 0x200a) || *cp == 0x202f || *cp == 0x205f || *cp == 0x3000)
		return 3;
	return *cp == ' ' ? 1 : *cp == 0xa0 ? 2 : 0;
}

/* How much of s is left without the white space at its end. */
static size_t
without_space(const char *s, size_t n)
{
	unsigned cp;
	size_t   m;

	for (m = 1; m <= 3 && m <= n; m++)
		if (space(s + n - m, m, &cp) == m) {
			n -= m;
			m = 0;
		}
	return n;
}

/* Append the white space that s starts with as character references; returns its bytes. */
static size_t
add_space(struct hf_buf *out, const char *s, size_t n)
{
	unsigned cp;
	size_t   i, m;

	for (i = 0; (m = space(s + i, n - i, &cp)) > 0; i += m)
		hf_buf_addf(out, "&#%u;", cp);
	return i;
}

/* Would s, standing after an ampersand, make a character reference, or could what follows it? */
static bool
is_reference(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (is_alnum(s[i]) || s[i] == '#'))
		i++;
	return i == n || s[i] == ';';
}

/* Is s[i] the dot or the parenthesis of an item's number? Digits may stand before s as well. */
static bool
is_number_end(const char *s, size_t n, size_t i)
{
	size_t j;

	if (i > 9 || (i + 1 < n && s[i + 1] != ' '))
		return false;
	for (j = 0; j < i; j++)
		if (!is_digit(s[j]))
			return false;
	return true;
}

/* Would the # at s[i] start a heading, or be taken for the end of one? */
static bool
is_heading(const char *s, size_t n, size_t i)
{
	if (i == 0)
		return true;
	if (s[i - 1] != ' ')
		return false;
	while (i < n && s[i] == '#')
		i++;
	return i == n;
}

/* Does s[i] mean something to Markdown, whatever stands before s and after it? */
static bool
is_special(const char *s, size_t n, size_t i)
{
	if (strchr("\\*[]<>~|", s[i]) != NULL)
		return true;
	switch (s[i]) {
	case '_':
		return i == 0 || i + 1 == n || !is_alnum(s[i - 1]) || !is_alnum(s[i + 1]);
	case '!':
		return i + 1 == n;
	case '#':
		return is_heading(s, n, i);
	case '-':
	case '+':
	case '=':
		return i == 0 && (n == 1 || !is_alnum(s[1]));
	case ':':
	case '(':
		return i == 0;
	case '.':
	case ')':
		return is_number_end(s, n, i);
	default:
		return false;
	}
}

/*
 * Inside a code span a backslash means nothing, so a backtick is not written at all; in a link's address cmark sees references before
 * backslashes, so neither is an ampersand that matters.
 */
static void
add_char(struct hf_buf *out, const char *s, size_t n, size_t i)
{
	if (s[i] == '`') {
		hf_buf_adds(out, "&#96;");
	} else if (s[i] == '&') {
		hf_buf_adds(out, is_reference(s + i + 1, n - i - 1) ? "&amp;" : "&");
	} else {
		if (is_special(s, n, i))
			hf_buf_addc(out, '\\');
		hf_buf_addc(out, s[i]);
	}
}

static void
add_line(struct hf_buf *out, const char *s, size_t n)
{
	size_t first, len, i;

	first = add_space(out, s, n);
	len = without_space(s + first, n - first);
	for (i = 0; i < len; i++)
		add_char(out, s + first, len, i);
	add_space(out, s + first + len, n - first - len);
}

/* The bytes of the quotation or list marker that s starts with, or 0. */
static size_t
marker(const char *s, size_t n)
{
	size_t i = 0;

	if (n > 0 && s[0] == '>')
		return 1;
	while (i < n && i < 9 && is_digit(s[i]))
		i++;
	if (i < n && strchr(i == 0 ? "-+*" : ".)", s[i]) != NULL && s[i] != '\0')
		i++;
	else
		return 0;
	return i == n || s[i] == ' ' || s[i] == '\t' ? i : 0;
}

/* Where the content of a line starts, behind quotation and list markers; *deep when it is indented as code is. */
static size_t
content(const char *s, size_t n, bool *deep)
{
	size_t i = 0, from, m;

	*deep = false;
	do {
		for (from = i; i < n && (s[i] == ' ' || s[i] == '\t'); i++)
			if (s[i] == '\t' || i - from >= 3)
				*deep = true;
		m = marker(s + i, n - i);
		i += m;
	} while (m > 0);
	return i;
}

/* Note whether a whole line opens or closes a code fence. */
static void
read_fence(struct hf_escape_place *p, const char *s, size_t n)
{
	bool   deep;
	size_t i, from;
	char   c;

	from = i = content(s, n, &deep);
	if (i == n || (s[i] != '`' && s[i] != '~'))
		return;
	for (c = s[i]; i < n && s[i] == c;)
		i++;
	if (p->fence == '\0') {
		if (i - from >= 3 && (c == '~' || memchr(s + i, '`', n - i) == NULL)) {
			p->fence = c;
			p->fence_len = i - from;
		}
	} else if (c == p->fence && i - from >= p->fence_len) {
		while (i < n && (s[i] == ' ' || s[i] == '\t' || s[i] == '\r'))
			i++;
		if (i == n)
			p->fence = '\0';
	}
}

/* Would a new line end what this line, so far, has begun? */
static bool
is_flat(const char *s, size_t n)
{
	bool   deep, tag = false, code = false;
	size_t i;

	i = content(s, n, &deep);
	if (deep || (i < n && s[i] == '#'))
		return true;
	for (; i < n; i++) {
		if (s[i] == '|')
			return true;
		if (s[i] == '\\')
			i++;
		else if (s[i] == '`')
			code = !code;
		else if (s[i] == '<' || s[i] == '>')
			tag = s[i] == '<';
	}
	return tag || code;
}

/* Read what was written since the last time. */
static void
catch_up(const struct hf_buf *out, struct hf_escape_place *p)
{
	const char *s = hf_buf_str(out), *nl;

	for (; (nl = memchr(s + p->read, '\n', out->len - p->read)) != NULL; p->line = p->read) {
		p->read = (size_t)(nl - s) + 1;
		read_fence(p, s + p->line, p->read - 1 - p->line);
		p->flat = false;
	}
	p->read = out->len;
}

static bool
may_break(const struct hf_buf *out, struct hf_escape_place *p)
{
	if (out->failed)
		return false;
	catch_up(out, p);
	p->flat = p->flat || p->fence != '\0' || is_flat(hf_buf_str(out) + p->line, out->len - p->line);
	return !p->flat;
}

/* A backslash left open before the value would eat the first of ours. */
static void
close_backslash(struct hf_buf *out, const struct hf_escape_place *p)
{
	size_t n = 0;

	while (!out->failed && n < out->len - p->done && out->data[out->len - n - 1] == '\\')
		n++;
	if (n % 2 == 1)
		hf_buf_addc(out, '\\');
}

static void
add_lines(struct hf_buf *out, const char *s, size_t n, struct hf_escape_place *p)
{
	const char *gap = " ", *nl;
	size_t      m;

	if (memchr(s, '\n', n) != NULL && may_break(out, p))
		gap = "\\\n";
	for (;;) {
		nl = memchr(s, '\n', n);
		m = nl == NULL ? n : (size_t)(nl - s);
		add_line(out, s, m);
		if (nl == NULL)
			break;
		hf_buf_adds(out, gap);
		s += m + 1;
		n -= m + 1;
	}
}

static void
add_md(struct hf_buf *out, const char *s, struct hf_escape_place *p)
{
	struct hf_buf clean = HF_BUF_INIT;
	size_t        n, from = 0;

	add_clean(&clean, s);
	n = clean.len;
	while (n > 0 && clean.data[n - 1] == '\n')
		n--;
	while (from < n && clean.data[from] == '\n')
		from++;
	close_backslash(out, p);
	if (clean.failed)
		out->failed = true;
	else if (n > 0)
		add_lines(out, clean.data + from, n - from, p);
	else
		add_line(out, " ", 1);
	p->done = out->len;
	hf_buf_clear(&clean);
}

/* Is there nothing on the line but what could be an item's number? A line that is longer than they come is taken for one. */
static bool
is_number(const struct hf_buf *out, struct hf_escape_place *p)
{
	size_t n = 0;
	bool   deep;

	while (n < out->len && n <= 9 && is_digit(out->data[out->len - n - 1]))
		n++;
	if (n == 0 || n > 9)
		return false;
	catch_up(out, p);
	n = out->len - p->line - n;
	return p->fence == '\0' && (n > LINE_LOOK || content(out->data + p->line, n, &deep) == n);
}

void
hf_escape_page(struct hf_buf *out, const char *s, size_t n, struct hf_escape_place *place)
{
	size_t i = 0;

	if (place->done > 0 && place->done == out->len && !out->failed) {
		while (i < n && is_digit(s[i]))
			i++;
		hf_buf_add(out, s, i);
		if (i < n && (s[i] == '.' || s[i] == ')') && (i + 1 == n || strchr(" \t\r\n", s[i + 1]) != NULL) && !out->failed &&
		    is_number(out, place))
			hf_buf_addc(out, '\\');
	}
	hf_buf_add(out, s + i, n - i);
}

void
hf_escape_add(struct hf_buf *out, const char *s, enum hf_escape how, struct hf_escape_place *place)
{
	struct hf_escape_place fresh = { 0, 0, 0, 0, '\0', false };

	switch (how) {
	case HF_ESCAPE_HTML:
		add_html(out, s);
		break;
	case HF_ESCAPE_CSV:
		hf_csv_cell(out, s, 0);
		break;
	case HF_ESCAPE_NONE:
		hf_buf_adds(out, s);
		break;
	case HF_ESCAPE_MD:
		if (*s != '\0')
			add_md(out, s, place == NULL ? &fresh : place);
		break;
	}
}
