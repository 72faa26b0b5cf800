#include "ref.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/buf.h"
#include "term/prompt.h"

#define MENU 40 /* more than these are no menu */

/* What tells people of one name apart: ", press officer, sam@agency.example, left on 2026-01-31". */
static void
add_who(struct hf_buf *b, struct hf_register *r, const char *id)
{
	struct hf_stmt *s = NULL;

	if (hf_db_prepare(&s, hf_register_db(r),
		"SELECT coalesce(', ' || post, '') || coalesce(', ' || email, '') || iif(gone, ', left on ' || last_day, '') FROM main.person WHERE id = ?",
		NULL) != HF_OK)
		return;
	hf_stmt_text(s, 1, id);
	if (hf_stmt_step(s))
		hf_buf_adds(b, hf_stmt_col(s, 0));
	hf_stmt_free(s);
}

/* "account x:agency  01J…" */
static char *
menu_line(const struct hf_json *row, struct hf_register *r)
{
	struct hf_buf b = HF_BUF_INIT;

	hf_buf_addf(&b, "%s %s", hf_json_get_str(row, "kind"), hf_json_get_str(row, "ref"));
	add_who(&b, r, hf_json_get_str(row, "id"));
	hf_buf_addf(&b, "  %s", hf_json_get_str(row, "id"));
	return hf_buf_steal(&b);
}

bool
ref_fpr(char fpr[HF_FPR_SIZE], const char *typed)
{
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		if (*typed == ' ')
			continue;
		if (!isxdigit((unsigned char)*typed) || n == HF_FPR_SIZE - 1)
			return false;
		fpr[n++] = (char)toupper((unsigned char)*typed);
	}
	fpr[n] = '\0';
	return n == HF_FPR_SIZE - 1;
}

enum hf_code
ref_choose(void *arg, char id[HF_ID_SIZE], const struct hf_json *several, const char *ref, struct hf_err *e)
{
	struct app   *app = arg;
	struct hf_buf text = HF_BUF_INIT;
	struct prompt q = { .help = "a number, or the beginning of a line that only one has" };
	char         *lines[MENU] = { NULL };
	size_t        n = hf_json_len(several), chosen;
	enum hf_code  rc = HF_OK;

	if (!prompt_possible(app) || n > MENU)
		return e == NULL ? HF_AMBIGUOUS : e->code;
	hf_err_clear(e);
	for (size_t i = 0; i < n; i++)
		if ((lines[i] = menu_line(hf_json_at(several, i), app->reg)) == NULL)
			rc = hf_nomem(e);
	out_tell(app->out, OUT_PLAIN, "%zu records are called %s:", n, ref);
	hf_buf_adds(&text, "Which one");
	q.text = hf_buf_str(&text);
	if (rc == HF_OK && (rc = prompt_choice(&chosen, app, &q, (const char *const *)lines, n, e)) == HF_OK)
		memcpy(id, hf_json_get_str(hf_json_at(several, chosen), "id"), HF_ID_SIZE);
	for (size_t i = 0; i < n; i++)
		free(lines[i]);
	hf_buf_clear(&text);
	return rc;
}

enum hf_code
ref_pick(char id[HF_ID_SIZE], struct app *app, const char *kinds, const char *ref, struct hf_err *e)
{
	struct hf_json *several = NULL;
	enum hf_code    rc;

	rc = hf_register_resolve(id, &several, app->reg, kinds, ref, e);
	if (rc == HF_AMBIGUOUS)
		rc = ref_choose(app, id, several, ref, e);
	hf_json_free(several);
	return rc;
}

/* ---- completion ---- */

static void
offer_rows(struct words *w, struct hf_register *r, const char *sql)
{
	struct hf_stmt *s = NULL;

	if (hf_db_prepare(&s, hf_register_db(r), sql, NULL) != HF_OK)
		return;
	while (hf_stmt_step(s))
		if (hf_stmt_col(s, 0) != NULL)
			words_add(w, hf_stmt_col(s, 0), hf_stmt_col(s, 1));
	hf_stmt_free(s);
}

static void
offer_kind(struct words *w, struct hf_register *r, const struct hf_kind *k)
{
	struct hf_buf sql = HF_BUF_INIT;

	hf_buf_addf(&sql, "SELECT ref, '%s' FROM \"%s\" WHERE NOT gone", k->name, k->name);
	if (!sql.failed)
		offer_rows(w, r, hf_buf_str(&sql));
	hf_buf_clear(&sql);
}

void
ref_offer(struct words *w, struct hf_register *r, const char *kinds, const char *typed)
{
	const struct hf_field any = { .choices = kinds };
	const struct hf_kind *k;
	char                  word[64];

	if (typed[0] == '@') {
		offer_rows(w, r, "SELECT '@' || ltrim(handle, '@'), provider FROM account WHERE NOT gone");
		return;
	}
	if (kinds == NULL || strcmp(kinds, "*") == 0) {
		for (size_t i = 0; i < hf_n_kinds; i++)
			if (hf_kinds[i].label != NULL)
				offer_kind(w, r, &hf_kinds[i]);
		return;
	}
	for (size_t i = 0; hf_field_choice(&any, i, word, sizeof(word)); i++)
		if ((k = hf_schema_kind(word)) != NULL)
			offer_kind(w, r, k);
}
