/* assess */
#include <string.h>

#include "../made.h"
#include "cmd.h"
#include "holdfast/assess.h"
#include "holdfast/text.h"

static const struct opt assess_opts[] = {
	{ 0, "format", "text|md|html|csv", "how it is written: without it, a table of all", 0 },
	{ 'o', "output", "FILE", "write it to a file", 0 },
	{ 0, "status", "met|partly|not-met|needs-person", "only what is so", 0 },
	OPT_END,
};

static void
put_shown(struct out *o, const struct hf_json *row)
{
	const struct hf_json *shown = hf_json_get(row, "shown");

	for (size_t i = 0; i < hf_json_len(shown); i++) {
		const struct hf_json *s = hf_json_at(shown, i), *good = hf_json_get(s, "good");

		if ((hf_json_is(good, HF_JSON_BOOL) && !hf_json_true(good)) || hf_json_true(hf_json_get(s, "empty")))
			put_line(o, OUT_DIM, "      %s: %s", hf_json_get_str(s, "name"), hf_json_get_str(s, "says"));
	}
	if (strcmp(hf_json_get_str(row, "status"), "needs-person") == 0 && hf_json_get_str(row, "ask") != NULL)
		put_line(o, OUT_DIM, "      %s", hf_json_get_str(row, "ask"));
}

static enum out_style
style_of(const char *rag)
{
	return strcmp(rag, "green") == 0 ? OUT_GOOD : strcmp(rag, "red") == 0 ? OUT_BAD : OUT_WARN;
}

static void
render(struct out *o, const struct hf_json *list, void *arg)
{
	struct hf_json *n = hf_assess_count(list);

	(void)arg;
	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *row = hf_json_at(list, i);

		put(o, style_of(hf_json_get_str(row, "rag")), "%-13s", hf_json_get_str(row, "status"));
		put_line(o, OUT_PLAIN, " %s  %s", hf_json_get_str(row, "statement"), hf_json_get_str(row, "title"));
		put_shown(o, row);
	}
	put_line(o, OUT_BOLD, "%lld of %lld met, %lld partly, %lld not, %lld need a person's word",
	    (long long)hf_json_num(hf_json_get(n, "met")), (long long)hf_json_num(hf_json_get(n, "all")),
	    (long long)hf_json_num(hf_json_get(n, "partly")), (long long)hf_json_num(hf_json_get(n, "not_met")),
	    (long long)hf_json_num(hf_json_get(n, "needs_person")));
	hf_json_free(n);
}

static void
keep_status(struct hf_json *list, const char *status)
{
	for (size_t i = hf_json_len(list); status != NULL && i-- > 0;)
		if (strcmp(hf_json_get_str(hf_json_at(list, i), "status"), status) != 0)
			hf_json_remove(list, i);
}

static enum hf_code
write_sheet(struct made *m, const struct hf_json *list, const char *format, struct hf_err *e)
{
	enum hf_format f;
	enum hf_code   rc;

	if ((format != NULL && strcmp(format, "csv") == 0) ||
	    (format == NULL && m->path != NULL && hf_text_suffix(m->path, ".csv")))
		return hf_assess_csv(&m->text, list, e);
	if ((rc = made_format(&f, format, m->path, e)) != HF_OK)
		return rc;
	return hf_assess_report(&m->text, m->app->reg, m->app->shelf, list, f, made_width(m), e);
}

static enum hf_code
assess(struct app *app, const struct args *a, struct hf_err *e)
{
	struct made     m = { .app = app, .path = opt_str(a, "output"), .text = HF_BUF_INIT };
	const char     *format = opt_str(a, "format");
	struct hf_json *list = NULL;
	enum hf_code    rc;

	if ((rc = hf_assess(&list, app->reg, app->shelf, opt_word(a, "GUIDANCE"), e)) != HF_OK)
		return rc;
	keep_status(list, opt_str(a, "status"));
	if (m.path == NULL && (format == NULL || !out_is_text(app->out))) {
		out_paged(app->out);
		out_view(app->out, list, render, NULL);
	} else if ((rc = write_sheet(&m, list, format, e)) == HF_OK) {
		rc = (m.data = hf_json_object()) == NULL ? hf_nomem(e) : made_deliver(&m, e);
	}
	hf_json_free(m.data);
	hf_buf_clear(&m.text);
	hf_json_free(list);
	return rc;
}

extern const struct cmd assess_cmds[];

const struct cmd assess_cmds[] = {
	{
	    .name = "assess",
	    .run = assess,
	    .needs = NEED_REGISTER | NEED_BOOKS,
	    .options = assess_opts,
	    .operands = "[GUIDANCE]",
	    .group = CMD_ROUTINE,
	    .summary = "how far you are with what the guidance asks",
	    .about =
		"Each statement of the guidance (holdfast book list guidance), whether it is met, partly, or not, and what shows it today: findings of "
		"the rules, fields that are recorded, playbooks that were carried out or rehearsed, and what people attested. Where only a person can say, "
		"it says so; holdfast attest UNIT asks them. So it is where a rule has nothing to check, say meetings when no meeting service is in the "
		"register: then somebody says that there is none, with holdfast add attestation.",
	    .examples =
		"holdfast assess\nholdfast assess ncsc-meetings --status not-met\nholdfast assess --format html -o assessment.html\n"
		"holdfast add attestation unit=Press control=R033 period=2026-27 answer=met answered_on=2026-11-21\n",
	},
	CMD_END,
};
