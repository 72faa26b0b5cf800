/*
 * Inside src/store: zipped bytes (zip.c, the door to zlib). What is read may be anybody's: nothing is ever made longer than was asked for.
 */
#ifndef STORE_ZIP_H
#define STORE_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"

/* Zipped bytes: in memory, or (mem NULL) of an open file from off up to end. The file's position is neither used nor moved. */
struct hf_zipped {
	const void *mem;
	size_t      len;
	int         fd;
	uint64_t    off, end;
	bool        checked; /* somebody has checked these bytes: the stream's own sum is not computed */
};

/* Reading one stream piece by piece. HF_DAMAGED; HF_SYSTEM when the file does not read; HF_NOMEM. */
struct hf_unzip;

enum hf_code hf_unzip_open(struct hf_unzip **out, const struct hf_zipped *from, struct hf_err *e);
enum hf_code hf_unzip_take(struct hf_unzip *u, void *out, size_t n, struct hf_err *e); /* exactly n bytes more */
enum hf_code hf_unzip_end(struct hf_unzip *u, bool last, struct hf_err *e); /* it ends here; last: and nothing follows it */
void         hf_unzip_close(struct hf_unzip *u);

/* The first n bytes of a stream. whole: it must end there. HF_DAMAGED, HF_SYSTEM. */
enum hf_code hf_zip_take(void *out, size_t n, bool whole, const struct hf_zipped *from, struct hf_err *e);

/* The CRC-32 of the zipped bytes themselves, all up to the end. HF_DAMAGED when the file ends before, HF_SYSTEM. */
enum hf_code hf_zip_crc(uint32_t *out, const struct hf_zipped *from, struct hf_err *e);

struct hf_piece {
	const void *data;
	size_t      len;
};

/* Append one stream of all the pieces, 2 GiB of them at most. HF_NOMEM, HF_INTERNAL. */
enum hf_code hf_zip(struct hf_buf *out, const struct hf_piece *pieces, size_t n, struct hf_err *e);

#endif
