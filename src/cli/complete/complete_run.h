/* What may stand in the places of runs and books, for the table in complete.c. */
#ifndef HOLDFAST_CLI_COMPLETE_RUN_H
#define HOLDFAST_CLI_COMPLETE_RUN_H

#include "complete.h"

void offer_run(const struct complete *c);    /* ids, with what they are about */
void offer_step(const struct complete *c);   /* addresses in the run before it */
void offer_answer(const struct complete *c); /* KEY */
void offer_keep(const struct complete *c);   /* --as */
void offer_value(const struct complete *c);  /* NAME=VALUE of the step, or asked first */
void offer_role(const struct complete *c);
void offer_book(const struct complete *c);     /* every book */
void offer_rule(const struct complete *c);     /* of the policies on the shelf */
void offer_profile(const struct complete *c);  /* of rules */
void offer_template(const struct complete *c); /* reports, by the names that report takes */

#endif
