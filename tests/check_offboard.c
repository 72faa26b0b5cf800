/*
 * Somebody leaves: the steps of routine/leaver against a naive reader, which walks the JSON of every record and looks for the person. The organisation
 * is made from a seed and awkward: people with nothing and with everything, with one name, gone, rights that ended and that have not begun, closed
 * accounts. OFFBOARD_PEOPLE says how many (300: five accounts and twenty rights for each).
 */
#include <stdio.h>
#include <strings.h>

#include "gpg_fixture.h"
#include "holdfast/impact.h"
#include "holdfast/run.h"
#include "test.h"

#define MOST     1000
#define LEAVER   "routine/leaver"
#define LAST_DAY "2099-06-30"

static char                dir[HF_FIXTURE_PATH], fpr[HF_FPR_SIZE];
static struct hf_register *r;
static struct hf_shelf    *shelf;
static struct hf_json     *records;  /* of every kind, as they are exported */
static struct hf_json     *assigned; /* person → array of "run …" of the runs that are open */
static char                people[MOST][HF_ID_SIZE], accounts[5 * MOST][HF_ID_SIZE], devices[MOST][HF_ID_SIZE];
static char                unit[HF_ID_SIZE];
static size_t              n_people = 24, n_accounts;
static unsigned            seed = 20;

static unsigned
below(size_t n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % (unsigned)n;
}

static bool
one_in(unsigned n)
{
	return below(n) == 0;
}

/* ---- the organisation ---- */

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

/* The first has nothing at all, the second a great deal. */
static const char *
somebody(void)
{
	return people[one_in(12) ? 1 : 1 + below(n_people - 1)];
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

	snprintf(text, sizeof(text), "%s", one_in(3) ? "press@agency.example" : email_of(1 + below(n_people - 1)));
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
	strcpy(people[i], made);
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
		has("manager", people[1 + below(i - 1)]);
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
	strcpy(accounts[i], made);
	has("provider", i % 3 == 0 ? "x" : i % 3 == 1 ? "facebook" : "zoom");
	has("handle", handle);
	has("state", states[below(6)]);
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
		has("registered_phone", phone_of(1 + below(n_people - 1), true));
}

static void
make_grant(void)
{
	static const char *const roles[] = { "read", "publish", "moderate", "approve", "admin", "admin", "billing", "host" };
	static const char *const ends[] = { NULL, NULL, NULL, "2019-12-31", "2026-06-30", "2099-01-01" };
	const char              *end = ends[below(6)];

	make("grant");
	has("account", accounts[below(n_accounts)]);
	has("person", somebody());
	has("role", roles[below(8)]);
	may_be("authorised_by", 2);
	if (one_in(3))
		has("device", devices[below(n_people)]);
	if (one_in(2))
		has("since", one_in(4) && end == NULL ? "2098-01-01" : "2019-01-01");
	if (end != NULL)
		has("until", end);
}

static void
make_contact(void)
{
	make("contact");
	has("account", accounts[below(n_accounts)]);
	if (one_in(2)) {
		has("type", "email");
		has("value", an_address(true));
	} else {
		has("type", "phone");
		has("value", phone_of(1 + below(n_people - 1), one_in(2)));
	}
	may_be("holder", 2);
}

static void
make_share(void)
{
	make("share");
	has("account", accounts[below(n_accounts)]);
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
	const char              *end = ends[below(3)];

	make("exception");
	has("rule", "HF-201");
	has("reason", "old");
	has("subject", one_in(3) ? somebody() : accounts[below(n_accounts)]);
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
	has("account", accounts[below(n_accounts)]);
	has("description", "Letter");
	may_be("collected_by", 2);
	if (one_in(3)) {
		struct hf_json *only = hf_json_array();

		hf_json_push(only, hf_json_string(fpr));
		has_set("restricted_to", only);
	}
	make("conflict");
	has_set("record", hf_json_string(accounts[below(n_accounts)]));
	has_set("field", hf_json_string("owner"));
	has_set("kept", hf_json_string(somebody()));
	has_set("other", hf_json_string(somebody()));
	if (one_in(2))
		has("settled_on", "2026-01-01");
	snprintf(text, sizeof(text), "Firm %zu", i);
	make("supplier");
	has("name", text);
	has("email", an_address(false));
	has("phone", phone_of(1 + below(n_people - 1), false));
}

static void
make_people(void)
{
	char tag[32];

	make("unit");
	strcpy(unit, made);
	has("name", "Press");
	for (size_t i = 0; i < n_people; i++)
		make_person(i);
	strcpy(made, unit);
	has("director", people[1]);
	has("deputy_director", people[2]);
	strcpy(made, people[1]);
	has_set("key_fpr", hf_json_string(fpr));
	for (size_t i = 0; i < n_people; i++) {
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

	for (size_t i = 0; i < hf_json_len(records); i++) {
		org = hf_json_at(records, i);
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
	hf_fixture_must(hf_batch_new(&b, r, &e), &e, "batch");
}

static void
read_records(void)
{
	struct hf_stmt *s = NULL;
	struct hf_json *j;
	struct hf_err   e = HF_ERR_INIT;

	hf_json_free(records);
	records = hf_json_array();
	hf_fixture_must(hf_db_prepare(&s, hf_register_db(r), "SELECT body FROM record ORDER BY id", &e), &e, "records");
	while (hf_stmt_step(s)) {
		hf_fixture_must(hf_json_parse(&j, hf_stmt_col(s, 0), strlen(hf_stmt_col(s, 0)), &e), &e, "record");
		hf_json_push(records, j);
	}
	hf_fixture_must(hf_stmt_reset(s, &e), &e, "records");
	hf_stmt_free(s);
}

/* Three runs, each with a role in somebody's hands; one of them was closed. */
static void
make_runs(void)
{
	for (size_t i = 0; i < 4; i++) {
		struct hf_start s = { .playbook = "incident/impersonation", .subject = accounts[i] };
		struct hf_act   act = { .text = "false alarm" };
		struct hf_run  *run = NULL;
		struct hf_json *list;
		struct hf_err   e = HF_ERR_INIT;
		char            role[64], key[128];

		hf_fixture_must(hf_run_start(&run, r, shelf, &s, &e), &e, "run");
		snprintf(role, sizeof(role), "%s", hf_run_playbook(run)->roles[0].id);
		hf_fixture_must(hf_run_assign(run, &act, role, people[2], &e), &e, "assign");
		hf_fixture_must(hf_run_assign(run, &act, role, people[i == 1 ? 1 : 2 + i], &e), &e, "assign");
		if (i == 2)
			hf_fixture_must(hf_run_end(run, &act, &e), &e, "close");
		else {
			const char *who = people[i == 1 ? 1 : 2 + i];

			snprintf(key, sizeof(key), "run %s", hf_run_id(run));
			if (hf_json_get(assigned, who) == NULL)
				hf_json_set(assigned, who, hf_json_array());
			list = hf_json_get(assigned, who);
			hf_json_push(list, hf_json_string(key));
		}
		hf_run_close(run);
	}
}

static void
once_up(void)
{
	const char   *top = getenv("HOLDFAST_TOP"), *many = getenv("OFFBOARD_PEOPLE");
	struct hf_err e = HF_ERR_INIT;

	if (many != NULL && atoi(many) > 5 && atoi(many) <= MOST)
		n_people = (size_t)atoi(many);
	n_accounts = n_people * 5;
	assigned = hf_json_object();
	r = hf_fixture_register(dir, fpr);
	hf_fixture_must(hf_shelf_open(&shelf, &top, 1, &e), &e, "shelf");
	hf_fixture_must(hf_batch_new(&b, r, &e), &e, "batch");
	read_records();
	make_people();
	make_offices();
	for (size_t i = 0; i < n_accounts; i++)
		make_account(i);
	for (size_t i = 0; i < n_people * 20; i++)
		make_grant();
	for (size_t i = 0; i < n_people * 2; i++)
		make_contact();
	for (size_t i = 0; i < n_people; i++) {
		make_share();
		make_exception();
		if (i % 2 == 0)
			make_declaration(i);
		if (i % 4 == 0)
			make_rest(i);
	}
	commit();
	hf_batch_free(b);
	read_records();
	make_runs();
}

static void
once_down(void)
{
	hf_json_free(records);
	hf_json_free(assigned);
	hf_shelf_close(shelf);
	hf_register_close(r);
	hf_fixture_remove(dir);
}

/* ---- the naive reader ---- */

/* Every field that can name a person, and what that means; NULL: it tells of the past. */
static const struct {
	const char *kind, *field, *what;
} roles[] = {
	{ "account", "owner", "duty" },
	{ "account", "deputy", "duty" },
	{ "account", "responder", "duty" },
	{ "account", "responder_deputy", "duty" },
	{ "account", "drafter", "duty" },
	{ "account", "reviewer", "duty" },
	{ "account", "approver", "duty" },
	{ "account", "risk_owner", "duty" },
	{ "account", "created_by", NULL },
	{ "account", "confirmed_by", NULL },
	{ "account", "mfa_holders", "factor" },
	{ "account", "recovery_holders", "pack" },
	{ "account", "extra_reviewers", "reader" },
	{ "org", "*", "office" },
	{ "unit", "director", "office" },
	{ "unit", "deputy_director", "office" },
	{ "person", "manager", "office" },
	{ "person", "id", NULL },
	{ "grant", "person", "grant" },
	{ "grant", "authorised_by", NULL },
	{ "contact", "holder", "contact" },
	{ "device", "holder", "device" },
	{ "share", "person", "share" },
	{ "declaration", "person", "declaration" },
	{ "declaration", "asked_by", NULL },
	{ "declaration", "decided_by", NULL },
	{ "attestation", "answered_by", "attestation" },
	{ "evidence", "collected_by", NULL },
	{ "exception", "accepted_by", "risk" },
	{ "exception", "subject", "excused" },
	{ "document", "owner", "document" },
	{ "conflict", "kept", "conflict" },
	{ "conflict", "other", "conflict" },
	{ "conflict", "record", NULL },
};

static bool
before(const struct hf_json *j, const char *field, const char *day)
{
	const char *v = hf_json_get_str(j, field);

	return v != NULL && day != NULL && strcmp(v, day) < 0;
}

/* Is what this record says of somebody still so? */
static bool
living(const struct hf_json *j, const char *what)
{
	const char *today = hf_register_today(r), *decision = hf_json_get_str(j, "decision");

	if (strcmp(what, "grant") == 0)
		return hf_json_get(j, "until") == NULL || strcmp(hf_json_get_str(j, "until"), today) > 0;
	if (strcmp(what, "share") == 0)
		return hf_json_get(j, "rotated_on") == NULL || before(j, "rotated_on", hf_json_get_str(j, "shared_on"));
	if (strcmp(what, "declaration") == 0)
		return decision == NULL || strcmp(decision, "own-risk") == 0;
	if (strcmp(what, "attestation") == 0)
		return hf_json_get(j, "answer") == NULL;
	if (strcmp(what, "risk") == 0)
		return !before(j, "expires", today);
	if (strcmp(what, "excused") == 0)
		return hf_json_get(j, "expires") == NULL || strcmp(hf_json_get_str(j, "expires"), today) > 0;
	if (strcmp(what, "conflict") == 0)
		return hf_json_get(j, "settled_on") == NULL;
	return strcmp(hf_json_get_str(j, "kind"), "person") != 0 || !before(j, "last_day", today);
}

static const char *
meaning(const char *kind, const char *field)
{
	for (int k = 0; k < N_OF(roles); k++)
		if (strcmp(roles[k].kind, kind) == 0 && (strcmp(roles[k].field, field) == 0 || roles[k].field[0] == '*'))
			return roles[k].what;
	ck_abort_msg("%s.%s names a person, and nobody said what that means", kind, field);
	return NULL;
}

static void
note(struct hf_json *set, const char *what, const char *id, const char *detail)
{
	char key[160];

	snprintf(key, sizeof(key), "%s %s%s%s", what, id, detail[0] == '\0' ? "" : " ", detail);
	hf_json_set(set, key, hf_json_bool(true));
}

static bool
names(const struct hf_json *v, const char *id)
{
	if (hf_json_str(v) != NULL)
		return strcmp(hf_json_str(v), id) == 0;
	for (size_t i = 0; hf_json_is(v, HF_JSON_ARRAY) && i < hf_json_len(v); i++)
		if (hf_json_str(hf_json_at(v, i)) != NULL && strcmp(hf_json_str(hf_json_at(v, i)), id) == 0)
			return true;
	return false;
}

static bool
closed(const struct hf_json *account)
{
	return account != NULL && hf_json_get(account, "state") != NULL && strcmp(hf_json_get_str(account, "state"), "closed") == 0;
}

/* They lie in the order of their ids. */
static const struct hf_json *
record(const char *id)
{
	size_t from = 0, to = hf_json_len(records);

	while (id != NULL && from < to) {
		size_t mid = (from + to) / 2;
		int    order = strcmp(hf_json_get_str(hf_json_at(records, mid), "id"), id);

		if (order == 0)
			return hf_json_at(records, mid);
		if (order < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

/* phone is written as the register writes it, typed as somebody typed it. */
static bool
same_number(const char *a, const char *typed)
{
	for (; *typed != '\0'; typed++)
		if (strchr(" -.()/", *typed) == NULL && *a++ != *typed)
			return false;
	return *a == '\0';
}

/* held: also of a contact that they hold, whose own step asks for the value too. */
static void
naive_address(struct hf_json *set, const struct hf_json *j, const struct hf_json *person, bool held)
{
	static const char *const fields[][2] = { { "account", "registered_email" }, { "account", "registered_phone" },
		{ "account", "alerts_to" }, { "contact", "value" }, { "supplier", "email" }, { "supplier", "phone" } };
	const char              *email = hf_json_get_str(person, "email"), *phone = hf_json_get_str(person, "phone"), *v;

	if (closed(j) || closed(record(hf_json_get_str(j, "account"))))
		return;
	if (!held && names(hf_json_get(j, "holder"), hf_json_get_str(person, "id")))
		return;
	for (size_t k = 0; k < sizeof(fields) / sizeof(fields[0]); k++) {
		if (strcmp(fields[k][0], hf_json_get_str(j, "kind")) != 0 || (v = hf_json_get_str(j, fields[k][1])) == NULL)
			continue;
		if ((email != NULL && strcasecmp(v, email) == 0) || (phone != NULL && same_number(phone, v)))
			note(set, "address", hf_json_get_str(j, "id"), fields[k][1]);
	}
}

/*
 * theirs: what bears somebody's name as "person". The day their last right on an account ended ("9" when it has not), "" when they had none; was the
 * password told to them, and is that still so?
 */
static const char *
knew_until(bool *told, bool *telling, const struct hf_json *theirs, const char *account)
{
	const char *last = "", *today = hf_register_today(r);

	*told = *telling = false;
	for (size_t i = 0; i < hf_json_len(theirs); i++) {
		const struct hf_json *j = hf_json_at(theirs, i);
		const char           *kind = hf_json_get_str(j, "kind"), *until = hf_json_get_str(j, "until");

		if (!names(hf_json_get(j, "account"), account))
			continue;
		if (strcmp(kind, "share") == 0) {
			*told = true;
			*telling = *telling || living(j, "share");
		} else if (strcmp(kind, "grant") == 0 &&
		    (hf_json_get(j, "since") == NULL || strcmp(hf_json_get_str(j, "since"), today) <= 0)) {
			until = until == NULL || strcmp(until, today) > 0 ? "9" : until;
			last = strcmp(until, last) > 0 ? until : last;
		}
	}
	return last;
}

/* A shared login that they know: from a right there, or (answers true) because they answer for the account. */
static void
naive_password(struct hf_json *set, const struct hf_json *account, const struct hf_json *theirs, const char *person, bool answers)
{
	static const char *const duties[] = { "owner", "deputy", "responder", "responder_deputy" };
	const char *id = hf_json_get_str(account, "id"), *changed = hf_json_get_str(account, "password_attested_on"), *until;
	bool        told, telling, duty = false;

	if (strcmp(hf_json_get_str(account, "kind"), "account") != 0 || !names(hf_json_get(account, "login_model"), "shared") ||
	    closed(account))
		return;
	for (int k = 0; k < N_OF(duties); k++)
		duty = duty || names(hf_json_get(account, duties[k]), person);
	until = knew_until(&told, &telling, theirs, id);
	if (until[0] != '\0' && !telling && (changed == NULL || strcmp(changed, until) < 0))
		note(set, "password", id, "");
	if (until[0] == '\0' && answers && duty && !told)
		note(set, "password", id, "");
}

static struct hf_json *
naive(const char *id, bool answers)
{
	struct hf_json       *set = hf_json_object(), *theirs = hf_json_array(), *v;
	const struct hf_json *person = record(id), *runs = hf_json_get(assigned, id);
	const char           *field, *key = hf_json_get_str(person, "key_fpr"), *what;

	for (size_t i = 0; i < hf_json_len(records); i++)
		if (names(hf_json_get(hf_json_at(records, i), "person"), id))
			hf_json_push(theirs, hf_json_ref(hf_json_at(records, i)));
	for (size_t i = 0; i < hf_json_len(records); i++) {
		const struct hf_json *j = hf_json_at(records, i);
		const char           *kind = hf_json_get_str(j, "kind"), *at = hf_json_get_str(j, "id");

		for (void *it = NULL; hf_json_next(j, &it, &field, &v);) {
			if (key != NULL && names(v, key))
				note(set, strcmp(field, "key_fpr") == 0 ? "key" : "restricted", at, "");
			if (names(v, id) && (what = meaning(kind, field)) != NULL && living(j, what))
				note(set, what, at, strcmp(what, "duty") == 0 || strcmp(what, "office") == 0 ? field : "");
		}
		naive_address(set, j, person, !answers);
		naive_password(set, j, theirs, id, answers);
	}
	for (size_t i = 0; i < hf_json_len(runs); i++)
		hf_json_set(set, hf_json_str(hf_json_at(runs, i)), hf_json_bool(true));
	hf_json_free(theirs);
	return set;
}

/* ---- what the program says ---- */

static const char *
col(const struct hf_instance *i, const char *name)
{
	const char *v = hf_json_get_str(i->row, name);

	return v == NULL ? "" : v;
}

/* The steps of the run, as the naive reader writes them. */
static struct hf_json *
steps(const struct hf_run *run)
{
	struct hf_json *set = hf_json_object();

	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);
		const char               *id = i->step->id;

		if (i->state == HF_EXCLUDED || i->row == NULL)
			continue;
		if (strcmp(id, "successor") == 0)
			note(set, "duty", col(i, "account"), col(i, "duty"));
		else if (strcmp(id, "office-successor") == 0)
			note(set, "office", col(i, "place"), col(i, "office"));
		else if (strcmp(id, "risk-successor") == 0)
			note(set, "risk", col(i, "exception"), "");
		else if (strcmp(id, "own-address") == 0)
			note(set, "address", col(i, "thing"), col(i, "field"));
		else if (strcmp(id, "change-password") == 0)
			note(set, "password", col(i, "account"), "");
		else if (strncmp(id, "pass-", 5) == 0 || strncmp(id, "take-", 5) == 0 || strcmp(id, "end-exception") == 0)
			note(set, col(i, "what"), col(i, "thing"), "");
	}
	return set;
}

static struct hf_json *
ties(const char *person)
{
	struct hf_json *set = hf_json_object();
	struct hf_stmt *s = NULL;

	ck_ok(hf_db_prepare(&s, hf_register_db(r), "SELECT what, record, detail FROM tie WHERE person = ?", &e));
	hf_stmt_text(s, 1, person);
	while (hf_stmt_step(s)) {
		const char *what = hf_stmt_col(s, 0), *detail = hf_stmt_col(s, 2);

		note(set, what, hf_stmt_col(s, 1),
		    strcmp(what, "duty") == 0 || strcmp(what, "office") == 0 || strcmp(what, "address") == 0 ? detail : "");
	}
	ck_ok(hf_stmt_reset(s, &e));
	hf_stmt_free(s);
	return set;
}

static void
assert_within(const struct hf_json *a, const struct hf_json *in, const char *who, const char *words)
{
	const char     *key;
	struct hf_json *v;

	for (void *it = NULL; hf_json_next(a, &it, &key, &v);)
		ck_assert_msg(hf_json_get(in, key) != NULL, "person %s: %s: %s", who, words, key);
}

static void
assert_same(struct hf_json *list, struct hf_json *want, const char *who, const char *words)
{
	assert_within(want, list, who, words);
	assert_within(list, want, who, "nothing in the records says so");
	ck_assert_uint_eq(hf_json_len(list), hf_json_len(want));
	hf_json_free(list);
	hf_json_free(want);
}

/* Does each account of the list stand in what impact says, and nothing else that does not hang on those? */
static void
assert_impact(const char *person)
{
	struct hf_json *rows = NULL, *touched = hf_json_object(), *said = hf_json_object();
	struct hf_stmt *s = NULL;

	ck_ok(hf_db_prepare(&s, hf_register_db(r),
	    "SELECT DISTINCT account FROM tie WHERE person = ?1 AND account IS NOT NULL"
	    " UNION SELECT g.account FROM live_grant g JOIN device d ON d.id = g.device WHERE d.holder = ?1",
	    &e));
	hf_stmt_text(s, 1, person);
	while (hf_stmt_step(s))
		hf_json_set(touched, hf_stmt_col(s, 0), hf_json_bool(true));
	hf_stmt_free(s);
	ck_ok(hf_impact(&rows, r, person, NULL, &e));
	for (size_t i = 0; i < hf_json_len(rows); i++) {
		ck_assert_uint_gt(hf_json_len(hf_json_get(hf_json_at(rows, i), "because")), 0);
		hf_json_set(said, hf_json_get_str(hf_json_at(rows, i), "account"), hf_json_bool(true));
	}
	assert_same(said, touched, person, "impact does not say it");
	hf_json_free(rows);
}

START_TEST(the_list_is_what_a_naive_reader_finds)
{
	size_t all = 0, most = 0, none = 0;

	for (size_t i = 0; i < n_people; i++) {
		struct hf_json *values = hf_json_object(), *list;
		struct hf_start s = { .playbook = LEAVER, .subject = people[i], .values = values };
		struct hf_run  *run = NULL;

		assert_same(ties(people[i]), naive(people[i], false), people[i], "no tie");
		hf_json_set(values, "last_day", hf_json_string(LAST_DAY));
		ck_ok(hf_run_start(&run, r, shelf, &s, &e));
		list = steps(run);
		all += hf_json_len(list);
		most = hf_json_len(list) > most ? hf_json_len(list) : most;
		none += hf_json_len(list) == 0;
		assert_same(list, naive(people[i], true), people[i], "no step");
		assert_impact(people[i]);
		hf_run_close(run);
		hf_json_free(values);
	}
	printf("%zu people, %zu records: %zu things to do, at most %zu for one, none for %zu\n", n_people, hf_json_len(records),
	    all, most, none);
	ck_assert_uint_gt(none, 0);
	ck_assert_uint_gt(most, 30);
}
END_TEST

/* A reference to a person that the schema gains one day has to be judged here. */
START_TEST(every_reference_to_a_person_is_judged)
{
	for (size_t k = 0; k < hf_n_kinds; k++)
		for (size_t f = 0; f < hf_kinds[k].n_fields; f++) {
			const struct hf_field *field = &hf_kinds[k].fields[f];

			if (field->type == HF_FIELD_REF && (strcmp(field->choices, "person") == 0 || field->choices[0] == '*'))
				meaning(hf_kinds[k].name, field->name);
		}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("offboard");
	TCase *t = tcase_create("list");

	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_set_timeout(t, 1200);
	tcase_add_test(t, every_reference_to_a_person_is_judged);
	tcase_add_test(t, the_list_is_what_a_naive_reader_finds);
	suite_add_tcase(s, t);
	return run_suite(s);
}
