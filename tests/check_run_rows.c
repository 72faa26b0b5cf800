/* Runs on a real register: loops, books beside, names, and that the state is a fold over the log. */
#include <stdio.h>
#include <stdlib.h>

#include "holdfast/brief.h"
#include "run_one.h"
#include "test.h"

/* ---- loops ---- */

#define LOOP                                                                                                                                             \
	PHASE                                                                                                                                            \
	"### Ask {holder} `ask`\n\n- **For each:** person with access\n  ```sql\n"                                                                       \
	"  SELECT p.id AS whom, p.name AS holder FROM live_grant g JOIN person p ON p.id = g.person WHERE g.account = :account ORDER BY p.name\n  ```\n" \
	"- **Write down:** `said` (text) what they said\n- **If it was them:** `next`.\n\n### After `after`\n\n- **Needs:** `ask`\n\n"                   \
	"### Other loop `other`\n\n- **For each:** mailbox\n  ```sql\n  SELECT l.depends_on AS box FROM link l WHERE l.account = :account\n  ```\n- **If done:** `next`.\n"

START_TEST(a_looped_step)
{
	struct hf_buf b = HF_BUF_INIT;

	book("incident/loop", LOOP);
	run = begin("incident/loop");
	ck_assert_uint_eq(hf_run_count(run), 4);
	assert_next(run, "ask@1");
	ck_ok(hf_run_fill(&b, run, at(run, "ask@2"), "{holder} {whom.email}", &e));
	ck_assert_str_eq(hf_buf_str(&b), "Max Stone max@agency.example");
	value(run, "ask@1", "said", "not me");
	done(run, "ask@1");
	assert_state(run, "ask@1", HF_DONE);
	assert_state(run, "ask@2", HF_OPEN);
	ck_assert_str_eq(at(run, "ask")->address, "ask@2"); /* it is recorded now; the first that is not finished */
	ck_assert(!at(run, "after")->ready);
	value(run, "ask@2", "said", "me");
	answer(run, "ask@2", "it-was-them"); /* ends its row, and leaves other loops of the phase alone */
	assert_state(run, "ask@2", HF_DONE);
	assert_state(run, "other@1", HF_OPEN);
	ck_assert(at(run, "after")->ready);
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@1")->values, "said"), "not me");
	hf_buf_clear(&b);
}
END_TEST

static void
change_name(const char *id, const char *name)
{
	struct hf_batch *b;

	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_set(b, id, "name", '=', name, &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
}

/* A row that is not recorded is called by what it is about: the same, whatever comes before it; its number may be that of another by then. */
START_TEST(rows_have_names)
{
	const struct hf_instance *none;
	struct hf_batch          *b;
	struct hf_err             why = HF_ERR_INIT;
	char                      id[HF_ID_SIZE];

	book("incident/loop", LOOP);
	run = begin("incident/loop");
	ck_assert_str_eq(hf_run_next(run)->address, "ask@jo-park");
	ck_assert_str_eq(at(run, "ask@2")->address, "ask@max-stone");
	ck_assert_str_eq(at(run, "ask@2")->number, "ask@2");
	ck_assert_ptr_eq(at(run, "ask@2"), at(run, "ask@max-stone"));
	ck_assert_ptr_eq(at(run, "ask@2"), at(run, "ask@Max Stone")); /* as people write it */
	change_name(world.jo, "Zoe Park");
	run = again(run);
	ck_assert_str_eq(at(run, "ask@1")->name, "ask@max-stone");
	ck_assert_str_eq(at(run, "ask@max-stone")->number, "ask@1");
	ck_assert_int_eq(hf_run_find(&none, run, "ask@jo-park", &why), HF_NO);
	ck_assert_ptr_nonnull(strstr(why.msg, "no row of that step is called so now"));
	/* Two of one name are told apart, and neither of them is meant by it alone. */
	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_add(id, b, "person", &e));
	ck_ok(hf_batch_set(b, id, "name", '=', "Max Stone", &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
	value(run, "ask@zoe-park", "said", "me");
	ck_assert_str_eq(at(run, "ask@zoe-park")->address, "ask@2");
	ck_assert_str_eq(at(run, "ask@max-stone")->address, "ask@1");
	change_name(world.jo, "Jo Park");
}
END_TEST

/* Rows that somebody has logged stay what they were, whatever the register says later; new ones come after them. */
START_TEST(rows_keep_their_places)
{
	book("incident/loop", LOOP);
	run = begin("incident/loop");
	value(run, "ask@2", "said", "me");
	change_name(world.jo, "Aaron Park");
	run = again(run);
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@1")->row, "holder"), "Jo Park");
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@2")->row, "holder"), "Max Stone");
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@2")->values, "said"), "me");
	ck_assert_str_eq(hf_json_get_str(at(run, "ask@3")->row, "holder"), "Aaron Park");
	change_name(world.jo, "Jo Park");
}
END_TEST

#define PHASES                                                                                                                                             \
	"\n## Each {holder} `each`\n\n- **For each:** person with access\n  ```sql\n"                                                                      \
	"  SELECT p.id AS whom, p.name AS holder FROM live_grant g JOIN person p ON p.id = g.person WHERE g.account = :account ORDER BY p.name\n  ```\n\n" \
	"### Ring `ring`\n\n- **Write down:** `mood` (one of good, bad) m\n- **If gone:** `next`.\n- **If there:** go on.\n\n"                             \
	"### Listen `listen`\n\n- **Needs:** `ring`\n- **Only if:** `mood = bad`\n\n### Thank `thank`\n\n- **By:** 1 h after `ring`\n\n"                   \
	"## End `end-phase`\n\n### Sum up `sum-up`\n\n- **Needs:** `each`\n"

START_TEST(a_looped_phase)
{
	book("incident/phases", PHASES);
	run = begin("incident/phases");
	ck_assert_uint_eq(hf_run_count(run), 7);
	value(run, "ring@1", "mood", "good");
	value(run, "ring@2", "mood", "bad");
	/* Each row has its own values. */
	answer(run, "ring@1", "there");
	assert_state(run, "listen@1", HF_EXCLUDED);
	ck_assert(at(run, "thank@1")->ready && !at(run, "thank@2")->ready);
	ck_assert(!at(run, "listen@2")->ready);
	answer(run, "ring@2", "gone");
	assert_state(run, "ring@2", HF_DONE);
	assert_state(run, "listen@2", HF_EXCLUDED); /* the rest of that row is left out */
	assert_state(run, "thank@2", HF_EXCLUDED);
	ck_assert(!at(run, "sum-up")->ready);
	answer(run, "ring@2", "there"); /* they came back: the rest is there again */
	ck_assert(at(run, "listen@2")->ready);
	done(run, "listen@2");
	done(run, "thank@1");
	done(run, "thank@2");
	ck_assert(at(run, "sum-up")->ready);
}
END_TEST

/* The same names within and around: what is near counts in the text, and each row is its own all the same. */
START_TEST(a_row_within_a_row)
{
	book("incident/within",
	    "\n## Each `each-phase`\n\n- **For each:** colour\n  ```sql\n  SELECT 'red' AS hue UNION SELECT 'blue' ORDER BY 1\n  ```\n\n"
	    "### Paint it {hue} `paint`\n\n- **For each:** shade\n  ```sql\n  SELECT 'dark' AS hue UNION SELECT 'pale' WHERE :hue = 'red' ORDER BY 1\n  ```\n");
	run = begin("incident/within");
	ck_assert_uint_eq(hf_run_count(run), 3);
	assert_next(run, "paint@1.1");
	done(run, "paint@1.1");
	assert_state(run, "paint@2.1", HF_OPEN);
	done(run, "paint@2.1");
	assert_state(run, "paint@2.1", HF_DONE);
	assert_next(run, "paint@2.2");
	ck_assert_str_eq(hf_json_get_str(at(run, "paint@2.2")->row, "hue"), "pale");
	done(run, "paint@2.2");
	run = again(run);
	assert_next(run, NULL);
}
END_TEST

START_TEST(a_loop_of_no_rows)
{
	book("incident/norows",
	    PHASE
	    "### None `none`\n\n- **For each:** nothing\n  ```sql\n  SELECT id AS x FROM device\n  ```\n- **Keep:** `shot` s\n\n"
	    "### After `after`\n\n- **Needs:** `none`, `shot`\n\n### Then `then`\n\n- **By:** 1 h after `none`\n");
	run = begin("incident/norows");
	ck_assert_uint_eq(hf_run_count(run), 2);
	ck_assert(at(run, "after")->ready);
	ck_assert(at(run, "then")->ready);
	ck_fails(HF_NO, "nothing to do it on", try_done(run, "none", &e));
}
END_TEST

/* ---- books beside and instead ---- */

START_TEST(a_book_beside)
{
	struct hf_act   act = { .step = "box" };
	struct hf_json *started = NULL, *v = NULL;
	struct hf_run  *child = NULL;
	struct hf_buf   b = HF_BUF_INIT;

	book("incident/child",
	    "- **Ask first:** `noticed_at` (time) when\n" PHASE "### Uses `uses`\n\n- **By:** 1 h after `noticed_at`\n");
	book("incident/parent",
	    "- **Ask first:** `noticed_at` (time) when\n" PHASE
	    "### Box `box`\n\n- **For each:** mailbox\n  ```sql\n  SELECT l.depends_on AS box FROM link l WHERE l.account = :account\n  ```\n"
	    "- **Write down:** `amount` (number) n\n- **If bad:** run `incident/child` on {box}.\n");
	run = begin("incident/parent");
	value(run, NULL, "noticed_at", "2026-11-20 22:41");
	value(run, "box", "amount", "7");
	act.step = "box@1";
	ck_ok(hf_run_answer(run, &act, "bad", &started, &e));
	ck_assert_uint_eq(hf_json_len(started), 1);
	ck_assert(hf_run_is_open(run));
	ck_ok(hf_run_open(&child, world.r, world.shelf, hf_json_str(hf_json_at(started, 0)), &e));
	ck_assert_str_eq(hf_run_subject(child), world.mailbox);
	ck_assert_str_eq(hf_json_get_str(hf_run_start_entry(child), "parent"), hf_run_id(run));
	ck_ok(hf_run_path(&v, child, NULL, "noticed_at", &e)); /* it takes over what is known */
	ck_assert_str_eq(hf_json_str(v), "2026-11-20T22:41:00Z");
	ck_assert(at(child, "uses")->ready);
	ck_ok(hf_run_fill(&b, child, NULL, "{amount}", &e));
	ck_assert_str_eq(hf_buf_str(&b), "7");
	hf_buf_clear(&b);
	hf_json_free(v);
	hf_json_free(started);
	hf_run_close(child);
}
END_TEST

START_TEST(a_book_instead)
{
	struct hf_act   act = { .step = "ask" };
	struct hf_json *started = NULL;

	book("incident/child", PHASE "### One `one`\n");
	book("incident/parent",
	    PHASE "### Ask `ask`\n\n- **If a mistake:** run `incident/child` and `stop`.\n- **If no:** go on.\n");
	run = begin("incident/parent");
	ck_ok(hf_run_answer(run, &act, "a-mistake", &started, &e));
	ck_assert_uint_eq(hf_json_len(started), 1);
	ck_assert(!hf_run_is_open(run));
	hf_json_free(started);
}
END_TEST

/* An answer is not lost because a book is missing; but nothing takes the place of a run that would then be closed. */
START_TEST(a_book_that_is_not_there)
{
	struct hf_act         act = { .step = "ask" };
	struct hf_json       *started = NULL;
	const struct hf_json *last;

	book("incident/parent",
	    PHASE
	    "### Ask `ask`\n\n- **If beside:** run `incident/missing`.\n- **If instead:** run `incident/missing` and `stop`.\n");
	run = begin("incident/parent");
	ck_fails(HF_NOTFOUND, "incident/missing", hf_run_answer(run, &act, "instead", &started, &e));
	ck_assert_uint_eq(hf_json_len(hf_run_entries(run)), 1);
	ck_ok(hf_run_answer(run, &act, "beside", &started, &e));
	ck_assert_uint_eq(hf_json_len(started), 0);
	last = hf_json_at(hf_run_entries(run), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(last, "not_started"), 0), "book"), "incident/missing");
	assert_state(run, "ask", HF_DONE);
	hf_json_free(started);
}
END_TEST

/* ---- people and paths ---- */

START_TEST(people_of_a_role)
{
	struct hf_act   act = { .step = NULL };
	struct hf_json *list = NULL;

	book("incident/two", PHASE "### One `one`\n");
	run = begin("incident/two");
	ck_ok(hf_run_people(&list, run, NULL, "owner", &e));
	ck_assert_uint_eq(hf_json_len(list), 2);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "name"), "Jo Park");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "phone"), "+447700900103");
	hf_json_free(list);
	ck_ok(hf_run_assign(run, &act, "owner", world.ann, &e));
	ck_fails(HF_BAD, "ownr", hf_run_assign(run, &act, "ownr", world.ann, &e));
	ck_ok(hf_run_people(&list, run, NULL, "owner", &e));
	ck_assert_uint_eq(hf_json_len(list), 2); /* each once */
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "name"), "Ann Lee");
	hf_json_free(list);
}
END_TEST

static const struct {
	const char *text, *filled;
} fills[] = {
	{ "{account.handle} of {account.owner.name}", "@agency of Jo Park" },
	{ "{account.owner}", "Jo Park" },
	{ "{account.unit.director.email}", "max@agency.example" },
	{ "{org.name} {account.provider} {provider}", "Test Agency x x" },
	{ "{account.deputy.name} {nothing} {account.handle.name}",
	    "(deputy not recorded) (nothing not recorded) (handle not recorded)" },
	{ "Deputy: {account.deputy.name}, {account.deputy.phone}", "Deputy: not recorded, (phone not recorded)" },
	{ "Ask {org.it.name}, {org.it.phone}", "Ask (identity and mail administrators not recorded), (phone not recorded)" },
	{ "{account.registered_phone}", "(registered phone not recorded)" },
	{ "{seen_at}", "2026-07-01 11:00 BST" },
	{ "no path {} { account } {Account}", "no path {} { account } {Account}" },
};

START_TEST(paths_are_filled)
{
	struct hf_buf b = HF_BUF_INIT;

	book("incident/two", "- **Ask first:** `seen_at` (time) when\n" PHASE "### One `one`\n");
	run = begin("incident/two");
	value(run, NULL, "seen_at", "2026-07-01 11:00");
	ck_ok(hf_run_fill(&b, run, NULL, fills[_i].text, &e));
	ck_assert_str_eq(hf_buf_str(&b), fills[_i].filled);
	hf_buf_clear(&b);
}
END_TEST

START_TEST(a_brief)
{
	struct hf_json *b = NULL;

	lay("provider/x",
	    "# X `x`\n\n- **Also called:** Twitter\n\n## Contain `contain`\n\n### Sign out `sessions`\n\n> CAUTION: save first.\n\n1. Open the settings.\n");
	book("incident/brief",
	    PHASE
	    "### Ask {account.owner.name} `ask`\n\n> WARNING: gently.\n\nRing {account.owner.phone}.\n\n1. One\n2. Two\n\n- **Who:** lead and owner; both\n"
	    "- **By:** 5 min after start\n- **Only if:** it is so\n- **Sheet:** `sessions`\n- **On x:** mind the gap.\n- **On youtube instead:** else.\n"
	    "- **Write down:** `pick` (one of a, b) which\n- **Write down:** `whom` (person) who\n  ```sql\n  SELECT id, post FROM person ORDER BY name\n  ```\n"
	    "- **If yes:** go to `ask`.\n- **If it fails:** cry.\n- **Why:** because.\n");
	run = begin("incident/brief");
	ck_ok(hf_brief_make(&b, run, hf_run_next(run), &e));
	ck_assert_str_eq(hf_json_get_str(b, "title"), "Ask Jo Park");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "cautions"), 0), "text"), "gently.");
	ck_assert(hf_json_true(hf_json_get(hf_json_at(hf_json_get(b, "cautions"), 0), "warning")));
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "text"), 0), "text"), "Ring +447700900103.");
	ck_assert_uint_eq(hf_json_len(hf_json_get(b, "text")), 4);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "text"), 3), "text"), "mind the gap.");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "text"), 3), "type"), "on");
	ck_assert_str_eq(hf_json_get_str(b, "provider"), "X");
	ck_assert_uint_eq(hf_json_len(hf_json_get(hf_json_at(hf_json_get(b, "sheets"), 0), "cautions")), 1);
	ck_assert_uint_eq(hf_json_len(hf_json_get(b, "who")), 2);
	ck_assert_str_eq(
	    hf_json_get_str(hf_json_at(hf_json_get(hf_json_at(hf_json_get(b, "write"), 1), "choices"), 1), "value"), "Jo Park");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "answers"), 0), "text"), "go to \"Ask Jo Park\".");
	ck_assert_str_eq(hf_json_get_str(b, "if_it_fails"), "cry.");
	ck_assert_ptr_nonnull(hf_json_get_str(b, "by"));
	ck_assert_int_eq(hf_json_num(hf_json_get(b, "number")), 1);
	hf_json_free(b);
}
END_TEST

/* A leaver is no account, and each row is about one: what is done there is that of its provider. */
START_TEST(rows_have_providers_of_their_own)
{
	struct hf_start       s = { .playbook = "incident/who", .subject = world.jo };
	struct hf_json       *b = NULL;
	const struct hf_json *sheets;

	lay("provider/x", "# X `x`\n\n## Contain `contain`\n\n### Sign out of X `sessions`\n\n1. Open the settings.\n");
	lay("provider/youtube",
	    "# YouTube `youtube`\n\n## Contain `contain`\n\n### Sign out of YouTube `sessions`\n\n1. Open Studio.\n");
	lay("incident/who",
	    "# Who `who`\n\n- **Subject:** person\n- **Role:** `lead` lead: {person}\n- **Reviewed:** 2026-11-20\n" PHASE
	    "### Leave {account.handle} `leave-it`\n\n- **For each:** account\n  ```sql\n  SELECT id AS account FROM account WHERE provider IN ('x', 'youtube') "
	    "ORDER BY provider\n  ```\n- **Sheet:** `sessions`\n- **On youtube:** Studio first.\n\n"
	    "### Ask {account.handle} `ask-it`\n\n- **For each:** account\n  ```sql\n  SELECT id AS account FROM account WHERE provider IN ('x', 'youtube') "
	    "ORDER BY provider\n  ```\n- **On youtube:** `skip`\n");
	ck_ok(hf_run_start(&run, world.r, world.shelf, &s, &e));
	ck_ok(hf_brief_make(&b, run, at(run, "leave-it@1"), &e));
	sheets = hf_json_get(b, "sheets");
	ck_assert_uint_eq(hf_json_len(sheets), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(sheets, 0), "title"), "Sign out of X");
	ck_assert_uint_eq(hf_json_len(hf_json_get(b, "text")), 0);
	hf_json_free(b);
	ck_ok(hf_brief_make(&b, run, at(run, "leave-it@2"), &e));
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "sheets"), 0), "title"), "Sign out of YouTube");
	ck_assert_str_eq(hf_json_get_str(b, "provider"), "YouTube");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "text"), 0), "text"), "Studio first.");
	hf_json_free(b);
	assert_state(run, "ask-it@1", HF_OPEN);
	assert_state(run, "ask-it@2", HF_EXCLUDED);
}
END_TEST

START_TEST(instead_replaces_the_text)
{
	struct hf_json *b = NULL;

	book("incident/instead",
	    PHASE "### Do `do-it`\n\n> CAUTION: slowly.\n\nThe usual.\n\n- **On youtube, x instead:** the other.\n");
	run = begin("incident/instead");
	ck_ok(hf_brief_make(&b, run, hf_run_next(run), &e));
	ck_assert_uint_eq(hf_json_len(hf_json_get(b, "text")), 1);
	ck_assert_str_eq(hf_json_get_str(hf_json_at(hf_json_get(b, "text"), 0), "text"), "the other.");
	ck_assert_uint_eq(hf_json_len(hf_json_get(b, "cautions")), 1);
	hf_json_free(b);
}
END_TEST

/* ---- names of runs ---- */

START_TEST(resolving)
{
	struct hf_json *several = NULL, *list = NULL;
	struct hf_act   act = { .text = "over" };
	char            id[HF_ID_SIZE], lower[HF_ID_SIZE];
	struct hf_run  *other;

	book("incident/names", PHASE "### One `one`\n");
	ck_ok(hf_run_list(&list, world.r, world.shelf, &e));
	for (size_t i = 0; i < hf_json_len(list); i++) { /* other tests left theirs open */
		if (strcmp(hf_json_get_str(hf_json_at(list, i), "state"), "open") != 0)
			continue;
		ck_ok(hf_run_open(&other, world.r, world.shelf, hf_json_get_str(hf_json_at(list, i), "run"), &e));
		if (strncmp(hf_run_book(other), "incident/", 9) == 0)
			ck_ok(hf_run_end(other, &act, &e));
		else
			for (size_t k = 0; k < hf_run_count(other); k++)
				skip(other, hf_run_at(other, k)->address);
		if (hf_run_is_open(other))
			ck_ok(hf_run_end(other, &act, &e));
		hf_run_close(other);
	}
	hf_json_free(list);
	ck_fails(HF_NOTFOUND, "no run is open", hf_run_resolve(id, NULL, world.r, NULL, &e));
	run = begin("incident/names");
	ck_ok(hf_run_resolve(id, NULL, world.r, "x:agency", &e));
	ck_assert_str_eq(id, hf_run_id(run));
	ck_ok(hf_run_resolve(id, NULL, world.r, NULL, &e));
	ck_assert_str_eq(id, hf_run_id(run));
	ck_ok(hf_run_resolve(id, NULL, world.r, "last", &e));
	ck_assert_str_eq(id, hf_run_id(run));
	for (int i = 0; i < HF_ID_SIZE; i++)
		lower[i] =
		    (char)(hf_run_id(run)[i] >= 'A' && hf_run_id(run)[i] <= 'Z' ? hf_run_id(run)[i] + 32 : hf_run_id(run)[i]);
	ck_ok(hf_run_resolve(id, NULL, world.r, lower, &e));
	ck_assert_str_eq(id, hf_run_id(run));
	lower[25] = '\0';
	ck_ok(hf_run_resolve(id, NULL, world.r, lower, &e));
	other = begin("incident/names");
	ck_fails(HF_AMBIGUOUS, "2 runs", hf_run_resolve(id, &several, world.r, "x:agency", &e));
	ck_assert_uint_eq(hf_json_len(several), 2);
	hf_json_free(several);
	ck_fails(HF_AMBIGUOUS, "2 runs", hf_run_resolve(id, NULL, world.r, NULL, &e));
	ck_fails(HF_NOTFOUND, "nobody", hf_run_resolve(id, NULL, world.r, "nobody", &e));
	ck_fails(HF_NOTFOUND, "youtube", hf_run_resolve(id, NULL, world.r, "youtube:agency", &e));
	ck_fails(HF_AMBIGUOUS, "@agency", hf_run_resolve(id, NULL, world.r, "@agency", &e));
	hf_run_close(other);
}
END_TEST

START_TEST(listing)
{
	struct hf_json       *list = NULL;
	const struct hf_json *row;

	book("incident/two", PHASE "### One `one`\n\n### Two `two`\n");
	run = begin("incident/two");
	done(run, "one");
	ck_ok(hf_run_list(&list, world.r, world.shelf, &e));
	row = hf_json_at(list, 0);
	ck_assert_str_eq(hf_json_get_str(row, "run"), hf_run_id(run));
	ck_assert_str_eq(hf_json_get_str(row, "ref"), "x:agency");
	ck_assert_str_eq(hf_json_get_str(row, "state"), "open");
	ck_assert_int_eq(hf_json_num(hf_json_get(row, "steps")), 2);
	ck_assert_int_eq(hf_json_num(hf_json_get(row, "finished")), 1);
	hf_json_free(list);
}
END_TEST

/* ---- the state is a fold ---- */

/* A run pins its book: another edition on the shelf changes nothing in it. */
START_TEST(the_book_is_pinned)
{
	book("incident/pin", PHASE "### One `one`\n");
	run = begin("incident/pin");
	book("incident/pin", PHASE "### Other `other`\n\n### More `more`\n");
	run = again(run);
	ck_assert_uint_eq(hf_run_count(run), 1);
	assert_next(run, "one");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("run rows");
	TCase *t = tcase_create("run rows");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, run_world_open, down);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, a_looped_step);
	tcase_add_test(t, rows_have_names);
	tcase_add_test(t, rows_keep_their_places);
	tcase_add_test(t, a_looped_phase);
	tcase_add_test(t, a_row_within_a_row);
	tcase_add_test(t, a_loop_of_no_rows);
	tcase_add_test(t, a_book_beside);
	tcase_add_test(t, a_book_instead);
	tcase_add_test(t, a_book_that_is_not_there);
	tcase_add_test(t, people_of_a_role);
	tcase_add_loop_test(t, paths_are_filled, 0, N_OF(fills));
	tcase_add_test(t, a_brief);
	tcase_add_test(t, rows_have_providers_of_their_own);
	tcase_add_test(t, instead_replaces_the_text);
	tcase_add_test(t, resolving);
	tcase_add_test(t, listing);
	tcase_add_test(t, the_book_is_pinned);
	suite_add_tcase(s, t);
	return run_suite(s);
}
