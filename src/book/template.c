#include "holdfast/template.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tags.h"

#define PARTIAL_MAX 32
#define STEPS_MAX   20000000 /* tags, items and lookups: about a second */
#define ROOT_MAX    64
#define REAL_STEPS  10 /* what formatting a real counts as */

/* White space that goes before every line of a partial: its own, after that of the partial it stands in. */
struct indent {
	const struct indent *outer;
	const char          *s;
	size_t               len;
};

struct page {
	struct hf_buf                 *out;
	size_t                         from; /* where our output starts */
	const struct hf_template_opts *opts;
	struct hf_err                 *e;
	struct hf_tags                *partials; /* every one that was asked for */
	const struct hf_json          *context[HF_TAG_SECTION_MAX + 1];
	char                           root[HF_TAG_SECTION_MAX + 1][ROOT_MAX]; /* the member of the data that each came out of */
	size_t                         n_context;
	size_t                         sections, deep; /* how many sections and partials we are in */
	size_t                         steps;
	struct hf_buf                  text; /* of the value being printed */
	struct hf_escape_place         place;
};

static enum hf_code render(struct page *p, struct hf_tags *t, size_t from, size_t to, const struct indent *in);

/* The member of an object with the name at s. */
static const struct hf_json *
member(const struct hf_json *object, const char *s, size_t len)
{
	char key[HF_TAG_NAME_MAX + 1];

	memcpy(key, s, len);
	key[len] = '\0';
	return hf_json_get(object, key);
}

static size_t
part_len(const char *s, size_t len)
{
	const char *dot = memchr(s, '.', len);

	return dot == NULL ? len : (size_t)(dot - s);
}

/* What a name stands for: its first part in the nearest context that has it, the others inside what that found. NULL: nothing. root: out of what. */
static const struct hf_json *
find(char root[ROOT_MAX], struct page *p, const char *name, size_t len)
{
	const struct hf_json *j = NULL;
	size_t                n, i;

	if (len == 1 && *name == '.') {
		memcpy(root, p->root[p->n_context - 1], ROOT_MAX);
		return p->context[p->n_context - 1];
	}
	n = part_len(name, len);
	for (i = p->n_context; i > 0 && j == NULL; i--)
		j = member(p->context[i - 1], name, n);
	p->steps += p->n_context - i;
	if (j != NULL && i > 0)
		memcpy(root, p->root[i], ROOT_MAX);
	else
		snprintf(root, ROOT_MAX, "%.*s", j == NULL ? 0 : (int)n, name);
	while (j != NULL && n < len) {
		name += n + 1;
		len -= n + 1;
		n = part_len(name, len);
		j = member(j, name, n);
		p->steps++;
	}
	return j;
}

static bool
is_true(const struct hf_json *j)
{
	switch (hf_json_type(j)) {
	case HF_JSON_NULL:
		return false;
	case HF_JSON_BOOL:
		return hf_json_true(j);
	case HF_JSON_STRING:
		return *hf_json_str(j) != '\0';
	case HF_JSON_ARRAY:
		return hf_json_len(j) > 0;
	case HF_JSON_INT:
	case HF_JSON_REAL:
	case HF_JSON_OBJECT:
		break;
	}
	return true;
}

/*
 * The shortest decimal that reads back as x: its digits, without zeros at the end, and the power of ten of the first. printf(3) and
 * strtod(3) agree on the decimal point of the locale, whatever it is; it is not taken over.
 */
static int
digits_of(char digits[24], int *exponent, double x)
{
	char        s[48];
	const char *c;
	int         precision, n = 0;

	for (precision = 14; precision < 17; precision++) {
		snprintf(s, sizeof(s), "%.*e", precision, x);
		if (strtod(s, NULL) >= x && strtod(s, NULL) <= x)
			break;
	}
	for (c = s; *c != '\0' && *c != 'e'; c++)
		if (*c >= '0' && *c <= '9' && n < 23)
			digits[n++] = *c;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
	*exponent = *c == 'e' ? (int)strtol(c + 1, NULL, 10) : 0;
	return n;
}

/* With an exponent only where people would lose count of the zeros. */
static void
add_real(struct hf_buf *b, double x)
{
	char digits[24];
	int  exponent, n;

	n = digits_of(digits, &exponent, x);
	if (x < 0)
		hf_buf_addc(b, '-');
	if (exponent < -7 || exponent > 20) {
		hf_buf_addf(b, "%c%s%se%+d", digits[0], n > 1 ? "." : "", digits + 1, exponent);
	} else if (exponent < 0) {
		hf_buf_adds(b, "0.");
		hf_buf_pad(b, '0', (size_t)-exponent - 1);
		hf_buf_adds(b, digits);
	} else if (n <= exponent + 1) {
		hf_buf_adds(b, digits);
		hf_buf_pad(b, '0', (size_t)(exponent + 1 - n));
	} else {
		hf_buf_addf(b, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
	}
}

/* One value as text; a list inside a list as JSON. */
static void
add_one(struct page *p, const struct hf_json *j)
{
	const char *s = NULL;

	switch (hf_json_type(j)) {
	case HF_JSON_NULL:
		return;
	case HF_JSON_STRING:
		s = hf_json_str(j);
		break;
	case HF_JSON_BOOL:
		s = hf_json_true(j) ? "true" : "false";
		break;
	case HF_JSON_INT:
		hf_buf_addf(&p->text, "%" PRId64, hf_json_num(j));
		return;
	case HF_JSON_REAL:
		p->steps += REAL_STEPS;
		add_real(&p->text, hf_json_float(j));
		return;
	case HF_JSON_OBJECT:
		if (p->opts->stands_for == NULL)
			hf_json_dump(&p->text, j, HF_JSON_COMPACT);
		else
			s = hf_json_get_str(j, p->opts->stands_for);
		break;
	case HF_JSON_ARRAY:
		hf_json_dump(&p->text, j, HF_JSON_COMPACT);
		return;
	}
	hf_buf_adds(&p->text, s == NULL ? "" : s);
}

static void
add_value(struct page *p, const struct hf_json *j)
{
	size_t i, n, before;

	if (!hf_json_is(j, HF_JSON_ARRAY)) {
		add_one(p, j);
		return;
	}
	n = hf_json_len(j);
	p->steps += n;
	for (i = 0; i < n && p->text.len <= HF_TEMPLATE_OUT_MAX; i++) {
		before = p->text.len;
		if (before > 0)
			hf_buf_adds(&p->text, ", ");
		add_one(p, hf_json_at(j, i));
		if (before > 0 && p->text.len == before + 2)
			hf_buf_cut(&p->text, before);
	}
}

/* The caller looks at a value that is about to be printed, and may change it. */
static const char *
tell(struct page *p, const char *s, const char *root)
{
	struct hf_template_place place = { .root = root, .found = *s != '\0', .page = p->out, .from = p->from };

	if (s != p->text.data) {
		hf_buf_cut(&p->text, 0);
		hf_buf_adds(&p->text, s);
	}
	p->opts->value(p->opts->value_arg, &p->text, &place);
	return hf_buf_str(&p->text);
}

/* Whole numbers need no escaping: so they may number a list, as "{{n}}. {{title}}". */
static void
interpolate(struct page *p, const struct hf_tags *t, const struct hf_tag *tag)
{
	char                  root[ROOT_MAX];
	const struct hf_json *j = find(root, p, t->text + tag->at, tag->len);
	const char           *s = hf_json_str(j);
	bool                  plain = tag->kind == HF_TAG_RAW || (p->opts->escape == HF_ESCAPE_MD && hf_json_is(j, HF_JSON_INT));

	if (s == NULL) {
		hf_buf_cut(&p->text, 0);
		add_value(p, j);
		s = hf_buf_str(&p->text);
	}
	if (p->opts->value != NULL)
		s = tell(p, s, root);
	if (*s == '\0')
		s = p->opts->missing;
	if (s != NULL && *s != '\0')
		hf_escape_add(p->out, s, plain ? HF_ESCAPE_NONE : p->opts->escape, &p->place);
}

static bool
is_over(const struct page *p, size_t more)
{
	return p->out->len - p->from + more > HF_TEMPLATE_OUT_MAX;
}

/* Template text; every line that starts in it gets the indentation. */
static void
add_text(struct page *p, const char *s, size_t len, bool line, const struct indent *in)
{
	const struct indent *i, *outer;
	const char          *nl;
	size_t               n;

	do {
		/* Outermost first. There are few, and nearly always none or one. */
		for (outer = NULL; line && outer != in && !is_over(p, 0); outer = i) {
			for (i = in; i->outer != outer; i = i->outer)
				;
			hf_buf_add(p->out, i->s, i->len);
		}
		nl = in == NULL ? NULL : memchr(s, '\n', len);
		n = nl == NULL ? len : (size_t)(nl - s) + 1;
		if (p->opts->escape == HF_ESCAPE_MD)
			hf_escape_page(p->out, s, n, &p->place);
		else
			hf_buf_add(p->out, s, n);
		s += n;
		len -= n;
		line = true;
	} while (len > 0 && !is_over(p, 0));
}

/* A section's inside, once. item is what names are looked for in first; NULL: nothing is added. */
static enum hf_code
once(struct page *p, struct hf_tags *t, size_t i, const struct hf_json *item, const char *root, const struct indent *in)
{
	enum hf_code rc;

	if (p->sections == HF_TAG_SECTION_MAX)
		return hf_tags_fail(t, t->list[i].tag, p->e, "sections nested over %d deep", HF_TAG_SECTION_MAX);
	p->sections++;
	if (item != NULL) {
		memcpy(p->root[p->n_context], root, ROOT_MAX);
		p->context[p->n_context++] = item;
	}
	rc = render(p, t, i + 1, t->list[i].end + 1, in);
	if (item != NULL)
		p->n_context--;
	p->sections--;
	return rc;
}

static enum hf_code
section(struct page *p, struct hf_tags *t, size_t i, const struct indent *in)
{
	const struct hf_tag  *tag = &t->list[i];
	char                  root[ROOT_MAX];
	const struct hf_json *j = find(root, p, t->text + tag->at, tag->len);
	enum hf_code          rc = HF_OK;
	size_t                n, k;

	if (tag->kind == HF_TAG_INVERTED)
		return is_true(j) ? HF_OK : once(p, t, i, NULL, root, in);
	if (!hf_json_is(j, HF_JSON_ARRAY))
		return is_true(j) ? once(p, t, i, j, root, in) : HF_OK;
	n = hf_json_len(j);
	for (k = 0; k < n && rc == HF_OK; k++)
		rc = once(p, t, i, hf_json_at(j, k), root, in);
	return rc;
}

/* Find the partial that a tag names: asked for before, or asked for now. One that does not exist is an empty one. */
static enum hf_code
load(struct page *p, const struct hf_tags *t, struct hf_tag *tag)
{
	struct hf_tags *f;
	char           *text = NULL, name[HF_TAG_NAME_MAX + 1];
	enum hf_code    rc;

	memcpy(name, t->text + tag->at, tag->len);
	name[tag->len] = '\0';
	for (f = p->partials; f != NULL && strcmp(f->name, name) != 0; f = f->next)
		p->steps++;
	if (f == NULL) {
		if (p->opts->partial != NULL && (rc = p->opts->partial(p->opts->arg, &text, name, p->e)) != HF_OK) {
			hf_tags_fail_in(t, tag->tag, p->e);
			free(text);
			return rc;
		}
		rc = hf_tags_parse(&f, name, text == NULL ? "" : text, text == NULL ? 0 : strlen(text), text, p->e);
		if (rc != HF_OK)
			return rc;
		f->next = p->partials;
		p->partials = f;
	}
	tag->into = f;
	return HF_OK;
}

static enum hf_code
partial(struct page *p, struct hf_tags *t, struct hf_tag *tag, const struct indent *in)
{
	struct indent mine = { in, t->text + tag->tag - tag->indent, tag->indent };
	enum hf_code  rc;

	if (p->deep == PARTIAL_MAX)
		return hf_tags_fail(t, tag->tag, p->e, "partials nested over %d deep", PARTIAL_MAX);
	if (tag->into == NULL && (rc = load(p, t, tag)) != HF_OK)
		return rc;
	p->deep++;
	rc = render(p, tag->into, 0, tag->into->n, !tag->alone ? NULL : tag->indent > 0 ? &mine : in);
	p->deep--;
	return rc;
}

/* Render tags from (included) to (not included). */
static enum hf_code
render(struct page *p, struct hf_tags *t, size_t from, size_t to, const struct indent *in)
{
	struct hf_tag *tag;
	enum hf_code   rc = HF_OK;
	size_t         i;

	for (i = from; i < to && rc == HF_OK; i++) {
		tag = &t->list[i];
		if (++p->steps > STEPS_MAX)
			return hf_tags_fail(t, tag->tag, p->e, "loops within loops: this would take too long");
		switch (tag->kind) {
		case HF_TAG_TEXT:
			add_text(p, t->text + tag->at, tag->len, tag->line, in);
			break;
		case HF_TAG_VALUE:
		case HF_TAG_RAW:
			interpolate(p, t, tag);
			break;
		case HF_TAG_SECTION:
		case HF_TAG_INVERTED:
			rc = section(p, t, i, in);
			i = tag->end;
			break;
		case HF_TAG_PARTIAL:
			rc = partial(p, t, tag, in);
			break;
		case HF_TAG_CLOSE:
			break;
		}
		if (rc == HF_OK && p->text.failed)
			return hf_nomem(p->e);
		if (rc == HF_OK && is_over(p, 0))
			return hf_tags_fail(t, tag->tag, p->e, "output over %zu MiB", HF_TEMPLATE_OUT_MAX >> 20);
		if (rc == HF_OK && p->out->failed)
			return hf_buf_check(p->out, p->e);
	}
	return rc;
}

enum hf_code
hf_template_render(struct hf_buf *out, const char *text, size_t len, const struct hf_json *data,
    const struct hf_template_opts *opts, struct hf_err *e)
{
	static const struct hf_template_opts plain;
	struct page                          p;
	struct hf_tags                      *t = NULL, *next;
	enum hf_code                         rc;

	memset(&p, 0, sizeof(p));
	p.out = out;
	p.from = out->len;
	p.opts = opts == NULL ? &plain : opts;
	p.e = e;
	p.context[p.n_context++] = data;
	rc = hf_tags_parse(&t, p.opts->name == NULL ? "template" : p.opts->name, len == 0 ? "" : text, len, NULL, e);
	if (rc == HF_OK)
		rc = render(&p, t, 0, t->n, NULL);
	if (rc == HF_OK)
		rc = hf_buf_check(out, e);
	if (rc != HF_OK)
		hf_buf_cut(out, p.from);
	for (; p.partials != NULL; p.partials = next) {
		next = p.partials->next;
		hf_tags_free(p.partials);
	}
	hf_tags_free(t);
	hf_buf_clear(&p.text);
	return rc;
}
