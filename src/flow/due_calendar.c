/* What is due, as a calendar. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "due_in.h"
#include "holdfast/ical.h"
#include "holdfast/text.h"
#include "holdfast/time.h"

#define SEQUENCE_START INT64_C(1577836800) /* 2020-01-01, so that minutes since then fit a sequence number */
#define KEPT_DAYS      90                  /* so long a cancelled event is said */

/* The words of all events, in one buffer each: an event points into them. */
struct words {
	struct hf_buf uid, summary, description;
};

static void
words_clear(struct words *w)
{
	hf_buf_clear(&w->uid);
	hf_buf_clear(&w->summary);
	hf_buf_clear(&w->description);
}

static void
add_uid(struct hf_buf *b, struct hf_register *r, const struct hf_json *it)
{
	hf_buf_addf(b, "%s-", hf_json_text(it, "what"));
	if (hf_json_get_str(it, "run") != NULL)
		hf_buf_addf(b, "%s-%s", hf_json_text(it, "run"), hf_json_text(it, "step"));
	else
		hf_buf_adds(b, hf_json_get_str(it, "record") != NULL ? hf_json_text(it, "record") : hf_json_text(it, "ref"));
	hf_buf_addf(b, "@%s.holdfast.invalid", hf_register_id(r));
}

/* "Due: review x:agency", and below it whose it is, the hour there, and what helps. */
static void
describe(struct words *w, struct hf_register *r, const struct hf_json *it)
{
	int64_t at;

	hf_buf_addf(&w->summary, "%s: %s", hf_json_text(it, "what"), hf_json_text(it, "ref"));
	if (hf_json_get_str(it, "person") != NULL) {
		hf_register_ref(&w->description, r, hf_json_text(it, "person"));
		hf_buf_addc(&w->description, '\n');
	}
	if (hf_json_get_str(it, "at") != NULL && hf_time_parse(&at, NULL, hf_json_text(it, "at"), NULL) == HF_OK) {
		hf_buf_adds(&w->description, "by ");
		hf_time_local(&w->description, at, hf_register_zone(r), true);
		hf_buf_addc(&w->description, '\n');
	}
	hf_buf_adds(&w->description, hf_json_text(it, "do"));
}

static enum hf_code
event(struct hf_event *ev, struct words *w, struct hf_register *r, const struct hf_json *it, struct hf_err *e)
{
	enum hf_code rc;

	add_uid(&w->uid, r, it);
	describe(w, r, it);
	if ((rc = hf_buf_check(&w->uid, e)) != HF_OK || (rc = hf_buf_check(&w->summary, e)) != HF_OK ||
	    (rc = hf_buf_check(&w->description, e)) != HF_OK)
		return rc;
	ev->uid = hf_buf_str(&w->uid);
	ev->summary = hf_buf_str(&w->summary);
	ev->description = hf_buf_str(&w->description);
	ev->category = "holdfast";
	if (hf_json_get_str(it, "at") == NULL)
		ev->day = hf_json_text(it, "due");
	else if ((rc = hf_time_parse(&ev->at, NULL, hf_json_text(it, "at"), e)) != HF_OK)
		return rc;
	return HF_OK;
}

/* ---- what the file had before ---- */

struct making {
	struct hf_register   *r;
	struct hf_due_file   *file;
	struct hf_calendar    c;
	struct hf_buf         name;
	struct hf_event      *events; /* room for those of the list and those of the file before */
	struct words         *words;  /* of those of the list */
	struct hf_json       *before; /* as hf_ical_read; its strings are in the events */
	const struct hf_json *old;    /* its events, when it is gone on with; else NULL */
	struct hf_json       *live;   /* uid → true: of the old ones that were not cancelled */
	struct hf_json       *listed; /* uid → its place in events: of what is due */
};

/* Its events, when it was made for the same person. */
static enum hf_code
look_back(struct making *m, struct hf_err *e)
{
	const struct hf_json *list = hf_json_get(m->before, "events");
	int                   bad = 0;

	if ((m->live = hf_json_object()) == NULL || (m->listed = hf_json_object()) == NULL)
		return hf_nomem(e);
	if (strcmp(hf_json_text(m->before, "name"), m->c.name) != 0)
		return HF_OK;
	m->old = list;
	for (size_t i = 0; i < hf_json_len(list); i++)
		if (!hf_json_true(hf_json_get(hf_json_at(list, i), "cancelled")))
			bad |= hf_json_set(m->live, hf_json_text(hf_json_at(list, i), "uid"), hf_json_bool(true));
	return bad != 0 ? hf_nomem(e) : HF_OK;
}

static bool
is_ours(const struct making *m, const char *uid)
{
	char end[64];

	snprintf(end, sizeof(end), "@%s.holdfast.invalid", hf_register_id(m->r));
	return hf_text_suffix(uid, end);
}

/* It is due still, or again: a client takes it only when its number is not lower than the one it knows. */
static void
go_on(const struct making *m, struct hf_event *ev, int sequence)
{
	if (sequence <= m->c.sequence)
		return;
	ev->made_at = m->c.made_at;
	ev->sequence = sequence;
}

/* An event of the file before. When it is not in the list it is due no more, however far one looks. */
static void
add_old(struct making *m, const struct hf_json *old)
{
	const char           *uid = hf_json_text(old, "uid"), *at = hf_json_get_str(old, "at");
	const struct hf_json *place = hf_json_get(m->listed, uid);
	struct hf_event      *ev = &m->events[m->c.n];
	bool                  known = hf_json_true(hf_json_get(old, "cancelled"));
	int                   sequence = (int)hf_json_num(hf_json_get(old, "sequence"));

	*ev = (struct hf_event){ .uid = uid,
		.summary = hf_json_text(old, "summary"),
		.description = "",
		.category = "holdfast",
		.day = hf_json_get_str(old, "day"),
		.made_at = m->c.made_at,
		.sequence = sequence + 1 > m->c.sequence ? sequence + 1 : m->c.sequence,
		.cancelled = true };
	if (place != NULL)
		go_on(m, &m->events[hf_json_num(place)], sequence + known);
	if (place != NULL || !is_ours(m, uid) || (at != NULL && hf_time_parse(&ev->at, NULL, at, NULL) != HF_OK))
		return;
	if (known) {
		ev->sequence = sequence;
		if (hf_time_parse(&ev->made_at, NULL, hf_json_text(old, "made_at"), NULL) != HF_OK ||
		    m->c.made_at - ev->made_at > KEPT_DAYS * HF_DAY)
			return;
	}
	m->c.n++;
}

/* ---- the file ---- */

static enum hf_code
name_it(struct making *m, struct hf_err *e)
{
	hf_buf_adds(&m->name, "holdfast: what is due");
	if (m->file->opts->person != NULL) {
		hf_buf_adds(&m->name, ", ");
		hf_register_ref(&m->name, m->r, m->file->opts->person);
	}
	m->c.name = hf_buf_str(&m->name);
	return hf_buf_check(&m->name, e);
}

/* What is near, and what was in the file before and is due still, on whatever day. */
static enum hf_code
add_item(struct making *m, const struct hf_json *it, struct hf_err *e)
{
	size_t       n = m->c.n;
	enum hf_code rc = event(&m->events[n], &m->words[n], m->r, it, e);

	if (rc != HF_OK)
		return rc;
	if (hf_json_num(hf_json_get(it, "days")) > m->file->opts->days && hf_json_get(m->live, m->events[n].uid) == NULL) {
		words_clear(&m->words[n]);
		return HF_OK;
	}
	m->c.n++;
	return hf_json_set(m->listed, m->events[n].uid, hf_json_int((int64_t)n)) == 0 ? HF_OK : hf_nomem(e);
}

static enum hf_code
fill(struct making *m, struct hf_err *e)
{
	const struct hf_json *items = m->file->items;
	enum hf_code          rc;

	if ((rc = hf_register_head_time(&m->c.made_at, m->r, e)) != HF_OK || (rc = name_it(m, e)) != HF_OK ||
	    (rc = look_back(m, e)) != HF_OK)
		return rc;
	m->c.sequence = (int)((m->c.made_at / HF_SECOND - SEQUENCE_START) / 60);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(items); i++)
		rc = add_item(m, hf_json_at(items, i), e);
	m->file->written = m->c.n;
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(m->old); i++)
		add_old(m, hf_json_at(m->old, i));
	return rc;
}

enum hf_code
hf_due_calendar(struct hf_buf *out, struct hf_register *r, struct hf_due_file *file, struct hf_err *e)
{
	struct making m = { .r = r, .file = file };
	size_t        n = hf_json_len(file->items);
	enum hf_code  rc = HF_OK;

	if (file->before != NULL && (rc = hf_ical_read(&m.before, file->before, e)) != HF_OK)
		return rc;
	m.events = calloc(n + hf_json_len(hf_json_get(m.before, "events")) + 1, sizeof(*m.events));
	m.words = calloc(n + 1, sizeof(*m.words));
	m.c.events = m.events;
	rc = m.events == NULL || m.words == NULL ? hf_nomem(e) : fill(&m, e);
	if (rc == HF_OK)
		rc = hf_ical_write(out, &m.c, e);
	for (size_t i = 0; m.words != NULL && i < n; i++)
		words_clear(&m.words[i]);
	free(m.words);
	free(m.events);
	hf_json_free(m.before);
	hf_json_free(m.live);
	hf_json_free(m.listed);
	hf_buf_clear(&m.name);
	return rc;
}
