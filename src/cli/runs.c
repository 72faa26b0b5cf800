#include "runs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdfast/evidence.h"
#include "holdfast/fs.h"
#include "holdfast/text.h"
#include "holdfast/time.h"
#include "holdfast/zone.h"
#include "ref.h"

enum hf_code
runs_pick(char id[HF_ID_SIZE], struct app *app, const char *ref, struct hf_err *e)
{
	struct hf_json *several = NULL;
	enum hf_code    rc;

	rc = hf_run_resolve(id, &several, app->reg, ref, e);
	if (rc == HF_AMBIGUOUS && several != NULL)
		rc = ref_choose(app, id, several, ref == NULL ? "run" : ref, e);
	hf_json_free(several);
	return rc;
}

enum hf_code
runs_open(struct hf_run **out, struct app *app, const char *ref, struct hf_err *e)
{
	char         id[HF_ID_SIZE];
	enum hf_code rc;

	*out = NULL;
	if ((rc = runs_pick(id, app, ref, e)) != HF_OK)
		return rc;
	return hf_run_open(out, app->reg, app->shelf, id, e);
}

enum hf_code
runs_moment(int64_t *at, bool *about, int *offset, struct app *app, const char *word, struct hf_err *e)
{
	const char      *zone = hf_register_zone(app->reg);
	struct hf_offset there;
	int64_t          ignored;
	enum hf_code     rc;

	*at = 0;
	*about = false;
	*offset = 0;
	if (word == NULL)
		return HF_OK;
	if ((rc = hf_time_human(at, about, word, zone, hf_register_now(app->reg), HF_WHEN_BEFORE, e)) != HF_OK)
		return hf_fail_in(e, "--at");
	if (hf_time_parse(&ignored, offset, word, NULL) != HF_OK && hf_zone_at(&there, zone, *at))
		*offset = there.seconds / 60;
	return HF_OK;
}

enum hf_code
runs_act(struct hf_act *act, char for_id[HF_ID_SIZE], struct app *app, const struct args *a, const char *has, struct hf_err *e)
{
	const char  *who = strchr(has, 'f') == NULL ? NULL : opt_str(a, "for");
	enum hf_code rc;

	if (strchr(has, 'a') != NULL && (rc = runs_moment(&act->at, &act->about, &act->offset, app, opt_str(a, "at"), e)) != HF_OK)
		return rc;
	if (strchr(has, 'r') != NULL)
		act->acting_as = opt_str(a, "as-role");
	if (who == NULL)
		return HF_OK;
	if ((rc = ref_pick(for_id, app, "person", who, e)) != HF_OK)
		return hf_fail_in(e, "--for");
	act->on_behalf = for_id;
	return HF_OK;
}

const char *
runs_kept_secret(const struct hf_run *run)
{
	const struct hf_json *entries = hf_run_entries(run);

	return hf_json_get_str(hf_json_at(entries, hf_json_len(entries) - 1), "looks_like");
}

enum hf_code
runs_who(struct hf_start *s, char for_id[HF_ID_SIZE], struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_act act = { .step = NULL };
	enum hf_code  rc = runs_act(&act, for_id, app, a, "fr", e);

	s->acting_as = act.acting_as;
	s->on_behalf = act.on_behalf;
	return rc;
}

enum hf_code
runs_values(struct hf_json **out, const char *const *words, size_t n, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();
	enum hf_code    rc = o == NULL ? hf_nomem(e) : HF_OK;

	*out = NULL;
	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		const char *eq = strchr(words[i], '=');
		char       *name;

		if (eq == NULL || eq == words[i]) {
			hf_fail(e, HF_USAGE, "'%s': name=value is wanted", words[i]);
			rc = hf_hint(e, "write seen_where=\"on the profile page\": with quotes around blanks");
			break;
		}
		if ((name = strndup(words[i], (size_t)(eq - words[i]))) == NULL)
			rc = hf_nomem(e);
		else if (hf_json_get(o, name) != NULL)
			rc = hf_fail(e, HF_USAGE, "%s: given twice", name);
		else if (hf_json_set(o, name, hf_json_string(eq + 1)) != 0)
			rc = hf_fail(e, HF_BAD, "%s: it is not UTF-8", hf_text_is_utf8(name, strlen(name)) ? name : "a name");
		free(name);
	}
	if (rc != HF_OK) {
		hf_json_free(o);
		return rc;
	}
	*out = o;
	return HF_OK;
}

struct hf_json *
runs_where(const struct hf_run *run)
{
	const struct hf_instance *next = hf_run_next(run);
	struct hf_json           *o = hf_json_object();

	if (hf_json_set(o, "run", hf_json_string(hf_run_id(run))) != 0 ||
	    hf_json_set(o, "step", next == NULL ? hf_json_null() : hf_json_string(next->number)) != 0) {
		hf_json_free(o);
		return NULL;
	}
	return o;
}

/* What came through standard input has no name: what it is kept as, with the ending of its type. */
static char *
name_of(const char *keep, const struct hf_buf *data)
{
	static const struct {
		const char *type, *ending;
	} endings[] = { { "text/plain", ".txt" }, { "image/png", ".png" }, { "image/jpeg", ".jpg" }, { "application/pdf", ".pdf" },
		{ "image/gif", ".gif" }, { "application/zip", ".zip" } };
	const char   *type = hf_evidence_media_type(keep, hf_buf_str(data), data->len);
	struct hf_buf b = HF_BUF_INIT;

	hf_buf_adds(&b, keep);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcmp(endings[i].type, type) == 0)
			hf_buf_adds(&b, endings[i].ending);
	return hf_buf_steal(&b);
}

enum hf_code
runs_read(struct hf_buf *out, char **name, const char *path, const char *keep, struct hf_err *e)
{
	enum hf_code rc;

	*name = NULL;
	if (strcmp(path, "-") == 0)
		rc = hf_fs_read_fd(out, STDIN_FILENO, "standard input", HF_EVIDENCE_MAX, e);
	else
		rc = hf_fs_read(out, path, HF_EVIDENCE_MAX, e);
	if (rc != HF_OK)
		return rc;
	*name = strcmp(path, "-") == 0 ? name_of(keep, out) : strdup(hf_fs_base(path));
	return *name == NULL ? hf_nomem(e) : HF_OK;
}

void
runs_warn_books(struct app *app, const struct hf_run *run)
{
	const struct hf_json *entries = hf_run_entries(run), *list = NULL;

	for (size_t i = hf_json_len(entries); i-- > 0;) {
		const char *type = hf_json_get_str(hf_json_at(entries, i), "type");

		if (type == NULL || strcmp(type, "close") == 0)
			continue;
		list = hf_json_get(hf_json_at(entries, i), "not_started");
		break;
	}
	for (size_t i = 0; i < hf_json_len(list); i++)
		out_warn(app->out, "%s could not be started: %s", hf_json_get_str(hf_json_at(list, i), "book"),
		    hf_json_get_str(hf_json_at(list, i), "why"));
}

void
runs_warn_ahead(struct app *app, const struct hf_run *run, size_t from)
{
	struct hf_buf words = HF_BUF_INIT;

	if (run != NULL && hf_run_ahead(&words, run, from))
		out_warn(app->out, "still to come, is that right? %s", hf_buf_str(&words));
	hf_buf_clear(&words);
}
