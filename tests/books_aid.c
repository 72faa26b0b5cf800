#include "books_aid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdfast/brief.h"
#include "holdfast/time.h"

static struct hf_register *other; /* as world.third has it */

static void
must(enum hf_code rc, const struct hf_err *e, const char *what)
{
	if (rc == HF_OK)
		return;
	fprintf(stderr, "%s: HF_%s: %s (%s)\n", what, hf_code_name(rc), e->msg, e->hint);
	abort();
}

/* ---- the world ---- */

#define MOST_FIELDS 16
#define MEMORY      "/dev/shm" /* thousands of commits: here none has to survive a power cut */

/* kind, then field and value in turn */
static const char *const RECORDS[][MOST_FIELDS] = {
	{ "supplier", "name", "Schedule Ltd", "contract_ref", "C-17" },
	{ "desk", "provider", "x", "partner_contact", "the desk" },
	{ "device", "tag", "LT-118", "ownership", "organisation", "holder", "Jo Park" },
	{ "contact", "account", "x:agency", "type", "email", "value", "press@agency.example", "holder", "Jo Park" },
	{ "account", "provider", "sim", "handle", "+447700900199", "class", "phone", "state", "live", "owner", "Ann Lee" },
	{ "account", "provider", "zoom", "handle", "rooms@agency.example", "class", "meeting", "state", "live", "owner", "Jo Park",
	    "responder", "Ann Lee", "unit", "Press" },
	{ "account", "provider", "scheduler", "handle", "agency-plan", "class", "scheduler", "state", "live", "owner", "Jo Park",
	    "deputy", "Jo Park", "mfa_holders", "Jo Park" },
	{ "link", "account", "x:agency", "depends_on", "sim:+447700900199", "how", "phone" },
	{ "link", "account", "x:agency", "depends_on", "scheduler:agency-plan", "how", "scheduler" },
	{ "link", "account", "zoom:rooms@agency.example", "depends_on", "google-workspace:press@agency.example", "how", "mailbox" },
	{ "contact", "account", "x:agency", "type", "phone", "value", "+447700900199", "holder", "Jo Park" },
	{ "grant", "account", "zoom:rooms@agency.example", "person", "Jo Park", "role", "host", "since", "2025-01-01" },
	{ "grant", "account", "scheduler:agency-plan", "supplier", "Schedule Ltd", "role", "admin" },
	{ "share", "account", "scheduler:agency-plan", "supplier", "Schedule Ltd", "shared_on", "2026-01-10" },
	{ "share", "account", "x:agency", "person", "Jo Park", "shared_on", "2026-01-10" },
	{ "grant", "account", "x:agency", "person", "Max Stone", "role", "admin" },
	{ "declaration", "person", "Jo Park", "provider", "linkedin", "handle", "jo-park", "purpose", "news of the agency" },
	{ "unit", "name", "Web", "parent", "Press" },
	{ "exception", "rule", "HF-101", "subject", "x:agency", "reason", "the service has none", "accepted_by", "Jo Park",
	    "expires", "2027-06-30" },
};

static void
fill(void)
{
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;
	char             id[HF_ID_SIZE];

	for (size_t k = 0; k < sizeof(RECORDS) / sizeof(*RECORDS); k++) { /* one by one: later ones name earlier ones */
		const char *const *f = RECORDS[k];

		must(hf_batch_new(&b, world.r, &e), &e, "batch");
		must(hf_batch_add(id, b, f[0], &e), &e, f[0]);
		for (size_t n = 1; n + 1 < MOST_FIELDS && f[n] != NULL; n += 2)
			must(hf_batch_set(b, id, f[n], '=', f[n + 1], &e), &e, f[n]);
		must(hf_batch_commit(b, "record", &e), &e, f[0]);
		hf_batch_free(b);
	}
	must(hf_batch_new(&b, world.r, &e), &e, "batch");
	must(hf_batch_set(b, world.account, "mfa_holders", '=', "Jo Park", &e), &e, "mfa_holders");
	must(hf_batch_set(b, world.account, "recovery_holders", '=', "Jo Park", &e), &e, "recovery_holders");
	must(hf_batch_commit(b, "record", &e), &e, "account");
	hf_batch_free(b);
}

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
	fill();
	run_world_close();
	run_world_open(); /* once more: what is read quickly next time is laid down */
	other = run_world_of(world.third);
	hf_register_close(other);
	other = NULL;
	run_world_close();
	copy(".", "whole");
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
	must(hf_shelf_open(&world.shelf, dirs, 1, &e), &e, "shelf");
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
	return as(world.fpr, run);
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
	if (other == NULL)
		other = run_world_of(world.third);
	must(hf_register_refresh(other, &e), &e, "refresh");
	must(hf_run_open(&theirs, other, world.shelf, hf_run_id(run), &e), &e, "open run");
	must(why == NULL ? hf_run_approve(theirs, &act, NULL, &e) : hf_run_reject(theirs, &act, &e), &e, step);
	hf_run_close(theirs);
	must(hf_register_refresh(world.r, &e), &e, "refresh");
	return again(run);
}

bool
books_record(char id[HF_ID_SIZE], const char *kind, unsigned skip)
{
	struct hf_stmt *s;
	struct hf_err   e = HF_ERR_INIT;
	char            sql[96];
	bool            any;

	snprintf(sql, sizeof(sql), "SELECT id FROM main.\"%s\" ORDER BY id LIMIT 1 OFFSET %u", kind, skip);
	id[0] = '\0';
	must(hf_db_prepare(&s, hf_register_db(world.r), sql, &e), &e, sql);
	if ((any = hf_stmt_step(s)))
		snprintf(id, HF_ID_SIZE, "%s", hf_stmt_col(s, 0));
	hf_stmt_free(s);
	return any;
}

unsigned
books_dice(uint64_t *seed, unsigned below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return below == 0 ? 0 : (unsigned)(*seed >> 33) % below;
}

/* ---- what a step asks for ---- */

static const char *
plain(const struct hf_value *v, uint64_t *seed, char *buf)
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
		return "as-it-was";
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
	return out != NULL ? out : hf_json_string(plain(v, seed, buf));
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
