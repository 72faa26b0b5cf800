/* review: is what we hold about an account still right? Its own, those that are due, or all of a person's, one after the other. */
#include <stdio.h>
#include <string.h>

#include "../ref.h"
#include "../runs.h"
#include "../walk/walk.h"
#include "cmd.h"
#include "cmd_respond.h"
#include "cmd_routine.h"
#include "holdfast/due.h"

#define REVIEW       "routine/recovery-review"
#define REVIEW_AHEAD 14   /* days before its day on which an account is offered */
#define EVER         3650 /* days */

static const struct opt options[] = {
	{ 0, "mine", NULL, "all accounts of yours, due or not", 0 },
	{ 0, "due", NULL, "everybody's accounts that are due", 0 },
	RUNS_OPT_FOR,
	RUNS_OPT_ROLE,
	{ 0, "plain", NULL, "never clear the screen: for screen readers and logs", 0 },
	OPT_END,
};

/* ---- which ---- */

/* What REF means: one account, or what is due of a person. */
static enum hf_code
review_ref(struct hf_json **out, struct app *app, const char *ref, struct hf_err *e)
{
	struct hf_due_opts opts = { .days = REVIEW_AHEAD, .what = "review" };
	struct hf_json    *record = NULL, *item;
	char               id[HF_ID_SIZE];
	bool               person;
	enum hf_code       rc;

	if ((rc = ref_pick(id, app, "account person", ref, e)) != HF_OK ||
	    (rc = hf_register_get(&record, app->reg, id, e)) != HF_OK)
		return rc;
	person = strcmp(hf_json_get_str(record, "kind"), "person") == 0;
	hf_json_free(record);
	opts.person = id;
	if (person)
		return hf_due(out, app->reg, app->shelf, &opts, e);
	item = hf_json_object();
	if ((*out = hf_json_array()) == NULL || hf_json_set(item, "record", hf_json_string(id)) != 0 ||
	    hf_json_push(*out, item) != 0)
		return hf_nomem(e);
	return HF_OK;
}

static enum hf_code
review_list(struct hf_json **out, struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_due_opts opts = { .days = opt_flag(a, "mine") ? EVER : REVIEW_AHEAD, .what = "review" };
	const char        *ref = opt_word(a, "REF");
	char               me[HF_ID_SIZE];
	enum hf_code       rc;

	if ((ref != NULL) + opt_flag(a, "mine") + opt_flag(a, "due") > 1) {
		hf_fail(e, HF_USAGE, "review: a REF, --mine and --due each say which accounts; give one of them");
		return HF_USAGE;
	}
	if (ref != NULL)
		return review_ref(out, app, ref, e);
	if (!opt_flag(a, "due")) {
		if ((rc = hf_register_me(me, app->reg, e)) != HF_OK)
			return rc == HF_NOTFOUND ? hf_fail_in(e, "review") : rc;
		opts.person = me;
	}
	return hf_due(out, app->reg, app->shelf, &opts, e);
}

/* ---- the walk ---- */

/* "3 accounts to review: x:agency, x:news, x:jobs. You may leave at any prompt and go on later." */
static void
review_words(struct hf_buf *b, struct app *app, const struct hf_json *list)
{
	hf_buf_addf(b, "%zu accounts to review: ", hf_json_len(list));
	for (size_t i = 0; i < hf_json_len(list); i++) {
		hf_buf_adds(b, i > 0 ? ", " : "");
		hf_register_ref(b, app->reg, hf_json_get_str(hf_json_at(list, i), "record"));
	}
	hf_buf_adds(b, ". You may leave at any prompt and go on later.");
}

static enum hf_code
nothing_due(struct app *app, struct hf_err *e)
{
	struct hf_json *where = hf_json_object();
	enum hf_code    rc = HF_OK;

	if (hf_json_set(where, "run", hf_json_null()) != 0 || hf_json_set(where, "step", hf_json_null()) != 0)
		rc = hf_nomem(e);
	else
		out_said(app->out, where, "Nothing is due for review. holdfast review --mine goes through all of yours.");
	hf_json_free(where);
	return rc;
}

/* After the last, or when somebody leaves. */
static void
review_said(struct app *app, size_t closed, const struct walk_series *s)
{
	out_tell(app->out, OUT_PLAIN, "%zu of %zu reviewed.%s", closed, s->of,
	    s->left            ? " Everything that was recorded is kept, and the same command goes on here." :
		closed < s->of ? " Of the rest, somebody else has a part to do: holdfast due." :
				 "");
}

/* An account that its owner knows, to be like: the one reviewed last, of the same provider first. "" when there is none. */
static enum hf_code
review_like(char like[HF_ID_SIZE], struct app *app, const char *account, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	like[0] = '\0';
	rc = hf_db_prepare(&s, hf_register_db(app->reg),
	    "SELECT b.id FROM account a JOIN account b ON b.owner = a.owner AND b.id <> a.id WHERE a.id = ? AND b.recovery_reviewed_on IS NOT NULL "
	    "ORDER BY b.provider <> a.provider, b.recovery_reviewed_on DESC, "
	    "(SELECT max(id) FROM entry WHERE type = 'start' AND body ->> 'subject' = b.id) DESC LIMIT 1",
	    e);
	if (rc != HF_OK)
		return rc;
	hf_stmt_text(s, 1, account);
	if (hf_stmt_step(s))
		snprintf(like, HF_ID_SIZE, "%s", hf_stmt_col(s, 0));
	return hf_stmt_end(s, rc, e);
}

/* One account after the other, until somebody leaves. Without a terminal the first alone. */
static enum hf_code
review_all(struct app *app, const struct args *a, const struct hf_json *list, struct hf_err *e)
{
	struct walk_series s = { .of = hf_json_len(list) };
	struct hf_buf      words = HF_BUF_INIT;
	struct hf_run     *run = NULL;
	bool               walks = walk_possible(app), more = true;
	size_t             closed = 0;
	enum hf_code       rc = HF_OK;

	if (s.of > 1) {
		review_words(&words, app, list);
		s.words = hf_buf_str(&words);
	}
	while (rc == HF_OK && more && s.n < s.of) {
		struct routine what = { .book = REVIEW, .subject = hf_json_get_str(hf_json_at(list, s.n++), "record") };

		rc = routine_open(&run, app, a, &what, e);
		if (rc == HF_OK)
			rc = review_like(s.like, app, what.subject, e);
		if (rc == HF_OK)
			rc = respond_series(app, &run, a, &s, e);
		closed += rc == HF_OK && !hf_run_is_open(run);
		more = walks && !s.left;
		hf_run_close(run);
		run = NULL;
	}
	if (rc == HF_OK && walks)
		review_said(app, closed, &s);
	hf_json_free(s.said);
	hf_json_free(s.read);
	hf_buf_clear(&words);
	return rc;
}

static enum hf_code
review(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *list = NULL;
	enum hf_code    rc;

	if ((rc = review_list(&list, app, a, e)) != HF_OK)
		return rc;
	if (hf_json_len(list) == 0) {
		rc = nothing_due(app, e);
	} else {
		rc = review_all(app, a, list, e);
	}
	hf_json_free(list);
	return rc;
}

extern const struct cmd review_cmds[];

const struct cmd review_cmds[] = {
	{
	    .name = "review",
	    .run = review,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = options,
	    .operands = "[REF]",
	    .group = CMD_ROUTINE,
	    .summary = "is what we hold about your accounts still right?",
	    .about =
		"Without REF, your own accounts that are due in the next two weeks, one after the other. REF is one account, or a person whose accounts are "
		"meant. Enter means that it is still right; anything else is the new value, and is in the register at once. You may leave at any prompt: the "
		"same command goes on where you were.",
	    .examples = "holdfast review\nholdfast review x:agency\nholdfast review --due\n",
	},
	CMD_END,
};
