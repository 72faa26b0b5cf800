/*
 * A shared library that is opened when it is first needed: what an everyday command does not need costs nothing at its start. The
 * file that owns the library keeps the functions in a struct of pointers and calls through it.
 */
#ifndef HOLDFAST_LIBRARY_H
#define HOLDFAST_LIBRARY_H

#include <stddef.h>

#include "holdfast/err.h"

/*
 * Open file ("libical.so.3") and put the address of each of the n functions into the struct of n pointers at functions, in the order
 * of names. It stays open to the end of the process. HF_SYSTEM, beginning with name ("libical"): it is not there, or lacks one.
 */
enum hf_code hf_library_load(
    void *functions, const char *file, const char *name, const char *const *names, size_t n, struct hf_err *e);

#endif
