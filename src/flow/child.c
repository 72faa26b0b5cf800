/* Books that a run began: beside it, or in its place. */
#include <string.h>

#include "run_impl.h"

/* The run ended with the entry that began them. */
static bool
instead(const struct hf_run *run, const struct hf_json *entry)
{
	const struct hf_instance *i = run_instance_of(run, entry);

	for (size_t k = 0; i != NULL && k < hf_json_len(run->entries); k++) {
		const struct hf_json *close = hf_json_at(run->entries, k);
		const char           *after = hf_json_get_str(close, "after"), *type = hf_json_get_str(close, "type");

		if (type != NULL && strcmp(type, "close") == 0 && after != NULL && strcmp(after, i->number) == 0)
			return true;
	}
	return false;
}

static int
add_child(struct hf_json *list, const struct hf_run *run, const struct hf_json *entry, const struct hf_json *head)
{
	static const char *const  keys[] = { "run", "playbook", "title", "subject", "ref", "state", "drill", "started_at" };
	const struct hf_instance *i = run_instance_of(run, entry);
	struct hf_json           *o = hf_json_object();
	int                       bad = 0;

	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		bad |= hf_json_set(o, keys[k], hf_json_ref(hf_json_get(head, keys[k])));
	bad |= hf_json_set(o, "step", i == NULL ? hf_json_null() : hf_json_string(i->number));
	bad |= hf_json_set(o, "instead", hf_json_bool(instead(run, entry)));
	if (!bad)
		return hf_json_push(list, o);
	hf_json_free(o);
	return -1;
}

static int
children_of(struct hf_json *list, const struct hf_run *run, const struct hf_json *entry, const struct hf_json *heads)
{
	const struct hf_json *ids = hf_json_get(entry, "started");
	int                   bad = 0;

	for (size_t k = 0; k < hf_json_len(ids); k++)
		for (size_t h = 0; h < hf_json_len(heads); h++)
			if (strcmp(hf_json_get_str(hf_json_at(heads, h), "run"), hf_json_str(hf_json_at(ids, k))) == 0)
				bad |= add_child(list, run, entry, hf_json_at(heads, h));
	return bad;
}

enum hf_code
hf_run_children(struct hf_json **out, const struct hf_run *run, struct hf_err *e)
{
	struct hf_json *list = hf_json_array(), *heads = NULL;
	enum hf_code    rc = list == NULL ? hf_nomem(e) : HF_OK;

	*out = NULL;
	for (size_t k = 0; rc == HF_OK && k < hf_json_len(run->entries); k++) {
		const struct hf_json *entry = hf_json_at(run->entries, k);

		if (hf_json_len(hf_json_get(entry, "started")) == 0)
			continue;
		if (heads == NULL)
			rc = hf_run_list_heads(&heads, run->r, e);
		if (rc == HF_OK && children_of(list, run, entry, heads) != 0)
			rc = hf_nomem(e);
	}
	hf_json_free(heads);
	if (rc != HF_OK) {
		hf_json_free(list);
		return rc;
	}
	*out = list;
	return HF_OK;
}
