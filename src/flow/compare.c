/* Runs of a book side by side: what it asks, and what each took. */
#include <stdlib.h>
#include <string.h>

#include "holdfast/figures.h"
#include "run_impl.h"

struct side {
	struct hf_run **list;
	size_t          n, cap;
};

static void
drop(struct side *s)
{
	for (size_t k = 0; k < s->n; k++)
		hf_run_close(s->list[k]);
	free(s->list);
}

static enum hf_code
add(struct side *s, struct hf_register *r, struct hf_shelf *shelf, const char *id, struct hf_err *e)
{
	enum hf_code rc;

	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 8 : s->cap * 2;
		void  *list = realloc(s->list, cap * sizeof(*s->list));

		if (list == NULL)
			return hf_nomem(e);
		s->list = list;
		s->cap = cap;
	}
	if ((rc = hf_run_open(&s->list[s->n], r, shelf, id, e)) == HF_OK)
		s->n++;
	return rc;
}

/* Earlier ones of the same book, the nearest first; drills with drills. One that cannot be read is passed over. */
static enum hf_code
add_earlier(struct side *s, struct hf_register *r, struct hf_shelf *shelf, size_t many, struct hf_err *e)
{
	struct hf_json *heads = NULL;
	struct hf_run  *of = s->list[0];
	enum hf_code    rc;

	if ((rc = hf_run_list_heads(&heads, r, e)) != HF_OK)
		return rc;
	for (size_t k = 0; rc == HF_OK && s->n <= many && k < hf_json_len(heads); k++) {
		const struct hf_json *h = hf_json_at(heads, k);
		const char           *book = hf_json_get_str(h, "playbook");

		if (book == NULL || strcmp(book, of->book) != 0 || hf_json_true(hf_json_get(h, "drill")) != of->drill ||
		    strcmp(hf_json_get_str(h, "run"), of->id) >= 0)
			continue;
		if ((rc = add(s, r, shelf, hf_json_get_str(h, "run"), e)) != HF_OK && rc != HF_NOMEM) {
			hf_err_clear(e);
			rc = HF_OK;
		}
	}
	hf_json_free(heads);
	return rc;
}

/* ---- one beside the other ---- */

static struct hf_json *
head(const struct hf_run *run)
{
	struct hf_json *o = hf_json_object(), *figures = NULL;
	struct hf_buf   ref = HF_BUF_INIT;
	char            at[HF_TIME_SIZE];
	int             bad = hf_figures_make(&figures, run, NULL) != HF_OK;

	hf_register_ref(&ref, run->r, run->subject);
	hf_time_rfc3339(at, run->started, false);
	bad |= hf_json_set(o, "run", hf_json_string(run->id));
	bad |= hf_json_set(o, "title", hf_json_string(run->pb->title));
	bad |= hf_json_set(o, "ref", hf_json_string(hf_buf_str(&ref)));
	bad |= hf_json_set(o, "drill", hf_json_bool(run->drill));
	bad |= hf_json_set(o, "state", hf_json_string(run->open ? "open" : "closed"));
	bad |= hf_json_set(o, "started_at", hf_json_string(at));
	bad |= hf_json_set(o, "figures", figures);
	hf_buf_clear(&ref);
	return hf_json_built(o, bad);
}

static const struct hf_instance *
same_step(const struct hf_run *run, const char *address)
{
	for (size_t k = 0; k < run->n; k++)
		if (strcmp(run->list[k].number, address) == 0)
			return &run->list[k];
	return NULL;
}

static struct hf_json *
cell(const struct hf_run *run, const char *address)
{
	const struct hf_instance *i = same_step(run, address);
	struct hf_json           *o;
	int                       bad = 0;

	if (i == NULL)
		return hf_json_null();
	o = hf_json_object();
	bad |= hf_json_set(o, "run", hf_json_string(run->id));
	bad |= hf_json_set(o, "state", hf_json_string(hf_state_word(i->state)));
	bad |= hf_json_set(o, "target", i->due && i->deadline != 0 ? hf_json_int(i->deadline - run->started) : hf_json_null());
	bad |= hf_json_set(o, "took", i->at != 0 ? hf_json_int(i->at - run->started) : hf_json_null());
	bad |= hf_json_set(o, "late", hf_json_bool(i->late));
	return hf_json_built(o, bad);
}

static struct hf_json *
line(const struct side *s, const struct hf_run *of, const struct hf_instance *i)
{
	struct hf_json *o = hf_json_object(), *cells = hf_json_array();
	struct hf_buf   title = HF_BUF_INIT;
	int             bad = hf_run_fill(&title, of, i, i->step->title, NULL) != HF_OK;

	for (size_t k = 0; k < s->n; k++)
		bad |= hf_json_push(cells, cell(s->list[k], i->number));
	bad |= hf_json_set(o, "step", hf_json_string(i->number));
	bad |= hf_json_set(o, "title", hf_json_string(hf_buf_str(&title)));
	bad |= hf_json_set(o, "runs", cells);
	hf_buf_clear(&title);
	return hf_json_built(o, bad);
}

/* In the order of the first run; what only a later one has comes after. */
static int
lines(struct hf_json *out, const struct side *s)
{
	int bad = 0;

	for (size_t k = 0; k < s->n; k++)
		for (size_t n = 0; n < s->list[k]->n; n++) {
			const struct hf_instance *i = &s->list[k]->list[n];
			bool                      there = i->state == HF_EXCLUDED;

			for (size_t before = 0; !there && before < k; before++) {
				const struct hf_instance *other = same_step(s->list[before], i->number);

				there = other != NULL && other->state != HF_EXCLUDED;
			}
			if (!there)
				bad |= hf_json_push(out, line(s, s->list[k], i));
		}
	return bad;
}

enum hf_code
hf_figures_compare(
    struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_json *ids, size_t many, struct hf_err *e)
{
	struct side     s = { NULL, 0, 0 };
	struct hf_json *o = hf_json_object(), *heads = hf_json_array(), *steps = hf_json_array();
	enum hf_code    rc = HF_OK;
	int             bad = 0;

	*out = NULL;
	for (size_t k = 0; rc == HF_OK && k < hf_json_len(ids); k++)
		rc = add(&s, r, shelf, hf_json_str(hf_json_at(ids, k)), e);
	for (size_t k = 1; rc == HF_OK && k < s.n; k++)
		if (strcmp(s.list[k]->book, s.list[0]->book) != 0)
			rc = hf_fail(e, HF_BAD, "run %s: it is of %s, not of %s", s.list[k]->id, s.list[k]->book, s.list[0]->book);
	if (rc == HF_OK && s.n == 1)
		rc = add_earlier(&s, r, shelf, many, e);
	for (size_t k = 0; rc == HF_OK && k < s.n; k++)
		bad |= hf_json_push(heads, head(s.list[k]));
	if (rc == HF_OK)
		bad |= lines(steps, &s);
	bad |= hf_json_set(o, "runs", heads);
	bad |= hf_json_set(o, "steps", steps);
	drop(&s);
	if (rc == HF_OK && bad)
		rc = hf_nomem(e);
	if (rc != HF_OK) {
		hf_json_free(o);
		return rc;
	}
	*out = o;
	return HF_OK;
}
