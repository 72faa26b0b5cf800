/* Verify: a record that both sides of a merge had changed. A field that one side changed is as that side has it, one that both changed as either has it. */
#include <string.h>

#include "proof.h"

enum { BASE, OURS, THEIRS, MERGED, SIDES };

static bool
equal(const struct hf_json *a, const struct hf_json *b)
{
	return a == NULL || b == NULL ? a == b : hf_json_equal(a, b);
}

/* Every item is of a side: lists that both changed are put together of both. */
static bool
is_put_together(const struct hf_json *list, const struct hf_json *a, const struct hf_json *b)
{
	for (size_t i = 0; i < hf_json_len(list); i++) {
		bool found = false;

		for (size_t k = 0; !found && k < hf_json_len(a); k++)
			found = hf_json_equal(hf_json_at(list, i), hf_json_at(a, k));
		for (size_t k = 0; !found && k < hf_json_len(b); k++)
			found = hf_json_equal(hf_json_at(list, i), hf_json_at(b, k));
		if (!found)
			return false;
	}
	return true;
}

static bool
fits(const struct text text[SIDES], const char *key)
{
	const struct hf_json *v[SIDES];
	bool                  list;

	for (int i = 0; i < SIDES; i++)
		v[i] = hf_json_get(text[i].json, key);
	/* Removed on one side: what the other wrote stays. */
	if (text[OURS].json == NULL || text[THEIRS].json == NULL)
		return equal(v[MERGED], text[OURS].json == NULL ? v[THEIRS] : v[OURS]);
	if (equal(v[OURS], v[BASE]))
		return equal(v[MERGED], v[THEIRS]);
	if (equal(v[THEIRS], v[BASE]) || equal(v[OURS], v[THEIRS]))
		return equal(v[MERGED], v[OURS]);
	list = hf_json_is(v[OURS], HF_JSON_ARRAY) || hf_json_is(v[THEIRS], HF_JSON_ARRAY);
	return equal(v[MERGED], v[OURS]) || equal(v[MERGED], v[THEIRS]) || (list && is_put_together(v[MERGED], v[OURS], v[THEIRS]));
}

bool
proof_merged(const struct text text[SIDES])
{
	struct hf_json *value;
	const char     *key;

	for (int i = 0; i < SIDES; i++)
		for (void *it = NULL; hf_json_next(text[i].json, &it, &key, &value);)
			if (strcmp(key, "version") != 0 && !fits(text, key))
				return false;
	return true;
}
