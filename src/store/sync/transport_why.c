/* What git and ssh say, as people need it: one line, and what helps. */
#include <string.h>

#include "holdfast/text.h"
#include "transport.h"

#define FULL_HERE     "the disk of this computer is full"
#define FULL_THERE    "its disk is full"
#define MAKE_ROOM     "nothing is lost; make room, and try again"
#define ASK_AND_AGAIN "what is here is kept; ask who runs the server, and sync again"

struct saying {
	const char  *words; /* somewhere in what was said */
	enum hf_code code;
	const char  *reason; /* NULL: the line itself */
	const char  *hint;   /* NULL: none */
};

/* Whose it is makes the difference. */
enum side {
	FOLDER, /* the other side is a folder of this computer */
	THERE,  /* what the other side says of itself: git writes "remote: " before it */
	HERE    /* neither */
};

static const struct {
	enum side     side;
	struct saying saying;
} of_one_side[] = {
	{ FOLDER,
	    { "dubious ownership", HF_DENIED, "that folder belongs to another user of this computer",
		"if you trust who it is: git config --global --add safe.directory FOLDER" } },
	{ THERE, { "No space left on device", HF_WRITE, FULL_THERE, ASK_AND_AGAIN } },
	{ THERE, { "Disk quota exceeded", HF_WRITE, FULL_THERE, ASK_AND_AGAIN } },
	{ HERE, { "No space left on device", HF_WRITE, FULL_HERE, MAKE_ROOM } },
	{ HERE, { "Disk quota exceeded", HF_WRITE, FULL_HERE, MAKE_ROOM } },
	{ THERE, { "fatal: unable to read ", HF_NO, "files of it are lost or damaged", "ask who runs the server" } },
	{ HERE,
	    { "fatal: unable to read ", HF_DAMAGED, "files of the copy on this computer are lost or damaged",
		"holdfast verify says which, and what to do" } },
};

/* The first that fits counts: the particular before the general. */
static const struct saying sayings[] = {
	{ "File too large", HF_WRITE, "it sends more than a register may hold", NULL },
	{ "does not appear to be a git repository", HF_NOTFOUND, "no repository is there",
	    "look at the address: holdfast sync --to URL" },
	{ "Repository not found", HF_NOTFOUND, "no repository is there, or it is not shown to you",
	    "look at the address: holdfast sync --to URL" },
	{ "/' not found", HF_NOTFOUND, "no repository is there, or it is not shown to you",
	    "look at the address: holdfast sync --to URL" },
	{ "returned error: 404", HF_NOTFOUND, "no repository is there", "look at the address: holdfast sync --to URL" },
	{ "not found: did you run git update-server-info", HF_NOTFOUND, "no repository is there",
	    "look at the address: holdfast sync --to URL" },
	{ "dubious ownership", HF_DENIED, "that folder belongs to another user of the server",
	    "if you trust who it is, type there, signed in as you: git config --global --add safe.directory FOLDER" },
	{ "stale info", HF_LOCKED, "somebody else was faster", "try again" },
	{ "fetch first", HF_LOCKED, "somebody else was faster", "try again" },
	{ "non-fast-forward", HF_LOCKED, "somebody else was faster", "try again" },
	{ "failed to update ref", HF_LOCKED, "somebody else is writing there", "try again" },
	{ "failed to lock", HF_LOCKED, "somebody else is writing there", "try again" },
	{ "cannot lock ref", HF_LOCKED, "somebody else is writing there", "try again" },
	{ "Unable to create '", HF_LOCKED, "somebody else is writing there", "try again" },
	{ "Permission denied (", HF_DENIED, "it does not let you in", "is your ssh key loaded (ssh-add -l), and known there?" },
	{ "Too many authentication failures", HF_DENIED, "it does not let you in",
	    "is your ssh key loaded (ssh-add -l), and known there?" },
	{ "Authentication failed", HF_DENIED, "it does not let you in",
	    "git's credential helpers keep what it asks for: gitcredentials(7)" },
	{ "could not read Username", HF_DENIED, "it asks for a name and a password",
	    "git's credential helpers keep them: gitcredentials(7)" },
	{ "could not read Password", HF_DENIED, "it asks for a password", "git's credential helpers keep it: gitcredentials(7)" },
	{ "returned error: 401", HF_DENIED, "it does not let you in",
	    "git's credential helpers keep what it asks for: gitcredentials(7)" },
	{ "returned error: 403", HF_DENIED, "it does not let you do that", "ask who runs the server" },
	{ "Permission denied", HF_DENIED, "it does not let you do that", "ask who runs the server" },
	{ "insufficient permission", HF_DENIED, "it does not let you do that", "ask who runs the server" },
	{ "unable to create temporary object directory", HF_DENIED, "it does not let you do that", "ask who runs the server" },
	{ "SSL certificate problem", HF_DENIED, "its certificate is not one that this computer trusts", "ask who runs the server" },
	{ "certificate verification failed", HF_DENIED, "its certificate is not one that this computer trusts",
	    "ask who runs the server" },
	{ "does not match target host name", HF_DENIED, "its certificate is for another name",
	    "look at the address; somebody may be in between" },
	{ "no alternative certificate subject name", HF_DENIED, "its certificate is for another name",
	    "look at the address; somebody may be in between" },
	{ "plaintext credentials", HF_DENIED,
	    "your git leads that address to one with a password in it, which holdfast does not use",
	    "see git config --show-origin --get-regexp 'url\\..*'; git's credential helpers keep a password: gitcredentials(7)" },
	{ "disabled in libcurl", HF_DENIED, "it leads to a way that holdfast does not use", "ask who runs the server" },
	{ "redirects followed", HF_DENIED, "it leads from one address to the next", "ask who runs the server" },
	{ "returned error: 5", HF_SYSTEM, "the server itself failed", "what is here is kept; sync again later" },
	{ "hook declined", HF_DENIED, "a rule of that server refuses it", "ask who runs the server" },
	{ "protected branch", HF_DENIED, "a rule of that server refuses it", "ask who runs the server" },
	{ "branch is currently checked out", HF_BAD, "a folder that somebody works in, not a bare repository",
	    "make one with git init --bare" },
	{ "deny updating", HF_DENIED, "a rule of that server refuses it", "ask who runs the server" },
	{ "remote unpack failed", HF_SYSTEM, "it could not take what was sent", "ask who runs the server" },
	{ "fsck error", HF_NO, "it sends what git itself refuses", "do not use that copy; ask who runs the server" },
	{ "bad object", HF_NO, "it sends what git itself refuses", "do not use that copy; ask who runs the server" },
	{ "transport '", HF_DENIED, "your git leads that address another way, which holdfast does not use",
	    "see git config --show-origin --get-regexp 'url\\..*'" },
	{ "Could not resolve host", HF_SYSTEM, "not reached: no such host, or no network",
	    "what is here is kept; sync again later" },
	{ "Name or service not known", HF_SYSTEM, "not reached: no such host, or no network",
	    "what is here is kept; sync again later" },
	{ "Temporary failure in name resolution", HF_SYSTEM, "not reached: no network", "what is here is kept; sync again later" },
	{ "Connection refused", HF_SYSTEM, "not reached: nothing answers there", "what is here is kept; sync again later" },
	{ "Operation too slow", HF_SYSTEM, "it did not answer in time", "what is here is kept; sync again later" },
	{ "timed out", HF_SYSTEM, "it did not answer in time", "what is here is kept; sync again later" },
	{ "not responding", HF_SYSTEM, "it did not answer in time", "what is here is kept; sync again later" },
	{ "No route to host", HF_SYSTEM, "not reached: no network", "what is here is kept; sync again later" },
	{ "Network is unreachable", HF_SYSTEM, "not reached: no network", "what is here is kept; sync again later" },
	{ "Failed to connect", HF_SYSTEM, "not reached: nothing answers there", "what is here is kept; sync again later" },
	{ "Could not connect", HF_SYSTEM, "not reached: nothing answers there", "what is here is kept; sync again later" },
	{ "TLS connection was non-properly terminated", HF_SYSTEM, "the connection broke",
	    "what is here is kept; sync again later" },
	{ "SSL_read", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "transfer closed with", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "Connection reset", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "Connection closed", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "closed by remote host", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "Broken pipe", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "hung up unexpectedly", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "early EOF", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "unexpected disconnect", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "RPC failed", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "empty reply", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
	{ "Empty reply", HF_SYSTEM, "the connection broke", "what is here is kept; sync again later" },
};

/* The line that tells most: git's first "fatal:" or "error:", else the last one. */
static void
telling(struct hf_buf *out, const char *said)
{
	const char *line = said, *end, *best = said;
	size_t      n = 0;

	for (; *line != '\0'; line = *end == '\0' ? end : end + 1) {
		end = line + strcspn(line, "\r\n");
		if (end == line)
			continue;
		best = line;
		n = (size_t)(end - line);
		if (hf_text_prefix(line, "fatal: ") || hf_text_prefix(line, "error: "))
			break;
	}
	if (hf_text_prefix(best, "fatal: ") || hf_text_prefix(best, "error: ")) {
		best += 7;
		n -= 7;
	}
	hf_text_clean(out, best, n < 200 ? n : 200, false);
}

static bool
fits(enum side side, const char *words, const char *name, const char *said)
{
	const char *at = strstr(said, words);

	if (at == NULL || side == HERE)
		return at != NULL;
	if (side == FOLDER)
		return name[0] == '/';
	while (at > said && at[-1] != '\n' && at[-1] != '\r')
		at--;
	return hf_text_prefix(at, "remote: ");
}

static const struct saying *
find(const char *name, const char *said)
{
	for (size_t i = 0; i < sizeof(of_one_side) / sizeof(of_one_side[0]); i++)
		if (fits(of_one_side[i].side, of_one_side[i].saying.words, name, said))
			return &of_one_side[i].saying;
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++)
		if (strstr(said, sayings[i].words) != NULL)
			return &sayings[i];
	return NULL;
}

enum hf_code
transport_why(struct hf_err *e, const char *name, const char *at, const char *said, int status)
{
	const struct saying *s;
	struct hf_buf        line = HF_BUF_INIT;

	if (strstr(said, "Host key verification failed") != NULL)
		return transport_host_key(e, name, at, strstr(said, "REMOTE HOST IDENTIFICATION HAS CHANGED") != NULL);
	if ((s = find(name, said)) != NULL) {
		hf_fail(e, s->code, "%s: %s", name, s->reason);
		if (s->code == HF_NOTFOUND && name[0] == '/')
			return hf_hint(e,
			    "is its disk connected? what is here is kept; git init --bare FOLDER makes one, sync --to says where");
		return s->hint == NULL ? s->code : hf_hint(e, "%s", s->hint);
	}
	telling(&line, said);
	if (line.len > 0)
		hf_fail(e, HF_SYSTEM, "%s: %s", name, hf_buf_str(&line));
	else
		hf_fail(e, HF_SYSTEM, "%s: git ended with %d and did not say why", name, status);
	hf_buf_clear(&line);
	return HF_SYSTEM;
}
