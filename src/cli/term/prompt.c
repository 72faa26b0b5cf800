#include "prompt.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "edit.h"
#include "holdfast/text.h"

bool
prompt_possible(const struct app *app)
{
	return !app->no_input && app->term.in && app->term.err;
}

static enum hf_code
may_ask(const struct app *app, const struct prompt *q, struct hf_err *e)
{
	if (prompt_possible(app))
		return HF_OK;
	hf_fail(
	    e, HF_USAGE, "%s: missing, and %s", q->text, app->no_input ? "--no-input was given" : "there is no terminal to ask on");
	if (q->instead != NULL)
		hf_hint(e, "give %s", q->instead);
	return HF_USAGE;
}

/* "Owner [jo]: " */
static void
add_question(struct hf_buf *b, const char *text, const char *fallback)
{
	size_t len = strlen(text);

	hf_text_clean(b, text, len, false);
	if (fallback != NULL) {
		hf_buf_adds(b, " [");
		hf_text_clean(b, fallback, strlen(fallback), false);
		hf_buf_addc(b, ']');
	}
	if (fallback != NULL || len == 0 || strchr("?:>.", text[len - 1]) == NULL)
		hf_buf_addc(b, ':');
	hf_buf_addc(b, ' ');
}

static void
trim(char *s)
{
	size_t len = strlen(s), from = strspn(s, " \t");

	while (len > from && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	memmove(s, s + from, len - from);
	s[len - from] = '\0';
}

/* One line as typed, whatever it is. */
static enum hf_code
read_once(char **out, struct app *app, const struct prompt *q, const char *question, struct hf_err *e)
{
	struct edit ed = { .term = &app->term,
		.prompt = question,
		.complete = q->complete,
		.arg = q->arg,
		.redraw = q->redraw,
		.resized = q->resized,
		.fresh = q->fresh,
		.begun = q->begun,
		.lines = q->lines,
		.part = q->part };

	out_flush(app->out);
	term_progress_clear(&app->term);
	switch (edit_line(out, &ed)) {
	case EDIT_LINE:
		trim(*out);
		return HF_OK;
	case EDIT_FAILED:
		return hf_fail(e, HF_SYSTEM, "%s: the terminal cannot be read", q->text);
	case EDIT_EOF:
	case EDIT_SIGNAL:
		break;
	}
	return hf_fail(e, HF_CANCELLED, "%s: cancelled", q->text);
}

static void
show_refusal(struct app *app, const struct hf_err *why)
{
	out_tell(app->out, OUT_BAD, "%s", why->msg);
	if (why->hint[0] != '\0')
		out_tell(app->out, OUT_PLAIN, "  %s", why->hint);
}

/* Is the answer taken? If not, why not has been said. */
static bool
accepted(const char *typed, struct app *app, const struct prompt *q)
{
	struct hf_err why = HF_ERR_INIT;

	if (strcmp(typed, "?") == 0 && q->help != NULL) {
		out_tell(app->out, OUT_DIM, "%s", q->help);
		return false;
	}
	if (*typed == '\0' && q->optional)
		return true;
	if (q->redraw && strcmp(typed, PROMPT_REDRAW) == 0)
		return true;
	if (*typed == '\0')
		hf_fail(&why, HF_BAD, "an answer is needed (Ctrl-D: leave)");
	else if (!hf_text_is_clean(typed, strlen(typed), false))
		hf_fail(&why, HF_BAD, "there is a character in it that nobody can see");
	else if (q->check == NULL || q->check(q->arg, typed, &why) == HF_OK)
		return true;
	show_refusal(app, &why);
	return false;
}

/* What was typed, or the fallback for nothing. */
static enum hf_code
answer(char **out, struct app *app, const struct prompt *q, const char *question, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = read_once(out, app, q, question, e)) != HF_OK || **out != '\0' || q->fallback == NULL)
		return rc;
	free(*out);
	return (*out = strdup(q->fallback)) == NULL ? hf_nomem(e) : HF_OK;
}

enum hf_code
prompt_line(char **out, struct app *app, const struct prompt *q, struct hf_err *e)
{
	struct hf_buf question = HF_BUF_INIT;
	char         *typed = NULL;
	enum hf_code  rc;

	*out = NULL;
	if ((rc = may_ask(app, q, e)) != HF_OK)
		return rc;
	add_question(&question, q->text, q->fallback);
	do {
		free(typed);
		typed = NULL;
		rc = answer(&typed, app, q, hf_buf_str(&question), e);
	} while (rc == HF_OK && !accepted(typed, app, q));
	if (rc == HF_OK) {
		*out = typed;
		typed = NULL;
	}
	free(typed);
	hf_buf_clear(&question);
	return rc;
}

/* ---- a menu ---- */

struct menu {
	const char *const *choices;
	size_t             n;
	size_t             chosen;
};

/* The number, the word, or the beginning of only one; n when it is none of these. */
static size_t
find_choice(const struct menu *m, const char *typed)
{
	size_t i, found = m->n, len = strlen(typed), number;
	char  *end;

	number = strtoul(typed, &end, 10);
	if (isdigit((unsigned char)*typed) && *end == '\0')
		return number >= 1 && number <= m->n ? number - 1 : m->n;
	for (i = 0; i < m->n; i++)
		if (hf_text_equal_nocase(typed, m->choices[i]))
			return i;
	for (i = 0; i < m->n; i++)
		if (strncmp(m->choices[i], typed, len) == 0) {
			if (found < m->n)
				return m->n;
			found = i;
		}
	return found;
}

static enum hf_code
check_choice(void *arg, const char *typed, struct hf_err *e)
{
	struct menu *m = arg;
	const char  *near;

	if ((m->chosen = find_choice(m, typed)) < m->n || strcmp(typed, ":q") == 0)
		return HF_OK;
	near = hf_text_nearest(typed, m->choices, m->n);
	hf_fail(e, HF_BAD, "%s: not one of the %zu", typed, m->n);
	if (near != NULL)
		hf_hint(e, "did you mean %s?", near);
	return HF_BAD;
}

static void
complete_choice(void *arg, const char *typed, struct words *w)
{
	const struct menu *m = arg;
	size_t             i;

	(void)typed;
	for (i = 0; i < m->n; i++)
		words_add(w, m->choices[i], NULL);
}

/* ":q" leaves a list, as Ctrl-D does. */
static enum hf_code
choose_line(char **typed, struct app *app, const struct prompt *q, struct hf_err *e)
{
	enum hf_code rc = prompt_line(typed, app, q, e);

	return rc == HF_OK && strcmp(*typed, ":q") == 0 ? hf_fail(e, HF_CANCELLED, "%s: cancelled", q->text) : rc;
}

enum hf_code
prompt_choice(size_t *out, struct app *app, const struct prompt *q, const char *const *choices, size_t n, struct hf_err *e)
{
	struct menu   m = { choices, n, n };
	struct prompt one = *q;
	char         *typed = NULL;
	enum hf_code  rc;
	size_t        i;

	one.check = check_choice;
	one.complete = complete_choice;
	one.arg = &m;
	for (i = 0; prompt_possible(app) && i < n; i++)
		out_tell(app->out, OUT_PLAIN, "  %2zu  %s", i + 1, choices[i]);
	rc = choose_line(&typed, app, &one, e);
	free(typed);
	*out = rc == HF_OK ? m.chosen : 0;
	return rc;
}

/* ---- yes or no ---- */

enum hf_code
prompt_yes(bool *out, struct app *app, const struct prompt *q, struct hf_err *e)
{
	static const char *const words[] = { "yes", "no" };
	struct menu              m = { words, 2, 2 };
	struct prompt            one = *q;
	struct hf_buf            text = HF_BUF_INIT;
	char                    *typed = NULL;
	enum hf_code             rc;

	hf_buf_adds(&text, q->text);
	if (q->fallback == NULL)
		hf_buf_adds(&text, " (yes or no)");
	one.text = hf_buf_str(&text);
	one.check = check_choice;
	one.complete = complete_choice;
	one.arg = &m;
	rc = choose_line(&typed, app, &one, e);
	*out = rc == HF_OK && m.chosen == 0;
	free(typed);
	hf_buf_clear(&text);
	return rc;
}

/* ---- several lines ---- */

enum hf_code
prompt_lines(char **out, struct app *app, const struct prompt *q, struct hf_err *e)
{
	struct prompt line = { .text = q->text, .optional = true, .part = true };
	struct hf_buf all = HF_BUF_INIT;
	char         *typed;
	enum hf_code  rc;

	*out = NULL;
	if ((rc = may_ask(app, q, e)) != HF_OK)
		return rc;
	out_tell(app->out, OUT_BOLD, "%s (an empty line ends it)", q->text);
	for (;;) {
		rc = read_once(&typed, app, &line, "> ", e);
		if (rc != HF_OK || (*typed == '\0' && !edit_goes_on()))
			break;
		hf_buf_addf(&all, "%s%s", all.len > 0 ? "\n" : "", typed);
		free(typed);
	}
	if (rc == HF_OK)
		free(typed);
	if (rc == HF_CANCELLED && app_signal() == 0 && all.len > 0)
		rc = HF_OK; /* Ctrl-D ends a text */
	if (rc == HF_OK)
		rc = (*out = hf_buf_steal(&all)) == NULL ? hf_nomem(e) : HF_OK;
	hf_buf_clear(&all);
	return rc;
}

/* ---- are you sure ---- */

enum hf_code
prompt_sure(struct app *app, bool force, const char *word, const char *text, struct hf_err *e)
{
	struct prompt q = { .optional = true };
	struct hf_buf b = HF_BUF_INIT;
	char         *typed = NULL;
	enum hf_code  rc;

	if (force)
		return HF_OK;
	if (!prompt_possible(app)) {
		hf_fail(e, HF_USAGE, "%s: not without asking, and there is nobody to ask", word);
		hf_hint(e, "give --force");
		return HF_USAGE;
	}
	out_tell(app->out, OUT_WARN, "%s", text);
	hf_buf_addf(&b, "To go on, type %s", word);
	q.text = hf_buf_str(&b);
	if ((rc = prompt_line(&typed, app, &q, e)) == HF_OK && strcmp(typed, word) != 0)
		rc = hf_fail(e, HF_NO, "%s: nothing was done", word);
	free(typed);
	hf_buf_clear(&b);
	return rc;
}
