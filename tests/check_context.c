/* What holdfast-template(5) says that a report is given, a report is given: every key of the page is filled by one prepared run. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/evidence.h"
#include "holdfast/fs.h"
#include "holdfast/lint.h"
#include "holdfast/report.h"
#include "run_aid.h"
#include "test.h"

#define SHEET                                                                                                                                      \
	"# X `x`\n\n- **Also called:** Twitter\n- **Web:** `x.com`\n- **Genuine senders:** `x.com`\n- **Second factor:** `app`\n"                  \
	"- **Passkeys:** yes\n- **Roles:** owner, delegate\n- **Audit log:** none\n- **Reviewed:** 2026-11-20\n\n## Routes `routes`\n\n"           \
	"### The form `form`\n\n- **Kind:** hacked\n- **Address:** <https://x.example/form>\n- **Where:** web form\n- **Seen on:** 2026-11-01\n"   \
	"- **Source:** it\n- **Status:** official\n- **Response time:** a day\n\n### Locked `locked`\n\n- **Kind:** locked-out\n"                  \
	"- **Address:** <https://x.example/l>\n- **Where:** web form\n- **Seen on:** 2026-11-01\n- **Source:** it\n- **Status:** official\n\n"     \
	"### Fake `fake`\n\n- **Kind:** impersonation\n- **Address:** <https://x.example/i>\n- **Where:** web form\n- **Seen on:** 2026-11-01\n"   \
	"- **Source:** it\n- **Status:** official\n\n### Ours `ours`\n\n- **Kind:** partner\n- **Address:** the manager\n- **Where:** e-mail\n"    \
	"- **Seen on:** 2026-11-01\n- **Source:** it\n- **Status:** official\n\n## Asks for `asks`\n\n### The handle `handle`\n\n"                 \
	"- **From:** {account.handle}\n- **For:** hacked\n\n### A letter `signed-letter`\n\n- **From:** `evidence`\n\n### A bill `phone-bill`\n\n" \
	"From the operator.\n\n- **From:** `evidence`\n\n## Windows `windows`\n\n### Undo `undo`\n\n- **Lasts:** 2 days after `noticed_at`\n"      \
	"- **Source:** it\n"

#define BOOK                                                                                                                                                   \
	"- **Severity:** `1` bad\n- **Ask first:** `noticed_at` (time) when\n- **Ask first:** `aware_at` (time) when we knew\n\n## Phase `phase`\n\n"          \
	"### One `one`\n\n- **Who:** lead\n- **By:** 1 min after start\n- **Write down:** `seen` (text) what\n- **Keep:** `shot` a picture\n\n"                \
	"### Two `two`\n\n### Three `three`\n\n### Four `four`\n\n- **By:** 2 min after start\n\n### Five `five`\n\n- **Needs:** `four`\n\n## Each `each`\n\n" \
	"- **For each:** account\n\n  ```sql\n  SELECT id AS account FROM account\n  ```\n\n### Look at {account} `look`\n"

static struct hf_run  *run;
static struct hf_json *given;

/* ---- a register with one of everything ---- */

static void
record(const char *kind, const char *const *fields)
{
	struct hf_batch *b = NULL;
	char             id[HF_ID_SIZE], name[64];

	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_batch_add(id, b, kind, &e));
	for (; *fields != NULL; fields++) {
		const char *eq = strchr(*fields, '=');

		snprintf(name, sizeof(name), "%.*s", (int)(eq - *fields), *fields);
		ck_ok(hf_batch_set(b, id, name, '=', eq + 1, &e));
	}
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
}

#define RECORD(kind, ...) record(kind, (const char *const[]){ __VA_ARGS__, NULL })

static void
records(void)
{
	struct hf_batch *b = NULL;
	char             id[HF_ID_SIZE];

	RECORD("supplier", "name=Firm");
	RECORD("grant", "account=x:agency", "person=Jo Park", "role=admin", "since=2026-01-01", "authorised_by=Ann Lee");
	RECORD("grant", "account=x:agency", "supplier=Firm", "role=publish");
	RECORD("contact", "account=x:agency", "type=email", "value=a@agency.example", "holder=Jo Park", "verified_on=2026-01-01");
	RECORD("desk", "provider=x", "partner_contact=Pat", "portal_ref=P1", "account_manager=Max", "note=ring");
	ck_ok(hf_batch_new(&b, world.r, &e));
	ck_ok(hf_evidence_add(id, b, world.account, "letter.pdf", "a letter", 8, &e));
	ck_ok(hf_batch_set(b, id, "satisfies", '=', "signed-letter", &e));
	ck_ok(hf_batch_set(b, id, "description", '=', "letter", &e));
	ck_ok(hf_batch_set(b, id, "obtained_on", '=', "2026-01-01", &e));
	ck_ok(hf_batch_set(b, id, "valid_until", '=', "2030-01-01", &e));
	ck_ok(hf_batch_commit(b, "record", &e));
	hf_batch_free(b);
}

static const char *
last_entry(void)
{
	const struct hf_json *entries = hf_run_entries(run);

	return hf_json_get_str(hf_json_at(entries, hf_json_len(entries) - 1), "id");
}

static void
fill(void)
{
	struct hf_act   act = { .step = "one", .text = "the page", .source = "their page" };
	struct hf_start start = { .playbook = "incident/book", .subject = world.account, .severity = "1" };
	char            id[HF_ID_SIZE];

	lay("provider/x", SHEET);
	book("incident/book", BOOK);
	/* The register stays, from test to test. */
	if (hf_register_resolve(id, NULL, world.r, "supplier", "Firm", NULL) != HF_OK)
		records();
	start.at = hf_register_now(world.r) - HF_HOUR;
	ck_ok(hf_run_start(&run, world.r, world.shelf, &start, &e));
	value(run, NULL, "noticed_at", "2026-11-20 22:41");
	value(run, NULL, "aware_at", "2026-11-20 22:50");
	value(run, "one", "seen", "free coins");
	ck_ok(hf_run_keep(run, &act, "shot", "page.png", "pixels", 6, &e));
	done(run, "one");
	skip(run, "two");
	fails(run, "three");
	done(run, "look@1");
	act = (struct hf_act){ .step = "five", .anyway = "no time", .on_behalf = world.jo, .at = start.at - HF_DAY };
	ck_ok(hf_run_done(run, &act, &e));
	ck_ok(hf_run_correct(run, &(struct hf_act){ .text = "it was Max" }, last_entry(), &e));
	act = (struct hf_act){ .text = "said so" };
	ck_ok(hf_run_ticket(run, &act, "0429", "X", &e));
	ck_ok(hf_run_assign(run, &(struct hf_act){ 0 }, "lead", world.ann, &e));
}

static void
up(void)
{
	struct hf_report rep = { .r = NULL, .template_name = "internal/any", .marking = "OFFICIAL" };

	run_world_open();
	fill();
	rep.r = world.r;
	rep.shelf = world.shelf;
	rep.run = run;
	ck_ok(hf_report_context(&given, &rep, &e));
}

static void
down(void)
{
	hf_json_free(given);
	given = NULL;
	hf_run_close(run);
	run = NULL;
	run_world_close();
}

/* ---- the page ---- */

/*
 * The list items of its section: "It Cm routes" names keys of the whole, "Cm id , title" in the text of an item what each of them holds.
 */
struct page {
	char   keys[8][64]; /* of the item we are in */
	size_t n;
	char   missing[4096];
	size_t seen;
};

/* Is something of that name there and not null? In a list: in any of its items. */
static bool
holds(const struct hf_json *in, const char *key)
{
	const struct hf_json *v;

	if (hf_json_is(in, HF_JSON_ARRAY)) {
		for (size_t i = 0; i < hf_json_len(in); i++)
			if (holds(hf_json_at(in, i), key))
				return true;
		return false;
	}
	v = hf_json_get(in, key);
	return v != NULL && !hf_json_is(v, HF_JSON_NULL) && !(hf_json_is(v, HF_JSON_ARRAY) && hf_json_len(v) == 0);
}

static void
miss(struct page *p, const char *in, const char *key)
{
	size_t n = strlen(p->missing);

	snprintf(p->missing + n, sizeof(p->missing) - n, " %s%s%s", in, *in != '\0' ? "." : "", key);
}

/* Routes are lists in an object: their items hold what the page says of each. */
static bool
holds_deep(const struct hf_json *in, const char *key)
{
	struct hf_json *v;
	const char     *name;

	if (holds(in, key))
		return true;
	for (void *it = NULL; hf_json_is(in, HF_JSON_OBJECT) && hf_json_next(in, &it, &name, &v);)
		if (hf_json_is(v, HF_JSON_ARRAY) && holds(v, key))
			return true;
	return false;
}

static void
look(struct page *p, const char *key, bool item)
{
	bool found = false;

	p->seen++;
	if (item) {
		if (!holds(given, key))
			miss(p, "", key);
		snprintf(p->keys[p->n++ % 8], sizeof(p->keys[0]), "%s", key);
		return;
	}
	if (strcmp(key, "closed_at") == 0 || strcmp(key, "approved_by") == 0)
		return; /* while it is open: see closed; and nobody with another key is here */
	for (size_t i = 0; i < p->n; i++)
		found = found || holds_deep(hf_json_get(given, p->keys[i]), key);
	if (!found)
		miss(p, p->n > 0 ? p->keys[0] : "", key);
}

/* The words of a ".Cm" line: keys, with commas between them; macros end them. */
static void
words(struct page *p, const char *line, bool item)
{
	char copy[512], *word, *save = NULL;
	bool literal = true;

	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok_r(copy, " ,", &save); word != NULL; word = strtok_r(NULL, " ,", &save)) {
		if (strcmp(word, "No") == 0 || strcmp(word, "Pq") == 0)
			literal = false;
		else if (strcmp(word, "Cm") == 0)
			literal = true;
		else if (literal && (islower((unsigned char)word[0]) != 0) && (literal = strcmp(word, "or") != 0))
			look(p, word, item);
	}
}

/* Of what a run on an account is not given: said in the page to be of other reports. */
static bool
is_elsewhere(const char *line)
{
	return strncmp(line, ".Ss About", 9) == 0 && strcmp(line, ".Ss About the account") != 0;
}

START_TEST(every_key_of_the_page)
{
	struct hf_buf text = HF_BUF_INIT;
	struct page   p = { .n = 0 };
	char         *line, *save = NULL;
	bool          in = false, skipping = false, example = false;

	ck_ok(hf_fs_read(&text, "man/holdfast-template.5", 0, &e));
	hf_buf_addc(&text, '\0');
	for (line = strtok_r(text.data, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, ".Sh ", 4) == 0)
			in = strcmp(line, ".Sh WHAT A REPORT IS GIVEN") == 0;
		if (strncmp(line, ".Ss ", 4) == 0)
			skipping = is_elsewhere(line) || strcmp(line, ".Ss The subject") == 0;
		if (!in || skipping)
			continue;
		if (strncmp(line, ".It ", 4) == 0) {
			p.n = 0;
			/* Names that only a playbook gives; and how long things took, which is missing until they have happened. */
			example = strncmp(line, ".It Cm ", 7) != 0 || strcmp(line, ".It Cm figures") == 0;
		}
		if (strncmp(line, ".It Cm ", 7) == 0 && !example)
			words(&p, line + 7, true);
		else if (strncmp(line, ".Cm ", 4) == 0 && !example)
			words(&p, line + 4, false);
	}
	ck_assert_msg(p.seen > 90, "only %zu keys were found in the page", p.seen);
	ck_assert_msg(p.missing[0] == '\0', "in the page, and not given:%s", p.missing);
	hf_buf_clear(&text);
}
END_TEST

/* "{{run.id}}", "{{#steps}}{{title}}{{/steps}}": all names of what is given, two deep. */
static void
name_all(struct hf_buf *b, const struct hf_json *in, const char *path)
{
	const char     *name;
	struct hf_json *v;

	if (hf_json_is(in, HF_JSON_ARRAY) && hf_json_is(hf_json_at(in, 0), HF_JSON_OBJECT)) {
		hf_buf_addf(b, "{{#%s}}", path);
		for (size_t i = 0; i < hf_json_len(in); i++)
			for (void *it = NULL; hf_json_next(hf_json_at(in, i), &it, &name, &v);)
				hf_buf_addf(b, "{{%s}}", name);
		hf_buf_addf(b, "{{/%s}}", path);
	}
	for (void *it = NULL; hf_json_is(in, HF_JSON_OBJECT) && hf_json_next(in, &it, &name, &v);) {
		char deeper[128];

		snprintf(deeper, sizeof(deeper), "%s%s%s", path, path[0] != '\0' ? "." : "", name);
		hf_buf_addf(b, "{{%s}}\n", deeper);
		if (strchr(path, '.') == NULL)
			name_all(b, v, deeper);
	}
}

START_TEST(lint_knows_what_is_given)
{
	struct hf_lint_opts opts = { .shelf = world.shelf, .today = "2026-11-20" };
	struct hf_defects   defects = { 0 };
	struct hf_buf       page = HF_BUF_INIT, wrong = HF_BUF_INIT;

	name_all(&page, given, "");
	ck_assert(strstr(hf_buf_str(&page), "{{account.handle}}") != NULL && strstr(hf_buf_str(&page), "{{#steps}}{{id}}") != NULL);
	ck_ok(hf_lint(&defects, "template/internal/all", page.data, page.len, &opts, &e));
	for (size_t i = 0; i < defects.n; i++)
		hf_buf_addf(&wrong, "\n%.60s", defects.list[i].text);
	ck_assert_msg(defects.n == 0, "given, and unknown to lint:%s", hf_buf_str(&wrong));
	hf_buf_clear(&wrong);
	hf_buf_clear(&page);
	hf_defects_clear(&defects);
}
END_TEST

START_TEST(closed)
{
	struct hf_report rep = { .r = world.r, .shelf = world.shelf, .run = run, .template_name = "internal/any" };
	struct hf_act    act = { .text = "enough" };

	ck_assert(!holds(hf_json_get(given, "run"), "closed_at"));
	ck_ok(hf_run_end(run, &act, &e));
	hf_json_free(given);
	given = NULL;
	ck_ok(hf_report_context(&given, &rep, &e));
	ck_assert(holds(hf_json_get(given, "run"), "closed_at"));
}
END_TEST

START_TEST(of_a_unit)
{
	struct hf_report      rep = { .r = world.r, .shelf = world.shelf, .template_name = "internal/any" };
	const struct hf_json *list;
	char                  unit[HF_ID_SIZE];

	RECORD("unit", "name=Estates");
	RECORD("attestation", "unit=Estates", "period=2025-26", "control=MFA", "answer=met");
	RECORD("attestation", "unit=Estates", "period=2026-27", "control=MFA", "answer=not-met", "rag=red", "answered_by=Jo Park");
	ck_ok(hf_register_resolve(unit, NULL, world.r, "unit", "Estates", &e));
	RECORD("exception", "rule=HF-801", "subject=Estates", "reason=new", "accepted_by=Jo Park", "expires=2025-01-31");
	RECORD("exception", "rule=HF-404", "subject=Jo Park", "reason=abroad", "expires=2025-01-31");
	rep.subject = unit;
	hf_json_free(given);
	given = NULL;
	ck_ok(hf_report_context(&given, &rep, &e));
	list = hf_json_get(given, "attestations");
	ck_assert_uint_eq(hf_json_len(list), 1); /* of the latest period */
	ck_assert(hf_json_true(hf_json_get(hf_json_at(list, 0), "is_red")));
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "answered_by"), "Jo Park");
	list = hf_json_get(given, "exceptions");
	ck_assert_uint_eq(hf_json_len(list), 1); /* of its own, not of others */
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "ref"), "Estates");
	ck_assert_str_eq(hf_json_get_str(hf_json_at(list, 0), "accepted_by"), "Jo Park");
	ck_assert(hf_json_true(hf_json_get(hf_json_at(list, 0), "is_over")));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("context");
	TCase *t = tcase_create("context");

	tcase_add_unchecked_fixture(t, run_world_make, run_world_remove);
	tcase_add_checked_fixture(t, up, down);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, every_key_of_the_page);
	tcase_add_test(t, lint_knows_what_is_given);
	tcase_add_test(t, closed);
	tcase_add_test(t, of_a_unit);
	suite_add_tcase(s, t);
	return run_suite(s);
}
