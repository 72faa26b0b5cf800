/* Where an address leads, by which way, and what the git that goes there is held to. */
#include <stdlib.h>
#include <string.h>

#include "holdfast/child.h"
#include "holdfast/text.h"
#include "transport_git.h"

#define SILENT 60 /* s, unless the caller says so */

/* ---- where it leads ---- */

static enum hf_code
no_secret(struct transport *t, const char *leads, struct hf_err *e)
{
	return transport_holds_secret(leads) ? transport_why(e, t->name, NULL, "plaintext credentials", 128) : HF_OK;
}

/* What comes in: git says itself where from. */
static enum hf_code
find_via(struct transport *t, struct hf_err *e)
{
	const char  *words[] = { "ls-remote", "--get-url", "--", t->url, NULL };
	struct said  s;
	enum hf_code rc;

	if ((rc = transport_git(&s, t, words, e)) == HF_OK && s.status != 0)
		rc = transport_said(t, &s, e);
	if (rc == HF_OK && s.out.len > 0 && s.out.data[s.out.len - 1] == '\n')
		hf_buf_cut(&s.out, s.out.len - 1);
	if (rc == HF_OK && strcmp(hf_buf_str(&s.out), t->url) != 0 && (rc = no_secret(t, hf_buf_str(&s.out), e)) == HF_OK &&
	    (t->via = strdup(hf_buf_str(&s.out))) == NULL)
		rc = hf_nomem(e);
	said_clear(&s);
	return rc;
}

/* "url.BASE.pushinsteadof", a line feed, and what it stands for; the longest that fits counts, and of two the first. */
static void
fit_rule(const char **base, size_t *len, const char *rule, const char *url)
{
	const char *end = strchr(rule, '\n'), *value = end == NULL ? "" : end + 1;
	size_t      n = strlen(value);

	if (end == NULL || (*base != NULL && n <= *len) || !hf_text_prefix(url, value))
		return;
	*base = rule;
	*len = n;
}

/*
 * "remote.NAME.pushurl", with the address itself for a name: git would send to that, and to several when there are several. Who has it there wants
 * something that this exchange is not; nothing is sent past the address that was given.
 */
static enum hf_code
no_remote(const char *setting, const char *url, struct hf_err *e)
{
	const char *name = setting + sizeof("remote.") - 1;
	size_t      n = strlen(url);

	if (strncmp(name, url, n) != 0 || name[n] != '.' || memchr(name + n + 1, '.', strcspn(name + n + 1, "\n")) != NULL)
		return HF_OK;
	hf_fail(e, HF_DENIED, "%s: your git has settings of its own for that address (remote.*.%.*s), and may lead it elsewhere",
	    url, (int)strcspn(name + n + 1, "\n"), name + n + 1);
	return hf_hint(e, "git config --show-origin --get-regexp '^remote' says where they stand; take them out there");
}

/* What is sent: there is no asking git, so its rule is followed. */
static enum hf_code
follow_rule(struct transport *t, const char *rule, size_t len, struct hf_err *e)
{
	static const char first[] = "url.", last[] = ".pushinsteadof";
	struct hf_buf     leads = HF_BUF_INIT;
	enum hf_code      rc;

	hf_buf_add(&leads, rule + sizeof(first) - 1, strcspn(rule, "\n") - (sizeof(first) - 1) - (sizeof(last) - 1));
	hf_buf_adds(&leads, t->url + len);
	if ((rc = hf_buf_check(&leads, e)) == HF_OK && (rc = no_secret(t, leads.data, e)) == HF_OK &&
	    (t->push = hf_buf_steal(&leads)) == NULL)
		rc = hf_nomem(e);
	hf_buf_clear(&leads);
	return rc;
}

static enum hf_code
find_push(struct transport *t, struct hf_err *e)
{
	static const char *const words[] = { "config", "-z", "--get-regexp",
		"^(url\\..*\\.pushinsteadof|remote\\..*\\.(url|pushurl|receivepack|uploadpack|vcs|mirror))$", NULL };
	struct said              s;
	const char              *rule = NULL;
	size_t                   len = 0;
	enum hf_code             rc = transport_git(&s, t, words, e);

	for (size_t at = 0; rc == HF_OK && s.status == 0 && at < s.out.len; at += strlen(s.out.data + at) + 1) {
		if (hf_text_prefix(s.out.data + at, "url."))
			fit_rule(&rule, &len, s.out.data + at, t->url);
		else
			rc = no_remote(s.out.data + at, t->url, e);
	}
	if (rc == HF_OK && rule != NULL)
		rc = follow_rule(t, rule, len, e);
	said_clear(&s);
	return rc;
}

/* ---- what holds there ---- */

static enum hf_code
hold_ssh(struct transport *t, struct hf_err *e)
{
	static const char *const words[] = { "config", "--get", "core.sshCommand", NULL };
	struct said              s = { .status = 0 };
	enum hf_code             rc;

	if ((rc = transport_git(&s, t, words, e)) == HF_OK) {
		if (s.out.len > 0)
			hf_buf_cut(&s.out, s.out.len - 1);
		rc = transport_env_ssh(t->env, s.status == 0 ? hf_buf_str(&s.out) : "", e);
	}
	said_clear(&s);
	return rc;
}

static bool
is_local(const char *leads)
{
	return leads[0] == '/' || hf_text_prefix(leads, "file:");
}

static bool
is_https(const char *leads)
{
	return hf_text_prefix(leads, "https://");
}

/* Each of the two ways is held to what holds there. */
static enum hf_code
hold(struct transport *t, struct hf_err *e)
{
	const char  *in = t->via == NULL ? t->url : t->via, *out = t->push == NULL ? in : t->push;
	const char  *both[2] = { in, out };
	size_t       n = 0;
	enum hf_code rc = HF_OK;

	t->local = is_local(in);
	t->push_local = is_local(out);
	for (size_t i = 0; i < 2; i++)
		if (is_https(both[i]) && (i == 0 || out != in))
			both[n++] = both[i];
	if (n > 0)
		rc = transport_env_https(t->env, both, n, t->silent, e);
	if (rc == HF_OK && ((!is_local(in) && !is_https(in)) || (!is_local(out) && !is_https(out))))
		rc = hold_ssh(t, e);
	return rc;
}

/* ---- opening ---- */

static enum hf_code
open_way(struct transport *t, const struct hf_sync_opts *opts, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = find_push(t, e)) != HF_OK || (rc = find_via(t, e)) != HF_OK || (rc = hold(t, e)) != HF_OK)
		return rc;
	if (opts->led != NULL && (t->via != NULL || t->push != NULL))
		opts->led(opts->led_arg, t->url, t->via, t->push);
	return HF_OK;
}

enum hf_code
transport_open(struct transport *out, const char *repo, const char *url, const struct hf_sync_opts *opts, struct hf_err *e)
{
	enum hf_code rc;

	memset(out, 0, sizeof(*out));
	out->repo = repo;
	out->silent = opts->seconds != 0 ? opts->seconds : SILENT;
	out->progress = opts->progress;
	out->git = opts->git != NULL ? strdup(opts->git) : hf_child_find("git", opts->env);
	if (out->git == NULL) {
		hf_fail(e, HF_SYSTEM, "git: it is not in PATH");
		rc = hf_hint(e, "install git: apt-get install git");
	} else if ((out->url = strdup(url)) == NULL) {
		rc = hf_nomem(e);
	} else if ((rc = transport_env(&out->env, opts->env, e)) == HF_OK) {
		out->name = out->url;
		rc = open_way(out, opts, e);
	}
	if (rc != HF_OK)
		transport_close(out);
	return rc;
}

void
transport_close(struct transport *t)
{
	for (size_t i = 0; t->env != NULL && t->env[i] != NULL; i++)
		free(t->env[i]);
	free(t->env);
	free(t->git);
	free(t->url);
	free(t->via);
	free(t->push);
	memset(t, 0, sizeof(*t));
}
