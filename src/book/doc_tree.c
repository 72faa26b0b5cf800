#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doc_in.h"
#include "holdfast/text.h"

#define ID_MAX 40

struct builder {
	struct pool       *pool;
	struct hf_defects *defects;
	struct flat        flat;
	struct hf_section *top, *phase, *cur; /* cur is where content goes; NULL before the title */
	struct hf_section  stray;             /* of a heading that has no place */
	bool               titled;
	bool               said; /* that the title is missing */
};

struct pool *
hf_doc_pool(struct hf_section *top)
{
	return &((struct doc *)(void *)top)->pool;
}

/* A heading that says "Ring the operator's team" could have the id ring-the-operators-team. */
static void
suggest_id(char out[ID_MAX + 1], const char *title)
{
	size_t n = 0;
	char   c;

	for (; *title != '\0' && n < ID_MAX; title++) {
		c = *title;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (n > 0 && c >= '0' && c <= '9'))
			out[n++] = c;
		else if (c == ' ' && n > 0 && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

/* The words of a heading without the code span it ends with; that is its id. */
static void
read_heading(struct hf_section *s, struct builder *b, const struct node *n)
{
	struct hf_words *w = &s->heading;
	char             id[ID_MAX + 1], fix[ID_MAX + 64] = "";
	size_t           end;

	hf_flat_begin(&b->flat, n->pos);
	hf_flat_add(&b->flat, n->child);
	hf_flat_end(w, &b->flat);
	s->level = n->number;
	s->pos = s->id_pos = n->pos;
	s->id = b->pool->nothing;
	end = strlen(w->text);
	if (w->n_code > 0 && w->at[w->n_code - 1].to == end) {
		w->n_code--;
		s->id = w->code[w->n_code];
		s->id_pos = w->at[w->n_code].pos;
		for (end = w->at[w->n_code].from; end > 0 && w->text[end - 1] == ' '; end--)
			;
		if (end == 0)
			hf_defect_add(b->defects, n->pos, "say before the id what it is about", "the heading has no words");
	} else {
		suggest_id(id, w->text);
		if (id[0] != '\0')
			snprintf(fix, sizeof(fix), "end it with its id, such as `%s`", id);
		hf_defect_add(b->defects, n->pos, fix, "the heading has no id");
	}
	s->title = hf_pool_strn(b->pool, w->text, end);
	w->text = s->title;
}

static struct hf_section *
add_section(struct builder *b, struct hf_section *parent)
{
	return hf_pool_push(b->pool, &parent->subs, &parent->n_subs, sizeof(*parent));
}

/* Where the section of a heading belongs; the stray one when it has no place. */
static struct hf_section *
place(struct builder *b, const struct node *n)
{
	struct hf_section *s = NULL;

	if (n->number == 1 && !b->titled) {
		b->titled = true;
		return b->top;
	}
	if (n->number == 1) {
		hf_defect_add(b->defects, n->pos, "write ## or ###", "a second # heading: a book has one");
		b->phase = NULL;
	} else if (!b->titled && b->cur == NULL) {
		hf_defect_add(b->defects, n->pos, "write # and the name of the book first", "a book begins with its # heading");
		b->said = true;
	}
	if (n->number == 2 && (s = b->phase = add_section(b, b->top)) != NULL)
		return s;
	if (n->number == 3 && b->phase != NULL && (s = add_section(b, b->phase)) != NULL)
		return s;
	if (n->number == 3 && b->phase == NULL)
		hf_defect_add(b->defects, n->pos, "write a ## heading before it", "a ### heading stands outside every ## section");
	if (n->number > 3)
		hf_defect_add(b->defects, n->pos, "write ###, or a paragraph", "a book has three levels of headings");
	b->stray = (struct hf_section){ 0 };
	return &b->stray;
}

static struct hf_block *
add_block(struct builder *b, enum hf_block_type type)
{
	struct hf_section *s = b->cur;
	struct hf_block   *block = hf_pool_push(b->pool, &s->blocks, &s->n_blocks, sizeof(*block));

	if (block == NULL)
		return NULL;
	block->type = type;
	block->words.text = b->pool->nothing;
	block->after_fields = s->n_items > 0;
	return block;
}

static void
add_para(struct builder *b, const struct node *n)
{
	struct hf_block *block = add_block(b, HF_BLOCK_PARA);

	if (block == NULL)
		return;
	hf_flat_begin(&b->flat, n->pos);
	hf_flat_block(&b->flat, n);
	hf_flat_end(&block->words, &b->flat);
}

static void
add_code(struct builder *b, const struct node *n)
{
	struct hf_block *block = add_block(b, HF_BLOCK_CODE);

	if (block != NULL)
		hf_flat_code_block(&block->words, &b->flat, n);
}

/* A quote that starts CAUTION or WARNING; one that nearly does is a defect, for nobody would be asked to acknowledge it. */
static void
judge_quote(struct hf_block *block, struct builder *b)
{
	struct hf_words *w = &block->words;
	size_t           len = strlen("CAUTION");
	char             word[8] = "";

	strncpy(word, w->text, len);
	block->warning = strcmp(word, "WARNING") == 0;
	if ((block->warning || strcmp(word, "CAUTION") == 0) && (w->text[len] == ':' || w->text[len] == ' ')) {
		block->type = HF_BLOCK_CAUTION;
		hf_flat_skip(w, w->text[len] == ':' ? len + 1 : len);
		return;
	}
	if (hf_text_equal_nocase(word, "WARNING") || hf_text_equal_nocase(word, "CAUTION") || hf_text_prefix(w->text, "[!"))
		hf_defect_add(b->defects, w->pos, "write > CAUTION: or > WARNING: and the text on the same line",
		    "a quote that nearly starts with CAUTION or WARNING");
}

static void
add_quote(struct builder *b, const struct node *n)
{
	struct hf_block *block = add_block(b, HF_BLOCK_QUOTE);

	if (block == NULL)
		return;
	hf_flat_begin(&b->flat, n->pos);
	hf_flat_block(&b->flat, n);
	hf_flat_end(&block->words, &b->flat);
	judge_quote(block, b);
}

/* Between the strong text and its end stands the label, with the colon inside. */
static bool
read_label(struct hf_item *item, struct builder *b, const struct node *strong)
{
	struct hf_words label;
	size_t          len;

	hf_flat_begin(&b->flat, strong->pos);
	hf_flat_add(&b->flat, strong->child);
	hf_flat_end(&label, &b->flat);
	len = strlen(label.text);
	if (len < 2 || label.text[len - 1] != ':') {
		hf_defect_add(b->defects, strong->pos,
		    "write the colon inside the strong text, **Who:**, or take the strong text away",
		    "**%s** starts a bullet and is no field", label.text);
		return false;
	}
	while (len > 1 && (label.text[len - 1] == ':' || label.text[len - 1] == ' '))
		len--;
	item->label = hf_pool_strn(b->pool, label.text, len);
	item->pos = strong->pos;
	return true;
}

static void
read_sql(struct hf_item *item, struct builder *b, const struct node *n)
{
	if (item->sql != NULL) {
		hf_defect_add(b->defects, n->pos, "write one query", "a second query under **%s:**", item->label);
		return;
	}
	if (!hf_text_is_clean(n->text, strlen(n->text), true))
		hf_defect_add(b->defects, n->pos, "", "a control or invisible character stands in this query");
	item->sql = hf_pool_str(b->pool, n->text);
	item->sql_pos = (struct hf_pos){ n->pos.line + 1, n->pos.column };
}

static void
add_field(struct builder *b, const struct node *n)
{
	struct hf_section *s = b->cur;
	const struct node *strong = n->child->child, *more;
	struct hf_item     item = { 0 }, *slot;

	if (!read_label(&item, b, strong))
		return;
	hf_flat_begin(&b->flat, strong->next != NULL ? strong->next->pos : strong->pos);
	hf_flat_add(&b->flat, strong->next);
	hf_flat_end(&item.value, &b->flat);
	for (more = n->child->next; more != NULL; more = more->next) {
		if (more->type == NODE_CODE_BLOCK && strcmp(more->info, "sql") == 0)
			read_sql(&item, b, more);
		else
			hf_defect_add(b->defects, more->pos, "write it in the same paragraph, or before the fields",
			    "a field is one paragraph and, where it takes one, a query in a fenced sql block");
	}
	if ((slot = hf_pool_push(b->pool, &s->items, &s->n_items, sizeof(*slot))) != NULL)
		*slot = item;
}

static bool
is_field(const struct node *item)
{
	return item->child != NULL && item->child->type == NODE_PARA && item->child->child != NULL &&
	    item->child->child->type == NODE_STRONG;
}

static void
check_task(struct builder *b, const struct hf_words *w)
{
	if (hf_text_prefix(w->text, "[ ]") || hf_text_prefix(w->text, "[x]") || hf_text_prefix(w->text, "[X]"))
		hf_defect_add(
		    b->defects, w->pos, "take the box away: the run keeps the ticks", "a task list cannot be part of a book");
}

static void add_list(struct builder *b, const struct node *list, unsigned depth);

/* The paragraphs of an item are its text; what else stands in it follows as blocks of their own. */
static void
add_item(struct builder *b, const struct node *n, bool ordered, unsigned number, unsigned depth)
{
	struct hf_block   *block = add_block(b, ordered ? HF_BLOCK_ITEM : HF_BLOCK_BULLET);
	const struct node *child;

	if (block == NULL)
		return;
	block->number = ordered ? number : 0;
	block->depth = depth;
	hf_flat_begin(&b->flat, n->child != NULL ? n->child->pos : n->pos);
	for (child = n->child; child != NULL; child = child->next)
		if (child->type == NODE_PARA || child->type == NODE_HEADING || child->type == NODE_HTML)
			hf_flat_block(&b->flat, child);
	hf_flat_end(&block->words, &b->flat);
	check_task(b, &block->words);
	for (child = n->child; child != NULL; child = child->next) {
		if (child->type == NODE_LIST)
			add_list(b, child, depth + 1);
		else if (child->type == NODE_QUOTE)
			add_quote(b, child);
		else if (child->type == NODE_CODE_BLOCK)
			add_code(b, child);
	}
}

/* Items of a section are numbered through, so that each has its own address. */
static unsigned
last_number(const struct hf_section *s)
{
	size_t i;

	for (i = s->n_blocks; i > 0; i--)
		if (s->blocks[i - 1].type == HF_BLOCK_ITEM && s->blocks[i - 1].depth == 0)
			return s->blocks[i - 1].number;
	return 0;
}

static void
add_list(struct builder *b, const struct node *list, unsigned depth)
{
	const struct node *n;
	unsigned           number = depth == 0 ? last_number(b->cur) : 0;

	for (n = list->child; n != NULL; n = n->next) {
		if (list->ordered || !is_field(n))
			add_item(b, n, list->ordered, ++number, depth);
		else if (depth == 0)
			add_field(b, n);
		else
			hf_defect_add(b->defects, n->pos, "write it at the left margin", "a field stands inside another list");
	}
}

static void
add_content(struct builder *b, const struct node *n)
{
	if (b->cur == NULL) {
		if (!b->titled && !b->said)
			hf_defect_add(b->defects, n->pos, "write # and the name of the book first", "text before the title");
		b->said = true;
		b->cur = &b->stray;
	}
	switch (n->type) {
	case NODE_PARA:
		add_para(b, n);
		break;
	case NODE_LIST:
		add_list(b, n, 0);
		break;
	case NODE_QUOTE:
		add_quote(b, n);
		break;
	case NODE_CODE_BLOCK:
		add_code(b, n);
		break;
	case NODE_HTML:
		hf_defect_add(b->defects, n->pos, "write it in words", "raw HTML");
		break;
	default:
		break;
	}
}

static void
build(struct builder *b, const struct node *root)
{
	const struct node *n;

	for (n = root->child; n != NULL; n = n->next) {
		if (n->type == NODE_HEADING) {
			b->cur = place(b, n);
			read_heading(b->cur, b, n);
		} else {
			add_content(b, n);
		}
	}
	if (!b->titled && !b->said)
		hf_defect_add(b->defects, (struct hf_pos){ 1, 1 }, "write # and the name of the book", "the book has no # heading");
	if (root->deep.line != 0)
		hf_defect_add(b->defects, root->deep, "write it flatter", "lists or quotes nested too deep to be read");
}

/* The end of the line at p, its line feed included. */
static char *
line_end(char *p, const char *end)
{
	char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl == NULL ? p + (end - p) : nl + 1;
}

static bool
is_fence(const char *p, const char *to, const char *fence)
{
	size_t len = strlen(fence);

	if ((size_t)(to - p) < len || memcmp(p, fence, len) != 0)
		return false;
	for (p += len; p < to; p++)
		if (strchr(" \t\r\n", *p) == NULL)
			return false;
	return true;
}

/* Front matter is blanked, so that what follows keeps its lines. */
static void
drop_front_matter(char *text, size_t len, struct hf_defects *defects)
{
	char       *end = text + len, *p = line_end(text, end), *next, *q;
	const char *fence = text[0] == '+' ? "+++" : "---";

	if (!is_fence(text, p, fence))
		return;
	for (; p < end; p = next) {
		next = line_end(p, end);
		if (!is_fence(p, next, fence))
			continue;
		for (q = text; q < next; q++)
			if (*q != '\n')
				*q = ' ';
		hf_defect_add(
		    defects, (struct hf_pos){ 1, 1 }, "write fields under the title", "front matter cannot be part of a book");
		return;
	}
}

static enum hf_code
parse(struct doc *doc, struct pool *nodes, char *text, size_t len, struct hf_defects *defects, struct hf_err *e)
{
	struct builder b = { .pool = &doc->pool, .defects = defects, .top = &doc->top };
	struct node   *root;
	enum hf_code   rc;

	b.flat.pool = &doc->pool;
	b.flat.defects = defects;
	doc->top.id = doc->top.title = doc->top.heading.text = doc->pool.nothing;
	doc->top.pos = doc->top.id_pos = (struct hf_pos){ 1, 1 };
	doc->top.level = 1;
	drop_front_matter(text, len, defects);
	if ((rc = hf_node_parse(&root, nodes, text, len, e)) == HF_OK)
		build(&b, root);
	hf_buf_clear(&b.flat.text);
	if (rc == HF_OK && (doc->pool.failed || defects->failed))
		rc = hf_nomem(e);
	return rc;
}

enum hf_code
hf_doc_parse(struct hf_section **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e)
{
	struct pool  nodes = { 0 };
	struct doc  *doc = NULL;
	char        *copy = NULL;
	enum hf_code rc;

	*out = NULL;
	if (len > HF_DOC_MAX)
		return hf_fail(e, HF_BAD, "too large: %zu bytes, at most %d MiB", len, HF_DOC_MAX >> 20);
	doc = calloc(1, sizeof(*doc));
	copy = malloc(len + 1);
	if (doc == NULL || copy == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	if ((rc = parse(doc, &nodes, copy, len, defects, e)) != HF_OK)
		goto done;
	*out = &doc->top;
	doc = NULL;
done:
	hf_pool_clear(&nodes);
	if (doc != NULL)
		hf_doc_free(&doc->top);
	free(copy);
	return rc;
}

void
hf_doc_free(struct hf_section *top)
{
	if (top == NULL)
		return;
	hf_pool_clear(hf_doc_pool(top));
	free(top);
}
