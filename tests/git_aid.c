#include "git_aid.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/store/git/object.h"
#include "holdfast/fs.h"
#include "test.h"

#define ENVIRONMENT                                                                                                \
	"export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x.invalid " \
	"GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@x.invalid GIT_OPTIONAL_LOCKS=0 LC_ALL=C TZ=UTC; unset GIT_DIR; "

struct hf_repo *aid_repo;

static char folder[200];

void
aid_begin(void)
{
	const char *tmp = getenv("TMPDIR");

	if (getenv("HF_SLOW") == NULL && access("/dev/shm", W_OK | X_OK) == 0)
		tmp = "/dev/shm";
	snprintf(folder, sizeof(folder), "%s/holdfast-test-XXXXXX", tmp == NULL ? "/tmp" : tmp);
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

void
aid_end(void)
{
	if (getenv("HF_KEEP") == NULL)
		hf_fs_remove_tree(folder, NULL);
}

const char *
aid_folder(void)
{
	return folder;
}

const char *
aid_path(const char *name)
{
	static char paths[8][512];
	static int  next;

	next = (next + 1) % 8;
	snprintf(paths[next], sizeof(paths[next]), "%s/%s", folder, name);
	return paths[next];
}

static int run(struct hf_buf *out, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

static int
run(struct hf_buf *out, const char *fmt, va_list ap)
{
	struct hf_buf command = HF_BUF_INIT;
	char          chunk[4096];
	FILE         *p;
	size_t        n;
	int           status;

	hf_buf_addf(&command, "exec 2>&1; cd '%s' || exit 1; " ENVIRONMENT, folder);
	hf_buf_addv(&command, fmt, ap);
	p = popen(hf_buf_str(&command), "r");
	ck_assert_ptr_nonnull(p);
	while ((n = fread(chunk, 1, sizeof(chunk), p)) > 0)
		if (out != NULL)
			hf_buf_add(out, chunk, n);
	status = pclose(p);
	hf_buf_clear(&command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int
aid_run(struct hf_buf *out, const char *fmt, ...)
{
	va_list ap;
	int     status;

	va_start(ap, fmt);
	status = run(out, fmt, ap);
	va_end(ap);
	return status;
}

void
aid_must(char *line, const char *fmt, ...)
{
	struct hf_buf out = HF_BUF_INIT;
	va_list       ap;
	int           status;

	va_start(ap, fmt);
	status = run(&out, fmt, ap);
	va_end(ap);
	ck_assert_msg(status == 0, "%s: status %d: %s", fmt, status, hf_buf_str(&out));
	if (line != NULL)
		snprintf(line, 256, "%.*s", (int)strcspn(hf_buf_str(&out), "\n"), hf_buf_str(&out));
	hf_buf_clear(&out);
}

bool
aid_hash(struct hf_oid *out, const char *repo, const char *type, const void *data, size_t len)
{
	struct hf_buf said = HF_BUF_INIT;
	struct hf_err e = HF_ERR_INIT;
	bool          ok;

	ck_assert_msg(hf_fs_write(aid_path("hash-object"), data, len, &e) == HF_OK, "%s", e.msg);
	ok = aid_run(&said, "git -C %s -c core.fsync=none hash-object -w -t %s ../hash-object", repo, type) == 0;
	hf_buf_cut(&said, HF_OID_SIZE - 1);
	if (ok)
		ck_assert_msg(hf_oid_set(out, hf_buf_str(&said)), "hash-object: %s", hf_buf_str(&said));
	hf_buf_clear(&said);
	return ok;
}

struct hf_oid
aid_object(const char *repo, enum hf_object_type type, const void *data, size_t len)
{
	struct hf_buf zipped = HF_BUF_INIT, path = HF_BUF_INIT;
	struct hf_oid oid;
	FILE         *f;

	hf_object_id(&oid, type, data, len);
	ck_ok(hf_object_zip(&zipped, type, data, len, &e));
	hf_buf_addf(&path, "%s/%s/objects/%.2s", folder, repo, oid.hex);
	mkdir(hf_buf_str(&path), 0700);
	hf_buf_addf(&path, "/%s", oid.hex + 2);
	f = fopen(hf_buf_str(&path), "w");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(zipped.data, 1, zipped.len, f), zipped.len);
	fclose(f);
	hf_buf_clear(&zipped);
	hf_buf_clear(&path);
	return oid;
}

enum hf_code
aid_sign(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *e)
{
	(void)arg;
	(void)data;
	(void)len;
	(void)e;
	hf_buf_adds(sig, AID_SIG);
	return HF_OK;
}

struct hf_commit_spec
aid_spec(const struct hf_oid *base)
{
	struct hf_commit_spec spec = { .base = base, .fpr = AID_FPR, .message = "record", .at = AID_TIME, .sign = aid_sign };

	return spec;
}

enum hf_code
aid_commit(struct hf_oid *out, struct hf_repo *r, const struct hf_edit *edits, size_t n, struct hf_err *e)
{
	struct hf_commit_spec spec;
	struct hf_oid         head;
	enum hf_code          rc;

	if ((rc = hf_repo_head(&head, r, e)) != HF_OK && rc != HF_NOTFOUND)
		return rc;
	spec = aid_spec(rc == HF_OK ? &head : NULL);
	return hf_repo_commit(out, r, &spec, edits, n, e);
}

void
aid_repo_begin(void)
{
	aid_begin();
	ck_ok(hf_repo_init(&aid_repo, aid_path("r"), &e));
}

void
aid_repo_end(void)
{
	hf_repo_close(aid_repo);
	aid_end();
}

struct hf_edit
aid_edit(const char *path, const char *text)
{
	struct hf_edit x = { path, text, text == NULL ? 0 : strlen(text), NULL };

	return x;
}

struct hf_oid
aid_put(const char *path, const char *text)
{
	struct hf_edit x = aid_edit(path, text);
	struct hf_oid  oid;

	ck_ok(aid_commit(&oid, aid_repo, &x, 1, &e));
	return oid;
}

struct hf_oid
aid_tree(const struct hf_oid *commit)
{
	struct hf_commit c;
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_oid    tree;

	ck_ok(hf_repo_commit_raw(&raw, aid_repo, commit, &e));
	ck_ok(hf_commit_read(&c, raw.data, raw.len, &e));
	tree = c.tree;
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
	return tree;
}

void
aid_fsck(void)
{
	struct hf_buf out = HF_BUF_INIT;

	ck_assert_msg(aid_run(&out, "git -C r fsck --strict --full --no-dangling --no-progress") == 0, "%s", hf_buf_str(&out));
	ck_assert_msg(out.len == 0 || strncmp(out.data, "notice: HEAD points to an unborn branch", 39) == 0, "%s", out.data);
	hf_buf_clear(&out);
}
