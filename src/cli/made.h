/*
 * What a command made as a text: a report, a timeline, a sheet. Bytes for a file or a pipe, text for people.
 */
#ifndef HOLDFAST_CLI_MADE_H
#define HOLDFAST_CLI_MADE_H

#include "app.h"
#include "holdfast/buf.h"
#include "holdfast/json.h"
#include "holdfast/report.h"

struct made {
	struct app     *app;
	const char     *path; /* NULL or "-": standard output */
	struct hf_buf   text;
	struct hf_json *data; /* an object, for the JSON face; gets "file" */
};

/* Byte by byte into a file or a pipe; through the printer where somebody reads it. */
enum hf_code made_deliver(struct made *m, struct hf_err *e);

/* How wide its lines are. */
size_t made_width(const struct made *m);

/* As --format says (word, may be NULL), else as the name of the file ends, else text. HF_USAGE. */
enum hf_code made_format(enum hf_format *format, const char *word, const char *path, struct hf_err *e);

#endif
