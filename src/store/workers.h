/* Inside src/store: the same work done on many items by two threads, each with a vault of its own. */
#ifndef STORE_WORKERS_H
#define STORE_WORKERS_H

#include "holdfast/progress.h"
#include "holdfast/vault.h"

typedef enum hf_code work_fn(struct hf_vault *v, void *item, struct hf_err *e);

/* items: n things of size bytes. Stops at the first failure, which is returned. what and the counts are for progress. */
enum hf_code work_all(struct hf_vault *v, work_fn *fn, void *items, size_t size, size_t n, const struct hf_progress *p,
    const char *what, size_t done_before, size_t total, struct hf_err *e);

#endif
