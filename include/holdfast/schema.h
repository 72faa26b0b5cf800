/*
 * The kinds of record and their fields: one table that drives prompts, validation, tables, completion, help and holdfast-register(5).
 */
#ifndef HOLDFAST_SCHEMA_H
#define HOLDFAST_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/buf.h"
#include "holdfast/db.h"
#include "holdfast/err.h"
#include "holdfast/json.h"

enum hf_field_type {
	HF_FIELD_TEXT,  /* one line */
	HF_FIELD_LINES, /* several lines */
	HF_FIELD_WORD,  /* a-z, 0-9 and -, lower case: a provider, an ask, a rule */
	HF_FIELD_INT,   /* 0 or more */
	HF_FIELD_BOOL,
	HF_FIELD_DATE, /* YYYY-MM-DD */
	HF_FIELD_TIME, /* RFC 3339 UTC */
	HF_FIELD_EMAIL,
	HF_FIELD_PHONE, /* + and digits, as E.164; spaces and dashes are dropped */
	HF_FIELD_URL,
	HF_FIELD_DOMAIN,
	HF_FIELD_ZONE, /* IANA time zone */
	HF_FIELD_HASH, /* SHA-256 */
	HF_FIELD_FPR,  /* OpenPGP fingerprint */
	HF_FIELD_CHOICE,
	HF_FIELD_REF, /* id of a record of one of the kinds in choices ("account person") */
	HF_FIELD_ID   /* id of a blob or run */
};

#define HF_FIELD_LIST     1u /* several values of that type: an array of strings */
#define HF_FIELD_REQUIRED 2u
#define HF_FIELD_SET      4u  /* holdfast sets it; people cannot */
#define HF_FIELD_POINTER  8u  /* says where a secret lies: a secret itself is refused more eagerly */
#define HF_FIELD_MEETING  16u /* of an account of class meeting: no other is expected to have it */
/*
 * Of a field that names people: what they have to do from now on, so it takes nobody who has left. The others say what was done, or what was found to
 * be so, which a leaver may well be in: who still holds a right, a factor, a device or a password has to be written down.
 */
#define HF_FIELD_DUTY 32u

struct hf_field {
	const char        *name;
	enum hf_field_type type;
	unsigned           flags;
	const char        *choices; /* of CHOICE and REF: words separated by spaces; NULL else */
	const char        *help;    /* one line */
};

struct hf_kind {
	const char            *name;
	const char            *help;
	const struct hf_field *fields;
	size_t                 n_fields;
	const char            *label; /* SQL expression over its own fields for the column ref: what people call it; NULL: its id */
	const char            *key;   /* fields that must be unique together, separated by spaces; NULL: none */
	bool                   single; /* exactly one per register */
};

extern const struct hf_kind hf_kinds[];
extern const size_t         hf_n_kinds;

const struct hf_kind  *hf_schema_kind(const char *name); /* NULL when unknown */
const struct hf_field *hf_schema_field(const struct hf_kind *kind, const char *name);

/* The same, or HF_BAD with the nearest name. */
enum hf_code hf_schema_want_kind(const struct hf_kind **out, const char *name, struct hf_err *e);
enum hf_code hf_schema_want_field(const struct hf_field **out, const struct hf_kind *kind, const char *name, struct hf_err *e);

/* How a type is called in help: "date", "one of a, b", "account". Static or written to buf. */
const char *hf_field_words(char *buf, size_t size, const struct hf_field *f);

/* The n-th choice of a field into word (size bytes); false when there are no more. */
bool hf_field_choice(const struct hf_field *f, size_t n, char *word, size_t size);

/*
 * A single value as typed, made canonical: "yes" → true, "+44 20 7946 0001" → "+442079460001", "today" is not taken. References are
 * not resolved here: the text comes back as it is. HF_BAD says field, value, what is allowed and the nearest right spelling.
 */
enum hf_code hf_schema_value(struct hf_json **out, const struct hf_field *f, const char *typed, struct hf_err *e);

/* "a, b\, c" → ["a", "b, c"]: how lists are typed. Empty items are passed over. */
enum hf_code hf_schema_split(struct hf_json **out, const char *typed, struct hf_err *e);

/* A list as typed, each item made by item; nothing twice. */
typedef enum hf_code hf_schema_item_fn(struct hf_json **out, void *arg, const char *typed, struct hf_err *e);
enum hf_code         hf_schema_list(struct hf_json **out, const char *typed, hf_schema_item_fn *item, void *arg, struct hf_err *e);

/* Judge a value already in JSON (from a record, or standard input): right type, canonical. Arrays for lists. */
enum hf_code hf_schema_judge(const struct hf_field *f, const struct hf_json *value, struct hf_err *e);

/* Judge a whole record's fields: unknown names, types, required ones. Envelope members (id, kind, register, version) are passed over. */
enum hf_code hf_schema_judge_record(const struct hf_kind *kind, const struct hf_json *record, struct hf_err *e);

/*
 * What tells records of a kind apart, appended: its key's fields, case folded, a handle without its @. False when the kind has no key, or the
 * record lacks a part of it.
 */
bool hf_schema_key(struct hf_buf *out, const struct hf_kind *kind, const struct hf_json *record);

/* The tables and views of a register that holds nothing, in memory: SQL in books is tried on them. hf_db_close it. */
enum hf_code hf_index_blank(struct hf_db **out, struct hf_err *e);

/* The same with records and entries in it (arrays of objects, NULL: none), on a day (NULL: today): policies are tried on them. */
enum hf_code hf_index_sample(
    struct hf_db **out, const struct hf_json *records, const struct hf_json *entries, const char *day, struct hf_err *e);

/* Why a text looks like a secret ("a password", "a one-time-code seed"…), or NULL. eager: for fields that point to secrets. */
const char *hf_schema_secret(const char *text, bool eager);

/*
 * The same of a file: NULL too when it is no text, or over a megabyte. Pages and mails are full of words that look like passwords, so one must be
 * called so there; codes must be many.
 */
const char *hf_schema_secret_file(const void *data, size_t len);

#endif
