/*
 * Inside src/store: the private GnuPG home of a vault, without GnuPG. In the folder base:
 *
 *	lock           held by whoever builds
 *	gpg.conf       ours, for looking at keys before there is a home
 *	many           links for the gpg that decrypts many at once (vault_decrypt_many.c)
 *	seal           the same for the one that encrypts many (vault_encrypt_many.c)
 *	keys-<16 hex>  one GnuPG home; everybody who uses it holds a shared flock(2) on the folder
 *	home           which of them is the home, for which stamp, and what its keys are; written last, with a checksum
 *
 * A new home is built beside the old one, then "home" is replaced. Others go on with the old one, which is swept by a later build when
 * nobody holds it any more.
 */
#ifndef STORE_VAULT_HOME_H
#define STORE_VAULT_HOME_H

#include "holdfast/err.h"
#include "vault_ring.h"

#define HOME_STAMP_SIZE 129

struct home {
	char       *base;
	char       *dir; /* the GnuPG home; NULL when there is none */
	int         fd;  /* its shared lock, -1 */
	char        stamp[HOME_STAMP_SIZE];
	struct ring ring;
};

/* A home that is being built. */
struct home_build {
	struct home home;
	int         lock;
};

enum hf_code home_open(struct home *out, const char *base, struct hf_err *e); /* makes base when it is not there */
void         home_close(struct home *h);
enum hf_code home_copy(struct home *out, const struct home *h, struct hf_err *e);

/* Read what is on the disk; no home, or a damaged one, is no error: dir is NULL and the stamp "". */
enum hf_code home_load(struct home *h, struct hf_err *e);

/* Make sure that base/gpg.conf is ours. */
enum hf_code home_conf(const struct home *h, struct hf_err *e);

/* Take the lock. HF_LOCKED. Then either look with home_load again and give up, or go on with home_new and home_commit. */
enum hf_code home_begin(struct home_build *out, const struct home *h, struct hf_err *e);
enum hf_code home_new(struct home_build *b, const char *stamp, struct hf_err *e); /* b->home.dir is an empty GnuPG home */
enum hf_code home_commit(struct home *h, struct home_build *b, struct hf_err *e); /* h is it from now on */
void         home_end(struct home_build *b);                                      /* always; takes away what was not committed */

#endif
