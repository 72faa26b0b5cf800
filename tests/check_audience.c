/* Who may read what and who may commit what: tables over one register, with members that need no keys because nothing is encrypted to them. */
#include <stdio.h>
#include <stdlib.h>

#include "../src/store/register/audience.h"
#include "../src/store/register/rights.h"
#include "gpg_fixture.h"
#include "test.h"

#define JO  "1111111111111111111111111111111111111111" /* owner of x:one */
#define DEP "2222222222222222222222222222222222222222" /* its deputy */
#define OTH "3333333333333333333333333333333333333333" /* owner of x:two */
#define RES "4444444444444444444444444444444444444444" /* responder */
#define AUD "5555555555555555555555555555555555555555" /* auditor */

static char                dir[HF_FIXTURE_PATH], fpr[HF_FPR_SIZE];
static struct hf_register *r;
static struct hf_member    list[6];

/* Records by a name of their own. */
static struct {
	const char *name, *kind, *fields;
	char        id[HF_ID_SIZE];
	const char *only; /* restricted_to, separated by spaces */
} rows[] = {
	{ "press", "unit", "name=Press", "", NULL },
	{ "jo", "person", "name=Jo Park", "", NULL },
	{ "dep", "person", "name=Dee Puty", "", NULL },
	{ "oth", "person", "name=Otto Her", "", NULL },
	{ "one", "account", "provider=x;handle=one;owner=Jo Park;deputy=Dee Puty", "", NULL },
	{ "two", "account", "provider=x;handle=two;owner=Otto Her", "", NULL },
	{ "none", "account", "provider=x;handle=none", "", NULL },
	{ "link1", "link", "account=x:one;depends_on=x:two;how=mailbox", "", NULL },
	{ "contact1", "contact", "account=x:one;type=email;value=rescue@agency.example", "", NULL },
	{ "contact2", "contact", "account=x:two;type=phone;value=+442079460002", "", NULL },
	{ "phone1", "device", "tag=PH-1", "", NULL },
	{ "phone2", "device", "tag=PH-2;holder=Otto Her", "", NULL },
	{ "firm", "supplier", "name=Firm", "", NULL },
	{ "grant1", "grant", "account=x:one;person=Otto Her;role=publish;device=PH-1", "", NULL },
	{ "share2", "share", "account=x:two;supplier=Firm", "", NULL },
	{ "proof1", "evidence", "account=x:one;description=Letter", "", NULL },
	{ "proof0", "evidence", "description=Charter", "", NULL },
	{ "secret1", "evidence", "account=x:one;description=Passport", "", JO },
	{ "secret2", "evidence", "account=x:one;description=Lost", "", "9999999999999999999999999999999999999999" },
	{ "secret3", "evidence", "account=x:two;description=Both", "", RES " " OTH },
	{ "risk1", "exception", "rule=HF-201;subject=x:one;reason=old", "", NULL },
	{ "risk2", "exception", "rule=HF-202;subject=rescue@agency.example;reason=old", "", NULL },
	{ "riskP", "exception", "rule=HF-203;subject=Press;reason=old", "", NULL },
	{ "mine", "declaration", "person=Jo Park;provider=x;handle=jo", "", NULL },
	{ "answer", "attestation", "unit=Press;period=2026;control=HF-1;answered_by=Otto Her", "", NULL },
	{ "desk", "desk", "provider=x", "", NULL },
	{ "book", "document", "path=incident/ours;text=Ours", "", NULL },
};

static const char *
id_of(const char *name)
{
	for (int i = 0; i < N_OF(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].id;
	ck_abort_msg("%s", name);
}

static void
add_row(int i, struct hf_err *e)
{
	struct hf_batch *b;
	char             copy[512], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", rows[i].fields);
	hf_fixture_must(hf_batch_new(&b, r, e), e, "new");
	hf_fixture_must(hf_batch_add(rows[i].id, b, rows[i].kind, e), e, "add");
	for (char *f = strtok_r(copy, ";", &save); f != NULL; f = strtok_r(NULL, ";", &save)) {
		char *eq = strchr(f, '=');

		*eq = '\0';
		hf_fixture_must(hf_batch_set(b, rows[i].id, f, '=', eq + 1, e), e, "set");
	}
	hf_fixture_must(hf_batch_commit(b, "record", e), e, "commit");
	hf_batch_free(b);
}

static void
tie(const char *name, const char *key, struct hf_err *e)
{
	struct hf_json  *v = hf_json_string(key);
	struct hf_batch *b;

	hf_fixture_must(hf_batch_new(&b, r, e), e, "new");
	hf_fixture_must(hf_batch_set_json(b, id_of(name), "key_fpr", v, e), e, "set_json");
	hf_fixture_must(hf_batch_commit(b, "record", e), e, "commit");
	hf_batch_free(b);
	hf_json_free(v);
}

/* Straight into the index: who began it, on what. */
static void
put_entry(
    const char *id, const char *run, const char *type, const char *actor, const char *subject, const char *blob, struct hf_err *e)
{
	struct hf_json *j = hf_json_object();

	hf_json_set(j, "id", hf_json_string(id));
	hf_json_set(j, "run", hf_json_string(run));
	hf_json_set(j, "type", hf_json_string(type));
	hf_json_set(j, "actor", hf_json_string(actor));
	if (subject != NULL)
		hf_json_set(j, "subject", hf_json_string(subject));
	if (blob != NULL)
		hf_json_set(j, "evidence", hf_json_string(blob));
	hf_fixture_must(index_put_entry(r->index, j, "", e), e, "index_put_entry");
	hf_json_free(j);
}

#define RUN1   "01AAAAAAAAAAAAAAAAAAAAAAA1" /* about x:one, begun by RES */
#define RUN2   "01AAAAAAAAAAAAAAAAAAAAAAA2" /* about Press, begun by OTH */
#define RUN3   "01AAAAAAAAAAAAAAAAAAAAAAA3" /* about the contact of x:two */
#define ENTRY1 "01BBBBBBBBBBBBBBBBBBBBBBB1"
#define NOTE1  "01BBBBBBBBBBBBBBBBBBBBBBB2"
#define ENTRY2 "01BBBBBBBBBBBBBBBBBBBBBBB3"
#define ENTRY3 "01BBBBBBBBBBBBBBBBBBBBBBB4"
#define BLOB1  "01CCCCCCCCCCCCCCCCCCCCCCC1" /* kept in RUN1 */
#define BLOB2  "01CCCCCCCCCCCCCCCCCCCCCCC2" /* of secret3, and kept in RUN1 */
#define BLOB3  "01CCCCCCCCCCCCCCCCCCCCCCC3" /* of proof1 */

/* Takes over v. */
static void
set_field(const char *name, const char *field, struct hf_json *v, struct hf_err *e)
{
	struct hf_json *j;

	hf_fixture_must(hf_register_get(&j, r, id_of(name), e), e, "get");
	hf_json_set(j, field, v);
	hf_fixture_must(index_put(r->index, j, "", e), e, "index_put");
	hf_json_free(j);
}

static void
restrict_rows(struct hf_err *e)
{
	for (int i = 0; i < N_OF(rows); i++) {
		struct hf_json *v;
		char            copy[256], *save = NULL;

		if (rows[i].only == NULL)
			continue;
		v = hf_json_array();
		snprintf(copy, sizeof(copy), "%s", rows[i].only);
		for (char *f = strtok_r(copy, " ", &save); f != NULL; f = strtok_r(NULL, " ", &save))
			hf_json_push(v, hf_json_string(f));
		set_field(rows[i].name, "restricted_to", v, e);
	}
}

static void
put_conflict(const char *id, const char *name, struct hf_err *e)
{
	struct hf_json *j = hf_json_object();

	hf_json_set(j, "id", hf_json_string(id));
	hf_json_set(j, "kind", hf_json_string("conflict"));
	hf_json_set(j, "record", hf_json_string(id_of(name)));
	hf_json_set(j, "field", hf_json_string("notes"));
	hf_fixture_must(index_put(r->index, j, "", e), e, "index_put");
	hf_json_free(j);
}

static void
make_members(void)
{
	static const struct {
		const char *fpr;
		unsigned    roles;
	} who[] = { { JO, HF_ROLE_OWNER }, { DEP, HF_ROLE_OWNER }, { OTH, HF_ROLE_OWNER }, { RES, HF_ROLE_RESPONDER },
		{ AUD, HF_ROLE_AUDITOR } };

	free(r->members.list);
	r->members.list = malloc(sizeof(list));
	r->members.n = 6;
	for (int i = 0; i < 5; i++) {
		memset(&r->members.list[i], 0, sizeof(list[i]));
		snprintf(r->members.list[i].fpr, HF_FPR_SIZE, "%s", who[i].fpr);
		r->members.list[i].roles = who[i].roles;
	}
	memset(&r->members.list[5], 0, sizeof(list[5]));
	snprintf(r->members.list[5].fpr, HF_FPR_SIZE, "%s", fpr);
	r->members.list[5].roles = HF_ROLE_ADMIN;
	memcpy(list, r->members.list, sizeof(list));
}

#define CONFLICT1 "01DDDDDDDDDDDDDDDDDDDDDDD1" /* about contact1 */
#define CONFLICT2 "01DDDDDDDDDDDDDDDDDDDDDDD2" /* about secret3 */
#define CONFLICT3 "01DDDDDDDDDDDDDDDDDDDDDDD3" /* about Press */

static void
up(void)
{
	struct hf_err e = HF_ERR_INIT;

	r = hf_fixture_register(dir, fpr);
	for (int i = 0; i < N_OF(rows); i++)
		add_row(i, &e);
	tie("jo", JO, &e);
	tie("dep", DEP, &e);
	tie("oth", OTH, &e);
	hf_fixture_must(register_members(r, &e), &e, "register_members");
	put_entry(ENTRY1, RUN1, "start", RES, id_of("one"), NULL, &e);
	put_entry(NOTE1, RUN1, "evidence", RES, NULL, BLOB1, &e);
	put_entry("01BBBBBBBBBBBBBBBBBBBBBBB9", RUN1, "evidence", RES, NULL, BLOB2, &e);
	put_entry(ENTRY2, RUN2, "start", OTH, id_of("press"), NULL, &e);
	put_entry(ENTRY3, RUN3, "start", RES, id_of("contact2"), NULL, &e);
	set_field("secret3", "blob", hf_json_string(BLOB2), &e);
	set_field("proof1", "blob", hf_json_string(BLOB3), &e);
	restrict_rows(&e);
	put_conflict(CONFLICT1, "contact1", &e);
	put_conflict(CONFLICT2, "secret3", &e);
	put_conflict(CONFLICT3, "press", &e);
	make_members();
}

static void
down(void)
{
	hf_register_close(r);
	hf_fixture_remove(dir);
}

/* j d o r a A: Jo, deputy, other owner, responder, auditor, admin. */
static void
assert_audience(const char *file, const char *want)
{
	struct audience a;
	char            got[8] = "", *p = got;

	ck_ok(audience_of(&a, r, file, &e));
	for (size_t i = 0; i < 6; i++)
		if (audience_has(&a, list[i].fpr))
			*p++ = "jdoraA"[i];
	*p = '\0';
	ck_assert_msg(strcmp(got, want) == 0, "%s: %s, not %s", file, got, want);
	audience_clear(&a);
}

static const struct {
	const char *name, *want;
} readers[] = {
	{ "press", "jdoraA" },
	{ "jo", "jdoraA" },
	{ "desk", "jdoraA" },
	{ "book", "jdoraA" },
	{ "one", "jdraA" },
	{ "two", "oraA" },
	{ "none", "raA" },
	{ "link1", "jdraA" },
	{ "contact1", "jdraA" },
	{ "contact2", "oraA" },
	{ "phone1", "jdraA" },
	{ "phone2", "oraA" },
	{ "firm", "oraA" },
	{ "grant1", "jdraA" },
	{ "share2", "oraA" },
	{ "proof1", "jdraA" },
	{ "proof0", "raA" },
	{ "secret1", "j" },
	{ "secret2", "A" },
	{ "secret3", "or" },
	{ "risk1", "jdraA" },
	{ "risk2", "jdraA" },
	{ "riskP", "raA" },
	{ "mine", "jraA" },
	{ "answer", "oraA" },
};

START_TEST(records_are_read_by)
{
	char file[PATH_SIZE];

	path_record(file, id_of(readers[_i].name));
	assert_audience(file, readers[_i].want);
}
END_TEST

START_TEST(runs_and_files_are_read_by)
{
	char            file[PATH_SIZE];
	struct audience a;

	path_entry(file, RUN1, NOTE1);
	assert_audience(file, "jdraA");
	path_entry(file, RUN2, ENTRY2);
	assert_audience(file, "oraA");
	path_entry(file, RUN3, ENTRY3);
	assert_audience(file, "oraA");
	path_blob(file, BLOB1);
	assert_audience(file, "jdraA");
	path_blob(file, BLOB2);
	assert_audience(file, "or");
	path_blob(file, BLOB3);
	assert_audience(file, "jdraA");
	path_record(file, CONFLICT1);
	assert_audience(file, "jdraA");
	path_record(file, CONFLICT2);
	assert_audience(file, "or");
	path_record(file, CONFLICT3);
	assert_audience(file, "jdoraA");
	path_blob(file, "01CCCCCCCCCCCCCCCCCCCCCCC9");
	ck_fails(HF_SEALED, "nothing that can be read", audience_of(&a, r, file, &e));
	path_record(file, "01CCCCCCCCCCCCCCCCCCCCCCC9");
	ck_fails(HF_SEALED, "not to be read", audience_of(&a, r, file, &e));
	path_entry(file, RUN1, "01CCCCCCCCCCCCCCCCCCCCCCC9");
	ck_fails(HF_SEALED, "not to be read", audience_of(&a, r, file, &e));
}
END_TEST

/* Nobody but those who read everything: the answer is everybody, but for what is restricted. */
START_TEST(without_owners)
{
	char file[PATH_SIZE];

	for (size_t i = 0; i < 6; i++)
		r->members.list[i].roles |= HF_ROLE_AUDITOR;
	path_record(file, id_of("none"));
	assert_audience(file, "jdoraA");
	path_record(file, id_of("secret1"));
	assert_audience(file, "j");
	path_blob(file, BLOB2);
	assert_audience(file, "or");
	path_blob(file, BLOB1);
	assert_audience(file, "jdoraA");
	make_members();
}
END_TEST

/* ---- rights ---- */

#define A HF_ROLE_ADMIN
#define R HF_ROLE_RESPONDER
#define O HF_ROLE_OWNER
#define U HF_ROLE_AUDITOR

static const struct {
	enum path_kind  kind;
	enum write_kind what;
	unsigned        who; /* these roles may */
} paths[] = {
	{ PATH_MEMBER, WRITE_ADD, A },
	{ PATH_MEMBER, WRITE_REMOVE, A },
	{ PATH_KEY, WRITE_REPLACE, A },
	{ PATH_RECORD, WRITE_ADD, A | R | O | U },
	{ PATH_ENTRY, WRITE_ADD, A | R | O | U },
	{ PATH_BLOB, WRITE_ADD, A | R | O },
	{ PATH_RECORD, WRITE_REPLACE, A | R | O },
	{ PATH_RECORD, WRITE_RECRYPT, A | R },
	{ PATH_ENTRY, WRITE_RECRYPT, A | R },
	{ PATH_BLOB, WRITE_RECRYPT, A | R },
	{ PATH_RECORD, WRITE_REMOVE, A | R },
	{ PATH_ENTRY, WRITE_REPLACE, 0 },
	{ PATH_ENTRY, WRITE_REMOVE, 0 },
	{ PATH_BLOB, WRITE_REPLACE, 0 },
	{ PATH_BLOB, WRITE_REMOVE, 0 },
	{ PATH_META, WRITE_REPLACE, 0 },
	{ PATH_BAD, WRITE_ADD, 0 },
};

START_TEST(paths_by_role)
{
	for (unsigned roles = 0; roles < 16; roles++)
		ck_assert_msg(
		    rights_path(roles, paths[_i].kind, paths[_i].what) == ((roles & paths[_i].who) != 0), "roles %u", roles);
}
END_TEST

static const struct {
	const char *who, *name, *change; /* field=value of what it becomes; "add", "remove" */
	bool        may;
	const char *why;
} contents[] = {
	{ RES, "two", "notes=x", true, "" },
	{ RES, "two", "remove", true, "" },
	{ JO, "one", "notes=x", true, "" },
	{ DEP, "one", "notes=x", true, "" },
	{ OTH, "one", "notes=x", false, "change account x:one: your role is owner" },
	{ JO, "one", "remove", false, "remove account x:one: your role is owner" },
	{ JO, "one", "owner=@oth", false, "change account x:one" },
	{ JO, "contact1", "note=x", true, "" },
	{ OTH, "contact1", "note=x", false, "change contact rescue@agency.example" },
	{ OTH, "contact2", "account=@one", false, "change contact" },
	{ JO, "grant1", "until=2026-01-01", true, "" },
	{ JO, "proof1", "source=x", true, "" },
	{ JO, "proof0", "source=x", false, "change evidence" },
	{ JO, "risk1", "reason=x", true, "" },
	{ JO, "jo", "phone=x", false, "change person Jo Park" },
	{ JO, "press", "name=x", false, "change unit Press" },
	{ JO, "mine", "decision=adopt", false, "change declaration" },
	{ JO, "one", "add", true, "" },
	{ AUD, "one", "notes=x", false, "change account x:one: your role is auditor" },
	{ AUD, "answer", "risk=x", false, "change attestation" },
	{ AUD, "answer", "add", true, "" },
	{ AUD, "one", "add", false, "add an account: your role is auditor" },
	{ AUD, "contact1", "add", false, "add a contact: your role is auditor" },
};

START_TEST(contents_by_role)
{
	struct hf_json *before, *after = NULL;
	struct hf_buf   why = HF_BUF_INIT;
	const char     *change = contents[_i].change, *eq = strchr(change, '=');
	bool            may;

	ck_ok(hf_register_get(&before, r, id_of(contents[_i].name), &e));
	if (strcmp(change, "remove") != 0)
		after = hf_json_copy(before);
	if (strcmp(change, "add") == 0) {
		hf_json_free(before);
		before = NULL;
	}
	if (eq != NULL) {
		char key[64];

		snprintf(key, sizeof(key), "%.*s", (int)(eq - change), change);
		hf_json_set(after, key, hf_json_string(eq[1] == '@' ? id_of(eq + 2) : eq + 1));
		if (strcmp(key, "owner") == 0)
			hf_json_unset(after, "deputy");
	}
	ck_ok(rights_content(&may, &why, r, hf_members_find(&r->members, contents[_i].who), before, after, &e));
	ck_assert_int_eq(may, contents[_i].may);
	ck_assert_msg(strstr(hf_buf_str(&why), contents[_i].why) != NULL, "%s", hf_buf_str(&why));
	hf_buf_clear(&why);
	hf_json_free(before);
	hf_json_free(after);
}
END_TEST

START_TEST(entries_by_role)
{
	static const struct {
		const char *who, *type;
		bool        may;
	} types[] = { { RES, "done", true }, { JO, "done", true }, { AUD, "note", true }, { AUD, "done", false },
		{ AUD, "approve", false } };
	struct hf_json *j = hf_json_object();
	struct hf_buf   why = HF_BUF_INIT;
	bool            may;

	for (int i = 0; i < N_OF(types); i++) {
		hf_json_set(j, "type", hf_json_string(types[i].type));
		hf_buf_cut(&why, 0);
		ck_ok(rights_content(&may, &why, r, hf_members_find(&r->members, types[i].who), NULL, j, &e));
		ck_assert_msg(may == types[i].may, "%s %s", types[i].who, types[i].type);
		ck_assert_msg(may || strstr(hf_buf_str(&why), types[i].type) != NULL, "%s", hf_buf_str(&why));
	}
	hf_buf_clear(&why);
	hf_json_free(j);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("audience");
	TCase *t = tcase_create("tables");

	tcase_add_unchecked_fixture(t, up, down);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, records_are_read_by, 0, N_OF(readers));
	tcase_add_test(t, runs_and_files_are_read_by);
	tcase_add_test(t, without_owners);
	tcase_add_loop_test(t, paths_by_role, 0, N_OF(paths));
	tcase_add_loop_test(t, contents_by_role, 0, N_OF(contents));
	tcase_add_test(t, entries_by_role);
	suite_add_tcase(s, t);
	return run_suite(s);
}
