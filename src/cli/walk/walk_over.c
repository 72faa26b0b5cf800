/* From one to another: a role to another person, the person to another run, a finished step to an open one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ref.h"
#include "holdfast/text.h"
#include "step.h"
#include "walk_in.h"

/* ---- handing over ---- */

static void
offer_roles(void *arg, const char *typed, struct words *words)
{
	const struct hf_playbook *pb = hf_run_playbook(((struct walk *)arg)->run);

	(void)typed;
	for (size_t k = 0; k < pb->n_roles; k++)
		words_add(words, pb->roles[k].id, pb->roles[k].words);
}

static void
offer_people(void *arg, const char *typed, struct words *words)
{
	ref_offer(words, ((struct walk *)arg)->app->reg, "person", typed);
}

/* One line; *typed NULL: given up, or nothing was typed. */
static enum hf_code
ask(char **typed, struct walk *w, const struct prompt *q, struct hf_err *e)
{
	enum hf_code rc = walk_ask(typed, w, q, e);

	if (rc == HF_OK && *typed != NULL && (*typed)[0] == '\0') {
		free(*typed);
		*typed = NULL;
	}
	return rc;
}

/* The role that the step on the screen asks for is the likely one. */
static enum hf_code
ask_role(char **role, struct walk *w, const char *typed, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);
	const struct hf_who      *who = i == NULL ? NULL : hf_step_who(hf_run_playbook(w->run), i->step);
	struct prompt             q = { .text = "Which role",
			    .help = "As the playbook names it, as lead or comms; Tab shows them.",
			    .complete = offer_roles,
			    .arg = w };

	*role = NULL;
	if (typed[0] != '\0')
		return (*role = strdup(typed)) == NULL ? hf_nomem(e) : HF_OK;
	q.fallback = who != NULL && who->roles.n > 0 ? who->roles.v[0] : NULL;
	return ask(role, w, &q, e);
}

static void
add_titles(struct page *p, const char *label, const struct hf_json *list, const char *key)
{
	for (size_t k = 0; k < hf_json_len(list); k++) {
		const char *words = hf_json_get_str(hf_json_at(list, k), key), *what = hf_json_get_str(hf_json_at(list, k), "what");
		struct hf_buf b = HF_BUF_INIT;

		hf_buf_addf(&b, "%s%s%s", what == NULL ? "" : what, what == NULL ? "" : ": ", words == NULL ? "" : words);
		page_text(p, OUT_BOLD, label, 10, OUT_PLAIN, hf_buf_str(&b));
		label = "";
		hf_buf_clear(&b);
	}
}

/* What is read out to the one who takes over. */
static enum hf_code
read_out(struct walk *w, const struct hf_json *stand, struct hf_err *e)
{
	struct prompt q = { .text = "Read it out to them. Enter: back to the step >", .fresh = true };
	struct page  *p = walk_page(w);
	char         *typed = NULL;
	enum hf_code  rc;

	page_gap(p);
	add_titles(p, "Late", hf_json_get(stand, "late"), "title");
	add_titles(p, "Promised", hf_json_get(stand, "promised"), "text");
	add_titles(p, "Open", hf_json_get(stand, "open"), "title");
	page_line(p, OUT_PLAIN, "%zu steps are done.", hf_json_len(hf_json_get(stand, "done")));
	page_gap(p);
	if ((rc = walk_show(w, p, 1, e)) == HF_OK)
		rc = walk_ask(&typed, w, &q, e);
	free(typed);
	return rc;
}

static enum hf_code
hand_to(struct walk *w, const char *role, const char *person, struct hf_err *e)
{
	struct hf_act   act = walk_act(w, NULL);
	struct hf_json *stand = NULL;
	struct hf_err   why = HF_ERR_INIT;
	struct hf_buf   what = HF_BUF_INIT;
	char            id[HF_ID_SIZE];
	enum hf_code    rc;

	act.step = NULL;
	if ((rc = ref_pick(id, w->app, "person", person, &why)) == HF_OK) {
		app_hold();
		rc = hf_run_handover(&stand, w->run, &act, role, id, &why);
		app_release();
		hf_register_ref(&what, w->app->reg, id);
		hf_buf_addf(&what, " is now %s", role);
	}
	rc = walk_recorded(w, rc, &why, hf_buf_str(&what)) && stand != NULL ? read_out(w, stand, e) : HF_OK;
	hf_json_free(stand);
	hf_buf_clear(&what);
	return rc;
}

enum hf_code
walk_hand(struct walk *w, const char *typed, struct hf_err *e)
{
	struct prompt q = {
		.text = "Who takes over", .help = "A name from the register; Tab completes it.", .complete = offer_people, .arg = w
	};
	char        *role = NULL, *person = NULL;
	enum hf_code rc;

	if ((rc = ask_role(&role, w, typed, e)) == HF_OK && role != NULL && (rc = ask(&person, w, &q, e)) == HF_OK &&
	    person != NULL)
		rc = hand_to(w, role, person, e);
	free(role);
	free(person);
	return rc;
}

/* ---- open again ---- */

enum hf_code
walk_open(struct walk *w, const char *text, struct hf_err *e)
{
	struct prompt q = { .text = "Why is it opened again", .help = "It stands in the log and in every report.", .lines = true };
	struct hf_err why = HF_ERR_INIT;
	struct hf_act act;
	char         *typed = NULL;
	enum hf_code  rc;

	if (text[0] == '\0' && ((rc = walk_ask_words(&typed, w, &q, e)) != HF_OK || typed == NULL || typed[0] == '\0')) {
		free(typed);
		return rc;
	}
	act = walk_act(w, typed != NULL ? typed : text);
	app_hold();
	rc = hf_run_reopen(w->run, &act, &why);
	app_release();
	walk_recorded(w, rc, &why, "open again");
	free(typed);
	return HF_OK;
}

/* ---- other runs ---- */

static int
add_parent(struct hf_json *list, const struct walk *w)
{
	const char     *parent = hf_json_get_str(hf_run_start_entry(w->run), "parent"), *id;
	struct hf_json *heads = NULL;
	int             bad = 0;

	if (parent == NULL || hf_run_list_heads(&heads, w->app->reg, NULL) != HF_OK)
		return 0;
	for (size_t k = 0; k < hf_json_len(heads); k++)
		if ((id = hf_json_get_str(hf_json_at(heads, k), "run")) != NULL && strcmp(id, parent) == 0)
			bad |= hf_json_push(list, hf_json_ref(hf_json_at(heads, k)));
	hf_json_free(heads);
	return bad;
}

struct hf_json *
walk_others(const struct walk *w)
{
	struct hf_json *list = NULL;

	if (hf_run_children(&list, w->run, NULL) == HF_OK && add_parent(list, w) != 0) {
		hf_json_free(list);
		list = NULL;
	}
	return list;
}

static void
put_others(struct walk *w, const struct hf_json *list)
{
	for (size_t k = 0; k < hf_json_len(list); k++) {
		struct hf_buf b = HF_BUF_INIT;

		step_run(&b, w->run, hf_json_at(list, k));
		put_line(w->app->out, OUT_PLAIN, "  %zu  %s", k + 1, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

/* Its number, or asked for when there are several. */
static enum hf_code
which(size_t *number, struct walk *w, const struct hf_json *list, const char *rest, struct hf_err *e)
{
	struct prompt q = { .text = "Which of them", .help = "Its number." };
	char         *typed = NULL;
	enum hf_code  rc = HF_OK;

	*number = 1;
	if (rest[0] != '\0') {
		*number = strtoul(rest, NULL, 10);
	} else if (hf_json_len(list) > 1) {
		put_others(w, list);
		if ((rc = ask(&typed, w, &q, e)) == HF_OK)
			*number = typed == NULL ? 0 : strtoul(typed, NULL, 10);
	}
	free(typed);
	return rc;
}

enum hf_code
walk_go_run(struct walk *w, const char *rest, struct hf_err *e)
{
	struct hf_json *list = walk_others(w);
	size_t          number;
	enum hf_code    rc = HF_OK;

	if (hf_json_len(list) == 0) {
		walk_say(w, OUT_PLAIN, "no other run belongs to this one");
	} else if ((rc = which(&number, w, list, rest, e)) == HF_OK) {
		if (number >= 1 && number <= hf_json_len(list))
			snprintf(w->go, sizeof(w->go), "%s", hf_json_get_str(hf_json_at(list, number - 1), "run"));
		else
			walk_say(w, OUT_PLAIN, "stayed here");
	}
	hf_json_free(list);
	return rc;
}

void
walk_still_open(const struct walk *w)
{
	struct hf_json *list = walk_others(w);
	struct hf_buf   b = HF_BUF_INIT;

	for (size_t k = 0; k < hf_json_len(list); k++) {
		const struct hf_json *other = hf_json_at(list, k);

		if (strcmp(hf_json_text(other, "state"), "open") != 0)
			continue;
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "Still open beside it: %s, on %s", hf_json_text(other, "title"), hf_json_text(other, "ref"));
		put_line(w->app->out, OUT_PLAIN, "%s", hf_buf_str(&b));
		put_line(w->app->out, OUT_BOLD, "  holdfast run resume %s", hf_json_text(other, "run"));
	}
	hf_buf_clear(&b);
	hf_json_free(list);
}
