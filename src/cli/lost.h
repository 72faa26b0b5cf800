/* Accounts that a sync left without their people, as people are told of them. */
#ifndef CLI_LOST_H
#define CLI_LOST_H

#include "app.h"
#include "holdfast/json.h"

/* One of hf_orphans: "x:agency has no owner who stays (Jo Park leaves) now: holdfast set x:agency owner=PERSON". Appended. */
void lost_words(struct hf_buf *out, const struct app *app, const struct hf_json *orphan);

#endif
