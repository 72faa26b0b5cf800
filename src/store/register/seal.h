/* Inside src/store: files that are encrypted, each for its audience, by as few gpgs as that takes. */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "audience.h"

struct sealing {
	struct audience       to;   /* the caller's */
	const struct hf_json *json; /* what is written down and encrypted; NULL: data is */
	const void           *data;
	size_t                len;
	struct hf_buf        *out; /* of no more room than it needs, in the end */
};

/* At most HF_ENCRYPT_MANY. Those for the same members go together. As of hf_vault_encrypt_many. */
enum hf_code seal_some(struct hf_vault *v, struct sealing *list, size_t n, struct hf_err *e);
/* Any number, by two workers. The list is sorted by audience, so that those for the same members meet. */
enum hf_code seal_all(struct hf_register *r, struct sealing *list, size_t n, struct hf_err *e);

#endif
