/*
 * A provider sheet, read: where to turn, what they ask for, what to contain, how long windows stay open.
 */
#ifndef HOLDFAST_PROVIDER_H
#define HOLDFAST_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>

#include "holdfast/doc.h"
#include "holdfast/err.h"
#include "holdfast/playbook.h"
#include "holdfast/shelf.h"
#include "holdfast/time.h"

struct hf_sheet_route {
	char                  *id, *title;
	char                  *kind;    /* hacked, locked-out, impersonation, partner */
	char                  *address; /* as shown: an https address or words */
	char                  *where, *seen_on, *source;
	char                  *status; /* official, partial, secondary, retired */
	char                  *response_time;
	const struct hf_block *blocks; /* borrowed from doc, here and below */
	size_t                 n_blocks;
	struct hf_pos          pos;
};

struct hf_sheet_ask {
	char           *id, *label;
	struct hf_names what_for; /* of the routes' kinds; none: all */
	char           *path;     /* From: {path}; "" when it is evidence */
	char           *where;    /* its paragraphs: where to get it */
	struct hf_pos   pos;
};

struct hf_sheet_window {
	char          *id, *title;
	struct hf_span span;
	char          *after; /* value or step name */
	char          *source;
	struct hf_pos  pos;
};

/* One section that a playbook step can show with **Sheet:** */
struct hf_sheet_part {
	char                  *id, *title;
	const struct hf_block *blocks;
	size_t                 n_blocks;
};

struct hf_sheet {
	char                   *id, *title;
	struct hf_names         also_called, web, senders, second_factor;
	char                   *passkeys, *roles, *audit_log, *reviewed;
	struct hf_names         serves;
	struct hf_sheet_route  *routes;
	size_t                  n_routes;
	struct hf_sheet_ask    *asks;
	size_t                  n_asks;
	struct hf_sheet_window *windows;
	size_t                  n_windows;
	struct hf_sheet_part   *parts; /* of contain and every other section, and the sections themselves */
	size_t                  n_parts;
	struct hf_section      *doc; /* owned */
};

enum hf_code hf_sheet_parse(struct hf_sheet **out, const char *text, size_t len, struct hf_defects *defects, struct hf_err *e);
/*
 * The sheet of that name ("provider/x") as it lies on the shelf. HF_NOTFOUND: there is none. HF_BAD: one with defects, the first of which is the
 * message; "book lint" tells them all.
 */
enum hf_code hf_sheet_open(struct hf_sheet **out, struct hf_shelf *shelf, const char *name, struct hf_err *e);
void         hf_sheet_free(struct hf_sheet *s);

const struct hf_sheet_part *hf_sheet_part(const struct hf_sheet *s, const char *id); /* NULL when none */

/*
 * How many days after seen_on a route must be looked at again: 180 for official, 90 for partial, 0 (before first use) for
 * secondary; a retired one is never used. Source: the table of shipped defaults, 20 November 2026.
 */
/* How many days that is. */
int  hf_route_days(const struct hf_sheet_route *r);
bool hf_route_stale(const struct hf_sheet_route *r, const char *today);

#endif
