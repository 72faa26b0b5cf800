/* One git: what it is told, how long it may be silent, and what it said. */
#include "transport_git.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../git/gitdir.h"
#include "holdfast/child.h"
#include "holdfast/time.h"

#define WHOLE    60                                 /* times the longest silence: the end, however much it says */
#define FILE_MAX (UINT64_C(4) * 1024 * 1024 * 1024) /* one pack */
#define SAID_MAX 65536
#define LIST_MAX (1024u * 1024)
#define ARGS_MAX 80

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

void
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

/* A server that takes its time: how long it may. */
static void
waits(void *arg, int64_t ms)
{
	const struct transport *t = arg;

	if (ms >= HF_SECOND && ms < (int64_t)t->silent * HF_SECOND)
		hf_progress_tick(t->progress, "waiting, in seconds", (size_t)(ms / HF_SECOND), t->silent);
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
enum hf_code
transport_git(struct said *s, struct transport *t, const char *const *words, struct hf_err *e)
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
	c.waits = waits;
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
enum hf_code
transport_said(struct transport *t, struct said *s, struct hf_err *e)
{
	hf_buf_adds(&s->err, "\n");
	hf_buf_add(&s->err, hf_buf_str(&s->out), s->out.len);
	return transport_why(e, t->name, t->push != NULL ? NULL : t->via != NULL ? t->via : t->url, hf_buf_str(&s->err), s->status);
}
