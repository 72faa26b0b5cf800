/* book list, book show; and the rows of the others */
#include "cmd_book.h"

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "holdfast/document.h"
#include "holdfast/fs.h"
#include "holdfast/lint.h"
#include "holdfast/text.h"

static const char *const folders[] = { "incident", "routine", "provider", "policy", "profile", "guidance", "words" };

/* Does a folder of playbooks/ begin at p? */
static bool
in_folder(const char *p)
{
	size_t n = strcspn(p, "/");

	for (size_t i = 0; p[n] == '/' && i < sizeof(folders) / sizeof(folders[0]); i++)
		if (strlen(folders[i]) == n && strncmp(folders[i], p, n) == 0)
			return true;
	return false;
}

char *
book_name_of(const char *path)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *from = NULL, *p;
	size_t        len;

	for (p = path; p != NULL; p = strchr(p, '/') == NULL ? NULL : strchr(p, '/') + 1) {
		if (strncmp(p, "templates/", 10) == 0 && strchr(p + 10, '/') != NULL) {
			hf_buf_adds(&b, "template/");
			from = p + 10;
			break;
		}
		if (in_folder(p))
			from = p;
	}
	if (from == NULL) {
		hf_buf_adds(&b, "incident/");
		from = hf_fs_base(path);
	}
	len = strlen(from);
	hf_buf_add(&b, from, hf_text_suffix(from, ".md") ? len - 3 : len);
	return hf_buf_steal(&b);
}

bool
book_is_file(const char *word)
{
	return hf_fs_exists(word) || hf_text_suffix(word, ".md") || word[0] == '/' || word[0] == '.';
}

enum hf_code
book_read(struct hf_buf *out, char **name, const struct app *app, const char *word, struct hf_err *e)
{
	enum hf_code rc;

	*name = NULL;
	if (book_is_file(word))
		rc = hf_fs_read(out, word, HF_DOC_MAX + 1, e);
	else
		rc = hf_shelf_read(out, NULL, app->shelf, word, e);
	if (rc == HF_OK && (*name = book_is_file(word) ? book_name_of(word) : strdup(word)) == NULL)
		rc = hf_nomem(e);
	return rc;
}

/* ---- list ---- */

static struct hf_json *
book_row(const struct hf_shelf_book *book)
{
	struct hf_json *row = hf_json_object();

	if (hf_json_set(row, "name", hf_json_string(book->name)) != 0 ||
	    hf_json_set(row, "title", hf_json_string(book->title)) != 0 ||
	    hf_json_set(row, "from", hf_json_string(book->from)) != 0) {
		hf_json_free(row);
		return NULL;
	}
	return row;
}

/* The row of an own version says when the installed one has changed since. */
static struct hf_json *
noted(struct app *app, struct hf_json *row)
{
	struct hf_err why = HF_ERR_INIT;
	bool          behind = false;

	if (row != NULL && app->reg != NULL && strcmp(hf_json_get_str(row, "from"), "register") == 0 &&
	    hf_document_behind(&behind, app->reg, app->shelf, hf_json_get_str(row, "name"), &why) == HF_OK && behind &&
	    hf_json_set(row, "note", hf_json_string("the installed one has changed")) != 0) {
		hf_json_free(row);
		return NULL;
	}
	return row;
}

static enum hf_code
list(struct app *app, const struct args *a, struct hf_err *e)
{
	static const struct out_column columns[] = { { "name", "book", OUT_KEEP }, { "title", NULL, 0 },
		{ "from", NULL, OUT_FAINT }, { "note", NULL, OUT_SPARE }, OUT_END };
	const struct hf_shelf_book    *books;
	const char                    *prefix = opt_word(a, "PREFIX");
	struct hf_json                *rows = hf_json_array();
	size_t                         n = 0;
	enum hf_code                   rc;

	if ((rc = hf_shelf_list(&books, &n, app->shelf, e)) != HF_OK)
		goto done;
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if ((prefix == NULL || hf_text_prefix(books[i].name, prefix)) &&
		    hf_json_push(rows, noted(app, book_row(&books[i]))) != 0)
			rc = hf_nomem(e);
	if (rc != HF_OK)
		goto done;
	out_table(app->out, rows, columns);
	if (hf_json_len(rows) == 0)
		out_note(app->out, "no book begins so; HOLDFAST_BOOKS names folders that hold playbooks/ and templates/");
done:
	hf_json_free(rows);
	return rc;
}

/* ---- show ---- */

/* Where the words of a line of Markdown begin: behind what it is indented by, and behind the mark of an item or of a quotation. */
static size_t
hang_of(const char *line, size_t lead)
{
	size_t digits = strspn(line + lead, "0123456789");

	if (hf_text_prefix(line + lead, "- ") || hf_text_prefix(line + lead, "> "))
		return lead + 2;
	return digits > 0 && hf_text_prefix(line + lead + digits, ". ") ? lead + digits + 2 : lead;
}

/* On a terminal, every paragraph and item wrapped under itself. What is fenced stays as it is. */
static void
put_wrapped(struct out *o, const char *text)
{
	bool   fenced = false, mark;
	char  *line;
	size_t n, lead;

	for (; *text != '\0'; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if ((line = strndup(text, n)) == NULL)
			return;
		lead = strspn(line, " ");
		mark = hf_text_prefix(line + lead, "```");
		if (fenced || mark)
			put_line(o, OUT_PLAIN, "%s", line);
		else
			put_item(o, OUT_PLAIN, lead, hang_of(line, lead), "%s", line + lead);
		fenced = fenced != mark;
		free(line);
	}
}

/* A program gets the exact text. */
static void
put_text(struct out *o, const struct hf_json *data, void *arg)
{
	const struct app *app = arg;

	if (app->term.out)
		put_wrapped(o, hf_json_get_str(data, "text"));
	else
		put(o, OUT_PLAIN, "%s", hf_json_get_str(data, "text"));
}

static enum hf_code
show(struct app *app, const struct args *a, struct hf_err *e)
{
	const struct hf_shelf_book *book = NULL;
	struct hf_buf               text = HF_BUF_INIT;
	struct hf_json             *row = NULL;
	enum hf_code                rc;

	if (book_on_paper(a))
		return book_paper(app, a, e);
	if ((rc = hf_shelf_read(&text, &book, app->shelf, opt_word(a, "BOOK"), e)) != HF_OK)
		goto done;
	row = book_row(book);
	if (hf_json_set(row, "text", hf_json_stringn(hf_buf_str(&text), text.len)) != 0) {
		rc = hf_fail(e, HF_BAD, "%s: it is no text", book->name);
		goto done;
	}
	book_warn_behind(app, book->name);
	out_paged(app->out);
	out_view(app->out, row, put_text, app);
done:
	hf_json_free(row);
	hf_buf_clear(&text);
	return rc;
}

const struct cmd book_cmds[] = {
	{
	    .name = "book list",
	    .run = list,
	    .needs = NEED_BOOKS | NEED_OWN,
	    .operands = "[PREFIX]",
	    .group = CMD_BOOKS,
	    .summary = "which books there are, and where each comes from",
	    .about =
		"Playbooks (incident/, routine/), provider sheets (provider/), policies, profiles, guidance and the templates of reports (template/). "
		"A book is taken from the register first, then from the folders of HOLDFAST_BOOKS, then from those that were installed.",
	    .examples = "holdfast book list\nholdfast book list template/provider\n",
	},
	{
	    .name = "book show",
	    .run = show,
	    .needs = NEED_BOOKS | NEED_OWN,
	    .options = book_show_opts,
	    .operands = "[BOOK]",
	    .group = CMD_BOOKS,
	    .summary = "the text of a book, or a page to print",
	    .about =
		"On a terminal long lines are wrapped; elsewhere it is the exact text, as it lies on the shelf.\n\n"
		"--format html is a page to print, for the drawer: one file, without scripts, that needs nothing from elsewhere. Each step of a "
		"playbook has a box to tick, and room for the time and for initials. With --all every playbook and provider sheet is in it, each "
		"on a new sheet of paper.",
	    .examples = "holdfast book show incident/hijacked-account\nholdfast book show --all --format html -o drawer.html\n",
	},
	{
	    .name = "book lint",
	    .run = book_lint,
	    .needs = NEED_BOOKS | NEED_OWN,
	    .operands = "[FILE|BOOK...]",
	    .group = CMD_BOOKS,
	    .summary = "what is wrong with books, line by line",
	    .about =
		"Each defect is printed as file:line:column: what is wrong, and what to write instead. Without operands every book on the shelf is "
		"looked at. Warnings do not keep a book from being run.\n\n"
		"The exit status is 1 when there are errors, 0 when there are warnings at most.",
	    .examples = "holdfast book lint\nholdfast book lint playbooks/incident/hijacked-account.md\n",
	},
	{
	    .name = "book graph",
	    .run = book_graph,
	    .needs = NEED_BOOKS | NEED_OWN,
	    .options = book_graph_opts,
	    .operands = "FILE|BOOK",
	    .group = CMD_BOOKS,
	    .summary = "a playbook drawn: phases, steps, answers and where they lead",
	    .about =
		"Phases are lanes. Under each step stand who does it, by when, on what condition, and the second person who approves it; then its "
		"answers, with where each leads. A line beside the steps shows where an answer jumps to. Where the terminal has no UTF-8, plain ASCII "
		"is used.\n\n"
		"--svg draws it on pages of A4, to print or to put on a wall: one file, without scripts, that needs nothing from elsewhere.",
	    .examples = "holdfast book graph incident/hijacked-account\nholdfast book graph routine/leaver --svg -o leaver.svg\n",
	},
	{
	    .name = "book cacao",
	    .run = book_cacao,
	    .needs = NEED_BOOKS | NEED_OWN,
	    .options = book_cacao_opts,
	    .operands = "FILE|BOOK",
	    .group = CMD_BOOKS,
	    .summary = "a playbook as OASIS CACAO 2.0, for other tools",
	    .about =
		"Each step is a manual action of a role. Its answer is the variable __answer-STEP__. An answer that starts a playbook is a "
		"playbook-action; each row of a loop, and a book with answers that lead back, is a while-condition. CACAO has no jumps: the step to "
		"go on with is the variable __go-to__, and steps that can be jumped over wait for it to be none. Deadlines, evidence, second persons "
		"and what else CACAO has no word for stand in an extension of each step. The same book always gives the same ids.\n\n"
		"--for soarca writes what the executor SOARCA can run: its own agent, conditions of three words, no switch-condition.",
	    .examples = "holdfast book cacao incident/sim-swap -o sim-swap.json\n",
	},
	{
	    .name = "book edit",
	    .run = book_edit,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = book_edit_opts,
	    .operands = "BOOK [FILE]",
	    .group = CMD_BOOKS,
	    .summary = "your organisation's own version of a book, kept in the register",
	    .about =
		"Stores a text under the name of a book: from FILE, - is standard input; on a terminal, from your editor (VISUAL, EDITOR, else vi), "
		"which is given the book as it is. From then on it counts before the installed one, and everybody who shares the register has it. "
		"It is looked through as book lint does it: with errors it is not stored.\n\n"
		"When the installed book changes afterwards, book list, book show and the start of a run say so. --diff shows the difference, "
		"--seen notes that you have taken in what changed, --drop removes your version.",
	    .examples = "holdfast book edit incident/hijacked-account\nholdfast book edit incident/hijacked-account --diff\n"
			"holdfast book edit routine/our-own our-own.md\n",
	},
	{
	    .name = "book render",
	    .run = book_render,
	    .needs = NEED_BOOKS,
	    .options = book_render_opts,
	    .operands = "FILE",
	    .group = CMD_BOOKS,
	    .summary = "try a template on data of your own",
	    .about =
		"FILE is a Mustache template, - is standard input. A partial {{> name}} is looked for beside it as name.md or name, then on the shelf. "
		"Values are escaped for HTML, as Mustache has it, unless --escape says otherwise; reports are made with md.",
	    .examples =
		"holdfast book render templates/public/holding-line.md --data '{\"org\": {\"name\": \"Agency\"}}' --escape md\n",
	},
	CMD_END,
};
