/* The walk's part of whose turn it is: the second person, waiting, claiming. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/brief.h"
#include "holdfast/time.h"
#include "step.h"
#include "walk_in.h"

/* ---- the second person ---- */

static enum hf_code
say_approval(struct walk *w, const char *text, bool agree)
{
	struct hf_json *started = NULL;
	struct hf_act   act = walk_act(w, text[0] == '\0' ? NULL : text);
	struct hf_err   why = HF_ERR_INIT;
	enum hf_code    rc;

	act.on_behalf = NULL;
	app_hold();
	rc = agree ? hf_run_approve(w->run, &act, &started, &why) : hf_run_reject(w->run, &act, &why);
	app_release();
	if (walk_recorded(w, rc, &why, agree ? "approved" : "not approved: it is open again") && agree) {
		walk_started(w, started);
		w->chosen = false;
	}
	hf_json_free(started);
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

void
walk_second(struct hf_buf *b, const struct walk *w, const struct hf_instance *i)
{
	struct hf_json       *brief = NULL;
	const struct hf_json *people;

	if (hf_brief_make(&brief, w->run, i, NULL) != HF_OK)
		return;
	people = hf_json_get(hf_json_get(brief, "approval"), "people");
	hf_buf_adds(b, hf_json_get_str(brief, "second"));
	for (size_t k = 0; k < hf_json_len(people); k++) {
		hf_buf_adds(b, k == 0 ? ": " : "; or ");
		step_person(b, hf_json_at(people, k), SIZE_MAX);
	}
	if (hf_json_len(people) == 0)
		hf_buf_adds(b, "; nobody else has that role, so any other person with a key may, and the log says so");
	hf_json_free(brief);
}

void
walk_awaits(struct walk *w)
{
	const struct hf_instance *i = walk_step(w);
	struct hf_buf             b = HF_BUF_INIT;

	if (i == NULL || (i->pending != HF_PENDING_DONE && i->pending != HF_PENDING_SKIP))
		return;
	walk_second(&b, w, i);
	w->said_in = OUT_WARN;
	walk_say(w, OUT_WARN, "It is not finished yet: %s", hf_buf_str(&b));
	hf_buf_cut(&b, 0);
	hf_run_approval_hint(&b, w->run, i);
	walk_say(w, OUT_PLAIN, "%c%s", toupper((unsigned char)hf_buf_str(&b)[0]), hf_buf_str(&b) + 1);
	if (w->sync.known)
		walk_say(
		    w, OUT_PLAIN, "It is sent from here while you go on; holdfast sync, in another terminal, sends it at once.");
	hf_buf_clear(&b);
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
	const char   *zone = hf_register_zone(w->app->reg);
	int64_t       until = 0, now = hf_register_now(w->app->reg);
	enum hf_code  rc;

	if (text[0] == '\0' && ((rc = walk_ask_words(&typed, w, &q, e)) != HF_OK || typed == NULL || typed[0] == '\0')) {
		free(typed);
		return rc;
	}
	text = typed != NULL ? typed : text;
	rc = hf_time_human(&until, NULL, text, zone, now, HF_WHEN_TO_COME, &why);
	if (rc == HF_OK || hf_time_human(&until, NULL, text, zone, now, HF_WHEN_ANY, NULL) != HF_OK) {
		if (rc != HF_OK) { /* words */
			until = 0;
			act.text = text;
			hf_err_clear(&why);
		}
		app_hold();
		rc = hf_run_wait(w->run, &act, until, &why);
		app_release();
	}
	walk_recorded(w, rc, &why, "it waits");
	w->chosen = false;
	free(typed);
	return HF_OK;
}

enum hf_code
walk_claim(struct walk *w, const char *text, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);
	struct hf_act             act = walk_act(w, text[0] == '\0' ? NULL : text);
	struct hf_err             why = HF_ERR_INIT;
	bool                      mine = strcmp(i->claimed_by, hf_register_key(w->app->reg)) == 0;
	enum hf_code              rc;

	(void)e;
	app_hold();
	rc = hf_run_claim(w->run, &act, mine, &why);
	app_release();
	walk_recorded(w, rc, &why, mine ? "it is free again for somebody else" : "you do this one; the others see it");
	return HF_OK;
}
