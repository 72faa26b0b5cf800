/* Armor: bytes as lines of text. */
#include "armor.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_LEN 1024
#define FULL_LINE    64
#define CRC24_START  0xb704ceU
#define CRC24_POLY   0x1864cfbU

struct lines {
	const char *p;
	size_t      left;
};

struct base64 {
	struct hf_buf *out;
	uint32_t       bits;
	unsigned       n;   /* characters in this group of four */
	unsigned       pad; /* '=' seen */
};

/* The next line without its end; false at the end of the text. */
static bool
raw_line(const char **line, size_t *len, struct lines *l)
{
	const char *end;

	if (l->left == 0)
		return false;
	end = memchr(l->p, '\n', l->left);
	*line = l->p;
	*len = end == NULL ? l->left : (size_t)(end - l->p);
	l->left -= *len + (end != NULL);
	l->p += *len + (end != NULL);
	return true;
}

/* The same, without its trailing white space. */
static bool
next_line(const char **line, size_t *len, struct lines *l)
{
	if (!raw_line(line, len, l))
		return false;
	while (*len > 0 && strchr(" \t\r", (*line)[*len - 1]) != NULL && (*line)[*len - 1] != '\0')
		(*len)--;
	return true;
}

static bool
is_line(const char *line, size_t len, const char *kind, const char *title)
{
	char want[64];
	int  n = snprintf(want, sizeof(want), "-----%s PGP %s-----", kind, title);

	return n > 0 && (size_t)n == len && memcmp(line, want, len) == 0;
}

static int
value_of(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char       *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/* False: bits that stand for nothing are set, so the same bytes could be written otherwise. */
static bool
put_group(struct base64 *b)
{
	bool clean = (b->bits & ((1U << 8 * b->pad) - 1)) == 0;

	for (unsigned i = 0; i < 3 - b->pad; i++)
		hf_buf_addc(b->out, (char)(b->bits >> (16 - 8 * i) & 0xff));
	b->bits = 0;
	b->n = 0;
	return clean;
}

static bool
decode_line(struct base64 *b, const char *line, size_t len)
{
	int v;

	for (size_t i = 0; i < len; i++) {
		v = line[i] == '=' && b->n >= 2 ? 0 : value_of(line[i]);
		if (v < 0 || (b->pad > 0 && line[i] != '='))
			return false;
		b->pad += line[i] == '=';
		b->bits = b->bits << 6 | (uint32_t)v;
		if (++b->n == 4 && !put_group(b))
			return false;
	}
	return true;
}

static uint32_t
crc24(const char *data, size_t len)
{
	uint32_t crc = CRC24_START;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint32_t)(unsigned char)data[i] << 16;
		for (int bit = 0; bit < 8; bit++) {
			crc <<= 1;
			if ((crc & 0x1000000U) != 0)
				crc ^= CRC24_POLY;
		}
	}
	return crc & 0xffffffU;
}

/* "=abcd", the checksum of what was decoded so far. */
static bool
crc_fits(const char *line, const struct hf_buf *out, size_t start)
{
	uint32_t sum = 0;
	int      v;

	for (int i = 1; i < 5; i++) {
		if ((v = value_of(line[i])) < 0)
			return false;
		sum = sum << 6 | (uint32_t)v;
	}
	return sum == crc24(out->data + start, out->len - start);
}

static bool
find_begin(struct lines *l, const char *title)
{
	const char *line;
	size_t      len;

	while (next_line(&line, &len, l))
		if (len > 0)
			return is_line(line, len, "BEGIN", title);
	return false;
}

/* "Version: …" and the like, up to an empty line. */
static bool
skip_headers(struct lines *l)
{
	const char *line;
	size_t      len;

	while (next_line(&line, &len, l)) {
		if (len == 0)
			return true;
		if (len > LINE_MAX_LEN || memchr(line, ':', len) == NULL)
			return false;
	}
	return false;
}

static bool
decode_body(struct hf_buf *out, struct lines *l, const char *title)
{
	struct base64 b = { out, 0, 0, 0 };
	size_t        start = out->len, len;
	const char   *line;
	bool          sum = false;

	while (next_line(&line, &len, l)) {
		if (is_line(line, len, "END", title))
			return b.n == 0 && out->len > start;
		if (sum)
			return false;
		if (len == 5 && line[0] == '=' && b.n == 0 && out->len > start)
			sum = crc_fits(line, out, start);
		if (!sum && !decode_line(&b, line, len))
			return false;
	}
	return false;
}

static bool
nothing_more(struct lines *l)
{
	const char *line;
	size_t      len;

	while (next_line(&line, &len, l))
		if (len > 0)
			return false;
	return true;
}

enum hf_code
armor_decode(struct hf_buf *out, const char *title, const void *text, size_t len, struct hf_err *e)
{
	struct lines l = { text, len };
	size_t       start = out->len;
	enum hf_code rc = HF_OK;

	if (!find_begin(&l, title))
		rc = hf_fail(e, HF_DAMAGED, "it does not begin with BEGIN PGP %s", title);
	else if (!skip_headers(&l) || !decode_body(out, &l, title))
		rc = hf_fail(e, HF_DAMAGED, "its text is not what was written, or cut short");
	else if (!nothing_more(&l))
		rc = hf_fail(e, HF_DAMAGED, "something follows END PGP %s", title);
	else
		rc = hf_buf_check(out, e);
	if (rc != HF_OK)
		hf_buf_cut(out, start);
	return rc;
}

void
armor_strip(struct hf_buf *b, size_t start)
{
	struct lines  l = { b->data + start, b->len - start };
	struct hf_buf bare = HF_BUF_INIT;
	const char   *line;
	size_t        len;

	if (!next_line(&line, &len, &l))
		return;
	hf_buf_add(&bare, line, len);
	hf_buf_adds(&bare, "\n\n");
	if (skip_headers(&l) && !bare.failed) {
		hf_buf_add(&bare, l.p, l.left);
		hf_buf_cut(b, start);
		hf_buf_add(b, hf_buf_str(&bare), bare.len);
	}
	hf_buf_clear(&bare);
}

bool
armor_begins(const char *title, const void *text, size_t len)
{
	struct lines l = { text, len };

	return find_begin(&l, title);
}

/* ---- as gpg writes it, to the byte ---- */

static bool
is_base64(const char *line, size_t len)
{
	size_t n = 0;

	while (n < len && value_of(line[n]) >= 0)
		n++;
	while (n < len && line[n] == '=')
		n++;
	return len > 0 && n == len;
}

/* Full lines and a last one, the checksum, the end. */
static bool
is_tidy_body(struct lines *l, const char *title)
{
	const char *line;
	size_t      len, last = FULL_LINE, n = 0;

	for (; raw_line(&line, &len, l) && len > 0 && line[0] != '='; n++) {
		if (last != FULL_LINE || len > FULL_LINE || !is_base64(line, len))
			return false;
		last = len;
	}
	return n > 0 && len == 5 && line[0] == '=' && is_base64(line + 1, 4) && raw_line(&line, &len, l) &&
	    is_line(line, len, "END", title) && l->left == 0;
}

const char *
armor_untidy(const char *title, const char *text, size_t len)
{
	struct lines l = { text, len };
	const char  *line;
	size_t       n;

	if (!raw_line(&line, &n, &l) || !is_line(line, n, "BEGIN", title))
		return "does not begin as one";
	if (!raw_line(&line, &n, &l))
		return "does not end";
	if (n > 0)
		return "has headers of its own, which nobody signed";
	return is_tidy_body(&l, title) ? NULL : "is not one armored block, as gpg writes it";
}
