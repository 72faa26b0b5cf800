/* offboard, declare, attest: each begins a routine playbook on a record, or goes on with the one that is open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../ref.h"
#include "../runs.h"
#include "../term/prompt.h"
#include "cmd.h"
#include "cmd_book.h"
#include "cmd_respond.h"
#include "cmd_routine.h"
#include "holdfast/time.h"

#define FAREWELL_FAR 3653 /* days */
#define LEAVER       "routine/leaver"
#define MOVER        "routine/mover"
#define ATTESTATION  "routine/attestation"

static const struct opt offboard_opts[] = {
	{ 0, "last-day", "DAY", "the last day at work, or the first in the new post", 0 },
	{ 0, "mover", NULL, "the person stays, in another post", 0 },
	RUNS_OPT_FOR,
	RUNS_OPT_ROLE,
	{ 0, "plain", NULL, "never clear the screen: for screen readers and logs", 0 },
	OPT_END,
};

static const struct opt declare_opts[] = {
	{ 0, "by", "DAY", "the day by which it must be declared (in 20 working days)", 0 },
	RUNS_OPT_FOR,
	RUNS_OPT_ROLE,
	{ 0, "plain", NULL, "never clear the screen: for screen readers and logs", 0 },
	OPT_END,
};

static const struct opt attest_opts[] = {
	{ 0, "period", "YEAR", "which year, as 2026-27 (the financial year that is running)", 0 },
	RUNS_OPT_FOR,
	RUNS_OPT_ROLE,
	{ 0, "plain", NULL, "never clear the screen: for screen readers and logs", 0 },
	OPT_END,
};

/* ---- beginning, or going on ---- */

static enum hf_code
start(struct hf_run **run, struct app *app, const struct args *a, const struct routine *what, struct hf_err *e)
{
	struct hf_start s = { .playbook = what->book, .subject = what->subject };
	struct hf_json *values = NULL;
	char            for_id[HF_ID_SIZE];
	enum hf_code    rc;

	if ((rc = runs_who(&s, for_id, app, a, e)) != HF_OK)
		return rc;
	values = hf_json_object();
	if (values == NULL || (what->name != NULL && hf_json_set(values, what->name, hf_json_string(what->value)) != 0)) {
		hf_json_free(values);
		return hf_nomem(e);
	}
	s.values = values;
	book_warn_behind(app, what->book);
	app_hold();
	rc = hf_run_start(run, app->reg, app->shelf, &s, e);
	app_release();
	hf_json_free(values);
	return rc;
}

enum hf_code
routine_open(struct hf_run **run, struct app *app, const struct args *a, const struct routine *what, struct hf_err *e)
{
	char         open[HF_ID_SIZE];
	enum hf_code rc;

	if ((rc = respond_open(open, app, what->book, what->subject, e)) != HF_OK)
		return rc;
	if (open[0] != '\0')
		return hf_run_open(run, app->reg, app->shelf, open, e);
	return start(run, app, a, what, e);
}

enum hf_code
routine_go(struct app *app, const struct args *a, const struct routine *what, struct hf_err *e)
{
	struct hf_run *run = NULL;
	enum hf_code   rc, begun;

	if ((rc = begun = routine_open(&run, app, a, what, e)) == HF_OK || rc == HF_UNSURE)
		rc = respond_go(app, &run, a, begun == HF_UNSURE ? NULL : e);
	hf_run_close(run);
	return rc == HF_OK ? begun : rc;
}

/* A day as typed, as the register writes it. */
enum hf_code
routine_day(char out[HF_DAY_SIZE], struct app *app, const char *typed, struct hf_err *e)
{
	return hf_day_human(out, typed, hf_register_zone(app->reg), hf_register_now(app->reg), e);
}

/* ---- offboard ---- */

/* A last day that is ten years away is a slip of the finger. */
static enum hf_code
farewell_day(char out[HF_DAY_SIZE], struct app *app, const char *typed, struct hf_err *e)
{
	enum hf_code rc;
	int          days;

	if ((rc = routine_day(out, app, typed, e)) != HF_OK)
		return rc;
	days = hf_day_diff(out, hf_register_today(app->reg));
	if (days >= -FAREWELL_FAR && days <= FAREWELL_FAR)
		return HF_OK;
	rc = hf_fail(e, HF_BAD, "%s: that is more than ten years away", out);
	hf_hint(e, "is the year right?");
	return rc;
}

static enum hf_code
is_farewell_day(void *arg, const char *typed, struct hf_err *e)
{
	char day[HF_DAY_SIZE];

	return farewell_day(day, arg, typed, e);
}

/* --last-day, else what the register says, else it is asked for. */
static enum hf_code
last_day(char out[HF_DAY_SIZE], struct app *app, const struct args *a, const char *person, bool mover, struct hf_err *e)
{
	struct prompt   q = { .text = mover ? "First day in the new post" : "Last day at work",
		  .help = "a day, as 2026-11-20, 20 Nov 2026, tomorrow or in 10 days",
		  .instead = "--last-day DAY",
		  .check = is_farewell_day,
		  .arg = app };
	struct hf_json *record = NULL;
	char           *typed = NULL;
	const char     *known;
	enum hf_code    rc;

	if (opt_str(a, "last-day") != NULL)
		return farewell_day(out, app, opt_str(a, "last-day"), e);
	if ((rc = hf_register_get(&record, app->reg, person, e)) != HF_OK)
		return rc;
	if ((known = hf_json_get_str(record, mover ? "moved_on" : "last_day")) != NULL)
		snprintf(out, HF_DAY_SIZE, "%s", known);
	else if ((rc = prompt_line(&typed, app, &q, e)) == HF_OK)
		rc = routine_day(out, app, typed, e);
	free(typed);
	hf_json_free(record);
	return rc;
}

static enum hf_code
offboard(struct app *app, const struct args *a, struct hf_err *e)
{
	bool         mover = opt_flag(a, "mover");
	const char  *book = mover ? MOVER : LEAVER, *name = mover ? "moved_on" : "last_day";
	char         id[HF_ID_SIZE], open[HF_ID_SIZE], day[HF_DAY_SIZE] = "";
	enum hf_code rc;

	if ((rc = ref_pick(id, app, "person", opt_word(a, "PERSON"), e)) != HF_OK ||
	    (rc = respond_open(open, app, book, id, e)) != HF_OK)
		return rc;
	if (open[0] == '\0' && (rc = last_day(day, app, a, id, mover, e)) != HF_OK)
		return rc;
	if (open[0] != '\0' && opt_str(a, "last-day") != NULL) {
		hf_fail(e, HF_EXISTS, "offboard: it is under way, as %s, and its day is set", open);
		return hf_hint(e, "holdfast run value %s %s=DAY changes it", open, name);
	}
	return routine_go(app, a, &(struct routine){ book, id, name, day }, e);
}

/* ---- attest ---- */

/* The financial year that runs today: from April to March. */
static void
this_year(char out[16], const char *today)
{
	int year = atoi(today), month = atoi(today + 5), first = month >= 4 ? year : year - 1;

	snprintf(out, 16, "%04d-%02d", first, (first + 1) % 100);
}

/* "2026-27", and words behind it for a second round in that year. */
static enum hf_code
is_period(const char *p, struct hf_err *e)
{
	size_t digits = strspn(p, "0123456789"), more = digits == 4 && p[4] == '-' ? strspn(p + 5, "0123456789") : 0;

	if (more == 2 && (p[7] == '\0' || (p[7] == ' ' && p[8 + strspn(p + 8, " ")] != '\0')) && (atoi(p) + 1) % 100 == atoi(p + 5))
		return HF_OK;
	hf_fail(e, HF_BAD, "period: \"%.40s\" is no year such as 2026-27", p);
	return hf_hint(e, "a second round in a year has words behind it: --period \"2026-27 after the incident\"");
}

/* A round that is under way is gone on with, unless another one was asked for. */
static enum hf_code
same_period(struct app *app, const char *unit, const char *period, struct hf_err *e)
{
	struct hf_run *run = NULL;
	const char    *under_way;
	char           open[HF_ID_SIZE];
	enum hf_code   rc;

	if ((rc = respond_open(open, app, ATTESTATION, unit, e)) != HF_OK || open[0] == '\0')
		return rc;
	if ((rc = hf_run_open(&run, app->reg, app->shelf, open, e)) != HF_OK)
		return rc;
	under_way = hf_json_get_str(hf_run_values(run), "period");
	if (under_way != NULL && strcmp(under_way, period) != 0) {
		rc = hf_fail(e, HF_EXISTS, "attest: the answers for %s are under way, as %s", under_way, open);
		hf_hint(e, "they come first: holdfast run resume %s", open);
	}
	hf_run_close(run);
	return rc;
}

/* Who confirms and who endorses: without them a round can be begun and never ended. */
static enum hf_code
has_signers(struct app *app, const char *unit, struct hf_err *e)
{
	static const char *const fields[] = { "deputy_director", "director" };
	struct hf_stmt          *s = NULL;
	struct hf_buf            ref = HF_BUF_INIT;
	enum hf_code             rc;

	rc = hf_db_prepare(&s, hf_register_db(app->reg),
	    "SELECT EXISTS (SELECT 1 FROM person p WHERE p.id = u.deputy_director AND NOT p.gone),"
	    " EXISTS (SELECT 1 FROM person p WHERE p.id = u.director AND NOT p.gone) FROM unit u WHERE u.id = ?",
	    e);
	if (rc != HF_OK)
		return rc;
	hf_stmt_text(s, 1, unit);
	if (hf_stmt_step(s))
		for (int i = 0; rc == HF_OK && i < 2; i++) {
			if (hf_stmt_num(s, i) != 0)
				continue;
			hf_register_ref(&ref, app->reg, unit);
			rc = hf_fail(e, HF_NO, "attest: %s has no %s who could %s the answers", hf_buf_str(&ref),
			    i == 0 ? "deputy director" : "director", i == 0 ? "confirm" : "endorse");
			hf_hint(e, "holdfast set \"%s\" %s=PERSON; whoever leads the unit is its deputy director here",
			    hf_buf_str(&ref), fields[i]);
		}
	hf_buf_clear(&ref);
	return hf_stmt_end(s, rc, e);
}

/* What the director has endorsed is not answered once more under the same name. */
static enum hf_code
is_endorsed(struct app *app, const char *unit, const char *period, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_buf   ref = HF_BUF_INIT;
	enum hf_code    rc;

	rc = hf_db_prepare(&s, hf_register_db(app->reg),
	    "SELECT answered_on FROM attestation WHERE unit = ? AND period = ? AND control = 'endorsement'", e);
	if (rc != HF_OK)
		return rc;
	hf_stmt_text(s, 1, unit);
	hf_stmt_text(s, 2, period);
	if (hf_stmt_step(s)) {
		hf_register_ref(&ref, app->reg, unit);
		rc = hf_fail(e, HF_EXISTS, "attest: %s has answered for %s; its director endorsed it on %s", hf_buf_str(&ref),
		    period, hf_stmt_col(s, 0) == NULL ? "a day that is not recorded" : hf_stmt_col(s, 0));
		hf_hint(e, "the year after: --period %04d-%02d; a second round: --period \"%.7s after the incident\"",
		    atoi(period) + 1, (atoi(period) + 2) % 100, period);
	}
	hf_buf_clear(&ref);
	return hf_stmt_end(s, rc, e);
}

static enum hf_code
attest(struct app *app, const struct args *a, struct hf_err *e)
{
	const char  *period = opt_str(a, "period");
	char         id[HF_ID_SIZE], open[HF_ID_SIZE], year[16];
	enum hf_code rc;

	this_year(year, hf_register_today(app->reg));
	if ((period != NULL && (rc = is_period(period, e)) != HF_OK) ||
	    (rc = ref_pick(id, app, "unit", opt_word(a, "UNIT"), e)) != HF_OK ||
	    (period != NULL && (rc = same_period(app, id, period, e)) != HF_OK) ||
	    (rc = respond_open(open, app, ATTESTATION, id, e)) != HF_OK ||
	    (open[0] == '\0' && (rc = has_signers(app, id, e)) != HF_OK) ||
	    (open[0] == '\0' && (rc = is_endorsed(app, id, period == NULL ? year : period, e)) != HF_OK))
		return rc;
	return routine_go(app, a, &(struct routine){ ATTESTATION, id, "period", period == NULL ? year : period }, e);
}

extern const struct cmd routine_cmds[];

const struct cmd routine_cmds[] = {
	{
	    .name = "offboard",
	    .run = offboard,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = offboard_opts,
	    .operands = "PERSON",
	    .group = CMD_ROUTINE,
	    .summary = "somebody leaves, or moves to another post",
	    .about =
		"Everything that bears the person's name, step by step: hand over first, remove second, look into the live services third, and print the "
		"certificate. It cannot be closed while anything is open. The same command goes on where you were.",
	    .examples = "holdfast offboard \"Jo Park\" --last-day 2026-12-18\nholdfast offboard \"Jo Park\" --mover\n",
	},
	{
	    .name = "declare",
	    .run = routine_declare,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = declare_opts,
	    .operands = "[PERSON] [FIELD=VALUE...]",
	    .group = CMD_ROUTINE,
	    .summary = "a private account is used for work: declare it, and decide",
	    .about =
		"PERSON is whose account it is; without it, yours, and on a terminal you are asked. provider=, handle=, purpose= and the other fields "
		"of a declaration (holdfast help declaration) write it into the register; then the review follows: it becomes official, our name comes "
		"off, or its owner answers for it alone. It is to be decided in 20 working days. Without fields, a notice to PERSON comes first.",
	    .examples = "holdfast declare\nholdfast declare \"Jo Park\" provider=x handle=jopark purpose=\"news of the office\"\n",
	},
	{
	    .name = "attest",
	    .run = attest,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = attest_opts,
	    .operands = "UNIT",
	    .group = CMD_ROUTINE,
	    .summary = "the yearly questionnaire of a unit",
	    .about =
		"The unit answers, and beside each question stands what the rules find today. Its deputy director confirms and its director endorses, each "
		"with their own key, and the units below come first. The same command goes on where you were. Without a terminal the run is begun and "
		"printed.",
	    .examples = "holdfast attest Press\nholdfast attest Press --period 2026-27\n",
	},
	CMD_END,
};
