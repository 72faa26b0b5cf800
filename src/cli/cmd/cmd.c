#include "cmd.h"

#include <stdio.h>
#include <string.h>

#include "holdfast/buf.h"
#include "holdfast/text.h"

#define MAX_ROWS 128

static const struct {
	const char *word, *title;
} groups[] = {
	[CMD_RESPOND] = { "respond", "Respond to a hijacked account" },
	[CMD_REGISTER] = { "register", "Keep the register" },
	[CMD_ROUTINE] = { "routine", "In quiet times" },
	[CMD_SHARE] = { "share", "Share and prove" },
	[CMD_BOOKS] = { "books", "Playbooks and other books" },
	[CMD_HELP] = { "help", "Help" },
	[CMD_HIDDEN] = { "hidden", "Hidden" },
};

const char *
cmd_group_title(enum cmd_group group)
{
	return groups[group].title;
}

const char *
cmd_group_word(enum cmd_group group)
{
	return groups[group].word;
}

static size_t
fill(const struct cmd **rows)
{
	const struct cmd *const *table;
	const struct cmd        *c;
	size_t                   n = 0;
	int                      g;

	for (g = CMD_RESPOND; g <= CMD_HIDDEN; g++)
		for (table = cmd_tables; *table != NULL; table++)
			for (c = *table; c->name != NULL && n < MAX_ROWS; c++)
				if ((int)c->group == g)
					rows[n++] = c;
	return n;
}

const struct cmd *
cmd_at(size_t i)
{
	static const struct cmd *rows[MAX_ROWS];
	static size_t            n;

	if (n == 0)
		n = fill(rows);
	return i < n ? rows[i] : NULL;
}

/* Is name "first", or "first second"? second NULL: one word. */
static bool
is_named(const char *name, const char *first, const char *second)
{
	size_t len = strlen(first);

	if (strncmp(name, first, len) != 0)
		return false;
	if (second == NULL)
		return name[len] == '\0';
	return name[len] == ' ' && strcmp(name + len + 1, second) == 0;
}

static const struct cmd *
exactly(const char *first, const char *second)
{
	const struct cmd *c;
	size_t            i;

	for (i = 0; (c = cmd_at(i)) != NULL; i++)
		if (is_named(c->name, first, second))
			return c;
	return NULL;
}

bool
cmd_is_family(const char *word)
{
	const struct cmd *c;
	size_t            i, len = strlen(word);

	for (i = 0; (c = cmd_at(i)) != NULL; i++)
		if (strncmp(c->name, word, len) == 0 && c->name[len] == ' ')
			return true;
	return false;
}

/* "list, show, next" as the hint. */
static void
hint_family(const char *word, struct hf_err *e)
{
	struct hf_buf     b = HF_BUF_INIT;
	const struct cmd *c;
	size_t            i, len = strlen(word);

	for (i = 0; (c = cmd_at(i)) != NULL; i++)
		if (strncmp(c->name, word, len) == 0 && c->name[len] == ' ')
			hf_buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", c->name + len + 1);
	hf_hint(e, "holdfast %s ...: %s", word, hf_buf_str(&b));
	hf_buf_clear(&b);
}

/* The nearest name: of whole rows, and of the first words of families. False when none is near. */
static bool
hint_nearest(const char *typed, struct hf_err *e)
{
	const char       *names[MAX_ROWS * 2], *near;
	char              firsts[MAX_ROWS][24];
	const struct cmd *c;
	size_t            i, n = 0, n_firsts = 0, len;

	for (i = 0; (c = cmd_at(i)) != NULL; i++) {
		if (c->group == CMD_HIDDEN)
			continue;
		names[n++] = c->name;
		len = strcspn(c->name, " ");
		if (c->name[len] == '\0' || len >= sizeof(firsts[0]))
			continue;
		memcpy(firsts[n_firsts], c->name, len);
		firsts[n_firsts][len] = '\0';
		names[n++] = firsts[n_firsts++];
	}
	if ((near = hf_text_nearest(typed, names, n)) != NULL)
		hf_hint(e, "did you mean holdfast %s?", near);
	return near != NULL;
}

static enum hf_code
not_found(const char *first, const char *second, struct hf_err *e)
{
	char typed[128];

	if (!cmd_is_family(first)) {
		hf_fail(e, HF_USAGE, "%s: no such command", first);
		if (!hint_nearest(first, e))
			hf_hint(e, "holdfast help");
		return HF_USAGE;
	}
	if (second == NULL) {
		hf_fail(e, HF_USAGE, "%s: it takes one more word", first);
		hint_family(first, e);
		return HF_USAGE;
	}
	snprintf(typed, sizeof(typed), "%s %s", first, second);
	hf_fail(e, HF_USAGE, "%s: no such command", typed);
	if (!hint_nearest(typed, e))
		hint_family(first, e);
	return HF_USAGE;
}

enum hf_code
cmd_find(const struct cmd **out, size_t *used, const char *const *words, size_t n, struct hf_err *e)
{
	const char *second = n > 1 ? words[1] : NULL;

	*out = NULL;
	*used = 0;
	if (n == 0) {
		hf_fail(e, HF_USAGE, "no command");
		hf_hint(e, "usage: holdfast COMMAND; an account is hijacked: holdfast respond; all else: holdfast help");
		return HF_USAGE;
	}
	if (second != NULL && (*out = exactly(words[0], second)) != NULL)
		*used = 2;
	else if ((*out = exactly(words[0], NULL)) != NULL)
		*used = 1;
	else
		return not_found(words[0], second, e);
	return HF_OK;
}
