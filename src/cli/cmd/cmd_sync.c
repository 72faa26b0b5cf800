/* sync */
#include <stdlib.h>
#include <string.h>

#include "../lost.h"
#include "../reach.h"
#include "holdfast/orphan.h"

static void
add_count(struct hf_buf *b, int64_t n, const char *one, const char *many)
{
	hf_buf_addf(b, "%lld %s", (long long)n, n == 1 ? one : many);
}

static int64_t
number(const struct hf_json *o, const char *key)
{
	return hf_json_num(hf_json_get(o, key));
}

/* What a leaver wrote, commit by commit. */
static void
add_leaver(struct hf_buf *b, struct app *app, const struct hf_json *leaver, bool dry)
{
	const struct hf_json *commits = hf_json_get(leaver, "commits");
	const char           *left = hf_json_get_str(leaver, "left");
	size_t                n = hf_json_len(commits);

	hf_buf_adds(b, "\n");
	hf_buf_adds(b, dry ? "would take on " : "took on ");
	add_count(b, (int64_t)n, "commit", "commits");
	hf_buf_adds(b, " of ");
	hf_register_who(b, app->reg, hf_json_get_str(leaver, "fingerprint"));
	hf_buf_adds(b, ", whom ");
	hf_register_who(b, app->reg, hf_json_get_str(leaver, "removed_by"));
	hf_buf_addf(b, " %s%s", left == NULL ? "removed" : "made ", left == NULL ? "" : left);
	for (size_t i = 0; i < n; i++) {
		const struct hf_json *c = hf_json_at(commits, i), *changed = hf_json_get(c, "changed");

		hf_buf_addf(b, "\n  %.12s, says %s:", hf_json_get_str(c, "commit"), hf_json_get_str(c, "at"));
		for (size_t k = 0; k < hf_json_len(changed); k++)
			hf_buf_addf(b, "%s %s", k == 0 ? "" : ",", hf_json_str(hf_json_at(changed, k)));
	}
}

static void
tell(struct app *app, const struct hf_json *said, bool dry)
{
	struct hf_buf b = HF_BUF_INIT;
	int64_t       merged = number(said, "merged"), conflicts = number(said, "conflicts");

	if (dry)
		hf_buf_addf(&b, "%s: ", hf_json_get_str(said, "url"));
	if (hf_json_true(hf_json_get(said, "up_to_date"))) {
		hf_buf_adds(&b, "up to date");
	} else {
		hf_buf_adds(&b, dry ? "would receive " : "received ");
		add_count(&b, number(said, "received"), "commit", "commits");
		hf_buf_adds(&b, dry ? ", would send " : ", sent ");
		hf_buf_addf(&b, "%lld", (long long)number(said, "sent"));
	}
	if (number(said, "mended") > 0) {
		hf_buf_adds(&b, "\n");
		add_count(&b, number(said, "mended"), "file that was lost or damaged here was fetched anew",
		    "files that were lost or damaged here were fetched anew");
	}
	if (merged > 0) {
		hf_buf_adds(&b, "\n");
		add_count(
		    &b, merged, "record was changed on both sides, and merged", "records were changed on both sides, and merged");
	}
	if (conflicts > 0) {
		hf_buf_adds(&b, "\n");
		add_count(&b, conflicts, "field has two values: holdfast conflicts", "fields have two values: holdfast conflicts");
	}
	for (size_t i = 0; i < hf_json_len(hf_json_get(said, "leavers")); i++)
		add_leaver(&b, app, hf_json_at(hf_json_get(said, "leavers"), i), dry);
	out_said(app->out, said, "%s", hf_buf_str(&b));
	if (number(said, "lost") > number(said, "mended"))
		out_warn(app->out,
		    "%lld of the files that are lost here, the other copy does not have either: holdfast verify says which",
		    (long long)(number(said, "lost") - number(said, "mended")));
	if (!hf_json_true(hf_json_get(said, "member")))
		out_warn(app->out,
		    "your key is not a member any more: what came in cannot be read with it, and nothing can be added; ask an admin");
	hf_buf_clear(&b);
}

/* Whose commits are taken on. */
struct accepted {
	char (*fprs)[HF_FPR_SIZE];
	const char **list;
	size_t       n;
};

static enum hf_code
take_accepted(struct accepted *out, const struct args *a, struct hf_err *e)
{
	const char *const *typed = opt_list(a, "accept-leaver", &out->n);

	out->fprs = calloc(out->n + 1, sizeof(*out->fprs));
	out->list = calloc(out->n + 1, sizeof(*out->list));
	if (out->fprs == NULL || out->list == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < out->n; i++) {
		if (reach_fpr(out->fprs[i], "accept-leaver", typed[i], e) != HF_OK)
			return hf_hint(e, "40 digits, as the refusal of holdfast sync has it");
		out->list[i] = out->fprs[i];
	}
	return HF_OK;
}

/* Accounts that what came in left without an owner, or an administrator, who stays: nobody changed one field twice, and yet it cannot stay so. */
static enum hf_code
tell_orphans(struct app *app, struct hf_json *said, const struct hf_json *before, struct hf_err *e)
{
	struct hf_json *now = NULL, *lost = NULL;
	enum hf_code    rc;

	if ((rc = hf_register_refresh(app->reg, e)) == HF_OK && (rc = hf_orphans(&now, app->reg, e)) == HF_OK)
		rc = hf_orphans_new(&lost, before, now, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(lost); i++) {
		struct hf_buf b = HF_BUF_INIT;

		lost_words(&b, app, hf_json_at(lost, i));
		out_warn(app->out, "%s", hf_buf_str(&b));
		hf_buf_clear(&b);
	}
	if (rc == HF_OK && said != NULL && hf_json_set(said, "orphans", hf_json_ref(lost)) != 0)
		rc = hf_nomem(e);
	hf_json_free(now);
	hf_json_free(lost);
	return rc;
}

static enum hf_code
not_with_forget(const struct args *a, struct hf_err *e)
{
	static const char *const flags[] = { "dry-run", "restore" };
	const char              *other = NULL;
	size_t                   n;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (opt_flag(a, flags[i]))
			other = flags[i];
	opt_list(a, "accept-leaver", &n);
	if (n > 0)
		other = "accept-leaver";
	if (opt_str(a, "to") != NULL) {
		hf_fail(e, HF_USAGE, "--forget: not together with --to");
		return hf_hint(e, "--to alone puts another address in the place of the old");
	}
	return other == NULL ? HF_OK : hf_fail(e, HF_USAGE, "--forget: not together with --%s", other);
}

static enum hf_code
forget(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *o;
	char           *url = NULL;
	enum hf_code    rc;

	if ((rc = not_with_forget(a, e)) != HF_OK || (rc = hf_remote_get(&url, app->reg, e)) != HF_OK)
		return rc;
	if (url == NULL) {
		hf_fail(e, HF_NOTFOUND, "sync: no other copy is known");
		return hf_hint(e, "say where it is: holdfast sync --to URL");
	}
	if ((rc = hf_remote_set(app->reg, NULL, e)) == HF_OK) {
		o = hf_json_object();
		if (hf_json_set(o, "forgotten", hf_json_string(url)) != 0)
			rc = hf_nomem(e);
		else
			out_said(app->out, o, "%s is forgotten; what is there stays there", url);
		hf_json_free(o);
	}
	free(url);
	return rc;
}

static enum hf_code
exchange(struct app *app, const struct hf_sync_opts *opts, struct hf_err *e)
{
	struct hf_json *said = NULL, *before = NULL;
	enum hf_code    rc;

	if ((rc = hf_orphans(&before, app->reg, e)) == HF_OK) {
		rc = hf_sync(&said, app->reg, opts, e);
		term_progress_clear(&app->term);
	}
	if (rc == HF_OK && (rc = tell_orphans(app, said, before, e)) == HF_OK)
		tell(app, said, opts->dry_run);
	else if (before != NULL)
		tell_orphans(app, NULL, before, NULL); /* what came in is merged also when it could not be sent */
	hf_json_free(said);
	hf_json_free(before);
	return rc;
}

static enum hf_code
run_sync(struct app *app, const struct args *a, struct hf_err *e)
{
	struct accepted accept = { NULL, NULL, 0 };
	struct reach    to = { .app = app };
	enum hf_code    rc;

	if (opt_flag(a, "forget"))
		return forget(app, a, e);
	if ((rc = take_accepted(&accept, a, e)) == HF_OK && (rc = reach_open(&to, app, a, e)) == HF_OK) {
		to.opts.url = opt_str(a, "to");
		to.opts.dry_run = opt_flag(a, "dry-run");
		to.opts.restore = opt_flag(a, "restore");
		to.opts.accept = accept.list;
		to.opts.n_accept = accept.n;
		rc = exchange(app, &to.opts, e);
	}
	reach_close(&to);
	free(accept.fprs);
	free(accept.list);
	return rc;
}

static const struct opt sync_options[] = {
	{ 0, "to", "URL", "where the other copy is; it is remembered", 0 },
	{ 0, "forget", NULL, "no longer know of the other copy; nothing is removed there", 0 },
	{ 'n', "dry-run", NULL, "say where, and what would come and go, and do nothing", 0 },
	{ 0, "accept-leaver", "FINGERPRINT", "take on what somebody wrote who was removed, or lost a role, meanwhile", OPT_MANY },
	{ 0, "restore", NULL, "the other copy lost commits: give them to it again", 0 },
	{ 0, "timeout", "SECONDS", "how long the other side may say nothing (60)", 0 },
	OPT_END,
};

extern const struct cmd sync_cmds[];

const struct cmd sync_cmds[] = {
	{
	    .name = "sync",
	    .run = run_sync,
	    .needs = NEED_WRITE,
	    .options = sync_options,
	    .group = CMD_SHARE,
	    .summary = "exchange changes with the other copies",
	    .about =
		"Fetches, checks every commit that came, merges, and sends; again, when somebody else was faster. What cannot be trusted is refused "
		"whole, and nothing here changes. Without a network it says so and nothing is lost: everything else works as before. An address is "
		"https://…, ssh://…, user@host:path, or a folder; it is reached with your own git and ssh.\n\nCommits of somebody who was removed, "
		"on a copy that did not know of the removal, may be honest work from before it, or not: no signature tells. So may those of somebody "
		"whose roles were changed, that the roles they have left would not do for. They are refused until an admin has looked (--dry-run with --accept-leaver says what they touch) and takes them on with --accept-leaver; the merge says so.\n\nA file of the register that is lost or damaged on this computer is fetched anew, when the other copy has it.\n\nAn account that has no owner or no administrator who stays because of what came in is named, with the command that gives it one.",
	    .examples = "holdfast sync --to git@git.agency.example:register.git\n"
			"holdfast sync\n",
	},
	CMD_END,
};
