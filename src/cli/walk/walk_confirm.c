/* Is what the register says still right? All of it by Enter; one of it by its number, and what is right now. */
#include <stdlib.h>
#include <string.h>

#include "../fields.h"
#include "../ref.h"
#include "holdfast/brief.h"
#include "holdfast/text.h"
#include "holdfast/time.h"
#include "step.h"
#include "walk_in.h"

struct changing {
	struct walk           *w;
	const struct hf_json  *c; /* one of the brief's "confirm" */
	const struct hf_field *f;
};

static void
complete(void *arg, const char *typed, struct words *words)
{
	const struct changing *g = arg;

	field_offer(words, g->w->app, g->f, typed);
}

/* As the register writes it: a day like "today" as its date, a record as its id. value points into typed, or to room. */
static enum hf_code
meant(const char **value, char room[HF_ID_SIZE], const struct changing *g, const char *typed, struct hf_err *e)
{
	struct app *app = g->w->app;
	bool        list = (g->f->flags & HF_FIELD_LIST) != 0;

	*value = strcmp(typed, "-") == 0 ? "" : typed;
	if (**value == '\0' || list)
		return HF_OK;
	if (g->f->type == HF_FIELD_DATE &&
	    hf_day_human(room, typed, hf_register_zone(app->reg), hf_register_now(app->reg), NULL) == HF_OK)
		*value = room;
	if (g->f->type != HF_FIELD_REF)
		return HF_OK;
	*value = room;
	return ref_pick(room, app, strcmp(g->f->choices, "*") == 0 ? NULL : g->f->choices, typed, e);
}

/* False: it was refused, and why has been said. */
static bool
record(const struct changing *g, const char *typed)
{
	struct walk    *w = g->w;
	struct hf_json *values = hf_json_object();
	struct hf_act   act = walk_act(w, NULL);
	struct hf_err   why = HF_ERR_INIT;
	struct hf_buf   what = HF_BUF_INIT;
	const char     *value;
	char            room[HF_ID_SIZE];
	enum hf_code    rc;
	bool            good;

	if ((rc = meant(&value, room, g, typed, &why)) == HF_OK &&
	    hf_json_set(values, hf_json_get_str(g->c, "name"), hf_json_string(value)) != 0)
		rc = hf_nomem(&why);
	if (rc == HF_OK) {
		app_hold();
		rc = hf_run_value(w->run, &act, values, &why);
		app_release();
	}
	step_field(&what, g->c);
	hf_buf_addf(
	    &what, "%s", hf_run_is_drill(w->run) ? "; a drill changes nothing in the register" : " is changed in the register");
	good = walk_recorded(w, rc, &why, hf_buf_str(&what));
	hf_json_free(values);
	hf_buf_clear(&what);
	return good;
}

/* Words, or what looks like them: neither one of a few, nor a number. */
static bool
is_free(const struct hf_field *f)
{
	return f->choices == NULL && f->type != HF_FIELD_BOOL && f->type != HF_FIELD_INT;
}

static enum hf_code
ask(const struct changing *g, struct hf_err *e)
{
	struct hf_buf   text = HF_BUF_INIT, old = HF_BUF_INIT;
	struct prompt   q = { .help = "What is right now; Tab completes it. Enter: leave it as it is. - empties it." };
	struct changing mine = *g;
	char           *typed = NULL;
	enum hf_code    rc;

	step_field(&text, g->c);
	field_choices(&text, g->f);
	hf_buf_adds(&text, g->f->type == HF_FIELD_BOOL ? " (yes or no), what is right now" : ", what is right now");
	if (!hf_json_is(hf_json_get(g->c, "value"), HF_JSON_NULL))
		field_typed(&old, g->w->app->reg, g->f, hf_json_get(g->c, "value"));
	q.text = hf_buf_str(&text);
	q.fallback = old.len > 0 ? hf_buf_str(&old) : NULL;
	q.complete = complete;
	q.arg = &mine;
	do {
		free(typed);
		typed = NULL;
		if ((rc = (is_free(g->f) ? walk_ask_words : walk_ask)(&typed, g->w, &q, e)) != HF_OK || typed == NULL ||
		    typed[0] == '\0' || strcmp(typed, hf_buf_str(&old)) == 0)
			break;
	} while (!record(g, typed));
	free(typed);
	hf_buf_clear(&text);
	hf_buf_clear(&old);
	return rc;
}

enum hf_code
walk_change(struct walk *w, size_t number, struct hf_err *e)
{
	struct hf_json       *brief = NULL;
	struct changing       g = { .w = w };
	const struct hf_kind *kind;
	enum hf_code          rc;

	if ((rc = hf_brief_make(&brief, w->run, walk_step(w), e)) != HF_OK)
		return rc;
	g.c = hf_json_at(hf_json_get(brief, "confirm"), number - 1);
	kind = hf_json_get_str(g.c, "kind") == NULL ? NULL : hf_schema_kind(hf_json_get_str(g.c, "kind"));
	g.f = kind == NULL ? NULL : hf_schema_field(kind, hf_json_get_str(g.c, "field"));
	if (g.f == NULL)
		walk_say(w, OUT_BAD, "it cannot be changed here: no record is known there");
	else
		rc = ask(&g, e);
	hf_json_free(brief);
	return rc;
}
