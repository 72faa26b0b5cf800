/*
 * Calendar files, RFC 5545 (the door to libical, which is loaded when the first one is written).
 */
#ifndef HOLDFAST_ICAL_H
#define HOLDFAST_ICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"

struct hf_event {
	const char *uid;         /* the same for the same thing for ever: a client that knows it changes it */
	const char *summary;     /* one line */
	const char *description; /* "" when there is none */
	const char *category;    /* one word */
	const char *day;         /* YYYY-MM-DD: the whole of that day; NULL: a moment */
	int64_t     at;          /* ms, when day is NULL */
	bool        cancelled;   /* it was there once, and is no more: a client takes it out */
	int64_t     made_at;     /* ms, and its own sequence; 0: those of the calendar */
	int         sequence;
};

struct hf_calendar {
	const char            *name;
	int64_t                made_at;  /* ms: DTSTAMP of every event */
	int                    sequence; /* a client takes an event of the same uid when this is not lower */
	const struct hf_event *events;
	size_t                 n;
};

/*
 * What a file says: {"name", "events": [{"uid", "summary", "day" or "at", "made_at", "sequence", "cancelled"}]}. An event without uid or time is left out.
 * HF_BAD: it is no calendar.
 */
enum hf_code hf_ical_read(struct hf_json **out, const char *text, struct hf_err *e);

/* Append the file. The same calendar gives the same bytes. HF_SYSTEM: libical is not there. */
enum hf_code hf_ical_write(struct hf_buf *out, const struct hf_calendar *c, struct hf_err *e);

#endif
