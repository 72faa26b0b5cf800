#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "playbook_in.h"
#include "scan.h"

/*
 * "yes, an honest mistake" has the key "yes"; "No answer" has "no-answer". whole: "yes-an-honest-mistake".
 */
static char *
make_key(struct reader *r, const char *label, bool whole)
{
	struct hf_buf folded = HF_BUF_INIT;
	char         *key, *p, *to;
	size_t        len;

	hf_text_fold(&folded, label);
	len = whole ? folded.len : strcspn(hf_buf_str(&folded), ",");
	while (len > 0 && folded.data[len - 1] == ' ')
		len--;
	key = hf_pool_strn(r->pool, hf_buf_str(&folded), len);
	for (p = to = key; *p != '\0'; p++)
		if (*p != ',')
			*to++ = *p == ' ' ? '-' : *p;
	*to = '\0';
	if (folded.failed)
		r->pool->failed = true;
	hf_buf_clear(&folded);
	return key;
}

/* After the code span of a book: "on {line}". */
static char *
read_on_path(struct scan *s)
{
	struct scan ahead = *s;
	char       *path;

	if (!hf_scan_word(&ahead, "on") || !hf_scan_path(&ahead, &path))
		return s->r->pool->nothing;
	*s = ahead;
	return path;
}

static void
add_target(struct hf_route *route, struct scan *s, const char *code)
{
	struct reader   *r = s->r;
	struct hf_target to = { .name = r->pool->nothing, .on = r->pool->nothing }, *slot;

	if (strcmp(code, "next") == 0) {
		to.verb = HF_NEXT;
	} else if (strcmp(code, "stop") == 0) {
		to.verb = HF_STOP;
	} else if (hf_is_book_name(code)) {
		to.verb = HF_RUN;
		to.name = hf_pool_str(r->pool, code);
		to.on = read_on_path(s);
	} else if (hf_is_id(code)) {
		to.verb = HF_GO;
		to.name = hf_pool_str(r->pool, code);
	} else {
		hf_field_bad_at(r, hf_scan_pos(s),
		    "write the id of a step, `next`, `stop`, or run `incident/…`; other words without code spans",
		    "`%s` leads nowhere", code);
		return;
	}
	if ((slot = hf_pool_push(r->pool, &route->to, &route->n_to, sizeof(*slot))) != NULL)
		*slot = to;
}

/* Only code spans are read. More than one way to go on is none. */
static void
read_targets(struct hf_route *route, struct reader *r)
{
	struct scan s = hf_scan_value(r);
	const char *code;
	size_t      i, ways = 0;

	for (i = 0; i < r->item->value.n_code; i++) {
		s.at = r->item->value.at[i].from;
		if ((code = hf_scan_code(&s)) != NULL)
			add_target(route, &s, code);
	}
	for (i = 0; i < route->n_to; i++)
		ways += route->to[i].verb != HF_RUN;
	if (ways > 1)
		hf_field_bad(r, "names %zu ways to go on", ways);
}

static struct hf_route *
find_route(struct hf_step *step, const char *stem, const char *key)
{
	size_t i;

	for (i = 0; i < step->n_routes; i++)
		if (strcmp(step->routes[i].stem, stem) == 0 || strcmp(step->routes[i].key, key) == 0)
			return &step->routes[i];
	return NULL;
}

static void
add_route(struct reader *r, char *stem, char *key, const char *label)
{
	struct hf_step  *step = hf_place_of(r)->step;
	struct hf_route *route;

	if (hf_too_many(r, step->n_routes) ||
	    (route = hf_pool_push(r->pool, &step->routes, &step->n_routes, sizeof(*route))) == NULL)
		return;
	route->stem = stem;
	route->key = key;
	route->label = hf_pool_str(r->pool, label);
	route->text = hf_field_text(r);
	route->pos = r->item->pos;
	read_targets(route, r);
}

/* Two answers with one key: nobody may be understood as having given the other one, so each takes all of its words. */
static void
add_twin(struct reader *r, char *stem, struct hf_route *first)
{
	char *key = make_key(r, r->more, true);

	first->key = make_key(r, first->label, true);
	if (find_route(hf_place_of(r)->step, "", key) != NULL) {
		hf_field_bad_at(r, r->item->pos, "write another answer", "the answer %s stands here twice", key);
		return;
	}
	hf_defect_warn(r->defects, r->item->pos, "begin each with another word",
	    "**%s:** the answer %s stands here twice (line %u): this one is to be given as %s", r->item->label, stem,
	    first->pos.line, key);
	add_route(r, stem, key, r->more);
}

void
hf_read_route(struct reader *r)
{
	char            *key = make_key(r, r->more, false);
	struct hf_route *twin = find_route(hf_place_of(r)->step, key, key);

	if (key[0] == '\0')
		hf_field_bad(r, "has no answer before its comma");
	else if (twin != NULL)
		add_twin(r, key, twin);
	else
		add_route(r, key, key, r->more);
}

void
hf_read_failed(struct reader *r)
{
	char *key = hf_pool_str(r->pool, "it-fails");

	if (find_route(hf_place_of(r)->step, key, key) == NULL)
		add_route(r, key, key, "it fails");
}

/* "signal, telegram instead": true when the last word is there and cut off. */
static bool
cut_instead(struct reader *r, const char *text, size_t *len)
{
	const char *words[2] = { hf_wordlist_get(r->list, "instead"), "instead" };
	size_t      i, n;

	for (i = 0; i < 2; i++) {
		n = strlen(words[i]);
		if (n > 0 && *len > n + 1 && strncmp(text + *len - n, words[i], n) == 0 && text[*len - n - 1] == ' ') {
			*len -= n + 1;
			return true;
		}
	}
	return false;
}

void
hf_read_on(struct reader *r)
{
	struct hf_step *step = hf_place_of(r)->step;
	struct hf_on    on = { .text = hf_field_text(r), .pos = r->item->pos }, *slot;
	size_t          len = strlen(r->more), i;
	struct scan     s = hf_scan_value(r);
	const char     *code;

	on.instead = cut_instead(r, r->more, &len);
	hf_split_list(r, &on.providers, r->more, len);
	for (i = 0; i < on.providers.n; i++)
		if (!hf_is_book_id(on.providers.v[i])) {
			hf_field_bad(r, "%s is no name of a provider", on.providers.v[i]);
			return;
		}
	if ((code = hf_scan_code(&s)) != NULL && strcmp(code, "skip") == 0) {
		on.skip = true;
		if (!hf_scan_char(&s, ','))
			hf_scan_char(&s, '.');
		on.text = hf_scan_rest(&s);
	} else if (hf_text_prefix(on.text, "skip")) {
		hf_field_bad(r, "skip is a word of the program here: write it as a code span");
	}
	if (!hf_too_many(r, step->n_on) && (slot = hf_pool_push(r->pool, &step->on, &step->n_on, sizeof(*slot))) != NULL)
		*slot = on;
}

/* The bytes of "field=", "field+=" or "{path}=" at s; 0 when none begins here. */
static size_t
assign_head(const char *s)
{
	size_t n;

	if (*s == '{') {
		n = strcspn(s, "}");
		if (s[n] == '\0' || !hf_is_path(s + 1, n - 1))
			return 0;
		n++;
	} else {
		n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
	}
	if (n > 0 && (s[n] == '+' || s[n] == '-'))
		n++;
	return n > 0 && s[n] == '=' ? n + 1 : 0;
}

/* Where the value ends: before a space that the next assignment follows. */
static size_t
assign_tail(const char *s)
{
	size_t n;

	for (n = 0; s[n] != '\0'; n++)
		if (s[n] == ' ' && assign_head(s + n + 1) > 0)
			break;
	return n;
}

/* field=value field+=value … */
static bool
read_assigns(struct hf_change_rec *c, struct reader *r, const char *s)
{
	struct hf_assign *a;
	size_t            head, name, tail;

	while (*s == ' ')
		s++;
	while (*s != '\0') {
		if ((head = assign_head(s)) == 0 || (a = hf_pool_push(r->pool, &c->set, &c->n_set, sizeof(*a))) == NULL)
			return false;
		a->op = s[head - 2] == '+' || s[head - 2] == '-' ? s[head - 2] : '=';
		name = head - (a->op == '=' ? 1 : 2);
		a->field = hf_pool_strn(r->pool, s, name);
		s += head;
		tail = assign_tail(s);
		a->value = hf_pool_strn(r->pool, s, tail);
		s += tail;
		while (*s == ' ')
			s++;
	}
	return c->n_set > 0;
}

static bool
read_target(struct hf_change_rec *c, struct reader *r, const char **s)
{
	size_t n = strcspn(*s, "}");

	if (**s != '{' || (*s)[n] == '\0' || !hf_is_path(*s + 1, n - 1))
		return false;
	c->target = hf_pool_strn(r->pool, *s + 1, n - 1);
	*s += n + 1;
	return **s == ' ';
}

static bool
read_kind(struct hf_change_rec *c, struct reader *r, const char **s)
{
	size_t n = strspn(*s, "abcdefghijklmnopqrstuvwxyz_");

	c->kind = hf_pool_strn(r->pool, *s, n);
	*s += n;
	return n > 0 && **s == ' ';
}

static void
read_changes(struct reader *r, bool (*begin)(struct hf_change_rec *, struct reader *, const char **))
{
	struct hf_step       *step = hf_place_of(r)->step;
	struct hf_names       codes = { NULL, 0 };
	struct hf_change_rec *c;
	const char           *s;
	size_t                i;

	if (!hf_scan_codes(r, &codes))
		return;
	for (i = 0; i < codes.n; i++) {
		if (hf_too_many(r, step->n_updates) ||
		    (c = hf_pool_push(r->pool, &step->updates, &step->n_updates, sizeof(*c))) == NULL)
			return;
		c->target = c->kind = r->pool->nothing;
		c->pos = r->item->pos;
		s = codes.v[i];
		if (!begin(c, r, &s) || !read_assigns(c, r, s)) {
			hf_field_bad(r, "cannot be read: `%s`", codes.v[i]);
			step->n_updates--;
		}
	}
}

void
hf_read_updates(struct reader *r)
{
	read_changes(r, read_target);
}

void
hf_read_adds(struct reader *r)
{
	read_changes(r, read_kind);
}
