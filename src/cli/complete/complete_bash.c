/* The script for bash. */
#include <string.h>

#include "../cmd/cmd.h"
#include "complete.h"

static const char head[] = "# bash completion for holdfast, made by: holdfast completion bash\n"
			   "\n"
			   "_holdfast_row() {\n"
			   "\toptions='' operands=''\n"
			   "\tcase $1 in\n";

static const char tail[] =
    "\n"
    "# The type of an option's value, in $type.\n"
    "_holdfast_value() {\n"
    "\tlocal o\n"
    "\ttype=''\n"
    "\tfor o in $options $globals; do\n"
    "\t\t[[ $o == \"$1=\"* ]] && type=${o#*=} && return\n"
    "\tdone\n"
    "}\n"
    "\n"
    "# The type of the operand that comes next, in $type.\n"
    "_holdfast_operand() {\n"
    "\tlocal o i=0\n"
    "\ttype=''\n"
    "\tfor o in $operands; do\n"
    "\t\to=${o#[} o=${o%]}\n"
    "\t\tif ((i++ == ${#before[@]})) || [[ $o == *... ]]; then\n"
    "\t\t\ttype=${o%...}\n"
    "\t\t\treturn\n"
    "\t\tfi\n"
    "\tdone\n"
    "}\n"
    "\n"
    "_holdfast_offer() {\n"
    "\tlocal line\n"
    "\tcase $type in\n"
    "\t'') ;;\n"
    "\tFILE* | *'|FILE'*) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
    "\tDIR | 'DIR|'*) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;\n"
    "\t[a-z]*'|'*) mapfile -t COMPREPLY < <(compgen -W \"${type//|/ }\" -- \"$cur\") ;;\n"
    "\t*)\n"
    "\t\twhile IFS= read -r line; do\n"
    "\t\t\tCOMPREPLY+=(\"${line%%$'\\t'*}\")\n"
    "\t\tdone < <(\"${words[0]}\" complete --for \"$cmd\" -- \"$type\" \"$cur\" \"${before[@]}\" 2>/dev/null)\n"
    "\t\t;;\n"
    "\tesac\n"
    "}\n"
    "\n"
    "# Readline ends words at : and = too: what stands before them must not be given again. Blanks are quoted.\n"
    "_holdfast_trim() {\n"
    "\tlocal whole=$prefix$cur i r stem=''\n"
    "\t[[ $COMP_WORDBREAKS == *:* ]] && stem=${whole%\"${whole##*[:=]}\"}\n"
    "\tfor i in \"${!COMPREPLY[@]}\"; do\n"
    "\t\tr=$prefix${COMPREPLY[i]}\n"
    "\t\t[[ $r == *= ]] && compopt -o nospace\n"
    "\t\tr=${r#\"$stem\"}\n"
    "\t\t[[ $r == *[[:space:]]* ]] && printf -v r %q \"$r\"\n"
    "\t\tCOMPREPLY[i]=$r\n"
    "\tdone\n"
    "}\n"
    "\n"
    "_holdfast() {\n"
    "\tlocal IFS=$' \\t\\n' line=${COMP_LINE:0:COMP_POINT} cur prefix='' cmd='' family='' type='' options='' operands='' want='' i w\n"
    "\tlocal globals commands families\n"
    "\tlocal -a words=() before=()\n"
    "\tCOMPREPLY=()\n"
    "\t_holdfast_globals\n"
    "\tread -ra words <<<\"$line\"\n"
    "\t[[ $line == *[[:space:]] ]] && words+=('')\n"
    "\tcur=${words[-1]}\n"
    "\tfor ((i = 1; i < ${#words[@]} - 1; i++)); do\n"
    "\t\tw=${words[i]}\n"
    "\t\tif [[ -n $want ]]; then\n"
    "\t\t\twant=''\n"
    "\t\telif [[ $w == -?* ]]; then\n"
    "\t\t\t_holdfast_value \"$w\"\n"
    "\t\t\twant=$type\n"
    "\t\telif [[ -n $cmd ]]; then\n"
    "\t\t\tbefore+=(\"$w\")\n"
    "\t\telif [[ -z $family && \" $families \" == *\" $w \"* ]]; then\n"
    "\t\t\tfamily=$w\n"
    "\t\telse\n"
    "\t\t\tcmd=${family:+$family }$w\n"
    "\t\t\t_holdfast_row \"$cmd\"\n"
    "\t\tfi\n"
    "\tdone\n"
    "\tif [[ -n $want ]]; then\n"
    "\t\ttype=$want\n"
    "\telif [[ $cur == --*=* ]]; then\n"
    "\t\t_holdfast_value \"${cur%%=*}\"\n"
    "\t\tprefix=${cur%%=*}= cur=${cur#*=}\n"
    "\telif [[ $cur == -* ]]; then\n"
    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$(printf '%s\\n' $options $globals | sed 's/=.*//')\" -- \"$cur\")\n"
    "\t\ttype=''\n"
    "\telif [[ -n $family && -z $cmd ]]; then\n"
    "\t\t_holdfast_row \"$family\"\n"
    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$operands\" -- \"$cur\")\n"
    "\t\ttype=''\n"
    "\telif [[ -z $cmd ]]; then\n"
    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$cur\")\n"
    "\t\ttype=''\n"
    "\telse\n"
    "\t\t_holdfast_operand\n"
    "\tfi\n"
    "\t_holdfast_offer\n"
    "\t_holdfast_trim\n"
    "}\n"
    "\n"
    "complete -F _holdfast holdfast\n";

static void
add_options(struct hf_buf *b, const struct opt *o)
{
	const char *gap = "";

	for (; o != NULL && o->name != NULL; o++) {
		if ((o->flags & OPT_HIDDEN) != 0)
			continue;
		if (o->letter != 0)
			hf_buf_addf(b, "%s-%c%s%s ", gap, o->letter, o->value == NULL ? "" : "=", o->value == NULL ? "" : o->value);
		else
			hf_buf_adds(b, gap);
		hf_buf_addf(b, "--%s%s%s", o->name, o->value == NULL ? "" : "=", o->value == NULL ? "" : o->value);
		gap = " ";
	}
}

/* The first words, each once; of families only when so asked. */
static void
add_first_words(struct hf_buf *b, bool families)
{
	const struct cmd *c, *last = NULL;
	size_t            i, len, last_len = 0;

	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++) {
		len = strcspn(c->name, " ");
		if ((families && c->name[len] == '\0') ||
		    (last != NULL && len == last_len && memcmp(c->name, last->name, len) == 0))
			continue;
		hf_buf_addf(b, "%s%.*s", last == NULL ? "" : " ", (int)len, c->name);
		last = c;
		last_len = len;
	}
}

/* A family's row has its second words as operands. */
static void
add_families(struct hf_buf *b)
{
	const struct cmd *c, *last = NULL;
	size_t            i, len = 0;

	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++) {
		if (strchr(c->name, ' ') == NULL)
			continue;
		if (last == NULL || strncmp(c->name, last->name, len + 1) != 0) {
			len = strcspn(c->name, " ");
			hf_buf_addf(
			    b, "%s\t%.*s) operands='%s", last == NULL ? "" : "' ;;\n", (int)len, c->name, c->name + len + 1);
		} else
			hf_buf_addf(b, " %s", c->name + len + 1);
		last = c;
	}
	hf_buf_adds(b, last == NULL ? "" : "' ;;\n");
}

void
complete_bash(struct hf_buf *b)
{
	const struct cmd *c;
	size_t            i;

	hf_buf_adds(b, head);
	for (i = 0; (c = cmd_at(i)) != NULL && c->group != CMD_HIDDEN; i++) {
		hf_buf_addf(b, "\t'%s') options='", c->name);
		add_options(b, c->options);
		hf_buf_addf(b, "' operands='%s' ;;\n", c->operands == NULL ? "" : c->operands);
	}
	add_families(b);
	hf_buf_adds(b, "\tesac\n}\n\n_holdfast_globals() {\n\tglobals='");
	add_options(b, opt_global);
	hf_buf_adds(b, "'\n\tcommands='");
	add_first_words(b, false);
	hf_buf_adds(b, "'\n\tfamilies='");
	add_first_words(b, true);
	hf_buf_adds(b, "'\n}\n");
	hf_buf_adds(b, tail);
}
