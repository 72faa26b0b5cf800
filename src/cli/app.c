#include "app.h"

#include <stdlib.h>
#include <string.h>

#include "holdfast/buf.h"

#ifndef HF_DATADIR
#define HF_DATADIR "/usr/local/share/holdfast"
#endif

/* The environment's word, when it says something. */
static const char *
env(const char *name)
{
	const char *s = getenv(name);

	return s == NULL || *s == '\0' ? NULL : s;
}

static char *
copy(const char *s)
{
	return s == NULL ? NULL : strdup(s);
}

/* $XDG_…/holdfast, or ~/<fallback>/holdfast; a relative value does not count. NULL without HOME. */
static char *
xdg(const char *name, const char *fallback)
{
	const char   *dir = env(name), *home = env("HOME");
	struct hf_buf b = HF_BUF_INIT;

	if (dir != NULL && dir[0] == '/')
		hf_buf_addf(&b, "%s/holdfast", dir);
	else if (home != NULL && home[0] == '/')
		hf_buf_addf(&b, "%s/%s/holdfast", home, fallback);
	else
		return NULL;
	return hf_buf_steal(&b);
}

/* "DIR|NAME": what has a slash, or is made of dots, is a folder. A name is NAME.git in the data folder. */
static char *
register_path(const char *word)
{
	struct hf_buf b = HF_BUF_INIT;
	char         *dir;

	if (strchr(word, '/') != NULL || word[0] == '.')
		return copy(word);
	if ((dir = xdg("XDG_DATA_HOME", ".local/share")) == NULL)
		return NULL;
	hf_buf_addf(&b, "%s/%s.git", dir, word);
	free(dir);
	return hf_buf_steal(&b);
}

static enum hf_code
book_dirs(struct app *app, struct hf_err *e)
{
	const char *s = env("HOLDFAST_BOOKS"), *p;
	size_t      n = 2, len;

	for (p = s; p != NULL && *p != '\0'; p++)
		n += *p == ':';
	if ((app->book_dirs = calloc(n + 1, sizeof(*app->book_dirs))) == NULL)
		return hf_nomem(e);
	for (p = s; p != NULL && *p != '\0'; p += len + (p[len] == ':'))
		if ((len = strcspn(p, ":")) > 0 && (app->book_dirs[app->n_book_dirs++] = strndup(p, len)) == NULL)
			return hf_nomem(e);
	if ((app->book_dirs[app->n_book_dirs++] = strdup(HF_DATADIR)) == NULL)
		return hf_nomem(e);
	return HF_OK;
}

static enum term_when
when(const char *word)
{
	return word == NULL || strcmp(word, "auto") == 0 ? TERM_AUTO : strcmp(word, "always") == 0 ? TERM_ALWAYS : TERM_NEVER;
}

static enum hf_code
paths(struct app *app, const struct args *global, struct hf_err *e)
{
	const char *reg = global == NULL ? NULL : opt_str(global, "register");
	const char *key = global == NULL ? NULL : opt_str(global, "key");

	if (reg != NULL && *reg == '\0')
		return hf_fail(e, HF_USAGE, "--register: the value is empty");
	if (reg == NULL && (reg = env("HOLDFAST_REGISTER")) == NULL)
		reg = "default";
	app->register_path = register_path(reg);
	app->state_dir = xdg("XDG_STATE_HOME", ".local/state");
	app->cache_dir = xdg("XDG_CACHE_HOME", ".cache");
	app->user_home = copy(env("GNUPGHOME"));
	app->key = copy(key != NULL ? key : env("HOLDFAST_KEY"));
	return book_dirs(app, e);
}

enum hf_code
app_init(struct app *app, const struct args *global, struct hf_err *e)
{
	struct out_opts opts = { .term = &app->term };

	if (global != NULL) {
		opts.json = opt_flag(global, "json");
		opts.quiet = opt_flag(global, "quiet");
		app->no_input = opt_flag(global, "no-input");
	}
	term_init(&app->term, when(global == NULL ? NULL : opt_str(global, "color")), opts.quiet);
	if ((app->out = out_new(&opts)) == NULL)
		return hf_nomem(e);
	return paths(app, global, e);
}

void
app_clear(struct app *app)
{
	size_t i;

	app_close(app);
	out_free(app->out);
	for (i = 0; i < app->n_book_dirs; i++)
		free(app->book_dirs[i]);
	free(app->book_dirs);
	free(app->register_path);
	free(app->state_dir);
	free(app->cache_dir);
	free(app->user_home);
	free(app->key);
	memset(app, 0, sizeof(*app));
}

enum hf_code
app_paths(const struct app *app, struct hf_err *e)
{
	if (app->register_path != NULL && app->state_dir != NULL && app->cache_dir != NULL)
		return HF_OK;
	hf_fail(e, HF_SYSTEM, "HOME: not set, so there is no place for a register");
	hf_hint(e, "set HOME to your home folder");
	return HF_SYSTEM;
}
