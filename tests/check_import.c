/* From CSV to records: columns, references, which record a row is, duplicates, and every way a file can be wrong. */
#include <stdio.h>
#include <stdlib.h>

#include "gpg_fixture.h"
#include "holdfast/import.h"
#include "test.h"

static char                dir[HF_FIXTURE_PATH], fpr[HF_FPR_SIZE];
static struct hf_register *r;

/* ---- a register with a few records, opened once; each test adds to a batch of its own that is never committed ---- */

static void
add(struct hf_batch *b, const char *kind, const char *const *fields)
{
	struct hf_err e = HF_ERR_INIT;
	char          id[HF_ID_SIZE];

	hf_fixture_must(hf_batch_add(id, b, kind, &e), &e, "add");
	for (; *fields != NULL; fields += 2)
		hf_fixture_must(hf_batch_set(b, id, fields[0], '=', fields[1], &e), &e, "set");
}

static void
once_up(void)
{
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;

	r = hf_fixture_register(dir, fpr);
	hf_fixture_must(hf_batch_new(&b, r, &e), &e, "new");
	add(b, "person", (const char *const[]){ "name", "Jo Park", "email", "jo@agency.example", NULL });
	add(b, "person", (const char *const[]){ "name", "Ann Lee", NULL });
	add(b, "person", (const char *const[]){ "name", "Ann Lee", NULL });
	add(b, "person", (const char *const[]){ "name", "Max Mustermann", NULL });
	add(b, "unit", (const char *const[]){ "name", "Press", NULL });
	add(b, "account", (const char *const[]){ "provider", "x", "handle", "@Agency", "owner", "Jo Park", "notes", "old", NULL });
	hf_fixture_must(hf_batch_commit(b, "record", &e), &e, "commit");
	hf_batch_free(b);
}

static void
once_down(void)
{
	hf_register_close(r);
	hf_fixture_remove(dir);
}

/* ---- rows ---- */

#define H "provider,handle,owner\n"

static const struct {
	const char        *kind, *csv, *map; /* map: entries with blanks between */
	bool               create;
	enum hf_duplicates dup;
	size_t             added, changed, unchanged, repeated, units, persons;
} good[] = {
	{ "account", H, "", false, 0, 0, 0, 0, 0, 0, 0 },
	{ "account", H "x,@new,Jo Park\n", "", false, 0, 1, 0, 0, 0, 0, 0 },
	{ "account", "\357\273\277" H "x,@new,Jo Park\n", "", false, 0, 1, 0, 0, 0, 0, 0 },           /* BOM */
	{ "account", "provider,handle,owner\r\nx,@new,Jo Park\r\n", "", false, 0, 1, 0, 0, 0, 0, 0 }, /* CRLF */
	{ "account", H "x,@new,Jo Park", "", false, 0, 1, 0, 0, 0, 0, 0 },                            /* no line end */
	{ "account", H "\nx,@new,Jo Park\n\n", "", false, 0, 1, 0, 0, 0, 0, 0 },                      /* blank lines */
	{ "account", H "x, @new ,  Jo Park \n", "", false, 0, 1, 0, 0, 0, 0, 0 },                     /* blanks around */
	{ "account", H "x,\"'@new\",jo park\n", "", false, 0, 1, 0, 0, 0, 0, 0 },      /* as export wrote it; case folded */
	{ "account", H "x,@new,jo@agency.example\n", "", false, 0, 1, 0, 0, 0, 0, 0 }, /* by e-mail */
	{ "account", H "x,@agency,Jo Park\n", "", false, 0, 0, 0, 1, 0, 0, 0 },
	{ "account", H "X,AGENCY,Jo Park\n", "", false, 0, 0, 0, 1, 0, 0, 0 }, /* the same account, written otherwise */
	{ "account", H "x,@Agency,\n", "", false, 0, 0, 0, 1, 0, 0, 0 },       /* an empty cell changes nothing */
	{ "account", H "x,@Agency,Max Mustermann\nx,b,Jo Park\n", "", false, 0, 1, 1, 0, 0, 0, 0 },
	{ "account", H "x,@a,Nobody Known\nx,@b,Nobody Known\nx,@c,NOBODY known\n", "", true, 0, 3, 0, 0, 0, 0, 1 },
	{ "account", "provider,handle,name,division\nx,@a,A,Web\nx,@b,B,Press\n", "name=display_name division=unit", true, 0, 2, 0,
	    0, 0, 1, 0 },
	{ "account", "Provider,HANDLE,Display Name,Registered-Email\nx,@a,A,a@agency.example\n", "", false, 0, 1, 0, 0, 0, 0, 0 },
	{ "account", "provider,handle,row\nx,@a,1\n", "row=", false, 0, 1, 0, 0, 0, 0, 0 },
	{ "account", "provider,handle,a=b\nx,@a,1\n", "a=b=notes", false, 0, 1, 0, 0, 0, 0, 0 },
	{ "account", "provider,handle,mfa_methods,mfa_holders\nx,@a,\"app, key\",\"Jo Park, Max Mustermann\"\n", "", false, 0, 1, 0,
	    0, 0, 0, 0 },
	{ "account", "provider,handle,mfa_holders\nx,@a,\"Jo Park, New One, Other\"\n", "", true, 0, 1, 0, 0, 0, 0, 2 },
	{ "account", H "x,@a,Jo Park\nx,A,Max Mustermann\n", "", false, HF_DUPLICATES_SKIP, 1, 0, 0, 1, 0, 0 },
	{ "account", H "x,@a,Jo Park\nx,A,Max Mustermann\n", "", false, HF_DUPLICATES_KEEP, 1, 0, 0, 1, 0, 0 },
	{ "account", H "x,@Agency,Jo Park\nx,@Agency,Jo Park\n", "", false, HF_DUPLICATES_KEEP, 0, 0, 1, 1, 0,
	    0 }, /* nothing differs */
	{ "account", H "x,@Agency,Jo Park\nx,@Agency,Max Mustermann\n", "", false, HF_DUPLICATES_KEEP, 0, 1, 0, 1, 0, 0 },
	{ "person", "name,email\nJo Park,jo@agency.example\n", "", false, 0, 0, 0, 1, 0, 0, 0 },
	{ "person", "name,email\nJo Park-Lee,JO@agency.example\n", "", false, 0, 0, 1, 0, 0, 0,
	    0 }, /* the address tells who it is */
	{ "person", "name,email\nJo Park,other@agency.example\n", "", false, 0, 1, 0, 0, 0, 0, 0 }, /* another of that name */
	{ "person", "name,email\nMax Mustermann,max@agency.example\n", "", false, 0, 0, 1, 0, 0, 0, 0 },
	{ "person", "name,post\nJo Park,Head of Press\nNew One,Clerk\n", "", false, 0, 1, 1, 0, 0, 0, 0 },
	{ "person", "name,manager\nA,B\nB,C\nC,\n", "", true, 0, 3, 0, 0, 0, 0, 0 }, /* named before their own row */
	{ "person", "name,manager\nA,A\n", "", true, 0, 1, 0, 0, 0, 0, 0 },          /* their own */
	{ "person", "name,manager,unit\nA,Jo Park,Web\n", "", true, 0, 1, 0, 0, 0, 1, 0 },
	{ "unit", "name,parent\nWeb,Press\npress,\n", "", false, 0, 1, 0, 1, 0, 0, 0 },
	{ "contact", "account,type,value\nx:@agency,email,a@agency.example\nx:@agency,phone,+442079460001\n", "", false, 0, 2, 0, 0,
	    0, 0, 0 },
	{ "org", "name\nTest Agency\n", "", false, 0, 0, 0, 1, 0, 0, 0 },
};

static struct hf_json *
map_of(const char *words)
{
	struct hf_json *map = hf_json_array();
	char            copy[256], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *w = strtok_r(copy, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
		hf_json_push(map, hf_json_string(w));
	return map;
}

START_TEST(taken)
{
	struct hf_import how = {
		.kind = good[_i].kind, .create = good[_i].create, .duplicates = good[_i].dup, .map = map_of(good[_i].map)
	};
	struct hf_imported got;
	struct hf_batch   *b;

	ck_ok(hf_batch_new(&b, r, &e));
	ck_ok(hf_import(&got, r, b, good[_i].csv, strlen(good[_i].csv), &how, &e));
	ck_assert_uint_eq(got.added, good[_i].added);
	ck_assert_uint_eq(got.changed, good[_i].changed);
	ck_assert_uint_eq(got.unchanged, good[_i].unchanged);
	ck_assert_uint_eq(got.repeated, good[_i].repeated);
	ck_assert_uint_eq(got.units, good[_i].units);
	ck_assert_uint_eq(got.persons, good[_i].persons);
	ck_ok(hf_batch_check(b, &e));
	ck_assert_int_eq(hf_batch_empty(b), got.added + got.changed + got.units + got.persons == 0);
	hf_batch_free(b);
	hf_json_free((struct hf_json *)(uintptr_t)how.map);
}
END_TEST

static const struct {
	const char  *kind, *csv, *map;
	bool         create;
	enum hf_code code;
	const char  *says, *hint; /* hint NULL: any */
} bad[] = {
	{ "acount", H, "", false, HF_BAD, "acount: unknown kind", "did you mean account?" },
	{ "account", "", "", false, HF_BAD, "the file is empty", NULL },
	{ "account", "\n\n", "", false, HF_BAD, "the file is empty", NULL },
	{ "account", "\357\273\277", "", false, HF_BAD, "the file is empty", NULL },
	{ "account", "provider,handel\nx,@a\n", "", false, HF_BAD, "line 1, column handel: account has no such field",
	    "did you mean handle?" },
	{ "account", "provider;handle;owner\nx;@a;Jo Park\n", "", false, HF_BAD, "line 1, column", "commas, not semicolons" },
	{ "account", "provider,,handle\nx,1,@a\n", "", false, HF_BAD, "line 1: column 2 has no name", NULL },
	{ "account", "provider,handle,Handle\nx,@a,@b\n", "", false, HF_BAD,
	    "line 1: columns handle and Handle are both the handle", NULL },
	{ "account", "provider,handle,x\nx,@a,1\n", "x=handle", false, HF_BAD, "both the handle", NULL },
	{ "account", "provider,handle,x\nx,@a,1\n", "x=nots", false, HF_BAD, "--map: nots: account has no such field",
	    "did you mean notes?" },
	{ "account", H "x,@a,Jo Park\n", "ownr=owner", false, HF_BAD, "--map: ownr: the file has no such column",
	    "did you mean owner?" },
	{ "account", H "x,@a,Jo Park\n", "owner", false, HF_USAGE, "--map: \"owner\" is not COLUMN=FIELD", NULL },
	{ "person", "name,key_fpr\nA,53975CD07E19D2ED590ABA88F6F246139CCD557F\n", "", false, HF_BAD,
	    "line 1, column key_fpr: key_fpr is set by holdfast", "leaves the column out" },
	{ "account", H "x,@a\n", "", false, HF_BAD, "line 2: 2 cells, and the first line has 3", NULL },
	{ "account", H "x,@a,Jo Park\nx,@b,Jo Park,more\n", "", false, HF_BAD, "line 3: 4 cells", "double quotes" },
	{ "account", H "x,\"@a\nb\",Jo Park\nx,@b\n", "", false, HF_BAD, "line 2, column handle", NULL },
	{ "account", H "x,@caf\351,Jo Park\n", "", false, HF_BAD, "line 2, column 7: not UTF-8", NULL },
	{ "account", H "x,\"@a,Jo Park\n", "", false, HF_BAD, "this quote is never closed", NULL },
	{ "account", H "x,@a,Jo Prak\n", "", false, HF_NOTFOUND, "line 2, column owner: Jo Prak: no person has that name",
	    "--create" },
	{ "account", H "x,@a,Jo\n", "", false, HF_NOTFOUND, "line 2, column owner: Jo: no person",
	    NULL }, /* not by its beginning */
	{ "account", H "x,@a,Ann Lee\n", "", false, HF_AMBIGUOUS, "line 2, column owner: Ann Lee: 2 records have that name",
	    "say which: person Ann Lee" },
	{ "account", H "x,@a,Ann Lee\n", "", true, HF_AMBIGUOUS, "line 2, column owner: Ann Lee: 2 records", NULL },
	{ "account", "provider,handle,division\nx,@a,Web\n", "division=unit", false, HF_NOTFOUND,
	    "line 2, column division: Web: no unit has that name", NULL },
	{ "account", "provider,handle,state\nx,@a,livee\n", "", false, HF_BAD, "line 2, column state: \"livee\" is not one of",
	    "did you mean live?" },
	{ "account", "provider,handle,when\nx,@a,2026-02-30\n", "when=created_on", false, HF_BAD,
	    "line 2, column when: created_on: \"2026-02-30\"", NULL },
	{ "account", "provider,handle,notes\nx,@a,password: hunter22\n", "", false, HF_BAD,
	    "line 2, column notes: this looks like a password", NULL },
	{ "account", "provider,handle,vault_ref\nx,@a,Tr0ub4dor&3x\n", "", false, HF_BAD,
	    "line 2, column vault_ref: this looks like a password", NULL },
	{ "account", H ",@a,Jo Park\n", "", false, HF_BAD, "line 2: provider is missing", NULL },
	{ "account", "provider,owner\nx,Jo Park\n", "", false, HF_BAD, "line 2: handle is missing", "--map COLUMN=handle" },
	{ "account", H "x,@a,Jo Park\nx,@b,Jo Park\nX,A,Jo Park\n", "", false, HF_BAD, "line 4: x:A stands on line 2 already",
	    "--duplicates skip" },
	{ "person", "name\nAnn Lee\n", "", false, HF_AMBIGUOUS, "line 2: several persons are called Ann Lee", "column email" },
	{ "person", "name\nNew\nnew\n", "", false, HF_BAD, "line 3: new stands on line 2 already", NULL },
	{ "contact", "account,type\nx:@agency,email\nx:agency,email\n", "", false, HF_BAD,
	    "line 3: x:agency stands on line 2 already", NULL },
	{ "contact", "account,type\nx:@nobody,email\n", "", true, HF_NOTFOUND,
	    "line 2, column account: x:@nobody: no account has that name", NULL },
};

START_TEST(refused)
{
	struct hf_import   how = { .kind = bad[_i].kind, .create = bad[_i].create, .map = map_of(bad[_i].map) };
	struct hf_imported got;
	struct hf_batch   *b;
	struct hf_err      err = HF_ERR_INIT;
	enum hf_code       rc;

	ck_ok(hf_batch_new(&b, r, &e));
	rc = hf_import(&got, r, b, bad[_i].csv, strlen(bad[_i].csv), &how, &err);
	ck_assert_msg(rc == bad[_i].code, "HF_%s, not HF_%s: %s", hf_code_name(rc), hf_code_name(bad[_i].code), err.msg);
	ck_assert_msg(strstr(err.msg, bad[_i].says) != NULL, "%s", err.msg);
	ck_assert_msg(bad[_i].hint == NULL || strstr(err.hint, bad[_i].hint) != NULL, "%s", err.hint);
	ck_assert_uint_eq(got.added + got.changed + got.unchanged, 0);
	hf_batch_free(b);
	hf_json_free((struct hf_json *)(uintptr_t)how.map);
}
END_TEST

/* ---- what comes of it ---- */

static void
import(struct hf_batch *b, const char *csv, enum hf_duplicates dup)
{
	struct hf_import   how = { .kind = "account", .duplicates = dup };
	struct hf_imported got;

	ck_ok(hf_import(&got, r, b, csv, strlen(csv), &how, &e));
}

static struct hf_json *
account(struct hf_batch *b)
{
	struct hf_json *record;
	char            id[HF_ID_SIZE];

	ck_ok(hf_register_resolve(id, NULL, r, "account", "x:agency", &e));
	ck_ok(hf_batch_get(&record, b, id, &e));
	return record;
}

START_TEST(keep_notes_what_differs)
{
	struct hf_batch *b;
	struct hf_json  *record;

	ck_ok(hf_batch_new(&b, r, &e));
	import(b, H "x,@Agency,Jo Park\nx,@Agency,Max Mustermann\n", HF_DUPLICATES_KEEP);
	record = account(b);
	ck_assert_str_eq(hf_json_get_str(record, "notes"), "old\nalso listed with owner Max Mustermann");
	hf_json_free(record);
	hf_batch_free(b);
}
END_TEST

START_TEST(keep_needs_a_place)
{
	struct hf_import   how = { .kind = "unit", .duplicates = HF_DUPLICATES_KEEP };
	struct hf_imported got;
	struct hf_batch   *b;

	ck_ok(hf_batch_new(&b, r, &e));
	ck_fails(HF_USAGE, "has no field for notes", hf_import(&got, r, b, "name\nWeb\n", 9, &how, &e));
	hf_batch_free(b);
}
END_TEST

/* Cells as a spreadsheet must not run them come back as they were. */
START_TEST(guards_are_dropped)
{
	struct hf_batch *b;
	struct hf_json  *record;

	ck_ok(hf_batch_new(&b, r, &e));
	import(b, "provider,handle,notes,purpose\nx,'@Agency,\"'=1+1\n'+2\nit's\",'quoted'\n", HF_DUPLICATES_REFUSE);
	record = account(b);
	ck_assert_str_eq(hf_json_get_str(record, "handle"), "@Agency");
	ck_assert_str_eq(hf_json_get_str(record, "notes"), "=1+1\n+2\nit's");
	ck_assert_str_eq(hf_json_get_str(record, "purpose"), "'quoted'");
	hf_json_free(record);
	hf_batch_free(b);
}
END_TEST

/* Time grows with the rows, not with their square: each row has names that were not seen before. */
START_TEST(many_rows)
{
	struct hf_buf      csv = HF_BUF_INIT;
	struct hf_import   how = { .kind = "account", .create = true };
	struct hf_imported got;
	struct hf_batch   *b;

	hf_buf_adds(&csv, "provider,handle,owner,unit\n");
	for (int i = 0; i < 20000; i++)
		hf_buf_addf(&csv, "x,handle-%d,Member %d,Unit %d\n", i, i / 4, i / 40);
	ck_ok(hf_batch_new(&b, r, &e));
	ck_ok(hf_import(&got, r, b, csv.data, csv.len, &how, &e));
	ck_assert_uint_eq(got.added, 20000);
	ck_assert_uint_eq(got.persons, 5000);
	ck_assert_uint_eq(got.units, 500);
	hf_batch_free(b);
	hf_buf_clear(&csv);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("import");
	TCase *t = tcase_create("import");

	tcase_set_timeout(t, 60);
	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_add_loop_test(t, taken, 0, N_OF(good));
	tcase_add_loop_test(t, refused, 0, N_OF(bad));
	tcase_add_test(t, keep_notes_what_differs);
	tcase_add_test(t, keep_needs_a_place);
	tcase_add_test(t, guards_are_dropped);
	tcase_add_test(t, many_rows);
	suite_add_tcase(s, t);
	return run_suite(s);
}
