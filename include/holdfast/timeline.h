/*
 * The timeline of a run: every entry in the order in which it happened, with what it says in words. What a timeline looks like is up to the caller;
 * here are also CSV and Markdown.
 */
#ifndef HOLDFAST_TIMELINE_H
#define HOLDFAST_TIMELINE_H

#include "holdfast/buf.h"
#include "holdfast/err.h"
#include "holdfast/json.h"
#include "holdfast/run.h"

/*
 * [{"id","type","step","title","visit",
 *   "occurred_at","recorded_at",            RFC 3339, UTC
 *   "utc","local","recorded",               for people: "2026-11-20 22:41:03", "2026-11-20 22:41 GMT", "2026-11-20 22:52:10"
 *   "precision",                            "about" when it is not exact
 *   "delay",                                in words, when it was written down over two minutes after it happened
 *   "before_start","ahead","backwards","future", true: its times cannot be right, as hf_run_odd_clocks says
 *   "corrections": [{"id","text","utc","by"}], "corrects"   what corrects it, what it corrects: both stay
 *   "actor","actor_name","acting_as","on_behalf_of","on_behalf_name",
 *   "what",                                 in words: "done: Ring the incident lead"
 *   "text",                                 the note, or the reason
 *   "twice",                                true: somebody else had done it already
 *   "anyway","without","confirmed","changed","not_applied","applied","until","claim","stand_in","drill",   as in the entry
 *   "captured","answer","file_name","sha256","size","media_type","kept_as","number","with","template","started"}]
 * Members that have nothing to say are absent. Sorted by when it happened, then by the chain.
 */
enum hf_code hf_timeline_make(struct hf_json **out, const struct hf_run *run, struct hf_err *e);

/* "it was 22:14 (Ann Lee, 2026-11-20 23:01:09 UTC)": what corrects a line; what is odd about its times. Appended. */
void hf_timeline_corrections(struct hf_buf *out, const struct hf_json *line);
void hf_timeline_odd(struct hf_buf *out, const struct hf_json *line);

/* A timeline as CSV with a header; safe in a spreadsheet. */
enum hf_code hf_timeline_csv(struct hf_buf *out, const struct hf_json *timeline, struct hf_err *e);

/* As Markdown, for hf_doc_html and hf_doc_text: head, a list, day by day, and the figures. */
enum hf_code hf_timeline_md(struct hf_buf *out, const struct hf_run *run, const struct hf_json *timeline, struct hf_err *e);

#endif
