/*
 * Markdown as a tree of our own (doc.c, the door to libcmark). Everything of it lives in the pool given. At most NODE_DEEP levels are
 * kept: what lies deeper is dropped and `deep` of the root is set to where it began.
 */
#ifndef HOLDFAST_BOOK_NODE_H
#define HOLDFAST_BOOK_NODE_H

#include "holdfast/doc.h"
#include "pool.h"

#define NODE_DEEP 48

enum node_type {
	NODE_DOCUMENT,
	NODE_HEADING,
	NODE_PARA,
	NODE_QUOTE,
	NODE_LIST,
	NODE_ITEM,
	NODE_CODE_BLOCK,
	NODE_HTML, /* a block of raw HTML */
	NODE_RULE,
	NODE_TEXT,
	NODE_CODE,
	NODE_SOFT, /* the end of a source line within a paragraph */
	NODE_HARD, /* a line break that was meant */
	NODE_HTML_INLINE,
	NODE_EMPH,
	NODE_STRONG,
	NODE_LINK,
	NODE_IMAGE
};

struct node {
	enum node_type type;
	struct hf_pos  pos;
	unsigned       number;  /* level of a heading, first number of an ordered list */
	bool           ordered; /* of a list */
	bool           tight;   /* of a list: no blank lines between its items */
	const char    *text;    /* of text and code; address of a link or image; "" else */
	const char    *info;    /* of a fenced code block: its first word; "" else */
	struct node   *child, *last, *next;
	struct hf_pos  deep; /* of the root: line 0 when nothing was dropped */
};

/* HF_BAD when it is no UTF-8 (saying the line), over HF_DOC_MAX, or has too many brackets in one paragraph. */
enum hf_code hf_node_check(const char *markdown, size_t len, struct hf_err *e);
/* The same, and then the tree. */
enum hf_code hf_node_parse(struct node **out, struct pool *pool, const char *markdown, size_t len, struct hf_err *e);

/* Append the HTML of a document's body: cleaned text, links only to https, http and mailto, images as their words, no raw HTML. */
enum hf_code hf_node_html(struct hf_buf *out, const char *markdown, size_t len, struct hf_err *e);

/* May a page or a person be sent there? https, http, mailto. */
bool hf_node_link_allowed(const char *url);

#endif
