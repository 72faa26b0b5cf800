#include "holdfast/report.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/doc.h"
#include "holdfast/hash.h"
#include "holdfast/template.h"
#include "holdfast/text.h"
#include "report_in.h"

enum hf_code
hf_format_parse(enum hf_format *out, const char *word, struct hf_err *e)
{
	static const char *const words[] = { "text", "md", "html" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0) {
			*out = (enum hf_format)i;
			return HF_OK;
		}
	hf_fail(e, HF_USAGE, "format: \"%.20s\" is not one of text, md, html", word);
	return HF_USAGE;
}

/* ---- which template ---- */

enum hf_code
hf_report_partial(void *arg, char **out, const char *name, struct hf_err *e)
{
	const struct hf_partials *p = arg;
	struct hf_buf             full = HF_BUF_INIT, text = HF_BUF_INIT;
	enum hf_code              rc = HF_OK;

	*out = NULL;
	hf_buf_addf(&full, "template/%s/%s", p->beside, name);
	if (p->beside[0] == '\0' || !hf_shelf_has(p->shelf, hf_buf_str(&full))) {
		hf_buf_clear(&full);
		hf_buf_addf(&full, "template/%s", name);
	}
	if ((rc = hf_buf_check(&full, e)) == HF_OK && hf_shelf_has(p->shelf, full.data) &&
	    (rc = hf_shelf_read(&text, NULL, p->shelf, full.data, e)) == HF_OK && (*out = hf_buf_steal(&text)) == NULL)
		rc = hf_nomem(e);
	hf_buf_clear(&full);
	hf_buf_clear(&text);
	return rc;
}

static bool
is_in(const struct hf_json *list, const char *text)
{
	for (size_t k = 0; k < hf_json_len(list); k++)
		if (strcmp(hf_json_str(hf_json_at(list, k)), text) == 0)
			return true;
	return false;
}

static enum hf_code
add_names(struct hf_json *names, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t n = 0; rc == HF_OK && n < i->step->reports.n; n++) {
		struct hf_buf name = HF_BUF_INIT;
		const char   *text;

		if ((rc = hf_run_fill(&name, run, i, i->step->reports.v[n], e)) == HF_OK) {
			text = hf_text_prefix(hf_buf_str(&name), "provider/") ? "provider" : hf_buf_str(&name);
			if (!is_in(names, text) && hf_json_push(names, hf_json_string(text)) != 0)
				rc = hf_nomem(e);
		}
		hf_buf_clear(&name);
	}
	return rc;
}

enum hf_code
hf_report_of_run(struct hf_json **out, const struct hf_run *run, struct hf_err *e)
{
	struct hf_json *names = hf_json_array();
	enum hf_code    rc = names == NULL ? hf_nomem(e) : HF_OK;

	for (size_t k = 0; rc == HF_OK && k < hf_run_count(run); k++)
		if (hf_run_at(run, k)->state != HF_EXCLUDED)
			rc = add_names(names, run, hf_run_at(run, k), e);
	*out = rc == HF_OK ? names : NULL;
	if (rc != HF_OK)
		hf_json_free(names);
	return rc;
}

/* Which one could be meant: those of the run. */
static enum hf_code
say_which(const struct hf_report *rep, struct hf_err *e)
{
	struct hf_json *names = NULL;
	struct hf_buf   b = HF_BUF_INIT;

	if (rep->run != NULL && hf_report_of_run(&names, rep->run, NULL) == HF_OK)
		for (size_t k = 0; k < hf_json_len(names); k++)
			hf_buf_addf(&b, "%s%s", k == 0 ? "" : ", ", hf_json_str(hf_json_at(names, k)));
	if (b.len > 0)
		hf_hint(e, "name the report, as this run has them: %s", hf_buf_str(&b));
	else
		hf_hint(e, "name the report, as internal/siro-first: holdfast book list template");
	hf_buf_clear(&b);
	hf_json_free(names);
	return HF_BAD;
}

static enum hf_code
template_of(char name[128], const struct hf_report *rep, const char *subject, struct hf_err *e)
{
	struct hf_json *record = NULL;
	const char     *wanted = rep->template_name == NULL ? "provider" : rep->template_name, *provider;
	char            full[160];
	enum hf_code    rc;

	snprintf(name, 128, "%s", strncmp(wanted, "template/", 9) == 0 ? wanted + 9 : wanted);
	if (strcmp(name, "provider") != 0 && strncmp(name, "provider/", 9) != 0)
		return HF_OK;
	if ((rc = hf_register_get(&record, rep->r, subject, e)) != HF_OK)
		return rc;
	provider = hf_json_get_str(record, "provider");
	if (strcmp(name, "provider") != 0 && (provider == NULL || strcmp(name + 9, provider) != 0)) {
		rc = HF_OK; /* another provider's, by its name */
	} else if (provider == NULL) {
		hf_fail(e, HF_BAD, "report: this %s has no provider", hf_json_get_str(record, "kind"));
		rc = say_which(rep, e);
	} else {
		snprintf(name, 128, "provider/%s", provider);
		snprintf(full, sizeof(full), "template/%s", name);
		if (!hf_shelf_has(rep->shelf, full))
			snprintf(name, 128, "provider/generic");
	}
	hf_json_free(record);
	return rc;
}

static enum hf_code
read_template(struct hf_buf *text, const struct hf_report *rep, const char *name, struct hf_err *e)
{
	char         full[160];
	enum hf_code rc;

	snprintf(full, sizeof(full), "template/%s", name);
	if ((rc = hf_shelf_read(text, NULL, rep->shelf, full, e)) == HF_NOTFOUND)
		hf_fail_in(e, "report");
	return rc;
}

/* ---- how it looks ---- */

static void
banner(struct hf_buf *out)
{
	hf_buf_adds(out, "**DRILL. This is an exercise. Do not file it.**\n\n");
}

/* What a browser calls the page: the first heading, as it is read; the template's name when there is none. */
static void
page_title(struct hf_buf *out, const char *md, const char *name)
{
	const char *p = strncmp(md, "# ", 2) == 0 ? md + 2 : strstr(md, "\n# ");

	if (p == NULL) {
		hf_buf_adds(out, name);
		return;
	}
	for (p += *p == '\n' ? 3 : 0; *p != '\0' && *p != '\n'; p++)
		if (*p != '\\' || !ispunct((unsigned char)p[1]))
			hf_buf_addc(out, *p);
}

static enum hf_code
page(struct hf_buf *out, const struct hf_buf *md, const char *name, bool drill, struct hf_err *e)
{
	struct hf_buf title = HF_BUF_INIT;
	enum hf_code  rc;

	page_title(&title, hf_buf_str(md), name);
	if ((rc = hf_buf_check(&title, e)) == HF_OK)
		rc = hf_doc_html(out, md->data, md->len, hf_buf_str(&title), drill ? "DRILL" : NULL, e);
	hf_buf_clear(&title);
	return rc;
}

static enum hf_code
dress(struct hf_buf *out, const struct hf_report *rep, const char *name, const struct hf_buf *md, struct hf_err *e)
{
	bool          drill = rep->run != NULL && hf_run_is_drill(rep->run);
	struct hf_buf marked = HF_BUF_INIT;
	enum hf_code  rc;

	if (rep->format == HF_FORMAT_HTML)
		return page(out, md, name, drill, e);
	if (drill)
		banner(&marked);
	hf_buf_add(&marked, md->data, md->len);
	if ((rc = hf_buf_check(&marked, e)) == HF_OK) {
		if (rep->format == HF_FORMAT_MD)
			hf_buf_add(out, marked.data, marked.len);
		else
			rc = hf_doc_text(out, marked.data, marked.len, rep->width, e);
	}
	hf_buf_clear(&marked);
	return rc == HF_OK ? hf_buf_check(out, e) : rc;
}

/* ---- making one ---- */

struct making {
	struct hf_report rep;
	char             name[128];
	struct hf_buf    text; /* of the template */
	struct hf_json  *data;
};

static void
making_close(struct making *m)
{
	hf_buf_clear(&m->text);
	hf_json_free(m->data);
}

static enum hf_code
making_open(struct making *m, const struct hf_report *rep, struct hf_err *e)
{
	const char  *subject = rep->run != NULL ? hf_run_subject(rep->run) : rep->subject;
	enum hf_code rc;

	*m = (struct making){ .rep = *rep, .text = HF_BUF_INIT };
	if ((rc = template_of(m->name, rep, subject, e)) != HF_OK || (rc = read_template(&m->text, rep, m->name, e)) != HF_OK)
		return rc;
	m->rep.template_name = m->name;
	return hf_report_context(&m->data, &m->rep, e);
}

/* watch: NULL when nothing is. */
static enum hf_code
fill(struct hf_buf *md, const struct making *m, struct report_watch *watch, struct hf_err *e)
{
	char                    beside[128];
	struct hf_partials      partials = { m->rep.shelf, beside };
	const char             *missing = hf_text_prefix(m->name, "public/") ? "(fill in: not recorded)" : "not recorded";
	struct hf_template_opts opts = { HF_ESCAPE_MD, missing, m->name, hf_report_partial, &partials, "ref",
		watch == NULL ? NULL : report_watch_value, watch };

	snprintf(
	    beside, sizeof(beside), "%.*s", strchr(m->name, '/') == NULL ? 0 : (int)(strrchr(m->name, '/') - m->name), m->name);
	return hf_template_render(md, hf_buf_str(&m->text), m->text.len, m->data, &opts, e);
}

/* Twice: to see what it prints where, and to print that too. */
static enum hf_code
making_render(struct hf_buf *md, const struct making *m, struct hf_err *e)
{
	struct report_watch watch;
	struct hf_buf       first = HF_BUF_INIT;
	enum hf_code        rc;

	if ((rc = report_watch_open(&watch, &m->rep, m->data, e)) == HF_OK && (rc = fill(&first, m, &watch, e)) == HF_OK &&
	    (rc = report_watch_tell(&watch, m->data, &first, e)) == HF_OK)
		rc = fill(md, m, &watch, e);
	report_watch_clear(&watch);
	hf_buf_clear(&first);
	return rc;
}

enum hf_code
hf_report_make(struct hf_buf *out, char name_out[128], const struct hf_report *rep, struct hf_err *e)
{
	struct making m;
	struct hf_buf md = HF_BUF_INIT;
	enum hf_code  rc;

	if ((rc = making_open(&m, rep, e)) == HF_OK && (rc = making_render(&md, &m, e)) == HF_OK)
		rc = dress(out, rep, m.name, &md, e);
	if (name_out != NULL)
		memcpy(name_out, m.name, sizeof(m.name));
	hf_buf_clear(&md);
	making_close(&m);
	return rc;
}

enum hf_code
hf_report_fill(struct hf_buf *out, const struct hf_report *rep, const struct hf_json *data, struct hf_err *e)
{
	struct making m = { .rep = *rep, .text = HF_BUF_INIT, .data = hf_json_ref(data) };
	struct hf_buf md = HF_BUF_INIT;
	enum hf_code  rc;

	snprintf(m.name, sizeof(m.name), "%s", rep->template_name);
	if ((rc = read_template(&m.text, rep, m.name, e)) == HF_OK && (rc = fill(&md, &m, NULL, e)) == HF_OK)
		rc = dress(out, rep, m.name, &md, e);
	hf_buf_clear(&md);
	making_close(&m);
	return rc;
}

/* ---- which files it names ---- */

static bool
is_sum(const struct hf_json *v)
{
	const char *s = hf_json_str(v);

	return s != NULL && strlen(s) == HF_SHA256_SIZE - 1 && s[strspn(s, "0123456789abcdef")] == '\0';
}

/* Whatever the template prints of a file becomes its sum, which nothing else looks like. The sums that there are go into sums. */
static int
call_by_sums(struct hf_json *sums, struct hf_json *v)
{
	static const char *const names[] = { "file_name", "description" };
	struct hf_json          *sum = hf_json_get(v, "sha256"), *member;
	const char              *key;
	int                      bad = 0;

	if (hf_json_is(v, HF_JSON_OBJECT) && is_sum(sum)) {
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (hf_json_is(hf_json_get(v, names[i]), HF_JSON_STRING))
				bad |= hf_json_set(v, names[i], hf_json_copy(sum));
		bad |= hf_json_set(sums, hf_json_str(sum), hf_json_bool(true));
	}
	for (size_t i = 0; hf_json_is(v, HF_JSON_ARRAY) && i < hf_json_len(v); i++)
		bad |= call_by_sums(sums, hf_json_at(v, i));
	for (void *it = NULL; hf_json_is(v, HF_JSON_OBJECT) && hf_json_next(v, &it, &key, &member);)
		bad |= call_by_sums(sums, member);
	return bad;
}

enum hf_code
hf_report_names(struct hf_json **out, const struct hf_report *rep, struct hf_err *e)
{
	struct hf_json *sums = hf_json_object(), *v;
	struct hf_buf   md = HF_BUF_INIT;
	struct making   m;
	const char     *sum;
	enum hf_code    rc;

	*out = NULL;
	if ((rc = making_open(&m, rep, e)) != HF_OK)
		goto done;
	if ((*out = hf_json_array()) == NULL || call_by_sums(sums, m.data) != 0) {
		rc = hf_nomem(e);
		goto done;
	}
	rc = making_render(&md, &m, e);
	for (void *it = NULL; rc == HF_OK && hf_json_next(sums, &it, &sum, &v);)
		if (strstr(hf_buf_str(&md), sum) != NULL && hf_json_push(*out, hf_json_string(sum)) != 0)
			rc = hf_nomem(e);
done:
	if (rc != HF_OK) {
		hf_json_free(*out);
		*out = NULL;
	}
	hf_json_free(sums);
	hf_buf_clear(&md);
	making_close(&m);
	return rc;
}
