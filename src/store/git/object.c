#include "object.h"

#include <string.h>

#include "holdfast/hash.h"

#define HEAD_MAX 32 /* "commit 18446744073709551615" and a NUL */

static const char *const words[] = { NULL, "commit", "tree", "blob", "tag" };

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
hf_oid_set(struct hf_oid *out, const char *hex)
{
	size_t i;

	out->hex[0] = '\0';
	for (i = 0; i < HF_OID_SIZE - 1; i++)
		if (hex_value(hex[i]) < 0)
			return false;
	if (hex[i] != '\0')
		return false;
	memcpy(out->hex, hex, HF_OID_SIZE);
	return true;
}

bool
hf_oid_equal(const struct hf_oid *a, const struct hf_oid *b)
{
	return strcmp(a->hex, b->hex) == 0;
}

void
hf_oid_from_bytes(struct hf_oid *out, const unsigned char id[HF_OID_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	size_t            i;

	for (i = 0; i < HF_OID_BYTES; i++) {
		out->hex[2 * i] = digits[id[i] >> 4];
		out->hex[2 * i + 1] = digits[id[i] & 15];
	}
	out->hex[2 * i] = '\0';
}

bool
hf_oid_to_bytes(unsigned char id[HF_OID_BYTES], const struct hf_oid *oid)
{
	struct hf_oid checked;
	size_t        i;

	if (!hf_oid_set(&checked, oid->hex))
		return false;
	for (i = 0; i < HF_OID_BYTES; i++)
		id[i] = (unsigned char)(hex_value(checked.hex[2 * i]) << 4 | hex_value(checked.hex[2 * i + 1]));
	return true;
}

const char *
hf_object_word(enum hf_object_type type)
{
	return words[type];
}

void
hf_object_id(struct hf_oid *out, enum hf_object_type type, const void *data, size_t len)
{
	hf_sha1_git(out->hex, words[type], data, len);
}

/* "<type> <size>", the size without leading zeros. */
static bool
parse_head(enum hf_object_type *type, uint64_t *size, const char *head)
{
	const char *p;
	size_t      i, n;

	for (i = HF_OBJECT_COMMIT; i <= HF_OBJECT_TAG; i++) {
		n = strlen(words[i]);
		if (strncmp(head, words[i], n) == 0 && head[n] == ' ')
			break;
	}
	if (i > HF_OBJECT_TAG)
		return false;
	*type = (enum hf_object_type)i;
	p = head + n + 1;
	if (*p == '\0' || (*p == '0' && p[1] != '\0') || strlen(p) > 15)
		return false;
	for (*size = 0; *p >= '0' && *p <= '9'; p++)
		*size = *size * 10 + (uint64_t)(*p - '0');
	return *p == '\0';
}

static enum hf_code
unzip_head(struct hf_unzip *u, enum hf_object_type *type, uint64_t *size, struct hf_err *e)
{
	char         head[HEAD_MAX];
	enum hf_code rc;
	size_t       n;

	for (n = 0; n < sizeof(head); n++) {
		if ((rc = hf_unzip_take(u, head + n, 1, e)) != HF_OK)
			return rc;
		if (head[n] == '\0')
			break;
	}
	if (n == sizeof(head) || !parse_head(type, size, head))
		return hf_fail(e, HF_DAMAGED, "no git object");
	return HF_OK;
}

static enum hf_code
unzip_body(struct hf_unzip *u, struct hf_buf *out, size_t size, struct hf_err *e)
{
	enum hf_code rc;
	size_t       start = out->len;

	hf_buf_pad(out, '\0', size);
	if ((rc = hf_buf_check(out, e)) != HF_OK)
		return rc;
	if (size > 0 && (rc = hf_unzip_take(u, out->data + start, size, e)) != HF_OK)
		return rc;
	return hf_unzip_end(u, true, e);
}

enum hf_code
hf_get_compare(const struct hf_get *get, size_t start, struct hf_err *e)
{
	struct hf_oid is;

	hf_object_id(&is, get->type, get->out->data + start, get->out->len - start);
	return hf_oid_equal(&is, get->oid) ? HF_OK : hf_fail(e, HF_DAMAGED, "its content is not what its name says");
}

enum hf_code
hf_get_fits(const struct hf_get *get, uint64_t size, struct hf_err *e)
{
	if (size <= get->max)
		return HF_OK;
	return hf_fail(e, HF_DAMAGED, "too large: %llu bytes, at most %zu are read", (unsigned long long)size, get->max);
}

static enum hf_code
unzip_object(struct hf_unzip *u, struct hf_get *get, struct hf_err *e)
{
	enum hf_code rc;
	uint64_t     size = 0;
	size_t       start = get->out->len;

	if ((rc = unzip_head(u, &get->type, &size, e)) != HF_OK || (rc = hf_get_fits(get, size, e)) != HF_OK ||
	    (rc = unzip_body(u, get->out, (size_t)size, e)) != HF_OK)
		return rc;
	return hf_get_compare(get, start, e);
}

enum hf_code
hf_object_unzip(struct hf_get *get, const struct hf_zipped *from, struct hf_err *e)
{
	struct hf_unzip *u = NULL;
	size_t           start = get->out->len;
	enum hf_code     rc;

	if ((rc = hf_unzip_open(&u, from, e)) == HF_OK)
		rc = unzip_object(u, get, e);
	hf_unzip_close(u);
	if (rc != HF_OK) {
		hf_buf_cut(get->out, start);
		hf_fail_in(e, "object %s", get->oid->hex);
	}
	return rc;
}

enum hf_code
hf_object_check(
    enum hf_object_type *type, size_t *size, const struct hf_oid *oid, const void *zipped, size_t len, size_t max, struct hf_err *e)
{
	const struct hf_zipped from = { .mem = zipped, .len = len, .fd = -1 };
	struct hf_buf          content = HF_BUF_INIT;
	struct hf_get          get = { .oid = oid, .max = max, .out = &content, .type = *type };
	enum hf_code           rc;

	rc = hf_object_unzip(&get, &from, e);
	*type = get.type;
	*size = content.len;
	hf_buf_clear(&content);
	return rc;
}

enum hf_code
hf_object_zip(struct hf_buf *out, enum hf_object_type type, const void *data, size_t len, struct hf_err *e)
{
	struct hf_buf head = HF_BUF_INIT;
	enum hf_code  rc;

	hf_buf_addf(&head, "%s %zu", words[type], len);
	hf_buf_addc(&head, '\0');
	if ((rc = hf_buf_check(&head, e)) == HF_OK)
		rc = hf_zip(out, (const struct hf_piece[]){ { head.data, head.len }, { data, len } }, 2, e);
	hf_buf_clear(&head);
	return rc;
}
