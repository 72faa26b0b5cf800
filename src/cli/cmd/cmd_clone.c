/* clone */
#include <stdlib.h>
#include <string.h>

#include "../reach.h"
#include "../term/prompt.h"
#include "holdfast/text.h"

struct question {
	struct app *app;
	char        fpr[HF_FPR_SIZE];
	bool        refused; /* by a person; else nobody could be asked */
};

/* "0123 4567 …", as it is read aloud. */
static void
grouped(struct hf_buf *b, const char *fpr)
{
	for (size_t i = 0; fpr[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			hf_buf_addc(b, ' ');
		hf_buf_addc(b, fpr[i]);
	}
}

static bool
ask_root(void *arg, const char *fpr, const char *uid)
{
	struct question *q = arg;
	struct prompt    p = { .text = "Is that the fingerprint they told you", .fallback = "no", .instead = "--root FINGERPRINT" };
	struct hf_buf    b = HF_BUF_INIT;
	struct hf_err    why = HF_ERR_INIT;
	bool             yes = false;

	memcpy(q->fpr, fpr, HF_FPR_SIZE);
	if (!prompt_possible(q->app))
		return false;
	term_progress_clear(&q->app->term);
	grouped(&b, fpr);
	out_tell(q->app->out, OUT_PLAIN, "This register was begun by the key");
	out_tell(q->app->out, OUT_BOLD, "  %s", hf_buf_str(&b));
	if (uid[0] != '\0')
		out_tell(q->app->out, OUT_PLAIN, "which calls itself %s; anybody can call a key so.", uid);
	out_tell(q->app->out, OUT_PLAIN, "Have whoever made the register read their fingerprint to you, by telephone.");
	hf_buf_clear(&b);
	q->refused = prompt_yes(&yes, q->app, &p, &why) != HF_OK || !yes;
	return !q->refused;
}

static enum hf_code
take_root(char out[HF_FPR_SIZE], const char *typed, struct hf_err *e)
{
	if (reach_fpr(out, "root", typed, e) == HF_OK)
		return HF_OK;
	return hf_hint(e, "40 digits, as who made the register has it: gpg --list-keys --fingerprint");
}

static enum hf_code
say_cloned(struct app *app, const struct reach *to, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	char           *url = NULL;
	enum hf_code    rc;

	if ((rc = hf_remote_get(&url, app->reg, e)) != HF_OK) {
		hf_json_free(o);
		return rc;
	}
	if (hf_json_set(o, "register", hf_json_string(hf_register_id(app->reg))) != 0 ||
	    hf_json_set(o, "path", hf_json_string(hf_register_path(app->reg))) != 0 ||
	    hf_json_set(o, "url", hf_json_string(url)) != 0 || hf_json_set(o, "via", hf_json_or_null(to->via)) != 0 ||
	    hf_json_set(o, "push", hf_json_or_null(to->push)) != 0 ||
	    hf_json_set(o, "head", hf_json_string(hf_register_head(app->reg)->hex)) != 0 ||
	    hf_json_set(o, "key", hf_json_string(hf_register_key(app->reg))) != 0)
		rc = hf_nomem(e);
	else
		out_said(app->out, o, "the register is at %s\nevery commit was checked; your key in it is\n  %s",
		    hf_register_path(app->reg), hf_register_key(app->reg));
	free(url);
	hf_json_free(o);
	return rc;
}

static enum hf_code
run_clone(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_register_opts opts;
	struct reach            to = { .app = app };
	struct question         q = { .app = app };
	char                    root[HF_FPR_SIZE];
	const char             *given = opt_str(a, "root");
	enum hf_code            rc;

	if ((rc = app_paths(app, e)) != HF_OK || (given != NULL && (rc = take_root(root, given, e)) != HF_OK) ||
	    (rc = reach_open(&to, app, a, e)) != HF_OK) {
		reach_close(&to);
		return rc;
	}
	app_register_opts(&opts, app);
	rc = hf_clone(&app->reg, &opts, &to.opts, opt_word(a, "URL"), given == NULL ? NULL : root, ask_root, &q, e);
	term_progress_clear(&app->term);
	if (rc == HF_DENIED && q.fpr[0] != '\0' && !q.refused) {
		rc = hf_fail(e, HF_USAGE, "clone: the register was begun by %s, and nobody confirmed that", q.fpr);
		hf_hint(e, "compare it with who made the register, then: --root %s", q.fpr);
	}
	if (rc == HF_OK)
		rc = say_cloned(app, &to, e);
	reach_close(&to);
	return rc;
}

static const struct opt clone_options[] = {
	{ 0, "root", "FINGERPRINT", "the key that began the register, as its owner told you", 0 },
	{ 0, "timeout", "SECONDS", "how long the other side may say nothing (60)", 0 },
	OPT_END,
};

extern const struct cmd clone_cmds[];

const struct cmd clone_cmds[] = {
	{
	    .name = "clone",
	    .run = run_clone,
	    .needs = NEED_KEY,
	    .options = clone_options,
	    .operands = "URL",
	    .group = CMD_SHARE,
	    .summary = "make a copy of a register that others keep",
	    .about =
		"The whole history is checked before anything is put in place. The key that signed the first commit is shown and has to be confirmed, or "
		"given with --root: ask who made the register for it, by telephone or in person. The copy lies where --register or HOLDFAST_REGISTER "
		"says. Your own key has to be a member already: an admin adds it with holdfast member add.",
	    .examples = "holdfast clone ssh://git.agency.example/register.git --root 0123456789ABCDEF0123456789ABCDEF01234567\n",
	},
	CMD_END,
};
