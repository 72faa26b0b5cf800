#include "hands_aid.h"

#include "holdfast/share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct hand hands[HANDS_MAX];
unsigned    hands_seed;
char        hands_dir[HF_FIXTURE_PATH];

static size_t n_hands;

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

	hf_fixture_must(hf_register_open(&h->r, &o, &e), &e, "open");
}

void
hands_visit(struct hand *h, const struct hand *host)
{
	memcpy(h->path, host->path, sizeof(h->path));
	snprintf(h->state, sizeof(h->state), "%s/state-%s-%ld", hands_dir, h->name, (long)getpid());
	snprintf(h->cache, sizeof(h->cache), "%s/cache-%s-%ld", hands_dir, h->name, (long)getpid());
	hands_open(h);
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

static void
take_in(struct hand *admin, struct hand *h, unsigned roles)
{
	struct hf_buf        key = HF_BUF_INIT;
	struct hf_member_add add = { .roles = roles };
	struct hf_json      *out = NULL;
	struct hf_err        e = HF_ERR_INIT;

	hf_fixture_export(&key, h->home, h->fpr);
	add.key = key.data;
	add.len = key.len;
	hf_fixture_must(hf_member_add(&out, admin->r, &add, &e), &e, h->name);
	hf_json_free(out);
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

void
hands_make(const unsigned *roles, size_t n)
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
	hf_fixture_must(hf_register_init(&first->r, &o, &init, &e), &e, "init");
	n_hands = 1;
	for (size_t i = 0; i < n; i++) {
		make_key(&hands[i + 1], names[i + 1]);
		if (roles[i] == 0)
			continue;
		take_in(first, &hands[i + 1], roles[i]);
		n_hands = i + 2;
	}
	hands_close(first);
}

unsigned
hands_below(unsigned n)
{
	hands_seed = hands_seed * 1103515245u + 12345u;
	return (hands_seed >> 16) % n;
}

static void
own_path(char *out, size_t size, const char *what, const char *name, const char *ending)
{
	int n = snprintf(out, size, "%s/%s%s-%ld%s", hands_dir, what, name, (long)getpid(), ending);

	if (n < 0 || (size_t)n >= size)
		abort();
}

void
hands_begin(void)
{
	for (size_t i = 0; i < n_hands; i++) {
		struct hand *h = &hands[i];

		own_path(h->path, sizeof(h->path), "", h->name, ".git");
		own_path(h->state, sizeof(h->state), "state-", h->name, "");
		own_path(h->cache, sizeof(h->cache), "cache-", h->name, "");
		hf_fixture_sh("cp -r '%s/base.git' '%s'", hands_dir, h->path);
		hands_open(h);
	}
}

void
hands_end(void)
{
	for (size_t i = 0; i < n_hands; i++) {
		hands_close(&hands[i]);
		hf_fixture_sh("rm -rf '%s' '%s' '%s'", hands[i].path, hands[i].state, hands[i].cache);
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

	hf_fixture_must(hf_batch_commit(b, word, &e), &e, word);
	hf_batch_free(b);
}

static struct hf_batch *
batch(struct hand *h)
{
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_new(&b, h->r, &e), &e, "batch");
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
	hf_fixture_must(hf_batch_add(id, b, kind, &e), &e, kind);
	for (char *f = strtok_r(copy, ";", &save); f != NULL; f = strtok_r(NULL, ";", &save)) {
		char *eq = strchr(f, '=');

		*eq = '\0';
		hf_fixture_must(hf_batch_set(b, id, f, '=', eq + 1, &e), &e, f);
	}
	commit(b, "record");
	return id;
}

void
hands_set(struct hand *h, const char *id, const char *field, char op, const char *value)
{
	struct hf_batch *b = batch(h);
	struct hf_err    e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_set(b, id, field, op, value, &e), &e, field);
	commit(b, "record");
}

void
hands_drop(struct hand *h, const char *id)
{
	struct hf_batch *b = batch(h);
	struct hf_err    e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_remove(b, id, &e), &e, id);
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
	hf_fixture_must(hf_batch_entry(id, b, run, entry, &e), &e, "entry");
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

	hf_fixture_sh(
	    "git -C '%s' -c gc.auto=0 fetch -q '%s' '+refs/heads/main:refs/holdfast/incoming/main'", to->path, from->path);
	hf_fixture_must(hf_repo_ref(&oid, to->r->repo, "refs/holdfast/incoming/main", &e), &e, "fetch");
	return oid;
}

struct leavers_wanted hands_wanted;

enum hf_code
hands_try(struct merge_count *out, struct hand *to, const struct hf_oid *theirs, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = hf_repo_lock(to->r->repo, 1000, e)) != HF_OK)
		return rc;
	rc = merge_theirs(out, to->r, theirs, &hands_wanted, e);
	hf_repo_unlock(to->r->repo);
	return rc;
}

struct merge_count
hands_merge(struct hand *to, struct hand *from)
{
	struct hf_oid      theirs = hands_fetch(to, from);
	struct merge_count count;
	struct hf_err      e = HF_ERR_INIT;

	hf_fixture_must(hands_try(&count, to, &theirs, &e), &e, "merge");
	return count;
}

struct merge_count
hands_sync(struct hand *a, struct hand *b)
{
	struct merge_count count = hands_merge(a, b);

	hands_merge(b, a);
	return count;
}
