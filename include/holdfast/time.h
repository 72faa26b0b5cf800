/*
 * Moments, days and durations.
 *
 * A moment is milliseconds since 1970-01-01T00:00Z (int64_t, negative before). A day is text, YYYY-MM-DD. Time zones are IANA names
 * ("Europe/London"); NULL or "" means UTC, and so does a zone that is not known, where a function has no way to say so. Only the system's
 * zone data is used.
 */
#ifndef HOLDFAST_TIME_H
#define HOLDFAST_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"

#define HF_TIME_SIZE 32 /* "2026-11-20T22:41:03.123Z" and a NUL */
#define HF_DAY_SIZE  11 /* "2026-11-20" and a NUL */

#define HF_SECOND INT64_C(1000)
#define HF_MINUTE (60 * HF_SECOND)
#define HF_HOUR   (60 * HF_MINUTE)
#define HF_DAY    (24 * HF_HOUR)

#define HF_TIME_FIRST INT64_C(-62135596800000) /* 0001-01-01T00:00:00.000Z */
#define HF_TIME_LAST  INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

int64_t hf_time_now(void);
int64_t hf_time_mono(void); /* milliseconds of a clock that never goes back */

/* RFC 3339 in UTC: with milliseconds, or to the second. Years 0001-9999. */
void hf_time_rfc3339(char out[HF_TIME_SIZE], int64_t t, bool millis);

/* Strict RFC 3339 with any offset; offset_min (may be NULL) gets the offset written there, in minutes. */
enum hf_code hf_time_parse(int64_t *out, int *offset_min, const char *s, struct hf_err *e);

/*
 * What people type for a moment, in zone, against now: "22:41" (today, or yesterday when that is still to come), "yesterday 21:05",
 * "2026-11-20 22:41", "20 Nov 22:41", "10 min ago", "now", RFC 3339. about (may be NULL) is set by a leading "about " or "~".
 * What is not where when says it is is HF_BAD; of what is to come, "9:00" is tomorrow's when today's has gone. So is an hour that the clocks left out; of
 * one that came twice it is the later, unless that is still to come.
 */
enum hf_when { HF_WHEN_BEFORE, HF_WHEN_ANY, HF_WHEN_TO_COME };
enum hf_code hf_time_human(
    int64_t *out, bool *about, const char *s, const char *zone, int64_t now, enum hf_when when, struct hf_err *e);

/* What people type for a day: YYYY-MM-DD, "today", "tomorrow", "yesterday", "20 Nov 2026", "in 10 days". */
enum hf_code hf_day_human(char out[HF_DAY_SIZE], const char *s, const char *zone, int64_t now, struct hf_err *e);

bool         hf_day_valid(const char *day);                                                   /* a real date, years 0001-9999 */
void         hf_day_of(char out[HF_DAY_SIZE], int64_t t, const char *zone);                   /* the day there */
enum hf_code hf_day_start(int64_t *out, const char *day, const char *zone, struct hf_err *e); /* its first moment there */
void         hf_day_add(char out[HF_DAY_SIZE], const char *day, int days);
int          hf_day_diff(const char *a, const char *b); /* a - b in days */
/* n working days (Monday to Friday; no holidays are known) after day. */
void hf_day_add_working(char out[HF_DAY_SIZE], const char *day, int n);

/* "2026-11-20 22:41" in zone; with the zone's short name after it when named ("UTC", "GMT"). */
void hf_time_local(struct hf_buf *b, int64_t t, const char *zone, bool named);

bool hf_zone_known(const char *zone);

enum hf_unit { HF_UNIT_MIN, HF_UNIT_HOUR, HF_UNIT_DAY, HF_UNIT_WORKDAY };

struct hf_span {
	int          n;
	enum hf_unit unit;
};

/* "5 min", "1 h", "1 day", "10 working days" (whole string, singular and plural). */
enum hf_code hf_span_parse(struct hf_span *out, const char *s, struct hf_err *e);
/* t plus (or minus, when back) the span, within HF_TIME_FIRST and _LAST; days keep the hour in zone, working days skip Saturday and Sunday. */
int64_t hf_span_add(int64_t t, struct hf_span span, bool back, const char *zone);

/* Append "3 min", "1 h 20 min", "2 days 4 h": the two largest units of a duration in ms. Below a minute: "40 s". */
void hf_time_words(struct hf_buf *b, int64_t ms);

#endif
