/* Inside src/store: secrets that already stand in a record. */
#ifndef STORE_LEAK_H
#define STORE_LEAK_H

#include <stdbool.h>

#include "holdfast/buf.h"

/*
 * The first text field of a record that looks like a secret, by the judgement that refuses it when it is typed: "notes a password" is appended.
 * body is the record's JSON. False when there is none.
 */
bool leak_find(struct hf_buf *out, const char *kind, const char *body);

#endif
