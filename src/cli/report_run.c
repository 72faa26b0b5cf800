#include "report_run.h"

#include <string.h>

#include "holdfast/text.h"
#include "runs.h"

enum fit { FIT_NONE, FIT_INCIDENT, FIT_MAKES_IT };

struct choice {
	const struct hf_json *head; /* of the best so far, NULL: none */
	int                   rank;
	size_t                alike, seen; /* runs of that rank; runs on the record in all, closed rehearsals aside */
};

static bool
makes(const struct hf_playbook *pb, const char *name)
{
	bool provider = name == NULL || strcmp(name, "provider") == 0 || hf_text_prefix(name, "provider/");

	for (size_t k = 0; k < pb->n_steps; k++)
		for (size_t n = 0; n < pb->steps[k].reports.n; n++)
			if (provider ? hf_text_prefix(pb->steps[k].reports.v[n], "provider/") :
				       strcmp(pb->steps[k].reports.v[n], name) == 0)
				return true;
	return false;
}

/* One that cannot be read is passed over when it is closed. */
static enum hf_code
fit_of(enum fit *out, struct app *app, const struct hf_json *head, const char *name, struct hf_err *e)
{
	struct hf_err  why = HF_ERR_INIT;
	struct hf_run *run = NULL;
	enum hf_code   rc = hf_run_open(&run, app->reg, app->shelf, hf_json_text(head, "run"), &why);

	*out = hf_text_prefix(hf_json_text(head, "playbook"), "incident/") ? FIT_INCIDENT : FIT_NONE;
	if (rc == HF_OK && makes(hf_run_playbook(run), name))
		*out = FIT_MAKES_IT;
	hf_run_close(run);
	if (rc == HF_OK || (rc != HF_NOMEM && strcmp(hf_json_text(head, "state"), "open") != 0)) {
		*out = rc == HF_OK ? *out : FIT_NONE;
		return HF_OK;
	}
	*e = why;
	return rc;
}

static enum hf_code
weigh(struct choice *c, struct app *app, const struct hf_json *head, const char *name, struct hf_err *e)
{
	bool         open = strcmp(hf_json_text(head, "state"), "open") == 0, drill = hf_json_true(hf_json_get(head, "drill"));
	enum fit     fit;
	enum hf_code rc;
	int          rank;

	if (!open && drill)
		return HF_OK;
	if ((rc = fit_of(&fit, app, head, name, e)) != HF_OK)
		return rc;
	c->seen++;
	if (!open && fit == FIT_NONE)
		return HF_OK;
	rank = (int)fit * 4 + open * 2 + !drill;
	if (c->head != NULL && rank == c->rank)
		c->alike++;
	if (c->head != NULL && rank <= c->rank)
		return HF_OK;
	c->head = head;
	c->rank = rank;
	c->alike = 1;
	return HF_OK;
}

static enum hf_code
take(struct hf_run **out, struct app *app, const struct choice *c, const char *subject, struct hf_err *e)
{
	const char   *state = hf_json_text(c->head, "state"), *id = hf_json_text(c->head, "run");
	struct hf_buf ref = HF_BUF_INIT;
	enum hf_code  rc;

	if (c->alike > 1 && strcmp(state, "open") == 0) {
		hf_register_ref(&ref, app->reg, subject);
		rc = runs_open(out, app, hf_buf_str(&ref), e);
		hf_buf_clear(&ref);
		return rc;
	}
	if (c->seen > 1 || strcmp(state, "open") != 0)
		out_note(app->out, "from the run %s: %s, %s, begun %.10s", id, hf_json_text(c->head, "title"), state,
		    hf_json_text(c->head, "started_at"));
	return hf_run_open(out, app->reg, app->shelf, id, e);
}

enum hf_code
report_run(struct hf_run **out, struct app *app, const char *subject, const char *name, struct hf_err *e)
{
	struct hf_json *heads = NULL;
	struct choice   c = { .rank = -1 };
	enum hf_code    rc = hf_run_list_heads(&heads, app->reg, e);

	*out = NULL;
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(heads); i++)
		if (strcmp(hf_json_text(hf_json_at(heads, i), "subject"), subject) == 0)
			rc = weigh(&c, app, hf_json_at(heads, i), name, e);
	if (rc == HF_OK && c.head != NULL)
		rc = take(out, app, &c, subject, e);
	hf_json_free(heads);
	return rc;
}
