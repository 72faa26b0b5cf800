/*
 * Three people who take on each other's work late and crosswise: what was fetched is merged after both have gone on, so that histories cross, and cross
 * again. Whatever comes of it: of the values that nobody overwrote with knowledge each is there, as the value or in a conflict; a conflict that was there
 * once stays; every merge can be proved; a conflict is between two values of which neither writer knew the other's; and no value stands that somebody
 * wrote over who knew it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "hands_aid.h"
#include "holdfast/share.h"
#include "test.h"

#define PEOPLE  3
#define RECORDS 2
#define FIELDS  2
#define STEPS   80 /* CROSSED_STEPS: as many */

#define EVENTS 4096
#define SETS   (EVENTS / 64)

/*
 * Stories in which a value comes back that an earlier merge let go: whichever of the three has the greater key (which decides what was written in one
 * second), some of them would have a conflict between values that were known (the first three), or an older value in the newer one's place (the others),
 * if only what both sides started from were looked at.
 */
static const unsigned seeds[] = { 20261136, 20261169, 20261766, 20263226, 20261265, 20261813 };

static const char *const fields[FIELDS] = { "purpose", "display_name" };

/* Which writes somebody knows of. */
struct known {
	uint64_t bits[SETS];
};

/* One write of one field. Its value is "v" and its number. */
struct event {
	unsigned     record, field;
	struct known past;
};

/* What a hand fetched and has not merged yet. */
struct fetched {
	bool          there;
	struct hf_oid tip;
	struct known  known;
};

static struct {
	struct event   events[EVENTS];
	unsigned       n;
	struct known   now[PEOPLE];
	struct fetched waiting[PEOPLE][PEOPLE];
	char           records[RECORDS][HF_ID_SIZE];
	struct hf_json
		*conflicts; /* that were ever there: "record field kept other", the smaller number first → was it invented? */
	unsigned merges;    /* that were no mere step forward */
	int64_t  began;
} model;

static bool
knows(const struct known *k, unsigned event)
{
	return k->bits[event / 64] >> event % 64 & 1;
}

static void
learn(struct known *k, const struct known *more)
{
	for (size_t i = 0; i < SETS; i++)
		k->bits[i] |= more->bits[i];
}

static void
tick(unsigned who)
{
	hands_clock(&hands[who], model.began + (int64_t)hands_below(24000) * HF_SECOND);
}

/* ---- what they do ---- */

static void
write_field(unsigned who)
{
	struct event *ev = &model.events[model.n];
	char          value[16];

	ck_assert_uint_lt(model.n, EVENTS);
	tick(who);
	ev->record = hands_below(RECORDS);
	ev->field = hands_below(FIELDS);
	ev->past = model.now[who];
	snprintf(value, sizeof(value), "v%u", model.n);
	hands_set(&hands[who], model.records[ev->record], fields[ev->field], '=', value);
	model.now[who].bits[model.n / 64] |= UINT64_C(1) << model.n % 64;
	model.n++;
}

static void
fetch_from(unsigned who)
{
	unsigned        from = (who + 1 + hands_below(PEOPLE - 1)) % PEOPLE;
	struct fetched *f = &model.waiting[who][from];

	f->tip = hands_fetch(&hands[who], &hands[from]);
	f->known = model.now[from];
	f->there = true;
}

/* "v12" of that field → 12 */
static unsigned
number_of(const struct hf_json *holder, const char *key, const char *id, const char *field)
{
	const char *value = hf_json_get_str(holder, key);
	unsigned    n = EVENTS;

	ck_assert_msg(value != NULL && sscanf(value, "v%u", &n) == 1 && n < model.n, "%s.%s: nobody wrote %s", id, field, value);
	ck_assert_str_eq(model.records[model.events[n].record], id);
	ck_assert_str_eq(fields[model.events[n].field], field);
	return n;
}

/* Neither of the two should have known the other. */
static void
look_at_conflicts(unsigned who)
{
	struct hf_json *list;
	char            key[128];

	ck_ok(hf_conflicts(&list, hands[who].r, &e));
	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *c = hf_json_at(list, i);
		const char           *id = hf_json_get_str(c, "record"), *field = hf_json_get_str(c, "field");
		unsigned              kept = number_of(c, "kept", id, field), other = number_of(c, "other", id, field);

		ck_assert_msg(knows(&model.now[who], kept) && knows(&model.now[who], other), "not known there yet");
		snprintf(key, sizeof(key), "%s %s v%u v%u", id, field, kept < other ? kept : other, kept < other ? other : kept);
		ck_assert_int_eq(
		    hf_json_set(model.conflicts, key,
			hf_json_bool(knows(&model.events[kept].past, other) || knows(&model.events[other].past, kept))),
		    0);
	}
	hf_json_free(list);
}

static void
merge_waiting(unsigned who)
{
	struct fetched    *f = &model.waiting[who][(who + 1 + hands_below(PEOPLE - 1)) % PEOPLE];
	struct merge_count n;

	if (!f->there)
		return;
	tick(who);
	ck_ok(hands_try(&n, &hands[who], &f->tip, &e));
	model.merges += !n.forward;
	learn(&model.now[who], &f->known);
	f->there = false;
	look_at_conflicts(who);
}

/* ---- what has to come of it ---- */

/* The writes of a field that nobody wrote over who knew them. */
static bool
stands(unsigned event)
{
	const struct event *ev = &model.events[event];

	for (unsigned i = event + 1; i < model.n; i++)
		if (model.events[i].record == ev->record && model.events[i].field == ev->field &&
		    knows(&model.events[i].past, event))
			return false;
	return true;
}

static bool
in_a_conflict(const struct hf_json *list, const char *id, const char *field, const char *value)
{
	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *c = hf_json_at(list, i);

		if (strcmp(hf_json_get_str(c, "record"), id) == 0 && strcmp(hf_json_get_str(c, "field"), field) == 0 &&
		    (strcmp(hf_json_get_str(c, "kept"), value) == 0 || strcmp(hf_json_get_str(c, "other"), value) == 0))
			return true;
	}
	return false;
}

static void
assert_newest(struct hand *h)
{
	for (size_t r = 0; r < RECORDS; r++) {
		struct hf_json *j = hands_get(h, model.records[r]);

		for (size_t f = 0; f < FIELDS; f++)
			if (hf_json_get(j, fields[f]) != NULL)
				ck_assert_msg(stands(number_of(j, fields[f], model.records[r], fields[f])),
				    "%s: an older value is back: %s.%s = %s", h->name, model.records[r], fields[f],
				    hf_json_get_str(j, fields[f]));
		hf_json_free(j);
	}
}

static void
assert_nothing_lost(struct hand *h)
{
	struct hf_json *list, *v;
	const char     *key;
	char            value[16], seen[160];
	void           *it = NULL;
	size_t          n = 0;

	ck_ok(hf_conflicts(&list, h->r, &e));
	for (unsigned i = 0; i < model.n; i++) {
		const struct event *ev = &model.events[i];
		struct hf_json     *j = hands_get(h, model.records[ev->record]);
		const char         *now = hf_json_get_str(j, fields[ev->field]);

		snprintf(value, sizeof(value), "v%u", i);
		ck_assert_msg(!stands(i) || (now != NULL && strcmp(now, value) == 0) ||
			in_a_conflict(list, model.records[ev->record], fields[ev->field], value),
		    "%s: lost: %s.%s = %s", h->name, model.records[ev->record], fields[ev->field], value);
		hf_json_free(j);
	}
	for (; hf_json_next(model.conflicts, &it, &key, &v); n++) {
		bool found = false;

		for (size_t i = 0; !found && i < hf_json_len(list); i++) {
			const struct hf_json *c = hf_json_at(list, i);
			const char           *id = hf_json_get_str(c, "record"), *field = hf_json_get_str(c, "field");
			unsigned              x = number_of(c, "kept", id, field), y = number_of(c, "other", id, field);

			snprintf(seen, sizeof(seen), "%s %s v%u v%u", id, field, x < y ? x : y, x < y ? y : x);
			found = strcmp(seen, key) == 0;
		}
		ck_assert_msg(found, "%s: a conflict is gone: %s", h->name, key);
	}
	ck_assert_uint_eq(hf_json_len(list), n);
	hf_json_free(list);
}

static void
assert_proved(struct hand *h)
{
	struct hf_json       *out;
	const struct hf_json *problems;

	ck_ok(hf_register_verify_all(&out, h->r, &e));
	problems = hf_json_get(out, "problems");
	ck_assert_msg(hf_json_len(problems) == 0, "%s: %s", h->name, hf_json_get_str(hf_json_at(problems, 0), "what"));
	hf_json_free(out);
}

/* ---- the steps ---- */

static void
once_up(void)
{
	hands_make((const unsigned[]){ HF_ROLE_RESPONDER, HF_ROLE_RESPONDER }, PEOPLE - 1);
}

static void
begin(void)
{
	char text[64];

	memset(&model, 0, sizeof(model));
	model.began = hf_time_now() - 24000 * HF_SECOND;
	model.conflicts = hf_json_object();
	for (size_t r = 0; r < RECORDS; r++) {
		snprintf(text, sizeof(text), "provider=x;handle=@a%zu", r);
		strcpy(model.records[r], hands_add(&hands[0], "account", text));
	}
	for (unsigned i = 1; i < PEOPLE; i++)
		hands_sync(&hands[0], &hands[i]);
}

static void
all_meet(void)
{
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 1; i < PEOPLE; i++) {
			tick(0);
			hands_sync(&hands[0], &hands[i]);
			learn(&model.now[0], &model.now[i]);
			model.now[i] = model.now[0];
			look_at_conflicts(0);
		}
}

static size_t
invented(void)
{
	struct hf_json *v;
	const char     *key;
	size_t          n = 0;

	for (void *it = NULL; hf_json_next(model.conflicts, &it, &key, &v);)
		n += hf_json_true(v);
	return n;
}

START_TEST(crossed)
{
	static void (*const acts[])(unsigned) = { write_field, write_field, fetch_from, fetch_from, merge_waiting, merge_waiting };
	const char *steps = getenv("CROSSED_STEPS");
	int         n = steps == NULL ? STEPS : atoi(steps);

	hands_seed = seeds[_i];
	begin();
	for (int i = 0; i < n; i++)
		acts[hands_below(sizeof(acts) / sizeof(acts[0]))](hands_below(PEOPLE));
	all_meet();
	for (unsigned i = 0; i < PEOPLE; i++)
		assert_nothing_lost(&hands[i]);
	for (unsigned i = 0; i < PEOPLE; i++)
		assert_newest(&hands[i]);
	for (unsigned i = 0; i < PEOPLE; i++)
		hands_clock(&hands[i], hf_time_now());
	assert_proved(&hands[0]);
	assert_proved(&hands[2]);
	ck_assert_uint_gt(model.merges, (unsigned)n / 20);
	printf("%u writes, %u merges, %zu conflicts, of them %zu invented\n", model.n, model.merges, hf_json_len(model.conflicts),
	    invented());
	ck_assert_uint_eq(invented(), 0);
	hf_json_free(model.conflicts);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("merge_crossed");
	TCase *t = tcase_create("crossed");

	tcase_set_timeout(t, 900);
	tcase_add_unchecked_fixture(t, once_up, hands_remove);
	tcase_add_checked_fixture(t, hands_begin, hands_end);
	tcase_add_loop_test(t, crossed, 0, sizeof(seeds) / sizeof(seeds[0]));
	suite_add_tcase(s, t);
	return run_suite(s);
}
