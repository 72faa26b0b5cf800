/* help, version */
#include <stdlib.h>
#include <string.h>

#include "../help.h"
#include "holdfast/json.h"
#include "holdfast/text.h"

#ifndef HF_VERSION
#define HF_VERSION "0.0.0"
#endif

#define INDENT 2

/* ---- as data ---- */

static struct hf_json *
json_option(const struct opt *o)
{
	struct hf_json *j = hf_json_object();
	char            letter[2] = { o->letter, '\0' };

	if (j != NULL && hf_json_set(j, "name", hf_json_string(o->name)) == 0 &&
	    hf_json_set(j, "short", hf_json_or_null(o->letter == 0 ? NULL : letter)) == 0 &&
	    hf_json_set(j, "value", hf_json_or_null(o->value)) == 0 && hf_json_set(j, "help", hf_json_string(o->help)) == 0 &&
	    hf_json_set(j, "many", hf_json_bool((o->flags & OPT_MANY) != 0)) == 0 &&
	    hf_json_set(j, "required", hf_json_bool((o->flags & OPT_REQUIRED) != 0)) == 0)
		return j;
	hf_json_free(j);
	return NULL;
}

static struct hf_json *
json_options(const struct opt *o)
{
	struct hf_json *list = hf_json_array();

	for (; list != NULL && o != NULL && o->name != NULL; o++)
		if ((o->flags & OPT_HIDDEN) == 0 && hf_json_push(list, json_option(o)) != 0)
			goto failed;
	return list;
failed:
	hf_json_free(list);
	return NULL;
}

static struct hf_json *
json_operands(const char *operands)
{
	struct hf_json *list = hf_json_array(), *j;
	char            word[64];
	bool            many, optional;
	size_t          i;

	for (i = 0; list != NULL && opt_operand(operands, i, word, sizeof(word), &many, &optional); i++) {
		j = hf_json_object();
		if (j == NULL || hf_json_set(j, "name", hf_json_string(word)) != 0 ||
		    hf_json_set(j, "many", hf_json_bool(many)) != 0 || hf_json_set(j, "optional", hf_json_bool(optional)) != 0 ||
		    hf_json_push(list, hf_json_ref(j)) != 0) {
			hf_json_free(list);
			list = NULL;
		}
		hf_json_free(j);
	}
	return list;
}

static struct hf_json *
json_command(const struct cmd *c)
{
	struct hf_json *j = hf_json_object();

	if (j != NULL && hf_json_set(j, "name", hf_json_string(c->name)) == 0 &&
	    hf_json_set(j, "group", hf_json_string(cmd_group_word(c->group))) == 0 &&
	    hf_json_set(j, "summary", hf_json_string(c->summary)) == 0 &&
	    hf_json_set(j, "operands", json_operands(c->operands)) == 0 &&
	    hf_json_set(j, "options", json_options(c->options)) == 0 && hf_json_set(j, "about", hf_json_or_null(c->about)) == 0 &&
	    hf_json_set(j, "examples", hf_json_or_null(c->examples)) == 0)
		return j;
	hf_json_free(j);
	return NULL;
}

/* ---- as text ---- */

struct shown {
	const struct cmd *cmd;    /* one command, or */
	const char       *family; /* all of a family; NULL: everything */
};

static bool
belongs(const struct cmd *c, const struct shown *s)
{
	size_t len;

	if (s->cmd != NULL)
		return c == s->cmd;
	if (c->group == CMD_HIDDEN)
		return false;
	if (s->family == NULL)
		return true;
	len = strlen(s->family);
	return strncmp(c->name, s->family, len) == 0 && (c->name[len] == ' ' || c->name[len] == '\0');
}

/* "  name      what it does", the text wrapped beside the name. */
static void
put_entry(struct out *o, const char *name, const char *text, size_t column, size_t width)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        used = INDENT + hf_text_width(name), pad = column > used ? column - used : 2;

	hf_text_wrap(&b, text, width, column);
	put(o, OUT_PLAIN, "%*s", INDENT, "");
	put(o, OUT_BOLD, "%s", name);
	if (used + 2 > column)
		put(o, OUT_PLAIN, "\n%*s", (int)column, "");
	else
		put(o, OUT_PLAIN, "%*s", (int)pad, "");
	put_line(o, OUT_PLAIN, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
}

static size_t
page_width(const struct app *app)
{
	size_t width = term_width(&app->term);

	return width > 90 ? 90 : width < 50 ? 50 : width;
}

static void
put_options(struct app *app, const struct opt *o)
{
	struct hf_buf b = HF_BUF_INIT;

	for (; o != NULL && o->name != NULL; o++) {
		if ((o->flags & OPT_HIDDEN) != 0)
			continue;
		hf_buf_cut(&b, 0);
		if (o->letter != 0)
			hf_buf_addf(&b, "-%c, ", o->letter);
		hf_buf_addf(&b, "--%s%s%s", o->name, o->value == NULL ? "" : " ", o->value == NULL ? "" : o->value);
		hf_buf_adds(&b, (o->flags & OPT_MANY) != 0 ? "..." : "");
		put_entry(app->out, hf_buf_str(&b), o->help, 30, page_width(app));
	}
	hf_buf_clear(&b);
}

static void
put_usage(struct app *app, const struct cmd *c)
{
	struct hf_buf b = HF_BUF_INIT;
	char         *usage = opt_usage(c->options, c->operands);
	size_t        indent = strlen("holdfast ") + strlen(c->name) + 1;

	if (indent > 30)
		indent = 8;
	put_heading(app->out, "Usage");
	hf_buf_addf(&b, "holdfast %s ", c->name);
	hf_text_wrap(&b, usage == NULL ? "" : usage, page_width(app), INDENT + indent);
	put(app->out, OUT_PLAIN, "%*s", INDENT, "");
	put_line(app->out, OUT_PLAIN, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
	free(usage);
}

static void
put_examples(struct app *app, const char *lines)
{
	size_t len;

	put_heading(app->out, "Examples");
	for (; *lines != '\0'; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		put_line(app->out, OUT_PLAIN, "  %.*s", (int)len, lines);
	}
}

static void
put_command(struct app *app, const struct cmd *c)
{
	put_line(app->out, OUT_PLAIN, "holdfast %s: %s", c->name, c->summary);
	put_usage(app, c);
	if (c->about != NULL) {
		put_line(app->out, OUT_PLAIN, "%s", "");
		put_para(app->out, 0, c->about);
	}
	if (c->options != NULL) {
		put_heading(app->out, "Options");
		put_options(app, c->options);
	}
	put_heading(app->out, "Global options");
	put_options(app, opt_global);
	if (c->examples != NULL)
		put_examples(app, c->examples);
}

static void
put_overview(struct app *app, const struct shown *s)
{
	const struct cmd *c;
	size_t            i;
	int               group = -1;

	if (s->family == NULL) {
		put_para(app->out, 0,
		    "holdfast keeps the register of an organisation's official accounts, encrypted, and walks people through "
		    "getting one back.");
		put_heading(app->out, "Usage");
		put_line(app->out, OUT_PLAIN, "  holdfast [OPTION...] COMMAND [ARGUMENT...]");
	}
	for (i = 0; (c = cmd_at(i)) != NULL; i++) {
		if (!belongs(c, s))
			continue;
		if ((int)c->group != group)
			put_heading(app->out, "%s", cmd_group_title(c->group));
		group = (int)c->group;
		put_entry(app->out, c->name, c->summary, 20, page_width(app));
	}
	put_heading(app->out, "Global options");
	put_options(app, opt_global);
	put_line(app->out, OUT_PLAIN, "%s", "");
	put_line(app->out, OUT_PLAIN, "holdfast help COMMAND says more; so does holdfast(1).");
}

struct page {
	struct app   *app;
	struct shown *shown;
};

static void
render(struct out *o, const struct hf_json *data, void *arg)
{
	struct page *p = arg;

	(void)o;
	(void)data;
	if (p->shown->cmd != NULL)
		put_command(p->app, p->shown->cmd);
	else
		put_overview(p->app, p->shown);
}

/* One command is its row; several are {"commands": […], "options": the global ones}. */
static struct hf_json *
json_help(const struct shown *s)
{
	struct hf_json   *j = NULL, *list = hf_json_array();
	const struct cmd *c;
	size_t            i;

	if (s->cmd != NULL) {
		hf_json_free(list);
		return json_command(s->cmd);
	}
	for (i = 0; list != NULL && (c = cmd_at(i)) != NULL; i++)
		if (belongs(c, s) && hf_json_push(list, json_command(c)) != 0)
			goto done;
	j = hf_json_object();
	if (j != NULL &&
	    (hf_json_set(j, "commands", hf_json_ref(list)) != 0 || hf_json_set(j, "options", json_options(opt_global)) != 0)) {
		hf_json_free(j);
		j = NULL;
	}
done:
	hf_json_free(list);
	return j;
}

enum hf_code
help_show(struct app *app, const char *const *words, size_t n, struct hf_err *e)
{
	struct shown    s = { NULL, NULL };
	struct page     p = { app, &s };
	struct hf_json *data = NULL;
	size_t          used;
	enum hf_code    rc;

	if (n == 1 && cmd_is_family(words[0]) && cmd_find(&s.cmd, &used, words, n, NULL) != HF_OK)
		s.family = words[0];
	else if (n > 0 && (rc = cmd_find(&s.cmd, &used, words, n, e)) != HF_OK)
		return rc;
	if (!out_is_text(app->out) && (data = json_help(&s)) == NULL)
		return hf_nomem(e);
	out_paged(app->out);
	out_view(app->out, data, render, &p);
	hf_json_free(data);
	return HF_OK;
}

enum hf_code
help_version(struct app *app, struct hf_err *e)
{
	struct hf_json *j = hf_json_object();

	if (j == NULL || hf_json_set(j, "version", hf_json_string(HF_VERSION)) != 0) {
		hf_json_free(j);
		return hf_nomem(e);
	}
	out_said(app->out, j, "holdfast %s", HF_VERSION);
	hf_json_free(j);
	return HF_OK;
}

/* ---- the rows ---- */

static enum hf_code
run_help(struct app *app, const struct args *a, struct hf_err *e)
{
	const char *const *words;
	size_t             n;

	words = opt_words(a, "COMMAND|KIND", &n);
	if (n == 1 && help_kind(app, words[0]))
		return HF_OK;
	return help_show(app, words, n, e);
}

static enum hf_code
run_version(struct app *app, const struct args *a, struct hf_err *e)
{
	(void)a;
	return help_version(app, e);
}

extern const struct cmd help_cmds[];

const struct cmd help_cmds[] = {
	{
	    .name = "help",
	    .run = run_help,
	    .operands = "[COMMAND|KIND...]",
	    .group = CMD_HELP,
	    .summary = "what there is, how one command works, or what fields a kind of record has",
	    .about = "With --json, the table of all commands, their operands and options.",
	    .examples = "holdfast help\nholdfast help completion\nholdfast help account\nholdfast help --json\n",
	},
	{
	    .name = "version",
	    .run = run_version,
	    .group = CMD_HELP,
	    .summary = "the version of this program",
	},
	CMD_END,
};
