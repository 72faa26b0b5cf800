#include "hands_aid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hand hands[HANDS_MAX];
char        hands_dir[HF_FIXTURE_PATH];

static size_t n_hands;

static void
must(enum hf_code rc, const struct hf_err *e, const char *what)
{
	if (rc == HF_OK)
		return;
	fprintf(stderr, "%s: HF_%s: %s (%s)\n", what, hf_code_name(rc), e->msg, e->hint);
	abort();
}

static void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
sh(const char *fmt, ...)
{
	char    command[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	if (system(command) != 0) {
		fprintf(stderr, "%s\n", command);
		abort();
	}
}

static struct hf_register_opts
opts(struct hand *h)
{
	return (struct hf_register_opts){ .path = h->path, .state_dir = h->state, .cache_dir = h->cache, .user_home = h->home };
}

void
hands_open(struct hand *h)
{
	struct hf_register_opts o = opts(h);
	struct hf_err           e = HF_ERR_INIT;

	must(hf_register_open(&h->r, &o, &e), &e, "open");
}

void
hands_close(struct hand *h)
{
	hf_register_close(h->r);
	h->r = NULL;
}

void
hands_clock(struct hand *h, int64_t now)
{
	h->r->now = now;
}

/* ---- making them ---- */

static enum hf_code
sign_with(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *e)
{
	struct hand *h = arg;

	return hf_vault_sign(sig, h->r->vault, h->fpr, data, len, e);
}

void
hands_commit(struct hand *h, const char *word, const struct hf_edit *edits, size_t n)
{
	struct hf_commit_spec spec = {
		.base = &h->r->head, .fpr = h->fpr, .message = word, .at = hf_register_now(h->r), .sign = sign_with, .arg = h
	};
	struct hf_oid oid;
	struct hf_err e = HF_ERR_INIT;

	must(hf_repo_commit(&oid, h->r->repo, &spec, edits, n, &e), &e, "commit");
	must(register_refresh(h->r, &e), &e, "refresh");
}

static void
take_in(struct hand *admin, struct hand *h, unsigned roles)
{
	struct hf_member m = { .roles = roles, .added = "" };
	struct hf_buf    json = HF_BUF_INIT, key = HF_BUF_INIT;
	char             paths[2][PATH_SIZE];

	strcpy(m.fpr, h->fpr);
	strcpy(m.added_by, admin->fpr);
	hf_time_rfc3339(m.added, hf_register_now(admin->r), false);
	hf_member_write(&json, &m);
	hf_fixture_export(&key, h->home, h->fpr);
	snprintf(paths[0], PATH_SIZE, "members/%s.json", h->fpr);
	snprintf(paths[1], PATH_SIZE, "members/%s.asc", h->fpr);
	hands_commit(admin, "member",
	    (struct hf_edit[]){ { paths[0], json.data, json.len, NULL }, { paths[1], key.data, key.len, NULL } }, 2);
	hf_buf_clear(&json);
	hf_buf_clear(&key);
}

static void
make_key(struct hand *h, const char *name)
{
	char uid[64];

	snprintf(h->name, sizeof(h->name), "%s", name);
	hf_fixture_home(h->home, hands_dir, name);
	snprintf(uid, sizeof(uid), "%s <%s@example.org>", name, name);
	hf_fixture_key(h->fpr, h->home, uid, 0);
}

/* The organisation's record is written once more, so that all of them can read it. */
static void
rewrite_org(struct hand *h)
{
	struct hf_json *rows = NULL;
	struct hf_ask   ask = { .sql = "SELECT id FROM org" };
	struct hf_err   e = HF_ERR_INIT;

	must(hf_db_ask(&rows, NULL, hf_register_db(h->r), &ask, &e), &e, "org");
	hands_set(h, hf_json_get_str(hf_json_at(rows, 0), "id"), "address", '=', "1 High Street");
	hf_json_free(rows);
}

void
hands_make(const unsigned *roles)
{
	static const char *const names[HANDS_MAX] = { "ann", "bob", "cat", "dan" };
	struct hf_register_opts  o;
	struct hf_init           init = { "Test Agency", NULL, "Europe/London" };
	struct hf_err            e = HF_ERR_INIT;
	struct hand             *first = &hands[0];

	hf_fixture_dir(hands_dir);
	make_key(first, names[0]);
	snprintf(first->path, sizeof(first->path), "%s/base.git", hands_dir);
	snprintf(first->state, sizeof(first->state), "%s/state-base", hands_dir);
	snprintf(first->cache, sizeof(first->cache), "%s/cache-base", hands_dir);
	o = opts(first);
	must(hf_register_init(&first->r, &o, &init, &e), &e, "init");
	for (n_hands = 1; n_hands < HANDS_MAX && roles[n_hands - 1] != 0; n_hands++) {
		make_key(&hands[n_hands], names[n_hands]);
		take_in(first, &hands[n_hands], roles[n_hands - 1]);
	}
	rewrite_org(first);
	hands_close(first);
}

void
hands_begin(void)
{
	for (size_t i = 0; i < n_hands; i++) {
		struct hand *h = &hands[i];

		snprintf(h->path, sizeof(h->path), "%s/%s-%ld.git", hands_dir, h->name, (long)getpid());
		snprintf(h->state, sizeof(h->state), "%s/state-%s-%ld", hands_dir, h->name, (long)getpid());
		snprintf(h->cache, sizeof(h->cache), "%s/cache-%s-%ld", hands_dir, h->name, (long)getpid());
		sh("cp -r '%s/base.git' '%s'", hands_dir, h->path);
		hands_open(h);
	}
}

void
hands_end(void)
{
	for (size_t i = 0; i < n_hands; i++) {
		hands_close(&hands[i]);
		sh("rm -rf '%s' '%s' '%s'", hands[i].path, hands[i].state, hands[i].cache);
	}
}

void
hands_remove(void)
{
	hf_fixture_remove(hands_dir);
}

/* ---- writing ---- */

static void
commit(struct hf_batch *b, const char *word)
{
	struct hf_err e = HF_ERR_INIT;

	must(hf_batch_commit(b, word, &e), &e, word);
	hf_batch_free(b);
}

static struct hf_batch *
batch(struct hand *h)
{
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;

	must(hf_batch_new(&b, h->r, &e), &e, "batch");
	return b;
}

const char *
hands_add(struct hand *h, const char *kind, const char *fields)
{
	static char      ids[16][HF_ID_SIZE];
	static size_t    next;
	struct hf_batch *b = batch(h);
	struct hf_err    e = HF_ERR_INIT;
	char             copy[1024], *save = NULL, *id = ids[next++ % 16];

	snprintf(copy, sizeof(copy), "%s", fields);
	must(hf_batch_add(id, b, kind, &e), &e, kind);
	for (char *f = strtok_r(copy, ";", &save); f != NULL; f = strtok_r(NULL, ";", &save)) {
		char *eq = strchr(f, '=');

		*eq = '\0';
		must(hf_batch_set(b, id, f, '=', eq + 1, &e), &e, f);
	}
	commit(b, "record");
	return id;
}

void
hands_set(struct hand *h, const char *id, const char *field, char op, const char *value)
{
	struct hf_batch *b = batch(h);
	struct hf_err    e = HF_ERR_INIT;

	must(hf_batch_set(b, id, field, op, value, &e), &e, field);
	commit(b, "record");
}

void
hands_drop(struct hand *h, const char *id)
{
	struct hf_batch *b = batch(h);
	struct hf_err    e = HF_ERR_INIT;

	must(hf_batch_remove(b, id, &e), &e, id);
	commit(b, "record");
}

void
hands_log(struct hand *h, const char *run, const char *type, const char *step, const char *text)
{
	struct hf_batch *b = batch(h);
	struct hf_json  *entry = hf_json_object();
	struct hf_err    e = HF_ERR_INIT;
	char             id[HF_ID_SIZE];

	hf_json_set(entry, "type", hf_json_string(type));
	if (step != NULL)
		hf_json_set(entry, "step", hf_json_string(step));
	hf_json_set(entry, "text", hf_json_string(text));
	must(hf_batch_entry(id, b, run, entry, &e), &e, "entry");
	commit(b, "run");
}

struct hf_json *
hands_get(struct hand *h, const char *id)
{
	struct hf_json *j = NULL;

	return hf_register_get(&j, h->r, id, NULL) == HF_OK ? j : NULL;
}

/* ---- to one another ---- */

struct hf_oid
hands_fetch(struct hand *to, struct hand *from)
{
	struct hf_oid oid;
	struct hf_err e = HF_ERR_INIT;

	sh("git -C '%s' -c gc.auto=0 fetch -q '%s' '+refs/heads/main:refs/holdfast/incoming/main'", to->path, from->path);
	must(hf_repo_ref(&oid, to->r->repo, "refs/holdfast/incoming/main", &e), &e, "fetch");
	return oid;
}

enum hf_code
hands_try(struct merge_count *out, struct hand *to, const struct hf_oid *theirs, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = hf_repo_lock(to->r->repo, 1000, e)) != HF_OK)
		return rc;
	rc = merge_theirs(out, to->r, theirs, e);
	hf_repo_unlock(to->r->repo);
	return rc;
}

struct merge_count
hands_merge(struct hand *to, struct hand *from)
{
	struct hf_oid      theirs = hands_fetch(to, from);
	struct merge_count count;
	struct hf_err      e = HF_ERR_INIT;

	must(hands_try(&count, to, &theirs, &e), &e, "merge");
	return count;
}

struct merge_count
hands_sync(struct hand *a, struct hand *b)
{
	struct merge_count count = hands_merge(a, b);

	hands_merge(b, a);
	return count;
}
