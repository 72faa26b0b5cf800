/*
 * References: what people type for a record.
 */
#ifndef HOLDFAST_CLI_REF_H
#define HOLDFAST_CLI_REF_H

#include <stdbool.h>

#include "app.h"
#include "holdfast/err.h"
#include "holdfast/register.h"
#include "term/words.h"

/*
 * The id of the record meant (hf_register_resolve). When several have that name, a menu on a terminal; elsewhere HF_AMBIGUOUS with the candidates
 * in the hint. kinds: words separated by spaces, NULL: any.
 */
enum hf_code ref_pick(char id[HF_ID_SIZE], struct app *app, const char *kinds, const char *ref, struct hf_err *e);

/* The same choice for the values of a batch: hf_batch_chooser(b, ref_choose, app). */
hf_choose_fn ref_choose;

/* Offer what records of these kinds are called; what begins with @, the handles of accounts. */
void ref_offer(struct words *w, struct hf_register *r, const char *kinds, const char *typed);

/* A full fingerprint as people copy it, with spaces or in small letters; false: it is none. */
bool ref_fpr(char fpr[HF_FPR_SIZE], const char *typed);

#endif
