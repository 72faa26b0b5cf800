/*
 * A playbook drawn on pages of A4. The pages stand below each other in one drawing, so that a line may run on from one to the next. It is laid out
 * several times: what stands before a step decides on which page the step is, and what stands before it says so.
 */
#include <stdio.h>
#include <string.h>

#include "graph_in.h"
#include "holdfast/text.h"

#define PAGE_W 794
#define PAGE_H 1123
#define TOP    84
#define BOTTOM 40

#define LANE_X    32
#define LANE_W    26
#define BOX_X     84
#define BOX_W     288
#define ANSWERS_X 402
#define ANSWERS_W 284
#define RAIL_X    702
#define RAIL_STEP 8
#define RIGHT     766
#define GAP       20
#define PASSES    3

static const struct ink title_ink = { "t", 13, 16, true };
static const struct ink small_ink = { "s", 10, 13, false };
static const struct ink id_ink = { "i", 10, 13, false };
static const struct ink answer_ink = { "a", 11, 14, false };
static const struct ink lane_ink = { "l", 13, 16, true };
static const struct ink head_ink = { "h", 18, 22, true };

static const char style[] =
    "<style>@page{size:A4 portrait;margin:0}text{font-family:Helvetica,Arial,'Liberation Sans',sans-serif;fill:#111}"
    ".h{font-size:18px;font-weight:bold}.t{font-size:13px;font-weight:bold}.s{font-size:10px;fill:#444}.a{font-size:11px}"
    ".i{font-size:10px;font-family:'Liberation Mono','DejaVu Sans Mono',monospace;fill:#555}.l{font-size:13px;font-weight:bold;fill:#fff}"
    ".p{fill:#fff}.f{fill:#f4f6f9;stroke:#9aa7b8}.n{fill:#2f4b6e}.b{fill:#fff;stroke:#222;stroke-width:1.2}"
    ".c{stroke-dasharray:5 3}.q{fill:#2f4b6e}.w{fill:none;stroke:#222;stroke-width:1.2}.r{fill:none;stroke:#b3541e;stroke-width:1.4}"
    ".x{fill:#eef3e6;stroke:#6b8a3a}.y{fill:#222}</style>\n";

static const char marker[] =
    "<defs><marker id=\"d\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\" "
    "markerUnits=\"userSpaceOnUse\"><path d=\"M0 0L8 4L0 8z\" fill=\"#222\"/></marker><marker id=\"e\" viewBox=\"0 0 8 8\" refX=\"8\" "
    "refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\" markerUnits=\"userSpaceOnUse\"><path d=\"M0 0L8 4L0 8z\" "
    "fill=\"#b3541e\"/></marker></defs>\n";

struct touch {
	size_t rail, x, y;
	bool   into;
};

struct paper {
	const struct hf_playbook *p;
	const char               *name;
	struct pool               pool;
	struct hf_buf             under, over; /* lanes; and what stands on them */
	struct rails              rails;
	struct touch             *touches;
	size_t                    n_touches;
	size_t                    y;
	size_t                    lane_y; /* where the lane in hand began on this page */
	size_t                    from;   /* foot of the step before; 0: nothing leads on from it */
	size_t                   *page;   /* by step, of the pass before */
	size_t                    pages;
};

/* ---- pages and lanes ---- */

static size_t
page_of(size_t y)
{
	return y / PAGE_H;
}

static size_t
foot_of(size_t y)
{
	return (page_of(y) + 1) * PAGE_H - BOTTOM;
}

static void
end_lane(struct paper *d, const struct hf_phase *ph, size_t foot)
{
	struct hf_names lines = { NULL, 0 };
	size_t          h = foot - d->lane_y, x = LANE_X + LANE_W / 2 + 5;

	if (foot <= d->lane_y)
		return;
	hf_buf_addf(&d->under, "<rect class=\"f\" x=\"%d\" y=\"%zu\" width=\"%d\" height=\"%zu\"/>\n", LANE_X, d->lane_y,
	    RIGHT - LANE_X, h);
	hf_buf_addf(
	    &d->under, "<rect class=\"n\" x=\"%d\" y=\"%zu\" width=\"%d\" height=\"%zu\"/>\n", LANE_X, d->lane_y, LANE_W, h);
	hf_ink_wrap(&lines, &d->pool, &lane_ink, ph->title, h > 16 ? h - 16 : 1);
	if (lines.n == 0)
		return;
	hf_buf_addf(&d->under, "<text class=\"l\" text-anchor=\"middle\" transform=\"translate(%zu %zu) rotate(-90)\">", x,
	    d->lane_y + h / 2);
	hf_ink_escape(&d->under, lines.v[0]);
	hf_buf_adds(&d->under, lines.n > 1 ? "…</text>\n" : "</text>\n");
}

/* From the step before to this one; where a page ends between them, the line stops at its foot and goes on below the head of the next. */
static void
line_on(struct paper *d, size_t to)
{
	size_t x = BOX_X + BOX_W / 2, from = d->from;

	if (from == 0)
		return;
	if (page_of(from) != page_of(to)) {
		hf_buf_addf(
		    &d->over, "<path class=\"w\" d=\"M%zu %zuV%zu\" marker-end=\"url(#d)\"/>\n", x, from, foot_of(from) + 20);
		from = page_of(to) * PAGE_H + TOP - 20;
	}
	hf_buf_addf(&d->over, "<path class=\"w\" d=\"M%zu %zuV%zu\" marker-end=\"url(#d)\"/>\n", x, from, to);
}

/* A new page, when so much more does not fit on this one. */
static void
make_room(struct paper *d, const struct hf_phase *ph, size_t height)
{
	if (d->y + height <= foot_of(d->y))
		return;
	if (ph != NULL)
		end_lane(d, ph, foot_of(d->y) + 8);
	d->y = (page_of(d->y) + 1) * PAGE_H + TOP;
	d->lane_y = d->y - 8;
}

/* ---- steps ---- */

struct box {
	struct hf_names title, about;
	char            number[24];
	size_t          x, height;
	bool            asks, loops, may, second;
};

static void
measure(struct box *b, struct paper *d, size_t at)
{
	const struct hf_step *s = &d->p->steps[at];
	struct hf_buf         about = HF_BUF_INIT;

	memset(b, 0, sizeof(*b));
	snprintf(b->number, sizeof(b->number), "%zu", at + 1);
	b->x = BOX_X + 16 + hf_ink_width(&title_ink, b->number);
	b->asks = s->n_routes > 0;
	b->loops = s->loop.sql != NULL;
	b->may = s->n_only > 0;
	b->second = hf_step_second(d->p, s)->when != HF_SECOND_NONE;
	hf_ink_wrap(&b->title, &d->pool, &title_ink, s->title, BOX_X + BOX_W - 8 - b->x);
	hf_graph_about(&about, d->p, s, " · ");
	hf_ink_wrap(&b->about, &d->pool, &small_ink, hf_buf_str(&about), BOX_X + BOX_W - 8 - b->x);
	d->pool.failed |= about.failed;
	hf_buf_clear(&about);
	b->height = 12 + b->title.n * title_ink.step + id_ink.step + b->about.n * small_ink.step;
}

static void
put_rect(struct paper *d, const struct box *b, size_t x, size_t y, size_t inset)
{
	hf_buf_addf(&d->over, "<rect class=\"b%s\" x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%zu\" rx=\"%d\"/>\n",
	    b->may ? " c" : "", x + inset, y + inset, BOX_W - 2 * inset, b->height - 2 * inset, b->asks ? 12 : 3);
}

static void
put_box(struct paper *d, const struct box *b, const struct hf_step *s, size_t y)
{
	size_t at;

	if (b->loops)
		put_rect(d, b, BOX_X + 5, y + 5, 0);
	put_rect(d, b, BOX_X, y, 0);
	if (b->second)
		put_rect(d, b, BOX_X, y, 3);
	hf_ink_text(&d->over, &title_ink, BOX_X + 8, y + 6 + title_ink.size, b->number);
	at = hf_ink_lines(&d->over, &title_ink, b->x, y + 6, &b->title);
	hf_ink_text(&d->over, &id_ink, b->x, at + id_ink.size, s->id);
	hf_ink_lines(&d->over, &small_ink, b->x, at + id_ink.step, &b->about);
}

static void
touch(struct paper *d, size_t rail, size_t x, size_t y, bool into)
{
	struct touch *t = hf_pool_push(&d->pool, &d->touches, &d->n_touches, sizeof(*t));

	if (t == NULL)
		return;
	*t = (struct touch){ rail, x, y, into };
	hf_rails_at(&d->rails, rail, y);
}

static bool
has_verb(const struct hf_route *r, enum hf_verb verb)
{
	size_t i;

	for (i = 0; i < r->n_to; i++)
		if (r->to[i].verb == verb)
			return true;
	return false;
}

/* One answer with where it leads, below the ones before it. */
static void
put_answer(struct paper *d, const struct hf_phase *ph, size_t at, const struct hf_route *r, size_t *trunk)
{
	struct hf_buf   words = HF_BUF_INIT;
	struct hf_names lines = { NULL, 0 };
	size_t          to = hf_graph_jump(d->p, r), height, y;
	size_t          right = ANSWERS_X + ANSWERS_W, i, wide = 0;
	bool            starts = has_verb(r, HF_RUN), ends = has_verb(r, HF_STOP);

	hf_buf_addf(&words, "%s → ", r->label);
	hf_graph_way(&words, d->p, at, r);
	if (to != NOWHERE)
		hf_buf_addf(&words, " (%zu, page %zu)", to + 1, d->page[to] + 1);
	hf_ink_wrap(&lines, &d->pool, &answer_ink, hf_buf_str(&words), ANSWERS_W - 12);
	d->pool.failed |= words.failed;
	hf_buf_clear(&words);
	height = lines.n * answer_ink.step + 8;
	if (d->y + height > foot_of(d->y)) {
		make_room(d, ph, height);
		*trunk = d->y;
	}
	y = d->y + height / 2;
	if (starts || ends)
		hf_buf_addf(&d->over, "<rect class=\"x\" x=\"%d\" y=\"%zu\" width=\"%d\" height=\"%zu\" rx=\"4\"/>\n", ANSWERS_X,
		    d->y + 1, ANSWERS_W, height - 2);
	hf_buf_addf(
	    &d->over, "<path class=\"w\" d=\"M%d %zuV%zuH%d\" marker-end=\"url(#d)\"/>\n", ANSWERS_X - 14, *trunk, y, ANSWERS_X);
	if (ends)
		hf_buf_addf(&d->over, "<rect class=\"y\" x=\"%d\" y=\"%zu\" width=\"8\" height=\"8\"/>\n",
		    ANSWERS_X + ANSWERS_W - 12, y - 4);
	hf_ink_lines(&d->over, &answer_ink, ANSWERS_X + 6, d->y + 3, &lines);
	for (i = 0; i < lines.n; i++)
		if (hf_ink_width(&answer_ink, lines.v[i]) > wide)
			wide = hf_ink_width(&answer_ink, lines.v[i]);
	if (!starts && !ends && ANSWERS_X + wide + 12 < right)
		right = ANSWERS_X + wide + 12;
	if (to != NOWHERE)
		touch(d, d->rails.of[to], right, y, false);
	d->y += height;
}

static void
put_answers(struct paper *d, const struct hf_phase *ph, size_t at, size_t top, const struct box *b)
{
	const struct hf_step *s = &d->p->steps[at];
	size_t                trunk = top + 26, i;

	if (s->n_routes == 0)
		return;
	d->y = top + (d->rails.of[at] != NOWHERE ? 18 : 0);
	hf_buf_addf(&d->over, "<path class=\"w\" d=\"M%d %zuH%d\"/>\n", BOX_X + BOX_W + (b->loops ? 5 : 0), trunk, ANSWERS_X - 14);
	for (i = 0; i < s->n_routes; i++)
		put_answer(d, ph, at, &s->routes[i], &trunk);
}

static void
put_step(struct paper *d, const struct hf_phase *ph, size_t at)
{
	const struct hf_step *s = &d->p->steps[at];
	struct box            b;
	size_t                foot;

	measure(&b, d, at);
	make_room(d, ph, b.height + 4);
	line_on(d, d->y);
	d->page[at] = page_of(d->y);
	if (d->rails.of[at] != NOWHERE)
		touch(d, d->rails.of[at], BOX_X + BOX_W + (b.loops ? 5 : 0), d->y + 10, true);
	put_box(d, &b, s, d->y);
	foot = d->y + b.height;
	d->from = hf_graph_falls(d->p, at) && at + 1 < d->p->n_steps ? foot : 0;
	put_answers(d, ph, at, d->y, &b);
	if (page_of(d->y) == page_of(foot) && foot + (b.loops ? 5 : 0) > d->y)
		d->y = foot + (b.loops ? 5 : 0);
	d->y += GAP;
}

/* ---- the whole ---- */

static void
put_phase(struct paper *d, const struct hf_phase *ph)
{
	struct hf_names lines = { NULL, 0 };
	struct hf_buf   b = HF_BUF_INIT;
	size_t          i;

	make_room(d, NULL, 120);
	d->lane_y = d->y - 8;
	if (ph->loop.sql != NULL) {
		hf_buf_addf(&b, "All of this lane for each %s", ph->loop.text);
		hf_ink_wrap(&lines, &d->pool, &small_ink, hf_buf_str(&b), RAIL_X - BOX_X - BOX_W / 2 - 12);
		d->y = hf_ink_lines(&d->over, &small_ink, BOX_X + BOX_W / 2 + 12, d->y, &lines) + 8;
		d->pool.failed |= b.failed;
		hf_buf_clear(&b);
	}
	for (i = 0; i < ph->n; i++)
		put_step(d, ph, ph->first + i);
	if (ph->n == 0)
		d->y += 60;
	end_lane(d, ph, d->y - GAP + 8);
	d->y += GAP / 2;
}

static void
put_rails(struct paper *d)
{
	const struct rail  *r;
	const struct touch *t;
	size_t              i, x;

	for (i = 0; i < d->n_touches; i++) {
		t = &d->touches[i];
		r = &d->rails.list[t->rail];
		if (r->column >= RAILS_MAX)
			continue;
		x = RAIL_X + RAIL_STEP * (size_t)r->column;
		if (t->into) /* the whole rail, and the arrow to its step */
			hf_buf_addf(&d->over, "<path class=\"r\" d=\"M%zu %zuV%zuM%zu %zuH%zu\" marker-end=\"url(#e)\"/>\n", x,
			    r->lo, r->hi, x, t->y, t->x);
		else
			hf_buf_addf(&d->over, "<path class=\"r\" d=\"M%zu %zuH%zu\"/>\n", t->x, t->y, x);
	}
}

static void
put_legend(struct paper *d)
{
	static const char legend[] =
	    "Round: it asks. Dashed: only on a condition. Doubled behind: for each. Double line: a second person "
	    "approves. Green: another run starts, or this one ends.";
	struct hf_names lines = { NULL, 0 };

	hf_ink_wrap(&lines, &d->pool, &small_ink, d->p->in_short, RIGHT - LANE_X);
	hf_ink_wrap(&lines, &d->pool, &small_ink, legend, RIGHT - LANE_X);
	d->y = hf_ink_lines(&d->over, &small_ink, LANE_X, d->y - 24, &lines) + GAP;
}

static bool
lay(struct paper *d)
{
	size_t i;

	hf_buf_cut(&d->under, 0);
	hf_buf_cut(&d->over, 0);
	d->rails = (struct rails){ NULL, 0, NULL, 0 };
	d->touches = NULL;
	d->n_touches = d->from = 0;
	d->y = TOP;
	if (!hf_rails_find(&d->rails, &d->pool, d->p))
		return false;
	put_legend(d);
	for (i = 0; i < d->p->n_phases; i++)
		put_phase(d, &d->p->phases[i]);
	d->pages = page_of(d->y - GAP) + 1;
	if (!hf_rails_lay(&d->rails, &d->pool))
		return false;
	put_rails(d);
	return !d->pool.failed;
}

static void
put_pages(struct hf_buf *out, struct paper *d)
{
	struct hf_names title = { NULL, 0 };
	struct hf_buf   b = HF_BUF_INIT;
	size_t          i, y;

	hf_ink_wrap(&title, &d->pool, &head_ink, d->p->title, RAIL_X - LANE_X);
	for (i = 0; i < d->pages; i++) {
		y = i * PAGE_H;
		hf_buf_addf(out, "<rect class=\"p\" x=\"0\" y=\"%zu\" width=\"%d\" height=\"%d\"/>\n", y, PAGE_W, PAGE_H);
		if (title.n > 0)
			hf_ink_text(out, &head_ink, LANE_X, y + 38, title.v[0]);
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "%s, page %zu of %zu%s%s", d->name, i + 1, d->pages, d->p->reviewed[0] != '\0' ? ", reviewed " : "",
		    d->p->reviewed);
		hf_ink_text(out, &small_ink, LANE_X, y + 54, hf_buf_str(&b));
	}
	out->failed |= b.failed;
	hf_buf_clear(&b);
}

enum hf_code
hf_graph_svg(struct hf_buf *out, const struct hf_playbook *p, const char *name, struct hf_err *e)
{
	struct paper d = { .p = p, .name = name };
	bool         ok;
	int          i;

	ok = (d.page = hf_pool_alloc(&d.pool, (p->n_steps + 1) * sizeof(*d.page))) != NULL;
	for (i = 0; ok && i < PASSES; i++)
		ok = lay(&d);
	if (ok) {
		hf_buf_addf(out,
		    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" "
		    "height=\"%zumm\" viewBox=\"0 0 %d %zu\" role=\"img\">\n<title>",
		    297 * d.pages, PAGE_W, PAGE_H * d.pages);
		hf_ink_escape(out, p->title);
		hf_buf_addf(out, "</title>\n%s%s", style, marker);
		put_pages(out, &d);
		hf_buf_add(out, hf_buf_str(&d.under), d.under.len);
		hf_buf_add(out, hf_buf_str(&d.over), d.over.len);
		hf_buf_adds(out, "</svg>\n");
	}
	ok = ok && !d.pool.failed && !d.under.failed && !d.over.failed;
	hf_buf_clear(&d.under);
	hf_buf_clear(&d.over);
	hf_pool_clear(&d.pool);
	return ok ? hf_buf_check(out, e) : hf_nomem(e);
}
