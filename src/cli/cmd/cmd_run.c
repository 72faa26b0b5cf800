/* run: the rows, and run resume */
#include "cmd_run.h"

#include "../runs.h"
#include "cmd.h"
#include "cmd_respond.h"

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
	    .operands = "[RUN]",
	    .group = CMD_RESPOND,
	    .summary = "where a run stands, step by step",
	    .about =
		"RUN is the id of a run or its beginning, an account with one open run, or last: the one in which you did something last. Without it, the only run that is open.",
	    .examples = "holdfast run show last\nholdfast run show @agency\n",
	},
	{
	    .name = "run next",
	    .run = cmd_run_next,
	    .needs = NEED_REGISTER,
	    .operands = "[RUN] [STEP]",
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
	    .operands = "[RUN]",
	    .group = CMD_RESPOND,
	    .summary = "go on with a run, step by step",
	    .about = "On a terminal the run is walked through from where it stands. Elsewhere it says where that is.",
	    .examples = "holdfast run resume\nholdfast run resume @agency --as-role security\n",
	},
	{
	    .name = "run done",
	    .run = cmd_run_done,
	    .needs = NEED_WRITE,
	    .options = run_done_opts,
	    .operands = "RUN STEP [NAME=VALUE...]",
	    .group = CMD_RESPOND,
	    .summary = "a step is done",
	    .about =
		"NAME=VALUE is written down first, as run value does it; where the step cannot be done, nothing is. Refused, with exit status 1, while values, evidence or an answer are missing, or what the step needs is not done: it says which. Where a second "
		"person has to agree, it is recorded, and the status is 1 until they have: run approve. On a step that asks whether fields of the register are "
		"still right, done says that they are; a new value is NAME=VALUE.",
	    .examples =
		"holdfast run done last ring-lead --at 22:43\nholdfast run done last first-captures rogue_posts=\"one, at 22:31\" altered=nothing followers=48200\nholdfast run done last file-report --anyway \"the captures follow\"\n",
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
	    .about =
		"Values of a step; without a step those that the playbook asks first. A field that the step asks to confirm is changed in the register: "
		"account.owner=..., or owner=... alone. In a drill it is only noted.",
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
	    .name = "run approve",
	    .run = cmd_run_approve,
	    .needs = NEED_WRITE | NEED_BOOKS,
	    .options = run_approve_opts,
	    .operands = "RUN STEP",
	    .group = CMD_RESPOND,
	    .summary = "agree to what somebody else did, with your own key",
	    .about =
		"Some steps need a second person: to be done, to be left out, or before they begin. It is never the one who asked, whatever key they use, and never "
		"the person whom the run is about, for whom a key that is tied to nobody may stand: they get exit status 77. Who does not have the role that the playbook names can agree too; the log says so.",
	    .examples = "holdfast run approve last sign-off --note \"read it all\"\n",
	},
	{
	    .name = "run reject",
	    .run = cmd_run_reject,
	    .needs = NEED_WRITE,
	    .options = run_approve_opts,
	    .operands = "RUN STEP",
	    .group = CMD_RESPOND,
	    .summary = "do not agree: the step is open again",
	    .examples = "holdfast run reject last sign-off --note \"the captures are missing\"\n",
	},
	{
	    .name = "run claim",
	    .run = cmd_run_claim,
	    .needs = NEED_WRITE,
	    .options = run_claim_opts,
	    .operands = "RUN STEP",
	    .group = CMD_RESPOND,
	    .summary = "say that you do a step, so that nobody does it twice",
	    .about =
		"The others see it. It ends when the step is done or left out, when you hand over, with --release, or when somebody else claims it with --note.",
	    .examples =
		"holdfast run claim last file-report\nholdfast run claim last file-report --note \"agreed with Jo by telephone\"\n",
	},
	{
	    .name = "run wait",
	    .run = cmd_run_wait,
	    .needs = NEED_WRITE,
	    .options = run_wait_opts,
	    .operands = "RUN STEP",
	    .group = CMD_RESPOND,
	    .summary = "a step waits: until when, or for what",
	    .about =
		"It is passed over until then, and comes up again by itself. Without --until it waits until somebody says that it is done. --until now ends a wait.",
	    .examples = "holdfast run wait last chase --until \"in 4 hours\" --note \"the provider answers by then\"\n",
	},
	{
	    .name = "run handover",
	    .run = cmd_run_handover,
	    .needs = NEED_WRITE,
	    .options = run_handover_opts,
	    .operands = "RUN ROLE PERSON",
	    .group = CMD_RESPOND,
	    .summary = "give a role to somebody else, and print where things stand",
	    .about =
		"What is done, open and late, and what was promised: waits, approvals asked for, tickets. Steps that you had claimed are free again.",
	    .examples = "holdfast run handover last lead \"Sam Okoro\" --note \"the night shift\"\n",
	},
	{
	    .name = "run correct",
	    .run = cmd_run_correct,
	    .needs = NEED_WRITE,
	    .options = run_act_opts,
	    .operands = "RUN ENTRY TEXT...",
	    .group = CMD_RESPOND,
	    .summary = "put an entry of the log right: both stay",
	    .about =
		"ENTRY is the id of an entry, or its first or last characters, as timeline shows it. Also when the run is closed.",
	    .examples = "holdfast run correct last 7Q2M9X it was 22:14, not 22:41\n",
	},
	{
	    .name = "run reopen",
	    .run = cmd_run_reopen,
	    .needs = NEED_WRITE,
	    .options = run_reopen_opts,
	    .operands = "RUN [STEP]",
	    .group = CMD_RESPOND,
	    .summary = "open a step, or a closed run, again",
	    .about =
		"With a step, what depends on it is open again too. Without one the run is: what was left out only because it was closed is open again.",
	    .examples =
		"holdfast run reopen last still-in --why \"a session nobody knows\"\nholdfast run reopen last --why \"it came back\"\n",
	},
	{
	    .name = "run compare",
	    .run = cmd_run_compare,
	    .needs = NEED_REGISTER,
	    .operands = "RUN...",
	    .group = CMD_RESPOND,
	    .summary = "a run against its targets and against other runs of its book",
	    .about =
		"One run stands beside the three before it of the same book, drills beside drills; several beside each other. For each step: how long after the start "
		"it was done, and in brackets by when it was due.",
	    .examples = "holdfast run compare last\n",
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
