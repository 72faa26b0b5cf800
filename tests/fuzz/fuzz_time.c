/*
 * What people type for moments, days and spans, in a few zones: no text breaks it, and what is taken can be written and read again.
 * The first byte chooses the zone and whether the future is allowed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const zones[] = { NULL, "Europe/London", "Pacific/Apia", "America/Sao_Paulo" };

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
must_come_back(int64_t t)
{
	char    s[HF_TIME_SIZE];
	int64_t again = 0;

	hf_time_rfc3339(s, t, true);
	must(hf_time_parse(&again, NULL, s, NULL) == HF_OK && again == t);
}

static void
moment(const char *s, const char *zone, enum hf_when when)
{
	const int64_t now = INT64_C(1795214463000);
	int64_t       t;
	int           offset;

	if (hf_time_parse(&t, &offset, s, NULL) == HF_OK)
		must_come_back(t);
	if (hf_time_human(&t, NULL, s, zone, now, when, NULL) == HF_OK) {
		must(when == HF_WHEN_ANY || (when == HF_WHEN_TO_COME) == (t > now));
		must_come_back(t);
	}
}

static void
day(const char *s, const char *zone)
{
	char    out[HF_DAY_SIZE], back[HF_DAY_SIZE];
	int64_t t;

	if (hf_day_human(out, s, zone, INT64_C(1795214463000), NULL) != HF_OK)
		return;
	must(hf_day_valid(out));
	must(hf_day_start(&t, out, zone, NULL) == HF_OK);
	hf_day_of(back, t, zone);
	must(t < HF_TIME_FIRST || (strcmp(back, out) >= 0 && hf_day_diff(back, out) <= 1)); /* Apia left a day out */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hf_buf  s = HF_BUF_INIT;
	struct hf_span span;
	const char    *zone = zones[size > 0 ? data[0] % 4 : 0];

	if (size > 0)
		hf_buf_add(&s, data + 1, size - 1);
	moment(hf_buf_str(&s), zone, size == 0 ? HF_WHEN_BEFORE : (enum hf_when)((data[0] >> 2) % 3));
	day(hf_buf_str(&s), zone);
	if (hf_span_parse(&span, hf_buf_str(&s), NULL) == HF_OK)
		must_come_back(hf_span_add(INT64_C(1795214463000), span, size > 0 && data[0] & 4, zone));
	hf_zone_known(hf_buf_str(&s));
	hf_buf_clear(&s);
	return 0;
}
