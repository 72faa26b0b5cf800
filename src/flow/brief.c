#include "holdfast/brief.h"

#include <stdio.h>
#include <string.h>

#include "brief_in.h"

void
brief_fail(struct brief *b, enum hf_code rc)
{
	if (b->rc == HF_OK)
		b->rc = rc;
}

/* v is taken over. */
void
brief_set(struct brief *b, struct hf_json *o, const char *key, struct hf_json *v)
{
	if (hf_json_set(o, key, v) != 0)
		brief_fail(b, hf_nomem(b->e));
}

void
brief_push(struct brief *b, struct hf_json *list, struct hf_json *v)
{
	if (hf_json_push(list, v) != 0)
		brief_fail(b, hf_nomem(b->e));
}

void
brief_set_text(struct brief *b, struct hf_json *o, const char *key, const char *text)
{
	if (text[0] != '\0')
		brief_set(b, o, key, hf_json_string(text));
}

/* With every {path} filled in. */
struct hf_json *
brief_filled(struct brief *b, const char *text)
{
	struct hf_buf   buf = HF_BUF_INIT;
	struct hf_json *v = NULL;
	enum hf_code    rc;

	if ((rc = hf_run_fill(&buf, b->run, b->i, text, b->e)) != HF_OK)
		brief_fail(b, rc);
	else
		v = hf_json_stringn(hf_buf_str(&buf), buf.len);
	hf_buf_clear(&buf);
	return v != NULL ? v : hf_json_string("");
}

void
brief_set_filled(struct brief *b, struct hf_json *o, const char *key, const char *text)
{
	if (text[0] != '\0')
		brief_set(b, o, key, brief_filled(b, text));
}

/* ---- texts with code spans ---- */

/* "go to `still-in`" names the step by its title; other code spans lose their backticks. */
static void
add_routed(struct hf_buf *out, const struct brief *b, const char *text)
{
	const char *end;
	char        id[64];

	for (; *text != '\0'; text++) {
		if (*text != '`' || (end = strchr(text + 1, '`')) == NULL) {
			hf_buf_addc(out, *text);
			continue;
		}
		snprintf(id, sizeof(id), "%.*s", (int)(end - text - 1), text + 1);
		if (hf_playbook_step(b->run->pb, id) != NULL)
			hf_buf_addf(out, "\"%s\"", hf_playbook_step(b->run->pb, id)->title);
		else
			hf_buf_add(out, text + 1, (size_t)(end - text - 1));
		text = end;
	}
}

struct hf_json *
brief_routed(struct brief *b, const char *text)
{
	struct hf_buf   plain = HF_BUF_INIT;
	struct hf_json *v;

	add_routed(&plain, b, text);
	v = brief_filled(b, hf_buf_str(&plain));
	hf_buf_clear(&plain);
	return v;
}

/* ---- blocks ---- */

static struct hf_json *
block(struct brief *b, const struct hf_block *from)
{
	static const char *const types[] = { [HF_BLOCK_PARA] = "para",
		[HF_BLOCK_ITEM] = "item",
		[HF_BLOCK_BULLET] = "bullet",
		[HF_BLOCK_CAUTION] = "caution",
		[HF_BLOCK_QUOTE] = "quote",
		[HF_BLOCK_CODE] = "code" };
	struct hf_json          *o = hf_json_object();

	brief_set(b, o, "type", hf_json_string(types[from->type]));
	if (from->type == HF_BLOCK_ITEM)
		brief_set(b, o, "number", hf_json_int(from->number));
	brief_set(b, o, "depth", hf_json_int(from->depth));
	brief_set(b, o, "text", brief_filled(b, from->words.text));
	return o;
}

static struct hf_json *
caution(struct brief *b, const struct hf_block *from)
{
	struct hf_json *o = hf_json_object();

	brief_set(b, o, "warning", hf_json_bool(from->warning));
	brief_set(b, o, "text", brief_filled(b, from->words.text));
	return o;
}

/* Cautions apart, everything else in its order. */
static void
blocks(struct brief *b, struct hf_json *cautions, struct hf_json *text, const struct hf_block *list, size_t n)
{
	for (size_t k = 0; k < n; k++)
		if (list[k].type == HF_BLOCK_CAUTION)
			brief_push(b, cautions, caution(b, &list[k]));
		else if (text != NULL)
			brief_push(b, text, block(b, &list[k]));
}

static void
add_on(struct brief *b, struct hf_json *text, const char *words)
{
	struct hf_json *o = hf_json_object();

	brief_set(b, o, "type", hf_json_string("on"));
	brief_set(b, o, "depth", hf_json_int(0));
	brief_set(b, o, "text", brief_routed(b, words));
	brief_push(b, text, o);
}

/* The step's own text, or what is said for this provider instead of it; and what is said for it besides. */
static void
text(struct brief *b, struct hf_json *out)
{
	const struct hf_step *s = b->i->step;
	struct hf_json       *cautions = hf_json_array(), *list = hf_json_array();
	bool                  instead = false;
	char                  provider[PROVIDER_SIZE];
	enum hf_code          rc;

	if ((rc = run_provider(provider, b->run, b->i, b->e)) != HF_OK)
		brief_fail(b, rc);
	for (size_t k = 0; k < s->n_on; k++)
		instead = instead || (s->on[k].instead && hf_names_has(&s->on[k].providers, provider));
	blocks(b, cautions, instead ? NULL : list, s->blocks, s->n_blocks);
	for (size_t k = 0; k < s->n_on; k++)
		if (!s->on[k].skip && hf_names_has(&s->on[k].providers, provider))
			add_on(b, list, s->on[k].text);
	brief_set(b, out, "cautions", cautions);
	brief_set(b, out, "text", list);
}

static struct hf_json *
part_of(struct brief *b, const struct hf_sheet_part *part)
{
	struct hf_json *o = hf_json_object(), *cautions = hf_json_array(), *body = hf_json_array();

	blocks(b, cautions, body, part->blocks, part->n_blocks);
	brief_set(b, o, "id", hf_json_string(part->id));
	brief_set(b, o, "title", hf_json_string(part->title));
	brief_set(b, o, "cautions", cautions);
	brief_set(b, o, "text", body);
	return o;
}

/* What the provider's sheet says, and what the provider is called. */
static void
sheets(struct brief *b, struct hf_json *out)
{
	const struct hf_step  *s = b->i->step;
	struct hf_json        *list = hf_json_array();
	const struct hf_sheet *sheet = NULL;
	struct hf_sheet       *own = NULL;
	char                   provider[PROVIDER_SIZE] = "";
	enum hf_code           rc;

	if (s->sheets.n + s->n_on > 0 &&
	    ((rc = run_provider(provider, b->run, b->i, b->e)) != HF_OK ||
		(rc = run_sheet(&sheet, &own, b->run, b->i, b->e)) != HF_OK))
		brief_fail(b, rc);
	for (size_t k = 0; sheet != NULL && k < s->sheets.n; k++)
		if (hf_sheet_part(sheet, s->sheets.v[k]) != NULL)
			brief_push(b, list, part_of(b, hf_sheet_part(sheet, s->sheets.v[k])));
	brief_set(b, out, "provider", hf_json_string(sheet != NULL ? sheet->title : provider));
	brief_set(b, out, "sheets", list);
	hf_sheet_free(own);
}

/* ---- who, when ---- */

static void
people(struct brief *b, struct hf_json *out)
{
	const struct hf_who *who = hf_step_who(b->run->pb, b->i->step);
	struct hf_json      *list = hf_json_array();

	for (size_t k = 0; k < who->roles.n; k++) {
		const struct hf_role *role = hf_playbook_role(b->run->pb, who->roles.v[k]);
		struct hf_json       *o = hf_json_object(), *found = NULL;
		enum hf_code          rc;

		if ((rc = hf_run_people(&found, b->run, b->i, who->roles.v[k], b->e)) != HF_OK)
			brief_fail(b, rc);
		brief_set(b, o, "role", hf_json_string(who->roles.v[k]));
		brief_set(b, o, "words", hf_json_string(role == NULL ? who->roles.v[k] : role->words));
		brief_set(b, o, "people", found != NULL ? found : hf_json_array());
		brief_push(b, list, o);
	}
	brief_set(b, out, "who", list);
	brief_set_filled(b, out, "who_text", who->text);
}

static void
when(struct brief *b, struct hf_json *out)
{
	const struct hf_by *by = b->i->step->by.kind != HF_BY_NONE ? &b->i->step->by : &b->run->pb->phases[b->i->step->phase].by;

	brief_set(b, out, "by", hf_json_time(b->i->deadline));
	brief_set(b, out, "late", hf_json_bool(b->i->late));
	if (b->i->due && by->text != NULL)
		brief_set_text(b, out, "by_text", by->text);
}

/* Its place among those that apply, in the order of the text. */
static void
place(struct brief *b, struct hf_json *out)
{
	size_t of = 0, number = 0;

	for (size_t k = 0; k < b->run->n; k++) {
		of += b->run->list[k].state != HF_EXCLUDED;
		if (&b->run->list[k] == b->i)
			number = of;
	}
	brief_set(b, out, "number", hf_json_int((int64_t)number));
	brief_set(b, out, "of", hf_json_int((int64_t)of));
}

static void
head(struct brief *b, struct hf_json *out)
{
	const struct hf_instance *i = b->i;
	const struct hf_phase    *phase = &b->run->pb->phases[i->step->phase];

	brief_set(b, out, "step", hf_json_string(i->number));
	brief_set(b, out, "address", hf_json_string(i->address));
	brief_set(b, out, "title", brief_filled(b, i->step->title));
	brief_set(b, out, "phase", hf_json_string(phase->id));
	brief_set(b, out, "phase_title", brief_filled(b, phase->title));
	brief_set(b, out, "state", hf_json_string(hf_state_word(i->state)));
	brief_set(b, out, "visit", hf_json_int(i->visit));
	brief_set(b, out, "ready", hf_json_bool(i->ready));
	place(b, out);
	when(b, out);
	people(b, out);
}

static void
conditions(struct brief *b, struct hf_json *out)
{
	const struct hf_step *s = b->i->step;
	struct hf_json       *list = hf_json_array();

	for (size_t k = 0; k < s->n_only; k++)
		if (s->only[k].kind == HF_COND_TEXT)
			brief_push(b, list, brief_filled(b, s->only[k].text));
	brief_set(b, out, "only_if", list);
}

enum hf_code
hf_brief_make(struct hf_json **out, const struct hf_run *run, const struct hf_instance *i, struct hf_err *e)
{
	struct brief    b = { run, i, e, HF_OK };
	struct hf_json *o = hf_json_object();

	*out = NULL;
	if (o == NULL)
		return hf_nomem(e);
	head(&b, o);
	conditions(&b, o);
	text(&b, o);
	sheets(&b, o);
	brief_asks(&b, o);
	if (b.rc != HF_OK) {
		hf_json_free(o);
		return b.rc;
	}
	*out = o;
	return HF_OK;
}
