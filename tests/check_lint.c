#include <stdio.h>
#include <time.h>

#include "holdfast/fs.h"
#include "holdfast/lint.h"
#include "holdfast/playbook.h"
#include "test.h"

/* Sanitizers make everything several times slower. */
#ifdef __SANITIZE_ADDRESS__
#define SLOWER 10
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLOWER 10
#endif
#endif
#ifndef SLOWER
#define SLOWER 1
#endif

#define TODAY "2026-11-21"

/* A shelf with one of everything, all of it good. */
static const struct {
	const char *name, *text;
} good[] = {
	{ "incident/theft",
	    "# Theft `theft`\n"                                        /* 1 */
	    "- **Subject:** account\n"                                 /* 2 */
	    "- **Role:** `lead` lead: {account.responder}\n"           /* 3 */
	    "- **Role:** `owner` owner: {account.owner}, {org.siro}\n" /* 4 */
	    "- **Ask first:** `noticed_at` (time) when?\n"             /* 5 */
	    "- **Reviewed:** 2026-11-20\n"                             /* 6 */
	    "- **Serves:** R001\n"                                     /* 7 */
	    "\n"                                                       /* 8 */
	    "## Look `look`\n"                                         /* 9 */
	    "\n"                                                       /* 10 */
	    "### Ring `ring`\n"                                        /* 11 */
	    "> CAUTION: careful.\n"                                    /* 12 */
	    "\n"                                                       /* 13 */
	    "1. Ring {account.owner.name} about {account.handle}.\n"   /* 14 */
	    "\n"                                                       /* 15 */
	    "- **Who:** lead\n"                                        /* 16 */
	    "- **Write down:** `seen` (text) what\n"                   /* 17 */
	    "- **Report:** `internal/siro`\n"                          /* 18 */
	    "- **Report:** `provider/{account.provider}`\n"            /* 19 */
	    "- **Sheet:** `sessions`\n"                                /* 20 */
	    "- **On x:** `skip`\n"                                     /* 21 */
	    "- **Second person:** owner\n"                             /* 22 */
	    "- **If yes:** run `incident/theft` on {account}.\n"       /* 23 */
	    "- **If no:** go on.\n"                                    /* 24 */
	    "\n"                                                       /* 25 */
	    "### Tell about {seen} `tell`\n"                           /* 26 */
	    "- **Only if:** `ring = yes`\n"                            /* 27 */
	    "- **Updates:** `{account} notes={seen}`\n" },             /* 28 */
	{ "incident/theft.cy",
	    "# Lladrad `theft`\n- **Subject:** account\n- **Role:** `lead` a: {account.responder}\n"
	    "- **Role:** `owner` b: {account.owner}, {org.siro}\n- **Ask first:** `noticed_at` (time) pryd?\n- **Reviewed:** 2026-11-20\n"
	    "- **Serves:** R001\n\n## Edrych `look`\n\n### Ffonio `ring`\n> CAUTION: gofal.\n\n1. Un {account.handle}.\n\n- **Pwy:** lead\n"
	    "- **Write down:** `seen` (text) beth\n- **Report:** `internal/siro`\n- **Report:** `provider/{account.provider}`\n"
	    "- **Sheet:** `sessions`\n- **On x:** `skip`\n- **Second person:** owner\n- **Os ie:** run `incident/theft` on {account}.\n"
	    "- **Os na:** ewch ymlaen.\n\n### Dweud `tell`\n- **Only if:** `ring = yes`\n- **Updates:** `{account} notes={seen}`\n" },
	{ "words/cy", "# Cymraeg `cy`\n- **Who:** Pwy\n- **If:** Os\n" },
	{ "provider/x",
	    "# X `x`\n- **Reviewed:** 2026-11-20\n- **Serves:** R001\n## Routes `routes`\n### F `form`\n- **Kind:** hacked\n"
	    "- **Address:** <https://x.com>\n- **Seen on:** 2026-11-20\n- **Source:** s\n- **Status:** official\n"
	    "## Asks `asks`\n### N `notice`\n- **From:** {noticed_at}\n### H `handle`\n- **From:** {account.handle}\n"
	    "## Contain `contain`\n### S `sessions`\nGo there.\n" },
	{ "policy/own",
	    "# Own `own`\n- **Reviewed:** 2026-11-20\n## R `HF-201`\n- **Severity:** high\n- **Source:** R001\n- **Fix:** `set {ref} notes={today}`\n"
	    "- **Finds:** {what} is wrong\n  ```sql\n  SELECT a.id AS record, a.ref, 'x' AS what FROM account a WHERE a.d < :today\n  ```\n" },
	{ "policy/ours", "# Ours `ours`\n- **Reviewed:** 2026-11-20\n## Milder `HF-201`\nWe think.\n- **Severity:** low\n" },
	{ "profile/short",
	    "# Short `short`\n- **Publisher:** we\n- **Reviewed:** 2026-11-20\n## Part `part`\n- **Rules:** `HF-201`, `HF-201`\n" },
	{ "guidance/ncsc",
	    "# NCSC `ncsc`\n- **Reviewed:** 2026-11-20\n## Plan `R001`\n- **Source:** line 1\n"
	    "- **Served by:** `HF-201`, `incident/theft#ring`, `incident/theft`, `account.handle`, `report/internal/siro`, `command/check`\n" },
	{ "template/internal/siro", "# To the SIRO: {{account.handle}}\n{{#skipped}}x{{/skipped}}\n" },
};

static bool
sql_ok(void *arg, const char *sql, const char *const *params, size_t n, char *reason, size_t size)
{
	(void)arg;
	(void)params;
	(void)n;
	snprintf(reason, size, "no such table: nowhere");
	return strstr(sql, "nowhere") == NULL;
}

static bool
field_ok(void *arg, const char *kind, const char *field)
{
	static const char *const known[] = { "account", "person", "org", "grant", "owner", "handle", "responder", "provider",
		"siro", "notes", "name", "role" };
	size_t                   i, n;

	(void)arg;
	for (n = 0, i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		n += strcmp(known[i], kind) == 0 && i < 4;
	for (i = 4; field != NULL && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], field) == 0)
			return n > 0;
	return field == NULL && n > 0;
}

static bool
command_ok(void *arg, const char *command)
{
	(void)arg;
	return strcmp(command, "check") == 0 || strcmp(command, "set") == 0 || strcmp(command, "add") == 0 ||
	    strcmp(command, "run show") == 0;
}

static struct hf_shelf *
open_shelf(void)
{
	struct hf_shelf *s;
	int              i;

	ck_ok(hf_shelf_open(&s, NULL, 0, &e));
	for (i = 0; i < N_OF(good); i++)
		ck_ok(hf_shelf_add(s, good[i].name, good[i].text, strlen(good[i].text), &e));
	ck_ok(hf_shelf_add(s, "template/provider/x", "# {{account.handle}}\n", 21, &e)); /* its sheet has a route */
	return s;
}

static void
lint(struct hf_defects *d, const char *name, const char *text, bool shelf)
{
	struct hf_lint_opts opts = { NULL, TODAY, sql_ok, field_ok, command_ok, NULL };

	opts.shelf = shelf ? open_shelf() : NULL;
	ck_ok(hf_lint(d, name, text, strlen(text), &opts, &e));
	hf_shelf_close(opts.shelf);
}

START_TEST(test_good)
{
	struct hf_defects d = { 0 };

	lint(&d, good[_i].name, good[_i].text, true);
	ck_assert_msg(hf_defects_errors(&d) == 0, "%s:%u: %s", good[_i].name, d.list[0].pos.line, d.list[0].text);
	hf_defects_clear(&d);
	lint(&d, good[_i].name, good[_i].text, false);
	ck_assert_uint_eq(hf_defects_errors(&d), 0);
	hf_defects_clear(&d);
}
END_TEST

#define TITLE "# A `aa`\n- **Subject:** account\n- **Role:** `lead` l\n- **Role:** `two` t\n- **Reviewed:** 2026-11-20\n## P `ph`\n"
#define ROWS  "- **For each:** x\n  ```sql\n  SELECT id AS row, what FROM t WHERE a = :account\n  ```\n"

enum { NONE, WARN, FAIL };

/* A playbook incident/aa, the one defect planted in it (or none), the line after TITLE where it has to be found: TITLE has six. */
static const struct {
	const char *text;
	unsigned    line;
	int         how;
	const char *words;
} planted[] = {
	{ "### One `one`\n### Two `two`\n", 0, NONE, "" },
	/* ids */
	{ "### One `one`\n### Two `one`\n", 2, FAIL, "stands twice (line 7)" },
	{ "### One `ph`\n", 1, FAIL, "stands twice (line 6)" },
	{ "### One\n", 1, FAIL, "has no id" },
	{ "### One `One`\n", 1, FAIL, "is no id" },
	/* targets */
	{ "### One `one`\n- **If yes:** go to `tow`.\n### Two `two`\n", 2, FAIL, "write `two`" },
	{ "### One `one`\n- **Needs:** `nothing`\n", 2, FAIL, "no id of this book" },
	{ "### One `one`\n- **If yes:** run `incident/fire`.\n", 2, FAIL, "`incident/fire` is not on the shelf" },
	{ "### One `one`\n- **If yes:** run `incident/theft`.\n", 0, NONE, "" },
	{ "### One `one`\n- **If yes:** run `incident/aa`.\n- **If no:** x\n", 2, WARN, "starts itself" },
	{ "### One `one`\nSee `incident/fire`.\n", 2, WARN, "`incident/fire` is not on the shelf" },
	{ "### One `one`\n- **Report:** `internal/sirro`\n", 2, FAIL, "write internal/siro" },
	{ "### One `one`\n- **Report:** `provider/{account.provider}`\n", 0, NONE, "" },
	{ "### One `one`\n- **Sheet:** `apps`\n", 2, FAIL, "no provider's sheet has a section `apps`" },
	{ "### One `one`\n- **On zoom:** x\n", 2, WARN, "`provider/zoom` is not on the shelf" },
	/* waiting for each other */
	{ "### One `one`\n- **Needs:** `two`\n### Two `two`\n- **Needs:** `one`\n", 2, FAIL,
	    "a cycle without a human choice: `one`, `two`" },
	{ "### One `one`\n- **Needs:** `one`\n", 2, FAIL, "waits for itself" },
	{ "### One `one`\n- **Needs:** `ph`\n", 2, FAIL, "waits for itself" },
	{ "### One `one`\n- **By:** 5 min after `two`\n### Two `two`\n- **By:** 5 min after `one`\n", 2, FAIL,
	    "can never be reached" },
	{ "### One `one`\n- **By:** 1 h after `at`\n- **Write down:** `at` (time)\n", 2, FAIL, "waits for itself" },
	{ "### One `one`\n- **Needs:** `shot`\n### Two `two`\n- **Needs:** `one`\n- **Keep:** `shot`\n", 2, FAIL,
	    "wait for each other" },
	{ "### One `one`\n- **Needs:** `shot`\n- **Keep:** `shot`\n", 0, NONE, "" },
	{ "### One `one`\n- **Needs:** `three`\n### Two `two`\n- **By:** 1 h after `one`\n### Three `three`\n", 0, NONE, "" },
	/* unreachable */
	{ "### One `one`\n- **If yes:** `stop`\n- **If no:** `stop`\n### Two `two`\n### Three `three`\n", 4, FAIL,
	    "nor the 1 after it" },
	{ "### One `one`\n- **If yes:** `stop`\n- **If no:** go on\n### Two `two`\n", 0, NONE, "" },
	{ "### One `one`\n- **If yes:** `stop`\n### Two `two`\n", 0, NONE, "" },
	{ "### One `one`\n- **Only if:** it rains\n- **If yes:** `stop`\n- **If no:** `stop`\n### Two `two`\n", 0, NONE, "" },
	{ "### One `one`\n- **If yes:** go to `three`\n- **If no:** go to `three`\n### Two `two`\n### Three `three`\n", 4, FAIL,
	    "the step `two` can never be reached" },
	{ "### One `one`\n- **If yes:** go to `three`\n- **If no:** go to `three`\n### Two `two`\n- **By:** 1 h after start\n### Three `three`\n",
	    0, NONE, "" },
	{ "### One `one`\n- **By:** 2 h after start\n- **If yes:** `stop`\n- **If no:** `stop`\n### Two `two`\n- **By:** 1 h after start\n",
	    0, NONE, "" },
	{ ROWS "### One `one`\n- **If yes:** `next`\n- **If no:** `next`\n### Two `two`\n", 8, FAIL, "can never be reached" },
	{ "### One `one`\n- **If yes:** x\n- **If no:** y\n### Two `two`\n- **Only if:** `one = yes`\n- **Only if:** `one = no`\n",
	    6, FAIL, "cannot be yes and no" },
	/* answers nobody can give */
	{ "### One `one`\n- **If yes:** x\n- **If no:** y\n### Two `two`\n- **Only if:** `one = nno`\n", 5, FAIL,
	    "write `one = no`" },
	{ "### One `one`\n### Two `two`\n- **Only if:** `one = skipped`\n", 0, NONE, "" },
	{ "### One `one`\n- **Write down:** `kind` (one of page, group)\n### Two `two`\n- **Only if:** `kind = pages`\n", 4, FAIL,
	    "write `kind = page`" },
	{ "### One `one`\n- **Write down:** `one` (yes or no)\n### Two `two`\n- **Only if:** `one = yes`\n", 0, NONE, "" },
	/* cycles */
	{ "### One `one`\n- **If yes:** go to `two`\n- **If no:** go to `two`\n### Two `two`\n- **If yes:** go to `one`\n- **If no:** go to `one`\n",
	    5, FAIL, "a cycle without a human choice" },
	{ "### One `one`\n- **If yes:** go to `one`\n- **If no:** go to `one`\n", 2, FAIL, "a cycle without a human choice" },
	{ "### One `one`\n- **If done:** go to `two`\n### Two `two`\n- **If done:** go to `one`\n", 4, FAIL, "2 steps" },
	{ "### One `one`\n- **If done:** go to `one`\n", 2, FAIL, "1 step " },
	{ "### One `one`\n### Two `two`\n- **If it worked:** go to `one`\n", 0, NONE, "" },
	{ "### One `one`\n- **If yes:** go to `two`\n- **If no:** go on\n### Two `two`\n- **If done:** go to `one`\n", 0, NONE,
	    "" },
	/* values */
	{ "### One `one`\nAsk {seen}.\n### Two `two`\n- **Write down:** `seen` (text)\n", 2, FAIL,
	    "before any path has captured it" },
	{ "### One `one`\n- **Write down:** `seen` (text)\n### Two {seen} `two`\n", 0, NONE, "" },
	{ "### One `one`\nAsk {seen}.\n- **Write down:** `seen` (text)\n", 2, FAIL, "before this step has written it down" },
	{ "### One `one`\n- **Write down:** `seen` (text)\n- **Updates:** `{account} notes={seen}`\n", 0, NONE, "" },
	{ "### One `one`\n- **Repeat:** at `nx`\n- **Write down:** `nx` (time)\n", 0, NONE, "" },
	{ "### One `one`\n- **Needs:** `two`\n- **Why:** {seen}\n### Two `two`\n- **Write down:** `seen` (text)\n", 0, NONE, "" },
	{ "### One `one`\n- **Why:** {seen}\n### Two `two`\n- **Write down:** `seen` (text)\n- **If it came back:** go to `one`\n",
	    0, NONE, "" },
	{ "### One `one`\n- **By:** 2 h after start\n- **Why:** {seen}\n### Two `two`\n- **By:** 1 h after start\n- **Write down:** `seen` (text)\n",
	    0, NONE, "" },
	{ "### One `one`\nAsk {sene}.\n- **Write down:** `seen` (text)\n", 2, FAIL, "write seen" },
	{ "### One `one`\nAsk {acount.handle}.\n", 2, FAIL, "write account" },
	{ "### One `one`\nAsk {account.handel}.\n", 2, FAIL, "account has no field handel" },
	{ "### One `one`\nAsk {the owner}.\n", 2, FAIL, "no value and no path" },
	{ "### One `one`\nOn {today}, {severity}, {org.name}, {subject.handle}, {provider.title}.\n", 0, NONE, "" },
	{ "### One `one`\nAt {now}.\n", 2, FAIL, "now is no value" },
	{ "### One `one`\n- **Why:** {row.x}\n", 2, FAIL, "no column of a loop here" },
	{ ROWS "### One {row.x} and {what} `one`\n- **Only if:** `what = x`\n", 0, NONE, "" },
	{ "### One `one`\n- **Only if:** x\n  ```sql\n  SELECT 1 WHERE :account = :who -- :no ':no'\n  ```\n", 4, FAIL,
	    "who is no value" },
	{ "### One `one`\n- **Only if:** x\n  ```sql\n  SELECT 1 FROM nowhere\n  ```\n", 4, FAIL, "no such table: nowhere" },
	{ ROWS "### One `one`\n- **For each:** y\n  ```sql\n  SELECT 1 FROM nowhere\n  ```\n", 8, FAIL, "no such table: nowhere" },
	{ "### One `one`\n- **Confirm:** `acount.handle`\n", 2, FAIL, "**Confirm:**" },
	{ "### One `one`\n- **Confirm:** `account.handel`\n", 2, FAIL, "account has no field handel" },
	{ "### One `one`\n- **Updates:** `{account} handel=x`\n", 2, FAIL, "account has no field handel" },
	{ "### One `one`\n- **Adds:** `grnt role=x`\n", 2, FAIL, "grnt is no kind" },
	{ "### One `one`\n- **Write down:** `xx` (txt) x\n", 2, FAIL, "txt is no kind" },
	{ "### One `one`\n- **Write down:** `xx` (text)\n### Two `two`\n- **Write down:** `xx` (date)\n", 4, WARN,
	    "a date here and a text on line 8" },
	/* the rest */
	{ "### One `one`\n- **Who:** lead\n- **Second person:** lead\n", 3, FAIL, "lead does the step `one` already, and alone" },
	{ "### One `one`\n- **Who:** lead and two\n- **Second person:** lead\n", 0, NONE, "" },
	{ "### One `one`\n1. do\n\n> CAUTION: hot\n", 4, FAIL, "a caution after its action" },
	{ "### One `one`\n- **Why:** x\n\n> WARNING: hot\n", 4, FAIL, "a caution after its action" },
	{ "### One `one`\ntext\n\n> CAUTION: hot\n", 4, WARN, "a caution after text" },
	{ "### One `one`\n1. a\n2. b\n3. c\n4. d\n5. e\n6. f\n7. g\n8. h\n9. i\n10. j\n", 11, WARN, "more than 9 items" },
	{ "### One `one`\n1. a\n2. b\n3. c\n4. d\n5. e\n6. f\n7. g\n8. h\n9. i\n", 0, NONE, "" },
	{ "### One `one`\n## Empty `empty`\n", 2, WARN, "has no step" },
};

START_TEST(test_planted)
{
	struct hf_defects       d = { 0 };
	struct hf_buf           b = HF_BUF_INIT;
	const struct hf_defect *found = NULL;
	size_t                  i, n = 0;

	hf_buf_addf(&b, "%s%s", TITLE, planted[_i].text);
	lint(&d, "incident/aa", b.data, true);
	for (i = 0; i < d.n; i++)
		if (n++ == 0)
			found = &d.list[i];
	if (planted[_i].how == NONE) {
		ck_assert_msg(
		    n == 0, "%d: line %u: %s", _i, found == NULL ? 0 : found->pos.line - 6, found == NULL ? "" : found->text);
	} else {
		ck_assert_msg(n == 1, "%d: %zu defects: %s", _i, n, found == NULL ? "" : d.list[d.n - 1].text);
		ck_assert_msg(strstr(found->text, planted[_i].words) != NULL || strstr(found->fix, planted[_i].words) != NULL,
		    "%d: %s; %s", _i, found->text, found->fix);
		ck_assert_msg(found->pos.line == planted[_i].line + 6, "%d: line %u: %s", _i, found->pos.line - 6, found->text);
		ck_assert_int_eq(found->warning, planted[_i].how == WARN);
	}
	hf_defects_clear(&d);
	hf_buf_clear(&b);
}
END_TEST

/* A good book with one text in it replaced. */
static const struct {
	const char *name, *from, *to;
	unsigned    line;
	int         how;
	const char *words;
} changed[] = {
	{ "incident/theft", "`theft`\n", "`thefts`\n", 1, FAIL, "is not theft" },
	{ "incident/theft", "2026-11-20", "2025-11-20", 6, WARN, "over a year ago" },
	{ "incident/theft", "2026-11-20", "2025-11-21", 0, NONE, "" },
	{ "incident/theft", "2026-11-20", "2026-11-22", 6, WARN, "has not come yet" },
	{ "incident/theft", "- **Reviewed:** 2026-11-20\n", "", 1, WARN, "when it was reviewed" },
	{ "incident/theft", "- **Serves:** R001", "- **Serves:** R002", 7, FAIL, "no guidance on the shelf has a statement R002" },
	{ "incident/theft", "**Subject:** account", "**Subject:** acount", 2, FAIL, "acount is no kind" },
	{ "incident/theft", "{org.siro}", "{org.sirro}", 4, FAIL, "org has no field sirro" },
	{ "incident/theft", "(time) when?", "(tyme) when?", 5, FAIL, "tyme is no kind" },
	{ "incident/theft.cy", "`tell`", "`dweud`", 9, FAIL, "`tell` of line 26 of the original is not here" },
	{ "incident/theft.cy", "- **Sheet:** `sessions`\n", "", 11, FAIL, "`ring` lacks **Sheet:** of line 20" },
	{ "incident/theft.cy", "- **Sheet:** `sessions`\n", "- **Sheet:** `sesiynau`\n", 20, FAIL,
	    "names other things than line 20" },
	{ "incident/theft.cy", "run `incident/theft`", "run `incident/fire`", 23, FAIL, "names other things than line 23" },
	{ "incident/theft.cy", "- **Pwy:** lead\n", "- **Pwy:** owner\n", 16, FAIL, "says something else than the original" },
	{ "incident/theft.cy", "- **Pwy:** lead\n", "- **Pwi:** lead\n", 16, FAIL, "write **Pwy:**" },
	{ "incident/theft.cy", "> CAUTION: gofal.\n\n", "", 11, FAIL, "has 0 cautions" },
	{ "incident/theft.cy", "- **Serves:** R001\n", "- **Serves:** R001\n- **Do not:** x\n", 8, FAIL, "is not in the original" },
	{ "incident/theft.cy", "{account.responder}", "{account.owner}", 3, FAIL, "says something else" },
	{ "words/cy", "**Who:**", "**Woh:**", 2, FAIL, "write **Who:**" },
	{ "provider/x", "official", "secondary", 0, NONE, "" },
	{ "provider/x", "- **Seen on:** 2026-11-20", "- **Seen on:** 2026-01-01", 5, WARN, "was last seen on 2026-01-01" },
	{ "provider/x", "- **Seen on:** 2026-11-20", "- **Seen on:** 2027-01-01", 5, WARN, "has not come yet" },
	{ "provider/x", "{account.handle}", "{account.handel}", 14, FAIL, "account has no field handel" },
	{ "provider/x", "{account.handle}", "{acount.handle}", 14, FAIL, "acount is no kind" },
	{ "provider/x", "{noticed_at}", "{notised_at}", 12, WARN, "written down by no playbook" },
	{ "provider/x", "Go there.\n", "1. Go there.\n\n> CAUTION: hot\n", 20, FAIL, "a caution after its action" },
	{ "provider/x", "- **Serves:** R001", "- **Serves:** R002", 3, FAIL, "statement R002" },
	{ "policy/own", "- **Source:** R001", "- **Source:** R002", 3, FAIL, "statement R002" },
	{ "policy/own", "{what} is", "{whta} is", 3, FAIL, "has no column whta" },
	{ "policy/own", "set {ref}", "set {reff}", 3, FAIL, "has no column reff" },
	{ "policy/own", "a.ref, ", "", 9, FAIL, "no column ref" },
	{ "policy/own", "`set {ref}", "`sett {ref}", 3, FAIL, "no command sett" },
	{ "policy/own", "`set {ref}", "`run show {ref}", 0, NONE, "" },
	{ "policy/own", "notes={today}", "nots={today}", 3, FAIL, "there is no field nots" },
	{ "policy/own", "set {ref} notes={today}", "add account handle={ref} role=x", 3, FAIL,
	    "there is no field role of account" },
	{ "policy/own", "set {ref} notes={today}", "add acount handle={ref}", 3, FAIL, "acount is no kind of record" },
	{ "policy/own", ":today", ":now", 0, NONE, "" },
	{ "policy/own", "- **Severity:** high\n", "", 3, FAIL, "has no **Severity:**" },
	{ "policy/own", "- **Finds:**", "- **Looks at:** people\n  ```sql\n  SELECT id AS person FROM person\n  ```\n- **Finds:**",
	    9, FAIL, "counts by one column" },
	{ "policy/ours", "`HF-201`", "`HF-202`", 3, FAIL, "no other policy has that rule" },
	{ "policy/ours", "low\n", "low\n- **Fix:** `check`\n", 3, FAIL, "has no **Finds:**" },
	{ "profile/short", "`HF-201`", "`HF-202`", 5, FAIL, "no policy on the shelf has a rule HF-202" },
	{ "profile/short", "`HF-201`", "`HF201`", 5, FAIL, "`HF201` is no id of a rule" },
	{ "profile/short", "`HF-201`, ", "HF-201, ", 5, FAIL, "**Rules:**" },
	{ "profile/short", "- **Rules:** `HF-201`, `HF-201`\n", "", 4, FAIL, "has no **Rules:**" },
	{ "profile/short", "**Publisher:**", "**Publishr:**", 2, FAIL, "write **Publisher:**" },
	{ "policy/own", ":today", ":tomorrow", 9, FAIL, "knows no :tomorrow" },
	{ "policy/own", "FROM account a", "FROM nowhere a", 9, FAIL, "no such table" },
	{ "policy/own", "## R `HF-201`", "## `HF-201`", 3, FAIL, "the heading has no words" },
	{ "guidance/ncsc", "`HF-201`", "`HF-999`", 5, FAIL, "`HF-999` names nothing" },
	{ "guidance/ncsc", "theft#ring", "theft#rong", 5, FAIL, "`incident/theft#rong` names nothing" },
	{ "guidance/ncsc", "`incident/theft`", "`incident/fire`", 5, FAIL, "`incident/fire` names nothing" },
	{ "guidance/ncsc", "account.handle", "account.handel", 5, FAIL, "`account.handel` names nothing" },
	{ "guidance/ncsc", "report/internal/siro", "report/internal/sirro", 5, FAIL, "`internal/sirro` names nothing" },
	{ "guidance/ncsc", "command/check", "command/chekc", 5, FAIL, "`chekc` names nothing" },
	{ "template/internal/siro", "{{/skipped}}", "{{/b}}", 2, FAIL, "" },
	{ "template/internal/siro", "{{#skipped}}", "{{> haed}}\n{{#skipped}}", 2, FAIL, "the partial haed is not on the shelf" },
	{ "template/internal/siro", "{{#skipped}}", "{{> siro}}{{> internal/siro}}{{#skipped}}", 0, NONE, "" },
	/* names, also where no data shows them */
	{ "template/internal/siro", "}x{", "}{{title}}, {{why}}, {{org.siro.name}}, {{account.owner.unit.name}}{{.}}{", 0, NONE,
	    "" },
	{ "template/internal/siro", "}x{", "}{{titel}}{", 2, FAIL, "{{titel}}: no report is given that" },
	{ "template/internal/siro", "}x{", "}{{^late}}{{#done}}{{{whyy}}}{{/done}}{{/late}}{", 2, FAIL, "{{whyy}}: no report" },
	{ "template/internal/siro", "}x{", "}{{#tickets}}{{number}}{{numbr}}{{/tickets}}{", 2, FAIL, "{{numbr}}: no report" },
	{ "template/internal/siro", "}x{", "}{{#rows.strangers}}{{anything}}{{/rows.strangers}}{{answers.any.thing}}{", 0, NONE,
	    "" },
	{ "template/internal/siro", "}x{", "}{{#run}}{{lead}}{{leed}}{{/run}}{", 2, FAIL, "{{leed}}: no report" },

	{ "template/internal/siro", "}x{", "}{{#routes.hacked}}{{address}}{{/routes.hacked}}{{routes.stolen}}{", 2, FAIL,
	    "{{routes.stolen}}: no report" },
	{ "template/internal/siro", "account.handle", "account.handel", 1, FAIL, "{{account.handel}}: no report" },
	{ "template/internal/siro", "account.handle", "acount.handle", 1, FAIL, "{{acount.handle}}: no report" },
	{ "template/internal/siro", "account.handle", "account.owner.naem", 1, FAIL, "{{account.owner.naem}}: no report" },
	{ "template/internal/siro", "account.handle", "organisation", 1, FAIL, "{{organisation}}: no report" },
};

START_TEST(test_changed)
{
	struct hf_defects       d = { 0 };
	struct hf_buf           b = HF_BUF_INIT;
	const struct hf_defect *found = NULL;
	const char             *text = NULL, *at;
	size_t                  i, n = 0;

	for (i = 0; i < (size_t)N_OF(good); i++)
		if (strcmp(good[i].name, changed[_i].name) == 0)
			text = good[i].text;
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_nonnull((at = strstr(text, changed[_i].from)));
	hf_buf_add(&b, text, (size_t)(at - text));
	hf_buf_addf(&b, "%s%s", changed[_i].to, at + strlen(changed[_i].from));
	lint(&d, changed[_i].name, b.data, true);
	for (i = 0; i < d.n; i++) {
		n++;
		if (d.list[i].pos.line == changed[_i].line && found == NULL)
			found = &d.list[i];
	}
	ck_assert_msg((n == 0) == (changed[_i].how == NONE), "%d: %zu defects, the first %s", _i, n, n == 0 ? "" : d.list[0].text);
	ck_assert_msg((found == NULL) == (changed[_i].how == NONE), "%d: line %u: %s", _i, n == 0 ? 0 : d.list[0].pos.line,
	    n == 0 ? "" : d.list[0].text);
	if (found != NULL) {
		ck_assert_msg(strstr(found->text, changed[_i].words) != NULL || strstr(found->fix, changed[_i].words) != NULL,
		    "%d: %s; %s", _i, found->text, found->fix);
		ck_assert_int_eq(found->warning, changed[_i].how == WARN);
	}
	hf_defects_clear(&d);
	hf_buf_clear(&b);
}
END_TEST

START_TEST(test_doubles)
{
	static const char text[] =
	    "# O `other`\n## R `HF-201`\n- **Severity:** low\n- **Finds:** x\n  ```sql\n  SELECT 1 record, 2 ref\n  ```\n";
	struct hf_defects   d = { 0 };
	struct hf_lint_opts opts = { .shelf = open_shelf() };

	ck_ok(hf_lint(&d, "policy/other", text, sizeof(text) - 1, &opts, &e));
	ck_assert_uint_ge(hf_defects_errors(&d), 1);
	ck_assert_ptr_nonnull(strstr(d.list[d.n - 1].text, "stands in policy/own too (line 3)"));
	hf_defects_clear(&d);
	hf_shelf_close(opts.shelf);
}
END_TEST

/* Without guidance on the shelf nobody can know which statements there are. */
START_TEST(test_not_judged)
{
	struct hf_defects   d = { 0 };
	struct hf_lint_opts opts = { .today = TODAY };
	static const char   text[] = TITLE "### One `one`\n- **Sheet:** `any`\n- **On zoom:** x\n";

	ck_ok(hf_shelf_open(&opts.shelf, NULL, 0, &e));
	ck_ok(hf_lint(&d, "incident/aa", text, sizeof(text) - 1, &opts, &e));
	ck_assert_uint_eq(d.n, 0);
	hf_shelf_close(opts.shelf);
	ck_ok(hf_lint(&d, "incident/aa", text, sizeof(text) - 1, NULL, &e));
	ck_assert_uint_eq(d.n, 0);
	ck_fails(HF_BAD, "incident/aa: line 1: not UTF-8", hf_lint(&d, "incident/aa", "\xff", 1, NULL, &e));
	hf_defects_clear(&d);
}
END_TEST

/* What was released, or lies under a document of the register, stays. */
START_TEST(test_gone)
{
	static const char text[] = TITLE "### One `one`\n### Three `three`\n", mine[] = TITLE "### One `one`\n";
	static const char released[] =
	    "# remark incident/aa zero\n0.1.0 incident/aa one\n0.1.0 incident/aa two\n0.1.0 incident/aab four\n"
	    "0.2.0 incident/aa three";
	const char         *dirs[1] = { "gone" };
	struct hf_defects   d = { 0 };
	struct hf_lint_opts opts = { .today = TODAY };

	ck_ok(hf_fs_mkdirs("gone/playbooks/incident", &e));
	ck_ok(hf_fs_write("gone/playbooks/incident/aa.md", text, sizeof(text) - 1, &e));
	ck_ok(hf_fs_write("gone/playbooks/released.txt", released, sizeof(released) - 1, &e));
	ck_ok(hf_shelf_open(&opts.shelf, dirs, 1, &e));
	ck_ok(hf_lint(&d, "incident/aa", text, sizeof(text) - 1, &opts, &e));
	ck_assert_uint_eq(d.n, 1);
	ck_assert_str_eq(d.list[0].text, "the id `two` disappeared: it was there in release 0.1.0");
	ck_assert_uint_eq(d.list[0].pos.line, 1);
	ck_assert(d.list[0].warning);
	hf_defects_clear(&d);
	ck_ok(hf_shelf_add(opts.shelf, "incident/aa", mine, sizeof(mine) - 1, &e));
	ck_ok(hf_lint(&d, "incident/aa", mine, sizeof(mine) - 1, &opts, &e));
	ck_assert_uint_eq(d.n, 2);
	ck_assert_ptr_nonnull(strstr(d.list[0].text, "`three` disappeared: it was there in the version that was installed"));
	ck_assert_ptr_nonnull(strstr(d.list[1].text, "`two` disappeared"));
	hf_defects_clear(&d);
	hf_shelf_close(opts.shelf);
	ck_ok(hf_fs_remove_tree("gone", &e));
}
END_TEST

START_TEST(test_type)
{
	ck_assert_int_eq(hf_book_type("incident/x"), HF_BOOK_PLAYBOOK);
	ck_assert_int_eq(hf_book_type("routine/x"), HF_BOOK_PLAYBOOK);
	ck_assert_int_eq(hf_book_type("provider/x"), HF_BOOK_PROVIDER);
	ck_assert_int_eq(hf_book_type("policy/x"), HF_BOOK_POLICY);
	ck_assert_int_eq(hf_book_type("guidance/x"), HF_BOOK_GUIDANCE);
	ck_assert_int_eq(hf_book_type("words/x"), HF_BOOK_WORDS);
	ck_assert_int_eq(hf_book_type("template/provider/x"), HF_BOOK_TEMPLATE);
}
END_TEST

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* 5,000 steps that need, name and come back to each other: under a second. */
START_TEST(test_large)
{
	struct hf_defects d = { 0 };
	struct hf_buf     b = HF_BUF_INIT;
	double            began;
	int               i;

	hf_buf_adds(&b, "# A `aa`\n- **Subject:** account\n- **Role:** `lead` l\n- **Reviewed:** 2026-11-20\n");
	for (i = 0; i < 5000; i++) {
		if (i % 50 == 0)
			hf_buf_addf(&b, "## Phase `phase-%d`\n", i);
		hf_buf_addf(&b,
		    "### Step %d `step-%d`\n> CAUTION: {account.handle}\n\n1. Ring {account.owner.name} about {v%d}.\n\n", i, i,
		    i == 0 ? 4999 : i - 1);
		hf_buf_addf(&b,
		    "- **Who:** lead\n- **By:** %d min after start\n- **Keep:** `keep-%d` x\n- **Write down:** `v%d` (text) y\n", i,
		    i, i);
		hf_buf_addf(&b, "- **Needs:** `keep-%d`, `step-%d`\n- **If yes:** go to `step-%d`\n- **If no:** go on\n", i,
		    i == 0 ? 4999 : i - 1, i / 2);
	}
	began = seconds();
	lint(&d, "incident/aa", b.data, true);
	began = seconds() - began;
	ck_assert_uint_eq(hf_defects_errors(&d), 1); /* the circle of 5,000 needs */
	ck_assert_ptr_nonnull(strstr(d.list[0].text, "wait for each other"));
	ck_assert_msg(began < SLOWER * 1.0, "%.2f s", began);
	hf_defects_clear(&d);
	hf_buf_clear(&b);
}
END_TEST

/* What we ship: every book on the shelf of this source tree parses and has no error. */
START_TEST(test_shipped)
{
	const char                 *dirs[1] = { getenv("HOLDFAST_TOP") };
	const struct hf_shelf_book *books;
	struct hf_lint_opts         opts = { .today = TODAY };
	struct hf_defects           d = { 0 };
	struct hf_buf               b = HF_BUF_INIT, said = HF_BUF_INIT;
	size_t                      n, i, k;

	if (dirs[0] == NULL)
		dirs[0] = ".";
	ck_ok(hf_shelf_open(&opts.shelf, dirs, 1, &e));
	ck_ok(hf_shelf_list(&books, &n, opts.shelf, &e));
	ck_assert_uint_gt(n, 0);
	for (i = 0; i < n; i++) {
		hf_buf_cut(&b, 0);
		ck_ok(hf_fs_read(&b, books[i].path, HF_DOC_MAX, &e));
		ck_ok(hf_lint(&d, books[i].name, hf_buf_str(&b), b.len, &opts, &e));
		for (k = 0; k < d.n; k++)
			if (!d.list[k].warning)
				hf_buf_addf(&said, "\n%s:%u:%u: %s", books[i].path, d.list[k].pos.line, d.list[k].pos.column,
				    d.list[k].text);
		hf_defects_clear(&d);
	}
	ck_assert_msg(said.len == 0, "%s", hf_buf_str(&said));
	hf_shelf_close(opts.shelf);
	hf_buf_clear(&b);
	hf_buf_clear(&said);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lint");
	TCase *t = tcase_create("lint");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, test_good, 0, N_OF(good));
	tcase_add_loop_test(t, test_planted, 0, N_OF(planted));
	tcase_add_loop_test(t, test_changed, 0, N_OF(changed));
	tcase_add_test(t, test_doubles);
	tcase_add_test(t, test_not_judged);
	tcase_add_test(t, test_gone);
	tcase_add_test(t, test_type);
	tcase_add_test(t, test_large);
	tcase_add_test(t, test_shipped);
	suite_add_tcase(s, t);
	return run_suite(s);
}
