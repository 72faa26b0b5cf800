/* A playbook drawn as text, in three goes: what the lines say, which of them a rail touches, and then all of it. */
#include <stdio.h>
#include <string.h>

#include "graph_in.h"
#include "holdfast/text.h"

#define WIDTH_MIN 40
#define ID_ROOM   20 /* columns of title that stand beside an id, at least */

enum mark { M_NONE, M_DOWN, M_STEP, M_ASK, M_LOOP, M_TEE, M_JUMP, M_END };
enum cell { C_NONE, C_DOWN, C_ACROSS, C_CROSS, C_TOP, C_MIDDLE, C_BOTTOM, C_ARROW, C_RULE };

static const char *const marks[][2] = { { " ", " " }, { "│", "|" }, { "●", "o" }, { "◆", "?" }, { "↻", "@" }, { "├", "+" },
	{ "┤", "+" }, { "■", "#" } };
static const char *const cells[][2] = { { " ", " " }, { "│", "|" }, { "─", "-" }, { "┼", "+" }, { "╭", "." }, { "├", "+" },
	{ "╰", "'" }, { "▶", ">" }, { "═", "=" } };

struct line {
	enum mark   mark;
	size_t      rail; /* that it touches, or NOWHERE */
	bool        into; /* the rail leads here */
	bool        lane; /* the head of a lane */
	const char *text; /* "" */
	const char *end;  /* at the right margin; "" */
};

struct drawing {
	const struct hf_playbook *p;
	struct pool               pool;
	struct rails              rails;
	struct line              *lines;
	size_t                    n;
	size_t                    width; /* of the text beside the rails and the marks */
	bool                      ascii;
};

/* ---- what the lines say ---- */

static struct line *
add_line(struct drawing *d, enum mark mark, const char *text, size_t len)
{
	struct line *l = hf_pool_push(&d->pool, &d->lines, &d->n, sizeof(*l));

	if (l != NULL)
		*l = (struct line){ .mark = mark, .rail = NOWHERE, .text = hf_pool_strn(&d->pool, text, len), .end = "" };
	return l;
}

/* A line, broken between letters where a word is too long for it. */
static void
add_broken(struct drawing *d, enum mark first, enum mark rest, size_t at, size_t width, const char *line, size_t len)
{
	char   one[GRAPH_LETTER];
	size_t i, n, columns = 0, from = 0;

	for (i = 0; i < len; i += n) {
		n = hf_graph_letter(line + i);
		snprintf(one, sizeof(one), "%.*s", (int)n, line + i);
		if (columns + hf_text_width(one) > width && i > from) {
			add_line(d, d->n == at ? first : rest, line + from, i - from);
			from = i;
			columns = 0;
		}
		columns += hf_text_width(one);
	}
	add_line(d, d->n == at ? first : rest, line + from, len - from);
}

/* A text over as many lines as it takes; the index of the first. */
static size_t
add_text(struct drawing *d, enum mark first, enum mark rest, size_t indent, size_t width, const char *text)
{
	struct hf_buf plain = HF_BUF_INIT, b = HF_BUF_INIT;
	const char   *p, *nl;
	size_t        at = d->n;

	for (p = text; *p != '\0'; p++)
		if (*p != '`')
			hf_buf_addc(&plain, *p == '\n' ? ' ' : *p);
	hf_buf_pad(&b, ' ', indent);
	hf_text_wrap(&b, hf_buf_str(&plain), width, indent);
	for (p = hf_buf_str(&b); (nl = strchr(p, '\n')) != NULL; p = nl + 1)
		add_broken(d, first, rest, at, width, p, (size_t)(nl - p));
	add_broken(d, first, rest, at, width, p, strlen(p));
	d->pool.failed |= b.failed || plain.failed;
	hf_buf_clear(&b);
	hf_buf_clear(&plain);
	return at;
}

static void
touch(struct drawing *d, size_t line, size_t rail, bool into)
{
	if (line >= d->n || rail == NOWHERE)
		return;
	d->lines[line].rail = rail;
	d->lines[line].into = into;
	hf_rails_at(&d->rails, rail, line);
}

static void
add_lane(struct drawing *d, const struct hf_phase *ph)
{
	struct hf_buf b = HF_BUF_INIT;
	struct line  *l;

	if ((l = add_line(d, M_NONE, ph->title, strlen(ph->title))) != NULL) {
		l->lane = true;
		l->end = ph->id;
	}
	if (ph->loop.sql != NULL) {
		hf_buf_addf(&b, "all of this lane for each %s", ph->loop.text);
		add_text(d, M_LOOP, M_NONE, 1, d->width, hf_buf_str(&b));
	}
	d->pool.failed |= b.failed;
	hf_buf_clear(&b);
	add_line(d, M_DOWN, "", 0);
}

static void
add_routes(struct drawing *d, size_t at, bool goes_on)
{
	const struct hf_step  *s = &d->p->steps[at];
	const struct hf_route *r;
	struct hf_buf          b = HF_BUF_INIT;
	size_t                 i, to, line;

	for (i = 0; i < s->n_routes; i++) {
		r = &s->routes[i];
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "%s %s ", r->label, d->ascii ? "->" : "→");
		hf_graph_way(&b, d->p, at, r);
		line = add_text(d, M_TEE, i + 1 < s->n_routes || goes_on ? M_DOWN : M_NONE, 3, d->width, hf_buf_str(&b));
		if ((to = hf_graph_jump(d->p, r)) != NOWHERE)
			touch(d, line, d->rails.of[to], false);
	}
	hf_buf_clear(&b);
}

static void
add_step(struct drawing *d, size_t at)
{
	const struct hf_step *s = &d->p->steps[at];
	bool                  last = at + 1 == d->p->n_steps, goes_on = hf_graph_falls(d->p, at), apart;
	enum mark             below = s->n_routes > 0 || goes_on ? M_DOWN : M_NONE;
	struct hf_buf         b = HF_BUF_INIT;
	size_t                line;

	apart = hf_text_width(s->id) + ID_ROOM < d->width;
	hf_buf_addf(&b, apart ? "%s" : "%s, %s", s->title, s->id);
	line = add_text(d,
	    s->loop.sql != NULL ? M_LOOP :
		s->n_routes > 0 ? M_ASK :
				  M_STEP,
	    below, 1, apart ? d->width - hf_text_width(s->id) - 1 : d->width, hf_buf_str(&b));
	if (line < d->n && apart)
		d->lines[line].end = s->id;
	touch(d, line, d->rails.of[at], true);
	hf_buf_cut(&b, 0);
	hf_graph_about(&b, d->p, s, d->ascii ? " - " : " · ");
	if (b.len > 0)
		add_text(d, below, below, 5, d->width, hf_buf_str(&b));
	d->pool.failed |= b.failed;
	hf_buf_clear(&b);
	add_routes(d, at, goes_on);
	if (!last)
		add_line(d, goes_on ? M_DOWN : M_NONE, "", 0);
	else if (goes_on)
		add_line(d, M_END, " the end", 8);
}

/* The rails take room beside the text, and how many there are is known only when the lines are. */
static bool
say(struct drawing *d, size_t width)
{
	size_t i, k;

	d->n = 0;
	d->lines = NULL;
	d->width = width;
	d->rails = (struct rails){ NULL, 0, NULL, 0 };
	if (!hf_rails_find(&d->rails, &d->pool, d->p))
		return false;
	for (i = 0; i < d->p->n_phases; i++) {
		add_lane(d, &d->p->phases[i]);
		for (k = 0; k < d->p->phases[i].n; k++)
			add_step(d, d->p->phases[i].first + k);
	}
	return hf_rails_lay(&d->rails, &d->pool) && !d->pool.failed;
}

/* ---- all of it ---- */

static void
put_rail(enum cell *row, const struct drawing *d, const struct rail *rail, size_t line)
{
	const struct line *l = &d->lines[line];
	size_t             at, i, end = 2 * d->rails.columns;

	if (rail->column >= d->rails.columns || line < rail->lo || line > rail->hi)
		return;
	at = 2 * (d->rails.columns - 1 - rail->column);
	if (l->rail != (size_t)(rail - d->rails.list)) {
		row[at] = row[at] == C_ACROSS ? C_CROSS : C_DOWN;
		return;
	}
	row[at] = rail->lo == rail->hi ? C_ACROSS : line == rail->lo ? C_TOP : line == rail->hi ? C_BOTTOM : C_MIDDLE;
	for (i = at + 1; i < end; i++)
		row[i] = row[i] == C_DOWN || row[i] == C_CROSS ? C_CROSS : C_ACROSS;
	if (l->into)
		row[end - 1] = C_ARROW;
}

/* The text, and at the right margin its end where there is room. */
static void
put_words(struct hf_buf *out, const struct drawing *d, const struct line *l)
{
	size_t used = hf_text_width(l->text), i;

	hf_text_clean(out, l->text, strlen(l->text), false);
	if (l->end[0] == '\0' || used + 1 + hf_text_width(l->end) > d->width)
		return;
	for (i = used; i + hf_text_width(l->end) < d->width; i++)
		hf_buf_adds(out, l->lane && i > used && i + hf_text_width(l->end) + 1 < d->width ? cells[C_RULE][d->ascii] : " ");
	hf_text_clean(out, l->end, strlen(l->end), false);
}

static void
put_line(struct hf_buf *out, const struct drawing *d, const size_t *active, size_t n_active, size_t line)
{
	const struct line *l = &d->lines[line];
	enum cell          row[2 * RAILS_MAX] = { C_NONE };
	enum mark          mark = l->mark;
	size_t             i, from = out->len;

	for (i = 0; i < n_active; i++)
		put_rail(row, d, &d->rails.list[active[i]], line);
	for (i = 0; i < 2 * d->rails.columns; i++)
		hf_buf_adds(out, cells[row[i]][d->ascii]);
	if (l->mark == M_TEE && l->rail != NOWHERE && d->rails.list[l->rail].column < d->rails.columns)
		mark = M_JUMP;
	hf_buf_adds(out, l->lane ? cells[C_RULE][d->ascii] : marks[mark][d->ascii]);
	if (l->lane)
		hf_buf_adds(out, " ");
	put_words(out, d, l);
	while (out->len > from && out->data[out->len - 1] == ' ')
		hf_buf_cut(out, out->len - 1);
	hf_buf_addc(out, '\n');
}

/* Rails that a line may lie between: at most one in each column. */
static void
put_lines(struct hf_buf *out, struct drawing *d)
{
	size_t active[RAILS_MAX], n = 0, i, k, *starts, r;

	if ((starts = hf_pool_alloc(&d->pool, (d->n + 1) * RAILS_MAX * sizeof(*starts))) == NULL)
		return;
	for (r = 0; r < d->rails.n; r++)
		if (d->rails.list[r].column < RAILS_MAX)
			starts[d->rails.list[r].lo * RAILS_MAX + d->rails.list[r].column] = r + 1;
	for (i = 0; i < d->n; i++) {
		for (k = 0; k < n; k++)
			if (d->rails.list[active[k]].hi < i)
				active[k--] = active[--n];
		for (k = 0; k < RAILS_MAX; k++)
			if ((r = starts[i * RAILS_MAX + k]) != 0)
				active[n++] = r - 1;
		put_line(out, d, active, n, i);
	}
}

static void
put_head(struct hf_buf *out, const struct drawing *d, size_t width)
{
	static const char *const legend[] = { "● step  ◆ question  ↻ for each  → leads to  ■ the end",
		"o step  ? question  @ for each  -> leads to  # the end" };
	struct hf_buf            b = HF_BUF_INIT;

	hf_buf_adds(&b, d->p->title);
	hf_text_clean(out, hf_buf_str(&b), b.len, false);
	hf_buf_addc(out, '\n');
	hf_buf_cut(&b, 0);
	hf_text_wrap(&b, legend[d->ascii], width, 0);
	hf_buf_addf(out, "%s\n\n", hf_buf_str(&b));
	hf_buf_clear(&b);
}

enum hf_code
hf_graph_text(struct hf_buf *out, const struct hf_playbook *p, size_t width, bool ascii, struct hf_err *e)
{
	struct drawing d = { .p = p, .ascii = ascii };
	unsigned       reserved = 0;
	bool           ok;

	if (width < WIDTH_MIN)
		width = WIDTH_MIN;
	for (ok = say(&d, width - 2); ok && d.rails.columns > reserved; ok = say(&d, width - 2 - 2 * (size_t)reserved))
		reserved = d.rails.columns;
	d.rails.columns = reserved;
	if (ok) {
		put_head(out, &d, width);
		put_lines(out, &d);
	}
	ok = ok && !d.pool.failed;
	hf_pool_clear(&d.pool);
	return ok ? hf_buf_check(out, e) : hf_nomem(e);
}
