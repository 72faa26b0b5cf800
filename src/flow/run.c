#include "holdfast/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "run_impl.h"

static const char *const state_words[] = {
	[HF_OPEN] = "open",
	[HF_DONE] = "done",
	[HF_FAILED] = "failed",
	[HF_SKIPPED] = "skipped",
	[HF_WAITING] = "waiting",
	[HF_EXCLUDED] = "excluded",
};

const char *
hf_state_word(enum hf_state state)
{
	return state_words[state];
}

/* ---- opening ---- */

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

static enum hf_code
pin_book(struct hf_run *run, struct hf_err *e)
{
	struct hf_defects defects = { NULL, 0, 0, false };
	const char       *text = hf_json_get_str(run->start, "book"), *book = hf_json_get_str(run->start, "playbook");
	enum hf_code      rc;

	if (text == NULL || book == NULL)
		return hf_fail(e, HF_DAMAGED, "run %s: it has no playbook", run->id);
	hf_sha256(run->hash, text, strlen(text));
	if ((run->book = strdup(book)) == NULL)
		return hf_nomem(e);
	if ((rc = hf_playbook_parse(&run->pb, text, strlen(text), &defects, e)) != HF_OK)
		hf_fail_in(e, "run %s: %s", run->id, book);
	hf_defects_clear(&defects);
	return rc;
}

/* The sheet as it was when the run began; today's when there was none. One with defects is as good as none. */
static enum hf_code
pin_sheet(struct hf_run *run, struct hf_err *e)
{
	struct hf_defects defects = { NULL, 0, 0, false };
	struct hf_buf     name = HF_BUF_INIT, text = HF_BUF_INIT;
	const char       *pinned;
	enum hf_code      rc;

	if (run->provider[0] == '\0')
		return HF_OK;
	hf_buf_addf(&name, "provider/%s", run->provider);
	if ((rc = hf_buf_check(&name, e)) != HF_OK)
		return rc;
	if ((pinned = hf_json_get_str(hf_json_get(run->start, "includes"), name.data)) != NULL)
		hf_buf_adds(&text, pinned);
	else if (run->shelf != NULL && hf_shelf_has(run->shelf, name.data))
		rc = hf_shelf_read(&text, NULL, run->shelf, name.data, e);
	if (rc == HF_OK && (rc = hf_buf_check(&text, e)) == HF_OK && text.len > 0 &&
	    (rc = hf_sheet_parse(&run->sheet, text.data, text.len, &defects, e)) == HF_BAD) {
		hf_err_clear(e);
		rc = HF_OK;
	}
	hf_defects_clear(&defects);
	hf_buf_clear(&name);
	hf_buf_clear(&text);
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
hf_run_open(struct hf_run **out, struct hf_register *r, struct hf_shelf *shelf, const char *id, struct hf_err *e)
{
	struct hf_run *run;
	enum hf_code   rc;

	*out = NULL;
	if ((run = calloc(1, sizeof(*run))) == NULL)
		return hf_nomem(e);
	run->r = r;
	run->shelf = shelf;
	snprintf(run->id, sizeof(run->id), "%s", id);
	if ((rc = find_start(run, e)) != HF_OK || (rc = pin_subject(run, e)) != HF_OK || (rc = pin_book(run, e)) != HF_OK ||
	    (rc = pin_sheet(run, e)) != HF_OK || (rc = run_fold(run, e)) != HF_OK) {
		hf_run_close(run);
		return rc;
	}
	*out = run;
	return HF_OK;
}

void
hf_run_close(struct hf_run *run)
{
	if (run == NULL)
		return;
	for (size_t i = 0; i < run->n; i++) {
		hf_json_free(run->list[i].row);
		hf_json_free(run->list[i].values);
		hf_json_free(run->list[i].kept);
	}
	free(run->list);
	hf_json_free(run->entries);
	hf_json_free(run->values);
	hf_json_free(run->assigned);
	hf_json_free(run->logged);
	hf_sheet_free(run->sheet);
	hf_playbook_free(run->pb);
	free(run->book);
	free(run);
}

enum hf_code
hf_run_start(struct hf_run **out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_start *start, struct hf_err *e)
{
	struct hf_batch *b = NULL;
	char             id[HF_ID_SIZE];
	enum hf_code     rc, written;

	*out = NULL;
	if ((rc = hf_batch_new(&b, r, e)) != HF_OK)
		return rc;
	if ((rc = run_begin(id, b, r, shelf, start, e)) != HF_OK)
		goto done;
	written = hf_batch_commit(b, "run", e);
	if (written != HF_OK && written != HF_UNSURE) {
		rc = written;
		goto done;
	}
	if ((rc = hf_run_open(out, r, shelf, id, e)) == HF_OK)
		rc = written;
done:
	hf_batch_free(b);
	return rc;
}

/* ---- what it is ---- */

const char *
hf_run_id(const struct hf_run *run)
{
	return run->id;
}

const char *
hf_run_book(const struct hf_run *run)
{
	return run->book;
}

const char *
hf_run_book_hash(const struct hf_run *run)
{
	return run->hash;
}

const struct hf_playbook *
hf_run_playbook(const struct hf_run *run)
{
	return run->pb;
}

const struct hf_sheet *
hf_run_sheet(const struct hf_run *run)
{
	return run->sheet;
}

const char *
hf_run_subject(const struct hf_run *run)
{
	return run->subject;
}

struct hf_register *
hf_run_register(const struct hf_run *run)
{
	return run->r;
}

struct hf_shelf *
hf_run_shelf(const struct hf_run *run)
{
	return run->shelf;
}

bool
hf_run_is_open(const struct hf_run *run)
{
	return run->open;
}

bool
hf_run_is_drill(const struct hf_run *run)
{
	return run->drill;
}

int64_t
hf_run_started(const struct hf_run *run)
{
	return run->started;
}

int64_t
hf_run_ended(const struct hf_run *run)
{
	return run->ended;
}

const struct hf_json *
hf_run_entries(const struct hf_run *run)
{
	return run->entries;
}

const struct hf_json *
hf_run_values(const struct hf_run *run)
{
	return run->values;
}

const struct hf_json *
hf_run_start_entry(const struct hf_run *run)
{
	return run->start;
}

const char *
hf_run_severity(const struct hf_run *run)
{
	return run->severity;
}

size_t
hf_run_count(const struct hf_run *run)
{
	return run->n;
}

const struct hf_instance *
hf_run_at(const struct hf_run *run, size_t i)
{
	return &run->list[i];
}

const struct hf_instance *
hf_run_next(const struct hf_run *run)
{
	return run->next < run->n ? &run->list[run->next] : NULL;
}

void
hf_run_progress(const struct hf_run *run, size_t *finished, size_t *all, size_t *late)
{
	*finished = *all = *late = 0;
	for (size_t k = 0; k < run->n; k++) {
		if (run->list[k].state == HF_EXCLUDED)
			continue;
		++*all;
		*finished += state_finished(run->list[k].state);
		*late += run->list[k].late;
	}
}

enum hf_code
hf_run_find(const struct hf_instance **out, const struct hf_run *run, const char *address, struct hf_err *e)
{
	const struct hf_instance *any = NULL;
	const char              **names;
	const char               *near;

	*out = NULL;
	for (size_t k = 0; k < run->n; k++) {
		const struct hf_instance *i = &run->list[k];

		if (strcmp(i->address, address) == 0)
			*out = i;
		else if (strcmp(i->step->id, address) == 0 &&
		    (any == NULL || (state_finished(any->state) && !state_finished(i->state))))
			any = i;
	}
	if (*out != NULL || (*out = any) != NULL)
		return HF_OK;
	if (hf_playbook_step(run->pb, address) != NULL)
		return hf_fail(e, HF_NO, "%s: there is nothing to do it on", address);
	if ((names = calloc(run->pb->n_steps + 1, sizeof(*names))) == NULL)
		return hf_nomem(e);
	for (size_t k = 0; k < run->pb->n_steps; k++)
		names[k] = run->pb->steps[k].id;
	near = hf_text_nearest(address, names, run->pb->n_steps);
	hf_fail(e, HF_NOTFOUND, "%s: %s has no such step", address, run->book);
	if (near != NULL)
		hf_hint(e, "did you mean %s?", near);
	else
		hf_hint(e, "holdfast run show %s lists them", run->id);
	free((void *)names);
	return HF_NOTFOUND;
}
