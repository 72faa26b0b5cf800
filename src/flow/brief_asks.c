/* What a step asks of the person who does it. */
#include <string.h>

#include "brief_in.h"

/* ---- what to keep and to write down ---- */

static void
keep(struct brief *b, struct hf_json *out)
{
	const struct hf_step *s = b->i->step;
	struct hf_json       *list = hf_json_array();

	for (size_t k = 0; k < s->n_keep; k++) {
		const struct hf_json *kept = hf_json_get(b->i->kept, s->keep[k].id);
		struct hf_json       *o = hf_json_object(), *files = hf_json_array();

		for (size_t n = 0; n < hf_json_len(kept); n++)
			brief_push(b, files, hf_json_ref(hf_json_get(hf_json_at(kept, n), "file_name")));
		brief_set(b, o, "id", hf_json_string(s->keep[k].id));
		brief_set(b, o, "text", brief_filled(b, s->keep[k].text));
		brief_set(b, o, "files", files);
		brief_push(b, list, o);
	}
	brief_set(b, out, "keep", list);
}

static struct hf_json *
choice(const char *value, const char *words)
{
	struct hf_json *o = hf_json_object();

	if (hf_json_set(o, "value", hf_json_string(value)) != 0 || hf_json_set(o, "words", hf_json_string(words)) != 0) {
		hf_json_free(o);
		return NULL;
	}
	return o;
}

/* The first column is the value, the second its words; a record is called what people call it. */
static struct hf_json *
chosen_row(const struct hf_run *run, const struct hf_json *row)
{
	struct hf_buf   value = HF_BUF_INIT, words = HF_BUF_INIT;
	struct hf_json *v, *o;
	const char     *key;
	void           *it = NULL;

	if (hf_json_next(row, &it, &key, &v)) {
		hf_brief_value(&value, run, v);
		if (hf_json_next(row, &it, &key, &v))
			hf_brief_value(&words, run, v);
	}
	o = choice(hf_buf_str(&value), strcmp(hf_buf_str(&value), hf_buf_str(&words)) == 0 ? "" : hf_buf_str(&words));
	hf_buf_clear(&value);
	hf_buf_clear(&words);
	return o;
}

/* Of several that are called the same, each is typed as its id. rows: what the last choices of the list were made from. */
static int
tell_apart(struct hf_json *list, const struct hf_json *rows)
{
	size_t n = hf_json_len(rows), from = hf_json_len(list) - n;
	int    bad = 0;

	for (size_t k = 0; k < n; k++) {
		struct hf_json *o = hf_json_at(list, from + k), *id;
		const char *name = hf_json_get_str(o, "name") != NULL ? hf_json_get_str(o, "name") : hf_json_get_str(o, "value"),
			   *key;
		void *it = NULL;
		bool  several = hf_json_get(o, "name") != NULL;

		for (size_t l = k + 1; l < n; l++)
			if (strcmp(hf_json_text(hf_json_at(list, from + l), "value"), name) == 0) {
				several = true;
				bad |= hf_json_set(hf_json_at(list, from + l), "name", hf_json_string(name));
			}
		if (!several || !hf_json_next(hf_json_at(rows, k), &it, &key, &id) || hf_json_str(id) == NULL)
			continue;
		bad |= hf_json_set(o, "name", hf_json_string(name));
		bad |= hf_json_set(o, "value", hf_json_ref(id));
	}
	return bad;
}

/* What a choice means: of the severity what the book says of it. */
static const char *
words_of(const struct hf_run *run, const struct hf_value *v, const char *choice)
{
	const struct hf_severity *s = NULL;

	if (strcmp(v->name, "severity") == 0)
		s = hf_playbook_severity(hf_run_playbook(run), choice);
	return s == NULL ? "" : s->text;
}

enum hf_code
hf_brief_choices(
    struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, const struct hf_value *v, struct hf_err *e)
{
	struct hf_json *list = hf_json_array(), *rows = NULL;
	enum hf_code    rc = HF_OK;
	int             bad = list == NULL;

	*out = NULL;
	for (size_t k = 0; !bad && k < v->choices.n; k++)
		bad = hf_json_push(list, choice(v->choices.v[k], words_of(run, v, v->choices.v[k])));
	if (!bad && v->type == HF_VALUE_BOOL)
		bad = hf_json_push(list, choice("yes", "")) != 0 || hf_json_push(list, choice("no", "")) != 0;
	if (!bad && v->sql != NULL)
		rc = run_ask(&rows, run, i, i == NULL ? NULL : i->row, v->sql, e);
	for (size_t k = 0; !bad && rc == HF_OK && k < hf_json_len(rows); k++)
		bad = hf_json_push(list, chosen_row(run, hf_json_at(rows, k)));
	if (!bad && rc == HF_OK)
		bad = tell_apart(list, rows);
	hf_json_free(rows);
	if (bad || rc != HF_OK) {
		hf_json_free(list);
		return bad ? hf_nomem(e) : rc;
	}
	*out = list;
	return HF_OK;
}

void
hf_brief_type(struct hf_buf *out, const struct hf_value *v)
{
	static const char *const words[] = { [HF_VALUE_TEXT] = "text",
		[HF_VALUE_NUMBER] = "a number",
		[HF_VALUE_DATE] = "a day",
		[HF_VALUE_TIME] = "a time",
		[HF_VALUE_BOOL] = "yes or no",
		[HF_VALUE_EMAIL] = "an e-mail address",
		[HF_VALUE_PHONE] = "a telephone number",
		[HF_VALUE_CHOICE] = "one of",
		[HF_VALUE_REF] = "" };

	hf_buf_adds(out, v->type == HF_VALUE_REF ? v->kind : words[v->type]);
	for (size_t k = 0; v->type == HF_VALUE_CHOICE && k < v->choices.n; k++)
		hf_buf_addf(out, "%s %s", k > 0 ? "," : "", v->choices.v[k]);
}

static void
write_down(struct brief *b, struct hf_json *out)
{
	const struct hf_step *s = b->i->step;
	struct hf_json       *list = hf_json_array();

	for (size_t k = 0; k < s->n_write; k++) {
		const struct hf_value *v = &s->write[k];
		const struct hf_json  *value = hf_json_get(b->i->values, v->name);
		struct hf_json        *o = hf_json_object(), *choices = NULL;
		struct hf_buf          type = HF_BUF_INIT;
		enum hf_code           rc;

		if ((rc = hf_brief_choices(&choices, b->run, b->i, v, b->e)) != HF_OK)
			brief_fail(b, rc);
		hf_brief_type(&type, v);
		brief_set(b, o, "name", hf_json_string(v->name));
		brief_set(b, o, "type", hf_json_string(hf_buf_str(&type)));
		brief_set_filled(b, o, "prompt", v->prompt);
		brief_set_text(b, o, "kind", v->kind);
		brief_set(b, o, "choices", choices != NULL ? choices : hf_json_array());
		brief_set(b, o, "value", value == NULL ? hf_json_null() : hf_json_ref(value));
		brief_push(b, list, o);
		hf_buf_clear(&type);
	}
	brief_set(b, out, "write", list);
}

/* ---- answers, and the rest ---- */

static void
answers(struct brief *b, struct hf_json *out)
{
	const struct hf_step *s = b->i->step;
	struct hf_json       *list = hf_json_array();

	for (size_t k = 0; k < s->n_routes; k++) {
		struct hf_json *o;

		if (strcmp(s->routes[k].key, "it-fails") == 0) {
			brief_set(b, out, "if_it_fails", brief_routed(b, s->routes[k].text));
			continue;
		}
		o = hf_json_object();
		brief_set(b, o, "key", hf_json_string(s->routes[k].key));
		brief_set(b, o, "label", brief_filled(b, s->routes[k].label));
		brief_set(b, o, "text", brief_routed(b, s->routes[k].text));
		brief_push(b, list, o);
	}
	brief_set(b, out, "answers", list);
	brief_set(b, out, "answer", hf_json_or_null(b->i->answer));
}

/* "x:agency: state becomes hijacked" */
static void
changes(struct brief *b, struct hf_json *out)
{
	struct hf_json *list = hf_json_array();

	for (size_t k = 0; k < b->i->step->n_updates; k++) {
		struct hf_buf buf = HF_BUF_INIT;
		enum hf_code  rc;

		if ((rc = run_change_words(&buf, b->run, b->i, &b->i->step->updates[k], b->e)) != HF_OK)
			brief_fail(b, rc);
		brief_push(b, list, hf_json_stringn(hf_buf_str(&buf), buf.len));
		hf_buf_clear(&buf);
	}
	brief_set(b, out, "changes", list);
}

static bool
gives(const struct hf_step *s, const char *name)
{
	for (size_t k = 0; k < s->n_keep; k++)
		if (strcmp(s->keep[k].id, name) == 0)
			return true;
	return run_writes(s, name);
}

/* What a name stands for: the title of a step or phase, or what is kept or written down, and where. */
static struct hf_json *
need_words(struct brief *b, const char *name)
{
	const struct hf_playbook *pb = b->run->pb;
	const struct hf_step     *s = hf_playbook_step(pb, name);
	const struct hf_phase    *phase = hf_playbook_phase(pb, name);
	struct hf_buf             buf = HF_BUF_INIT;
	struct hf_json           *v;

	for (size_t k = 0; s == NULL && phase == NULL && k < pb->n_steps; k++)
		if (gives(&pb->steps[k], name)) {
			hf_buf_addf(&buf, "%s, from \"%s\"", name, pb->steps[k].title);
			break;
		}
	if (s != NULL)
		hf_buf_addf(&buf, "\"%s\"", s->title);
	else if (phase != NULL)
		hf_buf_addf(&buf, "every step of \"%s\"", phase->title);
	v = brief_filled(b, buf.len > 0 ? hf_buf_str(&buf) : name);
	hf_buf_clear(&buf);
	return v;
}

static void
needs(struct brief *b, struct hf_json *out, const struct hf_json *blocked)
{
	struct hf_json *list = hf_json_array();

	for (size_t k = 0; k < hf_json_len(blocked); k++) {
		struct hf_json *o = hf_json_object();

		brief_set(b, o, "name", hf_json_ref(hf_json_at(blocked, k)));
		brief_set(b, o, "words", need_words(b, hf_json_str(hf_json_at(blocked, k))));
		brief_push(b, list, o);
	}
	brief_set(b, out, "needs", list);
}

void
brief_asks(struct brief *b, struct hf_json *out)
{
	const struct hf_step *s = b->i->step;
	struct hf_json       *reports = hf_json_array(), *list = NULL;
	enum hf_code          rc;

	keep(b, out);
	write_down(b, out);
	answers(b, out);
	changes(b, out);
	for (size_t k = 0; k < s->reports.n; k++)
		brief_push(b, reports, brief_filled(b, s->reports.v[k]));
	brief_set(b, out, "reports", reports);
	brief_turn(b, out);
	brief_set_filled(b, out, "why", s->why);
	if ((rc = hf_run_missing(&list, b->run, b->i, b->e)) != HF_OK)
		brief_fail(b, rc);
	else
		brief_set(b, out, "missing", list);
	if ((rc = hf_run_blocked(&list, b->run, b->i, b->e)) != HF_OK)
		brief_fail(b, rc);
	else
		needs(b, out, list);
	hf_json_free(list);
}
