/* Inside src/store: what a batch holds before it is committed. */
#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include "impl.h"

struct op {
	const struct hf_field *field;
	char                   op;    /* '=', '+', '-' */
	struct hf_json        *value; /* canonical; NULL: the field goes. For + and - an array */
};

struct change {
	char                  id[HF_ID_SIZE];
	const struct hf_kind *kind;
	bool                  fresh, removed;
	struct op            *ops;
	size_t                n_ops;
	struct hf_json       *base, *final; /* worked out by change_apply; base NULL when fresh, final NULL when removed */
	bool                  same;         /* nothing would change */
};

struct new_entry {
	char            id[HF_ID_SIZE], run[HF_ID_SIZE];
	struct hf_json *entry;
};

struct new_blob {
	char          id[HF_ID_SIZE];
	struct hf_buf data;
};

struct hf_batch {
	struct hf_register *r;
	struct change      *changes;
	size_t              n_changes, cap_changes;
	struct hf_json     *by_id;   /* id → where in changes */
	struct hf_json     *by_name; /* "kind\nname" of a new record → its id */
	hf_choose_fn       *choose;
	void               *choose_arg;
	struct new_entry   *entries;
	size_t              n_entries;
	struct new_blob    *blobs;
	size_t              n_blobs;
};

/* Work out base and final against what the index holds now. HF_NOTFOUND when the record is gone. */
enum hf_code change_apply(struct hf_batch *b, struct change *c, struct hf_err *e);

/* The change of a record, NULL when the batch does not touch it. */
struct change *batch_change(const struct hf_batch *b, const char *id);

/* HF_BAD: it gives a duty to somebody who has left. */
enum hf_code batch_duty(struct hf_batch *b, const struct change *c, const struct op *o, struct hf_err *e);

/* HF_EXISTS: there is one of this kind, and there can be only one. Asked before anything is typed for it, and again when it is written. */
enum hf_code batch_single(struct hf_batch *b, const struct hf_kind *kind, struct hf_err *e);

/* What the batch as a whole must keep: required fields, keys that are unique, one org, nothing left pointing to what goes. */
enum hf_code batch_check(struct hf_batch *b, struct hf_err *e);

/* Fill in the envelope and prev of the batch's entries. */
enum hf_code batch_chain(struct hf_batch *b, struct hf_err *e);

#endif
