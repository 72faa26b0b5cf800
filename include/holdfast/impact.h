/*
 * Which accounts are touched when a person, device, supplier, mailbox, number, domain or account is lost?
 */
#ifndef HOLDFAST_IMPACT_H
#define HOLDFAST_IMPACT_H

#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/register.h"

/* Is it an address (e-mail, telephone number, domain) rather than the name of a record? */
bool hf_impact_is_address(const char *text);

/*
 * id: a record, or NULL; address: an e-mail address, a telephone number or a domain, or NULL. What depends on an account that is touched is touched
 * too, to any depth. *out is [{"account", "ref", "because": [text, …]}], the most critical first, those touched directly before the others.
 */
enum hf_code hf_impact(struct hf_json **out, struct hf_register *r, const char *id, const char *address, struct hf_err *e);

#endif
