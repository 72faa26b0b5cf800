#include "vault_world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

struct world w;

static const struct {
	const char *uid;
	unsigned    kind;
} people[N_PEOPLE] = {
	[ANN] = { "Ann Oh <ann@example.org>", 0 },
	[RSA] = { "Rosa Sa <rosa@example.org>", HF_KEY_RSA },
	[SUB] = { "Sue Bo <sue@example.org>", HF_KEY_SUBKEY },
	[TWO] = { "Two Os <two@example.org>", HF_KEY_TWO_SUBS },
	[EXPIRED] = { "Ex Pired <ex@example.org>", HF_KEY_EXPIRED },
	[REVOKED] = { "Rev Oked <rev@example.org>", 0 },
	[FUTURE] = { "Fu Ture <fu@example.org>", HF_KEY_FUTURE },
	[SIGNS] = { "Sig Ner <sig@example.org>", HF_KEY_SIGN_ONLY },
	[BOB] = { "Bob Ob <bob@example.org>", 0 },
	[PAT] = { "Pat At <pat@example.org>", HF_KEY_LOCKED },
	[MALLORY] = { "Mal Ory <mal@example.org>", 0 },
};

const char *
home_of(enum who who)
{
	return who == BOB ? w.bob : who == PAT ? w.pat : who == MALLORY ? w.mallory : w.ann;
}

void
make_world(void)
{
	hf_fixture_dir(w.dir);
	hf_fixture_home(w.ann, w.dir, "ann");
	hf_fixture_home(w.bob, w.dir, "bob");
	hf_fixture_home(w.pat, w.dir, "pat");
	hf_fixture_home(w.mallory, w.dir, "mal");
	snprintf(w.base, sizeof(w.base), "%.200s/state", w.dir);
	for (int i = 0; i < N_PEOPLE; i++) {
		hf_fixture_key(w.fpr[i], home_of((enum who)i), people[i].uid, people[i].kind);
		if (i == REVOKED) {
			gpg(&w.revoked_sig, w.ann, WORLD_TEXT, strlen(WORLD_TEXT), "--armor -u %s --detach-sign", w.fpr[i]);
			hf_fixture_revoke(w.ann, w.fpr[i]);
		}
		hf_fixture_export(&w.key[i], home_of((enum who)i), w.fpr[i]);
	}
}

void
remove_world(void)
{
	for (int i = 0; i < N_PEOPLE; i++)
		hf_buf_clear(&w.key[i]);
	hf_buf_clear(&w.revoked_sig);
	hf_fixture_remove(w.dir);
}

void
fill_keyfiles(struct hf_keyfile *out, const enum who *who, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		out[i].fpr = w.fpr[who[i]];
		out[i].armor = w.key[who[i]].data;
		out[i].len = w.key[who[i]].len;
	}
}

struct hf_vault *
open_vault(const char *home)
{
	struct hf_vault_opts opts = { home, w.base, false, environ };
	struct hf_keyfile    files[N_MEMBERS];
	enum who             all[N_MEMBERS];
	struct hf_vault     *v = NULL;

	for (int i = 0; i < N_MEMBERS; i++)
		all[i] = (enum who)i;
	fill_keyfiles(files, all, N_MEMBERS);
	ck_ok(hf_vault_open(&v, &opts, &e));
	ck_ok(hf_vault_members(v, "all", files, N_MEMBERS, &e));
	return v;
}

struct hf_vault *
open_empty(const char *home, const char *name)
{
	char                 path[2 * HF_FIXTURE_PATH];
	struct hf_vault_opts opts = { home, path, false, environ };
	struct hf_vault     *v = NULL;

	snprintf(path, sizeof(path), "%s/%s", w.dir, name);
	ck_ok(hf_vault_open(&v, &opts, &e));
	return v;
}

void
gpg(struct hf_buf *out, const char *home, const void *input, size_t len, const char *args, ...)
{
	char    line[2048];
	va_list ap;

	va_start(ap, args);
	vsnprintf(line, sizeof(line), args, ap);
	va_end(ap);
	hf_fixture_gpg(out, home, line, input, len);
}

void
encrypt_to(struct hf_buf *out, const enum who *who, size_t n, const void *data, size_t len)
{
	struct hf_vault *v = open_vault(w.ann);
	const char      *fprs[N_PEOPLE];

	for (size_t i = 0; i < n; i++)
		fprs[i] = w.fpr[who[i]];
	ck_ok(hf_vault_encrypt(out, v, fprs, n, data, len, &e));
	hf_vault_close(v);
}

void
encrypt_for(struct hf_buf *out, enum who who, const void *data, size_t len)
{
	encrypt_to(out, &who, 1, data, len);
}

/* Decrypting must fail that way, and leave out as it was. */
void
must_fail(struct hf_vault *v, const struct hf_buf *message, enum hf_code code, const char *words)
{
	struct hf_buf out = HF_BUF_SECRET(0);

	hf_buf_adds(&out, "before");
	ck_fails(code, words, hf_vault_decrypt(&out, v, hf_buf_str(message), message->len, &e));
	ck_assert_str_eq(hf_buf_str(&out), "before");
	ck_assert(!out.failed && !out.over);
	hf_buf_clear(&out);
}

void
must_give(struct hf_vault *v, const struct hf_buf *message, const void *data, size_t len)
{
	struct hf_buf out = HF_BUF_SECRET(0);

	hf_buf_adds(&out, "before");
	ck_ok(hf_vault_decrypt(&out, v, hf_buf_str(message), message->len, &e));
	ck_assert_uint_eq(out.len, 6 + len);
	ck_assert(memcmp(out.data + 6, data, len) == 0);
	hf_buf_clear(&out);
}

/* # is Ann. */
static void
put_args(struct hf_buf *out, const char *args)
{
	for (; *args != '\0'; args++)
		if (*args == '#')
			hf_buf_adds(out, w.fpr[ANN]);
		else
			hf_buf_addc(out, *args);
}

void
by_gpg(struct hf_buf *out, const char *args, const void *data, size_t len)
{
	struct hf_buf line = HF_BUF_INIT;

	put_args(&line, args);
	hf_fixture_gpg(out, w.ann, line.data, data, len);
	hf_buf_clear(&line);
}

void
with_conf(const char *home, const char *lines)
{
	hf_fixture_file(home, "gpg.conf", lines);
}

void
members(struct hf_vault *v, const char *stamp, const enum who *who, size_t n)
{
	struct hf_keyfile files[N_PEOPLE];

	fill_keyfiles(files, who, n);
	ck_ok(hf_vault_members(v, stamp, files, n, &e));
	ck_assert_str_eq(hf_vault_stamp(v), stamp);
}

bool
can_encrypt_to(struct hf_vault *v, enum who who)
{
	const char   *to = w.fpr[who];
	struct hf_buf out = HF_BUF_INIT;
	bool          fine = hf_vault_encrypt(&out, v, &to, 1, WORLD_PLAIN, WORLD_PLAIN_LEN, NULL) == HF_OK;

	hf_buf_clear(&out);
	return fine;
}

void
counting_gpg(char file[HF_FIXTURE_PATH])
{
	char          path[HF_FIXTURE_PATH];
	struct hf_buf s = HF_BUF_INIT;

	snprintf(path, sizeof(path), "%.200s/counted", w.dir);
	snprintf(file, HF_FIXTURE_PATH, "%.200s/gpgs", w.dir);
	unlink(file);
	mkdir(path, 0700);
	hf_buf_addf(&s, "#!/bin/sh\necho x >>'%s'\nPATH=/usr/local/bin:/usr/bin:/bin exec gpg \"$@\"\n", file);
	hf_fixture_file(path, "gpg", s.data);
	hf_buf_cut(&s, 0);
	hf_buf_addf(&s, "%s/gpg", path);
	ck_assert_int_eq(chmod(s.data, 0700), 0);
	hf_buf_cut(&s, 0);
	hf_buf_addf(&s, "%s:%s", path, getenv("PATH"));
	setenv("PATH", s.data, 1);
	hf_buf_clear(&s);
}

int
count_gpgs(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 ? (int)st.st_size / 2 : 0;
}
