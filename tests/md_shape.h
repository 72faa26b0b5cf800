/*
 * Does typed text stay text? A page with a value in it, escaped for Markdown, must have the very nodes that it has with a plain word in
 * the value's place, and where the word stood, the value's text. Shared by check_template.c and fuzz_template.c.
 */
#ifndef MD_SHAPE_H
#define MD_SHAPE_H

#include <cmark.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/escape.h"
#include "holdfast/text.h"

struct md_page {
	const char *text;  /* \1 and \2 are where the values go */
	bool        inert; /* code: only the nodes are compared, what they say is not */
};

/* Every place of a page that Markdown reads as text, and what comes near. */
static const struct md_page md_pages[] = {
	{ "\1\n", false },
	{ "Word \1 word.\n", false },
	{ "\1\2\n", false },
	{ "\1 \2\n", false },
	{ "\1\n\2\n", false },
	{ "\1\n\n\2\n", false },
	{ "Before\n\1\nAfter\n", false },
	{ "- \1\n- \2\n", false },
	{ "+ \1\n", false },
	{ "* \1\n\n  \2\n", false },
	{ "1. \1\n2. \2\n", false },
	{ "- a\n  - \1\n  - \2\n- b\n", false },
	{ "- a\n\n      \1\n", true },
	{ "# \1\n", false },
	{ "## A \1 ##\n", false },
	{ "###### \1\2\n", false },
	{ "- # \1\n", false },
	{ "> # \1\n", false },
	{ "\1\n===\n", false },
	{ "\1\n---\n", false },
	{ "> \1\n", false },
	{ "> - \1\n> - \2\n", false },
	{ "> \1\n\n\2\n", false },
	{ "**\1**\n", false },
	{ "*\1* and __\2__\n", false },
	{ "_\1_\n", false },
	{ "***\1***\n", false },
	{ "[\1](https://a.example/)\n", false },
	{ "[\1\n\2](https://a.example/)\n", false },
	{ "[a](<\1>) \2\n", false },
	{ "[a](<https://a.example/\1\2>)\n", false },
	{ "![\1](<\2>)\n", false },
	{ "[label]\1\n", false },
	{ "[label]: <\1>\n\n[label] \2\n", false },
	{ "!\1\n", false },
	{ "\1[label](https://a.example/)\n", false },
	{ "(\1)\n", false },
	{ "\\\1\n", false },
	{ "\\\\\1\\\2\n", false },
	{ "-\1\n", false },
	{ "#\1\n", false },
	{ "=\1\n", false },
	{ "a\n=\1\n", false },
	{ "a\n--\1\n", false },
	{ "12\1\n", false },
	{ "1.\1\n", false },
	{ "\1. \2\n", false },
	{ "\1) \2\n", false },
	{ "\1.\n", false },
	{ "> - \1\2. a\n", false },
	{ "\1.\2\n", false },
	{ "1\1)\n", false },
	{ "\1\0602. a\n", false },
	{ "``\1\n", false },
	{ "~~\1\n", false },
	{ "\1: \2\n", false },
	{ "| \1 | \2 |\n", false },
	{ "a\\\n\1\n", false },
	{ "a  \n\1\n", false },
	{ "<b>\1</b> \2\n", false },
	{ "`a` \1 `b`\n", false },
	{ "a `\1` b \2\n", true },
	{ "<div>\n\1\n</div>\n", true },
	{ "```\n\1\n```\n", true },
	{ "- ```\n  \1\n  ```\n- \2\n", true },
	{ "~~~~ sh\n~~~\n\1\n~~~~\n\2\n", true },
	{ "> ```\n> \1\n> ```\n", true },
	{ "    \1\n", true },
	{ "\t\1\n\n\2\n", true },
};

#define MD_PAGES (sizeof(md_pages) / sizeof(*md_pages))

static void
md_add_text(struct hf_buf *b, const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		hf_buf_addc(b, *s == '\n' ? ' ' : *s);
}

static void
md_add_node(struct hf_buf *b, cmark_node *node, bool inert)
{
	cmark_node_type type = cmark_node_get_type(node);

	if (type == CMARK_NODE_LINEBREAK) {
		md_add_text(b, inert ? "" : " ");
		return;
	}
	if (type == CMARK_NODE_TEXT) {
		md_add_text(b, inert ? "" : cmark_node_get_literal(node));
		return;
	}
	hf_buf_addf(b, "\3%s %d %d %d\n", cmark_node_get_type_string(node), cmark_node_get_heading_level(node),
	    (int)cmark_node_get_list_type(node), cmark_node_get_list_start(node));
	if (inert)
		return;
	md_add_text(b, cmark_node_get_url(node));
	md_add_text(b, cmark_node_get_title(node));
	md_add_text(b, cmark_node_get_literal(node));
}

/* The nodes of a page and their text, as one string; a hard break is a space. */
static char *
md_shape(const struct hf_buf *page, bool inert)
{
	struct hf_buf    b = HF_BUF_INIT;
	cmark_node      *doc = cmark_parse_document(hf_buf_str(page), page->len, CMARK_OPT_DEFAULT);
	cmark_iter      *it = cmark_iter_new(doc);
	cmark_event_type ev;

	while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE)
		if (ev == CMARK_EVENT_ENTER)
			md_add_node(&b, cmark_iter_get_node(it), inert);
		else
			hf_buf_addc(&b, '\4');
	cmark_iter_free(it);
	cmark_node_free(doc);
	return hf_buf_steal(&b);
}

/* What a reader must see of a value: cleaned, its lines with spaces between. */
static char *
md_seen(const char *value)
{
	static const char *const ends[] = { "\r\n", "\r", "\n", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9" };
	struct hf_buf            lines = HF_BUF_INIT, b = HF_BUF_INIT;
	size_t                   i, from = 0;

	while (*value != '\0') {
		for (i = 0; i < 6 && strncmp(value, ends[i], strlen(ends[i])) != 0; i++)
			;
		if (i < 6 || *value == '\t') {
			hf_buf_addc(&lines, i < 6 ? '\n' : ' ');
			value += i < 6 ? strlen(ends[i]) : 1;
		} else {
			hf_buf_addc(&lines, *value++);
		}
	}
	while (lines.len > 0 && lines.data[lines.len - 1] == '\n')
		hf_buf_cut(&lines, lines.len - 1);
	while (from < lines.len && lines.data[from] == '\n')
		from++;
	for (i = from; i < lines.len; i++)
		if (lines.data[i] == '\n')
			lines.data[i] = ' ';
	hf_text_clean(&b, lines.len == from ? " " : lines.data + from, lines.len == from ? 1 : lines.len - from, false);
	hf_buf_clear(&lines);
	return hf_buf_steal(&b);
}

/* The page with the values in it, escaped. */
static void
md_fill(struct hf_buf *out, const char *page, const char *one, const char *two)
{
	struct hf_escape_place place = { 0, 0, 0, 0, '\0', false };
	size_t                 n;

	for (; *page != '\0'; page += n) {
		if ((n = strcspn(page, "\1\2")) > 0) {
			hf_escape_page(out, page, n, &place);
		} else {
			hf_escape_add(out, *page == '\1' ? one : two, HF_ESCAPE_MD, &place);
			n = 1;
		}
	}
}

static char *
md_replaced(const char *s, const char *word, const char *by)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *p;

	for (; (p = strstr(s, word)) != NULL; s = p + strlen(word)) {
		hf_buf_add(&b, s, (size_t)(p - s));
		hf_buf_adds(&b, by);
	}
	hf_buf_adds(&b, s);
	return hf_buf_steal(&b);
}

static void
md_show(const char *what, const char *s)
{
	fprintf(stderr, "%s: ", what);
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == '\\')
			fprintf(stderr, "\\%03o", (unsigned)*s);
		else
			fputc(*s, stderr);
	fputc('\n', stderr);
}

/* True when the values, in this page, are nothing but text. Says what happened on stderr when they are not. */
static bool
md_is_text(const struct md_page *page, const char *one, const char *two)
{
	struct hf_buf plain = HF_BUF_INIT, full = HF_BUF_INIT;
	char         *want = NULL, *half = NULL, *got = NULL, *base = NULL, *seen_one = md_seen(one), *seen_two = md_seen(two);
	bool          same;

	md_fill(&plain, page->text, "xVALUEx", "yVALUEy");
	md_fill(&full, page->text, one, two);
	base = md_shape(&plain, page->inert);
	got = md_shape(&full, page->inert);
	half = md_replaced(base, "xVALUEx", seen_one);
	want = md_replaced(half, "yVALUEy", seen_two);
	same = strcmp(want, got) == 0;
	if (!same) {
		md_show("page", page->text);
		md_show("one", one);
		md_show("two", two);
		md_show("markdown", hf_buf_str(&full));
		md_show("want", want);
		md_show("got", got);
	}
	free(want);
	free(half);
	free(got);
	free(base);
	free(seen_one);
	free(seen_two);
	hf_buf_clear(&plain);
	hf_buf_clear(&full);
	return same;
}

#endif
