/*
 * The organisation's own books: records of kind document, which lie on the shelf above those that are installed.
 */
#ifndef HOLDFAST_DOCUMENT_H
#define HOLDFAST_DOCUMENT_H

#include <stdbool.h>

#include "holdfast/register.h"
#include "holdfast/shelf.h"

/* The record of a book, by its name on the shelf: its id, and (unless NULL) a copy of it. HF_NOTFOUND. */
enum hf_code hf_document_find(
    char id[HF_ID_SIZE], struct hf_json **record, struct hf_register *r, const char *name, struct hf_err *e);

/*
 * Put a text into a batch as the organisation's version of a book. What it was made from is noted when it is new, and when seen: the
 * installed one as it is now. shelf has the documents of the register on it. text NULL: it stays, and only that is noted.
 */
enum hf_code hf_document_put(char id[HF_ID_SIZE], struct hf_batch *b, struct hf_register *r, struct hf_shelf *shelf,
    const char *name, const char *text, bool seen, struct hf_err *e);

/* Has the installed book changed since the organisation's version was made from it? False also when there is no such version. */
enum hf_code hf_document_behind(bool *out, struct hf_register *r, struct hf_shelf *shelf, const char *name, struct hf_err *e);

#endif
