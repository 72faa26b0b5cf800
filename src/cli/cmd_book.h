/* Between the files of "book". */
#ifndef HOLDFAST_CLI_CMD_BOOK_H
#define HOLDFAST_CLI_CMD_BOOK_H

#include <stdbool.h>

#include "app.h"
#include "holdfast/err.h"
#include "opt.h"

/* cmd_book_lint.c */
enum hf_code book_lint(struct app *app, const struct args *a, struct hf_err *e);

/* cmd_book_render.c */
extern const struct opt book_render_opts[];
enum hf_code            book_render(struct app *app, const struct args *a, struct hf_err *e);

/* cmd_book_graph.c */
extern const struct opt book_graph_opts[], book_cacao_opts[];
enum hf_code            book_graph(struct app *app, const struct args *a, struct hf_err *e);
enum hf_code            book_cacao(struct app *app, const struct args *a, struct hf_err *e);

/*
 * Read the book that a word names: a name on the shelf, unless a file is called so, or it ends in .md or begins like a path. *name (free(3)
 * it) is the one it has, or would have, on the shelf.
 */
enum hf_code book_read(struct hf_buf *out, char **name, const struct app *app, const char *word, struct hf_err *e);
bool         book_is_file(const char *word);

/* The name that a file would have on the shelf: "…/playbooks/incident/x.md" is "incident/x". free(3) it; NULL: out of memory. */
char *book_name_of(const char *path);

#endif
