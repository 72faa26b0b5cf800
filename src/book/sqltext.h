/*
 * What can be told about a query without running it: the names of its columns, and the parameters it uses.
 */
#ifndef HOLDFAST_BOOK_SQLTEXT_H
#define HOLDFAST_BOOK_SQLTEXT_H

#include <stdbool.h>

#include "holdfast/playbook.h"
#include "pool.h"

/* Columns of the first SELECT. False when they cannot all be told (a star). */
bool hf_sql_columns(struct hf_names *out, struct pool *pool, const char *sql);

/* Names after a colon, each once. */
void hf_sql_params(struct hf_names *out, struct pool *pool, const char *sql);

#endif
