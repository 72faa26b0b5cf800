/* A report in the walk: read, pasted from, written to a file. */
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"
#include "holdfast/hash.h"
#include "holdfast/report.h"
#include "holdfast/text.h"
#include "step.h"
#include "walk_in.h"

/* The template: as typed, that of the step, or asked for. *name NULL: given up. */
static enum hf_code
choose(char **name, struct walk *w, const char *typed, struct hf_err *e)
{
	const struct hf_instance *i = walk_step(w);
	struct prompt             q = { .text = "Which report",
			    .fallback = "provider",
			    .help = "As provider, internal/siro-first: holdfast book list template" };
	struct hf_buf             b = HF_BUF_INIT;
	enum hf_code              rc = HF_OK;

	*name = NULL;
	if (typed[0] != '\0')
		hf_buf_adds(&b, typed);
	else if (i != NULL && i->step->reports.n == 1)
		hf_run_fill(&b, w->run, i, i->step->reports.v[0], NULL);
	else
		rc = walk_ask(name, w, &q, e);
	if (b.len > 0 && (*name = hf_buf_steal(&b)) == NULL)
		rc = hf_nomem(e);
	hf_buf_clear(&b);
	return rc;
}

static enum hf_code
make(struct hf_buf *out, char name[128], struct walk *w, const char *wanted, enum hf_format format, struct hf_err *e)
{
	struct hf_report rep = {
		.r = w->app->reg, .shelf = w->app->shelf, .run = w->run, .template_name = wanted, .format = format
	};

	rep.width = format == HF_FORMAT_TEXT ? step_width(w->app) : 0;
	return hf_report_make(out, name, &rep, e);
}

/* That it was made stands in the log, with the sum of what was made. */
static void
log_report(struct walk *w, const char *name, const struct hf_buf *b)
{
	struct hf_act act = walk_act(w, NULL);
	struct hf_err why = HF_ERR_INIT;
	struct hf_buf what = HF_BUF_INIT;
	char          sum[HF_SHA256_SIZE];
	enum hf_code  rc;

	if (!hf_run_is_open(w->run))
		return;
	hf_sha256(sum, hf_buf_str(b), b->len);
	app_hold();
	rc = hf_run_reported(w->run, &act, name, sum, NULL, &why);
	app_release();
	hf_buf_addf(&what, "report made, %s", name);
	walk_recorded(w, rc, &why, hf_buf_str(&what));
	hf_buf_clear(&what);
}

/* report.html, report.md, or text. */
static enum hf_format
format_of(const char *path)
{
	return hf_text_suffix(path, ".html") ? HF_FORMAT_HTML : hf_text_suffix(path, ".md") ? HF_FORMAT_MD : HF_FORMAT_TEXT;
}

/* False: it was not written, and why has been said. */
static bool
write_file(struct walk *w, const char *wanted, const char *path)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_err why = HF_ERR_INIT;
	char          name[128];
	enum hf_code  rc;

	if ((rc = make(&b, name, w, wanted, format_of(path), &why)) == HF_OK &&
	    (rc = hf_fs_write_new(path, hf_buf_str(&b), b.len, &why)) == HF_OK) {
		walk_say(w, OUT_GOOD, "written: %s", path);
		log_report(w, name, &b);
	} else {
		walk_say(w, OUT_BAD, "not written: %s", why.msg);
	}
	hf_buf_clear(&b);
	return rc == HF_OK;
}

static void
complete(void *arg, const char *typed, struct words *words)
{
	(void)arg;
	walk_offer_files(words, "", typed);
}

static enum hf_code
offer_file(struct walk *w, const char *wanted, struct hf_err *e)
{
	struct prompt q = { .text = "Write it to a file (.txt, .md or .html; Enter: no)", .complete = complete };
	char         *typed = NULL;
	enum hf_code  rc;
	bool          done = false;

	while (!done) {
		if ((rc = walk_ask(&typed, w, &q, e)) != HF_OK)
			return rc;
		done = typed == NULL || typed[0] == '\0' || write_file(w, wanted, typed);
		free(typed);
		typed = NULL;
	}
	return HF_OK;
}

enum hf_code
walk_report(struct walk *w, const char *typed, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_err why = HF_ERR_INIT;
	char         *wanted = NULL, name[128];
	enum hf_code  rc;

	if ((rc = choose(&wanted, w, typed, e)) != HF_OK || wanted == NULL)
		return rc;
	if (make(&b, name, w, wanted, HF_FORMAT_TEXT, &why) != HF_OK) {
		walk_say(w, OUT_BAD, "no report: %s", why.msg);
		if (why.hint[0] != '\0')
			walk_say(w, OUT_PLAIN, "  %s", why.hint);
	} else {
		struct page *p = walk_page(w);

		page_raw(p, OUT_PLAIN, hf_buf_str(&b));
		if ((rc = walk_show(w, p, 2, e)) == HF_OK) {
			log_report(w, name, &b);
			rc = offer_file(w, wanted, e);
		}
	}
	free(wanted);
	hf_buf_clear(&b);
	return rc;
}

void
walk_papers(const struct walk *w)
{
	struct hf_json *names = NULL;

	if (hf_report_of_run(&names, w->run, NULL) != HF_OK)
		return;
	if (hf_json_len(names) > 0)
		put_line(w->app->out, OUT_PLAIN, "Its reports:");
	for (size_t k = 0; k < hf_json_len(names); k++)
		put_line(w->app->out, OUT_BOLD, "  holdfast report %s %s", hf_run_id(w->run), hf_json_str(hf_json_at(names, k)));
	hf_json_free(names);
}
