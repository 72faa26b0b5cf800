#include "hostile_aid.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "../src/store/git/object.h"
#include "../src/store/git/repo_impl.h"
#include "holdfast/fs.h"
#include "holdfast/hash.h"
#include "holdfast/time.h"

#define DAY 86400

struct hostile h;

static char rev_home[HF_FIXTURE_PATH]; /* where the key is not revoked */

/* ---- objects ---- */

struct hf_oid
put_object(enum hf_object_type type, const void *data, size_t len)
{
	struct hf_buf zipped = HF_BUF_INIT, path = HF_BUF_INIT;
	struct hf_err e = HF_ERR_INIT;
	struct hf_oid oid;

	hf_object_id(&oid, type, data, len);
	hf_fixture_must(hf_object_zip(&zipped, type, data, len, &e), &e, "zip");
	hf_buf_addf(&path, "%s/objects/%.2s", h.repo, oid.hex);
	mkdir(hf_buf_str(&path), 0700);
	hf_buf_addf(&path, "/%s", oid.hex + 2);
	if (!hf_fs_exists(hf_buf_str(&path)))
		hf_fixture_must(hf_fs_write_cache(hf_buf_str(&path), zipped.data, zipped.len, &e), &e, "object");
	hf_buf_clear(&zipped);
	hf_buf_clear(&path);
	return oid;
}

void
get_object(struct hf_buf *out, enum hf_object_type type, const struct hf_oid *oid)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_repo_read(out, h.r->repo, type, oid, 0x4000000, &e), &e, oid->hex);
}

struct hf_oid
tree_of(const struct hf_oid *commit)
{
	struct hf_buf raw = HF_BUF_INIT;
	struct hf_oid tree;

	get_object(&raw, HF_OBJECT_COMMIT, commit);
	snprintf(tree.hex, sizeof(tree.hex), "%.40s", raw.data + 5);
	hf_buf_clear(&raw);
	return tree;
}

/* git's order: a folder counts as its name and a slash. */
static int
order(const char *a, bool a_dir, const char *b, bool b_dir)
{
	char x[512], y[512];

	snprintf(x, sizeof(x), "%s%s", a, a_dir ? "/" : "");
	snprintf(y, sizeof(y), "%s%s", b, b_dir ? "/" : "");
	return strcmp(x, y);
}

static void
add_entry(struct hf_buf *out, const char *mode, const char *name, const struct hf_oid *oid)
{
	unsigned char id[HF_OID_BYTES];

	ck_assert(hf_oid_to_bytes(id, oid));
	hf_buf_addf(out, "%s %s", mode, name);
	hf_buf_addc(out, '\0');
	hf_buf_add(out, id, sizeof(id));
}

static struct hf_oid
set_in(const struct hf_oid *tree, const char *name, const char *mode, const struct hf_oid *oid)
{
	struct hf_buf raw = HF_BUF_INIT, out = HF_BUF_INIT;
	struct hf_oid made;
	bool          put = oid == NULL;

	if (tree->hex[0] != '\0')
		get_object(&raw, HF_OBJECT_TREE, tree);
	for (size_t i = 0; i < raw.len;) {
		const char *m = raw.data + i, *n = strchr(m, ' ') + 1;
		size_t      len = (size_t)(n - m) + strlen(n) + 1 + HF_OID_BYTES;

		if (!put && order(name, mode[0] == '4', n, m[0] == '4') < 0) {
			add_entry(&out, mode, name, oid);
			put = true;
		}
		if (strcmp(n, name) != 0)
			hf_buf_add(&out, m, len);
		i += len;
	}
	if (!put)
		add_entry(&out, mode, name, oid);
	made = put_object(HF_OBJECT_TREE, hf_buf_str(&out), out.len);
	if (out.len == 0)
		made.hex[0] = '\0';
	hf_buf_clear(&raw);
	hf_buf_clear(&out);
	return made;
}

static struct hf_oid
entry_of(const struct hf_oid *tree, const char *name)
{
	struct hf_buf raw = HF_BUF_INIT;
	struct hf_oid found = { "" };

	if (tree->hex[0] != '\0')
		get_object(&raw, HF_OBJECT_TREE, tree);
	for (size_t i = 0; i < raw.len;) {
		const char *m = raw.data + i, *n = strchr(m, ' ') + 1;

		if (strcmp(n, name) == 0)
			hf_oid_from_bytes(&found, (const unsigned char *)n + strlen(n) + 1);
		i += (size_t)(n - m) + strlen(n) + 1 + HF_OID_BYTES;
	}
	hf_buf_clear(&raw);
	return found;
}

struct hf_oid
tree_set(const struct hf_oid *tree, const char *path, const char *mode, const struct hf_oid *oid)
{
	const char   *slash = strchr(path, '/');
	char          name[300];
	struct hf_oid inner;

	if (slash == NULL)
		return set_in(tree, path, mode, oid);
	snprintf(name, sizeof(name), "%.*s", (int)(slash - path), path);
	inner = entry_of(tree, name);
	inner = tree_set(&inner, slash + 1, mode, oid);
	return set_in(tree, name, "40000", inner.hex[0] == '\0' ? NULL : &inner);
}

struct hf_oid
tree_get(const struct hf_oid *tree, const char *path)
{
	const char   *slash = strchr(path, '/');
	char          name[300];
	struct hf_oid inner;

	if (slash == NULL)
		return entry_of(tree, path);
	snprintf(name, sizeof(name), "%.*s", (int)(slash - path), path);
	inner = entry_of(tree, name);
	return tree_get(&inner, slash + 1);
}

/* ---- commits ---- */

void
make_payload(struct hf_buf *out, const struct make *m)
{
	hf_buf_addf(out, "tree %s\n", m->tree.hex);
	for (int i = 0; i < 3 && m->parent[i] != NULL; i++)
		hf_buf_addf(out, "parent %s\n", m->parent[i]->hex);
	for (int i = 0; i < 2; i++)
		hf_buf_addf(out, "%s holdfast <%s@holdfast.invalid> %lld +0000\n", i == 0 ? "author" : "committer",
		    h.fpr[m->author], (long long)m->at);
	hf_buf_addf(out, "\n%s\n", m->word);
}

static const char *
stamp(char out[32], int64_t at)
{
	time_t    t = (time_t)at;
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, 32, "%Y%m%dT%H%M%S", &tm);
	return out;
}

void
make_signature(struct hf_buf *out, enum hand who, const struct hf_buf *payload)
{
	char args[256], when[32];
	int  n = 0;

	args[0] = '\0';
	if (who == EXP || who == EXP_OLD)
		n = snprintf(args, sizeof(args), "--faked-system-time %s! ",
		    stamp(when, who == EXP ? h.began + DAY / 2 : h.began - DAY / 4));
	snprintf(args + n, sizeof(args) - (size_t)n, "--armor --local-user %s! --detach-sign", h.fpr[who]);
	hf_fixture_gpg(out, who == REV ? rev_home : h.home, args, payload->data, payload->len);
}

/* A header of several lines after the committer. */
void
fold_in(struct hf_buf *out, const struct hf_buf *payload, const char *header, const struct hf_buf *sig)
{
	const char *blank = strstr(payload->data, "\n\n") + 1, *p = sig->data, *nl;

	hf_buf_add(out, payload->data, (size_t)(blank - payload->data));
	hf_buf_adds(out, header);
	for (; (nl = strchr(p, '\n')) != NULL; p = nl + 1) {
		hf_buf_addc(out, ' ');
		hf_buf_add(out, p, (size_t)(nl - p) + 1);
	}
	hf_buf_add(out, blank, payload->len - (size_t)(blank - payload->data));
}

struct hf_oid
make_commit(const struct make *m)
{
	struct hf_buf payload = HF_BUF_INIT, sig = HF_BUF_INIT, raw = HF_BUF_INIT;
	struct hf_oid oid;

	make_payload(&payload, m);
	make_signature(&sig, m->signer, &payload);
	fold_in(&raw, &payload, "gpgsig", &sig);
	oid = put_object(HF_OBJECT_COMMIT, raw.data, raw.len);
	hf_buf_clear(&payload);
	hf_buf_clear(&sig);
	hf_buf_clear(&raw);
	return oid;
}

int64_t
time_of(const struct hf_oid *commit)
{
	struct hf_buf raw = HF_BUF_INIT;
	long long     at = 0;

	get_object(&raw, HF_OBJECT_COMMIT, commit);
	sscanf(strstr(raw.data, ".invalid> "), ".invalid> %lld", &at);
	hf_buf_clear(&raw);
	return at;
}

struct hf_oid
commit_on(const struct hf_oid *parent, enum hand who, const char *word, const struct hf_oid *tree)
{
	struct make m = { { parent }, *tree, who, who, time_of(parent) + 60, word };

	return make_commit(&m);
}

struct hf_oid
merge_of(const struct hf_oid *ours, const struct hf_oid *theirs, enum hand who, const struct hf_oid *tree)
{
	int64_t     a = time_of(ours), b = time_of(theirs);
	struct make m = { { ours, theirs }, *tree, who, who, (a > b ? a : b) + 60, "merge" };

	return make_commit(&m);
}

/* ---- contents ---- */

struct hf_oid
put_text(const char *text)
{
	return put_object(HF_OBJECT_BLOB, text, strlen(text));
}

struct hf_oid
seal(const char *text, const char *more)
{
	struct hf_buf out = HF_BUF_INIT, plain = HF_BUF_INIT;
	struct hf_oid oid;
	char          args[1024];

	hf_buf_adds(&plain, text);
	if (plain.len == 0 || plain.data[plain.len - 1] != '\n')
		hf_buf_pad(&plain, '\n', 512 - plain.len % 512);
	snprintf(args, sizeof(args),
	    "--trust-model always --no-encrypt-to --compress-algo none %s --recipient %s --recipient %s --recipient %s --recipient %s --encrypt",
	    more, h.fpr[ANN], h.fpr[BOB], h.fpr[OLGA], h.fpr[AUD]);
	hf_fixture_gpg(&out, h.home, args, plain.data, plain.len);
	oid = put_object(HF_OBJECT_BLOB, out.data, out.len);
	hf_buf_clear(&out);
	hf_buf_clear(&plain);
	return oid;
}

struct hf_oid
seal_json(const struct hf_json *j)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_oid oid;

	hf_json_dump(&b, j, HF_JSON_PRETTY);
	oid = seal(hf_buf_str(&b), "");
	hf_buf_clear(&b);
	return oid;
}

struct hf_json *
record(const char *id)
{
	struct hf_json *j = NULL;
	struct hf_err   e = HF_ERR_INIT;

	hf_fixture_must(hf_register_get(&j, h.r, id, &e), &e, id);
	return j;
}

struct hf_json *
entry(int i)
{
	struct hf_json *list = NULL, *j;
	struct hf_err   e = HF_ERR_INIT;

	hf_fixture_must(hf_register_entries(&list, h.r, h.run, &e), &e, "entries");
	j = hf_json_copy(hf_json_at(list, (size_t)i));
	hf_json_free(list);
	return j;
}

void
set(struct hf_json *j, const char *key, const char *value)
{
	ck_assert_int_eq(hf_json_set(j, key, hf_json_string(value)), 0);
}

void
bump(struct hf_json *j, int by)
{
	ck_assert_int_eq(hf_json_set(j, "version", hf_json_int(hf_json_num(hf_json_get(j, "version")) + by)), 0);
}

struct hf_json *
fresh(const char *kind, char id[HF_ID_SIZE])
{
	struct hf_json *j = hf_json_object();

	ck_ok(hf_id_new(id, &e));
	set(j, "register", h.r->id);
	set(j, "id", id);
	set(j, "kind", kind);
	set(j, "name", "New");
	ck_assert_int_eq(hf_json_set(j, "version", hf_json_int(1)), 0);
	return j;
}

struct hf_json *
next_entry(enum hand actor, const char *type, char id[HF_ID_SIZE])
{
	struct hf_json *j = hf_json_object(), *last = entry(3), *prev = hf_json_array();
	char            sum[HF_SHA256_SIZE], at[HF_TIME_SIZE];

	ck_ok(hf_id_new(id, &e));
	ck_ok(hf_entry_hash(sum, last, &e));
	hf_time_rfc3339(at, (time_of(&h.base) + 60) * HF_SECOND, true);
	set(j, "register", h.r->id);
	set(j, "id", id);
	set(j, "run", h.run);
	set(j, "type", type);
	set(j, "actor", h.fpr[actor]);
	set(j, "recorded_at", at);
	set(j, "text", "New");
	ck_assert_int_eq(hf_json_push(prev, hf_json_string(sum)), 0);
	ck_assert_int_eq(hf_json_set(j, "prev", prev), 0);
	hf_json_free(last);
	return j;
}

const char *
at_record(const char *id)
{
	static char path[4][PATH_SIZE];
	static int  next;

	next = (next + 1) % 4;
	path_record(path[next], id);
	return path[next];
}

const char *
at_entry(const char *run, const char *id)
{
	static char path[4][PATH_SIZE];
	static int  next;

	next = (next + 1) % 4;
	path_entry(path[next], run, id);
	return path[next];
}

const char *
at_blob(const char *id)
{
	static char path[PATH_SIZE];

	path_blob(path, id);
	return path;
}

const char *
at_member(enum hand who, const char *ext)
{
	static char path[4][PATH_SIZE];
	static int  next;

	next = (next + 1) % 4;
	snprintf(path[next], PATH_SIZE, "members/%s.%s", h.fpr[who], ext);
	return path[next];
}

struct hf_oid
member_file(enum hand who, const char *roles, enum hand by, int64_t at)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_oid oid;
	char          added[HF_TIME_SIZE];

	hf_time_rfc3339(added, at * HF_SECOND, false);
	hf_buf_addf(&b, "{\n  \"added\": \"%s\",\n  \"added_by\": \"%s\",\n  \"fingerprint\": \"%s\",\n  \"roles\": [%s]\n}\n",
	    added, h.fpr[by], h.fpr[who], roles);
	oid = put_text(hf_buf_str(&b));
	hf_buf_clear(&b);
	return oid;
}

struct hf_oid
key_file(enum hand who)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_oid oid;

	hf_fixture_export(&b, h.home, h.fpr[who]);
	oid = put_text(hf_buf_str(&b));
	hf_buf_clear(&b);
	return oid;
}

struct hf_oid
with(const struct hf_oid *parent, enum hand who, const char *word, const char *path, const struct hf_oid *blob)
{
	struct hf_oid tree = tree_of(parent);

	tree = tree_set(&tree, path, "100644", blob);
	return commit_on(parent, who, word, &tree);
}

/* ---- verdicts ---- */

size_t
incoming(struct hf_buf *said, const struct hf_oid *ours, const struct hf_oid *theirs)
{
	struct hf_json *problems = NULL;
	struct hf_oid   before, after;
	size_t          n;

	ck_ok(hf_repo_head(&before, h.r->repo, &e));
	ck_ok(proof_incoming(&problems, h.r, ours, theirs, &e));
	ck_ok(hf_repo_head(&after, h.r->repo, &e));
	ck_assert_str_eq(before.hex, after.hex);
	n = hf_json_len(problems);
	for (size_t i = 0; i < n; i++)
		hf_buf_addf(said, "%.12s: %s\n", hf_json_get_str(hf_json_at(problems, i), "where"),
		    hf_json_get_str(hf_json_at(problems, i), "what"));
	hf_json_free(problems);
	return n;
}

void
refused(const struct hf_oid *theirs, const char *words)
{
	struct hf_buf said = HF_BUF_INIT;
	size_t        n = incoming(&said, &h.base, theirs);

	ck_assert_msg(n > 0, "accepted");
	ck_assert_msg(strstr(hf_buf_str(&said), words) != NULL, "no problem says \"%s\":\n%s", words, hf_buf_str(&said));
	hf_buf_clear(&said);
}

void
accepted(const struct hf_oid *theirs)
{
	struct hf_buf said = HF_BUF_INIT;
	size_t        n = incoming(&said, &h.base, theirs);

	ck_assert_msg(n == 0, "refused:\n%s", hf_buf_str(&said));
	hf_buf_clear(&said);
}

bool
git_takes(const struct hf_oid *oid)
{
	char command[2048];

	snprintf(command, sizeof(command),
	    "GNUPGHOME='%s' GIT_CONFIG_GLOBAL=/dev/null git -C '%s' verify-commit %s >/dev/null 2>&1 && "
	    "git -C '%s' fsck --strict --no-dangling --connectivity-only %s >/dev/null 2>&1",
	    h.home, h.repo, oid->hex, h.repo, oid->hex);
	return system(command) == 0;
}

/* ---- the register ---- */

static struct hf_register_opts
options(void)
{
	static char path[2][HF_FIXTURE_PATH + 16];

	snprintf(path[0], sizeof(path[0]), "%s/state", h.dir);
	snprintf(path[1], sizeof(path[1]), "%s/cache", h.dir);
	return (struct hf_register_opts){
		.path = h.repo, .state_dir = path[0], .cache_dir = path[1], .user_home = h.home, .key = h.fpr[ANN]
	};
}

/* Whose signing key expired a day after the register began, made a day before. */
static void
expired_key(void)
{
	struct hf_buf out = HF_BUF_INIT;
	char          args[256], when[32];

	snprintf(args, sizeof(args),
	    "--faked-system-time %s --passphrase= --quick-generate-key Exp<exp@example.org> ed25519 sign 2d",
	    stamp(when, h.began - DAY));
	hf_fixture_gpg(NULL, h.home, args, NULL, 0);
	hf_fixture_gpg(&out, h.home, "--with-colons --fixed-list-mode --list-keys exp@example.org", NULL, 0);
	snprintf(h.fpr[EXP], HF_FPR_SIZE, "%.40s", strstr(out.data, "\nfpr:::::::::") + 13);
	strcpy(h.fpr[EXP_OLD], h.fpr[EXP]);
	hf_buf_clear(&out);
}

static void
keys(void)
{
	static const char *const names[] = {
		[ANN] = "Ann", [BOB] = "Bob", [OLGA] = "Olga", [AUD] = "Aud", [GINA] = "Gina", [MAL] = "Mal"
	};
	struct hf_buf key = HF_BUF_INIT;

	for (int i = ANN; i < HANDS; i++) {
		char uid[64];

		if (i == REV || i == EXP || i == EXP_OLD)
			continue;
		snprintf(uid, sizeof(uid), "%s <%s@example.org>", names[i], names[i]);
		hf_fixture_key(h.fpr[i], h.home, uid, 0);
	}
	hf_fixture_home(rev_home, h.dir, "rev");
	hf_fixture_key(h.fpr[REV], rev_home, "Rev <rev@example.org>", 0);
	hf_fixture_export(&key, rev_home, h.fpr[REV]);
	hf_fixture_gpg(NULL, h.home, "--import", key.data, key.len);
	hf_buf_clear(&key);
	expired_key();
}

static struct hf_oid
add_member(const struct hf_oid *tree, enum hand who, const char *roles, int64_t at)
{
	struct hf_oid file = member_file(who, roles, ANN, at), key = key_file(who), made;

	made = tree_set(tree, at_member(who, "json"), "100644", &file);
	return tree_set(&made, at_member(who, "asc"), "100644", &key);
}

static void
move(const struct hf_oid *to)
{
	struct hf_oid from;
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_repo_head(&from, h.r->repo, &e), &e, "head");
	hf_fixture_must(hf_repo_move(h.r->repo, &from, to, &e), &e, "move");
}

/* The org record for all of them, too. */
static struct hf_oid
recrypt_all(struct hf_oid tree)
{
	struct hf_json *rows = NULL, *org;
	struct hf_err   e = HF_ERR_INIT;
	struct hf_ask   ask = { "SELECT id FROM org", NULL, 0 };
	struct hf_oid   blob;
	const char     *id;

	hf_fixture_must(hf_db_ask(&rows, NULL, h.r->db, &ask, &e), &e, "org");
	id = hf_json_get_str(hf_json_at(rows, 0), "id");
	org = record(id);
	blob = seal_json(org);
	tree = tree_set(&tree, at_record(id), "100644", &blob);
	hf_json_free(org);
	hf_json_free(rows);
	return tree;
}

#define ROW(id, kind, ...) row(id, b, kind, (const char *const[]){ __VA_ARGS__, NULL })

static void
row(char id[HF_ID_SIZE], struct hf_batch *b, const char *kind, const char *const *fields)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_add(id, b, kind, &e), &e, kind);
	for (; *fields != NULL; fields += 2)
		hf_fixture_must(hf_batch_set(b, id, fields[0], '=', fields[1], &e), &e, fields[0]);
}

static void
log_entry(struct hf_batch *b, int i, const char *type)
{
	struct hf_json *j = hf_json_object();
	struct hf_err   e = HF_ERR_INIT;

	set(j, "type", type);
	if (i == 0)
		set(j, "subject", h.account);
	hf_fixture_must(hf_batch_entry(h.entry[i], b, h.run, j, &e), &e, type);
}

static void
fill(void)
{
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;
	struct hf_json  *key = hf_json_string(h.fpr[OLGA]);
	char             max[HF_ID_SIZE];

	hf_fixture_must(hf_batch_new(&b, h.r, &e), &e, "batch");
	ROW(h.olga, "person", "name", "Olga");
	hf_fixture_must(hf_batch_set_json(b, h.olga, "key_fpr", key, &e), &e, "key_fpr");
	hf_json_free(key);
	ROW(max, "person", "name", "Max");
	ROW(h.account, "account", "provider", "x", "handle", "agency", "owner", h.olga);
	ROW(h.other, "account", "provider", "x", "handle", "other", "owner", max);
	ROW(h.grant, "grant", "account", h.other, "person", max, "role", "publish");
	ROW(h.mine, "grant", "account", h.account, "person", max, "role", "publish");
	hf_fixture_must(hf_batch_commit(b, "record", &e), &e, "records");
	hf_batch_free(b);
	hf_fixture_must(hf_batch_new(&b, h.r, &e), &e, "batch");
	hf_fixture_must(hf_batch_set(b, h.account, "purpose", '=', "news", &e), &e, "purpose");
	hf_fixture_must(hf_batch_commit(b, "record", &e), &e, "change");
	hf_batch_free(b);
	hf_fixture_must(hf_id_new(h.run, &e), &e, "run");
	for (int i = 0; i < 4; i++) {
		hf_fixture_must(hf_batch_new(&b, h.r, &e), &e, "batch");
		log_entry(b, i, i == 0 ? "start" : "note");
		if (i == 3)
			hf_fixture_must(hf_batch_blob(h.blob, b, "a picture", 9, &e), &e, "blob");
		hf_fixture_must(hf_batch_commit(b, "run", &e), &e, "run");
		hf_batch_free(b);
	}
}

static void
open_it(int64_t now)
{
	struct hf_register_opts o = options();
	struct hf_err           e = HF_ERR_INIT;

	o.now = now * HF_SECOND;
	hf_fixture_must(hf_register_open(&h.r, &o, &e), &e, "open");
}

/* Members come and go: none of this is encrypted to those who come, as their keys do not encrypt any more. */
static void
turn_over(void)
{
	struct hf_oid tree = tree_of(&h.clean);

	tree = add_member(&tree, GINA, "\"responder\"", time_of(&h.clean) + 60);
	tree = add_member(&tree, REV, "\"responder\"", time_of(&h.clean) + 60);
	tree = add_member(&tree, EXP, "\"responder\"", time_of(&h.clean) + 60);
	h.base = commit_on(&h.clean, ANN, "member", &tree);
	tree = tree_set(&tree, at_member(GINA, "json"), "", NULL);
	tree = tree_set(&tree, at_member(GINA, "asc"), "", NULL);
	h.base = commit_on(&h.base, ANN, "member", &tree);
}

static void
revoke(void)
{
	struct hf_buf cert = HF_BUF_INIT;
	struct hf_err e = HF_ERR_INIT;
	struct hf_oid tree = tree_of(&h.base), key;
	char          path[2 * HF_FIXTURE_PATH];
	const char   *begin;

	snprintf(path, sizeof(path), "%s/openpgp-revocs.d/%s.rev", rev_home, h.fpr[REV]);
	hf_fixture_must(hf_fs_read(&cert, path, 0, &e), &e, "certificate");
	begin = strstr(cert.data, ":-----BEGIN");
	hf_fixture_gpg(NULL, h.home, "--import", begin + 1, strlen(begin + 1));
	key = key_file(REV);
	tree = tree_set(&tree, at_member(REV, "asc"), "100644", &key);
	h.base = commit_on(&h.base, ANN, "member", &tree);
	hf_buf_clear(&cert);
}

void
hostile_make(void)
{
	struct hf_register_opts o;
	struct hf_init          init = { "Test Agency", NULL, NULL };
	struct hf_err           e = HF_ERR_INIT;
	struct hf_oid           tree;

	hf_fixture_dir(h.dir);
	hf_fixture_home(h.home, h.dir, "all");
	snprintf(h.repo, sizeof(h.repo), "%s/r.git", h.dir);
	h.began = hf_time_now() / HF_SECOND - 2 * DAY;
	keys();
	o = options();
	o.now = h.began * HF_SECOND;
	hf_fixture_must(hf_register_init(&h.r, &o, &init, &e), &e, "init");
	hf_fixture_must(hf_repo_head(&h.root, h.r->repo, &e), &e, "root");
	tree = tree_of(&h.root);
	tree = add_member(&tree, BOB, "\"responder\"", h.began + 60);
	tree = add_member(&tree, OLGA, "\"owner\"", h.began + 60);
	tree = add_member(&tree, AUD, "\"auditor\"", h.began + 60);
	tree = recrypt_all(tree);
	h.clean = commit_on(&h.root, ANN, "member", &tree);
	move(&h.clean);
	hf_register_close(h.r);
	open_it(h.began + 120);
	fill();
	hf_fixture_must(hf_repo_head(&h.clean, h.r->repo, &e), &e, "clean");
	turn_over();
	revoke();
	move(&h.base);
	hf_register_close(h.r);
}

void
hostile_open(void)
{
	open_it(0);
}

void
hostile_close(void)
{
	hf_register_close(h.r);
	h.r = NULL;
}

void
hostile_remove(void)
{
	hf_fixture_remove(h.dir);
}
