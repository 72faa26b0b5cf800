/* What a command needs, opened. */
#include <string.h>

#include "app.h"
#include "holdfast/views.h"

extern char **environ;

void
app_close(struct app *app)
{
	hf_shelf_close(app->shelf);
	hf_register_close(app->reg);
	app->shelf = NULL;
	app->reg = NULL;
}

static void
ref_of(void *arg, struct hf_buf *b, const char *id)
{
	hf_register_ref(b, arg, id);
}

void
app_register_opts(struct hf_register_opts *out, struct app *app)
{
	memset(out, 0, sizeof(*out));
	out->path = app->register_path;
	out->state_dir = app->state_dir;
	out->cache_dir = app->cache_dir;
	out->user_home = app->user_home;
	out->key = app->key;
	out->may_prompt = !app->no_input;
	out->env = environ;
	out->progress = term_progress(&app->term);
}

/* A query reads about the shelf or the runs: only now are the books needed. */
static enum hf_code
supply(void *arg, const char *table, struct hf_err *e)
{
	struct app  *app = arg;
	enum hf_code rc;

	if ((rc = app_shelf(app, e)) != HF_OK)
		return rc;
	return hf_views_fill(app->reg, app->shelf, table, e);
}

enum hf_code
app_register(struct app *app, struct hf_err *e)
{
	struct hf_register_opts opts;
	enum hf_code            rc;

	if (app->reg != NULL)
		return HF_OK;
	if ((rc = app_paths(app, e)) != HF_OK)
		return rc;
	app_register_opts(&opts, app);
	if ((rc = hf_register_open(&app->reg, &opts, e)) == HF_DAMAGED && e->hint[0] == '\0')
		return hf_hint(e, "holdfast verify says what is damaged, and what to do");
	if (rc != HF_OK)
		return rc;
	hf_register_supply(app->reg, supply, app);
	out_refs(app->out, ref_of, app->reg);
	out_zone(app->out, hf_register_zone(app->reg));
	return HF_OK;
}

/* The organisation's own books come first. One that cannot be one is named and passed over. */
static enum hf_code
add_documents(struct app *app, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_err   why = HF_ERR_INIT;
	const char     *name, *text;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, hf_register_db(app->reg), "SELECT path, text FROM document", e)) != HF_OK)
		return rc;
	while (hf_stmt_step(s)) {
		name = hf_stmt_col(s, 0);
		text = hf_stmt_col(s, 1);
		if (name != NULL && text != NULL && hf_shelf_add(app->shelf, name, text, strlen(text), &why) != HF_OK)
			out_warn(app->out, "%s", why.msg);
	}
	return hf_stmt_end(s, HF_OK, e);
}

enum hf_code
app_shelf(struct app *app, struct hf_err *e)
{
	enum hf_code rc;

	if (app->shelf != NULL)
		return HF_OK;
	if ((rc = hf_shelf_open(&app->shelf, (const char *const *)app->book_dirs, app->n_book_dirs, e)) != HF_OK ||
	    app->reg == NULL)
		return rc;
	return add_documents(app, e);
}

enum hf_code
app_commit(struct hf_batch *batch, const char *word, struct hf_err *e)
{
	enum hf_code rc;

	app_hold();
	rc = hf_batch_commit(batch, word, e);
	app_release();
	return rc;
}
