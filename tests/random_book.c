#include "random_book.h"

#include <stdbool.h>

#include "books_aid.h"
#include "test.h"

#define MOST_STEPS 12

enum asks { PLAIN, TWO_WAYS, FAILS, CHOICE, KEEPS, MOMENT, DAY, SURE, NUMBER, ALL_ASKS };

struct plan {
	unsigned       n, phases, phase[MOST_STEPS];
	enum asks      asks[MOST_STEPS];
	bool           loop[MOST_STEPS + 1]; /* of a phase */
	bool           rows[MOST_STEPS];     /* of a step */
	uint64_t      *seed;
	struct hf_buf *b;
};

const char random_small[] = "\n## One `one`\n\n### Look at it `look-at-it`\n\nLook.\n";

static const char *const LOOPS[] = {
	/* as many as there are in the register: one, or none where it is about another account */
	"- **For each:** right on it\n  ```sql\n  SELECT id AS g, 'red' AS hue FROM \"grant\" WHERE account = :account ORDER BY id\n  ```\n",
	"- **For each:** colour\n  ```sql\n  SELECT 1 AS n, 'red' AS hue UNION SELECT 2, 'blue' ORDER BY 1\n  ```\n",
	"- **For each:** thing that is not there\n  ```sql\n  SELECT 1 AS n, 'red' AS hue WHERE 1 = 0\n  ```\n",
};

static const char *const BY[] = { "at start", "10 min after start", "4 min after start", "1 h after start", "10 min after start" };

static unsigned
dice(const struct plan *p, unsigned below)
{
	return books_dice(p->seed, below);
}

#define say(p, ...) hf_buf_addf((p)->b, __VA_ARGS__)

/* Of a step that stands earlier in the text, so that the book has no circle that nobody chose. */
static bool
earlier(unsigned *of, const struct plan *p, unsigned s)
{
	*of = s == 0 ? 0 : dice(p, s);
	return s > 0;
}

/* … and has one answer or value for whoever asks: it is in no loop but one's own phase. */
static bool
earlier_one(unsigned *of, const struct plan *p, unsigned s)
{
	return earlier(of, p, s) && !p->rows[*of] && (p->phase[*of] == p->phase[s] || !p->loop[p->phase[*of]]);
}

static bool
in_rows(const struct plan *p, unsigned s)
{
	return p->rows[s] || p->loop[p->phase[s]];
}

static void
put_query(const struct plan *p, unsigned s, const char *field)
{
	if (in_rows(p, s) && dice(p, 2) == 0)
		say(p, "- **%s:** this is the red one\n  ```sql\n  " RANDOM_RED "\n  ```\n", field);
	else
		say(p, "- **%s:** the account is live\n  ```sql\n  " RANDOM_LIVE "\n  ```\n", field);
}

static void
put_by(const struct plan *p, unsigned s)
{
	unsigned of;

	if (dice(p, 2) == 0) {
		say(p, "- **By:** %s\n", BY[dice(p, N_OF(BY))]);
		return;
	}
	if (dice(p, 3) != 0 || !earlier_one(&of, p, s))
		return;
	if (p->asks[of] == MOMENT)
		say(p, "- **By:** 10 min %s `t%u_x`\n", dice(p, 3) == 0 ? "before" : "after", of);
	else if (p->asks[of] == DAY)
		say(p, "- **By:** on `d%u_x`\n", of);
	else
		say(p, "- **By:** 5 min after `s%u-x`\n", of);
}

/* A gate: steps, a phase, a value, something kept, what a query finds; one or several. */
static void
put_need(const struct plan *p, unsigned s)
{
	unsigned of;

	if (dice(p, 5) == 0) {
		put_query(p, s, "Needs");
		return;
	}
	if (!earlier(&of, p, s))
		return;
	if (dice(p, 5) == 0 && p->phase[of] < p->phase[s])
		say(p, "- **Needs:** `p%u-x`\n", p->phase[of]);
	else if (dice(p, 2) == 0 && p->asks[of] == CHOICE)
		say(p, "- **Needs:** `v%u_x`\n", of);
	else if (dice(p, 2) == 0 && p->asks[of] == KEEPS)
		say(p, "- **Needs:** `k%u-x`\n", of);
	else if (dice(p, 3) == 0 && of > 0)
		say(p, "- **Needs:** `s%u-x`, `s%u-x`\n", of, of - 1);
	else
		say(p, "- **Needs:** `s%u-x`\n", of);
}

/* What the step hangs on: an answer, a state, a value, a column of its row, a query, or words that a person judges. */
static void
put_only(const struct plan *p, unsigned s)
{
	unsigned of;
	bool     yes = dice(p, 2) == 0;

	if (dice(p, 5) == 0)
		put_query(p, s, "Only if");
	else if (in_rows(p, s) && dice(p, 3) == 0)
		say(p, "- **Only if:** `hue = %s`\n", yes ? "red" : "blue");
	else if (dice(p, 8) == 0)
		say(p, "- **Only if:** you can still sign in\n");
	else if (!earlier_one(&of, p, s))
		return;
	else if (p->asks[of] == TWO_WAYS)
		say(p, "- **Only if:** `s%u-x = %s`\n", of, yes ? "yes" : "no");
	else if (p->asks[of] == CHOICE)
		say(p, "- **Only if:** `v%u_x = %s`\n", of, yes ? "red" : "blue");
	else if (p->asks[of] == SURE)
		say(p, "- **Only if:** `b%u_x = %s`\n", of, yes ? "yes" : "no");
	else if (p->asks[of] == NUMBER)
		say(p, "- **Only if:** `n%u_x = %s`\n", of, yes ? "3" : "4");
	else
		say(p, "- **Only if:** `s%u-x = %s`\n", of, yes ? "done" : "skipped");
}

/* Where an answer leads: back, to the end of the row, to the end of all, to another book, or nowhere. */
static void
put_route(const struct plan *p, unsigned s, const char *label)
{
	unsigned of;

	say(p, "- **If %s:** ", label);
	if (dice(p, 4) == 0 && earlier_one(&of, p, s) && p->phase[of] == p->phase[s])
		say(p, "go to `s%u-x`.\n", of);
	else if (p->loop[p->phase[s]] && dice(p, 3) == 0)
		say(p, "`next`.\n");
	else if (dice(p, 12) == 0)
		say(p, "`stop`.\n");
	else if (dice(p, 4) == 0)
		say(p, "run `incident/small` on {account}%s.\n", dice(p, 4) == 0 ? " and `stop`" : "");
	else
		say(p, "go on.\n");
}

static void
put_asks(const struct plan *p, unsigned s)
{
	switch (p->asks[s]) {
	case TWO_WAYS:
		say(p, "- **If yes:** go on.\n");
		put_route(p, s, "no");
		break;
	case FAILS:
		put_route(p, s, "it fails");
		break;
	case CHOICE:
		say(p, "- **Write down:** `v%u_x` (one of red, blue) which\n", s);
		break;
	case KEEPS:
		say(p, "- **Keep:** `k%u-x` what you saw\n", s);
		break;
	case MOMENT:
		say(p, "- **Write down:** `t%u_x` (time) when\n", s);
		break;
	case DAY:
		say(p, "- **Write down:** `d%u_x` (date) which day\n", s);
		break;
	case SURE:
		say(p, "- **Write down:** `b%u_x` (yes or no) is it\n", s);
		break;
	case NUMBER:
		say(p, "- **Write down:** `n%u_x` (number) how many\n", s);
		break;
	default:
		break;
	}
}

static void
put_rest(const struct plan *p, unsigned s)
{
	static const char *const SECOND[] = { "", ", before", ", to skip" };
	static const char *const ON[] = { "youtube instead:** do it there.", "youtube:** `skip`", "x:** `skip`",
		"x, youtube:** there." };

	if (dice(p, 5) == 0)
		say(p, "- **Second person:** owner%s\n", SECOND[dice(p, 3)]);
	if (dice(p, 10) == 0)
		say(p, "- **Wait:** %s\n", dice(p, 2) == 0 ? "for their answer" : "2 h");
	else if (s > 0 && dice(p, 10) == 0)
		say(p, "- **Repeat:** every 2 h%s\n", dice(p, 3) == 0 ? "" : ", 3 times");
	else if (s + 1 < p->n && dice(p, 10) == 0 && p->phase[s + 1] == p->phase[s])
		say(p, "- **Repeat:** every 2 h until `s%u-x`\n", s + 1);
	if (dice(p, 8) == 0)
		say(p, "- **Confirm:** `account.purpose`, `account.owner`\n");
	if (dice(p, 7) == 0)
		say(p, "- **Updates:** `{account} state=%s`\n", dice(p, 2) == 0 ? "live" : "parked");
	if (dice(p, 12) == 0)
		say(p, "- **Adds:** `share account={account} person={account.owner} method=letter`\n");
	if (dice(p, 8) == 0)
		say(p, "- **On %s\n", ON[dice(p, N_OF(ON))]);
}

static void
put_phase(struct plan *p, bool first)
{
	unsigned n = ++p->phases;

	p->loop[n] = !first && dice(p, 3) == 0;
	say(p, "\n## Part %u `p%u-x`\n\n%s", n, n, p->loop[n] ? LOOPS[dice(p, N_OF(LOOPS))] : "");
	if (dice(p, 6) == 0)
		say(p, "- **Second person:** owner\n");
	if (dice(p, 6) == 0)
		say(p, "- **By:** 30 min after start\n");
}

void
random_book(struct hf_buf *b, uint64_t *seed)
{
	struct plan p = { .seed = seed, .b = b };

	p.n = 4 + dice(&p, MOST_STEPS - 4);
	for (unsigned s = 0; s < p.n; s++) {
		if (s == 0 || dice(&p, 3) == 0)
			put_phase(&p, s == 0);
		p.phase[s] = p.phases;
		p.asks[s] = (enum asks)dice(&p, ALL_ASKS);
		p.rows[s] = dice(&p, 7) == 0 && (!p.loop[p.phases] || dice(&p, 3) == 0);
		say(&p, "\n### Do number %u `s%u-x`\n\nDo it.\n\n- **Who:** %s\n%s", s, s, dice(&p, 2) == 0 ? "lead" : "owner",
		    p.rows[s] ? LOOPS[1] : "");
		put_by(&p, s);
		for (unsigned n = dice(&p, 3) == 0 ? 1 + dice(&p, 2) : 0; n > 0; n--)
			put_need(&p, s);
		if (dice(&p, 3) == 0)
			put_only(&p, s);
		put_asks(&p, s);
		put_rest(&p, s);
	}
}
