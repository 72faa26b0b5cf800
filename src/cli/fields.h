/*
 * Fields of a record as people give them: on the command line, as JSON on standard input, or at prompts.
 */
#ifndef HOLDFAST_CLI_FIELDS_H
#define HOLDFAST_CLI_FIELDS_H

#include <stdbool.h>

#include "app.h"
#include "holdfast/err.h"
#include "holdfast/register.h"
#include "term/words.h"

/* "field=value", "field+=item" or "field-=item", taken apart: *value points into word. HF_USAGE when it is none. free(3) *field. */
enum hf_code field_split(char **field, char *op, const char **value, const char *word, struct hf_err *e);

/* Set one as typed. Days may be "today", "in 10 days" and the like. */
enum hf_code field_set(struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, const char *field, char op,
    const char *typed, struct hf_err *e);

/* Set what the words say. */
enum hf_code fields_set(struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, const char *const *words,
    size_t n, struct hf_err *e);

/* Set the members of an object that somebody wrote. Envelope members are taken when they say what is so. */
enum hf_code fields_set_json(
    struct hf_batch *b, const char *id, const struct hf_kind *kind, const struct hf_json *object, struct hf_err *e);

/* JSON from standard input: an object, or an array of objects. */
enum hf_code fields_read(struct hf_json **out, struct hf_err *e);

/*
 * Ask for one field; old (may be NULL) is what stands there, and what Enter means. *typed is "" when it is left empty; free(3) it. On Ctrl-D
 * HF_CANCELLED.
 */
enum hf_code field_ask(
    char **typed, struct app *app, const struct hf_kind *kind, const struct hf_field *f, const char *old, struct hf_err *e);

/* Ask for every field that record lacks: those that are required first, and only those unless all. Ctrl-D ends it. */
enum hf_code fields_ask(
    struct app *app, struct hf_batch *b, const char *id, const struct hf_kind *kind, bool all, struct hf_err *e);

/* A value as it would be typed, appended: lists with commas, references as people call them. */
void field_typed(struct hf_buf *out, struct hf_register *r, const struct hf_field *f, const struct hf_json *value);

/* " (on, off)", appended, of a field that takes one of a few words; nothing of another. */
void field_choices(struct hf_buf *out, const struct hf_field *f);

/* Offer what may stand behind "field=" (completion). */
void field_offer(struct words *w, struct app *app, const struct hf_field *f, const char *typed);

#endif
