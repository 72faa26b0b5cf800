/* Two histories become one: real keys, real repositories, git fetching between them. */
#include <stdio.h>

#include "hands_aid.h"
#include "holdfast/share.h"
#include "test.h"

static struct hand *const ann = &hands[0], *const bob = &hands[1], *const cat = &hands[2], *const dan = &hands[3];

static void
once_up(void)
{
	hands_make((const unsigned[]){ HF_ROLE_ADMIN | HF_ROLE_RESPONDER, HF_ROLE_OWNER, 0 }, 3);
}

static int64_t
later(int seconds)
{
	return hf_time_now() + seconds * HF_SECOND;
}

/* A record that Ann and Bob have. */
static const char *
shared(const char *kind, const char *fields)
{
	const char *id = hands_add(ann, kind, fields);

	hands_sync(ann, bob);
	return id;
}

static void
assert_field(struct hand *h, const char *id, const char *field, const char *want)
{
	struct hf_json *j = hands_get(h, id);
	const char     *v = hf_json_get_str(j, field);

	ck_assert_msg(j != NULL, "%s: %s is not there", h->name, id);
	ck_assert_msg(want == NULL ? v == NULL : v != NULL && strcmp(v, want) == 0, "%s: %s is %s, not %s", h->name, field,
	    v == NULL ? "nothing" : v, want == NULL ? "nothing" : want);
	hf_json_free(j);
}

static int64_t
version(struct hand *h, const char *id)
{
	struct hf_json *j = hands_get(h, id);
	int64_t         v = hf_json_num(hf_json_get(j, "version"));

	hf_json_free(j);
	return v;
}

/* All the conflicts there, by record and field. */
static struct hf_json *
conflicts(struct hand *h)
{
	struct hf_json *rows = NULL;
	struct hf_ask   ask = { .sql = "SELECT record, field, kept, other, settled_on FROM conflict ORDER BY record, field" };

	ck_ok(hf_db_ask(&rows, NULL, hf_register_db(h->r), &ask, &e));
	return rows;
}

static size_t
n_conflicts(struct hand *h)
{
	struct hf_json *rows = conflicts(h);
	size_t          n = hf_json_len(rows);

	hf_json_free(rows);
	return n;
}

/* Whoever verifies finds nothing wrong. */
static void
assert_proved(struct hand *h)
{
	struct hf_json       *out;
	const struct hf_json *problems;
	struct hf_buf         b = HF_BUF_INIT;

	ck_ok(hf_register_verify(&out, h->r, &e));
	problems = hf_json_get(out, "problems");
	hf_json_dump(&b, problems, HF_JSON_PRETTY);
	ck_assert_msg(hf_json_len(problems) == 0, "%s: %s", h->name, hf_buf_str(&b));
	hf_buf_clear(&b);
	hf_json_free(out);
}

/* The index that followed says what a fresh one says, and both have the same commit. */
static void
assert_same(struct hand *a, struct hand *b)
{
	static const char sql[] =
	    "SELECT json_group_array(x) AS all_of FROM (SELECT id || oid || body AS x FROM record UNION ALL SELECT id || oid ||"
	    " body FROM entry ORDER BY 1)";
	struct hf_ask   ask = { .sql = sql };
	struct hf_json *rows[3] = { NULL };
	struct hand    *of[2] = { a, b };

	ck_assert_str_eq(a->r->head.hex, b->r->head.hex);
	for (int i = 0; i < 2; i++)
		ck_ok(hf_db_ask(&rows[i], NULL, hf_register_db(of[i]->r), &ask, &e));
	hands_close(a);
	{
		char command[512];

		snprintf(command, sizeof(command), "rm -rf '%s'", a->cache);
		ck_assert_int_eq(system(command), 0);
	}
	hands_open(a);
	ck_ok(hf_db_ask(&rows[2], NULL, hf_register_db(a->r), &ask, &e));
	ck_assert(a == cat || b == cat || hf_json_equal(rows[0], rows[1]));
	ck_assert(hf_json_equal(rows[0], rows[2]));
	for (int i = 0; i < 3; i++)
		hf_json_free(rows[i]);
	assert_proved(a);
	assert_proved(b);
}

START_TEST(forward)
{
	const char        *id = hands_add(ann, "account", "provider=x;handle=@a");
	struct merge_count n = hands_merge(bob, ann);

	ck_assert(n.forward);
	ck_assert_str_eq(ann->r->head.hex, bob->r->head.hex);
	assert_field(bob, id, "handle", "@a");
	n = hands_merge(ann, bob);
	ck_assert(n.forward);
	hands_set(bob, id, "purpose", '=', "news");
	n = hands_merge(bob, ann); /* what is behind is no news */
	ck_assert(n.forward);
	assert_field(bob, id, "purpose", "news");
}
END_TEST

START_TEST(two_fields)
{
	const char        *id = shared("account", "provider=x;handle=@a");
	struct merge_count n;

	hands_set(ann, id, "purpose", '=', "news");
	hands_set(bob, id, "display_name", '=', "Agency");
	n = hands_sync(ann, bob);
	ck_assert(!n.forward && n.refresh);
	ck_assert_uint_eq(n.records, 1);
	ck_assert_uint_eq(n.conflicts, 0);
	assert_field(bob, id, "purpose", "news");
	assert_field(bob, id, "display_name", "Agency");
	ck_assert_int_eq(version(bob, id), 3);
	assert_same(ann, bob);
	hands_set(bob, id, "purpose", '=', "weather");
	ck_assert_int_eq(version(bob, id), 4);
}
END_TEST

START_TEST(one_field)
{
	const char        *id = shared("account", "provider=x;handle=@a");
	struct hf_json    *rows;
	struct merge_count n;

	hands_clock(ann, later(200));
	hands_clock(bob, later(100));
	hands_set(ann, id, "purpose", '=', "news");
	hands_set(bob, id, "purpose", '=', "weather");
	n = hands_sync(bob, ann);
	ck_assert_uint_eq(n.conflicts, 1);
	assert_field(ann, id, "purpose", "news");
	assert_same(ann, bob);
	rows = conflicts(ann);
	ck_assert_uint_eq(hf_json_len(rows), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(rows, 0), "record"), id);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(rows, 0), "kept"), "news");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(rows, 0), "other"), "weather");
	hf_json_free(rows);
}
END_TEST

START_TEST(added_and_removed)
{
	const char *gone = shared("person", "name=Jo Park"), *both = shared("person", "name=Kim Lee"),
		   *kept = shared("person", "name=Max Stone");
	const char *a, *b;

	hands_drop(ann, gone);
	hands_drop(ann, both);
	hands_drop(bob, both);
	hands_drop(ann, kept);
	hands_set(bob, kept, "post", '=', "Editor");
	a = hands_add(ann, "person", "name=Ann Only");
	b = hands_add(bob, "person", "name=Bob Only");
	hands_sync(ann, bob);
	assert_same(ann, bob);
	ck_assert_ptr_null(hands_get(ann, gone));
	ck_assert_ptr_null(hands_get(ann, both));
	assert_field(ann, a, "name", "Ann Only");
	assert_field(ann, b, "name", "Bob Only");
	assert_field(ann, kept, "post", "Editor");
	ck_assert_uint_eq(n_conflicts(ann), 1);
}
END_TEST

/* What is removed on one side while the other begins to refer to it stays, with what it refers to itself. */
START_TEST(still_needed)
{
	const char     *person = shared("person", "name=Jo Park"), *account = NULL, *contact;
	struct hf_json *rows;
	char            fields[128], person_id[HF_ID_SIZE];

	strcpy(person_id, person);
	snprintf(fields, sizeof(fields), "provider=x;handle=@a;owner=%s", person);
	account = shared("account", fields);
	hands_drop(ann, account);
	hands_drop(ann, person_id);
	snprintf(fields, sizeof(fields), "account=%s;type=email;value=a@example.org", account);
	contact = hands_add(bob, "contact", fields);
	hands_sync(ann, bob);
	assert_same(ann, bob);
	assert_field(ann, contact, "account", account);
	assert_field(ann, account, "owner", person_id);
	assert_field(ann, person_id, "name", "Jo Park");
	rows = conflicts(ann);
	ck_assert_uint_eq(hf_json_len(rows), 2);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(rows, 0), "kept"), "in use");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(rows, 0), "other"), "removed");
	hf_json_free(rows);
}
END_TEST

/* Both merge the same two sides, each alone; each goes on; and those are merged. */
START_TEST(crossed)
{
	const char        *id = shared("account", "provider=x;handle=@a;tags=one, two");
	struct hf_oid      from_bob, from_ann;
	struct merge_count n;

	hands_clock(ann, later(100));
	hands_clock(bob, later(200));
	hands_set(ann, id, "purpose", '=', "news");
	hands_set(ann, id, "tags", '+', "three");
	hands_set(bob, id, "purpose", '=', "weather");
	from_bob = hands_fetch(ann, bob);
	from_ann = hands_fetch(bob, ann);
	ck_ok(hands_try(&n, ann, &from_bob, &e));
	ck_ok(hands_try(&n, bob, &from_ann, &e));
	ck_assert_str_ne(ann->r->head.hex, bob->r->head.hex);
	assert_field(ann, id, "purpose", "weather");
	assert_field(bob, id, "purpose", "weather");
	/* Back to what one of the two starts had: that is a change, and nobody else made one. */
	hands_set(ann, id, "purpose", '=', "news");
	hands_set(ann, id, "tags", '-', "three");
	hands_set(bob, id, "url", '=', "https://x.example/a");
	n = hands_sync(bob, ann);
	assert_same(ann, bob);
	assert_field(ann, id, "purpose", "news");
	assert_field(ann, id, "url", "https://x.example/a");
	{
		struct hf_json *j = hands_get(ann, id);

		ck_assert_uint_eq(hf_json_len(hf_json_get(j, "tags")), 2);
		hf_json_free(j);
	}
	ck_assert_uint_eq(n.conflicts, 0);
	ck_assert_uint_eq(n_conflicts(ann), 1); /* of the first time, once */
}
END_TEST

/* Both took it out of the way of the other: nothing is broken later. */
START_TEST(two_of_one_name)
{
	struct hf_json *list;
	const char     *a = hands_add(ann, "account", "provider=x;handle=@agency"),
		   *b = hands_add(bob, "account", "provider=x;handle=Agency");

	hands_sync(ann, bob);
	assert_same(ann, bob);
	ck_ok(hf_conflicts(&list, ann->r, &e));
	ck_assert_uint_eq(hf_json_len(list), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "field"), "provider handle");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "kept"), a);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "other"), b);
	hf_json_free(list);
	hands_set(ann, a, "purpose", '=', "news");
	hands_set(ann, b, "purpose", '=', "old");
	hands_set(ann, b, "handle", '=', "agency_old");
	assert_field(ann, a, "purpose", "news");
	ck_ok(hf_conflicts(&list, ann->r, &e));
	ck_assert_uint_eq(hf_json_len(list), 0);
	hf_json_free(list);
}
END_TEST

/* ---- settling ---- */

/* Ann's value stands, Bob's is the other one; the id of the conflict. */
static const char *
disputed(const char *id, const char *field, const char *anns, const char *bobs)
{
	static char     conflict[HF_ID_SIZE];
	struct hf_json *list;
	char            at[HF_TIME_SIZE];

	hands_clock(ann, later(200));
	hands_clock(bob, later(100));
	hands_set(ann, id, field, '=', anns);
	hands_set(bob, id, field, '=', bobs);
	hands_sync(ann, bob);
	ck_ok(hf_conflicts(&list, ann->r, &e));
	ck_assert_uint_eq(hf_json_len(list), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "field"), field);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "kept_by"), ann->fpr);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "other_by"), bob->fpr);
	hf_time_rfc3339(at, ann->r->now, false);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "at"), at);
	strcpy(conflict, hf_json_get_str(hf_json_at(list, 0), "id"));
	hf_json_free(list);
	return conflict;
}

static size_t
n_open(struct hand *h)
{
	struct hf_json *list;
	size_t          n;

	ck_ok(hf_conflicts(&list, h->r, &e));
	n = hf_json_len(list);
	hf_json_free(list);
	return n;
}

static const struct {
	const char *field, *anns, *bobs;
} disputes[] = {
	{ "purpose", "news", "weather" },
	{ "passkey", "yes", "no" },
	{ "publisher_cap", "3", "0" },
	{ "state", "live", "parked" },
	{ "purpose", "", "weather" },
	{ "purpose", "news", "" },
	{ "notes", "one\ntwo", "three, four" },
};

static void
assert_typed(struct hand *h, const char *id, const char *field, const char *want)
{
	struct hf_json *j = hands_get(h, id), *v = hf_json_get(j, field) == NULL ? NULL : merge_typed(hf_json_get(j, field));

	ck_assert_str_eq(v == NULL ? "" : hf_json_str(v), want);
	hf_json_free(v);
	hf_json_free(j);
}

START_TEST(settled)
{
	const char *id = shared("account", "provider=x;handle=@a;purpose=old"), *conflict;

	conflict = disputed(id, disputes[_i].field, disputes[_i].anns, disputes[_i].bobs);
	assert_typed(bob, id, disputes[_i].field, disputes[_i].anns);
	ck_fails(HF_NOTFOUND, "not a conflict", hf_conflict_settle(bob->r, id, true, &e));
	ck_fails(HF_NOTFOUND, "no record", hf_conflict_settle(bob->r, "01JAAAAAAAAAAAAAAAAAAAAAAA", true, &e));
	ck_ok(hf_conflict_settle(bob->r, conflict, true, &e));
	assert_typed(bob, id, disputes[_i].field, disputes[_i].bobs);
	ck_assert_uint_eq(n_open(bob), 0);
	ck_fails(HF_BAD, "settled already", hf_conflict_settle(bob->r, conflict, false, &e));
	hands_sync(ann, bob);
	ck_assert_uint_eq(n_open(ann), 0);
	assert_same(ann, bob);
}
END_TEST

START_TEST(settled_after_a_change)
{
	const char *id = shared("account", "provider=x;handle=@a"), *conflict = disputed(id, "purpose", "news", "weather");

	hands_set(ann, id, "purpose", '=', "sports");
	ck_fails(HF_BAD, "changed since, to sports", hf_conflict_settle(ann->r, conflict, true, &e));
	ck_assert_uint_eq(n_open(ann), 1);
	ck_ok(hf_conflict_settle(ann->r, conflict, false, &e));
	assert_field(ann, id, "purpose", "sports");
	ck_assert_uint_eq(n_open(ann), 0);
}
END_TEST

/* Two people settle one conflict, each their own way: the later decision counts, and there is no new conflict about it. */
START_TEST(settled_twice)
{
	const char *id = shared("account", "provider=x;handle=@a"), *conflict = disputed(id, "purpose", "news", "weather");

	ck_ok(hf_conflict_settle(ann->r, conflict, false, &e));
	ck_ok(hf_conflict_settle(bob->r, conflict, true, &e));
	hands_sync(bob, ann);
	assert_field(ann, id, "purpose", "weather");
	ck_assert_uint_eq(n_open(ann), 0);
	ck_assert_uint_eq(n_conflicts(ann), 1);
	assert_same(ann, bob);
}
END_TEST

START_TEST(settled_by_removing)
{
	const char     *id = shared("person", "name=Jo Park");
	struct hf_json *list;

	hands_drop(ann, id);
	hands_set(bob, id, "post", '=', "Editor");
	hands_sync(ann, bob);
	ck_ok(hf_conflicts(&list, ann->r, &e));
	ck_assert_uint_eq(hf_json_len(list), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "field"), "record");
	ck_ok(hf_conflict_settle(ann->r, hf_json_get_str(hf_json_at(list, 0), "id"), true, &e));
	hf_json_free(list);
	ck_assert_ptr_null(hands_get(ann, id));
	ck_assert_uint_eq(n_open(ann), 0);
	/* A record with a conflict may be removed; then there is nothing to decide. */
	id = shared("person", "name=Kim Lee");
	disputed(id, "post", "Editor", "Writer");
	hands_drop(ann, id);
	ck_assert_uint_eq(n_open(ann), 0);
}
END_TEST

/* ---- what not everybody can read ---- */

/* Cat owns nothing: an account is sealed for her. */
START_TEST(sealed_and_untouched)
{
	const char        *theirs = shared("account", "provider=x;handle=@a"), *person = hands_add(cat, "person", "name=Jo Park");
	struct merge_count n;

	hands_sync(cat, ann);
	hands_sync(ann, bob);
	hands_set(ann, theirs, "purpose", '=', "news");
	hands_add(cat, "person", "name=Kim Lee");
	n = hands_sync(cat, ann);
	ck_assert(!n.forward);
	ck_assert_ptr_null(hands_get(cat, theirs));
	assert_field(ann, theirs, "purpose", "news");
	assert_field(cat, person, "name", "Jo Park");
	assert_same(cat, ann);
}
END_TEST

/* She brings two histories together that both changed what she cannot read: she is told who can, and it does not stay so. */
START_TEST(sealed_and_changed)
{
	const char        *theirs = shared("account", "provider=x;handle=@a");
	struct hf_oid      from_bob;
	struct merge_count n;

	hands_sync(cat, ann);
	hands_set(ann, theirs, "purpose", '=', "news");
	hands_set(bob, theirs, "url", '=', "https://x.example/a");
	hands_merge(cat, ann);
	from_bob = hands_fetch(cat, bob);
	{
		struct hf_oid before = cat->r->head;

		ck_fails(HF_DENIED, "not encrypted to your key", hands_try(&n, cat, &from_bob, &e));
		ck_assert_str_eq(cat->r->head.hex, before.hex);
	}
	hands_add(cat, "person", "name=Kim Lee"); /* she can go on */
	hands_sync(bob, ann);
	n = hands_sync(cat, ann);
	ck_assert(!n.forward);
	assert_field(ann, theirs, "purpose", "news");
	assert_field(ann, theirs, "url", "https://x.example/a");
	assert_same(cat, ann);
}
END_TEST

/* ---- members ---- */

static void
add_dan(struct hand *admin, unsigned roles)
{
	struct hf_buf        key = HF_BUF_INIT;
	struct hf_member_add add = { .roles = roles };
	struct hf_json      *out;

	hf_fixture_export(&key, dan->home, dan->fpr);
	add.key = key.data;
	add.len = key.len;
	ck_ok(hf_member_add(&out, admin->r, &add, &e));
	hf_json_free(out);
	hf_buf_clear(&key);
}

static void
set_roles(struct hand *admin, struct hand *who, unsigned roles)
{
	struct hf_json *out;

	ck_ok(hf_member_role(&out, admin->r, who->fpr, roles, NULL, false, &e));
	hf_json_free(out);
}

static void
dismiss(struct hand *admin, struct hand *who)
{
	struct hf_json *out;

	ck_ok(hf_member_remove(&out, admin->r, who->fpr, false, &e));
	hf_json_free(out);
}

static unsigned
roles_of(struct hand *h, struct hand *who)
{
	const struct hf_member *m;

	ck_ok(register_members(h->r, &e));
	m = hf_members_find(&h->r->members, who->fpr);
	return m == NULL ? 0 : m->roles;
}

static void
refresh(struct hand *h)
{
	struct hf_json *out;

	ck_ok(hf_member_refresh(&out, h->r, NULL, NULL, 0, false, &e));
	hf_json_free(out);
}

START_TEST(member_on_one_side)
{
	const char        *id = shared("account", "provider=x;handle=@a;tags=a"), *other;
	struct merge_count n;

	add_dan(ann, HF_ROLE_RESPONDER);
	hands_set(bob, id, "tags", '+', "b");
	other = hands_add(bob, "account", "provider=x;handle=@b");
	hands_set(ann, id, "tags", '+', "c");
	n = hands_merge(bob, ann);
	ck_assert(n.refresh);
	ck_assert_uint_eq(roles_of(bob, dan), HF_ROLE_RESPONDER);
	refresh(bob);
	hands_merge(ann, bob);
	assert_same(ann, bob);
	assert_field(ann, other, "handle", "@b");
	/* The newcomer reads all of it. */
	hands_visit(dan, bob);
	ck_assert_uint_eq(hf_register_sealed(dan->r), 0);
	assert_field(dan, other, "handle", "@b");
	hands_close(dan);
}
END_TEST

static const struct {
	unsigned base, anns, bobs, both; /* 0: no member */
} roles_rows[] = {
	{ 0, HF_ROLE_RESPONDER, HF_ROLE_RESPONDER, HF_ROLE_RESPONDER },
	{ 0, HF_ROLE_RESPONDER, HF_ROLE_AUDITOR, HF_ROLE_RESPONDER | HF_ROLE_AUDITOR },
	{ HF_ROLE_RESPONDER, HF_ROLE_RESPONDER | HF_ROLE_OWNER, HF_ROLE_RESPONDER | HF_ROLE_AUDITOR,
	    HF_ROLE_RESPONDER | HF_ROLE_OWNER | HF_ROLE_AUDITOR },
	{ HF_ROLE_RESPONDER | HF_ROLE_OWNER, HF_ROLE_OWNER, HF_ROLE_RESPONDER | HF_ROLE_OWNER | HF_ROLE_AUDITOR,
	    HF_ROLE_OWNER | HF_ROLE_AUDITOR },
	{ HF_ROLE_RESPONDER | HF_ROLE_OWNER, HF_ROLE_OWNER, HF_ROLE_RESPONDER, HF_ROLE_RESPONDER | HF_ROLE_OWNER },
	{ HF_ROLE_ADMIN | HF_ROLE_OWNER, HF_ROLE_OWNER, HF_ROLE_ADMIN, HF_ROLE_OWNER },
	{ HF_ROLE_RESPONDER, 0, HF_ROLE_ADMIN, 0 },
	{ HF_ROLE_RESPONDER, HF_ROLE_OWNER, 0, 0 },
	{ HF_ROLE_RESPONDER, 0, 0, 0 },
};

static void
make_roles(struct hand *admin, unsigned from, unsigned to)
{
	if (from == to)
		return;
	if (from == 0)
		add_dan(admin, to);
	else if (to == 0)
		dismiss(admin, dan);
	else
		set_roles(admin, dan, to);
}

START_TEST(roles_on_both_sides)
{
	const char *id;

	make_roles(ann, 0, roles_rows[_i].base);
	id = shared("account", "provider=x;handle=@a");
	make_roles(ann, roles_rows[_i].base, roles_rows[_i].anns);
	make_roles(bob, roles_rows[_i].base, roles_rows[_i].bobs);
	hands_set(ann, id, "purpose", '=', "news");
	hands_set(bob, id, "url", '=', "https://x.example/a");
	hands_merge(bob, ann);
	refresh(bob);
	hands_merge(ann, bob);
	ck_assert_uint_eq(roles_of(ann, dan), roles_rows[_i].both);
	assert_field(ann, id, "purpose", "news");
	assert_same(ann, bob);
}
END_TEST

/* A member that one side took off does not merge that side with their own. */
START_TEST(no_longer_a_member)
{
	const char        *id = shared("account", "provider=x;handle=@a");
	struct hf_oid      from_ann;
	struct merge_count n;

	dismiss(ann, bob);
	hands_set(bob, id, "purpose", '=', "mine");
	from_ann = hands_fetch(bob, ann);
	ck_fails(HF_DENIED, "is not a member any more in what came in", hands_try(&n, bob, &from_ann, &e));
	assert_field(bob, id, "purpose", "mine");
	hands_set(bob, id, "purpose", '=', "still mine");
}
END_TEST

/* Each of two admins steps down, and thinks that the other stays. */
START_TEST(nobody_left_admin)
{
	struct hf_oid      from_ann;
	struct merge_count n;

	set_roles(ann, bob, HF_ROLE_ADMIN);
	hands_sync(ann, bob);
	set_roles(ann, ann, HF_ROLE_RESPONDER);
	set_roles(bob, bob, HF_ROLE_RESPONDER);
	from_ann = hands_fetch(bob, ann);
	ck_fails(HF_DENIED, "nobody admin", hands_try(&n, bob, &from_ann, &e));
}
END_TEST

/* They take it from each other: they have to talk, and one of them takes on what the other did. */
START_TEST(admins_apart)
{
	const char        *fpr = ann->fpr;
	struct hf_oid      from_ann;
	struct merge_count n;

	set_roles(ann, bob, HF_ROLE_RESPONDER);
	set_roles(bob, ann, HF_ROLE_RESPONDER);
	from_ann = hands_fetch(bob, ann);
	ck_fails(HF_NO, "was made responder by", hands_try(&n, bob, &from_ann, &e));
	set_roles(ann, bob, HF_ROLE_ADMIN); /* they talk */
	hands_wanted = (struct leavers_wanted){ &fpr, 1 };
	hands_merge(bob, ann);
	hands_wanted = (struct leavers_wanted){ NULL, 0 };
	ck_assert_uint_eq(roles_of(bob, bob) & HF_ROLE_ADMIN, HF_ROLE_ADMIN);
	ck_assert_uint_eq(roles_of(bob, ann), HF_ROLE_RESPONDER);
	assert_proved(bob);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("merge_hands");
	TCase *t = tcase_create("two");

	tcase_set_timeout(t, 120);
	tcase_add_unchecked_fixture(t, once_up, hands_remove);
	tcase_add_checked_fixture(t, hands_begin, hands_end);
	tcase_add_test(t, forward);
	tcase_add_test(t, two_fields);
	tcase_add_test(t, one_field);
	tcase_add_test(t, added_and_removed);
	tcase_add_test(t, still_needed);
	tcase_add_test(t, crossed);
	tcase_add_test(t, two_of_one_name);
	tcase_add_loop_test(t, settled, 0, N_OF(disputes));
	tcase_add_test(t, settled_after_a_change);
	tcase_add_test(t, settled_twice);
	tcase_add_test(t, settled_by_removing);
	suite_add_tcase(s, t);
	t = tcase_create("three");
	tcase_set_timeout(t, 120);
	tcase_add_unchecked_fixture(t, once_up, hands_remove);
	tcase_add_checked_fixture(t, hands_begin, hands_end);
	tcase_add_test(t, sealed_and_untouched);
	tcase_add_test(t, sealed_and_changed);
	tcase_add_test(t, member_on_one_side);
	tcase_add_loop_test(t, roles_on_both_sides, 0, N_OF(roles_rows));
	tcase_add_test(t, no_longer_a_member);
	tcase_add_test(t, nobody_left_admin);
	tcase_add_test(t, admins_apart);
	suite_add_tcase(s, t);
	return run_suite(s);
}
