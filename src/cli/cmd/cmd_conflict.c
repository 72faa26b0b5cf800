/* conflicts, conflicts settle */
#include <string.h>

#include "../ref.h"
#include "cmd.h"
#include "holdfast/share.h"

/* ---- conflicts ---- */

/* "weather (Bob Lee)" as a member of what is shown */
static int
set_value(
    struct hf_json *shown, struct app *app, const struct hf_json *conflict, const char *which, const char *by, const char *title)
{
	const char   *value = hf_json_get_str(conflict, which), *fpr = by == NULL ? NULL : hf_json_get_str(conflict, by);
	struct hf_buf b = HF_BUF_INIT;
	int           rc;

	if (value == NULL)
		hf_buf_adds(&b, "no value");
	else
		hf_register_ref(&b, app->reg, value);
	if (fpr != NULL) {
		hf_buf_adds(&b, " (");
		hf_register_who(&b, app->reg, fpr);
		hf_buf_addc(&b, ')');
	}
	rc = hf_json_set(shown, title, hf_json_string(hf_buf_str(&b)));
	hf_buf_clear(&b);
	return rc;
}

static bool
is_pair(const struct hf_json *conflict)
{
	return hf_json_get_str(conflict, "kept_by") == NULL;
}

static void
put_pair(struct out *o, const struct hf_json *conflict)
{
	put_heading(o, "%s: two records have the same %s", hf_json_get_str(conflict, "ref"), hf_json_get_str(conflict, "field"));
	put_line(o, OUT_PLAIN, "%s and %s", hf_json_get_str(conflict, "kept"), hf_json_get_str(conflict, "other"));
	put_line(o, OUT_DIM, "Rename or remove one: holdfast set, holdfast remove");
}

/* Is what was kept still what the field has? */
static bool
is_kept(const struct hf_json *conflict)
{
	return hf_json_equal(hf_json_get(conflict, "now"), hf_json_get(conflict, "kept"));
}

static void
put_conflict(struct out *o, struct app *app, const struct hf_json *conflict)
{
	static const struct out_column columns[] = { { "stands", NULL, 0 }, { "was", NULL, OUT_SPARE }, { "other", NULL, 0 },
		{ "since", NULL, OUT_TIME }, OUT_END };
	struct hf_json                *shown = hf_json_object();
	const char                    *id = hf_json_get_str(conflict, "id");
	bool                           kept = is_kept(conflict);

	put_heading(o, "%s: %s", hf_json_get_str(conflict, "ref"), hf_json_get_str(conflict, "field"));
	if ((kept || set_value(shown, app, conflict, "now", NULL, "stands") == 0) &&
	    set_value(shown, app, conflict, "kept", "kept_by", kept ? "stands" : "was") == 0 &&
	    set_value(shown, app, conflict, "other", "other_by", "other") == 0 &&
	    hf_json_set(shown, "since", hf_json_ref(hf_json_get(conflict, "at"))) == 0)
		put_fields(o, shown, columns);
	if (kept)
		put_line(o, OUT_DIM, "holdfast conflicts settle %s kept|other", id);
	else
		put_line(o, OUT_DIM, "Changed since. holdfast conflicts settle %s kept leaves it so", id);
	hf_json_free(shown);
}

static void
render(struct out *o, const struct hf_json *list, void *arg)
{
	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *c = hf_json_at(list, i);

		if (is_pair(c))
			put_pair(o, c);
		else
			put_conflict(o, arg, c);
	}
}

static enum hf_code
conflicts(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *list = NULL;
	enum hf_code    rc;

	(void)a;
	if ((rc = hf_conflicts(&list, app->reg, e)) != HF_OK)
		return rc;
	out_paged(app->out);
	out_view(app->out, list, render, app);
	if (hf_json_len(list) == 0)
		out_note(app->out, "no conflicts");
	hf_json_free(list);
	return HF_OK;
}

/* ---- conflicts settle ---- */

/* "x:agency purpose: weather", or what becomes of the whole record. */
static void
outcome(struct hf_buf *out, struct app *app, const struct hf_json *conflict, bool other)
{
	const char *field = hf_json_get_str(conflict, "field"), *id = hf_json_get_str(conflict, "record"),
		   *value = hf_json_get_str(conflict, other ? "other" : "kept");

	hf_register_ref(out, app->reg, id);
	if (strcmp(field, "record") == 0)
		hf_buf_adds(out, other ? " is removed" : " stays");
	else if (!other)
		hf_buf_addf(out, " %s stays as it is", field);
	else if (value == NULL)
		hf_buf_addf(out, " %s is emptied", field);
	else {
		hf_buf_addf(out, " %s is now ", field);
		hf_register_ref(out, app->reg, value);
	}
}

static enum hf_code
settle(struct app *app, const struct args *a, struct hf_err *e)
{
	bool             other = strcmp(opt_word(a, "kept|other"), "other") == 0, dry = opt_flag(a, "dry-run");
	struct hf_batch *b = NULL;
	struct hf_json  *conflict = NULL;
	struct hf_buf    what = HF_BUF_INIT;
	char             id[HF_ID_SIZE];
	enum hf_code     rc;

	if ((rc = ref_pick(id, app, "conflict", opt_word(a, "CONFLICT"), e)) == HF_NOTFOUND)
		hf_hint(e, "holdfast conflicts lists those that are open, each with its name");
	if (rc != HF_OK || (rc = hf_register_get(&conflict, app->reg, id, e)) != HF_OK ||
	    (rc = hf_conflict_batch(&b, app->reg, id, other, e)) != HF_OK || (rc = hf_batch_check(b, e)) != HF_OK)
		goto done;
	outcome(&what, app, conflict, other);
	rc = dry ? HF_OK : app_commit(b, "record", e);
	if (rc == HF_OK || rc == HF_UNSURE)
		out_said(app->out, conflict, "%s: %s", dry ? "would be settled" : "settled", hf_buf_str(&what));
done:
	hf_json_free(conflict);
	hf_buf_clear(&what);
	hf_batch_free(b);
	return rc;
}

static const struct opt settle_opts[] = {
	{ 'n', "dry-run", NULL, "say what would be done, and change nothing", 0 },
	OPT_END,
};

extern const struct cmd conflict_cmds[];

const struct cmd conflict_cmds[] = {
	{
	    .name = "conflicts",
	    .run = conflicts,
	    .needs = NEED_REGISTER,
	    .group = CMD_SHARE,
	    .summary = "list what two people changed at the same time",
	    .about =
		"When two people change the same field of a record, each on their own copy, sync keeps the later value in the record and the other one "
		"here, with who set them. Nothing is lost and nothing waits for you: the later value counts until somebody decides. A record that one "
		"of them removed while the other changed it, or began to refer to it, stays, and is listed as its field \"record\".\n\n"
		"At the end stand records that were added twice, on two copies. holdfast conflicts settle decides.",
	    .examples = "holdfast conflicts\n",
	},
	{
	    .name = "conflicts settle",
	    .run = settle,
	    .needs = NEED_WRITE,
	    .options = settle_opts,
	    .operands = "CONFLICT kept|other",
	    .group = CMD_SHARE,
	    .summary = "decide which of two values stands",
	    .about =
		"kept: the field stays as it is now. other: it gets the other value, and this is refused when the field was changed since.",
	    .examples = "holdfast conflicts settle 01KAJ7Q9 other\nholdfast conflicts settle 01KAJ7Q9 kept --dry-run\n",
	},
	CMD_END,
};
