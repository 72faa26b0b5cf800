/*
 * The register: records, entries and evidence in one bare git repository, as readable JSON under OpenPGP, with an index in memory.
 */
#ifndef HOLDFAST_REGISTER_H
#define HOLDFAST_REGISTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/commit.h"
#include "holdfast/db.h"
#include "holdfast/err.h"
#include "holdfast/hash.h"
#include "holdfast/id.h"
#include "holdfast/json.h"
#include "holdfast/progress.h"
#include "holdfast/schema.h"
#include "holdfast/vault.h"

struct hf_register;

struct hf_register_opts {
	const char               *path;       /* of the repository */
	const char               *state_dir;  /* $XDG_STATE_HOME/holdfast */
	const char               *cache_dir;  /* $XDG_CACHE_HOME/holdfast */
	const char               *user_home;  /* GnuPG home of the user, NULL: gpg's default */
	const char               *key;        /* fingerprint wanted, NULL: the only secret key that is a member */
	bool                      may_prompt; /* may a pinentry appear? */
	char *const              *env;        /* as of hf_vault_opts; stays the caller's */
	int64_t                   now;        /* ms; 0: the clock */
	const struct hf_progress *progress;   /* may be NULL */
};

struct hf_init {
	const char           *name;     /* of the organisation */
	const struct hf_json *domains;  /* array of strings, may be NULL */
	const char           *timezone; /* IANA, NULL: UTC */
};

/*
 * Make a register with one admin, the user's key (opts->key, or the user's only usable secret key). HF_EXISTS when path holds something.
 * An interrupted init leaves nothing at path.
 */
enum hf_code hf_register_init(
    struct hf_register **out, const struct hf_register_opts *opts, const struct hf_init *init, struct hf_err *e);
/* Would init find a free place and a key? Its errors, before anybody is asked for anything; *admin is the key. Nothing is left behind. */
enum hf_code hf_register_init_try(struct hf_key *admin, const struct hf_register_opts *opts, struct hf_err *e);
enum hf_code hf_register_open(struct hf_register **out, const struct hf_register_opts *opts, struct hf_err *e);
void         hf_register_close(struct hf_register *r);
/* Did another process write meanwhile? */
bool hf_register_moved(struct hf_register *r);
/* What it wrote. */
enum hf_code hf_register_refresh(struct hf_register *r, struct hf_err *e);

const char          *hf_register_id(const struct hf_register *r);
const char          *hf_register_path(const struct hf_register *r);
const struct hf_oid *hf_register_head(const struct hf_register *r);
/* When the branch's commit was made, ms. */
enum hf_code  hf_register_head_time(int64_t *out, struct hf_register *r, struct hf_err *e);
const char   *hf_register_key(const struct hf_register *r);  /* the user's fingerprint */
const char   *hf_register_zone(const struct hf_register *r); /* the organisation's time zone; "" is UTC */
const char   *hf_register_today(const struct hf_register *r);
int64_t       hf_register_now(const struct hf_register *r);
size_t        hf_register_sealed(const struct hf_register *r); /* records that are not for this user */
struct hf_db *hf_register_db(struct hf_register *r);
/* Who fills the tables of hf_register_db that stand for the shelf and the runs (hf_db_supply): hf_views_fill, as a rule. */
void             hf_register_supply(struct hf_register *r, hf_db_supply_fn *fn, void *arg);
struct hf_vault *hf_register_vault(struct hf_register *r);

/* What the last opening cost, for bench and tests. */
struct hf_register_stats {
	size_t decrypted; /* blobs */
	bool   snapshot;  /* it was used */
};
const struct hf_register_stats *hf_register_stats(const struct hf_register *r);

/*
 * How many files of the branch are lost here, or could not be read when the register was opened or verified. What lies behind a snapshot is only looked
 * for, not into: quick, and not all that hf_register_verify finds.
 */
enum hf_code hf_register_lost(size_t *n, struct hf_register *r, struct hf_err *e);

/* ---- reading ---- */

/* A record by id: a copy of its JSON, envelope included. HF_NOTFOUND, HF_SEALED. */
enum hf_code hf_register_get(struct hf_json **out, struct hf_register *r, const char *id, struct hf_err *e);

/*
 * What a user types for a record: an id or its start (4 and more characters), @handle, provider:handle, provider:@handle, e-mail,
 * telephone, name, or what the column ref says. kinds: words separated by spaces that it may be, NULL: any. Exact matches win over case-folded ones,
 * those over beginnings. HF_NOTFOUND hints the nearest; HF_AMBIGUOUS lists candidates in *several (may be NULL): [{"id","kind","ref"}].
 */
enum hf_code hf_register_resolve(
    char out[HF_ID_SIZE], struct hf_json **several, struct hf_register *r, const char *kinds, const char *ref, struct hf_err *e);

/* The same with whole names only, not their beginnings: for what nobody looks at one by one, as the cells of a file. */
enum hf_code hf_register_resolve_whole(
    char out[HF_ID_SIZE], struct hf_register *r, const char *kinds, const char *ref, struct hf_err *e);

/* What people call a record: appended ("x:agency"). The id when it is not there. */
void hf_register_ref(struct hf_buf *out, struct hf_register *r, const char *id);

/* The person whose key the user's is. HF_NOTFOUND: the key is tied to nobody. */
enum hf_code hf_register_me(char out[HF_ID_SIZE], struct hf_register *r, struct hf_err *e);

/* What the organisation is called: appended. */
void hf_register_org(struct hf_buf *out, struct hf_register *r);

/* Who holds a member's key, as people say it: the name of the person it is tied to, else of the key itself, else "key " and its last 16 digits. */
void hf_register_who(struct hf_buf *out, struct hf_register *r, const char *fpr);

/* The records where every word occurs somewhere, told one by one, by kind and id. fn's failure ends it. */
struct hf_found {
	const char *id, *kind, *ref;
};
typedef enum hf_code hf_found_fn(void *arg, const struct hf_found *found, struct hf_err *e);
enum hf_code         hf_register_find(
	    hf_found_fn *fn, void *arg, struct hf_register *r, const char *const *words, size_t n, struct hf_err *e);

/*
 * The versions of a record, newest first: array of {"commit","at","by","version","record","sealed"}: record and version are null when it was removed there,
 * or is sealed (true). One that was only encrypted anew is no version of its own.
 */
enum hf_code hf_register_history(struct hf_json **out, struct hf_register *r, const char *id, struct hf_err *e);

/* The entries of a run in the order of the chain, as written: array. HF_NOTFOUND, HF_SEALED. */
enum hf_code hf_register_entries(struct hf_json **out, struct hf_register *r, const char *run, struct hf_err *e);

/* What prev of a later entry says of this one: SHA-256 of its plaintext as stored, without the padding. */
enum hf_code hf_entry_hash(char out[HF_SHA256_SIZE], const struct hf_json *entry, struct hf_err *e);

/* An evidence file's bytes, appended. HF_DAMAGED when its sum is not the one given (NULL: not checked). */
enum hf_code hf_register_blob(struct hf_buf *out, struct hf_register *r, const char *blob, const char *sha256, struct hf_err *e);

/* ---- writing ---- */

/*
 * A batch is what one commit will hold. Nothing is written before hf_batch_commit, and everything in it is then. Values are typed text as
 * people write them, or JSON; references are resolved, values made canonical, and secrets refused, when they are added.
 */
struct hf_batch;

enum hf_code hf_batch_new(struct hf_batch **out, struct hf_register *r, struct hf_err *e);
void         hf_batch_free(struct hf_batch *b);

/*
 * Asked when a value refers to several records: choose one of several ([{"id","kind","ref"}]) into id, or return a failure. Without it,
 * HF_AMBIGUOUS comes back.
 */
typedef enum hf_code hf_choose_fn(void *arg, char id[HF_ID_SIZE], const struct hf_json *several, const char *ref, struct hf_err *e);
void                 hf_batch_chooser(struct hf_batch *b, hf_choose_fn *fn, void *arg);

/* Begin a new record; *id gets its id. Fields are then set as below. */
enum hf_code hf_batch_add(char id[HF_ID_SIZE], struct hf_batch *b, const char *kind, struct hf_err *e);
/* Set one field: op '=' (an empty value removes it), '+' adds to a list, '-' takes from it. A list takes "a, b". */
enum hf_code hf_batch_set(struct hf_batch *b, const char *id, const char *field, char op, const char *typed, struct hf_err *e);
/* The same from JSON; NULL or null removes it. The only way to set what people cannot (HF_FIELD_SET). */
enum hf_code hf_batch_set_json(
    struct hf_batch *b, const char *id, const char *field, const struct hf_json *value, struct hf_err *e);
/* HF_BAD when something refers to it, naming what. */
enum hf_code hf_batch_remove(struct hf_batch *b, const char *id, struct hf_err *e);
/* A record as the batch would leave it: a new reference. Used for dry runs and previews. */
enum hf_code hf_batch_get(struct hf_json **out, struct hf_batch *b, const char *id, struct hf_err *e);
/* Would a record be changed, added or removed? False also when it is set to what it was already, and when the batch does not touch it. */
bool hf_batch_changes(struct hf_batch *b, const char *id);
/* Would a commit do nothing? */
bool hf_batch_empty(struct hf_batch *b);
/* Everything that hf_batch_commit refuses, without writing. */
enum hf_code hf_batch_check(struct hf_batch *b, struct hf_err *e);

/*
 * Log an entry in a run. run and prev are filled in at commit; id, recorded_at and actor too. The entry (taken over) has at least "type".
 * *id gets the id it will have.
 */
enum hf_code hf_batch_entry(char id[HF_ID_SIZE], struct hf_batch *b, const char *run, struct hf_json *entry, struct hf_err *e);
/* Store a file's bytes (kept until commit); *id gets the blob's id. */
enum hf_code hf_batch_blob(char id[HF_ID_SIZE], struct hf_batch *b, const void *data, size_t len, struct hf_err *e);

/*
 * Check everything (required fields, unique keys, references), encrypt, commit, sync to disk. word is the commit's message. When another process
 * wrote meanwhile, the changes are applied to what is there now. HF_OK or HF_UNSURE: it is recorded. An empty batch does nothing.
 */
enum hf_code hf_batch_commit(struct hf_batch *b, const char *word, struct hf_err *e);

/*
 * What the last write has to say beside its result, for people: what else was encrypted anew, or could not be; whose key is about to expire. "" nothing.
 */
const char *hf_register_notice(const struct hf_register *r);

/* ---- proving ---- */

/*
 * {"commits","new","records","entries","sealed","problems":[{"where","what"}],"notes":[{"where","what"}]}. HF_OK also when there are problems; notes
 * are no problems yet: a key that is about to expire, a file that only a leaver could read (said when it is new, and by _all). What this copy has seen to be right is
 * not looked at again, only what came since ("new" commits); _all looks at everything, and reads every record from the branch itself.
 */
enum hf_code hf_register_verify(struct hf_json **out, struct hf_register *r, struct hf_err *e);
enum hf_code hf_register_verify_all(struct hf_json **out, struct hf_register *r, struct hf_err *e);
/* The same of a copy that could not even be opened: e, HF_DAMAGED, says why, and is cleared. */
enum hf_code hf_verify_damaged(struct hf_json **out, const char *where, struct hf_err *e);

#endif
