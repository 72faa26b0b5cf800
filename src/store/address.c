/* Addresses of other copies: which we use, and how they are written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/fs.h"
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
	return len > 0 && s[0] != '-' && only(s, len, host_chars);
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

static enum hf_code
no_address(const char *url, const char *why, struct hf_err *e)
{
	hf_fail(e, HF_BAD, "%.200s: %s", url, why);
	return hf_hint(e, "use ssh://host/path, user@host:path, https://host/path, or a folder");
}

static enum hf_code
folder(char **out, const char *path, struct hf_err *e)
{
	if ((*out = realpath(path, NULL)) == NULL)
		return hf_fail_errno(e, errno == ENOENT || errno == ENOTDIR ? HF_NOTFOUND : HF_SYSTEM, errno, "%s", path);
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
	if (len == 0 || len > ADDRESS_MAX || !hf_text_is_clean(url, len, false))
		return no_address(url, len == 0 ? "the address is empty" : "no address of another copy", e);
	if (url[0] == '-' || strstr(url, "::") != NULL)
		return no_address(url, "no address of another copy", e);
	if (hf_text_prefix(url, "file:///"))
		return folder(out, url + 7, e);
	if (strstr(url, "://") == NULL && !is_short(url))
		return folder(out, url, e);
	if (hf_text_prefix(url, "https://"))
		ok = remote_ok(url + 8);
	else if (hf_text_prefix(url, "ssh://"))
		ok = remote_ok(url + 6);
	else if (is_short(url))
		ok = host_ok(url, strcspn(url, ":")) && path_ok(strchr(url, ':') + 1);
	else
		return no_address(url, "holdfast does not use that way", e);
	if (!ok)
		return no_address(url, "no address of another copy", e);
	if (hf_text_prefix(url, "https://") && memchr(url + 8, ':', strcspn(url + 8, "/")) != NULL &&
	    memchr(url + 8, '@', strcspn(url + 8, "/")) != NULL)
		return no_address("https://…", "a password has no place in an address; git's credential helpers keep it", e);
	return (*out = strdup(url)) == NULL ? hf_nomem(e) : HF_OK;
}
