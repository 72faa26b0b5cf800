#include "holdfast/ical.h"

#include <libical/ical.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/library.h"
#include "holdfast/time.h"

#define LIBRARY "libical.so.3"

/* What we call. The compiler compares the calls with the library's own declarations. */
#define FUNCTIONS(X)                      \
	X(icalcomponent_new)              \
	X(icalcomponent_free)             \
	X(icalcomponent_add_component)    \
	X(icalcomponent_add_property)     \
	X(icalcomponent_as_ical_string_r) \
	X(icalproperty_new_version)       \
	X(icalproperty_new_prodid)        \
	X(icalproperty_new_method)        \
	X(icalproperty_new_x)             \
	X(icalproperty_set_x_name)        \
	X(icalproperty_new_uid)           \
	X(icalproperty_new_dtstamp)       \
	X(icalproperty_new_dtstart)       \
	X(icalproperty_new_sequence)      \
	X(icalproperty_new_summary)       \
	X(icalproperty_new_description)   \
	X(icalproperty_new_categories)    \
	X(icalproperty_new_transp)        \
	X(icaltime_from_string)

struct functions {
#define X(name) __typeof__(name) *name;
	FUNCTIONS(X)
#undef X
};

/* Loaded once for the process and never unloaded. */
static pthread_once_t   once = PTHREAD_ONCE_INIT;
static struct functions ical;
static struct hf_err    not_loaded; /* code HF_OK when it was */

static void
load(void)
{
	static const char *const names[] = {
#define X(name) #name,
		FUNCTIONS(X)
#undef X
	};

	if (hf_library_load(&ical, LIBRARY, "libical", names, sizeof(names) / sizeof(names[0]), &not_loaded) != HF_OK)
		hf_hint(&not_loaded, "apt install libical3");
}

/* "2026-11-20T22:41:03Z" and "2026-11-20" without what stands between the digits, as the format has them. */
static struct icaltimetype
moment(int64_t t)
{
	char   text[HF_TIME_SIZE], packed[HF_TIME_SIZE];
	size_t n = 0;

	hf_time_rfc3339(text, t, false);
	for (const char *p = text; *p != '\0'; p++)
		if (*p != '-' && *p != ':')
			packed[n++] = *p;
	packed[n] = '\0';
	return ical.icaltime_from_string(packed);
}

static struct icaltimetype
whole_day(const char *day)
{
	char   packed[HF_DAY_SIZE];
	size_t n = 0;

	for (; *day != '\0' && n + 1 < sizeof(packed); day++)
		if (*day != '-')
			packed[n++] = *day;
	packed[n] = '\0';
	return ical.icaltime_from_string(packed);
}

/* p is taken over; NULL is remembered. */
static void
put_property(icalcomponent *to, icalproperty *p, bool *failed)
{
	if (p == NULL)
		*failed = true;
	else
		ical.icalcomponent_add_property(to, p);
}

static icalcomponent *
event(const struct hf_event *ev, const struct hf_calendar *c, bool *failed)
{
	icalcomponent *v = ical.icalcomponent_new(ICAL_VEVENT_COMPONENT);

	if (v == NULL)
		return NULL;
	put_property(v, ical.icalproperty_new_uid(ev->uid), failed);
	put_property(v, ical.icalproperty_new_dtstamp(moment(c->made_at)), failed);
	put_property(v, ical.icalproperty_new_sequence(c->sequence), failed);
	put_property(v, ical.icalproperty_new_dtstart(ev->day != NULL ? whole_day(ev->day) : moment(ev->at)), failed);
	put_property(v, ical.icalproperty_new_summary(ev->summary), failed);
	if (ev->description[0] != '\0')
		put_property(v, ical.icalproperty_new_description(ev->description), failed);
	put_property(v, ical.icalproperty_new_categories(ev->category), failed);
	put_property(v, ical.icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT), failed);
	return v;
}

static void
put_name(icalcomponent *to, const char *name, bool *failed)
{
	icalproperty *p = ical.icalproperty_new_x(name);

	if (p != NULL)
		ical.icalproperty_set_x_name(p, "X-WR-CALNAME");
	put_property(to, p, failed);
}

enum hf_code
hf_ical_write(struct hf_buf *out, const struct hf_calendar *c, struct hf_err *e)
{
	icalcomponent *cal, *v;
	bool           failed = false;
	char          *text = NULL;

	pthread_once(&once, load);
	if (not_loaded.code != HF_OK)
		return *e = not_loaded, not_loaded.code;
	if ((cal = ical.icalcomponent_new(ICAL_VCALENDAR_COMPONENT)) == NULL)
		return hf_nomem(e);
	put_property(cal, ical.icalproperty_new_version("2.0"), &failed);
	put_property(cal, ical.icalproperty_new_prodid("-//holdfast//holdfast//EN"), &failed);
	put_property(cal, ical.icalproperty_new_method(ICAL_METHOD_PUBLISH), &failed);
	put_name(cal, c->name, &failed);
	for (size_t i = 0; !failed && i < c->n; i++)
		if ((v = event(&c->events[i], c, &failed)) == NULL)
			failed = true;
		else
			ical.icalcomponent_add_component(cal, v);
	if (!failed && (text = ical.icalcomponent_as_ical_string_r(cal)) != NULL)
		hf_buf_adds(out, text);
	ical.icalcomponent_free(cal);
	if (text == NULL)
		return hf_nomem(e);
	free(text);
	return hf_buf_check(out, e);
}
