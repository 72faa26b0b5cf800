/* book show, as a page to print or into a file: for the night when nothing works */
#include <string.h>

#include "cmd.h"
#include "cmd_book.h"
#include "holdfast/fs.h"
#include "holdfast/shelf.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

const struct opt book_show_opts[] = {
	{ 0, "format", "text|html", "as it lies on the shelf (text), or a page to print, with a box to tick at each step", 0 },
	{ 0, "all", NULL, "every playbook and provider sheet, one after the other", 0 },
	{ 'o', "output", "FILE", "write it to a file; one that ends in .html is a page to print", 0 },
	OPT_END,
};

#define BOX "\n\xe2\x96\xa1 Time .................... Initials ....................\n"

static bool
is_playbook(const char *name)
{
	return hf_text_prefix(name, "incident/") || hf_text_prefix(name, "routine/");
}

/* What somebody looks for at night; a translation is printed when it is asked for by its name. */
static bool
belongs(const char *name)
{
	return (is_playbook(name) || hf_text_prefix(name, "provider/")) && strchr(hf_fs_base(name), '.') == NULL;
}

/* A box under the heading of each step. What is fenced stays as it is. */
static void
add_boxes(struct hf_buf *out, const char *text)
{
	bool   fenced = false;
	size_t n;

	for (; *text != '\0'; text += n) {
		n = strcspn(text, "\n");
		n += text[n] == '\n';
		hf_buf_add(out, text, n);
		if (hf_text_prefix(text + strspn(text, " "), "```"))
			fenced = !fenced;
		else if (!fenced && hf_text_prefix(text, "### "))
			hf_buf_adds(out, BOX);
	}
}

static enum hf_code
add_book(struct hf_buf *out, struct app *app, const char *name, bool html, struct hf_err *e)
{
	const struct hf_shelf_book *book = NULL;
	struct hf_buf               text = HF_BUF_INIT;
	char                        now[HF_TIME_SIZE];
	enum hf_code                rc;

	if ((rc = hf_shelf_read(&text, &book, app->shelf, name, e)) != HF_OK)
		goto done;
	book_warn_behind(app, book->name);
	hf_buf_adds(out, out->len > 0 ? "\n" : "");
	if (html && is_playbook(book->name))
		add_boxes(out, hf_buf_str(&text));
	else
		hf_buf_add(out, hf_buf_str(&text), text.len);
	if (html) {
		hf_time_rfc3339(now, hf_time_now(), false);
		hf_buf_addf(out, "\n\nPrinted on %.10s: `%s`\n", now, book->name);
	}
done:
	hf_buf_clear(&text);
	return rc;
}

static enum hf_code
add_all(struct hf_buf *out, struct app *app, bool html, struct hf_err *e)
{
	const struct hf_shelf_book *books;
	size_t                      n;
	enum hf_code                rc;

	if ((rc = hf_shelf_list(&books, &n, app->shelf, e)) != HF_OK)
		return rc;
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (belongs(books[i].name))
			rc = add_book(out, app, books[i].name, html, e);
	if (rc == HF_OK && out->len == 0) {
		hf_fail(e, HF_NOTFOUND, "book show: there is no playbook on the shelf");
		rc = hf_hint(e, "HOLDFAST_BOOKS names folders that hold playbooks/ and templates/");
	}
	return rc;
}

static enum hf_code
one_of(const char *name, bool all, struct hf_err *e)
{
	if (all && name != NULL)
		return hf_fail(e, HF_USAGE, "--all: not together with a book");
	if (!all && name == NULL) {
		hf_fail(e, HF_USAGE, "BOOK: missing");
		return hf_hint(e, "holdfast book list names them; --all takes every playbook and provider sheet");
	}
	return HF_OK;
}

bool
book_on_paper(const struct args *a)
{
	return opt_flag(a, "all") || opt_str(a, "output") != NULL || strcmp(opt_str_or(a, "format", "text"), "html") == 0 ||
	    opt_word(a, "BOOK") == NULL;
}

enum hf_code
book_paper(struct app *app, const struct args *a, struct hf_err *e)
{
	const char   *name = opt_word(a, "BOOK"), *path = opt_str(a, "output"), *format = opt_str(a, "format");
	struct hf_buf text = HF_BUF_INIT, page = HF_BUF_INIT;
	bool          all = opt_flag(a, "all"), html;
	enum hf_code  rc;

	html = format != NULL ? strcmp(format, "html") == 0 : path != NULL && hf_text_suffix(path, ".html");
	if ((rc = one_of(name, all, e)) != HF_OK)
		return rc;
	rc = all ? add_all(&text, app, html, e) : add_book(&text, app, name, html, e);
	if (rc == HF_OK && html)
		rc = hf_doc_html(&page, hf_buf_str(&text), text.len, all ? "Playbooks and provider sheets" : name, NULL, e);
	if (rc == HF_OK)
		rc = book_deliver(app, path, html ? "html" : "text", true, html ? &page : &text, e);
	hf_buf_clear(&text);
	hf_buf_clear(&page);
	return rc;
}
