/* The script for zsh. */
#include <string.h>

#include "../cmd/cmd.h"
#include "complete.h"

static const char head[] =
    "#compdef holdfast\n"
    "# zsh completion for holdfast, made by: holdfast completion zsh\n"
    "\n"
    "# The last argument is a type; those before it are for compadd.\n"
    "_holdfast_offer() {\n"
    "\tlocal type=$argv[-1] found w\n"
    "\tlocal -a open whole shown_open shown_whole for_compadd\n"
    "\tfor_compadd=(\"${(@)argv[1,-2]}\")\n"
    "\tcase $type in\n"
    "\t(FILE*|*\\|FILE*) _files $for_compadd; return ;;\n"
    "\t(DIR|DIR\\|*) _files -/ $for_compadd; return ;;\n"
    "\t([a-z]*\\|*) compadd $for_compadd -- ${(s:|:)type}; return ;;\n"
    "\tesac\n"
    "\tfor found in ${(f)\"$(holdfast complete --for \"$holdfast_cmd\" -- \"$type\" \"${(Q)PREFIX}\" $holdfast_before 2>/dev/null)\"}; do\n"
    "\t\tw=${found%%$'\\t'*}\n"
    "\t\tif [[ $w == *= ]]; then\n"
    "\t\t\topen+=($w) shown_open+=(\"$w  ${found#*$'\\t'}\")\n"
    "\t\telse\n"
    "\t\t\twhole+=($w) shown_whole+=(\"$w  ${found#*$'\\t'}\")\n"
    "\t\tfi\n"
    "\tdone\n"
    "\t(( $#open )) && compadd $for_compadd -M 'm:{a-zA-Z}={A-Za-z}' -S '' -l -d shown_open -a open\n"
    "\t(( $#whole )) && compadd $for_compadd -M 'm:{a-zA-Z}={A-Za-z}' -l -d shown_whole -a whole\n"
    "\t(( $#open + $#whole ))\n"
    "}\n"
    "\n";

static const char body[] = "\n"
			   "_holdfast() {\n"
			   "\tlocal holdfast_cmd='' family='' w i\n"
			   "\tlocal -a rest holdfast_before commands options\n"
			   "\t_holdfast_table\n"
			   "\trest=(holdfast)\n"
			   "\tfor ((i = 2; i < CURRENT; i++)); do\n"
			   "\t\tw=$words[i]\n"
			   "\t\tif [[ $w == -?* ]]; then\n"
			   "\t\t\trest+=($w)\n"
			   "\t\t\tif (( $takes[(Ie)$w] && i + 1 < CURRENT )); then rest+=(\"$words[++i]\"); fi\n"
			   "\t\telif [[ -n $holdfast_cmd ]]; then\n"
			   "\t\t\trest+=(\"$w\") holdfast_before+=(\"${(Q)w}\")\n"
			   "\t\telif [[ -z $family ]] && (( $families[(Ie)$w] )); then\n"
			   "\t\t\tfamily=$w\n"
			   "\t\telse\n"
			   "\t\t\tholdfast_cmd=${family:+$family }$w\n"
			   "\t\tfi\n"
			   "\tdone\n"
			   "\twords=($rest \"${(@)words[CURRENT,-1]}\")\n"
			   "\tCURRENT=$(( $#rest + 1 ))\n"
			   "\tif [[ -z $holdfast_cmd ]]; then\n"
			   "\t\t_holdfast_words \"$family\"\n"
			   "\t\t_arguments -S $globals '1: :{_describe command commands}'\n"
			   "\t\treturn\n"
			   "\tfi\n"
			   "\t_holdfast_row \"$holdfast_cmd\"\n"
			   "\t_arguments -S $globals $options\n"
			   "}\n"
			   "\n"
			   "if [[ $funcstack[1] == _holdfast ]]; then\n"
			   "\t_holdfast \"$@\"\n"
			   "else\n"
			   "\tcompdef _holdfast holdfast\n"
			   "fi\n";

/* Within '…', and with the characters that _arguments and _describe would read. */
static void
add_quoted(struct hf_buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\'')
			hf_buf_adds(b, "'\\'");
		else if (strchr("[]:\\", *s) != NULL)
			hf_buf_addc(b, '\\');
		hf_buf_addc(b, *s);
	}
}

static void
add_option(struct hf_buf *b, const struct opt *o, char letter)
{
	hf_buf_addf(b, "\t\t'%s", (o->flags & OPT_MANY) != 0 ? "*" : "");
	if (letter != 0)
		hf_buf_addf(b, "-%c%s[", letter, o->value == NULL ? "" : "+");
	else
		hf_buf_addf(b, "--%s%s[", o->name, o->value == NULL ? "" : "=");
	add_quoted(b, o->help);
	hf_buf_addc(b, ']');
	if (o->value != NULL)
		hf_buf_addf(b, ":%s:_holdfast_offer \"%s\"", o->value, o->value);
	hf_buf_adds(b, "'\n");
}

static void
add_options(struct hf_buf *b, const struct opt *o)
{
	for (; o != NULL && o->name != NULL; o++) {
		if ((o->flags & OPT_HIDDEN) != 0)
			continue;
		if (o->letter != 0)
			add_option(b, o, o->letter);
		add_option(b, o, 0);
	}
}

static void
add_operands(struct hf_buf *b, const char *operands)
{
	char   word[64];
	bool   many, optional;
	size_t i;

	for (i = 0; opt_operand(operands, i, word, sizeof(word), &many, &optional); i++) {
		if (many)
			hf_buf_adds(b, "\t\t'*:");
		else
			hf_buf_addf(b, "\t\t'%zu:%s", i + 1, optional ? ":" : "");
		hf_buf_addf(b, "%s:_holdfast_offer \"%s\"'\n", word, word);
	}
}

static void
add_row(struct hf_buf *b, const struct cmd *c)
{
	hf_buf_addf(b, "\t('%s') options=(\n", c->name);
	add_options(b, c->options);
	add_operands(b, c->operands);
	hf_buf_adds(b, "\t) ;;\n");
}

/* "name:summary" of rows in a family, or of first words. */
static void
add_words(struct hf_buf *b)
{
	const struct cmd *c;
	size_t            i, len;

	hf_buf_adds(b, "_holdfast_words() {\n\tcase $1 in\n");
	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++) {
		len = strcspn(c->name, " ");
		if (c->name[len] == '\0')
			hf_buf_addf(b, "\t('') commands+=('%s:", c->name);
		else
			hf_buf_addf(b, "\t('%.*s') commands+=('%s:", (int)len, c->name, c->name + len + 1);
		add_quoted(b, c->summary);
		hf_buf_adds(b, "') ;|\n");
	}
	hf_buf_adds(b, "\t('') commands+=($families) ;;\n\tesac\n}\n");
}

void
complete_zsh(struct hf_buf *b)
{
	const struct cmd *c;
	size_t            i, len;

	hf_buf_adds(b, head);
	hf_buf_adds(b, "_holdfast_row() {\n\tcase $1 in\n");
	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++)
		add_row(b, c);
	hf_buf_adds(b, "\tesac\n}\n\n");
	add_words(b);
	hf_buf_adds(b, "\n_holdfast_table() {\n\ttypeset -ga globals\n\ttypeset -gaU takes families\n\tglobals=(\n");
	add_options(b, opt_global);
	hf_buf_adds(b, "\t)\n\ttakes=(");
	complete_takes(b, opt_global);
	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++)
		complete_takes(b, c->options);
	hf_buf_adds(b, " )\n\tfamilies=(");
	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++)
		if (c->name[len = strcspn(c->name, " ")] == ' ')
			hf_buf_addf(b, " %.*s", (int)len, c->name);
	hf_buf_adds(b, " )\n}\n");
	hf_buf_adds(b, body);
}
