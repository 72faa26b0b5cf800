#include "complete.h"

#include <ctype.h>
#include <string.h>

#include "../cmd/cmd.h"
#include "complete_register.h"
#include "complete_run.h"

static void
offer_command(const struct complete *c)
{
	const struct cmd *row;
	size_t            i, len;
	char              word[32];

	for (i = 0; (row = cmd_at(i)) != NULL; i++) {
		len = strcspn(row->name, " ");
		if (row->group == CMD_HIDDEN || len >= sizeof(word))
			continue;
		memcpy(word, row->name, len);
		word[len] = '\0';
		if (c->n_before == 0)
			words_add(c->words, word, row->name[len] == '\0' ? row->summary : "");
		else if (strcmp(word, c->before[0]) == 0 && row->name[len] == ' ')
			words_add(c->words, row->name + len + 1, row->summary);
	}
}

const struct complete_type complete_types[] = {
	{ "COMMAND", offer_command, 0 },
	{ "KIND", offer_kind, 0 },
	{ "REF", offer_ref, NEED_REGISTER },
	{ "PERSON", offer_person, NEED_REGISTER },
	{ "EVIDENCE", offer_evidence, NEED_REGISTER },
	{ "CONFLICT", offer_conflict, NEED_REGISTER },
	{ "FIELD=VALUE", offer_field, 0 },
	{ "CHANGE", offer_change, NEED_REGISTER },
	{ "RUN", offer_run, NEED_REGISTER },
	{ "STEP", offer_step, NEED_REGISTER },
	{ "KEY", offer_answer, NEED_REGISTER },
	{ "KEEP", offer_keep, NEED_REGISTER },
	{ "NAME=VALUE", offer_value, NEED_REGISTER },
	{ "ROLE", offer_role, NEED_REGISTER },
	{ "MEMBER", offer_member, NEED_REGISTER },
	{ "ROLES", offer_roles, 0 },
	{ "BOOK", offer_book, NEED_BOOKS | NEED_OWN },
	{ "PREFIX", offer_book, NEED_BOOKS | NEED_OWN },
	{ "TEMPLATE", offer_template, NEED_BOOKS },
	{ "RULE", offer_rule, NEED_BOOKS },
	{ "PROFILE", offer_profile, NEED_BOOKS },
	{ NULL, NULL, 0 },
};

static void
offer_one(const char *type, const struct complete *c)
{
	const struct complete_type *t;
	struct hf_err               e = HF_ERR_INIT;

	for (t = complete_types; t->word != NULL && strcmp(t->word, type) != 0; t++)
		continue;
	if (t->word != NULL && (t->needs & NEED_OWN) != 0 && app_register(c->app, &e) != HF_OK)
		hf_err_clear(&e);
	if (t->word == NULL || ((t->needs & NEED_REGISTER) != 0 && app_register(c->app, &e) != HF_OK) ||
	    ((t->needs & NEED_BOOKS) != 0 && app_shelf(c->app, &e) != HF_OK))
		return;
	t->offer(c);
}

void
complete_offer(const char *type, const struct complete *c)
{
	char   one[64];
	size_t len;

	if (islower((unsigned char)*type)) {
		words_add_list(c->words, type);
		return;
	}
	for (; *type != '\0'; type += len + (type[len] == '|')) {
		len = strcspn(type, "|");
		if (len >= sizeof(one))
			return;
		memcpy(one, type, len);
		one[len] = '\0';
		offer_one(one, c);
	}
}

void
complete_takes(struct hf_buf *b, const struct opt *o)
{
	for (; o != NULL && o->name != NULL; o++) {
		if (o->value != NULL && o->letter != 0)
			hf_buf_addf(b, " -%c", o->letter);
		if (o->value != NULL)
			hf_buf_addf(b, " --%s", o->name);
	}
}
