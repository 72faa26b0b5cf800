/*
 * Between the files that draw a playbook.
 */
#ifndef HOLDFAST_BOOK_GRAPH_IN_H
#define HOLDFAST_BOOK_GRAPH_IN_H

#include "holdfast/graph.h"
#include "ids.h"

#define RAILS_MAX 8 /* beside each other; a jump more is only said in words */

/* The line beside the steps that all jumps to one step share. lo and hi are places: lines of text, or points on paper. */
struct rail {
	size_t   target; /* the step */
	size_t   lo, hi;
	unsigned column; /* 0 is next to the steps; RAILS_MAX: it is not drawn */
};

struct rails {
	struct rail *list; /* one for each step that something jumps to */
	size_t       n;
	size_t      *of; /* by step: its rail, or NOWHERE */
	unsigned     columns;
};

/* Find what is jumped to; places are still to come. False: out of memory. */
bool hf_rails_find(struct rails *r, struct pool *pool, const struct hf_playbook *p);
/* A place that belongs to a rail. */
void hf_rails_at(struct rails *r, size_t rail, size_t place);
/* Give each its column, so that none touches another. False: out of memory. */
bool hf_rails_lay(struct rails *r, struct pool *pool);

/* The step that a route jumps to; NOWHERE: it goes on, or ends. */
size_t hf_graph_jump(const struct hf_playbook *p, const struct hf_route *r);
/* Can the step that comes next in the text follow? */
bool hf_graph_falls(const struct hf_playbook *p, size_t step);

/* The letter that begins at s: its bytes, fewer than GRAPH_LETTER. */
#define GRAPH_LETTER 8
size_t hf_graph_letter(const char *s);

/* Who, by when, on what condition, for what, who approves: the words under a step's title, parts between " · " or " - ". */
void hf_graph_about(struct hf_buf *b, const struct hf_playbook *p, const struct hf_step *s, const char *between);
/* Where a route leads: "on", "back to `x`", "starts incident/y on {line}", "the run ends". */
void hf_graph_way(struct hf_buf *b, const struct hf_playbook *p, size_t step, const struct hf_route *r);

/* ---- ink: what SVG is made of (graph_ink.c). Points on paper are those of SVG, 96 to the inch ---- */

struct ink {
	const char *cls;  /* of its style sheet */
	unsigned    size; /* of the letters */
	unsigned    step; /* from line to line */
	bool        bold;
};

/* The text in lines of at most width, as letters are wide in Helvetica, backticks left out. A word longer than that is broken. */
void hf_ink_wrap(struct hf_names *lines, struct pool *pool, const struct ink *ink, const char *text, size_t width);
/* One line of text, its foot at y. */
void hf_ink_text(struct hf_buf *out, const struct ink *ink, size_t x, size_t y, const char *text);
/* The lines below each other, the head of the first at y. Returns where the next one would begin. */
size_t hf_ink_lines(struct hf_buf *out, const struct ink *ink, size_t x, size_t y, const struct hf_names *lines);
/* How wide it is. */
size_t hf_ink_width(const struct ink *ink, const char *text);
/* A text within an element. */
void hf_ink_escape(struct hf_buf *out, const char *text);

#endif
