/* attach, extract */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fields.h"
#include "../records.h"
#include "../ref.h"
#include "../term/prompt.h"
#include "cmd.h"
#include "holdfast/evidence.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"

/* ---- attach ---- */

/* A word with an equals sign is a field, unless a file has that name and no field its beginning. */
static bool
is_field(const char *word)
{
	const struct hf_kind *kind = hf_schema_kind("evidence");
	const char           *eq = strchr(word, '=');
	char                  name[64];

	if (eq == NULL)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)(eq - word), word);
	if (eq > word && (eq[-1] == '+' || eq[-1] == '-') && eq - word < (int)sizeof(name))
		name[eq - word - 1] = '\0';
	return hf_schema_field(kind, name) != NULL || !hf_fs_exists(word);
}

struct attaching {
	struct app        *app;
	struct hf_batch   *b;
	const char        *account; /* NULL: the whole organisation */
	const char *const *words;
	size_t             n;
	struct hf_json    *ids;
};

static enum hf_code
set_fields(struct attaching *at, const char *id, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < at->n; i++)
		if (is_field(at->words[i]))
			rc = fields_set(at->app, at->b, id, hf_schema_kind("evidence"), &at->words[i], 1, e);
	return rc;
}

static enum hf_code
attach_one(struct attaching *at, const char *path, struct hf_err *e)
{
	struct hf_buf data = HF_BUF_SECRET(0);
	char          id[HF_ID_SIZE];
	enum hf_code  rc;

	if ((rc = hf_fs_read(&data, path, HF_EVIDENCE_MAX, e)) == HF_OK &&
	    (rc = hf_evidence_add(id, at->b, at->account, path, hf_buf_str(&data), data.len, e)) == HF_OK &&
	    (rc = set_fields(at, id, e)) == HF_OK && hf_json_push(at->ids, hf_json_string(id)) != 0)
		rc = hf_nomem(e);
	hf_buf_clear(&data);
	return rc;
}

/* One record for one file, an array for several. */
static enum hf_code
say_attached(const struct attaching *at, const char *ref, enum hf_code rc, struct hf_err *e)
{
	struct hf_json *records = hf_json_array(), *record;
	size_t          n = hf_json_len(at->ids);

	for (size_t i = 0; records != NULL && i < n; i++)
		if (hf_register_get(&record, at->app->reg, hf_json_str(hf_json_at(at->ids, i)), rc == HF_OK ? e : NULL) == HF_OK)
			hf_json_push(records, record);
	for (size_t i = 0; i < hf_json_len(records); i++)
		records_warn_secret(at->app, hf_json_get_str(hf_json_at(records, i), "file_name"),
		    hf_json_get_str(hf_json_at(records, i), "looks_like"));
	if (n == 1 && (record = hf_json_at(records, 0)) != NULL)
		out_said(at->app->out, record, "attached %s to %s (%s, %lld bytes)", hf_json_get_str(record, "file_name"), ref,
		    hf_json_get_str(record, "media_type"), (long long)hf_json_num(hf_json_get(record, "size")));
	else
		out_said(at->app->out, records, "attached %zu file%s to %s", n, n == 1 ? "" : "s", ref);
	hf_json_free(records);
	return rc;
}

/* The record that evidence is about: an account, or the organisation. */
static enum hf_code
subject(char id[HF_ID_SIZE], bool *account, struct app *app, const char *ref, struct hf_err *e)
{
	struct hf_json *record = NULL;
	enum hf_code    rc;

	if ((rc = ref_pick(id, app, "account org", ref, e)) != HF_OK || (rc = hf_register_get(&record, app->reg, id, e)) != HF_OK)
		return rc;
	*account = strcmp(hf_json_get_str(record, "kind"), "account") == 0;
	hf_json_free(record);
	return HF_OK;
}

static enum hf_code
attach_all(struct attaching *at, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < at->n; i++)
		if (!is_field(at->words[i]))
			rc = attach_one(at, at->words[i], e);
	if (rc == HF_OK && hf_json_len(at->ids) == 0) {
		hf_fail(e, HF_USAGE, "no file is named");
		rc = hf_hint(e, "holdfast attach REF FILE... [FIELD=VALUE...]");
	}
	return rc;
}

static enum hf_code
attach(struct app *app, const struct args *a, struct hf_err *e)
{
	struct attaching at = { .app = app };
	struct hf_buf    ref = HF_BUF_INIT;
	char             id[HF_ID_SIZE];
	bool             account;
	enum hf_code     rc;

	at.words = opt_words(a, "FILE|FIELD=VALUE", &at.n);
	if ((rc = subject(id, &account, app, opt_word(a, "REF"), e)) != HF_OK || (rc = hf_batch_new(&at.b, app->reg, e)) != HF_OK)
		return rc;
	at.account = account ? id : NULL;
	hf_register_ref(&ref, app->reg, id);
	if (prompt_possible(app))
		hf_batch_chooser(at.b, ref_choose, app);
	if ((at.ids = hf_json_array()) == NULL) {
		rc = hf_nomem(e);
		goto done;
	}
	if ((rc = attach_all(&at, e)) == HF_OK && ((rc = app_commit(at.b, "record", e)) == HF_OK || rc == HF_UNSURE))
		rc = say_attached(&at, hf_buf_str(&ref), rc, e);
done:
	hf_json_free(at.ids);
	hf_buf_clear(&ref);
	hf_batch_free(at.b);
	return rc;
}

/* ---- extract ---- */

static enum hf_code
write_file(const char *path, const struct hf_buf *data, bool force, struct hf_err *e)
{
	enum hf_code rc;

	if (force)
		return hf_fs_write(path, hf_buf_str(data), data->len, e);
	if ((rc = hf_fs_write_new(path, hf_buf_str(data), data->len, e)) == HF_EXISTS)
		hf_hint(e, "name another file, or give --force");
	return rc;
}

static enum hf_code
say_extracted(struct app *app, const struct hf_json *record, const char *path, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	const char     *sum = hf_json_get_str(record, "sha256");

	if (hf_json_set(o, "file", hf_json_string(path)) != 0 ||
	    hf_json_set(o, "record", hf_json_ref(hf_json_get(record, "id"))) != 0 ||
	    hf_json_set(o, "size", hf_json_ref(hf_json_get(record, "size"))) != 0 ||
	    hf_json_set(o, "sha256", hf_json_string(sum)) != 0) {
		hf_json_free(o);
		return hf_fail(e, HF_BAD, "%s: a name that is not UTF-8", path);
	}
	out_said(app->out, o, "wrote %s (%lld bytes, SHA-256 %s)", path, (long long)hf_json_num(hf_json_get(record, "size")), sum);
	hf_json_free(o);
	return HF_OK;
}

static enum hf_code
extract(struct app *app, const struct args *a, struct hf_err *e)
{
	const char     *path = opt_str(a, "output");
	struct hf_json *record = NULL;
	struct hf_buf   data = HF_BUF_SECRET(HF_EVIDENCE_MAX);
	char            id[HF_ID_SIZE];
	enum hf_code    rc;

	if ((rc = ref_pick(id, app, "evidence", opt_word(a, "EVIDENCE"), e)) != HF_OK ||
	    (rc = hf_register_get(&record, app->reg, id, e)) != HF_OK)
		goto done;
	if ((rc = hf_evidence_read(&data, app->reg, record, e)) != HF_OK)
		goto done;
	if (path == NULL || strcmp(path, "-") == 0) {
		if ((rc = out_bytes(app->out, hf_buf_str(&data), data.len, e)) == HF_USAGE)
			hf_hint(e, "-o FILE writes it there");
	} else if ((rc = write_file(path, &data, opt_flag(a, "force"), e)) == HF_OK) {
		rc = say_extracted(app, record, path, e);
	}
done:
	hf_json_free(record);
	hf_buf_clear(&data);
	return rc;
}

static const struct opt extract_opts[] = {
	{ 'o', "output", "FILE", "write it there; without it, to standard output", 0 },
	{ 0, "force", NULL, "write over a file that is there", 0 },
	OPT_END,
};

extern const struct cmd evidence_cmds[];

const struct cmd evidence_cmds[] = {
	{
	    .name = "attach",
	    .run = attach,
	    .needs = NEED_WRITE,
	    .operands = "REF FILE|FIELD=VALUE...",
	    .group = CMD_REGISTER,
	    .summary = "keep files as proof of ownership",
	    .about =
		"REF is the account that the files prove, or org when they serve the whole organisation. Each file, at most 100 MiB, is encrypted and "
		"kept with a record of kind evidence; fields go into each of them. satisfies names what the provider asks for, as its sheet has it.\n\n"
		"A name with an equals sign that is a file is written ./like=this.",
	    .examples = "holdfast attach @agency letter.pdf satisfies=letterhead obtained_on=2026-11-20\n"
			"holdfast attach org certificate.pdf description=\"certificate of registration\"\n",
	},
	{
	    .name = "extract",
	    .run = extract,
	    .needs = NEED_REGISTER,
	    .options = extract_opts,
	    .operands = "EVIDENCE",
	    .group = CMD_REGISTER,
	    .summary = "take a file out again",
	    .about =
		"EVIDENCE is the file's name, its description, or the id that show and list give. Its sum is checked. Outside the register it is no "
		"longer encrypted: mind where it goes.",
	    .examples = "holdfast extract letter.pdf -o letter.pdf\n",
	},
	CMD_END,
};
