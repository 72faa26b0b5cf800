/* There and back, by git. */
#include "transport.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../git/refs.h"
#include "../register/sweep.h"
#include "holdfast/fs.h"
#include "transport_git.h"

#define MAIN      "refs/heads/main"
#define LOOSE_DUE 3000 /* objects, guessed from a few folders */
#define PACKS_DUE 20
#define REPACK    120 /* s */

/* A repository in a folder here is somebody else's: its hooks are not run. */
#define OTHER_SIDE "git -c core.hooksPath=/dev/null -c core.alternateRefsCommand=true -c receive.autogc=false "

/* It had no main a moment ago. Nothing else either: it is empty. */
static enum hf_code
look_around(struct transport *t, struct hf_err *e)
{
	const char  *words[] = { "ls-remote", t->local ? "--upload-pack=" OTHER_SIDE "upload-pack" : "--refs", "--", t->url, NULL };
	struct said  s;
	enum hf_code rc;

	if ((rc = transport_git(&s, t, words, e)) == HF_OK && s.status != 0)
		rc = transport_said(t, &s, e);
	else if (rc == HF_OK && strstr(hf_buf_str(&s.out), "\t" MAIN "\n") != NULL) {
		hf_fail(e, HF_LOCKED, "%s: somebody else is writing there", t->name);
		rc = hf_hint(e, "try again");
	} else if (rc == HF_OK && s.out.len > 0) {
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
	if ((rc = transport_git(&s, t, words, e)) == HF_OK) {
		*there = s.status == 0;
		if (s.status != 0 && strstr(hf_buf_str(&s.err), "find remote ref " MAIN) != NULL)
			rc = look_around(t, e);
		else if (s.status != 0)
			rc = transport_said(t, &s, e);
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
		 "--recurse-submodules=no", lease, t->push_local ? "--receive-pack=" OTHER_SIDE "receive-pack" : "--no-mirror", "--",
		 t->url, what, NULL };
	struct said  s;
	enum hf_code rc;

	snprintf(lease, sizeof(lease), "--force-with-lease=" MAIN ":%s", was == NULL ? "" : was->hex);
	snprintf(what, sizeof(what), "%s:" MAIN, to->hex);
	if ((rc = transport_git(&s, t, words, e)) == HF_OK && s.status != 0)
		rc = transport_said(t, &s, e);
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

static const char *const pack_new[] = { "repack", "-d", "-l", "-q", NULL };
static const char *const pack_all[] = { "repack", "-A", "-d", "-l", "-q", NULL };

enum hf_code
transport_pack(struct transport *t, struct hf_err *e)
{
	unsigned     silent = t->silent;
	struct said  s;
	enum hf_code rc;

	t->silent = REPACK;
	if ((rc = transport_git(&s, t, pack_all, e)) == HF_OK && s.status != 0)
		rc = hf_fail(e, HF_WRITE, "%s: it could not be packed", t->repo);
	said_clear(&s);
	t->silent = silent;
	return rc;
}

/* What is not reachable stays: another process may be about to use it. */
void
transport_repack(struct transport *t)
{
	static const char *const sample[] = { "17", "3b", "a0", "f5" };
	struct said              s = { .status = 0 };
	struct hf_err            ignored = HF_ERR_INIT;
	size_t                   loose = 0, packs = count_in(t->repo, "pack") / 2;

	for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++)
		loose += count_in(t->repo, sample[i]);
	if (loose * 256 / 4 < LOOSE_DUE && packs < PACKS_DUE)
		return;
	t->silent = REPACK;
	transport_git(&s, t, packs < PACKS_DUE ? pack_new : pack_all, &ignored);
	said_clear(&s);
}
