/* The JSON face: one document. */
#include <stdio.h>
#include <string.h>

#include "holdfast/text.h"
#include "out_in.h"

static size_t
char_len(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static unsigned
code_point(const char *s, size_t len)
{
	unsigned cp = (unsigned char)s[0];
	size_t   i;

	if (len > 1)
		cp &= 0x7fu >> len;
	for (i = 1; i < len; i++)
		cp = cp << 6 | ((unsigned char)s[i] & 0x3fu);
	return cp;
}

static void
add_escaped(struct hf_buf *b, unsigned cp)
{
	if (cp >= 0x10000)
		hf_buf_addf(b, "\\u%04x\\u%04x", 0xd800 + ((cp - 0x10000) >> 10), 0xdc00 + ((cp - 0x10000) & 0x3ff));
	else
		hf_buf_addf(b, "\\u%04x", cp);
}

/*
 * The serialiser escapes C0 alone. What else a terminal would obey (DEL, C1) or the eye would miss (bidi, zero width, tags) stands only within
 * strings, where \u means the same.
 */
static void
add_safe(struct hf_buf *b, const char *s, size_t len)
{
	size_t i, n, from = 0;

	for (i = 0; i < len; i += n) {
		n = char_len((unsigned char)s[i]);
		if ((n == 1 && s[i] != 0x7f) || n > len - i || hf_text_is_clean(s + i, n, true))
			continue;
		hf_buf_add(b, s + from, i - from);
		add_escaped(b, code_point(s + i, n));
		from = i + n;
	}
	hf_buf_add(b, s + from, len - from);
}

static struct hf_json *
error_value(int code, const struct hf_err *e)
{
	struct hf_json *error = hf_json_object();
	struct hf_buf   msg = HF_BUF_INIT, hint = HF_BUF_INIT;

	/* messages quote what was typed, which may be anything */
	hf_text_clean(&msg, e->msg, strlen(e->msg), false);
	hf_text_clean(&hint, e->hint, strlen(e->hint), false);
	if (error == NULL || hf_json_set(error, "code", hf_json_int(code)) != 0 ||
	    hf_json_set(error, "message", hf_json_string(hf_buf_str(&msg))) != 0 ||
	    hf_json_set(error, "hint", hf_json_string(hf_buf_str(&hint))) != 0) {
		hf_json_free(error);
		error = NULL;
	}
	hf_buf_clear(&msg);
	hf_buf_clear(&hint);
	return error;
}

void
out_json_document(struct hf_buf *b, const struct hf_json *data, int code, const struct hf_err *e)
{
	struct hf_json *doc = hf_json_object();
	struct hf_buf   raw = HF_BUF_INIT;
	bool            ok = doc != NULL && hf_json_set(doc, "format", hf_json_int(1)) == 0;

	if (ok && (code == 0 || data != NULL))
		ok = hf_json_set(doc, "data", data == NULL ? hf_json_null() : hf_json_ref(data)) == 0;
	if (ok && code != 0)
		ok = hf_json_set(doc, "error", error_value(code, e)) == 0;
	if (ok)
		hf_json_dump(&raw, doc, HF_JSON_PRETTY);
	if (!ok || raw.failed)
		b->failed = true;
	add_safe(b, hf_buf_str(&raw), raw.len);
	hf_buf_addc(b, '\n');
	hf_buf_clear(&raw);
	hf_json_free(doc);
}
