/* The walk's part of whose turn it is: the second person, waiting, and fields of the register that are looked at. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/brief.h"
#include "holdfast/time.h"
#include "walk_in.h"

/* ---- is it still right? ---- */

static void
change(struct walk *w, const char *name, const char *typed)
{
	struct hf_json *values = hf_json_object();
	struct hf_act   act = walk_act(w, NULL);
	struct hf_err   why = HF_ERR_INIT;
	enum hf_code    rc;

	if (hf_json_set(values, name, hf_json_string(typed)) != 0) {
		walk_say(w, OUT_BAD, "%s: it is not UTF-8", name);
	} else {
		app_hold();
		rc = hf_run_value(w->run, &act, values, &why);
		app_release();
		walk_recorded(w, rc, &why, hf_run_is_drill(w->run) ? "noted; a drill changes nothing" : "changed in the register");
	}
	hf_json_free(values);
}

/* Enter says that it is. *open: given up, so the step stays open. */
enum hf_code
walk_confirm(struct walk *w, bool *open, struct hf_err *e)
{
	struct hf_json       *brief = NULL;
	const struct hf_json *list;
	enum hf_code          rc;

	*open = false;
	if (walk_step(w)->step->confirm.n == 0)
		return HF_OK;
	if ((rc = hf_brief_make(&brief, w->run, walk_step(w), e)) != HF_OK)
		return rc;
	list = hf_json_get(brief, "confirm");
	for (size_t k = 0; rc == HF_OK && !*open && k < hf_json_len(list); k++) {
		const struct hf_json *c = hf_json_at(list, k);
		struct hf_buf         text = HF_BUF_INIT;
		struct prompt         q = { .help = "Enter: it is still right. Or type what is right now." };
		char                 *typed = NULL;

		if (hf_json_get_str(c, "record") == NULL || hf_json_true(hf_json_get(c, "given")))
			continue;
		hf_buf_addf(&text, "%s %s: %s. Still right", hf_json_get_str(c, "ref"), hf_json_get_str(c, "field"),
		    hf_json_get_str(c, "now"));
		q.text = hf_buf_str(&text);
		rc = walk_ask(&typed, w, &q, e);
		*open = rc == HF_OK && typed == NULL;
		if (rc == HF_OK && typed != NULL && typed[0] != '\0')
			change(w, hf_json_get_str(c, "name"), typed);
		free(typed);
		hf_buf_clear(&text);
	}
	hf_json_free(brief);
	return rc;
}

/* ---- the second person ---- */

static enum hf_code
say_approval(struct walk *w, const char *text, bool agree)
{
	struct hf_act act = walk_act(w, text[0] == '\0' ? NULL : text);
	struct hf_err why = HF_ERR_INIT;
	enum hf_code  rc;

	act.on_behalf = NULL;
	app_hold();
	rc = agree ? hf_run_approve(w->run, &act, NULL, &why) : hf_run_reject(w->run, &act, &why);
	app_release();
	walk_recorded(w, rc, &why, agree ? "approved" : "not approved: it is open again");
	return HF_OK;
}

enum hf_code
walk_approve(struct walk *w, const char *text, struct hf_err *e)
{
	(void)e;
	return say_approval(w, text, true);
}

enum hf_code
walk_reject(struct walk *w, const char *text, struct hf_err *e)
{
	(void)e;
	return say_approval(w, text, false);
}

/* ---- waiting, claiming ---- */

enum hf_code
walk_wait(struct walk *w, const char *text, struct hf_err *e)
{
	struct prompt q = { .text = "Until when, or for what",
		.help = "in 2 hours, tomorrow 9:00; or words, and it waits until somebody says done." };
	struct hf_act act = walk_act(w, NULL);
	struct hf_err why = HF_ERR_INIT;
	char         *typed = NULL;
	int64_t       until = 0, now = hf_register_now(w->app->reg);
	enum hf_code  rc;

	if (text[0] == '\0' && ((rc = walk_ask(&typed, w, &q, e)) != HF_OK || typed == NULL || typed[0] == '\0')) {
		free(typed);
		return rc;
	}
	text = typed != NULL ? typed : text;
	if (hf_time_human(&until, NULL, text, hf_register_zone(w->app->reg), now, true, NULL) != HF_OK) {
		until = 0;
		act.text = text;
	}
	app_hold();
	rc = hf_run_wait(w->run, &act, until, &why);
	app_release();
	walk_recorded(w, rc, &why, "it waits");
	w->chosen = false;
	free(typed);
	return HF_OK;
}

enum hf_code
walk_claim(struct walk *w, const char *text, struct hf_err *e)
{
	struct hf_act act = walk_act(w, text[0] == '\0' ? NULL : text);
	struct hf_err why = HF_ERR_INIT;
	enum hf_code  rc;

	(void)e;
	app_hold();
	rc = hf_run_claim(w->run, &act, false, &why);
	app_release();
	walk_recorded(w, rc, &why, "you do this one");
	return HF_OK;
}
