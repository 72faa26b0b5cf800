/* Verify: the keys of today's members, named before they bite. */
#include <stdio.h>
#include <string.h>

#include "proof.h"

static bool
is(const struct hf_json *row, const char *state)
{
	return strcmp(hf_json_get_str(row, "state"), state) == 0;
}

static enum hf_code
say(struct proof *p, const struct hf_json *row, struct hf_err *e)
{
	const char *fpr = hf_json_get_str(row, "fingerprint"), *name = hf_json_get_str(row, "name"),
		   *on = hf_json_get_str(row, "expires");
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "members/%s.asc", fpr);
	if (is(row, "expiring"))
		return proof_note(
		    p, e, path, "the key of %s expires on %.10s: they renew it, then: holdfast member refresh", name, on);
	if (is(row, "expired"))
		return proof_problem(
		    p, e, path, "the key of %s expired on %.10s: they renew it, then: holdfast member refresh %s", name, on, fpr);
	if (is(row, "revoked"))
		return proof_problem(
		    p, e, path, "the key of %s is revoked: holdfast member remove %s, and they come back with another", name, fpr);
	return HF_OK;
}

enum hf_code
proof_expiry(struct proof *p, const struct hf_json *list, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(list); i++)
		rc = say(p, hf_json_at(list, i), e);
	return rc;
}
