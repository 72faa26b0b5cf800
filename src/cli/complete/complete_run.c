#include "complete_run.h"

#include <stdio.h>
#include <string.h>

#include "../cmd/cmd.h"
#include "holdfast/rules.h"
#include "holdfast/run.h"
#include "holdfast/text.h"

void
offer_run(const struct complete *c)
{
	struct hf_json *rows = NULL;

	if (hf_run_list_heads(&rows, c->app->reg, NULL) != HF_OK)
		return;
	for (size_t i = 0; i < hf_json_len(rows); i++) {
		const struct hf_json *row = hf_json_at(rows, i);
		struct hf_buf         help = HF_BUF_INIT;

		hf_buf_addf(&help, "%s, %s, %s", hf_json_text(row, "title"), hf_json_text(row, "ref"), hf_json_text(row, "state"));
		words_add(c->words, hf_json_get_str(row, "run"), hf_buf_str(&help));
		hf_buf_clear(&help);
	}
	if (hf_json_len(rows) > 0)
		words_add(c->words, "last", "the one that was started last");
	hf_json_free(rows);
}

/* The run that stands before. NULL: none that can be read. */
static struct hf_run *
run_before(const struct complete *c)
{
	struct hf_run *run = NULL;
	char           id[HF_ID_SIZE];

	if (c->n_before == 0 || hf_run_resolve(id, NULL, c->app->reg, c->before[0], NULL) != HF_OK)
		return NULL;
	return hf_run_open(&run, c->app->reg, NULL, id, NULL) == HF_OK ? run : NULL;
}

/* The step that stands after the run. NULL: none. */
static const struct hf_instance *
step_before(const struct complete *c, const struct hf_run *run)
{
	const struct hf_instance *i = NULL;

	if (run == NULL || c->n_before < 2 || hf_run_find(&i, run, c->before[1], NULL) != HF_OK)
		return NULL;
	return i;
}

void
offer_step(const struct complete *c)
{
	struct hf_run *run = run_before(c);

	for (size_t k = 0; run != NULL && k < hf_run_count(run); k++) {
		const struct hf_instance *i = hf_run_at(run, k);

		if (i->state != HF_EXCLUDED)
			words_add(c->words, i->address, i->step->title);
	}
	hf_run_close(run);
}

void
offer_answer(const struct complete *c)
{
	struct hf_run            *run = run_before(c);
	const struct hf_instance *i = step_before(c, run);

	for (size_t k = 0; i != NULL && k < i->step->n_routes; k++)
		if (strcmp(i->step->routes[k].key, "it-fails") != 0)
			words_add(c->words, i->step->routes[k].key, i->step->routes[k].text);
	hf_run_close(run);
}

void
offer_keep(const struct complete *c)
{
	struct hf_run            *run = run_before(c);
	const struct hf_instance *i = step_before(c, run);

	for (size_t k = 0; i != NULL && k < i->step->n_keep; k++)
		words_add(c->words, i->step->keep[k].id, i->step->keep[k].text);
	hf_run_close(run);
}

static void
offer_values(const struct complete *c, const struct hf_value *list, size_t n)
{
	char word[192];

	for (size_t k = 0; k < n; k++) {
		snprintf(word, sizeof(word), "%s=", list[k].name);
		if (!hf_text_prefix(c->typed, word))
			words_add(c->words, word, list[k].prompt);
		for (size_t i = 0; hf_text_prefix(c->typed, word) && i < list[k].choices.n; i++) {
			char full[256];

			snprintf(full, sizeof(full), "%s%s", word, list[k].choices.v[i]);
			words_add(c->words, full, NULL);
		}
	}
}

void
offer_value(const struct complete *c)
{
	struct hf_run            *run = run_before(c);
	const struct hf_instance *i = step_before(c, run);

	if (i != NULL) {
		offer_values(c, i->step->write, i->step->n_write);
		for (size_t k = 0; k < i->step->confirm.n; k++) {
			char word[192];

			snprintf(word, sizeof(word), "%s=", i->step->confirm.v[k]);
			words_add(c->words, word, NULL);
		}
	} else if (run != NULL)
		offer_values(c, hf_run_playbook(run)->ask, hf_run_playbook(run)->n_ask);
	hf_run_close(run);
}

void
offer_role(const struct complete *c)
{
	struct hf_run *run = run_before(c);

	for (size_t k = 0; run != NULL && k < hf_run_playbook(run)->n_roles; k++)
		words_add(c->words, hf_run_playbook(run)->roles[k].id, hf_run_playbook(run)->roles[k].words);
	hf_run_close(run);
}

static void
offer_shelf(const struct complete *c, const char *prefix)
{
	const struct hf_shelf_book *books;
	size_t                      n, skip = strlen(prefix);

	if (hf_shelf_list(&books, &n, c->app->shelf, NULL) != HF_OK)
		return;
	for (size_t i = 0; i < n; i++)
		if (hf_text_prefix(books[i].name, prefix))
			words_add(c->words, books[i].name + skip, books[i].title);
}

void
offer_book(const struct complete *c)
{
	offer_shelf(c, "");
}

void
offer_rule(const struct complete *c)
{
	struct hf_rules *rules;

	if (hf_rules_open(&rules, c->app->shelf, NULL) != HF_OK)
		return;
	for (size_t i = 0; i < rules->n; i++)
		words_add(c->words, rules->list[i].rule->id, rules->list[i].rule->title);
	hf_rules_free(rules);
}

void
offer_profile(const struct complete *c)
{
	offer_shelf(c, "profile/");
}

void
offer_template(const struct complete *c)
{
	words_add(c->words, "provider", "what the account's provider asks for");
	offer_shelf(c, "template/");
}
