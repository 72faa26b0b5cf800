/*
 * What git's files may hold, read by everything that reads them: the first byte says which. Commits, loose objects, trees, pack indexes and
 * packs (with an index made to fit), the configuration file. What is accepted has to say all there is: written again, it is the same bytes.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/store/git/gitconfig.h"
#include "../../src/store/git/idx.h"
#include "../../src/store/git/object.h"
#include "../../src/store/git/pack.h"
#include "../../src/store/git/tree.h"
#include "holdfast/hash.h"

#define OBJECT_MAX (1u << 20)
#define ENTRIES    8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int holds)
{
	if (!holds)
		abort();
}

static void
fuzz_commit(const void *data, size_t size)
{
	struct hf_commit c;
	struct hf_buf    again = HF_BUF_INIT;
	const char      *line, *end;
	size_t           headers;

	if (hf_commit_read(&c, data, size, NULL) != HF_OK)
		return;
	headers = c.payload_len - c.message_len - 1;
	hf_buf_add(&again, c.payload, headers);
	hf_buf_adds(&again, "gpgsig");
	for (line = c.signature; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		hf_buf_addc(&again, ' ');
		hf_buf_add(&again, line, (size_t)(end - line) + 1);
	}
	hf_buf_add(&again, c.payload + headers, c.payload_len - headers);
	must(again.len == size && memcmp(again.data, data, size) == 0);
	hf_buf_clear(&again);
	hf_commit_clear(&c);
}

/* Whatever inflates right is taken for what its name says, so that the check of the name stops nothing. */
static void
fuzz_object(const void *data, size_t size)
{
	const struct hf_zipped from = { .mem = data, .len = size, .fd = -1 };
	static const char      name[] = "ce013625030ba8dba906f756967f9e9ca394464a";
	struct hf_buf          out = HF_BUF_INIT;
	struct hf_oid          oid;
	struct hf_get          get = { .oid = &oid, .max = OBJECT_MAX, .out = &out };
	uint8_t                head[64];

	must(hf_oid_set(&oid, name));
	if (hf_object_unzip(&get, &from, NULL) != HF_OK)
		must(out.len == 0);
	hf_zip_take(head, sizeof(head), true, &from, NULL);
	hf_zip_take(head, sizeof(head), false, &from, NULL);
	hf_buf_clear(&out);
}

static void
fuzz_tree(const void *data, size_t size)
{
	struct hf_tree t = HF_TREE_INIT;
	struct hf_buf  again = HF_BUF_INIT;
	size_t         i;

	hf_buf_add(&t.raw, data, size);
	if (hf_tree_read(&t, NULL) == HF_OK) {
		for (i = 0; i < t.n; i++) {
			must(hf_tree_find(&t, t.list[i].name, strlen(t.list[i].name)) == &t.list[i]);
			hf_tree_add(&again, &t.list[i]);
		}
		must(again.len == size && (size == 0 || memcmp(again.data, data, size) == 0));
	}
	hf_buf_clear(&again);
	hf_tree_clear(&t);
}

/* As it is; and, that flipped bits are not all that is seen, with a trailer that holds. */
static void
fuzz_idx(const uint8_t *data, size_t size)
{
	struct hf_idx x;
	struct hf_oid sum;
	uint8_t      *copy;
	size_t        i, place;
	bool          whole;

	hf_idx_check(data, size, NULL);
	if (size < HF_OID_BYTES || (copy = malloc(size)) == NULL)
		return;
	memcpy(copy, data, size);
	hf_sha1(sum.hex, copy, size - HF_OID_BYTES);
	must(hf_oid_to_bytes(copy + size - HF_OID_BYTES, &sum));
	whole = hf_idx_check(copy, size, NULL) == HF_OK;
	if (hf_idx_parts(&x, copy, size, NULL) == HF_OK)
		for (i = 0; i < x.n; i++) {
			hf_idx_at(&x, i);
			hf_idx_crc(&x, i);
			if (hf_idx_find(&place, &x, x.names + i * HF_OID_BYTES))
				must(place < x.n && (!whole || place == i));
			else
				must(!whole);
		}
	free(copy);
}

static void
add32(struct hf_buf *b, uint32_t n)
{
	const char bytes[] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };

	hf_buf_add(b, bytes, sizeof(bytes));
}

static void
add_trailer(struct hf_buf *b)
{
	struct hf_oid sum;
	unsigned char id[HF_OID_BYTES];

	hf_sha1(sum.hex, b->data, b->len);
	must(hf_oid_to_bytes(id, &sum));
	hf_buf_add(b, id, sizeof(id));
}

/* The index of a pack whose n entries begin at these places: one after the other, named 1, 2, 3… */
static void
make_idx(struct hf_buf *idx, const struct hf_buf *pack, const uint32_t *at, uint32_t n)
{
	struct hf_zipped raw = { .fd = -1 };
	uint32_t         i, crc;

	hf_buf_add(idx, "\377tOc\0\0\0\2", 8);
	for (i = 0; i < 256; i++)
		add32(idx, i < n ? i : n);
	for (i = 0; i < n; i++) {
		hf_buf_addc(idx, (char)(i + 1));
		hf_buf_pad(idx, '\0', HF_OID_BYTES - 1);
	}
	for (i = 0; i < n; i++) {
		raw.mem = pack->data + at[i];
		raw.len = (i + 1 < n ? at[i + 1] : (uint32_t)pack->len - HF_OID_BYTES) - at[i];
		must(hf_zip_crc(&crc, &raw, NULL) == HF_OK);
		add32(idx, crc);
	}
	for (i = 0; i < n; i++)
		add32(idx, at[i]);
	hf_buf_add(idx, pack->data + pack->len - HF_OID_BYTES, HF_OID_BYTES);
	add_trailer(idx);
}

/* Two files, again and again, on a file system in memory. */
static struct {
	char name[64];
	int  fd;
} files[2];
static char dir[] = "/dev/shm/holdfast-fuzz-XXXXXX";

static void
remove_files(void)
{
	unlink(files[0].name);
	unlink(files[1].name);
	rmdir(dir);
}

static void
open_files(void)
{
	static const char *const names[] = { "pack-fuzz.pack", "pack-fuzz.idx" };

	must(mkdtemp(dir) != NULL);
	for (int i = 0; i < 2; i++) {
		snprintf(files[i].name, sizeof(files[i].name), "%s/%s", dir, names[i]);
		must((files[i].fd = open(files[i].name, O_RDWR | O_CREAT | O_EXCL, 0600)) >= 0);
	}
	atexit(remove_files);
}

static void
put_file(int i, const struct hf_buf *b)
{
	must(ftruncate(files[i].fd, 0) == 0 && pwrite(files[i].fd, b->data, b->len, 0) == (ssize_t)b->len);
}

static void
read_pack(uint32_t n)
{
	struct hf_pack *p;
	struct hf_buf   out = HF_BUF_INIT;
	struct hf_oid   oid;
	struct hf_get   get = { .oid = &oid, .max = OBJECT_MAX, .out = &out };
	unsigned char   id[HF_OID_BYTES] = { 0 };
	size_t          place;
	bool            delta;

	must(hf_pack_open(&p, dir, "pack-fuzz.idx", NULL) == HF_OK);
	for (; n > 0; n--) {
		id[0] = (unsigned char)n;
		hf_oid_from_bytes(&oid, id);
		must(hf_pack_find(&place, p, id));
		if (hf_pack_read(&get, &delta, p, place, NULL) == HF_OK && delta)
			hf_pack_vet(p, place, OBJECT_MAX, NULL);
		must(out.len == 0); /* nothing has the name 1, 2, 3… */
	}
	hf_pack_free(p);
	hf_buf_clear(&out);
}

/* Up to eight entries, each after a byte with its length. */
static void
fuzz_pack(const uint8_t *data, size_t size)
{
	struct hf_buf pack = HF_BUF_INIT, idx = HF_BUF_INIT;
	uint32_t      at[ENTRIES], n = 0;
	size_t        len;

	if (files[0].name[0] == '\0')
		open_files();
	hf_buf_add(&pack, "PACK\0\0\0\2\0\0\0\0", 12);
	for (; size > 0 && n < ENTRIES; n++, data += len, size -= len) {
		len = *data++;
		size--;
		len = len < size ? len : size;
		at[n] = (uint32_t)pack.len;
		hf_buf_add(&pack, data, len);
	}
	pack.data[11] = (char)n;
	add_trailer(&pack);
	make_idx(&idx, &pack, at, n);
	put_file(0, &pack);
	put_file(1, &idx);
	read_pack(n);
	hf_buf_clear(&pack);
	hf_buf_clear(&idx);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	switch (*data++) {
	case 'c':
		fuzz_commit(data, size - 1);
		break;
	case 'o':
		fuzz_object(data, size - 1);
		break;
	case 't':
		fuzz_tree(data, size - 1);
		break;
	case 'i':
		fuzz_idx(data, size - 1);
		break;
	case 'p':
		fuzz_pack(data, size - 1);
		break;
	case 'g':
		hf_gitconfig_check((const char *)data, size - 1, NULL);
		break;
	default:
		break;
	}
	return 0;
}
