#include <stdio.h>
#include <string.h>

#include "doc_in.h"
#include "holdfast/text.h"

#define INDENT_MAX 40 /* columns: what is nested deeper stays at this one */

/*
 * A block is rendered into scratch, wrapped there, and copied out line by line behind what its lists and quotes put before each line.
 */
struct page {
	struct hf_buf    *out;
	struct hf_buf     scratch, wrapped;
	struct pool       pool;
	struct hf_defects ignored; /* raw HTML is left out: nothing is judged here */
	size_t            width;
	size_t            indent; /* columns before each line */
	const char       *bullet; /* stands before the first line of an item; NULL when it was written */
	bool              empty;  /* nothing was written yet */
	bool              gap;    /* a blank line is due */
	bool              tight;  /* the list we are in has no blank lines */
};

static void
begin_line(struct page *p, bool first)
{
	size_t len;

	if (first && p->bullet != NULL) {
		len = hf_text_width(p->bullet);
		hf_buf_pad(p->out, ' ', p->indent > len ? p->indent - len : 0);
		hf_buf_adds(p->out, p->bullet);
		p->bullet = NULL;
	} else {
		hf_buf_pad(p->out, ' ', p->indent);
	}
}

static void
write_lines(struct page *p, const char *text)
{
	bool   first = true;
	size_t len;

	if (p->gap && !p->empty)
		hf_buf_addc(p->out, '\n');
	do {
		len = strcspn(text, "\n");
		if (len > 0 || (first && p->bullet != NULL))
			begin_line(p, first);
		hf_buf_add(p->out, text, len);
		hf_buf_addc(p->out, '\n');
		text += len + (text[len] == '\n');
		first = false;
	} while (*text != '\0');
	p->empty = false;
	p->gap = true;
}

/* The words of inline nodes, wrapped to what is left of the width. */
static const char *
wrap(struct page *p, const struct node *first)
{
	struct flat     f = { .pool = &p->pool, .defects = &p->ignored };
	struct hf_words w;

	hf_flat_begin(&f, (struct hf_pos){ 1, 1 });
	hf_flat_add(&f, first);
	hf_flat_end(&w, &f);
	hf_buf_clear(&f.text);
	hf_buf_cut(&p->wrapped, 0);
	if (p->width == 0)
		hf_buf_adds(&p->wrapped, w.text);
	else
		hf_text_wrap(&p->wrapped, w.text, p->width > p->indent + 10 ? p->width - p->indent : 10, 0);
	return hf_buf_str(&p->wrapped);
}

static void
write_heading(struct page *p, const struct node *n)
{
	const char *text = wrap(p, n->child), *line;
	size_t      width = 0, w, len;

	hf_buf_cut(&p->scratch, 0);
	hf_buf_adds(&p->scratch, text);
	for (line = text; *line != '\0'; line += len + (line[len] != '\0')) {
		char piece[512];

		len = strcspn(line, "\n");
		snprintf(piece, sizeof(piece), "%.*s", (int)(len < 500 ? len : 500), line);
		w = hf_text_width(piece);
		width = w > width ? w : width;
	}
	if (n->number <= 2 && width > 0) {
		hf_buf_addc(&p->scratch, '\n');
		hf_buf_pad(&p->scratch, n->number == 1 ? '=' : '-', p->width > 0 && width > p->width ? p->width : width);
	}
	write_lines(p, hf_buf_str(&p->scratch));
}

static void
write_code(struct page *p, const struct node *n)
{
	size_t      indent = p->indent, len;
	const char *text = n->text;

	hf_buf_cut(&p->scratch, 0);
	for (; *text != '\0'; text += len + (text[len] == '\t')) {
		len = strcspn(text, "\t");
		hf_text_clean(&p->scratch, text, len, true);
		if (text[len] == '\t')
			hf_buf_adds(&p->scratch, "    ");
	}
	if (p->scratch.len > 0 && !p->scratch.failed && p->scratch.data[p->scratch.len - 1] == '\n')
		hf_buf_cut(&p->scratch, p->scratch.len - 1);
	p->indent = indent + 4 > INDENT_MAX ? indent : indent + 4;
	write_lines(p, hf_buf_str(&p->scratch));
	p->indent = indent;
}

static void write_blocks(struct page *p, const struct node *first);

static void
write_list(struct page *p, const struct node *list)
{
	const struct node *n;
	char               bullet[24];
	size_t             indent = p->indent, number = list->number;
	bool               tight = p->tight;

	if (p->bullet != NULL) /* an item that begins with a list */
		write_lines(p, "");
	p->gap = p->gap && !tight;
	p->tight = list->tight;
	for (n = list->child; n != NULL; n = n->next) {
		if (list->ordered)
			snprintf(bullet, sizeof(bullet), "%zu. ", number++);
		else
			snprintf(bullet, sizeof(bullet), "- ");
		p->indent = indent + strlen(bullet) > INDENT_MAX ? indent : indent + strlen(bullet);
		p->bullet = bullet;
		p->gap = p->gap && (!list->tight || n == list->child);
		write_blocks(p, n->child);
		if (p->bullet != NULL) /* an empty item */
			write_lines(p, "");
		p->indent = indent;
	}
	p->tight = tight;
}

static void
write_blocks(struct page *p, const struct node *first)
{
	const struct node *n;
	size_t             indent = p->indent;

	for (n = first; n != NULL; n = n->next) {
		switch (n->type) {
		case NODE_HEADING:
			write_heading(p, n);
			break;
		case NODE_PARA:
			write_lines(p, wrap(p, n->child));
			break;
		case NODE_LIST:
			write_list(p, n);
			break;
		case NODE_QUOTE:
			p->indent = indent + 2 > INDENT_MAX ? indent : indent + 2;
			write_blocks(p, n->child);
			p->indent = indent;
			break;
		case NODE_CODE_BLOCK:
			write_code(p, n);
			break;
		case NODE_RULE:
			write_lines(p, "---");
			break;
		default:
			break;
		}
	}
}

enum hf_code
hf_doc_text(struct hf_buf *out, const char *markdown, size_t len, size_t width, struct hf_err *e)
{
	struct page  p = { .out = out, .width = width, .empty = true };
	struct node *root;
	enum hf_code rc;

	if ((rc = hf_node_parse(&root, &p.pool, markdown, len, e)) != HF_OK)
		goto done;
	if (root->deep.line != 0) {
		rc = hf_fail(e, HF_BAD, "%u:%u: lists or quotes nested too deep to be read", root->deep.line, root->deep.column);
		goto done;
	}
	write_blocks(&p, root->child);
	if (p.pool.failed || p.scratch.failed || p.wrapped.failed)
		rc = hf_nomem(e);
	else
		rc = hf_buf_check(out, e);
done:
	hf_pool_clear(&p.pool);
	hf_buf_clear(&p.scratch);
	hf_buf_clear(&p.wrapped);
	hf_defects_clear(&p.ignored);
	return rc;
}
