/* What is due, as a calendar. */
#include <stdlib.h>
#include <string.h>

#include "due_in.h"
#include "holdfast/ical.h"
#include "holdfast/time.h"

#define SEQUENCE_START INT64_C(1577836800) /* 2020-01-01, so that minutes since then fit a sequence number */

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

enum hf_code
hf_due_calendar(struct hf_buf *out, struct hf_register *r, const struct hf_json *items, struct hf_err *e)
{
	size_t             n = hf_json_len(items);
	struct hf_event   *events = calloc(n + 1, sizeof(*events));
	struct words      *words = calloc(n + 1, sizeof(*words));
	struct hf_calendar c = { "holdfast: what is due", 0, 0, events, n };
	enum hf_code       rc = events == NULL || words == NULL ? hf_nomem(e) : HF_OK;

	if (rc == HF_OK)
		rc = hf_register_head_time(&c.made_at, r, e);
	c.sequence = (int)((c.made_at / HF_SECOND - SEQUENCE_START) / 60);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = event(&events[i], &words[i], r, hf_json_at(items, i), e);
	if (rc == HF_OK)
		rc = hf_ical_write(out, &c, e);
	for (size_t i = 0; words != NULL && i < n; i++) {
		hf_buf_clear(&words[i].uid);
		hf_buf_clear(&words[i].summary);
		hf_buf_clear(&words[i].description);
	}
	free(words);
	free(events);
	return rc;
}
