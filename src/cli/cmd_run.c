/* run: the rows, and run resume */
#include "cmd_run.h"

#include "cmd.h"
#include "cmd_respond.h"
#include "runs.h"

static const struct opt resume_opts[] = {
	RUNS_OPT_FOR,
	RUNS_OPT_ROLE,
	{ 0, "plain", NULL, "never clear the screen: for screen readers and logs", 0 },
	OPT_END,
};

static enum hf_code
resume(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_run *run = NULL;
	enum hf_code   rc;

	if ((rc = runs_open(&run, app, opt_word(a, "RUN"), e)) == HF_OK)
		rc = respond_go(app, &run, a, e);
	hf_run_close(run);
	return rc;
}

const struct cmd run_cmds[] = {
	{
	    .name = "run list",
	    .run = cmd_run_list,
	    .needs = NEED_REGISTER,
	    .options = run_list_opts,
	    .group = CMD_RESPOND,
	    .summary = "all runs, the newest first",
	    .examples = "holdfast run list --open\n",
	},
	{
	    .name = "run show",
	    .run = cmd_run_show,
	    .needs = NEED_REGISTER,
	    .operands = "RUN",
	    .group = CMD_RESPOND,
	    .summary = "where a run stands, step by step",
	    .about = "RUN is the id of a run or its beginning, an account with one open run, or last.",
	    .examples = "holdfast run show last\nholdfast run show @agency\n",
	},
	{
	    .name = "run next",
	    .run = cmd_run_next,
	    .needs = NEED_REGISTER,
	    .operands = "RUN [STEP]",
	    .group = CMD_RESPOND,
	    .summary = "what to do next, in full, with the commands to type",
	    .about =
		"The step that comes next, or the one that is named: who acts and how to reach them, until when, what to do, what to keep and to write down.",
	    .examples = "holdfast run next last\nholdfast run next last file-report\n",
	},
	{
	    .name = "run resume",
	    .run = resume,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = resume_opts,
	    .operands = "RUN",
	    .group = CMD_RESPOND,
	    .summary = "go on with a run, step by step",
	    .about = "On a terminal the run is walked through from where it stands. Elsewhere it says where that is.",
	    .examples = "holdfast run resume last\nholdfast run resume @agency --as-role security\n",
	},
	{
	    .name = "run done",
	    .run = cmd_run_done,
	    .needs = NEED_WRITE,
	    .options = run_done_opts,
	    .operands = "RUN STEP",
	    .group = CMD_RESPOND,
	    .summary = "a step is done",
	    .about =
		"Refused, with exit status 1, while values, evidence or an answer are missing, or what the step needs is not done: it says which.",
	    .examples = "holdfast run done last ring-lead --at 22:43\n",
	},
	{
	    .name = "run fail",
	    .run = cmd_run_fail,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = run_done_opts,
	    .operands = "RUN STEP",
	    .group = CMD_RESPOND,
	    .summary = "a step was tried and failed",
	    .examples = "holdfast run fail last file-report --note \"the form is gone\"\n",
	},
	{
	    .name = "run skip",
	    .run = cmd_run_skip,
	    .needs = NEED_WRITE,
	    .options = run_skip_opts,
	    .operands = "RUN STEP",
	    .group = CMD_RESPOND,
	    .summary = "leave a step out, with a reason",
	    .examples = "holdfast run skip last tell-ncsc --why \"nothing serious\"\n",
	},
	{
	    .name = "run answer",
	    .run = cmd_run_answer,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = run_done_opts,
	    .operands = "RUN STEP KEY",
	    .group = CMD_RESPOND,
	    .summary = "answer the question of a step",
	    .about =
		"KEY is what stands between If and the comma or colon, in small letters with hyphens: no for \"If no, or not sure\". The answer leads on: to "
		"other steps, to other playbooks, or to the end.",
	    .examples = "holdfast run answer last still-in no\n",
	},
	{
	    .name = "run value",
	    .run = cmd_run_value,
	    .needs = NEED_WRITE,
	    .options = run_act_opts,
	    .operands = "RUN STEP|NAME=VALUE [NAME=VALUE...]",
	    .group = CMD_RESPOND,
	    .summary = "write values down",
	    .about = "Values of a step; without a step those that the playbook asks first.",
	    .examples =
		"holdfast run value last still-in session_where=\"Jo's telephone\" last_access=22:10\nholdfast run value last noticed_at=22:31\n",
	},
	{
	    .name = "run note",
	    .run = cmd_run_note,
	    .needs = NEED_WRITE,
	    .options = run_note_opts,
	    .operands = "RUN [TEXT]",
	    .group = CMD_RESPOND,
	    .summary = "write a note into the log",
	    .about = "TEXT - is standard input. Without TEXT it is asked for. A note can also be added to a run that is closed.",
	    .examples = "holdfast run note last \"the press rang\" --at 22:55\n",
	},
	{
	    .name = "run attach",
	    .run = cmd_run_attach,
	    .needs = NEED_WRITE,
	    .options = run_attach_opts,
	    .operands = "RUN STEP|FILE [FILE]",
	    .group = CMD_RESPOND,
	    .summary = "keep a file as evidence",
	    .about =
		"FILE - is standard input. Without a step the file is kept with the run. The file is stored encrypted, with its SHA-256 sum in the log.",
	    .examples = "holdfast run attach last first-captures page.png --as captures\n",
	},
	{
	    .name = "run ticket",
	    .run = cmd_run_ticket,
	    .needs = NEED_WRITE,
	    .options = run_ticket_opts,
	    .operands = "RUN NUMBER",
	    .group = CMD_RESPOND,
	    .summary = "note the number that somebody gave to the case",
	    .examples = "holdfast run ticket last 0429-118 --with \"the police\"\n",
	},
	{
	    .name = "run assign",
	    .run = cmd_run_assign,
	    .needs = NEED_WRITE,
	    .options = run_act_opts,
	    .operands = "RUN ROLE PERSON",
	    .group = CMD_RESPOND,
	    .summary = "say who has a role in this run",
	    .examples = "holdfast run assign last lead \"Sam Okoro\"\n",
	},
	{
	    .name = "run close",
	    .run = cmd_run_close,
	    .needs = NEED_WRITE,
	    .options = run_close_opts,
	    .operands = "RUN",
	    .group = CMD_RESPOND,
	    .summary = "end a run",
	    .about =
		"Refused, with exit status 1, while steps are open. An incident can be ended early with --why: what is open is left out for that reason.",
	    .examples = "holdfast run close last\n",
	},
	CMD_END,
};
