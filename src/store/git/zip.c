#include "zip.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ZLIB_CONST
#include <zlib.h>

#define CHUNK 16384

struct hf_unzip {
	z_stream         z;
	struct hf_zipped from;
	bool             ended;
	unsigned char    chunk[CHUNK];
};

/* ---- reading ---- */

enum hf_code
hf_unzip_open(struct hf_unzip **out, const struct hf_zipped *from, struct hf_err *e)
{
	struct hf_unzip *u;

	*out = NULL;
	if (from->mem != NULL && from->len > UINT_MAX)
		return hf_fail(e, HF_DAMAGED, "too large");
	if ((u = malloc(sizeof(*u))) == NULL)
		return hf_nomem(e);
	memset(&u->z, 0, sizeof(u->z));
	u->from = *from;
	u->ended = false;
	if (from->mem != NULL) {
		u->z.next_in = from->mem;
		u->z.avail_in = (uInt)from->len;
	}
	if (inflateInit(&u->z) != Z_OK) {
		free(u);
		return hf_nomem(e);
	}
	if (from->checked)
		inflateValidate(&u->z, 0);
	*out = u;
	return HF_OK;
}

void
hf_unzip_close(struct hf_unzip *u)
{
	if (u == NULL)
		return;
	inflateEnd(&u->z);
	free(u);
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
fill(struct hf_unzip *u, struct hf_err *e)
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
step(struct hf_unzip *u, struct hf_err *e)
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

enum hf_code
hf_unzip_take(struct hf_unzip *u, void *out, size_t n, struct hf_err *e)
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

enum hf_code
hf_unzip_end(struct hf_unzip *u, bool last, struct hf_err *e)
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
	if (!last)
		return HF_OK;
	if ((rc = fill(u, e)) != HF_OK)
		return rc;
	return u->z.avail_in == 0 ? HF_OK : hf_fail(e, HF_DAMAGED, "there is more after its end");
}

enum hf_code
hf_zip_take(void *out, size_t n, bool whole, const struct hf_zipped *from, struct hf_err *e)
{
	struct hf_unzip *u;
	enum hf_code     rc;

	if ((rc = hf_unzip_open(&u, from, e)) != HF_OK)
		return rc;
	rc = hf_unzip_take(u, out, n, e);
	if (rc == HF_OK && whole)
		rc = hf_unzip_end(u, false, e);
	hf_unzip_close(u);
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

/* ---- writing ---- */

/* All of the pieces into one stream; deflateBound made room for the whole of it. False: zlib did not finish. */
static bool
deflate_all(z_stream *z, const struct hf_piece *pieces, size_t n)
{
	int done = Z_OK;

	for (size_t i = 0; i < n && done == Z_OK; i++) {
		z->next_in = pieces[i].data;
		z->avail_in = (uInt)pieces[i].len;
		done = deflate(z, i + 1 < n ? Z_NO_FLUSH : Z_FINISH);
	}
	return done == Z_STREAM_END;
}

/* Ciphertext does not shrink, and the rest must be quick: the fastest level. */
enum hf_code
hf_zip(struct hf_buf *out, const struct hf_piece *pieces, size_t n, struct hf_err *e)
{
	z_stream     z = { 0 };
	size_t       start = out->len, len = 0, room;
	enum hf_code rc;

	for (size_t i = 0; i < n; i++)
		len += pieces[i].len;
	if (len > UINT_MAX / 2 || deflateInit(&z, Z_BEST_SPEED) != Z_OK)
		return hf_nomem(e);
	room = deflateBound(&z, (uLong)len);
	hf_buf_pad(out, '\0', room);
	if ((rc = hf_buf_check(out, e)) == HF_OK) {
		z.next_out = (unsigned char *)out->data + start;
		z.avail_out = (uInt)room;
		if (!deflate_all(&z, pieces, n))
			rc = hf_fail(e, HF_INTERNAL, "zlib did not finish");
		hf_buf_cut(out, start + (rc == HF_OK ? z.total_out : 0));
	}
	deflateEnd(&z);
	return rc;
}
