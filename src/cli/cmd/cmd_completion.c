/* completion: the scripts; complete: what they ask us. */
#include "../complete/complete.h"
#include "cmd.h"

static enum hf_code
run_completion(struct app *app, const struct args *a, struct hf_err *e)
{
	const char   *shell = opt_word(a, "bash|zsh|fish");
	struct hf_buf b = HF_BUF_INIT;
	enum hf_code  rc;

	if (shell[0] == 'b')
		complete_bash(&b);
	else if (shell[0] == 'z')
		complete_zsh(&b);
	else
		complete_fish(&b);
	if ((rc = hf_buf_check(&b, e)) == HF_OK)
		out_document(app->out, "script", hf_buf_str(&b), b.len);
	hf_buf_clear(&b);
	return rc;
}

/* One candidate per line, a tab, what it is. Nothing is asked, nothing fails. */
static enum hf_code
run_complete(struct app *app, const struct args *a, struct hf_err *e)
{
	struct complete c = { .app = app, .command = opt_str_or(a, "for", ""), .typed = opt_word(a, "TYPED") };
	struct hf_json *list = hf_json_array();
	size_t          i;

	app->no_input = true;
	c.before = opt_words(a, "BEFORE", &c.n_before);
	if (list == NULL || (c.words = words_new(c.typed)) == NULL) {
		hf_json_free(list);
		return hf_nomem(e);
	}
	complete_offer(opt_word(a, "TYPE"), &c);
	for (i = 0; i < words_count(c.words); i++) {
		put_line(app->out, OUT_PLAIN, "%s\t%s", words_at(c.words, i), words_help(c.words, i));
		hf_json_push(list, hf_json_string(words_at(c.words, i)));
	}
	out_view(app->out, list, NULL, NULL);
	hf_json_free(list);
	words_free(c.words);
	return HF_OK;
}

static const struct opt complete_opts[] = {
	{ 0, "for", "COMMAND", "the command that is being typed", 0 },
	OPT_END,
};

extern const struct cmd complete_cmds[];

const struct cmd complete_cmds[] = {
	{
	    .name = "completion",
	    .run = run_completion,
	    .operands = "bash|zsh|fish",
	    .group = CMD_HELP,
	    .summary = "print the completion script for a shell",
	    .about =
		"Made from the table of commands. What only the register knows (references, kinds, runs, steps) the script asks this program "
		"for when Tab is pressed, and nothing is asked of you meanwhile: where the key is locked, nothing is offered.",
	    .examples = "source <(holdfast completion bash)\nholdfast completion zsh >~/.zfunc/_holdfast\n"
			"holdfast completion fish >~/.config/fish/completions/holdfast.fish\n",
	},
	{
	    .name = "complete",
	    .run = run_complete,
	    .options = complete_opts,
	    .operands = "TYPE TYPED [BEFORE...]",
	    .group = CMD_HIDDEN,
	    .summary = "what a word on the command line may become, for the scripts of completion",
	},
	CMD_END,
};
