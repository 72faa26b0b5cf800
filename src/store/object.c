#include "object.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define ZLIB_CONST
#include <zlib.h>

#include "holdfast/hash.h"

#define CHUNK    16384
#define HEAD_MAX 32 /* "commit 18446744073709551615" and a NUL */

struct unzip {
	z_stream         z;
	struct hf_zipped from;
	bool             ended;
	unsigned char    chunk[CHUNK];
};

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

static enum hf_code
unzip_start(struct unzip *u, const struct hf_zipped *from, struct hf_err *e)
{
	memset(&u->z, 0, sizeof(u->z));
	u->from = *from;
	u->ended = false;
	if (from->mem != NULL) {
		if (from->len > UINT_MAX)
			return hf_fail(e, HF_DAMAGED, "too large");
		u->z.next_in = from->mem;
		u->z.avail_in = (uInt)from->len;
	}
	return inflateInit(&u->z) == Z_OK ? HF_OK : hf_nomem(e);
}

/* Some more of the file into a chunk; *n 0 at the end. */
static enum hf_code
read_more(size_t *n, unsigned char chunk[CHUNK], struct hf_zipped *from, struct hf_err *e)
{
	uint64_t left = from->end - from->off;
	ssize_t  got;

	*n = 0;
	if (from->mem != NULL || left == 0)
		return HF_OK;
	do
		got = pread(from->fd, chunk, left < CHUNK ? (size_t)left : CHUNK, (off_t)from->off);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return hf_fail_errno(e, HF_SYSTEM, errno, "read");
	*n = (size_t)got;
	from->off += (uint64_t)got;
	return HF_OK;
}

/* Have input, when there is any more. */
static enum hf_code
fill(struct unzip *u, struct hf_err *e)
{
	enum hf_code rc;
	size_t       n;

	if (u->z.avail_in > 0)
		return HF_OK;
	if ((rc = read_more(&n, u->chunk, &u->from, e)) == HF_OK && n > 0) {
		u->z.next_in = u->chunk;
		u->z.avail_in = (uInt)n;
	}
	return rc;
}

/* Inflate once, from what input there is into what room there is. */
static enum hf_code
step(struct unzip *u, struct hf_err *e)
{
	enum hf_code rc;

	if ((rc = fill(u, e)) != HF_OK)
		return rc;
	if (u->z.avail_in == 0)
		return hf_fail(e, HF_DAMAGED, "it is cut off");
	switch (inflate(&u->z, Z_NO_FLUSH)) {
	case Z_OK:
		return HF_OK;
	case Z_STREAM_END:
		u->ended = true;
		return HF_OK;
	case Z_MEM_ERROR:
		return hf_nomem(e);
	default:
		return hf_fail(e, HF_DAMAGED, "its compressed bytes are broken");
	}
}

static enum hf_code
unzip_take(struct unzip *u, void *out, size_t n, struct hf_err *e)
{
	enum hf_code rc;

	if (n > UINT_MAX)
		return hf_fail(e, HF_DAMAGED, "too large");
	u->z.next_out = out;
	u->z.avail_out = (uInt)n;
	while (u->z.avail_out > 0) {
		if (u->ended)
			return hf_fail(e, HF_DAMAGED, "it is shorter than it says");
		if ((rc = step(u, e)) != HF_OK)
			return rc;
	}
	return HF_OK;
}

static enum hf_code
unzip_finish(struct unzip *u, struct hf_err *e)
{
	unsigned char more;
	enum hf_code  rc;

	u->z.next_out = &more;
	u->z.avail_out = 1;
	while (!u->ended && u->z.avail_out > 0)
		if ((rc = step(u, e)) != HF_OK)
			return rc;
	if (u->z.avail_out == 0)
		return hf_fail(e, HF_DAMAGED, "it is longer than it says");
	return HF_OK;
}

enum hf_code
hf_zip_take(void *out, size_t n, bool whole, const struct hf_zipped *from, struct hf_err *e)
{
	struct unzip u;
	enum hf_code rc;

	if ((rc = unzip_start(&u, from, e)) != HF_OK)
		return rc;
	rc = unzip_take(&u, out, n, e);
	if (rc == HF_OK && whole)
		rc = unzip_finish(&u, e);
	inflateEnd(&u.z);
	return rc;
}

enum hf_code
hf_zip_crc(uint32_t *out, const struct hf_zipped *from, struct hf_err *e)
{
	struct hf_zipped left = *from;
	unsigned char    chunk[CHUNK];
	uLong            crc = crc32(0, NULL, 0);
	enum hf_code     rc = HF_OK;
	size_t           n;

	if (from->mem != NULL)
		crc = crc32_z(crc, from->mem, from->len);
	else {
		while ((rc = read_more(&n, chunk, &left, e)) == HF_OK && n > 0)
			crc = crc32_z(crc, chunk, n);
		if (rc == HF_OK && left.off < left.end)
			rc = hf_fail(e, HF_DAMAGED, "it is cut off");
	}
	*out = (uint32_t)crc;
	return rc;
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
unzip_head(struct unzip *u, enum hf_object_type *type, uint64_t *size, struct hf_err *e)
{
	char         head[HEAD_MAX];
	enum hf_code rc;
	size_t       n;

	for (n = 0; n < sizeof(head); n++) {
		if ((rc = unzip_take(u, head + n, 1, e)) != HF_OK)
			return rc;
		if (head[n] == '\0')
			break;
	}
	if (n == sizeof(head) || !parse_head(type, size, head))
		return hf_fail(e, HF_DAMAGED, "no git object");
	return HF_OK;
}

static enum hf_code
unzip_body(struct unzip *u, struct hf_buf *out, size_t size, struct hf_err *e)
{
	enum hf_code rc;
	size_t       start = out->len;

	hf_buf_pad(out, '\0', size);
	if ((rc = hf_buf_check(out, e)) != HF_OK)
		return rc;
	if (size > 0 && (rc = unzip_take(u, out->data + start, size, e)) != HF_OK)
		return rc;
	if ((rc = unzip_finish(u, e)) != HF_OK || (rc = fill(u, e)) != HF_OK)
		return rc;
	return u->z.avail_in == 0 ? HF_OK : hf_fail(e, HF_DAMAGED, "there is more after its end");
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
unzip_object(struct unzip *u, struct hf_get *get, struct hf_err *e)
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
	struct unzip u;
	size_t       start = get->out->len;
	enum hf_code rc;

	if ((rc = unzip_start(&u, from, e)) == HF_OK) {
		rc = unzip_object(&u, get, e);
		inflateEnd(&u.z);
	}
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

/* Ciphertext does not shrink: the fastest level loses nothing. */
enum hf_code
hf_object_zip(struct hf_buf *out, enum hf_object_type type, const void *data, size_t len, struct hf_err *e)
{
	struct hf_buf head = HF_BUF_INIT;
	z_stream      z = { 0 };
	enum hf_code  rc;
	size_t        start = out->len, room;
	int           done = Z_STREAM_ERROR;

	hf_buf_addf(&head, "%s %zu", words[type], len);
	hf_buf_addc(&head, '\0');
	if ((rc = hf_buf_check(&head, e)) != HF_OK)
		goto done;
	if (len > UINT_MAX / 2 || deflateInit(&z, Z_BEST_SPEED) != Z_OK) {
		rc = hf_nomem(e);
		goto done;
	}
	room = deflateBound(&z, (uLong)(head.len + len));
	hf_buf_pad(out, '\0', room);
	if ((rc = hf_buf_check(out, e)) == HF_OK) {
		z.next_out = (unsigned char *)out->data + start;
		z.avail_out = (uInt)room;
		z.next_in = (const unsigned char *)head.data;
		z.avail_in = (uInt)head.len;
		deflate(&z, Z_NO_FLUSH);
		z.next_in = data;
		z.avail_in = (uInt)len;
		done = deflate(&z, Z_FINISH);
		hf_buf_cut(out, start + z.total_out);
		if (done != Z_STREAM_END)
			rc = hf_fail(e, HF_INTERNAL, "object: zlib did not finish");
	}
	deflateEnd(&z);
done:
	hf_buf_clear(&head);
	return rc;
}
