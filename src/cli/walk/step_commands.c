/* The commands that do a step, for who types them: "run next". */
#include <string.h>

#include "step_in.h"

#define CHOICES 20 /* of a value that are listed */

static void
command(struct page *p, const struct hf_run *run, const struct hf_json *brief, const char *verb, const char *rest)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_buf_addf(
	    &b, "  holdfast %s %s %s%s%s", verb, hf_run_id(run), hf_json_text(brief, "address"), rest[0] != '\0' ? " " : "", rest);
	page_raw(p, OUT_PLAIN, hf_buf_str(&b));
	hf_buf_clear(&b);
}

/* What is still to be written down: name="..." of each. */
static void
values(struct hf_buf *out, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "write");

	for (size_t i = 0; i < hf_json_len(list); i++)
		if (hf_json_is(hf_json_get(hf_json_at(list, i), "value"), HF_JSON_NULL))
			hf_buf_addf(out, "%s%s=\"...\"", out->len > 0 ? " " : "", hf_json_text(hf_json_at(list, i), "name"));
}

/* What a query of the book offers for a value, or what the numbers of the severity mean: nothing on the step's page says it. */
static void
choices(struct page *p, const struct hf_json *value)
{
	const struct hf_json *list = hf_json_get(value, "choices");
	struct hf_buf         b = HF_BUF_INIT;

	page_gap(p);
	page_line(p, OUT_BOLD, "To choose from: %s", hf_json_text(value, "name"));
	for (size_t i = 0; i < hf_json_len(list) && i < CHOICES; i++) {
		const struct hf_json *one = hf_json_at(list, i);
		const char           *words = hf_json_text(one, "words"), *name = hf_json_text(one, "name");

		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "%s%s%s%s%s", hf_json_text(one, "value"), name[0] != '\0' ? ": " : "", name,
		    words[0] == '\0'    ? "" :
			name[0] != '\0' ? ", " :
					  ": ",
		    words);
		page_text(p, OUT_PLAIN, "  ", 2, OUT_PLAIN, hf_buf_str(&b));
	}
	if (hf_json_len(list) > CHOICES)
		page_line(p, OUT_DIM, "  and %zu more: with --json all are there", hf_json_len(list) - CHOICES);
	if (hf_json_len(list) == 0)
		page_line(p, OUT_DIM, "  nothing in the register fits");
	hf_buf_clear(&b);
}

static void
add_choices(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_instance *i = NULL;
	const struct hf_json     *list = hf_json_get(brief, "write");

	if (hf_run_find(&i, run, hf_json_text(brief, "step"), NULL) != HF_OK)
		return;
	for (size_t k = 0; k < hf_json_len(list) && k < i->step->n_write; k++) {
		const struct hf_json *value = hf_json_at(list, k), *first = hf_json_at(hf_json_get(value, "choices"), 0);

		if ((i->step->write[k].sql != NULL || (first != NULL && hf_json_text(first, "words")[0] != '\0')) &&
		    hf_json_is(hf_json_get(value, "value"), HF_JSON_NULL))
			choices(p, value);
	}
}

static void
command_keep(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *list = hf_json_get(brief, "keep");

	for (size_t i = 0; i < hf_json_len(list); i++) {
		struct hf_buf b = HF_BUF_INIT;

		hf_buf_addf(&b, "FILE --as %s", hf_json_text(hf_json_at(list, i), "id"));
		if (hf_json_len(hf_json_get(hf_json_at(list, i), "files")) == 0)
			command(p, run, brief, "run attach", hf_buf_str(&b));
		hf_buf_clear(&b);
	}
}

/* What waits for a second person: their word, and what comes after it. */
static void
command_approve(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *a = hf_json_get(brief, "approval");
	bool                  mine = hf_json_true(hf_json_get(a, "mine"));

	command(p, run, brief, "run approve", mine ? "" : "  (somebody else, with a key of their own)");
	if (mine)
		command(p, run, brief, "run reject", "--note \"...\"");
	if (strcmp(hf_json_text(a, "pending"), "begin") == 0)
		command(p, run, brief, "run done", "");
}

void
step_commands(struct page *p, const struct hf_run *run, const struct hf_json *brief)
{
	const struct hf_json *answers = hf_json_get(brief, "answers"), *reports = hf_json_get(brief, "reports");
	struct hf_buf         b = HF_BUF_INIT, given = HF_BUF_INIT;
	bool                  waits = hf_json_text(hf_json_get(brief, "approval"), "pending")[0] != '\0';

	add_choices(p, run, brief);
	page_gap(p);
	page_line(p, OUT_BOLD, "To type, in this order");
	for (size_t i = 0; i < hf_json_len(reports); i++) {
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "  holdfast report %s %s --step %s", hf_run_id(run), hf_json_str(hf_json_at(reports, i)),
		    hf_json_text(brief, "address"));
		page_raw(p, OUT_PLAIN, hf_buf_str(&b));
	}
	values(&given, brief);
	/* An answer may finish it: what is written down comes before that. Else it goes in with done. */
	if (given.len > 0 && (hf_json_len(answers) > 0 || waits)) {
		command(p, run, brief, "run value", hf_buf_str(&given));
		hf_buf_cut(&given, 0);
	}
	command_keep(p, run, brief);
	hf_buf_cut(&b, 0);
	for (size_t i = 0; i < hf_json_len(answers); i++)
		hf_buf_addf(&b, "%s%s", i > 0 ? "|" : "", hf_json_text(hf_json_at(answers, i), "key"));
	if (b.len > 0)
		command(p, run, brief, "run answer", hf_buf_str(&b));
	if (waits)
		command_approve(p, run, brief);
	else
		command(p, run, brief, "run done", hf_buf_str(&given));
	command(p, run, brief, "run skip", "--why \"...\"");
	hf_buf_clear(&given);
	hf_buf_clear(&b);
}
