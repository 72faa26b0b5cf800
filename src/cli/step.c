#include "step.h"

#include <string.h>

#include "holdfast/text.h"
#include "holdfast/time.h"

#define WIDEST 100 /* columns of a text that the eye still follows */
#define LABEL  12  /* columns of "Write down  " */

size_t
step_width(const struct app *app)
{
	size_t width = term_width(&app->term);

	return width > WIDEST ? WIDEST : width;
}

static const char *
str(const struct hf_json *o, const char *key)
{
	const char *s = hf_json_get_str(o, key);

	return s == NULL ? "" : s;
}

/* A label before the first of several texts only. */
static void
add(struct page *p, const char **label, enum out_style style, const char *text)
{
	page_text(p, OUT_BOLD, *label, LABEL, style, text);
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
		page_text(p, OUT_BAD, warning ? "WARNING: " : "CAUTION: ", 9, OUT_BOLD, str(c, "text"));
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

void
step_clock(struct hf_buf *out, const struct hf_run *run, int64_t t, bool named)
{
	struct hf_register *r = hf_run_register(run);
	struct hf_buf       b = HF_BUF_INIT;

	hf_time_local(&b, t, hf_register_zone(r), named);
	hf_buf_adds(out, hf_text_prefix(hf_buf_str(&b), hf_register_today(r)) ? b.data + 11 : hf_buf_str(&b));
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
step_person(struct hf_buf *out, const struct hf_json *person)
{
	const char *phone = str(person, "phone"), *email = str(person, "email");

	hf_buf_adds(out, str(person, "name"));
	if (phone[0] != '\0')
		hf_buf_addf(out, ", %s", phone);
	else if (email[0] != '\0')
		hf_buf_addf(out, ", %s (no telephone number is recorded)", email);
	else
		hf_buf_adds(out, " (no telephone number is recorded)");
}

static void
add_role(struct page *p, const char **label, const struct hf_json *role)
{
	const struct hf_json *people = hf_json_get(role, "people");
	struct hf_buf         b = HF_BUF_INIT;

	hf_buf_addf(&b, "%s", str(role, "words"));
	for (size_t i = 0; i < hf_json_len(people); i++) {
		hf_buf_adds(&b, i == 0 ? ": " : "\nor ");
		step_person(&b, hf_json_at(people, i));
	}
	add(p, label, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
add_who(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *who = hf_json_get(brief, "who");
	const char           *label = "Who";

	for (size_t i = 0; i < hf_json_len(who); i++)
		add_role(p, &label, hf_json_at(who, i));
	if (str(brief, "who_text")[0] != '\0')
		add(p, &label, OUT_PLAIN, str(brief, "who_text"));
}

/* ---- the text ---- */

static void
add_block(struct page *p, const struct hf_json *block, bool *list)
{
	const char   *type = str(block, "type"), *text = str(block, "text");
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
	else
		page_text(p, OUT_PLAIN, hf_buf_str(&label), label.len, OUT_PLAIN, text);
	hf_buf_clear(&label);
}

static void
add_blocks(struct page *p, const struct hf_json *list)
{
	bool in_list = false;

	for (size_t i = 0; i < hf_json_len(list); i++)
		add_block(p, hf_json_at(list, i), &in_list);
}

static void
add_sheets(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json  *sheets = hf_json_get(brief, "sheets");
	const struct hf_sheet *sheet = hf_run_sheet(run);

	for (size_t i = 0; i < hf_json_len(sheets); i++) {
		page_gap(p);
		page_line(
		    p, OUT_BOLD, "%s: %s", sheet == NULL ? "At the provider" : sheet->title, str(hf_json_at(sheets, i), "title"));
		add_blocks(p, hf_json_get(hf_json_at(sheets, i), "text"));
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

		hf_buf_addf(&b, "%s %s: %s", hf_json_len(files) > 0 ? "[x]" : "[ ]", str(k, "id"), str(k, "text"));
		for (size_t n = 0; n < hf_json_len(files); n++)
			hf_buf_addf(&b, "%s%s%s", n == 0 ? " (" : ", ", hf_json_str(hf_json_at(files, n)),
			    n + 1 == hf_json_len(files) ? ")" : "");
		add(p, &label, OUT_PLAIN, hf_buf_str(&b));
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
		const char           *type = str(v, "type");
		bool                  given = value != NULL && !hf_json_is(value, HF_JSON_NULL);
		struct hf_buf         b = HF_BUF_INIT;

		hf_buf_addf(&b, "%s %s: ", given ? "[x]" : "[ ]", str(v, "name"));
		if (given)
			hf_brief_value(&b, run, value);
		else
			hf_buf_addf(&b, strcmp(type, "text") != 0 ? "%s (%s)" : "%s", str(v, "prompt"), type);
		add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

static void
add_answers(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "answers");
	const char           *label = "If", *given = str(brief, "answer");

	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *a = hf_json_at(list, i);
		struct hf_buf         b = HF_BUF_INIT;
		const char           *text = str(a, "text");

		hf_buf_addf(&b, "%zu %s%s", i + 1, str(a, "label"), strcmp(given, str(a, "key")) == 0 ? " (given)" : "");
		if (text[0] != '\0' && strcmp(text, "next.") != 0)
			hf_buf_addf(&b, ": %s", text);
		add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
	if (str(brief, "if_it_fails")[0] != '\0') {
		label = "If it fails";
		add(p, &label, OUT_PLAIN, str(brief, "if_it_fails"));
	}
}

static void
add_lines(struct page *p, const char *label, const struct hf_json *list, const char *after)
{
	for (size_t i = 0; i < hf_json_len(list); i++) {
		struct hf_buf b = HF_BUF_INIT;

		hf_buf_addf(&b, "%s%s", hf_json_str(hf_json_at(list, i)), after);
		add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

static void
add_needs(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "needs");
	const char           *label = "Needs first";

	for (size_t i = 0; i < hf_json_len(list); i++)
		add(p, &label, OUT_WARN, str(hf_json_at(list, i), "words"));
}

static void
add_word(struct page *p, const char *label, const struct hf_json *brief, const char *key)
{
	if (str(brief, key)[0] != '\0')
		add(p, &label, OUT_PLAIN, str(brief, key));
}

/* Who has to agree, and how to reach them; what they said. */
static void
add_second(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *a = hf_json_get(brief, "approval"), *people = hf_json_get(a, "people");
	const char           *label = "Second", *pending = str(a, "pending");
	struct hf_buf         b = HF_BUF_INIT;

	if (str(brief, "second")[0] == '\0')
		return;
	hf_buf_adds(&b, str(brief, "second"));
	if (str(a, "approved_name")[0] != '\0')
		hf_buf_addf(&b, ". Approved by %s", str(a, "approved_name"));
	add(p, &label, OUT_PLAIN, hf_buf_str(&b));
	for (size_t k = 0; str(a, "approved_name")[0] == '\0' && k < hf_json_len(people); k++) {
		hf_buf_cut(&b, 0);
		step_person(&b, hf_json_at(people, k));
		add(p, &label, OUT_PLAIN, hf_buf_str(&b));
	}
	hf_buf_cut(&b, 0);
	if (strcmp(pending, "done") == 0 || strcmp(pending, "skip") == 0)
		hf_buf_addf(&b, "%s says that it %s: waiting for the approval", str(a, "asked_name"),
		    strcmp(pending, "done") == 0 ? "is done" : "can be left out");
	else if (pending[0] != '\0')
		hf_buf_adds(&b, "waiting for the approval");
	if (str(a, "rejected_name")[0] != '\0')
		hf_buf_addf(&b, "%srefused by %s: %s", b.len > 0 ? "; " : "", str(a, "rejected_name"), str(a, "rejected"));
	if (b.len > 0)
		add(p, &label, OUT_WARN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
add_confirm(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "confirm");
	const char           *label = "Still right?";

	for (size_t k = 0; k < hf_json_len(list); k++) {
		const struct hf_json *c = hf_json_at(list, k);
		struct hf_buf         b = HF_BUF_INIT;

		hf_buf_addf(&b, "%s%s: %s", hf_json_true(hf_json_get(c, "given")) ? "[x] " : "", str(c, "name"),
		    hf_json_get_str(c, "record") == NULL ? "no record is known there" : str(c, "now"));
		add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

static void
add_repeat(struct page *p, const struct hf_json *brief)
{
	const char   *label = "Repeat";
	int64_t       rounds = hf_json_num(hf_json_get(brief, "rounds"));
	struct hf_buf b = HF_BUF_INIT;

	if (str(brief, "repeat")[0] == '\0')
		return;
	hf_buf_adds(&b, str(brief, "repeat"));
	if (rounds > 0)
		hf_buf_addf(&b, "; done %lld time%s", (long long)rounds, rounds == 1 ? "" : "s");
	add(p, &label, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
add_waits(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *waits = hf_json_get(brief, "waits");
	const char           *label = "Waits", *until = hf_json_get_str(waits, "until");
	struct hf_buf         b = HF_BUF_INIT;
	int64_t               t;

	hf_buf_adds(&b, str(waits, "for")[0] != '\0' ? str(waits, "for") : str(brief, "wait"));
	if (until != NULL && hf_time_parse(&t, NULL, until, NULL) == HF_OK) {
		hf_buf_adds(&b, b.len > 0 ? ", until " : "until ");
		step_clock(&b, run, t, true);
	}
	if (b.len > 0)
		add(p, &label, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

/* ---- all of it ---- */

static void
add_state(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_instance *i = NULL;
	struct hf_buf             b = HF_BUF_INIT;
	bool                      late;
	const char               *state = str(brief, "state");

	if (hf_run_find(&i, run, str(brief, "step"), NULL) != HF_OK)
		return;
	if (step_due(&b, run, i, &late))
		page_text(p, OUT_BOLD, "When", LABEL, late ? OUT_BAD : OUT_PLAIN, hf_buf_str(&b));
	if (strcmp(state, "open") != 0) {
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "%s%s%s", state, i->text[0] != '\0' ? ": " : "", i->text);
		page_text(p, OUT_BOLD, "State", LABEL, OUT_PLAIN, hf_buf_str(&b));
	}
	if (str(hf_json_get(brief, "claim"), "name")[0] != '\0') {
		hf_buf_cut(&b, 0);
		if (hf_json_true(hf_json_get(hf_json_get(brief, "claim"), "mine")))
			hf_buf_adds(&b, "you do it");
		else
			hf_buf_addf(&b, "%s does it", str(hf_json_get(brief, "claim"), "name"));
		page_text(p, OUT_BOLD, "Claimed", LABEL, OUT_PLAIN, hf_buf_str(&b));
	}
	if (i->visit > 1 && i->rounds == 0)
		page_text(p, OUT_BOLD, "Again", LABEL, OUT_WARN, "this step was opened again");
	hf_buf_clear(&b);
}

void
step_page(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	page_line(p, OUT_BOLD, "%s", str(brief, "title"));
	add_state(p, run, brief);
	add_who(p, brief);
	add_waits(p, run, brief);
	add_lines(p, "Only if", hf_json_get(brief, "only_if"), "");
	add_needs(p, brief);
	add_blocks(p, hf_json_get(brief, "text"));
	add_sheets(p, run, brief);
	page_gap(p);
	add_keep(p, brief);
	add_write(p, run, brief);
	add_answers(p, brief);
	add_lines(p, "Report", hf_json_get(brief, "reports"), "");
	add_lines(p, "Changes", hf_json_get(brief, "changes"), "");
	add_confirm(p, brief);
	add_second(p, brief);
	add_repeat(p, brief);
	add_word(p, "Why", brief, "why");
}

/* ---- commands ---- */

static void
command(struct page *p, const struct hf_run *run, const struct hf_json *brief, const char *verb, const char *rest)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_buf_addf(&b, "  holdfast %s %s %s%s%s", verb, hf_run_id(run), str(brief, "step"), rest[0] != '\0' ? " " : "", rest);
	page_raw(p, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
command_value(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "write");
	struct hf_buf         b = HF_BUF_INIT;

	for (size_t i = 0; i < hf_json_len(list); i++)
		if (hf_json_is(hf_json_get(hf_json_at(list, i), "value"), HF_JSON_NULL))
			hf_buf_addf(&b, "%s%s=\"...\"", b.len > 0 ? " " : "", str(hf_json_at(list, i), "name"));
	if (b.len > 0)
		command(p, run, brief, "run value", hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
command_keep(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "keep");

	for (size_t i = 0; i < hf_json_len(list); i++) {
		struct hf_buf b = HF_BUF_INIT;

		hf_buf_addf(&b, "FILE --as %s", str(hf_json_at(list, i), "id"));
		if (hf_json_len(hf_json_get(hf_json_at(list, i), "files")) == 0)
			command(p, run, brief, "run attach", hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

void
step_commands(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *answers = hf_json_get(brief, "answers"), *reports = hf_json_get(brief, "reports");
	struct hf_buf         b = HF_BUF_INIT;

	page_gap(p);
	page_line(p, OUT_BOLD, "To type, in this order");
	for (size_t i = 0; i < hf_json_len(reports); i++) {
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "  holdfast report %s %s --step %s", hf_run_id(run), hf_json_str(hf_json_at(reports, i)),
		    str(brief, "step"));
		page_raw(p, OUT_PLAIN, hf_buf_str(&b));
	}
	command_value(p, run, brief);
	command_keep(p, run, brief);
	hf_buf_cut(&b, 0);
	for (size_t i = 0; i < hf_json_len(answers); i++)
		hf_buf_addf(&b, "%s%s", i > 0 ? "|" : "", str(hf_json_at(answers, i), "key"));
	if (b.len > 0)
		command(p, run, brief, "run answer", hf_buf_str(&b));
	if (str(hf_json_get(brief, "approval"), "pending")[0] != '\0')
		command(p, run, brief, "run approve", "");
	command(p, run, brief, "run done", "");
	command(p, run, brief, "run skip", "--why \"...\"");
	hf_buf_clear(&b);
}
