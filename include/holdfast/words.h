/*
 * A word list: the labels and connecting words of one language, "playbooks/words/<language>.md". It lets people write
 * "- **Pwy:** owner a security" where the grammar says "- **Who:** owner and security".
 */
#ifndef HOLDFAST_WORDS_H
#define HOLDFAST_WORDS_H

#include "holdfast/doc.h"
#include "holdfast/err.h"

struct hf_wordlist {
	char              *id, *title; /* "cy", "Cymraeg" */
	char             **english;    /* "Who", "after" */
	char             **word;       /* "Pwy", "ar ôl" */
	size_t             n;
	struct hf_section *doc; /* owned */
};

/* Every defect found goes to defects; HF_BAD when any is an error (then *out is NULL), with the first one as the message. */
enum hf_code hf_wordlist_parse(
    struct hf_wordlist **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e);
void hf_wordlist_free(struct hf_wordlist *l);

/* The word of that language for an English one; the English one itself when l is NULL or has none. */
const char *hf_wordlist_get(const struct hf_wordlist *l, const char *english);

#endif
