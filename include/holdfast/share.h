/*
 * Many hands on one register: members come and go, copies are synced, changes of the same field are settled.
 */
#ifndef HOLDFAST_SHARE_H
#define HOLDFAST_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/member.h"
#include "holdfast/register.h"

/* ---- members (member_change.c, member_leave.c, member_list.c) ---- */

struct hf_member_add {
	const void *key; /* the key file's bytes: exactly one public key */
	size_t      len;
	unsigned    roles;
	const char *person;  /* id of a person record, whose key_fpr is set in the same commit; NULL */
	bool        dry_run; /* everything but the writing */
};

/*
 * Each is one commit "member": what changes under members/, and every file whose audience follows from it encrypted anew. Only admins (HF_DENIED).
 * Killed before the commit nothing happened; the files already encrypted are kept aside and the next try goes on from them. The last admin
 * is never removed (HF_BAD). HF_EXISTS: a member already.
 *
 * out: {"fingerprint","roles":[…],"reencrypted","sealed","damaged","person"}; person: id of the record that the key is tied to, or null; sealed: files
 * that are encrypted to others only and were left as they are. Of remove also
 * "could_read":[{"id","kind","ref"}] (runs have the kind "run"), "rotate":[{"record","ref","why"}], and "only_theirs": the paths of files that nobody who
 * stays can read.
 */
enum hf_code hf_member_add(struct hf_json **out, struct hf_register *r, const struct hf_member_add *add, struct hf_err *e);
/* Its person's key_fpr goes in the same commit. */
enum hf_code hf_member_remove(struct hf_json **out, struct hf_register *r, const char *fpr, bool dry_run, struct hf_err *e);
/* Other roles (0: as they are), and the person whose key it is (NULL: as it is). */
enum hf_code hf_member_role(struct hf_json **out, struct hf_register *r, const char *fpr, unsigned roles, const char *person,
    bool dry_run, struct hf_err *e);
/*
 * A newer copy of a member's key (key NULL: as the user's own keyring has it), and whatever is encrypted to the wrong members, anew. fpr NULL: only
 * that, which responders may do too; fingerprint and roles are null then.
 */
enum hf_code hf_member_refresh(
    struct hf_json **out, struct hf_register *r, const char *fpr, const void *key, size_t len, bool dry_run, struct hf_err *e);
/*
 * By name: [{"fingerprint","roles":[…],"person","name","added","added_by","expires","state"}]. state: good, expiring (within 30 days), expired, revoked;
 * person and expires may be null.
 */
enum hf_code hf_member_list(struct hf_json **out, struct hf_register *r, struct hf_err *e);
/* The fingerprints of those who read a run and may write in it. */
enum hf_code hf_run_workers(struct hf_json **out, struct hf_register *r, const char *run, struct hf_err *e);

/* ---- copies (sync.c, remote.c, clone.c) ---- */

struct hf_sync_opts {
	const char               *git;     /* path of the user's git; NULL: found in PATH by the caller's environment */
	char *const              *env;     /* environment for it and its ssh */
	unsigned                  seconds; /* longest silence of one git; 0: 60 */
	const struct hf_progress *progress;
	/*
	 * Called before anything is reached when the user's git leads the address elsewhere: via, where what comes in is taken from (url.*.insteadOf), and
	 * push, where what is sent goes (url.*.pushInsteadOf). NULL: nowhere else.
	 */
	void (*led)(void *arg, const char *url, const char *via, const char *push);
	void *led_arg;
	/* For hf_sync alone: */
	const char *
	    url; /* another remote than the one remembered; remembered when it was of use; the first one also when it was not reached. NULL */
	bool dry_run; /* fetch and judge; nothing is merged or sent, and nothing remembered */
	/* Fingerprints of people who were removed, or lost a role, whose commits an admin takes on: full ones. */
	const char *const *accept;
	size_t             n_accept;
	bool               restore; /* the remote lost what it had (an old copy was put back, say): give it again */
};

/* Remember where the other copy is. HF_BAD: not an address we use (https, ssh, user@host:path, a local path). NULL: forget it. */
enum hf_code hf_remote_set(struct hf_register *r, const char *url, struct hf_err *e);
/* free(3) it; NULL when there is none. */
enum hf_code hf_remote_get(char **out, struct hf_register *r, struct hf_err *e);

/*
 * Fetch, verify, merge, push; again when somebody else pushed meanwhile. out: {"url","via","push","received","sent","lost","mended","merged","conflicts","head","up_to_date","leavers","member"}:
 * commits that came and went, records that both sides had changed, fields of which both values are kept; via and push: where the user's git leads the
 * address (see led above), null when nowhere else; leavers: whose commits were taken on, [{"fingerprint","here","left","removal","removed_by","removed_at","commits":
 * [{"commit","at","message","changed":[…]}]}], left: the roles they still have, in words, null when they were removed;
 * member: is the user one, still. Nothing is moved before everything that came in was judged. HF_NOTFOUND: no remote is known. HF_SYSTEM: not
 * reached, or it did not answer in time (what is here stays as it is); HF_NO: what is there is refused, and why: both heads are named. HF_LOCKED:
 * another sync is at work. When only the push failed, what came in stays merged and the error says that it was not sent.
 */
enum hf_code hf_sync(struct hf_json **out, struct hf_register *r, const struct hf_sync_opts *opts, struct hf_err *e);

/*
 * A copy of the register at url, at opts->path. root: the fingerprint that must have signed the first commit; NULL: ask is called with it and decides
 * (NULL or false: HF_DENIED). Nothing is left at path when anything was wrong.
 */
typedef bool hf_root_fn(void *arg, const char *fpr, const char *uid);
enum hf_code hf_clone(struct hf_register **out, const struct hf_register_opts *opts, const struct hf_sync_opts *sync,
    const char *url, const char *root, hf_root_fn *ask, void *arg, struct hf_err *e);

/* ---- conflicts (conflict.c) ---- */

/*
 * Those that are not settled, the oldest first: [{"id","record","ref","field","kept","other","kept_by","other_by","at","now"}]. kept, other or now null: no
 * value. now is what the field has: somebody may have set it since, or settled another conflict about it; then the other can no longer be taken.
 * The field "record" is the whole record: removed on one side, and changed ("kept": "changed") or referred to ("in use") on the other.
 *
 * At the end, records that were added on two sides with one key (an account's provider and handle, a unit's name): "field" names the key's fields,
 * kept and other are the two records, id is the second's. There is nothing to settle: one of them is renamed or removed, and then it is gone from here.
 * A conflict whose record is gone is not listed; of several that tell of the same two values one is, and all are settled with it.
 */
enum hf_code hf_conflicts(struct hf_json **out, struct hf_register *r, struct hf_err *e);
/*
 * Keep the one (other false) or the other value; the field is set and the conflict settled in one commit. Keeping leaves the field as it is now. The other
 * is refused (HF_BAD) when the field was changed since, or the conflict is settled. HF_NOTFOUND: no conflict has that id, or its record is gone.
 */
enum hf_code hf_conflict_settle(struct hf_register *r, const char *id, bool other, struct hf_err *e);
/* The same, not yet committed. */
enum hf_code hf_conflict_batch(struct hf_batch **out, struct hf_register *r, const char *id, bool other, struct hf_err *e);

#endif
