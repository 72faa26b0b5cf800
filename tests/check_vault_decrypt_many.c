/* The vault: many messages decrypted by one gpg, as each would be decrypted alone. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "vault_world.h"
#include "vault_wrong.h"

#define PLAIN     WORLD_PLAIN
#define PLAIN_LEN WORLD_PLAIN_LEN
#define LARGE     300000

static struct hf_buf    sealed[HF_DECRYPT_MANY], plain[HF_DECRYPT_MANY];
static struct hf_opened of[HF_DECRYPT_MANY], *list[HF_DECRYPT_MANY];
static size_t           n;

static void
up(void)
{
	n = 0;
	for (size_t i = 0; i < HF_DECRYPT_MANY; i++) {
		sealed[i] = (struct hf_buf)HF_BUF_INIT;
		plain[i] = (struct hf_buf)HF_BUF_SECRET(0);
	}
}

static void
down(void)
{
	for (size_t i = 0; i < HF_DECRYPT_MANY; i++) {
		hf_buf_clear(&sealed[i]);
		hf_buf_clear(&plain[i]);
	}
}

/* What was made in sealed[n] is one of them. */
static void
take(void)
{
	of[n] = hf_opened_of(&sealed[n], &plain[n]);
	of[n].rc = HF_INTERNAL;
	list[n] = &of[n];
	n++;
}

static void
take_good(size_t how_many)
{
	static const char text[] = "good one, nr. %zu\n";
	char              good[32];

	for (size_t i = 0; i < how_many; i++) {
		snprintf(good, sizeof(good), text, n);
		encrypt_for(&sealed[n], ANN, good, strlen(good));
		take();
	}
}

/* Each has what it has alone. */
static void
as_alone(struct hf_vault *v)
{
	struct hf_err e = HF_ERR_INIT;
	struct hf_buf out = HF_BUF_SECRET(0);
	enum hf_code  rc;

	for (size_t i = 0; i < n; i++) {
		rc = hf_vault_decrypt(&out, v, of[i].data, of[i].len, &e);
		ck_assert_msg(of[i].rc == rc && (rc == HF_OK || strcmp(of[i].err.msg, e.msg) == 0), "%zu: %s %s, alone %s %s", i,
		    hf_code_name(of[i].rc), of[i].err.msg, hf_code_name(rc), e.msg);
		ck_assert_msg(plain[i].len == out.len && memcmp(hf_buf_str(&plain[i]), hf_buf_str(&out), out.len) == 0,
		    "%zu: another plaintext than alone", i);
		hf_buf_cut(&out, 0);
	}
	hf_buf_clear(&out);
}

START_TEST(wrong_ones_among_good_ones)
{
	struct hf_vault *v = open_vault(w.ann);

	take_good(3);
	for (size_t i = _i == 0 ? 0 : N_VAULT_WRONG / 2; i < (_i == 0 ? N_VAULT_WRONG / 2 : N_VAULT_WRONG); i++) {
		vault_wrong[i].make(&sealed[n]);
		take();
		take_good(1);
	}
	ck_ok(hf_vault_decrypt_many(v, list, n, &e));
	as_alone(v);
	for (size_t i = 3; i < n; i += 2) {
		const struct vault_wrong *is = &vault_wrong[(_i == 0 ? 0 : N_VAULT_WRONG / 2) + (i - 3) / 2];

		ck_assert_int_eq(of[i].rc, is->code);
		ck_assert_ptr_nonnull(strstr(of[i].err.msg, is->words));
		ck_assert_int_eq(of[i + 1].rc, HF_OK);
	}
	hf_vault_close(v);
}
END_TEST

/* By the real gpg; what its options make of it is for the vault to judge. # is Ann's fingerprint. */
static const char *const kinds[] = { "-r # --encrypt", "--compress-algo none -r # --encrypt",
	"--compress-algo zlib -z 9 -r # --encrypt", "-u # -r # --sign --encrypt", "--for-your-eyes-only -r # --encrypt",
	"--set-filename ../x -r # --encrypt", "--set-filename /tmp/y -r # --encrypt", "-R # --encrypt",
	"--cipher-algo 3DES -r # --encrypt", "--cipher-algo CAMELLIA256 -r # --encrypt", "--rfc4880 -r # --encrypt",
	"-r # -r rosa@example.org --encrypt" };

START_TEST(messages_that_others_wrote)
{
	static const size_t sizes[] = { 0, 1, 191, 32768, 65536, LARGE };
	struct hf_vault    *v = open_vault(w.ann);
	struct hf_buf       text = HF_BUF_INIT;

	take_good(2);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		by_gpg(&sealed[n], kinds[i], PLAIN, PLAIN_LEN);
		take();
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		hf_buf_cut(&text, 0);
		hf_buf_pad(&text, 'x', sizes[i]);
		encrypt_for(&sealed[n], ANN, hf_buf_str(&text), text.len);
		take();
	}
	ck_ok(hf_vault_decrypt_many(v, list, n, &e));
	as_alone(v);
	ck_assert_int_ne(access("/tmp/y", F_OK), 0);
	hf_vault_close(v);
	hf_buf_clear(&text);
}
END_TEST

/* Never a wrong plaintext, never "not for you". */
START_TEST(flipped_bits)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT;
	size_t           tried = 0, damaged = 0;

	encrypt_for(&message, ANN, PLAIN, PLAIN_LEN);
	for (size_t bit = 0; bit < message.len * 8; bit += tried < 256 ? 8 : 29) {
		hf_buf_cut(&sealed[n], 0);
		hf_buf_add(&sealed[n], message.data, message.len);
		sealed[n].data[bit / 8] = (char)(sealed[n].data[bit / 8] ^ 1 << (bit + bit / 8) % 8);
		take();
		tried++;
		if (n < HF_DECRYPT_MANY && bit + 29 < message.len * 8)
			continue;
		ck_ok(hf_vault_decrypt_many(v, list, n, &e));
		for (size_t i = 0; i < n; i++) {
			ck_assert_msg(of[i].rc == HF_OK ? strcmp(hf_buf_str(&plain[i]), PLAIN) == 0 :
							  of[i].rc == HF_DAMAGED && plain[i].len == 0,
			    "%s: %s", hf_code_name(of[i].rc), of[i].err.msg);
			damaged += of[i].rc == HF_DAMAGED;
			hf_buf_cut(&plain[i], 0);
		}
		n = 0;
	}
	ck_assert_uint_gt(damaged, tried / 2);
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

/* A line there changes nothing, or what it also changes for one alone. */
START_TEST(lines_in_the_users_gpg_conf)
{
	static const char *const lines =
	    "use-embedded-filename\noutput /tmp/y\nmax-output 3\nunwrap\nlist-only\nverbose\nno-batch\nignore-mdc-error\n"
	    "no-yes\nmultifile\nstatus-file /tmp/y\nlogger-file /tmp/y\ntry-all-secrets\nskip-hidden-recipients\n";
	struct hf_vault *v = open_vault(w.ann);

	take_good(6);
	make_without_mdc(&sealed[n]);
	take();
	by_gpg(&sealed[n], "--set-filename /tmp/y -r # --encrypt", PLAIN, PLAIN_LEN);
	take();
	take_good(1);
	ck_ok(hf_vault_decrypt_many(v, list, 1, &e));
	with_conf(w.ann, lines);
	ck_ok(hf_vault_decrypt_many(v, list + 1, n - 1, &e));
	with_conf(w.ann, "");
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(of[i].rc ==
			    (i == 6        ? HF_DAMAGED :
				    i == 7 ? HF_SYSTEM :
					     HF_OK) ||
			(i == 7 && of[i].rc == HF_OK),
		    "%zu: %s %s", i, hf_code_name(of[i].rc), of[i].err.msg);
	ck_assert_str_eq(hf_buf_str(&plain[8]), "good one, nr. 8\n");
	ck_assert_int_ne(access("/tmp/y", F_OK), 0);
	hf_vault_close(v);
}
END_TEST

/* Nothing but links lies in the folder, whatever lay there before. */
START_TEST(no_plaintext_comes_near_a_disk)
{
	struct hf_vault *v = open_empty(w.ann, "links");
	struct hf_buf    path = HF_BUF_INIT;
	struct dirent   *d;
	struct stat      st;
	DIR             *dir;
	size_t           links = 0;

	hf_buf_addf(&path, "%s/links/many", w.dir);
	mkdir(path.data, 0700);
	hf_fixture_file(path.data, "1", "not a link");
	hf_fixture_file(path.data, "2.gpg", "not a link");
	take_good(HF_DECRYPT_MANY);
	ck_ok(hf_vault_decrypt_many(v, list, n, &e));
	as_alone(v);
	ck_assert_ptr_nonnull(dir = opendir(path.data));
	while ((d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.') {
			ck_assert_int_eq(fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW), 0);
			ck_assert_msg(S_ISLNK(st.st_mode), "%s is no link", d->d_name);
			links++;
		}
	ck_assert_uint_eq(links, 2 * HF_DECRYPT_MANY);
	closedir(dir);
	hf_vault_close(v);
	hf_buf_clear(&path);
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
	take_good(HF_DECRYPT_MANY);
	ck_ok(hf_vault_decrypt_many(v, list, 1, &e));
	before = count_gpgs(file);
	ck_assert_int_gt(before, 0);
	ck_ok(hf_vault_decrypt_many(v, list + 1, n - 1, &e));
	ck_assert_int_eq(count_gpgs(file), before + 1);
	ck_ok(hf_vault_clone(&again, v, &e));
	for (size_t i = 0; i < n; i++)
		hf_buf_cut(&plain[i], 0);
	ck_ok(hf_vault_decrypt_many(again, list, n, &e));
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(of[i].rc, HF_OK);
	ck_assert_int_eq(count_gpgs(file), before + 2);
	ck_fails(HF_INTERNAL, "at once", hf_vault_decrypt_many(v, list, HF_DECRYPT_MANY + 1, &e));
	hf_vault_close(again);
	hf_vault_close(v);
}
END_TEST

START_TEST(without_the_links)
{
	struct hf_vault *v = open_empty(w.ann, "no-links");
	struct hf_buf    path = HF_BUF_INIT;

	hf_buf_addf(&path, "%s/no-links", w.dir);
	take_good(10);
	hf_fixture_file(path.data, "many", "no folder");
	ck_ok(hf_vault_decrypt_many(v, list, n, &e));
	as_alone(v);
	hf_vault_close(v);
	hf_buf_clear(&path);
}
END_TEST

/* Nobody but GPGME starts one. What one gpg does not do at all is not tried with a second heap. */
START_TEST(without_an_agent)
{
	struct hf_vault *v;
	char             file[HF_FIXTURE_PATH];
	int              before;

	counting_gpg(file);
	v = open_empty(w.ann, "no-agent");
	take_good(10);
	ck_ok(hf_vault_decrypt_many(v, list, 1, &e));
	hf_fixture_kill(w.ann);
	ck_ok(hf_vault_decrypt_many(v, list + 1, 5, &e));
	before = count_gpgs(file);
	ck_ok(hf_vault_decrypt_many(v, list + 6, 4, &e));
	ck_assert_int_eq(count_gpgs(file), before + 4);
	as_alone(v);
	hf_vault_close(v);
}
END_TEST

/* A failure of the key would be that of all. */
START_TEST(without_the_secret_key)
{
	struct hf_vault *bob = open_vault(w.bob), *none;
	char             home[HF_FIXTURE_PATH];

	take_good(6);
	ck_ok(hf_vault_decrypt_many(bob, list, n, &e));
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(of[i].rc, HF_SEALED);
	hf_fixture_home(home, w.dir, "none");
	none = open_vault(home);
	ck_fails(HF_NOKEY, "no secret key on this computer", hf_vault_decrypt_many(none, list, n, &e));
	hf_vault_close(none);
	hf_vault_close(bob);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("vault: many messages");
	TCase *t = tcase_create("many messages");

	tcase_add_unchecked_fixture(t, make_world, remove_world);
	tcase_add_checked_fixture(t, up, down);
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, wrong_ones_among_good_ones, 0, 2);
	tcase_add_test(t, messages_that_others_wrote);
	tcase_add_test(t, flipped_bits);
	tcase_add_test(t, lines_in_the_users_gpg_conf);
	tcase_add_test(t, no_plaintext_comes_near_a_disk);
	tcase_add_test(t, many_cost_one_gpg);
	tcase_add_test(t, without_the_links);
	tcase_add_test(t, without_an_agent);
	tcase_add_test(t, without_the_secret_key);
	suite_add_tcase(s, t);
	return run_suite(s);
}
