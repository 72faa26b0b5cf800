/*
 * Record ids: ULIDs (https://github.com/ulid/spec), 26 characters of Crockford base 32: 48 bits of milliseconds, 80 random bits.
 * Within one process they only ever grow: a second one in the same millisecond is the first plus one.
 */
#ifndef HOLDFAST_ID_H
#define HOLDFAST_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "holdfast/err.h"

#define HF_ID_SIZE 27 /* 26 characters and a NUL */

enum hf_code hf_id_new(char out[HF_ID_SIZE], struct hf_err *e); /* HF_SYSTEM when there is no randomness */
/* The one that follows from a moment and a sum in hexadecimal (20 digits of it), the same everywhere; false when the moment does not fit. */
bool    hf_id_of(char out[HF_ID_SIZE], int64_t time, const char *sum);
bool    hf_id_valid(const char *s); /* canonical upper case, 26 characters, first 0-7 */
int64_t hf_id_time(const char *id); /* milliseconds since 1970; -1 when not valid */

#endif
