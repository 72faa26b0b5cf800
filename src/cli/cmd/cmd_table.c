/* Where the commands live. Their order here is their order within a group of help. */
#include "cmd.h"

extern const struct cmd record_cmds[];    /* cmd_record.c */
extern const struct cmd show_cmds[];      /* cmd_show.c */
extern const struct cmd list_cmds[];      /* cmd_list.c */
extern const struct cmd export_cmds[];    /* cmd_export.c */
extern const struct cmd evidence_cmds[];  /* cmd_evidence.c */
extern const struct cmd import_cmds[];    /* cmd_import.c */
extern const struct cmd ask_cmds[];       /* cmd_ask.c */
extern const struct cmd verify_cmds[];    /* cmd_verify.c */
extern const struct cmd init_cmds[];      /* cmd_init.c */
extern const struct cmd member_cmds[];    /* cmd_member.c */
extern const struct cmd clone_cmds[];     /* cmd_clone.c */
extern const struct cmd sync_cmds[];      /* cmd_sync.c */
extern const struct cmd book_cmds[];      /* cmd_book.c */
extern const struct cmd respond_cmds[];   /* cmd_respond.c */
extern const struct cmd run_cmds[];       /* cmd_run.c */
extern const struct cmd report_cmds[];    /* cmd_report.c */
extern const struct cmd review_cmds[];    /* cmd_review.c */
extern const struct cmd routine_cmds[];   /* cmd_routine.c */
extern const struct cmd due_cmds[];       /* cmd_due.c */
extern const struct cmd check_cmds[];     /* cmd_check.c */
extern const struct cmd conflict_cmds[];  /* cmd_conflict.c */
extern const struct cmd assess_cmds[];    /* cmd_assess.c */
extern const struct cmd dashboard_cmds[]; /* cmd_dashboard.c */
extern const struct cmd help_cmds[];      /* cmd_help.c */
extern const struct cmd complete_cmds[];  /* cmd_completion.c */

const struct cmd *const cmd_tables[] = {
	init_cmds,
	member_cmds,
	clone_cmds,
	sync_cmds,
	record_cmds,
	show_cmds,
	list_cmds,
	export_cmds,
	evidence_cmds,
	import_cmds,
	ask_cmds,
	verify_cmds,
	book_cmds,
	respond_cmds,
	run_cmds,
	report_cmds,
	review_cmds,
	routine_cmds,
	due_cmds,
	check_cmds,
	conflict_cmds,
	assess_cmds,
	dashboard_cmds,
	help_cmds,
	complete_cmds,
	NULL,
};
