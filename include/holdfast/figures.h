/*
 * What a run comes to in figures: how long things took, what was late, left out, or done through a closed gate. And runs of one book side by side, as
 * after an exercise.
 *
 * A figure counts from the start of the run (when it was noticed). What the book says comes first: a value of the type time called first_notice_at,
 * contained_at, reported_at or regained_at. Without it: the first notice is the first report that is not for the provider; contained is when the phase
 * `contain` was finished; reported is the first step done that has the provider's report, or the first ticket; regained is the first step done that sets
 * the subject to state=live, or the end of the phase `recover`.
 */
#ifndef HOLDFAST_FIGURES_H
#define HOLDFAST_FIGURES_H

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/run.h"

/*
 * {"first_notice","contained","reported","regained","closed": {"at","ms","words"} or null; at: RFC 3339,
 *  "drill","steps","finished","late": [address],"skipped": [{"step","why"}],"failed": [address],"anyway": [{"step","why","without":[name]}],
 *  "twice": [address], "corrections": n}
 */
enum hf_code hf_figures_make(struct hf_json **out, const struct hf_run *run, struct hf_err *e);

/* "first notice after 3 min, contained after 20 min": what there is of them. Appended. */
void hf_figures_times(struct hf_buf *out, const struct hf_json *figures);
/* All of them in sentences, a line each: how long it took, what was late, left out, failed, or went through a closed gate. Appended. */
void hf_figures_words(struct hf_buf *out, const struct hf_json *figures);

/*
 * Runs against what their book asks, and against each other:
 * {"runs": [{"run","title","ref","drill","state","started_at","figures"}],
 *  "steps": [{"step","title","runs": [{"run","state","target","took","late"} or null]}]}   target, took: ms after the start, or null
 * ids: array of ids, in the order to be shown. A single one is compared with earlier runs of its book on record too, drills with drills, at most so many.
 */
enum hf_code hf_figures_compare(struct hf_json **out, struct hf_register *r, struct hf_shelf *shelf, const struct hf_json *ids,
    size_t earlier, struct hf_err *e);

#endif
