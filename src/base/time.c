#include "holdfast/time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "holdfast/text.h"
#include "holdfast/zone.h"

#define SPAN_MAX 999999

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * HF_SECOND + t.tv_nsec / 1000000;
}

int64_t
hf_time_now(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t
hf_time_mono(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

static int64_t
within(int64_t t)
{
	return t < HF_TIME_FIRST ? HF_TIME_FIRST : t > HF_TIME_LAST ? HF_TIME_LAST : t;
}

/* A moment within the years 0001-9999 as a date and a time of day. */
static struct tm
split(int64_t t)
{
	struct tm tm = { 0 };
	time_t    s = floor_div(within(t), HF_SECOND);

	gmtime_r(&s, &tm);
	return tm;
}

/* The three parts of a date, each within its digits. */
static void
put_day(char out[HF_DAY_SIZE], const struct tm *tm)
{
	snprintf(out, HF_DAY_SIZE, "%04u-%02u-%02u", (unsigned)(tm->tm_year + 1900) % 10000, (unsigned)(tm->tm_mon + 1) % 100,
	    (unsigned)tm->tm_mday % 100);
}

void
hf_time_rfc3339(char out[HF_TIME_SIZE], int64_t t, bool millis)
{
	struct tm tm = split(t);
	char      day[HF_DAY_SIZE], ms[8] = "";

	put_day(day, &tm);
	if (millis)
		snprintf(ms, sizeof(ms), ".%03u", (unsigned)(within(t) - floor_div(within(t), HF_SECOND) * HF_SECOND) % 1000);
	snprintf(out, HF_TIME_SIZE, "%sT%02d:%02d:%02d%sZ", day, tm.tm_hour, tm.tm_min, tm.tm_sec, ms);
}

/* Exactly n digits, at *s. -1 when they are not there. */
static int
digits(const char **s, int n)
{
	int v = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

static bool
skip(const char **s, const char *any_of)
{
	if (**s == '\0' || strchr(any_of, **s) == NULL)
		return false;
	(*s)++;
	return true;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)))
		return 29;
	return days[month - 1];
}

/* YYYY-MM-DD at *s, as its midnight in UTC. */
static bool
read_day(int64_t *out, const char **s)
{
	struct tm tm = { 0 };
	int       y, m, d;

	if ((y = digits(s, 4)) < 1 || !skip(s, "-") || (m = digits(s, 2)) < 1 || m > 12 || !skip(s, "-"))
		return false;
	if ((d = digits(s, 2)) < 1 || d > days_in(y, m))
		return false;
	tm.tm_year = y - 1900;
	tm.tm_mon = m - 1;
	tm.tm_mday = d;
	*out = timegm(&tm) * HF_SECOND;
	return true;
}

/* hh:mm:ss[.f…]; a leap second is the first moment after it. */
static bool
read_clock(int64_t *out, const char **s)
{
	int h, m, sec, ms = 0, unit;

	if ((h = digits(s, 2)) < 0 || h > 23 || !skip(s, ":") || (m = digits(s, 2)) < 0 || m > 59 || !skip(s, ":"))
		return false;
	if ((sec = digits(s, 2)) < 0 || sec > 60)
		return false;
	if (skip(s, ".")) {
		if (**s < '0' || **s > '9')
			return false;
		for (unit = 100; **s >= '0' && **s <= '9'; (*s)++, unit /= 10)
			ms += unit * (**s - '0');
	}
	*out = h * HF_HOUR + m * HF_MINUTE + sec * HF_SECOND + (sec == 60 ? 0 : ms);
	return true;
}

/* "Z", "+05:30", in minutes. */
static bool
read_offset(int *out, const char **s)
{
	int sign, h, m;

	*out = 0;
	if (skip(s, "Zz"))
		return true;
	sign = **s == '-' ? -1 : 1;
	if (!skip(s, "+-") || (h = digits(s, 2)) < 0 || h > 23 || !skip(s, ":") || (m = digits(s, 2)) < 0 || m > 59)
		return false;
	*out = sign * (h * 60 + m);
	return true;
}

enum hf_code
hf_time_parse(int64_t *out, int *offset_min, const char *s, struct hf_err *e)
{
	const char *p = s;
	int64_t     day, clock, t;
	int         offset;

	if (!read_day(&day, &p) || !skip(&p, "Tt") || !read_clock(&clock, &p) || !read_offset(&offset, &p) || *p != '\0')
		return hf_fail(e, HF_BAD, "%s: not an RFC 3339 time, as 2026-11-20T22:41:03Z", s);
	t = day + clock - offset * HF_MINUTE;
	if (s[17] == '6' && t % HF_DAY != 0) /* leap seconds end a day of UTC */
		return hf_fail(e, HF_BAD, "%s: no leap second can be there", s);
	if (t != within(t))
		return hf_fail(e, HF_BAD, "%s: not within the years 0001 to 9999", s);
	*out = t;
	if (offset_min != NULL)
		*offset_min = offset;
	return HF_OK;
}

bool
hf_day_valid(const char *day)
{
	int64_t any;

	return read_day(&any, &day) && *day == '\0';
}

/* Its midnight in UTC; a text that is no day is 1970-01-01, and no caller has one. */
static int64_t
midnight(const char *day)
{
	int64_t t = 0;

	return read_day(&t, &day) ? t : 0;
}

void
hf_day_of(char out[HF_DAY_SIZE], int64_t t, const char *zone)
{
	struct tm tm = split(hf_zone_wall(within(t), zone));

	put_day(out, &tm);
}

enum hf_code
hf_day_start(int64_t *out, const char *day, const char *zone, struct hf_err *e)
{
	int64_t at[2];

	if (!hf_day_valid(day))
		return hf_fail(e, HF_BAD, "%s: not a day, as 2026-11-20", day);
	if (!hf_zone_known(zone))
		return hf_fail(e, HF_BAD, "%s: not a time zone, as Europe/London", zone);
	hf_zone_moments(at, midnight(day), zone);
	*out = at[0];
	return HF_OK;
}

void
hf_day_add(char out[HF_DAY_SIZE], const char *day, int days)
{
	struct tm tm = split(midnight(day) + days * HF_DAY);

	put_day(out, &tm);
}

int
hf_day_diff(const char *a, const char *b)
{
	return (int)((midnight(a) - midnight(b)) / HF_DAY);
}

static bool
is_weekend(int64_t t)
{
	int weekday = split(t).tm_wday;

	return weekday == 0 || weekday == 6;
}

/* A whole week is five working days, what is left is counted out. Five after a Saturday is the Friday, not the next Saturday. */
static int64_t
add_working(int64_t t, int n)
{
	int64_t step = n < 0 ? -HF_DAY : HF_DAY;
	int     left = n < 0 ? -(n % 5) : n % 5;

	t += n / 5 * 7 * HF_DAY;
	while (n != 0 && left == 0 && is_weekend(t))
		t -= step;
	while (left > 0) {
		t += step;
		if (!is_weekend(t))
			left--;
	}
	return t;
}

void
hf_day_add_working(char out[HF_DAY_SIZE], const char *day, int n)
{
	struct tm tm = split(add_working(midnight(day), n));

	put_day(out, &tm);
}

void
hf_time_local(struct hf_buf *b, int64_t t, const char *zone, bool named)
{
	struct hf_offset o;
	struct tm        tm;
	char             day[HF_DAY_SIZE];

	hf_zone_at(&o, zone, within(t));
	tm = split(within(t) + o.seconds * HF_SECOND);
	put_day(day, &tm);
	hf_buf_addf(b, "%s %02d:%02d", day, tm.tm_hour, tm.tm_min);
	if (named)
		hf_buf_addf(b, " %s", o.abbr);
}

static const struct {
	const char  *name;
	enum hf_unit unit;
} units[] = {
	{ "min", HF_UNIT_MIN },
	{ "minute", HF_UNIT_MIN },
	{ "minutes", HF_UNIT_MIN },
	{ "h", HF_UNIT_HOUR },
	{ "hour", HF_UNIT_HOUR },
	{ "hours", HF_UNIT_HOUR },
	{ "day", HF_UNIT_DAY },
	{ "days", HF_UNIT_DAY },
	{ "working day", HF_UNIT_WORKDAY },
	{ "working days", HF_UNIT_WORKDAY },
};

enum hf_code
hf_span_parse(struct hf_span *out, const char *s, struct hf_err *e)
{
	const char *p = s;
	size_t      i;
	int         n = 0;

	while (*p >= '0' && *p <= '9' && n <= SPAN_MAX)
		n = n * 10 + (*p++ - '0');
	if (p == s || n > SPAN_MAX || *p != ' ')
		goto bad;
	for (i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(p + 1, units[i].name) == 0) {
			out->n = n;
			out->unit = units[i].unit;
			return HF_OK;
		}
bad:
	return hf_fail(e, HF_BAD, "%s: not a length of time, as 5 min, 1 h, 2 days or 10 working days", s);
}

/* Where the hour comes twice, the one on the same side of the change as t; where there is none, the moment of the change. */
static int64_t
same_hour(int64_t t, int64_t wall, const char *zone)
{
	int64_t at[2];

	if (hf_zone_moments(at, wall, zone) == 2 && at[1] - wall == t - hf_zone_wall(t, zone))
		return at[1];
	return at[0];
}

int64_t
hf_span_add(int64_t t, struct hf_span span, bool back, const char *zone)
{
	int     n = back ? -span.n : span.n;
	int64_t wall;

	if (span.unit == HF_UNIT_MIN)
		return within(t + n * HF_MINUTE);
	if (span.unit == HF_UNIT_HOUR)
		return within(t + n * HF_HOUR);
	if (n == 0)
		return t;
	wall = hf_zone_wall(t, zone);
	wall = span.unit == HF_UNIT_DAY ? wall + n * HF_DAY : add_working(wall, n);
	return within(same_hour(t, wall, zone));
}

void
hf_time_words(struct hf_buf *b, int64_t ms)
{
	static const struct {
		int64_t     ms;
		const char *one, *many;
	} unit[] = { { HF_DAY, "day", "days" }, { HF_HOUR, "h", "h" }, { HF_MINUTE, "min", "min" }, { HF_SECOND, "s", "s" } };
	int64_t n, rest = ms < 0 ? -ms : ms;
	size_t  i = 0;

	while (i < 3 && rest < unit[i].ms)
		i++;
	n = rest / unit[i].ms;
	hf_buf_addf(b, "%s%lld %s", ms < 0 ? "-" : "", (long long)n, n == 1 ? unit[i].one : unit[i].many);
	if (i < 2 && (n = rest % unit[i].ms / unit[i + 1].ms) > 0)
		hf_buf_addf(b, " %lld %s", (long long)n, unit[i + 1].many);
}
