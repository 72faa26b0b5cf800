/* Verify: a record that both sides of a merge had changed. */
#include <string.h>

#include "proof.h"

enum { OURS = 1, THEIRS = 2, MERGED = 3 };

static bool
from_a_side(const struct text text[4], const char *key, const struct hf_json *value)
{
	return hf_json_equal(value, hf_json_get(text[OURS].json, key)) || hf_json_equal(value, hf_json_get(text[THEIRS].json, key));
}

/* A value that neither side wrote was slipped in. Lists are put together of both. */
enum hf_code
proof_merged(
    bool *out, struct proof *p, const struct hf_oid commit[3], const char *path, const struct text text[4], struct hf_err *e)
{
	struct hf_json *value;
	const char     *key;

	(void)p;
	(void)commit;
	(void)path;
	(void)e;
	*out = true;
	for (void *it = NULL; hf_json_next(text[MERGED].json, &it, &key, &value);)
		if (strcmp(key, "version") != 0 && !hf_json_is(value, HF_JSON_ARRAY) && !from_a_side(text, key, value))
			*out = false;
	return HF_OK;
}
