#include "holdfast/time.h"
#include "holdfast/zone.h"
#include "test.h"

#include <stdio.h>
#include <time.h>

#define LONDON "Europe/London"

static int64_t
moment(const char *rfc3339)
{
	int64_t t = 0;

	ck_ok(hf_time_parse(&t, NULL, rfc3339, &e));
	return t;
}

static void
assert_moment(int64_t t, const char *rfc3339)
{
	char s[HF_TIME_SIZE];

	hf_time_rfc3339(s, t, strlen(rfc3339) > 20);
	ck_assert_str_eq(s, rfc3339);
}

/* ---- RFC 3339 ---- */

static const struct {
	const char *s;
	int64_t     t;
	int         offset;
} parsed[] = {
	{ "1970-01-01T00:00:00Z", 0, 0 },
	{ "1969-12-31T23:59:59.999Z", -1, 0 },
	{ "2026-11-20T22:41:03.123Z", INT64_C(1795214463123), 0 },
	{ "2026-11-20t22:41:03.123z", INT64_C(1795214463123), 0 },
	{ "2026-11-20T22:41:03.1239999999999999999999Z", INT64_C(1795214463123), 0 },
	{ "2026-11-20T22:41:03.1Z", INT64_C(1795214463100), 0 },
	{ "2026-11-21T04:11:03+05:30", INT64_C(1795214463000), 330 },
	{ "2026-11-20T19:11:03-03:30", INT64_C(1795214463000), -210 },
	{ "2026-11-20T22:41:03-00:00", INT64_C(1795214463000), 0 },
	{ "0001-01-01T00:00:00Z", INT64_C(-62135596800000), 0 },
	{ "9999-12-31T23:59:59.999Z", INT64_C(253402300799999), 0 },
	{ "2024-02-29T12:00:00Z", INT64_C(1709208000000), 0 },
	{ "2000-02-29T00:00:00Z", INT64_C(951782400000), 0 },
	{ "2016-12-31T23:59:60Z", INT64_C(1483228800000), 0 },
	{ "2016-12-31T15:59:60.5-08:00", INT64_C(1483228800000), -480 },
};

START_TEST(rfc3339_is_read)
{
	int64_t t = 1;
	int     offset = 1;

	ck_ok(hf_time_parse(&t, &offset, parsed[_i].s, &e));
	ck_assert_int_eq(t, parsed[_i].t);
	ck_assert_int_eq(offset, parsed[_i].offset);
}
END_TEST

static const char *const not_rfc3339[] = { "", "2026-11-20", "2026-11-20T22:41Z", "2026-11-20T22:41:03", "2026-11-20 22:41:03Z",
	"2026-11-20T22:41:03.Z", "2026-11-20T22:41:03ZZ", "2026-11-20T22:41:03Z ", " 2026-11-20T22:41:03Z", "2026-11-20T24:00:00Z",
	"2026-11-20T22:60:00Z", "2026-11-20T22:41:61Z", "2026-11-20T22:41:60Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
	"2026-11-31T00:00:00Z", "2026-11-00T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "0000-01-01T00:00:00Z",
	"0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-11-20T22:41:03+24:00", "2026-11-20T22:41:03+05:60",
	"2026-11-20T22:41:03+0530", "2026-11-20T22:41:03+05", "2026-11-20T22:41:03,5Z", "+2026-11-20T22:41:03Z",
	"26-11-20T22:41:03Z", "2026-1-20T22:41:03Z", "2026-11-20T2:41:03Z", "\xd9\xa3-11-20T22:41:03Z" };

START_TEST(other_texts_are_refused)
{
	int64_t t;

	ck_assert_int_eq(hf_time_parse(&t, NULL, not_rfc3339[_i], NULL), HF_BAD);
}
END_TEST

START_TEST(rfc3339_is_written)
{
	assert_moment(INT64_C(1795214463123), "2026-11-20T22:41:03.123Z");
	assert_moment(INT64_C(1795214463123), "2026-11-20T22:41:03Z");
	assert_moment(-1, "1969-12-31T23:59:59.999Z");
	assert_moment(-1000, "1969-12-31T23:59:59.000Z");
	assert_moment(INT64_MIN, "0001-01-01T00:00:00.000Z");
	assert_moment(INT64_MAX, "9999-12-31T23:59:59.999Z");
}
END_TEST

/* ---- days ---- */

static const struct {
	const char *day;
	bool        valid;
} days[] = {
	{ "2026-11-20", true },
	{ "2024-02-29", true },
	{ "2000-02-29", true },
	{ "0001-01-01", true },
	{ "9999-12-31", true },
	{ "2026-02-29", false },
	{ "1900-02-29", false },
	{ "2026-04-31", false },
	{ "2026-13-01", false },
	{ "2026-00-01", false },
	{ "2026-01-00", false },
	{ "0000-01-01", false },
	{ "2026-1-1", false },
	{ "2026-11-20 ", false },
	{ "20261120", false },
	{ "2026/11/20", false },
	{ "", false },
};

START_TEST(days_are_judged)
{
	ck_assert_int_eq(hf_day_valid(days[_i].day), days[_i].valid);
}
END_TEST

static const struct {
	const char *a;
	int         n;
	const char *b;
} sums[] = {
	{ "2026-11-20", 0, "2026-11-20" },
	{ "2024-02-28", 1, "2024-02-29" },
	{ "2024-02-29", 1, "2024-03-01" },
	{ "2026-02-28", 1, "2026-03-01" },
	{ "2026-12-31", 1, "2027-01-01" },
	{ "2027-01-01", -1, "2026-12-31" },
	{ "2024-02-29", 366, "2025-03-01" },
	{ "2026-03-28", 2, "2026-03-30" }, /* over a change of the clocks */
	{ "1970-01-01", -719162, "0001-01-01" },
};

START_TEST(days_add_and_differ)
{
	char b[HF_DAY_SIZE];

	hf_day_add(b, sums[_i].a, sums[_i].n);
	ck_assert_str_eq(b, sums[_i].b);
	ck_assert_int_eq(hf_day_diff(b, sums[_i].a), sums[_i].n);
}
END_TEST

START_TEST(days_stay_within_the_years)
{
	char b[HF_DAY_SIZE];

	hf_day_add(b, "9999-12-31", 1);
	ck_assert_str_eq(b, "9999-12-31");
	hf_day_add(b, "0001-01-01", -1);
	ck_assert_str_eq(b, "0001-01-01");
}
END_TEST

/* 2026-11-20 is a Friday. */
static const struct {
	const char *a;
	int         n;
	const char *b;
} working[] = {
	{ "2026-11-20", 0, "2026-11-20" },
	{ "2026-11-21", 0, "2026-11-21" },
	{ "2026-11-20", 1, "2026-11-23" },
	{ "2026-11-21", 1, "2026-11-23" },
	{ "2026-11-22", 1, "2026-11-23" },
	{ "2026-11-19", 1, "2026-11-20" },
	{ "2026-11-20", 5, "2026-11-27" },
	{ "2026-11-21", 5, "2026-11-27" },
	{ "2026-11-22", 5, "2026-11-27" },
	{ "2026-11-22", 6, "2026-11-30" },
	{ "2026-11-20", 10, "2026-12-04" },
	{ "2026-11-23", -1, "2026-11-20" },
	{ "2026-11-22", -1, "2026-11-20" },
	{ "2026-11-21", -5, "2026-11-16" },
	{ "2026-11-20", -5, "2026-11-13" },
	{ "2026-11-20", 261, "2027-11-22" },
};

START_TEST(working_days_skip_weekends)
{
	char b[HF_DAY_SIZE];

	hf_day_add_working(b, working[_i].a, working[_i].n);
	ck_assert_str_eq(b, working[_i].b);
}
END_TEST

/* The closed form against counting one by one. */
START_TEST(working_days_like_counting)
{
	char start[HF_DAY_SIZE], one[HF_DAY_SIZE], all[HF_DAY_SIZE];
	int  i, n;

	for (i = 0; i < 7; i++) {
		hf_day_add(start, "2026-11-16", i);
		memcpy(one, start, sizeof(one));
		for (n = 1; n < 40; n++) {
			hf_day_add_working(one, one, 1);
			hf_day_add_working(all, start, n);
			ck_assert_str_eq(one, all);
		}
	}
}
END_TEST

/* ---- zones ---- */

static const struct {
	const char *t, *zone, *local;
} locals[] = {
	{ "2026-11-20T22:41:03Z", NULL, "2026-11-20 22:41 UTC" },
	{ "2026-11-20T22:41:03Z", "", "2026-11-20 22:41 UTC" },
	{ "2026-11-20T22:41:03Z", LONDON, "2026-11-20 22:41 GMT" },
	{ "2026-06-20T22:41:03Z", LONDON, "2026-06-20 23:41 BST" },
	{ "2026-06-20T23:41:03Z", LONDON, "2026-06-21 00:41 BST" },
	{ "2026-03-29T00:59:59.999Z", LONDON, "2026-03-29 00:59 GMT" },
	{ "2026-03-29T01:00:00Z", LONDON, "2026-03-29 02:00 BST" },
	{ "2026-10-25T00:59:59.999Z", LONDON, "2026-10-25 01:59 BST" },
	{ "2026-10-25T01:00:00Z", LONDON, "2026-10-25 01:00 GMT" },
	{ "1970-01-01T00:00:00Z", LONDON, "1970-01-01 01:00 BST" },
	{ "2060-07-01T00:00:00Z", LONDON, "2060-07-01 01:00 BST" }, /* past the end of the tables */
	{ "2060-07-01T00:00:00Z", "Pacific/Auckland", "2060-07-01 12:00 NZST" },
	{ "2060-01-01T00:00:00Z", "Pacific/Auckland", "2060-01-01 13:00 NZDT" },
	{ "2026-11-20T22:41:03Z", "Asia/Kathmandu", "2026-11-21 04:26 +0545" },
	{ "2026-11-20T22:41:03Z", "America/St_Johns", "2026-11-20 19:11 NST" },
	{ "2026-11-20T22:41:03Z", "Etc/GMT+5", "2026-11-20 17:41 -05" },
	{ "2026-11-20T22:41:03Z", "Nowhere/Such", "2026-11-20 22:41 UTC" },
};

START_TEST(local_time_is_shown)
{
	struct hf_buf b = HF_BUF_INIT;
	char          day[HF_DAY_SIZE];

	hf_time_local(&b, moment(locals[_i].t), locals[_i].zone, true);
	ck_assert_str_eq(hf_buf_str(&b), locals[_i].local);
	hf_day_of(day, moment(locals[_i].t), locals[_i].zone);
	ck_assert_int_eq(strncmp(day, locals[_i].local, 10), 0);
	hf_buf_cut(&b, 0);
	hf_time_local(&b, moment(locals[_i].t), locals[_i].zone, false);
	ck_assert_uint_eq(b.len, 16);
	hf_buf_clear(&b);
}
END_TEST

static const struct {
	const char *zone;
	bool        known;
} zones[] = {
	{ NULL, true },
	{ "", true },
	{ "UTC", true },
	{ LONDON, true },
	{ "America/Argentina/Buenos_Aires", true },
	{ "Europe", false },
	{ "Europe/", false },
	{ "Europe/Londres", false },
	{ "Europe/London\n", false },
	{ "/usr/share/zoneinfo/Europe/London", false },
	{ "/Europe/London", false },
	{ "../zoneinfo/Europe/London", false },
	{ "Europe/../Europe/London", false },
	{ "./UTC", false },
	{ "zone1970.tab", false },
	{ "tzdata.zi", false },
	{ "leapseconds", false },
	{ "right/Europe/London", false }, /* counts leap seconds: another scale */
	{ "EST5EDT,M3.2.0,M11.1.0", false },
	{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false },
};

START_TEST(zones_are_known_or_not)
{
	ck_assert_int_eq(hf_zone_known(zones[_i].zone), zones[_i].known);
	ck_assert_int_eq(hf_zone_known(zones[_i].zone), zones[_i].known);
}
END_TEST

static const struct {
	const char *day, *zone, *start;
} starts[] = {
	{ "2026-11-20", NULL, "2026-11-20T00:00:00Z" },
	{ "2026-11-20", LONDON, "2026-11-20T00:00:00Z" },
	{ "2026-06-20", LONDON, "2026-06-19T23:00:00Z" },
	{ "2026-03-29", LONDON, "2026-03-29T00:00:00Z" },
	{ "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z" }, /* 00:00 was left out: 01:00 */
	{ "2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00Z" }, /* 23:00 came twice before it */
	{ "2022-11-06", "America/Havana", "2022-11-06T04:00:00Z" },    /* 00:00 came twice: the first */
	{ "2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z" },      /* a day that never was */
	{ "2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00Z" },
};

START_TEST(days_start)
{
	int64_t t = 0;
	char    day[HF_DAY_SIZE];

	ck_ok(hf_day_start(&t, starts[_i].day, starts[_i].zone, &e));
	assert_moment(t, starts[_i].start);
	hf_day_of(day, t - 1, starts[_i].zone);
	ck_assert_int_lt(strcmp(day, starts[_i].day), 0);
}
END_TEST

START_TEST(day_start_refuses)
{
	int64_t t;

	ck_fails(HF_BAD, "2026-02-30: not a day", hf_day_start(&t, "2026-02-30", NULL, &e));
	ck_fails(HF_BAD, "Europe/Londres: not a time zone", hf_day_start(&t, "2026-02-20", "Europe/Londres", &e));
}
END_TEST

/* Ours against the C library's, for every zone of the system's list. */
static void
assert_as_libc(const char *zone, int64_t t)
{
	struct hf_offset o;
	struct tm        tm;
	time_t           s = t;

	localtime_r(&s, &tm);
	if (!hf_zone_at(&o, zone, t * HF_SECOND) || o.seconds != tm.tm_gmtoff || strcmp(o.abbr, tm.tm_zone) != 0)
		ck_abort_msg(
		    "%s at %lld: %d %s, the C library: %ld %s", zone, (long long)t, o.seconds, o.abbr, tm.tm_gmtoff, tm.tm_zone);
}

static int
seconds_at(const char *zone, int64_t t)
{
	struct hf_offset o;

	hf_zone_at(&o, zone, t * HF_SECOND);
	return o.seconds;
}

/* Every twenty days and a bit from 1901 to 2099, and the seconds before and at each change between. */
static void
compare_zone(const char *zone)
{
	int64_t t, low, high, mid, step = 86400 * 20 + 1234;

	setenv("TZ", zone, 1);
	tzset();
	for (t = INT64_C(-2177452800); t < INT64_C(4070908800); t += step) {
		assert_as_libc(zone, t);
		for (low = t, high = t + step; seconds_at(zone, low) != seconds_at(zone, high) && high - low > 1;) {
			mid = low + (high - low) / 2;
			if (seconds_at(zone, mid) == seconds_at(zone, t))
				low = mid;
			else
				high = mid;
		}
		assert_as_libc(zone, low);
		assert_as_libc(zone, high);
	}
}

START_TEST(zones_as_the_c_library_has_them)
{
	FILE *f = fopen("/usr/share/zoneinfo/zone1970.tab", "r");
	char  line[256], zone[64];
	int   n = 0;

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f) != NULL)
		if (line[0] != '#' && sscanf(line, "%*s %*s %63s", zone) == 1 && n++ % 8 == _i)
			compare_zone(zone);
	fclose(f);
	ck_assert_int_gt(n, 300);
}
END_TEST

/* ---- what people type ---- */

#define NOW "2026-11-20T22:41:30Z" /* a Friday */

static const struct {
	const char *typed, *zone, *now, *t; /* t NULL: refused */
	bool        about;
} typed[] = {
	{ "now", NULL, NOW, "2026-11-20T22:41:30Z", false },
	{ "22:41", NULL, NOW, "2026-11-20T22:41:00Z", false },
	{ "22:42", NULL, NOW, "2026-11-19T22:42:00Z", false },
	{ "9:05", NULL, NOW, "2026-11-20T09:05:00Z", false },
	{ "09:05:07", NULL, NOW, "2026-11-20T09:05:07Z", false },
	{ "about 22:30", NULL, NOW, "2026-11-20T22:30:00Z", true },
	{ "~22:30", NULL, NOW, "2026-11-20T22:30:00Z", true },
	{ "~ 22:30", NULL, NOW, "2026-11-20T22:30:00Z", true },
	{ "About  Yesterday   21:05 ", NULL, NOW, "2026-11-19T21:05:00Z", true },
	{ "today 08:00", NULL, NOW, "2026-11-20T08:00:00Z", false },
	{ "2026-11-20 22:41", NULL, NOW, "2026-11-20T22:41:00Z", false },
	{ "2026-11-20T22:41", NULL, NOW, "2026-11-20T22:41:00Z", false },
	{ "20 Nov 22:41", NULL, NOW, "2026-11-20T22:41:00Z", false },
	{ "20 november 22:41", NULL, NOW, "2026-11-20T22:41:00Z", false },
	{ "21 Nov 22:41", NULL, NOW, "2025-11-21T22:41:00Z", false },
	{ "5 sept 07:00", NULL, NOW, "2026-09-05T07:00:00Z", false },
	{ "20 Nov 2025 22:41", NULL, NOW, "2025-11-20T22:41:00Z", false },
	{ "29 Feb 10:00", NULL, NOW, "2024-02-29T10:00:00Z", false },
	{ "10 min ago", NULL, NOW, "2026-11-20T22:31:30Z", false },
	{ "about 2 hours ago", NULL, NOW, "2026-11-20T20:41:30Z", true },
	{ "1 day ago", NULL, NOW, "2026-11-19T22:41:30Z", false },
	{ "2026-11-20T22:41:03Z", NULL, NOW, "2026-11-20T22:41:03Z", false },
	{ "2026-11-20T22:41:03+01:00", LONDON, NOW, "2026-11-20T21:41:03Z", false },
	/* the clocks of London */
	{ "22:41", LONDON, "2026-06-20T22:00:00Z", "2026-06-20T21:41:00Z", false },
	{ "00:10", LONDON, "2026-06-20T23:30:00Z", "2026-06-20T23:10:00Z", false },
	{ "yesterday 00:10", LONDON, "2026-06-20T23:30:00Z", "2026-06-19T23:10:00Z", false },
	{ "2026-03-29 00:59", LONDON, NOW, "2026-03-29T00:59:00Z", false },
	{ "2026-03-29 02:00", LONDON, NOW, "2026-03-29T01:00:00Z", false },
	{ "2026-03-29 01:30", LONDON, NOW, NULL, false },                           /* never was */
	{ "01:30", LONDON, "2026-03-29T00:30:00Z", "2026-03-28T01:30:00Z", false }, /* still to come, had it come */
	{ "01:30", LONDON, "2026-03-29T09:00:00Z", NULL, false },
	{ "2026-10-25 01:30", LONDON, NOW, "2026-10-25T01:30:00Z", false },         /* came twice: the later */
	{ "01:30", LONDON, "2026-10-25T00:40:00Z", "2026-10-25T00:30:00Z", false }, /* only the first has come */
	{ "01:30", LONDON, "2026-10-25T01:40:00Z", "2026-10-25T01:30:00Z", false },
	{ "1 day ago", LONDON, "2026-03-29T12:00:00Z", "2026-03-28T13:00:00Z", false }, /* the same hour there */
	{ "24 h ago", LONDON, "2026-03-29T12:00:00Z", "2026-03-28T12:00:00Z", false },
	/* refused */
	{ "", NULL, NOW, NULL, false },
	{ "   ", NULL, NOW, NULL, false },
	{ "about", NULL, NOW, NULL, false },
	{ "yesterday", NULL, NOW, NULL, false },
	{ "2026-11-20", NULL, NOW, NULL, false },
	{ "tomorrow 09:00", NULL, NOW, NULL, false },
	{ "2026-11-20 22:42", NULL, NOW, NULL, false },
	{ "in 10 min", NULL, NOW, NULL, false },
	{ "25:00", NULL, NOW, NULL, false },
	{ "22:60", NULL, NOW, NULL, false },
	{ "22.41", NULL, NOW, NULL, false },
	{ "2241", NULL, NOW, NULL, false },
	{ "20 Nov 26 22:41", NULL, NOW, NULL, false },
	{ "31 Nov 22:41", NULL, NOW, NULL, false },
	{ "20 No 22:41", NULL, NOW, NULL, false },
	{ "20 Novem 22:41", NULL, NOW, NULL, false },
	{ "Nov 20 22:41", NULL, NOW, NULL, false },
	{ "10 fortnights ago", NULL, NOW, NULL, false },
	{ "0001-01-01 00:00", "Pacific/Auckland", NOW, NULL, false }, /* before the first moment of all */
	{ "22:41 \x1b[2J", NULL, NOW, NULL, false },
	{ "ago", NULL, NOW, NULL, false },
	{ " ago", NULL, NOW, NULL, false },
	{ "22:41", "Nowhere/Such", NOW, NULL, false },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 22:41", NULL, NOW, NULL, false },
};

START_TEST(typed_moments)
{
	int64_t t = 0, now = moment(typed[_i].now);
	bool    about = false;

	if (typed[_i].t == NULL) {
		ck_fails(HF_BAD, ": ", hf_time_human(&t, &about, typed[_i].typed, typed[_i].zone, now, HF_WHEN_BEFORE, &e));
		return;
	}
	ck_ok(hf_time_human(&t, &about, typed[_i].typed, typed[_i].zone, now, HF_WHEN_BEFORE, &e));
	assert_moment(t, typed[_i].t);
	ck_assert_int_eq(about, typed[_i].about);
	ck_ok(hf_time_human(&t, NULL, typed[_i].typed, typed[_i].zone, now, HF_WHEN_BEFORE, &e));
}
END_TEST

START_TEST(typed_moments_to_come)
{
	int64_t t = 0, now = moment(NOW);

	ck_ok(hf_time_human(&t, NULL, "tomorrow 09:00", NULL, now, HF_WHEN_ANY, &e));
	assert_moment(t, "2026-11-21T09:00:00Z");
	ck_ok(hf_time_human(&t, NULL, "23:00", NULL, now, HF_WHEN_ANY, &e));
	assert_moment(t, "2026-11-20T23:00:00Z");
	ck_ok(hf_time_human(&t, NULL, "24 Dec 09:00", NULL, now, HF_WHEN_ANY, &e));
	assert_moment(t, "2026-12-24T09:00:00Z");
	ck_ok(hf_time_human(&t, NULL, "in 10 min", NULL, now, HF_WHEN_ANY, &e));
	assert_moment(t, "2026-11-20T22:51:30Z");
	ck_ok(hf_time_human(&t, NULL, "09:00", NULL, now, HF_WHEN_TO_COME, &e));
	assert_moment(t, "2026-11-21T09:00:00Z"); /* today's has gone */
	ck_ok(hf_time_human(&t, NULL, "22:42", NULL, now, HF_WHEN_TO_COME, &e));
	assert_moment(t, "2026-11-20T22:42:00Z");
	ck_ok(hf_time_human(&t, NULL, "20 Nov 09:00", NULL, now, HF_WHEN_TO_COME, &e));
	assert_moment(t, "2027-11-20T09:00:00Z");
	ck_fails(HF_BAD, "today 22:40: that has passed", hf_time_human(&t, NULL, "today 22:40", NULL, now, HF_WHEN_TO_COME, &e));
	ck_fails(HF_BAD, "that has passed", hf_time_human(&t, NULL, "10 min ago", NULL, now, HF_WHEN_TO_COME, &e));
	ck_fails(HF_BAD, "22:42: that is still to come", hf_time_human(&t, NULL, "today 22:42", NULL, now, HF_WHEN_BEFORE, &e));
}
END_TEST

static const struct {
	const char *typed, *zone, *now, *day;
} typed_days[] = {
	{ "2026-11-20", NULL, NOW, "2026-11-20" },
	{ "today", NULL, NOW, "2026-11-20" },
	{ " Tomorrow ", NULL, NOW, "2026-11-21" },
	{ "yesterday", NULL, NOW, "2026-11-19" },
	{ "20 Nov 2026", NULL, NOW, "2026-11-20" },
	{ "1 january 2027", NULL, NOW, "2027-01-01" },
	{ "in 10 days", NULL, NOW, "2026-11-30" },
	{ "in 1 day", NULL, NOW, "2026-11-21" },
	{ "in 1 working day", NULL, NOW, "2026-11-23" },
	{ "3 days ago", NULL, NOW, "2026-11-17" },
	{ "today", LONDON, "2026-06-20T23:30:00Z", "2026-06-21" },
	{ "today", "Pacific/Auckland", NOW, "2026-11-21" },
	{ "2026-02-29", NULL, NOW, NULL },
	{ "29 Feb 2026", NULL, NOW, NULL },
	{ "20 Nov", NULL, NOW, NULL },
	{ "20/11/2026", NULL, NOW, NULL },
	{ "in 2 hours", NULL, NOW, NULL },
	{ "soon", NULL, NOW, NULL },
	{ "", NULL, NOW, NULL },
	{ "today", "Nowhere/Such", NOW, NULL },
};

START_TEST(typed_days_are_read)
{
	char day[HF_DAY_SIZE];

	if (typed_days[_i].day == NULL) {
		ck_fails(HF_BAD, ": not a",
		    hf_day_human(day, typed_days[_i].typed, typed_days[_i].zone, moment(typed_days[_i].now), &e));
		return;
	}
	ck_ok(hf_day_human(day, typed_days[_i].typed, typed_days[_i].zone, moment(typed_days[_i].now), &e));
	ck_assert_str_eq(day, typed_days[_i].day);
}
END_TEST

/* ---- spans ---- */

static const struct {
	const char  *s;
	int          n; /* -1: refused */
	enum hf_unit unit;
} spans[] = {
	{ "5 min", 5, HF_UNIT_MIN },
	{ "1 minute", 1, HF_UNIT_MIN },
	{ "1 h", 1, HF_UNIT_HOUR },
	{ "2 hours", 2, HF_UNIT_HOUR },
	{ "1 day", 1, HF_UNIT_DAY },
	{ "30 days", 30, HF_UNIT_DAY },
	{ "10 working days", 10, HF_UNIT_WORKDAY },
	{ "1 working day", 1, HF_UNIT_WORKDAY },
	{ "0 min", 0, HF_UNIT_MIN },
	{ "999999 min", 999999, HF_UNIT_MIN },
	{ "1000000 min", -1, HF_UNIT_MIN },
	{ "99999999999999999999 min", -1, HF_UNIT_MIN },
	{ "-1 min", -1, HF_UNIT_MIN },
	{ "min", -1, HF_UNIT_MIN },
	{ "5", -1, HF_UNIT_MIN },
	{ "5min", -1, HF_UNIT_MIN },
	{ "5  min", -1, HF_UNIT_MIN },
	{ "5 min ", -1, HF_UNIT_MIN },
	{ " 5 min", -1, HF_UNIT_MIN },
	{ "5 weeks", -1, HF_UNIT_MIN },
	{ "5 Days", -1, HF_UNIT_MIN },
	{ "", -1, HF_UNIT_MIN },
};

START_TEST(spans_are_read)
{
	struct hf_span span = { 0, HF_UNIT_MIN };

	if (spans[_i].n < 0) {
		ck_fails(HF_BAD, "not a length of time", hf_span_parse(&span, spans[_i].s, &e));
		return;
	}
	ck_ok(hf_span_parse(&span, spans[_i].s, &e));
	ck_assert_int_eq(span.n, spans[_i].n);
	ck_assert_int_eq(span.unit, spans[_i].unit);
}
END_TEST

static const struct {
	const char *t, *span;
	bool        back;
	const char *zone, *sum;
} added[] = {
	{ "2026-11-20T22:41:03.123Z", "5 min", false, NULL, "2026-11-20T22:46:03.123Z" },
	{ "2026-11-20T22:41:03.123Z", "5 min", true, NULL, "2026-11-20T22:36:03.123Z" },
	{ "2026-03-28T12:00:00.000Z", "24 h", false, LONDON, "2026-03-29T12:00:00.000Z" },
	{ "2026-03-28T12:00:00.000Z", "1 day", false, LONDON, "2026-03-29T11:00:00.000Z" },
	{ "2026-03-29T11:00:00.000Z", "1 day", true, LONDON, "2026-03-28T12:00:00.000Z" },
	{ "2026-03-28T01:30:00.000Z", "1 day", false, LONDON, "2026-03-29T01:00:00.000Z" }, /* 01:30 left out */
	{ "2026-10-24T00:30:00.000Z", "1 day", false, LONDON, "2026-10-25T00:30:00.000Z" }, /* twice: still summer's */
	{ "2026-10-26T01:30:00.000Z", "1 day", true, LONDON, "2026-10-25T01:30:00.000Z" },  /* twice: still winter's */
	{ "2026-10-25T01:30:00.000Z", "0 days", false, LONDON, "2026-10-25T01:30:00.000Z" },
	{ "2026-11-20T22:41:03.123Z", "1 working day", false, NULL, "2026-11-23T22:41:03.123Z" },
	{ "2026-11-20T22:41:03.123Z", "10 working days", false, LONDON, "2026-12-04T22:41:03.123Z" },
	{ "2026-11-23T09:00:00.000Z", "1 working day", true, LONDON, "2026-11-20T09:00:00.000Z" },
	{ "2026-11-20T12:30:00.000Z", "1 working day", false, "Pacific/Auckland", "2026-11-22T12:30:00.000Z" }, /* Saturday there */
	{ "2026-11-20T22:41:03.123Z", "999999 days", true, LONDON, "0001-01-01T00:00:00.000Z" },
	{ "2026-03-27T12:00:00.000Z", "1 working day", false, LONDON, "2026-03-30T11:00:00.000Z" },
};

START_TEST(spans_are_added)
{
	struct hf_span span = { 0, HF_UNIT_MIN };

	ck_ok(hf_span_parse(&span, added[_i].span, &e));
	assert_moment(hf_span_add(moment(added[_i].t), span, added[_i].back, added[_i].zone), added[_i].sum);
}
END_TEST

static const struct {
	int64_t     ms;
	const char *words;
} words[] = {
	{ 0, "0 s" },
	{ 999, "0 s" },
	{ 40 * HF_SECOND, "40 s" },
	{ HF_MINUTE - 1, "59 s" },
	{ HF_MINUTE, "1 min" },
	{ 3 * HF_MINUTE + 59 * HF_SECOND, "3 min" },
	{ HF_HOUR, "1 h" },
	{ HF_HOUR + 20 * HF_MINUTE, "1 h 20 min" },
	{ HF_DAY, "1 day" },
	{ HF_DAY + 5 * HF_MINUTE, "1 day" },
	{ 2 * HF_DAY + 4 * HF_HOUR + HF_MINUTE, "2 days 4 h" },
	{ -HF_HOUR, "-1 h" },
};

START_TEST(durations_in_words)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_time_words(&b, words[_i].ms);
	ck_assert_str_eq(hf_buf_str(&b), words[_i].words);
	hf_buf_clear(&b);
}
END_TEST

START_TEST(clocks_run)
{
	int64_t mono = hf_time_mono();

	ck_assert_int_gt(hf_time_now(), moment("2026-01-01T00:00:00Z") - 10 * 365 * HF_DAY);
	ck_assert_int_ge(hf_time_mono(), mono);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("time");
	TCase *t = tcase_create("time"), *slow = tcase_create("zones");

	tcase_add_loop_test(t, rfc3339_is_read, 0, N_OF(parsed));
	tcase_add_loop_test(t, other_texts_are_refused, 0, N_OF(not_rfc3339));
	tcase_add_test(t, rfc3339_is_written);
	tcase_add_loop_test(t, days_are_judged, 0, N_OF(days));
	tcase_add_loop_test(t, days_add_and_differ, 0, N_OF(sums));
	tcase_add_test(t, days_stay_within_the_years);
	tcase_add_loop_test(t, working_days_skip_weekends, 0, N_OF(working));
	tcase_add_test(t, working_days_like_counting);
	tcase_add_loop_test(t, local_time_is_shown, 0, N_OF(locals));
	tcase_add_loop_test(t, zones_are_known_or_not, 0, N_OF(zones));
	tcase_add_loop_test(t, days_start, 0, N_OF(starts));
	tcase_add_test(t, day_start_refuses);
	tcase_add_loop_test(t, typed_moments, 0, N_OF(typed));
	tcase_add_test(t, typed_moments_to_come);
	tcase_add_loop_test(t, typed_days_are_read, 0, N_OF(typed_days));
	tcase_add_loop_test(t, spans_are_read, 0, N_OF(spans));
	tcase_add_loop_test(t, spans_are_added, 0, N_OF(added));
	tcase_add_loop_test(t, durations_in_words, 0, N_OF(words));
	tcase_add_test(t, clocks_run);
	tcase_set_timeout(slow, 120);
	tcase_set_tags(slow, "slow");
	tcase_add_loop_test(slow, zones_as_the_c_library_has_them, 0, 8);
	suite_add_tcase(s, t);
	suite_add_tcase(s, slow);
	return run_suite(s);
}
