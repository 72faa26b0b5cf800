/* Inside src/store: what db.c must know of texts. */
#ifndef STORE_DB_TEXT_H
#define STORE_DB_TEXT_H

#include <stdbool.h>

#include "holdfast/json.h"

/* An e-mail address or host at or below one of the domains, or one of the numbers: arrays of strings, or NULL. */
bool db_ours_address(const char *address, const struct hf_json *domains, const struct hf_json *numbers);

/* Nothing but white space, semicolons and comments of SQL. */
bool db_only_space(const char *sql);

/* Is a word one of several with spaces between them? */
bool db_has_word(const char *words, const char *word);

#endif
