/* What is due, against the schema: every day that a record can have is known to it, or stands beside for a reason. */
#include <string.h>

#include "holdfast/due.h"
#include "holdfast/schema.h"
#include "run_one.h"
#include "test.h"

#define FAR 3650 /* days */

/*
 * A day of a record, what is due for it, and how many days later. record: field=value of it. about: the record that is due, where it is another one.
 */
static const struct {
	const char *kind, *field, *what, *record, *about;
	int         later;
} known[] = {
	{ "person", "last_day", "leaver", NULL, NULL, -10 },
	{ "person", "next_notice_on", "notice", NULL, NULL, 0 },
	{ "account", "created_on", "review", NULL, NULL, 90 },
	{ "account", "recovery_reviewed_on", "review", NULL, NULL, 90 },
	{ "account", "access_reviewed_on", "access", "criticality=critical", NULL, 90 },
	{ "account", "access_reviewed_on", "access", "criticality=low", NULL, 365 },
	{ "account", "password_attested_on", "password", NULL, NULL, 365 },
	{ "account", "recovery_tested_on", "recovery-test", "criticality=critical", NULL, 365 },
	{ "account", "privacy_reviewed_on", "privacy", NULL, NULL, 365 },
	{ "account", "risk_assessed_on", "risk", NULL, NULL, 365 },
	{ "contact", "verified_on", "contact", "account=x:agency type=phone", NULL, 90 },
	{ "grant", "until", "grant", "account=x:agency role=admin supplier=Writers", NULL, 0 },
	{ "supplier", "contract_ends_on", "contract", NULL, NULL, 0 },
	{ "evidence", "valid_until", "evidence", "account=x:agency satisfies=signed-letter", NULL, 0 },
	{ "declaration", "deadline", "declaration", "person=Max provider=x handle=max", NULL, 0 },
	{ "attestation", "answered_on", "attestation", "unit=Survey period=2026-27 control=confirmation", "Survey", 365 },
	{ "exception", "expires", "exception", "rule=HF-101 subject=x:agency reason=new", NULL, 0 },
	{ "document", "review_by", "document", "path=incident/own text=#", NULL, 0 },
};

static const struct {
	const char *field, *why;
} beside[] = {
	{ "person.first_day", "it is past" },
	{ "person.moved_on", "the move has steps with days of their own" },
	{ "person.trained_on", "only who writes has to be: check finds it" },
	{ "person.attested_on", "the next notice asks for it" },
	{ "person.notice_sent_on", "the next notice has a day of its own" },
	{ "account.responder_reached_on", "the review asks for it" },
	{ "account.backup_codes_on", "the review asks for it" },
	{ "account.feature_enabled_on", "it is past: check compares it with the privacy settings" },
	{ "account.apps_reviewed_on", "the review asks for it" },
	{ "account.last_activity_on", "it is past: check finds what sleeps" },
	{ "account.confirmed_on", "the review asks for it" },
	{ "grant.authorised_on", "it is past" },
	{ "grant.since", "it is past" },
	{ "grant.reviewed_on", "the review asks for it" },
	{ "device.patched_on", "every month, for each device: check finds it" },
	{ "share.shared_on", "it is past" },
	{ "share.rotated_on", "it is past: check finds what was not" },
	{ "evidence.obtained_on", "it is past" },
	{ "declaration.declared_on", "it is past: the deadline counts" },
	{ "declaration.decided_on", "it is past: the deadline counts" },
	{ "exception.accepted_on", "it is past" },
	{ "document.reviewed_on", "it is past: review_by counts" },
	{ "conflict.settled_on", "it is past: what is not settled is due a week after it came up" },
};

/* ---- every day of the schema ---- */

static size_t
times_named(const char *kind, const char *field)
{
	char   name[64];
	size_t n = 0;

	snprintf(name, sizeof(name), "%s.%s", kind, field);
	for (int i = 0; i < N_OF(beside); i++)
		n += strcmp(beside[i].field, name) == 0 && beside[i].why[0] != '\0';
	for (int i = 0; i < N_OF(known); i++)
		if (strcmp(known[i].kind, kind) == 0 && strcmp(known[i].field, field) == 0)
			return n + 1;
	return n;
}

START_TEST(every_day_has_its_place)
{
	size_t days = 0;

	for (size_t k = 0; k < hf_n_kinds; k++)
		for (size_t f = 0; f < hf_kinds[k].n_fields; f++) {
			const struct hf_field *field = &hf_kinds[k].fields[f];

			if (field->type != HF_FIELD_DATE && field->type != HF_FIELD_TIME)
				continue;
			days++;
			ck_assert_msg(times_named(hf_kinds[k].name, field->name) == 1,
			    "%s.%s: is it due, or is there a reason why not? Say it once", hf_kinds[k].name, field->name);
		}
	ck_assert_uint_gt(days, N_OF(beside));
	for (int i = 0; i < N_OF(beside); i++) {
		char kind[32];

		snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(beside[i].field, "."), beside[i].field);
		ck_assert_msg(hf_schema_field(hf_schema_kind(kind), strchr(beside[i].field, '.') + 1) != NULL, "%s: no such field",
		    beside[i].field);
	}
}
END_TEST

/* ---- each on its day ---- */

static const char *const first_fields[] = { "person name=Kim", "account provider=x state=live handle=fresh", "unit name=Survey",
	"supplier name=Writers", NULL };

/* "kind field=value ..." or only the fields: a new record with them. */
static void
add(char id[HF_ID_SIZE], const char *kind, const char *fields, const char *more)
{
	struct hf_batch *b;
	char             text[256], *word, *at = NULL;

	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_add(id, b, kind, &e));
	snprintf(text, sizeof(text), "%s %s", fields, more);
	for (word = strtok_r(text, " ", &at); word != NULL; word = strtok_r(NULL, " ", &at)) {
		char *value = strchr(word, '=');

		*value++ = '\0';
		ck_ok(hf_batch_set(b, id, word, '=', value, &e));
	}
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
}

static const char *
needed(const char *kind)
{
	size_t n = strlen(kind);

	for (int i = 0; first_fields[i] != NULL; i++)
		if (strncmp(first_fields[i], kind, n) == 0 && first_fields[i][n] == ' ')
			return first_fields[i] + n + 1;
	return "";
}

/* Those of one kind of thing that are about a record; the day of the last. */
static size_t
due_of(char day[HF_DAY_SIZE], const char *what, const char *record)
{
	struct hf_due_opts opts = { .days = FAR, .what = what };
	struct hf_json    *list;
	size_t             n = 0;

	ck_ok(hf_due(&list, world.r, world.shelf, &opts, &e));
	for (size_t i = 0; i < hf_json_len(list); i++)
		if (strcmp(hf_json_text(hf_json_at(list, i), "record"), record) == 0) {
			snprintf(day, HF_DAY_SIZE, "%s", hf_json_text(hf_json_at(list, i), "due"));
			n++;
		}
	hf_json_free(list);
	return n;
}

static void
forget(const char *id)
{
	struct hf_batch *b;

	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_remove(b, id, &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
}

START_TEST(each_is_due_on_its_day)
{
	const char *kind = known[_i].kind, *what = known[_i].what;
	char        id[HF_ID_SIZE], other[HF_ID_SIZE] = "", day[HF_DAY_SIZE], want[HF_DAY_SIZE], set[256], about[HF_ID_SIZE];

	if (strcmp(what, "grant") == 0)
		add(other, "supplier", needed("supplier"), "");
	if (known[_i].about != NULL)
		add(other, "unit", needed("unit"), "");
	hf_day_add(day, hf_register_today(world.r), 20);
	hf_day_add(want, day, known[_i].later);
	snprintf(set, sizeof(set), "%s %s=%s", known[_i].record == NULL ? "" : known[_i].record, known[_i].field, day);
	add(id, kind, needed(kind), set);
	if (strcmp(what, "contract") == 0)
		add(other, "grant", "account=x:agency role=publish supplier=Writers", "");
	if (strcmp(what, "leaver") == 0)
		add(other, "contact", "account=x:agency type=person holder=Kim", "");
	snprintf(about, sizeof(about), "%s", known[_i].about != NULL ? other : id);
	ck_assert_msg(due_of(day, what, about) == 1, "%s.%s: nothing of it is due", kind, known[_i].field);
	ck_assert_msg(strcmp(day, want) == 0, "%s.%s: due on %s, not %s", kind, known[_i].field, day, want);
	if (other[0] != '\0' && strcmp(what, "grant") != 0 && known[_i].about == NULL)
		forget(other);
	forget(id);
	if (strcmp(what, "grant") == 0 || known[_i].about != NULL)
		forget(other);
}
END_TEST

/* ---- a unit that never attested ---- */

static size_t
unit_due(char day[HF_DAY_SIZE], const char *unit, int64_t now)
{
	size_t n;

	run_world_close();
	run_clock(now);
	run_world_open();
	n = due_of(day, "attestation", unit);
	run_world_close();
	run_clock(0);
	run_world_open();
	return n;
}

/* It has six weeks, and is late after them: neither at once, nor never. */
START_TEST(a_unit_that_never_attested)
{
	struct hf_due_opts opts = { .days = 0, .what = "attestation" };
	struct hf_json    *list;
	char               id[HF_ID_SIZE], day[HF_DAY_SIZE], want[HF_DAY_SIZE];
	int64_t            now = hf_register_now(world.r);

	add(id, "unit", needed("unit"), "");
	hf_day_add(want, hf_register_today(world.r), 42);
	for (int weeks = 0; weeks <= 10; weeks += 5) {
		ck_assert_uint_eq(unit_due(day, id, now + weeks * 7 * HF_DAY), 1);
		ck_assert_str_eq(day, want);
	}
	ck_ok(hf_due(&list, world.r, world.shelf, &opts, &e));
	ck_assert_uint_eq(hf_json_len(list), 0);
	hf_json_free(list);
	forget(id);
}
END_TEST

/* A notice that was sent is promised no more; who left gets none. */
START_TEST(a_notice_that_was_sent)
{
	char id[HF_ID_SIZE], day[HF_DAY_SIZE];

	add(id, "person", needed("person"), "next_notice_on=2026-05-04 notice_sent_on=2025-06-01");
	ck_assert_uint_eq(due_of(day, "notice", id), 1);
	ck_assert_str_eq(day, "2026-05-04");
	forget(id);
	add(id, "person", needed("person"), "next_notice_on=2026-05-04 notice_sent_on=2026-05-04");
	ck_assert_uint_eq(due_of(day, "notice", id), 0);
	forget(id);
	add(id, "person", needed("person"), "next_notice_on=2026-05-04 last_day=2026-01-01");
	ck_assert_uint_eq(due_of(day, "notice", id), 0);
	forget(id);
}
END_TEST

static void
leaves(const char *person)
{
	struct hf_batch *b;

	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_set(b, person, "last_day", '=', "2026-01-01", &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
}

/* Who left is asked for nothing: the deputy is, and nobody when they left too. */
START_TEST(nobody_who_left)
{
	struct hf_due_opts opts = { .days = FAR, .what = "review" };
	struct hf_json    *list;
	char               id[HF_ID_SIZE], owner[HF_ID_SIZE], fields[128];

	for (int k = 0; k < 2; k++) {
		add(owner, "person", needed("person"), "");
		snprintf(fields, sizeof(fields), "owner=%s deputy=%s", owner, k == 0 ? world.max : owner);
		add(id, "account", needed("account"), fields);
		leaves(owner);
		ck_ok(hf_due(&list, world.r, world.shelf, &opts, &e));
		for (size_t i = 0; i < hf_json_len(list); i++)
			if (strcmp(hf_json_text(hf_json_at(list, i), "record"), id) == 0)
				ck_assert_str_eq(hf_json_text(hf_json_at(list, i), "person"), k == 0 ? world.max : "");
		hf_json_free(list);
		forget(id);
		forget(owner);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("due");
	TCase *t = tcase_create("due");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, run_world_open, down);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, every_day_has_its_place);
	tcase_add_loop_test(t, each_is_due_on_its_day, 0, N_OF(known));
	tcase_add_test(t, a_unit_that_never_attested);
	tcase_add_test(t, a_notice_that_was_sent);
	tcase_add_test(t, nobody_who_left);
	suite_add_tcase(s, t);
	return run_suite(s);
}
