/* The command line, taken apart. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdfast/text.h"
#include "opt_in.h"

/* Is word one of "auto|always|never"? Text that is no list of choices takes anything. */
static bool
is_choice(const char *choices, const char *word, size_t len)
{
	const char *p = choices, *end;

	if (!islower((unsigned char)*p) || strchr(p, '|') == NULL)
		return true;
	for (;; p = end + 1) {
		end = p + strcspn(p, "|");
		if ((size_t)(end - p) == len && memcmp(p, word, len) == 0)
			return true;
		if (*end == '\0')
			return false;
	}
}

/* option NULL: it is an operand. */
static enum hf_code
check_choice(const struct opt *option, const char *choices, const char *word, struct hf_err *e)
{
	char        copy[128], *p, *next;
	const char *list[16], *near;
	size_t      n = 0;

	if (is_choice(choices, word, strlen(word)))
		return HF_OK;
	snprintf(copy, sizeof(copy), "%s", choices);
	for (p = copy; p != NULL && n < sizeof(list) / sizeof(list[0]); p = next) {
		if ((next = strchr(p, '|')) != NULL)
			*next++ = '\0';
		list[n++] = p;
	}
	if (option == NULL)
		hf_fail(e, HF_USAGE, "'%s' is not one of %s", word, choices);
	else
		hf_fail(e, HF_USAGE, "--%s: '%s' is not one of %s", option->name, word, choices);
	if ((near = hf_text_nearest(word, list, n)) != NULL)
		hf_hint(e, "did you mean %s?", near);
	return HF_USAGE;
}

/* ---- parsing ---- */

static enum hf_code
unknown(const struct args *a, const char *typed, size_t len, struct hf_err *e)
{
	const struct opt *tables[] = { a->options, opt_global }, *o;
	const char       *names[128], *near;
	char              word[64];
	size_t            i, n = 0;

	snprintf(word, sizeof(word), "%.*s", (int)(len < sizeof(word) ? len : sizeof(word) - 1), typed);
	hf_fail(e, HF_USAGE, "%s: unknown option", word);
	if (word[1] != '-')
		return HF_USAGE;
	for (i = 0; i < 2; i++)
		for (o = tables[i]; o != NULL && o->name != NULL && n < sizeof(names) / sizeof(names[0]); o++)
			if ((o->flags & OPT_HIDDEN) == 0)
				names[n++] = o->name;
	if ((near = hf_text_nearest(word + 2, names, n)) != NULL)
		hf_hint(e, "did you mean --%s?", near);
	return HF_USAGE;
}

/* Put it behind the last of the same option, so that its values lie together. */
static enum hf_code
take(struct args *a, const struct opt *o, const char *value, struct hf_err *e)
{
	size_t i = a->n_given;

	while (i > 0 && a->given[i - 1].opt != o)
		i--;
	if (i > 0 && o->value != NULL && (o->flags & OPT_MANY) == 0)
		return hf_fail(e, HF_USAGE, "--%s: given twice", o->name);
	if (i > 0 && o->value == NULL)
		return HF_OK;
	if (o->value != NULL && check_choice(o, o->value, value, e) != HF_OK)
		return HF_USAGE;
	if (i == 0)
		i = a->n_given;
	memmove(a->given + i + 1, a->given + i, (a->n_given - i) * sizeof(*a->given));
	memmove(a->values + i + 1, a->values + i, (a->n_given - i) * sizeof(*a->values));
	a->given[i].opt = o;
	a->values[i] = value;
	a->n_given++;
	return HF_OK;
}

static enum hf_code
no_value(const struct opt *o, struct hf_err *e)
{
	hf_fail(e, HF_USAGE, "--%s: the value is missing", o->name);
	hf_hint(e, "--%s %s", o->name, o->value);
	return HF_USAGE;
}

/* "--name", "--name=value"; *i moves over a value that stands apart. */
static enum hf_code
parse_long(struct args *a, int argc, char *const *argv, int *i, struct hf_err *e)
{
	const char       *name = argv[*i] + 2, *value = NULL;
	size_t            len = strcspn(name, "=");
	const struct opt *o;

	if ((o = opt_find(a->options, name, len)) == NULL)
		return unknown(a, argv[*i], len + 2, e);
	if (name[len] == '=')
		value = name + len + 1;
	if (o->value == NULL)
		return value == NULL ? take(a, o, NULL, e) : hf_fail(e, HF_USAGE, "--%s: takes no value", o->name);
	if (value == NULL) {
		if (*i + 1 >= argc)
			return no_value(o, e);
		value = argv[++*i];
	}
	return take(a, o, value, e);
}

/* "-n", "-nq", "-o FILE", "-oFILE". */
static enum hf_code
parse_short(struct args *a, int argc, char *const *argv, int *i, struct hf_err *e)
{
	const char       *p, *value;
	const struct opt *o;
	char              typed[3] = { '-', '\0', '\0' };

	for (p = argv[*i] + 1; *p != '\0'; p++) {
		if ((o = opt_by_letter(a->options, *p)) == NULL && (o = opt_by_letter(opt_global, *p)) == NULL) {
			typed[1] = *p;
			return unknown(a, typed, 2, e);
		}
		if (o->value == NULL) {
			if (take(a, o, NULL, e) != HF_OK)
				return HF_USAGE;
			continue;
		}
		value = p[1] != '\0' ? p + 1 : *i + 1 < argc ? argv[++*i] : NULL;
		return value == NULL ? no_value(o, e) : take(a, o, value, e);
	}
	return HF_OK;
}

static enum hf_code
check_operands(const struct args *a, struct hf_err *e)
{
	char   word[64];
	bool   many = false, optional;
	size_t i;

	for (i = 0; opt_operand(a->operands, i, word, sizeof(word), &many, &optional); i++) {
		if (i >= a->n_words)
			return optional ? HF_OK : hf_fail(e, HF_USAGE, "%s is missing", word);
		if (check_choice(NULL, word, a->words[i], e) != HF_OK)
			return HF_USAGE;
	}
	if (a->n_words > i && !many)
		return hf_fail(e, HF_USAGE, "'%s': one operand too many", a->words[i]);
	return HF_OK;
}

static enum hf_code
check_required(const struct args *a, struct hf_err *e)
{
	const struct opt *o;

	for (o = a->options; o != NULL && o->name != NULL; o++)
		if ((o->flags & OPT_REQUIRED) != 0 && opt_str(a, o->name) == NULL) {
			hf_fail(e, HF_USAGE, "--%s is missing", o->name);
			hf_hint(e, "--%s %s: %s", o->name, o->value, o->help);
			return HF_USAGE;
		}
	return HF_OK;
}

static enum hf_code
parse_all(struct args *a, int argc, char *const *argv, struct hf_err *e)
{
	bool only_words = false;
	int  i, rc = HF_OK;

	for (i = 0; i < argc && rc == HF_OK; i++) {
		if (only_words || argv[i][0] != '-' || argv[i][1] == '\0')
			a->words[a->n_words++] = argv[i];
		else if (strcmp(argv[i], "--") == 0)
			only_words = true;
		else if (argv[i][1] == '-')
			rc = (int)parse_long(a, argc, argv, &i, e);
		else
			rc = (int)parse_short(a, argc, argv, &i, e);
	}
	return (enum hf_code)rc;
}

static struct args *
new_args(const struct opt *options, const char *operands, int argc)
{
	struct args *a = calloc(1, sizeof(*a));
	size_t       n = (size_t)argc + 1;

	if (a == NULL)
		return NULL;
	a->options = options;
	a->operands = operands;
	a->given = calloc(n, sizeof(*a->given));
	a->values = calloc(n, sizeof(*a->values));
	a->words = calloc(n, sizeof(*a->words));
	if (a->given != NULL && a->values != NULL && a->words != NULL)
		return a;
	opt_free(a);
	return NULL;
}

enum hf_code
opt_parse(struct args **out, const struct opt *options, const char *operands, int argc, char *const *argv, struct hf_err *e)
{
	struct args *a;
	enum hf_code rc;

	*out = NULL;
	if ((a = new_args(options, operands, argc)) == NULL)
		return hf_nomem(e);
	if ((rc = parse_all(a, argc, argv, e)) != HF_OK)
		goto done;
	if (!opt_flag(a, "help") && !opt_flag(a, "version") &&
	    ((rc = check_operands(a, e)) != HF_OK || (rc = check_required(a, e)) != HF_OK))
		goto done;
	*out = a;
	a = NULL;
done:
	opt_free(a);
	return rc;
}

/* The global option that argv[i] is; *next is where the following argument stands. NULL: it is none. */
static const struct opt *
global_at(int argc, char *const *argv, int i, int *next)
{
	const char       *name = argv[i] + 2;
	const struct opt *o;
	size_t            len;

	*next = i + 1;
	if (argv[i][0] != '-' || argv[i][1] == '\0')
		return NULL;
	if (argv[i][1] != '-')
		return argv[i][2] == '\0' ? opt_by_letter(opt_global, argv[i][1]) : NULL;
	len = strcspn(name, "=");
	o = opt_in_table(opt_global, name, len);
	if (o != NULL && o->value != NULL && name[len] == '\0' && i + 1 < argc)
		*next = i + 2;
	return o;
}

struct args *
opt_parse_global(int argc, char *const *argv)
{
	struct args      *a = new_args(NULL, NULL, argc);
	const struct opt *o;
	const char       *value;
	int               i, next;

	for (i = 0; a != NULL && i < argc && strcmp(argv[i], "--") != 0; i = next) {
		if ((o = global_at(argc, argv, i, &next)) == NULL)
			continue;
		value = o->value == NULL ? NULL : next == i + 2 ? argv[i + 1] : strchr(argv[i], '=');
		if (value != NULL && next == i + 1)
			value++;
		if ((o->value == NULL) == (value == NULL))
			take(a, o, value, NULL);
	}
	return a;
}

size_t
opt_first_words(const char *words[2], int at[2], int argc, char *const *argv)
{
	size_t n = 0;
	int    i, next;

	for (i = 0; i < argc && n < 2; i = next) {
		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			words[n] = argv[i];
			at[n++] = i;
			next = i + 1;
		} else if (global_at(argc, argv, i, &next) == NULL)
			break;
	}
	return n;
}

void
opt_free(struct args *a)
{
	if (a == NULL)
		return;
	free(a->given);
	free(a->values);
	free(a->words);
	free(a);
}
