/* Members with real keys: in, out, other roles, newer keys; whatever their gpg.conf says; killed in the middle. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../src/store/register/audience.h"
#include "../src/store/register/recrypt.h"
#include "gpg_fixture.h"
#include "holdfast/packet.h"
#include "holdfast/share.h"
#include "test.h"

enum who { ANN, BOB, JO, SUE, MALLORY, N_WHO };

static char          dir[HF_FIXTURE_PATH], home[N_WHO][HF_FIXTURE_PATH], fpr[N_WHO][HF_FPR_SIZE];
static struct hf_buf key[N_WHO];
static char          base[512], path[512]; /* a register with Ann alone, and this test's copy of it */
static char          state[N_WHO][512], cache[N_WHO][512];

static struct hf_register_opts
opts(enum who who)
{
	return (struct hf_register_opts){
		.path = path, .state_dir = state[who], .cache_dir = cache[who], .user_home = home[who], .key = fpr[who]
	};
}

static void
places(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s.git", dir, name);
	for (int i = 0; i < N_WHO; i++) {
		snprintf(state[i], sizeof(state[i]), "%s/state-%s-%d", dir, name, i);
		snprintf(cache[i], sizeof(cache[i]), "%s/cache-%s-%d", dir, name, i);
	}
}

static void
once_up(void)
{
	static const char *const names[] = { "ann", "bob", "jo", "sue", "mallory" };
	struct hf_register_opts  o;
	struct hf_init           init = { "Test Agency", NULL, NULL };
	struct hf_register      *r;
	struct hf_err            e = HF_ERR_INIT;
	char                     uid[64];

	hf_fixture_dir(dir);
	for (int i = 0; i < N_WHO; i++) {
		hf_fixture_home(home[i], dir, names[i]);
		snprintf(uid, sizeof(uid), "%c%s <%s@example.org>", names[i][0] - 32, names[i] + 1, names[i]);
		hf_fixture_key(fpr[i], home[i], uid, 0);
		hf_fixture_export(&key[i], home[i], fpr[i]);
	}
	/* So that a line in somebody's gpg.conf could name Mallory. */
	for (int i = 0; i < MALLORY; i++)
		hf_fixture_gpg(NULL, home[i], "--import", key[MALLORY].data, key[MALLORY].len);
	places("base");
	snprintf(base, sizeof(base), "%s", path);
	o = opts(ANN);
	if (hf_register_init(&r, &o, &init, &e) != HF_OK) {
		fprintf(stderr, "init: %s\n", e.msg);
		exit(1);
	}
	hf_register_close(r);
}

static void
once_down(void)
{
	for (int i = 0; i < N_WHO; i++)
		hf_buf_clear(&key[i]);
	hf_fixture_remove(dir);
}

static void
up(void)
{
	char name[32];

	snprintf(name, sizeof(name), "%ld", (long)getpid());
	places(name);
	hf_fixture_sh("cp -r '%s' '%s'", base, path);
}

static void
down(void)
{
	for (int i = 0; i < N_WHO; i++) {
		hf_fixture_sh("rm -rf '%s' '%s'", state[i], cache[i]);
		hf_fixture_file(home[i], "gpg.conf", "");
	}
	hf_fixture_sh("rm -rf '%s'", path);
}

static struct hf_register *
open_as(enum who who)
{
	struct hf_register_opts o = opts(who);
	struct hf_register     *r;

	ck_ok(hf_register_open(&r, &o, &e));
	return r;
}

static enum hf_code
try_add(char id[HF_ID_SIZE], struct hf_register *r, const char *kind, const char *fields, struct hf_err *e)
{
	struct hf_batch *b;
	char             copy[1024], *save = NULL;
	enum hf_code     rc;

	snprintf(copy, sizeof(copy), "%s", fields);
	if ((rc = hf_batch_new(&b, r, e)) != HF_OK)
		return rc;
	rc = hf_batch_add(id, b, kind, e);
	for (char *f = strtok_r(copy, ";", &save); rc == HF_OK && f != NULL; f = strtok_r(NULL, ";", &save)) {
		char *eq = strchr(f, '=');

		*eq = '\0';
		rc = hf_batch_set(b, id, f, '=', eq + 1, e);
	}
	if (rc == HF_OK)
		rc = hf_batch_commit(b, "record", e);
	hf_batch_free(b);
	return rc;
}

static const char *
add(struct hf_register *r, const char *kind, const char *fields)
{
	static char id[HF_ID_SIZE];

	ck_ok(try_add(id, r, kind, fields, &e));
	return id;
}

static enum hf_code
try_join(struct hf_json **out, struct hf_register *r, enum who who, unsigned roles, const char *person, struct hf_err *e)
{
	struct hf_member_add how = { key[who].data, key[who].len, roles, person, false };

	return hf_member_add(out, r, &how, e);
}

static int64_t
join(struct hf_register *r, enum who who, unsigned roles, const char *person)
{
	struct hf_json *out;
	int64_t         n;

	ck_ok(try_join(&out, r, who, roles, person, &e));
	ck_assert_str_eq(hf_json_get_str(out, "fingerprint"), fpr[who]);
	n = hf_json_num(hf_json_get(out, "reencrypted"));
	hf_json_free(out);
	return n;
}

static size_t
count(struct hf_register *r, const char *sql)
{
	struct hf_stmt *s;
	size_t          n = 0;

	ck_ok(hf_db_prepare(&s, hf_register_db(r), sql, &e));
	if (hf_stmt_step(s))
		n = (size_t)hf_stmt_num(s, 0);
	hf_stmt_free(s);
	return n;
}

static void
assert_proven(struct hf_register *r)
{
	struct hf_json *out;
	struct hf_buf   b = HF_BUF_INIT;

	ck_ok(hf_register_verify(&out, r, &e));
	hf_json_dump(&b, hf_json_get(out, "problems"), HF_JSON_COMPACT);
	ck_assert_str_eq(hf_buf_str(&b), "[]");
	hf_buf_clear(&b);
	hf_json_free(out);
}

struct looking {
	struct hf_register *r;
	size_t              files;
};

/* As gpg stored it: session keys for exactly the audience, then one packet with integrity protection. */
static enum hf_code
look_at(void *arg, const struct hf_diff *d, struct hf_err *err)
{
	struct looking   *l = arg;
	struct hf_buf     b = HF_BUF_INIT;
	struct hf_packets p;
	struct audience   a;
	char(*to)[HF_FPR_SIZE];
	size_t n;

	if (strncmp(d->path, "members/", 8) == 0 || strcmp(d->path, "holdfast.json") == 0)
		return HF_OK;
	(void)err;
	ck_ok(hf_repo_blob(&b, l->r->repo, &d->after, HF_REPO_BLOB_MAX, &e));
	ck_ok(hf_packets_read(&p, b.data, b.len, &e));
	ck_ok(hf_vault_recipients(&to, &n, l->r->vault, b.data, b.len, &e));
	ck_ok(audience_of(&a, l->r, d->path, &e));
	ck_assert_msg(p.n == n && audience_is(&a, to, n), "%s: %zu recipients, %zu in the audience", d->path, n, a.n);
	audience_clear(&a);
	free(to);
	hf_buf_clear(&b);
	l->files++;
	return HF_OK;
}

/* r reads everything. */
static size_t
assert_audiences(struct hf_register *r)
{
	struct looking l = { r, 0 };

	ck_ok(register_members(r, &e));
	ck_ok(hf_repo_diff(r->repo, NULL, &r->tree, look_at, &l, &e));
	return l.files;
}

/* ---- in and out ---- */

START_TEST(they_come_and_go)
{
	struct hf_register *r = open_as(ANN), *other;
	struct hf_json     *out;
	struct hf_buf       name = HF_BUF_INIT;
	char                jo[HF_ID_SIZE], two[HF_ID_SIZE];

	snprintf(jo, sizeof(jo), "%s", add(r, "person", "name=Jo Park"));
	add(r, "account", "provider=x;handle=one;owner=Jo Park");
	snprintf(two, sizeof(two), "%s", add(r, "account", "provider=x;handle=two"));
	ck_assert_int_eq(join(r, BOB, HF_ROLE_RESPONDER, NULL), 4);
	ck_assert_int_eq(join(r, JO, HF_ROLE_OWNER, jo), 2); /* the organisation and the account; the person is written anew */
	assert_audiences(r);
	assert_proven(r);
	other = open_as(JO);
	ck_assert_uint_eq(count(other, "SELECT count(*) FROM account"), 1);
	ck_assert_uint_eq(hf_register_sealed(other), 1);
	ck_fails(HF_SEALED, "sealed", hf_register_get(&out, other, two, &e));
	ck_fails(HF_DENIED, "let a member in", try_join(&out, other, SUE, HF_ROLE_OWNER, NULL, &e));
	hf_register_close(other);
	ck_ok(hf_member_role(&out, r, fpr[JO], HF_ROLE_AUDITOR, NULL, false, &e));
	ck_assert_int_eq(hf_json_num(hf_json_get(out, "reencrypted")), 1);
	hf_json_free(out);
	other = open_as(JO);
	ck_assert_uint_eq(count(other, "SELECT count(*) FROM account"), 2);
	ck_assert_uint_eq(hf_register_sealed(other), 0);
	hf_register_close(other);
	ck_ok(hf_member_remove(&out, r, fpr[JO], false, &e));
	ck_assert_uint_eq(hf_json_len(hf_json_get(out, "could_read")), 4);
	hf_json_free(out);
	assert_audiences(r);
	assert_proven(r);
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM person WHERE key_fpr IS NOT NULL"), 0);
	ck_assert_ptr_null(hf_members_find(&r->members, fpr[JO]));
	hf_register_close(r);
	/* Who left is still called by name. */
	r = open_as(BOB);
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM account"), 2);
	hf_register_who(&name, r, fpr[JO]);
	ck_assert_str_eq(hf_buf_str(&name), "Jo");
	hf_buf_clear(&name);
	assert_proven(r);
	hf_register_close(r);
}
END_TEST

START_TEST(a_failure_changes_nothing)
{
	struct hf_register *r = open_as(ANN);
	struct hf_json     *out = NULL;
	struct hf_oid       head = *hf_register_head(r);
	char                id[HF_ID_SIZE];

	snprintf(id, sizeof(id), "%s", add(r, "person", "name=Jo Park"));
	head = *hf_register_head(r);
	/* The signature fails: everything was encrypted by then. */
	hf_fixture_file(home[ANN], "gpg.conf", "no-autostart\n");
	hf_fixture_kill(home[ANN]);
	ck_assert_int_ne(try_join(&out, r, JO, HF_ROLE_OWNER, id, &(struct hf_err)HF_ERR_INIT), HF_OK);
	ck_assert_ptr_null(out);
	ck_assert_ptr_null(hf_members_find(&r->members, fpr[JO]));
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM person WHERE key_fpr IS NOT NULL"), 0);
	hf_fixture_file(home[ANN], "gpg.conf", "");
	ck_assert_str_eq(hf_register_head(r)->hex, head.hex);
	ck_fails(HF_BAD, "last admin", hf_member_remove(&out, r, fpr[ANN], false, &e));
	ck_fails(HF_BAD, "last admin", hf_member_role(&out, r, fpr[ANN], HF_ROLE_AUDITOR, NULL, false, &e));
	ck_fails(HF_NOTFOUND, "no member", hf_member_remove(&out, r, fpr[SUE], false, &e));
	ck_fails(HF_EXISTS, "already", try_join(&out, r, ANN, HF_ROLE_OWNER, NULL, &e));
	ck_fails(HF_USAGE, "at least one", try_join(&out, r, JO, 0, NULL, &e));
	join(r, JO, HF_ROLE_OWNER, id);
	assert_audiences(r);
	assert_proven(r);
	hf_register_close(r);
}
END_TEST

/* The batch was refused, or failed: the index is as before. */
START_TEST(a_denied_write_leaves_no_trace)
{
	struct hf_register *r = open_as(ANN);
	char                id[HF_ID_SIZE];

	join(r, JO, HF_ROLE_OWNER, add(r, "person", "name=Jo Park"));
	hf_register_close(r);
	r = open_as(JO);
	ck_fails(HF_DENIED, "could not read it", try_add(id, r, "account", "provider=x;handle=one", &e));
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM account"), 0);
	ck_fails(HF_DENIED, "could not read it", try_add(id, r, "evidence", "description=Charter", &e));
	add(r, "account", "provider=x;handle=mine;owner=Jo Park");
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM account"), 1);
	hf_register_close(r);
}
END_TEST

/* An admin may write what is for others only; then it is sealed to them at once, as it will be at the next opening. */
START_TEST(what_is_for_others_is_sealed_at_once)
{
	struct hf_register *r = open_as(ANN);
	struct hf_json     *out;
	char                fields[128], id[HF_ID_SIZE];

	join(r, BOB, HF_ROLE_RESPONDER, NULL);
	snprintf(fields, sizeof(fields), "description=Passport;restricted_to=%s", fpr[BOB]);
	snprintf(id, sizeof(id), "%s", add(r, "evidence", fields));
	for (int i = 0; i < 2; i++) {
		ck_fails(HF_SEALED, "sealed", hf_register_get(&out, r, id, &e));
		ck_assert_uint_eq(hf_register_sealed(r), 1);
		hf_register_close(r);
		r = open_as(ANN);
	}
	ck_ok(hf_member_refresh(&out, r, NULL, NULL, 0, false, &e));
	ck_assert_int_eq(hf_json_num(hf_json_get(out, "sealed")), 1);
	ck_assert_int_eq(hf_json_num(hf_json_get(out, "reencrypted")), 0);
	hf_json_free(out);
	hf_register_close(r);
	r = open_as(BOB);
	ck_ok(hf_register_get(&out, r, id, &e));
	hf_json_free(out);
	assert_proven(r);
	hf_register_close(r);
}
END_TEST

/* The same in a register that stays open, as in a walk, while another process of the user's lets them in, and takes them off again. */
START_TEST(what_is_for_a_newcomer_is_sealed_to_who_looks_on)
{
	struct hf_register *looks = open_as(ANN), *writes = open_as(ANN);
	struct hf_json     *out;
	char                fields[128], id[HF_ID_SIZE];

	add(looks, "person", "name=Jo Park"); /* knows the members of now */
	for (int i = 0; i < 2; i++) {
		join(writes, BOB, HF_ROLE_RESPONDER, NULL);
		snprintf(fields, sizeof(fields), "description=Passport;restricted_to=%s", fpr[BOB]);
		snprintf(id, sizeof(id), "%s", add(writes, "evidence", fields));
		if (i == 1)
			ck_ok(hf_member_remove(&out, writes, fpr[BOB], false, &e));
		if (i == 1)
			hf_json_free(out);
		ck_ok(hf_register_refresh(looks, &e));
		ck_fails(HF_SEALED, "sealed", hf_register_get(&out, looks, id, &e));
		ck_assert_uint_eq(count(looks, "SELECT count(*) FROM problem"), 0);
		if (i == 0) {
			ck_ok(hf_member_remove(&out, writes, fpr[BOB], false, &e));
			hf_json_free(out);
			ck_ok(hf_register_refresh(looks, &e));
			add(looks, "person", "name=Max Lee");
		}
	}
	hf_register_close(looks);
	hf_register_close(writes);
}
END_TEST

/* ---- whatever their gpg.conf says ---- */

static const char *const confs[] = { "encrypt-to mallory@example.org", "hidden-encrypt-to mallory@example.org",
	"recipient mallory@example.org", "hidden-recipient mallory@example.org", "recipient-file /dev/null",
	"default-recipient mallory@example.org", "default-recipient-self", "group bob@example.org=mallory@example.org", "rfc2440",
	"dry-run", "throw-keyids", "armor", "local-user mallory@example.org", "ignore-mdc-error", "trust-model always" };

START_TEST(hostile_gpg_conf)
{
	struct hf_register *r = open_as(ANN);
	struct hf_oid       head;
	char                id[HF_ID_SIZE], person[HF_ID_SIZE];
	struct hf_json     *out = NULL;
	struct hf_err       why = HF_ERR_INIT;

	snprintf(person, sizeof(person), "%s", add(r, "person", "name=Jo Park"));
	join(r, BOB, HF_ROLE_ADMIN, NULL);
	hf_register_close(r);
	hf_fixture_file(home[BOB], "gpg.conf", confs[_i]);
	r = open_as(BOB);
	head = *hf_register_head(r);
	if (try_add(id, r, "account", "provider=x;handle=one;owner=Jo Park", &why) != HF_OK)
		ck_assert_str_eq(hf_register_head(r)->hex, head.hex);
	else if (try_join(&out, r, JO, HF_ROLE_OWNER, person, &why) == HF_OK)
		hf_json_free(out);
	hf_register_close(r);
	hf_fixture_file(home[BOB], "gpg.conf", "");
	r = open_as(ANN);
	ck_assert_uint_ge(assert_audiences(r), 2);
	assert_proven(r);
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM problem"), 0);
	ck_assert_msg(hf_members_find(&r->members, fpr[JO]) != NULL || why.code != HF_OK, "%s", confs[_i]);
	/* None of these lines may keep a member from working, but that gpg shall sign with a key that is not theirs. */
	ck_assert_msg(why.code == HF_OK || strncmp(confs[_i], "local-user", 10) == 0, "%s: %s", confs[_i], why.msg);
	hf_register_close(r);
}
END_TEST

static enum hf_code
sign_as_bob(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *err)
{
	(void)arg;
	(void)err;
	hf_fixture_gpg(sig, home[BOB], "--armor --detach-sign", data, len);
	return HF_OK;
}

/* A member stores what gpg made without integrity protection; the reader's gpg.conf says that this is fine. */
START_TEST(nothing_unprotected_is_shown)
{
	struct hf_register   *r = open_as(ANN);
	struct hf_buf         plain = HF_BUF_INIT, message = HF_BUF_INIT;
	struct hf_commit_spec spec = { .fpr = fpr[BOB], .message = "record", .sign = sign_as_bob };
	struct hf_oid         head, out;
	struct hf_json       *j;
	struct hf_edit        edit = { .path = "records/V/01ARZ3NDEKTSV4RRFFQ69G5FAV.gpg" };
	char                  args[256];

	join(r, BOB, HF_ROLE_RESPONDER, NULL);
	head = *hf_register_head(r);
	spec.base = &head;
	spec.at = hf_register_now(r);
	hf_buf_addf(&plain,
	    "{\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"kind\":\"supplier\",\"name\":\"Canary\",\"register\":\"%s\",\"version\":1}\n",
	    hf_register_id(r));
	hf_fixture_gpg(NULL, home[BOB], "--import", key[ANN].data, key[ANN].len);
	snprintf(args, sizeof(args), "--rfc2440 --cipher-algo 3DES -r %s -r %s --encrypt", fpr[ANN], fpr[BOB]);
	hf_fixture_gpg(&message, home[BOB], args, plain.data, plain.len);
	edit.data = message.data;
	edit.len = message.len;
	ck_ok(hf_repo_commit(&out, r->repo, &spec, &edit, 1, &e));
	hf_register_close(r);
	hf_fixture_file(home[ANN], "gpg.conf", "ignore-mdc-error\n");
	r = open_as(ANN);
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM supplier"), 0);
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM problem"), 1);
	ck_fails(HF_DAMAGED, "", hf_register_get(&j, r, "01ARZ3NDEKTSV4RRFFQ69G5FAV", &e));
	hf_register_close(r);
	hf_buf_clear(&plain);
	hf_buf_clear(&message);
}
END_TEST

/* ---- killed in the middle ---- */

#define MANY 60
#define DIES 25

static void
die(void *arg, const char *what, size_t done, size_t total)
{
	(void)arg;
	(void)total;
	if (strcmp(what, "encrypting anew") == 0 && done >= DIES)
		kill(getpid(), SIGKILL);
}

static void
join_and_die(void)
{
	struct hf_progress      p = { die, NULL };
	struct hf_register_opts o = opts(ANN);
	struct hf_register     *r;
	struct hf_json         *out;

	o.progress = &p;
	ck_ok(hf_register_open(&r, &o, &e));
	ck_ok(try_join(&out, r, BOB, HF_ROLE_RESPONDER, NULL, &e));
	_exit(1);
}

START_TEST(killed_and_resumed)
{
	struct hf_register *r = open_as(ANN);
	struct hf_batch    *b;
	struct hf_json     *out;
	struct hf_oid       head;
	char                id[HF_ID_SIZE], name[32], kept[1024];
	int                 status;
	pid_t               pid;

	ck_ok(hf_batch_new(&b, r, &e));
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "Person %d", i);
		ck_ok(hf_batch_add(id, b, "person", &e));
		ck_ok(hf_batch_set(b, id, "name", '=', name, &e));
	}
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
	head = *hf_register_head(r);
	snprintf(kept, sizeof(kept), "%s/%s/recrypt", state[ANN], hf_register_id(r));
	hf_register_close(r);
	if ((pid = fork()) == 0)
		join_and_die();
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	r = open_as(ANN);
	ck_assert_str_eq(hf_register_head(r)->hex, head.hex);
	ck_ok(register_members(r, &e));
	ck_assert_ptr_null(hf_members_find(&r->members, fpr[BOB]));
	hf_fixture_sh("test $(ls '%s' | wc -l) -ge %d", kept, DIES - 2);
	/* One of what is kept was cut short by the crash, another is of no use to anybody. */
	hf_fixture_sh(
	    "f=$(ls '%s' | head -n 1) && head -c 100 '%s'/\"$f\" >'%s'/x && mv '%s'/x '%s'/\"$f\"", kept, kept, kept, kept, kept);
	ck_ok(try_join(&out, r, BOB, HF_ROLE_RESPONDER, NULL, &e));
	ck_assert_int_eq(hf_json_num(hf_json_get(out, "reencrypted")), MANY + 1);
	ck_assert_int_ge(hf_json_num(hf_json_get(out, "resumed")), DIES - 3);
	ck_assert_int_lt(hf_json_num(hf_json_get(out, "resumed")), MANY);
	hf_json_free(out);
	hf_fixture_sh("test ! -e '%s'", kept);
	assert_audiences(r);
	assert_proven(r);
	hf_register_close(r);
	r = open_as(BOB);
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM person"), MANY);
	hf_register_close(r);
}
END_TEST

/* A file that is lost on the way stops it: nothing is committed that does not hold all of them. */
START_TEST(a_lost_file_stops_it)
{
	struct hf_register *r = open_as(ANN);
	struct hf_json     *json = hf_json_object();
	struct recrypt      x = { .r = r };
	char                id[HF_ID_SIZE], at[PATH_SIZE];

	ck_ok(try_add(id, r, "supplier", "name=Lost", &e));
	snprintf(at, sizeof(at), "records/%c/%s.gpg", id[HF_ID_SIZE - 2], id);
	ck_ok(recrypt_replace(&x, at, json, &e));
	x.list[0].json = NULL;
	memset(x.list[0].oid.hex, '1', HF_SHA1_SIZE - 1);
	ck_fails(HF_DAMAGED, "", recrypt_encrypt(&x, &e));
	recrypt_clear(&x);
	hf_json_free(json);
	hf_register_close(r);
}
END_TEST

/* ---- keys that run out ---- */

static void
extend(enum who who, const char *until)
{
	char args[256];

	snprintf(args, sizeof(args), "--quick-set-expire %s %s", fpr[who], until);
	hf_fixture_gpg(NULL, home[who], args, NULL, 0);
	snprintf(args, sizeof(args), "--quick-set-expire %s %s *", fpr[who], until);
	hf_fixture_gpg(NULL, home[who], args, NULL, 0);
	hf_buf_cut(&key[who], 0);
	hf_fixture_export(&key[who], home[who], fpr[who]);
}

static const char *
state_of(struct hf_register *r, enum who who)
{
	static char     word[32];
	struct hf_json *rows;

	ck_ok(hf_member_list(&rows, r, &e));
	for (size_t i = 0; i < hf_json_len(rows); i++)
		if (strcmp(hf_json_get_str(hf_json_at(rows, i), "fingerprint"), fpr[who]) == 0)
			snprintf(word, sizeof(word), "%s", hf_json_get_str(hf_json_at(rows, i), "state"));
	hf_json_free(rows);
	return word;
}

START_TEST(a_key_that_expires)
{
	struct hf_register *r = open_as(ANN);
	struct hf_json     *out;
	struct hf_oid       head;
	struct hf_err       why = HF_ERR_INIT;
	char                id[HF_ID_SIZE];

	extend(SUE, "seconds=4");
	join(r, SUE, HF_ROLE_AUDITOR, add(r, "person", "name=Sue Ash"));
	ck_assert_str_eq(state_of(r, SUE), "expiring");
	ck_ok(try_add(id, r, "unit", "name=Press", &e));
	ck_assert_msg(strstr(hf_register_notice(r), "the key of Sue Ash expires on") != NULL, "%s", hf_register_notice(r));
	while (strcmp(state_of(r, SUE), "expired") != 0)
		nanosleep(&(const struct timespec){ 0, 200000000 }, NULL);
	head = *hf_register_head(r);
	ck_assert_int_eq(try_add(id, r, "unit", "name=Other", &why), HF_NOKEY);
	ck_assert_msg(strstr(why.msg, "Sue Ash") != NULL && strstr(why.msg, "has expired") != NULL, "%s", why.msg);
	ck_assert_msg(strstr(why.hint, "holdfast member refresh") != NULL && strstr(why.hint, fpr[SUE]) != NULL, "%s", why.hint);
	ck_assert_str_eq(hf_register_head(r)->hex, head.hex);
	ck_assert_uint_eq(count(r, "SELECT count(*) FROM unit"), 1);
	/* Nor is anybody let in, who would need all of it encrypted anew. */
	ck_fails(HF_NOKEY, "Sue Ash", try_join(&out, r, BOB, HF_ROLE_RESPONDER, NULL, &e));
	ck_fails(HF_BAD, "has expired", hf_member_refresh(&out, r, fpr[SUE], key[SUE].data, key[SUE].len, false, &e));
	extend(SUE, "2y");
	ck_ok(hf_member_refresh(&out, r, fpr[SUE], key[SUE].data, key[SUE].len, false, &e));
	hf_json_free(out);
	ck_assert_str_eq(state_of(r, SUE), "good");
	ck_ok(try_add(id, r, "unit", "name=Other", &e));
	assert_audiences(r);
	assert_proven(r);
	hf_register_close(r);
}
END_TEST

START_TEST(a_key_that_is_revoked)
{
	struct hf_register *r = open_as(ANN);
	struct hf_json     *out;
	struct hf_buf       old = HF_BUF_INIT;

	hf_buf_add(&old, key[BOB].data, key[BOB].len);
	join(r, BOB, HF_ROLE_RESPONDER, NULL);
	hf_fixture_revoke(home[BOB], fpr[BOB]);
	hf_buf_cut(&key[BOB], 0);
	hf_fixture_export(&key[BOB], home[BOB], fpr[BOB]);
	ck_fails(HF_BAD, "is revoked", hf_member_refresh(&out, r, fpr[BOB], key[BOB].data, key[BOB].len, false, &e));
	ck_ok(hf_member_remove(&out, r, fpr[BOB], false, &e));
	hf_json_free(out);
	ck_fails(HF_BAD, "is revoked", try_join(&out, r, BOB, HF_ROLE_RESPONDER, NULL, &e));
	assert_audiences(r);
	assert_proven(r);
	hf_register_close(r);
	hf_buf_clear(&old);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("member");
	TCase *t = tcase_create("register");

	tcase_add_unchecked_fixture(t, once_up, once_down);
	tcase_add_checked_fixture(t, up, down);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, they_come_and_go);
	tcase_add_test(t, a_failure_changes_nothing);
	tcase_add_test(t, a_denied_write_leaves_no_trace);
	tcase_add_test(t, what_is_for_others_is_sealed_at_once);
	tcase_add_test(t, what_is_for_a_newcomer_is_sealed_to_who_looks_on);
	tcase_add_loop_test(t, hostile_gpg_conf, 0, N_OF(confs));
	tcase_add_test(t, nothing_unprotected_is_shown);
	tcase_add_test(t, killed_and_resumed);
	tcase_add_test(t, a_lost_file_stops_it);
	tcase_add_test(t, a_key_that_expires);
	tcase_add_test(t, a_key_that_is_revoked); /* the last: Bob's key is of no use afterwards */
	suite_add_tcase(s, t);
	return run_suite(s);
}
