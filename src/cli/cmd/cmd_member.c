/* member: who may use the register */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../complete/complete_register.h"
#include "../ref.h"
#include "../term/prompt.h"
#include "cmd.h"
#include "holdfast/fs.h"
#include "holdfast/share.h"

#define KEYFILE_MAX (1024u * 1024)

/* ---- what people type ---- */

/* "admin,owner" or one word. */
static enum hf_code
add_roles(unsigned *roles, const char *typed, struct hf_err *e)
{
	char word[32];

	while (*typed != '\0') {
		size_t   len = strcspn(typed, ", ");
		unsigned role;

		if (len > 0) {
			snprintf(word, sizeof(word), "%.*s", (int)(len < sizeof(word) ? len : sizeof(word) - 1), typed);
			if ((role = hf_role_parse(word)) == 0) {
				hf_fail(e, HF_USAGE, "role: \"%s\" is not one of admin, responder, owner, auditor", word);
				return hf_hint(e, "holdfast help member role says what each may do");
			}
			*roles |= role;
		}
		typed += len + (typed[len] != '\0');
	}
	return HF_OK;
}

static enum hf_code
roles_of(unsigned *roles, const char *const *words, size_t n, struct hf_err *e)
{
	enum hf_code rc = HF_OK;

	*roles = 0;
	for (size_t i = 0; rc == HF_OK && i < n; i++)
		rc = add_roles(roles, words[i], e);
	return rc == HF_OK && *roles == 0 ? hf_fail(e, HF_USAGE, "role: none is named") : rc;
}

/* A member, by fingerprint or by the person whose key it is. */
static enum hf_code
member_of(char fpr[HF_FPR_SIZE], struct app *app, const char *typed, struct hf_err *e)
{
	struct hf_json *person = NULL;
	char            id[HF_ID_SIZE];
	enum hf_code    rc;

	if (ref_fpr(fpr, typed))
		return HF_OK;
	if ((rc = ref_pick(id, app, "person", typed, e)) != HF_OK) {
		if (rc == HF_NOTFOUND)
			hf_hint(e, "a member is named by a full fingerprint or a person: holdfast member list");
		return rc;
	}
	if ((rc = hf_register_get(&person, app->reg, id, e)) != HF_OK)
		return rc;
	if (hf_json_get_str(person, "key_fpr") == NULL) {
		rc = hf_fail(e, HF_NOTFOUND, "%s: no member's key is tied to this person", typed);
		hf_hint(e, "holdfast member list");
	} else
		snprintf(fpr, HF_FPR_SIZE, "%s", hf_json_get_str(person, "key_fpr"));
	hf_json_free(person);
	return rc;
}

/* A file, standard input, or what your own keyring has of a fingerprint. */
static enum hf_code
key_of(struct hf_buf *out, struct app *app, const char *typed, struct hf_err *e)
{
	char         fpr[HF_FPR_SIZE];
	enum hf_code rc;

	out->max = KEYFILE_MAX;
	if (strcmp(typed, "-") == 0)
		return hf_fs_read_fd(out, 0, "standard input", KEYFILE_MAX, e);
	if (hf_fs_exists(typed) || !ref_fpr(fpr, typed)) {
		if ((rc = hf_fs_read(out, typed, KEYFILE_MAX, e)) == HF_NOTFOUND)
			hf_hint(e, "the member exports it with: gpg --armor --export ADDRESS >FILE");
		return rc;
	}
	return hf_vault_export(out, hf_register_vault(app->reg), fpr, e);
}

static enum hf_code
person_of(const char **out, char id[HF_ID_SIZE], struct app *app, const char *typed, struct hf_err *e)
{
	*out = typed == NULL ? NULL : id;
	return typed == NULL ? HF_OK : ref_pick(id, app, "person", typed, e);
}

/* ---- what comes of it ---- */

static void
put_counts(struct out *o, const struct hf_json *data, bool dry)
{
	long long n = (long long)hf_json_num(hf_json_get(data, "reencrypted"));
	long long sealed = (long long)hf_json_num(hf_json_get(data, "sealed"));
	long long damaged = (long long)hf_json_num(hf_json_get(data, "damaged"));

	put_line(o, OUT_PLAIN, "%lld file%s %s encrypted anew", n, n == 1 ? "" : "s", dry ? "would be" : n == 1 ? "was" : "were");
	if (sealed > 0)
		put_line(o, OUT_WARN, "%lld %s encrypted to others only and %s left as %s", sealed, sealed == 1 ? "is" : "are",
		    dry             ? "would be" :
			sealed == 1 ? "was" :
				      "were",
		    sealed == 1 ? "it is" : "they are");
	if (damaged > 0)
		put_line(o, OUT_BAD, "%lld cannot be read and %s left: holdfast verify says what is wrong", damaged,
		    damaged == 1 ? "was" : "were");
}

struct said {
	const char *who;  /* NULL: nobody */
	const char *what; /* "is a member" */
	bool        dry;
};

/* "Jo Park (FINGERPRINT) is a member: owner" */
static void
put_who(struct out *o, const struct said *s, const struct hf_json *data)
{
	const char     *sep = ": ";
	struct hf_buf   b = HF_BUF_INIT;
	struct hf_json *roles = hf_json_get(data, "roles");

	if (s->who == NULL)
		return;
	hf_buf_addf(&b, "%s (%s) %s", s->who, hf_json_get_str(data, "fingerprint"), s->what);
	for (size_t i = 0; i < hf_json_len(roles); i++, sep = ", ")
		hf_buf_addf(&b, "%s%s", sep, hf_json_str(hf_json_at(roles, i)));
	put_line(o, OUT_PLAIN, "%s", hf_buf_str(&b));
	hf_buf_clear(&b);
}

/* Once they are gone nobody opens these. */
static void
put_only_theirs(struct out *o, const struct hf_json *paths, bool dry)
{
	size_t n = hf_json_len(paths);

	if (n == 0)
		return;
	put_line(o, OUT_BAD, "%zu file%s for them alone: nobody who stays %s", n, n == 1 ? " is" : "s are",
	    dry ? "could read it any more" : "can read it any more");
	for (size_t i = 0; i < n; i++)
		put_line(o, OUT_PLAIN, "  %s", hf_json_str(hf_json_at(paths, i)));
	put_line(o, OUT_PLAIN, "%s",
	    dry ? "Before they go, they open it and share it: holdfast set REF restricted_to=" :
		  "They may still open it in their own copy, and give it to you.");
}

static void
add_kind(struct hf_buf *b, size_t n, const char *kind)
{
	if (n == 1)
		hf_buf_addf(b, "1 %s", kind);
	else if (strcmp(kind, "person") == 0)
		hf_buf_addf(b, "%zu people", n);
	else if (strcmp(kind, "evidence") == 0)
		hf_buf_addf(b, "%zu pieces of evidence", n);
	else
		hf_buf_addf(b, "%zu %ss", n, kind);
}

/* "12 accounts, 3 contacts, 1 run" */
static void
put_kinds(struct out *o, const struct hf_json *rows)
{
	struct hf_buf b = HF_BUF_INIT;
	const char   *sep = "";

	for (size_t i = 0; i < hf_json_len(rows);) {
		const char *kind = hf_json_get_str(hf_json_at(rows, i), "kind");
		size_t      from = i;

		while (i < hf_json_len(rows) && strcmp(hf_json_get_str(hf_json_at(rows, i), "kind"), kind) == 0)
			i++;
		hf_buf_adds(&b, sep);
		add_kind(&b, i - from, kind);
		sep = ", ";
	}
	put_line(o, OUT_PLAIN, "they could read, and may have kept: %s", b.len == 0 ? "nothing" : hf_buf_str(&b));
	hf_buf_clear(&b);
}

static void
render(struct out *o, const struct hf_json *data, void *arg)
{
	static const struct out_column columns[] = { { "ref", "account", OUT_KEEP }, { "why", NULL, 0 }, OUT_END };
	const struct said             *s = arg;

	put_who(o, s, data);
	put_counts(o, data, s->dry);
	if (hf_json_get(data, "could_read") == NULL)
		return;
	put_kinds(o, hf_json_get(data, "could_read"));
	put_only_theirs(o, hf_json_get(data, "only_theirs"), s->dry);
	if (hf_json_len(hf_json_get(data, "rotate")) == 0) {
		put_line(o, OUT_PLAIN, "no login that they share is recorded; change at the services what you know of besides");
		return;
	}
	put_heading(o, "Change these at the service");
	put_table(o, hf_json_get(data, "rotate"), columns);
}

/* who: as they were called before, or NULL: as they are now. */
static enum hf_code
show(struct app *app, enum hf_code rc, const char *who, const char *what, bool dry, struct hf_json *data)
{
	const char   *fpr = hf_json_get_str(data, "fingerprint");
	struct hf_buf now = HF_BUF_INIT;
	struct said   s = { who, what, dry };

	if (data == NULL)
		return rc;
	if (who == NULL && fpr != NULL) {
		hf_register_who(&now, app->reg, fpr);
		s.who = hf_buf_str(&now);
	}
	out_view(app->out, data, render, &s);
	hf_buf_clear(&now);
	hf_json_free(data);
	return rc;
}

/* ---- the commands ---- */

static enum hf_code
add(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_member_add how = { .dry_run = opt_flag(a, "dry-run") };
	struct hf_buf        key = HF_BUF_INIT;
	struct hf_json      *data = NULL;
	const char *const   *roles;
	char                 id[HF_ID_SIZE];
	size_t               n;
	enum hf_code         rc;

	roles = opt_list(a, "role", &n);
	if ((rc = roles_of(&how.roles, roles, n, e)) != HF_OK ||
	    (rc = person_of(&how.person, id, app, opt_str(a, "person"), e)) != HF_OK ||
	    (rc = key_of(&key, app, opt_word(a, "FILE|FINGERPRINT"), e)) != HF_OK)
		goto done;
	how.key = hf_buf_str(&key);
	how.len = key.len;
	app_hold();
	rc = hf_member_add(&data, app->reg, &how, e);
	app_release();
	rc = show(app, rc, NULL, how.dry_run ? "would be a member" : "is a member", how.dry_run, data);
done:
	hf_buf_clear(&key);
	return rc;
}

static enum hf_code
sure(struct app *app, const char *fpr, const char *who, bool force, struct hf_err *e)
{
	struct hf_json *would = NULL;
	struct hf_buf   text = HF_BUF_INIT;
	enum hf_code    rc;

	/* What would be refused anyway is not asked for. */
	if ((rc = hf_member_remove(&would, app->reg, fpr, true, e)) != HF_OK)
		return rc;
	hf_buf_addf(&text,
	    "%s will read nothing that is written from now on; %lld files will be encrypted anew. What they could read until now they may have "
	    "kept.",
	    who, (long long)hf_json_num(hf_json_get(would, "reencrypted")));
	rc = prompt_sure(app, force, who, hf_buf_str(&text), e);
	hf_json_free(would);
	hf_buf_clear(&text);
	return rc;
}

static enum hf_code
remove_member(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *data = NULL;
	struct hf_buf   who = HF_BUF_INIT;
	char            fpr[HF_FPR_SIZE];
	bool            dry = opt_flag(a, "dry-run");
	enum hf_code    rc;

	if ((rc = member_of(fpr, app, opt_word(a, "MEMBER"), e)) != HF_OK)
		return rc;
	hf_register_who(&who, app->reg, fpr);
	if (dry || (rc = sure(app, fpr, hf_buf_str(&who), opt_flag(a, "force"), e)) == HF_OK) {
		app_hold();
		rc = hf_member_remove(&data, app->reg, fpr, dry, e);
		app_release();
		rc = show(app, rc, hf_buf_str(&who), dry ? "would be no member any more" : "is no member any more", dry, data);
	}
	hf_buf_clear(&who);
	return rc;
}

static enum hf_code
role(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json    *data = NULL;
	const char *const *words;
	const char        *person;
	char               fpr[HF_FPR_SIZE], id[HF_ID_SIZE];
	unsigned           roles = 0;
	size_t             n;
	bool               dry = opt_flag(a, "dry-run");
	enum hf_code       rc;

	words = opt_words(a, "ROLES", &n);
	if (n == 0 && opt_str(a, "person") == NULL)
		return hf_fail(e, HF_USAGE, "role: none is named");
	if ((n > 0 && (rc = roles_of(&roles, words, n, e)) != HF_OK) ||
	    (rc = person_of(&person, id, app, opt_str(a, "person"), e)) != HF_OK ||
	    (rc = member_of(fpr, app, opt_word(a, "MEMBER"), e)) != HF_OK)
		return rc;
	app_hold();
	rc = hf_member_role(&data, app->reg, fpr, roles, person, dry, e);
	app_release();
	return show(app, rc, NULL, dry ? "would be a member" : "is a member", dry, data);
}

static enum hf_code
refresh(struct app *app, const struct args *a, struct hf_err *e)
{
	struct hf_json *data = NULL;
	struct hf_buf   key = HF_BUF_INIT;
	const char     *member = opt_word(a, "MEMBER"), *file = opt_word(a, "FILE");
	char            fpr[HF_FPR_SIZE];
	bool            dry = opt_flag(a, "dry-run");
	enum hf_code    rc = HF_OK;

	if ((member != NULL && (rc = member_of(fpr, app, member, e)) != HF_OK) ||
	    (file != NULL && (rc = key_of(&key, app, file, e)) != HF_OK))
		goto done;
	app_hold();
	rc = hf_member_refresh(
	    &data, app->reg, member == NULL ? NULL : fpr, file == NULL ? NULL : hf_buf_str(&key), key.len, dry, e);
	app_release();
	rc = show(app, rc, NULL, dry ? "is a member" : "is a member with this copy of the key", dry, data);
done:
	hf_buf_clear(&key);
	return rc;
}

static void
warn_of(struct app *app, const struct hf_json *row)
{
	const char *state = hf_json_get_str(row, "state"), *expires = hf_json_get_str(row, "expires");

	if (strcmp(state, "good") == 0)
		return;
	if (strcmp(state, "expiring") == 0)
		out_warn(app->out, "the key of %s expires on %.10s: holdfast member refresh %s FILE, with an extended one",
		    hf_json_get_str(row, "name"), expires, hf_json_get_str(row, "fingerprint"));
	else
		out_warn(app->out, "the key of %s is %s: nothing can be written for them. holdfast member %s %s",
		    hf_json_get_str(row, "name"), state, strcmp(state, "expired") == 0 ? "refresh" : "remove",
		    hf_json_get_str(row, "fingerprint"));
}

static enum hf_code
list(struct app *app, const struct args *a, struct hf_err *e)
{
	static const struct out_column columns[] = { { "name", NULL, OUT_KEEP }, { "roles", NULL, 0 },
		{ "state", "key", OUT_STATE }, { "expires", NULL, OUT_TIME | OUT_SPARE },
		{ "fingerprint", NULL, OUT_KEEP | OUT_FAINT }, OUT_END };
	struct hf_json                *rows = NULL;
	enum hf_code                   rc;

	(void)a;
	if ((rc = hf_member_list(&rows, app->reg, e)) != HF_OK)
		return rc;
	out_table(app->out, rows, columns);
	for (size_t i = 0; i < hf_json_len(rows); i++)
		warn_of(app, hf_json_at(rows, i));
	hf_json_free(rows);
	return HF_OK;
}

/* ---- completion ---- */

void
offer_member(const struct complete *c)
{
	struct hf_json *rows = NULL;

	if (hf_member_list(&rows, c->app->reg, NULL) != HF_OK)
		return;
	for (size_t i = 0; i < hf_json_len(rows); i++) {
		const struct hf_json *row = hf_json_at(rows, i);

		words_add(c->words, hf_json_get_str(row, "fingerprint"), hf_json_get_str(row, "name"));
		if (hf_json_get_str(row, "person") != NULL)
			words_add(c->words, hf_json_get_str(row, "name"), "");
	}
	hf_json_free(rows);
}

void
offer_roles(const struct complete *c)
{
	words_add(c->words, "admin", "everything, and who the members are");
	words_add(c->words, "responder", "reads and writes every record and run");
	words_add(c->words, "owner", "reads and writes their own accounts and what hangs on them");
	words_add(c->words, "auditor", "reads everything, writes attestations and notes");
}

/* ---- the table ---- */

#define DRY                                                       \
	{                                                         \
		'n', "dry-run", NULL, "say what would be done", 0 \
	}

static const struct opt add_opts[] = {
	{ 0, "role", "ROLES", "admin, responder, owner or auditor; several with commas", OPT_MANY | OPT_REQUIRED },
	{ 0, "person", "PERSON", "whose key it is", 0 },
	DRY,
	OPT_END,
};

static const struct opt remove_opts[] = {
	{ 0, "force", NULL, "do not ask", 0 },
	DRY,
	OPT_END,
};

static const struct opt role_opts[] = {
	{ 0, "person", "PERSON", "whose key it is", 0 },
	DRY,
	OPT_END,
};

static const struct opt refresh_opts[] = {
	DRY,
	OPT_END,
};

static const char roles_text[] =
    "An admin may do everything, and alone says who the members are. A responder reads every record and run and writes them. An owner reads the "
    "organisation, units, persons, documents and desks, their own accounts (owner or deputy) and what hangs on those, and the runs about them or begun "
    "by them; and writes their own accounts and what hangs on them, and new records. An auditor reads everything, and writes attestations and notes. A "
    "record with restricted_to is for those members only, whatever the roles.";

static const char anew[] =
    "What their change means for who may read what is encrypted anew in the same step, which may take a while. When it is "
    "interrupted, nothing has changed; the next try goes on from where it was.";

extern const struct cmd member_cmds[];

const struct cmd member_cmds[] = {
	{
	    .name = "member add",
	    .run = add,
	    .needs = NEED_WRITE,
	    .options = add_opts,
	    .operands = "FILE|FINGERPRINT",
	    .group = CMD_SHARE,
	    .summary = "let somebody in, by their public key",
	    .about =
		"The file holds one public key, as gpg --export writes it; - is standard input. With a fingerprint, the key is taken from your own "
		"keyring. Compare the fingerprint with the one that the member reads to you. With --person the key is tied to a person: what is "
		"theirs follows from that.",
	    .examples = "holdfast member add jo.asc --role owner --person \"Jo Park\"\n"
			"holdfast member add max.asc --role responder,auditor\n",
	},
	{
	    .name = "member remove",
	    .run = remove_member,
	    .needs = NEED_WRITE,
	    .options = remove_opts,
	    .operands = "MEMBER",
	    .group = CMD_SHARE,
	    .summary = "take somebody off",
	    .about =
		"Asks first. A member is named by a full fingerprint or by the person. Says what they could read until now, which cannot be taken "
		"back, and what has to be changed at the services because of it.",
	    .examples = "holdfast member remove \"Jo Park\"\n",
	},
	{
	    .name = "member list",
	    .run = list,
	    .needs = NEED_REGISTER,
	    .group = CMD_SHARE,
	    .summary = "who the members are, and how long their keys are good",
	    .examples = "holdfast member list\n",
	},
	{
	    .name = "member role",
	    .run = role,
	    .needs = NEED_WRITE,
	    .options = role_opts,
	    .operands = "MEMBER [ROLES...]",
	    .group = CMD_SHARE,
	    .summary = "give a member other roles, or tie the key to a person",
	    .about = roles_text,
	    .examples = "holdfast member role \"Jo Park\" owner auditor\n",
	},
	{
	    .name = "member refresh",
	    .run = refresh,
	    .needs = NEED_WRITE,
	    .options = refresh_opts,
	    .operands = "[MEMBER] [FILE]",
	    .group = CMD_SHARE,
	    .summary = "take a newer copy of a key; encrypt anew what is for the wrong members",
	    .about = anew,
	    .examples = "holdfast member refresh \"Jo Park\" jo.asc\nholdfast member refresh\n",
	},
	CMD_END,
};
