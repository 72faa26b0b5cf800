/* The tables of an empty register. */
#include "holdfast/schema.h"
#include "holdfast/time.h"
#include "index.h"

enum hf_code
hf_index_blank(struct hf_db **out, struct hf_err *e)
{
	struct hf_db *db = NULL;
	struct index *ix = NULL;
	char          today[HF_DAY_SIZE];
	enum hf_code  rc;

	*out = NULL;
	hf_day_of(today, hf_time_now(), NULL);
	if ((rc = hf_db_open(&db, e)) != HF_OK || (rc = index_create(&ix, db, e)) != HF_OK ||
	    (rc = index_today(ix, today, e)) != HF_OK)
		goto done;
	*out = db;
	db = NULL;
done:
	index_free(ix);
	hf_db_close(db);
	return rc;
}
