/* Confirm: is what the register says still right? */
#include <stdio.h>
#include <string.h>

#include "run_impl.h"

const char *
confirm_name(const struct hf_step *s, const char *word)
{
	const char *found = NULL, *dot;

	for (size_t k = 0; k < s->confirm.n; k++) {
		if (strcmp(s->confirm.v[k], word) == 0)
			return s->confirm.v[k];
		dot = strrchr(s->confirm.v[k], '.');
		if (dot == NULL || strcmp(dot + 1, word) != 0)
			continue;
		if (found != NULL)
			return NULL; /* of two records: the whole name is wanted */
		found = s->confirm.v[k];
	}
	return found;
}

enum hf_code
confirm_at(char id[HF_ID_SIZE], const char **field, const struct hf_run *run, const struct hf_instance *i, const char *name,
    struct hf_err *e)
{
	const char     *dot = strrchr(name, '.');
	struct hf_json *v = NULL;
	char            path[128];
	enum hf_code    rc;

	*field = dot == NULL ? "" : dot + 1;
	snprintf(path, sizeof(path), "%.*s", dot == NULL ? 0 : (int)(dot - name), name);
	if ((rc = hf_run_path(&v, run, i, path, e)) != HF_OK)
		return rc;
	if (hf_json_str(v) == NULL || !hf_id_valid(hf_json_str(v)))
		rc = hf_fail(e, HF_BAD, "%s: no record is known there", name);
	else
		snprintf(id, HF_ID_SIZE, "%s", hf_json_str(v));
	hf_json_free(v);
	return rc;
}

enum hf_code
confirm_values(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	const struct hf_names *list = &i->step->confirm;
	struct hf_json        *o = NULL, *v = NULL;
	enum hf_code           rc;

	*out = NULL;
	for (size_t k = 0; k < list->n; k++) {
		if (hf_json_get(i->values, list->v[k]) != NULL)
			continue;
		if ((rc = hf_run_path(&v, run, i, list->v[k], e)) != HF_OK)
			goto fail;
		if (o == NULL)
			o = hf_json_object();
		if (hf_json_set(o, list->v[k], v != NULL ? v : hf_json_null()) != 0) {
			rc = hf_nomem(e);
			goto fail;
		}
		v = NULL;
	}
	*out = o;
	return HF_OK;
fail:
	hf_json_free(o);
	return rc;
}
