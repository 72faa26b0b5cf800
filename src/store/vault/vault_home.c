#include "vault_home.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holdfast/fs.h"
#include "holdfast/hash.h"
#include "holdfast/text.h"

#define FORMAT    "holdfast home 1"
#define FILE_MAX  (8u * 1024 * 1024)
#define LOCK_WAIT 10000 /* ms */
#define TRIES     5     /* at a home that is replaced while we look */

/*
 * no-autostart: an import would leave an agent behind. ignore-time-conflict: with a clock that is wrong everything can still be read (a
 * key from the future would lose its subkeys); what is written is checked by us. no-expensive-trust-checks: gpg dies while it describes an
 * expired key in a home without a trust database. The rest takes gpg's own choices out of the result, also those of /etc/gnupg/gpg.conf,
 * and files and locks that nobody needs out of the way.
 */
static const char conf[] = "no-autostart\n"
			   "batch\n"
			   "trust-model always\n"
			   "no-auto-check-trustdb\n"
			   "no-expensive-trust-checks\n"
			   "no-auto-key-locate\n"
			   "no-auto-key-retrieve\n"
			   "disable-dirmngr\n"
			   "no-default-recipient\n"
			   "no-encrypt-to\n"
			   "no-throw-keyids\n"
			   "no-textmode\n"
			   "gnupg\n"
			   "compress-algo none\n"
			   "personal-cipher-preferences AES256 AES192 AES\n"
			   "import-options import-minimal\n"
			   "ignore-time-conflict\n"
			   "lock-never\n"
			   "no-random-seed-file\n"
			   "no-greeting\n";

enum hf_code
home_open(struct home *out, const char *base, struct hf_err *e)
{
	enum hf_code rc;

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	if ((rc = hf_fs_mkdirs(base, e)) != HF_OK)
		return rc;
	if ((out->base = strdup(base)) == NULL)
		return hf_nomem(e);
	return HF_OK;
}

static void
leave(struct home *h)
{
	hf_fs_unlock(h->fd);
	h->fd = -1;
	free(h->dir);
	h->dir = NULL;
	h->stamp[0] = '\0';
	ring_clear(&h->ring);
}

void
home_close(struct home *h)
{
	leave(h);
	free(h->base);
	h->base = NULL;
}

enum hf_code
home_copy(struct home *out, const struct home *h, struct hf_err *e)
{
	memset(out, 0, sizeof(*out));
	out->fd = -1;
	if ((out->base = strdup(h->base)) == NULL || (h->dir != NULL && (out->dir = strdup(h->dir)) == NULL) ||
	    ring_copy(&out->ring, &h->ring, NULL) != HF_OK) {
		home_close(out);
		return hf_nomem(e);
	}
	memcpy(out->stamp, h->stamp, sizeof(out->stamp));
	if (h->fd >= 0)
		out->fd = fcntl(h->fd, F_DUPFD_CLOEXEC, 0); /* one lock, held until both are closed */
	return HF_OK;
}

static enum hf_code
write_conf(const char *dir, struct hf_err *e)
{
	char        *path = hf_fs_join(dir, "gpg.conf");
	enum hf_code rc;

	if (path == NULL)
		return hf_nomem(e);
	rc = hf_fs_write(path, conf, sizeof(conf) - 1, e);
	free(path);
	return rc;
}

enum hf_code
home_conf(const struct home *h, struct hf_err *e)
{
	struct hf_buf now = HF_BUF_INIT;
	char         *path = hf_fs_join(h->base, "gpg.conf");
	bool          same;

	if (path == NULL)
		return hf_nomem(e);
	same = hf_fs_read(&now, path, sizeof(conf), NULL) == HF_OK && strcmp(hf_buf_str(&now), conf) == 0;
	hf_buf_clear(&now);
	free(path);
	return same ? HF_OK : write_conf(h->base, e);
}

/* The size of the keyring, which gpg does not sync; -1 when there is none. */
static int64_t
keyring_size(const char *dir)
{
	char       *path = hf_fs_join(dir, "pubring.kbx");
	struct stat st;
	int64_t     size = -1;

	if (path != NULL && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		size = st.st_size;
	free(path);
	return size;
}

/* Hold the folder so that nobody sweeps it. -1: it is gone, or going. */
static int
hold(const char *dir)
{
	struct stat st;
	int         fd;

	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0)
		return -1;
	if (flock(fd, LOCK_SH | LOCK_NB) != 0 || fstat(fd, &st) != 0 || st.st_nlink == 0 || st.st_uid != geteuid()) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Another gpg.conf makes another home. */
static void
put_conf_id(char out[HF_SHA256_SIZE])
{
	hf_sha256(out, conf, sizeof(conf) - 1);
}

/* "home": format, gpg.conf, folder, size of its keyring, stamp, the keys, checksum. */
static void
write_home(struct hf_buf *out, const struct home *h)
{
	char sum[HF_SHA256_SIZE];

	put_conf_id(sum);
	hf_buf_addf(out, FORMAT "\nconf %s\nfolder %s\nkeyring %" PRId64 "\nstamp %s\n", sum, hf_fs_base(h->dir),
	    keyring_size(h->dir), h->stamp);
	ring_write(out, &h->ring);
	hf_sha256(sum, hf_buf_str(out), out->len);
	hf_buf_addf(out, "end %s\n", sum);
}

/* Cut the next line off *text; NULL when there is none. */
static char *
cut_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (end == NULL)
		return NULL;
	*end = '\0';
	*text = end + 1;
	return line;
}

/* What follows the word on the next line; NULL when it is another word. */
static const char *
cut_field(char **text, const char *word)
{
	const char *line = cut_line(text);
	size_t      n = strlen(word);

	return line == NULL || strncmp(line, word, n) != 0 || line[n] != ' ' ? NULL : line + n + 1;
}

static bool
checksum_fits(const struct hf_buf *text)
{
	char        sum[HF_SHA256_SIZE];
	const char *end = hf_buf_str(text);
	size_t      tail = strlen("end ") + HF_SHA256_SIZE;

	if (text->len < tail || strlen(end) != text->len)
		return false;
	hf_sha256(sum, end, text->len - tail);
	end += text->len - tail;
	return strncmp(end, "end ", 4) == 0 && strncmp(end + 4, sum, HF_SHA256_SIZE - 1) == 0;
}

static bool
is_folder_name(const char *name)
{
	return strncmp(name, "keys-", 5) == 0 && strspn(name + 5, "0123456789abcdef") == 16 && name[21] == '\0';
}

/* Take over what the text says, and hold the folder. */
static bool
adopt(struct home *h, char *text)
{
	char        sum[HF_SHA256_SIZE];
	const char *line, *id, *folder, *size, *stamp;

	put_conf_id(sum);
	if ((line = cut_line(&text)) == NULL || strcmp(line, FORMAT) != 0 || (id = cut_field(&text, "conf")) == NULL ||
	    strcmp(id, sum) != 0)
		return false;
	if ((folder = cut_field(&text, "folder")) == NULL || !is_folder_name(folder) ||
	    (size = cut_field(&text, "keyring")) == NULL || (stamp = cut_field(&text, "stamp")) == NULL ||
	    strlen(stamp) >= sizeof(h->stamp))
		return false;
	while (strncmp(text, "end ", 4) != 0)
		if ((line = cut_line(&text)) == NULL || !ring_read_line(&h->ring, line))
			return false;
	if ((h->dir = hf_fs_join(h->base, folder)) == NULL || (h->fd = hold(h->dir)) < 0 ||
	    keyring_size(h->dir) != strtoll(size, NULL, 10))
		return false;
	memcpy(h->stamp, stamp, strlen(stamp) + 1);
	return true;
}

enum hf_code
home_load(struct home *h, struct hf_err *e)
{
	struct hf_buf text = HF_BUF_INIT;
	struct hf_err why = HF_ERR_INIT;
	char         *path = hf_fs_join(h->base, "home");
	enum hf_code  rc = HF_OK;
	bool          found = false;

	leave(h);
	if (path == NULL)
		return hf_nomem(e);
	for (int i = 0; i < TRIES && !found; i++) {
		hf_buf_clear(&text);
		if ((rc = hf_fs_read(&text, path, FILE_MAX, &why)) != HF_OK || !checksum_fits(&text))
			break;
		if (!(found = adopt(h, text.data)))
			leave(h);
	}
	hf_buf_clear(&text);
	free(path);
	if (rc == HF_NOTFOUND || rc == HF_BAD)
		return HF_OK;
	if (rc != HF_OK && e != NULL)
		*e = why;
	return rc;
}

enum hf_code
home_begin(struct home_build *out, const struct home *h, struct hf_err *e)
{
	enum hf_code rc;
	char        *path;

	memset(out, 0, sizeof(*out));
	out->lock = out->home.fd = -1;
	if ((rc = home_open(&out->home, h->base, e)) != HF_OK)
		return rc;
	if ((path = hf_fs_join(h->base, "lock")) == NULL)
		return hf_nomem(e);
	rc = hf_fs_lock(&out->lock, path, LOCK_WAIT, e);
	free(path);
	return rc;
}

enum hf_code
home_new(struct home_build *b, const char *stamp, struct hf_err *e)
{
	char     name[32];
	uint64_t n = 0;

	leave(&b->home);
	if (stamp[0] == '\0' || strlen(stamp) >= sizeof(b->home.stamp) || !hf_text_is_clean(stamp, strlen(stamp), false))
		return hf_fail(e, HF_INTERNAL, "members' keys: \"%s\" cannot be a stamp", stamp);
	if (getrandom(&n, sizeof(n), 0) != sizeof(n))
		return hf_fail_errno(e, HF_SYSTEM, errno, "members' keys: no randomness");
	snprintf(name, sizeof(name), "keys-%016" PRIx64, n);
	if ((b->home.dir = hf_fs_join(b->home.base, name)) == NULL)
		return hf_nomem(e);
	if (mkdir(b->home.dir, 0700) != 0)
		return hf_fail_errno(e, HF_SYSTEM, errno, "%s", b->home.dir);
	if ((b->home.fd = hold(b->home.dir)) < 0)
		return hf_fail(e, HF_SYSTEM, "%s: it cannot be locked", b->home.dir);
	memcpy(b->home.stamp, stamp, strlen(stamp) + 1);
	return write_conf(b->home.dir, e);
}

/* gpg does not; after a power cut "home" would name an empty keyring. */
static enum hf_code
sync_keyring(const char *dir, struct hf_err *e)
{
	char        *path = hf_fs_join(dir, "pubring.kbx");
	enum hf_code rc = HF_OK;
	int          fd;

	if (path == NULL)
		return hf_nomem(e);
	if ((fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)) < 0 || fsync(fd) != 0)
		rc = hf_fail_errno(e, HF_WRITE, errno, "%s", path);
	if (fd >= 0)
		close(fd);
	free(path);
	return rc;
}

struct sweep {
	const char *base, *keep;
};

/* A folder that nobody holds, or what a killed writer left. Failing is fine: the next build comes. */
static enum hf_code
sweep_one(void *arg, const char *name, struct hf_err *e)
{
	const struct sweep *s = arg;
	char               *path;
	int                 fd;

	(void)e;
	if (strcmp(name, s->keep) == 0 || (path = hf_fs_join(s->base, name)) == NULL)
		return HF_OK;
	if (hf_text_prefix(name, ".holdfast-"))
		unlink(path);
	else if (is_folder_name(name) && (fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) >= 0) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			hf_fs_remove_tree(path, NULL);
		close(fd);
	}
	free(path);
	return HF_OK;
}

enum hf_code
home_commit(struct home *h, struct home_build *b, struct hf_err *e)
{
	struct hf_buf text = HF_BUF_INIT;
	struct sweep  s = { b->home.base, hf_fs_base(b->home.dir) };
	char         *path = hf_fs_join(b->home.base, "home");
	enum hf_code  rc;

	if (path == NULL)
		return hf_nomem(e);
	write_home(&text, &b->home);
	if ((rc = hf_buf_check(&text, e)) == HF_OK && (rc = sync_keyring(b->home.dir, e)) == HF_OK)
		rc = hf_fs_write(path, text.data, text.len, e);
	hf_buf_clear(&text);
	free(path);
	if (rc != HF_OK)
		return rc;
	leave(h);
	hf_fs_list(s.base, sweep_one, &s, NULL);
	h->dir = b->home.dir;
	h->fd = b->home.fd;
	h->ring = b->home.ring;
	memcpy(h->stamp, b->home.stamp, sizeof(h->stamp));
	b->home.dir = NULL;
	b->home.fd = -1;
	memset(&b->home.ring, 0, sizeof(b->home.ring));
	return HF_OK;
}

void
home_end(struct home_build *b)
{
	if (b->home.dir != NULL)
		hf_fs_remove_tree(b->home.dir, NULL);
	home_close(&b->home);
	hf_fs_unlock(b->lock);
	b->lock = -1;
}
