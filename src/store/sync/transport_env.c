/* What git, its ssh and its helpers find in their environment. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "transport.h"

static const char ssh_opts[] = " -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10 -o ServerAliveInterval=5"
			       " -o ServerAliveCountMax=3";

/* Of git's own variables, those that say how to get there; none that say where the repository is, or what to obey. */
static const char *const kept[] = { "GIT_SSH=", "GIT_SSH_VARIANT=", "GIT_ASKPASS=", "GIT_PROXY_COMMAND=", "GIT_SSL_CAINFO=",
	"GIT_SSL_CAPATH=", "GIT_SSL_CERT=", "GIT_SSL_KEY=", "GIT_PROXY_SSL_",
	"GIT_HTTP_PROXY_AUTHMETHOD=", "GIT_CONFIG_GLOBAL=", "GIT_CONFIG_SYSTEM=", "GIT_CONFIG_NOSYSTEM=", "GIT_SSH_COMMAND=" };

static const char *const added[] = { "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_REPLACE_OBJECTS=1",
	"GIT_ALLOW_PROTOCOL=file:https:ssh", "GIT_PROTOCOL_FROM_USER=0", "GIT_OPTIONAL_LOCKS=0", "GCM_INTERACTIVE=never" };

/* Settings of the server alone, as GIT_CONFIG_KEY_n: what the user set for it would count more than what git is told of all servers. */
static const struct {
	const char *key, *value;
} https[] = { { "sslVerify", "true" }, { "followRedirects", "initial" }, { "lowSpeedLimit", "1" }, { "lowSpeedTime", NULL } };

#define N_ADDED (sizeof(added) / sizeof(added[0]))
#define N_HTTPS (sizeof(https) / sizeof(https[0]))
#define ROOM    (4 * N_HTTPS + 3)

static bool
is_kept(const char *entry)
{
	if (hf_text_prefix(entry, "LC_ALL=") || hf_text_prefix(entry, "LANGUAGE=") || hf_text_prefix(entry, "GCM_INTERACTIVE="))
		return false;
	if (!hf_text_prefix(entry, "GIT_"))
		return true;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (hf_text_prefix(entry, kept[i]))
			return true;
	return false;
}

enum hf_code
transport_env(char ***out, char *const *from, struct hf_err *e)
{
	size_t n = 0, at = 0;

	while (from != NULL && from[n] != NULL)
		n++;
	if ((*out = calloc(n + N_ADDED + ROOM, sizeof(**out))) == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < n + N_ADDED; i++) {
		const char *entry = i < n ? from[i] : added[i - n];

		if ((i >= n || is_kept(entry)) && ((*out)[at++] = strdup(entry)) == NULL)
			return hf_nomem(e);
	}
	return HF_OK;
}

static const char *
value_of(char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; env[i] != NULL; i++)
		if (strncmp(env[i], name, n) == 0 && env[i][n] == '=' && env[i][n + 1] != '\0')
			return env[i] + n + 1;
	return NULL;
}

static enum hf_code put(char **env, struct hf_err *e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* "NAME=value", in the place of the old one. */
static enum hf_code
put(char **env, struct hf_err *e, const char *fmt, ...)
{
	struct hf_buf entry = HF_BUF_INIT;
	va_list       ap;
	char         *text;
	size_t        n, i;

	va_start(ap, fmt);
	hf_buf_addv(&entry, fmt, ap);
	va_end(ap);
	if ((text = hf_buf_steal(&entry)) == NULL)
		return hf_nomem(e);
	n = strcspn(text, "=") + 1;
	for (i = 0; env[i] != NULL; i++)
		if (strncmp(env[i], text, n) == 0)
			break;
	free(env[i]);
	env[i] = text;
	return HF_OK;
}

/* ---- ssh ---- */

/* 'it''s' as the shell that git starts for it reads it. */
static void
quote(struct hf_buf *b, const char *s)
{
	hf_buf_addc(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			hf_buf_adds(b, "'\\''");
		else
			hf_buf_addc(b, *s);
	}
	hf_buf_addc(b, '\'');
}

/*
 * The user's own command with our options. Of an option given twice ssh takes the first: so ours stand at the front where we know that it is ssh, and
 * else at the end. PuTTY's programs have other options; their -batch is for the user to give.
 */
static void
ssh_with(struct hf_buf *b, const char *command)
{
	size_t      n = strcspn(command, " \t");
	const char *base = command + n;

	while (base > command && base[-1] != '/')
		base--;
	if (strstr(command, "plink") != NULL)
		hf_buf_adds(b, command);
	else if ((size_t)(command + n - base) == 3 && strncmp(base, "ssh", 3) == 0)
		hf_buf_addf(b, "%.*s%s%s", (int)n, command, ssh_opts, command + n);
	else
		hf_buf_addf(b, "%s%s", command, ssh_opts);
}

enum hf_code
transport_env_ssh(char **env, const char *configured, struct hf_err *e)
{
	const char   *command = value_of(env, "GIT_SSH_COMMAND"), *program = value_of(env, "GIT_SSH");
	struct hf_buf b = HF_BUF_INIT, quoted = HF_BUF_INIT;
	enum hf_code  rc;

	if (command == NULL && configured[0] != '\0')
		command = configured;
	if (command == NULL && program != NULL) {
		quote(&quoted, program);
		command = hf_buf_str(&quoted);
	}
	ssh_with(&b, command == NULL ? "ssh" : command);
	if ((rc = hf_buf_check(&b, e)) == HF_OK)
		rc = put(env, e, "GIT_SSH_COMMAND=%s", hf_buf_str(&b));
	hf_buf_clear(&quoted);
	hf_buf_clear(&b);
	return rc;
}

/* ---- https ---- */

enum hf_code
transport_env_https(char **env, const char *const *urls, size_t n, unsigned seconds, struct hf_err *e)
{
	char         limit[16];
	enum hf_code rc = put(env, e, "GIT_CONFIG_COUNT=%zu", n * N_HTTPS);

	snprintf(limit, sizeof(limit), "%u", seconds);
	for (size_t i = 0; i < n * N_HTTPS && rc == HF_OK; i++) {
		size_t k = i % N_HTTPS;

		if ((rc = put(env, e, "GIT_CONFIG_KEY_%zu=http.%s.%s", i, urls[i / N_HTTPS], https[k].key)) == HF_OK)
			rc = put(env, e, "GIT_CONFIG_VALUE_%zu=%s", i, https[k].value == NULL ? limit : https[k].value);
	}
	return rc;
}
