/* Who the members are. */
#include <stdlib.h>
#include <string.h>

#include "holdfast/share.h"
#include "member_change.h"

#define SOON (30 * HF_DAY)

static const char *
state_of(const struct hf_key *k, int64_t now)
{
	if (k->revoked)
		return "revoked";
	if (k->expired || (k->expires != 0 && k->expires <= now))
		return "expired";
	return k->expires != 0 && k->expires - now <= SOON ? "expiring" : "good";
}

static enum hf_code
add_row(struct hf_json *list, struct hf_register *r, const struct hf_member *m, struct hf_err *e)
{
	struct hf_json *row = hf_json_object(), *ids = NULL, *person;
	struct hf_buf   name = HF_BUF_INIT;
	struct hf_key   key;
	enum hf_code    rc;

	if ((rc = hf_vault_member(&key, r->vault, m->fpr, e)) != HF_OK || (rc = member_persons(&ids, r, m->fpr, e)) != HF_OK)
		goto done;
	hf_register_who(&name, r, m->fpr);
	person = hf_json_len(ids) == 0 ? hf_json_null() : hf_json_ref(hf_json_at(ids, 0));
	if (hf_json_set(row, "person", person) != 0 || hf_json_set(row, "fingerprint", hf_json_string(m->fpr)) != 0 ||
	    hf_json_set(row, "roles", member_roles(m)) != 0 || hf_json_set(row, "name", hf_json_string(hf_buf_str(&name))) != 0 ||
	    hf_json_set(row, "added", hf_json_string(m->added)) != 0 ||
	    hf_json_set(row, "added_by", hf_json_string(m->added_by)) != 0 ||
	    hf_json_set(row, "expires", hf_json_time(key.expires)) != 0 ||
	    hf_json_set(row, "state", hf_json_string(state_of(&key, hf_time_now()))) != 0 ||
	    hf_json_push(list, hf_json_ref(row)) != 0)
		rc = hf_nomem(e);
done:
	hf_buf_clear(&name);
	hf_json_free(ids);
	hf_json_free(row);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	const struct hf_json *const *x = a, *const *y = b;

	return strcmp(hf_json_get_str(*x, "name"), hf_json_get_str(*y, "name"));
}

static enum hf_code
sorted(struct hf_json **out, const struct hf_json *list, struct hf_err *e)
{
	size_t           n = hf_json_len(list);
	struct hf_json **rows = calloc(n + 1, sizeof(struct hf_json *));
	enum hf_code     rc = HF_OK;

	if (rows == NULL)
		return hf_nomem(e);
	for (size_t i = 0; i < n; i++)
		rows[i] = hf_json_at(list, i);
	qsort(rows, n, sizeof(rows[0]), by_name);
	*out = hf_json_array();
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		if (hf_json_push(*out, hf_json_ref(rows[i])) != 0)
			rc = hf_nomem(e);
	free(rows);
	return rc;
}

enum hf_code
hf_member_list(struct hf_json **out, struct hf_register *r, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();
	enum hf_code    rc;

	*out = NULL;
	rc = list == NULL ? hf_nomem(e) : register_members(r, e);
	for (size_t i = 0; rc == HF_OK && i < r->members.n; i++)
		rc = add_row(list, r, &r->members.list[i], e);
	if (rc == HF_OK)
		rc = sorted(out, list, e);
	hf_json_free(list);
	return rc;
}
