/*
 * What is wrong with a book: of any type, alone or with the shelf it stands on.
 */
#ifndef HOLDFAST_LINT_H
#define HOLDFAST_LINT_H

#include "holdfast/doc.h"
#include "holdfast/err.h"
#include "holdfast/shelf.h"

enum hf_book_type {
	HF_BOOK_PLAYBOOK,
	HF_BOOK_PROVIDER,
	HF_BOOK_POLICY,
	HF_BOOK_PROFILE,
	HF_BOOK_GUIDANCE,
	HF_BOOK_WORDS,
	HF_BOOK_TEMPLATE
};

struct hf_lint_opts {
	struct hf_shelf *shelf; /* for links to other books; NULL: links are not followed */
	const char      *today; /* YYYY-MM-DD, for Reviewed and Seen on */
	/*
	 * Does this SQL prepare against the register's tables? params: the names it uses after a colon, as far as the book knows them (an
	 * unknown one is a defect already). NULL: SQL is not judged. reason gets SQLite's words.
	 */
	bool (*sql_ok)(void *arg, const char *sql, const char *const *params, size_t n_params, char *reason, size_t size);
	/* Does this kind (and field, unless NULL) exist? NULL: not judged. */
	bool (*field_ok)(void *arg, const char *kind, const char *field);
	/* Is there such a holdfast command? NULL: not judged. */
	bool (*command_ok)(void *arg, const char *command);
	void *arg;
};

enum hf_book_type hf_book_type(const char *name); /* from "incident/…", "provider/…", "template/…" */

/*
 * Judge a book by the name it has (or would have) on the shelf: incident/x, provider/x, incident/x.cy (a translation), template/page/x…
 * HF_OK also when defects were found; they are sorted by place. HF_BAD: its bytes are no text. opts may be NULL.
 */
enum hf_code hf_lint(
    struct hf_defects *out, const char *name, const char *text, size_t len, const struct hf_lint_opts *opts, struct hf_err *e);

#endif
