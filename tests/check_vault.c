/* The vault: messages, in and out. Keys and signatures: check_vault_keys.c, check_vault_sign.c. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/packet.h"
#include "holdfast/time.h"
#include "vault_world.h"
#include "vault_wrong.h"

#define PLAIN     WORLD_PLAIN
#define PLAIN_LEN WORLD_PLAIN_LEN

/* ---- there and back ---- */

static const size_t sizes[] = { 0, 1, 191, 192, 512, 8383, 8384, 32767, 32768, 65536, 98304, 1000003 };

START_TEST(comes_back_as_it_was)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    data = HF_BUF_INIT, message = HF_BUF_INIT, plain = HF_BUF_INIT;

	for (size_t i = 0; i < sizes[_i]; i++)
		hf_buf_addc(&data, (char)(i * 7 + i / 251));
	encrypt_for(&message, ANN, hf_buf_str(&data), data.len);
	must_give(v, &message, hf_buf_str(&data), data.len);
	gpg(&plain, w.ann, message.data, message.len, "--decrypt");
	ck_assert_uint_eq(plain.len, data.len);
	ck_assert(memcmp(hf_buf_str(&plain), hf_buf_str(&data), data.len) == 0);
	hf_vault_close(v);
	hf_buf_clear(&data);
	hf_buf_clear(&message);
	hf_buf_clear(&plain);
}
END_TEST

START_TEST(every_recipient_reads_it)
{
	static const enum who to[] = { ANN, BOB, RSA, SUB, TWO };
	struct hf_vault      *v = open_vault(w.ann), *bob = open_vault(w.bob);
	struct hf_buf         message = HF_BUF_INIT;
	char(*fprs)[HF_FPR_SIZE] = NULL;
	size_t n;

	encrypt_to(&message, to, 5, PLAIN, PLAIN_LEN);
	must_give(v, &message, PLAIN, PLAIN_LEN);
	must_give(bob, &message, PLAIN, PLAIN_LEN);
	ck_ok(hf_vault_recipients(&fprs, &n, v, message.data, message.len, &e));
	ck_assert_uint_eq(n, 5);
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(fprs[i], w.fpr[to[i]]);
	free(fprs);
	hf_buf_clear(&message);
	hf_vault_close(v);
	hf_vault_close(bob);
}
END_TEST

START_TEST(one_member_named_twice_is_one_recipient)
{
	static const enum who to[] = { ANN, BOB, ANN };
	struct hf_buf         message = HF_BUF_INIT;
	struct hf_packets     p;

	encrypt_to(&message, to, 3, PLAIN, PLAIN_LEN);
	ck_ok(hf_packets_read(&p, message.data, message.len, &e));
	ck_assert_uint_eq(p.n, 2);
	hf_buf_clear(&message);
}
END_TEST

/* A vault serves one thread; workers have clones. Here: one after the other. */
START_TEST(a_clone_does_the_same)
{
	struct hf_vault *v = open_vault(w.ann), *c = NULL;
	struct hf_buf    message = HF_BUF_INIT;

	encrypt_for(&message, ANN, PLAIN, PLAIN_LEN);
	ck_ok(hf_vault_clone(&c, v, &e));
	hf_vault_close(v);
	must_give(c, &message, PLAIN, PLAIN_LEN);
	ck_assert_str_eq(hf_vault_stamp(c), "all");
	hf_vault_close(c);
	hf_buf_clear(&message);
}
END_TEST

static const struct {
	enum who     who;
	enum hf_code code;
	const char  *words;
} refused[] = {
	{ EXPIRED, HF_NOKEY, "expired on 2020-02-01" },
	{ REVOKED, HF_NOKEY, "revoked" },
	{ FUTURE, HF_NOKEY, "your clock says 20" },
	{ SIGNS, HF_NOKEY, "cannot encrypt" },
	{ MALLORY, HF_NOKEY, "no member" },
};

START_TEST(a_key_in_the_way_is_named)
{
	struct hf_vault *v = open_vault(w.ann);
	const char      *to[] = { w.fpr[ANN], w.fpr[refused[_i].who] };
	struct hf_buf    out = HF_BUF_INIT;

	hf_buf_adds(&out, "before");
	ck_fails(refused[_i].code, refused[_i].words, hf_vault_encrypt(&out, v, to, 2, PLAIN, PLAIN_LEN, &e));
	ck_fails(refused[_i].code, w.fpr[refused[_i].who], hf_vault_encrypt(&out, v, to + 1, 1, PLAIN, PLAIN_LEN, &e));
	ck_assert_str_eq(out.data, "before");
	hf_vault_close(v);
	hf_buf_clear(&out);
}
END_TEST

START_TEST(names_that_are_no_fingerprints)
{
	static const char *const names[] = { "", "ann@example.org", "--", "--file", "--hidden", "/etc/passwd", "-r" };
	struct hf_vault         *v = open_vault(w.ann);
	struct hf_buf            out = HF_BUF_INIT;
	const char              *to[2] = { w.fpr[ANN], NULL };
	char                     shorter[HF_FPR_SIZE], more[2 * HF_FPR_SIZE];

	for (int i = 0; i < N_OF(names); i++) {
		to[1] = names[i];
		ck_fails(HF_NOKEY, "no member", hf_vault_encrypt(&out, v, to, 2, PLAIN, PLAIN_LEN, &e));
	}
	snprintf(shorter, sizeof(shorter), "%.16s", w.fpr[BOB] + 24);
	snprintf(more, sizeof(more), "%s\n%s", w.fpr[BOB], w.fpr[ANN]);
	to[1] = shorter;
	ck_fails(HF_NOKEY, "no member", hf_vault_encrypt(&out, v, to, 2, PLAIN, PLAIN_LEN, &e));
	to[1] = more;
	ck_fails(HF_NOKEY, "no member", hf_vault_encrypt(&out, v, to, 2, PLAIN, PLAIN_LEN, &e));
	ck_fails(HF_BAD, "not 0", hf_vault_encrypt(&out, v, to, 0, PLAIN, PLAIN_LEN, &e));
	ck_assert_uint_eq(out.len, 0);
	hf_vault_close(v);
}
END_TEST

START_TEST(results_keep_the_limit)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT, out = HF_BUF_SECRET(PLAIN_LEN + 3);
	const char      *to = w.fpr[ANN];

	encrypt_for(&message, ANN, PLAIN, PLAIN_LEN);
	hf_buf_adds(&out, "abc");
	ck_ok(hf_vault_decrypt(&out, v, message.data, message.len, &e));
	ck_assert_str_eq(out.data, "abc" PLAIN);
	hf_buf_cut(&out, 0);
	hf_buf_adds(&out, "abcd");
	ck_fails(HF_BAD, "over 35 bytes", hf_vault_decrypt(&out, v, message.data, message.len, &e));
	ck_fails(HF_BAD, "over 35 bytes", hf_vault_encrypt(&out, v, &to, 1, PLAIN, PLAIN_LEN, &e));
	ck_assert_str_eq(out.data, "abcd");
	hf_buf_addc(&out, 'e');
	ck_assert(!out.failed);
	hf_vault_close(v);
	hf_buf_clear(&message);
	hf_buf_clear(&out);
}
END_TEST

/* ---- what goes wrong ---- */

START_TEST(wrong_messages_say_why)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT;

	vault_wrong[_i].make(&message);
	must_fail(v, &message, vault_wrong[_i].code, vault_wrong[_i].words);
	must_fail(v, &message, vault_wrong[_i].code, vault_wrong[_i].words); /* with what was learned the first time */
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

/* The clock in ms after which the test is no longer patient. */
START_TEST(a_bomb_stops_at_the_limit)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    zeros = HF_BUF_INIT, bomb = HF_BUF_INIT, out = HF_BUF_SECRET(1 << 20);
	int64_t          began;

	hf_buf_pad(&zeros, '\0', 200u << 20);
	gpg(&bomb, w.ann, zeros.data, zeros.len, "--compress-algo zlib -r %s --encrypt", w.fpr[ANN]);
	hf_buf_clear(&zeros);
	ck_assert_uint_lt(bomb.len, 1 << 20);
	began = hf_time_mono();
	ck_fails(HF_BAD, "over 1048576 bytes", hf_vault_decrypt(&out, v, bomb.data, bomb.len, &e));
	ck_assert_int_lt(hf_time_mono() - began, 1000);
	ck_assert_uint_eq(out.len, 0);
	must_fail(v, &bomb, HF_BAD, "over 134217728 bytes");
	hf_vault_close(v);
	hf_buf_clear(&bomb);
	hf_buf_clear(&out);
}
END_TEST

/* What other programs write is read, too, as long as it is whole and protected. */
static const char *const foreign[] = {
	"-r # --encrypt",
	"-r # --compress-algo none --encrypt",
	"-r # --compress-algo bzip2 --encrypt",
	"-r # --set-filename x --cipher-algo TWOFISH --encrypt",
	"-u # -r ann@example.org --sign --encrypt",
	"-r # -r rosa@example.org --encrypt",
	"-r # --hidden-recipient rosa@example.org --encrypt",
};

START_TEST(foreign_messages_are_read)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT;

	by_gpg(&message, foreign[_i], PLAIN, PLAIN_LEN);
	must_give(v, &message, PLAIN, PLAIN_LEN);
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

START_TEST(mdc_errors_are_not_ignored)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT;

	with_conf(w.ann, "ignore-mdc-error");
	make_without_mdc(&message);
	must_fail(v, &message, HF_DAMAGED, "without integrity");
	hf_buf_clear(&message);
	make_flipped(&message);
	must_fail(v, &message, HF_DAMAGED, "not what was written");
	hf_buf_clear(&message);
	make_shorter(&message);
	must_fail(v, &message, HF_DAMAGED, "not what was written");
	with_conf(w.ann, "");
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

/* ---- flips and truncations ---- */

/* The head holds the structure; in the first bytes of the data a flip makes gpg see packets that are not there. Of the rest, some. */
static bool
is_sampled(size_t at, int bit)
{
	return at < 16 || (at >= 96 && at < 136) || (at * 8 + (size_t)bit) % 37 == 0;
}

/* Never a wrong plaintext, never "not for you". */
START_TEST(flipped_bits)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT, out = HF_BUF_SECRET(0);
	struct hf_err    e = HF_ERR_INIT;
	enum hf_code     rc;

	encrypt_for(&message, ANN, PLAIN, PLAIN_LEN);
	for (size_t at = 0; at < message.len; at++)
		for (int bit = _i; bit < 8; bit += 4) {
			if (!is_sampled(at, bit))
				continue;
			message.data[at] = (char)(message.data[at] ^ 1 << bit);
			rc = hf_vault_decrypt(&out, v, message.data, message.len, &e);
			ck_assert_msg(rc == HF_OK ? strcmp(hf_buf_str(&out), PLAIN) == 0 : rc == HF_DAMAGED && out.len == 0,
			    "bit %d of byte %zu: %s: %s", bit, at, hf_code_name(rc), e.msg);
			hf_buf_cut(&out, 0);
			message.data[at] = (char)(message.data[at] ^ 1 << bit);
		}
	hf_vault_close(v);
	hf_buf_clear(&message);
	hf_buf_clear(&out);
}
END_TEST

/* The walker finds all of those of our own messages; gpg must find those whose lengths were mended, as make_shorter does. */
START_TEST(truncations)
{
	struct hf_vault *v = open_vault(w.ann);
	struct hf_buf    message = HF_BUF_INIT, large = HF_BUF_INIT, data = HF_BUF_INIT;

	encrypt_for(&message, ANN, PLAIN, PLAIN_LEN);
	for (size_t len = message.len; len-- > 0;) {
		message.len = len;
		must_fail(v, &message, HF_DAMAGED, "");
	}
	hf_buf_pad(&data, 'x', 100000);
	encrypt_for(&large, ANN, data.data, data.len);
	for (size_t len = large.len; len > 4000; len -= 3989) {
		large.len = len - 1;
		must_fail(v, &large, HF_DAMAGED, "cut short");
	}
	hf_vault_close(v);
	hf_buf_clear(&data);
	hf_buf_clear(&message);
	hf_buf_clear(&large);
}
END_TEST

/* ---- for whom it is ---- */

START_TEST(recipients_need_members)
{
	struct hf_vault *v = open_vault(w.ann), *none = open_empty(w.ann, "empty");
	struct hf_buf    message = HF_BUF_INIT;
	char(*fprs)[HF_FPR_SIZE] = NULL;
	size_t n = 1;

	make_for_mallory(&message);
	ck_fails(HF_DAMAGED, "no member's key", hf_vault_recipients(&fprs, &n, v, message.data, message.len, &e));
	ck_assert(fprs == NULL && n == 0);
	ck_fails(HF_INTERNAL, "not loaded", hf_vault_recipients(&fprs, &n, none, message.data, message.len, &e));
	hf_buf_clear(&message);
	by_gpg(&message, "--hidden-recipient # --encrypt", PLAIN, PLAIN_LEN);
	ck_fails(HF_DAMAGED, "0000000000000000", hf_vault_recipients(&fprs, &n, v, message.data, message.len, &e));
	hf_buf_clear(&message);
	by_gpg(&message, "-r # --encrypt", PLAIN, PLAIN_LEN);
	ck_ok(hf_vault_recipients(&fprs, &n, v, message.data, message.len, &e));
	ck_assert(n == 1 && strcmp(fprs[0], w.fpr[ANN]) == 0);
	free(fprs);
	ck_fails(HF_DAMAGED, "cut short", hf_vault_recipients(&fprs, &n, v, message.data, message.len - 1, &e));
	hf_vault_close(v);
	hf_vault_close(none);
	hf_buf_clear(&message);
}
END_TEST

/* ---- what stays in memory ---- */

/* Is this region of memory one that can be written, and not too large? */
static bool
read_region(unsigned long *from, size_t *size, const char *line)
{
	unsigned long to;
	char          rights[8];

	if (sscanf(line, "%lx-%lx %7s", from, &to, rights) != 3 || rights[1] != 'w')
		return false;
	*size = to - *from;
	return *size < 64u << 20;
}

/* How often the text is in a process's memory. Every byte of it is one more here, so as not to find this one. */
static int
count_copies(pid_t pid, const char *changed, size_t n)
{
	char          path[64], line[512], *block;
	FILE         *maps;
	unsigned long from;
	size_t        size, i, j;
	int           mem, found = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "r");
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	mem = open(path, O_RDONLY);
	while (maps != NULL && mem >= 0 && fgets(line, sizeof(line), maps) != NULL) {
		if (!read_region(&from, &size, line) || (block = malloc(size)) == NULL)
			continue;
		if (pread(mem, block, size, (off_t)from) == (ssize_t)size)
			for (i = 0; i + n <= size; i++) {
				for (j = 0; j < n && (char)(block[i + j] + 1) == changed[j];)
					j++;
				found += j == n;
			}
		free(block);
	}
	return maps == NULL || mem < 0 ? -1 : found;
}

/* In a process of its own: what it reads must not become a copy itself. At most 200. */
static int
copies_of(const char *changed, size_t n)
{
	pid_t me = getpid(), pid;
	int   found, status;

	if ((pid = fork()) == 0) {
		found = count_copies(me, changed, n);
		_exit(found < 0 ? 255 : found > 200 ? 200 : found);
	}
	ck_assert(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

START_TEST(no_plaintext_stays_in_memory)
{
	static const char changed[] = "DBOBSZ.8g2b:d5f.ebzmjhiu.iboeppg";
	struct hf_vault  *v = open_vault(w.ann);
	struct hf_buf     plain = HF_BUF_SECRET(0), message = HF_BUF_INIT;
	const char       *to = w.fpr[ANN];

	for (size_t i = 0; i < 1000; i++)
		for (size_t j = 0; j < sizeof(changed) - 1; j++)
			hf_buf_addc(&plain, (char)(changed[j] - 1));
	ck_assert_int_eq(copies_of(changed, 32), 200);
	ck_ok(hf_vault_encrypt(&message, v, &to, 1, plain.data, plain.len, &e));
	hf_buf_clear(&plain);
	ck_assert_int_eq(copies_of(changed, 32), 0);
	ck_ok(hf_vault_decrypt(&plain, v, message.data, message.len, &e));
	ck_assert_int_eq(copies_of(changed, 32), 200);
	hf_buf_clear(&plain);
	ck_assert_int_eq(copies_of(changed, 32), 0);
	hf_vault_close(v);
	hf_buf_clear(&message);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("vault");
	TCase *t = tcase_create("messages");

	tcase_add_unchecked_fixture(t, make_world, remove_world);
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, comes_back_as_it_was, 0, N_OF(sizes));
	tcase_add_test(t, every_recipient_reads_it);
	tcase_add_test(t, one_member_named_twice_is_one_recipient);
	tcase_add_test(t, a_clone_does_the_same);
	tcase_add_loop_test(t, a_key_in_the_way_is_named, 0, N_OF(refused));
	tcase_add_test(t, names_that_are_no_fingerprints);
	tcase_add_test(t, results_keep_the_limit);
	tcase_add_loop_test(t, wrong_messages_say_why, 0, N_VAULT_WRONG);
	tcase_add_test(t, mdc_errors_are_not_ignored);
	tcase_add_test(t, a_bomb_stops_at_the_limit);
	tcase_add_loop_test(t, foreign_messages_are_read, 0, N_OF(foreign));
	tcase_add_loop_test(t, flipped_bits, 0, 4);
	tcase_add_test(t, truncations);
	tcase_add_test(t, recipients_need_members);
	tcase_add_test(t, no_plaintext_stays_in_memory);
	suite_add_tcase(s, t);
	return run_suite(s);
}
