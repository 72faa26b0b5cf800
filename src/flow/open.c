/* Opening a run: its entries, the text of the book it began with, the sheet of its provider; then the fold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_impl.h"

static enum hf_code
pin_subject(struct hf_run *run, struct hf_err *e)
{
	struct hf_json *subject = NULL;
	const char     *id = hf_json_get_str(run->start, "subject"), *provider;
	enum hf_code    rc;

	if (id == NULL || !hf_id_valid(id))
		return hf_fail(e, HF_DAMAGED, "run %s: it has no subject", run->id);
	strcpy(run->subject, id);
	if ((rc = hf_register_get(&subject, run->r, id, e)) == HF_NOTFOUND || rc == HF_SEALED)
		return HF_OK;
	if (rc != HF_OK)
		return rc;
	snprintf(run->subject_kind, sizeof(run->subject_kind), "%s", hf_json_get_str(subject, "kind"));
	if ((provider = hf_json_get_str(subject, "provider")) != NULL)
		snprintf(run->provider, sizeof(run->provider), "%s", provider);
	hf_json_free(subject);
	return HF_OK;
}

/* ---- books that runs share ---- */

struct run_books {
	struct {
		char                hash[HF_SHA256_SIZE];
		struct hf_playbook *pb;
	} * list;
	size_t n, cap;
};

struct run_books *
run_books_new(void)
{
	return calloc(1, sizeof(struct run_books));
}

void
run_books_free(struct run_books *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->n; i++)
		hf_playbook_free(b->list[i].pb);
	free(b->list);
	free(b);
}

static struct hf_playbook *
shared(const struct run_books *b, const char *hash)
{
	for (size_t i = 0; b != NULL && i < b->n; i++)
		if (strcmp(b->list[i].hash, hash) == 0)
			return b->list[i].pb;
	return NULL;
}

/* Without room for it the run keeps its own. */
static void
share(struct hf_run *run, struct run_books *b)
{
	if (b == NULL)
		return;
	if (b->n == b->cap) {
		size_t cap = b->cap == 0 ? 16 : b->cap * 2;
		void  *list = realloc(b->list, cap * sizeof(b->list[0]));

		if (list == NULL)
			return;
		b->list = list;
		b->cap = cap;
	}
	memcpy(b->list[b->n].hash, run->hash, sizeof(run->hash));
	b->list[b->n++].pb = run->pb;
	run->borrowed_pb = true;
}

static enum hf_code
pin_book(struct hf_run *run, struct run_books *books, struct hf_err *e)
{
	struct hf_defects defects = { NULL, 0, 0, false };
	const char       *text = hf_json_get_str(run->start, "book"), *book = hf_json_get_str(run->start, "playbook");
	enum hf_code      rc;

	if (text == NULL || book == NULL)
		return hf_fail(e, HF_DAMAGED, "run %s: it has no playbook", run->id);
	hf_sha256(run->hash, text, strlen(text));
	if ((run->book = strdup(book)) == NULL)
		return hf_nomem(e);
	if ((run->pb = shared(books, run->hash)) != NULL) {
		run->borrowed_pb = true;
		return HF_OK;
	}
	if ((rc = hf_playbook_parse(&run->pb, text, strlen(text), &defects, e)) != HF_OK)
		hf_fail_in(e, "run %s: %s", run->id, book);
	else
		share(run, books);
	hf_defects_clear(&defects);
	return rc;
}

/* The sheet as it was when the run began; today's when there was none. One with defects is as good as none. */
static enum hf_code
read_sheet(struct hf_sheet **out, const struct hf_run *run, const char *provider, struct hf_err *e)
{
	struct hf_defects defects = { NULL, 0, 0, false };
	struct hf_buf     name = HF_BUF_INIT, text = HF_BUF_INIT;
	const char       *pinned;
	enum hf_code      rc;

	*out = NULL;
	if (provider[0] == '\0')
		return HF_OK;
	hf_buf_addf(&name, "provider/%s", provider);
	if ((rc = hf_buf_check(&name, e)) != HF_OK)
		return rc;
	if ((pinned = hf_json_get_str(hf_json_get(run->start, "includes"), name.data)) != NULL)
		hf_buf_adds(&text, pinned);
	else if (run->shelf != NULL && hf_shelf_has(run->shelf, name.data))
		rc = hf_shelf_read(&text, NULL, run->shelf, name.data, e);
	if (rc == HF_OK && (rc = hf_buf_check(&text, e)) == HF_OK && text.len > 0 &&
	    (rc = hf_sheet_parse(out, text.data, text.len, &defects, e)) == HF_BAD) {
		hf_err_clear(e);
		rc = HF_OK;
	}
	hf_defects_clear(&defects);
	hf_buf_clear(&name);
	hf_buf_clear(&text);
	return rc;
}

enum hf_code
run_provider(char out[PROVIDER_SIZE], const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct hf_json *v = NULL;
	enum hf_code    rc = HF_OK;

	strcpy(out, run->provider);
	if (i != NULL && i->row != NULL && (rc = hf_run_path(&v, run, i, "account.provider", e)) == HF_OK && hf_json_str(v) != NULL)
		snprintf(out, PROVIDER_SIZE, "%s", hf_json_str(v));
	hf_json_free(v);
	return rc;
}

enum hf_code
run_sheet(
    const struct hf_sheet **out, struct hf_sheet **own, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	char         provider[PROVIDER_SIZE];
	enum hf_code rc;

	*own = NULL;
	*out = run->sheet;
	if ((rc = run_provider(provider, run, i, e)) != HF_OK || strcmp(provider, run->provider) == 0)
		return rc;
	rc = read_sheet(own, run, provider, e);
	*out = *own;
	return rc;
}

static enum hf_code
find_start(struct hf_run *run, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = hf_register_entries(&run->entries, run->r, run->id, e)) != HF_OK)
		return rc;
	for (size_t i = 0; i < hf_json_len(run->entries); i++) {
		const struct hf_json *entry = hf_json_at(run->entries, i);
		const char           *type = hf_json_get_str(entry, "type");

		if (type == NULL || strcmp(type, "start") != 0)
			continue;
		run->start = entry;
		run->started = entry_time(entry);
		run->drill = hf_json_true(hf_json_get(entry, "drill"));
		return HF_OK;
	}
	return hf_fail(e, HF_DAMAGED, "run %s: its first entry is not there", run->id);
}

enum hf_code
run_open_with(struct hf_run **out, struct hf_register *r, struct hf_shelf *shelf, struct run_books *books, bool sheet,
    const char *id, struct hf_err *e)
{
	struct hf_run *run;
	enum hf_code   rc;

	*out = NULL;
	if ((run = calloc(1, sizeof(*run))) == NULL)
		return hf_nomem(e);
	run->r = r;
	run->shelf = shelf;
	snprintf(run->id, sizeof(run->id), "%s", id);
	if ((rc = find_start(run, e)) != HF_OK || (rc = pin_subject(run, e)) != HF_OK || (rc = pin_book(run, books, e)) != HF_OK ||
	    (sheet && (rc = read_sheet(&run->sheet, run, run->provider, e)) != HF_OK) || (rc = run_fold(run, e)) != HF_OK) {
		hf_run_close(run);
		return rc;
	}
	*out = run;
	return HF_OK;
}

enum hf_code
hf_run_open(struct hf_run **out, struct hf_register *r, struct hf_shelf *shelf, const char *id, struct hf_err *e)
{
	return run_open_with(out, r, shelf, NULL, true, id, e);
}

void
hf_run_close(struct hf_run *run)
{
	if (run == NULL)
		return;
	run_drop_instances(run);
	free(run->list);
	hf_json_free(run->entries);
	hf_json_free(run->values);
	hf_json_free(run->assigned);
	hf_json_free(run->logged);
	hf_json_free(run->called);
	hf_json_free(run->corrected);
	hf_sheet_free(run->sheet);
	if (!run->borrowed_pb)
		hf_playbook_free(run->pb);
	free(run->book);
	free(run);
}
