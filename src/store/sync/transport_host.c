/* A server that ssh does not know, or knows otherwise: what to type, written out for that address. */
#include <string.h>

#include "holdfast/text.h"
#include "transport.h"

/* Of an address. */
struct part {
	int         len;
	const char *s;
};

/* "user@", "host" and "22"; the brackets of "[::1]" are the address's, not ssh's. */
static void
ssh_parts(struct part *user, struct part *host, struct part *port, const char *at)
{
	bool        url = hf_text_prefix(at, "ssh://");
	const char *s = url ? at + 6 : at, *end = s + strcspn(s, "/"), *mark;

	*user = *port = (struct part){ 0, s };
	if ((mark = memchr(s, '@', (size_t)(end - s))) != NULL) {
		user->len = (int)(mark + 1 - s);
		s = mark + 1;
	}
	if (s[0] == '[' && (mark = memchr(s, ']', (size_t)(end - s))) != NULL) {
		*host = (struct part){ (int)(mark - s) - 1, s + 1 };
		s = mark + 1;
	} else {
		*host = (struct part){ (int)strcspn(s, ":/"), s };
		s += host->len;
	}
	if (url && s < end && s[0] == ':')
		*port = (struct part){ (int)(end - s) - 1, s + 1 };
}

static void
commands(struct hf_buf *connect, struct hf_buf *forget, const char *at)
{
	struct part user, host, port;

	ssh_parts(&user, &host, &port, at);
	hf_buf_adds(connect, "ssh ");
	if (port.len > 0)
		hf_buf_addf(connect, "-p %.*s ", port.len, port.s);
	hf_buf_addf(connect, "%.*s%.*s", user.len, user.s, host.len, host.s);
	hf_buf_adds(forget, "ssh-keygen -R ");
	if (port.len > 0)
		hf_buf_addf(forget, "'[%.*s]:%.*s'", host.len, host.s, port.len, port.s);
	else
		hf_buf_addf(forget, "%.*s", host.len, host.s);
}

enum hf_code
transport_host_key(struct hf_err *e, const char *name, const char *at, bool changed)
{
	struct hf_buf connect = HF_BUF_INIT, forget = HF_BUF_INIT;

	if (at != NULL)
		commands(&connect, &forget, at);
	if (changed) {
		hf_fail(e, HF_DENIED, "%s: its host key has changed; somebody may be in between", name);
		hf_hint(e, "ask who runs the server; only when they confirm the new key: %s, then once: %s",
		    forget.len > 0 ? hf_buf_str(&forget) : "ssh-keygen -R HOST",
		    connect.len > 0 ? hf_buf_str(&connect) : "ssh HOST");
	} else {
		hf_fail(e, HF_DENIED, "%s: its host key is not known here", name);
		hf_hint(e, "connect once: %s, and compare the fingerprint it shows with what who runs the server says",
		    connect.len > 0 ? hf_buf_str(&connect) : "ssh HOST");
	}
	hf_buf_clear(&connect);
	hf_buf_clear(&forget);
	return HF_DENIED;
}
