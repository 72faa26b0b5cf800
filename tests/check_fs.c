#include "holdfast/fs.h"
#include "holdfast/time.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/check_fs.XXXXXX";

/* Every test in a new, empty folder of its own, which is the working folder. */
static void
make_dir(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(chdir(dir), 0);
}

static void
remove_dir(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	ck_ok(hf_fs_remove_tree(dir, &e));
	ck_assert(!hf_fs_exists(dir));
}

static void
assert_file(const char *path, const char *text)
{
	struct hf_buf b = HF_BUF_INIT;

	ck_ok(hf_fs_read(&b, path, 0, &e));
	ck_assert_str_eq(hf_buf_str(&b), text);
	hf_buf_clear(&b);
}

static enum hf_code
add_name(void *arg, const char *name, struct hf_err *e)
{
	(void)e;
	hf_buf_adds(arg, name);
	hf_buf_addc(arg, ' ');
	return HF_OK;
}

/* The folder holds these names and no more, a space after each: nothing half-written stays behind. */
static void
assert_names(const char *path, const char *names)
{
	struct hf_buf b = HF_BUF_INIT;

	ck_ok(hf_fs_list(path, add_name, &b, &e));
	ck_assert_str_eq(hf_buf_str(&b), names);
	hf_buf_clear(&b);
}

static unsigned
mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(lstat(path, &st), 0);
	return (unsigned)st.st_mode & 07777;
}

/* ---- reading ---- */

START_TEST(read_appends_the_whole)
{
	struct hf_buf b = HF_BUF_INIT;

	ck_ok(hf_fs_write("f", "a\0b", 3, &e));
	hf_buf_adds(&b, "x");
	ck_ok(hf_fs_read(&b, "f", 0, &e));
	ck_assert_uint_eq(b.len, 4);
	ck_assert_int_eq(memcmp(b.data, "xa\0b", 4), 0);
	hf_buf_clear(&b);
}
END_TEST

/* Sizes about the chunk that is read at once: all of max is taken, one byte more is not. */
START_TEST(read_keeps_the_limit)
{
	static const size_t sizes[] = { 1, 16383, 16384, 16385, 100000 };
	struct hf_buf       b = HF_BUF_INIT;
	size_t              n = sizes[_i];
	char               *data = malloc(n);

	memset(data, 'x', n);
	ck_ok(hf_fs_write("f", data, n, &e));
	hf_buf_adds(&b, "before");
	ck_ok(hf_fs_read(&b, "f", n, &e));
	ck_assert_uint_eq(b.len, n + 6);
	hf_buf_cut(&b, 6);
	if (n > 1)
		ck_fails(HF_BAD, "f: too large", hf_fs_read(&b, "f", n - 1, &e));
	ck_assert_str_eq(hf_buf_str(&b), "before");
	hf_buf_clear(&b);
	b.max = n - 1;
	if (n > 1)
		ck_fails(HF_BAD, "f: too large", hf_fs_read(&b, "f", 0, &e));
	hf_buf_clear(&b);
	free(data);
}
END_TEST

START_TEST(read_refuses)
{
	struct hf_buf b = HF_BUF_INIT;

	ck_fails(HF_NOTFOUND, "absent: No such file", hf_fs_read(&b, "absent", 0, &e));
	ck_fails(HF_NOTFOUND, ": ", hf_fs_read(&b, "", 0, &e));
	ck_fails(HF_BAD, "Is a directory", hf_fs_read(&b, ".", 0, &e));
	ck_ok(hf_fs_write("f", "x", 1, &e));
	ck_fails(HF_NOTFOUND, "f/g", hf_fs_read(&b, "f/g", 0, &e));
	ck_fails(HF_NOTFOUND, "-: No such file", hf_fs_read(&b, "-", 0, &e));
	ck_fails(HF_SYSTEM, "closed: Bad file", hf_fs_read_fd(&b, -1, "closed", 0, &e));
	ck_assert_str_eq(hf_buf_str(&b), "");
	hf_buf_clear(&b);
}
END_TEST

START_TEST(read_goes_on_over_a_pipe)
{
	struct hf_buf b = HF_BUF_INIT;
	int           fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	if (fork() == 0) {
		for (int i = 0; i < 3; i++) {
			if (write(fd[1], "abc", 3) != 3)
				_exit(1);
			usleep(1000);
		}
		_exit(0);
	}
	close(fd[1]);
	ck_ok(hf_fs_read_fd(&b, fd[0], "pipe", 9, &e));
	ck_assert_str_eq(hf_buf_str(&b), "abcabcabc");
	close(fd[0]);
	hf_buf_clear(&b);
}
END_TEST

/* ---- writing ---- */

/* More than a pipe holds goes through in pieces; an error is the errno itself. */
START_TEST(write_fd_writes_all)
{
	static char   bytes[200000];
	struct hf_buf b = HF_BUF_INIT;
	int           fd[2], full = open("/dev/full", O_WRONLY);

	memset(bytes, 'x', sizeof(bytes));
	ck_assert_int_eq(pipe(fd), 0);
	if (fork() == 0) {
		close(fd[0]);
		_exit(hf_fs_write_fd(fd[1], bytes, sizeof(bytes)));
	}
	close(fd[1]);
	ck_ok(hf_fs_read_fd(&b, fd[0], "pipe", 0, &e));
	ck_assert_uint_eq(b.len, sizeof(bytes));
	ck_assert_int_eq(hf_fs_write_fd(-1, "x", 1), EBADF);
	ck_assert_int_eq(hf_fs_write_fd(full, "x", 1), ENOSPC);
	ck_assert_int_eq(hf_fs_write_fd(full, NULL, 0), 0);
	close(fd[0]);
	close(full);
	hf_buf_clear(&b);
}
END_TEST

START_TEST(write_replaces_whole)
{
	umask(0);
	ck_ok(hf_fs_write("f", "long old text", 13, &e));
	ck_assert_uint_eq(mode_of("f"), 0600);
	ck_ok(hf_fs_write("f", "new", 3, &e));
	assert_file("f", "new");
	ck_ok(hf_fs_write("./f", "", 0, &e));
	assert_file("f", "");
	assert_names(".", "f ");
}
END_TEST

START_TEST(write_new_replaces_nothing)
{
	ck_ok(hf_fs_write_new("f", "one", 3, &e));
	ck_assert_uint_eq(mode_of("f"), 0600);
	ck_fails(HF_EXISTS, "f: File exists", hf_fs_write_new("f", "two", 3, &e));
	assert_file("f", "one");
	ck_assert_int_eq(symlink("nowhere", "link"), 0);
	ck_fails(HF_EXISTS, "link: File exists", hf_fs_write_new("link", "two", 3, &e));
	ck_assert(!hf_fs_exists("nowhere"));
	assert_names(".", "f link ");
}
END_TEST

START_TEST(write_follows_nothing)
{
	ck_ok(hf_fs_write("victim", "safe", 4, &e));
	ck_assert_int_eq(symlink("victim", "link"), 0);
	ck_fails(HF_WRITE, "link: not a plain file", hf_fs_write("link", "evil", 4, &e));
	assert_file("victim", "safe");
	ck_fails(HF_WRITE, "/dev/null: not a plain file", hf_fs_write("/dev/null", "x", 1, &e));
	ck_fails(HF_WRITE, ".: not a plain file", hf_fs_write(".", "x", 1, &e));
	ck_fails(HF_WRITE, "no/f: No such file", hf_fs_write("no/f", "x", 1, &e));
	ck_fails(HF_WRITE, "no/f: No such file", hf_fs_write_new("no/f", "x", 1, &e));
	assert_names(".", "link victim ");
}
END_TEST

/* The disk is full at any byte: the old file is as it was, and nothing else is there. */
START_TEST(full_disk_leaves_the_old_file)
{
	const struct rlimit full = { (rlim_t)_i, RLIM_INFINITY };
	char                data[64];

	memset(data, 'n', sizeof(data));
	ck_ok(hf_fs_write("f", "old", 3, &e));
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
	ck_assert_int_eq(hf_fs_write("f", data, sizeof(data), NULL), HF_WRITE);
	ck_assert_int_eq(hf_fs_write_new("g", data, sizeof(data), NULL), HF_WRITE);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY }), 0);
	assert_file("f", "old");
	assert_names(".", "f ");
}
END_TEST

/* Two who write the same new file at once: one has it, the other is told. */
START_TEST(one_of_two_has_it)
{
	int i, status, had = 0, refused = 0;

	for (i = 0; i < 8; i++)
		if (fork() == 0)
			_exit(hf_fs_write_new("f", "x", 1, NULL) == HF_OK ? 0 : 7);
	while (wait(&status) > 0) {
		had += WEXITSTATUS(status) == 0;
		refused += WEXITSTATUS(status) == 7;
	}
	ck_assert_int_eq(had, 1);
	ck_assert_int_eq(refused, 7);
	assert_names(".", "f ");
}
END_TEST

/* ---- folders ---- */

START_TEST(mkdirs_makes_parents)
{
	char path[128];

	umask(0);
	ck_ok(hf_fs_mkdirs("a/b//c/", &e));
	ck_assert(hf_fs_is_dir("a/b/c"));
	ck_assert_uint_eq(mode_of("a"), 0700);
	ck_assert_uint_eq(mode_of("a/b/c"), 0700);
	ck_ok(hf_fs_mkdirs("a/b", &e));
	ck_ok(hf_fs_mkdirs("/", &e));
	snprintf(path, sizeof(path), "%s/x/y", dir);
	ck_ok(hf_fs_mkdirs(path, &e));
	ck_ok(hf_fs_write("f", "x", 1, &e));
	ck_fails(HF_SYSTEM, "f: Not a directory", hf_fs_mkdirs("f", &e));
	ck_fails(HF_SYSTEM, "f: Not a directory", hf_fs_mkdirs("f/g/h", &e));
	ck_fails(HF_SYSTEM, ": No such file", hf_fs_mkdirs("", &e));
}
END_TEST

START_TEST(names_are_sorted_by_bytes)
{
	ck_ok(hf_fs_write("b", "", 0, &e));
	ck_ok(hf_fs_write("B", "", 0, &e));
	ck_ok(hf_fs_write("..x", "", 0, &e));
	ck_ok(hf_fs_write("\xc3\xa9", "", 0, &e));
	ck_ok(hf_fs_mkdirs("a", &e));
	assert_names(".", "..x B a b \xc3\xa9 ");
	assert_names("a", "");
	ck_fails(HF_NOTFOUND, "absent: No such file", hf_fs_list("absent", add_name, NULL, &e));
	ck_fails(HF_SYSTEM, "b: Not a directory", hf_fs_list("b", add_name, NULL, &e));
}
END_TEST

static enum hf_code
stop_at_b(void *arg, const char *name, struct hf_err *e)
{
	++*(int *)arg;
	return strcmp(name, "b") == 0 ? hf_fail(e, HF_AMBIGUOUS, "b is enough") : HF_OK;
}

START_TEST(list_stops_when_told)
{
	int n = 0;

	ck_ok(hf_fs_write("a", "", 0, &e));
	ck_ok(hf_fs_write("b", "", 0, &e));
	ck_ok(hf_fs_write("c", "", 0, &e));
	ck_fails(HF_AMBIGUOUS, "b is enough", hf_fs_list(".", stop_at_b, &n, &e));
	ck_assert_int_eq(n, 2);
}
END_TEST

START_TEST(remove_tree_follows_no_link)
{
	ck_ok(hf_fs_mkdirs("keep", &e));
	ck_ok(hf_fs_write("keep/f", "safe", 4, &e));
	ck_ok(hf_fs_mkdirs("t/u/v", &e));
	ck_ok(hf_fs_write("t/u/.hidden", "x", 1, &e));
	ck_assert_int_eq(symlink("../keep", "t/link"), 0);
	ck_assert_int_eq(symlink("keep", "link"), 0);
	ck_assert_int_eq(mkfifo("t/fifo", 0600), 0);
	ck_ok(hf_fs_remove_tree("t", &e));
	ck_ok(hf_fs_remove_tree("link", &e));
	ck_ok(hf_fs_remove_tree("absent", &e));
	assert_file("keep/f", "safe");
	assert_names(".", "keep ");
}
END_TEST

START_TEST(remove_tree_has_a_floor)
{
	char path[2 * 300 + 2] = "";
	int  i;

	for (i = 0; i < 300; i++)
		strcat(path, "d/");
	ck_ok(hf_fs_mkdirs(path, &e));
	ck_fails(HF_SYSTEM, "d: Too many levels", hf_fs_remove_tree("d", &e));
	for (i = 300; i > 0; i--) { /* for remove_dir: from within */
		path[2 * i] = '\0';
		ck_assert_int_eq(rmdir(path), 0);
	}
}
END_TEST

/* ---- paths ---- */

static const struct {
	const char *a, *b, *joined;
} joins[] = {
	{ "a", "b", "a/b" },
	{ "a/", "b", "a/b" },
	{ "/", "b", "/b" },
	{ "", "b", "b" },
	{ "a", "", "a/" },
};

START_TEST(paths_join)
{
	char *p = hf_fs_join(joins[_i].a, joins[_i].b);

	ck_assert_str_eq(p, joins[_i].joined);
	free(p);
}
END_TEST

START_TEST(base_is_the_last_part)
{
	ck_assert_str_eq(hf_fs_base("a/b"), "b");
	ck_assert_str_eq(hf_fs_base("b"), "b");
	ck_assert_str_eq(hf_fs_base("/b"), "b");
	ck_assert_str_eq(hf_fs_base("a/b/"), "b/");
	ck_assert_str_eq(hf_fs_base(""), "");
	ck_assert_str_eq(hf_fs_base("/"), "/");
}
END_TEST

/* ---- locks ---- */

START_TEST(lock_is_exclusive)
{
	int     a, b;
	int64_t began;

	ck_ok(hf_fs_lock(&a, "lock", 0, &e));
	ck_assert_int_ne(fcntl(a, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_uint_eq(mode_of("lock"), 0600);
	ck_fails(HF_LOCKED, "lock: somebody else", hf_fs_lock(&b, "lock", 0, &e));
	ck_assert_int_eq(b, -1);
	began = hf_time_mono();
	ck_fails(HF_LOCKED, "lock: somebody else", hf_fs_lock(&b, "lock", 60, &e));
	ck_assert_int_ge(hf_time_mono() - began, 60);
	hf_fs_unlock(a);
	ck_ok(hf_fs_lock(&b, "lock", 0, &e));
	hf_fs_unlock(b);
	hf_fs_unlock(-1);
	ck_assert(hf_fs_exists("lock"));
}
END_TEST

static void *
unlock_soon(void *fd)
{
	usleep(50000);
	hf_fs_unlock(*(int *)fd);
	return NULL;
}

START_TEST(lock_is_waited_for)
{
	pthread_t thread;
	int       a, b;

	ck_ok(hf_fs_lock(&a, "lock", 0, &e));
	ck_assert_int_eq(pthread_create(&thread, NULL, unlock_soon, &a), 0);
	ck_ok(hf_fs_lock(&b, "lock", 10000, &e));
	pthread_join(thread, NULL);
	hf_fs_unlock(b);
}
END_TEST

START_TEST(lock_dies_with_its_owner)
{
	int fd, status;

	if (fork() == 0)
		_exit(hf_fs_lock(&fd, "lock", 0, NULL) == HF_OK ? 0 : 1);
	wait(&status);
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	ck_ok(hf_fs_lock(&fd, "lock", 0, &e));
	hf_fs_unlock(fd);
}
END_TEST

START_TEST(lock_follows_no_link)
{
	int fd;

	ck_assert_int_eq(symlink("nowhere", "lock"), 0);
	ck_fails(HF_SYSTEM, "lock: Too many levels", hf_fs_lock(&fd, "lock", 0, &e));
	ck_assert(!hf_fs_exists("nowhere"));
	ck_fails(HF_SYSTEM, "no/lock: No such file", hf_fs_lock(&fd, "no/lock", 0, &e));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("fs");
	TCase *t = tcase_create("fs");

	tcase_add_checked_fixture(t, make_dir, remove_dir);
	tcase_add_test(t, read_appends_the_whole);
	tcase_add_loop_test(t, read_keeps_the_limit, 0, 5);
	tcase_add_test(t, read_refuses);
	tcase_add_test(t, read_goes_on_over_a_pipe);
	tcase_add_test(t, write_fd_writes_all);
	tcase_add_test(t, write_replaces_whole);
	tcase_add_test(t, write_new_replaces_nothing);
	tcase_add_test(t, write_follows_nothing);
	tcase_add_loop_test(t, full_disk_leaves_the_old_file, 0, 64);
	tcase_add_test(t, one_of_two_has_it);
	tcase_add_test(t, mkdirs_makes_parents);
	tcase_add_test(t, names_are_sorted_by_bytes);
	tcase_add_test(t, list_stops_when_told);
	tcase_add_test(t, remove_tree_follows_no_link);
	tcase_add_test(t, remove_tree_has_a_floor);
	tcase_add_loop_test(t, paths_join, 0, N_OF(joins));
	tcase_add_test(t, base_is_the_last_part);
	tcase_add_test(t, lock_is_exclusive);
	tcase_add_test(t, lock_is_waited_for);
	tcase_add_test(t, lock_dies_with_its_owner);
	tcase_add_test(t, lock_follows_no_link);
	suite_add_tcase(s, t);
	return run_suite(s);
}
