/*
 * A few people with OpenPGP keys, for the tests of the vault. Make it in an unchecked fixture; every test may open vaults in it.
 */
#ifndef HOLDFAST_VAULT_WORLD_H
#define HOLDFAST_VAULT_WORLD_H

#include "gpg_fixture.h"
#include "holdfast/vault.h"
#include "test.h"

enum who {
	ANN, /* ed25519, in the home that most vaults use */
	RSA, /* the rest, but Bob, Mallory and Pat, are in Ann's home, too */
	SUB, /* signs with a subkey */
	TWO, /* two subkeys for encryption, the older one revoked */
	EXPIRED,
	REVOKED,
	FUTURE,
	SIGNS, /* cannot encrypt */
	BOB,
	PAT,     /* has a passphrase */
	MALLORY, /* no member */
	N_PEOPLE
};

#define N_MEMBERS       MALLORY
#define WORLD_PLAIN     "the whole of it, and nothing but it\n"
#define WORLD_PLAIN_LEN (sizeof(WORLD_PLAIN) - 1)
#define WORLD_TEXT      "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\nrecord\n"

struct world {
	char          dir[HF_FIXTURE_PATH];
	char          ann[HF_FIXTURE_PATH], bob[HF_FIXTURE_PATH], pat[HF_FIXTURE_PATH], mallory[HF_FIXTURE_PATH]; /* GnuPG homes */
	char          base[HF_FIXTURE_PATH]; /* of the private home */
	char          fpr[N_PEOPLE][HF_FPR_SIZE];
	struct hf_buf key[N_PEOPLE]; /* armored public keys */
	struct hf_buf revoked_sig;   /* over WORLD_TEXT, by REVOKED before it was revoked */
};

extern struct world w;

void make_world(void);
void remove_world(void);

const char *home_of(enum who who);

/* A vault of the person whose home that is, with all the members. */
struct hf_vault *open_vault(const char *home);
/* One whose private home is dir/name, with nobody in it yet. */
struct hf_vault *open_empty(const char *home, const char *name);
/* The key files of these people. */
void fill_keyfiles(struct hf_keyfile *out, const enum who *who, size_t n);

/* Build the vault's private home from these people's key files. */
void members(struct hf_vault *v, const char *stamp, const enum who *who, size_t n);
bool can_encrypt_to(struct hf_vault *v, enum who who);

/* What the real gpg makes of args, printf-style, in that home. */
void gpg(struct hf_buf *out, const char *home, const void *input, size_t len, const char *args, ...)
    __attribute__((format(printf, 5, 6)));
/* The same in Ann's home; every # is her fingerprint. */
void by_gpg(struct hf_buf *out, const char *args, const void *data, size_t len);

/* Write the gpg.conf of a home. */
void with_conf(const char *home, const char *lines);

/* Append data, encrypted by Ann's vault. */
void encrypt_to(struct hf_buf *out, const enum who *who, size_t n, const void *data, size_t len);
void encrypt_for(struct hf_buf *out, enum who who, const void *data, size_t len);

/* Decrypting must fail that way and leave what is there as it was; or append exactly these bytes to it. */
void must_fail(struct hf_vault *v, const struct hf_buf *message, enum hf_code code, const char *words);
void must_give(struct hf_vault *v, const struct hf_buf *message, const void *data, size_t len);

/* From now on a gpg is found before the real one that notes in file that it is started; how often it was. For vaults that are opened later. */
void counting_gpg(char file[HF_FIXTURE_PATH]);
int  count_gpgs(const char *file);

#endif
