/*
 * What a bench cannot do from outside:
 *	acts REGISTER walk RUN N	notes in a run that stays open, as in the walk; the microseconds of each, one on a line
 *	acts REGISTER commits WORD N	commits that each add a person "WORD n", for the figures of verify and of a merge
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "holdfast/run.h"

static struct hf_err e = HF_ERR_INIT;

static int
fail(void)
{
	fprintf(stderr, "acts: %s\n", e.msg);
	return 1;
}

static long
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000L + t.tv_nsec / 1000;
}

static enum hf_code
walk(struct hf_register *r, const char *id, long n)
{
	struct hf_run *run = NULL;
	char           text[32];
	enum hf_code   rc = hf_run_open(&run, r, NULL, id, &e);

	for (long i = 0; rc == HF_OK && i < n; i++) {
		long before = now_us();

		snprintf(text, sizeof(text), "note %ld", i);
		rc = hf_run_note(run, &(struct hf_act){ .text = text }, &e);
		printf("%ld\n", now_us() - before);
	}
	hf_run_close(run);
	return rc;
}

static enum hf_code
commit_person(struct hf_register *r, const char *word, long i)
{
	struct hf_batch *b = NULL;
	char             id[HF_ID_SIZE], name[96];
	enum hf_code     rc;

	snprintf(name, sizeof(name), "%.60s %ld", word, i);
	if ((rc = hf_batch_new(&b, r, &e)) == HF_OK && (rc = hf_batch_add(id, b, "person", &e)) == HF_OK &&
	    (rc = hf_batch_set(b, id, "name", '=', name, &e)) == HF_OK)
		rc = hf_batch_commit(b, "record", &e);
	hf_batch_free(b);
	return rc;
}

int
main(int argc, char **argv)
{
	struct hf_register     *r = NULL;
	struct hf_register_opts opts = { 0 };
	char                    state[256], cache[256];
	long                    n = argc == 5 ? atol(argv[4]) : 0;
	enum hf_code            rc;

	if (n < 1 || getenv("HOME") == NULL) {
		fputs("usage: acts REGISTER walk RUN N | acts REGISTER commits WORD N\n", stderr);
		return 2;
	}
	snprintf(state, sizeof(state), "%s/.local/state/holdfast", getenv("HOME"));
	snprintf(cache, sizeof(cache), "%s/.cache/holdfast", getenv("HOME"));
	opts.path = argv[1];
	opts.state_dir = state;
	opts.cache_dir = cache;
	rc = hf_register_open(&r, &opts, &e);
	if (rc == HF_OK && strcmp(argv[2], "walk") == 0)
		rc = walk(r, argv[3], n);
	for (long i = 0; rc == HF_OK && strcmp(argv[2], "commits") == 0 && i < n; i++)
		rc = commit_person(r, argv[3], i);
	hf_register_close(r);
	return rc == HF_OK ? 0 : fail();
}
