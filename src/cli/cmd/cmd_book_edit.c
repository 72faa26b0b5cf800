/* book edit: the organisation's own version of a book */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../term/editor.h"
#include "../term/prompt.h"
#include "cmd.h"
#include "cmd_book.h"
#include "holdfast/diff.h"
#include "holdfast/document.h"
#include "holdfast/fs.h"

const struct opt book_edit_opts[] = {
	{ 0, "diff", NULL, "show how it differs from the installed one", 0 },
	{ 0, "drop", NULL, "take the own version away: the installed one counts again", 0 },
	{ 0, "seen", NULL, "note that what changed in the installed one was looked at", 0 },
	{ 0, "force", NULL, "with --drop: do not ask", 0 },
	OPT_END,
};

struct editing {
	struct app   *app;
	const char   *name;
	struct hf_buf text; /* as it is, and then as it is to be */
	char          id[HF_ID_SIZE];
};

void
book_warn_behind(struct app *app, const char *name)
{
	struct hf_err e = HF_ERR_INIT;
	bool          behind;

	if (app->reg == NULL || app->shelf == NULL || hf_document_behind(&behind, app->reg, app->shelf, name, &e) != HF_OK ||
	    !behind)
		return;
	out_warn(app->out, "%s: the installed one has changed since your own version was made: holdfast book edit %s --diff", name,
	    name);
}

/* ---- storing ---- */

static void
tell(const struct editing *ed, const struct hf_defects *d)
{
	for (size_t i = 0; i < d->n; i++)
		out_tell(ed->app->out, d->list[i].warning ? OUT_WARN : OUT_BAD, "%s:%u:%u: %s%s%s%s", ed->name, d->list[i].pos.line,
		    d->list[i].pos.column, d->list[i].warning ? "warning: " : "", d->list[i].text,
		    d->list[i].fix[0] != '\0' ? "; " : "", d->list[i].fix);
}

/* HF_BAD when it would not run. The new text lies on the shelf then, so that it is judged as it would be read. */
static enum hf_code
judge(struct editing *ed, struct hf_err *e)
{
	struct hf_defects d = { NULL, 0, 0, false };
	size_t            errors;
	enum hf_code      rc;

	if ((rc = hf_shelf_add(ed->app->shelf, ed->name, hf_buf_str(&ed->text), ed->text.len, e)) == HF_OK &&
	    (rc = book_defects(&d, ed->app, ed->name, &ed->text, e)) == HF_OK) {
		tell(ed, &d);
		if ((errors = hf_defects_errors(&d)) > 0) {
			rc = hf_fail(e, HF_BAD, "%s: %zu error%s, and nothing is stored", ed->name, errors, errors == 1 ? "" : "s");
			hf_hint(e, "put right what is said above; warnings may stay");
		}
	}
	hf_defects_clear(&d);
	return rc;
}

static enum hf_code
store(struct editing *ed, const char *text, bool seen, struct hf_err *e)
{
	struct hf_batch *b = NULL;
	struct hf_json  *record = NULL;
	struct hf_err    other = HF_ERR_INIT;
	bool             changes;
	enum hf_code     rc;

	if ((rc = hf_batch_new(&b, ed->app->reg, e)) != HF_OK ||
	    (rc = hf_document_put(ed->id, b, ed->app->reg, ed->app->shelf, ed->name, text, seen, e)) != HF_OK)
		goto done;
	changes = !hf_batch_empty(b);
	if (((rc = app_commit(b, "record", e)) == HF_OK || rc == HF_UNSURE) &&
	    hf_register_get(&record, ed->app->reg, ed->id, rc == HF_OK ? e : &other) == HF_OK)
		out_said(ed->app->out, record, "%s %s", !changes ? "unchanged:" : text != NULL ? "stored" : "noted:", ed->name);
done:
	hf_json_free(record);
	hf_batch_free(b);
	return rc;
}

/* ---- where the text comes from ---- */

static enum hf_code
from_file(struct editing *ed, const char *path, struct hf_err *e)
{
	enum hf_code rc;

	hf_buf_cut(&ed->text, 0);
	if (strcmp(path, "-") == 0)
		rc = hf_fs_read_fd(&ed->text, STDIN_FILENO, "standard input", HF_DOC_MAX, e);
	else
		rc = hf_fs_read(&ed->text, path, HF_DOC_MAX, e);
	return rc == HF_OK ? judge(ed, e) : rc;
}

/* Again, until it can be stored or is given up. */
static enum hf_code
from_editor(struct editing *ed, struct hf_err *e)
{
	struct prompt again = { .text = "Back to the editor (no: what you wrote is lost)", .fallback = "yes", .instead = "FILE" };
	struct hf_buf name = HF_BUF_INIT;
	bool          go_on = true;
	enum hf_code  rc = HF_OK;

	hf_buf_addf(&name, "%s.md", hf_fs_base(ed->name));
	while (go_on) {
		if ((rc = editor_run(&ed->text, ed->app, hf_buf_str(&name), HF_DOC_MAX, e)) != HF_OK ||
		    (rc = judge(ed, e)) != HF_BAD)
			break;
		if (prompt_yes(&go_on, ed->app, &again, e) != HF_OK)
			break;
	}
	hf_buf_clear(&name);
	return rc;
}

static enum hf_code
edit(struct editing *ed, const char *file, bool seen, struct hf_err *e)
{
	enum hf_code rc;

	if (file == NULL && seen)
		return store(ed, NULL, true, e);
	if (file == NULL && !prompt_possible(ed->app)) {
		hf_fail(e, HF_USAGE, "%s: no terminal for an editor", ed->name);
		return hf_hint(e, "holdfast book edit %s FILE (- is standard input)", ed->name);
	}
	if (file == NULL && !hf_shelf_has(ed->app->shelf, ed->name)) {
		hf_fail(e, HF_NOTFOUND, "%s: not on the shelf", ed->name);
		return hf_hint(e, "holdfast book edit %s FILE stores a new one", ed->name);
	}
	if (file == NULL && (rc = hf_shelf_read(&ed->text, NULL, ed->app->shelf, ed->name, e)) != HF_OK)
		return rc;
	if ((rc = file != NULL ? from_file(ed, file, e) : from_editor(ed, e)) != HF_OK)
		return rc;
	return store(ed, hf_buf_str(&ed->text), seen, e);
}

/* ---- the rest ---- */

static enum hf_code
diff(struct editing *ed, struct hf_err *e)
{
	struct hf_buf below = HF_BUF_INIT, out = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = hf_document_find(ed->id, NULL, ed->app->reg, ed->name, e)) != HF_OK ||
	    (rc = hf_shelf_read(&ed->text, NULL, ed->app->shelf, ed->name, e)) != HF_OK ||
	    (rc = hf_shelf_below(&below, ed->app->shelf, ed->name, e)) != HF_OK ||
	    (rc = hf_diff_text(&out, "installed", &below, "own", &ed->text, e)) != HF_OK)
		goto done;
	out_document(ed->app->out, "diff", hf_buf_str(&out), out.len);
	if (out.len == 0)
		out_note(ed->app->out, "%s: they are the same", ed->name);
	book_warn_behind(ed->app, ed->name);
done:
	hf_buf_clear(&below);
	hf_buf_clear(&out);
	return rc;
}

static enum hf_code
drop(struct editing *ed, bool force, struct hf_err *e)
{
	struct hf_batch *b = NULL;
	struct hf_json  *record = NULL;
	struct hf_buf    text = HF_BUF_INIT;
	enum hf_code     rc;

	hf_buf_addf(&text, "Your own version of %s will be removed. Its past stays in the history of the register.", ed->name);
	if ((rc = hf_document_find(ed->id, &record, ed->app->reg, ed->name, e)) != HF_OK ||
	    (rc = hf_batch_new(&b, ed->app->reg, e)) != HF_OK || (rc = hf_batch_remove(b, ed->id, e)) != HF_OK ||
	    (rc = hf_batch_check(b, e)) != HF_OK || (rc = prompt_sure(ed->app, force, ed->name, hf_buf_str(&text), e)) != HF_OK)
		goto done;
	rc = app_commit(b, "record", e);
	if (rc == HF_OK || rc == HF_UNSURE)
		out_said(ed->app->out, record, "removed your own version of %s", ed->name);
done:
	hf_json_free(record);
	hf_batch_free(b);
	hf_buf_clear(&text);
	return rc;
}

enum hf_code
book_edit(struct app *app, const struct args *a, struct hf_err *e)
{
	struct editing ed = { .app = app, .name = opt_word(a, "BOOK"), .text = HF_BUF_INIT };
	const char    *file = opt_word(a, "FILE");
	bool           wants_diff = opt_flag(a, "diff"), wants_drop = opt_flag(a, "drop"), seen = opt_flag(a, "seen");
	enum hf_code   rc;

	if (wants_diff + wants_drop + seen > 1 || ((wants_diff || wants_drop) && file != NULL))
		return hf_fail(e, HF_USAGE, "--diff, --drop, --seen: one of them, and FILE with --seen alone");
	if (wants_diff)
		rc = diff(&ed, e);
	else if (wants_drop)
		rc = drop(&ed, opt_flag(a, "force"), e);
	else
		rc = edit(&ed, file, seen, e);
	hf_buf_clear(&ed.text);
	return rc;
}
