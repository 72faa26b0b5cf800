#include "sqltext.h"

#include <string.h>

#include "holdfast/text.h"

enum token { END, WORD, QUOTED, PARAM, COMMA, OPEN, CLOSE, STAR, OTHER };

struct lexer {
	const char *at, *from; /* the token in hand is [from, at) */
	enum token  type;
};

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (unsigned char)c >= 0x80;
}

static const char *
skip_blank(const char *p)
{
	const char *end;

	for (;;) {
		p += strspn(p, " \t\r\n\f");
		if (strncmp(p, "--", 2) == 0)
			p += strcspn(p, "\n");
		else if (strncmp(p, "/*", 2) == 0)
			p = (end = strstr(p + 2, "*/")) != NULL ? end + 2 : p + strlen(p);
		else
			return p;
	}
}

/* Past a quoted string; a quote within is doubled. */
static const char *
skip_quoted(const char *p)
{
	char close = *p == '[' ? ']' : *p;

	for (p++; *p != '\0'; p++) {
		if (*p != close)
			continue;
		if (close == ']' || p[1] != close)
			return p + 1;
		p++;
	}
	return p;
}

static void
advance(struct lexer *l)
{
	const char *p = l->from = skip_blank(l->at);

	if (is_word(*p)) {
		l->type = WORD;
		while (is_word(*p))
			p++;
	} else if (*p == '\'' || *p == '"' || *p == '`' || *p == '[') {
		l->type = *p == '\'' ? OTHER : QUOTED;
		p = skip_quoted(p);
	} else if (*p == ':' && is_word(p[1])) {
		l->type = PARAM;
		for (p++; is_word(*p); p++)
			;
	} else {
		l->type = *p == '\0' ? END : *p == ',' ? COMMA : *p == '(' ? OPEN : *p == ')' ? CLOSE : *p == '*' ? STAR : OTHER;
		p += *p != '\0';
	}
	l->at = p;
}

static bool
is_keyword(const struct lexer *l, const char *word)
{
	char   text[16] = "";
	size_t len = (size_t)(l->at - l->from);

	if (l->type != WORD || len >= sizeof(text))
		return false;
	memcpy(text, l->from, len);
	return hf_text_equal_nocase(text, word);
}

static bool
ends_columns(const struct lexer *l)
{
	static const char *const words[] = { "FROM", "WHERE", "UNION", "EXCEPT", "INTERSECT", "ORDER", "LIMIT", "GROUP" };
	size_t                   i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_keyword(l, words[i]))
			return true;
	return l->type == END || (l->type == OTHER && *l->from == ';');
}

/* Go to the first SELECT outside all parentheses (those before it belong to a WITH). */
static bool
find_select(struct lexer *l)
{
	int depth = 0;

	for (advance(l); l->type != END; advance(l)) {
		depth += (l->type == OPEN) - (l->type == CLOSE);
		if (depth == 0 && is_keyword(l, "SELECT"))
			return true;
	}
	return false;
}

/* One column; its name is its last word or quoted name. False when it is a star. */
static bool
read_column(struct hf_names *out, struct pool *pool, struct lexer *l)
{
	const char *name = NULL;
	size_t      len = 0;
	int         depth = 0;
	bool        star = false;

	for (; depth > 0 || (l->type != COMMA && !ends_columns(l)); advance(l)) {
		if (l->type == END)
			break;
		depth += (l->type == OPEN) - (l->type == CLOSE);
		if (depth != 0)
			continue;
		star = l->type == STAR;
		name = NULL;
		if (l->type == WORD || l->type == QUOTED) {
			name = l->from + (l->type == QUOTED);
			len = (size_t)(l->at - l->from) - (l->type == QUOTED ? 2 : 0);
		}
	}
	if (name != NULL && len < 64)
		hf_pool_name(pool, out, name, len);
	return !star;
}

bool
hf_sql_columns(struct hf_names *out, struct pool *pool, const char *sql)
{
	struct lexer l = { sql, sql, END };
	bool         all = true;

	if (!find_select(&l))
		return false;
	advance(&l);
	if (is_keyword(&l, "DISTINCT") || is_keyword(&l, "ALL"))
		advance(&l);
	for (;;) {
		all &= read_column(out, pool, &l);
		if (l.type != COMMA)
			return all;
		advance(&l);
	}
}

void
hf_sql_params(struct hf_names *out, struct pool *pool, const char *sql)
{
	struct lexer l = { sql, sql, END };
	const char  *name;
	size_t       i, len;

	for (advance(&l); l.type != END; advance(&l)) {
		if (l.type != PARAM)
			continue;
		name = l.from + 1;
		len = (size_t)(l.at - name);
		for (i = 0; i < out->n; i++)
			if (strlen(out->v[i]) == len && memcmp(out->v[i], name, len) == 0)
				break;
		if (i == out->n)
			hf_pool_name(pool, out, name, len);
	}
}
