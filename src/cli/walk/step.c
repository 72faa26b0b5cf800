#include "step.h"

#include <stdio.h>
#include <string.h>

#include "holdfast/text.h"
#include "holdfast/time.h"
#include "step_in.h"

#define WIDEST 100 /* columns of a text that the eye still follows */

size_t
step_width(const struct app *app)
{
	size_t width = term_width(&app->term);

	return width > WIDEST ? WIDEST : width;
}

void
step_add(struct page *p, const char **label, enum out_style style, const char *text)
{
	page_text(p, OUT_BOLD, *label, STEP_LABEL, style, text);
	*label = "";
}

/* ---- cautions ---- */

static size_t
cautions(struct page *p, const struct hf_json *list)
{
	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *c = hf_json_at(list, i);
		bool                  warning = hf_json_true(hf_json_get(c, "warning"));

		page_gap(p);
		page_text(p, OUT_BAD, warning ? "WARNING: " : "CAUTION: ", 9, OUT_BOLD, hf_json_text(c, "text"));
	}
	return hf_json_len(list);
}

size_t
step_cautions(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *sheets = hf_json_get(brief, "sheets");
	size_t                n = cautions(p, hf_json_get(brief, "cautions"));

	for (size_t i = 0; i < hf_json_len(sheets); i++)
		n += cautions(p, hf_json_get(hf_json_at(sheets, i), "cautions"));
	return n;
}

/* ---- when and who ---- */

/* "2026-11-20 10:55 GMT" of this year: "20 Nov 10:55 GMT". */
static void
add_moment(struct hf_buf *out, const char *moment, const char *today)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int                      month, day;

	if (hf_text_prefix(moment, today))
		hf_buf_adds(out, moment + 11);
	else if (strncmp(moment, today, 5) == 0 && sscanf(moment + 5, "%2d-%2d", &month, &day) == 2 && month >= 1 && month <= 12)
		hf_buf_addf(out, "%d %s %s", day, months[month - 1], moment + 11);
	else
		hf_buf_adds(out, moment);
}

void
step_clock(struct hf_buf *out, const struct hf_run *run, int64_t t, bool named)
{
	struct hf_register *r = hf_run_register(run);
	struct hf_buf       b = HF_BUF_INIT;

	hf_time_local(&b, t, hf_register_zone(r), named);
	add_moment(out, hf_buf_str(&b), hf_register_today(r));
	hf_buf_clear(&b);
}

bool
step_due(struct hf_buf *out, const struct hf_run *run, const struct hf_instance *i, bool *late)
{
	int64_t now = hf_register_now(hf_run_register(run)), left = i->deadline - now;
	bool    open = i->state == HF_OPEN || i->state == HF_WAITING;

	*late = i->late || (open && i->state == HF_OPEN && i->due && left < -HF_MINUTE);
	if (!i->due || i->deadline == 0)
		return false;
	if (*late && open) {
		hf_buf_adds(out, "LATE by ");
		hf_time_words(out, -left);
		hf_buf_adds(out, ": it was due at ");
	} else if (!open && i->at != 0) {
		hf_buf_addf(out, "%s at ", hf_state_word(i->state));
		step_clock(out, run, i->at, true);
		hf_buf_adds(out, *late ? ", LATE: it was due at " : ", due at ");
	} else
		hf_buf_adds(out, "by ");
	step_clock(out, run, i->deadline, true);
	if (open && !*late && left > HF_MINUTE) {
		hf_buf_adds(out, ", ");
		hf_time_words(out, left + HF_MINUTE / 2);
		hf_buf_adds(out, " left");
	} else if (open && !*late)
		hf_buf_adds(out, ", now");
	return true;
}

void
step_person(struct hf_buf *out, const struct hf_json *person, size_t width)
{
	const char *phone = hf_json_text(person, "phone"), *email = hf_json_text(person, "email"), *line;
	size_t      before;

	hf_buf_adds(out, hf_json_text(person, "name"));
	if (hf_json_text(person, "left_on")[0] != '\0') {
		hf_buf_addf(out, " (left on %s)", hf_json_text(person, "left_on"));
		return;
	}
	if (phone[0] != '\0') {
		hf_buf_addf(out, ", %s", phone);
		before = out->len;
		if (email[0] != '\0')
			hf_buf_addf(out, ", else %s", email);
		line = strrchr(hf_buf_str(out), '\n');
		if (hf_text_width(line == NULL ? hf_buf_str(out) : line + 1) > width)
			hf_buf_cut(out, before);
	} else if (email[0] != '\0')
		hf_buf_addf(out, ", %s (no telephone number is recorded)", email);
	else
		hf_buf_adds(out, " (no telephone number is recorded)");
}

static void
add_role(struct page *p, const char **label, const struct hf_run *run, const struct hf_json *role)
{
	const struct hf_json *people = hf_json_get(role, "people");
	const struct hf_role *of = hf_playbook_role(hf_run_playbook(run), hf_json_text(role, "role"));
	struct hf_buf         b = HF_BUF_INIT;

	hf_buf_addf(&b, "%s", hf_json_text(role, "words"));
	for (size_t i = 0; i < hf_json_len(people); i++) {
		hf_buf_adds(&b, i == 0 ? ": " : "\nor ");
		step_person(&b, hf_json_at(people, i), page_width(p) - STEP_LABEL);
	}
	if (hf_json_len(people) == 0 && of != NULL && of->paths.n > 0)
		hf_buf_adds(&b, ": nobody is recorded");
	step_add(p, label, hf_json_len(people) == 0 && of != NULL && of->paths.n > 0 ? OUT_WARN : OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
add_who(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *who = hf_json_get(brief, "who");
	const char           *label = "Who";

	for (size_t i = 0; i < hf_json_len(who); i++)
		add_role(p, &label, run, hf_json_at(who, i));
	if (hf_json_text(brief, "who_text")[0] != '\0')
		step_add(p, &label, OUT_PLAIN, hf_json_text(brief, "who_text"));
}

/* ---- the text ---- */

static void
add_block(struct page *p, const struct hf_json *block, const char *provider, bool *list)
{
	const char   *type = hf_json_text(block, "type"), *text = hf_json_text(block, "text");
	size_t        indent = 2 + 3 * (size_t)hf_json_num(hf_json_get(block, "depth"));
	struct hf_buf label = HF_BUF_INIT;
	bool          item = strcmp(type, "item") == 0, bullet = strcmp(type, "bullet") == 0;

	if (!item && !bullet)
		page_gap(p);
	else if (!*list)
		page_gap(p);
	*list = item || bullet;
	hf_buf_pad(&label, ' ', indent - 2);
	if (item)
		hf_buf_addf(&label, "%2lld. ", (long long)hf_json_num(hf_json_get(block, "number")));
	else if (bullet)
		hf_buf_adds(&label, "  - ");
	if (strcmp(type, "code") == 0)
		page_text(p, OUT_PLAIN, "", 4, OUT_DIM, text);
	else if (strcmp(type, "quote") == 0)
		page_text(p, OUT_DIM, "  | ", 4, OUT_PLAIN, text);
	else if (strcmp(type, "on") == 0) {
		hf_buf_addf(&label, "On %s: ", provider);
		page_text(p, OUT_BOLD, hf_buf_str(&label), hf_text_width(hf_buf_str(&label)), OUT_PLAIN, text);
	} else
		page_text(p, OUT_PLAIN, hf_buf_str(&label), label.len, OUT_PLAIN, text);
	hf_buf_clear(&label);
}

void
step_text(struct page *p, const struct hf_json *list, const char *provider)
{
	bool in_list = false;

	for (size_t i = 0; i < hf_json_len(list); i++)
		add_block(p, hf_json_at(list, i), provider, &in_list);
}

static void
add_sheets(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *sheets = hf_json_get(brief, "sheets");
	const char           *provider = hf_json_text(brief, "provider");

	for (size_t i = 0; i < hf_json_len(sheets); i++) {
		page_gap(p);
		page_line(p, OUT_BOLD, "%s: %s", provider, hf_json_text(hf_json_at(sheets, i), "title"));
		step_text(p, hf_json_get(hf_json_at(sheets, i), "text"), provider);
	}
}

/* ---- what is asked ---- */

static void
add_keep(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *keep = hf_json_get(brief, "keep");
	const char           *label = "Keep";

	for (size_t i = 0; i < hf_json_len(keep); i++) {
		const struct hf_json *k = hf_json_at(keep, i), *files = hf_json_get(k, "files");
		struct hf_buf         b = HF_BUF_INIT;

		hf_buf_addf(
		    &b, "%s %s: %s", hf_json_len(files) > 0 ? "[x]" : "[ ]", hf_json_text(k, "id"), hf_json_text(k, "text"));
		for (size_t n = 0; n < hf_json_len(files); n++)
			hf_buf_addf(&b, "%s%s%s", n == 0 ? " (" : ", ", hf_json_str(hf_json_at(files, n)),
			    n + 1 == hf_json_len(files) ? ")" : "");
		step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

static void
add_write(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "write");
	const char           *label = "Write down";

	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *v = hf_json_at(list, i), *value = hf_json_get(v, "value");
		const char           *type = hf_json_text(v, "type");
		bool                  given = value != NULL && !hf_json_is(value, HF_JSON_NULL);
		struct hf_buf         b = HF_BUF_INIT;

		hf_buf_addf(&b, "%s %s: ", given ? "[x]" : "[ ]", hf_json_text(v, "name"));
		if (given)
			hf_brief_value(&b, run, value);
		else
			hf_buf_addf(&b, strcmp(type, "text") != 0 ? "%s (%s)" : "%s", hf_json_text(v, "prompt"), type);
		step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

static void
add_answers(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "answers");
	const char           *label = "If", *given = hf_json_text(brief, "answer");
	size_t                fields = hf_json_len(hf_json_get(brief, "confirm")); /* they have the first numbers */

	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *a = hf_json_at(list, i);
		struct hf_buf         b = HF_BUF_INIT;
		const char           *text = hf_json_text(a, "text");

		hf_buf_addf(&b, "%zu %s%s", fields + i + 1, hf_json_text(a, "label"),
		    strcmp(given, hf_json_text(a, "key")) == 0 ? " (given)" : "");
		if (text[0] != '\0' && strcmp(text, "next.") != 0)
			hf_buf_addf(&b, ": %s", text);
		step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
	if (hf_json_text(brief, "if_it_fails")[0] != '\0') {
		label = "If it fails";
		step_add(p, &label, OUT_PLAIN, hf_json_text(brief, "if_it_fails"));
	}
}

static void
add_lines(struct page *p, const char *label, const struct hf_json *list, const char *after)
{
	for (size_t i = 0; i < hf_json_len(list); i++) {
		struct hf_buf b = HF_BUF_INIT;

		hf_buf_addf(&b, "%s%s", hf_json_str(hf_json_at(list, i)), after);
		step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

static void
add_needs(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "needs");
	const char           *label = "Needs first";

	for (size_t i = 0; i < hf_json_len(list); i++)
		step_add(p, &label, OUT_WARN, hf_json_text(hf_json_at(list, i), "words"));
}

static void
add_word(struct page *p, const char *label, const struct hf_json *brief, const char *key)
{
	if (hf_json_text(brief, key)[0] != '\0')
		step_add(p, &label, OUT_PLAIN, hf_json_text(brief, key));
}

/* ---- all of it ---- */

static void
add_state(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_instance *i = NULL;
	struct hf_buf             b = HF_BUF_INIT;
	bool                      late;
	const char               *state = hf_json_text(brief, "state");

	if (hf_run_find(&i, run, hf_json_text(brief, "step"), NULL) != HF_OK)
		return;
	if (step_due(&b, run, i, &late))
		page_text(p, OUT_BOLD, "When", STEP_LABEL, late ? OUT_BAD : OUT_PLAIN, hf_buf_str(&b));
	if (strcmp(state, "open") != 0) {
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "%s%s%s", state, i->text[0] != '\0' ? ": " : "", i->text);
		page_text(p, OUT_BOLD, "State", STEP_LABEL, OUT_PLAIN, hf_buf_str(&b));
	}
	if (hf_json_text(brief, "anyway")[0] != '\0') {
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "without what it needs: %s", hf_json_text(brief, "anyway"));
		page_text(p, OUT_BOLD, "Passed", STEP_LABEL, OUT_WARN, hf_buf_str(&b));
	}
	if (i->visit > 1 && i->rounds == 0)
		page_text(p, OUT_BOLD, "Again", STEP_LABEL, OUT_WARN, "this step was opened again");
	hf_buf_clear(&b);
}

void
step_page(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	page_line(p, OUT_BOLD, "%s", hf_json_text(brief, "title"));
	add_state(p, run, brief);
	step_claim(p, brief);
	add_who(p, run, brief);
	step_limit(p, brief);
	step_waits(p, run, brief);
	add_lines(p, "Only if", hf_json_get(brief, "only_if"), "");
	add_needs(p, brief);
	step_text(p, hf_json_get(brief, "text"), hf_json_text(brief, "provider"));
	add_sheets(p, brief);
	page_gap(p);
	add_write(p, run, brief); /* in the order in which it is asked */
	add_keep(p, brief);
	step_inherited(p, brief);
	step_confirm(p, brief);
	add_answers(p, brief);
	add_lines(p, "Report", hf_json_get(brief, "reports"), "");
	add_lines(p, "Changes", hf_json_get(brief, "changes"), "");
	step_second(p, brief);
	step_repeat(p, brief);
	step_beside(p, run, brief);
	add_word(p, "Why", brief, "why");
}
