/* book render */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_book.h"
#include "holdfast/fs.h"
#include "holdfast/report.h"
#include "holdfast/template.h"
#include "holdfast/text.h"

const struct opt book_render_opts[] = {
	{ 0, "data", "JSON", "what the template is given: JSON, a file of it, or - for standard input", OPT_REQUIRED },
	{ 0, "escape", "html|md|none", "how values are escaped", 0 },
	OPT_END,
};

#define TEMPLATE_MAX (16u << 20)

/* Partials stand beside the file, then on the shelf. */
struct beside {
	char              *folder; /* of the file, ending in a slash; "" */
	struct hf_partials shelf;
	char              *on_shelf; /* its folder there, "provider" */
};

static enum hf_code
read_any(struct hf_buf *out, const char *path, struct hf_err *e)
{
	if (strcmp(path, "-") == 0)
		return hf_fs_read_fd(out, STDIN_FILENO, "standard input", TEMPLATE_MAX, e);
	return hf_fs_read(out, path, TEMPLATE_MAX, e);
}

static enum hf_code
find_file(char **out, const struct beside *b, const char *name, struct hf_err *e)
{
	static const char *const endings[] = { ".md", "", ".mustache" };
	struct hf_buf            path = HF_BUF_INIT, text = HF_BUF_INIT;
	enum hf_code             rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && *out == NULL && i < sizeof(endings) / sizeof(endings[0]); i++) {
		hf_buf_cut(&path, 0);
		hf_buf_addf(&path, "%s%s%s", b->folder, name, endings[i]);
		if ((rc = hf_buf_check(&path, e)) != HF_OK || !hf_fs_exists(path.data) || hf_fs_is_dir(path.data))
			continue;
		if ((rc = hf_fs_read(&text, path.data, TEMPLATE_MAX, e)) == HF_OK && text.data == NULL)
			hf_buf_adds(&text, "");
		if (rc == HF_OK && (*out = hf_buf_steal(&text)) == NULL)
			rc = hf_nomem(e);
	}
	hf_buf_clear(&path);
	hf_buf_clear(&text);
	return rc;
}

static enum hf_code
partial(void *arg, char **out, const char *name, struct hf_err *e)
{
	struct beside *b = arg;
	enum hf_code   rc;

	*out = NULL;
	if ((rc = find_file(out, b, name, e)) != HF_OK || *out != NULL)
		return rc;
	return hf_report_partial(&b->shelf, out, name, e);
}

/* "templates/provider/x.md" lies in "provider" on the shelf. */
static enum hf_code
look_beside(struct beside *b, struct app *app, const char *file, struct hf_err *e)
{
	const char *base = hf_fs_base(file), *slash;
	char       *name = book_name_of(file);

	b->folder = strndup(file, (size_t)(base - file));
	if (name != NULL && hf_text_prefix(name, "template/") && (slash = strrchr(name + 9, '/')) != NULL)
		b->on_shelf = strndup(name + 9, (size_t)(slash - name - 9));
	else
		b->on_shelf = strdup("");
	b->shelf = (struct hf_partials){ app->shelf, b->on_shelf };
	free(name);
	return b->folder == NULL || b->on_shelf == NULL ? hf_nomem(e) : HF_OK;
}

/* A file of that name, or the text itself. */
static enum hf_code
read_data(struct hf_json **out, const char *word, struct hf_err *e)
{
	struct hf_buf text = HF_BUF_INIT;
	bool          file = strcmp(word, "-") == 0 || hf_fs_exists(word);
	enum hf_code  rc = HF_OK;

	if (file && (rc = read_any(&text, word, e)) != HF_OK)
		goto done;
	rc = file ? hf_json_parse(out, hf_buf_str(&text), text.len, e) : hf_json_parse(out, word, strlen(word), e);
	if (rc != HF_OK && !file) {
		hf_fail_in(e, "--data: no file is called so, and it is no JSON");
		hf_hint(e, "--data '{\"name\": \"value\"}', or --data FILE");
	} else if (rc != HF_OK)
		hf_fail_in(e, "%s", word);
done:
	hf_buf_clear(&text);
	return rc;
}

/* Byte by byte, unless somebody looks at it. */
static enum hf_code
show(struct app *app, const struct hf_buf *b, struct hf_err *e)
{
	if (out_is_text(app->out) && !app->term.out)
		return out_bytes(app->out, hf_buf_str(b), b->len, e);
	out_document(app->out, "text", hf_buf_str(b), b->len);
	return HF_OK;
}

static enum hf_escape
escape_of(const char *word)
{
	return strcmp(word, "md") == 0 ? HF_ESCAPE_MD : strcmp(word, "none") == 0 ? HF_ESCAPE_NONE : HF_ESCAPE_HTML;
}

enum hf_code
book_render(struct app *app, const struct args *a, struct hf_err *e)
{
	const char             *file = opt_word(a, "FILE");
	struct beside           b = { .folder = NULL };
	struct hf_template_opts opts = {
		.escape = escape_of(opt_str_or(a, "escape", "html")), .name = file, .partial = partial, .arg = &b
	};
	struct hf_buf   text = HF_BUF_INIT, out = HF_BUF_INIT;
	struct hf_json *data = NULL;
	enum hf_code    rc;

	if (strcmp(file, "-") == 0 && strcmp(opt_str(a, "data"), "-") == 0)
		return hf_fail(e, HF_USAGE, "-: standard input cannot be both the template and the data");
	if ((rc = look_beside(&b, app, file, e)) != HF_OK || (rc = read_any(&text, file, e)) != HF_OK ||
	    (rc = read_data(&data, opt_str(a, "data"), e)) != HF_OK)
		goto done;
	if ((rc = hf_template_render(&out, hf_buf_str(&text), text.len, data, &opts, e)) == HF_OK)
		rc = show(app, &out, e);
done:
	free(b.folder);
	free(b.on_shelf);
	hf_json_free(data);
	hf_buf_clear(&text);
	hf_buf_clear(&out);
	return rc;
}
