/*
 * Mustache templates (https://github.com/mustache/spec, 1.4 without the optional modules), logic-less: a template names values of the
 * data it is given and reads nothing else.
 *
 * Where the specification leaves a choice: null, false, an empty list and an empty string are false for a section, everything else
 * (0 too) is true. A list in an interpolation prints its items with ", " between. A number prints as people write it: 1.21, 85, 0.00001.
 * A name starts with a letter, a digit, "_", "-", "." or a character beyond ASCII.
 */
#ifndef HOLDFAST_TEMPLATE_H
#define HOLDFAST_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/escape.h"
#include "holdfast/json.h"

#define HF_TEMPLATE_OUT_MAX ((size_t)16 << 20)

/* Where a value is printed. */
struct hf_template_place {
	const char          *root;  /* the member of the data that it came out of; "" when the name leads nowhere */
	bool                 found; /* false: it prints what is said for what is missing */
	const struct hf_buf *page;  /* everything before it */
	size_t               from;  /* where the page begins in it */
};

struct hf_template_opts {
	enum hf_escape escape;
	const char    *missing; /* what an interpolation that finds nothing, null, "" or [] prints; NULL: nothing, as specified */
	const char    *name;    /* for messages; NULL: "template" */
	/*
	 * The text of a partial, malloc(3)ed into *out, NULL when there is none (which renders as nothing, as specified). Asked once for
	 * each name. No part of a name between slashes is empty or starts with a dot. fn NULL: there are no partials.
	 */
	enum hf_code (*partial)(void *arg, char **out, const char *name, struct hf_err *e);
	void *arg;
	/* The member of an object that an interpolation prints for it ("ref"); NULL: the object is printed as JSON. */
	const char *stands_for;
	/* Told of each value before it is escaped and printed; it may change the text. NULL: none. */
	void (*value)(void *arg, struct hf_buf *text, const struct hf_template_place *place);
	void *value_arg;
};

/*
 * Append the rendering of text. HF_BAD with name:line:column (of the template or the partial, the column in bytes) for a tag that is not
 * closed, a section that does not match, an unknown tag, sections nested over 256 or partials over 32 deep, output over 16 MiB, or loops
 * within loops that would take minutes; nothing is appended then.
 */
enum hf_code hf_template_render(struct hf_buf *out, const char *text, size_t len, const struct hf_json *data,
    const struct hf_template_opts *opts, struct hf_err *e);

#endif
