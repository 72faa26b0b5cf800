#include <stdio.h>

#include "holdfast/playbook.h"
#include "test.h"

static const char whole[] =
    "# Trial `trial`\n"                                                                                    /* 1 */
    "\n"                                                                                                   /* 2 */
    "- **In short:** one line.\n"                                                                          /* 3 */
    "- **Do not:** this.\n"                                                                                /* 4 */
    "- **Do not:** that.\n"                                                                                /* 5 */
    "- **Use when:** it burns.\n"                                                                          /* 6 */
    "- **Not for:** water, see `incident/flood`.\n"                                                        /* 7 */
    "- **Subject:** account\n"                                                                             /* 8 */
    "- **Role:** `lead` incident lead: {account.responder}, {account.responder_deputy}\n"                  /* 9 */
    "- **Role:** `reporter` whoever saw it\n"                                                              /* 10 */
    "- **Role:** `it` identity: mail and more: {org.it}\n"                                                 /* 11 */
    "- **Severity:** `1` bad\n"                                                                            /* 12 */
    "- **Severity:** `2` not so bad\n"                                                                     /* 13 */
    "- **Ask first:** `noticed_at` (time) when was the first sign?\n"                                      /* 14 */
    "- **Reviewed:** 2026-11-20\n"                                                                         /* 15 */
    "- **Serves:** R001, R004 and R058\n"                                                                  /* 16 */
    "\n"                                                                                                   /* 17 */
    "## Look `look`\n"                                                                                     /* 18 */
    "\n"                                                                                                   /* 19 */
    "- **Who:** lead\n"                                                                                    /* 20 */
    "- **By:** 2 h after start\n"                                                                          /* 21 */
    "- **Second person:** it, to skip\n"                                                                   /* 22 */
    "- **For each:** thing\n"                                                                              /* 23 */
    "  ```sql\n"                                                                                           /* 24 */
    "  SELECT id AS thing, a.what, count(*) n FROM a -- , no\n"                                            /* 25 */
    "  ```\n"                                                                                              /* 26 */
    "\n"                                                                                                   /* 27 */
    "### First `first`\n"                                                                                  /* 28 */
    "> CAUTION: hot.\n"                                                                                    /* 29 */
    "\n"                                                                                                   /* 30 */
    "- **Who:** lead and it; one reads, one types\n"                                                       /* 31 */
    "- **By:** at start\n"                                                                                 /* 32 */
    "- **Only if:** `what = grant`\n"                                                                      /* 33 */
    "- **Only if:** it is significant\n"                                                                   /* 34 */
    "- **Only if:** it is ours\n"                                                                          /* 35 */
    "  ```sql\n"                                                                                           /* 36 */
    "  SELECT 1\n"                                                                                         /* 37 */
    "  ```\n"                                                                                              /* 38 */
    "- **Keep:** `shot` a screenshot\n"                                                                    /* 39 */
    "- **Keep:** `copy`\n"                                                                                 /* 40 */
    "- **Write down:** `seen_by` (person) who saw it\n"                                                    /* 41 */
    "  ```sql\n"                                                                                           /* 42 */
    "  SELECT id, name FROM person\n"                                                                      /* 43 */
    "  ```\n"                                                                                              /* 44 */
    "- **Write down:** `severity` (one of 1, 2)\n"                                                         /* 45 */
    "- **Write down:** `sure` (yes or no) sure?\n"                                                         /* 46 */
    "- **Confirm:** `account.handle`, `account.url`\n"                                                     /* 47 */
    "- **Updates:** `{thing} holder={seen_by} note+=seen by two of us until-={today}`\n"                   /* 48 */
    "- **Updates:** `{account} {what}=`\n"                                                                 /* 49 */
    "- **Adds:** `grant account={account} role=admin`\n"                                                   /* 50 */
    "- **Report:** `provider/{account.provider}`\n"                                                        /* 51 */
    "- **Sheet:** `sessions`\n"                                                                            /* 52 */
    "- **On signal, x instead:** unlink it.\n"                                                             /* 53 */
    "- **On telegram:** `skip`, there is none.\n"                                                          /* 54 */
    "- **Second person:** it and lead, before\n"                                                           /* 55 */
    "- **Wait:** until they write\n"                                                                       /* 56 */
    "- **Repeat:** every 24 h until `second`\n"                                                            /* 57 */
    "- **If Yes, an honest mistake:** run `incident/flood` on {thing}, run `routine/leaver` and `stop`.\n" /* 58 */
    "- **If no answer:** `next`\n"                                                                         /* 59 */
    "- **If not sure:** go on.\n"                                                                          /* 60 */
    "- **If it fails:** go to `second`.\n"                                                                 /* 61 */
    "- **Why:** because.\n"                                                                                /* 62 */
    "\n"                                                                                                   /* 63 */
    "### Second `second`\n"                                                                                /* 64 */
    "- **Needs:** `first`, `shot` and `seen_by`\n"                                                         /* 65 */
    "- **Needs:** nothing is left\n"                                                                       /* 66 */
    "  ```sql\n"                                                                                           /* 67 */
    "  SELECT 1\n"                                                                                         /* 68 */
    "  ```\n"                                                                                              /* 69 */
    "- **Wait:** 24 h\n"                                                                                   /* 70 */
    "- **Repeat:** every 7 days, 4 times\n"                                                                /* 71 */
    "\n"                                                                                                   /* 72 */
    "## Close `close`\n"                                                                                   /* 73 */
    "\n"                                                                                                   /* 74 */
    "### Third `third`\n"                                                                                  /* 75 */
    "- **By:** 10 working days before `noticed_at`\n"                                                      /* 76 */
    "- **Repeat:** at `next_update` until answered\n"                                                      /* 77 */
    "- **Write down:** `next_update` (time)\n"                                                             /* 78 */
    "- **If yes:** go on.\n"                                                                               /* 79 */
    "- **If no:** go on.\n"                                                                                /* 80 */
    "\n"                                                                                                   /* 81 */
    "### Fourth `fourth`\n"                                                                                /* 82 */
    "- **By:** on `noticed_at`\n"                                                                          /* 83 */
    "\n"                                                                                                   /* 84 */
    "### Fifth `fifth`\n"                                                                                  /* 85 */
    "- **By:** 1 day after `third`\n";                                                                     /* 86 */

static struct hf_playbook *
parse(const char *text)
{
	struct hf_defects   d = { 0 };
	struct hf_playbook *p = NULL;
	struct hf_err       e = HF_ERR_INIT;
	enum hf_code        rc = hf_playbook_parse(&p, text, strlen(text), &d, &e);

	ck_assert_msg(rc == HF_OK, "%s", e.msg);
	ck_assert_msg(d.n == 0, "%u: %s", d.n > 0 ? d.list[0].pos.line : 0, d.n > 0 ? d.list[0].text : "");
	hf_defects_clear(&d);
	return p;
}

START_TEST(test_title)
{
	struct hf_playbook *p = parse(whole);

	ck_assert_str_eq(p->id, "trial");
	ck_assert_str_eq(p->title, "Trial");
	ck_assert_str_eq(p->in_short, "one line.");
	ck_assert_uint_eq(p->do_not.n, 2);
	ck_assert_str_eq(p->do_not.v[1], "that.");
	ck_assert_str_eq(p->not_for, "water, see `incident/flood`.");
	ck_assert_str_eq(p->subjects.v[0], "account");
	ck_assert_uint_eq(p->n_roles, 3);
	ck_assert_str_eq(p->roles[0].words, "incident lead");
	ck_assert_str_eq(p->roles[0].paths.v[1], "account.responder_deputy");
	ck_assert_str_eq(hf_playbook_role(p, "reporter")->words, "whoever saw it");
	ck_assert_uint_eq(p->roles[1].paths.n, 0);
	ck_assert_str_eq(p->roles[2].words, "identity: mail and more");
	ck_assert_ptr_eq(hf_playbook_severity(p, "2"), &p->severities[1]);
	ck_assert_str_eq(p->severities[1].text, "not so bad");
	ck_assert_int_eq(p->ask[0].type, HF_VALUE_TIME);
	ck_assert_str_eq(p->ask[0].prompt, "when was the first sign?");
	ck_assert_str_eq(p->reviewed, "2026-11-20");
	ck_assert_uint_eq(p->serves.n, 3);
	ck_assert_str_eq(p->serves.v[2], "R058");
	hf_playbook_free(p);
}
END_TEST

START_TEST(test_phase)
{
	struct hf_playbook    *p = parse(whole);
	const struct hf_phase *ph = hf_playbook_phase(p, "look");
	const struct hf_step  *s = hf_playbook_step(p, "second");

	ck_assert_uint_eq(p->n_phases, 2);
	ck_assert_uint_eq(ph->n, 2);
	ck_assert_uint_eq(p->phases[1].first, 2);
	ck_assert_str_eq(ph->loop.text, "thing");
	ck_assert_uint_eq(ph->loop.pos.line, 25);
	ck_assert_uint_eq(ph->loop.columns.n, 3);
	ck_assert_str_eq(ph->loop.columns.v[0], "thing");
	ck_assert_str_eq(ph->loop.columns.v[1], "what");
	ck_assert_str_eq(ph->loop.columns.v[2], "n");
	ck_assert_int_eq(ph->second.when, HF_SECOND_SKIP);
	ck_assert_ptr_eq(hf_step_who(p, s), &ph->who);
	ck_assert_ptr_eq(hf_step_second(p, s), &ph->second);
	ck_assert_ptr_eq(&p->phases[s->phase], ph);
	ck_assert_ptr_null(p->phases[hf_playbook_step(p, "third")->phase].loop.sql);
	ck_assert_ptr_null(hf_playbook_step(p, "look"));
	ck_assert_ptr_null(hf_playbook_phase(p, "first"));
	ck_assert_ptr_null(hf_playbook_role(p, "nobody"));
	ck_assert_ptr_null(hf_playbook_severity(p, "9"));
	hf_playbook_free(p);
}
END_TEST

START_TEST(test_step)
{
	struct hf_playbook   *p = parse(whole);
	const struct hf_step *s = hf_playbook_step(p, "first");

	ck_assert_str_eq(s->title, "First");
	ck_assert_uint_eq(s->pos.line, 28);
	ck_assert_int_eq(s->blocks[0].type, HF_BLOCK_CAUTION);
	ck_assert_uint_eq(s->who.roles.n, 2);
	ck_assert_str_eq(s->who.text, "one reads, one types");
	ck_assert_int_eq(s->by.kind, HF_BY_START);
	ck_assert_uint_eq(s->n_only, 3);
	ck_assert_int_eq(s->only[0].kind, HF_COND_IS);
	ck_assert_str_eq(s->only[0].name, "what");
	ck_assert_str_eq(s->only[0].answer, "grant");
	ck_assert_int_eq(s->only[1].kind, HF_COND_TEXT);
	ck_assert_int_eq(s->only[2].kind, HF_COND_QUERY);
	ck_assert_uint_eq(s->n_keep, 2);
	ck_assert_str_eq(s->keep[0].text, "a screenshot");
	ck_assert_str_eq(s->keep[1].text, "");
	ck_assert_uint_eq(s->n_write, 3);
	ck_assert_str_eq(s->write[0].kind, "person");
	ck_assert_str_eq(s->write[0].sql, "SELECT id, name FROM person\n");
	ck_assert_int_eq(s->write[1].type, HF_VALUE_CHOICE);
	ck_assert_str_eq(s->write[1].choices.v[1], "2");
	ck_assert_str_eq(s->write[1].prompt, "");
	ck_assert_ptr_null(s->write[1].sql);
	ck_assert_int_eq(s->write[2].type, HF_VALUE_BOOL);
	ck_assert_str_eq(s->confirm.v[1], "account.url");
	ck_assert_str_eq(s->reports.v[0], "provider/{account.provider}");
	ck_assert_str_eq(s->sheets.v[0], "sessions");
	ck_assert_int_eq(s->second.when, HF_SECOND_BEFORE);
	ck_assert_uint_eq(s->second.roles.n, 2);
	ck_assert_str_eq(s->wait.text, "until they write");
	ck_assert(!s->wait.timed);
	ck_assert_str_eq(s->repeat.until, "second");
	ck_assert(s->repeat.every && s->repeat.span.n == 24 && s->repeat.span.unit == HF_UNIT_HOUR);
	ck_assert_str_eq(s->why, "because.");
	hf_playbook_free(p);
}
END_TEST

START_TEST(test_changes)
{
	struct hf_playbook         *p = parse(whole);
	const struct hf_change_rec *c = hf_playbook_step(p, "first")->updates;

	ck_assert_uint_eq(hf_playbook_step(p, "first")->n_updates, 3);
	ck_assert_str_eq(c[0].target, "thing");
	ck_assert_uint_eq(c[0].n_set, 3);
	ck_assert_str_eq(c[0].set[0].value, "{seen_by}");
	ck_assert_int_eq(c[0].set[0].op, '=');
	ck_assert_str_eq(c[0].set[1].field, "note");
	ck_assert_int_eq(c[0].set[1].op, '+');
	ck_assert_str_eq(c[0].set[1].value, "seen by two of us");
	ck_assert_int_eq(c[0].set[2].op, '-');
	ck_assert_str_eq(c[1].set[0].field, "{what}");
	ck_assert_str_eq(c[1].set[0].value, "");
	ck_assert_str_eq(c[2].kind, "grant");
	ck_assert_str_eq(c[2].target, "");
	ck_assert_uint_eq(c[2].n_set, 2);
	hf_playbook_free(p);
}
END_TEST

START_TEST(test_routes)
{
	struct hf_playbook    *p = parse(whole);
	const struct hf_step  *s = hf_playbook_step(p, "first");
	const struct hf_route *r = s->routes;

	ck_assert_uint_eq(s->n_routes, 4);
	ck_assert_str_eq(r[0].key, "yes");
	ck_assert_str_eq(r[0].label, "Yes, an honest mistake");
	ck_assert_uint_eq(r[0].n_to, 3);
	ck_assert_int_eq(r[0].to[0].verb, HF_RUN);
	ck_assert_str_eq(r[0].to[0].name, "incident/flood");
	ck_assert_str_eq(r[0].to[0].on, "thing");
	ck_assert_str_eq(r[0].to[1].on, "");
	ck_assert_int_eq(r[0].to[2].verb, HF_STOP);
	ck_assert_str_eq(r[1].key, "no-answer");
	ck_assert_int_eq(r[1].to[0].verb, HF_NEXT);
	ck_assert_uint_eq(r[2].n_to, 0);
	ck_assert_str_eq(r[3].key, "it-fails");
	ck_assert_int_eq(r[3].to[0].verb, HF_GO);
	ck_assert_uint_eq(s->n_on, 2);
	ck_assert_uint_eq(s->on[0].providers.n, 2);
	ck_assert_str_eq(s->on[0].providers.v[1], "x");
	ck_assert(s->on[0].instead && !s->on[0].skip);
	ck_assert(!s->on[1].instead && s->on[1].skip);
	ck_assert_str_eq(s->on[1].text, "there is none.");
	hf_playbook_free(p);
}
END_TEST

START_TEST(test_clocks)
{
	struct hf_playbook   *p = parse(whole);
	const struct hf_step *s = hf_playbook_step(p, "second");

	ck_assert_uint_eq(s->n_needs, 2);
	ck_assert_uint_eq(s->needs[0].ids.n, 3);
	ck_assert_str_eq(s->needs[1].text, "nothing is left");
	ck_assert_ptr_nonnull(s->needs[1].sql);
	ck_assert(s->wait.timed && s->wait.span.n == 24);
	ck_assert_int_eq(s->repeat.times, 4);
	s = hf_playbook_step(p, "third");
	ck_assert_int_eq(s->by.kind, HF_BY_SPAN);
	ck_assert_int_eq(s->by.anchor, HF_ANCHOR_VALUE);
	ck_assert_str_eq(s->by.name, "noticed_at");
	ck_assert(s->by.before && s->by.span.n == 10 && s->by.span.unit == HF_UNIT_WORKDAY);
	ck_assert_str_eq(s->repeat.at, "next_update");
	ck_assert_str_eq(s->repeat.until, "answered");
	ck_assert_int_eq(hf_playbook_step(p, "fourth")->by.kind, HF_BY_ON);
	s = hf_playbook_step(p, "fifth");
	ck_assert_int_eq(s->by.anchor, HF_ANCHOR_STEP);
	ck_assert_str_eq(s->by.text, "1 day after `third`");
	hf_playbook_free(p);
}
END_TEST

/*
 * One field in an otherwise good book, which has a step one, a phase phase, evidence shot, and values when (time) and what (text). T, P
 * and S: under the title, the phase, the step two on line 16.
 */
static const struct {
	char        where;
	const char *field;
	const char *words; /* in the defect or in what to write instead; NULL: it is good */
} fields[] = {
	{ 'S', "**Who:** lead", NULL },
	{ 'S', "**Who:** lead; and nobody else", NULL },
	{ 'S', "**Who:** laed", "write lead" },
	{ 'S', "**Who:** stranger", "is no role of this book" },
	{ 'S', "**Who:** `lead`", "is no role of this book" },
	{ 'S', "**Who:** ; nobody", "names no role" },
	{ 'S', "**Who:**", "says nothing" },
	{ 'S', "**who:** lead", "write **Who:**" },
	{ 'S', "**Whom:** lead", "write **Who:**" },
	{ 'S', "**Colour:** red", "unknown label **Colour:**" },
	{ 'S', "**If:** x", "unknown label **If:**" },
	{ 'S', "**Reviewed:** 2026-11-20", "stands in the title, not in a step" },
	{ 'T', "**Keep:** `x1` y", "stands in a step, not in the title" },
	{ 'P', "**Keep:** `x1` y", "stands in a step, not in a phase" },
	{ 'P', "**Who:** lead", NULL },
	{ 'S', "**By:** at start", NULL },
	{ 'S', "**By:** 1 min after start", NULL },
	{ 'S', "**By:** 1 day before start", NULL },
	{ 'S', "**By:** 20 working days after `one`", NULL },
	{ 'S', "**By:** 2 h before `when`", NULL },
	{ 'S', "**By:** on `when`", NULL },
	{ 'S', "**By:** tomorrow", "write at start; 5 min after start" },
	{ 'S', "**By:** 5 minutes after start", "write at start" },
	{ 'S', "**By:** 5 min", "write at start" },
	{ 'S', "**By:** 5 min after start, please", "write at start" },
	{ 'S', "**By:** 5 min after one", "write at start" },
	{ 'S', "**By:** 5 min after `phase`", "write its first step, `one`" },
	{ 'S', "**By:** 5 min after `onne`", "write `one`" },
	{ 'S', "**By:** 5 min after `what`", "is no date and no time" },
	{ 'S', "**By:** on `one`", "`one` is a step, not a value" },
	{ 'S', "**By:** on `shot`", "`shot` is evidence to keep" },
	{ 'S', "**Only if:** `one = yes`", NULL },
	{ 'S', "**Only if:** they agree", NULL },
	{ 'S', "**Only if:** `one`", "cannot be read" },
	{ 'S', "**Only if:** `one = yes` and more", "and nothing else" },
	{ 'S', "**Only if:** `five = yes`", "no id of this book" },
	{ 'S', "**Needs:** `one`, `phase`, `shot` and `when`", NULL },
	{ 'S', "**Needs:** something", "takes code spans" },
	{ 'S', "**Needs:** `one` is done", "and nothing else" },
	{ 'S', "**Needs:** `shoot`", "write `shot`" },
	{ 'S', "**Keep:** `picture` of it", NULL },
	{ 'S', "**Keep:** a picture", "write `captures` and what to keep" },
	{ 'S', "**Keep:** `Picture 1` of it", "does not begin with the id" },
	{ 'S', "**Write down:** `x` (text)", NULL },
	{ 'S', "**Write down:** `x` (one of a, b) which", NULL },
	{ 'S', "**Write down:** `x` (supplier)", NULL },
	{ 'S', "**Write down:** `x` what", "does not say the type" },
	{ 'S', "**Write down:** x (text)", "in a code span" },
	{ 'S', "**Write down:** `x-y` (text)", "no name of a value" },
	{ 'S', "**Write down:** `x` (one of a)", "One choice is none" },
	{ 'S', "**Write down:** `x` (e-mail)", "the types are text, number" },
	{ 'S', "**Write down:** `account` (text)", "means something already" },
	{ 'S', "**Write down:** `today` (date)", "means something already" },
	{ 'S', "**Write down:** `subject` (text)", "means something already" },
	{ 'S', "**Confirm:** `account.handle`", NULL },
	{ 'S', "**Confirm:** `handle`", "no field of a record" },
	{ 'S', "**Confirm:** account.handle", "takes code spans" },
	{ 'S', "**Updates:** `{account} state=live`", NULL },
	{ 'S', "**Updates:** `account state=live`", "cannot be read" },
	{ 'S', "**Updates:** `{account} live`", "cannot be read" },
	{ 'S', "**Updates:** `{account}`", "cannot be read" },
	{ 'S', "**Updates:** {account} state=live", "takes code spans" },
	{ 'S', "**Adds:** `grant role=admin`", NULL },
	{ 'S', "**Adds:** `grant`", "cannot be read" },
	{ 'S', "**Report:** `internal/siro-first`", NULL },
	{ 'S', "**Report:** `siro-first`", "is no template" },
	{ 'S', "**Report:** the SIRO's", "takes code spans" },
	{ 'S', "**Sheet:** `sessions`", NULL },
	{ 'S', "**Sheet:** sessions", "takes code spans" },
	{ 'S', "**On x, google-workspace:** text", NULL },
	{ 'S', "**On x instead:** text", NULL },
	{ 'S', "**On X:** text", "X is no name of a provider" },
	{ 'S', "**On x:** skip", "write it as a code span" },
	{ 'S', "**Second person:** lead", NULL },
	{ 'S', "**Second person:** lead, before", NULL },
	{ 'S', "**Second person:** lead, to skip", NULL },
	{ 'S', "**Second person:** lead, after", "after is no role of this book" },
	{ 'S', "**Wait:** until it rains", NULL },
	{ 'S', "**Repeat:** every 2 days", NULL },
	{ 'S', "**Repeat:** every 2 days until `one`, 3 times", NULL },
	{ 'S', "**Repeat:** at `when`", NULL },
	{ 'S', "**Repeat:** daily", "write every 24 h" },
	{ 'S', "**Repeat:** every 0 days", "write every 24 h" },
	{ 'S', "**Repeat:** every 1 h until `shot`", "is evidence to keep, not a step" },
	{ 'S', "**Repeat:** every 1 h until answered", "the step asks nothing" },
	{ 'S', "**Repeat:** at `what`", "is no date and no time" },
	{ 'S', "**For each:** thing", "has no query" },
	{ 'S', "**If yes:** go to `one`.", NULL },
	{ 'S', "**If yes:** go on.", NULL },
	{ 'S', "**If yes:** go to `phase`.", "write its first step, `one`" },
	{ 'S', "**If yes:** go to `onee`.", "write `one`" },
	{ 'S', "**If yes:** keep `shot`.", "is evidence to keep, not a step" },
	{ 'S', "**If yes:** go to `one` or `two`.", "2 ways to go on" },
	{ 'S', "**If yes:** `next`", "no **For each:** stands here" },
	{ 'S', "**If yes:** see `HF-901`.", "leads nowhere" },
	{ 'S', "**If yes:** run `provider/x`.", "leads nowhere" },
	{ 'S', "**If ,:** x", "has no answer" },
	{ 'S', "**If it fails:** go to `one`.", NULL },
	{ 'S', "**Why:** so.", NULL },
	{ 'T', "**Reviewed:** yesterday", "is no date" },
	{ 'T', "**Reviewed:** 2026-02-30", "is no date" },
	{ 'T', "**Serves:** R1", "no number of a statement" },
	{ 'T', "**Serves:** R001", NULL },
	{ 'T', "**Role:** `boss` the boss: {org.siro}", NULL },
	{ 'T', "**Role:** the boss", "does not begin with the id" },
	{ 'T', "**Role:** `boss` the boss {org.siro}", "its paths cannot be read" },
	{ 'T', "**Role:** `boss` the boss: {org siro}", "its paths cannot be read" },
	{ 'T', "**Role:** `lead` again", "the role `lead` stands twice" },
	{ 'T', "**Severity:** `1` bad", NULL },
	{ 'T', "**Severity:** bad", "does not begin with its number" },
	{ 'T', "**Ask first:** when?", "does not begin with the name" },
	{ 'T', "**Subject:** person", "stands here twice" },
};

START_TEST(test_fields)
{
	struct hf_defects   d = { 0 };
	struct hf_playbook *p = NULL;
	struct hf_err       why = HF_ERR_INIT;
	struct hf_buf       b = HF_BUF_INIT;
	unsigned            line = fields[_i].where == 'T' ? 5 : fields[_i].where == 'P' ? 8 : 16;
	char                where[16];
	const char         *t = fields[_i].field;

	hf_buf_addf(&b, "# A `a`\n\n- **Subject:** account\n- **Role:** `lead` lead\n%s%s\n\n", fields[_i].where == 'T' ? "- " : "",
	    fields[_i].where == 'T' ? t : "");
	hf_buf_addf(&b, "## Phase `phase`\n%s%s\n\n", fields[_i].where == 'P' ? "- " : "", fields[_i].where == 'P' ? t : "");
	hf_buf_adds(
	    &b, "### One `one`\n- **Keep:** `shot` x\n- **Write down:** `when` (time)\n- **Write down:** `what` (text)\n\n");
	hf_buf_addf(&b, "### Two `two`\n%s%s\n", fields[_i].where == 'S' ? "- " : "", fields[_i].where == 'S' ? t : "");
	if (fields[_i].words == NULL) {
		ck_ok(hf_playbook_parse(&p, b.data, b.len, &d, &e));
		ck_assert_uint_eq(d.n, 0);
	} else {
		ck_assert_int_eq(hf_playbook_parse(&p, b.data, b.len, &d, &why), HF_BAD);
		ck_assert_ptr_null(p);
		ck_assert_uint_ge(d.n, 1);
		ck_assert_msg(strstr(d.list[0].text, fields[_i].words) != NULL || strstr(d.list[0].fix, fields[_i].words) != NULL,
		    "%s: %s; %s", t, d.list[0].text, d.list[0].fix);
		ck_assert_msg(d.list[0].pos.line == line, "%s: line %u", t, d.list[0].pos.line);
		snprintf(where, sizeof(where), "%u:%u: ", d.list[0].pos.line, d.list[0].pos.column);
		ck_assert_msg(strncmp(why.msg, where, strlen(where)) == 0, "%s", why.msg);
	}
	hf_playbook_free(p);
	hf_defects_clear(&d);
	hf_buf_clear(&b);
}
END_TEST

/* Two answers that begin with one word are told apart by all their words. */
START_TEST(test_twins)
{
	static const char text[] =
	    "# A `a`\n## P `ph`\n### S `st`\n- **If yes, an honest mistake:** x\n- **If yes, and it was meant:** y\n"
	    "- **If yes, thirdly:** z\n- **If no:** w\n";
	struct hf_defects   d = { 0 };
	struct hf_playbook *p;

	ck_ok(hf_playbook_parse(&p, text, sizeof(text) - 1, &d, &e));
	ck_assert_uint_eq(d.n, 2);
	ck_assert(d.list[0].warning);
	ck_assert_uint_eq(d.list[0].pos.line, 5);
	ck_assert_str_eq(p->steps[0].routes[0].key, "yes-an-honest-mistake");
	ck_assert_str_eq(p->steps[0].routes[1].key, "yes-and-it-was-meant");
	ck_assert_str_eq(p->steps[0].routes[2].key, "yes-thirdly");
	ck_assert_str_eq(p->steps[0].routes[3].key, "no");
	hf_playbook_free(p);
	hf_defects_clear(&d);
}
END_TEST

START_TEST(test_words)
{
	static const char words[] =
	    "# Cymraeg `cy`\n\n- **Who:** Pwy\n- **By:** Erbyn\n- **If:** Os\n- **On:** Ar\n- **instead:** yn lle hynny\n"
	    "- **after:** ar \xc3\xb4l\n- **start:** dechrau\n- **min:** munud\n- **and:** a\n- **on:** ar\n";
	static const char text[] =
	    "# A `a`\n- **Role:** `owner` o\n- **Role:** `it` i\n## P `ph`\n### S `st`\n- **Pwy:** owner a it\n"
	    "- **Erbyn:** 5 munud ar \xc3\xb4l dechrau\n- **Ar signal yn lle hynny:** x\n"
	    "- **Os ie:** run `incident/b` ar {account}.\n- **Keep:** `kept` English is read too\n";
	struct hf_defects     d = { 0 };
	struct hf_wordlist   *list;
	struct hf_playbook   *p;
	const struct hf_step *s;

	ck_ok(hf_wordlist_parse(&list, words, sizeof(words) - 1, &d, &e));
	ck_ok(hf_playbook_parse_in(&p, text, sizeof(text) - 1, list, &d, &e));
	ck_assert_uint_eq(d.n, 0);
	s = &p->steps[0];
	ck_assert_uint_eq(s->who.roles.n, 2);
	ck_assert_int_eq(s->by.span.n, 5);
	ck_assert_int_eq(s->by.anchor, HF_ANCHOR_START);
	ck_assert(s->on[0].instead);
	ck_assert_str_eq(s->on[0].providers.v[0], "signal");
	ck_assert_str_eq(s->routes[0].key, "ie");
	ck_assert_str_eq(s->routes[0].to[0].on, "account");
	ck_assert_uint_eq(s->n_keep, 1);
	ck_assert_str_eq(hf_wordlist_get(list, "Keep"), "Keep");
	ck_assert_str_eq(hf_wordlist_get(NULL, "Who"), "Who");
	hf_playbook_free(p);
	hf_wordlist_free(list);
	ck_fails(HF_BAD, "is no word of the grammar", hf_wordlist_parse(&list, "# A `a`\n- **Whoo:** x\n", 21, &d, &e));
	ck_fails(HF_BAD, "stands here twice", hf_wordlist_parse(&list, "# A `a`\n- **Who:** x\n- **Who:** y\n", 34, &d, &e));
	hf_defects_clear(&d);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("playbook");
	TCase *t = tcase_create("playbook");

	tcase_add_test(t, test_title);
	tcase_add_test(t, test_phase);
	tcase_add_test(t, test_step);
	tcase_add_test(t, test_changes);
	tcase_add_test(t, test_routes);
	tcase_add_test(t, test_clocks);
	tcase_add_loop_test(t, test_fields, 0, N_OF(fields));
	tcase_add_test(t, test_twins);
	tcase_add_test(t, test_words);
	suite_add_tcase(s, t);
	return run_suite(s);
}
