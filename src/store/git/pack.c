#include "pack.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "idx.h"

#define IDX_MAX    (256u * 1024 * 1024) /* eight million objects */
#define PACK_HEAD  12
#define ENTRY_HEAD 32   /* at most: size, and where the base is */
#define CHAIN_MAX  4096 /* git's own limit on the depth of deltas */

struct start {
	uint64_t at;
	size_t   place;
};

struct hf_pack {
	char           *idx_path, *pack_path;
	struct hf_buf   bytes;
	struct hf_idx   idx;
	uint64_t        size, end; /* of the pack; where its trailer begins */
	struct timespec changed;
	struct start   *starts; /* in the order of the pack; made with the first delta */
	unsigned char  *vetted; /* by place */
};

enum { ENTRY_OFS_DELTA = 6, ENTRY_REF_DELTA = 7 };

struct entry {
	unsigned      type;
	uint64_t      size; /* inflated */
	uint64_t      at, data;
	uint64_t      base_at;               /* ENTRY_OFS_DELTA */
	unsigned char base_id[HF_OID_BYTES]; /* ENTRY_REF_DELTA */
};

static enum hf_code
damaged(struct hf_err *e, const char *why)
{
	return hf_fail(e, HF_DAMAGED, "%s", why);
}

static enum hf_code
open_pack(int *fd, const struct hf_pack *p, struct hf_err *e)
{
	do
		*fd = open(p->pack_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	while (*fd < 0 && errno == EINTR);
	if (*fd >= 0)
		return HF_OK;
	return hf_fail_errno(e, errno == ENOENT ? HF_NOTFOUND : HF_SYSTEM, errno, "%s", p->pack_path);
}

static bool
read_at(int fd, void *out, size_t len, uint64_t at)
{
	ssize_t n;

	do
		n = pread(fd, out, len, (off_t)at);
	while (n < 0 && errno == EINTR);
	return n >= 0 && (size_t)n == len;
}

/* The pack must be the one that the index was made for. */
static enum hf_code
match(struct hf_pack *p, int fd, struct hf_err *e)
{
	unsigned char head[PACK_HEAD], tail[HF_OID_BYTES];
	struct stat   st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < PACK_HEAD + HF_OID_BYTES)
		return damaged(e, "no pack");
	p->size = (uint64_t)st.st_size;
	p->end = p->size - HF_OID_BYTES;
	p->changed = st.st_mtim;
	if (!read_at(fd, head, sizeof(head), 0) || !read_at(fd, tail, sizeof(tail), p->end))
		return damaged(e, "the pack does not read");
	if (memcmp(head, "PACK", 4) != 0 || hf_be32(head + 4) != 2 || hf_be32(head + 8) != p->idx.n)
		return damaged(e, "no pack of version 2, or not that of its index");
	if (memcmp(tail, p->bytes.data + p->bytes.len - HF_IDX_TAIL, sizeof(tail)) != 0)
		return damaged(e, "the pack is not that of its index");
	return HF_OK;
}

static enum hf_code
load(struct hf_pack *p, struct hf_err *e)
{
	enum hf_code rc;
	int          fd;

	if ((rc = hf_fs_read(&p->bytes, p->idx_path, IDX_MAX, e)) != HF_OK)
		return rc == HF_BAD ? hf_fail(e, HF_DAMAGED, "%s: too large", p->idx_path) : rc;
	if ((rc = hf_idx_parts(&p->idx, hf_buf_str(&p->bytes), p->bytes.len, e)) != HF_OK) {
		hf_fail_in(e, "%s", p->idx_path);
		return rc;
	}
	if ((rc = open_pack(&fd, p, e)) != HF_OK)
		return rc;
	if ((rc = match(p, fd, e)) != HF_OK)
		hf_fail_in(e, "%s", p->pack_path);
	close(fd);
	return rc;
}

/* dir/name with another ending. */
static char *
path_of(const char *dir, const char *name, const char *ending)
{
	struct hf_buf path = HF_BUF_INIT;

	hf_buf_addf(&path, "%s/", dir);
	hf_buf_add(&path, name, strlen(name) - strlen(".idx"));
	hf_buf_adds(&path, ending);
	return hf_buf_steal(&path);
}

enum hf_code
hf_pack_open(struct hf_pack **out, const char *dir, const char *name, struct hf_err *e)
{
	struct hf_pack *p;
	enum hf_code    rc;

	*out = NULL;
	if (!hf_text_suffix(name, ".idx"))
		return hf_fail(e, HF_INTERNAL, "%s: no pack index", name);
	if ((p = calloc(1, sizeof(*p))) == NULL)
		return hf_nomem(e);
	p->idx_path = path_of(dir, name, ".idx");
	p->pack_path = path_of(dir, name, ".pack");
	if (p->idx_path == NULL || p->pack_path == NULL)
		rc = hf_nomem(e);
	else
		rc = load(p, e);
	if (rc == HF_OK) {
		*out = p;
		p = NULL;
	}
	hf_pack_free(p);
	return rc;
}

void
hf_pack_free(struct hf_pack *p)
{
	if (p == NULL)
		return;
	free(p->vetted);
	free(p->starts);
	hf_buf_clear(&p->bytes);
	free(p->pack_path);
	free(p->idx_path);
	free(p);
}

const char *
hf_pack_index(const struct hf_pack *p)
{
	return p->idx_path;
}

bool
hf_pack_same(const struct hf_pack *p, const char *dir, const char *name)
{
	struct stat st;
	char       *path = path_of(dir, name, ".idx");
	bool        same;

	same = path != NULL && strcmp(path, p->idx_path) == 0 && stat(p->pack_path, &st) == 0 && (uint64_t)st.st_size == p->size &&
	    st.st_mtim.tv_sec == p->changed.tv_sec && st.st_mtim.tv_nsec == p->changed.tv_nsec;
	free(path);
	return same;
}

bool
hf_pack_find(size_t *out, const struct hf_pack *p, const unsigned char id[HF_OID_BYTES])
{
	return hf_idx_find(out, &p->idx, id);
}

/* Type and inflated size: seven bits a byte, the first byte with three bits of type. Returns the bytes used, 0 when it is wrong. */
static size_t
parse_size(struct entry *out, const unsigned char *p, size_t len)
{
	size_t   i = 0;
	unsigned shift = 4;

	out->type = p[0] >> 4 & 7;
	out->size = p[0] & 15;
	while (p[i++] & 0x80) {
		if (i == len || shift > 53)
			return 0;
		out->size |= (uint64_t)(p[i] & 0x7f) << shift;
		shift += 7;
	}
	return i;
}

/* How far back the base is: seven bits a byte, most significant first, each further byte adding one. */
static size_t
parse_back(uint64_t *back, const unsigned char *p, size_t len)
{
	size_t i = 0;

	if (len == 0)
		return 0;
	*back = p[0] & 0x7f;
	while (p[i++] & 0x80) {
		if (i == len || *back >> 55 != 0)
			return 0;
		*back = (*back + 1) << 7 | (p[i] & 0x7f);
	}
	return i;
}

static bool
parse_entry(struct entry *out, const unsigned char *p, size_t len)
{
	uint64_t back = 0;
	size_t   n, m = 0;

	if (len == 0 || (n = parse_size(out, p, len)) == 0)
		return false;
	switch (out->type) {
	case HF_OBJECT_COMMIT:
	case HF_OBJECT_TREE:
	case HF_OBJECT_BLOB:
	case HF_OBJECT_TAG:
		break;
	case ENTRY_OFS_DELTA:
		if ((m = parse_back(&back, p + n, len - n)) == 0 || back == 0 || back >= out->at)
			return false;
		out->base_at = out->at - back;
		break;
	case ENTRY_REF_DELTA:
		if ((m = HF_OID_BYTES) > len - n)
			return false;
		memcpy(out->base_id, p + n, m);
		break;
	default:
		return false;
	}
	out->data = out->at + n + m;
	return true;
}

static enum hf_code
read_entry(struct entry *out, const struct hf_pack *p, int fd, uint64_t at, struct hf_err *e)
{
	unsigned char head[ENTRY_HEAD];
	size_t        len;

	memset(out, 0, sizeof(*out));
	out->at = at;
	if (at < PACK_HEAD || at >= p->end)
		return damaged(e, "the index names a place that is none");
	len = p->end - at < sizeof(head) ? (size_t)(p->end - at) : sizeof(head);
	if (!read_at(fd, head, len, at))
		return damaged(e, "the pack does not read");
	return parse_entry(out, head, len) ? HF_OK : damaged(e, "an entry's head is broken");
}

static enum hf_code
read_whole(struct hf_get *get, const struct hf_pack *p, int fd, const struct entry *x, struct hf_err *e)
{
	const struct hf_zipped from = { .fd = fd, .off = x->data, .end = p->end };
	size_t                 start = get->out->len;
	enum hf_code           rc;

	get->type = (enum hf_object_type)x->type;
	if ((rc = hf_get_fits(get, x->size, e)) != HF_OK)
		return rc;
	hf_buf_pad(get->out, '\0', (size_t)x->size);
	if ((rc = hf_buf_check(get->out, e)) == HF_OK &&
	    (rc = hf_zip_take(get->out->data + start, (size_t)x->size, true, &from, e)) == HF_OK)
		rc = hf_get_compare(get, start, e);
	if (rc != HF_OK)
		hf_buf_cut(get->out, start);
	return rc;
}

enum hf_code
hf_pack_read(struct hf_get *get, bool *delta, const struct hf_pack *p, size_t place, struct hf_err *e)
{
	struct entry x;
	enum hf_code rc;
	int          fd;

	*delta = false;
	if ((rc = open_pack(&fd, p, e)) != HF_OK)
		return rc;
	rc = read_entry(&x, p, fd, hf_idx_at(&p->idx, place), e);
	if (rc == HF_OK && x.type >= ENTRY_OFS_DELTA)
		*delta = true;
	else if (rc == HF_OK)
		rc = read_whole(get, p, fd, &x, e);
	close(fd);
	if (rc != HF_OK)
		hf_fail_in(e, "object %s", get->oid->hex);
	return rc;
}

static int
by_start(const void *a, const void *b)
{
	const struct start *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Check the index as a whole, and put the entries in the order of the pack: where one begins, another ends. */
static enum hf_code
prepare(struct hf_pack *p, struct hf_err *e)
{
	enum hf_code rc;
	size_t       i;

	if (p->starts != NULL)
		return HF_OK;
	if ((rc = hf_idx_check(p->bytes.data, p->bytes.len, e)) != HF_OK) {
		hf_fail_in(e, "%s", p->idx_path);
		return rc;
	}
	p->vetted = calloc(p->idx.n + 1, 1);
	p->starts = calloc(p->idx.n + 1, sizeof(*p->starts));
	if (p->vetted == NULL || p->starts == NULL) {
		free(p->vetted);
		free(p->starts);
		p->vetted = NULL;
		p->starts = NULL;
		return hf_nomem(e);
	}
	for (i = 0; i < p->idx.n; i++)
		p->starts[i] = (struct start){ hf_idx_at(&p->idx, i), i };
	p->starts[i] = (struct start){ p->end, i };
	qsort(p->starts, p->idx.n, sizeof(*p->starts), by_start);
	return HF_OK;
}

/* The entry's raw bytes against the CRC-32 in the index. */
static enum hf_code
check_crc(const struct hf_pack *p, int fd, const struct start *s, struct hf_err *e)
{
	const struct hf_zipped raw = { .fd = fd, .off = s->at, .end = s[1].at };
	enum hf_code           rc;
	uint32_t               crc;

	if ((rc = hf_zip_crc(&crc, &raw, e)) != HF_OK)
		return rc;
	return crc == hf_idx_crc(&p->idx, s->place) ? HF_OK : damaged(e, "its bytes in the pack are not those that were written");
}

/* A number of the delta's own head: seven bits a byte, least significant first. */
static size_t
parse_number(uint64_t *out, const unsigned char *p, size_t len)
{
	size_t i = 0;

	*out = 0;
	do {
		if (i == len || i == 8)
			return 0;
		*out |= (uint64_t)(p[i] & 0x7f) << (7 * i);
	} while (p[i++] & 0x80);
	return i;
}

/* What the delta says that its base and its result measure, before anything of that size is allocated. */
static enum hf_code
check_delta(const struct hf_pack *p, int fd, const struct entry *x, size_t max, struct hf_err *e)
{
	const struct hf_zipped from = { .fd = fd, .off = x->data, .end = p->end };
	unsigned char          head[20];
	size_t                 len = x->size < sizeof(head) ? (size_t)x->size : sizeof(head), n;
	uint64_t               base, result;
	enum hf_code           rc;

	if ((rc = hf_zip_take(head, len, false, &from, e)) != HF_OK)
		return rc;
	if ((n = parse_number(&base, head, len)) == 0 || parse_number(&result, head + n, len - n) == 0)
		return damaged(e, "a delta's head is broken");
	if (base > max || result > max)
		return hf_fail(e, HF_DAMAGED, "too large: at most %zu bytes are read", max);
	return HF_OK;
}

/* The entry that begins there; *out NULL after an error. */
static enum hf_code
find_start(const struct start **out, const struct hf_pack *p, uint64_t at, struct hf_err *e)
{
	const struct start key = { at, 0 };

	*out = bsearch(&key, p->starts, p->idx.n, sizeof(key), by_start);
	return *out != NULL ? HF_OK : damaged(e, "a delta without its base");
}

/* One link; *base is the one that it stands on, or NULL. */
static enum hf_code
vet_link(const struct start **base, const struct hf_pack *p, int fd, const struct start *s, size_t max, struct hf_err *e)
{
	struct entry x;
	enum hf_code rc;
	size_t       place;

	*base = NULL;
	if ((rc = read_entry(&x, p, fd, s->at, e)) != HF_OK || (rc = check_crc(p, fd, s, e)) != HF_OK)
		return rc;
	if (x.size > max)
		return hf_fail(e, HF_DAMAGED, "too large: at most %zu bytes are read", max);
	if (x.type < ENTRY_OFS_DELTA)
		return HF_OK;
	if ((rc = check_delta(p, fd, &x, max, e)) != HF_OK)
		return rc;
	if (x.type == ENTRY_REF_DELTA) {
		if (!hf_pack_find(&place, p, x.base_id))
			return damaged(e, "a delta whose base is elsewhere");
		x.base_at = hf_idx_at(&p->idx, place);
	}
	return find_start(base, p, x.base_at, e);
}

/* The links become vetted only when the chain is known to end. */
static enum hf_code
vet_chain(struct hf_pack *p, int fd, uint64_t at, size_t max, struct hf_err *e)
{
	const struct start *links[CHAIN_MAX], *s;
	size_t              n = 0;
	enum hf_code        rc;

	rc = find_start(&s, p, at, e);
	while (rc == HF_OK && s != NULL && !p->vetted[s->place]) {
		if (n == CHAIN_MAX)
			return damaged(e, "its chain of deltas does not end");
		links[n++] = s;
		rc = vet_link(&s, p, fd, s, max, e);
	}
	while (rc == HF_OK && n-- > 0)
		p->vetted[links[n]->place] = 1;
	return rc;
}

enum hf_code
hf_pack_vet(struct hf_pack *p, size_t place, size_t max, struct hf_err *e)
{
	enum hf_code rc;
	int          fd;

	if ((rc = prepare(p, e)) != HF_OK || p->vetted[place])
		return rc;
	if ((rc = open_pack(&fd, p, e)) != HF_OK)
		return rc;
	if ((rc = vet_chain(p, fd, hf_idx_at(&p->idx, place), max, e)) != HF_OK)
		hf_fail_in(e, "%s", p->pack_path);
	close(fd);
	return rc;
}
