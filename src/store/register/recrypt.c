#include "recrypt.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../vault/workers.h"
#include "holdfast/fs.h"
#include "holdfast/hash.h"
#include "seal.h"

#define CHUNK       64
#define TOGETHER    8             /* decrypted at once; few, since each is kept when it is done */
#define LARGE       (256u * 1024) /* one of these is in memory at a time */
#define CHUNK_BYTES (32u * 1024 * 1024)
#define KEEP_MEMORY (64u * 1024) /* larger ones are mapped from the folder */
#define FOLDER      "recrypt"
#define SUM_LINE    (HF_SHA256_SIZE) /* the sum of what follows, and a newline */

/* ---- what has to be done ---- */

static enum hf_code
add_file(struct recrypt_file **out, struct recrypt *x, const char *path, struct hf_err *e)
{
	if (x->n == x->cap) {
		size_t               cap = x->cap == 0 ? 64 : x->cap * 2;
		struct recrypt_file *list = realloc(x->list, cap * sizeof(*list));

		if (list == NULL)
			return hf_nomem(e);
		x->list = list;
		x->cap = cap;
	}
	*out = &x->list[x->n++];
	memset(*out, 0, sizeof(**out));
	if (strlen(path) >= PATH_SIZE)
		return hf_fail(e, HF_INTERNAL, "%s: no path of a register", path);
	strcpy((*out)->path, path);
	return HF_OK;
}

static bool
named(char (*list)[HF_FPR_SIZE], size_t n, const char *fpr)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], fpr) == 0)
			return true;
	return false;
}

/* HF_SEALED: it stays as it is, because it cannot be told from here who should read it. */
static enum hf_code
wanted(struct audience *out, struct recrypt *x, const char *path, bool mine, struct hf_err *e)
{
	char         id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum hf_code rc = audience_of(out, x->r, path, e);

	if (rc == HF_SEALED && mine && path_read(path, id, run) == PATH_BLOB) {
		hf_err_clear(e);
		rc = audience_whole(out, x->r, e);
	}
	return rc;
}

static enum hf_code
look_at(struct recrypt *x, const char *path, const struct hf_oid *oid, struct hf_err *e)
{
	struct hf_buf        b = HF_BUF_INIT;
	struct recrypt_file *f;
	struct audience      to = { NULL, 0 };
	char(*now)[HF_FPR_SIZE] = NULL;
	size_t       n = 0;
	enum hf_code rc, known;

	if ((rc = hf_repo_blob(&b, x->r->repo, oid, HF_REPO_BLOB_MAX, e)) != HF_OK)
		goto done;
	/* One encrypted to somebody who was never a member is for us to put right, if we can read it. */
	known = hf_vault_recipients(&now, &n, x->r->vault, hf_buf_str(&b), b.len, NULL);
	if (known == HF_OK && !named(now, n, x->r->key))
		x->sealed++;
	else if ((rc = wanted(&to, x, path, known == HF_OK, e)) == HF_OK && (known != HF_OK || !audience_is(&to, now, n)) &&
	    (rc = add_file(&f, x, path, e)) == HF_OK) {
		f->oid = *oid;
		f->to = to;
		to.fprs = NULL;
	}
	if (rc == HF_SEALED) {
		x->damaged++;
		hf_err_clear(e);
		rc = HF_OK;
	}
done:
	if (rc == HF_DAMAGED) {
		x->damaged++;
		hf_err_clear(e);
		rc = HF_OK;
	}
	free(now);
	audience_clear(&to);
	hf_buf_clear(&b);
	return rc;
}

static enum hf_code
each_file(void *arg, const struct hf_diff *d, struct hf_err *e)
{
	char           id[HF_ID_SIZE], run[HF_ID_SIZE];
	enum path_kind kind = path_read(d->path, id, run);

	if (kind != PATH_RECORD && kind != PATH_ENTRY && kind != PATH_BLOB)
		return HF_OK;
	return look_at(arg, d->path, &d->after, e);
}

enum hf_code
recrypt_plan(struct recrypt *out, struct hf_register *r, const struct hf_json *paths, struct hf_err *e)
{
	struct hf_oid oid;
	enum hf_code  rc = HF_OK;

	memset(out, 0, sizeof(*out));
	out->r = r;
	if (paths == NULL)
		return hf_repo_diff(r->repo, NULL, &r->tree, each_file, out, e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(paths); i++) {
		const char *path = hf_json_str(hf_json_at(paths, i));

		if ((rc = hf_repo_lookup(&oid, r->repo, &r->tree, path, e)) == HF_OK)
			rc = look_at(out, path, &oid, e);
		else if (rc == HF_NOTFOUND) {
			hf_err_clear(e);
			rc = HF_OK;
		}
	}
	return rc;
}

enum hf_code
recrypt_replace(struct recrypt *x, const char *path, const struct hf_json *json, struct hf_err *e)
{
	struct recrypt_file *f = NULL;
	enum hf_code         rc;

	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->list[i].path, path) == 0)
			f = &x->list[i];
	if (f == NULL && (rc = add_file(&f, x, path, e)) != HF_OK)
		return rc;
	f->json = json;
	audience_clear(&f->to);
	return audience_of(&f->to, x->r, path, e);
}

/* ---- what an earlier try has done ---- */

/* By what it was and for whom it is: the same name is the same work. */
static enum hf_code
name_of(struct recrypt_file *f, const struct hf_register *r, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	char          sum[HF_SHA256_SIZE];
	enum hf_code  rc;

	for (size_t i = 0; i < f->to.n; i++)
		hf_buf_addf(&b, "%s\n", f->to.fprs[i]);
	if ((rc = hf_buf_check(&b, e)) == HF_OK) {
		hf_sha256(sum, b.data, b.len);
		hf_buf_cut(&b, 0);
		hf_buf_addf(&b, "%s/" FOLDER "/%s-%.24s", r->state, f->oid.hex, sum);
		rc = hf_buf_check(&b, e);
	}
	f->kept = rc == HF_OK ? hf_buf_steal(&b) : NULL;
	hf_buf_clear(&b);
	return rc;
}

/* It is what was written, and for exactly these: then it need not be made again. */
static bool
take_kept(struct recrypt *x, struct recrypt_file *f)
{
	struct hf_buf b = HF_BUF_INIT;
	char          sum[HF_SHA256_SIZE];
	char(*to)[HF_FPR_SIZE] = NULL;
	size_t n = 0;
	bool   good = false;

	if (hf_fs_read(&b, f->kept, HF_REPO_BLOB_MAX, NULL) == HF_OK && b.len > SUM_LINE) {
		hf_sha256(sum, b.data + SUM_LINE, b.len - SUM_LINE);
		good = memcmp(sum, b.data, HF_SHA256_SIZE - 1) == 0 &&
		    hf_vault_recipients(&to, &n, x->r->vault, b.data + SUM_LINE, b.len - SUM_LINE, NULL) == HF_OK &&
		    audience_is(&f->to, to, n);
	}
	if (good)
		hf_buf_add(&f->sealed, b.data + SUM_LINE, b.len - SUM_LINE);
	free(to);
	hf_buf_clear(&b);
	return good && !f->sealed.failed;
}

static enum hf_code
keep(const struct recrypt_file *f, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;
	char          sum[HF_SHA256_SIZE];
	enum hf_code  rc;

	hf_sha256(sum, f->sealed.data, f->sealed.len);
	hf_buf_reserve(&b, f->sealed.len + SUM_LINE);
	hf_buf_addf(&b, "%s\n", sum);
	hf_buf_add(&b, f->sealed.data, f->sealed.len);
	if ((rc = hf_buf_check(&b, e)) == HF_OK)
		rc = hf_fs_write_cache(f->kept, b.data, b.len, e);
	hf_buf_clear(&b);
	return rc;
}

void
recrypt_sweep(struct hf_register *r)
{
	char *path = hf_fs_join(r->state, FOLDER);

	if (path != NULL)
		hf_fs_remove_tree(path, NULL); /* what stays is only swept later */
	free(path);
}

/* ---- doing it ---- */

struct job {
	struct recrypt_file *f;
	struct hf_buf        before, plain;
	struct hf_opened     m; /* of the two */
};

static bool
is_large(const struct job *j)
{
	return j->before.len > LARGE;
}

/* Those that could be read: encrypted, and kept. */
static enum hf_code
seal_jobs(struct hf_vault *v, struct job *const *jobs, size_t n, struct hf_err *e)
{
	struct sealing list[TOGETHER];
	enum hf_code   rc;
	size_t         read = 0;

	for (size_t i = 0; i < n; i++) {
		const struct job    *j = jobs[i];
		struct recrypt_file *f = j->f;

		f->rc = j->m.rc;
		hf_buf_clear(&jobs[i]->before);
		if (f->rc == HF_OK)
			list[read++] = (struct sealing){ f->to, f->json, hf_buf_str(&j->plain), j->plain.len, &f->sealed };
	}
	rc = seal_some(v, list, read, e);
	for (size_t i = 0; i < n; i++) {
		hf_buf_clear(&jobs[i]->plain);
		if (rc == HF_OK && jobs[i]->f->rc == HF_OK && jobs[i]->f->kept != NULL)
			rc = keep(jobs[i]->f, e);
	}
	return rc;
}

static enum hf_code
do_large(struct job *j, struct hf_vault *v, struct hf_err *e)
{
	struct hf_opened *m = &j->m;
	enum hf_code      rc = hf_vault_decrypt_many(v, &m, 1, e);

	return rc == HF_OK ? seal_jobs(v, &j, 1, e) : rc;
}

static enum hf_code
do_some(struct hf_vault *v, void *items, size_t n, struct hf_err *e)
{
	struct hf_opened *list[TOGETHER] = { NULL };
	struct job       *jobs = items, *small[TOGETHER] = { NULL };
	size_t            sealed = 0, n_small = 0;
	enum hf_code      rc;

	for (size_t i = 0; i < n; i++) {
		struct job *j = &jobs[i];

		j->plain = (struct hf_buf)HF_BUF_SECRET(0);
		j->m = hf_opened_of(&j->before, &j->plain);
		if (is_large(j))
			continue;
		small[n_small++] = j;
		if (j->f->json == NULL)
			list[sealed++] = &j->m;
	}
	if ((rc = hf_vault_decrypt_many(v, list, sealed, e)) == HF_OK)
		rc = seal_jobs(v, small, n_small, e);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (is_large(&jobs[i]))
			rc = do_large(&jobs[i], v, e);
	for (size_t i = 0; i < n; i++)
		hf_buf_clear(&jobs[i].plain);
	return rc;
}

/* Those for the same members meet. */
static int
by_audience(const void *a, const void *b)
{
	const struct job *x = a, *y = b;

	return audience_compare(&x->f->to, &y->f->to);
}

/* A large one lies in the folder: there it may stay until it is committed. */
static enum hf_code
spare_memory(struct recrypt_file *f, struct hf_err *e)
{
	size_t len = f->sealed.len;
	int    fd;

	if (f->kept == NULL || len <= KEEP_MEMORY)
		return HF_OK;
	if ((fd = open(f->kept, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
		return hf_fail(e, HF_SYSTEM, "%s: cannot be read again", f->kept);
	f->map = mmap(NULL, len + SUM_LINE, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (f->map == MAP_FAILED) {
		f->map = NULL;
		return HF_OK; /* then it stays in memory */
	}
	f->map_len = len;
	hf_buf_clear(&f->sealed);
	return HF_OK;
}

/* The next files, as many as fit into memory; those that an earlier try did are passed over. */
static enum hf_code
fill(struct job *jobs, size_t *n, size_t *next, struct recrypt *x, struct hf_err *e)
{
	size_t       bytes = 0;
	enum hf_code rc = HF_OK;

	for (*n = 0; rc == HF_OK && *next < x->n && *n < CHUNK && bytes < CHUNK_BYTES; (*next)++) {
		struct recrypt_file *f = &x->list[*next];

		if (f->json == NULL && (rc = name_of(f, x->r, e)) == HF_OK && take_kept(x, f)) {
			x->resumed++;
			rc = spare_memory(f, e);
			continue;
		}
		memset(&jobs[*n], 0, sizeof(jobs[*n]));
		jobs[*n].f = f;
		if (rc == HF_OK && f->json == NULL)
			rc = hf_repo_blob(&jobs[*n].before, x->r->repo, &f->oid, HF_REPO_BLOB_MAX, e);
		bytes += jobs[(*n)++].before.len;
	}
	return rc;
}

static void
sort_out(struct recrypt *x)
{
	for (size_t i = 0; i < x->n; i++) {
		x->sealed += x->list[i].rc == HF_SEALED;
		x->damaged += x->list[i].rc != HF_OK && x->list[i].rc != HF_SEALED;
	}
}

/* Whose keys are needed at all. */
static enum hf_code
whose(struct recrypt *x, enum hf_code rc, struct hf_err *e)
{
	if (rc != HF_NOKEY)
		return rc;
	for (size_t i = 0; i < x->n; i++)
		if (recrypt_blocked(x->r, x->list[i].to.fprs, x->list[i].to.n, e))
			break;
	return rc;
}

enum hf_code
recrypt_encrypt(struct recrypt *x, struct hf_err *e)
{
	struct job  *jobs = calloc(CHUNK, sizeof(*jobs));
	char        *folder = hf_fs_join(x->r->state, FOLDER);
	size_t       n, next = 0;
	struct work  w;
	enum hf_code rc = jobs == NULL || folder == NULL ? hf_nomem(e) : hf_fs_mkdirs(folder, e);

	while (rc == HF_OK && next < x->n) {
		if ((rc = fill(jobs, &n, &next, x, e)) == HF_OK) {
			qsort(jobs, n, sizeof(*jobs), by_audience);
			w = (struct work){ do_some, jobs, sizeof(*jobs), n, TOGETHER, x->r->progress, "encrypting anew", next - n,
				x->n };
			rc = work_all(x->r->vault, &w, e);
		}
		for (size_t i = 0; i < n; i++) {
			hf_buf_clear(&jobs[i].before);
			if (rc == HF_OK && jobs[i].f->rc == HF_OK)
				rc = spare_memory(jobs[i].f, e);
		}
	}
	sort_out(x);
	free(jobs);
	free(folder);
	return whose(x, rc, e);
}

/* ---- the commit ---- */

static const void *
bytes_of(size_t *len, const struct recrypt_file *f)
{
	*len = f->map != NULL ? f->map_len : f->sealed.len;
	return f->map != NULL ? (const char *)f->map + SUM_LINE : f->sealed.data;
}

size_t
recrypt_edits(struct hf_edit *out, const struct recrypt *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n; i++) {
		if (x->list[i].rc != HF_OK)
			continue;
		out[n].path = x->list[i].path;
		out[n].data = bytes_of(&out[n].len, &x->list[i]);
		n++;
	}
	return n;
}

enum hf_code
recrypt_follow(const struct recrypt *x, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < x->n; i++) {
		const struct recrypt_file *f = &x->list[i];
		char                       oid[HF_SHA1_SIZE];
		const void                *data;
		size_t                     len;

		if (f->rc != HF_OK || strncmp(f->path, "blobs/", 6) == 0)
			continue;
		data = bytes_of(&len, f);
		hf_sha1_git(oid, "blob", data, len);
		rc = audience_has(&f->to, x->r->key) ? index_oid(x->r->index, f->path, oid, e) :
						       register_kept(x->r, f->path, oid, NULL, true, e);
	}
	if (x->n > 0)
		x->r->unsaved = RECENT_MANY + 1; /* they do not fit into recent.gpg one by one */
	return rc;
}

void
recrypt_clear(struct recrypt *x)
{
	for (size_t i = 0; i < x->n; i++) {
		audience_clear(&x->list[i].to);
		hf_buf_clear(&x->list[i].sealed);
		if (x->list[i].map != NULL)
			munmap(x->list[i].map, x->list[i].map_len + SUM_LINE);
		free(x->list[i].kept);
	}
	free(x->list);
	memset(x, 0, sizeof(*x));
}

static enum hf_code
put_edits(struct hf_oid *out, const struct recrypt *x, size_t *n, struct hf_err *e)
{
	struct hf_register   *r = x->r;
	struct hf_commit_spec spec = register_spec(r, "member");
	struct hf_edit       *edits = calloc(x->n + 1, sizeof(*edits));
	enum hf_code          rc = HF_OK;

	out->hex[0] = '\0';
	if (edits == NULL)
		return hf_nomem(e);
	if ((*n = recrypt_edits(edits, x)) > 0)
		rc = hf_repo_commit(out, r->repo, &spec, edits, *n, e);
	free(edits);
	return rc;
}

enum hf_code
recrypt_commit(size_t *done, struct recrypt *x, struct hf_err *e)
{
	struct hf_oid head;
	enum hf_code  rc, written;

	*done = 0;
	if (x->n == 0)
		return HF_OK;
	if ((rc = recrypt_encrypt(x, e)) != HF_OK)
		return rc;
	written = put_edits(&head, x, done, e);
	if (head.hex[0] == '\0')
		return written;
	recrypt_sweep(x->r);
	if ((rc = recrypt_follow(x, e)) == HF_OK)
		rc = register_moved(x->r, &head, e);
	return rc == HF_OK ? written : hf_fail(e, HF_UNSURE, "recorded as %.12s, but the index could not follow", head.hex);
}

/* ---- whose key stands in the way ---- */

static const char *
trouble(const struct hf_key *k)
{
	return k->revoked   ? "is revoked" :
	    k->expired      ? "has expired" :
	    k->disabled     ? "is disabled" :
	    !k->can_encrypt ? "cannot encrypt" :
			      NULL;
}

bool
recrypt_blocked(struct hf_register *r, const char *const *fprs, size_t n, struct hf_err *e)
{
	struct hf_buf who = HF_BUF_INIT;
	struct hf_key key;
	const char   *what = NULL;

	for (size_t i = 0; what == NULL && i < n; i++) {
		if (hf_vault_member(&key, r->vault, fprs[i], NULL) != HF_OK || key.can_encrypt || (what = trouble(&key)) == NULL)
			continue;
		hf_register_who(&who, r, fprs[i]);
		hf_fail(e, HF_NOKEY, "%s: the member's key %s %s, so nothing can be encrypted for them", hf_buf_str(&who), fprs[i],
		    what);
		hf_hint(e,
		    "an admin renews it: holdfast member refresh %s KEYFILE, or takes the member off: holdfast member remove",
		    fprs[i]);
	}
	hf_buf_clear(&who);
	return what != NULL;
}
