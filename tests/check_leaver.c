/* Somebody is removed on one copy and writes on another: nobody can tell when, so an admin decides. */
#include <stdio.h>

#include "hands_aid.h"
#include "holdfast/share.h"
#include "test.h"

static struct hand *const ann = &hands[0], *const bob = &hands[1], *const cat = &hands[2];

static void
once_up(void)
{
	hands_make((const unsigned[]){ HF_ROLE_RESPONDER, HF_ROLE_RESPONDER }, 2);
}

static void
begin(void)
{
	hands_wanted = (struct leavers_wanted){ NULL, 0 };
	hands_begin();
}

static void
dismiss(struct hand *admin, struct hand *who)
{
	struct hf_json *out;

	ck_ok(hf_member_remove(&out, admin->r, who->fpr, false, &e));
	hf_json_free(out);
}

/* As sync does it after a merge. */
static void
refresh(struct hand *h)
{
	struct hf_json *out;

	ck_ok(hf_member_refresh(&out, h->r, NULL, NULL, 0, false, &e));
	hf_json_free(out);
}

static void
want(const struct hand *who)
{
	static const char *fpr;

	fpr = who->fpr;
	hands_wanted = (struct leavers_wanted){ &fpr, 1 };
}

/* What verify of all says, in words. */
static void
proved(struct hf_buf *said, struct hand *h)
{
	struct hf_json       *out;
	const struct hf_json *problems;

	ck_ok(hf_register_verify_all(&out, h->r, &e));
	problems = hf_json_get(out, "problems");
	for (size_t i = 0; i < hf_json_len(problems); i++)
		hf_buf_addf(said, "%s\n", hf_json_get_str(hf_json_at(problems, i), "what"));
	hf_json_free(out);
}

static void
assert_good(struct hand *h)
{
	struct hf_buf said = HF_BUF_INIT;

	proved(&said, h);
	ck_assert_msg(said.len == 0, "%s: %s", h->name, hf_buf_str(&said));
	hf_buf_clear(&said);
}

static void
assert_word(struct hand *h, const char *word)
{
	struct hf_buf    raw = HF_BUF_INIT;
	struct hf_commit c;
	char             line[64];

	ck_ok(hf_repo_commit_raw(&raw, h->r->repo, &h->r->head, &e));
	ck_ok(hf_commit_read(&c, raw.data, raw.len, &e));
	snprintf(line, sizeof(line), "%.*s", (int)c.message_len - 1, c.message);
	ck_assert_str_eq(line, word);
	hf_commit_clear(&c);
	hf_buf_clear(&raw);
}

/* Ann takes in what Bob has: that merge says so, and all of it can be proved. */
static void
comes_in(const char *word)
{
	hands_merge(ann, bob);
	assert_word(ann, word);
	refresh(ann);
	assert_good(ann);
}

/* Ann removed Cat; Bob has what Cat wrote, and does not know. */
static const char *
apart(void)
{
	const char *id = hands_add(cat, "account", "provider=x;handle=@cat");

	hands_sync(bob, cat);
	hands_add(bob, "account", "provider=x;handle=@bob");
	dismiss(ann, cat);
	return id;
}

START_TEST(refused_by_default)
{
	struct hf_oid      theirs, before = ann->r->head;
	struct merge_count n;
	const char        *id = apart();

	before = ann->r->head;
	theirs = hands_fetch(ann, bob);
	ck_fails(HF_NO, "was removed by", hands_try(&n, ann, &theirs, &e));
	ck_fails(HF_NO, cat->fpr, hands_try(&n, ann, &theirs, &e));
	ck_fails(HF_NO, "1 commit of theirs comes in", hands_try(&n, ann, &theirs, &e));
	ck_assert_str_eq(ann->r->head.hex, before.hex);
	ck_assert_ptr_null(hands_get(ann, id));
	/* Another leaver's name does not help. */
	want(bob);
	ck_fails(HF_NO, cat->fpr, hands_try(&n, ann, &theirs, &e));
}
END_TEST

START_TEST(taken_on_by_an_admin)
{
	const char     *id = apart();
	struct hf_json *j;

	want(cat);
	hands_merge(ann, bob);
	assert_word(ann, "accept");
	ck_assert_ptr_nonnull(j = hands_get(ann, id));
	hf_json_free(j);
	refresh(ann);
	assert_good(ann);
	/* Once it is, it is for all; Bob needs no word of it. */
	hands_wanted = (struct leavers_wanted){ NULL, 0 };
	hands_add(bob, "account", "provider=x;handle=@more");
	hands_merge(bob, ann);
	assert_word(bob, "merge");
	refresh(bob);
	assert_good(bob);
}
END_TEST

START_TEST(a_responder_may_not)
{
	struct hf_oid      theirs;
	struct merge_count n;

	apart();
	theirs = hands_fetch(bob, ann);
	ck_fails(HF_NO, "1 commit of theirs is here", hands_try(&n, bob, &theirs, &e));
	want(cat);
	ck_fails(HF_DENIED, "only an admin", hands_try(&n, bob, &theirs, &e));
}
END_TEST

/* What the removal knows is nobody's concern. */
START_TEST(known_before)
{
	hands_add(cat, "account", "provider=x;handle=@cat");
	hands_sync(ann, cat);
	hands_sync(bob, ann);
	hands_add(bob, "account", "provider=x;handle=@bob");
	dismiss(ann, cat);
	comes_in("merge");
}
END_TEST

/* Who was taken back by then is a member like any other. */
START_TEST(taken_back)
{
	struct hf_buf        key = HF_BUF_INIT;
	struct hf_member_add add = { .roles = HF_ROLE_RESPONDER };
	struct hf_json      *out;

	apart();
	hf_fixture_export(&key, cat->home, cat->fpr);
	add.key = key.data;
	add.len = key.len;
	ck_ok(hf_member_add(&out, ann->r, &add, &e));
	hf_json_free(out);
	hf_buf_clear(&key);
	hands_merge(ann, bob);
	refresh(ann);
	assert_good(ann);
}
END_TEST

/* ---- somebody who lost a role ---- */

static void
make_roles(struct hand *admin, struct hand *who, unsigned roles)
{
	struct hf_json *out;

	ck_ok(hf_member_role(&out, admin->r, who->fpr, roles, NULL, false, &e));
	hf_json_free(out);
}

/* Everybody has it; then Cat is made owner by Ann, and nobody else knows. */
static void
demoted(unsigned from)
{
	make_roles(ann, cat, from);
	refresh(ann);
	hands_sync(bob, ann);
	hands_sync(cat, ann);
	make_roles(ann, cat, HF_ROLE_OWNER);
}

/* On her own line she makes Bob admin, who does not know, either. */
START_TEST(lost_admin)
{
	struct hf_oid      theirs;
	struct merge_count n;

	demoted(HF_ROLE_ADMIN);
	make_roles(cat, bob, HF_ROLE_ADMIN);
	hands_sync(bob, cat);
	hands_add(bob, "account", "provider=x;handle=@bob");
	theirs = hands_fetch(ann, bob);
	ck_fails(HF_NO, "was made owner by", hands_try(&n, ann, &theirs, &e));
	ck_fails(HF_NO, "1 commit of theirs comes in that needed more", hands_try(&n, ann, &theirs, &e));
	/* Cat herself is told, and cannot take it on. */
	theirs = hands_fetch(cat, ann);
	ck_fails(HF_NO, "was made owner by", hands_try(&n, cat, &theirs, &e));
	want(cat);
	ck_fails(HF_DENIED, "only an admin", hands_try(&n, cat, &theirs, &e));
	theirs = hands_fetch(bob, ann);
	ck_fails(HF_DENIED, "only an admin", hands_try(&n, bob, &theirs, &e)); /* he is one on one side only */
	comes_in("accept");
}
END_TEST

/* What she changed as a responder, of which nobody can tell from outside whether it was hers. */
START_TEST(lost_responder)
{
	const char        *id = hands_add(ann, "account", "provider=x;handle=@a");
	struct hf_oid      theirs;
	struct merge_count n;

	demoted(HF_ROLE_RESPONDER);
	hands_set(cat, id, "purpose", '=', "news");
	hands_sync(bob, cat);
	theirs = hands_fetch(ann, bob);
	ck_fails(HF_NO, "was made owner by", hands_try(&n, ann, &theirs, &e));
	want(cat);
	comes_in("accept");
}
END_TEST

/* What an owner may write, too, nobody has to take on; nor what somebody wrote who got the role back, or another. */
START_TEST(lost_and_not_used)
{
	demoted(HF_ROLE_RESPONDER | HF_ROLE_AUDITOR);
	hands_add(cat, "account", "provider=x;handle=@cat");
	hands_sync(bob, cat);
	comes_in("merge");
}
END_TEST

START_TEST(lost_and_back)
{
	const char *id = hands_add(ann, "account", "provider=x;handle=@a");

	demoted(HF_ROLE_RESPONDER);
	make_roles(ann, cat, HF_ROLE_RESPONDER);
	hands_set(cat, id, "purpose", '=', "news");
	hands_sync(bob, cat);
	comes_in("merge");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("leaver");
	TCase *t = tcase_create("leaver");

	tcase_set_timeout(t, 120);
	tcase_add_unchecked_fixture(t, once_up, hands_remove);
	tcase_add_checked_fixture(t, begin, hands_end);
	tcase_add_test(t, refused_by_default);
	tcase_add_test(t, taken_on_by_an_admin);
	tcase_add_test(t, a_responder_may_not);
	tcase_add_test(t, known_before);
	tcase_add_test(t, taken_back);
	tcase_add_test(t, lost_admin);
	tcase_add_test(t, lost_responder);
	tcase_add_test(t, lost_and_not_used);
	tcase_add_test(t, lost_and_back);
	suite_add_tcase(s, t);
	return run_suite(s);
}
