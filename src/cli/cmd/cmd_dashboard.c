/* dashboard, card: one page on all accounts, one page on one of them. */
#include "../made.h"
#include "../ref.h"
#include "cmd.h"
#include "holdfast/dashboard.h"
#include "holdfast/text.h"

static const struct opt page_opts[] = {
	{ 'o', "output", "FILE", "write it to a file; its name says how: .html, .md or text", 0 },
	{ 0, "format", "text|md|html", "how it is written (text, or what the name of the file says)", 0 },
	OPT_END,
};

static enum hf_code
deliver(struct made *m, enum hf_code rc, struct hf_err *e)
{
	if (rc == HF_OK)
		rc = m->data == NULL ? hf_nomem(e) : made_deliver(m, e);
	hf_json_free(m->data);
	hf_buf_clear(&m->text);
	return rc;
}

static enum hf_code
dashboard(struct app *app, const struct args *a, struct hf_err *e)
{
	struct made    m = { .app = app, .path = opt_str(a, "output"), .text = HF_BUF_INIT };
	enum hf_format format;
	enum hf_code   rc;

	if ((rc = made_format(&format, opt_str(a, "format"), m.path, e)) == HF_OK &&
	    (rc = hf_dashboard_data(&m.data, app->reg, app->shelf, e)) == HF_OK)
		rc = hf_dashboard_page(&m.text, app->reg, app->shelf, m.data, format, made_width(&m), e);
	return deliver(&m, rc, e);
}

static enum hf_code
card(struct app *app, const struct args *a, struct hf_err *e)
{
	struct made      m = { .app = app, .path = opt_str(a, "output"), .text = HF_BUF_INIT };
	struct hf_report rep = { .r = app->reg, .shelf = app->shelf, .template_name = "internal/recovery-sheet" };
	char             id[HF_ID_SIZE];
	enum hf_code     rc;

	rep.subject = id;
	rep.width = made_width(&m);
	if ((rc = made_format(&rep.format, opt_str(a, "format"), m.path, e)) == HF_OK &&
	    (rc = ref_pick(id, app, "account", opt_word(a, "REF"), e)) == HF_OK &&
	    (rc = hf_report_make(&m.text, NULL, &rep, e)) == HF_OK && (m.data = hf_json_object()) != NULL &&
	    (hf_json_set(m.data, "account", hf_json_string(id)) != 0 ||
		hf_json_set(m.data, "text", hf_json_stringn(hf_buf_str(&m.text), m.text.len)) != 0))
		rc = hf_nomem(e);
	return deliver(&m, rc, e);
}

extern const struct cmd dashboard_cmds[];

const struct cmd dashboard_cmds[] = {
	{
	    .name = "dashboard",
	    .run = dashboard,
	    .needs = NEED_REGISTER | NEED_BOOKS,
	    .options = page_opts,
	    .group = CMD_ROUTINE,
	    .summary = "all accounts on one page: counts, findings, what is due",
	    .about =
		"Accounts by state and provider, findings by severity, what is overdue, open runs, and which reviews lie longest back. As HTML it is one "
		"file without a script, to print or to mail. It is made of the template page/dashboard, and counts what you may read.",
	    .examples = "holdfast dashboard\nholdfast dashboard -o accounts.html\n",
	},
	{
	    .name = "card",
	    .run = card,
	    .needs = NEED_REGISTER | NEED_BOOKS,
	    .options = page_opts,
	    .operands = "REF",
	    .group = CMD_ROUTINE,
	    .summary = "the recovery sheet of one account, for the sealed envelope",
	    .about =
		"What is needed to get the account back, on one page: who, what, where it is registered, where the codes lie, what the provider asks for. "
		"Print it: on the worst day the screen may be what was taken.",
	    .examples = "holdfast card @agency\nholdfast card @agency -o card.html\n",
	},
	CMD_END,
};
