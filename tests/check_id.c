#include "holdfast/id.h"
#include "holdfast/time.h"
#include "test.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 20000

START_TEST(new_ids_are_valid_and_grow)
{
	char    a[HF_ID_SIZE] = "", b[HF_ID_SIZE];
	int64_t before = hf_time_now();
	int     i;

	for (i = 0; i < MANY; i++) {
		ck_ok(hf_id_new(b, &e));
		ck_assert(hf_id_valid(b));
		ck_assert_msg(strcmp(a, b) < 0, "%s then %s", a, b);
		memcpy(a, b, sizeof(a));
	}
	ck_assert_int_ge(hf_id_time(b), before);
	ck_assert_int_le(hf_id_time(b), hf_time_now() + 1);
}
END_TEST

/* No bit is lost on the way: of many, each random character takes each of the 32 values. */
START_TEST(every_random_bit_counts)
{
	bool     seen[26][128] = { { false } };
	char     id[HF_ID_SIZE], next[HF_ID_SIZE];
	unsigned n = 0, distinct;
	size_t   i, c;

	for (n = 0; n < 2000; n++) {
		ck_ok(hf_id_new(id, &e));
		while (hf_id_new(next, NULL) == HF_OK && hf_id_time(next) == hf_id_time(id))
			continue; /* the next millisecond draws anew */
		for (i = 10; i < 26; i++)
			seen[i][(unsigned char)next[i]] = true;
	}
	for (i = 10; i < 26; i++) {
		for (distinct = 0, c = 0; c < 128; c++)
			distinct += seen[i][c];
		ck_assert_uint_eq(distinct, 32);
	}
}
END_TEST

static void *
draw_many(void *arg)
{
	char(*ids)[HF_ID_SIZE] = arg;
	int i;

	for (i = 0; i < MANY; i++)
		if (hf_id_new(ids[i], NULL) != HF_OK)
			return arg;
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

START_TEST(threads_never_share_one)
{
	char(*ids)[HF_ID_SIZE] = calloc(4 * MANY, HF_ID_SIZE);
	pthread_t thread[4];
	void     *bad;
	int       i;

	ck_assert_ptr_nonnull(ids);
	for (i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, draw_many, ids + i * MANY), 0);
	for (i = 0; i < 4; i++) {
		pthread_join(thread[i], &bad);
		ck_assert_ptr_null(bad);
	}
	qsort(ids, 4 * MANY, HF_ID_SIZE, compare);
	for (i = 1; i < 4 * MANY; i++)
		ck_assert_str_ne(ids[i - 1], ids[i]);
	free(ids);
}
END_TEST

/* Parent and child would else go on counting from the same number. */
START_TEST(a_child_draws_anew)
{
	char  first[HF_ID_SIZE], mine[HF_ID_SIZE], its[HF_ID_SIZE] = "";
	int   fd[2], i;
	pid_t pid;

	for (i = 0; i < 200; i++) {
		ck_ok(hf_id_new(first, &e));
		ck_assert_int_eq(pipe(fd), 0);
		if ((pid = fork()) == 0) {
			hf_id_new(its, NULL);
			_exit(write(fd[1], its, sizeof(its)) == sizeof(its) ? 0 : 1);
		}
		ck_ok(hf_id_new(mine, &e));
		ck_assert_int_eq(read(fd[0], its, sizeof(its)), sizeof(its));
		waitpid(pid, NULL, 0);
		close(fd[0]);
		close(fd[1]);
		ck_assert_str_ne(mine + 10, its + 10);
		ck_assert(strncmp(first + 10, its + 10, 12) != 0);
	}
}
END_TEST

static const struct {
	const char *id;
	bool        valid;
	int64_t     time;
} rows[] = {
	{ "01ARZ3NDEKTSV4RRFFQ69G5FAV", true, INT64_C(1469922850259) },
	{ "00000000000000000000000000", true, 0 },
	{ "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", true, INT64_C(281474976710655) },
	{ "80000000000000000000000000", false, -1 }, /* over 128 bits */
	{ "01arz3ndektsv4rrffq69g5fav", false, -1 },
	{ "01ARZ3NDEKTSV4RRFFQ69G5FA", false, -1 },
	{ "01ARZ3NDEKTSV4RRFFQ69G5FAVX", false, -1 },
	{ "01ARZ3NDEKTSV4RRFFQ69G5FAI", false, -1 }, /* I, L, O and U are not in the alphabet */
	{ "01ARZ3NDEKTSV4RRFFQ69G5FAL", false, -1 },
	{ "01ARZ3NDEKTSV4RRFFQ69G5FAO", false, -1 },
	{ "01ARZ3NDEKTSV4RRFFQ69G5FAU", false, -1 },
	{ "01ARZ3NDEK/SV4RRFFQ69G5FAV", false, -1 },
	{ "", false, -1 },
};

START_TEST(valid_and_time)
{
	ck_assert_int_eq(hf_id_valid(rows[_i].id), rows[_i].valid);
	ck_assert_int_eq(hf_id_time(rows[_i].id), rows[_i].time);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("id");
	TCase *t = tcase_create("id");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, new_ids_are_valid_and_grow);
	tcase_add_test(t, every_random_bit_counts);
	tcase_add_test(t, threads_never_share_one);
	tcase_add_test(t, a_child_draws_anew);
	tcase_add_loop_test(t, valid_and_time, 0, N_OF(rows));
	suite_add_tcase(s, t);
	return run_suite(s);
}
