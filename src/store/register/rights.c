#include "rights.h"

#include <string.h>

#include "audience.h"

bool
rights_path(unsigned roles, enum path_kind kind, enum write_kind what)
{
	bool kept = kind == PATH_ENTRY || kind == PATH_BLOB;

	if (kind == PATH_BAD || kind == PATH_META)
		return false;
	if (kind == PATH_MEMBER || kind == PATH_KEY)
		return (roles & HF_ROLE_ADMIN) != 0;
	switch (what) {
	case WRITE_ADD:
		return roles != 0 && (kind != PATH_BLOB || (roles & ~HF_ROLE_AUDITOR) != 0);
	case WRITE_REPLACE:
		return !kept && (roles & (HF_ROLE_ADMIN | HF_ROLE_RESPONDER | HF_ROLE_OWNER)) != 0;
	case WRITE_RECRYPT:
		return (roles & (HF_ROLE_ADMIN | HF_ROLE_RESPONDER)) != 0;
	case WRITE_REMOVE:
		return !kept && (roles & (HF_ROLE_ADMIN | HF_ROLE_RESPONDER)) != 0;
	}
	return false;
}

static bool
is(const struct hf_json *j, const char *key, const char *value)
{
	const char *v = hf_json_get_str(j, key);

	return v != NULL && strcmp(v, value) == 0;
}

/* "change account x:agency" */
static void
say_what(struct hf_buf *why, struct hf_register *r, const struct hf_json *before, const struct hf_json *after)
{
	const struct hf_json *j = before != NULL ? before : after;
	const char           *kind = hf_json_get_str(j, "kind"), *id = hf_json_get_str(j, "id");

	if (kind == NULL) {
		hf_buf_addf(why, "write a \"%s\" entry", hf_json_text(j, "type"));
		return;
	}
	if (before == NULL) {
		hf_buf_addf(why, "add %s %s", strchr("aeio", kind[0]) != NULL ? "an" : "a", kind);
		return;
	}
	hf_buf_addf(why, "%s %s ", after == NULL ? "remove" : "change", kind);
	hf_register_ref(why, r, id == NULL ? "" : id);
}

static void
say_roles(struct hf_buf *why, unsigned roles)
{
	struct hf_buf words = HF_BUF_INIT;

	hf_role_words(&words, roles);
	hf_buf_addf(why, ": your role is %s", hf_buf_str(&words));
	hf_buf_clear(&words);
}

/* Own accounts and what hangs on them, before and after: an owner gives nothing away and takes nothing over. */
static enum hf_code
owner_may(bool *out, struct hf_register *r, const struct hf_member *who, const struct hf_json *before, const struct hf_json *after,
    struct hf_err *e)
{
	enum hf_code rc;

	*out = before == NULL && after != NULL;
	if (before == NULL || after == NULL)
		return HF_OK;
	if ((rc = audience_owns(out, r, who->fpr, before, e)) != HF_OK || !*out)
		return rc;
	return audience_owns(out, r, who->fpr, after, e);
}

static bool
auditor_may(const struct hf_json *before, const struct hf_json *after)
{
	return before == NULL && after != NULL && (is(after, "kind", "attestation") || is(after, "type", "note"));
}

enum hf_code
rights_content(bool *out, struct hf_buf *why, struct hf_register *r, const struct hf_member *who, const struct hf_json *before,
    const struct hf_json *after, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	*out = (who->roles & (HF_ROLE_ADMIN | HF_ROLE_RESPONDER)) != 0;
	if (!*out && (who->roles & HF_ROLE_OWNER) && (rc = owner_may(out, r, who, before, after, e)) != HF_OK)
		return rc;
	if (!*out && (who->roles & HF_ROLE_AUDITOR))
		*out = auditor_may(before, after);
	if (*out)
		return HF_OK;
	say_what(why, r, before, after);
	say_roles(why, who->roles);
	return hf_buf_check(why, e);
}
