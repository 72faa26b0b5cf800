/* Values, one by one; each is on disk before the next is asked for. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ref.h"
#include "holdfast/brief.h"
#include "holdfast/text.h"
#include "walk_in.h"

struct asking {
	struct walk           *w;
	const struct hf_value *v;
	struct hf_json        *choices;  /* [{"value","words"}] */
	bool                   numbered; /* a number chooses: no choice is a number itself */
};

static void
complete(void *arg, const char *typed, struct words *words)
{
	const struct asking *k = arg;

	for (size_t i = 0; i < hf_json_len(k->choices); i++)
		words_add(words, hf_json_get_str(hf_json_at(k->choices, i), "value"),
		    hf_json_get_str(hf_json_at(k->choices, i), "words"));
	if (k->v->type == HF_VALUE_REF)
		ref_offer(words, k->w->app->reg, k->v->kind, typed);
}

static bool
is_number(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

static void
put_choices(struct asking *k)
{
	bool told = false;

	k->numbered = true;
	for (size_t i = 0; i < hf_json_len(k->choices); i++) {
		k->numbered = k->numbered && !is_number(hf_json_get_str(hf_json_at(k->choices, i), "value"));
		told |= hf_json_get_str(hf_json_at(k->choices, i), "words")[0] != '\0';
	}
	if (!k->numbered && !told)
		return; /* the question names them */
	for (size_t i = 0; i < hf_json_len(k->choices); i++) {
		const struct hf_json *choice = hf_json_at(k->choices, i);
		const char           *words = hf_json_get_str(choice, "words"), *name = hf_json_get_str(choice, "name");

		if (k->numbered)
			put(k->w->app->out, OUT_PLAIN, "  %2zu ", i + 1);
		put_line(k->w->app->out, OUT_PLAIN, "  %s%s%s", name != NULL ? name : hf_json_get_str(choice, "value"),
		    words[0] != '\0' ? "  " : "", words);
	}
}

/* A number, or the beginning of only one choice, is that choice. */
static const char *
meant(const struct asking *k, const char *typed)
{
	const char *found = NULL;
	size_t      number = k->numbered && is_number(typed) ? strtoul(typed, NULL, 10) : 0;

	if (number >= 1 && number <= hf_json_len(k->choices))
		return hf_json_get_str(hf_json_at(k->choices, number - 1), "value");
	for (size_t i = 0; i < hf_json_len(k->choices); i++) {
		const char *value = hf_json_get_str(hf_json_at(k->choices, i), "value");

		if (hf_text_equal_nocase(value, typed))
			return value;
		if (strncmp(value, typed, strlen(typed)) != 0)
			continue;
		if (found != NULL)
			return typed;
		found = value;
	}
	return found != NULL ? found : typed;
}

/* As it would be typed. */
static char *
present(const struct asking *k)
{
	const struct hf_instance *i = walk_step(k->w);
	const struct hf_json     *v = hf_json_get(i != NULL ? i->values : hf_run_values(k->w->run), k->v->name);
	struct hf_buf             b = HF_BUF_INIT;

	if (v == NULL)
		return NULL;
	hf_brief_value(&b, k->w->run, v);
	return hf_buf_steal(&b);
}

static const char *
type_help(const struct hf_value *v)
{
	static const char *const help[] = { [HF_VALUE_TEXT] = "Words. If nobody knows it yet, write that, and why.",
		[HF_VALUE_NUMBER] = "A whole number, as 250.",
		[HF_VALUE_DATE] = "A day: 2026-11-20, today, 20 Nov 2026.",
		[HF_VALUE_TIME] = "A time: 22:41, yesterday 21:05, 10 min ago, 2026-11-20 22:41.",
		[HF_VALUE_BOOL] = "yes or no",
		[HF_VALUE_EMAIL] = "An e-mail address.",
		[HF_VALUE_PHONE] = "A telephone number with its country: +44 20 7946 0001.",
		[HF_VALUE_CHOICE] = "One of the words shown; Tab completes it.",
		[HF_VALUE_REF] = "A name from the register; Tab completes it." };

	return help[v->type];
}

/* Words, or what looks like them: neither one of a few, nor a number. */
static bool
is_free(const struct hf_value *v)
{
	return v->type != HF_VALUE_CHOICE && v->type != HF_VALUE_REF && v->type != HF_VALUE_BOOL && v->type != HF_VALUE_NUMBER;
}

/* Known already: given, or taken over from the run that started this one. */
static bool
is_known(const struct walk *w, const char *name)
{
	const struct hf_instance *i = walk_step(w);
	struct hf_json           *v = NULL;
	bool                      known;

	if (i != NULL)
		return hf_json_get(i->values, name) != NULL;
	known = hf_run_path(&v, w->run, NULL, name, NULL) == HF_OK && v != NULL;
	hf_json_free(v);
	return known;
}

/* "how many sessions you ended (a number)"; of what has many forms the two that come to mind first. */
static void
question(struct hf_buf *b, const struct asking *k)
{
	struct hf_buf type = HF_BUF_INIT;

	if (k->v->prompt[0] == '\0' || hf_run_fill(b, k->w->run, walk_step(k->w), k->v->prompt, NULL) != HF_OK || b->len == 0)
		hf_buf_adds(b, k->v->name);
	hf_brief_type(&type, k->v);
	if (k->v->type != HF_VALUE_TEXT)
		hf_buf_addf(b, " (%s%s)", hf_buf_str(&type),
		    k->v->type == HF_VALUE_TIME     ? ": 22:41, 10 min ago" :
			k->v->type == HF_VALUE_DATE ? ": today, 20 Nov 2026" :
						      "");
	hf_buf_clear(&type);
}

/* A record that several are called: a menu. What cannot be found is refused when it is recorded. */
static enum hf_code
record_meant(char id[HF_ID_SIZE], struct asking *k, const char **typed, struct hf_err *e)
{
	struct hf_err why = HF_ERR_INIT;
	enum hf_code  rc;

	if (k->v->type != HF_VALUE_REF)
		return HF_OK;
	if ((rc = ref_pick(id, k->w->app, k->v->kind, *typed, &why)) == HF_OK)
		*typed = id;
	if (rc != HF_CANCELLED || app_signal() == 0)
		return HF_OK;
	k->w->leave = true;
	*e = why;
	return rc;
}

/* False: it was refused, and why has been said. */
static bool
record(struct asking *k, const char *typed)
{
	struct hf_act   act = walk_act(k->w, NULL);
	struct hf_err   why = HF_ERR_INIT;
	struct hf_json *values = hf_json_object();
	char            what[160];
	enum hf_code    rc;

	if (hf_json_set(values, k->v->name, hf_json_string(typed)) != 0) {
		rc = hf_nomem(&why);
	} else {
		app_hold();
		rc = hf_run_value(k->w->run, &act, values, &why);
		app_release();
	}
	hf_json_free(values);
	snprintf(what, sizeof(what), "%s", k->v->name);
	return walk_recorded(k->w, rc, &why, what);
}

/* What should be over is asked for again, with Enter for what was typed. */
static bool
is_ahead(struct walk *w, size_t before)
{
	struct hf_buf words = HF_BUF_INIT;
	bool          ahead = hf_run_ahead(&words, w->run, before);

	if (ahead)
		out_tell(w->app->out, OUT_WARN, "That is still to come: %s. Enter keeps it", hf_buf_str(&words));
	hf_buf_clear(&words);
	return ahead;
}

/* *given_up: Ctrl-D, back to the step. */
static enum hf_code
ask_one(struct asking *k, bool *given_up, struct hf_err *e)
{
	struct hf_buf text = HF_BUF_INIT;
	char         *old = present(k), *typed = NULL, id[HF_ID_SIZE];
	struct prompt q = { .help = type_help(k->v),
		.fallback = old != NULL ? old : walk_said(k->w, k->v),
		.complete = complete,
		.arg = k,
		.lines = k->v->type == HF_VALUE_TEXT };
	const char   *value;
	size_t        before = hf_json_len(hf_run_entries(k->w->run));
	enum hf_code  rc;

	put_choices(k);
	question(&text, k);
	q.text = hf_buf_str(&text);
	for (;;) {
		free(typed);
		typed = NULL;
		if ((rc = (is_free(k->v) ? walk_ask_words : walk_ask)(&typed, k->w, &q, e)) != HF_OK || typed == NULL ||
		    typed[0] == '\0' || (old != NULL && strcmp(old, typed) == 0))
			break;
		value = meant(k, typed);
		if ((rc = record_meant(id, k, &value, e)) != HF_OK)
			break;
		if (record(k, value)) {
			if (is_ahead(k->w, before)) {
				free(old);
				q.fallback = old = present(k);
				before = hf_json_len(hf_run_entries(k->w->run));
				continue;
			}
			rc = walk_say_same(k->w, k->v, value, e);
			break;
		}
		if (hf_register_moved(
			k->w->app->reg)) { /* it may be there by now: back to the step, which reads the register anew */
			walk_say(k->w, OUT_PLAIN, "Somebody wrote meanwhile: here is the step again");
			free(typed);
			typed = NULL;
			break;
		}
		if (walk_is_key(typed))
			out_tell(k->w->app->out, OUT_DIM, "Ctrl-D goes back to the step, :q leaves");
	}
	*given_up = rc == HF_OK && typed == NULL;
	free(typed);
	free(old);
	hf_buf_clear(&text);
	return rc;
}

static enum hf_code
ask_value(struct walk *w, const struct hf_value *v, bool *given_up, struct hf_err *e)
{
	struct asking k = { .w = w, .v = v };
	enum hf_code  rc;

	if ((rc = hf_brief_choices(&k.choices, w->run, walk_step(w), v, e)) == HF_OK)
		rc = ask_one(&k, given_up, e);
	hf_json_free(k.choices);
	return rc;
}

enum hf_code
walk_values(struct walk *w, bool all, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);
	const struct hf_value    *list = i != NULL ? i->step->write : hf_run_playbook(w->run)->ask;
	size_t                    n = i != NULL ? i->step->n_write : hf_run_playbook(w->run)->n_ask;
	bool                      given_up = false;
	enum hf_code              rc = HF_OK;

	for (size_t k = 0; rc == HF_OK && !given_up && k < n && hf_run_is_open(w->run); k++) {
		if (!all && is_known(w, list[k].name))
			continue;
		rc = ask_value(w, &list[k], &given_up, e);
	}
	return rc;
}
