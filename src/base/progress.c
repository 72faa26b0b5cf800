#include "holdfast/progress.h"

void
hf_progress_tick(const struct hf_progress *p, const char *what, size_t done, size_t total)
{
	if (p != NULL && p->fn != NULL)
		p->fn(p->arg, what, done, total);
}
