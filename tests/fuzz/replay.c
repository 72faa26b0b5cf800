/*
 * A fuzz target run over its corpus without a fuzzer: build/tests/replay_X feeds fuzz_X.c each file of tests/fuzz/corpus/X, and of the
 * folders it is given. Part of `make check`: what was once found stays found.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"

#define PREFIX    "replay_"
#define INPUT_MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct replay {
	const char *dir;
	unsigned    n;
};

/* The copy is of the exact size: a sanitizer sees a read past its end. */
static void
feed(const char *data, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	if (copy == NULL)
		abort();
	if (len > 0)
		memcpy(copy, data, len);
	LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static enum hf_code
feed_file(void *arg, const char *name, struct hf_err *e)
{
	struct replay *r = arg;
	struct hf_buf  b = HF_BUF_INIT;
	char          *path = hf_fs_join(r->dir, name);
	enum hf_code   rc;

	if (path == NULL)
		return hf_nomem(e);
	if ((rc = hf_fs_read(&b, path, INPUT_MAX, e)) == HF_OK) {
		fprintf(stderr, "%s\n", path); /* the last one named is the one that broke it */
		feed(b.data, b.len);
		r->n++;
	}
	free(path);
	hf_buf_clear(&b);
	return rc;
}

static int
feed_dir(struct replay *r, const char *dir)
{
	struct hf_err e = HF_ERR_INIT;

	r->dir = dir;
	if (hf_fs_list(dir, feed_file, r, &e) == HF_OK)
		return 0;
	fprintf(stderr, "%s\n", e.msg);
	return 1;
}

int
main(int argc, char **argv)
{
	struct replay r = { NULL, 0 };
	const char   *name = hf_fs_base(argv[0]);
	char          dir[256];
	int           i, failed = 0;

	feed("", 0);
	r.n++;
	if (strncmp(name, PREFIX, strlen(PREFIX)) == 0)
		name += strlen(PREFIX);
	snprintf(dir, sizeof(dir), "tests/fuzz/corpus/%s", name);
	failed += feed_dir(&r, dir);
	for (i = 1; i < argc; i++)
		failed += feed_dir(&r, argv[i]);
	printf("%u passed, %d failed\n", r.n, failed);
	return failed > 0;
}
