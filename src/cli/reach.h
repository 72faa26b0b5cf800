/*
 * What sync and clone share: how another copy is reached, and where the user's git leads its address.
 */
#ifndef HOLDFAST_CLI_REACH_H
#define HOLDFAST_CLI_REACH_H

#include "cmd/cmd.h"
#include "holdfast/share.h"

struct reach {
	struct app         *app;
	struct hf_sync_opts opts;
	char               *via, *push; /* see hf_sync_opts.led; NULL: nowhere else */
};

/* From --timeout, the environment and the terminal; where git leads the address is told as it becomes known. reach_close, always. */
enum hf_code reach_open(struct reach *out, struct app *app, const struct args *a, struct hf_err *e);
void         reach_close(struct reach *r);

/* A full fingerprint as people copy it: with spaces, in small letters, with 0x before. option: for the message. */
enum hf_code reach_fpr(char out[HF_FPR_SIZE], const char *option, const char *typed, struct hf_err *e);

#endif
