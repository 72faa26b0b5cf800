/*
 * A playbook, read: the grammar of holdfast-playbook(5) as plain structures.
 *
 * Everything is owned by the struct hf_playbook and read-only. Strings are never NULL unless said; "" means absent. Lists are
 * pointer and count. Every field of the grammar is here; hf_playbook_parse refuses what it does not know.
 */
#ifndef HOLDFAST_PLAYBOOK_H
#define HOLDFAST_PLAYBOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/doc.h"
#include "holdfast/err.h"
#include "holdfast/time.h"
#include "holdfast/words.h"

struct hf_names {
	char **v;
	size_t n;
};

bool hf_names_has(const struct hf_names *list, const char *name);

enum hf_value_type {
	HF_VALUE_TEXT,
	HF_VALUE_NUMBER,
	HF_VALUE_DATE,
	HF_VALUE_TIME,
	HF_VALUE_BOOL, /* yes or no */
	HF_VALUE_EMAIL,
	HF_VALUE_PHONE,
	HF_VALUE_CHOICE, /* one of a, b */
	HF_VALUE_REF     /* a record of kind */
};

/* **Write down:** `name` (type) prompt [Q of choices] */
struct hf_value {
	char              *name;
	enum hf_value_type type;
	struct hf_names    choices;
	char              *kind; /* of a REF; "" else */
	char              *prompt;
	bool          past; /* a time that tells when something happened: its name ends in "_at", and nothing counts back from it */
	char         *sql;  /* query of choices: first column the value, second (if any) its words; NULL when none */
	struct hf_pos pos;
};

/* **Keep:** `id` text */
struct hf_keep {
	char         *id;
	char         *text;
	struct hf_pos pos;
};

enum hf_by_kind { HF_BY_NONE, HF_BY_START, HF_BY_SPAN, HF_BY_ON };
enum hf_anchor { HF_ANCHOR_START, HF_ANCHOR_STEP, HF_ANCHOR_VALUE };

/* **By:** at start | D after/before start|`id`|`name` | on `name` */
struct hf_by {
	enum hf_by_kind kind;
	struct hf_span  span;
	bool            before;
	enum hf_anchor  anchor;
	char           *name; /* of the step or value */
	char           *text; /* as written */
	struct hf_pos   pos;
};

enum hf_cond_kind { HF_COND_NONE, HF_COND_IS, HF_COND_TEXT, HF_COND_QUERY };

/* **Only if:** `name = answer` | text | text Q.  name is a step (its answer, or its state), a value or a loop column. */
struct hf_cond {
	enum hf_cond_kind kind;
	char             *name;
	char             *answer;
	char             *text;
	char             *sql;
	struct hf_pos     pos;
};

/* **Needs:** ids (step, phase, Keep or value name) | text Q.  Each field is one; a step may have several. */
struct hf_need {
	struct hf_names ids;
	char           *text;
	char           *sql;
	struct hf_names own; /* values of the step itself that the query asks for: it is a rule about them then, and no gate */
	struct hf_pos   pos;
};

/* **Updates:** `{ref} field=value`, += or -= ; **Adds:** `kind field=value …` */
struct hf_assign {
	char *field;
	char  op; /* '=', '+', '-' */
	char *value;
};

struct hf_change_rec {
	char             *target; /* path inside the braces; "" for Adds */
	char             *kind;   /* of Adds; "" for Updates */
	struct hf_assign *set;
	size_t            n_set;
	struct hf_pos     pos;
};

enum hf_verb { HF_GO, HF_NEXT, HF_STOP, HF_RUN };

struct hf_target {
	enum hf_verb verb;
	char        *name; /* step id of GO; book of RUN */
	char        *on;   /* path inside the braces after "on"; "" = this run's subject */
};

/* **If ANSWER:** text with routes, and **If it fails:** (key "it-fails") */
struct hf_route {
	char             *key;   /* "yes"; when two answers of a step begin so, all its words: "yes-an-honest-mistake" */
	char             *stem;  /* "yes" in any case */
	char             *label; /* "yes, an honest mistake" */
	char             *text;
	struct hf_target *to;
	size_t            n_to;
	struct hf_pos     pos;
};

/* **On p, q [instead]:** text, or `skip` */
struct hf_on {
	struct hf_names providers;
	bool            instead;
	bool            skip;
	char           *text;
	struct hf_pos   pos;
};

enum hf_second_when { HF_SECOND_NONE, HF_SECOND_DONE, HF_SECOND_BEFORE, HF_SECOND_SKIP };

struct hf_second {
	enum hf_second_when when; /* DONE: to finish it; BEFORE: before it begins; SKIP: only to skip it */
	struct hf_names     roles;
	struct hf_pos       pos;
};

struct hf_wait {
	bool           set;
	char          *text;
	bool           timed; /* span holds */
	struct hf_span span;
	struct hf_pos  pos;
};

struct hf_repeat {
	bool           set;
	bool           every; /* else: at the moment in value `at` */
	struct hf_span span;
	char          *at;
	char          *until; /* step id, or "answered", or "" */
	int            times; /* 0: without limit */
	struct hf_pos  pos;
};

struct hf_loop {
	char           *text;
	char           *sql;     /* NULL: no loop */
	struct hf_pos   pos;     /* of the query */
	struct hf_names columns; /* of the query, as far as its text tells */
	bool            open;    /* it may have others (a star) */
};

struct hf_who {
	struct hf_names roles;
	char           *text; /* after the semicolon */
	struct hf_pos   pos;
};

struct hf_step {
	char                 *id, *title;
	size_t                phase; /* index */
	struct hf_pos         pos;
	struct hf_block      *blocks; /* borrowed from the document */
	size_t                n_blocks;
	struct hf_who         who;
	struct hf_by          by;
	struct hf_cond       *only; /* all must hold */
	size_t                n_only;
	struct hf_need       *needs;
	size_t                n_needs;
	struct hf_keep       *keep;
	size_t                n_keep;
	struct hf_value      *write;
	size_t                n_write;
	struct hf_names       confirm; /* "kind.field" */
	struct hf_change_rec *updates; /* Updates and Adds in the order written */
	size_t                n_updates;
	struct hf_names       reports;
	struct hf_names       sheets;
	struct hf_on         *on;
	size_t                n_on;
	struct hf_second      second;
	struct hf_wait        wait;
	struct hf_repeat      repeat;
	struct hf_loop        loop;
	struct hf_route      *routes;
	size_t                n_routes;
	char                 *why;
};

struct hf_phase {
	char            *id, *title;
	struct hf_pos    pos;
	struct hf_block *blocks;
	size_t           n_blocks;
	struct hf_loop   loop;
	struct hf_who    who;
	struct hf_by     by;
	struct hf_second second;
	size_t           first, n; /* its steps in the playbook's list */
};

struct hf_role {
	char           *id;
	char           *words;
	struct hf_names paths; /* inside the braces */
	struct hf_pos   pos;
};

struct hf_severity {
	char *id;
	char *text;
};

struct hf_playbook {
	char               *id, *title;
	char               *in_short, *use_when, *not_for;
	struct hf_names     do_not;
	struct hf_names     subjects; /* kinds; usually one */
	struct hf_role     *roles;
	size_t              n_roles;
	struct hf_severity *severities;
	size_t              n_severities;
	struct hf_value    *ask; /* Ask first */
	size_t              n_ask;
	char               *reviewed; /* YYYY-MM-DD or "" */
	struct hf_names     serves;
	struct hf_phase    *phases;
	size_t              n_phases;
	struct hf_step     *steps; /* all, in the order of the text */
	size_t              n_steps;
	struct hf_section  *doc; /* owned */
	struct hf_ids      *ids; /* of all names; private */
};

/*
 * Read a playbook. Every defect found goes to defects, in the order of the text; HF_BAD when any of them is an error (then *out is NULL),
 * with the first one as the message.
 */
enum hf_code hf_playbook_parse(
    struct hf_playbook **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e);
/* The same with the labels of another language (NULL: English). */
enum hf_code hf_playbook_parse_in(struct hf_playbook **out, const char *text, size_t len, const struct hf_wordlist *list,
    struct hf_defects *defects, struct hf_err *e);
void         hf_playbook_free(struct hf_playbook *p);

const struct hf_step     *hf_playbook_step(const struct hf_playbook *p, const char *id);     /* NULL when none */
const struct hf_phase    *hf_playbook_phase(const struct hf_playbook *p, const char *id);    /* NULL when none */
const struct hf_role     *hf_playbook_role(const struct hf_playbook *p, const char *id);     /* NULL when none */
const struct hf_severity *hf_playbook_severity(const struct hf_playbook *p, const char *id); /* NULL when none */
/* Roles of a step: its own Who, else its phase's. */
const struct hf_who    *hf_step_who(const struct hf_playbook *p, const struct hf_step *s);
const struct hf_second *hf_step_second(const struct hf_playbook *p, const struct hf_step *s);

#endif
