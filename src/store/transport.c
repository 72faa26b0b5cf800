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
 * What overrides every configuration. Each keeps something from running, from asking, or from going elsewhere; fsck and lowSpeed are what the
 * other side is held to.
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
	"http.lowSpeedLimit=1",
	"http.lowSpeedTime=20",
};

/* A repository in a folder here is somebody else's: its hooks are not run. */
#define OTHER_SIDE "git -c core.hooksPath=/dev/null -c core.alternateRefsCommand=true -c receive.autogc=false "

static const char ssh_opts[] = " -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10 -o ServerAliveInterval=5"
			       " -o ServerAliveCountMax=3";

/* ---- the environment ---- */

/* Of git's own variables, those that say how to get there; none that say where the repository is, or what to obey. */
static const char *const kept[] = { "GIT_SSH=", "GIT_SSH_VARIANT=", "GIT_ASKPASS=", "GIT_PROXY_COMMAND=", "GIT_SSL_CAINFO=",
	"GIT_SSL_CAPATH=", "GIT_SSL_CERT=", "GIT_SSL_KEY=", "GIT_PROXY_SSL_",
	"GIT_HTTP_PROXY_AUTHMETHOD=", "GIT_CONFIG_GLOBAL=", "GIT_CONFIG_SYSTEM=", "GIT_CONFIG_NOSYSTEM=", "GIT_SSH_COMMAND=" };

static const char *const added[] = { "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_REPLACE_OBJECTS=1",
	"GIT_ALLOW_PROTOCOL=file:https:ssh", "GIT_PROTOCOL_FROM_USER=0", "GIT_OPTIONAL_LOCKS=0", "GCM_INTERACTIVE=never" };

#define N_ADDED (sizeof(added) / sizeof(added[0]))

static bool
is_kept(const char *entry)
{
	if (hf_text_prefix(entry, "LC_ALL=") || hf_text_prefix(entry, "LANGUAGE=") || hf_text_prefix(entry, "GCM_INTERACTIVE="))
		return false;
	if (!hf_text_prefix(entry, "GIT_"))
		return true;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (hf_text_prefix(entry, kept[i]))
			return true;
	return false;
}

static const char *
env_of(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; env != NULL && env[i] != NULL; i++)
		if (strncmp(env[i], name, n) == 0 && env[i][n] == '=' && env[i][n + 1] != '\0')
			return env[i] + n + 1;
	return NULL;
}

static enum hf_code
make_env(struct transport *t, char *const *env, struct hf_err *e)
{
	size_t n = 0, at = 0;

	while (env != NULL && env[n] != NULL)
		n++;
	if ((t->env = calloc(n + N_ADDED + 2, sizeof(*t->env))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < n + N_ADDED; i++) {
		const char *entry = i < n ? env[i] : added[i - n];

		if ((i >= n || is_kept(entry)) && (t->env[at++] = strdup(entry)) == NULL)
			return hf_nomem(e);
	}
	return HF_OK;
}

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

/* ---- ssh ---- */

/* 'it''s' as the shell that git starts for it reads it. */
static void
quote(struct hf_buf *b, const char *s)
{
	hf_buf_addc(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			hf_buf_adds(b, "'\\''");
		else
			hf_buf_addc(b, *s);
	}
	hf_buf_addc(b, '\'');
}

/*
 * The user's own command with our options. Of an option given twice ssh takes the first: so ours stand at the front where we know that it is ssh, and
 * else at the end. PuTTY's programs have other options; their -batch is for the user to give.
 */
static void
ssh_with(struct hf_buf *b, const char *command)
{
	size_t      n = strcspn(command, " \t");
	const char *base = command + n;

	while (base > command && base[-1] != '/')
		base--;
	if (strstr(command, "plink") != NULL)
		hf_buf_adds(b, command);
	else if ((size_t)(command + n - base) == 3 && strncmp(base, "ssh", 3) == 0)
		hf_buf_addf(b, "%.*s%s%s", (int)n, command, ssh_opts, command + n);
	else
		hf_buf_addf(b, "%s%s", command, ssh_opts);
}

static void
replace_env(struct transport *t, const char *name, char *entry)
{
	size_t n = strlen(name), i;

	for (i = 0; t->env[i] != NULL; i++)
		if (strncmp(t->env[i], name, n) == 0 && t->env[i][n] == '=')
			break;
	free(t->env[i]);
	t->env[i] = entry;
}

static enum hf_code
make_ssh(struct transport *t, struct hf_err *e)
{
	static const char *const words[] = { "config", "--get", "core.sshCommand", NULL };
	const char              *command = env_of(t->env, "GIT_SSH_COMMAND"), *program = env_of(t->env, "GIT_SSH");
	struct said              s = { .status = 0 };
	struct hf_buf            b = HF_BUF_INIT, quoted = HF_BUF_INIT;
	enum hf_code             rc = HF_OK;

	hf_buf_adds(&b, "GIT_SSH_COMMAND=");
	if (command == NULL && (rc = run_git(&s, t, words, e)) == HF_OK && s.status == 0 && s.out.len > 1) {
		hf_buf_cut(&s.out, s.out.len - 1);
		command = s.out.data;
	}
	if (command == NULL && program != NULL) {
		quote(&quoted, program);
		command = hf_buf_str(&quoted);
	}
	ssh_with(&b, command == NULL ? "ssh" : command);
	if (rc == HF_OK && (rc = hf_buf_check(&b, e)) == HF_OK)
		replace_env(t, "GIT_SSH_COMMAND", hf_buf_steal(&b));
	said_clear(&s);
	hf_buf_clear(&b);
	hf_buf_clear(&quoted);
	return rc;
}

/* ---- opening ---- */

enum hf_code
transport_open(struct transport *out, const char *repo, const char *url, const struct hf_sync_opts *opts, struct hf_err *e)
{
	enum hf_code rc;

	memset(out, 0, sizeof(*out));
	out->repo = repo;
	out->silent = opts->seconds != 0 ? opts->seconds : SILENT;
	out->progress = opts->progress;
	out->local = url[0] == '/';
	out->git = opts->git != NULL ? strdup(opts->git) : hf_child_find("git", opts->env);
	if (out->git == NULL) {
		hf_fail(e, HF_SYSTEM, "git: it is not in PATH");
		rc = hf_hint(e, "install git: apt-get install git");
	} else if ((out->url = strdup(url)) == NULL) {
		rc = hf_nomem(e);
	} else if ((rc = make_env(out, opts->env, e)) == HF_OK) {
		out->name = out->url;
		rc = make_ssh(out, e);
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
	memset(t, 0, sizeof(*t));
}

enum hf_code
transport_resolve(char **out, struct transport *t, struct hf_err *e)
{
	const char  *words[] = { "ls-remote", "--get-url", "--", t->url, NULL };
	struct said  s;
	enum hf_code rc;

	*out = NULL;
	if ((rc = run_git(&s, t, words, e)) == HF_OK && s.status != 0)
		rc = why(t, &s, e);
	if (rc == HF_OK && s.out.len > 0 && s.out.data[s.out.len - 1] == '\n')
		hf_buf_cut(&s.out, s.out.len - 1);
	if (rc == HF_OK && (*out = strdup(hf_buf_str(&s.out))) == NULL)
		rc = hf_nomem(e);
	said_clear(&s);
	return rc;
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
	enum hf_code rc;

	*there = false;
	if ((rc = hf_ref_sweep(t->repo, TRANSPORT_REF, 0, e)) != HF_OK)
		return rc;
	if ((rc = run_git(&s, t, words, e)) == HF_OK) {
		*there = s.status == 0;
		if (s.status != 0 && strstr(hf_buf_str(&s.err), "find remote ref " MAIN) != NULL)
			rc = look_around(t, e);
		else if (s.status != 0)
			rc = why(t, &s, e);
	}
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
