#include "workers.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct shared {
	const struct work *work;
	pthread_mutex_t    lock;
	size_t             next, done;
	enum hf_code       rc;
	struct hf_err      err;
};

struct worker {
	struct shared   *shared;
	struct hf_vault *vault;
};

/* The next items, *n of them; 0 when there are none or something failed. */
static void *
take(size_t *n, struct shared *s)
{
	const struct work *w = s->work;
	void              *items;

	pthread_mutex_lock(&s->lock);
	*n = s->rc != HF_OK ? 0 : w->n - s->next < w->together ? w->n - s->next : w->together;
	items = (char *)w->items + w->size * s->next;
	s->next += *n;
	pthread_mutex_unlock(&s->lock);
	return items;
}

static void
give(struct shared *s, size_t n, enum hf_code rc, const struct hf_err *e)
{
	const struct work *w = s->work;

	pthread_mutex_lock(&s->lock);
	s->done += n;
	if (rc != HF_OK && s->rc == HF_OK) {
		s->rc = rc;
		s->err = *e;
	}
	hf_progress_tick(w->progress, w->what, w->before + s->done, w->total);
	pthread_mutex_unlock(&s->lock);
}

static void *
loop(void *arg)
{
	struct worker *me = arg;
	struct hf_err  e = HF_ERR_INIT;
	void          *items;
	size_t         n;

	while (items = take(&n, me->shared), n > 0)
		give(me->shared, n, me->shared->work->fn(me->vault, items, n, &e), &e);
	return NULL;
}

enum hf_code
work_all(struct hf_vault *v, const struct work *work, struct hf_err *e)
{
	struct shared s = { .work = work, .lock = PTHREAD_MUTEX_INITIALIZER, .rc = HF_OK, .err = HF_ERR_INIT };
	struct worker helper = { &s, NULL }, me = { &s, v };
	pthread_t     thread;
	bool          two = false;

	if (work->n > 1 && hf_vault_clone(&helper.vault, v, NULL) == HF_OK)
		two = pthread_create(&thread, NULL, loop, &helper) == 0;
	loop(&me);
	if (two)
		pthread_join(thread, NULL);
	hf_vault_close(helper.vault);
	pthread_mutex_destroy(&s.lock);
	if (s.rc != HF_OK && e != NULL)
		*e = s.err;
	return s.rc;
}
