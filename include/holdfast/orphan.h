/*
 * Accounts that lost their people: nobody who stays owns them, or nobody who stays can administer them. Two farewells that are each in order can do that
 * together, when each hands an account to the other leaver on a copy of its own.
 */
#ifndef HOLDFAST_ORPHAN_H
#define HOLDFAST_ORPHAN_H

#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/register.h"

/*
 * By account: [{"record","ref","lacks","was","do"}]. lacks: owner or administrator. was: the id of the owner who leaves or left; null for administrators.
 * do: the command that helps. Who left, and who leaves and is being off-boarded, does not stay. Closed and proposed accounts need nobody, and one that
 * never had an owner, or an administrator on record, lost none: that is for a check to say.
 */
enum hf_code hf_orphans(struct hf_json **out, struct hf_register *r, struct hf_err *e);

/* Those of now that were none before: a new list. */
enum hf_code hf_orphans_new(struct hf_json **out, const struct hf_json *before, const struct hf_json *now, struct hf_err *e);

#endif
