#include "holdfast/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "holdfast/brief.h"
#include "run_impl.h"

#define SOON (2 * HF_MINUTE) /* written down this soon after, a delay is not worth a word */

struct maker {
	const struct hf_run *run;
	struct hf_err       *e;
	enum hf_code         rc;
	struct hf_json      *odd; /* hf_run_odd_clocks */
};

static void
set(struct maker *m, struct hf_json *o, const char *key, struct hf_json *v)
{
	if (hf_json_set(o, key, v) != 0 && m->rc == HF_OK)
		m->rc = hf_nomem(m->e);
}

static void
set_buf(struct maker *m, struct hf_json *o, const char *key, struct hf_buf *b)
{
	if (b->failed && m->rc == HF_OK)
		m->rc = hf_nomem(m->e);
	else if (b->len > 0)
		set(m, o, key, hf_json_stringn(b->data, b->len));
	hf_buf_clear(b);
}

/* ---- in words ---- */

static void
add_title(struct hf_buf *b, struct maker *m, const struct hf_json *entry)
{
	const struct hf_instance *i = run_instance_of(m->run, entry);

	if (i != NULL && hf_run_fill(b, m->run, i, i->step->title, m->e) != HF_OK)
		m->rc = m->e == NULL ? HF_NOMEM : m->e->code;
}

static void
add_captured(struct hf_buf *b, const struct hf_run *run, const struct hf_json *captured)
{
	const char     *name;
	struct hf_json *v;
	bool            first = true;

	for (void *it = NULL; captured != NULL && hf_json_next(captured, &it, &name, &v); first = false) {
		hf_buf_addf(b, "%s%s = ", first ? "" : "; ", name);
		hf_brief_value(b, run, v);
	}
}

static void
add_ref(struct hf_buf *b, const struct hf_run *run, const char *id)
{
	if (hf_id_valid(id))
		hf_register_ref(b, run->r, id);
	else
		hf_buf_adds(b, id);
}

static const char *
answer_label(const struct hf_run *run, const struct hf_json *entry)
{
	const struct hf_step *s = hf_playbook_step(run->pb, hf_json_text(entry, "step"));

	for (size_t k = 0; s != NULL && k < s->n_routes; k++)
		if (strcmp(s->routes[k].key, hf_json_text(entry, "answer")) == 0)
			return s->routes[k].label;
	return hf_json_text(entry, "answer");
}

static void
add_started(struct hf_buf *b, const struct hf_json *entry)
{
	const struct hf_json *ids = hf_json_get(entry, "started"), *not_started = hf_json_get(entry, "not_started");

	for (size_t i = 0; i < hf_json_len(ids); i++)
		hf_buf_addf(b, "; started run %s", hf_json_str(hf_json_at(ids, i)));
	for (size_t i = 0; i < hf_json_len(not_started); i++)
		hf_buf_addf(b, "; could not start %s: %s", hf_json_text(hf_json_at(not_started, i), "book"),
		    hf_json_text(hf_json_at(not_started, i), "why"));
}

static void
add_size(struct hf_buf *b, int64_t size)
{
	if (size < 10 * 1024)
		hf_buf_addf(b, "%lld bytes", (long long)size);
	else if (size < 10 * 1024 * 1024)
		hf_buf_addf(b, "%lld KiB", (long long)(size / 1024));
	else
		hf_buf_addf(b, "%lld MiB", (long long)(size / 1024 / 1024));
}

/* Evidence that left the register with a report. */
static void
add_taken(struct hf_buf *b, const struct hf_json *taken)
{
	for (size_t i = 0; i < hf_json_len(taken); i++)
		hf_buf_addf(b, "%s%s", i == 0 ? ", taken out with it: " : ", ", hf_json_text(hf_json_at(taken, i), "file_name"));
}

static void
add_until(struct hf_buf *b, const struct hf_run *run, const char *until)
{
	int64_t t;

	if (until[0] == '\0' || hf_time_parse(&t, NULL, until, NULL) != HF_OK)
		return;
	hf_buf_adds(b, " until ");
	hf_time_local(b, t, hf_register_zone(run->r), true);
}

/* A new value, and what was there before it. */
static void
add_changed(struct hf_buf *b, const struct hf_run *run, const struct hf_json *changed, bool drill)
{
	const char     *name;
	struct hf_json *v;

	for (void *it = NULL; changed != NULL && hf_json_next(changed, &it, &name, &v);) {
		hf_buf_addf(b, ". %s%s = ", drill ? "Not applied, a drill: " : "", name);
		hf_brief_value(b, run, hf_json_get(v, "now"));
		hf_buf_adds(b, " (it was ");
		hf_brief_value(b, run, hf_json_get(v, "was"));
		hf_buf_adds(b, ")");
	}
}

/* What was looked at and is still right; why it went through a closed gate; what a drill did not do. */
static void
add_beside(struct hf_buf *b, const struct hf_run *run, const struct hf_json *entry)
{
	const struct hf_json *confirmed = hf_json_get(entry, "confirmed"), *without = hf_json_get(entry, "without"),
			     *idle = hf_json_get(entry, "not_applied");

	add_changed(b, run, hf_json_get(entry, "changed"), run->drill);
	if (hf_json_len(confirmed) > 0) {
		hf_buf_adds(b, ". Still right: ");
		add_captured(b, run, confirmed);
	}
	if (hf_json_get(entry, "anyway") != NULL) {
		hf_buf_adds(b, ". Through a closed gate, without ");
		for (size_t k = 0; k < hf_json_len(without); k++)
			hf_buf_addf(b, "%s%s", k > 0 ? ", " : "", hf_json_str(hf_json_at(without, k)));
		hf_buf_addf(b, ", because: %s", hf_json_text(entry, "anyway"));
	}
	for (size_t k = 0; k < hf_json_len(idle); k++)
		hf_buf_addf(b, ". A drill, so not done: %s", hf_json_str(hf_json_at(idle, k)));
}

/* What stands before the title. */
static void
add_verb(struct hf_buf *b, const struct maker *m, const struct hf_json *entry, const char *type)
{
	if (strcmp(type, "start") == 0) {
		hf_buf_addf(b, "run started: %s, on ", hf_json_text(entry, "title"));
		add_ref(b, m->run, hf_json_text(entry, "subject"));
	} else if (strcmp(type, "skip") == 0) {
		hf_buf_adds(b, "left out");
	} else if (strcmp(type, "fail") == 0) {
		hf_buf_adds(b, "failed");
	} else if (strcmp(type, "answer") == 0) {
		hf_buf_addf(b, "answered \"%s\"", answer_label(m->run, entry));
	} else if (strcmp(type, "value") == 0) {
		hf_buf_adds(b, "written down");
	} else if (strcmp(type, "evidence") == 0) {
		hf_buf_addf(b, "kept as %s", hf_json_text(entry, "kept_as"));
	} else if (strcmp(type, "ticket") == 0) {
		hf_buf_addf(b, "ticket %s%s%s", hf_json_text(entry, "number"),
		    hf_json_text(entry, "with")[0] != '\0' ? " with " : "", hf_json_text(entry, "with"));
	} else if (strcmp(type, "report") == 0) {
		hf_buf_addf(b, "report made: %s", hf_json_text(entry, "template"));
		add_taken(b, hf_json_get(entry, "taken"));
	} else if (strcmp(type, "assign") == 0 && hf_json_get(entry, "claim") != NULL) {
		hf_buf_adds(b, hf_json_true(hf_json_get(entry, "claim")) ? "claimed" : "not claimed any more");
	} else if (strcmp(type, "assign") == 0 || strcmp(type, "handover") == 0) {
		hf_buf_addf(b, "%s%s is now ", strcmp(type, "handover") == 0 ? "handed over: " : "", hf_json_text(entry, "role"));
		add_ref(b, m->run, hf_json_text(entry, "person"));
	} else if (strcmp(type, "approve") == 0) {
		hf_buf_addf(
		    b, "approved%s", hf_json_true(hf_json_get(entry, "stand_in")) ? " by one who does not have the role" : "");
	} else if (strcmp(type, "reject") == 0) {
		hf_buf_adds(b, "not approved");
	} else if (strcmp(type, "wait") == 0) {
		hf_buf_adds(b, "waits");
		add_until(b, m->run, hf_json_text(entry, "until"));
	} else if (strcmp(type, "correct") == 0) {
		hf_buf_addf(b, "correction of entry %s", hf_json_text(entry, "corrects"));
	} else if (strcmp(type, "reopen") == 0) {
		hf_buf_addf(b, "%s again", hf_json_get(entry, "step") != NULL ? "opened" : "run opened");
	} else if (strcmp(type, "close") == 0) {
		hf_buf_adds(b, "run closed");
	} else {
		hf_buf_adds(b, type);
	}
}

static bool
same_visit(const struct hf_json *a, const struct hf_json *b)
{
	const struct hf_json *x = hf_json_get(a, "row"), *y = hf_json_get(b, "row");

	return strcmp(hf_json_text(a, "step"), hf_json_text(b, "step")) == 0 &&
	    hf_json_num(hf_json_get(a, "visit")) == hf_json_num(hf_json_get(b, "visit")) &&
	    (x == NULL ? y == NULL : y != NULL && hf_json_equal(x, y));
}

/* Two responders did the same: both entries stay, and of the second it is said. */
static bool
done_before(const struct hf_run *run, const struct hf_json *entry)
{
	bool done = false;

	if (!entry_is(entry, "done") || hf_json_text(entry, "step")[0] == '\0')
		return false;
	for (size_t k = 0; hf_json_at(run->entries, k) != entry && k < hf_json_len(run->entries); k++) {
		const struct hf_json *of = hf_json_at(run->entries, k);

		if (!same_visit(of, entry))
			continue;
		if (entry_is(of, "skip") || entry_is(of, "fail") || entry_is(of, "reject"))
			done = false;
		else if (entry_is(of, "done"))
			done = strcmp(hf_json_text(of, "actor"), hf_json_text(entry, "actor")) != 0;
	}
	return done;
}

/* ". ", and after a question " ". */
static void
next_sentence(struct hf_buf *b)
{
	hf_buf_adds(b, b->len > 0 && b->data[b->len - 1] == '?' ? " " : ". ");
}

static void
what(struct maker *m, struct hf_json *o, const struct hf_json *entry)
{
	const char   *type = hf_json_text(entry, "type");
	struct hf_buf b = HF_BUF_INIT, title = HF_BUF_INIT;

	add_title(&title, m, entry);
	add_verb(&b, m, entry, type);
	if (title.len > 0)
		hf_buf_addf(&b, ": %s", title.data);
	if (hf_json_len(hf_json_get(entry, "captured")) > 0) {
		next_sentence(&b);
		add_captured(&b, m->run, hf_json_get(entry, "captured"));
	}
	if (strcmp(type, "evidence") == 0) {
		next_sentence(&b);
		hf_buf_addf(&b, "%s, ", hf_json_text(entry, "file_name"));
		add_size(&b, hf_json_num(hf_json_get(entry, "size")));
	}
	add_beside(&b, m->run, entry);
	add_started(&b, entry);
	if (done_before(m->run, entry)) {
		hf_buf_adds(&b, ". Somebody else had done it already");
		set(m, o, "twice", hf_json_bool(true));
	}
	set_buf(m, o, "what", &b);
	set_buf(m, o, "title", &title);
}

/* ---- when and who ---- */

static void
set_time(struct maker *m, struct hf_json *o, const char *key, int64_t t, const char *zone, bool seconds)
{
	struct hf_buf b = HF_BUF_INIT;
	char          text[HF_TIME_SIZE];

	if (seconds) {
		hf_time_rfc3339(text, t, false);
		hf_buf_addf(&b, "%.10s %.8s", text, text + 11);
	} else {
		hf_time_local(&b, t, zone, true);
	}
	set_buf(m, o, key, &b);
}

static void
times(struct maker *m, struct hf_json *o, const struct hf_json *entry)
{
	const char   *written = hf_json_text(entry, "recorded_at");
	int64_t       occurred = entry_time(entry), recorded = occurred;
	struct hf_buf b = HF_BUF_INIT;
	char          text[HF_TIME_SIZE];

	if (hf_time_parse(&recorded, NULL, written, NULL) != HF_OK)
		recorded = occurred;
	hf_time_rfc3339(text, occurred, true);
	set(m, o, "occurred_at", hf_json_string(text));
	set(m, o, "recorded_at", hf_json_string(written));
	set_time(m, o, "utc", occurred, "", true);
	set_time(m, o, "local", occurred, hf_register_zone(m->run->r), false);
	set_time(m, o, "recorded", recorded, "", true);
	if (strcmp(hf_json_text(entry, "precision"), "about") == 0)
		set(m, o, "precision", hf_json_string("about"));
	if (recorded - occurred > SOON) {
		hf_time_words(&b, recorded - occurred);
		set_buf(m, o, "delay", &b);
	}
}

/* Flags of this entry, and what corrects it. */
static void
beside(struct maker *m, struct hf_json *o, const struct hf_json *entry)
{
	const struct hf_json *list = hf_json_get(m->run->corrected, hf_json_text(entry, "id"));
	struct hf_json       *corrections = hf_json_array();

	for (size_t k = 0; k < hf_json_len(m->odd); k++)
		if (strcmp(hf_json_text(hf_json_at(m->odd, k), "entry"), hf_json_text(entry, "id")) == 0)
			set(m, o, hf_json_text(hf_json_at(m->odd, k), "flag"), hf_json_bool(true));
	for (size_t k = 0; k < hf_json_len(list); k++) {
		struct hf_json *one = hf_json_object();
		struct hf_buf   by = HF_BUF_INIT;

		hf_register_who(&by, m->run->r, hf_json_text(hf_json_at(list, k), "actor"));
		set(m, one, "id", hf_json_ref(hf_json_get(hf_json_at(list, k), "id")));
		set(m, one, "text", hf_json_ref(hf_json_get(hf_json_at(list, k), "text")));
		set_time(m, one, "utc", entry_time(hf_json_at(list, k)), "", true);
		set_buf(m, one, "by", &by);
		if (hf_json_push(corrections, one) != 0 && m->rc == HF_OK)
			m->rc = hf_nomem(m->e);
	}
	if (hf_json_len(corrections) > 0)
		set(m, o, "corrections", hf_json_ref(corrections));
	hf_json_free(corrections);
}

static void
who(struct maker *m, struct hf_json *o, const struct hf_json *entry)
{
	const char   *actor = hf_json_text(entry, "actor"), *behalf = hf_json_text(entry, "on_behalf_of");
	struct hf_buf b = HF_BUF_INIT;

	if (actor[0] != '\0') {
		set(m, o, "actor", hf_json_string(actor));
		hf_register_who(&b, m->run->r, actor);
		set_buf(m, o, "actor_name", &b);
	}
	if (behalf[0] != '\0') {
		set(m, o, "on_behalf_of", hf_json_string(behalf));
		add_ref(&b, m->run, behalf);
		set_buf(m, o, "on_behalf_name", &b);
	}
}

static struct hf_json *
line(struct maker *m, const struct hf_json *entry)
{
	static const char *const as_they_are[] = { "id", "type", "step", "visit", "acting_as", "text", "captured", "answer",
		"file_name", "sha256", "size", "media_type", "kept_as", "number", "with", "template", "role", "person", "started",
		"not_started", "after", "drill", "corrects", "anyway", "without", "confirmed", "changed", "not_applied", "applied",
		"until", "claim", "stand_in" };
	struct hf_json          *o = hf_json_object();

	for (size_t i = 0; i < sizeof(as_they_are) / sizeof(as_they_are[0]); i++)
		if (hf_json_get(entry, as_they_are[i]) != NULL)
			set(m, o, as_they_are[i], hf_json_ref(hf_json_get(entry, as_they_are[i])));
	times(m, o, entry);
	beside(m, o, entry);
	who(m, o, entry);
	what(m, o, entry);
	return o;
}

/* ---- in order ---- */

struct at {
	int64_t               t;
	size_t                chain;
	const struct hf_json *entry;
};

static int
by_time(const void *a, const void *b)
{
	const struct at *x = a, *y = b;

	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	return x->chain < y->chain ? -1 : x->chain > y->chain;
}

/* Lines in the order of the chain (where the clock is judged), then in that of time. */
static enum hf_code
gather(struct hf_json *out, struct maker *m)
{
	size_t          n = hf_json_len(m->run->entries);
	struct at      *list = calloc(n + 1, sizeof(*list));
	struct hf_json *lines = hf_json_array();

	if (list == NULL || lines == NULL)
		m->rc = hf_nomem(m->e);
	for (size_t i = 0; m->rc == HF_OK && i < n; i++) {
		const struct hf_json *entry = hf_json_at(m->run->entries, i);

		if (hf_json_push(lines, line(m, entry)) != 0)
			m->rc = hf_nomem(m->e);
		list[i] = (struct at){ entry_time(entry), i, hf_json_at(lines, i) };
	}
	if (m->rc == HF_OK)
		qsort(list, n, sizeof(*list), by_time);
	for (size_t i = 0; m->rc == HF_OK && i < n; i++)
		if (hf_json_push(out, hf_json_ref(list[i].entry)) != 0)
			m->rc = hf_nomem(m->e);
	hf_json_free(lines);
	free(list);
	return m->rc;
}

enum hf_code
hf_timeline_make(struct hf_json **out, const struct hf_run *run, struct hf_err *e)
{
	struct maker    m = { .run = run, .e = e };
	struct hf_json *list = hf_json_array();

	*out = NULL;
	if (list == NULL)
		return hf_nomem(e);
	if ((m.rc = hf_run_odd_clocks(&m.odd, run, e)) == HF_OK)
		gather(list, &m);
	hf_json_free(m.odd);
	if (m.rc != HF_OK) {
		hf_json_free(list);
		return m.rc;
	}
	*out = list;
	return HF_OK;
}
