/* The keys of the walk: one table for what they do, their help and their hints. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "step.h"
#include "walk_in.h"

#define FINISH 1u /* it finishes the step on the screen */
#define STEP   2u /* it is about the step on the screen */

struct key {
	char        letter;
	const char *word, *rest, *help;
	unsigned    flags;
	enum hf_code (*press)(struct walk *w, const char *rest, struct hf_err *e);
};

static enum hf_code
jump(struct walk *w, const char *rest, struct hf_err *e)
{
	const struct hf_instance *i = NULL;
	struct hf_err             why = HF_ERR_INIT;

	if (rest[0] == '\0')
		return walk_list(w, e);
	if (rest[strspn(rest, "0123456789")] == '\0')
		i = walk_numbered(w, strtoul(rest, NULL, 10));
	if (i == NULL && hf_run_find(&i, w->run, rest, &why) != HF_OK)
		walk_say(w, OUT_BAD, "%s; %s", why.msg, hf_text_prefix(why.hint, "did you mean") ? why.hint : "l lists them");
	else
		walk_go(w, i->name);
	return HF_OK;
}

static enum hf_code
back(struct walk *w, const char *rest, struct hf_err *e)
{
	(void)rest;
	(void)e;
	walk_back(w);
	return HF_OK;
}

static enum hf_code
list(struct walk *w, const char *rest, struct hf_err *e)
{
	(void)rest;
	return walk_list(w, e);
}

static enum hf_code
values(struct walk *w, const char *rest, struct hf_err *e)
{
	(void)rest;
	if (walk_step(w) == NULL && hf_run_playbook(w->run)->n_ask == 0)
		walk_say(w, OUT_BAD, "values: there is no step on the screen");
	return walk_values(w, walk_step(w) != NULL, e); /* without a step: what the book asked first and nobody has said */
}

static enum hf_code
ticket(struct walk *w, const char *rest, struct hf_err *e)
{
	struct prompt q = { .text = "The number they gave" };
	struct hf_act act = walk_act(w, NULL);
	struct hf_err why = HF_ERR_INIT;
	char         *typed = NULL;
	enum hf_code  rc = HF_OK;

	if (rest[0] == '\0' && ((rc = walk_ask_words(&typed, w, &q, e)) != HF_OK || typed == NULL || typed[0] == '\0'))
		goto done;
	app_hold();
	rc = hf_run_ticket(w->run, &act, typed != NULL ? typed : rest, NULL, &why);
	app_release();
	walk_recorded(w, rc, &why, "a ticket");
	rc = HF_OK;
done:
	free(typed);
	return rc;
}

static enum hf_code
quit(struct walk *w, const char *rest, struct hf_err *e)
{
	(void)rest;
	w->leave = true;
	return hf_fail(e, HF_CANCELLED, "left");
}

static enum hf_code help(struct walk *w, const char *rest, struct hf_err *e);

/* Without help of its own a key stands in the row of the one before. */
static const struct key keys[] = {
	{ 'd', "done", "[TIME]", "it is done; asks for what is missing", FINISH, walk_done },
	{ 'f', "fail", "[TEXT]", "it was tried and failed", FINISH, walk_fail },
	{ 's', "skip", "[WHY]", "leave it out, with a reason", FINISH, walk_skip },
	{ 'o', "open", "[WHY]", "open it again", STEP, walk_open },
	{ 'w', "wait", "[TIME]", "it waits: until when, or for what", STEP, walk_wait },
	{ 'c', "claim", "[TEXT]", "you do it; c again: you do not", STEP, walk_claim },
	{ 'h', "hand", "[ROLE]", "a role goes to somebody else", 0, walk_hand },
	{ 'y', "approve", "", "agree or not, with your own key", STEP, walk_approve },
	{ 'x', "reject", "", NULL, STEP, walk_reject },
	{ 'v', "values", "", "write its values down, or change them", 0, values },
	{ 'a', "attach", "[FILE]", "keep a file (Tab helps); - to paste", 0, walk_attach },
	{ 'n', "note", "[TEXT]", "into the log. At a question: :n TEXT", 0, walk_note },
	{ 't', "ticket", "[NUMBER]", "a number that somebody gave you", 0, ticket },
	{ 'r', "report", "[NAME]", "read it, or write it to a file", 0, walk_report },
	{ 'l', "list", "", "all steps, and the runs beside this", 0, list },
	{ 'j', "jump", "STEP", "another step; the one before", 0, jump },
	{ 'b', "back", "", NULL, 0, back },
	{ 'g', "go", "", "to a run beside this one", 0, walk_go_run },
	{ '?', "help", "", "leave; nothing recorded is lost", 0, help },
	{ 'q', "quit", "", NULL, 0, quit },
};

#define N_KEYS     (sizeof(keys) / sizeof(keys[0]))
#define HELP_LABEL 22

static void
add_row(struct page *p, size_t k)
{
	struct hf_buf label = HF_BUF_INIT;

	hf_buf_addf(&label, "  %c %s%s%s", keys[k].letter, keys[k].word, keys[k].rest[0] != '\0' ? " " : "", keys[k].rest);
	for (size_t n = k + 1; n < N_KEYS && keys[n].help == NULL; n++)
		hf_buf_addf(&label, ", %c %s", keys[n].letter, keys[n].word);
	page_text(p, OUT_BOLD, hf_buf_str(&label), HELP_LABEL, OUT_PLAIN, keys[k].help);
	hf_buf_clear(&label);
}

/* On one screen of 24 lines, 60 columns wide. */
static enum hf_code
help(struct walk *w, const char *rest, struct hf_err *e)
{
	struct prompt q = { .text = "Enter: back >", .fresh = true };
	struct page  *p = walk_page(w);
	char         *typed = NULL;
	enum hf_code  rc;

	(void)rest;
	page_line(p, OUT_BOLD, "Type a letter or its word, then Enter.");
	page_text(p, OUT_BOLD, "  Enter alone", HELP_LABEL, OUT_PLAIN,
	    walk_is_quick(w) ? "done: all is still right" : "asks for what is missing");
	page_text(p, OUT_BOLD, "  1, 2, ...", HELP_LABEL, OUT_PLAIN, "an answer or a field, by its number");
	for (size_t k = 0; k < N_KEYS; k++)
		if (keys[k].help != NULL)
			add_row(p, k);
	page_line(p, OUT_DIM, "\"recorded\" means: on disk. Ctrl-D leaves a question.");
	page_line(p, OUT_DIM, "The same by commands: holdfast help run");
	if ((rc = walk_show(w, p, 1, e)) == HF_OK)
		rc = walk_ask(&typed, w, &q, e);
	free(typed);
	return rc;
}

/* ---- hints ---- */

static bool
makes_sense(const struct key *k, const struct hf_instance *i, const struct hf_json *brief)
{
	bool over = i->state == HF_DONE || i->state == HF_FAILED || i->state == HF_SKIPPED;

	switch (k->letter) {
	case 'a':
		return i->step->n_keep > 0;
	case 'y':
	case 'x':
		return step_is_called(brief);
	case 'o':
		return over;
	case 'v':
		return i->step->n_write > 0;
	case 'r':
		return i->step->reports.n > 0;
	case 'g':
		return hf_json_len(hf_json_get(brief, "children")) > 0;
	case 'w':
	case 'c':
	case 'h':
	case 'd':
	case 't':
	case 'j':
	case 'b':
	case '?':
		return false;
	default:
		return !over || (k->flags & FINISH) == 0;
	}
}

void
walk_hint(struct hf_buf *b, const struct walk *w, size_t width, const char *hint)
{
	const char *gap = b->len > 0 ? walk_gap(w) : "";

	if (hf_text_width(hf_buf_str(b)) + hf_text_width(gap) + hf_text_width(hint) <= width)
		hf_buf_addf(b, "%s%s", gap, hint);
}

/* Nothing can be still right where nothing was ever written down. */
static bool
is_known(const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "confirm");

	for (size_t i = 0; i < hf_json_len(list); i++)
		if (!hf_json_is(hf_json_get(hf_json_at(list, i), "value"), HF_JSON_NULL))
			return true;
	return false;
}

/* What Enter alone does here. */
static const char *
enter_hint(const struct walk *w, const struct hf_instance *i, const struct hf_json *brief)
{
	if (i->state != HF_OPEN)
		return i->state == HF_WAITING && i->pending == HF_PENDING_NONE ? "d done" : "Enter next";
	if (i->step->confirm.n > 0 && !walk_lacks(w))
		return is_known(brief) ? "Enter all still right" : "Enter leave it as it is";
	return walk_lacks(w) ? "Enter fill in" : walk_is_quick(w) ? "Enter done" : "d done";
}

/* "1-2 change", "3 answer" */
static void
number_hint(struct hf_buf *b, const struct walk *w, size_t width, size_t from, size_t n, const char *what)
{
	char hint[48];

	if (n > 1)
		snprintf(hint, sizeof(hint), "%zu-%zu %s", from, from + n - 1, what);
	else
		snprintf(hint, sizeof(hint), "%zu %s", from, what);
	if (n > 0)
		walk_hint(b, w, width, hint);
}

void
walk_keys(const struct walk *w, struct page *p, const struct hf_json *brief)
{
	const struct hf_instance *i = walk_step(w);
	struct hf_buf             b = HF_BUF_INIT;
	size_t                    fields = i->step->confirm.n, width = page_width(p), report;
	char                      hint[32];

	walk_hint(&b, w, width, enter_hint(w, i, brief));
	number_hint(&b, w, width, 1, fields, "change");
	number_hint(&b, w, width, fields + 1, hf_json_len(hf_json_get(brief, "answers")), "answer");
	/* What helps further keeps its room, and so does the report that the step is about. */
	width -= hf_text_width(walk_gap(w)) + strlen("? help");
	report = i->step->reports.n > 0 ? hf_text_width(walk_gap(w)) + strlen("r report") : 0;
	for (size_t k = 0; k < N_KEYS; k++) {
		snprintf(hint, sizeof(hint), "%c %s", keys[k].letter, keys[k].word);
		if (keys[k].letter == 'r')
			report = 0;
		if (makes_sense(&keys[k], i, brief))
			walk_hint(&b, w, width - report, hint);
	}
	walk_hint(&b, w, page_width(p), "? help");
	page_gap(p);
	page_line(p, OUT_DIM, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
}

void
walk_complete(void *arg, const char *typed, struct words *words)
{
	struct walk              *w = arg;
	const struct hf_instance *i = walk_step(w);
	char                      word[HF_ADDRESS_SIZE + 8];

	if (hf_text_prefix(typed, "a ") || hf_text_prefix(typed, "attach ")) {
		size_t n = strcspn(typed, " ") + 1;

		snprintf(word, sizeof(word), "%.*s", (int)n, typed);
		walk_offer_files(words, word, typed + n);
		return;
	}
	for (size_t k = 0; k < hf_run_count(w->run); k++) {
		snprintf(word, sizeof(word), "j %s", hf_run_at(w->run, k)->address);
		words_add(words, word, NULL);
	}
	for (size_t k = 0; i != NULL && k < i->step->n_routes; k++)
		words_add(words, i->step->routes[k].key, NULL);
	for (size_t k = 0; k < N_KEYS; k++)
		words_add(words, keys[k].word, NULL);
}

/* ---- pressing ---- */

/* The key that a line begins with, by letter or word. */
static const struct key *
find_key(const char *typed)
{
	size_t len = strcspn(typed, " ");

	for (size_t k = 0; k < N_KEYS; k++)
		if ((len == 1 && tolower((unsigned char)typed[0]) == keys[k].letter) ||
		    (len == strlen(keys[k].word) && strncmp(typed, keys[k].word, len) == 0))
			return &keys[k];
	return NULL;
}

bool
walk_is_key(const char *typed)
{
	const struct key *k = find_key(typed);
	const char       *rest = typed + strcspn(typed, " ");

	if (*rest == '\0')
		return k != NULL || strcmp(typed, "=") == 0 || strcmp(typed, "exit") == 0;
	rest += strspn(rest, " ");
	return k != NULL && k->letter == 'j' && rest[strspn(rest, "0123456789")] == '\0';
}

static enum hf_code
press_answer(struct walk *w, const struct hf_route *r, struct hf_err *e)
{
	char         key[HF_ADDRESS_SIZE];
	enum hf_code rc;

	snprintf(key, sizeof(key), "%s", r->key);
	rc = walk_answer(w, key, e);
	return rc;
}

static void
not_understood(struct walk *w, const char *typed)
{
	if (strchr(typed, ' ') != NULL && strlen(typed) > 12)
		walk_say(
		    w, OUT_BAD, "not understood, and not recorded. To write it into the log, type n before it; ? shows the keys");
	else
		walk_say(w, OUT_BAD, "%s: not understood; ? shows the keys", typed);
}

enum hf_code
walk_press(struct walk *w, const char *typed, bool finishing, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);
	const struct key         *k = find_key(typed);
	const struct hf_route    *r = i == NULL ? NULL : walk_find_answer(w, typed);
	const char               *rest = typed + strcspn(typed, " ");
	size_t                    number = typed[strspn(typed, "0123456789")] == '\0' ? strtoul(typed, NULL, 10) : 0;

	walk_gate_shut(w);
	if (typed[0] == '\n' || strcmp(typed, PROMPT_REDRAW) == 0)
		return HF_OK;
	if (typed[0] == '\0') {
		if (finishing)
			return walk_enter(w, e);
		w->chosen = false;
		return HF_OK;
	}
	if (i != NULL && number >= 1 && number <= i->step->confirm.n)
		return walk_change(w, number, e);
	/* A letter is a key first; a word is an answer first. */
	if (r != NULL && (k == NULL || strlen(typed) > 1))
		return press_answer(w, r, e);
	if (k == NULL) {
		not_understood(w, typed);
		return HF_OK;
	}
	if ((k->flags & (FINISH | STEP)) != 0 && i == NULL) {
		walk_say(w, OUT_BAD, "%s: there is no step on the screen; its number brings it here", k->word);
		return HF_OK;
	}
	return k->press(w, rest + strspn(rest, " "), e);
}
