#include "reach.h"

#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "ref.h"

extern char **environ;

/* What git and ssh get to see: the user's own. When nothing may be asked, git's helpers may not either. */
static enum hf_code
child_env(char ***out, const struct app *app, struct hf_err *e)
{
	static char quiet[] = "GIT_ASKPASS=true";
	size_t      n = 0, at = 0;

	while (environ != NULL && environ[n] != NULL)
		n++;
	if ((*out = calloc(n + 2, sizeof(**out))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < n; i++)
		if (!app->no_input || !hf_text_prefix(environ[i], "GIT_ASKPASS="))
			(*out)[at++] = environ[i];
	if (app->no_input)
		(*out)[at++] = quiet;
	return HF_OK;
}

static void
led(void *arg, const char *url, const char *via, const char *push)
{
	struct reach *r = arg;

	if (via != NULL)
		out_note(r->app->out, "your git leads %s to %s (url.*.insteadOf)", url, via);
	if (push != NULL)
		out_note(r->app->out, "your git sends what is for %s to %s (url.*.pushInsteadOf)", url, push);
	r->via = via == NULL ? NULL : strdup(via);
	r->push = push == NULL ? NULL : strdup(push);
}

enum hf_code
reach_open(struct reach *out, struct app *app, const struct args *a, struct hf_err *e)
{
	int          seconds = 0;
	char       **env = NULL;
	enum hf_code rc;

	memset(out, 0, sizeof(*out));
	out->app = app;
	if ((rc = opt_int(&seconds, a, "timeout", 0, 1, 3600, e)) != HF_OK || (rc = child_env(&env, app, e)) != HF_OK)
		return rc;
	out->opts.env = env;
	out->opts.seconds = (unsigned)seconds;
	out->opts.progress = term_progress(&app->term);
	out->opts.led = led;
	out->opts.led_arg = out;
	return HF_OK;
}

void
reach_close(struct reach *r)
{
	free((void *)(uintptr_t)r->opts.env);
	free(r->via);
	free(r->push);
}

enum hf_code
reach_fpr(char out[HF_FPR_SIZE], const char *option, const char *typed, struct hf_err *e)
{
	if (ref_fpr(out, hf_text_prefix(typed, "0x") ? typed + 2 : typed))
		return HF_OK;
	return hf_fail(e, HF_USAGE, "--%s: not a full fingerprint", option);
}
