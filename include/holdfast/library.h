/*
 * A foreign library that few commands need, opened when the first of them does: a command that does not use it does not pay for it.
 */
#ifndef HOLDFAST_LIBRARY_H
#define HOLDFAST_LIBRARY_H

#include <stddef.h>

#include "holdfast/err.h"

struct hf_library {
	const char        *name;      /* for messages: "libical" */
	const char        *file;      /* what the dynamic linker looks for: "libical.so.3" */
	const char        *help;      /* the hint when it is not there */
	const char *const *functions; /* the names of n of them */
	size_t             n;
};

/*
 * Open it for the life of the process and write the address of each function, in their order, to table: n pointers to functions, one after the
 * other. HF_SYSTEM when the library or one of the functions is missing.
 */
enum hf_code hf_library_open(void *table, const struct hf_library *l, struct hf_err *e);

#endif
