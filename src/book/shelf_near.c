/* The book that was meant by a name that is not on the shelf. */
#include <stdlib.h>
#include <string.h>

#include "holdfast/doc.h"
#include "holdfast/fs.h"
#include "holdfast/provider.h"
#include "holdfast/shelf.h"
#include "holdfast/text.h"

#define SHEETS "provider/"

static void
dashes(struct hf_buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->data[i] == ' ')
			b->data[i] = '-';
}

/* "Facebook Page" as a book is named: facebook-page */
static bool
is_called(const char *name, const char *words)
{
	struct hf_buf a = HF_BUF_INIT, b = HF_BUF_INIT;
	bool          same;

	hf_text_fold(&a, name);
	hf_text_fold(&b, words);
	dashes(&a);
	dashes(&b);
	same = strcmp(hf_buf_str(&a), hf_buf_str(&b)) == 0;
	hf_buf_clear(&a);
	hf_buf_clear(&b);
	return same;
}

static bool
sheet_is_called(struct hf_shelf *s, const char *sheet, const char *name)
{
	struct hf_buf     text = HF_BUF_INIT;
	struct hf_defects defects = { NULL, 0, 0, false };
	struct hf_sheet  *read = NULL;
	bool              is = false;

	if (hf_shelf_read(&text, NULL, s, sheet, NULL) == HF_OK &&
	    hf_sheet_parse(&read, hf_buf_str(&text), text.len, &defects, NULL) == HF_OK)
		for (size_t i = 0; !is && i < read->also_called.n; i++)
			is = is_called(name, read->also_called.v[i]);
	hf_sheet_free(read);
	hf_defects_clear(&defects);
	hf_buf_clear(&text);
	return is;
}

/* The sheet of a provider that has, or once had, another name. */
static const char *
renamed(struct hf_shelf *s, const struct hf_shelf_book *books, size_t n, const char *name)
{
	if (!hf_text_prefix(name, SHEETS))
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (hf_text_prefix(books[i].name, SHEETS) && sheet_is_called(s, books[i].name, name + strlen(SHEETS)))
			return books[i].name;
	return NULL;
}

/* The nearest of the books in the same folder; else the same last word in another one. */
static const char *
near_in(const struct hf_shelf_book *books, size_t n, const char *name)
{
	const char *base = hf_fs_base(name), *near, *found = NULL, **bases;
	size_t      folder = (size_t)(base - name), k = 0;

	if (n == 0 || (bases = malloc(n * sizeof(*bases))) == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (folder > 0 && strncmp(books[i].name, name, folder) == 0)
			bases[k++] = books[i].name + folder;
	if ((near = hf_text_nearest(base, bases, k)) != NULL)
		found = near - folder;
	for (size_t i = 0; found == NULL && i < n; i++)
		if (strcmp(hf_fs_base(books[i].name), base) == 0)
			found = books[i].name;
	free(bases);
	return found;
}

const char *
hf_shelf_nearest(struct hf_shelf *s, const char *name)
{
	const struct hf_shelf_book *books;
	const char                 *found;
	size_t                      n;

	if (hf_shelf_list(&books, &n, s, NULL) != HF_OK)
		return NULL;
	found = renamed(s, books, n, name);
	return found != NULL ? found : near_in(books, n, name);
}
