#include "gpg_fixture.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "holdfast/fs.h"

#define ARGS_MAX     64
#define LINE_MAX_LEN 4096
#define KILL_TRIES   300 /* of 10 ms */

/* Not Check's: benches use this, too. */
__attribute__((format(printf, 2, 3))) static void
must(bool ok, const char *fmt, ...)
{
	va_list ap;

	if (ok)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

static void
must_ok(enum hf_code rc, const struct hf_err *e)
{
	must(rc == HF_OK, "gpg fixture: %s", e->msg);
}

/* A nameless file with these bytes, at its beginning. */
static int
file_of(const void *data, size_t len)
{
	FILE *f = tmpfile();
	int   fd = -1;

	must(f != NULL && (len == 0 || fwrite(data, 1, len, f) == len) && fflush(f) == 0 && (fd = dup(fileno(f))) >= 0,
	    "gpg fixture: no temporary file");
	fclose(f);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void
append_file(struct hf_buf *out, int fd)
{
	struct hf_err e = HF_ERR_INIT;

	lseek(fd, 0, SEEK_SET);
	must_ok(hf_fs_read_fd(out, fd, "output", 0, &e), &e);
	close(fd);
}

/* Run the words of a line, separated by spaces. Returns the exit status; out and err get what it printed. */
static int
run(struct hf_buf *out, struct hf_buf *err, const char *line, const void *input, size_t len)
{
	int   in = file_of(input, len), to = file_of("", 0), errors = file_of("", 0), status = -1, n = 0;
	char  words[LINE_MAX_LEN], *rest, *argv[ARGS_MAX] = { NULL };
	pid_t pid;

	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok_r(words, " ", &rest); word != NULL && n < ARGS_MAX - 1; word = strtok_r(NULL, " ", &rest))
		argv[n++] = word;
	if ((pid = fork()) == 0) {
		dup2(in, 0);
		dup2(to, 1);
		dup2(errors, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid, "gpg fixture: %s does not run", line);
	close(in);
	append_file(out, to);
	append_file(err, errors);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int
gpg(struct hf_buf *out, struct hf_buf *err, const char *home, const char *args, const void *input, size_t len)
{
	struct hf_buf line = HF_BUF_INIT, nothing = HF_BUF_INIT;
	int           status;

	hf_buf_addf(&line, "gpg --homedir %s --batch --yes --no-tty --trust-model always %s", home, args);
	must(line.len < LINE_MAX_LEN, "gpg fixture: too many words");
	status = run(out == NULL ? &nothing : out, err, line.data, input, len);
	hf_buf_clear(&line);
	hf_buf_clear(&nothing);
	return status;
}

int
hf_fixture_try(struct hf_buf *out, const char *home, const char *args, const void *input, size_t len)
{
	struct hf_buf err = HF_BUF_INIT;
	int           status = gpg(out, &err, home, args, input, len);

	hf_buf_clear(&err);
	return status;
}

void
hf_fixture_gpg(struct hf_buf *out, const char *home, const char *args, const void *input, size_t len)
{
	struct hf_buf err = HF_BUF_INIT;
	int           status = gpg(out, &err, home, args, input, len);

	must(status == 0, "gpg %s: status %d: %s", args, status, hf_buf_str(&err));
	hf_buf_clear(&err);
}

void
hf_fixture_must(enum hf_code rc, const struct hf_err *e, const char *what)
{
	must(rc == HF_OK, "%s: HF_%s: %s (%s)", what, hf_code_name(rc), e->msg, e->hint);
}

void
hf_fixture_sh(const char *fmt, ...)
{
	char    command[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	must(system(command) == 0, "%s", command);
}

void
hf_fixture_dir(char out[HF_FIXTURE_PATH])
{
	const char *in = getenv("FIXTURES");

	snprintf(out, HF_FIXTURE_PATH, "%s/hfg.XXXXXX", in == NULL ? "/tmp" : in);
	must(mkdtemp(out) != NULL, "%s: not made", out);
}

void
hf_fixture_file(const char *home, const char *name, const char *text)
{
	struct hf_err e = HF_ERR_INIT;
	char         *path = hf_fs_join(home, name);

	must_ok(hf_fs_write(path, text, strlen(text), &e), &e);
	free(path);
}

void
hf_fixture_home(char out[HF_FIXTURE_PATH], const char *dir, const char *name)
{
	must(snprintf(out, HF_FIXTURE_PATH, "%s/%s", dir, name) < HF_FIXTURE_PATH && mkdir(out, 0700) == 0, "%s: not made", out);
	hf_fixture_file(out, "gpg.conf", "");
	hf_fixture_file(out, "gpg-agent.conf", "pinentry-program /nonexistent\nallow-loopback-pinentry\ns2k-count 65536\n");
}

/* The fingerprint of the key that was made last. */
static void
last_key(char fpr[HF_FPR_SIZE], const char *home)
{
	struct hf_buf list = HF_BUF_INIT;
	const char   *at, *pub = NULL;

	hf_fixture_gpg(&list, home, "--ignore-time-conflict --with-colons --list-keys", NULL, 0);
	for (at = hf_buf_str(&list); (at = strstr(at, "pub:")) != NULL; at++)
		pub = at;
	must(pub != NULL && (pub = strstr(pub, "\nfpr:::::::::")) != NULL, "gpg fixture: no key was made");
	memcpy(fpr, pub + 13, HF_FPR_SIZE - 1);
	fpr[HF_FPR_SIZE - 1] = '\0';
	hf_buf_clear(&list);
}

/* gpg keeps a certificate for that day; a colon in front of its first line guards against accidents. */
void
hf_fixture_revoke(const char *home, const char *fpr)
{
	char          path[2 * HF_FIXTURE_PATH];
	struct hf_buf cert = HF_BUF_INIT;
	struct hf_err e = HF_ERR_INIT;
	const char   *begin;

	snprintf(path, sizeof(path), "%s/openpgp-revocs.d/%s.rev", home, fpr);
	must_ok(hf_fs_read(&cert, path, 0, &e), &e);
	must((begin = strstr(cert.data, ":-----BEGIN")) != NULL, "%s: no certificate in it", path);
	hf_fixture_gpg(NULL, home, "--import", begin + 1, strlen(begin + 1));
	hf_buf_clear(&cert);
}

/* --edit-key answers questions; the first subkey goes. */
static void
revoke_first_sub(const char *home, const char *fpr)
{
	static const char answers[] = "key 1\nrevkey\ny\n0\n\ny\nsave\n";
	char              args[256];

	snprintf(args, sizeof(args), "--no-batch --command-fd 0 --edit-key %s", fpr);
	hf_fixture_gpg(NULL, home, args, answers, strlen(answers));
}

/* What a kind means to gpg. */
struct recipe {
	unsigned    kind;
	const char *when, *expires, *pass;
};

static void
make_primary(const char *home, const char *uid, const struct recipe *r)
{
	struct hf_buf text = HF_BUF_INIT;
	size_t        name = strcspn(uid, "<");
	char          args[128];

	hf_buf_adds(&text, r->kind & HF_KEY_RSA ? "Key-Type: RSA\nKey-Length: 2048\n" : "Key-Type: EDDSA\nKey-Curve: ed25519\n");
	hf_buf_addf(&text, "Key-Usage: %s\nName-Real: %.*s\n", r->kind & HF_KEY_SUBKEY ? "cert" : "sign", (int)name - 1, uid);
	hf_buf_addf(&text, "Name-Email: %.*s\nExpire-Date: %s\n", (int)strcspn(uid + name + 1, ">"), uid + name + 1, r->expires);
	hf_buf_addf(&text, "%s%s\n", *r->pass == '\0' ? "%no-protection" : "Passphrase: ", r->pass);
	snprintf(args, sizeof(args), "%s --pinentry-mode loopback --gen-key", r->when);
	hf_fixture_gpg(NULL, home, args, text.data, text.len);
	hf_buf_clear(&text);
}

static void
make_sub(const char *home, const char *fpr, const struct recipe *r, const char *usage)
{
	const char *algo = r->kind & HF_KEY_RSA ? "rsa2048" : strcmp(usage, "encr") == 0 ? "cv25519" : "ed25519";
	char        args[256];

	snprintf(args, sizeof(args), "%s --pinentry-mode loopback --passphrase-fd 0 --quick-add-key %s %s %s %s", r->when, fpr,
	    algo, usage, r->expires);
	hf_fixture_gpg(NULL, home, args, r->pass, strlen(r->pass));
}

void
hf_fixture_key(char fpr[HF_FPR_SIZE], const char *home, const char *uid, unsigned kind)
{
	struct recipe r = { kind, "", "0", kind & HF_KEY_LOCKED ? HF_FIXTURE_PASS : "" };

	if (kind & HF_KEY_EXPIRED) {
		r.when = "--faked-system-time 20200101T000000!"; /* stands still: else the subkey may be older */
		r.expires = "2020-02-01";
	} else if (kind & HF_KEY_FUTURE)
		r.when = "--faked-system-time 20900101T000000!";
	make_primary(home, uid, &r);
	last_key(fpr, home);
	if (kind & HF_KEY_TWO_SUBS) {
		make_sub(home, fpr, &r, "encr");
		revoke_first_sub(home, fpr);
	}
	if (!(kind & HF_KEY_SIGN_ONLY))
		make_sub(home, fpr, &r, "encr");
	if (kind & HF_KEY_SUBKEY)
		make_sub(home, fpr, &r, "sign");
	if (kind & HF_KEY_REVOKED)
		hf_fixture_revoke(home, fpr);
}

void
hf_fixture_export(struct hf_buf *out, const char *home, const char *fpr)
{
	char   args[128];
	size_t start = out->len;

	snprintf(args, sizeof(args), "--armor --export %s", fpr);
	hf_fixture_gpg(out, home, args, NULL, 0);
	must(out->len > start, "%s: not exported", fpr);
}

struct seek {
	const char *text;
	int         n;
};

static bool
contains(const struct hf_buf *b, const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i + n <= b->len; i++)
		if (memcmp(b->data + i, text, n) == 0)
			return true;
	return false;
}

static enum hf_code
look_at(void *arg, const char *name, struct hf_err *e)
{
	struct seek  *s = arg;
	char          path[64];
	struct hf_buf words = HF_BUF_INIT;

	(void)e;
	if (strspn(name, "0123456789") != strlen(name) || strlen(name) > 12 || strtol(name, NULL, 10) == getpid())
		return HF_OK;
	snprintf(path, sizeof(path), "/proc/%s/cmdline", name);
	if (hf_fs_read(&words, path, 0, NULL) == HF_OK && contains(&words, s->text))
		s->n++;
	hf_buf_clear(&words);
	return HF_OK;
}

int
hf_fixture_running(const char *text)
{
	struct seek   s = { text, 0 };
	struct hf_err e = HF_ERR_INIT;

	must_ok(hf_fs_list("/proc", look_at, &s, &e), &e);
	return s.n;
}

void
hf_fixture_kill(const char *home)
{
	struct hf_buf nothing = HF_BUF_INIT;
	char          line[2 * HF_FIXTURE_PATH];

	snprintf(line, sizeof(line), "gpgconf --homedir %s --kill all", home);
	run(&nothing, &nothing, line, "", 0);
	for (int i = 0; i < KILL_TRIES && hf_fixture_running(home) > 0; i++) /* it was told to go, and takes a moment */
		nanosleep(&(const struct timespec){ 0, 10000000 }, NULL);
	hf_buf_clear(&nothing);
}

static enum hf_code
kill_in(void *arg, const char *name, struct hf_err *e)
{
	char *path = hf_fs_join(arg, name), *ring = hf_fs_join(path, "gpg-agent.conf");

	(void)e;
	if (hf_fs_exists(ring))
		hf_fixture_kill(path);
	free(ring);
	free(path);
	return HF_OK;
}

void
hf_fixture_remove(const char *dir)
{
	struct hf_err e = HF_ERR_INIT;
	char          path[HF_FIXTURE_PATH];

	snprintf(path, sizeof(path), "%s", dir);
	must_ok(hf_fs_list(dir, kill_in, path, &e), &e);
	must_ok(hf_fs_remove_tree(dir, &e), &e);
}

struct hf_register *
hf_fixture_register(char dir[HF_FIXTURE_PATH], char fpr[HF_FPR_SIZE])
{
	char home[HF_FIXTURE_PATH], path[HF_FIXTURE_PATH + 8], state[HF_FIXTURE_PATH + 8], cache[HF_FIXTURE_PATH + 8];
	struct hf_register_opts o = { .path = path, .state_dir = state, .cache_dir = cache, .user_home = home };
	struct hf_init          init = { "Test Agency", NULL, NULL };
	struct hf_register     *r;
	struct hf_err           e = HF_ERR_INIT;

	hf_fixture_dir(dir);
	hf_fixture_home(home, dir, "ann");
	hf_fixture_key(fpr, home, "Ann <ann@example.org>", 0);
	snprintf(path, sizeof(path), "%s/r.git", dir);
	snprintf(state, sizeof(state), "%s/state", dir);
	snprintf(cache, sizeof(cache), "%s/cache", dir);
	hf_fixture_must(hf_register_init(&r, &o, &init, &e), &e, "init");
	return r;
}
