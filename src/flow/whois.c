#include "holdfast/whois.h"

#include <string.h>

#include "holdfast/provider.h"
#include "holdfast/text.h"
#include "whois_normal.h"

struct whois {
	struct hf_register *r;
	struct hf_json     *hosts; /* host → provider */
	struct hf_buf       asked; /* its one form; "" when it is no address of the web */
	struct hf_buf       bare;  /* a handle alone, folded; "" when a service is named */
	struct hf_json     *accounts;
	struct hf_buf       near_word; /* the nearest so far */
	char                near_id[HF_ID_SIZE];
	bool                official;
};

/* ---- what the provider sheets say of hosts ---- */

static enum hf_code
take_sheet(struct hf_json *hosts, struct hf_shelf *shelf, const char *name, struct hf_err *e)
{
	struct hf_sheet *sheet = NULL;
	enum hf_code     rc;

	/* A sheet with defects is for "book lint" to say. */
	if ((rc = hf_sheet_open(&sheet, shelf, name, e)) == HF_BAD) {
		hf_err_clear(e);
		return HF_OK;
	}
	for (size_t i = 0; rc == HF_OK && i < sheet->web.n; i++)
		if (hf_json_set(hosts, sheet->web.v[i], hf_json_string(sheet->id)) != 0)
			rc = hf_nomem(e);
	hf_sheet_free(sheet);
	return rc;
}

static enum hf_code
read_hosts(struct hf_json **out, struct hf_shelf *shelf, struct hf_err *e)
{
	const struct hf_shelf_book *books;
	struct hf_json             *hosts = hosts_known();
	size_t                      n = 0;
	enum hf_code                rc = hosts == NULL ? hf_nomem(e) : HF_OK;

	if (rc == HF_OK && shelf != NULL)
		rc = hf_shelf_list(&books, &n, shelf, e);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (hf_text_prefix(books[i].name, "provider/"))
			rc = take_sheet(hosts, shelf, books[i].name, e);
	if (rc == HF_OK) {
		*out = hosts;
		return HF_OK;
	}
	hf_json_free(hosts);
	return rc;
}

bool
hf_whois_normal(struct hf_buf *out, struct hf_shelf *shelf, const char *url)
{
	struct hf_json *hosts = NULL;
	bool            ok = read_hosts(&hosts, shelf, NULL) == HF_OK && normal_url(out, hosts, url);

	hf_json_free(hosts);
	return ok;
}

/* ---- comparing ---- */

enum match { NOT, BELOW, EXACT };

/* Tabs of an account's own page. */
static bool
is_tab(const char *rest)
{
	static const char *const tabs[] = { "about", "videos", "photos", "media", "posts", "community", "featured", "streams",
		"shorts", "playlists", "reels", "tagged", "followers", "following", "with_replies", "likes" };

	return hf_text_is_one_of(rest, tabs, sizeof(tabs) / sizeof(tabs[0]));
}

/* mine: an account's own form. An account that is a whole site owns what lies below. */
static enum match
compare(const char *asked, const char *mine)
{
	size_t n = strlen(mine);
	bool   site = n > 1 && mine[n - 1] == '/' && mine[0] != '@';

	if (strcmp(asked, mine) == 0)
		return EXACT;
	if (site && strncmp(asked, mine, n) == 0)
		return EXACT;
	if (strncmp(asked, mine, n) != 0 || asked[n] != '/')
		return NOT;
	return is_tab(asked + n + 1) ? EXACT : BELOW;
}

static enum match
best(enum match a, enum match b)
{
	return a > b ? a : b;
}

static enum match
match_account(const struct whois *w, const char *provider, const char *handle, const char *url)
{
	struct hf_buf mine = HF_BUF_INIT, folded = HF_BUF_INIT;
	enum match    m = NOT;

	if (w->bare.len > 0) {
		hf_text_fold(&folded, handle[0] == '@' ? handle + 1 : handle);
		m = strcmp(hf_buf_str(&folded), w->bare.data) == 0 ? EXACT : NOT;
	}
	if (w->asked.len > 0) {
		normal_handle(&mine, provider, handle);
		m = best(m, compare(w->asked.data, hf_buf_str(&mine)));
		hf_buf_cut(&mine, 0);
		if (url != NULL && normal_url(&mine, w->hosts, url))
			m = best(m, compare(w->asked.data, hf_buf_str(&mine)));
	}
	hf_buf_clear(&mine);
	hf_buf_clear(&folded);
	return m;
}

/* ---- what was found ---- */

static enum hf_code
add_match(struct whois *w, struct hf_stmt *s, enum match m, struct hf_err *e)
{
	struct hf_json *row = hf_json_object();
	const char     *state = hf_stmt_col(s, 4) == NULL ? "live" : hf_stmt_col(s, 4);

	if (hf_json_set(row, "record", hf_json_string(hf_stmt_col(s, 0))) != 0 ||
	    hf_json_set(row, "ref", hf_json_string(hf_stmt_col(s, 5))) != 0 ||
	    hf_json_set(row, "state", hf_json_string(state)) != 0 ||
	    hf_json_set(row, "match", hf_json_string(m == EXACT ? "exact" : "below")) != 0) {
		hf_json_free(row);
		return hf_nomem(e);
	}
	if (m == EXACT && strcmp(state, "closed") != 0 && strcmp(state, "proposed") != 0)
		w->official = true;
	return hf_json_push(w->accounts, row) == 0 ? HF_OK : hf_nomem(e);
}

/* What was asked, as a handle: behind the first slash of its form. */
static const char *
asked_handle(const struct whois *w)
{
	const char *slash = strchr(hf_buf_str(&w->asked), '/');

	return w->bare.len > 0 ? w->bare.data : slash == NULL ? "" : slash + 1;
}

static void
look_near(struct whois *w, const char *id, const char *handle)
{
	const char *two[2] = { handle[0] == '@' ? handle + 1 : handle, hf_buf_str(&w->near_word) };
	const char *near = hf_text_nearest(asked_handle(w), two, w->near_word.len > 0 ? 2 : 1);

	if (near != two[0])
		return;
	hf_buf_cut(&w->near_word, 0);
	hf_buf_adds(&w->near_word, two[0]);
	memcpy(w->near_id, id, HF_ID_SIZE);
}

/* Every account; near: only to find what looks alike. */
static enum hf_code
look(struct whois *w, bool near, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	rc = hf_db_prepare(
	    &s, hf_register_db(w->r), "SELECT id, provider, handle, url, state, ref FROM account ORDER BY gone, ref", e);
	while (rc == HF_OK && hf_stmt_step(s)) {
		const char *provider = hf_stmt_col(s, 1), *handle = hf_stmt_col(s, 2);
		enum match  m = NOT;

		if (provider == NULL || handle == NULL)
			continue;
		if (near)
			look_near(w, hf_stmt_col(s, 0), handle);
		else if ((m = match_account(w, provider, handle, hf_stmt_col(s, 3))) != NOT)
			rc = add_match(w, s, m, e);
	}
	return hf_stmt_end(s, rc, e);
}

/* At a domain or number of ours, as the organisation's record has them? */
static bool
at_ours(const struct whois *w, const char *address)
{
	struct hf_stmt *s = NULL;
	bool            yes = false;

	if (hf_db_prepare(&s, hf_register_db(w->r), "SELECT ours(?)", NULL) == HF_OK) {
		hf_stmt_text(s, 1, address);
		yes = hf_stmt_step(s) && hf_stmt_num(s, 0) != 0;
	}
	hf_stmt_free(s);
	return yes;
}

/* The address without its path, when it is at no provider: "agency.example". */
static bool
is_our_place(const struct whois *w, const char *typed)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *asked = hf_buf_str(&w->asked);
	bool          yes;

	if (asked[0] == '@')
		return false;
	if (asked[0] != '\0') {
		hf_buf_add(&b, asked, strcspn(asked, "/"));
	} else if (typed[0] == '+') {
		for (const char *p = typed; *p != '\0'; p++)
			if (strchr(" -.()/", *p) == NULL)
				hf_buf_addc(&b, *p);
	} else if (strchr(typed, '@') != NULL && typed[0] != '@') {
		hf_buf_adds(&b, typed);
	}
	yes = b.len > 0 && at_ours(w, b.data);
	hf_buf_clear(&b);
	return yes;
}

/* ---- the question ---- */

static void
read_question(struct whois *w, const char *typed)
{
	const char *colon = strchr(typed, ':'), *p;

	if (typed[0] == '+')
		return;
	/* A handle may have a dot in it as a domain has: without a slash it may be either. */
	if (normal_url(&w->asked, w->hosts, typed) && strchr(typed, '/') != NULL)
		return;
	if (w->asked.len > 0)
		colon = NULL;
	for (p = typed; colon != NULL && p < colon; p++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", *p) == NULL)
			colon = NULL;
	if (colon != NULL && colon > typed) {
		struct hf_buf provider = HF_BUF_INIT;

		hf_buf_add(&provider, typed, (size_t)(colon - typed));
		for (size_t i = 0; i < provider.len; i++)
			if (provider.data[i] >= 'A' && provider.data[i] <= 'Z')
				provider.data[i] = (char)(provider.data[i] - 'A' + 'a');
		normal_handle(&w->asked, hf_buf_str(&provider), colon + 1);
		hf_buf_clear(&provider);
		return;
	}
	hf_text_fold(&w->bare, typed[0] == '@' ? typed + 1 : typed);
}

static const char *
because(const struct whois *w, bool place)
{
	const char *state;

	if (hf_json_len(w->accounts) == 0)
		return place ? "it is at a domain or number of ours" : "nothing in the register has that address";
	state = hf_json_get_str(hf_json_at(w->accounts, 0), "state");
	if (strcmp(hf_json_get_str(hf_json_at(w->accounts, 0), "match"), "below") == 0)
		return "it lies below an account of ours, and services show anybody's posts there: open the account itself";
	if (strcmp(state, "closed") == 0)
		return "it was ours and is closed";
	if (strcmp(state, "proposed") == 0)
		return "it is only proposed";
	if (strcmp(state, "hijacked") == 0)
		return "it is ours, but hijacked: do not trust what it says";
	if (strcmp(state, "parked") == 0)
		return "it is ours and parked: nothing is published there";
	return "it is ours";
}

static struct hf_json *
near_row(const struct whois *w)
{
	struct hf_json *row;
	struct hf_buf   ref = HF_BUF_INIT;

	if (w->official || hf_json_len(w->accounts) > 0 || w->near_id[0] == '\0')
		return hf_json_null();
	hf_register_ref(&ref, w->r, w->near_id);
	row = hf_json_object();
	if (hf_json_set(row, "record", hf_json_string(w->near_id)) != 0 ||
	    hf_json_set(row, "ref", hf_json_string(hf_buf_str(&ref))) != 0) {
		hf_json_free(row);
		row = NULL;
	}
	hf_buf_clear(&ref);
	return row;
}

static enum hf_code
answer(struct hf_json **out, struct whois *w, bool place, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();

	if (place && hf_json_len(w->accounts) == 0)
		w->official = true;
	if (hf_json_set(o, "official", hf_json_bool(w->official)) != 0 ||
	    hf_json_set(o, "accounts", hf_json_ref(w->accounts)) != 0 ||
	    hf_json_set(o, "because", hf_json_string(because(w, place))) != 0 || hf_json_set(o, "near", near_row(w)) != 0) {
		hf_json_free(o);
		return hf_nomem(e);
	}
	*out = o;
	return HF_OK;
}

enum hf_code
hf_whois(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, const char *asked, struct hf_err *e)
{
	struct whois w = { .r = r, .asked = HF_BUF_INIT, .bare = HF_BUF_INIT, .near_word = HF_BUF_INIT };
	bool         place;
	enum hf_code rc;

	*out = NULL;
	asked += strspn(asked, " \t");
	if (*asked == '\0')
		return hf_fail(e, HF_BAD, "whois: there is no address to look for");
	if ((rc = read_hosts(&w.hosts, shelf, e)) != HF_OK)
		goto done;
	if ((w.accounts = hf_json_array()) == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	read_question(&w, asked);
	if ((rc = hf_buf_check(&w.asked, e)) != HF_OK || (rc = hf_buf_check(&w.bare, e)) != HF_OK ||
	    (rc = look(&w, false, e)) != HF_OK)
		goto done;
	place = is_our_place(&w, asked);
	if (hf_json_len(w.accounts) == 0 && !place && (rc = look(&w, true, e)) != HF_OK)
		goto done;
	rc = answer(out, &w, place, e);
done:
	hf_json_free(w.hosts);
	hf_json_free(w.accounts);
	hf_buf_clear(&w.asked);
	hf_buf_clear(&w.bare);
	hf_buf_clear(&w.near_word);
	return rc;
}
