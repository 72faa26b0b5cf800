/*
 * Throw-away GnuPG homes and keys, made with the real gpg, for the tests that need some. Any failure ends the test with gpg's own words.
 *
 *	char dir[HF_FIXTURE_PATH], home[HF_FIXTURE_PATH], ann[HF_FPR_SIZE];
 *
 *	hf_fixture_dir(dir);
 *	hf_fixture_home(home, dir, "ann");
 *	hf_fixture_key(ann, home, "Ann <ann@example.org>", 0);
 *	…
 *	hf_fixture_remove(dir); (ends the agents in it, too)
 *
 * Keys cost 0.1 s and more: make them once, in an unchecked fixture.
 */
#ifndef HOLDFAST_GPG_FIXTURE_H
#define HOLDFAST_GPG_FIXTURE_H

#include "holdfast/buf.h"
#include "holdfast/register.h"
#include "holdfast/vault.h"

#define HF_FIXTURE_PATH 256
#define HF_FIXTURE_PASS "correct horse" /* of keys made with HF_KEY_LOCKED */

/* Kinds of key; without any: ed25519 and cv25519, no passphrase, valid for ever. */
#define HF_KEY_RSA       1u /* RSA, 2048 bits */
#define HF_KEY_EXPIRED   2u /* made on 1 January 2020, expired on 1 February */
#define HF_KEY_REVOKED   4u
#define HF_KEY_FUTURE    8u   /* made on 1 January 2090: to it your clock is wrong */
#define HF_KEY_SIGN_ONLY 16u  /* no subkey for encryption */
#define HF_KEY_SUBKEY    32u  /* signs with a subkey; the primary key only certifies */
#define HF_KEY_LOCKED    64u  /* has a passphrase */
#define HF_KEY_TWO_SUBS  128u /* two subkeys for encryption, the older one revoked */

/* What a fixture needs to succeed: else the test ends with the library's words, what it was about before them. */
void hf_fixture_must(enum hf_code rc, const struct hf_err *e, const char *what);

/* A command of the shell, printf-style, that has to succeed. */
void hf_fixture_sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A new folder with a short name, 0700, under /tmp or what FIXTURES names. */
void hf_fixture_dir(char out[HF_FIXTURE_PATH]);

/* dir/name, a GnuPG home that nothing reads but what is put there. */
void hf_fixture_home(char out[HF_FIXTURE_PATH], const char *dir, const char *name);

/* A new key pair there. */
void hf_fixture_key(char fpr[HF_FPR_SIZE], const char *home, const char *uid, unsigned kind);

/* A register in dir/r.git of an organisation called Test Agency, with Ann alone in it, whose new key is in dir/ann: dir is made. */
struct hf_register *hf_fixture_register(char dir[HF_FIXTURE_PATH], char fpr[HF_FPR_SIZE]);

/* Revoke it now. */
void hf_fixture_revoke(const char *home, const char *fpr);

/* Append the armored public key. */
void hf_fixture_export(struct hf_buf *out, const char *home, const char *fpr);

/* Write a file: home/name. */
void hf_fixture_file(const char *home, const char *name, const char *text);

/*
 * Run gpg in that home with the words of args, separated by spaces, with input (NULL: none) as its standard input, and append what it
 * prints. hf_fixture_gpg must succeed; hf_fixture_try returns gpg's exit status.
 */
void hf_fixture_gpg(struct hf_buf *out, const char *home, const char *args, const void *input, size_t len);
int  hf_fixture_try(struct hf_buf *out, const char *home, const char *args, const void *input, size_t len);

/* How many programs run that have this text among their arguments. */
int hf_fixture_running(const char *text);

/* End the agents of a home; end all of those in dir, and remove it. */
void hf_fixture_kill(const char *home);
void hf_fixture_remove(const char *dir);

#endif
