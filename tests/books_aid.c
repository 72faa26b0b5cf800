#include "books_aid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books_world.h"
#include "gpg_fixture.h"
#include "holdfast/brief.h"
#include "holdfast/share.h"
#include "holdfast/time.h"
#include "holdfast/views.h"

static struct hf_register *other; /* as world.third has it */

/* ---- the world ---- */

#define MEMORY "/dev/shm" /* thousands of commits: here none has to survive a power cut */

static void
copy(const char *from, const char *to)
{
	char line[2048];

	snprintf(line, sizeof(line),
	    "cd '%s' && rm -rf '%s' && mkdir '%s' && for d in r.git state cache cache-*; do if [ -d '%s'/\"$d\" ]; then rm -rf '%s'/\"$d\" && "
	    "cp -a '%s'/\"$d\" '%s'/ || exit 1; fi; done",
	    world.dir, strcmp(to, ".") == 0 ? "none" : to, strcmp(to, ".") == 0 ? "none" : to, from, to, from, to);
	if (system(line) != 0)
		abort();
}

void
books_world_make(void)
{
	if (access(MEMORY, W_OK) == 0)
		setenv("FIXTURES", MEMORY, 1);
	run_world_make_two();
	run_world_open();
	books_world_fill();
	run_world_close();
	run_world_open(); /* once more: what is read quickly next time is laid down */
	other = run_world_of(world.third);
	hf_register_close(other);
	other = NULL;
	run_world_close();
	copy(".", "whole");
}

/* Queries see the books and the runs, as they do for people. */
static enum hf_code
supply(void *arg, const char *group, struct hf_err *e)
{
	return hf_views_fill(arg, world.shelf, group, e);
}

void
books_world_open(int64_t now)
{
	const char   *dirs[1] = { getenv("HOLDFAST_TOP") };
	struct hf_err e = HF_ERR_INIT;

	if (dirs[0] == NULL)
		dirs[0] = ".";
	copy("whole", ".");
	run_clock(now);
	run_world_open();
	hf_shelf_close(world.shelf);
	hf_fixture_must(hf_shelf_open(&world.shelf, dirs, 1, &e), &e, "shelf");
	hf_register_supply(world.r, supply, world.r);
}

static void
close_other(void)
{
	hf_register_close(other);
	other = NULL;
}

void
books_world_close(void)
{
	close_other();
	run_world_close();
	run_clock(0);
}

struct hf_run *
books_clock(struct hf_run *run, int64_t now)
{
	close_other();
	run_clock(now);
	run = as(world.fpr, run);
	hf_register_supply(world.r, supply, world.r);
	return run;
}

struct hf_run *
books_agree(struct hf_run *run, const char *address, const char *why)
{
	struct hf_run *theirs = NULL;
	struct hf_act  act = { .text = why };
	struct hf_err  e = HF_ERR_INIT;
	char           step[HF_ADDRESS_SIZE];

	snprintf(step, sizeof(step), "%s", address);
	act.step = step;
	if (other == NULL) {
		other = run_world_of(world.third);
		hf_register_supply(other, supply, other);
	}
	hf_fixture_must(hf_register_refresh(other, &e), &e, "refresh");
	hf_fixture_must(hf_run_open(&theirs, other, world.shelf, hf_run_id(run), &e), &e, "open run");
	hf_fixture_must(why == NULL ? hf_run_approve(theirs, &act, NULL, &e) : hf_run_reject(theirs, &act, &e), &e, step);
	hf_run_close(theirs);
	hf_fixture_must(hf_register_refresh(world.r, &e), &e, "refresh");
	return again(run);
}

/* The role that somebody has in another run goes to Ann. */
static void
hand_over(const char *id, const char *detail)
{
	struct hf_run *theirs = NULL;
	struct hf_act  act = { .step = NULL };
	struct hf_err  e = HF_ERR_INIT;
	char           role[64];

	snprintf(role, sizeof(role), "%.*s", (int)strcspn(detail, ","), detail);
	hf_fixture_must(hf_run_open(&theirs, world.r, world.shelf, id, &e), &e, id);
	hf_fixture_must(hf_run_handover(NULL, theirs, &act, role, world.ann, &e), &e, role);
	hf_run_close(theirs);
}

struct hf_run *
books_by_hand(struct hf_run *run, const char *address)
{
	const struct hf_json *row = at(run, address)->row;
	const char           *what = hf_json_get_str(row, "what"), *thing = hf_json_get_str(row, "thing");
	struct hf_act         act;
	struct hf_err         e = HF_ERR_INIT;
	char                  id[HF_ID_SIZE], detail[128];
	bool                  is_run = what != NULL && strcmp(what, "run") == 0;

	if (what == NULL || thing == NULL || (!is_run && strcmp(what, "conflict") != 0))
		return run;
	snprintf(id, sizeof(id), "%s", thing);
	snprintf(detail, sizeof(detail), "%s", hf_json_text(row, "detail"));
	/* What is done outside takes the row away, unless an entry holds the rows. */
	act = (struct hf_act){ .step = address, .text = "looked at both" };
	hf_fixture_must(hf_run_note(run, &act, &e), &e, address);
	if (is_run)
		hand_over(id, detail);
	else
		hf_fixture_must(hf_conflict_settle(world.r, id, false, &e), &e, id);
	return again(run);
}

bool
books_record(char id[HF_ID_SIZE], const char *kind, unsigned skip)
{
	struct hf_stmt *s;
	struct hf_err   e = HF_ERR_INIT;
	char            sql[192];
	bool            any;

	snprintf(sql, sizeof(sql),
	    "SELECT id FROM main.\"%s\" WHERE id NOT IN (SELECT id FROM main.person WHERE key_fpr = '%s') ORDER BY id LIMIT 1 OFFSET %u",
	    kind, world.third, skip);
	id[0] = '\0';
	hf_fixture_must(hf_db_prepare(&s, hf_register_db(world.r), sql, &e), &e, sql);
	if ((any = hf_stmt_step(s)))
		snprintf(id, HF_ID_SIZE, "%s", hf_stmt_col(s, 0));
	hf_stmt_free(s);
	return any;
}

void
books_named(char id[HF_ID_SIZE], const char *ref)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_register_resolve(id, NULL, world.r, NULL, ref, &e), &e, ref);
}

unsigned
books_dice(uint64_t *seed, unsigned below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return below == 0 ? 0 : (unsigned)(*seed >> 33) % below;
}

/* ---- what a step asks for ---- */

/* An address of ours; a number, for a contact that is one. */
static const char *
ours(const struct hf_instance *i)
{
	const char     *contact = i == NULL ? NULL : hf_json_get_str(i->row, "contact");
	struct hf_json *record = NULL;
	bool            phone = contact != NULL && hf_register_get(&record, world.r, contact, NULL) == HF_OK &&
	    strcmp(hf_json_text(record, "type"), "phone") == 0;

	hf_json_free(record);
	return phone ? "+44 7700 900998" : "safe@agency.example";
}

static const char *
plain(const struct hf_value *v, const struct hf_instance *i, uint64_t *seed, char *buf)
{
	switch (v->type) {
	case HF_VALUE_NUMBER:
		return "3";
	case HF_VALUE_DATE:
		return "today";
	case HF_VALUE_TIME:
		return "now";
	case HF_VALUE_BOOL:
		return books_dice(seed, 2) == 0 ? "yes" : "no";
	case HF_VALUE_CHOICE:
		return v->choices.v[books_dice(seed, (unsigned)v->choices.n)];
	case HF_VALUE_EMAIL:
		return "safe@agency.example";
	case HF_VALUE_PHONE:
		return "+44 7700 900999";
	case HF_VALUE_REF:
		books_record(buf, v->kind, 0);
		return buf;
	default:
		return strstr(v->name, "address") != NULL || strcmp(v->name, "new_contact") == 0 ? ours(i) : BOOKS_TEXT;
	}
}

static struct hf_json *
typed(const struct hf_run *run, const struct hf_instance *i, const struct hf_value *v, uint64_t *seed)
{
	struct hf_json *choices = NULL, *out = NULL;
	struct hf_err   e = HF_ERR_INIT;
	char            buf[HF_ID_SIZE];

	if (v->sql != NULL && hf_brief_choices(&choices, run, i, v, &e) == HF_OK && hf_json_len(choices) > 0)
		out =
		    hf_json_string(hf_json_get_str(hf_json_at(choices, books_dice(seed, (unsigned)hf_json_len(choices))), "value"));
	hf_json_free(choices);
	return out != NULL ? out : hf_json_string(plain(v, i, seed, buf));
}

static bool
give(struct hf_run *run, const char *step, struct hf_json *values)
{
	struct hf_act act = { .step = step };
	struct hf_err e = HF_ERR_INIT;
	enum hf_code  rc = hf_json_len(values) == 0 ? HF_OK : hf_run_value(run, &act, values, &e);

	if (rc != HF_OK)
		fprintf(stderr, "%s#%s: %s (%s)\n", hf_run_book(run), step == NULL ? "" : step, e.msg, e.hint);
	hf_json_free(values);
	return rc == HF_OK;
}

bool
books_give_first(struct hf_run *run, uint64_t *seed)
{
	const struct hf_playbook *pb = hf_run_playbook(run);
	struct hf_json           *values = hf_json_object();

	for (size_t k = 0; k < pb->n_ask; k++)
		hf_json_set(values, pb->ask[k].name, typed(run, hf_run_at(run, 0), &pb->ask[k], seed));
	return give(run, NULL, values);
}

bool
books_give(struct hf_run *run, const char *address, uint64_t *seed)
{
	const struct hf_step *s = at(run, address)->step;
	struct hf_json       *values = hf_json_object();

	for (size_t k = 0; k < s->n_write; k++)
		if (hf_json_get(at(run, address)->values, s->write[k].name) == NULL)
			hf_json_set(values, s->write[k].name, typed(run, at(run, address), &s->write[k], seed));
	if (!give(run, address, values))
		return false;
	for (size_t k = 0; k < s->n_keep; k++)
		if (hf_json_get(at(run, address)->kept, s->keep[k].id) == NULL)
			keep(run, address, s->keep[k].id, "pixels");
	return true;
}
