/* Between the files of "book". */
#ifndef HOLDFAST_CLI_CMD_BOOK_H
#define HOLDFAST_CLI_CMD_BOOK_H

#include <stdbool.h>

#include "../app.h"
#include "../opt.h"
#include "holdfast/doc.h"
#include "holdfast/err.h"

/* cmd_book_lint.c */
enum hf_code book_lint(struct app *app, const struct args *a, struct hf_err *e);

/* What is wrong with a text under the name of a book. */
enum hf_code book_defects(struct hf_defects *out, struct app *app, const char *name, const struct hf_buf *text, struct hf_err *e);

/* cmd_book_edit.c */
extern const struct opt book_edit_opts[];
enum hf_code            book_edit(struct app *app, const struct args *a, struct hf_err *e);
/* Warn when the installed book has changed since the organisation's own version was made. The register and the shelf are open. */
void book_warn_behind(struct app *app, const char *name);

/* cmd_book_render.c */
extern const struct opt book_render_opts[];
enum hf_code            book_render(struct app *app, const struct args *a, struct hf_err *e);

/* cmd_book_paper.c */
extern const struct opt book_show_opts[];
/* Is it to be a page, a file, or more than one book? */
bool         book_on_paper(const struct args *a);
enum hf_code book_paper(struct app *app, const struct args *a, struct hf_err *e);

/* cmd_book_graph.c */
/* Byte by byte into a file or a pipe; with --json as a member of that name; shown where somebody reads it. */
enum hf_code book_deliver(
    struct app *app, const char *path, const char *member, bool bytes, const struct hf_buf *b, struct hf_err *e);
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
