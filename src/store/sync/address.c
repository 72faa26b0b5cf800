/* Addresses of other copies: which we use, and how they are written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"
#include "holdfast/schema.h"
#include "holdfast/text.h"
#include "transport.h"

#define ADDRESS_MAX 1024

static const char host_chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]%";
static const char user_chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+=~";

static bool
only(const char *s, size_t len, const char *chars)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(chars, s[i]) == NULL)
			return false;
	return len > 0;
}

/* "host", "host:22", "[::1]:22" */
static bool
port_ok(const char *host, size_t len)
{
	const char *end = memchr(host, ']', len), *from = end == NULL ? host : end;
	const char *colon = memchr(from, ':', len - (size_t)(from - host));

	return colon == NULL || only(colon + 1, len - (size_t)(colon + 1 - host), "0123456789");
}

/* "user@host", "host:port": what is before the path. */
static bool
host_ok(const char *s, size_t len)
{
	const char *at = memchr(s, '@', len);

	if (at != NULL && (s[0] == '-' || !only(s, (size_t)(at - s), user_chars)))
		return false;
	if (at != NULL) {
		len -= (size_t)(at + 1 - s);
		s = at + 1;
	}
	return len > 0 && s[0] != '-' && only(s, len, host_chars) && port_ok(s, len);
}

static bool
path_ok(const char *s)
{
	return s[0] != '\0' && s[0] != '-' && strstr(s, "/-") == NULL;
}

/* The part after "scheme://". */
static bool
remote_ok(const char *s)
{
	const char *slash = strchr(s, '/');

	return slash != NULL && slash[1] != '\0' && host_ok(s, (size_t)(slash - s)) && path_ok(slash);
}

/* "user@host:path", when no slash is before the colon. */
static bool
is_short(const char *url)
{
	const char *colon = strchr(url, ':'), *slash = strchr(url, '/');

	return colon != NULL && (slash == NULL || colon < slash) && strstr(url, "://") == NULL;
}

/* "word::…" calls a helper program of git's. "ssh://[::1]/x" does not. */
static bool
is_helper(const char *url)
{
	size_t n = strcspn(url, ":");

	return url[n] == ':' && url[n + 1] == ':';
}

/* "name:word@host", or a token for a name. */
bool
transport_holds_secret(const char *url)
{
	const char *mark = strstr(url, "://"), *name = mark == NULL ? url : mark + 3, *at = NULL;
	char        user[ADDRESS_MAX + 1] = "";

	for (size_t i = 0; name[i] != '\0' && name[i] != '/'; i++)
		if (name[i] == '@')
			at = name + i;
	if (at == NULL || at - name > ADDRESS_MAX)
		return at != NULL;
	memcpy(user, name, (size_t)(at - name));
	return strchr(user, ':') != NULL || hf_schema_secret(user, false) != NULL;
}

/* As much of it as can be repeated: people have put passwords before an "@", and tokens behind a "?". */
static size_t
without_secrets(const char *url)
{
	const char *mark = strstr(url, "://"), *name = mark == NULL ? url : mark + 3;
	size_t      n = strcspn(url, "?");

	if (transport_holds_secret(url) || (strchr(name, '@') != NULL && strcspn(name, ":") < strcspn(name, "@")))
		n = (size_t)(name - url);
	return n < 200 ? n : 200;
}

static enum hf_code
no_secret(const char *url, struct hf_err *e)
{
	hf_fail(e, HF_BAD, "%.*s…: a password has no place in an address", (int)without_secrets(url), url);
	return hf_hint(e, "git's credential helpers keep it: gitcredentials(7)");
}

static enum hf_code
no_address(const char *url, const char *why, struct hf_err *e)
{
	size_t n = without_secrets(url);

	hf_fail(e, HF_BAD, "%.*s%s: %s", (int)n, url, url[n] == '\0' ? "" : "…", why);
	return hf_hint(e, "use ssh://host/path, user@host:path, https://host/path, or a folder");
}

static enum hf_code
folder(char **out, const char *path, struct hf_err *e)
{
	if ((*out = realpath(path, NULL)) == NULL) {
		hf_fail_errno(e, errno == ENOENT || errno == ENOTDIR ? HF_NOTFOUND : HF_SYSTEM, errno, "%s", path);
		return hf_hint(e, "look at the address; a folder for it is made with git init --bare FOLDER");
	}
	if (hf_fs_is_dir(*out) && hf_text_is_clean(*out, strlen(*out), false))
		return HF_OK;
	free(*out);
	*out = NULL;
	return hf_fail(e, HF_BAD, "%s: not a folder", path);
}

enum hf_code
transport_address(char **out, const char *url, struct hf_err *e)
{
	size_t len = strlen(url);
	bool   ok;

	*out = NULL;
	if (transport_holds_secret(url))
		return no_secret(url, e);
	if (len == 0 || len > ADDRESS_MAX || !hf_text_is_clean(url, len, false))
		return no_address(url, len == 0 ? "the address is empty" : "no address of another copy", e);
	if (url[0] == '-' || is_helper(url))
		return no_address(url, "no address of another copy", e);
	if (hf_text_prefix(url, "file:///"))
		return folder(out, url + 7, e);
	if (strstr(url, "://") == NULL && !is_short(url))
		return folder(out, url, e);
	if (hf_text_prefix(url, "https://"))
		ok = remote_ok(url + 8) && strpbrk(url, "?#") == NULL;
	else if (hf_text_prefix(url, "ssh://"))
		ok = remote_ok(url + 6);
	else if (is_short(url))
		ok = host_ok(url, strcspn(url, ":")) && path_ok(strchr(url, ':') + 1);
	else
		return no_address(url, "holdfast does not use that way", e);
	if (!ok)
		return no_address(url, "no address of another copy", e);
	return (*out = strdup(url)) == NULL ? hf_nomem(e) : HF_OK;
}
