#include "lost.h"

#include "holdfast/orphan.h"

void
lost_words(struct hf_buf *out, const struct app *app, const struct hf_json *orphan)
{
	const char *was = hf_json_get_str(orphan, "was");

	hf_buf_addf(out, "%s has no %s who stays", hf_json_text(orphan, "ref"), hf_json_text(orphan, "lacks"));
	if (was != NULL) {
		hf_buf_adds(out, " (");
		hf_register_ref(out, app->reg, was);
		hf_buf_adds(out, " leaves)");
	}
	hf_buf_addf(out, " now: %s", hf_json_text(orphan, "do"));
}
