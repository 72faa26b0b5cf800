#include "workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct work {
	pthread_mutex_t           lock;
	work_fn                  *fn;
	char                     *items;
	size_t                    size, n, next, done;
	const struct hf_progress *progress;
	const char               *what;
	size_t                    before, total;
	enum hf_code              rc;
	struct hf_err             err;
};

struct worker {
	struct work     *work;
	struct hf_vault *vault;
};

/* The next item, or NULL when there is none or something failed. */
static void *
take(struct work *w)
{
	void *item = NULL;

	pthread_mutex_lock(&w->lock);
	if (w->rc == HF_OK && w->next < w->n)
		item = w->items + w->size * w->next++;
	pthread_mutex_unlock(&w->lock);
	return item;
}

static void
give(struct work *w, enum hf_code rc, const struct hf_err *e)
{
	pthread_mutex_lock(&w->lock);
	w->done++;
	if (rc != HF_OK && w->rc == HF_OK) {
		w->rc = rc;
		w->err = *e;
	}
	hf_progress_tick(w->progress, w->what, w->before + w->done, w->total);
	pthread_mutex_unlock(&w->lock);
}

static void *
loop(void *arg)
{
	struct worker *me = arg;
	struct hf_err  e = HF_ERR_INIT;
	void          *item;

	while ((item = take(me->work)) != NULL)
		give(me->work, me->work->fn(me->vault, item, &e), &e);
	return NULL;
}

enum hf_code
work_all(struct hf_vault *v, work_fn *fn, void *items, size_t size, size_t n, const struct hf_progress *p, const char *what,
    size_t done_before, size_t total, struct hf_err *e)
{
	struct work   w = { PTHREAD_MUTEX_INITIALIZER, fn, items, size, n, 0, 0, p, what, done_before, total, HF_OK, HF_ERR_INIT };
	struct worker helper = { &w, NULL }, me = { &w, v };
	pthread_t     thread;
	bool          two = false;

	if (n > 1 && hf_vault_clone(&helper.vault, v, NULL) == HF_OK)
		two = pthread_create(&thread, NULL, loop, &helper) == 0;
	loop(&me);
	if (two)
		pthread_join(thread, NULL);
	hf_vault_close(helper.vault);
	pthread_mutex_destroy(&w.lock);
	if (w.rc != HF_OK && e != NULL)
		*e = w.err;
	return w.rc;
}
