#include "run_aid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpg_fixture.h"
#include "holdfast/member.h"
#include "holdfast/repo.h"
#include "holdfast/time.h"

struct run_world world;

static char    home[HF_FIXTURE_PATH];
static char   *user = world.fpr; /* whose key is used */
static int64_t moment;           /* 0: the clock */

/* ---- the register ---- */

static void
options(struct hf_register_opts *o, char path[3][320])
{
	snprintf(path[0], 320, "%s/r.git", world.dir);
	snprintf(path[1], 320, "%s/state", world.dir);
	snprintf(path[2], 320, "%s/cache", world.dir);
	*o = (struct hf_register_opts){
		.path = path[0], .state_dir = path[1], .cache_dir = path[2], .user_home = home, .key = user, .now = moment
	};
}

static void
add(char id[HF_ID_SIZE], struct hf_batch *b, const char *kind, const char *const *fields)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_add(id, b, kind, &e), &e, kind);
	for (; *fields != NULL; fields += 2)
		hf_fixture_must(hf_batch_set(b, id, fields[0], '=', fields[1], &e), &e, fields[0]);
}

#define FIELDS(...)               \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

static void
fill(struct hf_register *r)
{
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;
	char             id[HF_ID_SIZE];

	hf_fixture_must(hf_batch_new(&b, r, &e), &e, "batch");
	add(world.jo, b, "person", FIELDS("name", "Jo Park", "email", "jo@agency.example", "phone", "+44 7700 900103"));
	add(world.ann, b, "person", FIELDS("name", "Ann Lee", "phone", "+44 7700 900105"));
	add(world.max, b, "person", FIELDS("name", "Max Stone", "email", "max@agency.example"));
	add(id, b, "unit", FIELDS("name", "Press", "director", "Max Stone"));
	add(world.mailbox, b, "account",
	    FIELDS("provider", "google-workspace", "handle", "press@agency.example", "class", "mailbox", "state", "live"));
	add(world.account, b, "account",
	    FIELDS("provider", "x", "handle", "@agency", "owner", "Jo Park", "responder", "Ann Lee", "state", "live",
		"registered_email", "press@agency.example", "unit", "Press"));
	add(id, b, "account", FIELDS("provider", "youtube", "handle", "agency", "state", "live"));
	add(id, b, "link", FIELDS("account", world.account, "depends_on", world.mailbox, "how", "mailbox"));
	add(id, b, "grant", FIELDS("account", world.account, "person", "Jo Park", "role", "admin"));
	add(id, b, "grant", FIELDS("account", world.account, "person", "Max Stone", "role", "publish"));
	hf_fixture_must(hf_batch_commit(b, "record", &e), &e, "commit");
	hf_batch_free(b);
}

static enum hf_code
sign(void *arg, struct hf_buf *sig, const void *data, size_t len, struct hf_err *e)
{
	return hf_vault_sign(sig, arg, world.fpr, data, len, e);
}

/* A key of this home becomes a member, as an admin would make it one. Before anything is encrypted: nothing has to be encrypted anew. */
static void
join(char fpr[64], struct hf_register *r, const char *name)
{
	struct hf_member      m = { "", HF_ROLE_RESPONDER, "2026-01-01T00:00:00Z", "" };
	struct hf_commit_spec spec = {
		.base = hf_register_head(r), .fpr = world.fpr, .message = "member", .at = hf_time_now(), .sign = sign
	};
	struct hf_buf   json = HF_BUF_INIT, armor = HF_BUF_INIT;
	struct hf_edit  edits[2];
	struct hf_repo *repo;
	struct hf_oid   oid;
	struct hf_err   e = HF_ERR_INIT;
	char            path[2][96];

	hf_fixture_key(fpr, home, name, 0);
	strcpy(m.fpr, fpr);
	strcpy(m.added_by, world.fpr);
	hf_member_write(&json, &m);
	hf_fixture_export(&armor, home, fpr);
	snprintf(path[0], sizeof(path[0]), "members/%s.asc", fpr);
	snprintf(path[1], sizeof(path[1]), "members/%s.json", fpr);
	edits[0] = (struct hf_edit){ .path = path[0], .data = armor.data, .len = armor.len };
	edits[1] = (struct hf_edit){ .path = path[1], .data = json.data, .len = json.len };
	spec.arg = hf_register_vault(r);
	hf_fixture_must(hf_repo_open(&repo, hf_register_path(r), &e), &e, "repository");
	hf_fixture_must(hf_repo_commit(&oid, repo, &spec, edits, 2, &e), &e, "member");
	hf_repo_close(repo);
	hf_buf_clear(&json);
	hf_buf_clear(&armor);
}

static struct hf_register *
reopen(struct hf_register *r)
{
	struct hf_register_opts o;
	struct hf_err           e = HF_ERR_INIT;
	char                    path[3][320];

	hf_register_close(r);
	options(&o, path);
	hf_fixture_must(hf_register_open(&r, &o, &e), &e, "open");
	return r;
}

void
tie(const char *person, const char *fpr)
{
	struct hf_json  *key = fpr == NULL ? hf_json_null() : hf_json_string(fpr);
	struct hf_batch *b;
	struct hf_err    e = HF_ERR_INIT;

	hf_fixture_must(hf_batch_new(&b, world.r, &e), &e, "batch");
	hf_fixture_must(hf_batch_set_json(b, person, "key_fpr", key, &e), &e, "key_fpr");
	hf_fixture_must(hf_batch_commit(b, "record", &e), &e, "commit");
	hf_batch_free(b);
	hf_json_free(key);
}

struct hf_run *
as(const char *fpr, struct hf_run *run)
{
	struct hf_run *fresh = NULL;
	struct hf_err  e = HF_ERR_INIT;
	char           id[HF_ID_SIZE] = "";
	static char    key[64];

	if (run != NULL)
		snprintf(id, sizeof(id), "%s", hf_run_id(run));
	hf_run_close(run);
	snprintf(key, sizeof(key), "%s", fpr);
	user = key;
	world.r = reopen(world.r);
	if (id[0] != '\0')
		hf_fixture_must(hf_run_open(&fresh, world.r, world.shelf, id, &e), &e, "open run");
	return fresh;
}

void
run_clock(int64_t now)
{
	moment = now;
}

struct hf_register *
run_world_of(char *fpr)
{
	struct hf_register_opts o;
	struct hf_register     *r;
	struct hf_err           e = HF_ERR_INIT;
	char                    path[3][320];

	options(&o, path);
	snprintf(path[2], sizeof(path[2]), "%s/cache-%.8s", world.dir, fpr);
	o.key = fpr;
	hf_fixture_must(hf_register_open(&r, &o, &e), &e, "open");
	return r;
}

static void
make(bool three)
{
	struct hf_register_opts o;
	struct hf_register     *r;
	struct hf_json         *domains = hf_json_array();
	struct hf_init          init = { "Test Agency", domains, "Europe/London" };
	struct hf_err           e = HF_ERR_INIT;
	char                    path[3][320];

	hf_json_push(domains, hf_json_string("agency.example"));
	hf_fixture_dir(world.dir);
	hf_fixture_home(home, world.dir, "ann");
	hf_fixture_key(world.fpr, home, "Ann <ann@agency.example>", 0);
	options(&o, path);
	hf_fixture_must(hf_register_init(&r, &o, &init, &e), &e, "init");
	if (three) {
		join(world.second, r, "Jo <jo@agency.example>");
		r = reopen(r);
	}
	join(world.third, r, "Max <max@agency.example>");
	r = reopen(r);
	fill(r);
	world.r = r;
	tie(world.ann, world.fpr);
	if (three)
		tie(world.jo, world.second);
	hf_register_close(r);
	world.r = NULL;
	hf_json_free(domains);
}

void
run_world_make(void)
{
	make(true);
}

void
run_world_make_two(void)
{
	make(false);
}

void
run_world_open(void)
{
	struct hf_register_opts o;
	struct hf_err           e = HF_ERR_INIT;
	char                    path[3][320];

	user = world.fpr;
	options(&o, path);
	hf_fixture_must(hf_register_open(&world.r, &o, &e), &e, "open");
	hf_fixture_must(hf_shelf_open(&world.shelf, NULL, 0, &e), &e, "shelf");
}

void
run_world_close(void)
{
	hf_shelf_close(world.shelf);
	hf_register_close(world.r);
	world.shelf = NULL;
	world.r = NULL;
}

void
run_world_remove(void)
{
	hf_fixture_remove(world.dir);
}

/* ---- books and runs ---- */

void
lay(const char *name, const char *text)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_shelf_add(world.shelf, name, text, strlen(text), &e), &e, name);
}

void
book(const char *name, const char *text)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *slash = strrchr(name, '/');

	hf_buf_addf(&b,
	    "# A book `%s`\n\n- **In short:** do it.\n- **Do not:** panic.\n- **Subject:** account\n- **Role:** `lead` incident lead: {account.responder}\n"
	    "- **Role:** `owner` account owner: {account.owner}, {account.responder}\n- **Reviewed:** 2026-11-20\n%s",
	    slash == NULL ? name : slash + 1, text);
	lay(name, hf_buf_str(&b));
	hf_buf_clear(&b);
}

struct hf_run *
begin_at(const char *name, int64_t ago)
{
	struct hf_start s = { .playbook = name, .subject = world.account };
	struct hf_run  *run = NULL;
	struct hf_err   e = HF_ERR_INIT;

	if (ago != 0)
		s.at = hf_register_now(world.r) - ago;
	hf_fixture_must(hf_run_start(&run, world.r, world.shelf, &s, &e), &e, name);
	return run;
}

struct hf_run *
begin_drill(const char *name)
{
	struct hf_start s = { .playbook = name, .subject = world.account, .drill = true };
	struct hf_run  *run = NULL;
	struct hf_err   e = HF_ERR_INIT;

	hf_fixture_must(hf_run_start(&run, world.r, world.shelf, &s, &e), &e, name);
	return run;
}

struct hf_run *
begin(const char *name)
{
	return begin_at(name, 0);
}

struct hf_run *
again(struct hf_run *run)
{
	struct hf_run *fresh = NULL;
	struct hf_err  e = HF_ERR_INIT;

	hf_fixture_must(hf_run_open(&fresh, world.r, world.shelf, hf_run_id(run), &e), &e, "open run");
	hf_run_close(run);
	return fresh;
}

const struct hf_instance *
at(const struct hf_run *run, const char *address)
{
	const struct hf_instance *i = NULL;
	struct hf_err             e = HF_ERR_INIT;

	hf_fixture_must(hf_run_find(&i, run, address, &e), &e, address);
	return i;
}

void
assert_state(const struct hf_run *run, const char *address, enum hf_state state)
{
	const struct hf_instance *i = at(run, address);

	if (i->state == state)
		return;
	fprintf(stderr, "%s is %s, not %s\n", address, hf_state_word(i->state), hf_state_word(state));
	abort();
}

void
assert_next(const struct hf_run *run, const char *address)
{
	const struct hf_instance *i = hf_run_next(run);

	if ((i == NULL && address == NULL) ||
	    (i != NULL && address != NULL && (strcmp(i->number, address) == 0 || strcmp(i->name, address) == 0)))
		return;
	fprintf(stderr, "next is %s, not %s\n", i == NULL ? "nothing" : i->address, address == NULL ? "nothing" : address);
	abort();
}

/* ---- acts ---- */

static struct hf_act
act_on(const char *step, int64_t ago)
{
	struct hf_act act = { .step = step };

	if (ago != 0)
		act.at = hf_register_now(world.r) - ago;
	return act;
}

void
done_at(struct hf_run *run, const char *step, int64_t ago)
{
	struct hf_act act = act_on(step, ago);
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_run_done(run, &act, &e), &e, step);
}

void
done(struct hf_run *run, const char *step)
{
	done_at(run, step, 0);
}

enum hf_code
try_done(struct hf_run *run, const char *step, struct hf_err *e)
{
	struct hf_act act = act_on(step, 0);

	return hf_run_done(run, &act, e);
}

enum hf_code
try_approve(struct hf_run *run, const char *step, struct hf_err *e)
{
	struct hf_act act = act_on(step, 0);

	return hf_run_approve(run, &act, NULL, e);
}

void
skip(struct hf_run *run, const char *step)
{
	struct hf_act act = act_on(step, 0);
	struct hf_err e = HF_ERR_INIT;

	act.text = "not tonight";
	hf_fixture_must(hf_run_skip(run, &act, &e), &e, step);
}

void
fails(struct hf_run *run, const char *step)
{
	struct hf_act act = act_on(step, 0);
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_run_fail(run, &act, &e), &e, step);
}

void
answer(struct hf_run *run, const char *step, const char *key)
{
	struct hf_act act = act_on(step, 0);
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_run_answer(run, &act, key, NULL, &e), &e, step);
}

enum hf_code
try_value(struct hf_run *run, const char *step, const char *name, const char *typed, struct hf_err *e)
{
	struct hf_json *values = hf_json_object();
	struct hf_act   act = act_on(step, 0);
	enum hf_code    rc;

	hf_json_set(values, name, hf_json_string(typed));
	rc = hf_run_value(run, &act, values, e);
	hf_json_free(values);
	return rc;
}

void
value(struct hf_run *run, const char *step, const char *name, const char *typed)
{
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(try_value(run, step, name, typed, &e), &e, name);
}

void
keep(struct hf_run *run, const char *step, const char *id, const char *text)
{
	struct hf_act act = act_on(step, 0);
	struct hf_err e = HF_ERR_INIT;

	hf_fixture_must(hf_run_keep(run, &act, id, "page.txt", text, strlen(text), &e), &e, id);
}

/* ---- what a run says ---- */

char *
portrait(const struct hf_run *run)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_buf_addf(&b, "%s next %s\n", hf_run_is_open(run) ? "open" : "closed",
	    hf_run_next(run) == NULL ? "-" : hf_run_next(run)->address);
	for (size_t k = 0; k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);

		hf_buf_addf(&b, "%s %s visit %u%s%s%s by %lld at %lld answer %s text %s values ", i->address,
		    hf_state_word(i->state), i->visit, i->ready ? " ready" : "", i->called ? " called" : "",
		    i->twice ? " twice" : "", (long long)i->deadline, (long long)i->at, i->answer, i->text);
		if (i->values != NULL)
			hf_json_dump(&b, i->values, HF_JSON_COMPACT);
		hf_buf_addf(&b, " kept %zu pending %d approved %s rejected %s claimed %s rounds %u wakes %lld row ",
		    hf_json_len(i->kept), (int)i->pending, i->approved_by, i->rejected, i->claimed_by, i->rounds,
		    (long long)i->wakes);
		if (i->row != NULL)
			hf_json_dump(&b, i->row, HF_JSON_COMPACT);
		hf_buf_addc(&b, '\n');
	}
	hf_json_dump(&b, hf_run_values(run), HF_JSON_COMPACT);
	return hf_buf_steal(&b);
}
