#include "holdfast/ical.h"

#include <libical/ical.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/library.h"
#include "holdfast/time.h"

#define LIBRARY "libical.so.3"

/* What we call. The compiler compares the calls with the library's own declarations. */
#define FUNCTIONS(X)                         \
	X(icalcomponent_new)                 \
	X(icalcomponent_free)                \
	X(icalcomponent_add_component)       \
	X(icalcomponent_add_property)        \
	X(icalcomponent_as_ical_string_r)    \
	X(icalproperty_new_version)          \
	X(icalproperty_new_prodid)           \
	X(icalproperty_new_method)           \
	X(icalproperty_new_x)                \
	X(icalproperty_set_x_name)           \
	X(icalproperty_new_uid)              \
	X(icalproperty_new_dtstamp)          \
	X(icalproperty_new_dtstart)          \
	X(icalproperty_new_sequence)         \
	X(icalproperty_new_summary)          \
	X(icalproperty_new_description)      \
	X(icalproperty_new_categories)       \
	X(icalproperty_new_transp)           \
	X(icalproperty_new_status)           \
	X(icaltime_from_string)              \
	X(icalparser_parse_string)           \
	X(icalcomponent_isa)                 \
	X(icalcomponent_get_first_component) \
	X(icalcomponent_get_next_component)  \
	X(icalcomponent_get_first_property)  \
	X(icalcomponent_get_next_property)   \
	X(icalcomponent_get_uid)             \
	X(icalcomponent_get_summary)         \
	X(icalcomponent_get_sequence)        \
	X(icalcomponent_get_status)          \
	X(icalcomponent_get_dtstart)         \
	X(icalcomponent_get_dtstamp)         \
	X(icalproperty_get_x_name)           \
	X(icalproperty_get_x)

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
	put_property(v, ical.icalproperty_new_dtstamp(moment(ev->made_at != 0 ? ev->made_at : c->made_at)), failed);
	put_property(v, ical.icalproperty_new_sequence(ev->made_at != 0 ? ev->sequence : c->sequence), failed);
	put_property(v, ical.icalproperty_new_dtstart(ev->day != NULL ? whole_day(ev->day) : moment(ev->at)), failed);
	put_property(v, ical.icalproperty_new_summary(ev->summary), failed);
	if (ev->description[0] != '\0')
		put_property(v, ical.icalproperty_new_description(ev->description), failed);
	put_property(v, ical.icalproperty_new_categories(ev->category), failed);
	put_property(v, ical.icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT), failed);
	if (ev->cancelled)
		put_property(v, ical.icalproperty_new_status(ICAL_STATUS_CANCELLED), failed);
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

static enum hf_code
loaded(struct hf_err *e)
{
	pthread_once(&once, load);
	if (not_loaded.code != HF_OK)
		*e = not_loaded;
	return not_loaded.code;
}

enum hf_code
hf_ical_write(struct hf_buf *out, const struct hf_calendar *c, struct hf_err *e)
{
	icalcomponent *cal, *v;
	bool           failed = false;
	char          *text = NULL;

	if (loaded(e) != HF_OK)
		return e->code;
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

/* ---- reading ---- */

/* As JSON: a day, or a moment in UTC. NULL: none. */
static struct hf_json *
time_of(struct icaltimetype t)
{
	char text[64];

	if (t.year < 1)
		return NULL;
	if (t.is_date)
		snprintf(text, sizeof(text), "%04d-%02d-%02d", t.year, t.month, t.day);
	else
		snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", t.year, t.month, t.day, t.hour, t.minute, t.second);
	return hf_json_string(text);
}

static int
put_event(struct hf_json *list, icalcomponent *v)
{
	struct icaltimetype start = ical.icalcomponent_get_dtstart(v);
	const char         *uid = ical.icalcomponent_get_uid(v), *summary = ical.icalcomponent_get_summary(v);
	struct hf_json     *o, *when = time_of(start), *made = time_of(ical.icalcomponent_get_dtstamp(v));

	if (uid == NULL || when == NULL || made == NULL) {
		hf_json_free(when);
		hf_json_free(made);
		return 0;
	}
	o = hf_json_object();
	if ((hf_json_set(o, "uid", hf_json_string(uid)) |
		hf_json_set(o, "summary", hf_json_string(summary == NULL ? "" : summary)) |
		hf_json_set(o, start.is_date ? "day" : "at", when) | hf_json_set(o, "made_at", made) |
		hf_json_set(o, "sequence", hf_json_int(ical.icalcomponent_get_sequence(v))) |
		hf_json_set(o, "cancelled", hf_json_bool(ical.icalcomponent_get_status(v) == ICAL_STATUS_CANCELLED))) == 0)
		return hf_json_push(list, o);
	hf_json_free(o);
	return -1;
}

static const char *
name_of(icalcomponent *cal)
{
	for (icalproperty *p = ical.icalcomponent_get_first_property(cal, ICAL_X_PROPERTY); p != NULL;
	     p = ical.icalcomponent_get_next_property(cal, ICAL_X_PROPERTY))
		if (ical.icalproperty_get_x_name(p) != NULL && strcmp(ical.icalproperty_get_x_name(p), "X-WR-CALNAME") == 0)
			return ical.icalproperty_get_x(p);
	return NULL;
}

enum hf_code
hf_ical_read(struct hf_json **out, const char *text, struct hf_err *e)
{
	struct hf_json *o, *list;
	icalcomponent  *cal;
	int             bad;

	*out = NULL;
	if (loaded(e) != HF_OK)
		return e->code;
	cal = ical.icalparser_parse_string(text);
	if (cal == NULL || ical.icalcomponent_isa(cal) != ICAL_VCALENDAR_COMPONENT) {
		if (cal != NULL)
			ical.icalcomponent_free(cal);
		return hf_fail(e, HF_BAD, "no calendar file");
	}
	o = hf_json_object();
	list = hf_json_array();
	bad = hf_json_set(o, "name", hf_json_or_null(name_of(cal))) | hf_json_set(o, "events", hf_json_ref(list));
	for (icalcomponent *v = ical.icalcomponent_get_first_component(cal, ICAL_VEVENT_COMPONENT); bad == 0 && v != NULL;
	     v = ical.icalcomponent_get_next_component(cal, ICAL_VEVENT_COMPONENT))
		bad = put_event(list, v);
	hf_json_free(list);
	ical.icalcomponent_free(cal);
	return (*out = hf_json_built(o, bad)) == NULL ? hf_nomem(e) : HF_OK;
}
