/* The vault: the private home. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/time.h"
#include "vault_world.h"

#define PLAIN     WORLD_PLAIN
#define PLAIN_LEN WORLD_PLAIN_LEN

struct found {
	int  homes, others;
	char name[HF_FIXTURE_PATH];
};

static enum hf_code
count_one(void *arg, const char *name, struct hf_err *e)
{
	struct found *f = arg;

	(void)e;
	if (strncmp(name, "keys-", 5) == 0) {
		f->homes++;
		snprintf(f->name, sizeof(f->name), "%s", name);
	} else if (strcmp(name, "home") != 0 && strcmp(name, "lock") != 0 && strcmp(name, "gpg.conf") != 0)
		f->others++;
	return HF_OK;
}

static struct found
look_into(const char *name)
{
	struct found f = { 0 };
	char         path[2 * HF_FIXTURE_PATH];

	snprintf(path, sizeof(path), "%s/%s", w.dir, name);
	ck_ok(hf_fs_list(path, count_one, &f, &e));
	return f;
}

START_TEST(the_home_holds_exactly_the_members)
{
	struct hf_vault *v = open_empty(w.ann, "exactly");
	struct found     one, two;

	members(v, "a", (const enum who[]){ ANN, BOB }, 2);
	ck_assert(can_encrypt_to(v, ANN) && can_encrypt_to(v, BOB) && !can_encrypt_to(v, RSA));
	one = look_into("exactly");
	ck_assert(one.homes == 1 && one.others == 0);
	members(v, "b", (const enum who[]){ RSA, BOB }, 2);
	ck_assert(!can_encrypt_to(v, ANN) && can_encrypt_to(v, BOB) && can_encrypt_to(v, RSA));
	two = look_into("exactly");
	ck_assert(two.homes == 1 && two.others == 0 && strcmp(one.name, two.name) != 0);
	members(v, "c", NULL, 0);
	ck_assert(!can_encrypt_to(v, BOB));
	hf_vault_close(v);
}
END_TEST

START_TEST(the_same_stamp_builds_nothing)
{
	struct hf_vault *v = open_empty(w.ann, "same");
	struct found     one, two;

	members(v, "a", (const enum who[]){ ANN }, 1);
	one = look_into("same");
	members(v, "a", (const enum who[]){ BOB }, 1); /* the stamp stands for the set */
	hf_vault_close(v);
	v = open_empty(w.ann, "same");
	ck_assert_str_eq(hf_vault_stamp(v), "a");
	members(v, "a", (const enum who[]){ BOB }, 1);
	ck_assert(can_encrypt_to(v, ANN) && !can_encrypt_to(v, BOB));
	two = look_into("same");
	ck_assert_str_eq(one.name, two.name);
	hf_vault_close(v);
}
END_TEST

START_TEST(stamps_have_a_form)
{
	struct hf_vault  *v = open_empty(w.ann, "stamps");
	struct hf_keyfile file = { w.fpr[ANN], w.key[ANN].data, w.key[ANN].len };
	char              wide[200];

	memset(wide, 'x', sizeof(wide));
	wide[129] = '\0';
	ck_fails(HF_INTERNAL, "stamp", hf_vault_members(v, "", &file, 1, &e));
	ck_fails(HF_INTERNAL, "stamp", hf_vault_members(v, "a\nend", &file, 1, &e));
	ck_fails(HF_INTERNAL, "stamp", hf_vault_members(v, wide, &file, 1, &e));
	wide[128] = '\0';
	ck_ok(hf_vault_members(v, wide, &file, 1, &e));
	ck_assert_str_eq(hf_vault_stamp(v), wide);
	hf_vault_close(v);
}
END_TEST

START_TEST(a_file_with_another_key_is_refused)
{
	struct hf_vault  *v = open_empty(w.ann, "other");
	struct hf_keyfile files[2];

	fill_keyfiles(files, (const enum who[]){ ANN, BOB }, 2);
	files[1].fpr = w.fpr[MALLORY];
	ck_fails(HF_BAD, w.fpr[MALLORY], hf_vault_members(v, "a", files, 2, &e));
	files[1].fpr = "ann@example.org";
	ck_fails(HF_BAD, "full fingerprint", hf_vault_members(v, "a", files, 2, &e));
	ck_assert_str_eq(hf_vault_stamp(v), "");
	ck_assert_int_eq(look_into("other").homes, 0);
	/* Two files of one key are an older and a newer one. */
	fill_keyfiles(files, (const enum who[]){ ANN, ANN }, 2);
	ck_ok(hf_vault_members(v, "a", files, 2, &e));
	ck_assert_int_eq(look_into("other").homes, 1);
	hf_vault_close(v);
}
END_TEST

/* Ann takes Sue's encryption subkey, in the same second, for one of her own: nobody could say for whom a message is. */
static void
borrow(struct hf_buf *out)
{
	struct hf_buf list = HF_BUF_INIT;
	const char   *sub, *grip;
	char          answers[128];
	long          made;

	gpg(&list, w.ann, NULL, 0, "--with-colons --with-keygrip --list-keys %s", w.fpr[SUB]);
	ck_assert((sub = strstr(list.data, "\nsub:")) != NULL && (grip = strstr(sub, "grp:::::::::")) != NULL);
	ck_assert_int_eq(sscanf(sub, "\nsub:%*[^:]:%*d:%*d:%*[^:]:%ld", &made), 1);
	snprintf(answers, sizeof(answers), "addkey\n13\n%.40s\nS\nQ\n0\nsave\n", grip + 12);
	gpg(NULL, w.ann, answers, strlen(answers), "--faked-system-time %ld! --expert --no-batch --command-fd 0 --edit-key %s",
	    made, w.fpr[ANN]);
	hf_fixture_export(out, w.ann, w.fpr[ANN]);
	hf_buf_clear(&list);
}

START_TEST(a_borrowed_subkey_is_refused)
{
	struct hf_vault  *v = open_empty(w.ann, "borrowed");
	struct hf_keyfile files[2];
	struct hf_buf     borrowed = HF_BUF_INIT;

	borrow(&borrowed);
	fill_keyfiles(files, (const enum who[]){ SUB, ANN }, 2);
	files[1].armor = borrowed.data;
	files[1].len = borrowed.len;
	ck_fails(HF_BAD, "shares the key id", hf_vault_members(v, "a", files, 2, &e));
	ck_ok(hf_vault_members(v, "b", files + 1, 1, &e));
	hf_vault_close(v);
	hf_buf_clear(&borrowed);
}
END_TEST

START_TEST(a_home_in_use_stays)
{
	struct hf_vault *old = open_empty(w.ann, "in-use"), *v = open_empty(w.ann, "in-use"), *copy = NULL;

	members(old, "a", (const enum who[]){ ANN }, 1);
	ck_ok(hf_vault_clone(&copy, old, &e));
	members(v, "b", (const enum who[]){ BOB }, 1);
	ck_assert_int_eq(look_into("in-use").homes, 2);
	ck_assert(can_encrypt_to(old, ANN) && can_encrypt_to(copy, ANN) && can_encrypt_to(v, BOB));
	hf_vault_close(old);
	members(v, "c", (const enum who[]){ BOB, RSA }, 2);
	ck_assert_int_eq(look_into("in-use").homes, 2);
	ck_assert(can_encrypt_to(copy, ANN));
	hf_vault_close(copy);
	members(v, "d", (const enum who[]){ BOB }, 1);
	ck_assert_int_eq(look_into("in-use").homes, 1);
	hf_vault_close(v);
}
END_TEST

static void
break_home(const char *name, int how)
{
	struct found  f = look_into(name);
	char          path[3 * HF_FIXTURE_PATH];
	struct hf_buf text = HF_BUF_INIT;

	snprintf(path, sizeof(path), "%s/%s%s%s%s", w.dir, name, how < 4 ? "/home" : "/", how < 4 ? "" : f.name,
	    how == 5 ? "/pubring.kbx" : "");
	if (how == 0)
		ck_assert_int_eq(unlink(path), 0);
	else if (how < 4) {
		ck_ok(hf_fs_read(&text, path, 0, &e));
		if (how == 1)
			text.data[text.len / 2] = (char)(text.data[text.len / 2] ^ 1);
		ck_ok(hf_fs_write(path, text.data, how == 2 ? text.len - 30 : how == 3 ? 0 : text.len, &e));
	} else if (how == 4)
		ck_ok(hf_fs_remove_tree(path, &e));
	else
		ck_assert_int_eq(truncate(path, 0), 0);
	hf_buf_clear(&text);
}

/* After a power cut, or somebody's tidying: it is built again, and nobody need know. */
START_TEST(a_damaged_home_is_built_again)
{
	char             name[32];
	struct hf_vault *v;

	snprintf(name, sizeof(name), "damaged%d", _i);
	v = open_empty(w.ann, name);
	members(v, "a", (const enum who[]){ ANN, BOB }, 2);
	hf_vault_close(v);
	break_home(name, _i);
	v = open_empty(w.ann, name);
	ck_assert_str_eq(hf_vault_stamp(v), "");
	members(v, "a", (const enum who[]){ ANN, BOB }, 2);
	ck_assert(can_encrypt_to(v, ANN) && can_encrypt_to(v, BOB));
	ck_assert(look_into(name).homes == 1 && look_into(name).others == 0);
	hf_vault_close(v);
}
END_TEST

/* Every flipped bit of "home": it is not believed. */
START_TEST(a_changed_record_is_not_believed)
{
	struct hf_vault *v = open_empty(w.ann, "record");
	struct hf_buf    text = HF_BUF_INIT;
	char             path[2 * HF_FIXTURE_PATH];

	members(v, "a", (const enum who[]){ ANN }, 1);
	hf_vault_close(v);
	snprintf(path, sizeof(path), "%s/record/home", w.dir);
	ck_ok(hf_fs_read(&text, path, 0, &e));
	for (size_t i = 0; i < text.len; i += 3) {
		FILE *f = fopen(path, "w");

		text.data[i] = (char)(text.data[i] ^ 1 << i % 8);
		ck_assert(f != NULL && fwrite(text.data, 1, text.len, f) == text.len && fclose(f) == 0);
		text.data[i] = (char)(text.data[i] ^ 1 << i % 8);
		v = open_empty(w.ann, "record");
		ck_assert_msg(strcmp(hf_vault_stamp(v), "") == 0, "byte %zu", i);
		hf_vault_close(v);
	}
	hf_buf_clear(&text);
}
END_TEST

static void
build_and_die(const char *name, int delay_us)
{
	struct hf_vault  *v = open_empty(w.ann, name);
	struct hf_keyfile files[N_MEMBERS];
	struct hf_err     e = HF_ERR_INIT;
	pid_t             me = getpid();

	fill_keyfiles(files, (const enum who[]){ ANN, BOB, RSA }, 3);
	if (fork() == 0) {
		usleep((useconds_t)delay_us);
		kill(me, SIGKILL);
		_exit(0);
	}
	hf_vault_members(v, "a", files, 3, &e);
	pause();
}

/* The gpg of a killed build may write for a moment more; what it leaves goes with a later build. */
START_TEST(an_interrupted_build_is_built_again)
{
	struct hf_vault *v;
	pid_t            pid;
	int              status;

	for (int delay = 0; delay < 40000; delay += 1700) {
		if ((pid = fork()) == 0)
			build_and_die("killed", delay);
		ck_assert(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
		v = open_empty(w.ann, "killed");
		members(v, "a", (const enum who[]){ ANN, BOB, RSA }, 3);
		ck_assert(can_encrypt_to(v, RSA));
		members(v, "b", (const enum who[]){ ANN }, 1);
		hf_vault_close(v);
	}
	usleep(300000);
	v = open_empty(w.ann, "killed");
	members(v, "c", (const enum who[]){ ANN }, 1);
	ck_assert(look_into("killed").homes == 1 && look_into("killed").others == 0);
	hf_vault_close(v);
}
END_TEST

/* Everybody builds, some the one set and some the other, and uses what they built. */
static int
race(int i)
{
	struct hf_vault  *v = open_empty(w.ann, "race");
	struct hf_keyfile files[2];
	struct hf_err     e = HF_ERR_INIT;
	char              stamp[16];

	for (int round = 0; round < 6; round++) {
		fill_keyfiles(files, (const enum who[]){ ANN, round % 2 == 0 ? BOB : RSA }, 2);
		snprintf(stamp, sizeof(stamp), "%s%d", round % 2 == 0 ? "bob" : "rsa", i % 2 == 0 ? 0 : round);
		if (hf_vault_members(v, stamp, files, 2, &e) != HF_OK || strcmp(hf_vault_stamp(v), stamp) != 0)
			return 1;
		if (!can_encrypt_to(v, ANN) || !can_encrypt_to(v, round % 2 == 0 ? BOB : RSA))
			return 2;
	}
	hf_vault_close(v);
	return 0;
}

START_TEST(many_build_at_once)
{
	pid_t pid[6];
	int   status;

	for (int i = 0; i < N_OF(pid); i++)
		if ((pid[i] = fork()) == 0)
			_exit(race(i));
	for (int i = 0; i < N_OF(pid); i++) {
		ck_assert(waitpid(pid[i], &status, 0) == pid[i]);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "process %d: %d", i, status);
	}
	ck_assert_int_eq(look_into("race").others, 0);
}
END_TEST

static void *
decrypt_all(void *arg)
{
	struct {
		struct hf_vault     *v;
		const struct hf_buf *message;
		int                  good;
	} *job = arg;

	for (int i = 0; i < 20; i++) {
		struct hf_buf out = HF_BUF_SECRET(0);

		if (hf_vault_decrypt(&out, job->v, job->message->data, job->message->len, NULL) == HF_OK &&
		    strcmp(out.data, PLAIN) == 0)
			job->good++;
		hf_buf_clear(&out);
	}
	return NULL;
}

START_TEST(clones_work_side_by_side)
{
	struct {
		struct hf_vault     *v;
		const struct hf_buf *message;
		int                  good;
	} job[3];
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT;
	const char      *to = w.fpr[ANN];
	pthread_t        thread[3];

	ck_ok(hf_vault_encrypt(&message, v, &to, 1, PLAIN, PLAIN_LEN, &e));
	for (int i = 0; i < 3; i++) {
		job[i].message = &message;
		job[i].good = 0;
		ck_ok(hf_vault_clone(&job[i].v, v, &e));
		ck_assert_int_eq(pthread_create(&thread[i], NULL, decrypt_all, &job[i]), 0);
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(thread[i], NULL);
		ck_assert_int_eq(job[i].good, 20);
		hf_vault_close(job[i].v);
	}
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

/* A socket's path has at most 107 bytes; ours has none. */
START_TEST(long_paths_work)
{
	static const size_t lengths[] = { 120, 900, 2500 };
	char                name[4096];
	struct hf_vault    *v;
	size_t              n = 0;
	struct hf_buf       path = HF_BUF_INIT;

	memset(name, 'x', sizeof(name));
	for (n = 100; n < lengths[_i]; n += 100)
		name[n] = '/';
	name[lengths[_i]] = '\0';
	hf_buf_addf(&path, "%s/%s", w.dir, name);
	{
		struct hf_vault_opts opts = { w.ann, path.data, false, NULL };

		ck_ok(hf_vault_open(&v, &opts, &e));
	}
	members(v, "a", (const enum who[]){ ANN, BOB }, 2);
	ck_assert(can_encrypt_to(v, ANN));
	ck_assert_int_eq(hf_fixture_running(path.data), 0);
	hf_vault_close(v);
	hf_buf_clear(&path);
}
END_TEST

START_TEST(nothing_is_left_running)
{
	struct hf_vault    *v = open_empty(w.ann, "quiet");
	struct hf_buf       message = HF_BUF_INIT, sig = HF_BUF_INIT;
	struct hf_signature s;
	struct hf_key       key;
	const char         *to = w.fpr[ANN];
	char                path[2 * HF_FIXTURE_PATH];

	members(v, "a", (const enum who[]){ ANN, BOB }, 2);
	ck_ok(hf_vault_encrypt(&message, v, &to, 1, PLAIN, PLAIN_LEN, &e));
	ck_ok(hf_vault_sign(&sig, v, w.fpr[ANN], PLAIN, PLAIN_LEN, &e));
	ck_ok(hf_vault_verify(&s, v, sig.data, sig.len, PLAIN, PLAIN_LEN, &e));
	ck_ok(hf_vault_inspect(&key, v, w.key[BOB].data, w.key[BOB].len, &e));
	hf_vault_close(v);
	snprintf(path, sizeof(path), "%s/quiet", w.dir);
	ck_assert_int_eq(hf_fixture_running(path), 0);
	hf_buf_clear(&message);
	hf_buf_clear(&sig);
}
END_TEST

START_TEST(folders_are_ours_alone)
{
	struct hf_vault *v = open_empty(w.ann, "rights/deep");
	struct found     f;
	struct stat      st;
	char             path[3 * HF_FIXTURE_PATH];

	umask(0);
	members(v, "a", (const enum who[]){ ANN }, 1);
	f = look_into("rights/deep");
	snprintf(path, sizeof(path), "%s/rights", w.dir);
	ck_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700);
	snprintf(path, sizeof(path), "%s/rights/deep", w.dir);
	ck_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700);
	snprintf(path, sizeof(path), "%s/rights/deep/%s", w.dir, f.name);
	ck_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700);
	hf_vault_close(v);
}
END_TEST

START_TEST(a_lock_that_is_held)
{
	struct hf_vault  *v = open_empty(w.ann, "locked");
	struct hf_keyfile file = { w.fpr[ANN], w.key[ANN].data, w.key[ANN].len };
	char              path[2 * HF_FIXTURE_PATH];
	int               fd;

	snprintf(path, sizeof(path), "%s/locked/lock", w.dir);
	ck_ok(hf_fs_lock(&fd, path, 0, &e));
	ck_fails(HF_LOCKED, "somebody else", hf_vault_members(v, "a", &file, 1, &e));
	hf_fs_unlock(fd);
	ck_ok(hf_vault_members(v, "a", &file, 1, &e));
	hf_vault_close(v);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("vault: private home");
	TCase *t = tcase_create("home");

	tcase_add_unchecked_fixture(t, make_world, remove_world);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, the_home_holds_exactly_the_members);
	tcase_add_test(t, the_same_stamp_builds_nothing);
	tcase_add_test(t, stamps_have_a_form);
	tcase_add_test(t, a_file_with_another_key_is_refused);
	tcase_add_test(t, a_home_in_use_stays);
	tcase_add_loop_test(t, a_damaged_home_is_built_again, 0, 6);
	tcase_add_test(t, a_changed_record_is_not_believed);
	tcase_add_test(t, an_interrupted_build_is_built_again);
	tcase_add_test(t, many_build_at_once);
	tcase_add_test(t, clones_work_side_by_side);
	tcase_add_loop_test(t, long_paths_work, 0, 3);
	tcase_add_test(t, nothing_is_left_running);
	tcase_add_test(t, folders_are_ours_alone);
	tcase_add_test(t, a_lock_that_is_held);
	tcase_add_test(t, a_borrowed_subkey_is_refused);
	suite_add_tcase(s, t);
	return run_suite(s);
}
