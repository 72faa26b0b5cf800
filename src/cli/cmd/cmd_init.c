/* init */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../fields.h"
#include "../term/prompt.h"
#include "cmd.h"
#include "holdfast/fs.h"

/* What was given or typed, as the schema stores it. */
static enum hf_code
canonical(struct hf_json **out, const char *field, const char *typed, struct hf_err *e)
{
	return hf_schema_value(out, hf_schema_field(hf_schema_kind("org"), field), typed, e);
}

static enum hf_code
check_name(void *arg, const char *typed, struct hf_err *e)
{
	struct hf_json *v = NULL;
	enum hf_code    rc = canonical(&v, arg, typed, e);

	hf_json_free(v);
	return rc;
}

static enum hf_code
add_domains(struct hf_json *list, const char *typed, struct hf_err *e)
{
	struct hf_json *words = NULL, *v;
	enum hf_code    rc = hf_schema_split(&words, typed, e);

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(words); i++)
		if ((rc = canonical(&v, "domains", hf_json_str(hf_json_at(words, i)), e)) == HF_OK && hf_json_push(list, v) != 0)
			rc = hf_nomem(e);
	hf_json_free(words);
	return rc;
}

static enum hf_code
check_domains(void *arg, const char *typed, struct hf_err *e)
{
	struct hf_json *list = hf_json_array();
	enum hf_code    rc = list == NULL ? hf_nomem(e) : add_domains(list, typed, e);

	(void)arg;
	hf_json_free(list);
	return rc;
}

struct given {
	char           *name, *zone, *person; /* person NULL: nobody is added */
	struct hf_json *domains;
};

static char name_field[] = "name", zone_field[] = "timezone";

/* The time zone of this machine, most often the office's, by the name that the link to it bears; "UTC" when that says nothing. */
static const char *
zone_here(char *space, size_t size)
{
	static const char mark[] = "/zoneinfo/";
	ssize_t           n = readlink("/etc/localtime", space, size - 1);
	char             *name;

	space[n < 0 ? 0 : n] = '\0';
	name = strstr(space, mark);
	if (name != NULL && strcmp(name + strlen(mark), "Etc/UTC") == 0)
		return "UTC";
	return name != NULL && check_name(zone_field, name + strlen(mark), NULL) == HF_OK ? name + strlen(mark) : "UTC";
}

static enum hf_code
ask_rest(struct given *g, struct app *app, struct hf_err *e)
{
	char          space[256];
	struct prompt domains = { .text = "Its domains, with commas (agency.example)",
		.help = "mailboxes there are ours",
		.optional = true,
		.check = check_domains };
	struct prompt zone = { .text = "Time zone of the office",
		.help = "as Europe/London",
		.fallback = zone_here(space, sizeof(space)),
		.check = check_name,
		.arg = zone_field };
	char         *typed = NULL;
	enum hf_code  rc = HF_OK;

	if (hf_json_len(g->domains) == 0 && (rc = prompt_line(&typed, app, &domains, e)) == HF_OK)
		rc = add_domains(g->domains, typed, e);
	free(typed);
	if (rc == HF_OK && g->zone == NULL)
		rc = prompt_line(&g->zone, app, &zone, e);
	return rc;
}

/* Whose key it is, as its user id says: "Jo Park <jo@agency.example>". */
static enum hf_code
ask_person(struct given *g, struct app *app, const struct hf_key *admin, struct hf_err *e)
{
	char          uid[sizeof(admin->uid)];
	size_t        n;
	struct prompt person = {
		.text = "Your own name", .help = "as in reports: it stands beside what you do here", .check = check_name
	};

	if (g->person != NULL)
		return HF_OK;
	n = strcspn(admin->uid, "<(");
	while (n > 0 && admin->uid[n - 1] == ' ')
		n--;
	snprintf(uid, sizeof(uid), "%.*s", (int)n, admin->uid);
	person.arg = name_field;
	person.fallback = uid[0] == '\0' ? NULL : uid;
	return prompt_line(&g->person, app, &person, e);
}

/* Only the name is needed; the rest is asked for when it is. Nobody is asked before it is clear that a register can be made. */
static enum hf_code
ask(struct given *g, struct app *app, const struct hf_register_opts *opts, struct hf_err *e)
{
	struct hf_key admin = { .uid = "" };
	struct prompt name = {
		.text = "Name of the organisation", .instead = "--name NAME", .check = check_name, .arg = name_field
	};
	enum hf_code rc;

	if (g->name != NULL)
		return HF_OK;
	if (prompt_possible(app) && (rc = hf_register_init_try(&admin, opts, e)) != HF_OK)
		return rc;
	if ((rc = prompt_line(&g->name, app, &name, e)) != HF_OK || (rc = ask_rest(g, app, e)) != HF_OK)
		return rc;
	return ask_person(g, app, &admin, e);
}

static enum hf_code
take_options(struct given *g, const struct args *a, struct hf_err *e)
{
	const char *const *domains;
	struct hf_json    *v = NULL;
	size_t             n;
	enum hf_code       rc = HF_OK;

	if ((g->domains = hf_json_array()) == NULL)
		return hf_nomem(e);
	domains = opt_list(a, "domain", &n);
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = add_domains(g->domains, domains[i], e);
	if (rc == HF_OK && opt_str(a, "timezone") != NULL) {
		rc = canonical(&v, "timezone", opt_str(a, "timezone"), e);
		hf_json_free(v);
		if (rc == HF_OK && (g->zone = strdup(opt_str(a, "timezone"))) == NULL)
			rc = hf_nomem(e);
	}
	if (rc == HF_OK && opt_str(a, "person") != NULL) {
		if ((rc = canonical(&v, "name", opt_str(a, "person"), e)) != HF_OK)
			return hf_fail_in(e, "person");
		hf_json_free(v);
		if ((g->person = strdup(opt_str(a, "person"))) == NULL)
			return hf_nomem(e);
	}
	if (rc == HF_OK && opt_str(a, "name") != NULL) {
		if ((rc = canonical(&v, "name", opt_str(a, "name"), e)) != HF_OK)
			return rc;
		hf_json_free(v);
		if ((g->name = strdup(opt_str(a, "name"))) == NULL)
			rc = hf_nomem(e);
	}
	return rc;
}

static enum hf_code
say(struct app *app, struct hf_err *e)
{
	struct hf_json *o = hf_json_object();

	if (hf_json_set(o, "register", hf_json_string(hf_register_id(app->reg))) != 0 ||
	    hf_json_set(o, "path", hf_json_string(hf_register_path(app->reg))) != 0 ||
	    hf_json_set(o, "key", hf_json_string(hf_register_key(app->reg))) != 0) {
		hf_json_free(o);
		return hf_nomem(e);
	}
	out_said(app->out, o,
	    "made the register %s\nits admin is the key %s\nnext: holdfast import LIST.csv --kind account --create, or holdfast add account",
	    hf_register_path(app->reg), hf_register_key(app->reg));
	hf_json_free(o);
	return HF_OK;
}

/* The admin's own record, tied to the key: so that reports and histories name a person. */
static enum hf_code
add_person(struct app *app, const char *name, struct hf_err *e)
{
	struct hf_batch *b = NULL;
	struct hf_json  *fpr = hf_json_string(hf_register_key(app->reg));
	struct hf_key    key;
	char             id[HF_ID_SIZE];
	char            *at;
	enum hf_code     rc;

	if (fpr == NULL)
		return hf_nomem(e);
	if ((rc = hf_batch_new(&b, app->reg, e)) == HF_OK && (rc = hf_batch_add(id, b, "person", e)) == HF_OK &&
	    (rc = hf_batch_set(b, id, "name", '=', name, e)) == HF_OK &&
	    (rc = hf_batch_set_json(b, id, "key_fpr", fpr, e)) == HF_OK) {
		/* What stands there may be no address; then it is not recorded. */
		if (hf_vault_member(&key, hf_register_vault(app->reg), hf_register_key(app->reg), NULL) == HF_OK &&
		    (at = strrchr(key.uid, '<')) != NULL) {
			at[strcspn(at, ">")] = '\0';
			hf_batch_set(b, id, "email", '=', at + 1, NULL);
		}
		rc = app_commit(b, "record", e);
	}
	hf_json_free(fpr);
	hf_batch_free(b);
	return rc;
}

static enum hf_code
init(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_register_opts opts;
	struct hf_init          how = { NULL, NULL, NULL };
	struct given            g = { NULL, NULL, NULL, NULL };
	enum hf_code            rc;

	app_register_opts(&opts, app);
	if ((rc = app_paths(app, e)) != HF_OK || (rc = take_options(&g, a, e)) != HF_OK || (rc = ask(&g, app, &opts, e)) != HF_OK)
		goto done;
	how.name = g.name;
	how.domains = g.domains;
	how.timezone = g.zone;
	app_hold();
	rc = hf_register_init(&app->reg, &opts, &how, e);
	app_release();
	if (rc == HF_OK && g.person != NULL)
		rc = add_person(app, g.person, e);
	if (rc == HF_OK)
		rc = say(app, e);
done:
	free(g.name);
	free(g.zone);
	free(g.person);
	hf_json_free(g.domains);
	return rc;
}

static const struct opt init_opts[] = {
	{ 0, "name", "NAME", "what the organisation is called", 0 },
	{ 0, "domain", "DOMAIN", "a domain whose mailboxes are ours", OPT_MANY },
	{ 0, "timezone", "ZONE", "time zone of the office, as Europe/London (UTC)", 0 },
	{ 0, "person", "TEXT", "your own name: a person is added, and your key tied to it", 0 },
	OPT_END,
};

extern const struct cmd init_cmds[];

const struct cmd init_cmds[] = {
	{
	    .name = "init",
	    .run = init,
	    .needs = NEED_KEY,
	    .options = init_opts,
	    .group = CMD_SHARE,
	    .summary = "make a register",
	    .about =
		"It is made in the place that --register or HOLDFAST_REGISTER names, and where nothing may be yet. Your OpenPGP key becomes its first "
		"admin: the only one you have, or the one that --key names.",
	    .examples = "holdfast init --name \"Agency for Examples\" --domain agency.example --timezone Europe/London\n",
	},
	CMD_END,
};
