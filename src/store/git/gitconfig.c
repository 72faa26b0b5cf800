#include "gitconfig.h"

#include <stdbool.h>
#include <string.h>

#include "holdfast/text.h"

#define NAME_MAX_LEN 64

enum value { EXACTLY, YES_OR_NO, WORD, ANY };

/* section "*": with any subsection. */
static const struct allowed {
	const char *section, *key;
	enum value  value;
	const char *text; /* EXACTLY this */
} allowed[] = {
	{ "core", "repositoryformatversion", EXACTLY, "0" },
	{ "core", "bare", EXACTLY, "true" },
	{ "core", "logallrefupdates", EXACTLY, "false" },
	{ "core", "filemode", YES_OR_NO, NULL },
	{ "core", "ignorecase", YES_OR_NO, NULL },
	{ "core", "precomposeunicode", YES_OR_NO, NULL },
	{ "core", "symlinks", YES_OR_NO, NULL },
	{ "core", "fsync", WORD, NULL },
	{ "gc", "auto", WORD, NULL },
	{ "gc", "autodetach", YES_OR_NO, NULL },
	{ "fetch", "fsckobjects", YES_OR_NO, NULL },
	{ "transfer", "fsckobjects", YES_OR_NO, NULL },
	{ "receive", "fsckobjects", YES_OR_NO, NULL },
	{ "remote *", "url", ANY, NULL },
	{ "remote *", "fetch", ANY, NULL },
};

struct reader {
	char section[NAME_MAX_LEN + 3]; /* "core", "remote *" */
	bool bare, version;
};

/* A piece of one line. */
struct span {
	const char *p;
	size_t      n;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span
trim(struct span s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool
has_any(struct span s, const char *set)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (strchr(set, s.p[i]) != NULL)
			return true;
	return false;
}

/* A name as a string; "" when it is none. */
static void
copy_name(char out[NAME_MAX_LEN + 1], struct span s)
{
	size_t i;

	out[0] = '\0';
	if (s.n == 0 || s.n > NAME_MAX_LEN)
		return;
	for (i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')))
			return;
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

/* [name] or [name "sub"]; what the subsection is called does not matter. */
static bool
read_section(struct reader *r, struct span line)
{
	struct span name = { line.p + 1, line.n - 2 }, sub;
	const char *quote;

	if (line.n < 3 || line.p[line.n - 1] != ']')
		return false;
	quote = memchr(name.p, '"', name.n);
	if (quote == NULL) {
		copy_name(r->section, name);
		return r->section[0] != '\0';
	}
	sub.p = quote + 1;
	sub.n = name.n - (size_t)(sub.p - name.p);
	name.n = (size_t)(quote - name.p);
	if (sub.n < 2 || sub.p[sub.n - 1] != '"' || name.n == 0 || name.p[name.n - 1] != ' ')
		return false;
	sub.n--;
	name.n--;
	copy_name(r->section, name);
	if (r->section[0] == '\0' || has_any(sub, "\"\\[]"))
		return false;
	memcpy(r->section + strlen(r->section), " *", 3);
	return true;
}

static bool
value_ok(const struct allowed *a, struct span value)
{
	char word[NAME_MAX_LEN + 1];

	if (has_any(value, "\"\\#;") || value.n == 0)
		return false;
	if (a->value == ANY)
		return true;
	if (value.n > NAME_MAX_LEN || has_any(value, " \t"))
		return false;
	memcpy(word, value.p, value.n);
	word[value.n] = '\0';
	switch (a->value) {
	case EXACTLY:
		return strcmp(word, a->text) == 0;
	case YES_OR_NO:
		return strcmp(word, "true") == 0 || strcmp(word, "false") == 0;
	case WORD:
	case ANY:
		break;
	}
	return true;
}

static enum hf_code
read_setting(struct reader *r, struct span line, struct hf_err *e)
{
	const char *equals = memchr(line.p, '=', line.n);
	struct span key = line, value = { NULL, 0 };
	char        name[NAME_MAX_LEN + 1];
	size_t      i;

	if (equals != NULL) {
		key = trim((struct span){ line.p, (size_t)(equals - line.p) });
		value = trim((struct span){ equals + 1, line.n - (size_t)(equals - line.p) - 1 });
	}
	copy_name(name, key);
	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (hf_text_equal_nocase(r->section, allowed[i].section) && hf_text_equal_nocase(name, allowed[i].key))
			break;
	if (i == sizeof(allowed) / sizeof(allowed[0]))
		return hf_fail(e, HF_BAD, "%s.%s has no place in a register", r->section, name);
	if (!value_ok(&allowed[i], value))
		return hf_fail(e, HF_BAD, "%s.%s has a value that no register has", r->section, name);
	r->version |= strcmp(allowed[i].key, "repositoryformatversion") == 0;
	r->bare |= strcmp(allowed[i].key, "bare") == 0;
	return HF_OK;
}

static enum hf_code
read_line(struct reader *r, struct span line, struct hf_err *e)
{
	line = trim(line);
	if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
		return HF_OK;
	if (line.p[0] != '[')
		return read_setting(r, line, e);
	return read_section(r, line) ? HF_OK : hf_fail(e, HF_BAD, "a section that no register has");
}

enum hf_code
hf_gitconfig_check(const char *text, size_t len, struct hf_err *e)
{
	struct reader r = { "", false, false };
	struct span   line = { text, 0 };
	const char   *end = text + len, *nl;
	enum hf_code  rc;
	unsigned      number = 0;

	if (memchr(text, '\0', len) != NULL || memchr(text, '\r', len) != NULL)
		return hf_fail(e, HF_BAD, "no text");
	for (; line.p < end; line.p += line.n + 1) {
		nl = memchr(line.p, '\n', (size_t)(end - line.p));
		line.n = nl == NULL ? (size_t)(end - line.p) : (size_t)(nl - line.p);
		number++;
		if ((rc = read_line(&r, line, e)) != HF_OK) {
			hf_fail_in(e, "line %u", number);
			return rc;
		}
	}
	if (!r.bare || !r.version)
		return hf_fail(e, HF_BAD, "it does not say that the repository is bare, or of which version");
	return HF_OK;
}
