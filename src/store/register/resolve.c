/* What a user types for a record, and finding. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "holdfast/text.h"
#include "impl.h"

#define MENU 20 /* candidates listed at most */

/* Names that a record answers to. Handles lose their @, so that x:@h and x:h are one. */
static const struct {
	const char *kind, *name;
} arms[] = {
	{ "account", "ref" },
	{ "account", "ltrim(handle, '@')" },
	{ "account", "display_name" },
	{ "account", "url" },
	{ "person", "name" },
	{ "person", "email" },
	{ "person", "phone" },
	{ "unit", "name" },
	{ "org", "name" },
	{ "org", "'org'" },
	{ "device", "tag" },
	{ "supplier", "name" },
	{ "contact", "value" },
	{ "evidence", "file_name" },
	{ "evidence", "description" },
	{ "desk", "provider" },
	{ "declaration", "ref" },
	{ "document", "path" },
};

/* Exactly; case folded; its beginning. The best that finds anything is taken. %s is the name. */
static const char *const steps[] = {
	"%s = ?1",
	"fold(%s) = fold(?1)",
	"length(?1) >= 4 AND substr(%s, 1, length(?1)) = ?1",
	"length(?1) >= 3 AND substr(fold(%s), 1, length(fold(?1))) = fold(?1)",
};

#define N_STEPS 4
#define N_WHOLE 2

/* "a %s b" with what in its place. */
static void
add_with(struct hf_buf *b, const char *text, const char *what)
{
	const char *at = strstr(text, "%s");

	hf_buf_add(b, text, (size_t)(at - text));
	hf_buf_adds(b, what);
	hf_buf_adds(b, at + 2);
}

/* "+44 20 7946-0000" → "+442079460000"; false when it is no telephone number. */
static bool
plain_number(struct hf_buf *b, const char *ref)
{
	size_t digits = 0;

	if (ref[0] != '+' || strspn(ref + 1, "0123456789 -.()/") != strlen(ref + 1))
		return false;
	hf_buf_addc(b, '+');
	for (const char *p = ref + 1; *p != '\0'; p++)
		if (*p >= '0' && *p <= '9') {
			hf_buf_addc(b, *p);
			digits++;
		}
	if (digits < 5)
		hf_buf_cut(b, 0);
	return digits >= 5;
}

/* "@h" → "h" (an account); "x:@h" → "x:h"; a number without its spaces; anything else as it is. */
static void
plain_name(struct hf_buf *b, const char *ref, bool *account)
{
	const char *colon = strchr(ref, ':');

	*account = ref[0] == '@';
	if (ref[0] == '@') {
		hf_buf_adds(b, ref + 1);
	} else if (colon != NULL && colon[1] == '@') {
		hf_buf_add(b, ref, (size_t)(colon + 1 - ref));
		hf_buf_adds(b, colon + 2);
	} else if (!plain_number(b, ref)) {
		hf_buf_adds(b, ref);
	}
}

static bool
kind_fits(const char *kinds, const char *kind)
{
	size_t n = strlen(kind);

	if (kinds == NULL || strcmp(kinds, "*") == 0)
		return true;
	for (const char *p = kinds; *p != '\0'; p += strcspn(p, " ")) {
		p += strspn(p, " ");
		if (strncmp(p, kind, n) == 0 && (p[n] == ' ' || p[n] == '\0'))
			return true;
	}
	return false;
}

/* Once for each record. What was found by its id is called as people call it all the same. */
static int
add_candidate(struct hf_json *list, struct hf_register *r, struct hf_stmt *s)
{
	struct hf_json *row = hf_json_object();
	struct hf_buf   ref = HF_BUF_INIT;
	const char     *id = hf_stmt_col(s, 0);
	int             bad = 0;

	for (size_t i = 0; i < hf_json_len(list); i++)
		if (strcmp(hf_json_get_str(hf_json_at(list, i), "id"), id) == 0)
			goto done;
	hf_register_ref(&ref, r, id);
	bad = hf_json_set(row, "id", hf_json_string(id)) != 0 || hf_json_set(row, "kind", hf_json_string(hf_stmt_col(s, 1))) != 0 ||
	    hf_json_set(row, "ref", hf_json_string(hf_buf_str(&ref))) != 0 || hf_json_push(list, hf_json_ref(row)) != 0;
done:
	hf_json_free(row);
	hf_buf_clear(&ref);
	return bad ? -1 : 0;
}

/*
 * Columns id, kind, ref, name of all that these kinds answer to; step NULL: all of them. Only the tables of these kinds are named, because
 * preparing the whole takes longer than running a part.
 */
static void
names_sql(struct hf_buf *b, const char *kinds, const char *step)
{
	for (size_t i = 0; i < sizeof(arms) / sizeof(arms[0]); i++) {
		if (!kind_fits(kinds, arms[i].kind))
			continue;
		hf_buf_addf(b, "%sSELECT id, '%s', ref, %s FROM \"%s\"", b->len > 0 ? " UNION ALL " : "", arms[i].kind,
		    arms[i].name, arms[i].kind);
		if (step == NULL)
			continue;
		hf_buf_adds(b, " WHERE ");
		add_with(b, step, arms[i].name);
	}
	/* The beginning of an id, of any kind. */
	hf_buf_addf(b, "%sSELECT id, kind, id, id FROM record", b->len > 0 ? " UNION ALL " : "");
	if (step != NULL) {
		hf_buf_adds(b, " WHERE ");
		add_with(b, step, "id");
	}
}

static enum hf_code
search(struct hf_json *list, struct hf_register *r, const char *step, const char *name, const char *kinds, struct hf_err *e)
{
	struct hf_buf   sql = HF_BUF_INIT;
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	names_sql(&sql, kinds, step);
	if ((rc = hf_buf_check(&sql, e)) != HF_OK || (rc = hf_db_prepare(&s, r->db, sql.data, e)) != HF_OK)
		goto done;
	hf_stmt_text(s, 1, name);
	while (rc == HF_OK && hf_stmt_step(s))
		if (kind_fits(kinds, hf_stmt_col(s, 1)) && add_candidate(list, r, s) != 0)
			rc = hf_nomem(e);
done:
	rc = hf_stmt_end(s, rc, e);
	hf_buf_clear(&sql);
	return rc;
}

/* Is it a word or more with which this name begins, and not all of it: "jo" of "Jo Park"? */
static bool
begins_with(const char *name, const char *words)
{
	size_t n = strlen(words);

	return n > 0 && strncasecmp(name, words, n) == 0 && name[n] == ' ';
}

static void
hint_nearest(struct hf_register *r, const char *name, const char *kinds, struct hf_err *e)
{
	struct hf_stmt *s = NULL;
	struct hf_buf   sql = HF_BUF_INIT, best = HF_BUF_INIT, best_name = HF_BUF_INIT;
	bool            any = false;

	names_sql(&sql, kinds, NULL);
	if (sql.failed || hf_db_prepare(&s, r->db, hf_buf_str(&sql), NULL) != HF_OK)
		goto done;
	while (hf_stmt_step(s)) {
		const char *two[2] = { hf_stmt_col(s, 3), hf_buf_str(&best_name) };
		const char *near;

		if (two[0] == NULL || !kind_fits(kinds, hf_stmt_col(s, 1)))
			continue;
		any = true;
		near = kinds != NULL && best.len == 0 && begins_with(two[0], name) ?
		    two[0] :
		    hf_text_nearest(name, two, best_name.len > 0 ? 2 : 1);
		if (near == NULL || near == two[1])
			continue;
		hf_buf_cut(&best, 0);
		hf_buf_cut(&best_name, 0);
		hf_buf_adds(&best, hf_stmt_col(s, 2));
		hf_buf_adds(&best_name, two[0]);
	}
	if (best.len > 0)
		hf_hint(e, "did you mean %s?", hf_buf_str(&best));
	else if (kinds != NULL && !any && strchr(kinds, ' ') == NULL && strcmp(kinds, "*") != 0)
		hf_hint(e, "there is none yet: holdfast add %s", kinds);
	else if (kinds != NULL && strcmp(kinds, "*") != 0)
		hf_hint(e, "holdfast list %.*s shows what there is", (int)strcspn(kinds, " "), kinds);
	else
		hf_hint(e, "holdfast find WORD looks everywhere");
done:
	hf_stmt_free(s);
	hf_buf_clear(&sql);
	hf_buf_clear(&best);
	hf_buf_clear(&best_name);
}

static enum hf_code
ambiguous(struct hf_json *list, struct hf_json **several, const char *ref, struct hf_err *e)
{
	struct hf_buf b = HF_BUF_INIT;

	for (size_t i = 0; i < hf_json_len(list) && i < MENU / 4; i++) {
		const struct hf_json *c = hf_json_at(list, i);

		hf_buf_addf(&b, "%s%s %s (%s)", i > 0 ? ", " : "", hf_json_get_str(c, "kind"), hf_json_get_str(c, "ref"),
		    hf_json_get_str(c, "id"));
	}
	hf_fail(e, HF_AMBIGUOUS, "%s: %zu records have that name", ref, hf_json_len(list));
	hf_hint(e, "say which: %s%s", hf_buf_str(&b), hf_json_len(list) > MENU / 4 ? ", …" : "");
	hf_buf_clear(&b);
	if (several != NULL)
		*several = hf_json_ref(list);
	return HF_AMBIGUOUS;
}

static bool
has_own_name(const struct hf_json *candidate)
{
	static const char *const kinds = "account person unit org device supplier";

	return kind_fits(kinds, hf_json_get_str(candidate, "kind"));
}

/* What has a name of its own comes before what only bears it: a person before the recovery contact with the same number. */
static void
prefer_own_names(struct hf_json *list)
{
	size_t own = 0;

	for (size_t i = 0; i < hf_json_len(list); i++)
		own += has_own_name(hf_json_at(list, i));
	for (size_t i = hf_json_len(list); own > 0 && i-- > 0;)
		if (!has_own_name(hf_json_at(list, i)))
			hf_json_remove(list, i);
}

/* A full id names one record and nothing else; one that is sealed or damaged is said to be that. HF_NO: it is no id of a record. */
static enum hf_code
by_id(char out[HF_ID_SIZE], struct hf_register *r, const char *kinds, const char *ref, struct hf_err *e)
{
	const struct hf_kind *kind;
	struct hf_err         why = HF_ERR_INIT;
	struct hf_json       *record;
	enum hf_code          rc;

	if (!hf_id_valid(ref))
		return HF_NO;
	if ((kind = index_kind(r->index, ref)) == NULL) {
		if ((rc = hf_register_get(&record, r, ref, &why)) == HF_NOTFOUND)
			return HF_NO;
		if (e != NULL)
			*e = why;
		return rc;
	}
	if (!kind_fits(kinds, kind->name))
		return hf_fail(e, HF_BAD, "%s: it is of kind %s, not %.*s", ref, kind->name, (int)strcspn(kinds, " "), kinds);
	memcpy(out, ref, HF_ID_SIZE);
	return HF_OK;
}

/* "account or person" */
static void
add_kinds(struct hf_buf *b, const char *kinds)
{
	if (kinds == NULL || strcmp(kinds, "*") == 0) {
		hf_buf_adds(b, "record");
		return;
	}
	for (; *kinds != '\0'; kinds++)
		if (*kinds == ' ')
			hf_buf_adds(b, " or ");
		else
			hf_buf_addc(b, *kinds);
}

static enum hf_code
not_found(struct hf_register *r, const char *kinds, const char *ref, const char *name, struct hf_err *e)
{
	struct hf_buf what = HF_BUF_INIT;

	add_kinds(&what, kinds);
	hf_fail(e, HF_NOTFOUND, "%s: no %s has that name", ref, hf_buf_str(&what));
	hf_buf_clear(&what);
	if (e != NULL && register_left(r))
		hf_hint(e, "your key is not a member any more, and much of this register is sealed to it: ask an admin");
	else if (e != NULL)
		hint_nearest(r, name, kinds, e);
	return HF_NOTFOUND;
}

static enum hf_code
resolve(char out[HF_ID_SIZE], struct hf_json **several, struct hf_register *r, const char *kinds, const char *ref, size_t n_steps,
    struct hf_err *e)
{
	struct hf_json *list = NULL;
	struct hf_buf   name = HF_BUF_INIT;
	bool            account;
	enum hf_code    rc;

	if (several != NULL)
		*several = NULL;
	if ((rc = by_id(out, r, kinds, ref, e)) != HF_NO)
		return rc;
	plain_name(&name, ref, &account);
	if (account && (kinds == NULL || strcmp(kinds, "*") == 0))
		kinds = "account";
	if ((list = hf_json_array()) == NULL || hf_buf_check(&name, e) != HF_OK) {
		rc = hf_nomem(e);
		goto done;
	}
	rc = HF_OK;
	for (size_t i = 0; rc == HF_OK && name.len > 0 && hf_json_len(list) == 0 && i < n_steps; i++)
		rc = search(list, r, steps[i], name.data, kinds, e);
	if (rc != HF_OK)
		goto done;
	prefer_own_names(list);
	if (hf_json_len(list) == 1)
		snprintf(out, HF_ID_SIZE, "%s", hf_json_get_str(hf_json_at(list, 0), "id"));
	else
		rc = hf_json_len(list) > 1 ? ambiguous(list, several, ref, e) : not_found(r, kinds, ref, hf_buf_str(&name), e);
done:
	hf_json_free(list);
	hf_buf_clear(&name);
	return rc;
}

enum hf_code
hf_register_resolve(
    char out[HF_ID_SIZE], struct hf_json **several, struct hf_register *r, const char *kinds, const char *ref, struct hf_err *e)
{
	return resolve(out, several, r, kinds, ref, N_STEPS, e);
}

enum hf_code
hf_register_resolve_whole(char out[HF_ID_SIZE], struct hf_register *r, const char *kinds, const char *ref, struct hf_err *e)
{
	return resolve(out, NULL, r, kinds, ref, N_WHOLE, e);
}

/* ---- find ---- */

static void
add_values(struct hf_buf *b, const struct hf_json *j)
{
	const char     *key;
	struct hf_json *v;

	switch (hf_json_type(j)) {
	case HF_JSON_STRING:
		hf_buf_adds(b, hf_json_str(j));
		hf_buf_addc(b, '\n');
		break;
	case HF_JSON_INT:
		hf_buf_addf(b, "%lld\n", (long long)hf_json_num(j));
		break;
	case HF_JSON_ARRAY:
		for (size_t i = 0; i < hf_json_len(j); i++)
			add_values(b, hf_json_at(j, i));
		break;
	case HF_JSON_OBJECT:
		for (void *it = NULL; hf_json_next(j, &it, &key, &v);)
			if (strcmp(key, "register") != 0)
				add_values(b, v);
		break;
	default:
		break;
	}
}

/* The closing quotation mark of a JSON string; p is behind the opening one. NULL: there is a back slash before it. */
static const char *
string_end(const char *p)
{
	p += strcspn(p, "\"\\");
	return *p == '"' ? p : NULL;
}

/*
 * The same from the record's text, as hf_json_dump wrote it, in a twentieth of the time. False, with something or nothing added: there are
 * back slashes in it.
 */
static bool
add_texts(struct hf_buf *b, const char *body)
{
	const char *p = body, *end;
	bool        skip = false;
	size_t      n;

	while (*(p += strcspn(p, "\"-0123456789")) != '\0') {
		if (*p != '"') {
			n = strspn(p, "-0123456789");
			if (strchr(".eE", p[n]) == NULL)
				hf_buf_add(b, p, n);
			n += strspn(p + n, "+-.eE0123456789");
			hf_buf_addc(b, '\n');
			p += n;
			continue;
		}
		if ((end = string_end(++p)) == NULL)
			return false;
		if (end[1] == ':') {
			skip = hf_text_prefix(p, "register\"");
		} else if (!skip) {
			hf_buf_add(b, p, (size_t)(end - p));
			hf_buf_addc(b, '\n');
		}
		p = end + 1;
	}
	return true;
}

static bool
all_values(struct hf_buf *b, const char *body)
{
	struct hf_json *j = NULL;

	if (add_texts(b, body))
		return true;
	hf_buf_cut(b, 0);
	if (hf_json_parse(&j, body, strlen(body), NULL) != HF_OK)
		return false;
	add_values(b, j);
	hf_json_free(j);
	return true;
}

/* values and folded: room to work in. */
static bool
holds_all(const char *body, char *const *words, size_t n, struct hf_buf *values, struct hf_buf *folded)
{
	bool all;

	hf_buf_cut(values, 0);
	hf_buf_cut(folded, 0);
	if (!all_values(values, body))
		return false;
	hf_text_fold(folded, hf_buf_str(values));
	all = !values->failed && !folded->failed;
	for (size_t i = 0; all && i < n; i++)
		all = strstr(hf_buf_str(folded), words[i]) != NULL;
	return all;
}

struct hit {
	char                  id[HF_ID_SIZE];
	const struct hf_kind *kind;
};

struct hits {
	struct hit *list;
	size_t      n, cap;
};

static enum hf_code
add_hit(struct hits *h, struct hf_stmt *s, struct hf_err *e)
{
	struct hit *list;
	size_t      cap = h->cap == 0 ? 64 : h->cap * 2;

	if (h->n == h->cap) {
		if ((list = realloc(h->list, cap * sizeof(*list))) == NULL)
			return hf_nomem(e);
		h->list = list;
		h->cap = cap;
	}
	snprintf(h->list[h->n].id, HF_ID_SIZE, "%s", hf_stmt_col(s, 0));
	h->list[h->n].kind = hf_schema_kind(hf_stmt_col(s, 1));
	h->n += h->list[h->n].kind != NULL;
	return HF_OK;
}

static int
by_kind_and_id(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;
	int               kinds = strcmp(x->kind->name, y->kind->name);

	return kinds != 0 ? kinds : strcmp(x->id, y->id);
}

static enum hf_code
find_folded(struct hits *h, struct hf_register *r, char *const *words, size_t n, struct hf_err *e)
{
	struct hf_buf   values = HF_BUF_INIT, folded = HF_BUF_INIT;
	struct hf_stmt *s = NULL;
	enum hf_code    rc;

	if ((rc = hf_db_prepare(&s, r->db, "SELECT id, kind, body FROM record", e)) != HF_OK)
		return rc;
	while (rc == HF_OK && hf_stmt_step(s)) {
		if (holds_all(hf_stmt_col(s, 2), words, n, &values, &folded))
			rc = add_hit(h, s, e);
		if (values.failed || folded.failed)
			rc = hf_nomem(e);
	}
	rc = hf_stmt_end(s, rc, e);
	hf_buf_clear(&values);
	hf_buf_clear(&folded);
	if (h->n > 0)
		qsort(h->list, h->n, sizeof(*h->list), by_kind_and_id);
	return rc;
}

static enum hf_code
tell_hits(hf_found_fn *fn, void *arg, struct hf_register *r, const struct hits *h, struct hf_err *e)
{
	struct hf_buf ref = HF_BUF_INIT;
	enum hf_code  rc = HF_OK;

	for (size_t i = 0; rc == HF_OK && i < h->n; i++) {
		hf_buf_cut(&ref, 0);
		if (!index_ref_of(&ref, r->index, h->list[i].kind, h->list[i].id))
			hf_buf_adds(&ref, h->list[i].id);
		rc = fn(arg, &(struct hf_found){ h->list[i].id, h->list[i].kind->name, hf_buf_str(&ref) }, e);
	}
	hf_buf_clear(&ref);
	return rc;
}

enum hf_code
hf_register_find(hf_found_fn *fn, void *arg, struct hf_register *r, const char *const *words, size_t n, struct hf_err *e)
{
	struct hits  hits = { NULL, 0, 0 };
	char       **folded = calloc(n + 1, sizeof(char *));
	enum hf_code rc = folded == NULL ? hf_nomem(e) : HF_OK;

	for (size_t i = 0; rc == HF_OK && i < n; i++) {
		struct hf_buf b = HF_BUF_INIT;

		hf_text_fold(&b, words[i]);
		if ((folded[i] = hf_buf_steal(&b)) == NULL)
			rc = hf_nomem(e);
	}
	if (rc == HF_OK && (rc = find_folded(&hits, r, folded, n, e)) == HF_OK)
		rc = tell_hits(fn, arg, r, &hits, e);
	free(hits.list);
	for (size_t i = 0; folded != NULL && i < n; i++)
		free(folded[i]);
	free(folded);
	return rc;
}
