/* Two people change one register for two hundred rounds, each on their own copy and with their own clock, against a model of what must come of it. */
#include <stdio.h>

#include "hands_aid.h"
#include "holdfast/run.h"
#include "holdfast/share.h"
#include "test.h"

#define ROUNDS   200
#define ACCOUNTS 3
#define PERSONS  64
#define TAGS     8

static const char *const fields[] = { "purpose", "display_name", "vault_ref" };

#define FIELDS 3

/* One side's idea of it all, and what both had when they last met. */
struct account {
	char     value[FIELDS][16]; /* "" none */
	unsigned tags;
};

struct person {
	char post[16];
	bool there;
};

struct side {
	struct account accounts[ACCOUNTS];
	struct person  persons[PERSONS];
	int64_t        account_at[ACCOUNTS], person_at[PERSONS]; /* last write since they met; 0 none */
	int            logged;
};

static struct {
	struct side base, now[2];
	char        accounts[ACCOUNTS][HF_ID_SIZE], persons[PERSONS][HF_ID_SIZE], run[HF_ID_SIZE];
	size_t      n_persons;
	char        conflicts[1024][128]; /* "record field kept other" */
	size_t      n_conflicts;
	unsigned    count; /* of values: each is new */
} model;

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* ---- what they do ---- */

/* Clocks that are hours apart, and go back. */
static int64_t
tick(int who)
{
	int64_t now = INT64_C(1790000000000) + (int64_t)hands_below(24000) * HF_SECOND;

	hands_clock(&hands[who], now);
	return now;
}

/* When the commit was made that holds what was just written: not before the one it stands on, whatever the clock says. */
static int64_t
written(int who)
{
	int64_t at = 0;

	ck_ok(hf_register_head_time(&at, hands[who].r, &e));
	return at;
}

static void
set_field(int who)
{
	unsigned        r = hands_below(ACCOUNTS), f = hands_below(FIELDS);
	struct account *a = &model.now[who].accounts[r];

	tick(who);
	if (hands_below(6) == 0 && a->value[f][0] != '\0')
		a->value[f][0] = '\0';
	else
		snprintf(a->value[f], sizeof(a->value[f]), "v%u", ++model.count);
	hands_set(&hands[who], model.accounts[r], fields[f], '=', a->value[f]);
	model.now[who].account_at[r] = written(who);
}

static void
set_tag(int who)
{
	unsigned        r = hands_below(ACCOUNTS), t = hands_below(TAGS);
	struct account *a = &model.now[who].accounts[r];
	char            tag[8];

	tick(who);
	snprintf(tag, sizeof(tag), "t%u", t);
	hands_set(&hands[who], model.accounts[r], "tags", (a->tags >> t & 1) ? '-' : '+', tag);
	model.now[who].account_at[r] = written(who);
	a->tags ^= 1u << t;
}

static void
add_person(int who)
{
	struct person *p = &model.now[who].persons[model.n_persons];
	char           text[64];

	if (model.n_persons == PERSONS)
		return;
	tick(who);
	p->there = true;
	p->post[0] = '\0';
	snprintf(text, sizeof(text), "name=Person %zu", model.n_persons);
	strcpy(model.persons[model.n_persons], hands_add(&hands[who], "person", text));
	model.now[who].person_at[model.n_persons++] = written(who);
}

/* Change one, or remove it. */
static void
touch_person(int who)
{
	size_t         k = model.n_persons == 0 ? 0 : hands_below((unsigned)model.n_persons);
	struct person *p = &model.now[who].persons[k];

	if (!p->there)
		return;
	tick(who);
	if (hands_below(3) == 0) {
		p->there = false;
		hands_drop(&hands[who], model.persons[k]);
		model.now[who].person_at[k] = written(who);
		return;
	}
	snprintf(p->post, sizeof(p->post), "v%u", ++model.count);
	hands_set(&hands[who], model.persons[k], "post", '=', p->post);
	model.now[who].person_at[k] = written(who);
}

static void
log_entry(int who)
{
	char text[32];

	tick(who);
	snprintf(text, sizeof(text), "%d %d", who, model.now[who].logged++);
	hands_log(&hands[who], model.run, "note", NULL, text);
}

/* ---- what must come of it ---- */

static void
expect_conflict(const char *id, const char *field, const char *kept, const char *other)
{
	ck_assert_uint_lt(model.n_conflicts, sizeof(model.conflicts) / sizeof(model.conflicts[0]));
	snprintf(model.conflicts[model.n_conflicts++], sizeof(model.conflicts[0]), "%s %s %s %s", id, field,
	    kept[0] == '\0' ? "-" : kept, other[0] == '\0' ? "-" : other);
}

/* The later write of the record wins; a tie goes to the greater fingerprint. */
static int
later_of(const int64_t at[2])
{
	if (at[0] != at[1])
		return at[0] > at[1] ? 0 : 1;
	return strcmp(hands[0].fpr, hands[1].fpr) > 0 ? 0 : 1;
}

static void
meet_account(size_t r)
{
	struct account *base = &model.base.accounts[r], *a = &model.now[0].accounts[r], *b = &model.now[1].accounts[r];
	struct account  both = *base;
	const int64_t   at[2] = { model.now[0].account_at[r], model.now[1].account_at[r] };

	for (size_t f = 0; f < FIELDS; f++) {
		const char *x = a->value[f], *y = b->value[f];

		if (strcmp(x, base->value[f]) == 0)
			strcpy(both.value[f], y);
		else if (strcmp(y, base->value[f]) == 0 || strcmp(x, y) == 0)
			strcpy(both.value[f], x);
		else {
			const char *kept = later_of(at) == 0 ? x : y, *other = later_of(at) == 0 ? y : x;

			strcpy(both.value[f], kept);
			expect_conflict(model.accounts[r], fields[f], kept, other);
		}
	}
	both.tags = (a->tags & b->tags) | ((a->tags | b->tags) & ~base->tags);
	*base = *a = *b = both;
}

static void
meet_person(size_t k)
{
	struct person *base = &model.base.persons[k], *p[2] = { &model.now[0].persons[k], &model.now[1].persons[k] };
	const int64_t  at[2] = { model.now[0].person_at[k], model.now[1].person_at[k] };
	int            first = later_of(at);
	struct person  both = *p[at[0] != 0 ? 0 : 1]; /* one side alone, or nobody */

	if (at[0] != 0 && at[1] != 0) {
		both = *p[first];
		if (p[0]->there != p[1]->there) {
			both = *p[p[0]->there ? 0 : 1];
			if (base->there)
				expect_conflict(model.persons[k], "record", "changed", "removed");
		} else if (p[0]->there && strcmp(p[0]->post, p[1]->post) != 0)
			expect_conflict(model.persons[k], "post", p[first]->post, p[1 - first]->post);
	}
	*base = *p[0] = *p[1] = both;
}

static void
meet(void)
{
	for (size_t r = 0; r < ACCOUNTS; r++)
		meet_account(r);
	for (size_t k = 0; k < model.n_persons; k++)
		meet_person(k);
	for (int who = 0; who < 2; who++) {
		memset(model.now[who].account_at, 0, sizeof(model.now[who].account_at));
		memset(model.now[who].person_at, 0, sizeof(model.now[who].person_at));
	}
}

/* ---- is it so? ---- */

static void
assert_text(const struct hf_json *j, const char *field, const char *want)
{
	const char *v = hf_json_get_str(j, field);

	ck_assert_str_eq(v == NULL ? "" : v, want);
}

static void
assert_records(struct hand *h)
{
	struct hf_json *j;

	for (size_t r = 0; r < ACCOUNTS; r++) {
		unsigned tags = 0;

		j = hands_get(h, model.accounts[r]);
		for (size_t f = 0; f < FIELDS; f++)
			assert_text(j, fields[f], model.base.accounts[r].value[f]);
		for (size_t i = 0; i < hf_json_len(hf_json_get(j, "tags")); i++)
			tags |= 1u << (hf_json_str(hf_json_at(hf_json_get(j, "tags"), i))[1] - '0');
		ck_assert_uint_eq(tags, model.base.accounts[r].tags);
		hf_json_free(j);
	}
	for (size_t k = 0; k < model.n_persons; k++) {
		j = hands_get(h, model.persons[k]);
		ck_assert_int_eq(j != NULL, model.base.persons[k].there);
		if (j != NULL)
			assert_text(j, "post", model.base.persons[k].post);
		hf_json_free(j);
	}
}

/* Exactly the conflicts of the model, of records that are still there. */
static void
assert_conflicts(struct hand *h)
{
	static char     is[1024][128], want[1024][128];
	size_t          n = 0, m = 0;
	struct hf_json *list;

	ck_ok(hf_conflicts(&list, h->r, &e));
	for (; n < hf_json_len(list); n++) {
		const struct hf_json *c = hf_json_at(list, n);
		const char           *kept = hf_json_get_str(c, "kept"), *other = hf_json_get_str(c, "other");

		snprintf(is[n], sizeof(is[n]), "%s %s %s %s", hf_json_get_str(c, "record"), hf_json_get_str(c, "field"),
		    kept == NULL ? "-" : kept, other == NULL ? "-" : other);
	}
	hf_json_free(list);
	for (size_t i = 0; i < model.n_conflicts; i++) {
		char            id[HF_ID_SIZE];
		struct hf_json *j;

		snprintf(id, sizeof(id), "%.26s", model.conflicts[i]);
		if ((j = hands_get(h, id)) != NULL)
			memcpy(want[m++], model.conflicts[i], sizeof(want[0]));
		hf_json_free(j);
	}
	qsort(is, n, sizeof(is[0]), by_text);
	qsort(want, m, sizeof(want[0]), by_text);
	ck_assert_uint_eq(n, m);
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(is[i], want[i]);
}

/* All of both, the same on both ends; what one wrote stands in the order of writing, whatever the clock said. */
static void
assert_entries(void)
{
	struct hf_json *list[2];
	int             next[2] = { 0, 0 }, who, number;

	for (int i = 0; i < 2; i++)
		ck_ok(hf_register_entries(&list[i], hands[i].r, model.run, &e));
	ck_assert(hf_json_equal(list[0], list[1]));
	for (size_t i = 0; i < hf_json_len(list[0]); i++) {
		if (sscanf(hf_json_get_str(hf_json_at(list[0], i), "text"), "%d %d", &who, &number) != 2)
			continue;
		ck_assert_int_eq(number, next[who]);
		next[who]++;
	}
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(next[i], model.now[i].logged);
		hf_json_free(list[i]);
	}
}

static void
sync_both(void)
{
	int who = (int)hands_below(2);

	tick(who);
	hands_sync(&hands[who], &hands[1 - who]);
	meet();
	ck_assert_str_eq(hands[0].r->head.hex, hands[1].r->head.hex);
	ck_assert_str_eq(hands[0].r->tree.hex, hands[1].r->tree.hex);
	for (int i = 0; i < 2; i++) {
		assert_records(&hands[i]);
		assert_conflicts(&hands[i]);
	}
	assert_entries();
}

/* ---- the rounds ---- */

static void
once_up(void)
{
	hands_make((const unsigned[]){ HF_ROLE_RESPONDER }, 1);
}

static void
begin(void)
{
	char text[64];

	memset(&model, 0, sizeof(model));
	for (size_t r = 0; r < ACCOUNTS; r++) {
		snprintf(text, sizeof(text), "provider=x;handle=@a%zu", r);
		strcpy(model.accounts[r], hands_add(&hands[0], "account", text));
	}
	strcpy(model.run, "01JRRRRRRRRRRRRRRRRRRRRRRR");
	hands_log(&hands[0], model.run, "start", NULL, "it begins");
	hands_sync(&hands[0], &hands[1]);
}

START_TEST(rounds)
{
	static void (*const acts[])(
	    int) = { set_field, set_field, set_field, set_tag, add_person, touch_person, touch_person, log_entry };

	hands_seed = 20261121;
	begin();
	for (int i = 0; i < ROUNDS; i++) {
		acts[hands_below(sizeof(acts) / sizeof(acts[0]))]((int)hands_below(2));
		if (hands_below(8) == 0)
			sync_both();
	}
	sync_both();
	ck_assert_uint_gt(model.n_conflicts, 5);
}
END_TEST

/* ---- two responders in one run ---- */

static const char steps[] =
    "# A book `two`\n\n- **In short:** do it.\n- **Do not:** panic.\n- **Subject:** account\n"
    "- **Role:** `lead` incident lead: {account.responder}\n- **Reviewed:** 2026-11-20\n\n"
    "## Contain `contain`\n\n### First `first`\nDo it.\n\n- **Who:** lead\n\n### Second `second`\nDo it.\n\n- **Who:** lead\n";

static void
do_step(struct hand *h, struct hf_shelf *shelf, const char *run_id, const char *step)
{
	struct hf_run *run;
	struct hf_act  act = { .step = step };

	ck_ok(hf_run_open(&run, h->r, shelf, run_id, &e));
	ck_ok(hf_run_done(run, &act, &e));
	hf_run_close(run);
}

START_TEST(done_twice)
{
	struct hand              *ann = &hands[0], *bob = &hands[1];
	struct hf_shelf          *shelf;
	struct hf_run            *run;
	const struct hf_instance *first, *second;
	const char               *id = hands_add(ann, "account", "provider=x;handle=@a"), *by[2];
	struct hf_start           s = { .playbook = "incident/two", .subject = id };
	char                      run_id[HF_ID_SIZE];

	ck_ok(hf_shelf_open(&shelf, NULL, 0, &e));
	ck_ok(hf_shelf_add(shelf, "incident/two", steps, strlen(steps), &e));
	ck_ok(hf_run_start(&run, ann->r, shelf, &s, &e));
	strcpy(run_id, hf_run_id(run));
	hf_run_close(run);
	hands_sync(ann, bob);
	hands_clock(bob, hf_time_now() + 5 * HF_HOUR);
	do_step(bob, shelf, run_id, "first");
	do_step(ann, shelf, run_id, "first");
	do_step(ann, shelf, run_id, "second");
	hands_sync(ann, bob);
	for (int i = 0; i < 2; i++) {
		ck_ok(hf_run_open(&run, hands[i].r, shelf, run_id, &e));
		ck_ok(hf_run_find(&first, run, "first", &e));
		ck_ok(hf_run_find(&second, run, "second", &e));
		ck_assert(first->twice && !second->twice);
		by[i] = strcmp(first->by, ann->fpr) == 0 ? "ann" : "bob";
		hf_run_close(run);
	}
	ck_assert_str_eq(by[0], by[1]);
	hf_shelf_close(shelf);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("merge_rounds");
	TCase *t = tcase_create("rounds");

	tcase_set_timeout(t, 600);
	tcase_add_unchecked_fixture(t, once_up, hands_remove);
	tcase_add_checked_fixture(t, hands_begin, hands_end);
	tcase_add_test(t, done_twice);
	tcase_add_test(t, rounds);
	suite_add_tcase(s, t);
	return run_suite(s);
}
