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

/* ---- what is due no more ---- */

struct making {
	struct hf_register       *r;
	const struct hf_due_file *file;
	struct hf_calendar        c;
	struct hf_buf             name;
	struct hf_event          *events; /* room for those of the list and those of the file before */
	struct words             *words;  /* of those of the list */
	struct hf_json           *before; /* as hf_ical_read; its strings are in the events */
};

static bool
is_ours(const struct making *m, const char *uid)
{
	char end[64];

	snprintf(end, sizeof(end), "@%s.holdfast.invalid", hf_register_id(m->r));
	return hf_text_suffix(uid, end);
}

static struct hf_event *
listed(const struct making *m, const char *uid)
{
	for (size_t i = 0; i < hf_json_len(m->file->items); i++)
		if (strcmp(m->events[i].uid, uid) == 0)
			return &m->events[i];
	return NULL;
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

/* Was it within the days that were looked at now? A moment counts by its first ten letters, one day more or less. */
static bool
was_near(const struct making *m, const char *when)
{
	char day[HF_DAY_SIZE];

	snprintf(day, sizeof(day), "%.10s", when);
	return hf_day_valid(day) && hf_day_diff(day, hf_register_today(m->r)) <= m->file->opts->days;
}

/* An event of the file before that is not in the list. */
static void
add_cancelled(struct making *m, const struct hf_json *old)
{
	const char      *day = hf_json_get_str(old, "day"), *at = hf_json_get_str(old, "at");
	struct hf_event *ev = &m->events[m->c.n];
	bool             known = hf_json_true(hf_json_get(old, "cancelled"));
	int              sequence = (int)hf_json_num(hf_json_get(old, "sequence"));

	*ev = (struct hf_event){ .uid = hf_json_text(old, "uid"),
		.summary = hf_json_text(old, "summary"),
		.description = "",
		.category = "holdfast",
		.day = day,
		.made_at = m->c.made_at,
		.sequence = sequence + 1 > m->c.sequence ? sequence + 1 : m->c.sequence,
		.cancelled = true };
	if (listed(m, ev->uid) != NULL)
		go_on(m, listed(m, ev->uid), sequence + known);
	if (!is_ours(m, ev->uid) || listed(m, ev->uid) != NULL || (at != NULL && hf_time_parse(&ev->at, NULL, at, NULL) != HF_OK))
		return;
	if (known) {
		ev->sequence = sequence;
		if (hf_time_parse(&ev->made_at, NULL, hf_json_text(old, "made_at"), NULL) != HF_OK ||
		    m->c.made_at - ev->made_at > KEPT_DAYS * HF_DAY)
			return;
	} else if (!was_near(m, day != NULL ? day : at)) {
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

static enum hf_code
fill(struct making *m, struct hf_err *e)
{
	const struct hf_json *items = m->file->items, *old;
	enum hf_code          rc;

	if ((rc = hf_register_head_time(&m->c.made_at, m->r, e)) != HF_OK || (rc = name_it(m, e)) != HF_OK)
		return rc;
	m->c.sequence = (int)((m->c.made_at / HF_SECOND - SEQUENCE_START) / 60);
	for (; rc == HF_OK && m->c.n < hf_json_len(items); m->c.n++)
		rc = event(&m->events[m->c.n], &m->words[m->c.n], m->r, hf_json_at(items, m->c.n), e);
	if (strcmp(hf_json_text(m->before, "name"), m->c.name) != 0)
		return rc;
	old = hf_json_get(m->before, "events");
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(old); i++)
		add_cancelled(m, hf_json_at(old, i));
	return rc;
}

enum hf_code
hf_due_calendar(struct hf_buf *out, struct hf_register *r, const struct hf_due_file *file, struct hf_err *e)
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
	for (size_t i = 0; m.words != NULL && i < n; i++) {
		hf_buf_clear(&m.words[i].uid);
		hf_buf_clear(&m.words[i].summary);
		hf_buf_clear(&m.words[i].description);
	}
	free(m.words);
	free(m.events);
	hf_json_free(m.before);
	hf_buf_clear(&m.name);
	return rc;
}
