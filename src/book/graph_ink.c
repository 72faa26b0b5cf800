/* Text in SVG: how wide it is, where its lines break, and nothing in it that is not text. */
#include <string.h>

#include "graph_in.h"
#include "holdfast/escape.h"
#include "holdfast/text.h"

/* Widths of Helvetica, thousandths of its size, from space to tilde. Arial and Liberation Sans have the same. */
static const unsigned short widths[] = { 278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556,
	556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
	500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556,
	500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
	260, 334, 584 };

#define OTHER 600  /* of a letter beyond ASCII */
#define WIDE  1000 /* of one that takes two columns */
#define SPARE 116  /* per cent: where another font is used, most are wider */

size_t
hf_graph_letter(const char *s)
{
	size_t n = 1;

	while (n < GRAPH_LETTER - 1 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static size_t
thousandths(const char *s, size_t n)
{
	char one[GRAPH_LETTER] = "";

	if (n == 1)
		return *s >= ' ' && *s <= '~' ? widths[*s - ' '] : OTHER;
	memcpy(one, s, n);
	return hf_text_width(one) == 2 ? WIDE : hf_text_width(one) == 0 ? 0 : OTHER;
}

static size_t
width_of(const struct ink *ink, const char *s, size_t len)
{
	size_t i, n, sum = 0;

	for (i = 0; i < len; i += n) {
		n = hf_graph_letter(s + i);
		sum += thousandths(s + i, n);
	}
	return (sum * ink->size * SPARE * (ink->bold ? 110 : 100) / 10000 + 999) / 1000;
}

size_t
hf_ink_width(const struct ink *ink, const char *text)
{
	return width_of(ink, text, strlen(text));
}

/* How much of a word that is too long for a line fits in one: one letter at least. */
static size_t
fitting(const struct ink *ink, const char *word, size_t len, size_t width)
{
	size_t n = hf_graph_letter(word);

	while (n < len && width_of(ink, word, n + hf_graph_letter(word + n)) <= width)
		n += hf_graph_letter(word + n);
	return n < len ? n : len;
}

void
hf_ink_wrap(struct hf_names *lines, struct pool *pool, const struct ink *ink, const char *text, size_t width)
{
	struct hf_buf line = HF_BUF_INIT, clean = HF_BUF_INIT;
	const char   *p;
	size_t        n, before;

	for (; *text != '\0'; text += n + (text[n] == '`')) {
		n = strcspn(text, "`");
		hf_text_clean(&clean, text, n, true);
	}
	for (p = hf_buf_str(&clean); *(p += strspn(p, " \n\t")) != '\0'; p += n) {
		n = strcspn(p, " \n\t");
		before = line.len;
		if (line.len > 0)
			hf_buf_addc(&line, ' ');
		hf_buf_add(&line, p, n);
		if (before > 0 && width_of(ink, hf_buf_str(&line), line.len) > width) {
			hf_pool_name(pool, lines, hf_buf_str(&line), before);
			hf_buf_cut(&line, 0);
			n = 0;
		} else if (width_of(ink, hf_buf_str(&line), line.len) > width) {
			n = fitting(ink, p, n, width);
			hf_pool_name(pool, lines, p, n);
			hf_buf_cut(&line, 0);
		}
	}
	if (line.len > 0)
		hf_pool_name(pool, lines, hf_buf_str(&line), line.len);
	pool->failed |= line.failed || clean.failed;
	hf_buf_clear(&line);
	hf_buf_clear(&clean);
}

void
hf_ink_escape(struct hf_buf *out, const char *text)
{
	struct hf_buf clean = HF_BUF_INIT;

	hf_text_clean(&clean, text, strlen(text), false);
	hf_escape_add(out, hf_buf_str(&clean), HF_ESCAPE_HTML, NULL);
	out->failed |= clean.failed;
	hf_buf_clear(&clean);
}

void
hf_ink_text(struct hf_buf *out, const struct ink *ink, size_t x, size_t y, const char *text)
{
	hf_buf_addf(out, "<text class=\"%s\" x=\"%zu\" y=\"%zu\">", ink->cls, x, y);
	hf_ink_escape(out, text);
	hf_buf_adds(out, "</text>\n");
}

size_t
hf_ink_lines(struct hf_buf *out, const struct ink *ink, size_t x, size_t y, const struct hf_names *lines)
{
	size_t i;

	for (i = 0; i < lines->n; i++, y += ink->step)
		hf_ink_text(out, ink, x, y + ink->size, lines->v[i]);
	return y;
}
