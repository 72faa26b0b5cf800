/*
 * A playbook drawn: phases as lanes, steps in the order of the text, answers with where they lead, jumps as rails beside them.
 */
#ifndef HOLDFAST_GRAPH_H
#define HOLDFAST_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/playbook.h"

/*
 * As text. No line is wider than width columns (at least 40). ascii: nothing but ASCII is drawn
 * (what the book itself says stays as it is).
 */
enum hf_code hf_graph_text(struct hf_buf *out, const struct hf_playbook *p, size_t width, bool ascii, struct hf_err *e);

/*
 * As one SVG, a column of A4 pages: no script, no link, nothing fetched, every text escaped. name is the book's on the shelf. No step is cut
 * by the end of a page.
 */
enum hf_code hf_graph_svg(struct hf_buf *out, const struct hf_playbook *p, const char *name, struct hf_err *e);

#endif
