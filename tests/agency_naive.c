/* The naive reader of agency_aid.h: it walks the JSON of every record and looks for the person. */
#include <stdio.h>
#include <strings.h>

#include "agency_aid.h"
#include "test.h"

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
	const char *today = agency.today, *decision = hf_json_get_str(j, "decision");

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

const char *
agency_meaning(const char *kind, const char *field)
{
	for (int k = 0; k < N_OF(roles); k++)
		if (strcmp(roles[k].kind, kind) == 0 && (strcmp(roles[k].field, field) == 0 || roles[k].field[0] == '*'))
			return roles[k].what;
	ck_abort_msg("%s.%s names a person, and nobody said what that means", kind, field);
	return NULL;
}

void
agency_note(struct hf_json *set, const char *what, const char *id, const char *detail)
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
	size_t from = 0, to = hf_json_len(agency.records);

	while (id != NULL && from < to) {
		size_t mid = (from + to) / 2;
		int    order = strcmp(hf_json_get_str(hf_json_at(agency.records, mid), "id"), id);

		if (order == 0)
			return hf_json_at(agency.records, mid);
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
			agency_note(set, "address", hf_json_get_str(j, "id"), fields[k][1]);
	}
}

/*
 * theirs: what bears somebody's name as "person". The day their last right on an account ended ("9" when it has not), "" when they had none; was the
 * password told to them, and is that still so?
 */
static const char *
knew_until(bool *told, bool *telling, const struct hf_json *theirs, const char *account)
{
	const char *last = "", *today = agency.today;

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
		agency_note(set, "password", id, "");
	if (until[0] == '\0' && answers && duty && !told)
		agency_note(set, "password", id, "");
}

/* ---- what the program prints ---- */

static int
by_id(const void *a, const void *b)
{
	return strcmp(hf_json_get_str(*(struct hf_json *const *)a, "id"), hf_json_get_str(*(struct hf_json *const *)b, "id"));
}

static void
add_printed(const char *kind)
{
	struct hf_buf   out = HF_BUF_INIT;
	struct hf_json *j = NULL, *data;
	char            command[2048], part[4096];
	FILE           *p;

	snprintf(command, sizeof(command),
	    "HOME=%s GNUPGHOME=%s/ann HOLDFAST_KEY=%s \"$HOLDFAST\" --json --no-input --register %s/r.git export %s", agency.dir,
	    agency.dir, agency.staying[0].fpr, agency.dir, kind);
	ck_assert_ptr_nonnull(p = popen(command, "r"));
	for (size_t got; (got = fread(part, 1, sizeof(part), p)) > 0;)
		hf_buf_add(&out, part, got);
	ck_assert_msg(pclose(p) == 0, "%s: %.200s", command, hf_buf_str(&out));
	ck_ok(hf_json_parse(&j, hf_buf_str(&out), out.len, &e));
	data = hf_json_get(j, "data");
	for (size_t i = 0; i < hf_json_len(data); i++)
		hf_json_push(agency.records, hf_json_ref(hf_json_at(data, i)));
	hf_json_free(j);
	hf_buf_clear(&out);
}

void
agency_read_printed(void)
{
	hf_json_free(agency.records);
	agency.records = hf_json_array();
	for (size_t k = 0; k < hf_n_kinds; k++)
		add_printed(hf_kinds[k].name);
	hf_json_sort(agency.records, by_id);
}

struct hf_json *
agency_naive(const char *id, bool answers)
{
	struct hf_json       *set = hf_json_object(), *theirs = hf_json_array(), *v;
	const struct hf_json *person = record(id), *runs = hf_json_get(agency.assigned, id);
	const char           *field, *key = hf_json_get_str(person, "key_fpr"), *what;

	for (size_t i = 0; i < hf_json_len(agency.records); i++)
		if (names(hf_json_get(hf_json_at(agency.records, i), "person"), id))
			hf_json_push(theirs, hf_json_ref(hf_json_at(agency.records, i)));
	for (size_t i = 0; i < hf_json_len(agency.records); i++) {
		const struct hf_json *j = hf_json_at(agency.records, i);
		const char           *kind = hf_json_get_str(j, "kind"), *at = hf_json_get_str(j, "id");

		for (void *it = NULL; hf_json_next(j, &it, &field, &v);) {
			if (key != NULL && names(v, key))
				agency_note(set, strcmp(field, "key_fpr") == 0 ? "key" : "restricted", at, "");
			if (names(v, id) && (what = agency_meaning(kind, field)) != NULL && living(j, what))
				agency_note(set, what, at, strcmp(what, "duty") == 0 || strcmp(what, "office") == 0 ? field : "");
		}
		naive_address(set, j, person, !answers);
		naive_password(set, j, theirs, id, answers);
	}
	for (size_t i = 0; i < hf_json_len(runs); i++)
		hf_json_set(set, hf_json_str(hf_json_at(runs, i)), hf_json_bool(true));
	hf_json_free(theirs);
	return set;
}
