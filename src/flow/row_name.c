/*
 * What a row is called: by what it is about. "ask@max-stone" stays that row whatever comes before it in the list, and is nothing when the row is gone;
 * a number is its place, which is fixed by the first entry on a row of the loop.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "run_impl.h"

#define LONGEST 24 /* bytes of what a row is about */

/* The record that a row is about, else its first words: by the names of the columns, for their order is another in the log. */
static const char *
about(const struct hf_json *row)
{
	const char     *key, *best = NULL, *found = NULL;
	struct hf_json *v;
	bool            record = false;

	for (void *it = NULL; hf_json_next(row, &it, &key, &v);) {
		const char *text = hf_json_str(v);
		bool        is = text != NULL && hf_id_valid(text);

		if (text == NULL || text[0] == '\0' || (record && !is) || (is == record && best != NULL && strcmp(key, best) > 0))
			continue;
		best = key;
		found = text;
		record = is;
	}
	return found;
}

/* In letters that a shell takes as they are; what is left out is one dash. */
static void
add_plain(struct hf_buf *b, const char *text)
{
	size_t from = b->len;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x80 || isalnum(c) || strchr(":._+", c) != NULL)
			hf_buf_addc(b, (char)tolower(c));
		else if (b->len > from && hf_buf_str(b)[b->len - 1] != '-')
			hf_buf_addc(b, '-');
	}
	if (b->len > from && hf_buf_str(b)[b->len - 1] == '-')
		hf_buf_cut(b, b->len - 1);
}

/* Its beginning, never up to the middle of a letter. */
static void
add_short(struct hf_buf *b, const char *name)
{
	size_t n = strlen(name);

	if (n > LONGEST)
		for (n = LONGEST; n > 0 && ((unsigned char)name[n] & 0xC0) == 0x80; n--)
			;
	hf_buf_add(b, name, n);
}

/* Then it could be a place in the list. */
static bool
is_number(const char *name)
{
	return name[strspn(name, "0123456789.")] == '\0';
}

/* What tells it from another that is called the same. */
static void
add_sum(struct hf_buf *b, const struct hf_json *row)
{
	struct hf_buf text = HF_BUF_INIT;
	char          sum[HF_SHA256_SIZE];

	hf_json_dump(&text, row, HF_JSON_COMPACT);
	hf_sha256(sum, hf_buf_str(&text), text.len);
	hf_buf_addf(b, "~%.4s", sum);
	hf_buf_clear(&text);
}

static void
add_name(struct hf_buf *b, const struct hf_run *run, const struct hf_json *row)
{
	const char   *what = about(row);
	struct hf_buf ref = HF_BUF_INIT;

	if (what != NULL && hf_id_valid(what))
		hf_register_ref(&ref, run->r, what);
	else
		hf_buf_adds(&ref, what == NULL ? "row" : what);
	add_plain(b, hf_buf_str(&ref));
	hf_buf_clear(&ref);
}

/* How many are called the same. */
static enum hf_code
count(struct hf_json *times, const char *name, struct hf_err *e)
{
	int64_t n = hf_json_num(hf_json_get(times, name));

	return hf_json_set(times, name, hf_json_int(n + 1)) == 0 ? HF_OK : hf_nomem(e);
}

enum hf_code
run_row_names(struct hf_json **out, const struct hf_run *run, const struct hf_json *rows, struct hf_err *e)
{
	struct hf_json *names = hf_json_array(), *plain = hf_json_array(), *times = hf_json_object();
	struct hf_buf   b = HF_BUF_INIT;
	enum hf_code    rc = names == NULL || plain == NULL || times == NULL ? hf_nomem(e) : HF_OK;

	for (size_t k = 0; rc == HF_OK && k < hf_json_len(rows); k++) {
		hf_buf_cut(&b, 0);
		add_name(&b, run, hf_json_at(rows, k));
		if (hf_json_push(plain, hf_json_string(hf_buf_str(&b))) != 0)
			rc = hf_nomem(e);
		else
			rc = count(times, hf_buf_str(&b), e);
	}
	for (size_t k = 0; rc == HF_OK && k < hf_json_len(rows); k++) {
		const char *name = hf_json_str(hf_json_at(plain, k));

		hf_buf_cut(&b, 0);
		add_short(&b, name);
		if (strcmp(hf_buf_str(&b), name) != 0 || is_number(name) || hf_json_num(hf_json_get(times, name)) > 1)
			add_sum(&b, hf_json_at(rows, k));
		rc = hf_json_push(names, hf_json_string(hf_buf_str(&b))) == 0 ? HF_OK : hf_nomem(e);
	}
	hf_buf_clear(&b);
	hf_json_free(plain);
	hf_json_free(times);
	if (rc != HF_OK) {
		hf_json_free(names);
		return rc;
	}
	*out = names;
	return HF_OK;
}

bool
run_row_is(const char *name, const char *typed)
{
	struct hf_buf b = HF_BUF_INIT;
	size_t        step = strcspn(typed, "@");
	bool          is;

	hf_buf_add(&b, typed, step);
	if (typed[step] == '@') {
		hf_buf_addc(&b, '@');
		add_plain(&b, typed + step + 1);
	}
	is = strcmp(typed, name) == 0 || strcmp(hf_buf_str(&b), name) == 0;
	hf_buf_clear(&b);
	return is;
}
