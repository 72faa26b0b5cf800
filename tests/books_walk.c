#include "books_walk.h"

#include <stdio.h>
#include <stdlib.h>

#include "books_cover.h"
#include "holdfast/time.h"
#include "test.h"

#define ROUNDS     400 /* turns of one walk: no book needs so many */
#define MOST_WALKS 24  /* of one book */
#define TWICE      8   /* walks, after which what never failed may fail in one that goes well, too */
#define MOVES      2   /* of the clock in one walk */

static const char    *sort;
static struct hf_run *run;
static uint64_t       seed;

/* ---- one step ---- */

/* A step that names only the exception, and whose answer nothing hangs on, may also just be done. */
static bool
may_be_done(const struct hf_instance *i, size_t answers)
{
	struct hf_json *missing = NULL;
	bool            may = answers == 0;

	if (answers == 1) {
		ck_ok(hf_run_missing(&missing, run, i, &e));
		may = hf_json_len(missing) == 0;
	}
	hf_json_free(missing);
	return may;
}

/* One walk in four goes well: nothing fails, and nothing ends it early. Else a gate that asks whether all of it worked would never open. */
static bool
goes_well(void)
{
	return cover.walks % 4 == 0;
}

static bool
ends_the_run(const struct hf_route *r)
{
	for (size_t t = 0; t < r->n_to; t++)
		if (r->to[t].verb == HF_STOP)
			return true;
	return false;
}

/* The ways out of a step: its answers, plain done, and last that it fails. */
static size_t
ways_of(size_t way[COVER_ROUTES], const struct hf_instance *i)
{
	const struct hf_step *step = i->step;
	size_t                n = 0, answers = 0;

	for (size_t k = 0; k < step->n_routes; k++)
		answers += strcmp(step->routes[k].key, "it-fails") != 0;
	if (goes_well() && may_be_done(i, answers) && !(cover.walks >= TWICE && cover_lacks(cover_index(step->id)))) {
		way[0] = COVER_DONE;
		return 1;
	}
	for (size_t k = 0; k < step->n_routes; k++)
		if (strcmp(step->routes[k].key, "it-fails") != 0 && !(goes_well() && ends_the_run(&step->routes[k])))
			way[n++] = k;
	if (may_be_done(i, answers))
		way[n++] = COVER_DONE;
	for (size_t k = 0; k < step->n_routes; k++)
		if (strcmp(step->routes[k].key, "it-fails") == 0 &&
		    (!goes_well() || n == 0 || (cover.walks >= TWICE && cover_lacks(cover_index(step->id)))))
			way[n++] = k;
	for (size_t k = 0; n == 0 && k < step->n_routes; k++) /* every answer ends it */
		way[n++] = k;
	return n;
}

/* The way out of a step that was gone least. Now and then another, or the same answers would always meet. */
static size_t
route_for(const struct hf_instance *i)
{
	const struct hf_step *step = i->step;
	size_t                way[COVER_ROUTES], n, best = 0;

	ck_assert(step->n_routes < COVER_DONE);
	n = ways_of(way, i);
	for (size_t k = 1; k < n; k++)
		if (cover_gone(step, way[k]) < cover_gone(step, way[best]))
			best = k;
	if (!goes_well() && !cover_lacks(cover_index(step->id)) && books_dice(&seed, 4) == 0)
		best = books_dice(&seed, (unsigned)n);
	return way[best];
}

static enum hf_code
act_on(const struct hf_instance *i, struct hf_act *act, struct hf_err *e)
{
	size_t       k = route_for(i);
	const char  *key = k == COVER_DONE ? "" : i->step->routes[k].key;
	enum hf_code rc;

	cover.taken[cover_index(i->step->id)][k]++;
	if (k == COVER_DONE)
		return hf_run_done(run, act, e);
	rc = strcmp(key, "it-fails") == 0 ? hf_run_fail(run, act, e) : hf_run_answer(run, act, key, NULL, e);
	return rc;
}

/* False: what the step asks for was done elsewhere, and its row is gone with that. */
static bool
take(const char *address)
{
	char          step[HF_ADDRESS_SIZE];
	struct hf_act act = { .step = step };
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc;
	size_t        s;

	snprintf(step, sizeof(step), "%s", address);
	s = cover_index(at(run, step)->step->id);
	cover.reached[s]++;
	run = books_by_hand(run, step);
	if (at(run, step)->state == HF_EXCLUDED)
		return false;
	if (!at(run, step)->ready) {
		act.anyway = "nobody does that here";
		cover.forced[s]++;
	}
	ck_assert(books_give(run, step, &seed));
	if (!hf_run_is_open(run))
		return true;
	rc = act_on(at(run, step), &act, &e);
	if (rc == HF_BAD || rc == HF_NOTFOUND) { /* what it would change is not there to be changed: a person would leave it out */
		fprintf(stderr, "%s#%s: left out: %s\n", hf_run_book(run), step, e.msg);
		hf_err_clear(&e);
		act.text = "it is not there";
		cover.left_out++;
		rc = hf_run_skip(run, &act, &e);
	}
	ck_assert_msg(rc == HF_OK, "%s#%s: HF_%s: %s (%s)", hf_run_book(run), step, hf_code_name(rc), e.msg, e.hint);
	return true;
}

/* ---- a whole book ---- */

/* One approval that is asked for, given; now and then it is refused first. */
static bool
agree(void)
{
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);
		bool                      refuse = i->rejected[0] == '\0' && books_dice(&seed, 8) == 0;

		if (i->pending == HF_PENDING_NONE)
			continue;
		run = books_agree(run, i->address, refuse ? "show me first" : NULL);
		return true;
	}
	return false;
}

/* The clock goes on to the moment that the first of those that wait wakes. */
static bool
wait(unsigned *moves)
{
	int64_t wakes = 0;

	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);

		if (i->state == HF_WAITING && i->wakes > hf_register_now(world.r) && (wakes == 0 || i->wakes < wakes))
			wakes = i->wakes;
	}
	if (wakes == 0 || *moves >= MOVES)
		return false;
	(*moves)++;
	run = books_clock(run, wakes + HF_MINUTE);
	return true;
}

/* Something that waits for a person's word; at last what a gate keeps closed. */
static const struct hf_instance *
any_open(bool closed)
{
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);
		bool                      open = i->state == HF_OPEN || i->state == HF_WAITING;

		if (open && i->pending == HF_PENDING_NONE && (i->ready || (closed && !i->again)))
			return i;
	}
	return NULL;
}

static void
subject_of(char id[HF_ID_SIZE])
{
	const struct hf_names *kinds = &cover.pb->subjects;
	const char            *kind = kinds->n == 0 ? "account" : kinds->v[cover.walks % kinds->n];
	unsigned               turn = cover.walks / (kinds->n == 0 ? 1 : (unsigned)kinds->n);

	if (turn % 2 == 1 && books_record(id, kind, turn / 2))
		return;
	if (strcmp(kind, "account") == 0) /* much hangs on the one; the other is kept in order */
		books_named(id, turn % 4 == 2 ? "youtube:agency" : "x:agency");
	else if (strcmp(kind, "person") == 0) /* Ann has a key, which Jo has not */
		books_named(id, turn % 4 == 2 ? "Ann Lee" : "Jo Park");
	else
		ck_assert_msg(books_record(id, kind, 0), "%s: no %s in the register", cover.pb->id, kind);
}

static void
start(const char *name)
{
	struct hf_start s = { .playbook = name };
	char            subject[HF_ID_SIZE];

	subject_of(subject);
	s.subject = subject;
	s.at = hf_register_now(world.r) - HF_HOUR;
	ck_ok(hf_run_start(&run, world.r, world.shelf, &s, &e));
	ck_assert(books_give_first(run, &seed));
}

static void
finish(void)
{
	struct hf_act act = { .step = NULL };
	bool          stopped = !hf_run_is_open(run);

	cover.acts += (unsigned)hf_json_len(hf_run_entries(run));
	cover.walks++;
	if (stopped)
		cover.stopped++;
	else {
		ck_ok(hf_run_end(run, &act, &e));
		cover.closed++;
	}
	run = again(run); /* it reads as it was left */
	ck_assert(!hf_run_is_open(run));
	hf_run_close(run);
	run = NULL;
}

static void
walk(const char *name)
{
	unsigned moves = 0;
	size_t   turns = 0, before;

	start(name);
	for (; hf_run_is_open(run) && turns < ROUNDS; turns++) {
		const struct hf_instance *i = hf_run_next(run);

		if (i == NULL && (agree() || wait(&moves)))
			continue;
		if (i == NULL && (i = any_open(false)) == NULL && (i = any_open(true)) == NULL)
			break;
		before = hf_json_len(hf_run_entries(run));
		ck_assert_msg(!take(i->address) || hf_json_len(hf_run_entries(run)) > before, "%s: nothing was logged", name);
	}
	ck_assert_msg(turns < ROUNDS, "%s: it does not come to an end", name);
	finish();
}

/* The name of the n-th book of the sort, on a shelf opened for that alone: the world costs more. False: there are no more. */
static bool
name_of(char out[128], int n)
{
	const char                 *dirs[1] = { getenv("HOLDFAST_TOP") };
	const struct hf_shelf_book *books;
	struct hf_shelf            *shelf;
	size_t                      count;
	int                         k = 0;

	if (dirs[0] == NULL)
		dirs[0] = ".";
	out[0] = '\0';
	ck_ok(hf_shelf_open(&shelf, dirs, 1, &e));
	ck_ok(hf_shelf_list(&books, &count, shelf, &e));
	for (size_t i = 0; i < count && out[0] == '\0'; i++)
		if (strncmp(books[i].name, sort, strlen(sort)) == 0 && k++ == n)
			snprintf(out, 128, "%s", books[i].name);
	hf_shelf_close(shelf);
	return out[0] != '\0';
}

/* Walks through one book until nothing is left to see. */
static void
walk_all(const char *name, unsigned most)
{
	size_t gaps;

	do {
		books_world_open(0);
		if (cover.pb == NULL)
			cover_open(name);
		walk(name);
		books_world_close();
	} while (cover.walks < most && cover_gaps(NULL) > 0);
	printf("%s: %zu steps, %u walks, %u acts, %u to the end, %u stopped, %u left out\n", name, cover.pb->n_steps, cover.walks,
	    cover.acts, cover.closed, cover.stopped, cover.left_out);
	gaps = cover_gaps(stdout);
	fflush(stdout);
	ck_assert_msg(gaps == 0 || most < MOST_WALKS, "%s: a step or an answer that no walk comes to", name);
	cover_close();
}

START_TEST(to_all_its_ends)
{
	const char *want = getenv("BOOKS"), *walks = getenv("WALKS");
	char        name[128];

	if (!name_of(name, _i) || (want != NULL && strncmp(want, name, strlen(want)) != 0))
		return;
	seed = (uint64_t)_i + 1;
	walk_all(name, walks == NULL ? MOST_WALKS : (unsigned)atoi(walks));
}
END_TEST

#define MOST 64

START_TEST(all_of_them_are_walked)
{
	char name[128];

	ck_assert(name_of(name, 0));
	ck_assert(!name_of(name, MOST));
}
END_TEST

int
books_walk(const char *of)
{
	Suite *s = suite_create(of);
	TCase *t = tcase_create(of);

	sort = of;
	tcase_add_unchecked_fixture(t, books_world_make, run_world_remove);
	tcase_set_timeout(t, 3600); /* run.sh has a limit of its own */
	tcase_add_test(t, all_of_them_are_walked);
	tcase_add_loop_test(t, to_all_its_ends, 0, MOST);
	suite_add_tcase(s, t);
	return run_suite(s);
}
