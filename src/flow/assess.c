#include "assess_in.h"

#include <string.h>

#include "holdfast/csv.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

/* ---- one statement ---- */

struct sum {
	size_t good, some, bad, empty, written;
};

static void
add_to(struct sum *sum, enum showing s)
{
	sum->good += s == SHOWS_GOOD;
	sum->some += s == SHOWS_SOME;
	sum->bad += s == SHOWS_BAD;
	sum->empty += s == SHOWS_EMPTY;
	sum->written += s == SHOWS_WRITTEN;
}

static enum hf_code
look(enum showing *out, struct hf_buf *says, struct assess *a, const struct hf_served *s, struct hf_err *e)
{
	*out = SHOWS_NOTHING;
	switch (s->kind) {
	case HF_SERVED_RULE:
		return assess_rule(out, says, a, s->name, e);
	case HF_SERVED_FIELD:
		return assess_field(out, says, a, s->name, e);
	case HF_SERVED_BOOK:
		return assess_book(out, says, a, s->name, s->part, e);
	case HF_SERVED_REPORT:
		return assess_report(out, says, a, s->name, e);
	case HF_SERVED_COMMAND:
		hf_buf_addf(says, "holdfast %s is there to do it", s->name);
		return HF_OK;
	}
	return HF_OK;
}

static void
add_name(struct hf_buf *b, const struct hf_served *s)
{
	if (s->kind == HF_SERVED_REPORT)
		hf_buf_adds(b, "report/");
	if (s->kind == HF_SERVED_COMMAND)
		hf_buf_adds(b, "command/");
	hf_buf_addf(b, "%s%s%s", s->name, s->part[0] != '\0' ? "#" : "", s->part);
}

static int
push_shown(struct hf_json *names, struct hf_json *shown, const char *name, const char *says, enum showing good)
{
	struct hf_json *o = hf_json_object();
	int             bad = 0;

	bad |= hf_json_push(names, hf_json_string(name));
	bad |= hf_json_set(o, "name", hf_json_string(name));
	bad |= hf_json_set(o, "says", hf_json_string(says));
	bad |= hf_json_set(o, "empty", hf_json_bool(good == SHOWS_EMPTY));
	bad |= hf_json_set(
	    o, "good", good == SHOWS_NOTHING || good == SHOWS_EMPTY ? hf_json_null() : hf_json_bool(good == SHOWS_GOOD));
	if (!bad)
		return hf_json_push(shown, o);
	hf_json_free(o);
	return -1;
}

static enum hf_code
show_served(struct sum *sum, struct hf_json *o, struct assess *a, const struct hf_statement *st, struct hf_err *e)
{
	struct hf_json *names = hf_json_array(), *shown = hf_json_array();
	struct hf_buf   name = HF_BUF_INIT, says = HF_BUF_INIT;
	enum showing    good;
	enum hf_code    rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < st->n_served; i++) {
		hf_buf_cut(&name, 0);
		hf_buf_cut(&says, 0);
		add_name(&name, &st->served[i]);
		if ((rc = look(&good, &says, a, &st->served[i], e)) != HF_OK)
			break;
		add_to(sum, good);
		if (push_shown(names, shown, hf_buf_str(&name), hf_buf_str(&says), good) != 0)
			rc = hf_nomem(e);
	}
	if (hf_json_set(o, "served_by", names) != 0 || hf_json_set(o, "shown", shown) != 0)
		rc = hf_nomem(e);
	hf_buf_clear(&name);
	hf_buf_clear(&says);
	return rc;
}

enum status { MET, PARTLY, NOT_MET, NEEDS_PERSON };

/* Where all that was looked at falls short, a procedure that nobody ever used does not help. */
static enum status
status_of(const struct sum *sum, const struct hf_statement *st, const struct hf_json *answer)
{
	const char *word = hf_json_get_str(answer, "answer");
	enum status s = sum->some + sum->bad + sum->written == 0 ? MET :
	    sum->good + sum->some == 0 && sum->bad > 0           ? NOT_MET :
								   PARTLY;
	enum status said = word == NULL || strcmp(word, "met") == 0 ? MET : strcmp(word, "partly") == 0 ? PARTLY : NOT_MET;

	if (answer != NULL)
		return said > s ? said : s;
	if (s == NOT_MET)
		return s;
	if (st->ask[0] != '\0' || sum->good + sum->some + sum->bad + sum->written == 0)
		return NEEDS_PERSON;
	/* A rule that had nothing to look at shows nothing: that there is nothing can only be said by somebody who knows. */
	return s == MET && sum->empty > 0 ? NEEDS_PERSON : s;
}

static int
set_status(struct hf_json *o, enum status s, const struct hf_json *answer)
{
	static const char *const words[] = { "met", "partly", "not-met", "needs-person" };
	static const char *const for_people[] = { "met", "partly met", "not met", "needs a person's word" };
	static const char *const colours[] = { "green", "amber", "red", "amber" };
	const char              *rag = hf_json_get_str(answer, "rag");
	int                      bad = hf_json_set(o, "status", hf_json_string(words[s]));

	bad |= hf_json_set(o, "status_words", hf_json_string(for_people[s]));
	/* Who answered for it may see it darker than the figures do, never brighter. */
	if (rag != NULL && s != MET && strcmp(rag, "red") == 0)
		bad |= hf_json_set(o, "rag", hf_json_string("red"));
	else
		bad |= hf_json_set(o, "rag", hf_json_string(colours[s]));
	return bad;
}

/* What only a person can say: as the guidance asks; else, of what the register has none, whether that is so. */
static int
set_ask(struct hf_json *o, const struct hf_statement *st, const struct sum *sum)
{
	if (st->ask[0] == '\0' && sum->empty > 0)
		return hf_json_set(o, "ask", hf_json_string("Is it true that there is none of what could not be checked?"));
	return hf_json_set(o, "ask", hf_json_or_null(st->ask));
}

static int
set_words(struct hf_json *o, const struct hf_guidance *g, const struct hf_statement *st, const struct hf_json *answer)
{
	static const char *const keys[] = { "risk", "improvement" };
	int                      bad = 0;

	bad |= hf_json_set(o, "statement", hf_json_string(st->id));
	bad |= hf_json_set(o, "title", hf_json_string(st->title));
	bad |= hf_json_set(o, "guidance", hf_json_string(g->id));
	bad |= hf_json_set(o, "source", hf_json_string(st->source));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		bad |= hf_json_set(o, keys[i], hf_json_or_null(hf_json_get_str(answer, keys[i])));
	return bad;
}

static enum hf_code
assess_one(struct assess *a, const struct hf_guidance *g, const struct hf_statement *st, struct hf_err *e)
{
	struct hf_json *o = hf_json_object(), *answer = NULL;
	struct sum      sum = { 0 };
	enum hf_code    rc;

	if (o == NULL)
		return hf_nomem(e);
	if ((rc = assess_answer(&answer, a, st->id, e)) != HF_OK || (rc = show_served(&sum, o, a, st, e)) != HF_OK)
		goto done;
	if (set_words(o, g, st, answer) != 0 || set_ask(o, st, &sum) != 0 ||
	    set_status(o, status_of(&sum, st, answer), answer) != 0 || hf_json_push(a->list, hf_json_ref(o)) != 0)
		rc = hf_nomem(e);
done:
	hf_json_free(o);
	hf_json_free(answer);
	return rc;
}

/* ---- a guidance, or all ---- */

static enum hf_code
assess_book_of(struct assess *a, const char *name, struct hf_err *e)
{
	struct hf_buf       text = HF_BUF_INIT;
	struct hf_defects   defects = { NULL, 0, 0, false };
	struct hf_guidance *g = NULL;
	enum hf_code        rc;

	if ((rc = hf_shelf_read(&text, NULL, a->shelf, name, e)) == HF_OK &&
	    (rc = hf_guidance_parse(&g, hf_buf_str(&text), text.len, &defects, e)) != HF_OK)
		hf_fail_in(e, "%s", name);
	for (size_t i = 0; rc == HF_OK && i < g->n_statements; i++)
		rc = assess_one(a, g, &g->statements[i], e);
	hf_guidance_free(g);
	hf_defects_clear(&defects);
	hf_buf_clear(&text);
	return rc;
}

/* A translation says the same again. */
static bool
is_guidance(const char *name)
{
	return hf_text_prefix(name, "guidance/") && strchr(name, '.') == NULL;
}

static enum hf_code
assess_all(struct assess *a, struct hf_err *e)
{
	const struct hf_shelf_book *books;
	size_t                      n;
	enum hf_code                rc = hf_shelf_list(&books, &n, a->shelf, e);

	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (is_guidance(books[i].name))
			rc = assess_book_of(a, books[i].name, e);
	return rc == HF_OK && hf_json_len(a->list) == 0 ? hf_shelf_lacks(a->shelf, "guidance/…", e) : rc;
}

static int
by_statement(const void *x, const void *y)
{
	return strcmp(
	    hf_json_get_str(*(struct hf_json *const *)x, "statement"), hf_json_get_str(*(struct hf_json *const *)y, "statement"));
}

enum hf_code
hf_assess(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, const char *guidance, struct hf_err *e)
{
	char          since[HF_DAY_SIZE];
	struct assess a = { r, shelf, hf_json_object(), hf_json_object(), since, hf_json_array() };
	struct hf_buf name = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	*out = NULL;
	hf_day_add(since, hf_register_today(r), -365);
	if (guidance != NULL)
		hf_buf_addf(&name, "%s%s", hf_text_prefix(guidance, "guidance/") ? "" : "guidance/", guidance);
	if (a.rules == NULL || a.runs == NULL || a.list == NULL)
		rc = hf_nomem(e);
	if (rc == HF_OK && guidance != NULL && !hf_shelf_has(shelf, hf_buf_str(&name))) {
		rc = hf_fail(e, HF_NOTFOUND, "%s: no guidance has that name", guidance);
		hf_hint(e, "%s",
		    hf_shelf_nearest(shelf, hf_buf_str(&name)) == NULL ? "holdfast book list guidance" :
									 hf_shelf_nearest(shelf, hf_buf_str(&name)));
	}
	if (rc == HF_OK && (rc = assess_rules(&a, e)) == HF_OK && (rc = assess_runs(&a, e)) == HF_OK)
		rc = guidance == NULL ? assess_all(&a, e) : assess_book_of(&a, hf_buf_str(&name), e);
	if (rc == HF_OK && hf_json_sort(a.list, by_statement) != 0)
		rc = hf_nomem(e);
	if (rc == HF_OK)
		*out = hf_json_ref(a.list);
	hf_json_free(a.rules);
	hf_json_free(a.runs);
	hf_json_free(a.list);
	hf_buf_clear(&name);
	return rc;
}

struct hf_json *
hf_assess_count(const struct hf_json *list)
{
	static const char *const words[] = { "met", "partly", "not-met", "needs-person" };
	static const char *const keys[] = { "met", "partly", "not_met", "needs_person" };
	struct hf_json          *o = hf_json_object();
	int                      bad = hf_json_set(o, "all", hf_json_int((int64_t)hf_json_len(list)));

	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
		int64_t n = 0;

		for (size_t i = 0; i < hf_json_len(list); i++)
			n += strcmp(hf_json_get_str(hf_json_at(list, i), "status"), words[k]) == 0;
		bad |= hf_json_set(o, keys[k], hf_json_int(n));
	}
	if (!bad)
		return o;
	hf_json_free(o);
	return NULL;
}

/* ---- as CSV ---- */

static void
csv_shown(struct hf_buf *b, const struct hf_json *shown)
{
	for (size_t i = 0; i < hf_json_len(shown); i++)
		hf_buf_addf(b, "%s%s: %s", i == 0 ? "" : "; ", hf_json_get_str(hf_json_at(shown, i), "name"),
		    hf_json_get_str(hf_json_at(shown, i), "says"));
}

/* What nobody stated is said, not left empty: an empty risk reads as none. */
static const char *
cell_of(const struct hf_json *o, const char *key)
{
	const char *text = hf_json_text(o, key);

	return text[0] == '\0' && (strcmp(key, "risk") == 0 || strcmp(key, "improvement") == 0) ? "not recorded" : text;
}

enum hf_code
hf_assess_csv(struct hf_buf *out, const struct hf_json *list, struct hf_err *e)
{
	static const char *const keys[] = { "statement", "guidance", "title", NULL, "status", "risk", "rag", "improvement", "ask" };
	size_t                   n = sizeof(keys) / sizeof(keys[0]);
	struct hf_buf            shown = HF_BUF_INIT;

	for (size_t k = 0; k < n; k++)
		hf_csv_cell(out, keys[k] == NULL ? "how" : keys[k], k);
	hf_buf_adds(out, "\r\n");
	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *o = hf_json_at(list, i);

		hf_buf_cut(&shown, 0);
		csv_shown(&shown, hf_json_get(o, "shown"));
		for (size_t k = 0; k < n; k++)
			hf_csv_cell(out, keys[k] == NULL ? hf_buf_str(&shown) : cell_of(o, keys[k]), k);
		hf_buf_adds(out, "\r\n");
	}
	hf_buf_clear(&shown);
	return hf_buf_check(out, e);
}

/* ---- as a sheet ---- */

enum hf_code
hf_assess_report(struct hf_buf *out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_json *list,
    enum hf_format format, size_t width, struct hf_err *e)
{
	struct hf_report rep = {
		.r = r, .shelf = shelf, .template_name = "internal/self-assessment", .format = format, .width = width
	};
	struct hf_json *data = hf_json_object();
	struct hf_buf   org = HF_BUF_INIT;
	enum hf_code    rc;

	hf_register_org(&org, r);
	if (hf_json_set(data, "organisation", hf_json_string(hf_buf_str(&org))) != 0 ||
	    hf_json_set(data, "today", hf_json_string(hf_register_today(r))) != 0 ||
	    hf_json_set(data, "head", hf_json_string(hf_register_head(r)->hex)) != 0 ||
	    hf_json_set(data, "count", hf_assess_count(list)) != 0 || hf_json_set(data, "statements", hf_json_ref(list)) != 0)
		rc = hf_nomem(e);
	else
		rc = hf_report_fill(out, &rep, data, e);
	hf_json_free(data);
	hf_buf_clear(&org);
	return rc;
}
