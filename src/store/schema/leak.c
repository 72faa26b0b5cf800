/* A record is read without a tree: every record of a register is looked at in one query. */
#include "leak.h"

#include <string.h>

#include "holdfast/id.h"
#include "holdfast/schema.h"

/* The end of a string of JSON that begins at p, past its quote; NULL when it has none. */
static const char *
string_end(const char *p)
{
	for (; *p != '"'; p++) {
		if (*p == '\0' || (*p == '\\' && *++p == '\0'))
			return NULL;
	}
	return p;
}

/* Its text. What is written as \u is a mark that is in no secret. */
static void
add_string(struct hf_buf *b, const char *p, const char *end)
{
	if (memchr(p, '\\', (size_t)(end - p)) == NULL) {
		hf_buf_add(b, p, (size_t)(end - p));
		return;
	}
	for (; p < end; p++) {
		if (*p != '\\') {
			hf_buf_addc(b, *p);
			continue;
		}
		p++;
		if (*p == 'u' && end - p > 4) {
			hf_buf_addc(b, ' ');
			p += 4;
		} else {
			hf_buf_addc(b, *p == 'n' || *p == 't' || *p == 'r' ? '\n' : *p);
		}
	}
}

static const char *
judge(const struct hf_kind *kind, const char *key, size_t len, const char *text)
{
	const struct hf_field *f;
	char                   name[64];

	if (strlen(text) < 6 || hf_id_valid(text) || len >= sizeof(name) || hf_schema_secret(text, true) == NULL)
		return NULL;
	memcpy(name, key, len);
	name[len] = '\0';
	if ((f = hf_schema_field(kind, name)) == NULL || (f->flags & HF_FIELD_SET) != 0 ||
	    (f->type != HF_FIELD_TEXT && f->type != HF_FIELD_LINES))
		return NULL;
	return hf_schema_secret(text, (f->flags & HF_FIELD_POINTER) != 0);
}

bool
leak_find(struct hf_buf *out, const char *kind_name, const char *body)
{
	const struct hf_kind *kind = hf_schema_kind(kind_name);
	const char           *p, *end, *key = NULL, *why = NULL;
	size_t                len = 0;
	struct hf_buf         text = HF_BUF_INIT;

	for (p = body; kind != NULL && why == NULL && (p = strchr(p, '"')) != NULL; p = end + 1) {
		if ((end = string_end(++p)) == NULL)
			break;
		if (end[1] == ':') {
			key = p;
			len = (size_t)(end - p);
			continue;
		}
		hf_buf_cut(&text, 0);
		add_string(&text, p, end);
		if (key != NULL)
			why = judge(kind, key, len, hf_buf_str(&text));
	}
	if (why != NULL)
		hf_buf_addf(out, "%.*s %s", (int)len, key, why);
	hf_buf_clear(&text);
	return why != NULL;
}
