/*
 * Small playbooks that nobody wrote, carried out by people who do not keep to the order: after each act the run that is held is the one that is read from
 * the register, nothing that was acknowledged is missing from its entries, what is finished stays so until a route or somebody opens it again, and what
 * comes next is what the rules say. RUNS=n makes n of them instead of a few; SEED=n another row of them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "books_aid.h"
#include "holdfast/time.h"
#include "test.h"

#define FEW        12 /* books in "make check" */
#define TURNS      90 /* acts that do as they like; then it is brought to its end */
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

/* ---- a book ---- */

enum asks { PLAIN, TWO_WAYS, FAILS, VALUE, KEEPS, MOMENT, ALL_ASKS };

struct plan {
	unsigned  n, phase[16];
	enum asks asks[16];
	bool      loop[16]; /* of a phase */
	bool      rows[16]; /* of a step */
};

static const char LOOP[] =
    "- **For each:** right on it\n  ```sql\n  SELECT id AS g, role FROM \"grant\" WHERE account = :account ORDER BY id\n  ```\n";

static const char *const BY[] = { "- **By:** at start\n", "- **By:** 10 min after start\n", "- **By:** 4 min after start\n",
	"- **By:** 1 h after start\n", "- **By:** 10 min after start\n" };

/* What the account is: other steps change that. */
static const char STATE[] =
    " the account is live\n  ```sql\n  SELECT 1 FROM account WHERE id = :account AND state = 'live'\n  ```\n";

static const char small[] = "\n## One `one`\n\n### Look at it `look-at-it`\n\nLook.\n";

/* Only of steps that stand earlier in the text, and in no loop but one's own phase: so the book has no circle that nobody chose. */
static bool
earlier(unsigned *of, const struct plan *p, unsigned s)
{
	if (s == 0)
		return false;
	*of = dice(s);
	return p->phase[*of] == p->phase[s] || !p->loop[p->phase[*of]];
}

static void
put_order(struct hf_buf *b, const struct plan *p, unsigned s)
{
	unsigned of;

	if (dice(2) == 0)
		hf_buf_addf(b, "%s", BY[dice(N_OF(BY))]);
	else if (dice(4) == 0 && earlier(&of, p, s) && !p->rows[of])
		hf_buf_addf(b, p->asks[of] == MOMENT ? "- **By:** 10 min after `t%u_x`\n" : "- **By:** 5 min after `s%u-x`\n", of);
	if (dice(3) == 0 && earlier(&of, p, s))
		hf_buf_addf(b, "- **Needs:** `s%u-x`\n", of);
	else if (dice(8) == 0)
		hf_buf_addf(b, "- **Needs:**%s", STATE);
	if (dice(12) == 0) {
		hf_buf_addf(b, "- **Only if:**%s", STATE);
	} else if (dice(4) == 0 && earlier(&of, p, s) && !p->rows[of]) {
		if (p->asks[of] == TWO_WAYS)
			hf_buf_addf(b, "- **Only if:** `s%u-x = %s`\n", of, dice(2) == 0 ? "yes" : "no");
		else if (p->asks[of] == VALUE)
			hf_buf_addf(b, "- **Only if:** `v%u_x = %s`\n", of, dice(2) == 0 ? "red" : "blue");
		else
			hf_buf_addf(b, "- **Only if:** `s%u-x = done`\n", of);
	}
}

static void
put_rest(struct hf_buf *b, const struct plan *p, unsigned s)
{
	static const char *const SECOND[] = { "", ", before", ", to skip" };

	if (dice(5) == 0)
		hf_buf_addf(b, "- **Second person:** owner%s\n", SECOND[dice(3)]);
	if (dice(10) == 0)
		hf_buf_addf(b, "- **Wait:** %s\n", dice(2) == 0 ? "for their answer" : "2 h");
	else if (s > 0 && dice(10) == 0)
		hf_buf_adds(b, "- **Repeat:** every 2 h, 3 times\n");
	else if (s + 1 < p->n && dice(10) == 0 && p->phase[s + 1] == p->phase[s])
		hf_buf_addf(b, "- **Repeat:** every 2 h until `s%u-x`\n", s + 1);
	if (dice(8) == 0)
		hf_buf_adds(b, "- **Confirm:** `account.purpose`, `account.owner`\n");
	if (dice(8) == 0)
		hf_buf_addf(b, "- **Updates:** `{account} state=%s`\n", dice(2) == 0 ? "live" : "parked");
	if (dice(10) == 0)
		hf_buf_adds(b, dice(2) == 0 ? "- **On x, youtube instead:** do it there.\n" : "- **On x:** `skip`\n");
}

/* A route that goes back, to the end of the row, or to the end of all: at most one in a step, and another that goes on. */
static void
put_asks(struct hf_buf *b, const struct plan *p, unsigned s)
{
	unsigned of;

	if (p->asks[s] == VALUE)
		hf_buf_addf(b, "- **Write down:** `v%u_x` (one of red, blue) which\n", s);
	if (p->asks[s] == MOMENT)
		hf_buf_addf(b, "- **Write down:** `t%u_x` (time) when\n", s);
	if (p->asks[s] == KEEPS)
		hf_buf_addf(b, "- **Keep:** `k%u-x` what you saw\n", s);
	if (p->asks[s] == FAILS)
		hf_buf_adds(b, "- **If it fails:** go on.\n");
	if (p->asks[s] != TWO_WAYS)
		return;
	hf_buf_adds(b, "- **If yes:** go on.\n");
	if (dice(4) == 0 && earlier(&of, p, s) && p->phase[of] == p->phase[s] && !p->rows[of])
		hf_buf_addf(b, "- **If no:** go to `s%u-x`.\n", of);
	else if (p->loop[p->phase[s]] && dice(3) == 0)
		hf_buf_adds(b, "- **If no:** `next`.\n");
	else if (dice(12) == 0)
		hf_buf_adds(b, "- **If no:** `stop`.\n");
	else if (dice(4) == 0)
		hf_buf_addf(b, "- **If no:** run `incident/small` on {account}%s.\n", dice(4) == 0 ? " and `stop`" : "");
	else
		hf_buf_adds(b, "- **If no:** go on.\n");
}

static void
write_book(struct hf_buf *b)
{
	struct plan p = { .n = 4 + dice(7) };
	unsigned    phase = 0;

	for (unsigned s = 0; s < p.n; s++) {
		if (s == 0 || dice(3) == 0) {
			p.loop[++phase] = s > 0 && dice(3) == 0;
			hf_buf_addf(b, "\n## Part %u `p%u-x`\n\n%s%s", phase, phase, p.loop[phase] ? LOOP : "",
			    p.loop[phase] && dice(4) == 0 ? "- **Second person:** owner\n" : "");
		}
		p.phase[s] = phase;
		p.asks[s] = (enum asks)dice(ALL_ASKS);
		p.rows[s] = !p.loop[phase] && dice(8) == 0;
		hf_buf_addf(b, "\n### Do number %u `s%u-x`\n\nDo it.\n\n- **Who:** %s\n%s", s, s, dice(2) == 0 ? "lead" : "owner",
		    p.rows[s] ? LOOP : "");
		put_order(b, &p, s);
		put_asks(b, &p, s);
		put_rest(b, &p, s);
	}
}

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

		strcpy(before[n_before].address, i->address);
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
		    i->rounds == before[k].rounds && !i->called && i->rounds == 0 && strcmp(acted, i->address) != 0)
			wrong("%s was %s and is %s after %s", i->address, hf_state_word(before[k].state), hf_state_word(i->state),
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

static bool
behind(const struct hf_instance *i)
{
	bool way_out = i->state != HF_FAILED;

	for (size_t k = 0; k < i->step->n_routes; k++)
		way_out = way_out || strcmp(i->step->routes[k].key, "it-fails") == 0;
	return (finished(i->state) && way_out) || i->state == HF_EXCLUDED || i->again; /* one that comes back was done */
}

static bool
same_row(const struct hf_instance *a, const struct hf_instance *b)
{
	const char *x = strchr(a->address, '@'), *y = strchr(b->address, '@');

	return a->step->phase != b->step->phase || hf_run_playbook(run)->phases[a->step->phase].loop.sql == NULL || x == NULL ||
	    y == NULL || strcmp(x, y) == 0;
}

/* Ready only when all that it needs is behind us; what was excluded stands in nobody's way. */
static void
needs_hold(void)
{
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);
		struct hf_json           *gate = NULL;
		bool                      met = true, asked = false;

		for (size_t n = 0; n < i->step->n_needs; n++)
			asked = asked || i->step->needs[n].ids.n == 0; /* the register: it has no model here */
		for (size_t n = 0; !asked && n < i->step->n_needs; n++)
			for (size_t m = 0; m < hf_run_count(run); m++)
				if (strcmp(hf_run_at(run, m)->step->id, i->step->needs[n].ids.v[0]) == 0 &&
				    same_row(i, hf_run_at(run, m)))
					met = met && behind(hf_run_at(run, m));
		ck_ok(hf_run_blocked(&gate, run, i, &e));
		if (!asked && (i->state == HF_OPEN || i->state == HF_WAITING) && met != (hf_json_len(gate) == 0))
			wrong("%s: its needs are %smet, and it is %s", i->address, met ? "" : "not ", met ? "blocked" : "free");
		if (i->ready && (!met || hf_json_len(gate) > 0))
			wrong("%s is ready before its needs are met", i->address);
		hf_json_free(gate);
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
		wrong("next is %s, not %s", hf_run_next(run) == NULL ? "nothing" : hf_run_next(run)->address,
		    best == NULL ? "nothing" : best->address);
}

static void
nobody_approves_alone(void)
{
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);

		if (i->approved_by[0] != '\0' && strcmp(i->approved_by, world.fpr) == 0)
			wrong("%s was approved by whoever asked", i->address);
		if (i->state == HF_DONE && i->step->second.when == HF_SECOND_DONE && i->approved_by[0] == '\0' && i->rounds == 0)
			wrong("%s is done, and nobody agreed", i->address);
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
	needs_hold();
	next_holds();
	nobody_approves_alone();
}

static bool
is_blocked(const char *step)
{
	struct hf_json *gate = NULL;
	bool            blocked;

	ck_ok(hf_run_blocked(&gate, run, at(run, step), &e));
	blocked = hf_json_len(gate) > 0;
	hf_json_free(gate);
	return blocked;
}

/* What went through a closed gate says why, and what was missing; nothing else does. */
static void
reasons_are_logged(const char *step, bool blocked)
{
	const struct hf_json *last = NULL;
	const char           *type = "", *on = NULL;

	for (size_t k = entries_before; k < hf_json_len(hf_run_entries(run)) && on == NULL; k++) {
		last = hf_json_at(hf_run_entries(run), k);
		type = hf_json_get_str(last, "type");
		on = hf_json_get_str(last, "step");
	}
	if (on == NULL || (strcmp(type, "done") != 0 && strcmp(type, "answer") != 0 && strcmp(type, "fail") != 0))
		return;
	if (blocked != (hf_json_get_str(last, "anyway") != NULL) || blocked != (hf_json_len(hf_json_get(last, "without")) > 0))
		wrong("%s: the gate was %s, and its entry %s", step, blocked ? "closed" : "open",
		    blocked ? "gives no reason" : "gives a reason");
}

/* ---- acts ---- */

static enum hf_code
answer_one(const struct hf_instance *i, struct hf_act *act, bool sane, struct hf_err *e)
{
	const char *key = i->step->n_routes == 0 ? "yes" : i->step->routes[sane ? 0 : dice((unsigned)i->step->n_routes)].key;

	return strcmp(key, "it-fails") == 0 ? (sane ? hf_run_done(run, act, e) : hf_run_fail(run, act, e)) :
					      hf_run_answer(run, act, key, NULL, e);
}

/* One act of many, at a step that may well not be ready for it. */
static enum hf_code
act_wildly(const struct hf_instance *i, struct hf_act *act, struct hf_err *e)
{
	act->text = "for a reason";
	switch (dice(10)) {
	case 0:
		return hf_run_skip(run, act, e);
	case 1:
		return hf_run_fail(run, act, e);
	case 2:
		return hf_run_note(run, act, e);
	case 3:
		/* One's own: never. Before it begins one may, and then another has to do it: here there is no other. */
		return i->pending == HF_PENDING_BEGIN ? hf_run_note(run, act, e) : hf_run_approve(run, act, NULL, e);
	case 4:
		return dice(3) == 0 ? hf_run_reopen(run, act, e) : hf_run_claim(run, act, dice(2) == 0, e);
	case 5:
		act->anyway = dice(2) == 0 ? "it has to be" : NULL;
		return hf_run_done(run, act, e);
	default:
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
		snprintf(step, sizeof(step), "%s", i->address);
		remember();
		run = books_agree(run, step, sane || dice(4) != 0 ? NULL : "not so");
		all_holds(step, true);
		return true;
	}
	return false;
}

static void
one_turn(void)
{
	const struct hf_instance *i = hf_run_at(run, dice((unsigned)hf_run_count(run)));
	char                      step[HF_ADDRESS_SIZE];
	struct hf_act             act = { .step = step };
	struct hf_err             e = HF_ERR_INIT;
	bool                      blocked;
	enum hf_code              rc;

	if (dice(6) == 0 && agree(false))
		return;
	if (dice(4) != 0 && hf_run_next(run) != NULL)
		i = hf_run_next(run);
	snprintf(step, sizeof(step), "%s", i->address);
	if (i->state == HF_OPEN && i->ready && dice(3) != 0)
		give(step);
	remember();
	blocked = is_blocked(step);
	rc = act_wildly(at(run, step), &act, &e);
	if (rc != HF_OK && rc != HF_NO && rc != HF_DENIED && rc != HF_BAD)
		wrong("%s: HF_%s: %s", step, hf_code_name(rc), e.msg);
	reasons_are_logged(step, blocked);
	all_holds(step, rc == HF_OK);
}

/* As the text says it, until nothing is left. */
static bool
one_sane_turn(void)
{
	const struct hf_instance *i = hf_run_next(run);
	char                      step[HF_ADDRESS_SIZE];
	struct hf_act             act = { .step = step };
	struct hf_err             e = HF_ERR_INIT;
	enum hf_code              rc;

	if (i == NULL && agree(true))
		return true;
	for (size_t k = 0; i == NULL && k < hf_run_count(run); k++) {
		const struct hf_instance *of = hf_run_at(run, k);

		if ((of->state == HF_OPEN || of->state == HF_WAITING) && of->pending == HF_PENDING_NONE)
			i = of;
	}
	if (i == NULL)
		return false;
	snprintf(step, sizeof(step), "%s", i->address);
	if (i->wakes > hf_register_now(world.r)) {
		run = books_clock(run, i->wakes + 1);
		remember();
		return true;
	}
	if (!i->ready)
		act.anyway = "nothing else is left";
	give(step);
	remember();
	if ((rc = answer_one(at(run, step), &act, true, &e)) == HF_NO && at(run, step)->state != HF_OPEN)
		return true;
	if (i->step->n_routes == 0)
		rc = hf_run_done(run, &act, &e);
	if (rc != HF_OK)
		wrong("%s: HF_%s: %s", step, hf_code_name(rc), e.msg);
	all_holds(step, true);
	return true;
}

START_TEST(whatever_people_do)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_act act = { .step = NULL };
	int           turns = 0;

	seed = (uint64_t)_i * 7919 + (getenv("SEED") == NULL ? 1 : strtoull(getenv("SEED"), NULL, 10));
	books_world_open(0);
	write_book(&b);
	text = hf_buf_steal(&b);
	book("incident/small", small);
	book("incident/random", text);
	run = begin_at("incident/random", 20 * HF_MINUTE);
	remember();
	for (turns = 0; turns < TURNS / 3 && hf_run_is_open(run); turns++)
		one_turn();
	for (turns = 0; turns < MOST_TURNS && hf_run_is_open(run) && one_sane_turn(); turns++)
		;
	if (turns == MOST_TURNS)
		wrong("it does not end");
	if (hf_run_is_open(run))
		ck_ok(hf_run_end(run, &act, &e));
	run = again(run);
	ck_assert(!hf_run_is_open(run));
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
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, whatever_people_do, 0, runs == NULL ? FEW : atoi(runs));
	suite_add_tcase(s, t);
	return run_suite(s);
}
