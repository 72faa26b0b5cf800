/* Between the files of "run". */
#ifndef HOLDFAST_CLI_CMD_RUN_H
#define HOLDFAST_CLI_CMD_RUN_H

#include "../app.h"
#include "../opt.h"
#include "holdfast/err.h"

/* cmd_run_act.c */
extern const struct opt run_done_opts[], run_skip_opts[], run_note_opts[], run_attach_opts[], run_ticket_opts[], run_close_opts[],
    run_act_opts[];
enum hf_code cmd_run_done(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code cmd_run_fail(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code cmd_run_skip(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code cmd_run_answer(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code cmd_run_value(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code cmd_run_note(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code cmd_run_attach(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code cmd_run_assign(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code cmd_run_ticket(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code cmd_run_close(struct app *app, const struct args *a, struct hf_err *e);

/* cmd_run_turn.c */
extern const struct opt run_approve_opts[], run_claim_opts[], run_handover_opts[], run_wait_opts[], run_reopen_opts[];
enum hf_code            cmd_run_approve(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code            cmd_run_reject(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code            cmd_run_claim(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code            cmd_run_wait(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code            cmd_run_handover(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code            cmd_run_correct(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code            cmd_run_reopen(struct app *app, const struct args *a, struct hf_err *e);

/* cmd_run_compare.c */
enum hf_code cmd_run_compare(struct app *app, const struct args *a, struct hf_err *e);

/* cmd_run_show.c */
extern const struct opt run_list_opts[];
enum hf_code            cmd_run_list(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code            cmd_run_show(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code            cmd_run_next(struct app *app, const struct args *a, struct hf_err *e);

#endif
