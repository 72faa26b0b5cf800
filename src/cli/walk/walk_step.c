/* What finishes a step: done, failed, left out, answered. */
#include <stdlib.h>
#include <string.h>

#include "../runs.h"
#include "holdfast/text.h"
#include "walk_in.h"

static const char *
title_of(struct hf_buf *b, const struct walk *w)
{
	const struct hf_instance *i = walk_step(w);

	hf_buf_cut(b, 0);
	if (i != NULL)
		hf_run_fill(b, w->run, i, i->step->title, NULL);
	return hf_buf_str(b);
}

/* A step that was finished, or waits for somebody's approval, is left; what comes next is shown next. */
static void
after(struct walk *w)
{
	const struct hf_instance *i = walk_step(w);

	if (i != NULL && (i->state != HF_OPEN && (i->state != HF_WAITING || i->pending != HF_PENDING_NONE)))
		w->chosen = false;
	walk_awaits(w);
}

/* The names of what is missing, ", " between them. */
static size_t
missing(struct hf_buf *b, const struct walk *w)
{
	struct hf_json *list = NULL;
	size_t          n;

	hf_buf_cut(b, 0);
	if (walk_step(w) == NULL || hf_run_missing(&list, w->run, walk_step(w), NULL) != HF_OK)
		return 0;
	n = hf_json_len(list);
	for (size_t k = 0; k < n; k++)
		hf_buf_addf(b, "%s%s", k > 0 ? ", " : "", hf_json_str(hf_json_at(list, k)));
	hf_json_free(list);
	return n;
}

/* ---- done ---- */

static void
finish(struct walk *w, struct hf_act act)
{
	struct hf_buf b = HF_BUF_INIT, what = HF_BUF_INIT;
	struct hf_err why = HF_ERR_INIT;
	enum hf_code  rc;

	hf_buf_addf(&what, "done, %s", title_of(&b, w));
	app_hold();
	rc = hf_run_done(w->run, &act, &why);
	app_release();
	if (walk_recorded(w, rc, &why, hf_buf_str(&what)))
		after(w);
	hf_buf_clear(&b);
	hf_buf_clear(&what);
}

static size_t
count_answers(const struct hf_step *s)
{
	size_t n = 0;

	for (size_t k = 0; k < s->n_routes; k++)
		n += strcmp(s->routes[k].key, "it-fails") != 0;
	return n;
}

/* Does one answer go on, and another lead elsewhere? Whoever has just written down what they saw is asked which, so that it is not passed over. */
static bool
may_branch(const struct hf_step *s)
{
	size_t on = 0, away = 0;

	for (size_t k = 0; k < s->n_routes; k++)
		if (strcmp(s->routes[k].key, "it-fails") != 0)
			*(s->routes[k].n_to > 0 ? &away : &on) += 1;
	return on > 0 && away > 0;
}

/* The answer, by its number, its words, or the beginning of only one. */
const struct hf_route *
walk_find_answer(const struct walk *w, const char *typed)
{
	const struct hf_instance *i = walk_step(w);
	const struct hf_route    *found = NULL;
	size_t                    number = typed[strspn(typed, "0123456789")] == '\0' ? strtoul(typed, NULL, 10) : 0;
	size_t                    n = i == NULL ? 0 : i->step->confirm.n; /* fields have the first numbers */
	bool                      several = false;

	for (size_t k = 0; i != NULL && typed[0] != '\0' && k < i->step->n_routes; k++) {
		const struct hf_route *r = &i->step->routes[k];

		if (strcmp(r->key, "it-fails") == 0)
			continue;
		if (++n == number || hf_text_equal_nocase(r->key, typed) || hf_text_equal_nocase(r->label, typed))
			return r;
		if (strncmp(r->key, typed, strlen(typed)) != 0 && strncmp(r->label, typed, strlen(typed)) != 0)
			continue;
		several = found != NULL;
		found = r;
	}
	return several ? NULL : found;
}

/* One of the answers, or none of them when none is needed. *key NULL: given up, or none. */
static enum hf_code
ask_answer(const char **key, bool *given_up, struct walk *w, bool needed, struct hf_err *e)
{
	struct prompt          q = { .help = "Its number, or its first letters.", .fresh = !needed };
	const struct hf_route *r = NULL;
	char                  *typed = NULL;
	enum hf_code           rc;

	*key = NULL;
	*given_up = false;
	q.text = needed ? "Which answer" : "Which answer (Enter: none of them)";
	for (;;) {
		free(typed);
		if ((rc = walk_ask(&typed, w, &q, e)) != HF_OK || typed == NULL || typed[0] == '\0' ||
		    (r = walk_find_answer(w, typed)) != NULL)
			break;
		out_tell(w->app->out, OUT_BAD, "%s: not one of the answers; type the number before it (Ctrl-D: back)", typed);
	}
	*given_up = rc == HF_OK && (typed == NULL || (needed && typed[0] == '\0'));
	if (r != NULL)
		*key = r->key;
	free(typed);
	return rc;
}

static void
put_answers(struct walk *w)
{
	const struct hf_step *s = walk_step(w)->step;
	size_t                n = s->confirm.n;

	for (size_t k = 0; k < s->n_routes; k++)
		if (strcmp(s->routes[k].key, "it-fails") != 0)
			put_line(w->app->out, OUT_PLAIN, "  %zu  %s", ++n, s->routes[k].label);
}

static bool
is_blocked(const struct walk *w)
{
	struct hf_json *list = NULL;
	bool            blocked;

	if (hf_run_blocked(&list, w->run, walk_step(w), NULL) != HF_OK)
		return false;
	blocked = hf_json_len(list) > 0;
	hf_json_free(list);
	return blocked;
}

void
walk_gate_shut(struct walk *w)
{
	free(w->anyway);
	w->anyway = NULL;
}

/* Somebody has to agree before it begins: who, after what is not done yet. False: nobody has to. */
static bool
not_begun(struct walk *w)
{
	const struct hf_instance *i = walk_step(w);
	struct hf_buf             b = HF_BUF_INIT;

	if (i == NULL || i->pending != HF_PENDING_BEGIN)
		return false;
	walk_second(&b, w, i);
	walk_say(w, OUT_WARN, "not yet: %s%s", is_blocked(w) ? "something stands before it (Needs first), and then " : "",
	    hf_buf_str(&b));
	hf_buf_clear(&b);
	return true;
}

/* A closed gate is said before anything else is asked for. It is passed for a reason, which stands in every report. *open: it may go on. */
static enum hf_code
pass_gate(bool *open, struct walk *w, struct hf_err *e)
{
	struct prompt q = { .text = "Something stands before it (Needs first). Why is it done all the same (Enter: not now)",
		.help = "The reason stands in the log and in every report. s leaves the step out instead." };
	enum hf_code  rc;

	*open = !not_begun(w) && (w->anyway != NULL || !is_blocked(w));
	if (*open || walk_step(w)->pending == HF_PENDING_BEGIN)
		return HF_OK;
	if ((rc = walk_ask_words(&w->anyway, w, &q, e)) != HF_OK)
		return rc;
	*open = w->anyway != NULL && w->anyway[0] != '\0';
	if (*open)
		return HF_OK;
	walk_say(w, OUT_PLAIN, "still open");
	walk_gate_shut(w);
	return HF_OK;
}

/* All that the step asks for, then done. What is left open keeps it open. */
enum hf_code
walk_done(struct walk *w, const char *when, struct hf_err *e)
{
	struct hf_act act;
	struct hf_buf b = HF_BUF_INIT;
	struct hf_err why = HF_ERR_INIT;
	const char   *key = NULL;
	bool          given_up = false, needed, open, lacked = walk_lacks(w);
	size_t        n;
	enum hf_code  rc;

	if ((rc = pass_gate(&open, w, e)) != HF_OK || !open)
		return rc;
	if ((rc = walk_values(w, false, e)) != HF_OK || walk_step(w) == NULL || (rc = walk_keeps(w, e)) != HF_OK)
		return rc;
	n = missing(&b, w);
	needed = n > 0 && hf_text_suffix(hf_buf_str(&b), "answer");
	/* Only where an answer would finish it. */
	if (n == (needed ? 1 : 0) && walk_step(w)->answer[0] == '\0' && count_answers(walk_step(w)->step) > 0 &&
	    (needed || !walk_is_quick(w) || (lacked && may_branch(walk_step(w)->step)))) {
		put_answers(w);
		if ((rc = ask_answer(&key, &given_up, w, needed, e)) != HF_OK)
			goto done;
	}
	act = walk_act(w, NULL);
	if (when[0] != '\0' && runs_moment(&act.at, &act.about, &act.offset, w->app, when, &why) != HF_OK)
		walk_recorded(w, why.code, &why, "");
	else if (given_up)
		walk_say(w, OUT_WARN, "this step is still open");
	else if (key != NULL)
		rc = walk_answer(w, key, e);
	else if (missing(&b, w) > 0)
		walk_say(w, OUT_WARN, "this step is still open: it needs %s; s leaves it out, with a reason", hf_buf_str(&b));
	else
		finish(w, act);
done:
	hf_buf_clear(&b);
	return rc;
}

/* In quiet times, and where the book asks whether something is still right, one key is enough. In an incident it is not. */
bool
walk_is_quick(const struct walk *w)
{
	const struct hf_instance *i = walk_step(w);

	return i != NULL && (i->step->confirm.n > 0 || hf_text_prefix(hf_run_book(w->run), "routine/"));
}

bool
walk_lacks(const struct walk *w)
{
	struct hf_buf b = HF_BUF_INIT;
	bool          lacks = missing(&b, w) > 0;

	hf_buf_clear(&b);
	return lacks;
}

/* Enter alone. A step that waits, failed or is finished is passed over; nothing of an incident is finished by it. */
enum hf_code
walk_enter(struct walk *w, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);

	if (i == NULL || i->state != HF_OPEN) {
		w->chosen = false;
		return HF_OK;
	}
	if (is_blocked(w)) {
		walk_say(w, OUT_WARN, "not yet: something stands before it (Needs first). d asks why it is done all the same");
		return HF_OK;
	}
	if (walk_is_quick(w) || walk_lacks(w))
		return walk_done(w, "", e);
	walk_say(w, OUT_WARN, "still open. Type d, then Enter, when it is done");
	return HF_OK;
}

/* ---- failed, left out ---- */

static enum hf_code
ask_text(char **typed, struct walk *w, const char *text, const char *question, struct hf_err *e)
{
	struct prompt q = { .text = question, .help = "It stands in the log and in every report.", .lines = true };

	*typed = NULL;
	if (text[0] != '\0')
		return (*typed = strdup(text)) == NULL ? hf_nomem(e) : HF_OK;
	return walk_ask_words(typed, w, &q, e);
}

enum hf_code
walk_fail(struct walk *w, const char *text, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT, what = HF_BUF_INIT;
	struct hf_err why = HF_ERR_INIT;
	struct hf_act act;
	char         *typed;
	bool          open;
	enum hf_code  rc;

	if ((rc = pass_gate(&open, w, e)) != HF_OK || !open)
		return rc;
	if ((rc = ask_text(&typed, w, text, "What went wrong (Enter: nothing to add)", e)) != HF_OK || typed == NULL)
		return rc;
	hf_buf_addf(&what, "failed, %s", title_of(&b, w));
	act = walk_act(w, typed);
	app_hold();
	rc = hf_run_fail(w->run, &act, &why);
	app_release();
	if (walk_recorded(w, rc, &why, hf_buf_str(&what))) {
		runs_warn_books(w->app, w->run);
		after(w);
	}
	free(typed);
	hf_buf_clear(&b);
	hf_buf_clear(&what);
	return HF_OK;
}

enum hf_code
walk_skip(struct walk *w, const char *text, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT, what = HF_BUF_INIT;
	struct hf_err why = HF_ERR_INIT;
	struct hf_act act;
	char         *typed;
	enum hf_code  rc;

	if ((rc = ask_text(&typed, w, text, "Why is it left out", e)) != HF_OK || typed == NULL)
		return rc;
	if (typed[0] == '\0') {
		walk_say(w, OUT_PLAIN, "not left out: that needs a reason");
	} else {
		hf_buf_addf(&what, "left out, %s", title_of(&b, w));
		act = walk_act(w, typed);
		app_hold();
		rc = hf_run_skip(w->run, &act, &why);
		app_release();
		if (walk_recorded(w, rc, &why, hf_buf_str(&what)))
			after(w);
	}
	free(typed);
	hf_buf_clear(&b);
	hf_buf_clear(&what);
	return HF_OK;
}

/* ---- answered ---- */

void
walk_started(struct walk *w, const struct hf_json *started)
{
	for (size_t k = 0; k < hf_json_len(started); k++) {
		const char    *id = hf_json_str(hf_json_at(started, k));
		struct hf_run *other = NULL;
		struct hf_buf  ref = HF_BUF_INIT;

		if (hf_run_open(&other, w->app->reg, w->app->shelf, id, NULL) == HF_OK) {
			hf_register_ref(&ref, w->app->reg, hf_run_subject(other));
			walk_say(w, OUT_BOLD, "began %s: %s, on %s%s", hf_run_is_open(w->run) ? "beside this" : "in place of this",
			    hf_run_playbook(other)->title, hf_buf_str(&ref), hf_run_is_open(w->run) ? "; g goes there" : "");
		}
		if (!hf_run_is_open(w->run))
			memcpy(w->follow, id, HF_ID_SIZE);
		hf_run_close(other);
		hf_buf_clear(&ref);
	}
}

/* The answer is on disk first; what the step asks for besides comes after it, unless the answer led away. */
enum hf_code
walk_answer(struct walk *w, const char *key, struct hf_err *e)
{
	struct hf_json           *started = NULL;
	struct hf_buf             what = HF_BUF_INIT;
	struct hf_err             why = HF_ERR_INIT;
	struct hf_act             act;
	const struct hf_instance *i, *next;
	bool                      taken, open;
	enum hf_code              rc;

	if ((rc = pass_gate(&open, w, e)) != HF_OK || !open)
		return rc;
	act = walk_act(w, NULL);
	hf_buf_addf(&what, "answered %s", key);
	app_hold();
	rc = hf_run_answer(w->run, &act, key, &started, &why);
	app_release();
	if ((taken = walk_recorded(w, rc, &why, hf_buf_str(&what)))) {
		walk_started(w, started);
		runs_warn_books(w->app, w->run);
		after(w);
	}
	hf_json_free(started);
	hf_buf_clear(&what);
	i = walk_step(w);
	next = hf_run_next(w->run);
	if (!taken || i == NULL || i->state != HF_OPEN || i->answer[0] == '\0' || !hf_run_is_open(w->run) ||
	    (next != NULL && next->called))
		return HF_OK;
	return walk_done(w, "", e);
}
