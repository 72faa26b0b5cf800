/*
 * A page: lines gathered before they are shown, so that they can be counted. Each line is a label in one style and a text in another; long texts are
 * wrapped under themselves.
 *
 *	struct page *p = page_new(width);
 *	page_text(p, OUT_BOLD, "Who", 6, OUT_PLAIN, "account owner: Nia Evans, +44 20 7946 0102");
 *	page_put(p, app->out);
 *	page_free(p);
 */
#ifndef HOLDFAST_CLI_PAGE_H
#define HOLDFAST_CLI_PAGE_H

#include <stddef.h>

#include "out.h"

struct page;

/* Lines of at most width columns. NULL: out of memory; every other function takes NULL, and does nothing. */
struct page *page_new(size_t width);
void         page_free(struct page *p);

/* One text, wrapped. Its lines begin at column indent; the label stands before the first of them. Newlines in it are kept. */
void page_text(
    struct page *p, enum out_style label_style, const char *label, size_t indent, enum out_style style, const char *text);

void page_line(struct page *p, enum out_style style, const char *fmt, ...) __attribute__((format(printf, 3, 4))); /* wrapped, too */
void page_raw(struct page *p, enum out_style style, const char *text); /* lines as they are */
void page_gap(struct page *p);                                         /* an empty line, unless there is one, or nothing yet */

size_t page_lines(const struct page *p);
size_t page_width(const struct page *p);

/* Where to end a part that begins at from and has room for lines up to to: behind a paragraph near its end, and not under a heading; else before a label. */
size_t page_break(const struct page *p, size_t from, size_t to);
/* Put lines from up to (not including) to. */
void page_part(const struct page *p, struct out *o, size_t from, size_t to);
void page_put(const struct page *p, struct out *o);

#endif
