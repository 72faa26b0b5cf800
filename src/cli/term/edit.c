#include "edit.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "../app.h"
#include "guard.h"
#include "holdfast/buf.h"
#include "holdfast/text.h"

#define INVISIBLE '\1' /* libedit counts no columns between two of these */
#define TYPED_EOF '\004'
#define SHOW_MAX  60 /* candidates listed at once */
#define PASTE_GAP 20 /* ms: nobody types the next key so soon after Enter */

static EditLine          *editor;
static int                keys = STDIN_FILENO; /* the terminal anew, where it can be opened: reading there never waits */
static FILE              *screen, *nowhere;
static const struct edit *now;
static struct hf_buf      prompt_text = HF_BUF_INIT;

static bool goes_on;

static struct hf_buf begun = HF_BUF_INIT; /* typed before the question was there, and not ended */
static size_t        n_begun;             /* so much of it was read */

static volatile sig_atomic_t stop_asked, resized;

/* ---- signals while a line is read ---- */

static void
on_stop(int sig)
{
	(void)sig;
	stop_asked = 1;
}

static void
on_resize(int sig)
{
	(void)sig;
	resized = 1;
}

struct signals {
	struct sigaction tstp, winch;
};

static void
set_signals(struct signals *s)
{
	struct sigaction sa = { .sa_handler = on_stop };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGTSTP, &sa, &s->tstp);
	sa.sa_handler = on_resize;
	sigaction(SIGWINCH, &sa, &s->winch);
}

static void
reset_signals(const struct signals *s)
{
	sigaction(SIGTSTP, &s->tstp, NULL);
	sigaction(SIGWINCH, &s->winch, NULL);
}

/* Stop as any program does, with the terminal as the shell left it; and take it again afterwards. */
static void
stop(void)
{
	struct sigaction sa = { .sa_handler = SIG_DFL }, ours;
	sigset_t         tstp, before;

	stop_asked = 0;
	el_set(editor, EL_PREP_TERM, 0);
	sigemptyset(&sa.sa_mask);
	sigaction(SIGTSTP, &sa, &ours);
	raise(SIGTSTP);
	sigemptyset(&tstp);
	sigaddset(&tstp, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &tstp, &before); /* here we stand still */
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	el_set(editor, EL_PREP_TERM, 1);
	el_set(editor, EL_REFRESH);
}

static bool
is_empty(void)
{
	const LineInfo *line = el_line(editor);

	return line->lastchar == line->buffer;
}

/*
 * Wait for a byte or a signal, without a gap between looking and waiting. 1: a byte; 2: the window has another size, and what it shows is to be shown
 * again; 0: look again; -1: the line ends here.
 */
static int
wait_for_input(void)
{
	static const int watched[] = { SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH };
	sigset_t         block, before;
	fd_set           fds;
	size_t           i;
	int              n = 0;

	sigemptyset(&block);
	for (i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		sigaddset(&block, watched[i]);
	sigprocmask(SIG_BLOCK, &block, &before);
	if (app_signal() != 0)
		n = -1;
	else if (stop_asked)
		stop();
	else if (resized) {
		resized = 0;
		el_resize(editor);
		if (now->resized && is_empty())
			n = 2;
		else
			el_set(editor, EL_REFRESH);
	} else {
		FD_ZERO(&fds);
		FD_SET(keys, &fds);
		n = pselect(keys + 1, &fds, NULL, NULL, NULL, &before);
		n = n < 0 && errno == EINTR ? 0 : n;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return n;
}

/* The end of a line, or amid what is pasted? */
static wchar_t
end_of_line(wchar_t c)
{
	struct timeval gap = { 0, PASTE_GAP * 1000L };
	fd_set         fds;

	FD_ZERO(&fds);
	FD_SET(keys, &fds);
	goes_on = select(keys + 1, &fds, NULL, NULL, &gap) > 0;
	return now->lines && goes_on ? L' ' : c;
}

static bool
is_waiting(void)
{
	struct timeval none = { 0, 0 };
	fd_set         fds;

	FD_ZERO(&fds);
	FD_SET(keys, &fds);
	return select(keys + 1, &fds, NULL, NULL, &none) > 0;
}

/* Take what was typed already. A line that was ended was meant for what stood there before; the rest is the beginning of an answer. */
static void
take_begun(void)
{
	char c;

	hf_buf_cut(&begun, n_begun = 0);
	while (is_waiting() && read(keys, &c, 1) == 1) {
		if (c == '\n' || c == '\r' || c == '\0') /* Ctrl-D is a NUL, where it was typed while the terminal took lines */
			hf_buf_cut(&begun, 0);
		else
			hf_buf_addc(&begun, c);
	}
	if (begun.failed)
		hf_buf_cut(&begun, 0);
}

/* One byte: of what was begun, or of what is typed now. As read(2). */
static ssize_t
read_byte(char *c)
{
	if (n_begun == begun.len)
		return read(keys, c, 1);
	*c = begun.data[n_begun++];
	return 1;
}

/* One character for libedit: 1, 0 at the end, -1 on failure. */
static int
get_char(EditLine *el, wchar_t *out)
{
	mbstate_t state;
	char      c;
	ssize_t   n;
	int       ready;

	(void)el;
	memset(&state, 0, sizeof(state));
	guard_seen();
	for (;;) {
		while ((ready = n_begun < begun.len ? 1 : wait_for_input()) == 0)
			continue;
		if (ready < 0)
			return -1;
		if (ready == 2) {
			*out = EDIT_REDRAW[0];
			return 1;
		}
		if ((n = read_byte(&c)) < 0 && (errno == EINTR || errno == EAGAIN))
			continue; /* Ctrl-C takes back what was typed before it and not yet read */
		if (n <= 0)
			return (int)n;
		if (c == '\0')
			c = TYPED_EOF; /* Ctrl-D typed ahead, while the terminal took lines */
		switch (mbrtowc(out, &c, 1, &state)) {
		case (size_t)-2:
			continue; /* more bytes to come */
		case (size_t)-1:
			*out = L'?';
			return 1;
		default:
			if ((now->lines || now->part) && (*out == L'\r' || *out == L'\n'))
				*out = end_of_line(*out);
			return 1;
		}
	}
}

/* ---- completion ---- */

static void
list_words(struct words *w)
{
	size_t n = words_count(w), i, len, widest = 0, per_line;

	for (i = 0; i < n && i < SHOW_MAX; i++)
		if ((len = hf_text_width(words_at(w, i))) > widest)
			widest = len;
	per_line = term_width(now->term) / (widest + 2);
	if (per_line == 0)
		per_line = 1;
	for (i = 0; i < n && i < SHOW_MAX; i++)
		fprintf(screen, "%s%s%*s", i % per_line == 0 ? "\n" : "", words_at(w, i),
		    (int)(widest + 2 - hf_text_width(words_at(w, i))), "");
	if (n > SHOW_MAX)
		fprintf(screen, "\nand %zu more", n - SHOW_MAX);
	fputc('\n', screen);
}

static int
characters(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* Put what all candidates have in common in place of what was typed; list them when that is no more than there was. */
static unsigned char
extend(EditLine *el, const char *typed, struct words *w)
{
	size_t common = words_common(w);
	char  *text;

	if (words_count(w) == 0)
		return CC_REFRESH_BEEP;
	if (words_count(w) > 1 && common <= strlen(typed)) {
		list_words(w);
		return CC_REDISPLAY;
	}
	if ((text = strndup(words_at(w, 0), common)) == NULL)
		return CC_ERROR;
	el_deletestr(el, characters(typed));
	el_insertstr(el, text);
	free(text);
	return CC_REFRESH;
}

static unsigned char
on_tab(EditLine *el, int ch)
{
	const LineInfo *line = el_line(el);
	struct words   *w = NULL;
	char           *typed;
	unsigned char   rc = CC_ERROR;

	(void)ch;
	if (now->complete == NULL)
		return CC_REFRESH_BEEP;
	if ((typed = strndup(line->buffer, (size_t)(line->cursor - line->buffer))) != NULL && (w = words_new(typed)) != NULL) {
		now->complete(now->arg, typed, w);
		rc = extend(el, typed, w);
	}
	words_free(w);
	free(typed);
	return rc;
}

/* ---- Ctrl-L ---- */

/* What stands above the prompt is not ours to clear: the caller shows it again. */
static unsigned char
on_redraw(EditLine *el, int ch)
{
	(void)ch;
	if (!now->redraw || !is_empty())
		return CC_REDISPLAY;
	return el_insertstr(el, EDIT_REDRAW) == 0 ? CC_NEWLINE : CC_ERROR;
}

/* ---- the line ---- */

static char *
show_prompt(EditLine *el)
{
	(void)el;
	return prompt_text.data;
}

static bool
set_prompt(const struct edit *ed)
{
	hf_buf_cut(&prompt_text, 0);
	if (ed->term->color_err)
		hf_buf_addf(&prompt_text, "%c\033[1m%c%s%c\033[0m%c", INVISIBLE, INVISIBLE, ed->prompt, INVISIBLE, INVISIBLE);
	else
		hf_buf_adds(&prompt_text, ed->prompt);
	return !prompt_text.failed;
}

/* Not O_NONBLOCK on what we were given: that is also the shell's. */
static void
open_keys(void)
{
	const char *name = ttyname(STDIN_FILENO);
	int         fd = name == NULL ? -1 : open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= FD_SETSIZE)
		close(fd);
	else if (fd >= 0)
		keys = fd;
}

static bool
start(const struct term *t)
{
	int fd;

	if (editor != NULL)
		return true;
	if (!t->utf8)
		setlocale(LC_CTYPE, "C.UTF-8"); /* what is typed is stored as UTF-8, whatever the locale */
	if ((fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)) < 0 || (screen = fdopen(fd, "w")) == NULL ||
	    (nowhere = fopen("/dev/null", "we")) == NULL || (editor = el_init("holdfast", stdin, screen, nowhere)) == NULL)
		return false;
	open_keys();
	el_set(editor, EL_SIGNAL, 0); /* its own handlers send what they get to the whole process group */
	el_set(editor, EL_GETCFN, get_char);
	el_set(editor, EL_PROMPT_ESC, show_prompt, INVISIBLE);
	el_set(editor, EL_EDITOR, "emacs");
	el_wset(editor, EL_ADDFN, L"holdfast-complete", L"complete", on_tab); /* the narrow one leaks the names */
	el_wset(editor, EL_ADDFN, L"holdfast-redraw", L"show the screen again", on_redraw);
	el_set(editor, EL_BIND, "^I", "holdfast-complete", NULL);
	el_set(editor, EL_BIND, "^L", "holdfast-redraw", NULL);
	if (t->dumb)
		el_set(editor, EL_EDITMODE, 0);
	return true;
}

static enum edit_end
read_line(char **line)
{
	const char *s;
	int         n = 0;

	s = el_gets(editor, &n);
	if (app_signal() != 0 || s == NULL || n <= 0) {
		fputs("\n", screen);
		fflush(screen);
		return app_signal() != 0 ? EDIT_SIGNAL : EDIT_EOF;
	}
	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	return (*line = strndup(s, (size_t)n)) == NULL ? EDIT_FAILED : EDIT_LINE;
}

enum edit_end
edit_line(char **line, const struct edit *ed)
{
	struct signals signals;
	enum edit_end  end = EDIT_FAILED;

	*line = NULL;
	goes_on = false;
	app_hold();
	app_terminal(true);
	guard_begin();
	if (app_signal() != 0)
		end = EDIT_SIGNAL;
	else if (start(ed->term) && set_prompt(ed)) {
		now = ed;
		set_signals(&signals);
		if (ed->fresh)
			tcflush(STDIN_FILENO, TCIFLUSH);
		if (!ed->term->dumb)
			el_set(editor, EL_PREP_TERM, 1); /* before the prompt shows: what is typed at once is edited too */
		if (ed->begun)
			take_begun();
		end = read_line(line);
		el_set(editor, EL_PREP_TERM, 0);
		reset_signals(&signals);
		hf_buf_cut(&begun, n_begun = 0);
		now = NULL;
	}
	guard_rest();
	app_terminal(false);
	app_release();
	return end;
}

bool
edit_goes_on(void)
{
	return goes_on;
}

void
edit_close(void)
{
	guard_end();
	if (editor != NULL)
		el_end(editor);
	if (screen != NULL)
		fclose(screen);
	if (nowhere != NULL)
		fclose(nowhere);
	if (keys != STDIN_FILENO)
		close(keys);
	editor = NULL;
	screen = nowhere = NULL;
	keys = STDIN_FILENO;
	hf_buf_clear(&prompt_text);
	hf_buf_clear(&begun);
}
