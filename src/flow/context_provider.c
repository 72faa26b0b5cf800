/* The provider's part of a report: where to turn, what they ask for, and what of it we have. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"
#include "run_impl.h"

static const char *
provider_of(struct context *c)
{
	return hf_json_get_str(hf_json_get(c->out, "account"), "provider");
}

/* With a run: the sheet it pinned. Without: the one on the shelf. */
static void
find_sheet(struct context *c, const char *provider)
{
	struct hf_buf name = HF_BUF_INIT;

	if (c->run != NULL) {
		c->sheet = hf_run_sheet(c->run);
		return;
	}
	hf_buf_addf(&name, "provider/%s", provider);
	if (hf_buf_check(&name, c->e) == HF_OK && hf_shelf_has(c->rep->shelf, name.data) &&
	    hf_sheet_open(&c->own_sheet, c->rep->shelf, name.data, c->e) == HF_OK)
		c->sheet = c->own_sheet;
	hf_buf_clear(&name);
}

static struct hf_json *
names(struct context *c, const struct hf_names *n)
{
	struct hf_json *list = hf_json_array();

	for (size_t i = 0; i < n->n; i++)
		ctx_push(c, list, hf_json_string(n->v[i]));
	return list;
}

static void
head(struct context *c, const char *provider)
{
	struct hf_json *p = hf_json_object();

	ctx_text(c, p, "name", provider);
	ctx_text(c, p, "title", c->sheet != NULL ? c->sheet->title : provider);
	if (c->sheet != NULL) {
		ctx_set(c, p, "also_called", names(c, &c->sheet->also_called));
		ctx_set(c, p, "genuine_senders", names(c, &c->sheet->senders));
		ctx_set(c, p, "web", names(c, &c->sheet->web));
		ctx_set(c, p, "second_factor", names(c, &c->sheet->second_factor));
		ctx_text(c, p, "passkeys", c->sheet->passkeys);
		ctx_text(c, p, "roles", c->sheet->roles);
		ctx_text(c, p, "audit_log", c->sheet->audit_log);
		ctx_text(c, p, "reviewed", c->sheet->reviewed);
	}
	ctx_set(c, c->out, "provider", p);
}

/* ---- routes ---- */

static struct hf_json *
route(struct context *c, const struct hf_sheet_route *r)
{
	struct hf_json *o = hf_json_object();

	ctx_text(c, o, "id", r->id);
	ctx_text(c, o, "title", r->title);
	ctx_text(c, o, "address", r->address);
	ctx_text(c, o, "where", r->where);
	ctx_text(c, o, "seen_on", r->seen_on);
	ctx_text(c, o, "source", r->source);
	ctx_text(c, o, "status", r->status);
	ctx_text(c, o, "response_time", r->response_time);
	ctx_set(c, o, "stale", hf_json_bool(hf_route_stale(r, hf_register_today(c->r))));
	ctx_set(c, o, "retired", hf_json_bool(strcmp(r->status, "retired") == 0));
	return o;
}

static void
routes(struct context *c)
{
	static const char *const kinds[] = { "hacked", "locked-out", "impersonation", "partner" };
	static const char *const keys[] = { "hacked", "locked_out", "impersonation", "partner" };
	struct hf_json          *all = hf_json_object();

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct hf_json *list = hf_json_array();

		for (size_t i = 0; i < c->sheet->n_routes; i++)
			if (strcmp(c->sheet->routes[i].kind, kinds[k]) == 0)
				ctx_push(c, list, route(c, &c->sheet->routes[i]));
		ctx_set(c, all, keys[k], list);
	}
	ctx_set(c, c->out, "routes", all);
}

/* ---- asks ---- */

/* A path through the context that is being built: what the report would print there. */
static const struct hf_json *
through(const struct hf_json *at, const char *path)
{
	char word[64];

	while (at != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		snprintf(word, sizeof(word), "%.*s", (int)n, path);
		at = hf_json_get(at, word);
		path += n + (path[n] == '.');
	}
	return at;
}

static void
take_value(struct context *c, struct hf_json *o, const struct hf_json *v)
{
	if (hf_json_is(v, HF_JSON_OBJECT))
		v = hf_json_get(v, "name") != NULL ? hf_json_get(v, "name") : hf_json_get(v, "ref");
	if (v == NULL || hf_json_is(v, HF_JSON_NULL) || (hf_json_is(v, HF_JSON_STRING) && hf_json_str(v)[0] == '\0'))
		return;
	ctx_set(c, o, "value", hf_json_copy(v));
	ctx_set(c, o, "have", hf_json_bool(true));
}

/* The newest proof that counts today; an expired one is shown as such and does not count. */
static void
take_proof(struct context *c, struct hf_json *o, const char *ask)
{
	const struct hf_json *proofs = hf_json_get(c->out, "proofs"), *best = NULL;

	for (size_t i = 0; i < hf_json_len(proofs); i++) {
		const struct hf_json *p = hf_json_at(proofs, i);
		const char           *s = hf_json_get_str(p, "satisfies");

		if (s != NULL && strcmp(s, ask) == 0 && (best == NULL || hf_json_true(hf_json_get(best, "expired"))))
			best = p;
	}
	if (best == NULL)
		return;
	ctx_text(c, o, "file_name", hf_json_get_str(best, "file_name"));
	ctx_text(c, o, "sha256", hf_json_get_str(best, "sha256"));
	ctx_text(c, o, "valid_until", hf_json_get_str(best, "valid_until"));
	ctx_text(c, o, "description", hf_json_get_str(best, "description"));
	ctx_set(c, o, "expired", hf_json_bool(hf_json_true(hf_json_get(best, "expired"))));
	ctx_set(c, o, "have", hf_json_bool(!hf_json_true(hf_json_get(best, "expired"))));
}

static void
where_to_get(struct context *c, struct hf_json *o, const struct hf_sheet_ask *a)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *account = strncmp(a->path, "account.", 8) == 0 ? a->path + 8 : NULL;
	const char   *ref = hf_json_get_str(hf_json_get(c->out, "account"), "ref");

	if (a->where[0] != '\0')
		hf_buf_addf(&b, "%s ", a->where);
	if (a->path[0] == '\0')
		hf_buf_addf(&b, "Attach it: holdfast attach %s FILE satisfies=%s", ref == NULL ? "REF" : ref, a->id);
	else if (account != NULL && strchr(account, '.') == NULL)
		hf_buf_addf(&b, "Record it: holdfast set %s %s=VALUE", ref == NULL ? "REF" : ref, account);
	else if (c->run != NULL)
		hf_buf_addf(&b, "Record it in the run: holdfast run show %s", hf_run_id(c->run));
	ctx_text(c, o, "where", hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
asks(struct context *c)
{
	struct hf_json *list = hf_json_array(), *needed = hf_json_array();

	for (size_t i = 0; i < c->sheet->n_asks; i++) {
		const struct hf_sheet_ask *a = &c->sheet->asks[i];
		struct hf_json            *o = hf_json_object(), *need;

		ctx_text(c, o, "id", a->id);
		ctx_text(c, o, "label", a->label);
		ctx_set(c, o, "for", names(c, &a->what_for));
		ctx_set(c, o, "have", hf_json_bool(false));
		ctx_set(c, o, "expired", hf_json_bool(false));
		if (a->path[0] != '\0')
			take_value(c, o, through(c->out, a->path));
		else
			take_proof(c, o, a->id);
		if (!hf_json_true(hf_json_get(o, "have"))) {
			where_to_get(c, o, a);
			need = hf_json_object();
			ctx_text(c, need, "label", a->label);
			ctx_text(c, need, "where", hf_json_get_str(o, "where"));
			ctx_push(c, needed, need);
		}
		ctx_push(c, list, o);
	}
	ctx_set(c, c->out, "asks", list);
	ctx_set(c, c->out, "needed", needed);
}

/* ---- windows ---- */

static int64_t
window_from(const struct context *c, const char *name)
{
	const char *s;
	int64_t     t;

	if (c->run == NULL)
		return 0;
	for (size_t k = 0; k < c->run->n; k++)
		if (strcmp(c->run->list[k].step->id, name) == 0)
			return c->run->list[k].at;
	s = hf_json_get_str(c->run->values, name);
	return s != NULL && hf_time_parse(&t, NULL, s, NULL) == HF_OK ? t : 0;
}

static void
windows(struct context *c)
{
	struct hf_json *list = hf_json_array();

	for (size_t i = 0; i < c->sheet->n_windows; i++) {
		const struct hf_sheet_window *w = &c->sheet->windows[i];
		struct hf_json               *o = hf_json_object();
		struct hf_buf                 b = HF_BUF_INIT;
		int64_t                       from = window_from(c, w->after), until = 0;

		ctx_text(c, o, "title", w->title);
		if (from != 0)
			until = hf_span_add(from, w->span, false, hf_register_zone(c->r));
		ctx_time(c, o, "until", until);
		ctx_set(c, o, "over", hf_json_bool(until != 0 && hf_register_now(c->r) > until));
		hf_time_words(&b, hf_span_add(0, w->span, false, ""));
		ctx_text(c, o, "lasts", hf_buf_str(&b));
		hf_buf_clear(&b);
		ctx_push(c, list, o);
	}
	ctx_set(c, c->out, "windows", list);
}

void
context_provider(struct context *c)
{
	const char *provider = provider_of(c);

	if (provider == NULL)
		return;
	find_sheet(c, provider);
	head(c, provider);
	if (c->sheet == NULL)
		return;
	routes(c);
	asks(c);
	windows(c);
}
