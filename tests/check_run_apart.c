/*
 * Two people carry one run apart, each on a copy of their own and with a clock of their own, and meet now here and now there: whoever merges, both read
 * the same state from the log, and each entry comes after all that its writer knew. RUNS=n makes n such runs instead of a few; SEED=n another row of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "books_aid.h"
#include "hands_aid.h"
#include "holdfast/register.h"
#include "holdfast/time.h"
#include "test.h"

#define FEW      4
#define MEETINGS 5
#define ACTS     4 /* of each of the two between two meetings, at most */

static uint64_t         seed;
static struct hf_shelf *shelf;
static char             run_id[HF_ID_SIZE];
static size_t           wrote[2]; /* entries of each */

static const char book_text[] =
    "# Apart `apart`\n\n- **Subject:** account\n- **Role:** `lead` incident lead: {account.responder}\n- **Reviewed:** 2026-11-20\n\n"
    "## Contain `contain`\n\n"
    "### Ring them `ring`\n\n- **By:** 5 min after start\n- **Write down:** `seen_by` (text) who saw it\n\n"
    "### Still in? `still-in`\n\n- **If yes:** go on.\n- **If no:** go to `ring`.\n\n"
    "### Throw out `throw-out`\n\n- **Only if:** `still-in = yes`\n- **If it fails:** go on.\n\n"
    "### Look again `look-again`\n\n- **Repeat:** every 2 h, 3 times\n\n"
    "### Cut it `cut`\n\n- **Needs:** `still-in`\n- **Second person:** lead\n\n"
    "### Ask them `ask-them`\n\n- **Wait:** until they write\n- **Second person:** lead, before\n\n"
    "## Each `each`\n\n- **For each:** number\n  ```sql\n  SELECT 1 AS n UNION SELECT 2\n  ```\n\n"
    "### Tell number {n} `tell`\n\n- **If yes:** go on.\n- **If no:** `next`.\n\n### Thank number {n} `thank`\n";

static unsigned
dice(unsigned below)
{
	return books_dice(&seed, below);
}

/* ---- a computer of one's own ---- */

static time_t wrong; /* by how much its clock is ahead: ids are drawn from it, so they do not tell who knew what */
static pid_t  process;

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int rc = (int)syscall(SYS_clock_gettime, id, ts);

	if (id == CLOCK_REALTIME)
		ts->tv_sec += wrong;
	return rc;
}

pid_t
getpid(void)
{
	return process != 0 ? process : (pid_t)syscall(SYS_getpid);
}

static void
sit_down(const struct hand *h)
{
	process = h == NULL ? 0 : h == &hands[0] ? 70001 : 70002;
	wrong = h == &hands[0] ? 3 * 3600 : 0;
}

/* ---- what they do ---- */

/* One act of many; what is refused is no matter. */
static void
act_on(struct hf_run *run, const struct hf_instance *i)
{
	struct hf_act   act = { .step = i->address, .text = "for a reason", .anyway = dice(3) == 0 ? "it has to be" : NULL };
	struct hf_json *values = hf_json_object();
	struct hf_err   e = HF_ERR_INIT;

	switch (dice(10)) {
	case 0:
		hf_run_skip(run, &act, &e);
		break;
	case 1:
		hf_run_fail(run, &act, &e);
		break;
	case 2:
		hf_run_reopen(run, &act, &e);
		break;
	case 3:
		hf_run_claim(run, &act, dice(2) == 0, &e);
		break;
	case 4:
		dice(3) == 0 ? hf_run_reject(run, &act, &e) : hf_run_approve(run, &act, NULL, &e);
		break;
	case 5:
		hf_run_wait(run, &act, dice(2) == 0 ? 0 : hf_time_now() + HF_HOUR, &e);
		break;
	case 6:
		hf_json_set(values, "seen_by", hf_json_string(dice(2) == 0 ? "Jo" : "Max"));
		hf_run_value(run, &act, values, &e);
		break;
	case 7:
		hf_run_answer(run, &act, dice(2) == 0 ? "yes" : "no", NULL, &e);
		break;
	default:
		hf_run_done(run, &act, &e);
	}
	hf_json_free(values);
}

static void
work(struct hand *h)
{
	struct hf_run *run;
	char          *held, *read;
	size_t         before;

	hands_clock(h, hf_time_now() + (int64_t)dice(9) * HF_HOUR - 4 * HF_HOUR);
	ck_ok(hf_run_open(&run, h->r, shelf, run_id, &e));
	before = hf_json_len(hf_run_entries(run));
	sit_down(h);
	for (unsigned n = 1 + dice(ACTS); n > 0; n--)
		act_on(run, hf_run_at(run, dice((unsigned)hf_run_count(run))));
	sit_down(NULL);
	wrote[h - hands] += hf_json_len(hf_run_entries(run)) - before;
	held = portrait(run);
	hf_run_close(run);
	ck_ok(hf_run_open(&run, h->r, shelf, run_id, &e));
	read = portrait(run);
	hf_run_close(run);
	ck_assert_str_eq(held, read);
	free(held);
	free(read);
}

/* What the holder of a copy reads, at a moment that is the same for all. */
static char *
seen_by(struct hand *h, int64_t now)
{
	struct hf_run *run;
	char          *text;

	hands_clock(h, now);
	ck_ok(hf_run_open(&run, h->r, shelf, run_id, &e));
	text = portrait(run);
	hf_run_close(run);
	return text;
}

/* All that its writer knew stands before an entry. */
static void
chain_holds(struct hand *h)
{
	struct hf_json *entries, *known = hf_json_object();

	ck_ok(hf_register_entries(&entries, h->r, run_id, &e));
	for (size_t k = 0; k < hf_json_len(entries); k++) {
		const struct hf_json *entry = hf_json_at(entries, k), *prev = hf_json_get(entry, "prev");
		char                  sum[HF_SHA256_SIZE];

		for (size_t n = 0; n < hf_json_len(prev); n++)
			ck_assert_msg(hf_json_get(known, hf_json_str(hf_json_at(prev, n))) != NULL,
			    "entry %zu stands before what it knew", k);
		ck_ok(hf_entry_hash(sum, entry, &e));
		hf_json_set(known, sum, hf_json_bool(true));
	}
	hf_json_free(known);
	hf_json_free(entries);
}

static void
meet(void)
{
	struct hand *host = &hands[dice(2)], *guest = host == &hands[0] ? &hands[1] : &hands[0];
	int64_t      now = hf_time_now() + 6 * HF_HOUR;
	char        *one, *two;

	hands_sync(host, guest);
	one = seen_by(&hands[0], now);
	two = seen_by(&hands[1], now);
	ck_assert_str_eq(one, two);
	free(one);
	free(two);
	chain_holds(&hands[0]);
	chain_holds(&hands[1]);
}

START_TEST(the_same_state)
{
	const char     *id;
	struct hf_start s = { .playbook = "incident/apart" };
	struct hf_run  *run;

	seed = (uint64_t)_i * 7919 + (getenv("SEED") == NULL ? 1 : strtoull(getenv("SEED"), NULL, 10));
	ck_ok(hf_shelf_open(&shelf, NULL, 0, &e));
	ck_ok(hf_shelf_add(shelf, "incident/apart", book_text, strlen(book_text), &e));
	id = hands_add(&hands[0], "account", "provider=x;handle=@a");
	s.subject = id;
	ck_ok(hf_run_start(&run, hands[0].r, shelf, &s, &e));
	strcpy(run_id, hf_run_id(run));
	hf_run_close(run);
	hands_sync(&hands[0], &hands[1]);
	for (int k = 0; k < MEETINGS; k++) {
		work(&hands[0]);
		work(&hands[1]);
		if (dice(3) == 0) { /* only one of them has both, and goes on */
			hands_merge(&hands[0], &hands[1]);
			work(&hands[0]);
		}
		meet();
	}
	ck_assert(wrote[0] > 0 && wrote[1] > 0);
	hf_shelf_close(shelf);
}
END_TEST

static void
make(void)
{
	hands_make((const unsigned[]){ HF_ROLE_RESPONDER }, 1);
}

int
main(void)
{
	const char *runs = getenv("RUNS");
	Suite      *s = suite_create("run apart");
	TCase      *t = tcase_create("run apart");

	tcase_add_unchecked_fixture(t, make, hands_remove);
	tcase_add_checked_fixture(t, hands_begin, hands_end);
	tcase_set_timeout(t, 240);
	tcase_add_loop_test(t, the_same_state, 0, runs == NULL ? FEW : atoi(runs));
	suite_add_tcase(s, t);
	return run_suite(s);
}
