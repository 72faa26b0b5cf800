#include "exception_note.h"

#include <string.h>

#include "holdfast/register.h"
#include "holdfast/rules.h"
#include "term/out.h"

static void
unknown_rule(struct app *app, const char *rule)
{
	const struct hf_rule_now *known;
	struct hf_rules          *rules = NULL;
	struct hf_err             e = HF_ERR_INIT, why = HF_ERR_INIT;

	if (app_shelf(app, &e) != HF_OK || hf_rules_open(&rules, app->shelf, &e) != HF_OK)
		return;
	if (rules->n > 0 && hf_rules_find(&known, rules, rule, &why) != HF_OK)
		out_note(app->out, "it holds nothing back: no policy has a rule %s; %s", rule, why.hint);
	hf_rules_free(rules);
}

void
exception_note(struct app *app, const struct hf_json *record)
{
	const char *rule = hf_json_get_str(record, "rule"), *expires = hf_json_get_str(record, "expires");

	if (strcmp(hf_json_text(record, "kind"), "exception") != 0)
		return;
	if (rule != NULL)
		unknown_rule(app, rule);
	if (expires != NULL && strcmp(expires, hf_register_today(app->reg)) < 0)
		out_note(app->out, "it holds nothing back: its last day, %s, has passed", expires);
}
