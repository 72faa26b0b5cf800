/*
 * What is due: by when, and whose it is. Everything that the register, the shelf and the runs know a last day of.
 */
#ifndef HOLDFAST_DUE_H
#define HOLDFAST_DUE_H

#include <limits.h>

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/register.h"
#include "holdfast/shelf.h"

#define HF_DUE_ALL INT_MAX /* days */

struct hf_due_opts {
	int         days;   /* look so far ahead; what is overdue is always there */
	const char *person; /* id: only what is theirs; NULL: everybody's */
	const char *what;   /* only this kind of thing; NULL: all */
};

/*
 * Sorted by day: [{"what","ref","due","days","record","person","do"}]. what: review, contact, access, password, privacy, risk, recovery-test, evidence,
 * key, exception, attestation, declaration, notice, leaver, document, contract, grant, exercise, conflict, route, step. days is negative when it is overdue. person is
 * the id of who has to see to it, null when nobody is named. do is the command that helps. A step has "run", "step" and "at" (its deadline in UTC)
 * as well. Accounts that are not in use, drills and people who left are not asked for anything.
 *
 * A provider sheet that cannot be read is a route that is due today, and hides nothing else. A step that waits for an approval is for whoever may give it.
 *
 * Where the guidance sets no number: recovery details, contacts and the access list of an important account every 90 days (Microsoft on
 * emergency access, 2025, says 90), everything else once in 365; ten days for a farewell, and a week to
 * settle what two people changed at once. A unit that never attested has six weeks from the day on which it was put into the register.
 */
enum hf_code hf_due(
    struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_due_opts *opts, struct hf_err *e);

/* What a calendar file is made from. */
struct hf_due_file {
	const struct hf_json     *items;   /* all that is due, however far ahead: asked for with HF_DUE_ALL days */
	const struct hf_due_opts *opts;    /* days: so many are looked ahead; person: whose they are */
	const char               *before;  /* text of the file that it replaces; NULL: none */
	size_t                    written; /* out: events that are due */
};

/*
 * Append a calendar file of such a list: of what is due within the days, and of what the file before had and is due still, on whatever day that is now. An
 * item has the same UID for ever, so that a later file changes what an earlier one brought. What the file before had and is due no more, however far one
 * looks, is in it as cancelled, for 90 days: a client that imports it takes it out. A file that was made for somebody else is not gone on with. The same
 * register and file before give the same bytes. HF_BAD: before is no calendar.
 */
enum hf_code hf_due_calendar(struct hf_buf *out, struct hf_register *r, struct hf_due_file *file, struct hf_err *e);

#endif
