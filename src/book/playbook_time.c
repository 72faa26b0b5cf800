#include <string.h>

#include "playbook_in.h"
#include "scan.h"

/* start | `id` | `name` */
static bool
read_anchor(struct hf_by *by, struct scan *s)
{
	const char *code;

	if (hf_scan_word(s, "start")) {
		by->anchor = HF_ANCHOR_START;
		return true;
	}
	if ((code = hf_scan_code(s)) == NULL || (!hf_is_id(code) && !hf_is_value_name(code)))
		return false;
	by->anchor = hf_is_id(code) ? HF_ANCHOR_STEP : HF_ANCHOR_VALUE; /* one word can be either: hf_playbook_resolve knows */
	by->name = hf_pool_str(s->r->pool, code);
	return true;
}

void
hf_read_by(struct reader *r)
{
	struct place *at = hf_place_of(r);
	struct hf_by  by = { .name = r->pool->nothing, .text = hf_field_text(r), .pos = r->item->pos };
	struct scan   s = hf_scan_value(r);
	const char   *code;
	bool          ok;

	if (hf_scan_word(&s, "at start")) {
		by.kind = HF_BY_START;
		ok = true;
	} else if (hf_scan_word(&s, "on")) {
		by.kind = HF_BY_ON;
		by.anchor = HF_ANCHOR_VALUE;
		if ((ok = (code = hf_scan_code(&s)) != NULL && hf_is_value_name(code)))
			by.name = hf_pool_str(r->pool, code);
	} else {
		by.kind = HF_BY_SPAN;
		ok = hf_scan_span(&s, &by.span) && ((by.before = hf_scan_word(&s, "before")) || hf_scan_word(&s, "after")) &&
		    read_anchor(&by, &s);
	}
	if (!ok || !hf_scan_end(&s)) {
		hf_field_bad(r, "cannot be read: %s", by.text);
		return;
	}
	if (at->step != NULL)
		at->step->by = by;
	else
		at->phase->by = by;
}

void
hf_read_wait(struct reader *r)
{
	struct hf_wait *wait = &hf_place_of(r)->step->wait;
	struct scan     s = hf_scan_value(r);

	*wait = (struct hf_wait){ .set = true, .text = hf_field_text(r), .pos = r->item->pos };
	wait->timed = hf_scan_span(&s, &wait->span) && hf_scan_end(&s);
}

/* until `id`, or until answered */
static bool
read_until(struct hf_repeat *rep, struct scan *s)
{
	const char *code;

	if (hf_scan_word(s, "answered")) {
		rep->until = hf_pool_str(s->r->pool, "answered");
		return true;
	}
	if ((code = hf_scan_code(s)) == NULL || !hf_is_id(code))
		return false;
	rep->until = hf_pool_str(s->r->pool, code);
	return true;
}

/* , 4 times */
static bool
read_times(struct hf_repeat *rep, struct scan *s)
{
	const char *p = s->w->text + s->at + strspn(s->w->text + s->at, " ");
	size_t      n = strspn(p, "0123456789"), i;

	if (n == 0 || n > 4)
		return false;
	for (i = 0; i < n; i++)
		rep->times = rep->times * 10 + (p[i] - '0');
	s->at = (size_t)(p - s->w->text) + n;
	return rep->times > 0 && hf_scan_word(s, "times");
}

void
hf_read_repeat(struct reader *r)
{
	struct hf_repeat rep = { .set = true, .at = r->pool->nothing, .until = r->pool->nothing, .pos = r->item->pos };
	struct scan      s = hf_scan_value(r);
	const char      *code;
	bool             ok;

	if (hf_scan_word(&s, "every")) {
		rep.every = true;
		ok = hf_scan_span(&s, &rep.span) && rep.span.n > 0;
	} else if ((ok = hf_scan_word(&s, "at") && (code = hf_scan_code(&s)) != NULL && hf_is_value_name(code))) {
		rep.at = hf_pool_str(r->pool, code);
	}
	if (ok && hf_scan_word(&s, "until"))
		ok = read_until(&rep, &s);
	if (ok && hf_scan_char(&s, ','))
		ok = read_times(&rep, &s);
	if (!ok || !hf_scan_end(&s)) {
		hf_field_bad(r, "cannot be read: %s", hf_field_text(r));
		return;
	}
	hf_place_of(r)->step->repeat = rep;
}
