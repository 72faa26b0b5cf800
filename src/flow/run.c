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

/* ---- beginning ---- */

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

/* Of a step that the book has, and that loops. */
static bool
is_row(const struct hf_run *run, const char *address)
{
	const struct hf_step *s;
	char                  id[64];

	snprintf(id, sizeof(id), "%.*s", (int)strcspn(address, "@"), address);
	s = strchr(address, '@') == NULL ? NULL : hf_playbook_step(run->pb, id);
	return s != NULL && (s->loop.sql != NULL || run->pb->phases[s->phase].loop.sql != NULL);
}

/* A row that was called so before its record was changed: it has its number, which stays. */
static const struct hf_instance *
once_called(const struct hf_run *run, const char *address)
{
	const char *number = hf_json_get_str(run->called, address);

	for (size_t k = 0; number != NULL && k < run->n; k++)
		if (strcmp(run->list[k].number, number) == 0 && strcmp(run->list[k].address, number) == 0)
			return &run->list[k];
	return NULL;
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

		if (strcmp(i->number, address) == 0 || run_row_is(i->name, address))
			*out = i;
		else if (strcmp(i->step->id, address) == 0 &&
		    (any == NULL || (state_finished(any->state) && !state_finished(i->state))))
			any = i;
	}
	if (*out != NULL || (*out = any) != NULL || (*out = once_called(run, address)) != NULL)
		return HF_OK;
	if (hf_playbook_step(run->pb, address) != NULL)
		return hf_fail(e, HF_NO, "%s: there is nothing to do it on", address);
	if (is_row(run, address)) {
		hf_fail(e, HF_NO, "%s: no row of that step is called so now", address);
		return hf_hint(e, "holdfast run show %s lists them", run->id);
	}
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
