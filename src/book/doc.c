#include "node.h"

#define CMARK_NO_SHORT_NAMES
#include <cmark.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"

/*
 * Two things to know about libcmark 0.30: it aborts the program when out of memory, and the columns it gives for the lines of a
 * paragraph after the first do not count an indent.
 */

#define BRACKETS_MAX 2000

static const struct {
	cmark_node_type from;
	enum node_type  to;
} types[] = {
	{ CMARK_NODE_DOCUMENT, NODE_DOCUMENT },
	{ CMARK_NODE_BLOCK_QUOTE, NODE_QUOTE },
	{ CMARK_NODE_LIST, NODE_LIST },
	{ CMARK_NODE_ITEM, NODE_ITEM },
	{ CMARK_NODE_CODE_BLOCK, NODE_CODE_BLOCK },
	{ CMARK_NODE_HTML_BLOCK, NODE_HTML },
	{ CMARK_NODE_PARAGRAPH, NODE_PARA },
	{ CMARK_NODE_HEADING, NODE_HEADING },
	{ CMARK_NODE_THEMATIC_BREAK, NODE_RULE },
	{ CMARK_NODE_TEXT, NODE_TEXT },
	{ CMARK_NODE_SOFTBREAK, NODE_SOFT },
	{ CMARK_NODE_LINEBREAK, NODE_HARD },
	{ CMARK_NODE_CODE, NODE_CODE },
	{ CMARK_NODE_HTML_INLINE, NODE_HTML_INLINE },
	{ CMARK_NODE_EMPH, NODE_EMPH },
	{ CMARK_NODE_STRONG, NODE_STRONG },
	{ CMARK_NODE_LINK, NODE_LINK },
	{ CMARK_NODE_IMAGE, NODE_IMAGE },
};

static enum node_type
type_of(cmark_node *from)
{
	cmark_node_type type = cmark_node_get_type(from);
	size_t          i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].from == type)
			return types[i].to;
	return NODE_HTML; /* a custom block: no parser makes one */
}

static struct hf_pos
pos_of(cmark_node *from)
{
	int line = cmark_node_get_start_line(from), column = cmark_node_get_start_column(from);

	return (struct hf_pos){ line > 0 ? (unsigned)line : 0, column > 0 ? (unsigned)column : 1 };
}

static const char *
copy(struct pool *pool, const char *s)
{
	return s == NULL ? pool->nothing : hf_pool_str(pool, s);
}

static void
fill(struct node *to, struct pool *pool, cmark_node *from)
{
	const char *info;

	to->type = type_of(from);
	to->pos = pos_of(from);
	to->text = to->info = pool->nothing;
	switch (to->type) {
	case NODE_HEADING:
		to->number = (unsigned)cmark_node_get_heading_level(from);
		break;
	case NODE_LIST:
		to->ordered = cmark_node_get_list_type(from) == CMARK_ORDERED_LIST;
		to->number = (unsigned)cmark_node_get_list_start(from);
		to->tight = cmark_node_get_list_tight(from);
		break;
	case NODE_LINK:
	case NODE_IMAGE:
		to->text = copy(pool, cmark_node_get_url(from));
		break;
	case NODE_CODE_BLOCK:
		if ((info = cmark_node_get_fence_info(from)) != NULL)
			to->info = hf_pool_strn(pool, info, strcspn(info, " \t"));
		to->text = copy(pool, cmark_node_get_literal(from));
		break;
	default:
		to->text = copy(pool, cmark_node_get_literal(from));
	}
}

static struct node *
add_child(struct node *parent, struct pool *pool, cmark_node *from)
{
	struct node *n = hf_pool_alloc(pool, sizeof(*n));

	if (n == NULL)
		return NULL;
	fill(n, pool, from);
	if (n->pos.line == 0) /* breaks have no position of their own */
		n->pos = parent->pos;
	if (parent->last == NULL)
		parent->child = n;
	else
		parent->last->next = n;
	parent->last = n;
	return n;
}

/* Copy the tree below root; up[] is the way from the root to here. */
static void
convert(struct node *root, struct pool *pool, cmark_node *document)
{
	struct node     *up[NODE_DEEP + 1] = { root }, *n;
	cmark_iter      *it = cmark_iter_new(document);
	cmark_event_type ev;
	cmark_node      *at;
	size_t           depth = 0; /* of `at`; the document is 0 */
	bool             leaf;

	while (!pool->failed && (ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		at = cmark_iter_get_node(it);
		if (at == document)
			continue;
		if (ev == CMARK_EVENT_EXIT) {
			depth--;
			continue;
		}
		leaf = type_of(at) == NODE_CODE_BLOCK || type_of(at) == NODE_HTML || type_of(at) == NODE_RULE ||
		    (type_of(at) >= NODE_TEXT && type_of(at) <= NODE_HTML_INLINE);
		if (depth < NODE_DEEP && (n = add_child(up[depth], pool, at)) != NULL)
			up[depth + 1] = n;
		else if (root->deep.line == 0)
			root->deep = pos_of(at);
		if (!leaf)
			depth++;
	}
	cmark_iter_free(it);
}

/* Does a line end the paragraph before it: a blank one, a bullet, a heading? */
static bool
ends_paragraph(const char *line, size_t len)
{
	size_t n;

	for (n = 0; n < len && strchr(" \t\r\n", line[n]) != NULL; n++)
		;
	return n == len || (strchr("-+*#", line[n]) != NULL && n + 1 < len && strchr(" \t#", line[n + 1]) != NULL);
}

/* libcmark takes time that grows with the square of the brackets in a paragraph: "![[]()", 20,000 times, takes 4 seconds. */
static size_t
find_brackets(const char *markdown, size_t len)
{
	const char *line, *end = markdown + len, *next, *p;
	size_t      n = 0, number = 1;

	for (line = markdown; line < end; line = next, number++) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next == NULL ? end : next + 1;
		if (ends_paragraph(line, (size_t)(next - line)))
			n = 0;
		for (p = line; p < next; p++)
			if (*p == '[' && ++n > BRACKETS_MAX)
				return number;
	}
	return 0;
}

enum hf_code
hf_node_check(const char *markdown, size_t len, struct hf_err *e)
{
	size_t good, i, line = 1;

	if (len > HF_DOC_MAX)
		return hf_fail(e, HF_BAD, "too large: %zu bytes, at most %d MiB", len, HF_DOC_MAX >> 20);
	good = hf_text_utf8_span(markdown, len);
	if (good == len) {
		if ((line = find_brackets(markdown, len)) == 0)
			return HF_OK;
		return hf_fail(e, HF_BAD, "line %zu: more than %d square brackets in one paragraph", line, BRACKETS_MAX);
	}
	for (i = 0; i < good; i++)
		line += markdown[i] == '\n';
	return hf_fail(e, HF_BAD, "line %zu: not UTF-8 text", line);
}

enum hf_code
hf_node_parse(struct node **out, struct pool *pool, const char *markdown, size_t len, struct hf_err *e)
{
	cmark_node  *document;
	struct node *root;
	enum hf_code rc;

	*out = NULL;
	if ((rc = hf_node_check(markdown, len, e)) != HF_OK)
		return rc;
	if ((root = hf_pool_alloc(pool, sizeof(*root))) == NULL)
		return hf_nomem(e);
	if ((document = cmark_parse_document(markdown, len, CMARK_OPT_DEFAULT)) == NULL)
		return hf_nomem(e);
	fill(root, pool, document);
	convert(root, pool, document);
	cmark_node_free(document);
	if (pool->failed)
		return hf_nomem(e);
	*out = root;
	return HF_OK;
}

bool
hf_node_link_allowed(const char *url)
{
	return hf_text_prefix(url, "https://") || hf_text_prefix(url, "http://") || hf_text_prefix(url, "mailto:");
}

static bool
clean_literal(cmark_node *n, struct hf_buf *scratch)
{
	const char *s = cmark_node_get_literal(n);
	size_t      len, i, from = 0;

	if (s == NULL || hf_text_is_clean(s, len = strlen(s), true))
		return true;
	hf_buf_cut(scratch, 0);
	for (i = 0; i <= len; i++) {
		if (s[i] != '\t' && s[i] != '\0')
			continue;
		hf_text_clean(scratch, s + from, i - from, true);
		if (s[i] == '\t')
			hf_buf_addc(scratch, '\t');
		from = i + 1;
	}
	return !scratch->failed && cmark_node_set_literal(n, hf_buf_str(scratch));
}

/* A link that may not be followed, or an image, becomes its words. */
static void
dissolve(cmark_node *n)
{
	cmark_node *child;

	while ((child = cmark_node_first_child(n)) != NULL)
		cmark_node_insert_before(n, child);
	cmark_node_unlink(n);
	cmark_node_free(n);
}

/* Nodes may be taken out only when they are left. */
static bool
make_safe(cmark_node *document)
{
	struct hf_buf    scratch = HF_BUF_INIT;
	cmark_iter      *it = cmark_iter_new(document);
	cmark_event_type ev;
	cmark_node      *n;
	bool             ok = true;

	while (ok && (ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		n = cmark_iter_get_node(it);
		switch (cmark_node_get_type(n)) {
		case CMARK_NODE_TEXT:
		case CMARK_NODE_CODE:
		case CMARK_NODE_CODE_BLOCK:
			ok = clean_literal(n, &scratch);
			break;
		case CMARK_NODE_LINK:
			cmark_node_set_title(n, "");
			if (ev == CMARK_EVENT_EXIT && !hf_node_link_allowed(cmark_node_get_url(n)))
				dissolve(n);
			break;
		case CMARK_NODE_IMAGE:
			if (ev == CMARK_EVENT_EXIT)
				dissolve(n);
			break;
		default:
			break;
		}
	}
	cmark_iter_free(it);
	hf_buf_clear(&scratch);
	return ok;
}

enum hf_code
hf_node_html(struct hf_buf *out, const char *markdown, size_t len, struct hf_err *e)
{
	cmark_node  *document;
	char        *html;
	enum hf_code rc;

	if ((rc = hf_node_check(markdown, len, e)) != HF_OK)
		return rc;
	if ((document = cmark_parse_document(markdown, len, CMARK_OPT_DEFAULT)) == NULL)
		return hf_nomem(e);
	html = make_safe(document) ? cmark_render_html(document, CMARK_OPT_DEFAULT) : NULL;
	if (html != NULL)
		hf_buf_adds(out, html);
	cmark_get_default_mem_allocator()->free(html);
	cmark_node_free(document);
	return html == NULL ? hf_nomem(e) : hf_buf_check(out, e);
}
