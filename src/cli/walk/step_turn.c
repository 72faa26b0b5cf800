/* Whose turn it is, as people see it: the second person, who has it, what it waits for, what is to be confirmed, what else runs. */
#include <string.h>

#include "holdfast/text.h"
#include "holdfast/time.h"
#include "step_in.h"

bool
step_is_called(const struct hf_json *brief)
{
	const struct hf_json *a = hf_json_get(brief, "approval");

	return hf_json_true(hf_json_get(a, "mine")) && hf_json_text(a, "my_role")[0] != '\0';
}

/* Whether the reader may say it. */
static void
add_mine(struct page *p, const char **label, const struct hf_json *a)
{
	struct hf_buf b = HF_BUF_INIT;

	if (hf_json_text(a, "not_mine")[0] != '\0')
		hf_buf_addf(&b, "you cannot approve it: %s", hf_json_text(a, "not_mine"));
	else if (hf_json_true(hf_json_get(a, "mine")) && hf_json_text(a, "no_role")[0] != '\0')
		hf_buf_addf(&b, "%s; you may approve in their place%s, and the log says so", hf_json_text(a, "no_role"),
		    strcmp(hf_json_text(a, "pending"), "begin") == 0 ? " when somebody else does it" : "");
	if (b.len > 0)
		step_add(p, label, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

/* Who has to agree, and how to reach them; what they said. */
void
step_second(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *a = hf_json_get(brief, "approval"), *people = hf_json_get(a, "people");
	const char           *label = "Second", *pending = hf_json_text(a, "pending");
	struct hf_buf         b = HF_BUF_INIT;

	if (hf_json_text(brief, "second")[0] == '\0')
		return;
	hf_buf_adds(&b, hf_json_text(brief, "second"));
	if (hf_json_text(a, "approved_name")[0] != '\0')
		hf_buf_addf(&b, ". Approved by %s", hf_json_text(a, "approved_name"));
	step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
	for (size_t k = 0; hf_json_text(a, "approved_name")[0] == '\0' && k < hf_json_len(people); k++) {
		hf_buf_cut(&b, 0);
		step_person(&b, hf_json_at(people, k), page_width(p) - STEP_LABEL);
		step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
	}
	hf_buf_cut(&b, 0);
	if (strcmp(pending, "done") == 0 || strcmp(pending, "skip") == 0)
		hf_buf_addf(&b, "%s says that it %s: waiting for the approval", hf_json_text(a, "asked_name"),
		    strcmp(pending, "done") == 0 ? "is done" : "can be left out");
	else if (pending[0] != '\0')
		hf_buf_adds(&b, "waiting for the approval");
	if (hf_json_text(a, "rejected_name")[0] != '\0')
		hf_buf_addf(&b, "%srefused by %s: %s", b.len > 0 ? "; " : "", hf_json_text(a, "rejected_name"),
		    hf_json_text(a, "rejected"));
	if (b.len > 0)
		step_add(p, &label, OUT_WARN, hf_buf_str(&b));
	add_mine(p, &label, a);
	hf_buf_clear(&b);
}

/* Names that say little beside a question, and what it is when there is no such day. */
static const struct plainer {
	const char *kind, *field, *words, *none;
} plainer[] = { { "grant", "until", "access ends", "no date" }, { "grant", "since", "access began", "no date" },
	{ "evidence", "valid_until", "proof counts until", "no date" } };

static const struct plainer *
plainer_of(const struct hf_json *c)
{
	for (size_t k = 0; k < sizeof(plainer) / sizeof(plainer[0]); k++)
		if (strcmp(hf_json_text(c, "kind"), plainer[k].kind) == 0 &&
		    strcmp(hf_json_text(c, "field"), plainer[k].field) == 0)
			return &plainer[k];
	return NULL;
}

void
step_field(struct hf_buf *out, const struct hf_json *c)
{
	const char *name = hf_json_text(c, "name"), *kind = hf_json_text(c, "kind");

	if (plainer_of(c) != NULL) {
		hf_buf_adds(out, plainer_of(c)->words);
		return;
	}
	if (strcmp(kind, "account") != 0 && kind[0] != '\0')
		hf_buf_addf(out, "%s ", kind);
	hf_text_name(out, strrchr(name, '.') != NULL ? strrchr(name, '.') + 1 : name);
}

const char *
step_now(const struct hf_json *c)
{
	return plainer_of(c) != NULL && hf_json_is(hf_json_get(c, "value"), HF_JSON_NULL) ? plainer_of(c)->none :
											    hf_json_text(c, "now");
}

void
step_confirm(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "confirm");
	const char           *label = "Still right";

	for (size_t k = 0; k < hf_json_len(list); k++) {
		const struct hf_json *c = hf_json_at(list, k);
		bool                  known = hf_json_get_str(c, "record") != NULL;
		struct hf_buf         b = HF_BUF_INIT;

		hf_buf_addf(&b, "%zu ", k + 1);
		step_field(&b, c);
		hf_buf_addf(&b, ": %s%s", known ? step_now(c) : "no record is known there",
		    hf_json_true(hf_json_get(c, "given")) ? " (changed just now)" : "");
		step_add(p, &label,
		    known && !hf_json_is(hf_json_get(c, "value"), HF_JSON_NULL) && !hf_json_true(hf_json_get(c, "left")) ?
			OUT_PLAIN :
			OUT_WARN,
		    hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

void
step_repeat(struct page *p, const struct hf_json *brief)
{
	const char   *label = "Repeat";
	int64_t       rounds = hf_json_num(hf_json_get(brief, "rounds"));
	struct hf_buf b = HF_BUF_INIT;

	if (hf_json_text(brief, "repeat")[0] == '\0')
		return;
	hf_buf_adds(&b, hf_json_text(brief, "repeat"));
	if (rounds > 0)
		hf_buf_addf(&b, "; done %lld time%s", (long long)rounds, rounds == 1 ? "" : "s");
	step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

void
step_waits(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *waits = hf_json_get(brief, "waits");
	const char           *label = "Waits", *until = hf_json_get_str(waits, "until");
	struct hf_buf         b = HF_BUF_INIT;
	int64_t               t;

	hf_buf_adds(&b, hf_json_text(waits, "for")[0] != '\0' ? hf_json_text(waits, "for") : hf_json_text(brief, "wait"));
	if (until != NULL && hf_time_parse(&t, NULL, until, NULL) == HF_OK) {
		hf_buf_adds(&b, b.len > 0 ? ", until " : "until ");
		step_clock(&b, run, t, true);
	}
	if (b.len > 0)
		step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

void
step_claim(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *claim = hf_json_get(brief, "claim");
	struct hf_buf         b = HF_BUF_INIT;

	if (hf_json_text(claim, "name")[0] == '\0')
		return;
	if (hf_json_true(hf_json_get(claim, "mine")))
		hf_buf_adds(&b, "you do it");
	else
		hf_buf_addf(&b, "%s does it", hf_json_text(claim, "name"));
	page_text(p, OUT_BOLD, "Claimed", STEP_LABEL, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

/* ---- time limits that run ---- */

/* What is left of it, ms; below zero when it does not run: not begun, or over. */
static int64_t
left_of(const struct hf_json *w)
{
	return hf_json_get_str(w, "until") == NULL ? -1 : hf_json_num(hf_json_get(w, "left"));
}

/* The one that ends first. */
void
step_limit(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "windows"), *first = NULL;
	struct hf_buf         b = HF_BUF_INIT, line = HF_BUF_INIT;

	for (size_t k = 0; k < hf_json_len(list); k++)
		if (left_of(hf_json_at(list, k)) >= 0 && (first == NULL || left_of(hf_json_at(list, k)) < left_of(first)))
			first = hf_json_at(list, k);
	if (first == NULL)
		return;
	hf_time_words(&b, left_of(first));
	hf_buf_addf(&b, " left: %s", hf_json_text(first, "title"));
	hf_text_fit(&line, hf_buf_str(&b), page_width(p) - STEP_LABEL, false);
	page_text(p, OUT_BOLD, "Time limit", STEP_LABEL, left_of(first) < HF_HOUR ? OUT_BAD : OUT_PLAIN, hf_buf_str(&line));
	hf_buf_clear(&b);
	hf_buf_clear(&line);
}

void
step_limits(struct page *p, const struct hf_run *run, const struct hf_json *windows)
{
	for (size_t k = 0; k < hf_json_len(windows); k++) {
		const struct hf_json *w = hf_json_at(windows, k);
		int64_t               left = left_of(w), t;
		struct hf_buf         b = HF_BUF_INIT;

		if (hf_json_get_str(w, "until") == NULL || hf_time_parse(&t, NULL, hf_json_get_str(w, "until"), NULL) != HF_OK)
			continue;
		if (left >= 0)
			hf_time_words(&b, left);
		hf_buf_addf(&b, "%s: %s", left >= 0 ? " left" : "over", hf_json_text(w, "title"));
		hf_buf_adds(&b, left >= 0 ? ", until " : ", since ");
		step_clock(&b, run, t, true);
		page_text(p, OUT_PLAIN, "      ", 6, left >= 0 && left < HF_HOUR ? OUT_BAD : OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

/* ---- other runs ---- */

void
step_run(struct hf_buf *out, const struct hf_run *run, const struct hf_json *other)
{
	const char *started = hf_json_get_str(other, "started_at");
	int64_t     t;

	hf_buf_addf(out, "%s, on %s: %s", hf_json_text(other, "title"), hf_json_text(other, "ref"), hf_json_text(other, "state"));
	if (started != NULL && hf_time_parse(&t, NULL, started, NULL) == HF_OK) {
		hf_buf_adds(out, ", since ");
		step_clock(out, run, t, false);
	}
}

void
step_beside(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "children");
	const char           *label = "Began";

	for (size_t k = 0; k < hf_json_len(list); k++) {
		struct hf_buf b = HF_BUF_INIT;

		step_run(&b, run, hf_json_at(list, k));
		step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

/* What the run that began this one kept need not be looked for again. */
void
step_inherited(struct page *p, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "inherited");
	const char           *label = "There is";

	for (size_t k = 0; hf_json_len(hf_json_get(brief, "keep")) > 0 && k < hf_json_len(list); k++) {
		struct hf_buf b = HF_BUF_INIT;

		hf_buf_addf(&b, "%s: %s, kept by the run that began this one", hf_json_text(hf_json_at(list, k), "kept_as"),
		    hf_json_text(hf_json_at(list, k), "file_name"));
		step_add(p, &label, OUT_PLAIN, hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}
