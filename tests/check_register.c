/* The register on a real repository and a real key: batches, references, versions, the index, and proof. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gpg_fixture.h"
#include "holdfast/register.h"
#include "holdfast/text.h"
#include "test.h"

static char dir[HF_FIXTURE_PATH], home[HF_FIXTURE_PATH], fpr[HF_FPR_SIZE];
static char base[512];                         /* a register made once, copied for each test */
static char path[512], state[512], cache[512]; /* this test's own */

static struct hf_register_opts
opts(void)
{
	return (struct hf_register_opts){ .path = path, .state_dir = state, .cache_dir = cache, .user_home = home };
}

static void
once_up(void)
{
	struct hf_register_opts o;
	struct hf_init          init = { "Test Agency", NULL, "Europe/London" };
	struct hf_register     *r;
	struct hf_err           e = HF_ERR_INIT;

	hf_fixture_dir(dir);
	hf_fixture_home(home, dir, "ann");
	hf_fixture_key(fpr, home, "Ann <ann@example.org>", 0);
	snprintf(base, sizeof(base), "%s/base.git", dir);
	snprintf(path, sizeof(path), "%s", base);
	snprintf(state, sizeof(state), "%s/state", dir);
	snprintf(cache, sizeof(cache), "%s/cache", dir);
	o = opts();
	if (hf_register_init(&r, &o, &init, &e) != HF_OK) {
		fprintf(stderr, "init: %s\n", e.msg);
		exit(1);
	}
	hf_register_close(r);
}

static void
once_down(void)
{
	hf_fixture_remove(dir);
}

static void
up(void)
{
	snprintf(path, sizeof(path), "%s/%ld.git", dir, (long)getpid());
	snprintf(cache, sizeof(cache), "%s/cache-%ld", dir, (long)getpid());
	hf_fixture_sh("cp -r '%s' '%s'", base, path);
}

static void
down(void)
{
	hf_fixture_sh("rm -rf '%s' '%s'", path, cache);
}

static struct hf_register *
open_it(void)
{
	struct hf_register_opts o = opts();
	struct hf_register     *r;

	ck_ok(hf_register_open(&r, &o, &e));
	return r;
}

/* "kind field=value;field=value" as one commit; returns the id. */
static const char *
add(struct hf_register *r, const char *kind, const char *fields)
{
	static char      id[HF_ID_SIZE];
	struct hf_batch *b;
	char             copy[1024], *save = NULL;

	snprintf(copy, sizeof(copy), "%s", fields);
	ck_ok(hf_batch_new(&b, r, &e));
	ck_ok(hf_batch_add(id, b, kind, &e));
	for (char *f = strtok_r(copy, ";", &save); f != NULL; f = strtok_r(NULL, ";", &save)) {
		char *eq = strchr(f, '=');

		*eq = '\0';
		ck_ok(hf_batch_set(b, id, f, '=', eq + 1, &e));
	}
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
	return id;
}

static enum hf_code
set_one(struct hf_register *r, const char *id, const char *field, char op, const char *value, struct hf_err *e)
{
	struct hf_batch *b;
	enum hf_code     rc;

	ck_assert(hf_batch_new(&b, r, e) == HF_OK);
	rc = hf_batch_set(b, id, field, op, value, e);
	if (rc == HF_OK)
		rc = hf_batch_commit(b, "record", e);
	hf_batch_free(b);
	return rc;
}

static void
holds(struct hf_register *r, const char *id, const char *field, const char *want)
{
	struct hf_json *j;
	struct hf_buf   b = HF_BUF_INIT;

	ck_ok(hf_register_get(&j, r, id, &e));
	if (hf_json_get(j, field) != NULL)
		hf_json_dump(&b, hf_json_get(j, field), HF_JSON_COMPACT);
	ck_assert_str_eq(hf_buf_str(&b), want);
	hf_json_free(j);
	hf_buf_clear(&b);
}

/* ---- tests ---- */

START_TEST(records_come_back)
{
	struct hf_register *r = open_it();
	char                id[HF_ID_SIZE];

	strcpy(id, add(r, "account", "provider=x;handle=@agency;mfa_methods=app, key;audience_size=12;mfa_supported=yes"));
	hf_register_close(r);
	r = open_it();
	holds(r, id, "handle", "\"@agency\"");
	holds(r, id, "mfa_methods", "[\"app\",\"key\"]");
	holds(r, id, "audience_size", "12");
	holds(r, id, "mfa_supported", "true");
	holds(r, id, "version", "1");
	ck_ok(set_one(r, id, "mfa_methods", '+', "passkey, app", &e));
	ck_ok(set_one(r, id, "mfa_methods", '-', "key", &e));
	holds(r, id, "mfa_methods", "[\"app\",\"passkey\"]");
	holds(r, id, "version", "3");
	ck_ok(set_one(r, id, "audience_size", '=', "", &e));
	holds(r, id, "audience_size", "");
	hf_register_close(r);
}
END_TEST

START_TEST(no_change_is_no_commit)
{
	struct hf_register *r = open_it();
	char                id[HF_ID_SIZE], head[HF_OID_SIZE];

	strcpy(id, add(r, "unit", "name=Press"));
	strcpy(head, hf_register_head(r)->hex);
	ck_ok(set_one(r, id, "name", '=', "Press", &e));
	ck_assert_str_eq(head, hf_register_head(r)->hex);
	holds(r, id, "version", "1");
	hf_register_close(r);
}
END_TEST

static const struct {
	const char *field, *value, *words, *hint;
} refused[] = {
	{ "ownner", "x", "no such field", "owner" },
	{ "state", "lvie", "is not one of", "live" },
	{ "created_on", "2026-02-30", "not a date", "" },
	{ "owner", "Nobody Atall", "no person", "" },
	{ "registered_email", "not an address", "e-mail", "" },
	{ "vault_ref", "Tr0ub4dor&3", "password", "password manager" },
	{ "notes", "password: hunter22", "password", "password manager" },
	{ "handle", "", "handle is missing", "handle=" },
	{ "audience_size", "-3", "not a number", "" },
	{ "url", "javascript:alert(1)", "https://", "" },
};

START_TEST(wrong_values_are_refused)
{
	struct hf_register *r = open_it();
	struct hf_err       e = HF_ERR_INIT;
	char                id[HF_ID_SIZE], head[HF_OID_SIZE];

	strcpy(id, add(r, "account", "provider=x;handle=a"));
	strcpy(head, hf_register_head(r)->hex);
	ck_assert_int_eq(set_one(r, id, refused[_i].field, '=', refused[_i].value, &e) == HF_OK, 0);
	ck_assert_msg(strstr(e.msg, refused[_i].words) != NULL, "%s", e.msg);
	ck_assert_msg(strstr(e.hint, refused[_i].hint) != NULL, "%s", e.hint);
	ck_assert_int_eq(hf_code_status(e.code), 65);
	ck_assert_str_eq(head, hf_register_head(r)->hex);
	hf_register_close(r);
}
END_TEST

START_TEST(keys_are_unique)
{
	struct hf_register *r = open_it();
	struct hf_batch    *b;
	char                id[HF_ID_SIZE];

	add(r, "account", "provider=x;handle=@Agency");
	ck_ok(hf_batch_new(&b, r, &e));
	ck_ok(hf_batch_add(id, b, "account", &e));
	ck_ok(hf_batch_set(b, id, "provider", '=', "X", &e));
	ck_ok(hf_batch_set(b, id, "handle", '=', "agency", &e));
	ck_fails(HF_EXISTS, "there already", hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
	ck_ok(hf_batch_new(&b, r, &e));
	ck_fails(HF_EXISTS, "one already", hf_batch_add(id, b, "org", &e));
	hf_batch_free(b);
	hf_register_close(r);
}
END_TEST

START_TEST(what_is_referred_to_stays)
{
	struct hf_register *r = open_it();
	struct hf_batch    *b;
	char                person[HF_ID_SIZE], account[HF_ID_SIZE];

	strcpy(person, add(r, "person", "name=Jo Park;email=jo@example.org"));
	strcpy(account, add(r, "account", "provider=x;handle=a;owner=Jo Park;mfa_holders=jo@example.org"));
	holds(r, account, "version", "1");
	ck_ok(hf_batch_new(&b, r, &e));
	ck_ok(hf_batch_remove(b, person, &e));
	ck_fails(HF_BAD, "it is the", hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
	/* both at once is fine */
	ck_ok(hf_batch_new(&b, r, &e));
	ck_ok(hf_batch_remove(b, person, &e));
	ck_ok(hf_batch_remove(b, account, &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
	{
		struct hf_json *j = NULL;

		ck_fails(HF_NOTFOUND, "no record", hf_register_get(&j, r, person, &e));
	}
	hf_register_close(r);
}
END_TEST

static const struct {
	const char  *ref;
	const char  *kinds;
	enum hf_code rc;
	const char  *hint;
} refs[] = {
	{ "@agency", NULL, HF_OK, "" },
	{ "x:agency", NULL, HF_OK, "" },
	{ "x:@agency", NULL, HF_OK, "" },
	{ "X:AGENCY", NULL, HF_OK, "" },
	{ "https://x.com/agency", NULL, HF_OK, "" },
	{ "jo@example.org", NULL, HF_OK, "" },
	{ "Jo Park", "person", HF_OK, "" },
	{ "jo park", "person", HF_OK, "" },
	{ "Jo P", "person", HF_OK, "" },
	{ "Jo Prak", "person", HF_NOTFOUND, "Jo Park" },
	{ "Jo Park", "account", HF_NOTFOUND, "" },
	{ "agency", "account", HF_AMBIGUOUS, "facebook:agency" },
	{ "org", NULL, HF_OK, "" },
	{ "", NULL, HF_NOTFOUND, "" },
};

START_TEST(references)
{
	struct hf_register *r = open_it();
	struct hf_err       why = HF_ERR_INIT;
	char                id[HF_ID_SIZE];
	enum hf_code        rc;

	add(r, "person", "name=Jo Park;email=jo@example.org");
	add(r, "account", "provider=x;handle=@agency;url=https://x.com/agency");
	if (refs[_i].rc == HF_AMBIGUOUS)
		add(r, "account", "provider=facebook;handle=agency");
	rc = hf_register_resolve(id, NULL, r, refs[_i].kinds, refs[_i].ref, &why);
	ck_assert_msg(rc == refs[_i].rc, "%s: %s %s", refs[_i].ref, hf_code_name(rc), why.msg);
	ck_assert_msg(strstr(why.hint, refs[_i].hint) != NULL, "%s: %s", refs[_i].ref, why.hint);
	if (rc == HF_OK) {
		char again[HF_ID_SIZE];

		ck_ok(hf_register_resolve(again, NULL, r, NULL, id, &e));
		ck_assert_str_eq(id, again);
	}
	hf_register_close(r);
}
END_TEST

static enum hf_code
count_found(void *arg, const struct hf_found *found, struct hf_err *why)
{
	size_t *n = arg;

	(void)why;
	ck_assert_str_eq(found->kind, "account");
	ck_assert_msg(hf_text_prefix(found->ref, "x:"), "%s", found->ref);
	++*n;
	return HF_OK;
}

START_TEST(find_takes_every_word)
{
	struct hf_register *r = open_it();
	size_t              n = 0;
	const char         *both[] = { "PRESS", "fl\xc3\xb6t" }, *none[] = { "press", "absent" };

	add(r, "account", "provider=x;handle=a;notes=Press fl\xc3\x96ts only");
	add(r, "account", "provider=x;handle=b;notes=press");
	ck_ok(hf_register_find(count_found, &n, r, both, 2, &e));
	ck_assert_uint_eq(n, 1);
	ck_ok(hf_register_find(count_found, &n, r, both, 1, &e));
	ck_assert_uint_eq(n, 3);
	ck_ok(hf_register_find(count_found, &n, r, none, 2, &e));
	ck_assert_uint_eq(n, 3);
	hf_register_close(r);
}
END_TEST

START_TEST(two_writers_lose_nothing)
{
	struct hf_register *a = open_it(), *b = open_it();
	char                id[HF_ID_SIZE];

	strcpy(id, add(a, "account", "provider=x;handle=a"));
	hf_register_close(b);
	b = open_it();
	ck_ok(set_one(a, id, "purpose", '=', "news", &e));
	ck_ok(set_one(b, id, "display_name", '=', "Agency", &e)); /* b has not seen a's change */
	holds(b, id, "purpose", "\"news\"");
	holds(b, id, "version", "3");
	hf_register_close(a);
	hf_register_close(b);
}
END_TEST

START_TEST(the_snapshot_only_saves_time)
{
	struct hf_register *r = open_it();
	char                id[HF_ID_SIZE], file[1200];

	for (int i = 0; i < 3; i++) {
		char fields[64];

		snprintf(fields, sizeof(fields), "provider=x;handle=h%d", i);
		strcpy(id, add(r, "account", fields));
	}
	snprintf(file, sizeof(file), "%s/%s/snapshot.gpg", cache, hf_register_id(r));
	hf_register_close(r);
	hf_fixture_sh("test -s '%s'", file);
	hf_fixture_sh("printf damaged > '%s'", file);
	r = open_it();
	ck_assert(!hf_register_stats(r)->snapshot);
	ck_assert_uint_eq(hf_register_stats(r)->decrypted, 4);
	holds(r, id, "provider", "\"x\"");
	hf_register_close(r);
	r = open_it();
	ck_assert(hf_register_stats(r)->snapshot);
	ck_assert_uint_eq(hf_register_stats(r)->decrypted, 0);
	hf_register_close(r);
}
END_TEST

static void
add_some(struct hf_register *r, const char *word, int n)
{
	char fields[64];

	for (int i = 0; i < n; i++) {
		snprintf(fields, sizeof(fields), "provider=x;handle=%s%d", word, i);
		add(r, "account", fields);
	}
}

/* A register that stays open holds some of what is recent back: few enough that who opens it meanwhile decrypts little, and none once it is closed. */
START_TEST(what_is_recent_is_written_now_and_then)
{
	struct hf_register *r = open_it(), *other;
	size_t              held = 0;

	for (int i = 0; i < 9; i++) {
		char word[16];

		snprintf(word, sizeof(word), "w%d", i);
		add_some(r, word, 1);
		other = open_it();
		ck_assert_uint_lt(hf_register_stats(other)->decrypted, 4);
		held += hf_register_stats(other)->decrypted;
		hf_register_close(other);
	}
	ck_assert_uint_gt(held, 0);
	hf_register_close(r);
	other = open_it();
	ck_assert_uint_eq(hf_register_stats(other)->decrypted, 0);
	hf_register_close(other);
}
END_TEST

/* Who closes last does not put back what somebody else wrote since. */
START_TEST(who_went_on_has_the_last_word)
{
	struct hf_register *a = open_it(), *b;

	add_some(a, "a", 1);
	b = open_it();
	add_some(b, "b", 2);
	hf_register_close(b);
	hf_register_close(a);
	b = open_it();
	ck_assert_uint_eq(hf_register_stats(b)->decrypted, 0);
	hf_register_close(b);
}
END_TEST

START_TEST(history_and_plain_tools)
{
	struct hf_register *r = open_it();
	struct hf_json     *list;
	char                id[HF_ID_SIZE];

	strcpy(id, add(r, "account", "provider=x;handle=a"));
	ck_ok(set_one(r, id, "purpose", '=', "news", &e));
	ck_ok(hf_register_history(&list, r, id, &e));
	ck_assert_uint_eq(hf_json_len(list), 2);
	ck_assert_int_eq(hf_json_num(hf_json_get(hf_json_at(list, 0), "version")), 2);
	ck_assert_str_eq(hf_json_get_str(hf_json_get(hf_json_at(list, 0), "record"), "purpose"), "news");
	hf_json_free(list);
	hf_register_close(r);
	hf_fixture_sh("git -C '%s' fsck --strict >/dev/null 2>&1", path);
	hf_fixture_sh(
	    "for c in $(git -C '%s' rev-list HEAD); do GNUPGHOME='%s' git -C '%s' verify-commit $c 2>/dev/null || exit 1; done",
	    path, home, path);
	hf_fixture_sh(
	    "git -C '%s' show HEAD:records/%c/%s.gpg | GNUPGHOME='%s' gpg -q --decrypt 2>/dev/null | grep -q '\"purpose\": \"news\"'",
	    path, id[25], id, home);
}
END_TEST

/* ---- proof ---- */

static size_t
problems(struct hf_register *r, const char *words)
{
	struct hf_json       *j;
	const struct hf_json *list;
	size_t                n;

	ck_ok(hf_register_verify(&j, r, &e));
	list = hf_json_get(j, "problems");
	n = hf_json_len(list);
	if (words != NULL) {
		bool found = false;

		for (size_t i = 0; i < n; i++)
			found = found || strstr(hf_json_get_str(hf_json_at(list, i), "what"), words) != NULL;
		ck_assert_msg(found, "no problem says \"%s\" (%zu problems)", words, n);
	}
	hf_json_free(j);
	return n;
}

/* Shell in a plain clone of the register, with a signed commit of whatever it does. */
static void
tamper(const char *script)
{
	hf_fixture_sh(
	    "set -e; rm -rf '%s.work'; export GNUPGHOME='%s' GIT_CONFIG_GLOBAL=/dev/null; git clone -q '%s' '%s.work'; cd '%s.work'; %s; git add -A; "
	    "git -c user.name=holdfast -c user.email=%s@holdfast.invalid -c user.signingkey=%s commit -qS --cleanup=verbatim -m record --date=\"$(date +%%s) +0000\"; "
	    "git push -q origin HEAD:main; rm -rf '%s.work'",
	    path, home, path, path, path, script, fpr, fpr, path);
}

static const struct {
	const char *script, *words;
} tampers[] = {
	{ "a=$(ls records/*/*.gpg | head -1); b=$(ls records/*/*.gpg | tail -1); cp $a t; cp $b $a; mv t $b", "swapped" },
	{ "f=$(git log --diff-filter=M --name-only --format= -- records | head -1); git show HEAD~1:$f > $f",
	    "older one was put back" },
	{ "f=$(ls records/*/*.gpg | head -1); printf x >> $f", "" },
	{ "echo hello > README.md", "does not belong" },
	{ "mkdir -p runs/x; echo hello > runs/x/y", "does not belong" },
	{ "echo '{}' > holdfast.json", "changed" },
};

START_TEST(tampering_is_named)
{
	struct hf_register *r = open_it();
	char                id[HF_ID_SIZE];

	strcpy(id, add(r, "account", "provider=x;handle=a"));
	add(r, "account", "provider=x;handle=b");
	ck_ok(set_one(r, id, "purpose", '=', "news", &e));
	ck_assert_uint_eq(problems(r, NULL), 0);
	hf_register_close(r);
	tamper(tampers[_i].script);
	r = open_it();
	ck_assert_uint_gt(problems(r, tampers[_i].words), 0);
	hf_register_close(r);
}
END_TEST

START_TEST(an_unsigned_commit_is_named)
{
	struct hf_register *r = open_it();

	add(r, "account", "provider=x;handle=a");
	hf_fixture_sh(
	    "cd '%s' && c=$(git -c user.name=a -c user.email=a@b commit-tree -p HEAD -m record HEAD^{tree}) && git update-ref refs/heads/main $c",
	    path);
	hf_register_close(r);
	{
		struct hf_register_opts o = opts();

		ck_fails(HF_DAMAGED, "commit", hf_register_open(&r, &o, &e));
	}
}
END_TEST

/* ---- wrong places ---- */

START_TEST(what_is_no_register)
{
	struct hf_register_opts o = opts();
	struct hf_register     *r;
	char                    other[600];

	snprintf(other, sizeof(other), "%s.none", path);
	o.path = other;
	ck_fails(HF_NOTFOUND, "", hf_register_open(&r, &o, &e));
	hf_fixture_sh("mkdir '%s'", other);
	ck_fails(HF_BAD, "", hf_register_open(&r, &o, &e));
	hf_fixture_sh("rmdir '%s'; git init -q --bare '%s'", other, other);
	ck_assert(hf_register_open(&r, &o, NULL) != HF_OK);
	hf_fixture_sh("rm -rf '%s'; echo x > '%s'", other, other);
	ck_assert(hf_register_open(&r, &o, NULL) != HF_OK);
	hf_fixture_sh("rm -f '%s'", other);
	o.path = path;
	{
		struct hf_init init = { "Again", NULL, NULL };

		ck_fails(HF_EXISTS, "there already", hf_register_init(&r, &o, &init, &e));
	}
}
END_TEST

START_TEST(init_without_a_fit_key)
{
	char                    empty[HF_FIXTURE_PATH], signer[HF_FIXTURE_PATH], f[HF_FPR_SIZE], other[600];
	struct hf_register_opts o = opts();
	struct hf_init          init = { "X", NULL, NULL };
	struct hf_register     *r;

	snprintf(other, sizeof(other), "%s.fresh", path);
	o.path = other;
	hf_fixture_home(empty, dir, "none");
	o.user_home = empty;
	ck_fails(HF_NOKEY, "no secret key", hf_register_init(&r, &o, &init, &e));
	hf_fixture_home(signer, dir, "sign");
	hf_fixture_key(f, signer, "S <s@example.org>", HF_KEY_SIGN_ONLY);
	o.user_home = signer;
	ck_fails(HF_NOKEY, "cannot encrypt", hf_register_init(&r, &o, &init, &e));
	hf_fixture_sh("test ! -e '%s'", other);
	hf_fixture_sh("test -z \"$(ls -d '%s'.new.* 2>/dev/null)\"", other);
	hf_fixture_kill(signer);
	hf_fixture_kill(empty);
	hf_fixture_sh("rm -rf '%s' '%s'", signer, empty);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("register");
	TCase *t = tcase_create("register");

	tcase_set_timeout(t, 120);
	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_add_checked_fixture(t, up, down);
	tcase_add_test(t, records_come_back);
	tcase_add_test(t, no_change_is_no_commit);
	tcase_add_loop_test(t, wrong_values_are_refused, 0, N_OF(refused));
	tcase_add_test(t, keys_are_unique);
	tcase_add_test(t, what_is_referred_to_stays);
	tcase_add_loop_test(t, references, 0, N_OF(refs));
	tcase_add_test(t, find_takes_every_word);
	tcase_add_test(t, two_writers_lose_nothing);
	tcase_add_test(t, the_snapshot_only_saves_time);
	tcase_add_test(t, history_and_plain_tools);
	tcase_add_loop_test(t, tampering_is_named, 0, N_OF(tampers));
	tcase_add_test(t, an_unsigned_commit_is_named);
	tcase_add_test(t, what_is_no_register);
	tcase_add_test(t, what_is_recent_is_written_now_and_then);
	tcase_add_test(t, who_went_on_has_the_last_word);
	tcase_add_test(t, init_without_a_fit_key);
	suite_add_tcase(s, t);
	return run_suite(s);
}
