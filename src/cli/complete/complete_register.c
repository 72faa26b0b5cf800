#include "complete_register.h"

#include <stdio.h>
#include <string.h>

#include "../fields.h"
#include "../ref.h"
#include "holdfast/schema.h"
#include "holdfast/share.h"

void
offer_kind(const struct complete *c)
{
	for (size_t i = 0; i < hf_n_kinds; i++)
		words_add(c->words, hf_kinds[i].name, hf_kinds[i].help);
}

void
offer_ref(const struct complete *c)
{
	ref_offer(c->words, c->app->reg, NULL, c->typed);
}

void
offer_person(const struct complete *c)
{
	ref_offer(c->words, c->app->reg, "person", c->typed);
}

void
offer_evidence(const struct complete *c)
{
	ref_offer(c->words, c->app->reg, "evidence", c->typed);
}

void
offer_conflict(const struct complete *c)
{
	struct hf_json *list = NULL;

	if (hf_conflicts(&list, c->app->reg, NULL) != HF_OK)
		return;
	for (size_t i = 0; i < hf_json_len(list); i++) {
		const struct hf_json *row = hf_json_at(list, i);
		struct hf_buf         help = HF_BUF_INIT;

		if (hf_json_get_str(row, "kept_by") != NULL) {
			hf_buf_addf(&help, "%s: %s", hf_json_get_str(row, "ref"), hf_json_get_str(row, "field"));
			words_add(c->words, hf_json_get_str(row, "id"), hf_buf_str(&help));
		}
		hf_buf_clear(&help);
	}
	hf_json_free(list);
}

/* Behind the equals sign. References need the register; where it cannot be opened, nothing is offered. */
static void
offer_values(const struct complete *c, const struct hf_field *f, const char *behind)
{
	struct words *w = words_new(behind);
	struct hf_err e = HF_ERR_INIT;
	char          word[512];

	if (f->type == HF_FIELD_REF)
		app_register(c->app, &e);
	if (w != NULL)
		field_offer(w, c->app, f, behind);
	for (size_t i = 0; w != NULL && i < words_count(w); i++) {
		snprintf(word, sizeof(word), "%.*s%s", (int)(behind - c->typed), c->typed, words_at(w, i));
		words_add(c->words, word, words_help(w, i));
	}
	words_free(w);
}

static void
offer_fields(const struct complete *c, const struct hf_kind *kind, bool lists)
{
	const struct hf_field *f;
	const char            *eq = strchr(c->typed, '=');
	char                   word[192];
	size_t                 n = eq == NULL ? 0 : (size_t)(eq - c->typed);

	if (n > 0 && (c->typed[n - 1] == '+' || c->typed[n - 1] == '-'))
		n--;
	for (size_t i = 0; i < kind->n_fields; i++) {
		f = &kind->fields[i];
		if (f->flags & HF_FIELD_SET)
			continue;
		if (eq != NULL && strlen(f->name) == n && strncmp(f->name, c->typed, n) == 0)
			offer_values(c, f, eq + 1);
		if (eq != NULL)
			continue;
		snprintf(word, sizeof(word), "%s=", f->name);
		words_add(c->words, word, f->help);
		if (!lists || !(f->flags & HF_FIELD_LIST))
			continue;
		snprintf(word, sizeof(word), "%s+=", f->name);
		words_add(c->words, word, "one more");
		snprintf(word, sizeof(word), "%s-=", f->name);
		words_add(c->words, word, "one less");
	}
}

void
offer_field(const struct complete *c)
{
	const struct hf_kind *kind = hf_schema_kind("evidence");

	if (c->command == NULL || strcmp(c->command, "attach") != 0)
		kind = c->n_before == 0 ? NULL : hf_schema_kind(c->before[0]);
	if (kind != NULL)
		offer_fields(c, kind, false);
}

void
offer_change(const struct complete *c)
{
	struct hf_json *record = NULL;
	char            id[HF_ID_SIZE];

	if (c->n_before > 0 && hf_register_resolve(id, NULL, c->app->reg, NULL, c->before[0], NULL) == HF_OK &&
	    hf_register_get(&record, c->app->reg, id, NULL) == HF_OK)
		offer_fields(c, hf_schema_kind(hf_json_get_str(record, "kind")), true);
	hf_json_free(record);
}
