#include "doc_in.h"

#include <string.h>

#include "holdfast/text.h"

/* Tabs become spaces, the rest is made visible. */
static void
add_clean(struct flat *f, const char *s, bool lines)
{
	size_t n;

	if (!hf_text_is_clean(s, strlen(s), true))
		f->unclean = true;
	while (*s != '\0') {
		n = strcspn(s, "\t");
		hf_text_clean(&f->text, s, n, lines);
		s += n;
		if (*s == '\t') {
			hf_buf_addc(&f->text, ' ');
			s++;
		}
	}
}

static void
add_code(struct flat *f, const struct node *n)
{
	struct hf_words   *w = &f->words;
	struct hf_code_at *at;
	char             **code;
	size_t             from = f->text.len, same = w->n_code;

	hf_buf_addc(&f->text, '`');
	add_clean(f, n->text, false);
	hf_buf_addc(&f->text, '`');
	if (f->text.failed || (at = hf_pool_push(f->pool, &w->at, &same, sizeof(*at))) == NULL ||
	    (code = hf_pool_push(f->pool, &w->code, &w->n_code, sizeof(*code))) == NULL)
		return;
	*at = (struct hf_code_at){ from, f->text.len, n->pos };
	*code = hf_pool_strn(f->pool, f->text.data + from + 1, f->text.len - from - 2);
}

/* "words <address>", or the address alone when the words say the same. */
static void
add_link(struct flat *f, const struct node *n)
{
	size_t      from = f->text.len;
	const char *url = hf_text_prefix(n->text, "mailto:") ? n->text + 7 : n->text;

	hf_flat_add(f, n->child);
	if (f->text.failed || *url == '\0' || strcmp(hf_buf_str(&f->text) + from, url) == 0)
		return;
	if (f->text.len > from)
		hf_buf_addc(&f->text, ' ');
	hf_buf_addc(&f->text, '<');
	add_clean(f, n->text, false);
	hf_buf_addc(&f->text, '>');
}

void
hf_flat_add(struct flat *f, const struct node *first)
{
	const struct node *n;

	for (n = first; n != NULL; n = n->next) {
		switch (n->type) {
		case NODE_TEXT:
			add_clean(f, n->text, false);
			break;
		case NODE_CODE:
			add_code(f, n);
			break;
		case NODE_SOFT:
			hf_buf_addc(&f->text, '\n');
			break;
		case NODE_HARD:
			hf_buf_addc(&f->text, '\v');
			break;
		case NODE_HTML_INLINE:
			if (!f->html)
				hf_defect_add(f->defects, n->pos, "write it in words, or a value as {name}", "raw HTML");
			f->html = true;
			break;
		case NODE_LINK:
		case NODE_IMAGE:
			add_link(f, n);
			break;
		default:
			hf_flat_add(f, n->child);
		}
	}
}

void
hf_flat_begin(struct flat *f, struct hf_pos pos)
{
	hf_buf_cut(&f->text, 0);
	f->words = (struct hf_words){ .pos = pos };
	f->unclean = f->html = false;
}

void
hf_flat_block(struct flat *f, const struct node *n)
{
	const struct node *child;

	switch (n->type) {
	case NODE_PARA:
	case NODE_HEADING:
		if (f->text.len > 0)
			hf_buf_addc(&f->text, '\v');
		hf_flat_add(f, n->child);
		break;
	case NODE_CODE_BLOCK:
		if (f->text.len > 0)
			hf_buf_addc(&f->text, '\v');
		add_clean(f, n->text, true);
		break;
	case NODE_HTML:
		hf_defect_add(f->defects, n->pos, "write it in words", "raw HTML");
		break;
	default:
		for (child = n->child; child != NULL; child = child->next)
			hf_flat_block(f, child);
	}
}

void
hf_flat_skip(struct hf_words *w, size_t n)
{
	size_t i;

	while (w->text[n] == ' ' || w->text[n] == '\n')
		n++;
	w->text += n;
	for (i = 0; i < w->n_code; i++) {
		w->at[i].from -= n;
		w->at[i].to -= n;
	}
}

/* Does a line of a table's second row stand here: dashes between bars? */
static bool
is_table_row(const char *line, size_t len)
{
	bool   bar = false, dash = false;
	size_t i;

	for (i = 0; i < len; i++) {
		bar |= line[i] == '|';
		dash |= line[i] == '-';
		if (strchr("|-: ", line[i]) == NULL)
			return false;
	}
	return bar && dash;
}

static void
check_table(struct flat *f)
{
	const char *line = hf_buf_str(&f->text);
	size_t      len;

	for (; *line != '\0'; line += len + (line[len] != '\0')) {
		len = strcspn(line, "\n\v");
		if (is_table_row(line, len)) {
			hf_defect_add(f->defects, f->words.pos, "write a list", "a table cannot be part of a book");
			return;
		}
	}
}

static void
make_one_line(char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\n')
			*s = ' ';
		else if (*s == '\v')
			*s = '\n';
	}
}

void
hf_flat_end(struct hf_words *out, struct flat *f)
{
	const char *s;
	size_t      len, gap, i;

	if (f->text.len > 0)
		check_table(f);
	if (f->unclean)
		hf_defect_warn(f->defects, f->words.pos, "", "a control or invisible character stands here");
	s = hf_buf_str(&f->text);
	len = f->text.failed ? 0 : f->text.len;
	for (gap = 0; gap < len && strchr(" \n\v", s[gap]) != NULL; gap++)
		;
	while (len > gap && strchr(" \n\v", s[len - 1]) != NULL)
		len--;
	f->words.text = hf_pool_strn(f->pool, s + gap, len - gap);
	make_one_line(f->words.text);
	for (i = 0; i < f->words.n_code; i++) {
		f->words.at[i].from -= gap;
		f->words.at[i].to -= gap;
	}
	if (f->text.failed)
		f->pool->failed = true;
	*out = f->words;
}

void
hf_flat_code_block(struct hf_words *out, struct flat *f, const struct node *n)
{
	size_t len;

	hf_flat_begin(f, n->pos);
	add_clean(f, n->text, true);
	if (f->unclean)
		hf_defect_warn(f->defects, n->pos, "", "a control or invisible character stands here");
	if (f->text.failed)
		f->pool->failed = true;
	len = f->text.failed ? 0 : f->text.len;
	if (len > 0 && f->text.data[len - 1] == '\n')
		len--;
	f->words.text = hf_pool_strn(f->pool, hf_buf_str(&f->text), len);
	*out = f->words;
}
