#include <string.h>

#include "holdfast/text.h"
#include "playbook_in.h"
#include "scan.h"

static const struct {
	const char        *word;
	enum hf_value_type type;
} types[] = {
	{ "text", HF_VALUE_TEXT },
	{ "number", HF_VALUE_NUMBER },
	{ "date", HF_VALUE_DATE },
	{ "time", HF_VALUE_TIME },
	{ "yes or no", HF_VALUE_BOOL },
	{ "email", HF_VALUE_EMAIL },
	{ "phone", HF_VALUE_PHONE },
};

static bool
is_word(struct reader *r, const char *english, const char *s, size_t len)
{
	const char *word = hf_wordlist_get(r->list, english);

	return (strlen(word) == len && memcmp(word, s, len) == 0) || (strlen(english) == len && memcmp(english, s, len) == 0);
}

static bool
is_kind(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] < 'a' || s[i] > 'z')
			return false;
	return len >= 2;
}

/* one of a, b */
static bool
read_choices(struct hf_value *v, struct reader *r, const char *s, size_t len)
{
	const char *words[2] = { hf_wordlist_get(r->list, "one of"), "one of" };
	size_t      i, n;

	for (i = 0; i < 2; i++) {
		n = strlen(words[i]);
		if (n == 0 || len <= n || strncmp(s, words[i], n) != 0 || s[n] != ' ')
			continue;
		v->type = HF_VALUE_CHOICE;
		hf_split_list(r, &v->choices, s + n, len - n);
		return true;
	}
	return false;
}

/* What stands between the parentheses. */
static bool
read_type(struct hf_value *v, struct reader *r, const char *s, size_t len)
{
	size_t i;

	v->kind = r->pool->nothing;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (is_word(r, types[i].word, s, len)) {
			v->type = types[i].type;
			return true;
		}
	if (read_choices(v, r, s, len)) {
		if (v->choices.n < 2)
			hf_field_bad(r, "one of what? One choice is none");
		return v->choices.n >= 2;
	}
	if (!is_kind(s, len)) {
		hf_field_bad(r, "(%.*s) is no type of value", (int)(len < 80 ? len : 80), s);
		return false;
	}
	v->type = HF_VALUE_REF; /* whether there is such a kind of record, the register knows */
	v->kind = hf_pool_strn(r->pool, s, len);
	return true;
}

static bool
read_name(struct hf_value *v, struct reader *r, struct scan *s)
{
	const char *name = hf_scan_code(s);

	if (name == NULL) {
		hf_field_bad(r, "does not begin with the name of the value in a code span");
		return false;
	}
	if (!hf_is_value_name(name)) {
		hf_field_bad_at(r, hf_scan_pos(s), "up to 40 of a-z, 0-9 and _, beginning with a letter, such as `seen_by`",
		    "`%s` is no name of a value", name);
		return false;
	}
	v->name = hf_pool_str(r->pool, name);
	return true;
}

static bool
read_value(struct hf_value *v, struct reader *r)
{
	struct scan s = hf_scan_value(r);
	const char *from, *to;

	v->pos = r->item->pos;
	if (!read_name(v, r, &s))
		return false;
	if (!hf_scan_char(&s, '(') || (to = strchr(from = s.w->text + s.at, ')')) == NULL) {
		hf_field_bad(r, "does not say the type of `%s`", v->name);
		return false;
	}
	if (!read_type(v, r, from, (size_t)(to - from)))
		return false;
	s.at += (size_t)(to - from) + 1;
	v->prompt = hf_scan_rest(&s);
	if (r->item->sql != NULL)
		v->sql = hf_pool_str(r->pool, r->item->sql);
	return true;
}

static void
add_value(struct reader *r, struct hf_value **list, size_t *n)
{
	struct hf_value v = { 0 }, *slot;
	size_t          i;

	if (hf_too_many(r, *n) || !read_value(&v, r))
		return;
	for (i = 0; i < *n; i++)
		if (strcmp((*list)[i].name, v.name) == 0) {
			hf_field_bad_at(r, v.pos, "give each its own name", "`%s` is written down here twice (line %u)", v.name,
			    (*list)[i].pos.line);
			return;
		}
	if ((slot = hf_pool_push(r->pool, list, n, sizeof(*slot))) != NULL)
		*slot = v;
}

void
hf_read_ask(struct reader *r)
{
	struct hf_playbook *p = hf_place_of(r)->book;

	add_value(r, &p->ask, &p->n_ask);
}

void
hf_read_write(struct reader *r)
{
	struct hf_step *s = hf_place_of(r)->step;

	add_value(r, &s->write, &s->n_write);
}
