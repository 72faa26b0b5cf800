/* What people type for a moment or a day. */
#include <stdio.h>
#include <string.h>

#include "holdfast/text.h"
#include "holdfast/time.h"
#include "holdfast/zone.h"

#define TYPED_MAX 64
#define LEAP_GAP  8 /* years between two leap days, at most */
#define MOMENTS   "write 22:41, yesterday 21:05, 20 Nov 22:41, 2026-11-20 22:41 or 10 min ago"
#define TO_COME   "write in 2 hours, 22:41, tomorrow 9:00, 20 Nov 22:41 or 2026-11-20 22:41"
#define DAYS      "write 2026-11-20, 20 Nov 2026, today, tomorrow, yesterday or in 10 days"

/* The same in small letters, one space between words, none at the ends. False when it is nothing, or too much. */
static bool
tidy(char out[TYPED_MAX], const char *s)
{
	size_t n = 0;

	for (; *s != '\0' && n < TYPED_MAX - 1; s++)
		if (*s >= 'A' && *s <= 'Z')
			out[n++] = (char)(*s + ('a' - 'A'));
		else if (*s != ' ' && *s != '\t')
			out[n++] = *s;
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	if (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return n > 0 && *s == '\0';
}

static bool
skip(const char **s, const char *word)
{
	if (!hf_text_prefix(*s, word))
		return false;
	*s += strlen(word);
	return true;
}

/* A number of least to most digits; -1 when none is there. */
static int
number(const char **s, int least, int most)
{
	int v = 0, n = 0;

	for (; **s >= '0' && **s <= '9' && n < most; (*s)++, n++)
		v = v * 10 + (**s - '0');
	return n >= least ? v : -1;
}

/* "10 min ago", "in 2 days". */
static bool
read_span(struct hf_span *out, bool *back, const char *s)
{
	char   span[TYPED_MAX] = "";
	size_t n;

	*back = hf_text_suffix(s, " ago");
	if (!*back && !skip(&s, "in "))
		return false;
	n = strlen(s) - (*back ? strlen(" ago") : 0);
	memcpy(span, s, n);
	return hf_span_parse(out, span, NULL) == HF_OK;
}

/* "nov", "november": 11. 0 when it is no month. */
static unsigned
month_of(const char *s, size_t n)
{
	static const char *const months[] = { "january", "february", "march", "april", "may", "june", "july", "august", "september",
		"october", "november", "december" };
	unsigned                 m;

	for (m = 0; m < 12; m++)
		if (strncmp(months[m], s, n) == 0 && (n == 3 || n == strlen(months[m]) || (m == 8 && n == 4)))
			return m + 1;
	return 0;
}

/* "20 nov 2026"; where year is not 0, "20 nov" in that year. */
static bool
read_dated(char out[HF_DAY_SIZE], const char *s, int year)
{
	int      d = number(&s, 1, 2);
	unsigned m;
	size_t   n;

	if (d < 0 || !skip(&s, " "))
		return false;
	n = strcspn(s, " ");
	m = month_of(s, n);
	s += n;
	if (year == 0 && (!skip(&s, " ") || (year = number(&s, 4, 4)) < 0))
		return false;
	if (m == 0 || *s != '\0' || year > 9999)
		return false;
	snprintf(out, HF_DAY_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000, m % 100, (unsigned)d % 100);
	return hf_day_valid(out);
}

/* A day with its year, or by its distance from today. */
static bool
read_day(char out[HF_DAY_SIZE], const char *s, const char *today)
{
	static const struct {
		const char *name;
		int         days;
	} named[] = { { "today", 0 }, { "yesterday", -1 }, { "tomorrow", 1 } };
	size_t i;

	for (i = 0; i < sizeof(named) / sizeof(*named); i++)
		if (strcmp(s, named[i].name) == 0) {
			hf_day_add(out, today, named[i].days);
			return true;
		}
	if (!hf_day_valid(s))
		return read_dated(out, s, 0);
	memcpy(out, s, HF_DAY_SIZE);
	return true;
}

/* "22:41", "9:05", "22:41:03", in ms of a day; -1 when it is none of these. */
static int64_t
read_clock(const char *s)
{
	int h, m, sec = 0;

	if ((h = number(&s, 1, 2)) < 0 || !skip(&s, ":") || (m = number(&s, 2, 2)) < 0)
		return -1;
	if (skip(&s, ":") && (sec = number(&s, 2, 2)) < 0)
		return -1;
	if (*s != '\0' || h > 23 || m > 59 || sec > 59)
		return -1;
	return h * HF_HOUR + m * HF_MINUTE + sec * HF_SECOND;
}

/* Who types, for whom, when. */
struct asked {
	const char  *typed, *zone;
	int64_t      now;
	enum hf_when when;
};

static enum hf_code
unclear(struct hf_err *e, const char *typed, const char *what, const char *help)
{
	hf_fail(e, HF_BAD, "%s: not a %s that holdfast understands", typed[0] == '\0' ? "nothing" : typed, what);
	return hf_hint(e, "%s", help);
}

static enum hf_code
no_time(const struct asked *a, struct hf_err *e)
{
	return unclear(e, a->typed, "time", a->when == HF_WHEN_TO_COME ? TO_COME : MOMENTS);
}

/* Within the years there are, and on the right side of now. */
static enum hf_code
judge(int64_t t, const struct asked *a, struct hf_err *e)
{
	if (t < HF_TIME_FIRST || t > HF_TIME_LAST)
		return no_time(a, e);
	if (t > a->now && a->when == HF_WHEN_BEFORE)
		return hf_fail(e, HF_BAD, "%s: that is still to come", a->typed);
	if (t <= a->now && a->when == HF_WHEN_TO_COME) {
		hf_fail(e, HF_BAD, "%s: that has passed", a->typed);
		return hf_hint(e, "%s", TO_COME);
	}
	return HF_OK;
}

/* The moment of that hour on that day; *out is near it, too, where that hour was left out. */
static enum hf_code
at_clock(int64_t *out, const struct asked *a, const char *day, int64_t clock, struct hf_err *e)
{
	int64_t at[2];
	size_t  n;

	if (hf_day_start(out, day, NULL, e) != HF_OK)
		return HF_BAD;
	n = hf_zone_moments(at, *out + clock, a->zone);
	*out = n == 2 && (at[1] <= a->now || a->when != HF_WHEN_BEFORE) ? at[1] : at[0];
	if (n == 0)
		return hf_fail(e, HF_BAD, "%s: the clocks went forward over that hour", a->typed);
	return judge(*out, a, e);
}

/* A bare hour: today's, or that of the day beside it when today's is on the wrong side of now. */
static enum hf_code
bare_clock(int64_t *out, const struct asked *a, const char *today, int64_t clock, struct hf_err *e)
{
	char         day[HF_DAY_SIZE];
	enum hf_code rc = at_clock(out, a, today, clock, e);

	if (rc == HF_OK || a->when == HF_WHEN_ANY || (*out > a->now) == (a->when == HF_WHEN_TO_COME))
		return rc;
	hf_day_add(day, today, a->when == HF_WHEN_TO_COME ? 1 : -1);
	return at_clock(out, a, day, clock, e);
}

/* "20 nov" is this year's, or the nearest on the right side of now. */
static enum hf_code
yearless(int64_t *out, const struct asked *a, const char *text, const char *today, int64_t clock, struct hf_err *e)
{
	char         day[HF_DAY_SIZE];
	enum hf_code rc = HF_BAD;
	int          year = number(&today, 4, 4), step = a->when == HF_WHEN_TO_COME ? 1 : -1;

	for (int n = 0; rc != HF_OK && year > 0 && n <= LEAP_GAP; n++, year += step) {
		if (!read_dated(day, text, year))
			continue;
		rc = at_clock(out, a, day, clock, e);
		if (rc != HF_OK && (*out > a->now) == (a->when == HF_WHEN_TO_COME))
			return rc;
	}
	return rc == HF_OK ? rc : no_time(a, e);
}

/* "[day] hh:mm" */
static enum hf_code
day_and_clock(int64_t *out, const struct asked *a, char *text, struct hf_err *e)
{
	char    today[HF_DAY_SIZE], day[HF_DAY_SIZE];
	char   *gap;
	int64_t clock;

	if (strlen(text) >= 16 && text[10] == 't')
		text[10] = ' ';
	gap = strrchr(text, ' ');
	if ((clock = read_clock(gap == NULL ? text : gap + 1)) < 0)
		return no_time(a, e);
	hf_day_of(today, a->now, a->zone);
	if (gap == NULL)
		return bare_clock(out, a, today, clock, e);
	*gap = '\0';
	if (read_day(day, text, today))
		return at_clock(out, a, day, clock, e);
	return yearless(out, a, text, today, clock, e);
}

enum hf_code
hf_time_human(int64_t *out, bool *about, const char *s, const char *zone, int64_t now, enum hf_when when, struct hf_err *e)
{
	struct asked   a = { s, zone, now, when };
	struct hf_span span;
	char           text[TYPED_MAX], *from;
	const char    *p = text;
	bool           vague, back;

	if (!hf_zone_known(zone))
		return hf_fail(e, HF_BAD, "%s: not a time zone, as Europe/London", zone);
	if (!tidy(text, s))
		return no_time(&a, e);
	vague = skip(&p, "about ") || skip(&p, "~ ") || skip(&p, "~");
	if (about != NULL)
		*about = vague;
	from = text + (p - text);
	if (strcmp(from, "now") == 0)
		*out = now;
	else if (read_span(&span, &back, from))
		*out = hf_span_add(now, span, back, zone);
	else if (hf_time_parse(out, NULL, from, NULL) != HF_OK)
		return day_and_clock(out, &a, from, e);
	return judge(*out, &a, e);
}

enum hf_code
hf_day_human(char out[HF_DAY_SIZE], const char *s, const char *zone, int64_t now, struct hf_err *e)
{
	struct hf_span span;
	char           text[TYPED_MAX], today[HF_DAY_SIZE];
	bool           back;

	if (!hf_zone_known(zone))
		return hf_fail(e, HF_BAD, "%s: not a time zone, as Europe/London", zone);
	if (!tidy(text, s))
		return unclear(e, s, "day", DAYS);
	hf_day_of(today, now, zone);
	if (read_day(out, text, today))
		return HF_OK;
	if (!read_span(&span, &back, text))
		return unclear(e, s, "day", DAYS);
	if (span.unit == HF_UNIT_DAY)
		hf_day_add(out, today, back ? -span.n : span.n);
	else if (span.unit == HF_UNIT_WORKDAY)
		hf_day_add_working(out, today, back ? -span.n : span.n);
	else
		return unclear(e, s, "day", DAYS);
	return HF_OK;
}
