/* import */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../provider_name.h"
#include "cmd.h"
#include "holdfast/fs.h"
#include "holdfast/import.h"

static enum hf_code
read_file(struct hf_buf *out, const char *path, struct hf_err *e)
{
	return strcmp(path, "-") == 0 ? hf_fs_read_fd(out, STDIN_FILENO, "standard input", HF_IMPORT_MAX, e) :
					hf_fs_read(out, path, HF_IMPORT_MAX, e);
}

/* Every --map, taken apart at its commas. */
static enum hf_code
read_map(struct hf_json **out, const struct args *a, struct hf_err *e)
{
	struct hf_json    *map = hf_json_array(), *words;
	const char *const *given;
	size_t             n;
	enum hf_code       rc = map == NULL ? hf_nomem(e) : HF_OK;

	given = opt_list(a, "map", &n);
	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		if ((rc = hf_schema_split(&words, given[i], e)) != HF_OK)
			break;
		for (size_t k = 0; rc == HF_OK && k < hf_json_len(words); k++)
			if (hf_json_push(map, hf_json_ref(hf_json_at(words, k))) != 0)
				rc = hf_nomem(e);
		hf_json_free(words);
	}
	*out = map;
	return rc;
}

static enum hf_duplicates
duplicates(const struct args *a)
{
	const char *word = opt_str_or(a, "duplicates", "refuse");

	return word[0] == 's' ? HF_DUPLICATES_SKIP : word[0] == 'k' ? HF_DUPLICATES_KEEP : HF_DUPLICATES_REFUSE;
}

/* "; made 519 persons and 106 units; left out 1 row that stood further up" */
static void
add_rest(struct hf_buf *b, const struct hf_imported *got, bool dry)
{
	if (got->persons > 0 || got->units > 0)
		hf_buf_addf(b, "; %s %zu person%s and %zu unit%s", dry ? "would make" : "made", got->persons,
		    got->persons == 1 ? "" : "s", got->units, got->units == 1 ? "" : "s");
	if (got->repeated > 0)
		hf_buf_addf(b, "; left out %zu row%s whose record stood further up", got->repeated, got->repeated == 1 ? "" : "s");
}

static enum hf_code
say(struct app *app, const struct hf_imported *got, bool dry, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	struct hf_buf   rest = HF_BUF_INIT;
	enum hf_code    rc = HF_OK;

	add_rest(&rest, got, dry);
	if (hf_json_set(o, "added", hf_json_int((int64_t)got->added)) != 0 ||
	    hf_json_set(o, "changed", hf_json_int((int64_t)got->changed)) != 0 ||
	    hf_json_set(o, "unchanged", hf_json_int((int64_t)got->unchanged)) != 0)
		rc = hf_nomem(e);
	else
		out_said(app->out, o, "%s%zu added, %zu changed, %zu unchanged%s", dry ? "nothing was written: " : "", got->added,
		    got->changed, got->unchanged, hf_buf_str(&rest));
	hf_json_free(o);
	hf_buf_clear(&rest);
	return rc;
}

static enum hf_code
import(struct app *app, const struct args *a, struct hf_err *e)
{
	const char        *path = opt_word(a, "FILE");
	bool               dry = opt_flag(a, "dry-run");
	struct hf_import   how = { .kind = opt_str(a, "kind"), .create = opt_flag(a, "create"), .duplicates = duplicates(a) };
	struct hf_imported got;
	struct hf_json    *map = NULL;
	struct hf_batch   *b = NULL;
	struct hf_buf      data = HF_BUF_SECRET(0);
	struct hf_err      other = HF_ERR_INIT;
	enum hf_code       rc;

	how.progress = term_progress(&app->term);
	if ((rc = read_map(&map, a, e)) != HF_OK || (rc = read_file(&data, path, e)) != HF_OK ||
	    (rc = hf_batch_new(&b, app->reg, e)) != HF_OK)
		goto done;
	how.map = map;
	if ((rc = hf_import(&got, app->reg, b, hf_buf_str(&data), data.len, &how, e)) != HF_OK) {
		if (rc == HF_BAD || rc == HF_NOTFOUND || rc == HF_AMBIGUOUS)
			hf_fail_in(e, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
		goto done;
	}
	rc = dry ? hf_batch_check(b, e) : app_commit(b, "record", e);
	if (rc == HF_OK)
		rc = say(app, &got, dry, e);
	else if (rc == HF_UNSURE)
		say(app, &got, dry, &other);
	if (rc == HF_OK && !dry && strcmp(how.kind, "account") == 0)
		provider_notes(app);
done:
	hf_json_free(map);
	hf_batch_free(b);
	hf_buf_clear(&data);
	return rc;
}

static const struct opt import_opts[] = {
	{ 0, "kind", "KIND", "what the rows are", OPT_REQUIRED },
	{ 0, "map", "COLUMN=FIELD", "where a column goes, several with commas; COLUMN= leaves it out", OPT_MANY },
	{ 0, "create", NULL, "make the units and persons that are named and missing", 0 },
	{ 0, "duplicates", "refuse|skip|keep", "what to do when the file holds a record twice (refuse)", 0 },
	{ 'n', "dry-run", NULL, "check everything and write nothing", 0 },
	OPT_END,
};

extern const struct cmd import_cmds[];

const struct cmd import_cmds[] = {
	{
	    .name = "import",
	    .run = import,
	    .needs = NEED_WRITE,
	    .options = import_opts,
	    .operands = "FILE",
	    .group = CMD_REGISTER,
	    .summary = "add and change many records from a CSV file",
	    .about =
		"FILE is CSV in UTF-8; its first row names the columns, and a minus sign in its place is standard input. A column goes into the field "
		"that is called like it (\"Display name\" into display_name) or that --map names; one that can be neither is refused. Everything is "
		"written in one step, or nothing: an error names line and column.\n\n"
		"A record that is there already is changed. An account is known by its provider and handle, a person by the e-mail address, else the "
		"name; other kinds by their name, or by all columns together. An empty cell leaves what is recorded. References are whole names, "
		"handles, e-mail addresses or ids; with --create, a unit or person that is not there is made.\n\n"
		"When the file holds one record twice, nothing is imported and both lines are named. --duplicates skip takes the first. "
		"--duplicates keep takes the first too, and writes what the others say differently into its notes.",
	    .examples = "holdfast import accounts.csv --kind account --map name=display_name,division=unit --create\n"
			"holdfast import people.csv --kind person --map \"Staff number=\" --dry-run\n",
	},
	CMD_END,
};
