/* What a step says, for CACAO: the text of its action, and what CACAO has no word for. */
#include <stdio.h>
#include <string.h>

#include "cacao_in.h"
#include "holdfast/text.h"
#include "playbook_in.h"

/* {ticket} becomes __ticket__:value where the book writes it down; other paths stay as they are. */
static void
add_text(struct hf_buf *b, const struct cacao *c, const char *text)
{
	char   name[64];
	size_t n;

	for (; *text != '\0'; text++) {
		n = *text == '{' ? strcspn(text + 1, "}.") : 0;
		if (*text == '{' && n > 0 && n < sizeof(name) && text[n + 1] == '}') {
			snprintf(name, sizeof(name), "%.*s", (int)n, text + 1);
			if (hf_ids_find(c->p->ids, name, IS_VALUE, NULL) != NULL) {
				hf_buf_addf(b, "__%s__:value", name);
				text += n + 1;
				continue;
			}
		}
		hf_buf_addc(b, *text);
	}
}

static void
add_blocks(struct hf_buf *b, const struct cacao *c, const struct hf_step *s)
{
	size_t i;

	for (i = 0; i < s->n_blocks; i++) {
		if (s->blocks[i].type == HF_BLOCK_CAUTION)
			hf_buf_adds(b, s->blocks[i].warning ? "WARNING: " : "CAUTION: ");
		else if (s->blocks[i].type == HF_BLOCK_ITEM)
			hf_buf_addf(b, "%u. ", s->blocks[i].number);
		else if (s->blocks[i].type == HF_BLOCK_BULLET)
			hf_buf_adds(b, "- ");
		add_text(b, c, s->blocks[i].words.text);
		hf_buf_addc(b, '\n');
	}
}

void
hf_cacao_command(struct hf_buf *b, const struct cacao *c, const struct hf_step *s)
{
	size_t i;

	add_text(b, c, s->title);
	hf_buf_addc(b, '\n');
	add_blocks(b, c, s);
	for (i = 0; i < s->n_on; i++) {
		hf_buf_addf(b, "On %s%s: ", s->on[i].providers.n > 0 ? s->on[i].providers.v[0] : "",
		    s->on[i].providers.n > 1 ? " and others" : "");
		add_text(b, c, s->on[i].skip ? "skip this step" : s->on[i].text);
		hf_buf_addc(b, '\n');
	}
	for (i = 0; i < s->n_keep; i++)
		hf_buf_addf(b, "Keep %s: %s\n", s->keep[i].id, s->keep[i].text);
	for (i = 0; i < s->n_write; i++)
		hf_buf_addf(b, "Write down __%s__: %s\n", s->write[i].name, s->write[i].prompt);
	for (i = 0; i < s->n_routes; i++) {
		hf_buf_addf(b, "If %s (__answer-%s__ = %s): ", s->routes[i].label, s->id, s->routes[i].key);
		add_text(b, c, s->routes[i].text);
		hf_buf_addc(b, '\n');
	}
}

static void
add_keep(struct cacao *c, struct hf_json *x, const struct hf_step *s)
{
	struct hf_json *list, *row;
	size_t          i;

	if (s->n_keep == 0)
		return;
	list = hf_json_array();
	for (i = 0; i < s->n_keep; i++) {
		row = hf_json_object();
		hf_cacao_str(c, row, "id", s->keep[i].id);
		hf_cacao_str(c, row, "text", s->keep[i].text);
		c->bad |= hf_json_push(list, row) != 0;
	}
	hf_cacao_set(c, x, "evidence", list);
}

static void
add_needs(struct cacao *c, struct hf_json *x, const struct hf_step *s)
{
	struct hf_json *list;
	size_t          i, k;

	if (s->n_needs == 0)
		return;
	list = hf_json_array();
	for (i = 0; i < s->n_needs; i++) {
		for (k = 0; k < s->needs[i].ids.n; k++)
			c->bad |= hf_json_push(list, hf_json_string(s->needs[i].ids.v[k])) != 0;
		if (s->needs[i].ids.n == 0)
			c->bad |= hf_json_push(list, hf_json_string(s->needs[i].text)) != 0;
	}
	hf_cacao_set(c, x, "needs", list);
}

static void
add_second(struct cacao *c, struct hf_json *x, const struct hf_second *second)
{
	static const char *const when[] = { "", "done", "before", "skip" };
	struct hf_json          *o;

	if (second->when == HF_SECOND_NONE)
		return;
	o = hf_json_object();
	hf_cacao_names(c, o, "roles", &second->roles);
	hf_cacao_str(c, o, "when", when[second->when]);
	hf_cacao_set(c, x, "approval", o);
}

static void
add_repeat(struct cacao *c, struct hf_json *x, const struct hf_repeat *r)
{
	static const char *const units[] = { "min", "h", "days", "working days" };
	struct hf_json          *o;
	char                     every[48];

	if (!r->set)
		return;
	o = hf_json_object();
	snprintf(every, sizeof(every), "%d %s", r->span.n, units[r->span.unit]);
	hf_cacao_str(c, o, r->every ? "every" : "at", r->every ? every : r->at);
	hf_cacao_str(c, o, "until", r->until);
	if (r->times > 0)
		hf_cacao_set(c, o, "times", hf_json_int(r->times));
	hf_cacao_set(c, x, "repeat", o);
}

struct hf_json *
hf_cacao_extension(struct cacao *c, const struct hf_step *s)
{
	const struct hf_by *by = s->by.kind != HF_BY_NONE ? &s->by : &c->p->phases[s->phase].by;
	struct hf_json     *x = hf_json_object(), *all = hf_json_object();

	hf_cacao_str(c, x, "step", s->id);
	hf_cacao_str(c, x, "phase", c->p->phases[s->phase].id);
	hf_cacao_names(c, x, "who", &hf_step_who(c->p, s)->roles);
	if (by->kind != HF_BY_NONE)
		hf_cacao_str(c, x, "deadline", by->text);
	add_needs(c, x, s);
	add_keep(c, x, s);
	add_second(c, x, hf_step_second(c->p, s));
	hf_cacao_str(c, x, "wait", s->wait.set ? s->wait.text : "");
	add_repeat(c, x, &s->repeat);
	hf_cacao_names(c, x, "confirm", &s->confirm);
	hf_cacao_names(c, x, "reports", &s->reports);
	hf_cacao_names(c, x, "sheets", &s->sheets);
	hf_cacao_str(c, x, "for_each", s->loop.text);
	hf_cacao_str(c, x, "why", s->why);
	hf_cacao_set(c, all, c->extension, x);
	return all;
}
