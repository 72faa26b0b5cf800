/*
 * Every playbook that is shipped, carried out to its ends on a small register: values of the right type, a file for each Keep, the answer that was given
 * least so far, approvals by a second key, and the clock moved on when all that is left waits for a time. Waits for a word are ended by saying that it is so.
 * A gate that asks of the register what nobody does here is passed with a reason.
 *
 * One walk for each book; with BOOKS=all as many as it takes until every step was reached and every answer given, and a page of figures. BOOKS may also
 * be the beginning of a name, and WALKS=n stops after n walks of each and blames nothing that they did not come to.
 */
#include <stdio.h>
#include <stdlib.h>

#include "books_aid.h"
#include "holdfast/time.h"
#include "test.h"

#define ROUNDS      400 /* turns of one walk: no book needs so many */
#define MOST_WALKS  16  /* of one book */
#define MOST_ROUTES 12  /* of a step, failing and plain done among them */
#define LATER       2   /* the first walks go to the end of the book */
#define MOVES       2   /* of the clock in one walk */

static struct hf_run *run;
static uint64_t       seed;

/* What was tried so far, of one book. */
static struct cover {
	struct hf_playbook *pb;
	unsigned (*taken)[MOST_ROUTES]; /* by step and route; the last is "done" */
	unsigned *reached, *forced;     /* by step: it came up; only through a gate that stood closed */
	unsigned  walks, acts, stopped, closed, left_out;
} cover;

#define ENDING 8 /* turns of another answer for one that ends the run */
#define DONE   (MOST_ROUTES - 1)

static size_t
index_of(const char *step)
{
	return (size_t)(hf_playbook_step(cover.pb, step) - cover.pb->steps);
}

static void
cover_open(const char *name)
{
	struct hf_defects defects = { NULL, 0, 0, false };
	struct hf_buf     text = HF_BUF_INIT;

	memset(&cover, 0, sizeof(cover));
	ck_ok(hf_shelf_read(&text, NULL, world.shelf, name, &e));
	ck_ok(hf_playbook_parse(&cover.pb, text.data, text.len, &defects, &e));
	hf_defects_clear(&defects);
	hf_buf_clear(&text);
	cover.taken = calloc(cover.pb->n_steps, sizeof(*cover.taken));
	cover.reached = calloc(cover.pb->n_steps, sizeof(*cover.reached));
	cover.forced = calloc(cover.pb->n_steps, sizeof(*cover.forced));
	ck_assert(cover.taken != NULL && cover.reached != NULL && cover.forced != NULL);
}

static void
cover_close(void)
{
	hf_playbook_free(cover.pb);
	free(cover.taken);
	free(cover.reached);
	free(cover.forced);
}

/* What no walk came to, one a line. */
static size_t
cover_gaps(FILE *to)
{
	size_t gaps = 0;

	for (size_t s = 0; s < cover.pb->n_steps; s++) {
		const struct hf_step *step = &cover.pb->steps[s];

		if (cover.reached[s] == 0 && ++gaps > 0 && to != NULL)
			fprintf(to, "    never reached: %s\n", step->id);
		if (cover.reached[s] != 0 && cover.reached[s] == cover.forced[s] && to != NULL)
			fprintf(to, "    only through a closed gate: %s\n", step->id);
		for (size_t k = 0; cover.reached[s] != 0 && k < step->n_routes; k++)
			if (cover.taken[s][k] == 0 && ++gaps > 0 && to != NULL)
				fprintf(to, "    never answered: %s %s\n", step->id, step->routes[k].key);
	}
	return gaps;
}

/* ---- one step ---- */

/* Is there a step that nobody came to yet, and that asks for this answer? */
static bool
leads_on(const struct hf_step *step, size_t k)
{
	for (size_t s = 0; k != DONE && s < cover.pb->n_steps; s++)
		for (size_t c = 0; c < cover.pb->steps[s].n_only; c++) {
			const struct hf_cond *only = &cover.pb->steps[s].only[c];

			if (cover.reached[s] == 0 && only->kind == HF_COND_IS && strcmp(only->name, step->id) == 0 &&
			    strcmp(only->answer, step->routes[k].key) == 0)
				return true;
		}
	return false;
}

/* How often that way was gone; one that ends the run counts for more, or the rest would hardly be seen. */
static unsigned
gone(const struct hf_step *step, size_t k)
{
	unsigned n = cover.taken[index_of(step->id)][k];

	for (size_t t = 0; k != DONE && t < step->routes[k].n_to; t++)
		if (step->routes[k].to[t].verb == HF_STOP)
			return n * ENDING + LATER;
	return leads_on(step, k) ? n / 4 : n;
}

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

/* The way out of a step that was gone least; the failure last of those. Now and then another, or the same answers would always meet. */
static size_t
route_for(const struct hf_instance *i)
{
	const struct hf_step *step = i->step;
	size_t                way[MOST_ROUTES], n = 0, best = 0;

	ck_assert(step->n_routes < DONE);
	for (size_t k = 0; k < step->n_routes; k++)
		if (strcmp(step->routes[k].key, "it-fails") != 0)
			way[n++] = k;
	if (may_be_done(i, n))
		way[n++] = DONE;
	for (size_t k = 0; k < step->n_routes; k++)
		if (strcmp(step->routes[k].key, "it-fails") == 0)
			way[n++] = k;
	for (size_t k = 1; k < n; k++)
		if (gone(step, way[k]) < gone(step, way[best]))
			best = k;
	if (cover.walks > 0 && books_dice(&seed, 4) == 0)
		best = books_dice(&seed, (unsigned)n);
	return way[best];
}

static enum hf_code
act_on(const struct hf_instance *i, struct hf_act *act, struct hf_err *e)
{
	size_t       k = route_for(i);
	const char  *key = k == DONE ? "" : i->step->routes[k].key;
	enum hf_code rc;

	cover.taken[index_of(i->step->id)][k]++;
	if (k == DONE)
		return hf_run_done(run, act, e);
	rc = strcmp(key, "it-fails") == 0 ? hf_run_fail(run, act, e) : hf_run_answer(run, act, key, NULL, e);
	return rc;
}

static void
take(const char *address)
{
	char          step[HF_ADDRESS_SIZE];
	struct hf_act act = { .step = step };
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc;
	size_t        s;

	snprintf(step, sizeof(step), "%s", address);
	s = index_of(at(run, step)->step->id);
	cover.reached[s]++;
	if (!at(run, step)->ready) {
		act.anyway = "nobody does that here";
		cover.forced[s]++;
	}
	ck_assert(books_give(run, step, &seed));
	if (!hf_run_is_open(run))
		return;
	rc = act_on(at(run, step), &act, &e);
	if (rc == HF_BAD || rc == HF_NOTFOUND) { /* what it would change is not there to be changed: a person would leave it out */
		fprintf(stderr, "%s#%s: left out: %s\n", hf_run_book(run), step, e.msg);
		hf_err_clear(&e);
		act.text = "it is not there";
		cover.left_out++;
		rc = hf_run_skip(run, &act, &e);
	}
	ck_assert_msg(rc == HF_OK, "%s#%s: HF_%s: %s (%s)", hf_run_book(run), step, hf_code_name(rc), e.msg, e.hint);
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
	if (strcmp(kind, "account") == 0)
		strcpy(id, world.account);
	else if (strcmp(kind, "person") == 0)
		strcpy(id, world.jo);
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
		take(i->address);
		ck_assert_msg(hf_json_len(hf_run_entries(run)) > before, "%s: nothing was logged", name);
	}
	ck_assert_msg(turns < ROUNDS, "%s: it does not come to an end", name);
	finish();
}

static const char *
name_of(int n)
{
	const struct hf_shelf_book *books;
	size_t                      count;
	int                         k = 0;

	ck_ok(hf_shelf_list(&books, &count, world.shelf, &e));
	for (size_t i = 0; i < count; i++)
		if ((strncmp(books[i].name, "incident/", 9) == 0 || strncmp(books[i].name, "routine/", 8) == 0) && k++ == n)
			return books[i].name;
	return NULL;
}

START_TEST(to_an_end)
{
	const char *want = getenv("BOOKS"), *named;
	char        name[128];
	bool        all;
	size_t      gaps;
	unsigned    most = getenv("WALKS") == NULL ? MOST_WALKS : (unsigned)atoi(getenv("WALKS"));

	books_world_open(0);
	named = name_of(_i);
	snprintf(name, sizeof(name), "%s", named == NULL ? "" : named);
	books_world_close();
	all = want != NULL && (strcmp(want, "all") == 0 || strncmp(want, name, strlen(want)) == 0);
	if (named == NULL || (want != NULL && !all))
		return;
	seed = (uint64_t)_i + 1;
	do {
		books_world_open(0);
		if (cover.pb == NULL)
			cover_open(name);
		walk(name);
		books_world_close();
	} while (all && cover.walks < most && cover_gaps(NULL) > 0);
	if (all) {
		printf("%s: %zu steps, %u walks, %u acts, %u to the end, %u stopped, %u left out\n", name, cover.pb->n_steps,
		    cover.walks, cover.acts, cover.closed, cover.stopped, cover.left_out);
		gaps = cover_gaps(stdout);
		fflush(stdout);
		ck_assert_msg(gaps == 0 || most < MOST_WALKS, "%s: a step or an answer that no walk comes to", name);
	}
	cover_close();
}
END_TEST

#define MOST 64

START_TEST(all_of_them_are_walked)
{
	books_world_open(0);
	ck_assert_ptr_nonnull(name_of(0));
	ck_assert_ptr_null(name_of(MOST));
	books_world_close();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("books walk");
	TCase *t = tcase_create("books walk");

	tcase_add_unchecked_fixture(t, books_world_make, run_world_remove);
	tcase_set_timeout(t, 900);
	tcase_add_test(t, all_of_them_are_walked);
	tcase_add_loop_test(t, to_an_end, 0, MOST);
	suite_add_tcase(s, t);
	return run_suite(s);
}
