#include "holdfast/guidance.h"
#include "holdfast/policy.h"
#include "holdfast/provider.h"
#include "test.h"

static const char sheet_text[] = "# X `x`\n"
				 "- **Also called:** Twitter, the bird\n"
				 "- **Web:** `x.com`, `twitter.com`\n"
				 "- **Genuine senders:** not recorded\n"
				 "- **Second factor:** app, key and sms\n"
				 "- **Passkeys:** not recorded\n"
				 "- **Roles:** delegates\n"
				 "- **Audit log:** no\n"
				 "- **Reviewed:** 2026-11-20\n"
				 "- **Serves:** R060\n"
				 "\n"
				 "## Routes `routes`\n"
				 "Try the first one first.\n"
				 "\n"
				 "### Locked out `hacked-form`\n"
				 "- **Kind:** locked-out\n"
				 "- **Address:** <https://help.x.com/forms>\n"
				 "- **Where:** web form\n"
				 "- **Seen on:** 2026-11-20\n"
				 "- **Source:** two public files\n"
				 "- **Status:** partial\n"
				 "\n"
				 "## Asks for `asks`\n"
				 "\n"
				 "### The handle `handle`\n"
				 "- **From:** {account.handle}\n"
				 "\n"
				 "### A letter `authority`\n"
				 "The director signs it.\n"
				 "\n"
				 "Use headed paper.\n"
				 "- **For:** impersonation, partner\n"
				 "- **From:** `evidence`\n"
				 "\n"
				 "## Windows `windows`\n"
				 "\n"
				 "### Undo `undo-mail`\n"
				 "- **Lasts:** 48 h after `noticed_at`\n"
				 "- **Source:** help pages\n"
				 "\n"
				 "## Contain `contain`\n"
				 "\n"
				 "### Sessions `sessions`\n"
				 "Settings.\n"
				 "\n"
				 "## Watch out `watch-out`\n"
				 "- Take care.\n";

START_TEST(test_sheet)
{
	struct hf_defects d = { 0 };
	struct hf_sheet  *s;

	ck_ok(hf_sheet_parse(&s, sheet_text, strlen(sheet_text), &d, &e));
	ck_assert_uint_eq(d.n, 0);
	ck_assert_str_eq(s->id, "x");
	ck_assert_str_eq(s->title, "X");
	ck_assert_uint_eq(s->also_called.n, 2);
	ck_assert_str_eq(s->web.v[1], "twitter.com");
	ck_assert_uint_eq(s->senders.n, 0);
	ck_assert_uint_eq(s->second_factor.n, 3);
	ck_assert_str_eq(s->roles, "delegates");
	ck_assert_str_eq(s->serves.v[0], "R060");
	ck_assert_uint_eq(s->n_routes, 1);
	ck_assert_str_eq(s->routes[0].kind, "locked-out");
	ck_assert_str_eq(s->routes[0].address, "https://help.x.com/forms");
	ck_assert_str_eq(s->routes[0].response_time, "");
	ck_assert_uint_eq(s->n_asks, 2);
	ck_assert_str_eq(s->asks[0].path, "account.handle");
	ck_assert_str_eq(s->asks[1].path, "");
	ck_assert_str_eq(s->asks[1].where, "The director signs it. Use headed paper.");
	ck_assert_uint_eq(s->asks[1].what_for.n, 2);
	ck_assert_uint_eq(s->n_windows, 1);
	ck_assert_int_eq(s->windows[0].span.n, 48);
	ck_assert_str_eq(s->windows[0].after, "noticed_at");
	ck_assert_str_eq(hf_sheet_part(s, "sessions")->title, "Sessions");
	ck_assert_uint_eq(hf_sheet_part(s, "watch-out")->n_blocks, 1);
	ck_assert_uint_eq(hf_sheet_part(s, "routes")->n_blocks, 1);
	ck_assert_ptr_null(hf_sheet_part(s, "hacked-form"));
	hf_sheet_free(s);
	hf_defects_clear(&d);
}
END_TEST

static const struct {
	const char *status, *seen, *today;
	bool        stale;
} routes[] = {
	{ "official", "2026-01-01", "2026-06-30", false }, /* 180 days */
	{ "official", "2026-01-01", "2026-07-01", true },
	{ "partial", "2026-01-01", "2026-04-01", false },
	{ "partial", "2026-01-01", "2026-04-02", true },
	{ "secondary", "2026-01-01", "2026-01-01", true },
	{ "retired", "2026-01-01", "2026-01-01", true },
};

START_TEST(test_stale)
{
	char                  status[16], seen[16];
	struct hf_sheet_route r = { .status = status, .seen_on = seen };

	strcpy(status, routes[_i].status);
	strcpy(seen, routes[_i].seen);
	ck_assert_int_eq(hf_route_stale(&r, routes[_i].today), routes[_i].stale);
}
END_TEST

enum type { SHEET, POLICY, GUIDANCE };

#define RULE(more) \
	"# P `pp`\n## R `HF-201`\n- **Severity:** high\n" more "- **Finds:** {what} is wrong\n  ```sql\n  SELECT 1\n  ```\n"
#define ROUTE(more) "# X `x`\n## Routes `routes`\n### R `route`\n" more

/* A book, and what is wrong with it on which line. */
static const struct {
	enum type   type;
	const char *text;
	unsigned    line;
	const char *words;
} bad[] = {
	{ SHEET, "# X `x`\n- **Second factors:** app\n", 2, "write **Second factor:**" },
	{ SHEET, "# X `x`\n- **Web:** x.com\n", 2, "takes code spans" },
	{ SHEET, "# X `x`\n- **Kind:** hacked\n", 2, "stands in a route, not in the title" },
	{ SHEET, "# X `x`\n## Contain `contain`\n### S `ss`\n- **Who:** me\n", 4, "no field stands here" },
	{ SHEET, "# X `x`\n## A `aa`\n## B `aa`\n", 3, "stands twice" },
	{ SHEET, "# X `x`\n## A `A`\n", 2, "`A` is no id" },
	{ SHEET, ROUTE("- **Address:** a\n- **Seen on:** 2026-01-01\n- **Source:** s\n- **Status:** partial\n"), 3,
	    "has no **Kind:**" },
	{ SHEET, ROUTE("- **Kind:** stolen\n"), 4, "write hacked, locked-out" },
	{ SHEET, ROUTE("- **Status:** good\n"), 3, "has no **Kind:**" },
	{ SHEET, ROUTE("- **Address:** <http://x.com/>\n"), 4, "http can be read" },
	{ SHEET, ROUTE("- **Seen on:** today\n"), 4, "is no date" },
	{ SHEET, "# X `x`\n## Asks `asks`\n### A `ask`\n", 3, "has no **From:**" },
	{ SHEET, "# X `x`\n## Asks `asks`\n### A `ask`\n- **From:** the register\n", 4, "cannot be read" },
	{ SHEET, "# X `x`\n## Asks `asks`\n### A `ask`\n- **From:** `papers`\n", 4, "cannot be read" },
	{ SHEET, "# X `x`\n## Windows `windows`\n### W `win`\n- **Lasts:** 2 days\n- **Source:** s\n", 4, "cannot be read" },
	{ POLICY, RULE("- **Source:** page 2\n"), 4, "no number of a statement" },
	{ POLICY, RULE("- **Fix:** set it\n"), 4, "takes one command" },
	{ POLICY, RULE("- **Severity:** low\n"), 4, "stands here twice" },
	{ POLICY, "# P `pp`\n## R `HF-2`\n", 2, "is no id of a rule" },
	{ POLICY, "# P `pp`\n## R `HF-201`\n- **Severity:** bad\n", 3, "is no severity" },
	{ POLICY, "# P `pp`\n## R `HF-201`\n- **Severity:** low\n- **Fix:** `set it`\n", 2, "has no **Finds:**" },
	{ POLICY, "# P `pp`\n## R `HF-201`\n- **Severity:** low\n- **Finds:** x\n", 4, "has no query" },
	{ POLICY, "# P `pp`\n## G `group`\n### R `HF-201`\n- **Finds:** x\n  ```sql\n  SELECT 1\n  ```\n", 3,
	    "has no **Severity:**" },
	{ GUIDANCE, "# G `gg`\n## S `R1`\n", 2, "is no id of a statement" },
	{ GUIDANCE, "# G `gg`\n## S `R001`\n- **Kind:** do\n", 2, "has no **Source:**" },
	{ GUIDANCE, "# G `gg`\n## S `R001`\n- **Source:** l\n- **Served by:** `nothing`\n", 4, "names nothing that can serve" },
	{ GUIDANCE, "# G `gg`\n## S `R001`\n- **Source:** l\n- **Served by:** us\n", 4, "takes code spans" },
	{ GUIDANCE, "# G `gg`\n## S `R001`\n- **Source:** l\n## T `R001`\n- **Source:** l\n", 4, "stands twice" },
};

START_TEST(test_bad)
{
	struct hf_defects   d = { 0 };
	struct hf_err       why = HF_ERR_INIT;
	struct hf_sheet    *s = NULL;
	struct hf_policy   *p = NULL;
	struct hf_guidance *g = NULL;
	size_t              n = strlen(bad[_i].text), i;
	enum hf_code        rc;

	rc = bad[_i].type == SHEET ? hf_sheet_parse(&s, bad[_i].text, n, &d, &why) :
	    bad[_i].type == POLICY ? hf_policy_parse(&p, bad[_i].text, n, &d, &why) :
				     hf_guidance_parse(&g, bad[_i].text, n, &d, &why);
	ck_assert_int_eq(rc, HF_BAD);
	ck_assert(s == NULL && p == NULL && g == NULL);
	ck_assert_uint_ge(d.n, 1);
	for (i = 0; i < d.n && strstr(d.list[i].text, bad[_i].words) == NULL && strstr(d.list[i].fix, bad[_i].words) == NULL; i++)
		;
	ck_assert_msg(i < d.n, "%s; %s", d.list[0].text, d.list[0].fix);
	ck_assert_uint_eq(d.list[i].pos.line, bad[_i].line);
	hf_defects_clear(&d);
}
END_TEST

START_TEST(test_policy)
{
	static const char text[] =
	    "# Ownership `ownership`\n- **Reviewed:** 2026-11-20\n\n## First `HF-201`\nWhy it matters.\n\n"
	    "- **Severity:** critical\n- **Source:** R095, R096\n- **Fix:** `set {ref} owner=`\n"
	    "- **Finds:** {what}\n  ```sql\n  SELECT 1\n  ```\n\n"
	    "## Group `group`\n### Second `HF-202`\n- **Severity:** low\n- **Finds:** y\n  ```sql\n  SELECT 2\n  ```\n";
	struct hf_defects d = { 0 };
	struct hf_policy *p;

	ck_ok(hf_policy_parse(&p, text, sizeof(text) - 1, &d, &e));
	ck_assert_uint_eq(d.n, 0);
	ck_assert_uint_eq(p->n_rules, 2);
	ck_assert_str_eq(p->rules[0].title, "First");
	ck_assert_str_eq(p->rules[0].fix, "set {ref} owner=");
	ck_assert_str_eq(p->rules[0].sql, "SELECT 1\n");
	ck_assert_uint_eq(p->rules[0].sql_pos.line, 12);
	ck_assert_uint_eq(p->rules[0].source.n, 2);
	ck_assert_str_eq(p->rules[0].blocks[0].words.text, "Why it matters.");
	ck_assert_int_eq(hf_policy_rule(p, "HF-202")->severity, HF_LOW);
	ck_assert_str_eq(hf_severity_word(p->rules[0].severity), "critical");
	ck_assert_ptr_null(hf_policy_rule(p, "HF-203"));
	hf_policy_free(p);
	hf_defects_clear(&d);
}
END_TEST

START_TEST(test_guidance)
{
	static const char text[] =
	    "# NCSC `ncsc`\n- **Publisher:** NCSC\n- **Reviewed:** 2026-11-20\n\n## Have a plan `R058`\nWords.\n\n"
	    "- **Source:** line 64\n- **Kind:** do\n"
	    "- **Served by:** `HF-309`, `incident/hijacked-account#throw-out`, `routine/leaver`, `account.vault_ref`\n"
	    "- **Served by:** `report/provider/x`, `command/impact`\n- **Ask:** Did you?\n";
	struct hf_defects       d = { 0 };
	struct hf_guidance     *g;
	const struct hf_served *s;

	ck_ok(hf_guidance_parse(&g, text, sizeof(text) - 1, &d, &e));
	ck_assert_uint_eq(d.n, 0);
	ck_assert_str_eq(g->publisher, "NCSC");
	ck_assert_uint_eq(g->n_statements, 1);
	ck_assert_str_eq(g->statements[0].ask, "Did you?");
	ck_assert_uint_eq(g->statements[0].n_served, 6);
	s = g->statements[0].served;
	ck_assert(s[0].kind == HF_SERVED_RULE && s[1].kind == HF_SERVED_BOOK && s[3].kind == HF_SERVED_FIELD);
	ck_assert_str_eq(s[1].name, "incident/hijacked-account");
	ck_assert_str_eq(s[1].part, "throw-out");
	ck_assert_str_eq(s[4].name, "provider/x");
	ck_assert_str_eq(s[5].name, "impact");
	ck_assert_str_eq(g->statements[0].id, "R058");
	hf_guidance_free(g);
	hf_defects_clear(&d);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("provider");
	TCase *t = tcase_create("provider");

	tcase_add_test(t, test_sheet);
	tcase_add_loop_test(t, test_stale, 0, N_OF(routes));
	tcase_add_loop_test(t, test_bad, 0, N_OF(bad));
	tcase_add_test(t, test_policy);
	tcase_add_test(t, test_guidance);
	suite_add_tcase(s, t);
	return run_suite(s);
}
