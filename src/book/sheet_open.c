/* A provider sheet from the shelf. */
#include "holdfast/provider.h"
#include "holdfast/shelf.h"

enum hf_code
hf_sheet_open(struct hf_sheet **out, struct hf_shelf *shelf, const char *name, struct hf_err *e)
{
	struct hf_defects defects = { NULL, 0, 0, false };
	struct hf_buf     text = HF_BUF_INIT;
	enum hf_code      rc;

	*out = NULL;
	if ((rc = hf_shelf_read(&text, NULL, shelf, name, e)) == HF_OK &&
	    (rc = hf_sheet_parse(out, hf_buf_str(&text), text.len, &defects, e)) != HF_OK) {
		hf_fail_in(e, "%s", name);
		hf_hint(e, "holdfast book lint %s", name);
	}
	hf_defects_clear(&defects);
	hf_buf_clear(&text);
	return rc;
}
