/* verify: was anything altered? */
#include <string.h>

#include "../term/out.h"
#include "cmd.h"
#include "holdfast/register.h"

#define RECOVER                                                                                                                          \
	"The copy on this computer may be damaged. holdfast sync fetches anew what the other copy still has; run holdfast verify after " \
	"it. If it says so still, get another from the server or a colleague, beside this one: holdfast --register NEW clone URL. Run "  \
	"holdfast verify there, and work with that one; keep this one, for what was not synced."

/* What a person does about a problem, by words in it; the last is for the rest. */
static const struct {
	const char *words, *title, *advice;
} groups[] = {
	{ "the key of ", "Keys of members",
	    "Nothing can be encrypted to such a key, so whatever its holder should read cannot be written until this is put right." },
	{ "holdfast member refresh", "Encrypted to the wrong members",
	    "An admin or responder puts it right: holdfast member refresh" },
	{ "who was removed by", "Written by somebody who was removed",
	    "It may be honest work from before, on a copy that did not know. An admin asks them, and looks at what it changed (holdfast history); "
	    "holdfast-sharing(7) says more." },
	{ "damaged: ", "Damaged", RECOVER },
	{ ": object ", "Damaged", RECOVER },
	{ "clock", "Times that do not fit",
	    "Look at the clock of the computer it was written on. If it was right, somebody pretends to have written at another time." },
	{ "cannot be read", "Cannot be read", RECOVER },
	{ "not what was written", "Damaged", RECOVER },
	{ "missing", "Damaged", RECOVER },
	{ "compressed bytes", "Damaged", RECOVER },
	{ "", "Not as its members wrote it",
	    "Do not sync from here. Ask whose commit it is (git log --show-signature in the register), and compare with another member's copy: "
	    "what they have is as it was." },
};

#define N_GROUPS (sizeof(groups) / sizeof(groups[0]))

static size_t
group_of(const struct hf_json *problem)
{
	size_t i = 0;

	while (strstr(hf_json_get_str(problem, "what"), groups[i].words) == NULL)
		i++;
	while (i + 1 < N_GROUPS && strcmp(groups[i].title, groups[i + 1].title) == 0)
		i++;
	return i;
}

static void
put_group(struct out *o, const struct hf_json *problems, size_t group)
{
	bool first = true;

	for (size_t i = 0; i < hf_json_len(problems); i++) {
		const struct hf_json *p = hf_json_at(problems, i);
		const char           *where = hf_json_get_str(p, "where");

		if (group_of(p) != group)
			continue;
		if (first) {
			put_heading(o, "%s", groups[group].title);
			put_para(o, 0, groups[group].advice);
		}
		first = false;
		/* A commit is known by its beginning. */
		if (strlen(where) == 40 && strchr(where, '/') == NULL)
			put_line(o, OUT_PLAIN, "  commit %.12s: %s", where, hf_json_get_str(p, "what"));
		else
			put_line(o, OUT_PLAIN, "  %s: %s", where, hf_json_get_str(p, "what"));
	}
}

static void
put_checked(struct out *o, const struct hf_json *found)
{
	long long commits = (long long)hf_json_num(hf_json_get(found, "commits")),
		  new = (long long)hf_json_num(hf_json_get(found, "new"));
	long long sealed = (long long)hf_json_num(hf_json_get(found, "sealed"));

	put_line(o, OUT_PLAIN, "%lld commits, %lld records and %lld entries of runs were checked.", commits,
	    (long long)hf_json_num(hf_json_get(found, "records")), (long long)hf_json_num(hf_json_get(found, "entries")));
	if (new < commits)
		put_line(o, OUT_PLAIN, "%lld of the commits %s new; --all checks the others again.", new, new == 1 ? "is" : "are");
	if (sealed > 0)
		put_line(o, OUT_PLAIN, "%lld %s sealed to you: what %s could not be looked at.", sealed, sealed == 1 ? "is" : "are",
		    sealed == 1 ? "it holds" : "they hold");
}

static void
put_notes(struct out *o, const struct hf_json *notes)
{
	if (hf_json_len(notes) > 0)
		put_heading(o, "Worth knowing");
	for (size_t i = 0; i < hf_json_len(notes); i++)
		put_line(o, OUT_WARN, "  %s: %s", hf_json_get_str(hf_json_at(notes, i), "where"),
		    hf_json_get_str(hf_json_at(notes, i), "what"));
}

static void
render(struct out *o, const struct hf_json *found, void *arg)
{
	const struct hf_json *problems = hf_json_get(found, "problems");
	size_t                n = hf_json_len(problems);

	(void)arg;
	put_checked(o, found);
	if (n == 0) {
		put_line(o, OUT_GOOD, "%s", "Each is as it was written, and signed by a member who was allowed to.");
		put_notes(o, hf_json_get(found, "notes"));
		return;
	}
	put_line(o, OUT_BAD, "%zu thing%s not as it must be.", n, n == 1 ? " is" : "s are");
	for (size_t i = 0; i < N_GROUPS; i++)
		put_group(o, problems, i);
	put_notes(o, hf_json_get(found, "notes"));
}

static enum hf_code
verify(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *found = NULL;
	enum hf_code    rc;

	/* Of a copy that is too damaged to be opened this is what can be said. */
	if ((rc = app_register(app, e)) == HF_DAMAGED)
		rc = hf_verify_damaged(&found, app->register_path, e);
	else if (rc == HF_OK)
		rc = opt_flag(a, "all") ? hf_register_verify_all(&found, app->reg, e) : hf_register_verify(&found, app->reg, e);
	if (rc != HF_OK)
		return rc;
	out_view(app->out, found, render, NULL);
	rc = hf_json_len(hf_json_get(found, "problems")) == 0 ? HF_OK : HF_NO;
	hf_json_free(found);
	return rc;
}

static const struct opt verify_opts[] = {
	{ 0, "all", NULL, "also what was checked before, and every record from the register itself", 0 },
	OPT_END,
};

extern const struct cmd verify_cmds[];

const struct cmd verify_cmds[] = {
	{
	    .name = "verify",
	    .run = verify,
	    .needs = NEED_KEY,
	    .options = verify_opts,
	    .group = CMD_SHARE,
	    .summary = "check that nothing was altered",
	    .about =
		"Every commit: its form, signed by a key that was a member, with a role that allows what it changed, at a time that can be. Every "
		"record: where it belongs, each version one more than the one before, encrypted to those who should read it and nobody else. Every run: "
		"its chain whole, no entry changed, removed or left out. Every file of evidence: the sum that was recorded. Every merge: nothing of "
		"either side lost.\n\nWhat was found right is remembered on this computer, and the next time only what is new is checked; --all checks "
		"everything. Keys of members that expired, are revoked or expire within 30 days are named, and files that nobody can read any more. Exit "
		"status 1 when something is not as it must be.",
	    .examples = "holdfast verify\nholdfast verify --all\n",
	},
	CMD_END,
};
