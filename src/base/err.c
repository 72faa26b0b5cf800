#include "holdfast/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int         status;
	const char *name;
	const char *text;
} codes[] = {
#define X(name, status, text) { status, #name, text },
	HF_CODES(X)
#undef X
};

/* The code of the last failure that nobody wanted to hear of: what hf_fail_in and hf_hint return for the same NULL. */
static _Thread_local enum hf_code unheard = HF_INTERNAL;

static void __attribute__((format(printf, 3, 0))) say(struct hf_err *e, enum hf_code code, const char *fmt, va_list ap)
{
	e->code = code;
	e->hint[0] = '\0';
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
}

enum hf_code
hf_fail(struct hf_err *e, enum hf_code code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return unheard = code;
	va_start(ap, fmt);
	say(e, code, fmt, ap);
	va_end(ap);
	return code;
}

enum hf_code
hf_fail_errno(struct hf_err *e, enum hf_code code, int errnum, const char *fmt, ...)
{
	va_list ap;
	char    why[128];
	size_t  len;

	if (e == NULL)
		return unheard = code;
	va_start(ap, fmt);
	say(e, code, fmt, ap);
	va_end(ap);
	if (strerror_r(errnum, why, sizeof(why)) != 0)
		snprintf(why, sizeof(why), "error %d", errnum);
	len = strlen(e->msg);
	snprintf(e->msg + len, sizeof(e->msg) - len, ": %s", why);
	return code;
}

enum hf_code
hf_fail_in(struct hf_err *e, const char *fmt, ...)
{
	va_list ap;
	char    ctx[HF_ERR_MSG];
	size_t  room, len, add;

	if (e == NULL)
		return unheard;
	va_start(ap, fmt);
	vsnprintf(ctx, sizeof(ctx), fmt, ap);
	va_end(ap);
	add = strlen(ctx) + 2;
	len = strlen(e->msg);
	if (add >= sizeof(e->msg))
		return e->code;
	room = sizeof(e->msg) - add - 1;
	if (len > room)
		len = room;
	memmove(e->msg + add, e->msg, len);
	e->msg[add + len] = '\0';
	memcpy(e->msg, ctx, add - 2);
	memcpy(e->msg + add - 2, ": ", 2);
	return e->code;
}

enum hf_code
hf_hint(struct hf_err *e, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return unheard;
	va_start(ap, fmt);
	vsnprintf(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
	return e->code;
}

enum hf_code
hf_nomem(struct hf_err *e)
{
	return hf_fail(e, HF_NOMEM, "out of memory");
}

void
hf_err_clear(struct hf_err *e)
{
	e->code = HF_OK;
	e->msg[0] = '\0';
	e->hint[0] = '\0';
}

int
hf_code_status(enum hf_code code)
{
	return codes[code].status;
}

const char *
hf_code_name(enum hf_code code)
{
	return codes[code].name;
}

const char *
hf_code_text(enum hf_code code)
{
	return codes[code].text;
}
