/* help KIND: the fields of a kind, from the schema. */
#include "help.h"
#include "holdfast/schema.h"

static struct hf_json *
json_field(const struct hf_field *f)
{
	struct hf_json *j = hf_json_object();
	char            words[512];

	if (j != NULL && hf_json_set(j, "name", hf_json_string(f->name)) == 0 &&
	    hf_json_set(j, "help", hf_json_string(f->help)) == 0 &&
	    hf_json_set(j, "type", hf_json_string(hf_field_words(words, sizeof(words), f))) == 0 &&
	    hf_json_set(j, "required", hf_json_bool((f->flags & HF_FIELD_REQUIRED) != 0)) == 0 &&
	    hf_json_set(j, "list", hf_json_bool((f->flags & HF_FIELD_LIST) != 0)) == 0 &&
	    hf_json_set(j, "by_hand", hf_json_bool((f->flags & HF_FIELD_SET) == 0)) == 0)
		return j;
	hf_json_free(j);
	return NULL;
}

static struct hf_json *
json_kind(const struct hf_kind *k)
{
	struct hf_json *j = hf_json_object(), *list = hf_json_array();
	bool            bad = list == NULL;

	for (size_t i = 0; !bad && i < k->n_fields; i++)
		bad = hf_json_push(list, json_field(&k->fields[i])) != 0;
	if (j != NULL && !bad && hf_json_set(j, "kind", hf_json_string(k->name)) == 0 &&
	    hf_json_set(j, "help", hf_json_string(k->help)) == 0 && hf_json_set(j, "fields", hf_json_ref(list)) == 0) {
		hf_json_free(list);
		return j;
	}
	hf_json_free(list);
	hf_json_free(j);
	return NULL;
}

static void
put_group(struct out *o, const struct hf_kind *k, const char *heading, unsigned flag, unsigned want)
{
	char words[512];
	bool any = false;

	for (size_t i = 0; i < k->n_fields; i++) {
		const struct hf_field *f = &k->fields[i];

		if ((f->flags & flag) != want)
			continue;
		if (!any)
			put_heading(o, "%s", heading);
		any = true;
		put(o, OUT_BOLD, "  %s", f->name);
		put(o, OUT_PLAIN, ": ");
		put_line(o, OUT_PLAIN, "%s", f->help);
		put_line(o, OUT_DIM, "      %s", hf_field_words(words, sizeof(words), f));
	}
}

static void
render(struct out *o, const struct hf_json *data, void *arg)
{
	const struct hf_kind *k = arg;

	(void)data;
	put_line(o, OUT_PLAIN, "%s: %s", k->name, k->help);
	put_group(o, k, "Needed", HF_FIELD_REQUIRED | HF_FIELD_SET, HF_FIELD_REQUIRED);
	put_group(o, k, "Fields", HF_FIELD_REQUIRED | HF_FIELD_SET, 0);
	put_group(o, k, "Set by holdfast", HF_FIELD_SET, HF_FIELD_SET);
	put_line(o, OUT_PLAIN, "%s", "");
	put_line(o, OUT_PLAIN, "holdfast add %s FIELD=VALUE...; holdfast-register(5) says more.", k->name);
}

bool
help_kind(struct app *app, const char *word)
{
	const struct hf_kind *k = hf_schema_kind(word);
	struct hf_json       *data;

	if (k == NULL)
		return false;
	data = json_kind(k);
	out_paged(app->out);
	out_view(app->out, data, render, (void *)(uintptr_t)k);
	hf_json_free(data);
	return true;
}
