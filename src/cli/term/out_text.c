/* The text face: words, styles and values. Everything that is shown passes out_styled. */
#include <stdarg.h>
#include <string.h>

#include "holdfast/text.h"
#include "holdfast/time.h"
#include "out_in.h"

#define DRAIN_AT   (32 * 1024)
#define PARA_WIDTH 80

const char *
out_sgr(enum out_style style)
{
	static const char *const sgr[] = {
		[OUT_PLAIN] = "",
		[OUT_BOLD] = "\033[1m",
		[OUT_DIM] = "\033[2m",
		[OUT_GOOD] = "\033[32m",
		[OUT_WARN] = "\033[33m",
		[OUT_BAD] = "\033[1;31m",
	};

	return sgr[style];
}

/* Tabs do no harm, and text that was laid out with them needs them. */
static void
clean_lines(struct hf_buf *b, const char *s, size_t len)
{
	const char *tab;
	size_t      n;

	for (;; s += n + 1, len -= n + 1) {
		tab = memchr(s, '\t', len);
		n = tab == NULL ? len : (size_t)(tab - s);
		hf_text_clean(b, s, n, true);
		if (tab == NULL)
			return;
		hf_buf_addc(b, '\t');
	}
}

void
out_styled(struct out *o, enum out_style style, const char *s, size_t len, bool lines)
{
	bool colored = style != OUT_PLAIN && o->term->color_out && len > 0;

	if (o->json)
		return;
	if (colored)
		hf_buf_adds(&o->text, out_sgr(style));
	if (lines)
		clean_lines(&o->text, s, len);
	else
		hf_text_clean(&o->text, s, len, false);
	if (colored)
		hf_buf_adds(&o->text, "\033[0m");
	o->started = true;
	if (o->text.len >= DRAIN_AT && !o->paged)
		out_drain(o);
}

__attribute__((format(printf, 3, 0))) static void
putv(struct out *o, enum out_style style, const char *fmt, va_list ap)
{
	struct hf_buf b = HF_BUF_INIT;

	if (o->json)
		return;
	hf_buf_addv(&b, fmt, ap);
	o->text.failed = o->text.failed || b.failed;
	out_styled(o, style, hf_buf_str(&b), b.len, true);
	hf_buf_clear(&b);
}

void
put(struct out *o, enum out_style style, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	putv(o, style, fmt, ap);
	va_end(ap);
}

void
put_line(struct out *o, enum out_style style, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	putv(o, style, fmt, ap);
	va_end(ap);
	out_styled(o, OUT_PLAIN, "\n", 1, true);
}

void
put_heading(struct out *o, const char *fmt, ...)
{
	va_list ap;

	if (o->started)
		out_styled(o, OUT_PLAIN, "\n", 1, true);
	va_start(ap, fmt);
	putv(o, OUT_BOLD, fmt, ap);
	va_end(ap);
	out_styled(o, OUT_PLAIN, "\n", 1, true);
}

void
put_para(struct out *o, size_t indent, const char *text)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        width = term_width(o->term);

	if (o->json)
		return;
	if (width > PARA_WIDTH)
		width = PARA_WIDTH;
	hf_buf_pad(&b, ' ', indent);
	hf_text_wrap(&b, text, width > indent + 20 ? width : indent + 20, indent);
	out_styled(o, OUT_PLAIN, hf_buf_str(&b), b.len, true);
	out_styled(o, OUT_PLAIN, "\n", 1, true);
	hf_buf_clear(&b);
}

void
put_item(struct out *o, enum out_style style, size_t indent, size_t hang, const char *fmt, ...)
{
	struct hf_buf text = HF_BUF_INIT, b = HF_BUF_INIT;
	va_list       ap;

	if (o->json)
		return;
	va_start(ap, fmt);
	hf_buf_addv(&text, fmt, ap);
	va_end(ap);
	hf_buf_pad(&b, ' ', indent);
	hf_text_wrap(&b, hf_buf_str(&text), o->term->out ? term_width(o->term) : 0, hang);
	o->text.failed = o->text.failed || text.failed || b.failed;
	out_styled(o, style, hf_buf_str(&b), b.len, true);
	out_styled(o, OUT_PLAIN, "\n", 1, true);
	hf_buf_clear(&text);
	hf_buf_clear(&b);
}

void
put_bar(struct out *o, size_t done, size_t total, size_t width)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        i, full = total == 0 ? 0 : done >= total ? width : done * width / total;

	for (i = 0; i < width; i++)
		hf_buf_adds(&b, o->term->utf8 ? (i < full ? "█" : "░") : i < full ? "#" : "-");
	out_styled(o, OUT_PLAIN, hf_buf_str(&b), b.len, false);
	hf_buf_clear(&b);
}

/* ---- values ---- */

void
out_text(struct out *o, struct hf_buf *b, const char *value, unsigned flags)
{
	int64_t t;

	if ((flags & OUT_TIME) != 0 && hf_time_parse(&t, NULL, value, NULL) == HF_OK)
		hf_time_local(b, t, o->zone, false);
	else if ((flags & OUT_REF) != 0 && o->ref != NULL)
		o->ref(o->ref_arg, b, value);
	else
		hf_buf_adds(b, value);
}

static void
add_list(struct out *o, struct hf_buf *b, const struct hf_json *list, unsigned flags)
{
	size_t i;

	for (i = 0; i < hf_json_len(list); i++) {
		if (i > 0)
			hf_buf_adds(b, ", ");
		out_value(o, b, hf_json_at(list, i), flags);
	}
}

void
out_value(struct out *o, struct hf_buf *b, const struct hf_json *value, unsigned flags)
{
	if ((flags & OUT_TIME) != 0 && hf_json_is(value, HF_JSON_INT)) {
		hf_time_local(b, hf_json_num(value), o->zone, false);
		return;
	}
	switch (hf_json_type(value)) {
	case HF_JSON_NULL:
		break;
	case HF_JSON_BOOL:
		hf_buf_adds(b, hf_json_true(value) ? "yes" : "no");
		break;
	case HF_JSON_STRING:
		out_text(o, b, hf_json_str(value), flags);
		break;
	case HF_JSON_ARRAY:
		add_list(o, b, value, flags);
		break;
	case HF_JSON_INT:
	case HF_JSON_REAL:
	case HF_JSON_OBJECT:
		hf_json_dump(b, value, HF_JSON_COMPACT);
		break;
	}
}

enum out_style
out_state_style(const char *word)
{
	static const struct {
		const char    *word;
		enum out_style style;
	} states[] = {
		{ "done", OUT_GOOD },
		{ "live", OUT_GOOD },
		{ "ok", OUT_GOOD },
		{ "met", OUT_GOOD },
		{ "green", OUT_GOOD },
		{ "closed", OUT_GOOD },
		{ "open", OUT_WARN },
		{ "waiting", OUT_WARN },
		{ "partly", OUT_WARN },
		{ "amber", OUT_WARN },
		{ "parked", OUT_WARN },
		{ "proposed", OUT_WARN },
		{ "medium", OUT_WARN },
		{ "failed", OUT_BAD },
		{ "hijacked", OUT_BAD },
		{ "late", OUT_BAD },
		{ "overdue", OUT_BAD },
		{ "not met", OUT_BAD },
		{ "red", OUT_BAD },
		{ "high", OUT_BAD },
		{ "critical", OUT_BAD },
		{ "skipped", OUT_DIM },
		{ "excluded", OUT_DIM },
	};
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].word, word) == 0)
			return states[i].style;
	return OUT_PLAIN;
}
