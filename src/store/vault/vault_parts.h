/*
 * Inside src/store: the rooms of the vault. vault.c runs gpg, through GPGME, and judges nothing; the others judge, and know no GPGME.
 */
#ifndef STORE_VAULT_PARTS_H
#define STORE_VAULT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "armor.h"
#include "holdfast/packet.h"
#include "holdfast/vault.h"
#include "vault_home.h"
#include "vault_ring.h"

struct gpgme_context;

struct hf_vault {
	char                 *user_home;
	bool                  may_prompt;
	char *const          *env;
	char                 *program; /* gpg; NULL until it is looked for */
	bool                  opened;  /* a message was decrypted: there is an agent, and it has the key */
	bool                  alone;   /* many at once did not work here */
	bool                  singly;  /* the same, of encrypting */
	struct gpgme_context *user;    /* made when first needed */
	struct gpgme_context *private; /* for home.dir, or for home.base when there is none */
	struct home home;
	bool        looked; /* for a home on the disk */
	struct ring mine;   /* the user's secret keys, once asked for */
	bool        asked;
};

/* ---- vault.c: one gpg process each ---- */

/* Where gpg writes to: a buffer with room for so much more. */
struct sink {
	struct hf_buf *out;
	size_t         start, room;
	bool           over;
};

/* Status lines of gpg that GPGME does not hand on. */
struct facts {
	bool     tried;    /* gpg began on the message */
	bool     opened;   /* a secret key gave the session key */
	bool     wrong;    /* it found something that GPGME passes over */
	bool     intact;   /* the integrity check held */
	bool     no_agent; /* none runs and none can be started */
	unsigned plaintexts;
	char     mode;   /* of the plaintext: 'b', 't', 'u' */
	int64_t  length; /* of the plaintext, as the message says; -1 when it does not */
};

struct outcome {
	struct facts facts;
	char         algo[32];         /* decrypt: "AES256.CFB" */
	size_t       recipients;       /* decrypt: session keys that gpg saw, also further inside */
	size_t       sealed;           /* decrypt: those without a secret key */
	char         key[HF_FPR_SIZE]; /* encrypt: one that is refused; sign, verify: the (sub)key of the first signature */
	unsigned     signatures;
	unsigned     status;  /* verify: a gpg_error_t */
	int64_t      made_at; /* verify, ms */
	bool         lapses;  /* verify: the signature itself expires */
};

/* A context for that home (NULL: gpg's own default). */
enum hf_code run_open(struct gpgme_context **out, const struct hf_vault *v, const char *home, struct hf_err *e);
void         run_close(struct gpgme_context *ctx);
/* The gpg that it runs; NULL: not known. */
const char *run_program(struct gpgme_context *ctx);

/* These return a gpg_error_t: 0, or for vault_why. */
unsigned run_list(struct ring *out, struct facts *f, struct gpgme_context *ctx, const char *pattern, bool secret);
unsigned run_inspect(struct ring *out, struct gpgme_context *ctx, const void *data, size_t len);
unsigned run_import(struct gpgme_context *ctx, const void *data, size_t len);
unsigned run_export(struct sink *out, struct gpgme_context *ctx, const char *fpr);
unsigned run_decrypt(struct outcome *o, struct sink *out, struct gpgme_context *ctx, const void *data, size_t len);
/* to: "--" and full fingerprints, one a line. */
unsigned run_encrypt(struct outcome *o, struct sink *out, struct gpgme_context *ctx, const char *to, const void *data, size_t len);
unsigned run_sign(struct outcome *o, struct sink *out, struct gpgme_context *ctx, const char *fpr, const void *data, size_t len);
unsigned run_verify(struct outcome *o, struct gpgme_context *ctx, const void *sig, size_t sig_len, const void *data, size_t len);

#define VAULT_LITERAL 12
/* The head of a literal data packet that holds len bytes. */
void vault_literal(char out[VAULT_LITERAL], size_t len);

/* GnuPG's own words for an error. */
void run_words(char *out, size_t size, unsigned error);

/* ---- vault_parts.c ---- */

/* The sink is for at most max more bytes, and what out itself allows. */
void sink_open(struct sink *s, struct hf_buf *out, size_t max);
bool sink_put(struct sink *s, const void *data, size_t len);
/* The error that the sink itself made, or HF_OK. */
enum hf_code sink_check(const struct sink *s, const char *subject, struct hf_err *e);
/* At the end, with the code that will be returned: nothing stays of what failed. Returns it. */
enum hf_code sink_close(struct sink *s, enum hf_code rc);

void facts_init(struct facts *f);
void facts_note(struct facts *f, const char *word, const char *args);

/* Look for a home on the disk, once. vault_need_home: HF_INTERNAL when there is none. */
enum hf_code vault_look(struct hf_vault *v, struct hf_err *e);
enum hf_code vault_need_home(struct hf_vault *v, struct hf_err *e);
/* Make sure of the context. The private one is for the members' keys or, before there are any, for looking at a key. */
enum hf_code vault_need_user(struct hf_vault *v, struct hf_err *e);
enum hf_code vault_need_private(struct hf_vault *v, struct hf_err *e);

/* Add the user's secret keys that match (NULL: all). */
enum hf_code vault_list_secret(struct ring *out, struct facts *f, struct hf_vault *v, const char *pattern, struct hf_err *e);

/* ---- vault_decrypt.c ---- */

/* Does any of the session keys belong to a secret key of the user's? True when we do not know. */
bool vault_may_be_mine(const struct hf_vault *v, const struct hf_packets *p);

/*
 * gpg returns no error for some messages that are not right: of an old cipher without integrity protection (ignore-mdc-error in gpg.conf), and
 * where a line there cut the plaintext (max-output) or handed over something else (unwrap). got: bytes of plaintext.
 */
enum hf_code vault_check_plain(const struct outcome *o, size_t got, struct hf_err *e);

/* ---- vault_message.c ---- */

/* Every key is looked at before gpg is asked, so that the one that stands in the way is named: HF_NOKEY. */
enum hf_code vault_check_recipients(struct hf_vault *v, const char *const *fprs, size_t n, struct hf_err *e);
/* Is what gpg made an encrypted message for exactly these, one session key each? HF_DAMAGED, HF_SYSTEM. */
enum hf_code vault_check_sealed(
    const struct hf_vault *v, const char *const *fprs, size_t n, const void *message, size_t len, struct hf_err *e);

/* Session keys must be for keys that members have or had; another one is damage, and not somebody else's. */
enum hf_code vault_check_known(const struct ring *r, const struct hf_packets *p, struct hf_err *e);

/* ---- vault_sign.c ---- */

/* gpg has judged the mathematics; here is judged whether it is a signature that may count. */
void vault_judge(struct hf_signature *out, const struct ring *r, const struct armor_sig *sig, const struct outcome *o);

/* ---- vault_why.c ---- */

/* GnuPG's codes, for those who do not know them. */
enum vault_trouble { TROUBLE_NONE, TROUBLE_KEY, TROUBLE_NO_SECRET, TROUBLE_NO_DATA, TROUBLE_OTHER };

/* KEY: it is about the key, the agent, the card or the passphrase, and not about the message. */
enum vault_trouble vault_trouble(unsigned error);
enum hf_sig_status vault_sig_status(unsigned error);

/* In words: "subject: reason". */
enum hf_code vault_why(const struct hf_vault *v, unsigned error, const char *subject, struct hf_err *e);
enum hf_code vault_no_secret(const struct hf_vault *v, bool no_agent, const char *subject, struct hf_err *e);
bool         vault_is_no_agent(unsigned error);

/* A key that cannot be used now, in words; HF_OK when nothing is the matter with it. */
enum hf_code vault_check_usable(const struct hf_key *key, bool to_encrypt, struct hf_err *e);

#endif
