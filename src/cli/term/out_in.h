/* The insides of the printer, shared by the out_*.c files only. */
#ifndef HOLDFAST_CLI_OUT_IN_H
#define HOLDFAST_CLI_OUT_IN_H

#include "out.h"

struct out {
	struct term    *term;
	bool            json;
	bool            quiet;
	bool            paged;   /* keep the text together for the pager */
	bool            shown;   /* there is a result */
	bool            started; /* some text was put: a heading leaves a line */
	int             broken;  /* errno of a failed write to standard output */
	struct hf_buf   text;    /* not yet written */
	struct hf_json *data;    /* the JSON face's result */
	const char     *zone;
	void (*ref)(void *arg, struct hf_buf *b, const char *id);
	void *ref_arg;
};

/* A value as people read it, appended without cleaning. */
void out_value(struct out *o, struct hf_buf *b, const struct hf_json *value, unsigned flags);
void out_text(struct out *o, struct hf_buf *b, const char *value, unsigned flags);

/* Clean text in a style, straight into the buffer; tabs and newlines are kept when lines. */
void out_styled(struct out *o, enum out_style style, const char *s, size_t len, bool lines);

const char    *out_sgr(enum out_style style); /* the escape that turns it on; "" for plain */
enum out_style out_state_style(const char *word);

/* {"format": 1, …} with data, with an error (code is its exit status; 0: none), or with both. */
void out_json_document(struct hf_buf *b, const struct hf_json *data, int code, const struct hf_err *e);

/* Write what is pending to standard output now. */
void out_drain(struct out *o);

#endif
