/* Between the files of "book". */
#ifndef HOLDFAST_CLI_CMD_BOOK_H
#define HOLDFAST_CLI_CMD_BOOK_H

#include "app.h"
#include "holdfast/err.h"
#include "opt.h"

/* cmd_book_lint.c */
enum hf_code book_lint(struct app *app, const struct args *a, struct hf_err *e);

/* cmd_book_render.c */
extern const struct opt book_render_opts[];
enum hf_code            book_render(struct app *app, const struct args *a, struct hf_err *e);

/* The name that a file would have on the shelf: "…/playbooks/incident/x.md" is "incident/x". free(3) it; NULL: out of memory. */
char *book_name_of(const char *path);

#endif
