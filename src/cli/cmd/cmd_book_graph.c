/* book graph, book cacao: a playbook in other forms */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_book.h"
#include "holdfast/cacao.h"
#include "holdfast/fs.h"
#include "holdfast/graph.h"
#include "holdfast/lint.h"
#include "holdfast/playbook.h"
#include "holdfast/text.h"

const struct opt book_graph_opts[] = {
	{ 0, "svg", NULL, "as a drawing on pages of A4", 0 },
	{ 'o', "output", "FILE", "write it to a file; one that ends in .svg is a drawing", 0 },
	OPT_END,
};

const struct opt book_cacao_opts[] = {
	{ 0, "for", "any|soarca", "the tool that will read it (any)", 0 },
	{ 'o', "output", "FILE", "write it to a file", 0 },
	OPT_END,
};

#define WIDTH 80

/* A translation is read with the labels of its language, when the shelf has them. */
static enum hf_code
read_words(struct hf_wordlist **out, const struct app *app, const char *name, struct hf_err *e)
{
	struct hf_defects found = { NULL, 0, 0, false };
	struct hf_buf     text = HF_BUF_INIT, list = HF_BUF_INIT;
	const char       *dot = strchr(hf_fs_base(name), '.');
	enum hf_code      rc = HF_OK;

	*out = NULL;
	if (dot != NULL) {
		hf_buf_addf(&list, "words/%s", dot + 1);
		if (hf_shelf_has(app->shelf, hf_buf_str(&list)) &&
		    (rc = hf_shelf_read(&text, NULL, app->shelf, hf_buf_str(&list), e)) == HF_OK)
			rc = hf_wordlist_parse(out, hf_buf_str(&text), text.len, &found, e);
	}
	hf_defects_clear(&found);
	hf_buf_clear(&text);
	hf_buf_clear(&list);
	return rc;
}

/* HF_BAD, with its first defect and the way to see all, when it is no playbook that runs. */
static enum hf_code
read_playbook(struct hf_playbook **out, char **name, struct app *app, const char *word, struct hf_err *e)
{
	struct hf_buf       text = HF_BUF_INIT;
	struct hf_defects   defects = { NULL, 0, 0, false };
	struct hf_wordlist *list = NULL;
	enum hf_code        rc;

	*out = NULL;
	if ((rc = book_read(&text, name, app, word, e)) != HF_OK)
		goto done;
	if (hf_book_type(*name) != HF_BOOK_PLAYBOOK) {
		rc = hf_fail(e, HF_BAD, "%s: it is not a playbook", word);
		hf_hint(e, "those of incident/ and routine/ have steps: holdfast book list incident");
		goto done;
	}
	if ((rc = read_words(&list, app, *name, e)) != HF_OK)
		goto done;
	if ((rc = hf_playbook_parse_in(out, hf_buf_str(&text), text.len, list, &defects, e)) == HF_BAD) {
		hf_fail_in(e, "%s", word);
		hf_hint(e, "holdfast book lint %s", word);
	}
done:
	hf_wordlist_free(list);
	hf_defects_clear(&defects);
	hf_buf_clear(&text);
	return rc;
}

enum hf_code
book_deliver(struct app *app, const char *path, const char *member, bool bytes, const struct hf_buf *b, struct hf_err *e)
{
	struct hf_json *data;
	enum hf_code    rc;

	if (path != NULL && strcmp(path, "-") != 0) {
		if ((rc = hf_fs_write(path, hf_buf_str(b), b->len, e)) != HF_OK)
			return rc;
		data = hf_json_object();
		if (data == NULL || hf_json_set(data, "file", hf_json_string(path)) != 0)
			rc = hf_nomem(e);
		else
			out_said(app->out, data, "written: %s", path);
		hf_json_free(data);
		return rc;
	}
	if (bytes && out_is_text(app->out))
		return out_bytes(app->out, hf_buf_str(b), b->len, e);
	out_document(app->out, member, hf_buf_str(b), b->len);
	return HF_OK;
}

enum hf_code
book_graph(struct app *app, const struct args *a, struct hf_err *e)
{
	const char         *path = opt_str(a, "output");
	bool                svg = opt_flag(a, "svg") || (path != NULL && hf_text_suffix(path, ".svg"));
	struct hf_playbook *p = NULL;
	struct hf_buf       b = HF_BUF_INIT;
	char               *name = NULL;
	size_t              width = app->term.out && path == NULL ? term_width(&app->term) : WIDTH;
	enum hf_code        rc;

	if ((rc = read_playbook(&p, &name, app, opt_word(a, "FILE|BOOK"), e)) != HF_OK)
		goto done;
	rc = svg ? hf_graph_svg(&b, p, name, e) : hf_graph_text(&b, p, width > WIDTH ? WIDTH : width, !app->term.utf8, e);
	if (rc == HF_OK)
		rc = book_deliver(app, path, svg ? "svg" : "text", svg, &b, e);
	if (rc == HF_USAGE && svg)
		hf_hint(e, "holdfast book graph %s --svg -o FILE.svg", opt_word(a, "FILE|BOOK"));
done:
	hf_playbook_free(p);
	hf_buf_clear(&b);
	free(name);
	return rc;
}

enum hf_code
book_cacao(struct app *app, const struct args *a, struct hf_err *e)
{
	bool                soarca = strcmp(opt_str_or(a, "for", "any"), "soarca") == 0;
	struct hf_playbook *p = NULL;
	struct hf_json     *book = NULL;
	struct hf_buf       b = HF_BUF_INIT;
	char               *name = NULL;
	enum hf_code        rc;

	if ((rc = read_playbook(&p, &name, app, opt_word(a, "FILE|BOOK"), e)) != HF_OK ||
	    (rc = hf_cacao(&book, p, name, soarca ? HF_CACAO_SOARCA : HF_CACAO_ANY, e)) != HF_OK)
		goto done;
	hf_json_dump(&b, book, HF_JSON_PRETTY);
	hf_buf_addc(&b, '\n');
	if ((rc = hf_buf_check(&b, e)) != HF_OK)
		goto done;
	if (!out_is_text(app->out) && opt_str(a, "output") == NULL)
		out_view(app->out, book, NULL, NULL);
	else
		rc = book_deliver(app, opt_str(a, "output"), "text", !app->term.out, &b, e);
done:
	hf_json_free(book);
	hf_playbook_free(p);
	hf_buf_clear(&b);
	free(name);
	return rc;
}
