/* Where the fields of a report come from, which of them are empty, and addresses that are shown by their ends alone. */
#include "report_in.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "holdfast/schema.h"
#include "run_impl.h"

#define LABEL_MAX 60 /* bytes of a label that is no heading */

/* ---- hiding ---- */

/* press@agency.example: p***@agency.example. +44 20 7946 0101: +44 *** 01. */
static void
by_its_ends(struct hf_buf *out, const char *s)
{
	const char *at = strchr(s, '@');
	size_t      len = strlen(s), head = strcspn(s, " ");

	if (at != NULL) {
		hf_buf_addf(out, "%.*s***%s", at == s ? 0 : 1, s, at);
		return;
	}
	if (s[0] == '+' && head <= 4 && head < len)
		hf_buf_addf(out, "%.*s ", (int)head, s);
	hf_buf_addf(out, "*** %s", len > 6 ? s + len - 2 : "");
}

static void
hide(struct report_watch *w, const char *value, const char *safe)
{
	struct hf_buf b = HF_BUF_INIT;

	if (value == NULL || value[0] == '\0' || (safe != NULL && strcmp(safe, value) == 0))
		return;
	by_its_ends(&b, value);
	if (b.failed || hf_json_set(w->hidden, value, hf_json_string(hf_buf_str(&b))) != 0)
		w->failed = true;
	hf_buf_clear(&b);
}

static void
hide_all(struct report_watch *w, const struct hf_json *data)
{
	const struct hf_json *account = hf_json_get(data, "account"), *contacts = hf_json_get(data, "contacts");
	const char           *mail = hf_json_get_str(data, "contact_address"), *phone = hf_json_get_str(data, "contact_phone");

	hide(w, hf_json_get_str(account, "registered_email"), mail);
	hide(w, hf_json_get_str(account, "registered_phone"), phone);
	for (size_t i = 0; i < hf_json_len(contacts); i++) {
		const struct hf_json *c = hf_json_at(contacts, i);

		if (strcmp(hf_json_text(c, "type"), "email") == 0 || strcmp(hf_json_text(c, "type"), "phone") == 0)
			hide(w, hf_json_get_str(c, "value"), strcmp(hf_json_text(c, "type"), "email") == 0 ? mail : phone);
	}
}

static void
mask(const struct report_watch *w, struct hf_buf *text)
{
	struct hf_buf   next = HF_BUF_INIT;
	const char     *value, *p, *found;
	struct hf_json *shown;

	for (void *it = NULL; w->hidden != NULL && hf_json_next(w->hidden, &it, &value, &shown);) {
		if (strstr(hf_buf_str(text), value) == NULL)
			continue;
		hf_buf_cut(&next, 0);
		for (p = hf_buf_str(text); (found = strstr(p, value)) != NULL; p = found + strlen(value)) {
			hf_buf_add(&next, p, (size_t)(found - p));
			hf_buf_adds(&next, hf_json_str(shown));
		}
		hf_buf_adds(&next, p);
		hf_buf_cut(text, 0);
		hf_buf_adds(text, hf_buf_str(&next));
	}
	if (next.failed)
		text->failed = true;
	hf_buf_clear(&next);
}

/* ---- labels ---- */

/* As it is read: without the marks of Markdown. */
static void
add_plain(struct hf_buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] != '*' && (s[i] != '\\' || i + 1 == len || !ispunct((unsigned char)s[i + 1])))
			hf_buf_addc(out, s[i]);
}

static size_t
line_start(const char *page, size_t from, size_t at)
{
	while (at > from && page[at - 1] != '\n')
		at--;
	return at;
}

/* The words before the last colon of a line, from the sentence's start. False when there is none. */
static bool
words_of(size_t *start, size_t *end, const char *page, size_t line, size_t len)
{
	size_t colon = 0;

	for (size_t i = line; i + 1 < len; i++)
		if (page[i] == ':' && page[i + 1] == ' ')
			colon = i;
	if (colon == 0)
		return false;
	*start = strncmp(page + line, "- ", 2) == 0 ? line + 2 : line;
	for (size_t i = *start; i + 1 < colon; i++)
		if (page[i] == '.' && page[i + 1] == ' ')
			*start = i + 2;
	*end = colon;
	return colon - *start < LABEL_MAX;
}

static void
add_heading(struct hf_buf *out, const char *page, size_t from, size_t at)
{
	while (at > from) {
		size_t start = line_start(page, from, at - 1);

		if (strncmp(page + start, "## ", 3) == 0 || strncmp(page + start, "### ", 4) == 0) {
			start += strspn(page + start, "# ");
			add_plain(out, page + start, strcspn(page + start, "\n"));
			return;
		}
		at = start;
	}
}

/* The label of what is printed at len: the words before it, unless a value stands in them; else the heading. "": neither. */
static void
label_at(struct hf_buf *out, const struct report_watch *w, const char *page, size_t from, size_t len)
{
	size_t line = line_start(page, from, len), start, end;
	bool   words = words_of(&start, &end, page, line, len);

	if (page[line] == '#')
		return;
	if (words && page[start] == '(')
		words = false;
	for (size_t i = 0; words && i < w->n_values; i++)
		words = w->values[i] < start || w->values[i] >= end;
	if (words)
		add_plain(out, page + start, end - start);
	else
		add_heading(out, page, from, line);
}

/* Where the values of the line begin. */
static void
remember(struct report_watch *w, const char *page, size_t from, size_t len)
{
	if (w->n_values > 0 && w->values[w->n_values - 1] < line_start(page, from, len))
		w->n_values = 0;
	if (w->n_values < sizeof(w->values) / sizeof(w->values[0]))
		w->values[w->n_values++] = len;
}

/* ---- where it comes from ---- */

static const char *
source_of(const char *root)
{
	static const char *const log[] = { "run", "steps", "done", "skipped", "failed", "open", "late", "changes", "answers",
		"answered", "rows", "entries", "evidence", "tickets", "figures", "gates" };
	static const char *const records[] = { "grants", "links", "contacts", "desk", "siblings", "proofs", "ties", "accounts",
		"attestations", "exceptions", "units_below", "asks" };
	static const char *const sheet[] = { "provider", "routes", "windows" };

	for (size_t i = 0; i < sizeof(log) / sizeof(log[0]); i++)
		if (strcmp(root, log[i]) == 0)
			return "from_log";
	for (size_t i = 0; i < sizeof(sheet) / sizeof(sheet[0]); i++)
		if (strcmp(root, sheet[i]) == 0)
			return "from_sheet";
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		if (strcmp(root, records[i]) == 0)
			return "from_register";
	return hf_schema_kind(root) != NULL ? "from_register" : NULL;
}

/* What holdfast says of the report itself is no field of it. */
static bool
is_frame(const char *root)
{
	static const char *const frame[] = { "report", "register", "author", "now", "today", "needed", "sources", "blank" };

	for (size_t i = 0; i < sizeof(frame) / sizeof(frame[0]); i++)
		if (strcmp(root, frame[i]) == 0)
			return true;
	return false;
}

/* A list of its own for each key: {"fields": […]}, so that a template can ask whether there is one. */
static void
list(struct report_watch *w, const char *key, struct hf_json *item)
{
	struct hf_json *o = hf_json_get(w->told, key);

	if (o == NULL) {
		o = hf_json_object();
		if (hf_json_set(o, "fields", hf_json_array()) != 0 || hf_json_set(w->told, key, o) != 0)
			w->failed = true;
		o = hf_json_get(w->told, key);
	}
	if (hf_json_push_new(hf_json_get(o, "fields"), item) != 0)
		w->failed = true;
}

/* The entry that wrote a value down last; NULL: it was there when the run began. */
static const struct hf_json *
written(const struct hf_run *run, const char *name)
{
	for (size_t k = hf_json_len(run->entries); k-- > 0;) {
		const struct hf_json *entry = hf_json_at(run->entries, k);

		if (hf_json_get(hf_json_get(entry, "captured"), name) != NULL)
			return hf_json_get_str(entry, "step") == NULL ? NULL : entry;
	}
	return NULL;
}

/* A step and what it wrote down: {"step","at","by","labels"}; all null for what was there when the run began. */
static struct hf_json *
step_item(struct report_watch *w, const char *step, const struct hf_json *entry)
{
	const struct hf_instance *i = entry == NULL ? NULL : run_instance_of(w->run, entry);
	bool                      finished = i != NULL && i->at != 0;
	struct hf_err             why = HF_ERR_INIT;
	struct context            c = { .r = w->run->r, .e = &why };
	struct hf_json           *o = hf_json_object();

	ctx_text(&c, o, "step", step);
	ctx_time(&c, o, "at", finished ? i->at : entry != NULL ? entry_time(entry) : 0);
	ctx_text(&c, o, "by", NULL);
	if (entry != NULL)
		ctx_who(&c, o, "by", finished ? i->by : hf_json_get_str(entry, "actor"));
	ctx_set(&c, o, "labels", hf_json_array());
	if (c.rc != HF_OK)
		w->failed = true;
	return o;
}

static void
tell_value(struct report_watch *w, const char *label, const char *name)
{
	const struct hf_json     *entry = written(w->run, name);
	const struct hf_instance *i = entry == NULL ? NULL : run_instance_of(w->run, entry);
	const char               *step = i != NULL ? i->number : entry == NULL ? NULL : hf_json_get_str(entry, "step");
	struct hf_json           *steps, *o = NULL;

	if ((steps = hf_json_get(w->told, "from_steps")) == NULL) {
		if (hf_json_set(w->told, "from_steps", hf_json_array()) != 0)
			w->failed = true;
		steps = hf_json_get(w->told, "from_steps");
	}
	for (size_t k = 0; o == NULL && k < hf_json_len(steps); k++)
		if (strcmp(hf_json_text(hf_json_at(steps, k), "step"), step == NULL ? "" : step) == 0)
			o = hf_json_at(steps, k);
	if (o == NULL) {
		if (hf_json_push(steps, step_item(w, step, entry)) != 0)
			w->failed = true;
		o = hf_json_at(steps, hf_json_len(steps) - 1);
	}
	if (hf_json_push_new(hf_json_get(o, "labels"), hf_json_string(label)) != 0)
		w->failed = true;
}

static void
watch(struct report_watch *w, const struct hf_template_place *place)
{
	struct hf_buf label = HF_BUF_INIT;
	const char   *source = source_of(place->root);

	label_at(&label, w, hf_buf_str(place->page), place->from, place->page->len);
	remember(w, hf_buf_str(place->page), place->from, place->page->len);
	if (label.len == 0 || is_frame(place->root)) {
		hf_buf_clear(&label);
		return;
	}
	if (!place->found)
		list(w, "blank", hf_json_string(label.data));
	else if (w->run != NULL && source == NULL && hf_json_get(w->run->values, place->root) != NULL)
		tell_value(w, label.data, place->root);
	else if (source != NULL)
		list(w, source, hf_json_string(label.data));
	if (label.failed)
		w->failed = true;
	hf_buf_clear(&label);
}

/* ---- the whole ---- */

enum hf_code
report_watch_open(struct report_watch *w, const struct hf_report *rep, const struct hf_json *data, struct hf_err *e)
{
	*w = (struct report_watch){ .run = rep->run, .told = hf_json_object(), .hidden = rep->mask ? hf_json_object() : NULL };
	if (rep->mask)
		hide_all(w, data);
	return w->failed || w->told == NULL ? hf_nomem(e) : HF_OK;
}

void
report_watch_clear(struct report_watch *w)
{
	hf_json_free(w->hidden);
	hf_json_free(w->told);
}

void
report_watch_value(void *arg, struct hf_buf *text, const struct hf_template_place *place)
{
	struct report_watch *w = arg;

	if (w->told != NULL)
		watch(w, place);
	mask(w, text);
}

/* "(type it here)", "(choose one: …)": what the page leaves to whoever has it. */
static void
tell_typed(struct report_watch *w, const struct hf_buf *page)
{
	static const char *const words[] = { "(type ", "(write ", "(choose ", "(name " };
	const char              *text = hf_buf_str(page);
	struct hf_buf            label = HF_BUF_INIT;

	for (const char *p = text; (p = strchr(p, '(')) != NULL; p++)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			if (strncmp(p, words[i], strlen(words[i])) != 0)
				continue;
			hf_buf_cut(&label, 0);
			label_at(&label, w, text, 0, (size_t)(p - text));
			if (label.len > 0)
				list(w, "to_type", hf_json_string(label.data));
		}
	hf_buf_clear(&label);
}

enum hf_code
report_watch_tell(struct report_watch *w, struct hf_json *data, const struct hf_buf *page, struct hf_err *e)
{
	struct hf_json *blank;

	w->n_values = 0;
	tell_typed(w, page);
	blank = hf_json_ref(hf_json_get(w->told, "blank"));
	hf_json_unset(w->told, "blank");
	if (hf_json_len(w->told) > 0 && hf_json_set(data, "sources", hf_json_ref(w->told)) != 0)
		w->failed = true;
	if (blank != NULL && hf_json_set(data, "blank", blank) != 0)
		w->failed = true;
	hf_json_free(w->told);
	w->told = NULL;
	return w->failed ? hf_nomem(e) : HF_OK;
}
