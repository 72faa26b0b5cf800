#include "tags.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DELIM_MAX 16 /* bytes of a delimiter */

struct delim {
	char   s[DELIM_MAX + 2];
	size_t len;
};

struct parser {
	struct hf_tags *t;
	struct delim    open, close, raw;            /* raw: "}" and close */
	size_t          section[HF_TAG_SECTION_MAX]; /* indices of the sections that are open */
	size_t          depth;
	size_t          at; /* everything before is done */
	struct hf_err  *e;
};

/* One tag while it is looked at. */
struct raw_tag {
	size_t start, end; /* of all of it, delimiters and all */
	char   sigil;      /* '\0': a name */
	size_t at, len;    /* what is inside, without white space around it */
	bool   alone;
	size_t line, next; /* when alone: where its line starts, and where the next does */
};

static void
where(const struct hf_tags *t, size_t at, size_t *line, size_t *column)
{
	size_t i;

	*line = *column = 1;
	for (i = 0; i < at; i++)
		if (t->text[i] == '\n') {
			*line += 1;
			*column = 1;
		} else {
			*column += 1;
		}
}

enum hf_code
hf_tags_fail_in(const struct hf_tags *t, size_t at, struct hf_err *e)
{
	size_t line, column;

	where(t, at, &line, &column);
	return hf_fail_in(e, "%s:%zu:%zu", t->name, line, column);
}

enum hf_code
hf_tags_fail(const struct hf_tags *t, size_t at, struct hf_err *e, const char *fmt, ...)
{
	va_list ap;
	char    what[HF_ERR_MSG];
	size_t  line, column;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	where(t, at, &line, &column);
	return hf_fail(e, HF_BAD, "%s:%zu:%zu: %s", t->name, line, column, what);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A name a person would give a value, as far as its first letter goes; the rest of ASCII is kept for tags that may come. */
static bool
starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
	    (unsigned char)c >= 0x80;
}

static bool
is_at(const struct hf_tags *t, size_t at, const struct delim *d)
{
	return t->len - at >= d->len && memcmp(t->text + at, d->s, d->len) == 0;
}

/* Where d stands next, from at on; false when it does not. */
static bool
find(size_t *out, const struct hf_tags *t, size_t at, const struct delim *d)
{
	const char *p;

	for (; at < t->len && (p = memchr(t->text + at, d->s[0], t->len - at)) != NULL; at = *out + 1) {
		*out = (size_t)(p - t->text);
		if (is_at(t, *out, d))
			return true;
	}
	return false;
}

static void
trim(const struct hf_tags *t, size_t *at, size_t *len)
{
	while (*len > 0 && is_space(t->text[*at])) {
		*at += 1;
		*len -= 1;
	}
	while (*len > 0 && is_space(t->text[*at + *len - 1]))
		*len -= 1;
}

static void
set_delim(struct delim *d, const char *before, const char *s, size_t len)
{
	size_t n = strlen(before);

	memcpy(d->s, before, n);
	memcpy(d->s + n, s, len);
	d->len = n + len;
}

static void
set_delims(struct parser *p, const char *open, size_t open_len, const char *close, size_t close_len)
{
	set_delim(&p->open, "", open, open_len);
	set_delim(&p->close, "", close, close_len);
	set_delim(&p->raw, "}", close, close_len);
}

static struct hf_tag *
add(struct parser *p, enum hf_tag_kind kind)
{
	struct hf_tags *t = p->t;
	struct hf_tag  *list;
	size_t          cap = t->cap == 0 ? 32 : t->cap * 2;

	if (t->n == t->cap) {
		if (cap > SIZE_MAX / sizeof(*list) || (list = realloc(t->list, cap * sizeof(*list))) == NULL)
			return NULL;
		t->list = list;
		t->cap = cap;
	}
	t->list[t->n] = (struct hf_tag){ .kind = kind };
	return &t->list[t->n++];
}

/* Text from p->at to end. Where a tag follows at the start of a line, an empty text holds the line's place for an indentation. */
static enum hf_code
add_text(struct parser *p, size_t end, bool tag_follows)
{
	struct hf_tag *tag;
	bool           at_line = p->at == 0 || p->t->text[p->at - 1] == '\n';
	bool           ends_line = end > p->at && p->t->text[end - 1] == '\n';

	if (end > p->at || (tag_follows && at_line)) {
		if ((tag = add(p, HF_TAG_TEXT)) == NULL)
			return hf_nomem(p->e);
		tag->at = tag->tag = p->at;
		tag->len = end - p->at;
		tag->line = at_line;
	}
	p->at = end;
	return tag_follows && ends_line ? add_text(p, end, true) : HF_OK;
}

/* Does the tag stand alone on its line? A tag that prints its value never does. */
static void
see_alone(const struct hf_tags *t, struct raw_tag *r)
{
	size_t i;

	if (strchr("#^/>!=", r->sigil) == NULL || r->sigil == '\0')
		return;
	for (i = r->start; i > 0 && is_blank(t->text[i - 1]); i--)
		;
	if (i > 0 && t->text[i - 1] != '\n')
		return;
	r->line = i;
	for (i = r->end; i < t->len && is_blank(t->text[i]); i++)
		;
	if (i + 1 < t->len && t->text[i] == '\r' && t->text[i + 1] == '\n')
		i++;
	if (i < t->len && t->text[i] != '\n')
		return;
	r->next = i < t->len ? i + 1 : i;
	r->alone = true;
}

/* Read the tag that the opening delimiter at p->at starts; it has been found there. */
static enum hf_code
read_tag(struct parser *p, size_t start, struct raw_tag *r)
{
	const struct hf_tags *t = p->t;
	struct delim          same, *close = &p->close;
	size_t                i = start + p->open.len, end;

	*r = (struct raw_tag){ .start = start };
	while (i < t->len && is_space(t->text[i]))
		i++;
	if (i < t->len && strchr("#^/>!={&", t->text[i]) != NULL && t->text[i] != '\0' && !is_at(t, i, &p->close))
		r->sigil = t->text[i++];
	if (r->sigil == '{')
		close = &p->raw;
	if (r->sigil == '=') {
		set_delim(&same, "=", p->close.s, p->close.len);
		close = &same;
	}
	if (!find(&end, t, i, close))
		return hf_tags_fail(t, start, p->e, "a tag is not closed with %.*s", (int)close->len, close->s);
	r->at = i;
	r->len = end - i;
	r->end = end + close->len;
	trim(t, &r->at, &r->len);
	see_alone(t, r);
	return HF_OK;
}

static enum hf_code
check_name(const struct parser *p, const struct raw_tag *r)
{
	const char *s = p->t->text + r->at;
	size_t      i;

	if (r->len == 0)
		return hf_tags_fail(p->t, r->start, p->e, "a tag has no name");
	if (!starts_name(*s))
		return hf_tags_fail(p->t, r->start, p->e, "no kind of tag starts with %c", *s);
	if (r->len > HF_TAG_NAME_MAX)
		return hf_tags_fail(p->t, r->start, p->e, "a name has over %d bytes", HF_TAG_NAME_MAX);
	for (i = 0; i < r->len; i++)
		if (is_space(s[i]))
			return hf_tags_fail(p->t, r->start, p->e, "a name has white space in it: %.*s", (int)i, s);
	return HF_OK;
}

/* The parts between the dots of a value's name. */
static enum hf_code
check_path(const struct parser *p, const struct raw_tag *r)
{
	const char  *s = p->t->text + r->at;
	size_t       i;
	enum hf_code rc;

	if ((rc = check_name(p, r)) != HF_OK || (r->len == 1 && *s == '.'))
		return rc;
	for (i = 0; i < r->len; i++)
		if (s[i] == '.' && (i == 0 || i + 1 == r->len || s[i - 1] == '.'))
			return hf_tags_fail(p->t, r->start, p->e, "a part of the name is empty: %.*s", (int)r->len, s);
	return HF_OK;
}

/* A partial's name cannot lead out of the folder that it is looked for in. */
static enum hf_code
check_partial(const struct parser *p, const struct raw_tag *r)
{
	const char  *s = p->t->text + r->at;
	size_t       i;
	bool         start = true;
	enum hf_code rc;

	if ((rc = check_name(p, r)) != HF_OK)
		return rc;
	for (i = 0; i < r->len; i++) {
		if ((start && (s[i] == '.' || s[i] == '/')) || s[i] == '\\' || (unsigned char)s[i] < ' ' || s[i] == 0x7f)
			break;
		start = s[i] == '/';
	}
	if (i < r->len || start)
		return hf_tags_fail(p->t, r->start, p->e, "not a partial's name: %.*s", (int)r->len, s);
	return HF_OK;
}

static enum hf_code
read_delims(struct parser *p, const struct raw_tag *r)
{
	const char *s = p->t->text + r->at;
	size_t      open = 0, from, end;

	while (open < r->len && !is_space(s[open]))
		open++;
	for (from = open; from < r->len && is_space(s[from]);)
		from++;
	for (end = from; end < r->len && !is_space(s[end]);)
		end++;
	if (open == 0 || from == end || end < r->len)
		return hf_tags_fail(p->t, r->start, p->e, "a change of the delimiters names two");
	if (open > DELIM_MAX || end - from > DELIM_MAX)
		return hf_tags_fail(p->t, r->start, p->e, "a delimiter has over %d bytes", DELIM_MAX);
	if (memchr(s, '=', end) != NULL)
		return hf_tags_fail(p->t, r->start, p->e, "a delimiter has = in it");
	set_delims(p, s, open, s + from, end - from);
	return HF_OK;
}

static enum hf_code
close_section(struct parser *p, const struct raw_tag *r, size_t index)
{
	struct hf_tags *t = p->t;
	struct hf_tag  *open;
	size_t          line, column;

	if (p->depth == 0)
		return hf_tags_fail(t, r->start, p->e, "no section is open: /%.*s", (int)r->len, t->text + r->at);
	open = &t->list[p->section[--p->depth]];
	open->end = index;
	if (open->len == r->len && memcmp(t->text + open->at, t->text + r->at, r->len) == 0)
		return HF_OK;
	where(t, open->tag, &line, &column);
	return hf_tags_fail(t, r->start, p->e, "/%.*s closes nothing: the open section is %.*s, from %zu:%zu", (int)r->len,
	    t->text + r->at, (int)open->len, t->text + open->at, line, column);
}

static enum hf_code
open_section(struct parser *p, const struct raw_tag *r, size_t index)
{
	if (p->depth == HF_TAG_SECTION_MAX)
		return hf_tags_fail(p->t, r->start, p->e, "sections nested over %d deep", HF_TAG_SECTION_MAX);
	p->section[p->depth++] = index;
	return HF_OK;
}

static enum hf_tag_kind
kind_of(char sigil)
{
	switch (sigil) {
	case '#':
		return HF_TAG_SECTION;
	case '^':
		return HF_TAG_INVERTED;
	case '/':
		return HF_TAG_CLOSE;
	case '>':
		return HF_TAG_PARTIAL;
	case '{':
	case '&':
		return HF_TAG_RAW;
	default:
		return HF_TAG_VALUE;
	}
}

/* Put a tag that leaves something behind on the list. */
static enum hf_code
add_tag(struct parser *p, const struct raw_tag *r)
{
	struct hf_tag *tag;
	enum hf_code   rc;

	rc = r->sigil == '>' ? check_partial(p, r) : check_path(p, r);
	if (rc != HF_OK)
		return rc;
	if ((tag = add(p, kind_of(r->sigil))) == NULL)
		return hf_nomem(p->e);
	tag->at = r->at;
	tag->len = r->len;
	tag->tag = r->start;
	tag->alone = r->alone;
	tag->indent = r->alone ? r->start - r->line : 0;
	if (tag->kind == HF_TAG_CLOSE)
		return close_section(p, r, p->t->n - 1);
	if (tag->kind == HF_TAG_SECTION || tag->kind == HF_TAG_INVERTED)
		return open_section(p, r, p->t->n - 1);
	return HF_OK;
}

static enum hf_code
parse(struct parser *p)
{
	struct raw_tag r;
	const char    *nul;
	size_t         start;
	enum hf_code   rc;

	if ((nul = memchr(p->t->text, '\0', p->t->len)) != NULL)
		return hf_tags_fail(p->t, (size_t)(nul - p->t->text), p->e, "a NUL byte");
	while (find(&start, p->t, p->at, &p->open)) {
		if ((rc = read_tag(p, start, &r)) != HF_OK || (rc = add_text(p, r.alone ? r.line : start, !r.alone)) != HF_OK)
			return rc;
		p->at = r.alone ? r.next : r.end;
		if (r.sigil == '=')
			rc = read_delims(p, &r);
		else if (r.sigil != '!')
			rc = add_tag(p, &r);
		if (rc != HF_OK)
			return rc;
	}
	if (p->depth > 0) {
		const struct hf_tag *tag = &p->t->list[p->section[p->depth - 1]];

		return hf_tags_fail(p->t, tag->tag, p->e, "a section is not closed: %.*s", (int)tag->len, p->t->text + tag->at);
	}
	return add_text(p, p->t->len, false);
}

enum hf_code
hf_tags_parse(struct hf_tags **out, const char *name, const char *text, size_t len, char *kept, struct hf_err *e)
{
	struct hf_tags *t;
	struct parser   p;
	enum hf_code    rc;

	*out = NULL;
	if ((t = calloc(1, sizeof(*t))) == NULL) {
		free(kept);
		return hf_nomem(e);
	}
	t->text = text;
	t->len = len;
	t->kept = kept;
	if ((t->name = strdup(name)) == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	memset(&p, 0, sizeof(p));
	p.t = t;
	p.e = e;
	set_delims(&p, "{{", 2, "}}", 2);
	if ((rc = parse(&p)) != HF_OK)
		goto done;
	*out = t;
	t = NULL;
done:
	hf_tags_free(t);
	return rc;
}

void
hf_tags_free(struct hf_tags *t)
{
	if (t == NULL)
		return;
	free(t->list);
	free(t->kept);
	free(t->name);
	free(t);
}
