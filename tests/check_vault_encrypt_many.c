/* The vault: many messages encrypted by one gpg, as each would be encrypted alone. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/packet.h"
#include "vault_world.h"

#define PLAIN     WORLD_PLAIN
#define PLAIN_LEN WORLD_PLAIN_LEN
#define LARGE     2000000 /* one that goes alone */

static struct hf_buf    plain[HF_ENCRYPT_MANY], sealed[HF_ENCRYPT_MANY];
static struct hf_sealed of[HF_ENCRYPT_MANY], *list[HF_ENCRYPT_MANY];
static size_t           n;
static const char      *to[] = { w.fpr[ANN], w.fpr[RSA] };

static void
up(void)
{
	n = 0;
	for (size_t i = 0; i < HF_ENCRYPT_MANY; i++) {
		plain[i] = (struct hf_buf)HF_BUF_SECRET(0);
		sealed[i] = (struct hf_buf)HF_BUF_INIT;
	}
}

static void
down(void)
{
	for (size_t i = 0; i < HF_ENCRYPT_MANY; i++) {
		hf_buf_clear(&plain[i]);
		hf_buf_clear(&sealed[i]);
	}
}

/* What was put into plain[n] is one of them. */
static void
take(void)
{
	of[n] = (struct hf_sealed){ hf_buf_str(&plain[n]), plain[n].len, &sealed[n] };
	list[n] = &of[n];
	n++;
}

static void
take_some(size_t how_many)
{
	for (size_t i = 0; i < how_many; i++) {
		hf_buf_addf(&plain[n], "one of them, nr. %zu\n", n);
		take();
	}
}

static bool
is_for(struct hf_vault *v, const struct hf_buf *message, const char *const *fprs, size_t n_fprs)
{
	char(*is)[HF_FPR_SIZE] = NULL;
	size_t many, found = 0;

	if (hf_vault_recipients(&is, &many, v, hf_buf_str(message), message->len, NULL) != HF_OK)
		return false;
	for (size_t i = 0; i < many; i++)
		for (size_t k = 0; k < n_fprs; k++)
			found += strcmp(is[i], fprs[k]) == 0;
	free(is);
	return many == n_fprs && found == n_fprs;
}

/* Each is for these, and holds what went in. */
static void
all_well(struct hf_vault *v, const char *const *fprs, size_t n_fprs)
{
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(is_for(v, &sealed[i], fprs, n_fprs), "%zu: for others", i);
		must_give(v, &sealed[i], hf_buf_str(&plain[i]), plain[i].len);
	}
}

/* ---- the same as alone ---- */

/* What gpg finds in a message, without where, how long and of what value. */
static void
put_kinds(struct hf_buf *out, const struct hf_buf *message)
{
	struct hf_buf b = HF_BUF_INIT;
	char         *line, *rest;

	gpg(&b, w.ann, message->data, message->len, "--list-packets");
	rest = b.data;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (line[0] != '#' && strstr(line, "length:") == NULL && strstr(line, "data: [") == NULL)
			hf_buf_addf(out, "%s\n", line);
	hf_buf_clear(&b);
}

START_TEST(each_is_as_it_is_alone)
{
	static const size_t sizes[] = { 0, 1, 191, 192, 500, 8383, 32768, 65536, 300000, LARGE };
	struct hf_vault    *v = open_vault(w.ann);
	struct hf_buf       kinds = HF_BUF_INIT, alone = HF_BUF_INIT, message = HF_BUF_INIT;

	for (size_t i = 0; i < N_OF(sizes); i++) {
		hf_buf_pad(&plain[n], 'x', sizes[i]);
		take();
	}
	hf_buf_add(&plain[n], "\0\xff\r\n", 4);
	take();
	ck_ok(hf_vault_encrypt_many(v, to, 2, list, n, &e));
	all_well(v, to, 2);
	for (size_t i = 0; i < n; i++) {
		hf_buf_cut(&kinds, 0);
		hf_buf_cut(&alone, 0);
		hf_buf_cut(&message, 0);
		ck_ok(hf_vault_encrypt(&message, v, to, 2, of[i].data, of[i].len, &e));
		put_kinds(&kinds, &sealed[i]);
		put_kinds(&alone, &message);
		ck_assert_ptr_nonnull(strstr(kinds.data, "mode b (62), created 0, name=\"\""));
		ck_assert_str_eq(kinds.data, alone.data);
	}
	hf_vault_close(v);
	hf_buf_clear(&kinds);
	hf_buf_clear(&alone);
	hf_buf_clear(&message);
}
END_TEST

START_TEST(results_are_appended)
{
	struct hf_vault *v = open_vault(w.ann);
	const char      *twice[] = { w.fpr[TWO], w.fpr[ANN], w.fpr[TWO] };

	take_some(3);
	hf_buf_adds(&sealed[1], "before");
	ck_ok(hf_vault_encrypt_many(v, twice, 3, list, n, &e));
	ck_assert(memcmp(sealed[1].data, "before", 6) == 0);
	memmove(sealed[1].data, sealed[1].data + 6, sealed[1].len - 6);
	hf_buf_cut(&sealed[1], sealed[1].len - 6);
	all_well(v, twice, 2);
	ck_ok(hf_vault_encrypt_many(v, to, 2, list, 0, &e));
	hf_vault_close(v);
}
END_TEST

/* ---- what goes wrong ---- */

static const struct {
	enum who    who;
	const char *words;
} refused[] = { { EXPIRED, "expired on 2020-02-01" }, { REVOKED, "revoked" }, { FUTURE, "your clock says 20" },
	{ SIGNS, "cannot encrypt" }, { MALLORY, "no member" } };

START_TEST(a_key_in_the_way_is_named)
{
	struct hf_vault *v = open_vault(w.ann);
	const char      *two[] = { w.fpr[ANN], w.fpr[refused[_i].who] };
	char             file[HF_FIXTURE_PATH];
	int              before;

	counting_gpg(file);
	take_some(3);
	hf_buf_adds(&sealed[2], "before");
	ck_fails(HF_NOKEY, refused[_i].words, hf_vault_encrypt_many(v, two, 2, list, n, &e));
	before = count_gpgs(file);
	ck_fails(HF_NOKEY, two[1], hf_vault_encrypt_many(v, two, 2, list, n, &e));
	ck_fails(HF_BAD, "not 0", hf_vault_encrypt_many(v, two, 0, list, n, &e));
	ck_assert_int_eq(count_gpgs(file), before);
	ck_assert_uint_eq(sealed[0].len + sealed[1].len, 0);
	ck_assert_str_eq(sealed[2].data, "before");
	hf_vault_close(v);
}
END_TEST

/* The first failure is that of all: no message is there without the others. */
START_TEST(one_that_has_no_room)
{
	struct hf_vault *v = open_vault(w.ann);

	take_some(5);
	sealed[3].max = 50;
	hf_buf_adds(&sealed[3], "before");
	ck_fails(HF_BAD, "over 44 bytes", hf_vault_encrypt_many(v, to, 2, list, n, &e));
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(hf_buf_str(&sealed[i]), i == 3 ? "before" : "");
	sealed[3].max = 0;
	hf_buf_cut(&sealed[3], 0);
	ck_ok(hf_vault_encrypt_many(v, to, 2, list, n, &e));
	all_well(v, to, 2);
	hf_vault_close(v);
}
END_TEST

/* What gpg may do instead; "real" is the real one. Each message must come out right all the same. */
static const char *const instead[] = {
	"exit 2",
	"kill -9 $$",
	"real \"$@\" | { read -r a; echo \"$a\"; kill -9 $$; }",
	"real \"$@\"; for a; do case $a in */1.gpg) ;; */1) : >\"$a.gpg\" ;; esac; done",
	"for a; do case $a in */1) truncate -s 20 \"$a\" ;; esac; done; real \"$@\"",
	"ulimit -f 20; trap '' XFSZ; real \"$@\"",
	"real \"$@\"; for a; do case $a in */1) truncate -s -1 \"$a.gpg\" ;; esac; done",
	"real \"$@\"; for a; do case $a in */1) echo >>\"$a.gpg\" ;; esac; done",
	"real --no-literal --store \"$@\"",
	"real -r BOB \"$@\"",
	"real --hidden-recipient BOB \"$@\"",
	"real --throw-keyids \"$@\"",
	"real --armor \"$@\"",
	"real --compress-algo zlib \"$@\" --compress-algo zlib",
	"real --cipher-algo 3DES \"$@\"",
	"real --rfc2440 --cipher-algo AES256 \"$@\"",
	"real --max-output 10 \"$@\"",
	"real \"$@\"; real \"$@\"",
	"real \"$@\" | sed /END_ENCRYPTION/d",
	"real \"$@\" | sed s/BEGIN_ENCRYPTION/PLAINTEXT/",
	"real \"$@\" | sed 's/END_ENCRYPTION/&\\n[GNUPG:] INV_RECP 0 x/'",
	"real --symmetric --passphrase x --pinentry-mode loopback \"$@\"",
	"echo '[GNUPG:] FILE_START 2'",
	"cat /dev/zero | head -c 3000000",
};

static void
write_gpg(const char *what)
{
	char          path[HF_FIXTURE_PATH];
	struct hf_buf s = HF_BUF_INIT;

	snprintf(path, sizeof(path), "%.200s/instead", w.dir);
	mkdir(path, 0700);
	hf_buf_addf(&s,
	    "#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin\nBOB=%s\n"
	    "real() { case $1 in -r|--hidden-recipient) o=$1; shift 2; gpg $o $BOB \"$@\" ;; *) gpg \"$@\" ;; esac; }\n"
	    "case \" $* \" in *' --encrypt-files '*) %s ;; *) exec gpg \"$@\" ;; esac\n",
	    w.fpr[BOB], what);
	hf_fixture_file(path, "gpg", s.data);
	hf_buf_cut(&s, 0);
	hf_buf_addf(&s, "%s/gpg", path);
	ck_assert_int_eq(chmod(s.data, 0700), 0);
	hf_buf_cut(&s, 0);
	hf_buf_addf(&s, "%s:%s", path, getenv("PATH"));
	setenv("PATH", s.data, 1);
	hf_buf_clear(&s);
}

START_TEST(a_gpg_that_does_something_else)
{
	struct hf_vault *v;

	write_gpg(instead[_i]);
	v = open_vault(w.ann);
	take_some(4);
	hf_buf_pad(&plain[n], 'y', 40000);
	take();
	ck_ok(hf_vault_encrypt_many(v, to, 2, list, n, &e));
	all_well(v, to, 2);
	hf_vault_close(v);
}
END_TEST

/* Not even a line in our own gpg.conf makes it one for somebody else. A is Ann's fingerprint, B is Bob's. */
static const char *const confs[] = { "recipient B", "hidden-recipient B", "group A=B", "group A=A B", "throw-keyids", "armor",
	"symmetric", "encrypt-to B", "hidden-encrypt-to B", "dry-run", "output /dev/full", "max-output 1", "textmode",
	"compress-algo zip", "cipher-algo 3DES", "set-filename x", "literal", "status-file /dev/full", "default-key B", "sign" };

static enum hf_code
keep_name(void *arg, const char *name, struct hf_err *e)
{
	(void)e;
	if (strncmp(name, "keys-", 5) == 0)
		snprintf(arg, HF_FIXTURE_PATH, "%s", name);
	return HF_OK;
}

static void
change_conf(const char *line)
{
	struct hf_buf conf = HF_BUF_INIT, home = HF_BUF_INIT;
	char          name[HF_FIXTURE_PATH];

	hf_buf_addf(&home, "%s/changed", w.dir);
	ck_ok(hf_fs_list(home.data, keep_name, name, &e));
	hf_buf_addf(&home, "/%s", name);
	hf_buf_adds(&conf, "no-autostart\ntrust-model always\n");
	for (; *line != '\0'; line++)
		if (*line == 'A' || *line == 'B')
			hf_buf_adds(&conf, w.fpr[*line == 'A' ? ANN : BOB]);
		else
			hf_buf_addc(&conf, *line);
	hf_fixture_file(home.data, "gpg.conf", conf.data);
	hf_buf_clear(&conf);
	hf_buf_clear(&home);
}

START_TEST(a_changed_private_home_is_noticed)
{
	static const enum who who[] = { ANN, BOB };
	struct hf_vault      *v = open_empty(w.ann, "changed");
	struct hf_buf         one = HF_BUF_INIT;
	struct hf_err         e = HF_ERR_INIT;
	enum hf_code          rc;

	members(v, "two", who, 2);
	change_conf(confs[_i]);
	take_some(3);
	rc = hf_vault_encrypt(&one, v, to, 1, PLAIN, PLAIN_LEN, NULL);
	ck_assert_int_eq(hf_vault_encrypt_many(v, to, 1, list, n, &e), rc);
	if (rc == HF_OK)
		all_well(v, to, 1);
	for (size_t i = 0; rc != HF_OK && i < n; i++)
		ck_assert_uint_eq(sealed[i].len, 0);
	hf_vault_close(v);
	hf_buf_clear(&one);
}
END_TEST

/* ---- where it lies ---- */

/* Nothing but links lies in the folder, whatever lay there before. */
START_TEST(no_plaintext_comes_near_a_disk)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    path = HF_BUF_INIT;
	struct dirent   *d;
	struct stat      st;
	DIR             *dir;
	size_t           links = 0;

	hf_buf_addf(&path, "%s/seal", w.base);
	hf_fs_remove_tree(path.data, NULL);
	mkdir(path.data, 0700);
	hf_fixture_file(path.data, "1", "not a link");
	hf_fixture_file(path.data, "2.gpg", "not a link");
	take_some(HF_ENCRYPT_MANY);
	ck_ok(hf_vault_encrypt_many(v, to, 2, list, n, &e));
	all_well(v, to, 2);
	ck_assert_ptr_nonnull(dir = opendir(path.data));
	while ((d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.') {
			ck_assert_int_eq(fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW), 0);
			ck_assert_msg(S_ISLNK(st.st_mode), "%s is no link", d->d_name);
			links++;
		}
	ck_assert_uint_eq(links, 2 * HF_ENCRYPT_MANY);
	closedir(dir);
	hf_vault_close(v);
	hf_buf_clear(&path);
}
END_TEST

START_TEST(without_the_links)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    path = HF_BUF_INIT;

	hf_buf_addf(&path, "%s/seal", w.base);
	hf_fs_remove_tree(path.data, NULL);
	hf_fixture_file(w.base, "seal", "no folder");
	take_some(5);
	ck_ok(hf_vault_encrypt_many(v, to, 2, list, n, &e));
	all_well(v, to, 2);
	unlink(path.data);
	hf_vault_close(v);
	hf_buf_clear(&path);
}
END_TEST

/* A file without a name may be full, as a disk may. */
START_TEST(no_room_for_what_goes_in)
{
	struct hf_vault *v = open_vault(w.ann);
	struct rlimit    small = { 20000, RLIM_INFINITY };

	take_some(2);
	hf_buf_pad(&plain[n], 'z', 30000);
	take();
	ck_ok(hf_vault_encrypt_many(v, to, 2, list, 1, &e)); /* GPGME's own files are there */
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	ck_ok(hf_vault_encrypt_many(v, to, 2, list + 1, 2, &e));
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY }), 0);
	all_well(v, to, 2);
	hf_vault_close(v);
}
END_TEST

/* ---- which gpg does it ---- */

START_TEST(many_cost_one_gpg)
{
	struct hf_vault *v, *again;
	char             file[HF_FIXTURE_PATH];
	int              before;

	counting_gpg(file);
	v = open_vault(w.ann);
	take_some(HF_ENCRYPT_MANY);
	ck_ok(hf_vault_encrypt_many(v, to, 2, list, 1, &e));
	before = count_gpgs(file);
	ck_assert_int_gt(before, 0);
	ck_ok(hf_vault_encrypt_many(v, to, 2, list + 1, n - 1, &e));
	ck_assert_int_eq(count_gpgs(file), before + 1);
	ck_ok(hf_vault_clone(&again, v, &e));
	for (size_t i = 0; i < n; i++)
		hf_buf_cut(&sealed[i], 0);
	ck_ok(hf_vault_encrypt_many(again, to, 2, list, n, &e));
	ck_assert_int_eq(count_gpgs(file), before + 2);
	ck_fails(HF_INTERNAL, "at once", hf_vault_encrypt_many(v, to, 2, list, HF_ENCRYPT_MANY + 1, &e));
	all_well(v, to, 2);
	hf_vault_close(again);
	hf_vault_close(v);
}
END_TEST

/* What one gpg does not do at all is not tried a second time. */
START_TEST(a_gpg_that_cannot_is_asked_once)
{
	struct hf_vault *v;
	char             file[HF_FIXTURE_PATH];
	struct hf_buf    what = HF_BUF_INIT;

	snprintf(file, sizeof(file), "%.200s/asked", w.dir);
	hf_buf_addf(&what, "echo x >>'%s'", file);
	write_gpg(what.data);
	v = open_vault(w.ann);
	take_some(6);
	ck_ok(hf_vault_encrypt_many(v, to, 2, list, 2, &e));
	ck_ok(hf_vault_encrypt_many(v, to, 2, list + 2, 4, &e));
	ck_assert_int_eq(count_gpgs(file), 1);
	all_well(v, to, 2);
	hf_vault_close(v);
	hf_buf_clear(&what);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("vault: many messages encrypted");
	TCase *t = tcase_create("many messages encrypted");

	tcase_add_unchecked_fixture(t, make_world, remove_world);
	tcase_add_checked_fixture(t, up, down);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, each_is_as_it_is_alone);
	tcase_add_test(t, results_are_appended);
	tcase_add_loop_test(t, a_key_in_the_way_is_named, 0, N_OF(refused));
	tcase_add_test(t, one_that_has_no_room);
	tcase_add_loop_test(t, a_gpg_that_does_something_else, 0, N_OF(instead));
	tcase_add_loop_test(t, a_changed_private_home_is_noticed, 0, N_OF(confs));
	tcase_add_test(t, no_plaintext_comes_near_a_disk);
	tcase_add_test(t, without_the_links);
	tcase_add_test(t, no_room_for_what_goes_in);
	tcase_add_test(t, many_cost_one_gpg);
	tcase_add_test(t, a_gpg_that_cannot_is_asked_once);
	suite_add_tcase(s, t);
	return run_suite(s);
}
