/* Evidence: a file, or text that is pasted. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../runs.h"
#include "holdfast/evidence.h"
#include "holdfast/text.h"
#include "walk_in.h"

/* ---- paths ---- */

/* "~/x" is in HOME; quotes around the whole, as a terminal puts them when a file is dropped on it, go. free(3) it. */
static char *
path_of(const char *typed)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *home = getenv("HOME");
	size_t        len = strlen(typed);

	if (len >= 2 && (typed[0] == '\'' || typed[0] == '"') && typed[len - 1] == typed[0])
		hf_buf_add(&b, typed + 1, len - 2);
	else if (hf_text_prefix(typed, "~/") && home != NULL)
		hf_buf_addf(&b, "%s%s", home, typed + 1);
	else
		hf_buf_adds(&b, typed);
	return hf_buf_steal(&b);
}

static void
offer_names(struct words *words, const char *before, const char *typed, const char *folder)
{
	const char    *slash = strrchr(typed, '/'), *base = slash == NULL ? typed : slash + 1;
	DIR           *d = opendir(folder);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		struct hf_buf full = HF_BUF_INIT, word = HF_BUF_INIT;
		struct stat   st;

		if (strncmp(entry->d_name, base, strlen(base)) != 0 || (base[0] != '.' && entry->d_name[0] == '.')) {
			continue;
		}
		hf_buf_addf(&full, "%s/%s", folder, entry->d_name);
		hf_buf_addf(&word, "%s%.*s%s", before, (int)(base - typed), typed, entry->d_name);
		if (!full.failed && stat(full.data, &st) == 0 && S_ISDIR(st.st_mode))
			hf_buf_addc(&word, '/');
		words_add(words, hf_buf_str(&word), NULL);
		hf_buf_clear(&full);
		hf_buf_clear(&word);
	}
	if (d != NULL)
		closedir(d);
}

void
walk_offer_files(struct words *words, const char *before, const char *typed)
{
	const char *slash = strrchr(typed, '/');
	char       *head = slash == NULL ? strdup(".") : strndup(typed, (size_t)(slash - typed) + 1), *folder;

	if (head != NULL && (folder = path_of(head)) != NULL) {
		offer_names(words, before, typed, folder);
		free(folder);
	}
	free(head);
}

static void
complete(void *arg, const char *typed, struct words *words)
{
	(void)arg;
	walk_offer_files(words, "", typed);
}

/* ---- keeping ---- */

static void
store(struct walk *w, const char *keep, const char *name, const struct hf_buf *data)
{
	struct hf_act act = walk_act(w, NULL);
	struct hf_err why = HF_ERR_INIT;
	struct hf_buf what = HF_BUF_INIT;
	enum hf_code  rc;

	if (walk_step(w) != NULL && walk_step(w)->step->n_keep == 0)
		act.step = NULL;
	app_hold();
	rc = hf_run_keep(w->run, &act, keep, name, hf_buf_str(data), data->len, &why);
	app_release();
	hf_buf_addf(&what, "%s, kept as %s", name, keep);
	if ((rc == HF_OK || rc == HF_UNSURE) && runs_kept_secret(w->run) != NULL)
		hf_buf_addf(&what, ". It looks like %s: change that where it is used", runs_kept_secret(w->run));
	walk_recorded(w, rc, &why, hf_buf_str(&what));
	hf_buf_clear(&what);
}

static void
keep_file(struct walk *w, const char *keep, const char *typed)
{
	struct hf_buf data = HF_BUF_SECRET(0);
	struct hf_err why = HF_ERR_INIT;
	char         *path = path_of(typed), *name = NULL;
	enum hf_code  rc = path == NULL ? hf_nomem(&why) : runs_read(&data, &name, path, keep, &why);

	if (rc == HF_OK)
		store(w, keep, name, &data);
	else
		walk_recorded(w, rc, &why, "");
	free(name);
	free(path);
	hf_buf_clear(&data);
}

static enum hf_code
keep_pasted(struct walk *w, const char *keep, struct hf_err *e)
{
	struct prompt q = { .text = "Paste it" };
	struct hf_buf data = HF_BUF_INIT, name = HF_BUF_INIT;
	char         *text = NULL;
	enum hf_code  rc;

	if ((rc = prompt_lines(&text, w->app, &q, e)) == HF_CANCELLED && app_signal() == 0) {
		hf_err_clear(e);
		return HF_OK;
	}
	if (rc != HF_OK) {
		w->leave = rc == HF_CANCELLED;
		return rc;
	}
	hf_buf_addf(&data, "%s\n", text);
	hf_buf_addf(&name, "%s.txt", keep);
	if (text[0] == '\0')
		walk_say(w, OUT_PLAIN, "nothing was pasted");
	else
		store(w, keep, hf_buf_str(&name), &data);
	free(text);
	hf_buf_clear(&data);
	hf_buf_clear(&name);
	return HF_OK;
}

/* typed "": nothing is kept. */
static enum hf_code
keep_one(struct walk *w, const char *keep, const char *typed, struct hf_err *e)
{
	if (strcmp(typed, "-") == 0 || hf_text_equal_nocase(typed, "paste"))
		return keep_pasted(w, keep, e);
	if (typed[0] != '\0')
		keep_file(w, keep, typed);
	return HF_OK;
}

/* Ask for the file of one Keep. *typed NULL: given up. */
static enum hf_code
ask_file(char **typed, struct walk *w, const char *keep, const char *words, struct hf_err *e)
{
	struct prompt q = { .help = "A path (Tab completes it), - to paste text, Enter alone: later.", .complete = complete };
	struct hf_buf text = HF_BUF_INIT, filled = HF_BUF_INIT;
	enum hf_code  rc;

	hf_run_fill(&filled, w->run, walk_step(w), words, NULL);
	hf_buf_addf(&text, "File for %s%s%s (- to paste, Enter: later)", keep, filled.len > 0 ? ": " : "", hf_buf_str(&filled));
	q.text = hf_buf_str(&text);
	rc = walk_ask(typed, w, &q, e);
	hf_buf_clear(&text);
	hf_buf_clear(&filled);
	return rc;
}

static bool
is_kept(const struct walk *w, const char *keep)
{
	return hf_json_len(hf_json_get(walk_step(w)->kept, keep)) > 0;
}

enum hf_code
walk_keeps(struct walk *w, struct hf_err *e)
{
	const struct hf_step *s = walk_step(w)->step;
	enum hf_code          rc = HF_OK;

	for (size_t k = 0; rc == HF_OK && k < s->n_keep; k++) {
		char *typed = NULL;
		bool  given_up = false;

		/* Until it is kept, or left for later: a path that was mistyped is asked for again. */
		while (rc == HF_OK && !given_up && !is_kept(w, s->keep[k].id)) {
			if ((rc = ask_file(&typed, w, s->keep[k].id, s->keep[k].text, e)) != HF_OK)
				break;
			given_up = typed == NULL || typed[0] == '\0';
			if (typed == NULL)
				return HF_OK;
			rc = keep_one(w, s->keep[k].id, typed, e);
			free(typed);
		}
	}
	return rc;
}

/* Which Keep of the step is meant: the only one, the only one that is missing, or asked. NULL: given up. */
static enum hf_code
choose_keep(const char **keep, char **word, struct walk *w, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);
	const struct hf_step     *s = i == NULL ? NULL : i->step;
	struct prompt             q = { .text = "What is it", .help = "A number, or the name." };
	size_t                    missing = 0, last = 0;
	enum hf_code              rc;

	*keep = NULL;
	for (size_t k = 0; s != NULL && k < s->n_keep; k++)
		if (!is_kept(w, s->keep[k].id)) {
			missing++;
			last = k;
		}
	if (s != NULL && (s->n_keep == 1 || missing == 1)) {
		*keep = s->keep[s->n_keep == 1 ? 0 : last].id;
		return HF_OK;
	}
	for (size_t k = 0; s != NULL && k < s->n_keep; k++)
		put_line(w->app->out, OUT_PLAIN, "  %zu  %s%s: %s", k + 1, s->keep[k].id,
		    is_kept(w, s->keep[k].id) ? " (kept)" : "", s->keep[k].text);
	if (s == NULL || s->n_keep == 0)
		q.text = "This step asks for no file; it is kept with the run. What is it (a word or two)";
	if ((rc = (s == NULL || s->n_keep == 0 ? walk_ask_words : walk_ask)(word, w, &q, e)) != HF_OK || *word == NULL ||
	    (*word)[0] == '\0')
		return rc;
	*keep = *word;
	for (size_t k = 0; s != NULL && k < s->n_keep; k++)
		if (strtoul(*word, NULL, 10) == k + 1)
			*keep = s->keep[k].id;
	return HF_OK;
}

enum hf_code
walk_attach(struct walk *w, const char *path, struct hf_err *e)
{
	const char  *keep;
	char        *word = NULL, *typed = NULL;
	enum hf_code rc;

	if ((rc = choose_keep(&keep, &word, w, e)) != HF_OK || keep == NULL)
		goto done;
	if (path[0] == '\0' && ((rc = ask_file(&typed, w, keep, "", e)) != HF_OK || typed == NULL))
		goto done;
	rc = keep_one(w, keep, typed != NULL ? typed : path, e);
done:
	free(word);
	free(typed);
	return rc;
}
