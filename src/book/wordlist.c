#include "holdfast/words.h"

#include <stdio.h>
#include <string.h>

#include "book_in.h"
#include "holdfast/text.h"

/* The words that stand in values. */
static const char *const connecting[] = { "and", "after", "before", "start", "at start", "at", "on", "every", "until", "answered",
	"times", "instead", "to skip", "min", "h", "day", "days", "working day", "working days", "one of", "yes or no", "text",
	"number", "date", "time", "email", "phone" };

static const struct fields *const tables[] = { &hf_playbook_fields, &hf_provider_fields, &hf_policy_fields, &hf_guidance_fields };

const char *
hf_wordlist_get(const struct hf_wordlist *l, const char *english)
{
	size_t i;

	for (i = 0; l != NULL && i < l->n; i++)
		if (strcmp(l->english[i], english) == 0)
			return l->word[i];
	return english;
}

/* Every word a list may translate. */
static size_t
collect(const char *const **out, struct pool *pool)
{
	const char **all = NULL, **slot;
	size_t       n = 0, i, k;

	for (i = 0; i < sizeof(connecting) / sizeof(connecting[0]); i++)
		if ((slot = hf_pool_push(pool, &all, &n, sizeof(*all))) != NULL)
			*slot = connecting[i];
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (k = 0; k < tables[i]->n; k++)
			if ((slot = hf_pool_push(pool, &all, &n, sizeof(*all))) != NULL)
				*slot = tables[i]->v[k].label;
	*out = all;
	return n;
}

static bool
is_known(const struct hf_item *item, const char *const *all, size_t n, struct hf_defects *defects)
{
	const char *near;
	char        fix[128] = "";
	size_t      i;

	for (i = 0; i < n; i++)
		if (strcmp(all[i], item->label) == 0)
			return true;
	if ((near = hf_text_nearest(item->label, all, n)) != NULL)
		snprintf(fix, sizeof(fix), "write **%s:**", near);
	hf_defect_add(defects, item->pos, fix, "**%s:** is no word of the grammar", item->label);
	return false;
}

static void
read_word(struct hf_wordlist *l, struct pool *pool, const struct hf_item *item, struct hf_defects *defects)
{
	char **slot;
	size_t same = l->n;

	if (hf_wordlist_get(l, item->label) != item->label) {
		hf_defect_add(defects, item->pos, "write it once", "**%s:** stands here twice", item->label);
		return;
	}
	if (item->value.text[0] == '\0' || item->value.n_code > 0 || item->sql != NULL) {
		hf_defect_add(defects, item->pos, "write the word of this language", "**%s:** takes a plain word", item->label);
		return;
	}
	if ((slot = hf_pool_push(pool, &l->english, &same, sizeof(*slot))) == NULL)
		return;
	*slot = item->label;
	if ((slot = hf_pool_push(pool, &l->word, &l->n, sizeof(*slot))) != NULL)
		*slot = item->value.text;
}

static void *
read_list(struct hf_section *doc, const struct hf_wordlist *list, struct hf_defects *defects)
{
	struct pool        *pool = hf_doc_pool(doc);
	struct hf_wordlist *l = hf_pool_alloc(pool, sizeof(*l));
	const char *const  *all = NULL;
	size_t              i, n = collect(&all, pool);

	(void)list;
	if (l == NULL)
		return NULL;
	l->doc = doc;
	l->id = doc->id;
	l->title = doc->title;
	hf_check_id(defects, doc);
	for (i = 0; i < doc->n_items; i++)
		if (is_known(&doc->items[i], all, n, defects))
			read_word(l, pool, &doc->items[i], defects);
	for (i = 0; i < doc->n_subs; i++)
		hf_defect_add(defects, doc->subs[i].pos, "", "a word list has no sections");
	return l;
}

enum hf_code
hf_wordlist_parse(struct hf_wordlist **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e)
{
	void        *l;
	enum hf_code rc = hf_book_parse(&l, read_list, text, len, NULL, defects, e);

	*out = l;
	return rc;
}

void
hf_wordlist_free(struct hf_wordlist *l)
{
	if (l != NULL)
		hf_doc_free(l->doc);
}
