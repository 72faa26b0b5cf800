/* What people type for a field, made canonical. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/id.h"
#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "holdfast/time.h"
#include "holdfast/vault.h"

#define TEXT_MAX  4096
#define LINES_MAX (1024 * 1024)

static const char *const type_words[] = {
	[HF_FIELD_TEXT] = "text",
	[HF_FIELD_LINES] = "text, several lines",
	[HF_FIELD_WORD] = "a name in small letters",
	[HF_FIELD_INT] = "a number",
	[HF_FIELD_BOOL] = "yes or no",
	[HF_FIELD_DATE] = "a date, YYYY-MM-DD",
	[HF_FIELD_TIME] = "a time, as 2026-11-20T22:41:00Z",
	[HF_FIELD_EMAIL] = "an e-mail address",
	[HF_FIELD_PHONE] = "a telephone number, as +44 20 7946 0000",
	[HF_FIELD_URL] = "an address that starts with https://",
	[HF_FIELD_DOMAIN] = "a domain, as agency.example",
	[HF_FIELD_ZONE] = "a time zone, as Europe/London",
	[HF_FIELD_HASH] = "a SHA-256 sum",
	[HF_FIELD_FPR] = "a key's 40-digit fingerprint",
	[HF_FIELD_CHOICE] = "one of",
	[HF_FIELD_REF] = "a",
	[HF_FIELD_ID] = "an id",
};

const char *
hf_field_words(char *buf, size_t size, const struct hf_field *f)
{
	struct hf_buf b = HF_BUF_INIT;
	char          word[64];

	if (f->flags & HF_FIELD_LIST)
		hf_buf_adds(&b, "list: ");
	if (f->type == HF_FIELD_CHOICE) {
		hf_buf_adds(&b, "one of ");
		for (size_t i = 0; hf_field_choice(f, i, word, sizeof(word)); i++)
			hf_buf_addf(&b, "%s%s", i > 0 ? ", " : "", word);
	} else if (f->type == HF_FIELD_REF && strcmp(f->choices, "*") == 0) {
		hf_buf_adds(&b, "any record");
	} else if (f->type == HF_FIELD_REF) {
		hf_buf_addf(&b, "a%s %s%s", strchr("aeio", f->choices[0]) != NULL ? "n" : "", f->choices,
		    f->flags & HF_FIELD_DUTY ? " who has not left" : "");
	} else {
		hf_buf_adds(&b, type_words[f->type]);
	}
	snprintf(buf, size, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
	return buf;
}

static enum hf_code
refuse(struct hf_err *e, const struct hf_field *f, const char *typed, const char *near)
{
	struct hf_field one = *f;
	char            what[256];

	one.flags &= ~HF_FIELD_LIST;
	hf_field_words(what, sizeof(what), &one);
	hf_fail(e, HF_BAD, "%s: \"%.60s\" is not %s", f->name, typed, what);
	if (near != NULL)
		hf_hint(e, "did you mean %s?", near);
	else if (f->type == HF_FIELD_FPR)
		hf_hint(e, "holdfast member list shows them; gpg --fingerprint ADDRESS that of any key");
	return HF_BAD;
}

/* ---- each type, canonical ---- */

typedef bool canon_fn(struct hf_buf *out, const char *s);

static bool
as_is(struct hf_buf *out, const char *s)
{
	hf_buf_adds(out, s);
	return hf_text_is_clean(s, strlen(s), false) && strlen(s) <= TEXT_MAX;
}

static bool
lines(struct hf_buf *out, const char *s)
{
	hf_buf_adds(out, s);
	return hf_text_is_clean(s, strlen(s), true) && strlen(s) <= LINES_MAX;
}

static bool
word(struct hf_buf *out, const char *s)
{
	for (const char *p = s; *p != '\0'; p++) {
		char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && p > s)))
			return false;
		hf_buf_addc(out, c);
	}
	return strlen(s) <= 64;
}

static bool
date(struct hf_buf *out, const char *s)
{
	hf_buf_adds(out, s);
	return hf_day_valid(s);
}

static bool
moment(struct hf_buf *out, const char *s)
{
	char    text[HF_TIME_SIZE];
	int64_t t;

	if (hf_time_parse(&t, NULL, s, NULL) != HF_OK)
		return false;
	hf_time_rfc3339(text, t, t % HF_SECOND != 0);
	hf_buf_adds(out, text);
	return true;
}

/* Host names as RFC 1123 has them, with at least one dot; letters of other scripts are taken as they are. */
static bool
is_domain(const char *s)
{
	size_t      label = 0;
	bool        dot = false;
	const char *p = s;

	for (; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '.') {
			if (label == 0 || p[-1] == '-')
				return false;
			label = 0;
			dot = true;
			continue;
		}
		if (!(isalnum(c) || c >= 0x80 || (c == '-' && label > 0)) || ++label > 63)
			return false;
	}
	return dot && label > 1 && p[-1] != '-' && p - s <= 253;
}

static bool
domain(struct hf_buf *out, const char *s)
{
	for (const char *p = s; *p != '\0'; p++)
		hf_buf_addc(out, *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p);
	return is_domain(s) && hf_text_is_clean(s, strlen(s), false);
}

static bool
email(struct hf_buf *out, const char *s)
{
	const char *at = strrchr(s, '@');

	if (at == NULL || at == s || at - s > 64 || !is_domain(at + 1) || !hf_text_is_clean(s, strlen(s), false))
		return false;
	for (const char *p = s; p < at; p++)
		if (strchr(" <>()[]\\,;:\"", *p) != NULL)
			return false;
	hf_buf_adds(out, s);
	return true;
}

static bool
phone(struct hf_buf *out, const char *s)
{
	size_t digits = 0;

	for (const char *p = s; *p != '\0'; p++) {
		if (*p >= '0' && *p <= '9') {
			hf_buf_addc(out, *p);
			digits++;
		} else if (*p == '+' && p == s) {
			hf_buf_addc(out, '+');
		} else if (strchr(" -.()/", *p) == NULL) {
			return false;
		}
	}
	return digits >= 3 && digits <= 15;
}

static bool
url(struct hf_buf *out, const char *s)
{
	hf_buf_adds(out, s);
	return (hf_text_prefix(s, "https://") || hf_text_prefix(s, "http://")) && strlen(strchr(s, '/')) > 3 &&
	    strpbrk(s, " <>\"\\^`{|}") == NULL && hf_text_is_clean(s, strlen(s), false) && strlen(s) <= TEXT_MAX;
}

static bool
zone(struct hf_buf *out, const char *s)
{
	hf_buf_adds(out, s);
	return hf_zone_known(s);
}

static bool
hex(struct hf_buf *out, const char *s, size_t len, int (*turn)(int))
{
	if (strlen(s) != len || strspn(s, "0123456789abcdefABCDEF") != len)
		return false;
	for (; *s != '\0'; s++)
		hf_buf_addc(out, (char)turn(*s));
	return true;
}

static bool
hash(struct hf_buf *out, const char *s)
{
	return hex(out, s, 64, tolower);
}

static bool
fpr(struct hf_buf *out, const char *s)
{
	return hex(out, s, 40, toupper);
}

static bool
id(struct hf_buf *out, const char *s)
{
	hf_buf_adds(out, s);
	return hf_id_valid(s);
}

static canon_fn *const canon[] = {
	[HF_FIELD_TEXT] = as_is,
	[HF_FIELD_LINES] = lines,
	[HF_FIELD_WORD] = word,
	[HF_FIELD_DATE] = date,
	[HF_FIELD_TIME] = moment,
	[HF_FIELD_EMAIL] = email,
	[HF_FIELD_PHONE] = phone,
	[HF_FIELD_URL] = url,
	[HF_FIELD_DOMAIN] = domain,
	[HF_FIELD_ZONE] = zone,
	[HF_FIELD_HASH] = hash,
	[HF_FIELD_FPR] = fpr,
	[HF_FIELD_REF] = as_is,
	[HF_FIELD_ID] = id,
};

/* 1 yes, 0 no, -1 neither */
static int
yes_no(const char *s)
{
	static const char *const yes[] = { "yes", "y", "true", "on", "1" };
	static const char *const no[] = { "no", "n", "false", "off", "0" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (hf_text_equal_nocase(s, yes[i]))
			return 1;
		if (hf_text_equal_nocase(s, no[i]))
			return 0;
	}
	return -1;
}

static enum hf_code
choice(struct hf_json **out, const struct hf_field *f, const char *typed, struct hf_err *e)
{
	char        words[16][32];
	const char *list[16];
	size_t      n = 0;
	char        text[64];
	int         yn = yes_no(typed);

	snprintf(text, sizeof(text), "%s", typed);
	for (char *p = text; *p != '\0'; p++)
		if (*p == ' ' || *p == '_')
			*p = '-';
	while (n < 16 && hf_field_choice(f, n, words[n], sizeof(words[n]))) {
		list[n] = words[n];
		if (hf_text_equal_nocase(words[n], text) || (yn >= 0 && yes_no(words[n]) == yn)) {
			*out = hf_json_string(words[n]);
			return *out == NULL ? hf_nomem(e) : HF_OK;
		}
		n++;
	}
	return refuse(e, f, typed, hf_text_nearest(text, list, n));
}

static enum hf_code
integer(struct hf_json **out, const struct hf_field *f, const char *typed, struct hf_err *e)
{
	char     *end;
	long long n;

	errno = 0;
	n = strtoll(typed, &end, 10);
	if (errno != 0 || !isdigit((unsigned char)*typed) || *end != '\0')
		return refuse(e, f, typed, NULL);
	*out = hf_json_int(n);
	return *out == NULL ? hf_nomem(e) : HF_OK;
}

/* A text, canonical and no secret. */
static enum hf_code
text_value(struct hf_json **out, const struct hf_field *f, const char *typed, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *why;
	enum hf_code  rc = HF_OK;

	if (!canon[f->type](&b, typed)) {
		rc = refuse(e, f, typed, NULL);
	} else if ((f->type == HF_FIELD_TEXT || f->type == HF_FIELD_LINES) &&
	    (why = hf_schema_secret(typed, (f->flags & HF_FIELD_POINTER) != 0)) != NULL) {
		hf_fail(e, HF_BAD, "%s: this looks like %s; the register holds no secrets", f->name, why);
		rc = hf_hint(e, "keep it in the password manager and write here where it lies");
	} else if ((rc = hf_buf_check(&b, e)) == HF_OK && (*out = hf_json_string(hf_buf_str(&b))) == NULL) {
		rc = hf_fail(e, HF_BAD, "%s: not UTF-8", f->name);
	}
	hf_buf_clear(&b);
	return rc;
}

static enum hf_code
yes_or_no(struct hf_json **out, const struct hf_field *f, const char *typed, struct hf_err *e)
{
	int yn = yes_no(typed);

	if (yn < 0)
		return refuse(e, f, typed, NULL);
	*out = hf_json_bool(yn == 1);
	return *out == NULL ? hf_nomem(e) : HF_OK;
}

/* White space around a value is no part of it. */
static void
trim(struct hf_buf *b, const char *typed)
{
	hf_buf_adds(b, typed + strspn(typed, " \t\n"));
	while (b->len > 0 && strchr(" \t\n", b->data[b->len - 1]) != NULL)
		hf_buf_cut(b, b->len - 1);
}

enum hf_code
hf_schema_value(struct hf_json **out, const struct hf_field *f, const char *typed, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	*out = NULL;
	trim(&b, typed);
	if ((rc = hf_buf_check(&b, e)) != HF_OK)
		goto done;
	if (b.len == 0)
		rc = hf_fail(e, HF_BAD, "%s: it is empty", f->name);
	else if (f->type == HF_FIELD_CHOICE)
		rc = choice(out, f, b.data, e);
	else if (f->type == HF_FIELD_INT)
		rc = integer(out, f, b.data, e);
	else if (f->type == HF_FIELD_BOOL)
		rc = yes_or_no(out, f, b.data, e);
	else
		rc = text_value(out, f, b.data, e);
done:
	hf_buf_clear(&b);
	return rc;
}

static enum hf_code
push_item(struct hf_json *list, struct hf_buf *item, struct hf_err *e)
{
	enum hf_code rc;

	while (item->len > 0 && item->data[item->len - 1] == ' ')
		hf_buf_cut(item, item->len - 1);
	if ((rc = hf_buf_check(item, e)) == HF_OK && item->len > 0 && hf_json_push(list, hf_json_string(item->data)) != 0)
		rc = hf_fail(e, HF_BAD, "\"%.60s\": not UTF-8", item->data);
	hf_buf_cut(item, 0);
	return rc;
}

enum hf_code
hf_schema_split(struct hf_json **out, const char *typed, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();
	struct hf_buf   item = HF_BUF_INIT;
	enum hf_code    rc = list == NULL ? hf_nomem(e) : HF_OK;

	for (const char *p = typed; rc == HF_OK; p++) {
		if (*p == ',' || *p == '\0')
			rc = push_item(list, &item, e);
		else if (*p == '\\' && p[1] == ',')
			hf_buf_addc(&item, *++p);
		else if (item.len > 0 || *p != ' ')
			hf_buf_addc(&item, *p);
		if (*p == '\0')
			break;
	}
	hf_buf_clear(&item);
	if (rc != HF_OK) {
		hf_json_free(list);
		list = NULL;
	}
	*out = list;
	return rc;
}

enum hf_code
hf_schema_list(struct hf_json **out, const char *typed, hf_schema_item_fn *item, void *arg, struct hf_err *e)
{
	struct hf_json *words = NULL, *list = hf_json_array(), *v;
	enum hf_code    rc = list == NULL ? hf_nomem(e) : hf_schema_split(&words, typed, e);

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(words); i++)
		if ((rc = item(&v, arg, hf_json_str(hf_json_at(words, i)), e)) == HF_OK && hf_json_push_new(list, v) != 0)
			rc = hf_nomem(e);
	hf_json_free(words);
	*out = hf_json_built(list, rc != HF_OK);
	return rc;
}
