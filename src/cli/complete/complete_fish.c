/* The script for fish. */
#include <string.h>

#include "../cmd/cmd.h"
#include "complete.h"

static const char head[] =
    "# fish completion for holdfast, made by: holdfast completion fish\n"
    "\n"
    "# What stands before the cursor: the command in $__holdfast_cmd, its operands in $__holdfast_before.\n"
    "function __holdfast_read\n"
    "\tset -g __holdfast_cmd ''\n"
    "\tset -g __holdfast_before\n"
    "\tset -l family ''\n"
    "\tset -l want 0\n"
    "\tfor w in (commandline -opc)[2..-1]\n"
    "\t\tif test $want = 1\n"
    "\t\t\tset want 0\n"
    "\t\telse if string match -q -- '-?*' $w\n"
    "\t\t\tcontains -- $w $__holdfast_takes; and set want 1\n"
    "\t\telse if test -n \"$__holdfast_cmd\"\n"
    "\t\t\tset -a __holdfast_before $w\n"
    "\t\telse if test -z \"$family\"; and contains -- $w $__holdfast_families\n"
    "\t\t\tset family $w\n"
    "\t\telse\n"
    "\t\t\tset -g __holdfast_cmd (string trim \"$family $w\")\n"
    "\t\tend\n"
    "\tend\n"
    "\tset -g __holdfast_family $family\n"
    "end\n"
    "\n"
    "# Is this the command? With one word of a family, or none: \"run -\", \"-\".\n"
    "function __holdfast_at\n"
    "\t__holdfast_read\n"
    "\tif test -n \"$__holdfast_cmd\"\n"
    "\t\ttest \"$__holdfast_cmd\" = $argv[1]\n"
    "\telse\n"
    "\t\ttest (string trim \"$__holdfast_family -\") = $argv[1]\n"
    "\tend\n"
    "end\n"
    "\n"
    "function __holdfast_offer\n"
    "\tswitch $argv[1]\n"
    "\t\tcase 'FILE*' '*|FILE*'\n"
    "\t\t\t__fish_complete_path (commandline -ct)\n"
    "\t\tcase DIR 'DIR|*'\n"
    "\t\t\t__fish_complete_directories (commandline -ct)\n"
    "\t\tcase '*'\n"
    "\t\t\tset -l typed (string replace -r '^--[^=]*=' '' -- (commandline -ct))\n"
    "\t\t\tholdfast complete --for \"$__holdfast_cmd\" -- $argv[1] \"$typed\" $__holdfast_before 2>/dev/null\n"
    "\tend\n"
    "end\n"
    "\n"
    "# The operand that comes next, of these.\n"
    "function __holdfast_operand\n"
    "\tset -l i (math (count $__holdfast_before) + 1)\n"
    "\tif test $i -gt (count $argv)\n"
    "\t\tstring match -q -- '*...' $argv[-1]; or return\n"
    "\t\tset i (count $argv)\n"
    "\tend\n"
    "\t__holdfast_offer (string replace -- '...' '' $argv[$i])\n"
    "end\n"
    "\n"
    "complete -c holdfast -e\n"
    "complete -c holdfast -f\n";

static void
add_quoted(struct hf_buf *b, const char *s)
{
	hf_buf_addc(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'' || *s == '\\')
			hf_buf_addc(b, '\\');
		hf_buf_addc(b, *s);
	}
	hf_buf_addc(b, '\'');
}

static void
add_options(struct hf_buf *b, const char *condition, const struct opt *o)
{
	for (; o != NULL && o->name != NULL; o++) {
		if ((o->flags & OPT_HIDDEN) != 0)
			continue;
		hf_buf_adds(b, "complete -c holdfast ");
		if (condition != NULL)
			hf_buf_addf(b, "-n '__holdfast_at \"%s\"' ", condition);
		if (o->letter != 0)
			hf_buf_addf(b, "-s %c ", o->letter);
		hf_buf_addf(b, "-l %s ", o->name);
		if (o->value != NULL)
			hf_buf_addf(b, "-x -a '(__holdfast_offer \"%s\")' ", o->value);
		hf_buf_adds(b, "-d ");
		add_quoted(b, o->help);
		hf_buf_addc(b, '\n');
	}
}

static void
add_operands(struct hf_buf *b, const struct cmd *c)
{
	char   word[64];
	bool   many;
	size_t i;

	if (c->operands == NULL)
		return;
	hf_buf_addf(b, "complete -c holdfast -n '__holdfast_at \"%s\"' -a '(__holdfast_operand", c->name);
	for (i = 0; opt_operand(c->operands, i, word, sizeof(word), &many, NULL); i++)
		hf_buf_addf(b, " \"%s%s\"", word, many ? "..." : "");
	hf_buf_adds(b, ")'\n");
}

/* The word that names it, where it may stand; a family's first word once. */
static void
add_word(struct hf_buf *b, const struct cmd *c, const char **family)
{
	size_t len = strcspn(c->name, " ");

	if (c->name[len] == '\0')
		hf_buf_addf(b, "complete -c holdfast -n '__holdfast_at \"-\"' -a %s -d ", c->name);
	else {
		if (*family == NULL || strncmp(*family, c->name, len + 1) != 0)
			hf_buf_addf(b, "complete -c holdfast -n '__holdfast_at \"-\"' -a %.*s\n", (int)len, c->name);
		*family = c->name;
		hf_buf_addf(
		    b, "complete -c holdfast -n '__holdfast_at \"%.*s -\"' -a %s -d ", (int)len, c->name, c->name + len + 1);
	}
	add_quoted(b, c->summary);
	hf_buf_addc(b, '\n');
}

void
complete_fish(struct hf_buf *b)
{
	const struct cmd *c;
	const char       *family = NULL;
	size_t            i, len;

	hf_buf_adds(b, head);
	hf_buf_adds(b, "\nset -g __holdfast_takes");
	complete_takes(b, opt_global);
	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++)
		complete_takes(b, c->options);
	hf_buf_adds(b, "\nset -g __holdfast_families");
	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++)
		if (c->name[len = strcspn(c->name, " ")] == ' ')
			hf_buf_addf(b, " %.*s", (int)len, c->name);
	hf_buf_adds(b, "\n\n");
	add_options(b, NULL, opt_global);
	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++) {
		add_word(b, c, &family);
		add_options(b, c->name, c->options);
		add_operands(b, c);
	}
}
