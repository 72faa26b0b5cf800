#include "scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

struct scan
hf_scan_value(struct reader *r)
{
	return (struct scan){ r, &r->item->value, 0, 0 };
}

static void
skip_space(struct scan *s)
{
	while (s->w->text[s->at] == ' ' || s->w->text[s->at] == '\n')
		s->at++;
}

const char *
hf_scan_code(struct scan *s)
{
	skip_space(s);
	while (s->code < s->w->n_code && s->w->at[s->code].from < s->at)
		s->code++;
	if (s->code == s->w->n_code || s->w->at[s->code].from != s->at)
		return NULL;
	s->at = s->w->at[s->code].to;
	return s->w->code[s->code++];
}

struct hf_pos
hf_scan_pos(const struct scan *s)
{
	return s->code == 0 ? s->w->pos : s->w->at[s->code - 1].pos;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static bool
take(struct scan *s, const char *word)
{
	size_t len = strlen(word);

	if (len == 0 || strncmp(s->w->text + s->at, word, len) != 0 || is_letter(s->w->text[s->at + len]))
		return false;
	s->at += len;
	return true;
}

bool
hf_scan_word(struct scan *s, const char *english)
{
	skip_space(s);
	return take(s, hf_wordlist_get(s->r->list, english)) || take(s, english);
}

bool
hf_scan_char(struct scan *s, char c)
{
	skip_space(s);
	if (s->w->text[s->at] != c)
		return false;
	s->at++;
	return true;
}

bool
hf_scan_end(struct scan *s)
{
	skip_space(s);
	return s->w->text[s->at] == '\0';
}

bool
hf_scan_span(struct scan *s, struct hf_span *out)
{
	static const char *const units[] = { "working days", "working day", "days", "day", "min", "h" };
	const char              *p;
	char                     text[48];
	size_t                   i, n;

	skip_space(s);
	p = s->w->text + s->at;
	n = strspn(p, "0123456789");
	if (n == 0 || n > 6)
		return false;
	s->at += n;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (!hf_scan_word(s, units[i]))
			continue;
		snprintf(text, sizeof(text), "%.*s %s", (int)n, p, units[i]);
		return hf_span_parse(out, text, NULL) == HF_OK;
	}
	return false;
}

char *
hf_scan_rest(struct scan *s)
{
	const char *from;
	size_t      len;

	skip_space(s);
	from = s->w->text + s->at;
	len = strlen(from);
	s->at += len;
	return hf_pool_strn(s->r->pool, from, len);
}

bool
hf_scan_path(struct scan *s, char **out)
{
	const char *from, *to;

	skip_space(s);
	from = s->w->text + s->at;
	if (*from != '{' || (to = strchr(from, '}')) == NULL || !hf_is_path(from + 1, (size_t)(to - from - 1)))
		return false;
	*out = hf_pool_strn(s->r->pool, from + 1, (size_t)(to - from - 1));
	s->at += (size_t)(to - from) + 1;
	return true;
}

bool
hf_scan_codes(struct reader *r, struct hf_names *out)
{
	struct scan s = hf_scan_value(r);
	const char *code;

	do {
		if ((code = hf_scan_code(&s)) == NULL) {
			hf_field_bad(r, "takes code spans between commas");
			return false;
		}
		hf_pool_name(r->pool, out, code, strlen(code));
	} while (hf_scan_char(&s, ',') || hf_scan_word(&s, "and"));
	if (!hf_scan_end(&s) && !(hf_scan_char(&s, '.') && hf_scan_end(&s))) {
		hf_field_bad(r, "takes code spans between commas and nothing else");
		return false;
	}
	return true;
}

void
hf_read_codes(struct reader *r, struct hf_names *out, bool (*is_one)(const char *code), const char *what)
{
	if (!hf_scan_codes(r, out))
		return;
	for (size_t i = 0; i < out->n; i++)
		if (!is_one(out->v[i]))
			hf_field_bad(r, "`%s` is no %s", out->v[i], what);
}

void
hf_read_day(struct reader *r, char **out)
{
	if (hf_day_valid(hf_field_text(r)))
		*out = hf_field_text(r);
	else
		hf_field_bad(r, "%s is no date", hf_field_text(r));
}

static void
add_trimmed(struct reader *r, struct hf_names *out, const char *s, size_t len)
{
	while (len > 0 && *s == ' ')
		s++, len--;
	while (len > 0 && s[len - 1] == ' ')
		len--;
	if (len > 0)
		hf_pool_name(r->pool, out, s, len);
}

/* The bytes of " and " at s, in either language; 0 when it is not there. */
static size_t
conjunction(const struct reader *r, const char *s, size_t len)
{
	const char *words[2] = { hf_wordlist_get(r->list, "and"), "and" };
	size_t      i, n;

	for (i = 0; i < 2; i++) {
		n = strlen(words[i]);
		if (n > 0 && len >= n + 2 && s[0] == ' ' && strncmp(s + 1, words[i], n) == 0 && s[n + 1] == ' ')
			return n + 2;
	}
	return 0;
}

void
hf_split_list(struct reader *r, struct hf_names *out, const char *text, size_t len)
{
	size_t i, n, from = 0;

	for (i = 0; i < len; i += n) {
		n = text[i] == ',' ? 1 : conjunction(r, text + i, len - i);
		if (n > 0) {
			add_trimmed(r, out, text + from, i - from);
			from = i + n;
		} else {
			n = 1;
		}
	}
	add_trimmed(r, out, text + from, len - from);
}

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name(const char *s, char joint, size_t least)
{
	size_t n;

	for (n = 0; s[n] != '\0'; n++)
		if (!is_lower(s[n]) && (n == 0 || (!is_digit(s[n]) && s[n] != joint)))
			return false;
	return n >= least && n <= 40;
}

bool
hf_is_id(const char *s)
{
	return is_name(s, '-', 2);
}

bool
hf_is_book_id(const char *s)
{
	return is_name(s, '-', 1);
}

bool
hf_is_value_name(const char *s)
{
	return is_name(s, '_', 1);
}

bool
hf_is_path(const char *s, size_t n)
{
	size_t i;
	bool   begin = true;

	for (i = 0; i < n; i++) {
		if (s[i] == '.') {
			if (begin)
				return false;
			begin = true;
		} else if (is_lower(s[i]) || (!begin && (is_digit(s[i]) || s[i] == '_'))) {
			begin = false;
		} else {
			return false;
		}
	}
	return n > 0 && !begin;
}

bool
hf_is_field_name(const char *s)
{
	const char *dot = strchr(s, '.');

	return dot != NULL && strchr(dot + 1, '.') == NULL && hf_is_path(s, strlen(s));
}

bool
hf_is_statement(const char *s)
{
	return s[0] == 'R' && strlen(s) == 4 && strspn(s + 1, "0123456789") == 3;
}

bool
hf_is_rule(const char *s)
{
	return strncmp(s, "HF-", 3) == 0 && strlen(s) == 6 && strspn(s + 3, "0123456789") == 3;
}

bool
hf_is_book_name(const char *s)
{
	const char *slash = strchr(s, '/');

	return (hf_text_prefix(s, "incident/") || hf_text_prefix(s, "routine/")) && slash != NULL && hf_is_book_id(slash + 1);
}

void
hf_read_statements(struct reader *r, struct hf_names *out)
{
	const char *text = hf_field_text(r);
	size_t      i;

	hf_split_list(r, out, text, strlen(text));
	for (i = 0; i < out->n; i++)
		if (!hf_is_statement(out->v[i])) {
			hf_field_bad(r, "%s is no number of a statement", out->v[i]);
			out->n = i;
		}
}
