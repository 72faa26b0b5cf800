/*
 * Names of providers, as the sheets on the shelf have them (provider/facebook). An account may be with any provider; one without a sheet gets no
 * help at night, so a name that nobody knows is worth a word when it is recorded, while it is still easy to change.
 */
#ifndef HOLDFAST_CLI_PROVIDER_NAME_H
#define HOLDFAST_CLI_PROVIDER_NAME_H

#include "app.h"
#include "holdfast/json.h"
#include "term/words.h"

void provider_offer(struct words *w, struct app *app);

/*
 * A note when the provider of this record has no sheet, with the name that was meant. Nothing where no shelf has sheets at all, nor for a mailbox, a
 * domain or a number.
 */
void provider_note(struct app *app, const struct hf_json *record);

/* The same of every account that is not closed, each provider once. */
void provider_notes(struct app *app);

#endif
