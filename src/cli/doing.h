/*
 * One act on a run by a plain command: which run and step, when and for whom; and what is said afterwards.
 *
 *	struct doing d;
 *
 *	if ((rc = doing_begin(&d, app, a, "afr", opt_word(a, "STEP"), e)) == HF_OK)
 *		rc = hf_run_done(d.run, &d.act, e);
 *	return doing_end(&d, rc, NULL, e);
 */
#ifndef HOLDFAST_CLI_DOING_H
#define HOLDFAST_CLI_DOING_H

#include "app.h"
#include "holdfast/run.h"
#include "opt.h"

struct doing {
	struct app    *app;
	struct hf_run *run;
	struct hf_act  act;
	char           for_id[HF_ID_SIZE];
	size_t         before;                /* entries of the log before the act */
	char           step[HF_ADDRESS_SIZE]; /* the address that was meant; "" */
};

/* Open the run of RUN, and find step in it (NULL: none). has: letters of "afr", as runs_act. Whatever it returns, doing_end follows. */
enum hf_code doing_begin(
    struct doing *d, struct app *app, const struct args *a, const char *has, const char *step, struct hf_err *e);

/*
 * What was recorded is said, also when the disk may not hold it: {"run","step","state","run_state","next"}, and what is still missing. A step that waits for
 * a second person is no success yet: HF_NO, when rc was HF_OK. started (taken over) may be NULL.
 */
enum hf_code doing_end(struct doing *d, enum hf_code rc, struct hf_json *started, struct hf_err *e);

#endif
