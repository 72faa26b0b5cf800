/* The organisation of agency_aid.h. */
#include "agency_aid.h"

#include <stdio.h>

#include "gpg_fixture.h"
#include "holdfast/run.h"
#include "holdfast/share.h"
#include "holdfast/time.h"
#include "test.h"

extern char **environ;

struct agency agency = { .n_people = 24, .accounts_each = 5, .grants_each = 20 };

static unsigned seed = 20;
static char     devices[AGENCY_MOST][HF_ID_SIZE], unit[HF_ID_SIZE];
static size_t   n_accounts;

unsigned
agency_below(size_t n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % (unsigned)n;
}

static bool
one_in(unsigned n)
{
	return agency_below(n) == 0;
}

static struct hf_batch *b;
static char             made[HF_ID_SIZE]; /* the record that fields are set of */

static void
make(const char *kind)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_add(made, b, kind, &e), &e, kind);
}

static void
has(const char *field, const char *value)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_set(b, made, field, '=', value, &e), &e, field);
}

static void
has_set(const char *field, struct hf_json *value)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_set_json(b, made, field, value, &e), &e, field);
	hf_json_free(value);
}

/* The first has nothing at all, the second a great deal: where they are many, four times what the others have. */
static const char *
somebody(void)
{
	unsigned second = agency.n_people > 36 ? (unsigned)agency.n_people / 3 : 12;

	return agency.people[one_in(second) ? 1 : 1 + agency_below(agency.n_people - 1)];
}

static void
may_be(const char *field, unsigned n)
{
	if (one_in(n))
		has(field, somebody());
}

static void
list_of(const char *field, unsigned n)
{
	struct hf_err e = HF_ERR_INIT;

	for (; one_in(2) && n > 0; n--)
		hf_fixture_must(hf_batch_set(b, made, field, '+', somebody(), &e), &e, field);
}

static const char *
email_of(size_t i)
{
	static char text[64];

	snprintf(text, sizeof(text), "p%zu@agency.example", i);
	return text;
}

static const char *
phone_of(size_t i, bool spaced)
{
	static char text[48];

	snprintf(text, sizeof(text), "%s%05zu", spaced ? "+44 7700-9" : "+4477009", i);
	return text;
}

/* Somebody's own, or a role's. */
static const char *
an_address(bool loud)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s", one_in(3) ? "press@agency.example" : email_of(1 + agency_below(agency.n_people - 1)));
	if (loud && one_in(2))
		text[0] = 'P';
	return text;
}

static void
make_person(size_t i)
{
	char name[48];

	if (i % 5 == 3)
		strcpy(name, "Sam Lee");
	else
		snprintf(name, sizeof(name), "Person %zu", i);
	make("person");
	strcpy(agency.people[i], made);
	has("name", name);
	if (!one_in(6))
		has("email", i == 3 ? email_of(2) : email_of(i));
	if (one_in(2))
		has("phone", phone_of(i, true));
	if (i % 7 == 5)
		has("last_day", "2020-01-31");
	if (i % 9 == 8)
		has("last_day", "2099-12-31");
	if (i > 1 && one_in(2))
		has("manager", agency.people[1 + agency_below(i - 1)]);
}

static void
make_account(size_t i)
{
	static const char *const duties[] = { "owner", "deputy", "responder", "responder_deputy", "drafter", "reviewer", "approver",
		"risk_owner", "created_by", "confirmed_by" };
	static const char *const states[] = { "live", "live", "live", "closed", "proposed", "parked" };
	char                     handle[48];

	snprintf(handle, sizeof(handle), "acc%zu", i);
	make("account");
	strcpy(agency.accounts[i], made);
	has("provider", i % 3 == 0 ? "x" : i % 3 == 1 ? "facebook" : "zoom");
	has("handle", handle);
	has("state", states[agency_below(6)]);
	for (size_t k = 0; k < sizeof(duties) / sizeof(duties[0]); k++)
		may_be(duties[k], k < 2 ? 2 : 4);
	list_of("mfa_holders", 3);
	list_of("recovery_holders", 2);
	list_of("extra_reviewers", 2);
	if (one_in(3))
		has("login_model", one_in(2) ? "shared" : "individual");
	if (one_in(4))
		has("password_attested_on", one_in(2) ? "2019-05-05" : "2026-11-01");
	if (one_in(4))
		has("vault_ref", "Team/entry");
	if (one_in(4))
		has("registered_email", an_address(true));
	if (one_in(8))
		has("alerts_to", an_address(true));
	if (one_in(8))
		has("registered_phone", phone_of(1 + agency_below(agency.n_people - 1), true));
}

static void
make_grant(void)
{
	static const char *const roles[] = { "read", "publish", "moderate", "approve", "admin", "admin", "billing", "host" };
	static const char *const ends[] = { NULL, NULL, NULL, "2019-12-31", "2026-06-30", "2099-01-01" };
	const char              *end = ends[agency_below(6)];

	make("grant");
	has("account", agency.accounts[agency_below(n_accounts)]);
	has("person", somebody());
	has("role", roles[agency_below(8)]);
	may_be("authorised_by", 2);
	if (one_in(3))
		has("device", devices[agency_below(agency.n_people)]);
	if (one_in(2))
		has("since", one_in(4) && end == NULL ? "2098-01-01" : "2019-01-01");
	if (end != NULL)
		has("until", end);
}

static void
make_contact(void)
{
	make("contact");
	has("account", agency.accounts[agency_below(n_accounts)]);
	if (one_in(2)) {
		has("type", "email");
		has("value", an_address(true));
	} else {
		has("type", "phone");
		has("value", phone_of(1 + agency_below(agency.n_people - 1), one_in(2)));
	}
	may_be("holder", 2);
}

static void
make_share(void)
{
	make("share");
	has("account", agency.accounts[agency_below(n_accounts)]);
	has("person", somebody());
	if (one_in(4) == 0)
		has("shared_on", "2021-03-04");
	if (one_in(3))
		has("rotated_on", one_in(2) ? "2020-01-01" : "2021-03-04");
}

static void
make_declaration(size_t i)
{
	char handle[48];

	snprintf(handle, sizeof(handle), "own%zu", i);
	make("declaration");
	has("person", somebody());
	has("provider", "x");
	has("handle", handle);
	may_be("asked_by", 2);
	if (one_in(2)) {
		has("decision", one_in(2) ? "own-risk" : one_in(2) ? "adopt" : "remove");
		has("decided_by", somebody());
	}
}

static void
make_exception(void)
{
	static const char *const ends[] = { NULL, "2019-12-31", "2099-01-01" };
	const char              *end = ends[agency_below(3)];

	make("exception");
	has("rule", "HF-201");
	has("reason", "old");
	has("subject", one_in(3) ? somebody() : agency.accounts[agency_below(n_accounts)]);
	may_be("accepted_by", 2);
	if (end != NULL)
		has("expires", end);
}

/* What few have: documents, attestations, evidence, conflicts, suppliers. */
static void
make_rest(size_t i)
{
	char text[48];

	snprintf(text, sizeof(text), "incident/book%zu", i);
	make("document");
	has("path", text);
	has("text", "A book.");
	may_be("owner", 2);
	snprintf(text, sizeof(text), "line %zu", i);
	make("attestation");
	has("unit", unit);
	has("period", "2026-27");
	has("control", text);
	may_be("answered_by", 2);
	if (one_in(2))
		has("answer", "met");
	make("evidence");
	has("account", agency.accounts[agency_below(n_accounts)]);
	has("description", "Letter");
	may_be("collected_by", 2);
	if (one_in(3)) {
		struct hf_json *only = hf_json_array();

		hf_json_push(only, hf_json_string(agency.fpr));
		hf_json_push(only, hf_json_string(agency.staying[0].fpr));
		has_set("restricted_to", only);
	}
	make("conflict");
	has_set("record", hf_json_string(agency.accounts[agency_below(n_accounts)]));
	has_set("field", hf_json_string("owner"));
	has_set("kept", hf_json_string(somebody()));
	has_set("other", hf_json_string(somebody()));
	if (one_in(2))
		has("settled_on", "2026-01-01");
	snprintf(text, sizeof(text), "Firm %zu", i);
	make("supplier");
	has("name", text);
	has("email", an_address(false));
	has("phone", phone_of(1 + agency_below(agency.n_people - 1), false));
}

/* Two who are here to stay, with a key each. Nothing of the organisation stands in their name. */
static void
make_staying(void)
{
	for (size_t k = 0; k < 2; k++) {
		make("person");
		strcpy(agency.staying[k].id, made);
		has("name", k == 0 ? "Ann Stays" : "Bob Stays");
		has_set("key_fpr", hf_json_string(agency.staying[k].fpr));
	}
}

static void
make_people(void)
{
	char tag[32];

	make("unit");
	strcpy(unit, made);
	has("name", "Press");
	for (size_t i = 0; i < agency.n_people; i++)
		make_person(i);
	strcpy(made, unit);
	has("director", agency.people[1]);
	has("deputy_director", agency.people[2]);
	strcpy(made, agency.people[1]);
	has_set("key_fpr", hf_json_string(agency.fpr));
	for (size_t i = 0; i < agency.n_people; i++) {
		make("device");
		strcpy(devices[i], made);
		snprintf(tag, sizeof(tag), "D-%zu", i);
		has("tag", tag);
		may_be("holder", 2);
	}
}

static void
make_offices(void)
{
	static const char *const offices[] = { "siro", "dpo", "press", "security", "it", "privacy", "legal", "hr", "records",
		"regulator", "out_of_hours" };
	const struct hf_json    *org;

	for (size_t i = 0; i < hf_json_len(agency.records); i++) {
		org = hf_json_at(agency.records, i);
		if (strcmp(hf_json_get_str(org, "kind"), "org") == 0)
			strcpy(made, hf_json_get_str(org, "id"));
	}
	for (size_t k = 0; k < sizeof(offices) / sizeof(offices[0]); k++)
		has(offices[k], somebody());
}

static void
commit(void)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_commit(b, "record", &e), &e, "commit");
	hf_batch_free(b);
	hf_fixture_must(hf_batch_new(&b, agency.r, &e), &e, "batch");
}

void
agency_read(struct hf_register *r)
{
	struct hf_stmt *s = NULL;
	struct hf_json *j;
	struct hf_err   e = HF_ERR_INIT;

	hf_json_free(agency.records);
	agency.records = hf_json_array();
	snprintf(agency.today, sizeof(agency.today), "%s", hf_register_today(r));
	hf_fixture_must(hf_db_prepare(&s, hf_register_db(r), "SELECT body FROM record ORDER BY id", &e), &e, "records");
	while (hf_stmt_step(s)) {
		hf_fixture_must(hf_json_parse(&j, hf_stmt_col(s, 0), strlen(hf_stmt_col(s, 0)), &e), &e, "record");
		hf_json_push(agency.records, j);
	}
	hf_fixture_must(hf_stmt_reset(s, &e), &e, "records");
	hf_stmt_free(s);
}

/* Three runs, each with a role in somebody's hands; one of them was closed. */
static void
make_runs(void)
{
	for (size_t i = 0; i < 4; i++) {
		struct hf_start s = { .playbook = "incident/impersonation", .subject = agency.accounts[i] };
		struct hf_act   act = { .text = "false alarm" };
		struct hf_run  *run = NULL;
		struct hf_json *list;
		struct hf_err   e = HF_ERR_INIT;
		char            role[64], key[128];

		hf_fixture_must(hf_run_start(&run, agency.r, agency.shelf, &s, &e), &e, "run");
		snprintf(role, sizeof(role), "%s", hf_run_playbook(run)->roles[0].id);
		hf_fixture_must(hf_run_assign(run, &act, role, agency.people[2], &e), &e, "assign");
		hf_fixture_must(hf_run_assign(run, &act, role, agency.people[i == 1 ? 1 : 2 + i], &e), &e, "assign");
		if (i == 2)
			hf_fixture_must(hf_run_end(run, &act, &e), &e, "close");
		else {
			const char *who = agency.people[i == 1 ? 1 : 2 + i];

			snprintf(key, sizeof(key), "run %s", hf_run_id(run));
			if (hf_json_get(agency.assigned, who) == NULL)
				hf_json_set(agency.assigned, who, hf_json_array());
			list = hf_json_get(agency.assigned, who);
			hf_json_push(list, hf_json_string(key));
		}
		hf_run_close(run);
	}
}

/* Keys of theirs are members before anything is encrypted. */
static void
join(void)
{
	struct hf_member_add add = { .roles = HF_ROLE_ADMIN };
	struct hf_buf        key = HF_BUF_INIT;
	struct hf_json      *out = NULL;
	struct hf_err        e = HF_ERR_INIT;
	char                 home[HF_FIXTURE_PATH];

	snprintf(home, sizeof(home), "%.200s/ann", agency.dir);
	for (size_t k = 0; k < 2; k++) {
		hf_fixture_key(
		    agency.staying[k].fpr, home, k == 0 ? "Ann Stays <ann.s@example.org>" : "Bob <bob.s@example.org>", 0);
		hf_buf_cut(&key, 0);
		hf_fixture_export(&key, home, agency.staying[k].fpr);
		add.key = key.data;
		add.len = key.len;
		hf_fixture_must(hf_member_add(&out, agency.r, &add, &e), &e, "member");
		hf_json_free(out);
	}
	hf_buf_clear(&key);
}

struct hf_register *
agency_open(const char *fpr)
{
	char                    path[4][HF_FIXTURE_PATH + 24];
	struct hf_register_opts o = { .path = path[0],
		.state_dir = path[1],
		.cache_dir = path[2],
		.user_home = path[3],
		.key = fpr,
		.env = environ,
		.now = agency.now };
	struct hf_register     *r;
	struct hf_err           e = HF_ERR_INIT;

	snprintf(path[0], sizeof(path[0]), "%s/r.git", agency.dir);
	snprintf(path[1], sizeof(path[1]), "%s/state", agency.dir);
	snprintf(path[2], sizeof(path[2]), "%s/cache-%.8s", agency.dir, fpr);
	snprintf(path[3], sizeof(path[3]), "%s/ann", agency.dir);
	hf_fixture_must(hf_register_open(&r, &o, &e), &e, "open");
	return r;
}

void
agency_make(void)
{
	const char   *top = getenv("HOLDFAST_TOP"), *many = getenv("OFFBOARD_PEOPLE");
	struct hf_err e = HF_ERR_INIT;

	if (many != NULL && atoi(many) > 5 && atoi(many) <= AGENCY_MOST)
		agency.n_people = (size_t)atoi(many);
	n_accounts = agency.n_people * agency.accounts_each;
	agency.assigned = hf_json_object();
	agency.now = hf_time_now();
	agency.r = hf_fixture_register(agency.dir, agency.fpr);
	join();
	hf_fixture_must(hf_shelf_open(&agency.shelf, &top, 1, &e), &e, "shelf");
	hf_fixture_must(hf_batch_new(&b, agency.r, &e), &e, "batch");
	agency_read(agency.r);
	make_staying();
	make_people();
	make_offices();
	for (size_t i = 0; i < n_accounts; i++)
		make_account(i);
	for (size_t i = 0; i < agency.n_people * agency.grants_each; i++)
		make_grant();
	for (size_t i = 0; i < agency.n_people * 2; i++)
		make_contact();
	for (size_t i = 0; i < agency.n_people; i++) {
		make_share();
		make_exception();
		if (i % 2 == 0)
			make_declaration(i);
		if (i % 4 == 0)
			make_rest(i);
	}
	commit();
	hf_batch_free(b);
	agency_read(agency.r);
	make_runs();
}

void
agency_remove(void)
{
	hf_json_free(agency.records);
	hf_json_free(agency.assigned);
	hf_shelf_close(agency.shelf);
	hf_register_close(agency.r);
	hf_fixture_remove(agency.dir);
}
