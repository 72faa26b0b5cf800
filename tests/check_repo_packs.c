#include <pthread.h>
#include <stdio.h>

#include "git_aid.h"
#include "holdfast/fs.h"
#include "test.h"

/* Everything behind main, as text, read through r. */
struct reading {
	struct hf_repo *r;
	struct hf_buf  *out;
};

static enum hf_code
read_file(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	struct reading *x = arg;

	hf_buf_addf(x->out, "%s\n", d->path);
	return hf_repo_blob(x->out, x->r, &d->after, 10000000, e);
}

static enum hf_code
read_commit(void *arg, const struct hf_oid *oid, const struct hf_commit *c, struct hf_err *e)
{
	struct reading *x = arg;

	if (c == NULL)
		return HF_DAMAGED;
	hf_buf_addf(x->out, "%s\n", oid->hex);
	return hf_repo_diff(x->r, NULL, &c->tree, read_file, x, e);
}

static enum hf_code
read_all(struct hf_buf *out, struct hf_repo *r, struct hf_err *e)
{
	struct reading x = { r, out };
	struct hf_oid  head;
	enum hf_code   rc;

	hf_buf_cut(out, 0);
	if ((rc = hf_repo_head(&head, r, e)) != HF_OK)
		return rc;
	return hf_repo_walk(r, &head, NULL, true, read_commit, &x, e);
}

static void
reopen(void)
{
	hf_repo_close(aid_repo);
	ck_ok(hf_repo_open(&aid_repo, aid_path("r"), &e));
}

/* A history whose trees and blobs git stores as deltas. */
static void
history(int commits)
{
	static char    text[60][2000];
	static char    paths[60][32];
	struct hf_edit edits[60];
	struct hf_oid  oid;

	for (int i = 0; i < N_OF(edits); i++) {
		snprintf(paths[i], sizeof(paths[i]), "records/%d/record-%d", i % 2, i);
		for (int k = 0; k < 60; k++)
			snprintf(text[i] + 30 * k, 31, "line %2u of %2u, and some text..", (unsigned)k % 100, (unsigned)i % 100);
		edits[i] = aid_edit(paths[i], text[i]);
	}
	ck_ok(aid_commit(&oid, aid_repo, edits, N_OF(edits), &e));
	for (int i = 1; i < commits; i++) {
		text[i % 60][i * 7 % 1500] = '!';
		ck_ok(aid_commit(&oid, aid_repo, &edits[i % 60], 1, &e));
	}
}

/* How git packs, and what has to be in it for the row to mean something. */
static const struct {
	const char *command, *contains;
} packings[] = {
	{ "git -C r repack -adfq --depth=0", "non delta" },
	{ "git -C r repack -adfq --depth=50 --window=50", "chain length = 1:" },
	{ "git -C r repack -adfq --depth=4000 --window=50", "chain length = 1:" },
	{ "git -C r -c repack.useDeltaBaseOffset=false repack -adfq --depth=50", "chain length = 1:" },
	{ "git -C r gc -q --aggressive", "chain length = 1:" },
	{ "git -C r -c pack.compression=0 repack -adfFq", "chain length = 1:" },
	{ "git -C r repack -adfFq && cd r/objects/pack && chmod 600 * && mv *.pack p && rm *.idx && "
	  "git index-pack --index-version=2,0x80 -o $(ls -d pack-*.rev 2>/dev/null || echo x).tmp p >name && mv *.tmp pack-$(cut -c1-40 name).idx && "
	  "mv p pack-$(cut -c1-40 name).pack && rm -f name *.rev",
	    "non delta" },
};

START_TEST(packed)
{
	struct hf_buf loose = HF_BUF_INIT, got = HF_BUF_INIT, said = HF_BUF_INIT;

	history(20);
	ck_ok(read_all(&loose, aid_repo, &e));
	aid_must(NULL, "%s", packings[_i].command);
	aid_run(&said, "git verify-pack -sv r/objects/pack/pack-*.idx");
	ck_assert_msg(strstr(hf_buf_str(&said), packings[_i].contains) != NULL, "%s", hf_buf_str(&said));
	ck_ok(read_all(&got, aid_repo, &e)); /* through the handle that was there before */
	ck_assert(got.len == loose.len && memcmp(got.data, loose.data, loose.len) == 0);
	reopen();
	ck_ok(read_all(&got, aid_repo, &e));
	ck_assert(got.len == loose.len && memcmp(got.data, loose.data, loose.len) == 0);
	aid_must(NULL,
	    "cd r && mkdir ../packs && mv objects/pack/* ../packs && for p in ../packs/*.pack; do git unpack-objects -q <$p; done");
	ck_ok(read_all(&got, aid_repo, &e));
	ck_assert(got.len == loose.len && memcmp(got.data, loose.data, loose.len) == 0);
	hf_buf_clear(&said);
	hf_buf_clear(&got);
	hf_buf_clear(&loose);
}
END_TEST

/* git packs again and again, in several packs, while the handle is open and writes. */
START_TEST(packed_meanwhile)
{
	struct hf_buf all = HF_BUF_INIT;
	char          line[256], path[32];

	for (int i = 0; i < 12; i++) {
		snprintf(path, sizeof(path), "records/%d/r", i % 3);
		aid_put(path, path);
		ck_ok(read_all(&all, aid_repo, &e));
		aid_must(NULL, "%s",
		    i % 4 == 0     ? "git -C r repack -dq" :
			i % 4 == 1 ? "git -C r gc -q --prune=now" :
			i % 4 == 2 ? "git -C r repack -adfq" :
				     "git -C r repack -Adq");
		ck_ok(read_all(&all, aid_repo, &e));
	}
	aid_must(line, "git -C r rev-list --count main");
	ck_assert_str_eq(line, "12");
	aid_fsck();
	hf_buf_clear(&all);
}
END_TEST

/* One copy of two is damaged. */
START_TEST(damaged_but_elsewhere)
{
	struct hf_buf all = HF_BUF_INIT, said = HF_BUF_INIT;
	struct hf_oid oid = aid_put("a", "some text");
	char          line[256];

	aid_must(NULL, "git -C r repack -q"); /* the loose ones stay */
	aid_must(line, "find r/objects/?? -type f -exec chmod 600 {} + -exec truncate -s 0 {} + && echo ok");
	reopen();
	ck_ok(read_all(&all, aid_repo, &e));
	aid_must(NULL, "rm r/objects/pack/*.pack r/objects/pack/*.idx");
	ck_fails(HF_DAMAGED, "cut off", hf_repo_commit_raw(&said, aid_repo, &oid, &e));
	hf_buf_clear(&said);
	hf_buf_clear(&all);
}
END_TEST

/* A pack that is damaged as a whole is named; what is in others still reads. */
START_TEST(pack_that_does_not_open)
{
	struct hf_buf b = HF_BUF_INIT;
	struct hf_oid one = aid_put("a", "some text"), two;

	aid_must(NULL, "git -C r repack -adq");
	two = aid_put("b", "more");
	aid_must(NULL,
	    "chmod 600 r/objects/pack/* && truncate -s -1 r/objects/pack/*.pack && git -C r pack-refs --all && "
	    "echo %s | git -C r pack-objects -q objects/pack/pack && git -C r prune-packed",
	    two.hex);
	reopen();
	ck_fails(HF_DAMAGED, "not that of its index", hf_repo_commit_raw(&b, aid_repo, &one, &e));
	ck_ok(hf_repo_commit_raw(&b, aid_repo, &two, &e));
	hf_buf_clear(&b);
}
END_TEST

/* A handle of its own for each; both meet their first delta at about the same time. */
static void *
work(void *arg)
{
	struct hf_repo *r;
	struct hf_err   e = HF_ERR_INIT;
	enum hf_code    rc;

	if ((rc = hf_repo_open(&r, hf_repo_path(aid_repo), &e)) != HF_OK)
		return NULL;
	for (int i = 0; i < 5 && rc == HF_OK; i++)
		rc = read_all(arg, r, &e);
	if (rc != HF_OK)
		hf_buf_cut(arg, 0);
	hf_repo_close(r);
	return NULL;
}

START_TEST(two_threads)
{
	struct hf_buf read[2] = { HF_BUF_INIT, HF_BUF_INIT }, loose = HF_BUF_INIT;
	pthread_t     threads[2];

	history(10);
	ck_ok(read_all(&loose, aid_repo, &e));
	aid_must(NULL, "git -C r repack -adfq --depth=50");
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &read[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		ck_assert_uint_eq(read[i].len, loose.len);
		ck_assert_mem_eq(read[i].data, loose.data, loose.len);
		hf_buf_clear(&read[i]);
	}
	hf_buf_clear(&loose);
}
END_TEST

/* ---- which of many are not there ---- */

static struct hf_oid
blob_of(const char *path)
{
	struct hf_oid oid;
	char          line[256];

	aid_must(line, "git -C r rev-parse main:%s", path);
	ck_assert(hf_oid_set(&oid, line));
	return oid;
}

/* As many as when each is asked for by itself, with a handle that has looked before and with a new one. */
static void
ck_lacks(const struct hf_oid *list, size_t n, size_t want)
{
	struct hf_oid   copy[300];
	struct hf_repo *fresh;
	size_t          got, one_by_one = 0;

	ck_assert_uint_le(n, N_OF(copy));
	for (int i = 0; i < 2; i++) {
		if (n > 0)
			memcpy(copy, list, n * sizeof(*list));
		ck_ok(hf_repo_open(&fresh, aid_path("r"), &e));
		ck_ok(hf_repo_lacks(&got, i == 0 ? aid_repo : fresh, copy, n, &e));
		ck_assert_uint_eq(got, want);
		hf_repo_close(fresh);
	}
	for (size_t i = 0; i < n; i++)
		one_by_one += !hf_repo_has(aid_repo, &list[i]);
	ck_assert_uint_eq(one_by_one, want);
}

static const char *
object_path(const struct hf_oid *oid)
{
	static char path[128];

	snprintf(path, sizeof(path), "r/objects/%.2s/%s", oid->hex, oid->hex + 2);
	return path;
}

/* Packed, loose, both, several of one folder, one that is asked for twice, and what is nowhere. */
START_TEST(lacks_as_one_by_one)
{
	struct hf_oid list[300], none;
	char          path[32], text[32];
	size_t        n = 0;

	ck_lacks(NULL, 0, 0);
	for (size_t i = 0; i < 280; i++) {
		snprintf(path, sizeof(path), "records/%zu/r%zu", i % 3, i);
		snprintf(text, sizeof(text), "text %zu", i);
		ck_assert(aid_hash(&list[n++], aid_path("r"), "blob", text, strlen(text)));
	}
	ck_lacks(list, n, 0);
	aid_put("a", "text 0");
	aid_put("b", "text 1");
	aid_put("c", "text 2");
	list[n++] = blob_of("a");
	/* Into a pack, and the pack's loose again beside it: only what a commit names is packed. */
	aid_must(NULL,
	    "git -C r repack -adq && mkdir o && mv r/objects/pack/* o && git -C r unpack-objects -q <$(ls o/*.pack) && mv o/* r/objects/pack");
	ck_lacks(list, n, 0);
	aid_must(NULL, "rm %s", object_path(&list[0])); /* in the pack still */
	ck_lacks(list, n, 0);
	aid_must(NULL, "rm %s", object_path(&list[100]));
	aid_must(NULL, "rm %s", object_path(&list[200]));
	ck_lacks(list, n, 2);
	list[n++] = list[200];
	ck_lacks(list, n, 3);
	ck_assert(hf_oid_set(&none, "00000000000000000000000000000000000000ff"));
	list[n++] = none;
	ck_lacks(list, n, 4);
	aid_must(NULL, "mkdir -p r/objects/00 && touch r/objects/00/000000000000000000000000000000000000f r/objects/00/tmp_obj_x");
	ck_lacks(list, n, 4);
}
END_TEST

/* A handle that has looked at the packs finds what went into one since. */
START_TEST(lacks_nothing_that_was_packed_meanwhile)
{
	struct hf_oid list[3], copy[3];
	size_t        lacks;

	aid_put("a", "one");
	aid_put("b", "two");
	aid_must(NULL, "git -C r repack -adq");
	aid_put("c", "three");
	list[0] = blob_of("c");
	list[1] = blob_of("a");
	list[2] = blob_of("b");
	memcpy(copy, list, sizeof(list));
	ck_ok(hf_repo_lacks(&lacks, aid_repo, copy, 3, &e));
	ck_assert_uint_eq(lacks, 0);
	aid_must(NULL, "git -C r repack -adq && test -z \"$(find r/objects/?? -type f)\"");
	memcpy(copy, list, sizeof(list));
	ck_ok(hf_repo_lacks(&lacks, aid_repo, copy, 3, &e));
	ck_assert_uint_eq(lacks, 0);
	aid_must(NULL, "rm r/objects/pack/*");
	reopen();
	ck_lacks(list, 3, 3);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("repo_packs");
	TCase *t = tcase_create("repo_packs");

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, aid_repo_begin, aid_repo_end);
	tcase_add_loop_test(t, packed, 0, N_OF(packings));
	tcase_add_test(t, packed_meanwhile);
	tcase_add_test(t, damaged_but_elsewhere);
	tcase_add_test(t, pack_that_does_not_open);
	tcase_add_test(t, two_threads);
	tcase_add_test(t, lacks_as_one_by_one);
	tcase_add_test(t, lacks_nothing_that_was_packed_meanwhile);
	suite_add_tcase(s, t);
	return run_suite(s);
}
