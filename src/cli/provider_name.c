#include "provider_name.h"

#include <string.h>

#include "holdfast/buf.h"
#include "holdfast/db.h"
#include "holdfast/register.h"
#include "holdfast/text.h"
#include "term/out.h"

#define FOLDER "provider/"

/* They stand together: the shelf is sorted by name. n 0: there are none. */
static const struct hf_shelf_book *
sheets(size_t *n, struct app *app)
{
	const struct hf_shelf_book *books, *first;
	struct hf_err               e = HF_ERR_INIT;
	size_t                      all;

	*n = 0;
	if (app_shelf(app, &e) != HF_OK || hf_shelf_list(&books, &all, app->shelf, &e) != HF_OK)
		return NULL;
	for (first = books; first < books + all && !hf_text_prefix(first->name, FOLDER); first++)
		continue;
	while (first + *n < books + all && hf_text_prefix(first[*n].name, FOLDER))
		++*n;
	return first;
}

void
provider_offer(struct words *w, struct app *app)
{
	size_t                      n;
	const struct hf_shelf_book *sheet = sheets(&n, app);

	for (; n > 0; n--, sheet++)
		words_add(w, sheet->name + strlen(FOLDER), sheet->title);
}

static bool
has_sheets(struct app *app)
{
	size_t n;

	sheets(&n, app);
	return n > 0;
}

/* ref: the record that says so. */
static void
note(struct app *app, const char *name, const char *ref)
{
	struct hf_buf sheet = HF_BUF_INIT;
	const char   *near;

	hf_buf_addf(&sheet, FOLDER "%s", name);
	if (hf_shelf_has(app->shelf, hf_buf_str(&sheet)))
		goto done;
	near = hf_shelf_nearest(app->shelf, hf_buf_str(&sheet));
	if (near != NULL && hf_text_prefix(near, FOLDER)) {
		near += strlen(FOLDER);
		out_note(app->out, "no provider sheet is called %s; did you mean %s? holdfast set %s provider=%s", name, near, ref,
		    near);
	} else {
		out_note(app->out, "no provider sheet is called %s; those that there are: holdfast book list " FOLDER, name);
	}
done:
	hf_buf_clear(&sheet);
}

/* A mailbox, a domain or a number is what accounts hang on: no playbook sends anybody to its provider. */
static bool
is_means(const char *class)
{
	return strcmp(class, "mailbox") == 0 || strcmp(class, "domain") == 0 || strcmp(class, "phone") == 0;
}

void
provider_note(struct app *app, const struct hf_json *record)
{
	const char   *name = hf_json_get_str(record, "provider");
	struct hf_buf ref = HF_BUF_INIT;

	if (name == NULL || is_means(hf_json_text(record, "class")) || !has_sheets(app))
		return;
	if (strcmp(hf_json_text(record, "kind"), "account") == 0)
		hf_register_ref(&ref, app->reg, hf_json_text(record, "id"));
	else
		hf_buf_adds(&ref, hf_json_text(record, "id")); /* x:name would be an account */
	note(app, name, hf_buf_str(&ref));
	hf_buf_clear(&ref);
}

void
provider_notes(struct app *app)
{
	struct hf_json *rows = NULL;
	struct hf_ask ask = { .sql = "SELECT DISTINCT provider, class FROM account WHERE state IS NOT 'closed' ORDER BY provider" };
	struct hf_err e = HF_ERR_INIT;
	const char   *last = "", *name;

	if (has_sheets(app) && hf_db_ask(&rows, NULL, hf_register_db(app->reg), &ask, &e) == HF_OK)
		for (size_t i = 0; i < hf_json_len(rows); i++) {
			name = hf_json_text(hf_json_at(rows, i), "provider");
			if (is_means(hf_json_text(hf_json_at(rows, i), "class")) || strcmp(name, last) == 0)
				continue;
			note(app, name, "REF");
			last = name;
		}
	hf_json_free(rows);
}
