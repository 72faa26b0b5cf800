/* What was judged before the branch moves is not decrypted once more to be taken. */
#include <stdio.h>

#include "../src/store/proof/proof.h"
#include "hands_aid.h"
#include "test.h"

static struct hand *const ann = &hands[0], *const bob = &hands[1];

static void
once_up(void)
{
	hands_make((const unsigned[]){ HF_ROLE_RESPONDER }, 1);
}

/* As sync does it: judged first. */
static void
judge(struct hand *h, const struct hf_oid *theirs)
{
	struct hf_json *problems = NULL;

	ck_ok(proof_incoming(&problems, h->r, &h->r->head, theirs, &e));
	ck_assert_uint_eq(hf_json_len(problems), 0);
	hf_json_free(problems);
}

static size_t
decrypted_by_merging(struct hand *h, const struct hf_oid *theirs)
{
	struct merge_count n;
	size_t             before = hf_register_stats(h->r)->decrypted;

	ck_ok(hands_try(&n, h, theirs, &e));
	return hf_register_stats(h->r)->decrypted - before;
}

static void
add_some(struct hand *h, const char *word, size_t n)
{
	char fields[64];

	for (size_t i = 0; i < n; i++) {
		snprintf(fields, sizeof(fields), "name=%s %zu", word, i);
		hands_add(h, "person", fields);
	}
}

START_TEST(what_was_judged_is_not_decrypted_again)
{
	struct hf_oid   theirs;
	struct hf_json *found;
	const char     *last;

	add_some(ann, "Ours", 2);
	add_some(bob, "Theirs", 5);
	last = hands_add(bob, "person", "name=Last one;email=last@example.org");
	hands_set(bob, last, "phone", '=', "+44 20 7946 0000");
	theirs = hands_fetch(ann, bob);
	judge(ann, &theirs);
	ck_assert_uint_eq(decrypted_by_merging(ann, &theirs), 0);
	ck_assert((found = hands_get(ann, last)) != NULL);
	ck_assert_str_eq(hf_json_get_str(found, "phone"), "+442079460000");
	hf_json_free(found);
}
END_TEST

START_TEST(what_was_not_judged_is_decrypted)
{
	struct hf_oid theirs;

	add_some(ann, "Ours", 2);
	add_some(bob, "Theirs", 5);
	theirs = hands_fetch(ann, bob);
	ck_assert_uint_eq(decrypted_by_merging(ann, &theirs), 5);
}
END_TEST

START_TEST(dropped_is_gone)
{
	static const char text[] = "{\"name\": \"Jo\"}\n\n\n\n";
	struct hf_buf     plain = HF_BUF_INIT, found = HF_BUF_INIT;
	struct hf_oid     one, other;

	ck_assert(hf_oid_set(&one, "1111111111111111111111111111111111111111"));
	ck_assert(hf_oid_set(&other, "2222222222222222222222222222222222222222"));
	hf_buf_add(&plain, text, sizeof(text) - 1);
	ck_assert(!kept_find(&found, ann->r, &one));
	kept_put(ann->r, &one, &plain);
	kept_put(ann->r, &one, &plain);
	ck_assert(!kept_find(&found, ann->r, &other));
	ck_assert(kept_find(&found, ann->r, &one));
	ck_assert_str_eq(hf_buf_str(&found), "{\"name\": \"Jo\"}"); /* without its padding */
	kept_drop(ann->r);
	ck_assert(!kept_find(&found, ann->r, &one));
	hf_buf_clear(&plain);
	hf_buf_clear(&found);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("kept");
	TCase *t = tcase_create("kept");

	tcase_add_unchecked_fixture(t, once_up, hands_remove);
	tcase_add_checked_fixture(t, hands_begin, hands_end);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, what_was_judged_is_not_decrypted_again);
	tcase_add_test(t, what_was_not_judged_is_decrypted);
	tcase_add_test(t, dropped_is_gone);
	suite_add_tcase(s, t);
	return run_suite(s);
}
