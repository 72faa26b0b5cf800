#include "delta.h"

#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/diff.h"
#include "holdfast/library.h"

#define LIBRARY    "libgit2.so.1.5"
#define CACHE_MAX  (4 * 1024 * 1024)  /* bytes of objects kept */
#define MAPPED_MAX (64 * 1024 * 1024) /* bytes of packs mapped */

/* What we call. The compiler compares the calls with the library's own declarations. */
#define FUNCTIONS(X)                \
	X(git_libgit2_init)         \
	X(git_libgit2_opts)         \
	X(git_error_last)           \
	X(git_odb_new)              \
	X(git_odb_free)             \
	X(git_odb_add_backend)      \
	X(git_odb_backend_one_pack) \
	X(git_odb_read)             \
	X(git_odb_object_data)      \
	X(git_odb_object_size)      \
	X(git_odb_object_type)      \
	X(git_odb_object_free)      \
	X(git_oid_fromraw)          \
	X(git_patch_from_buffers)   \
	X(git_patch_to_buf)         \
	X(git_patch_free)           \
	X(git_buf_dispose)

struct functions {
#define X(name) __typeof__(name) *name;
	FUNCTIONS(X)
#undef X
};

struct hf_delta {
	git_odb *odb;
};

/* Loaded once for the process and never unloaded. */
static pthread_once_t   once = PTHREAD_ONCE_INIT;
static struct functions git;
static struct hf_err    not_loaded; /* code HF_OK when it was */

/* Nothing of the user's or the system's configuration; hashes compared; bounded memory. */
static int
set_options(void)
{
	static const int levels[] = { GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
		GIT_CONFIG_LEVEL_GLOBAL };
	size_t           i;
	int              bad = 0;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		bad |= git.git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	bad |= git.git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 1);
	bad |= git.git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	bad |= git.git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 1);
	bad |= git.git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	bad |= git.git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHE_MAX);
	bad |= git.git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)MAPPED_MAX);
	return bad;
}

static void
load(void)
{
	static const char *const names[] = {
#define X(name) #name,
		FUNCTIONS(X)
#undef X
	};

	if (hf_library_load(&git, LIBRARY, "libgit2", names, sizeof(names) / sizeof(names[0]), &not_loaded) != HF_OK)
		hf_hint(&not_loaded, "apt install libgit2-1.5, or: git -C REGISTER repack -ad --depth=0");
	else if (git.git_libgit2_init() < 0 || set_options() < 0)
		hf_fail(&not_loaded, HF_SYSTEM, "libgit2: it does not start");
}

/* What libgit2 says of a failure, in our words. */
static enum hf_code
translate(struct hf_err *e, int code, const char *subject)
{
	const git_error *last = git.git_error_last();
	const char      *why = last == NULL || last->message == NULL ? "no reason given" : last->message;

	if (last != NULL && last->klass == GIT_ERROR_NOMEMORY)
		return hf_nomem(e);
	if (code == GIT_ENOTFOUND)
		return hf_fail(e, HF_NOTFOUND, "%s: not there", subject);
	return hf_fail(e, HF_DAMAGED, "%s: %s", subject, why);
}

/* An object database of this pack and nothing else. */
static enum hf_code
open_odb(git_odb **out, const char *idx_path, struct hf_err *e)
{
	git_odb_backend *pack = NULL;
	int              code;

	if ((code = git.git_odb_new(out)) < 0)
		return translate(e, code, "libgit2");
	if ((code = git.git_odb_backend_one_pack(&pack, idx_path)) < 0)
		return translate(e, code, idx_path);
	if ((code = git.git_odb_add_backend(*out, pack, 1)) < 0) {
		pack->free(pack);
		return translate(e, code, idx_path);
	}
	return HF_OK;
}

static enum hf_code
need(struct hf_err *e)
{
	pthread_once(&once, load);
	if (not_loaded.code != HF_OK && e != NULL)
		*e = not_loaded;
	return not_loaded.code;
}

enum hf_code
hf_delta_open(struct hf_delta **out, const char *idx_path, struct hf_err *e)
{
	struct hf_delta *d;
	enum hf_code     rc;

	*out = NULL;
	if ((rc = need(e)) != HF_OK)
		return rc;
	if ((d = calloc(1, sizeof(*d))) == NULL)
		return hf_nomem(e);
	if ((rc = open_odb(&d->odb, idx_path, e)) == HF_OK) {
		*out = d;
		d = NULL;
	}
	hf_delta_close(d);
	return rc;
}

void
hf_delta_close(struct hf_delta *d)
{
	if (d == NULL)
		return;
	if (d->odb != NULL)
		git.git_odb_free(d->odb);
	free(d);
}

static enum hf_code
take_content(struct hf_get *get, git_odb_object *object, struct hf_err *e)
{
	size_t       start = get->out->len, size = git.git_odb_object_size(object);
	enum hf_code rc;

	get->type = (enum hf_object_type)git.git_odb_object_type(object); /* the numbers are git's own */
	if ((rc = hf_get_fits(get, size, e)) != HF_OK)
		return rc;
	hf_buf_add(get->out, git.git_odb_object_data(object), size);
	if ((rc = hf_buf_check(get->out, e)) != HF_OK)
		hf_buf_cut(get->out, start);
	return rc;
}

enum hf_code
hf_delta_read(struct hf_get *get, struct hf_delta *d, struct hf_err *e)
{
	git_odb_object *object = NULL;
	unsigned char   id[HF_OID_BYTES];
	git_oid         name;
	enum hf_code    rc;
	int             code;

	if (!hf_oid_to_bytes(id, get->oid))
		return hf_fail(e, HF_INTERNAL, "object %s: that is no name", get->oid->hex);
	git.git_oid_fromraw(&name, id);
	if ((code = git.git_odb_read(&object, d->odb, &name)) < 0)
		rc = translate(e, code, "libgit2");
	else {
		rc = take_content(get, object, e);
		git.git_odb_object_free(object);
	}
	if (rc != HF_OK)
		hf_fail_in(e, "object %s", get->oid->hex);
	return rc;
}

/* What libgit2 says before the first hunk is about files. */
enum hf_code
hf_diff_text(
    struct hf_buf *out, const char *from, const struct hf_buf *old, const char *to, const struct hf_buf *now, struct hf_err *e)
{
	git_patch   *patch = NULL;
	git_buf      text = { NULL, 0, 0 };
	const char  *hunk;
	int          code;
	enum hf_code rc;

	if ((rc = need(e)) != HF_OK)
		return rc;
	if ((code = git.git_patch_from_buffers(&patch, hf_buf_str(old), old->len, "a", hf_buf_str(now), now->len, "a", NULL)) < 0 ||
	    (code = git.git_patch_to_buf(&text, patch)) < 0)
		rc = translate(e, code, "difference");
	else if (text.size > 0 && (hunk = strstr(text.ptr, "\n@@")) != NULL)
		hf_buf_addf(out, "--- %s\n+++ %s\n%s", from, to, hunk + 1);
	git.git_patch_free(patch);
	git.git_buf_dispose(&text);
	return rc == HF_OK ? hf_buf_check(out, e) : rc;
}
