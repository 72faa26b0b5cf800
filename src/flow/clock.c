/* Clocks: time limits that run out, and entries whose times cannot be right. */
#include <stdio.h>
#include <string.h>

#include "run_impl.h"

#define AWARE       "aware_at" /* since when the organisation knows of a breach of personal data */
#define AWARE_HOURS 72
#define DATA_TEST   "data-test"     /* the step of a book that asks whether personal data was touched */
#define SLACK       (5 * HF_SECOND) /* two clocks are never quite the same */
#define AHEAD       (5 * HF_MINUTE) /* nor that of who wrote and that of who reads */

/* ---- windows ---- */

/* A step, when it was done; a value, when that is. */
static int64_t
since(const struct hf_run *run, const char *name)
{
	int64_t t;

	if (hf_playbook_step(run->pb, name) != NULL)
		return run_step_happened(&t, run, NULL, name) ? t : 0;
	return run_value_moment(&t, run, NULL, name) ? t : 0;
}

struct limit {
	const char    *id, *title, *after;
	struct hf_span span;
};

static int
add_limit(struct hf_json *list, const struct hf_run *run, const struct limit *l)
{
	struct hf_json *o = hf_json_object();
	struct hf_buf   lasts = HF_BUF_INIT;
	int64_t         from = since(run, l->after), now = hf_register_now(run->r), until = 0;
	int             bad = 0;

	/* A clock that is behind leaves nobody more time than the limit. */
	if (now < from)
		now = from;
	if (from != 0)
		until = hf_span_add(from, l->span, false, hf_register_zone(run->r));
	hf_time_words(&lasts, hf_span_add(0, l->span, false, ""));
	bad |= hf_json_set(o, "id", hf_json_string(l->id));
	bad |= hf_json_set(o, "title", hf_json_string(l->title));
	bad |= hf_json_set(o, "lasts", hf_json_string(hf_buf_str(&lasts)));
	bad |= hf_json_set(o, "after", hf_json_string(l->after));
	bad |= hf_json_set(o, "from", hf_json_time(from));
	bad |= hf_json_set(o, "until", hf_json_time(until));
	bad |= hf_json_set(o, "left", until == 0 ? hf_json_null() : hf_json_int(until - now));
	bad |= hf_json_set(o, "over", hf_json_bool(until != 0 && now > until));
	hf_buf_clear(&lasts);
	if (!bad)
		return hf_json_push(list, o);
	hf_json_free(o);
	return -1;
}

static bool
has_value(const struct hf_playbook *pb, const char *name)
{
	for (size_t k = 0; k < pb->n_ask; k++)
		if (strcmp(pb->ask[k].name, name) == 0 && pb->ask[k].type == HF_VALUE_TIME)
			return true;
	for (size_t k = 0; k < pb->n_steps; k++)
		for (size_t n = 0; n < pb->steps[k].n_write; n++)
			if (strcmp(pb->steps[k].write[n].name, name) == 0 && pb->steps[k].write[n].type == HF_VALUE_TIME)
				return true;
	return false;
}

/* Somebody whose part it is has said that no personal data was touched, and it still stands. "Not so far" is no such word. */
static bool
no_breach(const struct hf_run *run)
{
	const struct hf_instance *i = NULL;

	return hf_playbook_step(run->pb, DATA_TEST) != NULL && hf_run_find(&i, run, DATA_TEST, NULL) == HF_OK &&
	    i->state == HF_DONE && strcmp(i->answer, "no") == 0;
}

enum hf_code
hf_run_windows(struct hf_json **out, const struct hf_run *run, struct hf_err *e)
{
	static const struct limit notify = { "72-hours", "72 hours to report a breach of personal data", AWARE,
		{ AWARE_HOURS, HF_UNIT_HOUR } };
	struct hf_json           *list = hf_json_array();
	int                       bad = list == NULL;

	for (size_t k = 0; !bad && run->sheet != NULL && k < run->sheet->n_windows; k++) {
		const struct hf_sheet_window *w = &run->sheet->windows[k];

		bad = add_limit(list, run, &(struct limit){ w->id, w->title, w->after, w->span });
	}
	if (!bad && !no_breach(run) && (has_value(run->pb, AWARE) || run_value(run, NULL, AWARE) != NULL))
		bad = add_limit(list, run, &notify);
	*out = NULL;
	if (bad) {
		hf_json_free(list);
		return hf_nomem(e);
	}
	*out = list;
	return HF_OK;
}

/* ---- times that cannot be right ---- */

static int
add_flag(struct hf_json *list, const struct hf_json *entry, const char *flag)
{
	struct hf_json *o = hf_json_object();

	if (hf_json_set(o, "entry", hf_json_ref(hf_json_get(entry, "id"))) == 0 &&
	    hf_json_set(o, "flag", hf_json_string(flag)) == 0)
		return hf_json_push(list, o);
	hf_json_free(o);
	return -1;
}

enum hf_code
hf_run_odd_clocks(struct hf_json **out, const struct hf_run *run, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();
	int64_t         latest = 0, now = hf_register_now(run->r);
	int             bad = list == NULL;

	for (size_t k = 0; !bad && k < hf_json_len(run->entries); k++) {
		const struct hf_json *entry = hf_json_at(run->entries, k);
		const char           *s = hf_json_get_str(entry, "recorded_at");
		int64_t               occurred = entry_time(entry), recorded = occurred;

		if (s == NULL || hf_time_parse(&recorded, NULL, s, NULL) != HF_OK)
			recorded = occurred;
		if (occurred < run->started)
			bad |= add_flag(list, entry, "before_start");
		if (occurred > recorded + SLACK)
			bad |= add_flag(list, entry, "ahead");
		if (recorded > now + AHEAD)
			bad |= add_flag(list, entry, "future");
		if (recorded < latest)
			bad |= add_flag(list, entry, "backwards");
		else
			latest = recorded;
	}
	*out = NULL;
	if (bad) {
		hf_json_free(list);
		return hf_nomem(e);
	}
	*out = list;
	return HF_OK;
}
