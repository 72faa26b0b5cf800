/* Reports and timelines: what stands in them, what is missing, and that nothing typed changes their shape. */
#include <stdio.h>
#include <stdlib.h>

#include "holdfast/doc.h"
#include "holdfast/report.h"
#include "holdfast/time.h"
#include "holdfast/timeline.h"
#include "run_aid.h"
#include "test.h"

#define PHASE "\n## Phase `phase`\n\n"

static struct hf_run *run;
static struct hf_buf  out;

static void
up(void)
{
	run_world_open();
	out = (struct hf_buf)HF_BUF_INIT;
}

static void
down(void)
{
	hf_buf_clear(&out);
	hf_run_close(run);
	run = NULL;
	run_world_close();
}

static enum hf_code
try_make(const char *name, enum hf_format format, char made[128], struct hf_err *e)
{
	struct hf_report rep = {
		.r = world.r, .shelf = world.shelf, .run = run, .subject = world.account, .template_name = name, .format = format
	};

	hf_buf_cut(&out, 0);
	return hf_report_make(&out, made, &rep, e);
}

static const char *
make(const char *name, enum hf_format format)
{
	ck_ok(try_make(name, format, NULL, &e));
	return hf_buf_str(&out);
}

#define HAS(text)   ck_assert_msg(strstr(hf_buf_str(&out), text) != NULL, "no \"%s\" in:\n%s", text, hf_buf_str(&out))
#define LACKS(text) ck_assert_msg(strstr(hf_buf_str(&out), text) == NULL, "\"%s\" in:\n%s", text, hf_buf_str(&out))

#define SHEET                                                                                                                                           \
	"# X `x`\n\n- **Also called:** Twitter\n- **Genuine senders:** `x.com`\n\n## Routes `routes`\n\n### The form `form`\n\n- **Kind:** hacked\n"    \
	"- **Address:** <https://x.example/form>\n- **Where:** web form\n- **Seen on:** 2020-01-01\n- **Source:** it\n- **Status:** official\n\n"       \
	"### The old one `old-form`\n\n- **Kind:** hacked\n- **Address:** <https://x.example/old>\n- **Where:** web form\n- **Seen on:** 2026-11-01\n"  \
	"- **Source:** it\n- **Status:** retired\n\n## Asks for `asks`\n\n### The handle `handle`\n\n- **From:** {account.handle}\n\n"                  \
	"### The page `page-address`\n\n- **From:** {account.url}\n\n### The ticket `last-ticket`\n\n- **From:** {ticket}\n\n"                          \
	"### A letter `signed-letter`\n\n- **From:** `evidence`\n\n## Windows `windows`\n\n### Undo `undo`\n\n- **Lasts:** 2 days after `noticed_at`\n" \
	"- **Source:** it\n"

/* ---- values ---- */

START_TEST(filled_from_the_register)
{
	lay("template/internal/plain",
	    "# To {{account.provider}}\n\nHandle: {{account.handle}}. Owner: {{account.owner.name}}, {{account.owner.phone}}.\n\n"
	    "Deputy: {{account.deputy.name}}. Us: {{org.name}}, {{org.domains}}. Unit: {{account.unit}}.\n");
	make("internal/plain", HF_FORMAT_TEXT);
	HAS("To x\n====");
	HAS("Handle: @agency. Owner: Jo Park, +447700900103.");
	HAS("Deputy: not recorded. Us: Test Agency, agency.example. Unit: Press.");
}
END_TEST

START_TEST(filled_from_the_run)
{
	book("incident/book",
	    "- **Ask first:** `noticed_at` (time) when\n" PHASE
	    "### One `one`\n\n- **Write down:** `seen` (text) what\n- **Keep:** `shot` a picture\n\n"
	    "### Two `two`\n\n### Three `three`\n");
	run = begin_at("incident/book", HF_HOUR);
	value(run, NULL, "noticed_at", "2026-07-01 22:41");
	value(run, "one", "seen", "free coins");
	keep(run, "one", "shot", "pixels");
	done(run, "one");
	skip(run, "two");
	lay("template/internal/run",
	    "Run {{run.id}} {{run.state}} {{run.playbook}}. Seen {{seen}} at {{noticed_at}}. {{lead}}\n\n{{#done}}\n- done {{title}}: {{text}}\n{{/done}}\n"
	    "{{#skipped}}\n- left {{title}} for {{why}}\n{{/skipped}}\n{{#open}}\n- open {{title}}\n{{/open}}\n"
	    "{{#evidence}}\n- kept {{file_name}} {{sha256}}\n{{/evidence}}\n");
	make("internal/run", HF_FORMAT_MD);
	HAS(hf_run_id(run));
	HAS("open incident/book. Seen free coins at 2026-07-01 22:41 BST.");
	HAS("- done One: seen: free coins");
	HAS("- left Two for not tonight");
	HAS("- open Three");
	HAS("- kept page.txt ");
}
END_TEST

/* ---- the provider's ---- */

START_TEST(what_is_missing_is_said)
{
	struct hf_batch *b;
	char             id[HF_ID_SIZE];

	lay("provider/x", SHEET);
	lay("template/provider/x",
	    "{{#asks}}\n- {{label}}: {{#have}}{{value}}{{file_name}}{{/have}}{{^have}}MISSING{{/have}}{{#expired}} (expired){{/expired}}\n{{/asks}}\n\n"
	    "Needed:\n\n{{#needed}}\n- {{label}}: {{where}}\n{{/needed}}\n\n{{#routes.hacked}}\n- {{title}} {{address}}{{#stale}} STALE{{/stale}}{{#retired}} RETIRED{{/retired}}\n"
	    "{{/routes.hacked}}\n\n{{#windows}}\n- {{title}} lasts {{lasts}}\n{{/windows}}\n");
	make(NULL, HF_FORMAT_MD);
	HAS("- The handle: @agency");
	HAS("- The page: MISSING");
	HAS("holdfast set x:agency url=VALUE");
	HAS("holdfast attach x:agency FILE satisfies=signed-letter");
	HAS("https://x.example/form STALE");
	HAS("https://x.example/old STALE RETIRED"); /* retired is never to be used again */
	HAS("- Undo lasts 2 days");
	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_add(id, b, "evidence", &e));
	ck_ok(hf_batch_set(b, id, "account", '=', "x:agency", &e));
	ck_ok(hf_batch_set(b, id, "satisfies", '=', "signed-letter", &e));
	ck_ok(hf_batch_set(b, id, "description", '=', "old letter", &e));
	ck_ok(hf_batch_set(b, id, "valid_until", '=', "2020-01-01", &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
	make(NULL, HF_FORMAT_MD);
	HAS("- A letter: MISSING (expired)"); /* it does not count, and one sees why */
}
END_TEST

/* Where each field comes from, what is still needed, and which version it is. */
START_TEST(fields_show_their_source)
{
	struct hf_act act = { 0 };

	book("incident/book",
	    "- **Ask first:** `noticed_at` (time) when\n" PHASE "### One `one`\n\n- **Write down:** `seen` (text) what\n");
	run = begin_at("incident/book", HF_HOUR);
	value(run, NULL, "noticed_at", "2026-07-01 22:41");
	value(run, "one", "seen", "free: coins");
	done(run, "one");
	lay("template/internal/traced",
	    "# Title {{account.handle}}\n\nVersion {{report.version}}.{{#blank}} Still needed: {{fields}}.{{/blank}}\n\n## The account\n\n{{account.handle}}\n\n"
	    "- Page: {{account.url}}\n- Owner: {{account.owner.name}}, {{account.owner.phone}}\n- {{account.handle}}: {{account.owner.name}}\n\n"
	    "## What was seen\n\nSince: {{noticed_at}}. Seen: {{seen}}\n\n{{#steps}}\n- {{title}}: {{state}}\n{{/steps}}\n\n## Signature\n\n(type it here)\n\n"
	    "{{#sources}}\n{{#from_register}}\nR {{fields}}\n{{/from_register}}\n{{#from_log}}\nL {{fields}}\n{{/from_log}}\n"
	    "{{#from_steps}}\nS {{step}} {{labels}}\n{{/from_steps}}\n{{#to_type}}\nT {{fields}}\n{{/to_type}}\n{{/sources}}\n");
	make("internal/traced", HF_FORMAT_MD);
	HAS("Version 1. Still needed: Page.");
	HAS("R The account, Owner\n");
	HAS("L What was seen\n");
	HAS("S one Seen\n");
	HAS("Since");
	HAS("T Signature\n");
	ck_ok(hf_run_reported(run, &act, "internal/traced", "0", NULL, &e));
	make("internal/traced", HF_FORMAT_MD);
	HAS("Version 2.");
	lay("template/public/words", "Since {{never}}.\n");
	make("public/words", HF_FORMAT_TEXT);
	HAS("Since (fill in: not recorded).");
}
END_TEST

/* The provider needs to know which mailbox it is; whoever reads over a shoulder does not. */
START_TEST(addresses_can_be_masked)
{
	struct hf_report rep = { .r = world.r,
		.shelf = world.shelf,
		.subject = world.account,
		.template_name = "internal/plain",
		.format = HF_FORMAT_TEXT,
		.mask = true };
	struct hf_batch *b;

	lay("template/internal/plain",
	    "Mail {{account.registered_email}}, phone {{account.registered_phone}}, us {{account.owner.phone}}.\n");
	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_set(b, world.account, "registered_email", '=', "press@agency.example", &e));
	ck_ok(hf_batch_set(b, world.account, "registered_phone", '=', "+44 20 7946 0101", &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
	hf_buf_cut(&out, 0);
	ck_ok(hf_report_make(&out, NULL, &rep, &e));
	HAS("Mail p***@agency.example, phone *** 01, us +447700900103.");
	rep.mask = false;
	hf_buf_cut(&out, 0);
	ck_ok(hf_report_make(&out, NULL, &rep, &e));
	HAS("Mail press@agency.example, phone +442079460101, us");
}
END_TEST

START_TEST(which_template)
{
	char made[128];

	ck_fails(HF_NOTFOUND, "provider/generic", try_make(NULL, HF_FORMAT_TEXT, NULL, &e));
	lay("template/provider/generic", "generic\n");
	ck_ok(try_make(NULL, HF_FORMAT_TEXT, made, &e));
	ck_assert_str_eq(made, "provider/generic");
	ck_ok(try_make("provider/x", HF_FORMAT_TEXT, made, &e)); /* its own provider's, by name */
	ck_assert_str_eq(made, "provider/generic");
	lay("template/provider/x", "for x\n");
	ck_ok(try_make("provider", HF_FORMAT_TEXT, made, &e));
	ck_assert_str_eq(made, "provider/x");
	ck_ok(try_make("template/provider/x", HF_FORMAT_TEXT, made, &e));
	ck_assert_str_eq(hf_buf_str(&out), "for x\n");
	ck_fails(HF_NOTFOUND, "provider/xx", try_make("provider/xx", HF_FORMAT_TEXT, NULL, &e));
	lay("template/internal/bad", "{{#open}}\n");
	ck_fails(HF_BAD, "internal/bad:1:1", try_make("internal/bad", HF_FORMAT_TEXT, NULL, &e));
}
END_TEST

START_TEST(no_provider)
{
	struct hf_report rep = { .r = world.r, .shelf = world.shelf, .subject = world.jo };

	ck_fails(HF_BAD, "no provider", hf_report_make(&out, NULL, &rep, &e));
}
END_TEST

START_TEST(partials)
{
	lay("template/internal/main", "{{> part}}|{{> public/part}}|{{> nowhere}}|\n");
	lay("template/internal/part", "beside");
	lay("template/public/part", "on the shelf {{account.handle}}");
	make("internal/main", HF_FORMAT_MD);
	HAS("beside\n|on the shelf @agency\n||");
}
END_TEST

/* ---- formats ---- */

START_TEST(formats)
{
	lay("template/internal/forms", "# Title\n\nSome **strong** words.\n");
	ck_assert_str_eq(make("internal/forms", HF_FORMAT_MD), "# Title\n\nSome **strong** words.\n");
	make("internal/forms", HF_FORMAT_TEXT);
	HAS("Title\n=====");
	LACKS("**");
	make("internal/forms", HF_FORMAT_HTML);
	HAS("<strong>strong</strong>");
	HAS("Content-Security-Policy");
	LACKS("<script");
}
END_TEST

START_TEST(a_drill_is_marked)
{
	struct hf_start s = { .playbook = "incident/book", .subject = world.account, .drill = true };

	book("incident/book", PHASE "### One `one`\n");
	lay("template/internal/forms", "# Title\n");
	ck_ok(hf_run_start(&run, world.r, world.shelf, &s, &e));
	ck_assert(hf_run_is_drill(run));
	for (int f = HF_FORMAT_TEXT; f <= HF_FORMAT_HTML; f++) {
		make("internal/forms", (enum hf_format)f);
		HAS("DRILL");
	}
}
END_TEST

static const char *const hostile[] = { "# no heading", "- no list\n- at all", "<script>alert(1)</script>", "[x](javascript:1)",
	"**bold** `code` {{account.handle}}", "| a | b |\n|---|---|" };

START_TEST(nothing_typed_changes_the_shape)
{
	lay("template/internal/note", "# Title\n\nNote: {{account.notes}}\n\nEnd.\n");
	for (size_t k = 0; k < sizeof(hostile) / sizeof(hostile[0]); k++) {
		struct hf_batch *b;

		ck_ok(hf_batch_new(&b, world.r, &e));
		ck_ok(hf_batch_set(b, world.account, "notes", '=', hostile[k], &e));
		ck_ok(hf_batch_commit(b, "record", &e));
		hf_batch_free(b);
		make("internal/note", HF_FORMAT_HTML);
		LACKS("<script");
		LACKS("<h1>no");
		LACKS("<li>");
		LACKS("href=\"javascript");
		LACKS("<strong>bold");
		LACKS("@agency");
		ck_assert_msg(strstr(hf_buf_str(&out), "<p>End.</p>") != NULL, "%s: %s", hostile[k], hf_buf_str(&out));
	}
}
END_TEST

/* ---- timelines ---- */

static const char *
str(const struct hf_json *o, const char *key)
{
	const char *s = hf_json_get_str(o, key);

	return s == NULL ? "" : s;
}

static struct hf_json *
timeline(void)
{
	struct hf_json *rows = NULL;

	ck_ok(hf_timeline_make(&rows, run, &e));
	return rows;
}

START_TEST(in_the_order_of_events)
{
	struct hf_json *rows;

	book("incident/book",
	    PHASE "### One `one`\n\n- **Keep:** `shot` a picture\n- **If yes, it was:** go on.\n\n### Two `two`\n");
	run = begin_at("incident/book", 3 * HF_HOUR);
	done(run, "two");
	keep(run, "one", "shot", "pixels");
	answer(run, "one", "yes");
	rows = timeline();
	ck_assert_uint_eq(hf_json_len(rows), 4);
	ck_assert_str_eq(str(hf_json_at(rows, 0), "type"), "start");
	ck_assert_str_eq(str(hf_json_at(rows, 0), "delay"), "3 h");
	ck_assert_str_eq(str(hf_json_at(rows, 2), "what"), "kept as shot: One. page.txt, 6 bytes");
	ck_assert_uint_eq(strlen(str(hf_json_at(rows, 2), "sha256")), 64);
	ck_assert_str_eq(str(hf_json_at(rows, 3), "what"), "answered \"yes, it was\": One");
	ck_assert_str_eq(str(hf_json_at(rows, 3), "actor"), world.fpr);
	ck_assert_ptr_null(hf_json_get(hf_json_at(rows, 3), "delay"));
	hf_json_free(rows);
}
END_TEST

START_TEST(occurred_against_recorded)
{
	struct hf_act   act = { .step = "one", .about = true, .text = "on paper", .on_behalf = world.jo, .acting_as = "lead" };
	struct hf_json *rows;

	book("incident/book", PHASE "### One `one`\n\n### Two `two`\n");
	run = begin_at("incident/book", 5 * HF_HOUR);
	done(run, "two");
	act.at = hf_register_now(world.r) - 4 * HF_HOUR;
	ck_ok(hf_run_done(run, &act, &e));
	rows = timeline();
	ck_assert_str_eq(str(hf_json_at(rows, 1), "step"), "one"); /* it happened before what was written down first */
	ck_assert_str_eq(str(hf_json_at(rows, 1), "precision"), "about");
	ck_assert_str_eq(str(hf_json_at(rows, 1), "delay"), "4 h");
	ck_assert_str_eq(str(hf_json_at(rows, 1), "on_behalf_name"), "Jo Park");
	ck_assert_str_eq(str(hf_json_at(rows, 1), "acting_as"), "lead");
	ck_assert_ptr_null(hf_json_get(hf_json_at(rows, 1), "backwards"));
	hf_json_free(rows);
}
END_TEST

START_TEST(as_csv_and_markdown)
{
	struct hf_act   act = { .text = "=cmd()\n# no heading <b>" };
	struct hf_buf   b = HF_BUF_INIT, html = HF_BUF_INIT;
	struct hf_json *rows;

	book("incident/book", PHASE "### One `one`\n");
	run = begin("incident/book");
	ck_ok(hf_run_note(run, &act, &e));
	rows = timeline();
	ck_ok(hf_timeline_csv(&b, rows, &e));
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&b), "\"occurred (UTC)\",\"occurred (local)\""));
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&b), "\"'=cmd()"));
	hf_buf_cut(&b, 0);
	ck_ok(hf_timeline_md(&b, run, rows, &e));
	ck_ok(hf_doc_html(&html, b.data, b.len, "t", NULL, &e));
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&html), "=cmd()"));
	ck_assert_ptr_null(strstr(hf_buf_str(&html), "<h1>no"));
	ck_assert_ptr_null(strstr(hf_buf_str(&html), "<b>"));
	ck_assert_ptr_nonnull(strstr(hf_buf_str(&html), hf_run_id(run)));
	hf_json_free(rows);
	hf_buf_clear(&b);
	hf_buf_clear(&html);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("report");
	TCase *t = tcase_create("report");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, up, down);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, filled_from_the_register);
	tcase_add_test(t, filled_from_the_run);
	tcase_add_test(t, what_is_missing_is_said);
	tcase_add_test(t, fields_show_their_source);
	tcase_add_test(t, addresses_can_be_masked);
	tcase_add_test(t, which_template);
	tcase_add_test(t, no_provider);
	tcase_add_test(t, partials);
	tcase_add_test(t, formats);
	tcase_add_test(t, a_drill_is_marked);
	tcase_add_test(t, nothing_typed_changes_the_shape);
	tcase_add_test(t, in_the_order_of_events);
	tcase_add_test(t, occurred_against_recorded);
	tcase_add_test(t, as_csv_and_markdown);
	suite_add_tcase(s, t);
	return run_suite(s);
}
