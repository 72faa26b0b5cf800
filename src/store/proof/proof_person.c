/* Verify: an entry names the person whose key wrote it, and an approval counts by that. It is who the register said it was, before the commit. */
#include <string.h>

#include "proof.h"

static enum hf_code
say(struct proof *p, const struct change_of *c, struct hf_err *e)
{
	return proof_problem(p, e, c->deed->oid.hex, "%s: it says that somebody wrote it whose key it was not", c->path);
}

/* *key: that of the person's record as it lay in that blob, NULL when none or not to be read here. Many entries are by one person: it is remembered. */
static enum hf_code
key_in(const struct hf_json **key, struct proof *p, const char *path, const struct hf_oid *blob, struct hf_err *e)
{
	struct text     t = { .state = TEXT_NONE };
	struct hf_json *found;
	const char     *fpr;
	enum hf_code    rc;

	if ((*key = hf_json_get(p->persons, blob->hex)) != NULL)
		return HF_OK;
	if ((rc = proof_text(&t, p, path, blob, e)) != HF_OK)
		return rc;
	fpr = hf_json_get_str(t.json, "key_fpr");
	found = t.state == TEXT_PLAIN ? hf_json_string(fpr == NULL ? "" : fpr) : hf_json_null();
	text_clear(&t);
	if (hf_json_set(p->persons, blob->hex, found) != 0)
		return hf_nomem(e);
	*key = hf_json_get(p->persons, blob->hex);
	return HF_OK;
}

enum hf_code
proof_person(struct proof *p, const struct change_of *c, const struct hf_json *entry, struct hf_err *e)
{
	const char           *person = hf_json_get_str(entry, "by_person");
	const struct hf_json *key;
	struct hf_oid         blob;
	char                  path[PATH_SIZE];
	enum hf_code          rc;

	if (hf_json_get(entry, "by_person") == NULL)
		return HF_OK;
	if (person == NULL || !hf_id_valid(person))
		return say(p, c, e);
	path_record(path, person);
	if ((rc = hf_repo_lookup(&blob, p->r->repo, &c->deed->before, path, e)) == HF_NOTFOUND)
		return say(p, c, e);
	if (rc != HF_OK || (rc = key_in(&key, p, path, &blob, e)) != HF_OK)
		return rc;
	return hf_json_str(key) != NULL && strcmp(hf_json_str(key), c->deed->who.fpr) != 0 ? say(p, c, e) : HF_OK;
}
