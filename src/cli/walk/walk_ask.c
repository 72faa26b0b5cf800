/* Asking, and saying what became of it. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "step.h"
#include "walk_in.h"

const struct hf_instance *
walk_step(const struct walk *w)
{
	const struct hf_instance *i = NULL;

	if (w->at[0] == '\0' || hf_run_find(&i, w->run, w->at, NULL) != HF_OK)
		return NULL;
	return i;
}

struct hf_act
walk_act(struct walk *w, const char *text)
{
	struct hf_act act = w->act;

	act.step = w->at[0] == '\0' ? NULL : w->at;
	act.text = text;
	act.anyway = w->anyway;
	return act;
}

void
walk_say(struct walk *w, enum out_style style, const char *fmt, ...)
{
	struct page  *p = page_new(step_width(w->app));
	struct hf_buf b = HF_BUF_INIT;
	va_list       ap;

	va_start(ap, fmt);
	hf_buf_addv(&b, fmt, ap);
	va_end(ap);
	page_text(p, OUT_PLAIN, "", 0, style, hf_buf_str(&b));
	page_put(p, w->app->out);
	page_free(p);
	if (w->said.len == 0 || style == OUT_BAD)
		w->said_in = style;
	hf_buf_addf(&w->said, "%s%s", w->said.len > 0 ? "\n" : "", hf_buf_str(&b));
	hf_buf_clear(&b);
}

bool
walk_recorded(struct walk *w, enum hf_code rc, const struct hf_err *why, const char *what)
{
	hf_buf_cut(&w->said, 0); /* the last that happened is enough */
	if (rc == HF_OK) {
		walk_say(w, OUT_GOOD, "recorded%s%s", what[0] != '\0' ? ": " : "", what);
		return true;
	}
	if (rc == HF_UNSURE) {
		walk_say(w, OUT_WARN, "recorded%s%s; but: %s", what[0] != '\0' ? ": " : "", what, why->msg);
		return true;
	}
	walk_say(w, OUT_BAD, "NOT recorded: %s", why->msg);
	if (why->hint[0] != '\0')
		walk_say(w, OUT_PLAIN, "  %s", why->hint);
	return false;
}

enum hf_code
walk_note(struct walk *w, const char *text, struct hf_err *e)
{
	struct prompt q = { .text = "Note", .lines = true };
	struct hf_err why = HF_ERR_INIT;
	struct hf_act act;
	char         *typed = NULL;
	enum hf_code  rc;

	if (text[0] == '\0' && (rc = walk_ask_words(&typed, w, &q, e)) != HF_OK)
		return rc;
	if (typed != NULL)
		text = typed;
	if (text[0] == '\0') {
		walk_say(w, OUT_PLAIN, "no note was made");
	} else {
		act = walk_act(w, text);
		app_hold();
		rc = hf_run_note(w->run, &act, &why);
		app_release();
		walk_recorded(w, rc, &why, "a note");
	}
	free(typed);
	return HF_OK;
}

/* ":n TEXT" and the like. False: it is none of these. */
static bool
aside(enum hf_code *rc, struct walk *w, const struct prompt *q, const char *typed, struct hf_err *e)
{
	*rc = HF_OK;
	if (typed[0] != ':' || typed[1] == '\0' || (typed[2] != '\0' && typed[2] != ' '))
		return false;
	switch (typed[1]) {
	case 'n':
		*rc = walk_note(w, typed + 2 + strspn(typed + 2, " "), e);
		return true;
	case 'q':
		w->leave = true;
		*rc = hf_fail(e, HF_CANCELLED, "%s: left", q->text);
		return true;
	case '?':
		out_tell(w->app->out, OUT_DIM, "%s", q->help != NULL ? q->help : "Enter alone: leave it for later.");
		out_tell(w->app->out, OUT_DIM,
		    ":n TEXT  a note   :q  leave; nothing that was recorded is lost   Ctrl-D  back to the step");
		return true;
	default:
		return false;
	}
}

enum hf_code
walk_ask(char **typed, struct walk *w, const struct prompt *q, struct hf_err *e)
{
	struct prompt one = *q;
	enum hf_code  rc;
	bool          again;

	*typed = w->ahead;
	w->ahead = NULL;
	if (*typed != NULL && (q->redraw || strcmp(*typed, PROMPT_REDRAW) != 0))
		return HF_OK;
	one.optional = true;
	one.fresh = q->fresh && !w->again;
	one.begun = !q->fresh;
	w->again = false;
	do {
		free(*typed);
		*typed = NULL;
		if ((rc = prompt_line(typed, w->app, &one, e)) == HF_CANCELLED && app_signal() == 0) {
			hf_err_clear(e);
			return HF_OK;
		}
		if (rc != HF_OK) {
			w->leave = rc == HF_CANCELLED;
			return rc;
		}
		w->again = strcmp(*typed, PROMPT_REDRAW) == 0;
		again = aside(&rc, w, q, *typed, e);
	} while (again && rc == HF_OK);
	if (rc != HF_OK) {
		free(*typed);
		*typed = NULL;
	}
	return rc;
}

/* A number of the screen before, or a key: typed for that screen, most likely. */
static bool
is_late(const struct walk *w, const struct prompt *q, const char *typed)
{
	size_t number = typed[strspn(typed, "0123456789")] == '\0' ? strtoul(typed, NULL, 10) : 0;

	if (q->fallback != NULL && strcmp(typed, q->fallback) == 0)
		return false; /* Enter alone */
	return walk_is_key(typed) || (number >= 1 && number <= w->numbers);
}

enum hf_code
walk_ask_words(char **typed, struct walk *w, const struct prompt *q, struct hf_err *e)
{
	char        *before = NULL;
	enum hf_code rc;

	while ((rc = walk_ask(typed, w, q, e)) == HF_OK && *typed != NULL && is_late(w, q, *typed) &&
	    (before == NULL || strcmp(before, *typed) != 0)) {
		out_tell(w->app->out, OUT_BAD, "\"%s\" is not written down. Type it again if you mean it", *typed);
		out_tell(w->app->out, OUT_DIM, "Ctrl-D goes back to the step, :q leaves");
		free(before);
		before = *typed;
	}
	free(before);
	return rc;
}

enum hf_code
walk_yes(bool *yes, struct walk *w, const char *text, bool fallback, struct hf_err *e)
{
	struct prompt q = { .text = text, .fallback = fallback ? "yes" : "no", .help = "yes or no", .fresh = true };
	char         *typed = NULL;
	enum hf_code  rc;

	*yes = fallback;
	for (;;) {
		if ((rc = walk_ask(&typed, w, &q, e)) != HF_OK || typed == NULL)
			break;
		*yes = hf_text_equal_nocase(typed, "y") || hf_text_equal_nocase(typed, "yes");
		if (*yes || hf_text_equal_nocase(typed, "n") || hf_text_equal_nocase(typed, "no"))
			break;
		free(typed);
		typed = NULL;
		out_tell(w->app->out, OUT_BAD, "type yes or no");
	}
	if (rc == HF_OK && typed == NULL)
		*yes = false; /* Ctrl-D is no */
	free(typed);
	return rc;
}
