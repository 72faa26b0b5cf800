/* query, whois, impact */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../ref.h"
#include "cmd.h"
#include "holdfast/fs.h"
#include "holdfast/impact.h"
#include "holdfast/time.h"
#include "holdfast/whois.h"

#define SQL_MAX (64u * 1024)

/* ---- query ---- */

/* The names are the answer's own columns, in their order. */
static struct out_column *
columns_of(const struct hf_json *names)
{
	size_t             n = hf_json_len(names);
	struct out_column *columns = calloc(n + 1, sizeof(*columns));

	for (size_t i = 0; columns != NULL && i < n; i++)
		columns[i].key = columns[i].title = hf_json_str(hf_json_at(names, i));
	return columns;
}

static enum hf_code
read_sql(struct hf_buf *b, const char *word, struct hf_err *e)
{
	if (strcmp(word, "-") == 0)
		return hf_fs_read_fd(b, STDIN_FILENO, "standard input", SQL_MAX, e);
	hf_buf_adds(b, word);
	return hf_buf_check(b, e);
}

static enum hf_code
query(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_ask      ask = { .sql = NULL };
	struct hf_json    *params = hf_json_object(), *rows = NULL, *names = NULL;
	struct out_column *columns = NULL;
	struct hf_buf      sql = HF_BUF_INIT;
	char               now[HF_TIME_SIZE];
	enum hf_code       rc;

	hf_time_rfc3339(now, hf_register_now(app->reg), false);
	if (hf_json_set(params, "today", hf_json_string(hf_register_today(app->reg))) != 0 ||
	    hf_json_set(params, "now", hf_json_string(now)) != 0) {
		rc = hf_nomem(e);
		goto done;
	}
	if ((rc = read_sql(&sql, opt_word(a, "SQL"), e)) != HF_OK)
		goto done;
	ask.sql = hf_buf_str(&sql);
	ask.params = params;
	if ((rc = hf_db_ask(&rows, &names, hf_register_db(app->reg), &ask, e)) != HF_OK)
		goto done;
	if ((columns = columns_of(names)) == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	out_paged(app->out);
	out_table(app->out, rows, columns);
done:
	free(columns);
	hf_json_free(params);
	hf_json_free(rows);
	hf_json_free(names);
	hf_buf_clear(&sql);
	return rc;
}

/* ---- whois ---- */

static void
render_whois(struct out *o, const struct hf_json *answer, void *arg)
{
	const struct hf_json *accounts = hf_json_get(answer, "accounts"), *near = hf_json_get(answer, "near");
	bool                  official = hf_json_true(hf_json_get(answer, "official"));

	put(o, official ? OUT_GOOD : OUT_BAD, "%s", official ? "official" : "not official");
	put_line(o, OUT_PLAIN, ": %s", hf_json_get_str(answer, "because"));
	for (size_t i = 0; i < hf_json_len(accounts); i++)
		put_line(o, OUT_PLAIN, "  %s, %s", hf_json_get_str(hf_json_at(accounts, i), "ref"),
		    hf_json_get_str(hf_json_at(accounts, i), "state"));
	if (hf_json_is(near, HF_JSON_OBJECT))
		put_line(
		    o, OUT_WARN, "  it looks like %s of ours, but is not: %s", hf_json_get_str(near, "ref"), (const char *)arg);
}

static enum hf_code
whois(struct app *app, const struct args *a, struct hf_err *e)
{
	const char     *asked = opt_word(a, "URL");
	struct hf_json *answer = NULL;
	enum hf_code    rc;

	if ((rc = hf_whois(&answer, app->reg, app->shelf, asked, e)) != HF_OK)
		return rc;
	out_view(app->out, answer, render_whois, (void *)(uintptr_t)asked);
	rc = hf_json_true(hf_json_get(answer, "official")) ? HF_OK : HF_NO;
	hf_json_free(answer);
	return rc;
}

/* ---- impact ---- */

static enum hf_code
impact(struct app *app, const struct args *a, struct hf_err *e)
{
	static const struct out_column columns[] = { { "ref", "account", OUT_KEEP }, { "because", NULL, 0 }, OUT_END };
	const char                    *ref = opt_word(a, "REF");
	bool                           address = hf_impact_is_address(ref), record = false;
	struct hf_json                *rows = NULL;
	char                           id[HF_ID_SIZE];
	enum hf_code                   rc;

	/* Whoever has a number is not lost with it. But what looks like a domain may be a handle. */
	if (address)
		record = strpbrk(ref, "@+") == NULL && hf_register_resolve_whole(id, app->reg, "account", ref, NULL) == HF_OK;
	else if ((rc = ref_pick(id, app, NULL, ref, e)) != HF_OK)
		return rc;
	if ((rc = hf_impact(&rows, app->reg, record || !address ? id : NULL, address ? ref : NULL, e)) != HF_OK)
		return rc;
	out_paged(app->out);
	out_table(app->out, rows, columns);
	if (hf_json_len(rows) == 0)
		out_note(app->out, "no account is touched");
	hf_json_free(rows);
	return HF_OK;
}

extern const struct cmd ask_cmds[];

const struct cmd ask_cmds[] = {
	{
	    .name = "query",
	    .run = query,
	    .needs = NEED_REGISTER,
	    .operands = "SQL",
	    .group = CMD_REGISTER,
	    .summary = "ask the register in SQL",
	    .about =
		"One SELECT, as SQLite has it; it can only read. A minus sign in its place reads it from standard input.\n\n"
		"There is a table for each kind (holdfast help KIND), with its fields as columns, and id, ref (what people call it), in_use and gone. "
		"References are ids; lists are JSON arrays (json_each). Views: live_grant (access that holds today), tie (person, account, what, "
		"detail, record: all that bears a person's name), impact (account, other, because), provider, route and asks (the sheets), book, run, entry: "
		"their columns stand in holdfast-policy(5). The function ours(address) tells whether "
		"an address is at a domain or number of ours; fold(text) ignores case; the parameters are :today and :now.",
	    .examples = "holdfast query \"SELECT provider, count(*) FROM account WHERE in_use GROUP BY provider\"\n"
			"holdfast query \"SELECT a.ref FROM account a JOIN person p ON p.id = a.owner WHERE p.gone\"\n",
	},
	{
	    .name = "whois",
	    .run = whois,
	    .needs = NEED_REGISTER | NEED_BOOKS,
	    .operands = "URL",
	    .group = CMD_REGISTER,
	    .summary = "is this account one of ours?",
	    .about =
		"URL is a web address, provider:handle, a handle, an e-mail address or a telephone number. The same account may be written in many "
		"ways: other hosts of the same service, www. and m., capitals, a query, a slash at the end. Exit status 1 is \"not official\". What "
		"lies below an account's address proves nothing, because services show anybody's posts there.",
	    .examples = "holdfast whois https://twitter.com/Agency\nholdfast whois x:agency\n",
	},
	{
	    .name = "impact",
	    .run = impact,
	    .needs = NEED_REGISTER,
	    .operands = "REF",
	    .group = CMD_REGISTER,
	    .summary = "which accounts are touched when this is lost?",
	    .about =
		"REF is a person, device, supplier, unit or account, or an e-mail address, a telephone number or a domain. What depends on an account "
		"that is touched is touched too.",
	    .examples = "holdfast impact \"Jo Park\"\nholdfast impact +442079460001\nholdfast impact agency.example\n",
	},
	CMD_END,
};
