#include "term.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "holdfast/buf.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

#define BAR_AFTER (1 * HF_SECOND)
#define BAR_EVERY INT64_C(80) /* ms between two drawings */
#define BAR_WIDTH 24

static bool
want_color(enum term_when when, bool terminal, bool dumb)
{
	const char *no = getenv("NO_COLOR");

	if (when != TERM_AUTO)
		return when == TERM_ALWAYS;
	return terminal && !dumb && (no == NULL || *no == '\0');
}

void
term_init(struct term *t, enum term_when color, bool quiet)
{
	const char *name = getenv("TERM");

	memset(t, 0, sizeof(*t));
	t->in = isatty(STDIN_FILENO) == 1;
	t->out = isatty(STDOUT_FILENO) == 1;
	t->err = isatty(STDERR_FILENO) == 1;
	t->dumb = name == NULL || *name == '\0' || strcmp(name, "dumb") == 0;
	t->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	t->color_out = want_color(color, t->out, t->dumb);
	t->color_err = want_color(color, t->err, t->dumb);
	t->quiet = quiet;
}

static size_t
columns_of(int fd)
{
	const char    *s = getenv("COLUMNS");
	struct winsize ws;
	long           n = s == NULL ? 0 : strtol(s, NULL, 10);

	if (n >= 10 && n <= 1000)
		return (size_t)n;
	if (ioctl(fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col >= 10)
		return ws.ws_col;
	return 80;
}

size_t
term_width(const struct term *t)
{
	return columns_of(t->out || !t->err ? STDOUT_FILENO : STDERR_FILENO);
}

size_t
term_height(const struct term *t)
{
	struct winsize ws;

	if (!t->out)
		return 0;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 1 ? ws.ws_row : 24;
}

/* ---- progress ---- */

static void
write_err(const struct hf_buf *b)
{
	if (b->len > 0 && write(STDERR_FILENO, b->data, b->len) < 0)
		return; /* a bar that nobody sees */
}

static void
draw(const struct term *t, const char *what, size_t done, size_t total)
{
	struct hf_buf b = HF_BUF_INIT, name = HF_BUF_INIT;
	size_t        full = total == 0 ? 0 : (size_t)((double)done / (double)total * BAR_WIDTH), i;
	size_t        width = columns_of(STDERR_FILENO);

	hf_text_clean(&name, what, strlen(what), false);
	hf_buf_adds(&b, "\r");
	hf_text_fit(&b, hf_buf_str(&name), width > BAR_WIDTH + 30 ? width - BAR_WIDTH - 28 : 10, !t->utf8);
	hf_buf_adds(&b, " ");
	for (i = 0; i < BAR_WIDTH && width > BAR_WIDTH + 30; i++)
		hf_buf_adds(&b, t->utf8 ? (i < full ? "█" : "░") : i < full ? "#" : "-");
	hf_buf_addf(&b, " %zu of %zu\033[K", done, total);
	write_err(&b);
	hf_buf_clear(&b);
	hf_buf_clear(&name);
}

static void
on_progress(void *arg, const char *what, size_t done, size_t total)
{
	struct term *t = arg;
	int64_t      now = hf_time_mono();

	if (done >= total) {
		term_progress_clear(t);
		t->bar.since = 0;
		return;
	}
	if (t->bar.since == 0)
		t->bar.since = now;
	if (now - t->bar.since < BAR_AFTER || (t->bar.shown && now - t->bar.drawn < BAR_EVERY))
		return;
	t->bar.shown = true;
	t->bar.drawn = now;
	draw(t, what, done, total);
}

const struct hf_progress *
term_progress(struct term *t)
{
	if (!t->err || t->dumb || t->quiet)
		return NULL;
	t->progress.fn = on_progress;
	t->progress.arg = t;
	return &t->progress;
}

void
term_progress_clear(struct term *t)
{
	struct hf_buf b = HF_BUF_INIT;

	if (!t->bar.shown)
		return;
	t->bar.shown = false;
	hf_buf_adds(&b, "\r\033[K");
	write_err(&b);
	hf_buf_clear(&b);
}
