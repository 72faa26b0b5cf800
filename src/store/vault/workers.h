/* Inside src/store: the same work done on many items by two threads, each with a vault of its own. */
#ifndef STORE_WORKERS_H
#define STORE_WORKERS_H

#include "holdfast/progress.h"
#include "holdfast/vault.h"

struct work {
	enum hf_code (*fn)(struct hf_vault *v, void *items, size_t n, struct hf_err *e);
	void                     *items; /* n things of size bytes */
	size_t                    size, n;
	size_t                    together; /* fn is given as many at once, or fewer */
	const struct hf_progress *progress; /* may be NULL */
	const char               *what;
	size_t                    before, total; /* done before, and altogether; for progress */
};

/* Stops at the first failure, which is returned. */
enum hf_code work_all(struct hf_vault *v, const struct work *work, struct hf_err *e);

#endif
