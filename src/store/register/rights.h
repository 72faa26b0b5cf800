/* Inside src/store: who may commit what (the table of design section 9). Asked before a write is tried, and of every commit that comes in. */
#ifndef STORE_RIGHTS_H
#define STORE_RIGHTS_H

#include "impl.h"

enum write_kind {
	WRITE_ADD,
	WRITE_REPLACE, /* another plaintext */
	WRITE_RECRYPT, /* the same plaintext, other recipients: only in a commit that says "member" */
	WRITE_REMOVE
};

/*
 * What path and roles alone can tell: true when some content of it would be allowed. Roles add up. Entries and blobs are replaced and removed by nobody;
 * members/ is for admins; an auditor adds records and entries (which must turn out to be attestations and notes).
 */
bool rights_path(unsigned roles, enum path_kind kind, enum write_kind what);

/*
 * What only the content can tell: before and after are the record or entry as it was and will be (NULL: not there). False when the member may not; then
 * why says what is not theirs to do, as people say it. Asks the index who owns what.
 */
enum hf_code rights_content(bool *out, struct hf_buf *why, struct hf_register *r, const struct hf_member *who,
    const struct hf_json *before, const struct hf_json *after, struct hf_err *e);

#endif
