/*
 * Inside transport_*.c: one git of the user's, in a bounded child.
 */
#ifndef STORE_TRANSPORT_GIT_H
#define STORE_TRANSPORT_GIT_H

#include "transport.h"

struct said {
	struct hf_buf out, err;
	int           status;
};

/* Run git with these words (NULL after the last), and hear it out. HF_SYSTEM when it did not end in time: then that is the reason. said_clear, always. */
enum hf_code transport_git(struct said *s, struct transport *t, const char *const *words, struct hf_err *e);
void         said_clear(struct said *s);

/* The error that it told of. */
enum hf_code transport_said(struct transport *t, struct said *s, struct hf_err *e);

#endif
