#include "out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "out_in.h"

struct out *
out_new(const struct out_opts *opts)
{
	struct out *o;

	if ((o = calloc(1, sizeof(*o))) == NULL)
		return NULL;
	o->term = opts->term;
	o->json = opts->json;
	o->quiet = opts->quiet;
	o->zone = "";
	return o;
}

void
out_free(struct out *o)
{
	if (o == NULL)
		return;
	hf_buf_clear(&o->text);
	hf_json_free(o->data);
	free(o);
}

bool
out_is_text(const struct out *o)
{
	return !o->json;
}

void
out_refs(struct out *o, void (*ref)(void *arg, struct hf_buf *b, const char *id), void *arg)
{
	o->ref = ref;
	o->ref_arg = arg;
}

void
out_zone(struct out *o, const char *zone)
{
	o->zone = zone == NULL ? "" : zone;
}

/* ---- the way to the descriptors ---- */

void
out_drain(struct out *o)
{
	if (o->text.failed && o->broken == 0)
		o->broken = ENOMEM;
	if (o->broken == 0 && o->text.len > 0) {
		if (o->term->out)
			term_progress_clear(o->term);
		o->broken = hf_fs_write_fd(STDOUT_FILENO, o->text.data, o->text.len);
	}
	hf_buf_cut(&o->text, 0);
}

void
out_flush(struct out *o)
{
	if (!o->json)
		out_drain(o);
}

void
out_clear(struct out *o)
{
	if (!o->json && o->term->out && !o->term->dumb)
		hf_buf_adds(&o->text, "\033[H\033[2J");
}

/* One message on standard error, in one write, after what stands before it on standard output. */
static void
say(struct out *o, const char *intro, const char *text, const char *hint)
{
	struct hf_buf b = HF_BUF_INIT;

	out_flush(o);
	term_progress_clear(o->term);
	hf_buf_adds(&b, intro);
	hf_text_clean(&b, text, strlen(text), false);
	hf_buf_addc(&b, '\n');
	if (hint != NULL && hint[0] != '\0') {
		hf_buf_adds(&b, "  ");
		hf_text_clean(&b, hint, strlen(hint), false);
		hf_buf_addc(&b, '\n');
	}
	hf_fs_write_fd(STDERR_FILENO, hf_buf_str(&b), b.len);
	hf_buf_clear(&b);
}

__attribute__((format(printf, 3, 0))) static void
sayv(struct out *o, const char *intro, const char *fmt, va_list ap)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_buf_addv(&b, fmt, ap);
	say(o, intro, hf_buf_str(&b), NULL);
	hf_buf_clear(&b);
}

void
out_note(struct out *o, const char *fmt, ...)
{
	va_list ap;

	if (o->quiet)
		return;
	va_start(ap, fmt);
	sayv(o, "", fmt, ap);
	va_end(ap);
}

void
out_warn(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sayv(o, "holdfast: warning: ", fmt, ap);
	va_end(ap);
}

void
out_tell(struct out *o, enum out_style style, const char *fmt, ...)
{
	struct hf_buf raw = HF_BUF_INIT, b = HF_BUF_INIT;
	const char   *on = o->term->color_err ? out_sgr(style) : "";
	va_list       ap;

	va_start(ap, fmt);
	hf_buf_addv(&raw, fmt, ap);
	va_end(ap);
	out_flush(o);
	term_progress_clear(o->term);
	hf_buf_adds(&b, on);
	hf_text_clean(&b, hf_buf_str(&raw), raw.len, true);
	hf_buf_adds(&b, *on != '\0' ? "\033[0m\n" : "\n");
	hf_fs_write_fd(STDERR_FILENO, hf_buf_str(&b), b.len);
	hf_buf_clear(&raw);
	hf_buf_clear(&b);
}

/* ---- results ---- */

/* Keep it for the JSON face. False: there is a text to put. */
static bool
keep(struct out *o, const struct hf_json *data)
{
	o->shown = true;
	if (!o->json)
		return false;
	hf_json_free(o->data);
	o->data = hf_json_ref(data);
	return true;
}

void
out_record(struct out *o, const struct hf_json *record)
{
	if (!keep(o, record))
		put_record(o, record);
}

void
out_table(struct out *o, const struct hf_json *rows, const struct out_column *columns)
{
	if (!keep(o, rows))
		put_table(o, rows, columns);
}

void
out_fields(struct out *o, const struct hf_json *object, const struct out_column *columns)
{
	if (!keep(o, object))
		put_fields(o, object, columns);
}

void
out_view(struct out *o, const struct hf_json *data, out_render *render, void *arg)
{
	if (!keep(o, data) && render != NULL)
		render(o, data, arg);
}

void
out_said(struct out *o, const struct hf_json *data, const char *fmt, ...)
{
	struct hf_buf b = HF_BUF_INIT;
	va_list       ap;

	if (keep(o, data))
		return;
	va_start(ap, fmt);
	hf_buf_addv(&b, fmt, ap);
	va_end(ap);
	put_line(o, OUT_PLAIN, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
}

void
out_paged(struct out *o)
{
	o->paged = o->term->out;
}

void
out_document(struct out *o, const char *name, const char *text, size_t len)
{
	struct hf_json *data = NULL;

	if (o->json) {
		data = hf_json_object();
		if (data == NULL || hf_json_set(data, name, hf_json_stringn(text, len)) != 0)
			o->broken = ENOMEM;
		keep(o, data);
		hf_json_free(data);
		return;
	}
	keep(o, NULL);
	out_paged(o);
	out_styled(o, OUT_PLAIN, text, len, true);
}

enum hf_code
out_bytes(struct out *o, const void *data, size_t len, struct hf_err *e)
{
	if (o->json)
		return hf_fail(e, HF_USAGE, "--json: these are the bytes of a file, not data");
	if (o->term->out)
		return hf_fail(e, HF_USAGE, "standard output: it is a terminal, and these are the bytes of a file");
	o->shown = true;
	out_drain(o);
	if (o->broken == 0)
		o->broken = hf_fs_write_fd(STDOUT_FILENO, data, len);
	return HF_OK;
}

/* ---- the end ---- */

static void
page(struct out *o)
{
	size_t lines = 0, i;

	for (i = 0; i < o->text.len; i++)
		lines += o->text.data[i] == '\n';
	if (lines >= term_height(o->term) && term_page(o->term, o->text.data, o->text.len))
		hf_buf_cut(&o->text, 0);
	o->paged = false;
}

/* A failure has an error instead of data; what was recorded, but perhaps not kept by the disk, has both. */
static void
finish_json(struct out *o, enum hf_code rc, const struct hf_err *e, int status)
{
	bool ok = rc == HF_OK || (rc == HF_NO && o->shown);

	hf_buf_cut(&o->text, 0);
	out_json_document(&o->text, ok || rc == HF_UNSURE ? o->data : NULL, ok ? 0 : status, e);
	if (rc == HF_NO && o->shown && e->msg[0] != '\0')
		say(o, "holdfast: ", e->msg, e->hint);
}

static void
finish_text(struct out *o, enum hf_code rc, const struct hf_err *e)
{
	if (o->paged && rc == HF_OK)
		page(o);
	o->paged = false;
	if (rc != HF_OK && (rc != HF_NO || e->msg[0] != '\0'))
		say(o, "holdfast: ", e->msg, e->hint);
}

static int
close_out(struct out *o, bool worked)
{
	struct hf_err e = HF_ERR_INIT;

	out_drain(o);
	if (close(STDOUT_FILENO) != 0 && o->broken == 0 && errno != EBADF && errno != EINTR)
		o->broken = errno;
	if (o->broken == 0 || o->broken == EPIPE)
		return 0;
	hf_fail_errno(&e, HF_WRITE, o->broken, "standard output");
	say(o, "holdfast: ", e.msg, worked ? "the command did its work; only what it says about it is lost" : NULL);
	return hf_code_status(HF_WRITE);
}

int
out_end(struct out *o, enum hf_code rc, const struct hf_err *e, int sig)
{
	struct hf_err interrupted = HF_ERR_INIT;
	int           status = sig != 0 ? 128 + sig : hf_code_status(rc), failed;

	term_progress_clear(o->term);
	if (sig != 0 && rc != HF_OK) {
		rc = hf_fail(&interrupted, HF_CANCELLED, "interrupted");
		e = &interrupted;
	}
	if (o->json)
		finish_json(o, rc, e, status);
	else
		finish_text(o, rc, e);
	failed = close_out(o, rc == HF_OK);
	return failed != 0 && (status == 0 || rc == HF_NO) ? failed : status;
}
