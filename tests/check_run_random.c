/*
 * Small playbooks that nobody wrote, carried out by people who do not keep to the order: after each act the run that is held is the one that is read from
 * the register, nothing that was acknowledged is missing from its entries or without effect, what is finished stays so until a route or somebody opens it
 * again, and what applies, what is ready, by when, and what comes next is what the rules say when they are told a second time (run_model.h). Nothing goes
 * through a closed gate, or is left out, without a reason; and at last everything can be finished. RUNS=n makes n of them instead of a few; SEED=n another
 * row of them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "books_aid.h"
#include "holdfast/time.h"
#include "random_book.h"
#include "run_model.h"
#include "test.h"

#define FEW        16 /* books in "make check" */
#define TURNS      30 /* acts that do as they like; then it is brought to its end */
#define MOST_TURNS 400
#define MOST       64 /* instances */

static uint64_t       seed;
static struct hf_run *run;
static char          *text; /* of the book: shown when something is wrong */

static unsigned
dice(unsigned below)
{
	return books_dice(&seed, below);
}

#define wrong(...)                                      \
	do {                                            \
		fprintf(stderr, "%s\n", text);          \
		fprintf(stderr, "%s\n", portrait(run)); \
		ck_abort_msg(__VA_ARGS__);              \
	} while (0)

/* ---- what has to hold ---- */

static struct {
	char          address[HF_ADDRESS_SIZE];
	enum hf_state state;
	unsigned      visit, rounds;
	bool          called;
} before[MOST];
static size_t          n_before, entries_before;
static struct hf_json *entries_held; /* as they stood before the act */

static void
remember(void)
{
	n_before = 0;
	for (size_t k = 0; k < hf_run_count(run) && n_before < MOST; k++, n_before++) {
		const struct hf_instance *i = hf_run_at(run, k);

		strcpy(before[n_before].address, i->number);
		before[n_before].state = i->state;
		before[n_before].visit = i->visit;
		before[n_before].rounds = i->rounds;
	}
	hf_json_free(entries_held);
	entries_held = hf_json_copy(hf_run_entries(run));
	entries_before = hf_json_len(entries_held);
}

static bool
finished(enum hf_state s)
{
	return s == HF_DONE || s == HF_FAILED || s == HF_SKIPPED;
}

/* What was done is undone only in a new visit, a new round, or by whoever refuses or is asked to agree. */
static void
stays_finished(const char *acted)
{
	for (size_t k = 0; k < n_before; k++) {
		const struct hf_instance *i = at(run, before[k].address);

		if (finished(before[k].state) && !finished(i->state) && i->visit == before[k].visit &&
		    i->rounds == before[k].rounds && !i->called && i->rounds == 0 && strcmp(acted, i->number) != 0)
			wrong("%s was %s and is %s after %s", i->number, hf_state_word(before[k].state), hf_state_word(i->state),
			    acted);
	}
}

/* Every entry that was there is there still, in its place. */
static void
nothing_is_lost(bool acknowledged)
{
	const struct hf_json *now = hf_run_entries(run);

	for (size_t k = 0; k < entries_before; k++)
		if (!hf_json_equal(hf_json_at(entries_held, k), hf_json_at(now, k)))
			wrong("entry %zu is another one", k);
	if (acknowledged != (hf_json_len(now) > entries_before))
		wrong(acknowledged ? "an act that was acknowledged is not there" : "an act that was refused is there");
}

/* A gate says what is missing exactly when something is. */
static void
gate_holds(const struct hf_instance *i)
{
	struct hf_json *gate = NULL;
	bool            met = model_met(run, i);

	ck_ok(hf_run_blocked(&gate, run, i, &e));
	if (met != (hf_json_len(gate) == 0))
		wrong("%s: what it needs is %sthere, and its gate is %s", i->number, met ? "" : "not ", met ? "closed" : "open");
	hf_json_free(gate);
}

/* Does a round that is over, or a row that an answer ended, leave it out? */
static bool
left_out(const struct hf_instance *i)
{
	return i->visit == 0 || (i->step->repeat.set && i->step->repeat.until[0] != '\0');
}

/* What does not apply is left out, and nothing else is. */
static void
conditions_hold(const struct hf_instance *i)
{
	enum model_truth applies = model_applies(run, i);

	if (i->state == HF_EXCLUDED && applies != MODEL_NO && !left_out(i))
		wrong("%s is left out, and it applies", i->number);
	if ((i->state == HF_OPEN || (i->state == HF_WAITING && i->pending == HF_PENDING_NONE)) && applies == MODEL_NO &&
	    !i->called && !i->again)
		wrong("%s does not apply, and it is %s", i->number, hf_state_word(i->state));
}

static void
order_holds(void)
{
	int64_t deadline, earlier = 0;

	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);
		bool                      ready = model_ready(&deadline, &earlier, run, i);

		gate_holds(i);
		conditions_hold(i);
		if (i->ready != ready)
			wrong("%s is %sready", i->number, i->ready ? "" : "not ");
		if (i->deadline != deadline && !i->step->repeat.set)
			wrong("%s is due at %lld, not %lld", i->number, (long long)deadline, (long long)i->deadline);
	}
}

/* The ready step with the nearest deadline, ties in the order of the text; what a route called comes first. */
static void
next_holds(void)
{
	const struct hf_instance *best = NULL;

	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);
		int64_t                   x = i->deadline != 0 ? i->deadline : hf_run_started(run), y;

		if (!i->ready || i->state != HF_OPEN)
			continue;
		y = best == NULL ? 0 : best->deadline != 0 ? best->deadline : hf_run_started(run);
		if (best == NULL || (i->called && !best->called) || (i->called == best->called && x < y))
			best = i;
	}
	if (best != hf_run_next(run))
		wrong("next is %s, not %s", hf_run_next(run) == NULL ? "nothing" : hf_run_next(run)->number,
		    best == NULL ? "nothing" : best->number);
}

static void
nobody_approves_alone(void)
{
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);
		enum hf_second_when       when = hf_step_second(hf_run_playbook(run), i->step)->when;
		bool                      acted = i->state == HF_DONE || (i->state == HF_FAILED && when == HF_SECOND_BEFORE);

		if (i->approved_by[0] != '\0' && strcmp(i->approved_by, world.fpr) == 0)
			wrong("%s was approved by whoever asked", i->number);
		if (i->approved_by[0] != '\0' || i->rounds > 0)
			continue;
		if ((acted && (when == HF_SECOND_DONE || when == HF_SECOND_BEFORE)) ||
		    (i->state == HF_SKIPPED && when == HF_SECOND_SKIP && !i->with_close))
			wrong("%s is %s, and nobody agreed", i->number, hf_state_word(i->state));
	}
}

static void
all_holds(const char *acted, bool acknowledged)
{
	char          *held = portrait(run), *read;
	struct hf_run *fresh = NULL;

	ck_ok(hf_run_open(&fresh, world.r, world.shelf, hf_run_id(run), &e));
	read = portrait(fresh);
	hf_run_close(fresh);
	if (strcmp(held, read) != 0) {
		fprintf(stderr, "%s\nread from the register:\n%s\n", text, read);
		wrong("after %s what is held is not what is read", acted);
	}
	free(held);
	free(read);
	nothing_is_lost(acknowledged);
	stays_finished(acted);
	order_holds();
	next_holds();
	nobody_approves_alone();
}

static bool
blank(const char *s)
{
	return s == NULL || s[strspn(s, " \t\n")] == '\0';
}

static bool
acts(const struct hf_json *entry)
{
	const char *type = hf_json_get_str(entry, "type");

	return strcmp(type, "done") == 0 || strcmp(type, "answer") == 0 || strcmp(type, "fail") == 0;
}

/* What went through a closed gate says why, and what was missing; nothing else does. What was left out says why. */
static void
reasons_are_logged(const char *step, bool met)
{
	const struct hf_json *entry = NULL;
	const char           *on = NULL;

	for (size_t k = entries_before; k < hf_json_len(hf_run_entries(run)) && on == NULL; k++) {
		entry = hf_json_at(hf_run_entries(run), k);
		on = hf_json_get_str(entry, "step");
	}
	if (on == NULL)
		return;
	if (strcmp(hf_json_get_str(entry, "type"), "skip") == 0 && blank(hf_json_get_str(entry, "text")))
		wrong("%s was left out without a reason", step);
	if (acts(entry) &&
	    (met == !blank(hf_json_get_str(entry, "anyway")) || met != (hf_json_len(hf_json_get(entry, "without")) == 0)))
		wrong("%s: the gate was %s, and its entry %s", step, met ? "open" : "closed",
		    met ? "gives a reason" : "gives no reason");
}

/* What was acknowledged is so: done, failed, left out, or it waits for whoever has to agree; unless its answer led on from there. */
static void
has_effect(const char *step)
{
	const struct hf_json     *entry = hf_json_at(hf_run_entries(run), entries_before);
	const struct hf_instance *i = at(run, step);
	const char               *type = hf_json_get_str(entry, "type"), *answer = hf_json_get_str(entry, "answer");
	unsigned                  visit = (unsigned)hf_json_num(hf_json_get(entry, "visit"));
	bool                      so = true;

	if (i->visit > visit || i->rounds > 0 || i->visit == 0)
		return;
	if (strcmp(type, "done") == 0)
		so = i->state == HF_DONE || i->pending == HF_PENDING_DONE;
	else if (strcmp(type, "skip") == 0)
		so = i->state == HF_SKIPPED || i->pending == HF_PENDING_SKIP;
	else if (strcmp(type, "fail") == 0)
		so = i->state == HF_FAILED;
	else if (strcmp(type, "answer") == 0)
		so = strcmp(i->answer, answer) == 0;
	else if (strcmp(type, "reopen") == 0)
		so = i->state != HF_DONE && i->state != HF_FAILED && i->state != HF_SKIPPED;
	else if (strcmp(type, "wait") == 0)
		so = i->state == HF_WAITING;
	if (!so)
		wrong("%s: %s was acknowledged, and it is %s", step, type, hf_state_word(i->state));
}

/* ---- acts ---- */

static enum hf_code
answer_one(const struct hf_instance *i, struct hf_act *act, bool sane, struct hf_err *e)
{
	const char *key = i->step->n_routes == 0 ? "yes" : i->step->routes[sane ? 0 : dice((unsigned)i->step->n_routes)].key;

	return strcmp(key, "it-fails") == 0 ? (sane ? hf_run_done(run, act, e) : hf_run_fail(run, act, e)) :
					      hf_run_answer(run, act, key, NULL, e);
}

static const char *
some_reason(void)
{
	static const char *const REASONS[] = { "for a reason", "it has to be", "for a reason", NULL, "", " \n" };

	return REASONS[dice(N_OF(REASONS))];
}

/* Left out, and that only for a reason. */
static enum hf_code
skip_it(struct hf_act *act, struct hf_err *e)
{
	enum hf_code rc;

	act->text = some_reason();
	rc = hf_run_skip(run, act, e);
	if (blank(act->text) && rc != HF_USAGE)
		wrong("%s: left out without a reason: HF_%s", act->step, hf_code_name(rc));
	return rc == HF_USAGE ? HF_NO : rc;
}

/* One act of many, at a step that may well not be ready for it. */
static enum hf_code
act_wildly(const struct hf_instance *i, struct hf_act *act, struct hf_err *e)
{
	act->text = "for a reason";
	switch (dice(11)) {
	case 0:
		return skip_it(act, e);
	case 1:
		act->anyway = some_reason();
		return hf_run_fail(run, act, e);
	case 2:
		return hf_run_note(run, act, e);
	case 3:
		/* One's own: never. Before it begins one may, and then another has to do it: here there is no other. */
		return i->pending == HF_PENDING_BEGIN ? hf_run_note(run, act, e) : hf_run_approve(run, act, NULL, e);
	case 4:
		return dice(3) == 0 ? hf_run_reopen(run, act, e) : hf_run_claim(run, act, dice(2) == 0, e);
	case 5:
		act->anyway = some_reason();
		return hf_run_done(run, act, e);
	case 6:
		return i->pending != HF_PENDING_NONE || i->again ? HF_NO :
								   hf_run_wait(run, act, hf_register_now(world.r) + HF_HOUR, e);
	default:
		act->anyway = dice(3) == 0 ? some_reason() : NULL;
		return i->step->n_routes > 0 ? answer_one(i, act, false, e) : hf_run_done(run, act, e);
	}
}

static void
give(const char *step)
{
	remember();
	entries_before = hf_json_len(hf_run_entries(run));
	ck_assert(books_give(run, step, &seed));
	all_holds(step, hf_json_len(hf_run_entries(run)) > entries_before);
}

/* The first approval that is asked for is given, or refused. */
static bool
agree(bool sane)
{
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);
		char                      step[HF_ADDRESS_SIZE];

		if (i->pending == HF_PENDING_NONE || (i->pending == HF_PENDING_BEGIN && i->rejected[0] != '\0' && !sane))
			continue;
		snprintf(step, sizeof(step), "%s", i->number);
		remember();
		run = books_agree(run, step, sane || dice(4) != 0 ? NULL : "not so");
		all_holds(step, true);
		return true;
	}
	return false;
}

/* Any step; every second time one that stands before a closed gate. */
static const struct hf_instance *
some_step(void)
{
	unsigned n = (unsigned)hf_run_count(run), from = dice(n);
	bool     shut = dice(2) == 0;

	for (unsigned k = 0; shut && k < n; k++)
		if (hf_run_at(run, (from + k) % n)->state == HF_OPEN && !model_met(run, hf_run_at(run, (from + k) % n)))
			return hf_run_at(run, (from + k) % n);
	return hf_run_at(run, from);
}

static void
one_turn(void)
{
	const struct hf_instance *i = some_step();
	char                      step[HF_ADDRESS_SIZE];
	struct hf_act             act = { .step = step };
	struct hf_err             e = HF_ERR_INIT;
	bool                      met;
	enum hf_code              rc;

	if (dice(6) == 0 && agree(false))
		return;
	if (dice(3) != 0 && hf_run_next(run) != NULL)
		i = hf_run_next(run);
	snprintf(step, sizeof(step), "%s", i->number);
	if (i->state == HF_OPEN && i->ready && dice(3) != 0)
		give(step);
	remember();
	met = model_met(run, at(run, step));
	rc = act_wildly(at(run, step), &act, &e);
	if (rc != HF_OK && rc != HF_NO && rc != HF_DENIED && rc != HF_BAD)
		wrong("%s: HF_%s: %s", step, hf_code_name(rc), e.msg);
	reasons_are_logged(step, met);
	all_holds(step, rc == HF_OK);
	if (rc == HF_OK)
		has_effect(step);
}

static bool
asks_the_register(const struct hf_instance *i)
{
	for (size_t k = 0; k < i->step->n_needs; k++)
		if (i->step->needs[k].ids.n == 0)
			return true;
	return false;
}

/* It comes back, and nothing ends that. */
static bool
for_ever(const struct hf_instance *i)
{
	return i->step->repeat.until[0] == '\0' && i->step->repeat.times == 0;
}

/* What comes next; else what waits for a word, or for a time; at last what nothing will make ready. */
static const struct hf_instance *
one_left(void)
{
	const struct hf_instance *i = hf_run_next(run);

	for (int ready = 1; ready >= 0; ready--)
		for (size_t k = 0; i == NULL && k < hf_run_count(run); k++) {
			const struct hf_instance *of = hf_run_at(run, k);

			if ((of->state == HF_OPEN || of->state == HF_WAITING) && of->pending == HF_PENDING_NONE &&
			    of->ready == (ready == 1) && !(of->again && for_ever(of)))
				i = of;
		}
	return i;
}

/* As the text says it, until nothing is left. When nobody did anything else before, only the register keeps a gate closed. */
static bool
one_sane_turn(bool orderly)
{
	const struct hf_instance *i = hf_run_next(run);
	char                      step[HF_ADDRESS_SIZE];
	struct hf_act             act = { .step = step };
	struct hf_err             e = HF_ERR_INIT;
	enum hf_code              rc;

	if (i == NULL && agree(true))
		return true;
	if ((i = one_left()) == NULL)
		return false;
	snprintf(step, sizeof(step), "%s", i->number);
	if (i->wakes > hf_register_now(world.r)) {
		run = books_clock(run, i->wakes + 1);
		remember();
		return true;
	}
	if (!model_met(run, i)) {
		if (orderly && !asks_the_register(i))
			wrong("%s cannot be reached", step);
		act.anyway = "nothing else is left";
	}
	give(step);
	remember();
	if ((rc = answer_one(at(run, step), &act, true, &e)) == HF_NO && at(run, step)->state != HF_OPEN)
		return true;
	if (i->step->n_routes == 0)
		rc = hf_run_done(run, &act, &e);
	if (rc != HF_OK)
		wrong("%s: HF_%s: %s", step, hf_code_name(rc), e.msg);
	all_holds(step, true);
	has_effect(step);
	return true;
}

/* It closes when all is behind us, and not before. */
static void
try_to_end(void)
{
	struct hf_act act = { .step = NULL };
	struct hf_err e = HF_ERR_INIT;
	bool          all = true;
	enum hf_code  rc;

	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);

		all = all && (finished(i->state) || i->state == HF_EXCLUDED || (i->again && for_ever(i)));
	}
	remember();
	rc = hf_run_end(run, &act, &e);
	if (rc != (all ? HF_OK : HF_NO))
		wrong("%s is open, and closing says HF_%s: %s", all ? "nothing" : "a step", hf_code_name(rc), e.msg);
	all_holds("close", rc == HF_OK);
}

/* Closed is closed: nothing is done there any more, but it can be opened again. */
static void
after_the_end(void)
{
	char          step[HF_ADDRESS_SIZE];
	struct hf_act act = { .step = step, .text = "for a reason", .anyway = "it has to be" };
	struct hf_err why = HF_ERR_INIT;

	snprintf(step, sizeof(step), "%s", hf_run_at(run, dice((unsigned)hf_run_count(run)))->number);
	remember();
	if (hf_run_done(run, &act, &why) != HF_NO || hf_run_skip(run, &act, &why) != HF_NO ||
	    hf_run_reopen(run, &act, &why) != HF_NO)
		wrong("%s: done in a run that is closed", step);
	all_holds(step, false);
	if (dice(2) == 0)
		return;
	act.step = NULL;
	ck_ok(hf_run_reopen(run, &act, &e));
	all_holds("the run", true);
	if (!hf_run_is_open(run))
		wrong("it was opened again, and is closed");
}

static void
begin_it(void)
{
	struct hf_buf    b = HF_BUF_INIT;
	struct hf_batch *batch;

	random_book(&b, &seed);
	text = hf_buf_steal(&b);
	book("incident/small", random_small);
	book("incident/random", text);
	if (dice(3) == 0) {
		ck_ok(hf_batch_new(&batch, world.r, &e));
		ck_ok(hf_batch_set(batch, world.account, "state", '=', "parked", &e));
		ck_ok(hf_batch_commit(batch, "parked", &e));
		hf_batch_free(batch);
	}
	run = dice(6) == 0 ? begin_drill("incident/random") : begin_at("incident/random", 20 * HF_MINUTE);
}

START_TEST(whatever_people_do)
{
	int  turns;
	bool orderly = _i % 4 == 3;

	seed = (uint64_t)_i * 7919 + (getenv("SEED") == NULL ? 1 : strtoull(getenv("SEED"), NULL, 10));
	books_world_open(0);
	begin_it();
	remember();
	for (turns = 0; !orderly && turns < TURNS && hf_run_is_open(run); turns++)
		one_turn();
	if (!hf_run_is_open(run))
		after_the_end();
	for (turns = 0; turns < MOST_TURNS && hf_run_is_open(run) && one_sane_turn(orderly); turns++)
		if (dice(12) == 0)
			try_to_end();
	if (turns == MOST_TURNS)
		wrong("it does not end");
	if (hf_run_is_open(run))
		try_to_end();
	run = again(run);
	if (hf_run_is_open(run))
		wrong("nothing is left to do, and it does not close");
	hf_run_close(run);
	hf_json_free(entries_held);
	entries_held = NULL;
	free(text);
	books_world_close();
}
END_TEST

int
main(void)
{
	const char *runs = getenv("RUNS");
	Suite      *s = suite_create("run random");
	TCase      *t = tcase_create("run random");

	tcase_add_unchecked_fixture(t, books_world_make, run_world_remove);
	tcase_set_timeout(t, 240);
	tcase_add_loop_test(t, whatever_people_do, 0, runs == NULL ? FEW : atoi(runs));
	suite_add_tcase(s, t);
	return run_suite(s);
}
