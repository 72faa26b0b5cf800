/*
 * The one printer, with two faces: text for people, JSON for programs. A command never mentions JSON.
 *
 * A command shows one result, with one out_ call: the value itself, and how people see it. The text face draws a table, a list of fields, or
 * whatever a renderer puts; the JSON face keeps the value and prints {"format": 1, "data": value} at the end. Failures stick and are
 * reported when the program ends, so the calls return nothing.
 *
 *	static const struct out_column columns[] = {
 *		{ "name", "book", OUT_KEEP }, { "title", NULL, 0 }, { "from", NULL, OUT_FAINT }, OUT_END
 *	};
 *	out_table(app->out, rows, columns);
 *
 * Everything goes through hf_text_clean on its way out: format strings and their arguments alike, to a terminal, a pipe or a file. So colour
 * is asked for with a style, never with an escape.
 */
#ifndef HOLDFAST_CLI_OUT_H
#define HOLDFAST_CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"
#include "term.h"

struct out;

/* ---- columns and fields ---- */

#define OUT_REF   1u  /* an id (or a list of ids): people see what the record is called */
#define OUT_TIME  2u  /* RFC 3339 or milliseconds: people see local time to the minute */
#define OUT_RIGHT 4u  /* to the right: numbers */
#define OUT_KEEP  8u  /* never cut to fit: ids, names to type again */
#define OUT_SPARE 16u /* the whole column is left out when no row has it */
#define OUT_FAINT 32u /* dim */
#define OUT_STATE 64u /* coloured by its word: done, live, ok good · open, waiting, partly warn · failed, hijacked, late bad */

struct out_column {
	const char *key;   /* member of the row */
	const char *title; /* NULL: the key, with spaces for underscores */
	unsigned    flags;
};

#define OUT_END               \
	{                     \
		NULL, NULL, 0 \
	}

/* ---- the result: once per command ---- */

/* A record, or an array of records: fields in the order of the schema, references as people call them. */
void out_record(struct out *o, const struct hf_json *record);

/* An array of objects. columns NULL: whatever members the rows have. No rows: nothing (and [] in JSON). */
void out_table(struct out *o, const struct hf_json *rows, const struct out_column *columns);

/* One object, as "title  value" lines. columns NULL: all its members. */
void out_fields(struct out *o, const struct hf_json *object, const struct out_column *columns);

/* Any value, and a sentence for people: out_said(o, record, "added %s", ref). */
void out_said(struct out *o, const struct hf_json *data, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Any value; for people, render puts it with the calls below. NULL: they have seen it already. */
typedef void out_render(struct out *o, const struct hf_json *data, void *arg);
void         out_view(struct out *o, const struct hf_json *data, out_render *render, void *arg);

/* On a terminal longer than the screen: the text goes through the pager. Before the result; not in a walk. */
void out_paged(struct out *o);

/* A long text, {"<name>": text} in JSON. Paged. */
void out_document(struct out *o, const char *name, const char *text, size_t len);

/* Exact bytes, for files asked for on standard output: HF_USAGE with --json or on a terminal. */
enum hf_code out_bytes(struct out *o, const void *data, size_t len, struct hf_err *e);

/* ---- parts of a text: in a renderer, or between the prompts of a walk. The JSON face ignores them ---- */

enum out_style { OUT_PLAIN, OUT_BOLD, OUT_DIM, OUT_GOOD, OUT_WARN, OUT_BAD };

void put(struct out *o, enum out_style style, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void put_line(struct out *o, enum out_style style, const char *fmt, ...) __attribute__((format(printf, 3, 4))); /* and a newline */
void put_heading(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* an empty line before, bold */
void put_para(struct out *o, size_t indent, const char *text); /* wrapped at the width of the terminal, at most 80 */
/* One line that begins at column indent. On a terminal it is wrapped, and goes on at column hang; elsewhere it stays whole, for grep. */
void put_item(struct out *o, enum out_style style, size_t indent, size_t hang, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void put_fields(struct out *o, const struct hf_json *object, const struct out_column *columns);
void put_table(struct out *o, const struct hf_json *rows, const struct out_column *columns);
/*
 * The same table, a cell at a time, of which nobody keeps the rows: for thousands of them, in the text face. columns outlive it; text NULL:
 * nothing is there. put_rows puts what there is and returns how many rows that are. NULL (out of memory) is taken for one, and reported at the end.
 */
struct out_rows;
struct out_rows *out_rows_new(struct out *o, const struct out_column *columns);
void             out_rows_free(struct out_rows *t);
void             out_rows_cell(struct out_rows *t, const char *text);
size_t           put_rows(struct out_rows *t);
/* A record as out_record shows it. */
void put_record(struct out *o, const struct hf_json *record);
/* done of total as a bar of so many columns: "████░░░░", or "####----" */
void put_bar(struct out *o, size_t done, size_t total, size_t width);

/* ---- beside the result: standard error ---- */

void out_note(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* not with --quiet */
void out_warn(struct out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* "holdfast: warning: …", always */

void out_tell(struct out *o, enum out_style style, const char *fmt, ...)
    __attribute__((format(printf, 3, 4))); /* around a prompt */

/* ---- for main, app and prompt ---- */

struct out_opts {
	struct term *term;
	bool         json;
	bool         quiet;
};

struct out *out_new(const struct out_opts *opts); /* NULL: out of memory */
void        out_free(struct out *o);
bool        out_is_text(const struct out *o);

/* How references and times are read for people; set when the register is open. */
void out_refs(struct out *o, void (*ref)(void *arg, struct hf_buf *b, const char *id), void *arg);
void out_zone(struct out *o, const char *zone);

/* An empty screen, where standard output is a terminal that has one; elsewhere nothing. */
void out_clear(struct out *o);

void out_flush(struct out *o); /* before a prompt, a child, or a message on standard error */

/*
 * The end: the JSON document or the rest of the text, the error ("holdfast: subject: reason", then the hint) on standard error, everything
 * flushed and closed. rc and e are what the command returned; sig is the signal that ended it, or 0. Returns the exit status: 128+sig, that of
 * rc, or 74 when standard output could not be written.
 */
int out_end(struct out *o, enum hf_code rc, const struct hf_err *e, int sig);

#endif
