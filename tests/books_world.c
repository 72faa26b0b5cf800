#include "books_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books_aid.h"
#include "gpg_fixture.h"
#include "holdfast/time.h"

#define MOST_FIELDS 24

/* kind, then field and value in turn */
static const char *const RECORDS[][MOST_FIELDS] = {
	{ "person", "name", "Dee Roe", "email", "dee@agency.example", "phone", "+44 7700 900107" },
	{ "person", "name", "Old Hand" },
	{ "supplier", "name", "Schedule Ltd", "contract_ref", "C-17", "contract_ends_on", "2027-12-31" },
	{ "desk", "provider", "x", "partner_contact", "the desk" },
	{ "device", "tag", "LT-118", "ownership", "organisation", "holder", "Jo Park" },
	{ "contact", "account", "x:agency", "type", "email", "value", "press@agency.example", "holder", "Jo Park" },
	{ "account", "provider", "sim", "handle", "+447700900199", "class", "phone", "state", "live", "owner", "Ann Lee" },
	{ "account", "provider", "zoom", "handle", "rooms@agency.example", "class", "meeting", "state", "live", "owner", "Jo Park",
	    "responder", "Ann Lee", "unit", "Press", "login_model", "shared", "vault_ref", "Team/Zoom", "registered_email",
	    "jo@agency.example" },
	{ "account", "provider", "scheduler", "handle", "agency-plan", "class", "scheduler", "state", "live", "owner", "Jo Park",
	    "deputy", "Jo Park", "mfa_holders", "Jo Park" },
	{ "account", "provider", "mastodon", "handle", "agency", "class", "social", "state", "live", "owner", "Ann Lee",
	    "criticality", "critical" },
	{ "account", "provider", "discord", "handle", "agency", "class", "messaging", "state", "live", "owner", "Old Hand" },
	{ "link", "account", "x:agency", "depends_on", "sim:+447700900199", "how", "phone" },
	{ "link", "account", "x:agency", "depends_on", "scheduler:agency-plan", "how", "scheduler" },
	{ "link", "account", "zoom:rooms@agency.example", "depends_on", "google-workspace:press@agency.example", "how", "mailbox" },
	{ "contact", "account", "x:agency", "type", "phone", "value", "+447700900199", "holder", "Jo Park" },
	{ "contact", "account", "youtube:agency", "type", "email", "value", "press@agency.example", "holder", "Ann Lee",
	    "verified_on", "today" }, /* tried today, for another account */
	{ "grant", "account", "zoom:rooms@agency.example", "person", "Jo Park", "role", "host", "since", "2025-01-01" },
	{ "grant", "account", "scheduler:agency-plan", "supplier", "Schedule Ltd", "role", "admin" },
	{ "grant", "account", "scheduler:agency-plan", "person", "Ann Lee", "role", "admin" },
	{ "grant", "account", "mastodon:agency", "person", "Jo Park", "role", "admin" },
	{ "grant", "account", "discord:agency", "person", "Jo Park", "role", "publish" },
	{ "share", "account", "scheduler:agency-plan", "supplier", "Schedule Ltd", "shared_on", "2026-01-10" },
	{ "share", "account", "x:agency", "person", "Jo Park", "shared_on", "2026-01-10" },
	{ "grant", "account", "x:agency", "person", "Max Stone", "role", "admin" },
	{ "declaration", "person", "Jo Park", "provider", "linkedin", "handle", "jo-park", "purpose", "news of the agency" },
	{ "unit", "name", "Web", "parent", "Press" },
	{ "attestation", "unit", "Web", "period", BOOKS_TEXT, "control", "endorsement", "answer", "met", "answered_as",
	    "director" },
	{ "attestation", "unit", "Press", "period", "2025-26", "control", "own-devices", "answered_by", "Jo Park" },
	{ "document", "path", "template/internal/ours", "text", "# Ours", "owner", "Jo Park" },
	{ "evidence", "account", "x:agency", "description", "letter of authority", "satisfies", "signed-letter", "valid_until",
	    "2026-12-24" },
	{ "exception", "rule", "HF-101", "subject", "x:agency", "reason", "the service has none", "accepted_by", "Jo Park",
	    "expires", "2027-06-30" },
	{ "exception", "rule", "HF-205", "subject", "Jo Park", "reason", "for a week" },
};

/* record, field, value: of what was there before */
static const char *const FACTS[][3] = {
	{ "x:agency", "mfa_holders", "Jo Park" }, { "x:agency", "recovery_holders", "Jo Park" },
	{ "x:agency", "extra_reviewers", "Jo Park" }, { "x:agency", "deputy", "Ann Lee" },
	{ "x:agency", "criticality", "critical" }, { "x:agency", "drafter", "Jo Park" }, { "x:agency", "approver", "Dee Roe" },
	{ "google-workspace:press@agency.example", "owner", "Ann Lee" }, { "youtube:agency", "owner", "Ann Lee" },
	{ "youtube:agency", "deputy", "Jo Park" }, { "youtube:agency", "selection_ref", "the note of May" },
	{ "youtube:agency", "risk_assessed_on", "2026-10-01" }, { "youtube:agency", "risk_owner", "Jo Park" },
	{ "youtube:agency", "registered_email", "press@agency.example" }, { "youtube:agency", "registered_phone", "+447700900199" },
	{ "youtube:agency", "mfa_state", "on" }, { "Press", "director", "Dee Roe" }, { "Press", "deputy_director", "Dee Roe" },
	{ "Web", "director", "Dee Roe" }, { "Web", "deputy_director", "Dee Roe" }, { "Max Stone", "manager", "Jo Park" },
	{ "Old Hand", "last_day", "2026-01-31" }, /* the duty stayed: nobody who has left is given one */
};

static const char *
given(const char *value)
{
	static char day[HF_DAY_SIZE];

	if (strcmp(value, "today") != 0)
		return value;
	hf_day_of(day, hf_register_now(world.r), hf_register_zone(world.r));
	return day;
}

static void
add(const char *const *f)
{
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;
	char             id[HF_ID_SIZE];

	hf_fixture_must(hf_batch_new(&b, world.r, &e), &e, "batch");
	hf_fixture_must(hf_batch_add(id, b, f[0], &e), &e, f[0]);
	for (size_t n = 1; n + 1 < MOST_FIELDS && f[n] != NULL; n += 2)
		hf_fixture_must(hf_batch_set(b, id, f[n], '=', given(f[n + 1]), &e), &e, f[n]);
	hf_fixture_must(hf_batch_commit(b, "record", &e), &e, f[0]);
	hf_batch_free(b);
}

static void
set(const char *const *f)
{
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;
	char             id[HF_ID_SIZE];

	books_named(id, f[0]);
	hf_fixture_must(hf_batch_new(&b, world.r, &e), &e, "batch");
	hf_fixture_must(hf_batch_set(b, id, f[1], '=', f[2], &e), &e, f[1]);
	hf_fixture_must(hf_batch_commit(b, "record", &e), &e, f[0]);
	hf_batch_free(b);
}

/* What nobody types: two people set one field at one time, and few may read a record. */
static void
add_by_hand(const char *kind, const char *const *fields, struct hf_json *const *values)
{
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;
	char             id[HF_ID_SIZE];

	hf_fixture_must(hf_batch_new(&b, world.r, &e), &e, "batch");
	hf_fixture_must(hf_batch_add(id, b, kind, &e), &e, kind);
	for (size_t n = 0; fields[n] != NULL; n++) {
		hf_fixture_must(hf_batch_set_json(b, id, fields[n], values[n], &e), &e, fields[n]);
		hf_json_free(values[n]);
	}
	hf_fixture_must(hf_batch_commit(b, "record", &e), &e, kind);
	hf_batch_free(b);
}

static void
add_conflict(void)
{
	const char *const fields[] = { "record", "field", "kept", "other", NULL };
	struct hf_json   *values[] = { hf_json_string(world.account), hf_json_string("owner"), hf_json_string(world.jo),
		  hf_json_string(world.ann) };

	add_by_hand("conflict", fields, values);
}

static void
add_restricted(void)
{
	const char *const fields[] = { "provider", "note", "restricted_to", NULL };
	struct hf_json   *keys = hf_json_array(), *values[] = { hf_json_string("zoom"), hf_json_string("few read this"), keys };

	hf_json_push(keys, hf_json_string(world.fpr));
	hf_json_push(keys, hf_json_string(world.third));
	add_by_hand("desk", fields, values);
}

/* A run that is open, in which Jo has a part. */
static void
add_run(void)
{
	const char      *top = getenv("HOLDFAST_TOP"), *dirs[1] = { top == NULL ? "." : top };
	struct hf_start  s = { .playbook = "incident/impersonation", .subject = world.account };
	struct hf_act    act = { .step = NULL };
	struct hf_run   *run;
	struct hf_shelf *shelf;
	struct hf_err    e = HF_ERR_INIT;

	hf_fixture_must(hf_shelf_open(&shelf, dirs, 1, &e), &e, "shelf");
	hf_fixture_must(hf_run_start(&run, world.r, shelf, &s, &e), &e, s.playbook);
	hf_fixture_must(hf_run_assign(run, &act, "comms", world.jo, &e), &e, "assign");
	hf_run_close(run);
	hf_shelf_close(shelf);
}

void
books_world_fill(void)
{
	char dee[HF_ID_SIZE];

	for (size_t k = 0; k < sizeof(RECORDS) / sizeof(*RECORDS); k++) /* one by one: later ones name earlier ones */
		add(RECORDS[k]);
	for (size_t k = 0; k < sizeof(FACTS) / sizeof(*FACTS); k++)
		set(FACTS[k]);
	books_named(dee, "Dee Roe");
	tie(dee, world.third);
	add_conflict();
	add_restricted();
	add_run();
}
