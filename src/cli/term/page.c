#include "page.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

struct line {
	char          *label, *text; /* label ends where the text begins */
	enum out_style label_style, style;
};

struct page {
	struct line *lines;
	size_t       n, cap, width;
};

struct page *
page_new(size_t width)
{
	struct page *p = calloc(1, sizeof(*p));

	if (p != NULL)
		p->width = width < 20 ? 20 : width;
	return p;
}

void
page_free(struct page *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n; i++) {
		free(p->lines[i].label);
		free(p->lines[i].text);
	}
	free(p->lines);
	free(p);
}

/* What cannot be had for want of memory is not shown. */
static void
add(struct page *p, enum out_style label_style, const char *label, enum out_style style, const char *text, size_t len)
{
	struct line *l;

	if (p->n == p->cap) {
		size_t cap = p->cap == 0 ? 64 : p->cap * 2;

		if ((l = realloc(p->lines, cap * sizeof(*l))) == NULL)
			return;
		p->lines = l;
		p->cap = cap;
	}
	l = &p->lines[p->n];
	l->label = strdup(label);
	l->text = strndup(text, len);
	l->label_style = label_style;
	l->style = style;
	if (l->label != NULL && l->text != NULL) {
		p->n++;
		return;
	}
	free(l->label);
	free(l->text);
}

/* Text that came wrapped, its later lines indented, line by line. */
static void
add_wrapped(struct page *p, enum out_style label_style, const char *label, size_t indent, enum out_style style, const char *text)
{
	struct hf_buf margin = HF_BUF_INIT;
	size_t        n, skip;
	bool          first = true;

	hf_buf_pad(&margin, ' ', indent);
	for (;; text += n + 1, first = false) {
		n = strcspn(text, "\n");
		skip = 0;
		while (!first && skip < indent && skip < n && text[skip] == ' ')
			skip++;
		add(p, first ? label_style : OUT_PLAIN,
		    first        ? label :
			skip < n ? hf_buf_str(&margin) :
				   "",
		    style, text + skip, n - skip);
		if (text[n] == '\0')
			break;
	}
	hf_buf_clear(&margin);
}

void
page_text(struct page *p, enum out_style label_style, const char *label, size_t indent, enum out_style style, const char *text)
{
	struct hf_buf clean = HF_BUF_INIT, head = HF_BUF_INIT, wrapped = HF_BUF_INIT;
	size_t        width;

	if (p == NULL)
		return;
	hf_text_clean(&head, label, strlen(label), false);
	hf_text_clean(&clean, text, strlen(text), true);
	width = hf_text_width(hf_buf_str(&head));
	/* A label that leaves no room stands on a line of its own. */
	if (width > indent) {
		add(p, label_style, hf_buf_str(&head), OUT_PLAIN, "", 0);
		hf_buf_cut(&head, 0);
		width = 0;
	}
	hf_buf_pad(&head, ' ', indent - width);
	hf_text_wrap(&wrapped, hf_buf_str(&clean), p->width > indent + 16 ? p->width : indent + 16, indent);
	if (clean.len > 0 || width > 0)
		add_wrapped(p, label_style, hf_buf_str(&head), indent, style, hf_buf_str(&wrapped));
	hf_buf_clear(&clean);
	hf_buf_clear(&head);
	hf_buf_clear(&wrapped);
}

void
page_line(struct page *p, enum out_style style, const char *fmt, ...)
{
	struct hf_buf b = HF_BUF_INIT;
	va_list       ap;

	va_start(ap, fmt);
	hf_buf_addv(&b, fmt, ap);
	va_end(ap);
	page_text(p, OUT_PLAIN, "", 0, style, hf_buf_str(&b));
	hf_buf_clear(&b);
}

void
page_raw(struct page *p, enum out_style style, const char *text)
{
	size_t n;

	if (p == NULL)
		return;
	for (;; text += n + 1) {
		n = strcspn(text, "\n");
		if (text[n] == '\0' && n == 0)
			return;
		add(p, OUT_PLAIN, "", style, text, n);
		if (text[n] == '\0')
			return;
	}
}

static bool
is_gap(const struct page *p, size_t line)
{
	return line >= p->n || (p->lines[line].label[0] == '\0' && p->lines[line].text[0] == '\0');
}

void
page_gap(struct page *p)
{
	if (p == NULL || p->n == 0 || is_gap(p, p->n - 1))
		return;
	add(p, OUT_PLAIN, "", OUT_PLAIN, "", 0);
}

size_t
page_lines(const struct page *p)
{
	return p == NULL ? 0 : p->n;
}

size_t
page_width(const struct page *p)
{
	return p == NULL ? 80 : p->width;
}

size_t
page_break(const struct page *p, size_t from, size_t to)
{
	size_t lowest = to - (to - from) / 3;

	for (size_t k = to; p != NULL && k > lowest && k > from + 1; k--)
		if (is_gap(p, k - 1) && !is_gap(p, k + 1))
			return k;
	/* Where nothing has a gap around it: before what begins with a label of its own. */
	for (size_t k = to; p != NULL && k > lowest && k < p->n; k--)
		if (p->lines[k].label[strspn(p->lines[k].label, " ")] != '\0')
			return k;
	return to;
}

void
page_part(const struct page *p, struct out *o, size_t from, size_t to)
{
	for (size_t i = from; p != NULL && i < to && i < p->n; i++) {
		put(o, p->lines[i].label_style, "%s", p->lines[i].label);
		put_line(o, p->lines[i].style, "%s", p->lines[i].text);
	}
}

void
page_put(const struct page *p, struct out *o)
{
	page_part(p, o, 0, page_lines(p));
}
