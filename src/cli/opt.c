#include "opt.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/buf.h"
#include "opt_in.h"

const struct opt opt_global[] = {
	{ 0, "register", "DIR|NAME", "the register to use", 0 },
	{ 0, "key", "FPR", "the OpenPGP key to use, by its full fingerprint", 0 },
	{ 0, "json", NULL, "one JSON document instead of text", 0 },
	{ 0, "no-input", NULL, "never ask: say which option is missing", 0 },
	{ 'q', "quiet", NULL, "no notes and no progress on standard error", 0 },
	{ 0, "color", "auto|always|never", "colours in the text (auto: on a terminal)", 0 },
	{ 'h', "help", NULL, "help for the command", 0 },
	{ 0, "version", NULL, "the version", 0 },
	OPT_END,
};

const struct opt *
opt_in_table(const struct opt *table, const char *name, size_t len)
{
	for (; table != NULL && table->name != NULL; table++)
		if (strlen(table->name) == len && memcmp(table->name, name, len) == 0)
			return table;
	return NULL;
}

const struct opt *
opt_by_letter(const struct opt *table, char letter)
{
	for (; table != NULL && table->name != NULL; table++)
		if (table->letter == letter)
			return table;
	return NULL;
}

const struct opt *
opt_find(const struct opt *options, const char *name, size_t len)
{
	const struct opt *o = opt_in_table(options, name, len);

	return o != NULL ? o : opt_in_table(opt_global, name, len);
}

/* ---- operands ---- */

bool
opt_operand(const char *operands, size_t i, char *word, size_t size, bool *many, bool *optional)
{
	const char *p = operands == NULL ? "" : operands, *end;
	size_t      len;
	bool        dots, brackets;

	for (;; i--) {
		p += strspn(p, " ");
		if (*p == '\0')
			return false;
		end = p + strcspn(p, " ");
		if (i == 0)
			break;
		p = end;
	}
	if ((brackets = *p == '[')) {
		p++;
		end--;
	}
	if ((dots = end - p > 3 && memcmp(end - 3, "...", 3) == 0))
		end -= 3;
	len = (size_t)(end - p);
	if (len >= size)
		len = size - 1;
	memcpy(word, p, len);
	word[len] = '\0';
	if (many != NULL)
		*many = dots;
	if (optional != NULL)
		*optional = brackets;
	return true;
}

/* ---- the values ---- */

/* Where its values begin, and how many there are. */
static size_t
given(const struct args *a, const char *name, size_t *first)
{
	const struct opt *o = opt_find(a->options, name, strlen(name));
	size_t            i, n = 0;

	if (o == NULL)
		abort();
	*first = 0;
	for (i = 0; i < a->n_given; i++)
		if (a->given[i].opt == o && n++ == 0)
			*first = i;
	return n;
}

bool
opt_flag(const struct args *a, const char *name)
{
	size_t first;

	return given(a, name, &first) > 0;
}

const char *
opt_str(const struct args *a, const char *name)
{
	size_t first;

	return given(a, name, &first) > 0 ? a->values[first] : NULL;
}

const char *
opt_str_or(const struct args *a, const char *name, const char *fallback)
{
	const char *s = opt_str(a, name);

	return s == NULL ? fallback : s;
}

const char *const *
opt_list(const struct args *a, const char *name, size_t *n)
{
	size_t first;

	*n = given(a, name, &first);
	return a->values + first;
}

enum hf_code
opt_int(int *out, const struct args *a, const char *name, int fallback, int min, int max, struct hf_err *e)
{
	const char *s = opt_str(a, name);
	char       *end;
	long        n;

	*out = fallback;
	if (s == NULL)
		return HF_OK;
	errno = 0;
	n = strtol(s, &end, 10);
	if (errno != 0 || *end != '\0' || end == s || isspace((unsigned char)*s) || n < min || n > max)
		return hf_fail(e, HF_USAGE, "--%s: '%s' is not a whole number from %d to %d", name, s, min, max);
	*out = (int)n;
	return HF_OK;
}

static size_t
operand_index(const struct args *a, const char *operand)
{
	char   word[64];
	size_t i;

	for (i = 0; opt_operand(a->operands, i, word, sizeof(word), NULL, NULL); i++)
		if (strcmp(word, operand) == 0)
			return i;
	abort();
}

const char *
opt_word(const struct args *a, const char *operand)
{
	size_t i = operand_index(a, operand);

	return i < a->n_words ? a->words[i] : NULL;
}

const char *const *
opt_words(const struct args *a, const char *operand, size_t *n)
{
	size_t i = operand_index(a, operand);

	*n = i < a->n_words ? a->n_words - i : 0;
	return a->words + (*n > 0 ? i : 0);
}

char *
opt_usage(const struct opt *options, const char *operands)
{
	struct hf_buf     b = HF_BUF_INIT;
	const struct opt *o;

	hf_buf_adds(&b, "");
	for (o = options; o != NULL && o->name != NULL; o++) {
		if ((o->flags & OPT_HIDDEN) != 0)
			continue;
		hf_buf_addf(&b, (o->flags & OPT_REQUIRED) != 0 ? "--%s" : "[--%s", o->name);
		if (o->value != NULL)
			hf_buf_addf(&b, " %s", o->value);
		hf_buf_adds(&b, (o->flags & OPT_REQUIRED) != 0 ? "" : "]");
		hf_buf_adds(&b, (o->flags & OPT_MANY) != 0 ? "... " : " ");
	}
	if (operands != NULL)
		hf_buf_adds(&b, operands);
	else if (b.len > 0)
		hf_buf_cut(&b, b.len - 1);
	return hf_buf_steal(&b);
}
