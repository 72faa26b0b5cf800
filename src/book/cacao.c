#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cacao_in.h"
#include "holdfast/hash.h"
#include "holdfast/text.h"
#include "playbook_in.h"

/* The name space of our ids (RFC 4122): a random UUID, the same for ever. */
static const unsigned char space[16] = { 0x6b, 0x1f, 0x0e, 0x52, 0x9a, 0x3d, 0x4c, 0x77, 0x8e, 0x21, 0x5d, 0xc4, 0x90, 0x6f, 0xb3,
	0x18 };

#define ORGANISATION "organisation"

/* ---- ids and members ---- */

void
hf_cacao_id(char out[CACAO_ID], const char *type, const char *book, const char *thing)
{
	char          hex[HF_SHA1_SIZE];
	struct hf_buf b = HF_BUF_INIT;
	char          variant[2] = "";

	hf_buf_add(&b, space, sizeof(space));
	hf_buf_addf(&b, "%s#%s", book, thing);
	hf_sha1(hex, hf_buf_str(&b), b.len);
	hf_buf_clear(&b);
	variant[0] = "89ab"[(hex[16] >= 'a' ? hex[16] - 'a' + 10 : hex[16] - '0') & 3];
	snprintf(out, CACAO_ID, "%s--%.8s-%.4s-5%.3s-%s%.3s-%.12s", type, hex, hex + 8, hex + 13, variant, hex + 17, hex + 20);
}

void
hf_cacao_idf(char out[CACAO_ID], struct cacao *c, const char *type, const char *fmt, ...)
{
	struct hf_buf b = HF_BUF_INIT;
	va_list       ap;

	va_start(ap, fmt);
	hf_buf_addv(&b, fmt, ap);
	va_end(ap);
	hf_cacao_id(out, type, c->name, hf_buf_str(&b));
	c->bad |= b.failed;
	hf_buf_clear(&b);
}

void
hf_cacao_set(struct cacao *c, struct hf_json *o, const char *key, struct hf_json *value)
{
	c->bad |= hf_json_set(o, key, value) != 0;
}

void
hf_cacao_str(struct cacao *c, struct hf_json *o, const char *key, const char *value)
{
	if (value[0] != '\0')
		hf_cacao_set(c, o, key, hf_json_string(value));
}

void
hf_cacao_names(struct cacao *c, struct hf_json *o, const char *key, const struct hf_names *list)
{
	struct hf_json *array;
	size_t          i;

	if (list->n == 0)
		return;
	array = hf_json_array();
	for (i = 0; i < list->n; i++)
		c->bad |= hf_json_push(array, hf_json_string(list->v[i])) != 0;
	hf_cacao_set(c, o, key, array);
}

void
hf_cacao_variable(struct cacao *c, const char *name, const char *type, const char *value, const char *about)
{
	struct hf_json *v;

	if (hf_json_get(c->variables, name) != NULL)
		return;
	v = hf_json_object();
	hf_cacao_str(c, v, "type", type);
	hf_cacao_str(c, v, "description", about);
	hf_cacao_str(c, v, "value", value);
	hf_cacao_set(c, v, "constant", hf_json_bool(false));
	hf_cacao_set(c, c->variables, name, v);
}

/* ---- who ---- */

void
hf_cacao_role(char out[CACAO_ID], struct cacao *c, const char *role)
{
	hf_cacao_idf(out, c, role[0] == '\0' ? "organization" : "group", "role:%s", role[0] == '\0' ? ORGANISATION : role);
}

static void
add_party(struct cacao *c, struct hf_json *list, const char *id, const char *type, const char *name, const char *about)
{
	struct hf_json *a = hf_json_object();

	hf_cacao_str(c, a, "type", type);
	hf_cacao_str(c, a, "name", name);
	hf_cacao_str(c, a, "description", about);
	hf_cacao_set(c, list, id, a);
}

static void
add_role(struct cacao *c, struct hf_json *list, const struct hf_role *r)
{
	struct hf_buf about = HF_BUF_INIT;
	char          id[CACAO_ID];
	size_t        i;

	for (i = 0; i < r->paths.n; i++)
		hf_buf_addf(&about, "%s{%s}", i == 0 ? "In the register: " : ", ", r->paths.v[i]);
	hf_cacao_role(id, c, r->id);
	add_party(c, list, id, "group", r->words[0] != '\0' ? r->words : r->id, hf_buf_str(&about));
	c->bad |= about.failed;
	hf_buf_clear(&about);
}

/* SOARCA finds what it can do by the name of the agent, and does it for each target: there the roles are targets. */
static void
add_parties(struct cacao *c, struct hf_json *book)
{
	struct hf_json *list = hf_json_object(), *own;
	char            id[CACAO_ID];
	size_t          i;

	for (i = 0; i < c->p->n_roles; i++)
		add_role(c, list, &c->p->roles[i]);
	hf_cacao_role(id, c, "");
	add_party(c, list, id, "organization", "the organisation", "Whoever is on duty.");
	hf_cacao_set(c, book, c->soarca ? "target_definitions" : "agent_definitions", list);
	if (!c->soarca)
		return;
	own = hf_json_object();
	hf_cacao_id(id, "soarca-manual", "", "agent");
	add_party(c, own, id, "soarca-manual", "soarca-manual", "People, asked by SOARCA.");
	hf_cacao_set(c, book, "agent_definitions", own);
}

/* ---- the head of the document ---- */

static void
add_value(struct cacao *c, const struct hf_value *v)
{
	char name[96];

	snprintf(name, sizeof(name), "__%.80s__", v->name);
	hf_cacao_variable(c, name, v->type == HF_VALUE_NUMBER ? "float" : "string", "", v->prompt);
}

static void
add_values(struct cacao *c)
{
	size_t i, k;

	for (i = 0; i < c->p->n_ask; i++)
		add_value(c, &c->p->ask[i]);
	for (i = 0; i < c->p->n_steps; i++)
		for (k = 0; k < c->p->steps[i].n_write; k++)
			add_value(c, &c->p->steps[i].write[k]);
}

static void
add_times(struct cacao *c, struct hf_json *book)
{
	char when[40];

	snprintf(when, sizeof(when), "%.10sT00:00:00.000Z", c->p->reviewed[0] != '\0' ? c->p->reviewed : "1970-01-01");
	hf_cacao_str(c, book, "created", when);
	hf_cacao_str(c, book, "modified", when);
}

static void
add_references(struct cacao *c, struct hf_json *book)
{
	struct hf_json *list, *row;
	size_t          i;

	if (c->p->serves.n == 0)
		return;
	list = hf_json_array();
	for (i = 0; i < c->p->serves.n; i++) {
		row = hf_json_object();
		hf_cacao_str(c, row, "name", c->p->serves.v[i]);
		hf_cacao_str(c, row, "description", "A statement of the guidance that this playbook serves.");
		hf_cacao_str(c, row, "external_id", c->p->serves.v[i]);
		c->bad |= hf_json_push(list, row) != 0;
	}
	hf_cacao_set(c, book, "external_references", list);
}

/* The playbooks that answers start, each once. */
static void
add_related(struct cacao *c, struct hf_json *book)
{
	struct hf_json *list = hf_json_array(), *seen = hf_json_object();
	char            id[CACAO_ID];
	size_t          i, k, m;

	for (i = 0; i < c->p->n_steps; i++)
		for (k = 0; k < c->p->steps[i].n_routes; k++)
			for (m = 0; m < c->p->steps[i].routes[k].n_to; m++) {
				const struct hf_target *to = &c->p->steps[i].routes[k].to[m];

				if (to->verb != HF_RUN || hf_json_get(seen, to->name) != NULL)
					continue;
				hf_cacao_set(c, seen, to->name, hf_json_bool(true));
				hf_cacao_id(id, "playbook", to->name, "");
				c->bad |= hf_json_push(list, hf_json_string(id)) != 0;
			}
	hf_json_free(seen);
	if (hf_json_len(list) > 0)
		hf_cacao_set(c, book, "related_to", list);
	else
		hf_json_free(list);
}

static void
add_extension(struct cacao *c, struct hf_json *book, const char *author)
{
	struct hf_json *all = hf_json_object(), *x = hf_json_object();

	hf_cacao_str(c, x, "type", "extension-definition");
	hf_cacao_str(c, x, "name", "holdfast step");
	hf_cacao_str(c, x, "description",
	    "Who may do a step, by when, on what condition, what is kept as evidence, and which second person approves it.");
	hf_cacao_str(c, x, "created_by", author);
	hf_cacao_str(c, x, "schema", "holdfast-playbook(5)");
	hf_cacao_str(c, x, "version", "1.0.0");
	hf_cacao_set(c, all, c->extension, x);
	hf_cacao_set(c, book, "extension_definitions", all);
}

static void
add_summary(struct cacao *c, struct hf_json *book)
{
	struct hf_json *s = hf_json_object();

	hf_cacao_set(c, s, "manual_playbook", hf_json_bool(true));
	hf_cacao_set(c, s, "external_playbooks", hf_json_bool(c->runs));
	hf_cacao_set(c, s, "if_logic", hf_json_bool(c->ifs));
	hf_cacao_set(c, s, "while_logic", hf_json_bool(c->whiles));
	hf_cacao_set(c, s, "switch_logic", hf_json_bool(c->switches));
	hf_cacao_set(c, s, "temporal_logic", hf_json_bool(c->waits));
	hf_cacao_set(c, s, "extensions", hf_json_bool(true));
	hf_cacao_set(c, book, "playbook_processing_summary", s);
}

static void
add_types(struct cacao *c, struct hf_json *book)
{
	struct hf_json *types = hf_json_array(), *labels = hf_json_array();
	bool            routine = hf_text_prefix(c->name, "routine/");

	c->bad |= hf_json_push(types, hf_json_string(routine ? "prevention" : "mitigation")) != 0;
	if (!routine)
		c->bad |= hf_json_push(types, hf_json_string("remediation")) != 0;
	c->bad |= hf_json_push(labels, hf_json_string("holdfast")) != 0;
	c->bad |= hf_json_push(labels, hf_json_string(c->name)) != 0;
	hf_cacao_set(c, book, "playbook_types", types);
	hf_cacao_set(c, book, "labels", labels);
}

static void
write_book(struct cacao *c, struct hf_json *book)
{
	char id[CACAO_ID], author[CACAO_ID], start[CACAO_ID], stopped[CACAO_ID];

	hf_cacao_id(id, "playbook", c->name, "");
	hf_cacao_id(author, "identity", "", "holdfast");
	hf_cacao_id(c->extension, "extension-definition", "", "step");
	hf_cacao_str(c, book, "type", "playbook");
	hf_cacao_str(c, book, "spec_version", "cacao-2.0");
	hf_cacao_str(c, book, "id", id);
	hf_cacao_set(c, book, "name", hf_json_string(c->p->title));
	hf_cacao_str(c, book, "description", c->p->in_short);
	hf_cacao_str(c, book, "created_by", author);
	add_times(c, book);
	add_types(c, book);
	add_references(c, book);
	add_related(c, book);
	add_values(c);
	hf_cacao_flow(c, start, stopped);
	hf_cacao_str(c, book, "workflow_start", start);
	hf_cacao_str(c, book, "workflow_exception", stopped);
	hf_cacao_set(c, book, "workflow", hf_json_ref(c->workflow));
	if (hf_json_len(c->variables) > 0)
		hf_cacao_set(c, book, "playbook_variables", hf_json_ref(c->variables));
	add_parties(c, book);
	add_extension(c, book, author);
	add_summary(c, book);
}

enum hf_code
hf_cacao(struct hf_json **out, const struct hf_playbook *p, const char *name, enum hf_cacao_for whom, struct hf_err *e)
{
	struct cacao    c = { .p = p, .name = name, .soarca = whom == HF_CACAO_SOARCA };
	struct hf_json *book = hf_json_object();

	*out = NULL;
	c.workflow = hf_json_object();
	c.variables = hf_json_object();
	c.jumped_over = calloc(p->n_steps + 1, sizeof(*c.jumped_over));
	c.jumped_to = calloc(p->n_steps + 1, sizeof(*c.jumped_to));
	if (book == NULL || c.workflow == NULL || c.variables == NULL || c.jumped_over == NULL || c.jumped_to == NULL)
		c.bad = true;
	else
		write_book(&c, book);
	hf_json_free(c.workflow);
	hf_json_free(c.variables);
	free(c.jumped_over);
	free(c.jumped_to);
	if (c.bad) {
		hf_json_free(book);
		return hf_nomem(e);
	}
	*out = book;
	return HF_OK;
}
