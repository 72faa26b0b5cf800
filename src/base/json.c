#include "holdfast/json.h"

#include <jansson.h>
#include <string.h>

#include "holdfast/time.h"

/* struct hf_json is never defined: a pointer to it is a jansson value. */

#define DEPTH_MAX 64

static json_t *
in(const struct hf_json *j)
{
	union {
		const struct hf_json *from;
		json_t               *to;
	} u = { j };

	return u.to;
}

static struct hf_json *
out_of(json_t *j)
{
	return (struct hf_json *)(void *)j;
}

/* around: how many containers j stands in. */
static bool
too_deep(const json_t *j, int around)
{
	const char *key;
	json_t     *v;
	size_t      i;

	if (around >= DEPTH_MAX && (json_is_object(j) || json_is_array(j)))
		return true;
	if (json_is_object(j)) {
		json_object_foreach(in((const struct hf_json *)(const void *)j), key, v)
			if (too_deep(v, around + 1))
				return true;
	} else if (json_is_array(j)) {
		json_array_foreach(j, i, v)
			if (too_deep(v, around + 1))
				return true;
	}
	return false;
}

enum hf_code
hf_json_parse(struct hf_json **out, const char *data, size_t len, struct hf_err *e)
{
	json_error_t err;
	json_t      *j;

	*out = NULL;
	if ((j = json_loadb(data, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &err)) == NULL)
		return hf_fail(e, HF_BAD, "not JSON: line %d, column %d: %s", err.line, err.column, err.text);
	if (too_deep(j, 0)) {
		json_decref(j);
		return hf_fail(e, HF_BAD, "not JSON that we take: nested deeper than %d levels", DEPTH_MAX);
	}
	*out = out_of(j);
	return HF_OK;
}

struct hf_json *
hf_json_object(void)
{
	return out_of(json_object());
}

struct hf_json *
hf_json_array(void)
{
	return out_of(json_array());
}

struct hf_json *
hf_json_string(const char *s)
{
	return s == NULL ? NULL : out_of(json_string(s));
}

struct hf_json *
hf_json_or_null(const char *s)
{
	return s == NULL || s[0] == '\0' ? hf_json_null() : hf_json_string(s);
}

struct hf_json *
hf_json_time(int64_t t)
{
	char text[HF_TIME_SIZE];

	if (t == 0)
		return hf_json_null();
	hf_time_rfc3339(text, t, false);
	return hf_json_string(text);
}

struct hf_json *
hf_json_stringn(const char *s, size_t len)
{
	return memchr(s, '\0', len) != NULL ? NULL : out_of(json_stringn(s, len));
}

struct hf_json *
hf_json_int(int64_t n)
{
	return out_of(json_integer(n));
}

struct hf_json *
hf_json_real(double x)
{
	return out_of(json_real(x));
}

struct hf_json *
hf_json_bool(bool v)
{
	return out_of(json_boolean(v));
}

struct hf_json *
hf_json_null(void)
{
	return out_of(json_null());
}

struct hf_json *
hf_json_ref(const struct hf_json *j)
{
	return j == NULL ? NULL : out_of(json_incref(in(j)));
}

struct hf_json *
hf_json_copy(const struct hf_json *j)
{
	return out_of(json_deep_copy(in(j)));
}

void
hf_json_free(struct hf_json *j)
{
	json_decref(in(j));
}

struct hf_json *
hf_json_built(struct hf_json *j, int failed)
{
	if (failed == 0)
		return j;
	hf_json_free(j);
	return NULL;
}

int
hf_json_set(struct hf_json *object, const char *key, struct hf_json *value)
{
	return json_object_set_new(in(object), key, in(value));
}

int
hf_json_push(struct hf_json *array, struct hf_json *value)
{
	return json_array_append_new(in(array), in(value));
}

void
hf_json_unset(struct hf_json *object, const char *key)
{
	json_object_del(in(object), key);
}

void
hf_json_remove(struct hf_json *array, size_t i)
{
	json_array_remove(in(array), i);
}

int
hf_json_sort(struct hf_json *array, int (*cmp)(const void *, const void *))
{
	size_t           n = hf_json_len(array);
	struct hf_json **at = calloc(n + 1, sizeof(struct hf_json *));
	int              bad = at == NULL;

	for (size_t i = 0; !bad && i < n; i++)
		at[i] = hf_json_ref(hf_json_at(array, i));
	if (!bad)
		qsort(at, n, sizeof(struct hf_json *), cmp);
	for (size_t i = 0; !bad && i < n; i++)
		bad = json_array_set_new(in(array), i, in(at[i]));
	free(at);
	return bad ? -1 : 0;
}

enum hf_json_type
hf_json_type(const struct hf_json *j)
{
	if (j == NULL)
		return HF_JSON_NULL;
	switch (json_typeof(in(j))) {
	case JSON_OBJECT:
		return HF_JSON_OBJECT;
	case JSON_ARRAY:
		return HF_JSON_ARRAY;
	case JSON_STRING:
		return HF_JSON_STRING;
	case JSON_INTEGER:
		return HF_JSON_INT;
	case JSON_REAL:
		return HF_JSON_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return HF_JSON_BOOL;
	case JSON_NULL:
		break;
	}
	return HF_JSON_NULL;
}

bool
hf_json_is(const struct hf_json *j, enum hf_json_type type)
{
	return j != NULL && hf_json_type(j) == type;
}

struct hf_json *
hf_json_get(const struct hf_json *object, const char *key)
{
	return out_of(json_object_get(in(object), key));
}

struct hf_json *
hf_json_at(const struct hf_json *array, size_t i)
{
	return out_of(json_array_get(in(array), i));
}

size_t
hf_json_len(const struct hf_json *j)
{
	if (json_is_array(in(j)))
		return json_array_size(in(j));
	return json_object_size(in(j));
}

const char *
hf_json_str(const struct hf_json *j)
{
	return json_string_value(in(j));
}

const char *
hf_json_get_str(const struct hf_json *object, const char *key)
{
	return json_string_value(json_object_get(in(object), key));
}

const char *
hf_json_text(const struct hf_json *object, const char *key)
{
	const char *s = hf_json_get_str(object, key);

	return s == NULL ? "" : s;
}

int64_t
hf_json_num(const struct hf_json *j)
{
	return json_integer_value(in(j));
}

double
hf_json_float(const struct hf_json *j)
{
	return json_number_value(in(j));
}

bool
hf_json_true(const struct hf_json *j)
{
	return json_is_true(in(j));
}

bool
hf_json_equal(const struct hf_json *a, const struct hf_json *b)
{
	return json_equal(in(a), in(b)) != 0;
}

size_t
hf_json_find(const struct hf_json *array, const struct hf_json *item)
{
	size_t i = 0;

	while (i < hf_json_len(array) && !hf_json_equal(hf_json_at(array, i), item))
		i++;
	return i;
}

bool
hf_json_has(const struct hf_json *array, const struct hf_json *item)
{
	return hf_json_find(array, item) < hf_json_len(array);
}

int
hf_json_push_new(struct hf_json *array, struct hf_json *value)
{
	if (!hf_json_has(array, value))
		return hf_json_push(array, value);
	hf_json_free(value);
	return 0;
}

bool
hf_json_next(const struct hf_json *object, void **it, const char **key, struct hf_json **value)
{
	*it = *it == NULL ? json_object_iter(in(object)) : json_object_iter_next(in(object), *it);
	if (*it == NULL)
		return false;
	*key = json_object_iter_key(*it);
	*value = out_of(json_object_iter_value(*it));
	return true;
}

static int
to_buf(const char *data, size_t len, void *arg)
{
	struct hf_buf *b = arg;

	hf_buf_add(b, data, len);
	return b->failed ? -1 : 0;
}

void
hf_json_dump(struct hf_buf *b, const struct hf_json *j, enum hf_json_format format)
{
	size_t flags = JSON_ENCODE_ANY | JSON_SORT_KEYS;

	flags |= format == HF_JSON_PRETTY ? JSON_INDENT(2) : JSON_COMPACT;
	if (json_dump_callback(in(j), to_buf, b, flags) != 0)
		b->failed = true;
}
