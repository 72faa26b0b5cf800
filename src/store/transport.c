#include "transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gitdir.h"
#include "holdfast/child.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "refs.h"
#include "sweep.h"

#define SILENT    60                                 /* s, unless the caller says so */
#define WHOLE     60                                 /* times that: the end, however much it says */
#define FILE_MAX  (UINT64_C(4) * 1024 * 1024 * 1024) /* one pack */
#define SAID_MAX  65536
#define LIST_MAX  (1024u * 1024)
#define MAIN      "refs/heads/main"
#define ARGS_MAX  80
#define LOOSE_DUE 3000 /* objects, guessed from a few folders */
#define PACKS_DUE 20
#define REPACK    120 /* s */

/*
 * What overrides every configuration. Each keeps something from running, from asking, or from going elsewhere; fsck is what the other side is
 * held to.
 */
static const char *const settings[] = {
	"core.fsmonitor=false",
	"core.hooksPath=/dev/null",
	"core.attributesFile=/dev/null",
	"core.alternateRefsCommand=true",
	"core.bigFileThreshold=16m",
	"gc.auto=0",
	"maintenance.auto=false",
	"fetch.fsckObjects=true",
	"transfer.fsckObjects=true",
	"receive.fsckObjects=true",
	"fetch.recurseSubmodules=false",
	"fetch.writeCommitGraph=false",
	"fetch.prune=false",
	"push.recurseSubmodules=no",
	"push.gpgSign=false",
	"push.followTags=false",
	"submodule.recurse=false",
	"transfer.credentialsInUrl=die",
	"http.sslVerify=true",
};

/* A repository in a folder here is somebody else's: its hooks are not run. */
#define OTHER_SIDE "git -c core.hooksPath=/dev/null -c core.alternateRefsCommand=true -c receive.autogc=false "

/* ---- one git ---- */

struct said {
	struct hf_buf out, err;
	int           status;
};

static void
said_clear(struct said *s)
{
	hf_buf_clear(&s->out);
	hf_buf_clear(&s->err);
}

/* "Receiving objects:  45% (45/100)" */
static void
heard(void *arg, const char *text, size_t len)
{
	const struct transport *t = arg;
	char                    line[256];
	const char             *open;
	size_t                  done, total;

	snprintf(line, sizeof(line), "%.*s", (int)(len < 255 ? len : 255), text);
	if ((open = strstr(line, "% (")) != NULL && sscanf(open + 3, "%zu/%zu", &done, &total) == 2 && done < total)
		hf_progress_tick(t->progress, "syncing", done, total);
}

static void
common_args(const char **argv, size_t *n, const struct transport *t, const char *git_dir)
{
	argv[(*n)++] = t->git;
	argv[(*n)++] = git_dir;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		argv[(*n)++] = "-c";
		argv[(*n)++] = settings[i];
	}
}

/* Not all of it fits when it did not end in time: then that is the reason. */
static enum hf_code
run_git(struct said *s, struct transport *t, const char *const *words, struct hf_err *e)
{
	const char     *argv[ARGS_MAX] = { NULL };
	struct hf_buf   git_dir = HF_BUF_INIT;
	struct hf_child c = { .argv = argv, .env = t->env, .silent = t->silent, .whole = t->silent * WHOLE, .file_max = FILE_MAX };
	struct hf_child_end end;
	size_t              n = 0;
	enum hf_code        rc;

	memset(s, 0, sizeof(*s));
	s->out.max = LIST_MAX;
	s->err.max = SAID_MAX;
	c.heard = heard;
	c.arg = t;
	hf_buf_addf(&git_dir, "--git-dir=%s", t->repo);
	if ((rc = hf_buf_check(&git_dir, e)) != HF_OK || (rc = hf_gitdir_check(t->repo, e)) != HF_OK)
		goto done;
	common_args(argv, &n, t, git_dir.data);
	for (size_t i = 0; words[i] != NULL && n < ARGS_MAX - 1; i++)
		argv[n++] = words[i];
	rc = hf_child_run(&end, &s->out, &s->err, &c, e);
	hf_progress_tick(t->progress, "syncing", 1, 1);
	s->status = end.status;
	if (rc == HF_OK && end.timed_out) {
		hf_fail(e, HF_SYSTEM, "%s: it did not answer in time", t->name);
		rc = hf_hint(e, "what is here is kept; sync again later");
	}
done:
	hf_buf_clear(&git_dir);
	return rc;
}

/* Everything that was said, for judging. */
static enum hf_code
why(struct transport *t, struct said *s, struct hf_err *e)
{
	hf_buf_adds(&s->err, "\n");
	hf_buf_add(&s->err, hf_buf_str(&s->out), s->out.len);
	return transport_why(e, t->name, hf_buf_str(&s->err), s->status);
}

/* ---- opening ---- */

static enum hf_code
way_by_ssh(struct transport *t, struct hf_err *e)
{
	static const char *const words[] = { "config", "--get", "core.sshCommand", NULL };
	struct said              s = { .status = 0 };
	enum hf_code             rc;

	if ((rc = run_git(&s, t, words, e)) == HF_OK) {
		if (s.out.len > 0)
			hf_buf_cut(&s.out, s.out.len - 1);
		rc = transport_env_ssh(t->env, s.status == 0 ? hf_buf_str(&s.out) : "", e);
	}
	said_clear(&s);
	return rc;
}

/* Where the address leads: the user's git may have another for it. */
static enum hf_code
resolve(struct transport *t, struct hf_err *e)
{
	const char  *words[] = { "ls-remote", "--get-url", "--", t->url, NULL };
	struct said  s;
	enum hf_code rc;

	if ((rc = run_git(&s, t, words, e)) == HF_OK && s.status != 0)
		rc = why(t, &s, e);
	if (rc == HF_OK && s.out.len > 0 && s.out.data[s.out.len - 1] == '\n')
		hf_buf_cut(&s.out, s.out.len - 1);
	if (rc == HF_OK && strcmp(hf_buf_str(&s.out), t->url) != 0 && (t->via = strdup(hf_buf_str(&s.out))) == NULL)
		rc = hf_nomem(e);
	said_clear(&s);
	return rc;
}

static enum hf_code
open_way(struct transport *t, struct hf_err *e)
{
	const char  *leads;
	enum hf_code rc;

	if ((rc = resolve(t, e)) != HF_OK)
		return rc;
	leads = t->via == NULL ? t->url : t->via;
	t->local = leads[0] == '/' || hf_text_prefix(leads, "file:");
	if (hf_text_prefix(leads, "https://"))
		return transport_env_https(t->env, leads, t->silent, e);
	return t->local ? HF_OK : way_by_ssh(t, e);
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
		rc = open_way(out, e);
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
	memset(t, 0, sizeof(*t));
}

/* ---- there and back ---- */

/* It has no main. Nothing else either: it is empty. */
static enum hf_code
look_around(struct transport *t, struct hf_err *e)
{
	const char  *words[] = { "ls-remote", t->local ? "--upload-pack=" OTHER_SIDE "upload-pack" : "--refs", "--", t->url, NULL };
	struct said  s;
	enum hf_code rc;

	if ((rc = run_git(&s, t, words, e)) == HF_OK && s.status != 0)
		rc = why(t, &s, e);
	else if (rc == HF_OK && s.out.len > 0) {
		hf_fail(e, HF_BAD, "%s: a repository of something else: it has branches, but no main", t->name);
		rc = hf_hint(e, "give the register an empty repository of its own");
	}
	said_clear(&s);
	return rc;
}

static const char main_to_incoming[] = "+" MAIN ":" TRANSPORT_REF;

enum hf_code
transport_fetch(bool *there, struct transport *t, struct hf_err *e)
{
	const char  *words[] = { "fetch", "--progress", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
		 "--refmap=", t->local ? "--upload-pack=" OTHER_SIDE "upload-pack" : "--no-auto-maintenance", "--", t->url,
		 main_to_incoming, NULL };
	struct said  s;
	time_t       began = time(NULL);
	enum hf_code rc;

	*there = false;
	if ((rc = hf_ref_sweep(t->repo, TRANSPORT_REF, 0, e)) != HF_OK)
		return rc;
	hf_sweep(t->repo, 0);
	if ((rc = run_git(&s, t, words, e)) == HF_OK) {
		*there = s.status == 0;
		if (s.status != 0 && strstr(hf_buf_str(&s.err), "find remote ref " MAIN) != NULL)
			rc = look_around(t, e);
		else if (s.status != 0)
			rc = why(t, &s, e);
	}
	if (rc != HF_OK)
		hf_sweep(t->repo, began);
	said_clear(&s);
	return rc;
}

enum hf_code
transport_push(struct transport *t, const struct hf_oid *to, const struct hf_oid *was, struct hf_err *e)
{
	char         lease[128], what[128];
	const char  *words[] = { "push", "--progress", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed",
		 "--recurse-submodules=no", lease, t->local ? "--receive-pack=" OTHER_SIDE "receive-pack" : "--no-mirror", "--",
		 t->url, what, NULL };
	struct said  s;
	enum hf_code rc;

	snprintf(lease, sizeof(lease), "--force-with-lease=" MAIN ":%s", was == NULL ? "" : was->hex);
	snprintf(what, sizeof(what), "%s:" MAIN, to->hex);
	if ((rc = run_git(&s, t, words, e)) == HF_OK && s.status != 0)
		rc = why(t, &s, e);
	said_clear(&s);
	return rc;
}

/* ---- packing ---- */

static enum hf_code
count_name(void *arg, const char *name, struct hf_err *e)
{
	(void)name;
	(void)e;
	(*(size_t *)arg)++;
	return HF_OK;
}

static size_t
count_in(const char *repo, const char *folder)
{
	struct hf_buf path = HF_BUF_INIT;
	struct hf_err ignored = HF_ERR_INIT;
	size_t        n = 0;

	hf_buf_addf(&path, "%s/objects/%s", repo, folder);
	if (hf_fs_is_dir(hf_buf_str(&path)))
		hf_fs_list(hf_buf_str(&path), count_name, &n, &ignored);
	hf_buf_clear(&path);
	return n;
}

/* What is not reachable stays: another process may be about to use it. */
void
transport_repack(struct transport *t)
{
	static const char *const few[] = { "repack", "-d", "-l", "-q", NULL };
	static const char *const many[] = { "repack", "-A", "-d", "-l", "-q", NULL };
	static const char *const sample[] = { "17", "3b", "a0", "f5" };
	struct said              s = { .status = 0 };
	struct hf_err            ignored = HF_ERR_INIT;
	size_t                   loose = 0, packs = count_in(t->repo, "pack") / 2;

	for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++)
		loose += count_in(t->repo, sample[i]);
	if (loose * 256 / 4 < LOOSE_DUE && packs < PACKS_DUE)
		return;
	t->silent = REPACK;
	run_git(&s, t, packs < PACKS_DUE ? few : many, &ignored);
	said_clear(&s);
}
