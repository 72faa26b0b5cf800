/* The table of kinds and fields, and what each type takes. */
#include <ctype.h>
#include <stdio.h>

#include "holdfast/schema.h"
#include "test.h"

static const struct {
	enum hf_field_type type;
	const char        *typed;
	const char        *stored; /* as JSON, without the quotes of a string; NULL: refused */
} values[] = {
	{ HF_FIELD_TEXT, "Jo Park", "Jo Park" },
	{ HF_FIELD_TEXT, "  Jo Park\t", "Jo Park" },
	{ HF_FIELD_TEXT, "Nydia M. Velázquez", "Nydia M. Velázquez" },
	{ HF_FIELD_TEXT, "Swyddfa’r Wasg", "Swyddfa’r Wasg" },
	{ HF_FIELD_TEXT, "新聞局", "新聞局" },
	{ HF_FIELD_TEXT, "", NULL },
	{ HF_FIELD_TEXT, "   ", NULL },
	{ HF_FIELD_TEXT, "two\nlines", NULL },
	{ HF_FIELD_TEXT, "esc\033[31m", NULL },
	{ HF_FIELD_TEXT, "bell\a", NULL },
	{ HF_FIELD_TEXT, "right to left \342\200\256 evil", NULL },
	{ HF_FIELD_TEXT, "zero\342\200\213width", NULL },
	{ HF_FIELD_TEXT, "latin1 \351", NULL },
	{ HF_FIELD_LINES, "two\nlines\n", "two\nlines" },
	{ HF_FIELD_LINES, "esc\033", NULL },
	{ HF_FIELD_WORD, "x", "x" },
	{ HF_FIELD_WORD, "LinkedIn", "linkedin" },
	{ HF_FIELD_WORD, "microsoft-teams", "microsoft-teams" },
	{ HF_FIELD_WORD, "hf-201", "hf-201" },
	{ HF_FIELD_WORD, "-x", NULL },
	{ HF_FIELD_WORD, "two words", NULL },
	{ HF_FIELD_WORD, "x/y", NULL },
	{ HF_FIELD_WORD, "x.y", NULL },
	{ HF_FIELD_WORD, "a234567890123456789012345678901234567890123456789012345678901234",
	    "a234567890123456789012345678901234567890123456789012345678901234" },
	{ HF_FIELD_WORD, "a2345678901234567890123456789012345678901234567890123456789012345", NULL },
	{ HF_FIELD_INT, "0", "0" },
	{ HF_FIELD_INT, "90", "90" },
	{ HF_FIELD_INT, "007", "7" },
	{ HF_FIELD_INT, "-1", NULL },
	{ HF_FIELD_INT, "+1", NULL },
	{ HF_FIELD_INT, "1.5", NULL },
	{ HF_FIELD_INT, "1e3", NULL },
	{ HF_FIELD_INT, "1,000", NULL },
	{ HF_FIELD_INT, "many", NULL },
	{ HF_FIELD_INT, "99999999999999999999", NULL },
	{ HF_FIELD_BOOL, "yes", "true" },
	{ HF_FIELD_BOOL, "Yes", "true" },
	{ HF_FIELD_BOOL, "true", "true" },
	{ HF_FIELD_BOOL, "1", "true" },
	{ HF_FIELD_BOOL, "no", "false" },
	{ HF_FIELD_BOOL, "OFF", "false" },
	{ HF_FIELD_BOOL, "maybe", NULL },
	{ HF_FIELD_BOOL, "2", NULL },
	{ HF_FIELD_DATE, "2026-11-20", "2026-11-20" },
	{ HF_FIELD_DATE, "2024-02-29", "2024-02-29" },
	{ HF_FIELD_DATE, "2023-02-29", NULL },
	{ HF_FIELD_DATE, "2026-13-01", NULL },
	{ HF_FIELD_DATE, "20/11/2026", NULL },
	{ HF_FIELD_DATE, "2026-1-2", NULL },
	{ HF_FIELD_DATE, "today", NULL },
	{ HF_FIELD_TIME, "2026-11-20T22:41:00Z", "2026-11-20T22:41:00Z" },
	{ HF_FIELD_TIME, "2026-11-20T23:41:00+01:00", "2026-11-20T22:41:00Z" },
	{ HF_FIELD_TIME, "2026-11-20T22:41:00.500Z", "2026-11-20T22:41:00.500Z" },
	{ HF_FIELD_TIME, "2026-11-20 22:41", NULL },
	{ HF_FIELD_TIME, "22:41", NULL },
	{ HF_FIELD_EMAIL, "jo@agency.example", "jo@agency.example" },
	{ HF_FIELD_EMAIL, "jo.park+accounts@mail.agency.example", "jo.park+accounts@mail.agency.example" },
	{ HF_FIELD_EMAIL, "jo@agency", NULL },
	{ HF_FIELD_EMAIL, "@agency.example", NULL },
	{ HF_FIELD_EMAIL, "jo park@agency.example", NULL },
	{ HF_FIELD_EMAIL, "jo@agency..example", NULL },
	{ HF_FIELD_EMAIL, "Jo <jo@agency.example>", NULL },
	{ HF_FIELD_EMAIL, "jo@agency.example,ann@agency.example", NULL },
	{ HF_FIELD_PHONE, "+44 20 7946 0001", "+442079460001" },
	{ HF_FIELD_PHONE, "(020) 7946-0001", "02079460001" },
	{ HF_FIELD_PHONE, "999", "999" },
	{ HF_FIELD_PHONE, "12", NULL },
	{ HF_FIELD_PHONE, "0207946 ext 3", NULL },
	{ HF_FIELD_PHONE, "44+20", NULL },
	{ HF_FIELD_PHONE, "1234567890123456", NULL },
	{ HF_FIELD_URL, "https://x.com/agency", "https://x.com/agency" },
	{ HF_FIELD_URL, "http://agency.example/?a=b#c", "http://agency.example/?a=b#c" },
	{ HF_FIELD_URL, "x.com/agency", NULL },
	{ HF_FIELD_URL, "javascript:alert(1)", NULL },
	{ HF_FIELD_URL, "ftp://agency.example/", NULL },
	{ HF_FIELD_URL, "https://", NULL },
	{ HF_FIELD_URL, "https://x.com/a b", NULL },
	{ HF_FIELD_URL, "https://x.com/<script>", NULL },
	{ HF_FIELD_DOMAIN, "agency.example", "agency.example" },
	{ HF_FIELD_DOMAIN, "Agency.EXAMPLE", "agency.example" },
	{ HF_FIELD_DOMAIN, "xn--bcher-kva.example", "xn--bcher-kva.example" },
	{ HF_FIELD_DOMAIN, "agency", NULL },
	{ HF_FIELD_DOMAIN, "-agency.example", NULL },
	{ HF_FIELD_DOMAIN, "agency-.example", NULL },
	{ HF_FIELD_DOMAIN, ".example", NULL },
	{ HF_FIELD_DOMAIN, "https://agency.example", NULL },
	{ HF_FIELD_DOMAIN, "agency.example/", NULL },
	{ HF_FIELD_ZONE, "Europe/London", "Europe/London" },
	{ HF_FIELD_ZONE, "UTC", "UTC" },
	{ HF_FIELD_ZONE, "Europe/Londinium", NULL },
	{ HF_FIELD_ZONE, "../../etc/passwd", NULL },
	{ HF_FIELD_HASH, "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ HF_FIELD_HASH, "e3b0c4", NULL },
	{ HF_FIELD_HASH, "g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", NULL },
	{ HF_FIELD_FPR, "53975cd07e19d2ed590aba88f6f246139ccd557f", "53975CD07E19D2ED590ABA88F6F246139CCD557F" },
	{ HF_FIELD_FPR, "5397 5CD0 7E19 D2ED 590A BA88 F6F2 4613 9CCD 557F", NULL },
	{ HF_FIELD_FPR, "F6F246139CCD557F", NULL },
	{ HF_FIELD_ID, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAV" },
	{ HF_FIELD_ID, "01arz3ndektsv4rrffq69g5fav", NULL },
	{ HF_FIELD_ID, "../x", NULL },
	{ HF_FIELD_CHOICE, "live", "live" },
	{ HF_FIELD_CHOICE, "LIVE", "live" },
	{ HF_FIELD_CHOICE, "own risk", "own-risk" },
	{ HF_FIELD_CHOICE, "own_risk", "own-risk" },
	{ HF_FIELD_CHOICE, "yes", "on" },
	{ HF_FIELD_CHOICE, "no", NULL },
	{ HF_FIELD_CHOICE, "liv", NULL },
	{ HF_FIELD_CHOICE, "live own-risk", NULL },
};

START_TEST(value)
{
	struct hf_field f = { "f", values[_i].type, 0, values[_i].type == HF_FIELD_CHOICE ? "live own-risk on" : NULL, "a field" };
	struct hf_json *v = NULL;
	struct hf_err   err = HF_ERR_INIT;
	enum hf_code    rc = hf_schema_value(&v, &f, values[_i].typed, &err);
	char            text[256];

	if (values[_i].stored == NULL) {
		ck_assert_msg(rc == HF_BAD, "\"%s\" was taken", values[_i].typed);
		ck_assert_msg(strncmp(err.msg, "f: ", 3) == 0, "%s", err.msg);
		ck_assert_ptr_null(v);
		return;
	}
	ck_assert_msg(rc == HF_OK, "\"%s\": %s", values[_i].typed, err.msg);
	snprintf(text, sizeof(text), "%s",
	    hf_json_is(v, HF_JSON_BOOL) ? (hf_json_true(v) ? "true" : "false") :
		hf_json_str(v) == NULL  ? "" :
					  hf_json_str(v));
	if (hf_json_is(v, HF_JSON_INT))
		snprintf(text, sizeof(text), "%lld", (long long)hf_json_num(v));
	ck_assert_str_eq(text, values[_i].stored);
	ck_ok(hf_schema_judge(&f, v, &e));
	hf_json_free(v);
}
END_TEST

START_TEST(refusals_help)
{
	const struct hf_kind  *account = hf_schema_kind("account"), *kind;
	const struct hf_field *f;
	struct hf_json        *v;
	struct hf_err          err = HF_ERR_INIT;

	ck_assert_int_eq(hf_schema_value(&v, hf_schema_field(account, "state"), "hijackd", &err), HF_BAD);
	ck_assert_str_eq(err.msg, "state: \"hijackd\" is not one of proposed, live, parked, hijacked, closed");
	ck_assert_str_eq(err.hint, "did you mean hijacked?");
	ck_assert_int_eq(hf_schema_want_kind(&kind, "acount", &err), HF_BAD);
	ck_assert_str_eq(err.hint, "did you mean account?");
	ck_assert_int_eq(hf_schema_want_kind(&kind, "zzzzzz", &err), HF_BAD);
	ck_assert_ptr_nonnull(strstr(err.hint, "holdfast help add"));
	ck_assert_int_eq(hf_schema_want_field(&f, account, "handel", &err), HF_BAD);
	ck_assert_str_eq(err.msg, "handel: account has no such field");
	ck_assert_str_eq(err.hint, "did you mean handle?");
}
END_TEST

/* ---- JSON ---- */

static const struct {
	const char *kind, *record;
	const char *says; /* NULL: it is right */
} records[] = {
	{ "person", "{\"name\":\"Jo\"}", NULL },
	{ "person", "{\"id\":\"x\",\"kind\":\"person\",\"register\":\"x\",\"version\":3,\"name\":\"Jo\"}", NULL },
	{ "person", "{}", "person: name is missing" },
	{ "person", "{\"name\":\"\"}", "name: it is empty" },
	{ "person", "{\"name\":3}", "name: not text" },
	{ "person", "{\"name\":[\"Jo\"]}", "name: not text" },
	{ "person", "{\"name\":\"Jo\",\"nmae\":\"Jo\"}", "nmae: person has no such field" },
	{ "person", "{\"name\":\"Jo\",\"pressed\":\"yes\"}", "pressed: not yes or no" },
	{ "person", "{\"name\":\"Jo\",\"pressed\":true}", NULL },
	{ "person", "{\"name\":\"Jo\",\"phone\":\"+44 20 7946 0001\"}", "is not in the form that is stored" },
	{ "person", "{\"name\":\"Jo\",\"first_day\":\"2026-02-30\"}", "is not a date" },
	{ "person", "{\"name\":\"Jo\",\"training\":\"one\"}", "training: not a list" },
	{ "person", "{\"name\":\"Jo\",\"training\":[\"one\",2]}", "training: not text" },
	{ "account", "{\"provider\":\"x\",\"handle\":\"@a\",\"audience_size\":-1}", "audience_size: not a number" },
	{ "account", "{\"provider\":\"x\",\"handle\":\"@a\",\"audience_size\":1.5}", "audience_size: not a number" },
	{ "account", "{\"provider\":\"x\",\"handle\":\"@a\",\"mfa_methods\":[\"app\",\"key\"]}", NULL },
	{ "account", "{\"provider\":\"x\",\"handle\":\"@a\",\"mfa_methods\":[\"pigeon\"]}", "\"pigeon\" is not one of app" },
	{ "account", "{\"provider\":\"x\",\"handle\":\"@a\",\"notes\":\"password: hunter22\"}", "looks like a password" },
};

START_TEST(record)
{
	struct hf_json *j;
	struct hf_err   err = HF_ERR_INIT;
	enum hf_code    rc;

	ck_ok(hf_json_parse(&j, records[_i].record, strlen(records[_i].record), &e));
	rc = hf_schema_judge_record(hf_schema_kind(records[_i].kind), j, &err);
	if (records[_i].says == NULL)
		ck_assert_msg(rc == HF_OK, "%s: %s", records[_i].record, err.msg);
	else
		ck_assert_msg(rc == HF_BAD && strstr(err.msg, records[_i].says) != NULL, "%s: %s", records[_i].record, err.msg);
	hf_json_free(j);
}
END_TEST

static const struct {
	const char *typed, *items; /* items with | between */
} lists[] = {
	{ "a, b", "a|b" },
	{ "a", "a" },
	{ "", "" },
	{ " , ,", "" },
	{ "a\\, b, c", "a, b|c" },
	{ "a ,b,", "a|b" },
	{ "\\x, y", "\\x|y" },
};

START_TEST(split)
{
	struct hf_json *list;
	struct hf_buf   b = HF_BUF_INIT;
	size_t          i;

	ck_ok(hf_schema_split(&list, lists[_i].typed, &e));
	for (i = 0; i < hf_json_len(list); i++)
		hf_buf_addf(&b, "%s%s", i > 0 ? "|" : "", hf_json_str(hf_json_at(list, i)));
	ck_assert_str_eq(hf_buf_str(&b), lists[_i].items);
	hf_buf_clear(&b);
	hf_json_free(list);
}
END_TEST

static enum hf_code
small(struct hf_json **out, void *arg, const char *typed, struct hf_err *err)
{
	char word[2] = { typed[0], '\0' };

	++*(int *)arg;
	if (typed[0] == 'x')
		return hf_fail(err, HF_BAD, "no x");
	*out = hf_json_string(word);
	return HF_OK;
}

START_TEST(list)
{
	struct hf_json *l;
	int             n = 0;

	ck_ok(hf_schema_list(&l, "anna, bob, art", small, &n, &e));
	ck_assert_int_eq(n, 3);
	ck_assert_uint_eq(hf_json_len(l), 2);
	hf_json_free(l);
	ck_fails(HF_BAD, "no x", hf_schema_list(&l, "bob, x, art", small, &n, &e));
	ck_assert_ptr_null(l);
	ck_assert_int_eq(n, 5);
}
END_TEST

static const struct {
	const char *kind, *record, *key; /* NULL: none */
} keys[] = {
	{ "account", "{\"provider\":\"x\",\"handle\":\"@Agency\"}", "x\nagency\n" },
	{ "account", "{\"provider\":\"x\",\"handle\":\"agency\"}", "x\nagency\n" },
	{ "account", "{\"provider\":\"x\"}", NULL },
	{ "unit", "{\"name\":\"STRASSE\"}", "strasse\n" },
	{ "unit", "{\"name\":\"Straße\"}", "strasse\n" },
	{ "person", "{\"name\":\"Jo\"}", NULL },
};

START_TEST(key)
{
	struct hf_json *j;
	struct hf_buf   b = HF_BUF_INIT;
	bool            has;

	ck_ok(hf_json_parse(&j, keys[_i].record, strlen(keys[_i].record), &e));
	has = hf_schema_key(&b, hf_schema_kind(keys[_i].kind), j);
	ck_assert_int_eq(has, keys[_i].key != NULL);
	if (has)
		ck_assert_str_eq(hf_buf_str(&b), keys[_i].key);
	hf_buf_clear(&b);
	hf_json_free(j);
}
END_TEST

/* ---- the table itself ---- */

static const char *const keywords[] = { "select", "from", "where", "group", "order", "by", "index", "table", "to", "as", "on", "in",
	"is", "not", "null", "and", "or", "check", "default", "desc", "end", "if", "join", "key", "limit", "references", "set",
	"then", "unique", "update", "using", "values", "when", "with", "add", "all", "alter", "case", "column", "commit", "create",
	"delete", "distinct", "drop", "else", "escape", "exists", "foreign", "having", "insert", "into", "between", "primary",
	"transaction", "trigger", "union", "view", "replace", "like", "match", "window", "over" };

static bool
is_keyword(const char *name)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (strcmp(keywords[i], name) == 0)
			return true;
	return false;
}

static void
check_field(const struct hf_kind *k, const struct hf_field *f)
{
	char   word[64];
	size_t n = 0;

	for (const char *p = f->name; *p != '\0'; p++)
		ck_assert_msg(islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_', "%s.%s", k->name, f->name);
	ck_assert_msg(!is_keyword(f->name), "%s.%s is a word of SQL", k->name, f->name);
	ck_assert_msg(strcmp(f->name, "id") != 0 && strcmp(f->name, "ref") != 0 && strcmp(f->name, "in_use") != 0 &&
		strcmp(f->name, "gone") != 0 && strcmp(f->name, "kind") != 0 && strcmp(f->name, "version") != 0 &&
		strcmp(f->name, "register") != 0,
	    "%s.%s is a column of its own", k->name, f->name);
	ck_assert_msg(f->help[0] != '\0' && f->help[strlen(f->help) - 1] != '.', "%s.%s: \"%s\"", k->name, f->name, f->help);
	ck_assert_msg(
	    (f->choices != NULL) == (f->type == HF_FIELD_CHOICE || f->type == HF_FIELD_REF), "%s.%s: choices", k->name, f->name);
	for (; hf_field_choice(f, n, word, sizeof(word)); n++) {
		ck_assert_msg(n < 16 && strlen(word) < 32, "%s.%s: %s", k->name, f->name, word);
		if (f->type == HF_FIELD_REF && strcmp(word, "*") != 0)
			ck_assert_msg(hf_schema_kind(word) != NULL, "%s.%s refers to %s", k->name, f->name, word);
	}
}

START_TEST(the_table)
{
	const struct hf_kind *k = &hf_kinds[_i];
	const struct hf_field words = { .choices = k->key };
	char                  name[64];

	ck_assert_int_gt((int)k->n_fields, 0);
	ck_assert_int_lt((int)k->n_fields, 128);
	for (size_t i = 0; i < k->n_fields; i++) {
		check_field(k, &k->fields[i]);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(k->fields[i].name, k->fields[j].name);
	}
	for (size_t i = 0; hf_field_choice(&words, i, name, sizeof(name)); i++)
		ck_assert_msg(hf_schema_field(k, name) != NULL, "%s: key %s", k->name, name);
	for (int i = 0; i < _i; i++)
		ck_assert_str_ne(hf_kinds[i].name, k->name);
}
END_TEST

/* Section 5 of the design: these are promised. */
static const struct {
	const char *kind, *fields;
} promised[] = {
	{ "org", "name domains numbers timezone siro dpo press security it privacy legal hr records regulator out_of_hours" },
	{ "unit", "name parent director deputy_director" },
	{ "person", "name email phone post unit manager first_day last_day moved_on trained_on key_fpr" },
	{ "account",
	    "provider handle url display_name class state criticality purpose unit owner deputy responder responder_deputy service_plan "
	    "immutable_id created_on registered_email registered_phone login_model shared_method mfa_supported mfa_state mfa_enforced "
	    "mfa_methods mfa_holders passkey vault_ref backup_codes_ref password_attested_on audit_log alerts_to drafter reviewer approver "
	    "publisher_cap privacy_reviewed_on recovery_reviewed_on recovery_tested_on access_reviewed_on last_activity_on verified_badge "
	    "published notes lobby passcode direct_join external_calls recording_default ai_attendees recordings_at retention_days" },
	{ "link", "account depends_on how" },
	{ "contact", "account type value holder verified_on" },
	{ "grant", "account person supplier role device authorised_by since until reviewed_on" },
	{ "device", "tag ownership managed shared locked patched_on holder" },
	{ "supplier", "name contract_ref contract_ends_on assurance_ref" },
	{ "share", "account person supplier shared_on rotated_on method" },
	{ "evidence",
	    "account satisfies description blob file_name sha256 size media_type obtained_on valid_until collected_by source restricted_to" },
	{ "desk", "provider partner_contact portal_ref account_manager note" },
	{ "declaration", "person provider handle purpose asked_by deadline decision decided_by decided_on" },
	{ "attestation", "unit period control answer risk rag improvement answered_by answered_as" },
	{ "exception", "rule subject reason accepted_by expires" },
	{ "document", "path text" },
	{ "conflict", "record field kept other kept_by other_by settled_on" },
};

START_TEST(what_is_promised)
{
	const struct hf_kind *k = hf_schema_kind(promised[_i].kind);
	const struct hf_field words = { .choices = promised[_i].fields };
	char                  name[64];

	ck_assert_msg(k != NULL, "%s", promised[_i].kind);
	for (size_t i = 0; hf_field_choice(&words, i, name, sizeof(name)); i++)
		ck_assert_msg(hf_schema_field(k, name) != NULL, "%s.%s", k->name, name);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("schema");
	TCase *t = tcase_create("schema");

	tcase_add_loop_test(t, value, 0, N_OF(values));
	tcase_add_test(t, refusals_help);
	tcase_add_loop_test(t, record, 0, N_OF(records));
	tcase_add_loop_test(t, split, 0, N_OF(lists));
	tcase_add_test(t, list);
	tcase_add_loop_test(t, key, 0, N_OF(keys));
	tcase_add_loop_test(t, the_table, 0, (int)hf_n_kinds);
	tcase_add_loop_test(t, what_is_promised, 0, N_OF(promised));
	suite_add_tcase(s, t);
	return run_suite(s);
}
