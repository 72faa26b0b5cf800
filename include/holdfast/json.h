/*
 * JSON values (the door to jansson).
 *
 * Values are reference counted: hf_json_ref takes one more, hf_json_free gives one back (NULL-safe). Makers return NULL when out of
 * memory. hf_json_set and hf_json_push *take over* the value given, also when they fail, and refuse NULL; so makers nest:
 *
 *	if (hf_json_set(o, "name", hf_json_string(name)) != 0)
 *		return hf_nomem(e);
 *
 * Getters return borrowed values, NULL when absent or of another type. All strings are valid UTF-8 without NUL.
 */
#ifndef HOLDFAST_JSON_H
#define HOLDFAST_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"

struct hf_json;

enum hf_json_type { HF_JSON_NULL, HF_JSON_BOOL, HF_JSON_INT, HF_JSON_REAL, HF_JSON_STRING, HF_JSON_ARRAY, HF_JSON_OBJECT };

/* Strict: one document, no duplicate keys, valid UTF-8, at most 64 levels deep. HF_BAD says line and column. */
enum hf_code hf_json_parse(struct hf_json **out, const char *data, size_t len, struct hf_err *e);

struct hf_json *hf_json_object(void);
struct hf_json *hf_json_array(void);
struct hf_json *hf_json_string(const char *s);  /* NULL when s is not UTF-8 */
struct hf_json *hf_json_or_null(const char *s); /* JSON null when s is NULL or "" */
struct hf_json *hf_json_time(int64_t t);        /* RFC 3339 of ms since 1970, whole seconds; JSON null when t is 0 */
struct hf_json *hf_json_stringn(const char *s, size_t len);
struct hf_json *hf_json_int(int64_t n);
struct hf_json *hf_json_real(double x);
struct hf_json *hf_json_bool(bool v);
struct hf_json *hf_json_null(void);
struct hf_json *hf_json_ref(const struct hf_json *j);  /* NULL-safe */
struct hf_json *hf_json_copy(const struct hf_json *j); /* deep */
void            hf_json_free(struct hf_json *j);
/* What was put together, as it was; NULL, and j freed, when a part of it failed. */
struct hf_json *hf_json_built(struct hf_json *j, int failed);

int  hf_json_set(struct hf_json *object, const char *key, struct hf_json *value); /* 0, or -1 */
int  hf_json_push(struct hf_json *array, struct hf_json *value);                  /* 0, or -1 */
int  hf_json_push_new(struct hf_json *array, struct hf_json *value);              /* the same, unless it holds an equal item */
void hf_json_unset(struct hf_json *object, const char *key);
void hf_json_remove(struct hf_json *array, size_t i);
/* Put the items of an array in order, as qsort(3) does; cmp is given pointers to struct hf_json *. 0, or -1 */
int hf_json_sort(struct hf_json *array, int (*cmp)(const void *, const void *));

enum hf_json_type hf_json_type(const struct hf_json *j); /* HF_JSON_NULL for NULL */
bool              hf_json_is(const struct hf_json *j, enum hf_json_type type);
struct hf_json   *hf_json_get(const struct hf_json *object, const char *key);
struct hf_json   *hf_json_at(const struct hf_json *array, size_t i);
size_t            hf_json_len(const struct hf_json *j); /* items of an array, members of an object, else 0 */
const char       *hf_json_str(const struct hf_json *j);
const char       *hf_json_get_str(const struct hf_json *object, const char *key);
const char       *hf_json_text(const struct hf_json *object, const char *key); /* as hf_json_get_str, "" when it has no such text */
int64_t           hf_json_num(const struct hf_json *j);                        /* 0 when not an integer */
double            hf_json_float(const struct hf_json *j);                      /* integers too; 0 when not a number */
bool              hf_json_true(const struct hf_json *j);                       /* only the literal true */
bool              hf_json_equal(const struct hf_json *a, const struct hf_json *b);
bool              hf_json_has(const struct hf_json *array, const struct hf_json *item);
size_t hf_json_find(const struct hf_json *array, const struct hf_json *item); /* its place; the length when it is not there */

/* Walk an object in the order of insertion: for (void *it = NULL; hf_json_next(o, &it, &key, &value);) … */
bool hf_json_next(const struct hf_json *object, void **it, const char **key, struct hf_json **value);

enum hf_json_format { HF_JSON_COMPACT, HF_JSON_PRETTY }; /* PRETTY: keys sorted, two-space indent. COMPACT: keys sorted, one line */

void hf_json_dump(struct hf_buf *b, const struct hf_json *j, enum hf_json_format format);

#endif
