/*
 * Inside src/store: the way to another copy, by the user's own git in a bounded child without a shell of ours.
 *
 * Their global configuration, ssh and credential helpers stay in force; what could run programs from a repository, ask on the terminal, or reach
 * somewhere else is overridden. Nothing of the repository's own configuration counts but what hf_repo_open allows, which is looked at again before
 * each git. What git and ssh say becomes one line: who was not reached, or what they refused.
 */
#ifndef STORE_TRANSPORT_H
#define STORE_TRANSPORT_H

#include "holdfast/repo.h"
#include "holdfast/share.h"

#define TRANSPORT_REF "refs/holdfast/incoming/main"

struct transport {
	char                     *git, *url;
	char                     *via;  /* where the user's git leads url (insteadOf); NULL: nowhere else */
	char                     *push; /* where it leads what is sent there (pushInsteadOf); NULL: the same way */
	char                    **env;
	const char               *repo;              /* path of the bare repository here; borrowed */
	const char               *name;              /* of the other side, for messages: url */
	bool                      local, push_local; /* a folder: what comes in, and what is sent */
	unsigned                  silent;
	const struct hf_progress *progress;
};

/*
 * An address that we use: https, ssh, user@host:path, file, a folder; no part that could be taken for an option, no control characters. A folder
 * becomes its real path. free(3) *out. HF_BAD; HF_NOTFOUND: no such folder.
 */
enum hf_code transport_address(char **out, const char *url, struct hf_err *e);

/* A password, or what looks like one, in an address. */
bool transport_holds_secret(const char *url);

/*
 * transport_way.c. url: as transport_address gave it. Where the user's git leads it is told to opts->led, and held to the same as an address that was
 * given. HF_SYSTEM: there is no git; HF_DENIED: it leads to an address with a password in it.
 */
enum hf_code transport_open(
    struct transport *out, const char *repo, const char *url, const struct hf_sync_opts *opts, struct hf_err *e);
void transport_close(struct transport *t);

/*
 * The other side's main into TRANSPORT_REF; *there: it has one. HF_BAD when it has other branches instead: it is no register. HF_SYSTEM: not
 * reached, or no answer in time; HF_DENIED: not let in, or its host key is not known; HF_NOTFOUND: nothing is there; HF_WRITE: the disk here;
 * HF_NO: what was sent is not as git writes it.
 */
enum hf_code transport_fetch(bool *there, struct transport *t, struct hf_err *e);

/* Move the other side's main from what it was (NULL: it had none) to a commit. HF_LOCKED: it is elsewhere by now. Others as above. */
enum hf_code transport_push(struct transport *t, const struct hf_oid *to, const struct hf_oid *was, struct hf_err *e);

/* Make one pack of everything here that a reference leads to; what no reference leads to stays. HF_WRITE. */
enum hf_code transport_pack(struct transport *t, struct hf_err *e);
/* Pack the repository here when many objects lie loose. A failure only costs space, and is not reported. */
void transport_repack(struct transport *t);

/* The one line for what git, or ssh, said; status is git's. at: the address it went to; NULL: one of several. */
enum hf_code transport_why(struct hf_err *e, const char *name, const char *at, const char *said, int status);
/* Its host key is not known, or another one (transport_host.c); at: as above. HF_DENIED. */
enum hf_code transport_host_key(struct hf_err *e, const char *name, const char *at, bool changed);

/*
 * The environment of git and its ssh (transport_env.c): the caller's, without what says where a repository is or what to obey, and so that nothing
 * asks. An array of free(3)able entries with room for what the other two set. HF_NOMEM, all of them.
 */
enum hf_code transport_env(char ***out, char *const *from, struct hf_err *e);
/* ssh as the user has it (GIT_SSH_COMMAND, configured, GIT_SSH), held to known hosts. configured: core.sshCommand, "" none. */
enum hf_code transport_env_ssh(char **env, const char *configured, struct hf_err *e);
/* https servers (one or two addresses) are held to their certificates and to seconds of silence, whatever is configured for them. */
enum hf_code transport_env_https(char **env, const char *const *urls, size_t n, unsigned seconds, struct hf_err *e);

#endif
