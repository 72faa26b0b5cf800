/*
 * OpenPGP (the door to GPGME and gpg).
 *
 * Two GnuPG homes. Decryption and signing use the *user's own* (their agent, their card). Encryption and verification use a *private* one,
 * built from the members' key files and holding nothing else, with our own gpg.conf: so no line of the user's gpg.conf can add a recipient or
 * weaken a message. Keys are named by their full 40-digit primary fingerprint, upper case, everywhere.
 *
 * A vault serves one thread; hf_vault_clone makes another for a second worker.
 */
#ifndef HOLDFAST_VAULT_H
#define HOLDFAST_VAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"

#define HF_FPR_SIZE  41                   /* 40 digits and a NUL */
#define HF_VAULT_MAX (128u * 1024 * 1024) /* plaintext of one message, unless the caller says less */

struct hf_vault;

struct hf_vault_opts {
	const char  *user_home;    /* NULL: gpg's own default */
	const char  *private_home; /* created when it is not there */
	bool         may_prompt;   /* false: no pinentry is started (--no-input) */
	char *const *env; /* the caller's, for the gpg that hf_vault_decrypt_many reads with; stays theirs. NULL: GPGME reads */
};

struct hf_key {
	char    fpr[HF_FPR_SIZE];
	char    uid[256];              /* the first user id, cleaned */
	bool    can_encrypt, can_sign; /* now: not expired, revoked or disabled */
	bool    expired, revoked, disabled, secret;
	int64_t created,
	    expires; /* ms; expires 0: never. The soonest of the primary and the encryption subkey that would be used */
};

/* BAD also: over text instead of bytes, with a weak hash (SHA-1), one that expires, or older than its key. */
enum hf_sig_status { HF_SIG_GOOD, HF_SIG_EXPIRED_KEY, HF_SIG_REVOKED_KEY, HF_SIG_UNKNOWN_KEY, HF_SIG_BAD };

struct hf_signature {
	enum hf_sig_status status;
	char               fpr[HF_FPR_SIZE]; /* primary key; "" when unknown */
	int64_t            made_at;          /* ms, as the signer claims */
	int64_t            key_expires;      /* ms, 0 never */
};

/* A member's key file, as stored. */
struct hf_keyfile {
	const char *fpr;
	const char *armor;
	size_t      len;
};

enum hf_code hf_vault_open(struct hf_vault **out, const struct hf_vault_opts *opts, struct hf_err *e);
void         hf_vault_close(struct hf_vault *v);
enum hf_code hf_vault_clone(struct hf_vault **out, const struct hf_vault *v, struct hf_err *e);

/* Full fingerprint? 40 hexadecimal digits, upper case. */
bool hf_fpr_valid(const char *s);

/* The user's secret keys. free(3) *out. */
enum hf_code hf_vault_secret_keys(struct hf_key **out, size_t *n, struct hf_vault *v, struct hf_err *e);

/* The user's public key of that fingerprint, armored and minimal. HF_NOTFOUND. */
enum hf_code hf_vault_export(struct hf_buf *out, struct hf_vault *v, const char *fpr, struct hf_err *e);

/* What a key file holds, without importing it. HF_BAD unless it is exactly one public key (binary or armored) and no secret one. */
enum hf_code hf_vault_inspect(struct hf_key *out, struct hf_vault *v, const void *data, size_t len, struct hf_err *e);

/*
 * Make the private home hold exactly these keys. stamp names the set (the members tree's id): when the home was built from the same
 * stamp, nothing happens. Of one key there may be several files, older and newer: they are merged. An interrupted build is built again. Leaves no agent running. HF_BAD names the file that is not one key, not that
 * key, or has a subkey of another member's; then the home is as it was. Others who use the old one at that moment keep it. HF_LOCKED.
 */
enum hf_code hf_vault_members(struct hf_vault *v, const char *stamp, const struct hf_keyfile *keys, size_t n, struct hf_err *e);
/* Another process may have built it anew: look at the disk before it is used again. */
void hf_vault_look_again(struct hf_vault *v);
/* The stamp it was built from, "" when none. */
const char *hf_vault_stamp(struct hf_vault *v);

/* A member's public key as the private home has it, armored and minimal. HF_NOTFOUND. */
enum hf_code hf_vault_member_export(struct hf_buf *out, struct hf_vault *v, const char *fpr, struct hf_err *e);

/* A member's key as the private home has it now (expiry, revocation). Asks no gpg. HF_NOTFOUND. */
enum hf_code hf_vault_member(struct hf_key *out, struct hf_vault *v, const char *fpr, struct hf_err *e);

/*
 * Decrypt into out (which should be secret, and bounded by its own max). Nothing is appended unless everything was right: the packets
 * are session keys and one integrity-protected data packet, the message was authenticated, and gpg reported no error of any kind.
 * HF_SEALED: it is for others; HF_DAMAGED: it is not what was written, or (when there are members) for a key that none of them has;
 * HF_NOKEY: the agent, card or passphrase failed, or there is no secret key at all; HF_CANCELLED; HF_BAD: over out->max;
 * HF_SYSTEM: a line in the user's gpg.conf keeps it back.
 */
enum hf_code hf_vault_decrypt(struct hf_buf *out, struct hf_vault *v, const void *data, size_t len, struct hf_err *e);

#define HF_DECRYPT_MANY 32 /* as many as one gpg takes */

struct hf_opened {
	const void    *data;
	size_t         len;
	struct hf_buf *out;
	enum hf_code   rc; /* as of hf_vault_decrypt */
	struct hf_err  err;
};

/* What lies in sealed, to be opened into out. */
struct hf_opened hf_opened_of(const struct hf_buf *sealed, struct hf_buf *out);

/*
 * The same of up to HF_DECRYPT_MANY: one gpg reads them all, which takes half the time, and GPGME need not start. It starts no agent and asks for no
 * passphrase. What does not come out plainly right is decrypted alone, and so is what is large. What is returned is a failure that would be that of
 * all; what each has to say is in its rc.
 */
enum hf_code hf_vault_decrypt_many(struct hf_vault *v, struct hf_opened *const *list, size_t n, struct hf_err *e);

/*
 * Encrypt to exactly these members (at least one, from the private home), no armor, no compression, no signature. The result is read
 * again by the packet walker before it is returned. HF_NOKEY names the key that is expired, revoked or cannot encrypt.
 */
enum hf_code hf_vault_encrypt(
    struct hf_buf *out, struct hf_vault *v, const char *const *fprs, size_t n, const void *data, size_t len, struct hf_err *e);

#define HF_ENCRYPT_MANY 32 /* as many as one gpg takes */

struct hf_sealed {
	const void    *data;
	size_t         len;
	struct hf_buf *out;
};

/*
 * The same of up to HF_ENCRYPT_MANY for one and the same members: one gpg writes them all, which spares starting the others. What does not come out
 * plainly right is encrypted alone, and so is what is large. The first failure is returned, and then nothing is appended to any of them.
 */
enum hf_code hf_vault_encrypt_many(
    struct hf_vault *v, const char *const *fprs, size_t n_fprs, struct hf_sealed *const *list, size_t n, struct hf_err *e);

/*
 * The fingerprints (primary) of the members that a stored message is encrypted to. free(3) *out (one block). HF_DAMAGED. Asks no gpg: who
 * knows their own key can tell what is sealed without trying.
 */
enum hf_code hf_vault_recipients(
    char (**out)[HF_FPR_SIZE], size_t *n, struct hf_vault *v, const void *data, size_t len, struct hf_err *e);

/*
 * A detached, armored signature by the user's key fpr; what came back is checked to be by that key alone, over these bytes, and such that
 * hf_vault_verify takes it. HF_NOKEY says what is the matter with the key; HF_SYSTEM names the line in gpg.conf.
 */
enum hf_code hf_vault_sign(struct hf_buf *out, struct hf_vault *v, const char *fpr, const void *data, size_t len, struct hf_err *e);

/*
 * Judge a detached signature, armored, against the private home. HF_DAMAGED unless there is exactly one; otherwise HF_OK, and out says
 * whether it is good. A good one's fpr is a key that was a member at some time: whether it was one *then* is the caller's to ask.
 */
enum hf_code hf_vault_verify(
    struct hf_signature *out, struct hf_vault *v, const void *sig, size_t sig_len, const void *data, size_t len, struct hf_err *e);

#define HF_VERIFY_MANY 64 /* as many as one gpg takes */

struct hf_signed {
	const void         *sig, *data;
	size_t              sig_len, len;
	struct hf_signature is;
	enum hf_code        rc; /* as of hf_vault_verify */
	struct hf_err       err;
};

/*
 * The same of up to HF_VERIFY_MANY: one gpg looks at them all, which costs a tenth; those that are not plainly good in its eyes are judged one by
 * one. What is returned is a failure that would be that of all; what each has to say is in its rc.
 */
enum hf_code hf_vault_verify_many(struct hf_vault *v, struct hf_signed *list, size_t n, struct hf_err *e);

#endif
