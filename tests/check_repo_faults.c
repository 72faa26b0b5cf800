#define _GNU_SOURCE /* unshare, syscall */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "git_aid.h"
#include "holdfast/fs.h"
#include "holdfast/time.h"
#include "test.h"

/* ---- calls that fail, or kill, at the k-th time: these take the place of the C library's ---- */

enum call { WRITE, FSYNC, SYNCFS, RENAME, LINK, UNLINK, MKDIR, OPEN, PREAD, ANY };

static struct {
	bool      on, forever, kill;
	enum call call;
	int       error;
	long      countdown;
	long      met;
} fault;

/* True: fail now. */
static bool
strikes(enum call call)
{
	if (!fault.on || (fault.call != ANY && fault.call != call))
		return false;
	fault.met++;
	if (fault.met != fault.countdown && !(fault.forever && fault.met > fault.countdown))
		return false;
	if (fault.kill)
		raise(SIGKILL);
	errno = fault.error;
	return true;
}

/*
 * What a power cut would take: files written and folders changed that were not synced since. Kept when on; at the commit point, which is a
 * rename to a name that ends in refs/heads/main, their number is noted.
 */
static struct {
	bool  on;
	ino_t inodes[4096];
	int   n, at_commit, commits;
} dirty;

static void
dirty_add(int at, const char *path)
{
	struct stat st;

	if (!dirty.on || (path == NULL ? fstat(at, &st) : fstatat(at, path, &st, 0)) != 0)
		return;
	for (int i = 0; i < dirty.n; i++)
		if (dirty.inodes[i] == st.st_ino)
			return;
	ck_assert_int_lt(dirty.n, N_OF(dirty.inodes));
	dirty.inodes[dirty.n++] = st.st_ino;
}

static void
dirty_folder_of(int at, const char *path)
{
	char        folder[512];
	const char *slash = strrchr(path, '/');

	snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 : (int)(slash - path), slash == NULL ? "." : path);
	dirty_add(at, folder);
}

static void
dirty_synced(int fd)
{
	struct stat st;

	if (!dirty.on || fstat(fd, &st) != 0)
		return;
	for (int i = 0; i < dirty.n; i++)
		if (dirty.inodes[i] == st.st_ino)
			dirty.inodes[i--] = dirty.inodes[--dirty.n];
}

static void
dirty_rename(int at, const char *to)
{
	size_t n = strlen(to);

	if (dirty.on && n > 15 && strcmp(to + n - 15, "refs/heads/main") == 0) {
		dirty.at_commit = dirty.n;
		dirty.commits++;
	}
	dirty_folder_of(at, to);
}

ssize_t
write(int fd, const void *data, size_t len)
{
	dirty_add(fd, NULL);
	return strikes(WRITE) ? -1 : syscall(SYS_write, fd, data, len);
}

ssize_t
pread(int fd, void *data, size_t len, off_t at)
{
	return strikes(PREAD) ? -1 : syscall(SYS_pread64, fd, data, len, at);
}

int
fsync(int fd)
{
	dirty_synced(fd);
	return strikes(FSYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}

int
syncfs(int fd)
{
	dirty.n = 0;
	return strikes(SYNCFS) ? -1 : (int)syscall(SYS_syncfs, fd);
}

int
rename(const char *from, const char *to)
{
	dirty_rename(AT_FDCWD, to);
	return strikes(RENAME) ? -1 : (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

int
renameat(int a, const char *from, int b, const char *to)
{
	dirty_rename(b, to);
	return strikes(RENAME) ? -1 : (int)syscall(SYS_renameat, a, from, b, to);
}

int
link(const char *from, const char *to)
{
	return strikes(LINK) ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlink(const char *path)
{
	return strikes(UNLINK) ? -1 : (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

int
unlinkat(int at, const char *path, int flags)
{
	return strikes(UNLINK) ? -1 : (int)syscall(SYS_unlinkat, at, path, flags);
}

int
mkdirat(int at, const char *path, mode_t mode)
{
	dirty_folder_of(at, path);
	return strikes(MKDIR) ? -1 : (int)syscall(SYS_mkdirat, at, path, mode);
}

static int
open_it(int at, const char *path, int flags, va_list ap)
{
	mode_t mode = (flags & O_CREAT) != 0 ? va_arg(ap, mode_t) : 0;

	return strikes(OPEN) ? -1 : (int)syscall(SYS_openat, at, path, flags, mode);
}

int
open(const char *path, int flags, ...)
{
	va_list ap;
	int     fd;

	va_start(ap, flags);
	fd = open_it(AT_FDCWD, path, flags, ap);
	va_end(ap);
	return fd;
}

int
openat(int at, const char *path, int flags, ...)
{
	va_list ap;
	int     fd;

	va_start(ap, flags);
	fd = open_it(at, path, flags, ap);
	va_end(ap);
	return fd;
}

/* A computer without libgit2. */
static bool no_libgit2;

void *
dlopen(const char *name, int flags)
{
	void *(*real)(const char *, int);
	void *next = dlsym(RTLD_NEXT, "dlopen");

	memcpy(&real, &next, sizeof(real));
	return real(no_libgit2 ? "libgit2.so.is-not-here" : name, flags);
}

/* ---- */

static bool
slow(void)
{
	return getenv("HF_SLOW") != NULL;
}

static struct hf_oid
head(void)
{
	struct hf_oid oid;

	ck_ok(hf_repo_head(&oid, aid_repo, &e));
	return oid;
}

/* A change of several folders; each differs from the last one. */
static enum hf_code
change(struct hf_oid *out, struct hf_repo *r, struct hf_err *e)
{
	static int            n;
	static char           text[4][32];
	struct hf_oid         base = { "" };
	struct hf_commit_spec spec = aid_spec(&base);
	struct hf_edit        edits[4];
	enum hf_code          rc;

	n++;
	for (int i = 0; i < 4; i++)
		snprintf(text[i], sizeof(text[i]), "%d %d %d", i, n, (int)getpid());
	edits[0] = aid_edit("records/1/a", text[0]);
	edits[1] = aid_edit("records/2/b", text[1]);
	edits[2] = aid_edit("runs/x/y", text[2]);
	edits[3] = aid_edit("top", text[3]);
	out->hex[0] = '\0';
	if ((rc = hf_repo_lock(r, 10000, e)) != HF_OK)
		return rc;
	if ((rc = hf_repo_head(&base, r, e)) == HF_OK)
		rc = hf_repo_commit(out, r, &spec, edits, 4, e);
	hf_repo_unlock(r);
	return rc;
}

/* Nothing temporary lies about after the next one has taken the lock. */
static void
next_works(void)
{
	struct hf_repo *r;
	struct hf_oid   oid, now;

	ck_ok(hf_repo_open(&r, aid_path("r"), &e));
	ck_ok(change(&oid, r, &e));
	ck_ok(hf_repo_head(&now, r, &e));
	ck_assert_str_eq(oid.hex, now.hex);
	hf_repo_close(r);
}

static void
nothing_left(void)
{
	char line[256];

	aid_must(line, "cd r && find . -name 'tmp_*' -o -name '*.new' -o -name main.lock | wc -l");
	ck_assert_str_eq(line, "0");
}

static const struct {
	enum call   call;
	int         error;
	const char *what;
} faults[] = {
	{ WRITE, ENOSPC, "write: no space" },
	{ WRITE, EIO, "write: input/output" },
	{ FSYNC, EIO, "fsync" },
	{ RENAME, EIO, "rename" },
	{ RENAME, ENOSPC, "rename: no space" },
	{ LINK, EIO, "link" },
	{ LINK, EPERM, "link: not on this file system" },
	{ UNLINK, EROFS, "unlink" },
	{ MKDIR, EROFS, "mkdir" },
	{ OPEN, EMFILE, "open: too many files" },
	{ OPEN, ENOSPC, "open: no space" },
	{ PREAD, EIO, "read" },
	{ ANY, EIO, "anything" },
};

/* What is said must be what is so. Returns false when the fault was not met. */
static bool
one_fault(int row, long k, bool forever, int *unsure)
{
	struct hf_oid   before = head(), after, oid;
	struct hf_err   e = HF_ERR_INIT;
	struct hf_repo *r;
	enum hf_code    rc;

	ck_assert_int_eq(hf_repo_open(&r, aid_path("r"), NULL), HF_OK);
	fault.on = true;
	fault.call = faults[row].call;
	fault.error = faults[row].error;
	fault.forever = forever;
	fault.countdown = k;
	fault.met = 0;
	rc = change(&oid, r, &e);
	hf_repo_close(r);
	fault.on = false;
	after = head();
	if (rc == HF_OK || rc == HF_UNSURE)
		ck_assert_msg(hf_oid_equal(&after, &oid), "%s %ld: %s, but it did not move", faults[row].what, k, hf_code_name(rc));
	else
		ck_assert_msg(
		    hf_oid_equal(&after, &before), "%s %ld: %s: %s, but it moved", faults[row].what, k, hf_code_name(rc), e.msg);
	ck_assert_msg(rc == HF_OK || e.msg[0] != '\0', "%s %ld: no message", faults[row].what, k);
	*unsure += rc == HF_UNSURE;
	next_works();
	return fault.met >= k;
}

START_TEST(every_call_fails)
{
	int  unsure = 0;
	long k;

	aid_put("records/1/first", "1");
	for (int forever = 0; forever < 2; forever++) {
		for (k = 1; one_fault(_i, k, forever, &unsure); k++)
			continue;
		ck_assert_int_gt(k, 1); /* it was met at least once */
	}
	/* The last sync, of the branch's folder. How many there are before it differs: folders may be shared. */
	for (int again = 0; faults[_i].call == FSYNC && unsure == 0 && again < 20; again++)
		for (k = 8; one_fault(_i, k, false, &unsure); k++)
			continue;
	ck_assert(unsure > 0 || faults[_i].call != FSYNC);
	nothing_left();
	aid_fsck();
}
END_TEST

/* The way to the disk of many objects at once. */
START_TEST(syncfs_fails)
{
	static char    paths[100][16];
	struct hf_edit edits[100];
	struct hf_oid  before, oid, after;

	aid_put("first", "1");
	before = head();
	for (int i = 0; i < N_OF(edits); i++) {
		snprintf(paths[i], sizeof(paths[i]), "r/%d", i);
		edits[i] = aid_edit(paths[i], paths[i]);
	}
	fault.on = true;
	fault.call = SYNCFS;
	fault.error = EIO;
	fault.countdown = 1;
	ck_fails(HF_WRITE, "Input/output error", aid_commit(&oid, aid_repo, edits, N_OF(edits), &e));
	fault.on = false;
	after = head();
	ck_assert_str_eq(after.hex, before.hex);
	ck_ok(aid_commit(&oid, aid_repo, edits, N_OF(edits), &e));
	nothing_left();
	aid_fsck();
}
END_TEST

/* Everything the commit stands on is on the disk before the branch moves, and the move before it is acknowledged. */
START_TEST(synced_before_it_counts)
{
	static char    paths[200][16];
	struct hf_edit edits[200];
	struct hf_oid  oid;

	for (int i = 0; i < N_OF(edits); i++) {
		snprintf(paths[i], sizeof(paths[i]), "r/%d", i);
		edits[i] = aid_edit(paths[i], paths[i]);
	}
	for (int i = 0; i < 4; i++) {
		dirty.on = true;
		dirty.n = 0;
		dirty.at_commit = -1;
		if (i % 2 == 0)
			ck_ok(aid_commit(&oid, aid_repo, edits, i == 0 ? N_OF(edits) : 10, &e));
		else
			aid_put("records/1/x", paths[i]);
		dirty.on = false;
		ck_assert_int_eq(dirty.commits, i + 1);
		ck_assert_int_eq(dirty.at_commit, 0);
		ck_assert_int_eq(dirty.n, 0);
	}
}
END_TEST

/* Killed at its k-th call: true; done before: false. */
static bool
one_kill(long k)
{
	struct hf_oid before = head(), after, oid;
	pid_t         child = fork();
	int           status;

	if (child == 0) {
		struct hf_repo *r;

		fault.on = fault.kill = true;
		fault.call = ANY;
		fault.countdown = k;
		_exit(hf_repo_open(&r, aid_path("r"), NULL) == HF_OK && change(&oid, r, NULL) == HF_OK ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	after = head();
	if (WIFEXITED(status)) {
		ck_assert_int_eq(WEXITSTATUS(status), 0);
		ck_assert(!hf_oid_equal(&before, &after));
		return false;
	}
	if (!hf_oid_equal(&before, &after)) {
		struct hf_commit c;
		struct hf_buf    raw = HF_BUF_INIT;

		ck_ok(hf_repo_commit_raw(&raw, aid_repo, &after, &e));
		ck_ok(hf_commit_read(&c, raw.data, raw.len, &e));
		ck_assert_str_eq(c.parent[0].hex, before.hex);
		hf_commit_clear(&c);
		hf_buf_clear(&raw);
	}
	next_works();
	return true;
}

START_TEST(killed_at_every_call)
{
	time_t began = time(NULL);
	long   k;

	aid_put("records/1/first", "1");
	for (k = 1; one_kill(k); k++)
		continue;
	ck_assert_int_gt(k, 40);
	ck_assert_int_lt(time(NULL) - began, 30); /* none of them left a lock that had to be waited for */
	nothing_left();
	aid_fsck();
}
END_TEST

/* Commit until killed; each acknowledged one is written to fd. */
static void
writer(int fd)
{
	struct hf_repo *r;
	struct hf_oid   oid;

	if (hf_repo_open(&r, aid_path("r"), NULL) != HF_OK)
		_exit(1);
	while (change(&oid, r, NULL) == HF_OK)
		if (write(fd, oid.hex, HF_OID_SIZE) != HF_OID_SIZE)
			break;
	_exit(1);
}

/* The last acknowledged one, "" when there was none. */
static struct hf_oid
last_of(int fd, int *acknowledged)
{
	struct hf_oid oid = { "" }, next;

	while (read(fd, next.hex, HF_OID_SIZE) == HF_OID_SIZE) {
		oid = next;
		++*acknowledged;
	}
	return oid;
}

START_TEST(killed_at_random)
{
	unsigned        random = 1;
	int             pipes[2], acknowledged = 0, rounds = slow() ? 2000 : 200;
	int64_t         began = hf_time_mono(), span;
	struct timespec nap = { 0, 0 };

	aid_put("records/1/first", "1");
	next_works();
	span = 1 + 2 * (hf_time_mono() - began); /* within a few commits, on any disk */
	for (int i = 0; i < rounds; i++) {
		struct hf_oid last, now;
		pid_t         child;
		bool          there = true;

		ck_assert_int_eq(pipe(pipes), 0);
		if ((child = fork()) == 0)
			writer(pipes[1]);
		close(pipes[1]);
		random = random * 1103515245 + 12345;
		nap.tv_nsec = (long)((random >> 8) % (unsigned)(span < 900 ? span * 1000000 : 900000000));
		nanosleep(&nap, NULL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		last = last_of(pipes[0], &acknowledged);
		close(pipes[0]);
		now = head();
		if (last.hex[0] != '\0')
			ck_ok(hf_repo_descends(&there, aid_repo, &now, &last, &e));
		ck_assert_msg(there, "acknowledged and lost: %s", last.hex);
		next_works();
	}
	ck_assert_int_gt(acknowledged, rounds / 10);
	nothing_left();
	aid_fsck();
}
END_TEST

/* Several writers at once, each with the lock or, every other one, only with the swap to rely on; git packs meanwhile. */
static void
one_of_many(int which, int commits)
{
	struct hf_repo *r;
	struct hf_oid   oid, base = { "" };
	struct hf_err   e = HF_ERR_INIT;
	enum hf_code    rc;
	char            path[32];

	if (hf_repo_open(&r, aid_path("r"), NULL) != HF_OK)
		_exit(1);
	for (int i = 0; i < commits;) {
		struct hf_commit_spec spec = aid_spec(&base);
		struct hf_edit        x;

		snprintf(path, sizeof(path), "runs/%d/%d", which, i);
		x = aid_edit(path, path);
		if (which % 2 == 0 && (rc = hf_repo_lock(r, 30000, NULL)) != HF_OK)
			_exit(2);
		if (hf_repo_head(&base, r, NULL) != HF_OK)
			_exit(3);
		rc = hf_repo_commit(&oid, r, &spec, &x, 1, &e);
		hf_repo_unlock(r);
		if (rc != HF_OK && rc != HF_LOCKED) {
			fprintf(stderr, "writer %d: %s\n", which, e.msg);
			_exit(4);
		}
		i += rc == HF_OK;
	}
	_exit(0);
}

START_TEST(parallel)
{
	enum { WRITERS = 8 };
	int   commits = slow() ? 100 : 12, status;
	pid_t children[WRITERS];
	char  line[256];

	aid_put("records/1/first", "1");
	aid_must(NULL,
	    "(for i in $(seq 2000); do test -e enough && break; git -C r pack-refs --all; git -C r repack -dq; git -C r prune-packed -q; sleep 0.05; done) "
	    ">/dev/null 2>&1 &");
	for (int i = 0; i < WRITERS; i++)
		if ((children[i] = fork()) == 0)
			one_of_many(i, commits);
	for (int i = 0; i < WRITERS; i++) {
		waitpid(children[i], &status, 0);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "writer %d: %x", i, (unsigned)status);
	}
	aid_must(line, "touch enough; git -C r rev-list --count main; sleep 0.3");
	ck_assert_int_eq(atoi(line), WRITERS * commits + 1);
	aid_must(line, "git -C r ls-tree -r main runs | wc -l");
	ck_assert_int_eq(atoi(line), WRITERS * commits);
	nothing_left();
	aid_fsck();
}
END_TEST

START_TEST(file_size_limit)
{
	struct rlimit       small = { 0, RLIM_INFINITY }, none = { RLIM_INFINITY, RLIM_INFINITY };
	struct hf_oid       before, after, oid;
	static const rlim_t limits[] = { 0, 30, 40, 100, 150, 200, 1000000 };
	int                 done = 0;

	aid_put("records/1/first", "1");
	signal(SIGXFSZ, SIG_IGN);
	for (int i = 0; i < N_OF(limits); i++) {
		struct hf_err e = HF_ERR_INIT;
		enum hf_code  rc;

		before = head();
		small.rlim_cur = limits[i];
		ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
		rc = change(&oid, aid_repo, &e);
		ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
		after = head();
		ck_assert_msg(
		    rc == HF_OK || (rc == HF_WRITE && strstr(e.msg, "File too large") != NULL), "%s: %s", hf_code_name(rc), e.msg);
		ck_assert(hf_oid_equal(&before, &after) == (rc != HF_OK));
		done += rc == HF_OK;
		next_works();
	}
	ck_assert_int_gt(done, 0);
	ck_assert_int_lt(done, N_OF(limits));
	nothing_left();
	aid_fsck();
}
END_TEST

/* In a mount namespace of its own, where we may: a file system that fills up. */
START_TEST(disk_full)
{
	struct hf_repo *r;
	struct hf_oid   oid, last = { "" }, now;
	struct hf_err   err = HF_ERR_INIT;
	struct hf_edit  x = aid_edit("top", "1");
	enum hf_code    rc;
	int             done = 0;

	if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return;
	aid_must(NULL, "mkdir full");
	if (mount("tmpfs", aid_path("full"), "tmpfs", 0, "size=512k") != 0)
		return;
	ck_ok(hf_repo_init(&r, aid_path("full/r"), &e));
	ck_ok(aid_commit(&oid, r, &x, 1, &e));
	while ((rc = change(&oid, r, &err)) == HF_OK) {
		last = oid;
		done++;
	}
	ck_assert_msg(rc == HF_WRITE && strstr(err.msg, "No space left") != NULL, "%s: %s", hf_code_name(rc), err.msg);
	ck_assert_int_gt(done, 3);
	ck_fails(HF_WRITE, "No space left", change(&oid, r, &e));
	ck_ok(hf_repo_head(&now, r, &e));
	ck_assert_str_eq(now.hex, last.hex);
	ck_assert_int_eq(mount("tmpfs", aid_path("full"), "tmpfs", MS_REMOUNT, "size=4m"), 0);
	ck_ok(change(&oid, r, &e));
	aid_must(NULL,
	    "git -C full/r fsck --strict --no-dangling && test $(git -C full/r rev-list --count main) = %d && "
	    "test -z \"$(find full/r -name 'tmp_*' -o -name '*.new')\"",
	    done + 2);
	hf_repo_close(r);
	umount(aid_path("full"));
}
END_TEST

/* ---- bits that change on the disk ---- */

struct sum {
	struct hf_repo *r;
	struct hf_buf  *all;
};

static enum hf_code
sum_file(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct sum *s = arg;

	hf_buf_addf(s->all, "%s\n", d->path);
	return d->after.hex[0] == '\0' ? HF_OK : hf_repo_blob(s->all, s->r, &d->after, 1 << 20, e);
}

static enum hf_code
sum_commit(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct sum *s = arg;

	if (c == NULL)
		return HF_DAMAGED;
	hf_buf_addf(s->all, "%s %s", oid->hex, c->signature);
	return hf_repo_diff(s->r, NULL, &c->tree, sum_file, s, e);
}

/* Read all there is. What is damaged must be found before libgit2 gets to see it. */
static enum hf_code
sum_all(struct hf_buf *all)
{
	struct sum    s = { NULL, all };
	struct hf_err e = HF_ERR_INIT;
	struct hf_oid now;
	enum hf_code  rc;

	hf_buf_cut(all, 0);
	if ((rc = hf_repo_open(&s.r, aid_path("r"), &e)) != HF_OK)
		return rc;
	if ((rc = hf_repo_head(&now, s.r, &e)) == HF_OK)
		rc = hf_repo_walk(s.r, &now, NULL, true, sum_commit, &s, &e);
	hf_repo_close(s.r);
	if (rc != HF_OK && (e.msg[0] == '\0' || strstr(e.msg, "libgit2") != NULL))
		abort();
	return rc;
}

/* Every so many bits of one file, in a child that must come to its end. */
static void
flip_bits(const char *path, const struct hf_buf *good, size_t stride)
{
	struct hf_buf file = HF_BUF_INIT, all = HF_BUF_INIT;
	size_t        bit;
	char          byte;
	int           fd;

	alarm(120);
	if (hf_fs_read(&file, path, 0, NULL) != HF_OK || chmod(path, 0600) != 0 || (fd = open(path, O_WRONLY)) < 0)
		_exit(10);
	for (bit = 0; bit < 8 * file.len; bit += stride) {
		byte = (char)(file.data[bit / 8] ^ (1 << bit % 8));
		if (pwrite(fd, &byte, 1, (off_t)(bit / 8)) != 1)
			_exit(11);
		if (sum_all(&all) == HF_OK && (all.len != good->len || memcmp(all.data, good->data, all.len) != 0))
			_exit(12);
		if (pwrite(fd, &file.data[bit / 8], 1, (off_t)(bit / 8)) != 1)
			_exit(13);
	}
	_exit(0);
}

static void
flip_store(size_t stride)
{
	struct hf_buf files = HF_BUF_INIT, good = HF_BUF_INIT;
	char         *path, *rest = NULL;
	int           status, n = 0;

	ck_assert_int_eq(sum_all(&good), HF_OK);
	aid_run(&files, "find $PWD/r -type f ! -name holdfast.lock ! -name '*.rev' | sort");
	for (path = strtok_r(files.data, "\n", &rest); path != NULL; path = strtok_r(NULL, "\n", &rest), n++) {
		pid_t child = fork();

		if (child == 0)
			flip_bits(path, &good, stride);
		waitpid(child, &status, 0);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: status %x%s", path, (unsigned)status,
		    WIFEXITED(status) && WEXITSTATUS(status) == 12 ? ", other content without a word" : "");
	}
	ck_assert_int_gt(n, 3);
	ck_assert_int_eq(sum_all(&good), HF_OK);
	hf_buf_clear(&files);
	hf_buf_clear(&good);
}

/* A store small enough for every bit, with names enough that git makes deltas of its trees. */
static void
small_store(int files, int commits)
{
	static char    paths[40][32];
	struct hf_edit edits[40];
	struct hf_oid  oid;

	for (int i = 0; i < files; i++) {
		snprintf(paths[i], sizeof(paths[i]), "records/%d", 1000 + i);
		edits[i] = aid_edit(paths[i], i < 3 ? paths[i] : "all the same");
	}
	ck_ok(aid_commit(&oid, aid_repo, edits, (size_t)files, &e));
	for (int i = 1; i < commits; i++)
		aid_put(paths[i], "changed");
}

START_TEST(flips_loose)
{
	small_store(3, 2);
	flip_store(slow() ? 1 : 7);
}
END_TEST

START_TEST(flips_packed)
{
	struct hf_buf said = HF_BUF_INIT;

	small_store(20, 3);
	aid_must(NULL, "git -C r repack -adfq --depth=50 && git -C r pack-refs --all");
	aid_run(&said, "git verify-pack -sv r/objects/pack/*.idx");
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&said), "chain length = 1:"));
	hf_buf_clear(&said);
	flip_store(slow() ? 1 : 11);
}
END_TEST

/* Only deltas need it, and the message says what helps. */
START_TEST(without_libgit2)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_oid oid;
	struct hf_err e = HF_ERR_INIT;
	char          line[256];

	small_store(20, 3);
	aid_must(NULL, "git -C r repack -adfq --depth=50");
	aid_must(line, "git verify-pack -v r/objects/pack/*.idx | awk 'NF == 7 && $2 == \"tree\" { print $1; exit }'");
	ck_assert(hf_oid_set(&oid, line));
	no_libgit2 = true;
	ck_assert_int_eq(hf_repo_diff(aid_repo, NULL, &oid, sum_file, NULL, &e), HF_SYSTEM);
	ck_assert_ptr_nonnull(strstr(e.msg, "libgit2"));
	ck_assert_ptr_nonnull(strstr(e.hint, "install libgit2"));
	oid = head();
	ck_assert_int_eq(hf_repo_commit_raw(&b, aid_repo, &oid, &e), HF_OK);
	hf_buf_clear(&b);
}
END_TEST

/* Cut off at every length. */
START_TEST(truncated)
{
	struct hf_buf files = HF_BUF_INIT, good = HF_BUF_INIT, file = HF_BUF_INIT, all = HF_BUF_INIT;
	char         *path, *rest = NULL;

	small_store(20, 3);
	aid_must(NULL, "git -C r repack -adfq --depth=50 && chmod 600 r/objects/pack/*");
	aid_put("records/9", "loose");
	ck_assert_int_eq(sum_all(&good), HF_OK);
	aid_run(&files, "find $PWD/r -type f ! -name holdfast.lock ! -name '*.rev' | sort");
	for (path = strtok_r(files.data, "\n", &rest); path != NULL; path = strtok_r(NULL, "\n", &rest)) {
		hf_buf_cut(&file, 0);
		ck_ok(hf_fs_read(&file, path, 0, &e));
		chmod(path, 0600);
		for (size_t n = 0; n < file.len; n += slow() ? 1 : 13) {
			ck_assert_int_eq(truncate(path, (off_t)n), 0);
			if (sum_all(&all) == HF_OK)
				ck_assert_msg(
				    all.len == good.len && memcmp(all.data, good.data, all.len) == 0, "%s at %zu", path, n);
			ck_ok(hf_fs_write(path, file.data, file.len, &e));
		}
	}
	hf_buf_clear(&files);
	hf_buf_clear(&good);
	hf_buf_clear(&file);
	hf_buf_clear(&all);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("repo_faults");
	TCase *t = tcase_create("repo_faults");

	tcase_set_timeout(t, slow() ? 3600 : 120);
	tcase_add_checked_fixture(t, aid_repo_begin, aid_repo_end);
	tcase_add_loop_test(t, every_call_fails, 0, N_OF(faults));
	tcase_add_test(t, syncfs_fails);
	tcase_add_test(t, synced_before_it_counts);
	tcase_add_test(t, killed_at_every_call);
	tcase_add_test(t, killed_at_random);
	tcase_add_test(t, parallel);
	tcase_add_test(t, file_size_limit);
	tcase_add_test(t, disk_full);
	tcase_add_test(t, flips_loose);
	tcase_add_test(t, flips_packed);
	tcase_add_test(t, without_libgit2);
	tcase_add_test(t, truncated);
	suite_add_tcase(s, t);
	return run_suite(s);
}
