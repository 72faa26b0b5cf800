#include "made.h"

#include <string.h>

#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "walk/step.h"

#define WIDTH 80 /* of text that is not shown on a terminal */

static void
put_made(struct out *o, const struct hf_json *data, void *arg)
{
	const struct hf_buf *text = arg;

	(void)data;
	put(o, OUT_PLAIN, "%s", hf_buf_str(text));
}

enum hf_code
made_deliver(struct made *m, struct hf_err *e)
{
	bool         file = m->path != NULL && strcmp(m->path, "-") != 0;
	enum hf_code rc;

	if (file) {
		if ((rc = hf_fs_write(m->path, hf_buf_str(&m->text), m->text.len, e)) != HF_OK)
			return rc;
		if (hf_json_set(m->data, "file", hf_json_string(m->path)) != 0)
			return hf_nomem(e);
		out_said(m->app->out, m->data, "written: %s", m->path);
		return HF_OK;
	}
	if (out_is_text(m->app->out) && !m->app->term.out)
		return out_bytes(m->app->out, hf_buf_str(&m->text), m->text.len, e);
	out_paged(m->app->out);
	out_view(m->app->out, m->data, put_made, &m->text);
	return HF_OK;
}

size_t
made_width(const struct made *m)
{
	return m->app->term.out && m->path == NULL ? step_width(m->app) : WIDTH;
}

enum hf_code
made_format(enum hf_format *format, const char *word, const char *path, struct hf_err *e)
{
	*format = HF_FORMAT_TEXT;
	if (word != NULL)
		return hf_format_parse(format, word, e);
	if (path != NULL && hf_text_suffix(path, ".html"))
		*format = HF_FORMAT_HTML;
	else if (path != NULL && hf_text_suffix(path, ".md"))
		*format = HF_FORMAT_MD;
	return HF_OK;
}
