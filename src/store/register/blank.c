/* An index without a register. */
#include <string.h>

#include "holdfast/schema.h"
#include "holdfast/time.h"
#include "index.h"

/* The organisation says which addresses are ours. */
static enum hf_code
put_record(struct index *ix, struct hf_db *db, const struct hf_json *record, struct hf_err *e)
{
	const char  *kind = hf_json_get_str(record, "kind");
	enum hf_code rc;

	if (kind == NULL || hf_schema_kind(kind) == NULL || hf_json_get_str(record, "id") == NULL)
		return hf_fail(e, HF_BAD, "record: it has no id, or no kind");
	if (strcmp(kind, "org") == 0 &&
	    (rc = hf_db_ours(db, hf_json_get(record, "domains"), hf_json_get(record, "numbers"), e)) != HF_OK)
		return rc;
	return index_put(ix, record, "", e);
}

static enum hf_code
fill(struct index *ix, struct hf_db *db, const struct hf_json *records, const struct hf_json *entries, struct hf_err *e)
{
	enum hf_code rc = index_begin(ix, e);

	for (size_t i = 0; rc == HF_OK && i < hf_json_len(records); i++)
		rc = put_record(ix, db, hf_json_at(records, i), e);
	for (size_t i = 0; rc == HF_OK && i < hf_json_len(entries); i++)
		rc = index_put_entry(ix, hf_json_at(entries, i), "", e);
	return rc == HF_OK ? index_end(ix, e) : rc;
}

enum hf_code
hf_index_sample(struct hf_db **out, const struct hf_json *records, const struct hf_json *entries, const char *day, struct hf_err *e)
{
	struct hf_db *db = NULL;
	struct index *ix = NULL;
	char          today[HF_DAY_SIZE];
	enum hf_code  rc;

	*out = NULL;
	hf_day_of(today, hf_time_now(), NULL);
	if ((rc = hf_db_open(&db, e)) != HF_OK || (rc = index_create(&ix, db, e)) != HF_OK ||
	    (rc = index_today(ix, day == NULL ? today : day, e)) != HF_OK || (rc = fill(ix, db, records, entries, e)) != HF_OK)
		goto done;
	*out = db;
	db = NULL;
done:
	index_free(ix);
	hf_db_close(db);
	return rc;
}

enum hf_code
hf_index_blank(struct hf_db **out, struct hf_err *e)
{
	return hf_index_sample(out, NULL, NULL, NULL, e);
}
